//! The ways in: what an administrator sets, applications that a person reads, and invitations.
//!
//! - What counts is what is set in the moment in which an address is confirmed. Closed lets nobody in.
//! - An invitation works in every way but a closed one, and skips the application. A use is taken when the address is
//!   confirmed, by one statement with a condition: of many at the same moment as many come in as it has uses.
//! - An application is decided once, and its person learns by letter how and why. The answer is deleted with the decision;
//!   after a no the rest of it is with what was never confirmed.
//! - Who invited or approved somebody is kept for administrators alone.
//! - That an application waits is told to administrators by letter, at most once an hour, whoever applied and however many.

use super::model::{Application, Deed, Doer, EmailAddress, Invitation, Joining, JoiningMode, Member, NewMember};
use super::recovery::write_service_letter;
use super::rules::{self, CannotInvite, CannotInviteByLetter, InvitationDraft, NoWay, Way};
use super::store::{self, PendingJoin};
use super::{ALREADY_MEMBER, address_bucket, agreements, insert_member, is_known, write_confirmation, write_join_letter};
use crate::db::{Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::site::Site;
use crate::web::seal::Token;
use crate::web::throttle;
use chrono::Duration;
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// What became of whoever opened the letter and pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmed {
    /// They are a member.
    Member(Id<Member>),
    /// A person reads their answer, or has read it.
    Waits,
    /// The link was used, is older than 14 days or never was one; or the address has a member by now; or a question is asked
    /// now that they never saw.
    LinkOver,
    /// Their invitation was used up in the meantime, has ended or was taken back. What they typed is deleted.
    InvitationOver,
    /// One needs an invitation by now, and they had none. What they typed is deleted.
    InvitationNeeded,
    /// Nobody can join by now. Their link goes on working for its time.
    Closed,
}

