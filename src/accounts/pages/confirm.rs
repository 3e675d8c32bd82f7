//! *Is it still you?*: before what would hurt most in the hands of somebody who found an open browser.
//!
//! A form that arrives too late waits in the page, as words do at sign-in, and is sent on by one press afterwards.

use super::sign_on::{self, SignOnButton};
use super::{Faults, passkeys, second_step, sign_in};
use crate::accounts::model::{Member, PasswordAttempt};
use crate::accounts::sign_on::Words;
use crate::accounts::visit::{Look, Visit, is_kept_for, own_path};
use crate::accounts::{passkey, password, rules, store};
use crate::clock::Timestamp;
use crate::error::{Error, Refusal, Result};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Query};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/still-you", Admits::Members, show_confirm),
        Endpoint::post("/still-you", Admits::Members, create_proof),
    ]
}

#[derive(Serialize, Default)]
struct ConfirmPage {
    faults: Vec<Fault>,
    /// For the browser's list of passwords.
    email: String,
    /// They have a password.
    has_password: bool,
    /// Also asks for a code.
    has_second_step: bool,
    /// A provider has just proved the first step: what says so. Empty: none has.
    by_provider: String,
    /// They have one, and browsers know it here: it is proof enough.
    has_passkeys: bool,
    return_to: String,
    /// Where the form that waits was sent; empty: none waits.
    form_path: String,
    /// Whose it is.
    form_kept_for: String,
    /// Its body, in base64.
    form_body: String,
    /// Providers of sign-on that can prove it, too.
    sign_ons: Vec<SignOnButton>,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "accounts/still-you.html";
}

/// The form that waited, to be sent on.
#[derive(Serialize)]
struct GoOnPage {
    path: String,
    fields: Vec<(String, String)>,
    return_to: String,
}

impl Page for GoOnPage {
    const TEMPLATE: &'static str = "accounts/go-on.html";
}

fn look() -> Look {
    Look::at("settings")
}

