//! Boards on a real database: who sees what, who is let in by whom, and what is counted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::accounts::Viewer;
use crate::config::MailRoute;
use crate::mail::tests::Ground;

const VISITOR: Viewer = Viewer::Visitor;

/// People 1 to 5: an administrator, a moderator, two members, and somebody who works for the organisation.
fn ground() -> Ground {
    let ground = Ground::open(MailRoute::Memory);
    for (id, handle, role) in [
        (1, "ada", "is_administrator"),
        (2, "maren", "is_moderator"),
        (3, "tansy", "plain_titles"),
        (4, "harebell", "plain_titles"),
        (5, "northbank", "works_for_organisation"),
    ] {
        ground.run(&format!(
            "INSERT INTO members (handle, handle_key, email, email_key, password_hash, {role}, joined_at) \
             VALUES ('{handle}', '{handle}', '{handle}@example.org', '{id}', '', TRUE, {id})"
        ));
    }
    ground.run("INSERT INTO consents (member_id, kind, version, given_at) SELECT id, 'health', '1', 0 FROM members");
    ground
}

fn draft(name: &str, audience: Audience) -> BoardDraft {
    BoardDraft {
        name: name.to_owned(),
        purpose: "For whoever needs it.".to_owned(),
        kind: Kind::Peers,
        audience,
        organisation_reads: false,
        language: "en".to_owned(),
        rules: vec!["Say what happened to you.".to_owned(), "One more.".to_owned()],
        content_notes: vec!["Needles".to_owned(), "Food".to_owned()],
    }
}

