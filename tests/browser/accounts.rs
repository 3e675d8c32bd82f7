//! The journeys of accounts: in by every door that an administrator can set, through the second step and back without the
//! phone, to another address and back from it, and out again with everything that is theirs.

use crate::chromium::{Browser, Driver, Look};
use crate::harness::Site;
use crate::journeys::{PASSWORD, joins, types_details, types_sign_in};
use crate::scene::{self, Scene, email};
use crate::{in_every_way, letter_link};
use alongside::accounts::totp::AppSecret;
use chrono::Duration;

async fn signs_in(browser: &Browser<'_>, address: &str, password: &str) {
    browser.opens("/sign-in").await;
    types_sign_in(browser, address, password).await;
    browser.presses("Sign in").await;
}

/// Whether the browser is signed in, by what it sees of the settings.
async fn is_in(browser: &Browser<'_>) -> bool {
    browser.opens("/settings").await;
    browser.address().await == "/settings"
}

/// What the last letter to that address says.
fn letter(site: &Site, address: &str) -> String {
    let letters = site.letters();
    let letter = letters.iter().rev().find(|letter| letter.to == address).expect("a letter");
    letter.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Turns the app on: what the app knows, and the codes on paper.
pub async fn turns_on(site: &Site, person: &Browser<'_>) -> (AppSecret, Vec<String>) {
    person.opens("/settings").await;
    person.follows("A second step at sign-in").await;
    person.follows("Turn it on").await;
    let letters = person.words_in("ol code").await;
    let app = AppSecret::typed(&letters[0]).expect("the letters of a secret");
    let code = app.code_at(site.running.now()).expect("a code");
    person.types("The six figures", &code).await;
    person.presses("Turn it on").await;
    person.sees("The second step is turned on").await;
    let codes = person.words_in(".codes code").await;
    assert_eq!(codes.len(), 10, "{:?}", person.look);
    (app, codes)
}

/// A code that was not used yet.
fn next_code(site: &Site, app: &AppSecret) -> String {
    site.later(Duration::seconds(60));
    app.code_at(site.running.now()).expect("a code")
}

#[test]
fn somebody_joins_turns_on_the_app_and_comes_back_with_its_code_and_without_the_phone_by_the_sheet() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        Scene::set(site).await;
        let ana = driver.browser(site, look).await;
        joins(site, &ana, "ana").await;
        let (app, codes) = turns_on(site, &ana).await;
        site.works().await;
        assert!(letter(site, &email("ana")).contains("a second step at sign-in was turned on"));
        ana.follows("I have kept them").await;
        ana.sees("10 codes are left").await;

        ana.signs_out().await;
        signs_in(&ana, &email("ana"), PASSWORD).await;
        ana.sees("Now the second step").await;
        ana.types("Code", "123456").await.presses("Sign in").await;
        ana.sees("This code does not work").await;
        assert!(!is_in(&ana).await, "{look:?}: the password alone opens nothing");
        signs_in(&ana, &email("ana"), PASSWORD).await;
        ana.types("Code", &next_code(site, &app)).await.presses("Sign in").await;
        assert!(is_in(&ana).await, "{look:?}");

        // Without the phone; and not asked in this browser again until every browser is.
        ana.signs_out().await;
        signs_in(&ana, &email("ana"), PASSWORD).await;
        ana.types("Code", &codes[6]).await;
        ana.ticks("Do not ask again in this browser").await.presses("Sign in").await;
        ana.opens("/settings/second-step").await.sees("9 codes are left").await;
        site.works().await;
        assert!(letter(site, &email("ana")).contains("one of your recovery codes was"));
        ana.signs_out().await;
        signs_in(&ana, &email("ana"), PASSWORD).await;
        assert!(is_in(&ana).await, "{look:?}: it is trusted");
        ana.opens("/settings/second-step").await;
        ana.presses("Ask in every browser again").await;
        ana.sees("Every browser is asked for the code from now on").await;
        ana.signs_out().await;
        signs_in(&ana, &email("ana"), PASSWORD).await;
        ana.sees("Now the second step").await;
        ana.types("Code", &codes[6]).await.presses("Sign in").await;
        ana.sees("This code does not work").await;
        ana.types("Code", &codes[0]).await.presses("Sign in").await;
        assert!(is_in(&ana).await, "{look:?}");
        ana.closes().await;
    });
}

