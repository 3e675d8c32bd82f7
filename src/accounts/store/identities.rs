//! Who people are at providers of sign-on, and who is on the way there and back.

use crate::accounts::model::{Identity, Member, Newcomer, SessionInfo};
use crate::accounts::password;
use crate::accounts::rules::{self, MayUnlink};
use crate::clock::Timestamp;
use crate::db::schema::{
    identities, members, pending_identities, sessions, sign_on_attempts, sign_on_logouts, sign_on_newcomers,
    sign_on_sessions,
};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::{locked, on_each};
use chrono::Duration;
use diesel::prelude::*;

/// Whom a provider's name of somebody leads to.
pub fn find(connection: &mut Conn, issuer: &str, subject: &str) -> Result<Option<(Id<Identity>, Id<Member>)>> {
    Ok(identities::table
        .filter(identities::issuer.eq(issuer).and(identities::subject.eq(subject)))
        .select((identities::id, identities::member_id))
        .first(connection)
        .optional()?)
}

/// Links it. False if it leads to somebody already, or if they have one of that provider: of several at the same moment one
/// gets true.
pub fn insert(tx: &mut Tx<'_>, member: Id<Member>, issuer: &str, subject: &str) -> Result<bool> {
    let values = (
        identities::member_id.eq(member),
        identities::issuer.eq(issuer),
        identities::subject.eq(subject),
        identities::linked_at.eq(tx.now()),
    );
    let kept = on_each!(tx.conn(), inner => diesel::insert_into(identities::table).values(values).on_conflict_do_nothing().execute(inner))?;
    Ok(kept == 1)
}

/// Everything that is linked to an account, the oldest first.
pub fn of_member(connection: &mut Conn, member: Id<Member>) -> Result<Vec<Identity>> {
    Ok(identities::table
        .filter(identities::member_id.eq(member))
        .order(identities::id)
        .select((identities::id, identities::issuer, identities::linked_at))
        .load(connection)?)
}

/// True if a password leads in, too. Held until the end of the transaction, so that two who take ways away wait for each other.
pub fn lock_has_password(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    let query = members::table.find(member).select(members::password_hash);
    let stored: Option<String> = locked!(tx.conn(), inner, query => first).optional()?;
    Ok(stored.is_some_and(|stored| password::is_one(&stored)))
}

/// Whose it is, if it still is somebody's.
pub fn owner(connection: &mut Conn, identity: Id<Identity>) -> Result<Option<Id<Member>>> {
    Ok(identities::table.find(identity).select(identities::member_id).first(connection).optional()?)
}

/// Takes one off. False if there is none of theirs.
pub fn delete(tx: &mut Tx<'_>, permit: MayUnlink) -> Result<bool> {
    let (member, identity) = permit.spend();
    let own = identities::table.filter(identities::id.eq(identity).and(identities::member_id.eq(member)));
    Ok(diesel::delete(own).execute(tx.conn())? == 1)
}

/// Takes every one off.
pub fn delete_all(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::delete(identities::table.filter(identities::member_id.eq(member))).execute(tx.conn())?;
    Ok(())
}

// ----------------------------------------------------------------------------------------------------- joining

/// Who somebody is at a provider, who asked to join and is no member yet.
#[derive(Debug, Queryable)]
pub struct PendingIdentity {
    /// The provider.
    pub issuer: String,
    /// Its name of them.
    pub subject: String,
    /// The settings let them in whatever is set about joining.
    pub always_joins: bool,
}

