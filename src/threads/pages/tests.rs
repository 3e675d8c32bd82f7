#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::board::{BoardPage, NewThreadPage, Tab};
use super::compose::{Composer, NearLimit, OtherDraft, Preview};
use super::drafts::{DraftLine, DraftsPage};
use super::home::{HomeBoard, HomePage};
use super::own::{OwnPostLine, OwnPostsPage};
use super::post::{EditPage, RevisionsPage, Version, WithdrawalPage};
use super::source_href;
use super::thread::{Closed, LogLine, Moderation, ThreadPage};
use crate::locale::Moment;
use crate::web::page::Fault;
use crate::web::page::check::check_page;
use crate::web::page::parts::{self, Answered, Choice, Mark, Pager, ThreadRow};

fn moment() -> Moment {
    Moment { machine: "2026-05-12T23:40+01:00".into(), words: "12 May 2026, 23:40".into() }
}

fn row() -> ThreadRow {
    ThreadRow {
        href: "/threads/812".into(),
        title: "Is it silly to be sad about a birthday cake?".into(),
        lang: Some("de".into()),
        stance: "experience",
        stance_words: "My experience".to_owned(),
        byline: "marrow".into(),
        board: Some("Type 1 diabetes".into()),
        begun: moment(),
        notes: vec!["Food".into()],
        is_pinned: true,
        closed_words: Some("Closed.".into()),
        waiting_since: None,
        replies: 3,
        new_posts: 2,
        is_new: false,
        last_byline: Some("tansy".into()),
        last_written: Some(moment()),
    }
}

fn post() -> parts::Post {
    parts::Post {
        number: 3,
        permalink: "/threads/812#p3".into(),
        byline: "tansy".into(),
        byline_href: Some("/people/31".into()),
        mark: Mark { name: "wave", colour: "moss" },
        about: vec!["Mentor".into()],
        written: moment(),
        edited: Some(moment()),
        stance: "read",
        stance_words: "My experience".to_owned(),
        lang: Some("de".into()),
        body_html: "<p>Words.</p>".into(),
        source: Some("A leaflet".into()),
        source_href: Some("https://leaflets.example/".into()),
        answers: Some(Answered {
            byline: "northbank".into(),
            number: 2,
            href: "#p2".into(),
            excerpt: "It gets smaller.".into(),
        }),
        gone_words: None,
        reply_href: Some("/threads/812?reply_to=4021#reply".into()),
        report_href: Some("/posts/4021/reports".into()),
        edit_href: Some("/posts/4021/edit".into()),
        withdraw_href: Some("/posts/4021/withdrawal".into()),
        revisions_href: Some("/posts/4021/revisions".into()),
    }
}

fn composer() -> Composer {
    Composer {
        kept_at: "1780000000000000".into(),
        action: "/threads/812/replies#reply".into(),
        place: "thread:812".into(),
        kept_for: "seal".into(),
        submission_id: "abcdefgh".into(),
        revision: "1".into(),
        in_reply_to: "4021".into(),
        answers: Some(Answered {
            byline: "northbank".into(),
            number: 2,
            href: "#p2".into(),
            excerpt: "It gets smaller.".into(),
        }),
        answers_nobody_href: "/threads/812#reply".into(),
        title: "A title".into(),
        stances: vec![
            Choice::new("experience", "My experience").hint("It happens to me"),
            Choice::new("read", "Something I read"),
        ],
        stance: "read".into(),
        is_preselected: true,
        source: "A leaflet".into(),
        body: "First line\nsecond line".into(),
        languages: vec![Choice::new("de", "Deutsch")],
        language: "de".into(),
        notes: vec![Choice::new("1", "Food"), Choice::new("2", "Needles")],
        ticked_notes: vec!["2".into()],
        rules: vec!["Say what happened to you.".into()],
        audience_words: "Members read this.".into(),
        has_draft: true,
        was_kept: true,
        preview: Some(Preview {
            title: Some("A title".into()),
            stance: "read",
            lang: Some("de".into()),
            body_html: "<p>Words.</p>".into(),
            source: Some("A leaflet".into()),
            source_href: Some("https://a.example/".into()),
        }),
        near: Some(NearLimit { words: "You can post 1 more for now.".into(), again: moment() }),
        others: vec![OtherDraft { number: 7, saved: moment(), title: Some("A title".into()), words: "Other words".into() }],
    }
}

