//! Single sign-on: people sign in, join, link an account and prove that it is still them by a provider that they have anyway.
//!
//! - Who somebody is there is the provider's address and its own name of them. An equal e-mail address links nothing, ever:
//!   whoever has an account links it themselves, after a proof of who they are, and is told by letter.
//! - The way there and back is one journey: ten minutes, one browser, one use. What it takes along waits in the database,
//!   encrypted, and opens for the browser that began it alone.
//! - A way in that needs no provider remains: who has no password cannot take the sign-on off.
//! - A provider that signs somebody out ends the sessions that it began here, and no other.

use super::closing::lock_acting;
use super::model::{Acting, EmailAddress, Identity, Member, Newcomer};
use super::provider::{Guards, SignedOut};
use super::recovery::{Security, write_security_letter};
use super::{rules, store};
use crate::config::SignOnProvider;
use crate::db::{Id, Tx};
use crate::error::{Error, Result};
use crate::site::Site;
use crate::web::seal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What somebody wants of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wish {
    /// To sign in, or to join if nobody knows them.
    SignIn,
    /// To sign in to the account with this number by it from now on.
    Link(i64),
    /// To prove that it is still they, whose account has this number.
    Prove(i64),
}

/// A form that waits: where it was sent, whose it is, and its body in base64. Empty: none does.
pub(super) type Words = (String, String, String);

/// What goes along on the way to a provider and back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Journey {
    /// The provider's name in our addresses.
    pub provider: String,
    /// Why.
    pub wish: Wish,
    /// When, in microseconds.
    pub departed: i64,
    /// What makes it safe.
    pub guards: Guards,
    /// Others use this device, too.
    pub shared: bool,
    /// A path of ours.
    pub return_to: String,
    /// The token of an invitation, or nothing.
    pub invitation: String,
    /// What they typed before.
    pub words: Words,
}

const JOURNEY: &str = "sign-on-journey";
const NEWCOMER: &str = "sign-on-newcomer";

fn hidden<T: Serialize>(site: &Site, purpose: &str, whose: &str, what: &T) -> Result<Vec<u8>> {
    Ok(seal::hide(&site.config.secret, purpose, whose, &serde_json::to_vec(what)?)?)
}

fn unhidden<T: DeserializeOwned>(site: &Site, purpose: &str, whose: &str, hidden: &[u8]) -> Option<T> {
    serde_json::from_slice(&seal::unhide(&site.config.secret, purpose, whose, hidden)?).ok()
}

/// A browser leaves. `state` goes through the provider, `browser` is what its cookie holds.
pub(super) fn depart(tx: &mut Tx<'_>, site: &Site, state: &str, browser: &str, journey: &Journey) -> Result<()> {
    let hidden = hidden(site, JOURNEY, &format!("{state}.{browser}"), journey)?;
    store::identities::insert_attempt(tx, &seal::hash(state), &seal::hash(browser), &hidden)
}

/// It is back: what went along, once, in time, and for that browser alone. Whoever it brought before, and who did not join, is
/// forgotten: they are not for the next one to see.
pub(super) fn come_back(tx: &mut Tx<'_>, site: &Site, state: &str, browser: &str) -> Result<Option<Journey>> {
    let browser_hash = seal::hash(browser);
    let Some(taken) = store::identities::take_attempt(tx, &seal::hash(state), &browser_hash)? else { return Ok(None) };
    store::identities::forget_newcomer(tx, &browser_hash)?;
    Ok(unhidden(site, JOURNEY, &format!("{state}.{browser}"), &taken))
}

/// The browser brought somebody whom nobody here knows.
pub(super) fn put_newcomer(tx: &mut Tx<'_>, site: &Site, browser: &str, newcomer: &Newcomer) -> Result<()> {
    let hidden = hidden(site, NEWCOMER, browser, newcomer)?;
    store::identities::put_newcomer(tx, &seal::hash(browser), &hidden)
}

/// Whom this browser brought, out of what [`store::identities::newcomer`] kept.
pub(super) fn newcomer(site: &Site, browser: &str, kept: &[u8]) -> Option<Newcomer> {
    unhidden(site, NEWCOMER, browser, kept)
}

/// The newcomer's address, if the provider says that it is theirs.
pub(super) fn verified_email(newcomer: &Newcomer) -> Option<EmailAddress> {
    newcomer.email.as_deref().filter(|_| newcomer.is_verified).and_then(EmailAddress::parse)
}

/// Links a sign-on to the account of whoever has just proved who they are, and tells them by letter. Refused if it leads to
/// another account, or if theirs has another one of that provider; nothing happens if it is linked already.
pub(super) fn link(tx: &mut Tx<'_>, acting: Acting, (issuer, subject): (&str, &str), site: &Site) -> Result<()> {
    lock_acting(tx, acting)?;
    let member = acting.member;
    if store::identities::insert(tx, member, issuer, subject)? {
        return write_security_letter(tx, member, Security::SignOnLinked, site);
    }
    match store::identities::find(tx.conn(), issuer, subject)? {
        Some((_, owner)) if owner == member => Ok(()),
        Some(_) => Err(Error::forbidden("accounts-sign-on-of-another")),
        None => Err(Error::forbidden("accounts-sign-on-has-one")),
    }
}

/// Takes a sign-on off, and tells its owner by letter. Refused if it is their only way in; [`Error::UNSEEN`] if it is none of
/// theirs.
pub(super) fn unlink(tx: &mut Tx<'_>, member: Id<Member>, identity: Id<Identity>, site: &Site) -> Result<()> {
    let has_other_way_in = store::identities::lock_has_password(tx, member)?;
    let permit = rules::may_unlink(member, identity, has_other_way_in)
        .ok_or_else(|| Error::forbidden("accounts-sign-on-only-way"))?;
    if !store::identities::delete(tx, permit)? {
        return Err(Error::UNSEEN);
    }
    write_security_letter(tx, member, Security::SignOnUnlinked, site)
}

/// Ends the sessions that a provider began, because somebody signed out there. False if this word was taken before.
pub(super) fn sign_out(tx: &mut Tx<'_>, provider: &SignOnProvider, word: &SignedOut) -> Result<bool> {
    if !store::identities::take_logout(tx, &word.token_hash)? {
        return Ok(false);
    }
    store::identities::end_sessions(tx, &provider.issuer, word.subject.as_deref(), word.sid.as_deref())?;
    Ok(true)
}

// -------------------------------------------------------------------------------------------- by whom a session began

/// By which sign-on somebody comes in, and what the provider calls its own session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CameBy {
    /// Who they are there.
    pub identity: Id<Identity>,
    /// May be empty.
    pub sid: String,
}

const CAME_BY: &str = "sign-on-came-by";

impl CameBy {
    /// As it goes through the page of the second step.
    pub fn sealed(&self, site: &Site) -> String {
        let words = format!("{}.{}", self.identity, URL_SAFE_NO_PAD.encode(&self.sid));
        let sealed = seal::seal(&site.config.secret, CAME_BY, &words);
        format!("{words}.{sealed}")
    }

    /// What came back from there, if we made it.
    pub fn unsealed(site: &Site, sealed: &str) -> Option<Self> {
        let (words, seal) = sealed.rsplit_once('.')?;
        let (identity, sid) = words.split_once('.')?;
        let sid = String::from_utf8(URL_SAFE_NO_PAD.decode(sid).ok()?).ok()?;
        let is_ours = seal::is_sealed(&site.config.secret, CAME_BY, words, seal);
        Some(Self { identity: identity.parse().ok().map(Id::new)?, sid }).filter(|_| is_ours)
    }
}
