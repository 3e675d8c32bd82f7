//! How accounts are kept.

pub mod closing;
pub mod devices;
pub mod documents;
pub mod emails;
pub mod handles;
pub mod identities;
pub mod joining;
pub mod log;
pub mod mailboxes;
pub mod passkeys;
pub mod people;
pub mod resets;
pub mod steps;

use super::model::{
    Account, Colours, Consent, Deed, Doer, EmailAddress, GivenConsent, HereAs, Invitation, JoinRequest, Member, NewMember,
    Profile, Role, Roles, SessionInfo, TextSize, mark_from,
};
use super::rules::{self, MayChangeRole, MayDescribe, SessionFacts};
use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::schema::{
    bylines_version, consents, departures, mailbox_requests, members, pending_joins, sessions, setup_links,
};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::locked;
use crate::text::line;
use crate::web::page::parts::Mark;
use chrono::Duration;
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;
use std::collections::HashMap;

/// The yes itself, not a copy of it, so that the two can never differ. One look into an index, in the statement that reads the
/// member anyway.
const AGREES_TO_HEALTH: Condition = Condition(
    "EXISTS (SELECT 1 FROM consents WHERE consents.member_id = members.id AND consents.kind = 'health' \
     AND consents.withdrawn_at IS NULL)",
);

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
#[allow(clippy::struct_excessive_bools)] // a row
struct MemberRow {
    id: Id<Member>,
    handle: String,
    is_mentor: bool,
    is_moderator: bool,
    is_clinician: bool,
    is_representative: bool,
    is_administrator: bool,
    works_for_organisation: bool,
    time_zone: String,
    country: String,
    colours: String,
    text_size: String,
    plain_titles: bool,
    here_as: HereAs,
    mark: String,
    mark_colour: String,
    must_agree: bool,
    #[diesel(select_expression = AGREES_TO_HEALTH, select_expression_type = Condition)]
    agrees_to_health: bool,
    unread_notices: i32,
    post_count: i32,
    threads_opened: i32,
    joined_at: Timestamp,
    second_step_due_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: Id<SessionInfo>,
    is_shared_device: bool,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    proved_at: Timestamp,
}

