//! Every sentence that a person reads, by key, in Fluent (`assets/locales/<language>/<slice>.ftl`).
//!
//! All files of a language make one bundle; a key that stands twice is refused when the program starts. A key or an
//! argument that is missing is an error of ours, never an empty place on the page. Sentences hold words, never HTML.

use crate::clock::Timestamp;
use crate::embedded;
use crate::error::{Error, Result, Sentence};
use anyhow::{Context as _, anyhow};
use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

/// The language that every key exists in.
pub const ENGLISH: &str = "en-GB";

/// The languages of this installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Locales {
    english: Arc<Locale>,
    all: Arc<[Arc<Locale>]>,
}

/// One language.
pub struct Locale {
    lang: String,
    is_right_to_left: bool,
    bundle: FluentBundle<FluentResource>,
    /// Sentences without arguments, kept ready: most of a page.
    plain: BTreeMap<String, String>,
    /// Sentences that only have places to fill and no forms to choose: templates take them apart once.
    pieces: BTreeMap<String, Vec<Piece>>,
    months: Vec<String>,
}

/// A part of a sentence that has no forms to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words, as they are.
    Words(String),
    /// The place of the argument of that name.
    Argument(String),
}

/// What fills a place in a sentence. Numbers choose the plural form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// Words.
    Text(String),
    /// A number.
    Number(i64),
}

/// A moment for people and for machines: `<time datetime="machine">words</time>`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moment {
    /// `2026-05-12T23:40+01:00`, or `2026-05-12` for a day.
    pub machine: String,
    /// `12 May 2026, 23:40`, or `12 May 2026` for a day.
    pub words: String,
}

impl Locales {
    /// Reads every language: from the binary in a release, from disk in debug.
    pub fn load() -> anyhow::Result<Self> {
        let mut languages: BTreeMap<String, Vec<embedded::Text>> = BTreeMap::new();
        for (name, text) in embedded::sentences()? {
            let (language, _) = name.split_once('/').with_context(|| format!("{name} stands in no language"))?;
            languages.entry(language.to_owned()).or_default().push((name, text));
        }
        let mut all = Vec::new();
        for (language, files) in languages {
            all.push(Arc::new(Locale::new(&language, files)?));
        }
        let english =
            all.iter().find(|locale| locale.lang == ENGLISH).cloned().context("the English sentences are missing")?;
        Ok(Self { english, all: all.into() })
    }

    /// The language that is always there.
    pub fn english(&self) -> &Arc<Locale> {
        &self.english
    }

    /// A language by its tag (`en-GB`), if this installation has it.
    pub fn get(&self, lang: &str) -> Option<&Arc<Locale>> {
        self.all.iter().find(|locale| locale.lang == lang)
    }

    /// Every language.
    pub fn all(&self) -> &[Arc<Locale>] {
        &self.all
    }
}

impl Locale {
    /// From the files of one language, by name and text.
    fn new(lang: &str, files: Vec<embedded::Text>) -> anyhow::Result<Self> {
        let id: LanguageIdentifier = lang.parse().with_context(|| format!("{lang} is no language tag"))?;
        let is_right_to_left = matches!(id.language.as_str(), "ar" | "fa" | "he" | "ps" | "ur" | "yi");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Pages say the direction of what people wrote in the markup; marks in the text would end up in what is copied.
        bundle.set_use_isolating(false);

        let mut keys = Vec::new();
        let mut pieces = BTreeMap::new();
        for (name, text) in files {
            keys.extend(keys_of(&text));
            pieces.extend(pieces_of(&text));
            let resource =
                FluentResource::try_new(text.into_owned()).map_err(|(_, faults)| anyhow!("{name}: {faults:?}"))?;
            bundle.add_resource(resource).map_err(|faults| anyhow!("{name}: {faults:?}"))?;
        }

        let mut locale =
            Self { lang: lang.to_owned(), is_right_to_left, bundle, plain: BTreeMap::new(), pieces, months: Vec::new() };
        for key in keys {
            if let Ok(sentence) = locale.formatted(&key, None) {
                locale.plain.insert(key, sentence);
            }
        }
        for month in 1..=12 {
            let name = locale.plain.get(&format!("shared-month-{month}"));
            locale.months.push(name.with_context(|| format!("{lang} has no name for month {month}"))?.clone());
        }
        Ok(locale)
    }

