//! Accounts: who people are here, how they come in and how they leave.
//!
//! What this slice promises people: nobody learns from us whether an address is known; a name is theirs alone, look-alikes
//! included; only the hash of a password and of a session is kept; signing out ends it here, not only in the browser.

pub mod host;
pub mod model;
mod pages;
pub mod rules;
mod store;
pub mod visit;

pub use model::{Member, Role, Roles, Viewer};
pub use visit::{Look, Visit};

use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::web::endpoint::Endpoint;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// A member outside any session: for the worker, the demo and the command line.
pub fn load(connection: &mut Conn, id: Id<Member>) -> Result<Option<Member>> {
    store::member(connection, id)
}

/// Changes how many notices a member has not read; `change` may be negative, the number never gets below 0.
pub fn add_unread(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    store::add_unread(tx, member, change)
}

/// Turns a member's community letters on or off.
pub fn set_community_letters(tx: &mut Tx<'_>, member: Id<Member>, wanted: bool) -> Result<()> {
    store::set_community_letters(tx, member, wanted)
}
