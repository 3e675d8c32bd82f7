//! What people read before they trust us: the house rules, what is kept, the disclaimer, and how the site can be used.

use super::settings::day_of_version;
use crate::accounts::model::{DocumentKind, DocumentText, DocumentVersion};
use crate::accounts::visit::{Look, Visit, tag_of};
use crate::accounts::{rules, store};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::Path;
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::Serialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/rules", Admits::Anyone, show_rules),
        Endpoint::get("/rules/{version}", Admits::Anyone, show_rules_version),
        Endpoint::get("/privacy", Admits::Anyone, show_privacy),
        Endpoint::get("/privacy/{version}", Admits::Anyone, show_privacy_version),
        Endpoint::get("/disclaimer", Admits::Anyone, show_disclaimer),
        Endpoint::get("/disclaimer/{version}", Admits::Anyone, show_disclaimer_version),
        Endpoint::get("/accessibility", Admits::Anyone, show_accessibility),
    ]
}

#[derive(Serialize)]
struct RulesPage {
    document: DocumentPart,
}

impl Page for RulesPage {
    const TEMPLATE: &'static str = "accounts/rules.html";
}

#[derive(Serialize)]
struct PrivacyPage {
    document: DocumentPart,
    /// Who runs the site, if that is set.
    organisation: Option<String>,
    /// The providers of sign-on, by the names that people know.
    sign_ons: Vec<String>,
    minimum_age: i32,
    pending_days: i64,
    reset_minutes: i64,
    session_days: i64,
    idle_days: i64,
    browser_days: i64,
    trust_days: i64,
    /// The whole life of a session on a shared device, and of one with a role.
    role_hours: i64,
    undo_hours: i64,
}

impl Page for PrivacyPage {
    const TEMPLATE: &'static str = "accounts/privacy.html";
}

#[derive(Serialize)]
struct DisclaimerPage {
    document: DocumentPart,
}

impl Page for DisclaimerPage {
    const TEMPLATE: &'static str = "accounts/disclaimer.html";
}

#[derive(Serialize)]
struct AccessibilityPage {}

impl Page for AccessibilityPage {
    const TEMPLATE: &'static str = "accounts/accessibility.html";
}

/// One version of a text, as its page shows it.
#[derive(Serialize)]
struct DocumentPart {
    version: i64,
    day: Option<Moment>,
    /// What was different in it.
    changed: Option<String>,
    /// Its words; nothing: those that come with the program.
    text_html: Option<String>,
    /// Where the version that holds stands, if this one does not.
    present_href: Option<String>,
    /// The versions before the one that holds, newest first.
    earlier: Vec<VersionLink>,
}

/// A way to a version.
#[derive(Serialize)]
pub(super) struct VersionLink {
    pub href: String,
    pub words: String,
}

impl VersionLink {
    pub(super) fn new(visit: &Visit, kind: DocumentKind, version: i32) -> Result<Self> {
        let words = visit.say_with("accounts-document-version", &[("version", i64::from(version).into())])?;
        Ok(Self { href: kind.href(version), words })
    }
}

fn document_part(
    visit: &Visit,
    kind: DocumentKind,
    version: i32,
    present: i32,
    text: Option<DocumentText>,
) -> Result<DocumentPart> {
    let (day, changed, text_html) = match text {
        Some(DocumentText { about, html, .. }) => {
            (Some(visit.day(about.published_at)), Some(about.changed), Some(html.as_str().to_owned()))
        }
        None => (day_of_version(visit, rules::FIRST_VERSION_DAY), None, None),
    };
    let earlier = (1..present).rev().filter(|earlier| *earlier != version);
    Ok(DocumentPart {
        version: i64::from(version),
        day,
        changed,
        text_html,
        present_href: (version != present).then(|| format!("/{}", kind.word())),
        earlier: earlier.map(|earlier| VersionLink::new(visit, kind, earlier)).collect::<Result<_>>()?,
    })
}

/// The page of one version of a text; without a number, of the one that holds.
async fn show_document<P: Page>(
    visit: &Visit,
    kind: DocumentKind,
    number: Option<Id<DocumentVersion>>,
    page_of: impl FnOnce(DocumentPart) -> P,
) -> Result<HttpResponse> {
    let wanted = match number {
        Some(number) => i32::try_from(number.number()).map_err(|_| Error::UNSEEN)?,
        None => 0,
    };
    let (present, text) = visit.site.db.read(move |connection| store::documents::shown(connection, kind, wanted)).await?;
    let version = if wanted == 0 { present } else { wanted };
    if text.is_none() && version != 1 {
        return Err(Error::UNSEEN);
    }
    // The youngest age stands on the page of privacy and in no edition of the house.
    let tag = tag_of(visit, &format!("{}{version}-{present}-{}", kind.word(), visit.site.config.minimum_age))?;
    if let Some(known) = visit.is_known(&tag) {
        return Ok(known);
    }
    let page = page_of(document_part(visit, kind, version, present, text)?);
    let look = Look { is_for_everybody: version == present, ..Look::at(kind.word()) };
    Ok(visit.tagged(visit.show(look, &page)?, &tag))
}

