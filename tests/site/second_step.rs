//! The second step at sign-in, browsers that are known, and the question whether it is still them.

use crate::accounts::{is_admitted, last_letter_to, link_to, sign_in};
use crate::harness::people::{Person, encoded};
use crate::harness::{Site, with_site, with_two_processes};
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::totp::AppSecret;
use alongside::accounts::{self, Role};
use alongside::db::schema::{members, recovery_codes, totp_secrets};
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;

const EMAIL: &str = "E-mail address";
const CODE: &str = "Code";
const FIGURES: &str = "The six figures";

/// Turns the app on for somebody who has just signed in: what the app knows, and the codes on paper.
pub async fn turns_on(site: &Site, person: &Person<'_>) -> (AppSecret, Vec<String>) {
    person.opens("/settings").await.follows("A second step at sign-in").await.follows("Turn it on").await.is(200);
    let letters = person.on_page(|page| page.words_in("ol code"));
    let app = AppSecret::typed(&letters[0]).expect("the letters of a secret");
    let code = app.code_at(site.running.now()).unwrap();
    person.types(FIGURES, &code).presses("Turn it on").await.is(200).sees("The second step is turned on");
    let codes = person.on_page(|page| page.words_in(".codes code"));
    assert_eq!(codes.len(), 10);
    (app, codes)
}

/// The next code that was not used yet.
pub fn next_code(site: &Site, app: &AppSecret) -> String {
    site.later(Duration::seconds(60));
    app.code_at(site.running.now()).unwrap()
}

#[test]
fn with_an_app_turned_on_the_password_alone_opens_nothing_and_each_code_opens_once() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member.opens("/settings/second-step/app").await.types(FIGURES, "000000").presses("Turn it on").await.is(422);
        member.sees("These are not the figures of this moment");
        let rows: i64 = site.looks(|conn| Ok(totp_secrets::table.count().get_result(conn)?)).await;
        assert_eq!(rows, 0, "nothing is kept until the first code is right");
        let (app, _) = turns_on(site, &member).await;
        let letter = last_letter_to(site, &email("member")).await;
        assert!(letter.contains("a second step at sign-in was turned on") && letter.contains("/not-me/"), "{letter}");
        assert!(is_admitted(&member).await, "whoever turned it on stays signed in");

        let code = next_code(site, &app);
        for (person, opens) in [(site.visitor(), true), (site.visitor(), false)] {
            sign_in(&person, &email("member"), PASSWORD).await;
            person.is(200).sees("Now the second step");
            assert!(!is_admitted(&person).await, "the password alone opens nothing");
            sign_in(&person, &email("member"), PASSWORD).await;
            person.types(CODE, "123 456").presses("Sign in").await.is(422).sees("This code does not work");
            person.types(CODE, &code).presses("Sign in").await;
            assert_eq!(is_admitted(&person).await, opens, "a code opens once");
        }
        // A right password is no key for later.
        let late = site.visitor();
        sign_in(&late, &email("member"), PASSWORD).await;
        site.later(Duration::minutes(10));
        let code = next_code(site, &app);
        late.types(CODE, &code).presses("Sign in").await.is(422).sees("took longer than ten minutes");
        assert!(!is_admitted(&late).await);
    });
}

#[test]
fn the_proof_of_the_password_cannot_be_made_or_bent_or_used_for_somebody_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (app, _) = turns_on(site, &scene.person(site, "member")).await;
        let visitor = site.visitor();
        sign_in(&visitor, &email("member"), PASSWORD).await;
        let form = visitor.filled("Sign in");
        let step = form.fields.iter().find(|(name, _)| name == "step").unwrap().1.clone();
        let (_, rest) = step.split_once('.').unwrap();
        let author = scene.id("author");
        let code = next_code(site, &app);
        for bent in ["", "1", "1.2.3", &format!("{author}.{rest}"), &format!("{step}x"), &step.replace('.', "")] {
            let body = encoded(&[("step".to_owned(), bent.to_owned()), ("code".to_owned(), code.clone())]);
            let answer = visitor.asks("POST", "/sign-in/second-step", Some(body)).await;
            assert_eq!(answer.status, 422, "{bent}");
        }
        assert!(!is_admitted(&visitor).await);
        let body = encoded(&[("step".to_owned(), step), ("code".to_owned(), code)]);
        assert_eq!(visitor.asks("POST", "/sign-in/second-step", Some(body)).await.status, 303, "the real one works");
    });
}

