//! The database: embedded SQLite or PostgreSQL behind one door.
//!
//! [`Db::read`], [`Db::read_slow`] and [`Db::write`] are async at the edge and run one plain synchronous closure inside one
//! transaction, so that a page sees one state and no `.await` can stand inside a transaction. Only [`Db::write`] makes a
//! [`Tx`], and every verb that writes asks for one. A read that tries to write is refused by the database itself.
//!
//! - SQLite: short reads run in place on a reading connection of the calling thread (a hop to another thread costs as
//!   much as the queries of a page), under a deadline; slow reads on the blocking pool; writes on one connection behind a
//!   fair queue, each `BEGIN IMMEDIATE`.
//! - PostgreSQL: everything on the blocking pool, bounded by a fair semaphore of the pool's size.

pub mod connection;
mod deadline;
pub mod dialect;
pub mod id;
pub mod migrations;
pub mod schema;
pub mod statements;
mod text_enum;
pub mod trouble;

pub use connection::{Conn, DatabaseUrl};
pub use id::Id;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Refusal, Result};
use anyhow::anyhow;
use connection::Purpose;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use trouble::Trouble;

/// How long a read in place may run before SQLite interrupts it. It holds up every other request of its worker thread.
const READ_DEADLINE: Duration = Duration::from_secs(2);
/// A read in place that took longer than this is logged: it belongs to `read_slow`.
const SLOW_IN_PLACE: Duration = Duration::from_millis(20);
/// How long a slow read may run; longer readers stop SQLite's checkpoints.
const SLOW_READ_DEADLINE: Duration = Duration::from_secs(5);
/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(4);
/// Tries of one write that lost against another on PostgreSQL.
const TRIES: u32 = 3;
/// Older connections to PostgreSQL are closed, so that a failover is followed.
const RECYCLE_AFTER: Duration = Duration::from_mins(30);
/// Slow reads at the same time on SQLite.
const SLOW_READERS: usize = 4;

/// A handle to the database; clones lead to the same one.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    number: u64,
    url: DatabaseUrl,
    clock: Clock,
    writers: Pool,
    slow_readers: Pool,
}

/// Open connections that nobody uses right now, and the right to use one.
struct Pool {
    idle: Arc<Mutex<Vec<Kept>>>,
    permits: Arc<Semaphore>,
    purpose: Purpose,
}

struct Kept {
    connection: Conn,
    opened: Instant,
}

/// A writing transaction. Only [`Db::write`] makes one.
pub struct Tx<'a> {
    connection: &'a mut Conn,
    now: Timestamp,
}

impl Tx<'_> {
    /// The connection, for diesel.
    pub fn conn(&mut self) -> &mut Conn {
        self.connection
    }

    /// The moment of this transaction: one for everything that it writes.
    pub fn now(&self) -> Timestamp {
        self.now
    }
}

thread_local! {
    /// Reading connections of this thread, by database. Taken out while used.
    static READERS: RefCell<Vec<(u64, Conn)>> = const { RefCell::new(Vec::new()) };
}

impl Db {
    /// Opens the database. `connections` is the size of PostgreSQL's pool; SQLite always writes through one.
    pub fn open(url: DatabaseUrl, connections: usize, clock: Clock) -> anyhow::Result<Self> {
        static OPENED: AtomicU64 = AtomicU64::new(0);
        let mut first = Conn::open(&url, Purpose::Write)?;
        connection::check(&mut first)?;
        let (writing, reading) = match url {
            DatabaseUrl::Sqlite(_) => (1, SLOW_READERS),
            DatabaseUrl::Postgres(_) => (connections.max(2), 0),
        };
        let writers = Pool::new(writing, Purpose::Write);
        writers.give_back(Kept { connection: first, opened: Instant::now() });
        let slow_readers = Pool::new(reading, Purpose::Read);
        Ok(Self(Arc::new(Inner { number: OPENED.fetch_add(1, Ordering::Relaxed), url, clock, writers, slow_readers })))
    }

