//! How lines of urgent help are kept.

use super::model::{Helpline, HelplineDraft, Need, TakenLine};
use super::rules::{self, MayKeep};
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::schema::{helplines, members};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::locked;
use chrono::Duration;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = helplines)]
struct LineRow {
    id: Id<Helpline>,
    name: String,
    about: String,
    countries: String,
    language: String,
    need: Need,
    voice_number: String,
    text_number: String,
    text_words: String,
    hours: String,
    cost: String,
    is_sample: bool,
    owner_id: Option<Id<Member>>,
    checked_on: Option<Timestamp>,
    version: i32,
}

impl From<LineRow> for Helpline {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            about: row.about,
            countries: row.countries.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            language: row.language,
            need: row.need,
            voice_number: row.voice_number,
            text_number: row.text_number,
            text_words: row.text_words,
            hours: row.hours,
            cost: row.cost,
            is_sample: row.is_sample,
            owner: row.owner_id,
            checked_on: row.checked_on,
            version: row.version,
        }
    }
}

/// Every line, in order.
pub fn list(connection: &mut Conn) -> Result<Vec<Helpline>> {
    let rows: Vec<LineRow> =
        helplines::table.order((helplines::place_in_order, helplines::id)).select(LineRow::as_select()).load(connection)?;
    Ok(rows.into_iter().map(Helpline::from).collect())
}

pub fn find(connection: &mut Conn, id: Id<Helpline>) -> Result<Option<Helpline>> {
    let row: Option<LineRow> = helplines::table.find(id).select(LineRow::as_select()).first(connection).optional()?;
    Ok(row.map(Helpline::from))
}

pub fn lock(tx: &mut Tx<'_>, id: Id<Helpline>) -> Result<Option<Helpline>> {
    let row: Option<LineRow> =
        locked!(tx.conn(), connection, helplines::table.find(id).select(LineRow::as_select()) => first).optional()?;
    Ok(row.map(Helpline::from))
}

/// See [`super::has_checked_line`]; a part of other statements, too.
pub const HAS_CHECKED_LINE: Condition = Condition("EXISTS (SELECT 1 FROM helplines WHERE helplines.checked_on IS NOT NULL)");

pub fn has_checked_line(connection: &mut Conn) -> Result<bool> {
    Ok(diesel::select(HAS_CHECKED_LINE).get_result(connection)?)
}

/// Lines that somebody has to ring again and is not asked about already.
pub fn to_check_again(connection: &mut Conn, now: Timestamp) -> Result<Vec<Helpline>> {
    let not_asked_since = now.minus(Duration::days(rules::REMIND_EVERY_DAYS));
    let rows: Vec<LineRow> = helplines::table
        .filter(helplines::checked_on.lt(rules::check_limit(now)))
        .filter(helplines::is_sample.eq(false))
        .filter(helplines::reminded_at.is_null().or(helplines::reminded_at.lt(not_asked_since)))
        .order(helplines::id)
        .select(LineRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(Helpline::from).collect())
}

/// Who keeps the lines, with their address.
pub fn administrators(connection: &mut Conn) -> Result<Vec<(Id<Member>, String)>> {
    Ok(members::table
        .filter(members::is_administrator.eq(true))
        .order(members::id)
        .select((members::id, members::email))
        .load(connection)?)
}

pub fn set_reminded(tx: &mut Tx<'_>, id: Id<Helpline>) -> Result<()> {
    let now = tx.now();
    diesel::update(helplines::table.find(id)).set(helplines::reminded_at.eq(Some(now))).execute(tx.conn())?;
    Ok(())
}

pub fn insert(tx: &mut Tx<'_>, permit: MayKeep, draft: &HelplineDraft) -> Result<Id<Helpline>> {
    permit.spend();
    let last: Option<i32> = helplines::table.select(diesel::dsl::max(helplines::place_in_order)).first(tx.conn())?;
    Ok(diesel::insert_into(helplines::table)
        .values((
            helplines::name.eq(&draft.name),
            helplines::about.eq(&draft.about),
            helplines::countries.eq(draft.countries.join(",")),
            helplines::language.eq(&draft.language),
            helplines::need.eq(draft.need),
            helplines::voice_number.eq(&draft.voice_number),
            helplines::text_number.eq(&draft.text_number),
            helplines::text_words.eq(&draft.text_words),
            helplines::hours.eq(&draft.hours),
            helplines::cost.eq(&draft.cost),
            helplines::is_sample.eq(draft.is_sample),
            helplines::place_in_order.eq(last.unwrap_or(0) + 1),
            helplines::owner_id.eq(draft.checked_by),
            helplines::checked_on.eq(draft.checked_on),
            helplines::checked_by.eq(draft.checked_by),
        ))
        .returning(helplines::id)
        .get_result(tx.conn())?)
}

/// With other numbers the line counts as never rung, and is not shown until somebody rings it.
pub fn update(
    tx: &mut Tx<'_>,
    permit: MayKeep,
    before: &Helpline,
    draft: &HelplineDraft,
    has_other_numbers: bool,
) -> Result<()> {
    permit.spend();
    diesel::update(helplines::table.find(before.id))
        .set((
            helplines::name.eq(&draft.name),
            helplines::about.eq(&draft.about),
            helplines::countries.eq(draft.countries.join(",")),
            helplines::language.eq(&draft.language),
            helplines::need.eq(draft.need),
            helplines::voice_number.eq(&draft.voice_number),
            helplines::text_number.eq(&draft.text_number),
            helplines::text_words.eq(&draft.text_words),
            helplines::hours.eq(&draft.hours),
            helplines::cost.eq(&draft.cost),
            helplines::is_sample.eq(draft.is_sample),
            helplines::version.eq(helplines::version + 1),
        ))
        .execute(tx.conn())?;
    if has_other_numbers {
        diesel::update(helplines::table.find(before.id))
            .set((helplines::checked_on.eq(None::<Timestamp>), helplines::checked_by.eq(None::<Id<Member>>)))
            .execute(tx.conn())?;
    }
    Ok(())
}

pub fn set_checked(tx: &mut Tx<'_>, permit: MayKeep, id: Id<Helpline>, by: Id<Member>) -> Result<()> {
    permit.spend();
    let now = tx.now();
    diesel::update(helplines::table.find(id))
        .set((
            helplines::checked_on.eq(Some(now)),
            helplines::checked_by.eq(Some(by)),
            helplines::owner_id.eq(Some(by)),
            helplines::reminded_at.eq(None::<Timestamp>),
            helplines::version.eq(helplines::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, permit: MayKeep, id: Id<Helpline>) -> Result<()> {
    permit.spend();
    diesel::delete(helplines::table.find(id)).execute(tx.conn())?;
    Ok(())
}

pub fn order(tx: &mut Tx<'_>) -> Result<Vec<Id<Helpline>>> {
    Ok(
        locked!(tx.conn(), connection, helplines::table.order((helplines::place_in_order, helplines::id)).select(helplines::id) => load)?,
    )
}

pub fn set_order(tx: &mut Tx<'_>, permit: MayKeep, order: &[Id<Helpline>]) -> Result<()> {
    permit.spend();
    for (place, id) in (1_i32..).zip(order) {
        diesel::update(helplines::table.find(*id)).set(helplines::place_in_order.eq(place)).execute(tx.conn())?;
    }
    Ok(())
}

/// The lines that a member rang last.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenLine>> {
    Ok(helplines::table
        .filter(helplines::checked_by.eq(member))
        .order(helplines::id)
        .select((helplines::name, helplines::checked_on))
        .load(connection)?)
}
