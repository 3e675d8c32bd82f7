//! What somebody keeps and has not posted.

use super::super::keep_draft;
use super::super::model::{Place, Typed};
use super::super::store::drafts::{self, Draft, PlaceNames};
use super::are_theirs;
use super::board::key;
use super::compose::draft_href;
use super::post::beginning;
use crate::accounts::{Look, Visit};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::web::form::{Form, Path, Query};
use crate::web::page::Page;
use crate::web::page::parts::Pager;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `/drafts`
#[derive(Debug, Serialize)]
pub struct DraftsPage {
    pub drafts: Vec<DraftLine>,
    /// Others use this device, so words are kept for minutes only.
    pub is_shared_device: bool,
    pub pager: Pager,
}

/// A draft in the list.
#[derive(Debug, Serialize)]
pub struct DraftLine {
    /// A new thread on ..., a reply in ..., a change in ...
    pub what: String,
    /// The name of the place, in the words of whoever named it.
    pub place: String,
    pub title: Option<String>,
    pub beginning: String,
    pub saved: Moment,
    pub until: Moment,
    /// Where it is written on; nothing if the place is closed to them now.
    pub href: Option<String>,
    /// All the words, if there are more: there may be no page to write them on any more.
    pub words: Option<String>,
    pub removal_action: String,
}

impl Page for DraftsPage {
    const TEMPLATE: &'static str = "threads/drafts.html";
}

/// So much of a draft stands in the list.
const EXCERPT_CHARS: usize = 200;
/// So many drafts stand on one page.
const ROWS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DraftsQuery {
    before: String,
}

pub async fn list_drafts(visit: Visit, query: Query<DraftsQuery>) -> Result<HttpResponse> {
    let after = match query.0.before.as_str() {
        "" => (Timestamp::from_micros(i64::MAX), i64::MAX),
        words => key::<Draft>(words).map(|(at, id)| (at, id.number())).ok_or(Error::UNSEEN)?,
    };
    let member = Arc::clone(visit.member()?);
    let (viewer, id, now) = (visit.viewer(), member.id, visit.now());
    let (mut found, names) = visit
        .site
        .db
        .read(move |connection| {
            let found = drafts::of_member(connection, id, now, after, i64::try_from(ROWS).unwrap_or(i64::MAX - 1) + 1)?;
            let places: Vec<Place> = found.iter().map(|draft| draft.place).collect();
            let names = drafts::place_names(connection, viewer, &places)?;
            Ok((found, names))
        })
        .await?;
    let mut pager = Pager::default();
    if !query.0.before.is_empty() {
        pager.previous_href = Some("/drafts".to_owned());
        pager.previous_words = visit.say("threads-newest-drafts")?;
    }
    if found.len() > ROWS {
        found.truncate(ROWS);
        if let Some(last) = found.last() {
            pager.next_href = Some(format!("/drafts?before={}-{}", last.saved_at.micros(), last.id));
            pager.next_words = visit.say("threads-older-drafts")?;
        }
    }
    let page = DraftsPage {
        pager,
        drafts: found.iter().map(|draft| line(&visit, draft, &names)).collect::<Result<_>>()?,
        is_shared_device: member.is_on_shared_device(),
    };
    visit.show(Look::default(), &page)
}

fn line(visit: &Visit, draft: &Draft, names: &PlaceNames) -> Result<DraftLine> {
    let (key, name) = match draft.place {
        Place::Board(id) => {
            let name = names.boards.iter().find(|(board, _)| *board == id).map(|(_, name)| Some(name.clone()));
            ("threads-draft-thread", name)
        }
        Place::Thread(id) => {
            let found = names.threads.iter().find(|(thread, _)| *thread == id);
            ("threads-draft-reply", found.map(|(_, title)| title.clone()))
        }
        Place::Measure(id, _) => {
            let found = names.threads.iter().find(|(thread, _)| *thread == id);
            ("threads-draft-reason", found.map(|(_, title)| title.clone()))
        }
        Place::Post(id) => {
            let name = names.posts.iter().find(|(post, _)| *post == id).map(|(_, title)| title.clone());
            ("threads-draft-change", name)
        }
    };
    let place = match &name {
        Some(Some(name)) => name.clone(),
        Some(None) => visit.say("threads-stood-here")?,
        None => visit.say("threads-draft-closed")?,
    };
    let beginning = beginning(&draft.typed.body, EXCERPT_CHARS);
    Ok(DraftLine {
        what: visit.say(key)?,
        place,
        title: (!draft.typed.title.is_empty()).then(|| draft.typed.title.clone()),
        saved: visit.moment(draft.saved_at),
        until: visit.day(draft.expires_at),
        href: name.is_some().then(|| draft_href(draft.place, draft.id)),
        words: (name.is_none() || draft.typed.body.trim() != beginning)
            .then(|| draft.typed.body.clone())
            .filter(|words| !words.is_empty()),
        beginning,
        removal_action: format!("/drafts/{}/removal", draft.id),
    })
}

/// Keeps what is being typed; sent by the script. 204, and in `kept-at` what its next words name as [`Typed::kept_at`].
pub async fn create_draft(visit: Visit, form: Form<Typed>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let typed = form.fields()?;
    are_theirs(&visit, &member, &typed.kept_for)?;
    let Some(place) = Place::parse(&typed.place) else {
        return Err(Refusal::Unreadable(Sentence::plain("failure-not-a-form")).into());
    };
    let viewer = visit.viewer();
    let kept_at = visit
        .site
        .db
        .write(move |tx| {
            if !drafts::is_seen(tx.conn(), viewer, member.id, place)? {
                return Err(Error::UNSEEN);
            }
            keep_draft(tx, &member, place, &typed)
        })
        .await?;
    Ok(HttpResponse::NoContent().insert_header(("kept-at", kept_at.micros().to_string())).finish())
}

pub async fn remove_draft(visit: Visit, draft: Path<Id<Draft>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = draft.0;
    visit.site.db.write(move |tx| drafts::remove(tx, member.id, id)).await?;
    visit.go_to("/drafts")
}
