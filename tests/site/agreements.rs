//! The texts that hold here, their versions, and who agreed to which of them.

use crate::accounts::{NEW_PASSWORD, ask_to_join, at_the_details, fill_in, join_button, link_to, sign_in};
use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{Scene, reply};
use alongside::db::schema::{board_requests, consents, documents, drafts, members, posts, present_documents};
use alongside::{accounts, threads};
use diesel::prelude::*;
use futures_util::future::join_all;

const TEXT: &str = "The text";
const CHANGED: &str = "What changed";
const NOTICE: &str = "A text that people here agree to has changed.";

/// Publishes a text as an administrator does in the browser, and asks everybody or not.
async fn publishes(administrator: &Person<'_>, kind: &str, text: &str, changed: &str, asks: bool) {
    administrator.opens(&format!("/admin/documents/{kind}")).await.types(TEXT, text).types(CHANGED, changed);
    let mut filled = administrator.filled("Publish");
    filled.fields.retain(|(name, _)| name != "asks");
    if asks {
        filled.fields.push(("asks".to_owned(), "yes".to_owned()));
    }
    administrator.sends(&filled).await.is(200).sees("Published:");
}

/// What somebody agreed to, as it is written down.
async fn agreed(site: &Site, who: i64) -> Vec<(String, String)> {
    site.looks(move |conn| {
        let of_texts = consents::member_id.eq(who).and(consents::kind.ne_all(["letters", "health"]));
        let given = consents::table.filter(of_texts).order(consents::id);
        Ok(given.select((consents::kind, consents::version)).load(conn)?)
    })
    .await
}

fn pair(kind: &str, version: &str) -> (String, String) {
    (kind.to_owned(), version.to_owned())
}

async fn is_asked(person: &Person<'_>) -> bool {
    person.asks("GET", "/boards", None).await.words().contains(NOTICE)
}

#[test]
fn an_administrator_changes_the_house_rules_and_everybody_reads_both_versions() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, visitor) = (scene.person(site, "administrator"), site.visitor());
        visitor.opens("/rules").await.is(200).sees("Tell your own story.").sees("Version 1, 1 November 2026");
        let before = visitor.on_page(|page| page.headers["etag"].to_str().unwrap().to_owned());
        assert_eq!(visitor.asks_with("GET", "/rules", None, &[("if-none-match", &before)]).await.status, 304);

        administrator.opens("/admin").await.follows("Rules and notices").await.sees("Comes with the program");
        administrator.follows("House rules").await.is(200);
        // The first version of their own begins from the words that stand there, and rules ask by themselves.
        let text = administrator.on_page(|page| page.field(TEXT));
        assert!(text.contains("1. **Tell your own story.** “I did” is worth more"), "{text}");
        assert!(administrator.on_page(|page| page.attribute("#asks", "checked")).is_some());
        administrator
            .types(TEXT, &text.replace("Nobody sells here.", "Nobody sells anything here."))
            .types(CHANGED, "Clearer");
        administrator.presses("Publish").await.is(200).sees("Published: House rules.").sees("Version 2");
        administrator.sees("Published by administrator");

        assert_eq!(visitor.asks_with("GET", "/rules", None, &[("if-none-match", &before)]).await.status, 200);
        visitor.opens("/rules").await.sees("Nobody sells anything here.").sees("Version 2").sees("What changed: Clearer");
        visitor.follows("Version 1").await.is(200).sees("Nobody sells here.").sees("This is an earlier version.");
        visitor.follows("What holds now").await.sees("Nobody sells anything here.");
        assert_eq!(visitor.asks("GET", "/rules/2", None).await.status, 200);
        for nowhere in ["/rules/3", "/rules/0", "/rules/02", "/rules/x", "/rules/99999999999", "/admin/documents/nothing"] {
            assert_eq!(administrator.asks("GET", nowhere, None).await.status, 404, "{nowhere}");
        }
        // The other texts stand as they were.
        visitor.opens("/disclaimer").await.sees("Experience, not medical advice").sees("Version 1").misses("/disclaimer/1");
    });
}

#[test]
fn the_privacy_notice_holds_the_organisations_words_and_what_the_software_keeps() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, visitor) = (scene.person(site, "administrator"), site.visitor());
        visitor.opens("/privacy").await.sees("Who answers for it").sees("If you only read");
        visitor.sees("no other company is told that you were here").misses("They learn that you signed in here");
        publishes(&administrator, "privacy", "# Whom to ask\n\nWrite to *Ana*.", "Whom to ask", false).await;
        visitor.opens("/privacy").await.sees("Whom to ask").sees("Write to Ana.").sees("If you only read");
        visitor.misses("Who answers for it").sees("Version 2");
        visitor.opens("/privacy/1").await.sees("Who answers for it").sees("This is an earlier version.");
    });
}

