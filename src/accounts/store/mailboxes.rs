//! Requests to move an account whose letters nobody reads any more.

use crate::accounts::model::{EmailAddress, MailboxAccount, MailboxRequest, MailboxState, Member};
use crate::accounts::rules::{self, MayAnswerMailbox};
use crate::clock::Timestamp;
use crate::db::schema::{mailbox_requests, members, passkeys, totp_secrets};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::{locked, on_each};
use chrono::Duration;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;

#[derive(Queryable, Selectable)]
#[diesel(table_name = mailbox_requests)]
struct RequestRow {
    id: Id<MailboxRequest>,
    member_id: Option<Id<Member>>,
    email: String,
    new_email: String,
    words: String,
    asked_at: Timestamp,
    contested_at: Option<Timestamp>,
}

impl From<RequestRow> for MailboxRequest {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id,
            member: row.member_id,
            email: row.email,
            new_email: row.new_email,
            words: row.words,
            asked_at: row.asked_at,
            contested_at: row.contested_at,
        }
    }
}

/// What still changes something, as a condition: nobody decided, or the new address may still answer.
#[macro_export]
macro_rules! mailbox_request_is_open {
    () => {
        $crate::db::schema::mailbox_requests::state
            .eq($crate::accounts::model::MailboxState::Asked)
            .or($crate::db::schema::mailbox_requests::state.eq($crate::accounts::model::MailboxState::Approved))
    };
}

