//! Names, letter boxes, and what "this was not me" takes back.

use crate::accounts::{at_the_details, fill_in, is_admitted, join_button, last_letter_to, link_to, sign_in};
use crate::harness::people::{Person, encoded};
use crate::harness::{Answered, Site, with_site};
use crate::scene::{PASSWORD, Scene, email, reply};
use crate::second_step::{next_code, turns_on};
use alongside::accounts;
use alongside::db::schema::{
    email_changes, known_browsers, letters, mailbox_requests, members, old_handles, recovery_codes, totp_secrets,
};
use alongside::threads;
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
    let says = |text: &str| folded(text).contains(words);
    let letter = letters.iter().rev().find(|letter| letter.to == email(who) && says(&letter.text));
    let letter = letter.unwrap_or_else(|| panic!("no letter says {words:?}"));
    crate::accounts::link_in(&letter.text).to_owned()
}

/// Letters break their lines where they like.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of the newest letter to that address.
async fn words_to(site: &Site, address: &str) -> String {
    folded(&last_letter_to(site, address).await)
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
            owner.opens(&link).await.sees("A second step that was turned on lately").presses("It was not me").await.is(200);
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
fn whoever_chooses_another_password_first_still_takes_a_thiefs_app_by_the_letter_about_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        turns_on(site, &scene.person(site, "member")).await;
        let about_app = link_about(site, "member", "a second step at sign-in was turned on").await;
        chooses_by_letter(site, "member", "eleven patient lanterns").await;
        let owner = site.visitor();
        sign_in(&owner, &email("member"), "eleven patient lanterns").await;
        assert!(!is_admitted(&owner).await, "the thief's code is asked for");
        owner.opens(&about_app).await.presses(NOT_ME).await.is(200);
        let reset = link_about(site, "member", "asked for a new password").await;
        owner.opens(&reset).await.types("New password", "twelve patient lanterns").presses("Keep this password").await;
        sign_in(&owner, &email("member"), "twelve patient lanterns").await;
        assert!(is_admitted(&owner).await);
        // It is used up with the app.
        owner.opens(&about_app).await.is(410);
    });
}

#[test]
fn no_letter_takes_a_second_step_that_is_older_than_its_own_letter() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        turns_on(site, &scene.person(site, "member")).await;
        site.later(Duration::days(10));
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        let author = scene.again(site, "member").await;
        author.opens("/settings/second-step").await.presses("Make new codes").await.is(200);
        let link = link_about(site, "member", "new recovery codes were made").await;
        site.later(Duration::days(5));
        person.opens(&link).await.presses(NOT_ME).await.is(200);
        let apps: i64 = site.looks(|conn| Ok(totp_secrets::table.count().get_result(conn)?)).await;
        assert_eq!(apps, 1);
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
fn whoever_only_reads_somebodys_letters_does_not_get_around_a_new_second_step() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        turns_on(site, &member).await;
        // The letter about the app is spent by its owner.
        member.opens("/settings/password").await.types("Your password now", PASSWORD);
        member.types("New password", OTHER_PASSWORD).presses("Change it").await.is(200);
        site.later(Duration::days(1));
        chooses_by_letter(site, "member", "eleven patient lanterns").await;
        let link = link_about(site, "member", "was changed, and every other device").await;
        site.visitor().opens(&link).await.presses(NOT_ME).await.is(200);
        chooses_by_letter(site, "member", "seven quiet umbrellas").await;
        let thief = site.visitor();
        sign_in(&thief, &email("member"), "seven quiet umbrellas").await;
        thief.sees("Now the second step");
        assert!(!is_admitted(&thief).await);
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

// ------------------------------------------------------------------------------------------------ another name

const NEW_NAME: &str = "New name";
const TAKE_NAME: &str = "Take this name";

async fn takes_name(person: &Person<'_>, name: &str) {
    person.opens("/settings/handle").await.types(NEW_NAME, name).presses(TAKE_NAME).await;
}

/// What a visitor's browser holds of a page: its address and its tag.
async fn held(site: &Site, path: &str) -> (String, String) {
    let visitor = site.visitor();
    visitor.opens(path).await.is(200);
    visitor.on_page(|page| (page.address.clone(), page.headers["etag"].to_str().unwrap().to_owned()))
}

