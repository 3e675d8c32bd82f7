//! What administrators do with boards: make, change, order, archive them, and say who moderates.

use super::super::model::{Audience, Board, BoardDraft, Change, Kind, Person};
use super::super::rules::{self, NAME_MAX_CHARS, PURPOSE_MAX_CHARS, TypedBoard};
use super::super::{self as boards, store};
use super::{audience_words, lang_of};
use crate::accounts::{self, Look, Member, Visit};
use crate::db::{Conn, Id};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::languages;
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::parts::{Choice, Mark};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

/// Lines of a board's history on its page.
const CHANGES_SHOWN: i64 = 20;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let admits = Admits::Administrators;
    vec![
        Endpoint::get("/admin/boards", admits, list_boards),
        Endpoint::post("/admin/boards", admits, create_board),
        Endpoint::get("/admin/boards/new", admits, new_board),
        Endpoint::get("/admin/boards/{board}", admits, edit_board),
        Endpoint::post("/admin/boards/{board}", admits, update_board),
        Endpoint::post("/admin/boards/{board}/place", admits, update_place),
        Endpoint::get("/admin/boards/{board}/archive", admits, new_archive),
        Endpoint::post("/admin/boards/{board}/archive", admits, create_archive),
        Endpoint::post("/admin/boards/{board}/archive/removal", admits, remove_archive),
        Endpoint::post("/admin/boards/{board}/moderators", admits, create_moderator),
        Endpoint::post("/admin/boards/{board}/moderators/{member}/removal", admits, remove_moderator),
    ]
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("shared-administration")?))
}

fn look_below(visit: &Visit) -> Result<Look> {
    Ok(look(visit)?.below("/admin/boards", visit.say("boards-admin-title")?))
}

fn admin_href(board: Id<Board>) -> String {
    format!("/admin/boards/{board}")
}

// ------------------------------------------------------------------ the list

#[derive(Serialize)]
struct AdminListPage {
    boards: Vec<AdminItem>,
    archived: Vec<AdminItem>,
}

#[derive(Serialize)]
struct AdminItem {
    href: String,
    board_href: String,
    name: String,
    lang: Option<String>,
    purpose: String,
    kind_words: String,
    audience: String,
    threads: i64,
    posts: i64,
    is_first: bool,
    is_last: bool,
    archived: Option<Moment>,
}

impl Page for AdminListPage {
    const TEMPLATE: &'static str = "boards/admin_list.html";
}

async fn list_boards(visit: Visit) -> Result<HttpResponse> {
    let viewer = visit.viewer();
    let (used, archived) = visit
        .site
        .db
        .read(move |connection| Ok((store::list(connection, viewer, false)?, store::list(connection, viewer, true)?)))
        .await?;
    let items = |boards: &[Board]| {
        let last = boards.len().saturating_sub(1);
        boards
            .iter()
            .enumerate()
            .map(|(place, board)| admin_item(&visit, board, place == 0, place == last))
            .collect::<Result<Vec<_>>>()
    };
    let page = AdminListPage { boards: items(&used)?, archived: items(&archived)? };
    visit.show(look(&visit)?, &page)
}

fn admin_item(visit: &Visit, board: &Board, is_first: bool, is_last: bool) -> Result<AdminItem> {
    Ok(AdminItem {
        href: admin_href(board.id),
        board_href: boards::href(board),
        name: board.name.clone(),
        lang: lang_of(visit, &board.language),
        purpose: board.purpose.clone(),
        kind_words: visit.say(&format!("boards-kind-{}", board.kind.word()))?,
        audience: audience_words(visit, board.audience, board.organisation_reads)?,
        threads: i64::from(board.thread_count),
        posts: i64::from(board.post_count),
        is_first,
        is_last,
        archived: board.archived_at.map(|at| visit.day(at)),
    })
}

#[derive(Deserialize)]
struct PlaceForm {
    #[serde(default)]
    direction: String,
}

