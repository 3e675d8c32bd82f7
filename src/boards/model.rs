//! What a board is.

use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;

text_enum! {
    /// What a board is for.
    pub enum Kind {
        /// Patients and carers talk with each other.
        Peers = "peers",
        /// Verified clinicians answer.
        Ask = "ask",
        /// Feedback to the organisation.
        Feedback = "feedback",
        /// The people who run the site tell something.
        Announcements = "announcements",
    }
}

text_enum! {
    /// Who may read. Each thread keeps the audience that it was written for.
    pub enum Audience {
        /// Everybody, search engines too.
        Public = "public",
        /// Whoever is signed in.
        Members = "members",
        /// Whoever was let in.
        BoardMembers = "board-members",
    }
}

/// A topic or a condition.
#[derive(Debug, Clone)]
pub struct Board {
    /// Its number; its page is `/boards/{id}`.
    pub id: Id<Board>,
    /// Its name.
    pub name: String,
    /// One line: whom and what it is for.
    pub purpose: String,
    /// What it is for.
    pub kind: Kind,
    /// Who may read new threads.
    pub audience: Audience,
    /// People of the organisation may read along.
    pub organisation_reads: bool,
    /// BCP 47 tag of the language that is written here.
    pub language: String,
    /// Up to three lines above the composer.
    pub rules: Vec<String>,
    /// Boards are listed by this, then by name.
    pub place_in_order: i32,
    /// Threads that stand.
    pub thread_count: i32,
    /// Posts that stand.
    pub post_count: i32,
    /// Members who were let in.
    pub member_count: i32,
    /// When somebody wrote last.
    pub last_post_at: Option<Timestamp>,
    /// Rises with everything that its page shows.
    pub version: i64,
    /// Nobody writes here any more.
    pub archived_at: Option<Timestamp>,
}

/// A note that a thread of this board may carry, so that others can fold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentNote {
    /// Its number.
    pub id: Id<ContentNote>,
    /// In words.
    pub label: String,
}

/// What somebody may do on a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// New threads of this board are open to them. If not, they see the board's front only: name, purpose, how to ask.
    pub may_read: bool,
    /// They were let in.
    pub is_board_member: bool,
    /// They moderate it.
    pub is_moderator: bool,
}

impl Board {
    /// Search engines may keep its page, and addresses may carry a readable slug.
    pub fn is_public(&self) -> bool {
        self.audience == Audience::Public
    }
}