#[test]
fn a_new_name_stands_everywhere_at_once_also_on_pages_that_a_browser_holds() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("public");
        let member_id = scene.id("member");
        site.given(move |tx| {
            let member = accounts::load(tx.conn(), member_id)?.unwrap();
            let mut answer = reply("It was the same with me.", "answer-to-author");
            answer.in_reply_to = Some(place.post);
            threads::reply(tx, &member, place.thread, &answer)?;
            Ok(())
        })
        .await;
        site.works().await;
        let mut pages = Vec::new();
        for path in [format!("/threads/{}", place.thread), format!("/boards/{}", place.board)] {
            site.visitor().opens(&path).await.sees("author");
            pages.push(held(site, &path).await);
        }
        let (home, home_tag) = held(site, "/").await;
        let author = scene.person(site, "author");
        author.opens("/settings").await.follows("Another name").await.sees("You can change it 2 times");
        author.types(NEW_NAME, "Kettle-Song").presses(TAKE_NAME).await.is(200).sees("This is your name now.");
        author.sees("You can change it once more").sees("Kettle-Song");
        for (address, tag) in &pages {
            let visitor = site.visitor();
            let page = visitor.asks_with("GET", address, None, &[("if-none-match", tag)]).await;
            page.is(200).shows("Kettle-Song").hides(">author<").hides("to author");
        }
        site.visitor().asks_with("GET", &home, None, &[("if-none-match", &home_tag)]).await.is(200);
        // In reply to, notices, the page of the person; and only there, by the number.
        let reader = scene.person(site, "member");
        reader.opens(&format!("/threads/{}", place.thread)).await.sees("In reply to Kettle-Song");
        reader.opens(&format!("/people/{}", scene.author)).await.is(200).sees("Kettle-Song").misses("author");
        for path in ["/people/author", "/people/Kettle-Song"] {
            assert_eq!(reader.asks("GET", path, None).await.status, 404, "{path}");
        }
        let told = words_to(site, &email("author")).await;
        assert!(told.contains("your name at") && !told.contains("Kettle-Song"), "{told}");
        // Who looks for the old name finds nobody.
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/people?name=author").await.sees("Nobody fits");
        administrator.opens("/admin/people?name=kettle_song").await.is(200).sees("Kettle-Song");
    });
}

#[test]
fn people_change_their_name_twice_and_after_that_somebody_does_it_for_them() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        takes_name(&member, "kettle-song").await;
        member.is(200);
        takes_name(&member, "wren-in-rain").await;
        member.is(200).sees("You have changed your name twice");
        assert!(!member.on_page(|page| page.has_button(TAKE_NAME)));
        let body = || Some("handle=third-name".to_owned());
        assert_eq!(member.asks("POST", "/settings/handle", body()).await.status, 422);
        let administrator = scene.again(site, "administrator").await;
        let id = scene.id("member");
        administrator.opens(&format!("/admin/people/{id}")).await.follows("Another name").await.is(200);
        administrator.types(NEW_NAME, "kettle-song").presses("Give this name").await.is(422);
        administrator.sees("Somebody has this name").sees("Say why, in a few words.");
        administrator.types(NEW_NAME, "third-name").types("Why?", "Asked us by letter");
        administrator.presses("Give this name").await.is(200).sees("This is their name now.");
        member.opens("/settings").await.sees("third-name");
        // The chain: for moderators and administrators.
        let path = format!("/people/{id}");
        for who in ["moderator", "administrator"] {
            let person = scene.again(site, who).await;
            person.opens(&path).await.sees("Names before").sees("kettle-song").sees("wren-in-rain");
            person.sees("changed by administrator").sees("Asked us by letter");
        }
        for who in ["author", "representative", "member"] {
            scene.again(site, who).await.opens(&path).await.sees("third-name").misses("Names before").misses("kettle-song");
        }
        // A name of somebody else is not theirs to change.
        let author = scene.person(site, "author");
        assert_eq!(author.asks("POST", &format!("/admin/people/{id}/handle"), body()).await.status, 404);
    });
}

