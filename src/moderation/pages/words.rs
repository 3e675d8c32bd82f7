//! Words that several pages of moderation have for the same thing.

use super::super::store::Places;
use crate::accounts::Visit;
use crate::cases::{Case, Level, TargetKind};
use crate::db::Id;
use crate::error::Result;
use crate::locale::Moment;
use serde::Serialize;

/// How soon a person should look, for the component `level`.
#[derive(Debug, Clone, Serialize)]
pub struct LevelWords {
    /// 1 to 4.
    pub number: i32,
    /// "Within 2 hours".
    pub words: String,
}

impl LevelWords {
    pub fn of(visit: &Visit, level: Level) -> Result<Self> {
        let number = level.number();
        Ok(Self { number, words: visit.say(&format!("moderation-level-{number}"))? })
    }
}

/// Who has a case.
#[derive(Debug, Clone, Serialize)]
pub struct Holder {
    /// The reader themselves.
    pub is_own: bool,
    /// Who.
    pub name: String,
    /// Until when, if they do nothing.
    pub until: Moment,
}

impl Holder {
    pub fn of(visit: &Visit, case: &Case, places: &Places) -> Option<Self> {
        let claim = case.holder(visit.now())?;
        let is_own = visit.signed_in().is_some_and(|member| member.id == claim.by);
        Some(Self { is_own, name: places.name(claim.by).to_owned(), until: visit.moment(claim.until) })
    }
}

/// What a case is about, in a line: "Post 3 in Nights with a pump", "The whole thread ...", "The person fernhill".
pub fn target_words(visit: &Visit, case: &Case, places: &Places) -> Result<String> {
    let title = match places.thread(case).map(|thread| thread.title.clone()) {
        Some(Some(title)) => title,
        Some(None) => visit.say("moderation-untitled")?,
        None => visit.say("moderation-thread-unseen")?,
    };
    match (case.target.kind, places.position(case)) {
        (TargetKind::Post, Some(1)) => visit.say_with("moderation-target-opening", &[("title", title.into())]),
        (TargetKind::Post, Some(position)) => {
            visit.say_with("moderation-target-post", &[("number", i64::from(position).into()), ("title", title.into())])
        }
        (TargetKind::Post | TargetKind::Thread, _) => visit.say_with("moderation-target-thread", &[("title", title.into())]),
        (TargetKind::Person, _) => {
            visit.say_with("moderation-target-person", &[("name", places.name(case.subject).to_owned().into())])
        }
    }
}

/// `/cases/2031`.
pub fn case_href(case: Id<Case>) -> String {
    format!("/cases/{case}")
}
