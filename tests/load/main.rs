//! The load run: how fast Alongside is, beside the least that such pages cost.
//!
//! ```text
//! apt-get install wrk
//! cargo bench --bench load                                     # five minutes, once the community is filled
//! cargo bench --bench load -- --json now.json                  # keep the figures
//! cargo bench --bench load -- --against before.json            # compare with earlier ones
//! cargo bench --bench load -- --only thread --rounds 1         # some measures, quickly
//! cargo bench --bench load -- --big                            # beside 2,000,000 posts (fills 5 GB once)
//! cargo bench --bench load -- --postgres postgres://me@localhost/empty
//! ```
//!
//! It fills a community with `alongside fill` (kept in `target/load/`, a folder for each size and schema), serves a copy of
//! it with `alongside serve` as anybody would, and starts the *floor program* (`floor.rs`) on the same file: a server of
//! the same make that does only what the page needs. In each round every measure runs for some seconds, ours and the floor
//! next to each other; the table shows medians. What counts is the ratio and the processor time of an answer: requests a
//! second depend on what else the machine does, because the load itself runs on it too.
//!
//! Replies are posted by members who moderate every board, because nothing limits how often those write; beside them
//! stands how many synced commits a second the disk gives one writer in the same folder.
//!
//! At the door (`door.rs`) people try to sign in at a fixed rate, however fast they are answered, while others read; then known and
//! unknown addresses are asked with in turn.
//!
//! The run judges goals and fails none: it ends with an error only if something could not be measured or a request
//! failed. It speaks to 127.0.0.1 only, each window ends by itself, and whatever it started ends with it.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line program
#![allow(clippy::cast_precision_loss)] // counts become rates
#![allow(clippy::doc_markdown)] // PostgreSQL and ETag are words

mod community;
mod disk;
mod door;
mod floor;
mod http;
mod plan;
mod processor;
mod server;
mod table;
mod weight;
mod words;
mod wrk;

use anyhow::{Context, Result, bail};
use clap::Parser;
use community::{Community, Size};
use plan::{Measure, READING, Stage};
use server::Served;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use table::{Results, median_of, middle};
use wrk::{Pressure, Running, Window};

/// The first argument with which this program starts itself as the floor program.
pub const FLOOR_PROGRAM: &str = "floor-program";
/// Clients that post at the same time.
const POSTERS: u32 = 8;
const KILOBYTE: f64 = 1_000.0;

/// Measures Alongside under load, beside the least that such pages cost.
#[derive(Parser, Debug)]
#[command(name = "load")]
struct Options {
    /// Times that everything is measured; the table shows medians.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Seconds of each window.
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// Boards of the community.
    #[arg(long, default_value_t = 20)]
    boards: u32,
    /// Threads of the community.
    #[arg(long, default_value_t = 2_000)]
    threads: u32,
    /// Posts of each thread.
    #[arg(long, default_value_t = 20)]
    posts: u32,
    /// Also measures a big community, and how processor time grows.
    #[arg(long)]
    big: bool,
    /// Threads of the big one.
    #[arg(long, default_value_t = 100_000)]
    big_threads: u32,
    /// Also measures this PostgreSQL: an empty database, or one that this run has filled.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Writes the figures there.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Compares with the figures of an earlier run.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Only measures whose name holds this, and what they are compared with. May be given more than once. Names:
    /// thread-first, member-last-packed, unchanged, home, board, long-middle, two, posting, while-posting, door, text, start, visit.
    #[arg(long, value_name = "WORD")]
    only: Vec<String>,
    /// Fills again, even if there is a kept community.
    #[arg(long)]
    refill: bool,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == FLOOR_PROGRAM) {
        return ended(floor_program(arguments).map(|()| true));
    }
    ended(run(&Options::parse()))
}

