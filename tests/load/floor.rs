//! The floor program: the same work with nothing around it, on the same database file, in a process of its own.
//!
//! An actix-web server with as many workers as ours, a plain diesel connection for each, and one template. It answers what
//! the page needs at least, so that a run can say which share of the possible ours reaches:
//!
//! - `/fixed`: 29 KB from memory.
//! - `/version/{thread}`: one indexed query; an ETag, and 304 if the asker has it.
//! - `/queries/{thread}`: the four indexed queries of a thread page, and fixed bytes.
//! - `/floor/{thread}?page=2`: the four queries and a page of about the size of ours, from the posts' stored HTML.
//! - `/cached/{thread}`: the same page, kept in memory, packed beforehand.

use crate::server::WORKERS;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use alongside::db::schema::{boards, members, posts, threads};
use anyhow::{Context, Result, bail};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use tera::Tera;

const POSTS_A_PAGE: i32 = 20;
const FIXED_BYTES: usize = 29_000;

thread_local! {
    /// Opened when the worker thread first needs it.
    static CONNECTION: RefCell<Option<SqliteConnection>> = const { RefCell::new(None) };
}

/// What all workers share.
struct Floor {
    database: PathBuf,
    tera: Tera,
    fixed: Bytes,
    cached: RwLock<HashMap<i64, Bytes>>,
}

#[derive(Deserialize)]
struct PageQuery {
    page: Option<i32>,
}

#[derive(Queryable, Serialize)]
struct ThreadRow {
    board_id: i64,
    title: String,
    language: String,
    post_count: i32,
    opened_at: i64,
}

#[derive(Queryable, Serialize)]
struct BoardRow {
    id: i64,
    name: String,
}

#[derive(Queryable)]
struct PostRow {
    id: i64,
    position: i32,
    author_id: i64,
    stance: String,
    body_html: String,
    posted_at: i64,
}

#[derive(Queryable)]
struct MemberRow {
    id: i64,
    handle: String,
    mark: String,
    mark_colour: String,
}

#[derive(Serialize)]
struct ThreadPage {
    id: i64,
    thread: ThreadRow,
    board: BoardRow,
    posts: Vec<PostOnPage>,
    pages: Vec<i32>,
}

#[derive(Serialize)]
struct PostOnPage {
    id: i64,
    position: i32,
    handle: String,
    author_id: i64,
    mark: String,
    mark_colour: String,
    stance: String,
    body_html: String,
    written: String,
}

/// Serves until it is ended.
pub fn serve(database: &Path, address: SocketAddr) -> Result<()> {
    let mut tera = Tera::new();
    tera.add_raw_template("thread.html", include_str!("floor.html"))?;
    let floor = web::Data::new(Floor {
        database: database.to_owned(),
        tera,
        fixed: Bytes::from(vec![b'x'; FIXED_BYTES]),
        cached: RwLock::default(),
    });
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(floor.clone())
                .route("/fixed", web::get().to(fixed))
                .route("/version/{thread}", web::get().to(version))
                .route("/queries/{thread}", web::get().to(queries))
                .route("/floor/{thread}", web::get().to(page))
                .route("/cached/{thread}", web::get().to(cached))
        });
        server.workers(WORKERS).tcp_nodelay(true).bind(address)?.run().await?;
        Ok(())
    })
}

async fn fixed(floor: web::Data<Floor>) -> HttpResponse {
    html(floor.fixed.clone())
}

async fn version(floor: web::Data<Floor>, thread: web::Path<i64>, request: HttpRequest) -> HttpResponse {
    let found =
        floor.read(|connection| Ok(threads::table.find(*thread).select(threads::version).first::<i64>(connection)?));
    answered(found.map(|version| {
        let tag = format!("\"{thread}-{version}\"");
        let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|asked| asked.as_bytes() == tag.as_bytes());
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((header::ETAG, tag)).finish()
    }))
}

async fn queries(floor: web::Data<Floor>, thread: web::Path<i64>, query: web::Query<PageQuery>) -> HttpResponse {
    let found = floor.read(|connection| thread_page(connection, *thread, query.page.unwrap_or(1)));
    answered(
        found.map(|page| if page.posts.is_empty() { HttpResponse::NotFound().finish() } else { html(floor.fixed.clone()) }),
    )
}

