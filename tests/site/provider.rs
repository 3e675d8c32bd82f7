//! A provider of sign-on as good or as bad as a test wants it: a server on 127.0.0.1 that speaks OpenID Connect and signs with
//! keys of its own. Nothing of the site under test is in it.

use crate::harness::people::Person;
use crate::harness::{Site, with_site_set};
use crate::scene::Scene;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use alongside::clock::Clock;
use alongside::config::SignOnProvider;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

/// Our name there, and what proves it; both hold what has to be escaped.
pub const CLIENT_ID: &str = "alongside & friends";
const CLIENT_SECRET: &str = "a secret: with +, % and ü";

static KEYS: LazyLock<Vec<CoreRsaPrivateSigningKey>> = LazyLock::new(|| {
    [("first", include_str!("provider/first.pem")), ("second", include_str!("provider/second.pem"))]
        .into_iter()
        .map(|(name, pem)| CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new(name.to_owned()))).unwrap())
        .collect()
});

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// As it should be, with the first or the second key.
    With(usize),
    /// Not at all: `alg: none`.
    Not,
    /// With the public key as a shared secret: HS256.
    WithPublicKey,
    /// With our own secret: HS256.
    WithClientSecret,
    /// Rightly, and altered afterwards.
    ThenAltered,
}

/// How an address of the provider answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// With a redirect to where the right answer is.
    Elsewhere,
    /// With more than anybody reads.
    Hugely,
    /// Never.
    Never,
    /// With a failure of its own.
    Failing,
    /// With this.
    With(String),
}

/// Somebody with an account at the provider.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// What the token and the provider say of them.
    pub claims: Value,
}

/// Somebody of that name, with an address that the provider vouches for.
pub fn somebody(subject: &str, email: &str) -> Somebody {
    Somebody {
        claims: json!({ "sub": subject, "email": email, "email_verified": true, "sid": format!("sid of {subject}") }),
    }
}

/// What is changed about everything that the provider does from now on.
pub struct Manners {
    /// How tokens are signed.
    pub signed: Signed,
    /// Keys have names.
    pub names_keys: bool,
    /// Which keys are shown.
    pub shows_keys: Vec<usize>,
    /// Claims in the place of the right ones; null takes one away.
    pub claims: BTreeMap<&'static str, Value>,
    /// The address tells e-mail addresses, and the token does not.
    pub tells_apart: bool,
    /// What addresses answer out of the ordinary.
    pub answers: HashMap<&'static str, Answers>,
    /// What stands in the place of a part of what it says of itself.
    pub document: BTreeMap<&'static str, Value>,
    /// How often each address was asked.
    pub asked: HashMap<String, usize>,
    codes: HashMap<String, (HashMap<String, String>, Somebody)>,
    given: usize,
    clock: Clock,
}

/// A provider that listens.
#[derive(Clone)]
pub struct Provider {
    name: &'static str,
    port: u16,
    manners: Arc<Mutex<Manners>>,
}

impl Provider {
    /// Begins to listen. Must be called inside an actix runtime.
    pub fn start(name: &'static str) -> Self {
        let manners = Arc::new(Mutex::new(Manners {
            signed: Signed::With(0),
            names_keys: true,
            shows_keys: vec![0],
            claims: BTreeMap::new(),
            tells_apart: false,
            answers: HashMap::new(),
            document: BTreeMap::new(),
            asked: HashMap::new(),
            codes: HashMap::new(),
            given: 0,
            clock: Clock::default(),
        }));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let provider = Self { name, port: listener.local_addr().unwrap().port(), manners };
        let served = provider.clone();
        let server =
            HttpServer::new(move || App::new().app_data(web::Data::new(served.clone())).default_service(web::to(answer)));
        actix_web::rt::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        provider
    }

