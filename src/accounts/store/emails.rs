//! Changes of addresses.

use crate::accounts::model::{EmailAddress, Member};
use crate::accounts::rules;
use crate::clock::Timestamp;
use crate::db::schema::{email_changes, members};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;

/// A change of somebody's address.
#[derive(Debug, Clone, Queryable)]
pub struct EmailChange {
    id: i64,
    /// Whose.
    pub member: Id<Member>,
    /// Their address before.
    pub old_email: String,
    /// Their address after.
    pub new_email: String,
}

/// Keeps that somebody asked; what they asked before and did not confirm goes. No hash: the link opens nothing.
pub fn insert_change(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    old: &EmailAddress,
    new: &EmailAddress,
    confirm_hash: Option<&[u8]>,
) -> Result<()> {
    insert(tx, member, (old, new), confirm_hash, None)
}

/// Forgets what somebody asked for and did not confirm.
pub fn delete_unconfirmed(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let asked = email_changes::member_id.eq(member).and(email_changes::confirmed_at.is_null());
    diesel::delete(email_changes::table.filter(asked)).execute(tx.conn())?;
    Ok(())
}

/// The change that this link to the new address confirms for the member who asked for it, while it works: for a day, once, and
/// as long as the old address is still theirs.
pub fn change_to_confirm(
    connection: &mut Conn,
    member: Id<Member>,
    confirm_hash: &[u8],
    now: Timestamp,
) -> Result<Option<EmailChange>> {
    Ok(email_changes::table
        .inner_join(members::table)
        .filter(email_changes::member_id.eq(member))
        .filter(email_changes::confirm_hash.eq(confirm_hash))
        .filter(email_changes::confirmed_at.is_null())
        .filter(email_changes::asked_at.gt(now.minus(Duration::hours(rules::EMAIL_CONFIRM_HOURS))))
        .filter(email_changes::old_email_key.eq(members::email_key))
        .select((email_changes::id, email_changes::member_id, email_changes::old_email, email_changes::new_email))
        .first(connection)
        .optional()?)
}

/// Confirms a change, once: of several at the same moment one gets true. The link to the old address undoes it.
pub fn take_change(tx: &mut Tx<'_>, change: &EmailChange, undo_hash: &[u8]) -> Result<bool> {
    let now = tx.now();
    let asked = email_changes::table.filter(email_changes::id.eq(change.id).and(email_changes::confirmed_at.is_null()));
    let taken = diesel::update(asked)
        .set((email_changes::confirmed_at.eq(now), email_changes::undo_hash.eq(undo_hash)))
        .execute(tx.conn())?;
    Ok(taken == 1)
}

/// Keeps a change that was confirmed in another way, so that the link to the old address undoes it.
pub fn insert_confirmed(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    old: &EmailAddress,
    new: &EmailAddress,
    undo_hash: &[u8],
) -> Result<()> {
    insert(tx, member, (old, new), None, Some(undo_hash))
}

/// `undo_hash`: it is confirmed already.
fn insert(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    (old, new): (&EmailAddress, &EmailAddress),
    confirm_hash: Option<&[u8]>,
    undo_hash: Option<&[u8]>,
) -> Result<()> {
    delete_unconfirmed(tx, member)?;
    let now = tx.now();
    diesel::insert_into(email_changes::table)
        .values((
            email_changes::member_id.eq(member),
            email_changes::old_email.eq(old.as_str()),
            email_changes::old_email_key.eq(old.key()),
            email_changes::new_email.eq(new.as_str()),
            email_changes::confirm_hash.eq(confirm_hash),
            email_changes::undo_hash.eq(undo_hash),
            email_changes::asked_at.eq(now),
            email_changes::confirmed_at.eq(undo_hash.map(|_| now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The change that this link to the old address undoes, while it works.
pub fn change_to_undo(connection: &mut Conn, undo_hash: &[u8], now: Timestamp) -> Result<Option<EmailChange>> {
    Ok(email_changes::table
        .filter(email_changes::undo_hash.eq(undo_hash))
        .filter(email_changes::confirmed_at.gt(now.minus(Duration::hours(rules::EMAIL_UNDO_HOURS))))
        .select((email_changes::id, email_changes::member_id, email_changes::old_email, email_changes::new_email))
        .first(connection)
        .optional()?)
}

/// Ends every change of a member from this one on, once: later ones were made by whoever made this one. True for one caller.
pub fn end_changes_since(tx: &mut Tx<'_>, change: &EmailChange) -> Result<bool> {
    let taken = diesel::delete(email_changes::table.find(change.id)).execute(tx.conn())?;
    let later = email_changes::member_id.eq(change.member).and(email_changes::id.gt(change.id));
    diesel::delete(email_changes::table.filter(later)).execute(tx.conn())?;
    Ok(taken == 1)
}

/// Writes another address.
pub fn set_email(tx: &mut Tx<'_>, member: Id<Member>, email: &EmailAddress) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::email.eq(email.as_str()), members::email_key.eq(email.key())))
        .execute(tx.conn())?;
    Ok(())
}

/// True if somebody can still have this address back: until then nobody else gets it.
pub fn is_held_back(connection: &mut Conn, email_key: &str, now: Timestamp) -> Result<bool> {
    let held = email_changes::table
        .filter(email_changes::old_email_key.eq(email_key))
        .filter(email_changes::confirmed_at.gt(now.minus(Duration::hours(rules::EMAIL_UNDO_HOURS))));
    Ok(diesel::select(exists(held)).get_result(connection)?)
}

/// Forgets changes that can neither be confirmed nor undone any more.
pub fn delete_old_changes(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let asked_before = now.minus(Duration::hours(rules::EMAIL_CONFIRM_HOURS));
    let confirmed_before = now.minus(Duration::hours(rules::EMAIL_UNDO_HOURS));
    let unconfirmed = email_changes::confirmed_at.is_null().and(email_changes::asked_at.le(asked_before));
    let settled = email_changes::confirmed_at.le(confirmed_before);
    Ok(diesel::delete(email_changes::table.filter(unconfirmed)).execute(tx.conn())?
        + diesel::delete(email_changes::table.filter(settled)).execute(tx.conn())?)
}
