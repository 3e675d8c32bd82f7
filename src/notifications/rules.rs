//! Who is told, and when a letter tells of it. Pure.

use super::model::NoticeKind;
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use chrono::Duration;

/// A letter waits for so long: whoever reads in time needs none, and a post that is taken back at once was never told of.
pub const BEFORE_A_LETTER: Duration = Duration::minutes(10);
/// At most one community letter in so long. A thread in which ten people answer within an hour is one piece of news; ten
/// letters would be ten lights on a phone that others may see, and would teach people to switch letters off.
pub const BETWEEN_LETTERS: Duration = Duration::hours(1);

/// Who is told that somebody answered: whoever began the thread, and whoever wrote the post that was answered. Nobody is
/// told of what they did themselves, and nobody twice.
pub fn told_of_reply(
    actor: Id<Member>,
    thread_author: Id<Member>,
    answered: Option<Id<Member>>,
) -> Vec<(Id<Member>, NoticeKind)> {
    let mut told = Vec::new();
    if thread_author != actor {
        told.push((thread_author, NoticeKind::Replied));
    }
    if let Some(answered) = answered.filter(|answered| *answered != actor && *answered != thread_author) {
        told.push((answered, NoticeKind::AnsweredYou));
    }
    told
}

/// A notice that no letter has told of yet and that nobody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// A letter may tell of it from then on.
    pub due_at: Timestamp,
    /// What it is about still stands where its reader may see it.
    pub is_seen: bool,
}

/// What becomes of a member's pending notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// There is nothing to tell.
    Nothing,
    /// The last letter is too fresh: not before that moment.
    Wait(Timestamp),
    /// One letter for all of them, those that are not due yet too: they would only make a second one.
    Write,
}

/// Folds a member's pending notices into at most one letter. `last_letter` is when the last one was made, if that is not
/// long ago.
pub fn fold(pending: &[Pending], last_letter: Option<Timestamp>, now: Timestamp) -> Folded {
    if !pending.iter().any(|notice| notice.is_seen && notice.due_at <= now) {
        return Folded::Nothing;
    }
    match last_letter.map(|last| last.plus(BETWEEN_LETTERS)) {
        Some(free_at) if free_at > now => Folded::Wait(free_at),
        _ => Folded::Write,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NoticeKind::{AnsweredYou, Replied};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(0).plus(Duration::minutes(minutes))
    }

    fn seen(minutes: i64) -> Pending {
        Pending { due_at: at(minutes), is_seen: true }
    }

    #[test]
    fn whoever_began_and_whoever_is_answered_are_told_once_and_never_of_themselves() {
        let (ana, bo, cy) = (Id::new(1), Id::new(2), Id::new(3));
        assert_eq!(told_of_reply(bo, ana, None), [(ana, Replied)]);
        assert_eq!(told_of_reply(bo, ana, Some(cy)), [(ana, Replied), (cy, AnsweredYou)]);
        assert_eq!(told_of_reply(bo, ana, Some(ana)), [(ana, Replied)]);
        assert_eq!(told_of_reply(bo, ana, Some(bo)), [(ana, Replied)]);
        assert_eq!(told_of_reply(ana, ana, Some(cy)), [(cy, AnsweredYou)]);
        assert_eq!(told_of_reply(ana, ana, Some(ana)), []);
        assert_eq!(told_of_reply(ana, ana, None), []);
    }

    #[test]
    fn everything_that_is_new_makes_one_letter_and_an_hour_of_peace() {
        assert_eq!(fold(&[], None, at(0)), Folded::Nothing);
        assert_eq!(fold(&[seen(10)], None, at(10)), Folded::Write);
        assert_eq!(fold(&[seen(10), seen(12), seen(19)], None, at(10)), Folded::Write);
        assert_eq!(fold(&[seen(30)], Some(at(10)), at(30)), Folded::Wait(at(70)));
        assert_eq!(fold(&[seen(30)], Some(at(10)), at(69)), Folded::Wait(at(70)));
        assert_eq!(fold(&[seen(30), seen(70)], Some(at(10)), at(70)), Folded::Write);
    }

    #[test]
    fn no_letter_tells_of_what_its_reader_may_not_see() {
        let hidden = Pending { due_at: at(10), is_seen: false };
        assert_eq!(fold(&[hidden], None, at(10)), Folded::Nothing);
        assert_eq!(fold(&[hidden, seen(10)], None, at(10)), Folded::Write);
    }
}
