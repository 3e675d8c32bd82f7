//! One connection, whichever database it leads to, and what every connection is told when it opens.

use super::{deadline, statements};
use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use std::path::{Path, PathBuf};

/// A connection to either database. Queries are typed once for both; the few that cannot be are in `dialect.rs`.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// Embedded, the default.
    Sqlite(SqliteConnection),
    /// When it grows.
    Postgres(PgConnection),
}

/// Which database, decided by the URL when the program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://...`, kept whole: it may hold a password and is never logged.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH` or `postgres://...`; anything else is refused, because a typo must not open a new database.
    pub fn parse(url: &str) -> anyhow::Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                bail!("the database address says sqlite: but names no file");
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        bail!("the database address must begin with sqlite: or postgres://")
    }
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Read only; the database itself refuses a write.
    Read,
    /// Read and write.
    Write,
}

/// SQLite below 3.51.3 can corrupt a database in WAL mode when a reader and a checkpoint meet.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

impl Conn {
    /// Opens a connection and tells it how to behave.
    pub fn open(url: &DatabaseUrl, purpose: Purpose) -> anyhow::Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, purpose).map(Self::Sqlite),
            DatabaseUrl::Postgres(url) => open_postgres(url).map(Self::Postgres),
        }
    }
}

fn open_sqlite(path: &Path, purpose: Purpose) -> anyhow::Result<SqliteConnection> {
    deadline::install()?;
    let name = path.to_str().context("the path of the database is not UTF-8")?;
    if purpose == Purpose::Write {
        keep_private(path)?;
    }
    let mut connection = SqliteConnection::establish(name).with_context(|| format!("cannot open the database {name}"))?;
    // One statement each and in this order: a later pragma may need the lock that an earlier one waits for.
    let cache = if purpose == Purpose::Write { "PRAGMA cache_size=-8192" } else { "PRAGMA cache_size=-2048" };
    for pragma in [
        "PRAGMA busy_timeout=5000",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA cell_size_check=ON",
        "PRAGMA mmap_size=0",
        "PRAGMA temp_store=MEMORY",
        cache,
        "PRAGMA journal_size_limit=67108864",
        "PRAGMA secure_delete=ON",
    ] {
        connection.batch_execute(pragma).with_context(|| format!("the database refused: {pragma}"))?;
    }
    match purpose {
        Purpose::Read => connection.batch_execute("PRAGMA query_only=ON")?,
        Purpose::Write => connection.batch_execute("PRAGMA optimize=0x10002")?,
    }
    // Not before: what a connection is told when it opens belongs to no page.
    connection.set_instrumentation(statements::count);
    Ok(connection)
}

/// What is in the database is for its owner only; SQLite gives the files beside it the same rights.
fn keep_private(path: &Path) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(cause).with_context(|| format!("cannot make the database {}", path.display())),
    }
}

/// PostgreSQL did not answer. A kind of its own, so that people are told to come back and not that something broke.
#[derive(Debug)]
pub struct Unreachable(String);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "cannot reach PostgreSQL: {}", self.0)
    }
}

impl std::error::Error for Unreachable {}

/// A silent host is given up after 3 s, a silent connection after 10 s, unless the address says otherwise.
fn with_timeouts(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "3"), ("tcp_user_timeout", "10000")] {
        if !url.contains(&format!("{name}=")) {
            let joint = if url.contains('?') { '&' } else { '?' };
            url.extend([joint.to_string().as_str(), name, "=", value]);
        }
    }
    url
}

fn open_postgres(url: &str) -> anyhow::Result<PgConnection> {
    let mut connection =
        PgConnection::establish(&with_timeouts(url)).map_err(|cause| Unreachable(without_address(&cause.to_string())))?;
    connection.batch_execute(
        "SET application_name='alongside'; SET statement_timeout='5s'; SET lock_timeout='2s'; \
         SET idle_in_transaction_session_timeout='10s'; SET timezone='UTC'; SET client_min_messages='warning'",
    )?;
    connection.set_instrumentation(statements::count);
    Ok(connection)
}

/// PostgreSQL's messages may repeat the address with its password.
fn without_address(message: &str) -> String {
    message
        .split_whitespace()
        .filter(|word| !word.contains("://") && !word.contains("password="))
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(diesel::QueryableByName)]
struct ServerLanguage {
    #[diesel(sql_type = diesel::sql_types::Text)]
    language: String,
}

/// Refuses a SQLite that can corrupt, and warns when PostgreSQL's messages are not English: busy, full and deadlock are
/// told apart by them (see `super::trouble`).
pub fn check(connection: &mut Conn) -> anyhow::Result<()> {
    match connection {
        Conn::Sqlite(_) => {
            let version = libsqlite3_sys::SQLITE_VERSION_NUMBER;
            if version < OLDEST_SAFE_SQLITE {
                bail!("this SQLite ({version}) can corrupt a database; at least {OLDEST_SAFE_SQLITE} is needed");
            }
        }
        Conn::Postgres(connection) => {
            let found: ServerLanguage =
                diesel::sql_query("SELECT current_setting('lc_messages') AS language").get_result(connection)?;
            let language = found.language;
            if !(language.starts_with("en")
                || language == "C"
                || language == "POSIX"
                || language.starts_with("C.")
                || language.is_empty())
            {
                tracing::warn!(
                    language,
                    "PostgreSQL's messages are not English: set lc_messages to C, so that a full disk and a deadlock are recognised"
                );
            }
        }
    }
    Ok(())
}
