//! Being told: whoever is answered finds a notice, and later one letter that says nothing of what it is about.

use crate::harness::people::Person;
use crate::harness::{Site, with_site};
use crate::scene::{Place, Scene, email};
use alongside::mail::SentLetter;
use chrono::Duration;

const WORDS: &str = "It was the same with me, in my second year.";

/// Somebody opens the thread and answers.
async fn answers(person: &Person<'_>, place: Place) {
    person.opens(&format!("/threads/{}", place.thread)).await.ticks("My experience").types("Your words", WORDS);
    person.presses("Post reply").await.is(200).sees(WORDS);
}

/// So much time passes, with the worker at work before and after.
async fn minutes_later(site: &Site, minutes: i64) {
    site.works().await;
    site.later(Duration::minutes(minutes));
    site.works().await;
}

fn letters_to(site: &Site, who: &str) -> Vec<SentLetter> {
    letters(site).into_iter().filter(|letter| letter.to == email(who)).collect()
}

/// All but what the scene's moderator is told of who asks to be let in.
fn letters(site: &Site) -> Vec<SentLetter> {
    site.letters().into_iter().filter(|letter| letter.to != email("moderator")).collect()
}

/// What the bell on the page says; empty if it is still.
fn bell(person: &Person<'_>) -> String {
    person.on_page(|page| page.words_in(".tools .count").join(" "))
}

#[test]
fn whoever_is_answered_finds_a_notice_at_once_and_one_neutral_letter_after_ten_minutes() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        answers(&scene.person(site, "clinician"), place).await;
        site.works().await;
        let author = scene.person(site, "author");
        author.opens("/").await;
        assert_eq!(bell(&author), "1");
        author.opens("/notices").await.sees("clinician wrote in your thread A thread that is members");

        minutes_later(site, 9).await;
        assert!(letters_to(site, "author").is_empty(), "a letter came before the ten minutes were over");
        minutes_later(site, 2).await;
        let told = letters_to(site, "author");
        assert_eq!(told.len(), 1);
        let letter = &told[0];
        assert_eq!(letter.subject, "Something new for you");
        let headers: String = letter.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        for said in [&letter.subject, &letter.text, &letter.html, &headers] {
            for secret in [
                "A thread that is",
                "Board members",
                "same with me",
                "clinician",
                "experience",
                "/threads/",
                "/boards/",
                "/posts/",
            ] {
                assert!(!said.contains(secret), "the letter tells {secret:?}:\n{said}");
            }
        }
        assert!(letter.text.contains(&format!("{}/notices\n", site.address)), "{}", letter.text);
        assert_eq!(letters(site).len(), 1, "nobody else was written to");

        minutes_later(site, 24 * 60).await;
        assert_eq!(letters_to(site, "author").len(), 1, "the same news came twice");
        author.opens("/notices").await.follows("A thread that is members").await.sees(WORDS);
        site.works().await;
        author.opens("/notices").await;
        assert_eq!(bell(&author), "");
    });
}

#[test]
fn whoever_reads_it_in_time_gets_no_letter() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let (author, member) = (scene.person(site, "author"), scene.person(site, "member"));

        answers(&member, place).await;
        minutes_later(site, 5).await;
        author.opens(&format!("/threads/{}", place.thread)).await.sees(WORDS);
        minutes_later(site, 90).await;

        answers(&member, scene.place("public")).await;
        minutes_later(site, 5).await;
        author.opens("/notices").await.follows("A thread that is public").await.sees(WORDS);
        minutes_later(site, 90).await;

        answers(&member, scene.place("members")).await;
        minutes_later(site, 5).await;
        author.opens("/notices").await.presses("Mark all as read").await;
        assert_eq!(bell(&author), "");
        minutes_later(site, 90).await;
        assert!(letters(site).is_empty(), "{:#?}", letters(site));

        // The list alone says who and where, not what: whoever only looked at it is still written to.
        answers(&member, scene.place("members")).await;
        minutes_later(site, 5).await;
        author.opens("/notices").await;
        minutes_later(site, 6).await;
        assert_eq!(letters_to(site, "author").len(), 1);
    });
}

#[test]
fn many_answers_make_one_letter() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        for (who, object) in
            [("member", "members"), ("clinician", "members"), ("member", "public"), ("moderator", "board-members")]
        {
            answers(&scene.person(site, who), scene.place(object)).await;
            minutes_later(site, 2).await;
        }
        assert!(letters(site).is_empty());
        for _ in 0..30 {
            minutes_later(site, 3).await;
        }
        assert_eq!(letters_to(site, "author").len(), 1);
        let author = scene.person(site, "author");
        author.opens("/notices").await;
        assert_eq!((bell(&author), author.on_page(|page| page.words_in("li.told.unread").len())), ("4".to_owned(), 4));
    });
}

