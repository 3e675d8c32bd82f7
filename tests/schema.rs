//! Both migration folders hold the same names, tables and columns; they can be taken back; and `src/db/schema.rs` says
//! what is really there. The SQLite half always runs, the PostgreSQL half with `TEST_DATABASE_URL`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use alongside::clock::Clock;
use alongside::db::connection::{Conn, DatabaseUrl, Purpose};
use alongside::db::{Db, execute, migrations};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Columns by table, each with the kind that diesel sees in it and whether it may be empty.
type Tables = BTreeMap<String, BTreeSet<(String, &'static str, bool)>>;

fn folder_names(database: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let mut names: Vec<_> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(folder_names("sqlite"), folder_names("postgres"));
    assert!(!folder_names("sqlite").is_empty());
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_nullable: bool,
}

fn kind(declared: &str) -> &'static str {
    match declared.to_lowercase().as_str() {
        "bigint" => "BigInt",
        // An INTEGER PRIMARY KEY of SQLite is 64 bits wide; `tables` maps it by its name.
        "integer" => "Integer",
        "boolean" => "Bool",
        "text" => "Text",
        "blob" | "bytea" => "Binary",
        other => panic!("a column of an unexpected kind: {other}"),
    }
}

fn tables(rows: Vec<Column>) -> Tables {
    let mut tables = Tables::new();
    for row in
        rows.into_iter().filter(|row| row.of_table != "__diesel_schema_migrations" && !row.of_table.starts_with("sqlite_"))
    {
        let is_key = row.name == "id" && row.of_table != "board_list_version";
        let kind = if is_key { "BigInt" } else { kind(&row.kind) };
        tables.entry(row.of_table).or_default().insert((row.name, kind, row.is_nullable));
    }
    tables
}

fn sqlite(folder: &Path) -> Conn {
    let path = folder.join("schema.sqlite");
    let db = Db::open(DatabaseUrl::Sqlite(path.clone()), 1, Clock::default()).unwrap();
    db.outside_transaction(migrations::run).unwrap();
    Conn::open(&DatabaseUrl::Sqlite(path), Purpose::Write).unwrap()
}

fn sqlite_tables(connection: &mut Conn) -> Tables {
    let Conn::Sqlite(connection) = connection else { panic!("not SQLite") };
    tables(
        diesel::sql_query(
            "SELECT m.name AS of_table, p.name AS name, p.type AS kind, (p.\"notnull\" = 0 AND p.pk = 0) AS is_nullable \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
        )
        .load(connection)
        .unwrap(),
    )
}

fn temporary() -> std::path::PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = std::env::temp_dir().join(format!(
        "alongside-schema-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What `src/db/schema.rs` says.
fn declared() -> Tables {
    let text = include_str!("../src/db/schema.rs");
    let mut tables = Tables::new();
    let mut current = String::new();
    for line in text.lines().map(str::trim) {
        if line.ends_with(") {") {
            line.split_whitespace().next().unwrap().clone_into(&mut current);
        } else if let Some((column, kind)) =
            line.trim_end_matches(',').split_once(" -> ").filter(|_| !line.starts_with("diesel::"))
        {
            let (kind, is_nullable) =
                kind.strip_prefix("Nullable<").map_or((kind, false), |kind| (kind.trim_end_matches('>'), true));
            let kind = ["BigInt", "Integer", "Bool", "Text", "Binary"].into_iter().find(|known| *known == kind).unwrap();
            tables.entry(current.clone()).or_default().insert((column.to_owned(), kind, is_nullable));
        }
    }
    tables
}

#[test]
fn the_code_knows_every_column_of_sqlite() {
    let folder = temporary();
    assert_eq!(sqlite_tables(&mut sqlite(&folder)), declared());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_migration_of_sqlite_can_be_taken_back_to_nothing() {
    let folder = temporary();
    let mut connection = sqlite(&folder);
    for name in folder_names("sqlite").iter().rev() {
        let down = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite").join(name).join("down.sql");
        execute(&mut connection, &std::fs::read_to_string(down).unwrap()).unwrap();
    }
    assert!(sqlite_tables(&mut connection).is_empty());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_database_of_a_newer_program_is_recognised() {
    let folder = temporary();
    let mut connection = sqlite(&folder);
    assert!(migrations::unknown(&mut connection).unwrap().is_empty());
    execute(&mut connection, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')").unwrap();
    assert_eq!(migrations::unknown(&mut connection).unwrap(), ["29991231000000"]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn postgresql_has_the_same_tables_and_its_migrations_can_be_taken_back() {
    // Without a server there is nothing to look at; the names of both folders are compared above all the same.
    let Ok(admin) = std::env::var("TEST_DATABASE_URL") else {
        assert_eq!(folder_names("postgres").len(), folder_names("sqlite").len());
        return;
    };
    let schema = format!("schema_{}", std::process::id());
    let mut admin_connection = Conn::open(&DatabaseUrl::parse(&admin).unwrap(), Purpose::Write).unwrap();
    execute(&mut admin_connection, &format!("CREATE SCHEMA {schema}")).unwrap();
    let joint = if admin.contains('?') { '&' } else { '?' };
    let url = DatabaseUrl::parse(&format!("{admin}{joint}options=-csearch_path%3D{schema}")).unwrap();
    let mut connection = Conn::open(&url, Purpose::Write).unwrap();
    migrations::run(&mut connection).unwrap();
    let look = |connection: &mut Conn| {
        let Conn::Postgres(connection) = connection else { panic!("not PostgreSQL") };
        tables(
            diesel::sql_query(
                "SELECT table_name::text AS of_table, column_name::text AS name, data_type::text AS kind, is_nullable = 'YES' AS is_nullable \
                 FROM information_schema.columns WHERE table_schema = current_schema()",
            )
            .load(connection)
            .unwrap(),
        )
    };
    assert_eq!(look(&mut connection), declared());
    for name in folder_names("postgres").iter().rev() {
        let down = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres").join(name).join("down.sql");
        execute(&mut connection, &std::fs::read_to_string(down).unwrap()).unwrap();
    }
    assert!(look(&mut connection).is_empty());
    execute(&mut admin_connection, &format!("DROP SCHEMA {schema} CASCADE")).unwrap();
}
