//! Passwords: hashed by argon2id on threads of their own, as many as there are cores, which give way to pages. Only so many wait
//! for their turn; whoever comes then is told at once, so that a flood costs neither memory nor anybody's patience.
//!
//! A room of its own because it is the one place that knows the algorithm, and because its work is counted.

use super::model::PasswordAttempt;
use crate::error::{Error, Refusal, Result};
use crate::site::Site;
use crate::web::seal::Token;
use anyhow::anyhow;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Memory of one hash in KiB, passes and lanes. Source: OWASP Password Storage Cheat Sheet, argon2id, first line.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// More than this is nobody's password; hashing it would be work for nothing.
const MAX_BYTES: usize = 1024;

/// Those who wait for each turn, at most: about two seconds' work. Waiting longer helps nobody, because the page has been asked
/// for again by then.
const WAITING_FOR_EACH_TURN: usize = 64;

/// How long somebody waits for their turn, on however slow a machine, before they are told that there is too much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room that is set aside for the memory of a hash, in blocks of 1 KiB. More than a hash fills, and what is not filled costs
/// nothing: a piece above 32 MiB is given back whole by the allocator of Linux (glibc), while giving back a smaller one teaches
/// it to keep as much again on each thread of the process. Measured after a flood of sign-ins: 218 MiB stayed, 61 without that.
const ROOM_IN_BLOCKS: usize = 33 * 1024;

/// How much the threads that hash give way to others, as `nice` counts: a third of a share where others have work.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Compared with when there is no such account, so that the answer takes the same work. A random salt and a random hash:
/// no password leads to it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$tKOZYhfkHjCr7pucKkDZ3A$QEIypt2zK9FZhBcl6Z3ftlSk4z16NXpzhpWW+v3bfvY";

/// The threads that hash, who waits for them, and how much was done so far. Kept by the site.
///
/// Threads of their own, as many as there are cores: a hash needs 19 MiB, so only so many are made at once, each in memory that
/// stays with its thread while others wait.
pub struct PasswordWork {
    jobs: Sender<Job>,
    /// Sent and not yet begun.
    waiting: Arc<AtomicUsize>,
    /// For those whose turn it is and those who wait for theirs.
    places: Arc<Semaphore>,
    hashes: AtomicU64,
}

/// Something to hash, and the way back to who asked.
type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// What a hash is made in. What the one before left there does not matter: every block is written before it is read.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Memory {
    fn with_blocks(&mut self, blocks: usize) -> &mut [Block] {
        if self.0.len() < blocks {
            self.0.reserve_exact(blocks.max(ROOM_IN_BLOCKS) - self.0.len());
            self.0.resize(blocks, Block::new());
        }
        &mut self.0
    }
}

