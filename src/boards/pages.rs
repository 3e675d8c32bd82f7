//! How people meet boards.

use super::model::{Audience, Board};
use crate::accounts::Visit;
use crate::error::Result;
use crate::web::endpoint::Endpoint;
use actix_web::HttpResponse;

pub(super) fn endpoints() -> Vec<Endpoint> {
    Vec::new()
}

/// Who reads, in one line: *Members read this. Hospital staff: no. Search engines: no.*
pub fn audience_words(visit: &Visit, audience: Audience, organisation_reads: bool) -> Result<String> {
    visit.say(&super::rules::audience_key(audience, organisation_reads))
}

/// The front of a board that lets people in, for a member who is not let in.
pub async fn show_front(visit: &Visit, board: &Board) -> Result<HttpResponse> {
    visit.go_to(&super::href(board))
}
