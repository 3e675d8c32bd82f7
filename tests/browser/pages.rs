//! What holds for pages as a browser shows them: accessibility rules on every template, light and dark, phone and desk; no
//! sideways scrolling down to 320 px with the largest text; nothing too small to read or to hit; urgent help on paper.

use crate::accounts::turns_on;
use crate::chromium::{Browser, Driver, Look};
use crate::harness::{Site, named, with_site, with_site_set};
use crate::journeys::{types_details, types_sign_in};
use crate::letter_link;
use crate::scene::{self, Scene, email};
use alongside::clock::Timestamp;
use alongside::helplines::{self, HelplineDraft, Need};
use alongside::web::throttle;
use alongside::{accounts, boards, notifications, threads};
use std::io::Write;
use std::process::{Command, Stdio};
use thirtyfour::By;

/// Fetched by `.ci/run`, or by hand: `npm pack axe-core`, then `axe.min.js` to `target/axe/`.
fn axe() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// Pages by who looks at them; `{board}` and the like are filled from the scene. What stands behind forms is visited below.
const PAGES: &[(&str, &[&str])] = &[
    (
        "visitor",
        &[
            "/",
            "/boards",
            "/boards/{public}",
            "/threads/{public}",
            "/join",
            "/sign-in",
            "/urgent-help",
            "/urgent-help?country=GB",
            "/rules",
            "/privacy",
            "/disclaimer",
            "/accessibility",
            "/nowhere",
            "/threads/{members}",
            "/join/confirm/nothing",
            "/setup/nothing",
            "/join/sent",
            "/join/sent?then=read",
            "/join/invited/nothing",
            "/rules/1",
            "/address/nothing",
            "/not-me/nothing",
            "/password",
            "/password/sent",
            "/password/nothing",
            "/left/nothing",
        ],
    ),
    (
        "member",
        &[
            "/",
            "/boards",
            "/boards/{members}",
            "/boards/{members}?sort=unanswered",
            "/boards/{closed}",
            "/threads/{members}",
            "/threads/{members}?reply_to={post}",
            "/boards/{members}/new-thread",
            "/notices",
            "/drafts",
            "/posts",
            "/settings",
            "/settings/password",
            "/settings/devices",
            "/settings/address",
            "/settings/address/sent",
            "/settings/second-step",
            "/settings/second-step/app",
            "/settings/second-step/passkeys",
            "/still-you",
            "/invitations",
            "/settings/my-data",
            "/settings/leaving",
            "/agreements",
            "/people/{author}",
        ],
    ),
    (
        "author",
        &[
            "/posts/{post}/edit",
            "/posts/{post}/withdrawal",
            "/posts/{post}/revisions",
            "/threads/{withdrawn}",
            "/threads/{locked}",
            "/threads/{archived}",
            "/boards/{closed}/leaving",
        ],
    ),
    (
        "moderator",
        &[
            "/threads/{members}",
            "/boards/{closed}/people",
            "/boards/{closed}/requests/{request}/decision",
            "/boards/{closed}/people/{author}/removal",
            "/notices",
        ],
    ),
    (
        "administrator",
        &[
            "/admin",
            "/admin/boards",
            "/admin/boards/new",
            "/admin/boards/{one}",
            "/admin/boards/{one}/archive",
            "/admin/helplines",
            "/admin/helplines/new",
            "/admin/helplines/{helpline}",
            "/admin/helplines/{helpline}/removal",
            "/admin/people",
            "/admin/people?name=author",
            "/admin/people/invitation",
            "/admin/people/{author}",
            "/admin/joining",
            "/admin/applications",
            "/admin/invitations",
            "/admin/letters",
            "/admin/log",
            "/admin/documents",
            "/admin/documents/rules",
        ],
    ),
];

