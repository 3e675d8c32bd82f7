//! Who people are here.

use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;
use crate::web::page::parts::Mark;
use chrono_tz::Tz;

/// A member as a request knows them: signed in, with what their session says.
#[derive(Debug, Clone)]
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
    /// Notices they have not read.
    pub unread_notices: i32,
    /// Posts of theirs that stand.
    pub post_count: i32,
    /// Threads of others that they opened.
    pub threads_opened: i32,
    /// When their address was confirmed.
    pub joined_at: Timestamp,
    /// The session of this request; none where a member acts outside one (demo, command line).
    pub session: Option<SessionInfo>,
}

/// A session as a request knows it.
#[derive(Debug, Clone, Copy)]
pub struct SessionInfo {
    /// Its number.
    pub id: Id<SessionInfo>,
    /// Other people use this device.
    pub is_shared_device: bool,
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
    pub enum HereAs {
        /// Did not say.
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

/// The drawn marks that people choose from, as `assets/icons.svg` names them.
pub const MARKS: &[&str] = &["wave", "hill", "leaf", "moon", "gate", "cup", "boat", "bird", "stones", "tree"];
/// The grounds behind a mark, as `assets/site.css` names them.
pub const MARK_COLOURS: &[&str] = &["moss", "sky", "straw", "clay"];

/// A mark from the database; what is unknown becomes the first.
pub fn mark_from(name: &str, colour: &str) -> Mark {
    let known = |list: &'static [&'static str], word: &str| list.iter().copied().find(|known| *known == word).or_else(|| list.first().copied()).unwrap_or_default();
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

impl Member {
    /// As visibility sees them.
    pub fn viewer(&self) -> Viewer {
        Viewer::Member { id: self.id, works_for_organisation: self.works_for_organisation }
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
