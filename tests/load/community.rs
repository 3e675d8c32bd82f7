//! The filled community that a run looks at: built once, kept, and copied before anything is written into it.

use crate::http::Client;
use crate::server;
use crate::wrk::{Ask, Form};
use alongside::clock::{Clock, Timestamp};
use alongside::db::connection::Purpose;
use alongside::db::schema::{board_members, board_moderators, boards, consents, members, posts, sessions, threads};
use alongside::db::{Conn, DatabaseUrl};
use alongside::web::seal;
use anyhow::{Context, Result, bail};
use diesel::prelude::*;
use scraper::{Html, Selector};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Posts of the long thread, whose first and 500th page are compared.
const LONG_THREAD_POSTS: u32 = 10_000;
/// Members who read and members who post.
const READERS: usize = 8;
/// Threads that a window draws from, at most.
const LARGEST_DRAW: usize = 20_000;

/// How much to fill.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Boards.
    pub boards: u32,
    /// Threads on all boards.
    pub threads: u32,
    /// Posts of each thread.
    pub posts: u32,
}

/// What was filled, kept beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Filled {
    /// Posts.
    pub posts: u64,
    /// Seconds from the start of the program to its end.
    pub seconds: f64,
}

/// A community, ready to be served.
pub struct Community {
    /// The data folder.
    pub data: PathBuf,
    /// Its database.
    pub url: DatabaseUrl,
    /// When it was filled.
    pub filled: Filled,
}

/// What windows draw from.
pub struct Drawn {
    /// Boards that everybody reads.
    pub boards: Vec<i64>,
    /// Threads that everybody reads, at most [`LARGEST_DRAW`], spread over all, each with its number of pages.
    pub threads: Vec<(i64, i32)>,
    /// The longest thread and its number of pages.
    pub longest: (i64, i32),
    /// Cookies of members who only read.
    pub readers: Vec<String>,
    /// Cookies of members who moderate every board, because nothing limits how often those write.
    pub posters: Vec<String>,
}

/// Where runs keep what they build.
pub fn shelf() -> Result<PathBuf> {
    let program = Path::new(env!("CARGO_BIN_EXE_alongside"));
    let target = program.parent().and_then(Path::parent).context("the program has no folder")?;
    Ok(target.join("load"))
}

impl Community {
    /// The embedded database with these parameters and this schema: as it was kept, or filled now.
    pub fn embedded(size: Size, is_fresh: bool) -> Result<Self> {
        let name = format!("{}-boards-{}-threads-{}-posts-{}", size.boards, size.threads, size.posts, schema_hash()?);
        let (data, partial) = (shelf()?.join(&name), shelf()?.join(format!("{name}.partial")));
        if is_fresh && data.exists() {
            fs::remove_dir_all(&data)?;
        }
        if !data.join("filled.json").exists() {
            if partial.exists() {
                fs::remove_dir_all(&partial)?;
            }
            fs::create_dir_all(&partial)?;
            let filled = fill(&partial, None, size)?;
            fs::write(partial.join("filled.json"), serde_json::to_vec(&filled)?)?;
            fs::rename(&partial, &data)?;
        }
        let filled = serde_json::from_slice(&fs::read(data.join("filled.json"))?)?;
        let url = DatabaseUrl::Sqlite(data.join("alongside.sqlite"));
        Ok(Self { data, url, filled })
    }

