//! What holds for pages as a browser shows them: accessibility rules on every template, light and dark, phone and desk;
//! no sideways scrolling; urgent help on paper.

use crate::chromium::{Browser, Driver, Look};
use crate::harness::{Site, with_site};
use crate::scene::Scene;

/// Fetched by `.ci/run`, or by hand: `npm pack axe-core`, then `axe.min.js` to `target/axe/`.
fn axe() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// Pages by who looks at them; `{board}` and the like are filled from the scene.
const PAGES: &[(&str, &[&str])] = &[
    (
        "visitor",
        &[
            "/",
            "/boards",
            "/boards/{public}",
            "/threads/{public}",
            "/join",
            "/sign-in",
            "/urgent-help",
            "/rules",
            "/privacy",
            "/accessibility",
            "/nowhere",
            "/threads/{members}",
        ],
    ),
    (
        "member",
        &[
            "/",
            "/boards",
            "/boards/{members}",
            "/boards/{closed}",
            "/threads/{members}",
            "/boards/{members}/new-thread",
            "/notices",
            "/drafts",
            "/settings",
            "/people/{author}",
        ],
    ),
    (
        "author",
        &[
            "/posts/{post}/edit",
            "/posts/{post}/withdrawal",
            "/posts/{post}/revisions",
            "/threads/{withdrawn}",
            "/threads/{locked}",
        ],
    ),
    ("moderator", &["/threads/{members}", "/boards/{closed}/people"]),
    (
        "administrator",
        &["/admin", "/admin/boards", "/admin/boards/new", "/admin/helplines", "/admin/people", "/admin/letters"],
    ),
];

fn filled(path: &str, scene: &Scene) -> String {
    path.replace("/boards/{public}", &format!("/boards/{}", scene.place("public").board))
        .replace("/boards/{members}", &format!("/boards/{}", scene.place("members").board))
        .replace("/boards/{closed}", &format!("/boards/{}", scene.place("board-members").board))
        .replace("{public}", &scene.place("public").thread.to_string())
        .replace("{members}", &scene.place("members").thread.to_string())
        .replace("{withdrawn}", &scene.place("withdrawn").thread.to_string())
        .replace("{locked}", &scene.place("locked").thread.to_string())
        .replace("{post}", &scene.place("members").post.to_string())
        .replace("{author}", &scene.author.to_string())
}

async fn violations(browser: &Browser<'_>, axe: &str) -> Vec<String> {
    browser.driver.execute(axe, Vec::new()).await.expect("axe loads");
    let found = browser
        .driver
        .execute_async(
            "const done = arguments[arguments.length - 1];
             // On a phone the open menu lies over the page, as it should: what it covers is no target then.
             const folded = innerWidth > 600 ? 'details' : 'details:not(.menu)';
             document.querySelectorAll(folded).forEach(element => { element.open = true; });
             axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(result => done(result.violations.map(one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html.slice(0, 160)).join(' | '))))
                .catch(failure => done(['axe failed: ' + failure]));",
            Vec::new(),
        )
        .await
        .expect("axe runs");
    found.convert().expect("a list")
}

#[test]
fn no_page_breaks_an_accessibility_rule_or_scrolls_sideways() {
    let axe = axe();
    with_site(async |site: &Site| {
        let scene = Scene::set(site).await;
        let driver = Driver::start().await;
        let mut faults = Vec::new();
        for width in [390, 1280] {
            for (who, pages) in PAGES {
                let browser = driver.browser(site, Look { script: true, width }).await;
                let tools = browser.driver.cdp();
                scene.signs_in(&browser, who).await;
                for page in *pages {
                    let path = filled(page, &scene);
                    for colours in ["light", "dark"] {
                        let wish = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] });
                        tools.send_raw("Emulation.setEmulatedMedia", wish).await.expect("colours");
                        browser.opens(&path).await;
                        for fault in violations(&browser, &axe).await {
                            faults.push(format!("{who} {page} {width} {colours}: {fault}"));
                        }
                    }
                    let is_sideways = browser
                        .driver
                        .execute(
                            "return document.documentElement.scrollWidth > document.documentElement.clientWidth",
                            Vec::new(),
                        )
                        .await
                        .expect("a width");
                    if is_sideways.json().as_bool() == Some(true) {
                        faults.push(format!("{who} {page} {width}: scrolls sideways"));
                    }
                }
                browser.closes().await;
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    });
}

#[test]
fn urgent_help_is_all_there_on_paper() {
    with_site(async |site: &Site| {
        let _scene = Scene::set(site).await;
        let driver = Driver::start().await;
        let browser = driver.browser(site, Look { script: false, width: 1280 }).await;
        let tools = browser.driver.cdp();
        browser.opens("/urgent-help?country=GB").await;
        // What the print sheet leaves is what the printer gets.
        tools.send_raw("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" })).await.expect("paper");
        let words = browser.words().await;
        for number in ["112", "999", "01632 960 101"] {
            assert!(words.contains(number), "{number} is not on paper:\n{words}");
        }
        let paper =
            browser.driver.print_page(thirtyfour::common::print::PrintParameters::default()).await.expect("it prints");
        assert!(paper.starts_with(b"%PDF"));
        browser.closes().await;
    });
}
