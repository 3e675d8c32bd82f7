//! Stand-in until the boards slice is merged.

use super::model::{Access, Audience, Board, ContentNote, Kind};
use crate::accounts::{Member, Viewer};
use crate::clock::Timestamp;
use crate::db::schema::{board_list_version, board_members, board_moderators, boards, content_notes as notes};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Result};
use crate::locked;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = boards)]
struct BoardRow {
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
        let BoardRow { id, name, purpose, kind, audience, organisation_reads, language, rules, place_in_order, thread_count, post_count, member_count, last_post_at, version, archived_at } = row;
        let rules = rules.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        Self { id, name, purpose, kind, audience, organisation_reads, language, rules, place_in_order, thread_count, post_count, member_count, last_post_at, version, archived_at }
    }
}

pub fn seen_by(conn: &mut Conn, viewer: Viewer, id: Id<Board>) -> Result<(Board, Access)> {
    let row: Option<BoardRow> = boards::table.find(id).select(BoardRow::as_select()).first(conn).optional()?;
    let board: Board = row.ok_or(Error::UNSEEN)?.into();
    let member = viewer.member_id().unwrap_or(Id::<Member>::new(0));
    let (is_moderator, is_board_member): (bool, bool) = diesel::select((
        diesel::dsl::exists(board_moderators::table.find((id, member))),
        diesel::dsl::exists(board_members::table.find((id, member))),
    ))
    .get_result(conn)?;
    let may_read = match viewer {
        Viewer::Visitor => board.audience == Audience::Public,
        Viewer::Member { works_for_organisation, .. } => {
            is_moderator || board.audience == Audience::Public || ((board.organisation_reads || !works_for_organisation) && (board.audience == Audience::Members || is_board_member))
        }
    };
    Ok((board, Access { may_read, is_board_member, is_moderator }))
}

pub fn list(conn: &mut Conn, viewer: Viewer) -> Result<Vec<Board>> {
    let rows: Vec<BoardRow> = boards::table.filter(boards::archived_at.is_null()).order((boards::place_in_order, boards::name)).select(BoardRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Board::from).filter(|board| viewer != Viewer::Visitor || board.audience != Audience::BoardMembers).collect())
}

pub fn content_notes(conn: &mut Conn, board: Id<Board>) -> Result<Vec<ContentNote>> {
    let rows: Vec<(Id<ContentNote>, String)> =
        notes::table.filter(notes::board_id.eq(board).and(notes::retired_at.is_null())).order((notes::place_in_order, notes::id)).select((notes::id, notes::label)).load(conn)?;
    Ok(rows.into_iter().map(|(id, label)| ContentNote { id, label }).collect())
}

pub fn count_thread(tx: &mut Tx<'_>, board: Id<Board>, at: Timestamp) -> Result<()> {
    diesel::update(boards::table.find(board))
        .set((boards::thread_count.eq(boards::thread_count + 1), boards::last_post_at.eq(Some(at)), boards::version.eq(boards::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

pub fn list_version(connection: &mut Conn) -> Result<i64> {
    let own: i64 = board_list_version::table.find(1).select(board_list_version::version).first(connection)?;
    let boards: Vec<i64> = boards::table.select(boards::version).load(connection)?;
    Ok(own + boards.iter().sum::<i64>())
}

pub fn count_post(tx: &mut Tx<'_>, board: Id<Board>, at: Timestamp) -> Result<()> {
    diesel::update(boards::table.find(board))
        .set((boards::post_count.eq(boards::post_count + 1), boards::last_post_at.eq(Some(at)), boards::version.eq(boards::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

pub fn uncount_post(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    diesel::update(boards::table.find(board)).set((boards::post_count.eq(boards::post_count - 1), boards::version.eq(boards::version + 1))).execute(tx.conn())?;
    Ok(())
}

pub fn uncount_thread(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    diesel::update(boards::table.find(board))
        .set((boards::thread_count.eq(boards::thread_count - 1), boards::version.eq(boards::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

pub fn raise_version(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    diesel::update(boards::table.find(board)).set(boards::version.eq(boards::version + 1)).execute(tx.conn())?;
    Ok(())
}

pub fn lock_board(tx: &mut Tx<'_>, board: Id<Board>) -> Result<Board> {
    let row: Option<BoardRow> = locked!(tx.conn(), inner, boards::table.find(board).select(BoardRow::as_select()) => first).optional()?;
    Ok(row.ok_or(Error::UNSEEN)?.into())
}
