//! What may happen with threads and posts. Pure: no database, no HTTP, no clock.
//!
//! A permit is the only way to a write: its fields are private to this file, so nobody can make one without asking the rule,
//! and the store takes it by value.
//!
//! ```compile_fail,E0451
//! use alongside::{db::Id, threads::rules::MayWithdraw};
//! let forged = MayWithdraw { post: Id::new(4021), thread: Id::new(812), is_opening: false };
//! ```
//!
//! The same permit, asked for:
//!
//! ```
//! use alongside::{accounts::Member, threads::{Post, rules::{self, CannotWithdraw, MayWithdraw}}};
//! fn asked(member: &Member, post: &Post) -> Result<MayWithdraw, CannotWithdraw> {
//!     rules::may_withdraw(member, post)
//! }
//! ```

use super::model::{Change, Post, PostChange, Stance, Thread, Typed};
use crate::accounts::Member;
use crate::accounts::model::HereAs;
use crate::accounts::rules::{self as accounts_rules, AgreeFirst};
use crate::boards::{Access, Audience, Board, Kind};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Refusal, Sentence};
use crate::text::{PostSource, line};
use crate::web::throttle::Limit;
use chrono::Duration;
use std::cmp::Reverse;

/// For so long a change leaves no mark.
pub const SILENT_MINUTES: i64 = 5;
/// The longest source, in characters.
pub const SOURCE_MAX_CHARS: usize = 500;
/// The longest reason of a moderator, in characters.
pub const REASON_MAX_CHARS: usize = 500;
/// Words that were taken back are erased after so long.
pub const ERASE_AFTER_DAYS: i64 = 30;
/// A draft is kept for so long.
pub const DRAFT_DAYS: i64 = 180;
/// A draft typed on a device that others use too is kept for so long.
pub const SHARED_DRAFT_MINUTES: i64 = 15;
/// More drafts than this one person does not keep.
pub const DRAFTS_MAX: i64 = 100;
/// How often the script may keep a draft; it waits 2 seconds after the last key.
pub const DRAFT_LIMIT: Limit = Limit { action: "draft", times: 300, per_seconds: 600 };

/// A refusal that a person may read.
macro_rules! refusal {
    ($($name:ident),+) => {
        $(impl From<$name> for Error {
            fn from(refusal: $name) -> Self {
                Refusal::Forbidden(refusal.sentence()).into()
            }
        })+
    };
}
refusal!(CannotSpeak, CannotStart, CannotReply, CannotEdit, CannotWithdraw, CannotModerate, CannotTakeAway);

// ---------------------------------------------------------------- who speaks

/// Who speaks: decides which stances are open.
#[derive(Debug)]
pub struct Speaker {
    is_representative: bool,
    badge: Option<LiveBadge>,
}

/// A clinician's badge that is live at this moment. There is none before credentials exist, so there is no value of this type.
#[derive(Debug)]
pub enum LiveBadge {}

impl Speaker {
    /// This member, with the badge they have: none yet.
    pub fn of(member: &Member) -> Self {
        Self { is_representative: member.roles.representative, badge: None }
    }

    /// The stances that a composer offers.
    pub fn stances(&self) -> Vec<Stance> {
        Stance::ALL.iter().copied().filter(|stance| self.may_take(*stance).is_ok()).collect()
    }

    fn may_take(&self, stance: Stance) -> Result<(), CannotSpeak> {
        match stance {
            Stance::Experience | Stance::Caring | Stance::Read => Ok(()),
            Stance::General if self.badge.is_some() => Ok(()),
            Stance::General => Err(CannotSpeak::NoBadge),
            // Speaking for the organisation needs the role and, like every professional statement, a badge.
            Stance::Organisation if self.is_representative && self.badge.is_some() => Ok(()),
            Stance::Organisation => Err(CannotSpeak::NotForOrganisation),
        }
    }
}

