//! A passkey in a real browser, with a key that chromedriver makes of software.

use crate::LOOKS;
use crate::chromium::{Browser, Driver};
use crate::harness::{Site, named, with_site_set};
use crate::scene::{self, Scene, email};
use thirtyfour::By;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::Key;
use thirtyfour::{RequestData, SessionId};

/// Puts a key into the device: one that is always at hand, and whose owner always says yes. See "Virtual Authenticators" in
/// WebAuthn, 11.
#[derive(Debug)]
struct PutInKey;

impl FormatRequestData for PutInKey {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let key = serde_json::json!({
            "protocol": "ctap2", "transport": "internal",
            "hasResidentKey": true, "hasUserVerification": true, "isUserConsenting": true, "isUserVerified": true,
        });
        RequestData::new(reqwest::Method::POST, format!("session/{session}/webauthn/authenticator")).add_body(key)
    }
}

/// Takes the key with this name out of the device: it is lost.
#[derive(Debug)]
struct LoseKey(String);

impl FormatRequestData for LoseKey {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let path = format!("session/{session}/webauthn/authenticator/{}", self.0);
        RequestData::new(reqwest::Method::DELETE, path)
    }
}

async fn signs_out(browser: &Browser<'_>) {
    browser.opens("/notices").await;
    let menu = browser.driver.find(By::Css(".menu > summary")).await.expect("a menu");
    menu.click().await.expect("the menu opens");
    browser.presses("Sign out").await;
}

#[test]
fn somebody_adds_a_passkey_signs_in_and_proves_by_it_that_it_is_them_loses_it_and_comes_back_by_a_code() {
    for look in LOOKS.iter().filter(|look| look.script) {
        with_site_set(named, async |site: &Site| {
            let scene = Scene::set(site).await;
            let driver = Driver::start().await;
            let member = driver.browser(site, *look).await;
            scene.signs_in(&member, "member").await;
            let key = member.driver.cmd(PutInKey).await.expect("the device has a key");
            member.opens("/settings/second-step").await.follows("Add a passkey").await;
            member.misses("Passkeys need JavaScript").await;
            member.types("Name", "My phone").await.presses("Add it").await;
            member.sees("The second step is turned on").await.opens("/settings/second-step").await.sees("My phone").await;
            // The same key is not added twice: the device itself says that it is here.
            member.follows("Add a passkey").await.types("Name", "My phone again").await;
            let button = member.driver.find(By::Css("[data-passkey] button")).await.expect("the button");
            button.send_keys(Key::Enter).await.expect("it can be pressed");
            member.sees("This passkey is here already").await;

            signs_out(&member).await;
            member.opens("/sign-in").await.presses("Sign in with a passkey").await;
            member.opens("/settings/second-step").await.sees("Used last").await;

            signs_out(&member).await;
            member.opens("/sign-in").await.types("E-mail address", &email("member")).await;
            member.types("Password", scene::PASSWORD).await.presses("Sign in").await;
            member.sees("Now the second step").await.presses("Use a passkey").await;

            site.later(chrono::Duration::minutes(30));
            member.opens("/settings/second-step").await.presses("Make new codes").await.sees("Is it still you?").await;
            member.presses("Use a passkey").await.presses("Send it now").await;
            member.sees("The old ones do not work any more").await;
            let codes = member.words_in(".codes code").await;

            // The key is lost: the password and a code on paper lead in, and then the key goes.
            let key = key.body["value"].as_str().expect("its name").to_owned();
            member.driver.cmd(LoseKey(key)).await.expect("the device has none");
            signs_out(&member).await;
            member.opens("/sign-in").await.types("E-mail address", &email("member")).await;
            member.types("Password", scene::PASSWORD).await.presses("Sign in").await;
            member.types("Code", &codes[0]).await.presses("Sign in").await;
            member.opens("/settings/second-step").await.sees("9 codes are left").await.presses("Remove").await;
            member.sees("The second step is turned off.").await.misses("My phone").await;
            member.closes().await;
        });
    }
}

#[test]
fn without_script_the_pages_say_that_passkeys_need_it_and_offer_the_other_ways() {
    for look in LOOKS.iter().filter(|look| !look.script) {
        with_site_set(named, async |site: &Site| {
            Scene::set(site).await;
            let driver = Driver::start().await;
            let member = driver.browser(site, *look).await;
            member.opens("/sign-in").await.sees("Passkeys need JavaScript").await.sees("Your password works without").await;
            member.misses("Sign in with a passkey").await.types("E-mail address", &email("member")).await;
            member.types("Password", scene::PASSWORD).await.presses("Sign in").await;
            member.opens("/settings/second-step").await.follows("Add a passkey").await;
            member.sees("A code from an app works without").await.misses("Add it").await;
            member.follows("Back to all second steps").await.follows("Turn it on").await.sees("Show this drawing").await;
            member.closes().await;
        });
    }
}
