//! The second step at sign-in, and how people turn it on and off.

use super::sign_in::{self, CarriedWords, ComesBy, Entry, SignInForm};
use super::{Faults, is_ticked, passkeys};
use crate::accounts::model::{Member, PasswordAttempt};
use crate::accounts::second_step::{self, Added, Sheet, is_of_app, plain_code};
use crate::accounts::sign_on::CameBy;
use crate::accounts::store::passkeys::OwnPasskey;
use crate::accounts::totp::{self, AppSecret, QrPath};
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{passkey, password, rules, store};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::site::Site;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Query};
use crate::web::page::{Fault, Page};
use crate::web::{seal, throttle};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::Duration;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/sign-in/second-step", Admits::Anyone, create_session),
        Endpoint::get("/settings/second-step", Admits::Members, show_second_step),
        Endpoint::get("/settings/second-step/app", Admits::FreshMembers, show_app),
        Endpoint::post("/settings/second-step/app", Admits::FreshMembers, create_app),
        Endpoint::post("/settings/second-step/codes", Admits::FreshMembers, create_codes),
        Endpoint::post("/settings/second-step/trust/removal", Admits::Members, remove_trust),
        Endpoint::post("/settings/second-step/removal", Admits::FreshMembers, remove_second_step),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

/// Asks for a code or a passkey after the password.
#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
struct SecondStepPage {
    faults: Vec<Fault>,
    /// They have one, and browsers know it here.
    has_passkeys: bool,
    /// The proof that the password was right, or that a provider of sign-on brought them.
    step: String,
    /// By which sign-on they come, sealed.
    came_by: String,
    trust: bool,
    shared: bool,
    return_to: String,
    has_words: bool,
    words: CarriedWords,
    trust_days: i64,
}

impl Page for SecondStepPage {
    const TEMPLATE: &'static str = "accounts/second-step.html";
}

/// What is turned on.
#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
struct SecondStepSettingsPage {
    /// What was just done, in a sentence.
    done: Option<String>,
    app_since: Option<Moment>,
    passkeys: Vec<PasskeyLine>,
    /// Browsers know passkeys here.
    offers_passkeys: bool,
    /// One of them is on.
    is_on: bool,
    /// What is on is the only one.
    is_only_one: bool,
    /// And may be taken off.
    may_take_off: bool,
    codes_left: i64,
    codes_words: String,
    trusted_browsers: i64,
    /// Their role needs it.
    is_needed: bool,
    trust_days: i64,
}

impl Page for SecondStepSettingsPage {
    const TEMPLATE: &'static str = "accounts/second-step-settings.html";
}

/// One passkey.
#[derive(Serialize)]
struct PasskeyLine {
    name: String,
    added: Moment,
    used: Option<Moment>,
    removal_action: String,
}

/// The drawing for the app, and the field for its first code.
#[derive(Serialize)]
struct AppPage {
    faults: Vec<Fault>,
    qr: QrPath,
    /// For those who cannot photograph it.
    to_type: String,
    /// The address itself: on a phone it opens the app.
    address: String,
    secret: String,
}

impl Page for AppPage {
    const TEMPLATE: &'static str = "accounts/second-step-app.html";
}

/// The sheet of codes, shown once.
#[derive(Serialize)]
struct CodesPage {
    /// It came with the first second step.
    is_first: bool,
    codes: Vec<String>,
    handle: String,
    made: Moment,
}

impl Page for CodesPage {
    const TEMPLATE: &'static str = "accounts/recovery-codes.html";
}

fn settings_look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}

pub(super) fn below_second_step(visit: &Visit) -> Result<Look> {
    Ok(settings_look(visit)?.below("/settings/second-step", visit.say("accounts-second-step-title")?))
}

// ----------------------------------------------------------------------------------------------------- signing in

/// What the seal of a first step is for.
const FIRST_STEP: &str = "second-step";

/// By what somebody has shown who they are before the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstStep {
    Password,
    /// A provider of sign-on, which may have known them for days.
    SignOn,
}

impl FirstStep {
    const ALL: [Self; 2] = [Self::Password, Self::SignOn];

    fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SignOn => "sign-on",
        }
    }
}

