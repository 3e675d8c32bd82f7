//! Backup and restore of the embedded database.
//!
//! A copy is made by `VACUUM INTO`, which takes a consistent state while the site goes on, and is believed only after it
//! was opened and checked: its structure, its references, and the rows of every table counted against the state that was
//! copied. Nothing is ever overwritten: a backup refuses an existing file, and a restore keeps what stood there before. Every
//! copy is for its owner only, like the database itself.

use crate::clock::Timestamp;
use crate::data_folder::{beside, folder_of, make_private, take_alone};
use crate::db::{Conn, DatabaseUrl, Db, migrations};
use anyhow::{Context, anyhow, bail};
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Tries to copy one and the same state that was counted, while others write.
const TRIES: u32 = 5;

/// What was found in a database that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Version of the newest migration that it has.
    pub schema: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
}

impl fmt::Display for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let posts = self.rows.get("posts").copied().unwrap_or_default();
        let members = self.rows.get("members").copied().unwrap_or_default();
        let all: i64 = self.rows.values().sum();
        write!(
            formatter,
            "{members} members, {posts} posts, {all} rows in {} tables, schema {}",
            self.rows.len(),
            self.schema
        )
    }
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// What is there now.
    pub contents: Contents,
    /// Where the database that stood there before is kept, if there was one.
    pub kept: Option<PathBuf>,
}

/// What bringing a database up to date did.
#[derive(Debug)]
pub struct UpToDate {
    /// The migrations that were applied, in their order.
    pub applied: Vec<String>,
    /// Where the database is kept as it was before, if it is embedded and held something.
    pub kept: Option<PathBuf>,
}

/// Brings the schema up to date. Refuses what a newer program wrote. An embedded database is copied first, because a
/// migration cannot be taken back without losing what it made; without a good copy nothing is changed.
pub fn bring_up_to_date(db: &Db, now: Timestamp) -> anyhow::Result<UpToDate> {
    db.outside_transaction(|connection| {
        if let Some(newest) = migrations::unknown(connection)?.into_iter().max() {
            bail!(
                "The database was written by a newer program (schema {newest}): run that one, or restore an older backup."
            );
        }
        let kept = match db.url() {
            DatabaseUrl::Sqlite(path)
                if !migrations::is_new(connection)? && !migrations::pending(connection)?.is_empty() =>
            {
                Some(
                    keep_before_update(path, now)
                        .context("The database was not brought up to date, because it could not be copied before")?,
                )
            }
            _ => None,
        };
        let applied = migrations::run(connection).with_context(|| match &kept {
            Some(kept) => format!("What stood there before is kept in {}", kept.display()),
            None => "Nothing was copied before".to_owned(),
        })?;
        Ok(UpToDate { applied, kept })
    })
}

fn keep_before_update(path: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let name = format!(".before-update-{}", now.utc().format("%Y-%m-%dT%H-%M-%SZ"));
    let names = std::iter::once(name.clone()).chain((2..100).map(|number| format!("{name}-{number}")));
    let kept = names.map(|name| beside(path, &name)).find(|kept| !kept.exists()).context("every name is taken")?;
    copy(path, &kept)?;
    Ok(kept)
}

/// Copies the database into a new file and checks the copy.
pub fn backup(database: &DatabaseUrl, target: &Path) -> anyhow::Result<Contents> {
    let source = embedded(database, "Back up PostgreSQL with its own pg_dump; this command is for the embedded database.")?;
    if !source.exists() {
        bail!("There is no database at {} to back up.", source.display());
    }
    copy(source, target)
}

/// Puts a backup in the place of the database, whole. Refuses while anybody uses the database, and refuses what is
/// broken, what is no backup of this program and what a newer program wrote.
pub fn restore(database: &DatabaseUrl, backup: &Path, now: Timestamp) -> anyhow::Result<Restored> {
    let target =
        embedded(database, "Restore PostgreSQL with its own pg_restore; this command is for the embedded database.")?;
    if !backup.is_file() {
        bail!("There is no file {}.", backup.display());
    }
    let _alone = take_alone(target)?;
    refuse_newer(backup)?;
    let fresh = beside(target, ".restoring");
    remove_database(&fresh)?; // of a restore that was cut off
    let contents = copy(backup, &fresh)?;
    let kept = set_aside(target, now)?;
    std::fs::rename(&fresh, target).with_context(|| format!("{} cannot take its place", fresh.display()))?;
    sync_folder(target)?;
    Ok(Restored { contents, kept })
}

