//! Time. One type for every moment, one place that asks the machine what time it is.

use chrono::{DateTime, Duration, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment in UTC, to the microsecond.
///
/// Kept as a whole number of microseconds since 1970 in both databases, not as their own timestamp types: SQLite has none
/// (diesel would store text of varying length and try several formats on each read, which shows on a page of twenty
/// posts), and a whole number sorts and compares the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::BigInt)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From a UTC moment, cut to microseconds.
    pub fn from_utc(moment: DateTime<Utc>) -> Self {
        Self(moment.timestamp_micros())
    }

    /// The same moment as a calendar knows it.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// So much later (or, with a negative duration, earlier).
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.num_microseconds().unwrap_or(i64::MAX)))
    }

    /// So much earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        self.plus(-duration)
    }

    /// How long from `earlier` until this moment; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::microseconds(self.0.saturating_sub(earlier.0))
    }
}

impl<DB: Backend> ToSql<sql_types::BigInt, DB> for Timestamp
where
    i64: ToSql<sql_types::BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<sql_types::BigInt, DB> for Timestamp
where
    i64: FromSql<sql_types::BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

/// As RFC 3339 in UTC: `2026-05-12T22:40:00.000000Z`, for what people take along.
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }
}

/// What time it is. Cheap to clone; clones share a shift that tests move.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Now.
    pub fn now(&self) -> Timestamp {
        let machine = Timestamp::from_utc(Utc::now());
        machine.plus(Duration::microseconds(self.shift_micros.load(Ordering::Relaxed)))
    }

    /// Moves the clock by so much, for tests and for filling a demo with a past.
    pub fn shift(&self, by: Duration) {
        self.shift_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
