//! Coming back: a forgotten password, a new one, and "this was not me".

use crate::accounts::{is_admitted, last_letter_to, link_in, link_to, sign_in};
use crate::harness::people::{Person, encoded};
use crate::harness::{Answered, Site, with_site, with_two_processes};
use crate::processes::fifty;
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::{self, Role};
use alongside::db::schema::{email_changes, letters, password_resets, sessions};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;

const EMAIL: &str = "E-mail address";
const OTHER_PASSWORD: &str = "nine copper saucepans";

async fn asks_for_a_link<'a>(site: &'a Site, address: &str) -> Person<'a> {
    let person = site.visitor();
    person.opens("/sign-in").await.follows("I do not know my password").await;
    person.types(EMAIL, address).presses("Send me the link").await.is(200).sees("We sent you a letter");
    person
}

async fn chooses(person: &Person<'_>, link: &str, password: &str) {
    person.opens(link).await.is(200).types("New password", password).presses("Keep this password").await;
}

#[test]
fn whoever_forgot_the_password_chooses_another_by_letter_and_is_signed_out_everywhere_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let elsewhere = scene.person(site, "member");
        let person = asks_for_a_link(site, &email("member")).await;
        let link = link_to(site, &email("member")).await;
        // Looking at the page is not enough: programs that look into letters do that.
        person.opens(&link).await.is(200).sees("Choose a new password");
        assert!(is_admitted(&elsewhere).await);
        person.types("New password", "short").presses("Keep this password").await.is(422).misses("short");
        person.types("New password", OTHER_PASSWORD).presses("Keep this password").await.is(200);
        person.sees("Your new password is kept. Sign in with it.");
        assert!(!is_admitted(&person).await, "a link signs nobody in");
        assert!(!is_admitted(&elsewhere).await);
        let letter = last_letter_to(site, &email("member")).await;
        assert!(letter.contains("was changed") && letter.contains("/not-me/"), "{letter}");
        sign_in(&person, &email("member"), PASSWORD).await;
        person.is(422).sees("Address and password do not fit together.");
        sign_in(&person, &email("member"), OTHER_PASSWORD).await;
        assert!(is_admitted(&person).await);
        person.opens(&link).await.is(410).sees("This link has been used, or its time is over");
    });
}

#[test]
fn nobody_learns_by_asking_for_a_password_whether_an_address_is_known() {
    with_site(async |site| {
        Scene::set(site).await;
        let mut answers = Vec::new();
        for address in [email("member"), "nobody@post.example".to_owned()] {
            let person = site.visitor();
            person.opens("/password").await.types(EMAIL, &address);
            let form = person.filled("Send me the link");
            let hashes = accounts::hashes_made(&site.running);
            let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            let statements = Answered::of(&answer).statements;
            let next = person.asks("GET", answer.headers["location"].to_str().unwrap(), None).await;
            let (links, written): (i64, i64) = site
                .looks(|conn| {
                    Ok((password_resets::table.count().get_result(conn)?, letters::table.count().get_result(conn)?))
                })
                .await;
            let rows = (links, written);
            answers.push(((answer.status, next.html, statements, accounts::hashes_made(&site.running) - hashes), rows));
        }
        let [(first, rows), (second, more)] = answers.as_slice() else { panic!("two answers") };
        assert_eq!(first, second);
        assert_eq!((more.0 - rows.0, more.1 - rows.1), (1, 1), "for both a row and a letter");
        // Only the letter says more, and where there is no account it opens none.
        let letter = last_letter_to(site, "nobody@post.example").await;
        assert!(letter.contains("no account there has this address") && link_in(&letter).ends_with("/join"), "{letter}");
    });
}

#[test]
fn a_link_to_a_new_password_works_for_twenty_minutes_and_only_the_newest_one() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = asks_for_a_link(site, &email("member")).await;
        let first = link_to(site, &email("member")).await;
        asks_for_a_link(site, &email("member")).await;
        let second = link_to(site, &email("member")).await;
        assert_ne!(first, second);
        for over in [&first, &format!("{second}x"), &second[..second.len() - 1].to_owned()] {
            person.opens(over).await.is(410);
            assert_eq!(person.asks("POST", over, Some("password=nine+copper+saucepans".into())).await.status, 410);
        }
        person.opens(&second).await.is(200);
        let form = {
            person.types("New password", OTHER_PASSWORD);
            person.filled("Keep this password")
        };
        site.later(Duration::minutes(20));
        person.sends(&form).await.is(410);
        person.follows("Send me another link").await.is(200);
        sign_in(&person, &email("member"), PASSWORD).await;
        assert!(is_admitted(&person).await, "the old password stands");
        site.later(Duration::hours(1));
        site.works().await;
        let kept: i64 = site.looks(|conn| Ok(password_resets::table.count().get_result(conn)?)).await;
        assert_eq!(kept, 0, "links that have had their time are deleted");
    });
}

