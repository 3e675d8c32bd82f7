//! The ways in that an administrator sets, and what people agree to on the way.

use crate::accounts::{BORN, NEW_PASSWORD, ask_to_join, at_the_details, fill_in, is_admitted, join_button};
use crate::accounts::{last_letter_to, link_to, sign_in};
use crate::harness::people::{Person, encoded};
use crate::harness::{Answered, Site, with_site, with_site_set, with_two_processes};
use crate::processes::fifty;
use crate::scene::{PASSWORD, Scene, email};
use alongside::db::schema::{consents, invitations, members, pending_joins};
use alongside::web::seal;
use alongside::{accounts, notifications};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;

const LETTERS: &str = "Letters when somebody answers me";

/// What stands at the end of a row under *What you agreed to*.
fn agreed(person: &Person<'_>, to: &str) -> String {
    let rows = person.on_page(|page| page.words_in("section[aria-labelledby=agreed] li"));
    let row = rows.iter().find(|row| row.starts_with(to)).expect("a row of what was agreed to");
    row.strip_prefix(to).unwrap().to_owned()
}

#[test]
fn community_letters_are_asked_for_apart_and_everybody_sees_when_they_said_yes_and_when_they_took_it_back() {
    with_site(async |site| {
        Scene::set(site).await;
        let link = ask_to_join(site, "harebell", "bo@post.example").await;
        let without = site.visitor();
        without.opens(&link).await.presses("Yes, this is my address").await.is(200);
        sign_in(&without, "bo@post.example", NEW_PASSWORD).await;
        without.opens("/settings").await;
        assert_eq!(agreed(&without, LETTERS), "Not given", "joining needs no yes to letters");

        let tansy = at_the_details(site).await;
        fill_in(&tansy, "tansy", "kay@post.example");
        tansy.ticks("Write to me when somebody answers me").presses(&join_button(site)).await.is(200);
        tansy.opens(&link_to(site, "kay@post.example").await).await.presses("Yes, this is my address").await.is(200);
        sign_in(&tansy, "kay@post.example", NEW_PASSWORD).await;
        let today = site.running.locales.english().day(site.running.now(), site.running.config.time_zone).words;
        tansy.opens("/settings").await;
        for what in ["Keeping what I write about my health", LETTERS] {
            assert_eq!(agreed(&tansy, what), today, "{what}");
        }

        // Off, twice, and on again: each yes has its own date.
        let off = Some(String::new());
        tansy.asks("POST", "/settings/letters", off.clone()).await.is(303);
        tansy.asks("POST", "/settings/letters", off).await.is(303);
        tansy.opens("/settings").await;
        assert_eq!(agreed(&tansy, LETTERS), format!("Taken back on {today}"));
        assert!(is_admitted(&tansy).await, "nothing else depends on it");
        tansy.ticks("Somebody answers my thread").presses("Keep these: Letters").await.is(200);
        assert_eq!(agreed(&tansy, LETTERS), today);
        let of_letters: Vec<bool> = site
            .looks(|conn| {
                let rows = consents::table.filter(consents::kind.eq("letters").and(consents::version.eq("2026-11-22")));
                let mut withdrawn: Vec<Option<i64>> = rows.select(consents::withdrawn_at).order(consents::id).load(conn)?;
                Ok(withdrawn.split_off(withdrawn.len() - 2).iter().map(Option::is_some).collect())
            })
            .await;
        assert_eq!(of_letters, [true, false]);
    });
}

#[test]
fn the_way_out_of_letters_takes_the_yes_back_with_its_date() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let author = scene.person(site, "author");
        author.opens("/settings").await.misses("Taken back on");
        let path = notifications::unsubscribe_path(&site.running, scene.author.number());
        site.visitor().opens(&path).await.presses("No more of these letters").await.is(200);
        author.opens("/settings").await;
        assert!(agreed(&author, LETTERS).starts_with("Taken back on "));
    });
}

// ---------------------------------------------------------------------------------------------------- the ways in

const QUESTION: &str = "Which **illness** brings you here?";
const ANSWER: &str = "Your answer";
const CONFIRM: &str = "Yes, this is my address";

/// An administrator sets how people join.
async fn sets<'a>(site: &'a Site, scene: &Scene, mode: &str) -> Person<'a> {
    let administrator = scene.again(site, "administrator").await;
    administrator.opens("/admin").await.follows("How people join").await.is(200);
    administrator.ticks(mode).types("The question for applications", QUESTION);
    administrator.presses("Keep this").await.is(200).sees("Kept. It works from now on.");
    administrator
}

