//! Who may do what: every endpoint, tried by every kind of person on every kind of object, compared with the reviewed
//! table `who_may_do_what.txt`. An endpoint without an example here fails the test.
//!
//! To review a change: `UPDATE_PERMISSIONS=1 cargo test --test site permissions` writes the table anew; read its diff.

use crate::harness::people::Person;
use crate::harness::{Site, named, with_site, with_site_set};
use crate::scene::Scene;
use actix_web::http::Method;
use alongside::accounts;
use alongside::cases::{Reason, ReportDraft, TargetKind};
use alongside::db::Id;
use alongside::moderation;
use alongside::routes;
use alongside::web::endpoint::{Admits, Endpoint};
use std::fmt::Write;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site/who_may_do_what.txt");

/// Everybody who tries, from the least to the most trusted, so that what one of them changes does not hide what the next
/// one may do. The author comes last.
const PEOPLE: &[&str] = &[
    "visitor",
    "new member",
    "member",
    "clinician",
    "representative",
    "other moderator",
    "administrator",
    "board member",
    "moderator",
    "author",
];

/// What an address is about. Endpoints without an object are tried once.
const OBJECTS: &[&str] = &["public", "members", "board-members", "locked", "withdrawn", "archived", "nothing"];

/// The address of an endpoint for an object of the scene. `None`: not made for such an object.
fn example(endpoint: &Endpoint, scene: &Scene, object: &str) -> Option<String> {
    let place = scene.place(object);
    let mut path = endpoint.path.to_owned();
    let has_object = ["{board}", "{thread}", "{post}"].iter().any(|part| path.contains(part));
    if !has_object && object != "public" {
        return None;
    }
    for (part, value) in [
        ("{board}", place.board.to_string()),
        ("{thread}", place.thread.to_string()),
        ("{post}", place.post.to_string()),
        ("{person}", scene.author.to_string()),
        ("{helpline}", scene.helpline.to_string()),
        ("{request}", scene.request.to_string()),
        // The first of a fresh database: see `a_case`.
        ("{case}", "1".to_owned()),
        ("{report}", "1".to_owned()),
        ("{member}", scene.author.to_string()),
        ("{letter}", "999999".to_owned()),
        ("{notice}", "999999".to_owned()),
        ("{revision}", "1".to_owned()),
        ("{number}", "1".to_owned()),
        ("{note}", "999999".to_owned()),
        ("{draft}", "999999".to_owned()),
        ("{application}", "999999".to_owned()),
        ("{mailbox}", "999999".to_owned()),
        ("{invitation}", "999999".to_owned()),
        ("{session}", "999999".to_owned()),
        ("{passkey}", "999999".to_owned()),
        ("{version}", "1".to_owned()),
        ("{provider}", "northmoor".to_owned()),
        ("{identity}", "999999".to_owned()),
        ("{kind}", "rules".to_owned()),
        ("{slug}", "a-slug".to_owned()),
        ("{token}", "notatoken".to_owned()),
        ("{name:.*}", "nothing.css".to_owned()),
    ] {
        path = path.replace(part, &value);
    }
    assert!(!path.contains('{'), "{} needs an example for its address in permissions.rs", endpoint.path);
    Some(path)
}

#[test]
fn everybody_may_do_what_the_reviewed_table_says_and_nothing_else() {
    let mut table = String::from(
        "# Who may do what. Status of each endpoint for each kind of person; a POST is sent without fields.\n\
         # 404: not there for them. 303 to /sign-in is written `in`. 422: admitted, the empty form is refused.\n\
         # The author wrote the thread and the post. Written by tests/site/permissions.rs; every change here is reviewed.\n",
    );
    for endpoint in routes::endpoints() {
        with_site_set(named, async |site| {
            let scene = Scene::set(site).await;
            a_case(site, &scene).await;
            writeln!(table, "\n{} {}   admits {:?}", endpoint.method, endpoint.path, endpoint.admits).unwrap();
            for object in OBJECTS {
                let Some(path) = example(&endpoint, &scene, object) else { continue };
                let mut line = format!("  {object:<14}");
                for who in PEOPLE {
                    let person = scene.person(site, who);
                    let status = tried(&person, &endpoint, &path).await;
                    write!(line, " {}={status}", who.replace(' ', "-")).unwrap();
                }
                writeln!(table, "{line}").unwrap();
            }
        });
    }
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let reviewed = std::fs::read_to_string(TABLE).unwrap_or_default();
    for (is, should) in table.lines().zip(reviewed.lines()) {
        assert_eq!(is, should, "who may do what has changed");
    }
    assert_eq!(table.lines().count(), reviewed.lines().count(), "an endpoint came or went");
}

