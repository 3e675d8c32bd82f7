//! How people take along what is theirs, leave, and come back.

mod health;
mod leaving;
mod my_data;

use crate::accounts::{Look, Visit};
use crate::error::Result;
use crate::web::endpoint::Endpoint;

pub fn endpoints() -> Vec<Endpoint> {
    [my_data::endpoints(), health::endpoints(), leaving::endpoints()].concat()
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::at("settings").below("/settings", visit.say("shared-settings")?))
}
