//! What may happen with an account. Pure: no database, no HTTP, no clock.

use super::model::{
    Account, Consent, DocumentKind, EmailAddress, GivenConsent, HereAs, Identity, JoiningMode, MailboxRequest, Member,
    PasswordAttempt, PresentDocument, Profile, Publication, Role, Standing,
};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Sentence;
use crate::text::line::{self, HandleFault};
use crate::web::endpoint::Admits;
use crate::web::throttle::Limit;
use chrono::Duration;

/// Idle time after which a session ends. Source: security.md, "Numbers to adopt" (NIST SP 800-63B allows 30 days).
pub const IDLE_DAYS: i64 = 14;
/// Whole life of a session.
pub const ABSOLUTE_DAYS: i64 = 30;
/// Idle time on a device that others use too.
pub const SHARED_IDLE_HOURS: i64 = 1;
/// Whole life on a device that others use too; its cookie ends with the browser anyway.
pub const SHARED_ABSOLUTE_HOURS: i64 = 12;
/// Idle time of somebody whose role needs a second step (NIST SP 800-63B, AAL2).
pub const ROLE_IDLE_HOURS: i64 = 1;
/// Whole life of their sessions.
pub const ROLE_ABSOLUTE_HOURS: i64 = 12;

/// Minutes for which a proof of who somebody is counts before mail, password, second step, roles, export and leaving. A form
/// that was opened within them may take as long again: nobody types a reason twice.
pub const FRESH_MINUTES: i64 = 10;

/// Days in which a role is had without a second step. Then it rests.
pub const SECOND_STEP_GRACE_DAYS: i64 = 14;
/// Days in which a trusted browser is asked for no second step.
pub const TRUST_DAYS: i64 = 30;
/// Days after which a browser that was not used is not known any more.
pub const KNOWN_BROWSER_DAYS: i64 = 365;
/// Codes on a sheet.
pub const RECOVERY_CODES: usize = 10;
/// Minutes between the password and the second step.
pub const SECOND_STEP_MINUTES: i64 = 10;

/// Minutes in which a passkey answers what a browser was asked: as long as browsers wait by themselves (WebAuthn 3, 15.1).
pub const CHALLENGE_MINUTES: i64 = 5;
/// Questions to passkeys from one network, all accounts together; as many as [`SIGN_IN`].
pub const CHALLENGES: Limit = Limit { action: "passkey", times: 100, per_seconds: 600 };
/// Passkeys of one member.
pub const PASSKEYS_OF_MEMBER: i64 = 20;
/// The longest name of a passkey, in characters.
pub const PASSKEY_NAME_MAX_CHARS: usize = 60;

/// True if one of so many second steps may be taken off: the last one not while a role needs it.
pub fn may_take_way_off(is_needed: bool, ways: usize) -> bool {
    !is_needed || ways > 1
}

/// When a role that is given now rests for want of a second step.
pub fn second_step_due(now: Timestamp) -> Timestamp {
    now.plus(Duration::days(SECOND_STEP_GRACE_DAYS))
}

/// True if roles that need a second step rest.
pub fn roles_rest(due_at: Option<Timestamp>, now: Timestamp) -> bool {
    due_at.is_some_and(|due_at| due_at <= now)
}

/// How it stands with a member. `left`: they left, and whether they were erased since.
pub fn standing(left: Option<bool>, second_step_due_at: Option<Timestamp>, now: Timestamp) -> Standing {
    match left {
        Some(true) => Standing::Closed,
        Some(false) => Standing::Leaving,
        None if roles_rest(second_step_due_at, now) => Standing::Resting,
        None => Standing::Present,
    }
}

/// Somebody as they may act at this moment: without the roles that rest.
#[must_use]
pub fn awake(mut member: Member, now: Timestamp) -> Member {
    if roles_rest(member.second_step_due_at, now) {
        member.roles = member.roles.without_second_step();
    }
    member
}

/// True while that proof counts for opening a page.
pub fn is_fresh(proved_at: Timestamp, now: Timestamp) -> bool {
    now.since(proved_at) < Duration::minutes(FRESH_MINUTES)
}

/// True while that proof counts for a form that was opened in time.
pub fn is_fresh_for_form(proved_at: Timestamp, now: Timestamp) -> bool {
    now.since(proved_at) < Duration::minutes(2 * FRESH_MINUTES)
}

/// What decides whether a session admits.
#[derive(Debug, Clone, Copy)]
pub struct SessionFacts {
    /// Sign-in.
    pub created_at: Timestamp,
    /// Last request.
    pub last_used_at: Timestamp,
    /// End of its whole life, as it stood at sign-in.
    pub expires_at: Timestamp,
    /// Others use the device, too.
    pub is_shared_device: bool,
    /// Its member has a role that needs a second step, now: given or taken back, it counts at once.
    pub has_role: bool,
}

/// True while a session admits.
pub fn session_is_live(session: SessionFacts, now: Timestamp) -> bool {
    let idle = match session {
        SessionFacts { has_role: true, .. } => Duration::hours(ROLE_IDLE_HOURS),
        SessionFacts { is_shared_device: true, .. } => Duration::hours(SHARED_IDLE_HOURS),
        _ => Duration::days(IDLE_DAYS),
    };
    let is_within_role = !session.has_role || now.since(session.created_at) < Duration::hours(ROLE_ABSOLUTE_HOURS);
    now < session.expires_at && is_within_role && now.since(session.last_used_at) < idle
}

/// The end of a session that begins now.
pub fn session_end(is_shared_device: bool, now: Timestamp) -> Timestamp {
    now.plus(if is_shared_device { Duration::hours(SHARED_ABSOLUTE_HOURS) } else { Duration::days(ABSOLUTE_DAYS) })
}

/// How a door answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It opens.
    Opens,
    /// It opens to whoever is signed in.
    AfterSignIn,
    /// It opens after a new proof of who they are.
    AfterProof,
    /// It is not there for them.
    IsNotThere,
}

/// How that door answers this person. A POST may come from a page that was opened while the proof was fresh.
pub fn admission(member: Option<&Member>, admits: Admits, is_post: bool, now: Timestamp) -> Admission {
    let Some(member) = member else {
        return match admits {
            Admits::Anyone | Admits::Machine => Admission::Opens,
            _ => Admission::AfterSignIn,
        };
    };
    let (has_role, needs_proof) = match admits {
        Admits::Anyone | Admits::Machine | Admits::Members => (true, false),
        Admits::FreshMembers => (true, true),
        Admits::Moderators => (member.roles.moderator, false),
        Admits::Administrators => (member.roles.administrator, false),
        Admits::FreshAdministrators => (member.roles.administrator, true),
    };
    let is_proved = member.session.is_some_and(|session| {
        if is_post { is_fresh_for_form(session.proved_at, now) } else { is_fresh(session.proved_at, now) }
    });
    match (has_role, needs_proof && !is_proved) {
        (false, _) => Admission::IsNotThere,
        (true, true) => Admission::AfterProof,
        (true, false) => Admission::Opens,
    }
}

/// The day of the texts that come with the program, which are version 1 of house rules, privacy notice and disclaimer. Agreements
/// from before versions were counted name this day.
pub const FIRST_VERSION_DAY: &str = "2026-11-01";
/// Version of what people are asked about their health data.
pub const HEALTH_VERSION: &str = "2026-11-01";
/// Version of what people are asked about community letters.
pub const LETTERS_VERSION: &str = "2026-11-22";

/// Days after which somebody who never opened the letter is forgotten. Source: product.md, 16.
pub const PENDING_DAYS: i64 = 14;
/// The same wish to join within so many seconds of the first is one press too many, and no second wish.
pub const PRESS_SECONDS: i64 = 60;
/// Hours in which the link of the first administrator works.
pub const SETUP_HOURS: i64 = 24;

