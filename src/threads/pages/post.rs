//! One post: its address, changing it, taking it back, and what it said before.

use super::super::model::{Place, Post, PostChange, Revision, Thread, Typed};
use super::super::store::drafts::{self, Draft};
use super::super::store::{self, shown};
use super::super::{edit, rules, take_away_revision, withdraw};
use super::board::{Home, Sent, kept, lost, sent};
use super::compose::{self, Composer, Composing, Refused};
use super::source_href;
use crate::accounts::{Look, Member, Visit};
use crate::boards;
use crate::db::{Conn, Id};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::notifications::post_href;
use crate::text;
use crate::web::form::{Form, Path, Query};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `/posts/4021/edit`
#[derive(Debug, Serialize)]
pub struct EditPage {
    pub number: i64,
    pub is_opening: bool,
    /// The change leaves no mark; until when.
    pub silent_until: Option<Moment>,
    /// What stands now, if somebody saved another change meanwhile.
    pub stands: Option<Version>,
    /// The stance, if it stands.
    pub stance: &'static str,
    pub stance_is_open: bool,
    pub withdraw_href: String,
    pub composer: Composer,
    pub faults: Vec<Fault>,
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "threads/edit.html";
}

/// `/posts/4021/withdrawal`
#[derive(Debug, Serialize)]
pub struct WithdrawalPage {
    pub number: i64,
    pub is_opening: bool,
    pub has_replies: bool,
    /// They may not read there any more: only their own words are shown.
    pub is_closed: bool,
    /// It was taken back then; there is no more to do.
    pub gone: Option<Moment>,
    pub action: String,
    pub back_href: String,
    pub stands: Version,
}

impl Page for WithdrawalPage {
    const TEMPLATE: &'static str = "threads/withdrawal.html";
}

/// `/posts/4021/revisions`
#[derive(Debug, Serialize)]
pub struct RevisionsPage {
    pub number: i64,
    /// Where it stands, if they may read there.
    pub back_href: Option<String>,
    pub is_own: bool,
    pub now: Version,
    pub earlier: Vec<Version>,
}

impl Page for RevisionsPage {
    const TEMPLATE: &'static str = "threads/revisions.html";
}

/// What a post said at some time.
#[derive(Debug, Serialize)]
pub struct Version {
    pub title: Option<String>,
    pub lang: Option<String>,
    pub stance: &'static str,
    pub body_html: String,
    pub source: Option<String>,
    pub source_href: Option<String>,
    pub written: Moment,
    /// When its writer took these words away.
    pub taken_away: Option<Moment>,
    /// Where taking them away leads; only for their writer.
    pub removal_action: Option<String>,
}

impl Version {
    fn of(visit: &Visit, thread: &Thread, post: &Post) -> Self {
        Self {
            title: (post.position == 1).then(|| thread.title.clone()),
            lang: boards::pages::lang_of(visit, &thread.language),
            stance: post.stance.word(),
            body_html: post.body_html.as_str().to_owned(),
            source: (!post.source.is_empty()).then(|| post.source.clone()),
            source_href: source_href(&post.source),
            written: visit.moment(post.edited_at.unwrap_or(post.posted_at)),
            taken_away: None,
            removal_action: None,
        }
    }

    fn earlier(visit: &Visit, thread: &Thread, post: &Post, revision: Revision, is_own: bool) -> Self {
        let is_gone = revision.taken_away_at.is_some();
        Self {
            title: revision.title,
            lang: boards::pages::lang_of(visit, &thread.language),
            stance: revision.stance.word(),
            body_html: revision.body_html.as_str().to_owned(),
            source_href: source_href(&revision.source),
            source: (!revision.source.is_empty()).then_some(revision.source),
            written: visit.moment(revision.written_at),
            taken_away: revision.taken_away_at.map(|at| visit.moment(at)),
            removal_action: (is_own && !is_gone).then(|| format!("/posts/{}/revisions/{}/removal", post.id, revision.id)),
        }
    }
}

/// Leads to the post in its thread, on whichever page it stands.
pub async fn show_post(visit: Visit, post: Path<Id<Post>>) -> Result<HttpResponse> {
    let (viewer, id) = (visit.viewer(), post.0);
    let placed = visit.site.db.read(move |connection| store::place_of_post(connection, viewer, id)).await?;
    visit.go_to(&post_href(&format!("/threads/{}", placed.thread), placed.position))
}

