//! The second step at sign-in: codes of an app, and codes on paper for the day when the app is gone.
//!
//! - A code of the app is taken once, and so is one on paper; of many uses at the same moment one wins.
//! - Moderators, clinicians and administrators need a second step. Whoever gets such a role without one has
//!   [`rules::SECOND_STEP_GRACE_DAYS`] days; then the role rests until there is one.
//! - Whatever is turned on or off, and each code on paper that was used, is told by letter.

use super::model::{Member, PasswordAttempt, Role};
use super::recovery::{Security, write_security_letter};
use super::{rules, store};
use crate::clock::Timestamp;
use crate::db::{Id, Tx};
use crate::error::{Error, Result};
use crate::site::Site;
use anyhow::anyhow;

/// The sheet of codes for the day when the app is gone: ten codes of 80 random bits, and the salt that they share.
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

/// Turns the app on, if there is none, and gives the first sheet of codes. False if there was one already.
pub(super) fn turn_on_app(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    hidden_secret: &[u8],
    step: i64,
    (salt, hashes): (&[u8], &[Vec<u8>]),
    site: &Site,
) -> Result<bool> {
    if !store::steps::insert_app(tx, member, hidden_secret, step)? {
        return Ok(false);
    }
    store::steps::replace_codes(tx, member, salt, hashes)?;
    // No browser is trusted from a time when there was nothing to ask for.
    store::steps::end_trust(tx, member)?;
    store::steps::set_second_step_due(tx, member, None)?;
    write_security_letter(tx, member, Security::AppAdded, site)?;
    Ok(true)
}

/// Turns the second step off: the app, the sheet of codes, and the trust in browsers that it was asked in. Refused to those
/// whose role needs it.
pub(super) fn turn_off(tx: &mut Tx<'_>, member: Id<Member>, site: &Site) -> Result<()> {
    let Some(present) = store::member(tx.conn(), member)? else { return Ok(()) };
    if present.roles.need_second_step() {
        return Err(Error::forbidden("accounts-second-step-needed"));
    }
    if remove(tx, member)? { write_security_letter(tx, member, Security::AppRemoved, site) } else { Ok(()) }
}

/// Takes the second step of somebody who has lost it, by the command line: the password still has to be right. A role that
/// needs it rests after the usual time.
pub fn reset_second_step(tx: &mut Tx<'_>, member: Id<Member>, site: &Site) -> Result<bool> {
    let Some(present) = store::member(tx.conn(), member)? else { return Ok(false) };
    if !remove(tx, member)? {
        return Ok(false);
    }
    ask_for_another(tx, &present)?;
    write_security_letter(tx, member, Security::AppRemoved, site)?;
    Ok(true)
}

/// Somebody has no second step any more: a role that needs one rests after the usual time.
fn ask_for_another(tx: &mut Tx<'_>, member: &Member) -> Result<()> {
    if !member.roles.need_second_step() {
        return Ok(());
    }
    let due_at = rules::second_step_due(tx.now());
    store::steps::set_second_step_due(tx, member.id, Some(due_at))
}

/// Takes every second step that was turned on at this moment or later, for somebody who says that it was not them: an app with
/// its sheet of codes, or a sheet that was made anew. What they had before stays.
pub(super) fn take_factors_added_since(tx: &mut Tx<'_>, member: Id<Member>, moment: Timestamp) -> Result<()> {
    let Some(present) = store::member(tx.conn(), member)? else { return Ok(()) };
    if store::steps::app_since(tx.conn(), member)?.is_some_and(|since| since >= moment) {
        remove(tx, member)?;
        return ask_for_another(tx, &present);
    }
    store::steps::delete_codes_made_since(tx, member, moment)
}

fn remove(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    let was_on = store::steps::delete_app(tx, member)?;
    store::steps::replace_codes(tx, member, &[], &[])?;
    store::steps::end_trust(tx, member)?;
    Ok(was_on)
}

/// A new sheet of codes; the old one opens nothing any more.
pub(super) fn renew_codes(tx: &mut Tx<'_>, member: Id<Member>, salt: &[u8], hashes: &[Vec<u8>], site: &Site) -> Result<()> {
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
