//! Joining: the age on a step of its own, the details, the letter; and what stands in the way, said before anything is typed.

use super::sign_in::{BUSY_SECONDS, busy};
use super::sign_on::{self, SignOnButton};
use super::{Faults, is_ticked};
use crate::accounts::joining::{self, Confirmed};
use crate::accounts::model::{DocumentKind, EmailAddress, Entrance, JoinRequest, Joining, Newcomer, PasswordAttempt};
use crate::accounts::recovery::{self, Security};
use crate::accounts::rules::{self, Age, NoWay, Way};
use crate::accounts::sign_on::verified_email;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{self, Asked, JoiningGate, agreements, handle, password, store};
use crate::countries;
use crate::db::Conn;
use crate::db::dialect::Condition;
use crate::db::trouble::{self, Trouble};
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::text::{self, PostSource, line};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, country_choices};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Datelike, Duration};
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/join", Admits::Anyone, show_age_step),
        Endpoint::post("/join", Admits::Anyone, create_join),
        Endpoint::get("/join/invited/{token}", Admits::Anyone, show_invited),
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
    /// How one comes in here, if not simply so.
    way: Option<String>,
    /// The token of the invitation that opened this page, or nothing.
    invitation: String,
    /// The provider of sign-on that brought them, by its name in our addresses, or nothing.
    with: String,
    /// The same in words.
    with_label: Option<String>,
    /// Others ways to come, unless they came by one.
    sign_ons: Vec<SignOnButton>,
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
#[allow(clippy::struct_excessive_bools)] // boxes of a form
struct DetailsPage {
    faults: Vec<Fault>,
    /// What to know before taking this name, once.
    advice: Vec<String>,
    /// They know it and keep the name.
    keeps_handle: bool,
    /// How one comes in here, if not simply so.
    way: Option<String>,
    pass: AgePass,
    letter: String,
    invitation: String,
    /// The provider of sign-on that brought them, by its name in our addresses, or nothing.
    with: String,
    /// The same in words: then there is no password.
    with_label: Option<String>,
    /// The provider says that the address is theirs: it is shown, and not asked for.
    has_email: bool,
    /// Of the house rules that it leads to.
    rules_version: String,
    handle: String,
    email: String,
    country: String,
    countries: Vec<Choice>,
    rules: bool,
    health: bool,
    letters: bool,
    /// What is asked, if a person reads the answer.
    question_html: Option<String>,
    answer: String,
    answer_max: usize,
    days: i64,
}

impl Page for DetailsPage {
    const TEMPLATE: &'static str = "accounts/join.html";
}

#[derive(Serialize)]
struct LetterFirstPage {
    faults: Vec<Fault>,
    pass: AgePass,
    invitation: String,
    email: String,
}

impl Page for LetterFirstPage {
    const TEMPLATE: &'static str = "accounts/join-letter-first.html";
}

/// Why nobody, or not everybody, can join now.
#[derive(Serialize)]
struct ClosedPage {
    title: String,
    lead: String,
    words: String,
    /// Whom to ask about it, in words.
    ask: Option<String>,
    /// Providers of sign-on whose people come in all the same.
    sign_ons: Vec<SignOnButton>,
}

impl Page for ClosedPage {
    const TEMPLATE: &'static str = "accounts/join-closed.html";
}

/// An invitation that was used up, has ended, was taken back or never was one: the same words for each.
#[derive(Serialize)]
struct InvitationOverPage {}

impl Page for InvitationOverPage {
    const TEMPLATE: &'static str = "accounts/invitation-over.html";
}

#[derive(Serialize)]
struct SentPage {
    days: i64,
    /// After the letter a person reads their answer.
    is_read: bool,
}

impl Page for SentPage {
    const TEMPLATE: &'static str = "accounts/join-sent.html";
}

#[derive(Serialize)]
struct ConfirmPage {
    token: String,
    /// After it a person reads their answer.
    is_read: bool,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "accounts/confirm.html";
}