#[test]
fn letters_end_with_one_click_that_needs_no_account_and_notices_go_on() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let (author, member) = (scene.person(site, "author"), scene.person(site, "member"));
        answers(&member, scene.place("members")).await;
        minutes_later(site, 11).await;
        let letter = letters_to(site, "author").remove(0);
        let header = |name: &str| letter.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
        assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
        let link = header("List-Unsubscribe").and_then(|value| value.strip_prefix('<')?.strip_suffix('>')).expect("a link");
        assert!(letter.text.contains(link), "the link stands in the letter, too");

        // A scanner that looks at every link changes nothing.
        let stranger = site.visitor();
        stranger.opens(link).await.is(200).sees("No more of these letters?");
        minutes_later(site, 120).await;
        answers(&member, scene.place("members")).await;
        minutes_later(site, 11).await;
        assert_eq!(letters_to(site, "author").len(), 2);

        // A mail program: no cookie, from elsewhere, the one field.
        let body = "List-Unsubscribe=One-Click".to_owned();
        let path = link.strip_prefix(&site.address).unwrap();
        stranger.asks_with("POST", path, Some(body), &[("sec-fetch-site", "cross-site")]).await.is(200);
        minutes_later(site, 120).await;
        answers(&member, scene.place("members")).await;
        minutes_later(site, 11).await;
        assert_eq!(letters_to(site, "author").len(), 2, "the letters ended");
        author.opens("/notices").await;
        assert_eq!(bell(&author), "3", "the notices did not");

        // They want them again; then end them with the button on the page.
        author.opens("/settings").await.ticks("Somebody answers my thread");
        author.presses("Keep these: Letters").await.is(200);
        minutes_later(site, 120).await;
        answers(&member, scene.place("members")).await;
        minutes_later(site, 11).await;
        assert_eq!(letters_to(site, "author").len(), 3);
        stranger.opens(link).await.presses("No more of these letters").await.sees("You get no more of these letters");
        minutes_later(site, 120).await;
        answers(&member, scene.place("members")).await;
        minutes_later(site, 11).await;
        assert_eq!(letters_to(site, "author").len(), 3);
    });
}

#[test]
fn nobody_is_told_of_what_they_may_no_longer_see() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("board-members");
        let (author, other) = (scene.person(site, "author"), scene.person(site, "board member"));
        answers(&other, place).await;
        minutes_later(site, 1).await;
        author.opens("/notices").await.sees("A thread that is board-members");
        // Told, and gone before the letter.
        author.opens(&format!("/boards/{}/leaving", place.board)).await.presses("Leave this board").await;
        author.opens("/notices").await.is(200).misses("A thread that is board-members").misses("board-member wrote");
        minutes_later(site, 11).await;
        // Gone before anybody was told.
        answers(&other, place).await;
        minutes_later(site, 11).await;
        author.opens("/notices").await;
        assert_eq!(author.on_page(|page| page.words_in("li.told").len()), 1, "only the one from before, without a title");
        assert!(letters(site).is_empty(), "{:#?}", letters(site));
    });
}

#[test]
fn nobody_is_told_of_what_was_taken_back() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let (author, member) = (scene.person(site, "author"), scene.person(site, "member"));
        let take_back = async || {
            let post = member.on_page(|page| page.link("Take it back"));
            member.opens(&post).await.presses("Take it back").await.is(200).misses(WORDS);
        };
        answers(&member, place).await;
        take_back().await;
        minutes_later(site, 11).await;
        author.opens("/notices").await.sees("Nothing yet");

        answers(&member, place).await;
        site.works().await;
        author.opens("/notices").await.sees("member wrote in your thread");
        take_back().await;
        author.opens("/notices").await.misses("A thread that is members").sees("no longer here");
        minutes_later(site, 11).await;
        assert!(letters(site).is_empty(), "{:#?}", letters(site));
    });
}

#[test]
fn ones_own_words_tell_nobody_but_the_one_they_answer() {
    with_site(async |site| {
        let scene = Scene::set(site).await;
        let place = scene.place("members");
        let (author, member) = (scene.person(site, "author"), scene.person(site, "member"));
        answers(&author, place).await;
        minutes_later(site, 11).await;
        author.opens("/notices").await.sees("Nothing yet");
        assert!(letters(site).is_empty());

        answers(&member, place).await;
        minutes_later(site, 1).await;
        author.opens(&format!("/threads/{}", place.thread)).await;
        let answer = author.on_page(|page| page.link("Reply to member"));
        author.opens(&answer).await.ticks("My experience").types("Your words", "Thank you. How was your third?");
        author.presses("Post reply").await.is(200);
        minutes_later(site, 11).await;
        member.opens("/notices").await.sees("author answered you in A thread that is members");
        author.opens("/notices").await;
        assert_eq!(author.on_page(|page| page.words_in("li.told").len()), 1, "of the other's answer alone");
        assert_eq!(letters(site).iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [email("member")]);
    });
}
