#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::items_after_statements
)]

use super::check::{check_page, check_page_keys, full_frame, locales, templates};
use super::parts::{Answered, Choice, FailurePage, Mark, Pager, Post, ThreadRow};
use super::{Fault, Frame, Page, Templates, weave};
use crate::locale::Moment;
use crate::{embedded, web::assets};
use serde::Serialize;
use tera::{Context, Tera};

/// Every component, as the sheet of parts in the design shows them.
#[derive(Serialize)]
struct Gallery {
    faults: Vec<Fault>,
    options: Vec<Choice>,
    ticked: Vec<String>,
    rows: Vec<ThreadRow>,
    posts: Vec<Post>,
    pager: Pager,
    marks: Vec<Mark>,
}

impl Page for Gallery {
    const TEMPLATE: &'static str = "gallery.html";
}

const GALLERY: &str = r##"{% extends "shared/layout.html" %}
{% block title %}Parts &amp; states{% endblock title %}
{% block main_class %}wide{% endblock main_class %}
{% block crumbs %}{{ <crumbs crumbs={frame.crumbs} class="thread-head" /> }}{% endblock crumbs %}
{% block main %}
    <div class="page-head words"><h1>Parts and their states</h1>{{ <fault_list /> }}</div>
    {% <notice icon="tick" kind="lit" role="status"> %}<p><b>Your reply is posted.</b> <a class="plain" href="#p6">See it in the thread</a></p>{% </notice> %}
    {% <notice kind="grave" icon="stop" role="alert"> %}<p>{{ t(key="shared-failure-broken-lead") }}</p>{% </notice> %}
    <p class="actions">{{ <stance stance="experience" /> }} {{ <stance stance="caring" /> }} {{ <stance stance="read" /> }} {{ <stance stance="general" /> }} {{ <stance stance="organisation" /> }}</p>
    <p class="actions">{% for mark in marks %}{{ <mark mark /> }}{% endfor %}</p>
    <p class="meta">{{ <tag words="Content note" icon="note" kind="noted" /> }} {{ <tag words="2 new" kind="new" /> }}</p>
    <form class="form words" method="post" action="/x" data-draft="/drafts" novalidate>
      {{ <field name="title" label="Title" value="Help" hint="One line." maxlength={150} /> }}
      {{ <field name="email" label="E-mail address" type="email" autocomplete="email" autocapitalize="none" /> }}
      {{ <field name="password" label="Password" type="password" autocomplete="new-password" minlength={12} required={false} /> }}
      {{ <select_field name="country" label="Where?" options empty="Choose a country" value="experience" /> }}
      {{ <choices name="stance" legend="What kind of post is it?" options chosen="caring" /> }}
      {{ <choices name="notes" legend="Content notes" type="checkbox" options chosen={ticked} columns="two" required={false} /> }}
      {{ <tick name="rules" label="I will keep the house rules" hint="Needed." required={true} /> }}
      {% <words_field name="body" label="Your words" value="
First line
<b>bold</b>"> %}{{ <how_to_write /> }}{{ <draft_status /> }}{% </words_field> %}
      <p class="actions"><button class="button">Post thread</button> <button class="plain">Keep as a draft</button></p>
    </form>
    <section aria-labelledby="threads"><h2 id="threads">Threads</h2><ul class="rows">{% for row in rows %}
      {{ <thread_row row /> }}{% endfor %}
    </ul>{{ <pager pager /> }}</section>
    <section aria-labelledby="posts"><h2 id="posts">Posts</h2><div class="posts">{% for post in posts %}
        {{ <post post heading="h3" /> }}{% endfor %}
    </div></section>
    {% <nothing title="No notices"> %}<p>When somebody answers you, it stands here.</p>{% </nothing> %}
    {{ <nothing title={t(key="shared-my-drafts")} words="What you keep stands here." /> }}
    {{ <field name="a" label={t(key="shared-to", name="you")} value={none or ""} hint={none} /> }}
{% endblock main %}
"##;

fn moment(words: &str) -> Moment {
    Moment { machine: "2026-05-12T23:40+01:00".into(), words: words.into() }
}

fn row(title: &str) -> ThreadRow {
    ThreadRow {
        href: "/threads/812".into(),
        title: title.into(),
        lang: None,
        stance: "experience",
        stance_words: "My experience".into(),
        byline: "tansy".into(),
        board: None,
        begun: Moment { machine: "2026-05-12".into(), words: "12 May 2026".into() },
        notes: vec![],
        is_pinned: false,
        closed_words: None,
        waiting_since: None,
        replies: 6,
        new_posts: 0,
        is_new: false,
        last_byline: Some("kettle-on".into()),
        last_written: Some(moment("14 May 2026, 09:10")),
    }
}

fn post(number: i64) -> Post {
    Post {
        number,
        permalink: format!("/threads/812#p{number}"),
        byline: "tansy".into(),
        byline_href: Some("/people/31".into()),
        mark: Mark { name: "wave", colour: "moss" },
        about: vec!["Diagnosed in spring 2026".into()],
        written: moment("12 May 2026, 23:40"),
        edited: None,
        stance: "experience",
        stance_words: "My experience".into(),
        lang: None,
        body_html: "<p>Three weeks ago I went to the doctor because I was thirsty.</p><p>The days are <strong>all right</strong>.</p>".into(),
        source: None,
        source_href: None,
        answers: None,
        gone_words: None,
        reply_href: Some("/threads/812?answer=3#reply".into()),
        report_href: Some("/posts/4021/reports".into()),
        edit_href: None,
        withdraw_href: None,
        revisions_href: None,
    }
}

fn gallery() -> Gallery {
    let mark = |name, colour| Mark { name, colour };
    Gallery {
        faults: vec![
            Fault::new("title", "Give it a title of at least 5 letters."),
            Fault::new("stance", "Choose one. It is shown beside your words."),
            Fault::new("body", "Write something."),
            Fault::new("rules", "We need your yes to this."),
        ],
        options: vec![
            Choice::new("experience", "My experience").hint("It happens to me, or I ask for myself"),
            Choice::new("caring", "I care for someone"),
        ],
        ticked: vec!["experience".into()],
        rows: vec![
            ThreadRow {
                waiting_since: Some(moment("14 May 2026, 06:50")),
                replies: 0,
                is_new: true,
                last_byline: None,
                last_written: None,
                ..row("Is it silly to be sad about a birthday cake?")
            },
            ThreadRow {
                new_posts: 2,
                notes: vec!["Low blood sugar at night".into(), "Pregnancy loss".into()],
                ..row("Newly diagnosed at 34 and frightened of the night")
            },
            ThreadRow {
                stance: "organisation",
                stance_words: "From the organisation".into(),
                is_pinned: true,
                closed_words: Some("Closed. The question was answered.".into()),
                board: Some("Type 1".into()),
                ..row("Waiting times for pumps: what we asked, what changed")
            },
            ThreadRow { replies: 0, last_written: None, ..row("Nobody yet") },
        ],
        posts: vec![
            post(1),
            Post {
                stance: "caring",
                stance_words: "I care for someone".into(),
                byline: "Anonymous 1".into(),
                byline_href: None,
                mark: Mark::NONE,
                edited: Some(moment("13 May 2026, 08:00")),
                revisions_href: Some("/posts/2/revisions".into()),
                ..post(2)
            },
            Post {
                stance: "read",
                stance_words: "Something I read".into(),
                source: Some("leaflets.example/nights".into()),
                source_href: Some("https://leaflets.example/nights".into()),
                edit_href: Some("/posts/1/edit".into()),
                withdraw_href: Some("/posts/1/withdrawal".into()),
                reply_href: None,
                report_href: None,
                ..post(3)
            },
            Post {
                answers: Some(Answered {
                    byline: "northbank".into(),
                    number: 2,
                    href: "#p2".into(),
                    excerpt: "Somewhere in the first winter I slept through".into(),
                }),
                lang: Some("de".into()),
                stance_words: "My experience of the work".into(),
                ..post(4)
            },
            Post {
                gone_words: Some("The writer took these words back.".into()),
                byline: "Somebody who was here".into(),
                byline_href: None,
                mark: Mark::NONE,
                about: vec![],
                body_html: String::new(),
                ..post(5)
            },
            Post {
                stance: "general",
                stance_words: "General information".into(),
                source: Some("a leaflet".into()),
                ..post(6)
            },
            Post {
                stance: "organisation",
                stance_words: "From the organisation".into(),
                mark: Mark::TEAM,
                byline: "The moderators".into(),
                ..post(7)
            },
        ],
        pager: Pager::numbered(4, 11, |page| format!("/boards/7?page={page}"), "Newer".into(), "Older threads".into()),
        marks: vec![
            mark("hill", "straw"),
            mark("wave", "moss"),
            mark("moon", "sky"),
            mark("gate", "clay"),
            Mark::TEAM,
            Mark::NONE,
        ],
    }
}

/// The templates with one more.
fn with(name: &str, text: &str) -> anyhow::Result<Templates> {
    let locale = locales().english();
    let mut tera: Tera = templates().of(locale).unwrap().clone();
    tera.add_raw_template(name, &weave::woven(name, text, locale)?)?;
    Ok(Templates { by_language: std::sync::Arc::new([(locale.lang().to_owned(), tera)].into()) })
}

fn render(text: &str, keys: &Context) -> anyhow::Result<String> {
    let templates = with("a.html", text)?;
    Ok(templates.of(locales().english()).unwrap().render("a.html", keys)?)
}

#[test]
fn the_parts_render_in_every_state() {
    let gallery = gallery();
    let templates = with("gallery.html", GALLERY).unwrap();
    let page = templates.render(locales().english(), &full_frame(), &gallery).unwrap_or_else(|error| panic!("{error}"));
    if let Ok(path) = std::env::var("GALLERY") {
        let visitor = Frame { zone_words: "London time".into(), ..Frame::plain(locales().english(), "Alongside", "/") };
        std::fs::write(format!("{path}/gallery.html"), &page).unwrap();
        std::fs::write(format!("{path}/visitor.html"), templates.render(locales().english(), &visitor, &gallery).unwrap())
            .unwrap();
        let lost = FailurePage::new(locales().english(), "unseen", false).unwrap();
        std::fs::write(format!("{path}/404.html"), templates.render(locales().english(), &visitor, &lost).unwrap()).unwrap();
        for asset in assets::all() {
            let file = format!("{path}{}", asset.path);
            std::fs::create_dir_all(std::path::Path::new(&file).parent().unwrap()).unwrap();
            std::fs::write(file, asset.raw).unwrap();
        }
    }
    assert!(page.contains("<title>Error: Parts &amp; states – Alongside</title>"));
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.contains("aria-describedby=\"title-hint title-fault\""));
    assert!(page.contains("&lt;b&gt;bold&lt;/b&gt;</textarea>"));
    assert!(page.contains("<p>The days are <strong>all right</strong>.</p>"));
    assert!(
        page.contains("<input type=\"radio\" id=\"stance-caring\" name=\"stance\" value=\"caring\" required checked>"),
        "{page}"
    );
    assert!(page.contains("id=\"notes\" name=\"notes\" value=\"experience\" checked>"));
    assert!(page.contains("In reply to northbank"));
    assert!(!page.contains("value=\"none\""));
}

