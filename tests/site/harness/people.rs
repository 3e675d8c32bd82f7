//! People with a browser: cookies, the page they look at, and what they do on it.

use super::Site;
use super::page::{Doings, Filled, Page};
use reqwest::header::{HeaderMap, HeaderValue};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Somebody with a browser. Whatever they open becomes their current page.
pub struct Person<'a> {
    /// The site they use.
    pub site: &'a Site,
    /// Their cookies.
    pub cookies: RefCell<BTreeMap<String, String>>,
    page: RefCell<Option<Page>>,
    doings: RefCell<Doings>,
}

impl Site {
    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person<'_> {
        Person { site: self, cookies: RefCell::default(), page: RefCell::default(), doings: RefCell::default() }
    }
}

impl Person<'_> {
    /// Opens an address and follows where it leads. Anything from 500 on fails the test.
    pub async fn opens(&self, path: &str) -> &Self {
        let page = self.travel("GET", path, None, true).await;
        self.page.replace(Some(page));
        self.doings.take();
        self
    }

    /// Types into the field with that label.
    pub fn types(&self, label: &str, words: &str) -> &Self {
        self.doings.borrow_mut().typed.push((label.to_owned(), words.to_owned()));
        self
    }

    /// Ticks or chooses the box with that label.
    pub fn ticks(&self, label: &str) -> &Self {
        self.doings.borrow_mut().ticked.push(label.to_owned());
        self
    }

    /// Presses the button with those words, and follows where it leads.
    pub async fn presses(&self, button: &str) -> &Self {
        let filled = self.filled(button);
        self.sends(&filled).await
    }

    /// The form of that button as it would be sent.
    pub fn filled(&self, button: &str) -> Filled {
        let doings = self.doings.take();
        self.page.borrow().as_ref().expect("a page is open").press(button, &doings)
    }

    /// Presses twice: the second request leaves with the cookies of before, and its answer is the one that is seen.
    pub async fn sends_twice(&self, filled: &Filled) -> &Self {
        let second = self.site.visitor();
        second.cookies.replace(self.cookies.borrow().clone());
        self.sends(filled).await;
        second.sends(filled).await;
        self.cookies.borrow_mut().extend(second.cookies.take());
        self.page.replace(second.page.take());
        self
    }

    /// Sends a form and follows where it leads.
    pub async fn sends(&self, filled: &Filled) -> &Self {
        let encoded = encoded(&filled.fields);
        let page = if filled.method == "post" {
            self.travel("POST", &filled.action, Some(encoded), true).await
        } else {
            self.travel("GET", &format!("{}?{encoded}", filled.action), None, true).await
        };
        self.page.replace(Some(page));
        self
    }

    /// Follows the link with those words.
    pub async fn follows(&self, words: &str) -> &Self {
        let address = self.page.borrow().as_ref().expect("a page is open").link(words);
        self.opens(&address).await
    }

    /// Fails unless the current page says so.
    #[track_caller]
    pub fn sees(&self, words: &str) -> &Self {
        self.page.borrow().as_ref().expect("a page is open").shows(words);
        self
    }

    /// Fails if the current page says so, anywhere in its HTML.
    #[track_caller]
    pub fn misses(&self, words: &str) -> &Self {
        self.page.borrow().as_ref().expect("a page is open").hides(words);
        self
    }

    /// Fails unless the current page has that status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        self.page.borrow().as_ref().expect("a page is open").is(status);
        self
    }

    /// Something of the current page.
    pub fn on_page<T>(&self, look: impl FnOnce(&Page) -> T) -> T {
        look(self.page.borrow().as_ref().expect("a page is open"))
    }

    /// Path and query of the current page.
    pub fn address(&self) -> String {
        self.on_page(|page| page.address.clone())
    }

    /// One request with the person's cookies, no redirect followed.
    pub async fn asks(&self, method: &str, path: &str, body: Option<String>) -> Page {
        self.travel(method, path, body, false).await
    }

    /// One request with other headers over the usual ones (an empty value takes one away).
    pub async fn asks_with(&self, method: &str, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Page {
        self.request(method, path, body.map(String::into_bytes), headers).await
    }

    /// One request with any bytes as its body.
    pub async fn asks_bytes(&self, method: &str, path: &str, body: Vec<u8>) -> Page {
        self.request(method, path, Some(body), &[]).await
    }

    async fn travel(&self, method: &str, path: &str, body: Option<String>, follow: bool) -> Page {
        let mut page = self.request(method, path, body.map(String::into_bytes), &[]).await;
        let mut steps = 0;
        while follow && (300..400).contains(&page.status) && page.status != 304 {
            steps += 1;
            assert!(steps < 10, "{path} leads round in circles");
            let location = page
                .headers
                .get("location")
                .and_then(|value| value.to_str().ok())
                .expect("a redirect leads somewhere")
                .to_owned();
            let location = location.split('#').next().unwrap_or_default().to_owned();
            page = self.request("GET", &location, None, &[]).await;
        }
        page
    }

    async fn request(&self, method: &str, path: &str, body: Option<Vec<u8>>, extra: &[(&str, &str)]) -> Page {
        let path = path.strip_prefix(self.site.address.as_str()).unwrap_or(path);
        let path = path.split('#').next().unwrap_or_default();
        assert!(path.starts_with('/'), "{path} leads away from the site");
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        if body.is_some() {
            headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        let cookies =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.parse().expect("cookies"));
        }
        for (name, value) in extra {
            let name: reqwest::header::HeaderName = name.parse().expect("a header");
            headers.remove(&name);
            if !value.is_empty() {
                headers.insert(name, value.parse().expect("a header value"));
            }
        }
        let mut request = self
            .site
            .client
            .request(method.parse().expect("a method"), format!("{}{path}", self.site.address))
            .headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.expect("the server answers");
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        self.keep_cookies(&headers);
        let html = answer.text().await.expect("a text");
        assert!(status < 500, "{method} {path} was answered {status}: {:#?}", super::logged());
        let page = Page { status, address: path.to_owned(), headers, html };
        super::shapes::keep(&page);
        page
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().expect("a cookie");
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("name=value");
            let is_gone = attributes.contains("Max-Age=0") || value.is_empty();
            if is_gone {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// As a browser sends a form; line breaks as CR LF.
pub fn encoded(fields: &[(String, String)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, &value.replace("\r\n", "\n").replace('\n', "\r\n"));
    }
    form.finish()
}
