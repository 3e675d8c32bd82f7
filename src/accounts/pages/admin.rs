//! What administrators do about people: find somebody, give roles and take them back. No command line needed.

use super::Faults;
use super::agreements::GivenRow;
use crate::accounts::model::{Account, Arrival, GivenConsent, Member, Role, RoleChange};
use crate::accounts::store;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{self, RoleTaken, find_by_handle, rules};
use crate::db::Id;
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, Mark};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use anyhow::Context;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/admin", Admits::Administrators, show_administration),
        Endpoint::get("/admin/people", Admits::Administrators, find_person),
        Endpoint::get("/admin/people/{member}", Admits::Administrators, show_person),
        Endpoint::post("/admin/people/{member}/roles", Admits::FreshAdministrators, create_role),
        Endpoint::post("/admin/people/{member}/roles/removal", Admits::FreshAdministrators, remove_role),
        Endpoint::post("/admin/people/{member}/organisation", Admits::FreshAdministrators, update_organisation),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct AdministrationPage {}

impl Page for AdministrationPage {
    const TEMPLATE: &'static str = "accounts/admin.html";
}

#[derive(Serialize)]
struct FindPersonPage {
    /// The name that was looked for.
    name: String,
    /// It was looked for, and nobody has it.
    is_nobody: bool,
}

impl Page for FindPersonPage {
    const TEMPLATE: &'static str = "accounts/admin-people.html";
}

#[derive(Serialize)]
struct AdminPersonPage {
    faults: Vec<Fault>,
    /// What was just done, in a sentence.
    done: Option<String>,
    kept_for: String,
    id: i64,
    handle: String,
    mark: Mark,
    person_href: String,
    joined: Moment,
    /// Who invited them, and who approved their application.
    arrival: Arrival,
    /// Words for the roles they have.
    roles: Vec<String>,
    may_be_given: Vec<Choice>,
    may_be_taken: Vec<Choice>,
    give: RoleFields,
    take: RoleFields,
    works_for_organisation: bool,
    organisation_reason: String,
    /// What they agreed to, newest first.
    consents: Vec<GivenRow>,
    changes: Vec<ChangeRow>,
}

impl Page for AdminPersonPage {
    const TEMPLATE: &'static str = "accounts/admin-person.html";
}

/// What stands in one of the two forms about roles.
#[derive(Serialize, Default)]
struct RoleFields {
    role: String,
    reason: String,
}

/// A line of the record.
#[derive(Serialize)]
struct ChangeRow {
    words: String,
    reason: String,
    when: Moment,
}

/// What a refused form brought.
#[derive(Default)]
struct Typed {
    give: RoleFields,
    take: RoleFields,
    organisation_reason: String,
    works_for_organisation: Option<bool>,
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?))
}

async fn person_page(
    visit: &Visit,
    id: Id<Member>,
    faults: Vec<Fault>,
    done: Option<String>,
    typed: Typed,
) -> Result<AdminPersonPage> {
    let found: Result<(Account, Arrival, Vec<GivenConsent>, Vec<RoleChange>)> = visit
        .site
        .db
        .read(move |connection| {
            let account = store::account(connection, id)?.ok_or(Error::UNSEEN)?;
            let arrival = store::joining::arrival(connection, id)?;
            Ok((account, arrival, store::consents_of(connection, id)?, store::role_changes_of(connection, id)?))
        })
        .await;
    let (account, arrival, consents, changes) = found?;
    let member = &account.member;
    let choices = |has: bool| -> Result<Vec<Choice>> {
        Role::ALL
            .iter()
            .filter(|role| member.roles.has(**role) == has)
            .map(|role| Ok(Choice::new(role.word(), role_words(visit, role.word())?)))
            .collect()
    };
    Ok(AdminPersonPage {
        faults,
        done,
        kept_for: visit.kept_for(),
        id: member.id.number(),
        handle: member.handle.clone(),
        mark: member.mark,
        person_href: member.href(),
        joined: visit.day(member.joined_at),
        arrival,
        roles: member.roles.all().map(|role| role_words(visit, role.word())).collect::<Result<_>>()?,
        may_be_given: choices(false)?,
        may_be_taken: choices(true)?,
        give: typed.give,
        take: typed.take,
        works_for_organisation: typed.works_for_organisation.unwrap_or(member.works_for_organisation),
        organisation_reason: typed.organisation_reason,
        consents: consents.iter().rev().map(|given| GivenRow::of(visit, given)).collect::<Result<_>>()?,
        changes: changes.into_iter().map(|change| change_row(visit, change)).collect::<Result<_>>()?,
    })
}