async fn update_place(visit: Visit, board: Path<Id<Board>>, form: Form<PlaceForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let (board, by) = (board.0, visit.member()?.id);
    visit
        .site
        .db
        .write(move |tx| match form.direction.as_str() {
            "up" => boards::move_up(tx, Some(by), board),
            "down" => boards::move_down(tx, Some(by), board),
            _ => Err(Refusal::Unreadable(Sentence::plain("failure-not-a-form")).into()),
        })
        .await?;
    visit.go_to("/admin/boards")
}

// ------------------------------------------------------------------ making and changing

#[derive(Serialize)]
struct EditPage {
    faults: Vec<Fault>,
    /// The board is there already.
    board: Option<i64>,
    board_href: String,
    /// As it is called now, whatever was typed.
    title_name: String,
    action: String,
    name: String,
    name_max: i64,
    purpose: String,
    purpose_max: i64,
    kinds: Vec<Choice>,
    kind: String,
    audiences: Vec<Choice>,
    audience: String,
    organisation_reads: bool,
    languages: Vec<Choice>,
    language: String,
    rules: String,
    notes: String,
    retired: Vec<String>,
    /// What the board was when this page was made.
    was: String,
    kept_for: String,
    handle: String,
    moderators: Vec<ModeratorItem>,
    changes: Vec<ChangeItem>,
    archived: Option<Moment>,
}

#[derive(Serialize)]
struct ModeratorItem {
    handle: String,
    person_href: String,
    mark: Mark,
    since: Moment,
    removal_action: String,
}

#[derive(Serialize)]
struct ChangeItem {
    at: Moment,
    by: Option<String>,
    what: String,
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "boards/edit.html";
}

#[derive(Deserialize, Default, Clone)]
struct BoardForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    audience: String,
    #[serde(default)]
    organisation_reads: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    rules: String,
    #[serde(default)]
    notes: String,
    #[serde(default)]
    was: String,
}

impl BoardForm {
    fn of(draft: &BoardDraft) -> Self {
        Self {
            name: draft.name.clone(),
            purpose: draft.purpose.clone(),
            kind: draft.kind.word().to_owned(),
            audience: draft.audience.word().to_owned(),
            organisation_reads: if draft.organisation_reads { "yes".to_owned() } else { String::new() },
            language: draft.language.clone(),
            rules: draft.rules.join("\n"),
            notes: draft.content_notes.join("\n"),
            was: draft.fingerprint(),
        }
    }

    fn draft(&self) -> Result<BoardDraft, Vec<rules::BoardFault>> {
        rules::board_draft(&TypedBoard {
            name: &self.name,
            purpose: &self.purpose,
            kind: &self.kind,
            audience: &self.audience,
            organisation_reads: !self.organisation_reads.is_empty(),
            language: &self.language,
            rules: &self.rules,
            content_notes: &self.notes,
        })
    }
}

/// A board as it stands, with everything beside the form.
struct Standing {
    board: Board,
    draft: BoardDraft,
    retired: Vec<String>,
    moderators: Vec<Person>,
    changes: Vec<Change>,
    handles: Vec<(Id<Member>, String)>,
}

fn standing(connection: &mut Conn, viewer: accounts::Viewer, board: Id<Board>) -> Result<Standing> {
    let (board, _) = boards::seen_by(connection, viewer, board)?;
    let notes = store::content_notes(connection, board.id)?;
    let changes = store::changes(connection, board.id, CHANGES_SHOWN)?;
    let named: Vec<Id<Member>> = changes
        .iter()
        .filter_map(|change| change.what.strip_prefix("moderator-")?.split(' ').nth(1)?.parse().ok().map(Id::new))
        .collect();
    Ok(Standing {
        draft: BoardDraft::of(&board, &notes),
        retired: store::retired_notes(connection, board.id)?,
        moderators: store::moderators(connection, board.id)?,
        handles: store::handles(connection, &named)?,
        changes,
        board,
    })
}

