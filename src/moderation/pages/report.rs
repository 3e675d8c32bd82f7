//! Pointing at something, and what came of it.

use super::super::store::Places;
use super::super::{report_person, report_post, seen, store};
use super::words::target_words;
use crate::accounts::visit::is_kept_for;
use crate::accounts::{self, Look, Member, Visit};
use crate::cases::{self, Case, CaseKind, Reason, Receipt, Report, ReportDraft, State, TargetKind, rules};
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::notifications::post_href;
use crate::text::{self, plain_words};
use crate::threads::{Post, Thread};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, stance_words};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `/posts/4044/reports` and `/people/31/reports`
#[derive(Debug, Serialize)]
pub struct ReportPage {
    pub action: String,
    pub back_href: String,
    /// The post, as far as it is still there; nothing where it is about a person alone.
    pub post: Option<Quoted>,
    /// Whom it is about, where it is about a person alone.
    pub person: Option<String>,
    /// Post, thread or person; empty where there is nothing to choose.
    pub targets: Vec<Choice>,
    pub target: String,
    pub reasons: Vec<Choice>,
    pub reason: String,
    pub words: String,
    pub words_max: usize,
    pub in_good_faith: bool,
    pub kept_for: String,
    pub faults: Vec<Fault>,
}

/// What is pointed at.
#[derive(Debug, Serialize)]
pub struct Quoted {
    pub stance: &'static str,
    pub stance_words: String,
    pub number: i64,
    pub byline: String,
    pub written: Moment,
    /// Its beginning; nothing once it was taken back.
    pub excerpt: Option<String>,
    pub lang: Option<String>,
}

impl Page for ReportPage {
    const TEMPLATE: &'static str = "moderation/report.html";
}

/// `/reports`
#[derive(Debug, Serialize)]
pub struct OwnReportsPage {
    /// A report came in just now: it is about a worry, or not.
    pub sent: Option<&'static str>,
    pub is_withdrawn: bool,
    pub reports: Vec<OwnReport>,
}

/// A report, for whoever made it.
#[derive(Debug, Serialize)]
pub struct OwnReport {
    pub about: String,
    pub reason: String,
    pub words: Vec<String>,
    pub reported: Moment,
    /// What came of it.
    pub outcome: String,
    pub withdraw_action: Option<String>,
}

impl Page for OwnReportsPage {
    const TEMPLATE: &'static str = "moderation/own-reports.html";
}

/// So much of a post stands above the form.
const EXCERPT_CHARS: usize = 220;
/// Nobody reads further back.
const OWN_REPORTS: i64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    target: String,
    reason: String,
    words: String,
    in_good_faith: String,
    kept_for: String,
}

/// What the page is about.
enum About {
    Post(Box<(Post, Thread)>, String),
    Person(Id<Member>, String),
}

async fn about_post(visit: &Visit, post: Id<Post>) -> Result<About> {
    let viewer = visit.viewer();
    visit
        .site
        .db
        .read(move |connection| {
            let found = seen(connection, viewer, post)?;
            let mut names = accounts::handles_of(connection, &[found.0.author])?;
            let name = names.remove(&found.0.author).unwrap_or_default();
            Ok(About::Post(Box::new(found), name))
        })
        .await
}

async fn about_person(visit: &Visit, person: Id<Member>) -> Result<About> {
    visit
        .site
        .db
        .read(move |connection| {
            if !store::is_here(connection, person)? {
                return Err(Error::UNSEEN);
            }
            let name = accounts::handles_of(connection, &[person])?.remove(&person).unwrap_or_default();
            Ok(About::Person(person, name))
        })
        .await
}

pub async fn new_report_of_post(visit: Visit, post: Path<Id<Post>>) -> Result<HttpResponse> {
    let about = about_post(&visit, post.0).await?;
    visit.show(Look::default(), &report_page(&visit, &about, ReportForm::default(), Vec::new())?)
}

pub async fn new_report_of_person(visit: Visit, person: Path<Id<Member>>) -> Result<HttpResponse> {
    let about = about_person(&visit, person.0).await?;
    visit.show(Look::default(), &report_page(&visit, &about, ReportForm::default(), Vec::new())?)
}