/// Joining from one network; more go the slower way. Source: product.md, 15.
pub const JOIN: Limit = Limit { action: "join", times: 10, per_seconds: 3600 };
/// Letters about joining to one address, so that nobody's letter box is filled by somebody else.
pub const JOIN_LETTERS: Limit = Limit { action: "join-letter", times: 5, per_seconds: 86_400 };
/// Letters of the slower way that one network asks for, whichever addresses they go to.
pub const LETTERS_OF_NETWORK: Limit = Limit { action: "join-letters-of", times: 20, per_seconds: 3600 };
/// Joining by the slower way with one address: a link opens it for a day, not without end.
pub const JOIN_BY_LETTER: Limit = Limit { action: "join-by-letter", times: 5, per_seconds: 86_400 };
/// Wishes to join that wait for one address, at most.
pub const PENDING_OF_ADDRESS: usize = 5;
/// Letters to people who are no members yet that one administrator has written: invitations, and letters sent again.
pub const ADMINISTRATOR_LETTERS: Limit = Limit { action: "administrator-letter", times: 50, per_seconds: 86_400 };
/// Hours between two letters that tell administrators of applications, for the whole site.
pub const APPLICATIONS_TOLD_HOURS: i64 = 1;
/// Tries to sign in from one network, all accounts together: a ward behind one address still gets in.
pub const SIGN_IN: Limit = Limit { action: "sign-in", times: 100, per_seconds: 600 };

/// Minutes in which a link to a new password works. Source: security.md, "Numbers to adopt".
pub const RESET_MINUTES: i64 = 20;
/// Links to a new password to one address.
pub const RESET_LETTERS: Limit = Limit { action: "reset-letter", times: 5, per_seconds: 86_400 };
/// Links to a new password that one network asks for, whichever addresses they go to.
pub const RESETS_OF_NETWORK: Limit = Limit { action: "reset-letters-of", times: 20, per_seconds: 3600 };
/// Minutes between leaving for a provider of sign-on and coming back.
pub const SIGN_ON_MINUTES: i64 = 10;
/// Hours in which whoever came back without an account may join.
pub const NEWCOMER_HOURS: i64 = 2;
/// The same on a device that others use, too: as long as drafts wait there.
pub const NEWCOMER_SHARED_MINUTES: i64 = 15;
/// Ways to providers that one network begins.
pub const SIGN_ONS: Limit = Limit { action: "sign-on", times: 60, per_seconds: 600 };
/// Minutes by which the clock of a provider may be wrong.
pub const PROVIDER_CLOCK_MINUTES: i64 = 2;
/// Minutes in which a provider's word that somebody signed out is taken. Source: OpenID Connect Back-Channel Logout 1.0, 2.4,
/// which wants it short.
pub const LOGOUT_MINUTES: i64 = 10;
/// Hours in which the same word is known again.
pub const LOGOUT_KNOWN_HOURS: i64 = 1;
/// The longest name that a provider has for somebody or for a session, in characters. Source: OpenID Connect Core 1.0, 2.
pub const SUBJECT_MAX_CHARS: usize = 255;

/// Hours in which the link to a new address works.
pub const EMAIL_CONFIRM_HOURS: i64 = 24;
/// Hours in which the old address can undo a change.
pub const EMAIL_UNDO_HOURS: i64 = 72;
/// Letters to a new address that one member asks for.
pub const EMAIL_CHANGES: Limit = Limit { action: "email-change", times: 5, per_seconds: 86_400 };
/// Days that a request to move an account waits before people may say yes to it: its owner has that long to stop it.
pub const MAILBOX_DAYS: i64 = 7;
/// Days in which the link to the new address works once people said yes.
pub const MAILBOX_CONFIRM_DAYS: i64 = 7;
/// Days after which a request is forgotten that was decided, or that names an address that nobody has. Source: product.md, 16
/// (mail log).
pub const MAILBOX_KEPT_DAYS: i64 = 90;
/// Requests to move one account, whoever asks; one more than this day is no letter more.
pub const MAILBOX_REQUESTS: Limit = Limit { action: "mailbox-of", times: 1, per_seconds: 86_400 };
/// Requests to move accounts from one network.
pub const MAILBOXES_OF_NETWORK: Limit = Limit { action: "mailboxes-of", times: 10, per_seconds: 86_400 };
/// Days in which *this was not me* works: somebody may look into their letters only now and then.
pub const NOT_ME_DAYS: i64 = 14;

/// How long the step from the age to the details may take, from when the year was typed.
pub const AGE_SEAL_HOURS: i64 = 1;
/// How long the link in a letter of the slower way works.
pub const LETTER_SEAL_HOURS: i64 = 24;
/// How much later a form that was opened in time may still arrive: nobody loses words because they read the rules first.
pub const FORM_GRACE_HOURS: i64 = 24;

/// What a year of birth says about age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Old enough, whatever the birthday.
    OldEnough,
    /// Reaches the age this year; certainly has it from the first of January of that year on.
    From(i32),
    /// Too young.
    TooYoung,
}

/// A year that somebody who lives can have been born in.
pub fn year_of_birth(typed: &str, this_year: i32) -> Option<i32> {
    let typed = line::clean(typed);
    let is_year = typed.len() == 4 && typed.bytes().all(|byte| byte.is_ascii_digit());
    let year = typed.parse().ok().filter(|_| is_year)?;
    (this_year - 125..=this_year).contains(&year).then_some(year)
}

/// Only the year is known, so some people's birthday of this year is still to come. Whoever *might* still be too young is
/// asked to come back: a promise that everybody here is of age is worth nothing if it holds for most. The other reading
/// would let children of up to a year less in; asking for the day would mean to know more about everybody. The kindness is
/// in the words: they are told from which year on they are welcome.
pub fn age(born: i32, this_year: i32, minimum_age: i32) -> Age {
    match this_year - born - minimum_age {
        _ if minimum_age <= 0 => Age::OldEnough,
        1.. => Age::OldEnough,
        0 => Age::From(this_year + 1),
        _ => Age::TooYoung,
    }
}

/// Names that could be taken for the people who run the site or for nobody at all; compared by how they look.
const RESERVED: &[&str] = &[
    "about",
    "abuse",
    "account",
    "admin",
    "admins",
    "administration",
    "all",
    "anonymous",
    "anybody",
    "anyone",
    "assistant",
    "board",
    "boards",
    "bot",
    "care-team",
    "clinic",
    "clinician",
    "clinicians",
    "contact",
    "crisis",
    "deleted",
    "demo",
    "doctor",
    "doctors",
    "emergency",
    "everybody",
    "everyone",
    "founder",
    "gone",
    "guest",
    "help",
    "helpdesk",
    "helper",
    "helpline",
    "here",
    "hospital",
    "host",
    "hostmaster",
    "info",
    "join",
    "letters",
    "mail",
    "manager",
    "me",
    "member",
    "members",
    "mentor",
    "mentors",
    "mod",
    "mods",
    "news",
    "nobody",
    "noreply",
    "no-reply",
    "notice",
    "notices",
    "null",
    "nurse",
    "nurses",
    "official",
    "operator",
    "organisation",
    "organization",
    "owner",
    "people",
    "pharmacist",
    "physician",
    "police",
    "postmaster",
    "privacy",
    "representative",
    "root",
    "rules",
    "safety",
    "security",
    "settings",
    "sign-in",
    "sign-out",
    "site",
    "somebody",
    "someone",
    "staff",
    "support",
    "surgeon",
    "system",
    "team",
    "test",
    "the-team",
    "therapist",
    "undefined",
    "urgent",
    "urgent-help",
    "user",
    "visitor",
    "volunteer",
    "webmaster",
    "welcome",
    "you",
];

/// No name holds one of these: they would lend it a weight that it has not.
const NEVER_INSIDE: &[&str] = &["administrator", "moderator", "alongside"];

