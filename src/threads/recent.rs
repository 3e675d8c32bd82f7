//! Who posted lately through this process: in memory, and only to know whom to tell that a limit is near. The limits themselves
//! stand in the database.

use super::rules::Lately;
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use chrono::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// When each of them posted.
#[derive(Default)]
pub struct RecentPosts(Mutex<HashMap<Id<Member>, Vec<Timestamp>>>);

/// The window of the limits for everybody; the count of a first day stands with the member.
fn window() -> Duration {
    Duration::minutes(10)
}

impl RecentPosts {
    /// Somebody posted.
    pub fn note(&self, member: Id<Member>, at: Timestamp) {
        let mut posted = self.lock();
        let moments = posted.entry(member).or_default();
        moments.retain(|moment| at.since(*moment) < window());
        moments.push(at);
    }

    /// How often in the last ten minutes. `is_all`: no other process takes posts.
    pub fn lately(&self, member: Id<Member>, is_all: bool, now: Timestamp) -> Lately {
        let posted = self.lock();
        let moments = posted.get(&member).map(Vec::as_slice).unwrap_or_default();
        let count = moments.iter().filter(|moment| now.since(**moment) < window()).count();
        Lately { posts: i32::try_from(count).unwrap_or(i32::MAX), is_all }
    }

    /// Forgets whoever has not posted in the last ten minutes.
    pub fn forget_old(&self, now: Timestamp) {
        self.lock().retain(|_, moments| moments.last().is_some_and(|last| now.since(*last) < window()));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id<Member>, Vec<Timestamp>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
