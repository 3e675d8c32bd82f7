//! What people read before they trust us: the house rules, what is kept, and how the site can be used.

use super::settings::day_of_version;
use crate::accounts::rules;
use crate::accounts::visit::{Look, Visit};
use crate::error::Result;
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::Serialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/rules", Admits::Anyone, show_rules),
        Endpoint::get("/privacy", Admits::Anyone, show_privacy),
        Endpoint::get("/accessibility", Admits::Anyone, show_accessibility),
    ]
}

#[derive(Serialize)]
struct RulesPage {
    changed: Option<Moment>,
}

impl Page for RulesPage {
    const TEMPLATE: &'static str = "accounts/rules.html";
}

#[derive(Serialize)]
struct PrivacyPage {
    /// Who runs the site, if that is set.
    organisation: Option<String>,
    minimum_age: i32,
    pending_days: i64,
    reset_minutes: i64,
    session_days: i64,
    idle_days: i64,
    browser_days: i64,
}

impl Page for PrivacyPage {
    const TEMPLATE: &'static str = "accounts/privacy.html";
}

#[derive(Serialize)]
struct AccessibilityPage {}

impl Page for AccessibilityPage {
    const TEMPLATE: &'static str = "accounts/accessibility.html";
}

fn look(place: &'static str) -> Look {
    Look { is_for_everybody: true, ..Look::at(place) }
}

async fn show_rules(visit: Visit) -> Result<HttpResponse> {
    visit.show(look("rules"), &RulesPage { changed: day_of_version(&visit, rules::RULES_VERSION) })
}

async fn show_privacy(visit: Visit) -> Result<HttpResponse> {
    let config = &visit.site.config;
    let page = PrivacyPage {
        organisation: (!config.organisation.is_empty()).then(|| config.organisation.clone()),
        minimum_age: config.minimum_age,
        pending_days: rules::PENDING_DAYS,
        reset_minutes: rules::RESET_MINUTES,
        session_days: rules::ABSOLUTE_DAYS,
        idle_days: rules::IDLE_DAYS,
        browser_days: rules::KNOWN_BROWSER_DAYS,
    };
    visit.show(look("privacy"), &page)
}

async fn show_accessibility(visit: Visit) -> Result<HttpResponse> {
    visit.show(look("accessibility"), &AccessibilityPage {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_texts_show_what_they_hold() {
        let page = check_page(&RulesPage {
            changed: Some(Moment { machine: "2026-11-01".into(), words: "1 November 2026".into() }),
        });
        assert!(page.contains("1 November 2026"), "{page}");
        check_page(&PrivacyPage {
            organisation: Some("Northmoor Patients’ Association".into()),
            minimum_age: 18,
            pending_days: 14,
            reset_minutes: 20,
            session_days: 30,
            idle_days: 14,
            browser_days: 365,
        });
        check_page(&AccessibilityPage {});
    }

    #[test]
    fn the_version_of_the_rules_is_a_day() {
        assert!(rules::RULES_VERSION.parse::<chrono::NaiveDate>().is_ok());
    }
}
