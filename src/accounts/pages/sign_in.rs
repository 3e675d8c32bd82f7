//! Signing in, with or without words that wait; signing out; leaving.

use super::passkeys::Opened;
use super::second_step::FirstStep;
use super::sign_on::SignOnButton;
use super::{Faults, is_ticked, passkeys, second_step, sign_on};
use crate::accounts::host::{browser_cookie_name, cookie_name};
use crate::accounts::model::{EmailAddress, Member, PasswordAttempt};
use crate::accounts::rules;
use crate::accounts::sign_on::{CameBy, Journey};
use crate::accounts::store::passkeys::OwnPasskey;
use crate::accounts::visit::{Look, Visit, html_response, is_from_shared_device, is_kept_for, own_path};
use crate::accounts::{self, KeepWords, WayBack, device, passkey, password, store};
use crate::db::{Id, Tx};
use crate::error::{Error, Refusal, Result};
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, LARGEST_BODY_BYTES, Query};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/sign-in", Admits::Anyone, show_sign_in),
        Endpoint::post("/sign-in", Admits::Anyone, create_session),
        Endpoint::post("/sign-out", Admits::Anyone, remove_session),
        Endpoint::get("/leave", Admits::Anyone, show_leave),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize, Default)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
struct SignInPage {
    faults: Vec<Fault>,
    /// What was just done, in a sentence.
    notice: Option<String>,
    email: String,
    shared: bool,
    return_to: String,
    /// Somebody sent a form and is not signed in any more.
    is_interrupted: bool,
    /// Their words are in this page.
    has_words: bool,
    words: CarriedWords,
    /// Browsers know passkeys here.
    has_passkeys: bool,
    /// Other ways in.
    sign_ons: Vec<SignOnButton>,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "accounts/sign-in.html";
}

/// A form that arrived without a session, as the sign-in page holds it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct CarriedWords {
    /// Where it was sent.
    path: String,
    /// The seal of the account that the form was made for.
    kept_for: String,
    /// Its body, in base64: percent signs would grow threefold on their second way.
    body: String,
}

impl CarriedWords {
    /// The largest body that still fits into a form after base64, with room for the other fields.
    const MAX_BYTES: usize = LARGEST_BODY_BYTES / 4 * 3 - 8192;

    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    fn of(visit: &Visit, body: &[u8]) -> Option<Self> {
        let kept_for =
            url::form_urlencoded::parse(body).find(|(name, _)| name == "kept_for").map(|(_, seal)| seal.into_owned())?;
        if kept_for.is_empty() || body.len() > Self::MAX_BYTES {
            return None;
        }
        Some(Self { path: visit.address(), kept_for, body: URL_SAFE_NO_PAD.encode(body) })
    }
}

/// Words that nothing could take: shown to whoever wrote them, to be copied.
#[derive(Serialize)]
struct YourWordsPage {
    words: Vec<String>,
    go_on_href: String,
}

impl Page for YourWordsPage {
    const TEMPLATE: &'static str = "accounts/your-words.html";
}

#[derive(Serialize)]
struct LeavePage {
    address: String,
}

impl Page for LeavePage {
    const TEMPLATE: &'static str = "accounts/leave.html";
}

fn look() -> Look {
    Look::at("sign-in")
}

// ------------------------------------------------------------------------------------------------------ signing in

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInQuery {
    return_to: String,
    notice: String,
}

async fn show_sign_in(visit: Visit, query: Query<SignInQuery>) -> Result<HttpResponse> {
    if visit.signed_in().is_some() {
        return visit.go_to(own_path(&query.0.return_to));
    }
    let notice = match query.0.notice.as_str() {
        "confirmed" => Some(visit.say("accounts-sign-in-confirmed")?),
        "new-password" => Some(visit.say("accounts-sign-in-new-password")?),
        "ready" => Some(visit.say("accounts-sign-in-ready")?),
        "back" => Some(visit.say("accounts-sign-in-back")?),
        _ => None,
    };
    let return_to = own_path(&query.0.return_to).to_owned();
    let (has_passkeys, sign_ons) = (passkey::are_offered(&visit.site.config), sign_on::buttons(&visit));
    visit.show(look(), &SignInPage { notice, return_to, has_passkeys, sign_ons, ..SignInPage::default() })
}

