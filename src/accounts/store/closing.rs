//! What becomes of the rows of somebody who leaves.

use crate::accounts::model::{
    Byline, EmailAddress, HereAs, Member, TakenAccount, TakenAddressChange, TakenArrival, TakenBrowser, TakenConsent,
    TakenDeed, TakenIdentity, TakenInvitation, TakenJoinRequest, TakenMailboxRequest, TakenName, TakenPasskey, TakenProfile,
    TakenSecondStep, TakenSession,
};
use crate::clock::Timestamp;
use crate::db::schema::{
    account_log, arrivals, bylines_version, consents, email_changes, identities, invitations, known_browsers,
    mailbox_requests, members, old_handles, passkey_challenges, passkeys, password_resets, pending_joins, recovery_codes,
    sessions, totp_secrets,
};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
use crate::locked;
use crate::web::page::parts::Mark;
use diesel::prelude::*;

/// What they take along.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Option<TakenAccount>> {
    let profile: Option<TakenProfile> =
        members::table.find(member).select(TakenProfile::as_select()).first(connection).optional()?;
    let Some(profile) = profile else { return Ok(None) };
    let log = account_log::table.filter(account_log::member_id.eq(member)).order(account_log::id);
    let old_names = old_handles::table.filter(old_handles::member_id.eq(member)).order(old_handles::id);
    let agreed = consents::table.filter(consents::member_id.eq(member)).order(consents::id);
    let moves = mailbox_requests::table.filter(mailbox_requests::member_id.eq(member)).order(mailbox_requests::id);
    let signed_in = sessions::table.filter(sessions::member_id.eq(member)).order(sessions::id);
    let keys = passkeys::table.filter(passkeys::member_id.eq(member)).order(passkeys::id);
    let browsers = known_browsers::table.filter(known_browsers::member_id.eq(member)).order(known_browsers::id);
    let changes = email_changes::table.filter(email_changes::member_id.eq(member)).order(email_changes::id);
    let links = password_resets::table.filter(password_resets::member_id.eq(member)).order(password_resets::asked_at);
    let key = EmailAddress::parse(&profile.email).map(|email| email.key()).unwrap_or_default();
    let wishes = pending_joins::table.filter(pending_joins::email_key.eq(key)).order(pending_joins::id);
    let invited = invitations::table.filter(invitations::member_id.eq(member)).order(invitations::id);
    let (by_invitation, by_application): (bool, bool) = arrivals::table
        .find(member)
        .select((arrivals::invited_by.is_not_null(), arrivals::approved_by.is_not_null()))
        .first(connection)
        .optional()?
        .unwrap_or_default();
    let codes = recovery_codes::table.filter(recovery_codes::member_id.eq(member));
    let sign_ons = identities::table.filter(identities::member_id.eq(member)).order(identities::id);
    Ok(Some(TakenAccount {
        profile,
        log: log.select(TakenDeed::as_select()).load(connection)?,
        old_names: old_names.select(TakenName::as_select()).load(connection)?,
        agreed: agreed.select(TakenConsent::as_select()).load(connection)?,
        sessions: signed_in.select(TakenSession::as_select()).load(connection)?,
        passkeys: keys.select(TakenPasskey::as_select()).load(connection)?,
        mailbox_requests: moves.select(TakenMailboxRequest::as_select()).load(connection)?,
        second_step: TakenSecondStep {
            app_since: totp_secrets::table.find(member).select(totp_secrets::added_at).first(connection).optional()?,
            recovery_codes_left: codes.count().get_result(connection)?,
        },
        known_browsers: browsers.select(TakenBrowser::as_select()).load(connection)?,
        address_changes: changes.select(TakenAddressChange::as_select()).load(connection)?,
        password_links: links.select(password_resets::asked_at).load(connection)?,
        came_in: TakenArrival { by_invitation, by_application },
        join_requests: wishes.select(TakenJoinRequest::as_select()).load(connection)?,
        invitations: invited.select(TakenInvitation::as_select()).load(connection)?,
        sign_ons: sign_ons.select(TakenIdentity::as_select()).load(connection)?,
    }))
}

/// Holds the member's row until the end of the transaction.
pub fn lock(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let found: Option<Id<Member>> =
        locked!(tx.conn(), inner, members::table.find(member).select(members::id) => first).optional()?;
    found.map(|_| ()).ok_or(Error::UNSEEN)
}

/// Ends the invitations that they made: nobody is let in any more by somebody who is not here.
pub fn delete_invitations(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::delete(invitations::table.filter(invitations::member_id.eq(member))).execute(tx.conn())?;
    Ok(())
}