fn role_words(visit: &Visit, role: &str) -> Result<String> {
    visit.say(&format!("accounts-role-{role}"))
}

fn change_row(visit: &Visit, change: RoleChange) -> Result<ChangeRow> {
    let by = match change.changed_by {
        Some(handle) => handle,
        None => visit.say("accounts-roles-by-nobody")?,
    };
    let key = if change.is_granted { "accounts-roles-given" } else { "accounts-roles-taken" };
    let role = role_words(visit, &change.role)?;
    Ok(ChangeRow {
        words: visit.say_with(key, &[("role", role.into()), ("by", by.into())])?,
        reason: change.reason,
        when: visit.moment(change.changed_at),
    })
}

// ---------------------------------------------------------------------------------------------------- handlers

async fn show_administration(visit: Visit) -> Result<HttpResponse> {
    visit.show(Look::default(), &AdministrationPage {})
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FindQuery {
    name: String,
}

async fn find_person(visit: Visit, query: Query<FindQuery>) -> Result<HttpResponse> {
    let name = line::clean(&query.0.name);
    let wanted = name.clone();
    let found = if name.is_empty() {
        None
    } else {
        visit.site.db.read(move |connection| find_by_handle(connection, &wanted)).await?
    };
    match found {
        Some(member) => visit.go_to(&format!("/admin/people/{}", member.id)),
        None => visit.show(look(&visit)?, &FindPersonPage { is_nobody: !name.is_empty(), name }),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PersonQuery {
    done: String,
}

async fn show_person(visit: Visit, id: Path<Id<Member>>, query: Query<PersonQuery>) -> Result<HttpResponse> {
    let done = match query.0.done.as_str() {
        "given" => Some(visit.say("accounts-roles-done-given")?),
        "taken" => Some(visit.say("accounts-roles-done-taken")?),
        "kept" => Some(visit.say("accounts-roles-done-kept")?),
        _ => None,
    };
    let page = person_page(&visit, id.0, Vec::new(), done, Typed::default()).await?;
    visit.show(person_look(&visit)?, &page)
}

fn person_look(visit: &Visit) -> Result<Look> {
    Ok(look(visit)?.below("/admin/people", visit.say("accounts-admin-people-title")?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct GiveForm {
    give_role: String,
    give_reason: String,
}

async fn create_role(visit: Visit, id: Path<Id<Member>>, form: Form<GiveForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let fields = RoleFields { role: form.give_role, reason: form.give_reason };
    change_role(&visit, id.0, true, fields).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TakeForm {
    take_role: String,
    take_reason: String,
}

async fn remove_role(visit: Visit, id: Path<Id<Member>>, form: Form<TakeForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let fields = RoleFields { role: form.take_role, reason: form.take_reason };
    change_role(&visit, id.0, false, fields).await
}

/// The longest reason, in characters.
const REASON_MAX_CHARS: usize = 500;

fn check_reason(faults: &mut Faults<'_>, field: &'static str, reason: &str) -> Result<()> {
    match reason.chars().count() {
        0 => faults.say(field, "accounts-reason-none"),
        1..=REASON_MAX_CHARS => Ok(()),
        _ => faults.say(field, "accounts-reason-too-long"),
    }
}

async fn change_role(visit: &Visit, id: Id<Member>, is_granted: bool, fields: RoleFields) -> Result<HttpResponse> {
    let by = visit.member()?.id;
    let (role_field, reason_field) = if is_granted { ("give_role", "give_reason") } else { ("take_role", "take_reason") };
    let role = Role::from_word(&fields.role);
    let reason = line::clean(&fields.reason);
    let mut faults = Faults::new(visit);
    if role.is_none() {
        faults.say(role_field, "accounts-role-none")?;
    }
    check_reason(&mut faults, reason_field, &reason)?;
    if let (Some(role), true) = (role, faults.list.is_empty()) {
        let taken = visit.request().app_data::<RoleTaken>().copied();
        let taken = taken.context("nobody said what else ends with a role")?;
        // The person is looked up first: what does not exist is a page that does not exist.
        let changed = visit.site.db.write(move |tx| {
            store::member(tx.conn(), id)?.ok_or(Error::UNSEEN)?;
            if is_granted {
                accounts::grant(tx, id, role, Some(by), &reason)
            } else {
                accounts::revoke(tx, id, role, Some(by), &reason, taken)
            }
        });
        match changed.await {
            Ok(()) => {
                return visit.go_to(&format!("/admin/people/{id}?done={}", if is_granted { "given" } else { "taken" }));
            }
            Err(Error::Refused(Refusal::Forbidden(sentence)))
                if [rules::CannotChangeRole::LastAdministrator.key(), rules::CannotChangeRole::Gone.key()]
                    .contains(&sentence.key) =>
            {
                faults.add(role_field, &sentence)?;
            }
            Err(error) => return Err(error),
        }
    }
    let faults = faults.list;
    let typed =
        if is_granted { Typed { give: fields, ..Typed::default() } } else { Typed { take: fields, ..Typed::default() } };
    let page = person_page(visit, id, faults, None, typed).await?;
    visit.show_again(person_look(visit)?, &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OrganisationForm {
    works_for_organisation: String,
    organisation_reason: String,
}

async fn update_organisation(visit: Visit, id: Path<Id<Member>>, form: Form<OrganisationForm>) -> Result<HttpResponse> {
    let id = id.0;
    let by = visit.member()?.id;
    let form = form.fields()?;
    let works = super::is_ticked(&form.works_for_organisation);
    let reason = line::clean(&form.organisation_reason);
    let mut faults = Faults::new(&visit);
    check_reason(&mut faults, "organisation_reason", &reason)?;
    if !faults.list.is_empty() {
        let faults = faults.list;
        let typed =
            Typed { organisation_reason: form.organisation_reason, works_for_organisation: Some(works), ..Typed::default() };
        let page = person_page(&visit, id, faults, None, typed).await?;
        return visit.show_again(person_look(&visit)?, &page);
    }
    let changed = visit.site.db.write(move |tx| {
        store::member(tx.conn(), id)?.ok_or(Error::UNSEEN)?;
        accounts::set_works_for_organisation(tx, id, works, Some(by), &reason)
    });
    changed.await?;
    visit.go_to(&format!("/admin/people/{id}?done=kept"))
}

#[cfg(test)]
mod tests {
    use super::super::agreements::tests::given_rows;
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_pages_of_the_administration_show_what_they_hold() {
        check_page(&AdministrationPage {});
        check_page(&FindPersonPage { name: "tansy".into(), is_nobody: true });
        check_page(&FindPersonPage { name: String::new(), is_nobody: false });
        let page = check_page(&AdminPersonPage {
            faults: faults(&["give_role", "give_reason", "take_role", "take_reason", "organisation_reason"]),
            done: Some("Kept.".into()),
            kept_for: "seal".into(),
            id: 31,
            handle: "tansy".into(),
            mark: Mark { name: "wave", colour: "moss" },
            person_href: "/people/31".into(),
            joined: Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() },
            arrival: Arrival { invited_by: Some("harebell".into()), approved_by: Some("northgate".into()) },
            roles: vec!["Mentor".into()],
            may_be_given: vec![Choice::new("moderator", "Moderator")],
            may_be_taken: vec![Choice::new("mentor", "Mentor")],
            give: RoleFields { role: "moderator".into(), reason: "Knows the board".into() },
            take: RoleFields { role: "mentor".into(), reason: "Asked to stop".into() },
            works_for_organisation: true,
            organisation_reason: "Started there".into(),
            consents: given_rows(),
            changes: vec![ChangeRow {
                words: "Mentor, given by northgate".into(),
                reason: "Asked".into(),
                when: Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() },
            }],
        });
        for part in
            ["harebell", "northgate", "Knows the board", "Asked to stop", "Started there", "/admin/people/31/roles/removal"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
