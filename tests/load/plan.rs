//! What is asked, of whom and in which order. Ours and the floor stand next to each other, so that whatever else the
//! machine does meets both.

use crate::community::{Community, Drawn, forms};
use crate::http::Client;
use crate::processor::Family;
use crate::server::Served;
use crate::weight::AS_BROWSERS_ASK;
use crate::wrk::Ask;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Alongside.
    Ours,
    /// The floor program.
    Floor,
}

/// One kind of window.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Its name, for `--only` and the JSON.
    pub key: &'static str,
    /// Its name for people.
    pub words: &'static str,
    /// Who is asked.
    pub whom: Whom,
    /// Connections.
    pub connections: u32,
    /// The measure that it is compared with.
    pub beside: &'static str,
}

const fn ours(key: &'static str, words: &'static str, beside: &'static str) -> Measure {
    Measure { key, words, whom: Whom::Ours, connections: 32, beside }
}

const fn floor(key: &'static str, words: &'static str) -> Measure {
    Measure { key, words, whom: Whom::Floor, connections: 32, beside: "" }
}

/// Every reading window, in the order of a round.
pub const READING: [Measure; 20] = [
    ours("thread-first", "thread, first page, visitor, plain", "floor-page"),
    floor("floor-page", "floor: 4 queries and Tera"),
    ours("thread-first-packed", "thread, first page, visitor, as browsers ask", "floor-cached"),
    floor("floor-cached", "floor: whole page kept, packed beforehand"),
    ours("unchanged", "thread, unchanged: 304", "floor-version"),
    floor("floor-version", "floor: version query and 304"),
    ours("thread-last", "thread, last page, visitor, plain", "thread-first"),
    ours("thread-last-packed", "thread, last page, visitor, as browsers ask", "thread-first-packed"),
    ours("member-first", "thread, first page, member, plain", "thread-first"),
    ours("member-first-packed", "thread, first page, member, as browsers ask", "thread-first"),
    ours("member-last", "thread, last page, member, plain", "thread-first"),
    ours("member-last-packed", "thread, last page, member, as browsers ask", "thread-first"),
    floor("floor-queries", "floor: 4 queries, fixed bytes"),
    floor("floor-fixed", "floor: 29 KB from memory"),
    ours("home", "home, visitor, plain", "thread-first"),
    ours("board", "board page, visitor, plain", "thread-first"),
    ours("long-first", "thread of 10,000, page 1, visitor, plain", "thread-first"),
    ours("long-middle", "thread of 10,000, page 500, visitor, plain", "long-first"),
    floor("floor-long-middle", "floor: thread of 10,000, page 500"),
    Measure { connections: 2, ..ours("two", "thread, first page, visitor, plain, 2 connections", "thread-first") },
];

/// One community with its servers.
pub struct Stage {
    /// Stands before every key: nothing, `big/` or `postgres/`.
    pub prefix: &'static str,
    /// What is served.
    pub community: Community,
    /// Ours.
    pub ours: Served,
    /// Whose time counts as ours.
    pub ours_family: Family,
    /// The floor program on the same file.
    pub floor: Option<(Served, Family)>,
    /// What windows draw from.
    pub drawn: Drawn,
    asks: BTreeMap<&'static str, Vec<Ask>>,
}

impl Stage {
    /// Looks at every page that the windows will ask for, once.
    pub fn open(prefix: &'static str, community: Community, drawn: Drawn, ours: Served, with_floor: bool) -> Result<Self> {
        let ours_family = Family { process: ours.process(), postmaster: community.postmaster()? };
        let floor = match community.file() {
            Some(file) if with_floor => {
                let served = Served::floor(file, community.data.join("floor.log"))?;
                let family = Family { process: served.process(), postmaster: None };
                Some((served, family))
            }
            _ => None,
        };
        let asks = asks(ours.address, floor.as_ref().map(|(served, _)| served.address), &drawn)?;
        Ok(Self { prefix, community, ours, ours_family, floor, drawn, asks })
    }

    /// What a window asks, of which address, and whose time it counts; nothing if this stage has no such server.
    pub fn window(&self, measure: &Measure) -> Option<(SocketAddr, &Family, &[Ask])> {
        let asks = self.asks.get(measure.key)?;
        match measure.whom {
            Whom::Ours => Some((self.ours.address, &self.ours_family, asks)),
            Whom::Floor => self.floor.as_ref().map(|(served, family)| (served.address, family, asks.as_slice())),
        }
    }

    /// Replies by members whom no limit holds.
    pub fn posting(&self) -> Result<Vec<Ask>> {
        let forms = forms(self.ours.address, &self.drawn)?;
        let first = forms.first().context("no form")?;
        let answer = first.once(&mut Client::connect(self.ours.address)?)?;
        if answer.status != 303 {
            bail!("a reply to {} was answered {}: {}", first.path, answer.status, answer.text());
        }
        Ok(forms)
    }
}

