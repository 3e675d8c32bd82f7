//! What the components of `templates/shared/components.html` show: plain fields in words, made by the slices. A struct
//! for each, because a key that is missing would be *false* in a template, and silent.

use crate::countries;
use crate::error::Result;
use crate::locale::{Locale, Moment};
use crate::web::page::Page;
use serde::Serialize;

/// A drawn mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `hill wave leaf moon gate cup boat bird stones tree`; `none` (somebody without a name or gone), `team` (moderators).
    pub name: &'static str,
    /// `moss sky straw clay`; `team` for the team, `bare` for `none`. Never empty.
    pub colour: &'static str,
}

impl Mark {
    /// The open dotted circle: somebody without a name, or gone.
    pub const NONE: Self = Self { name: "none", colour: "bare" };
    /// The moderators.
    pub const TEAM: Self = Self { name: "team", colour: "team" };
}

/// One of the options of `choices` or `select_field`.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// One more line, in `choices` only.
    pub hint: Option<String>,
}

impl Choice {
    /// Without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Every country for `select_field`, in the order of their names.
pub fn country_choices() -> Vec<Choice> {
    countries::ALL.iter().map(|country| Choice::new(country.code, country.name)).collect()
}

/// The usual words for a stance.
pub fn stance_words(locale: &Locale, stance: &str) -> Result<String> {
    locale.say(&format!("shared-stance-{stance}"))
}

/// A thread in a list, for `thread_row`.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadRow {
    /// `/threads/812`.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The language it is written in, if it is another than the page's.
    pub lang: Option<String>,
    /// The stance of the opening post: `experience caring read general organisation`.
    pub stance: &'static str,
    /// The stance in words ([`stance_words`], or others where a clinician speaks).
    pub stance_words: String,
    /// Who began it.
    pub byline: String,
    /// The board's name, in lists that cross boards.
    pub board: Option<String>,
    /// The day it was begun.
    pub begun: Moment,
    /// Content notes, in words.
    pub notes: Vec<String>,
    /// Kept at the top.
    pub is_pinned: bool,
    /// If it is closed: the whole sentence ("Closed. The question was answered.").
    pub closed_words: Option<String>,
    /// The first-reply watch runs: since when. Shown instead of the number of replies.
    pub waiting_since: Option<Moment>,
    /// Replies, the opening post not counted.
    pub replies: i64,
    /// Posts that are new to the reader; 0 for a visitor.
    pub new_posts: i64,
    /// The whole thread is new to the reader (it stands bold, without a number).
    pub is_new: bool,
    /// Who wrote last.
    pub last_byline: Option<String>,
    /// When the last post was written, if there are replies.
    pub last_written: Option<Moment>,
}

/// A post as `post` shows it, in any state.
#[derive(Debug, Clone, Serialize)]
pub struct Post {
    /// Its place in the thread, from 1. Also its `id` on the page: `p3`.
    pub number: i64,
    /// The address that leads here from anywhere: `/threads/812?page=2#p23`.
    pub permalink: String,
    /// The name above it.
    pub byline: String,
    /// The page of the person; nothing for somebody without a name or gone.
    pub byline_href: Option<String>,
    /// The drawn mark.
    pub mark: Mark,
    /// Lines below the name ("Diagnosed in spring 2026", "Mentor").
    pub about: Vec<String>,
    /// When it was written.
    pub written: Moment,
    /// When it was changed last, after the silent minutes.
    pub edited: Option<Moment>,
    /// `experience caring read general organisation`.
    pub stance: &'static str,
    /// The stance in words ([`stance_words`], or others where a clinician speaks).
    pub stance_words: String,
    /// The language it is written in, if it is another than the page's.
    pub lang: Option<String>,
    /// `SafeHtml`, as text. Empty when it is gone.
    pub body_html: String,
    /// Where somebody read it, as they typed it.
    pub source: Option<String>,
    /// The source, if it is an address.
    pub source_href: Option<String>,
    /// The post it answers, if it names one.
    pub answers: Option<Answered>,
    /// If only a stub is left: the sentence that stands there ("The writer took these words back.").
    pub gone_words: Option<String>,
    /// Where *Reply* leads; nothing if this reader may not.
    pub reply_href: Option<String>,
    /// Where *Report* leads; nothing for a visitor and on one's own post.
    pub report_href: Option<String>,
    /// Where *Change it* leads; only on one's own post.
    pub edit_href: Option<String>,
    /// Where *Take it back* leads; only on one's own post.
    pub withdraw_href: Option<String>,
    /// Where the earlier versions of a changed post stand; for its writer and the board's moderators.
    pub revisions_href: Option<String>,
}

