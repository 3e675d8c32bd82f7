//! Where administrators change the texts that hold here.

use super::texts::VersionLink;
use super::{Faults, is_ticked};
use crate::accounts::model::{DocumentKind, DocumentText, PresentDocument, Publication};
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{agreements, rules, store};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::locale::Moment;
use crate::text::{self, PostSource, SourceFault, line};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/admin/documents", Admits::Administrators, list_documents),
        Endpoint::get("/admin/documents/{kind}", Admits::Administrators, edit_document),
        Endpoint::post("/admin/documents/{kind}", Admits::Administrators, create_version),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct DocumentsPage {
    /// What was just done, in a sentence.
    done: Option<String>,
    documents: Vec<DocumentRow>,
}

impl Page for DocumentsPage {
    const TEMPLATE: &'static str = "accounts/admin-documents.html";
}

#[derive(Serialize)]
struct DocumentRow {
    label: String,
    edit_href: String,
    present: VersionLink,
    since: Option<Moment>,
    /// Who published it; nobody: it comes with the program.
    by: Option<String>,
}

#[derive(Serialize)]
struct EditDocumentPage {
    faults: Vec<Fault>,
    kept_for: String,
    label: String,
    action: String,
    /// The version that holds.
    present: VersionLink,
    /// The words are the organisation's own beside what the software keeps.
    is_privacy: bool,
    base: i64,
    text: String,
    text_max: usize,
    changed: String,
    changed_max: usize,
    asks: bool,
    preview_html: Option<String>,
    /// Somebody else published the version that holds, after this one was begun.
    was_overtaken: bool,
}

impl Page for EditDocumentPage {
    const TEMPLATE: &'static str = "accounts/admin-document.html";
}

/// What stands in the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct DocumentForm {
    base: String,
    text: String,
    changed: String,
    asks: String,
    /// `preview` or `publish`.
    #[serde(rename = "do")]
    wants: String,
}

/// What is shown of a form that was sent.
#[derive(Default)]
struct Sent {
    faults: Vec<Fault>,
    preview_html: Option<String>,
    was_overtaken: bool,
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?))
}

fn edit_look(visit: &Visit) -> Result<Look> {
    Ok(look(visit)?.below("/admin/documents", visit.say("accounts-documents-title")?))
}

/// `shared-rules`, `shared-privacy`, `shared-disclaimer`: as the foot of every page calls them.
pub(super) fn label_of(visit: &Visit, kind: DocumentKind) -> Result<String> {
    visit.say(&format!("shared-{}", kind.word()))
}

/// The version of it that holds.
async fn present_version(visit: &Visit, kind: DocumentKind) -> Result<i32> {
    visit.site.db.read(move |connection| agreements::present_version(connection, kind)).await
}

async fn present_text(visit: &Visit, kind: DocumentKind) -> Result<(i32, Option<DocumentText>)> {
    visit.site.db.read(move |connection| store::documents::shown(connection, kind, 0)).await
}

fn edit_page(visit: &Visit, kind: DocumentKind, present: i32, form: DocumentForm, sent: Sent) -> Result<EditDocumentPage> {
    Ok(EditDocumentPage {
        faults: sent.faults,
        kept_for: visit.kept_for(),
        label: label_of(visit, kind)?,
        action: format!("/admin/documents/{}", kind.word()),
        present: VersionLink::new(visit, kind, present)?,
        is_privacy: kind == DocumentKind::Privacy,
        // Publishing once more, after both texts could be read, is meant.
        base: i64::from(if sent.was_overtaken { present } else { form.base.parse().unwrap_or(0) }),
        text: form.text,
        text_max: PostSource::DOCUMENT_MAX_CHARS,
        changed: form.changed,
        changed_max: Publication::CHANGED_MAX_CHARS,
        asks: is_ticked(&form.asks),
        preview_html: sent.preview_html,
        was_overtaken: sent.was_overtaken,
    })
}

