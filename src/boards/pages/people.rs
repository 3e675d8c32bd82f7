//! What the moderators of a board see of the people on it: who asks, who was let in.

use super::super::model::{Board, Person, Request};
use super::super::rules::{Reason, WORDS_MAX_CHARS};
use super::super::{self as boards, store};
use super::{lang_of, lines};
use crate::accounts::{Look, Member, Visit};
use crate::db::{Conn, Id};
use crate::error::{Error, Result, Sentence};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Mark, Pager};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// People on one page of the list.
const PEOPLE_A_PAGE: usize = 100;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/boards/{board}/people", Admits::Members, list_people),
        Endpoint::get("/boards/{board}/requests/{request}/decision", Admits::Members, new_decision),
        Endpoint::post("/boards/{board}/requests/{request}/decision", Admits::Members, create_decision),
        Endpoint::get("/boards/{board}/people/{member}/removal", Admits::Members, new_removal),
        Endpoint::post("/boards/{board}/people/{member}/removal", Admits::Members, create_removal),
    ]
}

/// The board, if this person moderates it. For everybody else the page does not exist.
fn moderated(connection: &mut Conn, moderator: &Member, board: Id<Board>) -> Result<Board> {
    let (board, access) = boards::seen_by(connection, moderator.viewer(), board)?;
    if access.is_moderator { Ok(board) } else { Err(Error::UNSEEN) }
}

// ------------------------------------------------------------------ the list

#[derive(Serialize)]
struct PeoplePage {
    name: String,
    lang: Option<String>,
    lets_people_in: bool,
    count: i64,
    requests: Vec<RequestItem>,
    people: Vec<PersonItem>,
    pager: Pager,
}

#[derive(Serialize)]
struct RequestItem {
    decision_href: String,
    person: PersonItem,
    asked: Moment,
    words: Vec<String>,
}

#[derive(Serialize)]
struct PersonItem {
    handle: String,
    person_href: String,
    mark: Mark,
    since: Moment,
    removal_href: String,
}

impl Page for PeoplePage {
    const TEMPLATE: &'static str = "boards/people.html";
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: String,
}

async fn list_people(visit: Visit, board: Path<Id<Board>>, query: Query<After>) -> Result<HttpResponse> {
    let moderator = Arc::clone(visit.member()?);
    let after = query.0.after;
    let (board, requests, mut people) = visit
        .site
        .db
        .read(move |connection| {
            let board = moderated(connection, &moderator, board.0)?;
            let requests = if after.is_empty() { store::open_requests(connection, board.id)? } else { Vec::new() };
            let people = store::people(connection, board.id, &after, PEOPLE_A_PAGE + 1)?;
            Ok((board, requests, people))
        })
        .await?;
    let has_more = people.len() > PEOPLE_A_PAGE;
    people.truncate(PEOPLE_A_PAGE);
    let next_href = people.last().filter(|_| has_more).map(|last| {
        let after: String = url::form_urlencoded::byte_serialize(last.handle.as_bytes()).collect();
        format!("/boards/{}/people?after={after}", board.id)
    });
    let page = PeoplePage {
        name: board.name.clone(),
        lang: lang_of(&visit, &board.language),
        lets_people_in: board.audience == boards::Audience::BoardMembers,
        count: i64::from(board.member_count),
        requests: requests
            .into_iter()
            .map(|(request, person)| RequestItem {
                decision_href: decision_href(&board, request.id),
                person: person_item(&visit, &board, person),
                asked: visit.moment(request.asked_at),
                words: lines(&request.words),
            })
            .collect(),
        people: people.into_iter().map(|person| person_item(&visit, &board, person)).collect(),
        pager: Pager { next_href, next_words: visit.say("boards-people-more")?, ..Pager::default() },
    };
    visit.show(look(&visit, &board)?, &page)
}

fn person_item(visit: &Visit, board: &Board, person: Person) -> PersonItem {
    PersonItem {
        person_href: format!("/people/{}", person.id),
        mark: person.mark,
        since: visit.day(person.since),
        removal_href: format!("/boards/{}/people/{}/removal", board.id, person.id),
        handle: person.handle,
    }
}

