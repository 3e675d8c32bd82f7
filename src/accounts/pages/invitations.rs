//! Invitations: one's own, and everybody's for administrators.

use super::Faults;
use crate::accounts::joining;
use crate::accounts::model::{Invitation, Joining, JoiningMode, Member};
use crate::accounts::rules::{CannotInvite, InvitationDraft};
use crate::accounts::store::joining as store;
use crate::accounts::visit::{Look, Visit};
use crate::db::Id;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path, Query};
use crate::web::page::{Fault, Page};
use crate::web::seal::Token;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/invitations", Admits::Members, list_own),
        Endpoint::post("/invitations", Admits::Members, create_own),
        Endpoint::post("/invitations/{invitation}/removal", Admits::Members, remove_own),
        Endpoint::get("/admin/invitations", Admits::Administrators, list_all),
        Endpoint::post("/admin/invitations", Admits::Administrators, create_from_all),
        Endpoint::post("/admin/invitations/{invitation}/removal", Admits::Administrators, remove_any),
    ]
}

/// Invitations on the list, the newest ones.
const SHOWN: i64 = 200;

/// Whose invitations a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// One's own.
    Oneself,
    /// Everybody's, for administrators.
    Everybody,
}

impl Of {
    fn path(self) -> &'static str {
        match self {
            Self::Oneself => "/invitations",
            Self::Everybody => "/admin/invitations",
        }
    }

    fn look(self, visit: &Visit) -> Result<Look> {
        match self {
            Self::Oneself => Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?)),
            Self::Everybody => Ok(Look::default().below("/admin", visit.say("accounts-admin-title")?)),
        }
    }
}

#[derive(Serialize)]
struct InvitationsPage {
    faults: Vec<Fault>,
    /// What was just done, in a sentence.
    done: Option<String>,
    /// The link that was just made: shown this once.
    link: Option<String>,
    /// Where the form goes.
    action: &'static str,
    is_everybodys: bool,
    /// Nobody can join now.
    is_closed: bool,
    may_invite: bool,
    /// How many more people they may invite, in words; nothing for administrators.
    left: Option<String>,
    uses: String,
    days: String,
    submission: String,
    invitations: Vec<InvitationRow>,
}

impl Page for InvitationsPage {
    const TEMPLATE: &'static str = "accounts/invitations.html";
}

/// An invitation in words.
#[derive(Serialize)]
struct InvitationRow {
    state: String,
    /// Who made it, among everybody's.
    by: Option<String>,
    made: Moment,
    ends: Moment,
    /// Where taking it back goes, while it works.
    removal_action: Option<String>,
}