#[test]
fn looking_at_a_text_first_publishes_nothing_and_a_refused_one_keeps_every_word() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/documents/disclaimer").await.types(TEXT, "Ask **your** <script>team</script>.");
        administrator.presses("Look at it first").await.is(200).sees("How it will look").sees("Nothing is published yet.");
        let strong = administrator.on_page(|page| page.words_in(".prose strong"));
        assert_eq!(strong, ["your"]);
        administrator.misses("<script>team");
        administrator.presses("Publish").await.is(422).sees("Say in a line what changed.");
        assert_eq!(administrator.on_page(|page| page.field(TEXT)), "Ask **your** <script>team</script>.");
        administrator.types(TEXT, " ").types(CHANGED, &"x".repeat(301)).presses("Publish").await.is(422);
        administrator.sees("Write the text.").sees("300 letters at most.");
        assert_eq!(administrator.on_page(|page| page.field(CHANGED)).len(), 301);
        administrator.types(TEXT, &"x".repeat(40_002)).types(CHANGED, "Longer").presses("Publish").await.is(422);
        administrator.sees("That is 2 letters too long.");
        let published: i64 = site.looks(|conn| Ok(documents::table.count().get_result(conn)?)).await;
        assert_eq!(published, 0);
        administrator.types(TEXT, &"ö".repeat(40_000)).presses("Publish").await.is(200).sees("Published:");
    });
}

#[test]
fn of_two_administrators_who_change_a_text_at_once_the_second_is_told_and_keeps_every_word() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (first, second) = (scene.person(site, "administrator"), scene.person(site, "administrator"));
        second.opens("/admin/documents/rules").await;
        publishes(&first, "rules", "Be kind.", "Shorter", false).await;
        second.types(TEXT, "Be very kind.").types(CHANGED, "Kinder").presses("Publish").await.is(409);
        second.sees("Another version was published in the meantime.").sees("Somebody else published while you wrote.");
        assert_eq!(second.on_page(|page| page.field(TEXT)), "Be very kind.");
        assert_eq!(second.on_page(|page| page.field(CHANGED)), "Kinder");
        assert_eq!(second.on_page(|page| page.link("Version 2")), "/rules/2");
        // They have been shown the other one: publishing now is meant.
        second.presses("Publish").await.is(200).sees("Version 3");
        site.visitor().opens("/rules").await.sees("Be very kind.");
        site.visitor().opens("/rules/2").await.sees("Be kind.");
    });
}

#[test]
fn of_many_who_publish_at_the_same_moment_one_does_and_a_double_press_publishes_once() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let body = |text: &str| Some(format!("base=1&text={text}&changed=Shorter&asks=yes&do=publish"));
        let tries =
            (0..10).map(|number| administrator.asks("POST", "/admin/documents/rules", body(&format!("Text+{number}"))));
        let statuses: Vec<u16> = join_all(tries).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 9, "{statuses:?}");
        let twice = (0..2).map(|_| administrator.asks("POST", "/admin/documents/privacy", body("Twice")));
        for answer in join_all(twice).await {
            assert_eq!(answer.status, 303);
        }
        let published: Vec<(String, i32)> = site
            .looks(|conn| {
                let all = documents::table.order((documents::kind, documents::version));
                Ok(all.select((documents::kind, documents::version)).load(conn)?)
            })
            .await;
        assert_eq!(published, [("privacy".to_owned(), 2), ("rules".to_owned(), 2)]);
    });
}

