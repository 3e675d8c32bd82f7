//! The administration, and what administrators see of a person and do about their roles. No command line needed.

use super::Faults;
use super::admin_people::{people_look, standing_words};
use super::agreements::GivenRow;
use super::log::{self, LogRow, doer_words};
use super::sign_on::provider_label;
use crate::accounts::model::{Arrival, GivenConsent, Identity, LogEntry, Member, PersonFacts, Role, Standing};
use crate::accounts::store;
use crate::accounts::visit::{Look, Visit};
use crate::accounts::{self, RoleTaken, password, rules};
use crate::db::Id;
use crate::error::{Error, Refusal, Result};
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, Mark, Pager};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use anyhow::Context;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/admin", Admits::Administrators, show_administration),
        Endpoint::get("/admin/people/{member}", Admits::Administrators, show_person),
        Endpoint::post("/admin/people/{member}/roles", Admits::FreshAdministrators, create_role),
        Endpoint::post("/admin/people/{member}/roles/removal", Admits::FreshAdministrators, remove_role),
        Endpoint::post("/admin/people/{member}/organisation", Admits::FreshAdministrators, update_organisation),
    ]
}

// ------------------------------------------------------------------------------------------------------- pages

#[derive(Serialize)]
struct AdministrationPage {
    /// Nobody else administers the site.
    is_alone: bool,
}

impl Page for AdministrationPage {
    const TEMPLATE: &'static str = "accounts/admin.html";
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
    /// Since when they are here; nothing once they were erased.
    joined: Option<Moment>,
    /// How it stands with them, in words.
    standing: String,
    /// Where letters go.
    email: String,
    /// Where they are signed in: how many places, and nothing more.
    sessions: i64,
    /// What leads them in, in words: a password, a passkey, providers of sign-on. Nothing after *this was not me*.
    ways_in: Vec<String>,
    has_second_step: bool,
    /// From when on roles of theirs rest, if they need a second step and have none.
    rests_from: Option<Moment>,
    /// Who invited them, and who approved their application.
    arrival: Arrival,
    roles: Vec<RoleRow>,
    may_be_given: Vec<Choice>,
    may_be_taken: Vec<Choice>,
    give: RoleFields,
    take: RoleFields,
    /// They have not left.
    is_here: bool,
    works_for_organisation: bool,
    organisation_reason: String,
    /// What they agreed to, newest first.
    consents: Vec<GivenRow>,
    lines: Vec<LogRow>,
    pager: Pager,
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

/// A role that they have.
#[derive(Serialize)]
struct RoleRow {
    words: String,
    /// Who gave it, in words, where that is known.
    by: Option<String>,
    since: Option<Moment>,
}

/// What a refused form brought.
#[derive(Default)]
struct Typed {
    give: RoleFields,
    take: RoleFields,
    organisation_reason: String,
    works_for_organisation: Option<bool>,
}

/// A page below the administration.
pub fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?))
}

/// Everything that the page of a person shows, out of one state of the database.
struct Person {
    facts: PersonFacts,
    sessions: usize,
    has_password: bool,
    has_passkey: bool,
    sign_ons: Vec<Identity>,
    has_second_step: bool,
    consents: Vec<GivenConsent>,
    grants: Vec<LogEntry>,
    entries: Vec<LogEntry>,
}

