//! The sessions of a member, as their owner sees and ends them.

use crate::accounts::model::{Member, SessionInfo};
use crate::accounts::rules::{self, SessionFacts};
use crate::clock::Timestamp;
use crate::db::schema::sessions;
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use diesel::prelude::*;

/// A session as its owner sees it.
#[derive(Debug, Clone, Queryable)]
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
    expires_at: Timestamp,
}

/// Where somebody is signed in, used last first.
pub fn sessions_of(connection: &mut Conn, member: &Member, now: Timestamp) -> Result<Vec<OwnSession>> {
    let rows: Vec<OwnSession> = sessions::table
        .filter(sessions::member_id.eq(member.id))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            sessions::device,
            sessions::is_shared_device,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
        ))
        .load(connection)?;
    let is_live = |session: &OwnSession| {
        let facts = SessionFacts {
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            is_shared_device: session.is_shared_device,
            has_role: member.roles.need_second_step(),
        };
        rules::session_is_live(facts, now)
    };
    Ok(rows.into_iter().filter(is_live).collect())
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
