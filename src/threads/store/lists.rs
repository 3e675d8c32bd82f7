//! Threads in lists, by key and never by offset.

use super::super::model::Thread;
use super::THREAD;
use crate::accounts::{Member, Viewer};
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::schema::{boards, bylines_version, content_notes, members, reading_positions, thread_notes, threads};
use crate::db::{Conn, Id};
use crate::error::Result;
use crate::threads_visible_to;
use diesel::prelude::*;

diesel::alias!(members as last_writers: LastWriters);

/// A thread as a list shows it.
#[derive(Debug, Queryable)]
pub struct Listed {
    /// The thread.
    pub thread: Thread,
    /// Who began it.
    pub byline: String,
    /// Who wrote last.
    pub last_byline: String,
    /// The name of its board.
    pub board: String,
}

/// Which threads of a board, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the newest reply.
    Latest,
    /// By the day they were begun.
    Newest,
    /// Those that nobody answered yet, the newest first.
    Waiting,
}

/// Where a part of a list begins: after the thread with this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Its moment in the order.
    pub at: Timestamp,
    /// Its number, where moments are equal.
    pub id: Id<Thread>,
}

impl After {
    /// From the beginning.
    pub fn nothing() -> Self {
        Self { at: Timestamp::from_micros(i64::MAX), id: Id::new(i64::MAX) }
    }
}

/// Who looks, once more and without a value to bind: only then do the databases believe that the partial indexes of what
/// everybody reads hold a visitor's list. They walk past nothing that a visitor may not see.
fn as_indexed(viewer: Viewer) -> Condition {
    Condition(match viewer {
        Viewer::Visitor => "threads.audience = 'public'",
        Viewer::Member { .. } => "TRUE",
    })
}

/// Threads with the words of their lists, as far as this viewer may see them. A thread that was taken back stays as long as
/// replies stand below it.
macro_rules! listed {
    ($viewer:expr) => {
        threads::table
            .inner_join(boards::table)
            .inner_join(members::table.on(members::id.eq(threads::author_id)))
            .inner_join(last_writers.on(last_writers.field(members::id).eq(threads::last_author_id)))
            .filter(threads_visible_to!($viewer))
            .filter(as_indexed($viewer))
            .filter(threads::withdrawn_at.is_null().or(threads::reply_count.gt(0)))
            .select((THREAD, members::handle, last_writers.field(members::handle), boards::name))
    };
}

/// Kept at the top of the board, the one pinned first on top.
pub fn pinned(connection: &mut Conn, viewer: Viewer, board: Id<Board>) -> Result<Vec<Listed>> {
    /// More would push everything else off the page.
    const MAX: i64 = 10;
    Ok(listed!(viewer)
        .filter(threads::board_id.eq(board).and(threads::pinned_at.is_not_null()))
        .order((threads::pinned_at, threads::id))
        .limit(MAX)
        .load(connection)?)
}

/// The next threads of a board in that order, without those that are kept at the top.
pub fn of_board(
    connection: &mut Conn,
    viewer: Viewer,
    board: Id<Board>,
    order: Order,
    after: After,
    limit: i64,
) -> Result<Vec<Listed>> {
    let here = listed!(viewer).filter(threads::board_id.eq(board).and(threads::pinned_at.is_null())).limit(limit);
    // The moment stands before the pair of moment and number, so that the index is entered at the right place.
    Ok(match order {
        Order::Latest => here
            .filter(threads::last_post_at.le(after.at).and(threads::last_post_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::last_post_at.desc(), threads::id.desc()))
            .load(connection)?,
        Order::Newest => here
            .filter(threads::opened_at.le(after.at).and(threads::opened_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::opened_at.desc(), threads::id.desc()))
            .load(connection)?,
        Order::Waiting => here
            .filter(threads::first_reply_at.is_null().and(threads::withdrawn_at.is_null()).and(threads::locked_at.is_null()))
            .filter(threads::opened_at.le(after.at).and(threads::opened_at.lt(after.at).or(threads::id.lt(after.id))))
            .order((threads::opened_at.desc(), threads::id.desc()))
            .load(connection)?,
    })
}