#[test]
fn somebody_moves_to_another_address_and_the_old_one_takes_it_back() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let (old, new) = (email("member"), "member@elsewhere.example");
        let stranger = driver.browser(site, look).await;
        scene.signs_in(&stranger, "member").await;
        stranger.opens("/settings").await;
        stranger.follows("Another e-mail address").await;
        stranger.types("New e-mail address", new).await;
        stranger.presses("Send the letter").await;
        stranger.sees("Until then nothing changes").await;
        site.works().await;
        stranger.opens(&letter_link(site, new, "/address/")).await.sees(new).await;
        stranger.presses("Yes, this is my address").await;
        stranger.sees("Your address is changed").await;

        site.works().await;
        let owner = driver.browser(site, look).await;
        owner.opens(&letter_link(site, &old, "/address/undo/")).await.sees(&old).await;
        owner.presses("It was not me: take it back").await;
        owner.sees("Your account is yours again").await;
        assert!(!is_in(&stranger).await, "{look:?}: everybody is signed out");
        site.works().await;
        owner.opens(&letter_link(site, &old, "/password/")).await;
        owner.types("New password", "eleven patient lanterns").await;
        owner.presses("Keep this password").await;
        owner.sees("Your new password is kept").await;
        types_sign_in(&owner, &old, "eleven patient lanterns").await;
        owner.presses("Sign in").await;
        assert!(is_in(&owner).await, "{look:?}");
        signs_in(&stranger, new, scene::PASSWORD).await;
        stranger.sees("do not fit together").await;
        stranger.closes().await;
        owner.closes().await;
    });
}

#[test]
fn whoever_takes_an_account_back_in_their_own_browser_is_shown_that_nobody_is_signed_in_there() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        Scene::set(site).await;
        let member = driver.browser(site, look).await;
        signs_in(&member, &email("member"), scene::PASSWORD).await;
        site.works().await;
        member.opens(&letter_link(site, &email("member"), "/not-me/")).await;
        member.presses("It was not me").await;
        member.sees("Your account is closed to them").await;
        assert_eq!(member.words_in(".menu").await, Vec::<String>::new(), "{look:?}");
        assert!(!is_in(&member).await, "{look:?}");
        member.closes().await;
    });
}

#[test]
fn somebody_ends_a_strangers_session_and_then_all_the_others() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        Scene::set(site).await;
        let own = driver.browser(site, look).await;
        signs_in(&own, &email("member"), scene::PASSWORD).await;
        site.later(Duration::minutes(5));
        let stranger = driver.browser(site, look).await;
        signs_in(&stranger, &email("member"), scene::PASSWORD).await;
        site.works().await;
        assert!(letter(site, &email("member")).contains("not seen"));
        own.opens("/settings").await;
        own.follows("Where you are signed in").await;
        own.sees("This one").await.presses("Sign it out").await;
        own.sees("That browser is signed out.").await;
        // Of those that were there before, one is left beside this one: the scene's.
        own.presses("Sign out all the others").await;
        own.sees("All other browsers are signed out.").await.misses("Sign out all the others").await;
        assert!(is_in(&own).await, "{look:?}");
        assert!(!is_in(&stranger).await, "{look:?}");
        stranger.sees("Welcome back").await;
        own.closes().await;
        stranger.closes().await;
    });
}

#[test]
fn whoever_is_asked_whether_it_is_still_them_goes_on_with_the_form_that_they_sent() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens("/settings/address").await;
        member.types("New e-mail address", "member@elsewhere.example").await;
        site.later(Duration::minutes(21));
        member.presses("Send the letter").await;
        member.sees("Is it still you?").await.sees("What you sent waits in this page").await;
        member.types("Password", "words that fit nowhere").await.presses("It is me").await;
        member.sees("That is not your password").await.sees("What you sent waits in this page").await;
        member.types("Password", scene::PASSWORD).await.presses("It is me").await;
        member.sees("One more press sends what waited").await;
        member.presses("Send it now").await;
        member.sees("We sent you a letter").await;
        site.works().await;
        member
            .opens(&letter_link(site, "member@elsewhere.example", "/address/"))
            .await
            .sees("Yes, this is my address")
            .await;
        // A page asks before it shows, and leads on to where they wanted to go.
        site.later(Duration::minutes(21));
        member.opens("/settings/second-step/app").await.sees("Is it still you?").await;
        member.types("Password", scene::PASSWORD).await.presses("It is me").await;
        member.sees("Show this drawing to the app").await;
        member.closes().await;
    });
}

