//! A post in one line.

use super::SafeHtml;
use unicode_normalization::char::is_combining_mark;

/// The words of a post in one line of at most `max_chars` characters, cut after a word with "…". Plain text: escape it.
///
/// Left out are words the writer struck, and quoted words (they are somebody else's), unless there are no others. Numbers of
/// ordered lists stay, because people write times and doses so.
pub fn excerpt(html: &SafeHtml, max_chars: usize) -> String {
    let own = words(html.as_str(), max_chars, false);
    cut(if own.is_empty() { words(html.as_str(), max_chars, true) } else { own }, max_chars)
}

/// Reads the HTML that the sanitiser writes, and only that: every `<` opens a tag, every attribute value is quoted. Stops a
/// little after `max_chars`, so that [`cut`] sees that there was more: a page may hold twenty excerpts of long posts.
fn words(html: &str, max_chars: usize, with_quotes: bool) -> String {
    let mut line = Line { text: String::new(), room: max_chars.saturating_add(3) };
    let mut left_out = 0_usize;
    let mut numbers: Vec<Option<u64>> = Vec::new();
    for piece in html.split('<') {
        // What stands before the first tag has no ">": the sanitiser writes it as an entity.
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        let name = tag.split(' ').next().unwrap_or_default();
        match name {
            "del" => left_out += 1,
            "/del" => left_out = left_out.saturating_sub(1),
            "blockquote" if !with_quotes => left_out += 1,
            "/blockquote" if !with_quotes => left_out = left_out.saturating_sub(1),
            "ol" => numbers.push(Some(attribute(tag, "start").unwrap_or(1))),
            "ul" => numbers.push(None),
            "/ol" | "/ul" => {
                numbers.pop();
            }
            _ => {}
        }
        if !matches!(name, "" | "em" | "/em" | "strong" | "/strong" | "a" | "/a" | "code" | "/code" | "del" | "/del") {
            line.push(" ");
        }
        if name == "li"
            && let Some(Some(next)) = numbers.last_mut()
        {
            let number = attribute(tag, "value").unwrap_or(*next);
            *next = number.saturating_add(1);
            if left_out == 0 {
                line.push(&format!("{number}. "));
            }
        }
        if left_out == 0 {
            line.push(words);
        }
        if line.room == 0 {
            break;
        }
    }
    line.text.truncate(line.text.trim_end().len());
    line.text
}

struct Line {
    text: String,
    /// So many more characters are of use.
    room: usize,
}

/// What the sanitiser writes for signs that HTML keeps for itself.
const ENTITIES: [(&str, char); 5] = [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", ' '), ("&amp;", '&')];

impl Line {
    fn push(&mut self, words: &str) {
        let mut rest = words;
        while let Some(first) = rest.chars().next().filter(|_| self.room > 0) {
            let entity = ENTITIES.iter().find(|(written, _)| first == '&' && rest.starts_with(written));
            let (character, length) = entity.map_or((first, first.len_utf8()), |(written, sign)| (*sign, written.len()));
            rest = rest.get(length..).unwrap_or_default();
            if !character.is_whitespace() {
                self.text.push(character);
                self.room -= 1;
            } else if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
                self.room -= 1;
            }
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<u64> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()?.parse().ok()
}

fn cut(mut line: String, max_chars: usize) -> String {
    if line.chars().count() <= max_chars {
        return line;
    }
    let room = max_chars.saturating_sub(1);
    // Not between a letter and its marks, nor inside a family.
    let is_between = |at: usize| {
        line.get(at..).is_some_and(|rest| rest.starts_with(belongs_to_the_one_before))
            || line.get(..at).is_some_and(|start| start.ends_with('\u{200d}'))
    };
    let places = line.char_indices().map(|(at, _)| at).take(room + 1);
    let end = places.filter(|at| !is_between(*at)).last().unwrap_or_default();
    let next_is_space = line.get(end..).is_some_and(|rest| rest.starts_with(' '));
    line.truncate(end);
    if !next_is_space && let Some(last_space) = line.rfind(' ') {
        line.truncate(last_space);
    }
    line.truncate(line.trim_end_matches([' ', ',', ';', ':', '–']).len());
    if max_chars > 0 {
        line.push('…');
    }
    line
}

fn belongs_to_the_one_before(character: char) -> bool {
    is_combining_mark(character) || super::line::is_invisible(character) || matches!(character, '\u{1f3fb}'..='\u{1f3ff}')
}