/// True if nobody may take this name.
pub fn is_reserved(handle: &str, site_name: &str, organisation: &str) -> bool {
    let key = line::skeleton(handle);
    let is_same = |word: &str| !word.is_empty() && line::skeleton(word) == key;
    let is_inside = |word: &str| key.contains(&line::skeleton(word));
    RESERVED.iter().any(|word| is_same(word))
        || NEVER_INSIDE.iter().any(|word| is_inside(word))
        || is_same(site_name)
        || is_same(organisation)
}

/// What is wrong with a name, in words.
pub fn handle_sentence(fault: HandleFault) -> Sentence {
    Sentence::plain(match fault {
        HandleFault::TooShort => "accounts-handle-too-short",
        HandleFault::TooLong => "accounts-handle-too-long",
        HandleFault::Characters => "accounts-handle-characters",
        HandleFault::MixedScripts => "accounts-handle-scripts",
    })
}

/// Why a name may tell more of somebody than they want. Advice: nobody is refused for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandleAdvice {
    /// It looks like their address, which others may know them by.
    LikeAddress,
    /// It holds a day, perhaps that of their birth.
    Date,
    /// It holds a run of figures, perhaps a year or a number that is theirs.
    Figures,
}

impl HandleAdvice {
    /// In words.
    pub fn key(self) -> &'static str {
        match self {
            Self::LikeAddress => "accounts-advice-like-address",
            Self::Date => "accounts-advice-date",
            Self::Figures => "accounts-advice-figures",
        }
    }
}

/// How often somebody gives themselves another name. Later an administrator does it for them: whoever changes it often can be
/// followed by nobody, which is what those want who come to hurt.
pub const HANDLE_CHANGES: i64 = 2;

/// A wish to give somebody another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandleWish {
    /// Whose.
    pub member: Id<Member>,
    /// The new name, as [`line::handle`] gives it.
    pub handle: String,
    /// Why, where somebody else does it.
    pub reason: String,
}

/// How things stand for a wish for another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandleStanding<'a> {
    /// Their name now.
    pub present: &'a str,
    /// Somebody has a name that looks like the new one, is about to, or had one.
    pub is_taken: bool,
    /// How often they changed theirs by themselves.
    pub own_changes: i64,
}

/// Permission to give somebody another name, with everything that the store writes. Only [`may_change_handle`] makes one.
#[derive(Debug)]
pub struct MayChangeHandle {
    wish: HandleWish,
    by: Id<Member>,
}

impl MayChangeHandle {
    /// What it permits, once, and who does it.
    pub(super) fn spend(self) -> (HandleWish, Id<Member>) {
        (self.wish, self.by)
    }
}

/// Why a name stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotChangeHandle {
    /// It is theirs already, or looks the same.
    Same,
    /// It is or was somebody's.
    Taken,
    /// They changed it often enough by themselves.
    OftenEnough,
    /// Only administrators change the names of others.
    NotAdministrator,
}

impl CannotChangeHandle {
    /// In words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Same => "accounts-handle-same",
            Self::Taken => "accounts-handle-taken",
            Self::OftenEnough => "accounts-handle-often-enough",
            Self::NotAdministrator => "accounts-handle-not-administrator",
        }
    }
}

/// People change their own name [`HANDLE_CHANGES`] times; administrators change that of others as often as they are asked to.
pub fn may_change_handle(
    by: &Member,
    wish: HandleWish,
    standing: HandleStanding<'_>,
) -> Result<MayChangeHandle, CannotChangeHandle> {
    let is_own = by.id == wish.member;
    if !is_own && !by.roles.administrator {
        return Err(CannotChangeHandle::NotAdministrator);
    }
    if is_own && standing.own_changes >= HANDLE_CHANGES {
        return Err(CannotChangeHandle::OftenEnough);
    }
    if line::skeleton(&wish.handle) == line::skeleton(standing.present) {
        return Err(CannotChangeHandle::Same);
    }
    if standing.is_taken {
        return Err(CannotChangeHandle::Taken);
    }
    Ok(MayChangeHandle { wish, by: by.id })
}

/// A person's answer to a request to move an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxAnswer {
    /// The account moves, once the new address has answered.
    pub is_approved: bool,
    /// Why; mailed to the new address. A no has some.
    pub words: String,
}

/// Permission to answer one request. Only [`may_answer_mailbox`] makes one.
#[derive(Debug)]
pub struct MayAnswerMailbox {
    request: Id<MailboxRequest>,
    by: Id<Member>,
    is_approved: bool,
}

impl MayAnswerMailbox {
    /// Which, who does it, and whether it is a yes.
    pub(super) fn spend(self) -> (Id<MailboxRequest>, Id<Member>, bool) {
        (self.request, self.by, self.is_approved)
    }
}

/// Why a request cannot be answered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotAnswerMailbox {
    /// Only administrators do.
    NotAdministrator,
    /// Nobody decides about their own account.
    Own,
    /// No account has the address that was named.
    NoAccount,
    /// The owner may still stop it.
    TooEarly,
    /// The new address belongs to an account, or may still be had back by one.
    AddressTaken,
}

impl CannotAnswerMailbox {
    /// In words.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAdministrator => "accounts-mailbox-not-administrator",
            Self::Own => "accounts-mailbox-own",
            Self::NoAccount => "accounts-mailbox-no-account",
            Self::TooEarly => "accounts-mailbox-too-early",
            Self::AddressTaken => "accounts-mailbox-address-taken",
        }
    }
}

/// From when on people may say yes.
pub fn mailbox_ripe_at(asked_at: Timestamp) -> Timestamp {
    asked_at.plus(Duration::days(MAILBOX_DAYS))
}

/// Administrators answer, never about their own account. A no at any time; a yes when the owner had [`MAILBOX_DAYS`] to stop it,
/// and to an address that is free.
pub fn may_answer_mailbox(
    by: &Member,
    request: &MailboxRequest,
    is_approved: bool,
    is_new_known: bool,
    now: Timestamp,
) -> Result<MayAnswerMailbox, CannotAnswerMailbox> {
    if !by.roles.administrator {
        return Err(CannotAnswerMailbox::NotAdministrator);
    }
    if request.member == Some(by.id) {
        return Err(CannotAnswerMailbox::Own);
    }
    if is_approved {
        if request.member.is_none() {
            return Err(CannotAnswerMailbox::NoAccount);
        }
        if now < mailbox_ripe_at(request.asked_at) {
            return Err(CannotAnswerMailbox::TooEarly);
        }
        if is_new_known {
            return Err(CannotAnswerMailbox::AddressTaken);
        }
    }
    Ok(MayAnswerMailbox { request: request.id, by: by.id, is_approved })
}

/// The shortest words that a name and an address share by more than chance, in characters.
const LIKE_ADDRESS_MIN_CHARS: usize = 4;
/// The shortest run of figures that may be a year or a number of somebody.
const FIGURES_MIN_CHARS: usize = 4;

/// What somebody should know before they take this name.
pub fn advise_handle(handle: &str, email: &EmailAddress) -> Vec<HandleAdvice> {
    let (name, local) = (line::skeleton(handle), line::skeleton(email.local()));
    let holds = |whole: &str, part: &str| part.chars().count() >= LIKE_ADDRESS_MIN_CHARS && whole.contains(part);
    let like_address = (holds(&name, &local) || holds(&local, &name)).then_some(HandleAdvice::LikeAddress);
    let mut runs = handle.split(|character: char| !character.is_numeric());
    let figures = if holds_date(handle) {
        Some(HandleAdvice::Date)
    } else {
        runs.any(|run| run.chars().count() >= FIGURES_MIN_CHARS).then_some(HandleAdvice::Figures)
    };
    like_address.into_iter().chain(figures).collect()
}

