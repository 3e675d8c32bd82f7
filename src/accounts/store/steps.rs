//! Second steps at sign-in, and the browsers that somebody is known by.

use crate::accounts::model::{Member, SessionInfo};
use crate::accounts::rules;
use crate::accounts::store::passkeys::{OwnPasskey, passkeys_of};
use crate::clock::Timestamp;
use crate::db::schema::{known_browsers, members, passkeys, recovery_codes, sessions, totp_secrets};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::on_each;
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;

/// What somebody has turned on.
#[derive(Debug, Clone, Default)]
pub struct SecondSteps {
    /// Since when an app shows codes; nothing: none does.
    pub app_since: Option<Timestamp>,
    /// The oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Recovery codes that are not used yet.
    pub codes_left: i64,
    /// Browsers that are asked for no second step.
    pub trusted_browsers: i64,
}

impl SecondSteps {
    /// How many there are, recovery codes left out.
    pub fn ways(&self) -> usize {
        self.passkeys.len() + usize::from(self.app_since.is_some())
    }
}

/// What somebody has turned on.
pub fn second_steps_of(connection: &mut Conn, member: Id<Member>, now: Timestamp) -> Result<SecondSteps> {
    let app_since = app_since(connection, member)?;
    let codes_left = recovery_codes::table.filter(recovery_codes::member_id.eq(member)).count().get_result(connection)?;
    let trusted =
        known_browsers::table.filter(known_browsers::member_id.eq(member)).filter(known_browsers::trusted_until.gt(now));
    let trusted_browsers = trusted.count().get_result(connection)?;
    let passkeys = passkeys_of(connection, member)?;
    Ok(SecondSteps { app_since, passkeys, codes_left, trusted_browsers })
}

/// True for the row that goes by this hash, or went by it until a moment ago: whoever presses twice sends the one of before. A
/// condition on `sessions` or `known_browsers`.
#[macro_export]
macro_rules! goes_by {
    ($table:ident, $hash:expr, $now:expr) => {{
        let lately = $now.minus(chrono::Duration::seconds($crate::accounts::rules::PRESS_SECONDS));
        let before = $table::previous_hash.eq($hash).and($table::renewed_at.gt(lately));
        $table::token_hash.nullable().eq($hash).or(before)
    }};
}

/// True if signing in asks for more than the password.
pub fn has_second_step(connection: &mut Conn, member: Id<Member>) -> Result<bool> {
    let of_member = passkeys::table.filter(passkeys::member_id.eq(member));
    let any = exists(totp_secrets::table.find(member)).or(exists(of_member));
    Ok(diesel::select(any).get_result(connection)?)
}

/// How many passkeys somebody has.
pub fn count_passkeys(connection: &mut Conn, member: Id<Member>) -> Result<i64> {
    Ok(passkeys::table.filter(passkeys::member_id.eq(member)).count().get_result(connection)?)
}

/// How many second steps somebody has, recovery codes left out.
pub fn count_ways(connection: &mut Conn, member: Id<Member>) -> Result<usize> {
    let has_app: bool = diesel::select(exists(totp_secrets::table.find(member))).get_result(connection)?;
    let passkeys = count_passkeys(connection, member)?;
    Ok(usize::try_from(passkeys).unwrap_or_default() + usize::from(has_app))
}

/// True while they have a second step that was added at this very moment.
pub fn has_factor_of(connection: &mut Conn, member: Id<Member>, added_at: Timestamp) -> Result<bool> {
    let app = totp_secrets::table.find(member).filter(totp_secrets::added_at.eq(added_at));
    let passkey = passkeys::table.filter(passkeys::member_id.eq(member).and(passkeys::added_at.eq(added_at)));
    Ok(diesel::select(exists(app).or(exists(passkey))).get_result(connection)?)
}

/// Keeps from when on somebody's role rests; nothing: it does not.
pub fn set_second_step_due(tx: &mut Tx<'_>, member: Id<Member>, due_at: Option<Timestamp>) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::second_step_due_at.eq(due_at)).execute(tx.conn())?;
    Ok(())
}

