//! Pointing at something, and what moderators see and do with it.

use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{Scene, reply, said};
use alongside::accounts;
use alongside::cases::{Reason, ReportDraft, TargetKind};
use alongside::db::Id;
use alongside::db::schema::{case_notes, cases, moderation_log, reports};
use alongside::moderation;
use alongside::threads::{self, Post, PostChange};
use chrono::Duration;
use diesel::prelude::*;

const WORRIED: &str = "I am worried about this person";
const UNKIND: &str = "It is unkind";

fn reports_of(post: Id<Post>) -> String {
    format!("/posts/{post}/reports")
}

/// Opens the form below a post, chooses a reason and sends it.
async fn reports(person: &Person<'_>, post: Id<Post>, reason: &str) {
    person.opens(&reports_of(post)).await.is(200);
    person.ticks(reason).presses("Send the report").await;
}

/// Cases, and reports that stand.
async fn counts(site: &Site) -> (i64, i64) {
    site.looks(|conn| {
        Ok((
            cases::table.count().get_result(conn)?,
            reports::table.filter(reports::withdrawn_at.is_null()).count().get_result(conn)?,
        ))
    })
    .await
}

/// The number of the newest case.
async fn newest_case(site: &Site) -> i64 {
    site.looks(|conn| Ok(cases::table.select(cases::id).order(cases::id.desc()).first(conn)?)).await
}

// ------------------------------------------------------------------------------------------- pointing

#[test]
fn a_member_reports_a_post_finds_it_again_and_takes_it_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (place, member) = (scene.place("members"), scene.person(site, "new member"));
        member.opens(&format!("/threads/{}", place.thread)).await.follows("Report, Post 2").await;
        member.sees("Post 2").sees("And one more thing.").sees("author").sees("Is somebody in danger now?");
        member.ticks(UNKIND).types("Anything we should know?", "She cried.\nWe all did.").presses("Send the report").await;
        member.is(200).sees("We have it.").sees("Post 2 in “A thread that is members”").sees("It waits for a person.");
        member.sees("She cried.").sees("We all did.");

        scene.person(site, "member").opens("/reports").await.sees("Nothing yet").misses("She cried.");
        scene.person(site, "moderator").opens("/cases").await.sees("One case is open.").sees("It is unkind");

        member.presses("Take it back").await.sees("You took it back.");
        assert!(!member.on_page(|page| page.has_button("Take it back")));
        scene.person(site, "moderator").opens("/cases").await.sees("Nothing waits for you.").misses("It is unkind");
    });
}

#[test]
fn a_report_of_a_law_or_of_something_else_asks_for_words_and_keeps_what_was_typed() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (post, member) = (scene.place("members").post, scene.person(site, "member"));
        member.opens(&reports_of(post)).await.presses("Send the report").await.is(422).sees("Choose what it is about.");
        for reason in ["It is against the law", "Something else"] {
            reports(&member, post, reason).await;
            member.is(422).sees("Say a few words: the reason alone does not tell us where to look.");
        }
        member.opens(&reports_of(post)).await;
        member.ticks("It is against the law").ticks("The whole thread");
        member.types("Anything we should know?", "Section 12 of the act.").presses("Send the report").await;
        member.is(422).sees("Tick that you believe it.");
        assert_eq!(member.on_page(|page| page.field("Anything we should know?")).trim(), "Section 12 of the act.");
        member.ticks("I believe in good faith that what I say is right").presses("Send the report").await;
        member.is(200).sees("We have it.").sees("The whole thread “A thread that is members”");
        member.opens(&reports_of(post)).await.ticks("Something else");
        member.types("Anything we should know?", &"x".repeat(2_001)).presses("Send the report").await;
        member.is(422).sees("These are more words than a report holds.");
        assert_eq!(counts(site).await, (1, 1));
    });
}

