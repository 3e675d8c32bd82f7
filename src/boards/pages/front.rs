//! The front of a board that lets people in: what it is for, who reads, and how to ask. And the way out again.

use super::super::model::{Board, Outcome};
use super::super::rules::{self, CannotAsk, WORDS_MAX_CHARS};
use super::super::{self as boards, store};
use super::{audience_words, lang_of, lines};
use crate::accounts::rules::AgreeFirst;
use crate::accounts::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::languages;
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/boards/{board}/requests", Admits::Members, create_request),
        Endpoint::post("/boards/{board}/requests/removal", Admits::Members, remove_request),
        Endpoint::get("/boards/{board}/leaving", Admits::Members, show_leaving),
        Endpoint::post("/boards/{board}/leaving", Admits::Members, create_leaving),
    ]
}

#[derive(Serialize)]
struct FrontPage {
    faults: Vec<Fault>,
    board: i64,
    name: String,
    lang: Option<String>,
    language_words: Option<String>,
    purpose: String,
    audience: String,
    people: i64,
    /// The form to ask is shown.
    may_ask: bool,
    /// Why it is not, where there is a reason to give.
    closed_words: Option<String>,
    /// Since when they wait for an answer.
    asked: Option<Moment>,
    /// The last answer was no.
    refused: Option<Refused>,
    words: String,
    words_max: i64,
    kept_for: String,
    /// Words of theirs stand there, from when it was open to them.
    has_own_posts: bool,
}

#[derive(Serialize)]
struct Refused {
    day: Moment,
    reason: Vec<String>,
}

impl Page for FrontPage {
    const TEMPLATE: &'static str = "boards/front.html";
}

/// The front of a board, for a member who does not read it.
pub async fn show_front(visit: &Visit, board: &Board) -> Result<HttpResponse> {
    let page = front_page(visit, board.id, String::new(), Vec::new()).await?;
    visit.show(look(visit)?, &page)
}

async fn front_page(visit: &Visit, board: Id<Board>, words: String, faults: Vec<Fault>) -> Result<FrontPage> {
    let member = Arc::clone(visit.member()?);
    let (viewer, reader) = (member.viewer(), member.id);
    let (board, access, latest, has_own_posts) = visit
        .site
        .db
        .read(move |connection| {
            let (board, access) = boards::seen_by(connection, viewer, board)?;
            let id = board.id;
            Ok((
                board,
                access,
                store::latest_request(connection, id, reader)?,
                store::has_own_posts(connection, id, reader)?,
            ))
        })
        .await?;
    let refusal = rules::may_ask(&member, &board, access, latest.as_ref()).err();
    let lang = lang_of(visit, &board.language);
    Ok(FrontPage {
        faults,
        board: board.id.number(),
        name: board.name.clone(),
        language_words: lang.as_deref().and_then(languages::name).map(str::to_owned),
        lang,
        purpose: board.purpose.clone(),
        audience: audience_words(visit, board.audience, board.organisation_reads)?,
        people: i64::from(board.member_count),
        // Words that were refused for it stand in their form again.
        may_ask: refusal.is_none() || (matches!(refusal, Some(CannotAsk::AgreeFirst(_))) && !words.is_empty()),
        closed_words: refusal
            .filter(|refused| *refused != CannotAsk::AskedAlready)
            .map(|refused| visit.say(refused.key()))
            .transpose()?,
        asked: latest.as_ref().filter(|request| request.is_open()).map(|request| visit.moment(request.asked_at)),
        refused: latest
            .filter(|request| request.outcome == Some(Outcome::Refused))
            .and_then(|request| Some(Refused { day: visit.day(request.decided_at?), reason: lines(&request.reason) })),
        words,
        words_max: i64::try_from(WORDS_MAX_CHARS).unwrap_or(i64::MAX),
        kept_for: visit.kept_for(),
        has_own_posts,
    })
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("boards").below("/boards", visit.say("shared-boards")?))
}

