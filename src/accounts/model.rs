//! Who people are here.

use crate::clock::Timestamp;
use crate::db::Id;
use crate::text::{PostSource, SafeHtml, line};
use crate::text_enum;
use crate::web::page::parts::Mark;
use chrono_tz::Tz;
use diesel::{Queryable, Selectable};
use serde::{Deserialize, Serialize};

/// A member as a request knows them: signed in, with what their session says.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // a row
pub struct Member {
    /// Their number; their page is `/people/{id}`.
    pub id: Id<Member>,
    /// The name people see.
    pub handle: String,
    /// What people gave them to do.
    pub roles: Roles,
    /// Boards that the organisation does not read are closed to them.
    pub works_for_organisation: bool,
    /// Their zone; none: the site's.
    pub time_zone: Option<Tz>,
    /// Country for urgent help, ISO 3166-1, or empty.
    pub country: String,
    /// Their choice; none: the device's.
    pub colours: Option<Colours>,
    /// Their choice; none: ordinary.
    pub text_size: Option<TextSize>,
    /// The tab says only the site's name.
    pub plain_titles: bool,
    /// What they said of themselves; preselects a stance.
    pub here_as: HereAs,
    /// Their drawn mark.
    pub mark: Mark,
    /// A text that asks for agreement was published since they last agreed: they read, and write when they have.
    pub must_agree: bool,
    /// They said yes to the keeping of what they write about their health, and did not take it back: without it they read.
    pub agrees_to_health: bool,
    /// Notices they have not read.
    pub unread_notices: i32,
    /// Posts of theirs that stand.
    pub post_count: i32,
    /// Threads of others that they opened.
    pub threads_opened: i32,
    /// When their address was confirmed.
    pub joined_at: Timestamp,
    /// From when on a role of theirs rests, because it needs a second step at sign-in that is missing.
    pub second_step_due_at: Option<Timestamp>,
    /// Somebody says that they cannot read their letters and wants the account moved; known of a session only.
    pub mailbox_asked: bool,
    /// The session of this request; none where a member acts outside one (demo, command line).
    pub session: Option<SessionInfo>,
}

/// Somebody who acts in a session of theirs.
#[derive(Debug, Clone, Copy)]
pub struct Acting {
    /// Who.
    pub member: Id<Member>,
    /// In which.
    pub session: Id<SessionInfo>,
}

/// A session as a request knows it.
#[derive(Debug, Clone, Copy)]
pub struct SessionInfo {
    /// Its number.
    pub id: Id<SessionInfo>,
    /// Other people use this device.
    pub is_shared_device: bool,
    /// When they last proved in it who they are.
    pub proved_at: Timestamp,
}

/// Roles, given by people. Somebody may have several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // five independent roles, each asked for on its own
pub struct Roles {
    /// Greets newcomers.
    pub mentor: bool,
    /// Moderates boards; which ones, the board says.
    pub moderator: bool,
    /// Verified nurse, doctor, therapist ...
    pub clinician: bool,
    /// Speaks for the organisation.
    pub representative: bool,
    /// Sets the site up and keeps it running.
    pub administrator: bool,
}

text_enum! {
    /// A role, for granting and for its log.
    pub enum Role {
        /// Greets newcomers.
        Mentor = "mentor",
        /// Moderates boards.
        Moderator = "moderator",
        /// Verified clinician.
        Clinician = "clinician",
        /// Speaks for the organisation.
        Representative = "representative",
        /// Sets the site up.
        Administrator = "administrator",
    }
}

text_enum! {
    /// Why somebody is here, as they say it themselves.
    #[derive(Default)]
    pub enum HereAs {
        /// Did not say.
        #[default]
        Unsaid = "",
        /// Lives with it.
        Living = "living",
        /// Cares for somebody.
        Caring = "caring",
        /// Both.
        Both = "both",
        /// Works with it.
        Working = "working",
    }
}

