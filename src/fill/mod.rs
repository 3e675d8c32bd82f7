//! `alongside fill`: data for load tests, made fast.
//!
//! People and boards come through their doors. Threads and posts are written in bulk past theirs, but nothing distinguishes
//! them afterwards: every constraint holds, every count is right, and the words were rendered by the same function. The same
//! seed makes the same data.

mod store;
pub mod words;

use crate::accounts::model::{NewMember, PasswordAttempt};
use crate::accounts::{self, Member};
use crate::boards::{self, Audience, Board, BoardDraft, ContentNote, Kind};
use crate::clock::{Clock, Timestamp};
use crate::db::{Conn, Db, Id};
use crate::text::{self, PostSource};
use crate::threads::Stance;
use anyhow::{Context, bail};
use chrono::Duration;
use std::fmt;
use std::time::Instant;
use store::{Counts, NoteRow, PostRow, ThreadRow};
use words::Seeded;

/// People who write.
const PEOPLE: i64 = 500;
/// Different posts. Rendering is the slowest part of writing, and readers cannot tell.
const VARIANTS: usize = 500;
/// Threads that are alive at the same time: their posts stand between each other, as in a community that grew.
const THREADS_AT_ONCE: usize = 50;
/// A transaction is committed after so many posts.
const POSTS_A_TRANSACTION: usize = 10_000;
/// The first thread was opened so long ago.
const PAST_DAYS: i64 = 730;
/// Two posts of a thread lie at most so far apart.
const LONGEST_PAUSE: Duration = Duration::hours(12);
/// Everybody's password, for signing in during a load run.
pub const PASSWORD: &str = "a-load-test-and-nothing-else";

/// How much.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Boards, all public.
    pub boards: usize,
    /// Threads, on boards drawn at random.
    pub threads: usize,
    /// Posts of each thread, the opening post included.
    pub posts: usize,
    /// One more thread of so many posts, on the first new board; none if 0.
    pub thread_of: usize,
    /// The same seed makes the same data.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Threads.
    pub threads: usize,
    /// Posts.
    pub posts: usize,
    /// E-mail address of one of the people; the password is [`PASSWORD`].
    pub somebody: String,
    /// The long thread, if there is one.
    pub long_thread: Option<i64>,
    /// All of it, people and boards included.
    pub took: std::time::Duration,
}

impl fmt::Display for Filled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss)] // a rate for people to read
        let rate = self.posts as f64 / seconds;
        write!(formatter, "{} threads, {} posts in {seconds:.1} s: {rate:.0} posts a second.", self.threads, self.posts)?;
        if let Some(thread) = self.long_thread {
            write!(formatter, " The long thread is /threads/{thread}.")?;
        }
        write!(formatter, " Sign in as {} with the password {PASSWORD}.", self.somebody)
    }
}

/// Fills a migrated database, empty or not. Nobody else may be writing meanwhile: numbers are given by hand.
pub fn fill(db: &Db, amount: Amount) -> anyhow::Result<Filled> {
    if amount.boards == 0 || amount.posts == 0 {
        bail!("There must be at least one board, and one post in each thread.");
    }
    let started = Instant::now();
    let now = Clock::default().now();
    let mut seeded = Seeded::new(amount.seed);
    let variants = variants(&mut seeded)?;
    let past = now.minus(Duration::days(PAST_DAYS + 1));
    let (authors, somebody) = people(db, past)?;
    let boards = make_boards(db, past, amount.boards)?;

    let mut done = db.outside_transaction(|connection| {
        store::prepare(connection)?;
        let (_, last_thread, last_post) = store::highest_ids(connection)?;
        let mut filler = Filler {
            seeded,
            authors,
            boards,
            variants,
            now,
            next_thread: last_thread + 1,
            next_post: last_post + 1,
            posts: 0,
        };
        filler.write_threads(connection, amount.threads, amount.posts)?;
        if amount.thread_of > 0 {
            filler.write_long_thread(connection, amount.thread_of)?;
        }
        store::finish(connection)?;
        Ok(filler)
    })?;
    done.next_thread -= 1;
    Ok(Filled {
        threads: amount.threads + usize::from(amount.thread_of > 0),
        posts: done.posts,
        somebody,
        long_thread: (amount.thread_of > 0).then_some(done.next_thread),
        took: started.elapsed(),
    })
}

