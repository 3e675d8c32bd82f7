//! An endpoint: method, address, whom it admits, and the handler. There is no other way to register one.

use super::failure;
use super::headers;
use crate::db::statements;
use crate::error::{Error, Refusal, Result};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, Handler, HttpMessage, HttpRequest, HttpResponse, Resource, ResponseError, Route, guard, web};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use std::cell::RefCell;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Whom an endpoint admits, before its handler or any of its extractors runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Admits {
    /// Everybody, signed in or not.
    Anyone,
    /// Members.
    Members,
    /// Members who have proved a short while ago who they are.
    FreshMembers,
    /// Members with the role.
    Moderators,
    /// Members with the role.
    Administrators,
    /// Members with the role who have proved a short while ago who they are.
    FreshAdministrators,
    /// A program, by a signed token in the request; no cookie, no check of the other site.
    Machine,
}

/// What lies above this floor and every request needs: who is asking, and the frame of a failure page.
pub trait Host {
    /// Finds out who asks and refuses whom the endpoint does not admit.
    fn admit<'a>(&'a self, request: &'a HttpRequest, admits: Admits) -> LocalBoxFuture<'a, Result<()>>;

    /// Somebody is not signed in (any more), or has to prove who they are: the page for that, with their words in it if they
    /// sent a form.
    fn ask_who_it_is<'a>(
        &'a self,
        request: &'a HttpRequest,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'a, Result<HttpResponse>>;

    /// The page that says what went wrong, in the frame of whoever asks.
    fn failure_page(&self, request: &HttpRequest, failure: &failure::Failure) -> Result<HttpResponse>;
}

/// The host, as the app keeps it for each worker.
pub type SharedHost = Rc<dyn Host>;

/// Number of a request, for the log and for the page of a failure.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub u64);

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}", self.0)
    }
}

impl RequestId {
    fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static START: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
        let start = START.get_or_init(|| getrandom::u32().map_or(0, u64::from));
        Self((start + COUNT.fetch_add(1, Ordering::Relaxed)) & 0xffff_ffff)
    }
}

/// One endpoint of the site.
#[derive(Clone)]
pub struct Endpoint {
    /// GET (which answers HEAD too) or POST.
    pub method: Method,
    /// As actix writes it: `/threads/{thread}/replies`.
    pub path: &'static str,
    /// Whom it admits.
    pub admits: Admits,
    /// The handler's name in the code, for the log and the tests.
    pub handler: &'static str,
    route: Rc<dyn Fn() -> Route>,
}

