//! The templates and the sentences: inside the binary in a release; in debug they are read from disk, so that a change
//! of words needs no build.

use std::borrow::Cow;

/// A file by its name below its folder (`threads/show.html`, `en-GB/threads.ftl`) and its text.
pub type Text = (Cow<'static, str>, Cow<'static, str>);

/// Everything below `templates/`.
pub fn templates() -> anyhow::Result<Vec<Text>> {
    source::templates()
}

/// Everything below `assets/locales/`.
pub fn sentences() -> anyhow::Result<Vec<Text>> {
    source::sentences()
}

#[cfg(not(debug_assertions))]
#[allow(clippy::unnecessary_wraps)] // its twin for debug reads files
mod source {
    use super::{Cow, Text};

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));

    pub fn templates() -> anyhow::Result<Vec<Text>> {
        Ok(borrowed(TEMPLATES))
    }

    pub fn sentences() -> anyhow::Result<Vec<Text>> {
        Ok(borrowed(LOCALES))
    }

    fn borrowed(list: &'static [(&'static str, &'static str)]) -> Vec<Text> {
        list.iter().map(|(name, text)| (Cow::Borrowed(*name), Cow::Borrowed(*text))).collect()
    }
}

#[cfg(debug_assertions)]
mod source {
    use super::{Cow, Text};
    use anyhow::Context as _;
    use std::fs;
    use std::path::Path;

    pub fn templates() -> anyhow::Result<Vec<Text>> {
        below("templates", &["html", "txt"])
    }

    pub fn sentences() -> anyhow::Result<Vec<Text>> {
        below("assets/locales", &["ftl"])
    }

    fn below(folder: &str, endings: &[&str]) -> anyhow::Result<Vec<Text>> {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut texts = Vec::new();
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| endings.contains(&ending))
                {
                    let name = path.strip_prefix(&top)?.to_str().context("a name is not UTF-8")?.replace('\\', "/");
                    texts.push((Cow::Owned(name), Cow::Owned(fs::read_to_string(&path)?)));
                }
            }
        }
        texts.sort();
        Ok(texts)
    }
}