/// The sign-in page with the words of a form that arrived without a session.
///
/// 403, not 401: a 401 must name a way to authenticate that browsers know (`WWW-Authenticate`), and a form is none.
pub fn sign_in_carrying(visit: &Visit, body: &[u8]) -> Result<HttpResponse> {
    let words = CarriedWords::of(visit, body);
    let page = SignInPage {
        return_to: page_of_the_form(visit),
        is_interrupted: true,
        has_words: words.is_some(),
        // The device is still the same: what they typed on it must not stay longer because a box was forgotten.
        shared: words.as_ref().is_some_and(|words| is_from_shared_device(&words.kept_for)),
        words: words.unwrap_or_default(),
        has_passkeys: passkey::are_offered(&visit.site.config),
        sign_ons: sign_on::buttons(visit),
        ..SignInPage::default()
    };
    visit.answer(StatusCode::FORBIDDEN, look(), &page)
}

/// Path and query of the page that the form stood on, as the browser tells; the home page if it tells nothing.
pub(super) fn page_of_the_form(visit: &Visit) -> String {
    let referer = visit.request().headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    let url = referer.and_then(|referer| url::Url::parse(referer).ok());
    url.map_or_else(
        || "/".to_owned(),
        |url| {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            own_path(&format!("{}{query}", url.path())).to_owned()
        },
    )
}

/// What goes with somebody through the steps of signing in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignInForm {
    email: String,
    password: PasswordAttempt,
    /// The proof that the password was right, on the page of the second step.
    pub step: String,
    /// The code of the second step.
    pub code: String,
    /// What a passkey was asked, and what it answered.
    pub challenge: String,
    pub credential: String,
    /// Ask for no second step in this browser.
    pub trust: String,
    pub shared: String,
    /// By which sign-on they come, sealed; empty: by their password.
    pub came_by: String,
    return_to: String,
    words_path: String,
    words_kept_for: String,
    words_body: String,
}

async fn create_session(visit: Visit, form: Form<SignInForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    if !form.credential.is_empty() {
        return create_session_by_passkey(&visit, form).await;
    }
    // Before anything is counted: whoever cannot try has not tried.
    let Ok(place) = password::place(&visit.site) else { return too_busy(&visit, form) };
    let typed_password = std::mem::take(&mut form.password);
    // What is no address is an account that does not exist: the same work, the same sentence.
    let email_key =
        EmailAddress::parse(&form.email).map_or_else(|| line::clean(&form.email).to_lowercase(), |email| email.key());
    let tries = Tries::of(&visit, &email_key);
    let (counted, network) = (tries.clone(), visit.address_name());
    let is_counted = visit.site.db.write(move |tx| {
        throttle::take(tx, rules::SIGN_IN, &network)?;
        counted.count(tx)
    });
    match is_counted.await {
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            return too_often(&visit, form, retry_after_seconds);
        }
        Err(Error::Refused(Refusal::Busy)) => return too_busy(&visit, form),
        counted => counted?,
    }

    let known = visit.site.db.read(move |connection| store::credentials(connection, &email_key)).await?;
    let (member, stored) = known.map(|known| (known.member, known.password_hash)).unzip();
    let compared = match password::compare_at(&visit.site, place, typed_password, stored.clone()).await {
        Err(Error::Refused(Refusal::Busy)) => return too_busy(&visit, form),
        compared => compared?,
    };
    let (Some(member), Some(stored), true) = (member, stored, compared.is_right) else {
        let mut faults = Faults::new(&visit);
        faults.say("email", "accounts-sign-in-wrong")?;
        return visit.show_again(look(), &again(&visit, faults.list, form));
    };
    let renewed = compared.renewed;
    let stored = match renewed {
        None => stored,
        Some(renewed) => {
            let kept = renewed.clone();
            let replaced = move |tx: &mut Tx<'_>| store::resets::renew_password(tx, member, &stored, &kept);
            visit.site.db.write(replaced).await?;
            renewed
        }
    };
    let (browser, now) = (visit.browser_hash(), visit.now());
    let (is_trusted, has_second_step) = visit
        .site
        .db
        .read(move |connection| {
            let is_trusted = store::steps::is_trusted_browser(connection, member, &browser, now)?;
            Ok((is_trusted, store::steps::has_second_step(connection, member)?))
        })
        .await?;
    if has_second_step && !is_trusted {
        form.step = second_step::proof_of(FirstStep::Password, &visit.site, member, &stored, now);
        return second_step::show(&visit, StatusCode::OK, Vec::new(), member, form).await;
    }
    // The box that asks for trust stands on the page of the second step alone: without a code there is none to give.
    let entry = Entry { member, by: ComesBy::Password(stored), is_proved: !has_second_step, trusts: false };
    begin(&visit, entry, Some(tries), form).await
}