#[test]
fn a_name_that_somebody_gave_up_stays_nobodys_look_alikes_included() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        takes_name(&member, "kettle-song").await;
        member.is(200);
        let author = scene.person(site, "author");
        for name in ["member-", "kettle-song", "kettle_s0ng", "admin", "ab", "author", "AUTHOR"] {
            takes_name(&author, name).await;
            author.is(422);
            assert_eq!(author.on_page(|page| page.field(NEW_NAME)), name, "the words are kept");
        }
        takes_name(&author, "Member").await;
        author.is(422);
        // Not for a new member either, and not for themselves.
        let newcomer = at_the_details(site).await;
        fill_in(&newcomer, "membеr", "newcomer@post.example");
        newcomer.presses(&join_button(site)).await.is(422);
        takes_name(&member, "member").await;
        member.is(422);
        // The advice of joining holds here, too, and is only advice.
        takes_name(&author, "born-1974-03-12").await;
        author.is(422).sees("It holds a date.").ticks("Keep this name all the same").types(NEW_NAME, "born-1974-03-12");
        author.presses(TAKE_NAME).await.is(200).sees("This is your name now.");
    });
}

#[test]
fn of_fifty_changes_of_one_name_at_the_same_moment_as_many_win_as_are_left() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let tabs: Vec<_> = (0..50).map(|_| scene.person(site, "member")).collect();
        let changes = tabs
            .iter()
            .enumerate()
            .map(|(number, tab)| tab.asks("POST", "/settings/handle", Some(format!("handle=kettle-{number}-song"))));
        let statuses: Vec<u16> = join_all(changes).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 2, "{statuses:?}");
        // Of many who want one name, one has it.
        let people = ["author", "asker", "board member", "new member"].map(|who| scene.person(site, who));
        let wishes = people.iter().map(|person| person.asks("POST", "/settings/handle", Some("handle=one-for-all".into())));
        let statuses: Vec<u16> = join_all(wishes).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 422].contains(status)), "{statuses:?}");
    });
}

#[test]
fn when_somebody_is_erased_their_old_names_are_forgotten_and_still_nobodys() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (member, id) = (scene.person(site, "member"), scene.id("member"));
        takes_name(&member, "kettle-song").await;
        takes_name(&member, "wren-in-rain").await;
        let file = site.looks(move |conn| Ok(accounts::take_along(conn, id)?.unwrap())).await;
        let names: Vec<&str> = file.old_names.iter().map(|name| name.handle.as_str()).collect();
        assert_eq!(names, ["member", "kettle-song"], "they take their names along");
        member.opens("/settings/leaving").await.ticks("Keep my words").presses("Leave").await.is(200);
        // While somebody is away, nobody gives them another name.
        let administrator = scene.again(site, "administrator").await;
        let body = Some("handle=third-name&reason=asked".to_owned());
        assert_eq!(administrator.asks("POST", &format!("/admin/people/{id}/handle"), body).await.status, 404);
        site.later(Duration::days(15));
        site.works().await;
        site.works().await;
        let rows: Vec<(Option<i64>, String, Option<String>, Option<i64>)> = site
            .looks(|conn| {
                Ok(old_handles::table
                    .select((old_handles::member_id, old_handles::handle, old_handles::handle_key, old_handles::changed_by))
                    .load(conn)?)
            })
            .await;
        assert_eq!(rows, [(None, String::new(), None, None), (None, String::new(), None, None)]);
        let author = scene.again(site, "author").await;
        for name in ["kettle-song", "Kettle_Song"] {
            takes_name(&author, name).await;
            author.is(422).sees("Somebody has this name");
        }
        let newcomer = at_the_details(site).await;
        fill_in(&newcomer, "kettle.song", "newcomer@post.example");
        newcomer.presses(&join_button(site)).await.is(422).sees("Somebody has this name");
    });
}

// --------------------------------------------------------------------------------- letters nobody can read any more

const STOP: &str = "It was not me: stop it";

async fn asks_people(site: &Site, old: &str, new: &str) {
    let person = site.visitor();
    person.opens("/sign-in").await.follows("I do not know my password").await;
    person.follows("I cannot read my e-mail any more").await.is(200);
    person.types("The old address", old).types("New e-mail address", new);
    person.types("What happened", "The firm closed, and my letters with it.").presses("Ask for it").await.is(200);
    person.sees("For 7 days nothing changes");
}

async fn newest_request(site: &Site) -> i64 {
    site.looks(|conn| {
        let newest = mailbox_requests::table.order(mailbox_requests::id.desc()).select(mailbox_requests::id);
        Ok(newest.first(conn)?)
    })
    .await
}

/// An administrator opens the newest request and presses.
async fn decides<'a>(site: &'a Site, scene: &Scene, button: &str, words: &str) -> Person<'a> {
    let administrator = scene.again(site, "administrator").await;
    let request = newest_request(site).await;
    administrator.opens("/admin").await.follows("Lost mailboxes").await.opens(&format!("/admin/mailboxes/{request}")).await;
    administrator.types("Your words to them", words).presses(button).await;
    administrator
}

