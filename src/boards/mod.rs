//! Boards: topics, who reads them, who moderates them.

pub mod model;

pub use model::{Access, Audience, Board, ContentNote, Kind};

/// The one visibility predicate of threads, as a diesel expression over the table `threads`, for whoever looks: page, list,
/// search, feed and letter alike. What it hides is answered like what does not exist.
///
/// A thread keeps the audience that it was written for, so the board's present audience is not asked. Moderators of its
/// board read everything on it.
#[macro_export]
macro_rules! threads_visible_to {
    ($viewer:expr) => {{
        use diesel::prelude::*;
        use $crate::db::schema::{board_members, board_moderators, threads};
        let (id, is_member, works_for_organisation) = match $viewer {
            $crate::accounts::Viewer::Visitor => ($crate::db::Id::new(0), false, true),
            $crate::accounts::Viewer::Member { id, works_for_organisation } => (id, true, works_for_organisation),
        };
        let is_let_in = diesel::dsl::exists(
            board_members::table.filter(board_members::board_id.eq(threads::board_id).and(board_members::member_id.eq(id))),
        );
        let moderates = diesel::dsl::exists(
            board_moderators::table.filter(board_moderators::board_id.eq(threads::board_id).and(board_moderators::member_id.eq(id))),
        );
        threads::audience.eq($crate::boards::Audience::Public).or(is_member.into_sql::<diesel::sql_types::Bool>().and(
            (threads::organisation_reads.or((!works_for_organisation).into_sql::<diesel::sql_types::Bool>()))
                .and(threads::audience.eq($crate::boards::Audience::Members).or(is_let_in))
                .or(moderates),
        ))
    }};
}

pub mod languages;
pub mod pages;
mod store;

pub use store::{content_notes, count_post, count_thread, list, list_version, lock_board, raise_version, seen_by, uncount_post, uncount_thread};

/// `/boards/7`, with a readable end on public boards.
pub fn href(board: &Board) -> String {
    let slug = slug(&board.name);
    if board.is_public() && !slug.is_empty() { format!("/boards/{}/{slug}", board.id) } else { format!("/boards/{}", board.id) }
}

/// A name for an address.
pub fn slug(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut slug = String::new();
    for character in name.nfkd().filter(|character| !unicode_normalization::char::is_combining_mark(*character)) {
        match character {
            '\'' | '’' => {}
            _ if character.is_ascii_alphanumeric() => slug.push(character.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}
