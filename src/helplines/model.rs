//! What a line of urgent help is.

use crate::accounts::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::text_enum;

text_enum! {
    /// What somebody rings it for.
    #[derive(Default)]
    pub enum Need {
        /// Somebody to talk to, whatever it is about.
        #[default]
        Talk = "talk",
        /// About an illness.
        Illness = "illness",
    }
}

/// A line that people can ring or write to.
#[derive(Debug, Clone)]
pub struct Helpline {
    /// Its number in the database.
    pub id: Id<Helpline>,
    /// Who answers.
    pub name: String,
    /// For whom, what about.
    pub about: String,
    /// ISO 3166-1 codes; none: everywhere.
    pub countries: Vec<String>,
    /// BCP 47 tag of the language that is spoken there.
    pub language: String,
    /// What somebody rings it for.
    pub need: Need,
    /// As people dial it; may be empty.
    pub voice_number: String,
    /// For text messages; may be empty.
    pub text_number: String,
    /// What to write in the first message; may be empty.
    pub text_words: String,
    /// When somebody answers, in words.
    pub hours: String,
    /// What it costs, in words.
    pub cost: String,
    /// Invented: leads nowhere.
    pub is_sample: bool,
    /// Who rang it last and is asked to ring it again.
    pub owner: Option<Id<Member>>,
    /// When somebody rang it; never: not shown.
    pub checked_on: Option<Timestamp>,
    /// Rises with each change; tells a stale edit.
    pub version: i32,
}

/// What somebody says about a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelplineDraft {
    /// 1 to 120 characters.
    pub name: String,
    /// May be empty.
    pub about: String,
    /// ISO 3166-1 codes; none: everywhere.
    pub countries: Vec<String>,
    /// BCP 47 tag.
    pub language: String,
    /// What somebody rings it for.
    pub need: Need,
    /// One of the two numbers is there.
    pub voice_number: String,
    /// One of the two numbers is there.
    pub text_number: String,
    /// What to write in the first message.
    pub text_words: String,
    /// In words.
    pub hours: String,
    /// In words.
    pub cost: String,
    /// Invented, for a demo.
    pub is_sample: bool,
    /// When somebody rang it.
    pub checked_on: Option<Timestamp>,
    /// Who rang it, and is asked again.
    pub checked_by: Option<Id<Member>>,
}

impl HelplineDraft {
    /// A line as it stands.
    pub fn of(line: &Helpline) -> Self {
        Self {
            name: line.name.clone(),
            about: line.about.clone(),
            countries: line.countries.clone(),
            language: line.language.clone(),
            need: line.need,
            voice_number: line.voice_number.clone(),
            text_number: line.text_number.clone(),
            text_words: line.text_words.clone(),
            hours: line.hours.clone(),
            cost: line.cost.clone(),
            is_sample: line.is_sample,
            checked_on: line.checked_on,
            checked_by: line.owner,
        }
    }
}

/// A line that somebody rang last.
#[derive(Debug, Clone, diesel::Queryable, serde::Serialize)]
pub struct TakenLine {
    /// Its name.
    pub name: String,
    /// When they rang it.
    pub checked_on: Option<Timestamp>,
}
