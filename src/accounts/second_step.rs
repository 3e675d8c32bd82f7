//! The second step at sign-in: codes of an app, passkeys, and codes on paper for the day when those are gone.
//!
//! - A code of the app is taken once, and so is one on paper, and so is the answer of a passkey; of many uses at the same moment
//!   one wins.
//! - The first way that somebody adds brings the sheet of codes, and the last one that goes takes it along.
//! - Moderators, clinicians and administrators need a second step. Whoever gets such a role without one has
//!   [`rules::SECOND_STEP_GRACE_DAYS`] days; then the role rests until there is one.
//! - Whatever is turned on or off, and each code on paper that was used, is told by letter.

use super::closing::lock_acting;
use super::model::{Acting, Member, PasswordAttempt, Role};
use super::passkey::Credential;
use super::recovery::{Security, write_security_letter};
use super::store::passkeys::OwnPasskey;
use super::totp::AppSecret;
use super::{lock, rules, store};
use crate::clock::Timestamp;
use crate::db::{Id, Tx};
use crate::error::{Error, Result};
use crate::site::Site;
use anyhow::anyhow;
use chrono::Duration;

/// The sheet of codes for the day when nothing else is there: ten codes of 80 random bits, and the salt that they share.
pub(super) struct Sheet {
    /// As they are printed: `abcd-efgh-jkmn-pqrs`.
    pub codes: Vec<String>,
    /// For hashing them.
    pub salt: Vec<u8>,
}

/// Base32 in small letters (RFC 4648): no 0 beside o, no 1 beside l, no 8, no 9.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const CODE_LETTERS: usize = 16;

impl Sheet {
    /// A new one.
    pub fn random() -> Result<Self> {
        let mut random = [0_u8; rules::RECOVERY_CODES * CODE_LETTERS + 16];
        getrandom::fill(&mut random).map_err(|cause| anyhow!("no random bytes: {cause}"))?;
        let (salt, random) = random.split_at(16);
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('a', char::from);
        let code = |bytes: &[u8]| {
            bytes.chunks(4).map(|group| group.iter().map(letter).collect::<String>()).collect::<Vec<_>>().join("-")
        };
        Ok(Self { codes: random.chunks(CODE_LETTERS).map(code).collect(), salt: salt.to_vec() })
    }
}

/// A code as it is hashed: without what only helps the eye, and with the letters that a hand takes for others.
pub(super) fn plain_code(typed: &str) -> PasswordAttempt {
    let letters = typed.chars().filter(|character| character.is_alphanumeric());
    let plain = letters.flat_map(char::to_lowercase).map(|letter| match letter {
        '0' => 'o',
        '1' => 'l',
        letter => letter,
    });
    PasswordAttempt::new(plain.collect::<String>())
}

/// True if it looks like a code of the app and not like one on paper.
pub(super) fn is_of_app(typed: &str) -> bool {
    let mut letters = typed.chars().filter(|character| !character.is_whitespace());
    letters.clone().count() <= 6 && letters.all(|letter| letter.is_ascii_digit())
}

/// What became of a way to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// Nothing: it is there already.
    Already,
    /// It is the first one, and the sheet of codes is theirs.
    First,
    /// It stands beside others, and the sheet that they have stays.
    Another,
}

/// Turns the app on, if there is none. `sheet` is salt and hashes, for whoever has no other way yet.
pub(super) fn turn_on_app(
    tx: &mut Tx<'_>,
    acting: Acting,
    hidden_secret: &[u8],
    step: i64,
    sheet: (&[u8], &[Vec<u8>]),
    site: &Site,
) -> Result<Added> {
    lock_acting(tx, acting)?;
    let member = acting.member;
    let is_first = !store::steps::has_second_step(tx.conn(), member)?;
    if !store::steps::insert_app(tx, member, hidden_secret, step)? {
        return Ok(Added::Already);
    }
    added(tx, member, is_first, sheet, Security::AppAdded, site)
}

