//! What happens by itself: letters go out, notices are made, what has had its time is removed. One [`tick`] does all that
//! is due now; the server calls it every second through [`run`], tests call it by hand.
//!
//! - Every job stands for itself: one that fails or panics is logged, waits longer and longer, and holds up no other.
//! - Jobs know what is due from the database, so several processes can run them, and a process that stops loses nothing.
//! - Letters have a round of their own, because a mail server may take minutes.

use crate::accounts;
use crate::clock::Timestamp;
use crate::db;
use crate::error::{Error, Result};
use crate::helplines;
use crate::locale::Locale;
use crate::mail::{self, Carrier, Office};
use crate::notifications;
use crate::privacy;
use crate::site::Site;
use crate::threads;
use anyhow::anyhow;
use chrono::Duration;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join3};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration as RealDuration, Instant};
use tokio::sync::{Notify, watch};

/// Something that happens by itself: its name for the log, and what does all of it that is due now.
#[derive(Clone, Copy)]
struct Job {
    name: &'static str,
    work: for<'a> fn(&'a Site) -> BoxFuture<'a, Result<()>>,
}

/// Every job in its order: what notices are made of comes before notices, and notices come before letters.
const JOBS: &[Job] = &[
    Job { name: "accounts", work: |site| Box::pin(accounts::tick(site)) },
    Job { name: "helplines", work: |site| Box::pin(helplines::tick(site)) },
    Job { name: "threads", work: |site| Box::pin(threads::tick(site)) },
    Job { name: "notifications", work: |site| Box::pin(notifications::tick(site)) },
    Job { name: "privacy", work: |site| Box::pin(privacy::tick(site)) },
    Job { name: "daily", work: |site| Box::pin(tidy_daily(site)) },
];
/// The last of them, in a round of its own.
const LETTERS: Job = Job { name: LETTERS_NAME, work: |site| Box::pin(send_letters(site)) };

const LETTERS_NAME: &str = "letters";

/// Between two rounds. A letter leaves within five seconds of the commit that wrote it.
const PAUSE: RealDuration = RealDuration::from_secs(1);
/// A job that failed again and again is tried at least so often.
const LONGEST_PAUSE: RealDuration = RealDuration::from_mins(1);
/// Without a round for so long, the process is not ready.
const STANDSTILL: RealDuration = RealDuration::from_mins(1);

/// Does everything that is due, each job once, whatever happens to the others. The first failure is returned; every
/// failure is logged.
pub async fn tick(site: &Site) -> Result<()> {
    let mut outcome = Ok(());
    for job in JOBS.iter().chain([&LETTERS]) {
        let result = job.does(site).await;
        outcome = outcome.and(result);
    }
    outcome
}

/// Ticks every second until `stop` says true, then finishes what is under way.
pub async fn run(site: &Site, mut stop: watch::Receiver<bool>) {
    let heart = site.kept::<Heart>();
    heart.is_stopping.store(false, Ordering::Relaxed);
    let stopping = async {
        // An error means that nobody is left who could say stop: then it is time too.
        drop(stop.wait_for(|is_over| *is_over).await);
        heart.is_stopping.store(true, Ordering::Relaxed);
        heart.stopped.notify_waiters();
    };
    join3(
        stopping,
        rounds(site, &heart, JOBS, STANDSTILL),
        rounds(site, &heart, &[LETTERS], STANDSTILL + mail::LONGEST_DELIVERY),
    )
    .await;
}

/// When this process did its last whole round; nothing if it has no worker.
pub fn heartbeat(site: &Site) -> Option<Timestamp> {
    let heart = site.kept::<Heart>();
    let since = heart.beats().values().map(|beat| beat.at.elapsed()).max()?;
    Some(site.now().minus(Duration::from_std(since).unwrap_or(Duration::MAX)))
}

/// False if this process has a worker and it stands still. By the machine's own time, whatever a test's clock says.
pub fn is_alive(site: &Site) -> bool {
    site.kept::<Heart>().beats().values().all(|beat| beat.at.elapsed() < beat.patience)
}

/// How the rounds of this process are doing.
#[derive(Default)]
struct Heart {
    /// The last beat of each round, by the name of its first job.
    beats: Mutex<HashMap<&'static str, Beat>>,
    is_stopping: AtomicBool,
    stopped: Notify,
}

#[derive(Clone, Copy)]
struct Beat {
    at: Instant,
    /// Without another beat for so long, the round stands still.
    patience: RealDuration,
}

