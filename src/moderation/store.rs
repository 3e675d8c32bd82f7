//! What pages of moderation show beside cases: titles, names, places. Every table here is written elsewhere.

use crate::accounts::{Member, Viewer};
use crate::cases::{Case, TargetKind};
use crate::db::schema::{boards, members, posts, threads};
use crate::db::{Conn, Id};
use crate::error::Result;
use crate::threads_visible_to;
use diesel::prelude::*;
use std::collections::HashMap;

/// True if this person is a member who has not been erased.
pub fn is_here(connection: &mut Conn, person: Id<Member>) -> Result<bool> {
    let found = crate::accounts::load(connection, person)?;
    Ok(found.is_some() && !crate::accounts::is_erased(connection, person)?)
}

/// What cases are about, in words that their pages show.
#[derive(Debug, Default)]
pub struct Places {
    boards: HashMap<i64, String>,
    threads: HashMap<i64, SeenThread>,
    posts: HashMap<i64, i32>,
    people: HashMap<Id<Member>, String>,
}

/// A thread, as far as the viewer may see it.
#[derive(Debug, Clone)]
pub struct SeenThread {
    /// Its title, unless its beginning was taken back.
    pub title: Option<String>,
    /// Its language, as a tag.
    pub language: String,
}

impl Places {
    /// The name of the board.
    pub fn board(&self, case: &Case) -> Option<&str> {
        self.boards.get(&case.board?.number()).map(String::as_str)
    }

    /// The thread, unless the viewer may not see it.
    pub fn thread(&self, case: &Case) -> Option<&SeenThread> {
        self.threads.get(&case.thread?)
    }

    /// The position of the post in its thread, if the case is about a post.
    pub fn position(&self, case: &Case) -> Option<i32> {
        (case.target.kind == TargetKind::Post).then(|| self.posts.get(&case.target.number).copied()).flatten()
    }

    /// The name of a person who has to do with one of the cases.
    pub fn name(&self, person: Id<Member>) -> &str {
        self.people.get(&person).map_or("", String::as_str)
    }
}

/// Everything that names these cases, in four statements; threads only as far as this viewer may see them. `also`: people
/// whose names are wanted, too.
pub fn places(connection: &mut Conn, viewer: Viewer, cases: &[Case], also: &[Id<Member>]) -> Result<Places> {
    let board_ids: Vec<i64> = cases.iter().filter_map(|case| case.board).map(Id::number).collect();
    let thread_ids: Vec<i64> = cases.iter().filter_map(|case| case.thread).collect();
    let post_ids: Vec<i64> =
        cases.iter().filter(|case| case.target.kind == TargetKind::Post).map(|case| case.target.number).collect();
    let mut people: Vec<Id<Member>> = cases.iter().map(|case| case.subject).collect();
    people.extend(cases.iter().filter_map(|case| case.claim).map(|claim| claim.by));
    people.extend(also);
    let boards: Vec<(i64, String)> = if board_ids.is_empty() {
        Vec::new()
    } else {
        boards::table.filter(boards::id.eq_any(board_ids)).select((boards::id, boards::name)).load(connection)?
    };
    let threads: Vec<(i64, String, String, bool)> = if thread_ids.is_empty() {
        Vec::new()
    } else {
        threads::table
            .filter(threads::id.eq_any(thread_ids))
            .filter(threads_visible_to!(viewer))
            .select((threads::id, threads::title, threads::language, threads::withdrawn_at.is_null()))
            .load(connection)?
    };
    let posts: Vec<(i64, i32)> = if post_ids.is_empty() {
        Vec::new()
    } else {
        posts::table.filter(posts::id.eq_any(post_ids)).select((posts::id, posts::position)).load(connection)?
    };
    let names: Vec<(Id<Member>, String)> = if people.is_empty() {
        Vec::new()
    } else {
        members::table.filter(members::id.eq_any(people)).select((members::id, members::handle)).load(connection)?
    };
    Ok(Places {
        boards: boards.into_iter().collect(),
        threads: threads
            .into_iter()
            .map(|(id, title, language, stands)| (id, SeenThread { title: stands.then_some(title), language }))
            .collect(),
        posts: posts.into_iter().collect(),
        people: names.into_iter().collect(),
    })
}
