//! Threads and posts: somebody begins, others answer.
//!
//! What this slice promises people: nothing they typed is lost, by a refused form, an expired session or a double press; they
//! may change their words (unseen for five minutes, then with a mark that others can see) and take them back at any time, and
//! then the words leave every place at once; nobody reads a thread that was not written for them, whatever becomes of its
//! board; a thread that a moderator closes says who and why.
//!
//! Invariants:
//! - Every post has exactly one [`Stance`], and a *something I read* its source; see [`rules::may_speak`].
//! - Locks are taken in one order: the writer, the board, the thread.
//! - Positions are given under the lock of the thread's row, from 1, and never twice; a stub keeps its own.
//! - `version` of a thread rises with everything its page shows; its board's `version` with everything a list shows.
//! - Words that were taken back stand in the database for [`rules::ERASE_AFTER_DAYS`] days and are shown by nothing.
//! - What pages show is read by position or key, in a number of statements that does not depend on what they show.

pub mod model;
mod pages;
pub mod reading;
mod recent;
pub mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use model::{
    Forgotten, Opened, Place, Placed, Post, PostChange, ReplyDraft, Said, Stance, TakenPost, TakenWords, Thread,
    ThreadDraft, Title, Typed, Words,
};
pub use store::drafts::Draft;

use crate::accounts::{self, Member, Viewer};
use crate::boards::{self, Board};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::notifications::{self, Event};
use crate::site::Site;
use crate::web::endpoint::Endpoint;
use crate::web::seal::Token;
use crate::web::{form, throttle};
use chrono::Duration;
use model::Change;
use reading::ReadingPositions;
use recent::RecentPosts;
use rules::Speaker;
use std::collections::BTreeSet;
use store::Submission;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// Starts a thread on a board that is open to this member.
///
/// The same `submission_id` with the same words leads to the first thread; with other words it is a new one. Also counts,
/// takes from the limits, and removes the draft of this very form: what was typed beside it in another window stays.
pub fn start(tx: &mut Tx<'_>, member: &Member, board: Id<Board>, draft: &ThreadDraft) -> Result<Opened> {
    let member = &accounts::lock_writer(tx, member)?;
    // The lock makes the same form sent twice wait for its twin, and whoever closes the board to this member wait or be seen.
    boards::lock_board(tx, board)?;
    let (board, access) = boards::seen_by(tx.conn(), member.viewer(), board)?;
    let hash =
        draft.said.submission_hash(Place::Board(board.id), draft.title.as_str(), draft.language.as_deref(), &draft.notes);
    if let Some(first) = store::earlier_submission(tx, member.id, &draft.submission_id, &hash)? {
        return Ok(Opened { thread: first.thread, post: first.post });
    }
    let statement = rules::may_speak(&Speaker::of(member), draft.said.stance, &draft.said.source)?;
    let permit = rules::may_start(member, &board, access, statement)?;
    take_limits(tx, member, &rules::limits_of_start(member, access.is_moderator, tx.now()))?;
    let notes = store::offered_notes(tx, board.id, &draft.notes)?;
    let submission = Submission { id: &draft.submission_id, hash: &hash };
    let (thread, post) =
        store::insert_thread(tx, permit, &draft.title, draft.language.as_deref(), &notes, &draft.said.words, &submission)?;
    let now = tx.now();
    boards::count_thread(tx, board.id, now)?;
    boards::count_post(tx, board.id, now)?;
    accounts::count_post(tx, member.id, 1)?;
    store::note_position_of_writer(tx, &Placed { thread, post, position: 1 }, member.id)?;
    store::drafts::remove_of_form(tx, member.id, Place::Board(board.id), &draft.submission_id)?;
    Ok(Opened { thread, post })
}