/// What became of an answer that a person reads.
#[derive(Serialize)]
struct WaitsPage {
    since: Moment,
    /// The day from which nothing of it is left, if somebody said no.
    denied_until: Option<Moment>,
    days: i64,
}

impl Page for WaitsPage {
    const TEMPLATE: &'static str = "accounts/join-waits.html";
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

    /// Where the details are typed. `letter`: our seal of the slower way, or nothing; `invitation`: a token, or nothing;
    /// `with`: the provider of sign-on that brought them, or nothing.
    fn details_path(&self, letter: &str, invitation: &str, with: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("until", &self.until).append_pair("seal", &self.seal);
        for (name, value) in [("letter", letter), ("invitation", invitation), ("with", with)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/join/details?{}", query.finish())
    }

    /// What proves that the letter of the slower way reached this address.
    fn letter_words(&self, email: &EmailAddress) -> String {
        format!("{} {}", self.until, email.key())
    }
}

// ---------------------------------------------------------------------------------------------------- handlers

/// What is open to whoever brought this token of an invitation, or none, and came by a provider of sign-on, or by none.
async fn entrance(visit: &Visit, invitation: &str, newcomer: Option<&Newcomer>) -> Result<Entrance> {
    let gate = visit.request().app_data::<JoiningGate>().copied();
    let JoiningGate(is_safe) = gate.unwrap_or(JoiningGate(Condition("1 = 0")));
    let (hash, now) = (seal::hash(invitation), visit.now());
    let read = visit.site.db.read(move |connection| store::joining::entrance(connection, is_safe, &hash, now));
    Ok(Entrance { always_joins: newcomer.is_some_and(|newcomer| newcomer.always_joins), ..read.await? })
}

fn way_in(entrance: &Entrance) -> Result<Way, NoWay> {
    rules::way_in_by_sign_on(entrance.mode, entrance.invitation.is_some(), entrance.always_joins)
}

/// The page that says why they cannot come in, if so.
fn closed(visit: &Visit, entrance: &Entrance, invitation: &str, status: StatusCode) -> Result<Option<HttpResponse>> {
    if !entrance.is_safe {
        return visit.answer(status, look(), &closed_page(visit, "accounts-closed", None)?).map(Some);
    }
    match way_in(entrance) {
        Ok(_) => Ok(None),
        Err(NoWay::InvitationNeeded) if !invitation.is_empty() => invitation_is_over(visit).map(Some),
        Err(no_way) => no_way_in(visit, no_way, status).map(Some),
    }
}

fn no_way_in(visit: &Visit, no_way: NoWay, status: StatusCode) -> Result<HttpResponse> {
    let organisation = &visit.site.config.organisation;
    let ask = if organisation.is_empty() {
        visit.say("accounts-closed-ask")?
    } else {
        visit.say_with("accounts-closed-ask-organisation", &[("organisation", organisation.as_str().into())])?
    };
    let key = match no_way {
        NoWay::Closed => "accounts-shut",
        NoWay::InvitationNeeded => "accounts-invited-only",
    };
    visit.answer(status, look(), &closed_page(visit, key, Some(ask))?)
}

fn closed_page(visit: &Visit, key: &str, ask: Option<String>) -> Result<ClosedPage> {
    let say = |part: &str| visit.say(&format!("{key}-{part}"));
    // Before a person has checked a line of urgent help nobody comes in, by whatever way.
    let sign_ons = if ask.is_some() { sign_on::buttons_past_a_closed_door(visit) } else { Vec::new() };
    Ok(ClosedPage { title: say("title")?, lead: say("lead")?, words: say("words")?, ask, sign_ons })
}

fn invitation_is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, look(), &InvitationOverPage {})
}

/// How one comes in here, in words, if not simply so.
fn way_words(visit: &Visit, entrance: &Entrance) -> Result<Option<String>> {
    let key = match way_in(entrance) {
        Ok(Way::Application) => "accounts-way-application",
        Ok(Way::Straight) if entrance.invitation.is_some() => "accounts-way-invited",
        _ => return Ok(None),
    };
    visit.say(key).map(Some)
}

