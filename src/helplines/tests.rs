//! Lines on a real database: what is shown when, what is remembered when the database is gone, and who is written to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::accounts;
use crate::config::MailRoute;
use crate::mail::tests::Ground;

/// People 1 and 2 are administrators, 3 is not.
fn ground() -> Ground {
    let ground = Ground::open(MailRoute::Memory);
    for (id, is_administrator) in [(1, "TRUE"), (2, "TRUE"), (3, "FALSE")] {
        ground.run(&format!(
            "INSERT INTO members (handle, handle_key, email, email_key, password_hash, is_administrator, joined_at) \
             VALUES ('person{id}', 'p{id}', 'p{id}@example.org', 'p{id}', '', {is_administrator}, 1)"
        ));
    }
    ground
}

fn line(name: &str) -> HelplineDraft {
    HelplineDraft {
        name: name.to_owned(),
        language: "en".to_owned(),
        voice_number: "01632 960 101".to_owned(),
        ..HelplineDraft::default()
    }
}

impl Ground {
    fn keeps<T>(&self, who: i64, work: impl FnOnce(&mut Tx<'_>, &Member) -> Result<T>) -> Result<T> {
        self.site.db.write_now(|tx| {
            let by = accounts::load(tx.conn(), Id::new(who))?.unwrap();
            work(tx, &by)
        })
    }

    async fn names(&self) -> Vec<String> {
        shown(&self.site).await.unwrap().iter().map(|line| line.name.clone()).collect()
    }
}

#[tokio::test]
async fn a_line_is_shown_once_somebody_rang_it_and_not_with_a_number_that_nobody_rang() {
    let ground = ground();
    assert!(ground.names().await.is_empty());
    let has_checked = || ground.site.db.write_now(|tx| has_checked_line(tx.conn())).unwrap();
    let id =
        ground.keeps(1, |tx, by| add(tx, by, &HelplineDraft { checked_on: Some(tx.now()), ..line("Night line") })).unwrap();
    refresh(&ground.site).await;
    assert!(ground.names().await.is_empty() && !has_checked(), "adding is not ringing");
    ground.keeps(1, |tx, by| check(tx, by, id)).unwrap();
    refresh(&ground.site).await;
    assert_eq!(ground.names().await, ["Night line"]);
    assert!(has_checked());

    let renamed = HelplineDraft { voice_number: "(01632) 960101".to_owned(), ..line("Evening line") };
    let stale = ground.keeps(1, |tx, by| change(tx, by, id, 1, &renamed));
    assert!(matches!(stale, Err(Error::Refused(Refusal::Stale(_)))), "{stale:?}");
    ground.keeps(1, |tx, by| change(tx, by, id, 2, &renamed)).unwrap();
    refresh(&ground.site).await;
    assert_eq!(ground.names().await, ["Evening line"], "the same number, written in another way");
    ground
        .keeps(2, |tx, by| {
            change(tx, by, id, 3, &HelplineDraft { voice_number: "01632 960 102".to_owned(), ..renamed.clone() })
        })
        .unwrap();
    refresh(&ground.site).await;
    assert!(ground.names().await.is_empty(), "another number has to be rung first");
}

#[tokio::test]
async fn only_administrators_keep_lines() {
    let ground = ground();
    let id = ground.keeps(1, |tx, by| add(tx, by, &line("Night line"))).unwrap();
    let refused = [
        ground.keeps(3, |tx, by| add(tx, by, &line("Mine")).map(|_| ())),
        ground.keeps(3, |tx, by| change(tx, by, id, 1, &line("Mine"))),
        ground.keeps(3, |tx, by| check(tx, by, id)),
        ground.keeps(3, |tx, by| shift(tx, by, id, true)),
        ground.keeps(3, |tx, by| remove(tx, by, id)),
    ];
    assert!(refused.iter().all(|result| matches!(result, Err(Error::Refused(Refusal::Forbidden(_))))), "{refused:?}");
    ground.keeps(2, |tx, by| remove(tx, by, id)).unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM helplines"), 0);
}

#[tokio::test]
async fn lines_move_one_place() {
    let ground = ground();
    let ids = ["A", "B", "C"].map(|name| {
        ground.keeps(1, |tx, _| create(tx, &HelplineDraft { checked_on: Some(tx.now()), ..line(name) })).unwrap()
    });
    ground.keeps(1, |tx, by| shift(tx, by, ids[2], true)).unwrap();
    ground.keeps(1, |tx, by| shift(tx, by, ids[1], false)).unwrap();
    assert_eq!(ground.names().await, ["A", "C", "B"]);
}

#[tokio::test]
async fn what_is_in_memory_stays_when_the_database_is_gone() {
    let ground = ground();
    ground.keeps(1, |tx, _| create(tx, &HelplineDraft { checked_on: Some(tx.now()), ..line("Night line") })).unwrap();
    assert_eq!(ground.names().await, ["Night line"]);
    ground.run("ALTER TABLE helplines RENAME TO gone");
    ground.site.clock.shift(Duration::seconds(61));
    assert_eq!(ground.names().await, ["Night line"]);
    ground.run("ALTER TABLE gone RENAME TO helplines");
    ground.run("UPDATE helplines SET name = 'Day line'");
    assert_eq!(ground.names().await, ["Night line"], "a database that failed is left alone for a moment");
    ground.site.clock.shift(Duration::seconds(11));
    assert_eq!(ground.names().await, ["Day line"]);
}

#[tokio::test]
async fn a_site_whose_database_never_answered_knows_that_it_does_not_know() {
    let ground = ground();
    ground.run("ALTER TABLE helplines RENAME TO gone");
    assert!(shown(&ground.site).await.is_none());
}

#[tokio::test]
async fn whoever_rang_a_line_is_asked_again_after_six_months_and_not_more_than_once_in_thirty_days() {
    let ground = ground();
    let ids = ["A", "B"].map(|name| ground.keeps(1, |tx, by| add(tx, by, &line(name))).unwrap());
    for id in ids {
        ground.keeps(1, |tx, by| check(tx, by, id)).unwrap();
    }
    ground
        .keeps(1, |tx, _| create(tx, &HelplineDraft { is_sample: true, checked_on: Some(tx.now()), ..line("Sample") }))
        .unwrap();
    let letters = || ground.number("SELECT COUNT(*) FROM letters");
    tick(&ground.site).await.unwrap();
    assert_eq!(letters(), 0);
    ground.site.clock.shift(Duration::days(190));
    tick(&ground.site).await.unwrap();
    assert_eq!(letters(), 1, "one letter for both lines, none for the sample");
    assert_eq!(
        ground.number(
            "SELECT COUNT(*) FROM letters WHERE to_address = 'p1@example.org' AND parameters = '{\"lines\":[\"A\",\"B\"]}'"
        ),
        1
    );
    ground.site.clock.shift(Duration::days(29));
    tick(&ground.site).await.unwrap();
    assert_eq!(letters(), 1);
    ground.keeps(2, |tx, by| check(tx, by, ids[1])).unwrap();
    // Who keeps lines no more is not asked; those who do are.
    ground.run("UPDATE members SET is_administrator = FALSE WHERE id = 1");
    ground.site.clock.shift(Duration::days(2));
    tick(&ground.site).await.unwrap();
    assert_eq!(letters(), 2);
    assert_eq!(
        ground.number(
            "SELECT COUNT(*) FROM letters WHERE to_address = 'p2@example.org' AND parameters = '{\"lines\":[\"A\"]}'"
        ),
        1
    );
}

#[test]
fn the_letter_names_the_lines_and_where_to_say_that_they_were_rung() {
    let letter = mail::check::letter("helplines/check-again", json!({ "lines": ["Night line", "Müllers Linie"] }));
    assert!(letter.text.contains("\n- Night line\n- Müllers Linie\n"), "{}", letter.text);
    assert!(letter.text.contains("https://forum.example/admin/helplines"));
    assert!(letter.html.contains("<li>Müllers Linie</li>"));
}
