//! Who reads a board, who is let in and by whom, and how administrators arrange the boards.

use crate::harness::people::Person;
use crate::harness::{Site, with_site, with_site_set};
use crate::scene::{Scene, reply, thread as thread_draft};
use alongside::accounts::{self, Role};
use alongside::boards::{self, Board, BoardDraft};
use alongside::db::Id;
use alongside::db::schema::{board_changes, board_members, board_requests};
use alongside::threads;
use diesel::prelude::*;

const INSIDE: &str = "A thread that is board-members";

/// Members of a board, requests that were decided, and lines of its history.
async fn counts(site: &Site) -> (i64, i64, i64) {
    site.looks(|conn| {
        Ok((
            board_members::table.count().get_result(conn)?,
            board_requests::table.filter(board_requests::decided_at.is_not_null()).count().get_result(conn)?,
            board_changes::table.count().get_result(conn)?,
        ))
    })
    .await
}

/// The names of the boards in a list, in their order.
fn names(person: &Person<'_>) -> Vec<String> {
    person.on_page(|page| page.words_in("main section:first-of-type h3"))
}

// ------------------------------------------------------------------------------------------- being let in, leaving

#[test]
fn a_member_asks_is_refused_with_a_reason_asks_again_is_let_in_and_leaves() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let (board, inside) = (format!("/boards/{}", place.board), format!("/threads/{}", place.thread));
        let member = scene.person(site, "new member");
        let moderator = scene.person(site, "moderator");
        member.opens(&inside).await.is(404).misses(INSIDE);
        member
            .opens(&board)
            .await
            .is(200)
            .sees("What people write there you see when you are let in.")
            .sees("For whoever needs it.")
            .misses(INSIDE);
        member
            .types("Your words to the moderators", "I was diagnosed in spring.\nI know nobody.")
            .presses("Ask to be let in")
            .await;
        member.is(200).sees("You asked to be let in").misses(INSIDE);
        assert!(!member.on_page(|page| page.has_button("Ask to be let in")), "asking twice is asking once");

        site.works().await;
        moderator.opens("/notices").await.sees("asks to be let in to");
        moderator.opens(&board).await.misses("Leave this board").follows("People on this board").await;
        moderator.is(200).sees("I was diagnosed in spring.").sees("I know nobody.");
        moderator
            .follows("Answer, new-member")
            .await
            .sees("Let new-member in?")
            .presses("Not now")
            .await
            .is(422)
            .sees("Say why. The person reads it.");
        let long = "x".repeat(1_001);
        moderator.types("Reason, if it is not now", &long).presses("Not now").await.is(422).sees("Make it shorter");
        assert_eq!(moderator.on_page(|page| page.field("Reason, if it is not now")).trim_end(), long);
        moderator.types("Reason, if it is not now", "Tell us <i>a little</i> more, please.").presses("Not now").await;
        moderator.is(200).misses("I was diagnosed in spring.");
        site.works().await;

        member.opens("/notices").await.sees("have answered whether you are let in to").misses("moderator</bdi>");
        member
            .opens(&board)
            .await
            .sees("This board stays closed to you for now")
            .sees("Tell us <i>a little</i> more, please.")
            .sees("You may ask again.")
            .misses(INSIDE);
        member.opens(&inside).await.is(404);
        let words: Vec<String> = site
            .looks(|conn| {
                Ok(board_requests::table
                    .filter(board_requests::decided_at.is_not_null())
                    .select(board_requests::words)
                    .load(conn)?)
            })
            .await;
        assert_eq!(words, [""], "the words to the moderators are deleted with the answer");

        member
            .opens(&board)
            .await
            .types("Your words to the moderators", "It is breast cancer, stage two.")
            .presses("Ask to be let in")
            .await
            .sees("You asked to be let in");
        moderator
            .opens(&format!("{board}/people"))
            .await
            .follows("Answer, new-member")
            .await
            .presses("Let them in")
            .await
            .is(200)
            .sees("new-member");
        member.opens(&inside).await.is(200).sees(INSIDE);
        member
            .ticks("My experience")
            .types("Your words", "Thank you for having me.")
            .presses("Post reply")
            .await
            .is(200)
            .sees("Thank you for having me.");
        member.opens("/boards").await.sees("You were let in");
        member.opens(&board).await.misses("People on this board");

        let before = counts(site).await;
        member
            .follows("Leave this board")
            .await
            .is(200)
            .sees("Nobody is told.")
            .presses("Leave this board")
            .await
            .is(200)
            .misses(INSIDE);
        assert_eq!(counts(site).await.0, before.0 - 1);
        member.opens(&inside).await.is(404);
        member.opens("/").await.misses(INSIDE);
        member.opens(&format!("{board}/leaving")).await.is(404);
        site.works().await;
        moderator.opens(&format!("{board}/people")).await.misses("new-member");
        moderator.opens(&inside).await.sees("Thank you for having me.");
    });
}