/// What stands beside their posts now.
pub fn byline(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Byline> {
    Ok(members::table
        .find(member)
        .select((
            members::handle,
            members::mark,
            members::mark_colour,
            members::shows_here_as,
            members::shows_about,
            members::shows_since,
            members::community_letters,
        ))
        .first(tx.conn())?)
}

/// What stands beside their posts from now on. Pages that visitors hold are asked for again. The key that keeps the name
/// theirs stays as it is.
pub fn set_byline(tx: &mut Tx<'_>, member: Id<Member>, byline: &Byline) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((
            members::handle.eq(&byline.handle),
            members::mark.eq(&byline.mark),
            members::mark_colour.eq(&byline.mark_colour),
            members::shows_here_as.eq(byline.shows_here_as),
            members::shows_about.eq(byline.shows_about),
            members::shows_since.eq(byline.shows_since),
            members::community_letters.eq(byline.community_letters),
        ))
        .execute(tx.conn())?;
    raise_bylines_version(tx)
}

/// What stands beside posts has changed: pages that visitors hold are asked for again.
pub fn raise_bylines_version(tx: &mut Tx<'_>) -> Result<()> {
    diesel::update(bylines_version::table)
        .set(bylines_version::version.eq(bylines_version::version + 1))
        .execute(tx.conn())?;
    Ok(())
}

/// What stands beside the posts of somebody who left: this name, and the mark of nobody.
pub fn no_byline(name: &str) -> Byline {
    Byline {
        handle: name.to_owned(),
        mark: Mark::NONE.name.to_owned(),
        mark_colour: Mark::NONE.colour.to_owned(),
        shows_here_as: false,
        shows_about: false,
        shows_since: false,
        community_letters: false,
    }
}

/// Empties the row of somebody who left: only its number stays, because their posts and the records of others name it. Name
/// and address are free for others afterwards.
pub fn empty_member(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    // Neither a name nor an address holds a space: nobody's key is like this one.
    let key = format!("gone {member}");
    diesel::update(members::table.find(member))
        .set((
            members::handle_key.eq(&key),
            members::email.eq(""),
            members::email_key.eq(&key),
            members::password_hash.eq(""),
            members::is_mentor.eq(false),
            members::is_moderator.eq(false),
            members::is_clinician.eq(false),
            members::is_representative.eq(false),
            members::is_administrator.eq(false),
            members::second_step_due_at.eq(None::<Timestamp>),
            members::works_for_organisation.eq(false),
            members::country.eq(""),
            members::time_zone.eq(""),
            members::colours.eq(""),
            members::text_size.eq(""),
            members::plain_titles.eq(false),
            members::here_as.eq(HereAs::Unsaid),
            members::about.eq(""),
            members::unread_notices.eq(0),
            members::post_count.eq(0),
            members::threads_opened.eq(0),
            members::joined_at.eq(Timestamp::from_micros(0)),
            members::last_seen_at.eq(None::<Timestamp>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Deletes what else is kept of somebody with this address: sessions, links to a new password, what they agreed to, wishes to
/// join; and the words, not the lines, of the log of their account and of the names that they had.
pub fn delete_beside(tx: &mut Tx<'_>, member: Id<Member>, email_key: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(password_resets::table.filter(password_resets::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(password_resets::table.filter(password_resets::email_key.eq(email_key))).execute(tx.conn())?;
    diesel::delete(consents::table.filter(consents::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(pending_joins::table.filter(pending_joins::email_key.eq(email_key))).execute(tx.conn())?;
    diesel::delete(email_changes::table.filter(email_changes::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(totp_secrets::table.find(member)).execute(tx.conn())?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(passkeys::table.filter(passkeys::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(passkey_challenges::table.filter(passkey_challenges::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(known_browsers::table.filter(known_browsers::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(identities::table.filter(identities::member_id.eq(member))).execute(tx.conn())?;
    diesel::delete(arrivals::table.find(member)).execute(tx.conn())?;
    super::handles::forget(tx, member)?;
    super::mailboxes::forget(tx, member, email_key)?;
    diesel::update(account_log::table.filter(account_log::member_id.eq(member)))
        .set(account_log::reason.eq(""))
        .execute(tx.conn())?;
    Ok(())
}

/// True once there is nobody behind that number any more.
pub fn is_erased(connection: &mut Conn, member: Id<Member>) -> Result<bool> {
    let is_empty = members::table.find(member).select(members::email.eq("")).first(connection).optional()?;
    Ok(is_empty.unwrap_or(true))
}
