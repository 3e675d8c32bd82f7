//! Cases: everything about one post, one thread or one person that somebody pointed at.
//!
//! What this slice promises people:
//! - Whoever is worried about somebody is never refused, needs no words, and is never named. A worry is kept apart from what
//!   the rules are about and counts against nobody.
//! - What was reported is kept as it stood, so that a decision can be looked at again.
//! - One case, one moderator: whoever takes it has it until they have done nothing for a quarter of an hour, with a worry for
//!   five minutes. Nobody sees a case about themselves.
//! - Everything that is done leaves a line that nobody can change or take away: numbers and words of this program, no words
//!   that somebody typed and no names.
//!
//! Invariants: at most one case of a kind is open for a target, by a unique index; what is decided about a case is decided
//! with its row locked; [`cases_visible_to!`](crate::cases_visible_to) decides who sees one.

pub mod model;
pub mod rules;
mod store;

#[cfg(test)]
mod tests;

pub use model::{
    Act, Case, CaseKind, Claim, KeptText, Level, LogLine, Note, Pointed, Reason, Receipt, Report, ReportDraft, State,
    TakenReport, Target, TargetKind,
};

use crate::accounts::{self, Member};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::web::throttle;
use chrono::Duration;
use rules::CannotWork;
use store::Entry;

/// The one visibility predicate of cases, as a diesel expression over the table `cases`, for a member: moderators of its board
/// see a case, of one without a board all moderators do, and nobody sees a case about themselves.
#[macro_export]
macro_rules! cases_visible_to {
    ($member:expr) => {{
        use diesel::prelude::*;
        use $crate::db::schema::{board_moderators, cases};
        let member: &$crate::accounts::Member = $member;
        let moderates = diesel::dsl::exists(board_moderators::table.filter(
            board_moderators::board_id.nullable().eq(cases::board_id).and(board_moderators::member_id.eq(member.id)),
        ));
        member
            .roles
            .moderator
            .into_sql::<diesel::sql_types::Bool>()
            .and(cases::subject_id.ne(member.id))
            .and(cases::board_id.is_null().or(moderates))
    }};
}

// ------------------------------------------------------------------ reporting

/// Somebody points at something and says why. The report joins the open case about it or opens one; a case that was decided
/// waits again. [`Refusal::TooMany`] after ten in a day, but never for a worry or for what is against the law.
pub fn report(tx: &mut Tx<'_>, member: &Member, pointed: Pointed, draft: ReportDraft) -> Result<Receipt> {
    accounts::lock(tx, member.id)?;
    let now = tx.now();
    let kind = rules::kind_of(draft.reason);
    let told_at = store::told_at(tx, member.id, kind, pointed.target)?;
    let reason = draft.reason;
    let permit = rules::may_report(member, pointed, draft, told_at, now)?;
    if rules::is_limited(reason) {
        throttle::take(tx, rules::REPORTS_A_DAY, &member.id.to_string()).map_err(too_many)?;
    }
    let day = now.minus(Duration::days(1));
    let is_one_of_many = reason == Reason::Worried && store::worries_since(tx, member.id, day)? >= rules::WORRIES_A_DAY;
    let case = store::lock_open(tx, kind, permit.pointed(), rules::level_of(reason))?;
    let report = store::insert_report(tx, permit, &case, is_one_of_many)?;
    Ok(Receipt { report, case: case.id })
}

fn too_many(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::TooMany { retry_after_seconds, .. }) => {
            Refusal::TooMany { sentence: Sentence::plain("moderation-report-too-many"), retry_after_seconds }.into()
        }
        other => other,
    }
}

/// Takes one's own report back, until it is decided. A rule case that holds no other report, and that nobody has, closes.
pub fn withdraw_report(tx: &mut Tx<'_>, member: &Member, report: Id<Report>) -> Result<()> {
    let (report, case) = store::lock_own_report(tx, member.id, report)?;
    let permit = rules::may_withdraw(&report, &case)?;
    let is_last = case.report_count <= 1;
    let closes = is_last && case.kind == CaseKind::Rule && case.state == State::Open && case.holder(tx.now()).is_none();
    store::withdraw_report(tx, permit, member.id, closes)
}

/// This member's reports with their cases, the newest first.
pub fn own_reports(connection: &mut Conn, member: Id<Member>, limit: i64) -> Result<Vec<(Report, Case)>> {
    store::own_reports(connection, member, limit)
}

// ------------------------------------------------------------------ looking

/// A case with all that stands in it.
#[derive(Debug)]
pub struct Folder {
    /// The case.
    pub case: Case,
    /// Reports that stand, the first one first.
    pub reports: Vec<Report>,
    /// What was reported, as it stood then, and when it was kept.
    pub texts: Vec<(KeptText, Timestamp)>,
    /// Among moderators.
    pub notes: Vec<Note>,
    /// What was done so far.
    pub log: Vec<LogLine>,
}

/// A case with all that stands in it. [`Error::UNSEEN`] for whoever may not see it.
pub fn folder(connection: &mut Conn, moderator: &Member, id: Id<Case>) -> Result<Folder> {
    Ok(Folder {
        case: store::seen_by(connection, moderator, id)?,
        reports: store::reports_of(connection, id)?,
        texts: store::texts_of(connection, id)?,
        notes: store::notes_of(connection, id)?,
        log: store::log_of(connection, id)?,
    })
}

