//! What administrators set about joining, and the applications that they read.

use super::{Faults, is_ticked};
use crate::accounts::joining::{self, Decision};
use crate::accounts::model::{Application, Joining, JoiningChange, JoiningMode};
use crate::accounts::rules;
use crate::accounts::store::joining as store;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Result, Sentence};
use crate::locale::Moment;
use crate::text::{self, PostSource};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::Choice;
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    let admits = Admits::Administrators;
    vec![
        Endpoint::get("/admin/joining", admits, show_joining),
        Endpoint::post("/admin/joining", admits, update_joining),
        Endpoint::get("/admin/applications", admits, list_applications),
        Endpoint::get("/admin/applications/{application}", admits, show_application),
        Endpoint::post("/admin/applications/{application}/decision", admits, create_decision),
    ]
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?))
}

// ---------------------------------------------------------------------------------------------- how people join

#[derive(Serialize)]
struct JoiningPage {
    faults: Vec<Fault>,
    /// It was just kept.
    is_kept: bool,
    kept_for: String,
    mode: String,
    modes: Vec<Choice>,
    question: String,
    question_max: usize,
    /// How the question will look, if somebody wants to see it first.
    preview_html: Option<String>,
    cap: String,
    tells_administrators: bool,
    changes: Vec<ChangeRow>,
}

impl Page for JoiningPage {
    const TEMPLATE: &'static str = "accounts/admin-joining.html";
}

