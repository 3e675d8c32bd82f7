//! How boards are kept.

use super::model::{Audience, Board, BoardDraft, Change, ContentNote, Kind, Outcome, Person, Request, TakenBoards};
use super::rules::{MayAsk, MayChange, MayDecide, MayLetIn, MayTakeOut, Reason};
use crate::accounts::model::mark_from;
use crate::accounts::{Member, Viewer};
use crate::clock::Timestamp;
use crate::db::schema::{
    board_changes, board_list_version, board_members, board_moderators, board_requests, boards, bylines_version,
    content_notes, members, posts, threads,
};
use crate::db::{Conn, Id, Tx, execute};
use crate::error::Result;
use crate::locked;
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

/// A board's columns, for whoever reads it together with something else.
#[derive(Queryable, Selectable)]
#[diesel(table_name = boards)]
pub(crate) struct BoardRow {
    id: Id<Board>,
    name: String,
    purpose: String,
    kind: Kind,
    audience: Audience,
    organisation_reads: bool,
    language: String,
    rules: String,
    place_in_order: i32,
    thread_count: i32,
    post_count: i32,
    member_count: i32,
    last_post_at: Option<Timestamp>,
    version: i64,
    archived_at: Option<Timestamp>,
}

impl From<BoardRow> for Board {
    fn from(row: BoardRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            purpose: row.purpose,
            kind: row.kind,
            audience: row.audience,
            organisation_reads: row.organisation_reads,
            language: row.language,
            rules: row.rules.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
            place_in_order: row.place_in_order,
            thread_count: row.thread_count,
            post_count: row.post_count,
            member_count: row.member_count,
            last_post_at: row.last_post_at,
            version: row.version,
            archived_at: row.archived_at,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = board_requests)]
struct RequestRow {
    id: Id<Request>,
    board_id: Id<Board>,
    member_id: Id<Member>,
    words: String,
    asked_at: Timestamp,
    decided_at: Option<Timestamp>,
    outcome: Option<Outcome>,
    reason: String,
}

impl From<RequestRow> for Request {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id,
            board: row.board_id,
            member: row.member_id,
            words: row.words,
            asked_at: row.asked_at,
            decided_at: row.decided_at,
            outcome: row.outcome,
            reason: row.reason,
        }
    }
}

type PersonRow = (Id<Member>, String, String, String, Timestamp);

fn person((id, handle, mark, colour, since): PersonRow) -> Person {
    Person { id, handle, mark: mark_from(&mark, &colour), since }
}

// ------------------------------------------------------------------ boards

/// A board, whether this person is among its members, and whether they moderate it: not while their role rests. Its page names
/// people: for a visitor, whose browser may hold the page, its version rises with every name, too.
pub fn board_for(connection: &mut Conn, viewer: Viewer, id: Id<Board>) -> Result<Option<(Board, bool, bool)>> {
    let Viewer::Member { id: member, is_moderator, .. } = viewer else {
        let row: Option<(BoardRow, Option<i64>)> = boards::table
            .find(id)
            .filter(boards::audience.eq(Audience::Public))
            .select((BoardRow::as_select(), bylines_version::table.find(1).select(bylines_version::version).single_value()))
            .first(connection)
            .optional()?;
        return Ok(row.map(|(row, bylines)| {
            let board = Board::from(row);
            (Board { version: board.version + bylines.unwrap_or_default(), ..board }, false, false)
        }));
    };
    let is_member = exists(board_members::table.find((id, member)));
    let moderates = exists(board_moderators::table.find((id, member)));
    let found: Option<(BoardRow, bool, bool)> =
        boards::table.find(id).select((BoardRow::as_select(), is_member, moderates)).first(connection).optional()?;
    Ok(found.map(|(row, is_member, moderates)| (row.into(), is_member, is_moderator && moderates)))
}

