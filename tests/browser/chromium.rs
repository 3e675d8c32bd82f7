//! Chromium, driven as a person would: by labels, buttons and links.

use crate::harness::Site;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::prelude::*;

/// How the page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// JavaScript runs.
    pub script: bool,
    /// Width of the window in CSS pixels.
    pub width: u32,
}

/// The bytes that end a ZIP without a comment.
const END_OF_ZIP: usize = 22;

/// A running chromedriver; ends with the journey.
pub struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed");
        let address = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::new();
        // It listens when it answers; asking again is the event.
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while client.get(format!("{address}/status")).send().await.is_err() {
            assert!(std::time::Instant::now() < deadline, "chromedriver does not answer");
            tokio::task::yield_now().await;
        }
        Self { process, address }
    }

    /// A new browser with nothing in it.
    pub async fn browser<'a>(&self, site: &'a Site, look: Look) -> Browser<'a> {
        let mut wishes = DesiredCapabilities::chrome();
        // The same engine without the windows around it: it starts in a quarter of the time. Not by Debian's script in /usr/bin,
        // which ends without ending the browser.
        wishes.set_binary("/usr/lib/chromium/chromium-headless-shell").expect("a program");
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--force-prefers-reduced-motion",
        ] {
            wishes.add_arg(argument).expect("an argument");
        }
        wishes.add_arg(&format!("--window-size={},900", look.width)).expect("an argument");
        if !look.script {
            wishes.add_arg("--blink-settings=scriptEnabled=false").expect("an argument");
        }
        // Looks often: half a second, which is usual, is longer than most of our pages take.
        let poller = ElementPollerWithTimeout::new(Duration::from_secs(20), Duration::from_millis(20));
        let driver = WebDriver::builder(&self.address, wishes).poller(Arc::new(poller)).await.expect("a browser starts");
        Browser { driver, site, look }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the browsers that a failed journey left open, too.
        let ended = self.process.kill().and_then(|()| self.process.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "chromedriver would not end");
    }
}

/// Somebody's browser.
pub struct Browser<'a> {
    /// The browser itself.
    pub driver: WebDriver,
    site: &'a Site,
    /// How it looks at pages.
    pub look: Look,
}

