//! The doors on a real database: what holds however often and in whatever order people come.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::joining::Confirmed;
use super::model::{EmailAddress, JoinRequest};
use super::*;
use crate::config::MailRoute;
use crate::db::trouble::{self, Trouble};
use crate::mail::tests::Ground;
use std::sync::Arc;

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$tKOZYhfkHjCr7pucKkDZ3A$QEIypt2zK9FZhBcl6Z3ftlSk4z16NXpzhpWW+v3bfvY";

fn ground() -> Ground {
    Ground::open(MailRoute::Memory)
}

fn request(handle: &str, email: &str) -> JoinRequest {
    JoinRequest {
        handle: handle.into(),
        email: EmailAddress::parse(email).unwrap(),
        password_hash: HASH.into(),
        country: "IE".into(),
        community_letters: false,
        answer: String::new(),
        invitation: None,
        rules_version: "1".into(),
        newcomer: None,
    }
}

async fn ask(ground: &Ground, handle: &str, email: &str) -> (Asked, Token) {
    let (request, token, site) = (request(handle, email), Arc::new(Token::random().unwrap()), ground.site.clone());
    let given = Arc::clone(&token);
    let asked = ground.site.db.write(move |tx| ask_to_join(tx, &request, &given, &site)).await.unwrap();
    (asked, Arc::into_inner(token).unwrap())
}

async fn open_letter(ground: &Ground, token: &Token) -> Option<Id<Member>> {
    let hash = token.hash();
    match ground.site.db.write(move |tx| joining::confirm(tx, &hash)).await {
        Err(error) if trouble::of(&error) == Some(Trouble::Taken) => None,
        confirmed => match confirmed.unwrap() {
            Confirmed::Member(member) => Some(member),
            _ => None,
        },
    }
}

async fn member(ground: &Ground, handle: &str, roles: Roles) -> Id<Member> {
    let new = NewMember {
        handle: handle.into(),
        email: format!("{handle}@post.example"),
        password_hash: HASH.into(),
        roles,
        ..NewMember::default()
    };
    ground.site.db.write(move |tx| create_member(tx, &new)).await.unwrap()
}

fn administrator() -> Roles {
    Roles { administrator: true, ..Roles::default() }
}

#[tokio::test]
async fn a_letter_makes_one_member_however_many_open_it_at_once() {
    let ground = ground();
    let (asked, token) = ask(&ground, "tansy", "tansy@post.example").await;
    assert_eq!(asked, Asked::LetterWritten);
    let tries: Vec<_> = futures_util::future::join_all((0..20).map(|_| open_letter(&ground, &token))).await;
    assert_eq!(tries.iter().flatten().count(), 1);
    assert_eq!(ground.number("SELECT COUNT(*) FROM members"), 1);
    assert_eq!(ground.number("SELECT COUNT(*) FROM pending_joins"), 0);
    assert_eq!(ground.number("SELECT COUNT(*) FROM consents WHERE withdrawn_at IS NULL"), 2);
    assert_eq!(ground.text("SELECT version FROM consents WHERE kind = 'rules'"), "1");
}

#[tokio::test]
async fn two_letters_to_one_address_make_one_member() {
    let ground = ground();
    let (_, first) = ask(&ground, "tansy", "tansy@post.example").await;
    let (_, second) = ask(&ground, "tansy2", "Tansy@POST.example").await;
    let (one, other) = futures_util::future::join(open_letter(&ground, &first), open_letter(&ground, &second)).await;
    assert!(one.is_some() != other.is_some());
    assert_eq!(ground.number("SELECT COUNT(*) FROM members"), 1);
}

#[tokio::test]
async fn a_known_address_gets_the_same_rows_and_a_letter_that_makes_nobody_a_member() {
    let ground = ground();
    member(&ground, "tansy", Roles::default()).await;
    let (new, _) = ask(&ground, "robin", "robin@post.example").await;
    let (known, token) = ask(&ground, "wren", "Tansy@Post.example").await;
    assert_eq!(new, known);
    assert_eq!(ground.number("SELECT COUNT(*) FROM pending_joins"), 2);
    assert_eq!(ground.number("SELECT COUNT(*) FROM pending_joins WHERE token_hash IS NULL AND handle = 'wren'"), 1);
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters"), 2);
    assert_eq!(ground.text("SELECT template FROM letters WHERE to_address LIKE 'Tansy@%'"), "accounts/already-member");
    assert_eq!(open_letter(&ground, &token).await, None);
}

#[tokio::test]
async fn a_name_is_taken_from_the_moment_somebody_asks_for_it_look_alikes_included() {
    let ground = ground();
    ask(&ground, "tansy", "one@post.example").await;
    assert_eq!(ask(&ground, "TАNSY", "two@post.example").await.0, Asked::NameTaken);
    ground.minutes_later(14 * 24 * 60 + 1).await;
    assert_eq!(ask(&ground, "TANSY", "two@post.example").await.0, Asked::LetterWritten);
}

