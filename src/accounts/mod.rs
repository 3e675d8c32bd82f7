//! Accounts: who people are here, how they come in and how they leave.
//!
//! What this slice promises people:
//! - Nobody learns from us whether an address is known: joining and signing in give the same answer after the same work,
//!   and only a letter to the address itself says more.
//! - A name is theirs alone, look-alikes included, from the moment they ask for it, and stays so when they take another one.
//! - Only hashes are kept: of the password by argon2id, of sessions and links by SHA-256 of 256 random bits.
//! - People join as an administrator set it, and every page that leads there says so before anything is typed.
//! - The year of birth is looked at once and kept nowhere, and nothing marks somebody who was too young.
//! - Signing out ends the session here, not only in the browser. Leaving the site on a shared device signs out first.
//! - Nobody writes without having said yes to the keeping of what they write about their health, and everybody reads without.
//!   That yes is taken back as easily as it is given.
//! - When a text changes that people agreed to, they are asked again, and see what changed; nobody agrees unseen.
//! - Whoever comes by a provider of sign-on is who the provider says, never who has the same address.
//! - Nobody can shut an account from elsewhere: waiting after wrong passwords is counted for account and network together.
//! - Words that arrive after the session has ended are carried through signing in, and given to the account that wrote them
//!   and to no other.
//!
//! Invariants: an address has at most one member; a letter's link makes at most one member; an invitation brings in at most as
//! many as it has uses; an application is decided once; what is done to somebody's account stands in `account_log`, which only
//! grows; there is always an administrator once there was one, and their role does not rest; one request to move an account is
//! open at a time, and is decided once.

mod agreements;
mod closing;
mod command_line;
mod device;
mod email;
mod handle;
mod health;
pub mod host;
mod joining;
mod mailbox;
pub mod model;
mod pages;
mod passkey;
mod password;
mod provider;
mod recovery;
pub mod rules;
mod second_step;
mod sign_on;
mod store;
#[cfg(test)]
mod tests;
pub mod totp;
pub mod visit;

pub use closing::{WayBack, close, erase, is_erased, lock, lock_beside_administrators, reopen, take_along};
pub use command_line::CommandLine;
pub use health::{forget_about, give_health, lock_writer, withdraw_health};
pub use model::{Member, NewMember, PasswordAttempt, Role, Roles, Viewer};
pub use pages::clear_traces;
pub use password::hash as hash_password;
pub use second_step::reset_second_step;
pub use visit::{Look, Visit};

use crate::clock::Timestamp;
use crate::db::dialect::Condition;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::mail;
use crate::site::Site;
use crate::text::line;
use crate::web::endpoint::Endpoint;
use crate::web::seal::{self, Token};
use crate::web::throttle;
use chrono::Duration;
use host::LastUses;
use model::{Consent, Doer, EmailAddress, JoinRequest};
use rules::RoleWish;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// Whether people may join at all: true once a person has checked a helpline. Helplines stand above this slice, so
/// `routes.rs` puts the condition into the app; it becomes a part of the one statement that says what is open. Without it
/// joining is closed.
#[derive(Clone, Copy)]
pub struct JoiningGate(pub Condition);

/// Where words go that arrived without a session and were carried through signing in: path and body of the form that was
/// sent. Gives the address to show, if the words were kept. Put into the app by `routes.rs`; called in the transaction that
/// begins the session, with the account that the form was made for and no other, and as a member of that new session: on a
/// device that others use too, words are kept for minutes only.
#[derive(Clone, Copy)]
pub struct KeepWords(pub Keep);

