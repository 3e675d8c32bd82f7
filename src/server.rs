//! The HTTP server: starts, and stops without cutting anybody off.
//!
//! Stopping: told by SIGTERM or SIGINT, `/readyz` says 503; after the setting `drain_seconds`, in which a proxy turns away,
//! no more connections are taken; what is under way is finished; then the worker stops between two things that it does. A
//! second signal ends the process at once.

use crate::routes;
use crate::site::Site;
use crate::worker;
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use anyhow::{Context, anyhow};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

static DRAINING: AtomicBool = AtomicBool::new(false);

/// Finishing what is under way, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;
/// Time for the head of a request to arrive: a slow phone's 6 KB at 100 bytes a second.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);
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

/// The server before it has an address. A macro, because its type cannot be named.
macro_rules! http_server {
    ($site:expr, $workers:expr) => {{
        let site: Site = $site.clone();
        let server = HttpServer::new(move || App::new().configure(routes::configure(&site)))
            .tcp_nodelay(true)
            .client_request_timeout(HEAD_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(SHUTDOWN_SECONDS)
            .disable_signals();
        if $workers > 0 { server.workers($workers) } else { server }
    }};
}

/// Binds and starts. Must be called inside an actix runtime.
pub fn listen(site: &Site, address: SocketAddr, workers: usize) -> anyhow::Result<Listening> {
    let server = http_server!(site, workers).bind(address).map_err(|cause| cannot_listen(address, &cause))?;
    let address = *server.addrs().first().context("the server listens nowhere")?;
    Ok(Listening { address, server: server.run() })
}

/// Starts on an address that [`bind`] took before. Must be called inside an actix runtime.
pub fn listen_on(site: &Site, listener: TcpListener, workers: usize) -> anyhow::Result<Listening> {
    let address = listener.local_addr()?;
    Ok(Listening { address, server: http_server!(site, workers).listen(listener)?.run() })
}

/// Takes an address for this process alone. Needs no runtime, so that a port that somebody else uses is told before
/// anything is begun, and the real port is known if 0 was asked for.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|cause| cannot_listen(address, &cause))
}

fn cannot_listen(address: SocketAddr, cause: &std::io::Error) -> anyhow::Error {
    anyhow!("Cannot listen on {address}: {cause}.")
}

/// Serves until somebody stops the process. Must be called inside an actix runtime.
pub async fn run(site: &Site, listening: Listening) -> anyhow::Result<()> {
    let handle = listening.handle();
    let told = signals()?;
    let (stop_worker, until) = watch::channel(false);
    let working = site.clone();
    let worker = actix_web::rt::spawn(async move { worker::run(&working, until).await });
    let server = actix_web::rt::spawn(listening.server);

    let patience = Duration::from_secs(site.config.drain_seconds);
    actix_web::rt::spawn(stop_when_told(told, handle, patience));
    let outcome = server.await.context("the server ended early")?;
    // Nobody listens to the worker's end: it may have ended before.
    stop_worker.send_replace(true);
    worker.await.context("the worker ended early")?;
    Ok(outcome?)
}

/// What somebody who stops a process sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// By whoever runs services; a proxy may stand before us.
    ByService,
    /// By Ctrl-C: somebody sits there and waits.
    ByHand,
}

async fn stop_when_told(mut told: mpsc::UnboundedReceiver<Told>, server: ServerHandle, patience: Duration) {
    let Some(first) = told.recv().await else { return };
    tracing::info!("stopping");
    drain();
    actix_web::rt::spawn(async move {
        if told.recv().await.is_some() {
            tracing::warn!("told twice: stopping at once");
            std::process::exit(1);
        }
    });
    if first == Told::ByService {
        tokio::time::sleep(patience).await;
    }
    server.stop(true).await;
}

#[cfg(unix)]
fn signals() -> anyhow::Result<mpsc::UnboundedReceiver<Told>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (tell, told) = mpsc::unbounded_channel();
    for (kind, meaning) in [(SignalKind::terminate(), Told::ByService), (SignalKind::interrupt(), Told::ByHand)] {
        let mut signals = signal(kind)?;
        let tell = tell.clone();
        actix_web::rt::spawn(async move { while signals.recv().await.is_some() && tell.send(meaning).is_ok() {} });
    }
    Ok(told)
}

#[cfg(not(unix))]
fn signals() -> anyhow::Result<mpsc::UnboundedReceiver<Told>> {
    let (tell, told) = mpsc::unbounded_channel();
    actix_web::rt::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && tell.send(Told::ByHand).is_ok() {} });
    Ok(told)
}