text_enum! {
    /// Light or dark, whatever the device says.
    pub enum Colours {
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

text_enum! {
    /// Larger text than usual.
    pub enum TextSize {
        /// 119 %.
        Larger = "larger",
        /// 138 %.
        Largest = "largest",
    }
}

text_enum! {
    /// What people agree to. Each stands alone.
    pub enum Consent {
        /// To keep the house rules.
        Rules = "rules",
        /// To the privacy notice, where the organisation asked.
        Privacy = "privacy",
        /// To the disclaimer, where the organisation asked.
        Disclaimer = "disclaimer",
        /// That their words about their health are kept: explicit consent, because it is health data.
        Health = "health",
        /// That the site writes to them about what others wrote: never needed for anything else.
        Letters = "letters",
    }
}

text_enum! {
    /// How people join.
    #[derive(Default)]
    pub enum JoiningMode {
        /// Whoever confirms an address is a member.
        #[default]
        Open = "open",
        /// A person reads an answer first.
        Application = "application",
        /// With an invitation alone.
        Invitation = "invitation",
        /// Nobody.
        Closed = "closed",
    }
}

/// How people join, as an administrator set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The way in.
    pub mode: JoiningMode,
    /// What whoever applies is asked, in Markdown; up to [`Joining::QUESTION_MAX_CHARS`]. Empty: nobody wrote one yet.
    pub question: String,
    /// How many people each member may bring in; 0: only administrators invite.
    pub member_invitations: i32,
    /// Administrators get a letter when an application waits.
    pub tells_administrators: bool,
}

impl Joining {
    /// The longest question, in characters.
    pub const QUESTION_MAX_CHARS: usize = 2_000;
    /// The longest answer, in characters.
    pub const ANSWER_MAX_CHARS: usize = 2_000;
    /// The highest number of people that each member may bring in.
    pub const MEMBER_INVITATIONS_MAX: i32 = 100;
}

/// A line of the record of how people join.
#[derive(Debug, Clone)]
pub struct JoiningChange {
    /// The setting's name in `site_settings`.
    pub name: String,
    /// What it became.
    pub value: String,
    /// The handle of whoever did it.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// What somebody meets who wants to join at this moment.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// A person has checked a helpline.
    pub is_safe: bool,
    /// The way in.
    pub mode: JoiningMode,
    /// What whoever applies is asked, in Markdown.
    pub question: String,
    /// The invitation that they brought, if it works.
    pub invitation: Option<Id<Invitation>>,
    /// They came by a provider of sign-on whose people may join whatever is set.
    pub always_joins: bool,
}

/// A wish to join whose address is confirmed and that a person reads.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its number.
    pub id: Id<Application>,
    /// The name they want.
    pub handle: String,
    /// What they answered, as typed.
    pub answer: String,
    /// When they confirmed their address.
    pub waits_since: Timestamp,
}

/// A link that lets people in, as whoever made it sees it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its number.
    pub id: Id<Invitation>,
    /// The handle of whoever made it.
    pub made_by: String,
    /// How many people it may bring in.
    pub uses_allowed: i32,
    /// How many it brought in.
    pub uses_taken: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// When it was taken back, if it was.
    pub taken_back_at: Option<Timestamp>,
}

/// Who had a part in somebody's coming in; for administrators alone.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Arrival {
    /// The handle of whoever invited them.
    pub invited_by: Option<String>,
    /// The handle of whoever approved their application.
    pub approved_by: Option<String>,
}

/// An e-mail address that can be written to: one `@`, a plain local part, a domain with a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest address that mail servers take, in characters (RFC 5321, 4.5.3.1).
    pub const MAX_CHARS: usize = 254;

    /// Reads what was typed. White space around it goes, as does what nobody sees; a domain in other letters becomes the
    /// one that mail servers know. `None` if it cannot be an address.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = line::clean(typed);
        let (local, domain) = typed.rsplit_once('@')?;
        let is_plain = |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character);
        let is_local = (1..=64).contains(&local.len())
            && local.chars().all(is_plain)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let Ok(url::Host::Domain(domain)) = url::Host::parse(domain) else { return None };
        let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        let is_domain = domain.contains('.')
            && domain.split('.').all(is_label)
            && domain.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.'));
        let address = format!("{local}@{domain}");
        // What the letter's sender would refuse is refused here, where somebody can still change it.
        let can_be_written_to = address.parse::<lettre::Address>().is_ok();
        (is_local && is_domain && address.len() <= Self::MAX_CHARS && can_be_written_to).then_some(Self(address))
    }

    /// As a letter is addressed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What two spellings of one address share: phones begin it with a capital.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// Enough to know one's own address by: `t…y@post.example`.
    pub fn veiled(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or_default();
        let mut letters = local.chars();
        match (letters.next(), letters.next_back()) {
            (Some(first), Some(last)) => format!("{first}…{last}@{domain}"),
            _ => format!("…@{domain}"),
        }
    }
}

