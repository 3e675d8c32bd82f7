//! Delivering from a real database: what reaches whom, when it is tried again, and that nobody gets a letter twice.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::missing_panics_doc)]

use super::smtp::catcher::{Catcher, Speaks};
use super::*;
use crate::config::{MailRoute, Sources};
use crate::db::{connection, migrations};
use crate::site::Site;
use crate::web::page::check::{locales, templates};
use serde_json::json;
use std::path::PathBuf;

/// A site of its own; the folder goes when the test ends.
pub struct Ground {
    pub site: Site,
    pub folder: PathBuf,
    schema: Option<String>,
}

impl Ground {
    pub fn open(mail: MailRoute) -> Self {
        Self::with(|config| config.mail = mail)
    }

    /// In a folder of its own, or with `TEST_DATABASE_URL` in a schema of its own.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let number = getrandom::u64().unwrap();
        let folder = std::env::temp_dir().join(format!("alongside-mail-{number:x}"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut sources = Sources::default();
        let mut schema = None;
        sources.set("data", folder.to_str().unwrap(), "the test");
        sources.set("secret", "0123456789abcdef0123456789abcdef", "the test");
        sources.set("public_address", "https://forum.example", "the test");
        sources.set("mail_from", "letters@forum.example", "the test");
        if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
            let name = format!("mail_{number:x}");
            let mut first = Conn::open(&crate::db::DatabaseUrl::parse(&url).unwrap(), connection::Purpose::Write).unwrap();
            crate::db::execute(&mut first, &format!("CREATE SCHEMA {name}")).unwrap();
            let separator = if url.contains('?') { '&' } else { '?' };
            sources.set("database_url", format!("{url}{separator}options=-csearch_path%3D{name}"), "the test");
            schema = Some(name);
        }
        let mut config = Config::from_sources(sources).unwrap();
        change(&mut config);
        let site = Site::with(config, Clock::default(), locales().clone(), templates().clone()).unwrap();
        site.db.outside_transaction(migrations::run).unwrap();
        Self { site, folder, schema }
    }

    pub fn run(&self, sql: &str) {
        self.site.db.write_now(|tx| Ok(crate::db::execute(tx.conn(), sql)?)).unwrap();
    }

    pub fn number(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let sql = format!("SELECT CAST(({sql}) AS BIGINT) AS number");
        let row: Row =
            self.site.db.write_now(|tx| Ok(diesel::RunQueryDsl::get_result(diesel::sql_query(&sql), tx.conn())?)).unwrap();
        row.number
    }

    pub fn text(&self, sql: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            words: String,
        }
        let sql = format!("SELECT ({sql}) AS words");
        let row: Row =
            self.site.db.write_now(|tx| Ok(diesel::RunQueryDsl::get_result(diesel::sql_query(&sql), tx.conn())?)).unwrap();
        row.words
    }

    pub fn member(&self, id: i64, handle: &str) {
        self.run(&format!(
            "INSERT INTO members (id, handle, handle_key, email, email_key, password_hash, joined_at)
             VALUES ({id}, '{handle}', '{handle}', '{handle}@example.org', '{handle}@example.org', '', 0)"
        ));
    }

    pub fn letters(&self) -> Vec<SentLetter> {
        self.site.kept::<Carrier>().kept()
    }

    pub async fn minutes_later(&self, minutes: i64) {
        self.site.clock.shift(Duration::minutes(minutes));
        crate::worker::tick(&self.site).await.unwrap();
    }

    fn write(&self, change: impl FnOnce(&mut Letter)) {
        let mut letter = Letter {
            member: None,
            to: "tansy@example.org".to_owned(),
            template: "notifications/something-new",
            parameters: json!({ "token": "secret-token" }),
            is_service: true,
            due_at: self.site.now(),
            cause: None,
        };
        change(&mut letter);
        self.site.db.write_now(|tx| write(tx, &letter)).unwrap();
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(schema) = &self.schema {
            self.run(&format!("DROP SCHEMA {schema} CASCADE"));
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[tokio::test]
async fn a_letter_leaves_once_and_forgets_what_it_was_filled_with() {
    let ground = Ground::open(MailRoute::Memory);
    ground.write(|_| {});
    ground.minutes_later(0).await;
    ground.minutes_later(60 * 24).await;
    let letters = ground.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].to.as_str(), letters[0].subject.as_str()), ("tansy@example.org", "Something new for you"));
    assert!(
        letters[0].headers.contains(&("From".to_owned(), "Alongside <letters@forum.example>".to_owned())),
        "{:?}",
        letters[0].headers
    );
    assert!(!letters[0].headers.iter().any(|(name, _)| name == "List-Unsubscribe"));
    assert_eq!(ground.text("SELECT parameters FROM letters"), "{}");
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE sent_at IS NOT NULL AND claimed_until IS NULL"), 1);
}

