//! A page as a person meets it: its words, its links, its forms by their labels. Nothing that the HTML does not contain
//! can be pressed or filled.

use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;

/// What came back for one request, redirects followed.
pub struct Page {
    /// The status of the last answer.
    pub status: u16,
    /// Path and query of the last answer.
    pub address: String,
    /// Its headers.
    pub headers: reqwest::header::HeaderMap,
    /// Its body.
    pub html: String,
}

/// A form, filled as a person would.
pub struct Filled {
    /// `get` or `post`.
    pub method: String,
    /// Where it goes.
    pub action: String,
    /// Names and values in the order of the page.
    pub fields: Vec<(String, String)>,
}

/// What a person did on a page before pressing a button: by the label's words.
#[derive(Default)]
pub struct Doings {
    /// Label and what was typed.
    pub typed: Vec<(String, String)>,
    /// Labels of boxes that were ticked or chosen.
    pub ticked: Vec<String>,
}

fn all(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn words_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    /// Every word of the page, white space folded.
    pub fn words(&self) -> String {
        let document = Html::parse_document(&self.html);
        words_of(document.root_element())
    }

    /// Fails unless the page says so.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Self {
        assert!(
            self.words().contains(words),
            "{} ({}) does not show {words:?}:\n{}",
            self.address,
            self.status,
            self.words()
        );
        self
    }

    /// Fails if the page says so, anywhere in its HTML.
    #[track_caller]
    pub fn hides(&self, words: &str) -> &Self {
        assert!(!self.html.contains(words), "{} shows {words:?}", self.address);
        self
    }

    /// Fails unless this was the status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}:\n{}", self.address, self.words());
        self
    }

    /// The address of the link with these words.
    #[track_caller]
    pub fn link(&self, words: &str) -> String {
        let document = Html::parse_document(&self.html);
        let found = document.select(&all("a[href]")).find(|link| words_of(*link).contains(words));
        match found {
            Some(link) => link.value().attr("href").expect("href").to_owned(),
            None => panic!("{} has no link {words:?}:\n{}", self.address, self.words()),
        }
    }

    /// Attribute of the first element that matches.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        document.select(&all(selector)).next().and_then(|element| element.value().attr(name)).map(str::to_owned)
    }

    /// The words of every element that matches.
    pub fn words_in(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document.select(&all(selector)).map(words_of).collect()
    }

    /// True if there is a button with these words.
    pub fn has_button(&self, words: &str) -> bool {
        let document = Html::parse_document(&self.html);
        document.select(&all("button")).any(|button| words_of(button).contains(words))
    }

    /// What stands in the field with this label.
    #[track_caller]
    pub fn field(&self, label: &str) -> String {
        let document = Html::parse_document(&self.html);
        let control = labelled(&document, label).unwrap_or_else(|| panic!("{} has no field {label:?}", self.address));
        value_of(control)
    }

    /// The form of the button with these words, filled.
    #[track_caller]
    pub fn press(&self, button: &str, doings: &Doings) -> Filled {
        let document = Html::parse_document(&self.html);
        let pressed = document
            .select(&all("button"))
            .find(|element| words_of(*element) == button)
            .or_else(|| document.select(&all("button")).find(|element| words_of(*element).contains(button)))
            .unwrap_or_else(|| panic!("{} ({}) has no button {button:?}:\n{}", self.address, self.status, self.words()));
        // A button may stand elsewhere and name its form.
        let form = match pressed.value().attr("form") {
            Some(id) => document.select(&all(&format!("form#{id}"))).next(),
            None => pressed.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "form"),
        }
        .expect("the button stands in a form");
        let mut typed: BTreeMap<String, String> = BTreeMap::new();
        let mut chosen: Vec<(String, String)> = Vec::new();
        for (label, text) in &doings.typed {
            let control = labelled_in(&document, form, label)
                .unwrap_or_else(|| panic!("{} has no field {label:?} beside {button:?}", self.address));
            typed.insert(control.value().attr("name").expect("a name").to_owned(), text.clone());
        }
        for label in &doings.ticked {
            let control = labelled_in(&document, form, label)
                .unwrap_or_else(|| panic!("{} has no box {label:?} beside {button:?}", self.address));
            let value = control.value().attr("value").unwrap_or("on").to_owned();
            chosen.push((control.value().attr("name").expect("a name").to_owned(), value));
        }
        let radios: Vec<&str> = chosen.iter().map(|(name, _)| name.as_str()).collect();
        let mut fields = Vec::new();
        for control in form.select(&all("input, select, textarea")) {
            let Some(name) = control.value().attr("name") else { continue };
            let kind = control.value().attr("type").unwrap_or("text");
            if matches!(kind, "checkbox" | "radio") {
                let value = control.value().attr("value").unwrap_or("on").to_owned();
                let is_overruled = kind == "radio" && radios.contains(&name);
                let is_chosen = chosen.contains(&(name.to_owned(), value.clone()));
                if is_chosen || (control.value().attr("checked").is_some() && !is_overruled) {
                    fields.push((name.to_owned(), value));
                }
                continue;
            }
            fields.push((name.to_owned(), typed.remove(name).unwrap_or_else(|| value_of(control))));
        }
        if let Some(name) = pressed.value().attr("name") {
            fields.push((name.to_owned(), pressed.value().attr("value").unwrap_or_default().to_owned()));
        }
        Filled {
            method: form.value().attr("method").unwrap_or("get").to_lowercase(),
            // A button may send its form elsewhere.
            action: pressed.value().attr("formaction").or(form.value().attr("action")).unwrap_or(&self.address).to_owned(),
            fields,
        }
    }
}

fn value_of(control: ElementRef<'_>) -> String {
    match control.value().name() {
        // Browsers drop one line break after the opening tag.
        "textarea" => {
            let text: String = control.text().collect();
            text.strip_prefix('\n').map(str::to_owned).unwrap_or(text)
        }
        "select" => {
            let options: Vec<_> = control.select(&all("option")).collect();
            let chosen = options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first());
            chosen
                .map(|option| option.value().attr("value").map_or_else(|| words_of(*option), str::to_owned))
                .unwrap_or_default()
        }
        _ => control.value().attr("value").unwrap_or_default().to_owned(),
    }
}

fn labelled<'a>(document: &'a Html, label: &str) -> Option<ElementRef<'a>> {
    labelled_in(document, document.root_element(), label)
}

fn labelled_in<'a>(document: &'a Html, within: ElementRef<'a>, label: &str) -> Option<ElementRef<'a>> {
    let labels: Vec<_> = within.select(&all("label")).collect();
    let exact = labels.iter().find(|element| words_of(**element) == label);
    let found = exact.or_else(|| labels.iter().find(|element| words_of(**element).starts_with(label)))?;
    if let Some(id) = found.value().attr("for") {
        return document.select(&all("input, select, textarea")).find(|control| control.value().attr("id") == Some(id));
    }
    found.select(&all("input, select, textarea")).next()
}
