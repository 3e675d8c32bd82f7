//! How people take along what is theirs, leave, and come back.

mod leaving;
mod my_data;

use crate::accounts::model::PasswordAttempt;
use crate::accounts::{self, Look, Visit};
use crate::error::{Result, Sentence};
use crate::web::endpoint::Endpoint;
use crate::web::page::Fault;

pub fn endpoints() -> Vec<Endpoint> {
    [my_data::endpoints(), leaving::endpoints()].concat()
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}

/// Whoever leaves or takes everything along shows that it is them, and not somebody at their open browser. The one place that
/// asks.
async fn is_themselves(visit: &Visit, typed: PasswordAttempt) -> Result<Option<Fault>> {
    if accounts::is_right_password(&visit.site, visit.member()?.id, typed).await? {
        return Ok(None);
    }
    visit.fault("password", &Sentence::plain("accounts-password-present-wrong")).map(Some)
}

/// Where the member's letters go: for the browser's list of passwords.
async fn own_email(visit: &Visit) -> Result<String> {
    let id = visit.member()?.id;
    Ok(visit.site.db.read(move |connection| accounts::email_of(connection, id)).await?.unwrap_or_default())
}