fn look(visit: &Visit, board: &Board) -> Result<Look> {
    Ok(Look::at("boards").below("/boards", visit.say("shared-boards")?).below(boards::href(board), board.name.clone()))
}

fn decision_href(board: &Board, request: Id<Request>) -> String {
    format!("/boards/{}/requests/{request}/decision", board.id)
}

fn people_href(board: &Board) -> String {
    format!("/boards/{}/people", board.id)
}

// ------------------------------------------------------------------ deciding

#[derive(Serialize)]
struct DecisionPage {
    faults: Vec<Fault>,
    action: String,
    name: String,
    lang: Option<String>,
    person: PersonItem,
    asked: Moment,
    asks_with: Vec<String>,
    reason: String,
    reason_max: i64,
    kept_for: String,
}

impl Page for DecisionPage {
    const TEMPLATE: &'static str = "boards/decision.html";
}

#[derive(Deserialize, Default)]
struct DecisionForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason: String,
}

type AskedPath = Path<(Id<Board>, Id<Request>)>;

async fn new_decision(visit: Visit, path: AskedPath) -> Result<HttpResponse> {
    decision_page(&visit, path.0, DecisionForm::default(), Vec::new()).await
}

async fn create_decision(visit: Visit, path: AskedPath, form: Form<DecisionForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let fault = match (form.decision.as_str(), Reason::parse(&form.reason)) {
        ("let-in", _) | ("refuse", Ok(_)) => None,
        ("refuse", Err(fault)) => Some(visit.fault("reason", &Sentence::plain(fault.key()))?),
        // No button says anything else.
        _ => Some(visit.fault("", &Sentence::plain("boards-decide-choose"))?),
    };
    if let Some(fault) = fault {
        return decision_page(&visit, path.0, form, vec![fault]).await;
    }
    let moderator = Arc::clone(visit.member()?);
    let (board, request) = path.0;
    visit
        .site
        .db
        .write(move |tx| {
            let (_, asked, _) = asked(tx.conn(), &moderator, board, request)?;
            boards::decide(tx, &moderator, asked.id, form.decision == "let-in", &form.reason)
        })
        .await?;
    visit.go_to(&format!("/boards/{board}/people"))
}

/// A request of this board, whoever asks, for its moderators.
fn asked(
    connection: &mut Conn,
    moderator: &Member,
    board: Id<Board>,
    request: Id<Request>,
) -> Result<(Board, Request, Person)> {
    let board = moderated(connection, moderator, board)?;
    let (request, person) = store::request_with_person(connection, request)?.ok_or(Error::UNSEEN)?;
    if request.board == board.id { Ok((board, request, person)) } else { Err(Error::UNSEEN) }
}

async fn decision_page(
    visit: &Visit,
    path: (Id<Board>, Id<Request>),
    form: DecisionForm,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let moderator = Arc::clone(visit.member()?);
    let (board, request, person) =
        visit.site.db.read(move |connection| asked(connection, &moderator, path.0, path.1)).await?;
    if !request.is_open() {
        return Err(crate::error::Refusal::Stale(Sentence::plain("boards-people-decided-already")).into());
    }
    let page = DecisionPage {
        action: decision_href(&board, request.id),
        name: board.name.clone(),
        lang: lang_of(visit, &board.language),
        person: person_item(visit, &board, person),
        asked: visit.moment(request.asked_at),
        asks_with: lines(&request.words),
        reason: form.reason,
        reason_max: i64::try_from(WORDS_MAX_CHARS).unwrap_or(i64::MAX),
        kept_for: visit.kept_for(),
        faults,
    };
    let look = look(visit, &board)?.below(people_href(&board), visit.say("boards-people")?);
    if page.faults.is_empty() { visit.show(look, &page) } else { visit.show_again(look, &page) }
}

// ------------------------------------------------------------------ taking out

#[derive(Serialize)]
struct RemovalPage {
    faults: Vec<Fault>,
    action: String,
    name: String,
    lang: Option<String>,
    person: PersonItem,
    reason: String,
    reason_max: i64,
    kept_for: String,
}

impl Page for RemovalPage {
    const TEMPLATE: &'static str = "boards/removal.html";
}

#[derive(Deserialize, Default)]
struct RemovalForm {
    #[serde(default)]
    reason: String,
}

