//! What a failed statement means. diesel reports busy, full, corrupt, deadlock and timeout all as `Unknown`; they are
//! told apart by their message, and only here.

use super::connection::Unreachable;
use crate::error::{Error, Refusal};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A meaning that somebody acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Lost against another transaction: trying again may succeed.
    Conflict,
    /// A unique constraint stands in the way: somebody has it already.
    Taken,
    /// The connection is no more.
    Gone,
    /// The database has too much to do: busy, locked, timed out.
    Busy,
    /// Nothing can be written: the disk is full or the server only reads.
    ReadOnly,
}

/// The meaning of an error, if it has one.
pub fn of(error: &Error) -> Option<Trouble> {
    match error {
        Error::Broken(cause) if cause.downcast_ref::<Unreachable>().is_some() => Some(Trouble::Gone),
        Error::Broken(cause) => cause.downcast_ref::<DieselError>().and_then(of_diesel),
        Error::Refused(_) => None,
    }
}

/// True if the database has no time or no room at this moment: what was asked may work later as it is.
pub fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Refused(Refusal::Busy)) || of(error).is_some_and(|trouble| trouble != Trouble::Taken)
}

/// True if a unique constraint refused it.
pub fn is_taken(error: &DieselError) -> bool {
    of_diesel(error) == Some(Trouble::Taken)
}

fn of_diesel(error: &DieselError) -> Option<Trouble> {
    let DieselError::DatabaseError(kind, information) = error else {
        return None;
    };
    match kind {
        DatabaseErrorKind::UniqueViolation => Some(Trouble::Taken),
        DatabaseErrorKind::SerializationFailure => Some(Trouble::Conflict),
        DatabaseErrorKind::ClosedConnection => Some(Trouble::Gone),
        DatabaseErrorKind::ReadOnlyTransaction => Some(Trouble::ReadOnly),
        _ => of_message(information.message()),
    }
}

fn of_message(message: &str) -> Option<Trouble> {
    const MEANINGS: &[(&str, Trouble)] = &[
        ("deadlock detected", Trouble::Conflict),
        ("database is locked", Trouble::Busy),
        ("database table is locked", Trouble::Busy),
        ("canceling statement due to", Trouble::Busy),
        ("interrupted", Trouble::Busy),
        ("database or disk is full", Trouble::ReadOnly),
        ("could not extend file", Trouble::ReadOnly),
        ("readonly database", Trouble::ReadOnly),
        ("server closed the connection", Trouble::Gone),
        ("terminating connection", Trouble::Gone),
        ("no connection to the server", Trouble::Gone),
    ];
    MEANINGS.iter().find(|(words, _)| message.contains(words)).map(|(_, trouble)| *trouble)
}