/// True if a day, a month and a year stand in it, in any usual order, with one sign between them or none.
fn holds_date(handle: &str) -> bool {
    let pieces = handle.split(|character: char| !character.is_ascii_digit() && !matches!(character, '-' | '_' | '.'));
    pieces.into_iter().any(|piece| {
        let parts: Vec<&str> = piece.split(['-', '_', '.']).collect();
        let is_spelt = parts.windows(3).any(|three| matches!(three, [one, two, three] if is_date(one, two, three)));
        let is_in_one = |part: &&str| {
            let cut = |at: usize, next: usize| Some((part.get(..at)?, part.get(at..next)?, part.get(next..)?));
            part.len() == 8 && [cut(4, 6), cut(2, 4)].into_iter().flatten().any(|(one, two, three)| is_date(one, two, three))
        };
        is_spelt || parts.iter().any(is_in_one)
    })
}

/// True for year, month and day, for day, month and year, and for month, day and year.
fn is_date(one: &str, two: &str, three: &str) -> bool {
    let within = |part: &str, most: u32| part.len() <= 2 && part.parse().is_ok_and(|number| (1..=most).contains(&number));
    let is_year = |part: &str| part.len() == 2 || (part.len() == 4 && (part.starts_with("19") || part.starts_with("20")));
    let (is_month, is_day) = (|part: &str| within(part, 12), |part: &str| within(part, 31));
    (is_year(one) && is_month(two) && is_day(three))
        || (is_day(one) && is_month(two) && is_year(three))
        || (is_month(one) && is_day(two) && is_year(three))
}

/// What somebody meets who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Whoever confirms an address is a member.
    Straight,
    /// A person reads an answer first.
    Application,
}

/// Why somebody cannot come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWay {
    /// Nobody can.
    Closed,
    /// One needs an invitation, and they brought none that works.
    InvitationNeeded,
}

/// The way in. An invitation that works opens every door that is not closed, and skips the application.
pub fn way_in(mode: JoiningMode, is_invited: bool) -> Result<Way, NoWay> {
    match mode {
        JoiningMode::Closed => Err(NoWay::Closed),
        JoiningMode::Open => Ok(Way::Straight),
        _ if is_invited => Ok(Way::Straight),
        JoiningMode::Application => Ok(Way::Application),
        JoiningMode::Invitation => Err(NoWay::InvitationNeeded),
    }
}

/// The way in for somebody whom a provider of sign-on knows: `always_joins` if the settings open every door to its people.
pub fn way_in_by_sign_on(mode: JoiningMode, is_invited: bool, always_joins: bool) -> Result<Way, NoWay> {
    if always_joins { Ok(Way::Straight) } else { way_in(mode, is_invited) }
}

/// True if a provider that is for these domains alone lets somebody with this verified address in. No domains: everybody.
pub fn is_of_domains(verified: Option<&EmailAddress>, domains: &[String]) -> bool {
    let domain = verified.and_then(|email| email.as_str().rsplit_once('@')).map(|(_, domain)| domain.to_lowercase());
    domains.is_empty() || domain.is_some_and(|domain| domains.contains(&domain))
}

/// True if that is how a provider says that it asked for two steps. Source: RFC 8176 (`amr`); OpenID PAPE 1.0 and common use
/// (`acr`).
pub fn is_second_step(methods: &[String], class: Option<&str>) -> bool {
    const CLASSES: [&str; 2] = ["mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"];
    methods.iter().any(|method| method == "mfa") || class.is_some_and(|class| CLASSES.contains(&class))
}

/// True if that can be a provider's name of somebody or of a session.
pub fn is_subject(name: &str) -> bool {
    (1..=SUBJECT_MAX_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// Permission to take a sign-on off an account. Only [`may_unlink`] makes one.
#[derive(Debug)]
pub struct MayUnlink {
    member: Id<Member>,
    identity: Id<Identity>,
}

impl MayUnlink {
    /// What it permits, once.
    pub(super) fn spend(self) -> (Id<Member>, Id<Identity>) {
        (self.member, self.identity)
    }
}

/// One's own, as long as another way in remains that needs no provider.
pub fn may_unlink(member: Id<Member>, identity: Id<Identity>, has_other_way_in: bool) -> Option<MayUnlink> {
    has_other_way_in.then_some(MayUnlink { member, identity })
}

/// People whom one invitation may bring in, and days that it may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationDraft {
    /// 1 to [`InvitationDraft::USES_MAX`].
    pub uses: i32,
    /// 1 to [`InvitationDraft::DAYS_MAX`].
    pub days: i64,
}

impl InvitationDraft {
    /// The most people whom one invitation brings in.
    pub const USES_MAX: i32 = 100;
    /// The most days that an invitation works.
    pub const DAYS_MAX: i64 = 90;
}

/// Permission to make one invitation, with everything that the store writes. Only [`may_invite`] makes one.
#[derive(Debug)]
pub struct MayInvite {
    by: Id<Member>,
    draft: InvitationDraft,
}

impl MayInvite {
    /// What it permits, once.
    pub(super) fn spend(self) -> (Id<Member>, InvitationDraft) {
        (self.by, self.draft)
    }
}

/// Days in which an invitation by letter works.
pub const LETTER_INVITATION_DAYS: i64 = 14;

/// Why nobody is invited by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotInviteByLetter {
    /// Only administrators do.
    NotAdministrator,
    /// Nobody can join now.
    Closed,
    /// Somebody with that address is here.
    IsHere,
}

impl CannotInviteByLetter {
    /// In words.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAdministrator => "accounts-invitations-not-members",
            Self::Closed => "accounts-invitations-closed",
            Self::IsHere => "accounts-invite-is-here",
        }
    }
}

/// Why somebody cannot invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotInvite {
    /// Only administrators do.
    NotMembers,
    /// They may bring in so many more people, which is less than they asked for.
    TooMany {
        /// How many more; may be none.
        left: i64,
    },
}

/// Administrators invite as they like. Members may bring in `cap` people each, if there is a cap at all: `promised` counts
/// those who came by them and those whom their invitations may still bring.
pub fn may_invite(member: &Member, cap: i32, promised: i64, draft: InvitationDraft) -> Result<MayInvite, CannotInvite> {
    let left = (i64::from(cap) - promised).max(0);
    match member.roles.administrator {
        false if cap <= 0 => Err(CannotInvite::NotMembers),
        false if i64::from(draft.uses) > left => Err(CannotInvite::TooMany { left }),
        _ => Ok(MayInvite { by: member.id, draft }),
    }
}

/// The shortest password, in characters. Source: security.md, "Authentication".
pub const PASSWORD_MIN_CHARS: usize = 12;
/// The longest password, in characters.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// Why a password is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`PASSWORD_MIN_CHARS`].
    TooShort,
    /// More than [`PASSWORD_MAX_CHARS`].
    TooLong,
    /// The name, the address or a part of it: what others know.
    Known,
    /// One character again and again.
    Monotone,
    /// What programs that guess try early: common passwords, words and patterns, names of this site.
    Guessable,
}

/// Refuses passwords that somebody else would try first. `site_words` are the names that this site is known by.
pub fn check_password(
    attempt: &PasswordAttempt,
    handle: &str,
    email: Option<&EmailAddress>,
    site_words: &[&str],
) -> Result<(), PasswordFault> {
    let typed = attempt.typed();
    let plain = typed.trim().to_lowercase();
    let address = email.map(EmailAddress::key).unwrap_or_default();
    let local = address.rsplit_once('@').map_or("", |(local, _)| local);
    let handle = line::clean(handle).to_lowercase();
    match typed.chars().count() {
        ..PASSWORD_MIN_CHARS => Err(PasswordFault::TooShort),
        _ if plain == handle || (!address.is_empty() && (plain == address || plain == local)) => Err(PasswordFault::Known),
        _ if typed.chars().all(|character| typed.starts_with(character)) => Err(PasswordFault::Monotone),
        PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS if is_guessable(typed, &[&handle, local, &address], site_words) => {
            Err(PasswordFault::Guessable)
        }
        PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS => Ok(()),
        _ => Err(PasswordFault::TooLong),
    }
}

