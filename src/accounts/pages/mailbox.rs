//! Letters that somebody cannot read any more: the request, the two links in letters, and what administrators decide.

use super::Faults;
use super::email::is_done;
use crate::accounts::mailbox::{self, MailboxWish};
use crate::accounts::model::{EmailAddress, MailboxAccount, MailboxRequest, MailboxState};
use crate::accounts::rules::{self, MailboxAnswer};
use crate::accounts::store;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::text;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::{Fault, Page};
use crate::web::seal::{self, Token};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/mailbox", Admits::Anyone, show_mailbox),
        Endpoint::post("/mailbox", Admits::Anyone, create_request),
        Endpoint::get("/mailbox/sent", Admits::Anyone, show_sent),
        Endpoint::get("/mailbox/stop/{token}", Admits::Anyone, show_stop),
        Endpoint::post("/mailbox/stop/{token}", Admits::Anyone, stop_request),
        Endpoint::get("/mailbox/{token}", Admits::Anyone, show_confirmation),
        Endpoint::post("/mailbox/{token}", Admits::Anyone, confirm_request),
        Endpoint::get("/settings/mailbox", Admits::Members, show_own),
        Endpoint::post("/settings/mailbox/removal", Admits::Members, remove_own),
        Endpoint::get("/admin/mailboxes", Admits::Administrators, list_requests),
        Endpoint::get("/admin/mailboxes/{mailbox}", Admits::Administrators, show_request),
        Endpoint::post("/admin/mailboxes/{mailbox}/decision", Admits::FreshAdministrators, create_decision),
    ]
}

// ------------------------------------------------------------------------------------------------------- asking

#[derive(Serialize)]
struct MailboxPage {
    faults: Vec<Fault>,
    email: String,
    new_email: String,
    words: String,
    words_max: usize,
    days: i64,
}

impl Page for MailboxPage {
    const TEMPLATE: &'static str = "accounts/mailbox.html";
}

#[derive(Serialize)]
struct MailboxSentPage {
    days: i64,
}

impl Page for MailboxSentPage {
    const TEMPLATE: &'static str = "accounts/mailbox-sent.html";
}

fn look() -> Look {
    Look::at("sign-in")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MailboxForm {
    email: String,
    new_email: String,
    words: String,
}

fn mailbox_page(faults: Vec<Fault>, form: MailboxForm) -> MailboxPage {
    MailboxPage {
        faults,
        email: form.email,
        new_email: form.new_email,
        words: form.words,
        words_max: MailboxRequest::WORDS_MAX_CHARS,
        days: rules::MAILBOX_DAYS,
    }
}

async fn show_mailbox(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(), &mailbox_page(Vec::new(), MailboxForm::default()))
}

async fn create_request(visit: Visit, form: Form<MailboxForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let mut faults = Faults::new(&visit);
    let (email, new) = (EmailAddress::parse(&form.email), EmailAddress::parse(&form.new_email));
    if email.is_none() {
        faults.say("email", "accounts-email-none")?;
    }
    match (&email, &new) {
        (_, None) => faults.say("new_email", "accounts-email-none")?,
        (Some(email), Some(new)) if email.key() == new.key() => faults.say("new_email", "accounts-mailbox-same")?,
        _ => {}
    }
    let words = text::plain_words(&form.words, MailboxRequest::WORDS_MAX_CHARS);
    match &words {
        None => too_long(&mut faults, MailboxRequest::WORDS_MAX_CHARS)?,
        Some(words) if words.is_empty() => faults.say("words", "accounts-mailbox-words-needed")?,
        Some(_) => {}
    }
    let (Some(email), Some(new), Some(words), true) = (email, new, words, faults.list.is_empty()) else {
        let faults = faults.list;
        return visit.show_again(look(), &mailbox_page(faults, form));
    };
    let wish = MailboxWish { email, new, words };
    let (site, network) = (visit.site.clone(), visit.address_name());
    match visit.site.db.write(move |tx| mailbox::ask(tx, &network, &wish, &site)).await {
        Ok(()) => visit.go_to("/mailbox/sent"),
        Err(Error::Refused(Refusal::TooMany { retry_after_seconds, .. })) => {
            let fault = visit.too_often("accounts-mailbox-too-often", retry_after_seconds)?;
            let page = mailbox_page(vec![fault], form);
            visit.answer_later(StatusCode::TOO_MANY_REQUESTS, look(), &page, retry_after_seconds)
        }
        Err(error) => Err(error),
    }
}

