//! How many statements a request ran, for the log and for the tests that hold each page to a fixed number.
//!
//! Each statement counts for whatever the thread does at that moment: [`counted`] puts the count aside while its future
//! waits, and the blocking pool hands over what it ran.

use diesel::connection::InstrumentationEvent;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;

thread_local! {
    static COUNT: Cell<i32> = const { Cell::new(0) };
}

/// Runs something and says how many statements were run for it, whatever else its thread does in between.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, i32) {
    let mut work = pin!(work);
    let mut count = 0;
    let output = poll_fn(|context| {
        let (polled, more) = during(|| work.as_mut().poll(context));
        count += more;
        polled
    })
    .await;
    (output, count)
}

/// Runs something on this thread alone and says how many statements it ran.
pub(super) fn during<T>(work: impl FnOnce() -> T) -> (T, i32) {
    let before = COUNT.replace(0);
    let output = work();
    (output, COUNT.replace(before))
}

/// Counts what another thread ran for this one.
pub(super) fn add(count: i32) {
    COUNT.set(COUNT.get() + count);
}

#[allow(clippy::needless_pass_by_value)] // diesel's signature
pub(super) fn count(event: InstrumentationEvent<'_>) {
    add(match event {
        InstrumentationEvent::StartQuery { .. } => 1,
        // Each is followed by a query of its own, which belongs to every page and says nothing about it.
        InstrumentationEvent::BeginTransaction { .. }
        | InstrumentationEvent::CommitTransaction { .. }
        | InstrumentationEvent::RollbackTransaction { .. } => -1,
        _ => 0,
    });
}