async fn new_board(visit: Visit) -> Result<HttpResponse> {
    // Members, and nobody of the organisation: what is written on a health board is nobody else's, unless somebody says so.
    let form = BoardForm {
        kind: Kind::Peers.word().to_owned(),
        audience: Audience::Members.word().to_owned(),
        language: languages::primary(visit.locale().lang()).to_owned(),
        ..BoardForm::default()
    };
    let page = edit_page(&visit, None, form, String::new(), Vec::new())?;
    visit.show(look_below(&visit)?, &page)
}

async fn create_board(visit: Visit, form: Form<BoardForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    match form.draft() {
        Ok(draft) => {
            let by = visit.member()?.id;
            let board = visit.site.db.write(move |tx| boards::create(tx, Some(by), &draft)).await?;
            visit.go_to(&admin_href(board))
        }
        Err(faults) => {
            let page = edit_page(&visit, None, form, String::new(), said(&visit, faults)?)?;
            visit.show_again(look_below(&visit)?, &page)
        }
    }
}

fn said(visit: &Visit, faults: Vec<rules::BoardFault>) -> Result<Vec<Fault>> {
    faults.into_iter().map(|(field, key)| visit.fault(field, &Sentence::plain(key))).collect()
}

async fn standing_for(visit: &Visit, board: Id<Board>) -> Result<Standing> {
    let viewer = visit.viewer();
    visit.site.db.read(move |connection| standing(connection, viewer, board)).await
}

async fn edit_board(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let standing = standing_for(&visit, board.0).await?;
    let form = BoardForm::of(&standing.draft);
    let page = edit_page(&visit, Some(standing), form, String::new(), Vec::new())?;
    visit.show(look_below(&visit)?, &page)
}

async fn update_board(visit: Visit, board: Path<Id<Board>>, form: Form<BoardForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    let board = board.0;
    let faults = match form.draft() {
        Err(faults) => said(&visit, faults)?,
        Ok(draft) => {
            let (by, was) = (visit.member()?.id, form.was.clone());
            match visit.site.db.write(move |tx| boards::change(tx, Some(by), board, &draft, Some(&was))).await {
                Ok(()) => return visit.go_to(&admin_href(board)),
                Err(Error::Refused(Refusal::Stale(sentence))) => vec![visit.fault("", &sentence)?],
                Err(error) => return Err(error),
            }
        }
    };
    let standing = standing_for(&visit, board).await?;
    // Whoever saves this page again has been told that somebody changed the board.
    form.was = standing.draft.fingerprint();
    let page = edit_page(&visit, Some(standing), form, String::new(), faults)?;
    visit.show_again(look_below(&visit)?, &page)
}

fn edit_page(
    visit: &Visit,
    standing: Option<Standing>,
    form: BoardForm,
    handle: String,
    faults: Vec<Fault>,
) -> Result<EditPage> {
    let most = |chars: usize| i64::try_from(chars).unwrap_or(i64::MAX);
    let choice = |prefix: &str, word: &str| -> Result<Choice> {
        Ok(Choice::new(word, visit.say(&format!("{prefix}-{word}"))?).hint(visit.say(&format!("{prefix}-{word}-hint"))?))
    };
    let mut page = EditPage {
        faults,
        board: None,
        board_href: String::new(),
        title_name: String::new(),
        action: "/admin/boards".to_owned(),
        name: form.name,
        name_max: most(NAME_MAX_CHARS),
        purpose: form.purpose,
        purpose_max: most(PURPOSE_MAX_CHARS),
        kinds: Kind::ALL.iter().map(|kind| choice("boards-edit-kind", kind.word())).collect::<Result<_>>()?,
        kind: form.kind,
        audiences: Audience::ALL
            .iter()
            .map(|audience| choice("boards-edit-audience", audience.word()))
            .collect::<Result<_>>()?,
        audience: form.audience,
        organisation_reads: !form.organisation_reads.is_empty(),
        languages: languages::ALL.iter().map(|(code, name)| Choice::new(*code, *name)).collect(),
        language: form.language,
        rules: form.rules,
        notes: form.notes,
        retired: Vec::new(),
        was: form.was,
        kept_for: visit.kept_for(),
        handle,
        moderators: Vec::new(),
        changes: Vec::new(),
        archived: None,
    };
    if let Some(standing) = standing {
        let board = &standing.board;
        page.board = Some(board.id.number());
        page.board_href = boards::href(board);
        page.title_name.clone_from(&board.name);
        page.action = admin_href(board.id);
        page.archived = board.archived_at.map(|at| visit.day(at));
        page.changes =
            standing.changes.iter().map(|change| change_item(visit, change, &standing.handles)).collect::<Result<_>>()?;
        page.moderators = standing.moderators.into_iter().map(|person| moderator_item(visit, board.id, person)).collect();
        page.retired = standing.retired;
    }
    Ok(page)
}