fn too_long(faults: &mut Faults<'_>, most: usize) -> Result<()> {
    faults.add("words", &Sentence::plain("accounts-application-too-long").with("count", most.to_string()))
}

async fn show_sent(visit: Visit) -> Result<HttpResponse> {
    visit.show(look(), &MailboxSentPage { days: rules::MAILBOX_DAYS })
}

// ----------------------------------------------------------------------------------------------- links in letters

/// A link from one of the two letters.
#[derive(Serialize)]
struct MailboxLinkPage {
    token: String,
    /// The way to stop it; else the way to move the account.
    is_stopping: bool,
    /// It was done.
    is_done: bool,
    /// Where the account moves.
    email: String,
}

impl Page for MailboxLinkPage {
    const TEMPLATE: &'static str = "accounts/mailbox-link.html";
}

#[derive(Serialize)]
struct MailboxOverPage {
    days: i64,
}

impl Page for MailboxOverPage {
    const TEMPLATE: &'static str = "accounts/mailbox-over.html";
}

fn link_page(token: String, email: String, is_stopping: bool, is_done: bool) -> MailboxLinkPage {
    MailboxLinkPage { token, is_stopping, is_done, email }
}

/// Only shows: programs that look into letters open links, and only a person presses.
async fn show_stop(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (site, link) = (visit.site.clone(), token.0.clone());
    if visit.site.db.read(move |connection| mailbox::is_stoppable(connection, &site, &link)).await? {
        visit.show(look(), &link_page(token.0, String::new(), true, false))
    } else {
        is_over(&visit)
    }
}

async fn stop_request(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (site, link) = (visit.site.clone(), token.0);
    if visit.site.db.write(move |tx| mailbox::stop(tx, &site, &link)).await? {
        visit.show(look(), &link_page(String::new(), String::new(), true, true))
    } else {
        is_over(&visit)
    }
}

async fn show_confirmation(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (hash, now) = (seal::hash(&token.0), visit.now());
    let request = visit.site.db.read(move |connection| store::mailboxes::approved(connection, &hash, now)).await?;
    match request {
        Some(request) => visit.show(look(), &link_page(token.0, request.new_email, false, false)),
        None => is_over(&visit),
    }
}

async fn confirm_request(visit: Visit, token: Path<String>) -> Result<HttpResponse> {
    let (hash, site, undo) = (seal::hash(&token.0), visit.site.clone(), Token::random()?);
    if is_done(visit.site.db.write(move |tx| mailbox::confirm(tx, &hash, &undo, &site)).await)? {
        visit.show(look(), &link_page(String::new(), String::new(), false, true))
    } else {
        is_over(&visit)
    }
}

fn is_over(visit: &Visit) -> Result<HttpResponse> {
    visit.answer(StatusCode::GONE, look(), &MailboxOverPage { days: rules::MAILBOX_CONFIRM_DAYS })
}

// ------------------------------------------------------------------------------------------------ for the owner

/// What somebody who is signed in sees of a request about their account.
#[derive(Serialize)]
struct MailboxOwnPage {
    /// It was just stopped.
    is_stopped: bool,
    /// The request, if there is one.
    asked: Option<Moment>,
    /// Enough of the new address to know one's own by.
    new_veiled: String,
    /// A person said yes; the next press in the letter to the new address moves it.
    is_approved: bool,
    days: i64,
}

