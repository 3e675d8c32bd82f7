//! What threads and posts are.

use crate::accounts::Member;
use crate::boards::{self, Audience, Board, ContentNote};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::text::{self, PostSource, SafeHtml, line};
use crate::text_enum;
use diesel::Queryable;
use serde::Serialize;
use sha2::{Digest, Sha256};

text_enum! {
    /// What kind of statement a post is. Every post has exactly one.
    pub enum Stance {
        /// It happens to me, or I ask for myself.
        Experience = "experience",
        /// I care for someone, or I ask for them.
        Caring = "caring",
        /// Taken from somewhere; needs a source.
        Read = "read",
        /// A verified clinician: needs a live badge.
        General = "general",
        /// The organisation speaks: representatives only.
        Organisation = "organisation",
    }
}

/// A title and a run of posts.
#[derive(Debug, Clone, Queryable)]
pub struct Thread {
    /// Its number; its page is `/threads/{id}`.
    pub id: Id<Thread>,
    /// Where it stands.
    pub board: Id<Board>,
    /// Who began it.
    pub author: Id<Member>,
    /// One line. Not to be shown once the opening post was taken back; see [`Thread::shown_title`].
    pub title: String,
    /// Whom it was written for. The board may be widened later; this is not.
    pub audience: Audience,
    /// People of the organisation may read along, as it was when it was written.
    pub organisation_reads: bool,
    /// BCP 47 tag.
    pub language: String,
    /// Of the opening post.
    pub stance: Stance,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// Positions given so far; the last post has this number, because stubs keep theirs.
    pub post_count: i32,
    /// Replies that stand.
    pub reply_count: i32,
    /// When somebody wrote last.
    pub last_post_at: Timestamp,
    /// The first reply by somebody else that stands; until then the thread waits.
    pub first_reply_at: Option<Timestamp>,
    /// How many content notes it carries.
    pub note_count: i32,
    /// No more replies since.
    pub locked_at: Option<Timestamp>,
    /// Kept at the top of its board since.
    pub pinned_at: Option<Timestamp>,
    /// The opening post was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// Rises with everything that its page shows.
    pub version: i64,
}

impl Thread {
    /// The title, unless the opening post was taken back: its title goes with it.
    pub fn shown_title(&self) -> Option<&str> {
        self.withdrawn_at.is_none().then_some(self.title.as_str())
    }

    /// `/threads/812`, with a readable end only where everybody may read.
    pub fn href(&self) -> String {
        href(self.id, self.audience, self.shown_title())
    }
}

/// `/threads/812`, or `/threads/812/how-do-you-sleep` where everybody may read: elsewhere an address must not spell a
/// diagnosis.
pub fn href(id: Id<Thread>, audience: Audience, title: Option<&str>) -> String {
    match title.map(boards::slug) {
        Some(slug) if audience == Audience::Public && !slug.is_empty() => format!("/threads/{id}/{slug}"),
        _ => format!("/threads/{id}"),
    }
}

/// One post, for whoever changes it. Pages show posts without their source.
#[derive(Debug, Clone, Queryable)]
pub struct Post {
    /// Its number; `/posts/{id}` leads to its place in the thread.
    pub id: Id<Post>,
    /// Where it stands.
    pub thread: Id<Thread>,
    /// 1 is the opening post; never given twice.
    pub position: i32,
    /// Who wrote it.
    pub author: Id<Member>,
    /// What kind of statement it is.
    pub stance: Stance,
    /// Where its writer read it; empty unless the stance is [`Stance::Read`].
    pub source: String,
    /// The post it answers, if it names one.
    pub in_reply_to: Option<Id<Post>>,
    /// As typed. Empty once it was erased.
    pub body_source: String,
    /// As shown.
    pub body_html: SafeHtml,
    /// When it was written.
    pub posted_at: Timestamp,
    /// The last change that is shown as one.
    pub edited_at: Option<Timestamp>,
    /// Rises with each change; a form carries the one it was made for.
    pub revision: i32,
    /// When its writer took it back.
    pub withdrawn_at: Option<Timestamp>,
}

