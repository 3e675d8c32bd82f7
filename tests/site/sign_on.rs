//! Single sign-on: coming by an account that people have elsewhere, with a provider that is good, bad, or not there.

use crate::accounts::{BORN, EMAIL, NAME, is_admitted, join_button, last_letter_to, link_in, link_to, sign_in};
use crate::harness::people::Person;
use crate::harness::{Site, with_site_set};
use crate::provider::{Answers, Provider, Signed, Somebody, comes_by, goes_there, leaves, somebody, token, with_provider};
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts;
use alongside::accounts::totp::AppSecret;
use alongside::db::schema::{identities, members, pending_joins, sign_on_attempts, sign_on_newcomers, site_settings};
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};

const LINK: &str = "Link Northmoor Hospital";

async fn members(site: &Site) -> i64 {
    site.looks(|conn| Ok(members::table.count().get_result(conn)?)).await
}

async fn linked(site: &Site) -> i64 {
    site.looks(|conn| Ok(identities::table.count().get_result(conn)?)).await
}

/// The step of the age, and everything that is asked for of somebody who comes by a provider.
async fn fills_in(person: &Person<'_>, handle: &str) {
    person.is(200).sees("You come from Northmoor Hospital.").types(BORN, "1974").presses("Next").await.is(200);
    let health = format!("{} may keep what I write about my health", person.site.running.config.site_name);
    person.types(NAME, handle).types("Where should urgent help be?", "IE");
    person.ticks("I will keep the house rules").ticks(&health);
}

/// Joins by an address that the provider vouches for.
async fn joins(person: &Person<'_>, provider: &Provider, who: &Somebody, handle: &str) {
    comes_by(person, provider, who).await;
    fills_in(person, handle).await;
    person.misses("type=\"password\"");
    person.presses(&join_button(person.site)).await;
}

/// Links a sign-on to somebody of the scene, who has just signed in.
async fn links(person: &Person<'_>, provider: &Provider, who: &Somebody) {
    person.opens("/settings").await.follows("Other sign-ons").await.presses(LINK).await.is(200);
    let back = leaves(person, provider, who);
    person.opens(&back).await;
}

/// Turns the app on for somebody who has just signed in.
async fn turns_on_the_app(site: &Site, person: &Person<'_>) -> AppSecret {
    person.opens("/settings/second-step/app").await.is(200);
    let app = AppSecret::typed(&person.on_page(|page| page.words_in("ol code"))[0]).unwrap();
    let code = app.code_at(site.running.now()).unwrap();
    person.types("The six figures", &code).presses("Turn it on").await.is(200);
    app
}

#[test]
fn somebody_joins_by_their_hospital_without_a_password_or_a_link_in_a_letter_and_comes_back_by_it() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let before = members(site).await;
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-1", "Toby@Northmoor.example"), "tansy").await;
            tansy.is(200).sees("tansy");
            assert!(is_admitted(&tansy).await);
            tansy.opens("/settings").await.sees("T…y@northmoor.example");
            assert_eq!((members(site).await, linked(site).await), (before + 1, 1));
            // Whoever reads the address learns of it, in case that the provider was wrong.
            let letter = last_letter_to(site, "Toby@northmoor.example").await;
            assert!(letter.contains("by another sign-on from now on") && letter.contains("/not-me/"), "{letter}");

            let again = site.visitor();
            comes_by(&again, provider, &somebody("u-1", "another@northmoor.example")).await;
            again.is(200).sees("tansy");
            assert!(is_admitted(&again).await, "whoever it is says the provider's name of them, not the address");
            assert_eq!(members(site).await, before + 1);
            // What the journeys left behind opens nothing and goes.
            let left = |conn: &mut alongside::db::Conn| {
                let attempts: i64 = sign_on_attempts::table.count().get_result(conn)?;
                let newcomers: i64 = sign_on_newcomers::table.count().get_result(conn)?;
                Ok((attempts, newcomers))
            };
            assert_eq!(site.looks(left).await, (0, 0));
            // No password leads in until one is chosen by letter.
            let guess = site.visitor();
            sign_in(&guess, "toby@northmoor.example", "").await;
            assert!(!is_admitted(&guess).await);
        },
    );
}

#[test]
fn the_security_policy_of_a_page_with_the_button_lets_forms_go_nowhere_else() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let visitor = site.visitor();
            for page in ["/sign-in", "/join"] {
                visitor.opens(page).await.is(200).sees("Go on with Northmoor Hospital");
                let policy = visitor.on_page(|page| page.headers["content-security-policy"].to_str().unwrap().to_owned());
                assert!(policy.contains("form-action 'self';") && !policy.contains("127.0.0.1"), "{policy}");
            }
            let page = visitor.presses("Go on with Northmoor Hospital").await;
            page.is(200);
            let cookie = page.on_page(|page| page.headers["set-cookie"].to_str().unwrap().to_owned());
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            assert_eq!(provider.manners().asked.get("/token"), None);
        },
    );
}

#[test]
fn whoever_has_an_address_that_nobody_vouches_for_confirms_it_by_letter() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let before = members(site).await;
            let unverified =
                Somebody { claims: json!({ "sub": "u-2", "email": "kay@post.example", "email_verified": false }) };
            let nothing = Somebody { claims: json!({ "sub": "u-3" }) };
            for (who, handle, address) in [(unverified, "hazel", "kay@post.example"), (nothing, "rowan", "bo@post.example")]
            {
                let person = site.visitor();
                comes_by(&person, provider, &who).await;
                fills_in(&person, handle).await;
                person.types(EMAIL, address).presses(&join_button(site)).await.is(200).sees("We sent you a letter");
                assert!(!is_admitted(&person).await);
                person.opens(&link_to(site, address).await).await.presses("Yes, this is my address").await.is(200);
                comes_by(&person, provider, &who).await;
                person.is(200).sees(handle);
                assert!(is_admitted(&person).await);
            }
            assert_eq!((members(site).await, linked(site).await), (before + 2, 2));
        },
    );
}

