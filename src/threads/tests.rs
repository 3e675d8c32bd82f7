#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::model::{
    Opened, Place, Placed, Post, PostChange, ReplyDraft, Revision, Said, Stance, Thread, ThreadDraft, Title, Typed, Words,
};
use super::rules::{self, CannotReply, CannotSpeak, CannotStart, Lately, Speaker};
use super::store::{self, lists, shown};
use super::{
    edit, erase_withdrawn, keep_draft, keep_sent, keep_words, lock, pin, reply, start, take_away_revision, unlock, withdraw,
};
use crate::accounts::model::{HereAs, SessionInfo};
use crate::accounts::rules::AgreeFirst;
use crate::accounts::{self, Member, Viewer};
use crate::boards::{Access, Audience, Board, ContentNote, Kind};
use crate::clock::{Clock, Timestamp};
use crate::db::{Conn, DatabaseUrl, Db, Id, Tx, execute, migrations};
use crate::error::{Error, Refusal, Result};
use crate::text::PostSource;
use crate::web::throttle::Limit;
use chrono::Duration;
use std::sync::atomic::{AtomicU32, Ordering};

/// A database of its own with three people and some boards.
struct House {
    db: Db,
    clock: Clock,
    folder: Option<std::path::PathBuf>,
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

const PEERS: Id<Board> = Id::new(1);
const MEMBERS_ONLY: Id<Board> = Id::new(2);
const LET_IN: Id<Board> = Id::new(3);
const NEWS: Id<Board> = Id::new(4);
const ARCHIVED: Id<Board> = Id::new(5);
const NOTE_OF_PEERS: Id<ContentNote> = Id::new(1);

fn open() -> House {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("threads_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let clock = Clock::default();
    let (url, folder) = match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => {
            let mut connection =
                Conn::open(&DatabaseUrl::Postgres(server.clone()), crate::db::connection::Purpose::Write).unwrap();
            execute(&mut connection, &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")).unwrap();
            let mark = if server.contains('?') { '&' } else { '?' };
            (DatabaseUrl::Postgres(format!("{server}{mark}options=-csearch_path%3D{name}")), None)
        }
        Err(_) => {
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            (DatabaseUrl::Sqlite(folder.join("a.sqlite")), Some(folder))
        }
    };
    let db = Db::open(url, 8, clock.clone()).unwrap();
    db.outside_transaction(|connection| migrations::run(connection).map(drop)).unwrap();
    let house = House { db, clock, folder };
    house.write(|tx| Ok(execute(tx.conn(), FIXTURES)?));
    house
}

const FIXTURES: &str = "
INSERT INTO members (handle, handle_key, email, email_key, password_hash, country, time_zone, mark, mark_colour, joined_at) VALUES
 ('tansy', 'tansy', 'a', 'a', '', '', '', 'wave', 'moss', 0), ('northbank', 'northbank', 'b', 'b', '', '', '', 'hill', 'sky', 0),
 ('juniper', 'juniper', 'c', 'c', '', '', '', 'leaf', 'clay', 0), ('ward-sister', 'ward-sister', 'd', 'd', '', '', '', 'cup', 'clay', 0);
UPDATE members SET works_for_organisation = TRUE WHERE handle = 'ward-sister';
UPDATE members SET is_moderator = TRUE WHERE handle = 'juniper';
INSERT INTO consents (member_id, kind, version, given_at) SELECT id, 'health', '1', 0 FROM members;
INSERT INTO boards (name, purpose, kind, audience, organisation_reads, language, created_at, archived_at) VALUES
 ('Peers', 'x', 'peers', 'public', TRUE, 'en', 0, NULL), ('Members', 'x', 'peers', 'members', FALSE, 'en', 0, NULL),
 ('Let in', 'x', 'peers', 'board-members', FALSE, 'en', 0, NULL), ('News', 'x', 'announcements', 'public', TRUE, 'en', 0, NULL),
 ('Old', 'x', 'peers', 'public', TRUE, 'en', 0, 5);
INSERT INTO board_moderators (board_id, member_id, since) VALUES (1, 3, 0), (2, 3, 0), (4, 3, 0);
INSERT INTO content_notes (board_id, label) VALUES (1, 'Needles'), (2, 'Food');
";

impl House {
    fn write<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
        self.db.write_now(work).unwrap_or_else(|error| panic!("{error}"))
    }

    fn member(&self, number: i64) -> Member {
        self.write(|tx| Ok(accounts::load(tx.conn(), Id::new(number))?.unwrap()))
    }

    fn tansy(&self) -> Member {
        self.member(1)
    }

    fn northbank(&self) -> Member {
        self.member(2)
    }

    fn juniper(&self) -> Member {
        self.member(3)
    }

    fn thread(&self, viewer: Viewer, id: Id<Thread>) -> Result<Thread> {
        self.db.write_now(|tx| store::thread_seen_by(tx.conn(), viewer, id))
    }

    fn post(&self, id: Id<Post>) -> Post {
        self.write(|tx| Ok(store::post_seen_by(tx.conn(), self_viewer(3), id)?.0))
    }

    fn starts(&self, member: &Member, board: Id<Board>, title: &str) -> Opened {
        self.write(|tx| start(tx, member, board, &thread_draft(title, "Does the night get smaller again?", title)))
    }

    fn replies(&self, member: &Member, thread: Id<Thread>, words: &str) -> Placed {
        self.write(|tx| reply(tx, member, thread, &reply_draft(words, words)))
    }

    fn counts(&self, board: Id<Board>) -> (i32, i32) {
        self.write(|tx| {
            let board = crate::boards::lock_board(tx, board)?;
            Ok((board.thread_count, board.post_count))
        })
    }

    fn waiting(&self) -> usize {
        self.write(|tx| Ok(lists::waiting(tx.conn(), Viewer::Visitor, 10)?.len()))
    }
}

fn self_viewer(id: i64) -> Viewer {
    Viewer::Member { id: Id::new(id), works_for_organisation: false, is_moderator: id == 3 }
}

fn said(words: &str) -> Said {
    Said { stance: Stance::Experience, source: String::new(), words: Words::new(PostSource::parse(words).unwrap()) }
}

fn thread_draft(title: &str, words: &str, submission_id: &str) -> ThreadDraft {
    ThreadDraft {
        title: Title::parse(title).unwrap(),
        language: None,
        notes: vec![],
        said: said(words),
        submission_id: submission_id.into(),
    }
}

fn reply_draft(words: &str, submission_id: &str) -> ReplyDraft {
    ReplyDraft { in_reply_to: None, said: said(words), submission_id: submission_id.into() }
}

fn sentence<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Refused(
            Refusal::Forbidden(sentence)
            | Refusal::Stale(sentence)
            | Refusal::Unreadable(sentence)
            | Refusal::TooMany { sentence, .. },
        )) => sentence.key,
        Err(Error::Refused(Refusal::Unseen)) => "unseen",
        other => panic!("{other:?}"),
    }
}

