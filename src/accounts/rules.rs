//! What may happen with an account. Pure: no database, no HTTP, no clock.

use super::model::Member;
use crate::clock::Timestamp;
use crate::web::endpoint::Admits;
use chrono::Duration;

/// Idle time after which a session ends. Source: security.md, "Numbers to adopt" (NIST SP 800-63B allows 30 days).
pub const IDLE_DAYS: i64 = 14;
/// Whole life of a session.
pub const ABSOLUTE_DAYS: i64 = 30;
/// Idle time on a device that others use too.
pub const SHARED_IDLE_HOURS: i64 = 1;
/// Whole life on a device that others use too; its cookie ends with the browser anyway.
pub const SHARED_ABSOLUTE_HOURS: i64 = 12;

/// When a session was used and when it ends at the latest.
#[derive(Debug, Clone, Copy)]
pub struct SessionDates {
    /// Last request.
    pub last_used_at: Timestamp,
    /// End of its whole life.
    pub expires_at: Timestamp,
}

/// True while a session admits.
pub fn session_is_live(dates: SessionDates, is_shared_device: bool, now: Timestamp) -> bool {
    let idle = if is_shared_device { Duration::hours(SHARED_IDLE_HOURS) } else { Duration::days(IDLE_DAYS) };
    now < dates.expires_at && now.since(dates.last_used_at) < idle
}

/// The end of a session that begins now.
pub fn session_end(is_shared_device: bool, now: Timestamp) -> Timestamp {
    now.plus(if is_shared_device { Duration::hours(SHARED_ABSOLUTE_HOURS) } else { Duration::days(ABSOLUTE_DAYS) })
}

/// True if this person is let through that door.
pub fn is_admitted(member: Option<&Member>, admits: Admits) -> bool {
    match (admits, member) {
        (Admits::Anyone | Admits::Machine, _) | (Admits::Members, Some(_)) => true,
        (Admits::Moderators, Some(member)) => member.roles.moderator,
        (Admits::Administrators, Some(member)) => member.roles.administrator,
        (Admits::Members | Admits::Moderators | Admits::Administrators, None) => false,
    }
}
