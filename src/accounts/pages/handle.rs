//! Another name: for oneself, and by an administrator for somebody who asked.

use super::{Faults, is_ticked, join};
use crate::accounts::model::{EmailAddress, Member, OldHandle};
use crate::accounts::rules::{self, CannotChangeHandle, HandleWish};
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{handle, store};
use crate::db::Id;
use crate::db::trouble::{self, Trouble};
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use chrono::Duration;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings/handle", Admits::Members, show_handle),
        Endpoint::post("/settings/handle", Admits::Members, update_handle),
        Endpoint::get("/admin/people/{member}/handle", Admits::Administrators, show_handle_of),
        Endpoint::post("/admin/people/{member}/handle", Admits::FreshAdministrators, update_handle_of),
    ]
}

#[derive(Serialize)]
struct HandlePage {
    faults: Vec<Fault>,
    /// It was just changed.
    is_done: bool,
    kept_for: String,
    present: String,
    handle: String,
    /// What they should know before they take this name.
    advice: Vec<String>,
    /// How often they may still change it by themselves.
    left: i64,
    left_words: String,
}

impl Page for HandlePage {
    const TEMPLATE: &'static str = "accounts/handle.html";
}

#[derive(Serialize)]
struct HandleOfPage {
    faults: Vec<Fault>,
    /// It was just changed.
    is_done: bool,
    kept_for: String,
    id: i64,
    present: String,
    handle: String,
    reason: String,
    old_names: Vec<OldNameRow>,
}

impl Page for HandleOfPage {
    const TEMPLATE: &'static str = "accounts/admin-handle.html";
}

/// A name that somebody had.
#[derive(Serialize)]
pub(super) struct OldNameRow {
    pub handle: String,
    pub until: Moment,
    /// Who changed it, if they did not do it themselves.
    pub by: Option<String>,
    pub reason: String,
}

