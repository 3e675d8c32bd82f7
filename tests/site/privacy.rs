//! Leaving: gone at once, back within two weeks, and after that erased wherever it stood.

use crate::accounts::{is_admitted, last_letter_to, link_to, sign_in};
use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{self, PASSWORD, Scene, email, reply, said, thread};
use alongside::accounts::{self, Member, NewMember, PasswordAttempt};
use alongside::boards::{self, Audience};
use alongside::cases::{self, Reason, ReportDraft, TargetKind};
use alongside::db::schema::{
    arrivals, boards as board_rows, consents, departures, email_changes, exports, health_withdrawals, identities,
    invitations, letters, mailbox_requests, members, notices, old_handles, passkey_challenges, passkeys, posts,
    recovery_codes, threads as thread_rows, totp_secrets,
};
use alongside::db::{Conn, DatabaseUrl, Id, Tx};
use alongside::error::Result;
use alongside::moderation;
use alongside::privacy::{self, model::WordsLeft};
use alongside::threads::{self, Place, PostChange, Typed};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;
use std::collections::BTreeMap;

const KEEP: &str = "Keep my words, under no name";
const TAKE: &str = "Take all of them away";
const GONE: &str = "Somebody who left";

pub async fn leaves(person: &Person<'_>, words: &str) {
    person.opens("/settings").await.follows("Leave this community").await;
    person.ticks(words).presses("Leave").await.is(200).sees("You have left");
}

fn thread_of(scene: &Scene, object: &str) -> String {
    format!("/threads/{}", scene.place(object).thread)
}

/// What lists and pages count.
async fn counts(site: &Site) -> Vec<(i64, i32, i32, i32)> {
    site.looks(|conn| {
        let boards: Vec<(i64, i32, i32)> = board_rows::table
            .order(board_rows::id)
            .select((board_rows::id, board_rows::thread_count, board_rows::post_count))
            .load(conn)?;
        let threads: Vec<(i64, i32, i32, Option<i64>)> = thread_rows::table
            .order(thread_rows::id)
            .select((thread_rows::id, thread_rows::post_count, thread_rows::reply_count, thread_rows::first_reply_at))
            .load(conn)?;
        let people: Vec<(i64, i32)> =
            members::table.order(members::id).select((members::id, members::post_count)).load(conn)?;
        let boards = boards.into_iter().map(|(id, threads, posts)| (id, threads, posts, 0));
        let threads =
            threads.into_iter().map(|(id, posts, replies, first)| (id, posts, replies, i32::from(first.is_some())));
        let people = people.into_iter().map(|(id, posts)| (id, posts, 0, 0));
        Ok(boards.chain(threads).chain(people).collect())
    })
    .await
}

#[test]
fn whoever_leaves_is_gone_at_once_and_their_words_stay_under_no_name() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (author, elsewhere) = (scene.person(site, "author"), site.visitor());
        sign_in(&elsewhere, &email("author"), PASSWORD).await;
        let visitor = site.visitor();
        visitor.opens(&thread_of(&scene, "public")).await.sees("author");
        let (address, tag) =
            visitor.on_page(|page| (page.address.clone(), page.headers["etag"].to_str().unwrap().to_owned()));
        leaves(&author, KEEP).await;
        author.sees("Your words stand there under no name.");
        assert!(!is_admitted(&author).await && !is_admitted(&elsewhere).await, "signed out everywhere");
        let page = visitor.asks_with("GET", &address, None, &[("if-none-match", &tag)]).await;
        page.is(200).shows(GONE).shows("And one more thing.").hides(">author<");
        let member = scene.person(site, "member");
        member.opens("/boards").await;
        member.opens(&format!("/people/{}", scene.author)).await.is(200).sees(GONE).misses("author");
    });
}

#[test]
fn whoever_takes_their_words_away_takes_them_off_every_page_at_once_and_finds_all_of_them_again_on_coming_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (thread, board) = (scene.place("members").thread, scene.place("members").board);
        let (member, moderator) = (scene.id("member"), scene.id("moderator"));
        // Somebody else answers first in one thread, and the author last in another.
        site.given(move |tx| {
            let member = accounts::load(tx.conn(), member)?.unwrap();
            threads::reply(tx, &member, thread, &reply("It was the same with me.", "same"))?;
            let moderator = accounts::load(tx.conn(), moderator)?.unwrap();
            threads::start(tx, &moderator, board, &self::thread("A thread of somebody else", "else"))
        })
        .await;
        let before = counts(site).await;
        let author = scene.person(site, "author");
        leaves(&author, TAKE).await;
        let reader = scene.person(site, "member");
        for object in ["public", "members", "locked"] {
            reader.opens(&thread_of(&scene, object)).await.is(200).sees("Somebody who left took this post back.");
            reader.misses("And one more thing.").misses("I could not sleep").misses(&format!("A thread that is {object}"));
        }
        reader.opens(&thread_of(&scene, "members")).await.sees("It was the same with me.");
        assert_ne!(counts(site).await, before);
        author.presses("Come back").await.is(200).sees("Welcome back.");
        assert_eq!(counts(site).await, before, "all of it counts again");
        sign_in(&author, &email("author"), PASSWORD).await;
        author.opens(&thread_of(&scene, "members")).await.sees("And one more thing.").sees("author").misses(GONE);
        // What they had taken back before stays so.
        author.opens(&thread_of(&scene, "withdrawn")).await.misses("And one more thing.");
        let rows: i64 = site.looks(|conn| Ok(departures::table.count().get_result(conn)?)).await;
        assert_eq!(rows, 0, "nothing tells that they were away");
    });
}

#[test]
fn whoever_signs_in_after_leaving_is_asked_whether_they_come_back_and_is_not_let_in_otherwise() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        leaves(&scene.person(site, "author"), KEEP).await;
        let link = link_to(site, &email("author")).await;
        let person = site.visitor();
        sign_in(&person, &email("author"), PASSWORD).await;
        person.is(200).sees("You have left");
        assert!(link.ends_with(&person.address()), "the letter leads to the same page: {link}");
        assert!(!is_admitted(&person).await);
        // Looking is not coming back.
        person.opens(&link).await.sees("You have left");
        assert!(!is_admitted(&person).await);
        person.presses("Come back").await;
        assert!(!is_admitted(&person).await, "a link signs nobody in");
        person.opens(&link).await.is(410).sees("This link does not work any more");
        sign_in(&person, &email("author"), PASSWORD).await;
        assert!(is_admitted(&person).await);
    });
}

