//! A small community that is there before a journey begins, made through the doors.

use crate::harness::Site;
use crate::harness::people::Person;
use alongside::accounts::model::{HereAs, Roles};
use alongside::accounts::{self, Member, NewMember, PasswordAttempt};
use alongside::boards::model::BoardDraft;
use alongside::boards::{self, Audience, Board, Kind};
use alongside::clock::Timestamp;
use alongside::db::{Id, Tx};
use alongside::error::Result;
use alongside::helplines::{self, Helpline, HelplineDraft, Need};
use alongside::text::PostSource;
use alongside::threads::{self, Post, ReplyDraft, Said, Stance, Thread, ThreadDraft, Title, Words};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The password of everybody in a scene, hashed once for the process.
pub const PASSWORD: &str = "three words that do not belong";
static PASSWORD_HASH: LazyLock<String> =
    LazyLock::new(|| accounts::hash_password(&PasswordAttempt::new(PASSWORD)).expect("a hash"));

/// Where something stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The board.
    pub board: Id<Board>,
    /// A thread on it.
    pub thread: Id<Thread>,
    /// A reply in the thread, by the author.
    pub post: Id<Post>,
}

/// Boards of every audience with a thread each, and people of every kind.
pub struct Scene {
    places: BTreeMap<&'static str, Place>,
    people: BTreeMap<&'static str, (Id<Member>, String)>,
    /// Who wrote all threads and their replies.
    pub author: Id<Member>,
    /// A line that was checked.
    pub helpline: Id<Helpline>,
    /// Somebody asks to be let in to the board members' board: the first request of a fresh database.
    pub request: i64,
}

const NOBODY: Roles =
    Roles { mentor: false, moderator: false, clinician: false, representative: false, administrator: false };

/// Who is there, with their roles and whether they work for the organisation. Who moderates and who was let in is set below.
const PEOPLE: &[(&str, Roles, bool)] = &[
    ("author", NOBODY, false),
    ("member", NOBODY, false),
    ("asker", NOBODY, false),
    ("clinician", Roles { clinician: true, ..NOBODY }, false),
    ("representative", Roles { representative: true, ..NOBODY }, true),
    ("other moderator", Roles { moderator: true, ..NOBODY }, false),
    ("administrator", Roles { administrator: true, ..NOBODY }, false),
    ("board member", NOBODY, false),
    ("moderator", Roles { moderator: true, ..NOBODY }, false),
];

impl Scene {
    /// Makes it. Everybody but the new member has been here for a week.
    pub async fn set(site: &Site) -> Self {
        let hash = PASSWORD_HASH.clone();
        site.later(chrono::Duration::days(-8));
        let mut people: BTreeMap<&'static str, Id<Member>> = site
            .given(move |tx| {
                PEOPLE.iter().map(|(who, roles, works)| Ok((*who, join(tx, who, *roles, *works, &hash)?))).collect()
            })
            .await;
        let ids = people.clone();
        let places = site.given(move |tx| places(tx, &ids)).await;
        let (asker, board) = (people["asker"], places["board-members"].board);
        let helpline = site
            .given(move |tx| {
                let asker = accounts::load(tx.conn(), asker)?.expect("the asker");
                boards::ask(tx, &asker, board, "I was told that you talk about this here.")?;
                helplines::create(tx, &line(tx.now()))
            })
            .await;
        site.later(chrono::Duration::days(8));
        let hash = PASSWORD_HASH.clone();
        people.insert("new member", site.given(move |tx| join(tx, "new member", NOBODY, false, &hash)).await);
        let author = people["author"];
        let people = site
            .given(move |tx| {
                people
                    .iter()
                    .map(|(who, id)| Ok((*who, (*id, accounts::open_session(tx, *id, false)?.reveal().to_owned()))))
                    .collect()
            })
            .await;
        // What the scene itself caused is not part of a journey.
        site.works().await;
        Self { places, people, author, helpline, request: 1 }
    }

    /// Where the object stands; `nothing` does not exist.
    pub fn place(&self, object: &str) -> Place {
        let nothing = Place { board: Id::new(999_999), thread: Id::new(999_999), post: Id::new(999_999) };
        self.places.get(object).copied().unwrap_or(nothing)
    }

    /// Somebody of the scene, signed in.
    pub fn person<'a>(&self, site: &'a Site, who: &str) -> Person<'a> {
        let person = site.visitor();
        if who != "visitor" {
            person.cookies.borrow_mut().insert("sid".to_owned(), self.people[who].1.clone());
        }
        person
    }

    /// Somebody of the scene who signs in anew: those with a role were signed out long ago when days have passed. Nobody asks
    /// them for a second step.
    pub async fn again<'a>(&self, site: &'a Site, who: &str) -> Person<'a> {
        let id = self.id(who);
        let begin = move |tx: &mut Tx<'_>| {
            accounts::excuse_from_second_step(tx, id)?;
            Ok(accounts::open_session(tx, id, false)?.reveal().to_owned())
        };
        let session = site.given(begin).await;
        let person = site.visitor();
        person.cookies.borrow_mut().insert("sid".to_owned(), session);
        person
    }

    /// The number of somebody of the scene.
    #[allow(dead_code)] // not every binary of tests asks
    pub fn id(&self, who: &str) -> Id<Member> {
        self.people[who].0
    }

    /// The cookie of somebody of the scene.
    #[allow(dead_code)] // as above
    pub fn cookie(&self, who: &str) -> &str {
        &self.people[who].1
    }
}