fn ended(outcome: Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn floor_program(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> Result<()> {
    let database = arguments.next().context("the floor program needs a database")?;
    let address =
        arguments.next().and_then(|word| word.to_str()?.parse().ok()).context("the floor program needs an address")?;
    floor::serve(Path::new(&database), address)
}

/// Tells whoever waits what is being done.
pub fn say(words: &str) {
    eprintln!("  {words}");
}

/// True if everything could be measured.
fn run(options: &Options) -> Result<bool> {
    wrk::is_installed()?;
    let earlier = options.against.as_deref().map(Results::read).transpose()?;
    let mut results = Results {
        began: chrono::Utc::now().format("%Y-%m-%d %H:%M UTC").to_string(),
        machine: processor::machine(),
        options: std::env::args().skip(1).filter(|word| word != "--bench").collect::<Vec<_>>().join(" "),
        ..Results::default()
    };
    if options.wants("text") {
        let (name, time) = words::slowest()?;
        say(&format!("slowest words: {name}"));
        results.figure("text-ms", time.as_secs_f64() * 1e3);
    }
    let stages = stages(options, &mut results)?;
    read(options, &stages, &mut results);
    for stage in &stages {
        // The big one is kept as it is.
        if stage.prefix != "big/" {
            post(options, stage, &mut results);
            knock(options, stage, &mut results);
        }
    }
    for stage in stages {
        close(stage, &mut results)?;
    }
    results.tabulate();
    println!("\n{} on {}\n\n{}", results.began, results.machine, results.table());
    if let Some(earlier) = &earlier {
        println!("against {}\n\n{}", earlier.began, results.table_against(earlier));
    }
    for problem in &results.problems {
        println!("not measured: {problem}");
    }
    if let Some(path) = &options.json {
        results.write(path)?;
    }
    Ok(results.problems.is_empty())
}

impl Options {
    fn wants(&self, key: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| key.contains(word.as_str()))
    }

    /// The reading windows that are wanted, and those that they are compared with, in the order of a round.
    fn reading(&self) -> Vec<&'static Measure> {
        let mut wanted: Vec<&str> =
            READING.iter().filter(|measure| self.wants(measure.key)).map(|measure| measure.key).collect();
        // What is compared may itself be compared.
        for _ in 0..2 {
            let beside: Vec<&str> =
                READING.iter().filter(|measure| wanted.contains(&measure.key)).map(|measure| measure.beside).collect();
            wanted.extend(beside);
        }
        if self.wants("while-posting") {
            wanted.push("thread-first");
        }
        READING.iter().filter(|measure| wanted.contains(&measure.key)).collect()
    }

    fn size(&self) -> Size {
        Size { boards: self.boards, threads: self.threads, posts: self.posts }
    }
}

impl Results {
    fn figure(&mut self, key: impl Into<String>, figure: f64) {
        if figure.is_finite() {
            self.figures.insert(key.into(), figure);
        }
    }

    fn problem(&mut self, what: &str, error: &anyhow::Error) {
        say(&format!("{what}: {error:#}"));
        self.problems.push(format!("{what}: {error:#}"));
    }
}

/// Fills what is missing and starts every server of the run.
fn stages(options: &Options, results: &mut Results) -> Result<Vec<Stage>> {
    let kept = Community::embedded(options.size(), options.refill)?;
    let mut stages = vec![stage("", kept.copy()?, options, results)?];
    if options.big {
        let kept = Community::embedded(Size { threads: options.big_threads, ..options.size() }, options.refill)?;
        stages.push(stage("big/", kept, options, results)?);
    }
    if let Some(address) = &options.postgres {
        stages.push(stage("postgres/", Community::postgres(address, options.size())?, options, results)?);
    }
    Ok(stages)
}

