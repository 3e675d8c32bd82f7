//! Pages: a struct and its template, rendered in the reader's language.
//!
//! Each page is a struct that implements [`Page`], built only in a slice's `pages.rs`. Its keys stand at the top level of
//! the template, beside `frame` (what the layout needs) and `at_fault` (the page has faults). Templates hold no arithmetic and no permission logic. What a person wrote is escaped; only `SafeHtml` goes
//! out as it is, through the component `html` in `templates/shared/safe.html`.
//!
//! An undefined name is an error in `{{ }}` and in `for`, but **false in `if`**: that is why `check_page` exists for
//! tests, and why `skip_serializing_if` is forbidden here.

pub mod parts;

#[cfg(test)]
pub mod check;
#[cfg(test)]
mod tests;
mod weave;

use crate::embedded;
use crate::error::{Error, Result};
use crate::locale::{Argument, Locale, Locales, Moment};
use crate::web::assets;
use anyhow::anyhow;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

/// A page or a letter: the struct is everything that its template may name.
pub trait Page: Serialize {
    /// The name below `templates/`: `threads/show.html`, `mail/accounts/confirm.txt`.
    const TEMPLATE: &'static str;
}

/// What the layout needs of a request, the same on every page. Filled by `web`, and by a page only where it says so.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of the page: `en-GB`.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// The name of this community, also in the tab.
    pub site_name: String,
    /// Who runs it, for "Run by …"; without one the sentence is left out.
    pub organisation: Option<String>,
    /// The zone of every time on the page, in words: `London time`.
    pub zone_words: String,
    /// Search engines are asked to leave this page out. True unless a page is made for everybody. A page sets it.
    pub robots_noindex: bool,
    /// `light` or `dark`, if the person chose; otherwise the device decides.
    pub colours: Option<&'static str>,
    /// `larger` or `largest`, if the person chose.
    pub text_size: Option<&'static str>,
    /// The tab says only the name of the site, because the person chose so.
    pub plain_titles: bool,
    /// What is marked as the current place: `boards`, `urgent-help`, `notices`, `sign-in`, `join`, `rules`, `privacy`,
    /// `disclaimer`, `accessibility`, `agreements`, or nothing. A page sets it.
    pub place: &'static str,
    /// The pages above this one, from the top. A page sets them.
    pub crumbs: Vec<Crumb>,
    /// How people join: `open`, `application`, `invitation` or `closed`. Only the first two lead there from every page.
    pub joining: &'static str,
    /// Who looks; nobody for a visitor.
    pub viewer: Option<ViewerFrame>,
    /// Where *Leave this site* leads: a neutral page elsewhere, or `/leave` on a shared device.
    pub leave_href: String,
    /// Path and query of this page, to come back to after signing in or changing the colours.
    pub return_to: String,
    /// This is a demo: a quiet line says so and leads to the letters.
    pub demo: bool,
}

/// What the masthead shows of the person who looks.
#[derive(Debug, Clone, Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a page shows
pub struct ViewerFrame {
    /// The name that people see.
    pub handle: String,
    /// Their drawn mark.
    pub mark: parts::Mark,
    /// Their own page: `/people/31`.
    pub person_href: String,
    /// Shows the way to the cases.
    pub is_moderator: bool,
    /// Shows the way to the administration.
    pub is_administrator: bool,
    /// They are asked to agree to what changed; every page leads to it.
    pub must_agree: bool,
    /// How many notices are new.
    pub unread_notices: i64,
    /// Their role needs a second step at sign-in that is missing.
    pub second_step: Option<SecondStepFrame>,
    /// Somebody says that they cannot read their letters: every page leads to where they stop it.
    pub mailbox_asked: bool,
}

/// A missing second step: what the frame says of it.
#[derive(Debug, Clone, Serialize)]
pub struct SecondStepFrame {
    /// The role rests already.
    pub rests: bool,
    /// From this day on.
    pub from: Moment,
}

/// A step of the way from the top to this page.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub label: String,
}

/// What has to be seen to in a form. A page with a form has the key `faults: Vec<Fault>`; the components find theirs by
/// the name of the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The name of the field; empty if it belongs to none.
    pub field: &'static str,
    /// What to do, in words of the reader's language.
    pub message: String,
}

impl Frame {
    /// The frame that a visitor sees at that address; the other fields are changed after it.
    pub fn plain(locale: &Locale, site_name: &str, return_to: &str) -> Self {
        Self {
            lang: locale.lang().to_owned(),
            dir: locale.dir(),
            site_name: site_name.to_owned(),
            organisation: None,
            zone_words: "UTC".to_owned(),
            robots_noindex: true,
            colours: None,
            text_size: None,
            plain_titles: false,
            place: "",
            crumbs: Vec::new(),
            joining: "open",
            viewer: None,
            leave_href: "https://www.bbc.co.uk/weather".to_owned(),
            return_to: return_to.to_owned(),
            demo: false,
        }
    }
}