// ---------------------------------------------------------------- rules

fn somebody() -> Member {
    let house = open();
    house.tansy()
}

#[test]
fn a_person_without_a_badge_speaks_for_themselves_only() {
    let mut member = somebody();
    let speaker = Speaker::of(&member);
    assert_eq!(speaker.stances(), [Stance::Experience, Stance::Caring, Stance::Read]);
    let refusals = [
        (Stance::General, "", CannotSpeak::NoBadge),
        (Stance::Organisation, "", CannotSpeak::NotForOrganisation),
        (Stance::Read, " \u{200b} ", CannotSpeak::SourceMissing),
        (Stance::Read, &"x".repeat(501), CannotSpeak::SourceTooLong),
    ];
    for (stance, source, refusal) in refusals {
        assert_eq!(rules::may_speak(&speaker, stance, source).unwrap_err(), refusal);
    }
    assert!(rules::may_speak(&speaker, Stance::Read, &"x".repeat(500)).is_ok());
    member.roles.clinician = true;
    member.roles.representative = true;
    assert_eq!(Speaker::of(&member).stances().len(), 3, "the role alone is no badge");
}

#[test]
fn what_somebody_says_of_themselves_chooses_a_stance_only_where_it_is_plain() {
    let table = [
        (HereAs::Living, Some(Stance::Experience)),
        (HereAs::Caring, Some(Stance::Caring)),
        (HereAs::Both, None),
        (HereAs::Working, None),
        (HereAs::Unsaid, None),
    ];
    for (here_as, stance) in table {
        assert_eq!(rules::preselected(here_as), stance);
    }
}

#[test]
fn limits_are_those_of_the_product() {
    let mut member = somebody();
    member.session = Some(SessionInfo { id: Id::new(1), is_shared_device: false, proved_at: Timestamp::from_micros(0) });
    let later = member.joined_at.plus(Duration::days(2));
    let times = |limits: Vec<Limit>| limits.iter().map(|limit| (limit.times, limit.per_seconds)).collect::<Vec<_>>();
    assert_eq!(times(rules::limits_of_start(&member, false, later)), [(6, 600)]);
    assert_eq!(times(rules::limits_of_start(&member, false, member.joined_at)), [(6, 600), (3, 86_400)]);
    assert_eq!(times(rules::limits_of_reply(&member, false, false, member.joined_at)), [(6, 600), (10, 86_400)]);
    assert_eq!(times(rules::limits_of_reply(&member, false, true, member.joined_at)), [(60, 600)]);
    assert!(rules::limits_of_reply(&member, true, false, later).is_empty());
    member.roles.mentor = true;
    assert_eq!(times(rules::limits_of_reply(&member, false, false, later)), [(20, 600)]);
    member.session = None;
    assert!(rules::limits_of_start(&member, false, member.joined_at).is_empty());
}

