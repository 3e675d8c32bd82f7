//! The ways back to an account, and the letters that say when somebody took one.
//!
//! - A link to choose a new password works once, for 20 minutes, and only while the address is still the member's. Whoever
//!   asks gets the same answer after the same statements, and one letter goes to the address either way.
//! - A new password signs nobody in, and ends every session that there was.
//! - Every letter about the lock on an account has a way to say *this was not me*: it ends all sessions, makes the password
//!   worthless, forgets what was asked for and not confirmed, takes second steps that a thief may have turned on, and sends a link
//!   for another password. It works once, and only while the address and the password are those that the letter told of.

use super::closing::lock_acting;
use super::model::{Acting, EmailAddress, Member};
use super::second_step::take_factors_added_since;
use super::{address_bucket, password, rules, store};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx};
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
    store::emails::delete_unconfirmed(tx, resetting.member)?;
    // Whoever reads the letters there has not lost them.
    store::mailboxes::stop_of(tx, resetting.member)?;
    store::devices::end_sessions_of(tx, resetting.member, None)?;
    store::steps::end_trust(tx, resetting.member)?;
    write_security_letter(tx, resetting.member, Security::PasswordReset, site)?;
    Ok(Some(resetting.member))
}

/// Changes the password of somebody who has just typed the old one. Their other sessions end; so does every link that was
/// asked for before.
pub(super) fn change_password(tx: &mut Tx<'_>, acting: Acting, password_hash: &str, site: &Site) -> Result<()> {
    lock_acting(tx, acting)?;
    let Acting { member, session } = acting;
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    store::resets::set_password(tx, member, password_hash)?;
    store::emails::delete_unconfirmed(tx, member)?;
    store::devices::end_sessions_of(tx, member, Some(session))?;
    if let Some(email) = EmailAddress::parse(&account.email) {
        store::resets::end_resets(tx, &email.key())?;
    }
    store::steps::end_trust(tx, member)?;
    write_security_letter(tx, member, Security::PasswordChanged, site)
}

/// *This was not me*: nobody is signed in any more, the password opens nothing, and a letter leads to a new one. A thief's
/// second step would lock the owner out, so those that were turned on since `since` go.
pub(super) fn disown(tx: &mut Tx<'_>, member: Id<Member>, since: Timestamp, token: &Token, site: &Site) -> Result<()> {
    let Some(account) = store::account(tx.conn(), member)? else { return Ok(()) };
    store::resets::set_password(tx, member, &password::given_up()?)?;
    store::devices::end_sessions_of(tx, member, None)?;
    store::steps::forget_browsers(tx, member)?;
    store::emails::delete_unconfirmed(tx, member)?;
    store::mailboxes::stop_of(tx, member)?;
    take_factors_added_since(tx, member, since)?;
    // Whoever came in may have linked a sign-on of theirs.
    store::identities::delete_all(tx, member)?;
    match EmailAddress::parse(&account.email) {
        Some(email) => write_reset(tx, Some(member), &email, token, site),
        None => Ok(()),
    }
}

/// What a security letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Another password by somebody signed in, and everybody signed out elsewhere.
    PasswordChanged,
    /// Another password by letter, and everybody signed out.
    PasswordReset,
    /// A sign-in with a browser that was not used before.
    NewBrowser,
    /// The app for the second step was turned on.
    AppAdded,
    /// It was turned off.
    AppRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// A passkey has counted back: it was refused.
    PasskeyCopied,
    /// Every second step was taken off by the people who run the site.
    SecondStepReset,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// There is a new sheet of recovery codes.
    CodesRenewed,
    /// Somebody signed in asked for another address.
    AddressAsked,
    /// They have another name here.
    HandleChanged,
    /// A sign-on at a provider leads to the account from now on.
    SignOnLinked,
    /// A sign-on does not lead to it any more.
    SignOnUnlinked,
}

impl Security {
    /// Ends the names of its sentences.
    #[cfg(test)]
    pub const ALL: [Self; 15] = [
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::NewBrowser,
        Self::AppAdded,
        Self::AppRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyCopied,
        Self::SecondStepReset,
        Self::RecoveryCodeUsed,
        Self::CodesRenewed,
        Self::AddressAsked,
        Self::HandleChanged,
        Self::SignOnLinked,
        Self::SignOnUnlinked,
    ];