/// The post that another post answers.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    /// Who wrote it.
    pub byline: String,
    /// Its place in the thread.
    pub number: i64,
    /// Where it stands.
    pub href: String,
    /// Its beginning, as plain text.
    pub excerpt: String,
}

/// The pages of a list, for `pager`; nothing is shown if it is all empty.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Pager {
    /// Numbered pages, with gaps.
    pub pages: Vec<PagerPage>,
    /// Where the page before this one stands.
    pub previous_href: Option<String>,
    /// What that link says ("Newer threads").
    pub previous_words: String,
    /// Where the page after this one stands.
    pub next_href: Option<String>,
    /// What that link says ("Older threads").
    pub next_words: String,
}

/// A page in a pager.
#[derive(Debug, Clone, Serialize)]
pub struct PagerPage {
    /// Its number, from 1.
    pub number: i64,
    /// Where it stands.
    pub href: String,
    /// This is the page one looks at.
    pub is_current: bool,
    /// Pages are left out here; number and address do not count.
    pub is_gap: bool,
}

impl Pager {
    /// Pages 1 to `last`, of which the first, the last and those around `current` are named.
    pub fn numbered(
        current: i64,
        last: i64,
        href: impl Fn(i64) -> String,
        previous_words: String,
        next_words: String,
    ) -> Self {
        let mut pager = Self { previous_words, next_words, ..Self::default() };
        if last < 2 {
            return pager;
        }
        let mut named: Vec<i64> =
            [1, last].into_iter().chain(current - 1..=current + 1).filter(|page| (1..=last).contains(page)).collect();
        named.sort_unstable();
        named.dedup();
        let mut before = 0;
        for number in named {
            if number > before + 1 {
                pager.pages.push(PagerPage { number: 0, href: String::new(), is_current: false, is_gap: true });
            }
            pager.pages.push(PagerPage { number, href: href(number), is_current: number == current, is_gap: false });
            before = number;
        }
        pager.previous_href = (current > 1).then(|| href(current - 1));
        pager.next_href = (current < last).then(|| href(current + 1));
        pager
    }
}

/// The page that stands where something did not work.
#[derive(Debug, Clone, Serialize)]
pub struct FailurePage {
    /// `unseen`, `sign-in`, `forbidden`, `other-site`, `other-name`, `unreadable`, `stale`, `too-many`, `too-large`,
    /// `broken` or `busy`.
    pub kind: &'static str,
    /// The heading, and the words in the tab.
    pub title: String,
    /// What happened.
    pub lead: String,
    /// What one can do.
    pub words: String,
    /// Signing in may help: then that is the button.
    pub may_sign_in: bool,
    /// From when it works again.
    pub again_at: Option<Moment>,
    /// The number under which we find what broke.
    pub request_id: Option<String>,
}

impl Page for FailurePage {
    const TEMPLATE: &'static str = "shared/failure.html";
}

impl FailurePage {
    /// The usual words of that kind. `lead` may then be replaced by the sentence of a refusal.
    pub fn new(locale: &Locale, kind: &'static str, is_member: bool) -> Result<Self> {
        let words_of = if kind == "unseen" && is_member { "unseen-member" } else { kind };
        Ok(Self {
            kind,
            title: locale.say(&format!("shared-failure-{words_of}-title"))?,
            lead: locale.say(&format!("shared-failure-{words_of}-lead"))?,
            words: locale.say(&format!("shared-failure-{words_of}-words"))?,
            may_sign_in: !is_member && matches!(kind, "unseen" | "sign-in"),
            again_at: None,
            request_id: None,
        })
    }
}
