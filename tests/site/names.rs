//! Names, letter boxes, and what "this was not me" takes back.

use crate::accounts::{is_admitted, link_to, sign_in};
use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{PASSWORD, Scene, email};
use crate::second_step::{next_code, turns_on};
use alongside::db::schema::{email_changes, known_browsers, members, recovery_codes, totp_secrets};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;

const EMAIL: &str = "E-mail address";
const OTHER_PASSWORD: &str = "nine copper saucepans";
const NOT_ME: &str = "It was not me: close it to them";
const YES: &str = "Yes, this is my address";

/// Asks for another address and gives the link that came there.
async fn asks_to_move(site: &Site, person: &Person<'_>, to: &str) -> String {
    person.opens("/settings/address").await.types("New e-mail address", to).presses("Send the letter").await.is(200);
    link_to(site, to).await
}

/// Chooses a password by letter.
async fn chooses_by_letter(site: &Site, who: &str, password: &str) {
    let person = site.visitor();
    person.opens("/password").await.types(EMAIL, &email(who)).presses("Send me the link").await.is(200);
    let link = link_to(site, &email(who)).await;
    person.opens(&link).await.types("New password", password).presses("Keep this password").await.is(200);
}

/// The newest letter of that kind to somebody: the link in it.
async fn link_about(site: &Site, who: &str, words: &str) -> String {
    site.works().await;
    let letters = site.letters();
    let letter = letters.iter().rev().find(|letter| letter.to == email(who) && letter.text.contains(words));
    let letter = letter.unwrap_or_else(|| panic!("no letter says {words:?}"));
    crate::accounts::link_in(&letter.text).to_owned()
}

async fn pending_changes(site: &Site) -> i64 {
    let open = email_changes::confirmed_at.is_null();
    site.looks(move |conn| Ok(email_changes::table.filter(open).count().get_result(conn)?)).await
}

// ------------------------------------------------------------------------------------------- a change that waits

#[test]
fn a_change_of_address_that_waits_ends_with_a_new_password_with_not_me_and_with_leaving() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        for (number, who) in ["member", "author", "asker", "board member"].into_iter().enumerate() {
            let (thief, to) = (scene.person(site, who), format!("thief-{number}@elsewhere.example"));
            let link = asks_to_move(site, &thief, &to).await;
            assert_eq!(pending_changes(site).await, 1);
            match who {
                "member" => {
                    // The old address is told when it is asked for, not when it is too late.
                    let not_me = link_about(site, who, "asked to use another address for it").await;
                    site.visitor().opens(&not_me).await.presses(NOT_ME).await.is(200);
                }
                "author" => chooses_by_letter(site, who, OTHER_PASSWORD).await,
                "asker" => {
                    thief.opens("/settings/password").await.types("Your password now", PASSWORD);
                    thief.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200);
                }
                _ => {
                    thief.opens("/settings/leaving").await.ticks("Keep my words").presses("Leave").await.is(200);
                }
            }
            assert_eq!(pending_changes(site).await, 0, "{who}");
            let answer = thief.asks("POST", &link, Some(String::new())).await;
            assert!([403, 410].contains(&answer.status), "{who}: {}", answer.status);
            let (id, old) = (scene.id(who), email(who));
            let kept: String = site.looks(move |conn| Ok(members::table.find(id).select(members::email).first(conn)?)).await;
            assert_eq!(kept, old);
        }
    });
}

#[test]
fn only_whoever_asked_for_an_address_confirms_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let link = asks_to_move(site, &member, "member@elsewhere.example").await;
        let (visitor, author) = (site.visitor(), scene.person(site, "author"));
        assert_eq!(visitor.asks("POST", &link, Some(String::new())).await.status, 403);
        author.opens(&link).await.is(410).sees("only in the account that asked for it");
        assert_eq!(author.asks("POST", &link, Some(String::new())).await.status, 410);
        assert_eq!(pending_changes(site).await, 1);
        member.opens(&link).await.presses(YES).await.is(200).sees("Your address is changed");
    });
}

