//! What a first visit to a thread weighs: everything that a browser with an empty cache asks for.

use crate::http::Client;
use anyhow::{Context, Result, bail};
use scraper::{Html, Selector};
use std::net::SocketAddr;

/// What a browser asks of us: all it can unpack.
pub const AS_BROWSERS_ASK: &str = "gzip, deflate, br, zstd";

/// A first visit.
#[derive(Debug, Clone)]
pub struct Weight {
    /// Bytes of all answers with their headers.
    pub bytes: usize,
    /// Each address and its bytes.
    pub parts: Vec<(String, usize)>,
}

/// Asks for a page and for what it names: sheets, scripts, fonts that are asked for ahead, icons, drawings, pictures.
pub fn first_visit(address: SocketAddr, page: &str) -> Result<Weight> {
    let mut client = Client::connect(address)?;
    let headers = [("Accept-Encoding", AS_BROWSERS_ASK)];
    let packed = client.get(page, &headers)?;
    let plain = client.get(page, &[])?;
    let mut parts = vec![(page.to_owned(), packed.bytes)];
    for named in named_by(&plain.text())? {
        let answer = client.get(&named, &headers)?;
        if answer.status != 200 {
            bail!("the page names {named}, which is answered {}", answer.status);
        }
        parts.push((named, answer.bytes));
    }
    Ok(Weight { bytes: parts.iter().map(|(_, bytes)| bytes).sum(), parts })
}

fn named_by(page: &str) -> Result<Vec<String>> {
    let page = Html::parse_document(page);
    let mut named: Vec<String> = Vec::new();
    for (selector, attribute) in [
        ("link[rel=stylesheet]", "href"),
        ("link[rel=preload]", "href"),
        ("link[rel=icon]", "href"),
        ("script[src]", "src"),
        ("use[href]", "href"),
        ("img[src]", "src"),
    ] {
        let selector = Selector::parse(selector).ok().with_context(|| format!("selector {selector}"))?;
        for element in page.select(&selector) {
            let address = element.value().attr(attribute).unwrap_or_default();
            let address = address.split('#').next().unwrap_or_default();
            if !address.is_empty() && !named.iter().any(|known| known == address) {
                named.push(address.to_owned());
            }
        }
    }
    Ok(named)
}
