//! A visit: one request, who makes it, and the ways to answer it with a page.

use super::host::{self, browser_cookie_name};
use super::joining;
use super::model::{Acting, Colours, Member, TextSize, Viewer};
use super::rules::{self, AgreeFirst};
use crate::clock::Timestamp;
use crate::embedded;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::{Argument, Locale, Moment};
use crate::site::{self, Site};
use crate::web::assets;
use crate::web::compress;
use crate::web::endpoint::NotExtracted;
use crate::web::page::{Crumb, Fault, Frame, Page, SecondStepFrame, ViewerFrame};
use crate::web::{seal, throttle};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono::Duration;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};
use std::sync::{Arc, OnceLock};

/// Who asks, put into the request by the host before the handler runs.
#[derive(Clone, Default)]
pub struct Asking(pub Option<Arc<Member>>);

/// One request with the site and the person. The first argument of every handler that shows a page.
#[derive(Clone)]
pub struct Visit {
    /// The site.
    pub site: Site,
    member: Option<Arc<Member>>,
    request: HttpRequest,
}

/// How a page stands in the frame.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The current place in the header: `boards`, `cases`, `notices`, `sign-in`, `join`, `urgent-help`, or nothing.
    pub place: &'static str,
    /// The pages above this one.
    pub crumbs: Vec<Crumb>,
    /// Search engines may keep this page. Only for what everybody may read.
    pub is_for_everybody: bool,
}

impl Look {
    /// A page at that place.
    pub fn at(place: &'static str) -> Self {
        Self { place, ..Self::default() }
    }

    /// With one more page above it.
    #[must_use]
    pub fn below(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb::new(href, label));
        self
    }
}

impl Visit {
    /// Of a request that the host has admitted.
    pub fn of(request: &HttpRequest) -> Result<Self> {
        let member = request.extensions().get::<Asking>().and_then(|asking| asking.0.clone());
        Ok(Self { site: site::of(request)?, member, request: request.clone() })
    }

    /// The same visit as somebody's who has just signed in.
    #[must_use]
    pub(super) fn signed_in_as(&self, member: Member) -> Self {
        Self { member: Some(Arc::new(member)), ..self.clone() }
    }

    /// The same visit after something that may have ended its session.
    pub(super) async fn as_it_stands_now(&self) -> Result<Self> {
        let member = host::member_of(&self.site, &self.request).await?.map(Arc::new);
        Ok(Self { member, ..self.clone() })
    }

    /// The member, or the way to sign in.
    pub fn member(&self) -> Result<&Arc<Member>> {
        self.member.as_ref().ok_or(Error::Refused(Refusal::SignInFirst))
    }

    /// The member in their session, or the way to sign in.
    pub fn acting(&self) -> Result<Acting> {
        let member = self.member()?;
        let session = member.session.ok_or(Error::Refused(Refusal::SignInFirst))?.id;
        Ok(Acting { member: member.id, session })
    }

    /// The member, if somebody is signed in.
    pub fn signed_in(&self) -> Option<&Arc<Member>> {
        self.member.as_ref()
    }

    /// As visibility sees them.
    pub fn viewer(&self) -> Viewer {
        self.member.as_ref().map_or(Viewer::Visitor, |member| member.viewer())
    }