#[derive(Deserialize)]
struct AskForm {
    #[serde(default)]
    words: String,
}

/// What can be seen to without taking the words off the page.
const AGREE_FIRST: [&str; 2] = [AgreeFirst::Texts.key(), AgreeFirst::Health.key()];

async fn create_request(visit: Visit, board: Path<Id<Board>>, form: Form<AskForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let board = board.0;
    match rules::plain_words(&form.words) {
        Ok(words) => {
            let member = Arc::clone(visit.member()?);
            match visit.site.db.write(move |tx| boards::ask(tx, &member, board, &words)).await {
                Err(Error::Refused(Refusal::Forbidden(sentence))) if AGREE_FIRST.contains(&sentence.key) => {
                    let fault = visit.fault("", &sentence)?;
                    let page = front_page(&visit, board, form.words, vec![fault]).await?;
                    visit.answer(StatusCode::FORBIDDEN, look(&visit)?, &page)
                }
                asked => {
                    asked?;
                    visit.go_to(&format!("/boards/{board}"))
                }
            }
        }
        Err(fault) => {
            let fault = visit.fault("words", &Sentence::plain(fault.key()))?;
            let page = front_page(&visit, board, form.words, vec![fault]).await?;
            visit.show_again(look(&visit)?, &page)
        }
    }
}

async fn remove_request(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let board = board.0;
    visit.site.db.write(move |tx| boards::take_back(tx, &member, board)).await?;
    visit.go_to(&format!("/boards/{board}"))
}

#[derive(Serialize)]
struct LeavingPage {
    board: i64,
    name: String,
    lang: Option<String>,
}

impl Page for LeavingPage {
    const TEMPLATE: &'static str = "boards/leaving.html";
}

async fn show_leaving(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let viewer = visit.viewer();
    let (board, access) = visit.site.db.read(move |connection| boards::seen_by(connection, viewer, board.0)).await?;
    if !access.is_board_member {
        return Err(Error::UNSEEN);
    }
    let page = LeavingPage { board: board.id.number(), name: board.name.clone(), lang: lang_of(&visit, &board.language) };
    visit.show(look(&visit)?.below(boards::href(&board), board.name), &page)
}

async fn create_leaving(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let board = board.0;
    visit.site.db.write(move |tx| boards::leave(tx, &member, board)).await?;
    visit.go_to(&format!("/boards/{board}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn front() -> FrontPage {
        FrontPage {
            faults: vec![Fault::new("words", "Shorter, please.")],
            board: 7,
            name: "Breast cancer".into(),
            lang: Some("de".into()),
            language_words: Some("Deutsch".into()),
            purpose: "Before, during and after treatment.".into(),
            audience: "Those who were let in read this.".into(),
            people: 12,
            may_ask: true,
            closed_words: None,
            asked: None,
            refused: Some(Refused {
                day: Moment { machine: "2026-05-14".into(), words: "14 May 2026".into() },
                reason: vec!["Tell us a little more.".into(), "Thank you.".into()],
            }),
            words: "I was diagnosed in spring.".into(),
            words_max: 1000,
            kept_for: "seal".into(),
            has_own_posts: true,
        }
    }

    #[test]
    fn the_front_says_who_reads_and_how_to_ask() {
        let html = check_page(&front());
        assert!(html.contains("Tell us a little more."));
        assert!(html.contains("action=\"/boards/7/requests\""));
        let waiting = FrontPage {
            faults: vec![],
            may_ask: false,
            refused: None,
            asked: Some(Moment { machine: "2026-05-14T10:00+01:00".into(), words: "14 May 2026, 10:00".into() }),
            ..front()
        };
        let html = check_page(&waiting);
        assert!(html.contains("action=\"/boards/7/requests/removal\"") && !html.contains("<textarea"));
        check_page(&FrontPage {
            may_ask: false,
            closed_words: Some("Hospital staff do not read this board.".into()),
            ..front()
        });
        check_page(&LeavingPage { board: 7, name: "Breast cancer".into(), lang: None });
    }
}
