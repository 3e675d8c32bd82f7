//! Starts and stops the two servers: Alongside as anybody would start it, and the floor program.

use crate::community::Community;
use crate::http::Client;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Threads that answer requests, for both servers.
pub const WORKERS: usize = 2;
/// A server that has not answered by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs as a process of its own, and ends with this value.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the last byte of its first page.
    pub first_page_after: Duration,
    /// What it printed.
    pub log: PathBuf,
}

/// The program under test, without whatever the surroundings say about its settings.
pub fn alongside() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alongside"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("ALONGSIDE_") || name == "DATABASE_URL" {
            command.env_remove(&*name);
        }
    }
    command
}

impl Served {
    /// `alongside serve` on that community, until it has answered `first_page`.
    pub fn alongside(community: &Community, first_page: &str) -> Result<Self> {
        let address = free_address()?;
        let mut command = alongside();
        community
            .settings(&mut command)
            .arg("serve")
            .env("ALONGSIDE_LISTEN", address.to_string())
            .env("ALONGSIDE_PUBLIC_ADDRESS", format!("http://{address}"))
            // The door is tried from many networks.
            .env("ALONGSIDE_TRUSTED_PROXIES", "127.0.0.1")
            .env("ALONGSIDE_LOG", "warn")
            .env("ALONGSIDE_WORKERS", WORKERS.to_string());
        Self::start(command, address, first_page, community.data.join("serve.log"))
    }

    /// The floor program on that database file.
    pub fn floor(database: &Path, log: PathBuf) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(crate::FLOOR_PROGRAM).arg(database).arg(address.to_string());
        Self::start(command, address, "/fixed", log)
    }

    fn start(mut command: Command, address: SocketAddr, first_page: &str, log: PathBuf) -> Result<Self> {
        let output = File::create(&log).with_context(|| log.display().to_string())?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("{command:?} does not start"))?;
        let mut served = Self { child, address, first_page_after: Duration::ZERO, log };
        loop {
            if let Some(status) = served.child.try_wait()? {
                bail!("the server ended with {status}: {}", fs::read_to_string(&served.log)?);
            }
            if started.elapsed() > PATIENCE {
                bail!("no answer after {PATIENCE:?}: {}", fs::read_to_string(&served.log)?);
            }
            match Client::connect(address).and_then(|mut client| client.get(first_page, &[])) {
                Ok(answer) if answer.status == 200 => break,
                Ok(answer) => {
                    bail!("the first page {first_page} was answered {}: {}", answer.status, fs::read_to_string(&served.log)?)
                }
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        served.first_page_after = started.elapsed();
        Ok(served)
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().context("kill")?;
        let asked = Instant::now();
        while told.success() && asked.elapsed() < PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the server did not stop");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