#[test]
fn somebody_takes_their_data_along_leaves_and_comes_back_by_signing_in() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("public").thread);
        let author = driver.browser(site, look).await;
        signs_in(&author, &email("author"), scene::PASSWORD).await;
        author.opens("/settings").await;
        author.follows("Take your data along").await;
        author.presses("Make my file").await;
        author.sees("Your file is being made").await;
        site.works().await;
        assert!(letter(site, &email("author")).contains("/settings/my-data"));
        author.opens("/settings/my-data").await.sees("Your file is ready until").await;
        let file = author.downloads("Download it").await;
        assert!(file.starts_with(b"PK\x03\x04"), "{look:?}: it is no ZIP");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("a whole file");
        let mut read = |name: &str| std::io::read_to_string(archive.by_name(name).expect("a part of it")).expect("words");
        assert!(read("account.json").contains(&email("author")), "{look:?}");
        assert!(read("words.json").contains("And one more thing."), "{look:?}");
        assert!(read("index.html").contains("And one more thing."), "{look:?}");

        author.opens("/settings").await;
        author.follows("Leave this community").await;
        author.ticks("Keep my words, under no name").await;
        author.presses("Leave").await;
        author.sees("You have left").await.sees("Your words stand there under no name.").await;
        author.opens(&thread).await;
        author.sees("And one more thing.").await.sees("Somebody who left").await;

        signs_in(&author, &email("author"), scene::PASSWORD).await;
        author.sees("You have left").await;
        assert!(!is_in(&author).await, "{look:?}: signing in alone is not coming back");
        signs_in(&author, &email("author"), scene::PASSWORD).await;
        author.presses("Come back").await;
        author.sees("All of it is there again").await;
        types_sign_in(&author, &email("author"), scene::PASSWORD).await;
        author.presses("Sign in").await;
        assert!(is_in(&author).await, "{look:?}");
        author.opens(&thread).await.misses("Somebody who left").await;
        author.closes().await;
    });
}

// ------------------------------------------------------------------------------------------------------- the ways in

/// Sets how people join.
async fn sets(administrator: &Browser<'_>, mode: &str) {
    administrator.opens("/admin/joining").await;
    administrator.ticks(mode).await;
    administrator.presses("Keep this").await;
    administrator.sees("Kept. It works from now on.").await;
}

/// Somebody joins as far as the letter, and gives the link in it.
async fn asks(site: &Site, browser: &Browser<'_>, from: &str, name: &str, answer: Option<&str>) -> String {
    types_details(browser, from, name).await;
    if let Some(answer) = answer {
        browser.types("Your answer", answer).await;
    }
    browser.presses("Join").await;
    browser.sees("We sent you a letter").await;
    site.works().await;
    letter_link(site, &email(name), "/join/confirm/")
}

/// Makes an invitation for one, and gives its link.
async fn invites(person: &Browser<'_>, page: &str) -> String {
    person.opens(page).await;
    person.types("For how many people?", "1").await;
    person.presses("Make the link").await;
    person.sees("Your invitation is ready").await;
    person.words_in(".notice code").await.remove(0)
}

#[test]
fn an_administrator_reads_applications_and_says_yes_or_no_with_a_reason_that_is_mailed() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let administrator = driver.browser(site, look).await;
        scene.signs_in(&administrator, "administrator").await;
        administrator.opens("/admin/joining").await;
        administrator.ticks("Everybody whom one of you has approved").await;
        administrator.types("The question for applications", "Which **illness** brings you here?").await;
        administrator.presses("Look at the question first").await;
        administrator.sees("This is how people see it").await;
        assert_eq!(administrator.words_in(".preview strong").await, ["illness"], "{look:?}");
        administrator.presses("Keep this").await;
        administrator.sees("Kept. It works from now on.").await;

        let visitor = driver.browser(site, look).await;
        visitor.opens("/join").await.sees("Here a person reads what you write").await;
        let mut links = Vec::new();
        for (name, answer) in [("ana", "My knee,\nsince spring."), ("ben", "I sell a cure.")] {
            let link = asks(site, &visitor, "/join", name, Some(answer)).await;
            visitor.opens(&link).await;
            visitor.presses("Yes, this is my address").await;
            visitor.sees("A person will read your answer").await;
            links.push(link);
        }
        administrator.opens("/admin/applications").await.sees("since spring.").await.sees("I sell a cure.").await;
        administrator.follows("ana").await;
        administrator.types("Your words to them", "The knee board is lovely.").await;
        administrator.presses("Yes, let them in").await;
        administrator.sees("Decided. The letter is on its way.").await;
        administrator.follows("ben").await;
        administrator.presses("No, not now").await;
        administrator.sees("Say why, in a few words.").await;
        administrator.types("Your words to them", "Nobody sells here.").await;
        administrator.presses("No, not now").await;
        administrator.sees("Nobody is waiting").await;

        site.works().await;
        assert!(letter(site, &email("ana")).contains("The knee board is lovely."), "{look:?}");
        assert!(letter(site, &email("ben")).contains("Nobody sells here."), "{look:?}");
        visitor.opens(&links[1]).await.sees("They said no.").await;
        signs_in(&visitor, &email("ben"), PASSWORD).await;
        visitor.sees("do not fit together").await;
        visitor.opens(&letter_link(site, &email("ana"), "/sign-in")).await;
        types_sign_in(&visitor, &email("ana"), PASSWORD).await;
        visitor.presses("Sign in").await;
        assert!(is_in(&visitor).await, "{look:?}");
        visitor.closes().await;
        administrator.closes().await;
    });
}

