//! How people meet boards: the list of them. Asking to be let in stands in `front.rs`, what moderators see in `people.rs`,
//! what administrators do in `administration.rs`.

mod administration;
mod front;
mod people;

pub use front::show_front;

use super::model::{Audience, Board, Kind};
use super::{rules, store};
use crate::accounts::visit::{asks_whether_changed, tag_of};
use crate::accounts::{Look, Viewer, Visit};
use crate::db::Id;
use crate::error::Result;
use crate::languages;
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::Serialize;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let own = vec![Endpoint::get("/boards", Admits::Anyone, list_boards)];
    [own, front::endpoints(), people::endpoints(), administration::endpoints()].concat()
}

// ------------------------------------------------------------------ words that other slices use

/// Who reads, in one line: *Members read this. Hospital staff: no. Search engines: no.*
pub fn audience_words(visit: &Visit, audience: Audience, organisation_reads: bool) -> Result<String> {
    visit.say(rules::audience_key(audience, organisation_reads))
}

/// The value of `lang` for something written in that language; nothing if the page is in it already.
pub fn lang_of(visit: &Visit, language: &str) -> Option<String> {
    let is_page_language = languages::primary(language) == languages::primary(visit.locale().lang());
    (!is_page_language).then(|| language.to_owned())
}

/// Words as they were typed: a line break stays one.
fn lines(words: &str) -> Vec<String> {
    words.lines().map(str::to_owned).collect()
}

// ------------------------------------------------------------------ the list

#[derive(Serialize)]
struct BoardsPage {
    boards: Vec<BoardItem>,
    archived: Vec<BoardItem>,
    is_member: bool,
    is_administrator: bool,
}

impl Page for BoardsPage {
    const TEMPLATE: &'static str = "boards/list.html";
}

/// A board in a list.
#[derive(Serialize)]
struct BoardItem {
    href: String,
    name: String,
    lang: Option<String>,
    purpose: String,
    /// What it is for, if it is not for talking with each other.
    kind_words: Option<String>,
    /// The language, by its own name, if it is another than the page's.
    language_words: Option<String>,
    audience_words: String,
    threads: i64,
    posts: i64,
    last: Option<Moment>,
    /// What this person is there.
    belonging: Option<String>,
    /// Where the moderator of this board finds who asks.
    people_href: Option<String>,
    open_requests: i64,
}

/// What a member is on which boards.
#[derive(Default)]
struct Belongings {
    let_in: Vec<Id<Board>>,
    moderated: Vec<Id<Board>>,
    asked: Vec<Id<Board>>,
    /// The board of each open request that they may decide.
    waiting: Vec<Id<Board>>,
}

async fn list_boards(visit: Visit) -> Result<HttpResponse> {
    if asks_whether_changed(&visit) {
        let version = visit.site.db.read(super::list_version).await?;
        if let Some(known) = visit.is_known(&list_tag(&visit, version)?) {
            return Ok(known);
        }
    }
    let viewer = visit.viewer();
    let (version, used, archived, belongings) = visit
        .site
        .db
        .read(move |connection| {
            let belongings = match viewer {
                Viewer::Visitor => Belongings::default(),
                Viewer::Member { id: member, is_moderator, .. } => {
                    let (let_in, given, asked) = store::belongings(connection, member)?;
                    let moderated = if is_moderator { given } else { Vec::new() };
                    let waiting = if moderated.is_empty() {
                        Vec::new()
                    } else {
                        store::open_requests_of_moderator(connection, member)?
                    };
                    Belongings { let_in, moderated, asked, waiting }
                }
            };
            let version = if viewer.member_id().is_none() { super::list_version(connection)? } else { 0 };
            Ok((version, store::list(connection, viewer, false)?, store::list(connection, viewer, true)?, belongings))
        })
        .await?;
    let items =
        |boards: &[Board]| boards.iter().map(|board| board_item(&visit, board, &belongings)).collect::<Result<Vec<_>>>();
    let page = BoardsPage {
        boards: items(&used)?,
        archived: items(&archived)?,
        is_member: visit.signed_in().is_some(),
        is_administrator: visit.signed_in().is_some_and(|member| member.roles.administrator),
    };
    let look = Look { is_for_everybody: true, ..Look::at("boards") };
    Ok(visit.tagged(visit.show(look, &page)?, &list_tag(&visit, version)?))
}

fn list_tag(visit: &Visit, version: i64) -> Result<String> {
    tag_of(visit, &format!("l{version}"))
}

fn board_item(visit: &Visit, board: &Board, belongings: &Belongings) -> Result<BoardItem> {
    let lang = lang_of(visit, &board.language);
    let moderates = belongings.moderated.contains(&board.id);
    let is_closed_to_staff = !board.organisation_reads
        && !board.is_public()
        && visit.signed_in().is_some_and(|member| member.works_for_organisation);
    let belonging = if moderates {
        Some("boards-belonging-moderates")
    } else if is_closed_to_staff {
        Some("boards-belonging-no-staff")
    } else if belongings.let_in.contains(&board.id) && board.audience == Audience::BoardMembers {
        Some("boards-belonging-let-in")
    } else if belongings.asked.contains(&board.id) {
        Some("boards-belonging-asked")
    } else {
        None
    };
    Ok(BoardItem {
        href: super::href(board),
        name: board.name.clone(),
        purpose: board.purpose.clone(),
        kind_words: (board.kind != Kind::Peers)
            .then(|| visit.say(&format!("boards-kind-{}", board.kind.word())))
            .transpose()?,
        language_words: lang.as_deref().and_then(languages::name).map(str::to_owned),
        lang,
        audience_words: visit.say(&format!("boards-reads-{}", board.audience.word()))?,
        threads: i64::from(board.thread_count),
        posts: i64::from(board.post_count),
        last: board.last_post_at.map(|at| visit.moment(at)),
        belonging: belonging.map(|key| visit.say(key)).transpose()?,
        people_href: moderates.then(|| format!("/boards/{}/people", board.id)),
        open_requests: i64::try_from(belongings.waiting.iter().filter(|waiting| **waiting == board.id).count())
            .unwrap_or(i64::MAX),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn item(name: &str) -> BoardItem {
        BoardItem {
            href: "/boards/7".into(),
            name: name.into(),
            lang: Some("de".into()),
            purpose: "Living with it day and night.".into(),
            kind_words: Some("Clinicians answer".into()),
            language_words: Some("Deutsch".into()),
            audience_words: "Members read this".into(),
            threads: 1,
            posts: 400,
            last: Some(Moment { machine: "2026-05-14T09:46+01:00".into(), words: "14 May 2026, 09:46".into() }),
            belonging: Some("You moderate it".into()),
            people_href: Some("/boards/7/people".into()),
            open_requests: 2,
        }
    }

    #[test]
    fn the_list_names_every_board_and_who_reads_it() {
        let quiet = BoardItem {
            last: None,
            belonging: None,
            people_href: None,
            kind_words: None,
            language_words: None,
            lang: None,
            ..item("Quiet")
        };
        let page = BoardsPage {
            boards: vec![item("Type 1 diabetes"), quiet],
            archived: vec![item("Old")],
            is_member: true,
            is_administrator: true,
        };
        let html = check_page(&page);
        assert!(html.contains("1 thread, 400 posts"), "{html}");
        assert!(html.contains("2 people ask to be let in"));
        check_page(&BoardsPage { boards: vec![], archived: vec![], is_member: false, is_administrator: false });
    }
}