impl Browser<'_> {
    /// Opens an address of the site.
    pub async fn opens(&self, path: &str) -> &Self {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.site.address) };
        self.driver.goto(address).await.expect("the page opens");
        self
    }

    /// Types over what stands in the field with that label.
    pub async fn types(&self, label: &str, words: &str) -> &Self {
        let field = self.labelled(label).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(words).await.expect("the field takes words");
        self
    }

    /// What stands in the field with that label.
    pub async fn field(&self, label: &str) -> String {
        self.labelled(label).await.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// Ticks the box with that label.
    pub async fn ticks(&self, label: &str) -> &Self {
        let path = format!("//label[contains(normalize-space(.), {})]", quoted(label));
        let label = self.driver.query(By::XPath(path)).first().await.expect("a box with that label");
        label.scroll_into_view().await.ok();
        label.click().await.expect("the box can be ticked");
        self
    }

    /// Chooses from the list with that label.
    pub async fn picks(&self, label: &str, choice: &str) -> &Self {
        let list = self.labelled(label).await;
        let option =
            list.find(By::XPath(format!("./option[normalize-space(.)={}]", quoted(choice)))).await.expect("that choice");
        option.click().await.expect("the choice can be taken");
        self
    }

    /// Presses the button with those words and waits until another page is there.
    pub async fn presses(&self, button: &str) -> &Self {
        let path = format!("//button[contains(normalize-space(.), {})]", quoted(button));
        self.leads_on(By::XPath(path)).await
    }

    /// Presses Enter in the field with that label and waits until another page is there.
    pub async fn enters(&self, label: &str) -> &Self {
        let before = self.driver.find(By::Tag("html")).await.expect("a page is open");
        self.labelled(label).await.send_keys(Key::Enter).await.expect("the field takes keys");
        before.wait_until().stale().await.expect("another page comes");
        self
    }

    /// Presses the button with those words twice, as fast as a mouse does, and waits until another page is there.
    pub async fn presses_twice(&self, button: &str) -> &Self {
        let before = self.driver.find(By::Tag("html")).await.expect("a page is open");
        let path = format!("//button[contains(normalize-space(.), {})]", quoted(button));
        let element = self.driver.query(By::XPath(path)).first().await.expect("it is on the page");
        // Into the middle: at its edges other things lie over the page.
        self.driver
            .execute("arguments[0].scrollIntoView({ block: 'center' })", vec![element.to_json().expect("an element")])
            .await
            .expect("it comes into view");
        self.driver.action_chain().double_click_element(&element).perform().await.expect("it can be pressed");
        before.wait_until().stale().await.expect("another page comes");
        self
    }

    /// Signs out by the menu.
    pub async fn signs_out(&self) -> &Self {
        let menu = self.driver.find(By::Css(".menu > summary")).await.expect("a menu");
        menu.click().await.expect("the menu opens");
        self.presses("Sign out").await
    }

    /// Signs out in a tab of its own and comes back to the page that is open.
    pub async fn signs_out_in_another_tab(&self) -> &Self {
        let here = self.driver.window().await.expect("a tab");
        let there = self.driver.new_tab().await.expect("another tab");
        self.driver.switch_to_window(there).await.expect("the other tab");
        self.opens("/notices").await;
        self.signs_out().await;
        self.driver.close_window().await.expect("the other tab closes");
        self.driver.switch_to_window(here).await.expect("the tab from before");
        self
    }

    /// Goes back one page.
    pub async fn goes_back(&self) -> &Self {
        self.driver.back().await.expect("there is a page before");
        self
    }

    /// Follows the link with those words and waits until another page is there.
    pub async fn follows(&self, link: &str) -> &Self {
        let path = format!("//main//a[contains(normalize-space(.), {})]", quoted(link));
        self.leads_on(By::XPath(path)).await
    }

    async fn leads_on(&self, by: By) -> &Self {
        let before = self.driver.find(By::Tag("html")).await.expect("a page is open");
        let element = self.driver.query(by).first().await.expect("it is on the page");
        // The bar at the top stays in view and may lie over what was scrolled to.
        element.focus().await.ok();
        element.send_keys(Key::Enter).await.expect("it can be pressed");
        before.wait_until().stale().await.expect("another page comes");
        self
    }

    /// Presses the link with those words and gives the file that it brings.
    pub async fn downloads(&self, link: &str) -> Vec<u8> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("alongside-download-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let into = serde_json::json!({ "behavior": "allow", "downloadPath": folder });
        self.driver.cdp().send_raw("Browser.setDownloadBehavior", into).await.expect("files may come");
        let path = format!("//main//a[contains(normalize-space(.), {})]", quoted(link));
        let element = self.driver.query(By::XPath(path)).first().await.expect("a link with those words");
        element.send_keys(Key::Enter).await.expect("it can be pressed");
        // It is whole when its end is there; looking again is the event.
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        let whole = loop {
            let mut names = std::fs::read_dir(&folder).expect("the folder").map(|entry| entry.expect("an entry").path());
            if let Some(file) = names.find(|file| file.extension().is_some_and(|ending| ending == "zip")) {
                let bytes = std::fs::read(file).expect("the file");
                if bytes.len() >= END_OF_ZIP && bytes[bytes.len() - END_OF_ZIP..].starts_with(b"PK\x05\x06") {
                    break bytes;
                }
            }
            assert!(std::time::Instant::now() < deadline, "no file came");
            tokio::task::yield_now().await;
        };
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        whole
    }

    /// The words of every element that matches.
    pub async fn words_in(&self, selector: &str) -> Vec<String> {
        let mut words = Vec::new();
        for element in self.driver.find_all(By::Css(selector)).await.expect("they are on the page") {
            words.push(element.text().await.expect("words"));
        }
        words
    }

    /// Waits until the page says so.
    pub async fn sees(&self, words: &str) -> &Self {
        let path = format!("//body[contains(normalize-space(.), {})]", quoted(words));
        if self.driver.query(By::XPath(path)).first().await.is_err() {
            let shown = self.words().await;
            panic!("{:?}: the page does not show {words:?}:\n{shown}", self.look);
        }
        self
    }

    /// Fails if the page says so.
    pub async fn misses(&self, words: &str) -> &Self {
        let shown = self.words().await;
        assert!(!shown.contains(words), "{:?}: the page shows {words:?}", self.look);
        self
    }

    /// Every word that is visible.
    pub async fn words(&self) -> String {
        self.driver.find(By::Tag("body")).await.expect("a page").text().await.expect("words")
    }

    /// Path and query of the open page.
    pub async fn address(&self) -> String {
        let url = self.driver.current_url().await.expect("an address");
        url.as_str().strip_prefix(&self.site.address).unwrap_or(url.as_str()).to_owned()
    }

    async fn labelled(&self, label: &str) -> WebElement {
        let path = format!("//label[starts-with(normalize-space(.), {})]", quoted(label));
        let label_element =
            self.driver.query(By::XPath(path)).first().await.unwrap_or_else(|_| panic!("no label {label:?}"));
        let target = label_element.attr("for").await.expect("a label").unwrap_or_else(|| panic!("{label:?} names no field"));
        self.driver.find(By::Id(target)).await.expect("the field of the label")
    }

    /// Closes the browser.
    pub async fn closes(self) {
        self.driver.quit().await.expect("the browser closes");
    }
}

/// Words in an XPath. None of ours holds both kinds of quotes.
fn quoted(words: &str) -> String {
    if words.contains('\'') { format!("\"{words}\"") } else { format!("'{words}'") }
}
