//! Finding people and inviting them, for administrators. Nothing here lists an address.

use super::admin::{look, role_words};
use super::{Faults, is_ticked};
use crate::accounts::joining;
use crate::accounts::model::{Application, EmailAddress, FoundPerson, FoundWish, JoiningMode, PeopleWish, Role, Standing};
use crate::accounts::rules;
use crate::accounts::store;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Result, Sentence};
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::parts::{Choice, Mark, Pager};
use crate::web::page::{Fault, Page};
use crate::web::seal::Token;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    let admits = Admits::Administrators;
    vec![
        Endpoint::get("/admin/people", admits, list_people),
        Endpoint::get("/admin/people/invitation", admits, new_invitation),
        Endpoint::post("/admin/people/invitation", admits, create_invitation),
        Endpoint::post("/admin/people/waiting/{application}/letter", admits, create_letter),
    ]
}

pub fn people_look(visit: &Visit) -> Result<Look> {
    Ok(look(visit)?.below("/admin/people", visit.say("accounts-admin-people-title")?))
}

// ----------------------------------------------------------------------------------------------------- finding

/// People on one page.
const SHOWN: usize = 50;
/// The word of a choice that leaves nobody out.
const ANY: &str = "any";

#[derive(Serialize)]
struct PeoplePage {
    /// What was just done, in a sentence.
    done: Option<String>,
    name: String,
    role: String,
    roles: Vec<Choice>,
    standing: String,
    standings: Vec<Choice>,
    second_step: String,
    second_steps: Vec<Choice>,
    is_invited: bool,
    /// Somebody was looked for, and nobody fits.
    is_nobody: bool,
    people: Vec<PersonRow>,
    /// People who are no members yet.
    wishes: Vec<WishRow>,
    pager: Pager,
}

impl Page for PeoplePage {
    const TEMPLATE: &'static str = "accounts/admin-people.html";
}

#[derive(Serialize)]
struct PersonRow {
    href: String,
    handle: String,
    mark: Mark,
    /// Words for what they were given to do.
    roles: Vec<String>,
    /// How it stands with them, where it is not simply that they are here.
    standing: Option<String>,
}

#[derive(Serialize)]
struct WishRow {
    handle: String,
    standing: String,
    since: Moment,
    /// Where sending the letter again goes.
    letter_action: Option<String>,
    /// Where their answer stands.
    application_href: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PeopleQuery {
    /// A part of a name, or a whole address; nothing as long as nobody was looked for.
    name: Option<String>,
    role: String,
    standing: String,
    second_step: String,
    invited: String,
    after: String,
    done: String,
}

impl PeopleQuery {
    fn wish(&self) -> PeopleWish {
        let name = line::clean(self.name.as_deref().unwrap_or_default());
        let email_key = EmailAddress::parse(&name).map(|email| email.key());
        PeopleWish {
            name_key: if email_key.is_some() { String::new() } else { line::skeleton(&name) },
            email_key,
            role: Role::from_word(&self.role),
            standing: Standing::from_word(&self.standing),
            is_invited: is_ticked(&self.invited),
            second_step: match self.second_step.as_str() {
                "on" => Some(true),
                "off" => Some(false),
                _ => None,
            },
        }
    }

