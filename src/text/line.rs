//! One line: titles, handles, and every other input without line breaks.

use std::iter::Peekable;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

/// Why words are not a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandleFault {
    /// Fewer than [`HANDLE_MIN_CHARS`] characters.
    TooShort,
    /// More than [`HANDLE_MAX_CHARS`] characters.
    TooLong,
    /// Something else than letters, digits, `-`, `_` and `.`, or one of those three at the beginning.
    Characters,
    /// Letters of scripts that no language writes together, such as Latin and Cyrillic.
    MixedScripts,
}

/// The shortest handle, in characters.
pub const HANDLE_MIN_CHARS: usize = 3;

/// The longest handle, in characters.
pub const HANDLE_MAX_CHARS: usize = 30;

/// More marks on one letter climb over the lines above.
const MAX_MARKS: usize = 4;

/// One clean line: NFC, white space collapsed and trimmed, without control characters, without characters nobody sees, and
/// without characters that turn the reading direction. Cleaning it again changes nothing.
///
/// A zero-width joiner stays between pictographs (families are built with it); joiner and non-joiner stay between letters of
/// Arabic and Indic scripts, which spell words with them. The emoji variation selector stays after a sign that has one; the
/// others go. Flags of parts of a country become the plain black flag: their tags can carry hidden text. Runs of combining
/// marks end after the fourth.
pub fn clean(typed: &str) -> String {
    let mut line = String::with_capacity(typed.len());
    let mut characters = typed.chars().peekable();
    while let Some(character) = characters.next() {
        let before = line.chars().next_back();
        match character {
            _ if character.is_whitespace() || character == '\u{2800}' => {
                if before.is_some_and(|before| before != ' ') {
                    line.push(' ');
                }
            }
            _ if character.is_control() => {}
            '\u{200c}' | '\u{200d}' => {
                if joins(character, before, &mut characters) {
                    line.push(character);
                }
            }
            '\u{fe0f}' => {
                if before.is_some_and(|before| is_pictograph(before) || is_keycap(before)) {
                    line.push(character);
                }
            }
            _ if is_invisible(character) => {}
            // A mark needs a letter.
            _ if is_combining_mark(character) && before.is_none_or(|before| before == ' ') => {}
            _ => line.push(character),
        }
    }
    line.truncate(line.trim_end().len());
    let mut marks = 0;
    line.nfc()
        .filter(|character| {
            marks = if is_combining_mark(*character) && *character != '\u{fe0f}' { marks + 1 } else { 0 };
            marks <= MAX_MARKS
        })
        .collect()
}

/// A handle as it will be shown: cleaned, case kept as typed. Handles are compared by [`skeleton`].
///
/// Letters and digits are those of UTS 39's general security profile, so that mathematical and full-width letters are none.
/// Scripts may be mixed as UTS 39's level "highly restrictive" allows: one script, or Latin with Han and its companions.
pub fn handle(typed: &str) -> Result<String, HandleFault> {
    let handle: String = clean(typed).chars().filter(|character| !is_invisible(*character)).collect();
    let is_word =
        |character: char| (character.is_alphanumeric() || is_combining_mark(character)) && character.identifier_allowed();
    if handle.is_empty() {
        return Err(HandleFault::TooShort);
    }
    if !handle.chars().all(|character| matches!(character, '-' | '_' | '.') || is_word(character))
        || !handle.starts_with(char::is_alphanumeric)
    {
        return Err(HandleFault::Characters);
    }
    match handle.chars().count() {
        ..HANDLE_MIN_CHARS => Err(HandleFault::TooShort),
        HANDLE_MIN_CHARS..=HANDLE_MAX_CHARS if handle.detect_restriction_level() > RestrictionLevel::HighlyRestrictive => {
            Err(HandleFault::MixedScripts)
        }
        HANDLE_MIN_CHARS..=HANDLE_MAX_CHARS => Ok(handle),
        _ => Err(HandleFault::TooLong),
    }
}

/// What handles share that look alike, for a unique index; never shown. NFKC, without case, the skeleton of UTS 39, without
/// `-`, `_` and `.`. Because case does not count, `I` looks like both `i` and `l`, so these, `1` and `|` are one; so are `o`
/// and `0`. The skeleton of a skeleton is itself.
pub fn skeleton(handle: &str) -> String {
    let mut skeleton: String = handle.nfkc().filter(|character| !is_invisible(*character)).collect();
    // Folding case can make letters that look like others, and the other way round: until nothing changes.
    for _ in 0..4 {
        let folded: String = skeleton.chars().map(without_case).collect();
        let folded = folded.replace("i\u{307}", "i");
        let next: String = unicode_security::skeleton(&folded)
            .flat_map(char::to_lowercase)
            .filter(|character| !matches!(character, '-' | '_' | '.') && !character.is_whitespace())
            .map(|character| match character {
                'i' | '1' | '|' => 'l',
                '0' => 'o',
                _ => character,
            })
            .collect();
        if next == skeleton {
            break;
        }
        skeleton = next;
    }
    skeleton
}

/// The small letter; but where the capital looks like a Latin one, that one: Greek "ΑΝΑ" is drawn as Latin "ANA", while small
/// "ανα" can be told from every Latin word.
fn without_case(character: char) -> String {
    let capital: String = character.to_uppercase().collect();
    let seen: String = unicode_security::skeleton(&capital).collect();
    let is_latin = !character.is_ascii() && seen.chars().all(|seen| seen.is_ascii_alphabetic());
    if is_latin { seen } else { capital }.chars().flat_map(char::to_lowercase).collect()
}

/// Characters that nobody sees: format characters, joiners, selectors, fillers, tags and signs of reading direction.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

fn joins(joiner: char, before: Option<char>, after: &mut Peekable<impl Iterator<Item = char>>) -> bool {
    let (Some(before), Some(after)) = (before, after.peek().copied()) else { return false };
    let are_letters = spells_with_joiners(before) && spells_with_joiners(after);
    let are_pictographs = (is_pictograph(before) || before == '\u{fe0f}') && is_pictograph(after);
    are_letters || (joiner == '\u{200d}' && are_pictographs)
}

/// Blocks of Arabic, Syriac, N'Ko, the scripts of India, Sinhala, Myanmar and Khmer.
fn spells_with_joiners(character: char) -> bool {
    matches!(
        character,
        '\u{620}'..='\u{6ff}' | '\u{700}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
    )
}

fn is_pictograph(character: char) -> bool {
    matches!(
        character,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '\u{2190}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙' | '\u{1f000}'..='\u{1faff}'
    )
}

fn is_keycap(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '#' | '*')
}