fn filled(path: &str, scene: &Scene) -> String {
    path.replace("/boards/{public}", &format!("/boards/{}", scene.place("public").board))
        .replace("/boards/{members}", &format!("/boards/{}", scene.place("members").board))
        .replace("/boards/{closed}", &format!("/boards/{}", scene.place("board-members").board))
        .replace("{one}", &scene.place("public").board.to_string())
        .replace("{public}", &scene.place("public").thread.to_string())
        .replace("{members}", &scene.place("members").thread.to_string())
        .replace("{withdrawn}", &scene.place("withdrawn").thread.to_string())
        .replace("{locked}", &scene.place("locked").thread.to_string())
        .replace("{archived}", &scene.place("archived").thread.to_string())
        .replace("{post}", &scene.place("members").post.to_string())
        .replace("{author}", &scene.author.to_string())
        .replace("{request}", &scene.request.to_string())
        .replace("{helpline}", &scene.helpline.to_string())
}

/// Everything is open, as somebody has it who looks into everything, from the top: what has been scrolled under the line with
/// urgent help is no target there.
const OPEN_ALL: &str = "
    scrollTo(0, 0);
    // On a phone the open menu lies over the page, as it should: what it covers is no target then.
    const folded = innerWidth > 600 ? 'details' : 'details:not(.menu)';
    document.querySelectorAll('details').forEach(element => { element.open = element.matches(folded); });";

const AXE_RULES: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE_COLOURS: &[&str] = &["color-contrast"];

const RUN_AXE: &str = "
    const [rules, done] = arguments;
    axe.run(document, { runOnly: rules })
       .then(result => done(result.violations.map(one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html.slice(0, 160)).join(' | '))))
       .catch(failure => done(['axe failed: ' + failure]));";

/// Words under 16 px.
const TOO_SMALL_TO_READ: &str = "
    const shown = element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, option');
    const small = new Set();
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const element = words.currentNode.parentElement;
      if (words.currentNode.textContent.trim() && shown(element)) small.add(element);
    }
    document.querySelectorAll('input:not([type=hidden]), select, textarea').forEach(field => { if (shown(field)) small.add(field); });
    return [...small].filter(element => parseFloat(getComputedStyle(element).fontSize) < 16)
      .map(element => getComputedStyle(element).fontSize + ' ' + element.outerHTML.slice(0, 160));";

/// What a finger must hit on its own and is under 44 px. A link within a sentence is as high as its line; so is one that a
/// larger target of its own repeats.
const TOO_SMALL_TO_HIT: &str = "
    const small = [];
    document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea').forEach(element => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.matches('.skip')) return;
      const target = element.matches('[type=checkbox], [type=radio]') ? element.closest('label') ?? element : element;
      if (element.matches('a')) {
        let around = element;
        while (getComputedStyle(around).display === 'inline') around = around.parentElement;
        const said = around.textContent.replace(/\\s+/g, ' ').trim();
        const own = element.textContent.replace(/\\s+/g, ' ').trim();
        if (around !== element && said !== own) return;
      }
      const box = target.getBoundingClientRect();
      if (box.width < 43.9 || box.height < 43.9)
        small.push(Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.outerHTML.slice(0, 160));
    });
    return small;";

const SIDEWAYS: &str = "
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return ['scrolls sideways to ' + document.documentElement.scrollWidth].concat(
      [...document.querySelectorAll('main *, header *, footer *, nav *')].filter(element => element.getBoundingClientRect().right > wide + 1)
        .slice(0, 4).map(element => element.outerHTML.slice(0, 120)));";

/// Looks every open page over and remembers what is wrong with it.
#[derive(Default)]
struct Eye {
    faults: Vec<String>,
}

