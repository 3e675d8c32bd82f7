//! Finding people, for administrators: in the order of their names' keys, a page at a time. Addresses are compared and never
//! listed.

use super::MemberRow;
use crate::accounts::model::{
    Application, Arrival, FoundPerson, FoundWish, Member, PeopleWish, PersonFacts, Role, Roles, Standing, mark_from,
};
use crate::accounts::rules;
use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::schema::{arrivals, departures, members, pending_joins};
use crate::db::{Conn, Id};
use crate::error::Result;
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;

/// What a typed part of a name looks for: no sign of it has a meaning of its own.
fn pattern(name_key: &str) -> String {
    // No key holds a space.
    format!("%{}%", name_key.replace(['%', '_', '\\'], " "))
}

/// Conditions in fixed words, so that the database sees which index fits (`members_with_role`).
fn has_role(role: Option<Role>) -> Condition {
    Condition(match role {
        None => "TRUE",
        Some(Role::Mentor) => "members.is_mentor",
        Some(Role::Moderator) => "members.is_moderator",
        Some(Role::Clinician) => "members.is_clinician",
        Some(Role::Representative) => "members.is_representative",
        Some(Role::Administrator) => "members.is_administrator",
    })
}

/// Whoever asked to join and is no member yet is in another table: of members nobody stands so.
fn stands(standing: Option<Standing>) -> Condition {
    Condition(match standing {
        None => "departures.erased_at IS NULL",
        Some(Standing::Unconfirmed | Standing::Waiting) => "FALSE",
        Some(Standing::Present) => "departures.id IS NULL",
        Some(Standing::Resting) => {
            "departures.id IS NULL AND members.second_step_due_at IS NOT NULL \
             AND (members.is_mentor OR members.is_moderator OR members.is_clinician OR members.is_representative \
             OR members.is_administrator)"
        }
        Some(Standing::Leaving) => {
            "departures.erased_at IS NULL \
             AND members.id IN (SELECT member_id FROM departures WHERE finished_at IS NULL AND returned_at IS NULL)"
        }
        Some(Standing::Closed) => "departures.erased_at IS NOT NULL",
    })
}

fn came(is_invited: bool) -> Condition {
    Condition(if is_invited {
        "members.id IN (SELECT member_id FROM arrivals WHERE invited_by IS NOT NULL)"
    } else {
        "TRUE"
    })
}

/// Whose role needs a second step and who has none is waited for: that is what the moment says from which it rests. The roles are
/// named as the index names them.
fn second_step(wanted: Option<bool>) -> Condition {
    Condition(match wanted {
        None => "TRUE",
        Some(true) => {
            "members.second_step_due_at IS NULL \
             AND (members.is_moderator OR members.is_clinician OR members.is_administrator) \
             AND (members.is_mentor OR members.is_moderator OR members.is_clinician OR members.is_representative \
             OR members.is_administrator)"
        }
        Some(false) => {
            "members.second_step_due_at IS NOT NULL \
             AND (members.is_mentor OR members.is_moderator OR members.is_clinician OR members.is_representative \
             OR members.is_administrator)"
        }
    })
}

type Flags = (bool, bool, bool, bool, bool);
type Row = (
    Id<Member>,
    String,
    String,
    (String, String),
    Flags,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<i64>,
    Option<Timestamp>,
);

/// Members whom the wish means, behind that key of a name, at most so many. `now` says whose roles rest.
pub fn found(
    connection: &mut Conn,
    wish: &PeopleWish,
    after: &str,
    at_most: i64,
    now: Timestamp,
) -> Result<Vec<FoundPerson>> {
    let rests_until = if wish.standing == Some(Standing::Resting) { now } else { Timestamp::from_micros(i64::MAX) };
    let is_left = departures::member_id.eq(members::id).and(departures::returned_at.is_null());
    macro_rules! people {
        ($condition:expr) => {
            members::table
                .left_join(departures::table.on(is_left))
                .filter($condition)
                .filter(has_role(wish.role))
                .filter(stands(wish.standing))
                .filter(came(wish.is_invited))
                .filter(second_step(wish.second_step))
                .filter(members::second_step_due_at.is_null().or(members::second_step_due_at.le(rests_until)))
                .filter(members::handle_key.gt(after))
                .order(members::handle_key)
                .limit(at_most)
                .select((
                    members::id,
                    members::handle,
                    members::handle_key,
                    (members::mark, members::mark_colour),
                    (
                        members::is_mentor,
                        members::is_moderator,
                        members::is_clinician,
                        members::is_representative,
                        members::is_administrator,
                    ),
                    members::second_step_due_at,
                    members::last_seen_at,
                    departures::id.nullable(),
                    departures::erased_at.nullable(),
                ))
                .load(connection)?
        };
    }
    let rows: Vec<Row> = match &wish.email_key {
        Some(email_key) => people!(members::email_key.eq(email_key)),
        None => people!(members::handle_key.like(pattern(&wish.name_key))),
    };
    Ok(rows.into_iter().map(|row| person(row, now)).collect())
}

