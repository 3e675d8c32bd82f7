//! Keeps characters from meaning something to the Markdown parser that the person did not mean.
//!
//! Before parsing, such a character is swapped for a control character, which no post can hold; before printing it is swapped
//! back. So it reads as typed everywhere, in code too, which a backslash or an entity would not.

use std::borrow::Cow;

/// Each with its stand-in, a control character that Markdown takes for a letter.
const STAND_INS: [(char, char); 11] = [
    ('<', '\u{1}'),
    ('>', '\u{2}'),
    ('~', '\u{3}'),
    ('*', '\u{4}'),
    (':', '\u{5}'),
    ('|', '\u{6}'),
    ('-', '\u{7}'),
    ('+', '\u{8}'),
    ('.', '\u{e}'),
    (')', '\u{f}'),
    ('(', '\u{10}'),
];

/// More markers of quotes and lists in one line are text: the parser's work would grow with lines times markers.
const MAX_MARKERS: usize = 16;

/// A table with more columns is text: nobody can read it on a phone.
const MAX_COLUMNS: usize = 20;

/// A table with more cells is text. The parser fills in the cells that short rows lack, so columns multiply with rows, and a
/// row is every line until an empty one: ten thousand characters could make a hundred thousand cells.
const MAX_CELLS: usize = 2_000;

/// Further `](` are text: for each the parser may look for the end of a link's title down to the end of the paragraph.
const MAX_LINKS: usize = 400;

/// The words with every character guarded that must not mean anything.
pub fn guard(words: &str) -> String {
    let mut guarded = String::with_capacity(words.len());
    let lines: Vec<&str> = words.split('\n').collect();
    let mut endings = 0;
    let mut is_code = false;
    let mut is_quote = false;
    for (line, lines_left) in lines.iter().zip(lines_until_empty(&lines)) {
        // An answer right below a quote is not a part of it, though Markdown says so: it would be said by the wrong person.
        let was_quote = std::mem::replace(&mut is_quote, line.trim_start().starts_with('>'));
        if was_quote && !is_quote && !is_code {
            guarded.push('\n');
        }
        is_code ^= line.trim_start().starts_with("```");
        let line: Vec<char> = line.chars().filter(|character| *character == '\t' || !character.is_control()).collect();
        guard_line(&line, lines_left, &mut endings, &mut guarded);
        guarded.push('\n');
    }
    guarded.pop();
    guarded
}

/// For each line, how many follow before an empty one: so many rows a table there could have.
fn lines_until_empty(lines: &[&str]) -> Vec<usize> {
    let mut left = 0;
    let mut counts: Vec<usize> = lines
        .iter()
        .rev()
        .map(|line| {
            let below = left;
            left = if line.trim().is_empty() { 0 } else { left + 1 };
            below
        })
        .collect();
    counts.reverse();
    counts
}

/// The words as typed.
pub fn unguard(words: &str) -> Cow<'_, str> {
    if words.bytes().all(|byte| byte >= b' ' || byte == b'\n' || byte == b'\t') {
        return Cow::Borrowed(words);
    }
    words
        .chars()
        .map(|character| STAND_INS.iter().find(|pair| pair.1 == character).map_or(character, |pair| pair.0))
        .collect()
}

fn stand_in(character: char) -> char {
    STAND_INS.iter().find(|pair| pair.0 == character).map_or(character, |pair| pair.1)
}

fn guard_line(line: &[char], lines_left: usize, endings: &mut usize, out: &mut String) {
    let rest = if is_rule(line) { line } else { guard_markers(line, out) };
    let at = |index: usize| rest.get(index).copied();
    let is_huge_table = is_huge_table(rest, lines_left);
    let mut previous = None;
    let mut index = 0;
    while let Some(character) = at(index) {
        let run = rest.iter().skip(index).take_while(|other| **other == character).count();
        let next = at(index + run);
        let means_nothing = match character {
            // HTML is words here. Guarding it also spares the parser every search for the end of a tag.
            '<' => previous != Some('\\'),
            // "~30" is "about 30", and "~~~~" a separator, not the beginning of code.
            '~' => run != 2 && previous != Some('\\'),
            // "1*500 2*250" are doses.
            '*' => run == 1 && is_product(previous, next),
            // "[Monday]: fine" would define a link and vanish.
            ':' => previous == Some(']'),
            '|' | '-' => is_huge_table,
            '(' if previous == Some(']') => {
                *endings += 1;
                *endings > MAX_LINKS
            }
            _ => false,
        };
        let printed = if means_nothing { stand_in(character) } else { character };
        out.extend(std::iter::repeat_n(printed, run));
        previous = Some(character);
        index += run;
    }
}

/// The line under a table's head, of a table that is too large.
fn is_huge_table(line: &[char], lines_left: usize) -> bool {
    let columns = line.iter().filter(|character| **character == '|').count().saturating_sub(1).max(1);
    (columns > MAX_COLUMNS || columns * (lines_left + 1) > MAX_CELLS)
        && line.iter().all(|character| matches!(character, '|' | '-' | ':' | ' ' | '\t'))
}

/// A line of nothing but one of `-`, `*`, `_`, however long.
fn is_rule(line: &[char]) -> bool {
    let mut marks = line.iter().filter(|character| !matches!(character, ' ' | '\t'));
    marks.next().is_some_and(|first| matches!(first, '-' | '*' | '_') && marks.all(|other| other == first))
}

fn is_product(before: Option<char>, after: Option<char>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.is_alphanumeric() && after.is_alphanumeric() && (before.is_numeric() || after.is_numeric())
        }
        _ => false,
    }
}

/// Copies the markers of quotes and lists that open the line and gives back what follows them.
fn guard_markers<'l>(line: &'l [char], out: &mut String) -> &'l [char] {
    let mut rest = line;
    let mut markers = 0;
    loop {
        let blanks = rest.iter().take_while(|character| matches!(character, ' ' | '\t')).count();
        let (blank, words) = rest.split_at(blanks);
        let digits = words.iter().take_while(|character| character.is_ascii_digit()).count();
        let mark = words.get(digits).copied();
        let after = words.get(digits + 1).copied();
        let is_spaced = matches!(after, None | Some(' ' | '\t'));
        let is_marker = match mark {
            Some('>') => digits == 0,
            Some('-' | '+' | '*') => digits == 0 && is_spaced,
            Some('.' | ')') => (1..=9).contains(&digits) && is_spaced,
            _ => false,
        };
        let (true, Some(mark)) = (is_marker, mark) else {
            return rest;
        };
        markers += 1;
        out.extend(blank);
        out.extend(words.iter().take(digits));
        // ">5 mmol/l" is "more than 5"; "> 5 mmol/l" is a quote, as mail programs write it.
        let is_more_than = mark == '>' && after.is_some_and(|after| after.is_ascii_digit() || after == '=');
        out.push(if is_more_than || markers > MAX_MARKERS { stand_in(mark) } else { mark });
        rest = words.get(digits + 1..).unwrap_or_default();
    }
}
