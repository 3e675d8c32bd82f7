//! Single sign-on with a provider that others wrote: npm `oidc-provider`, fetched by `.ci/run`, or by hand:
//! `npm install --prefix target/oidc-provider oidc-provider@9.13.3`. Needs `node`.

use crate::LOOKS;
use crate::chromium::{Browser, Driver, Look};
use crate::harness::{Site, with_site_set};
use crate::scene::Scene;
use alongside::config::SignOnProvider;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use thirtyfour::prelude::*;

/// The running provider; ends with the journey.
struct Provider(Child);

impl Provider {
    fn start(port: u16, site: &Site) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut process = Command::new("node")
            .arg(root.join("tests/browser/provider.mjs"))
            .arg(root.join("target/oidc-provider/node_modules"))
            .arg(port.to_string())
            .arg(&site.address)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed");
        let told = BufReader::new(process.stdout.take().expect("its output"));
        let first = told.lines().map_while(Result::ok).find(|line| line == "listening");
        assert!(first.is_some(), "the provider does not start: is target/oidc-provider there?");
        Self(process)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let ended = self.0.kill().and_then(|()| self.0.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "the provider would not end");
    }
}

/// Makes a journey in all four ways, each on a site and with a provider of its own.
#[allow(clippy::needless_pass_by_value)] // reads better where it is called
fn with_provider(journey: impl AsyncFn(&Site, &Scene, &Driver, Look, &str)) {
    for look in LOOKS {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let issuer = format!("http://127.0.0.1:{port}");
        let settings = SignOnProvider {
            name: "northmoor".to_owned(),
            label: "Northmoor Hospital".to_owned(),
            issuer: issuer.clone(),
            client_id: "alongside".to_owned(),
            client_secret: Some("a secret for loopback alone".to_owned()),
            domains: vec!["northmoor.example".to_owned()],
            always_join: false,
            counts_second_step: false,
            patience: Duration::from_secs(20),
        };
        with_site_set(
            |config| config.sign_on = vec![settings],
            async |site| {
                let _provider = Provider::start(port, site);
                let scene = Scene::set(site).await;
                let driver = Driver::start().await;
                journey(site, &scene, &driver, look, &issuer).await;
            },
        );
    }
}

/// On the provider's pages: says who they are, and that the site may know it.
async fn signs_in_there(browser: &Browser<'_>, name: &str) {
    says_who_it_is(browser, name).await;
    // It asks once whether the site may know.
    browser.driver.query(By::XPath("//h1[contains(., 'Authorize')]")).first().await.expect("the provider asks once more");
    presses_there(browser).await;
}

async fn says_who_it_is(browser: &Browser<'_>, name: &str) {
    let typed = browser.driver.query(By::Css("input[name=login]")).first().await.expect("the provider asks who it is");
    typed.send_keys(name).await.expect("the field takes a name");
    browser.driver.find(By::Css("input[name=password]")).await.expect("a field").send_keys("x").await.expect("words");
    presses_there(browser).await;
}

async fn presses_there(browser: &Browser<'_>) {
    let button = browser.driver.query(By::Css("button[type=submit]")).first().await.expect("a button there");
    button.click().await.expect("it can be pressed");
}

async fn goes_there(browser: &Browser<'_>) {
    browser.opens("/sign-in").await;
    browser.presses("Go on with Northmoor Hospital").await;
}

async fn signs_out(browser: &Browser<'_>) {
    browser.opens("/notices").await;
    browser.driver.find(By::Css(".menu > summary")).await.expect("a menu").click().await.expect("the menu opens");
    browser.presses("Sign out").await;
}

#[test]
fn somebody_joins_by_their_hospital_comes_back_by_it_and_is_signed_out_when_they_sign_out_there() {
    with_provider(async |site: &Site, _: &Scene, driver: &Driver, look: Look, issuer: &str| {
        let ana = driver.browser(site, look).await;
        goes_there(&ana).await;
        signs_in_there(&ana, "ana-at-work").await;
        ana.sees("You come from Northmoor Hospital.").await;
        ana.types("In which year were you born?", "1984").await;
        ana.presses("Next").await;
        ana.sees("ana-at-work@northmoor.example").await;
        ana.types("The name people will see", "ana").await;
        ana.picks("Where should urgent help be?", "Ireland").await;
        ana.ticks("I will keep the house rules").await;
        ana.ticks("may keep what I write about my health").await;
        ana.presses("Join").await;
        ana.opens("/settings/sign-on").await.sees("It is your only way in").await;

        signs_out(&ana).await;
        // The provider still knows them, and sends them back by itself.
        goes_there(&ana).await;
        ana.driver.query(By::Css(".menu")).first().await.expect("they are signed in again");
        ana.opens("/settings/sign-on").await.sees("Northmoor Hospital").await;

        ana.opens(&format!("{issuer}/session/end")).await;
        let yes = ana.driver.query(By::Css("button[name=logout]")).first().await.expect("the provider asks");
        yes.click().await.expect("it can be pressed");
        ana.driver.query(By::XPath("//h1[contains(., 'Sign-out Success')]")).first().await.expect("they are signed out");
        ana.opens("/settings/sign-on").await.sees("Welcome back").await;
        ana.closes().await;
    });
}

#[test]
fn a_member_links_their_hospital_signs_in_by_it_and_takes_it_off() {
    with_provider(async |site: &Site, scene: &Scene, driver: &Driver, look: Look, _: &str| {
        let member = driver.browser(site, look).await;
        scene.signs_in(&member, "member").await;
        member.opens("/settings").await;
        member.follows("Other sign-ons").await;
        member.presses("Link Northmoor Hospital").await;
        signs_in_there(&member, "somebody").await;
        member.sees("It is linked.").await;
        signs_out(&member).await;
        goes_there(&member).await;
        member.driver.query(By::Css(".menu")).first().await.expect("they are signed in");
        member.opens("/settings/sign-on").await;
        // The provider knew them from before, which proves nothing: it asks anew, in the place of a password.
        member.presses("Take it off").await.sees("Is it still you?").await;
        member.presses("Go on with Northmoor Hospital").await;
        says_who_it_is(&member, "somebody").await;
        member.sees("One more press").await.presses("Send it now").await.sees("It is taken off.").await;
        member.closes().await;
    });
}
