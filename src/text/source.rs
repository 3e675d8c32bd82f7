//! Words as a person typed them.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use std::fmt;

/// Markdown as a person typed it: 1 to [`PostSource::MAX_CHARS`] characters (a document: up to
/// [`PostSource::DOCUMENT_MAX_CHARS`]) with something to see among them, line feeds for
/// line breaks, no other control character but the tab, no white space at the end.
#[derive(Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub struct PostSource(String);

/// Why words are not a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFault {
    /// There is nothing to see.
    Empty,
    /// There are more characters than a post takes.
    TooLong {
        /// How many characters must go.
        by: usize,
    },
    /// It holds NUL: a file or an attack, not words.
    NotText,
}

/// Several lines as a person typed them, cleaned as [`PostSource::parse`] does, without white space around them; may be
/// empty. `None` if they are longer than `max_chars`, in characters.
pub fn plain_words(typed: &str, max_chars: usize) -> Option<String> {
    match PostSource::parse(typed) {
        Ok(words) if words.as_str().chars().count() > max_chars => None,
        Ok(words) => Some(words.as_str().trim().to_owned()),
        Err(SourceFault::TooLong { .. }) => None,
        Err(SourceFault::Empty | SourceFault::NotText) => Some(String::new()),
    }
}

impl PostSource {
    /// The longest post, in characters (Unicode scalar values), after cleaning.
    pub const MAX_CHARS: usize = 20_000;

    /// The longest document (house rules, privacy notice, disclaimer), in characters.
    pub const DOCUMENT_MAX_CHARS: usize = 40_000;

    /// Takes what was typed. CRLF, CR, NEL and the Unicode line and paragraph separators become line feeds; other control
    /// characters, byte order marks and the two overrides of reading direction (which can make an address read as another
    /// one) go; white space at the end and empty lines at the beginning go.
    pub fn parse(typed: &str) -> Result<Self, SourceFault> {
        Self::parse_within(typed, Self::MAX_CHARS)
    }

    /// The same for a document: up to [`PostSource::DOCUMENT_MAX_CHARS`].
    pub fn parse_document(typed: &str) -> Result<Self, SourceFault> {
        Self::parse_within(typed, Self::DOCUMENT_MAX_CHARS)
    }

    fn parse_within(typed: &str, most_chars: usize) -> Result<Self, SourceFault> {
        if typed.contains('\0') {
            return Err(SourceFault::NotText);
        }
        let mut words = String::with_capacity(typed.len());
        let mut characters = typed.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\r' => {
                    if characters.peek() == Some(&'\n') {
                        characters.next();
                    }
                    words.push('\n');
                }
                '\u{85}' | '\u{2028}' | '\u{2029}' => words.push('\n'),
                '\n' | '\t' => words.push(character),
                '\u{feff}' | '\u{202d}' | '\u{202e}' => {}
                _ if character.is_control() => {}
                _ => words.push(character),
            }
        }
        words.truncate(words.trim_end().len());
        let blank_lines = words
            .char_indices()
            .take_while(|(_, character)| character.is_whitespace())
            .filter(|(_, character)| *character == '\n')
            .last()
            .map_or(0, |(at, _)| at + 1);
        words.drain(..blank_lines);
        if !words.chars().any(is_seen) {
            return Err(SourceFault::Empty);
        }
        let by = words.chars().count().saturating_sub(most_chars);
        if by > 0 {
            return Err(SourceFault::TooLong { by });
        }
        Ok(Self(words))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_seen(character: char) -> bool {
    !character.is_whitespace() && !super::line::is_invisible(character)
}

impl<DB: Backend> ToSql<sql_types::Text, DB> for PostSource
where
    str: ToSql<sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

/// The database keeps only what `parse` let through.
impl<DB: Backend> FromSql<sql_types::Text, DB> for PostSource
where
    String: FromSql<sql_types::Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}

/// Its size only: what people write must not reach a log.
impl fmt::Debug for PostSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostSource({} bytes)", self.0.len())
    }
}