/// Keeps a request for the account with this address, or for nobody's. `None`: one is open already, and stays as it is.
pub fn insert(
    tx: &mut Tx<'_>,
    member: Option<Id<Member>>,
    email: &EmailAddress,
    new: &EmailAddress,
    words: &str,
) -> Result<Option<Id<MailboxRequest>>> {
    let now = tx.now();
    let values = (
        mailbox_requests::member_id.eq(member),
        mailbox_requests::email.eq(email.as_str()),
        mailbox_requests::email_key.eq(email.key()),
        mailbox_requests::new_email.eq(new.as_str()),
        mailbox_requests::words.eq(words),
        mailbox_requests::state.eq(MailboxState::Asked),
        mailbox_requests::asked_at.eq(now),
    );
    let kept = on_each!(tx.conn(), inner => diesel::insert_into(mailbox_requests::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(inner))?;
    if kept == 0 {
        return Ok(None);
    }
    let open =
        mailbox_requests::table.filter(mailbox_requests::email_key.eq(email.key())).filter(mailbox_request_is_open!());
    Ok(open.select(mailbox_requests::id).first(tx.conn()).optional()?)
}

/// Somebody asks to move an account to this address: notes it on a request that is open and names another.
pub fn contest(tx: &mut Tx<'_>, email: &EmailAddress, new: &EmailAddress) -> Result<()> {
    let now = tx.now();
    let others = mailbox_requests::table
        .filter(mailbox_requests::email_key.eq(email.key()).and(mailbox_requests::new_email.ne(new.as_str())))
        .filter(mailbox_request_is_open!());
    diesel::update(others).set(mailbox_requests::contested_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// The open request about somebody's account: when it was asked for, where it should move, and how it stands.
pub fn open_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<(Timestamp, String, MailboxState)>> {
    Ok(mailbox_requests::table
        .filter(mailbox_requests::member_id.eq(member))
        .filter(mailbox_request_is_open!())
        .select((mailbox_requests::asked_at, mailbox_requests::new_email, mailbox_requests::state))
        .first(connection)
        .optional()?)
}

/// True while this request is open.
pub fn is_open(connection: &mut Conn, request: Id<MailboxRequest>) -> Result<bool> {
    let open = mailbox_requests::table.find(request).filter(mailbox_request_is_open!());
    Ok(diesel::select(exists(open)).get_result(connection)?)
}

/// Stops this request, once: of many presses at the same moment one gets true.
pub fn stop(tx: &mut Tx<'_>, request: Id<MailboxRequest>) -> Result<bool> {
    let open = mailbox_requests::table.filter(mailbox_requests::id.eq(request)).filter(mailbox_request_is_open!());
    Ok(diesel::delete(open).execute(tx.conn())? == 1)
}

/// Stops the request about somebody's account. False if there was none.
pub fn stop_of(tx: &mut Tx<'_>, member: Id<Member>) -> Result<bool> {
    let open = mailbox_requests::table.filter(mailbox_requests::member_id.eq(member)).filter(mailbox_request_is_open!());
    Ok(diesel::delete(open).execute(tx.conn())? == 1)
}

/// Requests that nobody decided yet with what is known of their accounts, the oldest first, at most so many; or the one of that
/// number.
pub fn asked(
    connection: &mut Conn,
    only: Option<Id<MailboxRequest>>,
    at_most: i64,
) -> Result<Vec<(MailboxRequest, Option<MailboxAccount>)>> {
    type Row = (RequestRow, Option<(String, Timestamp, Option<Timestamp>)>, bool);
    let has_second_step =
        exists(totp_secrets::table.filter(totp_secrets::member_id.nullable().eq(mailbox_requests::member_id)))
            .or(exists(passkeys::table.filter(passkeys::member_id.nullable().eq(mailbox_requests::member_id))));
    let is_everybody = only.is_none().into_sql::<Bool>();
    let rows: Vec<Row> = mailbox_requests::table
        .left_join(members::table)
        .filter(mailbox_requests::state.eq(MailboxState::Asked))
        .filter(is_everybody.or(mailbox_requests::id.eq(only.unwrap_or(Id::new(0)))))
        .order((mailbox_requests::asked_at, mailbox_requests::id))
        .limit(at_most)
        .select((
            RequestRow::as_select(),
            (members::handle, members::joined_at, members::last_seen_at).nullable(),
            has_second_step,
        ))
        .load(connection)?;
    let known = |(row, account, has_second_step): Row| {
        let account = account.map(|(handle, joined_at, last_seen_at)| MailboxAccount {
            handle,
            joined_at,
            last_seen_at,
            has_second_step,
        });
        (row.into(), account)
    };
    Ok(rows.into_iter().map(known).collect())
}

/// A request that nobody decided yet, locked: of two who decide at the same moment, the second finds none.
pub fn lock_asked(tx: &mut Tx<'_>, request: Id<MailboxRequest>) -> Result<Option<MailboxRequest>> {
    let row: Option<RequestRow> = locked!(tx.conn(), inner, mailbox_requests::table
        .filter(mailbox_requests::id.eq(request))
        .filter(mailbox_requests::state.eq(MailboxState::Asked))
        .select(RequestRow::as_select()) => first)
    .optional()?;
    Ok(row.map(MailboxRequest::from))
}

/// Writes down how somebody decided. After a yes the link of that hash moves the account.
pub fn answer(tx: &mut Tx<'_>, permit: MayAnswerMailbox, confirm_hash: &[u8]) -> Result<()> {
    let ((request, by, is_approved), now) = (permit.spend(), tx.now());
    let state = if is_approved { MailboxState::Approved } else { MailboxState::Refused };
    diesel::update(mailbox_requests::table.find(request))
        .set((
            mailbox_requests::state.eq(state),
            mailbox_requests::confirm_hash.eq(is_approved.then_some(confirm_hash)),
            mailbox_requests::decided_at.eq(now),
            mailbox_requests::decided_by.eq(by),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The request whose link to the new address this is, while it works: for its time, once, and as long as the address that was
/// named is still the account's.
pub fn approved(connection: &mut Conn, confirm_hash: &[u8], now: Timestamp) -> Result<Option<MailboxRequest>> {
    let row: Option<RequestRow> = mailbox_requests::table
        .inner_join(members::table)
        .filter(mailbox_requests::confirm_hash.eq(confirm_hash))
        .filter(mailbox_requests::state.eq(MailboxState::Approved))
        .filter(mailbox_requests::decided_at.gt(approved_since(now)))
        .filter(mailbox_requests::email_key.eq(members::email_key))
        .select(RequestRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(MailboxRequest::from))
}

/// The new address has answered, once: of many presses at the same moment one gets true.
pub fn set_moved(tx: &mut Tx<'_>, request: Id<MailboxRequest>) -> Result<bool> {
    let approved = mailbox_requests::table
        .filter(mailbox_requests::id.eq(request).and(mailbox_requests::state.eq(MailboxState::Approved)));
    Ok(diesel::update(approved).set(mailbox_requests::state.eq(MailboxState::Moved)).execute(tx.conn())? == 1)
}

/// Forgets requests to which the new address did not answer in time, and those that were decided, or that name an address that
/// nobody has, long ago.
pub fn delete_old(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    let long_ago = now.minus(Duration::days(rules::MAILBOX_KEPT_DAYS));
    let unanswered =
        mailbox_requests::state.eq(MailboxState::Approved).and(mailbox_requests::decided_at.le(approved_since(now)));
    let over = mailbox_requests::decided_at.le(long_ago);
    let of_nobody = mailbox_requests::member_id.is_null().and(mailbox_requests::asked_at.le(long_ago));
    Ok(diesel::delete(mailbox_requests::table.filter(unanswered)).execute(tx.conn())?
        + diesel::delete(mailbox_requests::table.filter(over)).execute(tx.conn())?
        + diesel::delete(mailbox_requests::table.filter(of_nobody)).execute(tx.conn())?)
}

/// Forgets every request about somebody's account, and those that name their address.
pub fn forget(tx: &mut Tx<'_>, member: Id<Member>, email_key: &str) -> Result<()> {
    let theirs = mailbox_requests::member_id.eq(member);
    diesel::delete(mailbox_requests::table.filter(theirs)).execute(tx.conn())?;
    diesel::delete(mailbox_requests::table.filter(mailbox_requests::email_key.eq(email_key))).execute(tx.conn())?;
    Ok(())
}

fn approved_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::days(rules::MAILBOX_CONFIRM_DAYS))
}