/// What a post said before a visible change.
#[derive(Debug, Clone, Queryable)]
pub struct Revision {
    /// Its number among all.
    pub id: Id<Revision>,
    /// The revision of the post that it was.
    pub number: i32,
    /// Of an opening post: the title at that time.
    pub title: Option<String>,
    /// The stance at that time.
    pub stance: Stance,
    /// The source at that time.
    pub source: String,
    /// The words at that time; nothing once they were taken away.
    pub body_html: SafeHtml,
    /// When these words were written.
    pub written_at: Timestamp,
    /// When their author took them away; a line stays.
    pub taken_away_at: Option<Timestamp>,
}

/// What somebody takes along of what they wrote.
#[derive(Debug, Clone, Serialize)]
pub struct TakenWords {
    /// Every post of theirs whose words are still there, also those that they took back; the oldest first.
    pub posts: Vec<TakenPost>,
    /// What they typed and did not post.
    pub drafts: Vec<TakenDraft>,
    /// How far they read.
    pub read: Vec<TakenPosition>,
}

/// A post of theirs.
#[derive(Debug, Clone, Serialize)]
pub struct TakenPost {
    /// Its number; `/posts/{number}` leads to it.
    pub number: i64,
    /// The number of its thread.
    pub thread: i64,
    /// Its place in the thread; 1 begins it.
    pub position: i32,
    /// The name of the board.
    pub board: String,
    /// The title, if they began the thread.
    pub title: Option<String>,
    /// What kind of statement it is.
    pub stance: Stance,
    /// Where they read it.
    pub source: String,
    /// As typed.
    pub words: String,
    /// As shown.
    #[serde(skip)]
    pub html: SafeHtml,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it was changed last so that others see it.
    pub changed_at: Option<Timestamp>,
    /// When they took it back.
    pub taken_back_at: Option<Timestamp>,
    /// What stood there before; the oldest first.
    pub earlier: Vec<TakenVersion>,
}

/// What a post said before.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct TakenVersion {
    /// Of which post.
    #[serde(skip)]
    pub post: Id<Post>,
    /// The title at that time, of a post that begins a thread.
    pub title: Option<String>,
    /// As typed; empty once it was taken away.
    pub words: String,
    /// When it was written.
    pub written_at: Timestamp,
}

/// Something typed and not posted.
#[derive(Debug, Clone, Serialize)]
pub struct TakenDraft {
    /// `board:7` a new thread, `thread:812` a reply, `post:4021` a change.
    pub place: String,
    /// The title of a thread to be.
    pub title: String,
    /// As typed.
    pub words: String,
    /// When it was kept.
    pub saved_at: Timestamp,
}

/// How far they read in a thread.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct TakenPosition {
    /// The number of the thread.
    pub thread: i64,
    /// The last post that they saw.
    pub position: i32,
    /// When.
    pub read_at: Timestamp,
}

/// What went, and what stays, of somebody who is gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// Posts that stay, under no name.
    pub posts_kept: i64,
    /// Posts of which only the place is left.
    pub posts_erased: i64,
    /// Earlier versions of posts.
    pub versions: usize,
    /// What was typed and not posted.
    pub drafts: usize,
}

text_enum! {
    /// What moderators do with a whole thread.
    pub enum Change {
        /// No more replies.
        Locked = "locked",
        /// Replies again.
        Unlocked = "unlocked",
        /// Kept at the top of the board.
        Pinned = "pinned",
        /// Back in its place.
        Unpinned = "unpinned",
    }
}

/// Words that may be posted, already rendered: that has no place inside a transaction.
#[derive(Debug, Clone)]
pub struct Words {
    source: PostSource,
    html: SafeHtml,
    digest: [u8; 32],
}

impl Words {
    /// Renders them.
    pub fn new(source: PostSource) -> Self {
        let html = text::render(&source);
        let digest = Sha256::digest(source.as_str().as_bytes()).into();
        Self { source, html, digest }
    }

    /// As typed.
    pub fn source(&self) -> &PostSource {
        &self.source
    }

    /// As shown.
    pub fn html(&self) -> &SafeHtml {
        &self.html
    }
}

/// A title: one clean line of 5 to 150 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

