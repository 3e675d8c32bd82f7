//! Leaving, and the way back.

use super::look;
use crate::accounts::{self, Look, Visit};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::privacy::model::{Departure, Receipt, WordsLeft};
use crate::privacy::{self, rules};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::parts::Choice;
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings/leaving", Admits::FreshMembers, show_leaving),
        Endpoint::post("/settings/leaving", Admits::FreshMembers, create_departure),
        Endpoint::get("/left/{token}", Admits::Anyone, show_departure),
        Endpoint::post("/left/{token}", Admits::Anyone, remove_departure),
    ]
}

// -------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct LeavingPage {
    faults: Vec<Fault>,
    /// What becomes of their words: one of `options`, or nothing yet.
    words: String,
    options: Vec<Choice>,
    /// Their words may stay.
    may_keep: bool,
    days: i64,
}

impl Page for LeavingPage {
    const TEMPLATE: &'static str = "privacy/leaving.html";
}

/// What somebody who left finds: the way back, or what was erased.
#[derive(Serialize)]
struct LeftPage {
    token: String,
    /// From when they cannot come back any more.
    until: Moment,
    /// They took their words away.
    takes_words: bool,
    /// What was erased; then there is no way back.
    receipt: Option<Receipt>,
}

impl Page for LeftPage {
    const TEMPLATE: &'static str = "privacy/left.html";
}

/// An address that leads nowhere (any more).
#[derive(Serialize)]
struct LeftOverPage {
    days: i64,
}

impl Page for LeftOverPage {
    const TEMPLATE: &'static str = "privacy/left-over.html";
}

// ------------------------------------------------------------------------------------------------------ leaving

fn leaving_page(visit: &Visit, faults: Vec<Fault>, words: String) -> Result<LeavingPage> {
    let open = rules::words_may_be_left(visit.member()?.agrees_to_health);
    let options = open
        .iter()
        .map(|words| {
            let (label, hint) = match words {
                WordsLeft::Keep => ("privacy-leaving-keep", "privacy-leaving-keep-hint"),
                WordsLeft::Take => ("privacy-leaving-take", "privacy-leaving-take-hint"),
            };
            Ok(Choice::new(words.word(), visit.say(label)?).hint(visit.say(hint)?))
        })
        .collect::<Result<_>>()?;
    Ok(LeavingPage { faults, words, options, may_keep: open.contains(&WordsLeft::Keep), days: rules::RETURN_DAYS })
}

async fn show_leaving(visit: Visit) -> Result<HttpResponse> {
    let page = leaving_page(&visit, Vec::new(), String::new())?;
    visit.show(look(&visit)?, &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LeavingForm {
    words: String,
}

async fn create_departure(visit: Visit, form: Form<LeavingForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let id = visit.member()?.id;
    let Some(words) = WordsLeft::from_word(&form.words) else {
        let fault = visit.fault("words", &Sentence::plain("privacy-leaving-choose"))?;
        return refused(&visit, fault, form.words);
    };
    let site = visit.site.clone();
    let left = visit.site.db.write(move |tx| privacy::leave(tx, &site, id, words)).await;
    let path = match left {
        Ok(path) => path,
        // The only administrator, or words that may not stay.
        Err(Error::Refused(Refusal::Forbidden(sentence))) => {
            return refused(&visit, visit.fault("", &sentence)?, form.words);
        }
        Err(error) => return Err(error),
    };
    privacy::take_words_away(&visit.site, id).await.unwrap_or_else(|cause| left_to_the_worker(&cause));
    let mut response = visit.go_to(&path)?;
    accounts::clear_traces(&visit, &mut response);
    Ok(response)
}

fn refused(visit: &Visit, fault: Fault, words: String) -> Result<HttpResponse> {
    let page = leaving_page(visit, vec![fault], words)?;
    visit.show_again(look(visit)?, &page)
}

// -------------------------------------------------------------------------------------------------- the way back

/// Only shows: programs that look into letters open links, and only a person presses.
async fn show_departure(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (site, asked) = (visit.site.clone(), token.0.clone());
    let found = visit.site.db.read(move |connection| privacy::departure_by(connection, &site, &asked)).await?;
    match found {
        Some(departure) if departure.receipt.is_some() || rules::may_return(&departure, visit.now()).is_some() => {
            visit.show(Look::default(), &left_page(&visit, &departure, token.0))
        }
        _ => over(&visit),
    }
}

fn left_page(visit: &Visit, departure: &Departure, token: String) -> LeftPage {
    LeftPage {
        token,
        until: visit.moment(rules::erased_from(departure)),
        takes_words: departure.words == WordsLeft::Take,
        receipt: departure.receipt,
    }
}

async fn remove_departure(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let site = visit.site.clone();
    let returned = visit.site.db.write(move |tx| privacy::come_back(tx, &site, &token.0)).await?;
    let Some(member) = returned else { return over(&visit) };
    privacy::put_words_back(&visit.site, member).await.unwrap_or_else(|cause| left_to_the_worker(&cause));
    visit.go_to("/sign-in?notice=back")
}

/// They have left, or are back, whatever became of their words in this moment: the worker goes on with them.
fn left_to_the_worker(cause: &Error) {
    tracing::warn!(cause = ?cause, "the words of somebody who left or came back are seen to later");
}

fn over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, Look::default(), &LeftOverPage { days: rules::RETURN_DAYS })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn every_page_about_leaving_shows_what_it_holds() {
        let page = check_page(&LeavingPage {
            faults: vec![Fault::new("words", "Choose.")],
            words: "take".into(),
            options: vec![
                Choice::new("keep", "Keep my words").hint("Your name is off."),
                Choice::new("take", "Take them away"),
            ],
            may_keep: false,
            days: 14,
        });
        assert!(page.contains("value=\"take\" required checked") && page.contains("/posts"), "{page}");
        let until = || Moment { machine: "2026-05-09T14:00+01:00".into(), words: "9 May 2026, 14:00".into() };
        for takes_words in [true, false] {
            let page = check_page(&LeftPage { token: "31.5.abc".into(), until: until(), takes_words, receipt: None });
            assert!(page.contains("action=\"/left/31.5.abc\"") && page.contains("9 May 2026"), "{page}");
        }
        let receipt =
            Receipt { posts_kept: 12, posts_erased: 34, versions: 5, drafts: 6, boards: 7, notices: 8, letters: 9 };
        let page =
            check_page(&LeftPage { token: "31.5.abc".into(), until: until(), takes_words: false, receipt: Some(receipt) });
        assert!(page.contains("34") && !page.contains("/left/"), "{page}");
        check_page(&LeftOverPage { days: 14 });
    }

    #[test]
    fn every_letter_about_leaving_can_be_written() {
        let link = "https://forum.example/left/31.5.abc";
        let letter = crate::mail::check::letter("privacy/left", serde_json::json!({ "link": link, "days": 14 }));
        assert!(letter.text.contains(&format!("\n{link}\n")) && letter.html.contains(&format!("<a href=\"{link}\">")));
        let numbers = serde_json::json!({ "posts_kept": 12, "posts_erased": 34, "versions": 5, "drafts": 6, "boards": 7, "notices": 8, "letters": 9 });
        let letter = crate::mail::check::letter("privacy/receipt", numbers);
        assert!(letter.text.contains("34") && letter.html.contains("34"), "{}", letter.text);
    }
}
