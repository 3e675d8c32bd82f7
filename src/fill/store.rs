//! Bulk writes of the load-test data: past the doors of boards and threads, within every constraint of the schema. Nothing
//! but `fill` may do this: it writes on nobody's behalf.

use crate::accounts::Member;
use crate::boards::{Audience, Board, ContentNote};
use crate::clock::Timestamp;
use crate::db::schema::{board_list_version, boards, members, posts, thread_notes, threads};
use crate::db::{Conn, Id, execute};
use crate::threads::{Post, Stance, Thread};
use diesel::dsl::max;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Rows in one statement on PostgreSQL. Its protocol takes 65,535 values.
const ROWS_A_STATEMENT: usize = 200;

/// A row of `threads`.
#[derive(Insertable)]
#[diesel(table_name = threads, treat_none_as_default_value = false)]
pub struct ThreadRow {
    pub id: Id<Thread>,
    pub board_id: Id<Board>,
    pub author_id: Id<Member>,
    pub title: String,
    pub audience: Audience,
    pub organisation_reads: bool,
    pub language: &'static str,
    pub stance: Stance,
    pub opened_at: Timestamp,
    pub post_count: i32,
    pub reply_count: i32,
    pub last_post_at: Timestamp,
    pub last_author_id: Id<Member>,
    pub first_reply_at: Option<Timestamp>,
    pub note_count: i32,
    pub version: i64,
}

/// A row of `thread_notes`.
#[derive(Insertable)]
#[diesel(table_name = thread_notes)]
pub struct NoteRow {
    pub thread_id: Id<Thread>,
    pub note_id: Id<ContentNote>,
}

/// A row of `posts`. The words are borrowed: many posts say the same.
#[derive(Insertable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
pub struct PostRow<'a> {
    pub id: Id<Post>,
    pub thread_id: Id<Thread>,
    pub position: i32,
    pub author_id: Id<Member>,
    pub stance: Stance,
    pub source: &'static str,
    pub in_reply_to: Option<Id<Post>>,
    pub body_source: &'a str,
    pub body_html: &'a str,
    pub render_version: i32,
    pub posted_at: Timestamp,
    pub submission_id: String,
    pub submission_hash: Vec<u8>,
}

/// What boards and people have more of after some threads.
#[derive(Default)]
pub struct Counts {
    /// Threads, posts and the youngest post.
    pub boards: BTreeMap<Id<Board>, (i32, i32, Timestamp)>,
    /// Posts.
    pub members: BTreeMap<Id<Member>, i32>,
}

/// Tells the database that this is bulk work: more memory, no deadline, and on SQLite one sync a checkpoint instead of one
/// a commit, which can lose the last commits to a power failure, but nothing older.
pub fn prepare(connection: &mut Conn) -> QueryResult<()> {
    match connection {
        Conn::Sqlite(_) => {
            execute(connection, "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-262144; PRAGMA wal_autocheckpoint=8000")
        }
        Conn::Postgres(_) => execute(
            connection,
            "SET statement_timeout=0; SET idle_in_transaction_session_timeout=0; SET synchronous_commit=off",
        ),
    }
}

/// The highest numbers so far: of members, threads and posts.
pub fn highest_ids(connection: &mut Conn) -> QueryResult<(i64, i64, i64)> {
    let member: Option<Id<Member>> = members::table.select(max(members::id)).first(connection)?;
    let thread: Option<Id<Thread>> = threads::table.select(max(threads::id)).first(connection)?;
    let post: Option<Id<Post>> = posts::table.select(max(posts::id)).first(connection)?;
    Ok((member.map_or(0, Id::number), thread.map_or(0, Id::number), post.map_or(0, Id::number)))
}

/// Runs one transaction.
pub fn in_transaction(connection: &mut Conn, work: impl FnOnce(&mut Conn) -> QueryResult<()>) -> QueryResult<()> {
    match connection {
        Conn::Sqlite(_) => execute(connection, "BEGIN IMMEDIATE")?,
        Conn::Postgres(_) => execute(connection, "BEGIN")?,
    }
    match work(connection) {
        Ok(()) => execute(connection, "COMMIT"),
        Err(cause) => {
            execute(connection, "ROLLBACK")?;
            Err(cause)
        }
    }
}

/// One row at a time on SQLite, where a prepared statement costs less than a long one; many at once on PostgreSQL, where
/// each statement is a way there and back.
macro_rules! insert_all {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            Conn::Sqlite(connection) => {
                for row in $rows {
                    diesel::insert_into($table).values(row).execute(connection)?;
                }
            }
            Conn::Postgres(connection) => {
                for chunk in $rows.chunks(ROWS_A_STATEMENT) {
                    diesel::insert_into($table).values(chunk).execute(connection)?;
                }
            }
        }
    };
}

/// Writes threads with all their posts.
pub fn insert(
    connection: &mut Conn,
    thread_rows: &[ThreadRow],
    note_rows: &[NoteRow],
    post_rows: &[PostRow<'_>],
) -> QueryResult<()> {
    insert_all!(connection, threads::table, thread_rows);
    insert_all!(connection, thread_notes::table, note_rows);
    insert_all!(connection, posts::table, post_rows);
    Ok(())
}

/// Counts what was written, where pages look for it.
pub fn count(connection: &mut Conn, counts: &Counts) -> QueryResult<()> {
    for (board, (more_threads, more_posts, youngest)) in &counts.boards {
        let before: Option<Timestamp> = boards::table.find(*board).select(boards::last_post_at).first(connection)?;
        diesel::update(boards::table.find(*board))
            .set((
                boards::thread_count.eq(boards::thread_count + *more_threads),
                boards::post_count.eq(boards::post_count + *more_posts),
                boards::last_post_at.eq(before.max(Some(*youngest))),
                boards::version.eq(boards::version + i64::from(*more_posts)),
            ))
            .execute(connection)?;
    }
    for (member, more) in &counts.members {
        diesel::update(members::table.find(*member))
            .set(members::post_count.eq(members::post_count + *more))
            .execute(connection)?;
    }
    diesel::update(board_list_version::table)
        .set(board_list_version::version.eq(board_list_version::version + 1))
        .execute(connection)?;
    follow_ids(connection)
}

/// PostgreSQL's sequences do not see numbers that were given by hand.
fn follow_ids(connection: &mut Conn) -> QueryResult<()> {
    if let Conn::Postgres(_) = connection {
        for table in ["threads", "posts"] {
            execute(
                connection,
                &format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"),
            )?;
        }
    }
    Ok(())
}

/// Lets the database learn what it holds, so that it plans queries well.
pub fn finish(connection: &mut Conn) -> QueryResult<()> {
    match connection {
        Conn::Sqlite(_) => execute(connection, "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)"),
        Conn::Postgres(_) => execute(connection, "VACUUM ANALYZE"),
    }
}