#[test]
fn of_fifty_who_use_one_link_at_once_in_two_processes_one_chooses_the_password() {
    with_two_processes(async |site, other| {
        Scene::set(site).await;
        asks_for_a_link(site, &email("member")).await;
        let link = link_to(site, &email("member")).await.trim_start_matches(&site.address).to_owned();
        let people = fifty(site, other);
        let uses = people
            .iter()
            .enumerate()
            .map(|(number, person)| person.asks("POST", &link, Some(format!("password=password+number+{number}+of+fifty"))));
        let statuses: Vec<u16> = join_all(uses).await.iter().map(|answer| answer.status).collect();
        let winners: Vec<usize> = (0..50).filter(|number| statuses[*number] == 303).collect();
        assert_eq!(winners.len(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
        let person = site.visitor();
        sign_in(&person, &email("member"), &format!("password number {} of fifty", winners[0])).await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn nobody_fills_somebody_elses_letter_box_with_links_and_too_many_questions_are_told_when_to_come_back() {
    with_site(async |site| {
        Scene::set(site).await;
        for _ in 0..7 {
            asks_for_a_link(site, &email("member")).await;
        }
        site.works().await;
        let to = email("member");
        let came = site.letters().iter().filter(|letter| letter.to == to).count();
        assert_eq!(came, 5, "the answer stays the same, the letters end");
        for number in 0..13 {
            asks_for_a_link(site, &format!("somebody-{number}@post.example")).await;
        }
        let person = site.visitor();
        person.opens("/password").await.types(EMAIL, "one-more@post.example").presses("Send me the link").await;
        person.is(429).sees("Try again from");
        assert_eq!(person.on_page(|page| page.field(EMAIL)), "one-more@post.example");
    });
}

#[test]
fn links_in_letters_lead_to_the_address_of_the_settings_whatever_the_request_says() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = site.visitor();
        let body = format!("email={}", email("member").replace('@', "%40"));
        let headers = [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
        assert_eq!(person.asks_with("POST", "/password", Some(body), &headers).await.status, 303);
        let letter = last_letter_to(site, &email("member")).await;
        assert!(!letter.contains("evil.example"), "{letter}");
        assert!(link_in(&letter).starts_with(&site.running.link("/password/")), "{letter}");
    });
}

#[test]
fn whoever_says_this_was_not_me_closes_the_account_to_everybody_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let stranger = scene.person(site, "member");
        stranger.opens("/settings/password").await.types("Your password now", PASSWORD);
        stranger.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200);
        let link = link_to(site, &email("member")).await;
        assert!(link.contains("/not-me/"), "{link}");
        let person = site.visitor();
        person.opens(&link).await.is(200).sees("Was this not you?");
        assert!(is_admitted(&stranger).await, "looking does nothing");
        person.presses("It was not me: close it to them").await.is(200).sees("Your account is closed to them");
        assert!(!is_admitted(&stranger).await);
        sign_in(&stranger, &email("member"), OTHER_PASSWORD).await;
        stranger.is(422).sees("Address and password do not fit together.");
        let link = link_to(site, &email("member")).await;
        chooses(&person, &link, "eleven patient lanterns").await;
        sign_in(&person, &email("member"), "eleven patient lanterns").await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn a_link_that_says_this_was_not_me_cannot_be_made_or_bent_by_others() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member.opens("/settings/password").await.types("Your password now", PASSWORD);
        member.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200);
        let link = link_to(site, &email("member")).await;
        let token = link.rsplit('/').next().unwrap();
        let (id, rest) = token.split_once('.').unwrap();
        let other = scene.id("author");
        let visitor = site.visitor();
        for bent in [format!("{other}.{rest}"), format!("{token}x"), format!("{id}.1.{rest}"), "31".to_owned()] {
            let path = format!("/not-me/{bent}");
            assert!([404, 410].contains(&visitor.asks("GET", &path, None).await.status), "{bent}");
            assert!([404, 410].contains(&visitor.asks("POST", &path, Some(String::new())).await.status), "{bent}");
        }
        assert!(is_admitted(&member).await);
        site.later(Duration::days(14));
        visitor.opens(&link).await.is(410);
    });
}

