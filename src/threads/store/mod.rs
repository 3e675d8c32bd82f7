//! How threads and posts are kept: every write, and the reads that a write needs. What pages show is read in [`shown`], lists
//! in [`lists`], what is not posted yet in [`drafts`].

pub mod drafts;
pub mod lists;
pub mod shown;

use super::model::{Change, Forgotten, Placed, Post, Stance, TakenPost, TakenVersion, TakenWords, Thread, Title, Words};
use super::rules::{MayChangeThread, MayEdit, MayPutBack, MayReply, MayStart, MayTakeAway, MayWithdraw};
use crate::accounts::{Member, Viewer};
use crate::boards::{Board, ContentNote};
use crate::clock::Timestamp;
use crate::db::schema::{
    self, board_moderators, content_notes, members, post_revisions, posts, reading_positions, thread_changes, thread_notes,
    threads,
};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
use crate::text::{RENDER_VERSION, SafeHtml};
use crate::{locked, on_each, threads_visible_to};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use std::collections::HashMap;

/// A tuple of columns that is written once and selected in several queries.
macro_rules! columns {
    ($name:ident = $table:ident: $($column:ident),+ $(,)?) => {
        pub(super) const $name: ($($table::$column,)+) = ($($table::$column,)+);
    };
}

columns!(THREAD = threads: id, board_id, author_id, title, audience, organisation_reads, language, stance, opened_at, post_count, reply_count,
    last_post_at, first_reply_at, note_count, locked_at, pinned_at, withdrawn_at, version);
columns!(POST = posts: id, thread_id, position, author_id, stance, source, in_reply_to, body_source, body_html, posted_at, edited_at, revision,
    withdrawn_at);

/// The thread, if this viewer may see it.
pub fn thread_seen_by(connection: &mut Conn, viewer: Viewer, id: Id<Thread>) -> Result<Thread> {
    threads::table
        .filter(threads::id.eq(id))
        .filter(threads_visible_to!(viewer))
        .select(THREAD)
        .first(connection)
        .optional()?
        .ok_or(Error::UNSEEN)
}

/// The same, with the row locked until the end of the transaction.
pub fn lock_thread_seen_by(tx: &mut Tx<'_>, viewer: Viewer, id: Id<Thread>) -> Result<Thread> {
    let found = locked!(tx.conn(), inner, threads::table.filter(threads::id.eq(id)).filter(threads_visible_to!(viewer)).select(THREAD) => first).optional()?;
    found.ok_or(Error::UNSEEN)
}

/// The post with its thread, if this viewer may see them.
pub fn post_seen_by(connection: &mut Conn, viewer: Viewer, id: Id<Post>) -> Result<(Post, Thread)> {
    let found = posts::table
        .inner_join(threads::table)
        .filter(posts::id.eq(id))
        .filter(threads_visible_to!(viewer))
        .select((POST, THREAD))
        .first(connection)
        .optional()?;
    found.ok_or(Error::UNSEEN)
}

/// One's own post with its thread, also where its writer may not read any more. Only the post is theirs to see then.
pub fn own_post(connection: &mut Conn, member: Id<Member>, id: Id<Post>) -> Result<(Post, Thread)> {
    let found = posts::table
        .inner_join(threads::table)
        .filter(posts::id.eq(id).and(posts::author_id.eq(member)))
        .select((POST, THREAD))
        .first(connection)
        .optional()?;
    found.ok_or(Error::UNSEEN)
}

/// A post that this member sees or wrote, with the thread's row locked first, so that nobody changes the post meanwhile.
pub fn lock_post_of_or_seen_by(tx: &mut Tx<'_>, member: &Member, id: Id<Post>) -> Result<(Post, Thread)> {
    let found: Option<(Id<Thread>, Id<Member>)> =
        posts::table.find(id).select((posts::thread_id, posts::author_id)).first(tx.conn()).optional()?;
    let thread = match found {
        Some((thread, author)) if author == member.id => {
            locked!(tx.conn(), inner, threads::table.filter(threads::id.eq(thread)).select(THREAD) => first)?
        }
        Some((thread, _)) => lock_thread_seen_by(tx, member.viewer(), thread)?,
        None => return Err(Error::UNSEEN),
    };
    let post = posts::table.find(id).select(POST).first(tx.conn())?;
    Ok((post, thread))
}

