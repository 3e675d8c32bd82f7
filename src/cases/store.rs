//! How cases, reports and notes are kept, and the log.

use super::model::{
    Act, Case, CaseKind, Claim, KeptText, Level, LogLine, Note, Pointed, Report, State, TakenReport, Target, TargetKind,
};
use super::rules::{self, MayReport, MayWithdrawReport, MayWork};
use crate::accounts::Member;
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::schema::{case_notes, case_texts, cases, members, moderation_log, reports};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
use crate::{cases_visible_to, locked, on_each};
use anyhow::anyhow;
use chrono::Duration;
use diesel::prelude::*;

/// A case as its row is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct CaseRow {
    id: Id<Case>,
    kind: CaseKind,
    target_kind: TargetKind,
    target_id: i64,
    board_id: Option<Id<Board>>,
    thread_id: Option<i64>,
    subject_id: Id<Member>,
    state: State,
    level: i32,
    graded_at: Option<Timestamp>,
    report_count: i32,
    opened_at: Timestamp,
    due_at: Timestamp,
    version: i64,
    claimed_by: Option<Id<Member>>,
    claimed_until: Option<Timestamp>,
}

impl TryFrom<CaseRow> for Case {
    type Error = Error;

    fn try_from(row: CaseRow) -> Result<Self> {
        let level = Level::from_number(row.level).ok_or_else(|| anyhow!("case {} has level {}", row.id, row.level))?;
        Ok(Self {
            id: row.id,
            kind: row.kind,
            target: Target { kind: row.target_kind, number: row.target_id },
            board: row.board_id,
            thread: row.thread_id,
            subject: row.subject_id,
            state: row.state,
            level,
            graded_at: row.graded_at,
            report_count: row.report_count,
            opened_at: row.opened_at,
            due_at: row.due_at,
            version: row.version,
            claim: row.claimed_by.zip(row.claimed_until).map(|(by, until)| Claim { by, until }),
        })
    }
}

fn case_of(row: Option<CaseRow>) -> Result<Option<Case>> {
    row.map(Case::try_from).transpose()
}

// ------------------------------------------------------------------ looking

/// The case, if this moderator may see it.
pub fn seen_by(connection: &mut Conn, moderator: &Member, id: Id<Case>) -> Result<Case> {
    let found = cases::table
        .find(id)
        .filter(cases_visible_to!(moderator))
        .select(CaseRow::as_select())
        .first(connection)
        .optional()?;
    case_of(found)?.ok_or(Error::UNSEEN)
}

/// The same, with the row locked until the end of the transaction.
pub fn lock_seen_by(tx: &mut Tx<'_>, moderator: &Member, id: Id<Case>) -> Result<Case> {
    let found = locked!(tx.conn(), inner, cases::table.find(id).filter(cases_visible_to!(moderator)).select(CaseRow::as_select()) => first)
        .optional()?;
    case_of(found)?.ok_or(Error::UNSEEN)
}

/// What waits for somebody, the most urgent first, then what is due first; on from a place in that order.
pub fn waiting(connection: &mut Conn, moderator: &Member, limit: i64) -> Result<Vec<Case>> {
    let rows: Vec<CaseRow> = cases::table
        .filter(cases::state.eq(State::Open).or(cases::state.eq(State::Appealed)))
        .filter(cases_visible_to!(moderator))
        .order((cases::level.desc(), cases::due_at, cases::id))
        .limit(limit)
        .select(CaseRow::as_select())
        .load(connection)?;
    rows.into_iter().map(Case::try_from).collect()
}

/// The reports of a case that were not taken back, the first one first.
pub fn reports_of(connection: &mut Conn, case: Id<Case>) -> Result<Vec<Report>> {
    Ok(reports::table
        .filter(reports::case_id.eq(case).and(reports::withdrawn_at.is_null()))
        .order(reports::id)
        .select(REPORT)
        .load(connection)?)
}

