//! Starting threads, answering, changing and taking back, and never losing a word.

use crate::harness::people::encoded;
use crate::harness::with_site;
use crate::scene::{PASSWORD, Scene, email};
use alongside::db::schema::{happenings, posts, threads};
use chrono::Duration;
use diesel::prelude::*;

#[test]
fn a_member_starts_a_thread_and_another_answers() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let ana = scene.person(site, "new member");
        ana.opens(&format!("/boards/{board}")).await.follows("Start a thread").await;
        ana.types("Title", "  Second   month, and the nights are long ")
            .ticks("My experience")
            .types("Your words", "I set the alarm for two.\nDid anyone else?");
        ana.presses("Post thread")
            .await
            .is(200)
            .sees("Second month, and the nights are long")
            .sees("I set the alarm for two.")
            .sees("Did anyone else?");
        assert!(ana.on_page(|page| page.html.contains("I set the alarm for two.<br")), "a line break stays a line break");
        let thread = ana.address();

        let ben = scene.person(site, "member");
        ben.opens(&thread).await.ticks("I care for someone").types("Your words", "My sister did. It gets smaller.");
        ben.presses("Post reply").await.is(200).sees("It gets smaller.").sees("I care for someone");
        ana.opens(&thread).await.sees("It gets smaller.");
        ben.opens(&format!("/boards/{board}")).await.sees("Second month, and the nights are long");
    });
}

#[test]
fn a_double_submit_makes_one_post_and_other_words_make_another() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let member = scene.person(site, "member");
        member.opens(&format!("/threads/{thread}")).await.ticks("My experience").types("Your words", "Me too.");
        let form = member.filled("Post reply");
        let first = member.asks("POST", &form.action, Some(encoded(&form.fields))).await;
        let second = member.asks("POST", &form.action, Some(encoded(&form.fields))).await;
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!(first.headers["location"], second.headers["location"], "the second click leads to the first post");
        let mut other = form.fields.clone();
        other
            .iter_mut()
            .filter(|(name, _)| name == "body")
            .for_each(|(_, value)| *value = "Me too, and one more thing.".to_owned());
        member.asks("POST", &form.action, Some(encoded(&other))).await.is(303);
        let count: i64 = site
            .looks(move |conn| Ok(posts::table.filter(posts::thread_id.eq(thread.number())).count().get_result(conn)?))
            .await;
        assert_eq!(count, 4, "two from before, one for the double click, one for the other words");
    });
}

#[test]
fn a_refused_form_keeps_every_word_and_says_what_to_do() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let member = scene.person(site, "member");
        member
            .opens(&format!("/boards/{board}/new-thread"))
            .await
            .types("Title", "Help")
            .types("Your words", "I sat on the floor.");
        member.presses("Post thread").await.is(422).sees("at least 5").sees("Your words are all here");
        member.on_page(|page| {
            assert_eq!(page.field("Title"), "Help");
            assert_eq!(page.field("Your words").trim_end(), "I sat on the floor.");
            assert_eq!(page.attribute("#title", "aria-invalid").as_deref(), Some("true"));
            assert!(page.words_in("title")[0].starts_with("Error:"));
            assert!(page.html.contains("href=\"#title\""), "the summary links to the field");
        });
    });
}

#[test]
fn something_i_read_needs_to_say_where() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let member = scene.person(site, "member");
        member
            .opens(&format!("/threads/{thread}"))
            .await
            .ticks("Something I read")
            .types("Your words", "There is a leaflet.");
        member.presses("Post reply").await.is(422);
        member
            .types("Where did you read it?", "leaflets.example/nights")
            .presses("Post reply")
            .await
            .is(200)
            .sees("leaflets.example/nights");
    });
}

#[test]
fn nobody_speaks_as_a_clinician_or_for_the_organisation_without_a_badge() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("public").thread;
        for who in ["member", "clinician", "representative", "administrator"] {
            let person = scene.person(site, who);
            person.opens(&format!("/threads/{thread}")).await.misses("value=\"general\"").misses("value=\"organisation\"");
            person.types("Your words", "In general, teams can help.");
            let form = person.filled("Post reply");
            for stance in ["general", "organisation", "nonsense", ""] {
                let mut fields: Vec<_> = form.fields.iter().filter(|(name, _)| name != "stance").cloned().collect();
                fields.push(("stance".to_owned(), stance.to_owned()));
                let page = person.asks("POST", &form.action, Some(encoded(&fields))).await;
                assert_eq!(page.status, 422, "{who} as {stance:?}");
                assert_eq!(page.field("Your words").trim_end(), "In general, teams can help.");
            }
        }
    });
}