/// Why words are not a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TitleFault {
    /// Fewer than [`Title::MIN_CHARS`].
    TooShort,
    /// More than [`Title::MAX_CHARS`].
    TooLong {
        /// How many characters must go.
        by: usize,
    },
}

impl Title {
    /// The shortest title, in characters.
    pub const MIN_CHARS: usize = 5;
    /// The longest title, in characters.
    pub const MAX_CHARS: usize = 150;

    /// Cleans what was typed (see [`line::clean`]) and measures it.
    pub fn parse(typed: &str) -> Result<Self, TitleFault> {
        let title = line::clean(typed);
        match title.chars().count() {
            ..Self::MIN_CHARS => Err(TitleFault::TooShort),
            Self::MIN_CHARS..=Self::MAX_CHARS => Ok(Self(title)),
            chars => Err(TitleFault::TooLong { by: chars - Self::MAX_CHARS }),
        }
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody says in a post: the kind of statement, where it comes from, and the words.
#[derive(Debug, Clone)]
pub struct Said {
    /// Exactly one.
    pub stance: Stance,
    /// Needed for [`Stance::Read`], left out of everything else.
    pub source: String,
    /// The words.
    pub words: Words,
}

impl Said {
    /// SHA-256 of all that a form says, with the place it was sent to: what tells a form sent twice from a form sent again
    /// with something else in it. A reply has no title, language or notes of its own.
    pub(super) fn submission_hash(
        &self,
        place: Place,
        title: &str,
        language: Option<&str>,
        notes: &[Id<ContentNote>],
    ) -> Vec<u8> {
        let source = if self.stance == Stance::Read { line::clean(&self.source) } else { String::new() };
        let mut notes: Vec<i64> = notes.iter().map(|note| note.number()).collect();
        notes.sort_unstable();
        let mut hash = Sha256::new();
        for part in [&place.to_string(), title, self.stance.word(), &source, language.unwrap_or_default()] {
            hash.update(part);
            hash.update([0]);
        }
        for note in notes {
            hash.update(note.to_be_bytes());
        }
        hash.chain_update(self.words.digest).finalize().to_vec()
    }
}

/// A thread to be started.
#[derive(Debug, Clone)]
pub struct ThreadDraft {
    /// Its title.
    pub title: Title,
    /// Another language than the board's, as a tag of [`crate::languages`].
    pub language: Option<String>,
    /// Content notes out of the board's list.
    pub notes: Vec<Id<ContentNote>>,
    /// The opening post.
    pub said: Said,
    /// Made when the form was rendered; see [`crate::threads::start`].
    pub submission_id: String,
}

/// A reply to be posted.
#[derive(Debug, Clone)]
pub struct ReplyDraft {
    /// The post of the same thread that it answers, if it names one.
    pub in_reply_to: Option<Id<Post>>,
    /// What it says.
    pub said: Said,
    /// Made when the form was rendered; see [`crate::threads::start`].
    pub submission_id: String,
}

/// A change of a post.
#[derive(Debug, Clone)]
pub struct PostChange {
    /// The revision that its writer saw; if another was saved since, the change is refused.
    pub revision: i32,
    /// The new title; of an opening post only.
    pub title: Option<Title>,
    /// What it says now. The stance may differ in the silent minutes only.
    pub said: Said,
    /// Made when the form was rendered; its draft goes with the change.
    pub submission_id: String,
}

/// A thread that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The thread.
    pub thread: Id<Thread>,
    /// Its opening post.
    pub post: Id<Post>,
}

/// A post in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Where it stands.
    pub thread: Id<Thread>,
    /// The post.
    pub post: Id<Post>,
    /// Its position, from 1.
    pub position: i32,
}

/// What somebody is writing somewhere. Words are kept by place and form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A new thread.
    Board(Id<Board>),
    /// A reply.
    Thread(Id<Thread>),
    /// A change.
    Post(Id<Post>),
    /// Why a moderator does this with a thread.
    Measure(Id<Thread>, Change),
}