// ------------------------------------------------------------------------------------------------------ the app

/// The hidden secret of somebody's app.
pub fn app_secret(connection: &mut Conn, member: Id<Member>) -> Result<Option<Vec<u8>>> {
    Ok(totp_secrets::table.find(member).select(totp_secrets::hidden_secret).first(connection).optional()?)
}

/// Keeps an app whose first code was right. False if there is one already.
pub fn insert_app(tx: &mut Tx<'_>, member: Id<Member>, hidden_secret: &[u8], step: i64) -> Result<bool> {
    let values = (
        totp_secrets::member_id.eq(member),
        totp_secrets::hidden_secret.eq(hidden_secret),
        totp_secrets::last_step.eq(step),
        totp_secrets::added_at.eq(tx.now()),
    );
    let kept = on_each!(tx.conn(), inner => diesel::insert_into(totp_secrets::table).values(values).on_conflict_do_nothing().execute(inner))?;
    Ok(kept == 1)
}

/// Takes the code of this step, once, and with it every older one: of several at the same moment one gets true.
pub fn take_app_step(tx: &mut Tx<'_>, member: Id<Member>, step: i64) -> Result<bool> {
    let older = totp_secrets::table.filter(totp_secrets::member_id.eq(member).and(totp_secrets::last_step.lt(step)));
    Ok(diesel::update(older).set(totp_secrets::last_step.eq(step)).execute(tx.conn())? == 1)
}

/// Since when there is an app.
pub fn app_since(connection: &mut Conn, member: Id<Member>) -> Result<Option<Timestamp>> {
    Ok(totp_secrets::table.find(member).select(totp_secrets::added_at).first(connection).optional()?)
}

/// Forgets the app. False if there was none.
pub fn delete_app(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    Ok(diesel::delete(totp_secrets::table.find(member)).execute(tx.conn())? == 1)
}

// --------------------------------------------------------------------------------------------------- codes on paper

