//! How departures are kept.

use super::model::{Departure, Receipt, WordsLeft};
use super::rules::{MayErase, MayReturn};
use crate::accounts::Member;
use crate::accounts::model::Byline;
use crate::clock::Timestamp;
use crate::db::schema::{departures, posts};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::locked;
use diesel::dsl::exists;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = departures)]
struct DepartureRow {
    id: Id<Departure>,
    member_id: Id<Member>,
    words: WordsLeft,
    byline: String,
    asked_at: Timestamp,
    returned_at: Option<Timestamp>,
    erased_at: Option<Timestamp>,
    receipt: String,
}

impl DepartureRow {
    fn departure(self) -> Result<Departure> {
        Ok(Departure {
            id: self.id,
            member: self.member_id,
            words: self.words,
            byline: if self.byline.is_empty() { None } else { Some(serde_json::from_str(&self.byline)?) },
            asked_at: self.asked_at,
            returned_at: self.returned_at,
            erased_at: self.erased_at,
            receipt: if self.receipt.is_empty() { None } else { Some(serde_json::from_str(&self.receipt)?) },
        })
    }
}

/// The departure of this member, if they left.
pub fn departure_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<Departure>> {
    let row: Option<DepartureRow> = departures::table
        .filter(departures::member_id.eq(member))
        .select(DepartureRow::as_select())
        .first(connection)
        .optional()?;
    row.map(DepartureRow::departure).transpose()
}

/// The same, with its row locked until the end of the transaction.
pub fn lock_departure_of(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Option<Departure>> {
    let row: Option<DepartureRow> = locked!(tx.conn(), inner, departures::table
        .filter(departures::member_id.eq(member))
        .select(DepartureRow::as_select()) => first)
    .optional()?;
    row.map(DepartureRow::departure).transpose()
}

/// Somebody leaves now.
pub fn insert_departure(tx: &mut Tx<'_>, member: Id<Member>, words: WordsLeft, byline: &Byline) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(departures::table)
        .values((
            departures::member_id.eq(member),
            departures::words.eq(words),
            departures::byline.eq(serde_json::to_string(byline)?),
            departures::asked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// They came back. False if somebody else was faster.
pub fn set_returned(tx: &mut Tx<'_>, permit: MayReturn) -> Result<bool> {
    let now = tx.now();
    let open = departures::table.filter(departures::id.eq(permit.spend()).and(departures::returned_at.is_null()));
    Ok(diesel::update(open).set(departures::returned_at.eq(now)).execute(tx.conn())? == 1)
}

/// All of their words stand again: nothing tells that they were away.
pub fn delete_returned(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let over = departures::member_id.eq(member).and(departures::returned_at.is_not_null());
    diesel::delete(departures::table.filter(over)).execute(tx.conn())?;
    Ok(())
}

/// They were erased, and this is what it came to.
pub fn set_erased(tx: &mut Tx<'_>, permit: MayErase, receipt: &Receipt) -> Result<()> {
    let now = tx.now();
    diesel::update(departures::table.find(permit.spend()))
        .set((
            departures::erased_at.eq(now),
            departures::byline.eq(""),
            departures::receipt.eq(serde_json::to_string(receipt)?),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Their last letter is gone, too.
pub fn set_finished(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    diesel::update(departures::table.filter(departures::member_id.eq(member)))
        .set(departures::finished_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

/// What the worker does next for somebody who left or came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Some of their words still stand that they took away.
    TakeAway,
    /// They came back, and not all of their words stand again.
    PutBack,
    /// Their time is over.
    Erase,
    /// They are erased; their last letter is on its way.
    Finish,
}

/// Everybody for whom there is something to do; the oldest first. `over_since`: whoever left before has had their time.
pub fn due(connection: &mut Conn, over_since: Timestamp) -> Result<Vec<(Id<Member>, Due)>> {
    type Row = (Id<Member>, WordsLeft, Timestamp, Option<Timestamp>, Option<Timestamp>, bool);
    let still_stands =
        exists(posts::table.filter(posts::author_id.eq(departures::member_id).and(posts::withdrawn_at.is_null())));
    let rows: Vec<Row> = departures::table
        .filter(departures::finished_at.is_null())
        .order((departures::asked_at, departures::id))
        .select((
            departures::member_id,
            departures::words,
            departures::asked_at,
            departures::returned_at,
            departures::erased_at,
            still_stands,
        ))
        .load(connection)?;
    let due = rows.into_iter().filter_map(|(member, words, asked_at, returned_at, erased_at, still_stands)| {
        let due = if erased_at.is_some() {
            Due::Finish
        } else if returned_at.is_some() {
            Due::PutBack
        } else if words == WordsLeft::Take && still_stands {
            Due::TakeAway
        } else if asked_at <= over_since {
            Due::Erase
        } else {
            return None;
        };
        Some((member, due))
    });
    Ok(due.collect())
}