// ---------------------------------------------------------------- changing

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditQuery {
    kept: String,
    draft: String,
}

struct Editing {
    post: Post,
    thread: Thread,
    board: boards::Board,
    drafts: Vec<Draft>,
}

async fn editing(visit: &Visit, member: &Member, id: Id<Post>, chosen: Option<Id<Draft>>) -> Result<Editing> {
    let (viewer, member, now) = (visit.viewer(), member.id, visit.now());
    visit
        .site
        .db
        .read(move |connection| {
            let (post, thread) = store::post_seen_by(connection, viewer, id)?;
            let (_, board, _) = shown::thread_with_board(connection, viewer, thread.id)?;
            let drafts = drafts::at(connection, member, &[Place::Post(id)], chosen, now)?;
            Ok(Editing { post, thread, board, drafts })
        })
        .await
}

pub async fn edit_post(visit: Visit, post: Path<Id<Post>>, query: Query<EditQuery>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let mut editing = editing(&visit, &member, post.0, compose::chosen(&query.0.draft)).await?;
    match rules::is_open_for_edit(&member, &editing.post) {
        Err(rules::CannotEdit::AgreeFirst(first)) => return visit.ask_to_agree(first),
        is_open => is_open?,
    }
    let drafts = std::mem::take(&mut editing.drafts);
    let mut composing = Composing::from_drafts(drafts, query.0.kept == "1");
    if !composing.has_draft {
        composing.typed = as_it_stands(&editing);
    }
    show_edit(&visit, &member, &editing, composing, false, StatusCode::OK)
}

fn as_it_stands(editing: &Editing) -> Typed {
    let Editing { post, thread, .. } = editing;
    Typed {
        title: if post.position == 1 { thread.title.clone() } else { String::new() },
        stance: post.stance.word().to_owned(),
        source: post.source.clone(),
        body: post.body_source.clone(),
        revision: post.revision.to_string(),
        ..Typed::default()
    }
}

fn show_edit(
    visit: &Visit,
    member: &Member,
    editing: &Editing,
    composing: Composing,
    is_stale: bool,
    status: StatusCode,
) -> Result<HttpResponse> {
    let Editing { post, thread, board, .. } = editing;
    let is_silent = rules::is_silent(post, visit.now());
    let faults = composing.faults.clone();
    let composer = compose::composer(visit, member, Place::Post(post.id), format!("/posts/{}", post.id), composing)?;
    let composer = Composer {
        rules: board.rules.clone(),
        audience_words: boards::pages::audience_words(visit, thread.audience, thread.organisation_reads)?,
        // Saving once more, after both texts were shown, is meant.
        revision: if is_stale { post.revision.to_string() } else { composer.revision.clone() },
        stance: if is_silent { composer.stance.clone() } else { post.stance.word().to_owned() },
        ..composer
    };
    let page = EditPage {
        number: i64::from(post.position),
        is_opening: post.position == 1,
        silent_until: is_silent.then(|| visit.moment(post.posted_at.plus(chrono::Duration::minutes(rules::SILENT_MINUTES)))),
        stands: is_stale.then(|| Version::of(visit, thread, post)),
        stance: post.stance.word(),
        stance_is_open: is_silent,
        withdraw_href: format!("/posts/{}/withdrawal", post.id),
        composer,
        faults,
    };
    visit.answer(status, look(visit, thread, board, post)?, &page)
}

/// Boards, the board, the thread at that post.
fn look(visit: &Visit, thread: &Thread, board: &boards::Board, post: &Post) -> Result<Look> {
    let title = match thread.shown_title() {
        Some(title) => title.to_owned(),
        None => visit.say("threads-stood-here")?,
    };
    Ok(Look::at("boards")
        .below("/boards", visit.say("shared-boards")?)
        .below(boards::href(board), board.name.clone())
        .below(post_href(&format!("/threads/{}", thread.id), post.position), title))
}

