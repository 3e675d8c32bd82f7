//! Passkeys: as a second step and as the only one, with a key made of software that can also lie.

use crate::accounts::{is_admitted, last_letter_to, link_in, link_to, sign_in};
use crate::harness::people::{Person, encoded};
use crate::harness::{Site, named, with_site, with_site_set, with_two_processes_set};
use crate::privacy::leaves;
use crate::scene::{PASSWORD, Scene, email};
use alongside::accounts::{self, Role};
use alongside::db::schema::{passkey_challenges, passkeys, recovery_codes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use diesel::prelude::*;
use futures_util::future::join_all;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const WRONG: &str = "That passkey did not work";

/// A key as people carry it: what it signs with never leaves it.
struct Key {
    signs_with: SigningKey,
    id: Vec<u8>,
    owner: Vec<u8>,
    /// How often it has signed, if it counts.
    count: u32,
    counts: bool,
    /// It asks for a finger.
    asks: bool,
}

impl Key {
    fn new() -> Self {
        let mut random = [0_u8; 64];
        getrandom::fill(&mut random).unwrap();
        let signs_with = SigningKey::from_slice(&random[..32]).unwrap();
        Self { signs_with, id: random[32..].to_vec(), owner: Vec::new(), count: 0, counts: true, asks: true }
    }

    /// What it answers to `navigator.credentials.create` on a page of that origin.
    fn makes(&mut self, options: &Value, origin: &str) -> String {
        self.owner = URL_SAFE_NO_PAD.decode(text(options, "/user/id")).unwrap();
        let point = self.signs_with.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        // COSE, RFC 9053: { kty: EC2, alg: ES256, crv: P-256, x, y }.
        let cose =
            [[0xa5_u8, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32].as_slice(), x.as_slice(), &[0x22, 0x58, 32], y.as_slice()]
                .concat();
        let said = [self.says(text(options, "/rp/id"), 0x40).as_slice(), &[0; 16], &length, &self.id, &cose].concat();
        // CBOR: { fmt: "none", attStmt: {}, authData: said }.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(said.len()).unwrap());
        object.extend(said);
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": { "clientDataJSON": encode(&client_data("webauthn.create", options, origin)), "attestationObject": encode(&object) },
        })
        .to_string()
    }

    /// What it answers to `navigator.credentials.get`.
    fn proves(&mut self, options: &Value, origin: &str) -> Value {
        self.count += u32::from(self.counts);
        let client_data = client_data("webauthn.get", options, origin);
        let said = self.says(text(options, "/rpId"), 0);
        let signature: Signature = self.signs_with.sign(&[said.as_slice(), &Sha256::digest(&client_data)].concat());
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": encode(&client_data), "authenticatorData": encode(&said),
                "signature": encode(signature.to_der().as_bytes()), "userHandle": encode(&self.owner),
            },
        })
    }

    fn says(&self, site: &str, flags: u8) -> Vec<u8> {
        let flags = flags | 1 | if self.asks { 4 } else { 0 };
        [Sha256::digest(site).as_slice(), &[flags], &self.count.to_be_bytes()].concat()
    }
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {value}"))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    json!({ "type": kind, "challenge": text(options, "/challenge"), "origin": origin, "crossOrigin": false })
        .to_string()
        .into_bytes()
}

/// What the script of the page asks for: the name of the question, and what to ask the browser.
async fn asked(person: &Person<'_>, path: &str, step: &str) -> (String, Value) {
    let page = person.asks("POST", path, Some(encoded(&[("step".to_owned(), step.to_owned())]))).await;
    page.is(200);
    let answer: Value = serde_json::from_str(&page.html).unwrap();
    (text(&answer, "/challenge").to_owned(), answer["options"].clone())
}

/// Sends the form of that button with an answer, as the script does.
async fn answers<'a, 'b>(person: &'a Person<'b>, button: &str, challenge: &str, credential: &str) -> &'a Person<'b> {
    let mut form = person.filled(button);
    form.fields.push(("challenge".to_owned(), challenge.to_owned()));
    form.fields.push(("credential".to_owned(), credential.to_owned()));
    person.sends(&form).await
}

