//! Signing in by a provider: there, back, and what is linked.
//!
//! The way there is a page of ours that goes on by itself (`Refresh`), not a redirect: `form-action` of the security policy holds
//! for every redirect after a form, also for those from a provider to the next one, whose name nobody here knows. So the policy
//! stays as it is on every page.

use super::second_step::FirstStep;
use super::sign_in::{self, ComesBy, Entry, SignInForm, own_cookie, set_cookie};
use super::{confirm, is_ticked, second_step};
use crate::accounts::model::{Identity, Member, Newcomer};
use crate::accounts::provider::{self, Guards, Proof, Return, Trouble};
use crate::accounts::sign_on::{self, CameBy, Journey, Wish, Words};
use crate::accounts::visit::{Look, Visit, own_path};
use crate::accounts::{password, rules, store};
use crate::clock::Timestamp;
use crate::config::SignOnProvider;
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::site::Site;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::Page;
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use chrono::Duration;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/sign-in/with/{provider}", Admits::Anyone, create_journey),
        Endpoint::get("/sign-in/with/{provider}/back", Admits::Anyone, show_return),
        Endpoint::post("/sign-in/with/{provider}/logout", Admits::Machine, remove_sessions),
        Endpoint::post("/still-you/with/{provider}", Admits::Members, create_proof_journey),
        Endpoint::get("/settings/sign-on", Admits::Members, show_sign_ons),
        Endpoint::post("/settings/sign-on/{provider}", Admits::FreshMembers, create_link_journey),
        Endpoint::post("/settings/sign-on/{identity}/removal", Admits::FreshMembers, remove_sign_on),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

/// A button that leads to a provider.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SignOnButton {
    /// Where its form goes.
    pub action: String,
    /// The provider's name.
    pub label: String,
}

/// What people know the provider by; its address, if the settings do not name it any more.
pub(super) fn provider_label(site: &Site, identity: &Identity) -> String {
    let provider = site.config.sign_on.iter().find(|provider| provider.issuer == identity.issuer);
    provider.map_or_else(|| identity.issuer.clone(), |provider| provider.label.clone())
}

/// One for each provider.
pub(super) fn buttons(visit: &Visit) -> Vec<SignOnButton> {
    visit.site.config.sign_on.iter().map(|provider| button("/sign-in/with", provider)).collect()
}

/// One for each provider whose people may join whatever is set.
pub(super) fn buttons_past_a_closed_door(visit: &Visit) -> Vec<SignOnButton> {
    let always = visit.site.config.sign_on.iter().filter(|provider| provider.always_join);
    always.map(|provider| button("/sign-in/with", provider)).collect()
}

/// One for each provider of these by which somebody can prove that it is still them, or take the first step of it.
pub(super) fn proof_buttons(visit: &Visit, linked: &[Identity]) -> Vec<SignOnButton> {
    let providers = visit.site.config.sign_on.iter();
    let fitting = providers.filter(|provider| linked.iter().any(|identity| identity.issuer == provider.issuer));
    fitting.map(|provider| button("/still-you/with", provider)).collect()
}

fn button(below: &str, provider: &SignOnProvider) -> SignOnButton {
    SignOnButton { action: format!("{below}/{}", provider.name), label: provider.label.clone() }
}

/// The way to a provider.
#[derive(Serialize)]
struct GoPage {
    label: String,
    address: String,
}

impl Page for GoPage {
    const TEMPLATE: &'static str = "accounts/sign-on-go.html";
}

/// A way that ended before somebody came in.
#[derive(Serialize)]
struct TroublePage {
    title: String,
    lead: String,
}

impl Page for TroublePage {
    const TEMPLATE: &'static str = "accounts/sign-on-trouble.html";
}

/// What is linked, and what could be.
#[derive(Serialize)]
struct SignOnSettingsPage {
    /// What was just done, in a sentence.
    done: Option<String>,
    linked: Vec<LinkedRow>,
    /// A password leads in, too.
    has_password: bool,
    others: Vec<SignOnButton>,
}

impl Page for SignOnSettingsPage {
    const TEMPLATE: &'static str = "accounts/sign-on-settings.html";
}