/// The words of version 1, as Markdown: the first version of their own begins from them.
fn first_words(visit: &Visit, kind: DocumentKind) -> Result<String> {
    let say = |key: &str| visit.say(key);
    Ok(match kind {
        DocumentKind::Rules => {
            let rule = |number: usize| -> Result<String> {
                let words = say(&format!("accounts-rules-{number}-words"))?;
                Ok(format!("{number}. **{}** {words}", say(&format!("accounts-rules-{number}"))?))
            };
            let rules: Vec<String> = (1..=6).map(rule).collect::<Result<_>>()?;
            format!("{}\n\n{}", say("accounts-rules-lead")?, rules.join("\n"))
        }
        DocumentKind::Privacy => {
            let organisation = &visit.site.config.organisation;
            let who = if organisation.is_empty() {
                say("accounts-privacy-runs-nobody")?
            } else {
                visit.say_with("accounts-privacy-runs-words", &[("organisation", organisation.clone().into())])?
            };
            format!("# {}\n\n{who}", say("accounts-privacy-runs")?)
        }
        DocumentKind::Disclaimer => {
            let point = |number: usize| Ok(format!("- {}", say(&format!("accounts-disclaimer-{number}"))?));
            let points: Vec<String> = (1..=4).map(point).collect::<Result<_>>()?;
            format!("{}\n\n{}", say("accounts-disclaimer-lead")?, points.join("\n"))
        }
    })
}

// ---------------------------------------------------------------------------------------------------- handlers

#[derive(Deserialize, Default)]
#[serde(default)]
struct DocumentsQuery {
    published: String,
}

async fn list_documents(visit: Visit, query: Query<DocumentsQuery>) -> Result<HttpResponse> {
    let present = visit.site.db.read(store::documents::present_with_publisher).await?;
    let done = match DocumentKind::from_word(&query.0.published) {
        Some(kind) => Some(visit.say_with("accounts-documents-done", &[("text", label_of(&visit, kind)?.into())])?),
        None => None,
    };
    let row = |(PresentDocument { kind, version, .. }, published): (PresentDocument, Option<(_, String)>)| {
        let (since, by) = published.unzip();
        let since = match since {
            Some(at) => Some(visit.day(at)),
            None => super::settings::day_of_version(&visit, rules::FIRST_VERSION_DAY),
        };
        Ok(DocumentRow {
            label: label_of(&visit, kind)?,
            edit_href: format!("/admin/documents/{}", kind.word()),
            present: VersionLink::new(&visit, kind, version)?,
            since,
            by,
        })
    };
    let documents = present.into_iter().map(row).collect::<Result<_>>()?;
    visit.show(look(&visit)?, &DocumentsPage { done, documents })
}

fn kind_of(word: &str) -> Result<DocumentKind> {
    DocumentKind::from_word(word).ok_or(Error::UNSEEN)
}

async fn edit_document(visit: Visit, kind: Path<String>) -> Result<HttpResponse> {
    let kind = kind_of(&kind.0)?;
    let (present, text) = present_text(&visit, kind).await?;
    let form = DocumentForm {
        base: present.to_string(),
        text: match text {
            Some(text) => text.source.as_str().to_owned(),
            None => first_words(&visit, kind)?,
        },
        // Rules are what everybody said yes to.
        asks: if kind == DocumentKind::Rules { "yes".to_owned() } else { String::new() },
        ..DocumentForm::default()
    };
    visit.show(edit_look(&visit)?, &edit_page(&visit, kind, present, form, Sent::default())?)
}