impl Place {
    /// Reads `board:7`, `thread:812`, `post:4021` or `locked:812`.
    pub fn parse(words: &str) -> Option<Self> {
        let (kind, number) = words.split_once(':')?;
        let is_plain = number.len() <= 18 && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let number: i64 = if is_plain { number.parse().ok()? } else { return None };
        match kind {
            "board" => Some(Self::Board(Id::new(number))),
            "thread" => Some(Self::Thread(Id::new(number))),
            "post" => Some(Self::Post(Id::new(number))),
            change => Some(Self::Measure(Id::new(number), Change::from_word(change)?)),
        }
    }

    /// The place that a form sent to this address belongs to.
    pub fn of_path(path: &str) -> Option<Self> {
        let path = path.split('?').next()?;
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["boards", board, "threads"] => Self::parse(&format!("board:{board}")),
            ["threads", thread, "replies"] => Self::parse(&format!("thread:{thread}")),
            ["posts", post] => Self::parse(&format!("post:{post}")),
            ["threads", thread, "lock"] => Self::parse(&format!("{}:{thread}", Change::Locked.word())),
            ["threads", thread, "lock", "removal"] => Self::parse(&format!("{}:{thread}", Change::Unlocked.word())),
            ["threads", thread, "pin"] => Self::parse(&format!("{}:{thread}", Change::Pinned.word())),
            ["threads", thread, "pin", "removal"] => Self::parse(&format!("{}:{thread}", Change::Unpinned.word())),
            _ => None,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Board(id) => write!(formatter, "board:{id}"),
            Self::Thread(id) => write!(formatter, "thread:{id}"),
            Self::Post(id) => write!(formatter, "post:{id}"),
            Self::Measure(id, change) => write!(formatter, "{}:{id}", change.word()),
        }
    }
}

/// The fields of a composer as somebody typed them, proven of nothing. What a draft keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Of a new thread or an opening post.
    pub title: String,
    /// A stance's word.
    pub stance: String,
    /// Where it was read.
    pub source: String,
    /// The words; of a moderator's measure the reason.
    #[serde(alias = "lock_reason", alias = "pin_reason")]
    pub body: String,
    /// A language's tag, or empty for the board's.
    pub language: String,
    /// Numbers of content notes.
    pub note: Vec<String>,
    /// Number of the post that is answered, or empty.
    pub in_reply_to: String,
    /// Made when the form was rendered.
    pub submission_id: String,
    /// Of a change: the revision that the form was made for.
    pub revision: String,
    /// What the pressed button wants: `post`, `preview`, `draft`, `forget`.
    #[serde(rename = "do", skip_serializing)]
    pub wants: String,
    /// Where it belongs, sent by the script that keeps it.
    #[serde(skip_serializing)]
    pub place: String,
    /// When the words of this form were kept last, as far as its page knows: microseconds, or empty.
    #[serde(skip_serializing)]
    pub kept_at: String,
    /// Which account had the page with this form; see [`crate::accounts::Visit::kept_for`].
    #[serde(skip_serializing)]
    pub kept_for: String,
}

impl Typed {
    /// Nobody typed anything worth keeping.
    pub fn is_empty(&self) -> bool {
        [&self.title, &self.source, &self.body].iter().all(|words| words.trim().is_empty())
    }

    /// The page of this form knew what was kept then, so that nothing is lost if these words replace it.
    pub fn knows(&self, kept: Timestamp) -> bool {
        self.kept_at.parse::<i64>().is_ok_and(|known| known >= kept.micros())
    }