#[derive(Serialize)]
struct LinkedRow {
    label: String,
    since: Moment,
    removal_action: String,
}

// ------------------------------------------------------------------------------------------------------- leaving

/// The provider of that name, if the settings have it.
fn provider_named(site: &Site, name: &str) -> Result<SignOnProvider> {
    site.config.sign_on.iter().find(|provider| provider.name == name).cloned().ok_or(Error::UNSEEN)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JourneyForm {
    shared: String,
    return_to: String,
    invitation: String,
    words_path: String,
    words_kept_for: String,
    words_body: String,
    form_path: String,
    form_kept_for: String,
    form_body: String,
}

async fn create_journey(visit: Visit, name: Path<String>, form: Form<JourneyForm>) -> Result<HttpResponse> {
    let provider = provider_named(&visit.site, &name.0)?;
    let form = form.fields()?;
    if visit.signed_in().is_some() {
        return visit.go_to(own_path(&form.return_to));
    }
    let words = (form.words_path, form.words_kept_for, form.words_body);
    let mut journey = journey(&visit, &provider, Wish::SignIn, &form.return_to, words)?;
    journey.shared = is_ticked(&form.shared);
    // Whoever used the device before may still be signed in there.
    journey.guards.asks_anew = journey.shared;
    journey.invitation = form.invitation;
    depart(&visit, &provider, journey).await
}

async fn create_link_journey(visit: Visit, name: Path<String>) -> Result<HttpResponse> {
    let provider = provider_named(&visit.site, &name.0)?;
    let wish = Wish::Link(visit.member()?.id.number());
    depart(&visit, &provider, journey(&visit, &provider, wish, "/settings/sign-on", Words::default())?).await
}

async fn create_proof_journey(visit: Visit, name: Path<String>, form: Form<JourneyForm>) -> Result<HttpResponse> {
    let provider = provider_named(&visit.site, &name.0)?;
    let form = form.fields()?;
    let wish = Wish::Prove(visit.member()?.id.number());
    let words = (form.form_path, form.form_kept_for, form.form_body);
    depart(&visit, &provider, journey(&visit, &provider, wish, &form.return_to, words)?).await
}

fn journey(visit: &Visit, provider: &SignOnProvider, wish: Wish, return_to: &str, words: Words) -> Result<Journey> {
    let random = || Token::random().map(|token| token.reveal().to_owned());
    Ok(Journey {
        provider: provider.name.clone(),
        wish,
        departed: visit.now().micros(),
        // Somebody else may still be signed in there: they would be linked for good.
        guards: Guards { nonce: random()?, verifier: random()?, asks_anew: wish != Wish::SignIn },
        shared: false,
        return_to: own_path(return_to).to_owned(),
        invitation: String::new(),
        words,
    })
}

/// Name of the cookie that binds a journey to its browser. It opens nothing by itself.
fn journey_cookie_name(visit: &Visit) -> &'static str {
    if visit.site.config.is_https() { "__Host-journey" } else { "journey" }
}

/// What that cookie holds, if it is ours.
pub(super) fn journey_cookie(visit: &Visit) -> Option<String> {
    let cookie = visit.request().cookie(journey_cookie_name(visit))?;
    (cookie.value().len() == 43).then(|| cookie.value().to_owned())
}

async fn depart(visit: &Visit, provider: &SignOnProvider, journey: Journey) -> Result<HttpResponse> {
    let network = visit.address_name();
    visit.site.db.write(move |tx| throttle::take(tx, rules::SIGN_ONS, &network)).await?;
    let state = Token::random()?;
    let address = match provider::way_there(&visit.site, provider, state.reveal(), &journey.guards).await {
        Ok(address) => address,
        Err(trouble) => return not_there(visit, provider, trouble),
    };
    // Several journeys of one browser share its cookie: they may be under way in several tabs.
    let browser = match journey_cookie(visit) {
        Some(browser) => browser,
        None => Token::random()?.reveal().to_owned(),
    };
    let (site, held, is_shared) = (visit.site.clone(), browser.clone(), journey.shared);
    visit.site.db.write(move |tx| sign_on::depart(tx, &site, state.reveal(), &held, &journey)).await?;
    let refresh = HeaderValue::from_str(&format!("0; url={address}"));
    let mut response = visit.show(Look::at("sign-in"), &GoPage { label: provider.label.clone(), address })?;
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    let mut cookie = own_cookie(visit, journey_cookie_name(visit), browser);
    if !is_shared {
        cookie.set_max_age(actix_web::cookie::time::Duration::hours(rules::NEWCOMER_HOURS));
    }
    set_cookie(&mut response, &cookie);
    Ok(response)
}

