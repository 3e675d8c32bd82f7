//! The file that people take along: a ZIP with one JSON file for each slice, and `index.html` to be read by people. A room of
//! its own because its form is a promise: what is in it keeps its name and its shape.
//!
//! | file | holds |
//! |---|---|
//! | `account.json` | profile, what was done to the account, what they agreed to, where they are signed in, second step, names of passkeys, sign-ons, known browsers, changes of the address, how they came in, invitations ([`TakenAccount`]) |
//! | `boards.json` | memberships, boards they moderate, requests with their own words ([`TakenBoards`]) |
//! | `words.json` | posts with all earlier versions, drafts, how far they read ([`TakenWords`]) |
//! | `notices.json` | notices ([`TakenNotice`]) |
//! | `reports.json` | what they told moderators of ([`TakenReport`]) |
//! | `letters.json` | when which letter was written ([`TakenLetter`]) |
//! | `helplines.json` | lines of urgent help that they rang ([`TakenLine`]) |
//!
//! Moments are RFC 3339 in UTC. What is somebody else's is not in it: their words, their names, the titles of their threads.
//! Nor is what would open the account (hashes, secrets), nor what somebody decided here for others, which is the record of
//! the site.

use crate::accounts::model::{Deed, TakenAccount};
use crate::accounts::{self, Member};
use crate::boards::{self, TakenBoards};
use crate::cases::{self, TakenReport};
use crate::clock::Timestamp;
use crate::db::{Conn, Id};
use crate::error::{Error, Result};
use crate::helplines::{self, TakenLine};
use crate::locale::Locale;
use crate::mail::{self, TakenLetter};
use crate::notifications::{self, TakenNotice};
use crate::site::Site;
use crate::threads::{self, TakenWords};
use crate::web::page::Page;
use anyhow::anyhow;
use chrono_tz::Tz;
use serde::Serialize;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Everything that somebody takes along, out of one state of the database.
pub struct Taken {
    account: TakenAccount,
    boards: TakenBoards,
    words: TakenWords,
    notices: Vec<TakenNotice>,
    reports: Vec<TakenReport>,
    letters: Vec<TakenLetter>,
    helplines: Vec<TakenLine>,
}

impl Taken {
    /// Each slice hands in its part; nothing if there is no such member.
    pub fn of(connection: &mut Conn, member: Id<Member>) -> Result<Option<Self>> {
        let Some(account) = accounts::take_along(connection, member)? else { return Ok(None) };
        Ok(Some(Self {
            account,
            boards: boards::take_along(connection, member)?,
            words: threads::take_along(connection, member)?,
            notices: notifications::take_along(connection, member)?,
            reports: cases::take_along(connection, member)?,
            letters: mail::take_along(connection, member.number())?,
            helplines: helplines::take_along(connection, member)?,
        }))
    }

    /// The ZIP. Takes time with what there is: to be called where nobody waits.
    pub fn zip(&self, site: &Site) -> Result<Vec<u8>> {
        let index = site.templates.render_text(site.locales.english(), &self.index(site)?)?;
        let files = [
            ("index.html", index),
            ("account.json", serde_json::to_string_pretty(&self.account)?),
            ("boards.json", serde_json::to_string_pretty(&self.boards)?),
            ("words.json", serde_json::to_string_pretty(&self.words)?),
            ("notices.json", serde_json::to_string_pretty(&self.notices)?),
            ("reports.json", serde_json::to_string_pretty(&self.reports)?),
            ("letters.json", serde_json::to_string_pretty(&self.letters)?),
            ("helplines.json", serde_json::to_string_pretty(&self.helplines)?),
        ];
        packed(&files).map_err(|cause| Error::Broken(anyhow!("a file to take along could not be packed: {cause}")))
    }

    fn index(&self, site: &Site) -> Result<IndexPage> {
        let locale = site.locales.english();
        let profile = &self.account.profile;
        let zone = profile.time_zone.parse().unwrap_or(site.config.time_zone);
        let words = Words { locale, zone };
        Ok(IndexPage {
            lang: locale.lang().to_owned(),
            dir: locale.dir(),
            site_name: site.config.site_name.clone(),
            name: profile.handle.clone(),
            made: words.moment(site.now()),
            sections: vec![
                words.about_you(self)?,
                words.agreed(&self.account)?,
                words.signed_in(&self.account)?,
                words.passkeys(&self.account)?,
                words.door(&self.account)?,
                words.sign_ons(&self.account)?,
                words.boards(&self.boards)?,
                words.posts(&self.words)?,
                words.drafts(&self.words)?,
                words.notices(&self.notices)?,
                words.reports(&self.reports)?,
                words.letters(&self.letters)?,
            ],
        })
    }
}

