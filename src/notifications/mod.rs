//! What happened, and who is told. Speaks of "who, what, where to look"; stands below threads, so that a verb can call it
//! directly.

use crate::accounts::Member;
use crate::boards::Board;
use crate::db::schema::happenings;
use crate::db::{Id, Tx};
use crate::error::Result;
use diesel::prelude::*;

/// Something that somebody may want to know. The ids of threads and posts are plain numbers, because those slices stand
/// above this one.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// Somebody answered in a thread.
    Replied {
        /// Who.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
        /// Where.
        thread: i64,
        /// What.
        post: i64,
    },
    /// Somebody asked to be let in; for the board's moderators.
    BoardAsked {
        /// Who.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
    },
    /// Somebody was let in or refused; for them.
    BoardDecided {
        /// The moderator; shown as the team.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
        /// Whom it concerns.
        member: Id<Member>,
    },
}

/// Writes down what happened: one row. The worker makes notices and letters of it and asks visibility again.
pub fn happened(tx: &mut Tx<'_>, event: Event) -> Result<()> {
    let (kind, actor, board, thread, post, member) = match event {
        Event::Replied { actor, board, thread, post } => ("replied", actor, board, Some(thread), Some(post), None),
        Event::BoardAsked { actor, board } => ("board-asked", actor, board, None, None, None),
        Event::BoardDecided { actor, board, member } => ("board-decided", actor, board, None, None, Some(member)),
    };
    let now = tx.now();
    diesel::insert_into(happenings::table)
        .values((
            happenings::kind.eq(kind),
            happenings::actor_id.eq(actor),
            happenings::board_id.eq(board),
            happenings::thread_id.eq(thread),
            happenings::post_id.eq(post),
            happenings::member_id.eq(member),
            happenings::happened_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}