/// A password as somebody typed it. It can be hashed and compared and nothing else: no `Debug`, no `Serialize`, so that it
/// cannot end up in a log, a page or a letter.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub struct PasswordAttempt(String);

impl PasswordAttempt {
    /// Exactly these characters, white space included.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(typed.into())
    }

    /// For hashing and for the rules.
    pub(super) fn typed(&self) -> &str {
        &self.0
    }
}

/// Somebody to be made a member without a letter: by the link of the first administrator, the command line, the demo.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // a row to be
pub struct NewMember {
    /// The name people see.
    pub handle: String,
    /// Where letters go.
    pub email: String,
    /// From `accounts::hash_password`.
    pub password_hash: String,
    /// What they are given to do.
    pub roles: Roles,
    /// Boards that the organisation does not read are closed to them.
    pub works_for_organisation: bool,
    /// Why they are here.
    pub here_as: HereAs,
    /// A line about themselves; up to 300 characters.
    pub about: String,
    /// One of [`MARKS`]; empty: the first.
    pub mark: String,
    /// One of [`MARK_COLOURS`]; empty: the first.
    pub mark_colour: String,
    /// IANA name; empty: the site's.
    pub time_zone: String,
    /// ISO 3166-1, or empty.
    pub country: String,
    /// They said yes to community letters.
    pub community_letters: bool,
    /// Whether members see it.
    pub shows_here_as: bool,
    /// Whether members see it.
    pub shows_about: bool,
    /// Whether members see since when they are here.
    pub shows_since: bool,
}

/// Everything of an account that its owner sees and changes under Settings.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // a row
pub struct Account {
    /// The member.
    pub member: Member,
    /// Where letters go.
    pub email: String,
    /// A line about themselves.
    pub about: String,
    /// Whether members see it.
    pub shows_here_as: bool,
    /// Whether members see it.
    pub shows_about: bool,
    /// Whether members see since when they are here.
    pub shows_since: bool,
    /// A letter when somebody answers them.
    pub community_letters: bool,
}

/// What somebody says of themselves, and what of it members see.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Why they are here.
    pub here_as: HereAs,
    /// A line about themselves; up to [`Profile::ABOUT_MAX_CHARS`].
    pub about: String,
    /// Their drawn mark.
    pub mark: Mark,
    /// Whether members see it.
    pub shows_here_as: bool,
    /// Whether members see it.
    pub shows_about: bool,
    /// Whether members see since when they are here.
    pub shows_since: bool,
}

impl Profile {
    /// The longest line about oneself, in characters.
    pub const ABOUT_MAX_CHARS: usize = 300;
}

/// What of somebody stands beside their posts or goes out to them: taken off while they are gone, put back if they return.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // a row
pub struct Byline {
    /// The name people saw.
    pub handle: String,
    /// Name of their drawn mark.
    pub mark: String,
    /// The ground behind it.
    pub mark_colour: String,
    /// Whether members saw why they are here.
    pub shows_here_as: bool,
    /// Whether members saw the line about themselves.
    pub shows_about: bool,
    /// Whether members saw since when they are here.
    pub shows_since: bool,
    /// Whether they wanted community letters.
    pub community_letters: bool,
}

