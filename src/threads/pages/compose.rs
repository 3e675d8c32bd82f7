//! The composer: the form in which people write, on every page that has one, and what its fields mean.

use super::super::model::{Place, Post, Said, Stance, Title, TitleFault, Typed, Words};
use super::super::recent::RecentPosts;
use super::super::rules::{self, Lately, Near, Speaker};
use super::super::store::drafts::Draft;
use super::{moderation_href, source_href};
use crate::accounts::{Member, Visit};
use crate::boards::pages::lang_of;
use crate::boards::{Board, ContentNote};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, trouble};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::languages;
use crate::locale::Moment;
use crate::text::{PostSource, SourceFault};
use crate::web::page::Fault;
use crate::web::page::parts::{Answered, Choice};
use crate::web::seal::Token;
use crate::web::throttle::{self, Limit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use chrono::Duration;
use serde::Serialize;

/// A composer as the templates show it. Fields that a page does not use are empty.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Composer {
    /// Where the form goes.
    pub action: String,
    /// For the script that keeps drafts: `thread:812`.
    pub place: String,
    /// Proves which account had the page.
    pub kept_for: String,
    /// Tells a form sent twice.
    pub submission_id: String,
    /// When the words were kept last, in microseconds; empty if they were not.
    pub kept_at: String,
    /// Of a change: the revision it was made for.
    pub revision: String,
    /// Number of the post that is answered.
    pub in_reply_to: String,
    /// The post that is answered.
    pub answers: Option<Answered>,
    /// Where the same composer stands without answering that post.
    pub answers_nobody_href: String,
    pub title: String,
    /// The stances that are open to this person; empty when the stance stands.
    pub stances: Vec<Choice>,
    /// The chosen one.
    pub stance: String,
    /// True if it was chosen because of what their page says of them.
    pub is_preselected: bool,
    pub source: String,
    pub body: String,
    pub languages: Vec<Choice>,
    pub language: String,
    pub notes: Vec<Choice>,
    pub ticked_notes: Vec<String>,
    /// Up to three lines of the board.
    pub rules: Vec<String>,
    /// Who will read it.
    pub audience_words: String,
    /// Something is kept for this place.
    pub has_draft: bool,
    /// It was kept just now, by the button.
    pub was_kept: bool,
    pub preview: Option<Preview>,
    /// Little is left of a limit.
    pub near: Option<NearLimit>,
    /// What else they typed for this place.
    pub others: Vec<OtherDraft>,
}

/// Words that were typed for the same place in another window, on another device or before signing in again.
#[derive(Debug, Clone, Serialize)]
pub struct OtherDraft {
    pub number: i64,
    pub saved: Moment,
    pub title: Option<String>,
    pub words: String,
}

/// That little is left of a limit.
#[derive(Debug, Clone, Serialize)]
pub struct NearLimit {
    /// How much is left; ends where the moment follows.
    pub words: String,
    /// From when more is possible.
    pub again: Moment,
}

/// How it will look.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    pub title: Option<String>,
    pub stance: &'static str,
    pub lang: Option<String>,
    pub body_html: String,
    pub source: Option<String>,
    pub source_href: Option<String>,
}

/// What a page brings to its composer.
#[derive(Debug, Default)]
pub struct Composing {
    /// The fields.
    pub typed: Typed,
    /// What has to be seen to.
    pub faults: Vec<Fault>,
    /// How it will look, if that was asked for.
    pub preview: Option<Preview>,
    /// Something is kept for this place.
    pub has_draft: bool,
    /// It was kept just now, by the button.
    pub was_kept: bool,
    /// Little is left of a limit.
    pub near: Option<Near>,
    /// What else is kept for this place.
    pub others: Vec<Draft>,
}

