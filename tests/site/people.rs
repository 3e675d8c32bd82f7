//! What administrators do about people: who may do what, and what is written down of it.

use crate::accounts::{
    EMAIL, NEW_PASSWORD, ask_to_join, at_the_details, fill_in, join_button, last_letter_to, link_to, sign_in,
};
use crate::harness::people::Person;
use crate::harness::{Site, with_site, with_two_processes};
use crate::scene::{self, Scene, email};
use alongside::accounts::model::Standing;
use alongside::accounts::{self, CommandLine, Role};
use alongside::db::Tx;
use alongside::db::schema::{account_log, members, notices, threads};
use alongside::error::Result;
use alongside::privacy::{self, model::WordsLeft};
use alongside::routes::ROLE_TAKEN;
use alongside::{boards, worker};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join;
use std::collections::BTreeSet;

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
            let works = Some("works_for_organisation=yes&organisation_reason=because".to_owned());
            administrator.asks("POST", &format!("{path}/organisation"), works).await.is(422).shows("This person has left.");
            administrator.opens(&path).await.is(200).misses("Give a role");
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

// ------------------------------------------------------------------------------------------------------- finding

/// The names on the list, in its order.
fn names(person: &Person<'_>) -> Vec<String> {
    person.on_page(|page| page.words_in("main h3"))
}

async fn finds(person: &Person<'_>, query: &str) -> Vec<String> {
    person.opens(&format!("/admin/people?{query}")).await.is(200);
    names(person)
}

#[test]
fn an_administrator_finds_people_by_a_part_of_their_name_and_by_the_whole_of_their_address_alone() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin").await.follows("People").await.is(200);
        assert!(names(&administrator).is_empty(), "nobody is listed before anybody is looked for");
        administrator.types("Name", "MEM").presses("Find").await.is(200);
        assert_eq!(names(&administrator), ["board-member", "new-member", "member"]);
        assert_eq!(finds(&administrator, "name=oard-Mem").await, ["board-member"]);
        assert_eq!(finds(&administrator, "name=board-member%40example.org").await, ["board-member"]);
        assert_eq!(finds(&administrator, "name=BOARD-MEMBER%40Example.org").await, ["board-member"]);
        for nobody in ["board-member%40example", "%40example.org", "ard-member%40example.org", "%25", "nobody-at-all"] {
            assert!(finds(&administrator, &format!("name={nobody}")).await.is_empty(), "{nobody}");
            administrator.sees("Nobody fits");
        }
        assert_eq!(finds(&administrator, "name=").await.len(), 10, "everybody, if nothing is said");
        // An address stands on its owner's page and on no list.
        administrator.misses("example.org");
        administrator.opens(&format!("/admin/people/{}", scene.id("member"))).await.sees(&email("member"));
        for who in ["member", "moderator"] {
            let person = scene.person(site, who);
            person.opens(&format!("/people/{}", scene.id("author"))).await.misses("example.org");
            assert_eq!(person.asks("GET", "/admin/people?name=", None).await.status, 404);
        }
    });
}

#[test]
fn people_are_listed_by_role_standing_second_step_and_how_they_came() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        assert_eq!(finds(&administrator, "name=&role=moderator").await, ["other-moderator", "moderator"]);
        assert_eq!(finds(&administrator, "name=other&role=moderator&standing=any").await, ["other-moderator"]);
        assert_eq!(finds(&administrator, "name=&second_step=off").await.len(), 4, "nobody has one yet");
        assert!(finds(&administrator, "name=&second_step=on").await.is_empty());
        assert!(finds(&administrator, "name=&standing=resting").await.is_empty());
        let link = ask_to_join(site, "tansy", "toby@post.example").await;
        assert_eq!(finds(&administrator, "name=&standing=unconfirmed").await, ["tansy"]);
        assert_eq!(finds(&administrator, "name=toby%40post.example").await, ["tansy"]);
        administrator.sees("Has not opened the letter yet");
        site.visitor().opens(&link).await.presses("Yes, this is my address").await.is(200);
        assert!(finds(&administrator, "name=&standing=unconfirmed").await.is_empty());

        leaves(site, &scene, "member", WordsLeft::Keep).await;
        assert_eq!(finds(&administrator, "name=&standing=leaving").await, ["Somebody who left"]);
        finds(&administrator, "name=member").await;
        administrator.sees("Has left, and may come back");
        assert!(!finds(&administrator, "name=&standing=present").await.contains(&"Somebody who left".to_owned()));
        site.later(Duration::days(14));
        site.works().await;
        let administrator = scene.again(site, "administrator").await;
        assert_eq!(finds(&administrator, "name=&standing=resting").await.len(), 3);
        assert_eq!(finds(&administrator, "name=&second_step=on").await, ["administrator"]);
        assert_eq!(finds(&administrator, "name=&standing=closed").await, ["Somebody who left"]);
        assert_eq!(finds(&administrator, "name=member").await, ["board-member", "new-member"], "their name is nobody's now");
        administrator.opens(&format!("/admin/people/{}", scene.id("member"))).await.is(200).misses("1970");
    });
}