/// Posts a reply in an open thread that this member sees.
///
/// The same `submission_id` with the same words leads to the first post. Also counts, takes from the limits, tells the writer
/// of the thread, and removes the draft of this very form.
pub fn reply(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, draft: &ReplyDraft) -> Result<Placed> {
    let member = &accounts::lock_writer(tx, member)?;
    let board = boards::lock_board_of_thread(tx, thread.number())?;
    let thread = store::lock_thread_seen_by(tx, member.viewer(), thread)?;
    let hash = draft.said.submission_hash(Place::Thread(thread.id), "", None, &[]);
    if let Some(first) = store::earlier_submission(tx, member.id, &draft.submission_id, &hash)? {
        return Ok(first);
    }
    let statement = rules::may_speak(&Speaker::of(member), draft.said.stance, &draft.said.source)?;
    let permit = rules::may_reply(member, &board, &thread, statement)?;
    if let Some(answered) = draft.in_reply_to
        && !store::stands_in(tx, answered, thread.id)?
    {
        return Err(Refusal::Unreadable(Sentence::plain("threads-fault-in-reply-to")).into());
    }
    let is_moderator = store::moderates(tx.conn(), member, board.id)?;
    let is_own_thread = thread.author == member.id;
    take_limits(tx, member, &rules::limits_of_reply(member, is_moderator, is_own_thread, tx.now()))?;
    let submission = Submission { id: &draft.submission_id, hash: &hash };
    let placed = store::insert_reply(tx, permit, draft.in_reply_to, &draft.said.words, &submission, !is_own_thread)?;
    let now = tx.now();
    boards::count_post(tx, board.id, now)?;
    accounts::count_post(tx, member.id, 1)?;
    store::note_position_of_writer(tx, &placed, member.id)?;
    store::drafts::remove_of_form(tx, member.id, Place::Thread(thread.id), &draft.submission_id)?;
    notifications::happened(
        tx,
        Event::Replied { actor: member.id, board: board.id, thread: thread.id.number(), post: placed.post.number() },
    )?;
    Ok(placed)
}

/// Counts one use of each limit. The refusal says in words what the limit is and, by its seconds, from when it works again.
fn take_limits(tx: &mut Tx<'_>, member: &Member, limits: &[throttle::Limit]) -> Result<()> {
    let now = tx.now();
    for limit in limits {
        throttle::take(tx, *limit, &member.id.to_string()).map_err(|error| match error {
            Error::Refused(Refusal::TooMany { retry_after_seconds, .. }) => {
                let key = match limit.action {
                    "first-day-threads" => "threads-limit-first-day-threads",
                    "first-day-replies" => "threads-limit-first-day-replies",
                    _ => "threads-limit-many",
                };
                let until_it_ends = rules::end_of_limit(member, *limit).since(now).num_seconds().max(1);
                let retry_after_seconds = retry_after_seconds.min(until_it_ends);
                Refusal::TooMany { sentence: Sentence::plain(key), retry_after_seconds }.into()
            }
            other => other,
        })?;
    }
    Ok(())
}

/// A post with its thread, if this viewer may see them. [`Error::UNSEEN`] otherwise; a post that was taken back is still there,
/// as a stub: its words are not for showing.
pub fn post_seen_by(connection: &mut Conn, viewer: Viewer, post: Id<Post>) -> Result<(Post, Thread)> {
    store::post_seen_by(connection, viewer, post)
}

/// Changes one's own post: its words, and of an opening post the title. In the first five minutes nothing shows it; later a
/// line does, and the earlier version is kept for the writer and the board's moderators.
///
/// [`Refusal::Stale`] if another change was saved since the form was made.
pub fn edit(tx: &mut Tx<'_>, member: &Member, post: Id<Post>, change: &PostChange) -> Result<Placed> {
    let member = &accounts::lock_writer(tx, member)?;
    boards::lock_board_of_post(tx, post.number())?;
    let (post, thread) = store::lock_post_seen_by(tx, member.viewer(), post)?;
    let placed = Placed { thread: thread.id, post: post.id, position: post.position };
    let statement = rules::may_speak(&Speaker::of(member), change.said.stance, &change.said.source)?;
    let title = change.title.as_ref().filter(|_| post.position == 1);
    let is_same = title.is_none_or(|title| title.as_str() == thread.title)
        && change.said.words.source().as_str() == post.body_source
        && change.said.stance == post.stance
        && change.said.source.trim() == post.source;
    let permit = rules::may_edit(member, &post, change, statement, tx.now())?;
    if is_same {
        // Also the same form sent twice.
        store::drafts::remove_of_form(tx, member.id, Place::Post(post.id), &change.submission_id)?;
        return Ok(placed);
    }
    if change.revision != post.revision {
        return Err(Refusal::Stale(Sentence::plain("threads-edit-stale")).into());
    }
    store::update_post(tx, permit, &post, &thread.title, title, &change.said.words)?;
    if post.position == 1 {
        boards::raise_version(tx, thread.board)?;
    }
    store::drafts::remove_of_form(tx, member.id, Place::Post(post.id), &change.submission_id)?;
    Ok(placed)
}

