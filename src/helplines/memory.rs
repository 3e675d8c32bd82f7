//! The lines in memory, so that urgent help is there when the database is not.

use super::model::Helpline;
use super::store;
use crate::clock::Timestamp;
use crate::site::Site;
use chrono::Duration;
use std::sync::{Arc, Mutex, PoisonError};

/// After so long the database is asked again.
const FRESH: Duration = Duration::seconds(60);
/// After a failure the database is left alone for so long.
const PAUSE: Duration = Duration::seconds(10);
/// Nobody who needs a number waits longer than this for the database.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

#[derive(Default)]
struct Memory(Mutex<State>);

#[derive(Default, Clone)]
struct State {
    lines: Option<Arc<[Helpline]>>,
    read_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    looked_at: Option<Timestamp>,
}

impl Memory {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The lines that a person has rung, in order, as they were when the database answered last; nothing if it never did.
pub async fn shown(site: &Site) -> Option<Arc<[Helpline]>> {
    follow(site).await;
    site.kept::<Memory>().with(|state| state.lines.clone())
}

/// Asks the database if what is remembered is a minute old.
pub(super) async fn follow(site: &Site) {
    let now = site.now();
    let is_within = |at: Option<Timestamp>, span: Duration| at.is_some_and(|at| at <= now && now.since(at) < span);
    let is_wanted =
        site.kept::<Memory>().with(|state| !is_within(state.read_at, FRESH) && !is_within(state.failed_at, PAUSE));
    if is_wanted {
        refresh(site).await;
    }
}

/// Asks the database now. If it does not answer, what is remembered stays.
pub async fn refresh(site: &Site) {
    let now = site.now();
    let answer = tokio::time::timeout(PATIENCE, site.db.read(store::list)).await;
    site.kept::<Memory>().with(|state| match answer {
        Ok(Ok(lines)) => {
            state.lines = Some(lines.into_iter().filter(|line| line.checked_on.is_some()).collect());
            state.read_at = Some(now);
            state.failed_at = None;
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the helplines could not be read; what is in memory stays");
            state.failed_at = Some(now);
        }
        Err(_) => {
            tracing::warn!("the helplines could not be read in time; what is in memory stays");
            state.failed_at = Some(now);
        }
    });
}

/// True once in each span.
pub(super) fn is_time_to_look(site: &Site, every: Duration) -> bool {
    let now = site.now();
    site.kept::<Memory>().with(|state| {
        let is_time = state.looked_at.is_none_or(|at| at > now || now.since(at) >= every);
        if is_time {
            state.looked_at = Some(now);
        }
        is_time
    })
}