/// The board member reports what the author wrote where members read.
async fn a_case(site: &Site, scene: &Scene) {
    let (reporter, post) = (scene.id("board member"), scene.place("members").post);
    let told = site
        .given(move |tx| {
            let reporter = accounts::load(tx.conn(), reporter)?.unwrap();
            let draft = ReportDraft { reason: Reason::Unkind, words: String::new(), in_good_faith: false };
            moderation::report_post(tx, &reporter, post, TargetKind::Post, draft)
        })
        .await;
    assert_eq!((told.case, told.report), (Id::new(1), Id::new(1)));
}

async fn tried(person: &Person<'_>, endpoint: &Endpoint, path: &str) -> String {
    let page = if endpoint.method == Method::GET {
        person.asks("GET", path, None).await
    } else {
        person.asks("POST", path, Some(String::new())).await
    };
    let location = page.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if page.status == 303 && location.starts_with("/sign-in") { "in".to_owned() } else { page.status.to_string() }
}

#[test]
fn no_other_site_can_do_anything_in_somebodys_name() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        for endpoint in routes::endpoints()
            .iter()
            .filter(|endpoint| endpoint.method == Method::POST && endpoint.admits != Admits::Machine)
        {
            let path = example(endpoint, &scene, "public").unwrap();
            for headers in [
                [("sec-fetch-site", "cross-site"), ("origin", ""), ("referer", "")],
                [("sec-fetch-site", "same-site"), ("origin", ""), ("referer", "")],
                [("sec-fetch-site", ""), ("origin", "https://elsewhere.example"), ("referer", "")],
                [("sec-fetch-site", ""), ("origin", "null"), ("referer", "https://elsewhere.example/")],
                [("sec-fetch-site", ""), ("origin", ""), ("referer", "")],
            ] {
                let page = administrator.asks_with("POST", &path, Some(String::new()), &headers).await;
                assert_eq!(page.status, 403, "{path} with {headers:?}");
                assert!(page.words().contains("another place"), "{path} with {headers:?}");
            }
        }
    });
}

#[test]
fn a_browser_that_names_only_our_origin_or_our_page_is_let_through() {
    with_site(async |site| {
        let visitor = site.visitor();
        let ours = site.address.clone();
        let page_of_ours = format!("{ours}/sign-in");
        for headers in [
            [("sec-fetch-site", ""), ("origin", ours.as_str()), ("referer", "")],
            [("sec-fetch-site", ""), ("origin", "null"), ("referer", page_of_ours.as_str())],
        ] {
            let page =
                visitor.asks_with("POST", "/sign-in", Some("email=a%40b.example&password=x".to_owned()), &headers).await;
            assert_eq!(page.status, 422, "{headers:?}");
        }
    });
}

#[test]
fn no_endpoint_hides_behind_another() {
    let endpoints = routes::endpoints();
    for (index, endpoint) in endpoints.iter().enumerate() {
        let path = endpoint
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "9" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let first =
            endpoints.iter().position(|other| other.method == endpoint.method && actix_router(other.path).is_match(&path));
        assert_eq!(first, Some(index), "{} {} is never reached", endpoint.method, endpoint.path);
    }
}

fn actix_router(path: &str) -> actix_web::dev::ResourceDef {
    actix_web::dev::ResourceDef::new(path)
}