impl Default for PasswordWork {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (jobs, sent) = mpsc::channel();
        let (sent, waiting) = (Arc::new(Mutex::new(sent)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..cores {
            let (sent, waiting) = (Arc::clone(&sent), Arc::clone(&waiting));
            let thread = std::thread::Builder::new().name("passwords".to_owned());
            if let Err(cause) = thread.spawn(move || do_jobs(&sent, &waiting)) {
                tracing::error!(%cause, "a thread for passwords does not start");
            }
        }
        let places = Arc::new(Semaphore::new(cores * (1 + WAITING_FOR_EACH_TURN)));
        Self { jobs, waiting, places, hashes: AtomicU64::new(0) }
    }
}

/// One job after the other, until the site is gone.
fn do_jobs(sent: &Mutex<Receiver<Job>>, waiting: &AtomicUsize) {
    give_way_to_pages();
    let mut memory = Memory::default();
    loop {
        let next = sent.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        let others_wait = waiting.fetch_sub(1, Ordering::Relaxed) > 1;
        // Who asked learns of a panic, because nothing comes back.
        drop(std::panic::catch_unwind(AssertUnwindSafe(|| job(&mut memory))));
        if !others_wait {
            memory = Memory::default();
        }
    }
}

/// A page that somebody waits for takes a core before a password does: on Linux this holds for the one thread.
#[cfg(target_os = "linux")]
fn give_way_to_pages() {
    if let Err(cause) = rustix::process::nice(NICENESS) {
        tracing::warn!(%cause, "passwords are as urgent as pages");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way_to_pages() {}

impl PasswordWork {
    /// Hashes made and compared since the process started.
    pub fn hashes(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }
}

/// True if a password leads to what is stored. Otherwise there never was one, or it was given up.
pub fn is_one(stored: &str) -> bool {
    stored.starts_with('$')
}

/// What stands in the place of a password that was given up: nothing leads to it, and no two are the same, so that links and
/// proofs that were made for the one before end. Nothing else leads in either until another password is chosen.
pub fn given_up() -> Result<String> {
    Ok(format!("{GIVEN_UP}{}", Token::random()?.reveal()))
}

/// How it begins.
pub const GIVEN_UP: &str = "given-up:";

/// A place among those who wait for their turn, and then the turn.
pub struct Place(OwnedSemaphorePermit);

/// A place, to be taken before anything is counted or written; [`Refusal::Busy`] while as many wait as may.
pub fn place(site: &Site) -> Result<Place> {
    match Arc::clone(&site.kept::<PasswordWork>().places).try_acquire_owned() {
        Ok(permit) => Ok(Place(permit)),
        Err(_) => Err(Refusal::Busy.into()),
    }
}

/// Takes every place that is free, until the permit goes.
pub fn take_every_place(site: &Site) -> Result<OwnedSemaphorePermit> {
    let places = Arc::clone(&site.kept::<PasswordWork>().places);
    let free = u32::try_from(places.available_permits()).map_err(|cause| Error::Broken(cause.into()))?;
    places.try_acquire_many_owned(free).map_err(|cause| Error::Broken(cause.into()))
}

/// The hash of a password, as it is stored. Takes about 20 ms and 19 MiB on the calling thread.
pub fn hash(attempt: &PasswordAttempt) -> Result<String> {
    hash_in(&mut Memory::default(), attempt)
}

fn hash_in(memory: &mut Memory, attempt: &PasswordAttempt) -> Result<String> {
    let typed = attempt.typed().as_bytes();
    if typed.len() > MAX_BYTES {
        return Err(Error::Broken(anyhow!("a password of {} bytes was not refused before", typed.len())));
    }
    let argon2 = argon2()?;
    let salt = Salt::generate();
    let mut hash = [0_u8; Params::DEFAULT_OUTPUT_LEN];
    fill(memory, &argon2, typed, &salt, &mut hash)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(malformed)?,
        salt: Some(salt),
        hash: Some(Output::new(&hash).map_err(malformed)?),
    };
    Ok(hash.to_string())
}

/// Hashes into `hash`, which is as long as it shall be.
fn fill(memory: &mut Memory, argon2: &Argon2<'_>, typed: &[u8], salt: &[u8], hash: &mut [u8]) -> Result<()> {
    let memory = memory.with_blocks(argon2.params().block_count());
    argon2
        .hash_password_into_with_memory(typed, salt, hash, memory)
        .map_err(|cause| anyhow!("a password could not be hashed: {cause}"))?;
    Ok(())
}

/// The same for a handler: on another thread, in its turn.
pub async fn hash_in_turn(site: &Site, attempt: PasswordAttempt) -> Result<String> {
    in_turn(site, move |memory| hash_in(memory, &attempt)).await
}

/// What came of comparing a password with a hash.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared {
    /// The password leads to the hash.
    pub is_right: bool,
    /// The same password by the parameters of today, if the hash was made by others: to be kept in its place.
    pub renewed: Option<String>,
}

/// Compares a password with a hash, in the turn that the place stands for; `None` is compared with nobody's hash: the same work,
/// and never right.
pub async fn compare_at(site: &Site, place: Place, attempt: PasswordAttempt, stored: Option<String>) -> Result<Compared> {
    at(site, place, move |memory| compare(memory, &attempt, stored.as_deref())).await
}

/// True if the password leads to the hash; see [`compare_at`].
pub async fn is_right_in_turn(site: &Site, attempt: PasswordAttempt, stored: Option<String>) -> Result<bool> {
    Ok(compare_at(site, place(site)?, attempt, stored).await?.is_right)
}

fn compare(memory: &mut Memory, attempt: &PasswordAttempt, stored: Option<&str>) -> Result<Compared> {
    let is_right = is_right(memory, attempt, stored.unwrap_or(NOBODY))? && stored.is_some();
    let is_of_today = stored.is_none_or(|stored| stored.starts_with(&parameters()));
    let renewed = if is_right && !is_of_today { Some(hash_in(memory, attempt)?) } else { None };
    Ok(Compared { is_right, renewed })
}

/// How a hash by the parameters of today begins.
fn parameters() -> String {
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
}

/// The hashes of codes on paper, 32 bytes each: as slow as a password, because 80 bits are fewer than 112 (ASVS 5.0, 6.5.2).
pub async fn stretch_in_turn(site: &Site, codes: Vec<PasswordAttempt>, salt: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    in_turn(site, move |memory| codes.iter().map(|code| stretch(memory, code, &salt)).collect()).await
}

fn stretch(memory: &mut Memory, code: &PasswordAttempt, salt: &[u8]) -> Result<Vec<u8>> {
    let typed = code.typed().as_bytes();
    let mut hash = [0_u8; 32];
    fill(memory, &argon2()?, typed.get(..MAX_BYTES).unwrap_or(typed), salt, &mut hash)?;
    Ok(hash.to_vec())
}

fn is_right(memory: &mut Memory, attempt: &PasswordAttempt, stored: &str) -> Result<bool> {
    let typed = attempt.typed().as_bytes();
    let stored = PasswordHash::new(stored).map_err(malformed)?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Err(malformed("no salt, or no hash")) };
    let argon2 = Argon2::new(
        Algorithm::try_from(stored.algorithm.as_str()).map_err(malformed)?,
        Version::try_from(stored.version.unwrap_or(Version::V0x13.into())).map_err(malformed)?,
        Params::try_from(&stored).map_err(malformed)?,
    );
    // Cut, not refused: the length of an attempt must not change how long the answer takes.
    let typed = typed.get(..MAX_BYTES).unwrap_or(typed);
    let mut hash = vec![0_u8; expected.len()];
    fill(memory, &argon2, typed, salt, &mut hash)?;
    // `Output` compares in constant time.
    Ok(Output::new(&hash).map_err(malformed)? == *expected)
}