#[test]
fn nobody_else_closes_an_account_at_an_open_browser_and_a_refused_form_does_nothing() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.again(site, "author").await;
        author
            .opens("/settings/leaving")
            .await
            .presses("Leave")
            .await
            .is(422)
            .sees("Choose what shall become of your words.");
        site.later(Duration::minutes(21));
        author.ticks(TAKE).presses("Leave").await.is(403).sees("Is it still you?").sees("What you sent waits in this page");
        author.types("Password", "words that fit nowhere").presses("It is me").await.is(422);
        assert!(is_admitted(&author).await);
        author.opens(&thread_of(&scene, "public")).await.sees("author").sees("And one more thing.");
        author.opens("/settings/leaving").await.sees("Is it still you?").misses("Leave this community");
        for path in ["/settings/my-data", "/settings/leaving"] {
            assert_eq!(author.asks("POST", path, Some("words=take".into())).await.status, 403, "{path}");
        }
        let left: i64 = site.looks(|conn| Ok(departures::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0);
    });
}

#[test]
fn the_only_administrator_makes_somebody_else_one_before_leaving_and_what_people_gave_them_ends() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/settings/leaving").await.ticks(KEEP);
        administrator.presses("Leave").await.is(422).sees("This is the last administrator.");
        assert!(is_admitted(&administrator).await);

        let moderator = scene.person(site, "moderator");
        leaves(&moderator, KEEP).await;
        moderator.presses("Come back").await.is(200);
        sign_in(&moderator, &email("moderator"), PASSWORD).await;
        let people = format!("/boards/{}/people", scene.place("board-members").board);
        assert_eq!(moderator.asks("GET", &people, None).await.status, 404, "people give it again");
    });
}

#[test]
fn whoever_goes_through_their_words_first_comes_back_to_leaving() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        author
            .opens("/settings/leaving")
            .await
            .follows("Go through them first, one by one")
            .await
            .sees("And one more thing.");
        author.follows("Back to leaving").await.sees("What shall become of your words?");
        author.opens("/posts").await.misses("Back to leaving");
    });
}

#[test]
fn after_two_weeks_there_is_no_way_back_and_the_numbers_go_to_an_address_that_is_then_forgotten() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        leaves(&author, KEEP).await;
        let link = link_to(site, &email("author")).await;
        site.later(Duration::days(14));
        author.opens(&link).await.is(410);
        assert_eq!(author.asks("POST", &link, Some(String::new())).await.status, 410);
        site.works().await;
        let letter = last_letter_to(site, &email("author")).await;
        assert!(letter.contains("Posts that stay, under no name: 10") && letter.contains("Posts erased: 2"), "{letter}");
        assert!(!letter.contains("author"), "{letter}");
        site.works().await;
        let address = email("author");
        let kept: i64 = site
            .looks(move |conn| Ok(letters::table.filter(letters::to_address.eq(address)).count().get_result(conn)?))
            .await;
        assert_eq!(kept, 0);
        author.opens(&link).await.is(200).sees("All of it is erased").sees("Posts erased");
        assert_eq!(author.asks("POST", &link, Some(String::new())).await.status, 410);
        sign_in(&author, &email("author"), PASSWORD).await;
        author.is(422).sees("Address and password do not fit together.");
        // Their words stand, and what is answered to them is told to nobody.
        let (member, thread) = (scene.id("member"), scene.place("public").thread);
        site.given(move |tx| {
            let member = accounts::load(tx.conn(), member)?.unwrap();
            threads::reply(tx, &member, thread, &reply("Thank you, wherever you are.", "thanks"))
        })
        .await;
        site.works().await;
        let id = scene.author;
        let told: i64 =
            site.looks(move |conn| Ok(notices::table.filter(notices::member_id.eq(id)).count().get_result(conn)?)).await;
        assert_eq!(told, 0);
        site.visitor().opens(&thread_of(&scene, "public")).await.sees("And one more thing.").sees(GONE);
        // Name and address are free.
        let again = NewMember { handle: "author".into(), email: email("author"), ..NewMember::default() };
        site.given(move |tx| accounts::create_member(tx, &again)).await;
    });
}

#[test]
fn coming_back_and_leaving_happen_once_however_often_they_are_pressed() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let people: Vec<_> = (0..10).map(|_| scene.person(site, "author")).collect();
        let body = "words=take".to_owned();
        let pressed = people.iter().map(|person| person.asks("POST", "/settings/leaving", Some(body.clone())));
        let answers = join_all(pressed).await;
        assert!(
            answers
                .iter()
                .any(|answer| answer.headers.get("location").is_some_and(|to| to.to_str().unwrap().starts_with("/left/")))
        );
        let rows: i64 = site.looks(|conn| Ok(departures::table.count().get_result(conn)?)).await;
        assert_eq!(rows, 1);
        let link = link_to(site, &email("author")).await;
        let presses = people.iter().map(|person| person.asks("POST", &link, Some(String::new())));
        let mut statuses: Vec<u16> = join_all(presses).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410, 410, 410]);
        site.visitor().opens(&thread_of(&scene, "public")).await.sees("And one more thing.").sees("author");
    });
}

#[test]
fn a_way_back_cannot_be_made_or_bent_by_others() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        leaves(&scene.person(site, "author"), KEEP).await;
        let link = link_to(site, &email("author")).await;
        let token = link.rsplit('/').next().unwrap();
        let (id, rest) = token.split_once('.').unwrap();
        let visitor = site.visitor();
        for bent in [format!("{}.{rest}", scene.id("member")), format!("{token}x"), format!("{id}.1.abc"), "31".to_owned()] {
            for method in ["GET", "POST"] {
                let body = (method == "POST").then(String::new);
                assert_eq!(visitor.asks(method, &format!("/left/{bent}"), body).await.status, 410, "{bent}");
            }
        }
        visitor.opens(&thread_of(&scene, "public")).await.sees(GONE);
    });
}

#[test]
fn what_a_process_left_undone_the_worker_goes_on_with() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (author, running) = (scene.author, site.running.clone());
        let path = site.given(move |tx| privacy::leave(tx, &running, author, WordsLeft::Take)).await;
        let visitor = site.visitor();
        visitor.opens(&thread_of(&scene, "public")).await.sees("And one more thing.");
        site.works().await;
        visitor.opens(&thread_of(&scene, "public")).await.misses("And one more thing.");
        visitor.opens(&path).await.sees("You have left");
    });
}

// ------------------------------------------------------------------------------------------------- nothing is left

