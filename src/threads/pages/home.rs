//! The front of the site.

use super::super::store::lists;
use super::rows::{Beside, Showing, rows};
use super::{asks_whether_changed, tag_of};
use crate::accounts::{Look, Visit};
use crate::boards::{self, Audience, Board, Kind};
use crate::error::Result;
use crate::locale::Moment;
use crate::web::page::Page;
use crate::web::page::parts::ThreadRow;
use actix_web::HttpResponse;
use serde::Serialize;

/// `/`
#[derive(Debug, Serialize)]
pub struct HomePage {
    /// The person's name; nobody for a visitor.
    pub handle: Option<String>,
    pub waiting: Vec<ThreadRow>,
    pub boards: Vec<HomeBoard>,
}

/// A board on the home page.
#[derive(Debug, Serialize)]
pub struct HomeBoard {
    pub href: String,
    pub name: String,
    pub purpose: String,
    pub lang: Option<String>,
    /// When somebody wrote last.
    pub last: Option<Moment>,
    /// What stands before that moment: replies on most boards, answers where people ask.
    pub last_words: String,
    pub audience_words: String,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "threads/home.html";
}

/// Threads on the home page that wait for a first reply.
const WAITING: i64 = 5;

pub async fn show_home(visit: Visit) -> Result<HttpResponse> {
    if asks_whether_changed(&visit) {
        let version = visit.site.db.read(boards::list_version).await?;
        if let Some(known) = visit.is_known(&home_tag(&visit, version)?) {
            return Ok(known);
        }
    }
    let viewer = visit.viewer();
    let (version, boards, waiting, beside) = visit
        .site
        .db
        .read(move |connection| {
            let version = if viewer.member_id().is_none() { boards::list_version(connection)? } else { 0 };
            let boards = boards::list(connection, viewer)?;
            let waiting = lists::waiting(connection, viewer, WAITING)?;
            let beside = Beside::read(connection, viewer.member_id(), &waiting)?;
            Ok((version, boards, waiting, beside))
        })
        .await?;
    let page = HomePage {
        handle: visit.signed_in().map(|member| member.handle.clone()),
        waiting: rows(&visit, &waiting, &beside, Showing { with_board: true, waits: true })?,
        boards: boards.iter().map(|board| home_board(&visit, board)).collect::<Result<_>>()?,
    };
    let response = visit.show(Look { is_for_everybody: true, ..Look::default() }, &page)?;
    Ok(visit.tagged(response, &home_tag(&visit, version)?))
}

fn home_tag(visit: &Visit, version: i64) -> Result<String> {
    tag_of(visit, &format!("h{version}"))
}

fn home_board(visit: &Visit, board: &Board) -> Result<HomeBoard> {
    let last_words = match board.kind {
        Kind::Peers => "threads-home-last-reply",
        Kind::Ask | Kind::Feedback => "threads-home-last-answer",
        Kind::Announcements => "threads-home-last-post",
    };
    let audience_words = match board.audience {
        Audience::Public => "threads-home-public",
        Audience::Members => "threads-home-members",
        Audience::BoardMembers => "threads-home-board-members",
    };
    Ok(HomeBoard {
        href: boards::href(board),
        name: board.name.clone(),
        purpose: board.purpose.clone(),
        lang: boards::pages::lang_of(visit, &board.language),
        last: board.last_post_at.map(|last| visit.moment(last)),
        last_words: visit.say(last_words)?,
        audience_words: visit.say(audience_words)?,
    })
}
