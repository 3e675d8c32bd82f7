//! How letters are kept.

use super::Letter;
use super::rules::{self, Next};
use crate::clock::Timestamp;
use crate::db::schema::{letters, members};
use crate::db::{Conn, Tx};
use crate::error::Result;
use chrono::Duration;
use diesel::prelude::*;

/// A letter that this process may send until its claim ends.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = letters)]
#[allow(clippy::struct_field_names)] // a row
pub struct Claimed {
    pub id: i64,
    pub member_id: Option<i64>,
    pub to_address: String,
    pub template: String,
    pub parameters: String,
    pub is_service: bool,
    pub created_at: Timestamp,
    pub attempts: i32,
    pub claimed_until: Option<Timestamp>,
}

/// A letter that could not be delivered.
#[derive(Debug, Clone)]
pub struct GivenUp {
    /// Its number.
    pub id: i64,
    /// Whom it was for: the first letter of the address and the mail server.
    pub to_masked: String,
    /// Which letter: `accounts/confirm`.
    pub template: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was given up.
    pub given_up_at: Timestamp,
    /// How often it was tried.
    pub attempts: i32,
    /// What the last try met, without addresses.
    pub error: String,
}

#[derive(Queryable)]
struct GivenUpRow {
    id: i64,
    to_address: String,
    template: String,
    created_at: Timestamp,
    given_up_at: Option<Timestamp>,
    attempts: i32,
    last_error: Option<String>,
}

impl From<GivenUpRow> for GivenUp {
    fn from(row: GivenUpRow) -> Self {
        Self {
            id: row.id,
            to_masked: rules::masked(&row.to_address),
            template: row.template,
            created_at: row.created_at,
            given_up_at: row.given_up_at.unwrap_or(row.created_at),
            attempts: row.attempts,
            error: row.last_error.unwrap_or_default(),
        }
    }
}

/// Rows removed in one transaction, so that the writer is not held up.
const FORGOTTEN_AT_ONCE: i64 = 1000;
/// Rows that an administrator looks at.
const SHOWN: i64 = 100;

pub fn insert(tx: &mut Tx<'_>, letter: &Letter) -> Result<()> {
    if let Some(cause) = &letter.cause {
        let is_there: bool =
            diesel::select(diesel::dsl::exists(letters::table.filter(letters::cause.eq(cause)))).get_result(tx.conn())?;
        if is_there {
            return Ok(());
        }
    }
    let now = tx.now();
    diesel::insert_into(letters::table)
        .values((
            letters::member_id.eq(letter.member),
            letters::to_address.eq(&letter.to),
            letters::template.eq(letter.template),
            letters::parameters.eq(letter.parameters.to_string()),
            letters::is_service.eq(letter.is_service),
            letters::created_at.eq(now),
            letters::due_at.eq(letter.due_at),
            letters::cause.eq(&letter.cause),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What can be claimed at that moment, as a condition over `letters`.
macro_rules! is_due {
    ($now:expr) => {
        letters::sent_at
            .is_null()
            .and(letters::given_up_at.is_null())
            .and(letters::due_at.le($now))
            .and(letters::claimed_until.is_null().or(letters::claimed_until.assume_not_null().le($now)))
    };
}

pub fn is_any_due(connection: &mut Conn, now: Timestamp) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(letters::table.filter(is_due!(now)))).get_result(connection)?)
}

/// Takes letters that are due, so that nobody else sends them while the claim holds.
pub fn claim(tx: &mut Tx<'_>, at_most: i64, holds: Duration) -> Result<Vec<Claimed>> {
    let now = tx.now();
    let until = now.plus(holds);
    let mut claimed: Vec<Claimed> = crate::unclaimed!(
        tx.conn(),
        inner,
        letters::table.filter(is_due!(now)).order((letters::due_at, letters::id)).limit(at_most).select(Claimed::as_select()) => load
    )?;
    for letter in &mut claimed {
        letter.claimed_until = Some(until);
        diesel::update(letters::table.find(letter.id)).set(letters::claimed_until.eq(until)).execute(tx.conn())?;
    }
    Ok(claimed)
}

/// Where a member wants community letters; nothing if they left or want none.
pub fn address_for_community_letters(connection: &mut Conn, member: i64) -> Result<Option<String>> {
    let wanted = members::id.eq(member).and(members::community_letters);
    Ok(members::table.filter(wanted).select(members::email).first(connection).optional()?)
}

