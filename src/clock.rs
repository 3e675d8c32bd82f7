//! Time. One type for every moment, one place that asks the machine what time it is.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::backend::Backend;
use diesel::sql_types;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment in UTC, to the microsecond: what both databases keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Timestamp)]
pub struct Timestamp(NaiveDateTime);

impl Timestamp {
    /// From a UTC moment, cut to microseconds.
    pub fn from_utc(moment: DateTime<Utc>) -> Self {
        Self(moment.naive_utc().trunc_subsecs(6))
    }

    /// The same moment with its zone.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    /// From microseconds since 1970; moments that no calendar holds become the epoch.
    pub fn from_micros(micros: i64) -> Self {
        Self(DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc())
    }

    /// So much later (or, with a negative duration, earlier).
    #[must_use]
    pub fn plus(self, duration: chrono::Duration) -> Self {
        Self(self.0.checked_add_signed(duration).unwrap_or(self.0))
    }

    /// So much earlier.
    #[must_use]
    pub fn minus(self, duration: chrono::Duration) -> Self {
        self.plus(-duration)
    }

    /// How long from `earlier` until this moment.
    pub fn since(self, earlier: Self) -> chrono::Duration {
        self.0 - earlier.0
    }
}

impl<DB: Backend> ToSql<sql_types::Timestamp, DB> for Timestamp
where
    NaiveDateTime: ToSql<sql_types::Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<sql_types::Timestamp, DB> for Timestamp
where
    NaiveDateTime: FromSql<sql_types::Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
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
        machine.plus(chrono::Duration::microseconds(self.shift_micros.load(Ordering::Relaxed)))
    }

    /// Moves the clock by so much, for tests and for filling a demo with a past.
    pub fn shift(&self, by: chrono::Duration) {
        self.shift_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