/// By what somebody comes in.
pub(super) enum ComesBy {
    /// A password that led to this hash.
    Password(String),
    /// A passkey alone.
    Passkey(Id<OwnPasskey>),
    /// A provider of sign-on alone; the form says which.
    SignOn,
}

/// What somebody has proved on their way in.
pub(super) struct Entry {
    /// Who they are.
    pub member: Id<Member>,
    /// By what, which must still hold when the session begins.
    pub by: ComesBy,
    /// Everything that *is it still you?* would ask for was given just now. Not so where trust stood for the second step.
    pub is_proved: bool,
    /// Gives trust to this browser: only after a second step in it.
    pub trusts: bool,
}

/// By a passkey alone: it names its owner, and asked them for a finger, a face or a PIN. What is wrong with it is not said.
async fn create_session_by_passkey(visit: &Visit, form: SignInForm) -> Result<HttpResponse> {
    let network = visit.address_name();
    let counted = visit.site.db.write(move |tx| throttle::take(tx, rules::SIGN_IN, &network)).await;
    if let Err(error) = counted {
        let Error::Refused(Refusal::TooMany { retry_after_seconds, .. }) = error else { return Err(error) };
        return too_often(visit, form, retry_after_seconds);
    }
    // Nobody is asked here whether they trust this browser.
    match passkeys::owner_of(visit, None, &form.challenge, &form.credential).await? {
        Some(Opened { owner, passkey }) => {
            let entry = Entry { member: owner, by: ComesBy::Passkey(passkey), is_proved: true, trusts: false };
            begin(visit, entry, None, form).await
        }
        None => {
            let mut faults = Faults::new(visit);
            faults.say("", "accounts-passkey-wrong")?;
            visit.show_again(look(), &again(visit, faults.list, form))
        }
    }
}

