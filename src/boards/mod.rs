//! Boards: topics, who reads them, who moderates them.
//!
//! What this slice promises people:
//! - Who reads a board is said in words wherever it is read or written.
//! - A board whose members are let in shows everybody else its front only: what it is for, who reads, and how to ask. Who
//!   asks is answered by a moderator of that very board, never by themselves, and is told why if the answer is no.
//! - Nothing written becomes readable by more people. A board that is made wider is wider for new threads only. A board that
//!   is made narrower takes its threads with it at once, and they stay narrow when it is made wider again.
//! - Who leaves a board is out at once, and nobody is told.
//!
//! Invariants: what cannot be seen does not come out of [`seen_by`]; every change of a board or of who reads it writes a row
//! of `board_changes`; `boards.version` rises with everything that the board's page shows, the version of the list
//! ([`list_version`]) with everything that a list of boards shows. No thread is read by more people than its board: a trigger
//! of the database sees to it in the statement that changes the board, so that no way of writing can go past it.

pub mod model;
pub mod pages;
pub mod rules;
mod store;

pub use model::{Access, Audience, Board, BoardDraft, Change, ContentNote, Kind, Outcome, Person, Request, TakenBoards};
pub(crate) use store::BoardRow;

use crate::accounts::{self, Member, Viewer};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::notifications::{self, Event};
use crate::web::endpoint::Endpoint;
use crate::web::throttle::{self, Limit};
use rules::{MayChange, Reason};
use unicode_normalization::UnicodeNormalization;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// So often one person may ask to be let in somewhere.
const ASKING: Limit = Limit { action: "board-request", times: 10, per_seconds: 24 * 60 * 60 };

/// The one visibility predicate of threads, as a diesel expression over the table `threads`, for whoever looks: page, list,
/// search, feed and letter alike. What it hides is answered like what does not exist.
///
/// A thread carries its own audience, never wider than its board's, so the board is not asked. Moderators of its board read
/// everything on it, unless their role rests.
#[macro_export]
macro_rules! threads_visible_to {
    ($viewer:expr) => {{
        use diesel::prelude::*;
        use $crate::db::schema::{board_members, board_moderators, threads};
        let (id, is_member, works_for_organisation, is_moderator) = match $viewer {
            $crate::accounts::Viewer::Visitor => ($crate::db::Id::new(0), false, true, false),
            $crate::accounts::Viewer::Member { id, works_for_organisation, is_moderator } => {
                (id, true, works_for_organisation, is_moderator)
            }
        };
        let is_let_in = diesel::dsl::exists(
            board_members::table.filter(board_members::board_id.eq(threads::board_id).and(board_members::member_id.eq(id))),
        );
        let moderates = is_moderator.into_sql::<diesel::sql_types::Bool>().and(diesel::dsl::exists(
            board_moderators::table
                .filter(board_moderators::board_id.eq(threads::board_id).and(board_moderators::member_id.eq(id))),
        ));
        threads::audience.eq($crate::boards::Audience::Public).or(is_member.into_sql::<diesel::sql_types::Bool>().and(
            (threads::organisation_reads.or((!works_for_organisation).into_sql::<diesel::sql_types::Bool>()))
                .and(threads::audience.eq($crate::boards::Audience::Members).or(is_let_in))
                .or(moderates),
        ))
    }};
}

// ------------------------------------------------------------------ looking

/// A board and what this person may do on it. [`Error::UNSEEN`] if not even its front is theirs to see: visitors see public
/// boards only; members see the front of every board ([`Access::may_read`] says whether they see more).
pub fn seen_by(connection: &mut Conn, viewer: Viewer, id: Id<Board>) -> Result<(Board, Access)> {
    let (board, is_board_member, is_moderator) = store::board_for(connection, viewer, id)?.ok_or(Error::UNSEEN)?;
    let access = rules::access(&board, viewer, is_board_member, is_moderator).ok_or(Error::UNSEEN)?;
    Ok((board, access))
}

/// The boards in their order, without archived ones. Visitors get no boards whose members are let in; members' boards are
/// listed to them by name, but stay closed.
pub fn list(connection: &mut Conn, viewer: Viewer) -> Result<Vec<Board>> {
    store::list(connection, viewer, false)
}

