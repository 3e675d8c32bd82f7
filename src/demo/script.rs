//! What the invented people of the demo do and say: read from `assets/demo/*.toml` and checked.

use crate::accounts::Role;
use crate::accounts::model::{HereAs, MARKS};
use crate::boards::{Audience, Kind};
use crate::countries;
use crate::helplines::Need;
use crate::threads::Stance;
use anyhow::{Context, bail, ensure};
use chrono::Duration;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A file for each board, by the board's key.
const THREADS: [(&str, &str); 12] = [
    ("newly-diagnosed", include_str!("../../assets/demo/newly-diagnosed.toml")),
    ("type-1-diabetes", include_str!("../../assets/demo/type-1-diabetes.toml")),
    ("multiple-sclerosis", include_str!("../../assets/demo/multiple-sclerosis.toml")),
    ("crohns-and-colitis", include_str!("../../assets/demo/crohns-and-colitis.toml")),
    ("long-covid", include_str!("../../assets/demo/long-covid.toml")),
    ("breast-cancer", include_str!("../../assets/demo/breast-cancer.toml")),
    ("dementia-carers", include_str!("../../assets/demo/dementia-carers.toml")),
    ("ask-a-clinician", include_str!("../../assets/demo/ask-a-clinician.toml")),
    ("tell-the-hospital", include_str!("../../assets/demo/tell-the-hospital.toml")),
    ("kettle", include_str!("../../assets/demo/kettle.toml")),
    ("auf-deutsch", include_str!("../../assets/demo/auf-deutsch.toml")),
    ("announcements", include_str!("../../assets/demo/announcements.toml")),
];

/// Everything that happens in the demo before it is opened.
#[derive(Debug)]
pub struct Script {
    /// In the order of the file.
    pub people: Vec<Person>,
    /// In the order in which they are listed.
    pub boards: Vec<Board>,
    /// Board by board.
    pub threads: Vec<Thread>,
    /// In the order in which they are shown.
    pub helplines: Vec<Helpline>,
}

/// Somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name people see.
    pub handle: String,
    /// `member`, or a role's word.
    pub role: String,
    /// Why they are here: a word of [`HereAs`].
    pub here_as: String,
    /// A line about themselves.
    pub about: String,
    /// One of [`MARKS`].
    pub mark: String,
    /// Days before the demo was filled.
    pub joined_days_ago: i64,
    /// IANA name.
    pub time_zone: String,
    /// Whether others see the line about them.
    pub show_about: bool,
}

/// A board.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Name of its file.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// A word of [`Kind`].
    pub kind: String,
    /// A word of [`Audience`].
    pub audience: String,
    /// People of the organisation may read along.
    pub organisation_reads: bool,
    /// BCP 47 tag.
    pub language: String,
    /// Up to three lines.
    pub rules: Vec<String>,
    /// Labels.
    pub content_notes: Vec<String>,
    /// Handles.
    pub moderators: Vec<String>,
    /// Handles of those who were let in, where that is needed.
    #[serde(default)]
    pub members: Vec<String>,
    /// Its place in the list.
    pub order: i32,
    /// Nobody writes there any more.
    pub archived: bool,
}

/// A thread with its replies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// The board's key; not in the file, which is the board's.
    #[serde(skip)]
    pub board: String,
    /// Its title.
    pub title: String,
    /// Handle of its writer.
    pub by: String,
    /// A word of [`Stance`].
    pub stance: String,
    /// How long before the demo was filled: `118d 4h`.
    pub ago: String,
    /// Kept at the top of its board.
    #[serde(default)]
    pub pinned: bool,
    /// Locked in the end, for this reason.
    pub locked: Option<String>,
    /// Labels of the board.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Another language than the board's.
    pub language: Option<String>,
    /// Where it was read.
    #[serde(default)]
    pub source: String,
    /// The words.
    pub body: String,
    /// In the order in which they were written.
    #[serde(default)]
    pub reply: Vec<Reply>,
}

/// A reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Handle of its writer.
    pub by: String,
    /// How long after the post before it: `3h 20m`.
    pub after: String,
    /// Position of the post that it answers.
    pub to: Option<usize>,
    /// A word of [`Stance`].
    pub stance: String,
    /// Where it was read.
    #[serde(default)]
    pub source: String,
    /// The words.
    pub body: String,
    /// The words after a change.
    pub edited: Option<String>,
    /// How long after it was written it was changed.
    pub edited_after: Option<String>,
    /// Its writer took it back.
    #[serde(default)]
    pub withdrawn: bool,
}

/// A line of urgent help. All of the demo's are samples.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helpline {
    /// Its name.
    pub name: String,
    /// Whom it is for.
    #[serde(default)]
    pub about: String,
    /// ISO 3166-1 codes.
    pub countries: Vec<String>,
    /// BCP 47 tag.
    pub language: String,
    /// `talk` or `illness`.
    pub need: String,
    /// To ring.
    #[serde(default)]
    pub voice_number: String,
    /// To write to.
    #[serde(default)]
    pub text_number: String,
    /// What to write.
    #[serde(default)]
    pub text_words: String,
    /// When somebody answers.
    #[serde(default)]
    pub hours: String,
    /// What it costs.
    #[serde(default)]
    pub cost: String,
    /// When a person looked last whether it is right.
    pub checked_days_ago: i64,
}

