//! Coming in, staying signed in, going out again; and what people say of themselves.

use crate::harness::people::{Person, encoded};
use crate::harness::{Site, with_site, with_site_set, with_two_processes};
use crate::processes::fifty;
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::{self, NewMember, PasswordAttempt};
use alongside::db::schema::{account_log, consents, letters, members, pending_joins, sessions, setup_links};
use alongside::helplines::{self, HelplineDraft};
use alongside::mail::Carrier;
use alongside::web::seal;
use chrono::{DateTime, Datelike, Duration, FixedOffset};
use diesel::prelude::*;
use futures_util::future::join_all;

pub const BORN: &str = "In which year were you born?";
pub const NAME: &str = "The name people will see";
pub const EMAIL: &str = "E-mail address";
const COUNTRY: &str = "Where should urgent help be?";
const SHARED: &str = "This is a shared device";
pub const NEW_PASSWORD: &str = "seven quiet kettles";

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
pub async fn at_the_details(site: &Site) -> Person<'_> {
    let person = site.visitor();
    person.opens("/join").await.types(BORN, "1974");
    person.presses("Next").await.is(200).sees("Step 2 of 2");
    person
}

/// Types everything that is asked for, but presses nothing.
pub fn fill_in(person: &Person<'_>, handle: &str, email: &str) {
    let health = format!("{} may keep what I write about my health", person.site.running.config.site_name);
    person.types(NAME, handle).types(EMAIL, email).types("Password", NEW_PASSWORD).types(COUNTRY, "IE");
    person.ticks("I will keep the house rules").ticks(&health);
}

pub fn join_button(site: &Site) -> String {
    format!("Join {}", site.running.config.site_name)
}

/// Asks to join, and gives the link that the letter brings.
pub async fn ask_to_join(site: &Site, handle: &str, email: &str) -> String {
    let person = at_the_details(site).await;
    fill_in(&person, handle, email);
    person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
    link_to(site, email).await
}

/// The link in the last letter to that address.
pub async fn link_to(site: &Site, email: &str) -> String {
    link_in(&last_letter_to(site, email).await).to_owned()
}

pub async fn last_letter_to(site: &Site, email: &str) -> String {
    site.works().await;
    let letters = site.running.kept::<Carrier>().kept();
    let letter = letters.iter().rev().find(|letter| letter.to == email).expect("a letter came");
    letter.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn link_in(text: &str) -> &str {
    text.split_whitespace().find(|word| word.starts_with("http")).expect("the letter holds a link")
}

pub async fn sign_in(person: &Person<'_>, email: &str, password: &str) {
    person.opens("/sign-in").await.types(EMAIL, email).types("Password", password).presses("Sign in").await;
}

fn cookie(person: &Person<'_>) -> Option<String> {
    person.cookies.borrow().get("sid").cloned()
}

/// How much of what somebody can agree to, as their settings say, they did not.
fn not_given(person: &Person<'_>) -> usize {
    person
        .on_page(|page| page.words_in("[aria-labelledby=agreed] li").iter().filter(|row| row.contains("Not given")).count())
}

/// Somebody's browser with that session in it.
fn with_cookie<'a>(site: &'a Site, session: &str) -> Person<'a> {
    let person = site.visitor();
    person.cookies.borrow_mut().insert("sid".to_owned(), session.to_owned());
    person
}

pub async fn is_admitted(person: &Person<'_>) -> bool {
    let status = person.asks("GET", "/settings", None).await.status;
    assert!([200, 303].contains(&status), "{status}");
    status == 200
}

async fn is_kept(site: &Site, session: &str) -> bool {
    let hash = seal::hash(session);
    let count: i64 =
        site.looks(move |conn| Ok(sessions::table.filter(sessions::token_hash.eq(hash)).count().get_result(conn)?)).await;
    count == 1
}

// ---------------------------------------------------------------------------------------------------- joining

