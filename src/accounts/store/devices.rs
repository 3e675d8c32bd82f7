//! The sessions of a member, as their owner sees and ends them.

use super::{MemberRow, SessionRow};
use crate::accounts::model::{Member, SessionInfo};
use crate::clock::Timestamp;
use crate::db::schema::{members, sessions};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use diesel::prelude::*;

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// Its number.
    pub id: Id<SessionInfo>,
    /// What its browser said it is; see `accounts::device`.
    pub device: String,
    /// Others use that device, too.
    pub is_shared_device: bool,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was used last, as far as that is written.
    pub last_used_at: Timestamp,
}

/// Where somebody is signed in, used last first: the sessions that would admit them.
pub fn sessions_of(connection: &mut Conn, member: Id<Member>, now: Timestamp) -> Result<Vec<OwnSession>> {
    let rows: Vec<(SessionRow, String, MemberRow)> = sessions::table
        .inner_join(members::table)
        .filter(sessions::member_id.eq(member))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select((SessionRow::as_select(), sessions::device, MemberRow::as_select()))
        .load(connection)?;
    let live = rows.into_iter().filter(|(session, _, member)| session.is_live(member.roles(), now));
    let own = live.map(|(session, device, _)| OwnSession {
        id: session.id,
        device,
        is_shared_device: session.is_shared_device,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
    });
    Ok(own.collect())
}

/// Ends one of somebody's own sessions. False if they have none of that number.
pub fn end_session_of(tx: &mut Tx<'_>, member: Id<Member>, session: Id<SessionInfo>) -> Result<bool> {
    let theirs = sessions::table.filter(sessions::id.eq(session).and(sessions::member_id.eq(member)));
    Ok(diesel::delete(theirs).execute(tx.conn())? == 1)
}

/// Ends every session of a member but one, or all. Returns how many.
pub fn end_sessions_of(tx: &mut Tx<'_>, member: Id<Member>, but: Option<Id<SessionInfo>>) -> Result<usize> {
    let others = sessions::member_id.eq(member).and(sessions::id.ne(but.unwrap_or(Id::new(0))));
    Ok(diesel::delete(sessions::table.filter(others)).execute(tx.conn())?)
}
