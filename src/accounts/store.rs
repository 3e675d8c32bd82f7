//! How accounts are kept.

use super::model::{Colours, HereAs, Member, Roles, SessionInfo, TextSize, mark_from};
use super::rules::{self, SessionDates};
use crate::clock::Timestamp;
use crate::db::schema::{members, sessions};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
#[allow(clippy::struct_excessive_bools)] // a row
struct MemberRow {
    id: Id<Member>,
    handle: String,
    is_mentor: bool,
    is_moderator: bool,
    is_clinician: bool,
    is_representative: bool,
    is_administrator: bool,
    works_for_organisation: bool,
    time_zone: String,
    country: String,
    colours: String,
    text_size: String,
    plain_titles: bool,
    here_as: HereAs,
    mark: String,
    mark_colour: String,
    unread_notices: i32,
    post_count: i32,
    threads_opened: i32,
    joined_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: Id<SessionInfo>,
    is_shared_device: bool,
    last_used_at: Timestamp,
    expires_at: Timestamp,
}

/// The member whose live session has this token hash, and when the session was last used.
pub fn member_of_session(connection: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<Option<(Member, Timestamp)>> {
    let found: Option<(SessionRow, MemberRow)> = sessions::table
        .inner_join(members::table)
        .filter(sessions::token_hash.eq(token_hash))
        .select((SessionRow::as_select(), MemberRow::as_select()))
        .first(connection)
        .optional()?;
    Ok(found.filter(|(session, _)| session.is_live(now)).map(|(session, member)| {
        let last_used = session.last_used_at;
        (member.with(Some(SessionInfo { id: session.id, is_shared_device: session.is_shared_device })), last_used)
    }))
}

/// A member outside any session.
pub fn member(connection: &mut Conn, id: Id<Member>) -> Result<Option<Member>> {
    let row: Option<MemberRow> = members::table.find(id).select(MemberRow::as_select()).first(connection).optional()?;
    Ok(row.map(|row| row.with(None)))
}

impl SessionRow {
    fn is_live(&self, now: Timestamp) -> bool {
        let dates = SessionDates { last_used_at: self.last_used_at, expires_at: self.expires_at };
        rules::session_is_live(dates, self.is_shared_device, now)
    }
}

impl MemberRow {
    fn with(self, session: Option<SessionInfo>) -> Member {
        Member {
            id: self.id,
            handle: self.handle,
            roles: Roles {
                mentor: self.is_mentor,
                moderator: self.is_moderator,
                clinician: self.is_clinician,
                representative: self.is_representative,
                administrator: self.is_administrator,
            },
            works_for_organisation: self.works_for_organisation,
            time_zone: self.time_zone.parse().ok(),
            country: self.country,
            colours: Colours::from_word(&self.colours),
            text_size: TextSize::from_word(&self.text_size),
            plain_titles: self.plain_titles,
            here_as: self.here_as,
            mark: mark_from(&self.mark, &self.mark_colour),
            unread_notices: self.unread_notices,
            post_count: self.post_count,
            threads_opened: self.threads_opened,
            joined_at: self.joined_at,
            session,
        }
    }
}

/// Writes when sessions were last used; what the worker collected from memory.
pub fn note_last_use(tx: &mut Tx<'_>, used: &[(Id<SessionInfo>, Timestamp)]) -> Result<()> {
    for (session, at) in used {
        diesel::update(sessions::table.find(*session)).set(sessions::last_used_at.eq(*at)).execute(tx.conn())?;
    }
    Ok(())
}

/// A number that would fall below 0 becomes 0: a wrong count must not stop anybody from reading.
pub fn add_unread(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    let changed = if change < 0 { members::unread_notices.ge(-change) } else { members::unread_notices.ge(0) };
    let rows = diesel::update(members::table.filter(members::id.eq(member).and(changed)))
        .set(members::unread_notices.eq(members::unread_notices + change))
        .execute(tx.conn())?;
    if rows == 0 {
        diesel::update(members::table.find(member)).set(members::unread_notices.eq(0)).execute(tx.conn())?;
    }
    Ok(())
}

pub fn set_community_letters(tx: &mut Tx<'_>, member: Id<Member>, wanted: bool) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::community_letters.eq(wanted)).execute(tx.conn())?;
    Ok(())
}