fn embedded<'a>(database: &'a DatabaseUrl, otherwise: &'static str) -> anyhow::Result<&'a Path> {
    match database {
        DatabaseUrl::Sqlite(path) => Ok(path),
        DatabaseUrl::Postgres(_) => Err(anyhow!(otherwise)),
    }
}

/// A checked copy of `source` at `target`, which must not exist. What fails leaves nothing behind.
fn copy(source: &Path, target: &Path) -> anyhow::Result<Contents> {
    if target.exists() {
        bail!("{} is there already, and nothing is overwritten: name another file.", target.display());
    }
    let unfinished = beside(target, ".unfinished");
    remove_database(&unfinished)?;
    let copied = copy_unfinished(source, &unfinished).and_then(|contents| {
        // A link fails where a rename would overwrite a file that appeared meanwhile.
        std::fs::hard_link(&unfinished, target)
            .or_else(|_| if target.exists() { Err(exists(target)) } else { std::fs::rename(&unfinished, target) })
            .with_context(|| format!("{} cannot be written", target.display()))?;
        sync_folder(target)?;
        Ok(contents)
    });
    remove_database(&unfinished)?;
    copied
}

fn exists(target: &Path) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::AlreadyExists, format!("{} is there already", target.display()))
}

fn copy_unfinished(source: &Path, target: &Path) -> anyhow::Result<Contents> {
    let name = target.to_str().with_context(|| format!("{} is not UTF-8", target.display()))?;
    let into = format!("VACUUM INTO '{}'", name.replace('\'', "''"));
    for _ in 0..TRIES {
        let mut counting = open(source)?;
        let mut copying = open(source)?;
        // The first read fixes the state that is counted; the copy begins right after it. If somebody committed between
        // the two, the counts differ, and it is done again.
        counting.batch_execute("BEGIN")?;
        schema_version(&mut counting)?;
        // SQLite takes an empty file as it would make one, but would make it for everybody to read.
        make_private(target).with_context(|| format!("{name} cannot be made"))?;
        copying.batch_execute(&into).with_context(|| format!("{} cannot be copied to {name}", source.display()))?;
        let counted = count(&mut counting)?;
        counting.batch_execute("COMMIT")?;
        File::open(target)?.sync_all()?;
        let found = check(target)?;
        if found == counted {
            return Ok(found);
        }
        remove_database(target)?;
    }
    bail!("The copy of {} never held the same rows as the database: try again when fewer people write.", source.display())
}

/// Opens a backup and checks all of it: structure, references, rows.
pub fn check(path: &Path) -> anyhow::Result<Contents> {
    #[derive(QueryableByName)]
    struct Finding {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }
    #[derive(QueryableByName)]
    struct Dangling {
        #[diesel(sql_type = Text)]
        table: String,
    }
    let mut connection = open(path)?;
    let findings: Vec<Finding> = diesel::sql_query("PRAGMA integrity_check(5)")
        .load(&mut connection)
        .with_context(|| format!("{} cannot be read as a database", path.display()))?;
    if findings.iter().any(|finding| finding.integrity_check != "ok") || findings.is_empty() {
        let words = findings.iter().map(|finding| finding.integrity_check.as_str()).collect::<Vec<_>>().join("; ");
        bail!("{} is damaged: {words}.", path.display());
    }
    let dangling: Vec<Dangling> =
        diesel::sql_query("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 5").load(&mut connection)?;
    if let Some(first) = dangling.first() {
        bail!("{} is damaged: rows of {} refer to rows that are not there.", path.display(), first.table);
    }
    count(&mut connection).with_context(|| format!("{} is not a database of Alongside", path.display()))
}

/// Without any setting that would write into the file or change its journal.
fn open(path: &Path) -> anyhow::Result<SqliteConnection> {
    let name = path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))?;
    let mut connection = SqliteConnection::establish(name).with_context(|| format!("{name} cannot be opened"))?;
    connection.batch_execute(
        "PRAGMA busy_timeout=5000; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0",
    )?;
    Ok(connection)
}

fn refuse_newer(backup: &Path) -> anyhow::Result<()> {
    schema_version(&mut open(backup)?).with_context(|| format!("{} is not a database of Alongside", backup.display()))?;
    let unknown = migrations::unknown(&mut Conn::Sqlite(open(backup)?))?;
    if let Some(newest) = unknown.iter().max() {
        bail!("{} was written by a newer program (schema {newest}): restore it with that one.", backup.display());
    }
    Ok(())
}

fn schema_version(connection: &mut SqliteConnection) -> anyhow::Result<String> {
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let newest: Version = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1")
        .get_result(connection)?;
    Ok(newest.version)
}

