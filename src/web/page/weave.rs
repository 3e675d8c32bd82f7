//! Puts what never changes into the templates when they are read, once for each language: addresses of assets and
//! sentences. A call of a function costs a microsecond in a template, and a page has a hundred of them.
//!
//! `{{ t(key="shared-reply") }}` becomes the words, `{{ t(key="shared-to", name=post.byline) }}` becomes
//! `to {{ post.byline }}`. Whatever is not written in just that way stays a call of the function `t`.

use crate::locale::{Locale, Piece};
use crate::web::assets;
use anyhow::anyhow;

const ASSET: &str = "{{ asset(name=\"";
const SENTENCE: &str = "{{ t(key=\"";

/// The template with its assets and sentences in place.
pub fn woven(name: &str, text: &str, locale: &Locale) -> anyhow::Result<String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("{{ ") {
        let (before, call) = rest.split_at(begin);
        result.push_str(before);
        let length = call.find("}}").map_or(call.len(), |end| end + 2);
        let (call, after) = call.split_at(length);
        match woven_call(name, call, locale)? {
            Some(words) => result.push_str(&words),
            None => result.push_str(call),
        }
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn woven_call(template: &str, call: &str, locale: &Locale) -> anyhow::Result<Option<String>> {
    let inside = |begin: &str| {
        call.strip_prefix(begin).and_then(|call| call.strip_suffix(") }}")).and_then(|call| call.split_once('"'))
    };
    if let Some((name, "")) = inside(ASSET) {
        let path = assets::asset_path(name).ok_or_else(|| anyhow!("{template} names {name}, which is no asset"))?;
        return Ok(Some(path.to_owned()));
    }
    let Some((key, arguments)) = inside(SENTENCE) else { return Ok(None) };
    if !arguments.is_empty() && !arguments.starts_with(',') {
        return Ok(None); // a key that is made while rendering
    }
    if !locale.has(key) {
        return Err(anyhow!("{template} names {key}, which is no sentence in {}", locale.lang()));
    }
    if let Some(words) = locale.plain(key) {
        return literal(template, words);
    }
    let (Some(pieces), Some(arguments)) = (locale.pieces(key), simple_arguments(arguments)) else { return Ok(None) };
    let mut result = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => match literal(template, words)? {
                Some(words) => result.push_str(&words),
                None => return Ok(None),
            },
            Piece::Argument(name) => {
                let argument = arguments.iter().find(|(argument, _)| argument == name);
                let (_, path) = argument.ok_or_else(|| anyhow!("{template}: {key} needs {name}"))?;
                result.push_str("{{ ");
                result.push_str(path);
                result.push_str(" }}");
            }
        }
    }
    Ok(Some(result))
}

/// The words as they stand in a template, escaped where the template escapes.
fn literal(template: &str, words: &str) -> anyhow::Result<Option<String>> {
    if words.contains('{') {
        return Ok(None);
    }
    if !super::is_escaped(template) {
        return Ok(Some(words.to_owned()));
    }
    let mut escaped = Vec::with_capacity(words.len());
    tera::escape_html(words, &mut escaped)?;
    Ok(Some(String::from_utf8(escaped)?))
}

/// `, name=post.byline, count=3` as pairs; nothing if it is written in any other way.
fn simple_arguments(arguments: &str) -> Option<Vec<(&str, &str)>> {
    let is_path = |text: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'))
    };
    let mut pairs = Vec::new();
    for argument in arguments.split(',').skip(1) {
        let (name, path) = argument.trim().split_once('=')?;
        if !is_path(name) || !is_path(path) {
            return None;
        }
        pairs.push((name, path));
    }
    Some(pairs)
}