impl Eye {
    /// A desk's browser that has the checker in every page it opens: sending it along with each look took longer than looking.
    async fn browser<'a>(driver: &Driver, site: &'a Site) -> Browser<'a> {
        let browser = driver.browser(site, Look { script: true, width: 1280 }).await;
        let axe = serde_json::json!({ "source": axe() });
        browser.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", axe).await.expect("axe loads");
        browser
    }

    async fn looks(&mut self, browser: &Browser<'_>, name: &str) {
        let tools = browser.driver.cdp();
        for width in [1280, 390, 320] {
            let phone = serde_json::json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            tools.send_raw("Emulation.setDeviceMetricsOverride", phone).await.expect("a width");
            browser.driver.execute(OPEN_ALL, Vec::new()).await.expect("it opens");
            // In the dark only the colours are others; at 320 px stands what stands at 390.
            for (colours, rules) in [("dark", AXE_COLOURS), ("light", AXE_RULES)] {
                let wish = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] });
                tools.send_raw("Emulation.setEmulatedMedia", wish).await.expect("colours");
                if width > 320 {
                    let rules = vec![serde_json::json!(rules)];
                    let found = browser.driver.execute_async(RUN_AXE, rules).await.expect("axe runs");
                    self.note(&format!("{name} {width} {colours}"), found.convert().expect("a list"));
                }
            }
            for (what, script) in
                [("too small to read", TOO_SMALL_TO_READ), ("too small to hit", TOO_SMALL_TO_HIT), ("too wide", SIDEWAYS)]
            {
                self.asks(browser, &format!("{name} {width} {what}"), script).await;
            }
        }
        // Still at 320 px.
        let largest = "document.documentElement.dataset.text = 'largest'; return [];";
        self.asks(browser, name, largest).await;
        self.asks(browser, &format!("{name} 320 and the largest text"), SIDEWAYS).await;
    }

    async fn asks(&mut self, browser: &Browser<'_>, name: &str, script: &str) {
        let found = browser.driver.execute(script, Vec::new()).await.expect("the page answers");
        self.note(name, found.convert().expect("a list"));
    }

    fn note(&mut self, name: &str, found: Vec<String>) {
        self.faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
}

#[test]
fn every_page_can_be_read_and_used_by_everybody_on_every_screen() {
    with_site_set(named, async |site: &Site| {
        let scene = Scene::set(site).await;
        let driver = Driver::start().await;
        let mut eye = Eye::default();
        for (who, pages) in PAGES {
            let browser = Eye::browser(&driver, site).await;
            scene.signs_in(&browser, who).await;
            for page in *pages {
                browser.opens(&filled(page, &scene)).await;
                eye.looks(&browser, &format!("{who} {page}")).await;
            }
            match *who {
                "visitor" => joins(site, &browser, &mut eye).await,
                "member" => writes(site, &scene, &browser, &mut eye).await,
                _ => {}
            }
            browser.closes().await;
        }
        assert!(eye.faults.is_empty(), "{} faults:\n{}", eye.faults.len(), eye.faults.join("\n"));
    });
}

/// The pages that stand behind the forms of joining.
async fn joins(site: &Site, visitor: &Browser<'_>, eye: &mut Eye) {
    visitor.opens("/join").await.types("In which year were you born?", "84").await.presses("Next").await;
    eye.looks(visitor, "join: no year").await;
    visitor.types("In which year were you born?", "2020").await.presses("Next").await;
    eye.looks(visitor, "join: too young").await;
    visitor.opens("/join").await.types("In which year were you born?", "1984").await.presses("Next").await;
    eye.looks(visitor, "join: details").await;
    // Without the browser's own checks, as with one that has none.
    let unchecked = "document.querySelectorAll('form').forEach(form => { form.noValidate = true; });";
    visitor.driver.execute(unchecked, Vec::new()).await.expect("a form");
    visitor.presses("Join").await;
    eye.looks(visitor, "join: faults").await;
    visitor.types("The name people will see", "tansy").await;
    visitor.types("E-mail address", "toby@example.org").await;
    visitor.types("Password", scene::PASSWORD).await;
    visitor.picks("Where should urgent help be?", "Ireland").await;
    visitor.ticks("I will keep the house rules").await.ticks("may keep what I write about my health").await;
    visitor.presses("Join").await;
    eye.looks(visitor, "join: sent").await;
    site.works().await;
    let link = letter_link(site, "toby@example.org", "/join/confirm/");
    visitor.opens(&link).await;
    eye.looks(visitor, "join: confirm").await;
    visitor.presses("Yes, this is my address").await;
    eye.looks(visitor, "join: confirmed").await;
    visitor.types("E-mail address", "toby@example.org").await;
    visitor.types("Password", "another one").await.presses("Sign in").await;
    eye.looks(visitor, "sign in: wrong").await;
}