#[tokio::test]
async fn whoever_never_opens_the_letter_is_forgotten_after_two_weeks() {
    let ground = ground();
    let (_, token) = ask(&ground, "tansy", "tansy@post.example").await;
    ground.minutes_later(14 * 24 * 60 - 1).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM pending_joins"), 1);
    ground.site.clock.shift(Duration::minutes(2));
    assert_eq!(open_letter(&ground, &token).await, None, "also before the worker came by");
    ground.minutes_later(60).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM pending_joins"), 0);
}

#[tokio::test]
async fn nobodys_letter_box_is_filled_by_somebody_who_joins_again_and_again() {
    let ground = ground();
    for number in 0..9 {
        assert_eq!(ask(&ground, &format!("tansy-{number}x"), "tansy@post.example").await.0, Asked::LetterWritten);
    }
    assert_eq!(ground.number("SELECT COUNT(*) FROM letters"), i64::from(rules::JOIN_LETTERS.times));
}

#[tokio::test]
async fn five_wishes_wait_for_one_address_at_most_whether_it_is_known_or_not() {
    let ground = ground();
    member(&ground, "tansy", Roles::default()).await;
    for email in ["tansy@post.example", "robin@post.example"] {
        let waiting = || ground.number(&format!("SELECT COUNT(*) FROM pending_joins WHERE email_key = '{email}'"));
        let name = |day, number| format!("{}-{day}-{number}", &email[..5]);
        for day in 0..2 {
            for number in 0..7 {
                assert_eq!(ask(&ground, &name(day, number), email).await.0, Asked::LetterWritten);
            }
            assert_eq!(waiting(), 5);
            ground.site.clock.shift(Duration::days(1));
        }
        assert_eq!(ground.number(&format!("SELECT COUNT(*) FROM pending_joins WHERE handle LIKE '{}-0-%'", &email[..5])), 0);
    }
}

#[tokio::test]
async fn whoever_is_made_an_administrator_ends_the_links_that_wait() {
    let ground = ground();
    let robin = member(&ground, "robin", Roles::default()).await;
    ground.site.db.write(make_setup_link).await.unwrap();
    let open = || ground.number("SELECT COUNT(*) FROM setup_links WHERE used_at IS NULL");
    ground.site.db.write(move |tx| grant(tx, robin, Role::Mentor, None, "")).await.unwrap();
    assert_eq!(open(), 1);
    ground.site.db.write(move |tx| grant(tx, robin, Role::Administrator, None, "")).await.unwrap();
    assert_eq!(open(), 0);
}

#[tokio::test]
async fn a_link_for_an_administrator_works_once_and_ends_the_others() {
    let ground = ground();
    let link = || ground.site.db.write(make_setup_link);
    let (used, forgotten, late) = (link().await.unwrap(), link().await.unwrap(), link().await.unwrap());
    let use_it = |token: &Token, handle: &str| {
        let hash = token.hash();
        let new = NewMember {
            handle: handle.into(),
            email: format!("{handle}@post.example"),
            password_hash: HASH.into(),
            ..NewMember::default()
        };
        ground.site.db.write({
            let site = ground.site.clone();
            move |tx| set_up(tx, &hash, &new, &site)
        })
    };
    assert!(use_it(&used, "northgate").await.unwrap().is_some());
    assert!(use_it(&used, "southgate").await.unwrap().is_none());
    assert!(use_it(&forgotten, "southgate").await.unwrap().is_none());
    assert!(use_it(&late, "southgate").await.unwrap().is_none());
    let later = link().await.unwrap();
    assert!(use_it(&later, "northgate").await.is_err(), "a taken name uses no link up");
    assert!(use_it(&later, "westgate").await.unwrap().is_some());
    let over = link().await.unwrap();
    ground.site.clock.shift(Duration::hours(rules::SETUP_HOURS));
    assert!(use_it(&over, "southgate").await.unwrap().is_none());
    assert_eq!(ground.number("SELECT COUNT(*) FROM members WHERE is_administrator"), 2);
    assert_eq!(ground.number("SELECT COUNT(*) FROM account_log WHERE role = 'administrator' AND deed = 'role-given'"), 2);
}

#[tokio::test]
async fn roles_are_recorded_and_two_administrators_cannot_undo_each_other_at_once() {
    let ground = ground();
    let (ana, bo) = (member(&ground, "ana", administrator()).await, member(&ground, "bojan", administrator()).await);
    let nothing_else = RoleTaken(|_, _, _| Ok(()));
    let take =
        |member, by| ground.site.db.write(move |tx| revoke(tx, member, Role::Administrator, Some(by), "left", nothing_else));
    let (one, other) = futures_util::future::join(take(ana, bo), take(bo, ana)).await;
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(ground.number("SELECT COUNT(*) FROM members WHERE is_administrator"), 1);
    let left = if one.is_ok() { bo } else { ana };
    let gone = if one.is_ok() { ana } else { bo };
    ground.site.db.write(move |tx| grant(tx, gone, Role::Mentor, Some(left), "asked")).await.unwrap();
    ground.site.db.write(move |tx| grant(tx, gone, Role::Mentor, Some(left), "asked again")).await.unwrap();
    assert_eq!(ground.number("SELECT COUNT(*) FROM account_log WHERE role = 'mentor'"), 1);
    assert!(ground.site.db.write(move |tx| grant(tx, gone, Role::Administrator, Some(gone), "me")).await.is_err());
}