#[test]
fn an_equal_address_links_nothing_and_only_a_letter_says_that_it_is_known() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let (before, mut answers) = (members(site).await, Vec::new());
            for (number, address) in [(1, email("member")), (2, "nobody@post.example".to_owned())] {
                let person = site.visitor();
                let who = json!({ "sub": format!("stranger-{number}"), "email": address, "email_verified": false });
                comes_by(&person, provider, &Somebody { claims: who }).await;
                fills_in(&person, &format!("stranger-{number}")).await;
                let page = person.presses(&join_button(site)).await;
                answers.push(page.on_page(|page| (page.status, page.words())));
            }
            assert_eq!(answers[0], answers[1], "the page tells nothing");
            let letter = last_letter_to(site, &email("member")).await;
            assert!(letter.contains("link the other sign-on in your settings") && letter.contains("/sign-in"), "{letter}");

            // Vouched for or not: nobody comes into an account by its address.
            let person = site.visitor();
            joins(&person, provider, &somebody("stranger-3", &email("member")), "stranger-3").await;
            person.is(200).sees("We sent you a letter");
            assert!(!is_admitted(&person).await);
            assert_eq!((members(site).await, linked(site).await), (before, 0));
            // They sign in as before, and link it.
            sign_in(&person, &email("member"), PASSWORD).await;
            links(&person, provider, &somebody("stranger-3", &email("member"))).await;
            person.is(200).sees("It is linked.");
            let by_it = site.visitor();
            comes_by(&by_it, provider, &somebody("stranger-3", "")).await;
            by_it.opens("/settings").await.sees("member");
            assert!(is_admitted(&scene.person(site, "member")).await);
        },
    );
}

#[test]
fn a_sign_on_is_linked_after_a_proof_told_by_letter_and_taken_off_while_a_password_remains() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let member = scene.again(site, "member").await;
            links(&member, provider, &somebody("u-1", "whoever@northmoor.example")).await;
            member.is(200).sees("It is linked.").sees("Northmoor Hospital");
            let letter = last_letter_to(site, &email("member")).await;
            assert!(letter.contains("by another sign-on from now on") && letter.contains("/not-me/"), "{letter}");

            // Not by anybody else, and not a second one.
            let other = scene.again(site, "board member").await;
            links(&other, provider, &somebody("u-1", "")).await;
            other.is(403).sees("leads to another account");
            let back = {
                member.opens("/settings/sign-on").await.misses(LINK);
                member.asks("POST", "/settings/sign-on/northmoor", Some(String::new())).await
            };
            let address = back.link("Go on to Northmoor Hospital");
            member
                .opens(&provider.sends_back(&address, &somebody("u-2", "")))
                .await
                .is(403)
                .sees("another sign-on of the same");
            assert_eq!(linked(site).await, 1);

            // Later somebody at the open browser has to prove who they are.
            site.later(Duration::minutes(30));
            member.opens("/settings/sign-on").await.presses("Take it off").await.is(403).sees("Is it still you?");
            assert_eq!(linked(site).await, 1);
            member.types("Password", PASSWORD).presses("It is me").await.is(200).presses("Send it now").await;
            member.is(200).sees("It is taken off.");
            assert_eq!(linked(site).await, 0);
            let letter = last_letter_to(site, &email("member")).await;
            assert!(letter.contains("was taken off it"), "{letter}");
            let person = site.visitor();
            comes_by(&person, provider, &somebody("u-1", "whoever@northmoor.example")).await;
            person.is(200).sees("You come from Northmoor Hospital.");
            assert!(!is_admitted(&person).await);
        },
    );
}

#[test]
fn the_only_way_in_cannot_be_taken_off() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-1", "toby@northmoor.example"), "tansy").await;
            tansy.opens("/settings/sign-on").await.sees("It is your only way in").misses("/removal");
            tansy.opens("/still-you").await;
            let back = goes_there(&tansy, provider, &somebody("u-1", "")).await;
            tansy.opens(&back).await.is(200);
            let id: i64 = site.looks(|conn| Ok(identities::table.select(identities::id).first(conn)?)).await;
            let page = tansy.asks("POST", &format!("/settings/sign-on/{id}/removal"), Some(String::new())).await;
            page.is(403).shows("It is your only way in");
            assert_eq!(linked(site).await, 1);
            // A password by letter is another way.
            let forgotten = site.visitor();
            forgotten.opens("/password").await.types(EMAIL, "toby@northmoor.example").presses("Send me the link").await;
            forgotten.opens(&link_to(site, "toby@northmoor.example").await).await;
            forgotten.types("New password", "nine copper saucepans").presses("Keep this password").await.is(200);
            let again = site.visitor();
            comes_by(&again, provider, &somebody("u-1", "")).await;
            again.opens("/settings/sign-on").await.presses("Take it off").await.is(403).sees("Is it still you?");
            again.types("Password", "nine copper saucepans").presses("It is me").await.presses("Send it now").await;
            again.is(200).sees("It is taken off.");
        },
    );
}

