//! A board with its threads, and the page where a thread is begun.

use super::super::model::{Place, Thread, ThreadDraft, Typed};
use super::super::recent::RecentPosts;
use super::super::rules::{self, Near};
use super::super::store::drafts::{self, Draft};
use super::super::store::lists;
use super::super::{forget_draft, keep_sent, start};
use super::compose::{self, Composer, Composing, Refused};
use super::rows::{Beside, Showing, rows};
use super::{are_theirs, asks_whether_changed, tag_of};
use crate::accounts::{Look, Member, Visit};
use crate::boards::{self, Access, Audience, Board, ContentNote, Kind};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::trouble;
use crate::error::{Error, Refusal, Result};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Pager, ThreadRow};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use lists::{After, Listed, Order};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `/boards/7`
#[derive(Debug, Serialize)]
pub struct BoardPage {
    pub name: String,
    pub purpose: String,
    pub lang: Option<String>,
    pub audience_words: String,
    pub is_archived: bool,
    pub is_first_part: bool,
    pub is_visitor: bool,
    /// Where a thread is begun; nothing if this person may not.
    pub start_href: Option<String>,
    /// Why they may not, if there is something to say.
    pub cannot_words: Option<String>,
    /// Where its moderators see who is let in.
    pub people_href: Option<String>,
    /// Where who was let in goes out again.
    pub leaving_href: Option<String>,
    pub pinned: Vec<ThreadRow>,
    pub tabs: Vec<Tab>,
    pub rows: Vec<ThreadRow>,
    pub pager: Pager,
    /// What stands there when there are no threads.
    pub nothing_title: String,
    pub nothing_words: String,
}

/// A way to look at the list.
#[derive(Debug, Serialize)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub is_current: bool,
}

impl Page for BoardPage {
    const TEMPLATE: &'static str = "threads/board.html";
}

/// `/boards/7/new-thread`
#[derive(Debug, Serialize)]
pub struct NewThreadPage {
    pub board: String,
    pub composer: Composer,
    pub faults: Vec<Fault>,
}

impl Page for NewThreadPage {
    const TEMPLATE: &'static str = "threads/new.html";
}

/// Threads in a part of the list.
const ROWS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BoardQuery {
    order: String,
    before: String,
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    order: Order,
    after: Option<After>,
}

impl Asked {
    fn of(query: &BoardQuery) -> Result<Self> {
        let order = match query.order.as_str() {
            "" => Order::Latest,
            "newest" => Order::Newest,
            "waiting" => Order::Waiting,
            _ => return Err(Error::UNSEEN),
        };
        let after = if query.before.is_empty() {
            None
        } else {
            Some(key(&query.before).map(|(at, id)| After { at, id }).ok_or(Error::UNSEEN)?)
        };
        Ok(Self { order, after })
    }

    fn query(order: Order) -> &'static str {
        match order {
            Order::Latest => "",
            Order::Newest => "?order=newest",
            Order::Waiting => "?order=waiting",
        }
    }
}

/// `1778625600000000-812`: the moment and the number of the last thread before.
pub fn key<T>(words: &str) -> Option<(Timestamp, Id<T>)> {
    let (at, id) = words.split_once('-')?;
    Some((Timestamp::from_micros(at.parse().ok()?), Id::new(id.parse().ok()?)))
}

fn key_of(thread: &Thread, order: Order) -> String {
    let at = if order == Order::Latest { thread.last_post_at } else { thread.opened_at };
    format!("{}-{}", at.micros(), thread.id)
}

pub async fn show_board(visit: Visit, board: Path<Id<Board>>, query: Query<BoardQuery>) -> Result<HttpResponse> {
    show(&visit, board.0, None, &query.0).await
}

pub async fn show_board_with_slug(
    visit: Visit,
    path: Path<(Id<Board>, String)>,
    query: Query<BoardQuery>,
) -> Result<HttpResponse> {
    let (board, slug) = path.0;
    show(&visit, board, Some(&slug), &query.0).await
}

