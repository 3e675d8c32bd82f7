//! Coming in, staying signed in, going out again; and what people say of themselves.

use crate::harness::people::{Person, encoded};
use crate::harness::{Site, with_site, with_site_set};
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::{self, NewMember, PasswordAttempt};
use alongside::db::schema::{consents, letters, members, pending_joins, role_changes, sessions, setup_links};
use alongside::helplines::{self, HelplineDraft};
use alongside::mail::Carrier;
use alongside::web::seal;
use chrono::{DateTime, Datelike, Duration, FixedOffset};
use diesel::prelude::*;
use futures_util::future::join_all;

const BORN: &str = "In which year were you born?";
const NAME: &str = "The name people will see";
const EMAIL: &str = "E-mail address";
const COUNTRY: &str = "Where should urgent help be?";
const SHARED: &str = "This is a shared device";
const NEW_PASSWORD: &str = "seven quiet kettles";

/// How many rows there are of what accounts leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rows {
    members: i64,
    pending: i64,
    letters: i64,
    sessions: i64,
    consents: i64,
}

async fn rows(site: &Site) -> Rows {
    site.looks(|conn| {
        Ok(Rows {
            members: members::table.count().get_result(conn)?,
            pending: pending_joins::table.count().get_result(conn)?,
            letters: letters::table.count().get_result(conn)?,
            sessions: sessions::table.count().get_result(conn)?,
            consents: consents::table.count().get_result(conn)?,
        })
    })
    .await
}

/// Somebody who has said that they are old enough.
async fn at_the_details(site: &Site) -> Person<'_> {
    let person = site.visitor();
    person.opens("/join").await.types(BORN, "1974");
    person.presses("Next").await.is(200).sees("Step 2 of 2");
    person
}

/// Types everything that is asked for, but presses nothing.
fn fill_in(person: &Person<'_>, handle: &str, email: &str) {
    let health = format!("{} may keep what I write about my health", person.site.running.config.site_name);
    person.types(NAME, handle).types(EMAIL, email).types("Password", NEW_PASSWORD).types(COUNTRY, "IE");
    person.ticks("I will keep the house rules").ticks(&health);
}

fn join_button(site: &Site) -> String {
    format!("Join {}", site.running.config.site_name)
}

/// Asks to join, and gives the link that the letter brings.
async fn ask_to_join(site: &Site, handle: &str, email: &str) -> String {
    let person = at_the_details(site).await;
    fill_in(&person, handle, email);
    person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
    link_to(site, email).await
}

/// The link in the last letter to that address.
async fn link_to(site: &Site, email: &str) -> String {
    link_in(&last_letter_to(site, email).await).to_owned()
}

async fn last_letter_to(site: &Site, email: &str) -> String {
    site.works().await;
    let letters = site.running.kept::<Carrier>().kept();
    letters.iter().rev().find(|letter| letter.to == email).expect("a letter came").text.clone()
}

fn link_in(text: &str) -> &str {
    text.split_whitespace().find(|word| word.starts_with("http")).expect("the letter holds a link")
}

async fn sign_in(person: &Person<'_>, email: &str, password: &str) {
    person.opens("/sign-in").await.types(EMAIL, email).types("Password", password).presses("Sign in").await;
}

fn cookie(person: &Person<'_>) -> Option<String> {
    person.cookies.borrow().get("sid").cloned()
}

/// Somebody's browser with that session in it.
fn with_cookie<'a>(site: &'a Site, session: &str) -> Person<'a> {
    let person = site.visitor();
    person.cookies.borrow_mut().insert("sid".to_owned(), session.to_owned());
    person
}

async fn is_admitted(person: &Person<'_>) -> bool {
    let status = person.asks("GET", "/settings", None).await.status;
    assert!([200, 303].contains(&status), "{status}");
    status == 200
}

async fn is_kept(site: &Site, session: &str) -> bool {
    let hash = seal::hash(session);
    let count: i64 = site.looks(move |conn| Ok(sessions::table.filter(sessions::token_hash.eq(hash)).count().get_result(conn)?)).await;
    count == 1
}

// ---------------------------------------------------------------------------------------------------- joining