#[test]
fn a_change_is_silent_for_five_minutes_and_then_seen_with_what_stood_before() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let author = scene.person(site, "author");
        author.opens(&format!("/threads/{}", place.thread)).await.ticks("My experience").types("Your words", "First words.");
        author.presses("Post reply").await.sees("First words.");
        let post: i64 = site
            .looks(move |conn| {
                Ok(posts::table
                    .filter(posts::thread_id.eq(place.thread.number()))
                    .order(posts::position.desc())
                    .select(posts::id)
                    .first(conn)?)
            })
            .await;
        site.later(Duration::minutes(4));
        author
            .opens(&format!("/posts/{post}/edit"))
            .await
            .types("Your words", "Second words.")
            .presses("Save the change")
            .await
            .sees("Second words.");
        author.opens(&format!("/posts/{post}/revisions")).await.misses("First words.");
        site.later(Duration::minutes(2));
        author
            .opens(&format!("/posts/{post}/edit"))
            .await
            .types("Your words", "Third words.")
            .presses("Save the change")
            .await
            .sees("Third words.");
        author.opens(&format!("/posts/{post}/revisions")).await.sees("Second words.");
        let moderator = scene.person(site, "moderator");
        moderator.opens(&format!("/posts/{post}/revisions")).await.is(200).sees("Second words.");
        let member = scene.person(site, "member");
        member.opens(&format!("/posts/{post}/revisions")).await.misses("Second words.");
    });
}

#[test]
fn a_stale_change_is_refused_with_both_texts() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let post = scene.place("members").post;
        let here = scene.person(site, "author");
        let there = scene.person(site, "author");
        here.opens(&format!("/posts/{post}/edit")).await.types("Your words", "Changed here.");
        there.opens(&format!("/posts/{post}/edit")).await.types("Your words", "Changed there.");
        here.presses("Save the change").await.sees("Changed here.");
        there.presses("Save the change").await.sees("Both texts are here").sees("Changed here.").sees("Changed there.");
        assert!([409, 422].contains(&there.on_page(|page| page.status)));
    });
}

#[test]
fn words_taken_back_leave_every_place_at_once_and_are_erased_after_thirty_days() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("public");
        let author = scene.person(site, "author");
        let member = scene.person(site, "member");
        member
            .opens(&format!("/threads/{}?reply_to={}", place.thread, place.post))
            .await
            .ticks("My experience")
            .types("Your words", "An answer to that.");
        member.presses("Post reply").await.sees("An answer to that.").sees("And one more thing.");
        author.opens(&format!("/posts/{}/withdrawal", place.post)).await.presses("Take it back").await.is(200);
        for path in [
            format!("/threads/{}", place.thread),
            format!("/boards/{}", place.board),
            "/".to_owned(),
            format!("/posts/{}", place.post),
        ] {
            for who in ["visitor", "member", "moderator", "administrator"] {
                scene.person(site, who).opens(&path).await.misses("And one more thing.");
            }
        }
        member.opens(&format!("/threads/{}", place.thread)).await.sees("An answer to that.");
        site.later(Duration::days(31));
        site.works().await;
        let kept: (String, String) = site
            .looks(move |conn| {
                Ok(posts::table.find(place.post.number()).select((posts::body_source, posts::body_html)).first(conn)?)
            })
            .await;
        assert_eq!(kept, (String::new(), String::new()));
    });
}