async fn adds(person: &Person<'_>, key: &mut Key, name: &str) {
    person.opens("/settings/second-step").await.follows("Add a passkey").await.is(200).sees("Passkeys need JavaScript");
    let (challenge, options) = asked(person, ADDING, "").await;
    person.types("Name", name);
    answers(person, "Add it", &challenge, &key.makes(&options, &person.site.address)).await;
}

const ADDING: &str = "/settings/second-step/passkeys/challenge";

/// Somebody who has only their key.
async fn signs_in_by(person: &Person<'_>, key: &mut Key) {
    person.opens("/sign-in").await;
    let (challenge, options) = asked(person, "/sign-in/challenge", "").await;
    let answer = key.proves(&options, &person.site.address).to_string();
    answers(person, "Sign in with a passkey", &challenge, &answer).await;
}

async fn kept_passkeys(site: &Site) -> i64 {
    site.looks(|conn| Ok(passkeys::table.count().get_result(conn)?)).await
}

async fn kept_codes(site: &Site) -> i64 {
    site.looks(|conn| Ok(recovery_codes::table.count().get_result(conn)?)).await
}

#[test]
fn a_passkey_is_a_second_step_after_the_password_and_opens_also_alone() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let mut key = Key::new();
        adds(&member, &mut key, "My phone").await;
        member.is(200).sees("The second step is turned on");
        let codes = member.on_page(|page| page.words_in(".codes code"));
        assert_eq!(codes.len(), 10);
        let letter = last_letter_to(site, &email("member")).await;
        assert!(letter.contains("a passkey was added") && letter.contains("/not-me/"), "{letter}");
        member.opens("/settings/second-step").await.sees("My phone").sees("Not used yet");

        let second = site.visitor();
        sign_in(&second, &email("member"), PASSWORD).await;
        second.is(200).sees("Now the second step").sees("Your passkey needs JavaScript");
        assert!(!is_admitted(&second).await, "the password alone opens nothing");
        sign_in(&second, &email("member"), PASSWORD).await;
        let step = second.on_page(|page| page.attribute("input[name=step]", "value")).unwrap();
        let (challenge, options) = asked(&second, "/sign-in/challenge", &step).await;
        assert_eq!(text(&options, "/allowCredentials/0/id"), encode(&key.id), "the browser is asked for theirs");
        let answer = key.proves(&options, &site.address).to_string();
        answers(&second, "Use a passkey", &challenge, &answer).await.is(200);
        assert!(is_admitted(&second).await);
        second.opens("/settings/second-step").await.sees("Used last").misses("Not used yet");

        let alone = site.visitor();
        signs_in_by(&alone, &mut key).await;
        assert!(is_admitted(&alone).await, "nobody asked for an address or a password");
        // The day when the key is gone.
        let without = site.visitor();
        sign_in(&without, &email("member"), PASSWORD).await;
        without.types("Code", &codes[0]).presses("Sign in").await;
        assert!(is_admitted(&without).await);
    });
}

#[test]
fn what_a_browser_is_asked_names_this_site_and_nothing_of_the_person_but_their_name_here() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let (_, options) = asked(&member, ADDING, "").await;
        assert_eq!(text(&options, "/rp/id"), "localhost");
        assert_eq!(text(&options, "/user/name"), "member");
        assert!(!options.to_string().contains('@'), "no address: {options}");
        let selection = &options["authenticatorSelection"];
        assert_eq!((text(selection, "/residentKey"), text(selection, "/userVerification")), ("required", "required"));
        let (_, options) = asked(&site.visitor(), "/sign-in/challenge", "").await;
        assert_eq!((text(&options, "/rpId"), text(&options, "/userVerification")), ("localhost", "required"));
        assert_eq!(options["allowCredentials"], json!([]), "whoever asks learns of no key");
    });
}

