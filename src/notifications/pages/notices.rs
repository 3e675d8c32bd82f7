//! The list of notices, and the way to what each is about.

use super::super::model::{Listed, NoticeKind};
use super::super::{Notice, listed, note_followed, one, store};
use crate::accounts::{Look, Member, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::web::form::{Form, Path, Query};
use crate::web::page::Page;
use crate::web::page::parts::{Mark, Pager};
use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Notices on a page.
const A_PAGE: u32 = 30;

/// `notifications/list.html`
#[derive(Debug, Serialize)]
pub struct NoticesPage {
    days: Vec<Day>,
    /// The newest on this page: *all* means what the person has before them, not what came in meanwhile.
    newest: Option<i64>,
    has_unread: bool,
    /// Where this page begins, to come back to it.
    before: Option<i64>,
    pager: Pager,
}

/// What came on one day.
#[derive(Debug, Serialize)]
struct Day {
    day: Moment,
    notices: Vec<NoticeRow>,
}

#[derive(Debug, Serialize)]
struct NoticeRow {
    id: i64,
    is_unread: bool,
    /// Instead of a mark.
    icon: &'static str,
    mark: Option<Mark>,
    actor: Option<String>,
    words: String,
    /// Title or name, and its way; without one the words say everything.
    title: Option<String>,
    lang: Option<String>,
    href: Option<String>,
    when: Moment,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "notifications/list.html";
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    before: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReadForm {
    notice: String,
    up_to: String,
    before: String,
}

pub async fn list_notices(visit: Visit, place: Query<Place>) -> Result<HttpResponse> {
    let before = match place.0.before.as_str() {
        "" => None,
        number => Some(id_of(number).ok_or(Error::UNSEEN)?),
    };
    let member = Arc::clone(visit.member()?);
    let notices = load(&visit, member, before.unwrap_or(Id::new(i64::MAX))).await?;
    visit.show(Look::at("notices"), &page(&visit, notices, before)?)
}

async fn load(visit: &Visit, member: Arc<Member>, below: Id<Notice>) -> Result<Vec<Listed>> {
    // One more than is shown says whether there are older ones.
    visit.site.db.read(move |connection| listed(connection, &member, below, i64::from(A_PAGE) + 1)).await
}

fn page(visit: &Visit, mut notices: Vec<Listed>, before: Option<Id<Notice>>) -> Result<NoticesPage> {
    let has_older = notices.len() > A_PAGE as usize;
    notices.truncate(A_PAGE as usize);
    let older_href = notices.last().filter(|_| has_older).map(|last| format!("/notices?before={}", last.id));
    let mut days: Vec<Day> = Vec::new();
    for notice in &notices {
        let day = visit.day(notice.noticed_at);
        let row = row(visit, notice)?;
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.notices.push(row),
            None => days.push(Day { day, notices: vec![row] }),
        }
    }
    Ok(NoticesPage {
        days,
        newest: notices.first().map(|notice| notice.id.number()),
        has_unread: notices.iter().any(|notice| !notice.is_read),
        before: before.map(Id::number),
        pager: Pager {
            previous_href: before.map(|_| "/notices".to_owned()),
            previous_words: visit.say("notifications-newest")?,
            next_href: older_href,
            next_words: visit.say("notifications-older")?,
            ..Pager::default()
        },
    })
}

fn row(visit: &Visit, notice: &Listed) -> Result<NoticeRow> {
    let mut row = NoticeRow {
        id: notice.id.number(),
        is_unread: !notice.is_read,
        icon: "note",
        mark: None,
        actor: None,
        words: visit.say("notifications-not-here")?,
        title: None,
        lang: None,
        href: None,
        when: visit.moment(notice.noticed_at),
    };
    if let Some(about) = &notice.about {
        row.words = visit.say(match notice.kind {
            NoticeKind::Replied => "notifications-replied",
            NoticeKind::AnsweredYou => "notifications-answered-you",
            NoticeKind::BoardAsked => "notifications-board-asked",
            NoticeKind::BoardDecided => "notifications-board-decided",
        })?;
        row.mark = Some(about.actor.as_ref().map_or(Mark::TEAM, |(_, mark)| *mark));
        row.actor = match &about.actor {
            Some((handle, _)) => Some(handle.clone()),
            None => Some(visit.say("notifications-team")?),
        };
        row.title = Some(match &about.title {
            Some(title) => title.clone(),
            None => visit.say("notifications-untitled")?,
        });
        row.lang = about.title.as_ref().filter(|_| about.language != visit.locale().lang()).map(|_| about.language.clone());
        row.href = Some(format!("/notices/{}", notice.id));
    }
    Ok(row)
}

/// The way to what a notice is about. That it was followed is kept in memory: this is a GET.
pub async fn show_notice(visit: Visit, notice: Path<Id<Notice>>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let (reader, notice) = (Arc::clone(&member), notice.0);
    let found = visit.site.db.read(move |connection| one(connection, &reader, notice)).await?;
    let about = found.about.ok_or(Error::UNSEEN)?;
    if !found.is_read && visit.request().method() == Method::GET {
        note_followed(&visit.site, member.id, notice);
    }
    visit.go_to(&about.href)
}

/// Marks one notice, or everything up to the newest that was shown, as read.
pub async fn update_read(visit: Visit, form: Form<ReadForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let member = visit.member()?.id;
    if form.notice.is_empty() {
        // Without a number: whoever sent it has a page of before and means all.
        let newest = id_of(&form.up_to).unwrap_or(Id::new(i64::MAX));
        visit.site.db.write(move |tx| store::mark_read_up_to(tx, member, newest)).await?;
    } else {
        let notice = id_of(&form.notice).ok_or(Error::UNSEEN)?;
        visit.site.db.write(move |tx| store::mark_read(tx, member, notice)).await?;
    }
    match id_of::<Notice>(&form.before) {
        Some(before) => visit.go_to(&format!("/notices?before={before}")),
        None => visit.go_to("/notices"),
    }
}

fn id_of<T>(number: &str) -> Option<Id<T>> {
    number.parse().ok().filter(|number| *number > 0).map(Id::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn moment(words: &str) -> Moment {
        Moment { machine: "2026-05-14".to_owned(), words: words.to_owned() }
    }

    #[test]
    fn the_list_of_notices_holds() {
        let full = NoticeRow {
            id: 7,
            is_unread: true,
            icon: "note",
            mark: Some(Mark { name: "cup", colour: "clay" }),
            actor: Some("kettle-on".to_owned()),
            words: "wrote in your thread".to_owned(),
            title: Some("Newly diagnosed".to_owned()),
            lang: Some("de".to_owned()),
            href: Some("/notices/7".to_owned()),
            when: moment("14 May 2026, 09:10"),
        };
        let neutral = NoticeRow {
            id: 6,
            is_unread: true,
            icon: "note",
            mark: None,
            actor: None,
            words: "Gone".to_owned(),
            title: None,
            lang: None,
            href: None,
            when: moment("14 May 2026, 08:10"),
        };
        let pager =
            Pager { next_href: Some("/notices?before=6".to_owned()), next_words: "Older".to_owned(), ..Pager::default() };
        let page = NoticesPage {
            days: vec![Day { day: moment("14 May 2026"), notices: vec![full, neutral] }],
            newest: Some(7),
            has_unread: true,
            before: Some(9),
            pager,
        };
        let html = check_page(&page);
        assert!(html.contains("<b dir=\"auto\">kettle-on</b> wrote in your thread <a href=\"/notices/7\" dir=\"auto\" lang=\"de\">Newly diagnosed</a>"), "{html}");
        assert!(html.contains("Mark all as read"));

        let empty = check_page(&NoticesPage {
            days: Vec::new(),
            newest: None,
            has_unread: false,
            before: None,
            pager: Pager::default(),
        });
        assert!(empty.contains("Nothing yet") && !empty.contains("Mark all as read"), "{empty}");
    }
}
