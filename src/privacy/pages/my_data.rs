//! Taking along: asking for the file, and downloading it.

use super::look;
use crate::accounts::Visit;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::privacy::{self, rules};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::Path;
use crate::web::page::Page;
use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings/my-data", Admits::Members, show_my_data),
        Endpoint::post("/settings/my-data", Admits::FreshMembers, create_export),
        Endpoint::get("/settings/my-data/{token}", Admits::FreshMembers, show_file),
    ]
}

#[derive(Serialize)]
struct MyDataPage {
    /// The worker is at it.
    is_making: bool,
    /// Where the file is, while it is there.
    file_href: Option<String>,
    /// Until when it is there, or since when it is not any more.
    until: Option<Moment>,
    /// From when they may ask for another one, if that is not now.
    again: Option<Moment>,
    hours: i64,
}

impl Page for MyDataPage {
    const TEMPLATE: &'static str = "privacy/my-data.html";
}

async fn my_data_page(visit: &Visit) -> Result<MyDataPage> {
    let (id, now) = (visit.member()?.id, visit.now());
    let (export, again) = visit.site.db.read(move |connection| privacy::export_of(connection, id, now)).await?;
    let until = export.as_ref().and_then(rules::file_ends);
    let is_there = until.is_some_and(|until| now < until);
    Ok(MyDataPage {
        is_making: export.as_ref().is_some_and(|export| export.made_at.is_none()),
        file_href: export.filter(|_| is_there).map(|export| privacy::file_path(&visit.site, export.id, id)),
        until: until.map(|until| visit.moment(until)),
        again: again.map(|again| visit.moment(again)),
        hours: rules::FILE_HOURS,
    })
}

async fn show_my_data(visit: Visit) -> Result<HttpResponse> {
    let page = my_data_page(&visit).await?;
    visit.show(look(&visit)?, &page)
}

async fn create_export(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    visit.site.db.write(move |tx| privacy::ask_for_file(tx, id)).await?;
    visit.go_to("/settings/my-data")
}

/// For its owner only: the address alone opens nothing, and neither does being somebody else.
async fn show_file(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (id, now) = (visit.member()?.id, visit.now());
    let site = visit.site.clone();
    let file = visit.site.db.read_slow(move |connection| privacy::file(connection, &site, &token.0, id, now)).await?;
    let name = format!("attachment; filename=\"my-data-{}.zip\"", now.utc().format("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store, private"))
        .body(file.ok_or(Error::UNSEEN)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_page_of_ones_data_shows_what_it_holds() {
        let page = |is_making, file_href: Option<&str>, has_until, has_again| {
            let moment = || Moment { machine: "2026-05-09T14:00+01:00".into(), words: "9 May 2026, 14:00".into() };
            check_page(&MyDataPage {
                is_making,
                file_href: file_href.map(str::to_owned),
                until: Some(moment()).filter(|_| has_until),
                again: Some(moment()).filter(|_| has_again),
                hours: 48,
            })
        };
        assert!(page(false, None, false, false).contains("action=\"/settings/my-data\""));
        assert!(!page(true, None, false, true).contains("action=\"/settings/my-data\""));
        assert!(page(false, Some("/settings/my-data/5.abc"), true, true).contains("href=\"/settings/my-data/5.abc\""));
        assert!(page(false, None, true, false).contains("9 May 2026"));
    }

    #[test]
    fn the_letter_about_the_file_can_be_written() {
        let link = "https://forum.example/settings/my-data";
        let letter = crate::mail::check::letter("privacy/file-ready", serde_json::json!({ "link": link, "hours": 48 }));
        assert!(letter.text.contains(&format!("\n{link}\n")) && letter.html.contains(&format!("<a href=\"{link}\">")));
    }
}