/// Begins a session for somebody who has proved who they are, in every step that was asked for. `tries` that failed are
/// forgotten.
pub(super) async fn begin(visit: &Visit, entry: Entry, tries: Option<Tries>, form: SignInForm) -> Result<HttpResponse> {
    let Entry { member, by, is_proved, trusts } = entry;
    let token = Token::random()?;
    let is_shared_device = is_ticked(&form.shared);
    let is_https = visit.site.config.is_https();
    let new_hash = token.hash();
    let old_hash = visit.request().cookie(cookie_name(is_https)).map(|cookie| seal::hash(cookie.value()));
    // A browser has one mark for everybody who signs in there, and on a shared device none. Each sign-in gives it another, so
    // that nobody is known by a mark that somebody else has read, or has put there.
    let mark = if is_shared_device { None } else { Some(Token::random()?) };
    let (old_mark, new_mark) = (visit.browser_hash(), mark.as_ref().map(Token::hash));
    let user_agent = visit.request().headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device = device::device(user_agent.unwrap_or_default());
    let came_by = CameBy::unsealed(&visit.site, &form.came_by);
    let words = given_words(&form);
    let keep_words = visit.request().app_data::<KeepWords>().copied();
    let way_back = visit.request().app_data::<WayBack>().copied();
    let site = visit.site.clone();
    let signed_in = visit.site.db.write(move |tx| {
        accounts::lock(tx, member)?;
        let holds = match &by {
            ComesBy::Password(hash) => {
                store::stored_password(tx.conn(), member)?.is_some_and(|(_, present)| present == *hash)
            }
            ComesBy::Passkey(passkey) => store::passkeys::opens(tx.conn(), member, *passkey)?,
            ComesBy::SignOn => came_by.is_some(),
        };
        let is_linked = match &came_by {
            Some(CameBy { identity, .. }) => store::identities::owner(tx.conn(), *identity)? == Some(member),
            None => true,
        };
        if !holds || !is_linked {
            // Taken away meanwhile: the way that they came by is none any more.
            return Ok(SignedIn::WayClosed);
        }
        if let Some(tries) = &tries {
            tries.forgive(tx)?;
        }
        if let Some(WayBack(find)) = way_back
            && let Some(href) = find(tx, &site, member)?
        {
            return Ok(SignedIn::Gone(href));
        }
        if let Some(old_hash) = &old_hash {
            store::end_session(tx, old_hash)?;
        }
        if let Some(new_mark) = &new_mark {
            store::steps::renew_mark(tx, &old_mark, new_mark)?;
        }
        accounts::note_browser(tx, member, new_mark.as_deref(), trusts, &site)?;
        store::insert_session(tx, member, &new_hash, is_shared_device, is_proved, &device)?;
        let now = tx.now();
        let begun = store::member_of_session(tx.conn(), &new_hash, now)?;
        let (member, _) = begun.ok_or_else(|| anyhow!("a session ended while it began"))?;
        if let (Some(CameBy { identity, sid }), Some(session)) = (&came_by, member.session) {
            store::identities::note_session(tx, session.id, *identity, sid)?;
        }
        let Some((path, seal, body)) = &words else { return Ok(SignedIn::As(member, Words::None)) };
        if !is_kept_for(&site, &member, seal) {
            return Ok(SignedIn::As(member, Words::None));
        }
        // In the same transaction: if keeping them breaks, the browser still has them in the form that it sent.
        let kept_at = match keep_words {
            Some(KeepWords(keep)) => keep(tx, &member, path, body)?,
            None => None,
        };
        Ok(SignedIn::As(member, kept_at.map_or_else(|| Words::Left(typed_words(body)), Words::KeptAt)))
    });
    let (member, words) = match signed_in.await? {
        SignedIn::As(member, words) => (member, words),
        SignedIn::Gone(href) => return visit.go_to(&href),
        SignedIn::WayClosed => return once_more(visit, form, "accounts-sign-in-wrong"),
    };
    let return_to = form.return_to();
    let mut response = match words {
        Words::KeptAt(location) => visit.go_to(&location)?,
        Words::Left(words) if !words.is_empty() => {
            let page = YourWordsPage { words, go_on_href: return_to.to_owned() };
            visit.signed_in_as(member).show(Look::default(), &page)?
        }
        Words::None | Words::Left(_) => visit.go_to(return_to)?,
    };
    set_session_cookie(visit, &mut response, &token, is_shared_device);
    if let Some(mark) = mark {
        set_browser_cookie(visit, &mut response, mark.reveal().to_owned());
    }
    Ok(response)
}

/// The cookie of a session. On a shared device it ends with the browser.
pub(super) fn set_session_cookie(visit: &Visit, response: &mut HttpResponse, token: &Token, is_shared_device: bool) {
    let mut cookie = own_cookie(visit, cookie_name(visit.site.config.is_https()), token.reveal().to_owned());
    if !is_shared_device {
        cookie.set_max_age(actix_web::cookie::time::Duration::days(rules::ABSOLUTE_DAYS));
    }
    set_cookie(response, &cookie);
}

