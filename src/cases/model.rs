//! What reports and cases are. Threads and posts are plain numbers here, because those slices stand above this one.

use crate::accounts::Member;
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::text::SafeHtml;
use crate::text_enum;
use diesel::Queryable;
use serde::Serialize;

text_enum! {
    /// Why somebody points at something. In the order in which people read them.
    pub enum Reason {
        /// I am worried about this person.
        Worried = "worried",
        /// I think this person is too young to be here.
        Young = "young",
        /// It tells others what to do.
        Advice = "advice",
        /// A false or dangerous claim about health.
        Claim = "claim",
        /// It gives away who somebody is.
        Identity = "identity",
        /// It is unkind.
        Unkind = "unkind",
        /// Selling or recruiting.
        Selling = "selling",
        /// Somebody pretends to be a professional.
        Pretending = "pretending",
        /// It is against the law.
        Illegal = "illegal",
        /// It belongs on another board.
        OffTopic = "off-topic",
        /// Something else.
        Other = "other",
    }
}

text_enum! {
    /// Two kinds that never mix: a worry counts against nobody.
    pub enum CaseKind {
        /// Worry for somebody.
        Care = "care",
        /// The rules of the house, and the law.
        Rule = "rule",
    }
}

text_enum! {
    /// How far a case is. Whether somebody has taken it is a claim, which ends by itself.
    pub enum State {
        /// It waits for a decision.
        Open = "open",
        /// Decided; a new report opens it again.
        Decided = "decided",
        /// Somebody asked for a second look.
        Appealed = "appealed",
        /// Nothing comes after this.
        Closed = "closed",
    }
}

text_enum! {
    /// What a case is about.
    pub enum TargetKind {
        /// One post.
        Post = "post",
        /// A whole thread.
        Thread = "thread",
        /// A person.
        Person = "person",
    }
}

text_enum! {
    /// What was done; a line of the log, which holds no words and no names.
    pub enum Act {
        /// Somebody reported; the detail is the reason.
        Reported = "reported",
        /// Somebody took their report back.
        ReportWithdrawn = "report-withdrawn",
        /// A moderator took the case.
        Claimed = "claimed",
        /// A moderator took it from another.
        TakenOver = "taken-over",
        /// A moderator handed it back.
        HandedBack = "handed-back",
        /// A moderator wrote a note.
        Noted = "noted",
        /// A person said how grave it is; the detail is the level.
        Graded = "graded",
    }
}

/// Which post, thread or person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// Which of them.
    pub kind: TargetKind,
    /// Its number.
    pub number: i64,
}

/// How soon a person should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Green: within 72 hours.
    WithinThreeDays,
    /// Amber: within 8 hours.
    Today,
    /// Red: within 2 hours.
    WithinTwoHours,
    /// Crimson: within 15 minutes.
    ActNow,
}

impl Level {
    /// From the least to the most urgent.
    pub const ALL: [Self; 4] = [Self::WithinThreeDays, Self::Today, Self::WithinTwoHours, Self::ActNow];

    /// 1 to 4, as in the database and in forms.
    pub const fn number(self) -> i32 {
        match self {
            Self::WithinThreeDays => 1,
            Self::Today => 2,
            Self::WithinTwoHours => 3,
            Self::ActNow => 4,
        }
    }

    /// The level of that number, if there is one.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }
}

/// Everything about one target.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number; its page is `/cases/{id}`.
    pub id: Id<Case>,
    /// Worry, or rules.
    pub kind: CaseKind,
    /// What it is about.
    pub target: Target,
    /// Where it happened.
    pub board: Option<Id<Board>>,
    /// Where it happened.
    pub thread: Option<i64>,
    /// Whom it is about.
    pub subject: Id<Member>,
    /// How far it is.
    pub state: State,
    /// How soon.
    pub level: Level,
    /// When a person said how soon; until then the level is a guess.
    pub graded_at: Option<Timestamp>,
    /// Reports that stand.
    pub report_count: i32,
    /// When the first report came.
    pub opened_at: Timestamp,
    /// By when a person should have looked.
    pub due_at: Timestamp,
    /// Rises with what a decision rests on.
    pub version: i64,
    /// Who has it, if anybody; see [`Case::holder`].
    pub claim: Option<Claim>,
}

impl Case {
    /// Who has it at that moment.
    pub fn holder(&self, now: Timestamp) -> Option<Claim> {
        self.claim.filter(|claim| claim.until > now)
    }

    /// It waits for somebody to do something.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Open | State::Appealed)
    }
}

/// That somebody has a case. Ends by itself when nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: Id<Member>,
    /// Until then.
    pub until: Timestamp,
}

/// What somebody points at, as the slice above found it.
#[derive(Debug, Clone)]
pub struct Pointed {
    /// What.
    pub target: Target,
    /// Where it stands.
    pub board: Option<Id<Board>>,
    /// Where it stands.
    pub thread: Option<i64>,
    /// Whom it is about.
    pub subject: Id<Member>,
    /// The words that they had before them.
    pub text: Option<KeptText>,
}

/// What a post said when somebody pointed at it.
#[derive(Debug, Clone, Queryable)]
pub struct KeptText {
    /// Which post.
    pub post: i64,
    /// Its revision.
    pub revision: i32,
    /// What kind of statement it was, in the database's word.
    pub stance: String,
    /// Of a post that begins a thread.
    pub title: Option<String>,
    /// Where its writer read it.
    pub source: String,
    /// As shown.
    pub body_html: SafeHtml,
}

/// What somebody says when they report.
#[derive(Debug, Clone)]
pub struct ReportDraft {
    /// Why.
    pub reason: Reason,
    /// At most [`super::rules::WORDS_MAX_CHARS`] characters.
    pub words: String,
    /// They believe in good faith that it is right; asked for where it is about a law.
    pub in_good_faith: bool,
}

/// That somebody pointed at something.
#[derive(Debug, Clone, Queryable)]
pub struct Report {
    /// Its number.
    pub id: Id<Report>,
    /// Of which case.
    pub case: Id<Case>,
    /// Who.
    pub reporter: Id<Member>,
    /// Why.
    pub reason: Reason,
    /// Their words, if any.
    pub words: String,
    /// The revision of the post that they had before them.
    pub revision: Option<i32>,
    /// They told of more than one person usually does in a day.
    pub is_one_of_many: bool,
    /// When.
    pub reported_at: Timestamp,
    /// When they took it back.
    pub withdrawn_at: Option<Timestamp>,
}

/// What came of sending a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The report.
    pub report: Id<Report>,
    /// The case that it belongs to.
    pub case: Id<Case>,
}

/// A note among moderators.
#[derive(Debug, Clone, Queryable)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// What.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

/// A line of the log, with the name of whoever did it as it is now.
#[derive(Debug, Clone, Queryable)]
pub struct LogLine {
    /// What.
    pub act: Act,
    /// Who; nobody, if the site did it by itself.
    pub by: Option<String>,
    /// Their number.
    pub by_id: Option<Id<Member>>,
    /// When.
    pub at: Timestamp,
    /// What more, in a word.
    pub detail: String,
}

/// A report that somebody takes along.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct TakenReport {
    /// Why.
    pub reason: Reason,
    /// Their words.
    pub words: String,
    /// When.
    pub reported_at: Timestamp,
    /// When they took it back.
    pub withdrawn_at: Option<Timestamp>,
}