    /// Names its sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::PasswordChanged | Self::PasswordReset => "password-changed",
            Self::NewBrowser => "new-browser",
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeyCopied => "passkey-copied",
            Self::SecondStepReset => "second-step-reset",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::CodesRenewed => "codes-renewed",
            Self::AddressAsked => "address-asked",
            Self::HandleChanged => "handle-changed",
            Self::SignOnLinked => "sign-on-linked",
            Self::SignOnUnlinked => "sign-on-unlinked",
        }
    }

    /// Tells of a second step that was added. The link of such a letter ends with that second step and not with the password:
    /// whoever chooses another password first can still take it away, because a passkey outlives passwords.
    fn tells_of_factor(self) -> bool {
        matches!(self, Self::AppAdded | Self::PasskeyAdded)
    }

    /// From when on *this was not me* takes second steps, for a letter of that moment: as long before as a letter's link works, so
    /// that any letter closes all of what somebody opened. A password by letter alone does not: whoever reads somebody's letters
    /// would get around the second step by it.
    fn disowned_since(self, at: Timestamp) -> Timestamp {
        if self == Self::PasswordReset { at } else { young_since(at) }
    }
}

/// Second steps that were turned on since then had a letter whose link still works.
pub(super) fn young_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::days(rules::NOT_ME_DAYS))
}

/// Tells a member by letter what happened to the lock on their account, with a way to say that it was not them.
pub(super) fn write_security_letter(tx: &mut Tx<'_>, member: Id<Member>, what: Security, site: &Site) -> Result<()> {
    let Some((email, password_hash)) = store::stored_password(tx.conn(), member)? else { return Ok(()) };
    let at = tx.now();
    let ends_with = if what.tells_of_factor() { FACTOR } else { PASSWORD };
    let words = format!("{member}.{}.{}.{ends_with}", at.micros(), what.disowned_since(at).micros());
    let sealed = seal::seal(&site.config.secret, NOT_ME, &not_me_words(&words, &email, &password_hash));
    let link = site.link(&format!("/not-me/{words}.{sealed}"));
    let parameters = json!({ "link": link, "days": rules::NOT_ME_DAYS, "what": what.word() });
    write_service_letter(tx, Some(member), &email, "accounts/security", parameters)
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

/// With what a link ends, apart from the address: the password of that moment, or the second step that was added in it.
const PASSWORD: &str = "p";
const FACTOR: &str = "f";

/// What that seal is made over: whose account, of which moment, since when and with what it ends, as the link says it, and the
/// address and (unless it ends with a second step) the password of that moment, which it does not say. Its own use ends it.
fn not_me_words(said: &str, email: &str, password_hash: &str) -> String {
    let password_hash = if said.ends_with(FACTOR) { "" } else { password_hash };
    format!("{said}.{email}.{password_hash}")
}

/// Whose account such a link protects and since when, if it is one, its time is not over, and it was not spent.
pub(super) fn disowned_by(
    connection: &mut Conn,
    site: &Site,
    link: &str,
    now: Timestamp,
) -> Result<Option<(Id<Member>, Timestamp)>> {
    let Some((said, sealed)) = link.rsplit_once('.') else { return Ok(None) };
    let Some((numbers, ends_with)) = said.rsplit_once('.') else { return Ok(None) };
    let numbers: Vec<i64> = numbers.split('.').map_while(|number| number.parse().ok()).collect();
    let [member, at, since] = numbers.as_slice() else { return Ok(None) };
    let (member, at, since) = (Id::new(*member), Timestamp::from_micros(*at), Timestamp::from_micros(*since));
    let Some((email, password_hash)) = store::stored_password(connection, member)? else { return Ok(None) };
    let is_ours = seal::is_sealed(&site.config.secret, NOT_ME, &not_me_words(said, &email, &password_hash), sealed);
    let is_in_time = at <= now && now.since(at) < Duration::days(rules::NOT_ME_DAYS);
    if !is_ours || !is_in_time || (ends_with == FACTOR && !store::steps::has_factor_of(connection, member, at)?) {
        return Ok(None);
    }
    // Never those that are so old that their own letter does not work any more.
    Ok(Some((member, since.max(young_since(now)))))
}

/// Uses such a link, once: of many presses at the same moment one gets true. See [`disown`].
pub(super) fn disown_by(tx: &mut Tx<'_>, link: &str, token: &Token, site: &Site) -> Result<bool> {
    let now = tx.now();
    let Some((member, since)) = disowned_by(tx.conn(), site, link, now)? else { return Ok(false) };
    store::closing::lock(tx, member)?;
    // Looked at again under the lock: somebody may have pressed a moment before.
    if disowned_by(tx.conn(), site, link, now)?.is_none() {
        return Ok(false);
    }
    disown(tx, member, since, token, site)?;
    Ok(true)
}