impl Ground {
    fn does<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.site.db.write_now(work)
    }

    fn board(&self, name: &str, audience: Audience) -> Id<Board> {
        self.does(|tx| create(tx, None, &draft(name, audience))).unwrap()
    }

    fn person(&self, id: i64) -> Member {
        self.does(|tx| accounts::load(tx.conn(), Id::new(id))).unwrap().unwrap()
    }

    fn sees(&self, who: i64, board: Id<Board>) -> Option<bool> {
        let viewer = if who == 0 { VISITOR } else { self.person(who).viewer() };
        match self.does(|tx| seen_by(tx.conn(), viewer, board)) {
            Ok((_, access)) => Some(access.may_read),
            Err(Error::Refused(Refusal::Unseen)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    fn happenings(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM happenings")
    }
}

#[test]
fn each_board_opens_to_whom_it_says_and_shows_its_front_to_other_members() {
    let ground = ground();
    let boards = [Audience::Public, Audience::Members, Audience::BoardMembers]
        .map(|audience| ground.board(audience.word(), audience));
    ground.does(|tx| add_moderator(tx, boards[2], Id::new(2))).unwrap();
    ground.does(|tx| let_in(tx, boards[2], Id::new(4), None)).unwrap();
    let seen = |who| boards.map(|board| ground.sees(who, board));
    assert_eq!(seen(0), [Some(true), None, None], "a visitor");
    assert_eq!(seen(3), [Some(true), Some(true), Some(false)], "a member");
    assert_eq!(seen(4), [Some(true), Some(true), Some(true)], "a member who was let in");
    assert_eq!(seen(2), [Some(true), Some(true), Some(true)], "its moderator");
    assert_eq!(seen(5), [Some(true), Some(false), Some(false)], "somebody who works for the organisation");
    assert_eq!(ground.sees(3, Id::new(999)), None, "a board that is not there");
    ground
        .does(|tx| {
            change(
                tx,
                None,
                boards[1],
                &BoardDraft { organisation_reads: true, ..draft("members", Audience::Members) },
                None,
            )
        })
        .unwrap();
    assert_eq!(ground.sees(5, boards[1]), Some(true), "the organisation reads along");

    let listed =
        |viewer| ground.does(|tx| list(tx.conn(), viewer)).unwrap().into_iter().map(|board| board.id).collect::<Vec<_>>();
    assert_eq!(listed(VISITOR), boards[..2]);
    assert_eq!(listed(ground.person(3).viewer()), boards);
}

#[test]
fn who_asks_is_answered_by_a_moderator_of_that_board_and_told_why_not() {
    let ground = ground();
    let (board, other) =
        (ground.board("Breast cancer", Audience::BoardMembers), ground.board("Other", Audience::BoardMembers));
    ground.does(|tx| add_moderator(tx, board, Id::new(2))).unwrap();
    let (ada, maren, tansy) = (ground.person(1), ground.person(2), ground.person(3));
    ground.does(|tx| ask(tx, &tansy, board, "I was told to come here.")).unwrap();
    ground.does(|tx| ask(tx, &tansy, board, "Twice.")).unwrap();
    ground.does(|tx| ask(tx, &tansy, other, "")).unwrap();
    assert_eq!(
        ground.number("SELECT COUNT(*) FROM board_requests WHERE decided_at IS NULL"),
        2,
        "asking twice is asking once"
    );
    assert_eq!(ground.happenings(), 2);

    // Neither an administrator nor a moderator of another board.
    for (who, request) in [(&ada, 1), (&maren, 2), (&tansy, 1)] {
        let refused = ground.does(|tx| decide(tx, who, Id::new(request), true, ""));
        assert!(matches!(refused, Err(Error::Refused(Refusal::Unseen))), "{} {request}: {refused:?}", who.handle);
    }
    let unreasoned = ground.does(|tx| decide(tx, &maren, Id::new(1), false, " \n "));
    assert!(matches!(unreasoned, Err(Error::Refused(Refusal::Unreadable(_)))), "{unreasoned:?}");
    ground.does(|tx| decide(tx, &maren, Id::new(1), false, "Tell us more.")).unwrap();
    assert_eq!(ground.sees(3, board), Some(false));
    assert_eq!(
        ground.number(
            "SELECT COUNT(*) FROM board_requests WHERE outcome = 'refused' AND reason = 'Tell us more.' AND words = ''"
        ),
        1
    );
    let late = ground.does(|tx| decide(tx, &maren, Id::new(1), true, ""));
    assert!(matches!(late, Err(Error::Refused(Refusal::Stale(_)))), "{late:?}");

    ground.does(|tx| ask(tx, &tansy, board, "More.")).unwrap();
    ground.does(|tx| decide(tx, &maren, Id::new(3), true, "")).unwrap();
    assert_eq!(ground.sees(3, board), Some(true));
    assert_eq!(ground.number("SELECT member_count FROM boards WHERE id = 1"), 1);
    assert_eq!(ground.number("SELECT COUNT(*) FROM happenings WHERE kind = 'board-decided' AND member_id = 3"), 2);

    let again = ground.does(|tx| ask(tx, &tansy, board, ""));
    assert!(matches!(again, Err(Error::Refused(Refusal::Forbidden(_)))), "who is in need not ask: {again:?}");
    ground.does(|tx| take_out(tx, &maren, board, tansy.id, "You asked us to.")).unwrap();
    assert_eq!((ground.sees(3, board), ground.number("SELECT member_count FROM boards WHERE id = 1")), (Some(false), 0));
    let own = ground.does(|tx| take_out(tx, &maren, board, maren.id, "Me."));
    assert!(matches!(own, Err(Error::Refused(Refusal::Forbidden(_)))), "{own:?}");
}

#[test]
fn a_request_can_be_taken_back_and_a_board_left_without_telling_anybody() {
    let ground = ground();
    let board = ground.board("Breast cancer", Audience::BoardMembers);
    let tansy = ground.person(3);
    ground.does(|tx| ask(tx, &tansy, board, "Please.")).unwrap();
    let told = ground.happenings();
    ground.does(|tx| take_back(tx, &tansy, board)).unwrap();
    ground.does(|tx| take_back(tx, &tansy, board)).unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM board_requests WHERE outcome = 'taken-back' AND words = ''"), 1);
    ground.does(|tx| let_in(tx, board, tansy.id, None)).unwrap();
    ground.does(|tx| let_in(tx, board, tansy.id, None)).unwrap();
    assert_eq!(ground.number("SELECT member_count FROM boards"), 1);
    ground.does(|tx| leave(tx, &tansy, board)).unwrap();
    ground.does(|tx| leave(tx, &tansy, board)).unwrap();
    assert_eq!(
        (ground.sees(3, board), ground.number("SELECT member_count FROM boards"), ground.happenings()),
        (Some(false), 0, told)
    );
}

#[test]
fn people_who_work_for_the_organisation_cannot_ask_where_it_does_not_read() {
    let ground = ground();
    let board = ground.board("Breast cancer", Audience::BoardMembers);
    let northbank = ground.person(5);
    let asked = ground.does(|tx| ask(tx, &northbank, board, ""));
    assert!(matches!(asked, Err(Error::Refused(Refusal::Forbidden(_)))), "{asked:?}");
    assert_eq!(ground.number("SELECT COUNT(*) FROM board_requests"), 0);
}

#[test]
fn only_administrators_change_boards_and_a_stale_change_is_refused() {
    let ground = ground();
    let board = ground.board("Type 1", Audience::Members);
    let (ada, maren) = (Some(Id::new(1)), Some(Id::new(2)));
    let refused = ground.does(|tx| create(tx, maren, &draft("Mine", Audience::Public)));
    assert!(matches!(refused, Err(Error::Refused(Refusal::Forbidden(_)))), "{refused:?}");
    let was = ground.does(|tx| draft_of(tx, board)).unwrap().fingerprint();
    let wider = BoardDraft {
        content_notes: vec!["Food".to_owned(), "Blood".to_owned()],
        ..draft("Type 1 diabetes", Audience::Public)
    };
    ground.does(|tx| change(tx, ada, board, &wider, Some(&was))).unwrap();
    assert_eq!(ground.does(|tx| draft_of(tx, board)).unwrap(), wider);
    assert_eq!(
        ground.number("SELECT COUNT(*) FROM content_notes WHERE retired_at IS NOT NULL AND label = 'Needles'"),
        1,
        "a note is retired, not lost"
    );
    let stale = ground.does(|tx| change(tx, ada, board, &draft("Other", Audience::Members), Some(&was)));
    assert!(matches!(stale, Err(Error::Refused(Refusal::Stale(_)))), "{stale:?}");
    // A retired note that is offered again is the same one.
    ground.does(|tx| change(tx, ada, board, &draft("Type 1", Audience::Public), None)).unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM content_notes WHERE label = 'Needles' AND retired_at IS NULL"), 1);
    let history = ground.does(|tx| store::changes(tx.conn(), board, 10)).unwrap();
    assert_eq!(history[1].what, "changed name audience notes");
    assert_eq!(history[1].by.as_deref(), Some("ada"));
}

#[test]
fn a_board_is_given_to_moderators_only_and_an_open_request_of_theirs_is_closed() {
    let ground = ground();
    let board = ground.board("Breast cancer", Audience::BoardMembers);
    let ada = Some(Id::new(1));
    let refused = ground.does(|tx| appoint(tx, ada, board, Id::new(3)));
    assert!(matches!(refused, Err(Error::Refused(Refusal::Forbidden(_)))), "{refused:?}");
    let maren = ground.person(2);
    ground.does(|tx| ask(tx, &maren, board, "Me too.")).unwrap();
    ground.does(|tx| appoint(tx, ada, board, maren.id)).unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM board_requests WHERE decided_at IS NULL"), 0);
    assert_eq!(ground.sees(2, board), Some(true));
    ground.does(|tx| end_moderating(tx, ada, maren.id)).unwrap();
    assert_eq!(ground.sees(2, board), Some(false));
}

#[test]
fn boards_move_one_place_and_archived_ones_leave_the_list() {
    let ground = ground();
    let [a, b, c] = ["Aa", "Bb", "Cc"].map(|name| ground.board(name, Audience::Public));
    let order = || ground.does(|tx| list(tx.conn(), VISITOR)).unwrap().into_iter().map(|board| board.id).collect::<Vec<_>>();
    ground.does(|tx| move_up(tx, None, a)).unwrap();
    assert_eq!(order(), [a, b, c], "nothing stands above the first");
    ground.does(|tx| move_up(tx, None, c)).unwrap();
    ground.does(|tx| move_down(tx, None, a)).unwrap();
    assert_eq!(order(), [c, a, b]);
    ground.does(|tx| archive(tx, None, a)).unwrap();
    assert_eq!(order(), [c, b]);
    assert_eq!(ground.sees(0, a), Some(true), "what was said stays readable");
    ground.does(|tx| unarchive(tx, None, a)).unwrap();
    assert_eq!(order(), [c, a, b]);
}

/// Whether a person reads what has that audience: a visitor, a member, somebody who was let in, and the last two as people
/// who work for the organisation.
fn readers(audience: &str, organisation_reads: bool) -> [bool; 5] {
    let (member, let_in) = (audience != "board-members", true);
    match audience {
        "public" => [true; 5],
        _ => [false, member, let_in, member && organisation_reads, let_in && organisation_reads],
    }
}

#[test]
fn a_narrowed_board_leaves_each_thread_to_those_who_may_read_both() {
    let ground = ground();
    let board = ground.board("Aa", Audience::Public);
    let settings =
        ["public", "members", "board-members"].into_iter().flat_map(|audience| [(audience, true), (audience, false)]);
    for ((audience, reads), (narrowed, narrowed_reads)) in
        settings.clone().flat_map(|thread| settings.clone().map(move |board| (thread, board)))
    {
        ground.run("DELETE FROM threads");
        ground.run(&format!("UPDATE boards SET audience = 'public', organisation_reads = {}", !narrowed_reads));
        ground.run(&format!(
            "INSERT INTO threads (board_id, author_id, title, audience, organisation_reads, language, stance, opened_at, \
             post_count, last_post_at, last_author_id) \
             VALUES ({board}, 3, 'A thread', '{audience}', {reads}, 'en', 'experience', 0, 1, 0, 3)"
        ));
        ground.run(&format!("UPDATE boards SET audience = '{narrowed}', organisation_reads = {narrowed_reads}"));
        let is = |sql: &str| ground.number(&format!("SELECT CASE WHEN {sql} THEN 1 ELSE 0 END FROM threads")) == 1;
        let readers_now = || {
            let words = ["public", "members", "board-members"];
            let audience = words.into_iter().find(|word| is(&format!("audience = '{word}'"))).unwrap();
            readers(audience, is("organisation_reads")).to_vec()
        };
        // A board for everyone is closed to nobody; what its members wrote among themselves may be.
        let board_readers = match (narrowed, audience) {
            ("public", "members" | "board-members") => [true, true, true, narrowed_reads, narrowed_reads],
            _ => readers(narrowed, narrowed_reads),
        };
        let both: Vec<bool> =
            readers(audience, reads).into_iter().zip(board_readers).map(|(thread, board)| thread && board).collect();
        let case = format!("{audience} {reads} on a board that becomes {narrowed} {narrowed_reads}");
        assert_eq!(readers_now(), both, "{case}");
        let is_narrower = both != readers(audience, reads);
        assert_eq!(is("version > 1"), is_narrower, "the page that browsers hold is another one now: {case}");
        ground.run("UPDATE boards SET audience = 'public', organisation_reads = TRUE");
        assert_eq!(readers_now(), both, "wider again: {case}");
    }
}

#[test]
fn the_number_of_the_list_of_boards_never_comes_back() {
    let ground = ground();
    let boards = ["Aa", "Bb"].map(|name| ground.board(name, Audience::Public));
    let mut seen = Vec::new();
    for (round, audience) in
        [Audience::BoardMembers, Audience::Public, Audience::BoardMembers, Audience::Members].into_iter().enumerate()
    {
        for board in boards {
            for _ in 0..5 {
                ground.does(|tx| raise_version(tx, board)).unwrap();
                seen.push(ground.does(|tx| list_version(tx.conn())).unwrap());
            }
        }
        ground.does(|tx| change(tx, None, boards[round % 2], &draft("Cc", audience), None)).unwrap();
        let after = ground.does(|tx| list_version(tx.conn())).unwrap();
        assert!(seen.iter().all(|before| *before < after), "{audience:?}: {after} after {seen:?}");
        seen.push(after);
    }
    // What nobody outside may know of leaves the number as it is.
    assert!(seen.is_sorted(), "{seen:?}");
}

#[test]
fn counts_and_versions_follow_what_is_written() {
    let ground = ground();
    let board = ground.board("Aa", Audience::Public);
    let version = || ground.does(|tx| list_version(tx.conn())).unwrap();
    let before = version();
    let (early, late) = (Timestamp::from_micros(5), Timestamp::from_micros(9));
    ground
        .does(|tx| {
            count_thread(tx, board, late)?;
            count_post(tx, board, late)?;
            count_post(tx, board, early)
        })
        .unwrap();
    assert_eq!(version(), before + 3);
    let now = ground.does(|tx| lock_board(tx, board)).unwrap();
    assert_eq!(
        (now.thread_count, now.post_count, now.last_post_at),
        (1, 2, Some(late)),
        "an older post does not make the board older"
    );
    ground
        .does(|tx| {
            uncount_post(tx, board)?;
            uncount_thread(tx, board)?;
            raise_version(tx, board)?;
            raise_list_version(tx)
        })
        .unwrap();
    let now = ground.does(|tx| lock_board(tx, board)).unwrap();
    assert_eq!((now.thread_count, now.post_count, version()), (0, 1, before + 7));
}

#[test]
fn the_name_stands_in_the_address_of_a_public_board_only() {
    for (name, expected) in [
        ("Type 1 diabetes", "type-1-diabetes"),
        ("Crohn’s & colitis!", "crohns-colitis"),
        ("Žofia – ärztlich", "zofia-arztlich"),
        ("自己免疫", ""),
        ("--", ""),
        ("People", ""),
        ("New thread!", ""),
        ("People with lupus", "people-with-lupus"),
        (&"long ".repeat(40), "long-long-long-long-long-long-long-long-long-long-long-long"),
    ] {
        assert_eq!(slug(name), expected);
    }
    let ground = ground();
    let of = |audience| {
        let id = ground.board("Type 1", audience);
        ground.does(|tx| lock_board(tx, id)).unwrap()
    };
    assert_eq!(href(&of(Audience::Public)), "/boards/1/type-1");
    assert_eq!(href(&of(Audience::Members)), "/boards/2");
    assert_eq!(href(&of(Audience::BoardMembers)), "/boards/3");
}
