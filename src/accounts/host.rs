//! The host of every request: finds out who asks, before any handler runs.

use super::model::{Member, SessionInfo};
use super::rules::{self, Admission};
use super::visit::{Asking, Look, Visit, go_to};
use super::{pages, store};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Error, Refusal, Result};
use crate::site::{self, Site};
use crate::web::endpoint::{Admits, Host};
use crate::web::failure::Failure;
use crate::web::page::parts::FailurePage;
use crate::web::seal;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::Duration;
use futures_util::future::LocalBoxFuture;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The one host. Holds nothing; everything is in the site.
#[derive(Debug, Default)]
pub struct FrontDoor;

/// When sessions were used, until the worker writes it: a GET writes nothing.
#[derive(Default)]
pub struct LastUses(Mutex<HashMap<Id<SessionInfo>, Timestamp>>);

impl LastUses {
    fn note(&self, session: Id<SessionInfo>, at: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session, at);
    }

    /// When this process last saw the session, if that is not written yet.
    pub fn of(&self, session: Id<SessionInfo>) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&session).copied()
    }

    /// Takes out everything that was noted.
    pub fn take(&self) -> Vec<(Id<SessionInfo>, Timestamp)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}

/// The smallest step in which last use is noted.
const LAST_USE_STEP: Duration = Duration::minutes(1);

/// Name of the session cookie. Browsers refuse `__Host-` and `Secure` on plain loopback.
pub fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-sid" } else { "sid" }
}

/// Name of the cookie by which a browser is known again. It opens nothing by itself.
pub fn browser_cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-browser" } else { "browser" }
}

impl Host for FrontDoor {
    fn admit<'a>(&'a self, request: &'a HttpRequest, admits: Admits) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if admits == Admits::Machine {
                return Ok(());
            }
            let site = site::of(request)?;
            let member = member_of(&site, request).await?.map(Arc::new);
            let is_post = request.method() == actix_web::http::Method::POST;
            let admission = rules::admission(member.as_deref(), admits, is_post, site.now());
            request.extensions_mut().insert(Asking(member));
            match admission {
                Admission::Opens => Ok(()),
                Admission::AfterSignIn => Err(Refusal::SignInFirst.into()),
                Admission::AfterProof => Err(Refusal::ProveFirst.into()),
                // What is for moderators or administrators is not there for others.
                Admission::IsNotThere => Err(Error::UNSEEN),
            }
        })
    }

    fn ask_who_it_is<'a>(
        &'a self,
        request: &'a HttpRequest,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'a, Result<HttpResponse>> {
        Box::pin(async move {
            let visit = Visit::of(request)?;
            let is_known = visit.signed_in().is_some();
            match body {
                Some(body) if is_known => return pages::confirm_carrying(&visit, &body).await,
                Some(body) => return pages::sign_in_carrying(&visit, &body),
                None => {}
            }
            let address: String = url::form_urlencoded::byte_serialize(visit.address().as_bytes()).collect();
            go_to(&format!("/{}?return_to={address}", if is_known { "still-you" } else { "sign-in" }))
        })
    }

    fn failure_page(&self, request: &HttpRequest, failure: &Failure) -> Result<HttpResponse> {
        let visit = Visit::of(request)?;
        // Not every failure has words of its own.
        let words_of = match failure.kind {
            "method" => "unseen",
            "too-slow" => "unreadable",
            "read-only" => "busy",
            kind => kind,
        };
        let mut page = FailurePage::new(visit.locale(), words_of, visit.signed_in().is_some())?;
        if let Some(sentence) = &failure.sentence {
            page.lead = visit.locale().sentence(sentence)?;
        }
        page.again_at =
            failure.retry_after_seconds.map(|seconds| visit.moment(visit.now().plus(Duration::seconds(seconds + 59))));
        page.request_id.clone_from(&failure.request);
        visit.answer(failure.status, Look::default(), &page)
    }
}

/// Who this request comes from, as its session stands now.
pub(super) async fn member_of(site: &Site, request: &HttpRequest) -> Result<Option<Member>> {
    let Some(cookie) = request.cookie(cookie_name(site.config.is_https())) else { return Ok(None) };
    let hash = seal::hash(cookie.value());
    let now = site.now();
    let found = site.db.read(move |connection| store::member_of_session(connection, &hash, now)).await?;
    let Some((member, written)) = found else { return Ok(None) };
    let uses = site.kept::<LastUses>();
    if let Some(session) = member.session
        && now.since(uses.of(session.id).unwrap_or(written)) >= LAST_USE_STEP
    {
        uses.note(session.id, now);
    }
    Ok(Some(member))
}
