//! Threads in lists.

use super::super::model::Thread;
use super::super::reading::ReadingPositions;
use super::super::store::lists::{self, Listed};
use crate::accounts::{Member, Visit};
use crate::boards::pages::lang_of;
use crate::db::{Conn, Id};
use crate::error::Result;
use crate::web::page::parts::ThreadRow;
use std::collections::HashMap;

/// What rows show beside the threads themselves, read in at most two statements.
#[derive(Debug, Default)]
pub struct Beside {
    notes: HashMap<Id<Thread>, Vec<String>>,
    positions: HashMap<Id<Thread>, i32>,
}

impl Beside {
    /// For all these lists at once.
    pub fn read(connection: &mut Conn, member: Option<Id<Member>>, listed: &[Listed]) -> Result<Self> {
        let mut beside = Self::default();
        for (thread, label) in lists::notes_of(connection, listed)? {
            beside.notes.entry(thread).or_default().push(label);
        }
        if let Some(member) = member {
            beside.positions = lists::positions_of(connection, member, listed)?.into_iter().collect();
        }
        Ok(beside)
    }
}

/// How a list shows its threads.
#[derive(Debug, Clone, Copy)]
pub struct Showing {
    /// The list crosses boards and names them.
    pub with_board: bool,
    /// Threads of this list wait for a first reply.
    pub waits: bool,
}

/// The rows of a list.
pub fn rows(visit: &Visit, listed: &[Listed], beside: &Beside, showing: Showing) -> Result<Vec<ThreadRow>> {
    let memory = visit.site.kept::<ReadingPositions>();
    listed.iter().map(|listed| row(visit, listed, beside, showing, &memory)).collect()
}

fn row(visit: &Visit, listed: &Listed, beside: &Beside, showing: Showing, memory: &ReadingPositions) -> Result<ThreadRow> {
    let thread = &listed.thread;
    let title = thread.shown_title();
    let stood = if title.is_none() { Some(visit.say("threads-stood-here")?) } else { None };
    let is_waiting = showing.waits && thread.first_reply_at.is_none() && thread.locked_at.is_none() && title.is_some();
    let (new_posts, is_new) = match visit.signed_in() {
        Some(member) => {
            let in_memory = memory.of(member.id, thread.id).map(|(position, _)| position);
            let read = in_memory.max(beside.positions.get(&thread.id).copied());
            match read {
                Some(read) => (i64::from((thread.post_count - read).max(0)), false),
                // What was said before somebody came is not new to them.
                None => (0, thread.last_post_at > member.joined_at),
            }
        }
        None => (0, false),
    };
    let has_replies = thread.reply_count > 0;
    Ok(ThreadRow {
        href: thread.href(),
        title: title.map(str::to_owned).or(stood).unwrap_or_default(),
        lang: title.and_then(|_| lang_of(visit, &thread.language)),
        stance: thread.stance.word(),
        stance_words: crate::web::page::parts::stance_words(visit.locale(), thread.stance.word())?,
        byline: listed.byline.clone(),
        board: showing.with_board.then(|| listed.board.clone()),
        begun: visit.day(thread.opened_at),
        notes: if title.is_some() { beside.notes.get(&thread.id).cloned().unwrap_or_default() } else { Vec::new() },
        is_pinned: thread.pinned_at.is_some(),
        closed_words: if thread.locked_at.is_some() { Some(visit.say("threads-closed")?) } else { None },
        waiting_since: is_waiting.then(|| visit.moment(thread.opened_at)),
        replies: i64::from(thread.reply_count),
        new_posts,
        is_new,
        last_byline: has_replies.then(|| listed.last_byline.clone()),
        last_written: has_replies.then(|| visit.moment(thread.last_post_at)),
    })
}
