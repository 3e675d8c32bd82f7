//! How many statements a request ran, for the log and for the tests that hold each page to a fixed number.
//!
//! Counted per thread, which is exact for reads in place on SQLite; what runs on the blocking pool is not in it.

use diesel::connection::InstrumentationEvent;
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<i32> = const { Cell::new(0) };
}

/// Begins to count anew on this thread and returns what was counted so far.
pub fn take() -> i32 {
    COUNT.replace(0)
}

#[allow(clippy::needless_pass_by_value)] // diesel's signature
pub(super) fn count(event: InstrumentationEvent<'_>) {
    let change = match event {
        InstrumentationEvent::StartQuery { .. } => 1,
        // Each is followed by a query of its own, which belongs to every page and says nothing about it.
        InstrumentationEvent::BeginTransaction { .. }
        | InstrumentationEvent::CommitTransaction { .. }
        | InstrumentationEvent::RollbackTransaction { .. } => -1,
        _ => 0,
    };
    COUNT.set(COUNT.get() + change);
}