async fn page(floor: web::Data<Floor>, thread: web::Path<i64>, query: web::Query<PageQuery>) -> HttpResponse {
    answered(floor.rendered(*thread, query.page.unwrap_or(1)).map(html))
}

async fn cached(floor: web::Data<Floor>, thread: web::Path<i64>) -> HttpResponse {
    let kept = floor.cached.read().unwrap_or_else(PoisonError::into_inner).get(&thread).cloned();
    let packed = match kept {
        Some(packed) => Ok(packed),
        None => floor.rendered(*thread, 1).and_then(|page| packed(&page)).inspect(|packed| {
            floor.cached.write().unwrap_or_else(PoisonError::into_inner).insert(*thread, packed.clone());
        }),
    };
    answered(packed.map(|packed| {
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(packed)
    }))
}

impl Floor {
    fn rendered(&self, thread: i64, number: i32) -> Result<String> {
        let page = self.read(|connection| thread_page(connection, thread, number))?;
        Ok(self.tera.render("thread.html", &tera::Context::from_serialize(&page)?)?)
    }

    fn read<T>(&self, work: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        CONNECTION.with_borrow_mut(|kept| {
            if kept.is_none() {
                *kept = Some(open(&self.database)?);
            }
            work(kept.as_mut().context("no connection")?)
        })
    }
}

fn open(database: &Path) -> Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(database.to_str().context("the database's name is not UTF-8")?)?;
    connection.batch_execute(
        "PRAGMA busy_timeout=5000; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY; PRAGMA query_only=ON",
    )?;
    Ok(connection)
}

/// The four queries: the thread, its board, the posts of the page by their position, their authors.
fn thread_page(connection: &mut SqliteConnection, id: i64, number: i32) -> Result<ThreadPage> {
    let thread: ThreadRow = threads::table
        .find(id)
        .select((threads::board_id, threads::title, threads::language, threads::post_count, threads::opened_at))
        .first(connection)?;
    let board: BoardRow = boards::table.find(thread.board_id).select((boards::id, boards::name)).first(connection)?;
    let before = (number - 1) * POSTS_A_PAGE;
    let rows: Vec<PostRow> = posts::table
        .filter(posts::thread_id.eq(id).and(posts::position.gt(before)).and(posts::position.le(before + POSTS_A_PAGE)))
        .order(posts::position)
        .select((posts::id, posts::position, posts::author_id, posts::stance, posts::body_html, posts::posted_at))
        .load(connection)?;
    let authors: BTreeSet<i64> = rows.iter().map(|row| row.author_id).collect();
    let authors: Vec<MemberRow> = members::table
        .filter(members::id.eq_any(authors))
        .select((members::id, members::handle, members::mark, members::mark_colour))
        .load(connection)?;
    let authors: HashMap<i64, MemberRow> = authors.into_iter().map(|author| (author.id, author)).collect();
    let mut on_page = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(author) = authors.get(&row.author_id) else { bail!("post {} has no author", row.id) };
        on_page.push(PostOnPage {
            id: row.id,
            position: row.position,
            handle: author.handle.clone(),
            author_id: author.id,
            mark: author.mark.clone(),
            mark_colour: author.mark_colour.clone(),
            stance: row.stance,
            body_html: row.body_html,
            written: chrono::DateTime::from_timestamp_micros(row.posted_at)
                .unwrap_or_default()
                .format("%-d %B %Y, %H:%M")
                .to_string(),
        });
    }
    let pages = (1..=(thread.post_count + POSTS_A_PAGE - 1) / POSTS_A_PAGE).take(7).collect();
    Ok(ThreadPage { id, thread, board, posts: on_page, pages })
}

/// Gzip; how it was packed does not matter to what sending it costs.
fn packed(page: &str) -> Result<Bytes> {
    let level = libdeflater::CompressionLvl::new(6).map_err(|_| anyhow::anyhow!("no gzip level 6"))?;
    let mut compressor = libdeflater::Compressor::new(level);
    let mut bytes = vec![0; compressor.gzip_compress_bound(page.len())];
    let length = compressor.gzip_compress(page.as_bytes(), &mut bytes)?;
    bytes.truncate(length);
    Ok(bytes.into())
}

fn html(body: impl actix_web::body::MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
}

fn answered(result: Result<HttpResponse>) -> HttpResponse {
    result.unwrap_or_else(|error| HttpResponse::InternalServerError().body(format!("{error:#}")))
}