/// The cookie that a browser is known by.
pub(super) fn set_browser_cookie(visit: &Visit, response: &mut HttpResponse, value: String) {
    let mut cookie = own_cookie(visit, browser_cookie_name(visit.site.config.is_https()), value);
    cookie.set_max_age(actix_web::cookie::time::Duration::days(rules::KNOWN_BROWSER_DAYS));
    set_cookie(response, &cookie);
}

/// Who tries to sign in: what the tries are counted by.
#[derive(Clone)]
pub(super) struct Tries {
    /// The address that was typed, as accounts are found by it.
    email_key: String,
    browser_hash: Vec<u8>,
    /// Account and browser.
    of_browser: String,
    /// Account and network.
    of_network: String,
    /// The account alone.
    of_account: String,
}

impl Tries {
    pub fn of(visit: &Visit, email_key: &str) -> Self {
        let browser_hash = visit.browser_hash();
        // Keyed hashes, so that the table tells nothing.
        let bucket = |what: &str| seal::seal(&visit.site.config.secret, "sign-in-bucket", &format!("{what} {email_key}"));
        Self {
            email_key: email_key.to_owned(),
            of_browser: bucket(&URL_SAFE_NO_PAD.encode(&browser_hash)),
            of_network: bucket(&visit.address_name()),
            of_account: bucket(""),
            browser_hash,
        }
    }

    /// Counts one, or says when the next may be: in a browser that its owner has used before alone, elsewhere by network and
    /// altogether. The same statements whether there is such an account or not.
    fn count(&self, tx: &mut Tx<'_>) -> Result<()> {
        let now = tx.now();
        if store::steps::is_known_browser(tx.conn(), &self.email_key, &self.browser_hash, now)? {
            return throttle::slow_down(tx, SIGN_IN_OF_BROWSER, &self.of_browser, rules::pause_seconds);
        }
        throttle::slow_down(tx, SIGN_IN_OF_ACCOUNT, &self.of_network, rules::pause_seconds)?;
        throttle::slow_down(tx, SIGN_IN_ANYWHERE, &self.of_account, rules::pause_seconds_anywhere)
    }

    /// Forgets those that failed here; not those from elsewhere, which go on.
    pub fn forgive(&self, tx: &mut Tx<'_>) -> Result<()> {
        throttle::forgive(tx, SIGN_IN_OF_BROWSER, &self.of_browser)?;
        throttle::forgive(tx, SIGN_IN_OF_ACCOUNT, &self.of_network)
    }

    /// Forgets those from everywhere, too: for whoever has proved that the letter box is theirs.
    pub fn forgive_everywhere(&self, tx: &mut Tx<'_>) -> Result<()> {
        self.forgive(tx)?;
        throttle::forgive(tx, SIGN_IN_ANYWHERE, &self.of_account)
    }
}

/// The names of the counts of tries.
const SIGN_IN_OF_BROWSER: &str = "sign-in-of-browser";
const SIGN_IN_OF_ACCOUNT: &str = "sign-in-of";
const SIGN_IN_ANYWHERE: &str = "sign-in-anywhere";

/// Who came in.
enum SignedIn {
    /// A member, with what became of their words.
    As(Member, Words),
    /// Somebody who left: no session, but the way back.
    Gone(String),
    /// Nobody: their password was changed while they came in.
    WayClosed,
}

/// What became of the words that waited.
enum Words {
    /// There were none, or they are somebody else's.
    None,
    /// They stand here now.
    KeptAt(String),
    /// Nothing took them.
    Left(Vec<String>),
}

/// What somebody typed into a form: every field of more than one word. Numbers, seals and choices are none.
fn typed_words(body: &[u8]) -> Vec<String> {
    let fields = url::form_urlencoded::parse(body).map(|(_, value)| value.trim().to_owned());
    fields.filter(|value| value.contains(char::is_whitespace)).collect()
}