fn moderator_item(visit: &Visit, board: Id<Board>, person: Person) -> ModeratorItem {
    ModeratorItem {
        person_href: format!("/people/{}", person.id),
        mark: person.mark,
        since: visit.day(person.since),
        removal_action: format!("/admin/boards/{board}/moderators/{}/removal", person.id),
        handle: person.handle,
    }
}

fn change_item(visit: &Visit, change: &Change, handles: &[(Id<Member>, String)]) -> Result<ChangeItem> {
    let (word, about) = change.what.split_once(' ').unwrap_or((&change.what, ""));
    let key = format!("boards-change-{word}");
    let what = match word {
        "changed" => {
            let fields =
                about.split(' ').map(|field| visit.say(&format!("boards-field-{field}"))).collect::<Result<Vec<_>>>()?;
            visit.say_with(&key, &[("fields", fields.join(", ").into())])?
        }
        "moderator-added" | "moderator-removed" => {
            let name = handles.iter().find(|(id, _)| id.to_string() == about).map_or(about, |(_, handle)| handle.as_str());
            visit.say_with(&key, &[("name", name.into())])?
        }
        _ => visit.say(&key)?,
    };
    Ok(ChangeItem { at: visit.moment(change.at), by: change.by.clone(), what })
}

// ------------------------------------------------------------------ moderators

#[derive(Deserialize)]
struct ModeratorForm {
    #[serde(default)]
    handle: String,
}

async fn create_moderator(visit: Visit, board: Path<Id<Board>>, form: Form<ModeratorForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let (board, by) = (board.0, visit.member()?.id);
    let key = line::skeleton(&line::clean(&form.handle));
    let found = visit
        .site
        .db
        .read(move |connection| match store::member_named(connection, &key)? {
            Some(id) => accounts::load(connection, id),
            None => Ok(None),
        })
        .await?;
    let fault = match &found {
        None => Some("boards-edit-no-such-member"),
        Some(member) => rules::may_moderate(member).err().map(rules::CannotChange::key),
    };
    match (fault, found) {
        (None, Some(member)) => {
            visit.site.db.write(move |tx| boards::appoint(tx, Some(by), board, member.id)).await?;
            visit.go_to(&format!("{}#moderators", admin_href(board)))
        }
        (fault, _) => {
            let fault = visit.fault("handle", &Sentence::plain(fault.unwrap_or("boards-edit-no-such-member")))?;
            let standing = standing_for(&visit, board).await?;
            let board_form = BoardForm::of(&standing.draft);
            let page = edit_page(&visit, Some(standing), board_form, form.handle, vec![fault])?;
            visit.show_again(look_below(&visit)?, &page)
        }
    }
}

async fn remove_moderator(visit: Visit, path: Path<(Id<Board>, Id<Member>)>) -> Result<HttpResponse> {
    let ((board, member), by) = (path.0, visit.member()?.id);
    visit.site.db.write(move |tx| boards::dismiss(tx, Some(by), board, member)).await?;
    visit.go_to(&format!("{}#moderators", admin_href(board)))
}

// ------------------------------------------------------------------ archive

#[derive(Serialize)]
struct ArchivePage {
    action: String,
    back_href: String,
    name: String,
    threads: i64,
    posts: i64,
}

impl Page for ArchivePage {
    const TEMPLATE: &'static str = "boards/archive.html";
}