#[test]
fn somebody_joins_in_two_steps_says_yes_to_the_letter_and_signs_in() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let tansy = at_the_details(site).await;
        fill_in(&tansy, "tansy", "toby@post.example");
        tansy.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        assert_eq!(cookie(&tansy), None, "asking to join signs nobody in");
        assert_eq!(rows(site).await, Rows { pending: before.pending + 1, letters: before.letters + 1, ..before });

        let letter = last_letter_to(site, "toby@post.example").await;
        assert!(!letter.contains("tansy"), "the letter does not tell the name that was chosen: {letter}");
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        tansy.is(422).sees("If you have just joined, open our letter first.");

        // A program that looks into letters opens the link; that makes nobody a member.
        tansy.opens(link_in(&letter)).await.is(200).sees("You are one press away.");
        assert_eq!(rows(site).await.members, before.members);
        tansy.presses("Yes, this is my address").await.is(200).sees("Your address is confirmed.");
        let after = rows(site).await;
        assert_eq!(
            (after.members, after.pending, after.consents),
            (before.members + 1, before.pending, before.consents + 2)
        );

        tansy
            .types(EMAIL, "Toby@Post.example")
            .types("Password", NEW_PASSWORD)
            .presses("Sign in")
            .await
            .is(200)
            .sees("tansy");
        tansy.opens("/settings").await.is(200).sees("House rules, Version 1").sees("t…y@post.example");
        assert_eq!(not_given(&tansy), 1, "they said yes to all but letters");
        let hash: String = site
            .looks(|conn| {
                Ok(members::table
                    .filter(members::email_key.eq("toby@post.example"))
                    .select(members::password_hash)
                    .first(conn)?)
            })
            .await;
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
            child
                .sees("You are right to look for people who know what it is like.")
                .sees("We keep nothing of what you typed.")
                .misses("Step 2");
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
        for forged in [
            "/join/details".to_owned(),
            format!("/join/details?until={later}&seal=AAAA"),
            "/join/details?until=9&seal=".to_owned(),
        ] {
            person.opens(&forged).await.is(200).sees("Step 1 of 2");
        }
        // A page that was opened in time may arrive late; one that is opened late begins anew.
        let slow = at_the_details(site).await;
        let address = slow.address();
        fill_in(&slow, "tansy", "toby@post.example");
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
        person.types(NAME, "tansy").types(EMAIL, "toby@post.example").types("Password", NEW_PASSWORD);
        person
            .presses(&join_button(site))
            .await
            .is(422)
            .sees("We need your yes to the house rules")
            .sees("We need your yes to this before we may keep");
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
        for (handle, address) in
            [("tansy", "toby@post.example"), ("harebell", known.as_str()), ("sorrel", "MEMBER@Example.ORG")]
        {
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
        assert!(
            letter.contains("It has an account already") && letter.contains("Nobody was told that you have an account.")
        );
        assert!(!letter.contains("/join/confirm/"), "{letter}");
        assert!(link_to(site, "toby@post.example").await.contains("/join/confirm/"));
    });
}