/// Source and HTML of each variant.
fn variants(seeded: &mut Seeded) -> anyhow::Result<Vec<(String, String)>> {
    (0..VARIANTS)
        .map(|_| {
            let typed = words::post(seeded);
            let source =
                PostSource::parse(&typed).map_err(|fault| anyhow::anyhow!("an invented post cannot stand: {fault:?}"))?;
            let html = text::render(&source).as_str().to_owned();
            Ok((source.as_str().to_owned(), html))
        })
        .collect()
}

fn people(db: &Db, joined_at: Timestamp) -> anyhow::Result<(Vec<Id<Member>>, String)> {
    let password_hash = accounts::hash_password(&PasswordAttempt::new(PASSWORD)).map_err(broken)?;
    let then = at(db, joined_at)?;
    then.write_now(|tx| {
        let (highest, _, _) = store::highest_ids(tx.conn())?;
        let mut authors = Vec::new();
        for number in highest + 1..=highest + PEOPLE {
            let handle = format!("filler-{number}");
            let person = NewMember {
                email: address(number),
                handle,
                password_hash: password_hash.clone(),
                community_letters: true,
                ..NewMember::default()
            };
            let member = accounts::create_member(tx, &person)?;
            accounts::agree(tx, member)?;
            authors.push(member);
        }
        Ok((authors, address(highest + 1)))
    })
    .map_err(broken)
}

fn address(number: i64) -> String {
    format!("filler-{number}@fill.example")
}

fn make_boards(db: &Db, made_at: Timestamp, count: usize) -> anyhow::Result<Vec<BoardWithNotes>> {
    let then = at(db, made_at)?;
    then.write_now(|tx| {
        (1..=count)
            .map(|number| {
                let board = boards::create(
                    tx,
                    None,
                    &BoardDraft {
                        name: format!("Load board {number}"),
                        purpose: "Invented words for measuring. Nobody real writes here.".to_owned(),
                        kind: Kind::Peers,
                        audience: Audience::Public,
                        organisation_reads: true,
                        language: "en".to_owned(),
                        rules: vec!["Say how it was for you.".to_owned()],
                        content_notes: vec!["Hospital stay".to_owned(), "Food and weight".to_owned()],
                    },
                )?;
                let notes = boards::content_notes(tx.conn(), board)?;
                Ok((board, notes.into_iter().map(|note| note.id).collect()))
            })
            .collect()
    })
    .map_err(broken)
}

/// The same database, but in the past.
fn at(db: &Db, moment: Timestamp) -> anyhow::Result<Db> {
    let clock = Clock::default();
    clock.shift(moment.since(clock.now()));
    Db::open(db.url().clone(), 2, clock)
}

fn broken(error: crate::error::Error) -> anyhow::Error {
    match error {
        crate::error::Error::Broken(cause) => cause,
        refused @ crate::error::Error::Refused(_) => anyhow::anyhow!("{refused}"),
    }
}

type BoardWithNotes = (Id<Board>, Vec<Id<ContentNote>>);

struct Filler {
    seeded: Seeded,
    authors: Vec<Id<Member>>,
    boards: Vec<BoardWithNotes>,
    variants: Vec<(String, String)>,
    now: Timestamp,
    next_thread: i64,
    next_post: i64,
    posts: usize,
}

/// A thread before its posts have numbers: who writes when.
struct Planned {
    thread: ThreadRow,
    notes: Vec<NoteRow>,
    posts: Vec<(Id<Member>, Timestamp)>,
}

