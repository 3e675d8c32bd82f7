//! What may happen with reports and cases. Pure: no database, no HTTP, no clock.
//!
//! A permit cannot be made anywhere else:
//!
//! ```compile_fail,E0451
//! use alongside::{accounts::Member, cases::{Case, rules::MayWork}, db::Id};
//! fn forged(case: Id<Case>, moderator: Id<Member>) -> MayWork {
//!     MayWork { case, moderator, minutes: 15 }
//! }
//! ```
//!
//! It is given by the rule:
//!
//! ```
//! use alongside::{accounts::Member, clock::Timestamp, cases::{Case, rules::{self, CannotWork, MayWork}}};
//! fn given(member: &Member, case: &Case, now: Timestamp) -> Result<MayWork, CannotWork> {
//!     rules::may_work(member, case, now)
//! }
//! ```

use super::model::{Case, CaseKind, Level, Pointed, Reason, ReportDraft};
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Refusal, Sentence};
use crate::web::throttle::Limit;
use chrono::Duration;

/// The longest words of a report and of a note, in characters.
pub const WORDS_MAX_CHARS: usize = 2_000;
/// For so long a case stays with whoever took it while they do nothing, in minutes.
pub const CLAIM_MINUTES: i64 = 15;
/// The same for a worry about somebody.
pub const CARE_CLAIM_MINUTES: i64 = 5;
/// The same person tells of the same target again after so long, in hours.
pub const AGAIN_AFTER_HOURS: i64 = 24;
/// So many reports of one person in a day; worry and what is against the law are never refused.
pub const REPORTS_A_DAY: Limit = Limit { action: "report", times: 10, per_seconds: 24 * 60 * 60 };
/// From the next one in a day on, a worry is marked as one of many.
pub const WORRIES_A_DAY: i64 = 3;
/// With so many reports a case is for today, whatever they are about.
const REPORTS_FOR_TODAY: i32 = 3;

// ------------------------------------------------------------------ reporting

/// A report may be made.
#[derive(Debug)]
pub struct MayReport {
    reporter: Id<Member>,
    pointed: Pointed,
    draft: ReportDraft,
}

impl MayReport {
    pub(super) fn pointed(&self) -> &Pointed {
        &self.pointed
    }

    pub(super) fn spend(self) -> (Id<Member>, Pointed, ReportDraft) {
        (self.reporter, self.pointed, self.draft)
    }
}

/// Why something cannot be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotReport {
    /// It is their own.
    Own,
    /// *Illegal* and *something else* need words.
    WordsMissing,
    /// More than [`WORDS_MAX_CHARS`].
    WordsTooLong,
    /// Whoever names a law says that they believe it.
    FaithMissing,
    /// They told of it less than [`AGAIN_AFTER_HOURS`] ago.
    ToldAlready,
}

impl CannotReport {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::Own => "moderation-report-own",
            Self::WordsMissing => "moderation-report-words-missing",
            Self::WordsTooLong => "moderation-report-words-long",
            Self::FaithMissing => "moderation-report-faith-missing",
            Self::ToldAlready => "moderation-report-told-already",
        })
    }

    /// The field of the form that it is about; none if it is about all of it.
    pub fn field(self) -> &'static str {
        match self {
            Self::WordsMissing | Self::WordsTooLong => "words",
            Self::FaithMissing => "in_good_faith",
            Self::Own | Self::ToldAlready => "",
        }
    }
}

impl From<CannotReport> for Error {
    fn from(refused: CannotReport) -> Self {
        Refusal::Forbidden(refused.sentence()).into()
    }
}

