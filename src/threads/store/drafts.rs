//! What is not posted yet.

use super::super::model::{Place, Post, TakenDraft, Thread, Typed};
use crate::accounts::{Member, Viewer};
use crate::boards::Board;
use crate::clock::Timestamp;
use crate::db::schema::{boards, drafts, posts, threads};
use crate::db::{Conn, Id, Tx};
use crate::error::Result;
use crate::{on_each, threads_visible_to};
use diesel::prelude::*;

/// The draft of one form.
macro_rules! of_form {
    ($member:expr, $place:expr, $submission_id:expr) => {
        drafts::member_id
            .eq($member)
            .and(drafts::place.eq($place.to_string()))
            .and(drafts::submission_id.eq($submission_id.to_owned()))
    };
}

/// What somebody typed somewhere and has not posted.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its number.
    pub id: Id<Draft>,
    /// Where it belongs.
    pub place: Place,
    /// The fields as typed.
    pub typed: Typed,
    /// When it was kept last.
    pub saved_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

/// Keeps the words, over what was kept of the same form at that place before.
pub fn save(tx: &mut Tx<'_>, member: Id<Member>, place: Place, typed: &Typed, expires_at: Timestamp) -> Result<()> {
    let fields = serde_json::to_string(typed)?;
    let now = tx.now();
    let values = (
        drafts::member_id.eq(member),
        drafts::place.eq(place.to_string()),
        drafts::submission_id.eq(&typed.submission_id),
        drafts::fields.eq(&fields),
        drafts::saved_at.eq(now),
        drafts::expires_at.eq(expires_at),
    );
    let newer = (drafts::fields.eq(&fields), drafts::saved_at.eq(now), drafts::expires_at.eq(expires_at));
    on_each!(tx.conn(), inner => diesel::insert_into(drafts::table).values(values).on_conflict((drafts::member_id, drafts::place, drafts::submission_id)).do_update().set(newer).execute(inner))?;
    Ok(())
}

/// What is kept of that form at that place, expired or not.
pub fn of_form(tx: &mut Tx<'_>, member: Id<Member>, place: Place, submission_id: &str) -> Result<Option<Draft>> {
    let row: Option<Row> =
        drafts::table.filter(of_form!(member, place, submission_id)).select(COLUMNS).first(tx.conn()).optional()?;
    Ok(row.map(draft).transpose()?.flatten())
}

/// Lets a draft stand as one of another form, so that the next save of its own does not go over it.
pub fn set_aside(tx: &mut Tx<'_>, draft: &Draft, submission_id: &str) -> Result<()> {
    let typed = Typed { submission_id: submission_id.to_owned(), ..draft.typed.clone() };
    diesel::update(drafts::table.filter(drafts::id.eq(draft.id.number())))
        .set((drafts::submission_id.eq(submission_id), drafts::fields.eq(serde_json::to_string(&typed)?)))
        .execute(tx.conn())?;
    Ok(())
}

/// How many this person keeps beside that of this form at that place.
pub fn count_beside(tx: &mut Tx<'_>, member: Id<Member>, place: Place, submission_id: &str) -> Result<i64> {
    Ok(drafts::table
        .filter(drafts::member_id.eq(member))
        .filter(drafts::place.ne(place.to_string()).or(drafts::submission_id.ne(submission_id.to_owned())))
        .count()
        .get_result(tx.conn())?)
}

/// What is kept for these places, the chosen one first, then the newest. What has had its time is not shown, even before the
/// worker removes it.
pub fn at(
    connection: &mut Conn,
    member: Id<Member>,
    places: &[Place],
    chosen: Option<Id<Draft>>,
    now: Timestamp,
) -> Result<Vec<Draft>> {
    /// More at once nobody compares; all of them stand among the drafts.
    const MAX: i64 = 8;
    let is_chosen = drafts::id.eq(chosen.map_or(0, Id::number));
    let places: Vec<String> = places.iter().map(Place::to_string).collect();
    let rows: Vec<Row> = drafts::table
        .filter(drafts::member_id.eq(member).and(drafts::place.eq_any(places)).and(drafts::expires_at.gt(now)))
        .order((is_chosen.desc(), drafts::saved_at.desc(), drafts::id.desc()))
        .limit(MAX)
        .select(COLUMNS)
        .load(connection)?;
    drafts_of(rows)
}