/// A line of the record.
#[derive(Serialize)]
struct ChangeRow {
    words: String,
    when: Moment,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JoiningForm {
    mode: String,
    question: String,
    member_invitations: String,
    letters: String,
    /// What the pressed button wants: `preview`, or nothing to keep it.
    #[serde(rename = "do")]
    wants: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct KeptQuery {
    kept: String,
}

async fn joining_page(visit: &Visit, faults: Vec<Fault>, is_kept: bool, form: Option<JoiningForm>) -> Result<JoiningPage> {
    let (joining, changes) =
        visit.site.db.read(|connection| Ok((store::joining(connection)?, store::joining_changes(connection)?))).await?;
    let preview =
        form.as_ref().filter(|form| form.wants == "preview").and_then(|form| PostSource::parse(&form.question).ok());
    let form = form.unwrap_or_else(|| JoiningForm {
        mode: joining.mode.word().to_owned(),
        question: joining.question,
        member_invitations: joining.member_invitations.to_string(),
        letters: if joining.tells_administrators { "yes".to_owned() } else { String::new() },
        wants: String::new(),
    });
    let mode_choice = |mode: &JoiningMode| {
        let hint = visit.say(&format!("accounts-joining-mode-{}-hint", mode.word()))?;
        Ok(Choice::new(mode.word(), mode_words(visit, mode.word())?).hint(hint))
    };
    Ok(JoiningPage {
        faults,
        is_kept,
        kept_for: visit.kept_for(),
        mode: form.mode,
        modes: JoiningMode::ALL.iter().map(mode_choice).collect::<Result<_>>()?,
        question: form.question,
        question_max: Joining::QUESTION_MAX_CHARS,
        preview_html: preview.map(|question| text::render(&question).as_str().to_owned()),
        cap: form.member_invitations,
        tells_administrators: is_ticked(&form.letters),
        changes: changes.into_iter().map(|change| change_row(visit, change)).collect::<Result<_>>()?,
    })
}

fn mode_words(visit: &Visit, word: &str) -> Result<String> {
    visit.say(&format!("accounts-joining-mode-{word}"))
}

fn change_row(visit: &Visit, change: JoiningChange) -> Result<ChangeRow> {
    let (key, value) = match change.name.as_str() {
        store::MODE => ("accounts-joining-changed-mode", mode_words(visit, &change.value)?),
        store::QUESTION => ("accounts-joining-changed-question", String::new()),
        store::LETTERS if change.value == store::NO_LETTERS => ("accounts-joining-changed-letters-off", String::new()),
        store::LETTERS => ("accounts-joining-changed-letters-on", String::new()),
        _ => ("accounts-joining-changed-cap", change.value),
    };
    let words = visit.say_with(key, &[("value", value.into()), ("by", change.changed_by.into())])?;
    Ok(ChangeRow { words, when: visit.moment(change.changed_at) })
}

async fn show_joining(visit: Visit, query: Query<KeptQuery>) -> Result<HttpResponse> {
    let page = joining_page(&visit, Vec::new(), !query.0.kept.is_empty(), None).await?;
    visit.show(look(&visit)?, &page)
}

async fn update_joining(visit: Visit, form: Form<JoiningForm>) -> Result<HttpResponse> {
    let by = visit.member()?.id;
    let form = form.fields()?;
    if form.wants == "preview" {
        let page = joining_page(&visit, Vec::new(), false, Some(form)).await?;
        return visit.show(look(&visit)?, &page);
    }
    let mut faults = Faults::new(&visit);
    let mode = JoiningMode::from_word(&form.mode);
    if mode.is_none() {
        faults.say("mode", "accounts-joining-mode-none")?;
    }
    let question = text::plain_words(&form.question, Joining::QUESTION_MAX_CHARS);
    match &question {
        None => faults.say("question", "accounts-joining-question-too-long")?,
        Some(question) if question.is_empty() && mode == Some(JoiningMode::Application) => {
            faults.say("question", "accounts-joining-question-needed")?;
        }
        Some(_) => {}
    }
    let cap = form.member_invitations.trim().parse().ok();
    let cap = cap.filter(|cap| (0..=Joining::MEMBER_INVITATIONS_MAX).contains(cap));
    if cap.is_none() {
        faults.say("member_invitations", "accounts-joining-cap-none")?;
    }
    let (Some(mode), Some(question), Some(member_invitations), true) = (mode, question, cap, faults.list.is_empty()) else {
        let faults = faults.list;
        let page = joining_page(&visit, faults, false, Some(form)).await?;
        return visit.show_again(look(&visit)?, &page);
    };
    let joining = Joining { mode, question, member_invitations, tells_administrators: is_ticked(&form.letters) };
    visit.site.db.write(move |tx| joining::set(tx, by, &joining)).await?;
    joining::learn_mode(&visit.site).await?;
    visit.go_to("/admin/joining?kept=yes")
}

// ------------------------------------------------------------------------------------------------ applications

/// Applications on the list; who decides makes room for those behind.
const SHOWN: i64 = 100;
/// The longest words to an applicant, in characters.
const WORDS_MAX_CHARS: usize = 1_000;

#[derive(Serialize)]
struct ApplicationsPage {
    /// One was just decided.
    is_decided: bool,
    applications: Vec<ApplicationRow>,
}

impl Page for ApplicationsPage {
    const TEMPLATE: &'static str = "accounts/admin-applications.html";
}

/// An application in words.
#[derive(Serialize)]
struct ApplicationRow {
    href: String,
    handle: String,
    /// The answer as it was typed, line by line.
    answer: Vec<String>,
    /// How long they have waited, in whole days, in words.
    age: String,
    since: Moment,
}

fn application_row(visit: &Visit, application: Application) -> Result<ApplicationRow> {
    let days = visit.now().since(application.waits_since).num_days();
    Ok(ApplicationRow {
        href: href(application.id),
        handle: application.handle,
        answer: application.answer.lines().map(str::to_owned).collect(),
        age: visit.say_with("accounts-applications-age", &[("days", days.into())])?,
        since: visit.moment(application.waits_since),
    })
}

fn href(application: Id<Application>) -> String {
    format!("/admin/applications/{application}")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DecidedQuery {
    decided: String,
}

async fn list_applications(visit: Visit, query: Query<DecidedQuery>) -> Result<HttpResponse> {
    let applications = visit.site.db.read(|connection| store::applications(connection, SHOWN)).await?;
    let page = ApplicationsPage {
        is_decided: !query.0.decided.is_empty(),
        applications: applications.into_iter().map(|one| application_row(&visit, one)).collect::<Result<_>>()?,
    };
    visit.show(look(&visit)?, &page)
}

#[derive(Serialize)]
struct ApplicationPage {
    faults: Vec<Fault>,
    kept_for: String,
    application: ApplicationRow,
    words: String,
    words_max: usize,
    days: i64,
}

impl Page for ApplicationPage {
    const TEMPLATE: &'static str = "accounts/admin-application.html";
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DecisionForm {
    decision: String,
    words: String,
}

async fn application_page(visit: &Visit, id: Id<Application>, faults: Vec<Fault>, words: String) -> Result<HttpResponse> {
    let application = visit.site.db.read(move |connection| store::application(connection, id)).await?;
    let page = ApplicationPage {
        faults,
        kept_for: visit.kept_for(),
        application: application_row(visit, application.ok_or(Error::UNSEEN)?)?,
        words,
        words_max: WORDS_MAX_CHARS,
        days: rules::PENDING_DAYS,
    };
    let look = look(visit)?.below("/admin/applications", visit.say("accounts-applications-title")?);
    if page.faults.is_empty() { visit.show(look, &page) } else { visit.show_again(look, &page) }
}

async fn show_application(visit: Visit, id: Path<Id<Application>>) -> Result<HttpResponse> {
    application_page(&visit, id.0, Vec::new(), String::new()).await
}

async fn create_decision(visit: Visit, id: Path<Id<Application>>, form: Form<DecisionForm>) -> Result<HttpResponse> {
    let (id, by) = (id.0, visit.member()?.id);
    let form = form.fields()?;
    let mut faults = Faults::new(&visit);
    let is_approved = match form.decision.as_str() {
        "approve" => Some(true),
        "deny" => Some(false),
        // No button says anything else.
        _ => None,
    };
    if is_approved.is_none() {
        faults.say("", "accounts-application-choose")?;
    }
    let words = text::plain_words(&form.words, WORDS_MAX_CHARS);
    match &words {
        None => {
            let most = WORDS_MAX_CHARS.to_string();
            faults.add("words", &Sentence::plain("accounts-application-too-long").with("count", most))?;
        }
        Some(words) if words.is_empty() && is_approved == Some(false) => {
            faults.say("words", "accounts-application-reason-needed")?;
        }
        Some(_) => {}
    }
    let (Some(is_approved), Some(words), true) = (is_approved, words, faults.list.is_empty()) else {
        let faults = faults.list;
        return application_page(&visit, id, faults, form.words).await;
    };
    let (decision, site) = (Decision { is_approved, words }, visit.site.clone());
    visit.site.db.write(move |tx| joining::decide(tx, by, id, &decision, &site)).await?;
    visit.go_to("/admin/applications?decided=yes")
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() }
    }

    fn row() -> ApplicationRow {
        ApplicationRow {
            href: "/admin/applications/7".into(),
            handle: "tansy".into(),
            answer: vec!["My <b>knee</b>.".into(), "Since spring.".into()],
            age: "Waiting for 3 days".into(),
            since: moment(),
        }
    }

    #[test]
    fn the_page_about_joining_shows_what_is_set_and_who_set_it() {
        let page = JoiningPage {
            faults: faults(&["mode", "question", "member_invitations"]),
            is_kept: true,
            kept_for: "seal".into(),
            mode: "application".into(),
            modes: vec![Choice::new("open", "Everybody"), Choice::new("application", "Approved").hint("They wait")],
            question: "What **brings** you?".into(),
            question_max: 2000,
            preview_html: Some("<p>What <strong>brings</strong> you?</p>".into()),
            cap: "3".into(),
            tells_administrators: true,
            changes: vec![ChangeRow { words: "Who can join: everybody. By northgate.".into(), when: moment() }],
        };
        let html = check_page(&page);
        for part in ["What **brings** you?</textarea>", "<strong>brings</strong>", "By northgate.", "value=\"3\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
        check_page(&JoiningPage {
            is_kept: false,
            preview_html: None,
            tells_administrators: false,
            changes: Vec::new(),
            ..page
        });
    }

    #[test]
    fn applications_are_shown_as_they_were_typed() {
        let html = check_page(&ApplicationsPage { is_decided: true, applications: vec![row()] });
        assert!(html.contains("My &lt;b&gt;knee&lt;/b&gt;.") && html.contains("Waiting for 3 days"), "{html}");
        check_page(&ApplicationsPage { is_decided: false, applications: Vec::new() });
        let html = check_page(&ApplicationPage {
            faults: faults(&["", "words"]),
            kept_for: "seal".into(),
            application: row(),
            words: "Welcome".into(),
            words_max: 1000,
            days: 14,
        });
        for part in ["Welcome</textarea>", "value=\"approve\"", "value=\"deny\"", "/admin/applications/7/decision"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