#[test]
fn a_page_says_when_a_limit_is_near_and_asks_only_for_whoever_may_be_near() {
    let mut member = somebody();
    member.session = Some(SessionInfo { id: Id::new(1), is_shared_device: false, proved_at: Timestamp::from_micros(0) });
    member.joined_at = Timestamp::from_micros(0);
    let (first_day, later) = (member.joined_at.plus(Duration::hours(1)), member.joined_at.plus(Duration::days(2)));
    let ordinary = rules::limits_of_reply(&member, false, false, later);
    let newcomer = rules::limits_of_start(&member, false, first_day);
    let asks =
        |member: &Member, limits: &[Limit], posts, is_all| rules::may_be_near(member, limits, Lately { posts, is_all });
    assert!(!asks(&member, &ordinary, 3, true));
    assert!(asks(&member, &ordinary, 4, true));
    assert!(!asks(&member, &ordinary, 0, false));
    assert!(asks(&member, &ordinary, 1, false), "another process may have taken the others");
    assert!(!asks(&member, &[], 99, false), "moderators have no limits");
    assert!(!asks(&member, &newcomer, 0, true));
    member.post_count = 1;
    assert!(asks(&member, &newcomer, 0, true));
    assert!(!asks(&member, &ordinary, 0, true));

    let ends = first_day.plus(Duration::minutes(10));
    let [many, of_the_day] = newcomer[..] else { panic!("{newcomer:?}") };
    assert_eq!(rules::nearest(&member, &[(many, 3, ends)]), None);
    let near = rules::nearest(&member, &[(many, 4, ends)]).unwrap();
    assert_eq!((near.left, near.again_at), (2, ends));
    // The first day is over before a day has passed since the first thread.
    let near = rules::nearest(&member, &[(many, 4, ends), (of_the_day, 3, first_day.plus(Duration::days(1)))]).unwrap();
    assert_eq!((near.action, near.left), ("first-day-threads", 0));
    assert_eq!(near.again_at, member.joined_at.plus(Duration::days(1)));
    assert_eq!(rules::nearest(&member, &[(many, 9, ends)]).unwrap().left, 0, "a mentor of yesterday");
}

#[test]
fn only_those_who_run_the_site_begin_threads_among_announcements() {
    let house = open();
    let mut member = house.tansy();
    let board = house.write(|tx| crate::boards::lock_board(tx, NEWS));
    let reader = Access { may_read: true, ..Access::default() };
    assert_eq!(rules::is_open_for_start(&member, &board, reader), Err(CannotStart::Announcements));
    assert_eq!(rules::is_open_for_start(&member, &board, Access::default()), Err(CannotStart::NotLetIn));
    assert!(rules::is_open_for_start(&member, &board, Access { is_moderator: true, ..reader }).is_ok());
    member.roles.representative = true;
    assert!(rules::is_open_for_start(&member, &board, reader).is_ok());
    let archived = Board { archived_at: Some(Timestamp::from_micros(1)), kind: Kind::Peers, ..board };
    assert_eq!(
        rules::is_open_for_start(&member, &archived, Access { is_moderator: true, ..reader }),
        Err(CannotStart::Archived)
    );
}

#[test]
fn who_has_to_agree_first_writes_nothing_new_and_takes_everything_back() {
    let house = open();
    let tansy = house.tansy();
    let opened = house.starts(&tansy, PEERS, "A question");
    let (post, thread) = house.write(|tx| store::lock_post_seen_by(tx, tansy.viewer(), opened.post));
    let board = house.write(|tx| crate::boards::lock_board(tx, PEERS));
    let access = Access { may_read: true, ..Access::default() };
    assert!(rules::is_open_for_reply(Some(&tansy), &board, &thread).is_ok());
    assert!(rules::is_open_for_reply(None, &board, &thread).is_ok(), "a visitor is asked to join instead");
    for (first, change) in [
        (AgreeFirst::Texts, "UPDATE members SET must_agree = TRUE WHERE handle = 'tansy'"),
        (AgreeFirst::Health, "UPDATE consents SET withdrawn_at = 1; UPDATE members SET must_agree = FALSE"),
    ] {
        house.write(|tx| Ok(execute(tx.conn(), change)?));
        let asked = house.tansy();
        assert_eq!(rules::is_open_for_start(&asked, &board, access), Err(CannotStart::AgreeFirst(first)));
        assert_eq!(rules::is_open_for_reply(Some(&asked), &board, &thread), Err(CannotReply::AgreeFirst(first)));
        assert_eq!(rules::is_open_for_edit(&asked, &post), Err(rules::CannotEdit::AgreeFirst(first)));
        assert!(rules::may_withdraw(&asked, &post).is_ok());
        // Also if the request began before: what the database says counts.
        let another = thread_draft("Another", "Awake again.", "another");
        assert_eq!(sentence(house.db.write_now(|tx| start(tx, &tansy, PEERS, &another))), first.key());
    }
}

// ---------------------------------------------------------------- doors

