//! Urgent help for whoever opens it, and how its lines are kept right.

use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::{self, Role};
use alongside::db;
use alongside::mail::{Carrier, SentLetter};
use chrono::Duration;

const OVERDUE: &str = "Not checked for over 6 months. It may be wrong.";

/// The numbers to ring in danger, in their order.
fn calls(person: &Person<'_>) -> Vec<String> {
    person.on_page(|page| page.words_in("a.call"))
}

/// The names of the lines that the page shows, in their order.
fn lines(person: &Person<'_>) -> Vec<String> {
    person.on_page(|page| page.words_in("li.line h3"))
}

fn has_link(person: &Person<'_>, href: &str) -> bool {
    person.on_page(|page| page.attribute(&format!("a[href=\"{href}\"]"), "href").is_some())
}

/// The letters that asked that person to ring lines again.
fn asked_again(site: &Site, who: &str) -> Vec<SentLetter> {
    let letters = site.running.kept::<Carrier>().kept();
    letters
        .into_iter()
        .filter(|letter| letter.to == email(who) && letter.subject == "Please ring some helplines again")
        .collect()
}

async fn sign_in<'a>(site: &'a Site, who: &str) -> Person<'a> {
    let person = site.visitor();
    person
        .opens("/sign-in")
        .await
        .types("E-mail address", &email(who))
        .types("Password", PASSWORD)
        .presses("Sign in")
        .await
        .is(200);
    person
}

#[test]
fn whoever_opens_urgent_help_sees_112_first_and_nothing_is_chosen_for_them() {
    with_site(async |site| {
        Scene::set(site).await;
        let visitor = site.visitor();
        visitor
            .opens("/urgent-help")
            .await
            .is(200)
            .sees("Nothing is chosen for you.")
            .sees("Night line")
            .sees("01632 960 101")
            .sees("Checked on");
        assert_eq!(calls(&visitor), ["Call 112"]);
        assert!(has_link(&visitor, "tel:112") && has_link(&visitor, "tel:01632960101"));
        visitor.on_page(|page| {
            assert_eq!(page.field("Show numbers for"), "");
            assert_eq!(page.attribute("option[selected]", "value"), None);
            assert!(page.html.find("tel:112").unwrap() < page.html.find("tel:01632960101").unwrap());
        });
        // What the browser says of its owner changes nothing.
        let page = visitor.asks_with("GET", "/urgent-help", None, &[("accept-language", "de-DE")]).await;
        page.is(200).hides("selected");
        assert!(visitor.cookies.borrow().is_empty());
    });
}

#[test]
fn a_chosen_country_brings_its_own_number_and_whatever_else_stands_in_the_address_harms_nobody() {
    with_site(async |site| {
        Scene::set(site).await;
        let visitor = site.visitor();
        for (country, name, numbers) in [
            ("US", "United States", vec!["Call 911"]),
            ("GB", "United Kingdom", vec!["Call 112", "Call 999"]),
            ("JP", "Japan", vec!["Call 119", "Call 110"]),
        ] {
            visitor
                .opens("/urgent-help")
                .await
                .types("Show numbers for", country)
                .presses("Show")
                .await
                .is(200)
                .sees(&format!("These are the numbers for {name}."));
            let mut shown = calls(&visitor);
            assert_eq!(shown[0], numbers[0], "{country}");
            shown.sort();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            assert_eq!(shown, expected, "{country}");
            assert_eq!(visitor.on_page(|page| page.field("Show numbers for")), country);
            assert_eq!(lines(&visitor), ["Night line"], "a line for everywhere is for here too");
        }
        for query in ["?country=", "?country=Atlantis", "?country=%FF%00", "?x=1", "?country=us&country=gb%22%3E"] {
            visitor.opens(&format!("/urgent-help{query}")).await.is(200);
            assert!(!calls(&visitor).is_empty(), "{query}");
        }
        visitor.opens("/urgent-help").await.is(200).sees("Nothing is chosen for you.");
        assert!(visitor.cookies.borrow().is_empty(), "where somebody is stays with them");
    });
}

