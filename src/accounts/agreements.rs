//! The texts that hold here (house rules, privacy notice, disclaimer) and who agreed to which version of them.
//!
//! - Every version stays at an address of its own, and whoever agreed finds the very words that they agreed to.
//! - When a meaning changes, everybody is asked once, at their next visit. Until they answer they read, keep drafts, take their
//!   words back and change their settings as ever; only new words wait.
//! - Nobody agrees to what they were not shown: not by a page that was open while another version came, and not by a form for
//!   joining that is weeks old.

use super::model::{Consent, DocumentKind, GivenConsent, Member, PresentDocument, Publication};
use super::rules::{self, Due};
use super::store;
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};

/// The version of a text that holds.
pub(super) fn present_version(connection: &mut Conn, kind: DocumentKind) -> Result<i32> {
    Ok(version_in(&store::documents::present(connection)?, kind))
}

fn version_in(present: &[PresentDocument], kind: DocumentKind) -> i32 {
    present.iter().find(|document| document.kind == kind).map_or(1, |document| document.version)
}

/// What somebody is asked to agree to.
pub(super) fn due(connection: &mut Conn, member: Id<Member>) -> Result<Vec<Due>> {
    let present = store::documents::present(connection)?;
    Ok(rules::due(&present, &store::consents_of(connection, member)?))
}

/// Publishes the next version of a text, by an administrator, and gives its number. If it asks for agreement, everybody is asked
/// from now on. The same form sent twice publishes once; [`Refusal::Stale`] if somebody else published in between.
pub(super) fn publish(tx: &mut Tx<'_>, by: &Member, publication: &Publication) -> Result<i32> {
    let permit = rules::may_publish(by, publication.clone()).map_err(|refused| Error::forbidden(refused.key()))?;
    if let Some(version) = store::documents::publish(tx, permit)? {
        return Ok(version);
    }
    let (present, text) = store::documents::shown(tx.conn(), publication.kind, 0)?;
    let publisher = store::documents::publisher(tx.conn(), publication.kind, present)?;
    let is_this = text.is_some_and(|text| text.source == publication.source && text.about.changed == publication.changed);
    if is_this && publisher == Some(by.id) {
        return Ok(present);
    }
    Err(Refusal::Stale(Sentence::plain("accounts-documents-stale")).into())
}

/// Writes down that somebody agreed to everything that they are asked, in the versions that they were shown. [`Refusal::Stale`]
/// if one of them does not hold any more.
pub(super) fn agree_to(tx: &mut Tx<'_>, member: Id<Member>, shown: &[(DocumentKind, i32)]) -> Result<()> {
    // The lock comes before the look: a version that is published after it asks them again.
    super::lock(tx, member)?;
    let due = due(tx.conn(), member)?;
    let permit = rules::may_agree(&due, shown)
        .map_err(|rules::NewerPublished| Refusal::Stale(Sentence::plain("accounts-agreements-stale")))?;
    store::documents::note_agreement(tx, member, permit)
}

/// What somebody says yes to who joins: the house rules in the version that they were shown (none named: the present one), and
/// the keeping of health data. Whatever else everybody was asked, or was asked since, they are asked at their first visit.
pub(super) fn agree_at_joining(tx: &mut Tx<'_>, member: Id<Member>, rules_shown: Option<&str>) -> Result<()> {
    let present = store::documents::lock_present(tx)?;
    let newest = version_in(&present, DocumentKind::Rules);
    let version = rules_shown.map_or(newest, |typed| rules::shown_version(typed, newest)).to_string();
    store::insert_consent(tx, member, Consent::Rules, &version)?;
    store::insert_consent(tx, member, Consent::Health, rules::HEALTH_VERSION)?;
    let given = GivenConsent { consent: Consent::Rules, version, given_at: tx.now(), withdrawn_at: None };
    if !rules::due(&present, &[given]).is_empty() {
        store::documents::set_must_agree(tx, member, true)?;
    }
    Ok(())
}