#[test]
fn when_a_meaning_changes_people_read_on_and_write_when_they_have_agreed() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, member) = (scene.person(site, "administrator"), scene.person(site, "member"));
        let thread = format!("/threads/{}", scene.place("members").thread);
        let board = scene.place("members").board;
        // They had the page open when the rules changed.
        member.opens(&thread).await.ticks("My experience").types("Your words", "Slowly it gets better.");
        let sent = member.filled("Post reply");
        publishes(&administrator, "rules", "Be kind.\n\nAnd stay.", "Stay, too", true).await;
        member.sends(&sent).await.is(403).sees(NOTICE).sees("Before you write, say whether you agree");
        assert_eq!(member.on_page(|page| page.field("Your words")), "Slowly it gets better.");
        let kept: i64 = site.looks(|conn| Ok(drafts::table.count().get_result(conn)?)).await;
        assert_eq!(kept, 1, "the words are kept");

        // They read, see their drafts and change their settings.
        for path in ["/", "/boards", &thread, "/drafts", "/posts", "/settings", "/settings/devices", "/settings/password"] {
            member.opens(path).await.is(200).sees(NOTICE);
        }
        member.opens(&thread).await.misses("Post reply");
        member.opens("/settings").await.ticks("Plain titles").presses("Keep these: Reading").await.is(200).sees("Kept.");
        // They begin no thread, and are told so where they would.
        member.opens(&format!("/boards/{board}")).await.misses("Start a thread").sees("Before you write");
        member.opens(&format!("/boards/{board}/new-thread")).await.is(200).sees("Something that people here agree to");
        assert_eq!(member.address(), format!("/agreements?return_to=%2Fboards%2F{board}%2Fnew-thread"));
        let body = "title=A+long+night&stance=experience&body=Awake+again.&submission_id=abcdefgh12&do=post";
        let refused = member.asks("POST", &format!("/boards/{board}/threads"), Some(body.to_owned())).await;
        refused.is(403).shows("Awake again.");
        member.opens("/drafts").await.sees("Awake again.").sees("Slowly it gets better.");

        member.opens(&thread).await.follows("See what changed").await.is(200).sees("Stay, too").misses("1 November");
        member.sees("Read on").sees("Close your account");
        member.presses("I agree").await.is(200).misses(NOTICE);
        assert_eq!(member.address(), thread, "back where they were");
        assert_eq!(agreed(site, scene.id("member").number()).await, [pair("rules", "2")]);
        member.presses("Post reply").await.is(200).sees("Slowly it gets better.");
        member.opens("/agreements").await.is(200).sees("There is nothing that you are asked to agree to.");
        // Everybody else is still asked.
        assert!(is_asked(&scene.person(site, "author")).await && is_asked(&administrator).await);
    });
}

#[test]
fn who_has_not_agreed_takes_words_back_but_neither_changes_them_nor_asks_to_be_let_in() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, author, member) =
            (scene.person(site, "administrator"), scene.person(site, "author"), scene.person(site, "member"));
        let place = scene.place("members");
        let closed = scene.place("board-members").board;
        author.opens(&format!("/posts/{}/edit", place.post)).await.types("Your words", "Said better.");
        let change = author.filled("Save the change");
        member.opens(&format!("/boards/{closed}")).await.types("Your words to the moderators", "I would like to read.");
        let asking = member.filled("Ask to be let in");
        publishes(&administrator, "rules", "Be kind.", "Shorter", true).await;

        author.sends(&change).await.is(403).sees(NOTICE);
        assert_eq!(author.on_page(|page| page.field("Your words")), "Said better.");
        author.opens("/drafts").await.sees("Said better.");
        author.opens(&format!("/posts/{}/edit", place.post)).await.is(200).sees("Something that people here agree to");
        member.sends(&asking).await.is(403).sees(NOTICE);
        assert_eq!(member.on_page(|page| page.field("Your words to the moderators")), "I would like to read.");
        let again = member.filled("Ask to be let in");
        member.opens(&format!("/boards/{closed}")).await.is(200).misses("Ask to be let in").sees("Before you write");
        let asked: i64 = site.looks(|conn| Ok(board_requests::table.count().get_result(conn)?)).await;
        assert_eq!(asked, 1, "only the one of the scene");

        author.opens(&format!("/posts/{}/withdrawal", place.post)).await.presses("Take it back").await.is(200);
        let post = place.post.number();
        let gone: Option<i64> = site
            .looks(move |conn| Ok(posts::table.filter(posts::id.eq(post)).select(posts::withdrawn_at).first(conn)?))
            .await;
        assert!(gone.is_some(), "what they wrote stays theirs to take back");

        member.opens("/agreements").await.presses("I agree").await.is(200);
        member.sends(&again).await.is(200).sees("You asked");
    });
}

#[test]
fn a_spelling_mistake_is_put_right_without_asking_anybody() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, member) = (scene.person(site, "administrator"), scene.person(site, "member"));
        publishes(&administrator, "rules", "Be kind.", "A comma", false).await;
        assert!(!is_asked(&member).await);
        member.opens(&format!("/threads/{}", scene.place("members").thread)).await.ticks("My experience");
        member.types("Your words", "As ever.").presses("Post reply").await.is(200).sees("As ever.");
    });
}