    /// The request itself.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.site.now()
    }

    /// The member's zone, else the site's.
    pub fn zone(&self) -> Tz {
        self.member.as_ref().and_then(|member| member.time_zone).unwrap_or(self.site.config.time_zone)
    }

    /// The language of this page.
    pub fn locale(&self) -> &Locale {
        self.site.locales.english()
    }

    /// A sentence without arguments.
    pub fn say(&self, key: &str) -> Result<String> {
        self.locale().say(key)
    }

    /// A sentence with arguments.
    pub fn say_with(&self, key: &str, arguments: &[(&str, Argument)]) -> Result<String> {
        self.locale().say_with(key, arguments)
    }

    /// A fault at a field, in words.
    pub fn fault(&self, field: &'static str, sentence: &Sentence) -> Result<Fault> {
        Ok(Fault::new(field, self.locale().sentence(sentence)?))
    }

    /// A moment in this person's zone.
    pub fn moment(&self, moment: Timestamp) -> Moment {
        self.locale().moment(moment, self.zone())
    }

    /// A day in this person's zone.
    pub fn day(&self, moment: Timestamp) -> Moment {
        self.locale().day(moment, self.zone())
    }

    /// A name for the asking address that limits count by; see [`throttle::address_name`].
    pub fn address_name(&self) -> String {
        let config = &self.site.config;
        throttle::address_name(throttle::address_of(&self.request, &config.trusted_proxies), &config.secret, self.now())
    }

    /// What the browser is known by, as the database keeps it: the hash of its cookie, or of no cookie.
    pub(super) fn browser_hash(&self) -> Vec<u8> {
        let cookie = self.request.cookie(browser_cookie_name(self.site.config.is_https()));
        seal::hash(cookie.as_ref().map_or("", |cookie| cookie.value()))
    }

    /// A mark on a form that proves which account had the page: carried through an expired session, it decides whether the
    /// words in the form are given back. Empty for a visitor.
    pub fn kept_for(&self) -> String {
        self.member.as_ref().map(|member| kept_for(&self.site, member)).unwrap_or_default()
    }

    /// Path and query of this page.
    pub fn address(&self) -> String {
        self.request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    }

    /// A page, as it should be seen.
    pub fn show<P: Page>(&self, look: Look, page: &P) -> Result<HttpResponse> {
        self.answer(StatusCode::OK, look, page)
    }

    /// The same page again, because something in the form has to be seen to: 422.
    pub fn show_again<P: Page>(&self, look: Look, page: &P) -> Result<HttpResponse> {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, look, page)
    }

    /// A page with a status of its own.
    pub fn answer<P: Page>(&self, status: StatusCode, look: Look, page: &P) -> Result<HttpResponse> {
        let frame = self.frame(look)?;
        let html = self.site.templates.render(self.locale(), &frame, page)?;
        Ok(html_response(&self.request, status, html))
    }

    /// That it was tried too often and from when on it works again, in words. The sentence takes `from`: the minute after, because
    /// that one is certain.
    pub fn too_often(&self, sentence: &str, seconds: i64) -> Result<Fault> {
        let from = self.moment(self.now().plus(Duration::seconds(seconds + 59)));
        Ok(Fault::new("", self.say_with(sentence, &[("from", from.words.into())])?))
    }

    /// The page with what was typed, with a status and, for programs, the seconds after which it may work.
    pub fn answer_later<P: Page>(&self, status: StatusCode, look: Look, page: &P, seconds: i64) -> Result<HttpResponse> {
        let mut response = self.answer(status, look, page)?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        Ok(response)
    }

    /// 303 to another page of this site.
    pub fn go_to(&self, location: &str) -> Result<HttpResponse> {
        go_to(location)
    }

    /// 303 to what they have to agree to before they write, and from there back to this page.
    pub fn ask_to_agree(&self, first: AgreeFirst) -> Result<HttpResponse> {
        let address: String = url::form_urlencoded::byte_serialize(self.address().as_bytes()).collect();
        let asks = match first {
            AgreeFirst::Texts => "/agreements",
            AgreeFirst::Health => "/settings/health",
        };
        go_to(&format!("{asks}?return_to={address}"))
    }

    /// A page that everybody reads alike: 304 if the browser has this very one. The tag must change with everything that
    /// the page shows. Members get no tag, because their frame shows more than the version counts.
    pub fn is_known(&self, tag: &str) -> Option<HttpResponse> {
        if self.member.is_some() {
            return None;
        }
        let asked = self.request.headers().get(header::IF_NONE_MATCH)?.to_str().ok()?;
        let is_same = asked.split(',').any(|item| item.trim().trim_start_matches("W/") == tag);
        is_same.then(|| with_tag(HttpResponse::NotModified().finish(), tag))
    }

    /// Marks a page for [`Visit::is_known`].
    pub fn tagged(&self, response: HttpResponse, tag: &str) -> HttpResponse {
        if self.member.is_some() { response } else { with_tag(response, tag) }
    }

    /// What the layout shows around a page.
    pub fn frame(&self, look: Look) -> Result<Frame> {
        let config = &self.site.config;
        let member = self.member.as_deref();
        let locale = self.locale();
        Ok(Frame {
            lang: locale.lang().to_owned(),
            dir: locale.dir(),
            site_name: config.site_name.clone(),
            organisation: (!config.organisation.is_empty()).then(|| config.organisation.clone()),
            zone_words: zone_words(locale, self.zone())?,
            robots_noindex: !look.is_for_everybody,
            colours: member.and_then(|member| member.colours).or_else(|| self.colours_cookie()).map(Colours::word),
            text_size: member.and_then(|member| member.text_size).map(TextSize::word),
            plain_titles: member.is_some_and(|member| member.plain_titles),
            place: look.place,
            joining: joining::known_mode(&self.site).word(),
            crumbs: look.crumbs,
            viewer: member.map(|member| ViewerFrame {
                handle: member.handle.clone(),
                mark: member.mark,
                person_href: member.href(),
                is_moderator: member.roles.moderator,
                is_administrator: member.roles.administrator,
                must_agree: member.must_agree,
                mailbox_asked: member.mailbox_asked,
                unread_notices: i64::from(member.unread_notices),
                second_step: member.second_step_due_at.map(|due_at| SecondStepFrame {
                    rests: rules::roles_rest(Some(due_at), self.now()),
                    from: self.day(due_at),
                }),
            }),
            leave_href: if member.is_some_and(Member::is_on_shared_device) {
                "/leave".to_owned()
            } else {
                config.leave_address.clone()
            },
            return_to: if self.request.method() == actix_web::http::Method::GET { self.address() } else { "/".to_owned() },
            demo: config.is_demo,
        })
    }

    /// A visitor's choice; it stands in a cookie because there is no account to keep it.
    pub fn colours_cookie(&self) -> Option<Colours> {
        self.request.cookie("colours").and_then(|cookie| Colours::from_word(cookie.value()))
    }
}