#[test]
fn somebody_starts_a_thread_and_another_one_answers() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let draft = ThreadDraft {
        notes: vec![NOTE_OF_PEERS, Id::new(2), Id::new(999)],
        ..thread_draft("Frightened of the night", "Words", "one")
    };
    let opened = house.write(|tx| start(tx, &tansy, PEERS, &draft));
    let thread = house.thread(Viewer::Visitor, opened.thread).unwrap();
    assert_eq!((thread.note_count, thread.audience, thread.post_count, thread.reply_count), (1, Audience::Public, 1, 0));
    assert_eq!(house.counts(PEERS), (1, 1));
    assert_eq!(house.waiting(), 1);

    house.replies(&tansy, opened.thread, "I forgot to say something.");
    assert_eq!(house.waiting(), 1, "one's own reply answers nobody");
    let placed = house.write(|tx| {
        reply(
            tx,
            &northbank,
            opened.thread,
            &ReplyDraft { in_reply_to: Some(opened.post), ..reply_draft("Yes. It gets smaller.", "r") },
        )
    });
    assert_eq!(placed.position, 3);
    assert_eq!(house.waiting(), 0);
    let thread = house.thread(Viewer::Visitor, opened.thread).unwrap();
    assert_eq!((thread.post_count, thread.reply_count, thread.version), (3, 2, 3));
    assert_eq!(house.counts(PEERS), (1, 3));
    assert_eq!(house.tansy().post_count, 2);
    let page = house.write(|tx| shown::posts_of_page(tx.conn(), opened.thread, 1));
    assert_eq!(page.iter().map(|post| post.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(page[2].in_reply_to, Some(opened.post));
    assert!(page[2].body_html.as_str().contains("It gets smaller."));
}

#[test]
fn the_same_form_sent_twice_makes_one_post_and_with_other_words_two() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let first = house.write(|tx| start(tx, &tansy, PEERS, &thread_draft("A title", "Words", "same")));
    assert_eq!(house.write(|tx| start(tx, &tansy, PEERS, &thread_draft("A title", "Words", "same"))), first);
    assert_ne!(house.write(|tx| start(tx, &tansy, PEERS, &thread_draft("Another title", "Words", "same"))), first);
    let replied = house.write(|tx| reply(tx, &northbank, first.thread, &reply_draft("Me too.", "same")));
    assert_eq!(house.write(|tx| reply(tx, &northbank, first.thread, &reply_draft("Me too.", "same"))), replied);
    assert_ne!(house.write(|tx| reply(tx, &northbank, first.thread, &reply_draft("Me too!", "same"))), replied);
    assert_ne!(house.write(|tx| reply(tx, &tansy, first.thread, &reply_draft("Me too.", "same"))), replied);
    assert_eq!(house.counts(PEERS), (2, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_form_sent_at_the_same_moment_makes_one_post() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let opened = house.starts(&tansy, PEERS, "A title for races");
    let mut racing = Vec::new();
    for number in 0..12 {
        let (db, member) = (house.db.clone(), northbank.clone());
        racing.push(tokio::spawn(async move {
            let words = if number % 2 == 0 { "Even words." } else { "Odd words." };
            let draft = reply_draft(words, "the-same-form");
            db.write(move |tx| reply(tx, &member, opened.thread, &draft)).await.unwrap_or_else(|error| panic!("{error}"))
        }));
        let (db, member) = (house.db.clone(), tansy.clone());
        racing.push(tokio::spawn(async move {
            let draft = thread_draft("Started at the same moment", "Words", "the-same-form");
            let opened =
                db.write(move |tx| start(tx, &member, MEMBERS_ONLY, &draft)).await.unwrap_or_else(|error| panic!("{error}"));
            Placed { thread: opened.thread, post: opened.post, position: 1 }
        }));
    }
    let mut posts = Vec::new();
    for race in racing {
        posts.push(race.await.unwrap().post);
    }
    posts.sort_unstable();
    posts.dedup();
    assert_eq!(posts.len(), 3);
    assert_eq!(house.thread(Viewer::Visitor, opened.thread).unwrap().post_count, 3);
    assert_eq!(house.counts(MEMBERS_ONLY), (1, 1));
}

#[test]
fn nobody_finds_a_thread_that_was_not_written_for_them() {
    let house = open();
    let tansy = house.tansy();
    let public = house.starts(&tansy, PEERS, "Everybody may read");
    let members = house.starts(&tansy, MEMBERS_ONLY, "Members may read");
    assert!(house.thread(Viewer::Visitor, public.thread).is_ok());
    let ward_sister = house.member(4);
    for viewer in [Viewer::Visitor, ward_sister.viewer()] {
        assert_eq!(sentence(house.thread(viewer, members.thread)), "unseen");
    }
    assert_eq!(
        sentence(house.db.write_now(|tx| reply(tx, &ward_sister, members.thread, &reply_draft("Hello", "x")))),
        "unseen"
    );
    // The board is widened later: what was written for members stays with members.
    house.write(|tx| {
        Ok(execute(tx.conn(), "UPDATE boards SET audience = 'public', organisation_reads = TRUE WHERE id = 2")?)
    });
    assert_eq!(sentence(house.thread(Viewer::Visitor, members.thread)), "unseen");
    let listed = house.write(|tx| {
        lists::of_board(tx.conn(), Viewer::Visitor, MEMBERS_ONLY, lists::Order::Latest, lists::After::nothing(), 10)
    });
    assert!(listed.is_empty());
    assert_eq!(
        sentence(house.db.write_now(|tx| start(tx, &tansy, LET_IN, &thread_draft("Not let in", "x", "x")))),
        "threads-cannot-start-not-let-in"
    );
    assert_eq!(
        sentence(house.db.write_now(|tx| start(tx, &tansy, ARCHIVED, &thread_draft("Too late", "x", "x")))),
        "threads-cannot-archived"
    );
}

#[test]
fn a_closed_thread_takes_no_replies_of_moderators_either() {
    let house = open();
    let (tansy, juniper) = (house.tansy(), house.juniper());
    let opened = house.starts(&tansy, PEERS, "A question");
    assert_eq!(sentence(house.db.write_now(|tx| lock(tx, &tansy, opened.thread, "Because"))), "threads-cannot-moderate");
    assert_eq!(sentence(house.db.write_now(|tx| lock(tx, &juniper, opened.thread, " "))), "threads-fault-reason-missing");
    house.write(|tx| lock(tx, &juniper, opened.thread, "It was answered."));
    house.write(|tx| lock(tx, &juniper, opened.thread, "Twice is once."));
    for member in [&tansy, &juniper] {
        assert_eq!(
            sentence(house.db.write_now(|tx| reply(tx, member, opened.thread, &reply_draft("But", "x")))),
            CannotReply::Closed.sentence().key
        );
    }
    let changes = house.write(|tx| shown::changes(tx.conn(), opened.thread));
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].by.as_str(), changes[0].reason.as_str()), ("juniper", "It was answered."));
    assert_eq!(house.waiting(), 0);
    house.write(|tx| unlock(tx, &juniper, opened.thread, "There is more to say."));
    house.replies(&juniper, opened.thread, "Go on.");
    house.write(|tx| pin(tx, &juniper, opened.thread, "Everybody asks this."));
    assert_eq!(house.write(|tx| lists::pinned(tx.conn(), Viewer::Visitor, PEERS)).len(), 1);
    assert!(
        house
            .write(|tx| lists::of_board(
                tx.conn(),
                Viewer::Visitor,
                PEERS,
                lists::Order::Latest,
                lists::After::nothing(),
                10
            ))
            .is_empty()
    );
}

