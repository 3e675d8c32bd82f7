//! `alongside admin`: what whoever reaches the machine does without being anybody here.
//!
//! It opens the site when nobody else can, so every use of it stands in the log of accounts with the name that the machine gives
//! to whoever did it, and is told by letter to everybody who administers the site at that moment.

use super::model::{Deed, Doer, FoundPerson, Member, PeopleWish, Role};
use super::recovery::write_service_letter;
use super::{RoleTaken, change_role, find_by_handle, make_setup_link, reset_second_step, store, take_role};
use crate::db::{Id, Tx};
use crate::error::Result;
use crate::site::Site;
use crate::web::seal::Token;
use serde_json::json;

/// People that are looked up at once.
const AT_ONCE: i64 = 500;

/// The command line of a site. Each of its verbs is one use of it.
pub struct CommandLine<'a> {
    /// The site.
    pub site: &'a Site,
    /// Who uses it, as the machine names them; empty if it does not say.
    pub user: String,
}

/// The administrators at the moment before something was done, with their addresses: whoever is made one by it is not told of it,
/// and whoever ceases to be one by it is.
type Administrators = Vec<(Id<Member>, String)>;

impl CommandLine<'_> {
    /// Makes a link where an administrator account is made, once, within 24 hours: its address is `/setup/{token}`.
    pub fn make_setup_link(&self, tx: &mut Tx<'_>) -> Result<Token> {
        let administrators = store::people::administrators(tx.conn())?;
        let token = make_setup_link(tx)?;
        store::log::write(tx, None, Deed::SetUpLink, "", &self.doer(), "")?;
        self.tell(tx, administrators)?;
        Ok(token)
    }

    /// Gives a role. Gives the handle as it is written, or nothing if nobody has it; refused to whoever left.
    pub fn grant(&self, tx: &mut Tx<'_>, handle: &str, role: Role, reason: &str) -> Result<Option<String>> {
        let administrators = store::people::administrators(tx.conn())?;
        let Some(member) = find_by_handle(tx.conn(), handle)? else { return Ok(None) };
        if change_role(tx, member.id, role, true, &self.doer(), reason)? {
            self.tell(tx, administrators)?;
        }
        Ok(Some(member.handle))
    }

    /// Takes a role back, and with it what it allowed. The handle as in [`CommandLine::grant`]; refused for the last
    /// administrator.
    pub fn take(&self, tx: &mut Tx<'_>, handle: &str, role: Role, reason: &str, taken: RoleTaken) -> Result<Option<String>> {
        let administrators = store::people::administrators(tx.conn())?;
        let Some(member) = find_by_handle(tx.conn(), handle)? else { return Ok(None) };
        if take_role(tx, member.id, role, &self.doer(), reason, taken)? {
            self.tell(tx, administrators)?;
        }
        Ok(Some(member.handle))
    }

    /// Turns the second step off for somebody who has lost it; they are told by letter. Gives whether there was one and the
    /// handle, or nothing if nobody has it.
    pub fn reset_second_step(&self, tx: &mut Tx<'_>, handle: &str) -> Result<Option<(bool, String)>> {
        let administrators = store::people::administrators(tx.conn())?;
        let Some(member) = find_by_handle(tx.conn(), handle)? else { return Ok(None) };
        let was_on = reset_second_step(tx, member.id, self.site)?;
        if was_on {
            store::log::write(tx, Some(member.id), Deed::SecondStepReset, "", &self.doer(), "")?;
            self.tell(tx, administrators)?;
        }
        Ok(Some((was_on, member.handle)))
    }

    /// Everybody who is here or may still come back, in the order of their names, with their address if it is asked for.
    pub fn list(&self, tx: &mut Tx<'_>, with_addresses: bool) -> Result<Vec<(FoundPerson, Option<String>)>> {
        let administrators = store::people::administrators(tx.conn())?;
        let (now, wish) = (tx.now(), PeopleWish::default());
        let mut listed: Vec<(FoundPerson, Option<String>)> = Vec::new();
        loop {
            let after = listed.last().map(|(last, _)| last.handle_key.clone()).unwrap_or_default();
            let people = store::people::found(tx.conn(), &wish, &after, AT_ONCE, now)?;
            if people.is_empty() {
                break;
            }
            let ids: Vec<Id<Member>> = people.iter().map(|person| person.id).collect();
            let addresses = if with_addresses { store::people::addresses(tx.conn(), &ids)? } else { Vec::new() };
            listed.extend(people.into_iter().map(|person| {
                let address = addresses.iter().find(|(id, _)| *id == person.id).map(|(_, address)| address.clone());
                (person, address)
            }));
        }
        let deed = if with_addresses { Deed::AddressesListed } else { Deed::PeopleListed };
        store::log::write(tx, None, deed, "", &self.doer(), "")?;
        self.tell(tx, administrators)?;
        Ok(listed)
    }

    fn doer(&self) -> Doer {
        Doer::CommandLine { user: self.user.clone() }
    }

    /// The letter says that it happened; what it was stands in the log, which only administrators read.
    fn tell(&self, tx: &mut Tx<'_>, administrators: Administrators) -> Result<()> {
        for (member, address) in administrators {
            let link = self.site.link("/admin/log");
            write_service_letter(tx, Some(member), &address, "accounts/command-line", json!({ "link": link }))?;
        }
        Ok(())
    }
}
