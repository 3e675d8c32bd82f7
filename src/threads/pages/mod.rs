//! How people meet threads and posts.

mod board;
mod compose;
mod drafts;
mod home;
mod own;
mod post;
mod rows;
mod thread;

use super::model::Thread;
use crate::accounts::visit::{asks_whether_changed, is_kept_for, tag_of};
use crate::accounts::{Member, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::notifications::page_of;
use crate::web::endpoint::{Admits, Endpoint};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/", Admits::Anyone, home::show_home),
        Endpoint::get("/boards/{board}/new-thread", Admits::Members, board::new_thread),
        Endpoint::post("/boards/{board}/threads", Admits::Members, board::create_thread),
        Endpoint::get("/boards/{board}", Admits::Anyone, board::show_board),
        Endpoint::get("/boards/{board}/{slug}", Admits::Anyone, board::show_board_with_slug),
        Endpoint::post("/threads/{thread}/replies", Admits::Members, thread::create_reply),
        Endpoint::post("/threads/{thread}/lock", Admits::Members, thread::create_lock),
        Endpoint::post("/threads/{thread}/lock/removal", Admits::Members, thread::remove_lock),
        Endpoint::post("/threads/{thread}/pin", Admits::Members, thread::create_pin),
        Endpoint::post("/threads/{thread}/pin/removal", Admits::Members, thread::remove_pin),
        Endpoint::get("/threads/{thread}", Admits::Anyone, thread::show_thread),
        Endpoint::get("/threads/{thread}/{slug}", Admits::Anyone, thread::show_thread_with_slug),
        Endpoint::get("/posts", Admits::Members, own::list_own_posts),
        Endpoint::get("/posts/{post}", Admits::Anyone, post::show_post),
        Endpoint::post("/posts/{post}", Admits::Members, post::update_post),
        Endpoint::get("/posts/{post}/edit", Admits::Members, post::edit_post),
        Endpoint::get("/posts/{post}/withdrawal", Admits::Members, post::new_withdrawal),
        Endpoint::post("/posts/{post}/withdrawal", Admits::Members, post::create_withdrawal),
        Endpoint::get("/posts/{post}/revisions", Admits::Members, post::list_revisions),
        Endpoint::post("/posts/{post}/revisions/{revision}/removal", Admits::Members, post::remove_revision),
        Endpoint::get("/drafts", Admits::Members, drafts::list_drafts),
        Endpoint::post("/drafts", Admits::Members, drafts::create_draft),
        Endpoint::post("/drafts/{draft}/removal", Admits::Members, drafts::remove_draft),
    ]
}

/// Where the composer of a thread stands: at the end of its last page.
pub fn composer_href(thread: Id<Thread>, post_count: i32) -> String {
    match page_of(post_count) {
        1 => format!("/threads/{thread}#reply"),
        page => format!("/threads/{thread}?page={page}#reply"),
    }
}

/// Where moderators do something with a whole thread.
pub fn moderation_href(thread: Id<Thread>) -> String {
    format!("/threads/{thread}#moderation")
}

/// A form says which account had its page. If another is signed in by now, the words in it are not this member's: they are
/// neither kept nor shown, nor posted under the wrong name.
fn are_theirs(visit: &Visit, member: &Member, kept_for: &str) -> Result<()> {
    let is_theirs = kept_for.is_empty() || is_kept_for(&visit.site, member, kept_for);
    if is_theirs { Ok(()) } else { Err(Error::forbidden("threads-words-of-another")) }
}

/// What stands where a source is an address.
fn source_href(source: &str) -> Option<String> {
    let is_one_word = !source.contains(char::is_whitespace);
    let address = match source.get(..4).map(str::to_ascii_lowercase).as_deref() {
        Some("http") if is_one_word => source.to_owned(),
        Some("www.") if is_one_word => format!("https://{source}"),
        _ => return None,
    };
    let url = url::Url::parse(&address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then(|| url.to_string())
}

#[cfg(test)]
mod tests;