#[test]
fn this_was_not_me_takes_off_what_somebody_else_linked() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let intruder = scene.again(site, "member").await;
            links(&intruder, provider, &somebody("intruder", "")).await;
            let letter = last_letter_to(site, &email("member")).await;
            let owner = site.visitor();
            owner.opens(link_in(&letter)).await.presses("It was not me").await.is(200);
            assert_eq!(linked(site).await, 0);
            assert!(!is_admitted(&intruder).await);
            comes_by(&intruder, provider, &somebody("intruder", "")).await;
            assert!(!is_admitted(&intruder).await);
        },
    );
}

#[test]
fn a_link_that_says_not_me_works_once_also_where_there_is_no_password() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-1", "toby@northmoor.example"), "tansy").await;
            let link = link_in(&last_letter_to(site, "toby@northmoor.example").await).to_owned();
            let owner = site.visitor();
            owner.opens(&link).await.presses("It was not me").await.is(200);
            assert!(!is_admitted(&tansy).await);
            owner.opens(&link).await.is(410);
            // Neither the sign-on nor anything but a new password leads in.
            comes_by(&tansy, provider, &somebody("u-1", "")).await;
            assert!(!is_admitted(&tansy).await);
        },
    );
}

#[test]
fn nobody_who_is_still_signed_in_at_the_provider_is_linked_without_being_asked() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let member = scene.again(site, "member").await;
            member.opens("/settings/sign-on").await.presses(LINK).await.is(200);
            let address = member.on_page(|page| page.link("Go on to Northmoor Hospital"));
            assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
            // One that answers without having asked.
            let before = site.running.now().utc().timestamp() - 300;
            provider.manners().claims = [("auth_time", json!(before))].into();
            member.opens(&provider.sends_back(&address, &somebody("somebody-before", ""))).await.is(403);
            assert_eq!(linked(site).await, 0);
        },
    );
}

#[test]
fn what_is_on_its_way_links_nothing_to_an_account_that_was_closed_to_whoever_asked() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let intruder = scene.again(site, "member").await;
            intruder.opens("/settings/sign-on").await.presses(LINK).await.is(200);
            let back = leaves(&intruder, provider, &somebody("intruder", ""));
            sign_in(&site.visitor(), &email("member"), PASSWORD).await;
            let letter = last_letter_to(site, &email("member")).await;
            site.visitor().opens(link_in(&letter)).await.presses("It was not me").await.is(200);
            intruder.opens(&back).await.is(410);
            assert_eq!(linked(site).await, 0);
        },
    );
}

#[test]
fn on_a_shared_device_the_provider_asks_anew_and_whoever_did_not_finish_joining_is_soon_forgotten() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let tansy = site.visitor();
            tansy.opens("/join").await.ticks("This is a shared device").presses("Go on with Northmoor Hospital").await;
            tansy.is(200);
            let cookie = tansy.on_page(|page| page.headers["set-cookie"].to_str().unwrap().to_owned());
            assert!(cookie.contains("journey=") && !cookie.contains("Max-Age"), "{cookie}");
            let address = tansy.on_page(|page| page.link("Go on to Northmoor Hospital"));
            assert!(address.contains("prompt=login"), "{address}");
            let back = leaves(&tansy, provider, &somebody("u-1", "toby@northmoor.example"));
            tansy.opens(&back).await.is(200).sees("You come from Northmoor Hospital.").sees("This is not me");
            site.later(Duration::minutes(15));
            tansy.opens("/join?with=northmoor").await.is(200).misses("You come from Northmoor Hospital.");
            // Somebody else who comes by the same browser takes the place at once.
            tansy.opens("/join?with=northmoor").await.types(BORN, "1974").presses("Next").await.is(200);
            tansy.misses("toby@northmoor.example");
        },
    );
}

#[test]
fn a_token_that_does_not_hold_opens_nothing() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let member = scene.again(site, "member").await;
            let who = somebody("u-1", "");
            links(&member, provider, &who).await;
            let now = site.running.now().utc().timestamp();
            let claims: &[(&str, Value)] = &[
                ("iss", json!("https://login.evil.example")),
                ("iss", json!(format!("{}/", provider.issuer()))),
                ("iss", Value::Null),
                ("aud", json!("somebody else")),
                ("aud", json!([])),
                ("aud", Value::Null),
                ("aud", json!([crate::provider::CLIENT_ID, "somebody else"])),
                ("azp", json!("somebody else")),
                ("nonce", json!("another journey")),
                ("nonce", Value::Null),
                ("exp", json!(now - 600)),
                ("exp", Value::Null),
                ("exp", json!("soon")),
                ("iat", json!(now + 3600)),
                ("sub", Value::Null),
                ("sub", json!("")),
                ("sub", json!(7)),
                ("sub", json!("x".repeat(256))),
                ("sub", json!("u-1\u{0}")),
                ("sub", json!("u-1\n")),
                ("sid", json!("a\u{0}b")),
            ];
            for (name, value) in claims {
                provider.manners().claims = [(*name, value.clone())].into();
                let person = site.visitor();
                comes_by(&person, provider, &who).await;
                person.is(403).sees("does not hold");
                assert!(!is_admitted(&person).await, "{name}: {value}");
            }
            provider.manners().claims.clear();
            for signed in
                [Signed::Not, Signed::WithPublicKey, Signed::WithClientSecret, Signed::ThenAltered, Signed::With(1)]
            {
                provider.manners().signed = signed;
                let person = site.visitor();
                comes_by(&person, provider, &who).await;
                person.is(403).sees("does not hold");
                assert!(!is_admitted(&person).await, "{signed:?}");
            }
            provider.manners().signed = Signed::With(0);
            let person = site.visitor();
            comes_by(&person, provider, &who).await;
            assert!(is_admitted(&person).await, "and the right one opens");
        },
    );
}

