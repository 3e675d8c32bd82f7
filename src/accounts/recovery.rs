//! The ways back to an account, and the letters that say when somebody took one.
//!
//! - A link to choose a new password works once, for 20 minutes, and only while the address is still the member's. Whoever
//!   asks gets the same answer after the same statements, and one letter goes to the address either way.
//! - A new password signs nobody in, and ends every session that there was.
//! - Every letter about a password has a way to say *this was not me*: it ends all sessions, makes the password worthless and
//!   sends a link for another one. Pressed twice it does no more harm than once.

use super::model::{EmailAddress, Member, SessionInfo};
use super::{address_bucket, rules, store};
use crate::clock::Timestamp;
use crate::db::{Id, Tx};
use crate::error::Result;
use crate::mail;
use crate::site::Site;
use crate::web::seal::{self, Token};
use crate::web::throttle;
use chrono::Duration;
use serde_json::json;

/// Keeps a link and writes the letter: for an address that nobody has, one that says so and opens nothing. `network` is the
/// name of the asking address; refused if too many were asked for from there. At most a few letters a day go to one address;
/// then none is written, and the answer is the same.
pub(super) fn ask_for_reset(tx: &mut Tx<'_>, network: &str, email: &EmailAddress, token: &Token, site: &Site) -> Result<()> {
    throttle::take(tx, rules::RESETS_OF_NETWORK, network)?;
    let (who, now) = (address_bucket(site, email), tx.now());
    if throttle::used(tx.conn(), rules::RESET_LETTERS, &who, now)? >= rules::RESET_LETTERS.times {
        return Ok(());
    }
    throttle::take(tx, rules::RESET_LETTERS, &who)?;
    let member = store::member_at(tx.conn(), &email.key())?;
    write_reset(tx, member, email, token, site)
}

fn write_reset(tx: &mut Tx<'_>, member: Option<Id<Member>>, email: &EmailAddress, token: &Token, site: &Site) -> Result<()> {
    store::resets::insert_reset(tx, &email.key(), member, &token.hash())?;
    let (template, link) = match member {
        Some(_) => ("accounts/reset", site.link(&format!("/password/{}", token.reveal()))),
        None => ("accounts/no-account", site.link("/join")),
    };
    let parameters = json!({ "link": link, "minutes": rules::RESET_MINUTES });
    write_service_letter(tx, member, email.as_str(), template, parameters)
}

/// Sets the password by such a link. `None` if the link does not work (any more).
pub(super) fn reset_password(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    password_hash: &str,
    site: &Site,
) -> Result<Option<Id<Member>>> {
    let now = tx.now();
    let Some(resetting) = store::resets::resetting(tx.conn(), token_hash, now)? else { return Ok(None) };
    if !store::resets::take_reset(tx, token_hash)? {
        return Ok(None);
    }
    store::resets::set_password(tx, resetting.member, password_hash)?;
    store::devices::end_sessions_of(tx, resetting.member, None)?;
    store::steps::end_trust(tx, resetting.member)?;
    write_security_letter(tx, resetting.member, Security::PasswordChanged, site)?;
    Ok(Some(resetting.member))
}

/// Changes the password of somebody who has just typed the old one. Their other sessions end; so does every link that was
/// asked for before.
pub(super) fn change_password(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    session: Option<Id<SessionInfo>>,
    password_hash: &str,
    site: &Site,
) -> Result<()> {
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    store::resets::set_password(tx, member, password_hash)?;
    store::devices::end_sessions_of(tx, member, session)?;
    if let Some(email) = EmailAddress::parse(&account.email) {
        store::resets::end_resets(tx, &email.key())?;
    }
    store::steps::end_trust(tx, member)?;
    write_security_letter(tx, member, Security::PasswordChanged, site)
}

/// *This was not me*: nobody is signed in any more, the password opens nothing, and a letter leads to a new one.
pub(super) fn disown(tx: &mut Tx<'_>, member: Id<Member>, token: &Token, site: &Site) -> Result<()> {
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    store::resets::set_password(tx, member, "")?;
    store::devices::end_sessions_of(tx, member, None)?;
    store::steps::forget_browsers(tx, member)?;
    match EmailAddress::parse(&account.email) {
        Some(email) => write_reset(tx, Some(member), &email, token, site),
        None => Ok(()),
    }
}

/// What a security letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Another password, and everybody signed out elsewhere.
    PasswordChanged,
    /// A sign-in with a browser that was not used before.
    NewBrowser,
    /// The app for the second step was turned on.
    AppAdded,
    /// The second step was turned off.
    AppRemoved,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// There is a new sheet of recovery codes.
    CodesRenewed,
}

impl Security {
    /// Ends the names of its sentences.
    #[cfg(test)]
    pub const ALL: [Self; 6] = [
        Self::PasswordChanged,
        Self::NewBrowser,
        Self::AppAdded,
        Self::AppRemoved,
        Self::RecoveryCodeUsed,
        Self::CodesRenewed,
    ];

    /// Names its sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password-changed",
            Self::NewBrowser => "new-browser",
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::CodesRenewed => "codes-renewed",
        }
    }
}

/// Tells a member by letter what happened to the lock on their account, with a way to say that it was not them.
pub(super) fn write_security_letter(tx: &mut Tx<'_>, member: Id<Member>, what: Security, site: &Site) -> Result<()> {
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    let link = site.link(&not_me_path(site, member, tx.now()));
    let parameters = json!({ "link": link, "days": rules::NOT_ME_DAYS, "what": what.word() });
    write_service_letter(tx, Some(member), &account.email, "accounts/security", parameters)
}

pub(super) fn write_service_letter(
    tx: &mut Tx<'_>,
    member: Option<Id<Member>>,
    to: &str,
    template: &'static str,
    parameters: serde_json::Value,
) -> Result<()> {
    let letter = mail::Letter {
        member: member.map(Id::number),
        to: to.to_owned(),
        template,
        parameters,
        is_service: true,
        due_at: tx.now(),
        cause: None,
    };
    mail::write(tx, &letter)
}

/// What the seal of a link in a security letter is for.
const NOT_ME: &str = "not-me";

/// Where *this was not me* leads: whose account, since when, and a seal that proves that we wrote it to them.
fn not_me_path(site: &Site, member: Id<Member>, at: Timestamp) -> String {
    let words = format!("{member}.{}", at.micros());
    format!("/not-me/{words}.{}", seal::seal(&site.config.secret, NOT_ME, &words))
}

/// Whose account such a link protects, if it is one and its time is not over.
pub(super) fn disowned_by(site: &Site, token: &str, now: Timestamp) -> Option<Id<Member>> {
    let (words, sealed) = token.rsplit_once('.')?;
    let (member, at) = words.split_once('.')?;
    let at = Timestamp::from_micros(at.parse().ok()?);
    let is_in_time = at <= now && now.since(at) < Duration::days(rules::NOT_ME_DAYS);
    let is_ours = seal::is_sealed(&site.config.secret, NOT_ME, words, sealed);
    (is_in_time && is_ours).then_some(member.parse().ok().map(Id::new)?)
}