impl Page for MailboxOwnPage {
    const TEMPLATE: &'static str = "accounts/mailbox-own.html";
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

async fn show_own(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let open = visit.site.db.read(move |connection| store::mailboxes::open_of(connection, id)).await?;
    let new = open.as_ref().and_then(|(_, new, _)| EmailAddress::parse(new));
    let is_approved = open.as_ref().is_some_and(|(_, _, state)| *state == MailboxState::Approved);
    let page = MailboxOwnPage {
        is_stopped: !query.0.done.is_empty(),
        is_approved,
        asked: open.map(|(asked_at, ..)| visit.moment(asked_at)),
        new_veiled: new.map(|new| new.veiled()).unwrap_or_default(),
        days: rules::MAILBOX_DAYS,
    };
    visit.show(Look::at("mailbox").below("/settings", visit.say("shared-settings")?), &page)
}

async fn remove_own(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let is_stopped = visit.site.db.write(move |tx| store::mailboxes::stop_of(tx, id)).await?;
    visit.go_to(if is_stopped { "/settings/mailbox?done=yes" } else { "/settings/mailbox" })
}

// ----------------------------------------------------------------------------------------- what people decide

/// Requests on the list; who decides makes room for those behind.
const SHOWN: i64 = 100;
/// The longest words to whoever asked, in characters.
const WORDS_MAX_CHARS: usize = 1_000;

#[derive(Serialize)]
struct MailboxesPage {
    /// One was just decided.
    is_decided: bool,
    requests: Vec<RequestRow>,
}

impl Page for MailboxesPage {
    const TEMPLATE: &'static str = "accounts/admin-mailboxes.html";
}

/// A request in words, with what is known of the account.
#[derive(Serialize)]
struct RequestRow {
    href: String,
    email: String,
    new_email: String,
    /// As it was typed, line by line.
    words: Vec<String>,
    asked: Moment,
    /// From when on it may be approved; nothing: from now on.
    ripe: Option<Moment>,
    /// When somebody asked last to move it elsewhere.
    contested: Option<Moment>,
    /// The account; nothing: nobody has that address.
    account: Option<AccountRow>,
}

/// What is known of the account.
#[derive(Serialize)]
struct AccountRow {
    handle: String,
    href: String,
    joined: Moment,
    last_seen: Option<Moment>,
    has_second_step: bool,
}

fn request_row(visit: &Visit, (request, account): (MailboxRequest, Option<MailboxAccount>)) -> RequestRow {
    let ripe_at = rules::mailbox_ripe_at(request.asked_at);
    let account = request.member.zip(account).map(|(member, account)| AccountRow {
        handle: account.handle,
        href: format!("/admin/people/{member}"),
        joined: visit.day(account.joined_at),
        last_seen: account.last_seen_at.map(|at| visit.day(at)),
        has_second_step: account.has_second_step,
    });
    RequestRow {
        href: format!("/admin/mailboxes/{}", request.id),
        email: request.email,
        new_email: request.new_email,
        words: request.words.lines().map(str::to_owned).collect(),
        asked: visit.moment(request.asked_at),
        ripe: (visit.now() < ripe_at).then(|| visit.moment(ripe_at)),
        contested: request.contested_at.map(|at| visit.moment(at)),
        account,
    }
}

fn admin_look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?))
}

async fn list_requests(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let requests = visit.site.db.read(|connection| store::mailboxes::asked(connection, None, SHOWN)).await?;
    let page = MailboxesPage {
        is_decided: !query.0.done.is_empty(),
        requests: requests.into_iter().map(|request| request_row(&visit, request)).collect(),
    };
    visit.show(admin_look(&visit)?, &page)
}

#[derive(Serialize)]
struct RequestPage {
    faults: Vec<Fault>,
    kept_for: String,
    request: RequestRow,
    words: String,
    words_max: usize,
}

impl Page for RequestPage {
    const TEMPLATE: &'static str = "accounts/admin-mailbox.html";
}

async fn request_page(visit: &Visit, id: Id<MailboxRequest>, faults: Vec<Fault>, words: String) -> Result<HttpResponse> {
    let found = visit.site.db.read(move |connection| store::mailboxes::asked(connection, Some(id), 1)).await?;
    let request = found.into_iter().next().ok_or(Error::UNSEEN)?;
    let page = RequestPage {
        faults,
        kept_for: visit.kept_for(),
        request: request_row(visit, request),
        words,
        words_max: WORDS_MAX_CHARS,
    };
    let look = admin_look(visit)?.below("/admin/mailboxes", visit.say("accounts-mailboxes-title")?);
    if page.faults.is_empty() { visit.show(look, &page) } else { visit.show_again(look, &page) }
}