#[test]
fn the_keys_and_the_escaping_of_the_pages_here_hold() {
    for kind in [
        "unseen",
        "sign-in",
        "forbidden",
        "other-site",
        "other-name",
        "unreadable",
        "stale",
        "too-many",
        "too-large",
        "broken",
        "busy",
    ] {
        for is_member in [false, true] {
            let mut page = FailurePage::new(locales().english(), kind, is_member).unwrap();
            page.again_at = Some(moment("14 May 2026, 09:10"));
            page.request_id = Some("7f3a".into());
            assert!(check_page(&page).contains("7f3a"));
        }
    }
}

#[test]
fn a_visitor_who_lost_the_way_may_sign_in_and_come_back() {
    let page = FailurePage::new(locales().english(), "unseen", false).unwrap();
    let frame = Frame::plain(locales().english(), "Alongside", "/threads/812?page=2");
    let page = templates().render(locales().english(), &frame, &page).unwrap();
    assert!(page.contains("href=\"/sign-in?return_to=%2Fthreads%2F812%3Fpage%3D2\""));
    assert!(page.contains("not open to everyone"));
}

#[test]
fn what_people_write_is_escaped_and_nothing_is_marked_safe_but_in_one_place() {
    for (name, text) in embedded::templates().unwrap() {
        let expected = usize::from(name == "shared/safe.html");
        let compact: String = text.split_whitespace().collect();
        assert_eq!(compact.matches("|safe").count(), expected, "{name}: only shared/safe.html may say safe");
        assert!(
            super::is_escaped(&name) || (name.starts_with("mail/") && name.ends_with("txt")),
            "{name} would not be escaped"
        );
        assert!(
            !compact.contains("style=") && !compact.contains("onclick"),
            "{name}: the content security policy forbids this"
        );
    }
    let canary = "<script>alert(1)</script>\"'";
    let mut keys = Context::new();
    keys.insert("words", canary);
    for text in [
        "{{ words }}",
        "{{ <tag words /> }}",
        "{{ <nothing title={words} words /> }}",
        "{{ <field name=\"x\" label={words} value={words} hint={words} faults={[{\"field\": \"x\", \"message\": words}]} /> }}",
        "{% <notice> %}{{ words }}{% </notice> %}",
        "{{ t(key=\"shared-run-by\", organisation=words) }}",
        "{% <words_field name=\"x\" label={words} value={words}> %}{{ words }}{% </words_field> %}",
        "<a href=\"/?a={{ words | urlencode }}\">",
    ] {
        let rendered = render(text, &keys).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(!rendered.contains("<script>") && !rendered.contains("\"'"), "{text}: {rendered}");
    }
}