/// True if zxcvbn gives fewer than 3 of its 4 points: fewer than 10^8 guesses. Source: security.md, "Authentication"; the
/// names of the person and of the site count as known words, and so do the 30,000 commonest passwords.
fn is_guessable(typed: &str, person: &[&str], site_words: &[&str]) -> bool {
    /// Its work grows faster than the length; what is longer is judged by its beginning.
    const JUDGED_CHARS: usize = 100;
    let beginning: String = typed.chars().take(JUDGED_CHARS).collect();
    let words: Vec<&str> = site_words.iter().flat_map(|words| words.split_whitespace()).collect();
    let known: Vec<&str> =
        [person, site_words, words.as_slice()].concat().into_iter().filter(|word| !word.is_empty()).collect();
    zxcvbn::zxcvbn(&beginning, &known).score() < zxcvbn::Score::Three
}

/// What is wrong with a password, in words.
pub fn password_sentence(fault: PasswordFault) -> Sentence {
    Sentence::plain(match fault {
        PasswordFault::TooShort => "accounts-password-too-short",
        PasswordFault::TooLong => "accounts-password-too-long",
        PasswordFault::Known => "accounts-password-known",
        PasswordFault::Monotone => "accounts-password-monotone",
        PasswordFault::Guessable => "accounts-password-guessable",
    })
}

/// Seconds to wait after so many tries in a row that failed: none after the first five, then twice as long each time, at
/// most a quarter of an hour. Counted for an account *and* the network it is tried from, so that nobody can shut somebody
/// else's account from elsewhere; an account that does not exist waits alike.
pub fn pause_seconds(failed_tries: i32) -> i64 {
    const FREE: i32 = 5;
    const LONGEST: i64 = 15 * 60;
    let doublings = u32::try_from(failed_tries - FREE).unwrap_or(0);
    if failed_tries < FREE { 0 } else { 2_i64.saturating_pow(doublings).min(LONGEST) }
}

/// The same for one account from everywhere where its owner is not known: a guess from each of thousands of networks gets
/// slower, too. Short, because the owner may be at a new device at the same time; a browser in which they have signed in
/// before, or a link by letter, never waits for the tries of others.
pub fn pause_seconds_anywhere(failed_tries: i32) -> i64 {
    const FREE: i32 = 20;
    const LONGEST: i64 = 60;
    let doublings = u32::try_from(failed_tries - FREE).unwrap_or(0);
    if failed_tries < FREE { 0 } else { 2_i64.saturating_pow(doublings).min(LONGEST) }
}

// ------------------------------------------------------------------------------------------------- agreements

/// True if somebody said yes to it once and took that back since.
pub fn is_taken_back(given: &[GivenConsent], consent: Consent) -> bool {
    let (mut was_given, mut stands) = (false, false);
    for one in given.iter().filter(|one| one.consent == consent) {
        was_given = true;
        stands = stands || one.withdrawn_at.is_none();
    }
    was_given && !stands
}

/// What somebody has to agree to before they write. They read on, and their words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreeFirst {
    /// To a text that changed.
    Texts,
    /// To the keeping of what they write about their health: they never did, or took it back.
    Health,
}

impl AgreeFirst {
    /// In words, with where to do so.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Texts => "accounts-agree-first",
            Self::Health => "accounts-health-first",
        }
    }
}

/// Whoever agreed to everything that writing rests on may write, as far as this goes.
pub fn may_write(member: &Member) -> Result<(), AgreeFirst> {
    match member {
        Member { must_agree: true, .. } => Err(AgreeFirst::Texts),
        Member { agrees_to_health: false, .. } => Err(AgreeFirst::Health),
        _ => Ok(()),
    }
}

/// Permission to keep what somebody says of themselves. Made by [`may_describe`].
#[derive(Debug)]
pub struct MayDescribe {
    member: Id<Member>,
}

impl MayDescribe {
    /// Whose words.
    pub(super) fn spend(self) -> Id<Member> {
        self.member
    }
}

/// Without a yes to the keeping of health data nobody says anything new about themselves; taking words away, and everything
/// else on that form, is open to everybody.
pub fn may_describe(member: &Member, before: &Account, profile: &Profile) -> Result<MayDescribe, AgreeFirst> {
    let says_more = !profile.about.is_empty() && profile.about != before.about;
    let says_why = profile.here_as != HereAs::Unsaid && profile.here_as != before.member.here_as;
    if (says_more || says_why) && !member.agrees_to_health {
        return Err(AgreeFirst::Health);
    }
    Ok(MayDescribe { member: member.id })
}

/// The version that an agreement names: its number. A day stands for the first version: versions were not counted yet.
pub fn agreed_version(version: &str) -> i32 {
    version.parse().unwrap_or(1)
}

/// The version of the house rules that a join form showed. What names no version that there is counts as the first: then they
/// are asked once more, and nobody agrees unseen.
pub fn shown_version(typed: &str, present: i32) -> i32 {
    typed.parse().ok().filter(|version| (1..=present).contains(version)).unwrap_or(1)
}

/// A text that somebody is asked to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub kind: DocumentKind,
    /// The version that they agreed to last; 0: none.
    pub agreed_version: i32,
    /// The version that holds.
    pub version: i32,
}

/// What somebody has still to agree to: every text of which everybody was asked to agree to a newer version than they did.
pub fn due(present: &[PresentDocument], given: &[GivenConsent]) -> Vec<Due> {
    let agreed_to = |consent: Consent| {
        let standing = given.iter().filter(|one| one.consent == consent && one.withdrawn_at.is_none());
        standing.map(|one| agreed_version(&one.version)).max().unwrap_or(0)
    };
    present
        .iter()
        .map(|document| (document, agreed_to(document.kind.consent())))
        .filter(|(document, agreed)| document.asked_version > *agreed)
        .map(|(document, agreed_version)| Due { kind: document.kind, agreed_version, version: document.version })
        .collect()
}

/// Permission to write down that somebody agreed. Made by [`may_agree`].
#[derive(Debug)]
pub struct MayAgree {
    to: Vec<(Consent, i32)>,
}

impl MayAgree {
    /// To what, and to which version of it.
    pub(super) fn spend(self) -> Vec<(Consent, i32)> {
        self.to
    }
}

/// A newer version was published than the one that they saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewerPublished;

/// Nobody agrees to what they were not shown: of everything that is due, `shown` names the version that holds.
pub fn may_agree(due: &[Due], shown: &[(DocumentKind, i32)]) -> Result<MayAgree, NewerPublished> {
    if due.iter().any(|due| !shown.contains(&(due.kind, due.version))) {
        return Err(NewerPublished);
    }
    Ok(MayAgree { to: due.iter().map(|due| (due.kind.consent(), due.version)).collect() })
}

/// Permission to publish one version. Made by [`may_publish`].
#[derive(Debug)]
pub struct MayPublish {
    publication: Publication,
    by: Id<Member>,
}

impl MayPublish {
    /// What, and who.
    pub(super) fn spend(self) -> (Publication, Id<Member>) {
        (self.publication, self.by)
    }
}

/// Why somebody cannot publish: they are no administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotPublish;

impl CannotPublish {
    /// In words.
    pub fn key(self) -> &'static str {
        "accounts-documents-not-administrator"
    }
}

/// Administrators do. That nobody published in between is decided by the row that the store changes.
pub fn may_publish(by: &Member, publication: Publication) -> Result<MayPublish, CannotPublish> {
    if by.roles.administrator { Ok(MayPublish { publication, by: by.id }) } else { Err(CannotPublish) }
}

