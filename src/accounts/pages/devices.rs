//! Where somebody is signed in, and how they end it there.

use crate::accounts::host::LastUses;
use crate::accounts::model::SessionInfo;
use crate::accounts::store;
use crate::accounts::store::devices::OwnSession;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Path, Query};
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings/devices", Admits::Members, list_sessions),
        Endpoint::post("/settings/devices/removal", Admits::Members, remove_other_sessions),
        Endpoint::post("/settings/devices/{session}/removal", Admits::Members, remove_session),
    ]
}

#[derive(Serialize)]
struct DevicesPage {
    /// What was just done, in a sentence.
    done: Option<String>,
    sessions: Vec<SessionLine>,
    /// There are others beside this one.
    has_others: bool,
}

impl Page for DevicesPage {
    const TEMPLATE: &'static str = "accounts/devices.html";
}

/// One session.
#[derive(Serialize)]
struct SessionLine {
    /// Firefox on Android
    device: String,
    is_this: bool,
    is_shared: bool,
    signed_in: Moment,
    last_used: Moment,
    removal_action: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DevicesQuery {
    done: String,
}

async fn list_sessions(visit: Visit, query: Query<DevicesQuery>) -> Result<HttpResponse> {
    let (member, now) = (visit.member()?.id, visit.now());
    let found = visit.site.db.read(move |connection| store::devices::sessions_of(connection, member, now)).await?;
    let sessions = found.iter().map(|session| line(&visit, session)).collect::<Result<Vec<_>>>()?;
    let done = match query.0.done.as_str() {
        "one" => Some(visit.say("accounts-devices-ended")?),
        "others" => Some(visit.say("accounts-devices-others-ended")?),
        _ => None,
    };
    let page = DevicesPage { done, has_others: sessions.iter().any(|session| !session.is_this), sessions };
    visit.show(Look::at("settings").below("/settings", visit.say("shared-settings")?), &page)
}

fn line(visit: &Visit, session: &OwnSession) -> Result<SessionLine> {
    let own = visit.member()?.session.map(|session| session.id);
    // Not everything that this process has seen is written yet.
    let seen = visit.site.kept::<LastUses>().of(session.id);
    let last_used = seen.map_or(session.last_used_at, |seen| seen.max(session.last_used_at));
    let device = match session.device.split_once('/') {
        Some((browser, "")) => browser.to_owned(),
        Some(("", system)) => visit.say_with("accounts-device-system", &[("system", system.into())])?,
        Some((browser, system)) => {
            visit.say_with("accounts-device", &[("browser", browser.into()), ("system", system.into())])?
        }
        None => visit.say("accounts-device-unknown")?,
    };
    Ok(SessionLine {
        device,
        is_this: own == Some(session.id),
        is_shared: session.is_shared_device,
        signed_in: visit.moment(session.created_at),
        last_used: visit.moment(last_used),
        removal_action: format!("/settings/devices/{}/removal", session.id),
    })
}

/// Ends one that is theirs; what is not is not there.
async fn remove_session(visit: Visit, session: Path<Id<SessionInfo>>) -> Result<HttpResponse> {
    let (member, session) = (visit.member()?.clone(), session.0);
    let id = member.id;
    let is_ended = visit.site.db.write(move |tx| store::devices::end_session_of(tx, id, session)).await?;
    if !is_ended {
        return Err(Error::UNSEEN);
    }
    let is_this = member.session.is_some_and(|own| own.id == session);
    visit.go_to(if is_this { "/" } else { "/settings/devices?done=one" })
}

async fn remove_other_sessions(visit: Visit) -> Result<HttpResponse> {
    let member = visit.member()?.clone();
    let (id, own) = (member.id, member.session.map(|session| session.id));
    visit.site.db.write(move |tx| store::devices::end_sessions_of(tx, id, own)).await?;
    visit.go_to("/settings/devices?done=others")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_page_of_devices_shows_what_it_holds() {
        let moment = || Moment { machine: "2026-05-09T14:00+01:00".into(), words: "9 May 2026, 14:00".into() };
        let line = |is_this| SessionLine {
            device: "Firefox on Android".into(),
            is_this,
            is_shared: !is_this,
            signed_in: moment(),
            last_used: moment(),
            removal_action: "/settings/devices/7/removal".into(),
        };
        check_page(&DevicesPage { done: Some("Done.".into()), sessions: vec![line(true), line(false)], has_others: true });
        check_page(&DevicesPage { done: None, sessions: vec![line(true)], has_others: false });
    }
}
