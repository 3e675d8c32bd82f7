//! What somebody wrote and has not taken back, wherever it stands: also where they may not read any more.

use super::super::model::Place;
use super::super::store::drafts::{PlaceNames, place_names};
use super::super::store::shown::{self, OwnPost};
use super::board::key;
use super::post::beginning;
use crate::accounts::{Look, Visit};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::notifications::post_href;
use crate::web::form::Query;
use crate::web::page::Page;
use crate::web::page::parts::{Pager, stance_words};
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

/// `/posts`
#[derive(Debug, Serialize)]
pub struct OwnPostsPage {
    pub posts: Vec<OwnPostLine>,
    pub pager: Pager,
    /// They go through their posts before they leave.
    pub is_leaving: bool,
}

/// One of them.
#[derive(Debug, Serialize)]
pub struct OwnPostLine {
    pub number: i64,
    /// The title of its thread, if they may read it or wrote it.
    pub title: Option<String>,
    pub is_opening: bool,
    /// Where it stands; nothing if the place is closed to them now.
    pub href: Option<String>,
    pub stance: &'static str,
    pub stance_words: String,
    pub written: Moment,
    pub edited: Option<Moment>,
    pub beginning: String,
    /// All the words, where there is no page that shows them.
    pub words: Option<String>,
    pub withdraw_href: String,
    pub revisions_href: Option<String>,
}

impl Page for OwnPostsPage {
    const TEMPLATE: &'static str = "threads/own_posts.html";
}

/// So much of a post stands in the list.
const EXCERPT_CHARS: usize = 200;
/// So many posts stand on one page.
const ROWS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OwnPostsQuery {
    before: String,
    /// Not empty: they came from the page of leaving.
    leaving: String,
}

pub async fn list_own_posts(visit: Visit, query: Query<OwnPostsQuery>) -> Result<HttpResponse> {
    let after = match query.0.before.as_str() {
        "" => (Timestamp::from_micros(i64::MAX), Id::new(i64::MAX)),
        words => key(words).ok_or(Error::UNSEEN)?,
    };
    let (viewer, member) = (visit.viewer(), visit.member()?.id);
    let (mut found, names) = visit
        .site
        .db
        .read(move |connection| {
            let found = shown::own_posts(connection, member, after, i64::try_from(ROWS).unwrap_or(i64::MAX - 1) + 1)?;
            let places: Vec<Place> = found.iter().map(|post| Place::Thread(post.thread)).collect();
            let names = place_names(connection, viewer, &places)?;
            Ok((found, names))
        })
        .await?;
    let is_leaving = !query.0.leaving.is_empty();
    let (from_first, and) = if is_leaving { ("/posts?leaving=1", "&leaving=1") } else { ("/posts", "") };
    let mut pager = Pager::default();
    if !query.0.before.is_empty() {
        pager.previous_href = Some(from_first.to_owned());
        pager.previous_words = visit.say("threads-own-newest")?;
    }
    if found.len() > ROWS {
        found.truncate(ROWS);
        if let Some(last) = found.last() {
            pager.next_href = Some(format!("/posts?before={}-{}{and}", last.posted_at.micros(), last.id));
            pager.next_words = visit.say("threads-own-older")?;
        }
    }
    let posts = found.iter().map(|post| line(&visit, post, &names)).collect::<Result<_>>()?;
    visit.show(Look::default(), &OwnPostsPage { posts, pager, is_leaving })
}

/// `names` holds the threads that they may read.
fn line(visit: &Visit, post: &OwnPost, names: &PlaceNames) -> Result<OwnPostLine> {
    let is_opening = post.position == 1;
    let seen = names.threads.iter().find(|(thread, _)| *thread == post.thread);
    let title = match seen {
        Some((_, Some(title))) => Some(title.clone()),
        Some((_, None)) => Some(visit.say("threads-stood-here")?),
        None => is_opening.then(|| post.title.clone()),
    };
    Ok(OwnPostLine {
        number: post.id.number(),
        title,
        is_opening,
        href: seen.map(|_| post_href(&format!("/threads/{}", post.thread), post.position)),
        stance: post.stance.word(),
        stance_words: stance_words(visit.locale(), post.stance.word())?,
        written: visit.moment(post.posted_at),
        edited: post.edited_at.map(|at| visit.moment(at)),
        beginning: beginning(&post.body, EXCERPT_CHARS),
        words: seen.is_none().then(|| post.body.clone()),
        withdraw_href: format!("/posts/{}/withdrawal", post.id),
        revisions_href: post.edited_at.map(|_| format!("/posts/{}/revisions", post.id)),
    })
}
