//! From an error to a page. The only place that knows status codes of failures.

use super::endpoint::{Host, RequestId};
use crate::db::trouble::{self, Trouble};
use crate::error::{Error, Refusal, Sentence};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

/// What a failure page says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The status code.
    pub status: StatusCode,
    /// Which page: `unseen`, `forbidden`, `unreadable`, `stale`, `too-many`, `other-site`, `other-name`, `too-large`,
    /// `too-slow`, `busy`, `read-only`, `method`, `broken`.
    pub kind: &'static str,
    /// What the rule says, if it has a sentence of its own.
    pub sentence: Option<Sentence>,
    /// The number of the request, for failures of ours.
    pub request: Option<String>,
    /// Seconds after which it may work.
    pub retry_after_seconds: Option<i64>,
    /// Methods that the address takes.
    pub allowed: Option<String>,
}

impl Failure {
    fn new(status: StatusCode, kind: &'static str) -> Self {
        Self { status, kind, sentence: None, request: None, retry_after_seconds: None, allowed: None }
    }

    fn saying(self, sentence: Sentence) -> Self {
        Self { sentence: Some(sentence), ..self }
    }
}

/// The page for an error. What is ours is logged here, once.
pub fn page(request: &HttpRequest, host: &dyn Host, error: Error) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let failure = match error {
        Error::Refused(refusal) => of_refusal(refusal),
        Error::Broken(_) => match trouble::of(&error) {
            Some(Trouble::Busy | Trouble::Conflict | Trouble::Gone) => {
                tracing::warn!(request = id, %error, "the database had no time");
                Failure { retry_after_seconds: Some(2), ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, "busy") }
            }
            Some(Trouble::ReadOnly) => {
                tracing::error!(request = id, %error, "the database takes no writes");
                Failure { retry_after_seconds: Some(60), ..Failure::new(StatusCode::INSUFFICIENT_STORAGE, "read-only") }
            }
            Some(Trouble::Taken) | None => {
                tracing::error!(request = id, %error, "broken");
                Failure { request: Some(id), ..Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "broken") }
            }
        },
    };
    let mut response = host.failure_page(request, &failure).unwrap_or_else(|second| {
        tracing::error!(%second, "the failure page itself is broken");
        HttpResponse::InternalServerError().content_type("text/html; charset=utf-8").body(LAST_RESORT)
    });
    *response.status_mut() = failure.status;
    if let Some(seconds) = failure.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if let Some(allowed) = failure.allowed.and_then(|allowed| HeaderValue::from_str(&allowed).ok()) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// If not even the failure page can be made. In English whatever the locale: nothing else can be relied on here.
const LAST_RESORT: &str = "<!doctype html><html lang=\"en\"><title>Something broke</title><h1>Something broke on our side</h1>\
    <p>It is not your fault. Please try again in a few minutes. <a href=\"/urgent-help\">Urgent help</a> is still here. \
    In danger, ring 112.</p></html>";

fn of_refusal(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Unseen => Failure::new(StatusCode::NOT_FOUND, "unseen"),
        Refusal::SignInFirst | Refusal::ProveFirst => Failure::new(StatusCode::FORBIDDEN, "forbidden"),
        Refusal::Forbidden(sentence) => Failure::new(StatusCode::FORBIDDEN, "forbidden").saying(sentence),
        Refusal::Unreadable(sentence) => Failure::new(StatusCode::BAD_REQUEST, "unreadable").saying(sentence),
        Refusal::Stale(sentence) => Failure::new(StatusCode::CONFLICT, "stale").saying(sentence),
        Refusal::TooMany { sentence, retry_after_seconds } => Failure {
            retry_after_seconds: Some(retry_after_seconds),
            ..Failure::new(StatusCode::TOO_MANY_REQUESTS, "too-many").saying(sentence)
        },
        Refusal::OtherSite => Failure::new(StatusCode::FORBIDDEN, "other-site"),
        Refusal::OtherName => Failure::new(StatusCode::MISDIRECTED_REQUEST, "other-name"),
        Refusal::TooLarge => Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        Refusal::TooSlow => Failure::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        Refusal::Busy => Failure { retry_after_seconds: Some(2), ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, "busy") },
        Refusal::WrongMethod(allowed) => {
            Failure { allowed: Some(allowed), ..Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method") }
        }
    }
}
