//! Speaking with a provider of sign-on (OpenID Connect Core 1.0, Discovery 1.0 and Back-Channel Logout 1.0). A room of its own
//! because the provider is somebody else's machine: it may be away, slow, wrong or against us.
//!
//! - One request is one connection: by TLS or to 127.0.0.1, without redirects, with an end after the provider's patience and
//!   after [`LARGEST_ANSWER_BYTES`].
//! - What a provider says of itself, and its keys, are kept for an hour. An unknown key is looked up again, at most once a minute;
//!   a provider that did not answer is left alone for ten seconds.
//! - Tokens are checked by `openidconnect`, with public keys alone: neither `none` nor a shared secret signs anything.

use super::model::EmailAddress;
use super::rules;
use crate::clock::Timestamp;
use crate::config::{SignOnProvider, is_guarded};
use crate::site::Site;
use crate::web::seal;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Duration;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenVerifier, IssuerUrl, JsonWebKey, Nonce,
    SignatureVerificationError,
};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::pin::pin;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

/// The longest answer that is read. Keys of large providers are about 20 KB.
pub const LARGEST_ANSWER_BYTES: usize = 256 * 1024;
/// The longest token of a provider that is looked at.
const LARGEST_TOKEN_BYTES: usize = 32 * 1024;
const KNOWN_FOR: Duration = Duration::hours(1);
const KEYS_AGAIN_AFTER: Duration = Duration::minutes(1);
const LEFT_ALONE_FOR: Duration = Duration::seconds(10);

/// What may sign a token: with a public key to check it by.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a provider did not bring somebody. The words are for the log, and never what the provider said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached, or answers nothing of use.
    Away(&'static str),
    /// What it or the browser brought does not hold.
    Wrong(&'static str),
}

type Asked<T> = Result<T, Trouble>;

/// What a provider says of itself.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// The same with its keys, for a while.
struct Known {
    document: Arc<Document>,
    keys: CoreJsonWebKeySet,
    asked_at: Timestamp,
    keys_asked_at: Timestamp,
}

/// What this process knows of one provider. The lock is held while it is asked, so that many ask once.
#[derive(Default)]
struct Desk {
    known: Option<Arc<Known>>,
    failed_at: Option<Timestamp>,
}

/// The desks by the names of the providers.
#[derive(Default)]
struct Desks(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Desk>>>>);

fn desk(site: &Site, provider: &SignOnProvider) -> Arc<tokio::sync::Mutex<Desk>> {
    let desks = site.kept::<Desks>();
    let mut desks = desks.0.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(desks.entry(provider.name.clone()).or_default())
}

fn is_within(at: Timestamp, time: Duration, now: Timestamp) -> bool {
    // A clock that was moved back makes nothing fresh for good.
    at <= now && now.since(at) < time
}

async fn known(site: &Site, provider: &SignOnProvider) -> Asked<Arc<Known>> {
    let desk = desk(site, provider);
    let mut desk = desk.lock().await;
    let now = site.now();
    if let Some(known) = desk.known.as_ref().filter(|known| is_within(known.asked_at, KNOWN_FOR, now)) {
        return Ok(Arc::clone(known));
    }
    if desk.failed_at.is_some_and(|at| is_within(at, LEFT_ALONE_FOR, now)) {
        return Err(Trouble::Away("it did not answer a moment ago"));
    }
    match ask_about_itself(provider).await {
        Ok((document, keys)) => {
            let known = Arc::new(Known { document: Arc::new(document), keys, asked_at: now, keys_asked_at: now });
            *desk = Desk { known: Some(Arc::clone(&known)), failed_at: None };
            Ok(known)
        }
        Err(trouble) => {
            // From when it failed: asking may have taken longer than it is left alone for.
            desk.failed_at = Some(site.now());
            Err(trouble)
        }
    }
}

/// The keys again, because one was not among these. The same, if they were asked for a moment ago.
async fn known_with_new_keys(site: &Site, provider: &SignOnProvider, stale: &Arc<Known>) -> Asked<Arc<Known>> {
    let desk = desk(site, provider);
    let mut desk = desk.lock().await;
    let now = site.now();
    let present = desk.known.clone().unwrap_or_else(|| Arc::clone(stale));
    if !Arc::ptr_eq(&present, stale) || is_within(stale.keys_asked_at, KEYS_AGAIN_AFTER, now) {
        return Ok(present);
    }
    let keys = ask_for_keys(provider, &stale.document).await;
    let renewed = Arc::new(Known {
        document: Arc::clone(&stale.document),
        keys: keys.as_ref().map_or_else(|_| stale.keys.clone(), Clone::clone),
        asked_at: stale.asked_at,
        keys_asked_at: now,
    });
    desk.known = Some(Arc::clone(&renewed));
    keys.map(|_| renewed)
}

async fn ask_about_itself(provider: &SignOnProvider) -> Asked<(Document, CoreJsonWebKeySet)> {
    let address = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
    let document: Document = read(&get(provider, &address, None).await?)?;
    if document.issuer != provider.issuer {
        return Err(Trouble::Wrong("it names itself otherwise than the settings"));
    }
    for address in [&document.authorization_endpoint, &document.token_endpoint] {
        guarded(provider, address)?;
    }
    let keys = ask_for_keys(provider, &document).await?;
    Ok((document, keys))
}

async fn ask_for_keys(provider: &SignOnProvider, document: &Document) -> Asked<CoreJsonWebKeySet> {
    read(&get(provider, &document.jwks_uri, None).await?)
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Asked<T> {
    serde_json::from_slice(answer).map_err(|_| Trouble::Away("its answer cannot be read"))
}

// ------------------------------------------------------------------------------------------- there and back

/// What one way to a provider and back is made safe by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guards {
    /// In the token that comes back.
    pub nonce: String,
    /// Asked for with the code (PKCE).
    pub verifier: String,
    /// The provider has to ask who it is, whoever it thinks they are.
    pub asks_anew: bool,
}

/// Where a browser goes to sign in there.
pub async fn way_there(site: &Site, provider: &SignOnProvider, state: &str, guards: &Guards) -> Asked<String> {
    let known = known(site, provider).await?;
    let mut address = guarded(provider, &known.document.authorization_endpoint)?;
    let mut query = address.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &way_back(site, provider))
        .append_pair("scope", "openid email")
        .append_pair("state", state)
        .append_pair("nonce", &guards.nonce)
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(seal::hash(&guards.verifier)))
        .append_pair("code_challenge_method", "S256");
    if guards.asks_anew {
        query.append_pair("prompt", "login").append_pair("max_age", "0");
    }
    drop(query);
    Ok(address.into())
}

