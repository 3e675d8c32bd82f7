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

/// Columns that name a person or may hold what somebody typed, and that are emptied or deleted when that person is erased
/// (`src/privacy`). A journey in `tests/site/privacy.rs` looks for what is left.
const ERASED: &str = "
    members.handle members.handle_key members.email members.email_key members.password_hash members.country
    members.time_zone members.colours members.text_size members.here_as members.about members.mark members.mark_colour
    letters.member_id letters.to_address letters.parameters letters.last_error letters.cause letters.template
    password_resets.member_id password_resets.email_key password_resets.token_hash
    pending_joins.handle pending_joins.handle_key pending_joins.email pending_joins.email_key pending_joins.password_hash
    pending_joins.country pending_joins.rules_version pending_joins.token_hash
    pending_joins.answer invitations.member_id invitations.token_hash arrivals.member_id
    email_changes.member_id email_changes.old_email email_changes.old_email_key email_changes.new_email
    email_changes.confirm_hash email_changes.undo_hash
    totp_secrets.member_id totp_secrets.hidden_secret
    recovery_codes.member_id recovery_codes.salt recovery_codes.code_hash
    passkeys.member_id passkeys.name passkeys.credential_id passkeys.credential
    passkey_challenges.member_id passkey_challenges.token_hash passkey_challenges.question
    known_browsers.member_id known_browsers.token_hash known_browsers.previous_hash
    mailbox_requests.member_id mailbox_requests.email mailbox_requests.email_key mailbox_requests.new_email
    mailbox_requests.words mailbox_requests.state mailbox_requests.confirm_hash
    old_handles.member_id old_handles.handle old_handles.handle_key old_handles.reason
    identities.member_id identities.issuer identities.subject
    pending_identities.issuer pending_identities.subject
    sign_on_sessions.sid
    consents.member_id consents.kind consents.version
    sessions.member_id sessions.token_hash sessions.previous_hash sessions.device
    account_log.reason
    board_moderators.member_id board_members.member_id
    board_requests.member_id board_requests.words board_requests.outcome board_requests.reason
    threads.title posts.source posts.body_source posts.body_html posts.submission_hash
    post_revisions.title post_revisions.stance post_revisions.source post_revisions.body_source post_revisions.body_html
    drafts.member_id drafts.place drafts.submission_id drafts.fields
    reading_positions.member_id
    notices.member_id notices.kind
    departures.byline health_withdrawals.member_id
    reports.words case_texts.title case_texts.source case_texts.body_html case_notes.words
    exports.member_id exports.file";