/// In their order: those that are used, or the archived ones. Visitors get no boards whose members are let in, and of the
/// archived ones only what they can open.
pub fn list(connection: &mut Conn, viewer: Viewer, is_archived: bool) -> Result<Vec<Board>> {
    let hidden: &[Audience] = match (viewer, is_archived) {
        (Viewer::Member { .. }, _) => &[],
        (Viewer::Visitor, false) => &[Audience::BoardMembers],
        (Viewer::Visitor, true) => &[Audience::BoardMembers, Audience::Members],
    };
    let rows: Vec<BoardRow> = boards::table
        .filter(boards::archived_at.is_not_null().eq(is_archived))
        .filter(boards::audience.ne_all(hidden))
        .order((boards::place_in_order, boards::name, boards::id))
        .select(BoardRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(Board::from).collect())
}

/// Boards into which this person was let, boards that they moderate, and boards where they wait for an answer.
pub fn belongings(connection: &mut Conn, member: Id<Member>) -> Result<(Vec<Id<Board>>, Vec<Id<Board>>, Vec<Id<Board>>)> {
    let let_in =
        board_members::table.filter(board_members::member_id.eq(member)).select(board_members::board_id).load(connection)?;
    let asked = board_requests::table
        .filter(board_requests::member_id.eq(member).and(board_requests::decided_at.is_null()))
        .select(board_requests::board_id)
        .load(connection)?;
    Ok((let_in, moderated_by(connection, member)?, asked))
}

/// Open requests of each board that this person moderates.
pub fn open_requests_of_moderator(connection: &mut Conn, member: Id<Member>) -> Result<Vec<Id<Board>>> {
    let moderated =
        board_moderators::table.filter(board_moderators::member_id.eq(member)).select(board_moderators::board_id);
    Ok(board_requests::table
        .filter(board_requests::decided_at.is_null().and(board_requests::board_id.eq_any(moderated)))
        .select(board_requests::board_id)
        .load(connection)?)
}

pub fn lock_board(tx: &mut Tx<'_>, id: Id<Board>) -> Result<Option<Board>> {
    let row: Option<BoardRow> =
        locked!(tx.conn(), connection, boards::table.find(id).select(BoardRow::as_select()) => first).optional()?;
    Ok(row.map(Board::from))
}

pub fn lock_board_of_thread(tx: &mut Tx<'_>, thread: i64) -> Result<Option<Board>> {
    let of_thread = threads::table.filter(threads::id.eq(thread)).select(threads::board_id).single_value();
    let row: Option<BoardRow> =
        locked!(tx.conn(), connection, boards::table.filter(boards::id.nullable().eq(of_thread)).select(BoardRow::as_select()) => first).optional()?;
    Ok(row.map(Board::from))
}

pub fn lock_board_of_post(tx: &mut Tx<'_>, post: i64) -> Result<Option<Board>> {
    let of_post =
        posts::table.inner_join(threads::table).filter(posts::id.eq(post)).select(threads::board_id).single_value();
    let row: Option<BoardRow> =
        locked!(tx.conn(), connection, boards::table.filter(boards::id.nullable().eq(of_post)).select(BoardRow::as_select()) => first).optional()?;
    Ok(row.map(Board::from))
}

pub fn content_notes(connection: &mut Conn, board: Id<Board>) -> Result<Vec<ContentNote>> {
    let rows: Vec<(Id<ContentNote>, String)> = content_notes::table
        .filter(content_notes::board_id.eq(board).and(content_notes::retired_at.is_null()))
        .order((content_notes::place_in_order, content_notes::id))
        .select((content_notes::id, content_notes::label))
        .load(connection)?;
    Ok(rows.into_iter().map(|(id, label)| ContentNote { id, label }).collect())
}

/// Labels that new threads cannot carry any more.
pub fn retired_notes(connection: &mut Conn, board: Id<Board>) -> Result<Vec<String>> {
    Ok(content_notes::table
        .filter(content_notes::board_id.eq(board).and(content_notes::retired_at.is_not_null()))
        .order(content_notes::label)
        .select(content_notes::label)
        .load(connection)?)
}

