//! Where people are asked to agree to what changed, and what they agreed to.

use super::documents::label_of;
use super::settings::day_of_version;
use super::texts::VersionLink;
use crate::accounts::model::{Consent, DocumentKind, DocumentVersion, GivenConsent};
use crate::accounts::rules::{self, Due};
use crate::accounts::visit::{Look, Visit, own_path};
use crate::accounts::{agreements, store};
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Query};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/agreements", Admits::Members, show_agreements),
        Endpoint::post("/agreements", Admits::Members, create_agreement),
    ]
}

#[derive(Serialize)]
struct AgreementsPage {
    faults: Vec<Fault>,
    /// Nothing: there is nothing to agree to.
    due: Vec<DueRow>,
    return_to: String,
}

impl Page for AgreementsPage {
    const TEMPLATE: &'static str = "accounts/agreements.html";
}

/// A text to agree to.
#[derive(Serialize)]
struct DueRow {
    /// Its word, the name of its field.
    field: &'static str,
    label: String,
    version: i64,
    present: VersionLink,
    /// What changed since they agreed, oldest first.
    changes: Vec<ChangeLine>,
}

#[derive(Serialize)]
struct ChangeLine {
    words: String,
    day: Moment,
}

fn due_row(visit: &Visit, due: Due, versions: &[DocumentVersion]) -> Result<DueRow> {
    let is_new = |version: &&DocumentVersion| {
        version.kind == due.kind && version.version > due.agreed_version && version.version <= due.version
    };
    let line =
        |version: &DocumentVersion| ChangeLine { words: version.changed.clone(), day: visit.day(version.published_at) };
    Ok(DueRow {
        field: due.kind.word(),
        label: label_of(visit, due.kind)?,
        version: i64::from(due.version),
        present: VersionLink::new(visit, due.kind, due.version)?,
        changes: versions.iter().filter(is_new).map(line).collect(),
    })
}

async fn agreements_page(visit: &Visit, faults: Vec<Fault>, return_to: &str) -> Result<AgreementsPage> {
    let member = visit.member()?.id;
    let (due, versions) = visit
        .site
        .db
        .read(move |connection| Ok((agreements::due(connection, member)?, store::documents::versions(connection)?)))
        .await?;
    Ok(AgreementsPage {
        faults,
        due: due.into_iter().map(|due| due_row(visit, due, &versions)).collect::<Result<_>>()?,
        return_to: own_path(return_to).to_owned(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AgreementsQuery {
    return_to: String,
}

async fn show_agreements(visit: Visit, query: Query<AgreementsQuery>) -> Result<HttpResponse> {
    let page = agreements_page(&visit, Vec::new(), &query.0.return_to).await?;
    visit.show(Look::at("agreements"), &page)
}

/// The versions that the page showed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AgreeForm {
    rules: String,
    privacy: String,
    disclaimer: String,
    return_to: String,
}

impl AgreeForm {
    fn shown(&self) -> Vec<(DocumentKind, i32)> {
        let typed = |kind| match kind {
            DocumentKind::Rules => &self.rules,
            DocumentKind::Privacy => &self.privacy,
            DocumentKind::Disclaimer => &self.disclaimer,
        };
        DocumentKind::ALL.iter().filter_map(|kind| Some((*kind, typed(*kind).parse().ok()?))).collect()
    }
}

async fn create_agreement(visit: Visit, form: Form<AgreeForm>) -> Result<HttpResponse> {
    let member = visit.member()?.id;
    let form = form.fields()?;
    let shown = form.shown();
    match visit.site.db.write(move |tx| agreements::agree_to(tx, member, &shown)).await {
        Ok(()) => visit.go_to(own_path(&form.return_to)),
        Err(Error::Refused(Refusal::Stale(sentence))) => {
            let page = agreements_page(&visit, vec![visit.fault("", &sentence)?], &form.return_to).await?;
            visit.answer(StatusCode::CONFLICT, Look::at("agreements"), &page)
        }
        Err(error) => Err(error),
    }
}

// ------------------------------------------------------------------------------------------- what was agreed to

/// The sentence that names what somebody agreed to.
pub(super) fn consent_key(consent: Consent) -> &'static str {
    match consent {
        Consent::Rules => "accounts-consent-rules",
        Consent::Privacy => "accounts-consent-privacy",
        Consent::Disclaimer => "accounts-consent-disclaimer",
        Consent::Health => "accounts-consent-health",
        Consent::Letters => "accounts-consent-letters",
    }
}

/// The way to the version that somebody agreed to, if it has versions that people know.
pub(super) fn version_of(visit: &Visit, given: &GivenConsent) -> Result<Option<VersionLink>> {
    let Some(kind) = DocumentKind::ALL.iter().copied().find(|kind| kind.consent() == given.consent) else {
        return Ok(None);
    };
    let link = VersionLink::new(visit, kind, rules::agreed_version(&given.version))?;
    Ok(Some(match day_of_version(visit, &given.version) {
        Some(day) => {
            VersionLink { words: visit.say_with("accounts-consent-version", &[("day", day.words.into())])?, ..link }
        }
        None => link,
    }))
}

/// One agreement of somebody, as administrators see it.
#[derive(Serialize)]
pub(super) struct GivenRow {
    label: String,
    version: Option<VersionLink>,
    given: Moment,
    withdrawn: Option<Moment>,
}

impl GivenRow {
    pub(super) fn of(visit: &Visit, given: &GivenConsent) -> Result<Self> {
        Ok(Self {
            label: visit.say(consent_key(given.consent))?,
            version: version_of(visit, given)?,
            given: visit.moment(given.given_at),
            withdrawn: given.withdrawn_at.map(|at| visit.moment(at)),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    /// Two agreements, one of them taken back.
    pub fn given_rows() -> Vec<GivenRow> {
        let moment = || Moment { machine: "2026-12-01T10:00+00:00".into(), words: "1 December 2026, 10:00".into() };
        let version = VersionLink { href: "/rules/3".into(), words: "Version 3".into() };
        vec![
            GivenRow { label: "House rules".into(), version: Some(version), given: moment(), withdrawn: None },
            GivenRow { label: "Keeping".into(), version: None, given: moment(), withdrawn: Some(moment()) },
        ]
    }

    #[test]
    fn whoever_is_asked_sees_what_changed_and_every_way_out() {
        let page = check_page(&AgreementsPage {
            faults: faults(&[""]),
            due: vec![DueRow {
                field: "rules",
                label: "House rules".into(),
                version: 3,
                present: VersionLink { href: "/rules/3".into(), words: "Version 3".into() },
                changes: vec![ChangeLine {
                    words: "Nobody sells here.".into(),
                    day: Moment { machine: "2026-12-01".into(), words: "1 December 2026".into() },
                }],
            }],
            return_to: "/threads/812".into(),
        });
        for part in [
            "Nobody sells here.",
            "name=\"rules\" value=\"3\"",
            "href=\"/rules/3\"",
            "value=\"/threads/812\"",
            "href=\"/settings/leaving\"",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = check_page(&AgreementsPage { faults: Vec::new(), due: Vec::new(), return_to: "/".into() });
        assert!(!page.contains("action=\"/agreements\""), "{page}");
    }
}