impl OldNameRow {
    pub(super) fn of(visit: &Visit, old: OldHandle) -> Self {
        Self { handle: old.handle, until: visit.moment(old.changed_at), by: old.changed_by, reason: old.reason }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

// ------------------------------------------------------------------------------------------------- one's own name

#[derive(Deserialize, Default)]
#[serde(default)]
struct HandleForm {
    handle: String,
    keep_handle: String,
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}

async fn handle_page(visit: &Visit, faults: Vec<Fault>, advice: Vec<String>, handle: String) -> Result<HandlePage> {
    let member = visit.member()?.clone();
    let id = member.id;
    let changes = visit.site.db.read(move |connection| store::handles::own_changes(connection, id)).await?;
    let left = (rules::HANDLE_CHANGES - changes).max(0);
    Ok(HandlePage {
        faults,
        is_done: false,
        kept_for: visit.kept_for(),
        present: member.handle.clone(),
        handle,
        advice,
        left,
        left_words: visit.say_with("accounts-handle-left", &[("left", left.into())])?,
    })
}

async fn show_handle(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let page = handle_page(&visit, Vec::new(), Vec::new(), String::new()).await?;
    visit.show(look(&visit)?, &HandlePage { is_done: !query.0.done.is_empty(), ..page })
}

async fn update_handle(visit: Visit, form: Form<HandleForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let member = visit.member()?.clone();
    let id = member.id;
    if line::clean(&form.handle) == member.handle && has_just_changed(&visit).await? {
        return visit.go_to("/settings/handle?done=yes");
    }
    let mut faults = Faults::new(&visit);
    let wanted = wanted(&visit, &mut faults, &member.handle, &form.handle).await?;
    let Some(wanted) = wanted else {
        let faults = faults.list;
        return visit.show_again(look(&visit)?, &handle_page(&visit, faults, Vec::new(), form.handle).await?);
    };
    let account = visit.site.db.read(move |connection| store::account(connection, id)).await?.ok_or(Error::UNSEEN)?;
    if let (Some(email), false) = (EmailAddress::parse(&account.email), is_ticked(&form.keep_handle)) {
        let advice = rules::advise_handle(&wanted, &email).into_iter().map(|advice| visit.say(advice.key()));
        let advice = advice.collect::<Result<Vec<_>>>()?;
        if !advice.is_empty() {
            return visit.show_again(look(&visit)?, &handle_page(&visit, Vec::new(), advice, form.handle).await?);
        }
    }
    let wish = HandleWish { member: id, handle: wanted, reason: String::new() };
    match change(&visit, wish).await? {
        Ok(()) => visit.go_to("/settings/handle?done=yes"),
        Err(refused) => {
            let mut faults = Faults::new(&visit);
            faults.say("handle", refused.key())?;
            let faults = faults.list;
            visit.show_again(look(&visit)?, &handle_page(&visit, faults, Vec::new(), form.handle).await?)
        }
    }
}

/// True if they have another name since a moment ago: the button was pressed twice.
async fn has_just_changed(visit: &Visit) -> Result<bool> {
    let (id, since) = (visit.member()?.id, visit.now().minus(Duration::seconds(rules::PRESS_SECONDS)));
    let old = visit.site.db.read(move |connection| store::handles::of(connection, id)).await?;
    Ok(old.iter().any(|old| old.changed_at > since))
}

/// A name that can be somebody's, or what is wrong with it. That it is theirs already is said before it is said to be taken.
async fn wanted(visit: &Visit, faults: &mut Faults<'_>, present: &str, typed: &str) -> Result<Option<String>> {
    if line::skeleton(&line::clean(typed)) == line::skeleton(present) {
        faults.say("handle", CannotChangeHandle::Same.key())?;
        return Ok(None);
    }
    join::check_handle(visit, faults, typed).await
}

async fn change(visit: &Visit, wish: HandleWish) -> Result<Result<(), CannotChangeHandle>> {
    let (site, by) = (visit.site.clone(), visit.member()?.clone());
    match visit.site.db.write(move |tx| handle::change(tx, &by, wish.clone(), &site)).await {
        // Two at the same moment: the unique index knows who was first.
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => Ok(Err(CannotChangeHandle::Taken)),
        changed => changed,
    }
}

// ------------------------------------------------------------------------------------------ the name of somebody else

/// The longest reason, in characters.
const REASON_MAX_CHARS: usize = 500;

#[derive(Deserialize, Default)]
#[serde(default)]
struct HandleOfForm {
    handle: String,
    reason: String,
}

fn look_at(visit: &Visit, id: Id<Member>, handle: &str) -> Result<Look> {
    Ok(Look::default()
        .below("/admin", visit.say("accounts-admin-title")?)
        .below("/admin/people", visit.say("accounts-admin-people-title")?)
        .below(format!("/admin/people/{id}"), handle))
}

async fn handle_of_page(visit: &Visit, id: Id<Member>, faults: Vec<Fault>, form: HandleOfForm) -> Result<HandleOfPage> {
    let (member, old) = visit
        .site
        .db
        .read(move |connection| {
            let member = store::member(connection, id)?.ok_or(Error::UNSEEN)?;
            Ok((member, store::handles::of(connection, id)?))
        })
        .await?;
    Ok(HandleOfPage {
        faults,
        is_done: false,
        kept_for: visit.kept_for(),
        id: id.number(),
        present: member.handle,
        handle: form.handle,
        reason: form.reason,
        old_names: old.into_iter().map(|old| OldNameRow::of(visit, old)).collect(),
    })
}

async fn show_handle_of(visit: Visit, id: Path<Id<Member>>, query: Query<DoneQuery>) -> Result<HttpResponse> {
    let page = handle_of_page(&visit, id.0, Vec::new(), HandleOfForm::default()).await?;
    let look = look_at(&visit, id.0, &page.present)?;
    visit.show(look, &HandleOfPage { is_done: !query.0.done.is_empty(), ..page })
}

async fn update_handle_of(visit: Visit, id: Path<Id<Member>>, form: Form<HandleOfForm>) -> Result<HttpResponse> {
    let (id, form) = (id.0, form.fields()?);
    let member = visit.site.db.read(move |connection| store::member(connection, id)).await?.ok_or(Error::UNSEEN)?;
    let reason = line::clean(&form.reason);
    let mut faults = Faults::new(&visit);
    let wanted = wanted(&visit, &mut faults, &member.handle, &form.handle).await?;
    match reason.chars().count() {
        0 => faults.say("reason", "accounts-reason-none")?,
        1..=REASON_MAX_CHARS => {}
        _ => faults.say("reason", "accounts-reason-too-long")?,
    }
    if let (Some(wanted), true) = (wanted, faults.list.is_empty()) {
        match change(&visit, HandleWish { member: id, handle: wanted, reason }).await? {
            Ok(()) => return visit.go_to(&format!("/admin/people/{id}/handle?done=yes")),
            Err(refused) => faults.say("handle", refused.key())?,
        }
    }
    let faults = faults.list;
    let page = handle_of_page(&visit, id, faults, form).await?;
    visit.show_again(look_at(&visit, id, &page.present)?, &page)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    /// One that somebody else changed, and one that they changed themselves.
    pub fn old_names() -> Vec<OldNameRow> {
        let until = || Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() };
        vec![
            OldNameRow {
                handle: "fern".into(),
                until: until(),
                by: Some("northgate".into()),
                reason: "Asked <b>me</b>".into(),
            },
            OldNameRow { handle: "moss".into(), until: until(), by: None, reason: String::new() },
        ]
    }

    #[test]
    fn the_pages_about_a_name_show_what_they_hold() {
        let page = |advice: Vec<String>, left| HandlePage {
            faults: faults(&["handle"]),
            is_done: left == 1,
            kept_for: "seal".into(),
            present: "tansy".into(),
            handle: "wren".into(),
            advice,
            left,
            left_words: "Once more".into(),
        };
        let html = check_page(&page(vec!["It looks like your address.".into()], 1));
        for part in ["value=\"wren\"", "It looks like your address.", "name=\"keep_handle\"", "tansy", "Once more"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let html = check_page(&page(Vec::new(), 0));
        assert!(!html.contains("action=\"/settings/handle\""), "{html}");
        let html = check_page(&HandleOfPage {
            faults: faults(&["handle", "reason"]),
            is_done: true,
            kept_for: "seal".into(),
            id: 31,
            present: "tansy".into(),
            handle: "wren".into(),
            reason: "Asked me".into(),
            old_names: old_names(),
        });
        for part in ["action=\"/admin/people/31/handle\"", "northgate", "Asked &lt;b&gt;me", "moss", "value=\"wren\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