#[test]
fn ones_own_words_can_be_taken_back_where_one_may_not_read_any_more_and_nobody_else_finds_them_there() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let title = "A thread that is board-members";
        let inside = scene.person(site, "board member");
        inside
            .opens(&format!("/threads/{}", place.thread))
            .await
            .ticks("My experience")
            .types("Your words", "My own words.");
        inside.presses("Post reply").await.is(200);
        let post: i64 = site
            .looks(move |conn| {
                let of_thread = posts::table.filter(posts::thread_id.eq(place.thread.number()));
                Ok(of_thread.order(posts::position.desc()).select(posts::id).first(conn)?)
            })
            .await;
        site.later(Duration::minutes(6));
        inside.opens(&format!("/posts/{post}/edit")).await.types("Your words", "My own words, changed.");
        inside.presses("Save the change").await.is(200);
        let (board, id) = (place.board, scene.id("board member"));
        site.given(move |tx| {
            let member = alongside::accounts::load(tx.conn(), id)?.expect("the board member");
            alongside::boards::leave(tx, &member, board)
        })
        .await;

        // The board's front, which is all of it that they see now, leads to their words and to nobody else's.
        inside.opens(&format!("/boards/{board}")).await.is(200).sees("You wrote here").misses(title);
        inside.opens("/posts").await.sees("My own words, changed.").misses(title);
        inside.misses(&format!("/threads/{}", place.thread));
        let paths = [format!("/posts/{post}/withdrawal"), format!("/posts/{post}/revisions")];
        assert!(paths.iter().all(|path| inside.on_page(|page| page.html.contains(path.as_str()))));
        for path in &paths {
            inside.opens(path).await.is(200).sees("My own words, changed.").misses(title).misses("Board board-members");
            inside.misses(&format!("/threads/{}", place.thread)).misses(&format!("/boards/{}", place.board));
        }
        inside.sees("My own words.").presses("Take this version away").await.is(200).misses("My own words.</p>");
        inside.opens(&format!("/posts/{post}/edit")).await.is(404);
        let nowhere = |path: &str| path.replace(&post.to_string(), "888888");
        let strip = |html: &str, path: &str| html.replace(path, "X").replace(&path.replace('/', "%2F"), "X");
        for who in ["member", "new member", "other moderator"] {
            let other = scene.person(site, who);
            for path in &paths {
                let there = other.asks("GET", path, None).await;
                let missing = other.asks("GET", &nowhere(path), None).await;
                assert_eq!((there.status, missing.status), (404, 404), "{who} {path}");
                assert_eq!(strip(&there.html, path), strip(&missing.html, &nowhere(path)), "{who} {path}");
            }
            assert_eq!(other.asks("POST", &paths[0], Some(String::new())).await.status, 404, "{who}");
        }

        inside
            .opens(&paths[0])
            .await
            .presses("Take it back")
            .await
            .is(200)
            .sees("You took post 3 back")
            .misses("My own words");
        // Sent twice is done once.
        assert_eq!(inside.asks("POST", &paths[0], Some(String::new())).await.status, 303);
        let author = scene.person(site, "author");
        author.opens(&format!("/threads/{}", place.thread)).await.sees("took this post back").misses("My own words");
        inside.opens("/posts").await.misses("My own words").sees("No posts");
        // Where one reads along, a post stands with its thread.
        author.opens("/posts").await.follows(title).await.is(200).sees("took this post back");
    });
}

#[test]
fn taking_back_the_opening_post_takes_its_title_out_of_every_list() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("withdrawn");
        for path in
            [format!("/threads/{}", place.thread), format!("/boards/{}", place.board), "/".to_owned(), "/boards".to_owned()]
        {
            for who in ["visitor", "member", "moderator"] {
                scene.person(site, who).opens(&path).await.misses("A thread that is withdrawn");
            }
        }
    });
}

#[test]
fn a_locked_thread_takes_no_reply_and_says_why() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("locked").thread;
        let member = scene.person(site, "member");
        member.opens(&format!("/threads/{thread}")).await.sees("The question was answered.");
        assert!(!member.on_page(|page| page.has_button("Post reply")));
        let moderator = scene.person(site, "moderator");
        moderator.opens(&format!("/threads/{thread}")).await;
        assert!(moderator.on_page(|page| page.has_button("Open it again") || page.html.contains("/lock/removal")));
    });
}

#[test]
fn what_is_typed_survives_a_session_that_ran_out_and_another_account_never_sees_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let ana = scene.person(site, "member");
        ana.opens(&format!("/threads/{thread}"))
            .await
            .ticks("My experience")
            .types("Your words", "An hour of careful words.");
        let form = ana.filled("Post reply");
        ana.cookies.borrow_mut().clear();
        ana.sends(&form).await;
        ana.types("E-mail address", &email("member")).types("Password", PASSWORD);
        let sign_in = ana.filled("Sign in");
        ana.sends(&sign_in).await.is(200);
        ana.opens(&format!("/threads/{thread}")).await;
        assert_eq!(ana.on_page(|page| page.field("Your words").trim_end().to_owned()), "An hour of careful words.");

        let other = scene.person(site, "member");
        other
            .opens(&format!("/threads/{thread}"))
            .await
            .ticks("My experience")
            .types("Your words", "Nobody else may read this.");
        let form = other.filled("Post reply");
        other.cookies.borrow_mut().clear();
        other.sends(&form).await;
        other
            .types("E-mail address", &email("author"))
            .types("Password", PASSWORD)
            .presses("Sign in")
            .await
            .misses("Nobody else may read this.");
        other.opens(&format!("/threads/{thread}")).await.misses("Nobody else may read this.");
        other.opens("/drafts").await.misses("Nobody else may read this.");
    });
}