fn way_back(site: &Site, provider: &SignOnProvider) -> String {
    site.link(&format!("/sign-in/with/{}/back", provider.name))
}

/// Somebody whom a provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Its name of them.
    pub subject: String,
    /// Its name of its session, or empty.
    pub sid: String,
    /// Their address, if it is one that can be written to.
    pub email: Option<EmailAddress>,
    /// It says that the address is theirs.
    pub is_verified: bool,
    /// It asked for two steps.
    pub has_second_step: bool,
    /// When it asked them last who they are, if it says so.
    pub authenticated_at: Option<Timestamp>,
}

/// What came back to us with a browser.
pub struct Return<'a> {
    /// Good for one token.
    pub code: &'a str,
    /// Who the browser says that it comes from (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Who came back: the code is exchanged for a token, and the token is checked.
pub async fn who_came_back(site: &Site, provider: &SignOnProvider, guards: &Guards, back: Return<'_>) -> Asked<Proof> {
    let known = known(site, provider).await?;
    match back.issuer {
        Some(issuer) if issuer != provider.issuer => return Err(Trouble::Wrong("the browser comes from another provider")),
        None if known.document.authorization_response_iss_parameter_supported => {
            return Err(Trouble::Wrong("the browser does not say where it comes from"));
        }
        _ => {}
    }
    let tokens = exchange_code(site, provider, &known.document, &guards.verifier, back.code).await?;
    let token = Token::from_str(&tokens.id_token).map_err(|_| Trouble::Wrong("the token cannot be read"))?;
    let mut proof = match check(provider, &known, &token, &guards.nonce, site.now()) {
        Err(Fault::UnknownKey) => {
            let known = known_with_new_keys(site, provider, &known).await?;
            check(provider, &known, &token, &guards.nonce, site.now()).map_err(Fault::trouble)?
        }
        checked => checked.map_err(Fault::trouble)?,
    };
    if let (None, Some(address), Some(access)) = (&proof.email, &known.document.userinfo_endpoint, &tokens.access_token) {
        let about: AboutSomebody = read(&get(provider, address, Some(format!("Bearer {access}"))).await?)?;
        if about.sub != proof.subject {
            return Err(Trouble::Wrong("it tells about somebody else"));
        }
        proof.email = about.email.as_deref().and_then(told_address);
        proof.is_verified = proof.email.is_some() && is_yes(about.email_verified.as_ref());
    }
    Ok(proof)
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// What a provider tells beside the token.
#[derive(Deserialize)]
struct AboutSomebody {
    sub: String,
    email: Option<String>,
    email_verified: Option<Value>,
}

/// The address that a provider tells, if it is one as it stands: what is mended where a person typed it would here make a
/// verified address of one that nobody verified.
fn told_address(told: &str) -> Option<EmailAddress> {
    EmailAddress::parse(told).filter(|email| email.key() == told.to_lowercase())
}

/// Some providers write the word.
fn is_yes(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Bool(true))) || value.and_then(Value::as_str) == Some("true")
}