#[test]
fn a_password_is_changed_with_the_old_one_and_ends_the_other_sessions_only() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (here, elsewhere) = (scene.person(site, "member"), site.visitor());
        sign_in(&elsewhere, &email("member"), PASSWORD).await;
        assert!(is_admitted(&elsewhere).await);
        // A link that somebody asked for before opens nothing afterwards.
        asks_for_a_link(site, &email("member")).await;
        let link = link_to(site, &email("member")).await;
        here.opens("/settings").await.follows("Change your password").await;
        here.types("Your password now", "words that fit nowhere").types("New password", "short").presses("Change it").await;
        here.is(422).sees("That is not your password.").sees("at least 12").misses("words that fit nowhere");
        here.types("Your password now", PASSWORD).types("New password", OTHER_PASSWORD).presses("Change it").await;
        here.is(200).sees("Your password is changed.");
        assert!(is_admitted(&here).await && !is_admitted(&elsewhere).await);
        site.visitor().opens(&link).await.is(410);
        let count: i64 = {
            let id = scene.id("member").number();
            site.looks(move |conn| Ok(sessions::table.filter(sessions::member_id.eq(id)).count().get_result(conn)?)).await
        };
        assert_eq!(count, 1);
        sign_in(&elsewhere, &email("member"), OTHER_PASSWORD).await;
        assert!(is_admitted(&elsewhere).await);
    });
}

#[test]
fn guessing_the_old_password_in_somebodys_open_browser_gets_slower_each_time() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let body = || Some(format!("present_password=words+that+fit+nowhere&password={}", OTHER_PASSWORD.replace(' ', "+")));
        for _ in 0..5 {
            assert_eq!(member.asks("POST", "/settings/password", body()).await.status, 422);
        }
        assert_eq!(member.asks("POST", "/settings/password", body()).await.status, 429);
        site.later(Duration::minutes(16));
        member.opens("/settings/password").await.types("Your password now", PASSWORD);
        member.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200).sees("Your password is changed.");
    });
}

#[test]
fn people_see_where_they_are_signed_in_and_end_it_elsewhere() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (here, stranger) = (site.visitor(), site.visitor());
        sign_in(&here, &email("member"), PASSWORD).await;
        let body = format!("email={}&password={}", email("member").replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        site.later(Duration::minutes(3));
        stranger.asks_with("POST", "/sign-in", Some(body), &[("user-agent", firefox)]).await.is(303);
        assert!(is_admitted(&stranger).await);
        here.opens("/settings").await.follows("Where you are signed in").await.sees("This one").sees("Firefox on Linux");
        // What is not theirs is not there.
        let newest: i64 =
            site.looks(|conn| Ok(sessions::table.order(sessions::id.desc()).select(sessions::id).first(conn)?)).await;
        let path = format!("/settings/devices/{newest}/removal");
        let author = scene.person(site, "author");
        assert_eq!(author.asks("POST", &path, Some(String::new())).await.status, 404);
        assert!(is_admitted(&stranger).await);
        here.presses("Sign it out").await.is(200).sees("That browser is signed out.").misses("Firefox on Linux");
        assert!(!is_admitted(&stranger).await && is_admitted(&here).await);
        assert_eq!(here.asks("POST", &path, Some(String::new())).await.status, 404, "it is over already");

        let others = [site.visitor(), site.visitor()];
        for other in &others {
            sign_in(other, &email("member"), PASSWORD).await;
        }
        here.opens("/settings/devices").await.presses("Sign out all the others").await.is(200);
        here.sees("All other browsers are signed out.").misses("Sign out all the others");
        for other in &others {
            assert!(!is_admitted(other).await);
        }
        assert!(is_admitted(&here).await);
    });
}

#[test]
fn whoever_has_a_role_that_rests_is_not_shown_browsers_that_let_nobody_in_any_more() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let id = scene.id("member");
        site.given(move |tx| accounts::grant(tx, id, Role::Moderator, None, "Helps.")).await;
        site.later(Duration::days(14));
        let [idle, here] = [site.visitor(), site.visitor()];
        sign_in(&idle, &email("member"), PASSWORD).await;
        site.later(Duration::minutes(30));
        sign_in(&here, &email("member"), PASSWORD).await;
        here.opens("/settings/devices").await.sees("Sign out all the others");
        site.later(Duration::minutes(40));
        here.opens("/settings/devices").await.misses("Sign out all the others");
        assert!(!is_admitted(&idle).await && is_admitted(&here).await);
    });
}

/// Asks for another address and gives the link that came there.
async fn asks_to_move<'a>(site: &'a Site, scene: &Scene, to: &str) -> (Person<'a>, String) {
    let member = scene.person(site, "member");
    member.opens("/settings").await.follows("Another e-mail address").await;
    member.types("New e-mail address", to).presses("Send the letter").await.is(200).sees("Until then nothing changes");
    (member, link_to(site, to).await)
}