#[test]
fn words_carried_through_signing_in_on_a_shared_device_are_kept_for_minutes() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let signs_in = async |person: &crate::harness::people::Person<'_>, is_shared: bool| {
            person.types("E-mail address", &email("member")).types("Password", PASSWORD);
            if is_shared {
                person.ticks("This is a shared device");
            }
            person.presses("Sign in").await.is(200);
        };
        for (is_shared, is_kept_a_day) in [(true, false), (false, true)] {
            let ana = site.visitor();
            ana.opens("/sign-in").await;
            signs_in(&ana, is_shared).await;
            ana.opens(&format!("/threads/{thread}")).await.ticks("My experience");
            ana.types("Your words", "Typed where others sit next.");
            let form = ana.filled("Post reply");
            ana.cookies.borrow_mut().clear();
            ana.sends(&form).await;
            // The device is still the same one.
            assert_eq!(ana.on_page(|page| page.attribute("#shared", "checked").is_some()), is_shared);
            signs_in(&ana, false).await;
            assert_eq!(ana.on_page(|page| page.field("Your words").trim_end().to_owned()), "Typed where others sit next.");
            site.later(Duration::minutes(16));
            let other_device = scene.person(site, "member");
            other_device.opens("/drafts").await;
            assert_eq!(other_device.on_page(|page| page.words().contains("Typed where others sit next.")), is_kept_a_day);
        }
    });
}

#[test]
fn a_moderators_reason_survives_a_session_that_ran_out_and_goes_under_no_other_name() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        for (button, reason, is_done) in [
            ("Close this thread", "Everything was said.", "Open this thread again"),
            ("Keep it at the top of the board", "Answered", "Let it go from the top of the board"),
        ] {
            let moderator = scene.person(site, "moderator");
            moderator.opens(&format!("/threads/{thread}")).await;
            let mut form = moderator.filled(button);
            form.fields
                .iter_mut()
                .filter(|(name, _)| name.ends_with("_reason"))
                .for_each(|(_, value)| *value = reason.to_owned());

            let other = scene.person(site, "other moderator");
            assert_eq!(other.asks("POST", &form.action, Some(encoded(&form.fields))).await.status, 403);
            moderator.cookies.borrow_mut().clear();
            moderator.sends(&form).await.is(403);
            moderator
                .types("E-mail address", &email("moderator"))
                .types("Password", PASSWORD)
                .presses("Sign in")
                .await
                .is(200);
            let form = moderator.filled(button);
            let again = form.fields.iter().find(|(name, _)| name.ends_with("_reason")).unwrap();
            assert_eq!(again.1, reason, "the reason stands in its field again");
            moderator.sends(&form).await.is(200);
            moderator.opens(&format!("/threads/{thread}")).await.sees(reason);
            assert!(moderator.on_page(|page| page.has_button(is_done)));
            moderator.opens("/drafts").await.misses(reason);
        }
    });
}

#[test]
fn words_that_come_back_after_signing_in_stand_beside_what_was_typed_elsewhere() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let (here, there) = (scene.person(site, "member"), scene.person(site, "member"));
        here.opens(&format!("/threads/{thread}")).await.ticks("My experience").types("Your words", "Typed here.");
        let form = here.filled("Post reply");
        there.opens(&format!("/threads/{thread}")).await.ticks("My experience").types("Your words", "Typed there, later.");
        there.presses("Keep as a draft").await.is(200);
        here.cookies.borrow_mut().clear();
        here.sends(&form).await;
        here.types("E-mail address", &email("member")).types("Password", PASSWORD).presses("Sign in").await.is(200);
        let stands = |label: &str| here.on_page(|page| page.field(label).trim_end().to_owned());
        assert_eq!(
            (stands("Your words").as_str(), stands("Your other words").as_str()),
            ("Typed here.", "Typed there, later.")
        );
        // The other words can take their place, and lose nothing either.
        here.presses("Go on with these words").await;
        let stands = |label: &str| here.on_page(|page| page.field(label).trim_end().to_owned());
        assert_eq!(
            (stands("Your words").as_str(), stands("Your other words").as_str()),
            ("Typed there, later.", "Typed here.")
        );
        here.presses("Post reply").await.is(200).sees("Typed there, later.");
        here.opens(&format!("/threads/{thread}")).await;
        assert_eq!(here.on_page(|page| page.field("Your words").trim_end().to_owned()), "Typed here.");
        here.opens("/drafts").await.sees("Typed here.").misses("Typed there, later.");
        here.presses("Delete it").await.misses("Typed here.");
    });
}

