//! Another address: asked for by whoever proves who they are, confirmed by a letter to the new address, told to the old one
//! when it is asked for and again when it is done, and undone from there for three days, whoever has the account by then.
//!
//! Whoever confirms is signed in to the account that moves. The letter alone would do it for a stranger who was sent it by a
//! slip of a finger, and for a thief who was signed out in the meantime. On a phone where nobody is signed in, the link asks to
//! sign in first and then goes on: the old address still does for that.

use super::model::{EmailAddress, Member};
use super::recovery::{Security, disown, write_security_letter, write_service_letter, young_since};
use super::{is_known, rules, store};
use crate::db::{Id, Tx};
use crate::error::Result;
use crate::site::Site;
use crate::web::seal::Token;
use crate::web::throttle;
use serde_json::json;

/// Keeps the wish and writes the letter to the new address: with a link, or, if somebody has that address, one that says so
/// and changes nothing. The answer is the same, and the old address is told. Refused if too many were asked for.
pub(super) fn ask(tx: &mut Tx<'_>, member: Id<Member>, new: &EmailAddress, token: &Token, site: &Site) -> Result<()> {
    throttle::take(tx, rules::EMAIL_CHANGES, &member.to_string())?;
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    let Some(old) = EmailAddress::parse(&account.email) else { return Ok(()) };
    let is_known = is_known(tx, new)?;
    let hash = token.hash();
    store::emails::insert_change(tx, member, &old, new, (!is_known).then_some(hash.as_slice()))?;
    let (template, link) = if is_known {
        ("accounts/already-member", site.link("/sign-in"))
    } else {
        ("accounts/new-address", site.link(&format!("/address/{}", token.reveal())))
    };
    let parameters = json!({ "link": link, "hours": rules::EMAIL_CONFIRM_HOURS });
    write_service_letter(tx, None, new.as_str(), template, parameters)?;
    write_security_letter(tx, member, Security::AddressAsked, site)
}

/// Changes the address of the member who asked for it, by the link in the letter to the new one, and tells the old one how to
/// undo it. False if the link does not work (any more), or if somebody has the address by now.
pub(super) fn confirm(tx: &mut Tx<'_>, member: Id<Member>, confirm_hash: &[u8], undo: &Token, site: &Site) -> Result<bool> {
    let now = tx.now();
    let Some(change) = store::emails::change_to_confirm(tx.conn(), member, confirm_hash, now)? else { return Ok(false) };
    let (Some(old), Some(new)) = (EmailAddress::parse(&change.old_email), EmailAddress::parse(&change.new_email)) else {
        return Ok(false);
    };
    if is_known(tx, &new)? || !store::emails::take_change(tx, &change, &undo.hash())? {
        return Ok(false);
    }
    store::mailboxes::stop_of(tx, member)?;
    move_account(tx, member, &old, &new, undo, site)?;
    Ok(true)
}

/// Writes the new address, ends links to a new password that went to the old one, and tells the old one how to undo it.
pub(super) fn move_account(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    old: &EmailAddress,
    new: &EmailAddress,
    undo: &Token,
    site: &Site,
) -> Result<()> {
    store::emails::set_email(tx, member, new)?;
    store::resets::end_resets(tx, &old.key())?;
    let link = site.link(&format!("/address/undo/{}", undo.reveal()));
    let parameters = json!({ "link": link, "hours": rules::EMAIL_UNDO_HOURS });
    write_service_letter(tx, Some(member), old.as_str(), "accounts/address-changed", parameters)
}

/// Gives the account back to the old address: everybody is signed out, the password opens nothing, and a letter there leads
/// to a new one. False if the link does not work (any more).
pub(super) fn undo(tx: &mut Tx<'_>, undo_hash: &[u8], reset: &Token, site: &Site) -> Result<bool> {
    let now = tx.now();
    let Some(change) = store::emails::change_to_undo(tx.conn(), undo_hash, now)? else { return Ok(false) };
    let Some(old) = EmailAddress::parse(&change.old_email) else { return Ok(false) };
    if !store::emails::end_changes_since(tx, &change)? {
        return Ok(false);
    }
    if let Some(account) = store::account(tx.conn(), change.member)?
        && let Some(present) = EmailAddress::parse(&account.email)
    {
        store::resets::end_resets(tx, &present.key())?;
    }
    store::emails::set_email(tx, change.member, &old)?;
    disown(tx, change.member, young_since(now), reset, site)?;
    Ok(true)
}