/// The case, if this moderator may see it.
pub fn seen_by(connection: &mut Conn, moderator: &Member, id: Id<Case>) -> Result<Case> {
    store::seen_by(connection, moderator, id)
}

/// What waits for somebody and this moderator may see, the most urgent first.
pub fn waiting(connection: &mut Conn, moderator: &Member, limit: i64) -> Result<Vec<Case>> {
    store::waiting(connection, moderator, limit)
}

/// Why people told of these cases: in the order in which they told.
pub fn reasons_of(connection: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<(Id<Case>, Reason)>> {
    store::reasons_of(connection, cases)
}

// ------------------------------------------------------------------ working

/// Takes a case, or keeps it for as long again.
pub fn claim(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>) -> Result<()> {
    let case = store::lock_seen_by(tx, moderator, id)?;
    let had_it = case.holder(tx.now()).is_some();
    let permit = permitted(tx, rules::may_work(moderator, &case, tx.now()))?;
    store::claim(tx, permit)?;
    if had_it { Ok(()) } else { store::write_log(tx, Act::Claimed, Some(id), Some(moderator.id), Entry::default()) }
}

/// Takes a case that somebody else has, with a note that says why.
pub fn take_over(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>, why: &str) -> Result<()> {
    let case = store::lock_seen_by(tx, moderator, id)?;
    let permit = permitted(tx, rules::may_take_over(moderator, &case))?;
    let why = note_of(why)?;
    store::insert_note(tx, id, moderator.id, &why)?;
    store::claim(tx, permit)?;
    store::write_log(tx, Act::TakenOver, Some(id), Some(moderator.id), Entry::default())
}

/// Hands a case back that this moderator has; nothing happens if they have it no more.
pub fn hand_back(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>) -> Result<()> {
    let case = store::lock_seen_by(tx, moderator, id)?;
    let has_it = case.holder(tx.now()).is_some_and(|claim| claim.by == moderator.id);
    if !has_it {
        return Ok(());
    }
    let permit = permitted(tx, rules::may_work(moderator, &case, tx.now()))?;
    store::hand_back(tx, permit)?;
    store::write_log(tx, Act::HandedBack, Some(id), Some(moderator.id), Entry::default())
}

/// Writes a note among moderators. Whoever sees the case may, also while somebody else has it; their own claim goes on.
pub fn note(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>, words: &str) -> Result<()> {
    let case = store::lock_seen_by(tx, moderator, id)?;
    let words = note_of(words)?;
    store::insert_note(tx, id, moderator.id, &words)?;
    keep_claim(tx, moderator, &case)?;
    store::write_log(tx, Act::Noted, Some(id), Some(moderator.id), Entry::default())
}

/// Says how grave a worry is; it is theirs from then on. Due from now, by that level.
pub fn grade(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>, level: Level) -> Result<()> {
    let case = store::lock_seen_by(tx, moderator, id)?;
    let permit = permitted(tx, rules::may_work(moderator, &case, tx.now()))?;
    store::claim(tx, permit)?;
    store::grade(tx, id, level)?;
    let detail = level.number().to_string();
    store::write_log(tx, Act::Graded, Some(id), Some(moderator.id), Entry { detail: &detail, ..Entry::default() })
}

/// Anything that a holder does gives them as long again.
fn keep_claim(tx: &mut Tx<'_>, moderator: &Member, case: &Case) -> Result<()> {
    let has_it = case.holder(tx.now()).is_some_and(|claim| claim.by == moderator.id);
    match rules::may_work(moderator, case, tx.now()) {
        Ok(permit) if has_it => store::claim(tx, permit),
        _ => Ok(()),
    }
}

fn note_of(words: &str) -> Result<String> {
    match crate::text::plain_words(words, rules::WORDS_MAX_CHARS) {
        Some(words) if words.is_empty() => Err(Error::forbidden("moderation-note-empty")),
        Some(words) => Ok(words),
        None => Err(Error::forbidden("moderation-note-long")),
    }
}

/// What a refusal says, with the name of whoever has it.
fn permitted<T>(tx: &mut Tx<'_>, asked: std::result::Result<T, CannotWork>) -> Result<T> {
    asked.or_else(|refused| match refused {
        CannotWork::Decided => Err(Refusal::Stale(Sentence::plain("moderation-case-decided")).into()),
        CannotWork::Taken { by, .. } => {
            let name = accounts::handles_of(tx.conn(), &[by])?.remove(&by).unwrap_or_default();
            Err(Refusal::Stale(Sentence::plain("moderation-case-taken").with("name", name)).into())
        }
    })
}

// ------------------------------------------------------------------ whoever leaves

/// The reports that somebody takes along; the oldest first.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenReport>> {
    store::take_along(connection, member)
}

/// Somebody is gone for good, or has taken back their yes to the keeping of health data: the words of their reports go, and what cases about them keep of their words and say of them
/// in notes. That there was a case, why, and what was done stays, without a name.
pub fn forget(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::empty_words(tx, member)
}
