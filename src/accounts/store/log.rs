//! The log of accounts: what was done to whom, by whom and why. Lines are only added; the database refuses everything else but
//! emptying a reason.

use crate::accounts::model::{Deed, Doer, LogEntry, Member};
use crate::clock::Timestamp;
use crate::db::schema::{account_log, members};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use diesel::prelude::*;

/// Adds a line about somebody's account, or (nobody) about the site. `role` is the word of one, or empty.
pub fn write(tx: &mut Tx<'_>, person: Option<Id<Member>>, deed: Deed, role: &str, by: &Doer, reason: &str) -> Result<()> {
    let now = tx.now();
    let user = match by {
        Doer::CommandLine { user } => Some(user.as_str()),
        Doer::Member(_) | Doer::Site => None,
    };
    diesel::insert_into(account_log::table)
        .values((
            account_log::member_id.eq(person),
            account_log::deed.eq(deed),
            account_log::role.eq(role),
            account_log::done_by.eq(by.member()),
            account_log::command_line_user.eq(user),
            account_log::done_at.eq(now),
            account_log::reason.eq(reason),
        ))
        .execute(tx.conn())?;
    Ok(())
}

diesel::alias!(members as doers: Doers);

type Row =
    (Id<LogEntry>, Option<Id<Member>>, Option<String>, Deed, String, Option<String>, Option<String>, Timestamp, String);

fn entry(row: Row) -> LogEntry {
    let (id, person, handle, deed, role, done_by, command_line_user, done_at, reason) = row;
    LogEntry { id, person: person.zip(handle), deed, role, done_by, command_line_user, done_at, reason }
}

/// Lines that meet a condition, the newest first.
macro_rules! lines {
    ($connection:expr, $condition:expr, $at_most:expr) => {{
        let rows: Vec<Row> = account_log::table
            .left_join(members::table)
            .left_join(doers.on(doers.field(members::id).nullable().eq(account_log::done_by)))
            .filter($condition)
            .order(account_log::id.desc())
            .limit($at_most)
            .select((
                account_log::id,
                account_log::member_id,
                members::handle.nullable(),
                account_log::deed,
                account_log::role,
                doers.field(members::handle).nullable(),
                account_log::command_line_user,
                account_log::done_at,
                account_log::reason,
            ))
            .load($connection)?;
        Ok(rows.into_iter().map(entry).collect())
    }};
}

/// The log of everything, the newest lines below that number.
pub fn of_everybody(connection: &mut Conn, below: Id<LogEntry>, at_most: i64) -> Result<Vec<LogEntry>> {
    lines!(connection, account_log::id.lt(below), at_most)
}

/// The log of somebody's account, the newest lines below that number.
pub fn of_person(connection: &mut Conn, person: Id<Member>, below: Id<LogEntry>, at_most: i64) -> Result<Vec<LogEntry>> {
    lines!(connection, account_log::member_id.eq(person).and(account_log::id.lt(below)), at_most)
}

/// Every line that says that somebody was given a role, the newest first.
pub fn grants_of(connection: &mut Conn, person: Id<Member>) -> Result<Vec<LogEntry>> {
    lines!(connection, account_log::member_id.eq(person).and(account_log::deed.eq(Deed::RoleGiven)), i64::MAX)
}