#[test]
fn somebody_joins_in_two_steps_says_yes_to_the_letter_and_signs_in() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let tansy = at_the_details(site).await;
        fill_in(&tansy, "tansy", "tansy@post.example");
        tansy.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        assert_eq!(cookie(&tansy), None, "asking to join signs nobody in");
        assert_eq!(rows(site).await, Rows { pending: before.pending + 1, letters: before.letters + 1, ..before });

        let letter = last_letter_to(site, "tansy@post.example").await;
        assert!(!letter.contains("tansy"), "the letter does not tell the name that was chosen: {letter}");
        sign_in(&tansy, "tansy@post.example", NEW_PASSWORD).await;
        tansy.is(422).sees("If you have just joined, open our letter first.");

        // A program that looks into letters opens the link; that makes nobody a member.
        tansy.opens(link_in(&letter)).await.is(200).sees("You are one press away.");
        assert_eq!(rows(site).await.members, before.members);
        tansy.presses("Yes, this is my address").await.is(200).sees("Your address is confirmed.");
        let after = rows(site).await;
        assert_eq!((after.members, after.pending, after.consents), (before.members + 1, before.pending, before.consents + 2));

        tansy.types(EMAIL, "Tansy@Post.example").types("Password", NEW_PASSWORD).presses("Sign in").await.is(200).sees("tansy");
        tansy.opens("/settings").await.is(200).sees("House rules, version of").sees("t…y@post.example").misses("Not given");
        let hash: String =
            site.looks(|conn| Ok(members::table.filter(members::email_key.eq("tansy@post.example")).select(members::password_hash).first(conn)?)).await;
        assert!(hash.starts_with("$argon2id$") && !hash.contains(NEW_PASSWORD));
    });
}

#[test]
fn somebody_who_is_too_young_is_told_so_kindly_and_nothing_is_kept() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let this_year = site.running.now().utc().year();
        let age = site.running.config.minimum_age;
        for born in [this_year - age + 1, this_year - 9, this_year] {
            let child = site.visitor();
            child.opens("/join").await.types(BORN, &born.to_string()).presses("Next").await.is(200);
            child.sees("You are right to look for people who know what it is like.").sees("We keep nothing of what you typed.").misses("Step 2");
            assert_eq!(child.on_page(|page| page.link("Urgent help")), "/urgent-help");
            assert!(!child.address().contains(&born.to_string()), "the year stands in no address");
            assert!(child.cookies.borrow().is_empty());
            assert!(!child.on_page(|page| page.headers.contains_key("set-cookie")));
            // Nothing marks them: whoever uses this browser next may join.
            child.opens("/join").await.types(BORN, "1974").presses("Next").await.sees("Step 2 of 2");
        }
        let nearly = site.visitor();
        nearly.opens("/join").await.types(BORN, &(this_year - age).to_string()).presses("Next").await;
        nearly.is(200).sees(&format!("From January {} you are welcome here.", this_year + 1)).misses("Step 2");
        assert_eq!(rows(site).await, before);
    });
}

#[test]
fn a_year_that_is_none_is_asked_for_again_and_the_step_of_the_age_cannot_be_skipped() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = site.visitor();
        person.opens("/join").await.types(BORN, "74").presses("Next").await.is(422).sees("Type the year in four figures");
        assert_eq!(person.on_page(|page| page.field(BORN)), "74");
        let later = site.running.now().utc().timestamp() + 1000;
        for forged in ["/join/details".to_owned(), format!("/join/details?until={later}&seal=AAAA"), "/join/details?until=9&seal=".to_owned()] {
            person.opens(&forged).await.is(200).sees("Step 1 of 2");
        }
        // A page that was opened in time may arrive late; one that is opened late begins anew.
        let slow = at_the_details(site).await;
        let address = slow.address();
        fill_in(&slow, "tansy", "tansy@post.example");
        site.later(Duration::hours(3));
        person.opens(&address).await.sees("Step 1 of 2");
        slow.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
    });
}

#[test]
fn nothing_is_ticked_or_chosen_beforehand_and_nobody_joins_without_saying_yes() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let person = at_the_details(site).await;
        person.on_page(|page| {
            assert_eq!(page.attribute("input[checked], option[selected]", "name"), None);
            assert_eq!(page.attribute("main input[checked]", "id"), None);
            assert_eq!(page.field(COUNTRY), "");
        });
        person.types(NAME, "tansy").types(EMAIL, "tansy@post.example").types("Password", NEW_PASSWORD);
        person.presses(&join_button(site)).await.is(422).sees("We need your yes to the house rules").sees("We need your yes to this before we may keep");
        person.sees("Choose the country whose numbers we should show.");
        person.on_page(|page| {
            assert_eq!(page.field(NAME), "tansy");
            assert!(page.attribute("#rules", "checked").is_none() && page.attribute("#health", "checked").is_none());
        });
        assert_eq!(rows(site).await, before);
        person.opens("/sign-in").await;
        assert!(person.on_page(|page| page.attribute("#shared", "checked").is_none()));
    });
}