/// The list's own version and those of the boards that visitors find in it, in one number: it only rises (the list's own
/// makes up for a board that joins or leaves the sum), so it is never the same twice for two lists. A post raises its board alone, because one row that every post raises would put all writers into one
/// queue. Boards for board members are left out: visitors are the only ones who get this number, and it must not tell them
/// when somebody writes there.
pub fn list_version(connection: &mut Conn) -> Result<i64> {
    // The home page names people, too.
    let bylines = bylines_version::table.find(1).select(bylines_version::version).single_value();
    let (own, bylines): (i64, Option<i64>) =
        board_list_version::table.find(1).select((board_list_version::version, bylines)).first(connection)?;
    let boards: Vec<i64> =
        boards::table.filter(boards::audience.ne(Audience::BoardMembers)).select(boards::version).load(connection)?;
    Ok(own + bylines.unwrap_or_default() + boards.iter().sum::<i64>())
}

/// Writes the list's version as it is.
pub fn touch_list_version(tx: &mut Tx<'_>) -> Result<()> {
    diesel::update(board_list_version::table.find(1))
        .set(board_list_version::version.eq(board_list_version::version))
        .execute(tx.conn())?;
    Ok(())
}

pub fn raise_list_version(tx: &mut Tx<'_>) -> Result<()> {
    raise_list_version_by(tx, 1)
}

pub fn raise_list_version_by(tx: &mut Tx<'_>, by: i64) -> Result<()> {
    diesel::update(board_list_version::table.find(1))
        .set(board_list_version::version.eq(board_list_version::version + by))
        .execute(tx.conn())?;
    Ok(())
}

/// Adds to the counts, raises the version, and remembers the youngest post.
pub fn count(tx: &mut Tx<'_>, board: Id<Board>, threads: i32, posts: i32, at: Option<Timestamp>) -> Result<()> {
    let counts = (
        boards::thread_count.eq(boards::thread_count + threads),
        boards::post_count.eq(boards::post_count + posts),
        boards::version.eq(boards::version + 1),
    );
    match at {
        None => diesel::update(boards::table.find(board)).set(counts).execute(tx.conn())?,
        Some(at) => {
            let is_younger = boards::last_post_at.is_null().or(boards::last_post_at.lt(at));
            let youngest = case_when(is_younger, at.into_sql::<Nullable<BigInt>>()).otherwise(boards::last_post_at);
            diesel::update(boards::table.find(board)).set((counts, boards::last_post_at.eq(youngest))).execute(tx.conn())?
        }
    };
    Ok(())
}