/// Keeps the hashes of a new sheet; the old one opens nothing any more. None: there is no sheet.
pub fn replace_codes(tx: &mut Tx<'_>, member: Id<Member>, salt: &[u8], hashes: &[Vec<u8>]) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::member_id.eq(member))).execute(tx.conn())?;
    let now = tx.now();
    for hash in hashes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::member_id.eq(member),
                recovery_codes::salt.eq(salt),
                recovery_codes::code_hash.eq(hash),
                recovery_codes::made_at.eq(now),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Takes away a sheet that was made at this moment or later.
pub fn delete_codes_made_since(tx: &mut Tx<'_>, member: Id<Member>, moment: Timestamp) -> Result<()> {
    let young = recovery_codes::member_id.eq(member).and(recovery_codes::made_at.ge(moment));
    diesel::delete(recovery_codes::table.filter(young)).execute(tx.conn())?;
    Ok(())
}

/// The salt of the sheet, while a code is left on it.
pub fn codes_salt(connection: &mut Conn, member: Id<Member>) -> Result<Option<Vec<u8>>> {
    let row = recovery_codes::table.filter(recovery_codes::member_id.eq(member)).select(recovery_codes::salt);
    Ok(row.first(connection).optional()?)
}

/// Takes a code, once: of several at the same moment one gets true.
pub fn take_code(tx: &mut Tx<'_>, member: Id<Member>, code_hash: &[u8]) -> Result<bool> {
    let code =
        recovery_codes::table.filter(recovery_codes::member_id.eq(member).and(recovery_codes::code_hash.eq(code_hash)));
    Ok(diesel::delete(code).execute(tx.conn())? == 1)
}

// --------------------------------------------------------------------------------------------------- known browsers

/// True if the member with this address has signed in with the browser of this token.
pub fn is_known_browser(connection: &mut Conn, email_key: &str, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let known = known_browsers::table
        .inner_join(members::table)
        .filter(members::email_key.eq(email_key))
        .filter(goes_by!(known_browsers, token_hash, now))
        .filter(known_browsers::seen_at.gt(known_since(now)));
    Ok(diesel::select(exists(known)).get_result(connection)?)
}

/// True if that browser is asked for no second step.
pub fn is_trusted_browser(connection: &mut Conn, member: Id<Member>, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let trusted = known_browsers::table
        .filter(known_browsers::member_id.eq(member))
        .filter(goes_by!(known_browsers, token_hash, now))
        .filter(known_browsers::trusted_until.gt(now));
    Ok(diesel::select(exists(trusted)).get_result(connection)?)
}

/// Whoever was known by the old mark of a browser is known by the new one.
pub fn renew_mark(tx: &mut Tx<'_>, old_hash: &[u8], new_hash: &[u8]) -> Result<()> {
    let now = tx.now();
    diesel::update(known_browsers::table.filter(goes_by!(known_browsers, old_hash, now)))
        .set((
            known_browsers::previous_hash.eq(known_browsers::token_hash.nullable()),
            known_browsers::token_hash.eq(new_hash),
            known_browsers::renewed_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Remembers a browser. Trust that it has stays; `trusts` gives it anew. True if it was not known.
pub fn remember_browser(tx: &mut Tx<'_>, member: Id<Member>, token_hash: &[u8], trusts: bool) -> Result<bool> {
    let now = tx.now();
    let until = trusts.then(|| now.plus(Duration::days(rules::TRUST_DAYS)));
    let values = (
        known_browsers::member_id.eq(member),
        known_browsers::token_hash.eq(token_hash),
        known_browsers::seen_at.eq(now),
        known_browsers::trusted_until.eq(until),
    );
    let new = on_each!(tx.conn(), inner => diesel::insert_into(known_browsers::table).values(values).on_conflict_do_nothing().execute(inner))?;
    if new == 1 {
        return Ok(true);
    }
    let own = known_browsers::member_id.eq(member).and(known_browsers::token_hash.eq(token_hash));
    diesel::update(known_browsers::table.filter(own)).set(known_browsers::seen_at.eq(now)).execute(tx.conn())?;
    if let Some(until) = until {
        diesel::update(known_browsers::table.filter(own)).set(known_browsers::trusted_until.eq(until)).execute(tx.conn())?;
    }
    Ok(false)
}

/// No browser is trusted any more; all stay known.
pub fn end_trust(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(known_browsers::table.filter(known_browsers::member_id.eq(member)))
        .set(known_browsers::trusted_until.eq(None::<Timestamp>))
        .execute(tx.conn())?;
    Ok(())
}

/// No browser is known any more.
pub fn forget_browsers(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::delete(known_browsers::table.filter(known_browsers::member_id.eq(member))).execute(tx.conn())?;
    Ok(())
}

/// Forgets browsers that were not used for long.
pub fn delete_old_browsers(tx: &mut Tx<'_>) -> Result<usize> {
    let since = known_since(tx.now());
    Ok(diesel::delete(known_browsers::table.filter(known_browsers::seen_at.le(since))).execute(tx.conn())?)
}

fn known_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::days(rules::KNOWN_BROWSER_DAYS))
}

/// True while somebody has this session.
pub fn is_session_of(connection: &mut Conn, session: Id<SessionInfo>, member: Id<Member>) -> Result<bool> {
    let own = sessions::table.filter(sessions::id.eq(session).and(sessions::member_id.eq(member)));
    Ok(diesel::select(exists(own)).get_result(connection)?)
}

/// From now on a session goes by another token. `is_proof`: because somebody has proved in it who they are.
pub fn renew_session(tx: &mut Tx<'_>, session: Id<SessionInfo>, token_hash: &[u8], is_proof: bool) -> Result<()> {
    let now = tx.now();
    diesel::update(sessions::table.find(session))
        .set((
            sessions::previous_hash.eq(sessions::token_hash.nullable()),
            sessions::token_hash.eq(token_hash),
            sessions::renewed_at.eq(now),
            is_proof.then(|| sessions::proved_at.eq(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}
