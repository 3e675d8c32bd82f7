//! Lets the script happen, deed by deed, each at its time.

use super::script::{Board, Helpline, Person, Script};
use super::timeline::{self, Deed};
use super::{Filled, PASSWORD, email, store};
use crate::accounts::model::{HereAs, MARK_COLOURS, NewMember, PasswordAttempt};
use crate::accounts::{self, Member, Role, Roles};
use crate::boards::{self, Audience, BoardDraft, Kind};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{Id, Tx, migrations};
use crate::error::Error;
use crate::helplines::{self, HelplineDraft, Need};
use crate::site::Site;
use crate::text::PostSource;
use crate::threads::model::{PostChange, ReplyDraft, Said, ThreadDraft, Title, Words};
use crate::threads::{self, Post, Stance, Thread};
use crate::worker;
use anyhow::{Context, anyhow};
use chrono::Duration;

/// While the past goes by, the worker does its part so often: notices are made, letters go, what was withdrawn is erased.
const WORKER_PAUSE: Duration = Duration::hours(6);

/// Fills an empty database. Runs on a thread of its own, so that every connection is closed when it returns.
pub fn fill(config: Config) -> anyhow::Result<Filled> {
    let filling = std::thread::spawn(move || actix_web::rt::System::new().block_on(fill_in_time(config)));
    filling.join().map_err(|_| anyhow!("filling the demo broke"))?
}

async fn fill_in_time(config: Config) -> anyhow::Result<Filled> {
    let script = Script::load()?;
    let clock = Clock::default();
    let opening = clock.now();
    let site = Site::open(config, clock)?;
    site.db.outside_transaction(|connection| migrations::run(connection).map(drop))?;
    // What is cut off is thrown away, and what is whole is copied.
    site.db.stop_syncing().map_err(broken)?;
    let mut seed = Seed::new(&site, &script)?;
    let mut worked: Option<Timestamp> = None;
    for moment in timeline::of(&script)? {
        let then = opening.minus(moment.ago);
        site.clock.shift(then.since(site.now()));
        if worked.is_none_or(|worked| then.since(worked) >= WORKER_PAUSE) {
            worker::tick(&site).await.map_err(broken)?;
            worked = Some(then);
        }
        seed.act(moment.deed).with_context(|| format!("the demo cannot {:?}", moment.deed))?;
    }
    site.clock.shift(opening.since(site.now()));
    seed.finish(opening)?;
    worker::tick(&site).await.map_err(broken)?;
    Ok(Filled {
        people: script.people.len(),
        boards: script.boards.len(),
        threads: script.threads.len(),
        posts: script.post_count(),
    })
}

/// The script as far as it has happened.
struct Seed<'a> {
    site: &'a Site,
    script: &'a Script,
    password_hash: String,
    people: Vec<Option<Id<Member>>>,
    boards: Vec<Id<boards::Board>>,
    threads: Vec<Option<Happening>>,
}

/// A thread and its posts so far, in their order.
struct Happening {
    thread: Id<Thread>,
    posts: Vec<Id<Post>>,
}

impl<'a> Seed<'a> {
    fn new(site: &'a Site, script: &'a Script) -> anyhow::Result<Self> {
        // One hash for all: hashing is slow on purpose, and everybody has the same password.
        let password_hash = accounts::hash_password(&PasswordAttempt::new(PASSWORD)).map_err(broken)?;
        let threads = script.threads.iter().map(|_| None).collect();
        Ok(Self { site, script, password_hash, people: vec![None; script.people.len()], boards: Vec::new(), threads })
    }

    fn act(&mut self, deed: Deed) -> anyhow::Result<()> {
        match deed {
            Deed::Join(person) => self.join(person),
            Deed::MakeBoards => self.make_boards(),
            Deed::Moderate { board, person } => {
                let (board, member) = (self.board(board)?, self.member(person)?);
                self.write(|tx| boards::add_moderator(tx, board, member))
            }
            Deed::LetIn { board, person } => {
                let (board, member) = (self.board(board)?, self.member(person)?);
                self.write(|tx| boards::let_in(tx, board, member, None))
            }
            Deed::Start(thread) => self.start(thread),
            Deed::Reply { thread, reply } => self.reply(thread, reply),
            Deed::Edit { thread, reply } => self.edit(thread, reply),
            Deed::Withdraw { thread, reply } => {
                let words =
                    self.script.threads.get(thread).and_then(|thread| thread.reply.get(reply)).context("no such reply")?;
                let (writer, post) = (self.writer(&words.by)?, self.post(thread, reply + 2)?);
                self.write_as(writer, |tx, writer| threads::withdraw(tx, writer, post).map(drop))
            }
            Deed::Pin(thread) => {
                let (moderator, id) = self.moderator_of(thread)?;
                self.write_as(moderator, |tx, moderator| threads::pin(tx, moderator, id, "So that everybody finds it."))
            }
            Deed::Lock(thread) => {
                let (moderator, id) = self.moderator_of(thread)?;
                let reason = self.script.threads.get(thread).and_then(|thread| thread.locked.as_deref()).unwrap_or_default();
                self.write_as(moderator, |tx, moderator| threads::lock(tx, moderator, id, reason))
            }
        }
    }

