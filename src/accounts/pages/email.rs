//! Another address.

use super::Faults;
use crate::accounts::model::EmailAddress;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{email, rules, store};
use crate::db::trouble::{self, Trouble};
use crate::error::{Error, Result};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings/address", Admits::FreshMembers, show_address),
        Endpoint::post("/settings/address", Admits::FreshMembers, create_change),
        Endpoint::get("/settings/address/sent", Admits::Members, show_sent),
        Endpoint::get("/address/{token}", Admits::Members, show_confirmation),
        Endpoint::post("/address/{token}", Admits::Members, confirm_change),
        Endpoint::get("/address/undo/{token}", Admits::Anyone, show_undoing),
        Endpoint::post("/address/undo/{token}", Admits::Anyone, undo_change),
    ]
}

#[derive(Serialize)]
struct AddressPage {
    faults: Vec<Fault>,
    present: String,
    email: String,
    hours: i64,
}

impl Page for AddressPage {
    const TEMPLATE: &'static str = "accounts/address.html";
}

#[derive(Serialize)]
struct AddressSentPage {
    hours: i64,
}

impl Page for AddressSentPage {
    const TEMPLATE: &'static str = "accounts/address-sent.html";
}

/// A link from one of the two letters.
#[derive(Serialize)]
struct AddressLinkPage {
    token: String,
    /// The way back to the old address; else the way to the new one.
    is_undoing: bool,
    /// It was done.
    is_done: bool,
    /// The address that it leads to.
    email: String,
    /// How long a link to a new password works.
    minutes: i64,
}

impl Page for AddressLinkPage {
    const TEMPLATE: &'static str = "accounts/address-link.html";
}

#[derive(Serialize)]
struct AddressOverPage {
    hours: i64,
    undo_hours: i64,
}

impl Page for AddressOverPage {
    const TEMPLATE: &'static str = "accounts/address-over.html";
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}

async fn address_page(visit: &Visit, faults: Vec<Fault>, typed: String) -> Result<AddressPage> {
    let id = visit.member()?.id;
    let account = visit.site.db.read(move |connection| store::account(connection, id)).await?.ok_or(Error::UNSEEN)?;
    Ok(AddressPage { faults, present: account.email, email: typed, hours: rules::EMAIL_UNDO_HOURS })
}

async fn show_address(visit: Visit) -> Result<HttpResponse> {
    let page = address_page(&visit, Vec::new(), String::new()).await?;
    visit.show(look(&visit)?, &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AddressForm {
    email: String,
}

async fn create_change(visit: Visit, form: Form<AddressForm>) -> Result<HttpResponse> {
    let typed = form.fields()?.email;
    let id = visit.member()?.id;
    let mut page = address_page(&visit, Vec::new(), typed).await?;
    let mut faults = Faults::new(&visit);
    let new = EmailAddress::parse(&page.email);
    let present = EmailAddress::parse(&page.present);
    match &new {
        None => faults.say("email", "accounts-email-none")?,
        Some(new) if present.is_some_and(|present| present.key() == new.key()) => {
            faults.say("email", "accounts-address-same")?;
        }
        Some(_) => {}
    }
    let (Some(new), true) = (new, faults.list.is_empty()) else {
        page.faults = faults.list;
        return visit.show_again(look(&visit)?, &page);
    };
    let (site, token) = (visit.site.clone(), Token::random()?);
    visit.site.db.write(move |tx| email::ask(tx, id, &new, &token, &site)).await?;
    visit.go_to("/settings/address/sent")
}

async fn show_sent(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(&visit)?, &AddressSentPage { hours: rules::EMAIL_CONFIRM_HOURS })
}

fn link_page(token: String, email: String, is_undoing: bool, is_done: bool) -> AddressLinkPage {
    AddressLinkPage { token, is_undoing, is_done, email, minutes: rules::RESET_MINUTES }
}

/// Only shows: programs that look into letters open links, and only a person presses.
async fn show_confirmation(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (member, hash, now) = (visit.member()?.id, seal::hash(&token.0), visit.now());
    let change = visit.site.db.read(move |connection| store::emails::change_to_confirm(connection, member, &hash, now));
    let change = change.await?;
    match change {
        Some(change) => visit.show(Look::default(), &link_page(token.0, change.new_email, false, false)),
        None => is_over(&visit),
    }
}

async fn confirm_change(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (member, hash) = (visit.member()?.id, seal::hash(&token.0));
    let (site, undo) = (visit.site.clone(), Token::random()?);
    if is_done(visit.site.db.write(move |tx| email::confirm(tx, member, &hash, &undo, &site)).await)? {
        visit.show(Look::default(), &link_page(String::new(), String::new(), false, true))
    } else {
        is_over(&visit)
    }
}

async fn show_undoing(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (hash, now) = (seal::hash(&token.0), visit.now());
    let change = visit.site.db.read(move |connection| store::emails::change_to_undo(connection, &hash, now)).await?;
    match change {
        Some(change) => visit.show(Look::default(), &link_page(token.0, change.old_email, true, false)),
        None => is_over(&visit),
    }
}

async fn undo_change(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (hash, site, reset) = (seal::hash(&token.0), visit.site.clone(), Token::random()?);
    if is_done(visit.site.db.write(move |tx| email::undo(tx, &hash, &reset, &site)).await)? {
        visit.as_it_stands_now().await?.show(Look::default(), &link_page(String::new(), String::new(), true, true))
    } else {
        is_over(&visit)
    }
}

/// False, too, if somebody took the address at the very same moment: the unique index knows who was first.
pub(super) fn is_done(changed: Result<bool>) -> Result<bool> {
    match changed {
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => Ok(false),
        changed => changed,
    }
}

fn is_over(visit: &Visit) -> Result<HttpResponse> {
    let page = AddressOverPage { hours: rules::EMAIL_CONFIRM_HOURS, undo_hours: rules::EMAIL_UNDO_HOURS };
    visit.answer(StatusCode::GONE, Look::default(), &page)
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn every_page_about_an_address_shows_what_it_holds() {
        let page = check_page(&AddressPage {
            faults: faults(&["email"]),
            present: "tansy@post.example".into(),
            email: "tansy@elsewhere.example".into(),
            hours: 72,
        });
        assert!(page.contains("tansy@post.example") && page.contains("value=\"tansy@elsewhere.example\""), "{page}");
        check_page(&AddressSentPage { hours: 24 });
        for (is_undoing, is_done) in [(false, false), (false, true), (true, false), (true, true)] {
            check_page(&link_page("abc".into(), "tansy@post.example".into(), is_undoing, is_done));
        }
        check_page(&AddressOverPage { hours: 24, undo_hours: 72 });
    }
}
