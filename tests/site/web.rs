//! What holds for every page.

use crate::harness::with_site;

#[test]
fn somebody_who_is_lost_is_told_so_kindly_and_sees_the_way_to_urgent_help() {
    with_site(async |site| {
        let visitor = site.visitor();
        visitor.opens("/nowhere").await.is(404).sees("You did nothing wrong").sees("Urgent help");
    });
}

#[test]
fn every_answer_forbids_what_a_page_of_ours_never_does() {
    with_site(async |site| {
        let visitor = site.visitor();
        for path in ["/nowhere", "/healthz"] {
            let page = visitor.asks("GET", path, None).await;
            let header =
                |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"), "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cache-control"), "no-store, private", "{path}");
        }
    });
}

#[test]
fn the_site_says_that_it_is_ready_only_if_its_database_takes_a_write() {
    with_site(async |site| {
        let visitor = site.visitor();
        visitor.opens("/readyz").await.is(200).sees("ready");
    });
}