#[test]
fn whoever_asked_may_take_it_back_and_a_moderator_who_was_slower_is_told() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = format!("/boards/{}", scene.place("board-members").board);
        let moderator = scene.person(site, "moderator");
        moderator.opens(&format!("{board}/people")).await.follows("Answer, asker").await;
        let asker = scene.person(site, "asker");
        asker.opens(&board).await.sees("You asked to be let in").presses("Take it back").await.is(200);
        assert!(asker.on_page(|page| page.has_button("Ask to be let in")));
        moderator.presses("Let them in").await.sees("This was decided in the meantime, or taken back.");
        assert!([409, 422].contains(&moderator.on_page(|page| page.status)));
        asker.opens(&format!("/threads/{}", scene.place("board-members").thread)).await.is(404);
    });
}

#[test]
fn nobody_but_a_moderator_of_that_board_decides_who_is_let_in_or_sees_who_asks() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("board-members").board;
        let decision = format!("/boards/{board}/requests/{}/decision", scene.request);
        let removal = format!("/boards/{board}/people/{}/removal", scene.id("board member"));
        let before = counts(site).await;
        for who in [
            "visitor",
            "asker",
            "member",
            "clinician",
            "representative",
            "other moderator",
            "administrator",
            "board member",
            "author",
        ] {
            let person = scene.person(site, who);
            let (refused, hidden) = if who == "visitor" { (403, 303) } else { (404, 404) };
            for path in [&decision, &removal, &format!("/boards/{board}/people")] {
                let page = person.asks("GET", path, None).await;
                assert_eq!(page.status, hidden, "{who}: {path}");
                page.hides("I was told that you talk about this here.");
            }
            for (path, form) in
                [(&decision, "decision=let-in"), (&decision, "decision=refuse&reason=because"), (&removal, "reason=because")]
            {
                assert_eq!(person.asks("POST", path, Some(form.to_owned())).await.status, refused, "{who}: {path}");
            }
        }
        // Nor does a moderator decide about a board through the address of another one, or about what is decided.
        let moderator = scene.person(site, "moderator");
        let elsewhere = format!("/boards/{}/requests/{}/decision", scene.place("public").board, scene.request);
        assert_eq!(moderator.asks("POST", &elsewhere, Some("decision=let-in".to_owned())).await.status, 404);
        assert_eq!(counts(site).await, before);
        assert_eq!(moderator.asks("POST", &decision, Some("decision=let-in".to_owned())).await.status, 303);
        assert_eq!(moderator.asks("POST", &decision, Some("decision=refuse&reason=because".to_owned())).await.status, 409);
        scene
            .person(site, "asker")
            .opens(&format!("/threads/{}", scene.place("board-members").thread))
            .await
            .is(200)
            .sees(INSIDE);
    });
}

#[test]
fn a_moderator_takes_somebody_out_with_a_reason_that_they_read() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let moderator = scene.person(site, "moderator");
        moderator.opens(&format!("/boards/{}/people", place.board)).await.follows("Take out, board-member").await;
        moderator.presses("Take them out").await.is(422).sees("Say why. The person reads it.");
        moderator
            .types("Reason", "You asked us to.")
            .presses("Take them out")
            .await
            .is(200)
            .misses("Take out<span class=\"unseen\">, board-member");
        let person = scene.person(site, "board member");
        person.opens(&format!("/threads/{}", place.thread)).await.is(404);
        person
            .opens(&format!("/boards/{}", place.board))
            .await
            .sees("You asked us to.")
            .sees("You may ask again.")
            .misses(INSIDE);
        site.works().await;
        person.opens("/notices").await.sees("have answered whether you are let in to");
    });
}