async fn create_version(visit: Visit, kind: Path<String>, form: Form<DocumentForm>) -> Result<HttpResponse> {
    let kind = kind_of(&kind.0)?;
    let form = form.fields()?;
    let by = Arc::clone(visit.member()?);
    let mut faults = Faults::new(&visit);
    let source = match PostSource::parse_document(&form.text) {
        Ok(source) => Some(source),
        Err(fault) => {
            faults.add("text", &text_sentence(fault))?;
            None
        }
    };
    let changed = line::clean(&form.changed);
    let is_preview = form.wants == "preview";
    match changed.chars().count() {
        0 if is_preview => {}
        0 => faults.say("changed", "accounts-documents-changed-none")?,
        1..=Publication::CHANGED_MAX_CHARS => {}
        _ => faults.say("changed", "accounts-documents-changed-long")?,
    }
    let present = present_version(&visit, kind).await?;
    let (Some(source), true) = (source, faults.list.is_empty()) else {
        let sent = Sent { faults: faults.list, ..Sent::default() };
        return visit.show_again(edit_look(&visit)?, &edit_page(&visit, kind, present, form, sent)?);
    };
    let html = text::render(&source);
    if is_preview {
        let sent = Sent { preview_html: Some(html.as_str().to_owned()), ..Sent::default() };
        return visit.show(edit_look(&visit)?, &edit_page(&visit, kind, present, form, sent)?);
    }
    // A form without a version began from none that holds.
    let base_version = form.base.parse().unwrap_or(0);
    let publication = Publication { kind, base_version, source, html, changed, asks: is_ticked(&form.asks) };
    match visit.site.db.write(move |tx| agreements::publish(tx, &by, &publication)).await {
        Ok(_) => visit.go_to(&format!("/admin/documents?published={}", kind.word())),
        Err(Error::Refused(Refusal::Stale(sentence))) => {
            let present = present_version(&visit, kind).await?;
            let sent = Sent { faults: vec![visit.fault("", &sentence)?], was_overtaken: true, ..Sent::default() };
            visit.answer(StatusCode::CONFLICT, edit_look(&visit)?, &edit_page(&visit, kind, present, form, sent)?)
        }
        Err(error) => Err(error),
    }
}

fn text_sentence(fault: SourceFault) -> Sentence {
    match fault {
        SourceFault::Empty => Sentence::plain("accounts-documents-text-none"),
        SourceFault::TooLong { by } => Sentence::plain("accounts-documents-text-long").with("by", by.to_string()),
        SourceFault::NotText => Sentence::plain("accounts-documents-text-not-text"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    fn link() -> VersionLink {
        VersionLink { href: "/rules/3".into(), words: "Version 3".into() }
    }

    fn edit() -> EditDocumentPage {
        EditDocumentPage {
            faults: faults(&["text", "changed"]),
            kept_for: "seal".into(),
            label: "House rules".into(),
            action: "/admin/documents/rules".into(),
            present: link(),
            is_privacy: true,
            base: 3,
            text: "Be **kind**.".into(),
            text_max: 40_000,
            changed: "Kinder".into(),
            changed_max: 300,
            asks: true,
            preview_html: Some("<p>Be <strong>kind</strong>.</p>".into()),
            was_overtaken: true,
        }
    }

    #[test]
    fn the_pages_of_the_texts_show_what_they_hold() {
        let page = check_page(&DocumentsPage {
            done: Some("Published.".into()),
            documents: vec![
                DocumentRow {
                    label: "House rules".into(),
                    edit_href: "/admin/documents/rules".into(),
                    present: link(),
                    since: Some(Moment { machine: "2026-12-01".into(), words: "1 December 2026".into() }),
                    by: Some("northgate".into()),
                },
                DocumentRow {
                    label: "Privacy".into(),
                    edit_href: "/admin/documents/privacy".into(),
                    present: link(),
                    since: None,
                    by: None,
                },
            ],
        });
        assert!(page.contains("northgate") && page.contains("href=\"/admin/documents/rules\""), "{page}");
        let page = check_page(&edit());
        for part in ["Be **kind**.</textarea>", "<strong>kind</strong>", "name=\"base\" value=\"3\"", "checked"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = check_page(&EditDocumentPage {
            faults: Vec::new(),
            preview_html: None,
            was_overtaken: false,
            asks: false,
            is_privacy: false,
            ..edit()
        });
        assert!(!page.contains(" checked"), "{page}");
    }
}
