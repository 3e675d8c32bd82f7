//! How people join: the settings, applications and invitations.

use super::PendingJoin;
use crate::accounts::model::{Application, Entrance, Invitation, Joining, JoiningChange, JoiningMode, Member};
use crate::accounts::rules::{self, MayInvite};
use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::schema::{
    applications_told, arrivals, invitations, members, pending_joins, site_setting_changes, site_settings,
};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::{locked, on_each};
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// An invitation that brings somebody in at this moment.
macro_rules! works {
    ($now:expr) => {
        invitations::taken_back_at
            .is_null()
            .and(invitations::ends_at.gt($now))
            .and(invitations::uses_taken.lt(invitations::uses_allowed))
    };
}

/// An answer that waits for a person.
macro_rules! waits {
    () => {
        pending_joins::confirmed_at.is_not_null().and(pending_joins::denied_at.is_null())
    };
}

// ---------------------------------------------------------------------------------------------------- settings

/// Names in `site_settings`.
pub const MODE: &str = "joining-mode";
/// See [`Joining::question`].
pub const QUESTION: &str = "joining-question";
/// See [`Joining::member_invitations`].
pub const MEMBER_INVITATIONS: &str = "joining-member-invitations";

/// See [`Joining::tells_administrators`].
pub const LETTERS: &str = "joining-letters";
/// The value of [`LETTERS`] that ends them; whatever else stands there, or nothing, lets them go on.
pub const NO_LETTERS: &str = "no";

const NAMES: [&str; 4] = [MODE, QUESTION, MEMBER_INVITATIONS, LETTERS];

/// How people join.
pub fn joining(connection: &mut Conn) -> Result<Joining> {
    let rows: Vec<(String, String)> = site_settings::table
        .filter(site_settings::name.eq_any(NAMES))
        .select((site_settings::name, site_settings::value))
        .load(connection)?;
    let value = |name: &str| rows.iter().find(|row| row.0 == name).map(|row| row.1.as_str()).unwrap_or_default();
    Ok(Joining {
        mode: mode_of(value(MODE)),
        question: value(QUESTION).to_owned(),
        member_invitations: value(MEMBER_INVITATIONS).parse().unwrap_or_default(),
        tells_administrators: value(LETTERS) != NO_LETTERS,
    })
}

/// The way in alone.
pub fn mode(connection: &mut Conn) -> Result<JoiningMode> {
    let value: Option<String> = site_settings::table.find(MODE).select(site_settings::value).first(connection).optional()?;
    Ok(mode_of(&value.unwrap_or_default()))
}

/// Never set: open. A word that nobody knows lets nobody in.
fn mode_of(word: &str) -> JoiningMode {
    if word.is_empty() { JoiningMode::Open } else { JoiningMode::from_word(word).unwrap_or(JoiningMode::Closed) }
}