/// The pages that stand behind the forms of writing.
async fn writes(site: &Site, scene: &Scene, member: &Browser<'_>, eye: &mut Eye) {
    let start = format!("/boards/{}/new-thread", scene.place("members").board);
    member.opens(&start).await.ticks("My experience").await;
    member.types("Title", "Help").await.types("Your words", "# A heading\n\n- and\n- a list").await;
    member.presses("Post thread").await;
    eye.looks(member, "thread: faults").await;
    member.types("Title", "Help in the night").await.presses("Look at it first").await;
    eye.looks(member, "thread: preview").await;
    member.presses("Keep as a draft").await;
    eye.looks(member, "thread: kept").await;
    member.opens("/drafts").await;
    eye.looks(member, "drafts").await;
    member.opens(&start).await.presses("Post thread").await;
    eye.looks(member, "thread: posted").await;
    member.presses("Post reply").await;
    eye.looks(member, "reply: faults").await;

    let way_out = notifications::unsubscribe_path(&site.running, scene.author.number());
    member.opens(&way_out).await;
    eye.looks(member, "letters: way out").await;
    member.presses("No more of these letters").await;
    eye.looks(member, "letters: ended").await;

    member.opens(&start).await.types("Title", "A long night").await.types("Your words", "And longer words.").await;
    site.later(chrono::Duration::days(15));
    member.presses("Post thread").await;
    eye.looks(member, "sign in: with words").await;
    site.later(chrono::Duration::days(-15));
    member.types("E-mail address", &email("member")).await.types("Password", scene::PASSWORD).await;
    member.presses("Sign in").await;
    eye.looks(member, "thread: words are back").await;
}

#[test]
fn the_pages_that_few_people_meet_can_be_read_and_used_as_well() {
    with_site_set(
        |config| config.is_demo = true,
        async |site: &Site| {
            let scene = Scene::set(site).await;
            let driver = Driver::start().await;
            let mut eye = Eye::default();
            let visitor = Eye::browser(&driver, site).await;
            comes_back(site, &scene, &visitor, &mut eye).await;
            cannot_join_as_others_do(site, &scene, &visitor, &mut eye).await;
            visitor.closes().await;
            let inside = Eye::browser(&driver, site).await;
            is_shut_out(site, &scene, &inside, &mut eye).await;
            takes_a_second_step(site, &inside, &mut eye).await;
            inside.closes().await;
            assert!(eye.faults.is_empty(), "{} faults:\n{}", eye.faults.len(), eye.faults.join("\n"));
        },
    );
}

/// The pages that letters lead to, and those that show what others did with an account.
async fn comes_back(site: &Site, scene: &Scene, person: &Browser<'_>, eye: &mut Eye) {
    let link = site.given(|tx| Ok(accounts::make_setup_link(tx)?.reveal().to_owned())).await;
    person.opens(&format!("/setup/{link}")).await;
    eye.looks(person, "set up").await;

    let address = email("member");
    person.opens("/sign-in").await.types("E-mail address", &address).await.types("Password", scene::PASSWORD).await;
    person.presses("Sign in").await;
    person.opens("/settings/devices").await;
    eye.looks(person, "devices: two").await;
    person.opens("/settings/password").await.types("Your password now", "words that fit nowhere").await;
    person.types("New password", "qwertyuiopasdf").await.presses("Change it").await;
    eye.looks(person, "password: faults").await;

    // Somebody who was signed out while they asked, with words that nothing can take.
    person.opens(&format!("/boards/{}", scene.place("board-members").board)).await;
    person.types("Your words to the moderators", "I would like to read along.").await;
    site.later(chrono::Duration::days(15));
    person.presses("Ask to be let in").await;
    site.later(chrono::Duration::days(-15));
    person.types("E-mail address", &address).await.types("Password", scene::PASSWORD).await.presses("Sign in").await;
    person.sees("I would like to read along.").await;
    eye.looks(person, "words to copy").await;

    let thread = format!("/threads/{}", scene.place("members").thread);
    person.opens(&thread).await.ticks("My experience").await.types("Your words", "Typed first.").await;
    person.presses("Keep as a draft").await;
    let (member, place) = (scene.id("member"), threads::Place::Thread(scene.place("members").thread));
    let other = threads::Typed { body: "Typed elsewhere.".into(), submission_id: "elsewhere".into(), ..Default::default() };
    site.given(move |tx| {
        let member = accounts::load(tx.conn(), member)?.expect("the member");
        threads::keep_draft(tx, &member, place, &other)
    })
    .await;
    person.opens(&thread).await.sees("You typed other words").await;
    eye.looks(person, "two drafts of one place").await;

    person.opens("/password").await.types("E-mail address", "no address").await;
    let unchecked = "document.querySelectorAll('form').forEach(form => { form.noValidate = true; });";
    person.driver.execute(unchecked, Vec::new()).await.expect("a form");
    person.presses("Send me the link").await;
    eye.looks(person, "forgotten: faults").await;
    person.types("E-mail address", &address).await.presses("Send me the link").await;
    site.works().await;
    person.opens("/demo/letters").await.sees("The link you asked for").await;
    eye.looks(person, "letters of the demo").await;
    person.opens(&letter_link(site, &address, "/password/")).await;
    eye.looks(person, "new password").await;
    person.types("New password", "three words that do not belong").await.presses("Keep this password").await;
    eye.looks(person, "sign in: new password").await;
    site.works().await;
    person.opens(&letter_link(site, &address, "/not-me/")).await;
    eye.looks(person, "not me").await;
    person.presses("It was not me").await;
    eye.looks(person, "not me: done").await;
}