/// What somebody takes along of their account. Never the password's hash, nor any of a session or a link.
#[derive(Debug, Clone, Serialize)]
pub struct TakenAccount {
    /// Number and row of the account.
    pub profile: TakenProfile,
    /// What was done to their account, and what they did for others as administrators; the oldest first.
    pub log: Vec<TakenDeed>,
    /// Names that they had before; the oldest first.
    pub old_names: Vec<TakenName>,
    /// What they agreed to; the oldest first.
    pub agreed: Vec<TakenConsent>,
    /// Where they are signed in; the oldest first.
    pub sessions: Vec<TakenSession>,
    /// Their passkeys; the oldest first.
    pub passkeys: Vec<TakenPasskey>,
    /// What signing in asks for beside the password.
    pub second_step: TakenSecondStep,
    /// Browsers that they signed in with; the oldest first.
    pub known_browsers: Vec<TakenBrowser>,
    /// Changes of their address that can still be confirmed or undone; the oldest first.
    pub address_changes: Vec<TakenAddressChange>,
    /// When links to a new password were asked for, as far as that is kept.
    pub password_links: Vec<Timestamp>,
    /// How they came in, without the names of others.
    pub came_in: TakenArrival,
    /// Wishes to join that were sent with their address; the oldest first.
    pub join_requests: Vec<TakenJoinRequest>,
    /// Invitations that they made; the oldest first.
    pub invitations: Vec<TakenInvitation>,
    /// When somebody asked to move the account to another address; the oldest first. Who that was, nobody knows: the words and
    /// the address are not theirs.
    pub mailbox_requests: Vec<TakenMailboxRequest>,
    /// Who they are at providers of sign-on; the oldest first.
    pub sign_ons: Vec<TakenIdentity>,
}

/// The row of an account.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::members)]
#[allow(missing_docs, clippy::struct_excessive_bools)] // named like the columns
pub struct TakenProfile {
    pub id: Id<Member>,
    pub handle: String,
    pub email: String,
    pub works_for_organisation: bool,
    pub country: String,
    pub time_zone: String,
    pub colours: String,
    pub text_size: String,
    pub plain_titles: bool,
    pub here_as: String,
    pub about: String,
    pub mark: String,
    pub mark_colour: String,
    pub shows_here_as: bool,
    pub shows_about: bool,
    pub shows_since: bool,
    pub community_letters: bool,
    pub joined_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
}

/// A line of the log of their account, without who did it.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::account_log)]
#[allow(missing_docs)] // as above
pub struct TakenDeed {
    pub deed: Deed,
    pub role: String,
    pub done_at: Timestamp,
    pub reason: String,
}

/// A name that they had before.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::old_handles)]
#[allow(missing_docs)] // as above
pub struct TakenName {
    pub handle: String,
    pub changed_at: Timestamp,
    pub reason: String,
}

/// Something they agreed to.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::consents)]
#[allow(missing_docs)] // as above
pub struct TakenConsent {
    pub kind: String,
    pub version: String,
    pub given_at: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
}