/// Proves on the page of the second step that the first was right: whose, when, which, and for this very password.
pub(super) fn proof_of(by: FirstStep, site: &Site, member: Id<Member>, password_hash: &str, now: Timestamp) -> String {
    let words = format!("{member}.{}.{}", now.micros(), by.word());
    let sealed = seal::seal(&site.config.secret, FIRST_STEP, &format!("{words}.{password_hash}"));
    format!("{words}.{sealed}")
}

/// Who is at the second step.
pub(super) struct AtSecondStep {
    pub member: Id<Member>,
    /// The hash of that moment.
    pub password_hash: String,
    pub by: FirstStep,
}

/// Who has made the first step, if that is proved and not long ago.
pub(super) async fn proved_by(visit: &Visit, step: &str) -> Result<Option<AtSecondStep>> {
    let Some((words, sealed)) = step.rsplit_once('.') else { return Ok(None) };
    let [member, at, by] = words.split('.').collect::<Vec<_>>()[..] else { return Ok(None) };
    let by = FirstStep::ALL.into_iter().find(|known| known.word() == by);
    let (Ok(member), Ok(at), Some(by)) = (member.parse().map(Id::new), at.parse().map(Timestamp::from_micros), by) else {
        return Ok(None);
    };
    let stored = visit.site.db.read(move |connection| store::stored_password(connection, member)).await?;
    let Some((_, password_hash)) = stored else { return Ok(None) };
    let is_ours = seal::is_sealed(&visit.site.config.secret, FIRST_STEP, &format!("{words}.{password_hash}"), sealed);
    let now = visit.now();
    let is_in_time = at <= now && now.since(at) < Duration::minutes(rules::SECOND_STEP_MINUTES);
    Ok((is_ours && is_in_time).then_some(AtSecondStep { member, password_hash, by }))
}

/// The page that asks `member` for it.
pub(super) async fn show(
    visit: &Visit,
    status: StatusCode,
    faults: Vec<Fault>,
    member: Id<Member>,
    form: SignInForm,
) -> Result<HttpResponse> {
    visit.answer(status, Look::at("sign-in"), &second_step_page(visit, faults, member, form).await?)
}

/// The same, to be tried again after so many seconds.
async fn show_later(
    visit: &Visit,
    status: StatusCode,
    fault: Fault,
    member: Id<Member>,
    form: SignInForm,
    seconds: i64,
) -> Result<HttpResponse> {
    visit.answer_later(status, Look::at("sign-in"), &second_step_page(visit, vec![fault], member, form).await?, seconds)
}

async fn second_step_page(
    visit: &Visit,
    faults: Vec<Fault>,
    member: Id<Member>,
    form: SignInForm,
) -> Result<SecondStepPage> {
    let words = form.words();
    Ok(SecondStepPage {
        faults,
        has_passkeys: has_passkeys(visit, member).await?,
        trust: is_ticked(&form.trust),
        shared: is_ticked(&form.shared),
        return_to: form.return_to().to_owned(),
        has_words: !words.is_empty(),
        words,
        step: form.step,
        came_by: form.came_by,
        trust_days: rules::TRUST_DAYS,
    })
}

/// True if they have a passkey and browsers know it here.
async fn has_passkeys(visit: &Visit, member: Id<Member>) -> Result<bool> {
    if !passkey::are_offered(&visit.site.config) {
        return Ok(false);
    }
    Ok(visit.site.db.read(move |connection| store::steps::count_passkeys(connection, member)).await? > 0)
}

