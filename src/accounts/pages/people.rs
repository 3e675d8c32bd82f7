//! Somebody's page, as other members see it.

use super::handle::OldNameRow;
use crate::accounts::model::{Account, HereAs, Member, OldHandle};
use crate::accounts::store;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::Path;
use crate::web::page::Page;
use crate::web::page::parts::Mark;
use actix_web::HttpResponse;
use serde::Serialize;

pub fn endpoints() -> Vec<Endpoint> {
    // Anyone, so that a visitor gets the one 404 for what exists and what does not.
    vec![Endpoint::get("/people/{member}", Admits::Anyone, show_person)]
}

#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
struct PersonPage {
    handle: String,
    mark: Mark,
    /// It is the reader's own page.
    is_own: bool,
    here_as: Option<String>,
    since: Option<Moment>,
    is_mentor: bool,
    is_representative: bool,
    about: Option<String>,
    /// Where somebody says what is wrong; nothing on one's own page.
    report_href: Option<String>,
    /// Nothing of all this is shown.
    shows_nothing: bool,
    /// Names that they had before: for moderators and administrators alone.
    old_names: Vec<OldNameRow>,
}

impl Page for PersonPage {
    const TEMPLATE: &'static str = "accounts/person.html";
}

async fn show_person(visit: Visit, id: Path<Id<Member>>) -> Result<HttpResponse> {
    let Some(reader) = visit.signed_in().cloned() else { return Err(Error::UNSEEN) };
    let sees_old_names = reader.roles.moderator || reader.roles.administrator;
    let (account, old_names) = visit
        .site
        .db
        .read(move |connection| {
            let account = store::account(connection, id.0)?.ok_or(Error::UNSEEN)?;
            let old_names = if sees_old_names { store::handles::of(connection, id.0)? } else { Vec::new() };
            Ok((account, old_names))
        })
        .await?;
    let page = person_page(&visit, &account, account.member.id == reader.id, old_names)?;
    visit.show(Look::default(), &page)
}

fn person_page(visit: &Visit, account: &Account, is_own: bool, old_names: Vec<OldHandle>) -> Result<PersonPage> {
    let member = &account.member;
    // What they said of themselves is of their health, too.
    let agrees = member.agrees_to_health;
    let here_as = if account.shows_here_as && agrees { here_as_words(visit, member.here_as)? } else { None };
    let since = account.shows_since.then(|| visit.locale().month_and_year(member.joined_at, visit.zone()));
    let about = Some(account.about.clone()).filter(|about| account.shows_about && agrees && !about.is_empty());
    let (is_mentor, is_representative) = (member.roles.mentor, member.roles.representative);
    Ok(PersonPage {
        handle: member.handle.clone(),
        mark: member.mark,
        report_href: (!is_own).then(|| format!("/people/{}/reports", member.id)),
        is_own,
        shows_nothing: here_as.is_none() && since.is_none() && about.is_none() && !is_mentor && !is_representative,
        here_as,
        since,
        is_mentor,
        is_representative,
        about,
        old_names: old_names.into_iter().map(|old| OldNameRow::of(visit, old)).collect(),
    })
}

/// Why somebody is here, in words about a third person.
fn here_as_words(visit: &Visit, here_as: HereAs) -> Result<Option<String>> {
    let key = match here_as {
        HereAs::Unsaid => return Ok(None),
        HereAs::Living => "accounts-person-living",
        HereAs::Caring => "accounts-person-caring",
        HereAs::Both => "accounts-person-both",
        HereAs::Working => "accounts-person-working",
    };
    visit.say(key).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn somebodys_page_shows_what_it_holds() {
        let mark = Mark { name: "hill", colour: "straw" };
        let full = check_page(&PersonPage {
            handle: "northbank".into(),
            mark,
            report_href: None,
            is_own: true,
            here_as: Some("Somebody who lives with it".into()),
            since: Some(Moment { machine: "2021-09".into(), words: "September 2021".into() }),
            is_mentor: true,
            is_representative: true,
            about: Some("Ask me about pumps & holidays.".into()),
            shows_nothing: false,
            old_names: super::super::handle::tests::old_names(),
        });
        assert!(full.contains("September 2021") && full.contains("pumps &amp; holidays"), "{full}");
        assert!(full.contains("fern") && full.contains("moss"), "{full}");
        check_page(&PersonPage {
            handle: "northbank".into(),
            mark,
            report_href: Some("/people/31/reports".into()),
            is_own: false,
            here_as: None,
            since: None,
            is_mentor: false,
            is_representative: false,
            about: None,
            shows_nothing: true,
            old_names: Vec::new(),
        });
    }
}