fn person(row: Row, now: Timestamp) -> FoundPerson {
    let (id, handle, handle_key, (mark, colour), flags, due_at, last_seen_at, departure, erased_at) = row;
    let (mentor, moderator, clinician, representative, administrator) = flags;
    FoundPerson {
        id,
        handle,
        handle_key,
        mark: mark_from(&mark, &colour),
        roles: Roles { mentor, moderator, clinician, representative, administrator },
        standing: rules::standing(departure.map(|_| erased_at.is_some()), due_at, now),
        last_seen_at,
    }
}

type WishRow = (i64, String, String, Timestamp, Option<Timestamp>);

/// People whom the wish means who asked to join and are no members yet, behind that key of a name, at most so many.
pub fn wishes(
    connection: &mut Conn,
    wish: &PeopleWish,
    after: &str,
    at_most: i64,
    now: Timestamp,
) -> Result<Vec<FoundWish>> {
    let since = now.minus(Duration::days(rules::PENDING_DAYS));
    let stands = Condition(match wish.standing {
        Some(Standing::Unconfirmed) => "pending_joins.confirmed_at IS NULL",
        Some(Standing::Waiting) => "pending_joins.confirmed_at IS NOT NULL",
        _ => "TRUE",
    });
    macro_rules! people {
        ($condition:expr) => {
            pending_joins::table
                .filter($condition)
                .filter(stands)
                .filter(pending_joins::denied_at.is_null())
                .filter(pending_joins::confirmed_at.is_not_null().or(pending_joins::asked_at.gt(since)))
                .filter(pending_joins::handle_key.gt(after))
                .order(pending_joins::handle_key)
                .limit(at_most)
                .select((
                    pending_joins::id,
                    pending_joins::handle,
                    pending_joins::handle_key,
                    pending_joins::asked_at,
                    pending_joins::confirmed_at,
                ))
                .load(connection)?
        };
    }
    let rows: Vec<WishRow> = match &wish.email_key {
        Some(email_key) => people!(pending_joins::email_key.eq(email_key)),
        None => people!(pending_joins::handle_key.like(pattern(&wish.name_key))),
    };
    let found = |(id, handle, handle_key, asked_at, confirmed_at): WishRow| FoundWish {
        id: Id::<Application>::new(id),
        handle,
        handle_key,
        standing: if confirmed_at.is_some() { Standing::Waiting } else { Standing::Unconfirmed },
        since: confirmed_at.unwrap_or(asked_at),
    };
    Ok(rows.into_iter().map(found).collect())
}

diesel::alias!(members as inviters: Inviters, members as approvers: Approvers);

/// What administrators see of one account.
pub fn facts(connection: &mut Conn, id: Id<Member>, now: Timestamp) -> Result<Option<PersonFacts>> {
    type Facts = (MemberRow, String, Option<i64>, Option<Timestamp>, Option<String>, Option<String>);
    let is_left = departures::member_id.eq(members::id).and(departures::returned_at.is_null());
    let row: Option<Facts> = members::table
        .left_join(departures::table.on(is_left))
        .left_join(arrivals::table.on(arrivals::member_id.eq(members::id)))
        .left_join(inviters.on(inviters.field(members::id).nullable().eq(arrivals::invited_by.nullable())))
        .left_join(approvers.on(approvers.field(members::id).nullable().eq(arrivals::approved_by.nullable())))
        .filter(members::id.eq(id))
        .select((
            MemberRow::as_select(),
            members::email,
            departures::id.nullable(),
            departures::erased_at.nullable(),
            inviters.field(members::handle).nullable(),
            approvers.field(members::handle).nullable(),
        ))
        .first(connection)
        .optional()?;
    Ok(row.map(|(member, email, departure, erased_at, invited_by, approved_by)| {
        let member = member.with(None);
        PersonFacts {
            standing: rules::standing(departure.map(|_| erased_at.is_some()), member.second_step_due_at, now),
            member,
            email,
            arrival: Arrival { invited_by, approved_by },
        }
    }))
}

/// The addresses of these people.
pub fn addresses(connection: &mut Conn, people: &[Id<Member>]) -> Result<Vec<(Id<Member>, String)>> {
    Ok(members::table.filter(members::id.eq_any(people)).select((members::id, members::email)).load(connection)?)
}

/// Every administrator with their address, also those whose role rests.
pub fn administrators(connection: &mut Conn) -> Result<Vec<(Id<Member>, String)>> {
    let query = members::table.filter(members::is_administrator.and(members::email.ne("")));
    Ok(query.order(members::id).select((members::id, members::email)).load(connection)?)
}

/// True if somebody else is an administrator, too.
pub fn has_second_administrator(connection: &mut Conn, but: Id<Member>) -> Result<bool> {
    let others = members::table.filter(members::is_administrator.and(members::id.ne(but)));
    Ok(diesel::select(exists(others)).get_result(connection)?)
}