async fn create_session(visit: Visit, form: Form<SignInForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    // By which sign-on somebody came belongs to their first step: the one does not hold without the other.
    let came_by = CameBy::unsealed(&visit.site, &form.came_by);
    let fits = |at: &AtSecondStep| (at.by == FirstStep::SignOn) == came_by.is_some();
    let Some(AtSecondStep { member, password_hash, by }) = proved_by(&visit, &form.step).await?.filter(fits) else {
        return sign_in::once_more(&visit, form, "accounts-second-step-over");
    };
    let (code, credential) = (std::mem::take(&mut form.code), std::mem::take(&mut form.credential));
    let (is_right, field, wrong) = if credential.is_empty() {
        (is_code_right(&visit, member, &code).await, "code", "accounts-second-step-wrong")
    } else {
        let owner = passkeys::owner_of(&visit, Some(member), &form.challenge, &credential).await;
        (owner.map(|owner| owner.is_some()), "", "accounts-passkey-wrong")
    };
    match is_right {
        Ok(true) => {
            let trusts = is_ticked(&form.trust);
            let is_proved = by == FirstStep::Password;
            let entry = Entry { member, by: ComesBy::Password(password_hash), is_proved, trusts };
            sign_in::begin(&visit, entry, None, form).await
        }
        Ok(false) => {
            let mut faults = Faults::new(&visit);
            faults.say(field, wrong)?;
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, faults.list, member, form).await
        }
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            let fault = too_often(&visit, retry_after_seconds)?;
            show_later(&visit, StatusCode::TOO_MANY_REQUESTS, fault, member, form, retry_after_seconds).await
        }
        Err(Error::Refused(Refusal::Busy)) => {
            let fault = sign_in::busy(&visit)?;
            show_later(&visit, StatusCode::SERVICE_UNAVAILABLE, fault, member, form, sign_in::BUSY_SECONDS).await
        }
        Err(error) => Err(error),
    }
}

/// The name of the count of codes that were tried: for the account, wherever they come from, because whoever tries codes has
/// the password already.
const CODES_OF_ACCOUNT: &str = "codes-of";

/// True if this is a code of their app or one of their sheet: it is used up then. Refused if too many were tried.
pub(super) async fn is_code_right(visit: &Visit, member: Id<Member>, typed: &str) -> Result<bool> {
    let who = member.to_string();
    let counted = who.clone();
    let count = visit.site.db.write(move |tx| {
        throttle::slow_down(tx, CODES_OF_ACCOUNT, &counted, rules::pause_seconds)?;
        Ok((store::steps::app_secret(tx.conn(), member)?, store::steps::codes_salt(tx.conn(), member)?))
    });
    let (hidden, salt) = count.await?;
    let site = visit.site.clone();
    if is_of_app(typed) {
        let secret = hidden.and_then(|hidden| AppSecret::unhidden(&site.config.secret, member, &hidden));
        let step = secret.map(|secret| secret.step_of(typed, visit.now())).transpose()?.flatten();
        let Some(step) = step else { return Ok(false) };
        let take = visit.site.db.write(move |tx| {
            let is_taken = store::steps::take_app_step(tx, member, step)?;
            if is_taken {
                throttle::forgive(tx, CODES_OF_ACCOUNT, &who)?;
            }
            Ok(is_taken)
        });
        return take.await;
    }
    // The same work without a sheet.
    let code = plain_code(typed);
    let hashes = password::stretch_in_turn(&site, vec![code], salt.unwrap_or_else(|| vec![0; 16])).await?;
    let Some(hash) = hashes.into_iter().next() else { return Ok(false) };
    let take = visit.site.db.write(move |tx| {
        let is_taken = second_step::take_recovery_code(tx, member, &hash, &site)?;
        if is_taken {
            throttle::forgive(tx, CODES_OF_ACCOUNT, &who)?;
        }
        Ok(is_taken)
    });
    take.await
}

/// That it was tried too often, in words: a password, a code, a passkey.
pub(super) fn too_often(visit: &Visit, seconds: i64) -> Result<Fault> {
    visit.too_often("accounts-password-too-often", seconds)
}

// --------------------------------------------------------------------------------------------------------- settings

#[derive(Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

