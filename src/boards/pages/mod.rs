//! Stand-in until the boards slice is merged.

use super::model::{Audience, Board};
use crate::accounts::Visit;
use crate::error::{Error, Result};
use actix_web::HttpResponse;

/// Who reads, in words.
pub fn audience_words(_visit: &Visit, audience: Audience, organisation_reads: bool) -> Result<String> {
    let who = match audience {
        Audience::Public => "Everyone can read this.",
        Audience::Members => "Members read this.",
        Audience::BoardMembers => "Members of this board read this.",
    };
    let staff = if organisation_reads { "Hospital staff: yes." } else { "Hospital staff: no." };
    let engines = if audience == Audience::Public { "Search engines: yes." } else { "Search engines: no." };
    Ok(if audience == Audience::Public { format!("{who} {engines}") } else { format!("{who} {staff} {engines}") })
}

/// The board's front, for who may not read it.
pub async fn show_front(_visit: &Visit, _board: &Board) -> Result<HttpResponse> {
    Err(Error::UNSEEN)
}

/// The value of `lang` for something written in that language; nothing if the page is in it already.
pub fn lang_of(visit: &Visit, language: &str) -> Option<String> {
    use super::languages;
    (languages::primary(language) != languages::primary(visit.locale().lang())).then(|| language.to_owned())
}
