//! What happened, and who is told. Speaks of "who, what, where to look"; stands below threads, so that a verb can call it
//! directly.
//!
//! What this slice promises people: whoever is answered finds a notice within seconds, and ten minutes later, if they have
//! not read it by then, one neutral letter for everything that is new to them. A title stands in a notice only as long as
//! the person may read the thread, and never in a letter.
//!
//! - [`happened`] writes one row in the transaction of the deed; the worker makes notices of it and asks visibility again.
//! - At most one notice for one person and one happening; at most one letter for one notice.
//! - Notices belong to one person: every query names them, and what is somebody else's does not exist.
//! - Reading is a GET and writes nothing: what was followed is kept in memory and written by the worker.

mod model;
mod pages;
mod place;
mod rules;
mod store;

#[cfg(test)]
mod tests;

pub use model::{Notice, NoticeKind, TakenNotice};
pub use place::{POSTS_A_PAGE, page_of, post_href};

use crate::accounts::Member;
use crate::boards::Board;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
use crate::mail;
use crate::site::Site;
use crate::web::endpoint::Endpoint;
use crate::web::seal;
use model::Listed;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Something that somebody may want to know. The ids of threads and posts are plain numbers, because those slices stand
/// above this one.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// Somebody answered in a thread.
    Replied {
        /// Who.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
        /// Where.
        thread: i64,
        /// What.
        post: i64,
    },
    /// Somebody asked to be let in; for the board's moderators.
    BoardAsked {
        /// Who.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
    },
    /// Somebody was let in or refused; for them.
    BoardDecided {
        /// The moderator; shown as the team.
        actor: Id<Member>,
        /// Where.
        board: Id<Board>,
        /// Whom it concerns.
        member: Id<Member>,
    },
}

/// Every endpoint of this slice, and those about letters, which stand on a floor without pages.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// Writes down what happened: one row. The worker makes notices and letters of it and asks visibility again.
pub fn happened(tx: &mut Tx<'_>, event: Event) -> Result<()> {
    store::insert_happening(tx, event)
}

/// Marks notices as read whose posts this member has read where they stand. To be called in the transaction that writes
/// reading positions, so that the bell does not ring for what was just read.
pub fn catch_up(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::mark_what_was_read_in_place(tx, member)
}

/// The notices that somebody takes along; the oldest first.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenNotice>> {
    store::take_along(connection, member)
}

/// Somebody is gone for good: deletes their notices. Returns how many.
pub fn forget(tx: &mut Tx<'_>, member: Id<Member>) -> Result<usize> {
    store::delete_notices(tx, member)
}

/// Happenings that one transaction turns into notices. Together, because each commit waits for the disk and holds up
/// whoever posts.
const HAPPENINGS_AT_ONCE: i64 = 50;
/// Members whose letters are looked at in one go.
const MEMBERS_AT_ONCE: i64 = 50;

/// Does what is due: marks what was followed as read, makes notices of what happened, writes the letters about notices
/// that nobody has read.
pub async fn tick(site: &Site) -> Result<()> {
    write_followed(site).await?;
    make_notices(site).await?;
    write_letters(site).await
}

/// What a member followed since the worker last looked.
#[derive(Default)]
struct Followed(Mutex<HashSet<(Id<Member>, Id<Notice>)>>);

fn note_followed(site: &Site, member: Id<Member>, notice: Id<Notice>) {
    site.kept::<Followed>().0.lock().unwrap_or_else(PoisonError::into_inner).insert((member, notice));
}

async fn write_followed(site: &Site) -> Result<()> {
    let kept = site.kept::<Followed>();
    let taken = std::mem::take(&mut *kept.0.lock().unwrap_or_else(PoisonError::into_inner));
    if taken.is_empty() {
        return Ok(());
    }
    let mut followed: Vec<_> = taken.iter().copied().collect();
    followed.sort_unstable(); // the same order in every process, so that two of them never wait for each other
    let written = site
        .db
        .write(move |tx| {
            for (member, notice) in &followed {
                store::mark_read(tx, *member, *notice)?;
            }
            Ok(())
        })
        .await;
    if written.is_err() {
        kept.0.lock().unwrap_or_else(PoisonError::into_inner).extend(taken);
    }
    written
}