const BY_APPLICATION: &str = "Everybody whom one of you has approved";
const BY_INVITATION: &str = "Only people who were invited";
const NOBODY: &str = "Nobody";
const OPENLY: &str = "Everybody";

/// An administrator makes an invitation; its link.
async fn invitation(person: &Person<'_>, uses: &str, days: &str) -> String {
    person.opens("/invitations").await.types("For how many people?", uses).types("How many days should it work?", days);
    person.presses("Make the link").await.is(200).sees("Your invitation is ready");
    person.on_page(|page| page.words_in(".notice code")).remove(0)
}

/// Somebody opens an invitation and is at the details.
async fn opens_invitation<'a>(site: &'a Site, link: &str) -> Person<'a> {
    let person = site.visitor();
    person.opens(link).await.is(200).sees("Somebody invited you.").types(BORN, "1974").presses("Next").await;
    person.is(200).sees("Somebody invited you.").misses("One question");
    person
}

/// Somebody joins with an invitation, as far as the letter; its link.
async fn asks_with(site: &Site, link: &str, handle: &str, address: &str) -> String {
    let person = opens_invitation(site, link).await;
    fill_in(&person, handle, address);
    person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
    link_to(site, address).await
}

/// Somebody applies and confirms; the link of their letter.
async fn applies(site: &Site, handle: &str, address: &str, answer: &str) -> String {
    let person = at_the_details(site).await;
    fill_in(&person, handle, address);
    person.types(ANSWER, answer).presses(&join_button(site)).await.is(200).sees("After that a person reads your answer");
    let link = link_to(site, address).await;
    person.opens(&link).await.sees("and a person reads your answer").presses(CONFIRM).await;
    person.is(200).sees("A person will read your answer").sees("Until then you are not a member");
    link
}

async fn decides(site: &Site, scene: &Scene, handle: &str, words: &str, button: &str) {
    let administrator = scene.again(site, "administrator").await;
    administrator.opens("/admin/applications").await.follows(handle).await.types("Your words to them", words);
    administrator.presses(button).await.is(200).sees("Decided. The letter is on its way.");
}

async fn count_of_members(site: &Site) -> i64 {
    site.looks(|conn| Ok(members::table.count().get_result(conn)?)).await
}

#[test]
fn an_administrator_sets_how_people_join_and_the_page_says_who_changed_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/joining").await.sees("Nothing yet").ticks(BY_APPLICATION);
        administrator.types("How many people each member may invite", "101").presses("Keep this").await.is(422);
        administrator.sees("Write the question that people should answer.").sees("Type a number from 0 to 100.");
        assert_eq!(administrator.on_page(|page| page.field("How many people each member may invite")), "101");
        administrator.types("The question for applications", QUESTION).types("How many people each member", "3");
        administrator.presses("Look at the question first").await.is(200).sees("This is how people see it");
        assert_eq!(administrator.on_page(|page| page.words_in(".preview strong")), ["illness"]);
        site.visitor().opens("/join").await.misses("a person reads what you write");
        administrator.presses("Keep this").await.is(200).sees("Kept. It works from now on.");
        administrator.sees("Who can join: Everybody whom one of you has approved. By administrator.");
        administrator.sees("The question became another one. By administrator.").sees("Each member may invite: 3.");
        assert_eq!(administrator.on_page(|page| page.field("The question for applications")), QUESTION);
        // Keeping the same again is no change.
        administrator.presses("Keep this").await.is(200);
        assert_eq!(administrator.on_page(|page| page.words_in("[aria-labelledby=record] li").len()), 3);
        site.visitor().opens("/join").await.sees("Here a person reads what you write before you are a member.");
    });
}