    /// How it behaves.
    pub fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap()
    }

    /// Its address.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// As the settings name it.
    pub fn settings(&self) -> SignOnProvider {
        SignOnProvider {
            name: self.name.to_owned(),
            label: "Northmoor Hospital".to_owned(),
            issuer: self.issuer(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            domains: Vec::new(),
            always_join: false,
            counts_second_step: false,
            patience: Duration::from_millis(700),
        }
    }

    /// Somebody signs in there: where it sends their browser, as a path of the site.
    pub fn sends_back(&self, address: &str, somebody: &Somebody) -> String {
        let url = url::Url::parse(address).unwrap();
        assert_eq!(url.origin().ascii_serialization(), self.issuer(), "the button leads to the provider");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT_ID));
        assert_eq!((asked["scope"].as_str(), asked["code_challenge_method"].as_str()), ("openid email", "S256"));
        assert!(asked["nonce"].len() >= 43 && asked["state"].len() >= 43 && asked["code_challenge"].len() == 43);
        let (back, state) = (url::Url::parse(&asked["redirect_uri"]).unwrap(), asked["state"].clone());
        let mut manners = self.manners();
        manners.given += 1;
        let code = format!("code-{}-{}", self.name, manners.given);
        manners.codes.insert(code.clone(), (asked, somebody.clone()));
        let issuer = self.issuer();
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", code.as_str()), ("state", &state), ("iss", &issuer)])
            .finish();
        format!("{}?{query}", back.path())
    }

    fn exchange(&self, request: &HttpRequest, form: &HashMap<String, String>) -> HttpResponse {
        let mut manners = self.manners();
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET));
        let proves = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let refused = || HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" }));
        if proves != Some(format!("Basic {}", STANDARD.encode(pair)).as_str()) || form["grant_type"] != "authorization_code"
        {
            return refused();
        }
        let Some((asked, somebody)) = manners.codes.remove(&form["code"]) else { return refused() };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        if challenge != asked["code_challenge"] || form["redirect_uri"] != asked["redirect_uri"] {
            return refused();
        }
        let now = manners.clock.now().utc().timestamp();
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "nonce": asked["nonce"], "iat": now, "exp": now + 300,
        });
        if asked.contains_key("max_age") {
            claims["auth_time"] = json!(now);
        }
        for (name, value) in somebody.claims.as_object().unwrap() {
            if !(manners.tells_apart && name.starts_with("email")) {
                claims[name] = value.clone();
            }
        }
        for (name, value) in &manners.claims {
            claims[*name] = value.clone();
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
        let (signed, names_keys) = (manners.signed, manners.names_keys);
        drop(manners);
        let access = format!("access-{}", somebody.claims);
        HttpResponse::Ok().json(json!({
            "access_token": URL_SAFE_NO_PAD.encode(access), "token_type": "Bearer", "id_token": token_by(&claims, signed, "JWT", names_keys),
        }))
    }
}

/// A token with these claims, signed in that way.
pub fn token(claims: &Value, signed: Signed, kind: &str) -> String {
    token_by(claims, signed, kind, true)
}

