//! Markdown to HTML, as people type it.
//!
//! `CommonMark` with tables and `~~struck~~` words, and these differences, each because a person's words would otherwise change:
//! a line break is kept; there is no indented code, no HTML, no picture, no link definition, no heading by underlining, no
//! code between tildes; an ordered list keeps the numbers that were typed, and one that has a single item is a sentence.

use super::guard::{guard, unguard};
use super::links;
use super::{PostSource, SafeHtml};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::fmt::Write as _;
use std::ops::Range;

/// Which rendering this is. Raise it when the same words give other HTML: what the database keeps is then made anew.
pub const RENDER_VERSION: i32 = 1;

/// Elements inside each other, blocks and inlines together.
pub(super) const MAX_DEPTH: usize = 16;

/// Further links are words: each adds ninety characters to the page.
const MAX_LINKS: usize = 200;

/// Cells that rows lack are filled in up to this number in one post, so that a few characters cannot fill a page.
const MAX_EMPTY_CELLS: usize = 1_000;

/// Indented words inside indented words are read again as Markdown this often; then they are plain.
const MAX_READINGS: usize = 3;

/// The HTML of a post. Never fails: what has no meaning as Markdown is shown as typed.
pub fn render(source: &PostSource) -> SafeHtml {
    let mut writer = Writer::default();
    writer.read(&guard(source.as_str()), 0);
    writer.close_paragraph();
    SafeHtml::sanitise(&writer.out)
}

/// What an element takes inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Blocks; bare words get a paragraph of their own.
    Blocks,
    /// Blocks and bare words.
    Both,
    /// Words.
    Words,
}

/// An open element of the Markdown, whether or not it became one of the HTML.
struct Frame {
    /// What closes it; empty if it did not become HTML.
    close: &'static str,
    /// How many HTML elements it opened.
    depth: usize,
    takes: Takes,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Code,
    Link,
    /// Printed as typed, and so is what follows its words.
    RefusedLink,
    /// A paragraph with a line of dashes below, which Markdown calls a heading.
    Underlined,
    List {
        next_number: Option<u64>,
        /// Every item so far was typed as number one.
        is_all_ones: bool,
    },
    /// A list that is printed as lines.
    FlatList,
    Table {
        has_rows: bool,
    },
    FlatTable,
    Row,
    FlatRow,
}

#[derive(Default)]
struct Writer {
    out: String,
    frames: Vec<Frame>,
    /// Plain words that wait until they are complete, because the parser cuts them anywhere.
    words: String,
    /// A paragraph is open that no frame stands for.
    paragraph: bool,
    /// Words of a block that did not become HTML end here.
    break_due: bool,
    /// The next paragraph goes on in the line of its list marker.
    after_marker: bool,
    links: usize,
    empty_cells: usize,
}

type Spanned<'e> = (Event<'e>, Range<usize>);