    /// Which database this is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// True for SQLite, whose file can be backed up and restored by this program.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.url, DatabaseUrl::Sqlite(_))
    }

    /// A short read: everything a page shows, in one closure and one state of the database.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        if !self.is_embedded() {
            return self.read_on(&self.0.writers, work).await;
        }
        let started = Instant::now();
        let result = self.read_in_place(work);
        let took = started.elapsed();
        if took > SLOW_IN_PLACE {
            tracing::warn!(milliseconds = took.as_millis(), "a read in place was slow");
        }
        result
    }

    /// A read that may take long: exports, searches, checks.
    pub async fn read_slow<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = if self.is_embedded() { &self.0.slow_readers } else { &self.0.writers };
        self.read_on(pool, work).await
    }

    /// A writing transaction. The closure may run more than once (PostgreSQL repeats what lost against another), so it
    /// has no effect outside the database; it is short: no rendering, hashing, mail or files inside.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let lease = self.0.writers.lease(&self.0.url).await?;
        let clock = self.0.clock.clone();
        blocking(move || {
            let mut tries = 0;
            loop {
                tries += 1;
                let outcome = lease.transaction(|connection| work(&mut Tx { connection, now: clock.now() }));
                match outcome {
                    Err(error) if tries < TRIES && trouble::of(&error) == Some(Trouble::Conflict) => {
                        std::thread::sleep(jitter(tries));
                    }
                    outcome => return outcome,
                }
            }
        })
        .await
    }

    /// The same as [`Db::write`] for the command line, which has nothing else to do meanwhile.
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let now = self.0.clock.now();
        let lease = Lease { pool: self.0.writers.share(), url: self.0.url.clone(), permit: None };
        lease.transaction(|connection| work(&mut Tx { connection, now }))
    }

    /// Stops waiting for the disk, for a database that is thrown away unless all of it was written: the demo's first start.
    /// PostgreSQL is left as it is.
    pub fn stop_syncing(&self) -> Result<()> {
        let mut kept = self.0.writers.take_idle(&self.0.url)?;
        if self.is_embedded() {
            execute(&mut kept.connection, "PRAGMA synchronous=OFF")?;
        }
        self.0.writers.give_back(kept);
        Ok(())
    }

    /// Runs outside any transaction on a connection of its own: migrations, `VACUUM INTO`.
    pub fn outside_transaction<T>(&self, work: impl FnOnce(&mut Conn) -> anyhow::Result<T>) -> anyhow::Result<T> {
        work(&mut Conn::open(&self.0.url, Purpose::Write)?)
    }

    fn read_in_place<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let number = self.0.number;
        let taken = READERS.with_borrow_mut(|readers| {
            let position = readers.iter().position(|(of, _)| *of == number)?;
            Some(readers.swap_remove(position).1)
        });
        let mut connection = match taken {
            Some(connection) => connection,
            None => Conn::open(&self.0.url, Purpose::Read)?,
        };
        let result = deadline::within(READ_DEADLINE, || {
            begin(&mut connection, Purpose::Read)?;
            within_transaction(&mut connection, work)
        });
        if may_be_kept(&result) {
            READERS.with_borrow_mut(|readers| readers.push((number, connection)));
        }
        result
    }

    async fn read_on<T: Send + 'static>(
        &self,
        pool: &Pool,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let lease = pool.lease(&self.0.url).await?;
        blocking(move || deadline::within(SLOW_READ_DEADLINE, || lease.transaction(work))).await
    }
}

/// The right to use one connection of a pool, for as long as it lives. The connection itself is taken, and opened if there
/// is none, on the thread that does the work: reaching PostgreSQL may take seconds, and a web worker has none to give.
struct Lease {
    pool: Pool,
    url: DatabaseUrl,
    /// None where nobody else asks: the command line.
    #[allow(dead_code)] // held, not read
    permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    /// One transaction. A connection that turns out to be gone is replaced once, before anything was said on it; what is
    /// lost later (at the commit, say) is not repeated, because it may have arrived.
    fn transaction<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut kept = self.pool.take_idle(&self.url)?;
        if let Err(error) = begin(&mut kept.connection, self.pool.purpose).map_err(Error::from) {
            if trouble::of(&error) != Some(Trouble::Gone) {
                return Err(error);
            }
            kept = Kept::open(&self.url, self.pool.purpose)?;
            begin(&mut kept.connection, self.pool.purpose)?;
        }
        let result = within_transaction(&mut kept.connection, work);
        self.pool.finish(kept, &result);
        result
    }
}

impl Kept {
    fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<Self> {
        Ok(Self { connection: Conn::open(url, purpose)?, opened: Instant::now() })
    }
}

