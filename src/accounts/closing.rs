//! What happens to an account when somebody leaves: it is closed at once, may be opened again, and is emptied in the end.
//! When, and what else goes with it, is decided by the slice of leaving, which stands above.

use super::model::{Acting, Byline, Consent, Deed, Doer, EmailAddress, Member, TakenAccount};
use super::{rules, store};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result};
use crate::site::Site;

/// Where somebody goes on who signs in after they left: the way back, instead of a session. Leaving stands above this slice,
/// so `routes.rs` puts the question into the app. Called in the transaction that would begin the session.
#[derive(Clone, Copy)]
pub struct WayBack(pub FindWayBack);

/// See [`WayBack`].
pub type FindWayBack = fn(&mut Tx<'_>, &Site, Id<Member>) -> Result<Option<String>>;

/// What somebody takes along of their account; nothing if there is no such member.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Option<TakenAccount>> {
    store::closing::take_along(connection, member)
}

/// Holds the member's row, so that signing in and leaving wait for each other. [`Error::UNSEEN`] if there is none.
pub fn lock(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::closing::lock(tx, member)
}

/// The same for whoever acts in a session, which must not have ended meanwhile: what takes its time to prepare does not land after
/// *this was not me* or a new password. [`Refusal::SignInFirst`] if it has.
pub(super) fn lock_acting(tx: &mut Tx<'_>, acting: Acting) -> Result<()> {
    lock(tx, acting.member)?;
    if store::steps::is_session_of(tx.conn(), acting.session, acting.member)? {
        Ok(())
    } else {
        Err(Refusal::SignInFirst.into())
    }
}

/// The same for whoever leaves and may have to give roles back: the rows of all administrators first, as everywhere where
/// roles change, so that two who leave at the same moment never wait for each other.
pub fn lock_beside_administrators(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::lock_for_roles(tx, member)?;
    lock(tx, member)
}

/// Closes an account: name, mark and what they showed of themselves leave every page, community letters end, and nobody is
/// signed in any more. Their name stays theirs. Gives what [`reopen`] puts back. `name` stands in the place of theirs.
pub fn close(tx: &mut Tx<'_>, member: Id<Member>, name: &str) -> Result<Byline> {
    let byline = store::closing::byline(tx, member)?;
    store::closing::set_byline(tx, member, &store::closing::no_byline(name))?;
    store::devices::end_sessions_of(tx, member, None)?;
    store::emails::delete_unconfirmed(tx, member)?;
    store::mailboxes::stop_of(tx, member)?;
    store::closing::delete_invitations(tx, member)?;
    store::log::write(tx, Some(member), Deed::Left, "", &Doer::Member(member), "")?;
    Ok(byline)
}

/// Opens a closed account again, as it was, but without community letters if they ended them meanwhile by the link in one.
/// Nobody is signed in by it.
pub fn reopen(tx: &mut Tx<'_>, member: Id<Member>, byline: &Byline) -> Result<()> {
    let given = store::consents_of(tx.conn(), member)?;
    let community_letters = byline.community_letters && !rules::is_taken_back(&given, Consent::Letters);
    store::closing::set_byline(tx, member, &Byline { community_letters, ..byline.clone() })?;
    store::log::write(tx, Some(member), Deed::CameBack, "", &Doer::Member(member), "")
}

/// Empties a closed account for good. An empty row stays, so that what points at it points at nobody.
pub fn erase(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let email = store::account(tx.conn(), member)?.ok_or(Error::UNSEEN)?.email;
    let key = EmailAddress::parse(&email).map_or_else(|| email.to_lowercase(), |email| email.key());
    store::closing::delete_beside(tx, member, &key)?;
    store::closing::empty_member(tx, member)?;
    store::log::write(tx, Some(member), Deed::Erased, "", &Doer::Site, "")
}

/// True once there is nobody behind that number any more.
pub fn is_erased(connection: &mut Conn, member: Id<Member>) -> Result<bool> {
    store::closing::is_erased(connection, member)
}