#[test]
fn a_change_is_silent_for_five_minutes_and_then_leaves_the_earlier_version() {
    let house = open();
    let tansy = house.tansy();
    let opened = house.starts(&tansy, PEERS, "The first title");
    let change = |revision: i32, title: &str, words: &str| PostChange {
        revision,
        title: Some(Title::parse(title).unwrap()),
        said: said(words),
        submission_id: String::new(),
    };
    let cared = PostChange {
        said: Said { stance: Stance::Caring, ..said("Words of a carer") },
        ..change(1, "The second title", "x")
    };
    house.write(|tx| edit(tx, &tansy, opened.post, &cared));
    assert_eq!(house.post(opened.post).edited_at, None);
    assert_eq!(house.thread(Viewer::Visitor, opened.thread).unwrap().stance, Stance::Caring);
    assert_eq!(
        sentence(house.db.write_now(|tx| edit(tx, &tansy, opened.post, &change(1, "The third title", "Late")))),
        "threads-edit-stale"
    );
    assert_eq!(
        sentence(house.db.write_now(|tx| edit(tx, &northbank_in(), opened.post, &change(2, "The third title", "Not mine")))),
        "threads-cannot-edit-not-yours"
    );

    house.clock.shift(Duration::minutes(6));
    assert_eq!(
        sentence(house.db.write_now(|tx| edit(tx, &tansy, opened.post, &change(2, "The third title", "Now me")))),
        "threads-cannot-edit-stance"
    );
    let visible = PostChange {
        said: Said { stance: Stance::Caring, ..said("Other words of a carer") },
        ..change(2, "The third title", "x")
    };
    house.write(|tx| edit(tx, &tansy, opened.post, &visible));
    house.write(|tx| edit(tx, &tansy, opened.post, &visible));
    assert!(house.post(opened.post).edited_at.is_some());
    assert_eq!(house.thread(Viewer::Visitor, opened.thread).unwrap().title, "The third title");
    let revisions: Vec<Revision> = house.write(|tx| shown::revisions(tx.conn(), opened.post));
    assert_eq!(revisions.len(), 1);
    assert_eq!(revisions[0].title.as_deref(), Some("The second title"));
    assert!(revisions[0].body_html.as_str().contains("Words of a carer"));

    assert_eq!(
        sentence(house.db.write_now(|tx| take_away_revision(tx, &juniper_in(), opened.post, revisions[0].id))),
        "threads-cannot-take-away"
    );
    house.write(|tx| take_away_revision(tx, &tansy, opened.post, revisions[0].id));
    let revisions = house.write(|tx| shown::revisions(tx.conn(), opened.post));
    assert!(
        revisions[0].taken_away_at.is_some() && revisions[0].title.is_none() && revisions[0].body_html.as_str().is_empty()
    );
}

