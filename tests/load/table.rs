//! What came out: figures for programs, a table for people.

use crate::plan::{READING, Whom};
use crate::wrk::Window;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The medians of one measure.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Median {
    /// Answers a second.
    pub per_second: f64,
    /// Milliseconds of processor time for one answer.
    pub processor_ms: f64,
    /// Milliseconds.
    pub p50_ms: f64,
    /// Milliseconds.
    pub p99_ms: f64,
    /// Mean bytes of an answer.
    pub bytes: f64,
    /// Windows that this is the median of.
    pub windows: usize,
}

/// Everything that a run found out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    /// When it began, UTC.
    pub began: String,
    /// On what.
    pub machine: String,
    /// How it was called.
    pub options: String,
    /// By the keys of `plan.rs`, with the stage before them.
    pub medians: BTreeMap<String, Median>,
    /// Single figures: `start-ms`, `memory-fresh-mib` ...
    pub figures: BTreeMap<String, f64>,
    /// What could not be measured or was refused.
    pub problems: Vec<String>,
    /// The table.
    pub rows: Vec<Row>,
}

/// One line of the table.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Row {
    goal: String,
    measure: String,
    ours: String,
    processor_ms: String,
    p50_ms: String,
    p99_ms: String,
    kilobytes: String,
    beside: String,
    ratio: String,
    must: String,
    verdict: String,
}

/// What a figure has to be.
#[derive(Debug, Clone, Copy)]
enum Must {
    AtLeast(f64),
    AtMost(f64),
}

impl Must {
    fn words(self) -> String {
        match self {
            Self::AtLeast(limit) => format!("≥ {}", short(limit)),
            Self::AtMost(limit) => format!("≤ {}", short(limit)),
        }
    }

    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(limit) => figure >= limit,
            Self::AtMost(limit) => figure <= limit,
        }
    }
}

/// The medians of several windows.
pub fn median_of(windows: &[Window]) -> Median {
    Median {
        per_second: middle(windows.iter().map(|window| window.per_second).collect()),
        processor_ms: middle(windows.iter().map(|window| window.processor_ms).collect()),
        p50_ms: middle(windows.iter().map(|window| window.p50_ms).collect()),
        p99_ms: middle(windows.iter().map(|window| window.p99_ms).collect()),
        bytes: middle(windows.iter().map(|window| window.bytes).collect()),
        windows: windows.len(),
    }
}

/// The middle of some figures; of an even number the lower one.
pub fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

