//! Every page of moderation shows what it holds.

use super::case::{CasePage, HistoryRow, NoteRow, ReportRow, TextRow};
use super::queue::{CaseRow, Item, QueuePage, Tab};
use super::report::{OwnReport, OwnReportsPage, Quoted, ReportPage};
use super::words::{Holder, LevelWords};
use crate::locale::Moment;
use crate::web::page::Fault;
use crate::web::page::check::check_page;
use crate::web::page::parts::Choice;

fn moment() -> Moment {
    Moment { machine: "2026-05-14T09:10+01:00".to_owned(), words: "14 May 2026, 09:10".to_owned() }
}

fn level() -> LevelWords {
    LevelWords { number: 3, words: "Within 2 hours".to_owned() }
}

fn holder(is_own: bool) -> Holder {
    Holder { is_own, name: "joost <x>".to_owned(), until: moment() }
}

#[test]
fn the_form_of_a_report_shows_what_it_holds() {
    let choice = Choice::new("unkind", "It is unkind").hint("Look & see.");
    let full = ReportPage {
        action: "/posts/4044/reports".to_owned(),
        back_href: "/threads/812#p7".to_owned(),
        post: Some(Quoted {
            stance: "read",
            stance_words: "Something I read".to_owned(),
            number: 7,
            byline: "kettle-on".to_owned(),
            written: moment(),
            excerpt: Some("Not <my> story".to_owned()),
            lang: Some("de".to_owned()),
        }),
        person: None,
        targets: vec![Choice::new("post", "This post")],
        target: "post".to_owned(),
        reasons: vec![choice],
        reason: "unkind".to_owned(),
        words: "She <i>cried</i>.".to_owned(),
        words_max: 2_000,
        in_good_faith: true,
        kept_for: "mark".to_owned(),
        faults: vec![Fault::new("words", "Say a few words.".to_owned())],
    };
    let html = check_page(&full);
    assert!(html.contains("Not &lt;my&gt; story") && html.contains("/urgent-help"), "{html}");
    let person = ReportPage { post: None, targets: Vec::new(), person: Some("fernhill".to_owned()), ..full };
    let html = check_page(&person);
    assert!(html.contains("fernhill") && !html.contains("name=\"target\""), "{html}");
}

#[test]
fn the_list_of_ones_own_reports_shows_what_it_holds() {
    let report = OwnReport {
        about: "Post 2 in “Nights”".to_owned(),
        reason: "It is unkind".to_owned(),
        words: vec!["She cried.".to_owned(), "We all did.".to_owned()],
        reported: moment(),
        outcome: "It waits for a person.".to_owned(),
        withdraw_action: Some("/reports/9/withdrawal".to_owned()),
    };
    let worry = check_page(&OwnReportsPage { sent: Some("worry"), is_withdrawn: false, reports: vec![report] });
    assert!(worry.contains("It waits for a person.") && worry.contains("She cried.<br>We all did."), "{worry}");
    check_page(&OwnReportsPage { sent: Some("report"), is_withdrawn: false, reports: Vec::new() });
    let empty = check_page(&OwnReportsPage { sent: None, is_withdrawn: true, reports: Vec::new() });
    assert!(empty.contains("Nothing yet") && empty.contains("You took it back."), "{empty}");
}

#[test]
fn the_queue_shows_what_it_holds() {
    let row = |is_own: bool, items: Vec<Item>| CaseRow {
        level: level(),
        hint: "It is unkind".to_owned(),
        heading: "Post 2 in “<Nights>”".to_owned(),
        href: "/cases/7".to_owned(),
        lang: Some("de".to_owned()),
        board: Some("Type 1".to_owned()),
        count_words: "One report".to_owned(),
        due: moment(),
        holder: Some(holder(is_own)),
        items,
    };
    let item = Item { words: "Post 3: It is unkind".to_owned(), href: "/cases/8".to_owned() };
    let full = check_page(&QueuePage {
        lead: "2 cases are open.".to_owned(),
        tabs: vec![Tab { words: "All open (2)".to_owned(), href: "/cases".to_owned(), is_current: true }],
        care: vec![row(true, Vec::new())],
        rules: vec![row(false, vec![item])],
        has_more: true,
    });
    assert!(full.contains("Yours, until") && full.contains("joost &lt;x&gt; has it, until"), "{full}");
    assert!(full.contains("href=\"/cases/8\"") && full.contains("More wait than stand here."), "{full}");
    let empty = QueuePage {
        lead: "Nothing waits for you.".to_owned(),
        tabs: Vec::new(),
        care: Vec::new(),
        rules: Vec::new(),
        has_more: false,
    };
    assert!(check_page(&empty).contains("Nothing here"));
}

#[test]
fn a_case_shows_what_it_holds() {
    let text = TextRow {
        stance: "experience".to_owned(),
        stance_words: "My experience".to_owned(),
        title: Some("Nights".to_owned()),
        body_html: "<p>Halve it.</p>".to_owned(),
        source: Some("A leaflet".to_owned()),
        kept: moment(),
        revision: 2,
        is_empty: false,
    };
    let page = |holder: Option<Holder>, is_waiting: bool| CasePage {
        number: 2031,
        heading: "Post 2 in “Nights”".to_owned(),
        href: "/cases/2031".to_owned(),
        is_care: true,
        level: level(),
        is_graded: true,
        due: moment(),
        board: Some("Type 1".to_owned()),
        place_href: Some("/threads/812#p2".to_owned()),
        subject: "saltmarsh".to_owned(),
        subject_href: "/people/31".to_owned(),
        is_waiting,
        holder,
        claim_minutes: 5,
        texts: vec![text.clone(), TextRow { is_empty: true, body_html: String::new(), ..text.clone() }],
        reports: vec![ReportRow {
            reason: "I am worried about this person".to_owned(),
            words: vec!["Please be <quick>.".to_owned()],
            is_one_of_many: true,
            reported: moment(),
        }],
        notes: vec![NoteRow { words: vec!["Tone is kind.".to_owned()], by: "joost".to_owned(), at: moment() }],
        history: vec![HistoryRow { words: "joost took it".to_owned(), at: moment() }],
        levels: vec![Choice::new("3", "Within 2 hours").hint("Red")],
        present_level: "3".to_owned(),
        note: "half a note".to_owned(),
        takeover_note: "half a reason".to_owned(),
        words_max: 2_000,
        kept_for: "mark".to_owned(),
        faults: vec![Fault::new("note", "Write a few words first.".to_owned())],
    };
    let own = check_page(&page(Some(holder(true)), true));
    assert!(own.contains("You have this case until") && own.contains("<p>Halve it.</p>"), "{own}");
    assert!(own.contains("Please be &lt;quick&gt;.") && own.contains("These words are gone"), "{own}");
    assert!(check_page(&page(Some(holder(false)), true)).contains("half a reason"));
    assert!(check_page(&page(None, true)).contains("Take it"));
    let done = check_page(&page(None, false));
    assert!(done.contains("This case was decided.") && !done.contains("How grave is it?"), "{done}");
}