#[test]
fn words_that_are_taken_back_leave_every_place_and_are_erased_a_month_later() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let warned = ThreadDraft {
        notes: vec![NOTE_OF_PEERS],
        ..thread_draft("A title that goes", "Does the night get smaller again?", "A title that goes")
    };
    let opened = house.write(|tx| start(tx, &tansy, PEERS, &warned));
    let replied = house.replies(&northbank, opened.thread, "A reply that goes");
    house.replies(&northbank, opened.thread, "A reply that stays");
    house.write(|tx| withdraw(tx, &northbank, replied.post));
    let thread = house.thread(Viewer::Visitor, opened.thread).unwrap();
    assert_eq!((thread.post_count, thread.reply_count), (3, 1));
    assert!(thread.first_reply_at.is_some(), "the other reply answers still");
    assert_eq!(sentence(house.db.write_now(|tx| withdraw(tx, &northbank, replied.post))), "threads-cannot-edit-taken-back");
    assert_eq!(
        sentence(house.db.write_now(|tx| withdraw(tx, &northbank, opened.post))),
        "threads-cannot-withdraw-not-yours"
    );

    house.write(|tx| withdraw(tx, &tansy, opened.post));
    let thread = house.thread(Viewer::Visitor, opened.thread).unwrap();
    assert_eq!(thread.shown_title(), None);
    assert_eq!(thread.href(), format!("/threads/{}", opened.thread));
    assert_eq!(house.counts(PEERS), (0, 1));
    let listed = house
        .write(|tx| lists::of_board(tx.conn(), Viewer::Visitor, PEERS, lists::Order::Latest, lists::After::nothing(), 10));
    assert_eq!(listed.len(), 1, "a reply stands below it");
    assert_eq!(house.northbank().post_count, 1);

    let erase = |house: &House| {
        house.write(|tx| {
            let before = tx.now().minus(Duration::days(30));
            erase_withdrawn(tx, before)
        })
    };
    assert_eq!(erase(&house), 0);
    assert!(!house.post(opened.post).body_source.is_empty());
    house.clock.shift(Duration::days(31));
    assert_eq!(erase(&house), 2);
    assert_eq!(erase(&house), 0);
    for post in [opened.post, replied.post] {
        let post = house.post(post);
        assert!(post.body_source.is_empty() && post.body_html.as_str().is_empty());
    }
    let erased = house.thread(Viewer::Visitor, opened.thread).unwrap();
    assert_eq!((erased.title.as_str(), erased.note_count), ("-----", 0));
    assert!(house.write(|tx| shown::notes(tx.conn(), opened.thread)).is_empty());
}

#[test]
fn a_thread_waits_again_when_its_only_answer_is_taken_back() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let opened = house.starts(&tansy, PEERS, "Is anybody there?");
    let replied = house.replies(&northbank, opened.thread, "Yes.");
    assert_eq!(house.waiting(), 0);
    house.write(|tx| withdraw(tx, &northbank, replied.post));
    assert_eq!(house.waiting(), 1);
}

#[test]
fn lists_name_whoever_wrote_last_of_those_whose_words_stand() {
    let house = open();
    let (tansy, northbank, juniper) = (house.tansy(), house.northbank(), house.juniper());
    let opened = house.starts(&tansy, PEERS, "Who wrote last?");
    let begun = house.clock.now();
    let (mut replies, mut moments) = (Vec::new(), Vec::new());
    for (member, words) in [(&northbank, "First"), (&juniper, "Second")] {
        house.clock.shift(Duration::minutes(1));
        replies.push(house.replies(member, opened.thread, words));
        moments.push(house.post(replies[replies.len() - 1].post).posted_at);
    }
    let last = || {
        let listed = house.write(|tx| {
            lists::of_board(tx.conn(), Viewer::Visitor, PEERS, lists::Order::Latest, lists::After::nothing(), 10)
        });
        let of_board = house.write(|tx| crate::boards::lock_board(tx, PEERS)).last_post_at;
        listed.first().map(|row| (row.last_byline.clone(), row.thread.last_post_at)).map(|(name, at)| {
            assert_eq!(of_board, Some(at), "the board says the same");
            (name, at)
        })
    };
    assert_eq!(last(), Some(("juniper".to_owned(), moments[1])));
    house.write(|tx| withdraw(tx, &juniper, replies[1].post));
    assert_eq!(last(), Some(("northbank".to_owned(), moments[0])));
    house.write(|tx| withdraw(tx, &northbank, replies[0].post));
    let (name, at) = last().unwrap();
    assert_eq!(name, "tansy");
    assert!(at <= begun);
    house.write(|tx| withdraw(tx, &tansy, opened.post));
    assert_eq!(last(), None);
    assert_eq!(house.write(|tx| crate::boards::lock_board(tx, PEERS)).last_post_at, None);
}