/// The token, if it opens anything.
fn kept_invitation(entrance: &Entrance, invitation: String) -> String {
    if entrance.invitation.is_some() { invitation } else { String::new() }
}

fn age_page(visit: &Visit, entrance: &Entrance, faults: Vec<Fault>, form: AgeForm) -> Result<AgePage> {
    let invitation = kept_invitation(entrance, form.invitation);
    let with_label = label_of(visit, &form.with);
    Ok(AgePage {
        faults,
        way: way_words(visit, entrance)?,
        invitation,
        sign_ons: if with_label.is_some() { Vec::new() } else { sign_on::buttons(visit) },
        with: form.with,
        with_label,
        born: form.born,
    })
}

/// What people call the provider of sign-on that brought them.
fn label_of(visit: &Visit, with: &str) -> Option<String> {
    visit.site.config.sign_on.iter().find(|provider| provider.name == with).map(|provider| provider.label.clone())
}

/// Which provider of sign-on brought them, if one did.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WithQuery {
    with: String,
}

async fn show_age_step(visit: Visit, query: Query<WithQuery>) -> Result<HttpResponse> {
    if visit.signed_in().is_some() {
        return visit.go_to("/");
    }
    let newcomer = sign_on::newcomer(&visit, &query.0.with).await?;
    let entrance = entrance(&visit, "", newcomer.as_ref()).await?;
    match closed(&visit, &entrance, "", StatusCode::OK)? {
        Some(closed) => Ok(closed),
        None => {
            let form = AgeForm { with: named(newcomer), ..AgeForm::default() };
            visit.show(look(), &age_page(&visit, &entrance, Vec::new(), form)?)
        }
    }
}

/// The provider's name in our addresses, or nothing.
fn named(newcomer: Option<Newcomer>) -> String {
    newcomer.map(|newcomer| newcomer.provider).unwrap_or_default()
}