/// A request to move their account.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::mailbox_requests)]
#[allow(missing_docs)] // as above
pub struct TakenMailboxRequest {
    pub state: MailboxState,
    pub asked_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// A browser in which they are signed in.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::sessions)]
#[allow(missing_docs)] // as above
pub struct TakenSession {
    pub device: String,
    pub is_shared_device: bool,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
}

/// A passkey of theirs. What it signs with never left their device.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::passkeys)]
#[allow(missing_docs)] // named like the columns
pub struct TakenPasskey {
    pub name: String,
    pub added_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// What signing in asks of them beside the password; never the secret or a code.
#[derive(Debug, Clone, Serialize)]
pub struct TakenSecondStep {
    /// Since when an app shows codes; nothing: none does.
    pub app_since: Option<Timestamp>,
    /// Recovery codes that are not used yet.
    pub recovery_codes_left: i64,
}

/// A browser that they signed in with.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::known_browsers)]
#[allow(missing_docs)] // named like the columns
pub struct TakenBrowser {
    pub seen_at: Timestamp,
    pub trusted_until: Option<Timestamp>,
}

/// A change of their address.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::email_changes)]
#[allow(missing_docs)] // as above
pub struct TakenAddressChange {
    pub old_email: String,
    pub new_email: String,
    pub asked_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// How they came in, where another person had a part in it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct TakenArrival {
    /// Somebody invited them.
    pub by_invitation: bool,
    /// Somebody approved their application.
    pub by_application: bool,
}

/// A wish to join that was sent with their address.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::pending_joins)]
#[allow(missing_docs)] // as above
pub struct TakenJoinRequest {
    pub handle: String,
    pub country: String,
    pub answer: String,
    pub asked_at: Timestamp,
}

/// An invitation that they made.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::invitations)]
#[allow(missing_docs)] // as above
pub struct TakenInvitation {
    pub uses_allowed: i32,
    pub uses_taken: i32,
    pub created_at: Timestamp,
    pub ends_at: Timestamp,
    pub taken_back_at: Option<Timestamp>,
}

/// Who they are at a provider of sign-on.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = crate::db::schema::identities)]
#[allow(missing_docs)] // as above
pub struct TakenIdentity {
    pub issuer: String,
    pub subject: String,
    pub linked_at: Timestamp,
}

/// Who somebody is at a provider of sign-on, as its owner sees it.
#[derive(Debug, Clone, Queryable)]
pub struct Identity {
    /// Its number.
    pub id: Id<Identity>,
    /// The address of the provider, as it names itself.
    pub issuer: String,
    /// Since when it leads to their account.
    pub linked_at: Timestamp,
}

/// Somebody whom a provider of sign-on knows, and who has no account here yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // each stands alone
pub struct Newcomer {
    /// The provider's name in our addresses.
    pub provider: String,
    /// The address of the provider, as it names itself.
    pub issuer: String,
    /// The provider's name of them.
    pub subject: String,
    /// The provider's name of its session, or empty.
    pub sid: String,
    /// Their address, as the provider gives it; it can be written to.
    pub email: Option<String>,
    /// The provider says that it is theirs.
    pub is_verified: bool,
    /// The settings let them in whatever is set about joining.
    pub always_joins: bool,
    /// Others use this device, too.
    pub shared: bool,
}

/// What somebody agreed to.
#[derive(Debug, Clone)]
pub struct GivenConsent {
    /// To what.
    pub consent: Consent,
    /// Which version of its text.
    pub version: String,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back, if it was.
    pub withdrawn_at: Option<Timestamp>,
}

text_enum! {
    /// A text that holds here, in versions that everybody may read: its address is `/{word}`.
    pub enum DocumentKind {
        /// The house rules.
        Rules = "rules",
        /// What the organisation says about what is kept.
        Privacy = "privacy",
        /// Experience, not medical advice.
        Disclaimer = "disclaimer",
    }
}

impl DocumentKind {
    /// What whoever says yes to it agrees to.
    pub const fn consent(self) -> Consent {
        match self {
            Self::Rules => Consent::Rules,
            Self::Privacy => Consent::Privacy,
            Self::Disclaimer => Consent::Disclaimer,
        }
    }

    /// `/rules/3`
    pub fn href(self, version: i32) -> String {
        format!("/{}/{version}", self.word())
    }
}

/// Which version of a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentDocument {
    /// Of which text.
    pub kind: DocumentKind,
    /// The version that holds, from 1.
    pub version: i32,
    /// The newest version that everybody was asked to agree to; 0: none.
    pub asked_version: i32,
}

/// A published version, without its words. Version 1 comes with the program and is none.
#[derive(Debug, Clone)]
pub struct DocumentVersion {
    /// Of which text.
    pub kind: DocumentKind,
    /// From 2.
    pub version: i32,
    /// What is different, in a line.
    pub changed: String,
    /// When.
    pub published_at: Timestamp,
}

/// A version with its words.
#[derive(Debug, Clone)]
pub struct DocumentText {
    /// Which, what changed, and when.
    pub about: DocumentVersion,
    /// Markdown.
    pub source: PostSource,
    /// Made once, when it was published.
    pub html: SafeHtml,
}

/// A version to be published, all of it checked.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Of which text.
    pub kind: DocumentKind,
    /// The version that its writer began from: another one that came in between is not written over.
    pub base_version: i32,
    /// Markdown.
    pub source: PostSource,
    /// Made of it.
    pub html: SafeHtml,
    /// What is different: 1 to [`Publication::CHANGED_MAX_CHARS`] characters.
    pub changed: String,
    /// The meaning changed: everybody is asked to agree again.
    pub asks: bool,
}

impl Publication {
    /// The longest line about what changed, in characters.
    pub const CHANGED_MAX_CHARS: usize = 300;
}

