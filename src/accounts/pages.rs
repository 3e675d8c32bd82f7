//! How people meet accounts.

mod admin;
mod admin_people;
mod agreements;
mod confirm;
mod devices;
mod documents;
mod email;
mod handle;
mod invitations;
mod join;
mod joining;
mod log;
mod mailbox;
mod passkeys;
mod people;
mod recovery;
mod second_step;
mod set_up;
mod settings;
mod sign_in;
mod sign_on;
mod texts;

pub use confirm::confirm_carrying;
pub use sign_in::{clear_traces, sign_in_carrying};

use super::visit::Visit;
use crate::error::{Result, Sentence};
use crate::web::endpoint::Endpoint;
use crate::web::page::Fault;

pub fn endpoints() -> Vec<Endpoint> {
    [
        join::endpoints(),
        invitations::endpoints(),
        sign_in::endpoints(),
        sign_on::endpoints(),
        second_step::endpoints(),
        passkeys::endpoints(),
        confirm::endpoints(),
        recovery::endpoints(),
        devices::endpoints(),
        email::endpoints(),
        handle::endpoints(),
        mailbox::endpoints(),
        set_up::endpoints(),
        people::endpoints(),
        settings::endpoints(),
        texts::endpoints(),
        documents::endpoints(),
        agreements::endpoints(),
        admin_people::endpoints(),
        admin::endpoints(),
        log::endpoints(),
        joining::endpoints(),
    ]
    .concat()
}

/// The faults of one form, collected in the order of its fields.
struct Faults<'a> {
    visit: &'a Visit,
    list: Vec<Fault>,
}

impl<'a> Faults<'a> {
    fn new(visit: &'a Visit) -> Self {
        Self { visit, list: Vec::new() }
    }

    fn add(&mut self, field: &'static str, sentence: &Sentence) -> Result<()> {
        self.list.push(self.visit.fault(field, sentence)?);
        Ok(())
    }

    fn say(&mut self, field: &'static str, key: &'static str) -> Result<()> {
        self.add(field, &Sentence::plain(key))
    }
}

/// A box that was ticked sends `yes`; one that was not sends nothing.
fn is_ticked(value: &str) -> bool {
    !value.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::accounts::recovery::Security;
    use crate::web::page::Fault;

    /// One fault for each field named.
    pub fn faults(fields: &[&'static str]) -> Vec<Fault> {
        fields.iter().map(|field| Fault::new(field, format!("Something about <b>{field}</b>"))).collect()
    }

    #[test]
    fn every_letter_can_be_written_and_leads_to_its_link() {
        for template in [
            "accounts/confirm",
            "accounts/already-member",
            "accounts/link-instead",
            "accounts/letter-first",
            "accounts/reset",
            "accounts/no-account",
            "accounts/new-address",
            "accounts/address-changed",
            "accounts/approved",
            "accounts/denied",
            "accounts/invited",
            "accounts/applications-wait",
            "accounts/command-line",
            "accounts/mailbox-asked",
            "accounts/mailbox-nobody",
            "accounts/mailbox-approved",
            "accounts/mailbox-refused",
        ] {
            let link = "https://forum.example/join/confirm/abc_DEF-1";
            let lines = ["Come in.", "5 & 6 are here."];
            let parameters = serde_json::json!({ "link": link, "days": 14, "hours": 72, "minutes": 20, "lines": lines });
            let letter = crate::mail::check::letter(template, parameters);
            assert!(letter.text.contains(&format!("\n{link}\n")), "{}", letter.text);
            assert!(letter.html.contains(&format!("<a href=\"{link}\">")), "{}", letter.html);
        }
    }

    #[test]
    fn every_security_letter_says_what_happened_and_how_to_disown_it() {
        for what in Security::ALL {
            let link = "https://forum.example/not-me/31.5.seal";
            let parameters = serde_json::json!({ "link": link, "days": 14, "what": what.word() });
            let letter = crate::mail::check::letter("accounts/security", parameters);
            assert!(letter.text.contains(&format!("\n{link}\n")), "{}", letter.text);
            assert!(letter.html.contains(&format!("<a href=\"{link}\">")), "{}", letter.html);
        }
    }
}
