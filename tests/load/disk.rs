//! How many synced commits a second the disk gives one writer: the limit beside which posting is seen.

use anyhow::Result;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::Path;
use std::time::{Duration, Instant};

diesel::table! {
    lines (id) {
        id -> BigInt,
        words -> Text,
    }
}

/// Inserts one row a transaction, in WAL mode with `synchronous=FULL`, in a file of that folder, for so long.
pub fn synced_commits_per_second(folder: &Path, seconds: u32) -> Result<f64> {
    let file = folder.join("disk.sqlite");
    let remove = || {
        for ending in ["", "-wal", "-shm"] {
            // What is not there needs no removing.
            let _ = std::fs::remove_file(folder.join(format!("disk.sqlite{ending}")));
        }
    };
    remove();
    let rate = {
        let mut connection = SqliteConnection::establish(&file.to_string_lossy())?;
        connection.batch_execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE lines (id INTEGER PRIMARY KEY, words TEXT NOT NULL)")?;
        let words = "x".repeat(650);
        let (started, mut commits) = (Instant::now(), 0_u32);
        while started.elapsed() < Duration::from_secs(u64::from(seconds)) {
            diesel::insert_into(lines::table).values(lines::words.eq(&words)).execute(&mut connection)?;
            commits += 1;
        }
        f64::from(commits) / started.elapsed().as_secs_f64()
    };
    remove();
    Ok(rate)
}
