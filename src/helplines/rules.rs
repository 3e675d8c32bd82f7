//! What may happen with lines of urgent help, and when one is old. Pure: no database, no HTTP, no clock.
//!
//! A permit cannot be made anywhere else:
//!
//! ```compile_fail,E0423
//! use alongside::helplines::rules::MayKeep;
//! fn forged() -> MayKeep {
//!     MayKeep(())
//! }
//! ```
//!
//! It is given by the rule:
//!
//! ```
//! use alongside::accounts::Member;
//! use alongside::helplines::rules::{self, CannotKeep, MayKeep};
//! fn given(member: &Member) -> Result<MayKeep, CannotKeep> {
//!     rules::may_keep(member)
//! }
//! ```

use super::model::{Helpline, HelplineDraft, Need};
use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::countries::{self, Country};
use crate::languages;
use crate::text::line;
use chrono::Months;

/// Months after which a number may be wrong. Source: product.md, "Helpline" (checked at least every 6 months).
pub const CHECK_EVERY_MONTHS: u32 = 6;
/// Days between two letters about the same line.
pub const REMIND_EVERY_DAYS: i64 = 30;
/// The longest name, in characters.
pub const NAME_MAX_CHARS: usize = 120;
/// The longest of the other lines of words, in characters.
pub const WORDS_MAX_CHARS: usize = 200;
/// The longest number, in characters.
pub const NUMBER_MAX_CHARS: usize = 30;

/// True if nobody has rung the line for six months.
pub fn is_overdue(checked_on: Timestamp, now: Timestamp) -> bool {
    checked_on < check_limit(now)
}

/// What was checked before this moment is overdue.
pub fn check_limit(now: Timestamp) -> Timestamp {
    now.utc().checked_sub_months(Months::new(CHECK_EVERY_MONTHS)).map_or(now, Timestamp::from_utc)
}

/// Lines for somebody in that country: its own, and those for everywhere. Without a country: all.
pub fn is_for(line: &Helpline, country: Option<&Country>) -> bool {
    country.is_none_or(|country| line.countries.is_empty() || line.countries.iter().any(|code| code == country.code))
}

/// A changed line that has other numbers than the one that was rung.
pub fn has_other_numbers(before: &Helpline, draft: &HelplineDraft) -> bool {
    dialled(&before.voice_number) != dialled(&draft.voice_number)
        || dialled(&before.text_number) != dialled(&draft.text_number)
}

/// What a telephone dials: the digits, and a plus in front.
pub fn dialled(number: &str) -> String {
    let number = number.trim();
    let digits = number.chars().filter(char::is_ascii_digit);
    if number.starts_with('+') { std::iter::once('+').chain(digits).collect() } else { digits.collect() }
}

/// The right to change one line.
#[derive(Debug)]
pub struct MayKeep(());

impl MayKeep {
    /// Used up by the one write that it is for.
    pub fn spend(self) {}
}

/// Why somebody cannot change lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotKeep {
    /// Administrators do that.
    NotAdministrator,
}

impl CannotKeep {
    /// The sentence that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAdministrator => "helplines-edit-not-administrator",
        }
    }
}

/// Administrators keep the lines.
pub fn may_keep(member: &Member) -> Result<MayKeep, CannotKeep> {
    if member.roles.administrator { Ok(MayKeep(())) } else { Err(CannotKeep::NotAdministrator) }
}

/// The program itself (demo, tests) keeps lines.
pub(super) fn program_may_keep() -> MayKeep {
    MayKeep(())
}

/// What an administrator typed.
#[derive(Debug, Clone, Default)]
pub struct TypedLine<'a> {
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub about: &'a str,
    /// Names or codes of countries with commas between them.
    pub countries: &'a str,
    /// A tag of [`languages::ALL`].
    pub language: &'a str,
    /// A word of [`Need`].
    pub need: &'a str,
    /// As typed.
    pub voice_number: &'a str,
    /// As typed.
    pub text_number: &'a str,
    /// As typed.
    pub text_words: &'a str,
    /// As typed.
    pub hours: &'a str,
    /// As typed.
    pub cost: &'a str,
    /// Ticked.
    pub is_sample: bool,
}

/// What has to be seen to: the field, and the sentence.
pub type LineFault = (&'static str, &'static str);

