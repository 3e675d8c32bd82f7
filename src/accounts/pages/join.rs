//! Joining: the age on a step of its own, the details, the letter.

use super::{Faults, is_ticked};
use crate::accounts::model::{DocumentKind, EmailAddress, JoinRequest, PasswordAttempt};
use crate::accounts::rules::{self, Age};
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{self, Asked, JoiningGate, agreements, password, store};
use crate::countries;
use crate::db::Conn;
use crate::db::trouble::{self, Trouble};
use crate::error::{Error, Refusal, Result};
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, country_choices};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use chrono::{Datelike, Duration};
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/join", Admits::Anyone, show_age_step),
        Endpoint::post("/join", Admits::Anyone, create_join),
        Endpoint::post("/join/age", Admits::Anyone, check_age),
        Endpoint::get("/join/details", Admits::Anyone, show_details_step),
        Endpoint::post("/join/letter", Admits::Anyone, create_join_letter),
        Endpoint::get("/join/sent", Admits::Anyone, show_sent),
        Endpoint::get("/join/confirm/{token}", Admits::Anyone, show_confirmation),
        Endpoint::post("/join/confirm/{token}", Admits::Anyone, create_member),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct AgePage {
    faults: Vec<Fault>,
    born: String,
}

impl Page for AgePage {
    const TEMPLATE: &'static str = "accounts/join-age.html";
}

#[derive(Serialize)]
struct TooYoungPage {
    age: i32,
    /// The year from which we know that they are old enough, as words: years have no thousands.
    welcome_from: Option<String>,
}

impl Page for TooYoungPage {
    const TEMPLATE: &'static str = "accounts/join-too-young.html";
}

#[derive(Serialize)]
struct DetailsPage {
    faults: Vec<Fault>,
    pass: AgePass,
    letter: String,
    /// Of the house rules that it leads to.
    rules_version: String,
    handle: String,
    email: String,
    country: String,
    countries: Vec<Choice>,
    rules: bool,
    health: bool,
    days: i64,
}

impl Page for DetailsPage {
    const TEMPLATE: &'static str = "accounts/join.html";
}

#[derive(Serialize)]
struct LetterFirstPage {
    faults: Vec<Fault>,
    pass: AgePass,
    email: String,
}

impl Page for LetterFirstPage {
    const TEMPLATE: &'static str = "accounts/join-letter-first.html";
}

#[derive(Serialize)]
struct ClosedPage {}

impl Page for ClosedPage {
    const TEMPLATE: &'static str = "accounts/join-closed.html";
}

#[derive(Serialize)]
struct SentPage {
    days: i64,
}

impl Page for SentPage {
    const TEMPLATE: &'static str = "accounts/join-sent.html";
}

#[derive(Serialize)]
struct ConfirmPage {
    token: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "accounts/confirm.html";
}

#[derive(Serialize)]
struct LinkOverPage {
    days: i64,
}

impl Page for LinkOverPage {
    const TEMPLATE: &'static str = "accounts/confirm-over.html";
}

fn look() -> Look {
    Look::at("join")
}

// ---------------------------------------------------------------------------------------------------- the pass

/// What somebody carries from the age to the details: until when it holds, and our seal. We keep nothing.
#[derive(Debug, Clone, Default, Serialize)]
struct AgePass {
    /// Seconds since 1970.
    until: String,
    seal: String,
}

/// Purposes of seals.
const OLD_ENOUGH: &str = "join-old-enough";
const BY_LETTER: &str = "join-by-letter";

impl AgePass {
    fn new(visit: &Visit, hours: i64) -> Self {
        let until = visit.now().plus(Duration::hours(hours)).utc().timestamp().to_string();
        let seal = seal::seal(&visit.site.config.secret, OLD_ENOUGH, &until);
        Self { until, seal }
    }

    /// True if we gave it, and for this much longer than it says.
    fn is_good(&self, visit: &Visit, grace_hours: i64) -> bool {
        let now = visit.now().minus(Duration::hours(grace_hours)).utc().timestamp();
        let is_in_time = self.until.parse::<i64>().is_ok_and(|until| now <= until);
        is_in_time && seal::is_sealed(&visit.site.config.secret, OLD_ENOUGH, &self.until, &self.seal)
    }

    /// What proves that the letter of the slower way reached this address.
    fn letter_words(&self, email: &EmailAddress) -> String {
        format!("{} {}", self.until, email.key())
    }
}