fn stage(prefix: &'static str, community: Community, options: &Options, results: &mut Results) -> Result<Stage> {
    results.figure(format!("{prefix}fill-posts-per-second"), community.filled.posts as f64 / community.filled.seconds);
    if let Some(file) = community.file() {
        results.figure(format!("{prefix}database-megabytes"), std::fs::metadata(file)?.len() as f64 / 1e6);
    }
    let drawn = community.draw()?;
    if prefix != "big/" && options.wants("door") {
        door::prepare(&community)?;
    }
    let (first, _) = drawn.threads.first().context("no thread")?;
    let first_page = format!("/threads/{first}");
    let mut starts = Vec::new();
    if options.wants("start") {
        for _ in 1..options.rounds {
            let served = Served::alongside(&community, &first_page)?;
            starts.push(served.first_page_after.as_secs_f64() * 1e3);
            served.stop()?;
        }
    }
    let ours = Served::alongside(&community, &first_page)?;
    starts.push(ours.first_page_after.as_secs_f64() * 1e3);
    if options.wants("start") {
        results.figure(format!("{prefix}start-ms"), middle(starts));
        results.figure(format!("{prefix}memory-fresh-mib"), processor::memory_mib(ours.process())?);
    }
    if prefix.is_empty() && options.wants("visit") {
        match weight::first_visit(ours.address, &first_page) {
            Ok(weight) => {
                for (part, bytes) in &weight.parts {
                    say(&format!("first visit: {bytes:>6} bytes {part}"));
                }
                results.figure("visit-kilobytes", weight.bytes as f64 / KILOBYTE);
                results.figure("visit-requests", weight.parts.len() as f64);
            }
            Err(error) => results.problem("first visit", &error),
        }
    }
    Stage::open(prefix, community, drawn, ours, true)
}

/// Every round asks everything of everybody; one that fails is told at the end and asked no more.
fn read(options: &Options, stages: &[Stage], results: &mut Results) {
    let mut windows: BTreeMap<String, Vec<Window>> = BTreeMap::new();
    let mut failed: Vec<String> = Vec::new();
    for round in 1..=options.rounds {
        for measure in options.reading() {
            for stage in stages {
                let key = format!("{}{}", stage.prefix, measure.key);
                let Some((address, family, asks)) = stage.window(measure).filter(|_| !failed.contains(&key)) else {
                    continue;
                };
                let pressure = Pressure { connections: measure.connections, seconds: options.seconds };
                let folder = &stage.community.data;
                if round == 1 {
                    // The first requests open connections and fill caches; what goes wrong here goes wrong again below.
                    let _ = wrk::window(folder, address, family, asks, Pressure { seconds: 1, ..pressure });
                }
                match wrk::window(folder, address, family, asks, pressure) {
                    Ok(window) => {
                        say(&format!("round {round}: {key}: {:.0}/s, {:.3} ms", window.per_second, window.processor_ms));
                        windows.entry(key).or_default().push(window);
                    }
                    Err(error) => {
                        results.problem(&key, &error);
                        failed.push(key);
                    }
                }
            }
        }
    }
    results.medians.extend(windows.into_iter().map(|(key, windows)| (key, median_of(&windows))));
}

/// Replies, the disk's own commits, and reading meanwhile, in turn.
fn post(options: &Options, stage: &Stage, results: &mut Results) {
    if !options.wants("posting") && !options.wants("while-posting") {
        return;
    }
    let prefix = stage.prefix;
    let (mut posting, mut meanwhile, mut commits) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        let outcome = post_once(options, stage).map(|(alone, beside, synced)| {
            say(&format!("round {round}: {prefix}posting: {:.0}/s beside {synced:.0} synced commits/s", alone.per_second));
            posting.push(alone);
            meanwhile.extend(beside);
            commits.push(synced);
        });
        if let Err(error) = outcome {
            results.problem(&format!("{prefix}posting"), &error);
            return;
        }
    }
    results.medians.insert(format!("{prefix}posting"), median_of(&posting));
    if !meanwhile.is_empty() {
        results.medians.insert(format!("{prefix}while-posting"), median_of(&meanwhile));
    }
    results.figure(format!("{prefix}synced-commits"), middle(commits));
}