impl Filler {
    fn write_threads(&mut self, connection: &mut Conn, threads: usize, posts: usize) -> anyhow::Result<()> {
        let past = Duration::days(PAST_DAYS);
        let step = past / i32::try_from(threads.max(1)).context("that many threads")?;
        let mut opened = self.now.minus(past);
        let mut left = threads;
        let threads_a_transaction = (POSTS_A_TRANSACTION / posts).max(1);
        while left > 0 {
            let mut windows = Vec::new();
            let mut room = threads_a_transaction.min(left);
            left -= room;
            while room > 0 {
                let size = THREADS_AT_ONCE.min(room);
                room -= size;
                let mut window = Vec::with_capacity(size);
                for _ in 0..size {
                    let board = self.seeded.below(self.boards.len());
                    window.push(self.plan(board, opened, posts)?);
                    opened = opened.plus(step);
                }
                windows.push(window);
            }
            self.write(connection, windows)?;
        }
        Ok(())
    }

    fn write_long_thread(&mut self, connection: &mut Conn, posts: usize) -> anyhow::Result<()> {
        let thread = self.plan(0, self.now.minus(Duration::days(PAST_DAYS)), posts)?;
        self.write(connection, vec![vec![thread]])
    }

    fn plan(&mut self, board: usize, opened_at: Timestamp, posts: usize) -> anyhow::Result<Planned> {
        let (board, board_notes) = self.boards.get(board).context("there is no board")?;
        let board = *board;
        let notes: Vec<_> = if self.seeded.once_in(5) {
            board_notes.iter().copied().take(1 + self.seeded.below(2)).collect()
        } else {
            Vec::new()
        };
        let id = Id::new(self.next_thread);
        self.next_thread += 1;
        let post_count = i32::try_from(posts).context("that many posts")?;
        let longest = (self.now.since(opened_at) / post_count.max(1)).min(LONGEST_PAUSE);
        let longest = usize::try_from(longest.num_microseconds().unwrap_or(1)).unwrap_or(1);
        let mut moment = opened_at;
        let mut planned = Vec::with_capacity(posts);
        for _ in 0..posts {
            planned.push((self.author()?, moment));
            let pause = i64::try_from(self.seeded.below(longest)).unwrap_or(1);
            moment = moment.plus(Duration::microseconds(1 + pause));
        }
        let (author_id, _) = *planned.first().context("a thread has an opening post")?;
        let (last_author_id, last_post_at) = *planned.last().context("a thread has an opening post")?;
        let thread = ThreadRow {
            id,
            board_id: board,
            author_id,
            title: words::title(&mut self.seeded),
            audience: Audience::Public,
            organisation_reads: true,
            language: "en",
            // Set with the words of the opening post.
            stance: Stance::Experience,
            opened_at,
            post_count,
            reply_count: post_count - 1,
            last_post_at,
            last_author_id,
            first_reply_at: planned.iter().find(|(author, _)| *author != author_id).map(|(_, at)| *at),
            note_count: i32::try_from(notes.len())?,
            version: i64::from(post_count),
        };
        let notes = notes.into_iter().map(|note_id| NoteRow { thread_id: id, note_id }).collect();
        Ok(Planned { thread, notes, posts: planned })
    }

    fn author(&mut self) -> anyhow::Result<Id<Member>> {
        self.authors.get(self.seeded.below(self.authors.len())).copied().context("nobody writes")
    }

