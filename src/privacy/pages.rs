//! How people take along what is theirs, leave, and come back.

mod leaving;

use crate::web::endpoint::Endpoint;

pub fn endpoints() -> Vec<Endpoint> {
    leaving::endpoints()
}
