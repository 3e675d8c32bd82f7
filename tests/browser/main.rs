//! Journeys in Chromium: each with and without JavaScript, at the width of a phone and of a desk.
//! `cargo test --features browser --test browser`; needs `chromium` and `chromedriver`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod chromium;
#[path = "../site/harness/mod.rs"]
#[allow(dead_code)] // the people over HTTP are for the other binary
mod harness;

use chromium::{Browser, Driver, Look};
use harness::{Site, with_site};

/// The four ways in which each journey is made.
const LOOKS: [Look; 4] = [
    Look { script: true, width: 390 },
    Look { script: true, width: 1280 },
    Look { script: false, width: 390 },
    Look { script: false, width: 1280 },
];

/// Makes a journey in all four ways, each on a site of its own.
fn in_every_way(journey: impl AsyncFn(&Site, &Driver, Look)) {
    for look in LOOKS {
        with_site(async |site| {
            let driver = Driver::start().await;
            journey(site, &driver, look).await;
        });
    }
}

#[test]
fn a_lost_person_finds_a_kind_page() {
    in_every_way(async |site, driver, look| {
        let browser: Browser<'_> = driver.browser(site, look).await;
        browser.opens("/nowhere").await.sees("You did nothing wrong").await;
        browser.closes().await;
    });
}
