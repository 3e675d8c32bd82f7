//! Passkeys: the questions that the script of a page puts to the browser, what it answers, and how people add and remove them.
//!
//! The answer comes with the form that the question stood beside (`challenge` and `credential`), so that each page is shown again
//! by its own builder, with everything that waits in it.

use super::{Faults, second_step};
use crate::accounts::model::Member;
use crate::accounts::passkey::{self, Answer, Credential, Party, Proof, Question};
use crate::accounts::second_step::{Added, add_passkey, remove_passkey, tell_of_copy};
use crate::accounts::store::passkeys::OwnPasskey;
use crate::accounts::visit::Visit;
use crate::accounts::{rules, store};
use crate::db::Id;
use crate::error::{Error, Refusal, Result};
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use crate::web::throttle;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/sign-in/challenge", Admits::Anyone, create_challenge_of_sign_in),
        Endpoint::post("/still-you/challenge", Admits::Members, create_challenge_of_proof),
        Endpoint::get("/settings/second-step/passkeys", Admits::FreshMembers, new_passkey),
        Endpoint::post("/settings/second-step/passkeys", Admits::FreshMembers, create_passkey),
        Endpoint::post("/settings/second-step/passkeys/challenge", Admits::FreshMembers, create_challenge_of_passkey),
        Endpoint::post("/settings/second-step/passkeys/{passkey}/removal", Admits::FreshMembers, delete_passkey),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

/// The field for the name, and the button that the script brings to life.
#[derive(Serialize)]
struct PasskeyPage {
    faults: Vec<Fault>,
    name: String,
    name_max_chars: usize,
}

impl Page for PasskeyPage {
    const TEMPLATE: &'static str = "accounts/passkey.html";
}

fn passkey_page(faults: Vec<Fault>, name: String) -> PasskeyPage {
    PasskeyPage { faults, name, name_max_chars: rules::PASSKEY_NAME_MAX_CHARS }
}

// -------------------------------------------------------------------------------------------------- the questions

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInChallengeForm {
    /// The proof that the password was right, on the page of the second step.
    step: String,
}

/// After the password for one of theirs, else for whichever passkey the person chooses: nobody's address is asked.
async fn create_challenge_of_sign_in(visit: Visit, form: Form<SignInChallengeForm>) -> Result<HttpResponse> {
    let step = form.fields()?.step;
    if step.is_empty() {
        return ask_to_prove(&visit, None).await;
    }
    match second_step::proved_by(&visit, &step).await? {
        Some(at) => ask_to_prove(&visit, Some(at.member)).await,
        None => Ok(say_fault(StatusCode::UNPROCESSABLE_ENTITY, &visit.say("accounts-second-step-over")?)),
    }
}

async fn create_challenge_of_proof(visit: Visit) -> Result<HttpResponse> {
    let member = visit.member()?.id;
    ask_to_prove(&visit, Some(member)).await
}

async fn ask_to_prove(visit: &Visit, member: Option<Id<Member>>) -> Result<HttpResponse> {
    let Some(party) = Party::of(&visit.site.config)? else { return Err(Error::UNSEEN) };
    let present = match member {
        Some(member) => visit.site.db.read(move |connection| store::passkeys::credential_ids_of(connection, member)).await?,
        None => Vec::new(),
    };
    ask(visit, member, party.ask_to_prove(&present)?).await
}

async fn create_challenge_of_passkey(visit: Visit) -> Result<HttpResponse> {
    let Some(party) = Party::of(&visit.site.config)? else { return Err(Error::UNSEEN) };
    if has_enough(&visit).await? {
        return Ok(say_fault(StatusCode::FORBIDDEN, &visit.say("accounts-passkeys-enough")?));
    }
    let member = visit.member()?.clone();
    let id = member.id;
    let present = visit.site.db.read(move |connection| store::passkeys::credential_ids_of(connection, id)).await?;
    ask(&visit, Some(id), party.ask_to_make(&member, present)?).await
}

/// Keeps a question and gives it to the script of the page: `{ "challenge": its name, "options": what to ask the browser }`; or
/// `{ "fault": a sentence }`.
async fn ask(visit: &Visit, member: Option<Id<Member>>, (options, question): (Value, Question)) -> Result<HttpResponse> {
    let (token, network) = (Token::random()?, visit.address_name());
    let hash = token.hash();
    let kept = visit.site.db.write(move |tx| {
        throttle::take(tx, rules::CHALLENGES, &network)?;
        store::passkeys::insert_challenge(tx, &hash, member, &question)
    });
    match kept.await {
        Ok(()) => Ok(HttpResponse::Ok().json(json!({ "challenge": token.reveal(), "options": options }))),
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            Ok(say_fault(StatusCode::TOO_MANY_REQUESTS, &second_step::too_often(visit, retry_after_seconds)?.message))
        }
        Err(error) => Err(error),
    }
}

fn say_fault(status: StatusCode, sentence: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "fault": sentence }))
}

// --------------------------------------------------------------------------------------------------- the answers

/// A passkey that has opened something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    /// Whose.
    pub owner: Id<Member>,
    /// Its number.
    pub passkey: Id<OwnPasskey>,
}

