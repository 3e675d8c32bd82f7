//! Letters through a mail server that others wrote: aiosmtpd, on this machine, with STARTTLS and a password. What arrives, and
//! what becomes of a letter when the server refuses, stalls or hangs up.
//!
//! How often is once? A letter that the server has answered for is never sent again. A server that takes a letter and is gone before
//! it says so leaves us two ways: to send it again, or perhaps never. A link that somebody waits for must not be lost, so it is sent
//! again, under the same `Message-ID`: mail servers and mail programs know by it that they have the letter already.
//!
//! Here and not in `tests/site` because it needs a program from elsewhere: `target/aiosmtpd/bin/python` with aiosmtpd, which
//! `.ci/run` installs, and `SSL_CERT_FILE=src/mail/smtp_certificates/authority.pem`.

use crate::harness::{Site, with_site_set};
use crate::scene::{Scene, email};
use alongside::config::MailRoute;
use alongside::db::schema::letters;
use chrono::Duration;
use diesel::prelude::*;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

/// The mail server, as a process of its own that ends with this value.
struct MailServer {
    process: Mutex<(Child, ChildStdin, BufReader<ChildStdout>)>,
    port: String,
}

impl MailServer {
    fn start() -> Arc<Self> {
        assert!(std::env::var("SSL_CERT_FILE").is_ok(), "SSL_CERT_FILE names the authority that signed the certificate");
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("target/aiosmtpd/bin/python");
        let certificates = here.join("src/mail/smtp_certificates");
        let mut child = Command::new(python)
            .arg(here.join("tests/browser/letters.py"))
            .args([certificates.join("localhost.pem"), certificates.join("key.pem")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        let (to, mut from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut port = String::new();
        from.read_line(&mut port).unwrap();
        Arc::new(Self { process: Mutex::new((child, to, from)), port: port.trim().to_owned() })
    }

    /// For the setting `mail`.
    fn address(&self) -> String {
        format!("smtp://alongside:pass%20word@localhost:{}", self.port)
    }

    /// Says one line and hears one.
    fn told(&self, words: &str) -> Value {
        let mut process = self.process.lock().unwrap();
        let (_, to, from) = &mut *process;
        writeln!(to, "{words}").unwrap();
        let mut answer = String::new();
        from.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).expect("the mail server answers")
    }

    /// What it took so far about passwords; others get other letters.
    fn letters(&self) -> Vec<Value> {
        let all = self.told("letters");
        let asked = [email("member"), email("author")];
        all.as_array().unwrap().iter().filter(|letter| asked.iter().any(|to| letter["to"][0] == **to)).cloned().collect()
    }

    /// Until a letter is stuck in it.
    async fn stalls(self: &Arc<Self>) {
        let server = Arc::clone(self);
        actix_web::web::block(move || server.told("wait-for-stall")).await.unwrap();
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let (child, ..) = self.process.get_mut().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// A site whose letters go to that server, and somebody who has just asked for a link to a new password.
fn with_mail_server(journey: impl AsyncFnOnce(&Site, &Arc<MailServer>)) {
    let server = MailServer::start();
    let address = server.address();
    with_site_set(
        |config| config.mail = MailRoute::Smtp(address),
        async |site| {
            Scene::set(site).await;
            let person = site.visitor();
            person.opens("/password").await.types("E-mail address", &email("member"));
            person.presses("Send me the link").await.is(200).sees("We sent you a letter");
            journey(site, &server).await;
        },
    );
}

/// How often the first letter was tried in vain, and whether the server has answered for it.
async fn tried(site: &Site) -> (i32, bool) {
    site.looks(|conn| {
        let first = letters::table.select((letters::attempts, letters::sent_at.is_not_null())).order(letters::id);
        Ok(first.first(conn)?)
    })
    .await
}

async fn works_later(site: &Site, by: Duration) {
    site.later(by);
    site.works().await;
}

/// A header of a letter.
fn header<'a>(letter: &'a Value, name: &str) -> &'a str {
    let lines = letter["data"].as_str().unwrap().lines();
    lines.filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).expect("the header").1
}

#[test]
fn a_letter_goes_over_tls_with_a_password_and_its_link_works() {
    with_mail_server(async |site, server| {
        site.works().await;
        works_later(site, Duration::days(1)).await;
        let came = server.letters();
        assert_eq!(came.len(), 1, "once, and not again");
        assert_eq!((&came[0]["to"], &came[0]["secure"]), (&serde_json::json!([email("member")]), &Value::Bool(true)));
        assert_eq!(came[0]["from"], site.running.config.mail_from);
        assert_eq!(header(&came[0], "To"), email("member"));
        assert_eq!(tried(site).await, (0, true));
    });
}

#[test]
fn a_letter_waits_while_the_mail_server_refuses_the_password_or_the_letter_and_arrives_once() {
    with_mail_server(async |site, server| {
        server.told("refuse-password");
        site.works().await;
        assert_eq!(tried(site).await, (1, false));
        server.told("refuse");
        works_later(site, Duration::minutes(1)).await;
        assert_eq!(tried(site).await, (2, false));
        server.told("take");
        works_later(site, Duration::minutes(5)).await;
        works_later(site, Duration::days(1)).await;
        assert_eq!((tried(site).await, server.letters().len()), ((2, true), 1));
    });
}

#[test]
fn a_letter_that_the_mail_server_dropped_arrives_at_the_next_try_and_once() {
    with_mail_server(async |site, server| {
        server.told("drop");
        site.works().await;
        assert_eq!((tried(site).await, server.letters().len()), ((1, false), 0));
        server.told("take");
        works_later(site, Duration::minutes(1)).await;
        works_later(site, Duration::days(1)).await;
        assert_eq!((tried(site).await, server.letters().len()), ((1, true), 1));
    });
}

#[test]
fn a_letter_that_was_taken_without_a_word_is_sent_again_as_the_very_same_letter_and_then_never_more() {
    with_mail_server(async |site, server| {
        server.told("take-and-drop");
        site.works().await;
        server.told("take");
        works_later(site, Duration::minutes(1)).await;
        works_later(site, Duration::days(1)).await;
        let came = server.letters();
        assert_eq!(came.len(), 2);
        assert_eq!(header(&came[0], "Message-ID"), header(&came[1], "Message-ID"));
        assert_eq!(header(&came[0], "Date"), header(&came[1], "Date"), "nothing about it changed");
    });
}

#[test]
fn a_letter_of_a_process_that_died_at_the_mail_server_is_sent_once_its_claim_is_over() {
    with_mail_server(async |site, server| {
        server.told("stall");
        tokio::select! {
            () = site.works() => panic!("nobody stalled"),
            () = server.stalls() => {}
        }
        server.told("take");
        works_later(site, Duration::minutes(4)).await;
        assert_eq!(server.letters().len(), 0, "it may still be on its way");
        works_later(site, Duration::minutes(1)).await;
        works_later(site, Duration::days(1)).await;
        assert_eq!((tried(site).await, server.letters().len()), ((0, true), 1));
    });
}

/// Takes the two minutes that a conversation with a mail server may take.
#[test]
fn a_mail_server_that_stalls_holds_up_no_page_and_the_letter_arrives_later() {
    with_mail_server(async |site, server| {
        server.told("stall");
        let meanwhile = async {
            server.stalls().await;
            site.visitor().opens("/boards").await.is(200);
            let person = site.visitor();
            person.opens("/password").await.types("E-mail address", &email("author"));
            person.presses("Send me the link").await.is(200);
            // Only the letter that is stuck stays so.
            server.told("take");
        };
        let mut works = pin!(site.works());
        tokio::select! {
            () = &mut works => panic!("pages waited for the mail server"),
            () = meanwhile => {}
        }
        works.await;
        assert_eq!((tried(site).await, server.letters().len()), ((1, false), 1), "the other one went its way");
        works_later(site, Duration::minutes(1)).await;
        works_later(site, Duration::days(1)).await;
        assert_eq!((tried(site).await, server.letters().len()), ((1, true), 2), "one for each who asked");
    });
}