#[test]
fn a_long_list_of_people_goes_on_behind_the_last_name_and_leaves_nobody_out() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        site.given(|tx| (0..60).map(|number| scene::joins(tx, &format!("sorrel-{number:02}"))).collect::<Result<Vec<_>>>())
            .await;
        let administrator = scene.person(site, "administrator");
        let mut listed: Vec<String> = finds(&administrator, "name=sorrel").await;
        assert_eq!(listed.len(), 50);
        administrator.follows("More people").await.is(200);
        listed.extend(names(&administrator));
        let once: BTreeSet<String> = listed.iter().cloned().collect();
        assert_eq!((listed.len(), once.len()), (60, 60));
        assert!(administrator.on_page(|page| page.words_in(".pager a").is_empty()));
    });
}

// ---------------------------------------------------------------------------------------------- a person and the log

#[test]
fn the_page_of_a_person_says_since_when_and_by_whom_they_have_a_role_and_how_it_stands_with_them() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let page = format!("/admin/people/{}", scene.id("author"));
        administrator.opens(&page).await.sees("How it stands with themHere").sees("In 1 place").misses("Firefox");
        administrator.types("Role", "moderator").types("Why?", "Knows the <b>board</b>.").presses("Give it").await.is(200);
        let today = site.running.locales.english().day(site.running.now(), site.running.config.time_zone).words;
        administrator.sees(&format!("Moderator, since {today}, given by administrator"));
        administrator.sees("Moderator: given by administrator").sees("Knows the <b>board</b>.").misses("<b>board</b>");
        administrator.sees("Off, and needed: roles rest from");
        site.later(Duration::days(15));
        scene.again(site, "administrator").await.opens(&page).await.sees("Here, a role rests");
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin").await.follows("The record").await.is(200).sees("Moderator: given by administrator");
        administrator.follows("author").await.is(200).sees("Knows the <b>board</b>.");
    });
}

#[test]
fn nothing_can_be_taken_out_of_the_log_or_changed_in_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (id, by) = (scene.id("member"), scene.id("administrator"));
        site.given(move |tx| accounts::grant(tx, id, Role::Mentor, Some(by), "Asked")).await;
        let count = async || -> i64 { site.looks(|conn| Ok(account_log::table.count().get_result(conn)?)).await };
        let before = count().await;
        let refused = async |work: fn(&mut Tx<'_>) -> Result<()>| site.running.db.write(work).await.is_err();
        assert!(
            refused(|tx| {
                diesel::delete(account_log::table).execute(tx.conn())?;
                Ok(())
            })
            .await
        );
        assert!(
            refused(|tx| {
                diesel::update(account_log::table).set(account_log::reason.eq("Another one")).execute(tx.conn())?;
                Ok(())
            })
            .await
        );
        assert!(
            refused(|tx| {
                diesel::update(account_log::table).set(account_log::done_by.eq(None::<i64>)).execute(tx.conn())?;
                Ok(())
            })
            .await
        );
        assert_eq!(count().await, before);
    });
}

#[test]
fn when_somebody_is_erased_the_log_keeps_what_was_done_and_no_word_about_them() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (id, by) = (scene.id("member"), scene.id("administrator"));
        site.given(move |tx| accounts::grant(tx, id, Role::Mentor, Some(by), "Canary sings well")).await;
        leaves(site, &scene, "member", WordsLeft::Keep).await;
        site.later(Duration::days(14));
        site.works().await;
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/log").await.sees("Mentor: given by administrator").sees("Left").sees("Was erased");
        administrator.misses("Canary").misses(">member<");
        let reasons: Vec<String> = site
            .looks(move |conn| {
                Ok(account_log::table.filter(account_log::member_id.eq(id)).select(account_log::reason).load(conn)?)
            })
            .await;
        assert!(reasons.len() >= 4 && reasons.iter().all(String::is_empty), "{reasons:?}");
    });
}

// --------------------------------------------------------------------------------------------- inviting, and letters again