/// A statement that its speaker may make: the stance is theirs to take and the source stands where it must.
#[derive(Debug)]
pub struct Statement {
    stance: Stance,
    source: String,
}

/// Why a statement cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotSpeak {
    /// *General information* without a live badge.
    NoBadge,
    /// *From the organisation* by somebody who does not speak for it.
    NotForOrganisation,
    /// *Something I read* without saying where.
    SourceMissing,
    /// A source of more than [`SOURCE_MAX_CHARS`].
    SourceTooLong,
}

impl CannotSpeak {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::NoBadge => "threads-cannot-general",
            Self::NotForOrganisation => "threads-cannot-organisation",
            Self::SourceMissing => "threads-fault-source-missing",
            Self::SourceTooLong => "threads-fault-source-long",
        })
    }

    /// The field of the form that it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::NoBadge | Self::NotForOrganisation => "stance",
            Self::SourceMissing | Self::SourceTooLong => "source",
        }
    }
}

/// Every post has exactly one stance; *something I read* says where; the professional ones need a live badge.
pub fn may_speak(speaker: &Speaker, stance: Stance, source: &str) -> Result<Statement, CannotSpeak> {
    speaker.may_take(stance)?;
    if stance != Stance::Read {
        return Ok(Statement { stance, source: String::new() });
    }
    let source = line::clean(source);
    match source.chars().count() {
        0 => Err(CannotSpeak::SourceMissing),
        1..=SOURCE_MAX_CHARS => Ok(Statement { stance, source }),
        _ => Err(CannotSpeak::SourceTooLong),
    }
}

/// The stance that stands chosen before anybody chose, from what a member says of themselves.
pub fn preselected(here_as: HereAs) -> Option<Stance> {
    match here_as {
        HereAs::Living => Some(Stance::Experience),
        HereAs::Caring => Some(Stance::Caring),
        HereAs::Unsaid | HereAs::Both | HereAs::Working => None,
    }
}

// ---------------------------------------------------------------- writing

/// A thread may be started. Made by [`may_start`].
#[derive(Debug)]
pub struct MayStart {
    author: Id<Member>,
    board: Id<Board>,
    audience: Audience,
    organisation_reads: bool,
    language: String,
    statement: Statement,
}

/// What a spent [`MayStart`] gives to the store.
pub(super) struct Start {
    pub author: Id<Member>,
    pub board: Id<Board>,
    pub audience: Audience,
    pub organisation_reads: bool,
    pub language: String,
    pub stance: Stance,
    pub source: String,
}

impl MayStart {
    pub(super) fn spend(self) -> Start {
        let Self { author, board, audience, organisation_reads, language, statement } = self;
        Start { author, board, audience, organisation_reads, language, stance: statement.stance, source: statement.source }
    }
}

/// Why a thread cannot be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotStart {
    /// They see the board's front only.
    NotLetIn,
    /// Nobody writes on this board any more.
    Archived,
    /// Only those who run the site begin threads here.
    Announcements,
    /// They have to agree to something first.
    AgreeFirst(AgreeFirst),
}

impl CannotStart {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::NotLetIn => "threads-cannot-start-not-let-in",
            Self::Archived => "threads-cannot-archived",
            Self::Announcements => "threads-cannot-start-announcements",
            Self::AgreeFirst(first) => first.key(),
        })
    }
}

/// True if the board is open to new threads of this member; the page asks before it shows a composer.
pub fn is_open_for_start(member: &Member, board: &Board, access: Access) -> Result<(), CannotStart> {
    if !access.may_read {
        return Err(CannotStart::NotLetIn);
    }
    if board.archived_at.is_some() {
        return Err(CannotStart::Archived);
    }
    let may_announce = access.is_moderator || member.roles.administrator || member.roles.representative;
    if board.kind == Kind::Announcements && !may_announce {
        return Err(CannotStart::Announcements);
    }
    accounts_rules::may_write(member).map_err(CannotStart::AgreeFirst)
}