/// The post with its thread, if this viewer may see them, with the thread's row locked first.
pub fn lock_post_seen_by(tx: &mut Tx<'_>, viewer: Viewer, id: Id<Post>) -> Result<(Post, Thread)> {
    let thread: Option<Id<Thread>> = posts::table.find(id).select(posts::thread_id).first(tx.conn()).optional()?;
    let thread = lock_thread_seen_by(tx, viewer, thread.ok_or(Error::UNSEEN)?)?;
    let post = posts::table.find(id).select(POST).first(tx.conn())?;
    Ok((post, thread))
}

/// Where a post stands, if this viewer may see it.
pub fn place_of_post(connection: &mut Conn, viewer: Viewer, id: Id<Post>) -> Result<Placed> {
    let found: Option<(Id<Thread>, i32)> = posts::table
        .inner_join(threads::table)
        .filter(posts::id.eq(id))
        .filter(threads_visible_to!(viewer))
        .select((posts::thread_id, posts::position))
        .first(connection)
        .optional()?;
    found.map(|(thread, position)| Placed { thread, post: id, position }).ok_or(Error::UNSEEN)
}

/// True if this member moderates the board, as they may act at this moment: not while their role rests.
pub fn moderates(connection: &mut Conn, member: &Member, board: Id<Board>) -> Result<bool> {
    let is_given = diesel::dsl::exists(board_moderators::table.find((board, member.id)));
    Ok(diesel::select(member.roles.moderator.into_sql::<Bool>().and(is_given)).get_result(connection)?)
}

// ---------------------------------------------------------------- start and reply

/// What came of the same form sent before.
pub fn earlier_submission(tx: &mut Tx<'_>, author: Id<Member>, submission_id: &str, hash: &[u8]) -> Result<Option<Placed>> {
    let found: Option<(Id<Thread>, Id<Post>, i32)> = posts::table
        .filter(posts::author_id.eq(author).and(posts::submission_id.eq(submission_id)).and(posts::submission_hash.eq(hash)))
        .select((posts::thread_id, posts::id, posts::position))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(thread, post, position)| Placed { thread, post, position }))
}

/// True if the post stands in that thread, so that another may answer it.
pub fn stands_in(tx: &mut Tx<'_>, post: Id<Post>, thread: Id<Thread>) -> Result<bool> {
    let thread_of: Option<Id<Thread>> = posts::table.find(post).select(posts::thread_id).first(tx.conn()).optional()?;
    Ok(thread_of == Some(thread))
}

/// Of these notes, those that the board offers.
pub fn offered_notes(tx: &mut Tx<'_>, board: Id<Board>, notes: &[Id<ContentNote>]) -> Result<Vec<Id<ContentNote>>> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let offered = content_notes::table
        .filter(
            content_notes::board_id.eq(board).and(content_notes::retired_at.is_null()).and(content_notes::id.eq_any(notes)),
        )
        .order(content_notes::id)
        .select(content_notes::id)
        .load(tx.conn())?;
    Ok(offered)
}

/// What identifies a submission.
pub struct Submission<'a> {
    /// From the form.
    pub id: &'a str,
    /// Of words and place.
    pub hash: &'a [u8],
}

