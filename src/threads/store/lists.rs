//! Threads in lists, by key and never by offset.

use super::super::model::Thread;
use super::THREAD;
use crate::accounts::{Member, Viewer};
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::schema::{boards, content_notes, members, reading_positions, thread_notes, threads};
use crate::db::{Conn, Id};
use crate::error::Result;
use crate::threads_visible_to;
use diesel::prelude::*;

diesel::alias!(members as last_writers: LastWriters);

/// A thread as a list shows it.
#[derive(Debug, Queryable)]
pub struct Listed {
    /// The thread.
    pub thread: Thread,
    /// Who began it.
    pub byline: String,
    /// Who wrote last.
    pub last_byline: String,
    /// The name of its board.
    pub board: String,
}

/// Which threads of a board, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the newest reply.
    Latest,
    /// By the day they were begun.
    Newest,
    /// Those that nobody answered yet, the newest first.
    Waiting,
}

/// Where a part of a list begins: after the thread with this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Its moment in the order.
    pub at: Timestamp,
    /// Its number, where moments are equal.
    pub id: Id<Thread>,
}

impl After {
    /// From the beginning.
    pub fn nothing() -> Self {
        Self { at: Timestamp::from_micros(i64::MAX), id: Id::new(i64::MAX) }
    }
}

/// Threads with the words of their lists, as far as this viewer may see them. A thread that was taken back stays as long as
/// replies stand below it.
macro_rules! listed {
    ($viewer:expr) => {
        threads::table
            .inner_join(boards::table)
            .inner_join(members::table.on(members::id.eq(threads::author_id)))
            .inner_join(last_writers.on(last_writers.field(members::id).eq(threads::last_author_id)))
            .filter(threads_visible_to!($viewer))
            .filter(threads::withdrawn_at.is_null().or(threads::reply_count.gt(0)))
            .select((THREAD, members::handle, last_writers.field(members::handle), boards::name))
    };
}

/// Kept at the top of the board, the one pinned first on top.
pub fn pinned(connection: &mut Conn, viewer: Viewer, board: Id<Board>) -> Result<Vec<Listed>> {
    /// More would push everything else off the page.
    const MAX: i64 = 10;
    Ok(listed!(viewer)
        .filter(threads::board_id.eq(board).and(threads::pinned_at.is_not_null()))
        .order((threads::pinned_at, threads::id))
        .limit(MAX)
        .load(connection)?)
}

/// The next threads of a board in that order, without those that are kept at the top.
pub fn of_board(
    connection: &mut Conn,
    viewer: Viewer,
    board: Id<Board>,
    order: Order,
    after: After,
    limit: i64,
) -> Result<Vec<Listed>> {
    let here = listed!(viewer).filter(threads::board_id.eq(board).and(threads::pinned_at.is_null())).limit(limit);
    // The moment stands before the pair of moment and number, so that the index is entered at the right place.
    Ok(match order {
        Order::Latest => here
            .filter(threads::last_post_at.le(after.at).and(threads::last_post_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::last_post_at.desc(), threads::id.desc()))
            .load(connection)?,
        Order::Newest => here
            .filter(threads::opened_at.le(after.at).and(threads::opened_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::opened_at.desc(), threads::id.desc()))
            .load(connection)?,
        Order::Waiting => here
            .filter(threads::first_reply_at.is_null().and(threads::withdrawn_at.is_null()).and(threads::locked_at.is_null()))
            .filter(threads::opened_at.le(after.at).and(threads::opened_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::opened_at.desc(), threads::id.desc()))
            .load(connection)?,
    })
}

/// Threads anywhere that nobody answered yet, the newest first; one's own are left out, because one cannot answer them.
/// Announcements wait for nobody.
pub fn waiting(connection: &mut Conn, viewer: Viewer, limit: i64) -> Result<Vec<Listed>> {
    let own = viewer.member_id().unwrap_or(Id::new(0));
    Ok(listed!(viewer)
        .filter(threads::first_reply_at.is_null().and(threads::withdrawn_at.is_null()).and(threads::locked_at.is_null()))
        .filter(threads::author_id.ne(own))
        .filter(boards::archived_at.is_null().and(boards::kind.ne(crate::boards::Kind::Announcements)))
        .order((threads::opened_at.desc(), threads::id.desc()))
        .limit(limit)
        .load(connection)?)
}

/// The content notes of these threads.
pub fn notes_of(connection: &mut Conn, listed: &[Listed]) -> Result<Vec<(Id<Thread>, String)>> {
    let ids: Vec<Id<Thread>> = listed
        .iter()
        .filter(|row| row.thread.note_count > 0 && row.thread.withdrawn_at.is_none())
        .map(|row| row.thread.id)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(thread_notes::table
        .inner_join(content_notes::table)
        .filter(thread_notes::thread_id.eq_any(ids))
        .order((content_notes::place_in_order, content_notes::id))
        .select((thread_notes::thread_id, content_notes::label))
        .load(connection)?)
}

/// How far this member has read in these threads.
pub fn positions_of(connection: &mut Conn, member: Id<Member>, listed: &[Listed]) -> Result<Vec<(Id<Thread>, i32)>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id<Thread>> = listed.iter().map(|row| row.thread.id).collect();
    Ok(reading_positions::table
        .filter(reading_positions::member_id.eq(member).and(reading_positions::thread_id.eq_any(ids)))
        .select((reading_positions::thread_id, reading_positions::position))
        .load(connection)?)
}

/// The version of a board that everybody may read, for [`crate::accounts::Visit::is_known`].
pub fn public_board_version(connection: &mut Conn, board: Id<Board>) -> Result<Option<i64>> {
    Ok(boards::table
        .filter(boards::id.eq(board).and(boards::audience.eq(crate::boards::Audience::Public)))
        .select(boards::version)
        .first(connection)
        .optional()?)
}
