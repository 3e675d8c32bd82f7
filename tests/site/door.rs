//! The door as a whole: a crowd before it, and what the README says of it.

use crate::accounts::{is_admitted, sign_in};
use crate::harness::with_site;
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::model::Joining;
use alongside::accounts::rules::{self, InvitationDraft};
use alongside::accounts::{self, PasswordAttempt};
use alongside::db::schema::throttles;
use alongside::web::throttle::Limit;
use alongside::{mail, privacy, threads};
use diesel::prelude::*;
use std::fs;
use std::path::Path;

#[test]
fn whoever_comes_when_too_many_sign_in_is_asked_to_come_back_and_nothing_is_counted_or_lost() {
    with_site(async |site| {
        Scene::set(site).await;
        let crowd = accounts::crowd_the_door(&site.running).unwrap();
        let hashes = accounts::hashes_made(&site.running);
        let body = format!("email={}&password=three+words&return_to=%2Fboards", email("member").replace('@', "%40"));
        let request = site.client.post(format!("{}/sign-in", site.address)).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"3".parse().unwrap()));
        let page = answer.text().await.unwrap();
        assert!(page.contains("Very many people are signing in at this moment."), "{page}");
        assert!(page.contains(&format!("value=\"{}\"", email("member"))), "the address is still there: {page}");
        assert!(page.contains("name=\"return_to\" value=\"/boards\"") && !page.contains("three words"), "{page}");
        assert_eq!(accounts::hashes_made(&site.running), hashes);
        let counted: i64 = site
            .looks(|conn| Ok(throttles::table.filter(throttles::bucket.like("sign-in%")).count().get_result(conn)?))
            .await;
        assert_eq!(counted, 0, "whoever could not try has not tried");
        drop(crowd);
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        assert!(is_admitted(&person).await);
    });
}