#[test]
fn nobody_learns_by_signing_in_whether_an_address_is_known() {
    with_site(async |site| {
        Scene::set(site).await;
        let mut answers = Vec::new();
        for (address, password) in [
            (email("member").as_str(), "words that fit nowhere"),
            ("nobody@post.example", PASSWORD),
            ("no address", PASSWORD),
        ] {
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
        ask_to_join(site, "tansy", "toby@post.example").await;
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
            fill_in(&person, handle, "hana@post.example");
            person
                .presses(&join_button(site))
                .await
                .is(422)
                .sees(sentence)
                .sees("Everything but the password is still here.");
            person.on_page(|page| {
                assert_eq!(page.field(NAME), handle);
                assert_eq!(page.field(EMAIL), "hana@post.example");
                assert_eq!(page.field(COUNTRY), "IE");
                assert_eq!(page.field("Password"), "");
                assert!(
                    page.attribute("#rules", "checked").is_some() && page.attribute("#health", "checked").is_some(),
                    "{handle}"
                );
                assert_eq!(page.attribute("#handle", "aria-invalid").as_deref(), Some("true"));
            });
            // With another name the same page goes on.
            if handle == "auth0r" {
                person
                    .types(NAME, "harebell")
                    .types("Password", "short")
                    .presses(&join_button(site))
                    .await
                    .is(422)
                    .misses(sentence);
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
            ("qwertyuiopasdf", "Programs that guess would find this soon"),
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
fn a_letters_link_makes_one_member_even_if_it_is_pressed_fifty_times_at_once_in_two_processes() {
    with_two_processes(async |site, second| {
        Scene::set(site).await;
        let before = rows(site).await;
        let link = ask_to_join(site, "tansy", "toby@post.example").await;
        // A second wish with the same address: its link is over as soon as the first was used.
        let other = ask_to_join(site, "harebell", "toby@post.example").await;
        let (path, people) = (link.trim_start_matches(&site.address), fifty(site, second));
        let answers = join_all(people.iter().map(|person| person.asks("POST", path, Some(String::new())))).await;
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(303), count(410)), (1, 49));
        let after = rows(site).await;
        assert_eq!(
            (after.members, after.pending, after.consents),
            (before.members + 1, before.pending, before.consents + 2)
        );

        let person = site.visitor();
        for over in [&link, &other, &format!("{link}x")] {
            person.opens(over).await.is(410).sees("This link has been used, or its time is over").sees("Nothing is wrong.");
            assert_eq!(person.asks("POST", over, Some(String::new())).await.status, 410);
        }
        assert_eq!(rows(site).await.members, before.members + 1);
        sign_in(&person, "toby@post.example", NEW_PASSWORD).await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn two_letters_to_one_address_that_are_opened_at_once_make_one_member() {
    with_site(async |site| {
        Scene::set(site).await;
        let before = rows(site).await;
        let links = [
            ask_to_join(site, "tansy", "toby@post.example").await,
            ask_to_join(site, "harebell", "toby@post.example").await,
        ];
        let people = [site.visitor(), site.visitor()];
        let answers =
            join_all(people.iter().zip(&links).map(|(person, link)| person.asks("POST", link, Some(String::new())))).await;
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
        let link = ask_to_join(site, "tansy", "toby@post.example").await;
        let person = site.visitor();
        site.later(Duration::days(14) - Duration::hours(1));
        person.opens(&link).await.is(200).sees("You are one press away.");
        site.later(Duration::hours(2));
        person.presses("Yes, this is my address").await.is(410).sees("its time is over");
        person.opens(&link).await.is(410);
        site.works().await;
        let after = rows(site).await;
        assert_eq!((after.members, after.pending), (before.members, before.pending));
        let again = ask_to_join(site, "tansy", "toby@post.example").await;
        person.opens(&again).await.presses("Yes, this is my address").await.sees("You are a member now");
    });
}

#[test]
fn nobody_joins_before_a_person_has_checked_a_helpline() {
    with_site(async |site| {
        let visitor = site.visitor();
        let line = |checked_on| HelplineDraft {
            name: "Night line".to_owned(),
            voice_number: "01632 960 101".to_owned(),
            language: "en".to_owned(),
            checked_on,
            ..HelplineDraft::default()
        };
        for lines in 0..2 {
            visitor.opens("/join").await.is(200).sees("Nobody can join yet").misses("born");
            for (path, form) in [
                ("/join/age", "born=1974"),
                ("/join", "handle=tansy&email=tansy%40post.example"),
                ("/join/letter", "email=tansy%40post.example"),
            ] {
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
            fill_in(&person, &format!("tansy-{number}"), &format!("toby-{number}@post.example"));
            person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        }
        let before = rows(site).await;
        let next = at_the_details(site).await;
        fill_in(&next, "harebell", "hana@post.example");
        next.presses(&join_button(site)).await.is(429).sees("Many people joined from your network");
        assert_eq!(next.on_page(|page| page.field(EMAIL)), "hana@post.example");
        assert_eq!(rows(site).await, before);
        next.presses("Send me the link").await.is(200).sees("We sent you a letter");
        let link = link_to(site, "hana@post.example").await;
        next.opens(&link).await.is(200).sees("Step 2 of 2");
        fill_in(&next, "harebell", "hana@post.example");
        next.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        // The link is for that address and opens the way for no other.
        next.opens(&link).await;
        fill_in(&next, "sorrel", "sam@post.example");
        next.presses(&join_button(site)).await.is(429);
    });
}

#[test]
fn nobody_can_fill_somebody_elses_letter_box_by_joining() {
    with_site(async |site| {
        Scene::set(site).await;
        for number in 0..7 {
            let person = at_the_details(site).await;
            fill_in(&person, &format!("tansy-{number}"), "toby@post.example");
            person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        }
        site.works().await;
        let came = site.running.kept::<Carrier>().kept().iter().filter(|letter| letter.to == "toby@post.example").count();
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
        // Not every cookie: on one's own device the browser stays known, so that its owner gets no letter each time.
        assert!(["\"cache\"", "\"storage\""].iter().all(|what| clears.contains(what)), "{clears}");
        assert!(!clears.contains("cookies"), "{clears}");
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
        let [idle, late, busy] = ["member", "asker", "author"].map(|who| scene.person(site, who));
        let sessions = ["member", "author"].map(|who| scene.cookie(who).to_owned());
        site.later(Duration::days(13));
        assert!(is_admitted(&busy).await);
        site.works().await;
        site.later(Duration::hours(23));
        assert!(is_admitted(&late).await, "one hour before the fortnight is over");
        site.works().await;
        site.later(Duration::hours(1));
        assert!(!is_admitted(&idle).await, "after a fortnight without a visit");
        assert!(is_admitted(&late).await && is_admitted(&busy).await, "a visit begins the fortnight anew");
        site.works().await;
        assert!(!is_admitted(&idle).await);
        site.later(Duration::days(13));
        assert!(is_admitted(&busy).await);
        site.works().await;
        site.later(Duration::days(3) - Duration::hours(1));
        assert!(is_admitted(&busy).await);
        site.later(Duration::hours(1));
        assert!(!is_admitted(&busy).await, "after thirty days everybody signs in again");
        site.works().await;
        for session in &sessions {
            assert!(!is_kept(site, session).await, "what has ended is deleted");
        }
    });
}

#[test]
fn on_a_shared_device_the_session_ends_with_the_window_after_an_idle_hour_and_after_half_a_day() {
    with_site(async |site| {
        Scene::set(site).await;
        let own = site.visitor();
        let shared = site.visitor();
        for (person, is_shared) in [(&own, false), (&shared, true)] {
            person.opens("/sign-in").await.types(EMAIL, &email("member")).types("Password", PASSWORD);
            if is_shared {
                person.ticks(SHARED);
            }
            let form = person.filled("Sign in");
            let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            let line = answer.headers["set-cookie"].to_str().unwrap().to_owned();
            assert!(
                line.starts_with("sid=")
                    && line.contains("HttpOnly")
                    && line.contains("SameSite=Lax")
                    && line.contains("Path=/"),
                "{line}"
            );
            assert_eq!(line.contains("Max-Age=2592000"), !is_shared, "{line}");
            assert_eq!(line.contains("Max-Age") || line.contains("Expires"), !is_shared, "{line}");
        }
        let session = cookie(&shared).unwrap();
        site.later(Duration::minutes(59));
        assert!(is_admitted(&shared).await);
        site.works().await;
        site.later(Duration::minutes(61));
        assert!(!is_admitted(&shared).await, "an hour without a click");
        assert!(is_admitted(&own).await, "one's own device stays signed in");
        site.later(Duration::minutes(30));
        site.works().await;
        assert!(!is_kept(site, &session).await);

        shared
            .opens("/sign-in")
            .await
            .types(EMAIL, &email("member"))
            .types("Password", PASSWORD)
            .ticks(SHARED)
            .presses("Sign in")
            .await;
        for _ in 0..14 {
            site.later(Duration::minutes(50));
            assert!(is_admitted(&shared).await);
            site.works().await;
        }
        site.later(Duration::minutes(20));
        assert!(!is_admitted(&shared).await, "half a day, however busy");
    });
}

#[test]
fn signing_in_gives_a_new_session_and_ends_the_one_before() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        for before in [scene.cookie("member").to_owned(), "planted-by-somebody-else".to_owned()] {
            let person = site.visitor();
            person.opens("/sign-in").await.types(EMAIL, &email("member")).types("Password", PASSWORD);
            person.cookies.borrow_mut().insert("sid".to_owned(), before.clone());
            person.presses("Sign in").await.is(200);
            let after = cookie(&person).unwrap();
            assert_ne!(after, before);
            assert!(is_admitted(&person).await);
            assert!(!is_kept(site, &before).await && !is_admitted(&with_cookie(site, &before)).await);
        }
    });
}

#[test]
fn the_way_back_after_signing_in_never_leads_to_another_site() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        for elsewhere in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nx: y",
            "evil.example",
        ] {
            let query: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
            let visitor = site.visitor();
            visitor.opens(&format!("/sign-in?return_to={query}")).await.is(200);
            assert_eq!(
                visitor.on_page(|page| page.attribute("main input[name=return_to]", "value")).as_deref(),
                Some("/"),
                "{elsewhere:?}"
            );
            visitor.types(EMAIL, &email("member")).types("Password", PASSWORD);
            let mut form = visitor.filled("Sign in");
            form.fields
                .iter_mut()
                .filter(|(name, _)| name == "return_to")
                .for_each(|(_, value)| *value = elsewhere.to_owned());
            let answer = visitor.asks("POST", &form.action, Some(encoded(&form.fields))).await;
            assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (303, "/"), "{elsewhere:?}");
            let known = member.asks("GET", &format!("/sign-in?return_to={query}"), None).await;
            assert_eq!((known.status, known.headers["location"].to_str().unwrap()), (303, "/"), "{elsewhere:?}");
            let coloured = member.asks("POST", "/settings/colours", Some(format!("colours=dark&return_to={query}"))).await;
            assert_eq!(coloured.headers["location"].to_str().unwrap(), "/", "{elsewhere:?}");
        }
        let visitor = site.visitor();
        visitor.opens("/settings").await.types(EMAIL, &email("member")).types("Password", PASSWORD).presses("Sign in").await;
        assert_eq!(visitor.address(), "/settings", "one's own way back is kept");
    });
}

