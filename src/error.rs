//! Two kinds of failure. *Refused* is the person's matter and carries a kind sentence; *Broken* is ours and carries the
//! whole story for the log. Only `web/failure.rs` turns either into a status code.

use std::fmt;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something did not happen.
#[derive(Debug)]
pub enum Error {
    /// The person asked for something that cannot be. Never logged above info, never with what they wrote.
    Refused(Refusal),
    /// We failed. Logged once, with the request's id; the person sees a calm page with that id.
    Broken(anyhow::Error),
}

/// Why a person was refused. `key` names the sentence in the locale (`assets/locales`), `arguments` fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It does not exist, or this person may not know that it exists: one and the same answer. 404.
    Unseen,
    /// A visitor asked for something that needs an account. They are led to sign in and back. 303, or 403 for a POST.
    SignInFirst,
    /// It asks for a proof of who somebody is, and theirs is too long ago. They are led to give one and back. 303, or 403 for a
    /// POST.
    ProveFirst,
    /// They may see it, but not do this. 403.
    Forbidden(Sentence),
    /// What they sent cannot be understood as this page's form at all (not: a field is wrong, which is 422 by the page).
    Unreadable(Sentence),
    /// Somebody was faster, or the page they acted on is out of date. 409.
    Stale(Sentence),
    /// Too often. 429, with the moment from which it works again.
    TooMany {
        /// The sentence that says so.
        sentence: Sentence,
        /// Seconds until the next try.
        retry_after_seconds: i64,
    },
    /// The request came from another site. 403.
    OtherSite,
    /// The request was sent to a name that is not this site's. 421.
    OtherName,
    /// The body is larger than the page takes. 413.
    TooLarge,
    /// The body stopped arriving. 408.
    TooSlow,
    /// The address does not take this method; the methods that it takes. 405.
    WrongMethod(String),
    /// The server has too much to do at this moment. 503 with `Retry-After`.
    Busy,
}

/// A sentence of the locale with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Message id in `assets/locales/*/*.ftl`.
    pub key: &'static str,
    /// Arguments by name, already in words.
    pub arguments: Vec<(&'static str, String)>,
}

impl Sentence {
    /// A sentence without arguments.
    pub fn plain(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// The same sentence with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }
}

impl Error {
    /// The one answer for what does not exist and what must not be known to exist.
    pub const UNSEEN: Error = Error::Refused(Refusal::Unseen);

    /// Seen, but not allowed.
    pub fn forbidden(key: &'static str) -> Self {
        Self::Refused(Refusal::Forbidden(Sentence::plain(key)))
    }

    /// True if this is the person's matter.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(formatter, "refused: {refusal:?}"),
            Self::Broken(cause) => write!(formatter, "broken: {cause:#}"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Error {
    fn from(cause: anyhow::Error) -> Self {
        Self::Broken(cause)
    }
}

/// Every failure that has no meaning for a person is ours.
macro_rules! broken_from {
    ($($cause:ty),+ $(,)?) => {
        $(impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::Broken(cause.into())
            }
        })+
    };
}
broken_from!(diesel::result::Error, std::io::Error, serde_json::Error, tera::Error);