impl Composing {
    /// An empty composer, or the first of what is kept for its place; the rest stands beside it.
    pub fn from_drafts(drafts: Vec<Draft>, was_kept: bool) -> Self {
        let mut others = drafts.into_iter();
        match others.next() {
            Some(first) => {
                let typed = Typed { kept_at: first.saved_at.micros().to_string(), ..first.typed };
                Self { has_draft: true, typed, was_kept, others: others.collect(), ..Self::default() }
            }
            None => Self::default(),
        }
    }

    /// What was sent, with how it would look or what has to be seen to first.
    pub fn sent(typed: Typed, faults: Vec<Fault>, preview: Option<Preview>) -> Self {
        Self { typed, faults, preview, ..Self::default() }
    }

    /// What was sent, and beside it what is kept of other forms.
    #[must_use]
    pub fn beside(self, drafts: Vec<Draft>) -> Self {
        let (own, others): (Vec<_>, Vec<_>) =
            drafts.into_iter().partition(|draft| draft.typed.submission_id == self.typed.submission_id);
        Self { has_draft: self.has_draft || !own.is_empty(), others, ..self }
    }
}

/// The query of a page that shows one draft of several in its composer.
pub fn chosen(draft: &str) -> Option<Id<Draft>> {
    draft.parse().ok().map(Id::new)
}

/// Where a draft of that place is written on.
pub fn draft_href(place: Place, number: Id<Draft>) -> String {
    match place {
        Place::Board(id) => format!("/boards/{id}/new-thread?draft={number}"),
        Place::Thread(id) => format!("/threads/{id}?draft={number}#reply"),
        Place::Post(id) => format!("/posts/{id}/edit?draft={number}"),
        Place::Measure(id, _) => moderation_href(id),
    }
}

/// Fills a composer with what somebody typed.
pub fn composer(visit: &Visit, member: &Member, place: Place, action: String, composing: Composing) -> Result<Composer> {
    let Composing { typed, faults, preview, has_draft, was_kept, near, others } = composing;
    // A refusal at a limit has said it already.
    let near = near.filter(|near| near.left > 0 || faults.is_empty());
    let preselected = rules::preselected(member.here_as).filter(|_| typed.stance.is_empty() && typed.is_empty());
    Ok(Composer {
        action,
        place: place.to_string(),
        kept_for: visit.kept_for(),
        submission_id: submission_id(&typed)?,
        kept_at: typed.kept_at,
        revision: typed.revision,
        in_reply_to: typed.in_reply_to,
        title: typed.title,
        stances: stances(visit, member)?,
        stance: preselected.map_or(typed.stance, |stance| stance.word().to_owned()),
        is_preselected: preselected.is_some(),
        source: typed.source,
        body: typed.body,
        language: typed.language,
        ticked_notes: typed.note,
        has_draft,
        was_kept,
        preview,
        near: near.map(|near| near_limit(visit, near)).transpose()?,
        others: others.into_iter().map(|draft| other(visit, draft)).collect(),
        ..Composer::default()
    })
}

fn other(visit: &Visit, draft: Draft) -> OtherDraft {
    OtherDraft {
        number: draft.id.number(),
        saved: visit.moment(draft.saved_at),
        title: Some(draft.typed.title).filter(|title| !title.is_empty()),
        words: draft.typed.body,
    }
}

fn near_limit(visit: &Visit, near: Near) -> Result<NearLimit> {
    let key = match near.action {
        "first-day-threads" => "threads-near-first-day-threads",
        "first-day-replies" => "threads-near-first-day-replies",
        _ => "threads-near-many",
    };
    Ok(NearLimit {
        words: visit.say_with(key, &[("left", i64::from(near.left).into())])?,
        again: full_minute(visit, near.again_at),
    })
}

/// The next full minute, because that is what words can say.
fn full_minute(visit: &Visit, moment: Timestamp) -> Moment {
    visit.moment(moment.plus(Duration::seconds(59)))
}

/// How often this member posted in the last ten minutes, from memory.
pub fn lately(visit: &Visit, member: &Member) -> Lately {
    // With SQLite this is the only process.
    visit.site.kept::<RecentPosts>().lately(member.id, visit.site.db.is_embedded(), visit.now())
}

