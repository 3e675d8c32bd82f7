//! The yes to the keeping of what somebody writes about their health: given when they join, taken back and given again when
//! they like. Nobody writes without it, and everybody reads without it.
//!
//! What becomes of words that are kept already is decided by the slice of privacy, which stands above.

use super::model::{Consent, Member, Profile};
use super::rules::{self, AgreeFirst};
use super::store;
use crate::db::{Id, Tx};
use crate::error::{Error, Result};

/// Somebody who is about to write, as they stand at this moment, with their row held until the end of the transaction. What a
/// request knew of them is older than the lock: a yes that they took back in another window counts here. To be called before
/// boards and threads are locked.
pub fn lock_writer(tx: &mut Tx<'_>, member: &Member) -> Result<Member> {
    store::closing::lock(tx, member.id)?;
    let present = store::member(tx.conn(), member.id)?.ok_or(Error::UNSEEN)?;
    Ok(Member { must_agree: present.must_agree, agrees_to_health: present.agrees_to_health, ..member.clone() })
}

/// Writes down that somebody said yes; with their row held. Nothing happens if their yes stands.
pub fn give_health(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let present = store::member(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
    if present.agrees_to_health {
        return Ok(());
    }
    store::insert_consent(tx, member, Consent::Health, rules::HEALTH_VERSION)
}

/// Writes down that somebody took their yes back; with their row held. False if none stands.
pub fn withdraw_health(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    store::withdraw_consent(tx, member, Consent::Health)
}

/// Erases what somebody said about themselves.
pub fn forget_about(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::clear_about(tx, member)
}

/// Keeps what somebody says of themselves, or says what they have to agree to first.
pub(super) fn describe(tx: &mut Tx<'_>, member: &Member, profile: &Profile) -> Result<Result<(), AgreeFirst>> {
    let writer = lock_writer(tx, member)?;
    let before = store::account(tx.conn(), member.id)?.ok_or(Error::UNSEEN)?;
    Ok(match rules::may_describe(&writer, &before, profile) {
        Ok(permit) => Ok(store::update_profile(tx, permit, profile)?),
        Err(first) => Err(first),
    })
}