#[test]
fn nobody_agrees_to_a_version_that_came_while_they_read() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, member) = (scene.person(site, "administrator"), scene.person(site, "member"));
        let who = scene.id("member").number();
        publishes(&administrator, "rules", "Be kind.", "Shorter", true).await;
        member.opens("/agreements?return_to=/posts").await.sees("Shorter");
        publishes(&administrator, "rules", "Be very kind.", "Kinder", true).await;
        publishes(&administrator, "disclaimer", "Ask your team.", "Plainer", true).await;
        member.presses("I agree").await.is(409).sees("A newer version was published while you read.");
        member.sees("Shorter").sees("Kinder").sees("Plainer");
        assert_eq!(agreed(site, who).await, []);
        assert!(is_asked(&member).await);
        member.presses("I agree").await.is(200);
        assert_eq!(member.address(), "/posts");
        assert_eq!(agreed(site, who).await, [pair("rules", "3"), pair("disclaimer", "2")]);
        // A form that names nothing agrees to nothing, and a foreign address is no way back.
        publishes(&administrator, "privacy", "Write to us.", "Whom to ask", true).await;
        assert_eq!(member.asks("POST", "/agreements", Some(String::new())).await.status, 409);
        let body = Some("privacy=2&return_to=https%3A%2F%2Fevil.example".to_owned());
        let answer = member.asks("POST", "/agreements", body).await;
        assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (303, "/"));
        // Pressed twice, nothing is written twice.
        assert_eq!(member.asks("POST", "/agreements", Some("privacy=2".to_owned())).await.status, 303);
        assert_eq!(agreed(site, who).await, [pair("rules", "3"), pair("disclaimer", "2"), pair("privacy", "2")]);
    });
}

#[test]
fn whoever_agrees_while_something_new_is_published_is_asked_again() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        let people = ["author", "member", "asker", "clinician", "representative", "moderator", "board member"];
        publishes(&administrator, "rules", "Version two.", "Two", true).await;
        let people: Vec<_> = people.iter().map(|who| (scene.id(who).number(), scene.person(site, who))).collect();
        let agreeing =
            people.iter().map(async |(_, person)| person.asks("POST", "/agreements", Some("rules=2".into())).await);
        let publishing = administrator.asks(
            "POST",
            "/admin/documents/rules",
            Some("base=2&text=Version+three.&changed=Three&asks=yes&do=publish".to_owned()),
        );
        let (agreeing, publishing) = futures_util::future::join(join_all(agreeing), publishing).await;
        assert_eq!(publishing.status, 303);
        for (answer, (id, person)) in agreeing.iter().zip(&people) {
            assert!([303, 409].contains(&answer.status), "{}", answer.status);
            assert!(is_asked(person).await, "{id} has not seen version 3");
            let expected = if answer.status == 303 { vec![pair("rules", "2")] } else { Vec::new() };
            assert_eq!(agreed(site, *id).await, expected);
        }
    });
}

#[test]
fn who_joins_agrees_to_the_version_that_the_form_showed_and_is_asked_for_a_newer_one_at_the_first_visit() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        publishes(&administrator, "rules", "Be kind.", "Shorter", true).await;
        // Whoever sees the present version agrees to it and is asked nothing.
        let link = ask_to_join(site, "tansy", "toby@post.example").await;
        let tansy = site.visitor();
        tansy.opens(&link).await.presses("Yes, this is my address").await.is(200);
        sign_in(&tansy, "toby@post.example", NEW_PASSWORD).await;
        assert!(!is_asked(&tansy).await);
        tansy.opens("/settings").await.sees("House rules, Version 2").follows("Version 2").await.is(200).sees("Be kind.");
        assert_eq!(agreed(site, id_of(site, "tansy").await).await, [pair("rules", "2")]);

        // The rules change between the form and the letter.
        let wren = at_the_details(site).await;
        assert_eq!(wren.on_page(|page| page.link("Read the house rules")), "/rules/2");
        publishes(&administrator, "rules", "Be very kind.", "Kinder", true).await;
        fill_in(&wren, "x", "rowan@post.example");
        wren.presses(&join_button(site)).await.is(422);
        // Shown again, the form still names what it led to.
        assert_eq!(wren.on_page(|page| page.link("Read the house rules")), "/rules/2");
        fill_in(&wren, "wren", "rowan@post.example");
        wren.presses(&join_button(site)).await.is(200);
        wren.opens(&link_to(site, "rowan@post.example").await).await.presses("Yes, this is my address").await;
        sign_in(&wren, "rowan@post.example", NEW_PASSWORD).await;
        assert_eq!(agreed(site, id_of(site, "wren").await).await, [pair("rules", "2")]);
        assert!(is_asked(&wren).await);
        wren.opens("/agreements").await.sees("Kinder").misses("Shorter").presses("I agree").await.is(200);
        assert!(!is_asked(&wren).await);
    });
}