/// See [`KeepWords`].
pub type Keep = fn(&mut Tx<'_>, &Member, &str, &[u8]) -> Result<Option<String>>;

/// What else ends when somebody loses the role of moderator: by whom, and whose. Boards stand above this slice, so
/// `routes.rs` says what it is and puts it into the app; [`revoke`] cannot be called without it.
#[derive(Clone, Copy)]
pub struct RoleTaken(pub fn(&mut Tx<'_>, Option<Id<Member>>, Id<Member>) -> Result<()>);

/// A member outside any session, with every role that was given to them, also those that rest.
pub fn load(connection: &mut Conn, id: Id<Member>) -> Result<Option<Member>> {
    store::member(connection, id)
}

/// A member as they may act at this moment, without the roles that rest: for whatever is decided outside their own request.
pub fn acting(tx: &mut Tx<'_>, id: Id<Member>) -> Result<Option<Member>> {
    let now = tx.now();
    Ok(store::member(tx.conn(), id)?.map(|member| rules::awake(member, now)))
}

/// The names of these people, as they are now.
pub fn handles_of(connection: &mut Conn, members: &[Id<Member>]) -> Result<HashMap<Id<Member>, String>> {
    store::handles_of(connection, members)
}

/// The member whose name looks like this one.
pub fn find_by_handle(connection: &mut Conn, handle: &str) -> Result<Option<Member>> {
    store::find_by_handle_key(connection, &line::skeleton(&line::clean(handle)))
}

/// The member with this address, however it was typed.
pub fn find_by_email(connection: &mut Conn, email: &str) -> Result<Option<Member>> {
    match EmailAddress::parse(email) {
        Some(email) => store::find_by_email_key(connection, &email.key()),
        None => Ok(None),
    }
}

/// Where letters to this member go.
pub fn email_of(connection: &mut Conn, member: Id<Member>) -> Result<Option<String>> {
    Ok(store::account(connection, member)?.map(|account| account.email))
}

/// True once there is an administrator.
pub fn administrators_exist(connection: &mut Conn) -> Result<bool> {
    store::administrators_exist(connection)
}

/// How many passwords were hashed or compared by this process: what a test counts to see that a known and an unknown
/// address make the same work.
pub fn hashes_made(site: &Site) -> u64 {
    site.kept::<password::PasswordWork>().hashes()
}

/// Nobody else's password is hashed or compared by this process until the permit goes, as if a crowd were waiting already: what a
/// test does to see how the rest are answered.
pub fn crowd_the_door(site: &Site) -> Result<tokio::sync::OwnedSemaphorePermit> {
    password::take_every_place(site)
}

// ----------------------------------------------------------------------------------------------------- joining

/// What became of a wish to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A letter is on its way, whichever it is.
    LetterWritten,
    /// Somebody has a name that looks like it, or is about to.
    NameTaken,
    /// No letter is needed: a provider of sign-on says that the address is theirs, and nobody has it. The token confirms it.
    Proved,
}

/// Keeps the wish and writes the letter: with a link for a new address; for an address that has a member, one that says so
/// and makes nobody a member. The same rows are written for both.
fn ask_to_join(tx: &mut Tx<'_>, request: &JoinRequest, token: &Token, site: &Site) -> Result<Asked> {
    if handle::is_taken(tx.conn(), site, &request.handle)? {
        return Ok(Asked::NameTaken);
    }
    let is_known = is_known(tx, &request.email)?;
    let newcomer = request.newcomer.as_ref();
    let is_proved = newcomer.is_some_and(|newcomer| newcomer.is_verified) && !is_known;
    if !is_proved && !takes_join_letter(tx, &request.email, site)? {
        // A wish that no letter tells of could never be confirmed: it would only hold a name.
        return Ok(Asked::LetterWritten);
    }
    let hash = token.hash();
    store::make_room_for_pending(tx, &request.email.key())?;
    store::insert_pending(tx, request, (!is_known).then_some(hash.as_slice()))?;
    if let Some(newcomer) = newcomer
        && let Some(pending) = store::lock_pending(tx, &hash)?
    {
        store::identities::insert_pending(tx, pending.id, newcomer)?;
    }
    if is_proved {
        return Ok(Asked::Proved);
    }
    let to_known = if newcomer.is_some() { "accounts/link-instead" } else { ALREADY_MEMBER };
    write_confirmation(tx, &request.email, is_known.then_some(to_known), token, site)?;
    Ok(Asked::LetterWritten)
}

/// The letter to whom has an account already.
const ALREADY_MEMBER: &str = "accounts/already-member";

/// Writes the letter that confirms an address, or, to whom has an account, the one that says so: `to_known`.
fn write_confirmation(
    tx: &mut Tx<'_>,
    to: &EmailAddress,
    to_known: Option<&'static str>,
    token: &Token,
    site: &Site,
) -> Result<()> {
    let (template, link) = match to_known {
        Some(template) => (template, site.link("/sign-in")),
        None => ("accounts/confirm", site.link(&format!("/join/confirm/{}", token.reveal()))),
    };
    write_join_letter(tx, to, template, json!({ "link": link, "days": rules::PENDING_DAYS }))
}

/// Writes the letter of the slower way: a link to the details for whoever reads this letter box. `network` is the name of
/// the asking address; refused if too many were asked for from there.
fn ask_for_letter(tx: &mut Tx<'_>, network: &str, email: &EmailAddress, link: &str, site: &Site) -> Result<()> {
    throttle::take(tx, rules::LETTERS_OF_NETWORK, network)?;
    if !takes_join_letter(tx, email, site)? {
        return Ok(());
    }
    write_join_letter(tx, email, "accounts/letter-first", json!({ "link": link }))
}

/// Counts one letter about joining. At most a few a day go to one address, whoever asks; then none is written, and the
/// answer is the same: those that arrived hold links that work.
fn takes_join_letter(tx: &mut Tx<'_>, to: &EmailAddress, site: &Site) -> Result<bool> {
    let (who, now) = (address_bucket(site, to), tx.now());
    if throttle::used(tx.conn(), rules::JOIN_LETTERS, &who, now)? >= rules::JOIN_LETTERS.times {
        return Ok(false);
    }
    throttle::take(tx, rules::JOIN_LETTERS, &who)?;
    Ok(true)
}

fn write_join_letter(tx: &mut Tx<'_>, to: &EmailAddress, template: &'static str, parameters: Value) -> Result<()> {
    let letter = mail::Letter {
        member: None,
        to: to.as_str().to_owned(),
        template,
        parameters,
        is_service: true,
        due_at: tx.now(),
        cause: None,
    };
    mail::write(tx, &letter)
}

/// True if a member has this address, or may still have it back.
fn is_known(tx: &mut Tx<'_>, email: &EmailAddress) -> Result<bool> {
    let now = tx.now();
    store::is_email_known(tx.conn(), &email.key(), now)
}

/// A name for an address in the counts of limits: a keyed hash, so that the table tells no addresses.
fn address_bucket(site: &Site, email: &EmailAddress) -> String {
    seal::seal(&site.config.secret, "address-bucket", &email.key())
}

/// Begins a session and gives what its cookie holds: for signing in, and for tests.
pub fn open_session(tx: &mut Tx<'_>, member: Id<Member>, is_shared_device: bool) -> Result<Token> {
    let token = Token::random()?;
    store::insert_session(tx, member, &token.hash(), is_shared_device, true, "")?;
    Ok(token)
}

/// Remembers the browser of a sign-in, and tells its owner by letter if it was not known; not at their first sign-in ever. A
/// shared device has no token and is told of each time: it cannot be known again.
fn note_browser(tx: &mut Tx<'_>, member: Id<Member>, browser_hash: Option<&[u8]>, trusts: bool, site: &Site) -> Result<()> {
    let is_new = match browser_hash {
        Some(hash) => store::steps::remember_browser(tx, member, hash, trusts)?,
        None => true,
    };
    if is_new && store::has_been_here(tx.conn(), member)? {
        recovery::write_security_letter(tx, member, recovery::Security::NewBrowser, site)?;
    }
    Ok(())
}

/// Turns somebody's community letters on or off, and writes down that they said yes or took it back. Nothing happens if it
/// stands so already. The yes is taken back also where no letters come at the moment, because they left: it would bring the
/// letters back with them.
pub fn set_community_letters(tx: &mut Tx<'_>, member: Id<Member>, wanted: bool) -> Result<()> {
    match (store::set_community_letters(tx, member, wanted)?, wanted) {
        (_, false) => store::withdraw_consent(tx, member, Consent::Letters).map(drop),
        (true, true) => store::insert_consent(tx, member, Consent::Letters, rules::LETTERS_VERSION),
        (false, true) => Ok(()),
    }
}

/// Makes the row of a member, with their yes to community letters where they gave one.
fn insert_member(tx: &mut Tx<'_>, new: &NewMember, email: &EmailAddress) -> Result<Id<Member>> {
    let member = store::insert_member(tx, new, email)?;
    if new.community_letters {
        store::insert_consent(tx, member, Consent::Letters, rules::LETTERS_VERSION)?;
    }
    Ok(member)
}

/// Makes a member without a letter: for the command line, the demo and the link of the first administrator. Their roles are
/// recorded as given by nobody in particular. Of what they agreed to only community letters are: [`agree`] says the rest where it
/// is true.
///
/// Refused if the name is none or taken, the address is none or known, or the line about themselves is too long.
pub fn create_member(tx: &mut Tx<'_>, new: &NewMember) -> Result<Id<Member>> {
    let refused = |key| Err(Error::Refused(Refusal::Forbidden(Sentence::plain(key))));
    let handle =
        line::handle(&new.handle).map_err(|fault| Error::Refused(Refusal::Forbidden(rules::handle_sentence(fault))))?;
    let Some(email) = EmailAddress::parse(&new.email) else { return refused("accounts-email-none") };
    if new.about.chars().count() > model::Profile::ABOUT_MAX_CHARS {
        return refused("accounts-about-too-long");
    }
    if store::is_handle_taken(tx.conn(), &line::skeleton(&handle))? {
        return refused("accounts-handle-taken");
    }
    if is_known(tx, &email)? {
        return refused("accounts-email-known");
    }
    let member = insert_member(tx, &NewMember { handle, ..new.clone() }, &email)?;
    for role in new.roles.all() {
        grant(tx, member, role, None, "")?;
    }
    Ok(member)
}

/// Writes down that a member agreed to the present house rules and to the keeping of health data.
pub fn agree(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    agreements::agree_at_joining(tx, member, None)
}

/// A link that makes one administrator account, once, within 24 hours: its address is `/setup/{token}`. For the start on an
/// empty database and for the command line.
pub fn make_setup_link(tx: &mut Tx<'_>) -> Result<Token> {
    let token = Token::random()?;
    store::insert_setup_link(tx, &token.hash())?;
    Ok(token)
}

/// Uses such a link. `None` if it does not work (any more).
fn set_up(tx: &mut Tx<'_>, token_hash: &[u8], new: &NewMember, site: &Site) -> Result<Option<Id<Member>>> {
    if !store::use_setup_link(tx, token_hash)? {
        return Ok(None);
    }
    if handle::is_taken(tx.conn(), site, &new.handle)? {
        return Err(Error::forbidden("accounts-handle-taken"));
    }
    let member = create_member(tx, new)?;
    agree(tx, member)?;
    grant(tx, member, Role::Administrator, None, "")?;
    Ok(Some(member))
}

// ------------------------------------------------------------------------------------------------------- roles

/// Gives a role, by an administrator or (nobody) by the site itself. Nothing happens if they have it; refused to whoever left.
pub fn grant(tx: &mut Tx<'_>, member: Id<Member>, role: Role, by: Option<Id<Member>>, reason: &str) -> Result<()> {
    change_role(tx, member, role, true, &Doer::of(by), reason).map(drop)
}

/// Takes a role back, by an administrator or (nobody) by the site itself, and ends what it allowed. The last administrator
/// stays one.
pub fn revoke(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    role: Role,
    by: Option<Id<Member>>,
    reason: &str,
    taken: RoleTaken,
) -> Result<()> {
    take_role(tx, member, role, &Doer::of(by), reason, taken).map(drop)
}

/// Takes a role back, whoever does it. False if they did not have it.
fn take_role(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    role: Role,
    by: &Doer,
    reason: &str,
    RoleTaken(end): RoleTaken,
) -> Result<bool> {
    let is_taken = change_role(tx, member, role, false, by, reason)?;
    if role == Role::Moderator {
        end(tx, by.member(), member)?;
    }
    Ok(is_taken)
}

/// Gives or takes back a role, whoever does it. False if it stood so already.
fn change_role(tx: &mut Tx<'_>, member: Id<Member>, role: Role, is_granted: bool, by: &Doer, reason: &str) -> Result<bool> {
    let wish = RoleWish { member, role, is_granted, by: by.member() };
    let facts = store::lock_for_roles(tx, wish.member)?;
    let permit = rules::may_change_role(wish, &facts.administrators, facts.is_gone)
        .map_err(|refused| Error::forbidden(refused.key()))?;
    let is_changed = store::change_role(tx, permit, by, reason)?;
    if is_changed {
        second_step::role_changed(tx, wish.member, wish.role, wish.is_granted)?;
    }
    if wish.is_granted && wish.role == Role::Administrator {
        // There is somebody now who can make others one: a link that was printed and forgotten opens nothing later.
        store::end_setup_links(tx)?;
    }
    Ok(is_changed)
}

/// Asks somebody for no second step because of the roles they have now: for the demo, whose people are invented and whose
/// password everybody knows.
pub fn excuse_from_second_step(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::steps::set_second_step_due(tx, member, None)
}

/// Says whether somebody works for the organisation: boards that it does not read are then closed to them.
pub fn set_works_for_organisation(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    works: bool,
    by: Option<Id<Member>>,
    reason: &str,
) -> Result<()> {
    let facts = store::lock_for_roles(tx, member)?;
    if by.is_some_and(|by| !facts.administrators.contains(&by)) {
        return Err(Error::forbidden(rules::CannotChangeRole::NotAdministrator.key()));
    }
    if works && facts.is_gone {
        return Err(Error::forbidden(rules::CannotChangeRole::Gone.key()));
    }
    store::change_works_for_organisation(tx, member, works, by, reason)
}

// ------------------------------------------------------------------------------------------------------ counts

/// One more post of theirs stands (1), or one less (-1).
pub fn count_post(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    store::count_post(tx, member, change)
}

/// So many more notices wait for them, or (negative) fewer.
pub fn add_unread(tx: &mut Tx<'_>, member: Id<Member>, change: i32) -> Result<()> {
    store::add_unread(tx, member, change)
}

/// They opened one more thread of somebody else.
pub fn note_thread_opened(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    store::note_thread_opened(tx, member)
}

// ------------------------------------------------------------------------------------------------- housekeeping

/// When this process last did which part of [`tick`].
#[derive(Default)]
struct Housekeeping(Mutex<HousekeepingTimes>);

#[derive(Default, Clone, Copy)]
struct HousekeepingTimes {
    uses_written: Option<Timestamp>,
    cleaned: Option<Timestamp>,
}

/// How often last use is written: within the 30 seconds that a crash may lose.
const WRITE_USES_SECONDS: i64 = 20;
/// How often what has had its time is removed.
const CLEAN_MINUTES: i64 = 30;

/// Learns how people join, writes when sessions were used, tells administrators of applications, and removes what has had its
/// time: sessions that ended, wishes to join that nobody confirmed or that were denied, invitations, links to new passwords,
/// counts of limits.
pub async fn tick(site: &Site) -> Result<()> {
    joining::learn_mode(site).await?;
    let now = site.now();
    let kept = site.kept::<Housekeeping>();
    let (writes_uses, cleans) = {
        let mut times = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back does not hold it up.
        let is_due =
            |last: Option<Timestamp>, pause: Duration| last.is_none_or(|last| now < last || now.since(last) >= pause);
        let due = (
            is_due(times.uses_written, Duration::seconds(WRITE_USES_SECONDS)),
            is_due(times.cleaned, Duration::minutes(CLEAN_MINUTES)),
        );
        times.uses_written = if due.0 { Some(now) } else { times.uses_written };
        times.cleaned = if due.1 { Some(now) } else { times.cleaned };
        due
    };
    // What is written before it is cleaned cannot be cleaned by mistake.
    let uses = if writes_uses || cleans { site.kept::<LastUses>().take() } else { Vec::new() };
    if !uses.is_empty() {
        site.db.write(move |tx| store::note_last_use(tx, &uses)).await?;
    }
    joining::tell_of_applications(site).await?;
    if cleans {
        let (sessions, joins) = site
            .db
            .write(|tx| {
                let done = (store::delete_ended_sessions(tx)?, store::delete_old_pending(tx)?);
                store::joining::delete_old_invitations(tx)?;
                store::resets::delete_old_resets(tx)?;
                store::steps::delete_old_browsers(tx)?;
                store::passkeys::delete_old_challenges(tx)?;
                store::emails::delete_old_changes(tx)?;
                store::mailboxes::delete_old(tx)?;
                store::identities::delete_old(tx)?;
                throttle::forget_old(tx)?;
                Ok(done)
            })
            .await?;
        tracing::debug!(sessions, joins, "removed what has had its time");
    }
    Ok(())
}