async fn show_request(visit: Visit, id: Path<Id<MailboxRequest>>) -> Result<HttpResponse> {
    request_page(&visit, id.0, Vec::new(), String::new()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DecisionForm {
    decision: String,
    words: String,
}

async fn create_decision(visit: Visit, id: Path<Id<MailboxRequest>>, form: Form<DecisionForm>) -> Result<HttpResponse> {
    let (id, by) = (id.0, visit.member()?.clone());
    let form = form.fields()?;
    let mut faults = Faults::new(&visit);
    let is_approved = match form.decision.as_str() {
        "approve" => Some(true),
        "refuse" => Some(false),
        // No button says anything else.
        _ => None,
    };
    if is_approved.is_none() {
        faults.say("", "accounts-application-choose")?;
    }
    let words = text::plain_words(&form.words, WORDS_MAX_CHARS);
    match &words {
        None => too_long(&mut faults, WORDS_MAX_CHARS)?,
        Some(words) if words.is_empty() && is_approved == Some(false) => {
            faults.say("words", "accounts-application-reason-needed")?;
        }
        Some(_) => {}
    }
    let (Some(is_approved), Some(words), true) = (is_approved, words, faults.list.is_empty()) else {
        let faults = faults.list;
        return request_page(&visit, id, faults, form.words).await;
    };
    let (answer, site, token) = (MailboxAnswer { is_approved, words }, visit.site.clone(), Token::random()?);
    match visit.site.db.write(move |tx| mailbox::answer(tx, &by, id, &answer, &token, &site)).await? {
        Ok(()) => visit.go_to("/admin/mailboxes?done=yes"),
        Err(refused) => {
            let mut faults = Faults::new(&visit);
            faults.say("", refused.key())?;
            let faults = faults.list;
            request_page(&visit, id, faults, form.words).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() }
    }

    fn row(is_known: bool) -> RequestRow {
        let account = AccountRow {
            handle: "tansy".into(),
            href: "/admin/people/31".into(),
            joined: moment(),
            last_seen: is_known.then(moment),
            has_second_step: is_known,
        };
        RequestRow {
            href: "/admin/mailboxes/7".into(),
            email: "tansy@post.example".into(),
            new_email: "tansy@elsewhere.example".into(),
            words: vec!["The <b>firm</b> closed.".into(), "I have no letters.".into()],
            asked: moment(),
            ripe: is_known.then(moment),
            contested: is_known.then(moment),
            account: is_known.then_some(account),
        }
    }

    #[test]
    fn the_pages_about_a_lost_mailbox_show_what_they_hold() {
        let form = MailboxForm {
            email: "tansy@post.example".into(),
            new_email: "tansy@elsewhere.example".into(),
            words: "The firm closed.".into(),
        };
        let html = check_page(&mailbox_page(faults(&["email", "new_email", "words"]), form));
        for part in ["value=\"tansy@post.example\"", "value=\"tansy@elsewhere.example\"", "The firm closed.</textarea>"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        check_page(&MailboxSentPage { days: 7 });
        for (is_stopping, is_done) in [(false, false), (false, true), (true, false), (true, true)] {
            check_page(&link_page("abc".into(), "tansy@elsewhere.example".into(), is_stopping, is_done));
        }
        check_page(&MailboxOverPage { days: 7 });
        let own = |asked: Option<Moment>| MailboxOwnPage {
            is_stopped: asked.is_none(),
            is_approved: asked.is_none(),
            asked,
            new_veiled: "t…y@elsewhere.example".into(),
            days: 7,
        };
        let html = check_page(&own(Some(moment())));
        assert!(html.contains("t…y@elsewhere.example") && html.contains("/settings/mailbox/removal"), "{html}");
        let html = check_page(&own(None));
        assert!(!html.contains("/settings/mailbox/removal"), "{html}");
    }

    #[test]
    fn requests_are_shown_with_what_is_known() {
        let html = check_page(&MailboxesPage { is_decided: true, requests: vec![row(true), row(false)] });
        assert!(html.contains("/admin/mailboxes/7") && html.contains("tansy@post.example"), "{html}");
        check_page(&MailboxesPage { is_decided: false, requests: Vec::new() });
        for is_known in [true, false] {
            let html = check_page(&RequestPage {
                faults: faults(&["", "words"]),
                kept_for: "seal".into(),
                request: row(is_known),
                words: "Because".into(),
                words_max: 1000,
            });
            for part in ["The &lt;b&gt;firm&lt;/b&gt; closed.", "Because</textarea>", "value=\"refuse\""] {
                assert!(html.contains(part), "{part}: {html}");
            }
            assert_eq!(html.contains("/admin/people/31"), is_known, "{html}");
        }
    }
}