#[test]
fn whoever_loses_the_role_of_moderator_reads_and_decides_nothing_on_the_boards_they_had() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let administrator = scene.person(site, "administrator");
        administrator.opens(&format!("/admin/people/{}", scene.id("moderator"))).await;
        administrator.types("Role", "moderator").types("Why?", "Needs a rest.").presses("Take it back").await.is(200);
        let before = counts(site).await;
        let person = scene.person(site, "moderator");
        let decision = format!("/boards/{}/requests/{}/decision", place.board, scene.request);
        let decided = person.asks("POST", &decision, Some("decision=let-in".to_owned())).await.status;
        let read = person.asks("GET", &format!("/threads/{}", place.thread), None).await.status;
        let people = person.asks("GET", &format!("/boards/{}/people", place.board), None).await.status;
        assert_eq!((decided, read, people), (404, 404, 404));
        assert_eq!((counts(site).await.0, counts(site).await.1), (before.0, before.1));
    });
}

#[test]
fn the_command_line_takes_a_role_back_as_the_browser_does() {
    // With PostgreSQL the tests make the tables in one text, past the record of migrations that the program asks for.
    if std::env::var_os("TEST_DATABASE_URL").is_some() {
        return;
    }
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let alongside::db::DatabaseUrl::Sqlite(path) = &site.running.config.database else { panic!("not SQLite") };
        let says = |role: &str| {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_alongside"))
                .args(["admin", "revoke", "moderator", role, "--reason", "Needs a rest."])
                .env("DATABASE_URL", format!("sqlite:{}", path.display()))
                .env("ALONGSIDE_DATA", path.parent().unwrap())
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        scene.person(site, "moderator").opens("/boards").await.sees("You moderate it");
        assert_eq!(says("moderator"), "moderator is moderator no longer.\n");
        let person = scene.person(site, "moderator");
        person.opens(&format!("/threads/{}", place.thread)).await.is(404);
        person.opens(&format!("/boards/{}/people", place.board)).await.is(404);
        person.opens("/boards").await.misses("You moderate it");
        let administrator = scene.person(site, "administrator");
        administrator.opens(&format!("/admin/boards/{}", place.board)).await.sees("Took it from moderator");
        administrator.opens(&format!("/admin/people/{}", scene.id("moderator"))).await.sees("Needs a rest.");
    });
}

// ---------------------------------------------------------------------------------------------------- who reads

#[test]
fn visitors_get_no_board_whose_members_are_let_in_into_any_list() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        for path in ["/boards", "/"] {
            visitor
                .opens(path)
                .await
                .is(200)
                .misses("Board board-members")
                .misses(INSIDE)
                .misses("A thread that is members");
        }
        visitor.opens("/boards").await.sees("Board public").sees("Board members");
        visitor.opens("/").await.sees("A thread that is public");
        for (path, status) in [
            (format!("/boards/{}", scene.place("board-members").board), 404),
            (format!("/boards/{}", scene.place("members").board), 404),
            (format!("/threads/{}", scene.place("board-members").thread), 404),
            (format!("/boards/{}", scene.place("public").board), 200),
        ] {
            visitor.opens(&path).await.is(status);
        }
        let member = scene.person(site, "member");
        member.opens("/boards").await.sees("Board board-members").misses(INSIDE);
        member.opens("/").await.misses(INSIDE);
    });
}

