//! A real server with a database of its own, a clock that can be moved and a mailbox; and people who use it over HTTP.

pub mod page;
pub mod people;
mod shapes;

use alongside::clock::Clock;
use alongside::config::{Config, Sources};
use alongside::db::{Conn, Db, Tx};
use alongside::locale::Locales;
use alongside::server;
use alongside::site::Site as Running;
use alongside::web::page::Templates;
use chrono::Duration;
use page::Page;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};

/// Parsed once for all tests of the process.
static PAGES: LazyLock<(Locales, Templates)> = LazyLock::new(|| {
    let locales = Locales::load().expect("the sentences load");
    let templates = Templates::load(&locales).expect("the templates load");
    (locales, templates)
});

/// What was logged as an error by any site of this process.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What the log said of each request to any site of this process, by its number.
static ANSWERED: LazyLock<Mutex<HashMap<String, Answered>>> = LazyLock::new(Mutex::default);

static COUNT: AtomicU64 = AtomicU64::new(0);

/// What the log says of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// The endpoint's method.
    pub method: String,
    /// The endpoint's address, as `routes.rs` writes it.
    pub route: String,
    /// How many statements the database ran for it.
    pub statements: i64,
}

impl Answered {
    /// Of the request that brought this page.
    pub fn of(page: &Page) -> Self {
        let number = page.headers["x-request-id"].to_str().expect("a number");
        ANSWERED.lock().expect("the log").get(number).expect("the log knows the request").clone()
    }
}

/// A site under test.
pub struct Site {
    /// The running site: database, clock, mailbox.
    pub running: Running,
    /// Where it listens: `http://127.0.0.1:PORT`, or `http://localhost:PORT` if it is [`named`].
    pub address: String,
    /// Speaks HTTP and follows no redirect by itself.
    pub client: reqwest::Client,
    folder: PathBuf,
    database: Option<OfPostgres>,
}

/// Runs one journey on a fresh site. At its end the worker runs once more; nothing may have been logged as an error.
pub fn with_site(journey: impl AsyncFnOnce(&Site)) {
    with_site_set(|_| {}, journey);
}

/// The same with other settings.
pub fn with_site_set(set: impl FnOnce(&mut Config), journey: impl AsyncFnOnce(&Site)) {
    watch_the_log();
    actix_web::rt::System::new().block_on(async {
        let (site, handle) = Site::open(set);
        journey(&site).await;
        site.works().await;
        handle.stop(false).await;
        site.close();
        let logged = logged();
        assert!(logged.is_empty(), "something was logged as broken: {logged:#?}");
    });
}

/// For [`with_site_set`]: a public address with a name, at which browsers know passkeys.
pub fn named(config: &mut Config) {
    "http://localhost:0".clone_into(&mut config.public_address);
}

/// Runs one journey with two processes of one site: one database, one clock, one public address, and a memory of its own
/// for each. At its end both workers run once more.
pub fn with_two_processes(journey: impl AsyncFnOnce(&Site, &Site)) {
    with_two_processes_set(|_| {}, journey);
}

/// The same with other settings.
pub fn with_two_processes_set(set: impl FnOnce(&mut Config), journey: impl AsyncFnOnce(&Site, &Site)) {
    with_site_set(set, async |first| {
        let (second, handle) = first.twin();
        journey(first, &second).await;
        second.works().await;
        handle.stop(false).await;
    });
}