#[test]
fn where_the_door_is_closed_everybody_reads_so_and_nothing_leads_in() {
    with_site_set(
        |config| config.organisation = "Northmoor Patients".to_owned(),
        async |site| {
            let scene = Scene::set(site).await;
            let waiting = ask_to_join(site, "tansy", "toby@post.example").await;
            let link = invitation(&scene.person(site, "administrator"), "5", "7").await;
            let at_details = opens_invitation(site, &link).await;
            sets(site, &scene, NOBODY).await;
            let before = count_of_members(site).await;
            let visitor = site.visitor();
            for path in ["/join", &link] {
                visitor
                    .opens(path)
                    .await
                    .is(200)
                    .sees("Nobody can join now")
                    .sees("Northmoor Patients runs this site. Ask there");
            }
            fill_in(&at_details, "harebell", "hana@post.example");
            at_details.presses(&join_button(site)).await.is(403).sees("Nobody can join now");
            visitor.opens(&waiting).await.presses(CONFIRM).await.is(403).sees("Nobody can join now");
            assert_eq!(count_of_members(site).await, before);
            // A member comes in as always, and the letter works as soon as the door is open.
            sign_in(&visitor, &email("member"), PASSWORD).await;
            assert!(is_admitted(&visitor).await);
            sets(site, &scene, "Everybody").await;
            site.visitor().opens(&waiting).await.presses(CONFIRM).await.is(200).sees("You are a member now");
        },
    );
}

#[test]
fn whoever_applies_answers_the_question_and_waits_for_a_person() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        sets(site, &scene, BY_APPLICATION).await;
        let tansy = at_the_details(site).await;
        tansy.sees("Here a person reads what you write");
        assert_eq!(tansy.on_page(|page| page.words_in("form strong")), ["illness"]);
        fill_in(&tansy, "tansy", "toby@post.example");
        tansy.presses(&join_button(site)).await.is(422).sees("Answer the question, in a few words.");
        fill_in(&tansy, "tansy", "toby@post.example");
        tansy.types(ANSWER, &"x".repeat(2_001)).presses(&join_button(site)).await.is(422).sees("longer than 2,000 letters");
        assert_eq!(tansy.on_page(|page| page.field(ANSWER)).len(), 2_001, "nothing is lost");

        let link = applies(site, "tansy", "toby@post.example", "My <b>knee</b>.\nSince spring.").await;
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        tansy.is(422).sees("Address and password do not fit together.");
        // The link is where they look how it stands, however often.
        tansy.opens(&link).await.is(200).sees("A person will read your answer");
        assert_eq!(tansy.asks("POST", &link, Some(String::new())).await.status, 303);
        site.later(Duration::days(3));
        applies(site, "harebell", "hana@post.example", "My back").await;
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/applications").await.sees("Waiting for 3 days").sees("Waiting for less than a day");
        administrator.sees("My <b>knee</b>.Since spring.").misses("<b>knee");
        assert_eq!(administrator.on_page(|page| page.words_in("main h2")), ["tansy", "harebell"], "oldest first");
        for who in ["member", "moderator"] {
            let person = scene.again(site, who).await;
            assert_eq!(person.asks("GET", "/admin/applications", None).await.status, 404, "{who}");
        }
        assert_eq!(site.visitor().asks("GET", "/admin/applications", None).await.status, 303);

        decides(site, &scene, "tansy", "Welcome.\nThe knee board is lovely.", "Yes, let them in").await;
        let letter = last_letter_to(site, "toby@post.example").await;
        assert!(letter.contains("you are welcome") && letter.contains("Welcome. The knee board is lovely."), "{letter}");
        let subject = site.letters().last().unwrap().subject.clone();
        assert_eq!(subject, "The answer to your request");
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        assert!(is_admitted(&tansy).await);
        let kept: Vec<String> = site.looks(|conn| Ok(pending_joins::table.select(pending_joins::handle).load(conn)?)).await;
        assert_eq!(kept, ["harebell"], "nothing is left of what waited");
        administrator.opens("/admin/people?name=tansy").await.follows("tansy").await.sees("Approved by");
    });
}

#[test]
fn a_no_needs_a_reason_that_is_mailed_and_everything_is_deleted_two_weeks_later() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        sets(site, &scene, BY_APPLICATION).await;
        let link = applies(site, "tansy", "toby@post.example", "I sell a cure.").await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/applications").await.follows("tansy").await;
        administrator.presses("No, not now").await.is(422).sees("Say why, in a few words.");
        administrator.types("Your words to them", "Nobody sells here.").presses("No, not now").await.is(200);
        administrator.sees("Nobody is waiting");
        let letter = last_letter_to(site, "toby@post.example").await;
        assert!(letter.contains("Nobody sells here.") && letter.contains("deleted after 14 days"), "{letter}");
        let answers: Vec<String> =
            site.looks(|conn| Ok(pending_joins::table.select(pending_joins::answer).load(conn)?)).await;
        assert_eq!(answers, [""], "the answer goes with the decision");
        let tansy = site.visitor();
        tansy.opens(&link).await.is(200).sees("They said no.").sees("are deleted 14 days after the no");
        assert_eq!(tansy.asks("POST", &link, Some(String::new())).await.status, 303, "the answer stands");
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        tansy.is(422);
        let left = async || -> i64 { site.looks(|conn| Ok(pending_joins::table.count().get_result(conn)?)).await };
        site.later(Duration::days(13));
        site.works().await;
        assert_eq!(left().await, 1);
        site.later(Duration::days(1) + Duration::minutes(31));
        site.works().await;
        assert_eq!(left().await, 0);
        tansy.opens(&link).await.is(410);
    });
}

