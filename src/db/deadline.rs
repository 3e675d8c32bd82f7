//! What SQLite is asked on every connection that opens: the deadline of a read that runs in place on a web worker's thread,
//! and plans that stay.
//!
//! diesel shows no raw handle, so SQLite itself is asked to install a progress handler on every connection that opens;
//! the handler looks at a moment that the reading thread keeps. This file is the one place with `unsafe`.
//!
//! Plans stay (`SQLITE_DBCONFIG_ENABLE_QPSG`): after `ANALYZE`, SQLite would otherwise plan a prepared statement anew
//! whenever one of its values changes. That took two fifths of the time of a 304 and a fifth of a thread page.
#![allow(unsafe_code)] // four calls into SQLite; each says why it is sound

use anyhow::bail;
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

thread_local! {
    static ENDS: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// SQLite's virtual machine steps between two looks at the clock: about 0.1 ms.
const STEPS_BETWEEN_LOOKS: c_int = 4_000;

/// Runs `work` and has SQLite interrupt it once `limit` has passed.
pub fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    struct Lift;
    impl Drop for Lift {
        fn drop(&mut self) {
            ENDS.set(None);
        }
    }
    ENDS.set(Some(Instant::now() + limit));
    let _lift = Lift;
    work()
}

/// Has every connection of this process opened from now on keep the deadline. Later calls do nothing.
pub fn install() -> anyhow::Result<()> {
    static INSTALLED: OnceLock<c_int> = OnceLock::new();
    // SAFETY: `on_open` has the signature that SQLite documents for automatic extensions and lives as long as the process.
    let code = *INSTALLED.get_or_init(|| unsafe { libsqlite3_sys::sqlite3_auto_extension(Some(on_open)) });
    if code != libsqlite3_sys::SQLITE_OK {
        bail!("SQLite refused the read deadline (code {code})");
    }
    Ok(())
}

unsafe extern "C" fn on_open(
    database: *mut libsqlite3_sys::sqlite3,
    _message: *mut *mut c_char,
    _thunk: *const libsqlite3_sys::sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite passes the handle it is opening; the handler keeps no state and needs no pointer.
    unsafe { libsqlite3_sys::sqlite3_progress_handler(database, STEPS_BETWEEN_LOOKS, Some(is_over), ptr::null_mut()) };
    // SAFETY: the same handle; this option takes an int and a pointer to an int, which may be null.
    unsafe {
        libsqlite3_sys::sqlite3_db_config(
            database,
            libsqlite3_sys::SQLITE_DBCONFIG_ENABLE_QPSG,
            1 as c_int,
            ptr::null_mut::<c_int>(),
        )
    }
}

unsafe extern "C" fn is_over(_state: *mut c_void) -> c_int {
    c_int::from(ENDS.get().is_some_and(|ends| Instant::now() >= ends))
}