/// Whose passkey answered that question; nothing if the answer is wrong in any way. `member`: who was asked, and nobody else's
/// will do. Whatever comes of it, the question is answered.
pub(super) async fn owner_of(
    visit: &Visit,
    member: Option<Id<Member>>,
    challenge: &str,
    credential: &str,
) -> Result<Option<Opened>> {
    let Some(party) = Party::of(&visit.site.config)? else { return Ok(None) };
    let Some(question) = take_question(visit, member, challenge).await? else { return Ok(None) };
    let Some(answer) = Answer::parse(credential) else { return Ok(None) };
    let id = answer.credential_id().to_vec();
    let found = visit.site.db.read(move |connection| store::passkeys::passkey_by(connection, &id)).await?;
    let Some(kept) = found.filter(|kept| member.is_none_or(|member| member == kept.member)) else { return Ok(None) };
    if !answer.is_of(kept.member, member.is_some()) {
        return Ok(None);
    }
    let present: Credential = serde_json::from_str(&kept.credential)?;
    let (owner, site) = (kept.member, visit.site.clone());
    match party.proof(question, &answer, present) {
        Proof::Right(credential) => {
            let opened = Opened { owner, passkey: kept.id };
            let is_noted = visit.site.db.write(move |tx| store::passkeys::note_use(tx, &kept, &credential)).await?;
            Ok(is_noted.then_some(opened))
        }
        Proof::Copied => {
            visit.site.db.write(move |tx| tell_of_copy(tx, owner, &site)).await?;
            Ok(None)
        }
        Proof::Wrong => Ok(None),
    }
}

async fn take_question(visit: &Visit, member: Option<Id<Member>>, challenge: &str) -> Result<Option<Question>> {
    let hash = seal::hash(challenge);
    visit.site.db.write(move |tx| store::passkeys::take_challenge(tx, &hash, member)).await
}

// ------------------------------------------------------------------------------------------------ adding, removing

/// Told before a device makes a key that would open nothing.
async fn has_enough(visit: &Visit) -> Result<bool> {
    let id = visit.member()?.id;
    let present = visit.site.db.read(move |connection| store::steps::count_passkeys(connection, id)).await?;
    Ok(present >= rules::PASSKEYS_OF_MEMBER)
}

async fn new_passkey(visit: Visit) -> Result<HttpResponse> {
    if !passkey::are_offered(&visit.site.config) {
        return Err(Error::UNSEEN);
    }
    if has_enough(&visit).await? {
        return Err(Error::forbidden("accounts-passkeys-enough"));
    }
    visit.show(second_step::below_second_step(&visit)?, &passkey_page(Vec::new(), String::new()))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PasskeyForm {
    name: String,
    challenge: String,
    credential: String,
}

async fn create_passkey(visit: Visit, form: Form<PasskeyForm>) -> Result<HttpResponse> {
    let Some(party) = Party::of(&visit.site.config)? else { return Err(Error::UNSEEN) };
    let PasskeyForm { name, challenge, credential } = form.fields()?;
    let id = visit.member()?.id;
    let mut faults = Faults::new(&visit);
    let clean = line::clean(&name);
    if clean.is_empty() {
        faults.say("name", "accounts-passkey-name-none")?;
    } else if clean.chars().count() > rules::PASSKEY_NAME_MAX_CHARS {
        faults.say("name", "accounts-passkey-name-long")?;
    }
    let made = match take_question(&visit, Some(id), &challenge).await? {
        Some(question) => party.made(&question, &credential),
        None => None,
    };
    let Some(made) = made.filter(|_| faults.list.is_empty()) else {
        if faults.list.is_empty() {
            faults.say("", "accounts-passkey-not-added")?;
        }
        return visit.show_again(second_step::below_second_step(&visit)?, &passkey_page(faults.list, name));
    };
    let (sheet, hashes) = second_step::new_sheet(&visit).await?;
    let (site, salt, acting) = (visit.site.clone(), sheet.salt.clone(), visit.acting()?);
    let add = visit.site.db.write(move |tx| add_passkey(tx, acting, (&clean, &made), (&salt, &hashes), &site));
    match add.await? {
        Added::First => second_step::show_codes(&visit, sheet, true),
        Added::Another => visit.go_to("/settings/second-step?done=passkey"),
        Added::Already => {
            faults.say("", "accounts-passkey-already")?;
            visit.show_again(second_step::below_second_step(&visit)?, &passkey_page(faults.list, name))
        }
    }
}

async fn delete_passkey(visit: Visit, passkey: Path<Id<OwnPasskey>>) -> Result<HttpResponse> {
    let (id, site) = (visit.member()?.id, visit.site.clone());
    visit.site.db.write(move |tx| remove_passkey(tx, id, passkey.0, &site)).await?;
    visit.go_to("/settings/second-step?done=passkey-removed")
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_page_that_adds_a_passkey_shows_what_it_holds() {
        let page = check_page(&passkey_page(faults(&["", "name"]), "My \"phone\"".into()));
        assert!(page.contains("value=\"My &quot;phone&quot;\""), "{page}");
        assert!(page.contains("/settings/second-step/passkeys/challenge"), "{page}");
    }
}