/// A thread is written for the audience that its board has at this moment, and keeps it.
pub fn may_start(member: &Member, board: &Board, access: Access, statement: Statement) -> Result<MayStart, CannotStart> {
    is_open_for_start(member, board, access)?;
    Ok(MayStart {
        author: member.id,
        board: board.id,
        audience: board.audience,
        organisation_reads: board.organisation_reads,
        language: board.language.clone(),
        statement,
    })
}

/// A reply may be posted. Made by [`may_reply`].
#[derive(Debug)]
pub struct MayReply {
    author: Id<Member>,
    thread: Id<Thread>,
    position: i32,
    statement: Statement,
}

/// What a spent [`MayReply`] gives to the store.
pub(super) struct Reply {
    pub author: Id<Member>,
    pub thread: Id<Thread>,
    pub position: i32,
    pub stance: Stance,
    pub source: String,
}

impl MayReply {
    pub(super) fn spend(self) -> Reply {
        let Self { author, thread, position, statement } = self;
        Reply { author, thread, position, stance: statement.stance, source: statement.source }
    }
}

/// Why a reply cannot be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotReply {
    /// Nobody writes on this board any more.
    Archived,
    /// A moderator closed the thread; closed for moderators too.
    Closed,
    /// They have to agree to something first.
    AgreeFirst(AgreeFirst),
}

impl CannotReply {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::Archived => "threads-cannot-archived",
            Self::Closed => "threads-cannot-reply-closed",
            Self::AgreeFirst(first) => first.key(),
        })
    }
}

/// True if the thread takes replies of this member, or of whoever would sign in; the page asks before it shows a composer.
pub fn is_open_for_reply(member: Option<&Member>, board: &Board, thread: &Thread) -> Result<(), CannotReply> {
    match (board.archived_at, thread.locked_at) {
        (Some(_), _) => Err(CannotReply::Archived),
        (None, Some(_)) => Err(CannotReply::Closed),
        (None, None) => match member {
            Some(member) => accounts_rules::may_write(member).map_err(CannotReply::AgreeFirst),
            None => Ok(()),
        },
    }
}

/// Whoever sees an open thread may reply. The thread's row is locked, so the position it gives is nobody else's.
pub fn may_reply(member: &Member, board: &Board, thread: &Thread, statement: Statement) -> Result<MayReply, CannotReply> {
    is_open_for_reply(Some(member), board, thread)?;
    Ok(MayReply { author: member.id, thread: thread.id, position: thread.post_count + 1, statement })
}

/// A post may be changed. Made by [`may_edit`].
#[derive(Debug)]
pub struct MayEdit {
    post: Id<Post>,
    thread: Id<Thread>,
    is_opening: bool,
    is_silent: bool,
    statement: Statement,
}

/// What a spent [`MayEdit`] gives to the store.
pub(super) struct Edit {
    pub post: Id<Post>,
    pub thread: Id<Thread>,
    pub is_opening: bool,
    /// The change leaves no mark and no earlier version.
    pub is_silent: bool,
    pub stance: Stance,
    pub source: String,
}

impl MayEdit {
    pub(super) fn spend(self) -> Edit {
        let Self { post, thread, is_opening, is_silent, statement } = self;
        Edit { post, thread, is_opening, is_silent, stance: statement.stance, source: statement.source }
    }
}

/// Why a post cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotEdit {
    /// Somebody else wrote it.
    NotTheWriter,
    /// It was taken back.
    TakenBack,
    /// The stance is frozen after the silent minutes: others answered to it.
    StanceStands,
    /// They have to agree to something first.
    AgreeFirst(AgreeFirst),
}

impl CannotEdit {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::NotTheWriter => "threads-cannot-edit-not-yours",
            Self::TakenBack => "threads-cannot-edit-taken-back",
            Self::StanceStands => "threads-cannot-edit-stance",
            Self::AgreeFirst(first) => first.key(),
        })
    }
}

