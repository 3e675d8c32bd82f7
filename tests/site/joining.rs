//! The ways in that an administrator sets, and what people agree to on the way.

use crate::accounts::{NEW_PASSWORD, is_admitted};
use crate::accounts::{ask_to_join, at_the_details, fill_in, join_button, link_to, sign_in};
use crate::harness::people::Person;
use crate::harness::with_site;
use crate::scene::Scene;
use alongside::db::schema::consents;
use alongside::notifications;
use diesel::prelude::*;

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