#[test]
fn leaving_the_site_on_a_shared_device_signs_out_first() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let shared = site.visitor();
        shared
            .opens("/sign-in")
            .await
            .types(EMAIL, &email("member"))
            .types("Password", PASSWORD)
            .ticks(SHARED)
            .presses("Sign in")
            .await;
        let session = cookie(&shared).unwrap();
        assert_eq!(shared.on_page(|page| page.link("Leave this site")), "/leave");
        // Another site that shows this address as a picture signs nobody out.
        shared.asks_with("GET", "/leave", None, &[("sec-fetch-site", "cross-site")]).await;
        assert!(is_kept(site, &session).await);
        let left = shared.asks("GET", "/leave", None).await;
        left.is(200).hides(&site.running.config.site_name).hides("member");
        assert!(left.headers["refresh"].to_str().unwrap().contains(&site.running.config.leave_address));
        assert!(left.headers["clear-site-data"].to_str().unwrap().contains("\"cookies\""));
        assert_eq!(cookie(&shared), None);
        assert!(!is_kept(site, &session).await && !is_admitted(&with_cookie(site, &session)).await);

        let own = scene.person(site, "member");
        own.opens("/boards").await;
        assert_eq!(own.on_page(|page| page.link("Leave this site")), site.running.config.leave_address);
        own.asks("GET", "/leave", None).await.is(200);
        assert!(is_admitted(&own).await, "one's own device stays signed in");
    });
}

