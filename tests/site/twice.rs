//! Buttons that are pressed twice, as a browser without script sends them: the second request leaves with the cookies of before,
//! and only its answer is seen.

use crate::accounts::{is_admitted, last_letter_to, sign_in};
use crate::harness::{Site, with_site};
use crate::scene::{PASSWORD, Scene, email};
use crate::second_step::{next_code, turns_on};
use alongside::accounts::totp::AppSecret;
use alongside::db::schema::{invitations, recovery_codes};
use chrono::Duration;
use diesel::prelude::*;

#[test]
fn it_is_me_pressed_twice_proves_it_once_and_goes_on() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        let (app, _) = turns_on(site, &member).await;
        site.later(Duration::minutes(30));
        member.opens("/settings/second-step").await.presses("Make new codes").await.is(403).sees("Is it still you?");
        member.types("Password", PASSWORD).types("Code", &next_code(site, &app));
        let form = member.filled("It is me");
        member.sends_twice(&form).await;
        member.is(200).sees("Send it now").presses("Send it now").await.is(200).sees("The old ones do not work any more");
        assert!(is_admitted(&member).await);

        // It is no way to stay fresh for ever, and the token of before ends with that minute.
        let old = site.visitor();
        old.cookies.replace(member.cookies.borrow().clone());
        site.later(Duration::minutes(9));
        member.opens("/still-you").await.types("Password", "wrong").presses("It is me").await.is(422);
        member.opens("/still-you").await.types("Password", PASSWORD).types("Code", &next_code(site, &app));
        member.presses("It is me").await.is(200);
        site.later(Duration::seconds(59));
        assert!(is_admitted(&old).await);
        site.later(Duration::seconds(1));
        assert!(!is_admitted(&old).await && is_admitted(&member).await);
    });
}

#[test]
fn an_app_turned_on_by_two_presses_shows_codes_that_work() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let member = scene.person(site, "member");
        member.opens("/settings/second-step/app").await.is(200);
        let app = AppSecret::typed(&member.on_page(|page| page.words_in("ol code"))[0]).unwrap();
        member.types("The six figures", &app.code_at(site.running.now()).unwrap());
        let form = member.filled("Turn it on");
        member.sends_twice(&form).await;
        member.is(200).sees("The second step is turned on");
        let codes = member.on_page(|page| page.words_in(".codes code"));
        let kept: i64 = site.looks(|conn| Ok(recovery_codes::table.count().get_result(conn)?)).await;
        assert_eq!((codes.len(), kept), (10, 10));
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        person.types("Code", &codes[0]).presses("Sign in").await;
        assert!(is_admitted(&person).await);
        // Later the same form is only that: one that was sent before.
        site.later(Duration::minutes(2));
        member.sends(&form).await.is(422);
    });
}

#[test]
fn a_link_made_by_two_presses_is_one_invitation_and_is_shown() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let administrator = scene.again(site, "administrator").await;
        administrator.opens("/admin/invitations").await;
        let form = administrator.filled("Make the link");
        administrator.sends_twice(&form).await;
        administrator.is(200).sees("/join/invited/");
        let link = administrator.on_page(|page| page.words_in("code")).remove(0);
        let made: i64 = site.looks(|conn| Ok(invitations::table.count().get_result(conn)?)).await;
        assert_eq!(made, 1);
        site.visitor().opens(&link).await.is(200);
        // The next one is another one, and nobody makes somebody else's by their form.
        administrator.presses("Make the link").await.is(200);
        let other = administrator.on_page(|page| page.words_in("code")).remove(0);
        assert_ne!(link, other);
    });
}

#[test]
fn whoever_presses_sign_in_twice_is_told_of_no_strange_browser() {
    with_site(async |site| {
        Scene::set(site).await;
        let person = site.visitor();
        sign_in(&person, &email("member"), PASSWORD).await;
        let told = |site: &Site| site.letters().iter().filter(|letter| letter.to == email("member")).count();
        last_letter_to(site, &email("member")).await;
        let before = told(site);
        person.cookies.borrow_mut().remove("sid");
        person.opens("/sign-in").await.types("E-mail address", &email("member")).types("Password", PASSWORD);
        let form = person.filled("Sign in");
        person.sends_twice(&form).await;
        assert!(is_admitted(&person).await);
        site.works().await;
        assert_eq!(told(site), before);
    });
}