#[test]
fn new_keys_are_looked_up_when_a_token_names_one_and_not_more_often_than_once_a_minute() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let who = somebody("u-1", "");
            links(&scene.again(site, "member").await, provider, &who).await;
            let asked = |path: &str| provider.manners().asked.get(path).copied().unwrap_or_default();
            assert_eq!((asked("/keys"), asked("/.well-known/openid-configuration")), (1, 1), "asked once, and kept");
            site.later(Duration::minutes(2));
            {
                let mut manners = provider.manners();
                manners.signed = Signed::With(1);
                manners.shows_keys = vec![1];
            }
            let person = site.visitor();
            comes_by(&person, provider, &who).await;
            assert!(is_admitted(&person).await);
            assert_eq!(asked("/keys"), 2);
            // Another key under no name.
            site.later(Duration::minutes(2));
            {
                let mut manners = provider.manners();
                manners.names_keys = false;
                manners.signed = Signed::With(0);
                manners.shows_keys = vec![0];
            }
            let person = site.visitor();
            comes_by(&person, provider, &who).await;
            assert!(is_admitted(&person).await);
            assert_eq!(asked("/keys"), 3);
            // A key that never was, again and again.
            provider.manners().signed = Signed::With(1);
            for _ in 0..3 {
                let person = site.visitor();
                comes_by(&person, provider, &who).await;
                person.is(403);
            }
            assert_eq!(asked("/keys"), 3);
        },
    );
}

#[test]
fn the_way_back_works_once_in_time_and_in_the_browser_that_went() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let who = somebody("u-1", "");
            links(&scene.again(site, "member").await, provider, &who).await;
            let person = site.visitor();
            person.opens("/sign-in").await;
            let back = goes_there(&person, provider, &who).await;
            // Somebody else's browser, with a journey of its own and without.
            let other = site.visitor();
            other.opens(&back).await.is(410).sees("This way back is over");
            other.opens("/sign-in").await;
            goes_there(&other, provider, &somebody("u-9", "")).await;
            other.opens(&back).await.is(410);
            assert!(!is_admitted(&other).await);
            // That used nothing up.
            person.opens(&back).await.is(200);
            assert!(is_admitted(&person).await);
            person.opens(&back).await.is(410);
            // Bent, and too late.
            let late = site.visitor();
            late.opens("/sign-in").await;
            let back = goes_there(&late, provider, &who).await;
            for bent in
                [back.replace("state=", "state=x"), back.replace("state=", "other="), "/sign-in/with/northmoor/back".into()]
            {
                late.opens(&bent).await.is(410);
            }
            site.later(Duration::minutes(10));
            late.opens(&back).await.is(410);
            assert!(!is_admitted(&late).await);
            // Two tabs of one browser go on beside each other.
            let tabs = site.visitor();
            tabs.opens("/sign-in").await;
            let first = goes_there(&tabs, provider, &who).await;
            tabs.opens("/sign-in").await;
            goes_there(&tabs, provider, &who).await;
            tabs.opens(&first).await.is(200);
            assert!(is_admitted(&tabs).await);
        },
    );
}

#[test]
fn of_fifty_uses_of_one_way_back_at_once_one_comes_in() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let who = somebody("u-1", "");
            links(&scene.again(site, "member").await, provider, &who).await;
            let person = site.visitor();
            person.opens("/sign-in").await;
            let back = goes_there(&person, provider, &who).await;
            let copies: Vec<Person<'_>> = (0..50).map(|_| site.visitor()).collect();
            for copy in &copies {
                copy.cookies.replace(person.cookies.borrow().clone());
            }
            let answers = join_all(copies.iter().map(|copy| copy.asks("GET", &back, None))).await;
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
        },
    );
}

#[test]
fn a_code_of_another_provider_is_not_taken_for_one_of_this() {
    let evil = std::sync::Mutex::new(None);
    let good = std::sync::Mutex::new(None);
    with_site_set(
        |config| {
            let (honest, hostile) = (Provider::start("northmoor"), Provider::start("evil"));
            let mut settings = hostile.settings();
            settings.label = "Elsewhere".to_owned();
            config.sign_on = vec![honest.settings(), settings];
            *good.lock().unwrap() = Some(honest);
            *evil.lock().unwrap() = Some(hostile);
        },
        async |site| {
            let scene = Scene::set(site).await;
            let (good, evil) = (good.lock().unwrap().clone().unwrap(), evil.lock().unwrap().clone().unwrap());
            let who = somebody("u-1", "");
            links(&scene.again(site, "member").await, &good, &who).await;
            // The hostile one sends on to the honest one, whose answer comes back to the address of the hostile one.
            let person = site.visitor();
            person.opens("/sign-in").await;
            let back = goes_there(&person, &good, &who).await;
            person.opens(&back.replace("/northmoor/", "/evil/")).await.is(410);
            assert_eq!(evil.manners().asked.get("/token"), None, "the code of the honest one went nowhere");
            person.opens(&back).await.is(410);
            // It comes to the right address and says that it is from elsewhere, or does not say.
            for (from, to) in [("iss=", "iss=https%3A%2F%2Fevil.example&was="), ("&iss=", "&was=")] {
                let person = site.visitor();
                person.opens("/sign-in").await;
                let back = goes_there(&person, &good, &who).await.replace(from, to);
                person.opens(&back).await.is(403);
                assert!(!is_admitted(&person).await);
            }
            // One whose names are the same is somebody else.
            let person = site.visitor();
            person.opens("/sign-in").await.presses("Go on with Elsewhere").await;
            let address = person.on_page(|page| page.link("Go on to Elsewhere"));
            person.opens(&evil.sends_back(&address, &who)).await.sees("You come from Elsewhere.");
            assert!(!is_admitted(&person).await);
        },
    );
}

