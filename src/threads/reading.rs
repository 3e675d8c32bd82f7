//! How far people have read: counted in memory, because a GET writes nothing, and written by the worker. A crash may lose the
//! last seconds of it, never a word that somebody wrote.

use super::model::Thread;
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use chrono::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who read how far, since it was written last.
#[derive(Default)]
pub struct ReadingPositions(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    read: HashMap<(Id<Member>, Id<Thread>), (i32, Timestamp)>,
    swept_at: Option<Timestamp>,
}

/// One of them.
pub type Read = (Id<Member>, Id<Thread>, i32, Timestamp);

/// Housekeeping is done so often.
fn sweep_every() -> Duration {
    Duration::minutes(1)
}

impl ReadingPositions {
    /// Somebody has the posts up to that position before their eyes.
    pub fn note(&self, member: Id<Member>, thread: Id<Thread>, position: i32, at: Timestamp) {
        let mut inner = self.lock();
        let known = inner.read.entry((member, thread)).or_insert((position, at));
        *known = (known.0.max(position), at);
    }

    /// How far, if that is not written yet.
    pub fn of(&self, member: Id<Member>, thread: Id<Thread>) -> Option<(i32, Timestamp)> {
        self.lock().read.get(&(member, thread)).copied()
    }

    /// Everything, to be written. It stays known here until [`ReadingPositions::are_written`].
    pub fn take(&self) -> Vec<Read> {
        self.lock().read.iter().map(|((member, thread), (position, at))| (*member, *thread, *position, *at)).collect()
    }

    /// These stand in the database now; what somebody read further meanwhile stays.
    pub fn are_written(&self, written: &[Read]) {
        let mut inner = self.lock();
        for (member, thread, position, at) in written {
            if inner.read.get(&(*member, *thread)) == Some(&(*position, *at)) {
                inner.read.remove(&(*member, *thread));
            }
        }
    }

    /// True once a minute.
    pub fn is_time_to_sweep(&self, now: Timestamp) -> bool {
        let mut inner = self.lock();
        let is_time = inner.swept_at.is_none_or(|last| now.since(last) >= sweep_every());
        if is_time {
            inner.swept_at = Some(now);
        }
        is_time
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