/// In everything that they type, and in nothing else.
const CANARY: &str = "zanarivogel";

/// Somebody who did everything here that leaves something behind.
async fn somebody(site: &Site, scene: &Scene) -> Id<Member> {
    let hash = accounts::hash_password(&PasswordAttempt::new(PASSWORD)).unwrap();
    let new = NewMember {
        handle: CANARY.to_owned(),
        email: format!("{CANARY}@post.example"),
        password_hash: hash,
        about: format!("I am {CANARY}."),
        shows_about: true,
        time_zone: "Europe/Dublin".to_owned(),
        country: "IE".to_owned(),
        ..NewMember::default()
    };
    let member = site.given(move |tx| accounts::create_member(tx, &new)).await;
    let (place, closed, moderator) = (scene.place("members"), scene.place("board-members").board, scene.id("moderator"));
    let words = |what: &str| format!("{what} of {CANARY}, and some more words so that it fills a line or two of the page.");
    let (opening, answer, request) = (words("The opening post"), words("The answer"), words("The request"));
    let (report, note, other) = (words("The report"), words("A note about it"), scene.id("member"));
    let posts = site
        .given(move |tx| {
            accounts::agree(tx, member)?;
            accounts::grant(tx, member, accounts::Role::Mentor, None, &format!("{CANARY} is kind"))?;
            let person = accounts::load(tx.conn(), member)?.unwrap();
            let moderator = accounts::load(tx.conn(), moderator)?.unwrap();
            let mut draft = thread(&format!("A title of {CANARY}"), "canary-opening");
            draft.said = said(&opening);
            let opened = threads::start(tx, &person, place.board, &draft)?;
            let placed = threads::reply(tx, &person, place.thread, &reply(&answer, "canary-answer"))?;
            let mut reply = reply("Somebody answers.", "canary-answered");
            reply.in_reply_to = Some(placed.post);
            threads::reply(tx, &moderator, place.thread, &reply)?;
            boards::ask(tx, &person, closed, &request)?;
            let draft = |words: &str| ReportDraft { reason: Reason::Other, words: words.to_owned(), in_good_faith: false };
            moderation::report_post(tx, &person, place.post, TargetKind::Post, draft(&report))?;
            let other = accounts::load(tx.conn(), other)?.unwrap();
            let told = moderation::report_post(tx, &other, placed.post, TargetKind::Post, draft("Look at it."))?;
            cases::note(tx, &moderator, told.case, &note)?;
            Ok([opened.post, placed.post])
        })
        .await;
    site.later(Duration::minutes(10));
    let (draft, better) = (words("The draft"), words("The better words"));
    site.given(move |tx| {
        let person = accounts::load(tx.conn(), member)?.unwrap();
        for post in posts {
            let change =
                PostChange { revision: 1, title: None, said: said(&better), submission_id: format!("canary-better-{post}") };
            threads::edit(tx, &person, post, &change)?;
        }
        let typed = Typed { body: draft.clone(), submission_id: "canary-draft".to_owned(), ..Typed::default() };
        threads::keep_draft(tx, &person, Place::Thread(place.thread), &typed)?;
        Ok(())
    })
    .await;
    site.works().await;
    // A letter that is due only later, one that was sent, and a link to a new password.
    site.later(Duration::hours(1));
    let visitor = site.visitor();
    visitor
        .opens("/password")
        .await
        .types("E-mail address", &format!("{CANARY}@post.example"))
        .presses("Send me the link")
        .await;
    site.works().await;
    member
}

/// And what guards their account, how they came in, whom they invited, and a yes that they took back. To be called when they
/// are signed in: from now on that needs an app.
async fn with_a_lock(site: &Site, scene: &Scene, member: Id<Member>) {
    let moderator = scene.id("moderator");
    let board = scene.place("members").board;
    site.given(move |tx| {
        let now = tx.now();
        let later = now.plus(Duration::days(7));
        let app = (
            totp_secrets::member_id.eq(member),
            totp_secrets::hidden_secret.eq(CANARY.as_bytes()),
            totp_secrets::last_step.eq(0),
            totp_secrets::added_at.eq(now),
        );
        diesel::insert_into(totp_secrets::table).values(app).execute(tx.conn())?;
        let invitation = (
            invitations::member_id.eq(member),
            invitations::token_hash.eq(CANARY.as_bytes()),
            invitations::uses_allowed.eq(5),
            invitations::uses_taken.eq(2),
            invitations::created_at.eq(now),
            invitations::ends_at.eq(later),
        );
        diesel::insert_into(invitations::table).values(invitation).execute(tx.conn())?;
        let came = (arrivals::member_id.eq(member), arrivals::invited_by.eq(moderator));
        diesel::insert_into(arrivals::table).values(came).execute(tx.conn())?;
        let change = (
            email_changes::member_id.eq(member),
            email_changes::old_email.eq(format!("{CANARY}-before@post.example")),
            email_changes::old_email_key.eq(format!("{CANARY}-before@post.example")),
            email_changes::new_email.eq(format!("{CANARY}@post.example")),
            email_changes::asked_at.eq(now),
            email_changes::confirmed_at.eq(now),
        );
        diesel::insert_into(email_changes::table).values(change).execute(tx.conn())?;
        let name = (
            old_handles::member_id.eq(member),
            old_handles::handle.eq(CANARY),
            old_handles::handle_key.eq(format!("{CANARY}-before")),
            old_handles::handle_hash.eq("keyed"),
            old_handles::changed_at.eq(now),
            old_handles::reason.eq(CANARY),
        );
        diesel::insert_into(old_handles::table).values(name).execute(tx.conn())?;
        let mailbox = (
            mailbox_requests::member_id.eq(member),
            mailbox_requests::email.eq(format!("{CANARY}@post.example")),
            mailbox_requests::email_key.eq(format!("{CANARY}@post.example")),
            mailbox_requests::new_email.eq(format!("{CANARY}-later@post.example")),
            mailbox_requests::words.eq(CANARY),
            mailbox_requests::state.eq(accounts::model::MailboxState::Refused),
            mailbox_requests::asked_at.eq(now),
            mailbox_requests::decided_at.eq(now),
        );
        diesel::insert_into(mailbox_requests::table).values(mailbox).execute(tx.conn())?;
        let health = (
            health_withdrawals::member_id.eq(member),
            health_withdrawals::asked_at.eq(now),
            health_withdrawals::given_again_at.eq(now),
        );
        diesel::insert_into(health_withdrawals::table).values(health).execute(tx.conn())?;
        let file = (exports::member_id.eq(member), exports::asked_at.eq(now), exports::made_at.eq(now));
        diesel::insert_into(exports::table).values((file, exports::file.eq(CANARY.as_bytes()))).execute(tx.conn())?;
        ways_in(tx, member)?;
        boards::add_moderator(tx, board, member)?;
        // Another one than they ask for, so that this stays to be decided.
        let inside = scene::board(tx, "Behind a door", Audience::BoardMembers)?;
        boards::add_moderator(tx, inside, moderator)?;
        boards::let_in(tx, inside, member, Some(moderator))?;
        accounts::set_community_letters(tx, member, true)?;
        accounts::set_community_letters(tx, member, false)
    })
    .await;
}

