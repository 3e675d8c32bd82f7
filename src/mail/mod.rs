//! Letters. A letter is a row written in the same transaction as what it tells; the worker renders and sends it after the
//! commit, retries with growing pauses, and never knowingly sends it twice.
//!
//! Two kinds: **service letters** (confirm, security) leave at once; **community letters** follow the person's wish. No
//! letter carries the words of a post, a title, a board's name, a stance, or a link that spells one; subjects and senders
//! are neutral.

use crate::clock::Timestamp;
use crate::db::Tx;
use crate::db::schema::letters;
use crate::error::Result;
use diesel::prelude::*;

/// A letter to be sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whom it belongs to, if they are a member.
    pub member: Option<i64>,
    /// Where it goes.
    pub to: String,
    /// Below `templates/mail/`, without ending: `accounts/confirm` is rendered from `accounts/confirm.txt` and `.html`.
    pub template: &'static str,
    /// What the template may name. May hold a token; the row forgets it once the letter is sent.
    pub parameters: serde_json::Value,
    /// Leaves at once, whatever the person's wishes for community letters are.
    pub is_service: bool,
    /// Not before.
    pub due_at: Timestamp,
    /// At most one letter is written for one cause.
    pub cause: Option<String>,
}

/// Puts a letter into the outbox. A second letter for the same cause is not written.
pub fn write(tx: &mut Tx<'_>, letter: &Letter) -> Result<()> {
    if let Some(cause) = &letter.cause {
        let is_there: bool = diesel::select(diesel::dsl::exists(letters::table.filter(letters::cause.eq(cause)))).get_result(tx.conn())?;
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