fn count(connection: &mut SqliteConnection) -> anyhow::Result<Contents> {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
    }
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let schema = schema_version(connection)?;
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .load(connection)?;
    let mut rows = BTreeMap::new();
    for Table { name } in tables {
        let found: Rows = diesel::sql_query(format!("SELECT count(*) AS rows FROM \"{}\"", name.replace('"', "\"\"")))
            .get_result(connection)?;
        rows.insert(name, found.rows);
    }
    Ok(Contents { schema, rows })
}

/// Keeps the present database and what SQLite left beside it, together, under a dated name.
fn set_aside(target: &Path, now: Timestamp) -> anyhow::Result<Option<PathBuf>> {
    if !target.exists() {
        // A log without its database belongs to nothing, and must not be read into the new one.
        remove_leftovers(target)?;
        return Ok(None);
    }
    fold_log(target);
    let moment = now.utc().format("%Y-%m-%dT%H-%M-%SZ");
    let kept = beside(target, &format!(".before-restore-{moment}"));
    if kept.exists() {
        bail!("{} is there already: try again in a second.", kept.display());
    }
    for ending in ["-wal", "-shm"] {
        let (from, to) = (beside(target, ending), beside(&kept, ending));
        if from.exists() {
            std::fs::rename(&from, &to).with_context(|| format!("{} cannot be kept", from.display()))?;
        }
    }
    // A second name first, so that at no moment there is no database: a server that started then would make an empty one.
    std::fs::hard_link(target, &kept)
        .or_else(|_| std::fs::rename(target, &kept))
        .with_context(|| format!("{} cannot be kept", target.display()))?;
    Ok(Some(kept))
}

/// Brings the write-ahead log of the old database into it, so that one file holds everything. If it is too broken for
/// that, the log is kept beside it.
fn fold_log(path: &Path) {
    let folded = open(path).and_then(|mut connection| Ok(connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?));
    if let Err(cause) = folded {
        tracing::warn!(error = %format!("{cause:#}"), "the old database could not be closed in order; its log is kept beside it");
    }
}

/// Removes a database with all that SQLite may have left beside it; nothing happens if there is none.
pub(crate) fn remove_database(path: &Path) -> anyhow::Result<()> {
    remove(path)?;
    remove_leftovers(path)
}

fn remove_leftovers(path: &Path) -> anyhow::Result<()> {
    ["-wal", "-shm", "-journal"].iter().try_for_each(|ending| remove(&beside(path, ending)))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(cause).with_context(|| format!("{} cannot be removed", path.display())),
    }
}