#[test]
fn who_waits_for_a_person_is_not_forgotten_and_who_never_confirmed_is() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        sets(site, &scene, BY_APPLICATION).await;
        applies(site, "tansy", "toby@post.example", "My knee").await;
        let person = at_the_details(site).await;
        fill_in(&person, "harebell", "hana@post.example");
        person.types(ANSWER, "My back").presses(&join_button(site)).await.is(200);
        site.later(Duration::days(15));
        site.works().await;
        let kept: Vec<String> = site.looks(|conn| Ok(pending_joins::table.select(pending_joins::handle).load(conn)?)).await;
        assert_eq!(kept, ["tansy"]);
        // Neither is it pushed out by wishes that nobody confirmed.
        for number in 0..6 {
            let person = at_the_details(site).await;
            fill_in(&person, &format!("sorrel-{number}"), "toby@post.example");
            person.types(ANSWER, "Me again").presses(&join_button(site)).await.is(200);
        }
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/applications").await.sees("tansy").sees("Waiting for 15 days");
    });
}

#[test]
fn of_many_who_decide_at_once_one_does_and_one_letter_goes() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        sets(site, &scene, BY_APPLICATION).await;
        applies(site, "tansy", "toby@post.example", "My knee").await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/applications").await.follows("tansy").await;
        let form = administrator.filled("Yes, let them in");
        let (before, letters) = (count_of_members(site).await, site.letters().len());
        let decisions = ["deny", "approve"].into_iter().cycle().take(10);
        let sent = decisions
            .map(|decision| administrator.asks("POST", &form.action, Some(format!("decision={decision}&words=So+it+is"))));
        let statuses: Vec<u16> = join_all(sent).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 409].contains(status)), "{statuses:?}");
        site.works().await;
        assert_eq!(site.letters().len() - letters, 1);
        assert!(count_of_members(site).await - before <= 1, "and nobody comes in after a no");
    });
}

#[test]
fn an_answer_whose_address_a_member_has_taken_meanwhile_lets_nobody_in_and_breaks_nothing() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        sets(site, &scene, BY_APPLICATION).await;
        applies(site, "tansy", "toby@post.example", "My knee").await;
        let member = scene.id("member");
        site.given(move |tx| {
            let address = (members::email.eq("toby@post.example"), members::email_key.eq("toby@post.example"));
            Ok(diesel::update(members::table.find(member)).set(address).execute(tx.conn()).map(drop)?)
        })
        .await;
        let before = count_of_members(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/applications").await.follows("tansy").await;
        administrator.presses("Yes, let them in").await.is(200).sees("Nobody is waiting");
        assert_eq!(count_of_members(site).await, before);
    });
}

#[test]
fn nobody_learns_by_applying_or_with_an_invitation_whether_an_address_is_known() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let link = invitation(&scene.person(site, "administrator"), "5", "7").await;
        for mode in [BY_APPLICATION, BY_INVITATION] {
            sets(site, &scene, mode).await;
            let mut answers = Vec::new();
            for (handle, address) in [("tansy", "toby@post.example".to_owned()), ("harebell", email("member"))] {
                let person = if mode == BY_APPLICATION {
                    let person = at_the_details(site).await;
                    person.types(ANSWER, "My knee");
                    person
                } else {
                    opens_invitation(site, &link).await
                };
                fill_in(&person, &format!("{handle}-{}", mode.len()), &address);
                let form = person.filled(&join_button(site));
                let hashes = accounts::hashes_made(&site.running);
                let answer = person.asks("POST", &form.action, Some(encoded(&form.fields))).await;
                let statements = Answered::of(&answer).statements;
                let location = answer.headers["location"].to_str().unwrap().to_owned();
                let next = person.asks("GET", &location, None).await.html;
                let rows: i64 = site.looks(|conn| Ok(pending_joins::table.count().get_result(conn)?)).await;
                let made = accounts::hashes_made(&site.running) - hashes;
                answers.push(((answer.status, location, next, statements, made), rows));
            }
            assert_eq!(answers[0].0, answers[1].0, "{mode}");
            assert_eq!(answers[1].1 - answers[0].1, 1, "a row for both");
            assert!(last_letter_to(site, &email("member")).await.contains("It has an account already"));
        }
    });
}