/// A draft out of what was typed, or everything that has to be seen to.
pub fn draft(typed: &TypedLine<'_>) -> Result<HelplineDraft, Vec<LineFault>> {
    let mut faults = Vec::new();
    let mut fault = |is_fault: bool, field: &'static str, key: &'static str| {
        if is_fault {
            faults.push((field, key));
        }
    };
    let name = line::clean(typed.name);
    let (voice_number, text_number) = (line::clean(typed.voice_number), line::clean(typed.text_number));
    let words = [("about", typed.about), ("text_words", typed.text_words), ("hours", typed.hours), ("cost", typed.cost)];
    let countries = countries_in(typed.countries);
    let need = Need::from_word(typed.need);

    fault(name.is_empty(), "name", "helplines-edit-name-missing");
    fault(name.chars().count() > NAME_MAX_CHARS, "name", "helplines-edit-name-long");
    fault(need.is_none(), "need", "helplines-edit-need-missing");
    fault(voice_number.is_empty() && text_number.is_empty(), "voice_number", "helplines-edit-number-missing");
    fault(!is_number(&voice_number), "voice_number", "helplines-edit-number-strange");
    fault(!is_number(&text_number), "text_number", "helplines-edit-number-strange");
    fault(countries.is_none(), "countries", "helplines-edit-countries-unknown");
    fault(languages::name(typed.language).is_none(), "language", "helplines-edit-language-missing");
    for (field, typed) in words {
        fault(line::clean(typed).chars().count() > WORDS_MAX_CHARS, field, "helplines-edit-words-long");
    }
    match (need, countries) {
        (Some(need), Some(countries)) if faults.is_empty() => Ok(HelplineDraft {
            name,
            about: line::clean(typed.about),
            countries,
            language: typed.language.to_owned(),
            need,
            voice_number,
            text_number,
            text_words: line::clean(typed.text_words),
            hours: line::clean(typed.hours),
            cost: line::clean(typed.cost),
            is_sample: typed.is_sample,
            checked_on: None,
            checked_by: None,
        }),
        _ => Err(faults),
    }
}

/// Empty, or what can be dialled: digits with the signs that people put between them.
fn is_number(number: &str) -> bool {
    let signs = number
        .chars()
        .all(|character| character.is_ascii_digit() || matches!(character, ' ' | '+' | '-' | '(' | ')' | '/' | '.'));
    number.is_empty()
        || (signs && number.chars().count() <= NUMBER_MAX_CHARS && number.chars().filter(char::is_ascii_digit).count() >= 2)
}

/// The codes of countries that were named or given by code; nothing if one is unknown.
fn countries_in(typed: &str) -> Option<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for words in typed.split([',', ';', '\n']).map(line::clean).filter(|words| !words.is_empty()) {
        let country = countries::ALL.iter().find(|country| {
            country.code.eq_ignore_ascii_case(&words) || country.name.to_lowercase() == words.to_lowercase()
        })?;
        if !codes.iter().any(|code| code == country.code) {
            codes.push(country.code.to_owned());
        }
    }
    Some(codes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::web::page::check::locales;

    fn at(day: &str) -> Timestamp {
        Timestamp::from_utc(chrono::DateTime::parse_from_rfc3339(&format!("{day}T12:00:00Z")).unwrap().to_utc())
    }

    #[test]
    fn a_line_is_overdue_after_six_months_of_the_calendar() {
        for (checked, now, expected) in [
            ("2026-01-15", "2026-07-15", false),
            ("2026-01-15", "2026-07-16", true),
            ("2025-08-31", "2026-02-28", false),
            ("2025-08-27", "2026-02-28", true),
            ("2026-07-16", "2026-01-15", false),
        ] {
            assert_eq!(is_overdue(at(checked), at(now)), expected, "checked {checked}, now {now}");
        }
    }

    fn typed() -> TypedLine<'static> {
        TypedLine {
            name: "Night line",
            language: "en",
            need: "talk",
            voice_number: "+44 (0)1632 960-101",
            countries: "gb; Ireland,IE,",
            ..TypedLine::default()
        }
    }

    #[test]
    fn countries_are_known_by_name_and_code_and_numbers_are_what_a_phone_dials() {
        let draft = draft(&typed()).unwrap();
        assert_eq!(draft.countries, ["GB", "IE"]);
        assert_eq!(dialled(&draft.voice_number), "+4401632960101");
        assert_eq!(dialled(" 116 123 "), "116123");
    }

    #[test]
    fn each_wrong_field_is_named() {
        let long = "x".repeat(201);
        let cases: [(&str, TypedLine<'_>); 9] = [
            ("name", TypedLine { name: " ", ..typed() }),
            ("name", TypedLine { name: &long, ..typed() }),
            ("need", TypedLine { need: "", ..typed() }),
            ("countries", TypedLine { countries: "Atlantis", ..typed() }),
            ("language", TypedLine { language: "", ..typed() }),
            ("voice_number", TypedLine { voice_number: "", ..typed() }),
            ("voice_number", TypedLine { voice_number: "ring us", ..typed() }),
            ("text_number", TypedLine { text_number: "1", ..typed() }),
            ("about", TypedLine { about: &long, ..typed() }),
        ];
        for (field, typed) in cases {
            let faults = draft(&typed).unwrap_err();
            assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field]);
            assert!(faults.iter().all(|(_, key)| locales().english().say(key).is_ok()), "{faults:?}");
        }
        assert!(locales().english().say(CannotKeep::NotAdministrator.key()).is_ok());
    }
}