/// Makes a member of whoever opened the letter, or lets their answer wait for a person; works once.
pub(super) fn confirm(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Confirmed> {
    let Some(pending) = store::lock_pending(tx, token_hash)? else { return Ok(Confirmed::LinkOver) };
    if pending.confirmed_at.is_some() {
        return Ok(Confirmed::Waits);
    }
    let Some(email) = EmailAddress::parse(&pending.email) else { return Ok(Confirmed::LinkOver) };
    if is_known(tx, &email)? {
        store::delete_pending_of(tx, &email.key(), None)?;
        return Ok(Confirmed::LinkOver);
    }
    let identity = store::identities::pending(tx.conn(), pending.id)?;
    if let Some(identity) = &identity
        && store::identities::find(tx.conn(), &identity.issuer, &identity.subject)?.is_some()
    {
        // They came in by another letter, or linked it: one sign-on leads to one account.
        store::delete_pending(tx, pending.id)?;
        return Ok(Confirmed::LinkOver);
    }
    let always_joins = identity.is_some_and(|identity| identity.always_joins);
    let mode = store::joining::joining(tx.conn())?.mode;
    if rules::way_in_by_sign_on(mode, true, always_joins) == Err(NoWay::Closed) {
        return Ok(Confirmed::Closed);
    }
    let invited_by = match pending.invitation_id {
        Some(invitation) => store::joining::take_use(tx, invitation)?,
        None => None,
    };
    match rules::way_in_by_sign_on(mode, invited_by.is_some(), always_joins) {
        Ok(Way::Straight) => {
            let member = let_in(tx, &pending, &email)?;
            if invited_by.is_some() {
                store::joining::insert_arrival(tx, member, invited_by, None)?;
            }
            Ok(Confirmed::Member(member))
        }
        Ok(Way::Application) if !pending.answer.is_empty() => {
            store::delete_pending_of(tx, &email.key(), Some(pending.id))?;
            store::joining::let_wait(tx, pending.id)?;
            Ok(Confirmed::Waits)
        }
        no_way => {
            // The name is free again at once: they may come by another way.
            store::delete_pending(tx, pending.id)?;
            Ok(match (pending.invitation_id, no_way) {
                (Some(_), _) => Confirmed::InvitationOver,
                (None, Err(_)) => Confirmed::InvitationNeeded,
                (None, Ok(_)) => Confirmed::LinkOver,
            })
        }
    }
}

/// Makes a member of somebody whose address is confirmed.
fn let_in(tx: &mut Tx<'_>, pending: &PendingJoin, email: &EmailAddress) -> Result<Id<Member>> {
    // Before the row that it stands beside goes.
    let identity = store::identities::pending(tx.conn(), pending.id)?;
    store::delete_pending_of(tx, &email.key(), None)?;
    let new = NewMember {
        handle: pending.handle.clone(),
        password_hash: pending.password_hash.clone(),
        country: pending.country.clone(),
        community_letters: pending.community_letters,
        ..NewMember::default()
    };
    let member = insert_member(tx, &new, email)?;
    if let Some(identity) = identity {
        // Linked elsewhere while a person read their answer: then a new password is the way in.
        store::identities::insert(tx, member, &identity.issuer, &identity.subject)?;
    }
    agreements::agree_at_joining(tx, member, Some(&pending.rules_version))?;
    Ok(member)
}

/// How people join, as this process knows it: every page of a visitor names it, and none asks the database for it.
#[derive(Default)]
struct ModeInMemory(Mutex<JoiningMode>);

/// How people join, as it was read last.
pub(super) fn known_mode(site: &Site) -> JoiningMode {
    *site.kept::<ModeInMemory>().0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads how people join: after it was changed here, and every second, because another process may have changed it.
pub(super) async fn learn_mode(site: &Site) -> Result<()> {
    let mode = site.db.read(store::joining::mode).await?;
    *site.kept::<ModeInMemory>().0.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    Ok(())
}

/// Keeps how people join from now on, and who said so.
pub(super) fn set(tx: &mut Tx<'_>, by: Id<Member>, joining: &Joining) -> Result<()> {
    store::joining::set_joining(tx, by, joining)
}

// ------------------------------------------------------------------------------------------------ applications

/// A yes or a no to an application, with the words that are mailed.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    /// They become a member.
    pub is_approved: bool,
    /// Why; a no has some.
    pub words: String,
}

/// Decides about an application and writes the letter. Refused if somebody decided already: of two at the same moment, and of
/// one who presses twice.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    by: Id<Member>,
    application: Id<Application>,
    decision: &Decision,
    site: &Site,
) -> Result<()> {
    let decided_already = || Error::from(Refusal::Stale(Sentence::plain("accounts-application-decided")));
    let pending = store::joining::lock_application(tx, application)?.ok_or_else(decided_already)?;
    let email = EmailAddress::parse(&pending.email).ok_or_else(decided_already)?;
    if decision.is_approved && is_known(tx, &email)? {
        // A member has taken this address while the answer waited: there is nobody left to let in, and nothing to write.
        return store::delete_pending_of(tx, &email.key(), None);
    }
    let (template, link) = if decision.is_approved {
        let member = let_in(tx, &pending, &email)?;
        store::joining::insert_arrival(tx, member, None, Some(by))?;
        ("accounts/approved", site.link("/sign-in"))
    } else {
        store::joining::deny(tx, pending.id, by)?;
        ("accounts/denied", site.link("/boards"))
    };
    let lines: Vec<&str> = decision.words.lines().collect();
    write_join_letter(tx, &email, template, json!({ "link": link, "lines": lines, "days": rules::PENDING_DAYS }))
}

/// Tells administrators by letter that somebody waits for an answer, if there is anything new, the last such letter is an hour
/// old, and they did not turn it off.
pub(super) async fn tell_of_applications(site: &Site) -> Result<()> {
    let before = site.now().minus(Duration::hours(rules::APPLICATIONS_TOLD_HOURS));
    if !site.db.read(move |connection| store::joining::is_application_untold(connection, before)).await? {
        return Ok(());
    }
    let link = site.link("/admin/applications");
    site.db
        .write(move |tx| {
            let is_wanted = store::joining::joining(tx.conn())?.tells_administrators;
            if !store::joining::take_telling(tx, before)? || !is_wanted {
                return Ok(());
            }
            for (member, address) in store::people::administrators(tx.conn())? {
                write_service_letter(tx, Some(member), &address, "accounts/applications-wait", json!({ "link": link }))?;
            }
            Ok(())
        })
        .await
}