async fn person_page(
    visit: &Visit,
    id: Id<Member>,
    faults: Vec<Fault>,
    done: Option<String>,
    typed: Typed,
    before: &str,
) -> Result<AdminPersonPage> {
    let (now, (below, at_most)) = (visit.now(), log::part(before));
    let person = visit.site.db.read(move |connection| {
        let facts = store::people::facts(connection, id, now)?.ok_or(Error::UNSEEN)?;
        Ok(Person {
            sessions: store::devices::sessions_of(connection, facts.member.id, now)?.len(),
            has_password: store::stored_password(connection, id)?.is_some_and(|(_, stored)| password::is_one(&stored)),
            has_passkey: !store::passkeys::passkeys_of(connection, id)?.is_empty(),
            sign_ons: store::identities::of_member(connection, id)?,
            has_second_step: store::steps::has_second_step(connection, id)?,
            consents: store::consents_of(connection, id)?,
            grants: store::log::grants_of(connection, id)?,
            entries: store::log::of_person(connection, id, below, at_most)?,
            facts,
        })
    });
    let person = person.await?;
    let ways_in = ways_in(visit, &person)?;
    let Person { facts, sessions, has_second_step, consents, grants, entries, .. } = person;
    let PersonFacts { member, email, standing, arrival } = facts;
    let is_here = matches!(standing, Standing::Present | Standing::Resting);
    let choices = |has: bool| -> Result<Vec<Choice>> {
        Role::ALL
            .iter()
            .filter(|role| member.roles.has(**role) == has && (has || is_here))
            .map(|role| Ok(Choice::new(role.word(), role_words(visit, role.word())?)))
            .collect()
    };
    let (lines, pager) = log::rows(visit, &format!("/admin/people/{id}"), false, entries)?;
    Ok(AdminPersonPage {
        faults,
        done,
        kept_for: visit.kept_for(),
        id: member.id.number(),
        handle: member.handle.clone(),
        mark: member.mark,
        person_href: member.href(),
        joined: (standing != Standing::Closed).then(|| visit.day(member.joined_at)),
        standing: standing_words(visit, standing)?,
        email,
        sessions: i64::try_from(sessions).unwrap_or(i64::MAX),
        ways_in,
        has_second_step,
        rests_from: member.second_step_due_at.map(|due_at| visit.day(due_at)),
        arrival,
        roles: member.roles.all().map(|role| role_row(visit, role, &grants)).collect::<Result<_>>()?,
        may_be_given: choices(false)?,
        may_be_taken: choices(true)?,
        give: typed.give,
        take: typed.take,
        is_here,
        works_for_organisation: typed.works_for_organisation.unwrap_or(member.works_for_organisation),
        organisation_reason: typed.organisation_reason,
        consents: consents.iter().rev().map(|given| GivenRow::of(visit, given)).collect::<Result<_>>()?,
        lines,
        pager,
    })
}

/// What leads them in, in words.
fn ways_in(visit: &Visit, person: &Person) -> Result<Vec<String>> {
    let here = [("password", person.has_password), ("passkey", person.has_passkey)];
    let here = here.into_iter().filter(|(_, leads_in)| *leads_in);
    let here = here.map(|(word, _)| visit.say(&format!("accounts-admin-person-way-{word}")));
    here.chain(person.sign_ons.iter().map(|identity| Ok(provider_label(&visit.site, identity)))).collect()
}

/// A role with the last time that it was given.
fn role_row(visit: &Visit, role: Role, grants: &[LogEntry]) -> Result<RoleRow> {
    let grant = grants.iter().find(|grant| grant.role == role.word());
    Ok(RoleRow {
        words: role_words(visit, role.word())?,
        by: grant.map(|grant| doer_words(visit, grant)).transpose()?,
        since: grant.map(|grant| visit.day(grant.done_at)),
    })
}

/// A role, in words.
pub fn role_words(visit: &Visit, role: &str) -> Result<String> {
    visit.say(&format!("accounts-role-{role}"))
}

// ---------------------------------------------------------------------------------------------------- handlers

async fn show_administration(visit: Visit) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let has_second = visit.site.db.read(move |connection| store::people::has_second_administrator(connection, id)).await?;
    visit.show(Look::default(), &AdministrationPage { is_alone: !has_second })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PersonQuery {
    done: String,
    before: String,
}

