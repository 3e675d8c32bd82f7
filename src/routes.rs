//! Every endpoint of every slice, in one list. The only place that registers handlers.

use crate::accounts::host::FrontDoor;
use crate::accounts::{self, JoiningGate, KeepWords};
use crate::boards;
use crate::error::Result;
use crate::helplines;
use crate::notifications;
use crate::site::Site;
use crate::threads;
use crate::web::assets;
use crate::web::compress::accepts;
use crate::web::endpoint::{self, Admits, Endpoint, SharedHost};
use crate::web::form::Path;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use std::rc::Rc;
use std::sync::Arc;

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
        app.app_data(JoiningGate(helplines::has_checked_line)).app_data(KeepWords(threads::keep_words));
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

/// The site can do its work: the database takes a write.
async fn show_readiness(site: Site) -> Result<HttpResponse> {
    let is_writable = site
        .db
        .write(|tx| {
            Ok(diesel::RunQueryDsl::execute(
                diesel::sql_query("UPDATE board_list_version SET version = version WHERE id = 1"),
                tx.conn(),
            )?)
        })
        .await;
    match is_writable {
        Ok(_) if !crate::worker::is_alive(&site) => Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body("the worker stands still\n")),
        Ok(_) if !crate::server::is_draining() => {
            Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
        }
        Ok(_) => Ok(HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("stopping\n")),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Ok(HttpResponse::ServiceUnavailable()
                .content_type("text/plain; charset=utf-8")
                .body("the database takes no writes\n"))
        }
    }
}
