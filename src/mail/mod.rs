//! Letters. A letter is a row written in the same transaction as what it tells; the worker renders and sends it after the
//! commit, retries with growing pauses, and never knowingly sends it twice.
//!
//! Two kinds: **service letters** (confirm, security) leave at once; **community letters** follow the person's wish, which
//! is asked again in the moment of sending, and carry a way to end them without signing in. No letter carries the words of
//! a post, a title, a board's name, a stance, or a link that spells one; subjects and senders are neutral.
//!
//! - A letter belongs to whoever claimed it until the claim ends, so several processes can deliver from one database. A
//!   process that dies leaves its claims to the others after five minutes; the `Message-ID` stays the same, so that a
//!   letter that was accepted and not noted is recognised where it arrives twice.
//! - What a letter was filled with is forgotten once it is sent: it may hold a token.
//! - A refusal of the recipient ends the tries at once; everything else is tried again for two days. Then the letter is
//!   given up, which is logged as an error and shown to administrators.
//!
//! For whoever writes a letter: `templates/mail/<slice>/<name>.txt` and `.html` extend `mail/shared/letter.txt` and
//! `mail/shared/letter.html` and fill their one block `words`; the subject is the sentence `<slice>-<name>-subject`, which
//! may name `$site`. Beside the letter's own parameters stand [`STANDING_PARAMETERS`].

mod carrier;
mod message;
mod rules;
mod smtp;
mod store;

#[cfg(test)]
pub mod check;
#[cfg(test)]
pub mod tests;

pub use carrier::{Carrier, SentLetter, check_settings};
pub use rules::{GIVEN_UP_AFTER, KEPT_DAYS, masked};
pub use smtp::LONGEST_DELIVERY;
pub use store::{GivenUp, TakenLetter};

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{Conn, Db, Tx};
use crate::error::{Error, Result};
use crate::locale::{Locale, Locales};
use anyhow::anyhow;
use carrier::Outcome;
use chrono::Duration;
use futures_util::future::join_all;
use message::{Fault, Sheet};
use rules::Next;
use serde_json::Value;
use store::Claimed;

/// A letter to be sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whom it belongs to, if they are a member.
    pub member: Option<i64>,
    /// Where it goes.
    pub to: String,
    /// Below `templates/mail/`, without ending: `accounts/confirm` is rendered from `accounts/confirm.txt` and `.html`.
    pub template: &'static str,
    /// What the template may name. May hold a token; the row forgets it once the letter is sent.
    pub parameters: Value,
    /// Leaves at once, whatever the person's wishes for community letters are.
    pub is_service: bool,
    /// Not before.
    pub due_at: Timestamp,
    /// At most one letter is written for one cause.
    pub cause: Option<String>,
}

/// What every letter's templates may name without being given it: the site's name, its address without a slash at the
/// end, the language and its direction, and the link that ends community letters (empty in a service letter).
pub const STANDING_PARAMETERS: [&str; 5] = ["site_name", "site_href", "lang", "dir", "unsubscribe_href"];

/// Letters on their way at the same time, of one process. Mail servers refuse a crowd.
const AT_ONCE: i64 = 4;
/// How long a claim holds. Longer than any conversation with a mail server may take.
const CLAIM: Duration = Duration::minutes(5);
/// Tries of writing down that a letter was sent: forgetting it would send it again.
const TRIES_TO_NOTE: u32 = 3;

/// Renders a template of a letter in a language: what lies above this floor brings it along.
pub type Render = dyn Fn(&Locale, &str, &Value) -> Result<String> + Send + Sync;
/// The path that ends a member's community letters without signing in.
pub type UnsubscribePath = dyn Fn(i64) -> String + Send + Sync;

/// Everything that delivering needs. Letters stand below the site, so the site hands its parts down.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// The database.
    pub db: &'a Db,
    /// What time it is.
    pub clock: &'a Clock,
    /// Where letters go and who sends them.
    pub config: &'a Config,
    /// Subjects.
    pub locales: &'a Locales,
    /// Who carries them; one for each process.
    pub carrier: &'a Carrier,
    /// Makes the words.
    pub render: &'a Render,
    /// Makes the way out.
    pub unsubscribe_path: &'a UnsubscribePath,
}

/// Puts a letter into the outbox. A second letter for the same cause is not written.
pub fn write(tx: &mut Tx<'_>, letter: &Letter) -> Result<()> {
    store::insert(tx, letter)
}

/// Sends letters that are due, a handful at a time, and returns how many were taken in hand: call it again until it is 0.
/// A letter that could not be sent is no error; that is written in its row.
pub async fn deliver_due(office: &Office<'_>) -> Result<usize> {
    let now = office.clock.now();
    // Asking first keeps the writer free: most seconds have no letter.
    if !office.db.read(move |connection| store::is_any_due(connection, now)).await? {
        return Ok(0);
    }
    let claimed = office.db.write(|tx| store::claim(tx, AT_ONCE, CLAIM)).await?;
    for done in join_all(claimed.iter().map(|letter| office.deliver(letter))).await {
        done?;
    }
    Ok(claimed.len())
}

/// The letters that could not be delivered, the newest first, at most 100. Recipients are masked.
pub fn given_up(connection: &mut Conn) -> Result<Vec<GivenUp>> {
    store::given_up(connection)
}

/// How many letters could not be delivered, for administrators.
pub fn given_up_count(connection: &mut Conn) -> Result<i64> {
    store::given_up_count(connection)
}