/// The slower way to join, and the closed door.
async fn cannot_join_as_others_do(site: &Site, scene: &Scene, visitor: &Browser<'_>, eye: &mut Eye) {
    let secret = site.running.config.secret.clone();
    site.given(move |tx| {
        let network = throttle::address_name(std::net::Ipv4Addr::LOCALHOST.into(), &secret, tx.now());
        (0..accounts::rules::JOIN.times).try_for_each(|_| throttle::take(tx, accounts::rules::JOIN, &network))
    })
    .await;
    visitor.opens("/join").await.types("In which year were you born?", "1984").await.presses("Next").await;
    visitor.types("The name people will see", "harebell").await;
    visitor.types("E-mail address", "hana@example.org").await;
    visitor.types("Password", scene::PASSWORD).await;
    visitor.picks("Where should urgent help be?", "Ireland").await;
    visitor.ticks("I will keep the house rules").await.ticks("may keep what I write about my health").await;
    visitor.presses("Join").await;
    visitor.sees("One step more").await;
    eye.looks(visitor, "join: letter first").await;
    let (administrator, line) = (scene.id("administrator"), scene.helpline);
    site.given(move |tx| {
        let administrator = accounts::load(tx.conn(), administrator)?.expect("the administrator");
        helplines::remove(tx, &administrator, line)
    })
    .await;
    visitor.opens("/join").await.sees("Nobody can join yet").await;
    eye.looks(visitor, "join: closed").await;
}

/// What stays of a board that somebody wrote on and does not read any more.
async fn is_shut_out(site: &Site, scene: &Scene, person: &Browser<'_>, eye: &mut Eye) {
    let (id, place) = (scene.id("board member"), scene.place("board-members"));
    site.given(move |tx| {
        let member = accounts::load(tx.conn(), id)?.expect("the board member");
        threads::reply(tx, &member, place.thread, &scene::reply("My own words.", "before-they-left"))?;
        boards::leave(tx, &member, place.board)
    })
    .await;
    scene.signs_in(person, "board member").await;
    person.opens("/posts").await.sees("Its board is not open to you now").await;
    eye.looks(person, "own posts: closed").await;
    person.opens(&format!("/boards/{}", place.board)).await.sees("You wrote here").await;
    eye.looks(person, "board front: own words").await;
}

