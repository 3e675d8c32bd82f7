//! The yes to the keeping of what one writes about one's health: what it is for, taking it back, giving it again.

use super::look;
use crate::accounts::Visit;
use crate::accounts::visit::own_path;
use crate::error::Result;
use crate::locale::Moment;
use crate::privacy::{health, rules, store};
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Query};
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    // Taken back as easily as given: no new proof. Nothing is lost for two weeks, and a letter tells them.
    vec![
        Endpoint::get(health::PATH, Admits::Members, show_health),
        Endpoint::post(health::PATH, Admits::Members, create_yes),
        Endpoint::post("/settings/health/removal", Admits::Members, remove_yes),
    ]
}

#[derive(Serialize)]
struct HealthPage {
    /// Their yes stands.
    agrees: bool,
    /// They took it back: until when all of it can stand again.
    until: Option<Moment>,
    /// Where they go on after they said yes.
    return_to: String,
    days: i64,
    remind_days: i64,
}

impl Page for HealthPage {
    const TEMPLATE: &'static str = "privacy/health.html";
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct HealthQuery {
    return_to: String,
}

async fn show_health(visit: Visit, query: Query<HealthQuery>) -> Result<HttpResponse> {
    let member = visit.member()?;
    let (id, agrees) = (member.id, member.agrees_to_health);
    let withdrawal = visit.site.db.read(move |connection| store::health_withdrawal_of(connection, id)).await?;
    let return_to = if query.0.return_to.is_empty() { health::PATH } else { own_path(&query.0.return_to) };
    let page = HealthPage {
        agrees,
        until: withdrawal
            .filter(|withdrawal| rules::may_restore(withdrawal).is_some())
            .map(|withdrawal| visit.moment(rules::words_end(&withdrawal))),
        return_to: return_to.to_owned(),
        days: rules::RETURN_DAYS,
        remind_days: rules::REMIND_DAYS,
    };
    visit.show(look(&visit)?, &page)
}

async fn create_yes(visit: Visit, form: Form<HealthQuery>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let form = form.fields()?;
    visit.site.db.write(move |tx| health::give(tx, id)).await?;
    health::put_words_back(&visit.site, id).await?;
    visit.go_to(own_path(&form.return_to))
}

async fn remove_yes(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let site = visit.site.clone();
    visit.site.db.write(move |tx| health::take_back(tx, &site, id)).await?;
    health::take_words_away(&visit.site, id).await?;
    visit.go_to(health::PATH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_page_about_the_yes_says_what_is_possible_now_and_every_way_out() {
        let page = |agrees, has_until| {
            let until = || Moment { machine: "2026-05-09T14:00+01:00".into(), words: "9 May 2026, 14:00".into() };
            check_page(&HealthPage {
                agrees,
                until: Some(until()).filter(|_| has_until),
                return_to: "/threads/812".into(),
                days: 14,
                remind_days: 3,
            })
        };
        let stands = page(true, false);
        assert!(stands.contains("action=\"/settings/health/removal\""), "{stands}");
        assert!(stands.contains("href=\"/settings/my-data\"") && stands.contains("href=\"/settings/leaving\""), "{stands}");
        let taken_back = page(false, true);
        assert!(taken_back.contains("9 May 2026, 14:00") && !taken_back.contains("/removal"), "{taken_back}");
        assert!(taken_back.contains("action=\"/settings/health\"") && taken_back.contains("value=\"/threads/812\""));
        let never = page(false, false);
        assert!(never.contains("action=\"/settings/health\"") && !never.contains("9 May 2026, 14:00"), "{never}");
    }

    #[test]
    fn every_letter_about_the_yes_can_be_written() {
        let link = "https://forum.example/settings/health";
        for (name, days) in [("privacy/health-taken-back", 14), ("privacy/health-ends", 3)] {
            let letter = crate::mail::check::letter(name, serde_json::json!({ "link": link, "days": days }));
            assert!(letter.text.contains(&format!("\n{link}\n")), "{}", letter.text);
            assert!(letter.text.contains(&days.to_string()) && letter.html.contains(&format!("<a href=\"{link}\">")));
        }
    }
}