/// A passkey, the question that it answers, a code on paper, and a sign-on.
fn ways_in(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    let passkey = (
        passkeys::member_id.eq(member),
        passkeys::name.eq(CANARY),
        passkeys::credential_id.eq(CANARY.as_bytes()),
        passkeys::credential.eq(CANARY),
        passkeys::added_at.eq(now),
    );
    diesel::insert_into(passkeys::table).values(passkey).execute(tx.conn())?;
    let question = (
        passkey_challenges::member_id.eq(member),
        passkey_challenges::token_hash.eq(CANARY.as_bytes()),
        passkey_challenges::question.eq(CANARY),
        passkey_challenges::asked_at.eq(now),
    );
    diesel::insert_into(passkey_challenges::table).values(question).execute(tx.conn())?;
    let code = (
        recovery_codes::member_id.eq(member),
        recovery_codes::salt.eq(CANARY.as_bytes()),
        recovery_codes::code_hash.eq(CANARY.as_bytes()),
        recovery_codes::made_at.eq(now),
    );
    diesel::insert_into(recovery_codes::table).values(code).execute(tx.conn())?;
    let sign_on = (
        identities::member_id.eq(member),
        identities::issuer.eq(format!("https://{CANARY}.example")),
        identities::subject.eq(CANARY),
        identities::linked_at.eq(now),
    );
    diesel::insert_into(identities::table).values(sign_on).execute(tx.conn())?;
    Ok(())
}

/// How many rows name the member, by table: of every table that has such a column.
async fn rows_of(site: &Site, member: Id<Member>) -> BTreeMap<String, i64> {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let count = move |name: &str| format!("SELECT COUNT(*) AS number FROM {name} WHERE member_id = {member}");
    site.looks(move |conn| {
        let mut rows = BTreeMap::new();
        match conn {
            Conn::Sqlite(conn) => {
                let tables = "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                              WHERE m.type = 'table' AND p.name = 'member_id'";
                for Table { name } in diesel::sql_query(tables).load(conn)? {
                    rows.insert(name.clone(), diesel::sql_query(count(&name)).get_result::<Rows>(conn)?.number);
                }
            }
            Conn::Postgres(conn) => {
                let tables = "SELECT table_name::text AS name FROM information_schema.columns \
                              WHERE table_schema = current_schema() AND column_name = 'member_id'";
                for Table { name } in diesel::sql_query(tables).load(conn)? {
                    rows.insert(name.clone(), diesel::sql_query(count(&name)).get_result::<Rows>(conn)?.number);
                }
            }
        }
        Ok(rows)
    })
    .await
}

/// The number of somebody who was erased stays there and leads to nobody; `tests/schema.rs` says why, column by column.
const NUMBERS_KEPT: [&str; 3] = ["account_log", "departures", "happenings"];

/// Where these words stand in what the database keeps: tables of PostgreSQL, files of SQLite.
async fn places_of(site: &Site, words: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    match site.running.db.url() {
        DatabaseUrl::Sqlite(path) => {
            let mut found = Vec::new();
            for ending in ["", "-wal"] {
                let mut name = path.clone().into_os_string();
                name.push(ending);
                let bytes = std::fs::read(&name).unwrap_or_default();
                if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
                    found.push(name.to_string_lossy().into_owned());
                }
            }
            found
        }
        DatabaseUrl::Postgres(_) => {
            let words = words.to_owned();
            site.looks(move |conn| {
                let Conn::Postgres(conn) = conn else { panic!("not PostgreSQL") };
                let tables: Vec<Name> = diesel::sql_query(
                    "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()",
                )
                .load(conn)?;
                assert!(tables.len() > 20, "every table");
                let mut found = Vec::new();
                for Name { name } in tables {
                    let query = format!("SELECT t::text AS name FROM \"{name}\" t WHERE t::text ILIKE '%{words}%'");
                    let rows: Vec<Name> = diesel::sql_query(query).load(conn)?;
                    found.extend(rows.into_iter().map(|row| format!("{name}: {}", row.name)));
                }
                Ok(found)
            })
            .await
        }
    }
}

#[test]
fn nothing_that_somebody_typed_is_left_in_the_database_once_they_are_erased() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = somebody(site, &scene).await;
        let hash = site
            .looks(move |conn| Ok(members::table.find(member).select(members::password_hash).first::<String>(conn)?))
            .await;
        assert!(!places_of(site, CANARY).await.is_empty() && !places_of(site, &hash).await.is_empty());
        let person = site.visitor();
        sign_in(&person, &format!("{CANARY}@post.example"), PASSWORD).await;
        with_a_lock(site, &scene, member).await;
        person.opens(&thread_of(&scene, "members")).await.sees("Somebody answers.");
        person.opens("/notices").await;
        let mut empty = rows_of(site, member).await;
        // Only those who leave stand in the first; the second is about whoever was let in or given a role.
        empty.retain(|name, rows| *rows == 0 && !["departures", "happenings"].contains(&name.as_str()));
        assert_eq!(empty, BTreeMap::new(), "somebody who left nothing there cannot be missed there");
        leaves(&person, TAKE).await;
        site.works().await;
        site.later(Duration::days(15));
        // Erased, written to, forgotten.
        site.works().await;
        site.works().await;
        for words in [CANARY, hash.as_str(), "Europe/Dublin"] {
            assert_eq!(places_of(site, words).await, Vec::<String>::new(), "{words}");
        }
        let mut left = rows_of(site, member).await;
        left.retain(|name, rows| *rows > 0 && !NUMBERS_KEPT.contains(&name.as_str()));
        assert_eq!(left, BTreeMap::new());
        let reader = site.visitor();
        sign_in(&reader, &email("moderator"), PASSWORD).await;
        reader.opens(&thread_of(&scene, "members")).await.sees("Somebody answers.").misses(CANARY);
    });
}