/// The page with a form that came too late in it.
pub async fn confirm_carrying(visit: &Visit, body: &[u8]) -> Result<HttpResponse> {
    let page = ConfirmPage {
        return_to: sign_in::page_of_the_form(visit),
        form_path: visit.address(),
        form_kept_for: visit.kept_for(),
        form_body: URL_SAFE_NO_PAD.encode(body),
        ..asked_for(visit).await?
    };
    visit.answer(StatusCode::FORBIDDEN, look(), &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ConfirmQuery {
    return_to: String,
}

async fn show_confirm(visit: Visit, query: Query<ConfirmQuery>) -> Result<HttpResponse> {
    let return_to = own_path(&query.0.return_to).to_owned();
    visit.show(look(), &ConfirmPage { return_to, ..asked_for(&visit).await? })
}

/// The same page for somebody of whom a provider of sign-on has just said who they are: the second step is left.
pub(super) async fn ask_for_second_step(
    visit: &Visit,
    member: &Member,
    return_to: &str,
    (form_path, form_kept_for, form_body): Words,
) -> Result<HttpResponse> {
    let page = ConfirmPage {
        by_provider: proof_by_provider(visit, member)?,
        return_to: own_path(return_to).to_owned(),
        form_path,
        form_kept_for,
        form_body,
        ..asked_for(visit).await?
    };
    visit.show(look(), &page)
}

/// What that seal is for.
const BY_PROVIDER: &str = "still-you-by-provider";

/// Says on the page that a provider proved the first step: for this session, for a while.
fn proof_by_provider(visit: &Visit, member: &Member) -> Result<String> {
    let session = member.session.ok_or(Error::UNSEEN)?;
    let at = visit.now().micros();
    let sealed = seal::seal(&visit.site.config.secret, BY_PROVIDER, &format!("{}.{}.{at}", member.id, session.id));
    Ok(format!("{at}.{sealed}"))
}

/// True if it says so, of this session, and not long ago.
fn is_proved_by_provider(visit: &Visit, member: &Member, said: &str) -> bool {
    let (Some((at, sealed)), Some(session)) = (said.split_once('.'), member.session) else { return false };
    let Ok(moment) = at.parse().map(Timestamp::from_micros) else { return false };
    let words = format!("{}.{}.{at}", member.id, session.id);
    let (now, time) = (visit.now(), Duration::minutes(rules::SECOND_STEP_MINUTES));
    seal::is_sealed(&visit.site.config.secret, BY_PROVIDER, &words, sealed) && moment <= now && now.since(moment) < time
}

/// The page with what they are asked for: their password, a code if there is a second step, a passkey if they have one, or a
/// provider of sign-on in the place of the password.
async fn asked_for(visit: &Visit) -> Result<ConfirmPage> {
    let id = visit.member()?.id;
    let are_offered = passkey::are_offered(&visit.site.config);
    let found = visit.site.db.read(move |connection| {
        let (email, stored) = store::stored_password(connection, id)?.ok_or(Error::UNSEEN)?;
        let has_second_step = store::steps::has_second_step(connection, id)?;
        let has_passkeys = are_offered && has_second_step && store::steps::count_passkeys(connection, id)? > 0;
        let page = ConfirmPage {
            email,
            has_password: password::is_one(&stored),
            has_second_step,
            has_passkeys,
            ..ConfirmPage::default()
        };
        Ok((page, store::identities::of_member(connection, id)?))
    });
    let (page, linked) = found.await?;
    Ok(ConfirmPage { sign_ons: sign_on::proof_buttons(visit, &linked), ..page })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ConfirmForm {
    password: PasswordAttempt,
    /// In its place: what says that a provider knows them.
    by_provider: String,
    code: String,
    /// What a passkey was asked, and what it answered.
    challenge: String,
    credential: String,
    return_to: String,
    form_path: String,
    form_kept_for: String,
    form_body: String,
}

/// The name of the count of tries.
const PROOFS_OF_ACCOUNT: &str = "proofs-of";

async fn create_proof(visit: Visit, form: Form<ConfirmForm>) -> Result<HttpResponse> {
    let mut form = form.fields()?;
    let member = visit.member()?.clone();
    let since = visit.now().since(member.session.ok_or(Error::UNSEEN)?.proved_at).num_seconds();
    if (0..rules::PRESS_SECONDS).contains(&since) {
        // The button was pressed twice, and a code is used up by the first press. Nothing more is proved by this.
        let words = (form.form_path, form.form_kept_for, form.form_body);
        return go_on(&visit, &member, &form.return_to, words, false).await;
    }
    let asked = asked_for(&visit).await?;
    if !is_proved_by_provider(&visit, &member, &form.by_provider) {
        form.by_provider.clear();
    }
    let fault = match proof_fault(&visit, &asked, &mut form).await {
        Ok(fault) => fault.map(|fault| (StatusCode::UNPROCESSABLE_ENTITY, fault, None)),
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            let fault = second_step::too_often(&visit, retry_after_seconds)?;
            Some((StatusCode::TOO_MANY_REQUESTS, fault, Some(retry_after_seconds)))
        }
        Err(Error::Refused(Refusal::Busy)) => {
            Some((StatusCode::SERVICE_UNAVAILABLE, sign_in::busy(&visit)?, Some(sign_in::BUSY_SECONDS)))
        }
        Err(error) => return Err(error),
    };
    if let Some((status, fault, retry_after_seconds)) = fault {
        let page = ConfirmPage {
            faults: vec![fault],
            by_provider: form.by_provider,
            return_to: own_path(&form.return_to).to_owned(),
            form_path: form.form_path,
            form_kept_for: form.form_kept_for,
            form_body: form.form_body,
            ..asked
        };
        return match retry_after_seconds {
            Some(seconds) => visit.answer_later(status, look(), &page, seconds),
            None => visit.answer(status, look(), &page),
        };
    }
    let words = (form.form_path, form.form_kept_for, form.form_body);
    take_proof(&visit, &member, &form.return_to, words).await
}

/// They have proved who they are: goes on with the form that waits (where it was sent, whose it is, its body), or where they
/// wanted to go.
pub(super) async fn take_proof(visit: &Visit, member: &Member, return_to: &str, words: Words) -> Result<HttpResponse> {
    go_on(visit, member, return_to, words, true).await
}

async fn go_on(
    visit: &Visit,
    member: &Member,
    return_to: &str,
    (form_path, form_kept_for, form_body): Words,
    is_proof: bool,
) -> Result<HttpResponse> {
    let session = member.session.ok_or(Error::UNSEEN)?;
    let token = Token::random()?;
    let (id, hash) = (member.id, token.hash());
    let kept = visit.site.db.write(move |tx| {
        throttle::forgive(tx, PROOFS_OF_ACCOUNT, &id.to_string())?;
        store::steps::renew_session(tx, session.id, &hash, is_proof)
    });
    kept.await?;
    let mut response = match waiting_form(visit, return_to, &form_path, &form_kept_for, &form_body) {
        Some(page) => visit.show(look(), &page)?,
        None => visit.go_to(own_path(return_to))?,
    };
    sign_in::set_session_cookie(visit, &mut response, &token, session.is_shared_device);
    Ok(response)
}

/// What is wrong with the proof; nothing: it is one.
async fn proof_fault(visit: &Visit, asked: &ConfirmPage, form: &mut ConfirmForm) -> Result<Option<Fault>> {
    let id = visit.member()?.id;
    let counted = visit.site.db.write(move |tx| {
        throttle::slow_down(tx, PROOFS_OF_ACCOUNT, &id.to_string(), rules::pause_seconds)?;
        store::stored_password(tx.conn(), id)
    });
    let stored = counted.await?.map(|(_, stored)| stored).filter(|stored| password::is_one(stored));
    let mut faults = Faults::new(visit);
    if !form.credential.is_empty() {
        if passkeys::owner_of(visit, Some(id), &form.challenge, &form.credential).await?.is_none() {
            faults.say("", "accounts-passkey-wrong")?;
        }
    } else if form.by_provider.is_empty()
        && !password::is_right_in_turn(&visit.site, std::mem::take(&mut form.password), stored).await?
    {
        faults.say("password", "accounts-password-present-wrong")?;
    } else if asked.has_second_step && !second_step::is_code_right(visit, id, &form.code).await? {
        faults.say("code", "accounts-second-step-wrong")?;
    }
    Ok(faults.list.into_iter().next())
}

/// The form that waits, if one does and it is theirs.
fn waiting_form(visit: &Visit, return_to: &str, path: &str, kept_for: &str, body: &str) -> Option<GoOnPage> {
    let member = visit.signed_in()?;
    if path.is_empty() || !is_kept_for(&visit.site, member, kept_for) {
        return None;
    }
    let body = URL_SAFE_NO_PAD.decode(body).ok()?;
    let fields = url::form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    Some(GoOnPage { path: own_path(path).to_owned(), fields, return_to: own_path(return_to).to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_pages_that_ask_whether_it_is_still_them_show_what_they_hold() {
        let page = check_page(&ConfirmPage {
            faults: faults(&["password", "code"]),
            email: "tansy@post.example".into(),
            has_password: true,
            has_second_step: true,
            by_provider: String::new(),
            has_passkeys: true,
            return_to: "/settings/second-step".into(),
            form_path: "/admin/people/31/roles".into(),
            form_kept_for: "seal".into(),
            form_body: "Ym9keQ".into(),
            sign_ons: sign_on::tests::buttons(),
        });
        assert!(page.contains("value=\"Ym9keQ\"") && page.contains("name=\"code\""), "{page}");
        assert!(page.contains("name=\"password\""), "{page}");
        let page = check_page(&ConfirmPage::default());
        assert!(!page.contains("name=\"code\"") && !page.contains("name=\"password\""), "{page}");
        let page = ConfirmPage { has_second_step: true, by_provider: "7.seal".into(), ..ConfirmPage::default() };
        let page = check_page(&page);
        assert!(page.contains("value=\"7.seal\"") && page.contains("name=\"code\""), "{page}");
        let page = check_page(&GoOnPage {
            path: "/admin/people/31/roles".into(),
            fields: vec![("give_reason".into(), "She \"greets\" <b>everybody</b>".into())],
            return_to: "/admin/people/31".into(),
        });
        assert!(page.contains("action=\"/admin/people/31/roles\"") && page.contains("&lt;b&gt;everybody"), "{page}");
    }
}