/// Takes one's own post back, at any time, also where its writer may not read any more. A stub keeps its place; the words and, of an opening post, the title leave all
/// pages and lists with this transaction, earlier versions too. [`erase_withdrawn`] erases them.
pub fn withdraw(tx: &mut Tx<'_>, member: &Member, post: Id<Post>) -> Result<Placed> {
    accounts::lock(tx, member.id)?;
    // Held, so that nobody writes on the board between looking for its last post and saying which it is.
    boards::lock_board_of_post(tx, post.number())?;
    let (post, thread) = store::lock_post_of_or_seen_by(tx, member, post)?;
    let permit = rules::may_withdraw(member, &post)?;
    let now = tx.now();
    take_back(tx, member, permit, (&post, &thread), now)?;
    store::drafts::remove_by_place(tx, Place::Post(post.id))?;
    Ok(Placed { thread: thread.id, post: post.id, position: post.position })
}

/// With the rows of board and thread locked.
fn take_back(
    tx: &mut Tx<'_>,
    member: &Member,
    permit: rules::MayWithdraw,
    (post, thread): (&Post, &Thread),
    at: Timestamp,
) -> Result<()> {
    store::withdraw_post(tx, permit, thread.author, at)?;
    if post.position == 1 {
        boards::uncount_thread(tx, thread.board)?;
    }
    boards::uncount_post(tx, thread.board)?;
    let last = store::last_post_of_board(tx, thread.board)?;
    boards::set_last_post(tx, thread.board, last)?;
    accounts::count_post(tx, member.id, -1)
}

/// Posts that one transaction takes out of view or puts back: each holds the rows of its board and thread.
const POSTS_AT_ONCE: i64 = 50;

/// Takes some of this member's posts out of view, all of them marked with the same moment, so that [`put_back`] knows them
/// again. To be called until it returns 0. Nothing happens to what they took back themselves.
pub fn take_out_of_view(tx: &mut Tx<'_>, member: &Member, at: Timestamp) -> Result<usize> {
    let standing = store::standing_of(tx, member.id, POSTS_AT_ONCE)?;
    for post in &standing {
        boards::lock_board_of_post(tx, post.number())?;
        let (post, thread) = store::lock_post_of_or_seen_by(tx, member, *post)?;
        // Another process may have been faster.
        if let Ok(permit) = rules::may_withdraw(member, &post) {
            take_back(tx, member, permit, (&post, &thread), at)?;
        }
    }
    Ok(standing.len())
}

/// Lets some of the posts stand again that were taken out of view at that moment. To be called until it returns 0.
pub fn put_back(tx: &mut Tx<'_>, member: &Member, at: Timestamp) -> Result<usize> {
    let taken = store::taken_at(tx, member.id, at, POSTS_AT_ONCE)?;
    for post in &taken {
        boards::lock_board_of_post(tx, post.number())?;
        let (post, thread) = store::lock_post_of_or_seen_by(tx, member, *post)?;
        let Ok(permit) = rules::may_put_back(member, &post, at) else { continue };
        store::put_post_back(tx, permit, thread.author)?;
        if post.position == 1 {
            boards::count_thread(tx, thread.board, post.posted_at)?;
        }
        boards::count_post(tx, thread.board, post.posted_at)?;
        let last = store::last_post_of_board(tx, thread.board)?;
        boards::set_last_post(tx, thread.board, last)?;
        accounts::count_post(tx, member.id, 1)?;
    }
    Ok(taken.len())
}

/// Erases some of what somebody took back who is gone for good. To be called until it returns 0.
pub fn erase_withdrawn_of(tx: &mut Tx<'_>, member: Id<Member>) -> Result<usize> {
    store::erase_withdrawn_of(tx, member, POSTS_AT_ONCE)
}

/// Erases some of the posts that were taken out of view at that moment. To be called until it returns 0.
pub fn erase_taken(tx: &mut Tx<'_>, member: Id<Member>, at: Timestamp) -> Result<usize> {
    store::erase_taken(tx, member, at, POSTS_AT_ONCE)
}

/// Erases what somebody typed and did not post.
pub fn forget_drafts(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::drafts::remove_of_member(tx, member).map(drop)
}

/// What somebody takes along of what they wrote.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<TakenWords> {
    store::take_along(connection, member)
}

