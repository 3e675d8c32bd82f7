//! What a board is.

use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;
use crate::web::page::parts::Mark;
use crate::web::seal;
use diesel::Queryable;
use serde::Serialize;

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
    /// Who may read. Each thread carries its own: that of its board when it was written, or a narrower one if the board was
    /// made narrower since.
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
    /// Who may read: its front, and new threads.
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

/// What an administrator says about a board.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BoardDraft {
    /// 2 to 80 characters.
    pub name: String,
    /// 1 to 300 characters.
    pub purpose: String,
    /// What it is for.
    pub kind: Kind,
    /// Who may read new threads.
    pub audience: Audience,
    /// People of the organisation may read along.
    pub organisation_reads: bool,
    /// BCP 47 tag.
    pub language: String,
    /// Up to three lines.
    pub rules: Vec<String>,
    /// Labels of 1 to 60 characters. One that is left out is retired: threads that carry it keep it.
    pub content_notes: Vec<String>,
}

impl BoardDraft {
    /// A board as it stands.
    pub fn of(board: &Board, notes: &[ContentNote]) -> Self {
        Self {
            name: board.name.clone(),
            purpose: board.purpose.clone(),
            kind: board.kind,
            audience: board.audience,
            organisation_reads: board.organisation_reads,
            language: board.language.clone(),
            rules: board.rules.clone(),
            content_notes: notes.iter().map(|note| note.label.clone()).collect(),
        }
    }

    /// A short mark of all of it, the same for the same words: tells whether somebody changed the board meanwhile.
    pub fn fingerprint(&self) -> String {
        let hash = seal::hash(&serde_json::json!(self).to_string());
        hash.iter().take(12).fold(String::new(), |mark, byte| mark + &format!("{byte:02x}"))
    }

    /// The names of the fields that differ.
    pub fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != other.name),
            ("purpose", self.purpose != other.purpose),
            ("kind", self.kind != other.kind),
            ("audience", self.audience != other.audience),
            ("organisation", self.organisation_reads != other.organisation_reads),
            ("language", self.language != other.language),
            ("rules", self.rules != other.rules),
            ("notes", self.content_notes != other.content_notes),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

text_enum! {
    /// How a request ended.
    pub enum Outcome {
        /// They were let in.
        LetIn = "let-in",
        /// They were not, or were taken out again.
        Refused = "refused",
        /// They took it back themselves.
        TakenBack = "taken-back",
    }
}

/// Somebody asks to be let into a board, or was answered.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its number.
    pub id: Id<Request>,
    /// Which board.
    pub board: Id<Board>,
    /// Who asks.
    pub member: Id<Member>,
    /// What they say; for the board's moderators only.
    pub words: String,
    /// When they asked.
    pub asked_at: Timestamp,
    /// When it was decided; open until then.
    pub decided_at: Option<Timestamp>,
    /// How.
    pub outcome: Option<Outcome>,
    /// Why not.
    pub reason: String,
}

impl Request {
    /// Nobody has decided yet.
    pub fn is_open(&self) -> bool {
        self.decided_at.is_none()
    }
}

/// Somebody as a list of people shows them.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub id: Id<Member>,
    /// Their name.
    pub handle: String,
    /// Their drawn mark.
    pub mark: Mark,
    /// Since when they are on this list.
    pub since: Timestamp,
}

/// A line of a board's history.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who; nobody: the program itself.
    pub by: Option<String>,
    /// A word and what it is about: `changed name audience`, `moderator-added 31`.
    pub what: String,
}

/// What somebody takes along of boards.
#[derive(Debug, Clone, Serialize)]
pub struct TakenBoards {
    /// Where they were let in.
    pub memberships: Vec<TakenMembership>,
    /// What they moderate.
    pub moderated: Vec<TakenMembership>,
    /// Where they asked to be let in, and what they were told.
    pub requests: Vec<TakenRequest>,
}

/// A board that somebody belongs to.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct TakenMembership {
    /// Its name.
    pub board: String,
    /// Since when.
    pub since: Timestamp,
}

/// A request, as the person knows it: without who decided it.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct TakenRequest {
    /// The name of the board.
    pub board: String,
    /// What they wrote.
    pub words: String,
    /// When they asked.
    pub asked_at: Timestamp,
    /// `let-in`, `refused` or `taken-back`.
    pub outcome: Option<String>,
    /// When that was.
    pub decided_at: Option<Timestamp>,
    /// Why, as they were told.
    pub reason: String,
}
