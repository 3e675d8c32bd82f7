//! Links to choose a new password.

use crate::accounts::model::Member;
use crate::accounts::rules;
use crate::clock::Timestamp;
use crate::db::schema::{members, password_resets};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use chrono::Duration;
use diesel::prelude::*;

/// Whose password a link changes.
#[derive(Debug, Queryable)]
pub struct Resetting {
    /// The member.
    pub member: Id<Member>,
    /// Their name, which a password must not be.
    pub handle: String,
    /// Their address, which a password must not be either.
    pub email: String,
}

/// Keeps a link for an address, and ends those that it had: with a member or without, the same statements.
pub fn insert_reset(tx: &mut Tx<'_>, email_key: &str, member: Option<Id<Member>>, token_hash: &[u8]) -> Result<()> {
    end_resets(tx, email_key)?;
    let now = tx.now();
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::member_id.eq(member),
            password_resets::email_key.eq(email_key),
            password_resets::token_hash.eq(token_hash),
            password_resets::asked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends every link of an address.
pub fn end_resets(tx: &mut Tx<'_>, email_key: &str) -> Result<()> {
    diesel::delete(password_resets::table.filter(password_resets::email_key.eq(email_key))).execute(tx.conn())?;
    Ok(())
}

/// The member whose password this link changes, while it works: for its time, and as long as the address is still theirs.
pub fn resetting(connection: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<Option<Resetting>> {
    Ok(password_resets::table
        .inner_join(members::table)
        .filter(password_resets::token_hash.eq(token_hash))
        .filter(password_resets::asked_at.gt(reset_since(now)))
        .filter(password_resets::email_key.eq(members::email_key))
        .select((members::id, members::handle, members::email))
        .first(connection)
        .optional()?)
}

/// Takes the link out, once: of several at the same moment one gets true.
pub fn take_reset(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool> {
    let link = password_resets::table.filter(password_resets::token_hash.eq(token_hash));
    Ok(diesel::delete(link).execute(tx.conn())? == 1)
}

/// Writes a new password hash. Empty: no password leads in until another is chosen by letter.
pub fn set_password(tx: &mut Tx<'_>, member: Id<Member>, password_hash: &str) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::password_hash.eq(password_hash)).execute(tx.conn())?;
    Ok(())
}

/// Writes a hash by other parameters in the place of this one; nothing happens if the password was changed meanwhile.
pub fn renew_password(tx: &mut Tx<'_>, member: Id<Member>, present_hash: &str, renewed_hash: &str) -> Result<()> {
    let present = members::table.filter(members::id.eq(member).and(members::password_hash.eq(present_hash)));
    diesel::update(present).set(members::password_hash.eq(renewed_hash)).execute(tx.conn())?;
    Ok(())
}

/// Deletes links that have had their time.
pub fn delete_old_resets(tx: &mut Tx<'_>) -> Result<usize> {
    let before = reset_since(tx.now());
    Ok(diesel::delete(password_resets::table.filter(password_resets::asked_at.le(before))).execute(tx.conn())?)
}

fn reset_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::minutes(rules::RESET_MINUTES))
}