fn invitation_row(visit: &Visit, of: Of, invitation: Invitation) -> Result<InvitationRow> {
    let left = invitation.uses_allowed - invitation.uses_taken;
    let most = ("of", i64::from(invitation.uses_allowed).into());
    let (state, works) = if invitation.taken_back_at.is_some() {
        (visit.say("accounts-invitations-state-taken-back")?, false)
    } else if left <= 0 {
        (visit.say_with("accounts-invitations-state-used", &[most])?, false)
    } else if invitation.ends_at <= visit.now() {
        (visit.say("accounts-invitations-state-ended")?, false)
    } else {
        (visit.say_with("accounts-invitations-state-left", &[("left", i64::from(left).into()), most])?, true)
    };
    let by = (of == Of::Everybody).then_some(("name", invitation.made_by.into()));
    Ok(InvitationRow {
        state,
        by: by.map(|by| visit.say_with("accounts-invitations-by", &[by])).transpose()?,
        made: visit.moment(invitation.created_at),
        ends: visit.moment(invitation.ends_at),
        removal_action: works.then(|| format!("{}/{}/removal", of.path(), invitation.id)),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InvitationForm {
    uses: String,
    days: String,
    /// Names this form: pressed twice, it makes and shows one link.
    submission: String,
}

impl InvitationForm {
    /// As the form stands before anybody typed: the least that is of use.
    fn fresh() -> Result<Self> {
        Ok(Self { uses: "1".to_owned(), days: "14".to_owned(), submission: Token::random()?.reveal().to_owned() })
    }
}

async fn page(visit: &Visit, of: Of, faults: Vec<Fault>, form: InvitationForm) -> Result<InvitationsPage> {
    let member = visit.member()?;
    let (id, now, is_administrator) = (member.id, visit.now(), member.roles.administrator);
    let whose = (of == Of::Oneself).then_some(id);
    let (joining, promised, invitations): (Joining, i64, Vec<Invitation>) = visit
        .site
        .db
        .read(move |connection| {
            Ok((
                store::joining(connection)?,
                store::promised_by(connection, id, now)?,
                store::invitations(connection, whose, SHOWN)?,
            ))
        })
        .await?;
    let left = (i64::from(joining.member_invitations) - promised).max(0);
    let is_member_who_may = !is_administrator && joining.member_invitations > 0;
    let left = is_member_who_may.then(|| visit.say_with("accounts-invitations-left", &[("left", left.into())]));
    Ok(InvitationsPage {
        faults,
        done: None,
        link: None,
        action: of.path(),
        is_everybodys: of == Of::Everybody,
        is_closed: joining.mode == JoiningMode::Closed,
        may_invite: is_administrator || is_member_who_may,
        left: left.transpose()?,
        uses: form.uses,
        days: form.days,
        submission: form.submission,
        invitations: invitations.into_iter().map(|one| invitation_row(visit, of, one)).collect::<Result<_>>()?,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DoneQuery {
    done: String,
}

async fn list_own(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    list(&visit, Of::Oneself, &query.0).await
}

async fn list_all(visit: Visit, query: Query<DoneQuery>) -> Result<HttpResponse> {
    list(&visit, Of::Everybody, &query.0).await
}

async fn list(visit: &Visit, of: Of, query: &DoneQuery) -> Result<HttpResponse> {
    let done = match query.done.as_str() {
        "taken-back" => Some(visit.say("accounts-invitations-taken-back")?),
        _ => None,
    };
    let page = InvitationsPage { done, ..page(visit, of, Vec::new(), InvitationForm::fresh()?).await? };
    visit.show(of.look(visit)?, &page)
}

async fn create_own(visit: Visit, form: Form<InvitationForm>) -> Result<HttpResponse> {
    create(&visit, Of::Oneself, form.fields()?).await
}

async fn create_from_all(visit: Visit, form: Form<InvitationForm>) -> Result<HttpResponse> {
    create(&visit, Of::Everybody, form.fields()?).await
}

/// Shows the link in the answer itself, because only its hash is kept.
async fn create(visit: &Visit, of: Of, form: InvitationForm) -> Result<HttpResponse> {
    let mut faults = Faults::new(visit);
    let uses = form.uses.trim().parse().ok().filter(|uses| (1..=InvitationDraft::USES_MAX).contains(uses));
    if uses.is_none() {
        faults.say("uses", "accounts-invitations-uses-none")?;
    }
    let days = form.days.trim().parse().ok().filter(|days| (1..=InvitationDraft::DAYS_MAX).contains(days));
    if days.is_none() {
        faults.say("days", "accounts-invitations-days-none")?;
    }
    if let (Some(uses), Some(days)) = (uses, days) {
        match invite(visit, InvitationDraft { uses, days }, &form.submission).await? {
            Ok(token) => {
                let link = visit.site.link(&format!("/join/invited/{}", token.reveal()));
                let page = page(visit, of, Vec::new(), InvitationForm::fresh()?).await?;
                return visit.show(of.look(visit)?, &InvitationsPage { link: Some(link), ..page });
            }
            Err(CannotInvite::NotMembers) => return Err(Error::forbidden("accounts-invitations-not-members")),
            Err(CannotInvite::TooMany { left }) => {
                let message = visit.say_with("accounts-invitations-too-many", &[("left", left.into())])?;
                faults.list.push(Fault::new("uses", message));
            }
        }
    }
    let faults = faults.list;
    let page = page(visit, of, faults, form).await?;
    visit.show_again(of.look(visit)?, &page)
}

async fn invite(visit: &Visit, draft: InvitationDraft, submission: &str) -> Result<Result<Token, CannotInvite>> {
    let member = visit.member()?.clone();
    let token = if submission.is_empty() {
        Token::random()?
    } else {
        Token::derived(&visit.site.config.secret, "invitation", &format!("{}.{submission}", member.id))
    };
    let hash = token.hash();
    let made = visit.site.db.write(move |tx| joining::invite(tx, &member, draft, &hash)).await?;
    Ok(made.map(|()| token))
}

async fn remove_own(visit: Visit, invitation: Path<Id<Invitation>>) -> Result<HttpResponse> {
    let own = Some(visit.member()?.id);
    remove(&visit, Of::Oneself, invitation.0, own).await
}

async fn remove_any(visit: Visit, invitation: Path<Id<Invitation>>) -> Result<HttpResponse> {
    remove(&visit, Of::Everybody, invitation.0, None).await
}

async fn remove(visit: &Visit, of: Of, invitation: Id<Invitation>, whose: Option<Id<Member>>) -> Result<HttpResponse> {
    visit.site.db.write(move |tx| joining::take_back(tx, invitation, whose)).await?;
    visit.go_to(&format!("{}?done=taken-back", of.path()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-09T10:00+01:00".into(), words: "9 May 2026, 10:00".into() }
    }

    #[test]
    fn the_page_of_invitations_shows_a_link_once_and_what_is_left() {
        let row = |removal_action| InvitationRow {
            state: "2 of 3 left".into(),
            by: Some("By harebell".into()),
            made: moment(),
            ends: moment(),
            removal_action,
        };
        let page = InvitationsPage {
            faults: faults(&["uses", "days"]),
            done: Some("It is taken back.".into()),
            link: Some("https://forum.example/join/invited/abc".into()),
            action: "/invitations",
            is_everybodys: true,
            is_closed: true,
            may_invite: true,
            left: Some("You may invite 2 more people.".into()),
            uses: "3".into(),
            days: "7".into(),
            submission: "form".into(),
            invitations: vec![row(Some("/invitations/7/removal".into())), row(None)],
        };
        let html = check_page(&page);
        for part in ["https://forum.example/join/invited/abc", "/invitations/7/removal", "2 of 3 left", "By harebell"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        check_page(&InvitationsPage {
            done: None,
            link: None,
            is_everybodys: false,
            is_closed: false,
            may_invite: false,
            left: None,
            invitations: Vec::new(),
            ..page
        });
    }
}