async fn make_notices(site: &Site) -> Result<()> {
    let mut last = 0;
    let mut first_error = Ok(());
    loop {
        let open = site.db.read(move |connection| store::open_happenings(connection, last, HAPPENINGS_AT_ONCE)).await?;
        let Some(highest) = open.last().copied() else { return first_error };
        last = highest;
        let together = open.clone();
        if site.db.write(move |tx| store::make_notices(tx, &together)).await.is_ok() {
            continue;
        }
        // One of them stands in the way: it must not keep the others from being told.
        for happening in open {
            if let Err(error) = site.db.write(move |tx| store::make_notices(tx, &[happening])).await {
                first_error = first_error.and(Err(Error::Broken(anyhow::anyhow!("happening {happening}: {error}"))));
            }
        }
    }
}

async fn write_letters(site: &Site) -> Result<()> {
    let mut last = Id::new(0);
    let mut outcome = Ok(());
    loop {
        let now = site.now();
        let members =
            site.db.read(move |connection| store::members_with_letters_due(connection, now, last, MEMBERS_AT_ONCE)).await?;
        let Some(highest) = members.last().copied() else { return outcome };
        last = highest;
        for member in members {
            // Whatever is wrong with one person's letter holds up nobody else's.
            let written = site.db.write(move |tx| write_letter(tx, member)).await;
            outcome = outcome.and(written);
        }
    }
}

/// One letter for everything that is new to a member, or none if they have read it or may not see it any more.
fn write_letter(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    let Some(address) = store::lock_reader(tx, member)? else { return store::drop_letters(tx, member) };
    store::mark_what_was_read_in_place(tx, member)?;
    let pending = store::pending_letters(tx, member)?;
    let last_letter = store::last_letter_made(tx, member, now.minus(rules::BETWEEN_LETTERS))?;
    match rules::fold(&pending, last_letter, now) {
        rules::Folded::Nothing => store::drop_letters(tx, member),
        rules::Folded::Wait(until) => store::delay_letters(tx, member, until),
        rules::Folded::Write => {
            mail::write(
                tx,
                &mail::Letter {
                    member: Some(member.number()),
                    to: address,
                    template: "notifications/something-new",
                    parameters: serde_json::json!({}),
                    is_service: false,
                    due_at: now,
                    cause: None,
                },
            )?;
            store::letters_made(tx, member)
        }
    }
}

/// The notices of a member, the newest first, below that number.
fn listed(connection: &mut Conn, member: &Member, below: Id<Notice>, at_most: i64) -> Result<Vec<Listed>> {
    store::listed(connection, member, below, at_most)
}

/// One notice of a member, as it stands now.
fn one(connection: &mut Conn, member: &Member, notice: Id<Notice>) -> Result<Listed> {
    let found = store::listed(connection, member, Id::new(notice.number().saturating_add(1)), 1)?;
    found.into_iter().find(|listed| listed.id == notice).ok_or(Error::UNSEEN)
}

const UNSUBSCRIBE: &str = "unsubscribe";

/// The path that ends a member's community letters without signing in. It does that and nothing else, so it never ends.
pub fn unsubscribe_path(site: &Site, member: i64) -> String {
    format!("/letters/unsubscribe/{member}.{}", seal::seal(&site.config.secret, UNSUBSCRIBE, &member.to_string()))
}

/// Whose path it is, if we made it.
fn unsubscriber(site: &Site, token: &str) -> Result<Id<Member>> {
    let (member, mark) = token.split_once('.').ok_or(Error::UNSEEN)?;
    if seal::is_sealed(&site.config.secret, UNSUBSCRIBE, member, mark) {
        member.parse().map(Id::new).map_err(|_| Error::UNSEEN)
    } else {
        Err(Error::UNSEEN)
    }
}