#[test]
fn a_wrong_answer_opens_nothing_and_is_never_told_from_an_unknown_key() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let mut key = Key::new();
        adds(&scene.person(site, "member"), &mut key, "My phone").await;
        let visitor = site.visitor();
        let here = site.address.clone();
        let elsewhere = |options: &Value| {
            let mut options = options.clone();
            options["rpId"] = json!("evil.example");
            options
        };
        let (_, other) = asked(&visitor, "/sign-in/challenge", "").await;
        for wrong in [
            "origin",
            "port",
            "site",
            "signature",
            "finger",
            "question",
            "unknown",
            "owner",
            "nobody",
            "kind",
            "late",
            "no JSON",
        ] {
            visitor.opens("/sign-in").await;
            let (challenge, options) = asked(&visitor, "/sign-in/challenge", "").await;
            let answer = match wrong {
                "origin" => key.proves(&options, "https://evil.example"),
                "port" => key.proves(&options, "http://localhost:1"),
                "site" => key.proves(&elsewhere(&options), &here),
                "question" => key.proves(&other, &here),
                "unknown" => Key { owner: key.owner.clone(), ..Key::new() }.proves(&options, &here),
                "finger" => {
                    key.asks = false;
                    let answer = key.proves(&options, &here);
                    key.asks = true;
                    answer
                }
                _ => key.proves(&options, &here),
            };
            let mut answer = answer;
            match wrong {
                "signature" => {
                    let mut signed = URL_SAFE_NO_PAD.decode(text(&answer, "/response/signature")).unwrap();
                    *signed.last_mut().unwrap() ^= 1;
                    answer["response"]["signature"] = json!(encode(&signed));
                }
                "owner" => answer["response"]["userHandle"] = json!(encode(&[7; 16])),
                "nobody" => answer["response"]["userHandle"] = Value::Null,
                "kind" => {
                    let lie = client_data("webauthn.create", &options, &here);
                    answer["response"]["clientDataJSON"] = json!(encode(&lie));
                }
                "late" => site.later(Duration::minutes(5)),
                _ => {}
            }
            let sent = if wrong == "no JSON" { "{\"id\":".to_owned() } else { answer.to_string() };
            answers(&visitor, "Sign in with a passkey", &challenge, &sent).await.is(422).sees(WRONG);
            assert!(!is_admitted(&visitor).await, "{wrong}");
        }
        signs_in_by(&visitor, &mut key).await;
        assert!(is_admitted(&visitor).await, "the right one opens");
    });
}

#[test]
fn a_question_is_answered_once_right_or_wrong() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let mut key = Key::new();
        adds(&scene.person(site, "member"), &mut key, "My phone").await;
        let [first, second] = [site.visitor(), site.visitor()];
        first.opens("/sign-in").await;
        second.opens("/sign-in").await;
        let (challenge, options) = asked(&first, "/sign-in/challenge", "").await;
        let answer = key.proves(&options, &site.address).to_string();
        answers(&first, "Sign in with a passkey", &challenge, &answer).await.is(200);
        assert!(is_admitted(&first).await);
        answers(&second, "Sign in with a passkey", &challenge, &answer).await.is(422).sees(WRONG);
        // A new signature for a question that was answered wrongly.
        let (challenge, options) = asked(&second, "/sign-in/challenge", "").await;
        answers(&second, "Sign in with a passkey", &challenge, "{}").await.is(422);
        let answer = key.proves(&options, &site.address).to_string();
        answers(&second, "Sign in with a passkey", &challenge, &answer).await.is(422).sees(WRONG);
        assert!(!is_admitted(&second).await);
        // Nor is one that asked for a new key a proof, or the other way round.
        let member = scene.person(site, "member");
        // Within a minute of a proof it would count as a second press.
        site.later(Duration::minutes(1));
        member.opens("/still-you").await;
        let (challenge, _) = asked(&member, ADDING, "").await;
        let answer = key.proves(&options, &site.address).to_string();
        answers(&member, "It is me", &challenge, &answer).await.is(422).sees(WRONG);
        let left: i64 = site.looks(|conn| Ok(passkey_challenges::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0, "a row goes with its answer");
    });
}

