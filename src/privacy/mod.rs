//! Taking along and leaving.
//!
//! What this slice promises people:
//! - Whoever asks gets everything that is kept about them, and nothing that is somebody else's, in one file ([`file`]). Only they
//!   open it: signed in, and by an address that only we can make. After two days it is deleted.
//! - Whoever leaves is gone at once: their name is off every page, they are signed out everywhere, no letter comes but those
//!   about leaving. Their words stay under no name, or leave every page, as they said.
//! - Whoever takes back their yes to the keeping of health data reads on, and their words are gone at once ([`health`]).
//! - For two weeks they may come back by a link or by signing in, and then all is as it was, but for what people gave them to
//!   do here.
//! - After that everything that is theirs is erased, and they get the numbers. The letter with the numbers is the last thing
//!   that holds their address, and is forgotten when it has left.
//!
//! Invariants: of coming back and being erased only one happens, decided under the lock of the member's row; whatever takes
//! more than one transaction is gone on with by the worker, in whichever process. Locks are taken in one order everywhere:
//! administrators, the member, their departure, boards, threads.

mod file;
pub mod health;
pub mod model;
mod pages;
pub mod rules;
mod store;

use crate::accounts::{self, Member, RoleTaken};
use crate::boards;
use crate::cases;
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx, execute};
use crate::error::{Error, Refusal, Result};
use crate::mail;
use crate::notifications;
use crate::site::Site;
use crate::threads;
use crate::web::endpoint::Endpoint;
use crate::web::seal;
use crate::web::throttle;
use chrono::Duration;
use file::Taken;
use model::{Departure, Export, Receipt, WordsLeft};
use serde_json::json;
use store::Due;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

// ------------------------------------------------------------------------------------------------- taking along

/// What became of the file that somebody asked for last, and from when they may ask for another one if that is not now.
fn export_of(connection: &mut Conn, member: Id<Member>, now: Timestamp) -> Result<(Option<Export>, Option<Timestamp>)> {
    let export = store::export_of(connection, member)?;
    let standing = throttle::standing(connection, &[rules::FILES], &member.to_string(), now)?;
    Ok((export, standing.first().filter(|(limit, used, _)| *used >= limit.times).map(|(.., ends)| *ends)))
}

/// Asks for the file; the worker makes it. Nothing happens while one is being made. One a day; the refusal says from when.
fn ask_for_file(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    accounts::lock(tx, member)?;
    if store::export_of(tx.conn(), member)?.is_some_and(|export| export.made_at.is_none()) {
        return Ok(());
    }
    throttle::take(tx, rules::FILES, &member.to_string())?;
    store::insert_export(tx, member)
}

/// What the seal of the address of a file is for.
const FILE: &str = "file-to-take-along";

/// Where somebody downloads their file. Nothing is stored that opens it.
fn file_path(site: &Site, export: Id<Export>, member: Id<Member>) -> String {
    format!("/settings/my-data/{export}.{}", seal::seal(&site.config.secret, FILE, &format!("{export} {member}")))
}

/// The file behind such an address, for its owner and while it is there.
fn file(connection: &mut Conn, site: &Site, token: &str, member: Id<Member>, now: Timestamp) -> Result<Option<Vec<u8>>> {
    let Some((export, sealed)) = token.split_once('.') else { return Ok(None) };
    if !seal::is_sealed(&site.config.secret, FILE, &format!("{export} {member}"), sealed) {
        return Ok(None);
    }
    let Ok(export) = export.parse().map(Id::new) else { return Ok(None) };
    store::file(connection, export, member, now.minus(Duration::hours(rules::FILE_HOURS)))
}

/// Makes the files that wait, and deletes those that have had their time.
async fn make_files(site: &Site) -> Result<()> {
    let now = site.now();
    let made_until = now.minus(Duration::hours(rules::FILE_HOURS));
    if !site.db.read(move |connection| store::is_export_due(connection, now, made_until)).await? {
        return Ok(());
    }
    site.db.write(move |tx| store::delete_old_files(tx, made_until)).await?;
    while let Some((export, member)) = site.db.write(store::claim_export).await? {
        let Some(taken) = site.db.read_slow(move |connection| Taken::of(connection, member)).await? else { continue };
        let packing = site.clone();
        let packed = tokio::task::spawn_blocking(move || taken.zip(&packing)).await;
        let file = packed.map_err(|cause| Error::Broken(anyhow::anyhow!("packing a file ended early: {cause}")))??;
        let link = site.link("/settings/my-data");
        let kept = site.db.write(move |tx| {
            if store::keep_file(tx, export, &file)? {
                let parameters = json!({ "link": link, "hours": rules::FILE_HOURS });
                write_letter(tx, member, "privacy/file-ready", parameters)?;
            }
            Ok(())
        });
        kept.await?;
    }
    Ok(())
}

// ------------------------------------------------------------------------------------------------------ leaving