#[test]
fn a_code_on_paper_opens_once_and_its_owner_is_told() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (_, codes) = turns_on(site, &scene.person(site, "member")).await;
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        person.types(CODE, &codes[3].to_uppercase().replace('-', " ")).presses("Sign in").await;
        assert!(is_admitted(&person).await);
        person.opens("/settings/second-step").await.sees("9 codes are left");
        site.works().await;
        let told = site.letters().iter().any(|letter| {
            letter.to == email("member")
                && letter.text.contains("one of your recovery codes was")
                && letter.text.contains("/not-me/")
        });
        assert!(told);
        let again = site.visitor();
        sign_in(&again, &email("member"), PASSWORD).await;
        again.types(CODE, &codes[3]).presses("Sign in").await.is(422).sees("This code does not work");
        // A new sheet ends the old one.
        person.presses("Make new codes").await.is(200).sees("The old ones do not work any more");
        let new = person.on_page(|page| page.words_in(".codes code"));
        again.types(CODE, &codes[4]).presses("Sign in").await.is(422);
        again.types(CODE, &new[0]).presses("Sign in").await;
        assert!(is_admitted(&again).await);
    });
}

#[test]
fn of_fifty_uses_of_one_code_at_the_same_moment_in_two_processes_one_opens() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let (_, codes) = turns_on(first, &scene.person(first, "member")).await;
        let (app, _) = turns_on(first, &scene.person(first, "author")).await;
        let figures = next_code(first, &app);
        for (who, code) in [("member", &codes[0]), ("author", &figures)] {
            let visitors: Vec<_> =
                (0..50).map(|number| if number % 2 == 0 { first.visitor() } else { second.visitor() }).collect();
            sign_in(&visitors[0], &email(who), PASSWORD).await;
            let mut form = visitors[0].filled("Sign in");
            form.fields.retain(|(name, _)| name != "code");
            form.fields.push(("code".to_owned(), code.clone()));
            let answers =
                join_all(visitors.iter().map(|visitor| visitor.asks("POST", &form.action, Some(encoded(&form.fields)))));
            let statuses: Vec<u16> = answers.await.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [303, 422, 429].contains(status)), "{statuses:?}");
        }
        let left: i64 = first.looks(|conn| Ok(recovery_codes::table.count().get_result(conn)?)).await;
        assert_eq!(left, 19);
    });
}

#[test]
fn a_trusted_browser_is_not_asked_until_the_password_changes() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (app, _) = turns_on(site, &scene.person(site, "member")).await;
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        let code = next_code(site, &app);
        person.ticks("Do not ask again in this browser").types(CODE, &code).presses("Sign in").await;
        person.opens("/boards").await.presses("Sign out").await;
        sign_in(&person, &email("member"), PASSWORD).await;
        assert!(is_admitted(&person).await, "it is not asked");
        // Others are.
        let other = site.visitor();
        sign_in(&other, &email("member"), PASSWORD).await;
        other.sees("Now the second step");
        person
            .opens("/settings/second-step")
            .await
            .sees("One browser is asked for no code")
            .presses("Ask in every browser again")
            .await;
        person.sees("Every browser is asked for the code from now on").opens("/boards").await.presses("Sign out").await;
        sign_in(&person, &email("member"), PASSWORD).await;
        let code = next_code(site, &app);
        person.ticks("Do not ask again in this browser").types(CODE, &code).presses("Sign in").await;
        person.opens("/settings/password").await.types("Your password now", PASSWORD);
        person.types("New password", "nine copper saucepans").presses("Change it").await.is(200);
        person.opens("/boards").await.presses("Sign out").await;
        sign_in(&person, &email("member"), "nine copper saucepans").await;
        person.sees("Now the second step");
    });
}