/// So that a new name is there after a power failure too.
fn sync_folder(path: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::data_folder::share;
    use crate::db::{Db, execute};

    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("alongside-backup-{test}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        fn url(&self) -> DatabaseUrl {
            DatabaseUrl::Sqlite(self.at("alongside.sqlite"))
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<_> =
                std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    /// A migrated database that holds one setting of this value.
    fn site_that_says(url: &DatabaseUrl, value: &str) {
        let db = Db::open(url.clone(), 1, Clock::default()).unwrap();
        db.outside_transaction(|connection| migrations::run(connection).map(drop)).unwrap();
        db.write_now(|tx| {
            Ok(execute(tx.conn(), &format!("INSERT OR REPLACE INTO site_settings VALUES ('says', '{value}')"))?)
        })
        .unwrap();
    }

    fn says(url: &DatabaseUrl) -> String {
        #[derive(QueryableByName)]
        struct Value {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let DatabaseUrl::Sqlite(path) = url else { unreachable!() };
        let value: Value =
            diesel::sql_query("SELECT value FROM site_settings").get_result(&mut open(path).unwrap()).unwrap();
        value.value
    }

    #[test]
    fn a_backup_holds_every_row_and_overwrites_nothing() {
        let folder = Folder::new("rows");
        site_that_says(&folder.url(), "first");
        let file = folder.at("it's a backup.sqlite");
        let contents = backup(&folder.url(), &file).unwrap();
        assert_eq!(contents.rows.get("site_settings"), Some(&1));
        assert!(contents.rows.contains_key("posts") && !contents.schema.is_empty());
        assert_eq!(check(&file).unwrap(), contents);
        assert!(folder.names().iter().all(|name| !name.contains("unfinished")), "{:?}", folder.names());

        let before = std::fs::read(&file).unwrap();
        let told = backup(&folder.url(), &file).unwrap_err().to_string();
        assert!(told.contains("nothing is overwritten"), "{told}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }

    /// The rights of a file for owner, group and others.
    #[cfg(unix)]
    fn rights(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn nobody_but_its_owner_reads_a_copy_of_what_people_wrote() {
        let folder = Folder::new("rights");
        site_that_says(&folder.url(), "then");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        // As it may be after somebody carried it here.
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap();
        let copied_again = folder.at("again.sqlite");
        backup(&folder.url(), &copied_again).unwrap();
        assert_eq!((rights(&folder.at("alongside.sqlite")), rights(&copied_again)), (0o600, 0o600));
    }

    /// A database as the program before this one left it.
    fn older_site_that_says(url: &DatabaseUrl, value: &str) -> String {
        site_that_says(url, value);
        let DatabaseUrl::Sqlite(path) = url else { unreachable!() };
        let before = schema_version(&mut open(path).unwrap()).unwrap();
        migrations::take_newest_back(&mut Conn::Sqlite(open(path).unwrap()));
        assert_ne!(schema_version(&mut open(path).unwrap()).unwrap(), before);
        before
    }

    #[test]
    fn a_database_is_copied_before_it_is_brought_up_to_date_and_the_copy_is_kept() {
        let folder = Folder::new("update");
        let newest = older_site_that_says(&folder.url(), "then");
        let taken = folder.at("alongside.sqlite.before-update-1970-01-01T00-00-00Z");
        std::fs::write(&taken, "of somebody else").unwrap();
        let now = Timestamp::from_micros(0);
        let db = Db::open(folder.url(), 1, Clock::default()).unwrap();
        let done = bring_up_to_date(&db, now).unwrap();
        assert_eq!(done.applied, [newest]);
        let kept = done.kept.unwrap();
        assert_eq!(kept, folder.at("alongside.sqlite.before-update-1970-01-01T00-00-00Z-2"));
        assert_eq!(std::fs::read(&taken).unwrap(), b"of somebody else", "nothing is overwritten");
        assert_eq!(says(&DatabaseUrl::Sqlite(kept.clone())), "then");
        assert_ne!(schema_version(&mut open(&kept).unwrap()).unwrap(), done.applied.concat());
        #[cfg(unix)]
        assert_eq!(rights(&kept), 0o600);

        let again = bring_up_to_date(&db, now).unwrap();
        assert!(again.applied.is_empty() && again.kept.is_none(), "{again:?}");
        // And back to the program before, with what it wrote.
        drop(db);
        restore(&folder.url(), &kept, now).unwrap();
        assert_eq!(says(&folder.url()), "then");
    }

    #[test]
    fn without_a_copy_nothing_is_brought_up_to_date_and_of_an_empty_database_none_is_made() {
        let folder = Folder::new("update-refused");
        older_site_that_says(&folder.url(), "then");
        let before = schema_version(&mut open(&folder.at("alongside.sqlite")).unwrap()).unwrap();
        // What refers to nothing makes the check of the copy fail.
        let orphan = "INSERT INTO consents (member_id, kind, version, given_at) VALUES (77, 'rules', '1', 0)";
        open(&folder.at("alongside.sqlite")).unwrap().batch_execute(&format!("PRAGMA foreign_keys=OFF; {orphan}")).unwrap();
        let db = Db::open(folder.url(), 1, Clock::default()).unwrap();
        let told = format!("{:#}", bring_up_to_date(&db, Timestamp::from_micros(0)).unwrap_err());
        assert!(told.contains("not brought up to date"), "{told}");
        assert_eq!(schema_version(&mut open(&folder.at("alongside.sqlite")).unwrap()).unwrap(), before);

        let fresh = DatabaseUrl::Sqlite(folder.at("fresh.sqlite"));
        let done = bring_up_to_date(&Db::open(fresh, 1, Clock::default()).unwrap(), Timestamp::from_micros(0)).unwrap();
        assert!(!done.applied.is_empty() && done.kept.is_none());
        assert!(folder.names().iter().all(|name| !name.contains("before-update")), "{:?}", folder.names());
    }

    #[test]
    fn nothing_is_made_where_there_is_nothing_to_back_up() {
        let folder = Folder::new("nothing");
        assert!(backup(&folder.url(), &folder.at("backup")).is_err());
        assert!(restore(&folder.url(), &folder.at("backup"), Timestamp::from_micros(0)).is_err());
        assert_eq!(folder.names(), Vec::<String>::new());
    }

    #[test]
    fn postgresql_is_sent_to_its_own_program() {
        let url = DatabaseUrl::Postgres("postgres://forum".to_owned());
        assert!(backup(&url, Path::new("backup")).unwrap_err().to_string().contains("pg_dump"));
        assert!(
            restore(&url, Path::new("backup"), Timestamp::from_micros(0)).unwrap_err().to_string().contains("pg_restore")
        );
    }

    #[test]
    fn a_restore_swaps_the_whole_database_and_keeps_the_old_one() {
        let folder = Folder::new("swap");
        site_that_says(&folder.url(), "then");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        site_that_says(&folder.url(), "now");

        let restored = restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap();
        assert_eq!(says(&folder.url()), "then");
        let kept = restored.kept.unwrap();
        assert_eq!(kept, folder.at("alongside.sqlite.before-restore-1970-01-01T00-00-00Z"));
        assert_eq!(says(&DatabaseUrl::Sqlite(kept)), "now");
    }

    #[test]
    fn the_log_of_the_old_database_is_never_read_into_the_new_one() {
        let folder = Folder::new("log");
        site_that_says(&folder.url(), "then");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        // A process that was killed leaves its log: here one that belongs to no database any more, but is whole, so that
        // SQLite would believe it.
        let killed = Db::open(folder.url(), 1, Clock::default()).unwrap();
        killed.write_now(|tx| Ok(execute(tx.conn(), "UPDATE site_settings SET value = 'of another life'")?)).unwrap();
        let log = std::fs::read(folder.at("alongside.sqlite-wal")).unwrap();
        drop(killed);
        std::fs::remove_file(folder.at("alongside.sqlite")).unwrap();
        std::fs::write(folder.at("alongside.sqlite-wal"), log).unwrap();
        assert!(restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap().kept.is_none());
        assert_eq!(says(&folder.url()), "then");
        assert!(!folder.names().contains(&"alongside.sqlite-wal".to_owned()), "{:?}", folder.names());
    }

    #[test]
    fn a_restore_refuses_what_a_newer_program_wrote() {
        let folder = Folder::new("newer");
        site_that_says(&folder.url(), "here");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        open(&file)
            .unwrap()
            .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')")
            .unwrap();
        let told = restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap_err().to_string();
        assert!(told.contains("newer program") && told.contains("29991231000001"), "{told}");
        assert_eq!(says(&folder.url()), "here");
    }

    #[test]
    fn a_restore_refuses_what_is_damaged_and_leaves_everything_as_it_was() {
        let folder = Folder::new("damaged");
        site_that_says(&folder.url(), "here");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        let whole = std::fs::read(&file).unwrap();
        let mut torn = whole.clone();
        torn.truncate(whole.len() / 2);
        let mut scribbled = whole.clone();
        scribbled.iter_mut().skip(4096).step_by(7).for_each(|byte| *byte = byte.wrapping_add(13));
        let dangling = folder.at("dangling.sqlite");
        std::fs::write(&dangling, &whole).unwrap();
        let orphan = "INSERT INTO consents (member_id, kind, version, given_at) VALUES (77, 'rules', '1', 0)";
        open(&dangling).unwrap().batch_execute(&format!("PRAGMA foreign_keys=OFF; {orphan}")).unwrap();
        let empty = folder.at("other.sqlite");
        open(&empty).unwrap().batch_execute("CREATE TABLE cats (name TEXT)").unwrap();
        for (broken, name) in [
            (torn, "torn"),
            (scribbled, "scribbled"),
            (b"not a database at all".to_vec(), "text"),
            (std::fs::read(&dangling).unwrap(), "dangling"),
            (std::fs::read(&empty).unwrap(), "cats"),
            (Vec::new(), "empty"),
        ] {
            let path = folder.at(name);
            std::fs::write(&path, broken).unwrap();
            assert!(restore(&folder.url(), &path, Timestamp::from_micros(0)).is_err(), "{name} was restored");
            assert_eq!(says(&folder.url()), "here", "{name}");
        }
        assert!(
            folder.names().iter().all(|name| !name.contains("restor") && !name.contains("unfinished")),
            "{:?}",
            folder.names()
        );
    }

    #[test]
    fn a_restore_waits_for_nobody_and_disturbs_nobody() {
        let folder = Folder::new("used");
        site_that_says(&folder.url(), "here");
        let file = folder.at("backup.sqlite");
        backup(&folder.url(), &file).unwrap();
        let server = share(&folder.url()).unwrap();
        assert!(
            restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap_err().to_string().contains("stop the server")
        );
        drop(server);
        restore(&folder.url(), &file, Timestamp::from_micros(0)).unwrap();
    }
}
