//! The journeys that the whole project exists for.

use crate::chromium::{Browser, Driver, Look};
use crate::harness::Site;
use crate::scene::{self, Scene, email};
use crate::{in_every_way, letter_link, with_script};
use alongside::accounts::Member;
use alongside::db::Id;
use alongside::db::schema::drafts;
use diesel::prelude::*;
use std::time::{Duration, Instant};

/// A password that only these journeys use.
pub const PASSWORD: &str = "three words that do not belong";

/// Somebody joins and signs in.
pub async fn joins(site: &Site, browser: &Browser<'_>, name: &str) {
    types_details(browser, "/join", name).await;
    browser.presses("Join").await;
    browser.sees("letter").await;
    site.works().await;
    let link = letter_link(site, &email(name), "/join/confirm/");
    browser.opens(&link).await;
    browser.presses("Yes, this is my address").await;
    types_sign_in(browser, &email(name), PASSWORD).await;
    browser.presses("Sign in").await;
}

/// Types what is asked of everybody who joins, and presses nothing after the year.
pub async fn types_details(browser: &Browser<'_>, from: &str, name: &str) {
    browser.opens(from).await;
    browser.types("In which year were you born?", "1984").await;
    browser.presses("Next").await;
    browser.types("The name people will see", name).await;
    browser.types("E-mail address", &email(name)).await;
    browser.types("Password", PASSWORD).await;
    browser.picks("Where should urgent help be?", "Ireland").await;
    browser.ticks("I will keep the house rules").await;
    browser.ticks("may keep what I write about my health").await;
}

/// Types address and password where both are asked for.
pub async fn types_sign_in(browser: &Browser<'_>, address: &str, password: &str) {
    browser.types("E-mail address", address).await;
    browser.types("Password", password).await;
}

#[test]
fn a_patient_joins_and_starts_a_thread_and_another_one_answers_and_the_first_is_told() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let ana = driver.browser(site, look).await;
        joins(site, &ana, "ana").await;

        ana.opens(&format!("/boards/{}", scene.place("members").board)).await;
        ana.follows("Start a thread").await;
        ana.types("Title", "Second month, and the nights are long").await;
        ana.ticks("My experience").await;
        ana.types("Your words", "I set the alarm for two.\nDid anyone else do that?").await;
        ana.presses("Look at it first").await;
        ana.sees("It is not posted yet").await;
        ana.presses("Post thread").await;
        ana.sees("Second month, and the nights are long").await.sees("I set the alarm for two.").await;
        let thread = ana.address().await;

        let ben = driver.browser(site, look).await;
        joins(site, &ben, "ben").await;
        ben.opens(&thread).await;
        ben.ticks("My experience").await;
        ben.types("Your words", "I did, for a year. It gets smaller.").await;
        ben.presses("Post reply").await;
        ben.sees("It gets smaller.").await;
        ben.closes().await;

        site.works().await;
        ana.opens("/notices").await.sees("ben").await;
        ana.follows("Second month").await.sees("It gets smaller.").await;
        ana.closes().await;
    });
}

#[test]
fn somebody_changes_their_words_and_takes_them_back() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let author = driver.browser(site, look).await;
        scene.signs_in(&author, "author").await;
        let post = scene.place("members").post;
        author.opens(&format!("/posts/{post}/edit")).await;
        author.types("Your words", "Said better the second time.").await;
        author.presses("Save the change").await;
        author.sees("Said better the second time.").await;
        author.opens(&format!("/posts/{post}/withdrawal")).await;
        author.presses("Take it back").await;
        author.misses("Said better the second time.").await;
        author.closes().await;
    });
}

#[test]
fn a_refused_form_keeps_the_words() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let author = driver.browser(site, look).await;
        scene.signs_in(&author, "author").await;
        author.opens(&format!("/boards/{}/new-thread", scene.place("members").board)).await;
        author.types("Your words", "I sat on the bathroom floor and cried.").await;
        // A browser with script checks `required` by itself; the words alone are sent.
        author.types("Title", "Help").await;
        author.ticks("My experience").await;
        author.presses("Post thread").await;
        author.sees("at least 5").await;
        assert_eq!(author.field("Your words").await.trim(), "I sat on the bathroom floor and cried.");
        assert_eq!(author.field("Title").await, "Help");
        author.types("Title", "Help in the night").await;
        author.presses("Post thread").await;
        author.sees("I sat on the bathroom floor and cried.").await;
        author.closes().await;
    });
}

/// An hour's work, with a line break in it.
const WORDS: &str = "An hour of careful words.\nNobody should have to find them twice.";

/// The sign-in page came instead of the post: whoever signs in finds the words in the field and posts them.
async fn signs_in_and_goes_on(member: &Browser<'_>) {
    member.sees("Your words are safe").await;
    member.types("E-mail address", &email("member")).await;
    member.types("Password", scene::PASSWORD).await;
    member.presses("Sign in").await;
    assert_eq!(member.field("Your words").await.trim(), WORDS, "{:?}", member.look);
    member.presses("Post reply").await;
    member.sees("An hour of careful words.").await.sees("Your reply is posted").await;
}

#[test]
fn words_outlive_a_session_that_another_tab_ended() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens(&format!("/threads/{}", scene.place("members").thread)).await;
        member.ticks("My experience").await;
        member.types("Your words", WORDS).await;
        member.signs_out_in_another_tab().await;
        assert_eq!(member.field("Your words").await.trim(), WORDS, "{look:?}");
        member.presses("Post reply").await;
        signs_in_and_goes_on(&member).await;
        member.closes().await;
    });
}