#[test]
fn what_is_missing_fails() {
    let keys = Context::new();
    for text in [
        "{{ nothing }}",
        "{% for one in nothing %}{% endfor %}",
        "{{ t(key=\"no-such-sentence\") }}",
        "{{ t(key=\"shared-run-by\") }}",
        "{{ t(key=\"shared-run-by\", organisation=nothing) }}",
        "{% set missing = asset(name=\"no-such.css\") %}",
        "{{ <icon /> }}",
    ] {
        assert!(render(text, &keys).is_err(), "{text}");
    }
    assert!(with("a.html", "{{ asset(name=\"no-such.css\") }}").is_err());
    assert!(with("a.html", "{{ t(key=\"no-such-sentence\") }}").is_err());
    assert!(with("a.html", "{{ t(key=\"shared-run-by\") }}").is_err());
    assert!(with("a.html", "{{ <no_such_component /> }}").is_err());
}

#[test]
fn a_sentence_says_the_same_woven_or_called() {
    let mut keys = Context::new();
    keys.insert("who", "Ana & Bo");
    keys.insert("count", &2);
    for (woven, called) in [
        ("{{ t(key=\"shared-run-by\", organisation=who) }}", "{{t(key=\"shared-run-by\", organisation=who)}}"),
        ("{{ t(key=\"shared-reply\") }}", "{{t(key=\"shared-reply\")}}"),
        ("{{ t(key=\"shared-new-posts\", count=count) }}", "{{t(key=\"shared-new-posts\", count=count)}}"),
        ("{{ t(key=\"shared-replies-word\", count=count) }}", "{{t(key=\"shared-replies-word\", count=count)}}"),
    ] {
        assert_eq!(render(woven, &keys).unwrap(), render(called, &keys).unwrap());
    }
    let words = weave::woven(
        "a.html",
        "a {{ t(key=\"shared-to\", name=post.byline) }} {{ post }} {{ t(key=\"shared-faults\", count=faults | length) }}",
        locales().english(),
    )
    .unwrap();
    assert_eq!(words, "a to {{ post.byline }} {{ post }} {{ t(key=\"shared-faults\", count=faults | length) }}");
    assert_eq!(
        weave::woven("mail/a.txt", "{{ t(key=\"shared-run-by\", organisation=who) }}", locales().english()).unwrap(),
        "Run by {{ who }}."
    );
}

