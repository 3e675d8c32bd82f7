//! Two processes on one database, as a site runs that outgrew one, or while a new version takes over from an old one. What
//! one of them decides holds in the other at once.

use crate::harness::people::{Person, encoded};
use crate::harness::{Site, with_two_processes};
use crate::scene::{Scene, email, reply};
use alongside::accounts::{self, Role};
use alongside::clock::Timestamp;
use alongside::db::schema::{notices, posts};
use alongside::helplines::{self, HelplineDraft, Need};
use alongside::mail::{self, Letter};
use alongside::threads;
use chrono::Duration;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Fifty visitors, every other one of them in the other process: for what may happen once only, whoever is first.
pub fn fifty<'a>(first: &'a Site, second: &'a Site) -> Vec<Person<'a>> {
    (0..50).map(|number| if number % 2 == 0 { first.visitor() } else { second.visitor() }).collect()
}

/// Both workers at the same time.
async fn work_together(first: &Site, second: &Site) {
    tokio::join!(first.works(), second.works());
}

#[test]
fn a_session_that_ends_in_one_process_is_over_in_the_other() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let (here, there) = (scene.person(first, "member"), scene.person(second, "member"));
        there.opens("/notices").await.is(200).sees("Nothing yet");
        here.opens("/notices").await.presses("Sign out").await;
        let answer = there.asks("GET", "/notices", None).await;
        assert_eq!(answer.status, 303);
        assert!(answer.headers["location"].to_str().unwrap().starts_with("/sign-in"));
        // Fourteen days without use end a session; using it through one process keeps it in the other.
        let (here, there) = (scene.person(first, "author"), scene.person(second, "author"));
        for _ in 0..2 {
            first.later(Duration::days(10));
            here.opens("/notices").await.is(200);
            first.works().await;
        }
        assert_eq!(there.asks("GET", "/notices", None).await.status, 200);
        first.later(Duration::days(14));
        assert_eq!(there.asks("GET", "/notices", None).await.status, 303);
    });
}

#[test]
fn a_role_that_is_taken_in_one_process_is_gone_in_the_other() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let there = scene.person(second, "administrator");
        there.opens("/admin").await.is(200);
        let (administrator, other) = (scene.id("administrator"), scene.id("member"));
        first
            .given(move |tx| {
                // Somebody stays.
                accounts::grant(tx, other, Role::Administrator, None, "Takes over.")?;
                accounts::revoke(
                    tx,
                    administrator,
                    Role::Administrator,
                    None,
                    "Has less time now.",
                    alongside::routes::ROLE_TAKEN,
                )
            })
            .await;
        there.opens("/admin").await.is(404);
    });
}

#[test]
fn limits_are_counted_over_all_processes() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let thread = scene.place("members").thread;
        let (here, there) = (scene.person(first, "member"), scene.person(second, "member"));
        for (number, person) in [&here, &there, &here, &there, &here, &there, &here, &there].into_iter().enumerate() {
            person.opens(&format!("/threads/{thread}")).await.ticks("My experience");
            person.types("Your words", &format!("Answer number {number}.")).presses("Post reply").await;
            person.is(if number < 6 { 200 } else { 429 });
        }
        // Guessing a password: who has to wait here has to wait there.
        let guesses = [first.visitor(), second.visitor()];
        let mut refused = Vec::new();
        for number in 0..12 {
            let person = &guesses[number % 2];
            person
                .opens("/sign-in")
                .await
                .types("E-mail address", &email("author"))
                .types("Password", "not this one either");
            person.presses("Sign in").await;
            refused.push(person.on_page(|page| page.status == 429));
        }
        let first_refusal = refused.iter().position(|is_refused| *is_refused).expect("guessing is slowed down");
        assert!(refused[first_refusal..].iter().all(|is_refused| *is_refused), "{refused:?}");
    });
}

#[test]
fn a_letter_is_sent_once_and_a_notice_made_once_although_both_workers_see_it() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let place = scene.place("members");
        let (moderator, author) = (scene.id("moderator"), scene.author);
        first
            .given(move |tx| {
                let moderator = accounts::load(tx.conn(), moderator)?.unwrap();
                for number in 0..20 {
                    threads::reply(tx, &moderator, place.thread, &reply("Me too.", &format!("me-too-{number}")))?;
                    let letter = Letter {
                        member: None,
                        to: format!("reader-{number}@example.org"),
                        template: "notifications/something-new",
                        parameters: serde_json::json!({}),
                        is_service: true,
                        due_at: tx.now(),
                        cause: None,
                    };
                    mail::write(tx, &letter)?;
                }
                Ok(())
            })
            .await;
        work_together(first, second).await;
        let told: i64 = first
            .looks(move |conn| Ok(notices::table.filter(notices::member_id.eq(author)).count().get_result(conn)?))
            .await;
        assert_eq!(told, 20);
        first.later(Duration::minutes(11));
        work_together(first, second).await;
        work_together(first, second).await;
        let sent = [first.letters(), second.letters()].concat();
        let readers: BTreeSet<_> =
            sent.iter().filter(|letter| letter.to.starts_with("reader-")).map(|letter| letter.to.clone()).collect();
        assert_eq!(readers.len(), 20, "every letter left");
        assert_eq!(sent.iter().filter(|letter| letter.to.starts_with("reader-")).count(), 20, "and none of them twice");
        assert_eq!(sent.iter().filter(|letter| letter.to == email("author")).count(), 1, "one letter for all the answers");
    });
}