#[test]
fn whoever_lost_letters_and_password_comes_back_after_a_week_by_the_word_of_a_person() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let elsewhere = scene.person(site, "member");
        let (app, _) = turns_on(site, &elsewhere).await;
        let new = "member@elsewhere.example";
        asks_people(site, &email("member"), new).await;
        // The old address and every session are told at once; nothing else happens.
        let told = words_to(site, &email("member")).await;
        assert!(told.contains("cannot read letters to this address") && told.contains("/mailbox/stop/"), "{told}");
        elsewhere.opens("/boards").await.sees("want your account moved to another address");
        scene.person(site, "author").opens("/boards").await.misses("want your account moved");
        site.works().await;
        assert!(!site.letters().iter().any(|letter| letter.to == new), "nothing goes to the new address yet");
        let early = decides(site, &scene, "No, leave it", "").await;
        early.is(422).sees("Say why, in a few words").sees("A yes is possible from");
        assert!(!early.on_page(|page| page.has_button("Yes, move it")));
        let request = newest_request(site).await;
        let path = format!("/admin/mailboxes/{request}/decision");
        let answer = early.asks("POST", &path, Some("decision=approve".into())).await;
        answer.is(422).shows("It is too early for a yes");

        site.later(Duration::days(7));
        let administrator = decides(site, &scene, "Yes, move it", "Welcome back.").await;
        administrator.is(200).sees("The letter is on its way").misses("member@elsewhere.example");
        let letter = words_to(site, new).await;
        assert!(letter.contains("Welcome back."), "{letter}");
        let link = link_to(site, new).await;
        let person = site.visitor();
        person.opens(&link).await.is(200).sees(new);
        assert!(is_admitted(&elsewhere).await, "looking changes nothing");
        person.presses(YES).await.is(200).sees("Now choose a password");
        assert!(!is_admitted(&elsewhere).await && !is_admitted(&person).await, "signed out everywhere, and nobody in");
        person.opens(&link).await.is(410);
        // Its owner sets the password, by letter; the second step stays.
        person.opens("/password").await.types(EMAIL, new).presses("Send me the link").await;
        let reset = link_to(site, new).await;
        person.opens(&reset).await.types("New password", OTHER_PASSWORD).presses("Keep this password").await;
        sign_in(&person, new, OTHER_PASSWORD).await;
        person.sees("Now the second step");
        let code = next_code(site, &app);
        person.types("Code", &code).presses("Sign in").await;
        assert!(is_admitted(&person).await);
        // The old address was told, and undoes it as any change.
        let undo = link_about(site, "member", "has another address now").await;
        site.visitor().opens(&undo).await.presses("It was not me: take it back").await.is(200);
        assert!(!is_admitted(&person).await);
    });
}

#[test]
fn one_press_at_the_old_address_or_in_a_session_stops_it_and_so_does_reading_the_letters() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        asks_people(site, &email("member"), "one@elsewhere.example").await;
        let stop = link_to(site, &email("member")).await;
        let visitors: Vec<_> = (0..50).map(|_| site.visitor()).collect();
        visitors[0].opens(&stop).await.is(200).sees("Stop the move?");
        let answers = join_all(visitors.iter().map(|visitor| visitor.asks("POST", &stop, Some(String::new())))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
        // In a session.
        asks_people(site, &email("author"), "two@elsewhere.example").await;
        let author = scene.person(site, "author");
        author.opens("/boards").await.follows("Look at it, or stop it").await.sees("t…o@elsewhere.example");
        author.presses(STOP).await.is(200).sees("It is stopped").misses("want your account moved");
        // By a new password, which only whoever reads the letters chooses, and by not-me.
        asks_people(site, &email("asker"), "three@elsewhere.example").await;
        chooses_by_letter(site, "asker", OTHER_PASSWORD).await;
        asks_people(site, &email("board member"), "four@elsewhere.example").await;
        asks_to_move(site, &scene.person(site, "board member"), "mine@elsewhere.example").await;
        let not_me = link_about(site, "board member", "asked to use another address").await;
        site.visitor().opens(&not_me).await.presses(NOT_ME).await.is(200);
        // By leaving.
        asks_people(site, &email("new member"), "five@elsewhere.example").await;
        let leaving = scene.person(site, "new member");
        leaving.opens("/settings/leaving").await.ticks("Keep my words").presses("Leave").await.is(200);
        let left: i64 = site.looks(|conn| Ok(mailbox_requests::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0);
        scene.again(site, "administrator").await.opens("/admin/mailboxes").await.sees("Nobody is waiting");
    });
}