async fn exchange_code(
    site: &Site,
    provider: &SignOnProvider,
    document: &Document,
    verifier: &str,
    code: &str,
) -> Asked<Tokens> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &way_back(site, provider))
        .append_pair("code_verifier", verifier);
    let takes = |method: &str| {
        document.token_endpoint_auth_methods_supported.as_ref().map(|methods| methods.iter().any(|one| one == method))
    };
    let authorization = match &provider.client_secret {
        None => {
            form.append_pair("client_id", &provider.client_id);
            None
        }
        Some(secret) if takes("client_secret_basic") == Some(false) && takes("client_secret_post") == Some(true) => {
            form.append_pair("client_id", &provider.client_id).append_pair("client_secret", secret);
            None
        }
        Some(secret) => {
            let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret));
            Some(format!("Basic {}", STANDARD.encode(pair)))
        }
    };
    let request = Request { form: Some(form.finish()), authorization };
    match ask(provider, &document.token_endpoint, request).await? {
        (200, answer) => read(&answer),
        (400 | 401, _) => Err(Trouble::Wrong("it does not take the code, or not our secret")),
        _ => Err(Trouble::Away("it does not exchange the code")),
    }
}

// ------------------------------------------------------------------------------------------------------- tokens

/// What we read of a token beside what is in each.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SessionClaim {
    sid: Option<String>,
}

impl AdditionalClaims for SessionClaim {}

type Token = IdToken<SessionClaim, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

enum Fault {
    UnknownKey,
    Other(&'static str),
}

impl Fault {
    fn trouble(self) -> Trouble {
        Trouble::Wrong(match self {
            Self::UnknownKey => "none of its keys signed the token",
            Self::Other(words) => words,
        })
    }
}

impl From<ClaimsVerificationError> for Fault {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            // Where keys have no names, or keep them, another key is a signature that does not hold.
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                | SignatureVerificationError::AmbiguousKeyId(_)
                | SignatureVerificationError::CryptoError(_),
            ) => Self::UnknownKey,
            ClaimsVerificationError::SignatureVerification(_) => Self::Other("the token's signature does not hold"),
            ClaimsVerificationError::InvalidIssuer(_) => Self::Other("the token is another provider's"),
            ClaimsVerificationError::InvalidAudience(_) => Self::Other("the token is for somebody else"),
            ClaimsVerificationError::InvalidNonce(_) => Self::Other("the token is of another journey"),
            ClaimsVerificationError::Expired(_) => Self::Other("the token's time is not now"),
            _ => Self::Other("the token does not hold"),
        }
    }
}