/// The limit of which little is left: asks the database only if that may be so.
pub fn near(
    connection: &mut Conn,
    member: &Member,
    limits: &[Limit],
    lately: Lately,
    now: Timestamp,
) -> Result<Option<Near>> {
    if !rules::may_be_near(member, limits, lately) {
        return Ok(None);
    }
    let standing = throttle::standing(connection, limits, &member.id.to_string(), now)?;
    Ok(rules::nearest(member, &standing))
}

/// The id that came with the form, or a new one. What is no id of ours tells nothing apart and is replaced.
pub fn submission_id(typed: &Typed) -> Result<String> {
    let is_plain =
        (8..=64).contains(&typed.submission_id.len()) && typed.submission_id.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain {
        return Ok(typed.submission_id.clone());
    }
    Ok(Token::random().map_err(Error::from)?.reveal().to_owned())
}

fn stances(visit: &Visit, member: &Member) -> Result<Vec<Choice>> {
    Speaker::of(member)
        .stances()
        .into_iter()
        .map(|stance| {
            let word = stance.word();
            Ok(Choice::new(word, visit.say(&format!("shared-stance-{word}"))?)
                .hint(visit.say(&format!("threads-stance-hint-{word}"))?))
        })
        .collect()
}

/// The languages that a thread may be written in instead of its board's.
pub fn language_choices(board: &Board) -> Vec<Choice> {
    let primary = languages::primary(&board.language);
    languages::ALL.iter().filter(|(tag, _)| *tag != primary).map(|(tag, name)| Choice::new(*tag, *name)).collect()
}

/// A board's content notes to tick.
pub fn note_choices(notes: &[ContentNote]) -> Vec<Choice> {
    notes.iter().map(|note| Choice::new(note.id.to_string(), note.label.clone())).collect()
}

/// What the fields say, or what has to be seen to first.
pub fn said(visit: &Visit, member: &Member, typed: &Typed) -> Result<Result<Said, Vec<Fault>>> {
    let mut faults = Vec::new();
    let stance = Stance::from_word(&typed.stance);
    match stance {
        None => faults.push(visit.fault("stance", &Sentence::plain("threads-fault-stance"))?),
        Some(stance) => {
            if let Err(cannot) = rules::may_speak(&Speaker::of(member), stance, &typed.source) {
                faults.push(visit.fault(cannot.field(), &cannot.sentence())?);
            }
        }
    }
    let source = match PostSource::parse(&typed.body) {
        Ok(source) => Some(source),
        Err(fault) => {
            faults.push(body_fault(visit, fault)?);
            None
        }
    };
    Ok(match (stance, source) {
        (Some(stance), Some(source)) if faults.is_empty() => {
            Ok(Said { stance, source: typed.source.clone(), words: Words::new(source) })
        }
        _ => Err(faults),
    })
}

fn body_fault(visit: &Visit, fault: SourceFault) -> Result<Fault> {
    let message = match fault {
        SourceFault::Empty => visit.say("threads-fault-body-empty")?,
        SourceFault::TooLong { by } => {
            visit.say_with("threads-fault-body-long", &[("by", count(by)), ("most", count(PostSource::MAX_CHARS))])?
        }
        SourceFault::NotText => visit.say("threads-fault-body-not-text")?,
    };
    Ok(Fault::new("body", message))
}

/// The title, or what has to be seen to.
pub fn title(visit: &Visit, typed: &Typed) -> Result<Result<Title, Fault>> {
    Ok(match Title::parse(&typed.title) {
        Ok(title) => Ok(title),
        Err(TitleFault::TooShort) => {
            Err(Fault::new("title", visit.say_with("threads-fault-title-short", &[("least", count(Title::MIN_CHARS))])?))
        }
        Err(TitleFault::TooLong { by }) => Err(Fault::new(
            "title",
            visit.say_with("threads-fault-title-long", &[("by", count(by)), ("most", count(Title::MAX_CHARS))])?,
        )),
    })
}