async fn show_second_step(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let (member, now) = (visit.member()?.clone(), visit.now());
    let id = member.id;
    let (steps, stored) = visit
        .site
        .db
        .read(move |connection| Ok((store::steps::second_steps_of(connection, id, now)?, store::member(connection, id)?)))
        .await?;
    let is_on = steps.ways() > 0;
    // Also while the role rests, which the session does not know it by.
    let is_needed = stored.is_some_and(|stored| stored.roles.need_second_step());
    let done = match query.0.done.as_str() {
        "off" | "passkey-removed" if !is_on => Some(visit.say("accounts-second-step-is-off")?),
        "off" => Some(visit.say("accounts-second-step-app-is-off")?),
        "passkey-removed" => Some(visit.say("accounts-passkey-is-removed")?),
        "app" => Some(visit.say("accounts-second-step-app-is-on")?),
        "passkey" => Some(visit.say("accounts-passkey-is-added")?),
        "trust" => Some(visit.say("accounts-second-step-trust-ended")?),
        "already" => Some(visit.say("accounts-second-step-already")?),
        _ => None,
    };
    let page = SecondStepSettingsPage {
        done,
        app_since: steps.app_since.map(|since| visit.day(since)),
        passkeys: steps.passkeys.iter().map(|passkey| passkey_line(&visit, passkey)).collect(),
        offers_passkeys: passkey::are_offered(&visit.site.config),
        is_on,
        is_only_one: steps.ways() == 1,
        may_take_off: rules::may_take_way_off(is_needed, steps.ways()),
        codes_left: steps.codes_left,
        codes_words: visit.say_with("accounts-recovery-codes-left", &[("count", steps.codes_left.into())])?,
        trusted_browsers: steps.trusted_browsers,
        is_needed,
        trust_days: rules::TRUST_DAYS,
    };
    visit.show(settings_look(&visit)?, &page)
}

fn passkey_line(visit: &Visit, passkey: &OwnPasskey) -> PasskeyLine {
    PasskeyLine {
        name: passkey.name.clone(),
        added: visit.day(passkey.added_at),
        used: passkey.used_at.map(|used| visit.moment(used)),
        removal_action: format!("/settings/second-step/passkeys/{}/removal", passkey.id),
    }
}

fn app_page(visit: &Visit, faults: Vec<Fault>, secret: &AppSecret) -> Result<AppPage> {
    let (member, config) = (visit.member()?, &visit.site.config);
    let address = secret.address(&config.site_name, &member.handle)?;
    Ok(AppPage {
        faults,
        qr: totp::draw(&address)?,
        to_type: secret.to_type(),
        address,
        secret: secret.in_form(&config.secret, member.id)?,
    })
}

/// A new secret each time; nothing is kept until its first code is right.
async fn show_app(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    if visit.site.db.read(move |connection| store::steps::app_secret(connection, id)).await?.is_some() {
        return visit.go_to("/settings/second-step?done=already");
    }
    let page = app_page(&visit, Vec::new(), &AppSecret::random()?)?;
    visit.show(below_second_step(&visit)?, &page)
}