#[test]
fn people_of_the_organisation_do_not_read_a_board_that_says_so() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let hidden = "A thread that is members";
        let (board, inside) = (format!("/boards/{}", place.board), format!("/threads/{}", place.thread));
        let staff = scene.person(site, "representative");
        staff.opens(&inside).await.is(404).misses(hidden);
        staff.opens(&format!("/posts/{}", place.post)).await.is(404);
        staff.opens(&board).await.misses(hidden).sees("People who work for the organisation do not read this board.");
        staff.opens("/boards").await.sees("Closed to people who work for the organisation").misses(hidden);
        staff.opens("/").await.misses(hidden);
        assert_eq!(
            staff
                .asks("POST", &format!("{inside}/replies"), Some("stance=experience&body=Hello&submission_id=a".to_owned()))
                .await
                .status,
            404
        );
        // Nobody is let in past that sentence.
        let closed = format!("/boards/{}", scene.place("board-members").board);
        staff.opens(&closed).await.sees("Hospital staff: no.");
        assert!(!staff.on_page(|page| page.has_button("Ask to be let in")));
        assert_eq!(staff.asks("POST", &format!("{closed}/requests"), Some("words=Please".to_owned())).await.status, 403);

        // Opened to them, it shows them what is written from then on, and nothing that was written before.
        let administrator = scene.person(site, "administrator");
        administrator
            .opens(&format!("/admin/boards/{}", place.board))
            .await
            .ticks("People who work for the organisation read along")
            .presses("Save")
            .await
            .is(200);
        let author = scene.id("author");
        let opened = site
            .given(move |tx| {
                let author = accounts::load(tx.conn(), author)?.expect("the author");
                threads::start(tx, &author, place.board, &thread_draft("Written for all of them", "later"))
            })
            .await;
        staff.opens(&format!("/threads/{}", opened.thread)).await.is(200);
        staff.opens(&board).await.sees("Written for all of them").misses(hidden);
        staff.opens(&inside).await.is(404);
        staff.opens("/").await.misses(hidden);
        scene.person(site, "member").opens(&board).await.sees(hidden).sees("Hospital staff: yes.");
    });
}

/// Something changes about a board, as an administrator would do it.
async fn changes(site: &Site, board: Id<Board>, change: impl Fn(&mut BoardDraft) + Send + 'static) {
    site.given(move |tx| {
        let mut draft = boards::draft_of(tx, board)?;
        change(&mut draft);
        boards::change(tx, None, board, &draft, None)
    })
    .await;
}

/// The tag of a page that a visitor has now, which their browser sends along from then on.
async fn tag_of(visitor: &Person<'_>, path: &str) -> String {
    let page = visitor.asks("GET", path, None).await;
    assert_eq!(page.status, 200, "{path}");
    let tag = page.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(visitor.asks_with("GET", path, None, &[("if-none-match", &tag)]).await.status, 304, "{path}");
    tag
}

#[test]
fn a_page_that_a_browser_holds_is_another_one_when_the_house_around_it_is() {
    let tags = |name: &'static str| {
        let mut tags = Vec::new();
        with_site_set(
            |config| name.clone_into(&mut config.site_name),
            async |site| {
                let scene = Scene::set(site).await;
                let thread = format!("/threads/{}", scene.place("public").thread);
                let board = format!("/boards/{}", scene.place("public").board);
                for path in ["/boards", "/", &board, &thread] {
                    tags.push(tag_of(&site.visitor(), path).await);
                }
            },
        );
        tags
    };
    let (here, there) = (tags("Here"), tags("There"));
    assert_eq!(here.len(), 4);
    for (here, there) in here.iter().zip(&there) {
        assert_ne!(here, there);
    }
    assert_eq!(here, tags("Here"), "the same house has the same tags");
}

#[test]
fn no_name_of_a_board_or_a_thread_leads_to_another_page() {
    // Everything that stands right below a board or a thread, whatever its method.
    let taken = alongside::routes::endpoints()
        .into_iter()
        .filter_map(|endpoint| {
            let below =
                endpoint.path.strip_prefix("/boards/{board}/").or(endpoint.path.strip_prefix("/threads/{thread}/"))?;
            let first = below.split('/').next()?;
            (!first.starts_with('{')).then_some(first)
        })
        .collect::<std::collections::BTreeSet<_>>();
    assert!(taken.contains("people") && taken.contains("replies"), "{taken:?}");
    for word in taken {
        let slug = boards::slug(&word.replace('-', " "));
        assert_eq!(slug, "", "a board called so would be found at the address of something else: add it to NOT_SLUGS");
        assert_eq!(boards::slug(word), "", "{word}");
    }
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("public").board;
        for name in ["People", "Leaving", "Requests", "New thread"] {
            changes(site, board, move |draft| name.clone_into(&mut draft.name)).await;
            for who in ["visitor", "member", "moderator"] {
                let person = scene.person(site, who);
                person.opens("/boards").await.follows(name).await.is(200);
                assert_eq!(person.on_page(|page| page.words_in("h1")), [name], "{who}");
                assert_eq!(person.address(), format!("/boards/{board}"));
            }
        }
    });
}