/// Threads anywhere that nobody answered yet, the newest first; one's own are left out, because one cannot answer them.
/// Announcements wait for nobody.
pub fn waiting(connection: &mut Conn, viewer: Viewer, limit: i64) -> Result<Vec<Listed>> {
    let own = viewer.member_id().unwrap_or(Id::new(0));
    Ok(listed!(viewer)
        .filter(threads::first_reply_at.is_null().and(threads::withdrawn_at.is_null()).and(threads::locked_at.is_null()))
        .filter(threads::author_id.ne(own))
        .filter(boards::archived_at.is_null().and(boards::kind.ne(crate::boards::Kind::Announcements)))
        .order((threads::opened_at.desc(), threads::id.desc()))
        .limit(limit)
        .load(connection)?)
}

/// The content notes of these threads.
pub fn notes_of(connection: &mut Conn, listed: &[Listed]) -> Result<Vec<(Id<Thread>, String)>> {
    let ids: Vec<Id<Thread>> = listed
        .iter()
        .filter(|row| row.thread.note_count > 0 && row.thread.withdrawn_at.is_none())
        .map(|row| row.thread.id)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(thread_notes::table
        .inner_join(content_notes::table)
        .filter(thread_notes::thread_id.eq_any(ids))
        .order((content_notes::place_in_order, content_notes::id))
        .select((thread_notes::thread_id, content_notes::label))
        .load(connection)?)
}

/// How far this member has read in these threads.
pub fn positions_of(connection: &mut Conn, member: Id<Member>, listed: &[Listed]) -> Result<Vec<(Id<Thread>, i32)>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id<Thread>> = listed.iter().map(|row| row.thread.id).collect();
    Ok(reading_positions::table
        .filter(reading_positions::member_id.eq(member).and(reading_positions::thread_id.eq_any(ids)))
        .select((reading_positions::thread_id, reading_positions::position))
        .load(connection)?)
}