#[tokio::test]
async fn a_letter_waits_for_its_moment_and_is_written_once_for_a_cause() {
    let ground = Ground::open(MailRoute::Memory);
    let later = ground.site.now().plus(Duration::minutes(10));
    for _ in 0..2 {
        ground.write(|letter| (letter.due_at, letter.cause) = (later, Some("helpline:7".to_owned())));
    }
    ground.minutes_later(9).await;
    assert!(ground.letters().is_empty());
    ground.minutes_later(2).await;
    assert_eq!(ground.letters().len(), 1);
}

#[tokio::test]
async fn whoever_wants_no_community_letters_or_has_left_gets_none_and_service_letters_still_arrive() {
    let ground = Ground::open(MailRoute::Memory);
    ground.member(31, "tansy");
    for member in [31, 32] {
        ground.write(|letter| {
            (letter.member, letter.is_service, letter.to) = (Some(member), false, "old@example.org".to_owned());
        });
    }
    ground.minutes_later(0).await;
    let letters = ground.letters();
    assert_eq!(letters.len(), 1, "32 is nobody");
    assert_eq!(letters[0].to, "tansy@example.org", "the address of now, not of when it was written");
    let (_, href) = letters[0].headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap();
    assert!(href.starts_with("<https://forum.example/letters/unsubscribe/31."), "{href}");
    assert!(letters[0].text.contains("/letters/unsubscribe/31."));

    ground.run("UPDATE members SET community_letters = FALSE");
    ground.write(|letter| (letter.member, letter.is_service) = (Some(31), false));
    ground.write(|letter| (letter.member, letter.to) = (Some(31), "service@example.org".to_owned()));
    ground.minutes_later(0).await;
    assert_eq!(ground.letters().iter().skip(1).map(|letter| letter.to.clone()).collect::<Vec<_>>(), ["service@example.org"]);
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters"), 2, "what was not wanted is forgotten");
}

#[tokio::test]
async fn two_workers_never_hold_the_same_letter_and_a_claim_ends() {
    let ground = Ground::open(MailRoute::Memory);
    for _ in 0..6 {
        ground.write(|_| {});
    }
    let db = &ground.site.db;
    let claim = || db.write(|tx| store::claim(tx, 4, CLAIM));
    let numbers = |claimed: Vec<Claimed>| claimed.into_iter().map(|letter| letter.id).collect::<Vec<_>>();
    let (first, second) = futures_util::future::join(claim(), claim()).await;
    let (first, second) = (numbers(first.unwrap()), numbers(second.unwrap()));
    let mut all = [first.clone(), second].concat();
    all.sort_unstable();
    all.dedup();
    assert!(!first.is_empty());
    let rest = numbers(claim().await.unwrap());
    assert_eq!(all.len() + rest.len(), 6);
    assert!(claim().await.unwrap().is_empty());
    assert_eq!(deliver_all(&ground).await, 0, "all are in somebody's hands");
    ground.site.clock.shift(Duration::minutes(5));
    assert_eq!(deliver_all(&ground).await, 6, "whoever had them is gone");
}

async fn deliver_all(ground: &Ground) -> usize {
    let before = ground.letters().len();
    crate::worker::tick(&ground.site).await.unwrap();
    ground.letters().len() - before
}

#[tokio::test]
async fn whoever_lost_their_claim_does_not_undo_what_another_did() {
    let ground = Ground::open(MailRoute::Memory);
    ground.write(|_| {});
    let db = &ground.site.db;
    let slow = db.write(|tx| store::claim(tx, 1, CLAIM)).await.unwrap().remove(0);
    ground.minutes_later(6).await;
    assert_eq!(ground.letters().len(), 1);
    let (id, until) = (slow.id, slow.claimed_until);
    db.write(move |tx| store::failed(tx, id, until, Next::GiveUp, "too late")).await.unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE sent_at IS NOT NULL AND given_up_at IS NULL"), 1);
}

#[tokio::test]
async fn a_mail_server_that_is_busy_gets_the_letter_later_and_just_once() {
    let catcher = Catcher::listen(&[("RCPT", "451 4.7.1 come back, tansy@example.org")]);
    let ground = Ground::open(MailRoute::Smtp(catcher.address()));
    ground.write(|_| {});
    ground.minutes_later(0).await;
    assert_eq!(ground.number("SELECT attempts FROM letters"), 1);
    let error = ground.text("SELECT last_error FROM letters");
    assert!(error.contains("451") && error.contains("t…@example.org") && !error.contains("tansy"), "{error}");
    let tried = catcher.heard().len();
    ground.minutes_later(0).await;
    assert_eq!(catcher.heard().len(), tried, "not before its pause is over");
    ground.minutes_later(1).await;
    assert!(catcher.heard().len() > tried);
    catcher.answer(&[]);
    ground.minutes_later(5).await;
    ground.minutes_later(300).await;
    let letters = catcher.letters();
    assert_eq!(letters.len(), 1);
    let number = |data: &str| data.lines().find(|line| line.starts_with("Message-ID: ")).map(str::to_owned);
    assert!(number(&letters[0].data).unwrap().starts_with("Message-ID: <letter-1."));
}