impl Script {
    /// Reads everything and checks that the parts fit together.
    pub fn load() -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct People {
            person: Vec<Person>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Boards {
            board: Vec<Board>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Threads {
            thread: Vec<Thread>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Helplines {
            helpline: Vec<Helpline>,
        }
        let People { person: people } = read("people", include_str!("../../assets/demo/people.toml"))?;
        let Boards { board: mut boards } = read("boards", include_str!("../../assets/demo/boards.toml"))?;
        let Helplines { helpline: helplines } = read("helplines", include_str!("../../assets/demo/helplines.toml"))?;
        boards.sort_by_key(|board| board.order);
        let mut threads = Vec::new();
        for (key, text) in THREADS {
            let Threads { thread } = read(key, text)?;
            threads.extend(thread.into_iter().map(|thread| Thread { board: key.to_owned(), ..thread }));
        }
        let script = Self { people, boards, threads, helplines };
        script.check()?;
        Ok(script)
    }

    /// Somebody, by handle.
    pub fn person(&self, handle: &str) -> anyhow::Result<(usize, &Person)> {
        self.people
            .iter()
            .enumerate()
            .find(|(_, person)| person.handle == handle)
            .with_context(|| format!("nobody is called {handle}"))
    }

    /// A board, by key.
    pub fn board(&self, key: &str) -> anyhow::Result<(usize, &Board)> {
        self.boards
            .iter()
            .enumerate()
            .find(|(_, board)| board.key == key)
            .with_context(|| format!("there is no board {key}"))
    }

    /// How many posts there are.
    pub fn post_count(&self) -> usize {
        self.threads.iter().map(|thread| 1 + thread.reply.len()).sum()
    }

    fn check(&self) -> anyhow::Result<()> {
        for person in &self.people {
            person.check().with_context(|| person.handle.clone())?;
        }
        for board in &self.boards {
            board.check(self).with_context(|| board.key.clone())?;
        }
        for line in &self.helplines {
            ensure!(Need::from_word(&line.need).is_some(), "{}: unknown need {}", line.name, line.need);
            ensure!(line.countries.iter().all(|code| countries::find(code).is_some()), "{}: unknown country", line.name);
            ensure!(!line.voice_number.is_empty() || !line.text_number.is_empty(), "{}: no number", line.name);
        }
        for thread in &self.threads {
            thread.check(self).with_context(|| format!("{}: {}", thread.board, thread.title))?;
        }
        Ok(())
    }
}

impl Person {
    /// Their role, if people gave them one.
    pub fn role(&self) -> Option<Role> {
        Role::from_word(&self.role)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(self.role == "member" || self.role().is_some(), "unknown role {}", self.role);
        ensure!(HereAs::from_word(&self.here_as).is_some(), "unknown reason to be here: {}", self.here_as);
        ensure!(MARKS.contains(&self.mark.as_str()), "unknown mark {}", self.mark);
        ensure!(self.about.chars().count() <= 300, "a long line about themselves");
        ensure!(self.time_zone.parse::<chrono_tz::Tz>().is_ok(), "unknown zone {}", self.time_zone);
        Ok(())
    }
}

impl Board {
    fn check(&self, script: &Script) -> anyhow::Result<()> {
        ensure!(Kind::from_word(&self.kind).is_some(), "unknown kind {}", self.kind);
        let audience = Audience::from_word(&self.audience).with_context(|| format!("unknown audience {}", self.audience))?;
        ensure!(
            (2..=80).contains(&self.name.chars().count()) && (1..=300).contains(&self.purpose.chars().count()),
            "name or purpose too long"
        );
        ensure!(self.rules.len() <= 3, "more than three rules");
        ensure!(!self.moderators.is_empty(), "nobody moderates it");
        for handle in &self.moderators {
            ensure!(script.person(handle)?.1.role() == Some(Role::Moderator), "{handle} is no moderator");
        }
        ensure!(self.members.is_empty() || audience == Audience::BoardMembers, "only board members are let in");
        self.members.iter().try_for_each(|handle| script.person(handle).map(drop))
    }
}

impl Thread {
    fn check(&self, script: &Script) -> anyhow::Result<()> {
        let (_, board) = script.board(&self.board)?;
        ensure!((5..=150).contains(&self.title.chars().count()), "the title's length");
        for note in &self.notes {
            ensure!(board.content_notes.contains(note), "the board has no note {note}");
        }
        span(&self.ago)?;
        check_post(script, board, &self.by, &self.stance, &self.source)?;
        for (index, reply) in self.reply.iter().enumerate() {
            check_post(script, board, &reply.by, &reply.stance, &reply.source)?;
            span(&reply.after)?;
            ensure!(
                reply.to.is_none_or(|to| (1..=index + 1).contains(&to)),
                "a reply to a post that is not there yet: {:?}",
                reply.to
            );
            ensure!(reply.edited.is_some() == reply.edited_after.is_some(), "changed, but when, or to what?");
            reply.edited_after.as_deref().map(span).transpose()?;
        }
        Ok(())
    }
}

fn check_post(script: &Script, board: &Board, by: &str, stance: &str, source: &str) -> anyhow::Result<()> {
    let (_, person) = script.person(by)?;
    let stance = Stance::from_word(stance).with_context(|| format!("unknown stance {stance}"))?;
    ensure!((stance == Stance::Read) != source.is_empty(), "a source belongs to what was read, by {by}");
    ensure!(
        board.organisation_reads || !person.works_for_organisation(),
        "{by} works for the organisation, which does not read this board"
    );
    let is_closed = Audience::from_word(&board.audience) == Some(Audience::BoardMembers);
    let mut let_in = board.members.iter().chain(&board.moderators);
    ensure!(!is_closed || let_in.any(|handle| handle == by), "{by} was not let in");
    Ok(())
}

impl Person {
    /// Boards that the organisation does not read are closed to them.
    pub fn works_for_organisation(&self) -> bool {
        self.role() == Some(Role::Representative)
    }
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> anyhow::Result<T> {
    toml::from_str(text).with_context(|| format!("assets/demo/{name}.toml"))
}

/// Reads `118d 4h 20m`.
pub fn span(words: &str) -> anyhow::Result<Duration> {
    let mut sum = Duration::zero();
    for word in words.split_whitespace() {
        let (number, unit) = word.split_at_checked(word.len().saturating_sub(1)).context("an odd length of time")?;
        let number: i64 = number.parse().with_context(|| format!("no length of time: {words}"))?;
        sum += match unit {
            "d" => Duration::days(number),
            "h" => Duration::hours(number),
            "m" => Duration::minutes(number),
            _ => bail!("no length of time: {words}"),
        };
    }
    ensure!(sum > Duration::zero(), "no length of time: {words}");
    Ok(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::text::{PostSource, line};
    use std::collections::BTreeSet;

    #[test]
    fn the_demo_is_a_community_of_the_promised_size_and_variety() {
        let script = Script::load().unwrap();
        assert!(
            script.people.len() >= 40
                && script.boards.len() >= 8
                && script.threads.len() >= 60
                && script.post_count() >= 400
        );
        for role in Role::ALL {
            assert!(script.people.iter().any(|person| person.role() == Some(*role)), "nobody is {}", role.word());
        }
        for kind in Kind::ALL {
            assert!(script.boards.iter().any(|board| board.kind == kind.word()), "no board of the kind {}", kind.word());
        }
        for audience in Audience::ALL {
            assert!(script.boards.iter().any(|board| board.audience == audience.word()), "no board for {}", audience.word());
        }
        let threads = &script.threads;
        let replies = || threads.iter().flat_map(|thread| &thread.reply);
        assert!(threads.iter().any(|thread| thread.pinned) && threads.iter().any(|thread| thread.locked.is_some()));
        assert!(threads.iter().filter(|thread| thread.reply.is_empty()).count() >= 5, "unanswered threads");
        assert!(threads.iter().any(|thread| thread.reply.len() >= 40), "a thread of several pages");
        assert!(replies().any(|reply| reply.edited.is_some()) && replies().any(|reply| reply.withdrawn));
        assert!(script.helplines.len() >= 3);
    }

    #[test]
    fn every_handle_and_every_word_may_stand() {
        let script = Script::load().unwrap();
        let skeletons: BTreeSet<_> =
            script.people.iter().map(|person| line::skeleton(&line::handle(&person.handle).unwrap())).collect();
        assert_eq!(skeletons.len(), script.people.len(), "two handles look alike");
        for thread in &script.threads {
            PostSource::parse(&thread.body).unwrap();
            for reply in &thread.reply {
                PostSource::parse(&reply.body).unwrap();
                reply.edited.as_deref().map(PostSource::parse).transpose().unwrap();
            }
        }
    }

    #[test]
    fn lengths_of_time_are_read_as_they_are_written() {
        assert_eq!(span("118d 4h").unwrap(), Duration::days(118) + Duration::hours(4));
        assert_eq!(span("1h 20m").unwrap(), Duration::minutes(80));
        for wrong in ["", "4", "h", "4w", "4h20m", "-4h", "0m", "ü"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_script_that_does_not_fit_together_is_refused() {
        let broken = |change: fn(&mut Script)| {
            let mut script = Script::load().unwrap();
            change(&mut script);
            script.check().is_err()
        };
        assert!(!broken(|_| {}));
        assert!(broken(|script| script.threads[0].by = "nobody".to_owned()));
        assert!(broken(|script| script.threads[0].notes = vec!["Weather".to_owned()]));
        assert!(broken(|script| script.threads[0].stance = "opinion".to_owned()));
        assert!(broken(|script| script.threads[0].reply[0].to = Some(2)));
        assert!(broken(|script| script.boards[0].moderators = vec!["tansy".to_owned()]));
        assert!(broken(|script| script.people[0].mark = "star".to_owned()));
    }
}