    fn join(&mut self, index: usize) -> anyhow::Result<()> {
        let person = self.script.people.get(index).context("nobody")?;
        let new = NewMember {
            handle: person.handle.clone(),
            email: email(&person.handle),
            password_hash: self.password_hash.clone(),
            roles: roles(person),
            works_for_organisation: person.works_for_organisation(),
            here_as: HereAs::from_word(&person.here_as).context("why are they here")?,
            about: person.about.clone(),
            mark: person.mark.clone(),
            mark_colour: MARK_COLOURS.get(index % MARK_COLOURS.len()).copied().unwrap_or_default().to_owned(),
            time_zone: person.time_zone.clone(),
            country: String::new(),
            community_letters: true,
            shows_here_as: person.show_about,
            shows_about: person.show_about,
            shows_since: person.show_about,
        };
        let member = self.write(|tx| {
            let member = accounts::create_member(tx, &new)?;
            accounts::agree(tx, member)?;
            accounts::excuse_from_second_step(tx, member)?;
            Ok(member)
        })?;
        if let Some(place) = self.people.get_mut(index) {
            *place = Some(member);
        }
        Ok(())
    }

    fn make_boards(&mut self) -> anyhow::Result<()> {
        let drafts = self.script.boards.iter().map(draft).collect::<anyhow::Result<Vec<_>>>()?;
        self.boards = self.write(|tx| drafts.iter().map(|draft| boards::create(tx, None, draft)).collect())?;
        Ok(())
    }

    fn start(&mut self, index: usize) -> anyhow::Result<()> {
        let thread = self.script.threads.get(index).context("no such thread")?;
        let writer = self.writer(&thread.by)?;
        let board = self.board(self.script.board(&thread.board)?.0)?;
        let title = Title::parse(&thread.title).map_err(|fault| anyhow!("the title: {fault:?}"))?;
        let said = said(&thread.stance, &thread.source, &thread.body)?;
        let opened = self.write_as(writer, |tx, writer| {
            let notes = boards::content_notes(tx.conn(), board)?
                .into_iter()
                .filter(|note| thread.notes.contains(&note.label))
                .map(|note| note.id)
                .collect();
            let draft = ThreadDraft {
                title,
                language: thread.language.clone(),
                notes,
                said,
                submission_id: format!("demo-{index}"),
            };
            threads::start(tx, writer, board, &draft)
        })?;
        if let Some(place) = self.threads.get_mut(index) {
            *place = Some(Happening { thread: opened.thread, posts: vec![opened.post] });
        }
        Ok(())
    }

    fn reply(&mut self, index: usize, number: usize) -> anyhow::Result<()> {
        let reply = self.script.threads.get(index).and_then(|thread| thread.reply.get(number)).context("no such reply")?;
        let writer = self.writer(&reply.by)?;
        let thread = self.happening(index)?.thread;
        let in_reply_to = reply.to.map(|position| self.post(index, position)).transpose()?;
        let draft = ReplyDraft {
            in_reply_to,
            said: said(&reply.stance, &reply.source, &reply.body)?,
            submission_id: format!("demo-{index}-{number}"),
        };
        let placed = self.write_as(writer, |tx, writer| threads::reply(tx, writer, thread, &draft))?;
        if let Some(Some(happening)) = self.threads.get_mut(index) {
            happening.posts.push(placed.post);
        }
        Ok(())
    }

    fn edit(&mut self, index: usize, number: usize) -> anyhow::Result<()> {
        let reply = self.script.threads.get(index).and_then(|thread| thread.reply.get(number)).context("no such reply")?;
        let (writer, post) = (self.writer(&reply.by)?, self.post(index, number + 2)?);
        let words = reply.edited.as_deref().context("changed to nothing")?;
        let change = PostChange {
            revision: 1,
            title: None,
            said: said(&reply.stance, &reply.source, words)?,
            submission_id: String::new(),
        };
        self.write_as(writer, |tx, writer| threads::edit(tx, writer, post, &change).map(drop))
    }

