//! How much each page asks of the database: a fixed number of statements, however much there is to show. Reading costs the
//! same on the first day of a community and in its tenth year.

use crate::harness::people::Person;
use crate::harness::{Answered, Site, with_site};
use crate::scene::{self, Place, Scene, reply, said, thread};
use alongside::accounts::{self, Member};
use alongside::boards;
use alongside::db::{Id, Tx};
use alongside::error::Result;
use alongside::threads::{self, PostChange, Typed};
use chrono::Duration;

/// Who reads which page, and how many statements it takes when there is most to show, finding out who asks included. A
/// number that rises is a decision about every reader of that page; one that depends on what is shown is a mistake.
const PAGES: &[(&str, &[(&str, i64)])] = &[
    (
        "visitor",
        &[
            ("/", 5),
            ("/boards", 4),
            ("/boards/{public}", 4),
            ("/boards/{public}?sort=newest", 4),
            ("/boards/{public}?sort=unanswered", 4),
            ("/threads/{public}", 4),
            ("/threads/{locked}", 3),
            ("/threads/{nothing}", 1),
            ("/urgent-help", 0),
            ("/join", 1),
            ("/sign-in", 0),
            ("/rules", 1),
            ("/privacy", 1),
            ("/disclaimer/1", 1),
            ("/nowhere", 0),
        ],
    ),
    (
        "member",
        &[
            ("/", 5),
            ("/boards", 6),
            ("/boards/{members}", 6),
            ("/boards/{closed}", 5),
            ("/boards/{members}/new-thread", 4),
            ("/threads/{members}", 7),
            ("/threads/{members}?reply_to={post}", 7),
            ("/threads/{closed}", 2),
            ("/drafts", 4),
            ("/posts", 2),
            ("/notices", 6),
            ("/settings", 3),
            ("/settings/password", 2),
            ("/settings/devices", 2),
            ("/invitations", 5),
            ("/settings/my-data", 3),
            ("/settings/leaving", 1),
            ("/settings/health", 2),
            ("/people/{author}", 2),
            ("/rules", 2),
            ("/agreements", 4),
        ],
    ),
    (
        "author",
        &[
            ("/threads/{members}", 7),
            ("/notices", 6),
            ("/posts/{post}/edit", 4),
            ("/posts/{post}/withdrawal", 3),
            ("/posts/{post}/revisions", 4),
            ("/people/{author}", 2),
        ],
    ),
    ("moderator", &[("/boards/{closed}", 6), ("/boards/{closed}/people", 4), ("/threads/{members}", 8)]),
    (
        "administrator",
        &[
            ("/admin", 2),
            ("/admin/boards", 3),
            ("/admin/helplines", 2),
            ("/admin/letters", 3),
            ("/admin/people", 1),
            ("/admin/people?name=", 2),
            ("/admin/people?name=e", 3),
            ("/admin/people?name=&standing=waiting", 2),
            ("/admin/people/invitation", 2),
            ("/admin/people/{author}", 10),
            ("/admin/log", 2),
            ("/admin/joining", 3),
            ("/admin/applications", 2),
            ("/admin/invitations", 5),
            ("/admin/documents", 2),
            ("/admin/documents/rules", 2),
        ],
    ),
];

/// What a visitor's and a member's thread may cost at most, whatever else it will show one day.
const VISITORS_THREAD: i64 = 5;
const MEMBERS_THREAD: i64 = 8;

/// Where the pages of the table stand: with little or with much on them.
struct Ground {
    public: Place,
    members: Place,
}

fn path(page: &str, scene: &Scene, ground: &Ground) -> String {
    page.replace("/boards/{public}", &format!("/boards/{}", ground.public.board))
        .replace("/boards/{members}", &format!("/boards/{}", ground.members.board))
        .replace("/boards/{closed}", &format!("/boards/{}", scene.place("board-members").board))
        .replace("{public}", &ground.public.thread.to_string())
        .replace("{members}", &ground.members.thread.to_string())
        .replace("{closed}", &scene.place("board-members").thread.to_string())
        .replace("{locked}", &scene.place("locked").thread.to_string())
        .replace("{nothing}", &scene.place("nothing").thread.to_string())
        .replace("{post}", &ground.members.post.to_string())
        .replace("{author}", &scene.author.to_string())
}

/// The statements of the page that an address leads to, the page itself and not the way there.
async fn statements(reader: &Person<'_>, path: &str) -> i64 {
    reader.opens(path).await;
    reader.on_page(Answered::of).statements
}

#[test]
fn every_page_needs_a_fixed_number_of_statements_however_much_it_shows() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let little = Ground { public: scene.place("public"), members: scene.place("members") };
        let mut with_little = Vec::new();
        for (who, pages) in PAGES {
            let reader = scene.person(site, who);
            for (page, _) in *pages {
                with_little.push(statements(&reader, &path(page, &scene, &little)).await);
            }
        }

        let much = fill(site, &scene).await;
        let mut with_little = with_little.into_iter();
        let mut faults = Vec::new();
        for (who, pages) in PAGES {
            // Time has passed: some of these pages want a new proof of who asks.
            let reader = if *who == "visitor" { site.visitor() } else { scene.again(site, who).await };
            for (page, allowed) in *pages {
                let (little, much) = (with_little.next().unwrap(), statements(&reader, &path(page, &scene, &much)).await);
                if much != *allowed || little > much {
                    faults.push(format!("{who} {page}: {little} with little, {much} with much, the table says {allowed}"));
                }
                let limit = if *who == "visitor" { VISITORS_THREAD } else { MEMBERS_THREAD };
                if page.starts_with("/threads/") && much > limit {
                    faults.push(format!("{who} {page}: {much}, and a thread has {limit}"));
                }
            }
        }
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    });
}