#[test]
fn a_provider_that_is_slow_huge_broken_or_sends_elsewhere_gets_a_kind_page_and_holds_up_nobody() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let who = somebody("u-1", "whoever@northmoor.example");
            let ways = || {
                [
                    Answers::Elsewhere,
                    Answers::Hugely,
                    Answers::Never,
                    Answers::Failing,
                    Answers::With("<html>".into()),
                    Answers::With("[".repeat(100_000)),
                    Answers::With("{\"keys\":7}".into()),
                ]
            };
            for path in ["/.well-known/openid-configuration", "/keys"] {
                for way in ways() {
                    provider.manners().answers = [(path, way.clone())].into();
                    site.later(Duration::seconds(11));
                    let person = site.visitor();
                    person.opens("/sign-in").await;
                    let meanwhile = site.visitor();
                    let (page, ()) = futures_util::future::join(person.presses("Go on with Northmoor Hospital"), async {
                        meanwhile.opens("/sign-in").await.is(200);
                    })
                    .await;
                    page.is(424).sees("Northmoor Hospital does not answer");
                    assert!(!is_admitted(&person).await, "{path}: {way:?}");
                    // It is left alone for a moment.
                    let asked = provider.manners().asked.values().sum::<usize>();
                    person.opens("/sign-in").await.presses("Go on with Northmoor Hospital").await.is(424);
                    assert_eq!(provider.manners().asked.values().sum::<usize>(), asked);
                }
            }
            provider.manners().answers.clear();
            site.later(Duration::seconds(11));
            links(&scene.again(site, "member").await, provider, &who).await;
            for way in ways() {
                provider.manners().answers = [("/token", way.clone())].into();
                let person = site.visitor();
                comes_by(&person, provider, &who).await;
                person.is(424).sees("does not answer");
                assert!(!is_admitted(&person).await, "{way:?}");
            }
            provider.manners().answers.clear();
            let person = site.visitor();
            comes_by(&person, provider, &who).await;
            assert!(is_admitted(&person).await);
        },
    );
}

#[test]
fn a_provider_that_names_itself_or_its_addresses_wrongly_is_not_believed() {
    for (part, value) in [
        ("issuer", "https://login.evil.example"),
        ("authorization_endpoint", "http://login.example/authorize"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("token_endpoint", "http://169.254.169.254/latest"),
        ("jwks_uri", "http://localhost/keys"),
        ("jwks_uri", "file:///etc/passwd"),
    ] {
        with_provider(
            |_| {},
            async |site, _, provider| {
                provider.manners().document = [(part, json!(value))].into();
                let person = site.visitor();
                person.opens("/sign-in").await.presses("Go on with Northmoor Hospital").await.is(403).sees("does not hold");
            },
        );
    }
}

#[test]
fn whoever_says_no_at_the_provider_is_back_without_harm() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            for (error, status, words) in
                [("access_denied", 200, "You did not sign in"), ("<script>alert(1)</script>", 403, "did not work")]
            {
                let person = site.visitor();
                person.opens("/sign-in").await;
                let back = goes_there(&person, provider, &somebody("u-1", "")).await.replace("code=", "was=");
                let error: String = url::form_urlencoded::byte_serialize(error.as_bytes()).collect();
                person
                    .opens(&format!("{back}&error={error}&error_description=%3Ci%20id%3Devil%3E"))
                    .await
                    .is(status)
                    .sees(words);
                person.misses("alert(1)").misses("id=evil");
                assert_eq!(provider.manners().asked.get("/token"), None);
            }
        },
    );
}

#[test]
fn hostile_names_and_addresses_go_no_further() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let addresses = [
                json!("<script>alert(1)</script>@post.example"),
                json!("a@post.example\r\nBcc: eve@evil.example"),
                json!(format!("{}@post.example", "a".repeat(5_000))),
                json!("a\u{0}@post.example"),
                json!("\u{202e}a@post.example"),
                json!(" a@post.example"),
            ];
            for (number, address) in addresses.into_iter().enumerate() {
                let claims = json!({
                    "sub": format!("<b>u-{number}</b>"), "email": address, "email_verified": true,
                    "name": "<script>alert(2)</script>\r\n\u{0}", "preferred_username": "administrator", "picture": "javascript:alert(3)",
                });
                for tells_apart in [false, true] {
                    provider.manners().tells_apart = tells_apart;
                    let person = site.visitor();
                    comes_by(&person, provider, &Somebody { claims: claims.clone() }).await;
                    person.is(200).misses("alert(").types(BORN, "1974").presses("Next").await.is(200);
                    person.misses("alert(").misses("Bcc");
                    // What is no address is asked for.
                    assert_eq!(person.on_page(|page| page.field(EMAIL)), "");
                }
            }
            provider.manners().tells_apart = false;
            // What is not of its kind is no token.
            for (name, value) in [("email", json!({ "a": 1 })), ("email", json!(7)), ("email_verified", json!([true]))] {
                provider.manners().claims = [(name, value)].into();
                let person = site.visitor();
                comes_by(&person, provider, &somebody("u-1", "a@post.example")).await;
                person.is(403);
            }
        },
    );
}

