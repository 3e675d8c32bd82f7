//! A forgotten password, a new one, and *this was not me*.

use super::Faults;
use super::second_step;
use super::sign_in::Tries;
use crate::accounts::model::{EmailAddress, PasswordAttempt};
use crate::accounts::rules::Admission;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{password, recovery, rules, store};
use crate::error::{Error, Refusal, Result};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/password", Admits::Anyone, show_forgotten),
        Endpoint::post("/password", Admits::Anyone, create_reset),
        Endpoint::get("/password/sent", Admits::Anyone, show_reset_sent),
        Endpoint::get("/password/{token}", Admits::Anyone, show_reset),
        Endpoint::post("/password/{token}", Admits::Anyone, update_forgotten_password),
        Endpoint::get("/not-me/{token}", Admits::Anyone, show_not_me),
        Endpoint::post("/not-me/{token}", Admits::Anyone, create_not_me),
        Endpoint::get("/settings/password", Admits::Members, show_password),
        Endpoint::post("/settings/password", Admits::Members, update_password),
    ]
}

// -------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct ForgottenPage {
    faults: Vec<Fault>,
    email: String,
}

impl Page for ForgottenPage {
    const TEMPLATE: &'static str = "accounts/forgotten.html";
}

#[derive(Serialize)]
struct ResetSentPage {
    minutes: i64,
}

impl Page for ResetSentPage {
    const TEMPLATE: &'static str = "accounts/reset-sent.html";
}

#[derive(Serialize)]
struct ResetPage {
    faults: Vec<Fault>,
    token: String,
    /// For the browser's list of passwords.
    email: String,
}

impl Page for ResetPage {
    const TEMPLATE: &'static str = "accounts/reset.html";
}

/// A link to a new password that does not work (any more).
#[derive(Serialize)]
struct ResetOverPage {
    minutes: i64,
}

impl Page for ResetOverPage {
    const TEMPLATE: &'static str = "accounts/reset-over.html";
}

#[derive(Serialize)]
struct NotMePage {
    token: String,
    /// It was done.
    is_done: bool,
    minutes: i64,
}

impl Page for NotMePage {
    const TEMPLATE: &'static str = "accounts/not-me.html";
}

/// A link from a security letter that does not work (any more).
#[derive(Serialize)]
struct NotMeOverPage {
    days: i64,
}

impl Page for NotMeOverPage {
    const TEMPLATE: &'static str = "accounts/not-me-over.html";
}

#[derive(Serialize)]
struct PasswordPage {
    faults: Vec<Fault>,
    /// For the browser's list of passwords.
    email: String,
    /// Asks for the present one, too.
    has_password: bool,
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "accounts/password.html";
}

fn look() -> Look {
    Look::at("sign-in")
}

// ---------------------------------------------------------------------------------------------------- forgotten

async fn show_forgotten(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(), &ForgottenPage { faults: Vec::new(), email: String::new() })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ForgottenForm {
    email: String,
}

async fn create_reset(visit: Visit, form: Form<ForgottenForm>) -> Result<HttpResponse> {
    let typed = form.fields()?.email;
    let Some(email) = EmailAddress::parse(&typed) else {
        let mut faults = Faults::new(&visit);
        faults.say("email", "accounts-email-none")?;
        return visit.show_again(look(), &ForgottenPage { faults: faults.list, email: typed });
    };
    let (site, network, token) = (visit.site.clone(), visit.address_name(), Token::random()?);
    let asked = visit.site.db.write(move |tx| recovery::ask_for_reset(tx, &network, &email, &token, &site)).await;
    match asked {
        Ok(()) => visit.go_to("/password/sent"),
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            let page = ForgottenPage { faults: vec![second_step::too_often(&visit, retry_after_seconds)?], email: typed };
            visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, retry_after_seconds)
        }
        Err(error) => Err(error),
    }
}

async fn show_reset_sent(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(), &ResetSentPage { minutes: rules::RESET_MINUTES })
}

