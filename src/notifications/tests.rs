//! From what happened to who is told, on a real database.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::config::MailRoute;
use crate::mail::tests::Ground;
use crate::worker;

const ANA: i64 = 1;
const BO: i64 = 2;
const CY: i64 = 3;

/// Ana began thread 812 (post 4001), Cy wrote 4002 in it; a board for members, which Cy moderates.
fn world() -> Ground {
    let ground = Ground::open(MailRoute::Memory);
    for (id, handle) in [(ANA, "ana"), (BO, "bo-example"), (CY, "cy-example")] {
        ground.member(id, handle);
    }
    ground.run(
        "UPDATE members SET is_moderator = TRUE WHERE id = 3;
         INSERT INTO boards (id, name, purpose, kind, audience, organisation_reads, language, created_at)
             VALUES (7, 'Type 1 diabetes', 'For us', 'peers', 'members', FALSE, 'en-GB', 0);
         INSERT INTO board_moderators (board_id, member_id, since) VALUES (7, 3, 0);
         INSERT INTO threads (id, board_id, author_id, title, audience, organisation_reads, language, stance, opened_at, post_count, last_post_at, last_author_id)
             VALUES (812, 7, 1, 'Frightened of the night', 'members', FALSE, 'en-GB', 'experience', 0, 2, 0, 3);",
    );
    post(&ground, 4001, 1, ANA, None);
    post(&ground, 4002, 2, CY, None);
    ground
}

fn post(ground: &Ground, id: i64, position: i32, author: i64, answers: Option<i64>) {
    let answers = answers.map_or("NULL".to_owned(), |post| post.to_string());
    ground.run(&format!(
        "INSERT INTO posts (id, thread_id, position, author_id, stance, in_reply_to, body_source, body_html, render_version, posted_at, submission_id, submission_hash)
         VALUES ({id}, 812, {position}, {author}, 'experience', {answers}, 'Words', '<p>Words</p>', 1, 0, 's{id}', '')"
    ));
}

/// Somebody writes in Ana's thread.
fn reply(ground: &Ground, id: i64, author: i64, answers: Option<i64>) {
    let position = ground.number("SELECT MAX(position) + 1 FROM posts");
    post(ground, id, i32::try_from(position).unwrap(), author, answers);
    let event = Event::Replied { actor: Id::new(author), board: Id::new(7), thread: 812, post: id };
    ground.site.db.write_now(|tx| happened(tx, event)).unwrap();
}

fn unread(ground: &Ground, member: i64) -> i64 {
    let shown = ground.number(&format!("SELECT unread_notices FROM members WHERE id = {member}"));
    let counted = ground.number(&format!("SELECT COUNT(*) FROM notices WHERE member_id = {member} AND read_at IS NULL"));
    assert_eq!(shown, counted, "the number at the bell is the number of unread notices");
    shown
}

fn read_list(ground: &Ground, member: i64) -> Vec<Listed> {
    ground
        .site
        .db
        .write_now(|tx| {
            let member = crate::accounts::load(tx.conn(), Id::new(member))?.unwrap();
            listed(tx.conn(), &member, Id::new(i64::MAX), 31)
        })
        .unwrap()
}

#[tokio::test]
async fn whoever_is_answered_finds_a_notice_and_ten_minutes_later_one_neutral_letter() {
    let ground = world();
    reply(&ground, 5001, BO, Some(4002));
    ground.minutes_later(0).await;
    assert_eq!((unread(&ground, ANA), unread(&ground, BO), unread(&ground, CY)), (1, 0, 1));
    let ana = &read_list(&ground, ANA)[0];
    assert_eq!(ana.kind, NoticeKind::Replied);
    let about = ana.about.as_ref().unwrap();
    assert_eq!((about.title.as_deref(), about.href.as_str()), (Some("Frightened of the night"), "/threads/812#p3"));
    assert_eq!(about.actor.as_ref().unwrap().0, "bo-example");
    assert_eq!(read_list(&ground, CY)[0].kind, NoticeKind::AnsweredYou);

    ground.minutes_later(9).await;
    assert!(ground.letters().is_empty());
    ground.minutes_later(2).await;
    let letters = ground.letters();
    assert_eq!(
        letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(),
        ["ana@example.org", "cy-example@example.org"]
    );
    for letter in &letters {
        for told in [&letter.text, &letter.html, &letter.subject] {
            for secret in ["Frightened", "diabetes", "Words", "bo-example", "812", "5001", "experience"] {
                assert!(!told.contains(secret), "{secret}: {told}");
            }
        }
    }
    ground.minutes_later(600).await;
    assert_eq!(ground.letters().len(), 2);
}

