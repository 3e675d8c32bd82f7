//! The log of accounts, for administrators: all of it, and what of it stands on a person's page.

use super::admin::{look, role_words};
use crate::accounts::model::LogEntry;
use crate::accounts::store;
use crate::accounts::visit::Visit;
use crate::db::Id;
use crate::error::Result;
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::Query;
use crate::web::page::Page;
use crate::web::page::parts::Pager;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::get("/admin/log", Admits::Administrators, show_log)]
}

/// Lines on one page.
const SHOWN: i64 = 50;

#[derive(Serialize)]
struct LogPage {
    lines: Vec<LogRow>,
    pager: Pager,
}

impl Page for LogPage {
    const TEMPLATE: &'static str = "accounts/admin-log.html";
}

/// A line of the log in words.
#[derive(Serialize)]
pub struct LogRow {
    words: String,
    /// Whose account; nobody's on that person's own page, and where it was about the site.
    person: Option<PersonLink>,
    reason: String,
    when: Moment,
}

#[derive(Serialize)]
struct PersonLink {
    href: String,
    handle: String,
}

/// Who did it, in words.
pub fn doer_words(visit: &Visit, entry: &LogEntry) -> Result<String> {
    match (&entry.done_by, &entry.command_line_user) {
        (Some(handle), _) => Ok(handle.clone()),
        (None, Some(user)) if user.is_empty() => visit.say("accounts-log-by-command-line"),
        (None, Some(user)) => visit.say_with("accounts-log-by-command-line-of", &[("user", user.clone().into())]),
        (None, None) => visit.say("accounts-log-by-site"),
    }
}

fn log_row(visit: &Visit, entry: LogEntry, names_person: bool) -> Result<LogRow> {
    let role = if entry.role.is_empty() { String::new() } else { role_words(visit, &entry.role)? };
    let by = doer_words(visit, &entry)?;
    let words =
        visit.say_with(&format!("accounts-log-{}", entry.deed.word()), &[("role", role.into()), ("by", by.into())])?;
    let person = entry.person.filter(|_| names_person);
    Ok(LogRow {
        words,
        person: person.map(|(id, handle)| PersonLink { href: format!("/admin/people/{id}"), handle }),
        reason: entry.reason,
        when: visit.moment(entry.done_at),
    })
}

/// Lines in words and the way to earlier ones, of lines that were loaded by [`part`].
pub fn rows(visit: &Visit, path: &str, names_person: bool, mut entries: Vec<LogEntry>) -> Result<(Vec<LogRow>, Pager)> {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let has_more = entries.len() > shown;
    entries.truncate(shown);
    let next_href = entries.last().filter(|_| has_more).map(|last| format!("{path}?before={}", last.id));
    let pager = Pager { next_href, next_words: visit.say("accounts-log-earlier")?, ..Pager::default() };
    let rows = entries.into_iter().map(|entry| log_row(visit, entry, names_person)).collect::<Result<_>>()?;
    Ok((rows, pager))
}

/// Where a list of lines begins, and how many to load: one more than a page shows.
pub fn part(before: &str) -> (Id<LogEntry>, i64) {
    (Id::new(before.parse().unwrap_or(i64::MAX)), SHOWN + 1)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct BeforeQuery {
    before: String,
}

async fn show_log(visit: Visit, query: Query<BeforeQuery>) -> Result<HttpResponse> {
    let (below, at_most) = part(&query.0.before);
    let entries = visit.site.db.read(move |connection| store::log::of_everybody(connection, below, at_most)).await?;
    let (lines, pager) = rows(&visit, "/admin/log", true, entries)?;
    visit.show(look(&visit)?, &LogPage { lines, pager })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    /// Two lines, of a person and of nobody.
    pub fn log_rows() -> Vec<LogRow> {
        let moment = || Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() };
        vec![
            LogRow {
                words: "Mentor: given by northgate".into(),
                person: Some(PersonLink { href: "/admin/people/31".into(), handle: "tansy".into() }),
                reason: "Asked <b>twice</b>".into(),
                when: moment(),
            },
            LogRow { words: "Has left".into(), person: None, reason: String::new(), when: moment() },
        ]
    }

    #[test]
    fn the_log_shows_what_it_holds() {
        let pager =
            Pager { next_href: Some("/admin/log?before=7".into()), next_words: "Earlier".into(), ..Pager::default() };
        let html = check_page(&LogPage { lines: log_rows(), pager });
        for part in ["/admin/people/31", "Asked &lt;b&gt;twice", "/admin/log?before=7", "Has left"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        check_page(&LogPage { lines: Vec::new(), pager: Pager::default() });
    }
}
