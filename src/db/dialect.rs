//! The few places where the two databases want other words, or words that diesel has none for.

use diesel::backend::Backend;
use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;

/// A condition in words of our own. Diesel's `sql` would do, but a statement that contains it is parsed and planned anew each
/// time: on the page of a board that was a third of the work. Fixed words can be kept.
#[derive(Debug, Clone, Copy)]
pub struct Condition(pub &'static str);

impl Expression for Condition {
    type SqlType = Bool;
}

impl<Source> SelectableExpression<Source> for Condition {}

impl<Source> AppearsOnTable<Source> for Condition {}

impl<Grouping> ValidGrouping<Grouping> for Condition {
    type IsAggregate = is_aggregate::Never;
}

/// Statements that differ in these words are different ones, so that the whole text is the key under which one is kept.
impl QueryId for Condition {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Database: Backend> QueryFragment<Database> for Condition {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Database>) -> QueryResult<()> {
        pass.push_sql(self.0);
        Ok(())
    }
}

/// Runs one query text on whichever connection it is; needed where diesel has no common form (`FOR UPDATE`, upserts).
#[macro_export]
macro_rules! on_each {
    ($connection:expr, $inner:ident => $work:expr) => {
        match $connection {
            $crate::db::Conn::Sqlite($inner) => $work,
            $crate::db::Conn::Postgres($inner) => $work,
        }
    };
}

/// Loads with `FOR NO KEY UPDATE` on PostgreSQL; SQLite's one writer needs no row lock. Whoever locks so excludes the others who
/// lock so. The stronger `FOR UPDATE` would also hold up every row that refers to this one: two replies and the notices of a
/// third then waited for each other in a circle.
#[macro_export]
macro_rules! locked {
    ($connection:expr, $inner:ident, $query:expr => $load:ident) => {
        match $connection {
            $crate::db::Conn::Sqlite($inner) => $query.$load($inner),
            $crate::db::Conn::Postgres($inner) => $query.for_no_key_update().$load($inner),
        }
    };
}

/// Loads what no other process works on at this moment: `FOR UPDATE SKIP LOCKED` on PostgreSQL; SQLite has one writer.
#[macro_export]
macro_rules! unclaimed {
    ($connection:expr, $inner:ident, $query:expr => $load:ident) => {
        match $connection {
            $crate::db::Conn::Sqlite($inner) => $query.$load($inner),
            $crate::db::Conn::Postgres($inner) => $query.for_update().skip_locked().$load($inner),
        }
    };
}