/// A new thread with its opening post.
pub fn insert_thread(
    tx: &mut Tx<'_>,
    permit: MayStart,
    title: &Title,
    language: Option<&str>,
    notes: &[Id<ContentNote>],
    words: &Words,
    submission: &Submission<'_>,
) -> Result<(Id<Thread>, Id<Post>)> {
    let start = permit.spend();
    let now = tx.now();
    let thread: Id<Thread> = diesel::insert_into(threads::table)
        .values((
            threads::board_id.eq(start.board),
            threads::author_id.eq(start.author),
            threads::title.eq(title.as_str()),
            threads::audience.eq(start.audience),
            threads::organisation_reads.eq(start.organisation_reads),
            threads::language.eq(language.unwrap_or(&start.language)),
            threads::stance.eq(start.stance),
            threads::opened_at.eq(now),
            threads::post_count.eq(1),
            threads::last_post_at.eq(now),
            threads::last_author_id.eq(start.author),
            threads::note_count.eq(i32::try_from(notes.len()).unwrap_or(i32::MAX)),
        ))
        .returning(threads::id)
        .get_result(tx.conn())?;
    for note in notes {
        diesel::insert_into(thread_notes::table)
            .values((thread_notes::thread_id.eq(thread), thread_notes::note_id.eq(*note)))
            .execute(tx.conn())?;
    }
    let post = insert_post(
        tx,
        &NewPost {
            thread,
            position: 1,
            author: start.author,
            stance: start.stance,
            source: &start.source,
            in_reply_to: None,
        },
        words,
        submission,
    )?;
    Ok((thread, post))
}