/// Sends the letter again that confirms somebody's address, by an administrator; the link of the one before ends. Refused if too
/// many letters went there today, or the administrator wrote too many. [`Error::UNSEEN`] if nothing is to be confirmed.
pub(super) fn confirm_again(
    tx: &mut Tx<'_>,
    by: Id<Member>,
    wish: Id<Application>,
    token: &Token,
    site: &Site,
) -> Result<()> {
    let pending = store::joining::lock_unconfirmed(tx, wish)?.ok_or(Error::UNSEEN)?;
    let email = EmailAddress::parse(&pending.email).ok_or(Error::UNSEEN)?;
    take_administrator_letter(tx, by, &email, site)?;
    let is_known = is_known(tx, &email)?;
    let hash = token.hash();
    store::joining::renew_pending(tx, pending.id, (!is_known).then_some(hash.as_slice()))?;
    write_confirmation(tx, &email, is_known.then_some(ALREADY_MEMBER), token, site)?;
    store::log::write(tx, Some(by), Deed::LetterAgain, "", &Doer::Member(by), "")
}

/// Counts a letter that an administrator writes to somebody who is no member yet: for the administrator, and for the address as
/// every letter about joining.
fn take_administrator_letter(tx: &mut Tx<'_>, by: Id<Member>, to: &EmailAddress, site: &Site) -> Result<()> {
    throttle::take(tx, rules::ADMINISTRATOR_LETTERS, &by.to_string())?;
    throttle::take(tx, rules::JOIN_LETTERS, &address_bucket(site, to))
}

// ------------------------------------------------------------------------------------------------- invitations

/// Invites one person by letter, by an administrator: an invitation for one, with its link in the letter and nowhere else. Refused
/// if too many letters went there today, or the administrator wrote too many.
pub(super) fn invite_by_letter(
    tx: &mut Tx<'_>,
    by: &Member,
    to: &EmailAddress,
    token: &Token,
    site: &Site,
) -> Result<Result<(), CannotInviteByLetter>> {
    let mode = store::joining::joining(tx.conn())?.mode;
    if rules::way_in(mode, true) == Err(NoWay::Closed) {
        return Ok(Err(CannotInviteByLetter::Closed));
    }
    if is_known(tx, to)? {
        return Ok(Err(CannotInviteByLetter::IsHere));
    }
    if !by.roles.administrator {
        return Ok(Err(CannotInviteByLetter::NotAdministrator));
    }
    take_administrator_letter(tx, by.id, to, site)?;
    let days = rules::LETTER_INVITATION_DAYS;
    if invite(tx, by, InvitationDraft { uses: 1, days }, &token.hash())?.is_err() {
        return Ok(Err(CannotInviteByLetter::NotAdministrator));
    }
    let link = site.link(&format!("/join/invited/{}", token.reveal()));
    write_join_letter(tx, to, "accounts/invited", json!({ "link": link, "days": days }))?;
    store::log::write(tx, Some(by.id), Deed::Invited, "", &Doer::Member(by.id), "")?;
    Ok(Ok(()))
}

/// Makes an invitation with the token of this hash; its address is `/join/invited/{token}`. Two at the same moment promise no
/// more than one after the other.
pub(super) fn invite(
    tx: &mut Tx<'_>,
    member: &Member,
    draft: InvitationDraft,
    token_hash: &[u8],
) -> Result<Result<(), CannotInvite>> {
    // What they promise is counted by one at a time.
    super::lock(tx, member.id)?;
    if store::joining::has_made(tx.conn(), member.id, token_hash)? {
        // The same form, pressed twice.
        return Ok(Ok(()));
    }
    let (cap, now) = (store::joining::joining(tx.conn())?.member_invitations, tx.now());
    let promised = store::joining::promised_by(tx.conn(), member.id, now)?;
    match rules::may_invite(member, cap, promised, draft) {
        Ok(permit) => store::joining::insert_invitation(tx, permit, token_hash).map(Ok),
        Err(refused) => Ok(Err(refused)),
    }
}

/// Takes back an invitation of that member, or (nobody named, for administrators) anybody's. [`Error::UNSEEN`] for what is not
/// theirs, or was taken back before.
pub(super) fn take_back(tx: &mut Tx<'_>, invitation: Id<Invitation>, of: Option<Id<Member>>) -> Result<()> {
    if store::joining::take_back(tx, invitation, of)? { Ok(()) } else { Err(Error::UNSEEN) }
}