    /// The PostgreSQL database at that address: filled now if it is empty, refused if it holds another community.
    pub fn postgres(address: &str, size: Size) -> Result<Self> {
        let url = DatabaseUrl::parse(address)?;
        let DatabaseUrl::Postgres(_) = url else { bail!("--postgres takes an address that begins with postgres://") };
        let data = shelf()?.join("postgres");
        fs::create_dir_all(&data)?;
        let mut connection = Conn::open(&url, Purpose::Write)?;
        alongside::db::migrations::run(&mut connection)?;
        let has: i64 = threads::table.count().get_result(&mut connection)?;
        let note = data.join("filled.json");
        if has == 0 {
            fs::write(&note, serde_json::to_vec(&fill(&data, Some(address), size)?)?)?;
        } else if has < i64::from(size.threads) {
            bail!("the PostgreSQL database holds {has} threads already: give an empty one, or one that this run has filled");
        }
        let filled = match fs::read(&note) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => Filled { posts: u64::try_from(has)? * u64::from(size.posts), seconds: f64::NAN },
        };
        Ok(Self { data, url, filled })
    }

    /// A copy to write into; the kept one stays as it was filled.
    pub fn copy(&self) -> Result<Self> {
        let data = shelf()?.join("run");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&data)?;
        for entry in fs::read_dir(&self.data)? {
            let path = entry?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                fs::copy(&path, data.join(name))?;
            }
        }
        Ok(Self { url: DatabaseUrl::Sqlite(data.join("alongside.sqlite")), data, filled: self.filled.clone() })
    }

    /// Tells the program where this community is.
    pub fn settings<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        settings(command, &self.data, self.postgres_address())
    }

    /// The file of the embedded database.
    pub fn file(&self) -> Option<&Path> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => Some(path),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    fn postgres_address(&self) -> Option<&str> {
        match &self.url {
            DatabaseUrl::Sqlite(_) => None,
            DatabaseUrl::Postgres(address) => Some(address),
        }
    }

    /// A connection that writes.
    pub fn connect(&self) -> Result<Conn> {
        Conn::open(&self.url, Purpose::Write)
    }

    /// The postmaster of a PostgreSQL that runs on this machine.
    pub fn postmaster(&self) -> Result<Option<u32>> {
        #[derive(QueryableByName)]
        struct Backend {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            process: i32,
        }
        let Conn::Postgres(mut connection) = self.connect()? else { return Ok(None) };
        let backend: Backend = diesel::sql_query("SELECT pg_backend_pid() AS process").get_result(&mut connection)?;
        let process = u32::try_from(backend.process)?;
        let is_here = fs::read_to_string(format!("/proc/{process}/comm")).is_ok_and(|name| name.trim() == "postgres");
        if is_here { crate::processor::parent_of(process).map(Some) } else { Ok(None) }
    }

    /// Posts that there are now.
    pub fn post_count(&self) -> Result<i64> {
        Ok(posts::table.count().get_result(&mut Conn::open(&self.url, Purpose::Read)?)?)
    }

    /// What windows draw from; makes the members that read and post, and their sessions.
    pub fn draw(&self) -> Result<Drawn> {
        let mut connection = self.connect()?;
        let everybody: Vec<i64> = boards::table
            .filter(boards::audience.eq("public").and(boards::archived_at.is_null()).and(boards::thread_count.gt(0)))
            .order(boards::id)
            .select(boards::id)
            .load(&mut connection)?;
        let all: Vec<(i64, i32)> = threads::table
            .filter(threads::audience.eq("public").and(threads::withdrawn_at.is_null()).and(threads::locked_at.is_null()))
            .order(threads::id)
            .select((threads::id, threads::post_count))
            .load(&mut connection)?;
        let longest = *all.iter().max_by_key(|(_, posts)| *posts).context("no thread is public")?;
        let step = all.len().div_ceil(LARGEST_DRAW).max(1);
        let drawn: Vec<(i64, i32)> =
            all.iter().step_by(step).filter(|(id, _)| *id != longest.0).map(|(id, posts)| (*id, pages(*posts))).collect();
        if everybody.is_empty() || drawn.is_empty() {
            bail!("no board or thread is public: there is nothing that a visitor could read");
        }
        let now = Clock::default().now();
        let (mut readers, mut posters) = (Vec::new(), Vec::new());
        for number in 1..=READERS {
            let reader = member(&mut connection, &format!("load-reader-{number}"), now)?;
            readers.push(session(&mut connection, reader, now)?);
            let poster = member(&mut connection, &format!("load-poster-{number}"), now)?;
            moderate(&mut connection, poster, now)?;
            posters.push(session(&mut connection, poster, now)?);
        }
        Ok(Drawn { boards: everybody, threads: drawn, longest: (longest.0, pages(longest.1)), readers, posters })
    }
}