/// A wish to give or take back a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleWish {
    /// Whose.
    pub member: Id<Member>,
    /// Which.
    pub role: Role,
    /// Given, or taken back.
    pub is_granted: bool,
    /// The administrator who does it; nobody for the command line and the link of the first administrator.
    pub by: Option<Id<Member>>,
}

/// Permission to change one role, with everything that the store writes.
///
/// Only [`may_change_role`] makes one:
///
/// ```
/// use alongside::accounts::rules::{RoleWish, may_change_role};
/// use alongside::accounts::Role;
/// use alongside::db::Id;
///
/// let wish = RoleWish { member: Id::new(31), role: Role::Mentor, is_granted: true, by: Some(Id::new(1)) };
/// let permit = may_change_role(wish, &[Id::new(1)], false);
/// assert!(permit.is_ok());
/// ```
///
/// Nobody else can:
///
/// ```compile_fail,E0451
/// use alongside::accounts::rules::{MayChangeRole, RoleWish};
/// use alongside::accounts::Role;
/// use alongside::db::Id;
///
/// let wish = RoleWish { member: Id::new(31), role: Role::Mentor, is_granted: true, by: Some(Id::new(1)) };
/// let permit = MayChangeRole { wish };
/// ```
#[derive(Debug)]
pub struct MayChangeRole {
    wish: RoleWish,
}

impl MayChangeRole {
    /// What it permits, once.
    pub(super) fn spend(self) -> RoleWish {
        self.wish
    }
}

/// Why a role stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotChangeRole {
    /// Only administrators do.
    NotAdministrator,
    /// Without one nobody could give roles any more.
    LastAdministrator,
    /// They left: nobody is given anything to do who is not here.
    Gone,
}

impl CannotChangeRole {
    /// In words.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAdministrator => "accounts-roles-not-administrator",
            Self::LastAdministrator => "accounts-roles-last-administrator",
            Self::Gone => "accounts-roles-gone",
        }
    }
}