// -------------------------------------------------------------------------------------------------- coming back

/// How a way ended before somebody came in.
#[derive(Clone, Copy)]
enum Ended {
    /// The provider is not there. 424: the trouble is another machine's, and proxies put pages of their own in the place of
    /// 502 and 504.
    Away,
    /// What came back does not hold.
    Wrong,
    /// Too late, for the second time, or in another browser.
    Over,
    /// They said no there.
    Declined,
    /// The provider is not for them, as the settings say.
    NotForThem,
}

impl Ended {
    fn word(self) -> (&'static str, StatusCode) {
        match self {
            Self::Away => ("away", StatusCode::FAILED_DEPENDENCY),
            Self::Wrong => ("wrong", StatusCode::FORBIDDEN),
            Self::Over => ("over", StatusCode::GONE),
            Self::Declined => ("declined", StatusCode::OK),
            Self::NotForThem => ("not-for-them", StatusCode::FORBIDDEN),
        }
    }
}

fn ended(visit: &Visit, provider: &SignOnProvider, ended: Ended) -> Result<HttpResponse> {
    let (word, status) = ended.word();
    let say = |part: &str| {
        visit.say_with(&format!("accounts-sign-on-{word}-{part}"), &[("provider", provider.label.as_str().into())])
    };
    visit.answer(status, Look::at("sign-in"), &TroublePage { title: say("title")?, lead: say("lead")? })
}