#[test]
fn a_site_without_a_checked_line_says_so_and_still_shows_112() {
    with_site(async |site| {
        let visitor = site.visitor();
        visitor.opens("/urgent-help").await.is(200).sees("The people who run this site have not checked a line yet.");
        assert_eq!(calls(&visitor), ["Call 112"]);
    });
}

#[test]
fn a_line_that_nobody_rang_for_six_months_says_so_and_whoever_rang_it_last_gets_one_letter() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let other = scene.id("author");
        site.given(move |tx| accounts::grant(tx, other, Role::Administrator, None, "")).await;
        let administrator = scene.person(site, "administrator");
        administrator.opens("/admin/helplines").await.presses("I rang and checked it today, Night line").await.is(200);
        let visitor = site.visitor();
        site.later(Duration::days(170));
        site.works().await;
        visitor.opens("/urgent-help").await.sees("Night line").misses(OVERDUE);
        assert!(asked_again(site, "administrator").is_empty());

        site.later(Duration::days(20));
        visitor.opens("/urgent-help").await.sees("Night line").sees(OVERDUE);
        assert!(has_link(&visitor, "tel:01632960101"), "it may still be right");
        for _ in 0..3 {
            site.works().await;
            site.later(Duration::days(5));
        }
        let letters = asked_again(site, "administrator");
        assert_eq!(letters.len(), 1);
        assert!(
            letters[0].text.contains("Night line") && letters[0].text.contains("/admin/helplines"),
            "{}",
            letters[0].text
        );
        assert!(asked_again(site, "author").is_empty(), "nobody else is asked while whoever rang it keeps the lines");

        site.later(Duration::days(20));
        site.works().await;
        assert_eq!(asked_again(site, "administrator").len(), 2, "after a month once more");
        // Half a year later an administrator without a second step would be one no more.
        site.given(|tx| {
            let administrator = accounts::find_by_handle(tx.conn(), "administrator")?.expect("the administrator");
            accounts::excuse_from_second_step(tx, administrator.id)
        })
        .await;
        let administrator = sign_in(site, "administrator").await;
        administrator
            .opens("/admin/helplines")
            .await
            .sees("Not checked for over 6 months")
            .presses("I rang and checked it today, Night line")
            .await;
        administrator.misses("Not checked for over 6 months");
        visitor.opens("/urgent-help").await.sees("Night line").misses(OVERDUE);
        site.later(Duration::days(40));
        site.works().await;
        assert_eq!(asked_again(site, "administrator").len(), 2);
    });
}

#[test]
fn a_line_whose_owner_keeps_lines_no_more_is_everybodys_who_does() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (first, next) = (scene.id("administrator"), scene.id("author"));
        scene
            .person(site, "administrator")
            .opens("/admin/helplines")
            .await
            .presses("I rang and checked it today, Night line")
            .await
            .is(200);
        site.given(move |tx| {
            accounts::grant(tx, next, Role::Administrator, None, "")?;
            accounts::revoke(tx, first, Role::Administrator, None, "", alongside::routes::ROLE_TAKEN)
        })
        .await;
        site.later(Duration::days(190));
        site.works().await;
        assert_eq!((asked_again(site, "administrator").len(), asked_again(site, "author").len()), (0, 1));
    });
}

