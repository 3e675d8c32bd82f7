//! One case: what was reported, why, what was done, and taking it.

use super::super::store::{self, Places};
use super::words::{Holder, LevelWords, case_href, target_words};
use crate::accounts::visit::is_kept_for;
use crate::accounts::{Look, Member, Visit};
use crate::cases::{self, Case, CaseKind, Folder, Level, LogLine, rules};
use crate::db::{Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::notifications::post_href;
use crate::web::form::{Form, Path};
use crate::web::page::parts::{Choice, stance_words};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `/cases/2031`
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
pub struct CasePage {
    pub number: i64,
    pub heading: String,
    pub href: String,
    pub is_care: bool,
    pub level: LevelWords,
    pub is_graded: bool,
    pub due: Moment,
    pub board: Option<String>,
    /// Where the post or thread stands.
    pub place_href: Option<String>,
    /// Whom it is about.
    pub subject: String,
    pub subject_href: String,
    /// It waits for a decision.
    pub is_waiting: bool,
    pub holder: Option<Holder>,
    pub claim_minutes: i64,
    pub texts: Vec<TextRow>,
    pub reports: Vec<ReportRow>,
    pub notes: Vec<NoteRow>,
    pub history: Vec<HistoryRow>,
    pub levels: Vec<Choice>,
    pub present_level: String,
    pub note: String,
    pub takeover_note: String,
    pub words_max: usize,
    pub kept_for: String,
    pub faults: Vec<Fault>,
}

/// What a post said when somebody pointed at it.
#[derive(Debug, Clone, Serialize)]
pub struct TextRow {
    pub stance: String,
    pub stance_words: String,
    pub title: Option<String>,
    pub body_html: String,
    pub source: Option<String>,
    pub kept: Moment,
    pub revision: i64,
    /// Its words are gone: their writer was erased.
    pub is_empty: bool,
}

/// Why somebody told.
#[derive(Debug, Serialize)]
pub struct ReportRow {
    pub reason: String,
    pub words: Vec<String>,
    pub is_one_of_many: bool,
    pub reported: Moment,
}

/// A note among moderators.
#[derive(Debug, Serialize)]
pub struct NoteRow {
    pub words: Vec<String>,
    pub by: String,
    pub at: Moment,
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct HistoryRow {
    pub words: String,
    pub at: Moment,
}

impl Page for CasePage {
    const TEMPLATE: &'static str = "moderation/case.html";
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CaseForm {
    note: String,
    takeover_note: String,
    level: String,
    kept_for: String,
}

pub async fn show_case(visit: Visit, case: Path<Id<Case>>) -> Result<HttpResponse> {
    show(&visit, case.0, CaseForm::default(), Vec::new(), StatusCode::OK).await
}

async fn show(visit: &Visit, id: Id<Case>, form: CaseForm, faults: Vec<Fault>, status: StatusCode) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let viewer = visit.viewer();
    let (folder, places) = visit
        .site
        .db
        .read(move |connection| {
            let folder = cases::folder(connection, &member, id)?;
            let places = store::places(connection, viewer, std::slice::from_ref(&folder.case), &[])?;
            Ok((folder, places))
        })
        .await?;
    let look = Look::at("cases").below("/cases", visit.say("moderation-cases")?);
    visit.answer(status, look, &case_page(visit, &folder, &places, form, faults)?)
}

fn case_page(visit: &Visit, folder: &Folder, places: &Places, form: CaseForm, faults: Vec<Fault>) -> Result<CasePage> {
    let case = &folder.case;
    let levels = Level::ALL
        .into_iter()
        .map(|level| {
            let number = level.number();
            let words = visit.say(&format!("moderation-level-{number}"))?;
            Ok(Choice::new(number.to_string(), words).hint(visit.say(&format!("moderation-level-{number}-hint"))?))
        })
        .collect::<Result<Vec<_>>>()?;
    let texts = folder
        .texts
        .iter()
        .map(|(text, kept)| {
            Ok(TextRow {
                stance_words: stance_words(visit.locale(), &text.stance)?,
                stance: text.stance.clone(),
                title: text.title.clone(),
                is_empty: text.body_html.as_str().is_empty(),
                body_html: text.body_html.as_str().to_owned(),
                source: (!text.source.is_empty()).then(|| text.source.clone()),
                kept: visit.moment(*kept),
                revision: i64::from(text.revision),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let reports = folder
        .reports
        .iter()
        .map(|report| {
            Ok(ReportRow {
                reason: visit.say(&format!("moderation-reason-{}", report.reason.word()))?,
                words: report.words.lines().map(str::to_owned).collect(),
                is_one_of_many: report.is_one_of_many,
                reported: visit.moment(report.reported_at),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let notes = folder
        .notes
        .iter()
        .map(|note| NoteRow {
            words: note.words.lines().map(str::to_owned).collect(),
            by: note.by.clone(),
            at: visit.moment(note.at),
        })
        .collect();
    let history = folder.log.iter().map(|line| history_row(visit, line)).collect::<Result<Vec<_>>>()?;
    let place_href = places.thread(case).and(case.thread).map(|thread| match places.position(case) {
        Some(position) => post_href(&format!("/threads/{thread}"), position),
        None => format!("/threads/{thread}"),
    });
    Ok(CasePage {
        number: case.id.number(),
        heading: target_words(visit, case, places)?,
        href: case_href(case.id),
        is_care: case.kind == CaseKind::Care,
        level: LevelWords::of(visit, case.level)?,
        is_graded: case.graded_at.is_some(),
        due: visit.moment(case.due_at),
        board: places.board(case).map(str::to_owned),
        place_href,
        subject: places.name(case.subject).to_owned(),
        subject_href: format!("/people/{}", case.subject),
        is_waiting: case.is_waiting(),
        holder: Holder::of(visit, case, places),
        claim_minutes: rules::claim_minutes(case.kind),
        texts,
        reports,
        notes,
        history,
        levels,
        present_level: case.level.number().to_string(),
        note: form.note,
        takeover_note: form.takeover_note,
        words_max: rules::WORDS_MAX_CHARS,
        kept_for: visit.kept_for(),
        faults,
    })
}

fn history_row(visit: &Visit, line: &LogLine) -> Result<HistoryRow> {
    let name = line.by.clone().unwrap_or_default();
    let key = format!("moderation-act-{}", line.act.word());
    let detail = match line.act {
        cases::Act::Reported => visit.say(&format!("moderation-reason-{}", line.detail))?,
        cases::Act::Graded => visit.say(&format!("moderation-level-{}", line.detail))?,
        _ => String::new(),
    };
    let words = visit.say_with(&key, &[("name", name.into()), ("detail", detail.into())])?;
    Ok(HistoryRow { words, at: visit.moment(line.at) })
}

// ---------------------------------------------------------------- working

pub async fn create_claim(visit: Visit, case: Path<Id<Case>>) -> Result<HttpResponse> {
    work(visit, case.0, "", CaseForm::default(), cases::claim).await
}

pub async fn remove_claim(visit: Visit, case: Path<Id<Case>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = case.0;
    visit.site.db.write(move |tx| cases::hand_back(tx, &member, id)).await?;
    visit.go_to("/cases")
}

pub async fn create_takeover(visit: Visit, case: Path<Id<Case>>, form: Form<CaseForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let why = form.takeover_note.clone();
    work(visit, case.0, "takeover_note", form, move |tx, member, id| cases::take_over(tx, member, id, &why)).await
}

pub async fn create_note(visit: Visit, case: Path<Id<Case>>, form: Form<CaseForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let words = form.note.clone();
    work(visit, case.0, "note", form, move |tx, member, id| cases::note(tx, member, id, &words)).await
}

pub async fn update_level(visit: Visit, case: Path<Id<Case>>, form: Form<CaseForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let level = form.level.parse().ok().and_then(Level::from_number);
    let level = level.ok_or_else(|| Refusal::Unreadable(Sentence::plain("shared-failure-unreadable-lead")))?;
    work(visit, case.0, "level", form, move |tx, member, id| cases::grade(tx, member, id, level)).await
}

/// Does one thing with a case and shows it again; a refusal stands at its field, with the words as typed.
async fn work(
    visit: Visit,
    id: Id<Case>,
    field: &'static str,
    form: CaseForm,
    verb: impl Fn(&mut Tx<'_>, &Member, Id<Case>) -> Result<()> + Send + Sync + 'static,
) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    if !form.kept_for.is_empty() && !is_kept_for(&visit.site, &member, &form.kept_for) {
        return Err(Error::forbidden("threads-words-of-another"));
    }
    let done = visit.site.db.write(move |tx| verb(tx, &member, id)).await;
    let (sentence, status) = match done {
        Ok(()) => return visit.go_to(&case_href(id)),
        Err(Error::Refused(Refusal::Forbidden(sentence))) => (sentence, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Refused(Refusal::Stale(sentence))) => (sentence, StatusCode::CONFLICT),
        Err(error) => return Err(error),
    };
    let field = if status == StatusCode::CONFLICT { "" } else { field };
    let fault = visit.fault(field, &sentence)?;
    show(&visit, id, form, vec![fault], status).await
}