fn report_page(visit: &Visit, about: &About, form: ReportForm, faults: Vec<Fault>) -> Result<ReportPage> {
    let reasons = Reason::ALL.iter().map(|reason| reason_choice(visit, *reason)).collect::<Result<Vec<_>>>()?;
    let (action, back_href, post, person, targets) = match about {
        About::Post(found, name) => {
            let (post, thread) = &**found;
            let is_gone = post.withdrawn_at.is_some();
            let targets = TargetKind::ALL
                .iter()
                .filter(|kind| !(is_gone && **kind == TargetKind::Post))
                .map(|kind| Ok(Choice::new(kind.word(), visit.say(&format!("moderation-about-{}", kind.word()))?)))
                .collect::<Result<Vec<_>>>()?;
            let quoted = Quoted {
                stance: post.stance.word(),
                stance_words: stance_words(visit.locale(), post.stance.word())?,
                number: i64::from(post.position),
                byline: name.clone(),
                written: visit.moment(post.posted_at),
                excerpt: (!is_gone).then(|| text::excerpt(&post.body_html, EXCERPT_CHARS)),
                lang: crate::boards::pages::lang_of(visit, &thread.language),
            };
            (format!("/posts/{}/reports", post.id), post_href(&thread.href(), post.position), Some(quoted), None, targets)
        }
        About::Person(person, name) => {
            (format!("/people/{person}/reports"), format!("/people/{person}"), None, Some(name.clone()), Vec::new())
        }
    };
    let first = targets.first().map(|choice| choice.value.clone()).unwrap_or_default();
    let target = if targets.iter().any(|choice| choice.value == form.target) { form.target } else { first };
    Ok(ReportPage {
        action,
        back_href,
        post,
        person,
        targets,
        target,
        reasons,
        reason: form.reason,
        words: form.words,
        words_max: rules::WORDS_MAX_CHARS,
        in_good_faith: form.in_good_faith == "yes",
        kept_for: visit.kept_for(),
        faults,
    })
}

fn reason_choice(visit: &Visit, reason: Reason) -> Result<Choice> {
    let choice = Choice::new(reason.word(), visit.say(&format!("moderation-reason-{}", reason.word()))?);
    Ok(match reason {
        Reason::Unkind | Reason::Selling | Reason::Pretending | Reason::OffTopic => choice,
        _ => choice.hint(visit.say(&format!("moderation-reason-{}-hint", reason.word()))?),
    })
}

pub async fn create_report_of_post(visit: Visit, post: Path<Id<Post>>, form: Form<ReportForm>) -> Result<HttpResponse> {
    let id = post.0;
    let form = form.fields()?;
    let kind = TargetKind::from_word(&form.target).unwrap_or(TargetKind::Post);
    let sent = send(&visit, &form, move |tx, member, draft| report_post(tx, member, id, kind, draft)).await?;
    answer(&visit, sent, form, || about_post(&visit, id)).await
}

pub async fn create_report_of_person(
    visit: Visit,
    person: Path<Id<Member>>,
    form: Form<ReportForm>,
) -> Result<HttpResponse> {
    let id = person.0;
    let form = form.fields()?;
    let sent = send(&visit, &form, move |tx, member, draft| report_person(tx, member, id, draft)).await?;
    answer(&visit, sent, form, || about_person(&visit, id)).await
}

/// Why a form comes back.
struct Refused {
    fault: Fault,
    status: StatusCode,
}