/// True while a change leaves no mark and the stance may change.
pub fn is_silent(post: &Post, now: Timestamp) -> bool {
    now.since(post.posted_at) < Duration::minutes(SILENT_MINUTES)
}

/// True if this member may open the page that changes the post.
pub fn is_open_for_edit(member: &Member, post: &Post) -> Result<(), CannotEdit> {
    if post.author != member.id {
        return Err(CannotEdit::NotTheWriter);
    }
    if post.withdrawn_at.is_some() {
        return Err(CannotEdit::TakenBack);
    }
    accounts_rules::may_write(member).map_err(CannotEdit::AgreeFirst)
}

/// One's own post, as long as it stands, in closed threads and on archived boards too: a detail that gives somebody away must
/// be able to go. The revision is compared by the verb, because that is not a matter of permission.
pub fn may_edit(
    member: &Member,
    post: &Post,
    change: &PostChange,
    statement: Statement,
    now: Timestamp,
) -> Result<MayEdit, CannotEdit> {
    is_open_for_edit(member, post)?;
    let is_silent = is_silent(post, now);
    if change.said.stance != post.stance && !is_silent {
        return Err(CannotEdit::StanceStands);
    }
    Ok(MayEdit { post: post.id, thread: post.thread, is_opening: post.position == 1, is_silent, statement })
}

/// A post may be taken back. Made by [`may_withdraw`].
#[derive(Debug)]
pub struct MayWithdraw {
    post: Id<Post>,
    thread: Id<Thread>,
    is_opening: bool,
}

impl MayWithdraw {
    /// Post, thread, and whether it is the opening post.
    pub(super) fn spend(self) -> (Id<Post>, Id<Thread>, bool) {
        (self.post, self.thread, self.is_opening)
    }
}

/// Why a post cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotWithdraw {
    /// Somebody else wrote it.
    NotTheWriter,
    /// It was taken back already.
    TakenBack,
}

impl CannotWithdraw {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::NotTheWriter => "threads-cannot-withdraw-not-yours",
            Self::TakenBack => "threads-cannot-edit-taken-back",
        })
    }
}

/// One's own post, at any time and anywhere.
pub fn may_withdraw(member: &Member, post: &Post) -> Result<MayWithdraw, CannotWithdraw> {
    if post.author != member.id {
        return Err(CannotWithdraw::NotTheWriter);
    }
    if post.withdrawn_at.is_some() {
        return Err(CannotWithdraw::TakenBack);
    }
    Ok(MayWithdraw { post: post.id, thread: post.thread, is_opening: post.position == 1 })
}

/// A post that was taken back may stand again. Made by [`may_put_back`].
#[derive(Debug)]
pub struct MayPutBack {
    post: Id<Post>,
    thread: Id<Thread>,
    is_opening: bool,
}

impl MayPutBack {
    /// Post, thread, and whether it is the opening post.
    pub(super) fn spend(self) -> (Id<Post>, Id<Thread>, bool) {
        (self.post, self.thread, self.is_opening)
    }
}

/// Why a post does not stand again: it is somebody else's, or was not taken out of view at that very moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotPutBack;

/// One's own post that was taken out of view together with all the others at that moment. What was taken back one by one stays
/// so.
pub fn may_put_back(member: &Member, post: &Post, taken_at: Timestamp) -> Result<MayPutBack, CannotPutBack> {
    if post.author == member.id && post.withdrawn_at == Some(taken_at) {
        Ok(MayPutBack { post: post.id, thread: post.thread, is_opening: post.position == 1 })
    } else {
        Err(CannotPutBack)
    }
}

// ---------------------------------------------------------------- earlier versions

/// Earlier versions are for the writer and the board's moderators, and for nobody once the post was taken back.
pub fn may_read_revisions(member: &Member, post: &Post, is_moderator: bool) -> bool {
    (post.author == member.id || is_moderator) && post.withdrawn_at.is_none()
}