#[test]
fn a_worry_is_never_refused_and_needs_no_words_while_other_reports_end_after_ten_a_day() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let author = scene.author;
        let posts: Vec<Id<Post>> = site
            .given(move |tx| {
                let author = accounts::load(tx.conn(), author)?.unwrap();
                (0..11)
                    .map(|n| {
                        Ok(threads::reply(tx, &author, place.thread, &reply(&format!("Number {n}."), &format!("n{n}")))?
                            .post)
                    })
                    .collect()
            })
            .await;
        let member = scene.person(site, "new member");
        for post in &posts[..10] {
            reports(&member, *post, UNKIND).await;
            member.is(200).sees("We have it.");
        }
        reports(&member, posts[10], UNKIND).await;
        member.is(429).sees("You told us of many things today. More is possible from");
        member.opens(&reports_of(posts[10])).await.ticks("It is against the law");
        member.types("Anything we should know?", "A law.").ticks("I believe in good faith that what I say is right");
        member.presses("Send the report").await.is(200).sees("We have it.");
        for post in &posts {
            reports(&member, *post, WORRIED).await;
            member.is(200).sees("it stands first in the list").sees("Urgent help");
        }
        reports(&member, posts[0], WORRIED).await;
        member.is(200).sees("it stands first in the list");
        let (marked, worries): (i64, i64) = site
            .looks(|conn| {
                let worries = reports::table.filter(reports::reason.eq("worried"));
                Ok((worries.filter(reports::is_one_of_many).count().get_result(conn)?, worries.count().get_result(conn)?))
            })
            .await;
        assert_eq!((marked, worries), (9, 12), "the fourth of a day and those after it are marked, none is refused");
    });
}

#[test]
fn the_same_thing_is_told_once_in_a_day_and_ones_own_never() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let member = scene.person(site, "member");
        reports(&member, place.post, UNKIND).await;
        member.is(200);
        reports(&member, place.post, "A claim that can harm").await;
        member.is(422).sees("You told us of this already");
        site.later(Duration::hours(25));
        let member = scene.again(site, "member").await;
        reports(&member, place.post, "A claim that can harm").await;
        member.is(200).sees("We have it.");
        assert_eq!(counts(site).await, (1, 2), "it joined the case that is open");

        let author = scene.again(site, "author").await;
        author.opens(&format!("/threads/{}", place.thread)).await.misses("Report, Post 2");
        reports(&author, place.post, WORRIED).await;
        author.is(422).sees("This is your own.").sees("urgent help is open");
    });
}

#[test]
fn of_a_post_that_was_taken_back_meanwhile_a_worry_is_still_taken() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let (member, other) = (scene.person(site, "member"), scene.person(site, "new member"));
        member.opens(&reports_of(place.post)).await;
        other.opens(&reports_of(place.post)).await;
        let author = scene.author;
        site.given(move |tx| {
            let author = accounts::load(tx.conn(), author)?.unwrap();
            threads::withdraw(tx, &author, place.post)
        })
        .await;
        member.ticks(UNKIND).types("Anything we should know?", "It was bad.").presses("Send the report").await;
        member.is(409).sees("The writer took these words back while you wrote.");
        assert_eq!(member.on_page(|page| page.field("Anything we should know?")).trim(), "It was bad.");
        member.ticks("The person").presses("Send the report").await.is(200).sees("We have it.");
        other.ticks(WORRIED).presses("Send the report").await.is(200).sees("it stands first in the list");
        let about: Vec<String> =
            site.looks(|conn| Ok(cases::table.select(cases::target_kind).order(cases::id).load(conn)?)).await;
        assert_eq!(about, ["person", "person"], "one about the rules, one about a worry");
    });
}

#[test]
fn three_who_report_at_once_meet_in_one_case() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let post = scene.place("members").post;
        let people = ["member", "new member", "clinician"].map(|who| scene.person(site, who));
        for person in &people {
            person.opens(&reports_of(post)).await.ticks(UNKIND);
        }
        let [a, b, c] = &people;
        let (a, b, c) =
            tokio::join!(a.presses("Send the report"), b.presses("Send the report"), c.presses("Send the report"));
        for person in [a, b, c] {
            person.is(200).sees("We have it.");
        }
        assert_eq!(counts(site).await, (1, 3));
        scene.person(site, "moderator").opens("/cases").await.sees("3 reports").sees("Today");
    });
}

