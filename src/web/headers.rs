//! Headers of every answer, and the check that a request comes from our own pages.

use crate::config::Config;
use crate::error::{Refusal, Result};
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;

/// No inline script or style anywhere, nothing from elsewhere; `form-action` holds for redirects too.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
];

/// Adds what every answer carries. What a handler set already stands.
pub fn add(request: &HttpRequest, headers: &mut HeaderMap) {
    for (name, value) in &ALWAYS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
    }
    if request.app_data::<Arc<Config>>().is_some_and(|config| config.is_https()) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
}

/// Refuses a state-changing request that another site's page sent. `Sec-Fetch-Site` decides; where a browser sends none,
/// our `Origin`; where that is missing or `null` too, our `Referer`.
pub fn refuse_other_sites(request: &HttpRequest) -> Result<()> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(Refusal::OtherSite.into()) };
    }
    let said = text("origin").filter(|origin| *origin != "null").or_else(|| text("referer"));
    match said {
        Some(address) if is_ours(request, address) => Ok(()),
        _ => Err(Refusal::OtherSite.into()),
    }
}

/// Refuses a request that was sent to a name that is not this site's: nothing of ours is made from the name, but whatever
/// stands before us may keep an answer by it. The name is what `Host` says, and with a whole address in the request's first
/// line that one too. What proxies add (`Forwarded`, `X-Forwarded-Host`) says nothing here.
pub fn refuse_other_names(request: &HttpRequest) -> Result<()> {
    let mut said = request.headers().get_all(header::HOST).map(|value| value.to_str().unwrap_or_default());
    let (host, another) = (said.next().unwrap_or_default(), said.next());
    let in_first_line = request.uri().authority().map(actix_web::http::uri::Authority::as_str);
    if another.is_none() && is_our_name(request, host) && in_first_line.is_none_or(|name| is_our_name(request, name)) {
        Ok(())
    } else {
        Err(Refusal::OtherName.into())
    }
}

fn is_our_name(request: &HttpRequest, name: &str) -> bool {
    let Some(config) = request.app_data::<Arc<Config>>() else { return false };
    let scheme = if config.is_https() { "https" } else { "http" };
    // A name and a port, and nothing that an address reads otherwise.
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    is_plain && is_ours(request, &format!("{scheme}://{name}"))
}

fn is_ours(request: &HttpRequest, address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    let origin = url.origin().ascii_serialization();
    let Some(config) = request.app_data::<Arc<Config>>() else { return false };
    // On loopback a person may have typed localhost where the setting says 127.0.0.1.
    origin == config.public_address || (config.listen.ip().is_loopback() && is_loopback_of(&url, config.listen.port()))
}

fn is_loopback_of(url: &url::Url, port: u16) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) && url.port_or_known_default() == Some(port)
}