fn post_once(options: &Options, stage: &Stage) -> Result<(Window, Option<Window>, f64)> {
    let folder = &stage.community.data;
    let pressure = Pressure { connections: POSTERS, seconds: options.seconds };
    let synced = disk::synced_commits_per_second(folder, options.seconds)?;
    let forms = stage.posting()?;
    let before = stage.community.post_count()?;
    let alone = wrk::window(folder, stage.ours.address, &stage.ours_family, &forms, pressure)?;
    let made = stage.community.post_count()? - before;
    // Those that were still on their way when the window ended were posted and not counted.
    let accepted = i64::try_from(alone.accepted)?;
    if made < accepted || made > accepted + i64::from(POSTERS) {
        bail!("{accepted} replies were accepted and {made} were made");
    }
    let reading = READING
        .iter()
        .find(|measure| measure.key == "thread-first")
        .and_then(|measure| Some((measure, stage.window(measure)?)));
    let meanwhile = match reading {
        Some((measure, (address, family, asks))) if options.wants("while-posting") => {
            let writing = Running::start(
                folder,
                "posting",
                stage.ours.address,
                &stage.ours_family,
                &forms,
                Pressure { seconds: options.seconds + 1, ..pressure },
            )?;
            let window = wrk::window(
                folder,
                address,
                family,
                asks,
                Pressure { connections: measure.connections, seconds: options.seconds },
            )?;
            writing.finish()?;
            Some(window)
        }
        _ => None,
    };
    Ok((alone, meanwhile, synced))
}

/// People try to sign in while others read, and known and unknown addresses are compared.
fn knock(options: &Options, stage: &Stage, results: &mut Results) {
    if !options.wants("door") {
        return;
    }
    let prefix = stage.prefix;
    let mut rounds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for number in 1..=options.rounds {
        match door::round(stage) {
            Ok(round) => {
                say(&format!(
                    "round {number}: {prefix}door: pages p99 {:.1} ms, quiet {:.1} ms; {:.0} decided and {:.0} told to wait a second",
                    round.pages_ms.1,
                    round.quiet_ms.1,
                    round.signed_in + round.wrong,
                    round.told_to_wait
                ));
                for (name, figure) in [
                    ("quiet-p50-ms", round.quiet_ms.0),
                    ("quiet-p99-ms", round.quiet_ms.1),
                    ("pages-p50-ms", round.pages_ms.0),
                    ("pages-p99-ms", round.pages_ms.1),
                    ("times-quiet-p99", round.pages_ms.1 / round.quiet_ms.1),
                    ("decided-p50-ms", round.decided_ms.0),
                    ("decided-p99-ms", round.decided_ms.1),
                    ("signed-in-per-second", round.signed_in),
                    ("wrong-per-second", round.wrong),
                    ("told-to-wait-per-second", round.told_to_wait),
                    ("memory-mib", round.memory_mib),
                ] {
                    rounds.entry(name).or_default().push(figure);
                }
            }
            Err(error) => return results.problem(&format!("{prefix}door"), &error),
        }
    }
    for (name, figures) in rounds {
        results.figure(format!("{prefix}door-{name}"), middle(figures));
    }
    match door::differences(stage) {
        Ok(differences) => {
            for difference in differences {
                results.figure(format!("{prefix}door-{}-known-ms", difference.form), difference.known_ms);
                results.figure(format!("{prefix}door-{}-difference-per-cent", difference.form), difference.per_cent);
            }
        }
        Err(error) => results.problem(&format!("{prefix}known and unknown addresses"), &error),
    }
}

/// What is left to see when the load is over.
fn close(stage: Stage, results: &mut Results) -> Result<()> {
    let prefix = stage.prefix;
    results.figure(format!("{prefix}memory-after-mib"), processor::memory_mib(stage.ours.process())?);
    let log = std::fs::read_to_string(&stage.ours.log)?;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect();
    if let Some(first) = lines.first() {
        say(&format!("{prefix}the server logged {} warnings or errors, the first: {first}", lines.len()));
    }
    if let Err(error) = stage.ours.stop() {
        results.problem(&format!("{prefix}stop"), &error);
    }
    Ok(())
}