#[test]
fn the_pages_of_joining_agreeing_and_leaving_can_be_read_and_used_as_well() {
    with_site(async |site: &Site| {
        let scene = Scene::set(site).await;
        let driver = Driver::start().await;
        let mut eye = Eye::default();
        let (administrator, person) = (Eye::browser(&driver, site).await, Eye::browser(&driver, site).await);
        scene.signs_in(&administrator, "administrator").await;
        is_read(site, &administrator, &person, &mut eye).await;
        is_invited(&administrator, &person, &mut eye).await;
        scene.signs_in(&person, "member").await;
        agrees(&scene, &administrator, &person, &mut eye).await;
        moves_and_leaves(site, &person, &mut eye).await;
        administrator.closes().await;
        person.closes().await;
        assert!(eye.faults.is_empty(), "{} faults:\n{}", eye.faults.len(), eye.faults.join("\n"));
    });
}

/// Joining where a person reads the answer.
async fn is_read(site: &Site, administrator: &Browser<'_>, visitor: &Browser<'_>, eye: &mut Eye) {
    administrator.opens("/admin/joining").await.ticks("Everybody whom one of you has approved").await;
    administrator.presses("Keep this").await.sees("Write the question").await;
    eye.looks(administrator, "how people join: faults").await;
    administrator.types("The question for applications", "Which **illness** brings you here?\n\n- Yours").await;
    administrator.presses("Look at the question first").await;
    eye.looks(administrator, "how people join: preview").await;
    administrator.presses("Keep this").await;
    eye.looks(administrator, "how people join: kept").await;

    types_details(visitor, "/join", "ana-1974").await;
    visitor.types("Your answer", "My knee.\nSince spring.").await.presses("Join").await;
    eye.looks(visitor, "join: advice and question").await;
    visitor.types("The name people will see", "harebell").await.types("Password", scene::PASSWORD).await;
    visitor.presses("Join").await.sees("After that a person reads your answer").await;
    site.works().await;
    let link = letter_link(site, &email("ana-1974"), "/join/confirm/");
    visitor.opens(&link).await;
    eye.looks(visitor, "join: confirm, then read").await;
    visitor.presses("Yes, this is my address").await.sees("A person will read your answer").await;
    eye.looks(visitor, "join: waits").await;

    administrator.opens("/admin/applications").await;
    eye.looks(administrator, "applications: one").await;
    administrator.follows("harebell").await.presses("No, not now").await.sees("Say why").await;
    eye.looks(administrator, "application: faults").await;
    administrator.types("Your words to them", "Nobody sells here.").await.presses("No, not now").await;
    visitor.opens(&link).await.sees("They said no.").await;
    eye.looks(visitor, "join: denied").await;
}

/// Joining with an invitation, without one, and not at all.
async fn is_invited(administrator: &Browser<'_>, visitor: &Browser<'_>, eye: &mut Eye) {
    administrator.opens("/admin/invitations").await.types("For how many people?", "0").await.presses("Make the link").await;
    eye.looks(administrator, "invitations: faults").await;
    administrator.types("For how many people?", "3").await.presses("Make the link").await;
    eye.looks(administrator, "invitations: made").await;
    let link = administrator.words_in(".notice code").await.remove(0);
    visitor.opens(&link).await.sees("Somebody invited you.").await;
    eye.looks(visitor, "join: invited").await;
    for (mode, name) in [("Only people who were invited", "by invitation"), ("Invitations do not work either", "nobody")] {
        administrator.opens("/admin/joining").await.ticks(mode).await.presses("Keep this").await;
        visitor.opens("/join").await;
        eye.looks(visitor, &format!("join: {name}")).await;
    }
    administrator.opens("/admin/invitations").await.sees("Nobody can join now").await;
    eye.looks(administrator, "invitations: closed").await;
}

/// A text that changes, and being asked about it.
async fn agrees(scene: &Scene, administrator: &Browser<'_>, member: &Browser<'_>, eye: &mut Eye) {
    administrator.opens("/admin/documents/rules").await.presses("Publish").await.sees("Say in a line what changed").await;
    eye.looks(administrator, "document: faults").await;
    administrator.types("What changed", "Nothing much").await.presses("Look at it first").await;
    eye.looks(administrator, "document: preview").await;
    administrator.presses("Publish").await.sees("Published: House rules.").await;
    eye.looks(administrator, "documents: published").await;
    member.opens(&format!("/threads/{}", scene.place("members").thread)).await.sees("See what changed").await;
    eye.looks(member, "thread: asked to agree").await;
    member.follows("See what changed").await;
    eye.looks(member, "agreements: asked").await;
    for version in ["/rules/1", "/rules/2"] {
        member.opens(version).await;
        eye.looks(member, version).await;
    }
    member.opens("/agreements").await.presses("I agree").await;
}