/// Pages that earlier rounds may have added to a thread.
const MOST_NEW_PAGES: i32 = 20;

/// What a member posts: the form of each thread's own page, so that the run needs no names of fields.
pub fn forms(address: SocketAddr, drawn: &Drawn) -> Result<Vec<Ask>> {
    let mut client = Client::connect(address)?;
    let mut asks = Vec::new();
    let (first, last_page) = *drawn.threads.first().context("no thread")?;
    for poster in &drawn.posters {
        // Earlier rounds may have made the thread longer; the composer stands on its last page.
        let mut found = None;
        for page in last_page..last_page + MOST_NEW_PAGES {
            let answer = client.get(&format!("/threads/{first}?page={page}"), &[("Cookie", poster)])?;
            found = reply_form(&answer.text());
            if found.is_some() || answer.status != 200 {
                break;
            }
        }
        let (action, form) = found.with_context(|| format!("no form to reply on the last page of /threads/{first}"))?;
        for (thread, _) in &drawn.threads {
            let ask = Ask::get(action.replace(&format!("/{first}/"), &format!("/{thread}/")))
                .with("Cookie", poster)
                .with("Origin", format!("http://{address}"))
                .with("Sec-Fetch-Site", "same-origin")
                .with("Content-Type", "application/x-www-form-urlencoded");
            asks.push(Ask { form: Some(form.clone()), ..ask });
        }
    }
    Ok(asks)
}

/// The address of the form to reply, and its fields as a person would leave them who writes about their own experience.
fn reply_form(page: &str) -> Option<(String, Form)> {
    let page = Html::parse_document(page);
    let forms = Selector::parse("form[method=post][action*='/replies']").ok()?;
    let form = page.select(&forms).next()?;
    // A browser keeps what stands behind the # to itself.
    let action = form.value().attr("action")?.split('#').next()?.to_owned();
    let mut fields = url::form_urlencoded::Serializer::new(String::new());
    let inputs = Selector::parse("input[name], select[name]").ok()?;
    let mut chosen = Vec::new();
    for input in form.select(&inputs) {
        let (Some(name), value) = (input.value().attr("name"), input.value().attr("value").unwrap_or_default()) else {
            continue;
        };
        match input.value().attr("type") {
            // The first of each group: the ordinary case stands first.
            Some("radio") if !chosen.contains(&name) => {
                chosen.push(name);
                fields.append_pair(name, value);
            }
            Some("radio" | "checkbox" | "submit") => {}
            _ if name == "submission_id" => {}
            _ => {
                fields.append_pair(name, value);
            }
        }
    }
    let areas = Selector::parse("textarea[name]").ok()?;
    let words = form.select(&areas).next()?.value().attr("name")?.to_owned();
    Some((action, Form { fields: fields.finish(), words }))
}

fn pages(posts: i32) -> i32 {
    (posts + 19) / 20
}

fn settings<'a>(command: &'a mut Command, data: &Path, postgres: Option<&str>) -> &'a mut Command {
    // In the data folder, so that no settings file of the folder where the run was started counts.
    command.current_dir(data).env("ALONGSIDE_DATA", data);
    if let Some(address) = postgres {
        command.env("DATABASE_URL", address);
    }
    command
}