/// Keeps how people join, with a line in the record for each setting that became another one.
pub fn set_joining(tx: &mut Tx<'_>, by: Id<Member>, joining: &Joining) -> Result<()> {
    let before = self::joining(tx.conn())?;
    let (now, numbers) =
        (tx.now(), [before.member_invitations, joining.member_invitations].map(|number| number.to_string()));
    let [number_before, number] = &numbers;
    let letters = |joining: &Joining| if joining.tells_administrators { "yes" } else { NO_LETTERS };
    for (name, before, value) in [
        (MODE, before.mode.word(), joining.mode.word()),
        (QUESTION, before.question.as_str(), joining.question.as_str()),
        (MEMBER_INVITATIONS, number_before.as_str(), number.as_str()),
        (LETTERS, letters(&before), letters(joining)),
    ] {
        if before == value {
            continue;
        }
        let row = (site_settings::name.eq(name), site_settings::value.eq(value));
        on_each!(tx.conn(), inner => diesel::insert_into(site_settings::table)
            .values(row)
            .on_conflict(site_settings::name)
            .do_update()
            .set(site_settings::value.eq(value))
            .execute(inner))?;
        diesel::insert_into(site_setting_changes::table)
            .values((
                site_setting_changes::name.eq(name),
                site_setting_changes::value.eq(value),
                site_setting_changes::changed_by.eq(by),
                site_setting_changes::changed_at.eq(now),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The last twenty changes of how people join, newest first.
pub fn joining_changes(connection: &mut Conn) -> Result<Vec<JoiningChange>> {
    let rows: Vec<(String, String, String, Timestamp)> = site_setting_changes::table
        .inner_join(members::table)
        .filter(site_setting_changes::name.eq_any(NAMES))
        .order(site_setting_changes::id.desc())
        .limit(20)
        .select((site_setting_changes::name, site_setting_changes::value, members::handle, site_setting_changes::changed_at))
        .load(connection)?;
    let change = |(name, value, changed_by, changed_at)| JoiningChange { name, value, changed_by, changed_at };
    Ok(rows.into_iter().map(change).collect())
}

/// What somebody meets who wants to join with this token of an invitation, or with none: one statement, whatever is set.
pub fn entrance(connection: &mut Conn, is_safe: Condition, token_hash: &[u8], now: Timestamp) -> Result<Entrance> {
    type Row = (bool, Option<String>, Option<String>, Option<Id<Invitation>>);
    let invitation = invitations::table
        .filter(invitations::token_hash.eq(token_hash).and(works!(now)))
        .select(invitations::id)
        .single_value();
    let (is_safe, mode, question, invitation): Row = diesel::select((
        is_safe,
        site_settings::table.find(MODE).select(site_settings::value).single_value(),
        site_settings::table.find(QUESTION).select(site_settings::value).single_value(),
        invitation,
    ))
    .get_result(connection)?;
    let (mode, question) = (mode_of(&mode.unwrap_or_default()), question.unwrap_or_default());
    Ok(Entrance { is_safe, mode, question, invitation, always_joins: false })
}

// ------------------------------------------------------------------------------------------------ applications

/// The link's wish waits for a person from now on.
pub fn let_wait(tx: &mut Tx<'_>, pending: i64) -> Result<()> {
    let now = tx.now();
    diesel::update(pending_joins::table.find(pending)).set(pending_joins::confirmed_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// Applications that nobody decided yet, oldest first, at most so many.
pub fn applications(connection: &mut Conn, at_most: i64) -> Result<Vec<Application>> {
    let rows: Vec<ApplicationRow> = pending_joins::table
        .filter(waits!())
        .order((pending_joins::confirmed_at, pending_joins::id))
        .limit(at_most)
        .select(ApplicationRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(Application::from).collect())
}

/// One that nobody decided yet.
pub fn application(connection: &mut Conn, id: Id<Application>) -> Result<Option<Application>> {
    let row: Option<ApplicationRow> = pending_joins::table
        .find(id.number())
        .filter(waits!())
        .select(ApplicationRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Application::from))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = pending_joins)]
struct ApplicationRow {
    id: i64,
    handle: String,
    answer: String,
    confirmed_at: Option<Timestamp>,
    asked_at: Timestamp,
}

impl From<ApplicationRow> for Application {
    fn from(row: ApplicationRow) -> Self {
        Self {
            id: Id::new(row.id),
            handle: row.handle,
            answer: row.answer,
            waits_since: row.confirmed_at.unwrap_or(row.asked_at),
        }
    }
}

/// An application that nobody decided yet, locked: of two who decide at the same moment, the second finds none.
pub fn lock_application(tx: &mut Tx<'_>, id: Id<Application>) -> Result<Option<PendingJoin>> {
    Ok(locked!(tx.conn(), inner, pending_joins::table
        .filter(pending_joins::id.eq(id.number()).and(waits!()))
        .select(PendingJoin::as_select()) => get_result)
    .optional()?)
}

/// Writes down that somebody said no, and forgets the answer, which was read for nothing else. The row goes with those of its
/// age: until then whoever opens the link of their letter learns that there was a no.
pub fn deny(tx: &mut Tx<'_>, pending: i64, by: Id<Member>) -> Result<()> {
    let now = tx.now();
    diesel::update(pending_joins::table.find(pending))
        .set((pending_joins::denied_at.eq(now), pending_joins::denied_by.eq(by), pending_joins::answer.eq("")))
        .execute(tx.conn())?;
    Ok(())
}

/// True if an application waits of which administrators were not told, and the last letter about any left before that moment.
pub fn is_application_untold(connection: &mut Conn, before: Timestamp) -> Result<bool> {
    let newer = pending_joins::table
        .filter(pending_joins::denied_at.is_null())
        .filter(pending_joins::confirmed_at.gt(applications_told::told_at.nullable()));
    let told = applications_told::table.filter(applications_told::told_at.le(before)).filter(exists(newer));
    Ok(diesel::select(exists(told)).get_result(connection)?)
}

/// Writes down that administrators are told now. Of several processes at the same moment one gets true.
pub fn take_telling(tx: &mut Tx<'_>, before: Timestamp) -> Result<bool> {
    let now = tx.now();
    let due = applications_told::table.filter(applications_told::told_at.le(before));
    Ok(diesel::update(due).set(applications_told::told_at.eq(now)).execute(tx.conn())? == 1)
}

/// A wish that waits for its letter to be opened, locked.
pub fn lock_unconfirmed(tx: &mut Tx<'_>, wish: Id<Application>) -> Result<Option<PendingJoin>> {
    Ok(locked!(tx.conn(), inner, pending_joins::table
        .filter(pending_joins::id.eq(wish.number()))
        .filter(pending_joins::confirmed_at.is_null())
        .select(PendingJoin::as_select()) => get_result)
    .optional()?)
}

/// Another letter goes to the address of a wish: its link works from now on and the one before does not; no hash: neither does.
/// The wish has its whole time again.
pub fn renew_pending(tx: &mut Tx<'_>, pending: i64, token_hash: Option<&[u8]>) -> Result<()> {
    let now = tx.now();
    diesel::update(pending_joins::table.find(pending))
        .set((pending_joins::token_hash.eq(token_hash), pending_joins::asked_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

// ---------------------------------------------------------------------------------------------------- arrivals

/// Writes down who had a part in somebody's coming in.
pub fn insert_arrival(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    invited_by: Option<Id<Member>>,
    approved_by: Option<Id<Member>>,
) -> Result<()> {
    diesel::insert_into(arrivals::table)
        .values((arrivals::member_id.eq(member), arrivals::invited_by.eq(invited_by), arrivals::approved_by.eq(approved_by)))
        .execute(tx.conn())?;
    Ok(())
}

// ------------------------------------------------------------------------------------------------- invitations

/// How many people came by somebody's invitations, and how many those that work may still bring.
pub fn promised_by(connection: &mut Conn, member: Id<Member>, now: Timestamp) -> Result<i64> {
    let came: i64 = arrivals::table.filter(arrivals::invited_by.eq(member)).count().get_result(connection)?;
    let may_come: Option<i64> = invitations::table
        .filter(invitations::member_id.eq(member).and(works!(now)))
        .select(diesel::dsl::sum(invitations::uses_allowed - invitations::uses_taken))
        .get_result(connection)?;
    Ok(came + may_come.unwrap_or_default())
}

/// Keeps an invitation.
pub fn insert_invitation(tx: &mut Tx<'_>, permit: MayInvite, token_hash: &[u8]) -> Result<()> {
    let ((by, draft), now) = (permit.spend(), tx.now());
    diesel::insert_into(invitations::table)
        .values((
            invitations::token_hash.eq(token_hash),
            invitations::member_id.eq(by),
            invitations::uses_allowed.eq(draft.uses),
            invitations::created_at.eq(now),
            invitations::ends_at.eq(now.plus(Duration::days(draft.days))),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// True if they have made the invitation with this token.
pub fn has_made(connection: &mut Conn, by: Id<Member>, token_hash: &[u8]) -> Result<bool> {
    let own = invitations::table.filter(invitations::member_id.eq(by).and(invitations::token_hash.eq(token_hash)));
    Ok(diesel::select(exists(own)).get_result(connection)?)
}

/// Takes one use, if the invitation still works: of many at the same moment, as many as it has uses. Gives who made it.
pub fn take_use(tx: &mut Tx<'_>, invitation: Id<Invitation>) -> Result<Option<Id<Member>>> {
    let now = tx.now();
    let working = invitations::table.find(invitation).filter(works!(now));
    Ok(diesel::update(working)
        .set(invitations::uses_taken.eq(invitations::uses_taken + 1))
        .returning(invitations::member_id)
        .get_result(tx.conn())
        .optional()?)
}

/// Takes an invitation back: one's own, or (nobody named) anybody's. False if there is none, or it was taken back already.
pub fn take_back(tx: &mut Tx<'_>, invitation: Id<Invitation>, of: Option<Id<Member>>) -> Result<bool> {
    let now = tx.now();
    let standing = invitations::table.find(invitation).filter(invitations::taken_back_at.is_null());
    let set = invitations::taken_back_at.eq(now);
    let taken_back = match of {
        Some(member) => diesel::update(standing.filter(invitations::member_id.eq(member))).set(set).execute(tx.conn())?,
        None => diesel::update(standing).set(set).execute(tx.conn())?,
    };
    Ok(taken_back == 1)
}

/// The invitations that somebody made, or (nobody named) everybody's: the newest first, at most so many.
pub fn invitations(connection: &mut Conn, of: Option<Id<Member>>, at_most: i64) -> Result<Vec<Invitation>> {
    let is_everybody = of.is_none().into_sql::<Bool>();
    let rows: Vec<InvitationRow> = invitations::table
        .inner_join(members::table)
        .filter(is_everybody.or(invitations::member_id.eq(of.unwrap_or(Id::new(0)))))
        .order(invitations::id.desc())
        .limit(at_most)
        .select((
            invitations::id,
            members::handle,
            invitations::uses_allowed,
            invitations::uses_taken,
            invitations::created_at,
            invitations::ends_at,
            invitations::taken_back_at,
        ))
        .load(connection)?;
    Ok(rows.into_iter().map(Invitation::from).collect())
}

type InvitationRow = (Id<Invitation>, String, i32, i32, Timestamp, Timestamp, Option<Timestamp>);

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        let (id, made_by, uses_allowed, uses_taken, created_at, ends_at, taken_back_at) = row;
        Self { id, made_by, uses_allowed, uses_taken, created_at, ends_at, taken_back_at }
    }
}

/// Deletes invitations that ended so long ago that no wish to join rests on them.
pub fn delete_old_invitations(tx: &mut Tx<'_>) -> Result<usize> {
    let before = tx.now().minus(Duration::days(rules::PENDING_DAYS));
    Ok(diesel::delete(invitations::table.filter(invitations::ends_at.le(before))).execute(tx.conn())?)
}