fn token_by(claims: &Value, signed: Signed, kind: &str, names_key: bool) -> String {
    let (alg, kid) = match signed {
        Signed::With(key) => ("RS256", ["first", "second"][key]),
        Signed::Not => ("none", "first"),
        Signed::ThenAltered => ("RS256", "first"),
        Signed::WithPublicKey | Signed::WithClientSecret => ("HS256", "first"),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut head = json!({ "alg": alg, "kid": kid, "typ": kind });
    if !names_key {
        head.as_object_mut().unwrap().remove("kid");
    }
    let mut signed_part = format!("{}.{}", part(&head), part(claims));
    let rs256 = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let with = |secret: Vec<u8>| {
        CoreHmacKey::new(secret).sign(&CoreJwsSigningAlgorithm::HmacSha256, signed_part.as_bytes()).unwrap()
    };
    let signature = match signed {
        Signed::With(key) => KEYS[key].sign(&rs256, signed_part.as_bytes()).unwrap(),
        Signed::Not => Vec::new(),
        Signed::WithPublicKey => {
            let public = serde_json::to_value(KEYS[0].as_verification_key()).unwrap();
            with(URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap())
        }
        Signed::WithClientSecret => with(CLIENT_SECRET.as_bytes().to_vec()),
        Signed::ThenAltered => {
            let signature = KEYS[0].sign(&rs256, signed_part.as_bytes()).unwrap();
            let mut other = claims.clone();
            other["sub"] = json!("somebody-else");
            let head = signed_part.split('.').next().unwrap().to_owned();
            signed_part = format!("{head}.{}", part(&other));
            signature
        }
    };
    format!("{signed_part}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn answer(provider: web::Data<Provider>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let path = request.path().to_owned();
    let answers = {
        let mut manners = provider.manners();
        *manners.asked.entry(path.clone()).or_default() += 1;
        manners.answers.get(path.as_str()).cloned()
    };
    match answers {
        None => {}
        Some(Answers::Elsewhere) => {
            return HttpResponse::Found().insert_header(("location", format!("{}/moved{path}", provider.issuer()))).finish();
        }
        Some(Answers::Hugely) => return HttpResponse::Ok().content_type("application/json").body(" ".repeat(8_000_000)),
        Some(Answers::Never) => std::future::pending().await,
        Some(Answers::Failing) => return HttpResponse::InternalServerError().finish(),
        Some(Answers::With(text)) => return HttpResponse::Ok().content_type("application/json").body(text),
    }
    let issuer = provider.issuer();
    // What a redirect leads to would be right.
    match path.trim_start_matches("/moved") {
        "/.well-known/openid-configuration" => {
            let mut document = json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize?tenant=7"),
                "token_endpoint": format!("{issuer}/token"),
                "userinfo_endpoint": format!("{issuer}/me"),
                "jwks_uri": format!("{issuer}/keys"),
                "authorization_response_iss_parameter_supported": true,
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            });
            for (name, value) in &provider.manners().document {
                document[*name] = value.clone();
            }
            HttpResponse::Ok().json(document)
        }
        "/keys" => {
            let keys: Vec<Value> = provider
                .manners()
                .shows_keys
                .iter()
                .map(|key| serde_json::to_value(KEYS[*key].as_verification_key()).unwrap())
                .collect();
            HttpResponse::Ok().json(json!({ "keys": keys }))
        }
        "/token" => {
            let form = url::form_urlencoded::parse(&body).into_owned().collect();
            provider.exchange(&request, &form)
        }
        "/me" => {
            let header = request.headers().get("authorization").unwrap().to_str().unwrap();
            let access = URL_SAFE_NO_PAD.decode(header.strip_prefix("Bearer ").unwrap()).unwrap();
            let claims = String::from_utf8(access).unwrap();
            HttpResponse::Ok().content_type("application/json").body(claims.strip_prefix("access-").unwrap().to_owned())
        }
        _ => HttpResponse::NotFound().finish(),
    }
}

/// Runs one journey on a site with a scene and a provider called Northmoor Hospital. `set` changes how the settings name it.
pub fn with_provider(set: impl FnOnce(&mut SignOnProvider), journey: impl AsyncFnOnce(&Site, &Scene, &Provider)) {
    let started: Mutex<Option<Provider>> = Mutex::default();
    with_site_set(
        |config| {
            let provider = Provider::start("northmoor");
            let mut settings = provider.settings();
            set(&mut settings);
            config.sign_on = vec![settings];
            *started.lock().unwrap() = Some(provider);
        },
        async |site| {
            let provider = started.lock().unwrap().clone().unwrap();
            let scene = Scene::set(site).await;
            provider.manners().clock = site.running.clock.clone();
            journey(site, &scene, &provider).await;
        },
    );
}

/// Somebody on a page with the button goes to the provider, signs in there and is sent back: where to.
pub async fn goes_there(person: &Person<'_>, provider: &Provider, somebody: &Somebody) -> String {
    person.presses("Go on with Northmoor Hospital").await.is(200).sees("On to Northmoor Hospital");
    leaves(person, provider, somebody)
}

/// The same from the page in between.
pub fn leaves(person: &Person<'_>, provider: &Provider, somebody: &Somebody) -> String {
    let address = person.on_page(|page| page.link("Go on to Northmoor Hospital"));
    let goes_by_itself = person.on_page(|page| page.headers["refresh"].to_str().unwrap().to_owned());
    assert_eq!(goes_by_itself, format!("0; url={address}"));
    provider.sends_back(&address, somebody)
}

/// Somebody signs in from the page of signing in, whatever comes of it.
pub async fn comes_by(person: &Person<'_>, provider: &Provider, somebody: &Somebody) {
    person.opens("/sign-in").await;
    let back = goes_there(person, provider, somebody).await;
    person.opens(&back).await;
}