fn malformed(cause: impl Display) -> Error {
    Error::Broken(anyhow!("a password hash is malformed: {cause}"))
}

/// [`Refusal::Busy`] at once if as many wait as may, or later if the turn does not come.
async fn in_turn<T: Send + 'static>(site: &Site, work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static) -> Result<T> {
    at(site, place(site)?, work).await
}

async fn at<T: Send + 'static>(
    site: &Site,
    Place(_permit): Place,
    work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
) -> Result<T> {
    let kept = site.kept::<PasswordWork>();
    let (answer, answered) = oneshot::channel();
    let job = Box::new(move |memory: &mut Memory| {
        // Nothing to do for whoever has gone.
        if !answer.is_closed() {
            drop(answer.send(work(memory)));
        }
    });
    kept.waiting.fetch_add(1, Ordering::Relaxed);
    kept.jobs.send(job).map_err(|_| anyhow!("nobody hashes passwords"))?;
    kept.hashes.fetch_add(1, Ordering::Relaxed);
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Error::Broken(anyhow!("hashing a password ended early"))),
        Err(_) => Err(Refusal::Busy.into()),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|cause| anyhow!("argon2: {cause}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    #[test]
    fn a_password_is_known_again_to_the_letter_and_kept_by_the_owasp_parameters() {
        let stored = hash(&PasswordAttempt::new("three unlike words ")).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let leads_in = |typed: &str| is_right(&mut Memory::default(), &PasswordAttempt::new(typed), &stored).unwrap();
        assert!(leads_in("three unlike words "));
        assert!(!leads_in("three unlike words"));
        assert!(!leads_in("Three unlike words "));
        assert_ne!(stored, hash(&PasswordAttempt::new("three unlike words ")).unwrap());
    }

    #[test]
    fn a_hash_by_weaker_parameters_is_made_anew_when_its_owner_comes_and_for_nobody_else() {
        let memory = &mut Memory::default();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let stored: PasswordHash = weak.hash_password(b"three unlike words").unwrap();
        let stored = stored.to_string();
        let wrong = compare(memory, &PasswordAttempt::new("other words"), Some(&stored)).unwrap();
        assert_eq!(wrong, Compared { is_right: false, renewed: None });
        let right = compare(memory, &PasswordAttempt::new("three unlike words"), Some(&stored)).unwrap();
        let renewed = right.renewed.unwrap();
        assert!(right.is_right && renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
        let again = compare(memory, &PasswordAttempt::new("three unlike words"), Some(&renewed)).unwrap();
        assert_eq!(again, Compared { is_right: true, renewed: None });
        assert_eq!(compare(memory, &PasswordAttempt::new(""), None).unwrap(), Compared { is_right: false, renewed: None });
    }

    #[test]
    fn what_one_persons_password_left_in_memory_does_not_change_what_the_next_one_leads_to() {
        let library: PasswordHash = argon2().unwrap().hash_password(b"three unlike words").unwrap();
        let used = &mut Memory::default();
        hash_in(used, &PasswordAttempt::new("somebody else's words")).unwrap();
        assert!(is_right(used, &PasswordAttempt::new("three unlike words"), &library.to_string()).unwrap());
        let ours = hash_in(used, &PasswordAttempt::new("three unlike words")).unwrap();
        assert!(argon2().unwrap().verify_password(b"three unlike words", ours.as_str()).is_ok(), "{ours}");
        assert!(argon2().unwrap().verify_password(b"somebody else's words", ours.as_str()).is_err(), "{ours}");
    }

    #[test]
    fn nobodys_hash_costs_the_same_and_no_password_leads_to_it() {
        let memory = &mut Memory::default();
        assert!(!is_right(memory, &PasswordAttempt::new(""), NOBODY).unwrap());
        assert!(!is_right(memory, &PasswordAttempt::new("x".repeat(5000)), NOBODY).unwrap());
        assert!(NOBODY.contains(&format!("m={MEMORY_KIB},t={PASSES},p={LANES}")));
    }
}