#[test]
fn other_words_are_chosen_or_deleted_and_what_stands_in_the_form_is_kept() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let (here, there) = (scene.person(site, "member"), scene.person(site, "member"));
        here.opens(&thread).await;
        there.opens(&thread).await.ticks("My experience").types("Your words", "Typed there.");
        there.presses("Keep as a draft").await.is(200);
        // A form without what was typed there is shown again: both stand on the page.
        here.ticks("My experience").types("Your words", "Typed here.").presses("Look at it first").await.is(200);
        let stands = |label: &str| here.on_page(|page| page.field(label).trim_end().to_owned());
        assert_eq!((stands("Your words").as_str(), stands("Your other words").as_str()), ("Typed here.", "Typed there."));
        here.types("Your words", "Typed here, and more.").presses("Go on with these words").await.is(200);
        assert_eq!(
            (stands("Your words").as_str(), stands("Your other words").as_str()),
            ("Typed there.", "Typed here, and more.")
        );
        here.types("Your words", "Typed there, and more.").presses("Delete these words").await.is(200);
        assert_eq!(stands("Your words"), "Typed there, and more.");
        here.opens("/drafts").await.sees("Typed there, and more.").misses("Typed here");
    });
}

#[test]
fn what_was_refused_or_looked_at_is_kept_even_if_the_page_is_closed_then() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let member = scene.person(site, "member");
        member.opens(&format!("/threads/{}", place.thread)).await.types("Your words", "Refused for its stance.");
        member.presses("Post reply").await.is(422);
        let new_thread = format!("/boards/{}/new-thread", place.board);
        member.opens(&new_thread).await.types("Title", "Hm").types("Your words", "Refused for its title.");
        member.presses("Post thread").await.is(422);
        member.opens("/drafts").await.sees("Refused for its stance.").sees("Refused for its title.");
        let author = scene.person(site, "author");
        author.opens(&format!("/posts/{}/edit", place.post)).await.types("Your words", "Only looked at.");
        author.presses("Look at it first").await.is(200);
        author.opens("/drafts").await.sees("Only looked at.");
        // And it goes when it is posted after all.
        member.opens(&format!("/threads/{}", place.thread)).await.ticks("My experience");
        member.presses("Post reply").await.is(200);
        member.opens("/drafts").await.misses("Refused for its stance.").sees("Refused for its title.");
    });
}

#[test]
fn an_older_window_never_writes_over_newer_words_of_the_same_form() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let (here, there) = (scene.person(site, "member"), scene.person(site, "member"));
        // The script's way, and what it learns from the answer.
        let keeps = async |person: &crate::harness::people::Person<'_>, words: &str, kept_at: Option<&str>| {
            person.types("Your words", words);
            let mut fields = person.filled("Post reply").fields;
            fields.retain(|(name, _)| name != "do");
            for (name, value) in &mut fields {
                if let (true, Some(kept_at)) = (name == "kept_at", kept_at) {
                    kept_at.clone_into(value);
                }
            }
            let answer = person.asks("POST", "/drafts", Some(encoded(&fields))).await;
            assert_eq!(answer.status, 204);
            answer.headers["kept-at"].to_str().unwrap().to_owned()
        };
        here.opens(&thread).await.ticks("My experience");
        let first = keeps(&here, "Typed here, at length.", None).await;
        site.later(Duration::seconds(5));
        there.opens(&thread).await;
        keeps(&there, "Typed here, at length. And on the phone.", None).await;
        site.later(Duration::seconds(5));
        // What is taken back in the same window is gone, what another window added is not.
        let second = keeps(&here, "Typed here", Some(&first)).await;
        keeps(&here, "Typed", Some(&second)).await;
        here.opens("/drafts").await.sees("Typed here, at length. And on the phone.");
        let count: i64 = site.looks(|conn| Ok(alongside::db::schema::drafts::table.count().get_result(conn)?)).await;
        assert_eq!(count, 2, "the newer words of the other window, and these");
    });
}

