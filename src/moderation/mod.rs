//! Moderation: people point at something, and moderators look.
//!
//! What this slice promises people: every member can say that something is wrong from their first minute on, in a form that
//! works everywhere; they find again what they told and what came of it. A moderator with an hour sees what needs them now,
//! the gravest first, takes one case, and sees everything about it on one page.
//!
//! What a report and a case are stands in [`crate::cases`], below threads; here they meet posts and people.

mod pages;
mod store;

use crate::accounts::{Member, Viewer};
use crate::cases::{self, KeptText, Pointed, Reason, Receipt, ReportDraft, Target, TargetKind};
use crate::db::{Conn, Id, Tx};
use crate::error::{Error, Refusal, Result, Sentence};
use crate::threads::{self, Post, Thread};
use crate::web::endpoint::Endpoint;

/// Every endpoint of this slice.
pub fn endpoints() -> Vec<Endpoint> {
    pages::endpoints()
}

/// Somebody reports a post that they see, its thread, or whoever wrote it; see [`cases::report`]. Of a post that was taken back
/// nothing is left to look at: a worry is then about its writer, anything else is refused as [`Refusal::Stale`].
pub fn report_post(
    tx: &mut Tx<'_>,
    member: &Member,
    post: Id<Post>,
    about: TargetKind,
    draft: ReportDraft,
) -> Result<Receipt> {
    let (post, thread) = threads::post_seen_by(tx.conn(), member.viewer(), post)?;
    let is_gone = post.withdrawn_at.is_some();
    let about = match about {
        TargetKind::Post if is_gone && draft.reason == Reason::Worried => TargetKind::Person,
        TargetKind::Post if is_gone => return Err(Refusal::Stale(Sentence::plain("moderation-report-gone")).into()),
        about => about,
    };
    cases::report(tx, member, pointed(&post, &thread, about), draft)
}

/// Somebody reports a person, away from any board.
pub fn report_person(tx: &mut Tx<'_>, member: &Member, person: Id<Member>, draft: ReportDraft) -> Result<Receipt> {
    if !store::is_here(tx.conn(), person)? {
        return Err(Error::UNSEEN);
    }
    let target = Target { kind: TargetKind::Person, number: person.number() };
    cases::report(tx, member, Pointed { target, board: None, thread: None, subject: person, text: None }, draft)
}

fn pointed(post: &Post, thread: &Thread, about: TargetKind) -> Pointed {
    let is_gone = post.withdrawn_at.is_some();
    let (number, subject) = match about {
        TargetKind::Post => (post.id.number(), post.author),
        TargetKind::Thread => (thread.id.number(), thread.author),
        TargetKind::Person => (post.author.number(), post.author),
    };
    let text = KeptText {
        post: post.id.number(),
        revision: post.revision,
        stance: post.stance.word().to_owned(),
        title: (post.position == 1).then(|| thread.title.clone()),
        source: post.source.clone(),
        body_html: post.body_html.clone(),
    };
    Pointed {
        target: Target { kind: about, number },
        board: Some(thread.board),
        thread: Some(thread.id.number()),
        subject,
        text: (!is_gone).then_some(text),
    }
}

/// The post that somebody is about to report, with its thread.
fn seen(connection: &mut Conn, viewer: Viewer, post: Id<Post>) -> Result<(Post, Thread)> {
    threads::post_seen_by(connection, viewer, post)
}
