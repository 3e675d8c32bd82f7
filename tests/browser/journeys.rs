//! The journeys that the whole project exists for.

use crate::chromium::{Browser, Driver, Look};
use crate::harness::Site;
use crate::scene::Scene;
use crate::{in_every_way, letter_link};

/// A password that only these journeys use.
const PASSWORD: &str = "three words that do not belong";

async fn joins(site: &Site, browser: &Browser<'_>, name: &str) {
    let address = format!("{name}@example.org");
    browser.opens("/join").await;
    browser.types("In which year were you born?", "1984").await;
    browser.presses("Next").await;
    browser.types("The name people will see", name).await;
    browser.types("E-mail address", &address).await;
    browser.types("Password", PASSWORD).await;
    browser.picks("Where should urgent help be?", "Ireland").await;
    browser.ticks("I will keep the house rules").await;
    browser.ticks("may keep what I write about my health").await;
    browser.presses("Join").await;
    browser.sees("letter").await;
    site.works().await;
    let link = letter_link(site, &address, "/join/confirm/");
    browser.opens(&link).await;
    browser.presses("Yes, this is my address").await;
    browser.types("E-mail address", &address).await;
    browser.types("Password", PASSWORD).await;
    browser.presses("Sign in").await;
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