pub async fn update_post(visit: Visit, post: Path<Id<Post>>, form: Form<Typed>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = post.0;
    let place = Place::Post(id);
    let home = Home { place, path: format!("/posts/{id}/edit?"), fragment: "" };
    let typed = match sent(&visit, &member, &home, form).await? {
        Sent::Done(response) => return Ok(response),
        Sent::Typed(typed) => typed,
    };
    let mut editing = match editing(&visit, &member, id, None).await {
        Err(error) => return lost(&visit, &member, place, typed, error).await,
        Ok(editing) => editing,
    };
    match rules::is_open_for_edit(&member, &editing.post) {
        // Refused below, where the words are kept.
        Ok(()) | Err(rules::CannotEdit::AgreeFirst(_)) => {}
        Err(cannot) => return Err(cannot.into()),
    }
    let drafts = std::mem::take(&mut editing.drafts);
    let mut faults = Vec::new();
    let title = if editing.post.position == 1 {
        compose::title(&visit, &typed)?.map(Some).map_err(|fault| faults.push(fault)).ok()
    } else {
        Some(None)
    };
    let said = compose::said(&visit, &member, &typed)?.map_err(|more| faults.extend(more)).ok();
    let (Some(title), Some(said)) = (title, said) else {
        let composing = kept(&visit, &member, place, Composing::sent(typed, faults, None)).await?.beside(drafts);
        return show_edit(&visit, &member, &editing, composing, false, StatusCode::UNPROCESSABLE_ENTITY);
    };
    if typed.wants == "draft" {
        return Err(Refusal::TooLarge.into());
    }
    if typed.wants == "preview" {
        let preview = Some(compose::preview(&visit, &said, title.as_ref(), &editing.thread.language));
        let composing = kept(&visit, &member, place, Composing::sent(typed, Vec::new(), preview)).await?.beside(drafts);
        return show_edit(&visit, &member, &editing, composing, false, StatusCode::OK);
    }
    // A form without a revision was made for none that stands.
    let revision = typed.revision.parse().unwrap_or(0);
    let change = PostChange { revision, title, said, submission_id: typed.submission_id.clone() };
    let changed = {
        let member = Arc::clone(&member);
        visit.site.db.write(move |tx| edit(tx, &member, id, &change)).await
    };
    match changed {
        Ok(placed) => visit.go_to(&post_href(&format!("/threads/{}", placed.thread), placed.position)),
        Err(error @ Error::Refused(Refusal::Unseen)) => lost(&visit, &member, place, typed, error).await,
        Err(Error::Refused(Refusal::Stale(sentence))) => {
            let editing = self::editing(&visit, &member, id, None).await?;
            let faults = vec![visit.fault("", &sentence)?];
            let composing = kept(&visit, &member, place, Composing::sent(typed, faults, None)).await?.beside(drafts);
            show_edit(&visit, &member, &editing, composing, true, StatusCode::CONFLICT)
        }
        Err(error) => {
            let refused = Refused::of(&visit, error)?;
            let faults = vec![refused.fault.clone()];
            let composing = kept(&visit, &member, place, Composing::sent(typed, faults, None)).await?.beside(drafts);
            Ok(refused.mark(show_edit(&visit, &member, &editing, composing, false, refused.status)?))
        }
    }
}

// ---------------------------------------------------------------- taking back

/// A post as its reader sees it, or as its writer does who may not read there any more.
struct Standing {
    post: Post,
    thread: Thread,
    /// The board, and whether they moderate it; nothing if they may not read there.
    place: Option<(boards::Board, bool)>,
}

impl Standing {
    fn read(connection: &mut Conn, member: &Member, id: Id<Post>) -> Result<Self> {
        let viewer = member.viewer();
        match store::post_seen_by(connection, viewer, id) {
            Ok((post, thread)) => {
                let (_, board, is_moderator) = shown::thread_with_board(connection, viewer, thread.id)?;
                Ok(Self { post, thread, place: Some((board, is_moderator)) })
            }
            Err(Error::Refused(Refusal::Unseen)) => {
                let (post, thread) = store::own_post(connection, member.id, id)?;
                Ok(Self { post, thread, place: None })
            }
            Err(error) => Err(error),
        }
    }

    fn href(&self) -> Option<String> {
        self.place.as_ref().map(|_| post_href(&format!("/threads/{}", self.thread.id), self.post.position))
    }

