//! How people meet notices and letters.

mod letters;
mod notices;

use crate::web::endpoint::{Admits, Endpoint};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/notices", Admits::Members, notices::list_notices),
        Endpoint::post("/notices/read", Admits::Members, notices::update_read),
        Endpoint::get("/notices/{notice}", Admits::Members, notices::show_notice),
        Endpoint::get("/letters/unsubscribe/{token}", Admits::Anyone, letters::new_unsubscription),
        // One click by a mail program: no cookie, no page of ours. The token in the address admits.
        Endpoint::post("/letters/unsubscribe/{token}", Admits::Machine, letters::create_unsubscription),
        Endpoint::get("/admin/letters", Admits::Administrators, letters::list_given_up),
        Endpoint::post("/admin/letters/{letter}/again", Admits::Administrators, letters::update_given_up),
        Endpoint::get("/demo/letters", Admits::Anyone, letters::list_demo_letters),
    ]
}