/// Another address and back, the file, leaving and coming back, and what is left after that.
async fn moves_and_leaves(site: &Site, member: &Browser<'_>, eye: &mut Eye) {
    let new = "member@elsewhere.example";
    // Anew, because looking takes its time and these pages want to know who it is.
    member.signs_out().await.opens("/sign-in").await;
    types_sign_in(member, &email("member"), scene::PASSWORD).await;
    member.presses("Sign in").await;
    member.opens("/settings/address").await.types("New e-mail address", &email("member")).await;
    member.presses("Send the letter").await.sees("This is your address already").await;
    eye.looks(member, "address: faults").await;
    member.types("New e-mail address", new).await.presses("Send the letter").await;
    site.works().await;
    member.opens(&letter_link(site, new, "/address/")).await;
    eye.looks(member, "address: confirm").await;
    member.presses("Yes, this is my address").await.sees("Your address is changed").await;
    eye.looks(member, "address: done").await;

    member.opens("/settings/my-data").await.presses("Make my file").await.sees("Your file is being made").await;
    eye.looks(member, "my data: being made").await;
    site.works().await;
    member.opens("/settings/my-data").await.sees("Download it").await;
    eye.looks(member, "my data: ready").await;

    let undo = letter_link(site, &email("member"), "/address/undo/");
    member.opens(&undo).await;
    eye.looks(member, "address: undo").await;
    member.presses("take it back").await.sees("Your account is yours again").await;
    eye.looks(member, "address: undone").await;
    site.works().await;
    member.opens(&letter_link(site, &email("member"), "/password/")).await;
    member.types("New password", scene::PASSWORD).await.presses("Keep this password").await;
    types_sign_in(member, &email("member"), scene::PASSWORD).await;
    member.presses("Sign in").await;

    member.opens("/settings/leaving").await;
    // Without the browser's own checks, as with one that has none.
    let unchecked = "document.querySelectorAll('form').forEach(form => { form.noValidate = true; });";
    member.driver.execute(unchecked, Vec::new()).await.expect("a form");
    member.presses("Leave").await.sees("Choose what shall become of your words").await;
    eye.looks(member, "leaving: faults").await;
    member.ticks("Take all of them away").await.presses("Leave").await.sees("You have left").await;
    let left = member.address().await;
    eye.looks(member, "left").await;
    site.later(chrono::Duration::days(15));
    member.opens(&left).await;
    eye.looks(member, "left: over").await;
    site.works().await;
    member.opens(&left).await.sees("All of it is erased").await;
    eye.looks(member, "left: erased").await;
}

#[test]
fn recovery_codes_stand_on_one_sheet_of_paper_with_whose_they_are_and_nothing_to_press() {
    with_site(async |site: &Site| {
        let scene = Scene::set(site).await;
        let driver = Driver::start().await;
        let person = driver.browser(site, Look { script: true, width: 1280 }).await;
        scene.signs_in(&person, "member").await;
        let (_, codes) = turns_on(site, &person).await;
        for text in ["standard", "largest"] {
            let size = format!("document.documentElement.dataset.text = '{text}'");
            person.driver.execute(size.as_str(), Vec::new()).await.expect("a size");
            let paper = thirtyfour::common::print::PrintParameters::default();
            let sheets = sheets_of(&person.driver.print_page(paper).await.expect("it prints"));
            assert_eq!(sheets.len(), 1, "{text}: {sheets:#?}");
            for words in codes.iter().map(String::as_str).chain(["Recovery codes", "member"]) {
                assert!(sheets[0].contains(words), "{text}: {words} is not on paper: {sheets:#?}");
            }
            assert!(!sheets[0].contains("I have kept them"), "{text}: {sheets:#?}");
        }
        person.closes().await;
    });
}

