//! How people meet accounts.

mod admin;
mod join;
mod people;
mod set_up;
mod settings;
mod sign_in;
mod texts;

pub use sign_in::sign_in_carrying;

use super::visit::Visit;
use crate::error::{Result, Sentence};
use crate::web::endpoint::Endpoint;
use crate::web::page::Fault;

pub fn endpoints() -> Vec<Endpoint> {
    [join::endpoints(), sign_in::endpoints(), set_up::endpoints(), people::endpoints(), settings::endpoints(), texts::endpoints(), admin::endpoints()].concat()
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
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::web::page::{Fault, check};

    /// One fault for each field named.
    pub fn faults(fields: &[&'static str]) -> Vec<Fault> {
        fields.iter().map(|field| Fault::new(field, format!("Something about <b>{field}</b>"))).collect()
    }

    #[test]
    fn every_letter_can_be_written() {
        #[derive(serde::Serialize)]
        struct Parameters {
            link: &'static str,
            site_name: &'static str,
            days: i64,
        }
        macro_rules! check_letters {
            ($($template:literal),+) => {$({
                #[derive(serde::Serialize)]
                struct Letter(Parameters);
                impl crate::web::page::Page for Letter {
                    const TEMPLATE: &'static str = $template;
                }
                let parameters = Parameters { link: "https://forum.example/join/confirm/abc_DEF-1?a=1&b=2", site_name: "Alongside", days: 14 };
                let letter = check::templates().render_text(check::locales().english(), &Letter(parameters)).unwrap();
                let is_html = $template.ends_with(".html");
                assert!(letter.contains(if is_html { "?a=1&amp;b=2" } else { "?a=1&b=2" }), "{letter}");
                assert!(letter.contains("Alongside"), "{letter}");
            })+};
        }
        check_letters!(
            "mail/accounts/confirm.txt",
            "mail/accounts/confirm.html",
            "mail/accounts/already-member.txt",
            "mail/accounts/already-member.html",
            "mail/accounts/letter-first.txt",
            "mail/accounts/letter-first.html"
        );
        for template in ["confirm", "already-member", "letter-first"] {
            assert!(check::locales().english().say(&format!("accounts-{template}-subject")).is_ok());
        }
    }
}