    /// The same question, from behind that name on.
    fn next_href(&self, after: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("name", self.name.as_deref().unwrap_or_default());
        let others = [
            ("role", &self.role),
            ("standing", &self.standing),
            ("second_step", &self.second_step),
            ("invited", &self.invited),
        ];
        for (name, value) in others.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.append_pair("after", after);
        format!("/admin/people?{}", query.finish())
    }
}

/// Which of the two lists a question is about: members, and people who are no members yet. Whoever types a name or an address
/// and nothing else means both.
fn lists_of(wish: &PeopleWish) -> (bool, bool) {
    match wish.standing {
        Some(Standing::Unconfirmed | Standing::Waiting) => (false, true),
        Some(_) => (true, false),
        None => {
            let is_plain = wish.role.is_none() && !wish.is_invited && wish.second_step.is_none();
            (true, is_plain && (!wish.name_key.is_empty() || wish.email_key.is_some()))
        }
    }
}

async fn list_people(visit: Visit, query: Query<PeopleQuery>) -> Result<HttpResponse> {
    let query = query.0;
    let (wish, after, now) = (query.wish(), query.after.clone(), visit.now());
    let (members, others) = if query.name.is_some() { lists_of(&wish) } else { (false, false) };
    let at_most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let (mut people, mut wishes) = visit
        .site
        .db
        .read(move |connection| {
            let people = if members { store::people::found(connection, &wish, &after, at_most, now)? } else { Vec::new() };
            let wishes = if others { store::people::wishes(connection, &wish, &after, at_most, now)? } else { Vec::new() };
            Ok((people, wishes))
        })
        .await?;
    // Both lists are in one order, so one place is enough to go on behind: the first of the two at which a page ends.
    let ends = [
        (people.len() > SHOWN).then(|| people.get(SHOWN - 1).map(|last| last.handle_key.clone())).flatten(),
        (wishes.len() > SHOWN).then(|| wishes.get(SHOWN - 1).map(|last| last.handle_key.clone())).flatten(),
    ];
    let end = ends.into_iter().flatten().min();
    if let Some(end) = &end {
        people.retain(|person| person.handle_key <= *end);
        wishes.retain(|wish| wish.handle_key <= *end);
    }
    let page = PeoplePage {
        done: if query.done == "letter" { Some(visit.say("accounts-people-letter-sent")?) } else { None },
        roles: choices(&visit, Role::ALL.iter().map(|role| role.word()), "accounts-role")?,
        standings: choices(&visit, Standing::ALL.iter().map(|standing| standing.word()), "accounts-standing")?,
        second_steps: choices(&visit, ["on", "off"].into_iter(), "accounts-people-step")?,
        is_invited: is_ticked(&query.invited),
        is_nobody: query.name.is_some() && people.is_empty() && wishes.is_empty(),
        people: people.into_iter().map(|person| person_row(&visit, person)).collect::<Result<_>>()?,
        wishes: wishes.into_iter().map(|wish| wish_row(&visit, wish)).collect::<Result<_>>()?,
        pager: Pager {
            next_href: end.map(|end| query.next_href(&end)),
            next_words: visit.say("accounts-people-more")?,
            ..Pager::default()
        },
        name: query.name.unwrap_or_default(),
        role: query.role,
        standing: query.standing,
        second_step: query.second_step,
    };
    visit.show(look(&visit)?, &page)
}

/// These words of a list with what they mean, and before them the one that leaves nobody out.
fn choices(visit: &Visit, words: impl Iterator<Item = &'static str>, prefix: &str) -> Result<Vec<Choice>> {
    [ANY].into_iter().chain(words).map(|word| Ok(Choice::new(word, visit.say(&format!("{prefix}-{word}"))?))).collect()
}

fn person_row(visit: &Visit, person: FoundPerson) -> Result<PersonRow> {
    let standing = match person.standing {
        Standing::Present => None,
        standing => Some(standing_words(visit, standing)?),
    };
    Ok(PersonRow {
        href: format!("/admin/people/{}", person.id),
        handle: person.handle,
        mark: person.mark,
        roles: person.roles.all().map(|role| role_words(visit, role.word())).collect::<Result<_>>()?,
        standing,
    })
}

/// How it stands with somebody, in words.
pub fn standing_words(visit: &Visit, standing: Standing) -> Result<String> {
    visit.say(&format!("accounts-standing-{}", standing.word()))
}

fn wish_row(visit: &Visit, wish: FoundWish) -> Result<WishRow> {
    let waits = wish.standing == Standing::Waiting;
    Ok(WishRow {
        handle: wish.handle,
        standing: standing_words(visit, wish.standing)?,
        since: visit.moment(wish.since),
        letter_action: (!waits).then(|| format!("/admin/people/waiting/{}/letter", wish.id)),
        application_href: waits.then(|| format!("/admin/applications/{}", wish.id)),
    })
}

async fn create_letter(visit: Visit, wish: Path<Id<Application>>) -> Result<HttpResponse> {
    let (by, wish, token, site) = (visit.member()?.id, wish.0, Token::random()?, visit.site.clone());
    visit.site.db.write(move |tx| joining::confirm_again(tx, by, wish, &token, &site)).await?;
    visit.go_to("/admin/people?name=&standing=unconfirmed&done=letter")
}

// ---------------------------------------------------------------------------------------------------- inviting

#[derive(Serialize)]
struct InvitePersonPage {
    faults: Vec<Fault>,
    /// The letter is on its way.
    is_sent: bool,
    /// Nobody can join now.
    is_closed: bool,
    email: String,
    days: i64,
}

impl Page for InvitePersonPage {
    const TEMPLATE: &'static str = "accounts/admin-invite.html";
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InviteForm {
    email: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SentQuery {
    sent: String,
}

async fn invite_page(visit: &Visit, faults: Vec<Fault>, is_sent: bool, email: String) -> Result<InvitePersonPage> {
    let joining = visit.site.db.read(store::joining::joining).await?;
    let is_closed = joining.mode == JoiningMode::Closed;
    Ok(InvitePersonPage { faults, is_sent, is_closed, email, days: rules::LETTER_INVITATION_DAYS })
}

async fn new_invitation(visit: Visit, query: Query<SentQuery>) -> Result<HttpResponse> {
    let page = invite_page(&visit, Vec::new(), is_ticked(&query.0.sent), String::new()).await?;
    visit.show(people_look(&visit)?, &page)
}

async fn create_invitation(visit: Visit, form: Form<InviteForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let mut faults = Faults::new(&visit);
    match EmailAddress::parse(&form.email) {
        None => faults.say("email", "accounts-email-none")?,
        Some(to) => {
            let (by, token, site) = (visit.member()?.clone(), Token::random()?, visit.site.clone());
            let invited = visit.site.db.write(move |tx| joining::invite_by_letter(tx, &by, &to, &token, &site)).await?;
            match invited {
                Ok(()) => return visit.go_to("/admin/people/invitation?sent=yes"),
                Err(refused) => faults.add("email", &Sentence::plain(refused.key()))?,
            }
        }
    }
    let page = invite_page(&visit, faults.list, false, form.email).await?;
    visit.show_again(people_look(&visit)?, &page)
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_pages_of_finding_and_inviting_show_what_they_hold() {
        let since = || Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() };
        let wish = |letter_action, application_href| WishRow {
            handle: "harebell".into(),
            standing: "Has not opened the letter".into(),
            since: since(),
            letter_action,
            application_href,
        };
        let page = PeoplePage {
            done: Some("The letter is on its way.".into()),
            name: "tan".into(),
            role: "mentor".into(),
            roles: vec![Choice::new("any", "Everybody"), Choice::new("mentor", "Mentor")],
            standing: "any".into(),
            standings: vec![Choice::new("any", "Everybody")],
            second_step: "off".into(),
            second_steps: vec![Choice::new("off", "Has none")],
            is_invited: true,
            is_nobody: false,
            people: vec![PersonRow {
                href: "/admin/people/31".into(),
                handle: "tansy".into(),
                mark: Mark { name: "wave", colour: "moss" },
                roles: vec!["Mentor".into(), "Moderator".into()],
                standing: Some("Has left".into()),
            }],
            wishes: vec![
                wish(Some("/admin/people/waiting/7/letter".into()), None),
                wish(None, Some("/admin/applications/7".into())),
            ],
            pager: Pager { next_href: Some("/admin/people?after=t".into()), next_words: "More".into(), ..Pager::default() },
        };
        let html = check_page(&page);
        for part in [
            "/admin/people/31",
            "/admin/people/waiting/7/letter",
            "/admin/applications/7",
            "/admin/people?after=t",
            "Has left",
            "<option value=\"mentor\" selected>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        check_page(&PeoplePage { done: None, is_nobody: true, people: Vec::new(), wishes: Vec::new(), ..page });
        let invite = InvitePersonPage {
            faults: faults(&["email"]),
            is_sent: true,
            is_closed: true,
            email: "bo@post.example".into(),
            days: 14,
        };
        assert!(check_page(&invite).contains("value=\"bo@post.example\""));
        check_page(&InvitePersonPage { is_sent: false, is_closed: false, ..invite });
    }

    #[test]
    fn a_question_means_members_or_those_who_are_none_yet_or_both() {
        let named = |wish: PeopleWish| PeopleWish { name_key: "tan".into(), ..wish };
        for (wish, lists) in [
            (PeopleWish::default(), (true, false)),
            (named(PeopleWish::default()), (true, true)),
            (named(PeopleWish { role: Some(Role::Mentor), ..PeopleWish::default() }), (true, false)),
            (named(PeopleWish { is_invited: true, ..PeopleWish::default() }), (true, false)),
            (named(PeopleWish { standing: Some(Standing::Closed), ..PeopleWish::default() }), (true, false)),
            (named(PeopleWish { standing: Some(Standing::Waiting), ..PeopleWish::default() }), (false, true)),
        ] {
            assert_eq!(lists_of(&wish), lists, "{wish:?}");
        }
    }
}