async fn show(visit: &Visit, id: Id<Board>, slug: Option<&str>, query: &BoardQuery) -> Result<HttpResponse> {
    if asks_whether_changed(visit) {
        let version = visit.site.db.read(move |connection| lists::public_board_version(connection, id)).await?;
        if let Some(version) = version
            && let Some(known) = visit.is_known(&board_tag(visit, version)?)
        {
            return Ok(known);
        }
    }
    let asked = Asked::of(query)?;
    let viewer = visit.viewer();
    let found = visit
        .site
        .db
        .read(move |connection| {
            let (board, access) = boards::seen_by(connection, viewer, id)?;
            if !access.may_read {
                return Ok((board, access, Vec::new(), Vec::new(), Beside::default()));
            }
            let pinned = if asked.after.is_none() { lists::pinned(connection, viewer, id)? } else { Vec::new() };
            let one_more = i64::try_from(ROWS).unwrap_or(i64::MAX - 1) + 1;
            let mut listed =
                lists::of_board(connection, viewer, id, asked.order, asked.after.unwrap_or_else(After::nothing), one_more)?;
            let kept_at_the_top = pinned.len();
            listed.splice(0..0, pinned);
            let beside = Beside::read(connection, viewer.member_id(), &listed)?;
            let rest = listed.split_off(kept_at_the_top);
            Ok((board, access, listed, rest, beside))
        })
        .await?;
    let (board, access, pinned, listed, beside) = found;
    if !access.may_read {
        return if slug.is_some() {
            visit.go_to(&format!("/boards/{id}"))
        } else {
            boards::pages::show_front(visit, &board).await
        };
    }
    let href = boards::href(&board);
    if slug.is_some_and(|slug| href != format!("/boards/{id}/{slug}")) {
        return visit.go_to(&with_query(&href, visit));
    }
    let page = board_page(visit, &board, access, asked, &pinned, &listed, &beside)?;
    let look =
        Look { is_for_everybody: board.is_public(), ..Look::at("boards").below("/boards", visit.say("shared-boards")?) };
    let response = visit.show(look, &page)?;
    if board.is_public() { Ok(visit.tagged(response, &board_tag(visit, board.version)?)) } else { Ok(response) }
}

/// The same query at another address.
pub fn with_query(href: &str, visit: &Visit) -> String {
    match visit.request().uri().query() {
        Some(query) => format!("{href}?{query}"),
        None => href.to_owned(),
    }
}

fn board_tag(visit: &Visit, version: i64) -> Result<String> {
    tag_of(visit, &format!("b{version}"))
}

fn board_page(
    visit: &Visit,
    board: &Board,
    access: Access,
    asked: Asked,
    pinned: &[Listed],
    listed: &[Listed],
    beside: &Beside,
) -> Result<BoardPage> {
    let showing = Showing { with_board: false, waits: board.kind != Kind::Announcements };
    let href = boards::href(board);
    let here = listed.get(..ROWS.min(listed.len())).unwrap_or_default();
    let query = Asked::query(asked.order);
    let mut pager = Pager::default();
    if asked.after.is_some() {
        pager.previous_href = Some(format!("{href}{query}"));
        pager.previous_words = visit.say("threads-newest-threads")?;
    }
    if let (true, Some(last)) = (listed.len() > ROWS, here.last()) {
        let mark = if query.is_empty() { '?' } else { '&' };
        pager.next_href = Some(format!("{href}{query}{mark}before={}", key_of(&last.thread, asked.order)));
        pager.next_words = visit.say("threads-older-threads")?;
    }
    let tab = |order: Order, key: &str| -> Result<Tab> {
        Ok(Tab { href: format!("{href}{}", Asked::query(order)), label: visit.say(key)?, is_current: order == asked.order })
    };
    let mut tabs = vec![tab(Order::Latest, "threads-tab-latest")?, tab(Order::Newest, "threads-tab-newest")?];
    if showing.waits {
        tabs.push(tab(Order::Waiting, "threads-tab-waiting")?);
    }
    let (start_href, cannot_words) = match visit.signed_in().map(|member| rules::is_open_for_start(member, board, access)) {
        Some(Ok(())) => (Some(format!("/boards/{}/new-thread", board.id)), None),
        Some(Err(rules::CannotStart::Archived)) | None => (None, None),
        Some(Err(cannot)) => (None, Some(visit.locale().sentence(&cannot.sentence())?)),
    };
    let nothing = if asked.order == Order::Waiting { "waiting" } else { "board" };
    Ok(BoardPage {
        name: board.name.clone(),
        purpose: board.purpose.clone(),
        lang: boards::pages::lang_of(visit, &board.language),
        audience_words: boards::pages::audience_words(visit, board.audience, board.organisation_reads)?,
        is_archived: board.archived_at.is_some(),
        is_first_part: asked.after.is_none(),
        is_visitor: visit.signed_in().is_none(),
        start_href,
        cannot_words,
        people_href: access.is_moderator.then(|| format!("/boards/{}/people", board.id)),
        leaving_href: (access.is_board_member && board.audience == Audience::BoardMembers)
            .then(|| format!("/boards/{}/leaving", board.id)),
        pinned: rows(visit, pinned, beside, showing)?,
        tabs,
        rows: rows(visit, here, beside, showing)?,
        pager,
        nothing_title: visit.say(&format!("threads-nothing-{nothing}-title"))?,
        nothing_words: visit.say(&format!("threads-nothing-{nothing}-words"))?,
    })
}

// ---------------------------------------------------------------- a new thread

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewThreadQuery {
    kept: String,
    draft: String,
}