#[test]
fn of_whoever_kept_their_words_the_words_are_left_and_nothing_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = somebody(site, &scene).await;
        let person = site.visitor();
        sign_in(&person, &format!("{CANARY}@post.example"), PASSWORD).await;
        with_a_lock(site, &scene, member).await;
        leaves(&person, KEEP).await;
        site.later(Duration::days(15));
        site.works().await;
        site.works().await;
        for words in [
            "The opening post of",
            "The answer of",
            "The request of",
            "The draft of",
            "zanarivogel@",
            "I am zana",
            "is kind",
        ] {
            assert_eq!(places_of(site, words).await, Vec::<String>::new(), "{words}");
        }
        assert!(!places_of(site, "The better words").await.is_empty());
        let handle: String =
            site.looks(move |conn| Ok(members::table.find(member).select(members::handle).first(conn)?)).await;
        assert_eq!(handle, GONE);
    });
}

// ---------------------------------------------------------------------------------------------------- taking along

const MY_DATA: &str = "/settings/my-data";

async fn asks_for_the_file(person: &Person<'_>) {
    person.opens("/settings").await.follows("Take your data along").await;
    person.presses("Make my file").await.is(200).sees("Your file is being made.");
}

/// The answer as bytes, with status and headers.
async fn downloads(site: &Site, person: &Person<'_>, path: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let cookies: Vec<String> = person.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = site.client.get(format!("{}{path}", site.address)).header("cookie", cookies.join("; "));
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

fn unpacked(zip: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let text = std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap();
            (name, text)
        })
        .collect()
}

#[test]
fn whoever_asks_takes_along_everything_of_theirs_and_nothing_of_anybody_else() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = somebody(site, &scene).await;
        let person = site.visitor();
        sign_in(&person, &format!("{CANARY}@post.example"), PASSWORD).await;
        with_a_lock(site, &scene, member).await;
        asks_for_the_file(&person).await;
        assert!(!person.on_page(|page| page.has_button("Make my file")), "one at a time");
        site.works().await;
        let letter = last_letter_to(site, &format!("{CANARY}@post.example")).await;
        assert!(letter.contains(MY_DATA) && !letter.contains("my-data/"), "the letter opens nothing: {letter}");
        person.opens(MY_DATA).await.sees("Your file is ready until").sees("You can ask for another one from");
        let link = person.on_page(|page| page.link("Download it"));
        let (status, headers, zip) = downloads(site, &person, &link).await;
        assert_eq!(status, 200);
        for (name, part) in [
            ("content-type", "application/zip"),
            ("content-disposition", "attachment; filename=\"my-data-"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert!(headers[name].to_str().unwrap().contains(part), "{name}: {:?}", headers[name]);
        }
        let files = unpacked(&zip);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        let all = [
            "account.json",
            "boards.json",
            "helplines.json",
            "index.html",
            "letters.json",
            "notices.json",
            "reports.json",
            "words.json",
        ];
        assert_eq!(names, all);
        for (name, part) in [
            ("account.json", "zanarivogel@post.example"),
            ("account.json", "I am zanarivogel."),
            ("account.json", "\"kind\": \"health\""),
            ("account.json", "zanarivogel is kind"),
            ("account.json", "\"sessions\": ["),
            ("account.json", "\"app_since\": \"2"),
            ("account.json", "\"recovery_codes_left\": 1"),
            ("account.json", "\"name\": \"zanarivogel\""),
            ("account.json", "https://zanarivogel.example"),
            ("account.json", "\"state\": \"refused\""),
            ("account.json", "\"seen_at\": \"2"),
            ("account.json", "zanarivogel-before@post.example"),
            ("account.json", "\"by_invitation\": true"),
            ("account.json", "\"uses_taken\": 2"),
            ("boards.json", "The request of zanarivogel"),
            ("words.json", "The opening post of zanarivogel"),
            ("words.json", "A title of zanarivogel"),
            ("words.json", "The better words of zanarivogel"),
            ("words.json", "The draft of zanarivogel"),
            ("notices.json", "\"kind\": \"answered-you\""),
            ("reports.json", "The report of zanarivogel"),
            ("letters.json", "accounts/reset"),
            ("index.html", "The answer of zanarivogel"),
            ("index.html", "The better words of zanarivogel"),
            ("index.html", "The draft of zanarivogel"),
            ("index.html", "Second step at sign-in by an app since"),
            ("index.html", "Somebody invited you."),
            ("index.html", "zanarivogel-before@post.example"),
            ("index.html", "for 2 of 5 people so far"),
        ] {
            assert!(files[name].contains(part), "{name} lacks {part}:\n{}", files[name]);
        }
        let hash = site
            .looks(move |conn| Ok(members::table.find(member).select(members::password_hash).first::<String>(conn)?))
            .await;
        let taken_back = files["index.html"].lines().find(|line| line.contains("letters 2026-11-22")).unwrap();
        assert!(taken_back.contains(", taken back "), "a yes that was taken back says so: {taken_back}");
        for (name, text) in &files {
            for foreign in
                [hash.as_str(), "argon2", "token", "Somebody answers.", "moderator", "A thread that is", "<script"]
            {
                assert!(!text.contains(foreign), "{name} holds {foreign}:\n{text}");
            }
            if name != "index.html" {
                serde_json::from_str::<serde_json::Value>(text).unwrap();
            }
        }
    });
}

#[test]
fn a_file_is_for_its_owner_alone_and_for_two_days() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        asks_for_the_file(&author).await;
        site.works().await;
        author.opens(MY_DATA).await;
        let link = author.on_page(|page| page.link("Download it"));
        let member = scene.person(site, "member");
        let visitor = site.visitor();
        assert_eq!(member.asks("GET", &link, None).await.status, 404);
        assert_eq!(visitor.asks("GET", &link, None).await.status, 303);
        let number = link.rsplit('/').next().unwrap().split('.').next().unwrap();
        for bent in [format!("{link}x"), format!("{MY_DATA}/{number}"), format!("{MY_DATA}/999.abc")] {
            assert_eq!(author.asks("GET", &bent, None).await.status, 404, "{bent}");
        }
        site.later(Duration::hours(48));
        let author = scene.again(site, "author").await;
        assert_eq!(author.asks("GET", &link, None).await.status, 404, "before the worker comes by");
        site.works().await;
        let files: i64 =
            site.looks(|conn| Ok(exports::table.filter(exports::file.is_not_null()).count().get_result(conn)?)).await;
        assert_eq!(files, 0);
        author.opens(MY_DATA).await.sees("Your last file was deleted on");
        assert!(author.on_page(|page| page.has_button("Make my file")));
    });
}