#[test]
fn a_new_password_by_letter_does_not_lead_around_the_second_step() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (app, _) = turns_on(site, &scene.person(site, "member")).await;
        let person = site.visitor();
        person.opens("/password").await.types(EMAIL, &email("member")).presses("Send me the link").await;
        let link = link_to(site, &email("member")).await;
        person.opens(&link).await.types("New password", "nine copper saucepans").presses("Keep this password").await;
        sign_in(&person, &email("member"), "nine copper saucepans").await;
        person.sees("Now the second step");
        assert!(!is_admitted(&person).await);
        let code = next_code(site, &app);
        person.types(CODE, &code).presses("Sign in").await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn codes_that_are_guessed_make_the_next_one_wait_and_the_words_that_wait_stay_in_the_page() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let (app, _) = turns_on(site, &member).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        member.opens(&thread).await.ticks("My experience").types("Your words", "I know these nights.");
        site.later(Duration::days(15));
        member.presses("Post reply").await.is(403).sees("Your words are safe");
        member.types(EMAIL, &email("member")).types("Password", PASSWORD).presses("Sign in").await;
        member.sees("Now the second step").sees("Your words are safe");
        for _ in 0..5 {
            member.types(CODE, "123456").presses("Sign in").await.is(422);
        }
        member.types(CODE, "123456").presses("Sign in").await.is(429).sees("Try again from");
        site.later(Duration::minutes(2));
        let code = next_code(site, &app);
        member.types(CODE, &code).presses("Sign in").await.is(200).sees("I know these nights.");
    });
}

#[test]
fn a_role_that_needs_a_second_step_rests_after_a_fortnight_without_one_and_comes_back_with_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let id = scene.id("member");
        site.given(move |tx| accounts::grant(tx, id, Role::Administrator, None, "Helps.")).await;
        let administrator = scene.person(site, "member");
        administrator.opens("/admin").await.is(200).sees("needs a second step at sign-in").follows("Set it up").await;
        administrator.sees("What you do here for others needs it");
        site.later(Duration::days(14));
        let administrator = site.visitor();
        sign_in(&administrator, &email("member"), PASSWORD).await;
        administrator.opens("/boards").await.sees("rests, because the second step at sign-in is missing");
        assert_eq!(administrator.asks("GET", "/admin", None).await.status, 404);
        let (_, codes) = turns_on(site, &administrator).await;
        administrator.opens("/admin").await.is(200).misses("second step at sign-in is missing");
        administrator.opens("/settings/second-step").await.sees("so it cannot be turned off");
        let removal = administrator.asks("POST", "/settings/second-step/removal", Some(String::new())).await;
        assert_eq!(removal.status, 403);
        // Others turn it off as they like; the codes on paper go with it.
        let author = site.visitor();
        sign_in(&author, &email("author"), PASSWORD).await;
        turns_on(site, &author).await;
        author.opens("/settings/second-step").await.presses("Turn it off").await.sees("The second step is turned off.");
        let left: i64 = site.looks(|conn| Ok(recovery_codes::table.count().get_result(conn)?)).await;
        assert_eq!(left, i64::try_from(codes.len()).unwrap());
        // The command line helps whoever has lost everything; the role then waits for a new one again.
        let running = site.running.clone();
        site.given(move |tx| accounts::reset_second_step(tx, id, &running)).await;
        let administrator = site.visitor();
        sign_in(&administrator, &email("member"), PASSWORD).await;
        administrator.opens("/admin").await.is(200).sees("needs a second step at sign-in");
    });
}

#[test]
fn whoever_has_such_a_role_is_signed_out_after_an_idle_hour_and_half_a_day_from_the_moment_they_have_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let [idle, busy, plain] = ["member", "author", "asker"].map(|who| scene.person(site, who));
        for who in ["member", "author"] {
            let id = scene.id(who);
            site.given(move |tx| accounts::grant(tx, id, Role::Moderator, None, "Helps.")).await;
        }
        for _ in 0..14 {
            assert!(is_admitted(&busy).await);
            site.works().await;
            site.later(Duration::minutes(50));
        }
        assert!(!is_admitted(&idle).await, "an hour without a click");
        site.later(Duration::minutes(20));
        assert!(!is_admitted(&busy).await, "half a day, however busy");
        assert!(is_admitted(&plain).await, "others stay signed in");
    });
}