#[test]
fn wrong_passwords_slow_the_next_try_down_but_shut_nobody_out() {
    with_site_set(
        |config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()],
        async |site| {
            Scene::set(site).await;
            // At noon: the name of a network in the counts changes with the day.
            let now = site.running.now().utc();
            let noon = now.date_naive().succ_opt().unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc();
            site.later(noon - now);
            let sign_in = async |address: &str, password: &str, network: &str| {
                let form =
                    encoded(&[("email".to_owned(), address.to_owned()), ("password".to_owned(), password.to_owned())]);
                site.visitor().asks_with("POST", "/sign-in", Some(form), &[("x-forwarded-for", network)]).await
            };
            for address in ["nobody@post.example", email("member").as_str()] {
                for _ in 0..5 {
                    assert_eq!(
                        sign_in(address, "words that fit nowhere", "203.0.113.5").await.status,
                        422,
                        "the first five wait for nothing"
                    );
                }
                // From then on each waits longer than the one before; the clock is moved past each pause.
                for tries in 5..12 {
                    site.later(Duration::seconds(1 << (tries - 5)));
                    assert_eq!(
                        sign_in(address, "words that fit nowhere", "203.0.113.5").await.status,
                        422,
                        "{address}, try {tries}"
                    );
                }
                let hashes = accounts::hashes_made(&site.running);
                let refused = sign_in(address, PASSWORD, "203.0.113.5").await;
                refused.is(429).shows("There were many tries that did not fit. Try again from");
                assert_eq!(refused.field(EMAIL), address);
                assert!(refused.headers["retry-after"].to_str().unwrap().parse::<i64>().unwrap() <= 128);
                assert_eq!(accounts::hashes_made(&site.running), hashes, "a refused try costs nothing");
            }
            let member = email("member");
            assert_eq!(sign_in(&member, PASSWORD, "198.51.100.7").await.status, 303, "from elsewhere they are not shut out");
            for _ in 0..20 {
                assert_eq!(sign_in(&member, PASSWORD, "203.0.113.5").await.status, 429);
            }
            site.later(Duration::seconds(129));
            assert_eq!(
                sign_in(&member, PASSWORD, "203.0.113.5").await.status,
                303,
                "tries that were refused do not make the wait longer"
            );
            assert_eq!(sign_in(&member, "words that fit nowhere", "203.0.113.5").await.status, 422);
            assert_eq!(sign_in(&member, PASSWORD, "203.0.113.5").await.status, 303, "what was wrong before is forgiven");
        },
    );
}