#[test]
fn words_outlive_a_session_that_ran_out() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens(&format!("/threads/{}", scene.place("members").thread)).await;
        member.ticks("My experience").await;
        member.types("Your words", WORDS).await;
        site.later(chrono::Duration::days(15));
        member.presses("Post reply").await;
        // A wrong password does not lose them either.
        member.types("E-mail address", &email("member")).await;
        member.types("Password", "not this one").await;
        member.presses("Sign in").await;
        signs_in_and_goes_on(&member).await;
        member.closes().await;
    });
}

#[test]
fn enter_in_a_line_sends_the_form_and_never_deletes_what_is_kept() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens(&format!("/boards/{}/new-thread", scene.place("members").board)).await;
        member.ticks("My experience").await;
        member.types("Your words", WORDS).await;
        member.types("Title", "Enter is the longest key").await;
        member.enters("Title").await;
        member.sees("Your thread is posted").await.sees("An hour of careful words.").await;
        member.closes().await;
    });
}

#[test]
fn what_is_typed_is_kept_by_itself_and_going_back_loses_nothing() {
    with_script(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let page = format!("/threads/{}", scene.place("members").thread);
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens(&page).await;
        member.ticks("I care for someone").await;
        member.types("Your words", WORDS).await;
        member.sees("Kept. Nobody else reads it.").await;
        member.opens("/boards").await.goes_back().await;
        assert_eq!(member.field("Your words").await.trim(), WORDS, "{look:?}");

        // Nobody waits two seconds before they leave.
        member.types("Your words", "Other words.").await;
        member.opens("/boards").await;
        kept(site, scene.id("member"), "Other words.").await;
        member.goes_back().await;
        assert_eq!(member.field("Your words").await.trim(), "Other words.", "{look:?}");
        // On another device, too, with what goes with them.
        let elsewhere = driver.browser(site, look).await;
        scene.signs_in(&elsewhere, "member").await;
        elsewhere.opens(&page).await;
        assert_eq!(elsewhere.field("Your words").await.trim(), "Other words.", "{look:?}");
        elsewhere.presses("Post reply").await;
        elsewhere.sees("Your reply is posted").await.sees("I care for someone").await;
        elsewhere.closes().await;
        // Posted from there: the old page forgets nothing and brings nothing back.
        member.opens("/drafts").await.sees("No drafts").await;
        member.closes().await;
    });
}

#[test]
fn an_older_window_leaves_the_newer_words_of_another_one_alone() {
    with_script(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let page = format!("/threads/{}", scene.place("members").thread);
        let (older, newer) = (driver.browser(site, look).await, driver.browser(site, look).await);
        for window in [&older, &newer] {
            scene.signs_in(window, "member").await;
        }
        older.opens(&page).await;
        older.ticks("My experience").await;
        older.types("Your words", "Begun at the desk.").await;
        older.sees("Kept. Nobody else reads it.").await;
        newer.opens(&page).await;
        newer.types("Your words", "Begun at the desk, and a long night later.").await;
        newer.sees("Kept. Nobody else reads it.").await;
        older.types("Your words", "Begun otherwise.").await;
        kept(site, scene.id("member"), "Begun otherwise.").await;
        older.types("Your words", "Begun quite otherwise.").await;
        kept(site, scene.id("member"), "Begun quite otherwise.").await;
        newer.opens("/drafts").await.sees("and a long night later.").await.sees("Begun quite otherwise.").await;
        newer.misses("Begun otherwise.").await;
        newer.closes().await;
        older.closes().await;
    });
}

#[test]
fn somebody_who_forgot_the_password_comes_back_and_undoes_what_was_not_theirs() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        Scene::set(site).await;
        let address = email("member");
        let signs_in = async |person: &Browser<'_>, password: &str| {
            person.opens("/sign-in").await;
            person.types("E-mail address", &address).await;
            person.types("Password", password).await;
            person.presses("Sign in").await;
        };
        let member = driver.browser(site, look).await;
        member.opens("/sign-in").await;
        member.follows("I do not know my password").await;
        member.types("E-mail address", &address).await;
        member.presses("Send me the link").await;
        member.sees("We sent you a letter").await;
        site.works().await;
        member.opens(&letter_link(site, &address, "/password/")).await;
        member.types("New password", PASSWORD).await;
        member.presses("Keep this password").await;
        member.sees("Your new password is kept").await;
        signs_in(&member, PASSWORD).await;

        // Somebody at the open browser changes it.
        member.opens("/settings/password").await;
        member.types("Your password now", PASSWORD).await;
        member.types("New password", "nine copper saucepans").await;
        member.presses("Change it").await;
        member.sees("Your password is changed").await;
        site.works().await;
        member.opens(&letter_link(site, &address, "/not-me/")).await;
        member.presses("It was not me").await;
        member.sees("Your account is closed to them").await;
        signs_in(&member, "nine copper saucepans").await;
        member.sees("do not fit together").await;
        site.works().await;
        member.opens(&letter_link(site, &address, "/password/")).await;
        member.types("New password", scene::PASSWORD).await;
        member.presses("Keep this password").await;
        signs_in(&member, scene::PASSWORD).await;
        member.opens("/settings").await.sees("Change your password").await;
        member.closes().await;
    });
}

/// Waits until these words are kept: a browser sends them while the page is left, and no page says so.
async fn kept(site: &Site, member: Id<Member>, words: &'static str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let fields: Vec<String> = site
            .looks(move |conn| Ok(drafts::table.filter(drafts::member_id.eq(member)).select(drafts::fields).load(conn)?))
            .await;
        if fields.iter().any(|fields| fields.contains(words)) {
            return;
        }
        assert!(Instant::now() < deadline, "nobody kept {words:?}");
        tokio::task::yield_now().await;
    }
}
