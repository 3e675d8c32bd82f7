//! Everything that happens in the demo, in the order in which it happens.

use super::script::{Script, span};
use anyhow::Context;
use chrono::Duration;

/// Something that happens. Numbers are places in the lists of the [`Script`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Somebody joins.
    Join(usize),
    /// The boards are made, all of them, in their order.
    MakeBoards,
    /// Somebody begins to moderate a board.
    Moderate {
        /// The board.
        board: usize,
        /// Who.
        person: usize,
    },
    /// Somebody is let into a board.
    LetIn {
        /// The board.
        board: usize,
        /// Who.
        person: usize,
    },
    /// A thread is started.
    Start(usize),
    /// A reply is written.
    Reply {
        /// The thread.
        thread: usize,
        /// Which of its replies, from 0.
        reply: usize,
    },
    /// A reply is changed.
    Edit {
        /// The thread.
        thread: usize,
        /// Which of its replies, from 0.
        reply: usize,
    },
    /// A reply is taken back by its writer.
    Withdraw {
        /// The thread.
        thread: usize,
        /// Which of its replies, from 0.
        reply: usize,
    },
    /// A thread is pinned by a moderator.
    Pin(usize),
    /// A thread is locked by a moderator.
    Lock(usize),
}

/// A deed and its moment: so long before the demo was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// So long before.
    pub ago: Duration,
    /// What happens then.
    pub deed: Deed,
}

/// What is shown last in the demo happened at least so long before it was opened.
const LATEST: Duration = Duration::minutes(2);

/// All of it, the oldest first.
pub fn of(script: &Script) -> anyhow::Result<Vec<Moment>> {
    let mut moments = Vec::new();
    let mut add = |ago: Duration, deed| moments.push(Moment { ago: ago.max(LATEST), deed });
    let joined: Vec<Duration> =
        script.people.iter().enumerate().map(|(index, person)| joined_ago(index, person.joined_days_ago)).collect();
    for (person, ago) in joined.iter().enumerate() {
        add(*ago, Deed::Join(person));
    }

    // The first who joined made the boards on their second day.
    let made = joined.iter().max().context("there are no people")?.checked_sub(&Duration::days(1)).context("a long time")?;
    add(made, Deed::MakeBoards);
    for (index, board) in script.boards.iter().enumerate() {
        for handle in &board.moderators {
            let (person, _) = script.person(handle)?;
            add(later(made.min(ago_of(&joined, person)?), Duration::hours(1)), Deed::Moderate { board: index, person });
        }
        for handle in &board.members {
            let (person, _) = script.person(handle)?;
            add(later(made.min(ago_of(&joined, person)?), Duration::hours(20)), Deed::LetIn { board: index, person });
        }
    }

    for (index, thread) in script.threads.iter().enumerate() {
        let mut ago = span(&thread.ago)?;
        let mut quiet = ago; // when nothing more happens in it
        add(ago, Deed::Start(index));
        if thread.pinned {
            add(later(ago, Duration::minutes(20)), Deed::Pin(index));
        }
        for (number, reply) in thread.reply.iter().enumerate() {
            ago = later(ago, span(&reply.after)?);
            quiet = quiet.min(ago);
            add(ago, Deed::Reply { thread: index, reply: number });
            if let Some(after) = &reply.edited_after {
                let edited = later(ago, span(after)?);
                quiet = quiet.min(edited);
                add(edited, Deed::Edit { thread: index, reply: number });
            }
            if reply.withdrawn {
                let withdrawn = later(ago, Duration::hours(3));
                quiet = quiet.min(withdrawn);
                add(withdrawn, Deed::Withdraw { thread: index, reply: number });
            }
        }
        if thread.locked.is_some() {
            add(later(quiet, Duration::hours(5)), Deed::Lock(index));
        }
    }
    // Stable: what was added first happens first at the same moment.
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.ago));
    Ok(moments)
}