#[tokio::test]
async fn everything_new_is_folded_into_one_letter_an_hour() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    ground.minutes_later(0).await;
    ground.minutes_later(5).await;
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    ground.minutes_later(6).await;
    assert_eq!(ground.letters().len(), 1);
    ground.minutes_later(8).await;
    assert_eq!(ground.letters().len(), 1, "the second was folded into it");
    reply(&ground, 5003, BO, None);
    ground.minutes_later(0).await;
    ground.minutes_later(20).await;
    assert_eq!(ground.letters().len(), 1, "an hour of peace");
    ground.minutes_later(40).await;
    assert_eq!(ground.letters().len(), 2);
    assert_eq!(unread(&ground, ANA), 3);
}

#[tokio::test]
async fn whoever_has_read_it_gets_no_letter() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    let notice = read_list(&ground, ANA)[0].id;
    // Followed from the list ...
    note_followed(&ground.site, Id::new(ANA), notice);
    note_followed(&ground.site, Id::new(BO), notice); // and somebody else's number changes nothing
    ground.minutes_later(0).await;
    assert_eq!(unread(&ground, ANA), 1);
    // ... and read where it stands.
    ground.run("INSERT INTO reading_positions (member_id, thread_id, position, read_at) VALUES (1, 812, 4, 0)");
    ground.minutes_later(11).await;
    assert_eq!(unread(&ground, ANA), 0);
    assert!(ground.letters().is_empty());
}

#[tokio::test]
async fn catching_up_marks_only_what_was_read() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    ground.run(
        "INSERT INTO reading_positions (member_id, thread_id, position, read_at) VALUES (1, 812, 3, 0), (3, 812, 4, 0)",
    );
    ground.site.db.write_now(|tx| catch_up(tx, Id::new(ANA))).unwrap();
    assert_eq!(unread(&ground, ANA), 1);
    assert!(!read_list(&ground, ANA)[0].is_read && read_list(&ground, ANA)[1].is_read);
}

#[tokio::test]
async fn marking_all_leaves_what_came_meanwhile() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    ground.minutes_later(0).await;
    let seen = read_list(&ground, ANA)[0].id;
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    for _ in 0..2 {
        ground.site.db.write_now(|tx| store::mark_read_up_to(tx, Id::new(ANA), seen)).unwrap();
        assert_eq!(unread(&ground, ANA), 1);
    }
}

#[tokio::test]
async fn whoever_may_not_see_the_thread_any_more_learns_nothing() {
    let ground = world();
    // Let in no longer before the worker looks: neither a notice nor a letter.
    ground.run("UPDATE threads SET audience = 'board-members'");
    reply(&ground, 5001, BO, None);
    ground.minutes_later(11).await;
    assert_eq!(unread(&ground, ANA), 0);

    // Told while they could see it, and put out before the letter: a neutral line, no title, no way there, no letter.
    ground.run("INSERT INTO board_members (board_id, member_id, since) VALUES (7, 1, 0)");
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    assert!(read_list(&ground, ANA)[0].about.is_some());
    ground.run("DELETE FROM board_members");
    assert!(read_list(&ground, ANA)[0].about.is_none());
    ground.minutes_later(11).await;
    assert!(ground.letters().is_empty());

    // The organisation's people do not read along, their own thread or not.
    ground.run("UPDATE threads SET audience = 'members'; UPDATE members SET works_for_organisation = TRUE WHERE id = 1");
    reply(&ground, 5003, BO, None);
    ground.minutes_later(0).await;
    assert_eq!(unread(&ground, ANA), 1);
}

#[tokio::test]
async fn a_post_that_was_taken_back_is_not_told_of() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    ground.run("UPDATE posts SET withdrawn_at = 1 WHERE id = 5001");
    ground.minutes_later(0).await;
    assert_eq!(unread(&ground, ANA), 0);

    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    ground.run("UPDATE posts SET withdrawn_at = 1 WHERE id = 5002");
    assert!(read_list(&ground, ANA)[0].about.is_none());
    ground.minutes_later(11).await;
    assert!(ground.letters().is_empty());

    // The title goes with the beginning.
    reply(&ground, 5003, BO, None);
    ground.minutes_later(0).await;
    ground.run("UPDATE threads SET withdrawn_at = 1");
    assert_eq!(read_list(&ground, ANA)[0].about.as_ref().unwrap().title, None);
}