#[test]
fn an_administrator_adds_a_line_rings_it_and_it_is_on_the_page_at_once() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        let administrator = scene.person(site, "administrator");
        visitor.opens("/urgent-help").await;
        assert_eq!(lines(&visitor), ["Night line"]);

        administrator
            .opens("/admin/helplines")
            .await
            .follows("Add a line")
            .await
            .types("Name", "Tea line")
            .types("Countries", "Atlantis");
        administrator
            .presses("Add the line")
            .await
            .is(422)
            .sees("Give a number to ring or a number for text messages.")
            .sees("We do not know one of these countries.");
        assert_eq!(
            administrator.on_page(|page| (page.field("Name"), page.field("Countries"))),
            ("Tea line".to_owned(), "Atlantis".to_owned())
        );
        administrator
            .types("Number to ring", "ring us")
            .types("Countries", "")
            .presses("Add the line")
            .await
            .is(422)
            .sees("does not look like a number");
        administrator
            .types("Number to ring", "+44 (0)1632 960-202")
            .types("Countries", "Ireland, gb")
            .types("Number for text messages", "01632 960 303");
        administrator
            .types("First words of the message", "HELLO")
            .types("When somebody answers", "Every day until midnight")
            .ticks("About an illness");
        administrator.presses("Add the line").await.is(200).sees("Nobody has checked this line yet. It is not shown.");
        let edit = administrator.address();
        visitor.opens("/urgent-help").await.misses("Tea line");

        administrator.presses("I rang and checked it today").await.is(200);
        visitor
            .opens("/urgent-help")
            .await
            .sees("Tea line")
            .sees("Every day until midnight")
            .sees("Text HELLO to")
            .sees("Ireland");
        assert!(has_link(&visitor, "tel:+4401632960202") && has_link(&visitor, "sms:01632960303"));
        visitor.types("Show numbers for", "US").presses("Show").await;
        assert_eq!(lines(&visitor), ["Night line"], "a line of other countries is not shown there");

        administrator.opens(&edit).await.types("Name", "Coffee line").presses("Save").await.is(200);
        visitor.opens("/urgent-help").await.sees("Coffee line").misses("Tea line");
        administrator
            .opens(&edit)
            .await
            .types("Number to ring", "01632 960 404")
            .presses("Save")
            .await
            .is(200)
            .sees("Nobody has checked this line yet.");
        visitor.opens("/urgent-help").await.misses("Coffee line").misses("960 404");
        administrator.opens(&edit).await.presses("I rang and checked it today").await;
        visitor.opens("/urgent-help").await.sees("01632 960 404").misses("960-202");

        administrator
            .opens(&edit)
            .await
            .follows("Take this line away")
            .await
            .sees("It is gone for good")
            .presses("Take it away")
            .await
            .is(200);
        visitor.opens("/urgent-help").await.misses("Coffee line");
        assert_eq!(lines(&visitor), ["Night line"]);
    });
}

#[test]
fn an_administrator_puts_the_lines_in_order() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let visitor = site.visitor();
        let administrator = scene.person(site, "administrator");
        for (name, number) in [("Tea line", "01632 960 202"), ("Day line", "01632 960 303")] {
            administrator
                .opens("/admin/helplines/new")
                .await
                .types("Name", name)
                .types("Number to ring", number)
                .presses("Add the line")
                .await;
            administrator.presses("I rang and checked it today").await.is(200);
        }
        administrator.opens("/admin/helplines").await.presses("Up, Day line").await.presses("Up, Day line").await;
        assert!(!administrator.on_page(|page| page.has_button("Up, Day line")));
        administrator.presses("Down, Night line").await.is(200);
        visitor.opens("/urgent-help").await;
        assert_eq!(lines(&visitor), ["Day line", "Tea line", "Night line"]);
    });
}