fn fill(data: &Path, postgres: Option<&str>, size: Size) -> Result<Filled> {
    let mut command = server::alongside();
    settings(&mut command, data, postgres)
        .arg("fill")
        .args(["--boards", &size.boards.to_string()])
        .args(["--threads", &size.threads.to_string()])
        .args(["--posts", &size.posts.to_string()])
        .args(["--thread-of", &LONG_THREAD_POSTS.to_string()])
        .stdin(Stdio::null());
    crate::say(&format!("filling {} threads of {} posts; this is done once", size.threads, size.posts));
    let started = Instant::now();
    let status = command.status().context("alongside fill")?;
    if !status.success() {
        bail!("alongside fill ended with {status}");
    }
    let seconds = started.elapsed().as_secs_f64();
    let url = postgres.map_or_else(|| Ok(DatabaseUrl::Sqlite(data.join("alongside.sqlite"))), DatabaseUrl::parse)?;
    let posts: i64 = posts::table.count().get_result(&mut Conn::open(&url, Purpose::Write)?)?;
    Ok(Filled { posts: u64::try_from(posts)?, seconds })
}

/// Changes with every migration, so that a kept file never has an older schema.
fn schema_hash() -> Result<String> {
    let mut files = Vec::new();
    for folder in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"))? {
        files.push(folder?.path().join("up.sql"));
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(&file).with_context(|| file.display().to_string())?);
    }
    let mut name = String::new();
    for byte in hash.finalize().iter().take(4) {
        write!(name, "{byte:02x}")?;
    }
    Ok(name)
}

/// The id of a member of that name, who has been here for a year; made if there is none.
fn member(connection: &mut Conn, name: &str, now: Timestamp) -> Result<i64> {
    let known: Option<i64> =
        members::table.filter(members::handle_key.eq(name)).select(members::id).first(connection).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let joined = now.minus(chrono::Duration::days(365));
    diesel::insert_into(members::table)
        .values((
            members::handle.eq(name),
            members::handle_key.eq(name),
            members::email.eq(format!("{name}@load.invalid")),
            members::email_key.eq(format!("{name}@load.invalid")),
            members::password_hash.eq("nobody can sign in with this"),
            members::post_count.eq(100),
            members::threads_opened.eq(100),
            members::joined_at.eq(joined.micros()),
        ))
        .execute(connection)?;
    let id: i64 = members::table.filter(members::handle_key.eq(name)).select(members::id).first(connection)?;
    for kind in ["rules", "health"] {
        diesel::insert_into(consents::table)
            .values((
                consents::member_id.eq(id),
                consents::kind.eq(kind),
                consents::version.eq("1"),
                consents::given_at.eq(joined.micros()),
            ))
            .execute(connection)?;
    }
    Ok(id)
}

/// A new session; returns the cookie.
fn session(connection: &mut Conn, member: i64, now: Timestamp) -> Result<String> {
    let token = seal::Token::random()?;
    diesel::delete(sessions::table.filter(sessions::member_id.eq(member))).execute(connection)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token.hash()),
            sessions::member_id.eq(member),
            sessions::is_shared_device.eq(false),
            sessions::created_at.eq(now.micros()),
            sessions::last_used_at.eq(now.micros()),
            sessions::expires_at.eq(now.plus(chrono::Duration::days(7)).micros()),
        ))
        .execute(connection)?;
    Ok(format!("sid={}", token.reveal()))
}

/// Makes a member moderator and member of every board.
fn moderate(connection: &mut Conn, member: i64, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::is_moderator.eq(true)).execute(connection)?;
    diesel::delete(board_moderators::table.filter(board_moderators::member_id.eq(member))).execute(connection)?;
    diesel::delete(board_members::table.filter(board_members::member_id.eq(member))).execute(connection)?;
    let all: Vec<i64> = boards::table.select(boards::id).load(connection)?;
    for board in all {
        diesel::insert_into(board_moderators::table)
            .values((
                board_moderators::board_id.eq(board),
                board_moderators::member_id.eq(member),
                board_moderators::since.eq(now.micros()),
            ))
            .execute(connection)?;
        diesel::insert_into(board_members::table)
            .values((
                board_members::board_id.eq(board),
                board_members::member_id.eq(member),
                board_members::since.eq(now.micros()),
            ))
            .execute(connection)?;
    }
    Ok(())
}