#[tokio::test]
async fn a_mail_server_with_a_wrong_certificate_is_tried_again_later() {
    let catcher = Catcher::listen_with_tls(Speaks::Tls, false);
    let ground = Ground::open(MailRoute::Smtp(catcher.address()));
    ground.write(|_| {});
    ground.minutes_later(0).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE sent_at IS NULL AND given_up_at IS NULL"), 1);
    let error = ground.text("SELECT last_error FROM letters");
    assert!(error.contains("certificate") && !error.contains("pass"), "{error}");
    ground.minutes_later(1).await;
    assert_eq!(ground.number("SELECT attempts FROM letters"), 2);
    assert!(catcher.letters().is_empty());
}

#[tokio::test]
async fn a_recipient_that_does_not_exist_is_given_up_at_once_and_an_administrator_may_try_again() {
    let catcher = Catcher::listen(&[("RCPT", "550 5.1.1 no such user")]);
    let ground = Ground::open(MailRoute::Smtp(catcher.address()));
    ground.write(|_| {});
    ground.write(|letter| letter.to = "nobody@example.org\r\nBcc: all@example.org".to_owned());
    ground.minutes_later(0).await;
    let (count, letters) =
        ground.site.db.read(|connection| Ok((given_up_count(connection)?, given_up(connection)?))).await.unwrap();
    assert_eq!((count, letters.len()), (2, 2));
    assert_eq!((letters[1].to_masked.as_str(), letters[1].attempts), ("t…@example.org", 1));
    assert!(letters[1].error.contains("550"), "{:?}", letters[1]);
    assert!(!catcher.heard().iter().any(|line| line.contains("all@example.org")));

    catcher.answer(&[]);
    let again = letters[1].id;
    ground.site.db.write(move |tx| try_again(tx, again)).await.unwrap();
    assert!(
        matches!(ground.site.db.write(move |tx| try_again(tx, again)).await, Err(Error::Refused(_))),
        "it is no longer given up"
    );
    ground.minutes_later(0).await;
    assert_eq!(catcher.letters().len(), 1);
}

#[tokio::test]
async fn a_letter_that_never_gets_through_is_given_up_after_two_days() {
    let ground = Ground::open(MailRoute::Smtp("smtp-plain://127.0.0.1:1".to_owned()));
    ground.write(|_| {});
    for _ in 0..47 {
        ground.minutes_later(60).await;
    }
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE given_up_at IS NULL"), 1);
    ground.minutes_later(61).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE given_up_at IS NOT NULL AND sent_at IS NULL"), 1);
}

#[tokio::test]
async fn a_letter_whose_template_is_broken_waits_to_be_mended() {
    let ground = Ground::open(MailRoute::Memory);
    ground.write(|letter| letter.template = "notifications/no-such-letter");
    ground.write(|letter| letter.parameters = json!(["no", "object"]));
    ground.minutes_later(0).await;
    assert!(ground.letters().is_empty());
    assert_eq!(
        ground.number("SELECT COUNT(*) FROM letters WHERE attempts = 1 AND given_up_at IS NULL AND last_error IS NOT NULL"),
        2
    );
}

#[tokio::test]
async fn letters_in_a_folder_are_whole_and_readable_by_their_owner_only() {
    let ground = Ground::with(|config| config.mail = MailRoute::Files(config.data.join("letters")));
    ground.write(|_| {});
    ground.minutes_later(0).await;
    let files: Vec<_> =
        std::fs::read_dir(ground.folder.join("letters")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].extension().unwrap(), "eml");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("To: tansy@example.org\r\n") && text.contains("Somebody answered you on Alongside."), "{text}");
    #[cfg(unix)]
    for (path, expected) in [(files[0].clone(), 0o600), (ground.folder.join("letters"), 0o700)] {
        let rights = std::fs::metadata(&path).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&rights) & 0o777, expected, "{}", path.display());
    }
}

#[tokio::test]
async fn the_log_of_letters_is_forgotten_after_ninety_days() {
    let ground = Ground::open(MailRoute::Memory);
    ground.write(|_| {});
    ground.minutes_later(0).await;
    ground.minutes_later(60 * 24 * 89).await;
    let later = ground.site.now().plus(Duration::days(400));
    ground.write(|letter| letter.due_at = later);
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters"), 2);
    ground.minutes_later(60 * 24 * 2).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters WHERE sent_at IS NOT NULL"), 0);
    ground.minutes_later(60 * 24 * 100).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters"), 1, "what still has to leave stays");
}

#[test]
fn wrong_settings_are_told_in_one_sentence() {
    let told = |change: &dyn Fn(&mut Config)| {
        let ground = Ground::with(|config| change(config));
        check_settings(&ground.site.config).map_err(|error| format!("{error:#}"))
    };
    assert_eq!(told(&|_| {}), Ok(()));
    assert!(told(&|config| config.mail_from = "Alongside <a@b.example>".to_owned()).unwrap_err().contains("mail_from"));
    assert!(told(&|config| config.site_name = "A\r\nBcc: x@example.org".to_owned()).unwrap_err().contains("site_name"));
    let error = told(&|config| config.mail = MailRoute::Smtp("smtp-plain://us:s3cret@mail.example".to_owned())).unwrap_err();
    assert!(error.contains("setting mail") && !error.contains("s3cret"), "{error}");
}