impl Site {
    fn open(set: impl FnOnce(&mut Config)) -> (Self, actix_web::dev::ServerHandle) {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("alongside-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let (url, database) = database(&folder, number);
        let mut sources = Sources::default();
        sources.set("data", folder.display().to_string(), "the test");
        sources.set("database_url", url, "the test");
        sources.set("database_connections", "4", "the test");
        sources.set("mail", "memory", "the test");
        sources.set("listen", "127.0.0.1:0", "the test");
        let mut config = Config::from_sources(sources).expect("good settings");
        set(&mut config);
        // The address is needed before the site opens.
        let listener = server::bind(config.listen).expect("a free port");
        config.listen = listener.local_addr().expect("a port");
        config.public_address = config.public_address.replace(":0", &format!(":{}", config.listen.port()));
        Self::start(config, Clock::default(), listener, folder, database)
    }

    /// Another process of the same site.
    fn twin(&self) -> (Self, actix_web::dev::ServerHandle) {
        let mut config = Config::clone(&self.running.config);
        config.listen.set_port(0);
        let listener = server::bind(config.listen).expect("a free port");
        config.listen = listener.local_addr().expect("a port");
        Self::start(config, self.running.clock.clone(), listener, self.folder.clone(), None)
    }

    fn start(
        config: Config,
        clock: Clock,
        listener: std::net::TcpListener,
        folder: PathBuf,
        database: Option<OfPostgres>,
    ) -> (Self, actix_web::dev::ServerHandle) {
        // As people type it: by the name, if there is one.
        let name = config.public_address.rsplit_once(':').map_or("", |(name, _)| name);
        let address = format!("{name}:{}", config.listen.port());
        let (locales, templates) = PAGES.clone();
        let running = Running::with(config, clock, locales, templates).expect("the site opens");
        let listening = server::listen_on(&running, listener, 1).expect("the server listens");
        let handle = listening.handle();
        actix_web::rt::spawn(listening.server);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        (Self { running, address, client, folder, database }, handle)
    }

    /// Time passes.
    pub fn later(&self, by: Duration) {
        self.running.clock.shift(by);
    }

    /// The letters that this process sent, the oldest first.
    pub fn letters(&self) -> Vec<alongside::mail::SentLetter> {
        self.running.kept::<alongside::mail::Carrier>().kept()
    }

    /// The worker does all that is due.
    pub async fn works(&self) {
        alongside::worker::tick(&self.running).await.expect("the worker works");
    }

    /// Uses a door directly: for what is there before the journey begins.
    pub async fn given<T: Send + 'static>(
        &self,
        what: impl Fn(&mut Tx<'_>) -> alongside::error::Result<T> + Send + 'static,
    ) -> T {
        self.running.db.write(what).await.expect("the door opens")
    }

    /// Looks into the database.
    pub async fn looks<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Conn) -> alongside::error::Result<T> + Send + 'static,
    ) -> T {
        self.running.db.read(what).await.expect("the database answers")
    }

    fn close(self) {
        if let Some(database) = &self.database {
            database.goes();
        }
        std::fs::remove_dir_all(&self.folder).expect("the folder goes");
    }
}

/// Takes out what was logged as an error so far.
fn logged() -> Vec<String> {
    std::mem::take(&mut *LOGGED.lock().expect("the log"))
}

/// A migrated database of its own, copied from one that was migrated once.
fn database(folder: &Path, number: u64) -> (String, Option<OfPostgres>) {
    match std::env::var("TEST_DATABASE_URL") {
        Err(_) => {
            let file = folder.join("alongside.sqlite");
            std::fs::write(&file, &*MIGRATED_FILE).expect("a copy of the migrated file");
            (format!("sqlite:{}", file.display()), None)
        }
        Ok(server) => {
            let database = OfPostgres { name: format!("test_{}_{number}", std::process::id()), server };
            database.server_does(&format!("CREATE DATABASE {} TEMPLATE {}", database.name, *MIGRATED_DATABASE));
            (database.url(), Some(database))
        }
    }
}

/// A database of the server that `TEST_DATABASE_URL` names. Copying a whole database is three times as fast as making a schema of
/// our tables, and locks that a database holds as a whole stay with one site.
struct OfPostgres {
    server: String,
    name: String,
}