/// The words that wait in the form: path, seal and body.
fn given_words(form: &SignInForm) -> Option<(String, String, Vec<u8>)> {
    if form.words_body.is_empty() {
        return None;
    }
    let body = URL_SAFE_NO_PAD.decode(&form.words_body).ok()?;
    Some((own_path(&form.words_path).to_owned(), form.words_kept_for.clone(), body))
}

/// The same page with everything but the password.
fn again(visit: &Visit, faults: Vec<Fault>, form: SignInForm) -> SignInPage {
    SignInPage {
        has_passkeys: passkey::are_offered(&visit.site.config),
        faults,
        notice: None,
        shared: is_ticked(&form.shared),
        return_to: form.return_to().to_owned(),
        is_interrupted: false,
        has_words: !form.words_body.is_empty(),
        words: form.words(),
        email: form.email,
        sign_ons: sign_on::buttons(visit),
    }
}

/// The first page again, with everything that waits and a sentence that says why.
pub(super) fn once_more(visit: &Visit, form: SignInForm, key: &'static str) -> Result<HttpResponse> {
    let mut faults = Faults::new(visit);
    faults.say("", key)?;
    visit.show_again(look(), &again(visit, faults.list, form))
}

impl SignInForm {
    /// Of somebody who came back from a provider of sign-on, with what they took along.
    pub fn of(journey: &Journey, came_by: String) -> Self {
        let (words_path, words_kept_for, words_body) = journey.words.clone();
        Self {
            shared: if journey.shared { "yes".to_owned() } else { String::new() },
            came_by,
            return_to: journey.return_to.clone(),
            words_path,
            words_kept_for,
            words_body,
            ..Self::default()
        }
    }

    /// The words that go along.
    pub fn words(&self) -> CarriedWords {
        let form = self;
        CarriedWords { path: form.words_path.clone(), kept_for: form.words_kept_for.clone(), body: form.words_body.clone() }
    }

    /// Where to go afterwards: always a page of this site.
    pub fn return_to(&self) -> &str {
        own_path(&self.return_to)
    }
}

fn too_often(visit: &Visit, form: SignInForm, seconds: i64) -> Result<HttpResponse> {
    let page = again(visit, vec![visit.too_often("accounts-sign-in-too-often", seconds)?], form);
    visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, seconds)
}

/// The same page with everything but the password: there is more to do than can be done now.
fn too_busy(visit: &Visit, form: SignInForm) -> Result<HttpResponse> {
    let page = again(visit, vec![busy(visit)?], form);
    visit.answer_later(StatusCode::SERVICE_UNAVAILABLE, look(), &page, BUSY_SECONDS)
}

/// That there is more to do than can be done now, in words.
pub(super) fn busy(visit: &Visit) -> Result<Fault> {
    Ok(Fault::new("", visit.say("accounts-sign-in-busy")?))
}

/// After so many seconds it may work: those who wait now have had their turn.
pub(super) const BUSY_SECONDS: i64 = 3;

pub(super) fn own_cookie(visit: &Visit, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(visit.site.config.is_https())
        .finish()
}

fn gone_cookie(visit: &Visit) -> Cookie<'static> {
    let mut cookie = own_cookie(visit, cookie_name(visit.site.config.is_https()), String::new());
    cookie.set_max_age(actix_web::cookie::time::Duration::ZERO);
    cookie
}

pub(super) fn set_cookie(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

// ----------------------------------------------------------------------------------------------------- signing out

/// Works without a session too: whoever presses it wants nothing of theirs left in this browser.
async fn remove_session(visit: Visit) -> Result<HttpResponse> {
    end_session_of(&visit).await?;
    let mut response = visit.go_to("/")?;
    clear_traces(&visit, &mut response);
    Ok(response)
}

/// Leaving at once. On a shared device this GET ends the session, on purpose: *Leave this site* must work as a plain link,
/// because a form could not lead to another site (`form-action` holds for redirects). So that no other site can sign people
/// out with it, it does so only when the browser says that the link stood on a page of ours or was typed, or says nothing.
async fn show_leave(visit: Visit) -> Result<HttpResponse> {
    let from = visit.request().headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let is_own_wish = matches!(from, None | Some("same-origin" | "none"));
    let is_shared = visit.signed_in().is_some_and(|member| member.is_on_shared_device());
    let address = visit.site.config.leave_address.clone();
    let page = LeavePage { address };
    // A page without our frame: it shows nothing of this site, not even its name.
    let html = visit.site.templates.render_text(visit.locale(), &page)?;
    let mut response = html_response(visit.request(), StatusCode::OK, html);
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={}", page.address)) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if is_shared && is_own_wish {
        end_session_of(&visit).await?;
        clear_traces(&visit, &mut response);
    }
    Ok(response)
}

