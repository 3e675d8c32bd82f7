//! What may happen when somebody leaves. Pure: no database, no HTTP, no clock.

use super::model::{Departure, Export, HealthWithdrawal, WordsLeft};
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::web::throttle::Limit;
use chrono::Duration;

/// Hours that a file waits for its owner. Source: behaviour.md, D12.
pub const FILE_HOURS: i64 = 48;
/// Files that one person asks for: making one reads everything of theirs.
pub const FILES: Limit = Limit { action: "my-data", times: 1, per_seconds: 86_400 };
/// How often somebody takes back their yes to the keeping of what they write about their health: each time touches every post of
/// theirs. Saying yes again is free.
pub const HEALTH_TURNS: Limit = Limit { action: "health", times: 5, per_seconds: 86_400 };

/// Until when a file is there; nothing while it is being made.
pub fn file_ends(export: &Export) -> Option<Timestamp> {
    export.made_at.map(|made| made.plus(Duration::hours(FILE_HOURS)))
}

/// Days in which somebody who left may come back. Long enough for a bad week, and for a letter that is read late.
pub const RETURN_DAYS: i64 = 14;

/// Until when they may come back; from then on everything that is theirs is erased.
pub fn erased_from(departure: &Departure) -> Timestamp {
    departure.asked_at.plus(Duration::days(RETURN_DAYS))
}

/// Permission to open an account again. Made by [`may_return`].
#[derive(Debug)]
pub struct MayReturn {
    departure: Id<Departure>,
}

impl MayReturn {
    /// Whose departure ends.
    pub(super) fn spend(self) -> Id<Departure> {
        self.departure
    }
}

/// Permission to erase somebody for good. Made by [`may_erase`].
#[derive(Debug)]
pub struct MayErase {
    departure: Id<Departure>,
}

impl MayErase {
    /// Whose time is over.
    pub(super) fn spend(self) -> Id<Departure> {
        self.departure
    }
}

/// Whoever left may come back for two weeks.
pub fn may_return(departure: &Departure, now: Timestamp) -> Option<MayReturn> {
    let is_open = departure.returned_at.is_none() && departure.erased_at.is_none();
    (is_open && now < erased_from(departure)).then_some(MayReturn { departure: departure.id })
}

/// Nobody is erased who may still come back or did, and nobody twice.
pub fn may_erase(departure: &Departure, now: Timestamp) -> Option<MayErase> {
    let is_open = departure.returned_at.is_none() && departure.erased_at.is_none();
    (is_open && now >= erased_from(departure)).then_some(MayErase { departure: departure.id })
}

/// What may become of the words of somebody who leaves: they stay under no name only with a yes to their being kept.
pub fn words_may_be_left(agrees_to_health: bool) -> &'static [WordsLeft] {
    if agrees_to_health { &[WordsLeft::Keep, WordsLeft::Take] } else { &[WordsLeft::Take] }
}

// ------------------------------------------------------------------------------------------------ the yes to health data

/// Days between the letter that says that the time is almost over and the end.
pub const REMIND_DAYS: i64 = 3;

/// Until when whoever took their yes back may say it again: two weeks as after leaving, and never less than the letter said,
/// however late it was.
pub fn words_end(withdrawal: &HealthWithdrawal) -> Timestamp {
    let end = withdrawal.asked_at.plus(Duration::days(RETURN_DAYS));
    withdrawal.reminded_at.map_or(end, |reminded| end.max(reminded.plus(Duration::days(REMIND_DAYS))))
}

/// Permission to let words stand again. Made by [`may_restore`].
#[derive(Debug)]
pub struct MayRestore {
    member: Id<Member>,
}

impl MayRestore {
    /// Whose.
    pub(super) fn spend(self) -> Id<Member> {
        self.member
    }
}

/// Permission to erase the words of somebody whose yes is gone. Made by [`may_end`].
#[derive(Debug)]
pub struct MayEnd {
    member: Id<Member>,
}

impl MayEnd {
    /// Whose.
    pub(super) fn spend(self) -> Id<Member> {
        self.member
    }
}

/// As long as erasing has not begun: a moment too late is a rule for us, not for them.
pub fn may_restore(withdrawal: &HealthWithdrawal) -> Option<MayRestore> {
    let is_waiting = withdrawal.given_again_at.is_none() && withdrawal.over_at.is_none();
    is_waiting.then_some(MayRestore { member: withdrawal.member })
}

/// When the time is over and a letter said so before.
pub fn may_end(withdrawal: &HealthWithdrawal, now: Timestamp) -> Option<MayEnd> {
    let is_waiting = withdrawal.given_again_at.is_none() && withdrawal.over_at.is_none();
    let is_over = withdrawal.reminded_at.is_some() && now >= words_end(withdrawal);
    (is_waiting && is_over).then_some(MayEnd { member: withdrawal.member })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_erased_after_two_weeks_and_never_sooner_than_three_days_after_the_letter() {
        let waiting = |reminded_at: Option<i64>| HealthWithdrawal {
            member: Id::new(31),
            asked_at: at(0),
            reminded_at: reminded_at.map(|days| at(days * 24)),
            given_again_at: None,
            over_at: None,
        };
        for (reminded, hours, ends) in [
            (None, 90 * 24, false),
            (Some(11), 14 * 24 - 1, false),
            (Some(11), 14 * 24, true),
            (Some(20), 23 * 24 - 1, false),
            (Some(20), 23 * 24, true),
        ] {
            assert_eq!(may_end(&waiting(reminded), at(hours)).is_some(), ends, "{reminded:?} {hours}");
            assert!(may_restore(&waiting(reminded)).is_some(), "until somebody erases");
        }
        let again = HealthWithdrawal { given_again_at: Some(at(5)), ..waiting(Some(11)) };
        let over = HealthWithdrawal { over_at: Some(at(400)), ..waiting(Some(11)) };
        for decided in [again, over] {
            assert!(may_restore(&decided).is_none() && may_end(&decided, at(900)).is_none());
        }
        assert_eq!(words_may_be_left(false), [WordsLeft::Take]);
        assert_eq!(words_may_be_left(true).len(), 2);
    }

    fn left(returned_at: Option<i64>, erased_at: Option<i64>) -> Departure {
        Departure {
            id: Id::new(1),
            member: Id::new(31),
            words: WordsLeft::Keep,
            byline: None,
            asked_at: at(0),
            returned_at: returned_at.map(at),
            erased_at: erased_at.map(at),
            receipt: None,
        }
    }

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000).plus(Duration::hours(hours))
    }

    #[test]
    fn whoever_left_may_come_back_until_the_moment_from_which_they_are_erased_and_never_both() {
        for (hours, returns) in [(0, true), (14 * 24 - 1, true), (14 * 24, false), (90 * 24, false)] {
            let departure = left(None, None);
            assert_eq!(may_return(&departure, at(hours)).is_some(), returns, "{hours}");
            assert_eq!(may_erase(&departure, at(hours)).is_some(), !returns, "{hours}");
        }
    }

    #[test]
    fn whoever_came_back_or_was_erased_is_left_alone() {
        for departure in [left(Some(5), None), left(None, Some(400))] {
            for hours in [6, 500] {
                assert!(may_return(&departure, at(hours)).is_none() && may_erase(&departure, at(hours)).is_none());
            }
        }
    }
}