#[test]
fn an_address_that_the_provider_tells_apart_from_the_token_is_taken_only_for_the_same_person() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            provider.manners().tells_apart = true;
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-1", "toby@northmoor.example"), "tansy").await;
            assert!(is_admitted(&tansy).await);
            let other = json!({ "sub": "u-1", "email": "eve@post.example", "email_verified": true }).to_string();
            provider.manners().answers = [("/me", Answers::With(other))].into();
            let person = site.visitor();
            comes_by(&person, provider, &somebody("u-2", "hazel@northmoor.example")).await;
            person.is(403).sees("does not hold");
        },
    );
}

#[test]
fn the_second_step_is_asked_for_after_the_provider_unless_the_settings_count_its_own() {
    for (counts, methods, asks) in [
        (false, json!(["pwd", "mfa"]), true),
        (true, json!(["pwd"]), true),
        (true, Value::Null, true),
        (true, json!(["pwd", "mfa"]), false),
    ] {
        with_provider(
            |settings| settings.counts_second_step = counts,
            async |site, scene, provider| {
                let member = scene.again(site, "member").await;
                let app = turns_on_the_app(site, &member).await;
                links(&member, provider, &somebody("u-1", "")).await;
                provider.manners().claims = [("amr", methods.clone())].into();
                site.later(Duration::seconds(60));
                let person = site.visitor();
                comes_by(&person, provider, &somebody("u-1", "")).await;
                assert_eq!(!is_admitted(&person).await, asks, "{counts} {methods}");
                if asks {
                    person.is(200).sees("Now the second step");
                    // By what they came cannot be left out: it stays no proof, and the provider can end it.
                    let stripped = site.visitor();
                    comes_by(&stripped, provider, &somebody("u-1", "")).await;
                    stripped.types("Code", &app.code_at(site.running.now()).unwrap());
                    let mut form = stripped.filled("Sign in");
                    form.fields.retain(|(name, _)| name != "came_by");
                    stripped.sends(&form).await;
                    assert!(!is_admitted(&stripped).await);
                    let code = app.code_at(site.running.now()).unwrap();
                    person.types("Code", &code).presses("Sign in").await.is(200);
                    assert!(is_admitted(&person).await);
                    // The provider ends a session that it began, also after the second step.
                    assert_eq!(signs_out(site, provider, &json!({ "sid": "sid of u-1" })).await, 200);
                    assert!(!is_admitted(&person).await);
                }
            },
        );
    }
}

#[test]
fn somebody_without_a_password_and_with_an_app_proves_by_both_and_chooses_a_password() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let tansy = site.visitor();
            let who = somebody("u-1", "toby@northmoor.example");
            joins(&tansy, provider, &who, "tansy").await;
            tansy.opens("/settings/second-step/app").await.sees("Is it still you?").misses("name=\"password\"");
            let back = goes_there(&tansy, provider, &who).await;
            tansy.opens(&back).await.is(200);
            let app = turns_on_the_app(site, &tansy).await;
            site.later(Duration::minutes(30));

            // The password that they do not have is not asked for.
            tansy.opens("/settings/password").await.sees("Is it still you?").misses("name=\"password\"").misses("It is me");
            let back = goes_there(&tansy, provider, &who).await;
            tansy.opens(&back).await.is(200).sees("Now the second.").misses("name=\"password\"");
            tansy.types("Code", "000000").presses("It is me").await.is(422).sees("Now the second.");
            let waiting = tansy.filled("It is me");
            site.later(Duration::seconds(5));
            tansy.types("Code", &app.code_at(site.running.now()).unwrap()).presses("It is me").await.is(200);
            assert_eq!(tansy.address(), "/settings/password");
            tansy.misses("present_password").types("New password", "nine copper saucepans").presses("Change it").await;
            tansy.is(200);
            let again = site.visitor();
            sign_in(&again, "toby@northmoor.example", "nine copper saucepans").await;
            again.is(200).sees("Now the second step");

            // What the provider said once is no first step for ever, and for nobody else.
            site.later(Duration::minutes(30));
            tansy.sends(&waiting).await.is(422).sees("Password");
        },
    );
}

#[test]
fn a_provider_for_certain_addresses_lets_only_verified_ones_of_them_in() {
    with_provider(
        |settings| settings.domains = vec!["northmoor.example".to_owned()],
        async |site, _, provider| {
            let unverified = json!({ "sub": "u-2", "email": "eve@northmoor.example", "email_verified": false });
            for claims in [
                somebody("u-1", "eve@post.example").claims,
                somebody("u-1", "eve@northmoor.example.evil.example").claims,
                somebody("u-1", "eve@sub.northmoor.example").claims,
                unverified,
                json!({ "sub": "u-3" }),
            ] {
                let person = site.visitor();
                comes_by(&person, provider, &Somebody { claims }).await;
                person.is(403).sees("This way in is not for your address");
            }
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-4", "toby@NORTHMOOR.example"), "tansy").await;
            assert!(is_admitted(&tansy).await);
        },
    );
}

async fn sets_joining(site: &Site, mode: &'static str) {
    let set = move |tx: &mut alongside::db::Tx<'_>| {
        let row = (site_settings::name.eq("joining-mode"), site_settings::value.eq(mode));
        diesel::insert_into(site_settings::table).values(row).execute(tx.conn())?;
        Ok(())
    };
    site.given(set).await;
}

