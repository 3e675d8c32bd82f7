//! What administrators do about people: who may do what, and what is written down of it.

use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{self, Scene};
use alongside::accounts::{self, Role};
use alongside::db::schema::{members, notices, threads};
use alongside::privacy::{self, model::WordsLeft};
use alongside::routes::ROLE_TAKEN;
use alongside::{boards, worker};
use chrono::Duration;
use diesel::prelude::*;

/// Somebody of the scene signs in anew, with a role that may rest.
async fn signs_in<'a>(site: &'a Site, scene: &Scene, who: &str) -> Person<'a> {
    let id = scene.id(who);
    let session = site.given(move |tx| Ok(accounts::open_session(tx, id, false)?.reveal().to_owned())).await;
    let person = site.visitor();
    person.cookies.borrow_mut().insert("sid".to_owned(), session);
    person
}

/// Somebody of the scene leaves, with their words or without.
async fn leaves(site: &Site, scene: &Scene, who: &str, words: WordsLeft) {
    let (id, running) = (scene.id(who), site.running.clone());
    site.given(move |tx| privacy::leave(tx, &running, id, words)).await;
}

async fn roles_of(site: &Site, scene: &Scene, who: &str) -> accounts::Roles {
    let id = scene.id(who);
    site.looks(move |conn| Ok(accounts::load(conn, id)?.expect("a row").roles)).await
}

// ------------------------------------------------------------------------------------------------- roles that rest

#[test]
fn a_moderator_whose_role_rests_reads_decides_and_locks_nothing_until_there_is_a_second_step() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (closed, members) = (scene.place("board-members"), scene.place("members"));
        let people = format!("/boards/{}/people", closed.board);
        let inside = format!("/threads/{}", closed.thread);
        let decision = format!("/boards/{}/requests/{}/decision", closed.board, scene.request);
        let lock = format!("/threads/{}/lock", members.thread);
        signs_in(site, &scene, "moderator").await.opens(&people).await.is(200);

        site.later(Duration::days(7));
        let resting = signs_in(site, &scene, "moderator").await;
        for path in [&people, &inside, &decision] {
            assert_eq!(resting.asks("GET", path, None).await.status, 404, "{path}");
        }
        let decided = resting.asks("POST", &decision, Some("decision=let-in".to_owned())).await;
        assert_eq!(decided.status, 404);
        let locked = async || -> bool {
            let thread = threads::table.find(members.thread).select(threads::locked_at.is_not_null());
            site.looks(move |conn| Ok(thread.first(conn)?)).await
        };
        let reason = || Some("lock_reason=because".to_owned());
        assert_ne!(resting.asks("POST", &lock, reason()).await.status, 303);
        assert!(!locked().await);
        resting.opens("/boards").await.misses("You moderate it");
        resting.opens(&format!("/threads/{}", members.thread)).await.is(200).misses("id=\"moderation\"");

        let awake = scene.again(site, "moderator").await;
        awake.opens(&people).await.is(200);
        awake.opens(&inside).await.is(200);
        awake.opens("/boards").await.sees("You moderate it");
        assert_eq!(awake.asks("POST", &lock, reason()).await.status, 303);
        assert!(locked().await);
    });
}

#[test]
fn who_asks_to_be_let_in_is_told_to_moderators_whose_role_does_not_rest() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (board, moderator) = (scene.place("board-members").board, scene.id("moderator"));
        site.later(Duration::days(7));
        let told = async || -> i64 {
            let theirs = notices::table.filter(notices::member_id.eq(moderator).and(notices::kind.eq("board-asked")));
            site.looks(move |conn| Ok(theirs.count().get_result(conn)?)).await
        };
        let asks = async |who: &'static str| {
            site.given(move |tx| {
                let asker = scene::joins(tx, who)?;
                let asker = accounts::load(tx.conn(), asker)?.expect("the asker");
                boards::ask(tx, &asker, board, "")
            })
            .await;
            worker::tick(&site.running).await.unwrap();
        };
        let before = told().await;
        asks("first-asker").await;
        assert_eq!(told().await, before, "the role rests");
        site.given(move |tx| accounts::excuse_from_second_step(tx, moderator)).await;
        asks("second-asker").await;
        assert_eq!(told().await, before + 1);
    });
}

#[test]
fn the_last_administrator_whose_role_does_not_rest_stays_one() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, member) = (scene.id("administrator"), scene.id("member"));
        site.given(move |tx| accounts::grant(tx, member, Role::Administrator, None, "")).await;
        site.later(Duration::days(15));
        // Both rest now; one turns the second step on.
        let person = scene.again(site, "administrator").await;
        person.opens(&format!("/admin/people/{administrator}")).await;
        person.types("Role", "administrator").types("Why?", "I am tired.").presses("Take it back").await;
        person.is(422).sees("This is the last administrator.");
        // Whoever rests changes nothing, whatever they send, but can be rid of the role.
        let resting = signs_in(site, &scene, "member").await;
        assert_eq!(resting.asks("GET", "/admin/people", None).await.status, 404);
        let given = site.running.db.write(move |tx| accounts::grant(tx, member, Role::Mentor, Some(member), "me")).await;
        assert!(given.is_err_and(|error| error.is_refused()));
        person.opens(&format!("/admin/people/{member}")).await;
        person.types("Role", "administrator").types("Why?", "Never came.").presses("Take it back").await.is(200);
        assert!(!roles_of(site, &scene, "member").await.administrator);
    });
}

// ---------------------------------------------------------------------------------------------------- who has left

#[test]
fn nobody_who_left_is_given_a_role_by_the_browser_or_the_command_line() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        for who in ["member", "clinician"] {
            let id = scene.id(who);
            leaves(site, &scene, who, WordsLeft::Keep).await;
            let path = format!("/admin/people/{id}");
            let given = Some("give_role=moderator&give_reason=because".to_owned());
            let answer = administrator.asks("POST", &format!("{path}/roles"), given).await;
            answer.is(422).shows("This person has left.");
            let given = site.running.db.write(move |tx| accounts::grant(tx, id, Role::Moderator, None, "because")).await;
            assert!(given.is_err_and(|error| error.is_refused()));
            assert_eq!(roles_of(site, &scene, who).await, accounts::Roles::default());
        }
    });
}

#[test]
fn of_whoever_was_erased_no_role_is_left_however_it_came_there() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let id = scene.id("member");
        leaves(site, &scene, "member", WordsLeft::Take).await;
        site.works().await;
        // As it could happen before leaving was asked for.
        site.given(move |tx| {
            let flags = (members::is_moderator.eq(true), members::is_administrator.eq(true));
            diesel::update(members::table.find(id)).set(flags).execute(tx.conn())?;
            Ok(())
        })
        .await;
        let only = site.running.db.write(move |tx| {
            let administrator = accounts::find_by_handle(tx.conn(), "administrator")?.expect("the administrator");
            accounts::revoke(tx, administrator.id, Role::Administrator, None, "because", ROLE_TAKEN)
        });
        assert!(only.await.is_err_and(|error| error.is_refused()), "whoever left does not count as an administrator");
        site.later(Duration::days(14));
        site.works().await;
        assert_eq!(roles_of(site, &scene, "member").await, accounts::Roles::default());
    });
}