#[test]
fn a_file_is_made_once_a_day_and_goes_with_whoever_leaves() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        let body = || Some(String::new());
        // Pressed twice: one is being made.
        for _ in 0..2 {
            assert_eq!(author.asks("POST", MY_DATA, body()).await.status, 303);
        }
        site.works().await;
        assert_eq!(author.asks("POST", MY_DATA, body()).await.status, 429);
        let made: i64 = site.looks(|conn| Ok(exports::table.count().get_result(conn)?)).await;
        assert_eq!(made, 1);
        site.later(Duration::hours(24));
        let author = scene.again(site, "author").await;
        assert_eq!(author.asks("POST", MY_DATA, body()).await.status, 303);
        leaves(&author, KEEP).await;
        let left: i64 = site.looks(|conn| Ok(exports::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0);
    });
}

// ------------------------------------------------------------------------------------------------ the yes to health data

const HEALTH: &str = "/settings/health";
const YES: &str = "Yes, keep what I write about my health";

async fn takes_the_yes_back(person: &Person<'_>) {
    person.opens("/settings").await.follows("Keeping what I write about my health").await.is(200);
    person.presses("Take my yes back").await.is(200).sees("Your posts are off every page.");
}

/// Who of the posts of somebody stand, and whether their yes does.
async fn stands(site: &Site, who: Id<Member>) -> (i64, bool) {
    site.looks(move |conn| {
        let standing = posts::table.filter(posts::author_id.eq(who).and(posts::withdrawn_at.is_null()));
        let person = accounts::load(conn, who)?.unwrap();
        Ok((standing.count().get_result(conn)?, person.agrees_to_health))
    })
    .await
}

async fn health_rows(site: &Site) -> i64 {
    site.looks(|conn| Ok(health_withdrawals::table.count().get_result(conn)?)).await
}

#[test]
fn whoever_takes_their_yes_back_is_silent_at_once_on_every_page_and_finds_all_of_it_again_on_saying_it_again() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (thread, board, answered) = {
            let place = scene.place("members");
            (place.thread, place.board, place.post)
        };
        let (member, author) = (scene.id("member"), scene.author);
        // Somebody answers one of their posts, and they answer somebody else.
        let others = site
            .given(move |tx| {
                diesel::update(members::table.find(author))
                    .set((members::about.eq("I garden at night."), members::shows_about.eq(true)))
                    .execute(tx.conn())?;
                let member = accounts::load(tx.conn(), member)?.unwrap();
                let mut answer = reply("It was the same with me.", "same");
                answer.in_reply_to = Some(answered);
                threads::reply(tx, &member, thread, &answer)?;
                let others = threads::start(tx, &member, board, &self::thread("A thread of somebody else", "else"))?;
                let author = accounts::load(tx.conn(), author)?.unwrap();
                threads::reply(tx, &author, others.thread, &reply("One more of mine.", "of-mine"))?;
                Ok(others.thread)
            })
            .await;
        site.works().await;
        let before = counts(site).await;
        let (visitor, reader, writer) = (site.visitor(), scene.person(site, "member"), scene.person(site, "author"));
        let public = thread_of(&scene, "public");
        let list = format!("/boards/{}", scene.place("public").board);
        let mut held = Vec::new();
        for path in [&public, &list] {
            visitor.opens(path).await;
            held.push(visitor.on_page(|page| (page.address.clone(), page.headers["etag"].to_str().unwrap().to_owned())));
        }
        reader.opens("/notices").await.sees("A thread of somebody else");
        reader.opens(&format!("/people/{author}")).await.sees("I garden at night.");

        takes_the_yes_back(&writer).await;
        for (path, tag) in &held {
            let page = visitor.asks_with("GET", path, None, &[("if-none-match", tag)]).await;
            page.is(200).hides("And one more thing.").hides("I could not sleep").hides("A thread that is public");
        }
        visitor.opens("/").await.misses("A thread that is public");
        for object in ["members", "locked"] {
            reader.opens(&thread_of(&scene, object)).await.is(200).sees("author took this post back.");
            reader.misses("And one more thing.").misses("I could not sleep").misses(&format!("A thread that is {object}"));
        }
        reader.opens(&format!("/threads/{thread}")).await.sees("It was the same with me.");
        reader.opens(&format!("/threads/{others}")).await.sees("A thread of somebody else").misses("One more of mine.");
        reader.opens(&list).await.misses("A thread that is public");
        reader.opens(&format!("/people/{author}")).await.is(200).sees("author").misses("I garden at night.");
        reader.opens("/notices").await.misses("One more of mine.");
        assert!(reader.on_page(|page| !page.html.contains(&format!("/threads/{others}#p2"))), "leads to nothing");
        assert_ne!(counts(site).await, before);

        // The same words as before, and the same person: they read on, and a letter says how to say it again.
        writer.opens(&format!("/threads/{others}")).await.is(200).sees("You read along.");
        let letter = last_letter_to(site, &email("author")).await;
        assert!(letter.contains(HEALTH) && letter.contains("within 14 days"), "{letter}");
        writer.follows("Look at it").await.sees("That is possible until").presses(YES).await.is(200);
        assert_eq!(writer.address(), format!("/threads/{others}"), "back to where they wanted to write");
        writer.sees("One more of mine.");
        assert_eq!(counts(site).await, before, "all of it counts again");
        assert_eq!(health_rows(site).await, 0, "nothing tells of it");
        for (path, _) in &held {
            visitor.opens(path).await.sees("A thread that is public");
        }
        reader.opens(&format!("/people/{author}")).await.sees("I garden at night.");
        // What they had taken back before stays so.
        reader.opens(&thread_of(&scene, "withdrawn")).await.misses("And one more thing.");
        writer.opens("/settings").await.misses("Taken back on");
    });
}

