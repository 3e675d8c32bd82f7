//! Passkeys, and the questions that browsers have not answered yet.

use crate::accounts::model::Member;
use crate::accounts::passkey::{Credential, Question};
use crate::accounts::{password, rules};
use crate::clock::Timestamp;
use crate::db::schema::{members, passkey_challenges, passkeys};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::on_each;
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;

/// Of an account whose password was not given up: in the others nothing leads in until another is chosen.
macro_rules! is_not_given_up {
    () => {
        members::password_hash.not_like(format!("{}%", password::GIVEN_UP))
    };
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, Queryable)]
pub struct OwnPasskey {
    /// Its number.
    pub id: Id<OwnPasskey>,
    /// As they call it.
    pub name: String,
    /// When they added it.
    pub added_at: Timestamp,
    /// When it opened something last; nothing: never.
    pub used_at: Option<Timestamp>,
}

/// Somebody's passkeys, the oldest first.
pub fn passkeys_of(connection: &mut Conn, member: Id<Member>) -> Result<Vec<OwnPasskey>> {
    Ok(passkeys::table
        .filter(passkeys::member_id.eq(member))
        .order(passkeys::id)
        .select((passkeys::id, passkeys::name, passkeys::added_at, passkeys::used_at))
        .load(connection)?)
}

/// What browsers find them by.
pub fn credential_ids_of(connection: &mut Conn, member: Id<Member>) -> Result<Vec<Vec<u8>>> {
    let ids = passkeys::table.filter(passkeys::member_id.eq(member)).order(passkeys::id).select(passkeys::credential_id);
    Ok(ids.load(connection)?)
}

/// Keeps a passkey. False if that very key is kept already, whoever has it.
pub fn insert_passkey(tx: &mut Tx<'_>, member: Id<Member>, name: &str, credential: &Credential) -> Result<bool> {
    let values = (
        passkeys::member_id.eq(member),
        passkeys::name.eq(name),
        passkeys::credential_id.eq(credential.id().as_slice()),
        passkeys::credential.eq(serde_json::to_string(credential)?),
        passkeys::added_at.eq(tx.now()),
    );
    let kept = on_each!(tx.conn(), inner => diesel::insert_into(passkeys::table).values(values).on_conflict_do_nothing().execute(inner))?;
    Ok(kept == 1)
}

/// True if it is theirs.
pub fn is_passkey_of(connection: &mut Conn, member: Id<Member>, passkey: Id<OwnPasskey>) -> Result<bool> {
    let own = passkeys::table.filter(passkeys::id.eq(passkey).and(passkeys::member_id.eq(member)));
    Ok(diesel::select(exists(own)).get_result(connection)?)
}

/// True if it still opens their account.
pub fn opens(connection: &mut Conn, member: Id<Member>, passkey: Id<OwnPasskey>) -> Result<bool> {
    let own = passkeys::table
        .inner_join(members::table)
        .filter(passkeys::id.eq(passkey).and(passkeys::member_id.eq(member)))
        .filter(is_not_given_up!());
    Ok(diesel::select(exists(own)).get_result(connection)?)
}

/// Takes away one that is theirs. False if it is not.
pub fn delete_passkey(tx: &mut Tx<'_>, member: Id<Member>, passkey: Id<OwnPasskey>) -> Result<bool> {
    let own = passkeys::table.filter(passkeys::id.eq(passkey).and(passkeys::member_id.eq(member)));
    Ok(diesel::delete(own).execute(tx.conn())? == 1)
}

/// Takes away those that were added at this moment or later; how many.
pub fn delete_added_since(tx: &mut Tx<'_>, member: Id<Member>, since: Timestamp) -> Result<usize> {
    let added = passkeys::table.filter(passkeys::member_id.eq(member).and(passkeys::added_at.ge(since)));
    Ok(diesel::delete(added).execute(tx.conn())?)
}

/// A passkey that answers.
#[derive(Queryable)]
pub struct KeptPasskey {
    /// Its number.
    pub id: Id<OwnPasskey>,
    /// Whose.
    pub member: Id<Member>,
    /// The [`Credential`], in the very words that [`note_use`] replaces.
    pub credential: String,
}

/// The passkey that a browser calls by this name. Not of an account whose password was given up: nothing leads in there until
/// another is chosen.
pub fn passkey_by(connection: &mut Conn, credential_id: &[u8]) -> Result<Option<KeptPasskey>> {
    Ok(passkeys::table
        .inner_join(members::table)
        .filter(passkeys::credential_id.eq(credential_id))
        .filter(is_not_given_up!())
        .select((passkeys::id, passkeys::member_id, passkeys::credential))
        .first(connection)
        .optional()?)
}

/// Keeps that it was used and what it has become by that. False if it was taken away or became something else meanwhile: of
/// two answers with one count one gets true.
pub fn note_use(tx: &mut Tx<'_>, passkey: &KeptPasskey, credential: &Credential) -> Result<bool> {
    let now = tx.now();
    let same = passkeys::table.filter(passkeys::id.eq(passkey.id).and(passkeys::credential.eq(&passkey.credential)));
    let used = diesel::update(same)
        .set((passkeys::credential.eq(serde_json::to_string(credential)?), passkeys::used_at.eq(now)))
        .execute(tx.conn())?;
    Ok(used == 1)
}

// ---------------------------------------------------------------------------------------------------- questions

/// Keeps what a browser is asked. No member: whoever signs in with a passkey alone.
pub fn insert_challenge(tx: &mut Tx<'_>, token_hash: &[u8], member: Option<Id<Member>>, question: &Question) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(passkey_challenges::table)
        .values((
            passkey_challenges::token_hash.eq(token_hash),
            passkey_challenges::member_id.eq(member),
            passkey_challenges::question.eq(serde_json::to_string(question)?),
            passkey_challenges::asked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a question of theirs, once: of several answers at the same moment one gets it. Nothing if it had its time.
pub fn take_challenge(tx: &mut Tx<'_>, token_hash: &[u8], member: Option<Id<Member>>) -> Result<Option<Question>> {
    let since = challenge_since(tx.now());
    let found: Option<(Option<Id<Member>>, String)> = passkey_challenges::table
        .find(token_hash)
        .filter(passkey_challenges::asked_at.gt(since))
        .select((passkey_challenges::member_id, passkey_challenges::question))
        .first(tx.conn())
        .optional()?;
    let Some((_, question)) = found.filter(|(whose, _)| *whose == member) else { return Ok(None) };
    let taken = diesel::delete(passkey_challenges::table.find(token_hash)).execute(tx.conn())?;
    Ok(if taken == 1 { Some(serde_json::from_str(&question)?) } else { None })
}

/// Forgets questions that had their time.
pub fn delete_old_challenges(tx: &mut Tx<'_>) -> Result<usize> {
    let since = challenge_since(tx.now());
    Ok(diesel::delete(passkey_challenges::table.filter(passkey_challenges::asked_at.le(since))).execute(tx.conn())?)
}

fn challenge_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::minutes(rules::CHALLENGE_MINUTES))
}