// ---------------------------------------------------------------------------------------------------- the README

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// A number and what it counts.
fn so_many(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn per(limit: Limit) -> String {
    let times = limit.times;
    match limit.per_seconds {
        86_400 => format!("{times} a day"),
        3_600 => format!("{times} an hour"),
        seconds => format!("{times} in {}", so_many(seconds / 60, "minute")),
    }
}

/// From which try on there are pauses, and the first and the longest of them.
fn pauses(after: fn(i32) -> i64) -> String {
    let free = (0..1_000).take_while(|tries| after(*tries) == 0).count();
    let longest = after(i32::MAX);
    let longest = if longest > 60 { so_many(longest / 60, "minute") } else { so_many(longest, "second") };
    let first = so_many(after(i32::try_from(free).unwrap()), "second");
    format!("{free} free, then each waits longer: {first} at first, {longest} at most")
}

/// Memory, passes and lanes, as a stored hash names them.
fn hashing() -> String {
    let stored = accounts::hash_password(&PasswordAttempt::new(PASSWORD)).unwrap();
    let parts: Vec<&str> = stored.split('$').collect();
    let numbers: Vec<i64> = parts[3].split(',').map(|part| part[2..].parse().unwrap()).collect();
    let kib = format!("{},{:03}", numbers[0] / 1000, numbers[0] % 1000);
    format!("{}, {kib} KiB, {} passes, {}", parts[1], numbers[1], so_many(numbers[2], "lane"))
}

/// The README's table of lifetimes and limits, made from what the program goes by.
fn lifetimes() -> String {
    let (minutes, hours, days) =
        (|number| so_many(number, "minute"), |number| so_many(number, "hour"), |number| so_many(number, "day"));
    let rows: Vec<(&str, String)> = vec![
        ("Session", format!("{}, {} without a visit", days(rules::ABSOLUTE_DAYS), rules::IDLE_DAYS)),
        (
            "Session on a shared device",
            format!(
                "{}, {} without a click; the cookie ends with the browser",
                hours(rules::SHARED_ABSOLUTE_HOURS),
                rules::SHARED_IDLE_HOURS
            ),
        ),
        (
            "Session with a role that needs a second step",
            format!("{}, {} without a click", hours(rules::ROLE_ABSOLUTE_HOURS), rules::ROLE_IDLE_HOURS),
        ),
        (
            "Proof that it is still them",
            format!("{}; {} for a form that was opened in time", minutes(rules::FRESH_MINUTES), 2 * rules::FRESH_MINUTES),
        ),
        ("From the password to the second step", minutes(rules::SECOND_STEP_MINUTES)),
        ("Browser that is asked for no second step", days(rules::TRUST_DAYS)),
        ("Browser that is known", format!("{} after its last sign-in", days(rules::KNOWN_BROWSER_DAYS))),
        ("Question to a passkey", format!("{}, once", minutes(rules::CHALLENGE_MINUTES))),
        ("Way to a provider and back", format!("{}, once", minutes(rules::SIGN_ON_MINUTES))),
        ("Role without a second step", format!("{}, then it rests", days(rules::SECOND_STEP_GRACE_DAYS))),
        ("Recovery codes", format!("{} on a sheet, each once", rules::RECOVERY_CODES)),
        ("Link that makes a member", format!("{}, once", days(rules::PENDING_DAYS))),
        ("Link of the slower way to join", hours(rules::LETTER_SEAL_HOURS)),
        ("Link of the first administrator", format!("{}, once", hours(rules::SETUP_HOURS))),
        ("Invitation", format!("{} and {} people at most", days(InvitationDraft::DAYS_MAX), InvitationDraft::USES_MAX)),
        ("Invitations of one member", format!("{} people at most", Joining::MEMBER_INVITATIONS_MAX)),
        ("Link to a new password", format!("{}, once, the newest only", minutes(rules::RESET_MINUTES))),
        ("Link to another address", format!("{}, once", hours(rules::EMAIL_CONFIRM_HOURS))),
        ("Undoing another address", hours(rules::EMAIL_UNDO_HOURS)),
        ("*This was not me*", format!("{}, once", days(rules::NOT_ME_DAYS))),
        (
            "Moving an account whose mailbox is lost",
            format!(
                "{} until somebody decides, then {} for the link; kept for {}",
                days(rules::MAILBOX_DAYS),
                days(rules::MAILBOX_CONFIRM_DAYS),
                days(rules::MAILBOX_KEPT_DAYS)
            ),
        ),
        ("Changes of name", format!("{}, then by an administrator", rules::HANDLE_CHANGES)),
        ("File of what is kept about somebody", hours(privacy::rules::FILE_HOURS)),
        ("Coming back after leaving", days(privacy::rules::RETURN_DAYS)),
        ("Password", format!("{} to {} characters", rules::PASSWORD_MIN_CHARS, rules::PASSWORD_MAX_CHARS)),
        ("Hash of a password", hashing()),
        ("Tries to sign in from one network", per(rules::SIGN_IN)),
        ("Wrong passwords for one account from one network", pauses(rules::pause_seconds)),
        ("Wrong passwords for one account from everywhere", pauses(rules::pause_seconds_anywhere)),
        (
            "Joining",
            format!(
                "{} from one network, then letter first; letters to one address {}",
                per(rules::JOIN),
                per(rules::JOIN_LETTERS)
            ),
        ),
        ("Questions to passkeys", format!("{} from one network", per(rules::CHALLENGES))),
        ("Ways to a provider", format!("{} from one network", per(rules::SIGN_ONS))),
        (
            "Letters of the slower way",
            format!(
                "{} from one network; joining by them {} for one address",
                per(rules::LETTERS_OF_NETWORK),
                per(rules::JOIN_BY_LETTER)
            ),
        ),
        (
            "Links to a new password",
            format!("{} to one address, {} from one network", per(rules::RESET_LETTERS), per(rules::RESETS_OF_NETWORK)),
        ),
        ("Links to another address", format!("{} for one member", per(rules::EMAIL_CHANGES))),
        (
            "Requests about a lost mailbox",
            format!(
                "{} for one address, {} from one network",
                per(rules::MAILBOX_REQUESTS),
                per(rules::MAILBOXES_OF_NETWORK)
            ),
        ),
        (
            "Taking back the yes to what one writes about one’s health",
            format!("{} for one member", per(privacy::rules::HEALTH_TURNS)),
        ),
        ("Files of what is kept", format!("{} for one member", per(privacy::rules::FILES))),
        (
            "Drafts",
            format!(
                "{}; on a shared device {}",
                days(threads::rules::DRAFT_DAYS),
                minutes(threads::rules::SHARED_DRAFT_MINUTES)
            ),
        ),
        (
            "Log of letters",
            format!("{}; a letter is tried for {}", days(mail::KEPT_DAYS), days(mail::GIVEN_UP_AFTER.num_days())),
        ),
    ];
    let rows = rows.iter().map(|(what, how_long)| format!("| {what} | {how_long} |\n"));
    std::iter::once("| What | How long, how often |\n|---|---|\n".to_owned()).chain(rows).collect()
}

#[test]
fn the_readme_names_every_lifetime_and_limit_of_the_door_as_it_is() {
    let table = lifetimes();
    assert!(readme().contains(&table), "the README's table should read:\n\n{table}");
}

/// Every `.rs` file below a folder, in one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_readme_names_exists() {
    let mut text = String::new();
    for folder in ["src", "tests"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut text);
    }
    let readme = readme();
    let (_, door) = readme.split_once("\n## The door\n").expect("the README tells of the door");
    let (door, _) = door.split_once("\n## ").expect("the README goes on");
    let named = door.split('`').skip(1).step_by(2).filter(|words| words.matches('_').count() > 2);
    let named: Vec<&str> = named.collect();
    assert!(named.len() > 40, "{named:?}");
    let missing: Vec<&&str> = named.iter().filter(|name| !text.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