// --------------------------------------------------------------------------------- the first administrator, roles

#[test]
fn the_link_of_the_first_administrator_works_once_and_for_a_day() {
    with_site(async |site| {
        let [first, second] = [
            site.given(accounts::make_setup_link).await.reveal().to_owned(),
            site.given(accounts::make_setup_link).await.reveal().to_owned(),
        ];
        let fill = |person: &Person<'_>, handle: &str| {
            let health = format!("{} may keep what I write about my health", site.running.config.site_name);
            person.types(NAME, handle).types(EMAIL, &format!("{handle}@post.example")).types("Password", NEW_PASSWORD);
            person.ticks("I will keep the house rules").ticks(&health);
        };
        let handles = ["northgate", "eastgate", "southgate", "westgate"];
        let people: Vec<_> = handles.iter().map(|_| site.visitor()).collect();
        let mut forms = Vec::new();
        for (person, handle) in people.iter().zip(handles) {
            person.opens(&format!("/setup/{first}")).await.is(200).sees("It works once.");
            assert!(person.on_page(|page| page.attribute("main input[checked]", "id")).is_none());
            fill(person, handle);
            forms.push(person.filled("Make this account"));
        }
        let answers = join_all(
            people.iter().zip(&forms).map(|(person, form)| person.asks("POST", &form.action, Some(encoded(&form.fields)))),
        )
        .await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410]);
        let administrators: Vec<(String, bool)> =
            site.looks(|conn| Ok(members::table.select((members::handle, members::is_administrator)).load(conn)?)).await;
        assert_eq!(administrators.len(), 1);
        assert!(administrators[0].1);

        let person = &people[0];
        for over in [&first, &second] {
            person.opens(&format!("/setup/{over}")).await.is(410).sees("This link does not work any more");
        }
        sign_in(person, &format!("{}@post.example", administrators[0].0), NEW_PASSWORD).await;
        person.opens("/admin").await.is(200).sees("Administration");
        person.opens("/settings").await;
        assert_eq!(not_given(person), 1, "they said yes to all but letters");

        let late = site.given(accounts::make_setup_link).await.reveal().to_owned();
        let visitor = site.visitor();
        visitor.opens(&format!("/setup/{late}")).await.is(200);
        fill(&visitor, "lategate");
        site.later(Duration::hours(24));
        visitor.presses("Make this account").await.is(410);
        let unused: i64 =
            site.looks(|conn| Ok(setup_links::table.filter(setup_links::used_at.is_null()).count().get_result(conn)?)).await;
        assert_eq!((unused, rows(site).await.members), (1, 1));
    });
}