/// The link of an invitation.
async fn show_invited(visit: Visit, token: Path<String>, query: Query<WithQuery>) -> Result<HttpResponse> {
    if visit.signed_in().is_some() {
        return visit.go_to("/");
    }
    let newcomer = sign_on::newcomer(&visit, &query.0.with).await?;
    let entrance = entrance(&visit, &token.0, newcomer.as_ref()).await?;
    match closed(&visit, &entrance, &token.0, StatusCode::OK)? {
        Some(closed) => Ok(closed),
        None if entrance.invitation.is_none() => invitation_is_over(&visit),
        None => {
            let form = AgeForm { invitation: token.0, with: named(newcomer), ..AgeForm::default() };
            visit.show(look(), &age_page(&visit, &entrance, Vec::new(), form)?)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AgeForm {
    born: String,
    invitation: String,
    with: String,
}

async fn check_age(visit: Visit, form: Form<AgeForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    let newcomer = sign_on::newcomer(&visit, &form.with).await?;
    let entrance = entrance(&visit, &form.invitation, newcomer.as_ref()).await?;
    if let Some(closed) = closed(&visit, &entrance, &form.invitation, StatusCode::FORBIDDEN)? {
        return Ok(closed);
    }
    form.with = named(newcomer);
    let this_year = visit.now().utc().with_timezone(&visit.site.config.time_zone).year();
    let Some(born) = rules::year_of_birth(&form.born, this_year) else {
        let mut faults = Faults::new(&visit);
        faults.say("born", "accounts-born-fault")?;
        return visit.show_again(look(), &age_page(&visit, &entrance, faults.list, form)?);
    };
    let age = visit.site.config.minimum_age;
    match rules::age(born, this_year, age) {
        Age::OldEnough => {
            let pass = AgePass::new(&visit, rules::AGE_SEAL_HOURS);
            visit.go_to(&pass.details_path("", &kept_invitation(&entrance, form.invitation), &form.with))
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
    invitation: String,
    with: String,
}

async fn show_details_step(visit: Visit, query: Query<DetailsQuery>) -> Result<HttpResponse> {
    let pass = AgePass { until: query.0.until, seal: query.0.seal };
    if visit.signed_in().is_some() || !pass.is_good(&visit, 0) {
        return visit.go_to("/join");
    }
    let (letter, invitation) = (query.0.letter, query.0.invitation);
    let newcomer = sign_on::newcomer(&visit, &query.0.with).await?;
    let entrance = entrance(&visit, &invitation, newcomer.as_ref()).await?;
    match closed(&visit, &entrance, &invitation, StatusCode::OK)? {
        Some(closed) => Ok(closed),
        None => {
            let read = |connection: &mut Conn| agreements::present_version(connection, DocumentKind::Rules);
            let rules_version = visit.site.db.read(read).await?.to_string();
            let email = newcomer.as_ref().and_then(|newcomer| newcomer.email.clone()).unwrap_or_default();
            let form = JoinForm { letter, invitation, rules_version, email, ..JoinForm::default() };
            visit.show(look(), &details_page(&visit, &entrance, newcomer.as_ref(), Vec::new(), pass, form)?)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JoinForm {
    until: String,
    seal: String,
    letter: String,
    invitation: String,
    with: String,
    rules_version: String,
    handle: String,
    keep_handle: String,
    email: String,
    password: PasswordAttempt,
    country: String,
    rules: String,
    health: String,
    letters: String,
    answer: String,
}

fn details_page(
    visit: &Visit,
    entrance: &Entrance,
    newcomer: Option<&Newcomer>,
    faults: Vec<Fault>,
    pass: AgePass,
    form: JoinForm,
) -> Result<DetailsPage> {
    let asks = way_in(entrance) == Ok(Way::Application);
    let question = PostSource::parse(&entrance.question).ok().filter(|_| asks);
    Ok(DetailsPage {
        faults,
        advice: advice(visit, &form)?,
        keeps_handle: is_ticked(&form.keep_handle),
        way: way_words(visit, entrance)?,
        pass,
        letter: form.letter,
        invitation: kept_invitation(entrance, form.invitation),
        with: newcomer.map(|newcomer| newcomer.provider.clone()).unwrap_or_default(),
        with_label: newcomer.and_then(|newcomer| label_of(visit, &newcomer.provider)),
        has_email: newcomer.and_then(verified_email).is_some(),
        rules_version: form.rules_version,
        handle: form.handle,
        email: form.email,
        country: form.country,
        countries: country_choices(),
        rules: is_ticked(&form.rules),
        health: is_ticked(&form.health),
        letters: is_ticked(&form.letters),
        question_html: question.map(|question| text::render(&question).as_str().to_owned()),
        answer: form.answer,
        answer_max: Joining::ANSWER_MAX_CHARS,
        days: rules::PENDING_DAYS,
    })
}

/// What to know before taking this name, in words; nothing once they know it.
fn advice(visit: &Visit, form: &JoinForm) -> Result<Vec<String>> {
    let (Ok(handle), Some(email), false) =
        (line::handle(&form.handle), EmailAddress::parse(&form.email), is_ticked(&form.keep_handle))
    else {
        return Ok(Vec::new());
    };
    rules::advise_handle(&handle, &email).into_iter().map(|advice| visit.say(advice.key())).collect()
}

async fn create_join(visit: Visit, form: Form<JoinForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    let newcomer = sign_on::newcomer(&visit, &form.with).await?;
    let entrance = entrance(&visit, &form.invitation, newcomer.as_ref()).await?;
    if let Some(closed) = closed(&visit, &entrance, &form.invitation, StatusCode::FORBIDDEN)? {
        return Ok(closed);
    }
    let pass = AgePass { until: form.until.clone(), seal: form.seal.clone() };
    if !pass.is_good(&visit, rules::FORM_GRACE_HOURS) {
        return visit.go_to("/join");
    }
    let typed_password = std::mem::take(&mut form.password);
    let by = newcomer.as_ref();
    if let Some(email) = by.and_then(verified_email) {
        email.as_str().clone_into(&mut form.email);
    }
    let Checked { handle, email, answer } = match check_details(&visit, &entrance, by, &form, &typed_password).await? {
        Ok(checked) => checked,
        Err(_) if is_pressed_again(&visit, &form).await? => return visit.go_to(sent_path(!form.answer.is_empty())),
        Err(faults) => return visit.show_again(look(), &details_page(&visit, &entrance, by, faults, pass, form)?),
    };
    if !advice(&visit, &form)?.is_empty() {
        return visit.show_again(look(), &details_page(&visit, &entrance, by, Vec::new(), pass, form)?);
    }
    let is_by_letter = seal::is_sealed(&visit.site.config.secret, BY_LETTER, &pass.letter_words(&email), &form.letter);
    // Only forms that hold count, so that nobody loses a turn to a typing error; and they count before the work of hashing.
    if is_by_letter {
        let who = accounts::address_bucket(&visit.site, &email);
        if let Some(seconds) = wait(visit.site.db.write(move |tx| throttle::take(tx, rules::JOIN_BY_LETTER, &who)).await)? {
            let page = details_page(&visit, &entrance, by, vec![too_often(&visit, seconds)?], pass, form)?;
            return visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, seconds);
        }
    } else if by.and_then(verified_email).is_none() {
        // Whoever a provider vouches for was counted on the way there.
        let who = visit.address_name();
        if let Some(seconds) = wait(visit.site.db.write(move |tx| throttle::take(tx, rules::JOIN, &who)).await)? {
            if by.is_some() {
                let page = details_page(&visit, &entrance, by, vec![too_often(&visit, seconds)?], pass, form)?;
                return visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, seconds);
            }
            let invitation = kept_invitation(&entrance, form.invitation);
            let page = LetterFirstPage { faults: Vec::new(), pass, invitation, email: email.as_str().to_owned() };
            return visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, seconds);
        }
    }
    let hashed = match by {
        // They have none.
        Some(_) => Ok(String::new()),
        None => password::hash_in_turn(&visit.site, typed_password).await,
    };
    let password_hash = match hashed {
        Err(Error::Refused(Refusal::Busy)) => {
            let page = details_page(&visit, &entrance, by, vec![busy(&visit)?], pass, form)?;
            return visit.answer_later(StatusCode::SERVICE_UNAVAILABLE, look(), &page, BUSY_SECONDS);
        }
        hashed => hashed?,
    };
    let request = JoinRequest {
        handle,
        email,
        password_hash,
        country: form.country.clone(),
        community_letters: is_ticked(&form.letters),
        answer,
        invitation: entrance.invitation,
        rules_version: form.rules_version.clone(),
        newcomer: newcomer.clone(),
    };
    let is_read = !request.answer.is_empty();
    let token = Token::random()?;
    let site = visit.site.clone();
    let link = token.reveal().to_owned();
    let asked = visit.site.db.write(move |tx| {
        let asked = accounts::ask_to_join(tx, &request, &token, &site)?;
        let is_proved = asked == Asked::Proved;
        let confirmed = if is_proved { Some(joining::confirm(tx, &token.hash())?) } else { None };
        if let Some(Confirmed::Member(member)) = &confirmed {
            // No letter came before. If the provider was wrong about the address, whoever reads it can say so.
            recovery::write_security_letter(tx, *member, Security::SignOnLinked, &site)?;
        }
        Ok((asked, confirmed))
    });
    let (asked, confirmed) = match asked.await {
        // Two at the same moment: the unique index knows who was first.
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => (Asked::NameTaken, None),
        asked => asked?,
    };
    match asked {
        Asked::Proved => match (confirmed, &newcomer) {
            (Some(Confirmed::Member(joined)), Some(newcomer)) => sign_on::begin_first(&visit, joined, newcomer).await,
            (confirmed, _) => answer_confirmed(&visit, confirmed.unwrap_or(Confirmed::LinkOver), &link),
        },
        Asked::LetterWritten => visit.go_to(sent_path(is_read)),
        Asked::NameTaken if is_pressed_again(&visit, &form).await? => visit.go_to(sent_path(is_read)),
        Asked::NameTaken => {
            let mut faults = Faults::new(&visit);
            faults.say("handle", "accounts-handle-taken")?;
            visit.show_again(look(), &details_page(&visit, &entrance, newcomer.as_ref(), faults.list, pass, form)?)
        }
    }
}

/// Where somebody reads that a letter is on its way; `is_read`: a person reads their answer after that.
fn sent_path(is_read: bool) -> &'static str {
    if is_read { "/join/sent?then=read" } else { "/join/sent" }
}

/// True if the button was pressed twice: the name is taken by this very wish.
async fn is_pressed_again(visit: &Visit, form: &JoinForm) -> Result<bool> {
    let (Ok(handle), Some(email)) = (line::handle(&form.handle), EmailAddress::parse(&form.email)) else { return Ok(false) };
    let (handle, email) = (line::skeleton(&handle), email.key());
    let since = visit.now().minus(Duration::seconds(rules::PRESS_SECONDS));
    visit.site.db.read(move |connection| store::is_wish_since(connection, &handle, &email, since)).await
}

/// What a form holds in which nothing has to be seen to.
struct Checked {
    handle: String,
    email: EmailAddress,
    /// Empty where nothing is asked.
    answer: String,
}

/// What the form holds, if all of it does.
async fn check_details(
    visit: &Visit,
    entrance: &Entrance,
    newcomer: Option<&Newcomer>,
    form: &JoinForm,
    password: &PasswordAttempt,
) -> Result<Result<Checked, Vec<Fault>>> {
    let mut faults = Faults::new(visit);
    let asks = way_in(entrance) == Ok(Way::Application);
    if asks && !form.invitation.is_empty() {
        faults.say("", "accounts-invitation-over-apply")?;
    }
    if newcomer.is_none() && !form.with.is_empty() {
        faults.say("", "accounts-sign-on-newcomer-over")?;
    }
    let handle = check_handle(visit, &mut faults, &form.handle).await?;
    let email = EmailAddress::parse(&form.email);
    if email.is_none() {
        faults.say("email", "accounts-email-none")?;
    }
    if newcomer.is_none()
        && let Err(fault) = rules::check_password(password, &form.handle, email.as_ref(), &visit.site.config.names())
    {
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
    let answer = if asks { text::plain_words(&form.answer, Joining::ANSWER_MAX_CHARS) } else { Some(String::new()) };
    match &answer {
        None => faults.say("answer", "accounts-answer-too-long")?,
        Some(answer) if asks && answer.is_empty() => faults.say("answer", "accounts-answer-needed")?,
        Some(_) => {}
    }
    Ok(match (handle, email, answer) {
        (Some(handle), Some(email), Some(answer)) if faults.list.is_empty() => Ok(Checked { handle, email, answer }),
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
    let (site, wanted) = (visit.site.clone(), handle.clone());
    if visit.site.db.read(move |connection| handle::is_taken(connection, &site, &wanted)).await? {
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
    visit.too_often("accounts-join-too-often", seconds)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LetterFirstForm {
    until: String,
    seal: String,
    invitation: String,
    email: String,
}

/// The slower way: a letter with a link to the details, where joining is counted for the address and not for the network.
async fn create_join_letter(visit: Visit, form: Form<LetterFirstForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let entrance = entrance(&visit, &form.invitation, None).await?;
    if let Some(closed) = closed(&visit, &entrance, &form.invitation, StatusCode::FORBIDDEN)? {
        return Ok(closed);
    }
    let invitation = kept_invitation(&entrance, form.invitation);
    let pass = AgePass { until: form.until, seal: form.seal };
    if !pass.is_good(&visit, rules::FORM_GRACE_HOURS) {
        return visit.go_to("/join");
    }
    let Some(email) = EmailAddress::parse(&form.email) else {
        let mut faults = Faults::new(&visit);
        faults.say("email", "accounts-email-none")?;
        return visit.show_again(look(), &LetterFirstPage { faults: faults.list, pass, invitation, email: form.email });
    };
    let given = AgePass::new(&visit, rules::LETTER_SEAL_HOURS);
    let letter = seal::seal(&visit.site.config.secret, BY_LETTER, &given.letter_words(&email));
    let link = visit.site.link(&given.details_path(&letter, &invitation, ""));
    let (site, network) = (visit.site.clone(), visit.address_name());
    let asked = visit.site.db.write(move |tx| accounts::ask_for_letter(tx, &network, &email, &link, &site)).await;
    match wait(asked)? {
        None => visit.go_to("/join/sent"),
        Some(seconds) => {
            let page = LetterFirstPage { faults: vec![too_often(&visit, seconds)?], pass, invitation, email: form.email };
            visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, seconds)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SentQuery {
    then: String,
}

async fn show_sent(visit: Visit, query: Query<SentQuery>) -> Result<HttpResponse> {
    visit.show(look(), &SentPage { days: rules::PENDING_DAYS, is_read: query.0.then == "read" })
}

/// Shows a button. Programs that look into letters open links; only a person presses. Afterwards it is where somebody whose
/// answer is read looks how it stands.
async fn show_confirmation(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let hash = seal::hash(&token.0);
    let now = visit.now();
    let Some(pending) = visit.site.db.read(move |connection| store::pending(connection, &hash, now)).await? else {
        return link_is_over(&visit);
    };
    let Some(confirmed_at) = pending.confirmed_at else {
        let is_read = !pending.answer.is_empty();
        return visit.show(look(), &ConfirmPage { token: token.0, is_read });
    };
    let until = pending.denied_at.map(|denied_at| denied_at.plus(Duration::days(rules::PENDING_DAYS)));
    let page = WaitsPage {
        since: visit.day(confirmed_at),
        denied_until: until.map(|until| visit.day(until)),
        days: rules::PENDING_DAYS,
    };
    visit.show(look(), &page)
}

async fn create_member(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let hash = seal::hash(&token.0);
    let confirmed = visit.site.db.write(move |tx| joining::confirm(tx, &hash)).await;
    let confirmed = match confirmed {
        // Two letters to one address, opened at the same moment.
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => Confirmed::LinkOver,
        confirmed => confirmed?,
    };
    answer_confirmed(&visit, confirmed, &token.0)
}

fn answer_confirmed(visit: &Visit, confirmed: Confirmed, token: &str) -> Result<HttpResponse> {
    match confirmed {
        Confirmed::Member(_) => visit.go_to("/sign-in?notice=confirmed"),
        Confirmed::Waits => visit.go_to(&format!("/join/confirm/{token}")),
        Confirmed::LinkOver => link_is_over(visit),
        Confirmed::InvitationOver => invitation_is_over(visit),
        Confirmed::InvitationNeeded => no_way_in(visit, NoWay::InvitationNeeded, StatusCode::FORBIDDEN),
        Confirmed::Closed => no_way_in(visit, NoWay::Closed, StatusCode::FORBIDDEN),
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
        let age = check_page(&AgePage {
            faults: faults(&["born"]),
            way: Some("You were invited.".into()),
            invitation: "ghi".into(),
            with: String::new(),
            with_label: None,
            sign_ons: sign_on::tests::buttons(),
            born: "19".into(),
        });
        assert!(age.contains("You were invited.") && age.contains("value=\"ghi\""), "{age}");
        let by_sign_on = check_page(&AgePage {
            faults: Vec::new(),
            way: None,
            invitation: String::new(),
            with: "northmoor".into(),
            with_label: Some("Northmoor <b>Hospital</b>".into()),
            sign_ons: Vec::new(),
            born: String::new(),
        });
        assert!(by_sign_on.contains("name=\"with\" value=\"northmoor\""), "{by_sign_on}");
        let kind = check_page(&TooYoungPage { age: 18, welcome_from: Some("2027".into()) });
        assert!(kind.contains("2027") && kind.contains("18"), "{kind}");
        check_page(&TooYoungPage { age: 18, welcome_from: None });
        let details = |with_label: Option<&str>, has_email| DetailsPage {
            with: with_label.map(|_| "northmoor".to_owned()).unwrap_or_default(),
            with_label: with_label.map(str::to_owned),
            has_email,
            faults: faults(&["handle", "email", "password", "country", "rules", "health", "answer"]),
            advice: vec!["It looks like your address.".into()],
            keeps_handle: false,
            way: Some("A person reads it.".into()),
            pass: pass(),
            letter: "def".into(),
            invitation: "ghi".into(),
            rules_version: "3".into(),
            handle: "tansy".into(),
            email: "tansy@post.example".into(),
            country: "IE".into(),
            countries: vec![Choice::new("IE", "Ireland")],
            rules: true,
            health: false,
            letters: true,
            question_html: Some("<p>What <strong>brings</strong> you?</p>".into()),
            answer: "My knee".into(),
            answer_max: 2000,
            days: 14,
        };
        let by_sign_on = check_page(&details(Some("Northmoor <b>Hospital</b>"), true));
        assert!(!by_sign_on.contains("type=\"password\"") && !by_sign_on.contains("type=\"email\""), "{by_sign_on}");
        let by_sign_on = check_page(&details(Some("Northmoor <b>Hospital</b>"), false));
        assert!(!by_sign_on.contains("type=\"password\"") && by_sign_on.contains("type=\"email\""), "{by_sign_on}");
        let page = check_page(&details(None, false));
        assert!(page.contains("value=\"tansy\"") && page.contains("<option value=\"IE\" selected>"), "{page}");
        for part in ["It looks like your address.", "name=\"keep_handle\"", "<strong>brings</strong>", "My knee</textarea>"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        check_page(&LetterFirstPage {
            faults: faults(&["email"]),
            pass: pass(),
            invitation: "ghi".into(),
            email: "tansy@post.example".into(),
        });
        check_page(&ClosedPage {
            title: "Nobody".into(),
            lead: "Not now".into(),
            words: "Come back".into(),
            ask: Some("Ask".into()),
            sign_ons: sign_on::tests::buttons(),
        });
        check_page(&InvitationOverPage {});
        for is_read in [false, true] {
            check_page(&SentPage { days: 14, is_read });
            check_page(&ConfirmPage { token: "abc".into(), is_read });
        }
        let day = || Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() };
        check_page(&WaitsPage { since: day(), denied_until: None, days: 14 });
        check_page(&WaitsPage { since: day(), denied_until: Some(day()), days: 14 });
        check_page(&LinkOverPage { days: 14 });
    }

    #[test]
    fn nothing_is_ticked_or_chosen_beforehand() {
        let page = check_page(&DetailsPage {
            faults: Vec::new(),
            advice: Vec::new(),
            keeps_handle: false,
            way: None,
            pass: AgePass::default(),
            letter: String::new(),
            invitation: String::new(),
            with: String::new(),
            with_label: None,
            has_email: false,
            rules_version: String::new(),
            handle: String::new(),
            email: String::new(),
            country: String::new(),
            countries: vec![Choice::new("IE", "Ireland")],
            rules: false,
            health: false,
            letters: false,
            question_html: None,
            answer: String::new(),
            answer_max: 2000,
            days: 14,
        });
        assert!(!page.contains(" checked") && !page.contains(" selected"), "{page}");
    }
}
