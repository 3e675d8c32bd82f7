//! Where links may lead, and addresses that people type as plain words.

use linkify::{LinkFinder, LinkKind};
use std::ops::Range;
use std::sync::LazyLock;
use url::Url;

/// Longer addresses are words.
const MAX_BYTES: usize = 2_000;

/// Endings after which a bare name is surely an address. Country codes that are words of a language people may write here
/// (`it`, `is`, `at`, `no`, `me`, `so`, `be` ...) are left out: "I slept.it was good" is no address. `example` is kept for
/// documentation by RFC 2606.
const SURE_ENDINGS: [&str; 21] = [
    "com", "org", "net", "edu", "gov", "int", "info", "health", "example", "eu", "uk", "ie", "de", "ch", "nl", "fr", "dk",
    "fi", "cz", "nz", "jp",
];

static FINDER: LazyLock<LinkFinder> = LazyLock::new(|| {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder
});

/// The full address that a link leads to, or none if it may not lead there: `http` and `https` with a host and without a
/// user name (`https://nhs.uk@elsewhere.example` leads elsewhere), `mailto` and `tel`. A destination without a scheme is
/// taken if it surely names another site, and never as a path of this one.
pub fn destination(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    if typed.len() > MAX_BYTES || typed.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return None;
    }
    let url = if is_sure_name(typed) { Url::parse(&format!("https://{typed}")) } else { Url::parse(typed) }.ok()?;
    let may_lead_there = match url.scheme() {
        // Browsers read "https:sign-out" as a path of this site.
        "http" | "https" => {
            (typed.contains("://") || is_sure_name(typed))
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        }
        "mailto" | "tel" => !url.path().is_empty(),
        _ => false,
    };
    may_lead_there.then_some(url)
}

/// Addresses among plain words: where each stands (bytes) and where it leads. E-mail addresses are none.
pub fn addresses(words: &str) -> Vec<(Range<usize>, Url)> {
    let mut found = Vec::new();
    let mut start = 0;
    // Word by word, so that the finder, which looks back from every dot, never looks back far.
    for word in words.split_inclusive(char::is_whitespace) {
        if word.len() <= MAX_BYTES && (word.contains("://") || has_sure_ending(word)) {
            for link in FINDER.links(word).filter(|link| *link.kind() == LinkKind::Url) {
                let touches_mail = word.get(..link.start()).is_some_and(|before| before.ends_with('@'))
                    || word.get(link.end()..).is_some_and(|after| after.starts_with('@'));
                if !touches_mail && let Some(url) = destination(link.as_str()).filter(Url::has_host) {
                    found.push((start + link.start()..start + link.end(), url));
                }
            }
        }
        start += word.len();
    }
    found
}

/// A cheap look before the finder's careful one.
fn has_sure_ending(word: &str) -> bool {
    word.split('.').skip(1).any(|label| SURE_ENDINGS.iter().any(|ending| label.starts_with(ending)))
        || word.to_ascii_lowercase().contains("www.")
}

/// `leaflets.example`, `leaflets.example/nights`, `www.anything.tld`.
fn is_sure_name(typed: &str) -> bool {
    let host = typed.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let mut labels = host.split('.');
    let is_name = labels.clone().count() > 1
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|character| character.is_alphanumeric() || character == '-')
        });
    let is_web = labels.clone().count() > 2 && labels.next().is_some_and(|label| label.eq_ignore_ascii_case("www"));
    is_name && (is_web || labels.next_back().is_some_and(|ending| SURE_ENDINGS.contains(&ending)))
}
