//! How happenings and notices are kept. Threads, boards and people are read here and written elsewhere.

use super::Event;
use super::model::{About, Happening, HappeningKind, Listed, Notice, NoticeKind, TakenNotice};
use super::place::post_href;
use super::rules::{self, Pending};
use crate::accounts::model::mark_from;
use crate::accounts::{self, Member};
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::schema::{
    board_moderators, board_requests, boards, happenings, members, notices, posts, reading_positions, threads,
};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::threads_visible_to;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::{BTreeMap, HashMap, HashSet};

pub fn insert_happening(tx: &mut Tx<'_>, event: Event) -> Result<()> {
    let (kind, actor, board, thread, post, member) = match event {
        Event::Replied { actor, board, thread, post } => {
            (HappeningKind::Replied, actor, board, Some(thread), Some(post), None)
        }
        Event::BoardAsked { actor, board } => (HappeningKind::BoardAsked, actor, board, None, None, None),
        Event::BoardDecided { actor, board, member } => {
            (HappeningKind::BoardDecided, actor, board, None, None, Some(member))
        }
    };
    let now = tx.now();
    diesel::insert_into(happenings::table)
        .values((
            happenings::kind.eq(kind),
            happenings::actor_id.eq(actor),
            happenings::board_id.eq(board),
            happenings::thread_id.eq(thread),
            happenings::post_id.eq(post),
            happenings::member_id.eq(member),
            happenings::happened_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

// ---------------------------------------------------------------- from happenings to notices

#[derive(Queryable, Selectable)]
#[diesel(table_name = happenings)]
struct HappeningRow {
    id: Id<Happening>,
    kind: HappeningKind,
    actor_id: Id<Member>,
    board_id: Option<Id<Board>>,
    thread_id: Option<i64>,
    post_id: Option<i64>,
    member_id: Option<Id<Member>>,
}

/// Numbers of happenings that nobody was told of yet, above `after`, in their order.
pub fn open_happenings(connection: &mut Conn, after: i64, at_most: i64) -> Result<Vec<i64>> {
    let open = happenings::table.filter(happenings::done_at.is_null().and(happenings::id.gt(after)));
    Ok(open.order(happenings::id).limit(at_most).select(happenings::id).load(connection)?)
}

/// Tells everybody whom these happenings concern and who may know.
pub fn make_notices(tx: &mut Tx<'_>, open: &[i64]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<HappeningRow> = crate::unclaimed!(
        tx.conn(),
        inner,
        happenings::table
            .filter(happenings::id.eq_any(open).and(happenings::done_at.is_null()))
            .order(happenings::id)
            .select(HappeningRow::as_select()) => load
    )?;
    let mut unread: BTreeMap<Id<Member>, i32> = BTreeMap::new();
    for row in &rows {
        for (member, kind) in told_of(tx, row)? {
            insert_notice(tx, row, member, kind)?;
            *unread.entry(member).or_default() += 1;
        }
        diesel::update(happenings::table.find(row.id)).set(happenings::done_at.eq(now)).execute(tx.conn())?;
    }
    // At the end and in one order: two processes never wait for each other's members.
    for (member, count) in unread {
        accounts::add_unread(tx, member, count)?;
    }
    Ok(())
}

fn told_of(tx: &mut Tx<'_>, row: &HappeningRow) -> Result<Vec<(Id<Member>, NoticeKind)>> {
    match (row.kind, row.board_id, row.thread_id, row.post_id, row.member_id) {
        (HappeningKind::Replied, _, Some(thread), Some(post), _) => told_of_reply(tx, row.actor_id, thread, post),
        (HappeningKind::BoardAsked, Some(board), ..) => told_of_request(tx, row.actor_id, board),
        (HappeningKind::BoardDecided, .., Some(member)) => Ok(vec![(member, NoticeKind::BoardDecided)]),
        _ => Ok(Vec::new()),
    }
}

fn told_of_reply(tx: &mut Tx<'_>, actor: Id<Member>, thread: i64, post: i64) -> Result<Vec<(Id<Member>, NoticeKind)>> {
    let stands = posts::id.eq(post).and(posts::withdrawn_at.is_null());
    let found: Option<(Id<Member>, Option<i64>)> = threads::table
        .inner_join(posts::table)
        .filter(threads::id.eq(thread).and(stands))
        .select((threads::author_id, posts::in_reply_to))
        .first(tx.conn())
        .optional()?;
    let Some((thread_author, answered_post)) = found else { return Ok(Vec::new()) };
    let answered = match answered_post {
        Some(answered) => posts::table.find(answered).select(posts::author_id).first(tx.conn()).optional()?,
        None => None,
    };
    let mut told = Vec::new();
    for (member, kind) in rules::told_of_reply(actor, thread_author, answered) {
        if sees_thread(tx, member, thread)? {
            told.push((member, kind));
        }
    }
    Ok(told)
}

/// Nobody who is gone for good sees anything.
fn sees_thread(tx: &mut Tx<'_>, member: Id<Member>, thread: i64) -> Result<bool> {
    let Some(member) = accounts::acting(tx, member)? else { return Ok(false) };
    if accounts::is_erased(tx.conn(), member.id)? {
        return Ok(false);
    }
    Ok(diesel::select(exists(threads::table.filter(threads::id.eq(thread)).filter(threads_visible_to!(member.viewer()))))
        .get_result(tx.conn())?)
}

/// Nobody, if the request was decided or taken back in the meantime.
fn told_of_request(tx: &mut Tx<'_>, actor: Id<Member>, board: Id<Board>) -> Result<Vec<(Id<Member>, NoticeKind)>> {
    let open = board_requests::board_id
        .eq(board)
        .and(board_requests::member_id.eq(actor))
        .and(board_requests::decided_at.is_null());
    let is_open: bool = diesel::select(exists(board_requests::table.filter(open))).get_result(tx.conn())?;
    if !is_open {
        return Ok(Vec::new());
    }
    let moderators: Vec<Id<Member>> = board_moderators::table
        .filter(board_moderators::board_id.eq(board).and(board_moderators::member_id.ne(actor)))
        .select(board_moderators::member_id)
        .load(tx.conn())?;
    let mut told = Vec::new();
    for member in moderators {
        if accounts::acting(tx, member)?.is_some_and(|member| member.roles.moderator) {
            told.push((member, NoticeKind::BoardAsked));
        }
    }
    Ok(told)
}

fn insert_notice(tx: &mut Tx<'_>, row: &HappeningRow, member: Id<Member>, kind: NoticeKind) -> Result<()> {
    let now = tx.now();
    let wants_letters: Option<bool> =
        members::table.find(member).select(members::community_letters).first(tx.conn()).optional()?;
    let letter_due_at = wants_letters.unwrap_or(false).then(|| now.plus(rules::BEFORE_A_LETTER));
    diesel::insert_into(notices::table)
        .values((
            notices::member_id.eq(member),
            notices::happening_id.eq(row.id),
            notices::kind.eq(kind),
            notices::actor_id.eq(row.actor_id),
            notices::board_id.eq(row.board_id),
            notices::thread_id.eq(row.thread_id),
            notices::post_id.eq(row.post_id),
            notices::noticed_at.eq(now),
            notices::letter_due_at.eq(letter_due_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// All notices of a member, without who they are about.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenNotice>> {
    Ok(notices::table
        .filter(notices::member_id.eq(member))
        .order(notices::id)
        .select((notices::kind, notices::board_id, notices::thread_id, notices::noticed_at, notices::read_at))
        .load(connection)?)
}

/// Deletes the notices of a member.
pub fn delete_notices(tx: &mut Tx<'_>, member: Id<Member>) -> Result<usize> {
    Ok(diesel::delete(notices::table.filter(notices::member_id.eq(member))).execute(tx.conn())?)
}

// ---------------------------------------------------------------- reading

/// Marks one notice as read; nothing happens if it is somebody else's or read already.
pub fn mark_read(tx: &mut Tx<'_>, member: Id<Member>, notice: Id<Notice>) -> Result<()> {
    let now = tx.now();
    let theirs = notices::member_id.eq(member).and(notices::id.eq(notice)).and(notices::read_at.is_null());
    let read = diesel::update(notices::table.filter(theirs))
        .set((notices::read_at.eq(now), notices::letter_due_at.eq(None::<Timestamp>)))
        .execute(tx.conn())?;
    count_down(tx, member, read)
}

/// Marks every notice up to that one as read.
pub fn mark_read_up_to(tx: &mut Tx<'_>, member: Id<Member>, newest: Id<Notice>) -> Result<()> {
    let now = tx.now();
    let theirs = notices::member_id.eq(member).and(notices::id.le(newest)).and(notices::read_at.is_null());
    let read = diesel::update(notices::table.filter(theirs))
        .set((notices::read_at.eq(now), notices::letter_due_at.eq(None::<Timestamp>)))
        .execute(tx.conn())?;
    count_down(tx, member, read)
}

pub fn mark_what_was_read_in_place(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    let read_so_far = reading_positions::table.filter(
        reading_positions::member_id
            .eq(member)
            .and(reading_positions::thread_id.eq(posts::thread_id))
            .and(reading_positions::position.ge(posts::position)),
    );
    let read_in_place = exists(posts::table.filter(posts::id.nullable().eq(notices::post_id)).filter(exists(read_so_far)));
    let theirs = notices::member_id.eq(member).and(notices::read_at.is_null());
    let read = diesel::update(notices::table.filter(theirs).filter(read_in_place))
        .set((notices::read_at.eq(now), notices::letter_due_at.eq(None::<Timestamp>)))
        .execute(tx.conn())?;
    count_down(tx, member, read)
}

fn count_down(tx: &mut Tx<'_>, member: Id<Member>, read: usize) -> Result<()> {
    match i32::try_from(read) {
        Ok(0) | Err(_) => Ok(()),
        Ok(read) => accounts::add_unread(tx, member, -read),
    }
}

#[derive(Queryable)]
struct NoticeRow {
    id: Id<Notice>,
    kind: NoticeKind,
    noticed_at: Timestamp,
    read_at: Option<Timestamp>,
    board_id: Option<Id<Board>>,
    thread_id: Option<i64>,
    post_id: Option<i64>,
    actor: String,
    mark: String,
    mark_colour: String,
}

/// What a member sees now of the threads, posts and boards that their notices are about.
struct Seen {
    /// Title (none if the beginning was taken back) and language.
    threads: HashMap<i64, (Option<String>, String)>,
    /// Positions of posts that stand.
    posts: HashMap<i64, i32>,
    /// Name and language.
    boards: HashMap<Id<Board>, (String, String)>,
    /// Boards that they moderate.
    moderated: HashSet<Id<Board>>,
}

/// Notices of a member below that number, the newest first.
pub fn listed(connection: &mut Conn, member: &Member, below: Id<Notice>, at_most: i64) -> Result<Vec<Listed>> {
    let rows: Vec<NoticeRow> = notices::table
        .inner_join(members::table.on(members::id.eq(notices::actor_id)))
        .filter(notices::member_id.eq(member.id).and(notices::id.lt(below)))
        .order(notices::id.desc())
        .limit(at_most)
        .select((
            notices::id,
            notices::kind,
            notices::noticed_at,
            notices::read_at,
            notices::board_id,
            notices::thread_id,
            notices::post_id,
            members::handle,
            members::mark,
            members::mark_colour,
        ))
        .load(connection)?;
    let seen = seen_by(connection, member, &rows)?;
    Ok(rows.into_iter().map(|row| seen.listed(row)).collect())
}

fn seen_by(connection: &mut Conn, member: &Member, rows: &[NoticeRow]) -> Result<Seen> {
    let thread_ids: Vec<i64> = rows.iter().filter_map(|row| row.thread_id).collect();
    let post_ids: Vec<i64> = rows.iter().filter_map(|row| row.post_id).collect();
    let board_ids: Vec<Id<Board>> =
        rows.iter().filter(|row| row.thread_id.is_none()).filter_map(|row| row.board_id).collect();
    let visible: Vec<(i64, String, String, Option<Timestamp>)> = threads::table
        .filter(threads::id.eq_any(&thread_ids))
        .filter(threads_visible_to!(member.viewer()))
        .select((threads::id, threads::title, threads::language, threads::withdrawn_at))
        .load(connection)?;
    let standing: Vec<(i64, i32)> = posts::table
        .filter(posts::id.eq_any(&post_ids).and(posts::withdrawn_at.is_null()))
        .select((posts::id, posts::position))
        .load(connection)?;
    let named: Vec<(Id<Board>, String, String)> = boards::table
        .filter(boards::id.eq_any(&board_ids))
        .select((boards::id, boards::name, boards::language))
        .load(connection)?;
    let moderated: Vec<Id<Board>> = board_moderators::table
        .filter(member.roles.moderator.into_sql::<Bool>())
        .filter(board_moderators::member_id.eq(member.id).and(board_moderators::board_id.eq_any(&board_ids)))
        .select(board_moderators::board_id)
        .load(connection)?;
    Ok(Seen {
        threads: visible
            .into_iter()
            .map(|(id, title, language, withdrawn)| (id, (withdrawn.is_none().then_some(title), language)))
            .collect(),
        posts: standing.into_iter().collect(),
        boards: named.into_iter().map(|(id, name, language)| (id, (name, language))).collect(),
        moderated: moderated.into_iter().collect(),
    })
}

impl Seen {
    fn listed(&self, row: NoticeRow) -> Listed {
        Listed {
            id: row.id,
            kind: row.kind,
            noticed_at: row.noticed_at,
            is_read: row.read_at.is_some(),
            about: self.about(row),
        }
    }

    fn about(&self, row: NoticeRow) -> Option<About> {
        let actor = (row.actor, mark_from(&row.mark, &row.mark_colour));
        match row.kind {
            NoticeKind::Replied | NoticeKind::AnsweredYou => {
                let thread = row.thread_id?;
                let (title, language) = self.threads.get(&thread)?.clone();
                let position = *self.posts.get(&row.post_id?)?;
                Some(About { actor: Some(actor), title, language, href: post_href(&format!("/threads/{thread}"), position) })
            }
            NoticeKind::BoardAsked | NoticeKind::BoardDecided => {
                let board = row.board_id?;
                let (name, language) = self.boards.get(&board)?.clone();
                let is_asked = row.kind == NoticeKind::BoardAsked;
                if is_asked && !self.moderated.contains(&board) {
                    return None;
                }
                Some(About {
                    actor: is_asked.then_some(actor),
                    title: Some(name),
                    language,
                    href: format!("/boards/{board}"),
                })
            }
        }
    }
}

// ---------------------------------------------------------------- letters

/// Members above `after` with an unread notice that a letter may tell of by now.
pub fn members_with_letters_due(
    connection: &mut Conn,
    now: Timestamp,
    after: Id<Member>,
    at_most: i64,
) -> Result<Vec<Id<Member>>> {
    let due = notices::letter_due_at.le(now).and(notices::letter_made_at.is_null()).and(notices::member_id.gt(after));
    Ok(notices::table
        .filter(due)
        .select(notices::member_id)
        .distinct()
        .order(notices::member_id)
        .limit(at_most)
        .load(connection)?)
}

/// Makes everybody else who looks after this member's notices wait. Their address, if they want community letters.
pub fn lock_reader(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Option<String>> {
    let found: Option<(String, bool)> =
        crate::locked!(tx.conn(), inner, members::table.find(member).select((members::email, members::community_letters)) => first).optional()?;
    Ok(found.filter(|(_, wants_letters)| *wants_letters).map(|(address, _)| address))
}

pub fn pending_letters(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Vec<Pending>> {
    let Some(reader) = accounts::acting(tx, member)? else { return Ok(Vec::new()) };
    let rows: Vec<(NoticeRow, Option<Timestamp>)> = notices::table
        .inner_join(members::table.on(members::id.eq(notices::actor_id)))
        .filter(notices::member_id.eq(member).and(notices::read_at.is_null()))
        .filter(notices::letter_due_at.is_not_null().and(notices::letter_made_at.is_null()))
        .select((
            (
                notices::id,
                notices::kind,
                notices::noticed_at,
                notices::read_at,
                notices::board_id,
                notices::thread_id,
                notices::post_id,
                members::handle,
                members::mark,
                members::mark_colour,
            ),
            notices::letter_due_at,
        ))
        .load(tx.conn())?;
    let (rows, due): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let seen = seen_by(tx.conn(), &reader, &rows)?;
    let pending = rows
        .into_iter()
        .zip(due)
        .filter_map(|(row, due_at)| Some(Pending { due_at: due_at?, is_seen: seen.about(row).is_some() }));
    Ok(pending.collect())
}

pub fn last_letter_made(tx: &mut Tx<'_>, member: Id<Member>, after: Timestamp) -> Result<Option<Timestamp>> {
    let recent = notices::member_id.eq(member).and(notices::letter_made_at.gt(after));
    Ok(notices::table.filter(recent).select(diesel::dsl::max(notices::letter_made_at)).first(tx.conn())?)
}

/// No letter tells of what was due.
pub fn drop_letters(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    set_due_letters(tx, member, None)
}

/// What was due waits until then.
pub fn delay_letters(tx: &mut Tx<'_>, member: Id<Member>, until: Timestamp) -> Result<()> {
    set_due_letters(tx, member, Some(until))
}

fn set_due_letters(tx: &mut Tx<'_>, member: Id<Member>, due_at: Option<Timestamp>) -> Result<()> {
    let now = tx.now();
    let due = notices::member_id.eq(member).and(notices::letter_made_at.is_null()).and(notices::letter_due_at.le(now));
    diesel::update(notices::table.filter(due)).set(notices::letter_due_at.eq(due_at)).execute(tx.conn())?;
    Ok(())
}

/// A letter tells of everything that was pending.
pub fn letters_made(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    let now = tx.now();
    let pending =
        notices::member_id.eq(member).and(notices::letter_made_at.is_null()).and(notices::letter_due_at.is_not_null());
    diesel::update(notices::table.filter(pending)).set(notices::letter_made_at.eq(now)).execute(tx.conn())?;
    Ok(())
}