#[test]
fn the_slower_way_leads_to_the_question_and_keeps_an_invitation() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let link = invitation(&scene.person(site, "administrator"), "50", "7").await;
        sets(site, &scene, BY_APPLICATION).await;
        for number in 0..10 {
            asks_with(site, &link, &format!("tansy-{number}"), &format!("toby-{number}@post.example")).await;
        }
        let applicant = at_the_details(site).await;
        fill_in(&applicant, "harebell", "hana@post.example");
        applicant.types(ANSWER, "My knee").presses(&join_button(site)).await.is(429).presses("Send me the link").await;
        applicant.opens(&link_to(site, "hana@post.example").await).await.is(200);
        fill_in(&applicant, "harebell", "hana@post.example");
        applicant.types(ANSWER, "My knee").presses(&join_button(site)).await.is(200);
        applicant.opens(&link_to(site, "hana@post.example").await).await.presses(CONFIRM).await;
        applicant.sees("A person will read your answer");

        let invited = opens_invitation(site, &link).await;
        fill_in(&invited, "sorrel", "sam@post.example");
        invited.presses(&join_button(site)).await.is(429).presses("Send me the link").await.is(200);
        invited.opens(&link_to(site, "sam@post.example").await).await.is(200).sees("Somebody invited you.");
        fill_in(&invited, "sorrel", "sam@post.example");
        invited.presses(&join_button(site)).await.is(200);
        invited.opens(&link_to(site, "sam@post.example").await).await.presses(CONFIRM).await.sees("You are a member now");
    });
}

#[test]
fn by_invitation_only_who_was_invited_comes_in_and_only_administrators_see_by_whom() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let asked_before = ask_to_join(site, "harebell", "hana@post.example").await;
        let administrator = sets(site, &scene, BY_INVITATION).await;
        site.visitor().opens("/join").await.is(200).sees("You need an invitation to join").misses("born");
        site.visitor().opens(&asked_before).await.presses(CONFIRM).await.is(403).sees("You need an invitation to join");

        let link = invitation(&administrator, "2", "7").await;
        administrator.opens("/invitations").await.sees("2 of 2 left").misses(link.rsplit('/').next().unwrap());
        let letter = asks_with(site, &link, "tansy", "toby@post.example").await;
        administrator.opens("/invitations").await.sees("2 of 2 left");
        let tansy = site.visitor();
        tansy.opens(&letter).await.presses(CONFIRM).await.is(200).sees("You are a member now");
        administrator.opens("/invitations").await.sees("1 of 2 left");
        administrator.opens("/admin/people?name=tansy").await.follows("tansy").await.sees("Invited byadministrator");
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        let page = administrator.on_page(|page| page.link("Their page"));
        for person in [&tansy, &scene.person(site, "moderator")] {
            person.opens(&page).await.is(200).misses("Invited by");
        }
    });
}

