//! What people type and what others then read.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

use super::line::{HandleFault, clean, handle, skeleton};
use super::{PostSource, SafeHtml, SourceFault, excerpt, render};

fn html(typed: &str) -> String {
    render(&PostSource::parse(typed).unwrap()).as_str().to_owned()
}

/// The table shows links as `<a addr>`: what every link carries besides is asserted once.
fn short(html: &str) -> String {
    html.replace("\" rel=\"ugc nofollow noopener noreferrer\">", ">").replace("<a href=\"", "<a ")
}

/// What it is, what was typed, what is shown.
const POSTS: &[(&str, &str, &str)] = &[
    // Doses and values
    ("a dose", "1.5 ml", "<p>1.5 ml</p>"),
    ("a count of tablets", "2x 500mg", "<p>2x 500mg</p>"),
    ("less than", "<5 mmol/l", "<p>&lt;5 mmol/l</p>"),
    ("more than, at the beginning of a line", ">5 mmol/l\n>=7 too", "<p>&gt;5 mmol/l<br>&gt;=7 too</p>"),
    ("between", "5 < 7 > 3", "<p>5 &lt; 7 &gt; 3</p>"),
    ("an arrow", "HbA1c 58 -> 51", "<p>HbA1c 58 -&gt; 51</p>"),
    ("a list of one", "* 4 units", "<ul><li>4 units</li></ul>"),
    ("a list with a dash", "- 4", "<ul><li>4</li></ul>"),
    ("a correction", "+5 units", "<p>+5 units</p>"),
    ("a negative number", "-2.5", "<p>-2.5</p>"),
    ("a full stop after a number", "10.5 units at 8.", "<p>10.5 units at 8.</p>"),
    ("about so many", "~30 carbs~", "<p>~30 carbs~</p>"),
    ("about so many, in bold", "**~30** to ~40", "<p><strong>~30</strong> to ~40</p>"),
    ("struck words", "~~old~~", "<p><del>old</del></p>"),
    ("products", "1*500mg 2*250mg", "<p>1*500mg 2*250mg</p>"),
    ("a bold number", "**10**units and *5* mg", "<p><strong>10</strong>units and <em>5</em> mg</p>"),
    ("quotation marks as typed", "\"so\" -- it's...", "<p>\"so\" -- it's...</p>"),
    ("snake case", "my_long_name and _this_", "<p>my_long_name and <em>this</em></p>"),
    ("a lone sign", "+", "<p>+</p>"),
    ("a dollar and a footnote mark", "$5 and [^1]", "<p>$5 and [^1]</p>"),
    // Lines
    ("two lines", "one\ntwo", "<p>one<br>two</p>"),
    ("two paragraphs", "one\n\n\ntwo", "<p>one</p><p>two</p>"),
    (
        "a poem",
        "In the night\n  the pump hums\n\n    and I\n      listen",
        "<p>In the night<br>the pump hums</p><p>and I<br>listen</p>",
    ),
    (
        "a pasted letter",
        "    Dear Sir,\n\n    your **results** are in.\n    See https://leaflets.example/a\n\n\tYours",
        "<p>Dear Sir,</p><p>your <strong>results</strong> are in.<br>See <a https://leaflets.example/a>https://leaflets.example/a</a></p><p>Yours</p>",
    ),
    ("indented words in a list", "- a\n\n      b", "<ul><li><p>a</p><p>b</p></li></ul>"),
    ("a separator", "above\n-----\nbelow", "<p>above</p><hr><p>below</p>"),
    ("a double separator", "above\n====", "<p>above</p><hr>"),
    ("a dash below", "above\n-\nbelow", "<p>above</p><p>-</p><p>below</p>"),
    ("a long separator", "- - - - - - - - - - - - - - - - - - - - - -", "<hr>"),
    ("tildes as separator", "a\n~~~~\nb\n~~~~\nc", "<p>a<br>~~~~<br>b<br>~~~~<br>c</p>"),
    ("headings", "# One\n## Two\n### Three\n###### Six", "<h3>One</h3><h4>Two</h4><h5>Three</h5><h5>Six</h5>"),
    ("a number sign", "#1 reason\n\n#\n\n#tag", "<p>#1 reason</p><p>#</p><p>#tag</p>"),
    // Numbers and lists
    ("a third week", "3. my third week", "<p>3. my third week</p>"),
    ("a year", "2014. That was the year.", "<p>2014. That was the year.</p>"),
    ("a date", "14. May was bad", "<p>14. May was bad</p>"),
    ("a date in the middle", "It began on\n14. May, or\n1. June", "<p>It began on<br>14. May, or</p><p>1. June</p>"),
    ("a lone number", "1.", "<p>1.</p>"),
    ("numbers with words between", "1. one\n\nthat was one\n\n2. two", "<p>1. one</p><p>that was one</p><p>2. two</p>"),
    ("an ordered list", "1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
    (
        "times of the day",
        "8. 10 units\n12. 6 units\n13. 2 units",
        "<ol start=\"8\"><li>10 units</li><li value=\"12\">6 units</li><li>2 units</li></ol>",
    ),
    ("ones to be counted", "1. a\n1. b\n1. c", "<ol><li>a</li><li>b</li><li>c</li></ol>"),
    ("symptoms", "It began with:\n- nausea\n- headache", "<p>It began with:</p><ul><li>nausea</li><li>headache</li></ul>"),
    ("a list in a list", "- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    ("a box to tick", "- [ ] ask", "<ul><li>[ ] ask</li></ul>"),
    // Quotes, code, tables
    ("a quote and an answer", "> how are you?\nFine.", "<blockquote><p>how are you?</p></blockquote><p>Fine.</p>"),
    ("a quote of a number", "> 5 mg", "<blockquote><p>5 mg</p></blockquote>"),
    ("code", "```text\n    <b> 1*2 ~3\n\n> a\nb\n```", "<pre><code>    &lt;b&gt; 1*2 ~3\n\n&gt; a\nb\n</code></pre>"),
    ("code in a line", "`<b>` and ``a`b``", "<p><code>&lt;b&gt;</code> and <code>a`b</code></p>"),
    (
        "a table, one row too long and one too short",
        "| a | b |\n|---|--:|\n| 1 | 2 | 3 |\n| *4* |",
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead><tbody>\
         <tr><td>1</td><td>2 3</td></tr><tr><td><em>4</em></td><td></td></tr></tbody></table></div>",
    ),
    // Links
    (
        "a link",
        "[a *leaflet*](https://leaflets.example/x?a=1&b=2)",
        "<p><a https://leaflets.example/x?a=1&amp;b=2>a <em>leaflet</em></a></p>",
    ),
    ("a link with a title", "[a](https://leaflets.example/x \"t\")", "<p><a https://leaflets.example/x>a</a></p>"),
    ("a link without a scheme", "[a](leaflets.example/nights)", "<p><a https://leaflets.example/nights>a</a></p>"),
    (
        "letters and calls",
        "[mail](mailto:a@b.example) [call](tel:+4412345)",
        "<p><a mailto:a@b.example>mail</a> <a tel:+4412345>call</a></p>",
    ),
    (
        "bare addresses",
        "see https://a.example/x_y_(z), www.nhs.uk. (leaflets.example/nights) or leaflets.example!",
        "<p>see <a https://a.example/x_y_(z)>https://a.example/x_y_(z)</a>, <a https://www.nhs.uk/>www.nhs.uk</a>. \
         (<a https://leaflets.example/nights>leaflets.example/nights</a>) or <a https://leaflets.example/>leaflets.example</a>!</p>",
    ),
    ("an address in angles", "<https://a.example>", "<p><a https://a.example/>https://a.example</a></p>"),
    (
        "an e-mail address",
        "ana@leaflets.example or mailto:ana@leaflets.example",
        "<p>ana@leaflets.example or mailto:ana@leaflets.example</p>",
    ),
    (
        "no space after a full stop",
        "I slept.it was good.Then e.g. 2.5 and/or 3.30/day",
        "<p>I slept.it was good.Then e.g. 2.5 and/or 3.30/day</p>",
    ),
    ("an address in code", "`https://a.example`", "<p><code>https://a.example</code></p>"),
    ("a day that is no link definition", "[Monday]: fine\n\n[Monday]", "<p>[Monday]: fine</p><p>[Monday]</p>"),
    (
        "a link in a link",
        "[a [b](https://b.example) c](https://a.example)",
        "<p>[a <a https://b.example/>b</a> c](<a https://a.example/>https://a.example</a>)</p>",
    ),
    (
        "a page of this site",
        "[a](/sign-out) [b](//b.example) [c](?x) [d](#e)",
        "<p>[a](/sign-out) [b](//b.example) [c](?x) [d](#e)</p>",
    ),
    (
        "a page of this site by browsers' leniency",
        "[a](https:sign-out) [b](https:/sign-out) [c](\\\\b)",
        "<p>[a](https:sign-out) [b](https:/sign-out) [c](\\\\b)</p>",
    ),
    (
        "a link that says another address",
        "[nhs.uk](https://evil.example)",
        "<p>[<a https://nhs.uk/>nhs.uk</a>](<a https://evil.example/>https://evil.example</a>)</p>",
    ),
    ("an address with a name in it", "https://nhs.uk@evil.example", "<p>https://nhs.uk@evil.example</p>"),
    (
        "a picture",
        "![my **arm**](https://a.example/x.png) ![](https://a.example/y.png)",
        "<p><a https://a.example/x.png>my <strong>arm</strong></a> <a https://a.example/y.png>https://a.example/y.png</a></p>",
    ),
    ("a picture in a link", "[![alt](x.png)](https://a.example)", "<p><a https://a.example/>alt</a></p>"),
    // Attacks
    (
        "a script",
        "<script>alert(1)</script>\n\n**on**",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p><strong>on</strong></p>",
    ),
    ("an event handler", "<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
    ("a style and a comment", "<style>*{}</style><!-- a -->", "<p>&lt;style&gt;*{}&lt;/style&gt;&lt;!-- a --&gt;</p>"),
    ("details", "<details open ontoggle=alert(1)>", "<p>&lt;details open ontoggle=alert(1)&gt;</p>"),
    ("escaped signs", r"\<b> \*a\* \~a \\<b>", "<p>&lt;b&gt; *a* ~a \\&lt;b&gt;</p>"),
    ("HTML by entities", "&lt;b&gt; &#60;script&#62; &copy;", "<p>&lt;b&gt; &lt;script&gt; ©</p>"),
    ("a script in a link", "[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    (
        "a script in a link, in capitals",
        "[x](JaVaScRiPt:alert(1)) [y](vbscript:x) [z](data:text/html,x)",
        "<p>[x](JaVaScRiPt:alert(1)) [y](vbscript:x) [z](data:text/html,x)</p>",
    ),
    (
        "a script in a link, by entities",
        "[x](javascript&colon;alert(1)) [y](&#x6a;avascript:alert(1))",
        "<p>[x](javascript&amp;colon;alert(1)) [y](&amp;#x6a;avascript:alert(1))</p>",
    ),
    (
        "a script in a link, with control characters",
        "[x](java\u{1}script:alert(1)) [y](\u{14}javascript:alert(1))",
        "<p>[x](javascript:alert(1)) [y](javascript:alert(1))</p>",
    ),
    ("a script in angles", "<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>"),
    (
        "a quotation mark in an address",
        "[x](https://a.example/\"onclick=alert(1))",
        "<p><a https://a.example/%22onclick=alert(1)>x</a></p>",
    ),
    (
        "mutation by mathematics",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<p>&lt;math&gt;&lt;mtext&gt;&lt;table&gt;&lt;mglyph&gt;&lt;style&gt;&lt;img src=x onerror=alert(1)&gt;</p>",
    ),
    (
        "mutation by drawing",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<p>&lt;svg&gt;&lt;/p&gt;&lt;style&gt;&lt;a id=\"&lt;/style&gt;&lt;img src=1 onerror=alert(1)&gt;\"&gt;</p>",
    ),
    (
        "mutation by noscript",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<p>&lt;noscript&gt;&lt;p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\"&gt;</p>",
    ),
    (
        "nested addresses",
        "[https://a.example](https://a.example/\"><img src=x onerror=alert(1)>)",
        "<p>[<a https://a.example/>https://a.example</a>](<a https://a.example/>https://a.example/</a>\"&gt;&lt;img src=x onerror=alert(1)&gt;)</p>",
    ),
    // Scripts and signs
    ("Arabic", "السلام **عليكم**\nشكرا", "<p>السلام <strong>عليكم</strong><br>شكرا</p>"),
    ("Hebrew in a list", "- שלום\n- 5 מ\"ג", "<ul><li>שלום</li><li>5 מ\"ג</li></ul>"),
    ("a family", "👩‍👩‍👧 ❤️", "<p>👩‍👩‍👧 ❤️</p>"),
];

#[test]
fn every_post_reads_as_it_was_meant() {
    let wrong: Vec<String> = POSTS
        .iter()
        .filter_map(|(what, typed, expected)| {
            let shown = short(&html(typed));
            (shown != *expected).then(|| format!("{what}\n  typed    {typed:?}\n  shown    {shown}\n  expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_says_that_a_member_set_it_and_tells_the_other_site_nothing() {
    assert_eq!(
        html("https://a.example/x"),
        "<p><a href=\"https://a.example/x\" rel=\"ugc nofollow noopener noreferrer\">https://a.example/x</a></p>"
    );
}

/// Words that cost a careless renderer time, memory or its mind.
fn hostile() -> Vec<String> {
    let fill = |pattern: &str| pattern.chars().cycle().take(PostSource::MAX_CHARS).collect::<String>();
    let mut posts: Vec<String> = [
        ">",
        "> ",
        "[",
        "]",
        "![",
        "[](",
        "[a](",
        "[a](b \"",
        "*",
        "**a *",
        "*a_",
        "_a ",
        "~~a ",
        "`",
        "`a``",
        "|",
        "||\n|-|\n",
        "<",
        "<a ",
        "<!--",
        "&",
        "&amp;",
        "&#0;",
        "\\",
        "http://",
        "a.com",
        "https://a.b ",
        "www.",
        "a@a",
        "- ",
        "- a\n",
        "1. ",
        "1.\n",
        "#\n",
        "a\n-\n",
        "    a\n\n",
        "-     ",
        "- > 1. ",
        "```\n",
        "[a]: b\n\n[a]",
        "[a](http://b.c)",
        "*[a](http://b.c)*",
        "\t>",
        "😀",
        "e\u{301}",
    ]
    .into_iter()
    .map(fill)
    .collect();
    for (open, close) in
        [("[", "](https://a.example)"), ("*", "*"), ("**", "**"), ("~~", "~~"), ("[a](", ")"), ("![", "](x)"), ("*_", "_*")]
    {
        let times = 18_000 / (open.len() + close.len());
        posts.push(format!("{}x{}", open.repeat(times), close.repeat(times)));
    }
    for columns in [1, 2, 19, 20, 21, 22, 100, 4_000] {
        let head = format!("{}|\n{}|\n", "|a".repeat(columns), "|-".repeat(columns));
        let room = PostSource::MAX_CHARS - head.len();
        posts.push(format!("{head}{}", "|\n".repeat(room / 2)));
        posts.push(format!("{head}{}", "a\n".repeat(room / 2)));
        posts.push(format!("{head}\n").repeat(PostSource::MAX_CHARS / (head.len() + 1)));
    }
    posts.push((0..90).map(|depth| format!("{}- *a\n", "  ".repeat(depth))).collect());
    posts.push(format!("[a]: https://a.example/{}\n\n{}", "x".repeat(5_000), "[a]".repeat(4_000)));
    posts
}

#[test]
fn no_post_fills_a_page_or_nests_deeper_than_sixteen() {
    for typed in hostile() {
        let Ok(source) = PostSource::parse(&typed) else { panic!("not a post: {:?}", typed.get(..40)) };
        let shown = render(&source);
        let begins: String = typed.chars().take(40).collect();
        assert!(shown.as_str().len() <= 10 * typed.len() + 20_000, "{begins:?} grew to {}", shown.as_str().len());
        let (mut depth, mut deepest) = (0_usize, 0);
        for tag in shown.as_str().split('<').skip(1).filter(|tag| !tag.starts_with("br>") && !tag.starts_with("hr>")) {
            depth = if tag.starts_with('/') { depth - 1 } else { depth + 1 };
            deepest = deepest.max(depth);
        }
        assert_eq!(depth, 0, "{begins:?}");
        assert!(deepest <= super::markdown::MAX_DEPTH, "{begins:?} is {deepest} deep");
    }
}

#[test]
fn sanitising_what_was_sanitised_changes_nothing() {
    let hostile = hostile();
    for typed in POSTS.iter().map(|(_, typed, _)| *typed).chain(hostile.iter().map(String::as_str)) {
        let once = html(typed);
        assert_eq!(SafeHtml::sanitise(&once).as_str(), once, "{:?}", typed.chars().take(60).collect::<String>());
    }
}

#[test]
fn the_sanitiser_alone_keeps_out_what_the_renderer_never_writes() {
    for html in [
        "<img src=x onerror=alert(1)>",
        "<a href=\"javascript:alert(1)\" onclick=\"x\" id=\"x\" style=\"x\"></a>",
        "<a href=\"/sign-out\"></a><a href=\"//evil.example\"></a>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=x onerror=alert(1)>\">",
        "<div class=\"scroll evil\"></div><iframe src=x></iframe><form action=x><input name=x></form>",
    ] {
        let safe = SafeHtml::sanitise(html);
        for bad in [
            "<img", "script", "<svg", "<math", "<style", "onclick", "href", "evil", "<iframe", "<form", "<input", " id=",
            " style=",
        ] {
            let tags: String =
                safe.as_str().split('<').skip(1).map(|tag| format!("<{}", tag.split('>').next().unwrap())).collect();
            assert!(!tags.contains(bad), "{bad} in {}", safe.as_str());
        }
    }
}

#[test]
fn nothing_typed_in_words_is_lost_on_the_way() {
    for (what, typed, _) in POSTS.iter().filter(|(what, ..)| !what.contains("separator")) {
        let shown = html(typed);
        for word in typed.split(|character: char| !character.is_alphanumeric()).filter(|word| word.chars().count() > 3) {
            let is_address = typed.contains("](") || typed.contains('&');
            assert!(is_address || shown.contains(word) || word == "text", "{what}: {word} is missing in {shown}");
        }
    }
}

#[test]
fn a_post_is_one_to_twenty_thousand_characters_of_text() {
    let parse = |typed: &str| PostSource::parse(typed).map(|source| source.as_str().to_owned());
    assert_eq!(parse("a\r\nb\rc\u{2028}d"), Ok("a\nb\nc\nd".into()));
    assert_eq!(parse("\n \n  a\tb\u{7}\u{1b}[0m \n\n"), Ok("  a\tb[0m".into()));
    assert_eq!(parse("abc\u{202e}fed"), Ok("abcfed".into()));
    for empty in ["", " \n\t", "\u{200b}\u{feff}", "\u{ad} \u{2060}"] {
        assert_eq!(parse(empty), Err(SourceFault::Empty), "{empty:?}");
    }
    assert_eq!(parse("a\0b"), Err(SourceFault::NotText));
    assert!(parse(&format!("{}  \n", "é".repeat(20_000))).is_ok());
    assert_eq!(parse(&"😀".repeat(20_003)), Err(SourceFault::TooLong { by: 3 }));
}

#[test]
fn an_excerpt_is_the_writers_own_words_in_one_line() {
    let line = |typed: &str, max| excerpt(&render(&PostSource::parse(typed).unwrap()), max);
    assert_eq!(line("# Nights\nI *wake* at 3 <br>\n\n- nausea\n- pain", 100), "Nights I wake at 3 <br> nausea pain");
    assert_eq!(line("8. ten units\n12. six units\n13. two", 100), "8. ten units 12. six units 13. two");
    assert_eq!(line("~~10 units~~ 12 units", 100), "12 units");
    assert_eq!(line("> are you well?\n\nyes & no", 100), "yes & no");
    assert_eq!(line("> only a quote", 100), "only a quote");
    assert_eq!(line("one two three", 13), "one two three");
    assert_eq!(line("one two three", 12), "one two…");
    assert_eq!(line("one two three", 8), "one two…");
    assert_eq!(line("one, two three", 6), "one…");
    assert_eq!(line("Donaudampfschiff", 6), "Donau…");
    assert_eq!(line("👩\u{200d}👩\u{200d}👧👩\u{200d}👩\u{200d}👧", 8), "👩\u{200d}👩\u{200d}👧…");
    assert_eq!(line(&"\u{301}".repeat(50), 5), "…");
    assert_eq!(line("one", 0), "");
}

#[test]
fn a_title_is_one_clean_line() {
    for (what, typed, expected) in [
        ("white space", "  a\t\n b\u{a0}\u{3000}c ", "a b c"),
        ("decomposed letters", "Zoe\u{308}", "Zoë"),
        ("controls", "a\u{0}b\u{9b}c\u{7f}", "abc"),
        ("zero-width characters", "a\u{200b}b\u{200d}c\u{feff}d\u{2060}e\u{ad}f", "abcdef"),
        ("turned direction", "a\u{202e}b\u{2066}c\u{200f}d", "abcd"),
        ("a family", "👩\u{200d}👩\u{200d}👧 ok", "👩\u{200d}👩\u{200d}👧 ok"),
        ("a heart on fire", "❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
        ("a Persian word", "می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("a joiner at the end", "می\u{200c}", "می"),
        ("a selector on a letter", "a\u{fe0f}b\u{fe00}c\u{e0100}", "abc"),
        ("a keycap", "1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
        ("hidden tags", "🏴\u{e0067}\u{e0062}\u{e007f}", "🏴"),
        ("stacked marks", "a\u{316}\u{317}\u{318}\u{319}\u{31c}\u{31d}b", "a\u{316}\u{317}\u{318}\u{319}b"),
        ("marks without a letter", "\u{301}\u{301} a \u{301}b", "a b"),
        ("nothing to see", "\u{3164}\u{2800} \u{200b}", ""),
    ] {
        let cleaned = clean(typed);
        assert_eq!(cleaned, expected, "{what}");
        assert_eq!(clean(&cleaned), cleaned, "{what}, cleaned twice");
    }
}

#[test]
fn a_handle_is_a_word_of_one_script() {
    assert_eq!(handle("Ana "), Ok("Ana".into()));
    assert_eq!(handle("ana_b-7.x"), Ok("ana_b-7.x".into()));
    assert_eq!(handle("Zoe\u{308}"), Ok("Zoë".into()));
    assert_eq!(handle("Анна"), Ok("Анна".into()));
    assert_eq!(handle("مریم"), Ok("مریم".into()));
    assert_eq!(handle("田中ken"), Ok("田中ken".into()));
    assert_eq!(handle("an\u{200d}a"), Ok("ana".into()));
    for characters in ["ana b", "-ana", ".ana", "ana!", "a@b.c", "𝐀𝐧𝐚", "ａｎａ", "ana👩", "x²y", "<b>"] {
        assert_eq!(handle(characters), Err(HandleFault::Characters), "{characters}");
    }
    assert_eq!(handle("ab"), Err(HandleFault::TooShort));
    assert_eq!(handle(" \u{200b}"), Err(HandleFault::TooShort));
    assert_eq!(handle(&"a".repeat(31)), Err(HandleFault::TooLong));
    assert!(handle(&"a".repeat(30)).is_ok());
    assert_eq!(handle("Аna"), Err(HandleFault::MixedScripts));
    assert_eq!(handle("αna"), Err(HandleFault::MixedScripts));
}

#[test]
fn handles_that_look_alike_are_one() {
    for (one, other) in [
        ("Ana", "ana"),
        ("ana", "a-n_a."),
        ("o0o", "OOO"),
        ("bill", "bi1l"),
        ("Ill", "lII"),
        ("mila", "rniIa"),
        ("асе", "ace"),
        ("straße", "STRASSE"),
        ("İda", "ida"),
        ("ΑΝΑ", "ANA"),
        ("ana", "ａｎａ"),
    ] {
        assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
    }
    for (one, other) in [("ana", "anna"), ("ana", "aná"), ("nurse", "nurses"), ("ana1", "ana2")] {
        assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
    }
    for handle in ["Ana", "mila", "İda", "асе", "田中ken", "Ill.0", "ŉa", "ǅa", "ﬁn", "Σίσυφος", "مریم"]
    {
        assert_eq!(skeleton(&skeleton(handle)), skeleton(handle), "{handle}");
    }
}

#[test]
fn what_people_write_does_not_reach_a_log_by_accident() {
    let source = PostSource::parse("a secret").unwrap();
    assert!(!format!("{source:?} {:?}", render(&source)).contains("secret"));
}