    fn look(&self, visit: &Visit) -> Result<Look> {
        match &self.place {
            Some((board, _)) => look(visit, &self.thread, board, &self.post),
            None => Ok(Look::default()),
        }
    }
}

pub async fn new_withdrawal(visit: Visit, post: Path<Id<Post>>) -> Result<HttpResponse> {
    let (member, id) = (Arc::clone(visit.member()?), post.0);
    let standing = {
        let member = Arc::clone(&member);
        visit.site.db.read(move |connection| Standing::read(connection, &member, id)).await?
    };
    let Standing { post, thread, place } = &standing;
    let is_closed = place.is_none();
    let gone = post.withdrawn_at.filter(|_| is_closed);
    if gone.is_none() {
        rules::may_withdraw(&member, post)?;
    }
    let mut stands = Version::of(&visit, thread, post);
    if gone.is_some() {
        (stands.title, stands.source, stands.source_href) = (None, None, None);
        stands.body_html.clear();
    }
    let page = WithdrawalPage {
        number: i64::from(post.position),
        is_opening: post.position == 1,
        has_replies: !is_closed && thread.reply_count > 0,
        is_closed,
        gone: gone.map(|at| visit.moment(at)),
        action: format!("/posts/{id}/withdrawal"),
        back_href: standing.href().unwrap_or_else(|| "/boards".to_owned()),
        stands,
    };
    visit.show(standing.look(&visit)?, &page)
}

pub async fn create_withdrawal(visit: Visit, post: Path<Id<Post>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let id = post.0;
    let withdrawn = {
        let member = Arc::clone(&member);
        visit.site.db.write(move |tx| withdraw(tx, &member, id)).await
    };
    match withdrawn {
        Ok(_) => {}
        // Sent twice: it is done.
        Err(Error::Refused(Refusal::Forbidden(sentence))) if sentence == rules::CannotWithdraw::TakenBack.sentence() => {}
        Err(error) => return Err(error),
    }
    let standing = visit.site.db.read(move |connection| Standing::read(connection, &member, id)).await?;
    visit.go_to(&standing.href().unwrap_or_else(|| format!("/posts/{id}/withdrawal")))
}

// ---------------------------------------------------------------- earlier versions

pub async fn list_revisions(visit: Visit, post: Path<Id<Post>>) -> Result<HttpResponse> {
    let (member, id) = (Arc::clone(visit.member()?), post.0);
    let (standing, revisions) = {
        let member = Arc::clone(&member);
        visit
            .site
            .db
            .read(move |connection| Ok((Standing::read(connection, &member, id)?, shown::revisions(connection, id)?)))
            .await?
    };
    let Standing { post, thread, place } = &standing;
    if post.withdrawn_at.is_some() {
        return Err(Error::UNSEEN);
    }
    let is_moderator = place.as_ref().is_some_and(|(_, is_moderator)| *is_moderator);
    if !rules::may_read_revisions(&member, post, is_moderator) {
        return Err(Refusal::Forbidden(Sentence::plain("threads-cannot-read-revisions")).into());
    }
    let is_own = post.author == member.id;
    let page = RevisionsPage {
        number: i64::from(post.position),
        back_href: standing.href(),
        is_own,
        now: Version::of(&visit, thread, post),
        earlier: revisions.into_iter().map(|revision| Version::earlier(&visit, thread, post, revision, is_own)).collect(),
    };
    visit.show(standing.look(&visit)?, &page)
}

pub async fn remove_revision(visit: Visit, path: Path<(Id<Post>, Id<Revision>)>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let (post, revision) = path.0;
    visit.site.db.write(move |tx| take_away_revision(tx, &member, post, revision)).await?;
    visit.go_to(&format!("/posts/{post}/revisions"))
}

/// The beginning of words that somebody typed, for lists of drafts.
pub fn beginning(typed: &str, chars: usize) -> String {
    /// No more is rendered for a list, however much was typed.
    const RENDERED_CHARS: usize = 600;
    let typed: String = typed.chars().take(RENDERED_CHARS).collect();
    match text::PostSource::parse(&typed) {
        Ok(source) => text::excerpt(&text::render(&source), chars),
        Err(_) => typed.chars().take(chars).collect(),
    }
}