async fn new_archive(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let viewer = visit.viewer();
    let (board, _) = visit.site.db.read(move |connection| boards::seen_by(connection, viewer, board.0)).await?;
    let page = ArchivePage {
        action: format!("{}/archive", admin_href(board.id)),
        back_href: admin_href(board.id),
        threads: i64::from(board.thread_count),
        posts: i64::from(board.post_count),
        name: board.name.clone(),
    };
    visit.show(look_below(&visit)?.below(admin_href(board.id), board.name), &page)
}

async fn create_archive(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let (board, by) = (board.0, visit.member()?.id);
    visit.site.db.write(move |tx| boards::archive(tx, Some(by), board)).await?;
    visit.go_to("/admin/boards")
}

async fn remove_archive(visit: Visit, board: Path<Id<Board>>) -> Result<HttpResponse> {
    let (board, by) = (board.0, visit.member()?.id);
    visit.site.db.write(move |tx| boards::unarchive(tx, Some(by), board)).await?;
    visit.go_to("/admin/boards")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-14".into(), words: "14 May 2026".into() }
    }

    fn item() -> AdminItem {
        AdminItem {
            href: "/admin/boards/7".into(),
            board_href: "/boards/7".into(),
            name: "Type 1 diabetes".into(),
            lang: Some("de".into()),
            purpose: "Living with it.".into(),
            kind_words: "People talk with each other".into(),
            audience: "Members read this.".into(),
            threads: 12,
            posts: 1,
            is_first: true,
            is_last: false,
            archived: Some(moment()),
        }
    }

    fn edit(board: Option<i64>) -> EditPage {
        EditPage {
            faults: vec![
                Fault::new("name", "Give it a name."),
                Fault::new("handle", "Nobody here is called so."),
                Fault::new("", "Somebody changed it."),
            ],
            board,
            board_href: "/boards/7".into(),
            title_name: "Type 1 diabetes".into(),
            action: "/admin/boards/7".into(),
            name: "Type 1".into(),
            name_max: 80,
            purpose: "Living with it.".into(),
            purpose_max: 300,
            kinds: vec![Choice::new("peers", "People talk").hint("With each other")],
            kind: "peers".into(),
            audiences: vec![Choice::new("members", "Members").hint("Signed in")],
            audience: "members".into(),
            organisation_reads: true,
            languages: vec![Choice::new("en", "English")],
            language: "en".into(),
            rules: "Be kind.".into(),
            notes: "Needles\nFood".into(),
            retired: vec!["Old note".into()],
            was: "abc".into(),
            kept_for: "seal".into(),
            handle: "nobody".into(),
            moderators: vec![ModeratorItem {
                handle: "maren".into(),
                person_href: "/people/2".into(),
                mark: Mark { name: "gate", colour: "sky" },
                since: moment(),
                removal_action: "/admin/boards/7/moderators/2/removal".into(),
            }],
            changes: vec![
                ChangeItem { at: moment(), by: Some("ada".into()), what: "Made it".into() },
                ChangeItem { at: moment(), by: None, what: "Moved it".into() },
            ],
            archived: None,
        }
    }

    #[test]
    fn the_pages_of_administrators_hold_what_they_promise() {
        check_page(&AdminListPage {
            boards: vec![item(), AdminItem { is_first: false, is_last: true, ..item() }],
            archived: vec![item()],
        });
        check_page(&AdminListPage { boards: vec![], archived: vec![] });
        let html = check_page(&edit(Some(7)));
        assert!(html.contains("Needles\nFood</textarea>"));
        assert!(html.contains("new threads only"), "widening is explained before saving");
        assert!(html.contains("every thread closes at once"), "and so is narrowing");
        check_page(&EditPage { archived: Some(moment()), moderators: vec![], ..edit(Some(7)) });
        let html = check_page(&edit(None));
        assert!(!html.contains("/moderators"));
        check_page(&ArchivePage {
            action: "/admin/boards/7/archive".into(),
            back_href: "/admin/boards/7".into(),
            name: "Old".into(),
            threads: 1,
            posts: 2,
        });
    }
}
