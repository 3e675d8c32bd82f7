//! Every endpoint of every slice, in one list. The only place that registers handlers.

use crate::accounts::host::FrontDoor;
use crate::accounts::{self, JoiningGate, KeepWords, RoleTaken, WayBack};
use crate::boards;
use crate::error::Result;
use crate::helplines;
use crate::moderation;
use crate::notifications;
use crate::privacy;
use crate::server;
use crate::site::Site;
use crate::threads;
use crate::web::assets;
use crate::web::compress::accepts;
use crate::web::endpoint::{self, Admits, Endpoint, SharedHost};
use crate::web::form::Path;
use crate::worker;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What else ends when somebody loses a role: in the browser and on the command line alike.
pub const ROLE_TAKEN: RoleTaken = RoleTaken(boards::end_moderating);

/// All endpoints, in the order in which they are tried. Called for each worker, and by tests.
pub fn endpoints() -> Vec<Endpoint> {
    let own = vec![
        Endpoint::get("/assets/{name:.*}", Admits::Machine, show_asset),
        Endpoint::get("/healthz", Admits::Machine, show_health),
        Endpoint::get("/readyz", Admits::Machine, show_readiness),
    ];
    [
        own,
        accounts::endpoints(),
        helplines::endpoints(),
        boards::endpoints(),
        notifications::endpoints(),
        threads::endpoints(),
        moderation::endpoints(),
        privacy::endpoints(),
    ]
    .concat()
}

/// Puts the whole site into an actix app.
pub fn configure(site: &Site) -> impl Fn(&mut web::ServiceConfig) + use<> {
    let site = site.clone();
    move |app| {
        let host: SharedHost = Rc::new(FrontDoor);
        app.app_data(host).app_data(Arc::clone(&site.config)).app_data(site.clone());
        // Questions of lower slices that higher ones answer.
        app.app_data(JoiningGate(helplines::HAS_CHECKED_LINE)).app_data(KeepWords(threads::keep_words)).app_data(ROLE_TAKEN);
        app.app_data(WayBack(privacy::way_back));
        for resource in endpoint::resources(&endpoints()) {
            app.service(resource);
        }
        app.default_service(web::route().service(actix_web::dev::fn_service(endpoint::lost)));
    }
}

async fn show_asset(request: HttpRequest, name: Path<String>) -> Result<HttpResponse> {
    let Some(asset) = assets::find(&name.0) else { return Err(crate::error::Error::UNSEEN) };
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (body, encoding) = match (asset.brotli, asset.gzip) {
        (Some(packed), _) if accepts(accepted, "br") => (packed, Some("br")),
        (_, Some(packed)) if accepts(accepted, "gzip") => (packed, Some("gzip")),
        _ => (asset.raw, None),
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
    }
    Ok(response.body(body))
}

/// The process is alive.
async fn show_health() -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n"))
}

/// The last answer of the database to "do you take a write", shared by whoever asks within [`PROBE_HOLDS`]: everybody may
/// ask, and each write waits for the disk.
#[derive(Default)]
struct Probe(tokio::sync::Mutex<Option<(Instant, bool)>>);

const PROBE_HOLDS: Duration = Duration::from_secs(2);

impl Probe {
    async fn is_writable(&self, site: &Site) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, is_writable)) = *last
            && at.elapsed() < PROBE_HOLDS
        {
            return is_writable;
        }
        let written = site.db.write(boards::probe).await;
        if let Err(error) = &written {
            tracing::error!(%error, "not ready");
        }
        *last = Some((Instant::now(), written.is_ok()));
        written.is_ok()
    }
}

/// The site can do its work: the database takes a write, the worker lives, and nobody told the process to stop.
async fn show_readiness(site: Site) -> Result<HttpResponse> {
    let trouble = if server::is_draining() {
        Some("stopping\n")
    } else if !worker::is_alive(&site) {
        Some("the worker stands still\n")
    } else if !site.kept::<Probe>().is_writable(&site).await {
        Some("the database takes no writes\n")
    } else {
        None
    };
    let mut response = if trouble.is_some() { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    Ok(response.content_type("text/plain; charset=utf-8").body(trouble.unwrap_or("ready\n")))
}