/// An earlier version may be taken away. Made by [`may_take_away`].
#[derive(Debug)]
pub struct MayTakeAway {
    post: Id<Post>,
}

impl MayTakeAway {
    pub(super) fn spend(self) -> Id<Post> {
        self.post
    }
}

/// Why an earlier version cannot be taken away: somebody else wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotTakeAway;

impl CannotTakeAway {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain("threads-cannot-take-away")
    }
}

/// Its writer only.
pub fn may_take_away(member: &Member, post: &Post) -> Result<MayTakeAway, CannotTakeAway> {
    if post.author == member.id { Ok(MayTakeAway { post: post.id }) } else { Err(CannotTakeAway) }
}

// ---------------------------------------------------------------- moderators

/// A whole thread may be closed, opened, kept at the top or let go. Made by [`may_change_thread`].
#[derive(Debug)]
pub struct MayChangeThread {
    moderator: Id<Member>,
    thread: Id<Thread>,
    change: Change,
    reason: String,
}

impl MayChangeThread {
    /// Who, which, what and why.
    pub(super) fn spend(self) -> (Id<Member>, Id<Thread>, Change, String) {
        (self.moderator, self.thread, self.change, self.reason)
    }
}

/// Why a moderator's measure cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotModerate {
    /// They do not moderate this board.
    NotAModerator,
    /// Nobody is shut out without a reason.
    ReasonMissing,
    /// More than [`REASON_MAX_CHARS`].
    ReasonTooLong,
}

impl CannotModerate {
    /// In words.
    pub fn sentence(self) -> Sentence {
        Sentence::plain(match self {
            Self::NotAModerator => "threads-cannot-moderate",
            Self::ReasonMissing => "threads-fault-reason-missing",
            Self::ReasonTooLong => "threads-fault-reason-long",
        })
    }
}

/// Moderators of its board, with a reason that everybody may read.
pub fn may_change_thread(
    member: &Member,
    is_moderator: bool,
    thread: &Thread,
    change: Change,
    reason: &str,
) -> Result<MayChangeThread, CannotModerate> {
    if !is_moderator {
        return Err(CannotModerate::NotAModerator);
    }
    let reason = line::clean(reason);
    match reason.chars().count() {
        0 => Err(CannotModerate::ReasonMissing),
        1..=REASON_MAX_CHARS => Ok(MayChangeThread { moderator: member.id, thread: thread.id, change, reason }),
        _ => Err(CannotModerate::ReasonTooLong),
    }
}

// ---------------------------------------------------------------- limits

const MANY: Limit = Limit { action: "post", times: 6, per_seconds: 600 };
const MANY_OF_MENTORS: Limit = Limit { action: "post", times: 20, per_seconds: 600 };
const MANY_IN_OWN_THREAD: Limit = Limit { action: "post-own", times: 60, per_seconds: 600 };
const FIRST_DAY_HOURS: i64 = 24;
const FIRST_DAY_THREADS: Limit = Limit { action: "first-day-threads", times: 3, per_seconds: 86_400 };
const FIRST_DAY_REPLIES: Limit = Limit { action: "first-day-replies", times: 10, per_seconds: 86_400 };

/// How often a thread may be started. Moderators have no limit, and nobody has one outside a session (the demo, the command
/// line). Source: product.md, 15.
pub fn limits_of_start(member: &Member, is_moderator: bool, now: Timestamp) -> Vec<Limit> {
    if !is_limited(member, is_moderator) {
        return Vec::new();
    }
    let first_day = is_first_day(member, now).then_some(FIRST_DAY_THREADS);
    [ordinary(member)].into_iter().chain(first_day).collect()
}

