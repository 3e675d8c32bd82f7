//! What a notice is.

use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;
use crate::web::page::parts::Mark;

/// That somebody was told of something.
#[derive(Debug)]
pub struct Notice;

/// That something happened; what notices are made of.
#[derive(Debug)]
pub struct Happening;

text_enum! {
    /// What happened, as its row says.
    pub enum HappeningKind {
        /// Somebody answered in a thread.
        Replied = "replied",
        /// Somebody asked to be let in.
        BoardAsked = "board-asked",
        /// Somebody was let in or refused.
        BoardDecided = "board-decided",
    }
}

text_enum! {
    /// What somebody is told.
    pub enum NoticeKind {
        /// Somebody wrote in their thread.
        Replied = "replied",
        /// Somebody answered a post of theirs.
        AnsweredYou = "answered-you",
        /// Somebody asks to be let in on a board that they moderate.
        BoardAsked = "board-asked",
        /// The moderators decided whether they are let in.
        BoardDecided = "board-decided",
    }
}

/// A notice as its reader sees it at this moment.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its number.
    pub id: Id<Notice>,
    /// What it says.
    pub kind: NoticeKind,
    /// When it was made.
    pub noticed_at: Timestamp,
    /// The reader has seen to it.
    pub is_read: bool,
    /// What it is about; nothing if the reader may not see that any more, and then nothing else may be told either.
    pub about: Option<About>,
}

/// What a notice is about.
#[derive(Debug, Clone)]
pub struct About {
    /// The name of whoever did it, and their mark; nothing where the moderators act as a team.
    pub actor: Option<(String, Mark)>,
    /// The title of the thread or the name of the board; nothing if the thread's beginning was taken back.
    pub title: Option<String>,
    /// The language of the title, as a tag.
    pub language: String,
    /// Where to look.
    pub href: String,
}

/// A notice as somebody takes it along: numbers lead where the notice led.
#[derive(Debug, Clone, diesel::Queryable, serde::Serialize)]
pub struct TakenNotice {
    /// `replied`, `answered-you`, `board-asked` or `board-decided`.
    pub kind: String,
    /// The board, if it is about one.
    pub board: Option<i64>,
    /// The thread, if it is about one.
    pub thread: Option<i64>,
    /// When it came.
    pub noticed_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}