#[test]
#[should_panic(expected = "names again_at, which the struct has not")]
fn a_key_that_only_the_template_knows_is_found() {
    let mut short = serde_json::to_value(FailurePage::new(locales().english(), "busy", true).unwrap()).unwrap();
    short.as_object_mut().unwrap().remove("again_at");
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Without(serde_json::Value);
    impl Page for Without {
        const TEMPLATE: &'static str = FailurePage::TEMPLATE;
    }
    check_page_keys(&Without(short));
}

#[test]
fn a_page_cannot_take_the_names_of_the_frame() {
    #[derive(Serialize)]
    struct Greedy {
        frame: i64,
    }
    impl Page for Greedy {
        const TEMPLATE: &'static str = "shared/failure.html";
    }
    let frame = Frame::plain(locales().english(), "Alongside", "/");
    assert!(templates().render(locales().english(), &frame, &Greedy { frame: 1 }).is_err());
}

#[test]
fn a_pager_names_the_ends_and_what_is_near() {
    let pager = Pager::numbered(5, 9, |page| format!("?page={page}"), String::new(), String::new());
    let numbers: Vec<i64> = pager.pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, [1, 0, 4, 5, 6, 0, 9]);
    assert_eq!(pager.previous_href.as_deref(), Some("?page=4"));
    assert!(Pager::numbered(1, 1, |_| String::new(), String::new(), String::new()).pages.is_empty());
    assert!(Pager::numbered(9, 9, |_| String::new(), String::new(), String::new()).next_href.is_none());
}