/// Somebody leaves: the account is closed, what people gave them to do here ends, and a letter says how to come back. Their
/// words, if they take them away, follow by [`take_words_away`]. Gives the address of the way back.
///
/// Refused for the only administrator, and where words may not be left so ([`rules::words_may_be_left`]). Leaving twice at the
/// same moment is leaving once.
pub fn leave(tx: &mut Tx<'_>, site: &Site, member: Id<Member>, words: WordsLeft) -> Result<String> {
    accounts::lock_beside_administrators(tx, member)?;
    if let Some(departure) = store::departure_of(tx.conn(), member)? {
        // Or they came back a moment ago, and their words are being put back.
        return if departure.returned_at.is_none() {
            Ok(way_back_path(site, &departure))
        } else {
            Err(Refusal::Busy.into())
        };
    }
    let person = accounts::load(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
    if !rules::words_may_be_left(person.agrees_to_health).contains(&words) {
        return Err(Error::forbidden("privacy-leaving-no-yes"));
    }
    for role in person.roles.all() {
        accounts::revoke(tx, member, role, None, "", RoleTaken(boards::end_moderating))?;
    }
    store::delete_export_of(tx, member)?;
    let byline = accounts::close(tx, member, &site.locales.english().say("privacy-somebody-who-left")?)?;
    store::insert_departure(tx, member, words, &byline)?;
    let departure = store::departure_of(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
    let path = way_back_path(site, &departure);
    let parameters = json!({ "link": site.link(&path), "days": rules::RETURN_DAYS });
    write_letter(tx, member, "privacy/left", parameters)?;
    Ok(path)
}

/// Takes the words of somebody who left out of view, if they said so.
pub async fn take_words_away(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| {
        let Some(departure) = store::departure_of(tx.conn(), member.id)? else { return Ok(0) };
        let is_away = departure.returned_at.is_none() && departure.erased_at.is_none();
        if is_away && departure.words == WordsLeft::Take {
            threads::take_out_of_view(tx, member, departure.asked_at)
        } else {
            Ok(0)
        }
    })
    .await
}

/// A letter of this slice. It goes to the address that is theirs at this moment.
fn write_letter(tx: &mut Tx<'_>, member: Id<Member>, template: &'static str, parameters: serde_json::Value) -> Result<()> {
    let to = accounts::email_of(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
    let letter = mail::Letter {
        member: Some(member.number()),
        to,
        template,
        parameters,
        is_service: true,
        due_at: tx.now(),
        cause: None,
    };
    mail::write(tx, &letter)
}

// ------------------------------------------------------------------------------------------------- coming back

/// What the seal of the way back is for.
const WAY_BACK: &str = "way-back";

/// Where somebody comes back: whose account, when they left, and a seal that proves that we made it. Nothing is stored that
/// opens it, so that the letter and signing in lead to one and the same address. It dies with the departure.
fn way_back_path(site: &Site, departure: &Departure) -> String {
    let words = format!("{}.{}", departure.member, departure.asked_at.micros());
    format!("/left/{words}.{}", seal::seal(&site.config.secret, WAY_BACK, &words))
}

/// The departure that such an address is about, if it is one of ours and the person has not come back.
fn departure_by(connection: &mut Conn, site: &Site, token: &str) -> Result<Option<Departure>> {
    let Some((member, asked_at)) = opened(site, token) else { return Ok(None) };
    let found = store::departure_of(connection, member)?;
    Ok(found.filter(|departure| departure.asked_at == asked_at && departure.returned_at.is_none()))
}

fn opened(site: &Site, token: &str) -> Option<(Id<Member>, Timestamp)> {
    let (words, sealed) = token.rsplit_once('.')?;
    let (member, asked_at) = words.split_once('.')?;
    let is_ours = seal::is_sealed(&site.config.secret, WAY_BACK, words, sealed);
    is_ours.then_some((member.parse().ok().map(Id::new)?, Timestamp::from_micros(asked_at.parse().ok()?)))
}

/// Where somebody goes on who signs in after they left; see [`accounts::WayBack`].
pub fn way_back(tx: &mut Tx<'_>, site: &Site, member: Id<Member>) -> Result<Option<String>> {
    accounts::lock(tx, member)?;
    let departure = store::departure_of(tx.conn(), member)?;
    let is_away = |departure: &Departure| departure.returned_at.is_none();
    Ok(departure.filter(is_away).map(|departure| way_back_path(site, &departure)))
}

/// They come back by that address: the account is open again. Their words follow by [`put_words_back`]. Nothing if the address
/// does not work (any more).
fn come_back(tx: &mut Tx<'_>, site: &Site, token: &str) -> Result<Option<Id<Member>>> {
    let Some((member, asked_at)) = opened(site, token) else { return Ok(None) };
    accounts::lock(tx, member)?;
    let Some(departure) = store::departure_of(tx.conn(), member)? else { return Ok(None) };
    let now = tx.now();
    let Some(permit) = rules::may_return(&departure, now).filter(|_| departure.asked_at == asked_at) else {
        return Ok(None);
    };
    let (true, Some(byline)) = (store::set_returned(tx, permit)?, &departure.byline) else { return Ok(None) };
    accounts::reopen(tx, member, byline)?;
    Ok(Some(member))
}

/// Lets the words of somebody who came back stand again, and forgets that they were away.
async fn put_words_back(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| {
        let departure = store::departure_of(tx.conn(), member.id)?;
        let Some(departure) = departure.filter(|departure| departure.returned_at.is_some()) else { return Ok(0) };
        let count = threads::put_back(tx, member, departure.asked_at)?;
        if count == 0 {
            store::delete_returned(tx, member.id)?;
        }
        Ok(count)
    })
    .await
}

/// Does something for somebody, a part in each transaction, until it says that nothing is left to do. Each part holds the
/// member's row: only one process at a time works for this person, and what it looks up stands still.
async fn in_turns(site: &Site, member: Id<Member>, part: fn(&mut Tx<'_>, &Member) -> Result<usize>) -> Result<()> {
    let turn = move |tx: &mut Tx<'_>| {
        accounts::lock(tx, member)?;
        let person = accounts::load(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
        part(tx, &person)
    };
    while site.db.write(turn).await? > 0 {}
    Ok(())
}

// ----------------------------------------------------------------------------------------------------- erasing

/// Erases everything that is theirs, a part in each transaction, and writes the letter with the numbers.
async fn erase(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| {
        let Some(departure) = store::departure_of(tx.conn(), member.id)? else { return Ok(0) };
        let now = tx.now();
        let Some(permit) = rules::may_erase(&departure, now) else { return Ok(0) };
        let erased = threads::erase_withdrawn_of(tx, member.id)?;
        if erased > 0 {
            return Ok(erased);
        }
        let address = accounts::email_of(tx.conn(), member.id)?.ok_or(Error::UNSEEN)?;
        let boards = boards::forget(tx, member)?;
        let words = threads::forget(tx, member.id)?;
        let notices = notifications::forget(tx, member.id)?;
        cases::forget(tx, member.id)?;
        let letters = mail::forget(tx, member.id.number(), &address)?;
        let receipt = Receipt {
            posts_kept: words.posts_kept,
            posts_erased: words.posts_erased,
            versions: count(words.versions),
            drafts: count(words.drafts),
            boards: count(boards),
            notices: count(notices),
            letters: count(letters),
        };
        write_letter(tx, member.id, "privacy/receipt", serde_json::to_value(receipt)?)?;
        store::delete_health_withdrawal(tx, member.id)?;
        accounts::erase(tx, member.id)?;
        store::set_erased(tx, permit, &receipt)?;
        Ok(0)
    })
    .await?;
    forget_old_pages(site).await
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Forgets their last letter when it has left, and with it their address.
async fn finish(site: &Site, member: Id<Member>) -> Result<()> {
    let is_over = site
        .db
        .write(move |tx| {
            let is_over = mail::forget_finished(tx, member.number())?;
            if is_over {
                store::set_finished(tx, member)?;
            }
            Ok(is_over)
        })
        .await?;
    if is_over { forget_old_pages(site).await } else { Ok(()) }
}

/// SQLite overwrites what is deleted in its file; what was there before still stands in the log beside it, until that is
/// written back and cut off. Whoever reads at this moment may hold that up: the next one who leaves does it, or the daily round.
async fn forget_old_pages(site: &Site) -> Result<()> {
    if !site.db.is_embedded() {
        return Ok(());
    }
    let db = site.db.clone();
    let done = tokio::task::spawn_blocking(move || {
        db.outside_transaction(|connection| Ok(execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)")?))
    });
    match done.await {
        Ok(done) => Ok(done?),
        Err(cause) => Err(Error::Broken(anyhow::anyhow!("cutting off the log ended early: {cause}"))),
    }
}

// ---------------------------------------------------------------------------------------------------- the worker

/// Does what is due: makes files to take along, goes on where a process stopped in the middle, erases whose time is over, forgets last letters.
pub async fn tick(site: &Site) -> Result<()> {
    let over_since = site.now().minus(Duration::days(rules::RETURN_DAYS));
    let mut outcome = make_files(site).await;
    for (member, due) in site.db.read(move |connection| store::due(connection, over_since)).await? {
        let done = match due {
            Due::TakeAway => take_words_away(site, member).await,
            Due::PutBack => put_words_back(site, member).await,
            Due::Erase => erase(site, member).await,
            Due::Finish => finish(site, member).await,
        };
        // What is wrong with one departure holds up no other.
        outcome = outcome.and(done);
    }
    outcome.and(health::tick(site).await)
}