    /// Everything that was typed before begins what stands here, so that nothing of it is lost if these words replace it.
    pub fn goes_on_from(&self, before: &Self) -> bool {
        // A script sends line breaks as they are, a form as CR LF.
        let plain = |words: &str| words.replace("\r\n", "\n");
        [(&self.title, &before.title), (&self.source, &before.source), (&self.body, &before.body)]
            .iter()
            .all(|(now, before)| plain(now).starts_with(plain(before).trim_end()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_clean_line_of_five_to_a_hundred_and_fifty_letters() {
        assert_eq!(Title::parse("  Is it \u{202e}silly\u{200b}?\n").unwrap().as_str(), "Is it silly?");
        assert_eq!(Title::parse("Help"), Err(TitleFault::TooShort));
        assert_eq!(Title::parse("\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}"), Err(TitleFault::TooShort));
        assert!(Title::parse(&"é".repeat(150)).is_ok());
        assert_eq!(Title::parse(&"x".repeat(100_000)), Err(TitleFault::TooLong { by: 99_850 }));
    }

    #[test]
    fn only_what_everybody_may_read_has_a_readable_address() {
        let id = Id::new(812);
        assert_eq!(
            href(id, Audience::Public, Some("Forty years, and don’t stop: Übung!")),
            "/threads/812/forty-years-and-dont-stop-ubung"
        );
        assert_eq!(href(id, Audience::Members, Some("Forty years today")), "/threads/812");
        assert_eq!(href(id, Audience::Public, None), "/threads/812");
        assert_eq!(href(id, Audience::Public, Some("Replies")), "/threads/812");
        assert_eq!(href(id, Audience::Public, Some("مرحبا بكم")), "/threads/812");
    }

    #[test]
    fn a_place_is_found_by_the_address_of_its_form() {
        assert_eq!(Place::of_path("/threads/812/replies"), Some(Place::Thread(Id::new(812))));
        assert_eq!(Place::of_path("/boards/7/threads"), Some(Place::Board(Id::new(7))));
        assert_eq!(Place::of_path("/posts/4021"), Some(Place::Post(Id::new(4021))));
        for (path, change) in [
            ("/threads/812/lock", Change::Locked),
            ("/threads/812/lock/removal", Change::Unlocked),
            ("/threads/812/pin", Change::Pinned),
            ("/threads/812/pin/removal", Change::Unpinned),
        ] {
            let place = Place::Measure(Id::new(812), change);
            assert_eq!(Place::of_path(path), Some(place), "{path}");
            assert_eq!(Place::parse(&place.to_string()), Some(place), "{path}");
        }
        for elsewhere in ["/posts/4021/withdrawal", "/posts/0", "/posts/-1", "/posts/99999999999999999999", "/settings", ""]
        {
            assert_eq!(Place::of_path(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(Place::parse("thread:812"), Some(Place::Thread(Id::new(812))));
        assert_eq!(Place::parse("thread:+812"), None);
    }

    #[test]
    fn words_replace_a_draft_only_if_they_hold_all_of_it() {
        let typed = |title: &str, body: &str| Typed { title: title.into(), body: body.into(), ..Typed::default() };
        assert!(typed("Nights", "One\r\ntwo three").goes_on_from(&typed("Nig", "One\ntwo ")));
        assert!(typed("Nights", "One").goes_on_from(&typed("", "")));
        assert!(!typed("Nights", "One").goes_on_from(&typed("Nights", "One two")));
        assert!(!typed("Nights", "One two").goes_on_from(&typed("Days", "One")));
    }

    #[test]
    fn the_same_form_sent_twice_is_one_post_and_anything_else_in_it_makes_another() {
        let said = |stance, source: &str, words: &str| Said {
            stance,
            source: source.to_owned(),
            words: Words::new(PostSource::parse(words).unwrap()),
        };
        let (place, title, note) = (Place::Board(Id::new(1)), "A title", Id::new(3));
        let first = said(Stance::Read, "A leaflet", "Me too.").submission_hash(place, title, Some("de"), &[note]);
        assert_eq!(
            first,
            said(Stance::Read, " A leaflet ", "Me too.\r\n").submission_hash(place, title, Some("de"), &[note])
        );
        let elsewhere = Place::Thread(Id::new(1));
        for other in [
            said(Stance::Read, "A leaflet", "Me too.").submission_hash(elsewhere, title, Some("de"), &[note]),
            said(Stance::Read, "A leaflet", "Me too.").submission_hash(place, "Another", Some("de"), &[note]),
            said(Stance::Read, "A leaflet", "Me too.").submission_hash(place, title, None, &[note]),
            said(Stance::Read, "A leaflet", "Me too.").submission_hash(place, title, Some("de"), &[]),
            said(Stance::Read, "A book", "Me too.").submission_hash(place, title, Some("de"), &[note]),
            said(Stance::Caring, "A leaflet", "Me too.").submission_hash(place, title, Some("de"), &[note]),
            said(Stance::Read, "A leaflet", "Me too!").submission_hash(place, title, Some("de"), &[note]),
        ] {
            assert_ne!(first, other);
        }
    }
}