#[test]
fn a_yes_is_still_stopped_until_the_new_address_answers_and_ends_by_itself() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        for (who, ends) in [("member", "stopped"), ("author", "late")] {
            let new = format!("{who}@elsewhere.example");
            asks_people(site, &email(who), &new).await;
            let stop = link_to(site, &email(who)).await;
            site.later(Duration::days(7));
            decides(site, &scene, "Yes, move it", "").await.is(200);
            let link = link_to(site, &new).await;
            if ends == "stopped" {
                site.visitor().opens(&stop).await.presses(STOP).await.is(200);
            } else {
                site.later(Duration::days(7));
            }
            let visitor = site.visitor();
            visitor.opens(&link).await.is(410);
            assert_eq!(visitor.asks("POST", &link, Some(String::new())).await.status, 410, "{ends}");
        }
        site.later(Duration::hours(1));
        site.works().await;
        let left: i64 = site.looks(|conn| Ok(mailbox_requests::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0, "what nobody answered is forgotten");
    });
}

#[test]
fn a_no_is_mailed_with_its_reason_and_changes_nothing() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        asks_people(site, &email("member"), "member@elsewhere.example").await;
        let administrator = decides(site, &scene, "No, leave it", "Tell us when you joined.").await;
        administrator.is(200).sees("The letter is on its way");
        let letter = words_to(site, "member@elsewhere.example").await;
        assert!(letter.contains("they said no") && letter.contains("Tell us when you joined."), "{letter}");
        member.opens("/boards").await.is(200).misses("want your account moved");
        // They may ask once more, the next day.
        site.later(Duration::days(1));
        asks_people(site, &email("member"), "member@elsewhere.example").await;
        member.opens("/boards").await.sees("want your account moved");
        site.later(Duration::days(91));
        decides(site, &scene, "No, leave it", "Again no.").await.is(200);
        site.works().await;
        let left: i64 = site.looks(|conn| Ok(mailbox_requests::table.count().get_result(conn)?)).await;
        assert_eq!(left, 1, "what was decided 90 days ago is forgotten");
    });
}

#[test]
fn of_two_administrators_at_once_one_decides_and_of_fifty_who_press_the_link_one_moves_the_account() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        asks_people(site, &email("member"), "member@elsewhere.example").await;
        site.later(Duration::days(7));
        let administrators = [scene.again(site, "administrator").await, scene.again(site, "administrator").await];
        let path = format!("/admin/mailboxes/{}/decision", newest_request(site).await);
        let [yes, no] = ["decision=approve", "decision=refuse&words=Not+now"].map(|body| Some(body.to_owned()));
        let presses = [administrators[0].asks("POST", &path, no), administrators[1].asks("POST", &path, yes)];
        let mut statuses: Vec<u16> = join_all(presses).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "the other one reads that somebody was faster");
        site.works().await;
        let came = site.letters().iter().filter(|letter| letter.to == "member@elsewhere.example").count();
        assert_eq!(came, 1);

        asks_people(site, &email("author"), "author@elsewhere.example").await;
        site.later(Duration::days(7));
        decides(site, &scene, "Yes, move it", "").await.is(200);
        let link = link_to(site, "author@elsewhere.example").await;
        let visitors: Vec<_> = (0..50).map(|_| site.visitor()).collect();
        let answers = join_all(visitors.iter().map(|visitor| visitor.asks("POST", &link, Some(String::new())))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
    });
}