/// The member whose live session has this token hash, and when the session was last used. Roles that rest are not among
/// theirs: what decides about sessions and roles is read anew with every request, by every process.
pub fn member_of_session(connection: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<Option<(Member, Timestamp)>> {
    let mailbox_asked = exists(
        mailbox_requests::table
            .filter(mailbox_requests::member_id.eq(members::id.nullable()))
            .filter(crate::mailbox_request_is_open!()),
    );
    let found: Option<(SessionRow, MemberRow, bool)> = sessions::table
        .inner_join(members::table)
        .filter(crate::goes_by!(sessions, token_hash, now))
        .select((SessionRow::as_select(), MemberRow::as_select(), mailbox_asked))
        .first(connection)
        .optional()?;
    Ok(found.and_then(|(session, member, mailbox_asked)| {
        let SessionRow { id, is_shared_device, last_used_at, proved_at, .. } = session;
        let is_live = session.is_live(member.roles(), now);
        let mut member = member.with(Some(SessionInfo { id, is_shared_device, proved_at }));
        member.mailbox_asked = mailbox_asked;
        is_live.then(|| (rules::awake(member, now), last_used_at))
    }))
}

/// A member outside any session.
pub fn member(connection: &mut Conn, id: Id<Member>) -> Result<Option<Member>> {
    let row: Option<MemberRow> = members::table.find(id).select(MemberRow::as_select()).first(connection).optional()?;
    Ok(row.map(|row| row.with(None)))
}

impl SessionRow {
    /// Whether it admits somebody who has these roles, resting or not.
    fn is_live(&self, roles: Roles, now: Timestamp) -> bool {
        let facts = SessionFacts {
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            is_shared_device: self.is_shared_device,
            has_role: roles.need_second_step(),
        };
        rules::session_is_live(facts, now)
    }
}

impl MemberRow {
    /// Those that rest among them.
    fn roles(&self) -> Roles {
        Roles {
            mentor: self.is_mentor,
            moderator: self.is_moderator,
            clinician: self.is_clinician,
            representative: self.is_representative,
            administrator: self.is_administrator,
        }
    }

    fn with(self, session: Option<SessionInfo>) -> Member {
        Member {
            id: self.id,
            roles: self.roles(),
            handle: self.handle,
            works_for_organisation: self.works_for_organisation,
            time_zone: self.time_zone.parse().ok(),
            country: self.country,
            colours: Colours::from_word(&self.colours),
            text_size: TextSize::from_word(&self.text_size),
            plain_titles: self.plain_titles,
            here_as: self.here_as,
            mark: mark_from(&self.mark, &self.mark_colour),
            must_agree: self.must_agree,
            agrees_to_health: self.agrees_to_health,
            unread_notices: self.unread_notices,
            post_count: self.post_count,
            threads_opened: self.threads_opened,
            joined_at: self.joined_at,
            second_step_due_at: self.second_step_due_at,
            mailbox_asked: false,
            session,
        }
    }
}

/// Writes when sessions were last used; what the worker collected from memory.
pub fn note_last_use(tx: &mut Tx<'_>, used: &[(Id<SessionInfo>, Timestamp)]) -> Result<()> {
    for (session, at) in used {
        diesel::update(sessions::table.find(*session)).set(sessions::last_used_at.eq(*at)).execute(tx.conn())?;
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------- sessions

/// What a password is compared with.
pub struct Credentials {
    /// Whose.
    pub member: Id<Member>,
    /// The hash.
    pub password_hash: String,
}

/// The credentials of the account with this address.
pub fn credentials(connection: &mut Conn, email_key: &str) -> Result<Option<Credentials>> {
    let row: Option<(Id<Member>, String)> = members::table
        // An empty one is a password that somebody gave up: nothing leads in until another is chosen.
        .filter(members::email_key.eq(email_key).and(members::password_hash.like("$%")))
        .select((members::id, members::password_hash))
        .first(connection)
        .optional()?;
    Ok(row.map(|(member, password_hash)| Credentials { member, password_hash }))
}

/// Where somebody's letters go, and the hash of their password.
pub fn stored_password(connection: &mut Conn, member: Id<Member>) -> Result<Option<(String, String)>> {
    Ok(members::table.find(member).select((members::email, members::password_hash)).first(connection).optional()?)
}

/// Begins a session. `device` is what `accounts::device` makes of its browser.
pub fn insert_session(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    token_hash: &[u8],
    is_shared_device: bool,
    is_proved: bool,
    device: &str,
) -> Result<()> {
    let now = tx.now();
    let proved_at = if is_proved { now } else { Timestamp::from_micros(0) };
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token_hash),
            sessions::member_id.eq(member),
            sessions::is_shared_device.eq(is_shared_device),
            sessions::device.eq(device),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
            sessions::proved_at.eq(proved_at),
            sessions::expires_at.eq(rules::session_end(is_shared_device, now)),
        ))
        .execute(tx.conn())?;
    diesel::update(members::table.find(member)).set(members::last_seen_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// True if somebody has signed in before.
pub fn has_been_here(connection: &mut Conn, member: Id<Member>) -> Result<bool> {
    let seen = members::table.filter(members::id.eq(member).and(members::last_seen_at.is_not_null()));
    Ok(diesel::select(exists(seen)).get_result(connection)?)
}

/// Ends the session with this token; nothing happens if there is none.
pub fn end_session(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<()> {
    let now = tx.now();
    diesel::delete(sessions::table.filter(crate::goes_by!(sessions, token_hash, now))).execute(tx.conn())?;
    Ok(())
}

/// Deletes sessions that admit nobody any more. The idle times have a margin: other processes may not have written yet when
/// theirs were used.
pub fn delete_ended_sessions(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let margin = Duration::minutes(5);
    let unused_since = now.minus(Duration::days(rules::IDLE_DAYS) + margin);
    let unused_on_shared_device_since = now.minus(Duration::hours(rules::SHARED_IDLE_HOURS) + margin);
    let ended = sessions::expires_at
        .le(now)
        .or(sessions::last_used_at.lt(unused_since))
        .or(sessions::is_shared_device.and(sessions::last_used_at.lt(unused_on_shared_device_since)));
    Ok(diesel::delete(sessions::table.filter(ended)).execute(tx.conn())?)
}

// ----------------------------------------------------------------------------------------------------- joining

/// Somebody who asked to join: they have not opened the letter yet, or a person reads their answer.
#[derive(Queryable, Selectable)]
#[diesel(table_name = pending_joins)]
pub struct PendingJoin {
    /// Its number.
    pub id: i64,
    /// The name they want.
    pub handle: String,
    /// Where the letter went.
    pub email: String,
    /// The hash of their password.
    pub password_hash: String,
    /// Where urgent help should be.
    pub country: String,
    /// Which house rules they agreed to.
    pub rules_version: String,
    /// They said yes to community letters.
    pub community_letters: bool,
    /// What they answered to the question; empty where none was asked.
    pub answer: String,
    /// The invitation that they brought.
    pub invitation_id: Option<Id<Invitation>>,
    /// When they opened the letter, if a person reads their answer.
    pub confirmed_at: Option<Timestamp>,
    /// When that person said no.
    pub denied_at: Option<Timestamp>,
}

/// True if a member or somebody who is about to be one has a name that looks like this, or a member had one. Those of erased
/// members are known by [`handles::is_reserved`] alone.
pub fn is_handle_taken(connection: &mut Conn, handle_key: &str) -> Result<bool> {
    let by_member = members::table.filter(members::handle_key.eq(handle_key));
    let by_pending = pending_joins::table.filter(pending_joins::handle_key.eq(handle_key));
    let is_member: bool = diesel::select(exists(by_member)).get_result(connection)?;
    let is_pending: bool = diesel::select(exists(by_pending)).get_result(connection)?;
    // Last: a name that is given up at this moment was seen as somebody's, or is seen here.
    Ok(is_member || is_pending || handles::is_old(connection, handle_key)?)
}

/// True if this name was asked for with this address since that moment, and waits for its letter to be opened.
pub fn is_wish_since(connection: &mut Conn, handle_key: &str, email_key: &str, since: Timestamp) -> Result<bool> {
    let wish = pending_joins::table
        .filter(pending_joins::handle_key.eq(handle_key).and(pending_joins::email_key.eq(email_key)))
        .filter(pending_joins::confirmed_at.is_null().and(pending_joins::asked_at.gt(since)));
    Ok(diesel::select(exists(wish)).get_result(connection)?)
}

/// True if a member has this address, or may still have it back.
pub fn is_email_known(connection: &mut Conn, email_key: &str, now: Timestamp) -> Result<bool> {
    let is_of_member: bool =
        diesel::select(exists(members::table.filter(members::email_key.eq(email_key)))).get_result(connection)?;
    let is_held_back = emails::is_held_back(connection, email_key, now)?;
    Ok(is_of_member || is_held_back)
}

/// Writes down that somebody asked to join.
pub fn insert_pending(tx: &mut Tx<'_>, request: &JoinRequest, token_hash: Option<&[u8]>) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(pending_joins::table)
        .values((
            pending_joins::handle.eq(&request.handle),
            pending_joins::handle_key.eq(line::skeleton(&request.handle)),
            pending_joins::email.eq(request.email.as_str()),
            pending_joins::email_key.eq(request.email.key()),
            pending_joins::password_hash.eq(&request.password_hash),
            pending_joins::country.eq(&request.country),
            pending_joins::community_letters.eq(request.community_letters),
            pending_joins::answer.eq(&request.answer),
            pending_joins::invitation_id.eq(request.invitation),
            pending_joins::rules_version.eq(&request.rules_version),
            pending_joins::token_hash.eq(token_hash),
            pending_joins::asked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Makes room for one more wish to join with this address: the oldest go, so that [`rules::PENDING_OF_ADDRESS`] wait at
/// most. What a person reads stays.
pub fn make_room_for_pending(tx: &mut Tx<'_>, email_key: &str) -> Result<()> {
    let waiting: Vec<i64> = pending_joins::table
        .filter(pending_joins::email_key.eq(email_key).and(pending_joins::confirmed_at.is_null()))
        .order(pending_joins::id.desc())
        .select(pending_joins::id)
        .load(tx.conn())?;
    let over: Vec<i64> = waiting.into_iter().skip(rules::PENDING_OF_ADDRESS - 1).collect();
    diesel::delete(pending_joins::table.filter(pending_joins::id.eq_any(over))).execute(tx.conn())?;
    Ok(())
}

/// The wish of this token: one that waits for the letter to be opened, or one that a person reads or has read.
pub fn pending(connection: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<Option<PendingJoin>> {
    Ok(pending_joins::table
        .filter(pending_joins::token_hash.eq(token_hash))
        .filter(pending_joins::confirmed_at.is_not_null().or(pending_joins::asked_at.gt(pending_since(now))))
        .select(PendingJoin::as_select())
        .first(connection)
        .optional()?)
}

/// The same, locked: of several at the same moment each sees what the one before it did.
pub fn lock_pending(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<PendingJoin>> {
    let since = pending_since(tx.now());
    Ok(locked!(tx.conn(), inner, pending_joins::table
        .filter(pending_joins::token_hash.eq(token_hash))
        .filter(pending_joins::confirmed_at.is_not_null().or(pending_joins::asked_at.gt(since)))
        .select(PendingJoin::as_select()) => get_result)
    .optional()?)
}

/// Deletes one wish.
pub fn delete_pending(tx: &mut Tx<'_>, pending: i64) -> Result<()> {
    diesel::delete(pending_joins::table.find(pending)).execute(tx.conn())?;
    Ok(())
}

/// Deletes what else is waiting for this address: it has its member now, or an answer that a person reads.
pub fn delete_pending_of(tx: &mut Tx<'_>, email_key: &str, but: Option<i64>) -> Result<()> {
    let others = pending_joins::email_key.eq(email_key).and(pending_joins::id.ne(but.unwrap_or(0)));
    diesel::delete(pending_joins::table.filter(others)).execute(tx.conn())?;
    Ok(())
}

/// Deletes those who never opened the letter, and those to whom somebody said no as long ago.
pub fn delete_old_pending(tx: &mut Tx<'_>) -> Result<usize> {
    let before = pending_since(tx.now());
    let never_opened = pending_joins::confirmed_at.is_null().and(pending_joins::asked_at.le(before));
    let denied = pending_joins::denied_at.is_not_null().and(pending_joins::denied_at.assume_not_null().le(before));
    Ok(diesel::delete(pending_joins::table.filter(never_opened.or(denied))).execute(tx.conn())?)
}

fn pending_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::days(rules::PENDING_DAYS))
}

/// Makes a member. Roles are none yet: [`change_role`] gives and records them.
pub fn insert_member(tx: &mut Tx<'_>, new: &NewMember, email: &EmailAddress) -> Result<Id<Member>> {
    let now = tx.now();
    let mark = mark_from(&new.mark, &new.mark_colour);
    let values = (
        members::handle.eq(&new.handle),
        members::handle_key.eq(line::skeleton(&new.handle)),
        members::email.eq(email.as_str()),
        members::email_key.eq(email.key()),
        members::password_hash.eq(&new.password_hash),
        members::works_for_organisation.eq(new.works_for_organisation),
        members::country.eq(&new.country),
        members::time_zone.eq(&new.time_zone),
        members::here_as.eq(new.here_as),
        members::about.eq(&new.about),
        members::mark.eq(mark.name),
        members::mark_colour.eq(mark.colour),
        members::shows_here_as.eq(new.shows_here_as),
        members::shows_about.eq(new.shows_about),
        members::shows_since.eq(new.shows_since),
        members::community_letters.eq(new.community_letters),
        members::joined_at.eq(now),
    );
    Ok(diesel::insert_into(members::table).values(values).returning(members::id).get_result(tx.conn())?)
}

/// Writes down what somebody agreed to.
pub fn insert_consent(tx: &mut Tx<'_>, member: Id<Member>, consent: Consent, version: &str) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(consents::table)
        .values((
            consents::member_id.eq(member),
            consents::kind.eq(consent),
            consents::version.eq(version),
            consents::given_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes down that somebody took their yes back. False where none stands.
pub fn withdraw_consent(tx: &mut Tx<'_>, member: Id<Member>, consent: Consent) -> Result<bool> {
    let now = tx.now();
    let standing = consents::table
        .filter(consents::member_id.eq(member).and(consents::kind.eq(consent)))
        .filter(consents::withdrawn_at.is_null());
    Ok(diesel::update(standing).set(consents::withdrawn_at.eq(now)).execute(tx.conn())? > 0)
}

/// Everything somebody agreed to, oldest first.
pub fn consents_of(connection: &mut Conn, member: Id<Member>) -> Result<Vec<GivenConsent>> {
    let rows: Vec<(Consent, String, Timestamp, Option<Timestamp>)> = consents::table
        .filter(consents::member_id.eq(member))
        .order(consents::id)
        .select((consents::kind, consents::version, consents::given_at, consents::withdrawn_at))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(consent, version, given_at, withdrawn_at)| GivenConsent { consent, version, given_at, withdrawn_at })
        .collect())
}

// --------------------------------------------------------------------------------------- the first administrator

/// Keeps a link for making an administrator.
pub fn insert_setup_link(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<()> {
    let now = tx.now();
    let ends = now.plus(Duration::hours(rules::SETUP_HOURS));
    diesel::insert_into(setup_links::table)
        .values((setup_links::token_hash.eq(token_hash), setup_links::created_at.eq(now), setup_links::expires_at.eq(ends)))
        .execute(tx.conn())?;
    Ok(())
}

/// True if this link still works.
pub fn is_setup_link(connection: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let live = setup_links::table
        .filter(setup_links::token_hash.eq(token_hash))
        .filter(setup_links::used_at.is_null())
        .filter(setup_links::expires_at.gt(now));
    Ok(diesel::select(exists(live)).get_result(connection)?)
}

/// Uses this link. False if it does not work (any more).
pub fn use_setup_link(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool> {
    let now = tx.now();
    let live = setup_links::table
        .filter(setup_links::token_hash.eq(token_hash))
        .filter(setup_links::used_at.is_null())
        .filter(setup_links::expires_at.gt(now));
    let used = diesel::update(live).set(setup_links::used_at.eq(now)).execute(tx.conn())?;
    Ok(used == 1)
}

/// Ends every link that waits.
pub fn end_setup_links(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    diesel::update(setup_links::table.filter(setup_links::used_at.is_null()))
        .set(setup_links::used_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}

// ------------------------------------------------------------------------------------------------------- roles

/// What decides about somebody's roles, locked until the end of the transaction: who may be the last administrator is decided
/// by one at a time, and nobody leaves meanwhile.
pub struct RoleFacts {
    /// The administrators who are here and whose role does not rest.
    pub administrators: Vec<Id<Member>>,
    /// The person has left, for now or for good.
    pub is_gone: bool,
}

/// Locks every administrator and this member, always in the same order. Leaving locks the member's row first and writes the
/// departure after it, so that what is read here stays true.
pub fn lock_for_roles(tx: &mut Tx<'_>, member: Id<Member>) -> Result<RoleFacts> {
    let now = tx.now();
    let query = members::table.filter(members::is_administrator.or(members::id.eq(member))).order(members::id).select((
        members::id,
        members::is_administrator,
        members::second_step_due_at,
    ));
    let rows: Vec<(Id<Member>, bool, Option<Timestamp>)> = locked!(tx.conn(), inner, query => load)?;
    let locked: Vec<Id<Member>> = rows.iter().map(|(id, ..)| *id).collect();
    let gone: Vec<Id<Member>> = departures::table
        .filter(departures::member_id.eq_any(&locked).and(departures::returned_at.is_null()))
        .select(departures::member_id)
        .load(tx.conn())?;
    let acts = |(id, is_administrator, due_at): (Id<Member>, bool, Option<Timestamp>)| {
        (is_administrator && !rules::roles_rest(due_at, now) && !gone.contains(&id)).then_some(id)
    };
    Ok(RoleFacts { administrators: rows.into_iter().filter_map(acts).collect(), is_gone: gone.contains(&member) })
}

/// True if there is at least one.
pub fn administrators_exist(connection: &mut Conn) -> Result<bool> {
    Ok(diesel::select(exists(members::table.filter(members::is_administrator))).get_result(connection)?)
}

/// Gives or takes back a role and records it. False if it stood so already.
pub fn change_role(tx: &mut Tx<'_>, permit: MayChangeRole, by: &Doer, reason: &str) -> Result<bool> {
    let wish = permit.spend();
    let one = members::table.find(wish.member);
    let on = wish.is_granted;
    let changed = match wish.role {
        Role::Mentor => {
            diesel::update(one.filter(members::is_mentor.ne(on))).set(members::is_mentor.eq(on)).execute(tx.conn())?
        }
        Role::Moderator => {
            diesel::update(one.filter(members::is_moderator.ne(on))).set(members::is_moderator.eq(on)).execute(tx.conn())?
        }
        Role::Clinician => {
            diesel::update(one.filter(members::is_clinician.ne(on))).set(members::is_clinician.eq(on)).execute(tx.conn())?
        }
        Role::Representative => diesel::update(one.filter(members::is_representative.ne(on)))
            .set(members::is_representative.eq(on))
            .execute(tx.conn())?,
        Role::Administrator => diesel::update(one.filter(members::is_administrator.ne(on)))
            .set(members::is_administrator.eq(on))
            .execute(tx.conn())?,
    };
    if changed == 1 {
        let deed = if on { Deed::RoleGiven } else { Deed::RoleTaken };
        log::write(tx, Some(wish.member), deed, wish.role.word(), by, reason)?;
    }
    Ok(changed == 1)
}

/// Says whether somebody works for the organisation, and records it. Nothing happens if it stands so already.
pub fn change_works_for_organisation(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    works: bool,
    by: Option<Id<Member>>,
    reason: &str,
) -> Result<()> {
    let other = members::table.find(member).filter(members::works_for_organisation.ne(works));
    let changed = diesel::update(other).set(members::works_for_organisation.eq(works)).execute(tx.conn())?;
    let deed = if works { Deed::RoleGiven } else { Deed::RoleTaken };
    if changed == 1 { log::write(tx, Some(member), deed, ORGANISATION, &Doer::of(by), reason) } else { Ok(()) }
}

/// The word in the log for working for the organisation, which is no role.
pub const ORGANISATION: &str = "organisation";

// ----------------------------------------------------------------------------------------------------- finding

/// The names of these people.
pub fn handles_of(connection: &mut Conn, ids: &[Id<Member>]) -> Result<HashMap<Id<Member>, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(Id<Member>, String)> =
        members::table.filter(members::id.eq_any(ids)).select((members::id, members::handle)).load(connection)?;
    Ok(found.into_iter().collect())
}

/// The member whose name looks like this.
pub fn find_by_handle_key(connection: &mut Conn, handle_key: &str) -> Result<Option<Member>> {
    let row: Option<MemberRow> = members::table
        .filter(members::handle_key.eq(handle_key))
        .select(MemberRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(|row| row.with(None)))
}

/// The member with this address.
pub fn find_by_email_key(connection: &mut Conn, email_key: &str) -> Result<Option<Member>> {
    let row: Option<MemberRow> = members::table
        .filter(members::email_key.eq(email_key))
        .select(MemberRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(|row| row.with(None)))
}

/// Whose address this is: the number alone, so that reading it takes as long as finding nobody.
pub fn member_at(connection: &mut Conn, email_key: &str) -> Result<Option<Id<Member>>> {
    Ok(members::table.filter(members::email_key.eq(email_key)).select(members::id).first(connection).optional()?)
}

/// Everything of an account.
pub fn account(connection: &mut Conn, id: Id<Member>) -> Result<Option<Account>> {
    let row: Option<(MemberRow, AccountRow)> =
        members::table.find(id).select((MemberRow::as_select(), AccountRow::as_select())).first(connection).optional()?;
    Ok(row.map(|(member, account)| Account {
        member: member.with(None),
        email: account.email,
        about: account.about,
        shows_here_as: account.shows_here_as,
        shows_about: account.shows_about,
        shows_since: account.shows_since,
        community_letters: account.community_letters,
    }))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
#[allow(clippy::struct_excessive_bools)] // a row
struct AccountRow {
    email: String,
    about: String,
    shows_here_as: bool,
    shows_about: bool,
    shows_since: bool,
    community_letters: bool,
}

// ---------------------------------------------------------------------------------------------------- settings

/// Keeps what somebody says of themselves. The mark stands beside all their posts, also where only a stub is left: pages that
/// visitors hold are asked for again.
pub fn update_profile(tx: &mut Tx<'_>, permit: MayDescribe, profile: &Profile) -> Result<()> {
    let member = permit.spend();
    let Mark { name, colour } = profile.mark;
    let has_another_mark =
        members::table.filter(members::id.eq(member).and(members::mark.ne(name).or(members::mark_colour.ne(colour))));
    diesel::update(bylines_version::table.filter(exists(has_another_mark)))
        .set(bylines_version::version.eq(bylines_version::version + 1))
        .execute(tx.conn())?;
    diesel::update(members::table.find(member))
        .set((
            members::here_as.eq(profile.here_as),
            members::about.eq(&profile.about),
            members::mark.eq(profile.mark.name),
            members::mark_colour.eq(profile.mark.colour),
            members::shows_here_as.eq(profile.shows_here_as),
            members::shows_about.eq(profile.shows_about),
            members::shows_since.eq(profile.shows_since),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets what somebody said of themselves.
pub fn clear_about(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::here_as.eq(HereAs::Unsaid), members::about.eq("")))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps how pages look for somebody.
pub fn update_reading(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    colours: Option<Colours>,
    text_size: Option<TextSize>,
    plain_titles: bool,
) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((
            members::colours.eq(colours.map_or("", Colours::word)),
            members::text_size.eq(text_size.map_or("", TextSize::word)),
            members::plain_titles.eq(plain_titles),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps light, dark, or as the device says.
pub fn update_colours(tx: &mut Tx<'_>, member: Id<Member>, colours: Option<Colours>) -> Result<()> {
    diesel::update(members::table.find(member))
        .set(members::colours.eq(colours.map_or("", Colours::word)))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps zone (empty: the site's) and country.
pub fn update_place(tx: &mut Tx<'_>, member: Id<Member>, time_zone: &str, country: &str) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::time_zone.eq(time_zone), members::country.eq(country)))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps whether community letters are wanted. False if it stood so already.
pub fn set_community_letters(tx: &mut Tx<'_>, member: Id<Member>, community_letters: bool) -> Result<bool> {
    let other = members::table.find(member).filter(members::community_letters.ne(community_letters));
    Ok(diesel::update(other).set(members::community_letters.eq(community_letters)).execute(tx.conn())? == 1)
}

// ------------------------------------------------------------------------------------------------------ counts

/// Changes the number of somebody's posts that stand; never below none.
pub fn count_post(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    let counted = case_when(members::post_count.gt(-change), members::post_count + change).otherwise(0);
    diesel::update(members::table.find(member)).set(members::post_count.eq(counted)).execute(tx.conn())?;
    Ok(())
}

/// Changes the number of somebody's notices that are not read; never below none.
pub fn add_unread(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    let counted = case_when(members::unread_notices.gt(-change), members::unread_notices + change).otherwise(0);
    diesel::update(members::table.find(member)).set(members::unread_notices.eq(counted)).execute(tx.conn())?;
    Ok(())
}

/// One more thread that somebody opened to read.
pub fn note_thread_opened(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(members::table.find(member))
        .set(members::threads_opened.eq(members::threads_opened + 1))
        .execute(tx.conn())?;
    Ok(())
}
