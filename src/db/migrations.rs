//! The schema's history, once for each database: the same names, the same tables.

use super::connection::Conn;
use anyhow::anyhow;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number, the same in every process: who holds it migrates, the others wait.
const ADVISORY_LOCK: i64 = 0x0A10_0651_DE00;

/// Brings the schema up to date and returns the names of what was applied.
pub fn run(connection: &mut Conn) -> anyhow::Result<Vec<String>> {
    match connection {
        Conn::Sqlite(inner) => applied(inner.run_pending_migrations(SQLITE)),
        Conn::Postgres(inner) => {
            inner.batch_execute(&format!("SET statement_timeout='10min'; SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
            let result = applied(inner.run_pending_migrations(POSTGRES));
            inner.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK}); SET statement_timeout='5s'"))?;
            result
        }
    }
}

/// Names of the migrations that this program knows and the database does not have yet.
pub fn pending(connection: &mut Conn) -> anyhow::Result<Vec<String>> {
    match connection {
        Conn::Sqlite(inner) => names(inner.pending_migrations(SQLITE)),
        Conn::Postgres(inner) => names(inner.pending_migrations(POSTGRES)),
    }
}

/// True for a database that no program has brought anywhere yet.
pub fn is_new(connection: &mut Conn) -> anyhow::Result<bool> {
    let has = match connection {
        Conn::Sqlite(inner) => inner.applied_migrations().map(|has| has.len()),
        Conn::Postgres(inner) => inner.applied_migrations().map(|has| has.len()),
    };
    has.map(|count| count == 0).map_err(|cause| anyhow!("cannot read which migrations were applied: {cause}"))
}

/// Takes the newest migration back: for tests of what an older program left.
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::missing_panics_doc)] // only tests call it
pub fn take_newest_back(connection: &mut Conn) {
    match connection {
        Conn::Sqlite(inner) => inner.revert_last_migration(SQLITE).map(drop).unwrap(),
        Conn::Postgres(inner) => inner.revert_last_migration(POSTGRES).map(drop).unwrap(),
    }
}

/// Versions that the database has and this program does not know: it was written by a newer one.
pub fn unknown(connection: &mut Conn) -> anyhow::Result<Vec<String>> {
    let (known, has) = match connection {
        Conn::Sqlite(inner) => (versions(&SQLITE)?, inner.applied_migrations()),
        Conn::Postgres(inner) => (versions_pg(&POSTGRES)?, inner.applied_migrations()),
    };
    let has = has.map_err(|cause| anyhow!("cannot read which migrations were applied: {cause}"))?;
    Ok(has.iter().map(ToString::to_string).filter(|version| !known.contains(version)).collect())
}

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn applied(outcome: Outcome<Vec<diesel::migration::MigrationVersion<'_>>>) -> anyhow::Result<Vec<String>> {
    match outcome {
        Ok(versions) => Ok(versions.iter().map(ToString::to_string).collect()),
        Err(cause) => Err(anyhow!("the database could not be brought up to date: {cause}")),
    }
}

fn names<DB: diesel::backend::Backend>(
    outcome: Outcome<Vec<Box<dyn diesel::migration::Migration<DB>>>>,
) -> anyhow::Result<Vec<String>> {
    match outcome {
        Ok(migrations) => Ok(migrations.iter().map(|migration| migration.name().to_string()).collect()),
        Err(cause) => Err(anyhow!("cannot read which migrations are open: {cause}")),
    }
}

fn versions(source: &EmbeddedMigrations) -> anyhow::Result<Vec<String>> {
    use diesel::migration::MigrationSource;
    names_to_versions(MigrationSource::<diesel::sqlite::Sqlite>::migrations(source))
}

fn versions_pg(source: &EmbeddedMigrations) -> anyhow::Result<Vec<String>> {
    use diesel::migration::MigrationSource;
    names_to_versions(MigrationSource::<diesel::pg::Pg>::migrations(source))
}

fn names_to_versions<DB: diesel::backend::Backend>(
    outcome: Outcome<Vec<Box<dyn diesel::migration::Migration<DB>>>>,
) -> anyhow::Result<Vec<String>> {
    match outcome {
        Ok(migrations) => Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect()),
        Err(cause) => Err(anyhow!("cannot read the migrations of this program: {cause}")),
    }
}