/// How often a reply may be posted; in one's own thread much more often.
pub fn limits_of_reply(member: &Member, is_moderator: bool, is_own_thread: bool, now: Timestamp) -> Vec<Limit> {
    if !is_limited(member, is_moderator) {
        return Vec::new();
    }
    if is_own_thread {
        return vec![MANY_IN_OWN_THREAD];
    }
    let first_day = is_first_day(member, now).then_some(FIRST_DAY_REPLIES);
    [ordinary(member)].into_iter().chain(first_day).collect()
}

/// With so few posts left, the page says when more are possible.
pub const NEAR_A_LIMIT: i32 = 2;

/// How often somebody posted in the last ten minutes, as far as this process knows.
#[derive(Debug, Clone, Copy)]
pub struct Lately {
    /// How often through this process.
    pub posts: i32,
    /// No other process takes posts.
    pub is_all: bool,
}

/// True if it is worth asking the database what is left: whoever only reads costs no statement more.
pub fn may_be_near(member: &Member, limits: &[Limit], lately: Lately) -> bool {
    limits.iter().any(|limit| {
        let is_of_the_day = limit.per_seconds > MANY.per_seconds;
        let known = if is_of_the_day { lately.posts.max(member.post_count) } else { lately.posts };
        known >= if lately.is_all { limit.times - NEAR_A_LIMIT } else { 1 }
    })
}

/// A limit of which little is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// [`Limit::action`].
    pub action: &'static str,
    /// How often it is possible still.
    pub left: i32,
    /// From when it is possible again.
    pub again_at: Timestamp,
}

/// The limit of which least is left, if that is little. `standing`: limit, how often it was used, when its window ends.
pub fn nearest(member: &Member, standing: &[(Limit, i32, Timestamp)]) -> Option<Near> {
    standing
        .iter()
        .map(|(limit, used, ends)| Near {
            action: limit.action,
            left: (limit.times - used).max(0),
            again_at: (*ends).min(end_of_limit(member, *limit)),
        })
        .filter(|near| near.left <= NEAR_A_LIMIT)
        .min_by_key(|near| (near.left, Reverse(near.again_at)))
}

/// From then on the limit does not hold for this member at all: the first day ends.
pub fn end_of_limit(member: &Member, limit: Limit) -> Timestamp {
    if [FIRST_DAY_THREADS, FIRST_DAY_REPLIES].contains(&limit) {
        member.joined_at.plus(Duration::hours(FIRST_DAY_HOURS))
    } else {
        Timestamp::from_micros(i64::MAX)
    }
}

fn is_limited(member: &Member, is_moderator: bool) -> bool {
    member.session.is_some() && !is_moderator && !member.roles.moderator
}

fn ordinary(member: &Member) -> Limit {
    if member.roles.mentor { MANY_OF_MENTORS } else { MANY }
}

fn is_first_day(member: &Member, now: Timestamp) -> bool {
    now.since(member.joined_at) < Duration::hours(FIRST_DAY_HOURS)
}

/// True if a draft is no larger than somebody may type who has yet to shorten it: twice the characters of a post, 1,000 of a
/// title, 2,000 of a source, and nothing else in the fields that nobody types into.
pub fn is_kept_whole(typed: &Typed) -> bool {
    let is_within = |words: &str, most: usize| words.chars().nth(most).is_none();
    is_within(&typed.body, 2 * PostSource::MAX_CHARS)
        && is_within(&typed.title, 1_000)
        && is_within(&typed.source, 2_000)
        && typed.note.len() <= 100
        && [&typed.stance, &typed.language, &typed.in_reply_to, &typed.submission_id, &typed.revision]
            .into_iter()
            .chain(&typed.note)
            .all(|word| is_within(word, 100))
}

/// Until when a draft is kept.
pub fn draft_end(is_shared_device: bool, now: Timestamp) -> Timestamp {
    now.plus(if is_shared_device { Duration::minutes(SHARED_DRAFT_MINUTES) } else { Duration::days(DRAFT_DAYS) })
}
