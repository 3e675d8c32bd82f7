//! Taking along and leaving.

use crate::accounts::Member;
use crate::accounts::model::Byline;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;
use diesel::Queryable;
use serde::{Deserialize, Serialize};

text_enum! {
    /// What becomes of somebody's words when they leave.
    pub enum WordsLeft {
        /// They stay, under no name.
        Keep = "keep",
        /// They go.
        Take = "take",
    }
}

/// Somebody who left.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Its number.
    pub id: Id<Departure>,
    /// Who.
    pub member: Id<Member>,
    /// What becomes of their words.
    pub words: WordsLeft,
    /// What is put back if they return; nothing once they were erased.
    pub byline: Option<Byline>,
    /// When they left.
    pub asked_at: Timestamp,
    /// When they came back; then their words are being put back.
    pub returned_at: Option<Timestamp>,
    /// When they were erased.
    pub erased_at: Option<Timestamp>,
    /// What that came to.
    pub receipt: Option<Receipt>,
}

/// What was erased and what stays, in numbers and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Posts that stay, under no name.
    pub posts_kept: i64,
    /// Posts whose words were erased.
    pub posts_erased: i64,
    /// Earlier versions of posts.
    pub versions: i64,
    /// What was typed and not posted.
    pub drafts: i64,
    /// Memberships of boards, and what was asked for there.
    pub boards: i64,
    /// Notices.
    pub notices: i64,
    /// Letters in our outbox and in its record.
    pub letters: i64,
}

/// Somebody took back their yes to the keeping of what they write about their health.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct HealthWithdrawal {
    /// Who.
    pub member: Id<Member>,
    /// When. Their posts that went out of view with it are marked with this moment.
    pub asked_at: Timestamp,
    /// When a letter said that the time is almost over.
    pub reminded_at: Option<Timestamp>,
    /// When they said yes again; then their words are being put back.
    pub given_again_at: Option<Timestamp>,
    /// When the time was over; then their words are being erased.
    pub over_at: Option<Timestamp>,
}

/// A file that somebody asked for, without the file.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Export {
    /// Its number.
    pub id: Id<Export>,
    /// When it was made; nothing while it is being made.
    pub made_at: Option<Timestamp>,
}