impl Crumb {
    /// A step with its address and its name.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

impl Fault {
    /// What is wrong with that field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// Every template, parsed once for each language with its sentences in place: `t` needs to know no language, and
/// components need not pass one on. Cheap to clone.
#[derive(Clone)]
pub struct Templates {
    by_language: Arc<HashMap<String, Tera>>,
}

impl Templates {
    /// Parses every template; a name that does not exist (of a component, a block, a filter, an asset, a sentence) is an
    /// error here.
    pub fn load(locales: &Locales) -> anyhow::Result<Self> {
        let texts = embedded::templates()?;
        let mut by_language = HashMap::new();
        for locale in locales.all() {
            let mut tera = Tera::new();
            let sentences = Arc::clone(locale);
            tera.register_function("t", move |arguments: Kwargs, _: &State<'_>| say(&sentences, &arguments));
            tera.register_function("asset", |arguments: Kwargs, _: &State<'_>| asset(&arguments));
            tera.register_filter("urlencode", |words: Cow<'_, str>, _: Kwargs, _: &State<'_>| urlencoded(&words));
            let woven = texts.iter().map(|(name, text)| Ok((name, weave::woven(name, text, locale)?)));
            tera.add_raw_templates(woven.collect::<anyhow::Result<Vec<_>>>()?)?;
            by_language.insert(locale.lang().to_owned(), tera);
        }
        Ok(Self { by_language: Arc::new(by_language) })
    }

    fn of(&self, locale: &Locale) -> Result<&Tera> {
        self.by_language.get(locale.lang()).ok_or_else(|| Error::Broken(anyhow!("no templates in {}", locale.lang())))
    }

    /// A whole page.
    pub fn render<P: Page>(&self, locale: &Locale, frame: &Frame, page: &P) -> Result<String> {
        let mut context = context(page)?;
        let at_fault = context.get("faults").is_some_and(Value::is_truthy);
        context.insert_value("at_fault", Value::from(at_fault));
        context.insert_value("frame", Value::try_from_serializable(frame)?);
        Ok(self.of(locale)?.render(P::TEMPLATE, &context)?)
    }

    /// A text that has no layout: a letter.
    pub fn render_text<P: Page>(&self, locale: &Locale, page: &P) -> Result<String> {
        Ok(self.of(locale)?.render(P::TEMPLATE, &context(page)?)?)
    }

    /// A letter from the outbox, whose parameters were kept as a JSON object.
    pub fn render_letter(&self, locale: &Locale, template: &str, parameters: &serde_json::Value) -> Result<String> {
        let context = Context::from_serialize(parameters)?;
        Ok(self.of(locale)?.render(template, &context)?)
    }
}

/// Tera escapes what it writes into templates whose names end so.
fn is_escaped(template: &str) -> bool {
    template.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}

fn context<P: Page>(page: &P) -> Result<Context> {
    let context = Context::from_serialize(page)?;
    for taken in ["frame", "at_fault"] {
        if context.contains_key(taken) {
            return Err(Error::Broken(anyhow!("{} brings a key {taken} of its own", P::TEMPLATE)));
        }
    }
    Ok(context)
}

fn asset(arguments: &Kwargs) -> TeraResult<Value> {
    let name = arguments.must_get::<&str>("name")?;
    assets::asset_path(name).map(Value::from).ok_or_else(|| tera::Error::message(format!("{name} is no asset")))
}

/// For a value in the query of an address.
fn urlencoded(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

/// The function `t`, where the template was not woven: a key made while rendering, a plural form, a filtered argument.
fn say(locale: &Locale, arguments: &Kwargs) -> TeraResult<Value> {
    let key = arguments.must_get::<&str>("key")?;
    let mut values = Vec::new();
    for (name, value) in arguments.iter() {
        match name.as_str() {
            Some("key") | None => {}
            Some(name) => values.push((name, argument(key, name, value)?)),
        }
    }
    let sentence = if values.is_empty() { locale.say(key) } else { locale.say_with(key, &values) };
    sentence.map(Value::from).map_err(|error| tera::Error::message(error.to_string()))
}

fn argument(key: &str, name: &str, value: &Value) -> TeraResult<Argument> {
    match (value.as_i64(), value.as_str()) {
        (Some(number), _) => Ok(Argument::Number(number)),
        (None, Some(words)) => Ok(Argument::Text(words.to_owned())),
        (None, None) => Err(tera::Error::message(format!("t(key=\"{key}\"): {name} is neither words nor a number"))),
    }
}
