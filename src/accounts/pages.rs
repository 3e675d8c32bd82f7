//! How people meet accounts.

use super::visit::Visit;
use crate::error::Result;
use crate::web::endpoint::Endpoint;
use actix_web::HttpResponse;

pub fn endpoints() -> Vec<Endpoint> {
    Vec::new()
}

/// The sign-in page with the words of a form that arrived without a session.
pub fn sign_in_carrying(visit: &Visit, _body: &[u8]) -> Result<HttpResponse> {
    visit.go_to("/sign-in")
}