#[test]
fn of_fifty_answers_to_one_question_at_the_same_moment_in_two_processes_one_opens() {
    with_two_processes_set(named, async |first, second| {
        let scene = Scene::set(first).await;
        let mut key = Key::new();
        adds(&scene.person(first, "member"), &mut key, "My phone").await;
        let visitors: Vec<_> =
            (0..50).map(|number| if number % 2 == 0 { first.visitor() } else { second.visitor() }).collect();
        let (challenge, options) = asked(&visitors[0], "/sign-in/challenge", "").await;
        let credential = key.proves(&options, &first.address).to_string();
        let body = encoded(&[("challenge".to_owned(), challenge), ("credential".to_owned(), credential)]);
        let sent = join_all(visitors.iter().map(|visitor| visitor.asks("POST", "/sign-in", Some(body.clone()))));
        let statuses: Vec<u16> = sent.await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 422].contains(status)), "{statuses:?}");
    });
}

#[test]
fn a_key_that_has_counted_back_is_refused_and_its_owner_is_told() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let mut key = Key::new();
        key.count = 40;
        adds(&scene.person(site, "member"), &mut key, "My key").await;
        site.works().await;
        let visitor = site.visitor();
        signs_in_by(&visitor, &mut key).await;
        assert!(is_admitted(&visitor).await);
        for back in [40, 5] {
            key.count = back;
            let copy = site.visitor();
            signs_in_by(&copy, &mut key).await;
            copy.is(422).sees(WRONG);
            assert!(!is_admitted(&copy).await, "{back}");
            let letter = last_letter_to(site, &email("member")).await;
            assert!(letter.contains("it has counted back") && letter.contains("/not-me/"), "{letter}");
        }
        key.count = 100;
        let visitor = site.visitor();
        signs_in_by(&visitor, &mut key).await;
        assert!(is_admitted(&visitor).await, "the real one goes on counting");
        // Keys that live on several devices do not count at all.
        let mut synced = Key::new();
        adds(&scene.person(site, "author"), &mut synced, "Everywhere").await;
        synced.counts = false;
        for _ in 0..2 {
            let visitor = site.visitor();
            signs_in_by(&visitor, &mut synced).await;
            assert!(is_admitted(&visitor).await);
        }
    });
}

#[test]
fn somebody_elses_key_is_no_second_step_and_no_proof() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let [mut own, mut others] = [Key::new(), Key::new()];
        adds(&scene.person(site, "member"), &mut own, "Mine").await;
        adds(&scene.person(site, "author"), &mut others, "Not mine").await;
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        let step = person.on_page(|page| page.attribute("input[name=step]", "value")).unwrap();
        let (challenge, options) = asked(&person, "/sign-in/challenge", &step).await;
        let answer = others.proves(&options, &site.address).to_string();
        answers(&person, "Use a passkey", &challenge, &answer).await.is(422).sees(WRONG).sees("Now the second step");
        assert!(!is_admitted(&person).await);
        // A question of their own to themselves does not help either.
        sign_in(&person, &email("member"), PASSWORD).await;
        let (challenge, options) = asked(&site.visitor(), "/sign-in/challenge", "").await;
        let answer = others.proves(&options, &site.address).to_string();
        answers(&person, "Use a passkey", &challenge, &answer).await.is(422).sees(WRONG);
        let member = scene.person(site, "member");
        // Within a minute of a proof it would count as a second press.
        site.later(Duration::minutes(1));
        member.opens("/still-you").await;
        let (challenge, options) = asked(&member, "/still-you/challenge", "").await;
        let answer = others.proves(&options, &site.address).to_string();
        answers(&member, "It is me", &challenge, &answer).await.is(422).sees(WRONG);
        // Without the password nobody learns which keys somebody has.
        let bent = format!("{step}x");
        let body = encoded(&[("step".to_owned(), bent)]);
        let refused = person.asks("POST", "/sign-in/challenge", Some(body)).await;
        assert_eq!((refused.status, refused.html.contains("options")), (422, false));
    });
}