type Row = (Id<Draft>, String, String, Timestamp, Timestamp);

const COLUMNS: (drafts::id, drafts::place, drafts::fields, drafts::saved_at, drafts::expires_at) =
    (drafts::id, drafts::place, drafts::fields, drafts::saved_at, drafts::expires_at);

fn drafts_of(rows: Vec<Row>) -> Result<Vec<Draft>> {
    rows.into_iter().map(draft).filter_map(Result::transpose).collect()
}

/// Nothing for a place that is none.
fn draft((id, place, fields, saved_at, expires_at): Row) -> Result<Option<Draft>> {
    let Some(place) = Place::parse(&place) else { return Ok(None) };
    Ok(Some(Draft { id, place, typed: serde_json::from_str(&fields)?, saved_at, expires_at }))
}

/// What this person keeps, the newest first, at most `count`; on from the draft that was kept at that moment with that number.
pub fn of_member(
    connection: &mut Conn,
    member: Id<Member>,
    now: Timestamp,
    (at, number): (Timestamp, i64),
    count: i64,
) -> Result<Vec<Draft>> {
    let rows: Vec<Row> = drafts::table
        .filter(drafts::member_id.eq(member).and(drafts::expires_at.gt(now)))
        .filter(drafts::saved_at.lt(at).or(drafts::saved_at.eq(at).and(drafts::id.lt(number))))
        .order((drafts::saved_at.desc(), drafts::id.desc()))
        .limit(count)
        .select(COLUMNS)
        .load(connection)?;
    drafts_of(rows)
}

/// What this person takes along: everything, also what nobody could go on with.
pub fn take_along(connection: &mut Conn, member: Id<Member>) -> Result<Vec<TakenDraft>> {
    let rows: Vec<Row> =
        drafts::table.filter(drafts::member_id.eq(member)).order(drafts::id).select(COLUMNS).load(connection)?;
    let taken = drafts_of(rows)?.into_iter().map(|draft| TakenDraft {
        place: draft.place.to_string(),
        title: draft.typed.title,
        words: draft.typed.body,
        saved_at: draft.saved_at,
    });
    Ok(taken.collect())
}

/// Removes everybody's drafts of one place.
pub fn remove_by_place(tx: &mut Tx<'_>, place: Place) -> Result<()> {
    diesel::delete(drafts::table.filter(drafts::place.eq(place.to_string()))).execute(tx.conn())?;
    Ok(())
}

/// Removes all of somebody's drafts of one place.
pub fn remove_of_member_at(tx: &mut Tx<'_>, member: Id<Member>, place: Place) -> Result<()> {
    let theirs = drafts::member_id.eq(member).and(drafts::place.eq(place.to_string()));
    diesel::delete(drafts::table.filter(theirs)).execute(tx.conn())?;
    Ok(())
}

/// Removes all of somebody's drafts. Returns how many.
pub fn remove_of_member(tx: &mut Tx<'_>, member: Id<Member>) -> Result<usize> {
    Ok(diesel::delete(drafts::table.filter(drafts::member_id.eq(member))).execute(tx.conn())?)
}

/// Removes the draft of one form.
pub fn remove_of_form(tx: &mut Tx<'_>, member: Id<Member>, place: Place, submission_id: &str) -> Result<()> {
    diesel::delete(drafts::table.filter(of_form!(member, place, submission_id))).execute(tx.conn())?;
    Ok(())
}

/// Removes one of one's own. False if there is none of that number.
pub fn remove(tx: &mut Tx<'_>, member: Id<Member>, draft: Id<Draft>) -> Result<bool> {
    Ok(diesel::delete(drafts::table.filter(drafts::id.eq(draft.number()).and(drafts::member_id.eq(member))))
        .execute(tx.conn())?
        > 0)
}