#[test]
fn a_sample_says_that_it_is_one_and_is_no_link() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.person(site, "administrator");
        administrator
            .opens("/admin/helplines/new")
            .await
            .types("Name", "Made up line")
            .types("Number to ring", "01632 960 999")
            .types("Number for text messages", "01632 960 998");
        administrator
            .ticks("It is a sample: its numbers are made up")
            .presses("Add the line")
            .await
            .presses("I rang and checked it today")
            .await
            .is(200);
        let visitor = site.visitor();
        visitor
            .opens("/urgent-help")
            .await
            .sees("Made up line")
            .sees("01632 960 999")
            .sees("01632 960 998")
            .sees("their numbers lead nowhere");
        visitor.misses("tel:01632960999").misses("sms:01632960998");
        assert!(visitor.on_page(|page| {
            page.words_in("li.line").iter().any(|line| line.contains("Made up line") && line.contains("sample"))
        }));
        assert!(visitor.on_page(|page| {
            page.words_in("li.line").iter().any(|line| line.contains("Night line") && !line.contains("sample"))
        }));
        // Nobody is asked to ring what leads nowhere.
        site.later(Duration::days(190));
        site.works().await;
        let letters = asked_again(site, "administrator");
        assert_eq!(letters.len(), 1);
        assert!(!letters[0].text.contains("Made up line"));
    });
}

#[test]
fn urgent_help_stands_when_its_rows_cannot_be_read() {
    with_site(async |site| {
        let rename = async |from: &'static str, to: &'static str| {
            site.given(move |tx| Ok(db::execute(tx.conn(), &format!("ALTER TABLE {from} RENAME TO {to}"))?)).await;
        };
        Scene::set(site).await;
        let visitor = site.visitor();
        visitor.opens("/urgent-help").await.sees("Night line");
        rename("helplines", "helplines_away").await;
        site.later(Duration::hours(3));
        visitor.opens("/urgent-help").await.is(200).sees("Night line").sees("01632 960 101");
        assert_eq!(calls(&visitor), ["Call 112"]);
        visitor.opens("/urgent-help?country=US").await.is(200).sees("Night line");
        assert_eq!(calls(&visitor), ["Call 911"]);
        rename("helplines_away", "helplines").await;
    });
    with_site(async |site| {
        let rename = async |from: &'static str, to: &'static str| {
            site.given(move |tx| Ok(db::execute(tx.conn(), &format!("ALTER TABLE {from} RENAME TO {to}"))?)).await;
        };
        rename("helplines", "helplines_away").await;
        let visitor = site.visitor();
        visitor
            .opens("/urgent-help")
            .await
            .is(200)
            .sees("Our own list of lines cannot be read at this moment. The emergency numbers above work.");
        assert_eq!(calls(&visitor), ["Call 112"]);
        rename("helplines_away", "helplines").await;
    });
}

#[test]
fn with_a_session_in_the_browser_the_way_out_of_urgent_help_leads_through_our_own_door() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member.opens("/urgent-help").await.is(200).misses(">member<");
        assert_eq!(member.on_page(|page| page.link("Leave this site")), "/leave");
        let visitor = site.visitor();
        visitor.opens("/urgent-help").await;
        assert_eq!(visitor.on_page(|page| page.link("Leave this site")), site.running.config.leave_address);
    });
}

#[test]
fn nobody_but_an_administrator_keeps_the_lines() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let line = format!("/admin/helplines/{}", scene.helpline);
        for who in ["visitor", "member", "clinician", "representative", "moderator"] {
            let person = scene.person(site, who);
            let (refused, hidden) = if who == "visitor" { (403, 303) } else { (404, 404) };
            for path in ["/admin/helplines", "/admin/helplines/new", &line, &format!("{line}/removal")] {
                assert_eq!(person.asks("GET", path, None).await.status, hidden, "{who}: {path}");
            }
            let form = "name=Mine&need=talk&language=en&voice_number=01632960666&version=0";
            for (path, form) in [
                ("/admin/helplines", form),
                (&line, form),
                (&format!("{line}/checks"), ""),
                (&format!("{line}/place"), "direction=up"),
                (&format!("{line}/removal"), ""),
            ] {
                assert_eq!(person.asks("POST", path, Some(form.to_owned())).await.status, refused, "{who}: {path}");
            }
        }
        let visitor = site.visitor();
        visitor.opens("/urgent-help").await.misses("Mine").misses("960666");
        assert_eq!(lines(&visitor), ["Night line"]);
    });
}