/// Columns of that kind that stay, each with the reason. A number of a person who was erased leads to an empty row.
const KEPT: &[(&str, &str)] = &[
    ("site_settings.name site_settings.value", "settings of the site, typed by administrators for everybody"),
    (
        "site_setting_changes.name site_setting_changes.value site_setting_changes.changed_by",
        "the record of the site: settings for everybody, and a number that leads to nobody",
    ),
    (
        "arrivals.invited_by arrivals.approved_by pending_joins.denied_by",
        "stand in the row of somebody else; the number leads to nobody",
    ),
    (
        "documents.kind documents.source documents.html documents.changed documents.published_by present_documents.kind",
        "texts for everybody; who published them is the record of the site, and the number leads to nobody",
    ),
    (
        "old_handles.handle_hash old_handles.changed_by",
        "a keyed hash, so that nobody takes a name that somebody gave up; who changed it leads to nobody",
    ),
    ("mailbox_requests.decided_by", "stands in the row of somebody else; the number leads to nobody"),
    ("throttles.bucket", "a number or a keyed hash; forgotten after two days"),
    (
        "sign_on_attempts.state_hash sign_on_attempts.browser_hash sign_on_attempts.hidden",
        "a browser on its way to a provider of sign-on; encrypted, and deleted after ten minutes",
    ),
    (
        "sign_on_newcomers.browser_hash sign_on_newcomers.hidden",
        "somebody who has no account; encrypted, and deleted after two hours",
    ),
    ("sign_on_logouts.token_hash", "the hash of a word of a provider; deleted after an hour"),
    ("setup_links.token_hash", "belongs to nobody; the link ends after a day"),
    (
        "account_log.member_id account_log.deed account_log.role account_log.done_by",
        "that somebody moderated, or did something for others, without a name, is the record of the site",
    ),
    (
        "account_log.command_line_user",
        "who used the machine's command line, as the machine names them: the record of the site, about no member",
    ),
    (
        "helplines.name helplines.about helplines.countries helplines.language helplines.need",
        "a line of urgent help, for everybody",
    ),
    ("helplines.voice_number helplines.text_number helplines.text_words helplines.hours helplines.cost", "as above"),
    ("helplines.owner_id helplines.checked_by", "that a person rang the line; which one, nobody knows any more"),
    (
        "boards.name boards.purpose boards.kind boards.audience boards.language boards.rules content_notes.label",
        "a board, for everybody",
    ),
    ("board_members.let_in_by board_requests.decided_by", "stand in the row of somebody else; the number leads to nobody"),
    ("board_changes.changed_by board_changes.what", "the record of a board: fixed words and numbers that lead to nobody"),
    (
        "threads.author_id threads.last_author_id posts.author_id",
        "the post or its stub keeps its place; the number leads to nobody",
    ),
    ("threads.audience threads.language threads.stance posts.stance", "choices out of fixed lists"),
    ("posts.submission_id", "made by the program, not by the person"),
    (
        "thread_changes.change thread_changes.changed_by thread_changes.reason",
        "a moderator's measure, and the reason that its writers were told",
    ),
    (
        "happenings.kind happenings.actor_id happenings.member_id",
        "what notices of others hang on; the numbers lead to nobody",
    ),
    ("notices.actor_id", "the notice is somebody else's; it names whoever the number leads to, nobody"),
    (
        "cases.kind cases.target_kind cases.state cases.subject_id cases.claimed_by case_texts.stance reports.reason",
        "that there was a case, why, and how it ended is the record of the house; the numbers lead to nobody",
    ),
    ("reports.reporter_id case_notes.written_by", "who told and who noted; the numbers lead to nobody"),
    (
        "moderation_log.act moderation_log.done_by moderation_log.detail",
        "the record of moderation: words of the program and numbers that lead to nobody",
    ),
    (
        "departures.member_id departures.words departures.receipt",
        "numbers only: shown by the last link, and after a restore the list of who must be erased again",
    ),
];

#[test]
fn every_column_that_may_tell_of_a_person_is_erased_with_them_or_says_why_not() {
    #[derive(QueryableByName)]
    struct Reference {
        #[diesel(sql_type = Text)]
        of_table: String,
        #[diesel(sql_type = Text)]
        name: String,
    }
    let folder = temporary();
    let mut connection = sqlite(&folder);
    let Conn::Sqlite(connection) = &mut connection else { panic!("not SQLite") };
    let references: Vec<Reference> = diesel::sql_query(
        "SELECT m.name AS of_table, f.\"from\" AS name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
         WHERE m.type = 'table' AND f.\"table\" = 'members'",
    )
    .load(connection)
    .unwrap();
    let mut telling: BTreeSet<String> =
        references.into_iter().map(|reference| format!("{}.{}", reference.of_table, reference.name)).collect();
    for (table, columns) in declared() {
        let columns = columns.into_iter().filter(|(name, kind, _)| ["Text", "Binary"].contains(kind) || name == "member_id");
        telling.extend(columns.map(|(name, ..)| format!("{table}.{name}")));
    }
    let lists: Vec<&str> =
        ERASED.split_whitespace().chain(KEPT.iter().flat_map(|(columns, _)| columns.split_whitespace())).collect();
    let listed: BTreeSet<String> = lists.iter().map(|column| (*column).to_owned()).collect();
    assert_eq!(lists.len(), listed.len(), "a column stands in both lists, or twice");
    let missing: Vec<_> = telling.difference(&listed).collect();
    assert!(missing.is_empty(), "erased with a person, or kept, and why? {missing:?}");
    let unknown: Vec<_> = listed.difference(&telling).collect();
    assert!(unknown.is_empty(), "no such column: {unknown:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
