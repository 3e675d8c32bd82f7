//! What the page of a thread shows: a fixed number of statements, whatever it is.

use super::super::model::{Change, Post, Revision, Stance, Thread};
use super::THREAD;
use crate::accounts::model::HereAs;
use crate::accounts::{Member, Viewer};
use crate::boards::{Board, BoardRow};
use crate::clock::Timestamp;
use crate::db::schema::{
    board_moderators, boards, bylines_version, content_notes, members, post_revisions, posts, reading_positions,
    thread_changes, thread_notes, threads,
};
use crate::db::{Conn, Id};
use crate::error::{Error, Result};
use crate::notifications::POSTS_A_PAGE;
use crate::text::SafeHtml;
use crate::threads_visible_to;
use diesel::prelude::*;

diesel::alias!(posts as answering: Answering);

/// What decides whether a visitor has the page already.
#[derive(Debug, Clone, Hash)]
pub struct Versions {
    /// The thread's own.
    pub thread: i64,
    /// Of all names and marks.
    pub bylines: Option<i64>,
    /// What the page shows of its board.
    pub board: (String, Option<Timestamp>),
}

/// The version of everything that stands beside posts, as a part of another query.
macro_rules! bylines {
    () => {
        bylines_version::table.find(1).select(bylines_version::version).single_value()
    };
}

/// One indexed query.
pub fn versions(connection: &mut Conn, viewer: Viewer, id: Id<Thread>) -> Result<Option<Versions>> {
    let found: Option<(i64, Option<i64>, String, Option<Timestamp>)> = threads::table
        .inner_join(boards::table)
        .filter(threads::id.eq(id))
        .filter(threads_visible_to!(viewer))
        .select((threads::version, bylines!(), boards::name, boards::archived_at))
        .first(connection)
        .optional()?;
    Ok(found.map(|(thread, bylines, name, archived_at)| Versions { thread, bylines, board: (name, archived_at) }))
}

/// The thread with its board, and whether this viewer moderates it.
pub fn thread_with_board(connection: &mut Conn, viewer: Viewer, id: Id<Thread>) -> Result<(Thread, Board, bool)> {
    head(connection, viewer, id).map(|(thread, board, is_moderator, _)| (thread, board, is_moderator))
}

/// The same, with what decides whether a visitor has the page already.
pub fn head(connection: &mut Conn, viewer: Viewer, id: Id<Thread>) -> Result<(Thread, Board, bool, Versions)> {
    let (member, is_moderator) = match viewer {
        Viewer::Visitor => (Id::new(0), false),
        Viewer::Member { id, is_moderator, .. } => (id, is_moderator),
    };
    let moderates = diesel::dsl::exists(
        board_moderators::table
            .filter(board_moderators::board_id.eq(boards::id).and(board_moderators::member_id.eq(member))),
    );
    let found: Option<(Thread, BoardRow, bool, Option<i64>)> = threads::table
        .inner_join(boards::table)
        .filter(threads::id.eq(id))
        .filter(threads_visible_to!(viewer))
        .select((THREAD, BoardRow::as_select(), moderates, bylines!()))
        .first(connection)
        .optional()?;
    let (thread, board, is_given, bylines) = found.ok_or(Error::UNSEEN)?;
    let board = Board::from(board);
    let versions = Versions { thread: thread.version, bylines, board: (board.name.clone(), board.archived_at) };
    Ok((thread, board, is_moderator && is_given, versions))
}

/// A post as a page shows it, with its writer. Its words are not for showing once it was taken back.
#[derive(Debug, Queryable)]
pub struct ShownPost {
    pub id: Id<Post>,
    pub position: i32,
    pub author: Id<Member>,
    pub stance: Stance,
    pub source: String,
    pub in_reply_to: Option<Id<Post>>,
    pub body_html: SafeHtml,
    pub posted_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    pub writer: Writer,
}

/// What a post shows of who wrote it.
#[derive(Debug, Queryable)]
pub struct Writer {
    pub handle: String,
    pub mark: String,
    pub mark_colour: String,
    pub is_mentor: bool,
    pub here_as: HereAs,
    pub shows_here_as: bool,
    pub about: String,
    pub shows_about: bool,
}

/// The posts of one page, by their positions.
pub fn posts_of_page(connection: &mut Conn, thread: Id<Thread>, page: i32) -> Result<Vec<ShownPost>> {
    let first = (page - 1) * POSTS_A_PAGE + 1;
    let writer = (
        members::handle,
        members::mark,
        members::mark_colour,
        members::is_mentor,
        members::here_as,
        members::shows_here_as,
        members::about,
        members::shows_about,
    );
    Ok(posts::table
        .inner_join(members::table)
        .filter(posts::thread_id.eq(thread).and(posts::position.between(first, first + POSTS_A_PAGE - 1)))
        .order(posts::position)
        .select((
            posts::id,
            posts::position,
            posts::author_id,
            posts::stance,
            posts::source,
            posts::in_reply_to,
            posts::body_html,
            posts::posted_at,
            posts::edited_at,
            posts::withdrawn_at,
            writer,
        ))
        .load(connection)?)
}