impl OfPostgres {
    fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).expect("TEST_DATABASE_URL is an address");
        url.set_path(&self.name);
        url.into()
    }

    fn server_does(&self, statement: &str) {
        run_on_postgres(&self.server, statement).expect("PostgreSQL does it");
    }

    fn goes(&self) {
        self.server_does(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn run_on_postgres(url: &str, statements: &str) -> diesel::QueryResult<()> {
    let url = alongside::db::DatabaseUrl::parse(url).expect("an address of PostgreSQL");
    let mut connection = Conn::open(&url, alongside::db::connection::Purpose::Write).expect("PostgreSQL answers");
    alongside::db::execute(&mut connection, statements)
}

/// The bytes of a migrated SQLite file.
static MIGRATED_FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("alongside-migrated-{}.sqlite", std::process::id()));
    let url = alongside::db::DatabaseUrl::Sqlite(path.clone());
    let db = Db::open(url, 1, Clock::default()).expect("a fresh database");
    db.outside_transaction(|connection| {
        alongside::db::migrations::run(connection)?;
        // Everything into the one file that is copied.
        alongside::db::execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    })
    .expect("the migrations run");
    let bytes = std::fs::read(&path).expect("the migrated file");
    for end in ["", "-wal", "-shm"] {
        // The last two go by themselves if nothing has them open.
        drop(std::fs::remove_file(format!("{}{end}", path.display())));
    }
    bytes
});

/// The name of a migrated database of PostgreSQL: it goes by its migrations and serves every run until they change.
static MIGRATED_DATABASE: LazyLock<String> = LazyLock::new(|| {
    let mut migrations = DefaultHasher::new();
    DDL.hash(&mut migrations);
    let migrated = format!("migrated_{:016x}", migrations.finish());
    let server = std::env::var("TEST_DATABASE_URL").expect("only asked with PostgreSQL");
    let ours = OfPostgres { name: format!("migrating_{}", std::process::id()), server };
    ours.server_does(&format!("CREATE DATABASE {}", ours.name));
    run_on_postgres(&ours.url(), &DDL).expect("the migrations run");
    // Whole, or not there.
    if run_on_postgres(&ours.server, &format!("ALTER DATABASE {} RENAME TO {migrated}", ours.name)).is_err() {
        ours.goes();
    }
    migrated
});

/// Every migration of PostgreSQL in one text.
static DDL: LazyLock<String> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut folders: Vec<_> =
        std::fs::read_dir(root).expect("the migrations").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders.iter().map(|folder| std::fs::read_to_string(folder.join("up.sql")).expect("up.sql")).collect()
});

/// Keeps what is logged as an error and what is logged of each request, once for the process.
fn watch_the_log() {
    use tracing::field::{Field, Visit};
    #[derive(Default)]
    struct Fields {
        all: String,
        request: String,
        answered: Answered,
    }
    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            use std::fmt::Write;
            write!(self.all, "{field}={value:?} ").expect("a String takes all");
        }
        fn record_str(&mut self, field: &Field, value: &str) {
            match field.name() {
                "request" => value.clone_into(&mut self.request),
                "method" => value.clone_into(&mut self.answered.method),
                "route" => value.clone_into(&mut self.answered.route),
                _ => {}
            }
            self.record_debug(field, &value);
        }
        fn record_i64(&mut self, field: &Field, value: i64) {
            if field.name() == "statements" {
                self.answered.statements = value;
            }
            self.record_debug(field, &value);
        }
    }
    struct Watch;
    impl tracing::Subscriber for Watch {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            metadata.target() == "alongside::request"
                || (*metadata.level() == tracing::Level::ERROR && metadata.target().starts_with("alongside"))
        }
        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            tracing::span::Id::from_u64(1)
        }
        fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
        fn event(&self, event: &tracing::Event<'_>) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            if *event.metadata().level() == tracing::Level::ERROR {
                LOGGED.lock().expect("the log").push(fields.all);
            } else {
                ANSWERED.lock().expect("the log").insert(fields.request, fields.answered);
            }
        }
        fn enter(&self, _: &tracing::span::Id) {}
        fn exit(&self, _: &tracing::span::Id) {}
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Watch).expect("no other subscriber"));
}