// ---------------------------------------------------------------------------------------------------- handlers

/// The page that says that nobody can join yet, if so.
async fn closed(visit: &Visit, status: StatusCode) -> Result<Option<HttpResponse>> {
    let is_open = match visit.request().app_data::<JoiningGate>().copied() {
        Some(JoiningGate(is_open)) => visit.site.db.read(is_open).await?,
        None => false,
    };
    if is_open { Ok(None) } else { visit.answer(status, look(), &ClosedPage {}).map(Some) }
}

async fn show_age_step(visit: Visit) -> Result<HttpResponse> {
    if visit.signed_in().is_some() {
        return visit.go_to("/");
    }
    match closed(&visit, StatusCode::OK).await? {
        Some(closed) => Ok(closed),
        None => visit.show(look(), &AgePage { faults: Vec::new(), born: String::new() }),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AgeForm {
    born: String,
}

async fn check_age(visit: Visit, form: Form<AgeForm>) -> Result<HttpResponse> {
    if let Some(closed) = closed(&visit, StatusCode::FORBIDDEN).await? {
        return Ok(closed);
    }
    let form = form.fields()?;
    let this_year = visit.now().utc().with_timezone(&visit.site.config.time_zone).year();
    let Some(born) = rules::year_of_birth(&form.born, this_year) else {
        let mut faults = Faults::new(&visit);
        faults.say("born", "accounts-born-fault")?;
        return visit.show_again(look(), &AgePage { faults: faults.list, born: form.born });
    };
    let age = visit.site.config.minimum_age;
    match rules::age(born, this_year, age) {
        Age::OldEnough => {
            let pass = AgePass::new(&visit, rules::AGE_SEAL_HOURS);
            visit.go_to(&format!("/join/details?until={}&seal={}", pass.until, pass.seal))
        }
        Age::From(year) => visit.show(look(), &TooYoungPage { age, welcome_from: Some(year.to_string()) }),
        Age::TooYoung => visit.show(look(), &TooYoungPage { age, welcome_from: None }),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DetailsQuery {
    until: String,
    seal: String,
    letter: String,
}

async fn show_details_step(visit: Visit, query: Query<DetailsQuery>) -> Result<HttpResponse> {
    let pass = AgePass { until: query.0.until, seal: query.0.seal };
    if visit.signed_in().is_some() || !pass.is_good(&visit, 0) {
        return visit.go_to("/join");
    }
    match closed(&visit, StatusCode::OK).await? {
        Some(closed) => Ok(closed),
        None => {
            let read = |connection: &mut Conn| agreements::present_version(connection, DocumentKind::Rules);
            let rules_version = visit.site.db.read(read).await?.to_string();
            let form = JoinForm { letter: query.0.letter, rules_version, ..JoinForm::default() };
            visit.show(look(), &details_page(Vec::new(), pass, form))
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JoinForm {
    until: String,
    seal: String,
    letter: String,
    rules_version: String,
    handle: String,
    email: String,
    password: PasswordAttempt,
    country: String,
    rules: String,
    health: String,
}

fn details_page(faults: Vec<Fault>, pass: AgePass, form: JoinForm) -> DetailsPage {
    DetailsPage {
        faults,
        pass,
        letter: form.letter,
        rules_version: form.rules_version,
        handle: form.handle,
        email: form.email,
        country: form.country,
        countries: country_choices(),
        rules: is_ticked(&form.rules),
        health: is_ticked(&form.health),
        days: rules::PENDING_DAYS,
    }
}

async fn create_join(visit: Visit, form: Form<JoinForm>) -> Result<HttpResponse> {
    if let Some(closed) = closed(&visit, StatusCode::FORBIDDEN).await? {
        return Ok(closed);
    }
    let mut form = form.fields()?;
    let pass = AgePass { until: form.until.clone(), seal: form.seal.clone() };
    if !pass.is_good(&visit, rules::FORM_GRACE_HOURS) {
        return visit.go_to("/join");
    }
    let typed_password = std::mem::take(&mut form.password);
    let (handle, email) = match check_details(&visit, &form, &typed_password).await? {
        Ok(checked) => checked,
        Err(faults) => return visit.show_again(look(), &details_page(faults, pass, form)),
    };
    let is_by_letter = seal::is_sealed(&visit.site.config.secret, BY_LETTER, &pass.letter_words(&email), &form.letter);
    // Only forms that hold count, so that nobody loses a turn to a typing error; and they count before the work of hashing.
    if is_by_letter {
        let who = accounts::address_bucket(&visit.site, &email);
        if let Some(seconds) = wait(visit.site.db.write(move |tx| throttle::take(tx, rules::JOIN_BY_LETTER, &who)).await)? {
            let page = details_page(vec![too_often(&visit, seconds)?], pass, form);
            return answer_too_often(&visit, &page, seconds);
        }
    } else {
        let who = visit.address_name();
        if let Some(seconds) = wait(visit.site.db.write(move |tx| throttle::take(tx, rules::JOIN, &who)).await)? {
            let page = LetterFirstPage { faults: Vec::new(), pass, email: email.as_str().to_owned() };
            return answer_too_often(&visit, &page, seconds);
        }
    }
    let request = JoinRequest {
        handle,
        email,
        password_hash: password::hash_in_turn(&visit.site, typed_password).await?,
        country: form.country.clone(),
        rules_version: form.rules_version.clone(),
    };
    let token = Token::random()?;
    let site = visit.site.clone();
    let asked = visit.site.db.write(move |tx| accounts::ask_to_join(tx, &request, &token, &site)).await;
    let asked = match asked {
        // Two at the same moment: the unique index knows who was first.
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => Asked::NameTaken,
        asked => asked?,
    };
    match asked {
        Asked::LetterWritten => visit.go_to("/join/sent"),
        Asked::NameTaken => {
            let mut faults = Faults::new(&visit);
            faults.say("handle", "accounts-handle-taken")?;
            visit.show_again(look(), &details_page(faults.list, pass, form))
        }
    }
}

/// Name and address, if everything in the form holds.
async fn check_details(
    visit: &Visit,
    form: &JoinForm,
    password: &PasswordAttempt,
) -> Result<Result<(String, EmailAddress), Vec<Fault>>> {
    let mut faults = Faults::new(visit);
    let handle = check_handle(visit, &mut faults, &form.handle).await?;
    let email = EmailAddress::parse(&form.email);
    if email.is_none() {
        faults.say("email", "accounts-email-none")?;
    }
    if let Err(fault) = rules::check_password(password, &form.handle, email.as_ref(), &visit.site.config.names()) {
        faults.add("password", &rules::password_sentence(fault))?;
    }
    if countries::find(&form.country).is_none() {
        faults.say("country", "accounts-country-none")?;
    }
    if !is_ticked(&form.rules) {
        faults.say("rules", "accounts-rules-needed")?;
    }
    if !is_ticked(&form.health) {
        faults.say("health", "accounts-health-needed")?;
    }
    Ok(match (handle, email) {
        (Some(handle), Some(email)) if faults.list.is_empty() => Ok((handle, email)),
        _ => Err(faults.list),
    })
}

/// A name that can be shown, is not reserved, and looks like nobody else's.
pub(super) async fn check_handle(visit: &Visit, faults: &mut Faults<'_>, typed: &str) -> Result<Option<String>> {
    let handle = match line::handle(typed) {
        Ok(handle) => handle,
        Err(fault) => {
            faults.add("handle", &rules::handle_sentence(fault))?;
            return Ok(None);
        }
    };
    let config = &visit.site.config;
    if rules::is_reserved(&handle, &config.site_name, &config.organisation) {
        faults.say("handle", "accounts-handle-reserved")?;
        return Ok(None);
    }
    let key = line::skeleton(&handle);
    if visit.site.db.read(move |connection| store::is_handle_taken(connection, &key)).await? {
        faults.say("handle", "accounts-handle-taken")?;
        return Ok(None);
    }
    Ok(Some(handle))
}

/// The seconds to wait, if a limit refused it.
fn wait(counted: Result<()>) -> Result<Option<i64>> {
    match counted {
        Ok(()) => Ok(None),
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => Ok(Some(retry_after_seconds)),
        Err(error) => Err(error),
    }
}

fn too_often(visit: &Visit, seconds: i64) -> Result<Fault> {
    let from = visit.moment(visit.now().plus(Duration::seconds(seconds + 59)));
    Ok(Fault::new("", visit.say_with("accounts-join-too-often", &[("from", from.words.into())])?))
}

fn answer_too_often<P: Page>(visit: &Visit, page: &P, seconds: i64) -> Result<HttpResponse> {
    let mut response = visit.answer(StatusCode::TOO_MANY_REQUESTS, look(), page)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LetterFirstForm {
    until: String,
    seal: String,
    email: String,
}

/// The slower way: a letter with a link to the details, where joining is counted for the address and not for the network.
async fn create_join_letter(visit: Visit, form: Form<LetterFirstForm>) -> Result<HttpResponse> {
    if let Some(closed) = closed(&visit, StatusCode::FORBIDDEN).await? {
        return Ok(closed);
    }
    let form = form.fields()?;
    let pass = AgePass { until: form.until, seal: form.seal };
    if !pass.is_good(&visit, rules::FORM_GRACE_HOURS) {
        return visit.go_to("/join");
    }
    let Some(email) = EmailAddress::parse(&form.email) else {
        let mut faults = Faults::new(&visit);
        faults.say("email", "accounts-email-none")?;
        return visit.show_again(look(), &LetterFirstPage { faults: faults.list, pass, email: form.email });
    };
    let given = AgePass::new(&visit, rules::LETTER_SEAL_HOURS);
    let letter = seal::seal(&visit.site.config.secret, BY_LETTER, &given.letter_words(&email));
    let link = visit.site.link(&format!("/join/details?until={}&seal={}&letter={letter}", given.until, given.seal));
    let (site, network) = (visit.site.clone(), visit.address_name());
    let asked = visit.site.db.write(move |tx| accounts::ask_for_letter(tx, &network, &email, &link, &site)).await;
    match wait(asked)? {
        None => visit.go_to("/join/sent"),
        Some(seconds) => {
            let page = LetterFirstPage { faults: vec![too_often(&visit, seconds)?], pass, email: form.email };
            answer_too_often(&visit, &page, seconds)
        }
    }
}

async fn show_sent(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(), &SentPage { days: rules::PENDING_DAYS })
}

/// Shows a button. Programs that look into letters open links; only a person presses.
async fn show_confirmation(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let hash = seal::hash(&token.0);
    let now = visit.now();
    if visit.site.db.read(move |connection| store::is_pending(connection, &hash, now)).await? {
        visit.show(look(), &ConfirmPage { token: token.0 })
    } else {
        link_is_over(&visit)
    }
}

async fn create_member(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let hash = seal::hash(&token.0);
    let confirmed = visit.site.db.write(move |tx| accounts::confirm(tx, &hash)).await;
    let confirmed = match confirmed {
        // Two letters to one address, opened at the same moment.
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => None,
        confirmed => confirmed?,
    };
    match confirmed {
        Some(_) => visit.go_to("/sign-in?notice=confirmed"),
        None => link_is_over(&visit),
    }
}

fn link_is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, look(), &LinkOverPage { days: rules::PENDING_DAYS })
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn every_page_of_joining_shows_what_it_holds() {
        let pass = || AgePass { until: "1790000000".into(), seal: "abc".into() };
        check_page(&AgePage { faults: faults(&["born"]), born: "19".into() });
        let kind = check_page(&TooYoungPage { age: 18, welcome_from: Some("2027".into()) });
        assert!(kind.contains("2027") && kind.contains("18"), "{kind}");
        check_page(&TooYoungPage { age: 18, welcome_from: None });
        let page = check_page(&DetailsPage {
            faults: faults(&["handle", "email", "password", "country", "rules", "health"]),
            pass: pass(),
            letter: "def".into(),
            rules_version: "3".into(),
            handle: "tansy".into(),
            email: "tansy@post.example".into(),
            country: "IE".into(),
            countries: vec![Choice::new("IE", "Ireland")],
            rules: true,
            health: false,
            days: 14,
        });
        assert!(page.contains("value=\"tansy\"") && page.contains("<option value=\"IE\" selected>"), "{page}");
        check_page(&LetterFirstPage { faults: faults(&["email"]), pass: pass(), email: "tansy@post.example".into() });
        check_page(&ClosedPage {});
        check_page(&SentPage { days: 14 });
        check_page(&ConfirmPage { token: "abc".into() });
        check_page(&LinkOverPage { days: 14 });
    }

    #[test]
    fn nothing_is_ticked_or_chosen_beforehand() {
        let page = check_page(&DetailsPage {
            faults: Vec::new(),
            pass: AgePass::default(),
            letter: String::new(),
            rules_version: String::new(),
            handle: String::new(),
            email: String::new(),
            country: String::new(),
            countries: vec![Choice::new("IE", "Ireland")],
            rules: false,
            health: false,
            days: 14,
        });
        assert!(!page.contains(" checked") && !page.contains(" selected"), "{page}");
    }
}