impl Results {
    /// As an earlier run wrote them.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
    }

    /// For a later run.
    pub fn write(&self, path: &Path) -> Result<()> {
        std::fs::write(path, serde_json::to_vec_pretty(self)?).with_context(|| path.display().to_string())
    }

    /// Makes the table of what was measured. The limits are the project's own goals; they are judged here and nowhere fail
    /// a run.
    pub fn tabulate(&mut self) {
        let mut rows = Vec::new();
        for prefix in ["", "big/", "postgres/"] {
            self.tabulate_windows(prefix, &mut rows);
            self.tabulate_posting(prefix, &mut rows);
            self.tabulate_door(prefix, &mut rows);
        }
        self.tabulate_growth(&mut rows);
        self.tabulate_figures(&mut rows);
        self.rows = rows;
    }

    fn tabulate_windows(&self, prefix: &str, rows: &mut Vec<Row>) {
        for measure in &READING {
            let Some(median) = self.median(prefix, measure.key) else { continue };
            let mut row = window_row(format!("{}{}", stage_words(prefix), measure.words), median);
            let beside = READING.iter().find(|other| other.key == measure.beside);
            if let (Some(other), Whom::Ours) = (beside, measure.whom)
                && let Some(limit) = self.median(prefix, other.key)
            {
                let ratio = median.per_second / limit.per_second;
                row.beside = format!("{} {}", whole(limit.per_second), beside_words(other.key));
                row.ratio = short(ratio);
                match (prefix, measure.key) {
                    ("", "thread-first") => judge(&mut row, "1", Must::AtLeast(0.25), ratio),
                    ("", "thread-first-packed") => judge(&mut row, "2", Must::AtLeast(0.5), ratio),
                    ("", "unchanged") => judge(&mut row, "3", Must::AtLeast(0.5), ratio),
                    ("", "member-first") => judge(&mut row, "4", Must::AtLeast(0.6), ratio),
                    ("", "member-first-packed") => judge(&mut row, "4", Must::AtLeast(0.4), ratio),
                    ("", "home" | "board") => judge(&mut row, "5", Must::AtLeast(1.0), ratio),
                    ("", "two") => {
                        row.beside.clear();
                        row.ratio.clear();
                        let holds = median.p50_ms <= 2.0 && median.p99_ms <= 10.0;
                        decide(&mut row, "9", "≤ 2 / 10 ms", holds);
                    }
                    // Of the processor time: it moves least.
                    (_, "long-middle") => {
                        let ratio = median.processor_ms / limit.processor_ms;
                        row.beside = format!("{} ms on page 1", short(limit.processor_ms));
                        row.ratio = short(ratio);
                        judge(&mut row, "", Must::AtMost(1.2), ratio);
                    }
                    _ => {}
                }
            }
            if (prefix, measure.key) == ("postgres/", "thread-first")
                && let Some(embedded) = self.median("", "thread-first")
            {
                let ratio = median.per_second / embedded.per_second;
                row.beside = format!("{} SQLite", whole(embedded.per_second));
                row.ratio = short(ratio);
                judge(&mut row, "14", Must::AtLeast(0.4), ratio);
            }
            rows.push(row);
        }
    }

    fn tabulate_posting(&self, prefix: &str, rows: &mut Vec<Row>) {
        if let Some(median) = self.median(prefix, "posting") {
            let mut row = window_row(format!("{}replies by 8 clients", stage_words(prefix)), median);
            if let Some(limit) = self.figures.get(&format!("{prefix}synced-commits")) {
                let ratio = median.per_second / limit;
                row.beside = format!("{} synced commits", whole(*limit));
                row.ratio = short(ratio);
                judge(&mut row, "6", Must::AtLeast(0.8), ratio);
            }
            rows.push(row);
        }
        if let (Some(median), Some(alone)) = (self.median(prefix, "while-posting"), self.median(prefix, "thread-first")) {
            let ratio = median.per_second / alone.per_second;
            let mut row = window_row(format!("{}thread, visitor, while 8 clients post", stage_words(prefix)), median);
            row.beside = format!("{} alone, p99 {}", whole(alone.per_second), short(alone.p99_ms));
            row.ratio = short(ratio);
            decide(&mut row, "7", "≥ 0.6, p99 ≤ 3x", ratio >= 0.6 && median.p99_ms <= 3.0 * alone.p99_ms);
            rows.push(row);
        }
    }

    fn tabulate_door(&self, prefix: &str, rows: &mut Vec<Row>) {
        let figure = |name: &str| self.figures.get(&format!("{prefix}door-{name}")).copied();
        let words = |words: &str| format!("{}{words}", stage_words(prefix));
        if let (Some(p50), Some(p99), Some(quiet), Some(ratio)) =
            (figure("pages-p50-ms"), figure("pages-p99-ms"), figure("quiet-p99-ms"), figure("times-quiet-p99"))
        {
            let mut row = Row {
                measure: words("pages, 50 a second, while 200 a second try to sign in"),
                p50_ms: short(p50),
                p99_ms: short(p99),
                beside: format!("p99 {} ms quiet", short(quiet)),
                ratio: short(ratio),
                ..Row::default()
            };
            judge(&mut row, "", Must::AtMost(4.0), ratio);
            rows.push(row);
        }
        if let (Some(signed_in), Some(wrong), Some(told), Some(p50), Some(p99)) = (
            figure("signed-in-per-second"),
            figure("wrong-per-second"),
            figure("told-to-wait-per-second"),
            figure("decided-p50-ms"),
            figure("decided-p99-ms"),
        ) {
            rows.push(Row {
                measure: words("of those: signed in or told that it was wrong"),
                ours: format!("{}/s", whole(signed_in + wrong)),
                p50_ms: short(p50),
                p99_ms: short(p99),
                beside: format!("{}/s told to wait", whole(told)),
                ..Row::default()
            });
        }
        if let Some(memory) = figure("memory-mib") {
            let mut row = Row { measure: words("most memory meanwhile, MiB (RSS)"), ours: short(memory), ..Row::default() };
            judge(&mut row, "", Must::AtMost(250.0), memory);
            rows.push(row);
        }
        for form in ["sign-in", "reset", "join"] {
            let (Some(known), Some(difference)) =
                (figure(&format!("{form}-known-ms")), figure(&format!("{form}-difference-per-cent")))
            else {
                continue;
            };
            let mut row = Row {
                measure: words(&format!("{form}: a known address beside an unknown one")),
                p50_ms: short(known),
                ratio: format!("{difference:+.1} %"),
                ..Row::default()
            };
            decide(&mut row, "", "within 5 %", difference.abs() <= 5.0);
            rows.push(row);
        }
    }

    fn tabulate_growth(&self, rows: &mut Vec<Row>) {
        for measure in &READING {
            let (Some(small), Some(big)) = (self.median("", measure.key), self.median("big/", measure.key)) else {
                continue;
            };
            let growth = big.processor_ms / small.processor_ms;
            let mut row = Row {
                measure: format!("growth: {}", measure.words),
                ours: format!("{} ms", short(big.processor_ms)),
                beside: format!("{} ms small", short(small.processor_ms)),
                ratio: short(growth),
                ..Row::default()
            };
            if measure.whom == Whom::Ours {
                judge(&mut row, "13", Must::AtMost(1.5), growth);
            }
            rows.push(row);
        }
    }

    fn tabulate_figures(&self, rows: &mut Vec<Row>) {
        let goals = [
            ("memory-fresh-mib", "10", "memory when started, MiB (PSS)", Some(Must::AtMost(40.0))),
            ("memory-after-mib", "10", "memory after the run, MiB (PSS)", Some(Must::AtMost(100.0))),
            ("start-ms", "11", "start to the end of the first thread page, ms", Some(Must::AtMost(150.0))),
            ("visit-kilobytes", "12", "first visit to a thread, KB", Some(Must::AtMost(60.0))),
            ("visit-requests", "12", "first visit to a thread, requests", Some(Must::AtMost(6.0))),
            ("text-ms", "", "slowest 20,000 characters to HTML, ms", Some(Must::AtMost(50.0))),
            ("fill-posts-per-second", "", "filling, posts a second", Some(Must::AtLeast(10_000.0))),
            ("big/fill-posts-per-second", "", "filling the big one, posts a second", Some(Must::AtLeast(10_000.0))),
            ("postgres/fill-posts-per-second", "", "filling PostgreSQL, posts a second", Some(Must::AtLeast(5_000.0))),
            ("database-megabytes", "", "database, MB", None),
            ("big/database-megabytes", "", "big database, MB", None),
            ("big/memory-after-mib", "", "memory after the run on the big one, MiB (PSS)", None),
            ("big/start-ms", "", "start on the big one, ms", None),
            ("postgres/memory-after-mib", "", "memory after the run on PostgreSQL, MiB (PSS, without the database)", None),
        ];
        for (key, goal, words, must) in goals {
            let Some(figure) = self.figures.get(key).filter(|figure| figure.is_finite()) else { continue };
            let mut row = Row { measure: words.to_owned(), ours: short(*figure), ..Row::default() };
            if let Some(must) = must {
                judge(&mut row, goal, must, *figure);
            }
            rows.push(row);
        }
    }

    fn median(&self, prefix: &str, key: &str) -> Option<Median> {
        self.medians.get(&format!("{prefix}{key}")).copied()
    }

    /// The table, as text.
    pub fn table(&self) -> String {
        let mut lines = vec![
            ["", "measure", "ours", "cpu ms", "p50 ms", "p99 ms", "KB", "beside", "ratio", "must", ""]
                .map(ToOwned::to_owned)
                .to_vec(),
        ];
        for row in &self.rows {
            lines.push(
                [
                    &row.goal,
                    &row.measure,
                    &row.ours,
                    &row.processor_ms,
                    &row.p50_ms,
                    &row.p99_ms,
                    &row.kilobytes,
                    &row.beside,
                    &row.ratio,
                    &row.must,
                    &row.verdict,
                ]
                .map(Clone::clone)
                .to_vec(),
            );
        }
        aligned(&lines, &[1, 7, 9, 10])
    }

    /// What changed since an earlier run.
    pub fn table_against(&self, earlier: &Self) -> String {
        let heads = ["measure", "a second then", "now", "change", "cpu ms then", "now", "change"];
        let mut lines = vec![heads.map(ToOwned::to_owned).to_vec()];
        for (key, now) in &self.medians {
            let Some(then) = earlier.medians.get(key) else { continue };
            lines.push(vec![
                key.clone(),
                whole(then.per_second),
                whole(now.per_second),
                change(then.per_second, now.per_second),
                short(then.processor_ms),
                short(now.processor_ms),
                change(then.processor_ms, now.processor_ms),
            ]);
        }
        for (key, now) in &self.figures {
            let Some(then) = earlier.figures.get(key) else { continue };
            lines.push(vec![
                key.clone(),
                short(*then),
                short(*now),
                change(*then, *now),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        aligned(&lines, &[0])
    }
}

fn judge(row: &mut Row, goal: &str, must: Must, figure: f64) {
    decide(row, goal, &must.words(), must.holds(figure));
}

fn decide(row: &mut Row, goal: &str, must: &str, holds: bool) {
    goal.clone_into(&mut row.goal);
    must.clone_into(&mut row.must);
    if holds { "ok" } else { "missed" }.clone_into(&mut row.verdict);
}

fn window_row(measure: String, median: Median) -> Row {
    Row {
        measure,
        ours: format!("{}/s", whole(median.per_second)),
        processor_ms: short(median.processor_ms),
        p50_ms: short(median.p50_ms),
        p99_ms: short(median.p99_ms),
        kilobytes: short(median.bytes / 1000.0),
        ..Row::default()
    }
}

fn stage_words(prefix: &str) -> &'static str {
    match prefix {
        "big/" => "big: ",
        "postgres/" => "PostgreSQL: ",
        _ => "",
    }
}

fn beside_words(key: &str) -> &'static str {
    match key {
        "thread-first" => "own thread page",
        "thread-first-packed" => "first page",
        "long-first" => "page 1",
        "floor-page" => "the floor",
        "floor-cached" => "kept page",
        "floor-version" => "the floor's 304",
        _ => "",
    }
}

fn change(then: f64, now: f64) -> String {
    format!("{:+.0} %", (now / then - 1.0) * 100.0)
}

/// Three figures that count.
fn short(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => whole(figure),
        size if size >= 10.0 => format!("{figure:.1}").trim_end_matches(".0").to_owned(),
        size if size >= 1.0 => format!("{figure:.2}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => format!("{figure:.3}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

/// With a comma between thousands.
fn whole(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut result = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

/// Columns, numbers to the right, the columns in `left` to the left.
fn aligned(lines: &[Vec<String>], left: &[usize]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        for (at, cell) in line.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(at) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(at, (cell, width))| if left.contains(&at) { format!("{cell:<width$}") } else { format!("{cell:>width$}") },
            )
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