#[test]
fn an_administrator_gives_a_role_and_takes_it_back_with_a_reason_that_is_written_down() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let member = scene.person(site, "member");
        administrator.opens("/admin/people").await.types("Name", "nobody-at-all").presses("Find").await.sees("Nobody fits");
        administrator.types("Name", "MEMBER").presses("Find").await.is(200);
        administrator.opens(&format!("/admin/people/{}", scene.id("member"))).await.is(200).sees("Nothing yet");

        administrator.types("Role", "administrator").presses("Give it").await.is(422).sees("Say why, in a few words.");
        assert_eq!(member.asks("GET", "/admin", None).await.status, 404);
        administrator.types("Role", "administrator").types("Why?", "Takes over in May.").presses("Give it").await;
        administrator
            .is(200)
            .sees("Given. It works from their next page on.")
            .sees("Administrator: given by administrator")
            .sees("Takes over in May.");
        member.opens("/admin").await.is(200);
        administrator.types("Role", "administrator").presses("Take it back").await.is(422).sees("Say why");
        administrator.types("Role", "administrator").types("Why?", "Moves away.").presses("Take it back").await;
        administrator
            .is(200)
            .sees("Administrator: taken back by administrator")
            .sees("Moves away.")
            .sees("Takes over in May.");
        assert_eq!(member.asks("GET", "/admin", None).await.status, 404);

        // Without one nobody could give roles any more.
        administrator.opens(&format!("/admin/people/{}", scene.id("administrator"))).await;
        administrator.types("Role", "administrator").types("Why?", "I am tired.").presses("Take it back").await;
        administrator.is(422).sees("This is the last administrator.");
        assert_eq!(administrator.on_page(|page| page.attribute("#take_reason", "value")).as_deref(), Some("I am tired."));
        administrator.opens("/admin").await.is(200);
    });
}

#[test]
fn nobody_but_an_administrator_gives_a_role() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let count = async || -> i64 { site.looks(|conn| Ok(account_log::table.count().get_result(conn)?)).await };
        let before = count().await;
        for who in ["visitor", "new member", "member", "clinician", "representative", "moderator", "other moderator"] {
            let person = scene.person(site, who);
            let is_visitor = who == "visitor";
            for target in [who, "author"].into_iter().filter(|target| *target != "visitor") {
                let id = scene.id(target);
                for (path, form) in [
                    (format!("/admin/people/{id}/roles"), "give_role=administrator&give_reason=because"),
                    (format!("/admin/people/{id}/roles/removal"), "take_role=moderator&take_reason=because"),
                    (format!("/admin/people/{id}/organisation"), "organisation_reason=because"),
                ] {
                    let status = person.asks("POST", &path, Some(form.to_owned())).await.status;
                    assert_eq!(status, if is_visitor { 403 } else { 404 }, "{who}: {path}");
                }
                let status = person.asks("GET", &format!("/admin/people/{id}"), None).await.status;
                assert_eq!(status, if is_visitor { 303 } else { 404 }, "{who}");
            }
        }
        assert_eq!(count().await, before);
    });
}

// ------------------------------------------------------------------------------------------------- settings, people