#[test]
fn where_people_are_invited_a_link_lets_in_as_many_as_it_has_uses_and_a_member_invites_no_more_than_allowed() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let administrator = driver.browser(site, look).await;
        scene.signs_in(&administrator, "administrator").await;
        administrator.opens("/admin/joining").await;
        administrator.types("How many people each member may invite", "1").await;
        administrator.ticks("Only people who were invited").await;
        administrator.presses("Keep this").await;
        administrator.sees("Kept. It works from now on.").await;

        let visitor = driver.browser(site, look).await;
        visitor.opens("/join").await.sees("You need an invitation to join").await;
        let link = invites(&administrator, "/admin/invitations").await;
        visitor.opens(&link).await.sees("Somebody invited you.").await;
        let confirm = asks(site, &visitor, &link, "ana", None).await;
        visitor.opens(&confirm).await;
        visitor.presses("Yes, this is my address").await;
        visitor.sees("You are a member now").await;
        visitor.opens(&link).await.sees("This invitation does not work").await;

        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens("/invitations").await.sees("You may invite 1 more person.").await;
        let link = invites(&member, "/invitations").await;
        member.opens("/invitations").await.sees("You have invited as many people as one member may.").await;
        visitor.opens(&link).await.sees("Somebody invited you.").await;
        member.presses("Take it back").await;
        member.sees("It is taken back.").await.sees("You may invite 1 more person.").await;
        visitor.opens(&link).await.sees("This invitation does not work").await;
        for browser in [administrator, visitor, member] {
            browser.closes().await;
        }
    });
}

#[test]
fn a_closed_door_says_whom_to_ask_and_an_open_one_lets_people_in_again() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let administrator = driver.browser(site, look).await;
        scene.signs_in(&administrator, "administrator").await;
        let visitor = driver.browser(site, look).await;
        let link = asks(site, &visitor, "/join", "ana", None).await;
        sets(&administrator, "Invitations do not work either").await;
        visitor.opens("/join").await.sees("Nobody can join now").await.sees("ask the people who run this site").await;
        visitor.opens(&link).await;
        visitor.presses("Yes, this is my address").await;
        visitor.sees("Nobody can join now").await;
        sets(&administrator, "Whoever confirms an address").await;
        visitor.opens(&link).await;
        visitor.presses("Yes, this is my address").await;
        visitor.sees("You are a member now").await;
        types_sign_in(&visitor, &email("ana"), PASSWORD).await;
        visitor.presses("Sign in").await;
        assert!(is_in(&visitor).await, "{look:?}");
        visitor.closes().await;
        administrator.closes().await;
    });
}

// -------------------------------------------------------------------------------------------------------- agreements