/// What every page shows beside its own data: templates, sentences, assets and settings of this process.
#[derive(Default)]
struct Edition(OnceLock<String>);

/// The tag of a page that visitors read, for [`Visit::is_known`]: the versions of what it shows, and the edition of the house
/// around it, and how people join.
pub fn tag_of(visit: &Visit, versions: &str) -> Result<String> {
    let edition: Arc<Edition> = visit.site.kept::<Edition>();
    let edition = match edition.0.get() {
        Some(edition) => edition.clone(),
        None => {
            let made = edition_of(visit)?;
            edition.0.get_or_init(|| made).clone()
        }
    };
    let colours = visit.colours_cookie().map_or("", |colours| colours.word());
    let joining = joining::known_mode(&visit.site).word();
    Ok(format!("\"{versions}.{colours}.{joining}.{edition}\""))
}

fn edition_of(visit: &Visit) -> Result<String> {
    let config = &visit.site.config;
    let mut hash = Sha256::new();
    for (name, text) in embedded::templates()?.iter().chain(&embedded::sentences()?) {
        hash.update(name.as_bytes());
        hash.update(text.as_bytes());
    }
    for asset in assets::all() {
        hash.update(asset.path);
    }
    for setting in [&config.site_name, &config.organisation, &config.leave_address] {
        hash.update(setting);
    }
    hash.update(config.time_zone.name());
    hash.update([u8::from(config.is_demo)]);
    Ok(hash.finalize().iter().take(6).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
}

/// A visitor's browser says which version it has: then one small query may be all.
pub fn asks_whether_changed(visit: &Visit) -> bool {
    visit.signed_in().is_none() && visit.request().headers().contains_key(header::IF_NONE_MATCH)
}

/// See [`Visit::kept_for`].
pub fn kept_for(site: &Site, member: &Member) -> String {
    let seal = seal::seal(&site.config.secret, "words-of", &member.id.to_string());
    if member.is_on_shared_device() { seal + ON_SHARED_DEVICE } else { seal }
}

/// Ends a mark that was made on a device that others use too.
const ON_SHARED_DEVICE: &str = "~shared";

/// True if that mark of [`Visit::kept_for`] is this member's, on whichever device it was made.
pub fn is_kept_for(site: &Site, member: &Member, mark: &str) -> bool {
    let seal = mark.strip_suffix(ON_SHARED_DEVICE).unwrap_or(mark);
    seal::is_sealed(&site.config.secret, "words-of", &member.id.to_string(), seal)
}

/// True if the page with that mark was opened on a device that others use too.
pub fn is_from_shared_device(mark: &str) -> bool {
    mark.ends_with(ON_SHARED_DEVICE)
}

/// 303 to a path of this site.
pub fn go_to(location: &str) -> Result<HttpResponse> {
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// A path of this site that a form or query named, or the home page if it is none: never a way to another site.
pub fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own { path } else { "/" }
}

/// An HTML answer, compressed in one buffer.
pub fn html_response(request: &HttpRequest, status: StatusCode, html: String) -> HttpResponse {
    let (body, encoding) = compress::body(request, html.into_bytes());
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    response.insert_header((header::VARY, "Accept-Encoding, Cookie"));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
    }
    response.body(body)
}

fn with_tag(mut response: HttpResponse, tag: &str) -> HttpResponse {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("W/{tag}")) {
        headers.insert(header::ETAG, value);
    }
    // A browser may keep it, must ask each time, and must not show it to somebody who signed in meanwhile.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    response
}

fn zone_words(locale: &Locale, zone: Tz) -> Result<String> {
    let name = zone.name();
    let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
    locale.say_with("shared-zone", &[("city", city.into())])
}

impl FromRequest for Visit {
    type Error = NotExtracted;
    type Future = Ready<Result<Self, NotExtracted>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::of(request).map_err(NotExtracted::from))
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_way_back_never_leads_to_another_site() {
        assert_eq!(own_path("/threads/812?page=2"), "/threads/812?page=2");
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "evil",
            "",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