#[test]
fn too_much_in_a_short_time_is_refused_and_one_s_own_thread_is_apart() {
    let house = open();
    let (tansy, mut northbank) = (house.tansy(), house.northbank());
    northbank.session = Some(SessionInfo { id: Id::new(1), is_shared_device: false, proved_at: Timestamp::from_micros(0) });
    let theirs = house.starts(&tansy, PEERS, "Of somebody else");
    let own = house.starts(&northbank, PEERS, "Of their own");
    for number in 0..5 {
        house.replies(&northbank, theirs.thread, &format!("Reply {number}"));
    }
    let result = house.db.write_now(|tx| reply(tx, &northbank, theirs.thread, &reply_draft("One more", "one more")));
    assert_eq!(sentence(result), "threads-limit-many");
    house.replies(&northbank, own.thread, "In my own thread I may.");
    house.clock.shift(Duration::minutes(11));
    house.replies(&northbank, theirs.thread, "Later it works again.");
}

#[test]
fn words_that_arrive_after_the_session_ended_wait_where_they_were_typed() {
    let house = open();
    let tansy = house.tansy();
    let opened = house.starts(&tansy, PEERS, "A thread");
    let body = b"stance=experience&body=My+words%0D%0Athat+stay&submission_id=abcdefghij&do=post&note=1&note=2";
    let path = format!("/threads/{}/replies", opened.thread);
    let location = house.write(|tx| keep_words(tx, &tansy, &path, body));
    assert_eq!(location, Some(format!("/threads/{}#reply", opened.thread)));
    let now = house.clock.now();
    let kept = |member: &Member| {
        house.write(|tx| store::drafts::at(tx.conn(), member.id, &[Place::Thread(opened.thread)], None, now))
    };
    let draft = kept(&tansy).remove(0).typed;
    assert_eq!((draft.body.as_str(), draft.note.len()), ("My words\r\nthat stay", 2));
    let northbank = house.northbank();
    assert!(kept(&northbank).is_empty());
    assert_eq!(
        house.write(|tx| keep_words(tx, &tansy, "/boards/1/threads", b"title=A+beginning")),
        Some("/boards/1/new-thread".to_owned())
    );
    for (path, body) in [
        ("/threads/999/replies", &b"body=x"[..]),
        ("/settings", b"body=x"),
        ("/posts/1", b"title=&body="),
        ("/posts/1", b"body=%00"),
    ] {
        assert_eq!(house.write(|tx| keep_words(tx, &northbank, path, body)), None, "{path}");
    }
    // Posting forgets the draft, and a late save of the same words does not bring it back.
    house.write(|tx| reply(tx, &tansy, opened.thread, &reply_draft("My words\nthat stay", "abcdefghij")));
    house.write(|tx| keep_draft(tx, &tansy, Place::Thread(opened.thread), &draft));
    assert!(kept(&tansy).is_empty());
}

#[test]
fn words_that_come_back_go_over_no_others() {
    let house = open();
    let (tansy, northbank) = (house.tansy(), house.northbank());
    let opened = house.starts(&northbank, PEERS, "A thread");
    let place = Place::Thread(opened.thread);
    let path = format!("/threads/{}/replies", opened.thread);
    let typed = |body: &str, form: &str| Typed { body: body.into(), submission_id: form.into(), ..Typed::default() };
    let kept = |house: &House| {
        let now = house.clock.now();
        let drafts = house.write(|tx| store::drafts::at(tx.conn(), tansy.id, &[place], None, now));
        drafts.into_iter().map(|draft| draft.typed.body).collect::<Vec<_>>()
    };
    // What the script kept of the very form is a part of it.
    house.write(|tx| keep_draft(tx, &tansy, place, &typed("Half a sen", "form-one")));
    house.write(|tx| keep_words(tx, &tansy, &path, b"body=Half+a+sentence.&submission_id=form-one"));
    assert_eq!(kept(&house), ["Half a sentence."]);
    // Meanwhile they wrote on elsewhere, in the same form or in another.
    let known = house.clock.now().micros().to_string();
    let other_thought = Typed { kept_at: known, ..typed("Another thought altogether.", "form-one") };
    house.write(|tx| keep_draft(tx, &tansy, place, &other_thought));
    house.write(|tx| keep_draft(tx, &tansy, place, &typed("In another window.", "form-two")));
    house.clock.shift(Duration::seconds(1));
    house.write(|tx| keep_words(tx, &tansy, &path, b"body=The+whole+of+it.&submission_id=form-one"));
    let all = kept(&house);
    assert_eq!(all[0], "The whole of it.", "what was sent stands in the field");
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.contains(&"Another thought altogether.".to_owned()) && all.contains(&"In another window.".to_owned()));
    // Posting one of them leaves the others.
    house.write(|tx| reply(tx, &tansy, opened.thread, &reply_draft("The whole of it.", "form-one")));
    assert_eq!(kept(&house).len(), 2);
}