async fn send(
    visit: &Visit,
    form: &ReportForm,
    report: impl Fn(&mut crate::db::Tx<'_>, &Member, ReportDraft) -> Result<Receipt> + Send + Sync + 'static,
) -> Result<Result<(Receipt, Reason), Refused>> {
    let member = Arc::clone(visit.member()?);
    if !form.kept_for.is_empty() && !is_kept_for(&visit.site, &member, &form.kept_for) {
        return Err(Error::forbidden("threads-words-of-another"));
    }
    let refused = |field: &'static str, sentence: &Sentence, status| -> Result<_> {
        Ok(Err(Refused { fault: visit.fault(field, sentence)?, status }))
    };
    let Some(reason) = Reason::from_word(&form.reason) else {
        let sentence = Sentence::plain("moderation-report-reason-missing");
        return refused("reason", &sentence, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let Some(words) = plain_words(&form.words, rules::WORDS_MAX_CHARS) else {
        let sentence = rules::CannotReport::WordsTooLong.sentence();
        return refused("words", &sentence, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let draft = ReportDraft { reason, words, in_good_faith: form.in_good_faith == "yes" };
    match visit.site.db.write(move |tx| report(tx, &member, draft.clone())).await {
        Ok(receipt) => Ok(Ok((receipt, reason))),
        Err(Error::Refused(Refusal::Forbidden(sentence))) => {
            let field = [rules::CannotReport::WordsMissing, rules::CannotReport::FaithMissing]
                .into_iter()
                .find(|refusal| refusal.sentence() == sentence)
                .map_or("", rules::CannotReport::field);
            refused(field, &sentence, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Error::Refused(Refusal::Stale(sentence))) => refused("", &sentence, StatusCode::CONFLICT),
        Err(Error::Refused(Refusal::TooMany { sentence, retry_after_seconds })) => {
            let fault = visit.too_often(sentence.key, retry_after_seconds)?;
            Ok(Err(Refused { fault, status: StatusCode::TOO_MANY_REQUESTS }))
        }
        Err(error) => Err(error),
    }
}

async fn answer<F: Future<Output = Result<About>>>(
    visit: &Visit,
    sent: Result<(Receipt, Reason), Refused>,
    form: ReportForm,
    about: impl FnOnce() -> F,
) -> Result<HttpResponse> {
    match sent {
        Ok((_, reason)) => {
            let sent = if rules::kind_of(reason) == CaseKind::Care { "worry" } else { "report" };
            visit.go_to(&format!("/reports?sent={sent}"))
        }
        Err(refused) => {
            let page = report_page(visit, &about().await?, form, vec![refused.fault])?;
            visit.answer(refused.status, Look::default(), &page)
        }
    }
}

// ---------------------------------------------------------------- one's own

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OwnQuery {
    sent: String,
    withdrawn: String,
}

pub async fn list_own_reports(visit: Visit, query: Query<OwnQuery>) -> Result<HttpResponse> {
    let member = visit.member()?.id;
    let viewer = visit.viewer();
    let (reports, places) = visit
        .site
        .db
        .read(move |connection| {
            let reports = cases::own_reports(connection, member, OWN_REPORTS)?;
            let about: Vec<Case> = reports.iter().map(|(_, case)| case.clone()).collect();
            let places = store::places(connection, viewer, &about, &[])?;
            Ok((reports, places))
        })
        .await?;
    let page = OwnReportsPage {
        sent: match query.0.sent.as_str() {
            "worry" => Some("worry"),
            "report" => Some("report"),
            _ => None,
        },
        is_withdrawn: query.0.withdrawn == "1",
        reports: reports
            .iter()
            .map(|(report, case)| own_report(&visit, report, case, &places))
            .collect::<Result<Vec<_>>>()?,
    };
    visit.show(Look::at("reports"), &page)
}

fn own_report(visit: &Visit, report: &Report, case: &Case, places: &Places) -> Result<OwnReport> {
    let outcome = match (report.withdrawn_at, case.kind, case.state) {
        (Some(_), ..) => "moderation-outcome-withdrawn",
        (None, _, State::Open | State::Appealed) => "moderation-outcome-waits",
        (None, CaseKind::Care, State::Decided | State::Closed) => "moderation-outcome-care",
        (None, CaseKind::Rule, State::Decided | State::Closed) => "moderation-outcome-decided",
    };
    let is_open = report.withdrawn_at.is_none() && rules::may_withdraw(report, case).is_ok();
    Ok(OwnReport {
        about: target_words(visit, case, places)?,
        reason: visit.say(&format!("moderation-reason-{}", report.reason.word()))?,
        words: report.words.lines().map(str::to_owned).collect(),
        reported: visit.moment(report.reported_at),
        outcome: visit.say(outcome)?,
        withdraw_action: is_open.then(|| format!("/reports/{}/withdrawal", report.id)),
    })
}

pub async fn create_withdrawal(visit: Visit, report: Path<Id<Report>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = report.0;
    visit.site.db.write(move |tx| cases::withdraw_report(tx, &member, id)).await?;
    visit.go_to("/reports?withdrawn=1")
}