/// The version of a board that everybody may read, for [`crate::accounts::Visit::is_known`]: of the board and of all names.
pub fn public_board_version(connection: &mut Conn, board: Id<Board>) -> Result<Option<i64>> {
    let bylines = bylines_version::table.find(1).select(bylines_version::version).single_value();
    let found: Option<(i64, Option<i64>)> = boards::table
        .filter(boards::id.eq(board).and(boards::audience.eq(crate::boards::Audience::Public)))
        .select((boards::version, bylines))
        .first(connection)
        .optional()?;
    Ok(found.map(|(board, bylines)| board + bylines.unwrap_or_default()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::db::connection::Purpose;
    use crate::db::{DatabaseUrl, execute, migrations};
    use diesel::connection::{Instrumentation, InstrumentationEvent};
    use diesel::sql_types::Text;
    use std::sync::{Arc, Mutex};

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    /// Twenty boards that were made wider long ago: of 5,000 threads every 50th is for everybody.
    const MANY: &str = "
        INSERT INTO members (handle, handle_key, email, email_key, password_hash, joined_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            SELECT 'tansy' || i, i, i, i, '', 0 FROM n;
        INSERT INTO boards (name, purpose, kind, audience, organisation_reads, language, created_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
            SELECT 'Board', 'x', 'peers', 'public', TRUE, 'en', 0 FROM n;
        INSERT INTO threads (board_id, author_id, title, audience, organisation_reads, language, stance, opened_at, post_count,
                             last_post_at, last_author_id, locked_at, pinned_at, first_reply_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT 1 + i % 20, 1 + i % 499, 'A thread', CASE WHEN i % 50 = 0 THEN 'public' ELSE 'members' END, TRUE, 'en',
                   'experience', i, 1, i, 1 + i % 491, CASE WHEN i % 7 = 0 THEN i END, CASE WHEN i % 1000 = 0 THEN i END,
                   CASE WHEN i % 3 = 0 THEN i END FROM n;";

    /// Goes when the test ends.
    struct Folder(std::path::PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn connection() -> (Folder, Conn) {
        let folder = Folder(std::env::temp_dir().join(format!("alongside-lists-{}", std::process::id())));
        std::fs::create_dir_all(&folder.0).unwrap();
        let mut connection = Conn::open(&DatabaseUrl::Sqlite(folder.0.join("a.sqlite")), Purpose::Write).unwrap();
        migrations::run(&mut connection).unwrap();
        (folder, connection)
    }

    /// How SQLite finds the threads of a list: each step of its plan, with the words that it has for it.
    fn plan(connection: &mut Conn, list: impl FnOnce(&mut Conn)) -> Vec<String> {
        let said = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&said);
        let Conn::Sqlite(inner) = connection else { panic!("not SQLite") };
        inner.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                hears.lock().unwrap().push(query.to_string());
            }
        });
        list(connection);
        let Conn::Sqlite(inner) = connection else { panic!("not SQLite") };
        inner.set_instrumentation(None::<Box<dyn Instrumentation>>);
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 1, "a list is one statement: {said:?}");
        let query = said.first().unwrap().split(" -- binds").next().unwrap().to_owned();
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(inner).unwrap();
        steps.into_iter().map(|step| step.detail).collect()
    }

    #[test]
    fn every_list_is_read_along_an_index_in_its_order_and_a_visitors_along_one_that_holds_nothing_else() {
        let (_folder, mut connection) = connection();
        let member = Viewer::Member { id: Id::new(1), works_for_organisation: false, is_moderator: false };
        let board: Id<Board> = Id::new(1);
        let orders = [
            (Order::Latest, "threads_latest", "threads_latest_public"),
            (Order::Newest, "threads_newest", "threads_newest_public"),
            (Order::Waiting, "threads_unanswered", "threads_unanswered_public"),
        ];
        // As the planner guesses on a new database, and as it knows once it has counted.
        for state in ["empty", "counted"] {
            if state == "counted" {
                execute(&mut connection, &format!("{MANY} ANALYZE;")).unwrap();
            }
            let mut found = Vec::new();
            for (viewer, is_visitor) in [(Viewer::Visitor, true), (member, false)] {
                for (order, of_members, of_visitors) in orders {
                    for after in [After::nothing(), After { at: Timestamp::from_micros(1500), id: Id::new(1500) }] {
                        let steps = plan(&mut connection, |connection| {
                            of_board(connection, viewer, board, order, after, 21).unwrap();
                        });
                        found.push((if is_visitor { of_visitors } else { of_members }, steps));
                    }
                }
                let steps = plan(&mut connection, |connection| {
                    pinned(connection, viewer, board).unwrap();
                });
                found.push(("threads_pinned", steps));
                let steps = plan(&mut connection, |connection| {
                    waiting(connection, viewer, 5).unwrap();
                });
                found.push((if is_visitor { "threads_waiting_public" } else { "threads_waiting" }, steps));
            }
            for (index, steps) in found {
                let words = steps.join("\n");
                assert!(!words.contains("TEMP B-TREE"), "sorted before the first row is shown ({state}):\n{words}");
                // With a board, from that board's part of the index; without one, from the end of all of it.
                let along = match index {
                    "threads_waiting" | "threads_waiting_public" => format!("SCAN threads USING INDEX {index}"),
                    _ => format!("SEARCH threads USING INDEX {index} (board_id=?"),
                };
                assert!(steps.iter().any(|step| step.starts_with(&along)), "not along {index} ({state}):\n{words}");
                let scans = steps.iter().filter(|step| step.starts_with("SCAN") && **step != along).count();
                assert_eq!(scans, 0, "a whole table ({state}):\n{words}");
            }
        }
    }
}