// ------------------------------------------------------------------------------------------- looking

#[test]
fn a_moderator_sees_the_cases_of_their_boards_the_gravest_first_and_nobody_one_about_themselves() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (members, public) = (scene.place("members"), scene.place("public"));
        let member = scene.person(site, "clinician");
        reports(&member, members.post, "It belongs on another board").await;
        reports(&member, public.post, WORRIED).await;
        let moderator = scene.person(site, "moderator");
        moderator.opens("/cases").await.sees("2 cases are open.").sees("One of them is about a worry for somebody.");
        let rows = moderator.on_page(|page| page.words_in("li.case .level"));
        assert_eq!(rows, ["Within 2 hours", "Within 3 days"]);
        moderator.opens("/cases?show=care").await.sees("Nobody has said yet how grave it is").misses("another board");
        let case = newest_case(site).await;
        moderator.opens(&format!("/cases/{case}")).await.is(200).misses("clinician");

        let other = scene.person(site, "other moderator");
        other.opens("/cases").await.sees("Nothing waits for you.");
        other.opens(&format!("/cases/{case}")).await.is(404);
        for who in ["author", "member", "administrator"] {
            scene.person(site, who).opens("/cases").await.is(404);
        }

        // Their own words are reported on their own board.
        let id = scene.id("moderator");
        let own = site
            .given(move |tx| {
                let moderator = accounts::load(tx.conn(), id)?.unwrap();
                Ok(threads::reply(tx, &moderator, members.thread, &reply("I moderate here.", "own"))?.post)
            })
            .await;
        reports(&member, own, UNKIND).await;
        let about_them = newest_case(site).await;
        moderator.opens("/cases").await.sees("2 cases are open.");
        moderator.opens(&format!("/cases/{about_them}")).await.is(404);
        moderator.asks("POST", &format!("/cases/{about_them}/claim"), Some(String::new())).await.is(404);
    });
}

#[test]
fn what_was_reported_is_kept_as_it_stood_and_no_page_of_moderation_says_who_told() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        reports(&scene.person(site, "member"), place.post, "It gives away who somebody is").await;
        let author = scene.author;
        site.given(move |tx| {
            let author = accounts::load(tx.conn(), author)?.unwrap();
            let change =
                PostChange { revision: 1, title: None, said: said("Nothing to see."), submission_id: "change".to_owned() };
            threads::edit(tx, &author, place.post, &change)
        })
        .await;
        reports(&scene.person(site, "clinician"), place.post, UNKIND).await;
        let case = newest_case(site).await;
        let moderator = scene.person(site, "moderator");
        moderator.opens(&format!("/cases/{case}")).await.sees("And one more thing.").sees("Nothing to see.");
        moderator.sees("2 reports").sees("It gives away who somebody is").sees("A member");
        moderator.misses("clinician").misses("<bdi>member</bdi>");
        site.given(move |tx| {
            let author = accounts::load(tx.conn(), author)?.unwrap();
            threads::withdraw(tx, &author, place.post)
        })
        .await;
        moderator.opens(&format!("/cases/{case}")).await.sees("And one more thing.").sees("Nothing to see.");
    });
}

// ------------------------------------------------------------------------------------------- working