#[test]
fn what_was_kept_at_home_outlives_a_change_on_a_device_that_others_use() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let home = scene.person(site, "member");
        home.opens(&thread).await.ticks("My experience").types("Your words", "Typed at home.");
        home.presses("Keep as a draft").await.is(200);
        let library = site.visitor();
        library.opens("/sign-in").await.types("E-mail address", &email("member")).types("Password", PASSWORD);
        library.ticks("This is a shared device").presses("Sign in").await.is(200);
        library.opens(&thread).await.types("Your words", "Typed at home. And in the library.");
        library.presses("Keep as a draft").await.is(200);
        site.later(Duration::minutes(16));
        home.opens("/drafts").await.sees("Typed at home.").misses("And in the library.");
    });
}

#[test]
fn the_words_for_a_thread_that_was_closed_meanwhile_can_be_read_whole() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let (member, moderator) = (scene.person(site, "member"), scene.person(site, "moderator"));
        let words = format!("{} The last of it.", "It was the same with me. ".repeat(40));
        member.opens(&thread).await.ticks("My experience").types("Your words", &words);
        member.presses("Keep as a draft").await.is(200);
        moderator.opens(&thread).await.types("Why?", "It was answered.").presses("Close this thread").await.is(200);
        member.opens("/drafts").await;
        assert!(member.on_page(|page| page.html.contains("The last of it.")));
    });
}

#[test]
fn what_the_script_sends_is_kept_whole_or_refused_with_an_error() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let kept =
            async || -> i64 { site.looks(|conn| Ok(alongside::db::schema::drafts::table.count().get_result(conn)?)).await };
        let ana = scene.person(site, "member");
        ana.opens(&format!("/threads/{thread}")).await.ticks("My experience").types("Your words", "Kept while I type.");
        let form = ana.filled("Post reply");
        // As the script does: every field of the form that says where it keeps them, but no button.
        let to = ana.on_page(|page| page.attribute("form[data-draft]", "data-draft")).unwrap();
        let fields: Vec<_> = form.fields.into_iter().filter(|(name, _)| name != "do").collect();
        for name in ["place", "kept_for", "submission_id", "stance", "body"] {
            assert!(fields.iter().any(|(field, value)| field == name && !value.is_empty()), "{name}");
        }
        let body = encoded(&fields);
        // Somebody else signed in meanwhile, in another window of the same browser.
        let other = scene.person(site, "author");
        assert_eq!(other.asks("POST", &to, Some(body.clone())).await.status, 403);
        // Nobody is signed in any more.
        assert_eq!(site.visitor().asks("POST", &to, Some(body.clone())).await.status, 403);
        assert_eq!(kept().await, 0);
        assert_eq!(ana.asks("POST", &to, Some(body)).await.status, 204);
        assert_eq!(kept().await, 1);
        ana.opens(&format!("/threads/{thread}")).await;
        assert_eq!(ana.on_page(|page| page.field("Your words").trim_end().to_owned()), "Kept while I type.");
        assert!(ana.on_page(|page| page.html.contains("value=\"experience\" required checked")));
    });
}

#[test]
fn a_draft_is_kept_for_its_writer_alone_and_goes_when_it_is_posted() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let member = scene.person(site, "member");
        member.opens(&format!("/threads/{thread}")).await.ticks("My experience").types("Your words", "Not ready yet.");
        member.presses("Keep as a draft").await;
        member.opens("/drafts").await.sees("A thread that is members");
        member.opens(&format!("/threads/{thread}")).await;
        assert_eq!(member.on_page(|page| page.field("Your words").trim_end().to_owned()), "Not ready yet.");
        scene.person(site, "author").opens(&format!("/threads/{thread}")).await.misses("Not ready yet.");
        member.presses("Post reply").await.sees("Not ready yet.");
        member.opens("/drafts").await.misses("Not ready yet.").misses("A thread that is members");
    });
}

#[test]
fn a_thread_keeps_the_audience_it_was_written_for_when_its_board_is_widened() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let board = place.board;
        site.given(move |tx| {
            let mut draft = alongside::boards::draft_of(tx, board)?;
            draft.audience = alongside::boards::Audience::Public;
            alongside::boards::change(tx, None, board, &draft, None)
        })
        .await;
        let visitor = site.visitor();
        visitor.opens(&format!("/boards/{board}")).await.is(200).misses("A thread that is members");
        visitor.opens(&format!("/threads/{}", place.thread)).await.is(404);
        let member = scene.person(site, "member");
        member.opens(&format!("/boards/{board}")).await.sees("A thread that is members");
    });
}