#[test]
fn joining_by_a_provider_follows_what_is_set_unless_the_settings_open_the_door_to_its_people() {
    for (mode, words) in [("closed", "Nobody can join now"), ("invitation", "invitation")] {
        for always in [false, true] {
            with_provider(
                |settings| settings.always_join = always,
                async |site, _, provider| {
                    sets_joining(site, mode).await;
                    let before = members(site).await;
                    let person = site.visitor();
                    comes_by(&person, provider, &somebody("u-1", "toby@northmoor.example")).await;
                    if always {
                        fills_in(&person, "tansy").await;
                        person.presses(&join_button(site)).await.is(200);
                        assert!(is_admitted(&person).await);
                        // Others stand before the closed door, with the way in beside it.
                        site.visitor().opens("/join").await.misses(BORN).sees("Go on with Northmoor Hospital");
                    } else {
                        person.misses(BORN).misses("Go on with");
                        person.sees(words);
                        let details = "handle=tansy&with=northmoor&country=IE&rules=yes&health=yes";
                        person.asks("POST", "/join", Some(details.to_owned())).await.is(403);
                    }
                    assert_eq!(members(site).await, before + i64::from(always), "{mode}");
                },
            );
        }
    }
    with_provider(
        |_| {},
        async |site, _, provider| {
            sets_joining(site, "application").await;
            let asks = |tx: &mut alongside::db::Tx<'_>| {
                let row = (site_settings::name.eq("joining-question"), site_settings::value.eq("What brings you here?"));
                diesel::insert_into(site_settings::table).values(row).execute(tx.conn())?;
                Ok(())
            };
            site.given(asks).await;
            let person = site.visitor();
            comes_by(&person, provider, &somebody("u-1", "toby@northmoor.example")).await;
            fills_in(&person, "tansy").await;
            let answer = person.on_page(|page| page.html.contains("name=\"answer\""));
            assert!(answer, "the question is asked");
            person.types("Your answer", "I was there last week.").presses(&join_button(site)).await.is(200);
            person.sees("A person will read your answer");
            assert!(!is_admitted(&person).await);
            let waiting: i64 = site.looks(|conn| Ok(pending_joins::table.count().get_result(conn)?)).await;
            assert_eq!((waiting, linked(site).await), (1, 0));
        },
    );
}

#[test]
fn words_that_wait_for_a_session_go_along_to_the_provider_and_back() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let member = scene.again(site, "member").await;
            links(&member, provider, &somebody("u-1", "")).await;
            let thread = scene.place("members").thread;
            member.opens(&format!("/threads/{thread}")).await.is(200);
            member.ticks("My experience").types("Your words", "What I typed & kept.");
            let form = member.filled("Post reply");
            member.cookies.borrow_mut().remove("sid");
            member.sends(&form).await.is(403).sees("Sign in to go on");
            let back = goes_there(&member, provider, &somebody("u-1", "")).await;
            member.opens(&back).await.is(200).sees("What I typed & kept.");
        },
    );
}

#[test]
fn somebody_without_a_password_proves_by_the_provider_that_it_is_still_them() {
    with_provider(
        |_| {},
        async |site, _, provider| {
            let tansy = site.visitor();
            let who = somebody("u-1", "toby@northmoor.example");
            joins(&tansy, provider, &who, "tansy").await;
            site.later(Duration::minutes(30));
            tansy.opens("/settings/address").await.sees("Is it still you?");
            // The wrong person, and one whom the provider did not ask anew.
            let back = goes_there(&tansy, provider, &somebody("u-2", "")).await;
            tansy.opens(&back).await.is(403);
            let now = site.running.now().utc().timestamp();
            for claimed in [Value::Null, json!(now - 86_400)] {
                provider.manners().claims = [("auth_time", claimed)].into();
                tansy.opens("/settings/address").await;
                let back = goes_there(&tansy, provider, &who).await;
                tansy.opens(&back).await.is(403);
                tansy.opens("/settings/address").await.sees("Is it still you?");
            }
            provider.manners().claims.clear();
            let back = goes_there(&tansy, provider, &who).await;
            tansy.opens(&back).await.is(200).sees("toby@northmoor.example");
            assert_eq!(tansy.address(), "/settings/address");
        },
    );
}

/// The provider says that somebody signed out there: with these claims over the right ones.
async fn signs_out(site: &Site, provider: &Provider, claims: &Value) -> u16 {
    says(site, &token(&logout_claims(site, provider, claims), Signed::With(0), "logout+jwt")).await
}

fn logout_claims(site: &Site, provider: &Provider, over: &Value) -> Value {
    let now = site.running.now().utc().timestamp();
    let mut claims = json!({
        "iss": provider.issuer(), "aud": crate::provider::CLIENT_ID, "iat": now, "exp": now + 120,
        "jti": format!("{over}"), "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    for (name, value) in over.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

async fn says(site: &Site, token: &str) -> u16 {
    let body = format!("logout_token={token}");
    let headers = [("sec-fetch-site", ""), ("origin", "")];
    site.visitor().asks_with("POST", "/sign-in/with/northmoor/logout", Some(body), &headers).await.status
}

#[test]
fn a_provider_ends_the_sessions_that_it_began_and_no_other() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let member = scene.again(site, "member").await;
            links(&member, provider, &somebody("u-1", "")).await;
            links(&scene.again(site, "board member").await, provider, &somebody("u-2", "")).await;
            let by_it = async |who: &str, sid: &str| {
                let person = site.visitor();
                let claims = json!({ "sub": who, "sid": sid });
                comes_by(&person, provider, &Somebody { claims }).await;
                assert!(is_admitted(&person).await);
                person
            };
            let (first, second, other) = (by_it("u-1", "s-1").await, by_it("u-1", "s-2").await, by_it("u-2", "s-1").await);
            assert_eq!(signs_out(site, provider, &json!({ "sub": "u-1", "sid": "s-1" })).await, 200);
            assert!(!is_admitted(&first).await && is_admitted(&second).await && is_admitted(&other).await);
            let first = by_it("u-1", "s-1").await;
            assert_eq!(signs_out(site, provider, &json!({ "sub": "u-1" })).await, 200);
            assert!(!is_admitted(&first).await && !is_admitted(&second).await && is_admitted(&other).await);
            assert_eq!(signs_out(site, provider, &json!({ "sid": "s-1" })).await, 200);
            assert!(!is_admitted(&other).await);
            assert!(is_admitted(&member).await, "the provider did not begin this one");
            // One of whose session the provider said nothing ends with any of theirs.
            let person = site.visitor();
            comes_by(&person, provider, &Somebody { claims: json!({ "sub": "u-1" }) }).await;
            assert!(is_admitted(&person).await);
            assert_eq!(signs_out(site, provider, &json!({ "sub": "u-1", "sid": "s-9" })).await, 200);
            assert!(!is_admitted(&person).await);
            assert_eq!(signs_out(site, provider, &json!({ "sub": "nobody" })).await, 200);
        },
    );
}