impl Writer {
    fn read(&mut self, source: &str, reading: usize) {
        let events: Vec<Spanned> =
            Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter().collect();
        let mut single_items = single_items(&events).into_iter().peekable();
        let mut index = 0;
        while let Some((event, range)) = events.get(index) {
            let typed = source.get(range.clone()).unwrap_or_default();
            let rest = events.get(index + 1..).unwrap_or_default();
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    let lines: String = rest.iter().map_while(|(event, _)| text_of(event)).collect();
                    self.indented(&lines, reading);
                    index += rest.iter().take_while(|(event, _)| text_of(event).is_some()).count() + 1;
                }
                Event::Start(Tag::List(first)) => {
                    let is_single = single_items.next_if(|single| *single == index).is_some();
                    self.list(*first, is_single);
                }
                Event::Start(tag) => self.start(tag, typed, rest),
                Event::End(tag) => {
                    // What stands between the last thing inside and the end: `](address)`, or cells without a column.
                    let inside = index.checked_sub(1).and_then(|last| events.get(last));
                    let inside_end = match inside {
                        Some((Event::Start(Tag::Link { .. }), inside)) => inside.start + 1,
                        Some((Event::Start(Tag::Image { .. }), inside)) => inside.start + 2,
                        Some((_, inside)) => inside.end,
                        None => range.start,
                    };
                    let row_end = rest.first().filter(|(next, _)| matches!(next, Event::End(TagEnd::TableRow)));
                    let left = match (tag, row_end) {
                        (TagEnd::TableCell, Some((_, row))) => source.get(range.end..row.end),
                        _ => source.get(inside_end..range.end),
                    };
                    self.end(*tag, typed, left.unwrap_or_default());
                }
                Event::Code(code) => {
                    self.flush();
                    if self.has_room(1) {
                        self.inline();
                        self.out.push_str("<code>");
                        self.escaped(&unguard(code));
                        self.out.push_str("</code>");
                    } else {
                        self.words.push_str(code);
                    }
                }
                Event::SoftBreak | Event::HardBreak => self.line_break(),
                Event::Rule => {
                    self.separate();
                    if self.takes() == Takes::Words || !self.has_room(1) {
                        self.words.push_str(typed.trim());
                        self.separate();
                    } else {
                        self.block();
                        self.out.push_str("<hr>");
                    }
                }
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.words.push_str(text),
                // Of kinds that are not switched on.
                Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                    self.words.push_str(typed);
                }
            }
            index += 1;
        }
        self.flush();
    }

    /// Words that stand far from the edge are words, and may hold Markdown of their own.
    fn indented(&mut self, lines: &str, reading: usize) {
        let margin = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let margin = lines.lines().filter(|line| !line.trim().is_empty()).map(margin).min().unwrap_or_default();
        let lines: Vec<&str> = lines.lines().map(|line| line.get(margin..).unwrap_or_default()).collect();
        self.separate();
        if reading < MAX_READINGS {
            self.read(&lines.join("\n"), reading + 1);
        } else {
            for line in lines {
                self.words.push_str(line.trim());
                self.line_break();
            }
        }
        self.separate();
    }

    fn start(&mut self, tag: &Tag, typed: &str, rest: &[Spanned]) {
        match tag {
            Tag::Paragraph => {
                if std::mem::take(&mut self.after_marker) {
                    self.open("", "", 0, Takes::Words, Kind::Plain);
                } else {
                    self.open_block("<p>", "</p>", 1, Takes::Words, Kind::Plain);
                }
            }
            Tag::Heading { level, .. } => {
                let is_empty = matches!(rest.first(), Some((Event::End(TagEnd::Heading(_)), _)));
                if is_empty || !typed.trim_start().starts_with('#') {
                    self.open_block("<p>", "</p>", 1, Takes::Words, if is_empty { Kind::Plain } else { Kind::Underlined });
                    if is_empty {
                        self.words.push_str(typed.trim());
                    }
                } else {
                    let (open, close) = match *level as usize {
                        1 => ("<h3>", "</h3>"),
                        2 => ("<h4>", "</h4>"),
                        _ => ("<h5>", "</h5>"),
                    };
                    self.open_block(open, close, 1, Takes::Words, Kind::Plain);
                }
            }
            Tag::BlockQuote(_) => self.open_block("<blockquote>", "</blockquote>", 1, Takes::Blocks, Kind::Plain),
            Tag::CodeBlock(_) => {
                self.open_block("<pre><code>", "</code></pre>", 2, Takes::Words, Kind::Code);
            }
            Tag::Item => self.item(typed, rest),
            Tag::Table(_) => {
                // The cells need room inside the table too.
                if self.has_room(5) {
                    self.open_block("<div class=\"scroll\"><table>", "", 2, Takes::Blocks, Kind::Table { has_rows: false });
                } else {
                    self.separate();
                    self.open("", "", 0, self.takes(), Kind::FlatTable);
                }
            }
            Tag::TableHead => self.row("<thead><tr>", "</tr></thead>"),
            Tag::TableRow => self.row("<tr>", "</tr>"),
            Tag::TableCell => self.cell(rest),
            Tag::Emphasis => self.open_inline("<em>", "</em>"),
            Tag::Strong => self.open_inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.open_inline("<del>", "</del>"),
            Tag::Link { dest_url, .. } => self.link(dest_url, "[", rest),
            Tag::Image { dest_url, .. } => self.link(dest_url, "![", rest),
            // Of kinds that are not switched on.
            _ => self.open("", "", 0, self.takes(), Kind::Plain),
        }
    }

    fn end(&mut self, tag: TagEnd, typed: &str, left: &str) {
        let kind = self.frames.last().map_or(Kind::Plain, |frame| frame.kind);
        if kind == Kind::RefusedLink || (tag == TagEnd::TableCell && kind != Kind::FlatTable) {
            let left = if tag == TagEnd::TableCell {
                left.trim_matches(|edge: char| edge == '|' || edge.is_whitespace())
            } else {
                left
            };
            if tag == TagEnd::TableCell && !left.is_empty() {
                self.words.push(' ');
            }
            self.words.push_str(left);
        }
        self.flush();
        let Some(frame) = self.frames.pop() else { return };
        if frame.takes == Takes::Blocks && !frame.close.is_empty() {
            self.close_paragraph();
        }
        if let Kind::Table { has_rows } = kind {
            self.out.push_str(if has_rows { "</tbody></table></div>" } else { "</table></div>" });
        }
        self.out.push_str(frame.close);
        if frame.close.is_empty() && is_block(tag) && !matches!(kind, Kind::Table { .. }) {
            self.break_due = true;
        } else if is_block(tag) {
            self.break_due = false;
        }
        if kind == Kind::Underlined {
            let underline = typed.trim_end().rsplit('\n').next().unwrap_or_default();
            let underline = underline.trim_start_matches(|edge| !matches!(edge, '-' | '='));
            let is_rule = underline.len() > 2 && self.takes() != Takes::Words && self.has_room(1);
            if is_rule {
                self.block();
                self.out.push_str("<hr>");
            } else {
                self.words.push_str(underline);
                self.flush();
                self.separate();
            }
        }
    }

    fn list(&mut self, first: Option<u64>, is_single: bool) {
        self.flush();
        let kind = Kind::List { next_number: first, is_all_ones: true };
        if is_single || !self.has_room(2) {
            self.separate();
            self.open("", "", 0, self.takes(), Kind::FlatList);
        } else if let Some(first) = first {
            self.block();
            self.open("", "</ol>", 1, Takes::Blocks, kind);
            if first == 1 {
                self.out.push_str("<ol>");
            } else {
                // Writing to a String does not fail.
                let _ = write!(self.out, "<ol start=\"{first}\">");
            }
        } else {
            self.open_block("<ul>", "</ul>", 1, Takes::Blocks, kind);
        }
    }

    fn item(&mut self, typed: &str, rest: &[Spanned]) {
        let marker: String = typed.chars().take_while(|character| !character.is_whitespace()).collect();
        let number = marker.trim_end_matches(['.', ')']).parse::<u64>().ok();
        let list = self.frames.last_mut().map(|frame| &mut frame.kind);
        if let Some(Kind::List { next_number, is_all_ones }) = list {
            // "1." before every item is how some people ask for counting.
            *is_all_ones &= number == Some(1);
            let is_next = number == *next_number || *is_all_ones;
            let shown = if is_next { *next_number } else { number };
            *next_number = shown.map(|number| number.saturating_add(1));
            self.break_due = false;
            self.open("", "</li>", 1, Takes::Both, Kind::Plain);
            match number.filter(|_| !is_next) {
                Some(number) => {
                    let _ = write!(self.out, "<li value=\"{number}\">");
                }
                None => self.out.push_str("<li>"),
            }
        } else {
            self.separate();
            self.open("", "", 0, self.takes(), Kind::Plain);
            self.words.push_str(&marker);
            if !matches!(rest.first(), Some((Event::End(_), _))) {
                self.words.push(' ');
            }
            self.after_marker = matches!(rest.first(), Some((Event::Start(Tag::Paragraph), _)));
        }
    }

    fn row(&mut self, open: &'static str, close: &'static str) {
        if let Some(Kind::Table { has_rows }) = self.frames.last_mut().map(|frame| &mut frame.kind) {
            let is_first = !*has_rows && close == "</tr>";
            *has_rows |= is_first;
            if is_first {
                self.out.push_str("<tbody>");
            }
            self.open(open, close, 2, Takes::Blocks, Kind::Row);
        } else {
            self.separate();
            self.open("", "", 0, self.takes(), Kind::FlatRow);
        }
    }

    fn cell(&mut self, rest: &[Spanned]) {
        let is_empty = matches!(rest.first(), Some((Event::End(_), _)));
        self.empty_cells += usize::from(is_empty);
        let is_row = self.frames.last().is_some_and(|frame| frame.kind == Kind::Row);
        let is_head = self.frames.last().is_some_and(|frame| frame.close == "</tr></thead>");
        if !is_row {
            if !is_empty && !self.break_due {
                self.words.push_str(" | ");
            }
            self.open("", "", 0, self.takes(), Kind::Plain);
        } else if is_empty && self.empty_cells > MAX_EMPTY_CELLS {
            self.open("", "", 0, Takes::Words, Kind::Plain);
        } else if is_head {
            self.open("<th scope=\"col\">", "</th>", 1, Takes::Words, Kind::Plain);
        } else {
            self.open("<td>", "</td>", 1, Takes::Words, Kind::Plain);
        }
    }

    /// A link, or a picture, which becomes a link to itself.
    fn link(&mut self, typed: &str, mark: &str, rest: &[Spanned]) {
        self.flush();
        if self.is_within(Kind::Link) {
            // A picture in a link: its words.
            self.open("", "", 0, Takes::Words, Kind::Plain);
            return;
        }
        let words: String = rest
            .iter()
            .map_while(|(event, _)| {
                (!matches!(event, Event::End(TagEnd::Link | TagEnd::Image))).then(|| text_of(event).unwrap_or_default())
            })
            .collect();
        let words = unguard(&words);
        let url = links::destination(&unguard(typed)).filter(|url| {
            // Words that are an address must be the one it leads to.
            links::addresses(&words).iter().all(|(_, shown)| shown.host_str() == url.host_str())
        });
        if let Some(url) = url.filter(|_| self.links < MAX_LINKS && self.has_room(1)) {
            self.links += 1;
            self.inline();
            self.open_link(url.as_str());
            self.frames.push(Frame { close: "</a>", depth: 1, takes: Takes::Words, kind: Kind::Link });
            if words.trim().is_empty() {
                self.words.push_str(typed);
            }
        } else {
            self.words.push_str(mark);
            self.frames.push(Frame { close: "", depth: 0, takes: self.takes(), kind: Kind::RefusedLink });
        }
    }

    fn open_link(&mut self, address: &str) {
        self.out.push_str("<a href=\"");
        self.escaped(address);
        self.out.push_str("\">");
    }

    fn open_block(&mut self, open: &'static str, close: &'static str, depth: usize, takes: Takes, kind: Kind) {
        if self.has_room(depth) && self.takes() != Takes::Words {
            self.block();
            self.open(open, close, depth, takes, kind);
        } else {
            self.separate();
            self.open("", "", 0, self.takes(), kind);
        }
    }

    fn open_inline(&mut self, open: &'static str, close: &'static str) {
        self.flush();
        if self.has_room(1) {
            self.inline();
            self.open(open, close, 1, Takes::Words, Kind::Plain);
        } else {
            self.open("", "", 0, self.takes(), Kind::Plain);
        }
    }

    fn open(&mut self, open: &'static str, close: &'static str, depth: usize, takes: Takes, kind: Kind) {
        self.flush();
        self.out.push_str(open);
        self.frames.push(Frame { close, depth, takes, kind });
    }

    /// One level stays free for the paragraph around bare words.
    fn has_room(&self, depth: usize) -> bool {
        self.frames.iter().map(|frame| frame.depth).sum::<usize>() + depth < MAX_DEPTH
    }

    fn takes(&self) -> Takes {
        self.frames.last().map_or(Takes::Blocks, |frame| frame.takes)
    }

    fn is_within(&self, kind: Kind) -> bool {
        self.frames.iter().any(|frame| frame.kind == kind)
    }

    /// A block begins in the HTML.
    fn block(&mut self) {
        self.flush();
        self.close_paragraph();
        self.break_due = false;
        self.after_marker = false;
    }

    /// A block begins or ends that is none in the HTML.
    fn separate(&mut self) {
        self.flush();
        if self.takes() == Takes::Blocks {
            self.close_paragraph();
        } else {
            self.break_due = true;
        }
        self.after_marker = false;
    }

    fn close_paragraph(&mut self) {
        if std::mem::take(&mut self.paragraph) {
            self.out.push_str("</p>");
        }
        self.break_due = false;
    }

    fn line_break(&mut self) {
        self.flush();
        if self.is_within(Kind::Code) {
            self.out.push('\n');
        } else if self.takes() != Takes::Blocks || self.paragraph {
            self.out.push_str("<br>");
        }
    }

    /// Words begin, or an element among words.
    fn inline(&mut self) {
        if self.takes() == Takes::Blocks && !self.paragraph {
            self.out.push_str("<p>");
            self.paragraph = true;
        } else if self.break_due && !is_fresh(&self.out) {
            self.out.push_str("<br>");
        }
        self.break_due = false;
    }

    /// Prints the words that wait.
    fn flush(&mut self) {
        if self.words.is_empty() {
            return;
        }
        let words = std::mem::take(&mut self.words);
        let words = unguard(&words);
        self.inline();
        if self.is_within(Kind::Code) || self.is_within(Kind::Link) {
            self.escaped(&words);
            return;
        }
        let mut done = 0;
        for (place, url) in links::addresses(&words) {
            if self.links >= MAX_LINKS || !self.has_room(1) {
                break;
            }
            self.links += 1;
            let before = words.get(done..place.start).unwrap_or_default();
            let after = words.get(place.end..).unwrap_or_default();
            // <https://leaflets.example>: the angles say where the address ends.
            let (before, skipped) = match before.strip_suffix('<') {
                Some(before) if after.starts_with('>') => (before, 1),
                _ => (before, 0),
            };
            self.escaped(before);
            self.open_link(url.as_str());
            self.escaped(words.get(place.clone()).unwrap_or_default());
            self.out.push_str("</a>");
            done = place.end + skipped;
        }
        self.escaped(words.get(done..).unwrap_or_default());
    }

    fn escaped(&mut self, words: &str) {
        for character in words.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                _ => self.out.push(character),
            }
        }
    }
}