#[tokio::test]
async fn counts_never_fall_below_none() {
    let ground = ground();
    let ana = member(&ground, "ana", Roles::default()).await;
    ground
        .site
        .db
        .write(move |tx| {
            count_post(tx, ana, 1)?;
            count_post(tx, ana, -1)?;
            count_post(tx, ana, -1)?;
            add_unread(tx, ana, 3)?;
            add_unread(tx, ana, -2)?;
            note_thread_opened(tx, ana)
        })
        .await
        .unwrap();
    assert_eq!(ground.number("SELECT post_count * 100 + unread_notices * 10 + threads_opened FROM members"), 11);
}

#[tokio::test]
async fn sessions_that_ended_are_deleted_and_those_in_use_stay() {
    let ground = ground();
    let ana = member(&ground, "ana", Roles::default()).await;
    for is_shared in [false, true] {
        ground.site.db.write(move |tx| open_session(tx, ana, is_shared)).await.unwrap();
    }
    ground.minutes_later(50).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM sessions"), 2);
    ground.minutes_later(40).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM sessions WHERE NOT is_shared_device"), 1);
    assert_eq!(ground.number("SELECT COUNT(*) FROM sessions"), 1);
    ground.minutes_later(15 * 24 * 60).await;
    assert_eq!(ground.number("SELECT COUNT(*) FROM sessions"), 0);
}

#[tokio::test]
async fn tries_at_the_same_moment_wait_for_each_other() {
    let ground = ground();
    let slowed = || ground.site.db.write(|tx| throttle::slow_down(tx, "sign-in-of", "somebody", rules::pause_seconds));
    let tries = futures_util::future::join_all((0..20).map(|_| slowed())).await;
    assert_eq!(tries.iter().filter(|tried| tried.is_ok()).count(), 5);
    ground.site.clock.shift(Duration::seconds(2));
    assert!(slowed().await.is_ok());
    assert!(slowed().await.is_err(), "the next one waits two seconds");
    ground.site.db.write(|tx| throttle::forgive(tx, "sign-in-of", "somebody")).await.unwrap();
    assert!(slowed().await.is_ok());
}

#[tokio::test]
async fn a_member_is_found_by_a_name_or_address_however_it_was_typed() {
    let ground = ground();
    let ana = member(&ground, "ana-maria", Roles::default()).await;
    let found = ground
        .site
        .db
        .read(|connection| {
            Ok([
                find_by_handle(connection, " Ana_Maria ")?,
                find_by_email(connection, "Ana-Maria@post.example ")?,
                find_by_email(connection, "ana-maria")?,
                find_by_handle(connection, "")?,
            ]
            .map(|member| member.map(|member| member.id)))
        })
        .await
        .unwrap();
    assert_eq!(found, [Some(ana), Some(ana), None, None]);
}

type Prepared = Box<dyn Fn(&mut Tx<'_>, &Site) -> Result<()> + Send + 'static>;

#[tokio::test]
async fn nothing_that_was_prepared_in_a_session_lands_after_that_session_ended() {
    let ground = ground();
    let tansy = member(&ground, "tansy", Roles::default()).await;
    let site = ground.site.clone();
    let begun = move |tx: &mut Tx<'_>| {
        let token = open_session(tx, tansy, false)?;
        let now = tx.now();
        Ok(store::member_of_session(tx.conn(), &token.hash(), now)?.and_then(|(member, _)| member.session))
    };
    let session = ground.site.db.write(begun).await.unwrap().unwrap().id;
    let acting = model::Acting { member: tansy, session };
    let change = move |tx: &mut Tx<'_>, site: &Site| recovery::change_password(tx, acting, HASH, site);
    let codes = move |tx: &mut Tx<'_>, site: &Site| second_step::renew_codes(tx, acting, &[], &[], site);
    let app = move |tx: &mut Tx<'_>, site: &Site| second_step::turn_on_app(tx, acting, &[0], 1, (&[], &[]), site).map(drop);
    let link = move |tx: &mut Tx<'_>, site: &Site| sign_on::link(tx, acting, ("https://login.example", "7"), site);
    // In its session all of it works.
    let of_site = site.clone();
    ground.site.db.write(move |tx| app(tx, &of_site)).await.unwrap();
    let end = move |tx: &mut Tx<'_>| {
        store::steps::delete_app(tx, tansy)?;
        store::devices::end_sessions_of(tx, tansy, None)
    };
    ground.site.db.write(end).await.unwrap();
    let deeds: Vec<Prepared> = vec![Box::new(change), Box::new(codes), Box::new(app), Box::new(link)];
    for deed in deeds {
        let site = site.clone();
        let done = ground.site.db.write(move |tx| deed(tx, &site)).await;
        assert!(matches!(done, Err(Error::Refused(Refusal::SignInFirst))), "{done:?}");
    }
    assert_eq!(ground.number("SELECT COUNT(*) FROM totp_secrets") + ground.number("SELECT COUNT(*) FROM identities"), 0);
}
