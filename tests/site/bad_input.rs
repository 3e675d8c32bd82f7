//! What people and machines send that nobody asked for: other names for the site, line breaks where none belong, links that
//! were copied by halves, and a clock that goes back.

use crate::accounts::{EMAIL, NAME, NEW_PASSWORD, sign_in};
use crate::accounts::{ask_to_join, at_the_details, fill_in, is_admitted, join_button, last_letter_to, link_to};
use crate::harness::people::{Person, encoded};
use crate::harness::{Site, with_site};
use crate::scene::{PASSWORD, Scene, email};
use alongside::db::schema::{letters, members, pending_joins};
use chrono::Duration;
use diesel::prelude::*;
use std::io::{Read, Write};
use std::net::TcpStream;

const ELSEWHERE: &str = "evil.example";

/// The status of the answer to a request that is sent as it stands.
fn status_of(site: &Site, head: &str) -> u16 {
    let mut stream = TcpStream::connect(site.address.trim_start_matches("http://")).unwrap();
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer}"))
}

async fn written(site: &Site) -> i64 {
    site.looks(|conn| Ok(letters::table.count().get_result(conn)?)).await
}

#[test]
fn whoever_asks_by_another_name_is_told_so_and_nothing_happens() {
    with_site(async |site| {
        Scene::set(site).await;
        let ours = site.address.trim_start_matches("http://").to_owned();
        let (_, port) = ours.split_once(':').unwrap();
        let before = written(site).await;
        let visitor = site.visitor();
        for host in [
            ELSEWHERE.to_owned(),
            format!("{ELSEWHERE}:{port}"),
            "127.0.0.1:1".to_owned(),
            format!("{ours}.{ELSEWHERE}"),
            format!("{ELSEWHERE}.127.0.0.1:{port}"),
        ] {
            let headers = [("host", host.as_str())];
            let page = visitor.asks_with("GET", "/", None, &headers).await;
            page.is(421).shows("This site has another address").hides("A thread that is");
            visitor.asks_with("GET", "/nowhere", None, &headers).await.is(421);
            let body = format!("email={}", email("member").replace('@', "%40"));
            visitor.asks_with("POST", "/password", Some(body), &headers).await.is(421);
        }
        // What no browser sends.
        for head in [
            format!("GET / HTTP/1.1\r\nHost: {ours}\r\nHost: {ELSEWHERE}\r\n"),
            format!("GET / HTTP/1.1\r\nHost: {ELSEWHERE}\r\nHost: {ours}\r\n"),
            format!("GET http://{ELSEWHERE}/ HTTP/1.1\r\nHost: {ours}\r\n"),
            format!("GET http://{ours}/ HTTP/1.1\r\nHost: {ELSEWHERE}\r\n"),
            format!("GET / HTTP/1.1\r\nHost: {ELSEWHERE}@{ours}\r\n"),
            format!("GET / HTTP/1.1\r\nHost: {ours}/{ELSEWHERE}\r\n"),
            format!("GET / HTTP/1.1\r\nHost: {ours}#{ELSEWHERE}\r\n"),
            "GET / HTTP/1.1\r\nHost:\r\n".to_owned(),
            "GET / HTTP/1.1\r\n".to_owned(),
            "GET / HTTP/1.0\r\n".to_owned(),
        ] {
            assert!([400, 421].contains(&status_of(site, &head)), "{head}");
        }
        assert_eq!(written(site).await, before);
        // A person who typed the other name of this machine, and a machine that asks how we are.
        assert_eq!(status_of(site, &format!("GET /boards HTTP/1.1\r\nHost: LocalHost:{port}\r\n")), 200);
        assert_eq!(status_of(site, &format!("GET http://{ours}/boards HTTP/1.1\r\nHost: {ours}\r\n")), 200);
        assert_eq!(status_of(site, &format!("GET /healthz HTTP/1.1\r\nHost: {ELSEWHERE}\r\n")), 200);
    });
}