fn version() -> Version {
    Version {
        title: Some("A title".into()),
        lang: Some("de".into()),
        stance: "caring",
        body_html: "<p>Words.</p>".into(),
        source: Some("A leaflet".into()),
        source_href: None,
        written: moment(),
        taken_away: None,
        removal_action: Some("/posts/1/revisions/2/removal".into()),
    }
}

fn thread() -> ThreadPage {
    ThreadPage {
        title: "Newly diagnosed at 34 and frightened of the night".into(),
        lang: Some("de".into()),
        notes: vec!["Low blood sugar".into()],
        audience_words: "Members read this.".into(),
        count_words: "The opening post and 6 replies".into(),
        is_pinned: true,
        closed: Some(Closed { at: moment(), reason: "It was answered.".into() }),
        is_archived: true,
        posts: vec![post(), parts::Post { gone_words: Some("tansy took this post back.".into()), ..post() }],
        new_from: Some(3),
        new_since: Some(moment()),
        new_href: Some("#new".into()),
        new_count: 2,
        first_href: Some("/threads/812#p1".into()),
        last_href: Some("/threads/812?page=3#p45".into()),
        pager: Pager::numbered(2, 3, |page| format!("/threads/812?page={page}"), "Earlier".into(), "Later".into()),
        posted: Some(3),
        posted_words: "Your reply is posted.".into(),
        composer: Some(composer()),
        composer_href: Some("/threads/812?page=3#reply".into()),
        is_visitor: false,
        reads_along: true,
        moderation: Some(Moderation {
            is_refused: true,
            kept_for: "seal".into(),
            is_locked: true,
            lock_action: "/threads/812/lock/removal".into(),
            lock_reason: "It was answered.".into(),
            is_pinned: false,
            pin_action: "/threads/812/pin".into(),
            pin_reason: String::new(),
            log: vec![LogLine {
                words: "Closed".into(),
                by: "juniper".into(),
                at: moment(),
                reason: "It was answered.".into(),
            }],
        }),
        faults: vec![Fault::new("body", "Write something first.")],
    }
}

#[test]
fn the_keys_and_the_escaping_of_the_thread_pages_hold() {
    let full = check_page(&thread());
    assert_eq!(full.matches("<h1").count(), 1);
    assert_eq!(full.matches("id=\"new\"").count(), 2, "one before each post of that number here");
    let visitor = ThreadPage {
        composer: None,
        closed: None,
        is_archived: false,
        is_visitor: true,
        moderation: None,
        composer_href: None,
        faults: vec![],
        ..thread()
    };
    assert!(check_page(&visitor).contains("/sign-in?return_to="));
    let member = ThreadPage {
        composer: Some(Composer { preview: None, answers: None, has_draft: false, ..composer() }),
        new_href: None,
        first_href: None,
        faults: vec![],
        moderation: None,
        ..thread()
    };
    let member = check_page(&member);
    assert!(member.contains("action=\"/threads/812/replies#reply\" data-draft=\"/drafts\" novalidate"));
    assert!(member.contains("First line\nsecond line</textarea>"));
}