async fn id_of(site: &Site, handle: &'static str) -> i64 {
    site.looks(move |conn| Ok(members::table.filter(members::handle.eq(handle)).select(members::id).first(conn)?)).await
}

#[test]
fn a_form_for_joining_that_names_no_version_that_there_is_counts_as_the_first() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        publishes(&scene.person(site, "administrator"), "rules", "Be kind.", "Shorter", true).await;
        for (number, (handle, typed)) in [("tansy", "99"), ("wren", ""), ("robin", "x")].into_iter().enumerate() {
            let person = at_the_details(site).await;
            let address = format!("for-{number}@post.example");
            fill_in(&person, handle, &address);
            let mut form = person.filled(&join_button(site));
            form.fields.iter_mut().filter(|(name, _)| name == "rules_version").for_each(|(_, value)| *value = typed.into());
            person.sends(&form).await.is(200);
            person.opens(&link_to(site, &address).await).await.presses("Yes, this is my address").await.is(200);
            let id = id_of(site, handle).await;
            assert_eq!(agreed(site, id).await[0], pair("rules", "1"), "{typed:?}");
            let asked: bool =
                site.looks(move |conn| Ok(members::table.find(id).select(members::must_agree).first(conn)?)).await;
            assert!(asked, "{typed:?}");
        }
    });
}

#[test]
fn people_and_administrators_see_who_agreed_to_what_and_when_earlier_agreements_too() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (administrator, member) = (scene.person(site, "administrator"), scene.person(site, "member"));
        let who = scene.id("member").number();
        // Written down before versions were counted.
        site.given(move |tx| {
            let old = (
                consents::member_id.eq(who),
                consents::kind.eq("rules"),
                consents::version.eq("2026-11-01"),
                consents::given_at.eq(1_793_000_000_000_000_i64),
            );
            Ok(diesel::insert_into(consents::table).values(old).execute(tx.conn())?)
        })
        .await;
        member.opens("/settings").await.sees("House rules, version of 1 November 2026");
        assert_eq!(member.on_page(|page| page.link("version of 1 November 2026")), "/rules/1");
        administrator.opens(&format!("/admin/people/{who}")).await.sees("House rules, version of 1 November 2026");
        publishes(&administrator, "rules", "Be kind.", "Shorter", true).await;
        publishes(&administrator, "privacy", "Write to us.", "Whom to ask", true).await;
        member.opens("/agreements").await.presses("I agree").await.is(200);
        member.opens("/settings").await.sees("House rules, Version 2").sees("Privacy notice, Version 2");
        member.misses("version of 1 November");
        administrator.opens(&format!("/admin/people/{who}")).await.sees("What they agreed to");
        administrator.sees("House rules, Version 2").sees("House rules, version of 1 November 2026");
        administrator.sees("Privacy notice, Version 2");
        // Who was made on the command line agreed to no text that is written down.
        let author = format!("/admin/people/{}", scene.id("author"));
        administrator.opens(&author).await.sees("What they agreed to").misses("House rules, ");
    });
}

#[test]
fn nobody_but_an_administrator_publishes_whatever_they_send() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let body = || Some("base=1&text=Mine&changed=All&asks=yes&do=publish".to_owned());
        for who in ["visitor", "member", "moderator", "representative"] {
            let person = scene.person(site, who);
            let status = person.asks("POST", "/admin/documents/rules", body()).await.status;
            assert!([403, 404].contains(&status), "{who}: {status}");
            assert_eq!(person.asks("GET", "/admin/documents", None).await.status, if who == "visitor" { 303 } else { 404 });
        }
        let versions: Vec<i32> =
            site.looks(|conn| Ok(present_documents::table.select(present_documents::version).load(conn)?)).await;
        assert_eq!(versions, [1, 1, 1]);
    });
}

#[test]
fn the_doors_of_the_program_know_who_has_to_agree() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (author, thread) = (scene.author, scene.place("public").thread);
        publishes(&scene.person(site, "administrator"), "rules", "Be kind.", "Shorter", true).await;
        let refused = site
            .running
            .db
            .write(move |tx| {
                let author = accounts::load(tx.conn(), author)?.expect("the author");
                threads::reply(tx, &author, thread, &reply("Not yet.", "not-yet-agreed"))
            })
            .await;
        assert!(refused.is_err_and(|error| error.is_refused()));
    });
}