    /// The tag for `lang`: `en-GB`.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The value for `dir`.
    pub fn dir(&self) -> &'static str {
        if self.is_right_to_left { "rtl" } else { "ltr" }
    }

    /// A sentence without arguments.
    pub fn say(&self, key: &str) -> Result<String> {
        match self.plain.get(key) {
            Some(sentence) => Ok(sentence.clone()),
            None => self.formatted(key, None),
        }
    }

    /// A sentence with arguments.
    pub fn say_with(&self, key: &str, arguments: &[(&str, Argument)]) -> Result<String> {
        let arguments = arguments.iter().map(|(name, value)| match value {
            Argument::Text(words) => (*name, FluentValue::from(words.as_str())),
            Argument::Number(number) => (*name, FluentValue::from(*number)),
        });
        self.formatted(key, Some(&arguments.collect()))
    }

    /// What a refusal says.
    pub fn sentence(&self, sentence: &Sentence) -> Result<String> {
        let arguments = sentence.arguments.iter().map(|(name, words)| (*name, FluentValue::from(words.as_str())));
        self.formatted(sentence.key, Some(&arguments.collect()))
    }

    /// The parts of a sentence that has places to fill and no forms to choose.
    pub fn pieces(&self, key: &str) -> Option<&[Piece]> {
        self.pieces.get(key).map(Vec::as_slice)
    }

    /// A sentence of that key exists.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The sentence, if it needs no arguments.
    pub fn plain(&self, key: &str) -> Option<&str> {
        self.plain.get(key).map(String::as_str)
    }

    fn formatted(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> Result<String> {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            return Err(Error::Broken(anyhow!("{} has no sentence {key}", self.lang)));
        };
        let mut faults = Vec::new();
        let sentence = self.bundle.format_pattern(pattern, arguments, &mut faults);
        if faults.is_empty() {
            Ok(sentence.into_owned())
        } else {
            Err(Error::Broken(anyhow!("{}: {key}: {faults:?}", self.lang)))
        }
    }

    /// A moment in that zone, to the minute.
    pub fn moment(&self, moment: Timestamp, zone: Tz) -> Moment {
        let local = moment.utc().with_timezone(&zone);
        let (day, month, year) = (local.day(), self.month(local.month()), local.year());
        Moment {
            machine: local.format("%Y-%m-%dT%H:%M%:z").to_string(),
            words: format!("{day} {month} {year}, {:02}:{:02}", local.hour(), local.minute()),
        }
    }

    /// The day of a moment in that zone.
    pub fn day(&self, moment: Timestamp, zone: Tz) -> Moment {
        let local = moment.utc().with_timezone(&zone);
        Moment {
            machine: local.format("%Y-%m-%d").to_string(),
            words: format!("{} {} {}", local.day(), self.month(local.month()), local.year()),
        }
    }

    /// The month of a moment in that zone: `May 2026`.
    pub fn month_and_year(&self, moment: Timestamp, zone: Tz) -> Moment {
        let local = moment.utc().with_timezone(&zone);
        Moment {
            machine: local.format("%Y-%m").to_string(),
            words: format!("{} {}", self.month(local.month()), local.year()),
        }
    }

    fn month(&self, month: u32) -> &str {
        usize::try_from(month).ok().and_then(|month| self.months.get(month.wrapping_sub(1))).map_or("", String::as_str)
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Locale").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl From<&str> for Argument {
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl From<String> for Argument {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The keys of the messages in a file: what begins a line and is no comment and no term.
fn keys_of(text: &str) -> Vec<String> {
    let begins = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let entries = text.lines().filter(|line| begins(line)).filter_map(|line| line.split_once('='));
    entries.map(|(key, _)| key.trim().to_owned()).collect()
}

/// The sentences of a file that stand on one line and hold nothing but words and `{ $name }`.
fn pieces_of(text: &str) -> Vec<(String, Vec<Piece>)> {
    let mut found = Vec::new();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    while let Some(line) = lines.next() {
        let goes_on = lines.peek().is_some_and(|next| next.starts_with(char::is_whitespace));
        let Some((key, value)) = line.split_once('=') else { continue };
        if goes_on || !line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        if let Some(pieces) = pieces_in(value.trim()) {
            found.push((key.trim().to_owned(), pieces));
        }
    }
    found
}

fn pieces_in(value: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}')?;
        let name = place.trim().strip_prefix('$')?;
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
            return None;
        }
        pieces.push(Piece::Words(before.to_owned()));
        pieces.push(Piece::Argument(name.to_owned()));
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Some(pieces)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn locale(text: &str) -> anyhow::Result<Locale> {
        let months: Vec<String> = (1..=12).map(|month| format!("shared-month-{month} = Month {month}")).collect();
        Locale::new("en-GB", vec![("a.ftl".into(), text.to_owned().into()), ("months.ftl".into(), months.join("\n").into())])
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_utc(chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc())
    }

    #[test]
    fn the_sentences_of_this_site_load() {
        let locales = Locales::load().unwrap();
        assert_eq!(locales.english().lang(), "en-GB");
        assert_eq!(locales.english().dir(), "ltr");
        assert_eq!(locales.english().say("shared-urgent-help").unwrap(), "Urgent help");
        assert!(locales.get("xx").is_none());
    }

    #[test]
    fn plurals_and_quotation_marks_come_out_as_written() {
        let locale = locale("replies = { $count -> \n    [one] one reply\n   *[other] { $count } replies\n }\nsay = You can just say “me too”, { $name }.").unwrap();
        assert_eq!(locale.say_with("replies", &[("count", 1.into())]).unwrap(), "one reply");
        assert_eq!(locale.say_with("replies", &[("count", 1200.into())]).unwrap(), "1200 replies");
        assert_eq!(locale.say_with("say", &[("name", "Ana".into())]).unwrap(), "You can just say “me too”, Ana.");
        assert_eq!(locale.sentence(&Sentence::plain("say").with("name", "Bo")).unwrap(), "You can just say “me too”, Bo.");
    }

    #[test]
    fn what_is_missing_is_an_error_of_ours() {
        let locale = locale("hello = Hello { $name }").unwrap();
        for missing in [locale.say("nothing"), locale.say("hello"), locale.say_with("hello", &[("nom", "Ana".into())])] {
            assert!(matches!(missing, Err(Error::Broken(_))), "{missing:?}");
        }
    }

    #[test]
    fn sentences_without_forms_come_apart_into_what_they_say() {
        let text = "a = Hello { $name }, all well?\nb = { $count ->\n    [one] one\n   *[other] many\n }\nc = two\n    lines { $name }\nd = { a } { $name }\n";
        let locale = locale(text).unwrap();
        let words = |words: &str| Piece::Words(words.to_owned());
        assert_eq!(locale.pieces("a").unwrap(), [words("Hello "), Piece::Argument("name".into()), words(", all well?")]);
        for key in ["b", "c", "d", "nothing"] {
            assert_eq!(locale.pieces(key), None, "{key}");
        }
        assert!(locale.has("b") && !locale.has("nothing"));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(locale("one = 1\none = 2").is_err());
        assert!(locale("shared-month-3 = Marzo").is_err());
        assert!(locale("this is no sentence").is_err());
    }

    #[test]
    fn moments_are_said_in_the_zone_that_was_asked_for() {
        let locales = Locales::load().unwrap();
        let locale = locales.english();
        let moment = locale.moment(at("2026-05-12T22:40:10Z"), chrono_tz::Europe::London);
        assert_eq!(moment.machine, "2026-05-12T23:40+01:00");
        assert_eq!(moment.words, "12 May 2026, 23:40");
        let day = locale.day(at("2026-12-31T23:30:00Z"), chrono_tz::Europe::Berlin);
        assert_eq!((day.machine.as_str(), day.words.as_str()), ("2027-01-01", "1 January 2027"));
        let month = locale.month_and_year(at("2021-09-02T10:00:00Z"), chrono_tz::UTC);
        assert_eq!((month.machine.as_str(), month.words.as_str()), ("2021-09", "September 2021"));
    }
}