#[test]
fn nobody_learns_by_joining_whether_an_address_is_known() {
    with_site(async |site| {
        Scene::set(site).await;
        let known = email("member");
        let mut answers = Vec::new();
        for (handle, address) in [("tansy", "tansy@post.example"), ("harebell", known.as_str()), ("sorrel", "MEMBER@Example.ORG")] {
            let person = at_the_details(site).await;
            fill_in(&person, handle, address);
            let form = person.filled(&join_button(site));
            let (before, hashes) = (rows(site).await, accounts::hashes_made(&site.running));
            let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            let after = rows(site).await;
            let location = answer.headers["location"].to_str().unwrap().to_owned();
            let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            let next = person.asks("GET", &location, None).await.html;
            answers.push((
                (answer.status, location, answer.html, names, next),
                accounts::hashes_made(&site.running) - hashes,
                (after.letters - before.letters, after.pending - before.pending, after.members - before.members),
            ));
        }
        assert_eq!(answers[0].1, 1, "one password was hashed");
        assert_eq!(answers[0].2, (1, 1, 0), "a letter and a wish, and no member");
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
        // Only the letter to the address itself says more, and it makes nobody a member.
        let letter = last_letter_to(site, &known).await;
        assert!(letter.contains("It has an account already") && letter.contains("Nobody was told that you have an account."));
        assert!(!letter.contains("/join/confirm/"), "{letter}");
        assert!(link_to(site, "tansy@post.example").await.contains("/join/confirm/"));
    });
}

#[test]
fn nobody_learns_by_signing_in_whether_an_address_is_known() {
    with_site(async |site| {
        Scene::set(site).await;
        let mut answers = Vec::new();
        for (address, password) in [(email("member").as_str(), "words that fit nowhere"), ("nobody@post.example", PASSWORD), ("no address", PASSWORD)] {
            let person = site.visitor();
            person.opens("/sign-in").await.types(EMAIL, address).types("Password", password);
            let form = person.filled("Sign in");
            let (before, hashes) = (rows(site).await, accounts::hashes_made(&site.running));
            let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            assert_eq!(rows(site).await, before);
            assert!(person.cookies.borrow().is_empty());
            answer.is(422).shows("Address and password do not fit together.").hides(password);
            assert_eq!(answer.field(EMAIL), address);
            answers.push((answer.html.replace(address, "ADDRESS"), accounts::hashes_made(&site.running) - hashes));
        }
        assert_eq!(answers[0].1, 1, "a password was compared");
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
    });
}

#[test]
fn names_that_look_like_others_or_like_the_team_are_refused_and_every_word_is_kept() {
    with_site(async |site| {
        Scene::set(site).await;
        ask_to_join(site, "tansy", "tansy@post.example").await;
        let before = rows(site).await;
        let taken = "Somebody has this name, or one that looks the same.";
        let reserved = "This name could be taken for the people who run the site.";
        let strange = "Only letters, figures, and - _ . in between.";
        for (handle, sentence) in [
            ("author", taken),
            ("AUTHOR", taken),
            ("auth0r", taken),
            ("Tansy", taken),
            ("Admin", reserved),
            ("ADM1N", reserved),
            ("Moderator-Jo", reserved),
            ("A1ongside", reserved),
            ("two words", strange),
            ("t<b>", strange),
            ("tаnsy", "Choose letters of one script"),
            ("ab", "at least 3 letters"),
        ] {
            let person = at_the_details(site).await;
            fill_in(&person, handle, "harebell@post.example");
            person.presses(&join_button(site)).await.is(422).sees(sentence).sees("Everything but the password is still here.");
            person.on_page(|page| {
                assert_eq!(page.field(NAME), handle);
                assert_eq!(page.field(EMAIL), "harebell@post.example");
                assert_eq!(page.field(COUNTRY), "IE");
                assert_eq!(page.field("Password"), "");
                assert!(page.attribute("#rules", "checked").is_some() && page.attribute("#health", "checked").is_some(), "{handle}");
                assert_eq!(page.attribute("#handle", "aria-invalid").as_deref(), Some("true"));
            });
            // With another name the same page goes on.
            if handle == "auth0r" {
                person.types(NAME, "harebell").types("Password", "short").presses(&join_button(site)).await.is(422).misses(sentence);
            }
        }
        assert_eq!(rows(site).await, before);
    });
}