/// The language of a thread if it is another than the board's, or what has to be seen to.
pub fn language(visit: &Visit, typed: &Typed) -> Result<Result<Option<String>, Fault>> {
    if typed.language.is_empty() {
        return Ok(Ok(None));
    }
    let is_known = languages::ALL.iter().any(|(tag, _)| *tag == typed.language);
    Ok(if is_known {
        Ok(Some(typed.language.clone()))
    } else {
        Err(visit.fault("language", &Sentence::plain("threads-fault-language"))?)
    })
}

/// The ticked notes out of those that the board offers, or what has to be seen to.
pub fn notes(visit: &Visit, typed: &Typed, offered: &[ContentNote]) -> Result<Result<Vec<Id<ContentNote>>, Fault>> {
    let mut ticked = Vec::new();
    for word in &typed.note {
        match offered.iter().find(|note| note.id.to_string() == *word) {
            Some(note) if !ticked.contains(&note.id) => ticked.push(note.id),
            Some(_) => {}
            None => return Ok(Err(visit.fault("note", &Sentence::plain("threads-fault-note"))?)),
        }
    }
    Ok(Ok(ticked))
}

/// The number of the post that is answered; what is no number is nobody.
pub fn in_reply_to(typed: &Typed) -> Option<Id<Post>> {
    match Place::parse(&format!("post:{}", typed.in_reply_to)) {
        Some(Place::Post(id)) => Some(id),
        _ => None,
    }
}

/// How it will look.
pub fn preview(visit: &Visit, said: &Said, title: Option<&Title>, lang: &str) -> Preview {
    let source = (said.stance == Stance::Read).then(|| crate::text::line::clean(&said.source));
    Preview {
        title: title.map(|title| title.as_str().to_owned()),
        stance: said.stance.word(),
        lang: lang_of(visit, lang),
        body_html: said.words.html().as_str().to_owned(),
        source_href: source.as_deref().and_then(source_href),
        source,
    }
}

/// A refusal that can be seen to on the same page, with the words still in it: the fault, the status and, for limits, the
/// seconds after which it works. Anything else goes on as it is.
pub struct Refused {
    pub fault: Fault,
    pub status: StatusCode,
    retry_after_seconds: Option<i64>,
}

impl Refused {
    /// What can be said on the page.
    pub fn of(visit: &Visit, error: Error) -> Result<Self> {
        let (status, sentence, retry_after_seconds) = match error {
            Error::Refused(Refusal::Forbidden(sentence)) => (StatusCode::FORBIDDEN, sentence, None),
            Error::Refused(Refusal::Unreadable(sentence)) => (StatusCode::UNPROCESSABLE_ENTITY, sentence, None),
            Error::Refused(Refusal::TooMany { sentence, retry_after_seconds }) => {
                (StatusCode::TOO_MANY_REQUESTS, sentence, Some(retry_after_seconds))
            }
            // The page is shown again with the words in it, whatever the database says.
            error if trouble::is_passing(&error) => {
                tracing::warn!(%error, "the database had no time for a post");
                (StatusCode::SERVICE_UNAVAILABLE, Sentence::plain("threads-fault-busy"), None)
            }
            other => return Err(other),
        };
        let mut message = visit.locale().sentence(&sentence)?;
        if let Some(seconds) = retry_after_seconds {
            let again = full_minute(visit, visit.now().plus(Duration::seconds(seconds)));
            message = format!("{message} {}", visit.say_with("threads-limit-again", &[("time", again.words.into())])?);
        }
        let retry_after_seconds = retry_after_seconds.or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(5));
        Ok(Self { fault: Fault::new("", message), status, retry_after_seconds })
    }

    /// Says by a header, too, when it works again.
    pub fn mark(&self, mut response: HttpResponse) -> HttpResponse {
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

fn count(number: usize) -> crate::locale::Argument {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}