/// A reply in its place. `is_by_another`: its writer did not begin the thread, which then waits no more.
pub fn insert_reply(
    tx: &mut Tx<'_>,
    permit: MayReply,
    in_reply_to: Option<Id<Post>>,
    words: &Words,
    submission: &Submission<'_>,
    is_by_another: bool,
) -> Result<Placed> {
    let reply = permit.spend();
    let now = tx.now();
    let new = NewPost {
        thread: reply.thread,
        position: reply.position,
        author: reply.author,
        stance: reply.stance,
        source: &reply.source,
        in_reply_to,
    };
    let post = insert_post(tx, &new, words, submission)?;
    let is_first = threads::first_reply_at.is_null().and(is_by_another.into_sql::<Bool>());
    diesel::update(threads::table.find(reply.thread))
        .set((
            threads::post_count.eq(reply.position),
            threads::reply_count.eq(threads::reply_count + 1),
            threads::first_reply_at
                .eq(case_when(is_first, now.into_sql::<Nullable<BigInt>>()).otherwise(threads::first_reply_at)),
            threads::last_post_at.eq(now),
            threads::last_author_id.eq(reply.author),
            threads::version.eq(threads::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(Placed { thread: reply.thread, post, position: reply.position })
}

struct NewPost<'a> {
    thread: Id<Thread>,
    position: i32,
    author: Id<Member>,
    stance: Stance,
    source: &'a str,
    in_reply_to: Option<Id<Post>>,
}

fn insert_post(tx: &mut Tx<'_>, new: &NewPost<'_>, words: &Words, submission: &Submission<'_>) -> Result<Id<Post>> {
    let now = tx.now();
    let post = diesel::insert_into(posts::table)
        .values((
            posts::thread_id.eq(new.thread),
            posts::position.eq(new.position),
            posts::author_id.eq(new.author),
            posts::stance.eq(new.stance),
            posts::source.eq(new.source),
            posts::in_reply_to.eq(new.in_reply_to),
            posts::body_source.eq(words.source()),
            posts::body_html.eq(words.html()),
            posts::render_version.eq(RENDER_VERSION),
            posts::posted_at.eq(now),
            posts::submission_id.eq(submission.id),
            posts::submission_hash.eq(submission.hash),
        ))
        .returning(posts::id)
        .get_result(tx.conn())?;
    Ok(post)
}

// ---------------------------------------------------------------- change and withdraw

/// Saves a change. A visible one keeps what stood before, and says when it was made.
pub fn update_post(
    tx: &mut Tx<'_>,
    permit: MayEdit,
    before: &Post,
    title_before: &str,
    title: Option<&Title>,
    words: &Words,
) -> Result<()> {
    let edit = permit.spend();
    let now = tx.now();
    if !edit.is_silent {
        diesel::insert_into(post_revisions::table)
            .values((
                post_revisions::post_id.eq(edit.post),
                post_revisions::number.eq(before.revision),
                post_revisions::title.eq(edit.is_opening.then_some(title_before)),
                post_revisions::stance.eq(before.stance),
                post_revisions::source.eq(&before.source),
                post_revisions::body_source.eq(&before.body_source),
                post_revisions::body_html.eq(&before.body_html),
                post_revisions::written_at.eq(before.edited_at.unwrap_or(before.posted_at)),
            ))
            .execute(tx.conn())?;
    }
    diesel::update(posts::table.find(edit.post))
        .set((
            posts::stance.eq(edit.stance),
            posts::source.eq(&edit.source),
            posts::body_source.eq(words.source()),
            posts::body_html.eq(words.html()),
            posts::render_version.eq(RENDER_VERSION),
            posts::edited_at.eq(if edit.is_silent { before.edited_at } else { Some(now) }),
            posts::revision.eq(posts::revision + 1),
        ))
        .execute(tx.conn())?;
    if edit.is_opening {
        diesel::update(threads::table.find(edit.thread))
            .set((threads::title.eq(title.map_or(title_before, Title::as_str)), threads::stance.eq(edit.stance)))
            .execute(tx.conn())?;
    }
    raise_version(tx, edit.thread)
}

/// Takes a post back: a stub stays, nothing shows the words any more, and lists name whoever wrote last of those who stand.
pub fn withdraw_post(tx: &mut Tx<'_>, permit: MayWithdraw, thread_author: Id<Member>, at: Timestamp) -> Result<()> {
    let (post, thread, is_opening) = permit.spend();
    set_withdrawn(tx, post, thread, is_opening, Some(at))?;
    count_anew(tx, thread, thread_author, if is_opening { 0 } else { -1 })
}

/// Lets a post stand again that was taken back.
pub fn put_post_back(tx: &mut Tx<'_>, permit: MayPutBack, thread_author: Id<Member>) -> Result<()> {
    let (post, thread, is_opening) = permit.spend();
    set_withdrawn(tx, post, thread, is_opening, None)?;
    count_anew(tx, thread, thread_author, i32::from(!is_opening))
}

fn set_withdrawn(
    tx: &mut Tx<'_>,
    post: Id<Post>,
    thread: Id<Thread>,
    is_opening: bool,
    at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(posts::table.find(post))
        .set((posts::withdrawn_at.eq(at), posts::revision.eq(posts::revision + 1)))
        .execute(tx.conn())?;
    if is_opening {
        diesel::update(threads::table.find(thread)).set(threads::withdrawn_at.eq(at)).execute(tx.conn())?;
    }
    Ok(())
}

/// What a thread says of its posts, after one of them went or came: so many more replies stand.
fn count_anew(tx: &mut Tx<'_>, thread: Id<Thread>, thread_author: Id<Member>, replies: i32) -> Result<()> {
    let first_reply: Option<Timestamp> = posts::table
        .filter(
            posts::thread_id
                .eq(thread)
                .and(posts::position.gt(1))
                .and(posts::author_id.ne(thread_author))
                .and(posts::withdrawn_at.is_null()),
        )
        .order(posts::position)
        .select(posts::posted_at)
        .first(tx.conn())
        .optional()?;
    let (last_post_at, last_author) = last_standing(tx, thread)?;
    diesel::update(threads::table.find(thread))
        .set((
            threads::reply_count.eq(threads::reply_count + replies),
            threads::first_reply_at.eq(first_reply),
            threads::last_post_at.eq(last_post_at),
            threads::last_author_id.eq(last_author),
        ))
        .execute(tx.conn())?;
    raise_version(tx, thread)
}

/// When and by whom the last post was written that stands; of a thread without any, the opening post.
fn last_standing(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<(Timestamp, Id<Member>)> {
    let of_thread = posts::table.filter(posts::thread_id.eq(thread)).select((posts::posted_at, posts::author_id));
    let standing =
        of_thread.filter(posts::withdrawn_at.is_null()).order(posts::position.desc()).first(tx.conn()).optional()?;
    match standing {
        Some(last) => Ok(last),
        None => Ok(of_thread.filter(posts::position.eq(1)).first(tx.conn())?),
    }
}

/// When somebody wrote last in a thread of this board that lists show.
pub fn last_post_of_board(tx: &mut Tx<'_>, board: Id<Board>) -> Result<Option<Timestamp>> {
    Ok(threads::table
        .filter(threads::board_id.eq(board))
        .filter(threads::withdrawn_at.is_null().or(threads::reply_count.gt(0)))
        .order((threads::last_post_at.desc(), threads::id.desc()))
        .select(threads::last_post_at)
        .first(tx.conn())
        .optional()?)
}

/// Erases what was taken back before that moment: words, sources, earlier versions, titles. Returns how many posts.
pub fn erase_withdrawn(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize> {
    /// So many in one transaction; the rest at the next tick.
    const AT_ONCE: i64 = 200;
    let due: Vec<(Id<Post>, Id<Thread>, i32)> = posts::table
        .filter(posts::withdrawn_at.is_not_null().and(posts::erased_at.is_null()).and(posts::withdrawn_at.lt(before)))
        .order(posts::withdrawn_at)
        .limit(AT_ONCE)
        .select((posts::id, posts::thread_id, posts::position))
        .load(tx.conn())?;
    erase(tx, &due)?;
    Ok(due.len())
}

/// Erases the words of these posts: number, thread and position.
fn erase(tx: &mut Tx<'_>, due: &[(Id<Post>, Id<Thread>, i32)]) -> Result<()> {
    let now = tx.now();
    for (post, thread, position) in due {
        diesel::delete(post_revisions::table.filter(post_revisions::post_id.eq(*post))).execute(tx.conn())?;
        diesel::update(posts::table.find(*post))
            .set((
                posts::body_source.eq(""),
                posts::body_html.eq(""),
                posts::source.eq(""),
                // The hash of a short post could be guessed; the number keeps it one of a kind.
                posts::submission_hash.eq(post.number().to_be_bytes().to_vec()),
                posts::erased_at.eq(Some(now)),
            ))
            .execute(tx.conn())?;
        if *position == 1 {
            // The schema wants five characters; nobody ever sees them.
            diesel::update(threads::table.find(*thread))
                .set((threads::title.eq("-----"), threads::note_count.eq(0)))
                .execute(tx.conn())?;
            // What a thread warned of says what it was about.
            diesel::delete(thread_notes::table.filter(thread_notes::thread_id.eq(*thread))).execute(tx.conn())?;
        }
    }
    Ok(())
}

// ---------------------------------------------------------------- whoever leaves

/// What this member takes along.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<TakenWords> {
    type Row = (
        Id<Post>,
        Id<Thread>,
        i32,
        String,
        String,
        Stance,
        String,
        String,
        SafeHtml,
        Timestamp,
        Option<Timestamp>,
        Option<Timestamp>,
    );
    let rows: Vec<Row> = posts::table
        .inner_join(threads::table.inner_join(schema::boards::table))
        .filter(posts::author_id.eq(member).and(posts::erased_at.is_null()))
        .order(posts::id)
        .select((
            posts::id,
            posts::thread_id,
            posts::position,
            schema::boards::name,
            threads::title,
            posts::stance,
            posts::source,
            posts::body_source,
            posts::body_html,
            posts::posted_at,
            posts::edited_at,
            posts::withdrawn_at,
        ))
        .load(connection)?;
    let theirs = posts::table.filter(posts::author_id.eq(member)).select(posts::id);
    let versions: Vec<TakenVersion> = post_revisions::table
        .filter(post_revisions::post_id.eq_any(theirs))
        .order(post_revisions::id)
        .select((post_revisions::post_id, post_revisions::title, post_revisions::body_source, post_revisions::written_at))
        .load(connection)?;
    let mut earlier: HashMap<Id<Post>, Vec<TakenVersion>> = HashMap::new();
    for version in versions {
        earlier.entry(version.post).or_default().push(version);
    }
    let posts = rows.into_iter().map(
        |(post, thread, position, board, title, stance, source, words, html, written_at, changed_at, taken_back_at)| {
            TakenPost {
                number: post.number(),
                thread: thread.number(),
                position,
                board,
                // The title of somebody else's thread is theirs.
                title: (position == 1).then_some(title),
                stance,
                source,
                words,
                html,
                written_at,
                changed_at,
                taken_back_at,
                earlier: earlier.remove(&post).unwrap_or_default(),
            }
        },
    );
    let posts = posts.collect();
    let read = reading_positions::table
        .filter(reading_positions::member_id.eq(member))
        .order(reading_positions::thread_id)
        .select((reading_positions::thread_id, reading_positions::position, reading_positions::read_at))
        .load(connection)?;
    Ok(TakenWords { posts, drafts: drafts::take_along(connection, member)?, read })
}

/// Some of the posts of this member that stand, in the order in which boards and threads are locked.
pub fn standing_of(tx: &mut Tx<'_>, member: Id<Member>, at_most: i64) -> Result<Vec<Id<Post>>> {
    Ok(posts::table
        .inner_join(threads::table)
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.is_null()))
        .order((threads::board_id, threads::id, posts::position))
        .limit(at_most)
        .select(posts::id)
        .load(tx.conn())?)
}

/// Some of the posts of this member that were taken out of view at that moment and are not erased, in the same order.
pub fn taken_at(tx: &mut Tx<'_>, member: Id<Member>, at: Timestamp, at_most: i64) -> Result<Vec<Id<Post>>> {
    Ok(posts::table
        .inner_join(threads::table)
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.eq(at)).and(posts::erased_at.is_null()))
        .order((threads::board_id, threads::id, posts::position))
        .limit(at_most)
        .select(posts::id)
        .load(tx.conn())?)
}