/// Somebody more joins.
#[allow(dead_code)] // as above
pub fn joins(tx: &mut Tx<'_>, who: &str) -> Result<Id<Member>> {
    join(tx, who, NOBODY, false, &PASSWORD_HASH)
}

/// The address of somebody of the scene.
pub fn email(who: &str) -> String {
    format!("{}@example.org", who.replace(' ', "-"))
}

fn join(tx: &mut Tx<'_>, who: &str, roles: Roles, works_for_organisation: bool, hash: &str) -> Result<Id<Member>> {
    let member = accounts::create_member(
        tx,
        &NewMember {
            handle: who.replace(' ', "-"),
            email: email(who),
            password_hash: hash.to_owned(),
            roles,
            works_for_organisation,
            here_as: HereAs::Unsaid,
            community_letters: true,
            ..NewMember::default()
        },
    )?;
    accounts::give_health(tx, member)?;
    Ok(member)
}

fn places(tx: &mut Tx<'_>, people: &BTreeMap<&'static str, Id<Member>>) -> Result<BTreeMap<&'static str, Place>> {
    let author = accounts::load(tx.conn(), people["author"])?.expect("the author");
    let moderator = accounts::load(tx.conn(), people["moderator"])?.expect("the moderator");
    let mut places = BTreeMap::new();
    let elsewhere = board(tx, "Elsewhere", Audience::Members)?;
    boards::add_moderator(tx, elsewhere, people["other moderator"])?;
    for object in ["public", "members", "board-members", "locked", "withdrawn", "archived"] {
        let audience = match object {
            "public" | "locked" | "withdrawn" | "archived" => Audience::Public,
            "members" => Audience::Members,
            _ => Audience::BoardMembers,
        };
        let board = board(tx, &format!("Board {object}"), audience)?;
        boards::add_moderator(tx, board, moderator.id)?;
        for who in ["author", "board member"].into_iter().filter(|_| audience == Audience::BoardMembers) {
            boards::let_in(tx, board, people[who], Some(moderator.id))?;
        }
        let opened = threads::start(
            tx,
            &author,
            board,
            &thread(&format!("A thread that is {object}"), &format!("opening-{object}")),
        )?;
        let placed = threads::reply(tx, &author, opened.thread, &reply("And one more thing.", &format!("reply-{object}")))?;
        match object {
            "locked" => threads::lock(tx, &moderator, opened.thread, "The question was answered.")?,
            "withdrawn" => {
                threads::withdraw(tx, &author, placed.post)?;
                threads::withdraw(tx, &author, opened.post)?;
            }
            "archived" => boards::archive(tx, None, board)?,
            _ => {}
        }
        places.insert(object, Place { board, thread: opened.thread, post: placed.post });
    }
    Ok(places)
}

/// A board of its own.
pub fn board(tx: &mut Tx<'_>, name: &str, audience: Audience) -> Result<Id<Board>> {
    boards::create(
        tx,
        None,
        &BoardDraft {
            name: name.to_owned(),
            purpose: "For whoever needs it.".to_owned(),
            kind: Kind::Peers,
            audience,
            organisation_reads: false,
            language: "en".to_owned(),
            rules: vec!["Say what happened to you.".to_owned()],
            content_notes: vec!["Low blood sugar".to_owned(), "End of life".to_owned()],
        },
    )
}

/// A thread as somebody would start it.
pub fn thread(title: &str, submission: &str) -> ThreadDraft {
    ThreadDraft {
        title: Title::parse(title).expect("a title"),
        language: None,
        notes: Vec::new(),
        said: said("I could not sleep, so I write."),
        submission_id: submission.to_owned(),
    }
}

/// A reply as somebody would write it.
pub fn reply(words: &str, submission: &str) -> ReplyDraft {
    ReplyDraft { said: said(words), in_reply_to: None, submission_id: submission.to_owned() }
}

/// What somebody says of their own experience.
pub fn said(words: &str) -> Said {
    Said { stance: Stance::Experience, source: String::new(), words: Words::new(PostSource::parse(words).expect("words")) }
}

fn line(checked_on: Timestamp) -> HelplineDraft {
    HelplineDraft {
        name: "Night line".to_owned(),
        need: Need::Talk,
        voice_number: "01632 960 101".to_owned(),
        language: "en".to_owned(),
        checked_on: Some(checked_on),
        ..HelplineDraft::default()
    }
}