/// Adds a passkey, unless that very key is kept already. `sheet` as in [`turn_on_app`]. Refused over
/// [`rules::PASSKEYS_OF_MEMBER`].
pub(super) fn add_passkey(
    tx: &mut Tx<'_>,
    acting: Acting,
    (name, credential): (&str, &Credential),
    sheet: (&[u8], &[Vec<u8>]),
    site: &Site,
) -> Result<Added> {
    lock_acting(tx, acting)?;
    let member = acting.member;
    if store::steps::count_passkeys(tx.conn(), member)? >= rules::PASSKEYS_OF_MEMBER {
        return Err(Error::forbidden("accounts-passkeys-enough"));
    }
    let is_first = !store::steps::has_second_step(tx.conn(), member)?;
    if !store::passkeys::insert_passkey(tx, member, name, credential)? {
        return Ok(Added::Already);
    }
    added(tx, member, is_first, sheet, Security::PasskeyAdded, site)
}

fn added(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    is_first: bool,
    (salt, hashes): (&[u8], &[Vec<u8>]),
    what: Security,
    site: &Site,
) -> Result<Added> {
    if is_first {
        store::steps::replace_codes(tx, member, salt, hashes)?;
        // No browser is trusted from a time when there was nothing to ask for.
        store::steps::end_trust(tx, member)?;
        store::steps::set_second_step_due(tx, member, None)?;
    }
    write_security_letter(tx, member, what, site)?;
    Ok(if is_first { Added::First } else { Added::Another })
}

/// Turns the app off. Refused to those whose role needs a second step and who have no other.
pub(super) fn turn_off_app(tx: &mut Tx<'_>, member: Id<Member>, site: &Site) -> Result<()> {
    may_take_off(tx, member)?;
    if !store::steps::delete_app(tx, member)? {
        return Ok(());
    }
    settle(tx, member)?;
    write_security_letter(tx, member, Security::AppRemoved, site)
}

/// Takes a passkey away; nothing happens if it is none of theirs, or is gone because the button was pressed twice. Refused as
/// [`turn_off_app`] is.
pub(super) fn remove_passkey(tx: &mut Tx<'_>, member: Id<Member>, passkey: Id<OwnPasskey>, site: &Site) -> Result<()> {
    lock(tx, member)?;
    if !store::passkeys::is_passkey_of(tx.conn(), member, passkey)? {
        return Ok(());
    }
    may_take_off(tx, member)?;
    store::passkeys::delete_passkey(tx, member, passkey)?;
    settle(tx, member)?;
    write_security_letter(tx, member, Security::PasskeyRemoved, site)
}