#[test]
fn a_passkey_proves_that_it_is_still_them_and_what_waited_is_sent_on() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let mut key = Key::new();
        adds(&member, &mut key, "My phone").await;
        site.later(Duration::minutes(30));
        member.opens("/settings/second-step").await.presses("Remove").await.is(403).sees("Is it still you?");
        let (challenge, options) = asked(&member, "/still-you/challenge", "").await;
        let answer = key.proves(&options, &site.address).to_string();
        answers(&member, "It is me", &challenge, &answer).await.is(200).presses("Send it now").await;
        member.sees("The second step is turned off.").misses("My phone");
        assert_eq!((kept_passkeys(site).await, kept_codes(site).await), (0, 0), "the last one takes the sheet along");
        let letter = last_letter_to(site, &email("member")).await;
        assert!(letter.contains("a passkey was taken away") && letter.contains("/not-me/"), "{letter}");
        let gone = site.visitor();
        signs_in_by(&gone, &mut key).await;
        gone.is(422).sees(WRONG);
        sign_in(&gone, &email("member"), PASSWORD).await;
        assert!(is_admitted(&gone).await, "the password alone opens again");
    });
}

#[test]
fn people_have_several_passkeys_none_of_them_twice_and_one_sheet_of_codes() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let [mut phone, mut key] = [Key::new(), Key::new()];
        adds(&member, &mut phone, "My phone").await;
        adds(&member, &mut key, "A small key").await;
        member.sees("The passkey is added").sees("My phone").sees("A small key").sees("10 codes are left");
        let (_, options) = asked(&member, ADDING, "").await;
        assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 2, "the browser is told what is here");
        adds(&member, &mut phone, "My phone again").await;
        member.is(422).sees("The passkey was not added");
        let author = scene.person(site, "author");
        adds(&author, &mut phone, "Not mine").await;
        author.is(422).sees("This passkey is here already");
        assert_eq!((kept_passkeys(site).await, kept_codes(site).await), (2, 10));
        // An app beside them changes nothing of the codes, and one goes without the others.
        member.opens("/settings/second-step").await.presses("Remove").await.sees("The passkey is removed");
        member.misses("My phone").sees("A small key").sees("10 codes are left");
        let body = String::new();
        let theirs: i64 = site.looks(|conn| Ok(passkeys::table.select(passkeys::id).first(conn)?)).await;
        let path = format!("/settings/second-step/passkeys/{theirs}/removal");
        // The same answer as for one that is gone already; nobody removes somebody else's.
        assert_eq!(author.asks("POST", &path, Some(body)).await.status, 303);
        assert_eq!(kept_passkeys(site).await, 1);
    });
}

#[test]
fn a_key_that_lies_while_it_is_made_is_not_added() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let [member, author] = [scene.person(site, "member"), scene.person(site, "author")];
        for wrong in ["origin", "finger", "site", "question", "somebody else", "late", "no name", "long name"] {
            member.opens("/settings/second-step/passkeys").await;
            let (challenge, mut options) = asked(&member, ADDING, "").await;
            let (others, other) = asked(&author, ADDING, "").await;
            let mut key = Key { asks: wrong != "finger", ..Key::new() };
            let origin = if wrong == "origin" { "https://evil.example" } else { &site.address };
            match wrong {
                "site" => options["rp"]["id"] = json!("evil.example"),
                "question" => options["challenge"] = other["challenge"].clone(),
                "late" => site.later(Duration::minutes(5)),
                _ => {}
            }
            let challenge = if wrong == "somebody else" { others } else { challenge };
            member.types(
                "Name",
                &match wrong {
                    "no name" => " \u{200b} ".to_owned(),
                    "long name" => "x".repeat(61),
                    _ => "My phone".to_owned(),
                },
            );
            let answer = key.makes(&options, origin);
            let said = match wrong {
                "no name" => "Give it a name",
                "long name" => "This name is too long",
                _ => "The passkey was not added",
            };
            answers(&member, "Add it", &challenge, &answer).await.is(422).sees(said);
        }
        assert_eq!((kept_passkeys(site).await, kept_codes(site).await), (0, 0));
    });
}