#[test]
fn every_letter_about_an_account_leads_to_the_address_of_the_settings_whatever_the_request_says() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let headers = [
            ("x-forwarded-host", ELSEWHERE),
            ("forwarded", "host=evil.example;proto=https"),
            ("x-forwarded-server", ELSEWHERE),
            ("x-host", ELSEWHERE),
            ("x-original-url", "https://evil.example/"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "444"),
        ];
        let joins = at_the_details(site).await;
        fill_in(&joins, "tansy", "toby@post.example");
        let joining = joins.filled(&join_button(site));
        let member = scene.person(site, "member");
        for (person, path, body, to) in [
            (&joins, joining.action.as_str(), encoded(&joining.fields), "toby@post.example".to_owned()),
            (&joins, "/password", format!("email={}", email("author").replace('@', "%40")), email("author")),
            (&joins, "/password", "email=nobody%40post.example".to_owned(), "nobody@post.example".to_owned()),
            (
                &member,
                "/settings/address",
                "email=member%40elsewhere.example".to_owned(),
                "member@elsewhere.example".to_owned(),
            ),
        ] {
            person.asks_with("POST", path, Some(body), &headers).await.is(303);
            let link = link_to(site, &to).await;
            assert!(link.starts_with(&format!("{}/", site.address)), "{path}: {link}");
        }
        // The letter to the old address, too.
        let link = link_to(site, "member@elsewhere.example").await;
        member.asks_with("POST", &link, Some(String::new()), &headers).await.is(200);
        assert!(link_to(site, &email("member")).await.starts_with(&site.address));
        for letter in site.letters() {
            let headers: String = letter.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            for part in [&letter.text, &letter.html, &headers] {
                assert!(!part.contains(ELSEWHERE) && !part.contains("https://127"), "{}: {part}", letter.subject);
            }
        }
    });
}

#[test]
fn line_breaks_and_signs_that_nobody_sees_never_reach_a_name_an_address_or_the_head_of_a_letter() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let before = site.letters().len();
        let member = scene.person(site, "member");
        for address in [
            "toby@post.example\r\nBcc: all@evil.example",
            "toby@post.example\nSubject: Hello",
            "toby\r\n@post.example",
            "toby@post.example, all@evil.example",
            "toby@post.example all@evil.example",
            "<toby@post.example>",
            "\"toby\r\nBcc: all@evil.example\"@post.example",
            "toby@post.example%0d%0aBcc:all@evil.example",
            "toby@[127.0.0.1]",
            "@post.example",
            "toby@",
            "toby@localhost",
            "toby@post..example",
            "toby@-post.example",
        ] {
            let person = at_the_details(site).await;
            fill_in(&person, "harebell", address);
            person.presses(&join_button(site)).await.is(422).sees("This does not look like an e-mail address.");
            let asks = site.visitor();
            asks.opens("/password").await.types(EMAIL, address).presses("Send me the link").await.is(422);
            member.opens("/settings/address").await.types("New e-mail address", address);
            member.presses("Send the letter").await.is(422).sees("This does not look like an e-mail address.");
            sign_in(&asks, address, PASSWORD).await;
            assert!([422, 429].contains(&asks.on_page(|page| page.status)), "{address:?}");
        }
        for handle in ["tan\r\nsy", "tan\nsy", "tansy\r\nBcc: all@evil.example", "\u{202e}ysnat", "tan\u{2028}sy"] {
            let person = at_the_details(site).await;
            fill_in(&person, handle, "hana@post.example");
            person.presses(&join_button(site)).await;
            let status = person.on_page(|page| page.status);
            assert!([200, 422].contains(&status), "{handle:?}: {status}");
        }
        // No person types a NUL: that is no form of ours.
        let person = at_the_details(site).await;
        fill_in(&person, "sor\0rel", "sa\0m@post.example");
        person.presses(&join_button(site)).await.is(400);
        // A sign that nobody sees is taken out, and what is left is what everybody sees.
        let person = at_the_details(site).await;
        fill_in(&person, "sor\u{200b}rel", "sa\u{200b}m@post.example");
        person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        site.works().await;
        for letter in site.letters().split_off(before) {
            assert!(["hana@post.example", "sam@post.example"].contains(&letter.to.as_str()), "{}", letter.to);
            for (name, value) in &letter.headers {
                assert!(!value.contains(ELSEWHERE) && !value.contains(['\r', '\n', '\0']), "{name}: {value:?}");
                assert_ne!(name.to_lowercase(), "bcc");
            }
        }
        let (names, addresses): (Vec<String>, Vec<String>) = site
            .looks(|conn| {
                let waiting: Vec<(String, String)> =
                    pending_joins::table.select((pending_joins::handle, pending_joins::email)).load(conn)?;
                Ok(waiting.into_iter().unzip())
            })
            .await;
        assert!(names.iter().any(|name| name == "sorrel"), "{names:?}");
        for typed in names.iter().chain(&addresses) {
            assert!(typed.chars().all(|sign| sign.is_ascii_graphic()), "{typed:?}");
        }
    });
}