impl Endpoint {
    /// Shows something. Writes nothing.
    pub fn get<F, Args>(path: &'static str, admits: Admits, handler: F) -> Self
    where
        F: Handler<Args, Output = Result<HttpResponse>>,
        Args: FromRequest + 'static,
    {
        Self::new(Method::GET, path, admits, handler)
    }

    /// Changes something. Answers requests of this site's own pages only.
    pub fn post<F, Args>(path: &'static str, admits: Admits, handler: F) -> Self
    where
        F: Handler<Args, Output = Result<HttpResponse>>,
        Args: FromRequest + 'static,
    {
        Self::new(Method::POST, path, admits, handler)
    }

    fn new<F, Args>(method: Method, path: &'static str, admits: Admits, handler: F) -> Self
    where
        F: Handler<Args, Output = Result<HttpResponse>>,
        Args: FromRequest + 'static,
    {
        let name = std::any::type_name::<F>();
        let is_get = method == Method::GET;
        let route = move || {
            let handler = handler.clone();
            let route = if is_get {
                web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
            } else {
                web::route().guard(guard::Post())
            };
            route.service(fn_service(move |request: ServiceRequest| serve(request, path, admits, handler.clone())))
        };
        Self { method, path, admits, handler: name, route: Rc::new(route) }
    }
}

/// The resources of all endpoints, grouped by address in the order of their first appearance: a wrong method answers 405.
pub fn resources(endpoints: &[Endpoint]) -> Vec<Resource> {
    let mut paths: Vec<&'static str> = Vec::new();
    for endpoint in endpoints {
        if !paths.contains(&endpoint.path) {
            paths.push(endpoint.path);
        }
    }
    paths
        .into_iter()
        .map(|path| {
            let same: Vec<_> = endpoints.iter().filter(|endpoint| endpoint.path == path).collect();
            let allowed = same
                .iter()
                .map(|endpoint| if endpoint.method == Method::GET { "GET, HEAD" } else { "POST" })
                .collect::<Vec<_>>()
                .join(", ");
            let resource = same.iter().fold(web::resource(path), |resource, endpoint| resource.route((endpoint.route)()));
            resource.default_service(fn_service(move |request: ServiceRequest| {
                let allowed = allowed.clone();
                async move { Ok::<_, actix_web::Error>(nowhere(request, StatusCode::METHOD_NOT_ALLOWED, &allowed).await) }
            }))
        })
        .collect()
}

/// Answers what no endpoint answers.
pub async fn lost(request: ServiceRequest) -> Result<ServiceResponse, actix_web::Error> {
    Ok(nowhere(request, StatusCode::NOT_FOUND, "").await)
}

async fn nowhere(request: ServiceRequest, status: StatusCode, allowed: &str) -> ServiceResponse {
    let started = Instant::now();
    let request = request.into_parts().0;
    request.extensions_mut().insert(RequestId::next());
    let host = host_of(&request);
    if let Err(error) = headers::refuse_other_names(&request) {
        let response = answer_failure(&request, &host, error);
        return finish(request, response, "(none)", 0, started);
    }
    // Who asks decides only how the frame looks; a failure to find out is logged by `answer_failure` if it matters.
    let (admitted, statements) = statements::counted(host.admit(&request, Admits::Anyone)).await;
    let error = match admitted {
        Err(error @ Error::Broken(_)) => error,
        Ok(()) | Err(Error::Refused(_)) if status == StatusCode::METHOD_NOT_ALLOWED => {
            Refusal::WrongMethod(allowed.to_owned()).into()
        }
        Ok(()) | Err(Error::Refused(_)) => Error::UNSEEN,
    };
    let response = answer_failure(&request, &host, error);
    finish(request, response, "(none)", statements, started)
}

async fn serve<F, Args>(
    request: ServiceRequest,
    path: &'static str,
    admits: Admits,
    handler: F,
) -> Result<ServiceResponse, actix_web::Error>
where
    F: Handler<Args, Output = Result<HttpResponse>>,
    Args: FromRequest,
{
    let started = Instant::now();
    let (request, mut payload) = request.into_parts();
    request.extensions_mut().insert(RequestId::next());
    let host = host_of(&request);
    let answer = AssertUnwindSafe(answer(&request, &mut payload, admits, &host, handler)).catch_unwind();
    let (answer, statements) = statements::counted(answer).await;
    let response = match answer {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => answer_failure(&request, &host, error),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            answer_failure(&request, &host, Error::Broken(anyhow::anyhow!("panic: {}", words.unwrap_or("without words"))))
        }
    };
    Ok(finish(request, response, path, statements, started))
}

async fn answer<F, Args>(
    request: &HttpRequest,
    payload: &mut Payload,
    admits: Admits,
    host: &SharedHost,
    handler: F,
) -> Result<HttpResponse>
where
    F: Handler<Args, Output = Result<HttpResponse>>,
    Args: FromRequest,
{
    // Machines ask by whatever name they have for us: for our health, or with a token.
    if admits != Admits::Machine {
        headers::refuse_other_names(request)?;
        if request.method() == Method::POST {
            headers::refuse_other_sites(request)?;
        }
    }
    match host.admit(request, admits).await {
        Ok(()) => {}
        Err(Error::Refused(Refusal::SignInFirst | Refusal::ProveFirst)) => {
            let body =
                if request.method() == Method::POST { super::form::read_body(request, payload).await.ok() } else { None };
            return host.ask_who_it_is(request, body).await;
        }
        Err(error) => return Err(error),
    }
    let arguments = Args::from_request(request, payload).await.map_err(|cause| NotExtracted::taken_from(&cause.into()))?;
    handler.call(arguments).await
}

fn host_of(request: &HttpRequest) -> SharedHost {
    match request.app_data::<SharedHost>() {
        Some(host) => Rc::clone(host),
        None => unreachable!("routes.rs gives every app its host"),
    }
}

fn answer_failure(request: &HttpRequest, host: &SharedHost, error: Error) -> HttpResponse {
    failure::page(request, host.as_ref(), error)
}

/// Names the request in its answer as in the log: whoever is told of trouble finds its line.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn finish(
    request: HttpRequest,
    mut response: HttpResponse,
    route: &'static str,
    statements: i32,
    started: Instant,
) -> ServiceResponse {
    headers::add(&request, response.headers_mut());
    let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    // The route, never path or query: they can tell a diagnosis.
    tracing::info!(target: "alongside::request", request = id, method = request.method().as_str(), route, status = response.status().as_u16(), statements, micros = started.elapsed().as_micros(), "answered");
    ServiceResponse::new(request, response)
}

/// Carries our error through actix's extractor machinery. Never answered as it is: `serve` takes the error out again.
pub struct NotExtracted(RefCell<Option<Error>>);

impl NotExtracted {
    fn taken_from(error: &actix_web::Error) -> Error {
        error
            .as_error::<Self>()
            .and_then(|carried| carried.0.borrow_mut().take())
            .unwrap_or_else(|| Error::Broken(anyhow::anyhow!("an extractor failed: {error}")))
    }
}

impl From<Error> for NotExtracted {
    fn from(error: Error) -> Self {
        Self(RefCell::new(Some(error)))
    }
}

impl fmt::Debug for NotExtracted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NotExtracted")
    }
}

impl fmt::Display for NotExtracted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not extracted")
    }
}

impl ResponseError for NotExtracted {}