#[test]
fn on_a_device_that_others_use_a_draft_is_kept_for_minutes() {
    let house = open();
    let mut tansy = house.tansy();
    tansy.session = Some(SessionInfo { id: Id::new(1), is_shared_device: true, proved_at: Timestamp::from_micros(0) });
    let place = Place::Board(PEERS);
    let typed = Typed { body: "Something private".into(), ..Typed::default() };
    house.write(|tx| keep_draft(tx, &tansy, place, &typed));
    house.write(|tx| keep_draft(tx, &tansy, place, &typed));
    let kept = |house: &House| {
        house.write(|tx| {
            let now = tx.now();
            Ok(store::drafts::at(tx.conn(), Id::new(1), &[place], None, now)?.into_iter().next().map(|draft| draft.typed))
        })
    };
    assert_eq!(kept(&house), Some(typed.clone()));
    house.clock.shift(Duration::minutes(16));
    assert_eq!(kept(&house), None);
    assert_eq!(house.write(store::drafts::remove_expired), 1);
    house.write(|tx| keep_draft(tx, &tansy, place, &typed));
    house.write(|tx| keep_draft(tx, &tansy, place, &Typed::default()));
    assert_eq!(kept(&house), None, "emptied fields remove it");
}

#[test]
fn more_than_anybody_types_is_no_draft_and_words_that_were_sent_are_kept_past_the_limits() {
    let house = open();
    let tansy = house.tansy();
    let typed = |chars: usize| Typed { body: "é".repeat(chars), ..Typed::default() };
    let place = Place::Board(PEERS);
    house.write(|tx| keep_draft(tx, &tansy, place, &typed(40_000)));
    assert!(matches!(
        house.db.write_now(|tx| keep_draft(tx, &tansy, place, &typed(40_001))),
        Err(Error::Refused(Refusal::TooLarge))
    ));
    for number in 1..=100 {
        house.write(|tx| keep_sent(tx, &tansy, Place::Thread(Id::new(number)), &typed(1)));
    }
    let elsewhere = Place::Thread(Id::new(101));
    assert_eq!(sentence(house.db.write_now(|tx| keep_draft(tx, &tansy, elsewhere, &typed(1)))), "threads-drafts-full");
    house.write(|tx| keep_sent(tx, &tansy, elsewhere, &typed(1)));
    let (now, mut after, mut seen) = (house.clock.now(), (Timestamp::from_micros(i64::MAX), i64::MAX), 0);
    loop {
        let part = house.write(|tx| store::drafts::of_member(tx.conn(), tansy.id, now, after, 20));
        let Some(last) = part.last() else { break };
        after = (last.saved_at, last.id.number());
        seen += part.len();
    }
    assert_eq!(seen, 102);
}

#[test]
fn lists_go_on_by_key_and_leave_nothing_out() {
    let house = open();
    let tansy = house.tansy();
    for number in 0..9 {
        house.clock.shift(Duration::seconds(i64::from(number % 3 == 0)));
        house.starts(&tansy, PEERS, &format!("Thread number {number}"));
    }
    for order in [lists::Order::Latest, lists::Order::Newest, lists::Order::Waiting] {
        let (mut after, mut seen) = (lists::After::nothing(), Vec::new());
        loop {
            let part = house.write(|tx| lists::of_board(tx.conn(), Viewer::Visitor, PEERS, order, after, 4));
            let Some(last) = part.last() else { break };
            after = lists::After { at: last.thread.opened_at, id: last.thread.id };
            seen.extend(part.iter().map(|row| row.thread.id));
        }
        assert_eq!(seen.len(), 9, "{order:?}");
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{order:?}: {seen:?}");
    }
}

#[test]
fn how_far_somebody_read_only_grows_and_the_first_opening_counts() {
    let house = open();
    let tansy = house.tansy();
    let opened = house.starts(&tansy, PEERS, "A thread to read");
    let at = house.clock.now();
    let note = |member: i64, position: i32| {
        house.write(|tx| store::note_position(tx, Id::new(member), opened.thread, position, at))
    };
    assert!(note(2, 5));
    assert!(!note(2, 3));
    assert_eq!(house.write(|tx| shown::position_of(tx.conn(), Id::new(2), opened.thread)).unwrap().0, 5);
    assert!(!note(1, 1), "one's own thread is not one by others");
    assert!(!note(999, 1), "somebody who left");
}

fn northbank_in() -> Member {
    Member { id: Id::new(2), ..stand_in() }
}

fn juniper_in() -> Member {
    Member { id: Id::new(3), ..stand_in() }
}

/// Somebody whose number is changed, for use inside a transaction.
fn stand_in() -> Member {
    Member {
        id: Id::new(2),
        handle: "northbank".into(),
        roles: accounts::Roles::default(),
        works_for_organisation: false,
        time_zone: None,
        country: String::new(),
        colours: None,
        text_size: None,
        plain_titles: false,
        here_as: HereAs::Unsaid,
        mark: crate::web::page::parts::Mark::NONE,
        must_agree: false,
        agrees_to_health: true,
        unread_notices: 0,
        post_count: 0,
        threads_opened: 0,
        joined_at: Timestamp::from_micros(0),
        second_step_due_at: None,
        mailbox_asked: false,
        session: None,
    }
}