#[test]
fn of_two_who_confirm_one_address_at_the_same_moment_one_gets_it_and_nobody_learns_who() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let mut presses = Vec::new();
        for who in ["member", "author"] {
            let link = asks_to_move(site, &scene.person(site, who), "free@elsewhere.example").await;
            presses.extend((0..10).map(|_| (scene.person(site, who), link.clone())));
        }
        presses.rotate_left(5);
        let answers = join_all(presses.iter().map(|(person, link)| person.asks("POST", link, Some(String::new())))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
    });
}

#[test]
fn an_old_address_that_somebody_took_meanwhile_cannot_be_taken_back_and_the_page_says_so_kindly() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let link = asks_to_move(site, &member, "member@elsewhere.example").await;
        member.opens(&link).await.presses(YES).await.is(200);
        let undo = link_to(site, &email("member")).await;
        let (author, key) = (scene.id("author"), email("member"));
        site.given(move |tx| {
            diesel::update(members::table.find(author)).set(members::email_key.eq(&key)).execute(tx.conn())?;
            Ok(())
        })
        .await;
        let visitor = site.visitor();
        visitor.opens(&undo).await.presses("It was not me: take it back").await.is(410).misses("author");
        visitor.sees("an address that is not free any more");
        assert!(is_admitted(&member).await, "nothing was done by halves");
    });
}

// --------------------------------------------------------------------------------------------------- not me

#[test]
fn not_me_and_the_way_back_take_a_thiefs_app_so_that_the_owner_comes_in_again() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        // The thief turns on an app, then changes the password or the address: the letter about the app is spent by that.
        for (who, then) in [("member", "password"), ("author", "address")] {
            let thief = scene.person(site, who);
            turns_on(site, &thief).await;
            let link = if then == "password" {
                thief.opens("/settings/password").await.types("Your password now", PASSWORD);
                thief.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200);
                link_about(site, who, "was changed, and every other device").await
            } else {
                let link = asks_to_move(site, &thief, "thief@elsewhere.example").await;
                thief.opens(&link).await.presses(YES).await.is(200);
                link_about(site, who, "has another address now").await
            };
            let owner = site.visitor();
            owner.opens(&link).await.sees("turned on in the last two weeks").presses("It was not me").await.is(200);
            let reset = link_about(site, who, "asked for a new password").await;
            owner.opens(&reset).await.types("New password", "eleven patient lanterns").presses("Keep this password").await;
            sign_in(&owner, &email(who), "eleven patient lanterns").await;
            assert!(is_admitted(&owner).await, "{who}: no code of the thief is asked for");
        }
        let left: (i64, i64) = site
            .looks(|conn| {
                Ok((totp_secrets::table.count().get_result(conn)?, recovery_codes::table.count().get_result(conn)?))
            })
            .await;
        assert_eq!(left, (0, 0));
    });
}

#[test]
fn an_app_that_was_there_long_before_stays_and_so_does_its_question() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let (app, _) = turns_on(site, &member).await;
        site.later(Duration::days(13));
        assert!(is_admitted(&member).await);
        site.later(Duration::days(2));
        // A sheet that was made anew is young, the app is not.
        let member = scene.again(site, "member").await;
        member.opens("/settings/second-step").await.presses("Make new codes").await.is(200);
        let link = link_about(site, "member", "new recovery codes were made").await;
        let owner = site.visitor();
        owner.opens(&link).await.presses(NOT_ME).await.is(200);
        let reset = link_about(site, "member", "asked for a new password").await;
        owner.opens(&reset).await.types("New password", OTHER_PASSWORD).presses("Keep this password").await;
        sign_in(&owner, &email("member"), OTHER_PASSWORD).await;
        owner.sees("Now the second step");
        assert!(!is_admitted(&owner).await);
        let code = next_code(site, &app);
        owner.types("Code", &code).presses("Sign in").await;
        owner.opens("/settings/second-step").await.sees("No code is left");
    });
}