async fn end_session_of(visit: &Visit) -> Result<()> {
    let Some(cookie) = visit.request().cookie(cookie_name(visit.site.config.is_https())) else { return Ok(()) };
    let hash = seal::hash(cookie.value());
    visit.site.db.write(move |tx| store::end_session(tx, &hash)).await
}

/// Tells the browser to forget this site. On one's own device the choice of colours and the mark that the browser is known by
/// are not ours to forget: there the session cookie goes by its name, and the others stay.
pub fn clear_traces(visit: &Visit, response: &mut HttpResponse) {
    let is_shared = visit.signed_in().is_some_and(|member| member.is_on_shared_device());
    let is_own = visit.signed_in().is_some() && !is_shared;
    let what = if is_own { "\"cache\", \"storage\"" } else { "\"cache\", \"cookies\", \"storage\"" };
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(what));
    set_cookie(response, &gone_cookie(visit));
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check;

    #[test]
    fn the_sign_in_page_shows_what_it_holds() {
        check::check_page(&SignInPage::default());
        let page = check::check_page(&SignInPage {
            faults: faults(&["", "email"]),
            notice: Some("Your address is confirmed.".into()),
            email: "tansy@post.example".into(),
            shared: true,
            return_to: "/threads/812?page=2".into(),
            is_interrupted: true,
            has_words: true,
            words: CarriedWords { path: "/threads/812/replies".into(), kept_for: "seal".into(), body: "Ym9keQ".into() },
            has_passkeys: true,
            sign_ons: sign_on::tests::buttons(),
        });
        for part in [
            "name=\"words_body\" value=\"Ym9keQ\"",
            "value=\"/threads/812/replies\"",
            "value=\"/threads/812?page=2\"",
            " checked",
            "data-passkey=\"/sign-in/challenge\"",
            "formaction=\"/sign-in/with/northmoor\"",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn words_that_nothing_took_are_shown_to_be_copied() {
        let body = b"kept_for=abc&submission_id=1-2&stance=caring&title=Two+words&words=First+line%0D%0A%3Cb%3E+second";
        let page = check::check_page(&YourWordsPage { words: typed_words(body), go_on_href: "/threads/812".into() });
        assert!(page.contains("Two words") && page.contains("&lt;b&gt; second") && !page.contains("caring"), "{page}");
    }

    #[test]
    fn the_page_of_leaving_shows_nothing_of_this_site() {
        let page = LeavePage { address: "https://www.wikipedia.org/?a=1&b=2".into() };
        let html = check::templates().render_text(check::locales().english(), &page).unwrap_or_default();
        assert!(html.contains("href=\"https://www.wikipedia.org/?a=1&amp;b=2\"") && html.contains("noreferrer"), "{html}");
        assert!(!html.contains("Alongside") && !html.contains("/assets/"), "{html}");
    }

    #[test]
    fn the_longest_post_fits_through_the_sign_in_page() {
        // 20,000 characters of four bytes each, percent-encoded, and room for the other fields.
        const { assert!(CarriedWords::MAX_BYTES > 20_000 * 4 * 3 + 20_000) };
        let carried = URL_SAFE_NO_PAD.encode(vec![b'%'; CarriedWords::MAX_BYTES]);
        assert!(carried.len() + 8192 < LARGEST_BODY_BYTES);
    }
}
