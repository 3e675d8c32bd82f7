//! What needs a moderator: the gravest and oldest first, cases of one thread together.

use super::super::store::{self, Places};
use super::words::{Holder, LevelWords, case_href, target_words};
use crate::accounts::{Look, Visit};
use crate::cases::{self, Case, CaseKind, Reason};
use crate::db::Id;
use crate::error::Result;
use crate::locale::Moment;
use crate::web::form::Query;
use crate::web::page::Page;
use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// `/cases`
#[derive(Debug, Serialize)]
pub struct QueuePage {
    /// How many are open, in words.
    pub lead: String,
    pub tabs: Vec<Tab>,
    pub care: Vec<CaseRow>,
    pub rules: Vec<CaseRow>,
    /// More wait than the page shows.
    pub has_more: bool,
}

/// One of the ways to look at the queue.
#[derive(Debug, Serialize)]
pub struct Tab {
    pub words: String,
    pub href: String,
    pub is_current: bool,
}

/// A case, or the cases of one thread.
#[derive(Debug, Serialize)]
pub struct CaseRow {
    pub level: LevelWords,
    pub hint: String,
    pub heading: String,
    pub href: String,
    pub lang: Option<String>,
    pub board: Option<String>,
    pub count_words: String,
    pub due: Moment,
    pub holder: Option<Holder>,
    /// Of several: each by itself.
    pub items: Vec<Item>,
}

/// One of several cases of a thread.
#[derive(Debug, Serialize)]
pub struct Item {
    pub words: String,
    pub href: String,
}

impl Page for QueuePage {
    const TEMPLATE: &'static str = "moderation/queue.html";
}

/// Nobody works on more in an evening, and the gravest stand first.
const SHOWN: i64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueQuery {
    show: String,
}

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Care,
    Rules,
    Mine,
}

impl Show {
    const ALL: [(Self, &'static str); 4] =
        [(Self::All, ""), (Self::Care, "care"), (Self::Rules, "rules"), (Self::Mine, "mine")];

    fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|(_, known)| *known == word).map_or(Self::All, |(show, _)| show)
    }

    fn holds(self, visit: &Visit, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Care => case.kind == CaseKind::Care,
            Self::Rules => case.kind == CaseKind::Rule,
            Self::Mine => {
                let member = visit.signed_in().map(|member| member.id);
                case.holder(visit.now()).is_some_and(|claim| Some(claim.by) == member)
            }
        }
    }
}

pub async fn list_cases(visit: Visit, query: Query<QueueQuery>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let viewer = visit.viewer();
    let (mut waiting, reasons, places) = visit
        .site
        .db
        .read(move |connection| {
            let waiting = cases::waiting(connection, &member, SHOWN + 1)?;
            let ids: Vec<Id<Case>> = waiting.iter().map(|case| case.id).collect();
            let reasons = cases::reasons_of(connection, &ids)?;
            let places = store::places(connection, viewer, &waiting, &[])?;
            Ok((waiting, reasons, places))
        })
        .await?;
    let has_more = waiting.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX);
    waiting.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let show = Show::of(&query.0.show);
    let page = queue_page(&visit, show, &waiting, &reasons, &places, has_more)?;
    visit.show(Look::at("cases"), &page)
}