/// An administrator may, and the command line; but the last administrator stays one, and whoever left gets nothing.
/// `administrators` are those who are here and whose role does not rest; `is_gone` says that the person of the wish has left.
pub fn may_change_role(
    wish: RoleWish,
    administrators: &[Id<Member>],
    is_gone: bool,
) -> Result<MayChangeRole, CannotChangeRole> {
    if wish.by.is_some_and(|by| !administrators.contains(&by)) {
        return Err(CannotChangeRole::NotAdministrator);
    }
    let is_last = || administrators.iter().all(|administrator| *administrator == wish.member);
    if !wish.is_granted && wish.role == Role::Administrator && is_last() {
        return Err(CannotChangeRole::LastAdministrator);
    }
    if wish.is_granted && is_gone {
        return Err(CannotChangeRole::Gone);
    }
    Ok(MayChangeRole { wish })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::accounts::model::{Roles, mark_from};

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000).plus(Duration::hours(hours))
    }

    #[test]
    fn the_last_second_step_stays_while_a_role_needs_it() {
        for (is_needed, ways, may) in
            [(false, 1, true), (false, 3, true), (true, 1, false), (true, 2, true), (true, 0, false)]
        {
            assert_eq!(may_take_way_off(is_needed, ways), may, "{is_needed} {ways}");
        }
    }

    #[test]
    fn a_session_ends_after_two_weeks_without_a_visit_and_after_a_month_with_visits() {
        let begun = at(0);
        let session = |last_used_at| SessionFacts {
            created_at: begun,
            last_used_at,
            expires_at: session_end(false, begun),
            is_shared_device: false,
            has_role: false,
        };
        for (last_used, now, is_live) in [
            (0, 1, true),
            (0, 14 * 24 - 1, true),
            (0, 14 * 24, false),
            (29 * 24, 30 * 24 - 1, true),
            (30 * 24 - 1, 30 * 24, false),
        ] {
            assert_eq!(session_is_live(session(at(last_used)), at(now)), is_live, "used {last_used} h, now {now} h");
        }
    }

    #[test]
    fn a_session_on_a_shared_device_ends_after_an_hour_without_a_click_and_after_half_a_day() {
        let session = |last_used_at| SessionFacts {
            created_at: at(0),
            last_used_at,
            expires_at: session_end(true, at(0)),
            is_shared_device: true,
            has_role: false,
        };
        for (last_used, now, is_live) in [(0, 0, true), (0, 1, false), (11, 11, true), (12, 12, false)] {
            assert_eq!(session_is_live(session(at(last_used)), at(now)), is_live, "used {last_used} h, now {now} h");
        }
    }

    #[test]
    fn a_session_with_a_role_ends_after_an_hour_without_a_click_and_after_half_a_day() {
        let session = |last_used_at, has_role| SessionFacts {
            created_at: at(0),
            last_used_at,
            expires_at: session_end(false, at(0)),
            is_shared_device: false,
            has_role,
        };
        for (last_used, now, is_live) in [(0, 0, true), (0, 1, false), (11, 11, true), (12, 12, false)] {
            assert_eq!(session_is_live(session(at(last_used), true), at(now)), is_live, "used {last_used} h, now {now} h");
            assert!(session_is_live(session(at(last_used), false), at(now)), "without it the session goes on");
        }
    }

    #[test]
    fn a_role_rests_from_its_day_on_and_not_before() {
        let due_at = second_step_due(at(0));
        assert!(!roles_rest(None, at(9000)) && !roles_rest(Some(due_at), at(14 * 24 - 1)));
        assert!(roles_rest(Some(due_at), at(14 * 24)));
        assert!(is_fresh(at(0), at(0)) && !is_fresh(at(0), at(1)) && !is_fresh_for_form(at(0), at(1)));
    }

    #[test]
    fn only_a_year_of_four_figures_that_somebody_alive_was_born_in_is_one() {
        for (typed, year) in [("1974", Some(1974)), (" 1974 ", Some(1974)), ("2026", Some(2026)), ("1901", Some(1901))] {
            assert_eq!(year_of_birth(typed, 2026), year, "{typed}");
        }
        for typed in
            ["", "74", "2027", "1900", "0000", "-974", "+974", "19740", "197a", "1974-05-01", "99999999999999", "٢٠٠٠"]
        {
            assert_eq!(year_of_birth(typed, 2026), None, "{typed}");
        }
    }

    #[test]
    fn somebody_whose_birthday_may_still_come_is_welcome_from_next_year() {
        assert_eq!(age(2007, 2026, 18), Age::OldEnough);
        assert_eq!(age(2008, 2026, 18), Age::From(2027));
        assert_eq!(age(2009, 2026, 18), Age::TooYoung);
        assert_eq!(age(2026, 2026, 18), Age::TooYoung);
        assert_eq!(age(2026, 2026, 0), Age::OldEnough);
    }

    #[test]
    fn nobody_takes_a_name_that_looks_like_those_who_run_the_site() {
        for handle in [
            "admin",
            "Admin",
            "ADM1N",
            "аdmin",
            "a.d.m.i.n",
            "Moderator-Jo",
            "the_moderators",
            "alongside",
            "A1ongside",
            "al0ngside-team",
            "support",
            "Northmoor",
            "nurse",
            "me.",
            "NULL",
        ] {
            assert!(is_reserved(handle, "Northmoor", ""), "{handle}");
        }
        for handle in ["tansy", "kettle-on", "northbank", "Anna", "adminton", "nursery", "supporter", "hopeful2"] {
            assert!(!is_reserved(handle, "Northmoor", ""), "{handle}");
        }
    }

    #[test]
    fn a_name_that_tells_who_somebody_is_gets_advice() {
        use HandleAdvice::{Date, Figures, LikeAddress};
        let email = EmailAddress::parse("Tansy.Smith@post.example").unwrap();
        for (handle, advice) in [
            ("kettle-on", vec![]),
            ("tan", vec![]),
            ("tans", vec![LikeAddress]),
            ("TANSY", vec![LikeAddress]),
            ("tаnsy", vec![LikeAddress]),
            ("tansy.smith", vec![LikeAddress]),
            ("tansy_sm1th-here", vec![LikeAddress]),
            ("smith-on-the-hill", vec![]),
            ("kettle-1974", vec![Figures]),
            ("kettle1234on", vec![Figures]),
            ("kettle-123-456", vec![]),
            ("kettle٢٠٠٠", vec![Figures]),
            ("k-1974-05-01", vec![Date]),
            ("1.5.74", vec![Date]),
            ("k12-31-1974", vec![Date]),
            ("k31.12.1974x", vec![Date]),
            ("19740501", vec![Date]),
            ("k01051974", vec![Date]),
            ("k99-99-9999", vec![Figures]),
            ("k-1-2", vec![]),
            ("tansy.smith1974", vec![LikeAddress, Figures]),
        ] {
            assert_eq!(advise_handle(handle, &email), advice, "{handle}");
        }
        let short = EmailAddress::parse("bo@post.example").unwrap();
        assert_eq!(advise_handle("bo-on-the-hill", &short), vec![]);
    }

    #[test]
    fn the_way_in_is_the_one_that_is_set_and_an_invitation_opens_all_but_a_closed_one() {
        for (mode, alone, invited) in [
            (JoiningMode::Open, Ok(Way::Straight), Ok(Way::Straight)),
            (JoiningMode::Application, Ok(Way::Application), Ok(Way::Straight)),
            (JoiningMode::Invitation, Err(NoWay::InvitationNeeded), Ok(Way::Straight)),
            (JoiningMode::Closed, Err(NoWay::Closed), Err(NoWay::Closed)),
        ] {
            assert_eq!((way_in(mode, false), way_in(mode, true)), (alone, invited), "{mode:?}");
        }
    }

    fn tansy() -> Member {
        member(31, false)
    }

    fn member(id: i64, administrator: bool) -> Member {
        Member { roles: Roles { administrator, ..Roles::default() }, ..Member::example(Id::new(id)) }
    }

    #[test]
    fn people_change_their_name_twice_and_administrators_that_of_others() {
        let wish = |handle: &str| HandleWish { member: Id::new(31), handle: handle.to_owned(), reason: String::new() };
        let standing = |own_changes| HandleStanding { present: "tansy", is_taken: false, own_changes };
        let asked = |by: &Member, handle: &str, standing: HandleStanding<'_>| {
            may_change_handle(by, wish(handle), standing).map(|permit| permit.spend().0.handle)
        };
        let (own, administrator) = (member(31, false), member(1, true));
        assert_eq!(asked(&own, "wren", standing(0)), Ok("wren".to_owned()));
        assert_eq!(asked(&own, "wren", standing(1)), Ok("wren".to_owned()));
        assert_eq!(asked(&own, "wren", standing(2)), Err(CannotChangeHandle::OftenEnough));
        assert_eq!(asked(&member(31, true), "wren", standing(2)), Err(CannotChangeHandle::OftenEnough));
        assert_eq!(asked(&administrator, "wren", standing(9)), Ok("wren".to_owned()));
        assert_eq!(asked(&member(2, false), "wren", standing(0)), Err(CannotChangeHandle::NotAdministrator));
        assert_eq!(asked(&own, "TANSY", standing(0)), Err(CannotChangeHandle::Same));
        let taken = HandleStanding { is_taken: true, ..standing(0) };
        assert_eq!(asked(&own, "wren", taken), Err(CannotChangeHandle::Taken));
        assert_eq!(asked(&administrator, "wren", taken), Err(CannotChangeHandle::Taken));
    }

    #[test]
    fn a_request_to_move_an_account_is_answered_by_another_administrator_and_a_yes_takes_a_week() {
        let request = |member: Option<i64>| MailboxRequest {
            id: Id::new(7),
            member: member.map(Id::new),
            email: "tansy@post.example".to_owned(),
            new_email: "tansy@elsewhere.example".to_owned(),
            words: String::new(),
            asked_at: at(0),
            contested_at: None,
        };
        let asked = |by: &Member, member, is_approved, is_new_known, hours| {
            may_answer_mailbox(by, &request(member), is_approved, is_new_known, at(hours)).map(|_| ())
        };
        let (administrator, tansy) = (member(1, true), Some(31));
        assert_eq!(asked(&administrator, tansy, true, false, 7 * 24), Ok(()));
        assert_eq!(asked(&administrator, tansy, true, false, 7 * 24 - 1), Err(CannotAnswerMailbox::TooEarly));
        assert_eq!(asked(&administrator, tansy, false, false, 0), Ok(()), "a no at once");
        assert_eq!(asked(&administrator, tansy, true, true, 7 * 24), Err(CannotAnswerMailbox::AddressTaken));
        assert_eq!(asked(&administrator, tansy, false, true, 7 * 24), Ok(()));
        assert_eq!(asked(&administrator, None, true, false, 7 * 24), Err(CannotAnswerMailbox::NoAccount));
        assert_eq!(asked(&administrator, None, false, false, 0), Ok(()));
        assert_eq!(asked(&member(31, true), tansy, true, false, 7 * 24), Err(CannotAnswerMailbox::Own));
        assert_eq!(asked(&member(2, false), tansy, false, false, 0), Err(CannotAnswerMailbox::NotAdministrator));
    }

    #[test]
    fn members_bring_in_as_many_as_they_may_and_administrators_as_they_like() {
        let asked = |administrator, cap, promised, uses| {
            may_invite(&member(31, administrator), cap, promised, InvitationDraft { uses, days: 7 }).map(|_| ())
        };
        assert_eq!(asked(false, 0, 0, 1), Err(CannotInvite::NotMembers));
        assert_eq!(asked(false, 3, 0, 3), Ok(()));
        assert_eq!(asked(false, 3, 1, 3), Err(CannotInvite::TooMany { left: 2 }));
        assert_eq!(asked(false, 3, 9, 1), Err(CannotInvite::TooMany { left: 0 }));
        assert_eq!(asked(true, 0, 900, 100), Ok(()));
    }

    #[test]
    fn nobody_writes_who_has_to_agree_to_something_first() {
        let with = |must_agree, agrees_to_health| may_write(&Member { must_agree, agrees_to_health, ..tansy() });
        assert_eq!(with(false, true), Ok(()));
        assert_eq!(with(false, false), Err(AgreeFirst::Health));
        assert_eq!(with(true, true), Err(AgreeFirst::Texts));
        assert_eq!(with(true, false), Err(AgreeFirst::Texts), "one thing after the other");
    }

    #[test]
    fn whoever_took_their_yes_back_says_nothing_new_about_themselves_and_takes_words_away_as_they_like() {
        let before = Account {
            member: Member { here_as: HereAs::Living, ..tansy() },
            email: String::new(),
            about: "I garden.".into(),
            shows_here_as: true,
            shows_about: true,
            shows_since: true,
            community_letters: false,
        };
        let reader = Member { agrees_to_health: false, ..tansy() };
        for (about, here_as, may) in [
            ("I garden.", HereAs::Living, true),
            ("", HereAs::Unsaid, true),
            ("I garden at night.", HereAs::Living, false),
            ("", HereAs::Caring, false),
        ] {
            let profile = Profile {
                here_as,
                about: about.into(),
                mark: mark_from("", ""),
                shows_here_as: true,
                shows_about: true,
                shows_since: true,
            };
            assert_eq!(may_describe(&reader, &before, &profile).is_ok(), may, "{about} {here_as:?}");
            assert!(may_describe(&tansy(), &before, &profile).is_ok());
        }
    }

    #[test]
    fn a_yes_is_taken_back_when_one_was_given_and_none_stands() {
        let letters = |is_withdrawn| given(Consent::Letters, "1", is_withdrawn);
        assert!(!is_taken_back(&[], Consent::Letters) && !is_taken_back(&[letters(false)], Consent::Letters));
        assert!(is_taken_back(&[letters(true)], Consent::Letters));
        assert!(!is_taken_back(&[letters(true), letters(false)], Consent::Letters), "given again");
        assert!(!is_taken_back(&[given(Consent::Health, "1", true)], Consent::Letters));
    }

    #[test]
    fn names_that_look_alike_are_one() {
        for (one, other) in [
            ("tansy", "TANSY"),
            ("tansy", "tаnsy"),
            ("paul", "pauI"),
            ("paul", "pau1"),
            ("kettle-on", "kettle_on"),
            ("bob", "b0b"),
        ] {
            assert_eq!(line::skeleton(one), line::skeleton(other), "{one} {other}");
        }
        assert_ne!(line::skeleton("tansy"), line::skeleton("pansy"));
    }

    #[test]
    fn a_password_is_long_and_not_what_others_know() {
        let email = EmailAddress::parse("tansy.of.northmoor@post.example");
        let check =
            |typed: &str| check_password(&PasswordAttempt::new(typed), "Tansy-Northmoor", email.as_ref(), &["Kettle House"]);
        assert_eq!(check("three words"), Err(PasswordFault::TooShort));
        assert_eq!(check("three words!"), Ok(()));
        assert_eq!(check("ein schöner Tag im Mai"), Ok(()));
        assert_eq!(check(&"quiet copper lantern saucepan ".repeat(4)), Ok(()));
        assert_eq!(check(&"word ".repeat(26)), Err(PasswordFault::TooLong));
        for known in ["tansy-northmoor", "TANSY-NORTHMOOR ", "tansy.of.northmoor@post.example", "Tansy.of.northmoor"] {
            assert_eq!(check(known), Err(PasswordFault::Known), "{known}");
        }
        assert_eq!(check("aaaaaaaaaaaaaaa"), Err(PasswordFault::Monotone));
        for soon in [
            "passwordpassword",
            "qwertyuiopasdf",
            "123456789012",
            "iloveyou12345",
            "Kettle House 1",
            "tansy-northmoor1",
            "word word word word word",
        ] {
            assert_eq!(check(soon), Err(PasswordFault::Guessable), "{soon}");
        }
    }

    const RULES: DocumentKind = DocumentKind::Rules;
    const PRIVACY: DocumentKind = DocumentKind::Privacy;

    fn given(consent: Consent, version: &str, is_withdrawn: bool) -> GivenConsent {
        GivenConsent { consent, version: version.into(), given_at: at(0), withdrawn_at: is_withdrawn.then(|| at(1)) }
    }

    #[test]
    fn people_are_asked_for_what_everybody_was_asked_for_and_they_did_not_agree_to() {
        let present = |kind, version, asked_version| PresentDocument { kind, version, asked_version };
        let since = |agreed_version| vec![Due { kind: RULES, agreed_version, version: 4 }];
        for (asked, given, is_due) in [
            (0, vec![], vec![]),
            (3, vec![], since(0)),
            (3, vec![given(Consent::Rules, "2026-11-01", false)], since(1)),
            (3, vec![given(Consent::Rules, "2", false), given(Consent::Health, "3", false)], since(2)),
            (3, vec![given(Consent::Rules, "3", false)], vec![]),
            (3, vec![given(Consent::Rules, "3", true), given(Consent::Rules, "1", false)], since(1)),
            (3, vec![given(Consent::Rules, "4", false), given(Consent::Rules, "1", false)], vec![]),
        ] {
            assert_eq!(due(&[present(RULES, 4, asked), present(PRIVACY, 2, 0)], &given), is_due, "{asked} {given:?}");
        }
        let both = due(&[present(RULES, 4, 3), present(PRIVACY, 2, 2)], &[]);
        assert_eq!(both.iter().map(|due| due.kind).collect::<Vec<_>>(), [RULES, PRIVACY]);
    }

    #[test]
    fn nobody_agrees_to_a_version_that_they_were_not_shown() {
        let due = |kind, version| Due { kind, agreed_version: 1, version };
        let asked = [due(RULES, 3), due(PRIVACY, 2)];
        assert!(may_agree(&asked, &[(PRIVACY, 2), (RULES, 3)]).is_ok());
        for shown in [vec![], vec![(RULES, 3)], vec![(RULES, 2), (PRIVACY, 2)], vec![(RULES, 4), (PRIVACY, 2)]] {
            assert_eq!(may_agree(&asked, &shown).unwrap_err(), NewerPublished, "{shown:?}");
        }
        assert_eq!(may_agree(&[], &[(RULES, 9)]).unwrap().spend(), []);
    }

    #[test]
    fn a_form_that_names_no_version_that_there_is_showed_the_first() {
        for (typed, shown) in
            [("1", 1), ("2", 2), ("3", 3), ("4", 1), ("0", 1), ("-1", 1), ("", 1), ("x", 1), ("99999999999", 1)]
        {
            assert_eq!(shown_version(typed, 3), shown, "{typed}");
        }
    }

    #[test]
    fn tries_that_fail_make_the_next_one_wait_but_never_for_long() {
        let pauses: Vec<i64> = (0..9).map(pause_seconds).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(pause_seconds(15), 900);
        assert_eq!(pause_seconds(i32::MAX), 900);
    }

    #[test]
    fn the_last_administrator_stays_one_and_others_give_no_roles() {
        let (ana, bo) = (Id::new(1), Id::new(2));
        let wish = |member, role, is_granted, by| RoleWish { member, role, is_granted, by };
        assert!(may_change_role(wish(bo, Role::Mentor, true, Some(ana)), &[ana], false).is_ok());
        assert!(may_change_role(wish(bo, Role::Administrator, true, None), &[], false).is_ok());
        assert!(may_change_role(wish(ana, Role::Administrator, false, Some(bo)), &[ana, bo], false).is_ok());
        assert_eq!(
            may_change_role(wish(ana, Role::Administrator, false, Some(ana)), &[ana], false).unwrap_err(),
            CannotChangeRole::LastAdministrator
        );
        assert_eq!(
            may_change_role(wish(ana, Role::Administrator, false, None), &[ana], false).unwrap_err(),
            CannotChangeRole::LastAdministrator
        );
        assert_eq!(
            may_change_role(wish(ana, Role::Mentor, true, Some(bo)), &[ana], false).unwrap_err(),
            CannotChangeRole::NotAdministrator
        );
        // Nobody who could give it back is awake: not even the command line leaves the site without one.
        assert_eq!(
            may_change_role(wish(ana, Role::Administrator, false, None), &[], false).unwrap_err(),
            CannotChangeRole::LastAdministrator
        );
    }

    #[test]
    fn standing_says_first_who_left_and_then_whose_role_rests() {
        let (past, future) = (Some(at(-1)), Some(at(1)));
        assert_eq!(standing(None, None, at(0)), Standing::Present);
        assert_eq!(standing(None, future, at(0)), Standing::Present);
        assert_eq!(standing(None, past, at(0)), Standing::Resting);
        assert_eq!(standing(Some(false), past, at(0)), Standing::Leaving);
        assert_eq!(standing(Some(true), None, at(0)), Standing::Closed);
    }

    #[test]
    fn whoever_left_is_given_no_role_and_can_be_rid_of_one() {
        let (ana, bo) = (Id::new(1), Id::new(2));
        for role in Role::ALL.iter().copied() {
            for by in [Some(ana), None] {
                let wish = |is_granted| RoleWish { member: bo, role, is_granted, by };
                assert_eq!(may_change_role(wish(true), &[ana], true).unwrap_err(), CannotChangeRole::Gone);
                assert!(may_change_role(wish(false), &[ana], true).is_ok());
            }
        }
    }
}