#[test]
fn of_fifty_who_confirm_at_once_in_two_processes_with_an_invitation_for_one_one_becomes_a_member() {
    with_two_processes(async |site, other| {
        let scene = Scene::set(site).await;
        let administrator = sets(site, &scene, BY_INVITATION).await;
        let link = invitation(&administrator, "1", "7").await;
        let token_hash = seal::hash(link.rsplit('/').next().unwrap());
        let tokens: Vec<String> = (0..50).map(|number| format!("token-{number}")).collect();
        let rows = tokens.clone();
        // Fifty wishes as the form leaves them; the form itself lets ten an hour through from one network.
        site.given(move |tx| {
            let invitation: i64 = invitations::table
                .filter(invitations::token_hash.eq(&token_hash))
                .select(invitations::id)
                .first(tx.conn())?;
            for (number, token) in rows.iter().enumerate() {
                diesel::insert_into(pending_joins::table)
                    .values((
                        pending_joins::handle.eq(format!("tansy-{number}")),
                        pending_joins::handle_key.eq(format!("tansy{number}")),
                        pending_joins::email.eq(format!("toby-{number}@post.example")),
                        pending_joins::email_key.eq(format!("toby-{number}@post.example")),
                        pending_joins::password_hash.eq("none"),
                        pending_joins::rules_version.eq("2026-11-01"),
                        pending_joins::token_hash.eq(seal::hash(token)),
                        pending_joins::asked_at.eq(tx.now().micros()),
                        pending_joins::invitation_id.eq(invitation),
                    ))
                    .execute(tx.conn())?;
            }
            Ok(())
        })
        .await;
        let before = count_of_members(site).await;
        let people = fifty(site, other);
        let paths: Vec<String> = tokens.iter().map(|token| format!("/join/confirm/{token}")).collect();
        let sent = people.iter().zip(&paths).map(|(person, path)| person.asks("POST", path, Some(String::new())));
        let answers = join_all(sent).await;
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(303), count(410)), (1, 49));
        assert_eq!(count_of_members(site).await - before, 1);
        answers.iter().find(|answer| answer.status == 410).unwrap().shows("This invitation does not work");
        let (uses, waiting): (i32, i64) = site
            .looks(|conn| {
                let uses = invitations::table.select(invitations::uses_taken).first(conn)?;
                Ok((uses, pending_joins::table.count().get_result(conn)?))
            })
            .await;
        assert_eq!((uses, waiting), (1, 0), "what was refused is deleted");
    });
}

#[test]
fn used_up_ended_taken_back_and_altered_invitations_all_say_the_same() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let used = invitation(&administrator, "1", "30").await;
        let letter = asks_with(site, &used, "tansy", "toby@post.example").await;
        site.visitor().opens(&letter).await.presses(CONFIRM).await.is(200);
        let ended = invitation(&administrator, "1", "1").await;
        let taken_back = invitation(&administrator, "1", "30").await;
        administrator.opens("/invitations").await.presses("Take it back").await.sees("It is taken back.");
        let works = invitation(&administrator, "1", "30").await;
        site.later(Duration::days(1));
        let mut pages = Vec::new();
        for mode in ["Everybody", BY_APPLICATION, BY_INVITATION] {
            sets(site, &scene, mode).await;
            for link in [&used, &ended, &taken_back, &format!("{works}x"), &works[..works.len() - 1].to_owned()] {
                let page = site.visitor();
                page.opens(link).await.is(410).sees("This invitation does not work");
                pages.push(page.on_page(|page| page.words_in("main")));
            }
            site.visitor().opens(&works).await.is(200).sees("Somebody invited you.");
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/invitations").await.sees("Used up (1)").sees("Ended").sees("Taken back").sees("1 of 1 left");
    });
}

#[test]
fn whoever_loses_an_invitation_while_typing_can_answer_the_question_instead() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = sets(site, &scene, BY_APPLICATION).await;
        let link = invitation(&administrator, "1", "30").await;
        let person = opens_invitation(site, &link).await;
        administrator.opens("/invitations").await.presses("Take it back").await;
        fill_in(&person, "tansy", "toby@post.example");
        person.presses(&join_button(site)).await.is(422).sees("Your invitation does not work any more.");
        assert_eq!(person.on_page(|page| page.field("The name people will see")), "tansy");
        fill_in(&person, "tansy", "toby@post.example");
        person.types(ANSWER, "My knee").presses(&join_button(site)).await.is(200).sees("After that a person reads");
    });
}