async fn show_person(visit: Visit, id: Path<Id<Member>>, query: Query<PersonQuery>) -> Result<HttpResponse> {
    let done = match query.0.done.as_str() {
        "given" => Some(visit.say("accounts-roles-done-given")?),
        "taken" => Some(visit.say("accounts-roles-done-taken")?),
        "kept" => Some(visit.say("accounts-roles-done-kept")?),
        _ => None,
    };
    let page = person_page(&visit, id.0, Vec::new(), done, Typed::default(), &query.0.before).await?;
    visit.show(people_look(&visit)?, &page)
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
    let page = person_page(visit, id, faults, None, typed, "").await?;
    visit.show_again(people_look(visit)?, &page)
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
    if faults.list.is_empty() {
        let changed = visit.site.db.write(move |tx| {
            store::member(tx.conn(), id)?.ok_or(Error::UNSEEN)?;
            accounts::set_works_for_organisation(tx, id, works, Some(by), &reason)
        });
        match changed.await {
            Ok(()) => return visit.go_to(&format!("/admin/people/{id}?done=kept")),
            Err(Error::Refused(Refusal::Forbidden(sentence))) if sentence.key == rules::CannotChangeRole::Gone.key() => {
                faults.add("works_for_organisation", &sentence)?;
            }
            Err(error) => return Err(error),
        }
    }
    let faults = faults.list;
    let typed =
        Typed { organisation_reason: form.organisation_reason, works_for_organisation: Some(works), ..Typed::default() };
    let page = person_page(&visit, id, faults, None, typed, "").await?;
    visit.show_again(people_look(&visit)?, &page)
}

#[cfg(test)]
mod tests {
    use super::super::agreements::tests::given_rows;
    use super::super::log::tests::log_rows;
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_pages_of_the_administration_show_what_they_hold() {
        assert!(check_page(&AdministrationPage { is_alone: true }).contains("/admin/people/invitation"));
        check_page(&AdministrationPage { is_alone: false });
        let person = AdminPersonPage {
            faults: faults(&["give_role", "give_reason", "take_role", "take_reason", "organisation_reason"]),
            done: Some("Kept.".into()),
            kept_for: "seal".into(),
            id: 31,
            handle: "tansy".into(),
            mark: Mark { name: "wave", colour: "moss" },
            person_href: "/people/31".into(),
            joined: Some(Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() }),
            standing: "A member".into(),
            email: "tansy@post.example".into(),
            sessions: 2,
            ways_in: vec!["a password".into(), "Northgate Hospital".into()],
            has_second_step: false,
            rests_from: Some(Moment { machine: "2026-05-23".into(), words: "23 May 2026".into() }),
            arrival: Arrival { invited_by: Some("harebell".into()), approved_by: Some("northgate".into()) },
            roles: vec![
                RoleRow {
                    words: "Mentor".into(),
                    by: Some("southgate".into()),
                    since: Some(Moment { machine: "2026-05-10".into(), words: "10 May 2026".into() }),
                },
                RoleRow { words: "Moderator".into(), by: None, since: None },
            ],
            may_be_given: vec![Choice::new("moderator", "Moderator")],
            may_be_taken: vec![Choice::new("mentor", "Mentor")],
            give: RoleFields { role: "moderator".into(), reason: "Knows the board".into() },
            take: RoleFields { role: "mentor".into(), reason: "Asked to stop".into() },
            is_here: true,
            works_for_organisation: true,
            organisation_reason: "Started there".into(),
            consents: given_rows(),
            lines: log_rows(),
            pager: Pager { next_href: Some("/admin/people/31?before=7".into()), ..Pager::default() },
        };
        let page = check_page(&person);
        for part in [
            "harebell",
            "northgate",
            "southgate",
            "10 May 2026",
            "Northgate Hospital",
            "tansy@post.example",
            "23 May 2026",
            "Knows the board",
            "Asked to stop",
            "Started there",
            "/admin/people/31/roles/removal",
            "/admin/people/31?before=7",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let gone = AdminPersonPage {
            done: None,
            joined: None,
            email: String::new(),
            sessions: 0,
            ways_in: Vec::new(),
            has_second_step: true,
            rests_from: None,
            arrival: Arrival::default(),
            roles: Vec::new(),
            may_be_given: Vec::new(),
            may_be_taken: Vec::new(),
            is_here: false,
            consents: Vec::new(),
            lines: Vec::new(),
            pager: Pager::default(),
            ..person
        };
        assert!(!check_page(&gone).contains("/admin/people/31/"));
    }
}