#[test]
fn an_administrator_invites_somebody_by_letter_and_who_came_by_it_is_known_to_administrators() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/people").await.follows("Invite somebody by letter").await.is(200);
        administrator.types(EMAIL, "nowhere").presses("Send the invitation").await.is(422);
        assert_eq!(administrator.on_page(|page| page.field(EMAIL)), "nowhere");
        administrator.types(EMAIL, &email("member")).presses("Send the invitation").await.is(422).sees("is here already");
        administrator.types(EMAIL, "toby@post.example").presses("Send the invitation").await.is(200);
        administrator.sees("The letter is on its way.");
        let link = link_to(site, "toby@post.example").await;
        let toby = site.visitor();
        toby.opens(&link).await.is(200).types(crate::accounts::BORN, "1974").presses("Next").await.is(200);
        fill_in(&toby, "tansy", "toby@post.example");
        toby.presses(&join_button(site)).await.is(200);
        let confirmation = link_to(site, "toby@post.example").await;
        toby.opens(&confirmation).await.presses("Yes, this is my address").await.is(200);
        sign_in(&toby, "toby@post.example", NEW_PASSWORD).await;
        assert_eq!(finds(&administrator, "name=&invited=yes").await, ["tansy"]);
        administrator.follows("tansy").await.sees("Invited byadministrator");
        site.visitor().opens(&link).await.sees("This invitation does not work");
        administrator.opens(&format!("/admin/people/{}", scene.id("administrator"))).await;
        administrator.sees("Somebody was invited by letter, by administrator").misses("post.example");
    });
}

#[test]
fn letters_to_one_address_are_few_whoever_presses_and_where_nobody_can_join_nobody_is_invited() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let invites = async || {
            let body = Some("email=toby%40post.example".to_owned());
            administrator.asks("POST", "/admin/people/invitation", body).await.status
        };
        for _ in 0..5 {
            assert_eq!(invites().await, 303);
        }
        assert_eq!(invites().await, 429);
        site.works().await;
        let letters = site.letters().iter().filter(|letter| letter.to == "toby@post.example").count();
        assert_eq!(letters, 5);
        administrator.opens("/admin/joining").await.ticks("Nobody").presses("Keep this").await.is(200);
        administrator.opens("/admin/people/invitation").await.sees("Nobody can join now");
        administrator.types(EMAIL, "bo@post.example").presses("Send the invitation").await.is(422);
    });
}

#[test]
fn the_letter_that_confirms_an_address_is_sent_again_and_the_one_before_opens_nothing() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let first = ask_to_join(site, "tansy", "toby@post.example").await;
        site.later(Duration::days(13));
        let administrator = scene.again(site, "administrator").await;
        finds(&administrator, "name=tansy").await;
        let form = administrator.filled("Send the letter again");
        administrator.sends(&form).await.is(200).sees("The letter is on its way.");
        let second = link_to(site, "toby@post.example").await;
        assert_ne!(first, second);
        site.later(Duration::days(2));
        let tansy = site.visitor();
        tansy.opens(&first).await.is(410);
        tansy.opens(&second).await.presses("Yes, this is my address").await.is(200).sees("You are a member now");
        // Nothing is left to confirm; and who has an account gets the letter that says so.
        let administrator = scene.again(site, "administrator").await;
        assert_eq!(administrator.asks("POST", &form.action, Some(String::new())).await.status, 404);
        let person = at_the_details(site).await;
        fill_in(&person, "harebell", &email("member"));
        person.presses(&join_button(site)).await.is(200);
        finds(&administrator, "name=&standing=unconfirmed").await;
        administrator.presses("Send the letter again").await.is(200);
        assert!(last_letter_to(site, &email("member")).await.contains("/sign-in"));
        administrator.opens("/admin/log").await.sees("The letter that confirms an address was sent again, by administrator");
    });
}

// ------------------------------------------------------------------------------------------- a second person, applications

#[test]
fn whoever_administers_alone_is_asked_to_find_a_second_person_until_there_is_one() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin").await.sees("Ask a second person").follows("Invite somebody by letter").await.is(200);
        let (member, by) = (scene.id("member"), scene.id("administrator"));
        site.given(move |tx| accounts::grant(tx, member, Role::Administrator, Some(by), "Shares it with me")).await;
        administrator.opens("/admin").await.misses("Ask a second person");
        leaves(site, &scene, "member", WordsLeft::Keep).await;
        administrator.opens("/admin").await.sees("Ask a second person");
    });
}

/// Somebody applies; the link of the letter that confirms their address.
async fn applies(site: &Site, handle: &str, address: &str) -> String {
    let person = at_the_details(site).await;
    fill_in(&person, handle, address);
    person.types("Your answer", "My knee").presses(&join_button(site)).await.is(200);
    link_to(site, address).await
}

async fn confirms(site: &Site, link: &str) {
    site.visitor().opens(link).await.presses("Yes, this is my address").await.is(200).sees("A person will read your answer");
}

/// How many letters with that subject this process sent to somebody of the scene.
fn told(site: &Site, who: &str, subject: &str) -> usize {
    site.letters().iter().filter(|letter| letter.to == email(who) && letter.subject == subject).count()
}