#[test]
fn what_is_not_there_and_what_must_not_be_known_look_the_same_to_a_visitor() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        let strip = |html: String, id: String| html.replace(&id, "ID");
        for (kind, hidden) in [
            ("threads", scene.place("members").thread.to_string()),
            ("boards", scene.place("board-members").board.to_string()),
            ("posts", scene.place("members").post.to_string()),
        ] {
            let there = visitor.asks("GET", &format!("/{kind}/{hidden}"), None).await;
            let nowhere = visitor.asks("GET", &format!("/{kind}/888888"), None).await;
            assert_eq!((there.status, nowhere.status), (404, 404), "{kind}");
            assert_eq!(
                strip(there.html, format!("%2F{kind}%2F{hidden}")).replace(&format!("/{kind}/{hidden}"), "X"),
                strip(nowhere.html, format!("%2F{kind}%2F888888")).replace(&format!("/{kind}/888888"), "X"),
                "{kind}"
            );
        }
    });
}

#[test]
fn an_unchanged_page_is_not_sent_again_and_a_changed_one_is() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("public");
        let visitor = site.visitor();
        let address = {
            visitor.opens(&format!("/threads/{}", place.thread)).await;
            visitor.address()
        };
        for path in [address.as_str(), "/", "/boards"] {
            let first = visitor.asks("GET", path, None).await;
            let tag = first.headers["etag"].to_str().unwrap().to_owned();
            assert_eq!(visitor.asks_with("GET", path, None, &[("if-none-match", &tag)]).await.status, 304, "{path}");
        }
        let tag = visitor.asks("GET", &address, None).await.headers["etag"].to_str().unwrap().to_owned();
        let member = scene.person(site, "member");
        member
            .opens(&address)
            .await
            .ticks("My experience")
            .types("Your words", "Something new.")
            .presses("Post reply")
            .await
            .is(200);
        let again = visitor.asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, 200);
        again.shows("Something new.");
        // A member's page says more than the version counts, so it carries no tag.
        assert!(!member.asks("GET", &address, None).await.headers.contains_key("etag"));
    });
}

#[test]
fn a_changed_mark_reaches_a_visitor_who_holds_the_page() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("public");
        let visitor = site.visitor();
        visitor.opens(&format!("/threads/{}", place.thread)).await;
        let address = visitor.address();
        let author = scene.person(site, "author");
        let tag = visitor.asks("GET", &address, None).await.headers["etag"].to_str().unwrap().to_owned();
        let asks_again = async || visitor.asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
        // What visitors do not see of a profile changes nothing for them.
        author.opens("/settings").await.types("A line about you", "I sing low.").presses("Keep these: About you").await;
        assert_eq!(asks_again().await.status, 304);
        author.opens("/settings").await.ticks("Boat").presses("Keep these: About you").await.is(200);
        let page = asks_again().await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains("#mark-boat"));
    });
}

#[test]
fn nothing_that_people_send_breaks_the_site() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let member = scene.person(site, "member");
        let long = "x".repeat(100_000);
        let form = format!("title={long}&stance=experience&body=words&submission_id=a");
        member.asks("POST", &format!("/boards/{}/threads", place.board), Some(form)).await.is(422);
        for (body, status) in [
            (b"title=abc%FFdef&body=x".to_vec(), 400),
            (b"title=abc%00def&body=x".to_vec(), 400),
            (b"title=%ED%A0%80&body=x".to_vec(), 400),
            (vec![b'a'; 10 * 1024 * 1024], 413),
        ] {
            let page = member.asks_bytes("POST", &format!("/boards/{}/threads", place.board), body).await;
            assert_eq!(page.status, status);
        }
        for id in ["-1", "0", "007", "99999999999999999999", "1e3", "%00", "1%2F2", "१"] {
            for kind in ["threads", "boards", "posts", "people"] {
                assert_eq!(member.asks("GET", &format!("/{kind}/{id}"), None).await.status, 404, "/{kind}/{id}");
            }
        }
        assert_eq!(member.asks("GET", &format!("/threads/{}?page=999999999", place.thread), None).await.status, 404);
        assert_eq!(member.asks("GET", &format!("/threads/{}?page=-3", place.thread), None).await.status, 404);
        assert_eq!(member.asks("DELETE", &format!("/threads/{}", place.thread), None).await.status, 405);
        let titles: i64 = site
            .looks(move |conn| {
                Ok(threads::table.filter(threads::board_id.eq(place.board.number())).count().get_result(conn)?)
            })
            .await;
        assert_eq!(titles, 1);
    });
}

