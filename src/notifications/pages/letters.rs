//! Pages about letters: the way out of them, those that did not arrive, and those of the demo.

use super::super::unsubscriber;
use crate::accounts::{self, Look, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::mail::{self, Carrier, GivenUp, SentLetter};
use crate::web::form::Path;
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::Serialize;

/// `notifications/unsubscribe.html`
#[derive(Debug, Serialize)]
pub struct UnsubscribePage {
    /// Where the button leads: this page's own address.
    action: String,
    is_done: bool,
}

impl Page for UnsubscribePage {
    const TEMPLATE: &'static str = "notifications/unsubscribe.html";
}

/// Asks once more, because mail scanners follow links.
pub async fn new_unsubscription(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    unsubscriber(&visit.site, &token.0)?;
    visit.show(Look::default(), &UnsubscribePage { action: format!("/letters/unsubscribe/{}", token.0), is_done: false })
}

/// Answers with the page itself: RFC 8058 forbids sending a mail program elsewhere.
pub async fn create_unsubscription(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let member = unsubscriber(&visit.site, &token.0)?;
    visit.site.db.write(move |tx| accounts::set_community_letters(tx, member, false)).await?;
    visit.show(Look::default(), &UnsubscribePage { action: String::new(), is_done: true })
}

/// `notifications/given_up.html`
#[derive(Debug, Serialize)]
pub struct GivenUpPage {
    count: i64,
    letters: Vec<GivenUpRow>,
}

#[derive(Debug, Serialize)]
struct GivenUpRow {
    id: i64,
    subject: String,
    to: String,
    written: Moment,
    given_up: Moment,
    attempts: i32,
    error: String,
}

impl Page for GivenUpPage {
    const TEMPLATE: &'static str = "notifications/given_up.html";
}

pub async fn list_given_up(visit: Visit) -> Result<HttpResponse> {
    let (count, letters) =
        visit.site.db.read(|connection| Ok((mail::given_up_count(connection)?, mail::given_up(connection)?))).await?;
    let letters = letters.into_iter().map(|letter| given_up_row(&visit, letter)).collect();
    visit.show(Look::default(), &GivenUpPage { count, letters })
}

fn given_up_row(visit: &Visit, letter: GivenUp) -> GivenUpRow {
    // A letter of an older version may have no sentence any more; its name still says which it was.
    let subject = mail::subject(visit.locale(), &visit.site.config.site_name, &letter.template);
    GivenUpRow {
        id: letter.id,
        subject: subject.unwrap_or(letter.template),
        to: letter.to_masked,
        written: visit.moment(letter.created_at),
        given_up: visit.moment(letter.given_up_at),
        attempts: letter.attempts,
        error: letter.error,
    }
}

/// The number of a letter in an address.
pub struct LetterNumber;

pub async fn update_given_up(visit: Visit, letter: Path<Id<LetterNumber>>) -> Result<HttpResponse> {
    let letter = letter.0.number();
    visit.site.db.write(move |tx| mail::try_again(tx, letter)).await?;
    visit.go_to("/admin/letters")
}

/// `notifications/demo_letters.html`
#[derive(Debug, Serialize)]
pub struct DemoLettersPage {
    letters: Vec<DemoLetter>,
}

#[derive(Debug, Serialize)]
struct DemoLetter {
    id: i64,
    subject: String,
    to: String,
    sent: Moment,
    lines: Vec<Vec<Piece>>,
}

/// Words, or a link of this site that can be followed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Piece {
    words: String,
    href: Option<String>,
}

impl Page for DemoLettersPage {
    const TEMPLATE: &'static str = "notifications/demo_letters.html";
}

/// Everybody's letters, with their tokens: only where nobody real is.
pub async fn list_demo_letters(visit: Visit) -> Result<HttpResponse> {
    if !visit.site.config.is_demo {
        return Err(Error::UNSEEN);
    }
    let letters = visit.site.kept::<Carrier>().kept();
    let letters = letters.into_iter().rev().map(|letter| demo_letter(&visit, letter)).collect();
    visit.show(Look::default(), &DemoLettersPage { letters })
}