#[tokio::test]
async fn nobody_is_told_of_what_they_did_and_nobody_gets_letters_they_do_not_want() {
    let ground = world();
    ground.run("UPDATE members SET community_letters = FALSE WHERE id = 3");
    reply(&ground, 5001, ANA, Some(4002));
    ground.minutes_later(11).await;
    assert_eq!((unread(&ground, ANA), unread(&ground, CY)), (0, 1));
    assert!(ground.letters().is_empty());

    // Switched off between the notice and the letter.
    reply(&ground, 5002, BO, None);
    ground.minutes_later(0).await;
    ground.run("UPDATE members SET community_letters = FALSE WHERE id = 1");
    ground.minutes_later(11).await;
    assert!(ground.letters().is_empty());
}

#[tokio::test]
async fn moderators_learn_who_asks_and_members_what_was_decided() {
    let ground = world();
    ground.run("INSERT INTO board_requests (board_id, member_id, words, asked_at) VALUES (7, 2, '', 0)");
    let asked = Event::BoardAsked { actor: Id::new(BO), board: Id::new(7) };
    ground.site.db.write_now(|tx| happened(tx, asked)).unwrap();
    ground.minutes_later(0).await;
    assert_eq!((unread(&ground, ANA), unread(&ground, BO), unread(&ground, CY)), (0, 0, 1));
    let notice = &read_list(&ground, CY)[0];
    assert_eq!((notice.kind, notice.about.as_ref().unwrap().href.as_str()), (NoticeKind::BoardAsked, "/boards/7"));
    ground.run("DELETE FROM board_moderators");
    assert!(read_list(&ground, CY)[0].about.is_none(), "who asks is for moderators");

    let decided = Event::BoardDecided { actor: Id::new(CY), board: Id::new(7), member: Id::new(BO) };
    ground.site.db.write_now(|tx| happened(tx, decided)).unwrap();
    ground.minutes_later(0).await;
    let notice = &read_list(&ground, BO)[0];
    assert_eq!(notice.kind, NoticeKind::BoardDecided);
    assert!(notice.about.as_ref().unwrap().actor.is_none(), "the moderators act as a team");

    // Decided before anybody was told: nothing to tell.
    ground.run("UPDATE board_requests SET decided_at = 1, outcome = 'let-in'; INSERT INTO board_moderators (board_id, member_id, since) VALUES (7, 3, 0)");
    ground.site.db.write_now(|tx| happened(tx, asked)).unwrap();
    ground.minutes_later(0).await;
    assert_eq!(unread(&ground, CY), 1);
}

#[tokio::test]
async fn one_happening_that_stands_in_the_way_keeps_nobody_else_from_being_told() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    ground.minutes_later(0).await;
    // Told already, and yet open: a second notice for the same happening is refused by the database.
    ground.run("UPDATE happenings SET done_at = NULL");
    for post in 5002..5010 {
        reply(&ground, post, BO, None);
    }
    assert!(worker::tick(&ground.site).await.is_err());
    assert_eq!(unread(&ground, ANA), 9);
}

#[tokio::test]
async fn two_workers_tell_everybody_once() {
    let ground = world();
    for post in 5001..5031 {
        reply(&ground, post, BO, None);
    }
    let (first, second) = futures_util::future::join(tick(&ground.site), tick(&ground.site)).await;
    first.unwrap();
    second.unwrap();
    ground.minutes_later(0).await;
    assert_eq!(unread(&ground, ANA), 30);
    ground.site.clock.shift(chrono::Duration::minutes(10));
    let (first, second) = futures_util::future::join(tick(&ground.site), tick(&ground.site)).await;
    first.unwrap();
    second.unwrap();
    ground.minutes_later(0).await;
    assert_eq!(ground.letters().len(), 1);
}