/// Where ordered lists begin that have one item, and lists whose one item is empty: "14. May was bad", or a lone "+".
/// Those are sentences and signs; as a list they would lose how they were typed.
fn single_items(events: &[Spanned]) -> Vec<usize> {
    let mut open = Vec::new();
    let mut single = Vec::new();
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::List(first)) => open.push((index, first.is_some(), 0, false)),
            Event::Start(Tag::Item) => {
                if let Some((_, _, items, is_empty)) = open.last_mut() {
                    *items += 1;
                    *is_empty = matches!(events.get(index + 1), Some((Event::End(_), _)));
                }
            }
            Event::End(TagEnd::List(_)) => {
                if let Some((index, is_ordered, items, is_empty)) = open.pop()
                    && items == 1
                    && (is_ordered || is_empty)
                {
                    single.push(index);
                }
            }
            _ => {}
        }
    }
    single.sort_unstable();
    single
}

fn text_of<'e>(event: &'e Event) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => Some(text),
        _ => None,
    }
}

fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image | TagEnd::TableCell
    )
}

/// Nothing was printed yet in the element that holds the words.
fn is_fresh(out: &str) -> bool {
    out.ends_with("<br>") || (out.ends_with('>') && out.rfind('<').and_then(|at| out.get(at + 1..at + 2)) != Some("/"))
}
