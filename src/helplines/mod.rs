//! Urgent help: whom to ring.
//!
//! What this slice promises people:
//! - The page works when nothing else does: without an account, without script, without the database, however often it is
//!   asked for. It prints, with every number as text.
//! - Nothing is guessed about where somebody is.
//! - A line is shown only after a person rang it. Each says when that was; one that nobody has rung for six months says
//!   that it may be wrong, and whoever rang it last is written to.
//! - A sample says that it is one, and is no link.
//!
//! Invariants: what is shown comes from memory ([`shown`]); memory follows the database within a minute, at once in the
//! process where a line was changed.

mod memory;
pub mod model;
mod pages;
pub mod rules;
mod store;

pub use memory::{refresh, shown};
pub use model::{Helpline, HelplineDraft, Need, TakenLine};
pub use store::HAS_CHECKED_LINE;

use crate::accounts::Member;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::mail::{self, Letter};
use crate::site::Site;
use crate::web::endpoint::Endpoint;
use chrono::Duration;
use rules::MayKeep;
use serde_json::json;
use std::collections::BTreeMap;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// How often lines that nobody has rung lately are looked for.
const LOOK_EVERY: Duration = Duration::minutes(10);

/// True once a person has checked at least one line. Joining stays closed until then.
pub fn has_checked_line(connection: &mut Conn) -> Result<bool> {
    store::has_checked_line(connection)
}

/// Puts a line at the end of the list. For the program itself (demo, tests); people go through [`add`].
pub fn create(tx: &mut Tx<'_>, draft: &HelplineDraft) -> Result<Id<Helpline>> {
    store::insert(tx, rules::program_may_keep(), draft)
}

/// An administrator puts a line at the end of the list. Nobody has rung it yet: it is not shown until somebody says so.
pub fn add(tx: &mut Tx<'_>, by: &Member, draft: &HelplineDraft) -> Result<Id<Helpline>> {
    let draft = HelplineDraft { checked_on: None, checked_by: None, ..draft.clone() };
    store::insert(tx, may_keep(by)?, &draft)
}

/// An administrator changes a line that was at that version. When a number changes, it has to be rung again.
pub fn change(tx: &mut Tx<'_>, by: &Member, id: Id<Helpline>, version: i32, draft: &HelplineDraft) -> Result<()> {
    let permit = may_keep(by)?;
    let before = store::lock(tx, id)?.ok_or(Error::UNSEEN)?;
    if before.version != version {
        return Err(Refusal::Stale(Sentence::plain("helplines-edit-stale")).into());
    }
    store::update(tx, permit, &before, draft, rules::has_other_numbers(&before, draft))
}

/// An administrator rang the line today, and it is right. From now on they are asked when it has to be rung again.
pub fn check(tx: &mut Tx<'_>, by: &Member, id: Id<Helpline>) -> Result<()> {
    let permit = may_keep(by)?;
    store::lock(tx, id)?.ok_or(Error::UNSEEN)?;
    store::set_checked(tx, permit, id, by.id)
}

/// An administrator takes a line away for good.
pub fn remove(tx: &mut Tx<'_>, by: &Member, id: Id<Helpline>) -> Result<()> {
    store::delete(tx, may_keep(by)?, id)
}

/// An administrator moves a line one place up or down.
pub fn shift(tx: &mut Tx<'_>, by: &Member, id: Id<Helpline>, is_up: bool) -> Result<()> {
    let permit = may_keep(by)?;
    let mut order = store::order(tx)?;
    let Some(place) = order.iter().position(|other| *other == id) else { return Err(Error::UNSEEN) };
    let Some(other) = (if is_up { place.checked_sub(1) } else { Some(place + 1) }).filter(|other| *other < order.len())
    else {
        return Ok(());
    };
    order.swap(place, other);
    store::set_order(tx, permit, &order)
}

fn may_keep(by: &Member) -> Result<MayKeep> {
    rules::may_keep(by).map_err(|refused| Error::forbidden(refused.key()))
}

/// The lines of urgent help that somebody rang last, by name, and when.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenLine>> {
    store::take_along(connection, member)
}

/// What is due: memory follows the database, and whoever rang a line more than six months ago is asked to ring it again.
pub async fn tick(site: &Site) -> Result<()> {
    memory::follow(site).await;
    if memory::is_time_to_look(site, LOOK_EVERY) {
        let now = site.now();
        if !site.db.read(move |connection| store::to_check_again(connection, now)).await?.is_empty() {
            site.db.write(ask_to_check_again).await?;
        }
    }
    Ok(())
}

/// One letter to each person for all lines that are theirs to ring. A line whose owner keeps lines no more is everybody's
/// who does.
fn ask_to_check_again(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    let due = store::to_check_again(tx.conn(), now)?;
    if due.is_empty() {
        return Ok(());
    }
    let administrators = store::administrators(tx.conn())?;
    let mut letters: BTreeMap<i64, (&str, Vec<&str>)> = BTreeMap::new();
    for line in &due {
        let owner = administrators.iter().filter(|(id, _)| Some(*id) == line.owner).collect::<Vec<_>>();
        let recipients = if owner.is_empty() { administrators.iter().collect() } else { owner };
        for (id, email) in recipients {
            letters.entry(id.number()).or_insert_with(|| (email, Vec::new())).1.push(&line.name);
        }
    }
    for (member, (email, names)) in letters {
        let letter = Letter {
            member: Some(member),
            to: email.to_owned(),
            template: "helplines/check-again",
            parameters: json!({ "lines": names }),
            is_service: true,
            due_at: now,
            cause: Some(format!("helplines-check-again:{member}:{}", now.micros())),
        };
        mail::write(tx, &letter)?;
    }
    for line in &due {
        store::set_reminded(tx, line.id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