#[test]
fn a_password_that_others_would_try_first_is_refused_and_never_sent_back() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let person = at_the_details(site).await;
        for (password, sentence) in [
            ("", "Take at least 12 characters."),
            ("three words", "Take at least 12 characters."),
            ("Tansy-of-Northmoor", "Not your name and not your address"),
            ("tansy-of-northmoor@post.example", "Not your name and not your address"),
            ("aaaaaaaaaaaaaaaa", "One character again and again"),
            ("word ".repeat(30).as_str(), "128 characters at most."),
        ] {
            fill_in(&person, "tansy-of-northmoor", "tansy-of-northmoor@post.example");
            person.types("Password", password).presses(&join_button(site)).await.is(422).sees(sentence);
            assert_eq!(person.on_page(|page| page.attribute("#password", "value")), None);
        }
        assert_eq!(rows(site).await, before);
    });
}

#[test]
fn a_letters_link_makes_one_member_even_if_it_is_pressed_many_times_at_once() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let link = ask_to_join(site, "tansy", "tansy@post.example").await;
        // A second wish with the same address: its link is over as soon as the first was used.
        let other = ask_to_join(site, "harebell", "tansy@post.example").await;
        let people: Vec<_> = (0..6).map(|_| site.visitor()).collect();
        let answers = join_all(people.iter().map(|person| person.asks("POST", &link, Some(String::new())))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410, 410, 410]);
        let after = rows(site).await;
        assert_eq!((after.members, after.pending, after.consents), (before.members + 1, before.pending, before.consents + 2));

        let person = site.visitor();
        for over in [&link, &other, &format!("{link}x")] {
            person.opens(over).await.is(410).sees("This link has been used, or its time is over").sees("Nothing is wrong.");
            assert_eq!(person.asks("POST", over, Some(String::new())).await.status, 410);
        }
        assert_eq!(rows(site).await.members, before.members + 1);
        sign_in(&person, "tansy@post.example", NEW_PASSWORD).await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn two_letters_to_one_address_that_are_opened_at_once_make_one_member() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let links = [ask_to_join(site, "tansy", "tansy@post.example").await, ask_to_join(site, "harebell", "tansy@post.example").await];
        let people = [site.visitor(), site.visitor()];
        let answers = join_all(people.iter().zip(&links).map(|(person, link)| person.asks("POST", link, Some(String::new())))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
        assert_eq!(rows(site).await.members, before.members + 1);
    });
}

#[test]
fn whoever_does_not_open_the_letter_is_forgotten_after_fourteen_days_and_the_name_is_free() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let link = ask_to_join(site, "tansy", "tansy@post.example").await;
        let person = site.visitor();
        site.later(Duration::days(14) - Duration::hours(1));
        person.opens(&link).await.is(200).sees("You are one press away.");
        site.later(Duration::hours(2));
        person.presses("Yes, this is my address").await.is(410).sees("its time is over");
        person.opens(&link).await.is(410);
        site.works().await;
        let after = rows(site).await;
        assert_eq!((after.members, after.pending), (before.members, before.pending));
        let again = ask_to_join(site, "tansy", "tansy@post.example").await;
        person.opens(&again).await.presses("Yes, this is my address").await.sees("You are a member now");
    });
}

#[test]
fn nobody_joins_before_a_person_has_checked_a_helpline() {
    with_site(async |site| {
        let visitor = site.visitor();
        let line = |checked_on| HelplineDraft { name: "Night line".to_owned(), voice_number: "01632 960 101".to_owned(), language: "en".to_owned(), checked_on, ..HelplineDraft::default() };
        for lines in 0..2 {
            visitor.opens("/join").await.is(200).sees("Nobody can join yet").misses("born");
            for (path, form) in [("/join/age", "born=1974"), ("/join", "handle=tansy&email=tansy%40post.example"), ("/join/letter", "email=tansy%40post.example")] {
                visitor.asks("POST", path, Some(form.to_owned())).await.is(403).shows("Nobody can join yet");
            }
            if lines == 0 {
                site.given(move |tx| helplines::create(tx, &line(None))).await;
            }
        }
        assert_eq!(rows(site).await, Rows { members: 0, pending: 0, letters: 0, sessions: 0, consents: 0 });
        site.given(move |tx| helplines::create(tx, &line(Some(tx.now())))).await;
        visitor.opens("/join").await.is(200).sees("Step 1 of 2");
    });
}