    /// What belongs to no moment of the script.
    fn finish(&mut self, opening: Timestamp) -> anyhow::Result<()> {
        let keeper = self
            .script
            .people
            .iter()
            .position(|person| person.role() == Some(Role::Administrator))
            .context("nobody keeps the site")?;
        let keeper = self.member(keeper)?;
        let lines =
            self.script.helplines.iter().map(|line| sample(line, opening, keeper)).collect::<anyhow::Result<Vec<_>>>()?;
        self.write(|tx| lines.iter().try_for_each(|line| helplines::create(tx, line).map(drop)))?;
        for (board, id) in self.script.boards.iter().zip(&self.boards) {
            if board.archived {
                self.write(|tx| boards::archive(tx, None, *id))?;
            }
        }
        self.write(store::mark)
    }

    fn write<T>(&self, deed: impl FnOnce(&mut Tx<'_>) -> crate::error::Result<T>) -> anyhow::Result<T> {
        self.site.db.write_now(deed).map_err(broken)
    }

    /// The same by a member, as they are at this moment.
    fn write_as<T>(
        &self,
        member: Id<Member>,
        deed: impl FnOnce(&mut Tx<'_>, &Member) -> crate::error::Result<T>,
    ) -> anyhow::Result<T> {
        self.write(|tx| {
            let member = accounts::load(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
            deed(tx, &member)
        })
    }

    fn member(&self, person: usize) -> anyhow::Result<Id<Member>> {
        self.people.get(person).copied().flatten().context("they did not join yet")
    }

    fn writer(&self, handle: &str) -> anyhow::Result<Id<Member>> {
        self.member(self.script.person(handle)?.0)
    }

    fn board(&self, board: usize) -> anyhow::Result<Id<boards::Board>> {
        self.boards.get(board).copied().context("the board was not made yet")
    }

    fn happening(&self, thread: usize) -> anyhow::Result<&Happening> {
        self.threads.get(thread).and_then(Option::as_ref).context("the thread was not started yet")
    }

    /// Positions begin with 1, the opening post.
    fn post(&self, thread: usize, position: usize) -> anyhow::Result<Id<Post>> {
        position
            .checked_sub(1)
            .and_then(|place| self.happening(thread).ok()?.posts.get(place))
            .copied()
            .context("the post was not written yet")
    }

    fn moderator_of(&self, thread: usize) -> anyhow::Result<(Id<Member>, Id<Thread>)> {
        let key = &self.script.threads.get(thread).context("no such thread")?.board;
        let (_, board) = self.script.board(key)?;
        let moderator = self.writer(board.moderators.first().context("nobody moderates")?)?;
        Ok((moderator, self.happening(thread)?.thread))
    }
}

fn roles(person: &Person) -> Roles {
    let has = |role| person.role() == Some(role);
    Roles {
        mentor: has(Role::Mentor),
        moderator: has(Role::Moderator),
        clinician: has(Role::Clinician),
        representative: has(Role::Representative),
        administrator: has(Role::Administrator),
    }
}

fn draft(board: &Board) -> anyhow::Result<BoardDraft> {
    Ok(BoardDraft {
        name: board.name.clone(),
        purpose: board.purpose.clone(),
        kind: Kind::from_word(&board.kind).context("unknown kind")?,
        audience: Audience::from_word(&board.audience).context("unknown audience")?,
        organisation_reads: board.organisation_reads,
        language: board.language.clone(),
        rules: board.rules.clone(),
        content_notes: board.content_notes.clone(),
    })
}

fn sample(line: &Helpline, opening: Timestamp, keeper: Id<Member>) -> anyhow::Result<HelplineDraft> {
    Ok(HelplineDraft {
        name: line.name.clone(),
        about: line.about.clone(),
        countries: line.countries.clone(),
        language: line.language.clone(),
        need: Need::from_word(&line.need).context("unknown need")?,
        voice_number: line.voice_number.clone(),
        text_number: line.text_number.clone(),
        text_words: line.text_words.clone(),
        hours: line.hours.clone(),
        cost: line.cost.clone(),
        is_sample: true,
        checked_on: Some(opening.minus(Duration::days(line.checked_days_ago))),
        checked_by: Some(keeper),
    })
}

fn said(stance: &str, source: &str, words: &str) -> anyhow::Result<Said> {
    let typed = PostSource::parse(words).map_err(|fault| anyhow!("the words: {fault:?}"))?;
    Ok(Said {
        stance: Stance::from_word(stance).context("unknown stance")?,
        source: source.to_owned(),
        words: Words::new(typed),
    })
}

fn broken(error: Error) -> anyhow::Error {
    match error {
        Error::Broken(cause) => cause,
        refused @ Error::Refused(_) => anyhow!("{refused}"),
    }
}