/// Why people told of these cases, without saying who: each reason once, the one that was told first first.
pub fn reasons_of(connection: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<(Id<Case>, super::Reason)>> {
    Ok(reports::table
        .filter(reports::case_id.eq_any(cases).and(reports::withdrawn_at.is_null()))
        .order(reports::id)
        .select((reports::case_id, reports::reason))
        .load(connection)?)
}

type ReportColumns = (
    reports::id,
    reports::case_id,
    reports::reporter_id,
    reports::reason,
    reports::words,
    reports::revision,
    reports::is_one_of_many,
    reports::reported_at,
    reports::withdrawn_at,
);
const REPORT: ReportColumns = (
    reports::id,
    reports::case_id,
    reports::reporter_id,
    reports::reason,
    reports::words,
    reports::revision,
    reports::is_one_of_many,
    reports::reported_at,
    reports::withdrawn_at,
);

/// What the post said each time somebody pointed at it, the oldest first.
pub fn texts_of(connection: &mut Conn, case: Id<Case>) -> Result<Vec<(KeptText, Timestamp)>> {
    Ok(case_texts::table
        .filter(case_texts::case_id.eq(case))
        .order(case_texts::revision)
        .select((
            (
                case_texts::post_id,
                case_texts::revision,
                case_texts::stance,
                case_texts::title,
                case_texts::source,
                case_texts::body_html,
            ),
            case_texts::kept_at,
        ))
        .load(connection)?)
}

/// The notes of a case, the oldest first.
pub fn notes_of(connection: &mut Conn, case: Id<Case>) -> Result<Vec<Note>> {
    Ok(case_notes::table
        .inner_join(members::table)
        .filter(case_notes::case_id.eq(case))
        .order(case_notes::id)
        .select((members::handle, case_notes::words, case_notes::written_at))
        .load(connection)?)
}

/// What was done about a case, the oldest first. Who reported does not come out: reports say why, never who.
pub fn log_of(connection: &mut Conn, case: Id<Case>) -> Result<Vec<LogLine>> {
    let mut lines: Vec<LogLine> = moderation_log::table
        .left_join(members::table)
        .filter(moderation_log::case_id.eq(case))
        .order(moderation_log::id)
        .select((
            moderation_log::act,
            members::handle.nullable(),
            moderation_log::done_by,
            moderation_log::done_at,
            moderation_log::detail,
        ))
        .load(connection)?;
    for line in &mut lines {
        if matches!(line.act, Act::Reported | Act::ReportWithdrawn) {
            (line.by, line.by_id) = (None, None);
        }
    }
    Ok(lines)
}

/// This member's reports with their cases, the newest first.
pub fn own_reports(connection: &mut Conn, member: Id<Member>, limit: i64) -> Result<Vec<(Report, Case)>> {
    let rows: Vec<(Report, CaseRow)> = reports::table
        .inner_join(cases::table)
        .filter(reports::reporter_id.eq(member))
        .order(reports::id.desc())
        .limit(limit)
        .select((REPORT, CaseRow::as_select()))
        .load(connection)?;
    rows.into_iter().map(|(report, case)| Ok((report, Case::try_from(case)?))).collect()
}

// ------------------------------------------------------------------ reporting

/// When this member last told of that target in a case of that kind, and did not take it back.
pub fn told_at(tx: &mut Tx<'_>, member: Id<Member>, kind: CaseKind, target: Target) -> Result<Option<Timestamp>> {
    Ok(reports::table
        .inner_join(cases::table)
        .filter(reports::reporter_id.eq(member).and(reports::withdrawn_at.is_null()))
        .filter(cases::kind.eq(kind).and(cases::target_kind.eq(target.kind)).and(cases::target_id.eq(target.number)))
        .select(diesel::dsl::max(reports::reported_at))
        .first(tx.conn())?)
}

/// Worries that this member told of since then.
pub fn worries_since(tx: &mut Tx<'_>, member: Id<Member>, since: Timestamp) -> Result<i64> {
    let told = reports::reporter_id.eq(member).and(reports::reported_at.ge(since));
    Ok(reports::table.filter(told.and(reports::reason.eq(super::Reason::Worried))).count().get_result(tx.conn())?)
}

/// The case of that kind about that target to which nothing has come after, with its row locked. A case that is new is opened
/// before, at that level, so that two who report at once meet in one.
pub fn lock_open(tx: &mut Tx<'_>, kind: CaseKind, pointed: &Pointed, level: Level) -> Result<Case> {
    /// A case may close between the two statements; then a new one opens.
    const TRIES: usize = 3;
    let now = tx.now();
    let values = (
        cases::kind.eq(kind),
        cases::target_kind.eq(pointed.target.kind),
        cases::target_id.eq(pointed.target.number),
        cases::board_id.eq(pointed.board),
        cases::thread_id.eq(pointed.thread),
        cases::subject_id.eq(pointed.subject),
        cases::state.eq(State::Open),
        cases::level.eq(level.number()),
        cases::opened_at.eq(now),
        cases::due_at.eq(rules::due_at(level, now)),
    );
    for _ in 0..TRIES {
        on_each!(tx.conn(), inner => diesel::insert_into(cases::table).values(values).on_conflict_do_nothing().execute(inner))?;
        let found = locked!(tx.conn(), inner, cases::table
            .filter(cases::kind.eq(kind).and(cases::target_kind.eq(pointed.target.kind)))
            .filter(cases::target_id.eq(pointed.target.number).and(cases::state.ne(State::Closed)))
            .select(CaseRow::as_select()) => first)
        .optional()?;
        if let Some(case) = case_of(found)? {
            return Ok(case);
        }
    }
    Err(anyhow!("a case closes each time that somebody reports").into())
}

/// Adds a report to a case whose row is locked, and keeps what was reported as it stood.
pub fn insert_report(tx: &mut Tx<'_>, permit: MayReport, case: &Case, is_one_of_many: bool) -> Result<Id<Report>> {
    let (reporter, pointed, draft) = permit.spend();
    let now = tx.now();
    if let Some(text) = &pointed.text {
        let values = (
            case_texts::case_id.eq(case.id),
            case_texts::post_id.eq(text.post),
            case_texts::revision.eq(text.revision),
            case_texts::stance.eq(&text.stance),
            case_texts::title.eq(&text.title),
            case_texts::source.eq(&text.source),
            case_texts::body_html.eq(&text.body_html),
            case_texts::kept_at.eq(now),
        );
        on_each!(tx.conn(), inner => diesel::insert_into(case_texts::table).values(values).on_conflict_do_nothing().execute(inner))?;
    }
    let report = diesel::insert_into(reports::table)
        .values((
            reports::case_id.eq(case.id),
            reports::reporter_id.eq(reporter),
            reports::reason.eq(draft.reason),
            reports::words.eq(&draft.words),
            reports::revision.eq(pointed.text.as_ref().map(|text| text.revision)),
            reports::is_one_of_many.eq(is_one_of_many),
            reports::reported_at.eq(now),
        ))
        .returning(reports::id)
        .get_result(tx.conn())?;
    let (level, due_at, graded_at) = rules::joined(case, draft.reason, now);
    let is_reopened = !case.is_waiting();
    diesel::update(cases::table.find(case.id))
        .set((
            cases::report_count.eq(cases::report_count + 1),
            cases::level.eq(level.number()),
            cases::due_at.eq(due_at),
            cases::graded_at.eq(graded_at),
            cases::state.eq(if is_reopened { State::Open } else { case.state }),
            cases::version.eq(cases::version + i64::from(is_reopened)),
        ))
        .execute(tx.conn())?;
    let entry = Entry { detail: draft.reason.word(), revision: pointed.text.map(|text| text.revision) };
    write_log(tx, Act::Reported, Some(case.id), Some(reporter), entry)?;
    Ok(report)
}

/// The report with its case, whose row is locked, if it is this member's and was not taken back.
pub fn lock_own_report(tx: &mut Tx<'_>, member: Id<Member>, id: Id<Report>) -> Result<(Report, Case)> {
    let own = reports::id.eq(id.number()).and(reports::reporter_id.eq(member)).and(reports::withdrawn_at.is_null());
    let found: Option<Id<Case>> = reports::table.filter(own).select(reports::case_id).first(tx.conn()).optional()?;
    let case = found.ok_or(Error::UNSEEN)?;
    let row = locked!(tx.conn(), inner, cases::table.find(case).select(CaseRow::as_select()) => first).optional()?;
    let case = case_of(row)?.ok_or(Error::UNSEEN)?;
    // Once more: it may have been taken back while we waited.
    let report = reports::table.filter(own).select(REPORT).first(tx.conn()).optional()?;
    Ok((report.ok_or(Error::UNSEEN)?, case))
}

/// Marks a report as taken back. A case without reports that nobody else has touched closes: `closes`.
pub fn withdraw_report(tx: &mut Tx<'_>, permit: MayWithdrawReport, reporter: Id<Member>, closes: bool) -> Result<()> {
    let (report, case) = permit.spend();
    let now = tx.now();
    diesel::update(reports::table.find(report)).set(reports::withdrawn_at.eq(Some(now))).execute(tx.conn())?;
    diesel::update(cases::table.find(case)).set(cases::report_count.eq(cases::report_count - 1)).execute(tx.conn())?;
    if closes {
        diesel::update(cases::table.find(case))
            .set((cases::state.eq(State::Closed), cases::version.eq(cases::version + 1)))
            .execute(tx.conn())?;
    }
    write_log(tx, Act::ReportWithdrawn, Some(case), Some(reporter), Entry::default())
}

// ------------------------------------------------------------------ working

/// From now on it is theirs.
pub fn claim(tx: &mut Tx<'_>, permit: MayWork) -> Result<()> {
    let (case, moderator, minutes) = permit.spend();
    let until = tx.now().plus(Duration::minutes(minutes));
    diesel::update(cases::table.find(case))
        .set((cases::claimed_by.eq(Some(moderator)), cases::claimed_until.eq(Some(until))))
        .execute(tx.conn())?;
    Ok(())
}

/// It is nobody's.
pub fn hand_back(tx: &mut Tx<'_>, permit: MayWork) -> Result<()> {
    let (case, ..) = permit.spend();
    diesel::update(cases::table.find(case))
        .set((cases::claimed_by.eq(None::<Id<Member>>), cases::claimed_until.eq(None::<Timestamp>)))
        .execute(tx.conn())?;
    Ok(())
}

/// How grave it is, as a person says, and by when it is due, counted from now.
pub fn grade(tx: &mut Tx<'_>, case: Id<Case>, level: Level) -> Result<()> {
    let now = tx.now();
    diesel::update(cases::table.find(case))
        .set((
            cases::level.eq(level.number()),
            cases::graded_at.eq(Some(now)),
            cases::due_at.eq(rules::due_at(level, now)),
            cases::version.eq(cases::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A note among moderators.
pub fn insert_note(tx: &mut Tx<'_>, case: Id<Case>, by: Id<Member>, words: &str) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(case_notes::table)
        .values((
            case_notes::case_id.eq(case),
            case_notes::written_by.eq(by),
            case_notes::words.eq(words),
            case_notes::written_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What a line of the log says beside act, case and person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry<'a> {
    /// The revision of the post.
    pub revision: Option<i32>,
    /// A word of this program.
    pub detail: &'a str,
}

/// One line of the log.
pub fn write_log(tx: &mut Tx<'_>, act: Act, case: Option<Id<Case>>, by: Option<Id<Member>>, entry: Entry<'_>) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(moderation_log::table)
        .values((
            moderation_log::act.eq(act),
            moderation_log::case_id.eq(case),
            moderation_log::done_by.eq(by),
            moderation_log::done_at.eq(now),
            moderation_log::revision.eq(entry.revision),
            moderation_log::detail.eq(entry.detail),
        ))
        .execute(tx.conn())?;
    Ok(())
}

// ------------------------------------------------------------------ whoever leaves

/// The reports that somebody takes along, the oldest first.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenReport>> {
    Ok(reports::table
        .filter(reports::reporter_id.eq(member))
        .order(reports::id)
        .select((reports::reason, reports::words, reports::reported_at, reports::withdrawn_at))
        .load(connection)?)
}

/// Empties the words of this member's reports, and what cases about them keep of their words and say in notes.
pub fn empty_words(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(reports::table.filter(reports::reporter_id.eq(member))).set(reports::words.eq("")).execute(tx.conn())?;
    let about = cases::table.filter(cases::subject_id.eq(member)).select(cases::id);
    diesel::update(case_texts::table.filter(case_texts::case_id.eq_any(about)))
        .set((case_texts::title.eq(None::<String>), case_texts::source.eq(""), case_texts::body_html.eq("")))
        .execute(tx.conn())?;
    diesel::update(case_notes::table.filter(case_notes::case_id.eq_any(about)))
        .set(case_notes::words.eq(""))
        .execute(tx.conn())?;
    Ok(())
}
