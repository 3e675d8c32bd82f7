//! The HTTP server: starts, and stops without cutting anybody off.

use crate::routes;
use crate::site::Site;
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use anyhow::Context;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static DRAINING: AtomicBool = AtomicBool::new(false);

/// Finishing what is under way, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;
/// Time for the head of a request to arrive: a slow phone's 6 KB at 100 bytes a second.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// A kept-alive connection without a request is closed after so long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// True once the process was told to stop.
pub fn is_draining() -> bool {
    DRAINING.load(Ordering::Relaxed)
}

/// Tells `/readyz` that this process is about to stop.
pub fn drain() {
    DRAINING.store(true, Ordering::Relaxed);
}

/// A server that listens.
pub struct Listening {
    /// Where; the port is the real one if 0 was asked for.
    pub address: SocketAddr,
    /// Runs until it is stopped.
    pub server: actix_web::dev::Server,
}

impl Listening {
    /// Stops it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }
}

/// Binds and starts. Must be called inside an actix runtime.
pub fn listen(site: &Site, address: SocketAddr, workers: usize) -> anyhow::Result<Listening> {
    let site = site.clone();
    let mut server = HttpServer::new(move || App::new().configure(routes::configure(&site)))
        .tcp_nodelay(true)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    if workers > 0 {
        server = server.workers(workers);
    }
    let server = server.bind(address).with_context(|| format!("Cannot listen on {address}: is something else using it?"))?;
    let address = *server.addrs().first().context("the server listens nowhere")?;
    Ok(Listening { address, server: server.run() })
}