#[test]
fn an_address_of_any_language_is_one_address_however_it_is_typed() {
    with_site(async |site| {
        Scene::set(site).await;
        let plain = "toby@xn--bcher-kva.example";
        let link = {
            let person = at_the_details(site).await;
            fill_in(&person, "tansy", "toby@Bücher.example");
            person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
            link_to(site, plain).await
        };
        site.visitor().opens(&link).await.presses("Yes, this is my address").await.is(200);
        for typed in ["toby@bücher.example", "Toby@BÜCHER.example", plain, "toby@ｂücher.example"] {
            let person = site.visitor();
            sign_in(&person, typed, NEW_PASSWORD).await;
            assert!(is_admitted(&person).await, "{typed}");
        }
        // It is known by every spelling, and nobody learns it.
        let person = at_the_details(site).await;
        fill_in(&person, "harebell", "toby@BÜCHER.example");
        person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        assert!(last_letter_to(site, plain).await.contains("It has an account already"));
        let count: i64 =
            site.looks(|conn| Ok(members::table.filter(members::email_key.like("%cher%")).count().get_result(conn)?)).await;
        assert_eq!(count, 1);
        // Letters of other scripts before the @ are more than many servers take: said where it can be changed.
        let person = at_the_details(site).await;
        fill_in(&person, "sorrel", "tøby@post.example");
        person.presses(&join_button(site)).await.is(422).sees("This does not look like an e-mail address.");
        assert_eq!(
            person.on_page(|page| (page.field(EMAIL), page.field(NAME))),
            ("tøby@post.example".into(), "sorrel".into())
        );
    });
}

/// What is not quite that token: copied by halves, with what stood beside it, in other letters, twice.
fn bent(token: &str) -> Vec<String> {
    let half = &token[..token.len() / 2];
    let swapped: String = token
        .chars()
        .map(|sign| if sign.is_ascii_lowercase() { sign.to_ascii_uppercase() } else { sign.to_ascii_lowercase() })
        .collect();
    let last = if token.ends_with('A') { "B" } else { "A" };
    vec![
        half.to_owned(),
        token[1..].to_owned(),
        token[..token.len() - 1].to_owned(),
        format!("{}{last}", &token[..token.len() - 1]),
        format!("{token}."),
        format!("{token}%3E"),
        format!("{token}%20"),
        format!("{token}%00"),
        format!("{token}%0D%0A"),
        format!("{token}{token}"),
        format!("{token}="),
        swapped,
        "0".repeat(43),
        "%F0%9F%92%9A".to_owned(),
        "x".repeat(5_000),
    ]
}

async fn opens_nothing(site: &Site, person: &Person<'_>, way: &str, token: &str) {
    let path = format!("{way}{token}");
    for (method, body) in [
        ("GET", None),
        ("POST", Some(format!("password={}", NEW_PASSWORD.replace(' ', "+")))),
        ("POST", Some(String::new())),
    ] {
        let answer = person.asks(method, &path, body).await;
        assert!([404, 410, 414].contains(&answer.status), "{method} {path}: {}", answer.status);
        assert!(!answer.html.contains(&email("member")), "{method} {path} tells an address");
    }
    assert_eq!(site.looks(|conn| Ok(pending_joins::table.count().get_result::<i64>(conn)?)).await, 1, "{path}");
}

