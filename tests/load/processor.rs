//! What a process costs: processor time and memory, as the kernel counts them.

use anyhow::{Context, Result};
use std::fs;
use std::process::Command;
use std::time::Duration;

/// The processes whose time counts as the server's.
#[derive(Debug, Clone)]
pub struct Family {
    /// The server itself, with all its threads.
    pub process: u32,
    /// The postmaster of its database, if that runs here: it and its children count too.
    pub postmaster: Option<u32>,
}

impl Family {
    /// User and system time since each process began.
    pub fn spent(&self) -> Result<Duration> {
        let mut ticks = Stat::of(self.process)?.own;
        if let Some(postmaster) = self.postmaster {
            let parent = Stat::of(postmaster)?;
            ticks += parent.own + parent.children_that_ended;
            for process in processes()? {
                // A process may end between the list and the look; its time is then its parent's.
                if let Ok(stat) = Stat::of(process)
                    && stat.parent == postmaster
                {
                    ticks += stat.own;
                }
            }
        }
        Ok(Duration::from_secs_f64(ticks as f64 / ticks_per_second()?))
    }
}

/// The parent of a process.
pub fn parent_of(process: u32) -> Result<u32> {
    Ok(Stat::of(process)?.parent)
}

/// Proportional set size in MiB: shared pages are divided among those who share them.
pub fn memory_mib(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).with_context(|| format!("no Pss in {path}"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// The most memory that a process has had in it since [`forget_peak`], in MiB: pages that others share count whole.
pub fn peak_mib(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).with_context(|| format!("no VmHWM in {path}"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Lets [`peak_mib`] begin anew.
pub fn forget_peak(process: u32) -> Result<()> {
    let path = format!("/proc/{process}/clear_refs");
    fs::write(&path, "5").with_context(|| path.clone())
}

/// The processor's name and how many cores the run may use.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let name = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    format!("{cores} cores, {}", name.unwrap_or_else(|| "unknown processor".to_owned()))
}

struct Stat {
    parent: u32,
    own: u64,
    children_that_ended: u64,
}

impl Stat {
    fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/stat");
        let text = fs::read_to_string(&path).with_context(|| path.clone())?;
        // The name stands in brackets and may hold anything; what is counted comes after the last one.
        let (_, after) = text.rsplit_once(')').with_context(|| path.clone())?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let number = |at: usize| -> Result<u64> { Ok(fields.get(at).with_context(|| path.clone())?.parse()?) };
        Ok(Self {
            parent: u32::try_from(number(1)?)?,
            own: number(11)? + number(12)?,
            children_that_ended: number(13)? + number(14)?,
        })
    }
}

fn processes() -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        if let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
            found.push(process);
        }
    }
    Ok(found)
}

fn ticks_per_second() -> Result<f64> {
    static TICKS: std::sync::OnceLock<f64> = std::sync::OnceLock::new();
    if let Some(ticks) = TICKS.get() {
        return Ok(*ticks);
    }
    let output = Command::new("getconf").arg("CLK_TCK").output().context("getconf CLK_TCK")?;
    let ticks = String::from_utf8_lossy(&output.stdout).trim().parse().context("getconf CLK_TCK")?;
    Ok(*TICKS.get_or_init(|| ticks))
}