#[test]
fn a_page_that_a_visitor_has_already_costs_hardly_anything() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        let place = scene.place("public");
        let (board, thread) = (format!("/boards/{}", place.board), format!("/threads/{}", place.thread));
        // A list of boards is as new as the list itself and each board on it.
        for (path, allowed) in [("/", 2), ("/boards", 2), (board.as_str(), 1), (thread.as_str(), 1), ("/rules", 1)] {
            visitor.opens(path).await;
            let (address, tag) =
                visitor.on_page(|page| (page.address.clone(), page.headers["etag"].to_str().unwrap().to_owned()));
            let answer = visitor.asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
            assert_eq!((answer.status, Answered::of(&answer).statements), (304, allowed), "{address}");
        }
    });
}

/// Years go by: full pages of everything that the table's pages show. Threads, posts, drafts, notices, people and requests
/// in the dozens; each post of the long threads answers another one, some were changed, the reader's own words wait there.
async fn fill(site: &Site, scene: &Scene) -> Ground {
    let (author, moderator, member) = (scene.author, scene.id("moderator"), scene.id("member"));
    let (public, members, closed) = (scene.place("public"), scene.place("members"), scene.place("board-members"));
    let ground = site
        .given(move |tx| {
            Ok(Ground {
                public: long_thread(tx, author, moderator, public)?,
                members: long_thread(tx, author, moderator, members)?,
            })
        })
        .await;
    let long = [ground.public, ground.members];
    site.later(Duration::minutes(10));
    site.given(move |tx| {
        let author = person(tx, author)?;
        for place in long {
            let submission_id = format!("said-better-{}", place.post);
            let change = PostChange { submission_id, revision: 1, title: None, said: said("Said better the second time.") };
            threads::edit(tx, &author, place.post, &change)?;
        }
        Ok(())
    })
    .await;
    site.given(move |tx| {
        let (moderator, member) = (person(tx, moderator)?, person(tx, member)?);
        for place in [public, members, closed] {
            let notes = boards::content_notes(tx.conn(), place.board)?;
            for number in 0..25 {
                let mut draft = thread("One more of many", &format!("many-{}-{number}", place.board));
                draft.notes = notes.iter().map(|note| note.id).collect();
                let opened = threads::start(tx, &moderator, place.board, &draft)?;
                if place.board != closed.board {
                    threads::keep_draft(tx, &member, threads::Place::Thread(opened.thread), &typed(""))?;
                }
            }
            threads::reply(tx, &moderator, place.thread, &reply("A late answer.", &format!("late-{}", place.thread)))?;
        }
        for place in long {
            threads::keep_draft(tx, &member, threads::Place::Thread(place.thread), &typed(&place.post.to_string()))?;
        }
        threads::keep_draft(tx, &member, threads::Place::Board(members.board), &typed(""))
    })
    .await;
    site.given(move |tx| {
        for number in 0..24 {
            let newcomer = scene::joins(tx, &format!("newcomer-{number}"))?;
            let newcomer = person(tx, newcomer)?;
            if number < 12 {
                boards::let_in(tx, closed.board, newcomer.id, Some(moderator))?;
            } else {
                boards::ask(tx, &newcomer, closed.board, "I would like to read along.")?;
            }
        }
        Ok(())
    })
    .await;
    site.works().await;
    ground
}

/// A full page: the author's thread with notes, nineteen replies that each answer the one before, and two by its author.
fn long_thread(tx: &mut Tx<'_>, author: Id<Member>, moderator: Id<Member>, place: Place) -> Result<Place> {
    let (author, moderator) = (person(tx, author)?, person(tx, moderator)?);
    let mut draft = thread("A year of nights", &format!("long-{}", place.board));
    draft.notes = boards::content_notes(tx.conn(), place.board)?.iter().map(|note| note.id).collect();
    let opened = threads::start(tx, &author, place.board, &draft)?;
    let mut last = opened.post;
    let mut own = opened.post;
    for number in 2..=20 {
        let mut draft = reply("It was the same with me.", &format!("long-{}-{number}", opened.thread));
        draft.in_reply_to = Some(last);
        let writer = if number % 10 == 0 { &author } else { &moderator };
        last = threads::reply(tx, writer, opened.thread, &draft)?.post;
        if number == 10 {
            own = last;
        }
    }
    threads::pin(tx, &moderator, opened.thread, "For everybody who is new.")?;
    Ok(Place { board: place.board, thread: opened.thread, post: own })
}

fn person(tx: &mut Tx<'_>, id: Id<Member>) -> Result<Member> {
    Ok(accounts::load(tx.conn(), id)?.expect("somebody of the scene"))
}

/// Words that wait to be posted.
fn typed(in_reply_to: &str) -> Typed {
    Typed {
        stance: "experience".to_owned(),
        body: "Not ready yet.".to_owned(),
        in_reply_to: in_reply_to.to_owned(),
        ..Typed::default()
    }
}