#[test]
fn when_many_join_from_one_network_the_next_ones_go_by_letter_first() {
    with_site(async |site| {
        Scene::set(site).await;
        for number in 0..10 {
            let person = at_the_details(site).await;
            fill_in(&person, &format!("tansy-{number}"), &format!("tansy-{number}@post.example"));
            person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        }
        let before = rows(site).await;
        let next = at_the_details(site).await;
        fill_in(&next, "harebell", "harebell@post.example");
        next.presses(&join_button(site)).await.is(429).sees("Many people joined from your network");
        assert_eq!(next.on_page(|page| page.field(EMAIL)), "harebell@post.example");
        assert_eq!(rows(site).await, before);
        next.presses("Send me the link").await.is(200).sees("We sent you a letter");
        let link = link_to(site, "harebell@post.example").await;
        next.opens(&link).await.is(200).sees("Step 2 of 2");
        fill_in(&next, "harebell", "harebell@post.example");
        next.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        // The link is for that address and opens the way for no other.
        next.opens(&link).await;
        fill_in(&next, "sorrel", "sorrel@post.example");
        next.presses(&join_button(site)).await.is(429);
    });
}

#[test]
fn nobody_can_fill_somebody_elses_letter_box_by_joining() {
    with_site(async |site| {
        Scene::set(site).await;
        for number in 0..7 {
            let person = at_the_details(site).await;
            fill_in(&person, &format!("tansy-{number}"), "tansy@post.example");
            person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        }
        site.works().await;
        let came = site.running.kept::<Carrier>().kept().iter().filter(|letter| letter.to == "tansy@post.example").count();
        assert_eq!(came, 5);
    });
}

// -------------------------------------------------------------------------------------------------- signing in

#[test]
fn signing_out_ends_the_session_here_and_tells_the_browser_to_forget() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let elsewhere = scene.person(site, "member");
        let member = site.visitor();
        sign_in(&member, &email("member"), PASSWORD).await;
        let session = cookie(&member).unwrap();
        assert!(is_admitted(&member).await && is_kept(site, &session).await);
        member.opens("/boards").await;
        let form = member.filled("Sign out");
        let answer = member.asks("POST", &form.action, Some(encoded(&form.fields))).await;
        assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (303, "/"));
        let clears = answer.headers["clear-site-data"].to_str().unwrap();
        assert!(["\"cookies\"", "\"cache\"", "\"storage\""].iter().all(|what| clears.contains(what)), "{clears}");
        assert_eq!(cookie(&member), None, "the cookie is taken back");
        assert!(!is_kept(site, &session).await, "the row is gone");
        assert!(!is_admitted(&with_cookie(site, &session)).await, "whoever kept the cookie is nobody");
        assert!(is_admitted(&elsewhere).await, "other devices stay signed in");
        // Pressed once more, in a window that still showed the button.
        assert_eq!(member.asks("POST", "/sign-out", Some(String::new())).await.status, 303);
    });
}

#[test]
fn a_session_ends_after_fourteen_days_without_a_visit_and_after_thirty_days_with_visits() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let idle = scene.person(site, "member");
        let busy = scene.person(site, "author");
        for day in [13, 26, 29] {
            site.later(Duration::days(day - [0, 13, 26][usize::from(day > 13) + usize::from(day > 26)]));
            assert!(is_admitted(&busy).await, "day {day}");
            site.works().await;
            assert_eq!(is_admitted(&with_cookie(site, &cookie(&idle).unwrap())).await, day == 13, "day {day}");
            site.works().await;
            if day == 13 {
                // The visit of that day counts: the fortnight begins anew, and passes.
                site.later(Duration::days(1) + Duration::minutes(1));
                assert!(is_admitted(&busy).await);
                site.later(-Duration::days(1) - Duration::minutes(1));
                site.given(age_session(cookie(&idle).unwrap())).await;
            }
        }
        site.later(Duration::days(1));
        assert!(!is_admitted(&busy).await, "after thirty days everybody signs in again");
        site.works().await;
        for person in [&idle, &busy] {
            let session = scene_session(person);
            assert!(!is_kept(site, &session).await);
        }
    });
}