/// Erases some of what this member took back, whenever that was. Returns how many posts.
pub fn erase_withdrawn_of(tx: &mut Tx<'_>, member: Id<Member>, at_most: i64) -> Result<usize> {
    let due: Vec<(Id<Post>, Id<Thread>, i32)> = posts::table
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.is_not_null()).and(posts::erased_at.is_null()))
        .limit(at_most)
        .select((posts::id, posts::thread_id, posts::position))
        .load(tx.conn())?;
    erase(tx, &due)?;
    Ok(due.len())
}

/// Erases some of the posts of this member that were taken out of view at that moment. Returns how many.
pub fn erase_taken(tx: &mut Tx<'_>, member: Id<Member>, at: Timestamp, at_most: i64) -> Result<usize> {
    let due: Vec<(Id<Post>, Id<Thread>, i32)> = posts::table
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.eq(at)).and(posts::erased_at.is_null()))
        .limit(at_most)
        .select((posts::id, posts::thread_id, posts::position))
        .load(tx.conn())?;
    erase(tx, &due)?;
    Ok(due.len())
}

/// Deletes what belongs to this member beside their posts: drafts, reading positions, and the earlier versions of posts that
/// stay. Counts what went and what stays.
pub fn delete_beside_posts(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Forgotten> {
    diesel::delete(reading_positions::table.filter(reading_positions::member_id.eq(member))).execute(tx.conn())?;
    let drafts = drafts::remove_of_member(tx, member)?;
    let theirs = posts::table.filter(posts::author_id.eq(member));
    let versions = post_revisions::table.filter(post_revisions::post_id.eq_any(theirs.select(posts::id)));
    let versions = diesel::delete(versions).execute(tx.conn())?;
    let kept: i64 = theirs.filter(posts::withdrawn_at.is_null()).count().get_result(tx.conn())?;
    let erased: i64 = theirs.filter(posts::erased_at.is_not_null()).count().get_result(tx.conn())?;
    Ok(Forgotten { posts_kept: kept, posts_erased: erased, versions, drafts })
}

/// Takes an earlier version away; a line stays. False if there is none of that number on the post.
pub fn take_away_revision(tx: &mut Tx<'_>, permit: MayTakeAway, revision: Id<super::model::Revision>) -> Result<bool> {
    let post = permit.spend();
    let now = tx.now();
    let taken = diesel::update(
        post_revisions::table.filter(
            post_revisions::id
                .eq(revision.number())
                .and(post_revisions::post_id.eq(post))
                .and(post_revisions::taken_away_at.is_null()),
        ),
    )
    .set((
        post_revisions::title.eq(None::<String>),
        post_revisions::source.eq(""),
        post_revisions::body_source.eq(""),
        post_revisions::body_html.eq(""),
        post_revisions::taken_away_at.eq(Some(now)),
    ))
    .execute(tx.conn())?;
    Ok(taken > 0)
}

// ---------------------------------------------------------------- moderators

/// Closes, opens, pins or lets go, and writes down who did and why.
pub fn change_thread(tx: &mut Tx<'_>, permit: MayChangeThread) -> Result<()> {
    let (moderator, thread, change, reason) = permit.spend();
    let now = tx.now();
    let row = threads::table.find(thread);
    match change {
        Change::Locked => diesel::update(row).set(threads::locked_at.eq(Some(now))).execute(tx.conn())?,
        Change::Unlocked => diesel::update(row).set(threads::locked_at.eq(None::<Timestamp>)).execute(tx.conn())?,
        Change::Pinned => diesel::update(row).set(threads::pinned_at.eq(Some(now))).execute(tx.conn())?,
        Change::Unpinned => diesel::update(row).set(threads::pinned_at.eq(None::<Timestamp>)).execute(tx.conn())?,
    };
    diesel::insert_into(thread_changes::table)
        .values((
            thread_changes::thread_id.eq(thread),
            thread_changes::change.eq(change.word()),
            thread_changes::changed_by.eq(moderator),
            thread_changes::changed_at.eq(now),
            thread_changes::reason.eq(reason),
        ))
        .execute(tx.conn())?;
    raise_version(tx, thread)
}

fn raise_version(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<()> {
    diesel::update(threads::table.find(thread)).set(threads::version.eq(threads::version + 1)).execute(tx.conn())?;
    Ok(())
}

// ---------------------------------------------------------------- reading positions

/// How far somebody has read, written by the worker. True if this is the first time that they opened a thread by others.
/// Somebody or something that is gone meanwhile is left out.
pub fn note_position(tx: &mut Tx<'_>, member: Id<Member>, thread: Id<Thread>, position: i32, at: Timestamp) -> Result<bool> {
    let author: Option<Id<Member>> = threads::table.find(thread).select(threads::author_id).first(tx.conn()).optional()?;
    let is_here: bool = diesel::select(diesel::dsl::exists(members::table.find(member))).get_result(tx.conn())?;
    let (Some(author), true) = (author, is_here) else { return Ok(false) };
    let known: Option<i32> =
        reading_positions::table.find((member, thread)).select(reading_positions::position).first(tx.conn()).optional()?;
    upsert_position(tx.conn(), member, thread, position.max(known.unwrap_or(0)), at)?;
    Ok(known.is_none() && author != member)
}

/// Whoever wrote a post has read up to it: nobody could have read further.
pub fn note_position_of_writer(tx: &mut Tx<'_>, placed: &Placed, writer: Id<Member>) -> Result<()> {
    let now = tx.now();
    upsert_position(tx.conn(), writer, placed.thread, placed.position, now)
}

fn upsert_position(
    connection: &mut Conn,
    member: Id<Member>,
    thread: Id<Thread>,
    position: i32,
    at: Timestamp,
) -> Result<()> {
    let keys = (reading_positions::member_id, reading_positions::thread_id);
    let values = (
        reading_positions::member_id.eq(member),
        reading_positions::thread_id.eq(thread),
        reading_positions::position.eq(position),
        reading_positions::read_at.eq(at),
    );
    let newer = (reading_positions::position.eq(position), reading_positions::read_at.eq(at));
    on_each!(connection, inner => diesel::insert_into(reading_positions::table).values(values).on_conflict(keys).do_update().set(newer).execute(inner))?;
    Ok(())
}