/// Holds the member's row: of two that go at the same moment the second sees that the first is gone.
fn may_take_off(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    lock(tx, member)?;
    let present = store::member(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
    let ways = store::steps::count_ways(tx.conn(), member)?;
    if rules::may_take_way_off(present.roles.need_second_step(), ways) {
        Ok(())
    } else {
        Err(Error::forbidden("accounts-second-step-needed"))
    }
}

/// Takes every second step of somebody who has lost theirs, by the command line: the password still has to be right. False if
/// there was none.
pub fn reset_second_step(tx: &mut Tx<'_>, member: Id<Member>, site: &Site) -> Result<bool> {
    lock(tx, member)?;
    if !store::steps::has_second_step(tx.conn(), member)? {
        return Ok(false);
    }
    store::steps::delete_app(tx, member)?;
    store::passkeys::delete_added_since(tx, member, Timestamp::from_micros(0))?;
    settle(tx, member)?;
    write_security_letter(tx, member, Security::SecondStepReset, site)?;
    Ok(true)
}

/// Without any way left, the sheet of codes and the trust in browsers go, too, and a role that needs one rests after the usual
/// time.
fn settle(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    if store::steps::has_second_step(tx.conn(), member)? {
        return Ok(());
    }
    store::steps::replace_codes(tx, member, &[], &[])?;
    store::steps::end_trust(tx, member)?;
    let present = store::member(tx.conn(), member)?;
    if present.is_some_and(|present| present.roles.need_second_step()) {
        let due_at = rules::second_step_due(tx.now());
        store::steps::set_second_step_due(tx, member, Some(due_at))?;
    }
    Ok(())
}

/// A passkey has counted back: its owner is told that there may be two of it.
pub(super) fn tell_of_copy(tx: &mut Tx<'_>, member: Id<Member>, site: &Site) -> Result<()> {
    write_security_letter(tx, member, Security::PasskeyCopied, site)
}

/// Takes every second step that was turned on at this moment or later, for somebody who says that it was not them: an app,
/// passkeys, or a sheet of codes that was made anew. What they had before stays.
pub(super) fn take_factors_added_since(tx: &mut Tx<'_>, member: Id<Member>, moment: Timestamp) -> Result<()> {
    let is_app_young = store::steps::app_since(tx.conn(), member)?.is_some_and(|since| since >= moment);
    let took_app = is_app_young && store::steps::delete_app(tx, member)?;
    let took_passkeys = store::passkeys::delete_added_since(tx, member, moment)? > 0;
    store::steps::delete_codes_made_since(tx, member, moment)?;
    if took_app || took_passkeys { settle(tx, member) } else { Ok(()) }
}

/// The sheet of codes once more, for somebody who pressed the button twice that turned on their app with this secret, so that the
/// first answer with the sheet was lost. False if it is not so.
pub(super) fn sheet_again(
    tx: &mut Tx<'_>,
    acting: Acting,
    secret: &AppSecret,
    (salt, hashes): (&[u8], &[Vec<u8>]),
    site: &Site,
) -> Result<bool> {
    lock_acting(tx, acting)?;
    let (member, now) = (acting.member, tx.now());
    let hidden = store::steps::app_secret(tx.conn(), member)?;
    let kept = hidden.and_then(|hidden| AppSecret::unhidden(&site.config.secret, member, &hidden));
    let is_same = kept.is_some_and(|kept| kept.to_type() == secret.to_type());
    let is_young = |since: Timestamp| now.since(since) < Duration::seconds(rules::PRESS_SECONDS);
    if !is_same || !store::steps::app_since(tx.conn(), member)?.is_some_and(is_young) {
        return Ok(false);
    }
    store::steps::replace_codes(tx, member, salt, hashes)?;
    Ok(true)
}

/// A new sheet of codes; the old one opens nothing any more.
pub(super) fn renew_codes(tx: &mut Tx<'_>, acting: Acting, salt: &[u8], hashes: &[Vec<u8>], site: &Site) -> Result<()> {
    lock_acting(tx, acting)?;
    let member = acting.member;
    if !store::steps::has_second_step(tx.conn(), member)? {
        return Err(Error::UNSEEN);
    }
    store::steps::replace_codes(tx, member, salt, hashes)?;
    write_security_letter(tx, member, Security::CodesRenewed, site)
}

/// Takes a code on paper, once, and tells its owner.
pub(super) fn take_recovery_code(tx: &mut Tx<'_>, member: Id<Member>, code_hash: &[u8], site: &Site) -> Result<bool> {
    let is_taken = store::steps::take_code(tx, member, code_hash)?;
    if is_taken {
        write_security_letter(tx, member, Security::RecoveryCodeUsed, site)?;
    }
    Ok(is_taken)
}

/// A role was given or taken back: says from when on it rests.
pub(super) fn role_changed(tx: &mut Tx<'_>, member: Id<Member>, role: Role, is_granted: bool) -> Result<()> {
    if !role.needs_second_step() {
        return Ok(());
    }
    let Some(present) = store::member(tx.conn(), member)? else { return Ok(()) };
    let is_needed = present.roles.need_second_step() && !store::steps::has_second_step(tx.conn(), member)?;
    match (is_needed, present.second_step_due_at) {
        // Whoever has been waited for already is not given more time by another role.
        (true, None) if is_granted => {
            let due_at = rules::second_step_due(tx.now());
            store::steps::set_second_step_due(tx, member, Some(due_at))
        }
        (false, Some(_)) => store::steps::set_second_step_due(tx, member, None),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_ten_codes_that_are_all_different_and_read_as_they_are_typed() {
        let sheet = Sheet::random().unwrap();
        assert_eq!(sheet.codes.len(), 10);
        let unlike: std::collections::BTreeSet<&String> = sheet.codes.iter().collect();
        assert_eq!(unlike.len(), 10);
        for code in &sheet.codes {
            assert_eq!(code.len(), 19);
            assert!(code.split('-').all(|group| group.len() == 4), "{code}");
            assert!(!is_of_app(code));
            let typed = format!("  {} ", code.to_uppercase().replace('-', " "));
            assert_eq!(plain_code(&typed).typed(), code.replace('-', ""));
        }
        assert_eq!(plain_code("ab0d-e1gh").typed(), "abodelgh");
        assert!(is_of_app("123456") && is_of_app(" 123 456 ") && !is_of_app("1234567") && !is_of_app("abcdef"));
    }
}