#[test]
fn a_role_that_needs_a_second_step_has_it_in_a_passkey_and_keeps_the_last_one() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let id = scene.id("member");
        site.given(move |tx| accounts::grant(tx, id, Role::Administrator, None, "Helps.")).await;
        let member = scene.person(site, "member");
        let [mut phone, mut key] = [Key::new(), Key::new()];
        member.opens("/admin").await.is(200).sees("needs a second step at sign-in");
        adds(&member, &mut phone, "My phone").await;
        member.opens("/admin").await.is(200).misses("needs a second step at sign-in");
        member.opens("/settings/second-step").await.sees("so it cannot be turned off").misses("/removal");
        let only: i64 = site.looks(|conn| Ok(passkeys::table.select(passkeys::id).first(conn)?)).await;
        let removal = format!("/settings/second-step/passkeys/{only}/removal");
        assert_eq!(member.asks("POST", &removal, Some(String::new())).await.status, 403);
        adds(&member, &mut key, "A small key").await;
        member.presses("Remove").await.sees("The passkey is removed").misses("My phone");
        // The command line takes them all, and the role waits for another one.
        let running = site.running.clone();
        site.given(move |tx| accounts::reset_second_step(tx, id, &running)).await;
        assert_eq!((kept_passkeys(site).await, kept_codes(site).await), (0, 0));
        let letter = last_letter_to(site, &email("member")).await;
        assert!(letter.contains("turned off for your account") && letter.contains("by the people who run it"), "{letter}");
        sign_in(&site.visitor(), &email("member"), PASSWORD).await;
        member.opens("/admin").await.is(200).sees("needs a second step at sign-in");
    });
}

#[test]
fn whoever_says_that_it_was_not_them_takes_a_strangers_passkey_away_and_keeps_their_own() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let [mut own, mut strangers] = [Key::new(), Key::new()];
        adds(&scene.person(site, "member"), &mut own, "Mine").await;
        site.works().await;
        // What was added within the time of a letter's link goes, too: that link may be spent. Theirs is older.
        site.later(Duration::days(15));
        // A stranger who has the key of the house for a moment adds one of their own.
        let stranger = site.visitor();
        signs_in_by(&stranger, &mut own).await;
        let of_sign_in = link_to(site, &email("member")).await;
        adds(&stranger, &mut strangers, "Mine, too").await;
        assert!(last_letter_to(site, &email("member")).await.contains("a passkey was added"));
        let person = site.visitor();
        person.opens(&of_sign_in).await.presses("It was not me: close it to them").await.is(200);
        assert_eq!(kept_passkeys(site).await, 1, "also by the letter before");
        assert!(!is_admitted(&stranger).await);
        let link = link_to(site, &email("member")).await;
        for key in [&mut strangers, &mut own] {
            let visitor = site.visitor();
            signs_in_by(&visitor, key).await;
            visitor.is(422).sees(WRONG);
        }
        person.opens(&link).await.types("New password", "nine copper saucepans").presses("Keep this password").await;
        let visitor = site.visitor();
        signs_in_by(&visitor, &mut strangers).await;
        visitor.is(422).sees(WRONG);
        signs_in_by(&visitor, &mut own).await;
        assert!(is_admitted(&visitor).await, "their own opens again with the new password");
        // The letter about the addition itself, where it was the first one.
        let (author, mut key) = (site.visitor(), Key::new());
        sign_in(&author, &email("author"), PASSWORD).await;
        adds(&author, &mut key, "Mine").await;
        let letter = last_letter_to(site, &email("author")).await;
        assert!(letter.contains("a passkey was added"), "{letter}");
        person.opens(link_in(&letter)).await.presses("It was not me: close it to them").await.is(200);
        assert_eq!((kept_passkeys(site).await, kept_codes(site).await), (1, 10), "its sheet goes along");
    });
}