/// Everything personal that somebody may write is refused kindly, with their words on the page.
async fn reads_and_cannot_write(site: &Site, scene: &Scene, person: &Person<'_>) {
    let (thread, board) = (scene.place("members").thread, scene.place("members").board);
    let words = "These words took me an hour.";
    let typed = |more: &str| Some(format!("body=These+words+took+me+an+hour.&stance=experience{more}&do=post"));
    let why = "say first that we may keep what you write about your health";
    let path = format!("/threads/{thread}/replies");
    person.asks("POST", &path, typed("&submission_id=health-reply")).await.is(403).shows(why).shows(words);
    let path = format!("/boards/{board}/threads");
    person
        .asks("POST", &path, typed("&title=A+long+night&submission_id=health-start"))
        .await
        .is(403)
        .shows(why)
        .shows(words);
    person.opens("/drafts").await.sees("A long night");
    person.opens(&format!("/boards/{board}/new-thread")).await.is(200);
    assert!(person.address().starts_with(HEALTH), "{}", person.address());
    person.opens(&format!("/threads/{thread}")).await.is(200).sees("You read along.").misses("Post reply");
    let closed = format!("/boards/{}/requests", scene.place("board-members").board);
    person.asks("POST", &closed, Some("words=My+own+illness".into())).await.is(403).shows(why).shows("My own illness");
    let profile = "here_as=living&about=I+live+with+it&mark=wave&mark_colour=moss";
    person.asks("POST", "/settings/profile", Some(profile.into())).await.is(422).shows(why).shows("I live with it");
    let plain = "here_as=unsaid&about=&mark=hill&mark_colour=moss";
    person.asks("POST", "/settings/profile", Some(plain.into())).await.is(303);
    site.visitor().opens(&thread_of(scene, "public")).await.is(200);
}

#[test]
fn without_the_yes_people_read_and_nothing_that_they_type_is_kept_but_for_themselves() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "member");
        takes_the_yes_back(&author).await;
        reads_and_cannot_write(site, &scene, &author).await;
        // Whoever never said it, too.
        let new = NewMember { handle: "harebell".into(), email: email("harebell"), ..NewMember::default() };
        let id = site.given(move |tx| accounts::create_member(tx, &new)).await;
        let session = site.given(move |tx| Ok(accounts::open_session(tx, id, false)?.reveal().to_owned())).await;
        let harebell = site.visitor();
        harebell.cookies.borrow_mut().insert("sid".to_owned(), session);
        harebell.opens(&thread_of(&scene, "members")).await.sees("And one more thing.");
        reads_and_cannot_write(site, &scene, &harebell).await;
        harebell.opens(HEALTH).await.sees("There is no yes of yours to that.").presses(YES).await.is(200);
        harebell.opens(&thread_of(&scene, "members")).await.ticks("My experience").types("Your words", "Now I may.");
        harebell.presses("Post reply").await.is(200).sees("Now I may.");
        // Administrators never see who asked for what, and nobody else's yes is touched.
        assert_eq!(stands(site, scene.author).await, (10, true));
    });
}

#[test]
fn however_often_and_in_however_many_windows_the_yes_is_taken_and_given_in_the_end_both_agree() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let windows: Vec<_> = (0..50).map(|_| scene.person(site, "author")).collect();
        let removal = format!("{HEALTH}/removal");
        // Fifty at once: one time, one letter.
        let taken = join_all(windows.iter().map(|one| one.asks("POST", &removal, Some(String::new())))).await;
        assert!(taken.iter().all(|answer| answer.status == 303));
        assert_eq!((stands(site, scene.author).await, health_rows(site).await), ((0, false), 1));
        let letters = site.letters().len();
        site.works().await;
        assert_eq!(site.letters().len() - letters, 1);
        let given = join_all(windows.iter().map(|one| one.asks("POST", HEALTH, Some(String::new())))).await;
        assert!(given.iter().all(|answer| answer.status == 303));
        assert_eq!((stands(site, scene.author).await, health_rows(site).await), ((10, true), 0));
        let yes: i64 = site
            .looks({
                let author = scene.author;
                move |conn| {
                    let standing = consents::member_id.eq(author).and(consents::withdrawn_at.is_null());
                    let of_health = consents::table.filter(standing).filter(consents::kind.eq("health"));
                    Ok(of_health.count().get_result(conn)?)
                }
            })
            .await;
        assert_eq!(yes, 1);

        // Both at once: whichever was last, the posts stand if and only if the yes does.
        for _ in 0..3 {
            let pressed = windows.iter().take(12).enumerate().map(async |(number, one)| {
                let path = if number % 2 == 0 { removal.as_str() } else { HEALTH };
                one.asks("POST", path, Some(String::new())).await
            });
            join_all(pressed).await;
            site.works().await;
            let (standing, agrees) = stands(site, scene.author).await;
            assert_eq!(standing, if agrees { 10 } else { 0 });
            assert_eq!(health_rows(site).await, i64::from(!agrees));
        }
    });
}

#[test]
fn a_reply_that_is_sent_while_the_yes_is_taken_back_never_stands() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let windows: Vec<_> = (0..10).map(|_| scene.person(site, "author")).collect();
        let path = format!("/threads/{}/replies", scene.place("public").thread);
        let sent = windows.iter().enumerate().map(async |(number, one)| {
            if number == 4 {
                return one.asks("POST", &format!("{HEALTH}/removal"), Some(String::new())).await;
            }
            let body = format!("body=In+flight&stance=experience&submission_id=in-flight-{number}&do=post");
            one.asks("POST", &path, Some(body)).await
        });
        join_all(sent).await;
        assert_eq!(stands(site, scene.author).await, (0, false));
        site.visitor().opens(&thread_of(&scene, "public")).await.misses("In flight");
    });
}

#[test]
fn after_two_weeks_without_a_yes_the_words_are_erased_and_the_account_stays_for_reading() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = somebody(site, &scene).await;
        let address = format!("{CANARY}@post.example");
        let person = site.visitor();
        sign_in(&person, &address, PASSWORD).await;
        takes_the_yes_back(&person).await;
        site.works().await;
        let typed = ["The opening post of", "The answer of", "The draft of", "The better words", "The request of"];
        let typed = [typed.as_slice(), &["A title of zana", "I am zana"]].concat();
        for words in &typed {
            assert!(!places_of(site, words).await.is_empty(), "{words}");
        }
        let letters = || site.letters().iter().filter(|letter| letter.to == address).count();
        let before = letters();
        site.later(Duration::days(11) + Duration::hours(1));
        site.works().await;
        site.works().await;
        assert_eq!(letters() - before, 1, "one letter before the end");
        let letter = last_letter_to(site, &address).await;
        assert!(letter.contains("In 3 days what you wrote there is erased") && letter.contains(HEALTH), "{letter}");
        assert!(!letter.contains(CANARY), "{letter}");
        site.later(Duration::days(3) - Duration::hours(1));
        site.works().await;
        assert!(!places_of(site, "The better words").await.is_empty(), "an hour is left");
        site.later(Duration::hours(1));
        site.works().await;
        site.works().await;
        for words in &typed {
            assert_eq!(places_of(site, words).await, Vec::<String>::new(), "{words}");
        }
        assert_eq!(health_rows(site).await, 0);
        // Nothing else of theirs is gone: name, address, memberships, and what they agreed to with its dates.
        sign_in(&person, &address, PASSWORD).await;
        assert!(is_admitted(&person).await);
        person.opens(&thread_of(&scene, "members")).await.sees("Somebody answers.").sees("You read along.");
        person.sees(&format!("{CANARY} took this post back."));
        person.opens("/settings").await.sees("Taken back on");
        // A new yes is for new words.
        person.opens(HEALTH).await.sees("There is no yes of yours to that.").misses("That is possible until");
        person.presses(YES).await.is(200);
        person.opens(&thread_of(&scene, "members")).await.misses("The better words");
        person.ticks("My experience").types("Your words", "A new beginning.").presses("Post reply").await.is(200);
        assert_eq!(stands(site, member).await, (1, true));
    });
}

