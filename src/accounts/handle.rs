//! Another name. The one before stays reserved for ever and leads nowhere: links go by number, and whatever shows a name reads
//! the present one. People do it twice by themselves; after that an administrator does it for them. Who was called what is
//! shown to moderators and administrators alone.

use super::model::{Deed, Doer, Member};
use super::recovery::{Security, write_security_letter};
use super::rules::{self, CannotChangeHandle, HandleStanding, HandleWish};
use super::store;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::site::Site;
use crate::text::line;
use crate::web::page::parts::Mark;
use crate::web::seal;

/// True if somebody has a name that looks like this, is about to, or had one, be it somebody who was erased since.
pub(super) fn is_taken(connection: &mut Conn, site: &Site, handle: &str) -> Result<bool> {
    Ok(store::is_handle_taken(connection, &line::skeleton(handle))?
        || store::handles::is_reserved(connection, &hash_of(site, handle))?)
}

/// What stays of a name when its words are erased.
fn hash_of(site: &Site, handle: &str) -> String {
    seal::seal(&site.config.secret, "old-handle", &line::skeleton(handle))
}

/// Gives somebody another name: they themselves, or an administrator whom they asked. A letter tells them. Every page shows the
/// new name from this moment on, also those that a browser holds already. [`Error::UNSEEN`] for somebody who left.
pub(super) fn change(tx: &mut Tx<'_>, by: &Member, wish: HandleWish, site: &Site) -> Result<Result<(), CannotChangeHandle>> {
    let member = wish.member;
    store::closing::lock(tx, member)?;
    let present = store::member(tx.conn(), member)?.filter(|present| present.mark != Mark::NONE).ok_or(Error::UNSEEN)?;
    let is_taken = is_taken(tx.conn(), site, &wish.handle)?;
    let own_changes = store::handles::own_changes(tx.conn(), member)?;
    let reason = wish.reason.clone();
    let standing = HandleStanding { present: &present.handle, is_taken, own_changes };
    let permit = match rules::may_change_handle(by, wish, standing) {
        Ok(permit) => permit,
        Err(refused) => return Ok(Err(refused)),
    };
    store::handles::change(tx, permit, &present.handle, &hash_of(site, &present.handle))?;
    if by.id != member {
        store::log::write(tx, Some(member), Deed::Renamed, "", &Doer::Member(by.id), &reason)?;
    }
    write_security_letter(tx, member, Security::HandleChanged, site)?;
    Ok(Ok(()))
}