fn demo_letter(visit: &Visit, letter: SentLetter) -> DemoLetter {
    let lines = letter.text.lines().map(|line| pieces(line, &visit.site.config.public_address)).collect();
    DemoLetter { id: letter.number, subject: letter.subject, to: letter.to, sent: visit.moment(letter.sent_at), lines }
}

/// A line of a letter, with links to this site made into paths: the demo may be open under another name of this machine.
fn pieces(line: &str, public_address: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    for word in line.split_inclusive(' ') {
        let path = word.trim_end().strip_prefix(public_address).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match path {
            Some(path) => {
                if !words.is_empty() {
                    pieces.push(Piece { words: std::mem::take(&mut words), href: None });
                }
                let href = if path.is_empty() { "/" } else { path };
                pieces.push(Piece { words: word.trim_end().to_owned(), href: Some(href.to_owned()) });
                words.push_str(word.strip_prefix(word.trim_end()).unwrap_or_default());
            }
            None => words.push_str(word),
        }
    }
    if !words.is_empty() {
        pieces.push(Piece { words, href: None });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-14T09:10+01:00".to_owned(), words: "14 May 2026, 09:10".to_owned() }
    }

    #[test]
    fn the_way_out_asks_once_and_then_says_that_it_is_done() {
        let asking = check_page(&UnsubscribePage { action: "/letters/unsubscribe/31.abc".to_owned(), is_done: false });
        assert!(asking.contains("<form method=\"post\" action=\"/letters/unsubscribe/31.abc\">"), "{asking}");
        let done = check_page(&UnsubscribePage { action: String::new(), is_done: true });
        assert!(done.contains("You get no more of these letters") && !done.contains("/letters/unsubscribe/"), "{done}");
    }

    #[test]
    fn an_administrator_sees_what_did_not_arrive() {
        let letter = GivenUpRow {
            id: 42,
            subject: "Confirm your address".to_owned(),
            to: "t…@example.org".to_owned(),
            written: moment(),
            given_up: moment(),
            attempts: 20,
            error: "permanent error (550)".to_owned(),
        };
        let page = check_page(&GivenUpPage { count: 1, letters: vec![letter] });
        assert!(page.contains("action=\"/admin/letters/42/again\""), "{page}");
        assert!(check_page(&GivenUpPage { count: 0, letters: Vec::new() }).contains("Nothing to see to"));
    }

    #[test]
    fn links_in_letters_of_the_demo_can_be_followed() {
        let link = Piece { words: "http://127.0.0.1:8080/confirm/abc".to_owned(), href: Some("/confirm/abc".to_owned()) };
        let words = |words: &str| Piece { words: words.to_owned(), href: None };
        assert_eq!(
            pieces("Open http://127.0.0.1:8080/confirm/abc now", "http://127.0.0.1:8080"),
            [words("Open "), link, words(" now")]
        );
        for elsewhere in ["http://127.0.0.1:80800/x", "https://other.example/", ""] {
            assert!(pieces(elsewhere, "http://127.0.0.1:8080").iter().all(|piece| piece.href.is_none()));
        }
        let letter = DemoLetter {
            id: 1,
            subject: "Hello".to_owned(),
            to: "a@example.org".to_owned(),
            sent: moment(),
            lines: vec![pieces("See http://127.0.0.1:8080", "http://127.0.0.1:8080"), Vec::new()],
        };
        let page = check_page(&DemoLettersPage { letters: vec![letter] });
        assert!(page.contains("<a href=\"/\">http://127.0.0.1:8080</a>"), "{page}");
        assert!(check_page(&DemoLettersPage { letters: Vec::new() }).contains("No letter yet"));
    }
}