    /// One transaction. Within a window the posts of all threads stand in the order of time.
    fn write(&mut self, connection: &mut Conn, windows: Vec<Vec<Planned>>) -> anyhow::Result<()> {
        let Self { seeded, variants, next_post, .. } = self;
        let mut counts = Counts::default();
        let (mut thread_rows, mut note_rows, mut post_rows) = (Vec::new(), Vec::new(), Vec::new());
        for mut window in windows {
            let mut order: Vec<(Timestamp, usize, usize)> = window
                .iter()
                .enumerate()
                .flat_map(|(thread, planned)| {
                    planned.posts.iter().enumerate().map(move |(position, (_, at))| (*at, thread, position))
                })
                .collect();
            order.sort_unstable();
            let mut written: Vec<Vec<Id<crate::threads::Post>>> =
                window.iter().map(|planned| Vec::with_capacity(planned.posts.len())).collect();
            for (posted_at, thread, position) in order {
                let (Some(planned), Some(before)) = (window.get_mut(thread), written.get_mut(thread)) else { continue };
                let Some((author_id, _)) = planned.posts.get(position).copied() else { continue };
                let (body_source, body_html) = variants.get(seeded.below(variants.len())).context("there are no words")?;
                let (stance, source) = match seeded.below(10) {
                    0 => (Stance::Read, seeded.one_of(words::SOURCES)),
                    1 | 2 => (Stance::Caring, ""),
                    _ => (Stance::Experience, ""),
                };
                if position == 0 {
                    planned.thread.stance = stance;
                }
                let in_reply_to = if seeded.once_in(3) { before.get(seeded.below(before.len())).copied() } else { None };
                let id = Id::new(*next_post);
                *next_post += 1;
                before.push(id);
                let hash: Vec<u8> = (0..4).flat_map(|_| seeded.number().to_be_bytes()).collect();
                post_rows.push(PostRow {
                    id,
                    thread_id: planned.thread.id,
                    position: i32::try_from(position + 1)?,
                    author_id,
                    stance,
                    source,
                    in_reply_to,
                    body_source,
                    body_html,
                    render_version: text::RENDER_VERSION,
                    posted_at,
                    submission_id: format!("fill-{id}"),
                    submission_hash: hash,
                });
                *counts.members.entry(author_id).or_default() += 1;
            }
            for planned in window {
                let board = counts.boards.entry(planned.thread.board_id).or_insert((0, 0, planned.thread.last_post_at));
                board.0 += 1;
                board.1 += planned.thread.post_count;
                board.2 = board.2.max(planned.thread.last_post_at);
                thread_rows.push(planned.thread);
                note_rows.extend(planned.notes);
            }
        }
        let posts = post_rows.len();
        store::in_transaction(connection, |connection| {
            store::insert(connection, &thread_rows, &note_rows, &post_rows)?;
            store::count(connection, &counts)
        })?;
        self.posts += posts;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::backup;
    use crate::db::{DatabaseUrl, migrations};
    use diesel::RunQueryDsl;
    use std::path::{Path, PathBuf};

    /// A database filled twice: what a second run adds must fit too.
    fn filled_twice(test: &str) -> (PathBuf, Db) {
        let folder = std::env::temp_dir().join(format!("alongside-fill-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(DatabaseUrl::Sqlite(folder.join("alongside.sqlite")), 1, Clock::default()).unwrap();
        db.outside_transaction(|connection| migrations::run(connection).map(drop)).unwrap();
        let filled = fill(&db, Amount { boards: 3, threads: 70, posts: 7, thread_of: 45, seed: 5 }).unwrap();
        assert_eq!((filled.threads, filled.posts, filled.long_thread), (71, 70 * 7 + 45, Some(71)));
        fill(&db, Amount { boards: 1, threads: 3, posts: 1, thread_of: 0, seed: 5 }).unwrap();
        (folder, db)
    }

    fn number(db: &Db, question: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Answer {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            answer: i64,
        }
        let answer: Answer = db
            .outside_transaction(|connection| {
                Ok(diesel::sql_query(format!("SELECT ({question}) AS answer")).get_result(connection)?)
            })
            .unwrap();
        answer.answer
    }

    fn remove(folder: &Path) {
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_filled_in_keeps_every_constraint_and_every_count() {
        let (folder, db) = filled_twice("counts");
        backup::check(&folder.join("alongside.sqlite")).unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM posts"), 70 * 7 + 45 + 3);
        assert_eq!(number(&db, "SELECT count(*) FROM threads"), 71 + 3);
        assert_eq!(number(&db, "SELECT count(*) FROM members"), 2 * PEOPLE);
        for wrong in [
            "SELECT count(*) FROM threads t WHERE post_count <> (SELECT count(*) FROM posts p WHERE p.thread_id = t.id) OR post_count <> (SELECT max(position) FROM posts p WHERE p.thread_id = t.id)",
            "SELECT count(*) FROM threads WHERE reply_count <> post_count - 1",
            "SELECT count(*) FROM threads t WHERE last_post_at <> (SELECT max(posted_at) FROM posts p WHERE p.thread_id = t.id) OR opened_at <> (SELECT min(posted_at) FROM posts p WHERE p.thread_id = t.id)",
            "SELECT count(*) FROM threads t WHERE first_reply_at IS NOT (SELECT min(posted_at) FROM posts p WHERE p.thread_id = t.id AND p.author_id <> t.author_id)",
            "SELECT count(*) FROM threads t JOIN posts p ON p.thread_id = t.id AND p.position = 1 WHERE p.author_id <> t.author_id OR p.stance <> t.stance",
            "SELECT count(*) FROM threads t JOIN posts p ON p.thread_id = t.id AND p.position = t.post_count WHERE p.author_id <> t.last_author_id",
            "SELECT count(*) FROM threads t WHERE note_count <> (SELECT count(*) FROM thread_notes n WHERE n.thread_id = t.id)",
            "SELECT count(*) FROM thread_notes n JOIN threads t ON t.id = n.thread_id JOIN content_notes c ON c.id = n.note_id WHERE c.board_id <> t.board_id",
            "SELECT count(*) FROM posts p JOIN posts q ON q.id = p.in_reply_to WHERE q.thread_id <> p.thread_id OR q.position >= p.position",
            "SELECT count(*) FROM posts p JOIN posts q ON q.thread_id = p.thread_id AND q.position = p.position + 1 WHERE q.posted_at <= p.posted_at OR q.id <= p.id",
            "SELECT count(*) FROM boards b WHERE thread_count <> (SELECT count(*) FROM threads t WHERE t.board_id = b.id)",
            "SELECT count(*) FROM boards b WHERE post_count <> (SELECT coalesce(sum(post_count), 0) FROM threads t WHERE t.board_id = b.id) OR last_post_at IS NOT (SELECT max(last_post_at) FROM threads t WHERE t.board_id = b.id)",
            "SELECT count(*) FROM members m WHERE post_count <> (SELECT count(*) FROM posts p WHERE p.author_id = m.id)",
            "SELECT count(*) FROM posts p JOIN members m ON m.id = p.author_id WHERE m.joined_at >= p.posted_at",
        ] {
            assert_eq!(number(&db, wrong), 0, "{wrong}");
        }
        for there in [
            "SELECT count(*) FROM posts WHERE stance = 'read'",
            "SELECT count(*) FROM posts WHERE in_reply_to IS NOT NULL",
            "SELECT count(*) FROM thread_notes",
        ] {
            assert!(number(&db, there) > 0, "{there}");
        }
        assert!(number(&db, "SELECT max(posted_at) FROM posts") < Clock::default().now().micros());
        remove(&folder);
    }

    #[test]
    fn nothing_is_filled_in_without_a_board_or_without_posts() {
        let db = Db::open(
            DatabaseUrl::Sqlite(std::env::temp_dir().join(format!("alongside-fill-none-{}", std::process::id()))),
            1,
            Clock::default(),
        )
        .unwrap();
        let amount = Amount { boards: 1, threads: 1, posts: 1, thread_of: 0, seed: 1 };
        assert!(fill(&db, Amount { boards: 0, ..amount }).is_err() && fill(&db, Amount { posts: 0, ..amount }).is_err());
        let DatabaseUrl::Sqlite(path) = db.url().clone() else { unreachable!() };
        drop(db);
        backup::remove_database(&path).unwrap();
    }
}