#[test]
fn the_keys_and_the_escaping_of_the_other_pages_hold() {
    let home = HomePage {
        handle: None,
        waiting: vec![row()],
        boards: vec![HomeBoard {
            href: "/boards/7".into(),
            name: "Type 1 diabetes".into(),
            purpose: "Living with it.".into(),
            lang: Some("de".into()),
            last: Some(moment()),
            last_words: "Last reply".into(),
            audience_words: "Members read this".into(),
        }],
    };
    assert_eq!(check_page(&home).matches("<h1").count(), 1);
    let home = check_page(&HomePage { handle: Some("tansy".into()), waiting: vec![], boards: vec![] });
    assert!(home.contains("Good to see you, tansy."));

    let board = BoardPage {
        name: "Type 1 diabetes".into(),
        purpose: "Living with it.".into(),
        lang: Some("de".into()),
        audience_words: "Members read this.".into(),
        is_archived: false,
        is_first_part: true,
        is_visitor: false,
        people_href: Some("/boards/7/people".into()),
        leaving_href: Some("/boards/7/leaving".into()),
        start_href: Some("/boards/7/new-thread".into()),
        cannot_words: Some("Not now.".into()),
        pinned: vec![row()],
        tabs: vec![Tab { href: "/boards/7".into(), label: "Newest reply".into(), is_current: true }],
        rows: vec![row(), row()],
        pager: Pager {
            next_href: Some("/boards/7?before=1-1".into()),
            next_words: "Older threads".into(),
            ..Pager::default()
        },
        nothing_title: "Nobody".into(),
        nothing_words: "Nothing".into(),
    };
    assert_eq!(check_page(&board).matches("<li class=\"row").count(), 3);
    check_page(&BoardPage { rows: vec![], pinned: vec![], is_visitor: true, start_href: None, ..board });

    let new = NewThreadPage {
        board: "Type 1".into(),
        composer: composer(),
        faults: vec![Fault::new("title", "Longer."), Fault::new("note", "From the list.")],
    };
    let new = check_page(&new);
    assert!(new.contains("<title>Error: Start a thread"));
    assert!(new.contains("id=\"note-2\" name=\"note\" value=\"2\" checked"), "{new}");

    let edit = EditPage {
        number: 3,
        is_opening: true,
        silent_until: Some(moment()),
        stands: Some(version()),
        stance: "read",
        stance_is_open: true,
        withdraw_href: "/posts/1/withdrawal".into(),
        composer: composer(),
        faults: vec![Fault::new("", "Changed elsewhere.")],
    };
    check_page(&edit);
    check_page(&EditPage { stance_is_open: false, silent_until: None, stands: None, ..edit });
    let withdrawal = WithdrawalPage {
        number: 1,
        is_opening: true,
        has_replies: true,
        is_closed: true,
        gone: None,
        action: "/posts/1/withdrawal".into(),
        back_href: "/threads/812#p1".into(),
        stands: version(),
    };
    assert!(check_page(&withdrawal).contains("<form method=\"post\" action=\"/posts/1/withdrawal\">"));
    let gone = check_page(&WithdrawalPage { gone: Some(moment()), ..withdrawal });
    assert!(!gone.contains("/posts/1/withdrawal"));
    check_page(&RevisionsPage {
        number: 1,
        back_href: Some("/threads/812#p1".into()),
        is_own: true,
        now: version(),
        earlier: vec![version(), Version { taken_away: Some(moment()), ..version() }],
    });
    check_page(&RevisionsPage { number: 1, back_href: None, is_own: true, now: version(), earlier: vec![] });
    let line = || DraftLine {
        what: "A reply:".into(),
        place: "A thread".into(),
        title: Some("A title".into()),
        beginning: "Words".into(),
        saved: moment(),
        until: moment(),
        href: Some("/threads/812#reply".into()),
        words: None,
        removal_action: "/drafts/1/removal".into(),
    };
    check_page(&DraftsPage {
        drafts: vec![line(), DraftLine { href: None, words: Some("All the words".into()), ..line() }],
        is_shared_device: false,
        pager: Pager { next_href: Some("/drafts?before=5-4".into()), next_words: "Older drafts".into(), ..Pager::default() },
    });
    check_page(&DraftsPage { drafts: vec![], is_shared_device: true, pager: Pager::default() });
}

#[test]
fn the_page_of_ones_own_posts_has_what_its_template_needs() {
    let line = |href: Option<&str>, title: Option<&str>| OwnPostLine {
        number: 7,
        title: title.map(str::to_owned),
        is_opening: href.is_some(),
        href: href.map(str::to_owned),
        stance: "experience",
        stance_words: "My experience".into(),
        written: moment(),
        edited: Some(moment()),
        beginning: "It was the same".into(),
        words: href.is_none().then(|| "It was the same with me.".into()),
        withdraw_href: "/posts/7/withdrawal".into(),
        revisions_href: Some("/posts/7/revisions".into()),
    };
    check_page(&OwnPostsPage {
        posts: vec![line(Some("/threads/812#p1"), Some("Nights")), line(None, Some("Nights")), line(None, None)],
        pager: Pager { next_href: Some("/posts?before=5-4".into()), next_words: "Older posts".into(), ..Pager::default() },
        is_leaving: true,
    });
    check_page(&OwnPostsPage { posts: vec![], pager: Pager::default(), is_leaving: false });
}

#[test]
fn a_source_is_a_link_only_if_it_is_an_address() {
    assert_eq!(source_href("https://leaflets.example/nights").as_deref(), Some("https://leaflets.example/nights"));
    assert_eq!(source_href("www.leaflets.example/nights").as_deref(), Some("https://www.leaflets.example/nights"));
    for words in [
        "“Nights with type 1”, 2025",
        "javascript:alert(1)",
        "http",
        "httpx://a.example",
        "https://",
        "éé",
        "http://a.example and more",
    ] {
        assert_eq!(source_href(words), None, "{words}");
    }
}