type MemberPath = Path<(Id<Board>, Id<Member>)>;

async fn new_removal(visit: Visit, path: MemberPath) -> Result<HttpResponse> {
    removal_page(&visit, path.0, RemovalForm::default(), Vec::new()).await
}

async fn create_removal(visit: Visit, path: MemberPath, form: Form<RemovalForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    if let Err(fault) = Reason::parse(&form.reason) {
        let fault = visit.fault("reason", &Sentence::plain(fault.key()))?;
        return removal_page(&visit, path.0, form, vec![fault]).await;
    }
    let moderator = Arc::clone(visit.member()?);
    let (board, member) = path.0;
    visit.site.db.write(move |tx| boards::take_out(tx, &moderator, board, member, &form.reason)).await?;
    visit.go_to(&format!("/boards/{board}/people"))
}

async fn removal_page(
    visit: &Visit,
    path: (Id<Board>, Id<Member>),
    form: RemovalForm,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let moderator = Arc::clone(visit.member()?);
    let (board, person) = visit
        .site
        .db
        .read(move |connection| {
            let board = moderated(connection, &moderator, path.0)?;
            let person = store::board_member(connection, board.id, path.1)?.ok_or(Error::UNSEEN)?;
            Ok((board, person))
        })
        .await?;
    let page = RemovalPage {
        action: format!("/boards/{}/people/{}/removal", board.id, person.id),
        name: board.name.clone(),
        lang: lang_of(visit, &board.language),
        person: person_item(visit, &board, person),
        reason: form.reason,
        reason_max: i64::try_from(WORDS_MAX_CHARS).unwrap_or(i64::MAX),
        kept_for: visit.kept_for(),
        faults,
    };
    let look = look(visit, &board)?.below(people_href(&board), visit.say("boards-people")?);
    if page.faults.is_empty() { visit.show(look, &page) } else { visit.show_again(look, &page) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn somebody() -> PersonItem {
        PersonItem {
            handle: "harebell".into(),
            person_href: "/people/31".into(),
            mark: Mark { name: "wave", colour: "moss" },
            since: moment(),
            removal_href: "/boards/7/people/31/removal".into(),
        }
    }

    fn moment() -> Moment {
        Moment { machine: "2026-05-14T10:00+01:00".into(), words: "14 May 2026, 10:00".into() }
    }

    #[test]
    fn moderators_see_who_asks_and_who_is_in() {
        let request = || RequestItem {
            decision_href: "/boards/7/requests/3/decision".into(),
            person: somebody(),
            asked: moment(),
            words: lines("I was diagnosed in spring.\nTwice."),
        };
        let page = PeoplePage {
            name: "Breast cancer".into(),
            lang: Some("de".into()),
            lets_people_in: true,
            count: 12,
            requests: vec![request(), RequestItem { words: vec![], ..request() }],
            people: vec![somebody()],
            pager: Pager {
                next_href: Some("/boards/7/people?after=x".into()),
                next_words: "More".into(),
                ..Pager::default()
            },
        };
        assert!(check_page(&page).contains("I was diagnosed in spring."));
        check_page(&PeoplePage { lets_people_in: false, requests: vec![], people: vec![], ..page });
    }

    #[test]
    fn a_no_needs_a_reason_that_is_told() {
        let page = DecisionPage {
            faults: vec![Fault::new("", "Press one of the two."), Fault::new("reason", "Say why.")],
            action: "/boards/7/requests/3/decision".into(),
            name: "Breast cancer".into(),
            lang: None,
            person: somebody(),
            asked: moment(),
            asks_with: lines("I was diagnosed in spring."),
            reason: "Tell us more.".into(),
            reason_max: 1000,
            kept_for: "seal".into(),
        };
        let html = check_page(&page);
        assert!(html.contains("Tell us more.</textarea>"));
        assert!(html.contains("value=\"let-in\"") && html.contains("value=\"refuse\""));
        let page = RemovalPage {
            faults: vec![Fault::new("reason", "Say why.")],
            action: "/boards/7/people/31/removal".into(),
            name: "Breast cancer".into(),
            lang: None,
            person: somebody(),
            reason: "They asked us to.".into(),
            reason_max: 1000,
            kept_for: "seal".into(),
        };
        check_page(&page);
    }
}
