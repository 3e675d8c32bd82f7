//! For tests: what must hold of every page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

use super::{Frame, Page, Templates, parts};
use crate::locale::{Locales, Moment};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static LOCALES: LazyLock<Locales> = LazyLock::new(|| Locales::load().unwrap());
static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::load(&LOCALES).unwrap());

/// The languages, read once for all tests.
pub fn locales() -> &'static Locales {
    &LOCALES
}

/// The templates, parsed once for all tests.
pub fn templates() -> &'static Templates {
    &TEMPLATES
}

/// A frame with everything in it.
pub fn full_frame() -> Frame {
    let mut frame = Frame::plain(LOCALES.english(), "Alongside", "/boards/7?page=2&on=\"it\"");
    frame.organisation = Some("Northmoor Patients’ Association, a charity".to_owned());
    frame.zone_words = "London time".to_owned();
    frame.demo = true;
    frame.place = "boards";
    frame.crumbs = vec![super::Crumb::new("/boards", "Boards"), super::Crumb::new("/boards/7", "Type 1 diabetes")];
    frame.viewer = Some(super::ViewerFrame {
        handle: "tansy".to_owned(),
        mark: parts::Mark { name: "wave", colour: "moss" },
        person_href: "/people/31".to_owned(),
        is_moderator: true,
        is_administrator: true,
        must_agree: true,
        unread_notices: 3,
        mailbox_asked: true,
        second_step: Some(super::SecondStepFrame {
            rests: false,
            from: Moment { machine: "2026-05-09".to_owned(), words: "9 May 2026".to_owned() },
        }),
    });
    frame
}

/// The page renders for a visitor and for a member, its template names no key that the struct has not, and nothing in it
/// goes out unescaped except what keys ending in `_html` hold. To be called once for each page, with an example that
/// fills as many fields as possible. Returns what a member sees.
pub fn check_page<P: Page>(page: &P) -> String {
    let visitor = Frame::plain(LOCALES.english(), "Alongside", "/");
    TEMPLATES.render(LOCALES.english(), &visitor, page).unwrap_or_else(|error| panic!("for a visitor: {error}"));
    let rendered =
        TEMPLATES.render(LOCALES.english(), &full_frame(), page).unwrap_or_else(|error| panic!("for a member: {error}"));

    check_page_keys(page);
    check_escaping(page);
    rendered
}

/// The template names no key that the struct has not.
pub fn check_page_keys<P: Page>(page: &P) {
    let keys: BTreeSet<String> = match serde_json::to_value(page).unwrap() {
        Value::Object(map) => map.keys().cloned().collect(),
        other => panic!("{}: a page is a struct, not {other}", P::TEMPLATE),
    };
    let ours = ["frame", "at_fault"];
    for name in TEMPLATES.of(LOCALES.english()).unwrap().get_template_variables(P::TEMPLATE).unwrap() {
        assert!(keys.contains(name) || ours.contains(&name), "{} names {name}, which the struct has not", P::TEMPLATE);
    }
}

const CANARY: &str = "<script>canary</script>\"'>";

/// Every string of the page with markup behind it: none of it may come out as markup.
fn check_escaping<P: Page>(page: &P) {
    struct Canary(Value);
    impl Serialize for Canary {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(serializer)
        }
    }
    let mut value = serde_json::to_value(page).unwrap();
    poison(&mut value, "");
    let mut context = tera::Context::from_serialize(&Canary(value)).unwrap();
    context.insert("frame", &full_frame());
    context.insert("at_fault", &false);
    // A poisoned key may be the name of a sentence; then there is nothing to see, and the render above was enough.
    if let Ok(rendered) = TEMPLATES.of(LOCALES.english()).unwrap().render(P::TEMPLATE, &context) {
        assert!(!rendered.contains("<script>canary"), "{} does not escape", P::TEMPLATE);
        assert!(!rendered.contains("canary</script>\""), "{} does not escape", P::TEMPLATE);
    }
}

/// Names of closed sets keep their value, so that the page still renders.
const CLOSED: [&str; 7] = ["stance", "kind", "field", "machine", "colour", "name", "heading"];

fn poison(value: &mut Value, key: &str) {
    match value {
        Value::String(words) if !key.ends_with("_html") && !CLOSED.contains(&key) => words.push_str(CANARY),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(map) => map.iter_mut().for_each(|(key, item)| poison(item, key)),
        _ => {}
    }
}
