//! Who carries letters out of the house: a mail server, a folder, or nobody at all (a box in memory, for the demo and for
//! tests).

use super::message::{Sheet, address};
use super::smtp::{self, MailServer};
use crate::clock::Timestamp;
use crate::config::{Config, MailRoute};
use anyhow::{Context as _, bail};
use lettre::Message;
use lettre::transport::smtp::client::TlsParameters;
use std::collections::VecDeque;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Letters that the box in memory keeps.
const KEPT: usize = 200;

/// What a process needs to carry letters; kept for its whole life.
#[derive(Default)]
pub struct Carrier {
    /// Reading the system's certificates takes milliseconds.
    tls: OnceLock<TlsParameters>,
    kept: Mutex<VecDeque<SentLetter>>,
}

/// A letter that went into the box in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLetter {
    /// The number of its row.
    pub number: i64,
    /// When it left.
    pub sent_at: Timestamp,
    /// The recipient's address.
    pub to: String,
    /// In words.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Every header as it travels, in its order, unfolded.
    pub headers: Vec<(String, String)>,
}

/// What became of a letter.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is somebody else's now.
    Sent,
    /// The recipient was refused for good.
    Refused(String),
    /// It did not work this time.
    Failed(String),
}

impl SentLetter {
    pub(super) fn of(sheet: &Sheet<'_>, message: &Message) -> Self {
        let headers = message.headers().to_string().replace("\r\n ", " ");
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        Self {
            number: sheet.number,
            sent_at: sheet.now,
            to: sheet.to.to_owned(),
            subject: sheet.subject.to_owned(),
            text: sheet.text.to_owned(),
            html: sheet.html.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

impl Carrier {
    /// The letters in the box in memory, the oldest first; at most the last 200.
    pub fn kept(&self) -> Vec<SentLetter> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) async fn carry(&self, config: &Config, message: Message, sent: SentLetter) -> Outcome {
        match &config.mail {
            MailRoute::Memory => {
                let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() >= KEPT {
                    kept.pop_front();
                }
                kept.push_back(sent);
                Outcome::Sent
            }
            MailRoute::Files(folder) => {
                let (folder, name) =
                    (folder.clone(), format!("{:08}-{}.eml", sent.number, sent.sent_at.utc().format("%Y%m%dT%H%M%S")));
                match tokio::task::spawn_blocking(move || put(&folder, &name, &message.formatted())).await {
                    Ok(Ok(())) => Outcome::Sent,
                    Ok(Err(cause)) => Outcome::Failed(format!("the letter could not be written to the folder: {cause}")),
                    Err(cause) => Outcome::Failed(format!("writing the letter ended early: {cause}")),
                }
            }
            MailRoute::Smtp(url) => match MailServer::parse(url).and_then(|server| Ok((self.tls_of(&server)?, server))) {
                Ok((tls, server)) => smtp::send(&server, tls, &message).await,
                Err(cause) => Outcome::Failed(format!("{cause:#}")),
            },
        }
    }

    fn tls_of(&self, server: &MailServer) -> anyhow::Result<Option<TlsParameters>> {
        if !server.is_encrypted() {
            return Ok(None);
        }
        if let Some(tls) = self.tls.get() {
            return Ok(Some(tls.clone()));
        }
        let tls = TlsParameters::new(server.host.clone()).context("the certificates of this machine cannot be read")?;
        Ok(Some(self.tls.get_or_init(|| tls).clone()))
    }
}

/// Checks what the settings say about letters, so that a typo stops the start and not the first letter. The error is one
/// plain sentence without credentials.
pub fn check_settings(config: &Config) -> anyhow::Result<()> {
    if address(&config.mail_from).is_none() {
        bail!("The setting mail_from must be an address such as letters@forum.example.");
    }
    if config.site_name.chars().any(char::is_control) {
        bail!("The setting site_name must be one line.");
    }
    if let MailRoute::Smtp(url) = &config.mail {
        MailServer::parse(url).context("The setting mail is no address of a mail server")?;
    }
    Ok(())
}

/// Written aside first, so that whoever looks finds whole letters only. Letter and folder are for the owner only: a letter may
/// hold a token, and its name tells when somebody got one.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut folders = std::fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.create(folder)?;
    let aside = folder.join(format!("{name}.part"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&aside)?.write_all(bytes)?;
    std::fs::rename(&aside, folder.join(name))
}