/// Only shows: programs that look into letters open links, and only a person presses.
async fn show_reset(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (hash, now) = (seal::hash(&token.0), visit.now());
    let resetting = visit.site.db.read(move |connection| store::resets::resetting(connection, &hash, now)).await?;
    match resetting {
        Some(resetting) => visit.show(look(), &ResetPage { faults: Vec::new(), token: token.0, email: resetting.email }),
        None => reset_is_over(&visit),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NewPasswordForm {
    password: PasswordAttempt,
}

async fn update_forgotten_password(visit: Visit, token: Path<String>, form: Form<NewPasswordForm>) -> Result<HttpResponse> {
    let typed = form.fields()?.password;
    let (hash, now) = (seal::hash(&token.0), visit.now());
    let looked_up = hash.clone();
    // Before anything is hashed: who has no link makes no work.
    let resetting = visit.site.db.read(move |connection| store::resets::resetting(connection, &looked_up, now)).await?;
    let Some(resetting) = resetting else { return reset_is_over(&visit) };
    let email = EmailAddress::parse(&resetting.email);
    if let Err(fault) = rules::check_password(&typed, &resetting.handle, email.as_ref(), &visit.site.config.names()) {
        let mut faults = Faults::new(&visit);
        faults.add("password", &rules::password_sentence(fault))?;
        return visit.show_again(look(), &ResetPage { faults: faults.list, token: token.0, email: resetting.email });
    }
    let password_hash = password::hash_in_turn(&visit.site, typed).await?;
    // Whoever has proved that the letter box is theirs does not wait for the tries that failed before.
    let tries = email.map(|email| Tries::of(&visit, &email.key()));
    let site = visit.site.clone();
    let reset = visit.site.db.write(move |tx| {
        let reset = recovery::reset_password(tx, &hash, &password_hash, &site)?;
        if let (Some(tries), true) = (&tries, reset.is_some()) {
            tries.forgive_everywhere(tx)?;
        }
        Ok(reset)
    });
    match reset.await? {
        Some(_) => visit.go_to("/sign-in?notice=new-password"),
        None => reset_is_over(&visit),
    }
}

fn reset_is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, look(), &ResetOverPage { minutes: rules::RESET_MINUTES })
}

// ------------------------------------------------------------------------------------------------ this was not me

async fn show_not_me(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (site, link, now) = (visit.site.clone(), token.0.clone(), visit.now());
    let found = visit.site.db.read(move |connection| recovery::disowned_by(connection, &site, &link, now)).await?;
    match found {
        Some(_) => visit.show(look(), &NotMePage { token: token.0, is_done: false, minutes: rules::RESET_MINUTES }),
        None => not_me_is_over(&visit),
    }
}

async fn create_not_me(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (site, link, new) = (visit.site.clone(), token.0.clone(), Token::random()?);
    if !visit.site.db.write(move |tx| recovery::disown_by(tx, &link, &new, &site)).await? {
        return not_me_is_over(&visit);
    }
    // Whoever presses may have been signed in themselves.
    visit.as_it_stands_now().await?.show(look(), &NotMePage { token: token.0, is_done: true, minutes: rules::RESET_MINUTES })
}

fn not_me_is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, look(), &NotMeOverPage { days: rules::NOT_ME_DAYS })
}

// ------------------------------------------------------------------------------------------------------- changing

/// The way to *is it still you?* for whoever has a second step on and did not give it lately: the password alone is then not
/// enough to change it; and for whoever has none yet. Others prove themselves by the present password, which is asked for in any
/// case (ASVS 5.0, 6.2.3).
async fn proof_first(visit: &Visit, present: Option<&str>) -> Result<Option<HttpResponse>> {
    let is_post = visit.request().method() == Method::POST;
    let admission = rules::admission(visit.signed_in().map(AsRef::as_ref), Admits::FreshMembers, is_post, visit.now());
    if admission == Admission::Opens || (present.is_some() && !second_step::has_second_step(visit).await?) {
        return Ok(None);
    }
    visit.go_to("/still-you?return_to=/settings/password").map(Some)
}

