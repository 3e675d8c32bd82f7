//! For tests: what must hold of every letter.
#![allow(clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

use super::{rules, subject};
use crate::web::page::check::{locales, templates};
use serde_json::{Value, json};

/// A letter as a person would get it.
#[derive(Debug)]
pub struct Rendered {
    /// In words.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Both parts and the subject exist, name nothing that the parameters have not, fetch nothing from anywhere, and say the
/// same links. To be called once for each letter, with parameters like those of [`super::Letter`].
pub fn letter(template: &str, parameters: Value) -> Rendered {
    letter_of_kind(template, parameters, "")
}

/// The same for a community letter.
pub fn community_letter(template: &str, parameters: Value) -> Rendered {
    letter_of_kind(template, parameters, "https://forum.example/letters/unsubscribe/31.abc")
}

fn letter_of_kind(template: &str, mut parameters: Value, unsubscribe_href: &str) -> Rendered {
    let (locale, templates) = (locales().english(), templates());
    let standing = json!({ "site_name": "Alongside", "site_href": "https://forum.example", "lang": locale.lang(), "dir": locale.dir(), "unsubscribe_href": unsubscribe_href });
    parameters.as_object_mut().unwrap().extend(standing.as_object().unwrap().clone());
    let render = |ending: &str| {
        templates
            .render_letter(locale, &format!("mail/{template}.{ending}"), &parameters)
            .unwrap_or_else(|error| panic!("{template}.{ending}: {error}"))
    };
    let (text, html) = (rules::wrapped(&render("txt")), render("html"));
    let subject = subject(locale, "Alongside", template).unwrap();

    assert!(!subject.is_empty() && subject.chars().count() <= 60, "{subject}");
    assert!(html.starts_with("<!doctype html>") && html.contains("<html lang=\"en-GB\" dir=\"ltr\">"), "{html}");
    for forbidden in ["src=", "url(", "<img", "<script", "style=", "<link"] {
        assert!(!html.contains(forbidden), "{template}.html: {forbidden}");
    }
    assert!(
        !text.contains("&#") && !text.contains("&amp;") && !text.contains('<'),
        "{template}.txt is escaped or holds markup: {text}"
    );
    for link in text.split_whitespace().filter(|word| word.starts_with("http")) {
        assert!(html.contains(link), "{template}.html lacks {link}");
    }
    assert_eq!(html.contains("/letters/unsubscribe/"), !unsubscribe_href.is_empty());
    Rendered { subject, text, html }
}

#[test]
fn the_letters_of_this_slice_hold() {
    let Rendered { subject, text, html } = community_letter("notifications/something-new", json!({}));
    assert_eq!(subject, "Something new for you");
    assert!(text.contains("Somebody answered you on Alongside."), "{text}");
    assert!(text.contains("\nhttps://forum.example/notices\n"), "{text}");
    assert!(text.ends_with("https://forum.example/letters/unsubscribe/31.abc\n"), "{text}");
    assert!(html.contains("<a href=\"https://forum.example/notices\">"), "{html}");
}