/// Somebody is gone for good: erases what they typed and did not post, how far they read, and earlier versions of what stays.
/// Their posts themselves are not touched.
pub fn forget(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Forgotten> {
    store::delete_beside_posts(tx, member)
}

/// Erases the words of posts that were taken back before that moment. Returns how many posts; a few hundred at once.
pub fn erase_withdrawn(tx: &mut Tx<'_>, older_than: Timestamp) -> Result<usize> {
    store::erase_withdrawn(tx, older_than)
}

/// Takes one earlier version of one's own post away, also where its writer may not read any more; a line stays where it was.
pub fn take_away_revision(tx: &mut Tx<'_>, member: &Member, post: Id<Post>, revision: Id<model::Revision>) -> Result<()> {
    let (post, _) = store::lock_post_of_or_seen_by(tx, member, post)?;
    let permit = rules::may_take_away(member, &post)?;
    if store::take_away_revision(tx, permit, revision)? { Ok(()) } else { Err(Error::UNSEEN) }
}

/// Closes a thread: it takes no more replies, of moderators neither. The reason is shown.
pub fn lock(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, reason: &str) -> Result<()> {
    change(tx, member, thread, Change::Locked, reason)
}

/// Opens a closed thread again.
pub fn unlock(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, reason: &str) -> Result<()> {
    change(tx, member, thread, Change::Unlocked, reason)
}

/// Keeps a thread at the top of its board.
pub fn pin(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, reason: &str) -> Result<()> {
    change(tx, member, thread, Change::Pinned, reason)
}

/// Lets a pinned thread go back to its place.
pub fn unpin(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, reason: &str) -> Result<()> {
    change(tx, member, thread, Change::Unpinned, reason)
}

fn change(tx: &mut Tx<'_>, member: &Member, thread: Id<Thread>, change: Change, reason: &str) -> Result<()> {
    boards::lock_board_of_thread(tx, thread.number())?;
    let thread = store::lock_thread_seen_by(tx, member.viewer(), thread)?;
    let is_moderator = store::moderates(tx.conn(), member, thread.board)?;
    let permit = rules::may_change_thread(member, is_moderator, &thread, change, reason)?;
    let is_so_already = match change {
        Change::Locked => thread.locked_at.is_some(),
        Change::Unlocked => thread.locked_at.is_none(),
        Change::Pinned => thread.pinned_at.is_some(),
        Change::Unpinned => thread.pinned_at.is_none(),
    };
    store::drafts::remove_of_member_at(tx, member.id, Place::Measure(thread.id, change))?;
    if is_so_already {
        return Ok(());
    }
    store::change_thread(tx, permit)?;
    boards::raise_version(tx, thread.board)
}

/// Keeps what somebody is typing, over what was kept of the same form at that place before; empty fields remove it. For 180 days, on a device
/// that others use too for 15 minutes. [`Refusal::TooLarge`] if there is more than [`rules::is_kept_whole`] allows.
/// Gives the moment that the form names when it keeps the next words ([`Typed::kept_at`]).
pub fn keep_draft(tx: &mut Tx<'_>, member: &Member, place: Place, typed: &Typed) -> Result<Timestamp> {
    if typed.is_empty() || store::drafts::was_posted(tx, member.id, typed)? {
        store::drafts::remove_of_form(tx, member.id, place, &typed.submission_id)?;
        return Ok(tx.now());
    }
    if !rules::is_kept_whole(typed) {
        return Err(Refusal::TooLarge.into());
    }
    throttle::take(tx, rules::DRAFT_LIMIT, &member.id.to_string())?;
    if store::drafts::count_beside(tx, member.id, place, &typed.submission_id)? >= rules::DRAFTS_MAX {
        return Err(Error::forbidden("threads-drafts-full"));
    }
    save_draft(tx, member, place, typed)
}

/// The same for a form that was sent and left the screen with it, so that there may be no other copy of its words: the limits
/// of [`keep_draft`] do not hold it up. Only who keeps twice as many as anybody should is refused.
pub fn keep_sent(tx: &mut Tx<'_>, member: &Member, place: Place, typed: &Typed) -> Result<Timestamp> {
    if typed.is_empty() {
        store::drafts::remove_of_form(tx, member.id, place, &typed.submission_id)?;
        return Ok(tx.now());
    }
    if store::drafts::count_beside(tx, member.id, place, &typed.submission_id)? >= 2 * rules::DRAFTS_MAX {
        return Err(Error::forbidden("threads-drafts-full"));
    }
    save_draft(tx, member, place, typed)
}

/// Unless all of what is kept of this form stands in the new words, too, it is set aside and stays as a draft of its own where
/// another window has kept it since, or where it is kept for longer than this device keeps anything.
fn save_draft(tx: &mut Tx<'_>, member: &Member, place: Place, typed: &Typed) -> Result<Timestamp> {
    let end = rules::draft_end(member.is_on_shared_device(), tx.now());
    if let Some(kept) = store::drafts::of_form(tx, member.id, place, &typed.submission_id)?
        && ((!typed.knows(kept.saved_at) && !typed.goes_on_from(&kept.typed)) || kept.expires_at > end)
    {
        let aside = Token::random()?;
        store::drafts::set_aside(tx, &kept, aside.reveal())?;
    }
    store::drafts::save(tx, member.id, place, typed, end)?;
    Ok(tx.now())
}

/// Forgets what was kept of that form at that place.
pub fn forget_draft(tx: &mut Tx<'_>, member: &Member, place: Place, submission_id: &str) -> Result<()> {
    store::drafts::remove_of_form(tx, member.id, place, submission_id)
}

/// Keeps the words of a form that arrived at `path` after the session had ended, as a draft, and says where to go on. The
/// caller has made sure that the words are this member's. Nothing if the form holds no words of this slice.
pub fn keep_words(tx: &mut Tx<'_>, member: &Member, path: &str, body: &[u8]) -> Result<Option<String>> {
    let Ok(typed) = form::parse::<Typed>(body) else { return Ok(None) };
    let place = if path.split('?').next() == Some("/drafts") { Place::parse(&typed.place) } else { Place::of_path(path) };
    let Some(place) = place else { return Ok(None) };
    if typed.is_empty() || !store::drafts::is_seen(tx.conn(), member.viewer(), member.id, place)? {
        return Ok(None);
    }
    // Without asking the limits: signing in must not fail over it, nor lose the words.
    save_draft(tx, member, place, &typed)?;
    go_on_at(tx, member, place).map(Some)
}

/// The page where a draft of that place is written on.
fn go_on_at(tx: &mut Tx<'_>, member: &Member, place: Place) -> Result<String> {
    let viewer = member.viewer();
    Ok(match place {
        Place::Board(board) => format!("/boards/{board}/new-thread"),
        Place::Thread(thread) => pages::composer_href(thread, store::thread_seen_by(tx.conn(), viewer, thread)?.post_count),
        // Where its writer does not read any more, nothing can be changed: the words stand among the drafts.
        Place::Post(post) => match store::place_of_post(tx.conn(), viewer, post) {
            Ok(_) => format!("/posts/{post}/edit"),
            Err(Error::Refused(Refusal::Unseen)) => "/drafts".to_owned(),
            Err(error) => return Err(error),
        },
        Place::Measure(thread, _) => {
            let thread = store::thread_seen_by(tx.conn(), viewer, thread)?;
            if store::moderates(tx.conn(), member, thread.board)? {
                pages::moderation_href(thread.id)
            } else {
                "/drafts".to_owned()
            }
        }
    })
}

/// Does what is due: writes down how far people have read, forgets drafts that have had their time, erases what was taken
/// back a month ago.
pub async fn tick(site: &Site) -> Result<()> {
    let positions = site.kept::<ReadingPositions>();
    let read = positions.take();
    if !read.is_empty() {
        let written = site
            .db
            .write(move |tx| {
                for (member, thread, position, at) in &read {
                    if store::note_position(tx, *member, *thread, *position, *at)? {
                        accounts::note_thread_opened(tx, *member)?;
                    }
                }
                // The bell does not ring for what was read where it stands.
                let readers: BTreeSet<_> = read.iter().map(|(member, ..)| *member).collect();
                for reader in readers {
                    notifications::catch_up(tx, reader)?;
                }
                Ok(read.clone())
            })
            .await?;
        positions.are_written(&written);
    }
    if positions.is_time_to_sweep(site.now()) {
        site.kept::<RecentPosts>().forget_old(site.now());
        site.db
            .write(|tx| {
                store::drafts::remove_expired(tx)?;
                let before = tx.now().minus(Duration::days(rules::ERASE_AFTER_DAYS));
                erase_withdrawn(tx, before)
            })
            .await?;
    }
    Ok(())
}