/// Removes what has had its time.
pub fn remove_expired(tx: &mut Tx<'_>) -> Result<usize> {
    let now = tx.now();
    Ok(diesel::delete(drafts::table.filter(drafts::expires_at.le(now))).execute(tx.conn())?)
}

/// True if these very words were posted already, so that a late save of the script does not bring them back as a draft.
pub fn was_posted(tx: &mut Tx<'_>, member: Id<Member>, typed: &Typed) -> Result<bool> {
    if typed.submission_id.is_empty() {
        return Ok(false);
    }
    let words: Option<String> = posts::table
        .filter(posts::author_id.eq(member).and(posts::submission_id.eq(&typed.submission_id)))
        .order(posts::id.desc())
        .select(posts::body_source)
        .first(tx.conn())
        .optional()?;
    Ok(words.is_some_and(|words| words.trim() == typed.body.replace("\r\n", "\n").trim()))
}

/// What the places of drafts are called, as far as this viewer may see them.
#[derive(Default)]
pub struct PlaceNames {
    /// Boards by number.
    pub boards: Vec<(Id<Board>, String)>,
    /// Threads by number; no title if it was taken back.
    pub threads: Vec<(Id<Thread>, Option<String>)>,
    /// Posts by number, with the title of their thread.
    pub posts: Vec<(Id<Post>, Option<String>)>,
}

/// Looks the places up, in at most three statements.
pub fn place_names(connection: &mut Conn, viewer: Viewer, places: &[Place]) -> Result<PlaceNames> {
    let mut names = PlaceNames::default();
    let board_ids: Vec<Id<Board>> =
        places.iter().filter_map(|place| if let Place::Board(id) = place { Some(*id) } else { None }).collect();
    let thread_ids: Vec<Id<Thread>> = places
        .iter()
        .filter_map(|place| if let Place::Thread(id) | Place::Measure(id, _) = place { Some(*id) } else { None })
        .collect();
    let post_ids: Vec<Id<Post>> =
        places.iter().filter_map(|place| if let Place::Post(id) = place { Some(*id) } else { None }).collect();
    if !board_ids.is_empty() {
        let seen = crate::boards::list(connection, viewer)?;
        names.boards =
            seen.into_iter().filter(|board| board_ids.contains(&board.id)).map(|board| (board.id, board.name)).collect();
    }
    if !thread_ids.is_empty() {
        let rows: Vec<(Id<Thread>, String, Option<Timestamp>)> = threads::table
            .filter(threads::id.eq_any(&thread_ids))
            .filter(threads_visible_to!(viewer))
            .select((threads::id, threads::title, threads::withdrawn_at))
            .load(connection)?;
        names.threads = rows.into_iter().map(|(id, title, withdrawn)| (id, withdrawn.is_none().then_some(title))).collect();
    }
    if !post_ids.is_empty() {
        let rows: Vec<(Id<Post>, String, Option<Timestamp>)> = posts::table
            .inner_join(threads::table)
            .filter(posts::id.eq_any(&post_ids))
            .filter(threads_visible_to!(viewer))
            .select((posts::id, threads::title, threads::withdrawn_at))
            .load(connection)?;
        names.posts = rows.into_iter().map(|(id, title, withdrawn)| (id, withdrawn.is_none().then_some(title))).collect();
    }
    Ok(names)
}

/// True if the place exists for this viewer: nobody keeps words for what they may not see.
pub fn is_seen(connection: &mut Conn, viewer: Viewer, member: Id<Member>, place: Place) -> Result<bool> {
    let is_seen = match place {
        Place::Board(id) => diesel::select(diesel::dsl::exists(boards::table.find(id))).get_result(connection)?,
        Place::Thread(id) | Place::Measure(id, _) => diesel::select(diesel::dsl::exists(
            threads::table.filter(threads::id.eq(id)).filter(threads_visible_to!(viewer)),
        ))
        .get_result(connection)?,
        Place::Post(id) => {
            diesel::select(diesel::dsl::exists(posts::table.filter(posts::id.eq(id).and(posts::author_id.eq(member)))))
                .get_result(connection)?
        }
    };
    Ok(is_seen)
}