#[test]
fn one_moderator_has_a_case_until_they_do_nothing_and_another_takes_it_over_with_a_note() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let second = scene.id("other moderator");
        site.given(move |tx| alongside::boards::add_moderator(tx, place.board, second)).await;
        reports(&scene.person(site, "member"), place.post, UNKIND).await;
        let case = format!("/cases/{}", newest_case(site).await);
        let (one, two) = (scene.person(site, "moderator"), scene.person(site, "other moderator"));
        one.opens(&case).await.sees("Nobody has this case").presses("Take it").await.sees("You have this case until");
        one.opens("/cases").await.sees("Yours, until").sees("Mine (1)");
        two.opens(&case).await.sees("moderator has this case until");
        two.misses("Nobody has this case");
        two.asks("POST", &format!("{case}/claim"), Some(String::new()))
            .await
            .is(409)
            .shows("moderator took it a moment ago.");

        two.presses("Take it over").await.is(422).sees("Write a few words first.");
        two.types("Why you take it over", "She is in the thread at this moment.").presses("Take it over").await;
        two.sees("You have this case until").sees("She is in the thread at this moment.");
        two.sees("other-moderator took it over, with a note");
        one.opens(&case).await.sees("other-moderator has this case until");

        site.later(Duration::minutes(10));
        two.types("Add a note", "Her tone is kind.").presses("Keep this note").await.sees("Her tone is kind.");
        site.later(Duration::minutes(10));
        one.opens(&case).await.sees("other-moderator has this case until");
        site.later(Duration::minutes(6));
        one.opens(&case).await.sees("Nobody has this case").presses("Take it").await.sees("You have this case until");
        one.presses("Hand it back").await.misses("Yours, until");
        two.opens(&case).await.sees("Nobody has this case").sees("moderator handed it back");
    });
}

#[test]
fn a_worry_is_graded_by_a_person_stays_theirs_for_five_minutes_and_starts_anew_when_somebody_tells_more() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        reports(&scene.person(site, "member"), place.post, WORRIED).await;
        let case = format!("/cases/{}", newest_case(site).await);
        let moderator = scene.person(site, "moderator");
        moderator.opens(&case).await.sees("Within 2 hours").sees("This never counts against the person");
        moderator.ticks("Today").presses("Say so").await.sees("You have this case until").sees("moderator said: Today");
        assert_eq!(moderator.on_page(|page| page.words_in(".page-head .level")), ["Today"]);
        site.later(Duration::minutes(6));
        moderator.opens(&case).await.sees("Nobody has this case");
        reports(&scene.person(site, "clinician"), place.post, WORRIED).await;
        moderator.opens(&case).await;
        assert_eq!(moderator.on_page(|page| page.words_in(".page-head .level")), ["Within 2 hours"]);
        moderator.asks("POST", &format!("{case}/level"), Some("level=5".to_owned())).await.is(400);
    });
}

#[test]
fn the_log_of_moderation_holds_no_words_and_nobody_can_change_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let member = scene.id("member");
        let told = site
            .given(move |tx| {
                let member = accounts::load(tx.conn(), member)?.unwrap();
                let draft = ReportDraft { reason: Reason::Other, words: "A secret word.".to_owned(), in_good_faith: false };
                moderation::report_post(tx, &member, place.post, TargetKind::Post, draft)
            })
            .await;
        scene.person(site, "moderator").opens(&format!("/cases/{}", told.case)).await.types("Add a note", "Another secret.");
        let lines: Vec<(String, String)> = site
            .looks(|conn| Ok(moderation_log::table.select((moderation_log::act, moderation_log::detail)).load(conn)?))
            .await;
        assert_eq!(lines, [("reported".to_owned(), "other".to_owned())]);
        for broken in ["UPDATE moderation_log SET detail = 'x'", "DELETE FROM moderation_log"] {
            let refused =
                site.running.db.write(move |tx| alongside::db::execute(tx.conn(), broken).map_err(Into::into)).await;
            assert!(refused.is_err(), "{broken}");
        }
        let notes: i64 = site.looks(|conn| Ok(case_notes::table.count().get_result(conn)?)).await;
        assert_eq!(notes, 0, "a note that was not sent is not kept");
    });
}

#[test]
fn a_person_is_reported_away_from_any_board_and_every_moderator_sees_it() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member
            .opens(&format!("/people/{}", scene.author))
            .await
            .follows("Report, author")
            .await
            .sees("You tell us about author.");
        member.ticks("Somebody pretends to be a professional").presses("Send the report").await.is(200).sees("We have it.");
        for who in ["moderator", "other moderator"] {
            scene.person(site, who).opens("/cases").await.sees("Somebody pretends to be a professional").sees("author");
        }
        member.opens("/people/999999/reports").await.is(404);
        scene.person(site, "visitor").opens(&format!("/people/{}/reports", scene.author)).await.sees("Sign in");
    });
}
