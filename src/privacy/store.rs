//! How files to take along and departures are kept.

use super::model::{Departure, Export, HealthWithdrawal, Receipt, WordsLeft};
use super::rules::{self, MayEnd, MayErase, MayRestore, MayReturn};
use crate::accounts::Member;
use crate::accounts::model::Byline;
use crate::clock::Timestamp;
use crate::db::schema::{departures, exports, health_withdrawals, posts};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::unclaimed;
use chrono::Duration;
use diesel::dsl::{exists, not};
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

/// The departure of this member, if they left. Whoever changes it holds the member's row.
pub fn departure_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<Departure>> {
    let row: Option<DepartureRow> = departures::table
        .filter(departures::member_id.eq(member))
        .select(DepartureRow::as_select())
        .first(connection)
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

/// All of their words stand again: nothing but the log of their account, which administrators read, tells that they were away.
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

// ------------------------------------------------------------------------------------------------ the yes to health data

const HEALTH: (
    health_withdrawals::member_id,
    health_withdrawals::asked_at,
    health_withdrawals::reminded_at,
    health_withdrawals::given_again_at,
    health_withdrawals::over_at,
) = (
    health_withdrawals::member_id,
    health_withdrawals::asked_at,
    health_withdrawals::reminded_at,
    health_withdrawals::given_again_at,
    health_withdrawals::over_at,
);

/// What is kept of somebody who took their yes back. Whoever changes it holds the member's row.
pub fn health_withdrawal_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<HealthWithdrawal>> {
    Ok(health_withdrawals::table.find(member).select(HEALTH).first(connection).optional()?)
}

/// They take it back now.
pub fn insert_health_withdrawal(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(health_withdrawals::table)
        .values((health_withdrawals::member_id.eq(member), health_withdrawals::asked_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// They take it back once more before all of their posts stand again. The moment stays, because it marks the posts.
pub fn go_on_with_health_withdrawal(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let none = None::<Timestamp>;
    diesel::update(health_withdrawals::table.find(member))
        .set((health_withdrawals::given_again_at.eq(none), health_withdrawals::reminded_at.eq(none)))
        .execute(tx.conn())?;
    Ok(())
}

/// They said yes again.
pub fn set_given_again(tx: &mut Tx<'_>, permit: MayRestore) -> Result<()> {
    let now = tx.now();
    diesel::update(health_withdrawals::table.find(permit.spend()))
        .set(health_withdrawals::given_again_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

/// Their time is over.
pub fn set_over(tx: &mut Tx<'_>, permit: MayEnd) -> Result<()> {
    let now = tx.now();
    diesel::update(health_withdrawals::table.find(permit.spend()))
        .set(health_withdrawals::over_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

/// A letter says that the time is almost over. False if one did, or nothing ends any more.
pub fn note_reminder(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    let now = tx.now();
    let waiting = health_withdrawals::table
        .find(member)
        .filter(health_withdrawals::reminded_at.is_null())
        .filter(health_withdrawals::given_again_at.is_null().and(health_withdrawals::over_at.is_null()));
    Ok(diesel::update(waiting).set(health_withdrawals::reminded_at.eq(now)).execute(tx.conn())? == 1)
}

/// Nothing is left to put back or to erase.
pub fn delete_health_withdrawal(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::delete(health_withdrawals::table.find(member)).execute(tx.conn())?;
    Ok(())
}

/// What the worker does next for somebody who took their yes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthDue {
    /// Some of their posts still stand.
    TakeAway,
    /// They said yes again, and not all of their posts stand again.
    PutBack,
    /// The time is almost over, and no letter said so.
    Remind,
    /// Their time is over.
    Erase,
}

/// Everybody for whom there is something to do, the oldest first; nobody who left. `remind_since`: whoever took it back before
/// is told that the time is almost over.
pub fn health_due(connection: &mut Conn, now: Timestamp, remind_since: Timestamp) -> Result<Vec<(Id<Member>, HealthDue)>> {
    let still_stands =
        exists(posts::table.filter(posts::author_id.eq(health_withdrawals::member_id).and(posts::withdrawn_at.is_null())));
    let has_left = exists(departures::table.filter(departures::member_id.eq(health_withdrawals::member_id)));
    let rows: Vec<(HealthWithdrawal, bool)> = health_withdrawals::table
        .filter(not(has_left))
        .order((health_withdrawals::asked_at, health_withdrawals::member_id))
        .select((HEALTH, still_stands))
        .load(connection)?;
    let due = rows.into_iter().filter_map(|(withdrawal, still_stands)| {
        let due = if withdrawal.over_at.is_some() || rules::may_end(&withdrawal, now).is_some() {
            HealthDue::Erase
        } else if withdrawal.given_again_at.is_some() {
            HealthDue::PutBack
        } else if still_stands {
            HealthDue::TakeAway
        } else if withdrawal.reminded_at.is_none() && withdrawal.asked_at <= remind_since {
            HealthDue::Remind
        } else {
            return None;
        };
        Some((withdrawal.member, due))
    });
    Ok(due.collect())
}

// ------------------------------------------------------------------------------------------------- taking along

/// How long a process has for making a file before another one tries.
const CLAIM: Duration = Duration::minutes(5);

/// The file that this member asked for last.
pub fn export_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<Export>> {
    let theirs = exports::table.filter(exports::member_id.eq(member));
    Ok(theirs.select((exports::id, exports::made_at)).first(connection).optional()?)
}

/// They ask for one, in the place of what they had.
pub fn insert_export(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    delete_export_of(tx, member)?;
    let now = tx.now();
    diesel::insert_into(exports::table)
        .values((exports::member_id.eq(member), exports::asked_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes what they had away, made or not.
pub fn delete_export_of(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::delete(exports::table.filter(exports::member_id.eq(member))).execute(tx.conn())?;
    Ok(())
}

/// What nobody makes at that moment, as a condition over `exports`.
macro_rules! is_to_be_made {
    ($now:expr) => {
        exports::made_at
            .is_null()
            .and(exports::claimed_until.is_null().or(exports::claimed_until.assume_not_null().le($now)))
    };
}

/// What has had its time, as a condition over `exports`.
macro_rules! is_over {
    ($made_until:expr) => {
        exports::file.is_not_null().and(exports::made_at.le($made_until))
    };
}

/// True if a file is to be made or has had its time.
pub fn is_export_due(connection: &mut Conn, now: Timestamp, made_until: Timestamp) -> Result<bool> {
    let due = exports::table.filter(is_to_be_made!(now).or(is_over!(made_until).assume_not_null()));
    Ok(diesel::select(exists(due)).get_result(connection)?)
}

/// Takes the next one to be made, so that nobody else makes it meanwhile.
pub fn claim_export(tx: &mut Tx<'_>) -> Result<Option<(Id<Export>, Id<Member>)>> {
    let now = tx.now();
    let next: Option<(Id<Export>, Id<Member>)> = unclaimed!(tx.conn(), inner, exports::table
        .filter(is_to_be_made!(now))
        .order(exports::id)
        .select((exports::id, exports::member_id)) => first)
    .optional()?;
    if let Some((export, _)) = next {
        diesel::update(exports::table.find(export)).set(exports::claimed_until.eq(now.plus(CLAIM))).execute(tx.conn())?;
    }
    Ok(next)
}

/// Keeps the file. False if nobody waits for it any more.
pub fn keep_file(tx: &mut Tx<'_>, export: Id<Export>, file: &[u8]) -> Result<bool> {
    let now = tx.now();
    let waiting = exports::table.filter(exports::id.eq(export).and(exports::made_at.is_null()));
    let kept = diesel::update(waiting).set((exports::file.eq(file), exports::made_at.eq(now))).execute(tx.conn())?;
    Ok(kept == 1)
}

/// The file of that number, if it is this member's and was made after that moment.
pub fn file(
    connection: &mut Conn,
    export: Id<Export>,
    member: Id<Member>,
    made_after: Timestamp,
) -> Result<Option<Vec<u8>>> {
    let theirs = exports::id.eq(export).and(exports::member_id.eq(member)).and(exports::made_at.gt(made_after));
    let found: Option<Option<Vec<u8>>> = exports::table.filter(theirs).select(exports::file).first(connection).optional()?;
    Ok(found.flatten())
}

/// Deletes files that have had their time; that there was one stays.
pub fn delete_old_files(tx: &mut Tx<'_>, made_until: Timestamp) -> Result<()> {
    diesel::update(exports::table.filter(is_over!(made_until))).set(exports::file.eq(None::<Vec<u8>>)).execute(tx.conn())?;
    Ok(())
}