async fn show_rules(visit: Visit) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Rules, None, |document| RulesPage { document }).await
}

async fn show_rules_version(visit: Visit, version: Path<Id<DocumentVersion>>) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Rules, Some(version.0), |document| RulesPage { document }).await
}

async fn show_privacy(visit: Visit) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Privacy, None, |document| privacy_page(&visit, document)).await
}

async fn show_privacy_version(visit: Visit, version: Path<Id<DocumentVersion>>) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Privacy, Some(version.0), |document| privacy_page(&visit, document)).await
}

/// The organisation's own words, and what the software keeps.
fn privacy_page(visit: &Visit, document: DocumentPart) -> PrivacyPage {
    let config = &visit.site.config;
    PrivacyPage {
        document,
        organisation: (!config.organisation.is_empty()).then(|| config.organisation.clone()),
        sign_ons: config.sign_on.iter().map(|provider| provider.label.clone()).collect(),
        minimum_age: config.minimum_age,
        pending_days: rules::PENDING_DAYS,
        reset_minutes: rules::RESET_MINUTES,
        session_days: rules::ABSOLUTE_DAYS,
        idle_days: rules::IDLE_DAYS,
        browser_days: rules::KNOWN_BROWSER_DAYS,
        trust_days: rules::TRUST_DAYS,
        role_hours: rules::ROLE_ABSOLUTE_HOURS,
        undo_hours: rules::EMAIL_UNDO_HOURS,
    }
}

async fn show_disclaimer(visit: Visit) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Disclaimer, None, |document| DisclaimerPage { document }).await
}

async fn show_disclaimer_version(visit: Visit, version: Path<Id<DocumentVersion>>) -> Result<HttpResponse> {
    show_document(&visit, DocumentKind::Disclaimer, Some(version.0), |document| DisclaimerPage { document }).await
}

async fn show_accessibility(visit: Visit) -> Result<HttpResponse> {
    visit.show(Look { is_for_everybody: true, ..Look::at("accessibility") }, &AccessibilityPage {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn first() -> DocumentPart {
        DocumentPart {
            version: 1,
            day: Some(Moment { machine: "2026-11-01".into(), words: "1 November 2026".into() }),
            changed: None,
            text_html: None,
            present_href: None,
            earlier: Vec::new(),
        }
    }

    fn second_of_three() -> DocumentPart {
        DocumentPart {
            version: 2,
            day: Some(Moment { machine: "2026-12-01".into(), words: "1 December 2026".into() }),
            changed: Some("Nobody sells <here>.".into()),
            text_html: Some("<p>Own <strong>words</strong>.</p>".into()),
            present_href: Some("/rules".into()),
            earlier: vec![VersionLink { href: "/rules/1".into(), words: "Version 1".into() }],
        }
    }

    fn privacy(document: DocumentPart) -> PrivacyPage {
        PrivacyPage {
            document,
            organisation: Some("Northmoor Patients’ Association".into()),
            sign_ons: vec!["Northgate Hospital".into(), "The charity".into()],
            minimum_age: 18,
            pending_days: 14,
            reset_minutes: 20,
            session_days: 30,
            idle_days: 14,
            browser_days: 365,
            trust_days: 30,
            role_hours: 12,
            undo_hours: 72,
        }
    }

    #[test]
    fn the_texts_show_what_they_hold() {
        for page in [
            check_page(&RulesPage { document: first() }),
            check_page(&privacy(first())),
            check_page(&DisclaimerPage { document: first() }),
        ] {
            assert!(page.contains("Version 1") && page.contains("1 November 2026"), "{page}");
        }
        for page in [
            check_page(&RulesPage { document: second_of_three() }),
            check_page(&privacy(second_of_three())),
            check_page(&DisclaimerPage { document: second_of_three() }),
        ] {
            for part in ["Version 2", "Nobody sells &lt;here&gt;.", "<strong>words</strong>", "href=\"/rules/1\""] {
                assert!(page.contains(part), "{part}: {page}");
            }
        }
        check_page(&AccessibilityPage {});
    }

    #[test]
    fn the_day_of_the_first_version_is_one() {
        assert!(rules::FIRST_VERSION_DAY.parse::<chrono::NaiveDate>().is_ok());
    }
}
