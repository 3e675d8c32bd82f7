//! The rules of reports and cases, in tables.
#![allow(clippy::unwrap_used)]

use super::model::{Case, CaseKind, Claim, Level, Pointed, Reason, ReportDraft, State, Target, TargetKind};
use super::rules::{self, CannotReport, CannotWork};
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use chrono::Duration;

const NOW: Timestamp = Timestamp::from_micros(1_000_000_000_000);

fn member(number: i64) -> Member {
    Member::example(Id::new(number))
}

fn case(kind: CaseKind) -> Case {
    Case {
        id: Id::new(7),
        kind,
        target: Target { kind: TargetKind::Post, number: 4021 },
        board: Some(Id::new(1)),
        thread: Some(812),
        subject: Id::new(31),
        state: State::Open,
        level: Level::WithinThreeDays,
        graded_at: None,
        report_count: 1,
        opened_at: NOW,
        due_at: rules::due_at(Level::WithinThreeDays, NOW),
        version: 1,
        claim: None,
    }
}

fn draft(reason: Reason, words: &str, in_good_faith: bool) -> ReportDraft {
    ReportDraft { reason, words: words.to_owned(), in_good_faith }
}

fn asked(reporter: i64, draft: ReportDraft, told_hours_ago: Option<i64>) -> Result<(), CannotReport> {
    let target = Target { kind: TargetKind::Post, number: 4021 };
    let pointed = Pointed { target, board: None, thread: None, subject: Id::new(31), text: None };
    let told_at = told_hours_ago.map(|hours| NOW.minus(Duration::hours(hours)));
    rules::may_report(&member(reporter), pointed, draft, told_at, NOW).map(drop)
}

#[test]
fn words_are_asked_for_where_the_reason_says_too_little_and_never_for_a_worry() {
    for reason in Reason::ALL {
        let without = asked(1, draft(*reason, "", true), None);
        let needs = matches!(reason, Reason::Illegal | Reason::Other);
        assert_eq!(without, if needs { Err(CannotReport::WordsMissing) } else { Ok(()) }, "{reason:?}");
        assert_eq!(asked(1, draft(*reason, "Look.", true), None), Ok(()), "{reason:?}");
        let long = asked(1, draft(*reason, &"é".repeat(2_001), true), None);
        assert_eq!(long, Err(CannotReport::WordsTooLong), "{reason:?}");
        assert_eq!(asked(31, draft(*reason, "Look.", true), None), Err(CannotReport::Own), "{reason:?}");
    }
    assert_eq!(asked(1, draft(Reason::Illegal, "A law.", false), None), Err(CannotReport::FaithMissing));
}

#[test]
fn the_same_is_told_again_after_a_day_and_a_worry_at_any_time() {
    assert_eq!(asked(1, draft(Reason::Unkind, "", false), Some(23)), Err(CannotReport::ToldAlready));
    assert_eq!(asked(1, draft(Reason::Unkind, "", false), Some(24)), Ok(()));
    assert_eq!(asked(1, draft(Reason::Worried, "", false), Some(0)), Ok(()));
}

#[test]
fn a_report_that_joins_makes_a_case_no_less_urgent_and_no_later() {
    let at_first = case(CaseKind::Rule);
    let (level, due, _) = rules::joined(&at_first, Reason::OffTopic, NOW.plus(Duration::hours(1)));
    assert_eq!((level, due), (Level::WithinThreeDays, at_first.due_at));
    let (level, due, _) = rules::joined(&at_first, Reason::Claim, NOW.plus(Duration::hours(1)));
    assert_eq!((level, due), (Level::Today, NOW.plus(Duration::hours(9))));
    let third = Case { report_count: 2, ..at_first.clone() };
    assert_eq!(rules::joined(&third, Reason::OffTopic, NOW).0, Level::Today, "three people are not wrong together");
    let urgent = Case { level: Level::Today, due_at: NOW.plus(Duration::hours(1)), ..at_first.clone() };
    let (level, due, _) = rules::joined(&urgent, Reason::Unkind, NOW);
    assert_eq!((level, due), (Level::Today, urgent.due_at));
    let decided = Case { state: State::Decided, due_at: NOW.minus(Duration::days(9)), ..at_first };
    let (_, due, _) = rules::joined(&decided, Reason::OffTopic, NOW);
    assert_eq!(due, NOW.plus(Duration::hours(72)), "it waits anew");
}

#[test]
fn a_worry_is_red_until_a_person_grades_it_and_again_when_somebody_tells_more() {
    assert_eq!(rules::level_of(Reason::Worried), Level::WithinTwoHours);
    let graded = Case { level: Level::WithinThreeDays, graded_at: Some(NOW), ..case(CaseKind::Care) };
    let (level, due, graded_at) = rules::joined(&graded, Reason::Worried, NOW);
    assert_eq!((level, due, graded_at), (Level::WithinTwoHours, NOW.plus(Duration::hours(2)), None));
    let crimson = Case { level: Level::ActNow, ..graded };
    assert_eq!(rules::joined(&crimson, Reason::Worried, NOW).0, Level::ActNow);
}

#[test]
fn each_level_is_due_after_its_time() {
    let hours = Level::ALL.map(|level| rules::due_at(level, NOW).since(NOW).num_minutes());
    assert_eq!(hours, [72 * 60, 8 * 60, 2 * 60, 15]);
}

#[test]
fn a_case_is_worked_on_by_whoever_has_it_or_by_anybody_if_nobody_has() {
    let held = |until: Timestamp| Case { claim: Some(Claim { by: Id::new(5), until }), ..case(CaseKind::Rule) };
    let soon = NOW.plus(Duration::minutes(1));
    assert!(rules::may_work(&member(4), &case(CaseKind::Rule), NOW).is_ok());
    assert!(rules::may_work(&member(5), &held(soon), NOW).is_ok());
    assert!(rules::may_work(&member(4), &held(NOW), NOW).is_ok(), "it has lapsed");
    let refused = rules::may_work(&member(4), &held(soon), NOW).unwrap_err();
    assert_eq!(refused, CannotWork::Taken { by: Id::new(5), until: soon });
    assert!(rules::may_take_over(&member(4), &held(soon)).is_ok());
    for state in [State::Decided, State::Closed] {
        let done = Case { state, ..case(CaseKind::Rule) };
        assert_eq!(rules::may_work(&member(4), &done, NOW).unwrap_err(), CannotWork::Decided);
        assert_eq!(rules::may_take_over(&member(4), &done).unwrap_err(), CannotWork::Decided);
    }
    let appealed = Case { state: State::Appealed, ..case(CaseKind::Rule) };
    assert!(rules::may_work(&member(4), &appealed, NOW).is_ok());
}