#[test]
fn nobody_learns_by_asking_about_a_mailbox_whether_an_address_is_known() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let mut answers = Vec::new();
        for address in [email("member"), "nobody@post.example".to_owned()] {
            let person = site.visitor();
            person.opens("/mailbox").await.types("The old address", &address);
            person.types("New e-mail address", "somebody@elsewhere.example").types("What happened", "It is closed.");
            let form = person.filled("Ask for it");
            let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            let statements = Answered::of(&answer).statements;
            let next = person.asks("GET", answer.headers["location"].to_str().unwrap(), None).await;
            let rows: (i64, i64) = site
                .looks(|conn| {
                    Ok((mailbox_requests::table.count().get_result(conn)?, letters::table.count().get_result(conn)?))
                })
                .await;
            answers.push(((answer.status, next.html, statements), rows));
        }
        let [(first, rows), (second, more)] = answers.as_slice() else { panic!("two answers") };
        assert_eq!(first, second);
        assert_eq!((more.0 - rows.0, more.1 - rows.1), (1, 1), "for both a row and a letter");
        let letter = words_to(site, "nobody@post.example").await;
        assert!(letter.contains("no account there has this address"), "{letter}");
        // People answer it, too, with a letter that says no more: there is nothing to say yes to.
        site.later(Duration::days(7));
        let administrator = decides(site, &scene, "No, leave it", "We cannot do that.").await;
        administrator.is(200);
        let letter = words_to(site, "somebody@elsewhere.example").await;
        assert!(letter.contains("they said no") && !letter.contains("no account"), "{letter}");
    });
}

#[test]
fn one_request_for_an_account_is_open_at_a_time_and_too_many_are_told_when_to_come_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        asks_people(site, &email("member"), "one@elsewhere.example").await;
        // The same words, and nothing happens: a stranger does not push it aside, nor fill the letter box.
        asks_people(site, &email("member"), "two@elsewhere.example").await;
        site.later(Duration::days(2));
        asks_people(site, &email("member"), "three@elsewhere.example").await;
        let rows: Vec<String> =
            site.looks(|conn| Ok(mailbox_requests::table.select(mailbox_requests::new_email).load(conn)?)).await;
        assert_eq!(rows, ["one@elsewhere.example"]);
        // Whoever decides learns that not both can be the owner.
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/mailboxes").await.sees("Somebody else asked, too");
        administrator.opens(&format!("/admin/mailboxes/{}", newest_request(site).await)).await;
        administrator.sees("Somebody asked to move this account to another address, too.");
        site.works().await;
        let to = email("member");
        assert_eq!(site.letters().iter().filter(|letter| letter.to == to).count(), 1);
        // What cannot be is said at the field, and the words stay.
        let person = site.visitor();
        person.opens("/mailbox").await.types("The old address", "none").types("New e-mail address", "none");
        person.presses("Ask for it").await.is(422).sees("does not look like an e-mail address").sees("what happened");
        person.types("The old address", &to).types("New e-mail address", &to.to_uppercase());
        person.types("What happened", "It is closed.").presses("Ask for it").await.is(422).sees("the same address twice");
        for number in 0..9 {
            asks_people(site, &format!("somebody-{number}@post.example"), "new@elsewhere.example").await;
        }
        person.types("New e-mail address", "new@elsewhere.example").presses("Ask for it").await.is(429);
        person.sees("Try again from");
        assert_eq!(person.on_page(|page| page.field("What happened")), "It is closed.");
    });
}

#[test]
fn nobody_decides_about_their_own_account_nor_gives_away_an_address_of_somebody_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        asks_people(site, &email("administrator"), "mine@elsewhere.example").await;
        site.later(Duration::days(7));
        decides(site, &scene, "Yes, move it", "").await.is(422).sees("Nobody decides about their own account");
        asks_people(site, &email("member"), &email("author")).await;
        site.later(Duration::days(7));
        decides(site, &scene, "Yes, move it", "").await.is(422).sees("The new address cannot be used here");
        // Links that nobody made open nothing.
        let visitor = site.visitor();
        for path in ["/mailbox/abc", "/mailbox/stop/1", "/mailbox/stop/1.abc", "/mailbox/stop/abc.1"] {
            assert_eq!(visitor.asks("GET", path, None).await.status, 410, "{path}");
            assert_eq!(visitor.asks("POST", path, Some(String::new())).await.status, 410, "{path}");
        }
    });
}

#[test]
fn whoever_knows_the_password_moves_the_account_alone_with_a_code_on_paper_in_the_place_of_the_app() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (_, codes) = turns_on(site, &scene.person(site, "member")).await;
        let person = site.visitor();
        person.opens("/mailbox").await.follows("Sign in and change it").await;
        person.types(EMAIL, &email("member")).types("Password", PASSWORD).presses("Sign in").await;
        person.sees("Now the second step").types("Code", &codes[0]).presses("Sign in").await.is(200);
        person.types("New e-mail address", "member@elsewhere.example").presses("Send the letter").await.is(200);
        let link = link_to(site, "member@elsewhere.example").await;
        person.opens(&link).await.presses(YES).await.is(200).sees("Your address is changed");
    });
}