/// Keeps it beside a wish to join.
pub fn insert_pending(tx: &mut Tx<'_>, pending: i64, newcomer: &Newcomer) -> Result<()> {
    diesel::insert_into(pending_identities::table)
        .values((
            pending_identities::pending_id.eq(pending),
            pending_identities::issuer.eq(&newcomer.issuer),
            pending_identities::subject.eq(&newcomer.subject),
            pending_identities::always_joins.eq(newcomer.always_joins),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What stands beside a wish to join.
pub fn pending(connection: &mut Conn, pending: i64) -> Result<Option<PendingIdentity>> {
    Ok(pending_identities::table
        .find(pending)
        .select((pending_identities::issuer, pending_identities::subject, pending_identities::always_joins))
        .first(connection)
        .optional()?)
}

// ------------------------------------------------------------------------------------------- there and back

/// A browser leaves for a provider. What has had its time goes.
pub fn insert_attempt(tx: &mut Tx<'_>, state_hash: &[u8], browser_hash: &[u8], hidden: &[u8]) -> Result<()> {
    let now = tx.now();
    diesel::delete(sign_on_attempts::table.filter(sign_on_attempts::started_at.le(attempts_since(now))))
        .execute(tx.conn())?;
    diesel::insert_into(sign_on_attempts::table)
        .values((
            sign_on_attempts::state_hash.eq(state_hash),
            sign_on_attempts::browser_hash.eq(browser_hash),
            sign_on_attempts::hidden.eq(hidden),
            sign_on_attempts::started_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The same browser is back in time: what it took along, once. Of several at the same moment one gets it.
pub fn take_attempt(tx: &mut Tx<'_>, state_hash: &[u8], browser_hash: &[u8]) -> Result<Option<Vec<u8>>> {
    let now = tx.now();
    let row: Option<(i64, Vec<u8>)> = sign_on_attempts::table
        .filter(sign_on_attempts::state_hash.eq(state_hash).and(sign_on_attempts::browser_hash.eq(browser_hash)))
        .filter(sign_on_attempts::started_at.gt(attempts_since(now)))
        .select((sign_on_attempts::id, sign_on_attempts::hidden))
        .first(tx.conn())
        .optional()?;
    let Some((id, hidden)) = row else { return Ok(None) };
    let taken = diesel::delete(sign_on_attempts::table.find(id)).execute(tx.conn())?;
    Ok((taken == 1).then_some(hidden))
}

/// A browser brought somebody who has no account, and nobody before them.
pub fn put_newcomer(tx: &mut Tx<'_>, browser_hash: &[u8], hidden: &[u8]) -> Result<()> {
    // Two tabs may come back at the same moment.
    forget_newcomer(tx, browser_hash)?;
    let now = tx.now();
    diesel::insert_into(sign_on_newcomers::table)
        .values((
            sign_on_newcomers::browser_hash.eq(browser_hash),
            sign_on_newcomers::hidden.eq(hidden),
            sign_on_newcomers::came_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whom this browser brought, and when.
pub fn newcomer(connection: &mut Conn, browser_hash: &[u8], now: Timestamp) -> Result<Option<(Vec<u8>, Timestamp)>> {
    Ok(sign_on_newcomers::table
        .filter(sign_on_newcomers::browser_hash.eq(browser_hash))
        .filter(sign_on_newcomers::came_at.gt(newcomers_since(now)))
        .select((sign_on_newcomers::hidden, sign_on_newcomers::came_at))
        .first(connection)
        .optional()?)
}

/// Forgets whom this browser brought.
pub fn forget_newcomer(tx: &mut Tx<'_>, browser_hash: &[u8]) -> Result<()> {
    let of_browser = sign_on_newcomers::table.filter(sign_on_newcomers::browser_hash.eq(browser_hash));
    diesel::delete(of_browser).execute(tx.conn())?;
    Ok(())
}

// -------------------------------------------------------------------------------------------------- signing out

/// Keeps that a provider began this session. `sid`: its name of its own session, or empty.
pub fn note_session(tx: &mut Tx<'_>, session: Id<SessionInfo>, identity: Id<Identity>, sid: &str) -> Result<()> {
    diesel::insert_into(sign_on_sessions::table)
        .values((
            sign_on_sessions::session_id.eq(session),
            sign_on_sessions::identity_id.eq(identity),
            sign_on_sessions::sid.eq(sid),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends the sessions that this provider began: of this person, if one is named, and in this session of its own, if one is named;
/// where the person is named too, also those of whose session it said nothing when they began.
pub fn end_sessions(tx: &mut Tx<'_>, issuer: &str, subject: Option<&str>, sid: Option<&str>) -> Result<usize> {
    let mut begun = sign_on_sessions::table
        .inner_join(identities::table)
        .filter(identities::issuer.eq(issuer))
        .select(sign_on_sessions::session_id)
        .into_boxed();
    if let Some(subject) = subject {
        begun = begun.filter(identities::subject.eq(subject));
    }
    if let Some(sid) = sid {
        let also = if subject.is_some() { "" } else { sid };
        begun = begun.filter(sign_on_sessions::sid.eq_any([sid, also]));
    }
    let begun: Vec<i64> = begun.load(tx.conn())?;
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(begun))).execute(tx.conn())?)
}

/// True if this word of a provider was not taken before: of several at the same moment one gets true.
pub fn take_logout(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool> {
    let values = (sign_on_logouts::token_hash.eq(token_hash), sign_on_logouts::taken_at.eq(tx.now()));
    let kept = on_each!(tx.conn(), inner => diesel::insert_into(sign_on_logouts::table).values(values).on_conflict_do_nothing().execute(inner))?;
    Ok(kept == 1)
}

/// Forgets who is on the way, who came, and what was taken, when its time is over.
pub fn delete_old(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    let logouts_since = now.minus(Duration::hours(rules::LOGOUT_KNOWN_HOURS));
    diesel::delete(sign_on_attempts::table.filter(sign_on_attempts::started_at.le(attempts_since(now))))
        .execute(tx.conn())?;
    diesel::delete(sign_on_newcomers::table.filter(sign_on_newcomers::came_at.le(newcomers_since(now))))
        .execute(tx.conn())?;
    diesel::delete(sign_on_logouts::table.filter(sign_on_logouts::taken_at.le(logouts_since))).execute(tx.conn())?;
    Ok(())
}

fn attempts_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::minutes(rules::SIGN_ON_MINUTES))
}

fn newcomers_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::hours(rules::NEWCOMER_HOURS))
}