#[test]
fn administrators_get_one_letter_an_hour_at_most_however_many_apply_and_none_if_they_do_not_want_any() {
    with_two_processes(async |site, other| {
        let scene = Scene::set(site).await;
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/joining").await.ticks("Everybody whom one of you has approved");
        administrator.types("The question for applications", "Why?").presses("Keep this").await.is(200);
        let links =
            [applies(site, "tansy", "toby@post.example").await, applies(site, "harebell", "hana@post.example").await];
        for link in &links {
            confirms(site, link).await;
        }
        join(site.works(), other.works()).await;
        join(site.works(), other.works()).await;
        let of = |who: &str| told(site, who, "Somebody waits for you") + told(other, who, "Somebody waits for you");
        let all = || of("administrator");
        assert_eq!(all(), 1, "one for both, from both processes");
        let mut letters = site.letters().into_iter().chain(other.letters());
        let letter = letters.rfind(|letter| letter.subject == "Somebody waits for you").expect("a letter");
        assert!(!letter.text.contains("tansy") && !letter.text.contains("knee"), "{}", letter.text);
        assert!(letter.text.contains("/admin/applications"), "{}", letter.text);
        assert_eq!(of("moderator"), 0);
        site.later(Duration::hours(2));
        site.works().await;
        assert_eq!(all(), 1, "nothing new");
        confirms(site, &applies(site, "sorrel", "sol@post.example").await).await;
        site.works().await;
        assert_eq!(all(), 2);
        confirms(site, &applies(site, "yarrow", "yan@post.example").await).await;
        site.works().await;
        assert_eq!(all(), 2, "not within the hour");
        site.later(Duration::hours(1));
        site.works().await;
        assert_eq!(all(), 3, "and not forgotten after it");

        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/joining").await;
        let mut form = administrator.filled("Keep this");
        form.fields.retain(|(name, _)| name != "letters");
        administrator.sends(&form).await.is(200).sees("Letters about applications were turned off.");
        site.later(Duration::hours(2));
        confirms(site, &applies(site, "comfrey", "cole@post.example").await).await;
        site.works().await;
        assert_eq!(all(), 3);
    });
}

// ---------------------------------------------------------------------------------------------------- the command line

#[test]
fn each_use_of_the_command_line_is_written_down_with_its_user_and_told_to_every_administrator() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.id("member");
        site.given(move |tx| accounts::grant(tx, member, Role::Administrator, None, "")).await;
        let subject = format!("About {}", site.running.config.site_name);
        let told = |who: &str| told(site, who, &subject);
        let line = CommandLine { site: &site.running, user: "ops-on-call".to_owned() };
        let known = site.running.db.write_now(|tx| line.grant(tx, "AUTHOR", Role::Moderator, "In a hurry")).unwrap();
        assert_eq!(known.as_deref(), Some("author"));
        site.works().await;
        assert_eq!((told("administrator"), told("member"), told("author")), (1, 1, 0));
        let letter = last_letter_to(site, &email("administrator")).await;
        assert!(letter.contains("/admin/log") && !letter.contains("author") && !letter.contains("hurry"), "{letter}");
        // What changes nothing is nothing to tell of.
        site.running.db.write_now(|tx| line.grant(tx, "author", Role::Moderator, "Again")).unwrap();
        assert!(site.running.db.write_now(|tx| line.grant(tx, "nobody-here", Role::Mentor, "")).unwrap().is_none());
        site.works().await;
        assert_eq!(told("administrator"), 1);

        site.running.db.write_now(|tx| line.make_setup_link(tx)).unwrap();
        site.running.db.write_now(|tx| line.take(tx, "member", Role::Administrator, "Lost trust", ROLE_TAKEN)).unwrap();
        assert_eq!(
            site.running.db.write_now(|tx| line.reset_second_step(tx, "author")).unwrap(),
            Some((false, "author".to_owned()))
        );
        site.works().await;
        assert_eq!((told("administrator"), told("member")), (3, 3), "whoever was one before is told, too");

        let listed = site.running.db.write_now(|tx| line.list(tx, false)).unwrap();
        assert_eq!(listed.len(), 10);
        assert!(listed.iter().all(|(_, address)| address.is_none()));
        let author = listed.iter().find(|(person, _)| person.handle == "author").expect("the author");
        assert!(author.0.roles.moderator && author.0.standing == Standing::Present);
        let listed = site.running.db.write_now(|tx| line.list(tx, true)).unwrap();
        assert!(listed.iter().any(|(_, address)| address.as_deref() == Some(&email("author"))));
        site.works().await;
        assert_eq!((told("administrator"), told("member")), (5, 3));

        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/log").await.sees("Moderator: given by the command line (ops-on-call)");
        administrator.sees("Administrator: taken back by the command line (ops-on-call)").sees("Lost trust");
        administrator.sees("A link for a new administrator was made by the command line (ops-on-call)");
        administrator.sees("Everybody was listed by the command line").sees("listed with their addresses by");
    });
}
