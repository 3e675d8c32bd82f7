//! What happens to an account when somebody leaves: it is closed at once, may be opened again, and is emptied in the end.
//! When, and what else goes with it, is decided by the slice of leaving, which stands above.

use super::model::{Byline, EmailAddress, Member, TakenAccount};
use super::store;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
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

/// Closes an account: name, mark and what they showed of themselves leave every page, community letters end, and nobody is
/// signed in any more. Their name stays theirs. Gives what [`reopen`] puts back. `name` stands in the place of theirs.
pub fn close(tx: &mut Tx<'_>, member: Id<Member>, name: &str) -> Result<Byline> {
    let byline = store::closing::byline(tx, member)?;
    store::closing::set_byline(tx, member, &store::closing::no_byline(name))?;
    store::devices::end_sessions_of(tx, member, None)?;
    store::emails::delete_unconfirmed(tx, member)?;
    store::mailboxes::stop_of(tx, member)?;
    store::closing::delete_invitations(tx, member)?;
    Ok(byline)
}

/// Opens a closed account again, as it was. Nobody is signed in by it.
pub fn reopen(tx: &mut Tx<'_>, member: Id<Member>, byline: &Byline) -> Result<()> {
    store::closing::set_byline(tx, member, byline)
}

/// Empties a closed account for good. An empty row stays, so that what points at it points at nobody.
pub fn erase(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let email = store::account(tx.conn(), member)?.ok_or(Error::UNSEEN)?.email;
    let key = EmailAddress::parse(&email).map_or_else(|| email.to_lowercase(), |email| email.key());
    store::closing::delete_beside(tx, member, &key)?;
    store::closing::empty_member(tx, member)
}

/// True once there is nobody behind that number any more.
pub fn is_erased(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    Ok(store::account(tx.conn(), member)?.is_none_or(|account| account.email.is_empty()))
}