/// People join at all hours, not at the minute at which the demo happens to be filled.
fn joined_ago(index: usize, days: i64) -> Duration {
    let minutes = i64::try_from(index).unwrap_or_default() * 397 % (10 * 60);
    later(Duration::days(days), Duration::minutes(minutes))
}

fn ago_of(joined: &[Duration], person: usize) -> anyhow::Result<Duration> {
    joined.get(person).copied().context("nobody")
}

fn later(ago: Duration, by: Duration) -> Duration {
    ago - by
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn everything() -> (Script, Vec<Moment>) {
        let script = Script::load().unwrap();
        let moments = of(&script).unwrap();
        (script, moments)
    }

    fn writer(script: &Script, deed: Deed) -> Option<usize> {
        let handle = match deed {
            Deed::Start(thread) => &script.threads[thread].by,
            Deed::Reply { thread, reply } => &script.threads[thread].reply[reply].by,
            _ => return None,
        };
        Some(script.person(handle).unwrap().0)
    }

    #[test]
    fn everything_is_there_once_in_order_and_in_the_past() {
        let (script, moments) = everything();
        assert!(moments.is_sorted_by(|first, second| first.ago >= second.ago));
        assert!(moments.iter().all(|moment| moment.ago >= LATEST));
        let posts = moments.iter().filter(|moment| matches!(moment.deed, Deed::Start(_) | Deed::Reply { .. })).count();
        assert_eq!(posts, script.post_count());
        let joins = moments.iter().filter(|moment| matches!(moment.deed, Deed::Join(_))).count();
        assert_eq!(joins, script.people.len());
        let distinct: BTreeSet<_> = moments.iter().map(|moment| format!("{:?}", moment.deed)).collect();
        assert_eq!(distinct.len(), moments.len());
    }

    #[test]
    fn nobody_acts_before_they_joined_and_nothing_is_answered_before_it_was_said() {
        let (script, moments) = everything();
        let at: BTreeMap<String, usize> =
            moments.iter().enumerate().map(|(place, moment)| (format!("{:?}", moment.deed), place)).collect();
        let place = |deed: Deed| at[&format!("{deed:?}")];
        for (here, moment) in moments.iter().enumerate() {
            if let Some(person) = writer(&script, moment.deed) {
                let joined = moments[place(Deed::Join(person))].ago;
                assert!(joined - moment.ago >= Duration::days(1), "{:?} on the first day", moment.deed);
            }
            match moment.deed {
                Deed::Moderate { person, .. } | Deed::LetIn { person, .. } => {
                    assert!(place(Deed::Join(person)) < here && place(Deed::MakeBoards) < here);
                }
                Deed::Reply { thread, reply: 0 } | Deed::Pin(thread) => assert!(place(Deed::Start(thread)) < here),
                Deed::Reply { thread, reply } => assert!(place(Deed::Reply { thread, reply: reply - 1 }) < here),
                Deed::Edit { thread, reply } | Deed::Withdraw { thread, reply } => {
                    assert!(place(Deed::Reply { thread, reply }) < here);
                }
                Deed::Lock(thread) => {
                    let after = moments[here..].iter().any(|later| match later.deed {
                        Deed::Reply { thread: of, .. }
                        | Deed::Edit { thread: of, .. }
                        | Deed::Withdraw { thread: of, .. } => of == thread,
                        _ => false,
                    });
                    assert!(!after, "something happens in a locked thread");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn nobody_writes_so_fast_that_the_limits_would_stop_them() {
        let (script, moments) = everything();
        let mut written: BTreeMap<usize, Vec<Duration>> = BTreeMap::new();
        for moment in &moments {
            if let Some(person) = writer(&script, moment.deed) {
                written.entry(person).or_default().push(moment.ago);
            }
        }
        for times in written.values() {
            assert!(times.windows(6).all(|six| six[0] - six[5] > Duration::minutes(10)), "six posts within ten minutes");
        }
    }
}
