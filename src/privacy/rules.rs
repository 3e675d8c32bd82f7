//! What may happen when somebody leaves. Pure: no database, no HTTP, no clock.

use super::model::{Departure, Export};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::web::throttle::Limit;
use chrono::Duration;

/// Hours that a file waits for its owner. Source: behaviour.md, D12.
pub const FILE_HOURS: i64 = 48;
/// Files that one person asks for: making one reads everything of theirs.
pub const FILES: Limit = Limit { action: "my-data", times: 1, per_seconds: 86_400 };

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::model::WordsLeft;

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