#[test]
fn a_moderator_whose_second_step_was_taken_has_time_for_another() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let moderator = scene.again(site, "moderator").await;
        turns_on(site, &moderator).await;
        let link = link_about(site, "moderator", "a second step at sign-in was turned on").await;
        site.visitor().opens(&link).await.presses(NOT_ME).await.is(200);
        let id = scene.id("moderator");
        let due: Option<i64> =
            site.looks(move |conn| Ok(members::table.find(id).select(members::second_step_due_at).first(conn)?)).await;
        assert!(due.is_some(), "the role rests after the usual time");
        let known: i64 = site
            .looks(move |conn| {
                Ok(known_browsers::table.filter(known_browsers::member_id.eq(id)).count().get_result(conn)?)
            })
            .await;
        assert_eq!(known, 0);
    });
}

#[test]
fn a_link_that_says_not_me_works_once_and_dies_with_a_change_of_address_or_password() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        // Used: of many presses at the same moment one closes the account.
        let member = scene.person(site, "member");
        asks_to_move(site, &member, "one@elsewhere.example").await;
        let link = link_about(site, "member", "asked to use another address").await;
        let visitors: Vec<_> = (0..50).map(|_| site.visitor()).collect();
        let answers = join_all(visitors.iter().map(|visitor| visitor.asks("POST", &link, Some(String::new())))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
        site.visitor().opens(&link).await.is(410).sees("This link does not work any more").sees("open the newest letter");
        // After another password.
        let author = scene.person(site, "author");
        asks_to_move(site, &author, "two@elsewhere.example").await;
        let link = link_about(site, "author", "asked to use another address").await;
        chooses_by_letter(site, "author", OTHER_PASSWORD).await;
        let visitor = site.visitor();
        assert_eq!(visitor.asks("POST", &link, Some(String::new())).await.status, 410);
        visitor.opens(&link).await.is(410).follows("Choose a new password").await.sees("We send a link to your address");
        // After another address: whoever reads the letters there now has no power here.
        let asker = scene.person(site, "asker");
        let to_new = asks_to_move(site, &asker, "asker@elsewhere.example").await;
        let link = link_about(site, "asker", "asked to use another address").await;
        asker.opens(&to_new).await.presses(YES).await.is(200);
        assert_eq!(visitor.asks("POST", &link, Some(String::new())).await.status, 410);
        assert!(is_admitted(&asker).await);
    });
}

#[test]
fn not_me_and_a_new_password_work_for_somebody_who_left_and_may_still_come_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thief = scene.person(site, "member");
        turns_on(site, &thief).await;
        let link = link_about(site, "member", "a second step at sign-in was turned on").await;
        thief.opens("/settings/leaving").await.ticks("Keep my words").presses("Leave").await.is(200);
        let owner = site.visitor();
        owner.opens(&link).await.presses(NOT_ME).await.is(200);
        let reset = link_about(site, "member", "asked for a new password").await;
        owner.opens(&reset).await.types("New password", OTHER_PASSWORD).presses("Keep this password").await;
        sign_in(&owner, &email("member"), OTHER_PASSWORD).await;
        owner.sees("You have left").presses("Come back").await.is(200).sees("Welcome back.");
        // Once somebody is erased there is nothing to disown.
        let asker = scene.person(site, "asker");
        asks_to_move(site, &asker, "three@elsewhere.example").await;
        let link = link_about(site, "asker", "asked to use another address").await;
        asker.opens("/settings/leaving").await.ticks("Keep my words").presses("Leave").await.is(200);
        site.later(Duration::days(13));
        assert_eq!(site.visitor().asks("GET", &link, None).await.status, 200);
        site.later(Duration::hours(25));
        site.works().await;
        assert_eq!(site.visitor().asks("POST", &link, Some(String::new())).await.status, 410);
    });
}
