//! The ways in: what an administrator sets, applications that a person reads, and invitations.
//!
//! - What counts is what is set in the moment in which an address is confirmed. Closed lets nobody in.
//! - An invitation works in every way but a closed one, and skips the application. A use is taken when the address is
//!   confirmed, by one statement with a condition: of many at the same moment as many come in as it has uses.
//! - An application is decided once, and its person learns by letter how and why. After a no everything about it is deleted
//!   with what was never confirmed.
//! - Who invited or approved somebody is kept for administrators alone.

use super::model::{Application, EmailAddress, Invitation, Joining, Member, NewMember};
use super::rules::{self, CannotInvite, InvitationDraft, NoWay, Way};
use super::store::{self, PendingJoin};
use super::{agreements, insert_member, is_known, write_join_letter};
use crate::db::{Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::site::Site;
use serde_json::json;

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

// ------------------------------------------------------------------------------------------------- invitations

/// Makes an invitation with the token of this hash; its address is `/join/invited/{token}`. Two at the same moment promise no
/// more than one after the other.
pub(super) fn invite(
    tx: &mut Tx<'_>,
    member: &Member,
    draft: InvitationDraft,
    token_hash: &[u8],
) -> Result<Result<(), CannotInvite>> {
    store::joining::lock_inviter(tx, member.id)?;
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