#[test]
fn what_would_hurt_most_asks_whether_it_is_still_them_and_a_form_that_came_too_late_is_sent_on() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let person = format!("/admin/people/{}", scene.id("member"));
        administrator.opens(&person).await.types("Role", "mentor");
        administrator.types("Why?", "Greets everybody.");
        site.later(Duration::minutes(21));
        administrator.presses("Give it").await.is(403).sees("Is it still you?").sees("What you sent waits in this page");
        administrator.types("Password", "words that fit nowhere").presses("It is me").await.is(422);
        administrator.sees("That is not your password").types("Password", PASSWORD).presses("It is me").await.is(200);
        administrator.sees("One more press sends what waited").presses("Send it now").await.is(200);
        administrator.sees("Given.").sees("Greets everybody.");
        // A page asks before it shows.
        site.later(Duration::minutes(10));
        administrator.opens("/settings/second-step/app").await.sees("Is it still you?");
        let before = administrator.cookies.borrow()["sid"].clone();
        administrator.types("Password", PASSWORD).presses("It is me").await.sees("Show this drawing to the app");
        assert_ne!(administrator.cookies.borrow()["sid"], before, "the session goes by another token");
        administrator.cookies.borrow_mut().insert("sid".to_owned(), before);
        site.later(Duration::minutes(1));
        assert!(!is_admitted(&administrator).await);
        // With a second step the password alone is no proof.
        let author = scene.person(site, "author");
        site.later(-Duration::minutes(30));
        let (app, _) = turns_on(site, &author).await;
        site.later(Duration::minutes(30));
        author.opens("/settings/second-step").await.presses("Turn it off").await.is(403).types("Password", PASSWORD);
        author.types(CODE, "123456").presses("It is me").await.is(422).sees("This code does not work");
        let code = next_code(site, &app);
        author.types("Password", PASSWORD).types(CODE, &code).presses("It is me").await.presses("Send it now").await;
        author.sees("The second step is turned off.");
    });
}

#[test]
fn a_sign_in_with_a_browser_that_was_not_seen_before_is_told_by_letter_and_a_known_one_is_not() {
    with_site(async |site| {
        Scene::set(site).await;
        let told = || {
            let letters = site.letters();
            letters.iter().filter(|letter| letter.to == email("member") && letter.text.contains("not seen")).count()
        };
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        site.works().await;
        assert_eq!(told(), 1);
        person.opens("/boards").await.presses("Sign out").await;
        sign_in(&person, &email("member"), PASSWORD).await;
        site.works().await;
        assert_eq!(told(), 1, "it is known now");
        let stranger = site.visitor();
        sign_in(&stranger, &email("member"), PASSWORD).await;
        let link = link_to(site, &email("member")).await;
        assert_eq!(told(), 2);
        person.opens(&link).await.presses("It was not me: close it to them").await.is(200);
        assert!(!is_admitted(&stranger).await && !is_admitted(&person).await);
    });
}

#[test]
fn tries_from_elsewhere_get_slower_and_never_hold_up_a_browser_that_its_owner_has_used_before() {
    with_site(async |site| {
        Scene::set(site).await;
        let own = site.visitor();
        sign_in(&own, &email("member"), PASSWORD).await;
        own.opens("/boards").await.presses("Sign out").await;
        let body = format!("email={}&password=words+that+fit+nowhere", email("member").replace('@', "%40"));
        let stranger = site.visitor();
        let mut last = 0;
        for _ in 0..6 {
            last = stranger.asks("POST", "/sign-in", Some(body.clone())).await.status;
        }
        assert_eq!(last, 429);
        sign_in(&own, &email("member"), PASSWORD).await;
        assert!(is_admitted(&own).await, "the owner does not wait");
        // In their own browser, too, guessing gets slower: somebody else may sit there.
        own.opens("/boards").await.presses("Sign out").await;
        for _ in 0..6 {
            last = own.asks("POST", "/sign-in", Some(body.clone())).await.status;
        }
        assert_eq!(last, 429);
    });
}