fn check(provider: &SignOnProvider, known: &Known, token: &Token, nonce: &str, now: Timestamp) -> Result<Proof, Fault> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| Fault::Other("its address is none"))?;
    let slack = Duration::minutes(rules::PROVIDER_CLOCK_MINUTES);
    let verifier = IdTokenVerifier::new_public_client(ClientId::new(provider.client_id.clone()), issuer, known.keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now.minus(slack).utc())
        .set_issue_time_verifier_fn(move |issued| {
            if issued <= now.plus(slack).utc() { Ok(()) } else { Err("issued in time to come".to_owned()) }
        });
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    if claims.authorized_party().is_some_and(|party| **party != provider.client_id) {
        return Err(Fault::Other("the token is for somebody else"));
    }
    let subject = claims.subject().as_str();
    let sid = claims.additional_claims().sid.as_deref().unwrap_or_default();
    if !rules::is_subject(subject) || !(sid.is_empty() || rules::is_subject(sid)) {
        return Err(Fault::Other("it names nobody"));
    }
    let email = claims.email().and_then(|email| told_address(email));
    let methods: Vec<String> =
        claims.auth_method_refs().map(|refs| refs.iter().map(|one| (**one).clone()).collect()).unwrap_or_default();
    let class = claims.auth_context_ref().map(|class| class.as_str());
    Ok(Proof {
        subject: subject.to_owned(),
        sid: sid.to_owned(),
        is_verified: email.is_some() && claims.email_verified() == Some(true),
        email,
        has_second_step: rules::is_second_step(&methods, class),
        authenticated_at: claims.auth_time().map(Timestamp::from_utc),
    })
}

// -------------------------------------------------------------------------------------------------- signing out

