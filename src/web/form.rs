//! What people send: forms, queries and the numbers in addresses.

use super::endpoint::NotExtracted;
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::{LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The longest post in the widest script, percent-encoded, is about 240 KB; twice that and some for the other fields.
pub const LARGEST_BODY_BYTES: usize = 512 * 1024;

/// A slow phone still gets through: 100 bytes a second for a minute, then the connection is given to somebody else.
const SLOWEST_BYTES_PER_SECOND: usize = 100;
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a body is no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// Over [`LARGEST_BODY_BYTES`].
    TooLarge,
    /// Not `application/x-www-form-urlencoded`, not UTF-8, or it holds a NUL.
    NotAForm,
    /// It stopped arriving.
    TooSlow,
}

impl From<FormError> for Error {
    fn from(error: FormError) -> Self {
        match error {
            FormError::TooLarge => Refusal::TooLarge.into(),
            FormError::NotAForm => Refusal::Unreadable(Sentence::plain("shared-failure-unreadable-lead")).into(),
            FormError::TooSlow => Refusal::TooSlow.into(),
        }
    }
}

/// A form's fields. Extracting never fails, so that a page can be shown again with the words in it.
#[derive(Debug)]
pub struct Form<T>(pub Result<T, FormError>);

impl<T> Form<T> {
    /// The fields, or the failure page that says why this was no form.
    pub fn fields(self) -> Result<T> {
        self.0.map_err(Error::from)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = NotExtracted;
    type Future = LocalBoxFuture<'static, Result<Self, NotExtracted>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let is_form = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
                value
                    .split(';')
                    .next()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
            });
            if !is_form {
                return Ok(Self(Err(FormError::NotAForm)));
            }
            Ok(Self(match read_body(&request, &mut payload).await {
                Ok(body) => parse(&body),
                Err(error) => Err(error),
            }))
        })
    }
}

/// Fields out of the bytes of a form.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, FormError> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    // `form_urlencoded` puts U+FFFD where bytes are not UTF-8: what a person typed would be changed in silence.
    let is_text =
        is_utf8_when_decoded(body) && pairs.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
    if !is_text {
        return Err(FormError::NotAForm);
    }
    serde_html_form::from_bytes(body).map_err(|_| FormError::NotAForm)
}

fn is_utf8_when_decoded(body: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(body.len());
    let mut bytes = body.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut ahead = bytes.clone();
        let digits = ahead
            .next()
            .zip(ahead.next())
            .and_then(|(high, low)| Some((char::from(high).to_digit(16)?, char::from(low).to_digit(16)?)));
        match digits {
            Some((high, low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                bytes = ahead;
            }
            None => decoded.push(byte),
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// The whole body, if it is small enough and arrives.
pub async fn read_body(request: &HttpRequest, payload: &mut Payload) -> Result<Vec<u8>, FormError> {
    let announced = request
        .headers()
        .get("content-length")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST_BODY_BYTES) {
        return Err(FormError::TooLarge);
    }
    let mut body = Vec::new();
    let started = tokio::time::Instant::now();
    loop {
        let waited = started.elapsed();
        let earned = PATIENCE.max(Duration::from_secs((body.len() / SLOWEST_BYTES_PER_SECOND) as u64));
        let Some(left) = earned.checked_sub(waited) else { return Err(FormError::TooSlow) };
        match tokio::time::timeout(left, payload.next()).await {
            Err(_) => return Err(FormError::TooSlow),
            Ok(None) => return Ok(body),
            Ok(Some(Err(_))) => return Err(FormError::NotAForm),
            Ok(Some(Ok(chunk))) => {
                if body.len() + chunk.len() > LARGEST_BODY_BYTES {
                    return Err(FormError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
        }
    }
}

/// The query of an address. What cannot be read is a page that does not exist.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = NotExtracted;
    type Future = Ready<Result<Self, NotExtracted>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(parse(request.query_string().as_bytes()).map(Self).map_err(|_| Error::UNSEEN.into()))
    }
}

/// The variable parts of an address, in their order. What is no id is a page that does not exist.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// What can stand in an address.
pub trait FromPath: Sized {
    /// Reads the variable parts, in their order.
    fn from_parts(parts: &[&str]) -> Option<Self>;
}

impl<T> FromPath for Id<T> {
    fn from_parts(parts: &[&str]) -> Option<Self> {
        match parts {
            [part] => id_in(part),
            _ => None,
        }
    }
}

impl<A, B> FromPath for (Id<A>, Id<B>) {
    fn from_parts(parts: &[&str]) -> Option<Self> {
        match parts {
            [first, second] => Some((id_in(first)?, id_in(second)?)),
            _ => None,
        }
    }
}

impl<A> FromPath for (Id<A>, String) {
    fn from_parts(parts: &[&str]) -> Option<Self> {
        match parts {
            [first, second] => Some((id_in(first)?, (*second).to_owned())),
            _ => None,
        }
    }
}

impl FromPath for String {
    fn from_parts(parts: &[&str]) -> Option<Self> {
        match parts {
            [part] => Some((*part).to_owned()),
            _ => None,
        }
    }
}

/// Digits only, without sign or leading zero, within what a database holds.
fn id_in<T>(part: &str) -> Option<Id<T>> {
    let is_plain =
        !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit()) && !part.starts_with('0');
    if is_plain { part.parse().ok().map(Id::new) } else { None }
}

impl<T: FromPath> FromRequest for Path<T> {
    type Error = NotExtracted;
    type Future = Ready<Result<Self, NotExtracted>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let parts: Vec<&str> = request.match_info().iter().map(|(_, value)| value).collect();
        ready(T::from_parts(&parts).map(Self).ok_or_else(|| Error::UNSEEN.into()))
    }
}
