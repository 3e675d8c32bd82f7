//! How people meet moderation.

mod case;
mod queue;
mod report;
mod words;

#[cfg(test)]
mod tests;

use crate::web::endpoint::{Admits, Endpoint};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/posts/{post}/reports", Admits::Members, report::new_report_of_post),
        Endpoint::post("/posts/{post}/reports", Admits::Members, report::create_report_of_post),
        Endpoint::get("/people/{person}/reports", Admits::Members, report::new_report_of_person),
        Endpoint::post("/people/{person}/reports", Admits::Members, report::create_report_of_person),
        Endpoint::get("/reports", Admits::Members, report::list_own_reports),
        Endpoint::post("/reports/{report}/withdrawal", Admits::Members, report::create_withdrawal),
        Endpoint::get("/cases", Admits::Moderators, queue::list_cases),
        Endpoint::get("/cases/{case}", Admits::Moderators, case::show_case),
        Endpoint::post("/cases/{case}/claim", Admits::Moderators, case::create_claim),
        Endpoint::post("/cases/{case}/claim/removal", Admits::Moderators, case::remove_claim),
        Endpoint::post("/cases/{case}/claim/takeover", Admits::Moderators, case::create_takeover),
        Endpoint::post("/cases/{case}/notes", Admits::Moderators, case::create_note),
        Endpoint::post("/cases/{case}/level", Admits::Moderators, case::update_level),
    ]
}