/// Every member reports from the first minute on, also one who may not write. `told_at`: when they last told of this target
/// for a reason of the same kind. A worry is never refused.
pub fn may_report(
    member: &Member,
    pointed: Pointed,
    draft: ReportDraft,
    told_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<MayReport, CannotReport> {
    if pointed.subject == member.id {
        return Err(CannotReport::Own);
    }
    if draft.words.chars().count() > WORDS_MAX_CHARS {
        return Err(CannotReport::WordsTooLong);
    }
    if needs_words(draft.reason) && draft.words.is_empty() {
        return Err(CannotReport::WordsMissing);
    }
    if draft.reason == Reason::Illegal && !draft.in_good_faith {
        return Err(CannotReport::FaithMissing);
    }
    let is_again = told_at.is_some_and(|told| now.since(told) < Duration::hours(AGAIN_AFTER_HOURS));
    if is_again && draft.reason != Reason::Worried {
        return Err(CannotReport::ToldAlready);
    }
    Ok(MayReport { reporter: member.id, pointed, draft })
}

/// Words are asked for where the reason alone says nothing that a person could look for.
pub fn needs_words(reason: Reason) -> bool {
    matches!(reason, Reason::Illegal | Reason::Other)
}

/// Which kind of case a report belongs to.
pub fn kind_of(reason: Reason) -> CaseKind {
    if reason == Reason::Worried { CaseKind::Care } else { CaseKind::Rule }
}

/// Limits hold up neither worry nor what is against the law.
pub fn is_limited(reason: Reason) -> bool {
    !matches!(reason, Reason::Worried | Reason::Illegal)
}

/// How soon a person should look, before one has said so. A worry is red until it is graded.
pub fn level_of(reason: Reason) -> Level {
    match reason {
        Reason::Worried => Level::WithinTwoHours,
        Reason::Young | Reason::Advice | Reason::Claim | Reason::Identity | Reason::Pretending | Reason::Illegal => {
            Level::Today
        }
        Reason::Unkind | Reason::Selling | Reason::OffTopic | Reason::Other => Level::WithinThreeDays,
    }
}

/// By when, counted from a moment on: 72 hours, 8 hours, 2 hours, 15 minutes.
pub fn due_at(level: Level, from: Timestamp) -> Timestamp {
    from.plus(match level {
        Level::WithinThreeDays => Duration::hours(72),
        Level::Today => Duration::hours(8),
        Level::WithinTwoHours => Duration::hours(2),
        Level::ActNow => Duration::minutes(15),
    })
}

/// How soon, and by when, once a report has joined: never later than before. What a person said of a worry is a guess again,
/// because something new was told.
pub(super) fn joined(case: &Case, reason: Reason, now: Timestamp) -> (Level, Timestamp, Option<Timestamp>) {
    let by_number = if case.kind == CaseKind::Rule && case.report_count + 1 >= REPORTS_FOR_TODAY {
        Level::Today
    } else {
        Level::WithinThreeDays
    };
    let level = case.level.max(level_of(reason)).max(by_number);
    let due = if case.is_waiting() { case.due_at.min(due_at(level, now)) } else { due_at(level, now) };
    (level, due, if case.kind == CaseKind::Care { None } else { case.graded_at })
}

/// A report may be taken back.
#[derive(Debug)]
pub struct MayWithdrawReport {
    report: Id<super::Report>,
    case: Id<Case>,
}

impl MayWithdrawReport {
    pub(super) fn spend(self) -> (Id<super::Report>, Id<Case>) {
        (self.report, self.case)
    }
}

/// Why a report cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotWithdrawReport {
    /// It was decided; there is nothing to take back.
    Decided,
}

impl From<CannotWithdrawReport> for Error {
    fn from(refused: CannotWithdrawReport) -> Self {
        match refused {
            CannotWithdrawReport::Decided => Error::forbidden("moderation-report-decided"),
        }
    }
}

/// One's own, until it is decided. A worry was told, and stays told: taking it back is written down and changes nothing else.
pub fn may_withdraw(report: &super::Report, case: &Case) -> Result<MayWithdrawReport, CannotWithdrawReport> {
    if case.is_waiting() {
        Ok(MayWithdrawReport { report: report.id, case: case.id })
    } else {
        Err(CannotWithdrawReport::Decided)
    }
}

// ------------------------------------------------------------------ working

/// A moderator may work on a case: it is theirs or nobody's, and it is theirs from now on.
#[derive(Debug)]
pub struct MayWork {
    case: Id<Case>,
    moderator: Id<Member>,
    minutes: i64,
}

impl MayWork {
    pub(super) fn spend(self) -> (Id<Case>, Id<Member>, i64) {
        (self.case, self.moderator, self.minutes)
    }
}

/// Why a moderator cannot work on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotWork {
    /// Somebody else has it until then.
    Taken {
        /// Who.
        by: Id<Member>,
        /// Until when.
        until: Timestamp,
    },
    /// It was decided.
    Decided,
}

/// Whoever sees a case may take it, unless somebody else has it. It stays with them for [`CLAIM_MINUTES`] after the last thing
/// that they did, a worry for [`CARE_CLAIM_MINUTES`].
pub fn may_work(member: &Member, case: &Case, now: Timestamp) -> Result<MayWork, CannotWork> {
    if !case.is_waiting() {
        return Err(CannotWork::Decided);
    }
    match case.holder(now) {
        Some(claim) if claim.by != member.id => Err(CannotWork::Taken { by: claim.by, until: claim.until }),
        _ => Ok(MayWork { case: case.id, moderator: member.id, minutes: claim_minutes(case.kind) }),
    }
}

/// With a note that says why, a moderator takes a case that somebody else has.
pub fn may_take_over(member: &Member, case: &Case) -> Result<MayWork, CannotWork> {
    if case.is_waiting() {
        Ok(MayWork { case: case.id, moderator: member.id, minutes: claim_minutes(case.kind) })
    } else {
        Err(CannotWork::Decided)
    }
}

/// For how long a case stays with somebody who does nothing, in minutes.
pub fn claim_minutes(kind: CaseKind) -> i64 {
    match kind {
        CaseKind::Care => CARE_CLAIM_MINUTES,
        CaseKind::Rule => CLAIM_MINUTES,
    }
}