/// The notes that a new thread of this board may carry, in their order.
pub fn content_notes(connection: &mut Conn, board: Id<Board>) -> Result<Vec<ContentNote>> {
    store::content_notes(connection, board)
}

/// Rises with everything that a list of boards shows: names, order, counts, last posts. For ETags.
pub fn list_version(connection: &mut Conn) -> Result<i64> {
    store::list_version(connection)
}

/// Where a board stands: `/boards/7`, or `/boards/7/type-1-diabetes` if everybody may read it. The name of another board
/// never stands in an address: addresses stay in histories.
pub fn href(board: &Board) -> String {
    let slug = slug(&board.name);
    if board.is_public() && !slug.is_empty() {
        format!("/boards/{}/{slug}", board.id)
    } else {
        format!("/boards/{}", board.id)
    }
}

/// What stands below `/boards/{board}/` and `/threads/{thread}/` for other reasons. A test compares it with every address.
const NOT_SLUGS: &[&str] = &["leaving", "lock", "new-thread", "people", "pin", "replies", "requests", "threads"];

/// A name for an address, of a board or of a thread: small Latin letters and digits with `-` between words, at most 60; empty
/// if nothing is left, or if something else stands at that address.
pub fn slug(name: &str) -> String {
    let slug = latin(name);
    if NOT_SLUGS.contains(&slug.as_str()) { String::new() } else { slug }
}