pub fn sent(tx: &mut Tx<'_>, letter: i64) -> Result<()> {
    let now = tx.now();
    let nothing: Option<Timestamp> = None;
    diesel::update(letters::table.find(letter))
        .set((
            letters::sent_at.eq(now),
            letters::parameters.eq("{}"),
            letters::claimed_until.eq(nothing),
            letters::given_up_at.eq(nothing),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Only while the claim is still ours: after it ended somebody else may have sent the letter.
pub fn failed(tx: &mut Tx<'_>, letter: i64, claimed_until: Option<Timestamp>, next: Next, why: &str) -> Result<()> {
    let now = tx.now();
    let (due_at, given_up_at) = match next {
        Next::TryAt(at) => (at, None),
        Next::GiveUp => (now, Some(now)),
    };
    let is_ours = letters::id.eq(letter).and(letters::sent_at.is_null()).and(letters::claimed_until.eq(claimed_until));
    diesel::update(letters::table.filter(is_ours))
        .set((
            letters::attempts.eq(letters::attempts + 1),
            letters::due_at.eq(due_at),
            letters::given_up_at.eq(given_up_at),
            letters::last_error.eq(why),
            letters::claimed_until.eq(None::<Timestamp>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub fn forget(tx: &mut Tx<'_>, letter: i64) -> Result<()> {
    diesel::delete(letters::table.find(letter)).execute(tx.conn())?;
    Ok(())
}

pub fn given_up(connection: &mut Conn) -> Result<Vec<GivenUp>> {
    let rows: Vec<GivenUpRow> = letters::table
        .filter(letters::given_up_at.is_not_null())
        .order(letters::id.desc())
        .limit(SHOWN)
        .select((
            letters::id,
            letters::to_address,
            letters::template,
            letters::created_at,
            letters::given_up_at,
            letters::attempts,
            letters::last_error,
        ))
        .load(connection)?;
    Ok(rows.into_iter().map(GivenUp::from).collect())
}

pub fn given_up_count(connection: &mut Conn) -> Result<i64> {
    Ok(letters::table.filter(letters::given_up_at.is_not_null()).count().get_result(connection)?)
}

/// False if there is no such letter among those that were given up.
pub fn reopen(tx: &mut Tx<'_>, letter: i64) -> Result<bool> {
    let now = tx.now();
    let is_given_up = letters::id.eq(letter).and(letters::given_up_at.is_not_null());
    let changed = diesel::update(letters::table.filter(is_given_up))
        .set((letters::given_up_at.eq(None::<Timestamp>), letters::due_at.eq(now), letters::attempts.eq(0)))
        .execute(tx.conn())?;
    Ok(changed > 0)
}

/// A letter as somebody takes it along: that there was one.
#[derive(Debug, Clone, Queryable, serde::Serialize)]
pub struct TakenLetter {
    /// Which letter: `accounts/confirm`.
    pub letter: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
}

pub fn take_along(connection: &mut Conn, member: i64) -> Result<Vec<TakenLetter>> {
    Ok(letters::table
        .filter(letters::member_id.eq(member))
        .order(letters::id)
        .select((letters::template, letters::created_at, letters::sent_at))
        .load(connection)?)
}

diesel::define_sql_function! {
    /// In small letters; addresses have no others that it would miss.
    fn lower(words: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

pub fn forget_all_of(tx: &mut Tx<'_>, member: i64, address: &str) -> Result<usize> {
    let by_number = diesel::delete(letters::table.filter(letters::member_id.eq(member))).execute(tx.conn())?;
    let by_address = letters::table.filter(lower(letters::to_address).eq(address.to_lowercase()));
    Ok(by_number + diesel::delete(by_address).execute(tx.conn())?)
}

pub fn forget_finished_of(tx: &mut Tx<'_>, member: i64) -> Result<bool> {
    let theirs = letters::table.filter(letters::member_id.eq(member));
    let is_over = letters::sent_at.is_not_null().or(letters::given_up_at.is_not_null());
    diesel::delete(letters::table.filter(letters::member_id.eq(member)).filter(is_over)).execute(tx.conn())?;
    let is_any_left: bool = diesel::select(diesel::dsl::exists(theirs)).get_result(tx.conn())?;
    Ok(!is_any_left)
}

pub fn forget_older(tx: &mut Tx<'_>, before: Timestamp) -> Result<bool> {
    let is_over = letters::sent_at.is_not_null().or(letters::given_up_at.is_not_null());
    let old: Vec<i64> = letters::table
        .filter(letters::created_at.lt(before).and(is_over))
        .limit(FORGOTTEN_AT_ONCE)
        .select(letters::id)
        .load(tx.conn())?;
    diesel::delete(letters::table.filter(letters::id.eq_any(&old))).execute(tx.conn())?;
    Ok(i64::try_from(old.len()).is_ok_and(|count| count == FORGOTTEN_AT_ONCE))
}