fn packed(files: &[(&str, String)]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The page for people. It stands alone: no style, no script, no picture.
#[derive(Serialize)]
pub(super) struct IndexPage {
    pub lang: String,
    pub dir: &'static str,
    pub site_name: String,
    pub name: String,
    pub made: String,
    pub sections: Vec<Section>,
}

impl Page for IndexPage {
    const TEMPLATE: &'static str = "privacy/take-along.html";
}

/// A part of it.
#[derive(Serialize)]
pub(super) struct Section {
    pub title: String,
    pub rows: Vec<Row>,
}

/// A thing in a part: a line, and the words that belong to it.
#[derive(Serialize, Default)]
pub(super) struct Row {
    pub line: String,
    /// As typed.
    pub words: Option<String>,
    /// As shown.
    pub shown_html: Option<String>,
    /// What stood there before, as typed.
    pub earlier: Vec<String>,
}

struct Words<'a> {
    locale: &'a Locale,
    zone: Tz,
}

impl Words<'_> {
    fn moment(&self, at: Timestamp) -> String {
        self.locale.moment(at, self.zone).words
    }

    fn section(&self, key: &str, rows: Vec<Row>) -> Result<Section> {
        Ok(Section { title: self.locale.say(key)?, rows })
    }

    /// `What: value`
    fn fact(&self, key: &str, value: &str) -> Result<Row> {
        Ok(Row { line: format!("{}: {value}", self.locale.say(key)?), ..Row::default() })
    }

    fn about_you(&self, taken: &Taken) -> Result<Section> {
        let profile = &taken.account.profile;
        let mut rows = vec![
            self.fact("privacy-file-name", &profile.handle)?,
            self.fact("privacy-file-email", &profile.email)?,
            self.fact("privacy-file-about", &profile.about)?,
            self.fact("privacy-file-country", &profile.country)?,
            self.fact("privacy-file-zone", &profile.time_zone)?,
            self.fact("privacy-file-joined", &self.moment(profile.joined_at))?,
        ];
        for name in &taken.account.old_names {
            rows.push(self.fact("privacy-file-old-name", &format!("{}, {}", name.handle, self.moment(name.changed_at)))?);
        }
        for line in &taken.account.log {
            let key = match line.deed {
                Deed::RoleGiven => "privacy-file-role",
                Deed::RoleTaken => "privacy-file-role-ended",
                _ => "privacy-file-deed",
            };
            let what = if line.role.is_empty() { line.deed.word() } else { &line.role };
            rows.push(self.fact(key, &format!("{what}, {} {}", self.moment(line.done_at), line.reason))?);
        }
        for line in &taken.helplines {
            rows.push(self.fact("privacy-file-helpline", &line.name)?);
        }
        self.section("privacy-file-you", rows)
    }

    fn agreed(&self, account: &TakenAccount) -> Result<Section> {
        let rows = account.agreed.iter().map(|one| {
            let given = format!("{} {}, {}", one.kind, one.version, self.moment(one.given_at));
            match one.withdrawn_at {
                Some(at) => {
                    let arguments = [("what", given.into()), ("at", self.moment(at).into())];
                    self.locale.say_with("privacy-file-yes-taken-back", &arguments).map(Row::of)
                }
                None => Ok(Row::of(given)),
            }
        });
        self.section("accounts-settings-agreed", rows.collect::<Result<_>>()?)
    }

    fn signed_in(&self, account: &TakenAccount) -> Result<Section> {
        let lines = account
            .sessions
            .iter()
            .map(|one| format!("{}, {} – {}", one.device, self.moment(one.created_at), self.moment(one.last_used_at)));
        self.section("accounts-devices-title", lines.map(Row::of).collect())
    }

    fn passkeys(&self, account: &TakenAccount) -> Result<Section> {
        let lines = account.passkeys.iter().map(|one| format!("{}, {}", one.name, self.moment(one.added_at)));
        self.section("accounts-passkeys", lines.map(Row::of).collect())
    }

    /// How they came in, whom they invited, and what guards the account.
    fn door(&self, account: &TakenAccount) -> Result<Section> {
        let mut rows = Vec::new();
        if account.came_in.by_invitation {
            rows.push(Row::of(self.locale.say("privacy-file-by-invitation")?));
        }
        if account.came_in.by_application {
            rows.push(Row::of(self.locale.say("privacy-file-by-application")?));
        }
        for one in &account.join_requests {
            let line = format!("{}, {}", one.handle, self.moment(one.asked_at));
            let words = Some(one.answer.clone()).filter(|answer| !answer.is_empty());
            rows.push(Row { words, ..self.fact("privacy-file-join-request", &line)? });
        }
        for one in &account.invitations {
            let arguments = [
                ("made", self.moment(one.created_at).into()),
                ("ends", self.moment(one.taken_back_at.unwrap_or(one.ends_at)).into()),
                ("came", i64::from(one.uses_taken).into()),
                ("allowed", i64::from(one.uses_allowed).into()),
            ];
            rows.push(Row::of(self.locale.say_with("privacy-file-invitation", &arguments)?));
        }
        if let Some(since) = account.second_step.app_since {
            rows.push(self.fact("privacy-file-second-step", &self.moment(since))?);
        }
        rows.push(self.fact("privacy-file-recovery-codes", &account.second_step.recovery_codes_left.to_string())?);
        for one in &account.known_browsers {
            rows.push(self.fact("privacy-file-browser", &self.moment(one.seen_at))?);
            if let Some(until) = one.trusted_until {
                rows.push(self.fact("privacy-file-browser-trusted", &self.moment(until))?);
            }
        }
        for one in &account.address_changes {
            let line = format!("{} – {}, {}", one.old_email, one.new_email, self.moment(one.asked_at));
            rows.push(self.fact("privacy-file-address-change", &line)?);
        }
        for asked in &account.password_links {
            rows.push(self.fact("privacy-file-password-link", &self.moment(*asked))?);
        }
        self.section("privacy-file-door", rows)
    }

    fn sign_ons(&self, account: &TakenAccount) -> Result<Section> {
        let lines =
            account.sign_ons.iter().map(|one| format!("{}, {}, {}", one.issuer, one.subject, self.moment(one.linked_at)));
        self.section("accounts-sign-on-title", lines.map(Row::of).collect())
    }

    fn boards(&self, boards: &TakenBoards) -> Result<Section> {
        let belongs = boards.memberships.iter().chain(&boards.moderated);
        let belongs = belongs.map(|one| Row::of(format!("{}, {}", one.board, self.moment(one.since))));
        let asked = boards.requests.iter().map(|one| Row {
            line: format!("{}, {} {}", one.board, self.moment(one.asked_at), one.reason),
            words: Some(one.words.clone()).filter(|words| !words.is_empty()),
            ..Row::default()
        });
        self.section("shared-boards", belongs.chain(asked).collect())
    }

    fn posts(&self, words: &TakenWords) -> Result<Section> {
        let rows = words.posts.iter().map(|post| {
            let title = post.title.as_deref().unwrap_or_default();
            let written = self.moment(post.written_at);
            let line = match post.taken_back_at {
                Some(at) => self
                    .locale
                    .say_with("privacy-file-taken-back", &[("written", written.into()), ("at", self.moment(at).into())])?,
                None => written,
            };
            let earlier = post.earlier.iter().map(|one| format!("{}\n{}", self.moment(one.written_at), one.words)).collect();
            let line = [title, &post.board, &line, &post.source].into_iter().filter(|part| !part.is_empty());
            Ok(Row {
                line: line.collect::<Vec<_>>().join(", "),
                words: None,
                shown_html: Some(post.html.as_str().to_owned()),
                earlier,
            })
        });
        self.section("shared-my-posts", rows.collect::<Result<_>>()?)
    }

    fn drafts(&self, words: &TakenWords) -> Result<Section> {
        let rows = words.drafts.iter().map(|draft| Row {
            line: format!("{} {}", draft.title, self.moment(draft.saved_at)),
            words: Some(draft.words.clone()),
            ..Row::default()
        });
        self.section("shared-my-drafts", rows.collect())
    }

    fn reports(&self, reports: &[TakenReport]) -> Result<Section> {
        let lines = reports
            .iter()
            .map(|one| {
                let reason = self.locale.say(&format!("moderation-reason-{}", one.reason.word()))?;
                Ok(Row::of(format!("{reason}, {}. {}", self.moment(one.reported_at), one.words).trim_end().to_owned()))
            })
            .collect::<Result<_>>()?;
        self.section("moderation-own-title", lines)
    }

    fn notices(&self, notices: &[TakenNotice]) -> Result<Section> {
        let lines = notices.iter().map(|one| format!("{}, {}", one.kind, self.moment(one.noticed_at)));
        self.section("shared-notices", lines.map(Row::of).collect())
    }

    fn letters(&self, letters: &[TakenLetter]) -> Result<Section> {
        let lines = letters.iter().map(|one| format!("{}, {}", one.letter, self.moment(one.written_at)));
        self.section("privacy-file-letters", lines.map(Row::of).collect())
    }
}

impl Row {
    fn of(line: String) -> Self {
        Self { line, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_page_for_people_shows_what_it_holds_and_runs_nothing() {
        let page = check_page(&IndexPage {
            lang: "en-GB".into(),
            dir: "ltr",
            site_name: "Alongside".into(),
            name: "tansy".into(),
            made: "9 May 2026, 14:00".into(),
            sections: vec![
                Section {
                    title: "My posts".into(),
                    rows: vec![Row {
                        line: "Nights, Type 1 diabetes".into(),
                        words: Some("As <b>typed</b>".into()),
                        shown_html: Some("<p>As <strong>shown</strong></p>".into()),
                        earlier: vec!["Before & after".into()],
                    }],
                },
                Section { title: "Notices".into(), rows: Vec::new() },
            ],
        });
        for part in ["As &lt;b&gt;typed", "<strong>shown</strong>", "Before &amp; after"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        for part in ["<script", "<link", "src=", "style"] {
            assert!(!page.contains(part), "{part}: {page}");
        }
    }
}