text_enum! {
    /// What was done to an account, or by an administrator for somebody who has none yet.
    pub enum Deed {
        /// A role was given, or that they work for the organisation.
        RoleGiven = "role-given",
        /// The same was taken back.
        RoleTaken = "role-taken",
        /// They invited somebody by letter.
        Invited = "invited",
        /// They had the letter sent again that confirms somebody's address.
        LetterAgain = "letter-again",
        /// Their second step at sign-in was turned off for them.
        SecondStepReset = "second-step-reset",
        /// Somebody said yes to moving their account to another address.
        MailboxApproved = "mailbox-approved",
        /// Somebody said no to it.
        MailboxRefused = "mailbox-refused",
        /// Their account was moved by the link that the yes had sent.
        Moved = "moved",
        /// Somebody else changed their name.
        Renamed = "renamed",
        /// They left.
        Left = "left",
        /// They came back.
        CameBack = "came-back",
        /// What was theirs was erased.
        Erased = "erased",
        /// A link that makes an administrator was made.
        SetUpLink = "set-up-link",
        /// People were listed.
        PeopleListed = "people-listed",
        /// People were listed with their addresses.
        AddressesListed = "addresses-listed",
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// A member.
    Member(Id<Member>),
    /// Whoever reaches the command line of the machine.
    CommandLine {
        /// As the machine names them; empty if it does not say.
        user: String,
    },
    /// The program: the demo, the link of the first administrator, leaving.
    Site,
}

impl Doer {
    /// A member, or (nobody) the site itself.
    pub fn of(member: Option<Id<Member>>) -> Self {
        member.map_or(Self::Site, Self::Member)
    }

    /// The member, if it was one.
    pub fn member(&self) -> Option<Id<Member>> {
        match self {
            Self::Member(member) => Some(*member),
            Self::CommandLine { .. } | Self::Site => None,
        }
    }
}

/// A name that somebody had here before.
#[derive(Debug, Clone)]
pub struct OldHandle {
    /// As people saw it.
    pub handle: String,
    /// Until when they had it.
    pub changed_at: Timestamp,
    /// The handle of the administrator who changed it at their request; nobody: they did it themselves.
    pub changed_by: Option<String>,
    /// Why, in the administrator's words.
    pub reason: String,
}

text_enum! {
    /// How a request to move an account stands.
    pub enum MailboxState {
        /// Nobody decided yet.
        Asked = "asked",
        /// A person said yes; the new address has not answered yet.
        Approved = "approved",
        /// A person said no.
        Refused = "refused",
        /// The account has the new address.
        Moved = "moved",
    }
}

/// Somebody says that they cannot read the letters of their account any more.
#[derive(Debug, Clone)]
pub struct MailboxRequest {
    /// Its number.
    pub id: Id<MailboxRequest>,
    /// Whose account has the address that was named, if anybody's.
    pub member: Option<Id<Member>>,
    /// The address that was named.
    pub email: String,
    /// Where the account should move.
    pub new_email: String,
    /// What they tell those who decide, as typed; up to [`MailboxRequest::WORDS_MAX_CHARS`].
    pub words: String,
    /// When.
    pub asked_at: Timestamp,
    /// When somebody asked last to move it to another address, while this was open.
    pub contested_at: Option<Timestamp>,
}

impl MailboxRequest {
    /// The longest words to those who decide, in characters.
    pub const WORDS_MAX_CHARS: usize = 2_000;
}

/// What whoever decides about a request should know of the account.
#[derive(Debug, Clone)]
pub struct MailboxAccount {
    /// The name that people see.
    pub handle: String,
    /// Since when they are a member.
    pub joined_at: Timestamp,
    /// When they signed in last.
    pub last_seen_at: Option<Timestamp>,
    /// Signing in asks for a second step, which stays.
    pub has_second_step: bool,
}

/// A line of the log of accounts.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// Its number.
    pub id: Id<LogEntry>,
    /// Whose account, by number and handle; nobody's, if it was about the site.
    pub person: Option<(Id<Member>, String)>,
    /// What was done.
    pub deed: Deed,
    /// The role's word, or `organisation`; empty where it was about none.
    pub role: String,
    /// The handle of the member who did it.
    pub done_by: Option<String>,
    /// As the machine names who used the command line, perhaps empty; nothing if it was not done there.
    pub command_line_user: Option<String>,
    /// When.
    pub done_at: Timestamp,
    /// Why; empty where nobody was asked.
    pub reason: String,
}