/// Puts a letter that was given up back into the outbox. If its two days are over, this is one more try.
pub fn try_again(tx: &mut Tx<'_>, letter: i64) -> Result<()> {
    if store::reopen(tx, letter)? { Ok(()) } else { Err(Error::UNSEEN) }
}

/// Forgets letters that were sent or given up long ago, some at a time; true if there are more.
pub fn tidy(tx: &mut Tx<'_>) -> Result<bool> {
    let before = tx.now().minus(Duration::days(KEPT_DAYS));
    store::forget_older(tx, before)
}

/// The letters to a member that are on record; the oldest first.
pub fn take_along(connection: &mut Conn, member: i64) -> Result<Vec<TakenLetter>> {
    store::take_along(connection, member)
}

/// Somebody is gone for good: forgets every letter to them, sent or not, by their number and by their address. Returns how many.
pub fn forget(tx: &mut Tx<'_>, member: i64, address: &str) -> Result<usize> {
    store::forget_all_of(tx, member, address)
}

/// Forgets the letters of a member that were sent or given up. True if none is left.
pub fn forget_finished(tx: &mut Tx<'_>, member: i64) -> Result<bool> {
    store::forget_finished_of(tx, member)
}

/// The subject of a letter, in words.
pub fn subject(locale: &Locale, site_name: &str, template: &str) -> Result<String> {
    locale.say_with(&format!("{}-subject", template.replace('/', "-")), &[("site", site_name.into())])
}

impl Office<'_> {
    async fn deliver(&self, letter: &Claimed) -> Result<()> {
        let id = letter.id;
        let mut to = letter.to_address.clone();
        let mut unsubscribe_href = String::new();
        if let (false, Some(member)) = (letter.is_service, letter.member_id) {
            match self.db.read(move |connection| store::address_for_community_letters(connection, member)).await? {
                Some(address) => to = address,
                // They left, or they want no such letters any more.
                None => return self.db.write(move |tx| store::forget(tx, id)).await,
            }
            unsubscribe_href = format!("{}{}", self.config.public_address, (self.unsubscribe_path)(member));
        }
        let outcome = match self.compose(letter, &to, &unsubscribe_href) {
            Ok((message, sent)) => self.carrier.carry(self.config, message, sent).await,
            Err(Fault::Recipient(why)) => Outcome::Refused(why),
            Err(Fault::Ours(why)) => {
                tracing::error!(letter = id, template = letter.template, error = why, "a letter could not be made");
                Outcome::Failed(why)
            }
        };
        match outcome {
            Outcome::Sent => self.note_sent(id).await,
            Outcome::Refused(why) => self.note_failure(letter, Next::GiveUp, why).await,
            Outcome::Failed(why) => {
                self.note_failure(letter, rules::after_failure(letter.attempts, letter.created_at, self.clock.now()), why)
                    .await
            }
        }
    }

    fn compose(&self, letter: &Claimed, to: &str, unsubscribe_href: &str) -> Result<(lettre::Message, SentLetter), Fault> {
        let locale: &Locale = self.locales.english();
        let parameters = self.parameters(letter, locale, unsubscribe_href)?;
        let text = (self.render)(locale, &format!("mail/{}.txt", letter.template), &parameters)?;
        let sheet = Sheet {
            number: letter.id,
            created_at: letter.created_at,
            now: self.clock.now(),
            from: &self.config.mail_from,
            from_name: &self.config.site_name,
            host: message::host(&self.config.public_address),
            to,
            subject: &subject(locale, &self.config.site_name, &letter.template)?,
            text: &rules::wrapped(&text),
            html: &(self.render)(locale, &format!("mail/{}.html", letter.template), &parameters)?,
            unsubscribe_href: Some(unsubscribe_href).filter(|href| !href.is_empty()),
        };
        let message = message::build(&sheet)?;
        let sent = SentLetter::of(&sheet, &message);
        Ok((message, sent))
    }

    fn parameters(&self, letter: &Claimed, locale: &Locale, unsubscribe_href: &str) -> Result<Value, Fault> {
        let mut parameters: Value = serde_json::from_str(&letter.parameters).map_err(Error::from)?;
        let Some(map) = parameters.as_object_mut() else {
            return Err(Fault::Ours("its parameters are no object".to_owned()));
        };
        let standing =
            [self.config.site_name.as_str(), &self.config.public_address, locale.lang(), locale.dir(), unsubscribe_href];
        for (name, value) in STANDING_PARAMETERS.into_iter().zip(standing) {
            map.insert(name.to_owned(), Value::from(value));
        }
        Ok(parameters)
    }

    async fn note_sent(&self, letter: i64) -> Result<()> {
        let mut tries = 1;
        loop {
            match self.db.write(move |tx| store::sent(tx, letter)).await {
                Err(_) if tries < TRIES_TO_NOTE => tries += 1,
                Err(error) => {
                    return Err(Error::Broken(anyhow!("letter {letter} was sent, and that could not be noted: {error}")));
                }
                Ok(()) => return Ok(()),
            }
        }
    }

    async fn note_failure(&self, letter: &Claimed, next: Next, why: String) -> Result<()> {
        let id = letter.id;
        // A mail server's answer often repeats the address.
        let why = rules::without_addresses(&why);
        match next {
            Next::GiveUp => tracing::error!(letter = id, template = letter.template, error = why, "a letter was given up"),
            Next::TryAt(_) => tracing::warn!(letter = id, template = letter.template, error = why, "a letter has to wait"),
        }
        let claimed_until = letter.claimed_until;
        self.db.write(move |tx| store::failed(tx, id, claimed_until, next, &why)).await
    }
}
