//! The first administrator, by the link that the start of an empty site prints.

use super::join::check_handle;
use super::{Faults, is_ticked};
use crate::accounts::model::{EmailAddress, NewMember, PasswordAttempt};
use crate::accounts::rules;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{self, password, store};
use crate::db::trouble;
use crate::error::{Error, Refusal, Result};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::{Fault, Page};
use crate::web::seal;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/setup/{token}", Admits::Anyone, show_set_up),
        Endpoint::post("/setup/{token}", Admits::Anyone, create_administrator),
    ]
}

#[derive(Serialize)]
struct SetUpPage {
    faults: Vec<Fault>,
    token: String,
    handle: String,
    email: String,
    rules: bool,
    health: bool,
}

impl Page for SetUpPage {
    const TEMPLATE: &'static str = "accounts/set-up.html";
}

#[derive(Serialize)]
struct SetUpOverPage {}

impl Page for SetUpOverPage {
    const TEMPLATE: &'static str = "accounts/set-up-over.html";
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SetUpForm {
    handle: String,
    email: String,
    password: PasswordAttempt,
    rules: String,
    health: String,
}

fn page(faults: Vec<Fault>, token: String, form: SetUpForm) -> SetUpPage {
    SetUpPage {
        faults,
        token,
        handle: form.handle,
        email: form.email,
        rules: is_ticked(&form.rules),
        health: is_ticked(&form.health),
    }
}

fn link_is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, Look::default(), &SetUpOverPage {})
}

async fn is_good(visit: &Visit, token: &str) -> Result<bool> {
    let (hash, now) = (seal::hash(token), visit.now());
    visit.site.db.read(move |connection| store::is_setup_link(connection, &hash, now)).await
}

async fn show_set_up(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    if !is_good(&visit, &token.0).await? {
        return link_is_over(&visit);
    }
    visit.show(Look::default(), &page(Vec::new(), token.0, SetUpForm::default()))
}

async fn create_administrator(visit: Visit, token: Path<String>, form: Form<SetUpForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    if !is_good(&visit, &token.0).await? {
        return link_is_over(&visit);
    }
    let typed_password = std::mem::take(&mut form.password);
    let mut faults = Faults::new(&visit);
    let handle = check_handle(&visit, &mut faults, &form.handle).await?;
    let email = EmailAddress::parse(&form.email);
    match &email {
        None => faults.say("email", "accounts-email-none")?,
        // Whoever has this link may know whether the address has an account.
        Some(email) => {
            let (key, now) = (email.key(), visit.now());
            if visit.site.db.read(move |connection| store::is_email_known(connection, &key, now)).await? {
                faults.say("email", "accounts-email-known")?;
            }
        }
    }
    if let Err(fault) = rules::check_password(&typed_password, &form.handle, email.as_ref(), &visit.site.config.names()) {
        faults.add("password", &rules::password_sentence(fault))?;
    }
    if !is_ticked(&form.rules) {
        faults.say("rules", "accounts-rules-needed")?;
    }
    if !is_ticked(&form.health) {
        faults.say("health", "accounts-health-needed")?;
    }
    let (Some(handle), Some(email), true) = (handle, email, faults.list.is_empty()) else {
        return visit.show_again(Look::default(), &page(faults.list, token.0, form));
    };
    let password_hash = password::hash_in_turn(&visit.site, typed_password).await?;
    let new = NewMember { handle, email: email.as_str().to_owned(), password_hash, ..NewMember::default() };
    let hash = seal::hash(&token.0);
    let site = visit.site.clone();
    let made = visit.site.db.write(move |tx| accounts::set_up(tx, &hash, &new, &site)).await;
    match made {
        Ok(Some(_)) => visit.go_to("/sign-in?notice=ready&return_to=/admin"),
        Ok(None) => link_is_over(&visit),
        // Somebody took the name or the address since it was looked at.
        Err(error) => {
            let (field, sentence) = taken(&error).ok_or(error)?;
            let mut faults = Faults::new(&visit);
            faults.say(field, sentence)?;
            visit.show_again(Look::default(), &page(faults.list, token.0, form))
        }
    }
}

/// The field with what somebody else has by now, and the sentence beside it.
fn taken(error: &Error) -> Option<(&'static str, &'static str)> {
    const HANDLE: (&str, &str) = ("handle", "accounts-handle-taken");
    const EMAIL: (&str, &str) = ("email", "accounts-email-known");
    match error {
        Error::Refused(Refusal::Forbidden(sentence)) => [HANDLE, EMAIL].into_iter().find(|(_, key)| sentence.key == *key),
        Error::Broken(cause) => match cause.downcast_ref::<diesel::result::Error>() {
            Some(taken) if trouble::is_taken(taken) => {
                // SQLite names the column, PostgreSQL the constraint, which holds its name.
                Some(if taken.to_string().contains("email_key") { EMAIL } else { HANDLE })
            }
            _ => None,
        },
        Error::Refused(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_pages_of_setting_up_show_what_they_hold() {
        check_page(&SetUpPage {
            faults: faults(&["handle", "email", "password", "rules", "health"]),
            token: "abc".into(),
            handle: "northgate".into(),
            email: "n@post.example".into(),
            rules: true,
            health: true,
        });
        check_page(&SetUpOverPage {});
    }
}