#[test]
fn an_address_is_changed_by_a_letter_to_the_new_one_and_the_old_one_is_told_and_can_undo_it_for_three_days() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let new = "member@elsewhere.example";
        let (stranger, link) = asks_to_move(site, &scene, new).await;
        // Looking changes nothing, and a link to a password that went to the old address dies with the change.
        asks_for_a_link(site, &email("member")).await;
        let reset = link_to(site, &email("member")).await;
        let phone = site.visitor();
        phone.opens(&link).await.sees("Welcome back").types(EMAIL, &email("member")).types("Password", PASSWORD);
        phone.presses("Sign in").await.is(200).sees(new).presses("Yes, this is my address").await.is(200);
        phone.sees("Your address is changed");
        let undo = link_to(site, &email("member")).await;
        phone.opens(&link).await.is(410);
        phone.opens(&reset).await.is(410);
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        person.is(422);
        sign_in(&person, new, PASSWORD).await;
        assert!(is_admitted(&person).await && is_admitted(&stranger).await);
        assert!(undo.contains("/address/undo/"), "{undo}");

        // Nobody else gets the old address while it can be had back, and a second change does not get away with it.
        site.later(Duration::hours(70));
        let (again, second) = {
            let again = site.visitor();
            sign_in(&again, new, PASSWORD).await;
            again.opens("/settings/address").await.types("New e-mail address", "third@elsewhere.example");
            again.presses("Send the letter").await.is(200);
            (again, link_to(site, "third@elsewhere.example").await)
        };
        again.opens(&second).await.presses("Yes, this is my address").await.is(200);
        let owner = site.visitor();
        owner.opens(&undo).await.is(200).sees(&email("member"));
        owner.presses("It was not me: take it back").await.is(200).sees("Your account is yours again");
        assert!(!is_admitted(&stranger).await && !is_admitted(&person).await);
        let later_undo = link_to(site, "member@elsewhere.example").await;
        site.visitor().opens(&later_undo).await.is(410);
        let reset = link_to(site, &email("member")).await;
        chooses(&owner, &reset, OTHER_PASSWORD).await;
        sign_in(&owner, &email("member"), OTHER_PASSWORD).await;
        assert!(is_admitted(&owner).await);
        owner.opens(&undo).await.is(410);
    });
}

#[test]
fn after_three_days_the_old_address_is_free_and_undoes_nothing() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (member, link) = asks_to_move(site, &scene, "member@elsewhere.example").await;
        member.opens(&link).await.presses("Yes, this is my address").await.is(200);
        let undo = link_to(site, &email("member")).await;
        site.later(Duration::hours(72));
        site.visitor().opens(&undo).await.is(410);
        site.works().await;
        let left: i64 = site.looks(|conn| Ok(email_changes::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0, "what can neither be confirmed nor undone is forgotten");
    });
}

#[test]
fn nobody_learns_by_asking_for_an_address_whether_somebody_has_it_and_nobody_takes_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (_, link) = asks_to_move(site, &scene, &email("author")).await;
        assert!(link.ends_with("/sign-in"), "{link}");
        let held: Option<Vec<u8>> =
            site.looks(|conn| Ok(email_changes::table.select(email_changes::confirm_hash).first(conn)?)).await;
        assert_eq!(held, None, "no link was made");
        let member = scene.person(site, "member");
        for (typed, words) in
            [("no address", "This does not look like"), (email("member").as_str(), "This is your address already")]
        {
            member.opens("/settings/address").await.types("New e-mail address", typed).presses("Send the letter").await;
            member.is(422).sees(words);
            assert_eq!(member.on_page(|page| page.field("New e-mail address")), typed);
        }
        // Two people ask for the same free address: the first who confirms has it.
        let author = scene.person(site, "author");
        let mut links = Vec::new();
        for person in [&member, &author] {
            person.opens("/settings/address").await.types("New e-mail address", "free@elsewhere.example");
            person.presses("Send the letter").await.is(200);
            links.push(link_to(site, "free@elsewhere.example").await);
        }
        member.opens(&links[0]).await.presses("Yes, this is my address").await.is(200);
        let answer = author.asks("POST", links[1].trim_start_matches(&site.address), Some(String::new())).await;
        assert_eq!(answer.status, 410);
    });
}

#[test]
fn of_fifty_presses_on_the_link_to_a_new_address_in_two_processes_one_changes_it() {
    with_two_processes(async |site, other| {
        let scene = Scene::set(site).await;
        let (_, link) = asks_to_move(site, &scene, "member@elsewhere.example").await;
        let path = link.trim_start_matches(&site.address).to_owned();
        let tabs: Vec<_> = (0..50).map(|tab| scene.person(if tab % 2 == 0 { site } else { other }, "member")).collect();
        let answers = join_all(tabs.iter().map(|tab| tab.asks("POST", &path, Some(String::new()))));
        let statuses: Vec<u16> = answers.await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
    });
}