fn asks(ours: SocketAddr, floor: Option<SocketAddr>, drawn: &Drawn) -> Result<BTreeMap<&'static str, Vec<Ask>>> {
    let mut client = Client::connect(ours)?;
    let (mut first, mut last, mut unchanged, mut untagged) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (thread, pages) in &drawn.threads {
        let (ask, tag) = settled(&mut client, &page_of(*thread, 1))?;
        match tag {
            Some(tag) => unchanged.push(ask.clone().with("If-None-Match", tag)),
            None => untagged += 1,
        }
        if *pages > 1 {
            last.push(settled(&mut client, &page_of(*thread, *pages))?.0);
        }
        first.push(ask);
    }
    if untagged > 0 {
        crate::say(&format!("{untagged} of {} thread pages carry no ETag", first.len()));
    }
    if let Some(ask) = unchanged.first() {
        let status = ask.once(&mut client)?.status;
        if status != 304 {
            bail!("{} is unchanged and was answered {status}", ask.path);
        }
    }
    let (longest, pages) = drawn.longest;
    let middle = pages.min(500);
    if last.is_empty() {
        // Every drawn thread has one page: the last pages of the longest one stand in.
        for page in (pages - 20).max(1)..=pages {
            last.push(settled(&mut client, &page_of(longest, page))?.0);
        }
    }
    let boards = drawn
        .boards
        .iter()
        .map(|board| Ok(settled(&mut client, &format!("/boards/{board}"))?.0))
        .collect::<Result<Vec<_>>>()?;
    let packed =
        |asks: &[Ask]| -> Vec<Ask> { asks.iter().map(|ask| ask.clone().with("Accept-Encoding", AS_BROWSERS_ASK)).collect() };
    let mut readers = drawn.readers.iter().cycle();
    let mut by_members = |asks: &[Ask]| -> Vec<Ask> {
        asks.iter().zip(readers.by_ref()).map(|(ask, cookie)| ask.clone().with("Cookie", cookie)).collect()
    };
    let (member_first, member_last) = (by_members(&first), by_members(&last));
    if let Some(ask) = member_first.first() {
        let page = ask.once(&mut client)?;
        if page.status != 200 || !page.text().contains("load-reader-") {
            bail!("{} does not know its member: {}", ask.path, page.status);
        }
    }
    let mut all = BTreeMap::from([
        ("home", vec![settled(&mut client, "/")?.0]),
        ("board", boards),
        ("thread-first-packed", packed(&first)),
        ("thread-last-packed", packed(&last)),
        ("member-first-packed", packed(&member_first)),
        ("member-last-packed", packed(&member_last)),
        ("member-first", member_first),
        ("member-last", member_last),
        ("thread-last", last),
        ("long-first", vec![settled(&mut client, &page_of(longest, 1))?.0]),
        ("long-middle", vec![settled(&mut client, &page_of(longest, middle))?.0]),
        ("two", first.clone()),
        ("thread-first", first),
    ]);
    if untagged == 0 {
        all.insert("unchanged", unchanged);
    }
    if let Some(address) = floor {
        all.extend(floor_asks(address, drawn, middle)?);
    }
    Ok(all)
}

fn floor_asks(address: SocketAddr, drawn: &Drawn, middle: i32) -> Result<BTreeMap<&'static str, Vec<Ask>>> {
    let mut client = Client::connect(address)?;
    let each =
        |path: &str| -> Vec<Ask> { drawn.threads.iter().map(|(thread, _)| Ask::get(format!("/{path}/{thread}"))).collect() };
    let mut versions = Vec::new();
    for ask in each("version") {
        let (ask, tag) = settled(&mut client, &ask.path)?;
        versions.push(ask.with("If-None-Match", tag.context("the floor gives no ETag")?));
    }
    let all = BTreeMap::from([
        ("floor-fixed", vec![Ask::get("/fixed")]),
        ("floor-version", versions),
        ("floor-queries", each("queries")),
        ("floor-page", each("floor")),
        ("floor-cached", each("cached")),
        ("floor-long-middle", vec![Ask::get(format!("/floor/{}?page={middle}", drawn.longest.0))]),
    ]);
    // Every kept page is made before the first window.
    let kept = all.get("floor-cached").into_iter().flatten();
    for ask in all.values().filter_map(|asks| asks.first()).chain(kept) {
        let answer = ask.once(&mut client)?;
        if !matches!(answer.status, 200 | 304) {
            bail!("the floor answers {} to {}: {}", answer.status, ask.path, answer.text());
        }
    }
    Ok(all)
}

fn page_of(thread: i64, page: i32) -> String {
    if page == 1 { format!("/threads/{thread}") } else { format!("/threads/{thread}?page={page}") }
}

/// Where a page really stands, behind its redirects, and the tag it carries. It must be there.
fn settled(client: &mut Client, path: &str) -> Result<(Ask, Option<String>)> {
    let mut path = path.to_owned();
    for _ in 0..3 {
        let answer = client.get(&path, &[])?;
        match (answer.status, answer.header("location")) {
            (200, _) => return Ok((Ask::get(path), answer.header("etag").map(ToOwned::to_owned))),
            (301 | 302 | 303 | 307 | 308, Some(location)) => location.clone_into(&mut path),
            (status, _) => bail!("{path} was answered {status}: {}", answer.text().chars().take(400).collect::<String>()),
        }
    }
    bail!("{path} leads from one address to the next");
}