/// Every moment of a page: as machines read it, and in words.
fn moments(html: &str) -> Vec<(DateTime<FixedOffset>, String)> {
    let parts = html
        .split("<time datetime=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once("</time>"))
        .filter_map(|(time, _)| time.split_once("\">"));
    parts
        .filter_map(|(machine, words)| {
            Some((DateTime::parse_from_str(machine, "%Y-%m-%dT%H:%M%:z").ok()?, words.to_owned()))
        })
        .collect()
}

#[test]
fn the_hour_that_is_printed_follows_the_time_zone_that_somebody_chose() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let member = scene.person(site, "member");
        member.opens(&thread).await.sees("All times are London time.");
        let before = member.on_page(|page| moments(&page.html));
        assert!(!before.is_empty());
        member
            .opens("/settings")
            .await
            .types("Your time zone", "Asia/Tokyo")
            .presses("Keep these: Time and place")
            .await
            .sees("Kept. All times follow it from now on.");
        assert_eq!(member.on_page(|page| page.field("Your time zone")), "Asia/Tokyo");
        member.opens(&thread).await.sees("All times are Tokyo time.");
        let after = member.on_page(|page| moments(&page.html));
        assert_eq!(before.len(), after.len());
        for ((before, before_words), (after, after_words)) in before.iter().zip(&after) {
            assert_eq!(before, after, "the moment is the same");
            assert_eq!(after.offset().local_minus_utc(), 9 * 3600);
            assert!(before_words.ends_with(&before.format("%H:%M").to_string()), "{before_words}");
            assert!(
                after_words.ends_with(&after.format("%H:%M").to_string()) && after_words != before_words,
                "{after_words}"
            );
        }
        scene.person(site, "author").opens(&thread).await.sees("All times are London time.");
        member
            .opens("/settings")
            .await
            .types("Your time zone", "Middle/Earth")
            .presses("Keep these: Time and place")
            .await
            .is(422)
            .sees("Choose a zone from the list.");
        member.opens(&thread).await.sees("All times are Tokyo time.");
    });
}

#[test]
fn members_see_of_somebody_only_what_was_switched_on_and_visitors_see_nobody() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let page = format!("/people/{}", scene.id("member"));
        let member = scene.person(site, "member");
        let other = scene.person(site, "author");
        member.opens("/settings").await.ticks("I live with it").types("A line about you", "I sing <b>low</b> & grow beans.");
        member.presses("Keep these: About you").await.is(200).sees("Kept. This is how you stand on your page now.");
        other
            .opens(&page)
            .await
            .is(200)
            .sees("Nothing more is shown here")
            .misses("grow beans")
            .misses("lives with it")
            .misses("Here since");
        member.opens("/settings").await.ticks("The line about me").presses("Keep these: About you").await;
        other
            .opens(&page)
            .await
            .sees("I sing <b>low</b> & grow beans.")
            .misses("<b>low</b>")
            .misses("lives with it")
            .misses("Here since");
        member.opens("/settings").await.ticks("Why I am here").presses("Keep these: About you").await;
        other.opens(&page).await.sees("Somebody who lives with it").misses("Here since");
        for address in [email("member"), "member@".to_owned()] {
            other.misses(&address);
        }
        let visitor = site.visitor();
        let there = visitor.asks("GET", &page, None).await;
        let nowhere = visitor.asks("GET", "/people/888888", None).await;
        assert_eq!((there.status, nowhere.status), (404, 404));
        there.hides("grow beans");
    });
}

#[test]
fn a_password_with_spaces_and_letters_of_any_language_is_the_password() {
    with_site(async |site| {
        let password = "  ein schöner Tag im März 🌧 ";
        let hash = accounts::hash_password(&PasswordAttempt::new(password)).unwrap();
        site.given(move |tx| {
            let new = NewMember {
                handle: "tansy".to_owned(),
                email: "toby@post.example".to_owned(),
                password_hash: hash.clone(),
                ..NewMember::default()
            };
            accounts::create_member(tx, &new)
        })
        .await;
        let person = site.visitor();
        for wrong in [password.trim(), &password.to_lowercase(), ""] {
            sign_in(&person, "toby@post.example", wrong).await;
            person.is(422);
        }
        sign_in(&person, " toby@POST.example ", password).await;
        assert!(is_admitted(&person).await);
    });
}