#[test]
fn a_reply_writes_down_what_happened_in_the_same_moment() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let member = scene.person(site, "member");
        member
            .opens(&format!("/threads/{thread}"))
            .await
            .ticks("My experience")
            .types("Your words", "Me too.")
            .presses("Post reply")
            .await
            .is(200);
        let open: i64 =
            site.looks(|conn| Ok(happenings::table.filter(happenings::done_at.is_null()).count().get_result(conn)?)).await;
        assert_eq!(open, 1);
        site.works().await;
        let author = scene.person(site, "author");
        author.opens("/notices").await.sees("member");
        site.later(Duration::minutes(11));
        site.works().await;
        let letters = site.running.kept::<alongside::mail::Carrier>().kept();
        let told: Vec<_> = letters.iter().filter(|letter| letter.to == email("author")).collect();
        assert_eq!(told.len(), 1, "one letter for what is new");
        for secret in ["A thread that is members", "Board members", "Me too."] {
            assert!(
                !told[0].text.contains(secret) && !told[0].html.contains(secret) && !told[0].subject.contains(secret),
                "the letter tells {secret:?}"
            );
        }
    });
}

#[test]
fn near_a_limit_the_page_says_how_much_is_left_and_from_when_more_is_possible() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let thread = scene.place("members").thread;
        let member = scene.person(site, "member");
        for number in 1..=6 {
            member
                .opens(&format!("/threads/{thread}"))
                .await
                .ticks("My experience")
                .types("Your words", &format!("Words number {number}."));
            member.presses("Post reply").await.is(200).sees(&format!("Words number {number}."));
            match number {
                1..=3 => member.misses("for now"),
                4 => member.sees("You can post 2 more for now. After that it works again from"),
                5 => member.sees("You can post 1 more for now."),
                _ => member.sees("What you type is kept, and it can be posted from"),
            };
        }
        let page = member.asks("GET", &format!("/threads/{thread}"), None).await;
        let year = page.words_in("#reply .hint time");
        assert!(year[0].contains("20") && year[0].contains(':'), "a full date and time: {year:?}");
        // The limit of starting is the same, and a moderator has none.
        member.opens(&format!("/boards/{}/new-thread", scene.place("public").board)).await.sees("it can be posted from");
        let own = scene.person(site, "author");
        own.opens(&format!("/threads/{thread}")).await.misses("it can be posted from");
        site.later(Duration::minutes(11));
        member.opens(&format!("/threads/{thread}")).await.misses("it can be posted from").misses("for now");
    });
}

#[test]
fn a_newcomer_is_told_how_many_threads_are_left_on_the_first_day() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let newcomer = scene.person(site, "new member");
        newcomer.opens(&format!("/boards/{board}/new-thread")).await.misses("On the first day");
        for number in 1..=3 {
            newcomer.opens(&format!("/boards/{board}/new-thread")).await.ticks("My experience");
            newcomer.types("Title", &format!("Thread number {number}")).types("Your words", "I have so many questions.");
            newcomer.presses("Post thread").await.is(200);
            newcomer.opens(&format!("/boards/{board}/new-thread")).await;
            match number {
                1 => newcomer.sees("you have 2 left. More can be started from"),
                2 => newcomer.sees("you have 1 left."),
                _ => newcomer.sees("The next one can be started from"),
            };
        }
    });
}

#[test]
fn a_newcomer_is_told_when_when_the_next_thread_may_be_started() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let newcomer = scene.person(site, "new member");
        for number in 1..=4 {
            newcomer.opens(&format!("/boards/{board}/new-thread")).await.ticks("My experience");
            newcomer.types("Title", &format!("Thread number {number}")).types("Your words", "I have so many questions.");
            newcomer.presses("Post thread").await;
            if number <= 3 {
                newcomer.is(200).sees(&format!("Thread number {number}"));
            } else {
                assert_eq!(newcomer.on_page(|page| page.status), 429);
                newcomer.sees("I have so many questions.");
            }
            site.later(Duration::minutes(11));
        }
    });
}