#[test]
fn a_board_that_is_made_narrower_closes_what_was_written_on_it_at_once_and_for_good() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("public");
        let (title, waiting, parting) = ("A thread that is public", "Nobody answered this one", "I write this and go.");
        let (leaver, author) = (scene.id("board member"), scene.id("author"));
        site.given(move |tx| {
            let leaver = accounts::load(tx.conn(), leaver)?.expect("who leaves");
            boards::let_in(tx, place.board, leaver.id, None)?;
            threads::reply(tx, &leaver, place.thread, &reply(parting, "parting"))?;
            boards::leave(tx, &leaver, place.board)?;
            let author = accounts::load(tx.conn(), author)?.expect("the author");
            threads::start(tx, &author, place.board, &thread_draft(waiting, "waiting"))
        })
        .await;
        let visitor = site.visitor();
        let board = visitor.opens(&format!("/boards/{}", place.board)).await.sees(title).address();
        visitor.opens(&format!("/boards/{}/board-public", place.board)).await.is(200);
        let thread = visitor.on_page(|page| page.link(title));
        visitor.opens("/").await.sees(waiting);
        let held = {
            let mut held = Vec::new();
            for path in [thread.as_str(), board.as_str(), "/", "/boards"] {
                held.push((path.to_owned(), tag_of(&visitor, path).await));
            }
            held
        };
        // With the tag that a browser holds and without it.
        let reads = async |status: u16| {
            for (path, tag) in &held {
                let expected = if path.starts_with("/threads") || path.len() > "/boards".len() { status } else { 200 };
                for tag in ["", tag] {
                    let page = visitor.asks_with("GET", path, None, &[("if-none-match", tag)]).await;
                    assert_eq!(page.status, expected, "{path} {tag}");
                    page.hides(title).hides(waiting).hides(parting);
                }
            }
            visitor.opens(&format!("/posts/{}", place.post)).await.is(404);
        };

        let administrator = scene.person(site, "administrator");
        administrator.opens(&format!("/admin/boards/{}", place.board)).await.sees("every thread closes at once");
        administrator.ticks("Members").presses("Save").await.is(200).sees("Changed who reads it");
        reads(404).await;
        let inside = format!("/threads/{}", place.thread);
        scene.person(site, "member").opens(&inside).await.is(200).sees(parting);
        scene.person(site, "representative").opens(&inside).await.is(404);
        scene.person(site, "member").opens("/").await.sees(waiting);
        scene.person(site, "representative").opens("/").await.misses(waiting);

        administrator.ticks("Those who are let in").presses("Save").await.is(200);
        reads(404).await;
        for outside in ["member", "board member", "author", "representative", "other moderator"] {
            let person = scene.person(site, outside);
            person.opens(&inside).await.is(404);
            person.opens("/").await.misses(waiting);
            person.opens(&format!("/boards/{}", place.board)).await.misses(title).misses(waiting);
        }
        scene.person(site, "moderator").opens(&inside).await.is(200).sees(parting);

        administrator.ticks("Everyone").presses("Save").await.is(200);
        let opened = site
            .given(move |tx| {
                let author = accounts::load(tx.conn(), author)?.expect("the author");
                threads::start(tx, &author, place.board, &thread_draft("Written for everyone again", "again"))
            })
            .await;
        visitor.opens(&board).await.is(200).sees("Written for everyone again").misses(title);
        visitor.opens(&format!("/threads/{}", opened.thread)).await.is(200);
        for tag in ["", &held[0].1] {
            let page = visitor.asks_with("GET", &thread, None, &[("if-none-match", tag)]).await;
            assert_eq!(page.status, 404, "what was closed stays closed");
        }
        visitor.opens("/").await.sees("Written for everyone again").misses(waiting);
    });
}