async fn show_password(visit: Visit) -> Result<HttpResponse> {
    let (email, present) = present_password(&visit).await?;
    if let Some(proof_first) = proof_first(&visit, present.as_deref()).await? {
        return Ok(proof_first);
    }
    visit.show(settings_look(&visit)?, &PasswordPage { faults: Vec::new(), email, has_password: present.is_some() })
}

/// The address and the hash of whoever is signed in; no hash: no password leads in.
async fn present_password(visit: &Visit) -> Result<(String, Option<String>)> {
    let id = visit.member()?.id;
    let found = visit.site.db.read(move |connection| store::stored_password(connection, id)).await?;
    let (email, stored) = found.ok_or(Error::UNSEEN)?;
    Ok((email, Some(stored).filter(|stored| password::is_one(stored))))
}

fn settings_look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PasswordForm {
    present_password: PasswordAttempt,
    password: PasswordAttempt,
}

async fn update_password(visit: Visit, form: Form<PasswordForm>) -> Result<HttpResponse> {
    let (email, present) = present_password(&visit).await?;
    if let Some(proof_first) = proof_first(&visit, present.as_deref()).await? {
        return Ok(proof_first);
    }
    let form = form.fields()?;
    let member = visit.member()?.clone();
    let id = member.id;
    let has_password = present.is_some();
    let counted =
        visit.site.db.write(move |tx| throttle::slow_down(tx, TRIES_OF_PASSWORD, &id.to_string(), rules::pause_seconds));
    match counted.await {
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            let faults = vec![second_step::too_often(&visit, retry_after_seconds)?];
            let page = PasswordPage { faults, email, has_password };
            return visit.answer_later(StatusCode::TOO_MANY_REQUESTS, settings_look(&visit)?, &page, retry_after_seconds);
        }
        counted => counted?,
    }
    let mut faults = Faults::new(&visit);
    if let Some(present) = present
        && !password::is_right_in_turn(&visit.site, form.present_password, Some(present)).await?
    {
        faults.say("present_password", "accounts-password-present-wrong")?;
    }
    if let Err(fault) = rules::check_password(
        &form.password,
        &member.handle,
        EmailAddress::parse(&email).as_ref(),
        &visit.site.config.names(),
    ) {
        faults.add("password", &rules::password_sentence(fault))?;
    }
    if !faults.list.is_empty() {
        return visit.show_again(settings_look(&visit)?, &PasswordPage { faults: faults.list, email, has_password });
    }
    let password_hash = password::hash_in_turn(&visit.site, form.password).await?;
    let (site, acting) = (visit.site.clone(), visit.acting()?);
    visit
        .site
        .db
        .write(move |tx| {
            throttle::forgive(tx, TRIES_OF_PASSWORD, &id.to_string())?;
            recovery::change_password(tx, acting, &password_hash, &site)
        })
        .await?;
    visit.go_to("/settings?kept=password")
}

/// The name of the count of tries.
const TRIES_OF_PASSWORD: &str = "password-of";

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn every_page_about_a_password_shows_what_it_holds() {
        check_page(&ForgottenPage { faults: faults(&["email"]), email: "tansy@post.example".into() });
        check_page(&ResetSentPage { minutes: 20 });
        let page = check_page(&ResetPage {
            faults: faults(&["password"]),
            token: "abc".into(),
            email: "tansy@post.example".into(),
        });
        assert!(page.contains("action=\"/password/abc\"") && !page.contains("type=\"password\" value"), "{page}");
        check_page(&ResetOverPage { minutes: 20 });
        check_page(&NotMePage { token: "31.5.abc".into(), is_done: false, minutes: 20 });
        check_page(&NotMePage { token: "31.5.abc".into(), is_done: true, minutes: 20 });
        check_page(&NotMeOverPage { days: 14 });
        for has_password in [true, false] {
            let faults = faults(&["present_password", "password"]);
            let page = check_page(&PasswordPage { faults, email: "tansy@post.example".into(), has_password });
            assert_eq!(page.contains("name=\"present_password\""), has_password, "{page}");
        }
    }
}
