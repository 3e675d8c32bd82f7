//! The names that people had before.

use crate::accounts::model::{Member, OldHandle};
use crate::accounts::rules::MayChangeHandle;
use crate::clock::Timestamp;
use crate::db::schema::{members, old_handles};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::text::line;
use diesel::dsl::exists;
use diesel::prelude::*;

/// True if a member had a name that looks like this.
pub fn is_old(connection: &mut Conn, handle_key: &str) -> Result<bool> {
    let old = old_handles::table.filter(old_handles::handle_key.eq(handle_key));
    Ok(diesel::select(exists(old)).get_result(connection)?)
}

/// True if anybody had a name of this hash, also somebody who was erased since.
pub fn is_reserved(connection: &mut Conn, handle_hash: &str) -> Result<bool> {
    let old = old_handles::table.filter(old_handles::handle_hash.eq(handle_hash));
    Ok(diesel::select(exists(old)).get_result(connection)?)
}

/// How often somebody changed their name by themselves.
pub fn own_changes(connection: &mut Conn, member: Id<Member>) -> Result<i64> {
    let own = old_handles::member_id.eq(member).and(old_handles::changed_by.eq(member));
    Ok(old_handles::table.filter(own).count().get_result(connection)?)
}

/// The names that somebody had, the newest first.
pub fn of(connection: &mut Conn, member: Id<Member>) -> Result<Vec<OldHandle>> {
    let rows: Vec<(String, Timestamp, Option<Id<Member>>, Option<String>, String)> = old_handles::table
        .left_join(members::table)
        .filter(old_handles::member_id.eq(member))
        .order(old_handles::id.desc())
        .select((
            old_handles::handle,
            old_handles::changed_at,
            old_handles::changed_by,
            members::handle.nullable(),
            old_handles::reason,
        ))
        .load(connection)?;
    let old = |(handle, changed_at, by, by_handle, reason)| OldHandle {
        handle,
        changed_at,
        changed_by: if by == Some(member) { None } else { by_handle },
        reason,
    };
    Ok(rows.into_iter().map(old).collect())
}

/// Gives somebody another name and keeps the one before, with its hash. Pages that visitors hold are asked for again.
pub fn change(tx: &mut Tx<'_>, permit: MayChangeHandle, present: &str, present_hash: &str) -> Result<()> {
    let ((wish, by), now) = (permit.spend(), tx.now());
    diesel::insert_into(old_handles::table)
        .values((
            old_handles::member_id.eq(wish.member),
            old_handles::handle.eq(present),
            old_handles::handle_key.eq(line::skeleton(present)),
            old_handles::handle_hash.eq(present_hash),
            old_handles::changed_by.eq(by),
            old_handles::changed_at.eq(now),
            old_handles::reason.eq(&wish.reason),
        ))
        .execute(tx.conn())?;
    diesel::update(members::table.find(wish.member))
        .set((members::handle.eq(&wish.handle), members::handle_key.eq(line::skeleton(&wish.handle))))
        .execute(tx.conn())?;
    super::closing::raise_bylines_version(tx)
}

/// Forgets what somebody was called and that it was them. The hashes stay, so that the names stay nobody's.
pub fn forget(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(old_handles::table.filter(old_handles::member_id.eq(member)))
        .set((
            old_handles::member_id.eq(None::<Id<Member>>),
            old_handles::handle.eq(""),
            old_handles::handle_key.eq(None::<String>),
            old_handles::changed_by.eq(None::<Id<Member>>),
            old_handles::reason.eq(""),
        ))
        .execute(tx.conn())?;
    Ok(())
}