fn latin(name: &str) -> String {
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

// ------------------------------------------------------------------ counting, for threads

/// The board's row, held until the end of the transaction. [`Error::UNSEEN`] if there is none.
pub fn lock_board(tx: &mut Tx<'_>, board: Id<Board>) -> Result<Board> {
    store::lock_board(tx, board)?.ok_or(Error::UNSEEN)
}

/// The board of a thread, locked. Whoever locks both locks the board first: making it narrower begins there, too.
pub fn lock_board_of_thread(tx: &mut Tx<'_>, thread: i64) -> Result<Board> {
    store::lock_board_of_thread(tx, thread)?.ok_or(Error::UNSEEN)
}

/// The board on which a post stands, locked.
pub fn lock_board_of_post(tx: &mut Tx<'_>, post: i64) -> Result<Board> {
    store::lock_board_of_post(tx, post)?.ok_or(Error::UNSEEN)
}

/// A thread was opened: one thread more. Its opening post is counted by [`count_post`] like every other.
pub fn count_thread(tx: &mut Tx<'_>, board: Id<Board>, at: Timestamp) -> Result<()> {
    store::count(tx, board, 1, 0, Some(at))
}

/// A post was written: one post more, and the last one is as young as this.
pub fn count_post(tx: &mut Tx<'_>, board: Id<Board>, at: Timestamp) -> Result<()> {
    store::count(tx, board, 0, 1, Some(at))
}

/// A post does not stand any more.
pub fn uncount_post(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    store::count(tx, board, 0, -1, None)
}

/// A thread does not stand any more. Its posts are uncounted one by one.
pub fn uncount_thread(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    store::count(tx, board, -1, 0, None)
}

/// The last post that stands was written then; nothing if none does. To be called after a post was uncounted, with the board's
/// row locked.
pub fn set_last_post(tx: &mut Tx<'_>, board: Id<Board>, at: Option<Timestamp>) -> Result<()> {
    store::set_last_post(tx, board, at)
}

/// Something else changed that the board's page shows.
pub fn raise_version(tx: &mut Tx<'_>, board: Id<Board>) -> Result<()> {
    store::count(tx, board, 0, 0, None)
}

/// Something changed that lists of boards show, other than a board's own row.
pub fn raise_list_version(tx: &mut Tx<'_>) -> Result<()> {
    store::raise_list_version(tx)
}

// ------------------------------------------------------------------ administration

/// Makes a board, at the end of the list. `by` is an administrator; nobody means the program itself (demo, command line).
pub fn create(tx: &mut Tx<'_>, by: Option<Id<Member>>, draft: &BoardDraft) -> Result<Id<Board>> {
    let permit = may_change(tx, by)?;
    store::raise_list_version(tx)?;
    let board = store::insert_board(tx, permit, draft)?;
    store::set_content_notes(tx, board, &draft.content_notes)?;
    store::write_change(tx, board, by, "made")?;
    Ok(board)
}

/// Changes a board. A wider audience holds for new threads only. A narrower one holds for every thread at once: the database
/// narrows their rows and raises their versions in this very statement. `was` is the fingerprint of the board as the person
/// saw it ([`BoardDraft::fingerprint`]); [`Refusal::Stale`] if somebody changed it meanwhile.
pub fn change(
    tx: &mut Tx<'_>,
    by: Option<Id<Member>>,
    board: Id<Board>,
    draft: &BoardDraft,
    was: Option<&str>,
) -> Result<()> {
    let permit = may_change(tx, by)?;
    store::raise_list_version(tx)?;
    let locked = lock_board(tx, board)?;
    let before = BoardDraft::of(&locked, &store::content_notes(tx.conn(), board)?);
    if was.is_some_and(|was| was != before.fingerprint()) {
        return Err(Refusal::Stale(Sentence::plain("boards-edit-stale")).into());
    }
    let changed = before.changed_fields(draft);
    if changed.is_empty() {
        return Ok(());
    }
    if before.audience != draft.audience {
        // The board's version joins or leaves the sum that visitors get: without this the number could fall and come back
        // to one that a browser still holds for another list.
        store::raise_list_version_by(tx, locked.version)?;
    }
    store::update_board(tx, permit, board, draft)?;
    store::set_content_notes(tx, board, &draft.content_notes)?;
    store::write_change(tx, board, by, &format!("changed {}", changed.join(" ")))
}

/// Takes a board off the lists; nobody writes there any more, whoever could read it still can.
pub fn archive(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>) -> Result<()> {
    set_archived(tx, by, board, true)
}

/// Puts an archived board back.
pub fn unarchive(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>) -> Result<()> {
    set_archived(tx, by, board, false)
}

fn set_archived(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>, is_archived: bool) -> Result<()> {
    let permit = may_change(tx, by)?;
    store::raise_list_version(tx)?;
    if lock_board(tx, board)?.archived_at.is_some() == is_archived {
        return Ok(());
    }
    store::set_archived(tx, permit, board, is_archived)?;
    store::write_change(tx, board, by, if is_archived { "archived" } else { "restored" })
}

/// One place up in the list; nothing happens at its top.
pub fn move_up(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>) -> Result<()> {
    shift(tx, by, board, true)
}

/// One place down in the list; nothing happens at its end.
pub fn move_down(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>) -> Result<()> {
    shift(tx, by, board, false)
}

fn shift(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>, is_up: bool) -> Result<()> {
    let permit = may_change(tx, by)?;
    // The row of the list's version is the lock of the list's order.
    store::raise_list_version(tx)?;
    let mut order = store::order(tx)?;
    let Some(place) = order.iter().position(|id| *id == board) else { return Err(Error::UNSEEN) };
    let Some(other) = (if is_up { place.checked_sub(1) } else { Some(place + 1) }).filter(|other| *other < order.len())
    else {
        return Ok(());
    };
    order.swap(place, other);
    store::set_order(tx, permit, &order)?;
    store::write_change(tx, board, by, "moved")
}

/// Somebody moderates this board from now on. For the program itself; people go through [`appoint`].
pub fn add_moderator(tx: &mut Tx<'_>, board: Id<Board>, member: Id<Member>) -> Result<()> {
    appoint(tx, None, board, member)
}

/// Somebody moderates this board no longer. For the program itself; people go through [`dismiss`].
pub fn remove_moderator(tx: &mut Tx<'_>, board: Id<Board>, member: Id<Member>) -> Result<()> {
    dismiss(tx, None, board, member)
}

/// An administrator makes somebody a moderator of this board. An open request of theirs is closed: they read it now.
pub fn appoint(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>, member: Id<Member>) -> Result<()> {
    let permit = may_change(tx, by)?;
    lock_board(tx, board)?;
    if by.is_some() {
        let appointed = accounts::load(tx.conn(), member)?.ok_or(Error::UNSEEN)?;
        rules::may_moderate(&appointed).map_err(|refused| Error::forbidden(refused.key()))?;
    }
    if !store::insert_moderator(tx, permit, board, member)? {
        return Ok(());
    }
    store::close_request(tx, board, member, by, Outcome::LetIn)?;
    raise_version(tx, board)?;
    store::write_change(tx, board, by, &format!("moderator-added {member}"))
}

/// An administrator ends somebody's moderating of this board.
pub fn dismiss(tx: &mut Tx<'_>, by: Option<Id<Member>>, board: Id<Board>, member: Id<Member>) -> Result<()> {
    let permit = may_change(tx, by)?;
    lock_board(tx, board)?;
    if !store::delete_moderator(tx, permit, board, member)? {
        return Ok(());
    }
    raise_version(tx, board)?;
    store::write_change(tx, board, by, &format!("moderator-removed {member}"))
}

/// Somebody lost the role of moderator: they moderate no board any more. To be called by whoever takes the role away.
pub fn end_moderating(tx: &mut Tx<'_>, by: Option<Id<Member>>, member: Id<Member>) -> Result<()> {
    for board in store::moderated_by(tx.conn(), member)? {
        dismiss(tx, by, board, member)?;
    }
    Ok(())
}

/// The board as an administrator may change it.
pub fn draft_of(tx: &mut Tx<'_>, board: Id<Board>) -> Result<BoardDraft> {
    let board = lock_board(tx, board)?;
    let notes = store::content_notes(tx.conn(), board.id)?;
    Ok(BoardDraft::of(&board, &notes))
}

fn may_change(tx: &mut Tx<'_>, by: Option<Id<Member>>) -> Result<MayChange> {
    let Some(by) = by else { return Ok(rules::program_may_change()) };
    let member = accounts::acting(tx, by)?.ok_or(Error::UNSEEN)?;
    rules::may_change(&member).map_err(|refused| Error::forbidden(refused.key()))
}

/// True if they moderate that board at this moment: they were given it, and their role does not rest.
fn moderates(tx: &mut Tx<'_>, board: Id<Board>, member: Id<Member>) -> Result<bool> {
    let is_moderator = accounts::acting(tx, member)?.is_some_and(|member| member.roles.moderator);
    Ok(is_moderator && store::moderates(tx.conn(), board, member)?)
}

// ------------------------------------------------------------------ who reads a board

/// Lets somebody in. `by` is a moderator of the board; nobody means the program itself. An open request is answered by it.
pub fn let_in(tx: &mut Tx<'_>, board: Id<Board>, member: Id<Member>, by: Option<Id<Member>>) -> Result<()> {
    lock_board(tx, board)?;
    let permit = match by {
        None => rules::program_may_let_in(board, member),
        Some(by) => {
            let moderates = moderates(tx, board, by)?;
            rules::may_let_in(by, moderates, board, member).map_err(refusal_to_decide)?
        }
    };
    store::close_request(tx, board, member, by, Outcome::LetIn)?;
    if store::insert_member(tx, permit, by)? {
        store::write_change(tx, board, by, &format!("let-in {member}"))?;
    }
    Ok(())
}

/// Asks the moderators of a board to be let in; `words` are for them alone and may be empty. Asking twice is asking once.
pub fn ask(tx: &mut Tx<'_>, member: &Member, board: Id<Board>, words: &str) -> Result<()> {
    let member = &accounts::lock_writer(tx, member)?;
    let locked = lock_board(tx, board)?;
    let (_, access) = seen_by(tx.conn(), member.viewer(), board)?;
    let latest = store::latest_request(tx.conn(), board, member.id)?;
    let permit = match rules::may_ask(member, &locked, access, latest.as_ref()) {
        Ok(permit) => permit,
        Err(rules::CannotAsk::AskedAlready) => return Ok(()),
        Err(refused) => return Err(Error::forbidden(refused.key())),
    };
    throttle::take(tx, ASKING, &format!("member {}", member.id))?;
    store::insert_request(tx, permit, words)?;
    store::write_change(tx, board, Some(member.id), "asked")?;
    notifications::happened(tx, Event::BoardAsked { actor: member.id, board })
}

/// A moderator of the board lets the person in or refuses; a refusal says why, and the person is told. [`Error::UNSEEN`]
/// for everybody who does not moderate the board of that request.
pub fn decide(tx: &mut Tx<'_>, moderator: &Member, request: Id<Request>, let_in: bool, reason: &str) -> Result<()> {
    let board = store::board_of_request(tx.conn(), request)?.ok_or(Error::UNSEEN)?;
    lock_board(tx, board)?;
    let request = store::request(tx.conn(), request)?.ok_or(Error::UNSEEN)?;
    let moderates = moderates(tx, board, moderator.id)?;
    let permit = rules::may_decide(moderator.id, moderates, &request).map_err(refusal_to_decide)?;
    let member = request.member;
    if let_in {
        store::decide(tx, permit, Outcome::LetIn, "")?;
        let permit = rules::may_let_in(moderator.id, moderates, board, member).map_err(refusal_to_decide)?;
        store::insert_member(tx, permit, Some(moderator.id))?;
        store::write_change(tx, board, Some(moderator.id), &format!("let-in {member}"))?;
    } else {
        let reason = reason_for(reason)?;
        store::decide(tx, permit, Outcome::Refused, reason.as_str())?;
        store::write_change(tx, board, Some(moderator.id), &format!("refused {member}"))?;
    }
    notifications::happened(tx, Event::BoardDecided { actor: moderator.id, board, member })
}

/// A moderator of the board takes a member out again, with a reason that the person is told. They may ask again.
pub fn take_out(tx: &mut Tx<'_>, moderator: &Member, board: Id<Board>, member: Id<Member>, reason: &str) -> Result<()> {
    lock_board(tx, board)?;
    let moderates = moderates(tx, board, moderator.id)?;
    let permit = rules::may_take_out(moderator.id, moderates, board, member).map_err(refusal_to_decide)?;
    let reason = reason_for(reason)?;
    if !store::delete_member(tx, permit)? {
        return Err(Error::UNSEEN);
    }
    store::insert_decision(tx, board, member, moderator.id, &reason)?;
    store::write_change(tx, board, Some(moderator.id), &format!("taken-out {member}"))?;
    notifications::happened(tx, Event::BoardDecided { actor: moderator.id, board, member })
}

/// Takes one's own open request back. Nothing happens if there is none.
pub fn take_back(tx: &mut Tx<'_>, member: &Member, board: Id<Board>) -> Result<()> {
    lock_board(tx, board)?;
    if store::close_request(tx, board, member.id, Some(member.id), Outcome::TakenBack)? {
        store::write_change(tx, board, Some(member.id), "taken-back")?;
    }
    Ok(())
}

/// Leaves a board into which one was let. Nobody is told. Nothing happens to who is not in it.
pub fn leave(tx: &mut Tx<'_>, member: &Member, board: Id<Board>) -> Result<()> {
    lock_board(tx, board)?;
    if store::delete_member(tx, rules::may_leave(member, board))? {
        store::write_change(tx, board, Some(member.id), &format!("left {}", member.id))?;
    }
    Ok(())
}

/// What somebody takes along of boards.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<TakenBoards> {
    store::take_along(connection, member)
}