#[test]
fn a_link_that_was_copied_by_halves_altered_or_meant_for_something_else_opens_nothing_and_the_whole_one_still_works() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let joining = ask_to_join(site, "tansy", "toby@post.example").await;
        let visitor = site.visitor();
        visitor.opens("/password").await.types(EMAIL, &email("author")).presses("Send me the link").await.is(200);
        let reset = link_to(site, &email("author")).await;
        let member = scene.person(site, "member");
        member.opens("/settings/address").await.types("New e-mail address", "member@elsewhere.example");
        member.presses("Send the letter").await.is(200);
        let address = link_to(site, "member@elsewhere.example").await;
        let links = [&joining, &reset, &address].map(|link| {
            let link = link.trim_start_matches(&site.address);
            let at = link.rfind('/').unwrap() + 1;
            (link[..at].to_owned(), link[at..].to_owned())
        });
        let ways = ["/join/confirm/", "/password/", "/address/", "/address/undo/", "/not-me/", "/left/", "/setup/"];
        // A link to another address is for somebody who is signed in.
        let somebody = scene.person(site, "asker");
        let whose = |way: &str| if way == "/address/" { &somebody } else { &visitor };
        for (way, token) in &links {
            for bent in bent(token) {
                opens_nothing(site, whose(way), way, &bent).await;
            }
            for other in ways.iter().filter(|other| **other != way.as_str()) {
                opens_nothing(site, whose(other), other, token).await;
            }
        }
        opens_nothing(site, &somebody, &links[2].0, &links[2].1).await;
        assert!(is_admitted(&member).await, "nobody was signed out");
        visitor.opens(&joining).await.presses("Yes, this is my address").await.is(200);
        visitor.opens(&reset).await.types("New password", NEW_PASSWORD).presses("Keep this password").await.is(200);
        sign_in(&visitor, &email("author"), NEW_PASSWORD).await;
        assert!(is_admitted(&visitor).await);
        member.opens(&address).await.presses("Yes, this is my address").await.is(200).sees("Your address is changed");
    });
}

#[test]
fn a_clock_that_goes_back_shuts_nobody_out_and_opens_nothing_twice() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        assert!(is_admitted(&member).await);
        let stranger = site.visitor();
        for _ in 0..6 {
            sign_in(&stranger, &email("member"), "words that fit nowhere").await;
        }
        stranger.is(429);
        let person = site.visitor();
        person.opens("/password").await.types(EMAIL, &email("author")).presses("Send me the link").await.is(200);
        let used = link_to(site, &email("author")).await;
        person.opens(&used).await.types("New password", NEW_PASSWORD).presses("Keep this password").await.is(200);
        let joined = ask_to_join(site, "tansy", "toby@post.example").await;
        person.opens(&joined).await.presses("Yes, this is my address").await.is(200);
        for number in 0..9 {
            ask_to_join(site, &format!("harebell-{number}"), &format!("hana-{number}@post.example")).await;
        }
        let full = at_the_details(site).await;
        fill_in(&full, "sorrel", "sam@post.example");
        full.presses(&join_button(site)).await.is(429);

        site.later(-Duration::hours(6));
        site.works().await;
        assert!(is_admitted(&member).await, "whoever is signed in stays so");
        for (who, password) in [("member", PASSWORD), ("author", NEW_PASSWORD)] {
            let person = site.visitor();
            sign_in(&person, &email(who), password).await;
            assert!(is_admitted(&person).await, "{who} does not wait until the clock is where it was");
        }
        for over in [&used, &joined] {
            person.opens(over).await.is(410);
        }
        let person = at_the_details(site).await;
        fill_in(&person, "sorrel", "sam@post.example");
        person.presses(&join_button(site)).await.is(200).sees("We sent you a letter");
        let link = link_to(site, "sam@post.example").await;
        site.visitor().opens(&link).await.presses("Yes, this is my address").await.is(200).sees("You are a member now");
    });
}

#[test]
fn joining_with_two_presses_is_one_wish_with_one_letter() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = at_the_details(site).await;
        fill_in(&person, "tansy", "toby@post.example");
        let form = person.filled(&join_button(site));
        let before = written(site).await;
        let press = || person.asks("POST", &form.action, Some(encoded(&form.fields)));
        let (first, second) = futures_util::future::join(press(), press()).await;
        let third = press().await;
        for answer in [&first, &second, &third] {
            assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (303, "/join/sent"));
        }
        assert_eq!(written(site).await - before, 1);
        // Somebody else's wish for the same name is another one, and so is theirs an hour later.
        let other = at_the_details(site).await;
        fill_in(&other, "tansy", "hana@post.example");
        other.presses(&join_button(site)).await.is(422).sees("Somebody has this name");
        site.later(Duration::minutes(2));
        person.sends(&form).await.is(422).sees("Somebody has this name");
    });
}
