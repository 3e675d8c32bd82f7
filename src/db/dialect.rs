//! The few places where the two databases want other words.

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

/// Loads with `FOR UPDATE` on PostgreSQL; SQLite's one writer needs no row lock.
#[macro_export]
macro_rules! locked {
    ($connection:expr, $inner:ident, $query:expr => $load:ident) => {
        match $connection {
            $crate::db::Conn::Sqlite($inner) => $query.$load($inner),
            $crate::db::Conn::Postgres($inner) => $query.for_update().$load($inner),
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
