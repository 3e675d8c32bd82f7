//! Taking back the yes to the keeping of what one writes about one's health. A room of its own because it is no leaving: the
//! person stays, reads on, and only their words go.
//!
//! - At once: nothing new is written, their posts leave every page, and what they said about themselves is shown to nobody.
//! - For [`rules::RETURN_DAYS`] days they may say yes again, and all of it stands where it stood. A letter says when that time is
//!   almost over, and nothing is erased before [`rules::REMIND_DAYS`] days have passed since.
//! - Then their words are erased as if they had left and taken them away: posts with earlier versions, drafts, what they said
//!   about themselves and with which words they asked to be let into boards. Without the yes nothing allows us to keep words
//!   about health. The account stays, because reading never needed that yes: whoever wants that gone, too, leaves.
//!
//! Of saying yes again and being erased only one happens, decided under the lock of the member's row. Whoever is away after
//! leaving is left alone here: what becomes of them is decided by their departure.

use super::model::HealthWithdrawal;
use super::{forget_old_pages, in_turns, rules, store, write_letter};
use crate::accounts::{self, Member};
use crate::boards;
use crate::cases;
use crate::db::{Id, Tx};
use crate::error::{Refusal, Result};
use crate::site::Site;
use crate::threads;
use crate::web::throttle;
use chrono::Duration;
use serde_json::json;
use store::HealthDue;

/// Where all of this is explained and done.
pub const PATH: &str = "/settings/health";

/// Somebody takes their yes back: writing is closed to them, and a letter says how to say it again. Their posts follow by
/// [`take_words_away`]. Nothing happens if none stands. While their posts are still being put back after the last time, that
/// time goes on.
///
/// [`Refusal::Busy`] while their words are being erased after the last time.
pub fn take_back(tx: &mut Tx<'_>, site: &Site, member: Id<Member>) -> Result<()> {
    accounts::lock(tx, member)?;
    if !accounts::withdraw_health(tx, member)? {
        return Ok(());
    }
    throttle::take(tx, rules::HEALTH_TURNS, &member.to_string())?;
    match store::health_withdrawal_of(tx.conn(), member)? {
        Some(HealthWithdrawal { over_at: Some(_), .. }) => return Err(Refusal::Busy.into()),
        Some(_) => return store::go_on_with_health_withdrawal(tx, member),
        None => store::insert_health_withdrawal(tx, member)?,
    }
    let parameters = json!({ "link": site.link(PATH), "days": rules::RETURN_DAYS });
    write_letter(tx, member, "privacy/health-taken-back", parameters)
}

/// Takes the posts of somebody who took their yes back out of view.
pub async fn take_words_away(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| match store::health_withdrawal_of(tx.conn(), member.id)? {
        Some(HealthWithdrawal { asked_at, given_again_at: None, over_at: None, .. }) => {
            threads::take_out_of_view(tx, member, asked_at)
        }
        _ => Ok(0),
    })
    .await
}

/// They say yes, for the first time or again. If their words are still there, [`put_words_back`] lets them stand again.
pub fn give(tx: &mut Tx<'_>, member: Id<Member>) -> Result<()> {
    accounts::lock(tx, member)?;
    accounts::give_health(tx, member)?;
    let Some(withdrawal) = store::health_withdrawal_of(tx.conn(), member)? else { return Ok(()) };
    match rules::may_restore(&withdrawal) {
        Some(permit) => store::set_given_again(tx, permit),
        None => Ok(()),
    }
}

/// Lets the words of somebody who said yes again stand, and forgets that they had taken it back.
pub async fn put_words_back(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| match store::health_withdrawal_of(tx.conn(), member.id)? {
        Some(HealthWithdrawal { asked_at, given_again_at: Some(_), .. }) => {
            let count = threads::put_back(tx, member, asked_at)?;
            if count == 0 {
                store::delete_health_withdrawal(tx, member.id)?;
            }
            Ok(count)
        }
        _ => Ok(0),
    })
    .await
}

/// Says by letter, once, that the time is almost over.
async fn remind(site: &Site, member: Id<Member>) -> Result<()> {
    let link = site.link(PATH);
    site.db
        .write(move |tx| {
            accounts::lock(tx, member)?;
            if store::note_reminder(tx, member)? {
                let parameters = json!({ "link": link, "days": rules::REMIND_DAYS });
                write_letter(tx, member, "privacy/health-ends", parameters)?;
            }
            Ok(())
        })
        .await
}

/// Erases the words, a part in each transaction.
async fn erase_words(site: &Site, member: Id<Member>) -> Result<()> {
    in_turns(site, member, |tx, member| {
        let Some(withdrawal) = store::health_withdrawal_of(tx.conn(), member.id)? else { return Ok(0) };
        if withdrawal.over_at.is_none() {
            let now = tx.now();
            let Some(permit) = rules::may_end(&withdrawal, now) else { return Ok(0) };
            // Everything that may be written anew after another yes goes in the transaction that decides.
            store::set_over(tx, permit)?;
            threads::forget_drafts(tx, member.id)?;
            cases::forget(tx, member.id)?;
            boards::forget_words(tx, member.id)?;
            accounts::forget_about(tx, member.id)?;
        }
        let erased = threads::erase_taken(tx, member.id, withdrawal.asked_at)?;
        if erased == 0 {
            store::delete_health_withdrawal(tx, member.id)?;
        }
        Ok(erased)
    })
    .await?;
    forget_old_pages(site).await
}

/// Does what is due, also what another process left in the middle.
pub(super) async fn tick(site: &Site) -> Result<()> {
    let now = site.now();
    let remind_since = now.minus(Duration::days(rules::RETURN_DAYS - rules::REMIND_DAYS));
    let mut outcome = Ok(());
    for (member, due) in site.db.read(move |connection| store::health_due(connection, now, remind_since)).await? {
        let done = match due {
            HealthDue::TakeAway => take_words_away(site, member).await,
            HealthDue::PutBack => put_words_back(site, member).await,
            HealthDue::Remind => remind(site, member).await,
            HealthDue::Erase => erase_words(site, member).await,
        };
        outcome = outcome.and(done);
    }
    outcome
}
