//! Letters that somebody cannot read any more. Whoever knows their password signs in, with a code on paper where there is a
//! second step, and changes the address there. For everybody else:
//!
//! - They name the account, another address, and say why. The old address and every session are told at once, and one press
//!   there stops it. For a week nothing changes.
//! - Then people decide. A yes sends a link to the new address; when it was opened the account has that address and nobody is
//!   signed in any more. The old address can undo it as any change. A no is mailed with its reason.
//! - Nobody sets a password for anybody: its owner chooses one by letter, at the new address. A second step stays.
//! - An address that nobody has gets the same answer after the same work, and people answer it, too: by asking nobody learns who
//!   is a member.

use super::email::move_account;
use super::model::{Deed, Doer, EmailAddress, MailboxRequest, Member};
use super::recovery::write_service_letter;
use super::rules::{self, CannotAnswerMailbox, MailboxAnswer};
use super::{address_bucket, is_known, store};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::site::Site;
use crate::web::seal::{self, Token};
use crate::web::throttle;
use serde_json::json;

/// A wish to move an account, all of it checked.
#[derive(Debug, Clone)]
pub(super) struct MailboxWish {
    /// The address of the account.
    pub email: EmailAddress,
    /// Where it should move.
    pub new: EmailAddress,
    /// What they tell those who decide.
    pub words: String,
}

/// Keeps the wish and tells the old address. `network` is the name of the asking address; refused if too many were asked for
/// from there. One request for an account is open at a time, and one a day is taken; the answer is the same.
pub(super) fn ask(tx: &mut Tx<'_>, network: &str, wish: &MailboxWish, site: &Site) -> Result<()> {
    throttle::take(tx, rules::MAILBOXES_OF_NETWORK, network)?;
    // Whoever decides about one that is open should know: perhaps it is the other who is the owner.
    store::mailboxes::contest(tx, &wish.email, &wish.new)?;
    let (who, now) = (address_bucket(site, &wish.email), tx.now());
    if throttle::used(tx.conn(), rules::MAILBOX_REQUESTS, &who, now)? >= rules::MAILBOX_REQUESTS.times {
        return Ok(());
    }
    throttle::take(tx, rules::MAILBOX_REQUESTS, &who)?;
    let member = store::find_by_email_key(tx.conn(), &wish.email.key())?.map(|member| member.id);
    let request = store::mailboxes::insert(tx, member, &wish.email, &wish.new, &wish.words)?;
    let Some(request) = request else { return Ok(()) };
    let (template, link) = match member {
        Some(_) => ("accounts/mailbox-asked", site.link(&stop_path(site, request))),
        None => ("accounts/mailbox-nobody", site.link("/mailbox")),
    };
    let parameters = json!({ "link": link, "days": rules::MAILBOX_DAYS });
    write_service_letter(tx, member, wish.email.as_str(), template, parameters)
}

/// What the seal of a link that stops a request is for.
const STOP: &str = "mailbox-stop";

/// Where the old address stops it. Nothing is stored that opens it; it ends with the request.
fn stop_path(site: &Site, request: Id<MailboxRequest>) -> String {
    format!("/mailbox/stop/{request}.{}", seal::seal(&site.config.secret, STOP, &request.to_string()))
}

/// The request that such a link stops, if it is one.
fn stopped_by(site: &Site, link: &str) -> Option<Id<MailboxRequest>> {
    let (request, sealed) = link.split_once('.')?;
    let request = request.parse().ok().map(Id::new)?;
    seal::is_sealed(&site.config.secret, STOP, &request.to_string(), sealed).then_some(request)
}

/// True while such a link stops something.
pub(super) fn is_stoppable(connection: &mut Conn, site: &Site, link: &str) -> Result<bool> {
    match stopped_by(site, link) {
        Some(request) => store::mailboxes::is_open(connection, request),
        None => Ok(false),
    }
}

/// Stops a request by such a link, once: of many presses at the same moment one gets true.
pub(super) fn stop(tx: &mut Tx<'_>, site: &Site, link: &str) -> Result<bool> {
    match stopped_by(site, link) {
        Some(request) => store::mailboxes::stop(tx, request),
        None => Ok(false),
    }
}

/// Answers a request, by an administrator, and writes the letter to the new address: with a link after a yes, with the reason
/// after a no. [`Refusal::Stale`] if somebody was faster, or it was stopped.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    by: &Member,
    request: Id<MailboxRequest>,
    answer: &MailboxAnswer,
    token: &Token,
    site: &Site,
) -> Result<Result<(), CannotAnswerMailbox>> {
    let over = || Error::from(Refusal::Stale(Sentence::plain("accounts-mailbox-decided")));
    let found = store::mailboxes::lock_asked(tx, request)?.ok_or_else(over)?;
    let new = EmailAddress::parse(&found.new_email).ok_or_else(over)?;
    let (is_new_known, now) = (is_known(tx, &new)?, tx.now());
    let permit = match rules::may_answer_mailbox(by, &found, answer.is_approved, is_new_known, now) {
        Ok(permit) => permit,
        Err(refused) => return Ok(Err(refused)),
    };
    store::mailboxes::answer(tx, permit, &token.hash())?;
    let deed = if answer.is_approved { Deed::MailboxApproved } else { Deed::MailboxRefused };
    store::log::write(tx, found.member, deed, "", &Doer::Member(by.id), &answer.words)?;
    let (template, link) = if answer.is_approved {
        ("accounts/mailbox-approved", site.link(&format!("/mailbox/{}", token.reveal())))
    } else {
        ("accounts/mailbox-refused", site.link("/mailbox"))
    };
    let lines: Vec<&str> = answer.words.lines().collect();
    let parameters = json!({ "link": link, "lines": lines, "days": rules::MAILBOX_CONFIRM_DAYS });
    // Whoever asked is not known to be the member: the letter is nobody's.
    write_service_letter(tx, None, new.as_str(), template, parameters)?;
    Ok(Ok(()))
}

/// Moves the account by the link in the letter to the new address, signs everybody out, and tells the old address how to undo
/// it. False if the link does not work (any more), or if somebody has the address by now.
pub(super) fn confirm(tx: &mut Tx<'_>, confirm_hash: &[u8], undo: &Token, site: &Site) -> Result<bool> {
    let now = tx.now();
    let Some(request) = store::mailboxes::approved(tx.conn(), confirm_hash, now)? else { return Ok(false) };
    let (Some(member), Some(old), Some(new)) =
        (request.member, EmailAddress::parse(&request.email), EmailAddress::parse(&request.new_email))
    else {
        return Ok(false);
    };
    if is_known(tx, &new)? || !store::mailboxes::set_moved(tx, request.id)? {
        return Ok(false);
    }
    store::emails::insert_confirmed(tx, member, &old, &new, &undo.hash())?;
    store::devices::end_sessions_of(tx, member, None)?;
    store::steps::forget_browsers(tx, member)?;
    move_account(tx, member, &old, &new, undo, site)?;
    store::log::write(tx, Some(member), Deed::Moved, "", &Doer::Site, "")?;
    Ok(true)
}