/// A provider's word that somebody signed out there.
#[derive(Debug, PartialEq, Eq)]
pub struct SignedOut {
    /// Its name of them.
    pub subject: Option<String>,
    /// Its name of the session.
    pub sid: Option<String>,
    /// The hash of what makes this word another one than all others.
    pub token_hash: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct LogoutClaims {
    iss: String,
    aud: Value,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    events: HashMap<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

/// What a provider says with a logout token, checked as Back-Channel Logout 1.0 says in 2.6.
pub async fn signed_out(site: &Site, provider: &SignOnProvider, token: &str) -> Asked<SignedOut> {
    let wrong = Trouble::Wrong("a word about signing out does not hold");
    let parts: Vec<&str> = token.split('.').collect();
    let ([header, payload, signature], true) = (parts.as_slice(), token.len() <= LARGEST_TOKEN_BYTES) else {
        return Err(wrong);
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| wrong);
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| wrong)?;
    let claims: LogoutClaims = serde_json::from_slice(&decoded(payload)?).map_err(|_| wrong)?;
    let signature = decoded(signature)?;
    // Providers from before the final text write `JWT`, or nothing; what tells it from other tokens is in the claims.
    let is_kind = header.typ.as_deref().is_none_or(|kind| {
        let kind = kind.to_ascii_lowercase();
        matches!(kind.trim_start_matches("application/"), "logout+jwt" | "jwt")
    });
    if !is_kind || header.crit.is_some() || !ALGORITHMS.contains(&header.alg) || !says_so(provider, &claims, site.now()) {
        return Err(wrong);
    }
    let signed = token.rsplit_once('.').map_or("", |(signed, _)| signed);
    let known = known(site, provider).await?;
    if !is_signed(&known.keys, &header, signed, &signature) {
        let known = known_with_new_keys(site, provider, &known).await?;
        if !is_signed(&known.keys, &header, signed, &signature) {
            return Err(wrong);
        }
    }
    let token_hash = seal::hash(&format!("{} {}", provider.issuer, claims.jti));
    Ok(SignedOut { subject: claims.sub, sid: claims.sid, token_hash })
}

/// True if one of the keys signed it.
fn is_signed(keys: &CoreJsonWebKeySet, header: &Header, signed: &str, signature: &[u8]) -> bool {
    let named = |key: &&CoreJsonWebKey| match (&header.kid, key.key_id()) {
        (None, _) => true,
        (Some(kid), of_key) => of_key.is_some_and(|of_key| of_key.as_str() == kid),
    };
    keys.keys().iter().filter(named).any(|key| key.verify_signature(&header.alg, signed.as_bytes(), signature).is_ok())
}

fn says_so(provider: &SignOnProvider, claims: &LogoutClaims, now: Timestamp) -> bool {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let now = now.utc().timestamp();
    let slack = rules::PROVIDER_CLOCK_MINUTES * 60;
    let is_for_us = match &claims.aud {
        Value::String(one) => *one == provider.client_id,
        Value::Array(several) => several.iter().any(|one| one.as_str() == Some(provider.client_id.as_str())),
        _ => false,
    };
    let is_in_time = claims.iat <= now.saturating_add(slack)
        && claims.iat > now.saturating_sub(rules::LOGOUT_MINUTES * 60)
        && claims.exp.is_none_or(|end| end > now.saturating_sub(slack));
    let names = [claims.sub.as_deref(), claims.sid.as_deref()];
    claims.iss == provider.issuer
        && is_for_us
        && is_in_time
        && rules::is_subject(&claims.jti)
        && claims.events.get(EVENT).is_some_and(Value::is_object)
        && claims.nonce.is_none()
        && names.iter().any(Option::is_some)
        && names.iter().flatten().all(|name| rules::is_subject(name))
}

// ------------------------------------------------------------------------------------------------------ requests

struct Request {
    /// Sent as a form; nothing: something is asked for.
    form: Option<String>,
    authorization: Option<String>,
}

/// An address that a provider names: by TLS, or on this machine if the provider itself is. Nobody from elsewhere sends us to doors of
/// our own.
fn guarded(provider: &SignOnProvider, address: &str) -> Asked<Url> {
    let wrong = Trouble::Wrong("it names an address without TLS");
    let url = Url::parse(address).map_err(|_| wrong)?;
    let is_here = provider.issuer.starts_with("http:");
    if is_guarded(&url) && (url.scheme() == "https" || is_here) { Ok(url) } else { Err(wrong) }
}

async fn get(provider: &SignOnProvider, address: &str, authorization: Option<String>) -> Asked<Vec<u8>> {
    match ask(provider, address, Request { form: None, authorization }).await? {
        (200, answer) => Ok(answer),
        _ => Err(Trouble::Away("it answers with another status than 200")),
    }
}

/// Status and body of an answer.
async fn ask(provider: &SignOnProvider, address: &str, request: Request) -> Asked<(u16, Vec<u8>)> {
    let url = guarded(provider, address)?;
    let answer = tokio::time::timeout(provider.patience, connect_and_ask(&url, request)).await;
    answer.unwrap_or(Err(Trouble::Away("it takes too long")))
}

async fn connect_and_ask(url: &Url, request: Request) -> Asked<(u16, Vec<u8>)> {
    let away = Trouble::Away("it cannot be reached");
    let host = match url.host() {
        Some(url::Host::Domain(name)) => name.to_owned(),
        Some(url::Host::Ipv4(address)) => address.to_string(),
        Some(url::Host::Ipv6(address)) => address.to_string(),
        None => return Err(away),
    };
    let port = url.port_or_known_default().ok_or(away)?;
    let stream = TcpStream::connect((host.as_str(), port)).await.map_err(|_| away)?;
    if url.scheme() == "http" {
        return exchange(stream, url, request).await;
    }
    let name = ServerName::try_from(host).map_err(|_| away)?;
    let settings = TLS.clone().ok_or(Trouble::Away("this machine knows no authorities for TLS"))?;
    let stream = TlsConnector::from(settings).connect(name, stream).await;
    exchange(stream.map_err(|_| Trouble::Away("its certificate does not hold"))?, url, request).await
}

/// The authorities that this machine trusts.
static TLS: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let ciphers = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(ciphers).with_safe_default_protocol_versions().ok()?;
    Some(Arc::new(settings.with_root_certificates(roots).with_no_client_auth()))
});

async fn exchange<S>(stream: S, url: &Url, request: Request) -> Asked<(u16, Vec<u8>)>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let broken = Trouble::Away("it broke off");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| broken)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let mut head = hyper::Request::builder()
        .method(if request.form.is_some() { "POST" } else { "GET" })
        .uri(path_of(url))
        .header(HOST, format!("{}{port}", url.host_str().unwrap_or_default()))
        .header(ACCEPT, "application/json");
    if let Some(authorization) = request.authorization {
        head = head.header(AUTHORIZATION, authorization);
    }
    if request.form.is_some() {
        head = head.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let request = head.body(Full::new(Bytes::from(request.form.unwrap_or_default())));
    let request = request.map_err(|_| Trouble::Wrong("it wants what no request can hold"))?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|_| broken)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), LARGEST_ANSWER_BYTES).collect().await;
        let body = body.map_err(|_| Trouble::Away("its answer is too long, or broke off"))?;
        Ok((status, body.to_bytes().to_vec()))
    };
    // The connection carries the answer, and goes with it.
    match select(pin!(answer), pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, answer)) => answer.await,
    }
}

fn path_of(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}