#[test]
fn whoever_left_is_led_back_by_their_passkey_and_erasing_them_erases_it() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let mut key = Key::new();
        adds(&member, &mut key, "The blue phone").await;
        let id = scene.id("member");
        let taken = site.looks(move |conn| accounts::take_along(conn, id)).await.unwrap();
        let taken = serde_json::to_string(&taken).unwrap();
        assert!(taken.contains("The blue phone"), "{taken}");
        assert!(!taken.contains(&encode(&key.id)) && !taken.contains("ES256"), "no half of a key: {taken}");
        leaves(&member, "Keep my words, under no name").await;
        let visitor = site.visitor();
        signs_in_by(&visitor, &mut key).await;
        assert!(!is_admitted(&visitor).await);
        visitor.presses("Come back").await.is(200).sees("Welcome back.");
        signs_in_by(&visitor, &mut key).await;
        assert!(is_admitted(&visitor).await, "it opens as before");
        leaves(&visitor, "Keep my words, under no name").await;
        site.later(Duration::days(15));
        site.works().await;
        assert_eq!(kept_passkeys(site).await, 0);
        let visitor = site.visitor();
        signs_in_by(&visitor, &mut key).await;
        visitor.is(422).sees(WRONG);
    });
}

#[test]
fn words_that_wait_go_through_signing_in_by_passkey_to_the_account_that_wrote_them() {
    with_site_set(named, async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let mut key = Key::new();
        adds(&member, &mut key, "My phone").await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        member.opens(&thread).await.ticks("My experience").types("Your words", "I know these nights.");
        site.later(Duration::days(15));
        member.presses("Post reply").await.is(403).sees("Your words are safe");
        let (challenge, options) = asked(&member, "/sign-in/challenge", "").await;
        answers(&member, "Sign in with a passkey", &challenge, "{}").await.is(422).sees(WRONG);
        let answer = key.proves(&options, &site.address).to_string();
        answers(&member, "Sign in with a passkey", &challenge, &answer).await.is(422).sees("Your words are safe");
        let (challenge, options) = asked(&member, "/sign-in/challenge", "").await;
        let answer = key.proves(&options, &site.address).to_string();
        answers(&member, "Sign in with a passkey", &challenge, &answer).await.is(200).sees("I know these nights.");
    });
}

#[test]
fn questions_and_answers_are_counted_by_network_and_the_page_says_when_to_go_on() {
    with_site_set(named, async |site| {
        Scene::set(site).await;
        let visitor = site.visitor();
        for _ in 0..100 {
            asked(&visitor, "/sign-in/challenge", "").await;
        }
        let page = visitor.asks("POST", "/sign-in/challenge", Some(String::new())).await;
        let said: Value = serde_json::from_str(&page.html).unwrap();
        assert_eq!(page.status, 429);
        assert!(text(&said, "/fault").contains("Try again from"), "{said}");
        site.later(Duration::minutes(10));
        asked(&visitor, "/sign-in/challenge", "").await;
        site.later(Duration::hours(1));
        site.works().await;
        let left: i64 = site.looks(|conn| Ok(passkey_challenges::table.count().get_result(conn)?)).await;
        assert_eq!(left, 0, "what nobody answered is forgotten");
        let body = "challenge=x&credential=x".to_owned();
        for _ in 0..100 {
            assert_eq!(visitor.asks("POST", "/sign-in", Some(body.clone())).await.status, 422);
        }
        let page = visitor.asks("POST", "/sign-in", Some(body)).await;
        page.is(429).shows("Try again from");
    });
}

#[test]
fn where_the_address_has_no_name_nothing_speaks_of_passkeys() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member.opens("/settings/second-step").await.is(200).misses("asskey,").misses("/settings/second-step/passkeys");
        site.visitor().opens("/sign-in").await.misses("asskey");
        assert_eq!(member.asks("GET", "/settings/second-step/passkeys", None).await.status, 404);
        for path in [ADDING, "/still-you/challenge", "/sign-in/challenge", "/settings/second-step/passkeys"] {
            assert_eq!(member.asks("POST", path, Some(String::new())).await.status, 404, "{path}");
        }
        let page = site.visitor().asks("POST", "/sign-in", Some("challenge=x&credential=x".to_owned())).await;
        page.is(422).shows(WRONG);
    });
}