#[test]
fn a_board_that_is_closed_to_the_organisation_closes_its_old_threads_too() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        changes(site, board, |draft| draft.organisation_reads = true).await;
        let author = scene.id("author");
        let opened = site
            .given(move |tx| {
                let author = accounts::load(tx.conn(), author)?.expect("the author");
                threads::start(tx, &author, board, &thread_draft("Written for the ward too", "ward"))
            })
            .await;
        let inside = format!("/threads/{}", opened.thread);
        let staff = scene.person(site, "representative");
        staff.opens(&inside).await.is(200);
        for organisation_reads in [false, true] {
            changes(site, board, move |draft| draft.organisation_reads = organisation_reads).await;
            staff.opens(&inside).await.is(404);
            staff.opens(&format!("/boards/{board}")).await.misses("Written for the ward too");
            scene.person(site, "member").opens(&inside).await.is(200);
        }
    });
}

#[test]
fn whoever_begins_to_work_for_the_organisation_stops_reading_at_their_next_page() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let inside = format!("/threads/{}", scene.place("board-members").thread);
        let person = scene.person(site, "board member");
        person.opens(&inside).await.is(200);
        let administrator = scene.person(site, "administrator");
        administrator.opens(&format!("/admin/people/{}", scene.id("board member"))).await;
        administrator
            .ticks("This person works for the organisation")
            .types("Why?", "Started on the ward.")
            .presses("Keep this")
            .await
            .is(200)
            .sees("Started on the ward.");
        person.opens(&inside).await.is(404);
    });
}

// ----------------------------------------------------------------------------------------------- administration

#[test]
fn an_administrator_makes_changes_orders_and_archives_a_board_in_the_browser() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let member = scene.person(site, "member");
        administrator.opens("/admin/boards").await.follows("Make a board").await.presses("Make the board").await.is(422);
        administrator.sees("Give it a name of at least 2 letters.").sees("Say in one line what it is for.");
        administrator.types("Name", "Sleepless nights").types("Purpose", "For when it is three in the morning.");
        administrator
            .types("Rules above the words field", "Say what helped you.\nNo doses.")
            .types("Content notes", "Low blood sugar");
        administrator
            .presses("Make the board")
            .await
            .is(200)
            .sees("Change Sleepless nights")
            .sees("Made the board")
            .sees("Nobody moderates this board.");
        let edit = administrator.address();
        let board = edit.replace("/admin", "");
        member.opens("/boards").await.sees("Sleepless nights").sees("For when it is three in the morning.");
        member
            .opens(&board)
            .await
            .is(200)
            .sees("Hospital staff: no.")
            .follows("Start a thread")
            .await
            .sees("Say what helped you.")
            .sees("No doses.");
        site.visitor().opens(&board).await.is(404);

        administrator
            .types("Name", "Nights")
            .types("Rules above the words field", "Say what helped you.")
            .ticks("Everyone")
            .presses("Save")
            .await;
        administrator.is(200).sees("Change Nights").sees("Changed the name, who reads it, the rules");
        let visitor = site.visitor();
        visitor.opens(&format!("{board}/nights")).await.is(200).sees("Nights").sees("Search engines: yes.");

        // From the end of the list to its top, one step at a time, and one step down again.
        administrator.opens("/admin/boards").await;
        let count = names(&administrator).len();
        assert_eq!(names(&administrator).last().map(String::as_str), Some("Nights"));
        for _ in 1..count {
            administrator.presses("Up, Nights").await.is(200);
        }
        assert_eq!(names(&administrator)[0], "Nights");
        assert!(!administrator.on_page(|page| page.has_button("Up, Nights")));
        administrator.presses("Down, Nights").await;
        assert_eq!(names(&administrator)[1], "Nights");
        let order = names(&administrator);
        member.opens("/boards").await;
        assert_eq!(names(&member), order, "members read them in the same order");

        administrator
            .opens(&edit)
            .await
            .types("Name of a moderator", "member")
            .presses("Give them this board")
            .await
            .is(422)
            .sees("This person is not a moderator yet.");
        administrator
            .types("Name of a moderator", "nobody-at-all")
            .presses("Give them this board")
            .await
            .is(422)
            .sees("Nobody here is called so.");
        administrator
            .types("Name of a moderator", "other-moderator")
            .presses("Give them this board")
            .await
            .is(200)
            .sees("Gave it to other-moderator");
        scene.person(site, "other moderator").opens("/boards").await.sees("You moderate it");

        administrator
            .follows("Archive this board")
            .await
            .sees("It leaves the lists")
            .presses("Archive the board")
            .await
            .is(200);
        assert!(!names(&administrator).contains(&"Nights".to_owned()));
        member.opens("/boards").await;
        assert!(!names(&member).contains(&"Nights".to_owned()));
        member.opens(&board).await.is(200);
        assert!(!member.on_page(|page| page.html.contains("/new-thread")), "nobody writes there any more");
        let form = "title=A+thread+too+late&stance=experience&body=Hello&submission_id=a".to_owned();
        assert_eq!(member.asks("POST", &format!("{board}/threads"), Some(form)).await.status, 403);
        administrator.opens("/admin/boards").await.presses("Put it back, Nights").await.is(200);
        assert!(names(&administrator).contains(&"Nights".to_owned()));
        member.opens(&board).await.follows("Start a thread").await.is(200);
    });
}