impl Pool {
    fn new(size: usize, purpose: Purpose) -> Self {
        Self { idle: Arc::default(), permits: Arc::new(Semaphore::new(size)), purpose }
    }

    fn share(&self) -> Self {
        Self { idle: Arc::clone(&self.idle), permits: Arc::clone(&self.permits), purpose: self.purpose }
    }

    /// The right to use a connection, in the order of asking. [`Refusal::Busy`] after [`PATIENCE`].
    async fn lease(&self, url: &DatabaseUrl) -> Result<Lease> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Lease { pool: self.share(), url: url.clone(), permit: Some(permit) }),
            Ok(Err(_)) | Err(_) => Err(Refusal::Busy.into()),
        }
    }

    fn take_idle(&self, url: &DatabaseUrl) -> Result<Kept> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(kept) if matches!(url, DatabaseUrl::Sqlite(_)) || kept.opened.elapsed() < RECYCLE_AFTER => Ok(kept),
            _ => Kept::open(url, self.purpose),
        }
    }

    fn give_back(&self, kept: Kept) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }

    fn finish<T>(&self, kept: Kept, result: &Result<T>) {
        if may_be_kept(result) {
            self.give_back(kept);
        }
    }
}

/// A connection on which something odd happened is closed; the next one is opened when it is needed.
fn may_be_kept<T>(result: &Result<T>) -> bool {
    match result {
        Ok(_) | Err(Error::Refused(_)) => true,
        Err(error) => matches!(trouble::of(error), Some(Trouble::Conflict | Trouble::Taken)),
    }
}

/// Works inside the transaction that was begun. Commits what returns `Ok`, rolls everything else back, panics included.
fn within_transaction<T>(connection: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(|| work(&mut *connection))) {
        Ok(Ok(value)) => {
            commit(connection)?;
            Ok(value)
        }
        Ok(Err(error)) => {
            // The first failure is the one to tell; a failed rollback closes the connection (see `may_be_kept`).
            match rollback(connection) {
                Ok(()) => Err(error),
                Err(second) => Err(Error::Broken(anyhow!("{error}; and the roll-back failed: {second}"))),
            }
        }
        Err(panic) => {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
            let rolled_back = rollback(connection);
            Err(Error::Broken(anyhow!(
                "panic inside a transaction: {}; rolled back: {}",
                words.unwrap_or_default(),
                rolled_back.is_ok()
            )))
        }
    }
}

fn begin(connection: &mut Conn, purpose: Purpose) -> diesel::QueryResult<()> {
    match (connection, purpose) {
        (Conn::Sqlite(inner), Purpose::Write) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
        (Conn::Sqlite(inner), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN"),
        (Conn::Postgres(inner), Purpose::Write) => {
            AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        (Conn::Postgres(inner), Purpose::Read) => {
            AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
}

fn commit(connection: &mut Conn) -> diesel::QueryResult<()> {
    match connection {
        Conn::Sqlite(inner) => AnsiTransactionManager::commit_transaction(inner),
        Conn::Postgres(inner) => AnsiTransactionManager::commit_transaction(inner),
    }
}

fn rollback(connection: &mut Conn) -> diesel::QueryResult<()> {
    match connection {
        Conn::Sqlite(inner) => AnsiTransactionManager::rollback_transaction(inner),
        Conn::Postgres(inner) => AnsiTransactionManager::rollback_transaction(inner),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(move || statements::during(work)).await {
        Ok((result, count)) => {
            statements::add(count);
            result
        }
        Err(cause) => Err(Error::Broken(anyhow!("a database task ended early: {cause}"))),
    }
}

/// 5 to 20 ms, more with each try: two that collided should not meet again.
fn jitter(tries: u32) -> Duration {
    let mut byte = [0_u8; 1];
    let random = getrandom::fill(&mut byte).map_or(7, |()| u64::from(byte[0] % 16));
    Duration::from_millis(u64::from(tries) * (5 + random))
}

/// Says something to the database that has no result, on either of the two.
pub fn execute(connection: &mut Conn, sql: &str) -> diesel::QueryResult<()> {
    match connection {
        Conn::Sqlite(inner) => inner.batch_execute(sql),
        Conn::Postgres(inner) => inner.batch_execute(sql),
    }
}