#[test]
fn a_password_that_was_kept_by_weaker_parameters_is_kept_by_todays_after_the_next_sign_in() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let id = scene.id("member").number();
        // The same password, as an earlier version might have kept it: 8 KiB, one pass.
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let stored: PasswordHash = weak.hash_password(PASSWORD.as_bytes()).unwrap();
        let stored = stored.to_string();
        let kept = stored.clone();
        site.given(move |tx| {
            let one = diesel::update(members::table.find(id)).set(members::password_hash.eq(&kept));
            Ok(one.execute(tx.conn()).map(drop)?)
        })
        .await;
        let hash = async || -> String {
            site.looks(move |conn| Ok(members::table.find(id).select(members::password_hash).first(conn)?)).await
        };
        let person = site.visitor();
        sign_in(&person, &email("member"), "words that fit nowhere").await;
        assert_eq!(hash().await, stored, "a wrong password changes nothing");
        sign_in(&person, &email("member"), PASSWORD).await;
        assert!(hash().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn trust_is_given_by_a_code_alone_and_not_by_a_password_that_asks_for_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thief = site.visitor();
        thief.opens("/sign-in").await.types(EMAIL, &email("member")).types("Password", PASSWORD);
        let mut form = thief.filled("Sign in");
        form.fields.push(("trust".to_owned(), "yes".to_owned()));
        thief.sends(&form).await;
        assert!(is_admitted(&thief).await, "there is no second step yet");
        turns_on(site, &scene.person(site, "member")).await;
        thief.opens("/boards").await.presses("Sign out").await;
        sign_in(&thief, &email("member"), PASSWORD).await;
        thief.sees("Now the second step");
        assert!(!is_admitted(&thief).await);
    });
}

#[test]
fn whoever_read_the_mark_of_a_browser_is_not_known_by_it_after_the_next_sign_in_there() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (app, _) = turns_on(site, &scene.person(site, "member")).await;
        let own = site.visitor();
        let mark = || own.cookies.borrow().get("browser").cloned();
        sign_in(&own, &email("member"), PASSWORD).await;
        let code = next_code(site, &app);
        own.ticks("Do not ask again in this browser").types(CODE, &code).presses("Sign in").await;
        // Somebody else of the same household uses this browser, too.
        own.opens("/boards").await.presses("Sign out").await;
        sign_in(&own, &email("author"), PASSWORD).await;
        own.opens("/boards").await.presses("Sign out").await;
        let read = mark().unwrap();
        sign_in(&own, &email("member"), PASSWORD).await;
        assert!(is_admitted(&own).await, "the trust went along with the mark, whoever signed in meanwhile");
        assert_ne!(mark().unwrap(), read);
        // A button that is pressed twice sends the one of before: it holds for a minute more.
        site.later(Duration::minutes(1));
        let thief = site.visitor();
        thief.cookies.borrow_mut().insert("browser".to_owned(), read);
        sign_in(&thief, &email("member"), PASSWORD).await;
        thief.sees("Now the second step");
    });
}

#[test]
fn whoever_came_in_by_the_trust_in_a_browser_is_asked_for_the_second_step_before_what_would_hurt_most() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (app, _) = turns_on(site, &scene.person(site, "member")).await;
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        let code = next_code(site, &app);
        person.ticks("Do not ask again in this browser").types(CODE, &code).presses("Sign in").await;
        person.opens("/settings/password").await.is(200).sees("Your password now");
        person.opens("/boards").await.presses("Sign out").await;
        sign_in(&person, &email("member"), PASSWORD).await;
        assert!(is_admitted(&person).await, "it is not asked");
        let typed = format!("present_password={}&password=nine+copper+saucepans", PASSWORD.replace(' ', "+"));
        let answer = person.asks("POST", "/settings/password", Some(typed)).await;
        assert_eq!(answer.status, 303, "the password alone changes no password");
        person.opens("/settings/password").await.sees("Is it still you?");
        let code = next_code(site, &app);
        person.types("Password", PASSWORD).types(CODE, &code).presses("It is me").await.sees("Your password now");
        person.types("Your password now", PASSWORD).types("New password", "nine copper saucepans");
        person.presses("Change it").await.is(200);
        let other = site.visitor();
        sign_in(&other, &email("member"), "nine copper saucepans").await;
        other.sees("Now the second step");
    });
}