#[test]
fn two_administrators_who_change_a_board_at_once_do_not_overwrite_each_other_unseen() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let other = scene.id("author");
        site.given(move |tx| accounts::grant(tx, other, Role::Administrator, None, "")).await;
        let (here, there) = (scene.person(site, "administrator"), scene.person(site, "author"));
        for person in [&here, &there] {
            person.opens(&format!("/admin/boards/{board}")).await.is(200);
        }
        here.types("Purpose", "Changed here.").presses("Save").await.is(200);
        there
            .types("Purpose", "Changed there.")
            .presses("Save")
            .await
            .is(422)
            .sees("Somebody else changed this board while you wrote.");
        assert_eq!(there.on_page(|page| page.field("Purpose")), "Changed there.");
        let purpose = async || site.given(move |tx| Ok(boards::draft_of(tx, board)?.purpose)).await;
        assert_eq!(purpose().await, "Changed here.");
        there.presses("Save").await.is(200);
        assert_eq!(purpose().await, "Changed there.");
    });
}

#[test]
fn nobody_but_an_administrator_makes_or_changes_a_board() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let board = scene.place("members").board;
        let before = counts(site).await;
        for who in ["visitor", "member", "clinician", "representative", "moderator", "other moderator"] {
            let person = scene.person(site, who);
            let (refused, hidden) = if who == "visitor" { (403, 303) } else { (404, 404) };
            for path in [
                "/admin/boards".to_owned(),
                "/admin/boards/new".to_owned(),
                format!("/admin/boards/{board}"),
                format!("/admin/boards/{board}/archive"),
            ] {
                assert_eq!(person.asks("GET", &path, None).await.status, hidden, "{who}: {path}");
            }
            for (path, form) in [
                ("/admin/boards".to_owned(), "name=Mine&purpose=Mine&kind=peers&audience=public&language=en"),
                (format!("/admin/boards/{board}"), "name=Mine&purpose=Mine&kind=peers&audience=public&language=en"),
                (format!("/admin/boards/{board}/place"), "direction=up"),
                (format!("/admin/boards/{board}/archive"), ""),
                (format!("/admin/boards/{board}/archive/removal"), ""),
                (format!("/admin/boards/{board}/moderators"), "handle=other-moderator"),
                (format!("/admin/boards/{board}/moderators/{}/removal", scene.id("moderator")), ""),
            ] {
                assert_eq!(person.asks("POST", &path, Some(form.to_owned())).await.status, refused, "{who}: {path}");
            }
        }
        assert_eq!(counts(site).await, before);
    });
}