pub fn set_last_post(tx: &mut Tx<'_>, board: Id<Board>, at: Option<Timestamp>) -> Result<()> {
    diesel::update(boards::table.find(board)).set(boards::last_post_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

pub fn insert_board(tx: &mut Tx<'_>, permit: MayChange, draft: &BoardDraft) -> Result<Id<Board>> {
    permit.spend();
    let now = tx.now();
    let last: Option<i32> = boards::table.select(diesel::dsl::max(boards::place_in_order)).first(tx.conn())?;
    let id = diesel::insert_into(boards::table)
        .values((
            boards::name.eq(&draft.name),
            boards::purpose.eq(&draft.purpose),
            boards::kind.eq(draft.kind),
            boards::audience.eq(draft.audience),
            boards::organisation_reads.eq(draft.organisation_reads),
            boards::language.eq(&draft.language),
            boards::rules.eq(draft.rules.join("\n")),
            boards::place_in_order.eq(last.unwrap_or(0) + 1),
            boards::created_at.eq(now),
        ))
        .returning(boards::id)
        .get_result(tx.conn())?;
    Ok(id)
}

pub fn update_board(tx: &mut Tx<'_>, permit: MayChange, board: Id<Board>, draft: &BoardDraft) -> Result<()> {
    permit.spend();
    if let Conn::Postgres(_) = tx.conn() {
        // Narrowing writes every thread of the board in this one statement, and must not fail because they are many.
        execute(tx.conn(), "SET LOCAL statement_timeout = '5min'")?;
    }
    diesel::update(boards::table.find(board))
        .set((
            boards::name.eq(&draft.name),
            boards::purpose.eq(&draft.purpose),
            boards::kind.eq(draft.kind),
            boards::audience.eq(draft.audience),
            boards::organisation_reads.eq(draft.organisation_reads),
            boards::language.eq(&draft.language),
            boards::rules.eq(draft.rules.join("\n")),
            boards::version.eq(boards::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// These labels in this order; others are retired, not deleted: threads carry them.
pub fn set_content_notes(tx: &mut Tx<'_>, board: Id<Board>, labels: &[String]) -> Result<()> {
    let now = tx.now();
    let of_board = content_notes::table.filter(content_notes::board_id.eq(board));
    let there: Vec<(Id<ContentNote>, String)> =
        of_board.select((content_notes::id, content_notes::label)).load(tx.conn())?;
    diesel::update(of_board.filter(content_notes::label.ne_all(labels)).filter(content_notes::retired_at.is_null()))
        .set(content_notes::retired_at.eq(Some(now)))
        .execute(tx.conn())?;
    for (place, label) in (1_i32..).zip(labels) {
        match there.iter().find(|(_, known)| known == label) {
            Some((id, _)) => {
                let back = (content_notes::place_in_order.eq(place), content_notes::retired_at.eq(None::<Timestamp>));
                diesel::update(content_notes::table.find(*id)).set(back).execute(tx.conn())?;
            }
            None => {
                let new = (
                    content_notes::board_id.eq(board),
                    content_notes::label.eq(label),
                    content_notes::place_in_order.eq(place),
                );
                diesel::insert_into(content_notes::table).values(new).execute(tx.conn())?;
            }
        }
    }
    Ok(())
}

pub fn set_archived(tx: &mut Tx<'_>, permit: MayChange, board: Id<Board>, is_archived: bool) -> Result<()> {
    permit.spend();
    let at = is_archived.then(|| tx.now());
    diesel::update(boards::table.find(board))
        .set((boards::archived_at.eq(at), boards::version.eq(boards::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

/// The boards that are used, in their order.
pub fn order(tx: &mut Tx<'_>) -> Result<Vec<Id<Board>>> {
    Ok(boards::table
        .filter(boards::archived_at.is_null())
        .order((boards::place_in_order, boards::name, boards::id))
        .select(boards::id)
        .load(tx.conn())?)
}

pub fn set_order(tx: &mut Tx<'_>, permit: MayChange, order: &[Id<Board>]) -> Result<()> {
    permit.spend();
    for (place, id) in (1_i32..).zip(order) {
        diesel::update(boards::table.find(*id).filter(boards::place_in_order.ne(place)))
            .set(boards::place_in_order.eq(place))
            .execute(tx.conn())?;
    }
    Ok(())
}

// ------------------------------------------------------------------ moderators

/// True if they were given that board; whether their role rests is asked beside it.
pub fn moderates(connection: &mut Conn, board: Id<Board>, member: Id<Member>) -> Result<bool> {
    Ok(diesel::select(exists(board_moderators::table.find((board, member)))).get_result(connection)?)
}

pub fn moderated_by(connection: &mut Conn, member: Id<Member>) -> Result<Vec<Id<Board>>> {
    Ok(board_moderators::table
        .filter(board_moderators::member_id.eq(member))
        .select(board_moderators::board_id)
        .load(connection)?)
}

pub fn moderators(connection: &mut Conn, board: Id<Board>) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = board_moderators::table
        .inner_join(members::table)
        .filter(board_moderators::board_id.eq(board))
        .order((board_moderators::since, members::id))
        .select((members::id, members::handle, members::mark, members::mark_colour, board_moderators::since))
        .load(connection)?;
    Ok(rows.into_iter().map(person).collect())
}

/// True if they were not there before.
pub fn insert_moderator(tx: &mut Tx<'_>, permit: MayChange, board: Id<Board>, member: Id<Member>) -> Result<bool> {
    permit.spend();
    if moderates(tx.conn(), board, member)? {
        return Ok(false);
    }
    let now = tx.now();
    diesel::insert_into(board_moderators::table)
        .values((
            board_moderators::board_id.eq(board),
            board_moderators::member_id.eq(member),
            board_moderators::since.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(true)
}

/// True if they were there.
pub fn delete_moderator(tx: &mut Tx<'_>, permit: MayChange, board: Id<Board>, member: Id<Member>) -> Result<bool> {
    permit.spend();
    Ok(diesel::delete(board_moderators::table.find((board, member))).execute(tx.conn())? == 1)
}

/// Who has a name that looks like this.
pub fn member_named(connection: &mut Conn, handle_key: &str) -> Result<Option<Id<Member>>> {
    Ok(members::table.filter(members::handle_key.eq(handle_key)).select(members::id).first(connection).optional()?)
}

// ------------------------------------------------------------------ members and requests

/// Who was let in, by name: at most so many, whose names come after this one.
pub fn people(connection: &mut Conn, board: Id<Board>, after: &str, most: usize) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = board_members::table
        .inner_join(members::table.on(members::id.eq(board_members::member_id)))
        .filter(board_members::board_id.eq(board).and(members::handle.gt(after)))
        .order((members::handle, members::id))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((members::id, members::handle, members::mark, members::mark_colour, board_members::since))
        .load(connection)?;
    Ok(rows.into_iter().map(person).collect())
}

/// One of those who were let in.
pub fn board_member(connection: &mut Conn, board: Id<Board>, member: Id<Member>) -> Result<Option<Person>> {
    let row: Option<PersonRow> = board_members::table
        .inner_join(members::table.on(members::id.eq(board_members::member_id)))
        .filter(board_members::board_id.eq(board).and(board_members::member_id.eq(member)))
        .select((members::id, members::handle, members::mark, members::mark_colour, board_members::since))
        .first(connection)
        .optional()?;
    Ok(row.map(person))
}

/// True if they were not there before.
pub fn insert_member(tx: &mut Tx<'_>, permit: MayLetIn, by: Option<Id<Member>>) -> Result<bool> {
    let (board, member) = permit.spend();
    let is_there: bool = diesel::select(exists(board_members::table.find((board, member)))).get_result(tx.conn())?;
    if is_there {
        return Ok(false);
    }
    let now = tx.now();
    diesel::insert_into(board_members::table)
        .values((
            board_members::board_id.eq(board),
            board_members::member_id.eq(member),
            board_members::since.eq(now),
            board_members::let_in_by.eq(by),
        ))
        .execute(tx.conn())?;
    add_to_member_count(tx, board, 1)?;
    Ok(true)
}

/// True if they were there.
pub fn delete_member(tx: &mut Tx<'_>, permit: MayTakeOut) -> Result<bool> {
    let (board, member) = permit.spend();
    let was_there = diesel::delete(board_members::table.find((board, member))).execute(tx.conn())? == 1;
    if was_there {
        add_to_member_count(tx, board, -1)?;
    }
    Ok(was_there)
}

/// The boards into which somebody was let.
pub fn boards_of_member(tx: &mut Tx<'_>, member: Id<Member>) -> Result<Vec<Id<Board>>> {
    let theirs = board_members::table.filter(board_members::member_id.eq(member));
    Ok(theirs.order(board_members::board_id).select(board_members::board_id).load(tx.conn())?)
}

/// What somebody takes along.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<TakenBoards> {
    Ok(TakenBoards {
        memberships: board_members::table
            .inner_join(boards::table)
            .filter(board_members::member_id.eq(member))
            .order(board_members::board_id)
            .select((boards::name, board_members::since))
            .load(connection)?,
        moderated: board_moderators::table
            .inner_join(boards::table)
            .filter(board_moderators::member_id.eq(member))
            .order(board_moderators::board_id)
            .select((boards::name, board_moderators::since))
            .load(connection)?,
        requests: board_requests::table
            .inner_join(boards::table)
            .filter(board_requests::member_id.eq(member))
            .order(board_requests::id)
            .select((
                boards::name,
                board_requests::words,
                board_requests::asked_at,
                board_requests::outcome.nullable(),
                board_requests::decided_at,
                board_requests::reason,
            ))
            .load(connection)?,
    })
}

/// Deletes everything that somebody asked for. Returns how much that was.
pub fn delete_requests(tx: &mut Tx<'_>, member: Id<Member>) -> Result<usize> {
    Ok(diesel::delete(board_requests::table.filter(board_requests::member_id.eq(member))).execute(tx.conn())?)
}

/// Empties the words of everything that somebody asked for.
pub fn clear_words_of_requests(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    diesel::update(board_requests::table.filter(board_requests::member_id.eq(member)))
        .set(board_requests::words.eq(""))
        .execute(tx.conn())?;
    Ok(())
}

fn add_to_member_count(tx: &mut Tx<'_>, board: Id<Board>, people: i32) -> Result<()> {
    diesel::update(boards::table.find(board))
        .set((boards::member_count.eq(boards::member_count + people), boards::version.eq(boards::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

/// True if words of theirs stand on the board.
pub fn has_own_posts(connection: &mut Conn, board: Id<Board>, member: Id<Member>) -> Result<bool> {
    let theirs = posts::table
        .inner_join(threads::table)
        .filter(posts::author_id.eq(member).and(posts::withdrawn_at.is_null()).and(threads::board_id.eq(board)));
    Ok(diesel::select(exists(theirs)).get_result(connection)?)
}

pub fn latest_request(connection: &mut Conn, board: Id<Board>, member: Id<Member>) -> Result<Option<Request>> {
    let row: Option<RequestRow> = board_requests::table
        .filter(board_requests::board_id.eq(board).and(board_requests::member_id.eq(member)))
        .order(board_requests::id.desc())
        .select(RequestRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Request::from))
}

pub fn request(connection: &mut Conn, id: Id<Request>) -> Result<Option<Request>> {
    let row: Option<RequestRow> =
        board_requests::table.find(id).select(RequestRow::as_select()).first(connection).optional()?;
    Ok(row.map(Request::from))
}

/// A request and who asks.
pub fn request_with_person(connection: &mut Conn, id: Id<Request>) -> Result<Option<(Request, Person)>> {
    let row: Option<(RequestRow, PersonRow)> = board_requests::table
        .inner_join(members::table.on(members::id.eq(board_requests::member_id)))
        .filter(board_requests::id.eq(id))
        .select((
            RequestRow::as_select(),
            (members::id, members::handle, members::mark, members::mark_colour, members::joined_at),
        ))
        .first(connection)
        .optional()?;
    Ok(row.map(|(request, who)| (request.into(), person(who))))
}

pub fn board_of_request(connection: &mut Conn, id: Id<Request>) -> Result<Option<Id<Board>>> {
    Ok(board_requests::table.find(id).select(board_requests::board_id).first(connection).optional()?)
}

/// Open requests with who asks, the longest waiting first.
pub fn open_requests(connection: &mut Conn, board: Id<Board>) -> Result<Vec<(Request, Person)>> {
    let rows: Vec<(RequestRow, PersonRow)> = board_requests::table
        .inner_join(members::table.on(members::id.eq(board_requests::member_id)))
        .filter(board_requests::board_id.eq(board).and(board_requests::decided_at.is_null()))
        .order(board_requests::id)
        .select((
            RequestRow::as_select(),
            (members::id, members::handle, members::mark, members::mark_colour, members::joined_at),
        ))
        .load(connection)?;
    Ok(rows.into_iter().map(|(request, who)| (request.into(), person(who))).collect())
}

pub fn insert_request(tx: &mut Tx<'_>, permit: MayAsk, words: &str) -> Result<()> {
    let (board, member) = permit.spend();
    let now = tx.now();
    diesel::insert_into(board_requests::table)
        .values((
            board_requests::board_id.eq(board),
            board_requests::member_id.eq(member),
            board_requests::words.eq(words),
            board_requests::asked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The words of the asking go with the decision: they were for deciding.
pub fn decide(tx: &mut Tx<'_>, permit: MayDecide, outcome: Outcome, reason: &str) -> Result<()> {
    let (request, by) = permit.spend();
    let now = tx.now();
    diesel::update(board_requests::table.find(request))
        .set((
            board_requests::decided_at.eq(Some(now)),
            board_requests::decided_by.eq(Some(by)),
            board_requests::outcome.eq(Some(outcome)),
            board_requests::reason.eq(reason),
            board_requests::words.eq(""),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends the open request of somebody, if there is one.
pub fn close_request(
    tx: &mut Tx<'_>,
    board: Id<Board>,
    member: Id<Member>,
    by: Option<Id<Member>>,
    outcome: Outcome,
) -> Result<bool> {
    let now = tx.now();
    let open = board_requests::table.filter(
        board_requests::board_id
            .eq(board)
            .and(board_requests::member_id.eq(member))
            .and(board_requests::decided_at.is_null()),
    );
    let closed = diesel::update(open)
        .set((
            board_requests::decided_at.eq(Some(now)),
            board_requests::decided_by.eq(by),
            board_requests::outcome.eq(Some(outcome)),
            board_requests::words.eq(""),
        ))
        .execute(tx.conn())?;
    Ok(closed > 0)
}

/// A decision that nobody asked for: somebody was taken out.
pub fn insert_decision(
    tx: &mut Tx<'_>,
    board: Id<Board>,
    member: Id<Member>,
    by: Id<Member>,
    reason: &Reason,
) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(board_requests::table)
        .values((
            board_requests::board_id.eq(board),
            board_requests::member_id.eq(member),
            board_requests::asked_at.eq(now),
            board_requests::decided_at.eq(Some(now)),
            board_requests::decided_by.eq(Some(by)),
            board_requests::outcome.eq(Some(Outcome::Refused)),
            board_requests::reason.eq(reason.as_str()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

// ------------------------------------------------------------------ history

pub fn write_change(tx: &mut Tx<'_>, board: Id<Board>, by: Option<Id<Member>>, what: &str) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(board_changes::table)
        .values((
            board_changes::board_id.eq(board),
            board_changes::changed_by.eq(by),
            board_changes::changed_at.eq(now),
            board_changes::what.eq(what),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What administrators did, the youngest first. Who was let in or left is not theirs to read.
pub fn changes(connection: &mut Conn, board: Id<Board>, most: i64) -> Result<Vec<Change>> {
    let is_theirs = board_changes::what
        .eq_any(["made", "archived", "restored", "moved"])
        .or(board_changes::what.like("changed %"))
        .or(board_changes::what.like("moderator-%"));
    let rows: Vec<(Timestamp, Option<String>, String)> = board_changes::table
        .left_join(members::table)
        .filter(board_changes::board_id.eq(board))
        .filter(is_theirs)
        .order(board_changes::id.desc())
        .limit(most)
        .select((board_changes::changed_at, members::handle.nullable(), board_changes::what))
        .load(connection)?;
    Ok(rows.into_iter().map(|(at, by, what)| Change { at, by, what }).collect())
}

/// The names of these people.
pub fn handles(connection: &mut Conn, people: &[Id<Member>]) -> Result<Vec<(Id<Member>, String)>> {
    Ok(members::table.filter(members::id.eq_any(people)).select((members::id, members::handle)).load(connection)?)
}