#[test]
fn what_was_read_through_one_process_brings_no_letter_from_the_other() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let place = scene.place("members");
        let moderator = scene.id("moderator");
        first
            .given(move |tx| {
                let moderator = accounts::load(tx.conn(), moderator)?.unwrap();
                threads::reply(tx, &moderator, place.thread, &reply("Me too.", "me-too"))
            })
            .await;
        first.works().await;
        scene.person(second, "author").opens(&format!("/threads/{}", place.thread)).await.sees("Me too.");
        second.works().await;
        first.later(Duration::minutes(11));
        work_together(first, second).await;
        let sent = [first.letters(), second.letters()].concat();
        assert!(!sent.iter().any(|letter| letter.to == email("author")));
    });
}

#[test]
fn the_same_form_sent_to_both_at_once_makes_one_post() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let thread = scene.place("members").thread;
        let (here, there) = (scene.person(first, "member"), scene.person(second, "member"));
        for round in 0..5 {
            here.opens(&format!("/threads/{thread}")).await.ticks("My experience");
            here.types("Your words", &format!("Me too, the {round}. time."));
            let form = here.filled("Post reply");
            let send = |person| {
                let body = encoded(&form.fields);
                let action = form.action.clone();
                async move { sent(person, &action, body).await }
            };
            let (one, other) = tokio::join!(send(&here), send(&there));
            assert_eq!((one.0, other.0), (303, 303));
            assert_eq!(one.1, other.1, "both lead to the one post");
        }
        let count: i64 = first
            .looks(move |conn| Ok(posts::table.filter(posts::thread_id.eq(thread.number())).count().get_result(conn)?))
            .await;
        assert_eq!(count, 2 + 5);
    });
}

/// Status and where it leads.
async fn sent(person: &Person<'_>, action: &str, body: String) -> (u16, String) {
    let page = person.asks("POST", action, Some(body)).await;
    let location = page.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    (page.status, location.to_owned())
}

#[test]
fn a_reader_of_one_process_sees_at_once_what_changed_through_the_other() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        let place = scene.place("public");
        let reader = second.visitor();
        let writer = scene.person(first, "member");
        let mut seen = Vec::new();
        for path in
            ["/".to_owned(), "/boards".to_owned(), format!("/boards/{}", place.board), format!("/threads/{}", place.thread)]
        {
            reader.opens(&path).await.is(200);
            let (address, tag) =
                reader.on_page(|page| (page.address.clone(), page.headers["etag"].to_str().unwrap().to_owned()));
            // The page is the same wherever it is asked for, so a browser may come back through either.
            for site in [first, second] {
                let again = site.visitor().asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
                assert_eq!(again.status, 304, "{address}");
            }
            seen.push((address, tag));
        }
        writer.opens(&format!("/threads/{}", place.thread)).await.ticks("My experience");
        writer.types("Your words", "Something new.").presses("Post reply").await.is(200);
        for (address, tag) in seen {
            let again = reader.asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
            assert_eq!(again.status, 200, "{address} is not what it was");
        }
        reader.opens(&format!("/threads/{}", place.thread)).await.sees("Something new.");
    });
}

#[test]
fn urgent_help_is_right_in_every_process_within_a_minute() {
    with_two_processes(async |first, second| {
        Scene::set(first).await;
        let reader = second.visitor();
        reader.opens("/urgent-help").await.misses("01632 960 777");
        first.given(|tx| helplines::create(tx, &line(tx.now()))).await;
        first.later(Duration::seconds(61));
        reader.opens("/urgent-help").await.sees("01632 960 777");
    });
}

fn line(checked_on: Timestamp) -> HelplineDraft {
    HelplineDraft {
        name: "Day line".to_owned(),
        need: Need::Talk,
        voice_number: "01632 960 777".to_owned(),
        language: "en".to_owned(),
        checked_on: Some(checked_on),
        ..HelplineDraft::default()
    }
}
