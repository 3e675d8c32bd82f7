//! How long the longest posts take to become HTML: ordinary ones, and those that are made to take long.

use alongside::text::{PostSource, render};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

const TRIES: usize = 5;

/// The slowest of all kinds of words: which one, and the median of some tries.
pub fn slowest() -> Result<(&'static str, Duration)> {
    let mut slowest = ("", Duration::ZERO);
    for (name, words) in longest_posts() {
        let words: String = words.chars().take(PostSource::MAX_CHARS).collect();
        let Ok(source) = PostSource::parse(&words) else { bail!("{name}: these words are no post") };
        let mut times = Vec::with_capacity(TRIES);
        for _ in 0..TRIES {
            let started = Instant::now();
            std::hint::black_box(render(std::hint::black_box(&source)));
            times.push(started.elapsed());
        }
        times.sort();
        let median = times.get(TRIES / 2).copied().unwrap_or_default();
        if median > slowest.1 {
            slowest = (name, median);
        }
    }
    Ok(slowest)
}

fn longest_posts() -> Vec<(&'static str, String)> {
    let long = |unit: &str| unit.repeat(PostSource::MAX_CHARS / unit.chars().count() + 1);
    let half = |unit: &str| unit.repeat(PostSource::MAX_CHARS / unit.chars().count() / 2);
    let ordinary = "The third week was **harder** than the first, and nobody had *said* so; see https://example.org/week-3?day=2 for mine.\n\
                    - rest before you need it\n- 1*500 mg, <5 units, ~30 minutes\n\n1. ask\n2. write it down\n\n> somebody said this\n\n| when | what |\n|---|---|\n| 8:00 | 2 mg |\n\n";
    vec![
        ("ordinary words", long(ordinary)),
        ("one word", long("a")),
        ("quotes in quotes", long("> ")),
        ("quotes in quotes, line by line", (1..200).map(|depth| "> ".repeat(depth) + "a\n").collect()),
        ("lists in lists", (0..200).map(|depth| "  ".repeat(depth) + "- a\n").collect()),
        ("list markers", long("- ")),
        ("numbers", long("1. a\n")),
        ("open brackets", long("[")),
        ("open pictures", long("![")),
        ("brackets in brackets", half("[") + &half("]")),
        ("links in links", half("[a](") + &half(")")),
        ("links without an end", long("[a](<b")),
        ("links", long("[a](https://a.example/b) ")),
        ("references", long("[a]: /b\n\n[a] ")),
        (
            "many references",
            (0..2_000).flat_map(|number: u32| ["[".to_owned(), number.to_string(), "]: /b\n".to_owned()]).collect(),
        ),
        ("bare addresses", long("https://a.example/b ")),
        ("bare addresses without spaces", long("https://a.example/")),
        ("addresses in brackets", long("(https://a.example/(b)")),
        ("mail addresses", long("a@b.example ")),
        ("dots and at signs", long("a.a@")),
        ("stars", long("*")),
        ("stars and letters", long("*a **a ")),
        ("stars and lines", long("*a_ ")),
        ("open emphasis", long("a**b")),
        ("emphasis in emphasis", half("*a ") + &half(" a*")),
        ("lines", long("_a__b")),
        ("tildes", long("~~a~")),
        ("ticks", (1..200).map(|count| "`".repeat(count) + " ").collect()),
        ("open fences", long("```\n")),
        ("HTML", long("<div>")),
        ("HTML that is not", long("<a <")),
        ("comments", long("<!-- ")),
        ("processing instructions", long("<?")),
        ("ampersands", long("&")),
        ("entities", long("&amp;&#0;&notit;")),
        ("backslashes", long("\\")),
        ("escapes", long("\\*\\[")),
        ("a wide table", format!("{}\n{}\n{}", "|a".repeat(3_000), "|-".repeat(3_000), "|b".repeat(3_000))),
        ("a long table", format!("|a|b|\n|-|-|\n{}", "|c\n".repeat(6_000))),
        ("a wide and long table", format!("{}\n{}\n{}", "|a".repeat(500), "|-".repeat(500), "|\n".repeat(9_000))),
        ("headings", long("# a\n")),
        ("underlines", long("a\n=\n")),
        ("rules", long("***\n")),
        ("empty lines", "a\n".to_owned() + &half("\n") + &half("b")),
        ("spaces", "a".to_owned() + &half("  ") + "b"),
        ("tabs", long("\ta")),
        ("combining marks", long("a\u{301}\u{302}")),
        ("emoji", long("👩‍👩‍👧")),
        ("right to left", long("שלום ")),
    ]
}