#[test]
fn an_administrator_changes_the_rules_and_members_read_on_until_they_agree() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        // They were writing when the rules changed.
        member.opens(&thread).await;
        member.ticks("My experience").await.types("Your words", "Slowly it gets better.").await;

        let administrator = driver.browser(site, look).await;
        scene.signs_in(&administrator, "administrator").await;
        administrator.opens("/admin").await;
        administrator.follows("Rules and notices").await;
        administrator.follows("House rules").await;
        administrator.types("The text", "Be **kind**.\n\nAnd stay.").await;
        administrator.types("What changed", "Stay, too").await;
        administrator.presses("Look at it first").await;
        administrator.sees("Nothing is published yet.").await;
        assert_eq!(administrator.words_in(".prose strong").await, ["kind"], "{look:?}");
        administrator.presses("Publish").await;
        administrator.sees("Published: House rules.").await;

        member.presses("Post reply").await;
        member.sees("Before you write, say whether you agree").await;
        assert_eq!(member.field("Your words").await.trim(), "Slowly it gets better.", "{look:?}");
        member.opens(&thread).await.sees("A text that people here agree to has changed.").await;
        member.sees("And one more thing.").await.misses("Post reply").await;
        member.follows("See what changed").await;
        member.sees("Stay, too").await.follows("Read it: House rules, Version 2").await;
        member.sees("And stay.").await.follows("Version 1").await;
        member.sees("This is an earlier version.").await;
        member.opens(&format!("/agreements?return_to={thread}")).await;
        member.follows("Read on").await;
        assert_eq!(member.address().await, thread, "{look:?}");
        member.sees("A text that people here agree to has changed.").await.follows("See what changed").await;
        member.presses("I agree").await;
        assert_eq!(member.address().await, thread, "{look:?}");
        member.misses("A text that people here agree to has changed.").await;
        assert_eq!(member.field("Your words").await.trim(), "Slowly it gets better.", "{look:?}");
        member.presses("Post reply").await;
        member.sees("Your reply is posted").await;
        member.closes().await;
        administrator.closes().await;
    });
}

// ----------------------------------------------------------------------------------------------- two tabs, two presses

#[test]
fn words_that_wait_at_the_sign_in_page_go_to_nobody_else() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let thread = format!("/threads/{}", scene.place("members").thread);
        let browser = driver.browser(site, look).await;
        scene.signs_in(&browser, "member").await;
        browser.opens(&thread).await;
        browser.ticks("My experience").await.types("Your words", "For my own eyes.").await;
        browser.signs_out_in_another_tab().await;
        browser.presses("Post reply").await;
        browser.sees("Your words are safe").await;
        // Somebody else of the household signs in.
        types_sign_in(&browser, &email("asker"), scene::PASSWORD).await;
        browser.presses("Sign in").await;
        browser.misses("For my own eyes.").await;
        for page in [thread.as_str(), "/drafts"] {
            browser.opens(page).await.misses("For my own eyes.").await;
        }
        browser.opens(&thread).await;
        assert_eq!(browser.field("Your words").await, "", "{look:?}");
        browser.closes().await;
    });
}

#[test]
fn a_form_of_the_settings_in_one_tab_outlives_signing_out_in_another() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens("/settings").await;
        member.types("A line about you", "I count the good nights.").await;
        member.signs_out_in_another_tab().await;
        member.presses("Keep these: About you").await;
        member.sees("Your words are safe").await;
        types_sign_in(&member, &email("member"), scene::PASSWORD).await;
        member.presses("Sign in").await;
        // No draft can take a line of the settings: it is shown, to be copied.
        member.sees("I count the good nights.").await;
        member.closes().await;
    });
}

#[test]
fn whoever_presses_twice_joins_once_and_writes_once() {
    in_every_way(async |site: &Site, driver: &Driver, look: Look| {
        let scene = Scene::set(site).await;
        let ana = driver.browser(site, look).await;
        types_details(&ana, "/join", "ana").await;
        ana.presses_twice("Join").await;
        ana.sees("We sent you a letter").await;
        site.works().await;
        let came = || site.letters().iter().filter(|letter| letter.to == email("ana")).count();
        assert_eq!(came(), 1, "{look:?}");
        ana.opens(&letter_link(site, &email("ana"), "/join/confirm/")).await;
        ana.presses("Yes, this is my address").await;
        types_sign_in(&ana, &email("ana"), PASSWORD).await;
        ana.presses_twice("Sign in").await;
        assert!(is_in(&ana).await, "{look:?}");
        ana.opens(&format!("/threads/{}", scene.place("members").thread)).await;
        ana.ticks("My experience").await.types("Your words", "Said once.").await;
        ana.presses_twice("Post reply").await;
        ana.opens("/posts").await;
        let said = ana.words().await.matches("Said once.").count();
        assert_eq!(said, 1, "{look:?}");
        ana.closes().await;
    });
}