/// For whoever runs the site in the log, without a word of the provider; for the person a page.
fn not_there(visit: &Visit, provider: &SignOnProvider, trouble: Trouble) -> Result<HttpResponse> {
    let (words, how) = match trouble {
        Trouble::Away(words) => (words, Ended::Away),
        Trouble::Wrong(words) => (words, Ended::Wrong),
    };
    tracing::warn!(provider = provider.name, words, "nobody came by a provider of sign-on");
    ended(visit, provider, how)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ReturnQuery {
    state: String,
    code: String,
    error: String,
    iss: Option<String>,
}

/// A GET that writes, because the provider leads here: the journey is used up, and what it brings begins a session, links an
/// account or proves who somebody is. It does nothing for a browser that did not begin it.
async fn show_return(visit: Visit, name: Path<String>, query: Query<ReturnQuery>) -> Result<HttpResponse> {
    let provider = provider_named(&visit.site, &name.0)?;
    let Some(browser) = journey_cookie(&visit) else { return ended(&visit, &provider, Ended::Over) };
    let ReturnQuery { state, code, error, iss } = query.0;
    let (site, held) = (visit.site.clone(), browser.clone());
    let taken = visit.site.db.write(move |tx| sign_on::come_back(tx, &site, &state, &held)).await?;
    // One that began at another provider is used up, too: somebody mixes them up.
    let Some(journey) = taken.filter(|journey| journey.provider == provider.name) else {
        return ended(&visit, &provider, Ended::Over);
    };
    if error == "access_denied" {
        return ended(&visit, &provider, Ended::Declined);
    }
    if !error.is_empty() || code.is_empty() {
        return not_there(&visit, &provider, Trouble::Wrong("it brought nobody"));
    }
    let back = Return { code: &code, issuer: iss.as_deref() };
    let proof = match provider::who_came_back(&visit.site, &provider, &journey.guards, back).await {
        Ok(proof) => proof,
        Err(trouble) => return not_there(&visit, &provider, trouble),
    };
    if !rules::is_of_domains(proof.email.as_ref().filter(|_| proof.is_verified), &provider.domains) {
        return ended(&visit, &provider, Ended::NotForThem);
    }
    match journey.wish {
        Wish::SignIn => admit(&visit, &provider, &journey, proof, &browser).await,
        Wish::Link(member) => link(&visit, &provider, &journey, member, proof).await,
        Wish::Prove(member) => prove(&visit, &provider, &journey, member, proof).await,
    }
}

/// Signs in whom somebody knows here; whom nobody knows may join.
async fn admit(
    visit: &Visit,
    provider: &SignOnProvider,
    journey: &Journey,
    proof: Proof,
    browser: &str,
) -> Result<HttpResponse> {
    let (issuer, subject) = (provider.issuer.clone(), proof.subject.clone());
    let (browser_hash, now) = (visit.browser_hash(), visit.now());
    let found = visit.site.db.read(move |connection| {
        let Some((identity, member)) = store::identities::find(connection, &issuer, &subject)? else { return Ok(None) };
        let is_trusted = store::steps::is_trusted_browser(connection, member, &browser_hash, now)?;
        let has_second_step = store::steps::has_second_step(connection, member)?;
        let stored = store::stored_password(connection, member)?.map(|(_, stored)| stored).unwrap_or_default();
        Ok(Some((identity, member, is_trusted, has_second_step, stored)))
    });
    let Some((identity, member, is_trusted, has_second_step, stored)) = found.await? else {
        return receive(visit, provider, journey, proof, browser).await;
    };
    let is_of_now = proof.authenticated_at.is_some_and(|at| is_of_journey(journey, at, now));
    let came_by = CameBy { identity, sid: proof.sid }.sealed(&visit.site);
    let mut form = SignInForm::of(journey, came_by);
    let is_whole = !has_second_step || (provider.counts_second_step && proof.has_second_step);
    if !is_whole && !is_trusted {
        form.step = second_step::proof_of(FirstStep::SignOn, &visit.site, member, &stored, now);
        return second_step::show(visit, StatusCode::OK, Vec::new(), member, form).await;
    }
    // The provider may have known them for days: it is a proof if it asked them on this journey.
    let entry = Entry { member, by: ComesBy::SignOn, is_proved: is_whole && is_of_now, trusts: false };
    sign_in::begin(visit, entry, None, form).await
}

/// True if the provider asked them between their leaving and their coming back, as far as its clock can be trusted.
fn is_of_journey(journey: &Journey, asked_at: Timestamp, now: Timestamp) -> bool {
    let slack = Duration::minutes(rules::PROVIDER_CLOCK_MINUTES);
    Timestamp::from_micros(journey.departed).minus(slack) <= asked_at && asked_at <= now.plus(slack)
}

/// Nobody here knows them: they may join, or sign in otherwise and link it.
async fn receive(
    visit: &Visit,
    provider: &SignOnProvider,
    journey: &Journey,
    proof: Proof,
    browser: &str,
) -> Result<HttpResponse> {
    let newcomer = Newcomer {
        provider: provider.name.clone(),
        issuer: provider.issuer.clone(),
        subject: proof.subject,
        sid: proof.sid,
        email: proof.email.map(|email| email.as_str().to_owned()),
        is_verified: proof.is_verified,
        always_joins: provider.always_join,
        shared: journey.shared,
    };
    let (site, held) = (visit.site.clone(), browser.to_owned());
    visit.site.db.write(move |tx| sign_on::put_newcomer(tx, &site, &held, &newcomer)).await?;
    let invited: String = match journey.invitation.as_str() {
        "" => String::new(),
        token => format!("/invited/{}", url::form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>()),
    };
    visit.go_to(&format!("/join{invited}?with={}", provider.name))
}

/// Whom this browser brought from that provider; nobody, if it is too long ago.
pub(super) async fn newcomer(visit: &Visit, provider: &str) -> Result<Option<Newcomer>> {
    let (Some(browser), false) = (journey_cookie(visit), provider.is_empty()) else { return Ok(None) };
    let (hash, now) = (seal::hash(&browser), visit.now());
    let kept = visit.site.db.read(move |connection| store::identities::newcomer(connection, &hash, now)).await?;
    let Some((hidden, came_at)) = kept else { return Ok(None) };
    let is_long_ago = now.since(came_at) >= Duration::minutes(rules::NEWCOMER_SHARED_MINUTES);
    let newcomer = sign_on::newcomer(&visit.site, &browser, &hidden);
    Ok(newcomer.filter(|newcomer| newcomer.provider == provider && !(newcomer.shared && is_long_ago)))
}

/// Begins the session of somebody who has just joined by a provider.
pub(super) async fn begin_first(visit: &Visit, joined: Id<Member>, newcomer: &Newcomer) -> Result<HttpResponse> {
    let (issuer, subject) = (newcomer.issuer.clone(), newcomer.subject.clone());
    let browser = journey_cookie(visit).map(|browser| seal::hash(&browser)).unwrap_or_default();
    let found = visit.site.db.write(move |tx| {
        store::identities::forget_newcomer(tx, &browser)?;
        store::identities::find(tx.conn(), &issuer, &subject)
    });
    // Linked to somebody else in the same moment: they sign in otherwise.
    let Some((identity, member)) = found.await?.filter(|(_, owner)| *owner == joined) else {
        return visit.go_to("/sign-in?notice=confirmed");
    };
    let provider = provider_named(&visit.site, &newcomer.provider)?;
    let mut journey = journey(visit, &provider, Wish::SignIn, "/", Words::default())?;
    journey.shared = newcomer.shared;
    let came_by = CameBy { identity, sid: newcomer.sid.clone() }.sealed(&visit.site);
    let entry = Entry { member, by: ComesBy::SignOn, is_proved: false, trusts: false };
    sign_in::begin(visit, entry, None, SignInForm::of(&journey, came_by)).await
}

/// Links what came back to the account that asked for it, if it is still the one that is signed in here.
async fn link(
    visit: &Visit,
    provider: &SignOnProvider,
    journey: &Journey,
    member: i64,
    proof: Proof,
) -> Result<HttpResponse> {
    let Some(acting) = visit.acting().ok().filter(|acting| acting.member.number() == member) else {
        return ended(visit, provider, Ended::Over);
    };
    // Some providers do not say when they asked. One that says so must have asked now, as it was told to.
    if proof.authenticated_at.is_some_and(|at| !is_of_journey(journey, at, visit.now())) {
        return not_there(visit, provider, Trouble::Wrong("it did not ask who they are"));
    }
    let (issuer, site) = (provider.issuer.clone(), visit.site.clone());
    visit.site.db.write(move |tx| sign_on::link(tx, acting, (&issuer, &proof.subject), &site)).await?;
    visit.go_to("/settings/sign-on?done=linked")
}

/// Takes it as a proof of who they are, if the provider asked them just now and it is linked to their account.
async fn prove(
    visit: &Visit,
    provider: &SignOnProvider,
    journey: &Journey,
    member: i64,
    proof: Proof,
) -> Result<HttpResponse> {
    let Some(member) = visit.signed_in().filter(|present| present.id.number() == member).cloned() else {
        return ended(visit, provider, Ended::Over);
    };
    let asked_just_now = proof.authenticated_at.is_some_and(|at| is_of_journey(journey, at, visit.now()));
    let counts = provider.counts_second_step && proof.has_second_step;
    let (issuer, id) = (provider.issuer.clone(), member.id);
    let found = visit.site.db.read(move |connection| {
        let owner = store::identities::find(connection, &issuer, &proof.subject)?.map(|(_, owner)| owner);
        Ok((owner == Some(id), store::steps::has_second_step(connection, id)?))
    });
    let (is_theirs, has_second_step) = found.await?;
    if !asked_just_now || !is_theirs {
        return not_there(visit, provider, Trouble::Wrong("it proves nothing about them"));
    }
    if has_second_step && !counts {
        return confirm::ask_for_second_step(visit, &member, &journey.return_to, journey.words.clone()).await;
    }
    confirm::take_proof(visit, &member, &journey.return_to, journey.words.clone()).await
}

// ------------------------------------------------------------------------------------------------------ settings

#[derive(Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

async fn show_sign_ons(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let found = visit.site.db.read(move |connection| {
        Ok((store::identities::of_member(connection, id)?, store::stored_password(connection, id)?))
    });
    let (linked, stored) = found.await?;
    let done = match query.0.done.as_str() {
        "linked" => Some(visit.say("accounts-sign-on-is-linked")?),
        "unlinked" => Some(visit.say("accounts-sign-on-is-unlinked")?),
        _ => None,
    };
    let providers = &visit.site.config.sign_on;
    let others = providers.iter().filter(|provider| linked.iter().all(|one| one.issuer != provider.issuer));
    let page = SignOnSettingsPage {
        done,
        others: others.map(|provider| button("/settings/sign-on", provider)).collect(),
        has_password: stored.is_some_and(|(_, stored)| password::is_one(&stored)),
        linked: linked
            .iter()
            .map(|identity| LinkedRow {
                label: provider_label(&visit.site, identity),
                since: visit.day(identity.linked_at),
                removal_action: format!("/settings/sign-on/{}/removal", identity.id),
            })
            .collect(),
    };
    visit.show(Look::at("settings").below("/settings", visit.say("shared-settings")?), &page)
}

async fn remove_sign_on(visit: Visit, identity: Path<Id<Identity>>) -> Result<HttpResponse> {
    let (id, site) = (visit.member()?.id, visit.site.clone());
    visit.site.db.write(move |tx| sign_on::unlink(tx, id, identity.0, &site)).await?;
    visit.go_to("/settings/sign-on?done=unlinked")
}

// -------------------------------------------------------------------------------------------------- signing out

#[derive(Deserialize, Default)]
#[serde(default)]
struct LogoutForm {
    logout_token: String,
}

/// A provider says that somebody signed out there. The statuses are those of Back-Channel Logout 1.0, 2.8.
async fn remove_sessions(site: Site, name: Path<String>, form: Form<LogoutForm>) -> Result<HttpResponse> {
    let provider = provider_named(&site, &name.0)?;
    let token = form.fields()?.logout_token;
    let word = match provider::signed_out(&site, &provider, &token).await {
        Ok(word) => word,
        Err(Trouble::Away(words) | Trouble::Wrong(words)) => {
            tracing::warn!(provider = provider.name, words, "a provider's word about signing out was not taken");
            return Ok(HttpResponse::BadRequest().content_type("application/json").body("{\"error\":\"invalid_request\"}"));
        }
    };
    if site.db.write(move |tx| sign_on::sign_out(tx, &provider, &word)).await? {
        Ok(HttpResponse::Ok().finish())
    } else {
        Ok(HttpResponse::BadRequest().content_type("application/json").body("{\"error\":\"invalid_request\"}"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    /// One button.
    pub fn buttons() -> Vec<SignOnButton> {
        vec![SignOnButton { action: "/sign-in/with/northmoor".into(), label: "Northmoor <b>Hospital</b>".into() }]
    }

    fn moment() -> Moment {
        Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() }
    }

    #[test]
    fn every_page_of_sign_on_shows_what_it_holds() {
        let page = check_page(&GoPage {
            label: "Northmoor <b>Hospital</b>".into(),
            address: "https://login.example/authorize?state=a&nonce=b".into(),
        });
        assert!(page.contains("href=\"https://login.example/authorize?state=a&amp;nonce=b\""), "{page}");
        assert!(page.contains("Northmoor &lt;b&gt;"), "{page}");
        check_page(&TroublePage { title: "It did not work".into(), lead: "Try <b>again</b>.".into() });
        for has_password in [true, false] {
            let page = check_page(&SignOnSettingsPage {
                done: Some("It is linked.".into()),
                linked: vec![LinkedRow {
                    label: "Northmoor <b>Hospital</b>".into(),
                    since: moment(),
                    removal_action: "/settings/sign-on/7/removal".into(),
                }],
                has_password,
                others: buttons(),
            });
            assert_eq!(page.contains("/settings/sign-on/7/removal"), has_password, "{page}");
            assert!(page.contains("action=\"/sign-in/with/northmoor\"") && !page.contains("<b>Hospital"), "{page}");
        }
        check_page(&SignOnSettingsPage { done: None, linked: Vec::new(), has_password: true, others: Vec::new() });
    }
}