/// Somebody is gone for good: out of every board, and what they asked for, with their words and the answers, is erased. Returns
/// how many memberships and requests that were.
pub fn forget(tx: &mut Tx<'_>, member: &Member) -> Result<usize> {
    end_moderating(tx, None, member.id)?;
    let boards = store::boards_of_member(tx, member.id)?;
    for board in &boards {
        leave(tx, member, *board)?;
    }
    Ok(boards.len() + store::delete_requests(tx, member.id)?)
}

/// Erases the words with which somebody asked to be let in; that they asked stays.
pub fn forget_words(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::clear_words_of_requests(tx, member)
}

fn reason_for(reason: &str) -> Result<Reason> {
    Reason::parse(reason).map_err(|fault| Refusal::Unreadable(Sentence::plain(fault.key())).into())
}

fn refusal_to_decide(refused: rules::CannotDecide) -> Error {
    match refused {
        rules::CannotDecide::NotModerator => Error::UNSEEN,
        rules::CannotDecide::DecidedAlready => Refusal::Stale(Sentence::plain("boards-people-decided-already")).into(),
        rules::CannotDecide::OwnMatter => Error::forbidden("boards-people-own-matter"),
    }
}

#[cfg(test)]
mod tests;

/// Writes what is there already: proves that the database takes a write, and changes nothing.
pub fn probe(tx: &mut Tx<'_>) -> Result<()> {
    store::touch_list_version(tx)
}