#[test]
fn a_word_about_signing_out_that_does_not_hold_ends_nothing() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            links(&scene.again(site, "member").await, provider, &somebody("u-1", "")).await;
            let person = site.visitor();
            comes_by(&person, provider, &somebody("u-1", "")).await;
            let now = site.running.now().utc().timestamp();
            for over in [
                json!({ "iss": "https://login.evil.example" }),
                json!({ "aud": "somebody else" }),
                json!({ "aud": null }),
                json!({ "iat": now - 3600 }),
                json!({ "iat": now + 3600 }),
                json!({ "iat": i64::MAX }),
                json!({ "iat": null }),
                json!({ "exp": now - 600 }),
                json!({ "jti": null }),
                json!({ "jti": "" }),
                json!({ "nonce": "of a journey" }),
                json!({ "events": null }),
                json!({ "events": {} }),
                json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": true } }),
                json!({ "sub": null }),
                json!({ "sub": "u-1\u{0}" }),
                json!({ "sub": 7 }),
            ] {
                let mut claims = json!({ "sub": "u-1" });
                for (name, value) in over.as_object().unwrap() {
                    claims[name] = value.clone();
                }
                assert_eq!(signs_out(site, provider, &claims).await, 400, "{over}");
            }
            let right = logout_claims(site, provider, &json!({ "sub": "u-1" }));
            for signed in
                [Signed::Not, Signed::WithPublicKey, Signed::WithClientSecret, Signed::ThenAltered, Signed::With(1)]
            {
                assert_eq!(says(site, &token(&right, signed, "logout+jwt")).await, 400, "{signed:?}");
            }
            assert_eq!(says(site, &token(&right, Signed::With(0), "at+jwt")).await, 400);
            for text in ["", ".", "..", "a.b.c", "a.b.c.d", &"x".repeat(100_000)] {
                assert_eq!(says(site, text).await, 400);
            }
            assert!(is_admitted(&person).await);
            // The same word is taken once.
            let word = token(&right, Signed::With(0), "logout+jwt");
            assert_eq!((says(site, &word).await, is_admitted(&person).await), (200, false));
            comes_by(&person, provider, &somebody("u-1", "")).await;
            assert_eq!((says(site, &word).await, is_admitted(&person).await), (400, true));
        },
    );
}

#[test]
fn whoever_runs_the_site_sees_what_leads_somebody_in_and_everybody_reads_that_a_provider_learns_of_it() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            let tansy = site.visitor();
            joins(&tansy, provider, &somebody("u-1", "toby@northmoor.example"), "tansy").await;
            let id: i64 = site
                .looks(|conn| Ok(members::table.filter(members::handle.eq("tansy")).select(members::id).first(conn)?))
                .await;
            links(&scene.again(site, "member").await, provider, &somebody("u-2", "")).await;
            let administrator = scene.again(site, "administrator").await;
            let (member, hospital) = (scene.id("member").to_string(), "Northmoor Hospital");
            for (who, ways) in [(id.to_string(), vec![hospital]), (member, vec!["A password", hospital])] {
                administrator.opens(&format!("/admin/people/{who}")).await.is(200).misses("u-1").misses("u-2");
                assert_eq!(administrator.on_page(|page| page.words_in(".facts li")), ways);
            }
            site.visitor().opens("/privacy").await.sees("Northmoor Hospital. They learn that you signed in here and when");
        },
    );
}

#[test]
fn what_is_linked_is_theirs_to_take_along_and_goes_when_they_leave() {
    with_provider(
        |_| {},
        async |site, scene, provider| {
            links(&scene.again(site, "member").await, provider, &somebody("canary-1", "")).await;
            let (id, issuer) = (scene.id("member"), provider.issuer());
            let taken = site.looks(move |conn| accounts::take_along(conn, id)).await.unwrap();
            let sign_on = &taken.sign_ons[0];
            assert_eq!((sign_on.issuer.as_str(), sign_on.subject.as_str()), (issuer.as_str(), "canary-1"));
            site.given(move |tx| accounts::erase(tx, id)).await;
            assert_eq!(linked(site).await, 0);
        },
    );
}

#[test]
fn one_network_begins_only_so_many_journeys() {
    with_provider(
        |_| {},
        async |site, _, _| {
            let person = site.visitor();
            let mut statuses = Vec::new();
            for _ in 0..61 {
                let page = person.asks("POST", "/sign-in/with/northmoor", Some(String::new())).await;
                statuses.push(page.status);
            }
            assert_eq!((statuses[59], statuses[60]), (200, 429));
        },
    );
}