/// What the page of a new thread needs.
struct Beginning {
    board: Board,
    access: Access,
    notes: Vec<ContentNote>,
    drafts: Vec<Draft>,
    near: Option<Near>,
}

async fn beginning(visit: &Visit, member: &Arc<Member>, id: Id<Board>, chosen: Option<Id<Draft>>) -> Result<Beginning> {
    let (viewer, member, now) = (visit.viewer(), Arc::clone(member), visit.now());
    let lately = compose::lately(visit, &member);
    visit
        .site
        .db
        .read(move |connection| {
            let (board, access) = boards::seen_by(connection, viewer, id)?;
            let notes = boards::content_notes(connection, id)?;
            let drafts = drafts::at(connection, member.id, &[Place::Board(id)], chosen, now)?;
            let limits = rules::limits_of_start(&member, access.is_moderator, now);
            let near = compose::near(connection, &member, &limits, lately, now)?;
            Ok(Beginning { board, access, notes, drafts, near })
        })
        .await
}

pub async fn new_thread(visit: Visit, board: Path<Id<Board>>, query: Query<NewThreadQuery>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let mut beginning = beginning(&visit, &member, board.0, compose::chosen(&query.0.draft)).await?;
    match rules::is_open_for_start(&member, &beginning.board, beginning.access) {
        Err(rules::CannotStart::AgreeFirst(first)) => return visit.ask_to_agree(first),
        is_open => is_open?,
    }
    let drafts = std::mem::take(&mut beginning.drafts);
    let composing = Composing::from_drafts(drafts, query.0.kept == "1");
    show_new(&visit, &member, &beginning, composing, StatusCode::OK)
}

fn show_new(
    visit: &Visit,
    member: &Member,
    beginning: &Beginning,
    composing: Composing,
    status: StatusCode,
) -> Result<HttpResponse> {
    let board = &beginning.board;
    let faults = composing.faults.clone();
    let composing = Composing { near: beginning.near, ..composing };
    let composer = Composer {
        languages: compose::language_choices(board),
        notes: compose::note_choices(&beginning.notes),
        rules: board.rules.clone(),
        audience_words: boards::pages::audience_words(visit, board.audience, board.organisation_reads)?,
        ..compose::composer(visit, member, Place::Board(board.id), format!("/boards/{}/threads", board.id), composing)?
    };
    let look =
        Look::at("boards").below("/boards", visit.say("shared-boards")?).below(boards::href(board), board.name.clone());
    visit.answer(status, look, &NewThreadPage { board: board.name.clone(), composer, faults })
}

pub async fn create_thread(visit: Visit, board: Path<Id<Board>>, form: Form<Typed>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let place = Place::Board(board.0);
    let home = Home { place, path: format!("/boards/{}/new-thread?", board.0), fragment: "" };
    let typed = match sent(&visit, &member, &home, form).await? {
        Sent::Done(response) => return Ok(response),
        Sent::Typed(typed) => typed,
    };
    let mut beginning = match beginning(&visit, &member, board.0, None).await {
        Err(error) => return lost(&visit, &member, place, typed, error).await,
        Ok(beginning) => beginning,
    };
    if let Err(cannot @ rules::CannotStart::NotLetIn) = rules::is_open_for_start(&member, &beginning.board, beginning.access)
    {
        // Whoever sees only the front of a board sees nothing of it here either.
        return lost(&visit, &member, place, typed, cannot.into()).await;
    }
    let drafts = std::mem::take(&mut beginning.drafts);
    let mut faults = Vec::new();
    let title = compose::title(&visit, &typed)?.map_err(|fault| faults.push(fault)).ok();
    let said = compose::said(&visit, &member, &typed)?.map_err(|more| faults.extend(more)).ok();
    let language = compose::language(&visit, &typed)?.map_err(|fault| faults.push(fault)).ok();
    let notes = compose::notes(&visit, &typed, &beginning.notes)?.map_err(|fault| faults.push(fault)).ok();
    let (Some(title), Some(said), Some(language), Some(notes)) = (title, said, language, notes) else {
        let composing = kept(&visit, &member, place, Composing::sent(typed, faults, None)).await?.beside(drafts);
        return show_new(&visit, &member, &beginning, composing, StatusCode::UNPROCESSABLE_ENTITY);
    };
    if typed.wants == "draft" {
        return Err(Refusal::TooLarge.into());
    }
    if typed.wants == "preview" {
        let lang = language.as_deref().unwrap_or(&beginning.board.language);
        let preview = Some(compose::preview(&visit, &said, Some(&title), lang));
        let composing = kept(&visit, &member, place, Composing::sent(typed, Vec::new(), preview)).await?.beside(drafts);
        return show_new(&visit, &member, &beginning, composing, StatusCode::OK);
    }
    let draft = ThreadDraft { title, language, notes, said, submission_id: compose::submission_id(&typed)? };
    let opened = {
        let (member, board) = (Arc::clone(&member), board.0);
        visit.site.db.write(move |tx| start(tx, &member, board, &draft)).await
    };
    match opened {
        Ok(opened) => {
            visit.site.kept::<RecentPosts>().note(member.id, visit.now());
            visit.go_to(&format!("/threads/{}?posted=1#p1", opened.thread))
        }
        Err(error @ Error::Refused(Refusal::Unseen)) => lost(&visit, &member, place, typed, error).await,
        Err(error) => {
            let refused = Refused::of(&visit, error)?;
            let faults = vec![refused.fault.clone()];
            let composing = kept(&visit, &member, place, Composing::sent(typed, faults, None)).await?.beside(drafts);
            Ok(refused.mark(show_new(&visit, &member, &beginning, composing, refused.status)?))
        }
    }
}

