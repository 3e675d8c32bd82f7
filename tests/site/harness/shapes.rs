//! With `KEEP_PAGES=FOLDER`, one page of every shape that people met is kept there as the server sent it, for a checker of
//! HTML. Two pages have the same shape if they come from one route with one status and are made of the same pieces.

use super::Answered;
use super::page::Page;
use scraper::{ElementRef, Html};
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("KEEP_PAGES")?);
    std::fs::create_dir_all(&folder).expect("a folder for the pages");
    Some(folder)
});

static KEPT: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Keeps the page if it is the first of its shape.
pub fn keep(page: &Page) {
    let Some(folder) = &*FOLDER else { return };
    let kind = page.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") || page.html.is_empty() {
        return;
    }
    let answered = Answered::of(page);
    let mut shape = DefaultHasher::new();
    pieces(&page.html).hash(&mut shape);
    let words: String = format!("{} {} {}", answered.method, answered.route, page.status)
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '-' })
        .collect();
    let name = format!("{words}-{:016x}.html", shape.finish());
    if KEPT.lock().expect("the names").insert(name.clone()) {
        std::fs::write(folder.join(name), &page.html).expect("the page is kept");
    }
}

/// What a page is made of: elements by their names, classes and attributes, with what they stand in.
fn pieces(html: &str) -> BTreeSet<String> {
    let document = Html::parse_document(html);
    document
        .root_element()
        .descendent_elements()
        .map(|element| {
            let around = element.parent().and_then(ElementRef::wrap).map_or("", |parent| parent.value().name());
            let attributes: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            format!(
                "{around} > {}.{} {}",
                element.value().name(),
                element.value().attr("class").unwrap_or_default(),
                attributes.join(" ")
            )
        })
        .collect()
}