#[test]
fn a_letter_that_came_late_leaves_its_days_and_saying_yes_again_works_until_the_words_are_gone() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        takes_the_yes_back(&scene.person(site, "author")).await;
        // Nobody worked for three weeks.
        site.later(Duration::days(21));
        site.works().await;
        site.works().await;
        assert_eq!(health_rows(site).await, 1, "told first");
        let author = scene.again(site, "author").await;
        author.opens(HEALTH).await.sees("That is possible until").presses(YES).await.is(200);
        assert_eq!((stands(site, scene.author).await, health_rows(site).await), ((10, true), 0));
        site.later(Duration::days(30));
        site.works().await;
        assert_eq!(stands(site, scene.author).await, (10, true));
    });
}

#[test]
fn what_a_process_left_undone_of_taking_back_or_giving_again_the_worker_goes_on_with() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (author, running) = (scene.author, site.running.clone());
        site.given(move |tx| privacy::health::take_back(tx, &running, author)).await;
        assert_eq!(stands(site, author).await, (10, false));
        site.works().await;
        assert_eq!(stands(site, author).await, (0, false));
        site.given(move |tx| privacy::health::give(tx, author)).await;
        assert_eq!(stands(site, author).await, (0, true));
        site.works().await;
        assert_eq!((stands(site, author).await, health_rows(site).await), ((10, true), 0));
    });
}

#[test]
fn whoever_leaves_without_a_yes_takes_their_words_along_and_finds_them_as_they_were_on_coming_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        author.opens("/settings/leaving").await.sees(KEEP);
        let form = author.ticks(KEEP).filled("Leave");
        takes_the_yes_back(&author).await;
        author.follows("Leave this community").await.misses(KEEP).sees("not even under no name");
        // From a page that was open before.
        author.sends(&form).await.is(422).sees("not even under no name");
        author.ticks(TAKE).presses("Leave").await.is(200).sees("You have left");
        // Away, they get no letter about the other matter, and nothing of it is decided.
        site.works().await;
        let letters = || site.letters().iter().filter(|letter| letter.to == email("author")).count();
        let before = letters();
        site.later(Duration::days(13));
        site.works().await;
        assert_eq!(letters(), before);
        author.presses("Come back").await.is(200);
        assert_eq!(stands(site, scene.author).await, (0, false));
        let author = scene.again(site, "author").await;
        author.opens(HEALTH).await.presses(YES).await.is(200);
        assert_eq!(stands(site, scene.author).await, (10, true));
        // And who stays away is erased with it.
        takes_the_yes_back(&author).await;
        leaves(&author, TAKE).await;
        site.later(Duration::days(15));
        site.works().await;
        site.works().await;
        assert_eq!(health_rows(site).await, 0);
    });
}

// --------------------------------------------------------------------------------------------- small promises about leaving

#[test]
fn whoever_ended_their_letters_while_away_gets_none_on_coming_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        leaves(&author, KEEP).await;
        let path = alongside::notifications::unsubscribe_path(&site.running, scene.author.number());
        site.visitor().opens(&path).await.presses("No more of these letters").await.is(200);
        author.presses("Come back").await.is(200);
        let author = scene.again(site, "author").await;
        author.opens("/settings").await.sees("Taken back on");
        let id = scene.author;
        let wants: bool =
            site.looks(move |conn| Ok(members::table.find(id).select(members::community_letters).first(conn)?)).await;
        assert!(!wants);
        // Somebody who did nothing of the kind gets them again.
        let member = scene.person(site, "member");
        leaves(&member, KEEP).await;
        member.presses("Come back").await.is(200);
        scene.again(site, "member").await.opens("/settings").await.misses("Taken back on");
    });
}

#[test]
fn of_two_administrators_who_leave_at_the_same_moment_one_stays_and_nobody_waits_in_vain() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let other = scene.id("member");
        site.given(move |tx| accounts::grant(tx, other, accounts::Role::Administrator, None, "")).await;
        let people = [scene.again(site, "administrator").await, scene.again(site, "member").await];
        let body = || Some("words=keep".to_owned());
        let leaving = join_all(people.iter().map(|one| one.asks("POST", "/settings/leaving", body())));
        let coming = scene.person(site, "author");
        let (mut statuses, _) = futures_util::future::join(
            async { leaving.await.iter().map(|answer| answer.status).collect::<Vec<u16>>() },
            coming.asks("POST", "/settings/leaving", Some("words=take".to_owned())),
        )
        .await;
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        let left: i64 =
            site.looks(|conn| Ok(members::table.filter(members::is_administrator.eq(true)).count().get_result(conn)?)).await;
        assert_eq!(left, 1);
    });
}

#[test]
fn whoever_comes_back_while_their_words_are_still_taken_away_has_all_of_them_again() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let before = counts(site).await;
        for _ in 0..3 {
            let (author, running) = (scene.author, site.running.clone());
            let path = site.given(move |tx| privacy::leave(tx, &running, author, WordsLeft::Take)).await;
            let (visitor, other) = (site.visitor(), site.visitor());
            let moderator = scene.again(site, "moderator").await;
            let thread = thread_of(&scene, "public");
            futures_util::future::join4(
                site.works(),
                visitor.asks("POST", &path, Some(String::new())),
                other.opens(&thread),
                moderator.opens(&thread),
            )
            .await;
            site.works().await;
            assert_eq!(counts(site).await, before);
        }
    });
}