fn queue_page(
    visit: &Visit,
    show: Show,
    waiting: &[Case],
    reasons: &[(Id<Case>, Reason)],
    places: &Places,
    has_more: bool,
) -> Result<QueuePage> {
    let mut why: HashMap<Id<Case>, Vec<Reason>> = HashMap::new();
    for (case, reason) in reasons {
        let told = why.entry(*case).or_default();
        if !told.contains(reason) {
            told.push(*reason);
        }
    }
    let count = |show: Show| waiting.iter().filter(|case| show.holds(visit, case)).count();
    let tabs = Show::ALL
        .into_iter()
        .map(|(one, word)| {
            let count = i64::try_from(count(one)).unwrap_or(i64::MAX);
            let key = format!("moderation-queue-tab-{}", if word.is_empty() { "all" } else { word });
            Ok(Tab {
                words: visit.say_with(&key, &[("count", count.into())])?,
                href: if word.is_empty() { "/cases".to_owned() } else { format!("/cases?show={word}") },
                is_current: one == show,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let shown: Vec<&Case> = waiting.iter().filter(|case| show.holds(visit, case)).collect();
    let of_kind = |kind: CaseKind| -> Result<Vec<CaseRow>> {
        grouped(shown.iter().copied().filter(|case| case.kind == kind))
            .iter()
            .map(|group| case_row(visit, group, &why, places))
            .collect()
    };
    let (open, people) = (count(Show::All), count(Show::Care));
    Ok(QueuePage {
        lead: visit.say_with(
            "moderation-queue-lead",
            &[
                ("count", i64::try_from(open).unwrap_or(i64::MAX).into()),
                ("care", i64::try_from(people).unwrap_or(i64::MAX).into()),
            ],
        )?,
        tabs,
        care: of_kind(CaseKind::Care)?,
        rules: of_kind(CaseKind::Rule)?,
        has_more,
    })
}

/// Cases of one thread stand together, where the first of them stands. A worry stands alone: it is about a person.
fn grouped<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Vec<&'a Case>> {
    let mut groups: Vec<Vec<&Case>> = Vec::new();
    let mut of_thread: HashMap<i64, usize> = HashMap::new();
    for case in cases {
        let thread = case.thread.filter(|_| case.kind == CaseKind::Rule);
        match thread.and_then(|thread| of_thread.get(&thread).copied()) {
            Some(group) => {
                if let Some(group) = groups.get_mut(group) {
                    group.push(case);
                }
            }
            None => {
                if let Some(thread) = thread {
                    of_thread.insert(thread, groups.len());
                }
                groups.push(vec![case]);
            }
        }
    }
    groups
}

fn case_row(visit: &Visit, group: &[&Case], why: &HashMap<Id<Case>, Vec<Reason>>, places: &Places) -> Result<CaseRow> {
    let first = *group.first().ok_or_else(|| anyhow::anyhow!("a group of cases is empty"))?;
    let reasons = |case: &Case| -> Result<String> {
        let told = why.get(&case.id).map(Vec::as_slice).unwrap_or_default();
        let words: Vec<String> =
            told.iter().map(|reason| visit.say(&format!("moderation-reason-{}", reason.word()))).collect::<Result<_>>()?;
        Ok(words.join(" · "))
    };
    let reports: i64 = group.iter().map(|case| i64::from(case.report_count)).sum();
    let count_words = visit.say_with("moderation-reports-count", &[("count", reports.into())])?;
    let is_group = group.len() > 1;
    let hint = if is_group {
        let count = i64::try_from(group.len()).unwrap_or(i64::MAX);
        visit.say_with("moderation-queue-cases-of-thread", &[("count", count.into())])?
    } else if first.kind == CaseKind::Care && first.graded_at.is_none() {
        visit.say_with("moderation-queue-not-graded", &[("reasons", reasons(first)?.into())])?
    } else {
        reasons(first)?
    };
    let thread = places.thread(first);
    let heading = match thread.filter(|_| is_group) {
        Some(thread) => match &thread.title {
            Some(title) => title.clone(),
            None => visit.say("moderation-untitled")?,
        },
        None => target_words(visit, first, places)?,
    };
    let items = if is_group {
        group
            .iter()
            .map(|case| {
                let words = visit.say_with(
                    "moderation-queue-item",
                    &[("target", target_words(visit, case, places)?.into()), ("reasons", reasons(case)?.into())],
                )?;
                Ok(Item { words, href: case_href(case.id) })
            })
            .collect::<Result<Vec<_>>>()?
    } else {
        Vec::new()
    };
    let due = group.iter().map(|case| case.due_at).min().unwrap_or(first.due_at);
    Ok(CaseRow {
        level: LevelWords::of(visit, first.level)?,
        hint,
        heading,
        href: case_href(first.id),
        lang: thread.filter(|_| is_group).and_then(|thread| crate::boards::pages::lang_of(visit, &thread.language)),
        board: places.board(first).map(str::to_owned),
        count_words,
        due: visit.moment(due),
        holder: Holder::of(visit, first, places),
        items,
    })
}