impl Heart {
    fn beats(&self) -> MutexGuard<'_, HashMap<&'static str, Beat>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

impl Job {
    /// Once. A panic is a failure like any other.
    async fn does(&self, site: &Site) -> Result<()> {
        let result = match AssertUnwindSafe((self.work)(site)).catch_unwind().await {
            Ok(result) => result,
            Err(panic) => {
                let words =
                    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                Err(Error::Broken(anyhow!("panic: {}", words.unwrap_or("without words"))))
            }
        };
        if let Err(error) = &result {
            tracing::error!(job = self.name, %error, "a job failed");
        }
        result
    }
}

async fn rounds(site: &Site, heart: &Heart, jobs: &[Job], patience: RealDuration) {
    let name = jobs.first().map_or("", |job| job.name);
    let mut failures: HashMap<&'static str, (u32, Instant)> = HashMap::new();
    while !heart.is_stopping() {
        heart.beats().insert(name, Beat { at: Instant::now(), patience });
        for job in jobs {
            let count = match failures.get(job.name) {
                Some((count, last)) if last.elapsed() < rest(*count) => continue,
                Some((count, _)) => *count,
                None => 0,
            };
            match job.does(site).await {
                Ok(()) => failures.remove(job.name),
                Err(_) => failures.insert(job.name, (count + 1, Instant::now())),
            };
        }
        // Asked for before the flag is looked at, so that no word of stopping is missed.
        let stopped = heart.stopped.notified();
        if !heart.is_stopping() {
            let _woken_or_late = tokio::time::timeout(PAUSE, stopped).await;
        }
    }
    heart.beats().remove(name);
}

/// After how many failures in a row a job rests for how long.
fn rest(failures: u32) -> RealDuration {
    PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE)
}

async fn send_letters(site: &Site) -> Result<()> {
    let (carrier, heart) = (site.kept::<Carrier>(), site.kept::<Heart>());
    let templates = site.templates.clone();
    let render = move |locale: &Locale, template: &str, parameters: &serde_json::Value| {
        templates.render_letter(locale, template, parameters)
    };
    let way_out = site.clone();
    let unsubscribe_path = move |member: i64| notifications::unsubscribe_path(&way_out, member);
    let office = Office {
        db: &site.db,
        clock: &site.clock,
        config: &site.config,
        locales: &site.locales,
        carrier: &carrier,
        render: &render,
        unsubscribe_path: &unsubscribe_path,
    };
    while mail::deliver_due(&office).await? > 0 && !heart.is_stopping() {
        if let Some(beat) = heart.beats().get_mut(LETTERS_NAME) {
            beat.at = Instant::now();
        }
    }
    Ok(())
}

/// When the daily work is due next. Kept in memory: doing it once more after a start costs nothing.
#[derive(Default)]
struct Daily(Mutex<Option<Timestamp>>);

async fn tidy_daily(site: &Site) -> Result<()> {
    let daily = site.kept::<Daily>();
    let due_at = *daily.0.lock().unwrap_or_else(PoisonError::into_inner);
    let now = site.now();
    if due_at.is_some_and(|due_at| now < due_at) {
        return Ok(());
    }
    while site.db.write(mail::tidy).await? {}
    // Not after a start: SQLite was just told to, when its writing connection opened.
    if due_at.is_some() && site.db.is_embedded() {
        site.db.write(|tx| Ok(db::execute(tx.conn(), "PRAGMA optimize")?)).await?;
    }
    *daily.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now.plus(Duration::days(1)));
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::config::MailRoute;
    use crate::mail::tests::Ground;

    const BREAKS: Job = Job { name: "breaks", work: |_| Box::pin(async { panic!("in the middle") }) };
    const COUNTS: Job = Job {
        name: "counts",
        work: |site| {
            Box::pin(async {
                count(site);
                Ok(())
            })
        },
    };

    #[derive(Default)]
    struct Count(Mutex<u32>);

    fn count(site: &Site) {
        *site.kept::<Count>().0.lock().unwrap() += 1;
    }

    #[tokio::test]
    async fn a_job_that_panics_holds_up_no_other() {
        let ground = Ground::open(MailRoute::Memory);
        for job in [BREAKS, COUNTS] {
            assert_eq!(job.does(&ground.site).await.is_ok(), job.name == "counts");
        }
        assert_eq!(*ground.site.kept::<Count>().0.lock().unwrap(), 1);
    }

    #[tokio::test]
    async fn a_worker_that_is_told_to_stop_stops_and_is_then_not_missed() {
        let ground = Ground::open(MailRoute::Memory);
        assert!(is_alive(&ground.site) && heartbeat(&ground.site).is_none());
        let (say, stop) = watch::channel(false);
        let telling = async {
            while heartbeat(&ground.site).is_none() {
                tokio::task::yield_now().await;
            }
            assert!(is_alive(&ground.site));
            say.send(true).unwrap();
        };
        futures_util::future::join(run(&ground.site, stop), telling).await;
        assert!(is_alive(&ground.site) && heartbeat(&ground.site).is_none());
        // Nobody left to say it: it ends too.
        let (say, stop) = watch::channel(false);
        drop(say);
        run(&ground.site, stop).await;
    }

    #[test]
    fn a_job_that_fails_rests_longer_each_time_up_to_a_minute() {
        let rests: Vec<u64> = (1..9).map(|failures| rest(failures).as_secs()).collect();
        assert_eq!(rests, [2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(rest(u32::MAX), LONGEST_PAUSE);
    }
}