/// Everything about the second step, and a form that came too late.
async fn takes_a_second_step(site: &Site, person: &Browser<'_>, eye: &mut Eye) {
    person.opens("/settings/second-step/app").await.types("The six figures", "000000").await.presses("Turn it on").await;
    eye.looks(person, "second step: wrong figures").await;
    let letters = person.driver.find(By::Css("ol code")).await.expect("the letters").text().await.expect("words");
    let app = accounts::totp::AppSecret::typed(&letters).expect("a secret");
    let code = || app.code_at(site.running.now()).expect("a code");
    person.types("The six figures", &code()).await.presses("Turn it on").await.sees("Recovery codes").await;
    eye.looks(person, "recovery codes").await;
    person.opens("/settings/second-step").await;
    eye.looks(person, "second step: on").await;
    site.later(chrono::Duration::minutes(21));
    person.presses("Make new codes").await.sees("What you sent waits").await;
    eye.looks(person, "still you: a form waits").await;
    person.types("Password", scene::PASSWORD).await.types("Code", "123456").await.presses("It is me").await;
    eye.looks(person, "still you: wrong").await;
    person.types("Password", scene::PASSWORD).await.types("Code", &code()).await.presses("It is me").await;
    eye.looks(person, "still you: go on").await;
    person.presses("Send it now").await.sees("The old ones do not work any more").await;
    person.signs_out_in_another_tab().await;
    person.opens("/sign-in").await.types("E-mail address", &email("board member")).await;
    person.types("Password", scene::PASSWORD).await.presses("Sign in").await.sees("Now the second step").await;
    eye.looks(person, "second step: asked").await;
    person.types("Code", "123456").await.presses("Sign in").await;
    eye.looks(person, "second step: wrong").await;
}

#[test]
fn urgent_help_is_all_there_on_paper() {
    with_site(async |site: &Site| {
        let _scene = Scene::set(site).await;
        // More than one sheet of them, with a number to write to each.
        site.given(|tx| (0..30).try_for_each(|number| helplines::create(tx, &line(tx.now(), number)).map(drop))).await;
        // What is remembered follows the database within a minute.
        site.later(chrono::Duration::seconds(61));
        let driver = Driver::start().await;
        let browser = driver.browser(site, Look { script: false, width: 1280 }).await;
        for (page, emergency) in [("/urgent-help", ["112", "112"]), ("/urgent-help?country=GB", ["999", "112"])] {
            browser.opens(page).await;
            let paper = thirtyfour::common::print::PrintParameters::default();
            let paper = words_on(&browser.driver.print_page(paper).await.expect("it prints"));
            let numbers = (0..30).flat_map(|number| [voice(number), text(number)]);
            for number in numbers.chain(["01632 960 101".to_owned()]).chain(emergency.map(str::to_owned)) {
                assert!(paper.contains(&number), "{page}: {number} is not on paper:\n{paper}");
            }
        }
        browser.closes().await;
    });
}

/// What can be read on the sheets of a PDF, white space folded.
fn words_on(paper: &[u8]) -> String {
    sheets_of(paper).join(" ")
}

/// What can be read on each sheet of a PDF, white space folded.
fn sheets_of(paper: &[u8]) -> Vec<String> {
    let mut reader = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is installed");
    reader.stdin.take().expect("a pipe").write_all(paper).expect("it takes the sheets");
    let read = reader.wait_with_output().expect("it reads");
    assert!(read.status.success(), "no PDF");
    let words = String::from_utf8(read.stdout).expect("words");
    // Each sheet ends with a form feed.
    let sheets = words.trim_end_matches('\u{c}').split('\u{c}');
    sheets.map(|sheet| sheet.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn voice(number: i32) -> String {
    format!("01632 960 {}", 200 + number)
}

fn text(number: i32) -> String {
    format!("01632 960 {}", 300 + number)
}

fn line(checked_on: Timestamp, number: i32) -> HelplineDraft {
    HelplineDraft {
        name: format!("Line number {number}"),
        need: if number % 2 == 0 { Need::Talk } else { Need::Illness },
        voice_number: voice(number),
        text_number: text(number),
        language: "en".to_owned(),
        is_sample: number % 3 == 0,
        checked_on: Some(checked_on),
        ..HelplineDraft::default()
    }
}