text_enum! {
    /// How it stands with somebody.
    pub enum Standing {
        /// They asked to join and have not opened the letter yet.
        Unconfirmed = "unconfirmed",
        /// A person reads their answer.
        Waiting = "waiting",
        /// They are here.
        Present = "present",
        /// They are here, and roles of theirs rest for want of a second step.
        Resting = "resting",
        /// They left and may come back.
        Leaving = "leaving",
        /// They left, and what was theirs is erased.
        Closed = "closed",
    }
}

/// Whom an administrator looks for. What is not said leaves nobody out, but for people who were erased: they are found by their
/// standing alone.
#[derive(Debug, Clone, Default)]
pub struct PeopleWish {
    /// A part of the key of a handle; empty: any.
    pub name_key: String,
    /// The whole key of an address.
    pub email_key: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// Who stands so.
    pub standing: Option<Standing>,
    /// Only those who came by an invitation.
    pub is_invited: bool,
    /// Of those whose role needs a second step: who has one, or who has none.
    pub second_step: Option<bool>,
}

/// Somebody who was found.
#[derive(Debug, Clone)]
pub struct FoundPerson {
    /// Their number.
    pub id: Id<Member>,
    /// The name people see.
    pub handle: String,
    /// Where they stand in the order of the list.
    pub handle_key: String,
    /// Their drawn mark.
    pub mark: Mark,
    /// What they were given to do, also what rests.
    pub roles: Roles,
    /// How it stands with them.
    pub standing: Standing,
    /// When they last signed in.
    pub last_seen_at: Option<Timestamp>,
}

/// Somebody who asked to join and is no member yet.
#[derive(Debug, Clone)]
pub struct FoundWish {
    /// The number of their wish.
    pub id: Id<Application>,
    /// The name they want.
    pub handle: String,
    /// Where they stand in the order of the list.
    pub handle_key: String,
    /// [`Standing::Unconfirmed`] or [`Standing::Waiting`].
    pub standing: Standing,
    /// Since when they stand so.
    pub since: Timestamp,
}

/// What administrators see of an account beside its consents and its log.
#[derive(Debug, Clone)]
pub struct PersonFacts {
    /// The member, with every role, also those that rest.
    pub member: Member,
    /// Where letters go; empty once they were erased.
    pub email: String,
    /// How it stands with them.
    pub standing: Standing,
    /// Who had a part in their coming in.
    pub arrival: Arrival,
}

/// Somebody who asks to join, all of it checked.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// The name, as [`line::handle`] gives it.
    pub handle: String,
    /// Where the letter goes.
    pub email: EmailAddress,
    /// The hash, made before.
    pub password_hash: String,
    /// ISO 3166-1.
    pub country: String,
    /// They said yes to community letters.
    pub community_letters: bool,
    /// What they answered to the question; empty where none was asked.
    pub answer: String,
    /// The invitation that they brought.
    pub invitation: Option<Id<Invitation>>,
    /// The version of the house rules that they saw and agreed to, as their form names it.
    pub rules_version: String,
    /// Who they are at a provider of sign-on, if they join by it: then there is no password.
    pub newcomer: Option<Newcomer>,
}

/// The drawn marks that people choose from, as `assets/icons.svg` names them.
pub const MARKS: &[&str] = &["wave", "hill", "leaf", "moon", "gate", "cup", "boat", "bird", "stones", "tree"];
/// The grounds behind a mark, as `assets/site.css` names them.
pub const MARK_COLOURS: &[&str] = &["moss", "sky", "straw", "clay"];

/// A mark from the database; what is unknown becomes the first.
pub fn mark_from(name: &str, colour: &str) -> Mark {
    if name == Mark::NONE.name {
        return Mark::NONE;
    }
    let known = |list: &'static [&'static str], word: &str| {
        list.iter().copied().find(|known| *known == word).or_else(|| list.first().copied()).unwrap_or_default()
    };
    Mark { name: known(MARKS, name), colour: known(MARK_COLOURS, colour) }
}

/// Who looks at a page. What decides about visibility, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Visitor,
    /// A member.
    Member {
        /// Who.
        id: Id<Member>,
        /// Works for the organisation, so that boards it does not read stay closed.
        works_for_organisation: bool,
        /// The role of moderator is theirs and does not rest: only then the boards that they were given count.
        is_moderator: bool,
    },
}

impl Viewer {
    /// The member's number, if it is one.
    pub fn member_id(self) -> Option<Id<Member>> {
        match self {
            Self::Visitor => None,
            Self::Member { id, .. } => Some(id),
        }
    }
}

