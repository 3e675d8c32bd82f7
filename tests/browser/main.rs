//! Journeys in Chromium: each with and without JavaScript, at the width of a phone and of a desk.
//! And letters through a mail server. `cargo test --test browser`; needs what `.ci/run` installs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod chromium;
#[path = "../site/harness/mod.rs"]
#[allow(dead_code)] // the people over HTTP are for the other binary
mod harness;
mod journeys;
mod letters;
mod pages;
mod passkeys;
#[path = "../site/scene.rs"]
#[allow(dead_code)] // as above
mod scene;
mod sign_on;

use chromium::{Browser, Driver, Look};
use harness::{Site, with_site};
use scene::Scene;
use thirtyfour::Cookie;

/// The four ways in which each journey is made.
const LOOKS: [Look; 4] = [
    Look { script: true, width: 390 },
    Look { script: true, width: 1280 },
    Look { script: false, width: 390 },
    Look { script: false, width: 1280 },
];

/// Makes a journey in all four ways, each on a site of its own.
#[allow(clippy::needless_pass_by_value)] // reads better where it is called
fn in_every_way(journey: impl AsyncFn(&Site, &Driver, Look)) {
    looking(&LOOKS, journey);
}

/// Makes a journey that needs JavaScript on the phone and at the desk.
#[allow(clippy::needless_pass_by_value)] // as above
fn with_script(journey: impl AsyncFn(&Site, &Driver, Look)) {
    looking(&LOOKS[..2], journey);
}

#[allow(clippy::needless_pass_by_value)] // as above
fn looking(looks: &[Look], journey: impl AsyncFn(&Site, &Driver, Look)) {
    for look in looks {
        with_site(async |site| {
            let driver = Driver::start().await;
            journey(site, &driver, *look).await;
        });
    }
}

impl Scene {
    /// Gives the browser the session of somebody of the scene.
    pub async fn signs_in(&self, browser: &Browser<'_>, who: &str) {
        if who == "visitor" {
            return;
        }
        // A cookie needs a page of its site first.
        browser.opens("/healthz").await;
        browser.driver.add_cookie(Cookie::new("sid", self.cookie(who))).await.expect("the browser takes the cookie");
    }
}

/// The link in the last letter to that address.
fn letter_link(site: &Site, address: &str, path: &str) -> String {
    let letters = site.running.kept::<alongside::mail::Carrier>().kept();
    let letter = letters.iter().rev().find(|letter| letter.to == address).expect("a letter");
    let start = letter.text.find(&format!("{}{path}", site.address)).expect("a link in the letter");
    letter.text[start..].split_whitespace().next().expect("a link").to_owned()
}