#[tokio::test]
async fn the_way_out_of_letters_opens_with_our_mark_only() {
    let ground = world();
    let path = unsubscribe_path(&ground.site, ANA);
    let token = path.strip_prefix("/letters/unsubscribe/").unwrap();
    assert_eq!(unsubscriber(&ground.site, token).unwrap(), Id::new(ANA));
    let (_, mark) = token.split_once('.').unwrap();
    for bad in ["", "1", "1.", &format!("2.{mark}"), &format!("01.{mark}"), &format!("1.{mark}x"), &format!("x.{mark}")] {
        assert!(unsubscriber(&ground.site, bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn somebody_elses_notice_does_not_exist() {
    let ground = world();
    reply(&ground, 5001, BO, None);
    ground.minutes_later(0).await;
    let theirs = read_list(&ground, ANA)[0].id;
    let found = ground.site.db.write_now(|tx| {
        let bo = crate::accounts::load(tx.conn(), Id::new(BO))?.unwrap();
        one(tx.conn(), &bo, theirs)
    });
    assert!(matches!(found, Err(Error::Refused(crate::error::Refusal::Unseen))));
}

mod over_http {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::http::header;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, cookie::Cookie};

    /// Status, where it leads, and the page.
    async fn answer(ground: &Ground, request: TestRequest) -> (StatusCode, String, String) {
        let app = init_service(App::new().configure(crate::routes::configure(&ground.site))).await;
        let own = url::Url::parse(&ground.site.link("/")).unwrap();
        let host = own.host_str().unwrap().to_owned();
        let response = call_service(&app, request.insert_header((header::HOST, host)).to_request()).await;
        let status = response.status();
        let location =
            response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        (status, location, String::from_utf8(read_body(response).await.to_vec()).unwrap())
    }

    /// Signed in, from a page of ours.
    fn by(ground: &Ground, member: i64, request: TestRequest) -> TestRequest {
        let token = format!("token-of-{member}");
        let hash = seal::hash(&token).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        let hash = if ground.site.db.is_embedded() { format!("X'{hash}'") } else { format!("'\\x{hash}'::bytea") };
        let now = ground.site.now().micros();
        ground.run(&format!("DELETE FROM sessions WHERE member_id = {member}"));
        ground.run(&format!(
            "INSERT INTO sessions (token_hash, member_id, is_shared_device, created_at, last_used_at, expires_at)
             VALUES ({hash}, {member}, FALSE, {now}, {now}, {})",
            now + 86_400_000_000
        ));
        request.cookie(Cookie::new("__Host-sid", token)).insert_header(("Sec-Fetch-Site", "same-origin"))
    }

    fn form(words: &'static str) -> TestRequest {
        TestRequest::post().insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded")).set_payload(words)
    }

    #[tokio::test]
    async fn a_member_reads_follows_and_ticks_off_notices() {
        let ground = world();
        for post in 5001..5033 {
            reply(&ground, post, BO, None);
        }
        ground.minutes_later(0).await;
        let (status, _, page) = answer(&ground, by(&ground, ANA, TestRequest::with_uri("/notices"))).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(page.matches("class=\"told unread\"").count(), 30);
        assert!(page.contains("wrote in your thread") && page.contains("Frightened of the night"), "{page}");
        assert!(page.contains("href=\"/notices?before=3\""), "{page}");
        let (_, _, page) = answer(&ground, by(&ground, ANA, TestRequest::with_uri("/notices?before=3"))).await;
        assert_eq!(page.matches("class=\"told unread\"").count(), 2);

        let (status, to, _) = answer(&ground, by(&ground, ANA, TestRequest::with_uri("/notices/32"))).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/threads/812?page=2#p34"));
        assert_eq!(unread(&ground, ANA), 32, "a GET writes nothing");
        ground.minutes_later(0).await;
        assert_eq!(unread(&ground, ANA), 31);
        let (status, ..) = answer(&ground, by(&ground, BO, TestRequest::with_uri("/notices/31"))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);

        let (status, to, _) = answer(&ground, by(&ground, ANA, form("notice=31&before=9").uri("/notices/read"))).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/notices?before=9"));
        assert_eq!(unread(&ground, ANA), 30);
        answer(&ground, by(&ground, BO, form("notice=30").uri("/notices/read"))).await;
        assert_eq!(unread(&ground, ANA), 30);
        answer(&ground, by(&ground, ANA, form("up_to=20").uri("/notices/read"))).await;
        assert_eq!(unread(&ground, ANA), 10);
        answer(&ground, by(&ground, ANA, form("").uri("/notices/read"))).await;
        assert_eq!(unread(&ground, ANA), 0);
        for odd in [
            "/notices?before=x",
            "/notices?before=0",
            "/notices?before=-4",
            "/notices?before=99999999999999999999",
            "/notices/0",
            "/notices/x",
        ] {
            assert_eq!(
                answer(&ground, by(&ground, ANA, TestRequest::with_uri(odd))).await.0,
                StatusCode::NOT_FOUND,
                "{odd}"
            );
        }
        assert_eq!(
            answer(&ground, TestRequest::with_uri("/notices")).await.0,
            StatusCode::SEE_OTHER,
            "a visitor signs in first"
        );
    }

    #[tokio::test]
    async fn letters_are_ended_with_one_click_and_a_scanner_that_follows_links_ends_nothing() {
        let ground = world();
        let path = unsubscribe_path(&ground.site, ANA);
        let wants = || ground.number("SELECT COUNT(*) FROM members WHERE id = 1 AND community_letters");
        let (status, _, page) = answer(&ground, TestRequest::with_uri(&path)).await;
        assert_eq!((status, wants()), (StatusCode::OK, 1));
        assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
        let one_click = || form("List-Unsubscribe=One-Click").insert_header(("Sec-Fetch-Site", "cross-site"));
        let bad = format!("{path}x");
        assert_eq!(answer(&ground, one_click().uri(&bad)).await.0, StatusCode::NOT_FOUND);
        assert_eq!(wants(), 1);
        for _ in 0..2 {
            let (status, _, page) = answer(&ground, one_click().uri(&path)).await;
            assert_eq!((status, wants()), (StatusCode::OK, 0));
            assert!(page.contains("You get no more of these letters"), "{page}");
        }
    }

    #[tokio::test]
    async fn letters_are_on_a_page_in_the_demo_and_nowhere_else() {
        let ground = world();
        reply(&ground, 5001, BO, None);
        ground.minutes_later(0).await;
        ground.minutes_later(11).await;
        assert_eq!(answer(&ground, TestRequest::with_uri("/demo/letters")).await.0, StatusCode::NOT_FOUND);

        let demo = Ground::with(|config| (config.mail, config.is_demo) = (MailRoute::Memory, true));
        assert!(answer(&demo, TestRequest::with_uri("/demo/letters")).await.2.contains("No letter yet"));
        demo.member(1, "ana");
        let letter = mail::Letter {
            member: None,
            to: "ana@example.org".to_owned(),
            template: "notifications/something-new",
            parameters: serde_json::json!({}),
            is_service: true,
            due_at: demo.site.now(),
            cause: None,
        };
        demo.site.db.write_now(|tx| mail::write(tx, &letter)).unwrap();
        demo.minutes_later(0).await;
        let (status, _, page) = answer(&demo, TestRequest::with_uri("/demo/letters")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("ana@example.org") && page.contains("<a href=\"/notices\">https://forum.example/notices</a>"),
            "{page}"
        );
    }

    #[tokio::test]
    async fn administrators_alone_see_what_did_not_arrive_and_try_it_again() {
        let ground = world();
        ground.run(
            "UPDATE members SET is_administrator = TRUE WHERE id = 3;
             INSERT INTO letters (id, to_address, template, parameters, is_service, created_at, due_at, attempts, given_up_at, last_error)
                 VALUES (42, 'tansy@example.org', 'accounts/gone', '{}', TRUE, 0, 0, 20, 1, 'permanent error (550)')",
        );
        for (member, status) in [(ANA, StatusCode::NOT_FOUND), (CY, StatusCode::OK)] {
            let (found, _, page) = answer(&ground, by(&ground, member, TestRequest::with_uri("/admin/letters"))).await;
            assert_eq!(found, status);
            assert!(!page.contains("tansy"));
            assert_eq!(
                page.contains("t…@example.org") && page.contains("tried 20 times") && page.contains("(550)"),
                member == CY,
                "{page}"
            );
        }
        assert_eq!(
            answer(&ground, by(&ground, ANA, form("").uri("/admin/letters/42/again"))).await.0,
            StatusCode::NOT_FOUND
        );
        assert_eq!(answer(&ground, by(&ground, CY, form("").uri("/admin/letters/42/again"))).await.0, StatusCode::SEE_OTHER);
        assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE given_up_at IS NULL AND attempts = 0"), 1);
        assert_eq!(answer(&ground, by(&ground, CY, form("").uri("/admin/letters/42/again"))).await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_process_without_a_worker_is_ready() {
        let ground = world();
        assert_eq!(answer(&ground, TestRequest::with_uri("/readyz")).await.0, StatusCode::OK);
    }
}