impl Role {
    /// True if whoever has it needs a second step at sign-in: it opens what others said in confidence, or speaks with weight.
    /// Source: security.md, "Authentication" (ASVS 5.0, 6.3.3).
    pub fn needs_second_step(self) -> bool {
        matches!(self, Self::Moderator | Self::Clinician | Self::Administrator)
    }
}

impl Roles {
    /// True if one of them needs a second step at sign-in.
    pub fn need_second_step(self) -> bool {
        self.all().any(Role::needs_second_step)
    }

    /// Those that need no second step: what is left while the others rest.
    #[must_use]
    pub fn without_second_step(self) -> Self {
        Self { moderator: false, clinician: false, administrator: false, ..self }
    }

    /// True if they have that role.
    pub fn has(self, role: Role) -> bool {
        match role {
            Role::Mentor => self.mentor,
            Role::Moderator => self.moderator,
            Role::Clinician => self.clinician,
            Role::Representative => self.representative,
            Role::Administrator => self.administrator,
        }
    }

    /// Every role they have.
    pub fn all(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.has(*role))
    }
}

#[cfg(test)]
impl Member {
    /// Somebody without a role who agreed to everything, for tests of rules.
    pub fn example(id: Id<Self>) -> Self {
        Self {
            id,
            handle: "tansy".to_owned(),
            roles: Roles::default(),
            works_for_organisation: false,
            time_zone: None,
            country: String::new(),
            colours: None,
            text_size: None,
            plain_titles: false,
            here_as: HereAs::Unsaid,
            mark: mark_from("", ""),
            unread_notices: 0,
            post_count: 0,
            threads_opened: 0,
            joined_at: Timestamp::from_micros(0),
            must_agree: false,
            agrees_to_health: true,
            second_step_due_at: None,
            mailbox_asked: false,
            session: None,
        }
    }
}

impl Member {
    /// As visibility sees them.
    pub fn viewer(&self) -> Viewer {
        Viewer::Member {
            id: self.id,
            works_for_organisation: self.works_for_organisation,
            is_moderator: self.roles.moderator,
        }
    }

    /// True if the session says that others use this device too.
    pub fn is_on_shared_device(&self) -> bool {
        self.session.is_some_and(|session| session.is_shared_device)
    }

    /// `/people/31`
    pub fn href(&self) -> String {
        format!("/people/{}", self.id)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_phones_write_it() {
        let address = EmailAddress::parse("  Ana.Maria+letters@Post.Example \u{200b}").unwrap();
        assert_eq!(address.as_str(), "Ana.Maria+letters@post.example");
        assert_eq!(address.key(), "ana.maria+letters@post.example");
        assert_eq!(
            EmailAddress::parse("ana@post.example").unwrap().key(),
            EmailAddress::parse("Ana@POST.example ").unwrap().key()
        );
        assert_eq!(EmailAddress::parse("ana@bücher.example").unwrap().as_str(), "ana@xn--bcher-kva.example");
    }

    #[test]
    fn what_cannot_be_an_address_is_none() {
        let long = format!("{}@post.example", "a".repeat(65));
        let longer = format!("a@{}example", "b.".repeat(130));
        for typed in [
            "",
            "@",
            "ana",
            "ana@",
            "@post.example",
            "ana@post",
            "ana@@post.example",
            "a na@post.example",
            "ana@po st.example",
            ".ana@post.example",
            "ana.@post.example",
            "a..na@post.example",
            "ana@-post.example",
            "ana@post..example",
            "ana@127.0.0.1",
            "ana@[127.0.0.1]",
            "ana@post.example>\r\nBcc: eve@evil.example",
            "ana@post.example, eve@evil.example",
            "\"a b\"@post.example",
            "Ana <ana@post.example>",
            "ána@post.example",
            "ana@post.example/x",
            long.as_str(),
            longer.as_str(),
        ] {
            assert_eq!(EmailAddress::parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn an_address_is_shown_veiled() {
        assert_eq!(EmailAddress::parse("tansy@post.example").unwrap().veiled(), "t…y@post.example");
        assert_eq!(EmailAddress::parse("t@post.example").unwrap().veiled(), "…@post.example");
    }
}
