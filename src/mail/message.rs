//! A letter as it travels: its headers and its two parts. Nothing that anybody typed can become a header of its own.

use crate::clock::Timestamp;
use crate::error::Error;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use std::time::SystemTime;

/// What stands on a letter and in it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The number of its row.
    pub number: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it leaves.
    pub now: Timestamp,
    /// The sender's address.
    pub from: &'a str,
    /// The sender's name: the site's, and nothing more.
    pub from_name: &'a str,
    /// The site's host, for the number that the letter carries.
    pub host: &'a str,
    /// The recipient's address.
    pub to: &'a str,
    /// In words.
    pub subject: &'a str,
    /// The plain part.
    pub text: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// Ends letters of this kind with one click; nothing for a service letter.
    pub unsubscribe_href: Option<&'a str>,
}

/// Why a letter cannot be made.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing can be sent to that address, now or later.
    Recipient(String),
    /// A setting, a template or a sentence is wrong: it may be mended.
    Ours(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error.to_string())
    }
}

/// The whole letter.
pub fn build(sheet: &Sheet<'_>) -> Result<Message, Fault> {
    let to = address(sheet.to).ok_or_else(|| Fault::Recipient("the address is none".to_owned()))?;
    let from = address(sheet.from).ok_or_else(|| Fault::Ours("the setting mail_from is no address".to_owned()))?;
    for (what, words) in [
        ("the site's name", sheet.from_name),
        ("the subject", sheet.subject),
        ("the way out", sheet.unsubscribe_href.unwrap_or_default()),
    ] {
        if words.chars().any(breaks_a_line) {
            return Err(Fault::Ours(format!("{what} holds a line break or a control character")));
        }
    }
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(sheet.from_name.to_owned()), from))
        .to(Mailbox::new(None, to))
        .subject(sheet.subject)
        .date(SystemTime::from(sheet.created_at.utc()))
        // Both the same at every try: a letter that was accepted and not noted is recognised where it arrives twice. The
        // moment keeps the first letters of two databases apart.
        .message_id(Some(format!("<letter-{}.{}@{}>", sheet.number, sheet.created_at.micros(), sheet.host)))
        .raw_header(header(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"));
    if let Some(href) = sheet.unsubscribe_href {
        builder = builder
            .raw_header(header(HeaderName::new_from_ascii_str("List-Unsubscribe"), &format!("<{href}>")))
            .raw_header(header(HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click"));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(sheet.text.to_owned(), sheet.html.to_owned()))
        .map_err(|cause| Fault::Ours(format!("the letter could not be put together: {cause}")))
}

/// The host of an address such as `https://forum.example:8443`.
pub fn host(public_address: &str) -> &str {
    let rest = public_address.split_once("://").map_or(public_address, |(_, rest)| rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

/// An address that can stand in a header and in the envelope.
pub fn address(words: &str) -> Option<Address> {
    let is_plain = !words
        .chars()
        .any(|character| breaks_a_line(character) || character.is_whitespace() || matches!(character, '<' | '>'));
    if is_plain { words.parse().ok() } else { None }
}

/// Control characters, NUL among them, and everything that some program takes for the end of a line.
fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

fn header(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub mod tests {
    use super::*;
    use chrono::DateTime;

    pub fn sheet() -> Sheet<'static> {
        let now = Timestamp::from_utc(DateTime::parse_from_rfc3339("2026-05-14T09:10:00Z").unwrap().to_utc());
        Sheet {
            number: 42,
            created_at: Timestamp::from_micros(1_700_000_000_000_000),
            now,
            from: "letters@forum.example",
            from_name: "Alongside",
            host: "forum.example",
            to: "tansy@example.org",
            subject: "Something new",
            text: "Hello\n",
            html: "<p>Hello</p>\n",
            unsubscribe_href: None,
        }
    }

    /// The headers above the parts, one a line.
    fn headers(message: &Message) -> Vec<String> {
        let text = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ");
        unfolded
            .split("\r\n")
            .filter(|line| !line.starts_with("Content-Type: multipart/alternative;"))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_service_letter_has_just_these_headers() {
        assert_eq!(
            headers(&build(&sheet()).unwrap()),
            [
                "From: Alongside <letters@forum.example>",
                "To: tansy@example.org",
                "Subject: Something new",
                "Date: Tue, 14 Nov 2023 22:13:20 +0000",
                "Message-ID: <letter-42.1700000000000000@forum.example>",
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
            ]
        );
    }

    #[test]
    fn a_community_letter_can_be_ended_with_one_click() {
        let href = format!("https://forum.example/letters/unsubscribe/31.{}", "k".repeat(90));
        let message = build(&Sheet { unsubscribe_href: Some(&href), ..sheet() }).unwrap();
        let headers = headers(&message);
        assert!(headers.contains(&format!("List-Unsubscribe: <{href}>")), "{headers:?}");
        assert!(headers.contains(&"List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned()));
        assert_eq!(headers.len(), 9);
    }

    #[test]
    fn both_parts_stand_in_it_and_words_of_any_script_survive() {
        let message = build(&Sheet {
            text: "Grüße von Žofia 你好\n",
            from_name: "Nebeneinander – Žofia",
            subject: "Něco nového",
            ..sheet()
        })
        .unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.is_ascii());
        assert!(text.contains("Content-Type: text/plain; charset=utf-8"));
        assert!(text.contains("Content-Type: text/html; charset=utf-8"));
        assert_eq!(message.headers().get_raw("Subject"), Some("Něco nového"));
    }

    #[test]
    fn nobody_writes_a_header_of_their_own() {
        for break_of_line in ["\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}"] {
            let bad = format!("a{break_of_line}Bcc: all@example.org");
            let bad_address = format!("tansy@example.org{break_of_line}Bcc:all@example.org");
            assert!(matches!(build(&Sheet { to: &bad_address, ..sheet() }), Err(Fault::Recipient(_))), "{bad_address:?}");
            for sheet in [
                Sheet { from: &bad_address, ..sheet() },
                Sheet { from_name: &bad, ..sheet() },
                Sheet { subject: &bad, ..sheet() },
                Sheet { unsubscribe_href: Some(&bad), ..sheet() },
            ] {
                assert!(matches!(build(&sheet), Err(Fault::Ours(_))), "{sheet:?}");
            }
        }
    }

    #[test]
    fn what_is_no_single_address_is_refused() {
        for bad in [
            "",
            "tansy",
            "@example.org",
            "tansy@",
            "a@b.example, c@d.example",
            "a@b.example c@d.example",
            "<a@b.example>",
            "Tansy <a@b.example>",
            "a@b.example>",
            "a@b@c.example",
        ] {
            assert!(matches!(build(&Sheet { to: bad, ..sheet() }), Err(Fault::Recipient(_))), "{bad:?}");
        }
        for good in ["tansy@example.org", "t+tag@example.org", "o'neil@example.org", "letters@localhost"] {
            assert!(build(&Sheet { to: good, ..sheet() }).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn the_number_of_a_letter_names_the_host_only() {
        for (address, expected) in [
            ("https://forum.example", "forum.example"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("https://forum.example:8443", "forum.example"),
        ] {
            assert_eq!(host(address), expected);
        }
    }
}