/// A post that another one answers.
#[derive(Debug, Queryable)]
pub struct AnsweredPost {
    pub id: Id<Post>,
    pub position: i32,
    pub body_html: SafeHtml,
    pub withdrawn_at: Option<Timestamp>,
    pub byline: String,
}

/// A post of somebody's own, with the title of its thread.
#[derive(Debug, Queryable)]
pub struct OwnPost {
    pub id: Id<Post>,
    pub thread: Id<Thread>,
    pub position: i32,
    pub stance: Stance,
    pub body: String,
    pub posted_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub title: String,
}

/// What this person wrote and has not taken back, the newest first, at most `count`; on from the post that was written at that
/// moment with that number. Whether they may read its thread is not asked: the words are theirs.
pub fn own_posts(
    connection: &mut Conn,
    member: Id<Member>,
    (at, id): (Timestamp, Id<Post>),
    count: i64,
) -> Result<Vec<OwnPost>> {
    Ok(posts::table
        .inner_join(threads::table)
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.is_null()))
        .filter(posts::posted_at.le(at).and(posts::posted_at.lt(at).or(posts::id.lt(id))))
        .order((posts::posted_at.desc(), posts::id.desc()))
        .limit(count)
        .select((
            posts::id,
            posts::thread_id,
            posts::position,
            posts::stance,
            posts::body_source,
            posts::posted_at,
            posts::edited_at,
            threads::title,
        ))
        .load(connection)?)
}

/// The posts that those on this page of the thread answer, some of them more than once. Asked by the page and not by a list
/// of numbers, so that SQLite keeps the statement prepared; as a join, so that it begins at the page and never at the thread.
pub fn answered_on_page(connection: &mut Conn, thread: Id<Thread>, page: i32) -> Result<Vec<AnsweredPost>> {
    let is_answered = posts::id
        .nullable()
        .eq(answering.field(posts::in_reply_to))
        .and(posts::thread_id.eq(answering.field(posts::thread_id)));
    Ok(answering
        .inner_join(posts::table.on(is_answered))
        .inner_join(members::table.on(members::id.eq(posts::author_id)))
        .filter(answering.field(posts::thread_id).eq(thread))
        .filter(answering.field(posts::position).between((page - 1) * POSTS_A_PAGE + 1, page * POSTS_A_PAGE))
        .filter(answering.field(posts::withdrawn_at).is_null())
        .select((posts::id, posts::position, posts::body_html, posts::withdrawn_at, members::handle))
        .load(connection)?)
}

/// The posts of this thread with these numbers. For pages on which somebody is about to answer one that stands elsewhere.
pub fn answered(connection: &mut Conn, thread: Id<Thread>, ids: &[Id<Post>]) -> Result<Vec<AnsweredPost>> {
    Ok(posts::table
        .inner_join(members::table)
        .filter(posts::id.eq_any(ids).and(posts::thread_id.eq(thread)))
        .select((posts::id, posts::position, posts::body_html, posts::withdrawn_at, members::handle))
        .load(connection)?)
}

/// The content notes that a thread carries.
pub fn notes(connection: &mut Conn, thread: Id<Thread>) -> Result<Vec<String>> {
    Ok(thread_notes::table
        .inner_join(content_notes::table)
        .filter(thread_notes::thread_id.eq(thread))
        .order((content_notes::place_in_order, content_notes::id))
        .select(content_notes::label)
        .load(connection)?)
}

/// A moderator's measure, with who took it.
#[derive(Debug)]
pub struct ThreadChange {
    pub change: Change,
    pub by: String,
    pub at: Timestamp,
    pub reason: String,
}

/// The newest measures about a thread, the newest first.
pub fn changes(connection: &mut Conn, thread: Id<Thread>) -> Result<Vec<ThreadChange>> {
    /// Nobody reads further back on the thread's page.
    const MAX: i64 = 20;
    let rows: Vec<(String, String, Timestamp, String)> = thread_changes::table
        .inner_join(members::table)
        .filter(thread_changes::thread_id.eq(thread))
        .order(thread_changes::id.desc())
        .limit(MAX)
        .select((thread_changes::change, members::handle, thread_changes::changed_at, thread_changes::reason))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .filter_map(|(change, by, at, reason)| {
            Change::from_word(&change).map(|change| ThreadChange { change, by, at, reason })
        })
        .collect())
}

/// How far this member has read, and when.
pub fn position_of(connection: &mut Conn, member: Id<Member>, thread: Id<Thread>) -> Result<Option<(i32, Timestamp)>> {
    Ok(reading_positions::table
        .find((member, thread))
        .select((reading_positions::position, reading_positions::read_at))
        .first(connection)
        .optional()?)
}

/// The earlier versions of a post, the newest first.
pub fn revisions(connection: &mut Conn, post: Id<Post>) -> Result<Vec<Revision>> {
    Ok(post_revisions::table
        .filter(post_revisions::post_id.eq(post))
        .order(post_revisions::number.desc())
        .select((
            post_revisions::id,
            post_revisions::number,
            post_revisions::title,
            post_revisions::stance,
            post_revisions::source,
            post_revisions::body_html,
            post_revisions::written_at,
            post_revisions::taken_away_at,
        ))
        .load(connection)?)
}