/// Where a composer stands.
pub struct Home {
    /// What is written there.
    pub place: Place,
    /// Its page, so far that more of a query can follow.
    pub path: String,
    /// The part of the page, with its `#`.
    pub fragment: &'static str,
}

/// What came of a form of words.
pub enum Sent {
    /// The button wanted something else than to post or to look; this is the answer.
    Done(HttpResponse),
    /// To be posted or shown.
    Typed(Typed),
}

/// Reads a form of words, and does what its buttons want beside posting and looking: to keep the words, to forget them, to go
/// on with others that were typed there (`go-on-7`), to delete those (`remove-7`). The present words are kept with the latter
/// two: the page goes, and there may be no other copy.
pub async fn sent(visit: &Visit, member: &Arc<Member>, home: &Home, form: Form<Typed>) -> Result<Sent> {
    let typed = form.fields()?;
    are_theirs(visit, member, &typed.kept_for)?;
    let typed = Typed { submission_id: compose::submission_id(&typed)?, ..typed };
    let other = |wish: &str| typed.wants.strip_prefix(wish).and_then(compose::chosen);
    let (other, removes) = (other("go-on-").or(other("remove-")), typed.wants.starts_with("remove-"));
    let place = home.place;
    let location = match (typed.wants.as_str(), other) {
        ("draft", _) if rules::is_kept_whole(&typed) => format!("{}kept=1{}", home.path, home.fragment),
        ("forget", _) => format!("{}{}", home.path.trim_end_matches(['?', '&']), home.fragment),
        (_, Some(_)) if removes => format!("{}{}", home.path.trim_end_matches(['?', '&']), home.fragment),
        (_, Some(other)) => compose::draft_href(place, other),
        _ => return Ok(Sent::Typed(typed)),
    };
    let member = Arc::clone(member);
    visit
        .site
        .db
        .write(move |tx| {
            if typed.wants == "forget" {
                return forget_draft(tx, &member, place, &typed.submission_id);
            }
            keep_sent(tx, &member, place, &typed)?;
            if let Some(other) = other.filter(|_| removes) {
                drafts::remove(tx, member.id, other)?;
            }
            Ok(())
        })
        .await?;
    visit.go_to(&location).map(Sent::Done)
}

/// Keeps what is shown again, because it left the screen with the form: whoever closes the page now has no other copy. What
/// cannot be kept is shown all the same.
pub async fn kept(visit: &Visit, member: &Arc<Member>, place: Place, composing: Composing) -> Result<Composing> {
    if !rules::is_kept_whole(&composing.typed) {
        return Ok(composing);
    }
    let (member, typed) = (Arc::clone(member), composing.typed.clone());
    match visit.site.db.write(move |tx| keep_sent(tx, &member, place, &typed)).await {
        Ok(kept_at) => {
            let has_draft = !composing.typed.is_empty();
            let typed = Typed { kept_at: kept_at.micros().to_string(), ..composing.typed };
            Ok(Composing { typed, has_draft, ..composing })
        }
        Err(Error::Refused(_)) => Ok(composing),
        Err(error) if trouble::is_passing(&error) => Ok(composing),
        Err(broken) => Err(broken),
    }
}

/// What stood there is gone or closed to this person while they typed: their words wait among their drafts, as the page that
/// they see now says.
pub async fn lost(visit: &Visit, member: &Arc<Member>, place: Place, typed: Typed, error: Error) -> Result<HttpResponse> {
    if matches!(error, Error::Refused(Refusal::Unseen | Refusal::Forbidden(_))) {
        let member = Arc::clone(member);
        match visit.site.db.write(move |tx| keep_sent(tx, &member, place, &typed)).await {
            // What was refused first is the answer.
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(broken) => return Err(broken),
        }
    }
    Err(error)
}