pub(super) async fn has_second_step(visit: &Visit) -> Result<bool> {
    let id = visit.member()?.id;
    visit.site.db.read(move |connection| store::steps::has_second_step(connection, id)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AppForm {
    secret: String,
    code: String,
}

async fn create_app(visit: Visit, form: Form<AppForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let id = visit.member()?.id;
    let Some(secret) = AppSecret::from_form(&visit.site.config.secret, id, &form.secret) else {
        return visit.go_to("/settings/second-step/app");
    };
    let Some(step) = secret.step_of(&form.code, visit.now())? else {
        let mut faults = Faults::new(&visit);
        faults.say("code", "accounts-second-step-app-wrong")?;
        return visit.show_again(below_second_step(&visit)?, &app_page(&visit, faults.list, &secret)?);
    };
    let hidden = secret.hidden(&visit.site.config.secret, id)?;
    let (sheet, hashes) = new_sheet(&visit).await?;
    let (site, salt) = (visit.site.clone(), sheet.salt.clone());
    let acting = visit.acting()?;
    let added = visit.site.db.write(move |tx| {
        let added = second_step::turn_on_app(tx, acting, &hidden, step, (&salt, &hashes), &site)?;
        let is_again = added == Added::Already && second_step::sheet_again(tx, acting, &secret, (&salt, &hashes), &site)?;
        Ok(if is_again { Added::First } else { added })
    });
    match added.await? {
        Added::First => show_codes(&visit, sheet, true),
        Added::Another => visit.go_to("/settings/second-step?done=app"),
        Added::Already => visit.go_to("/settings/second-step?done=already"),
    }
}

pub(super) async fn new_sheet(visit: &Visit) -> Result<(Sheet, Vec<Vec<u8>>)> {
    let sheet = Sheet::random()?;
    let codes: Vec<PasswordAttempt> = sheet.codes.iter().map(|code| plain_code(code)).collect();
    let hashes = password::stretch_in_turn(&visit.site, codes, sheet.salt.clone()).await?;
    Ok((sheet, hashes))
}

pub(super) fn show_codes(visit: &Visit, sheet: Sheet, is_first: bool) -> Result<HttpResponse> {
    let handle = visit.member()?.handle.clone();
    let page = CodesPage { is_first, codes: sheet.codes, handle, made: visit.day(visit.now()) };
    visit.show(below_second_step(visit)?, &page)
}

async fn create_codes(visit: Visit) -> Result<HttpResponse> {
    let acting = visit.acting()?;
    let (sheet, hashes) = new_sheet(&visit).await?;
    let (site, salt) = (visit.site.clone(), sheet.salt.clone());
    visit.site.db.write(move |tx| second_step::renew_codes(tx, acting, &salt, &hashes, &site)).await?;
    show_codes(&visit, sheet, false)
}

async fn remove_trust(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    visit.site.db.write(move |tx| store::steps::end_trust(tx, id)).await?;
    visit.go_to("/settings/second-step?done=trust")
}

async fn remove_second_step(visit: Visit) -> Result<HttpResponse> {
    let (id, site) = (visit.member()?.id, visit.site.clone());
    visit.site.db.write(move |tx| second_step::turn_off_app(tx, id, &site)).await?;
    visit.go_to("/settings/second-step?done=off")
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn every_page_about_the_second_step_shows_what_it_holds() {
        let moment = || Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() };
        let page = |has_words| SecondStepPage {
            faults: faults(&["", "code"]),
            has_passkeys: has_words,
            came_by: "7..seal".into(),
            step: "31.5.seal".into(),
            trust: true,
            shared: true,
            return_to: "/threads/812".into(),
            has_words,
            words: CarriedWords::default(),
            trust_days: 30,
        };
        assert!(check_page(&page(false)).contains("value=\"31.5.seal\""));
        assert!(check_page(&page(true)).contains("words_body"));
        let passkey = || PasskeyLine {
            name: "My <b>phone</b>".into(),
            added: moment(),
            used: Some(moment()),
            removal_action: "/settings/second-step/passkeys/7/removal".into(),
        };
        let settings = |app_since: Option<Moment>, is_needed| SecondStepSettingsPage {
            done: Some("Done.".into()),
            is_on: app_since.is_some(),
            is_only_one: is_needed,
            may_take_off: !is_needed,
            offers_passkeys: true,
            passkeys: if is_needed { Vec::new() } else { vec![passkey(), PasskeyLine { used: None, ..passkey() }] },
            app_since,
            codes_left: 3,
            codes_words: "3 codes are left.".into(),
            trusted_browsers: 2,
            is_needed,
            trust_days: 30,
        };
        check_page(&settings(None, true));
        assert!(!check_page(&settings(Some(moment()), true)).contains("/settings/second-step/removal"));
        let page = check_page(&settings(Some(moment()), false));
        assert!(page.contains("/settings/second-step/removal") && page.contains("&lt;b&gt;phone"), "{page}");
        assert!(page.contains("/settings/second-step/passkeys/7/removal"), "{page}");
        let page = check_page(&AppPage {
            faults: faults(&["code"]),
            qr: QrPath { path: "M4 4h1v1h-1z".into(), side: 41 },
            to_type: "GEZD GNBV".into(),
            address: "otpauth://totp/Kettle:tansy?secret=GEZD&issuer=Kettle".into(),
            secret: "hidden".into(),
        });
        assert!(page.contains("viewBox=\"0 0 41 41\"") && page.contains("issuer=Kettle"), "{page}");
        let page = check_page(&CodesPage {
            is_first: true,
            codes: vec!["abcd-efgh".into()],
            handle: "tansy".into(),
            made: moment(),
        });
        assert!(page.contains("abcd-efgh"), "{page}");
        check_page(&CodesPage { is_first: false, codes: vec!["abcd-efgh".into()], handle: "tansy".into(), made: moment() });
    }
}