#[test]
fn members_invite_as_many_people_as_an_administrator_allows_and_take_back_only_their_own() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (member, author) = (scene.person(site, "member"), scene.person(site, "author"));
        member.opens("/settings").await.follows("Invite somebody").await.is(200).sees("Only administrators invite people");
        let body = || Some("uses=1&days=7".to_owned());
        assert_eq!(member.asks("POST", "/invitations", body()).await.status, 403);
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/joining").await.types("How many people each member may invite", "3");
        administrator.presses("Keep this").await.is(200);

        member.opens("/invitations").await.sees("You may invite 3 more people.");
        member
            .types("For how many people?", "0")
            .types("How many days should it work?", "91")
            .presses("Make the link")
            .await;
        member.is(422).sees("Type a number from 1 to 100.").sees("Type a number from 1 to 90.");
        // At the same moment no more than one after the other.
        let made = join_all((0..8).map(|_| member.asks("POST", "/invitations", body()))).await;
        assert_eq!(made.iter().filter(|answer| answer.status == 200).count(), 3);
        member.opens("/invitations").await.sees("You have invited as many people as one member may.");
        // Whoever came counts; an invitation that is taken back without that gives its place back.
        let link = made.iter().find(|answer| answer.status == 200).unwrap().words_in(".notice code").remove(0);
        let letter = asks_with(site, &link, "tansy", "toby@post.example").await;
        site.visitor().opens(&letter).await.presses(CONFIRM).await.is(200);
        member.opens("/invitations").await.presses("Take it back").await.sees("You may invite 1 more person.");

        let path = member.on_page(|page| page.attribute("form.row-end", "action")).unwrap();
        assert_eq!(author.asks("POST", &path, Some(String::new())).await.status, 404);
        author.opens("/invitations").await.sees("No invitations yet");
        administrator.opens("/admin/invitations").await.sees("By member").presses("Take it back").await.is(200);
        member.opens("/invitations").await.sees("You may invite 2 more people.").misses("Take it back");
        let taken_back_again = format!("/admin{path}");
        assert_eq!(administrator.asks("POST", &taken_back_again, Some(String::new())).await.status, 404);
        // Only the hash of the token is kept, and nothing of it long after its end.
        let hash = seal::hash(link.rsplit('/').next().unwrap());
        let kept: i64 = site
            .looks(move |conn| Ok(invitations::table.filter(invitations::token_hash.eq(hash)).count().get_result(conn)?))
            .await;
        assert_eq!(kept, 1);
        site.later(Duration::days(22));
        site.works().await;
        let kept: i64 = site.looks(|conn| Ok(invitations::table.count().get_result(conn)?)).await;
        assert_eq!(kept, 0);
    });
}

#[test]
fn a_name_that_tells_who_somebody_is_is_asked_about_once_and_may_be_kept() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = at_the_details(site).await;
        person.misses("Keep this name all the same");
        fill_in(&person, "tansy-1974", "tansy@post.example");
        person.ticks("Write to me").presses(&join_button(site)).await.is(422).sees("It looks like your e-mail address");
        person.sees("A year or a number of yours").sees("type that once more");
        person.on_page(|page| {
            assert_eq!(
                (page.field("The name people will see"), page.field("E-mail address")),
                ("tansy-1974".to_owned(), "tansy@post.example".to_owned())
            );
            assert!(page.attribute("#letters", "checked").is_some() && page.attribute("#keep_handle", "checked").is_none());
        });
        // Kept, with something else to see to: not asked about again.
        person.types("Password", "short").ticks("Keep this name all the same").presses(&join_button(site)).await.is(422);
        person.misses("It looks like your e-mail address").sees("Take at least 12 characters.");
        person.types("Password", NEW_PASSWORD).presses(&join_button(site)).await.is(200).sees("We sent you a letter");

        let other = at_the_details(site).await;
        fill_in(&other, "k-01-05-74", "sam@post.example");
        other.presses(&join_button(site)).await.is(422).sees("It holds a date.");
        other.types("The name people will see", "kettle-on").types("Password", NEW_PASSWORD);
        other.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
    });
}

#[test]
fn every_page_names_the_way_in_that_is_set_also_one_that_a_visitor_holds() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        let way = async || {
            visitor.opens("/rules").await.is(200);
            visitor.on_page(|page| page.words_in(".tools a[href='/join']").join(" "))
        };
        assert_eq!(way().await, "Join");
        for (mode, words) in [(BY_APPLICATION, "Ask to join"), (BY_INVITATION, ""), (NOBODY, ""), (OPENLY, "Join")] {
            let tag = visitor.on_page(|page| page.headers["etag"].to_str().unwrap().to_owned());
            assert_eq!(visitor.asks_with("GET", "/rules", None, &[("if-none-match", &tag)]).await.status, 304);
            sets(site, &scene, mode).await;
            assert_eq!(visitor.asks_with("GET", "/rules", None, &[("if-none-match", &tag)]).await.status, 200, "{mode}");
            assert_eq!(way().await, words, "{mode}");
        }
    });
}

#[test]
fn another_process_names_the_new_way_in_within_a_round_of_its_worker() {
    with_two_processes(async |first, second| {
        let scene = Scene::set(first).await;
        sets(first, &scene, BY_APPLICATION).await;
        second.works().await;
        second.visitor().opens("/rules").await.sees("Ask to join");
    });
}
