//! The door under pressure: sign-ins that are offered at a fixed rate, however fast they are answered, beside people who read; and
//! whether an address that has an account is answered as fast as one that has none.
//!
//! The tries come from so many accounts and pretended networks (what a trusted proxy says of them) that no limit stands before the
//! work itself: half with the right password, a quarter with a wrong one, a quarter with addresses that nobody has.

use crate::community::Community;
use crate::http::{Answer, Client};
use crate::plan::{READING, Stage};
use crate::processor;
use crate::table::middle;
use crate::wrk::Ask;
use alongside::accounts::{self, PasswordAttempt};
use alongside::clock::Clock;
use alongside::db::schema::{helplines, members, throttles};
use alongside::db::{Conn, Db};
use alongside::helplines::{HelplineDraft, Need};
use anyhow::{Context, Result, bail};
use diesel::prelude::*;
use reqwest::{RequestBuilder, StatusCode};
use scraper::{Html, Selector};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Tries to sign in that are offered in each second.
const TRIES_A_SECOND: u64 = 200;
/// Pages that others ask for in each second meanwhile.
const PAGES_A_SECOND: u64 = 50;
/// How long each of the two windows of a round lasts: reading alone, and reading while people try to sign in.
const WINDOW: Duration = Duration::from_secs(20);
/// Accounts; as many as there are tries in a window.
const PEOPLE: u64 = TRIES_A_SECOND * WINDOW.as_secs();
/// Pretended networks.
const NETWORKS: u64 = 1_000;
/// Pairs of a known and an unknown address, for each kind of form.
const PAIRS: u64 = 250;
/// The password of all these people. Long enough and odd enough to join with.
const PASSWORD: &str = "seven quiet kettles";
/// As long, and nobody's.
const WRONG_PASSWORD: &str = "seven quiet castles";
/// Nobody waits so long: a try that is not answered by then is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one round showed.
pub struct Round {
    /// Milliseconds in which half of the pages came, and 99 of 100, while nobody tried to sign in.
    pub quiet_ms: (f64, f64),
    /// The same while they did.
    pub pages_ms: (f64, f64),
    /// The same of those tries that were decided: signed in, or told that it was wrong.
    pub decided_ms: (f64, f64),
    /// Tries that signed somebody in, in a second.
    pub signed_in: f64,
    /// Tries that were told that address and password do not fit, in a second.
    pub wrong: f64,
    /// Tries that were told to come back, in a second.
    pub told_to_wait: f64,
    /// The most memory that the process had in it, in MiB.
    pub memory_mib: f64,
}

/// How much longer a known address takes than an unknown one, each of the medians, in per cent; less than 0: shorter.
pub struct Difference {
    /// `sign-in`, `reset` or `join`.
    pub form: &'static str,
    /// Per cent.
    pub per_cent: f64,
    /// Milliseconds of the known one.
    pub known_ms: f64,
}

/// Puts people with passwords into the community, and what joining needs; forgets what earlier runs counted.
pub fn prepare(community: &Community) -> Result<()> {
    let mut connection = community.connect()?;
    diesel::delete(throttles::table).execute(&mut connection)?;
    let checked: i64 = helplines::table.filter(helplines::checked_on.is_not_null()).count().get_result(&mut connection)?;
    let there: i64 = members::table.filter(members::handle.like("load-signer-%")).count().get_result(&mut connection)?;
    drop(connection);
    let hash = accounts::hash_password(&PasswordAttempt::new(PASSWORD)).map_err(|error| anyhow::anyhow!("{error}"))?;
    let db = Db::open(community.url.clone(), 2, Clock::default())?;
    db.write_now(|tx| {
        let now = tx.now();
        if checked == 0 {
            let line = HelplineDraft {
                name: "Invented line".to_owned(),
                need: Need::Talk,
                voice_number: "01632 960 777".to_owned(),
                language: "en".to_owned(),
                checked_on: Some(now),
                ..HelplineDraft::default()
            };
            alongside::helplines::create(tx, &line)?;
        }
        if there == 0 {
            for number in 0..PEOPLE {
                insert_person(tx.conn(), number, &hash, now.micros())?;
            }
        }
        Ok(())
    })
    .map_err(|error| anyhow::anyhow!("{error}"))
}

fn insert_person(connection: &mut Conn, number: u64, hash: &str, joined_at: i64) -> alongside::error::Result<()> {
    let (handle, email) = (format!("load-signer-{number}"), known(number));
    let person = (
        members::handle.eq(&handle),
        members::handle_key.eq(&handle),
        members::email.eq(&email),
        members::email_key.eq(&email),
        members::password_hash.eq(hash),
        members::joined_at.eq(joined_at),
    );
    diesel::insert_into(members::table).values(person).execute(connection)?;
    Ok(())
}

fn known(number: u64) -> String {
    format!("signer-{number:05}@load.invalid")
}

fn unknown(number: u64) -> String {
    format!("nobody-{number:05}@load.invalid")
}

/// The address of a pretended network, for `X-Forwarded-For`.
fn network(number: u64) -> String {
    format!("10.{}.{}.7", number / 250 % 250, number % 250)
}

fn form_of(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

// ------------------------------------------------------------------------------------------------------ the flood

/// What came back to one who asked.
struct Answered {
    status: StatusCode,
    after: Duration,
    /// Told to wait, and how long, with the form in the page.
    is_kind: bool,
}

/// Reading alone, then reading while people try to sign in: the same people in every round.
pub fn round(stage: &Stage) -> Result<Round> {
    let asks: Vec<Ask> = ["thread-first", "member-first"]
        .iter()
        .filter_map(|key| READING.iter().find(|measure| measure.key == *key))
        .filter_map(|measure| stage.window(measure))
        .flat_map(|(_, _, asks)| asks.iter().cloned())
        .collect();
    if asks.is_empty() {
        bail!("there is no page to read");
    }
    let address = stage.ours.address;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = client()?;
        // Neither of the first pages nor of the first connections.
        offer(PAGES_A_SECOND, Duration::from_secs(2), |number| page(&client, address, &asks, number)).await?;
        let quiet = offer(PAGES_A_SECOND, WINDOW, |number| page(&client, address, &asks, number)).await?;
        processor::forget_peak(stage.ours.process())?;
        let (pages, tries) = tokio::join!(
            offer(PAGES_A_SECOND, WINDOW, |number| page(&client, address, &asks, number)),
            offer(TRIES_A_SECOND, WINDOW, |number| Some(attempt(&client, address, number))),
        );
        let (pages, tries) = (pages?, tries?);
        let memory_mib = processor::peak_mib(stage.ours.process())?;
        for answered in quiet.iter().chain(&pages) {
            if answered.status != StatusCode::OK {
                bail!("a page was answered {}", answered.status);
            }
        }
        let with = |statuses: &[u16]| -> Vec<&Answered> {
            tries.iter().filter(|answered| statuses.contains(&answered.status.as_u16())).collect()
        };
        let (signed_in, wrong, told) = (with(&[303]), with(&[422]), with(&[429, 503]));
        if signed_in.len() + wrong.len() + told.len() < tries.len() {
            let other = tries.iter().find(|answered| ![303, 422, 429, 503].contains(&answered.status.as_u16()));
            bail!("a try was answered {:?}", other.map(|answered| answered.status));
        }
        if let Some(unkind) = told.iter().find(|answered| !answered.is_kind) {
            bail!("a try was answered {} without the form or without a time", unkind.status);
        }
        let seconds = WINDOW.as_secs_f64();
        let decided: Vec<&Answered> = signed_in.iter().chain(&wrong).copied().collect();
        Ok(Round {
            quiet_ms: percentiles(quiet.iter()),
            pages_ms: percentiles(pages.iter()),
            decided_ms: percentiles(decided.into_iter()),
            signed_in: signed_in.len() as f64 / seconds,
            wrong: wrong.len() as f64 / seconds,
            told_to_wait: told.len() as f64 / seconds,
            memory_mib,
        })
    })
}

fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?)
}

fn page(client: &reqwest::Client, address: SocketAddr, asks: &[Ask], number: u64) -> Option<RequestBuilder> {
    // Spread over all of them, in an order that is no order.
    let at = usize::try_from(number.wrapping_mul(7_919)).ok()? % asks.len();
    let ask = asks.get(at)?;
    let request = client.get(format!("http://{address}{}", ask.path));
    Some(ask.headers.iter().fold(request, |request, (name, value)| request.header(*name, value)))
}

fn attempt(client: &reqwest::Client, address: SocketAddr, number: u64) -> RequestBuilder {
    let (email, password) = match number % 4 {
        0 | 1 => (known(number), PASSWORD),
        2 => (known(number), WRONG_PASSWORD),
        _ => (unknown(number), WRONG_PASSWORD),
    };
    let request = client.post(format!("http://{address}/sign-in"));
    let from = own_page(address, &network(number % NETWORKS));
    let request = from.iter().fold(request, |request, (name, value)| request.header(*name, value));
    request.body(form_of(&[("email", &email), ("password", password)]))
}

/// The headers of a form that a browser sends from a page of the site.
fn own_page(address: SocketAddr, network: &str) -> [(&'static str, String); 4] {
    [
        ("Origin", format!("http://{address}")),
        ("Sec-Fetch-Site", "same-origin".to_owned()),
        ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
        ("X-Forwarded-For", network.to_owned()),
    ]
}

/// Asks so often in a second for so long, and waits for nobody's answer before the next one asks. One that gets no answer is an
/// error.
async fn offer(a_second: u64, lasting: Duration, ask: impl Fn(u64) -> Option<RequestBuilder>) -> Result<Vec<Answered>> {
    let began = tokio::time::Instant::now();
    let mut under_way = JoinSet::new();
    for number in 0..a_second * lasting.as_secs() {
        tokio::time::sleep_until(began + Duration::from_secs_f64(number as f64 / a_second as f64)).await;
        let request = ask(number).context("nothing to ask for")?;
        under_way.spawn(async move {
            let asked = Instant::now();
            let response = request.send().await?;
            let (status, says_when) = (response.status(), response.headers().contains_key("retry-after"));
            let text = response.text().await?;
            let after = asked.elapsed();
            Ok::<_, reqwest::Error>(Answered { status, after, is_kind: says_when && text.contains("name=\"password\"") })
        });
    }
    let mut answers = Vec::new();
    while let Some(answered) = under_way.join_next().await {
        answers.push(answered?.context("a request was lost")?);
    }
    Ok(answers)
}

/// Milliseconds within which half of the answers came, and 99 of 100.
fn percentiles<'a>(answers: impl Iterator<Item = &'a Answered>) -> (f64, f64) {
    let mut times: Vec<f64> = answers.map(|answered| answered.after.as_secs_f64() * 1e3).collect();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied();
    (at(50).unwrap_or(f64::NAN), at(99).unwrap_or(f64::NAN))
}

// ------------------------------------------------------------------------------------------- known and unknown

/// Asks with a known and an unknown address in turn, first the one, then the other first, from a network of their own each time.
pub fn differences(stage: &Stage) -> Result<Vec<Difference>> {
    let mut client = Client::connect(stage.ours.address)?;
    let address = stage.ours.address;
    let details = details(&mut client, address)?;
    let sign_in = |email: &str, _: u64| form_of(&[("email", email), ("password", WRONG_PASSWORD)]);
    let reset = |email: &str, _: u64| form_of(&[("email", email)]);
    // A name of its own for each run, because a database may be kept.
    let run = chrono::Utc::now().timestamp() % 1_000_000_000;
    let join = |email: &str, number: u64| {
        let handle = format!("kettle-{run}-{number}");
        format!("{details}&{}", form_of(&[("handle", &handle), ("email", email), ("password", PASSWORD)]))
    };
    let forms: [(&'static str, &str, u16, &dyn Fn(&str, u64) -> String); 3] =
        [("sign-in", "/sign-in", 422, &sign_in), ("reset", "/password", 303, &reset), ("join", "/join", 303, &join)];
    let mut differences = Vec::new();
    for (form, path, status, fields) in forms {
        let (mut known_ms, mut unknown_ms) = (Vec::new(), Vec::new());
        for pair in 0..PAIRS {
            for half in 0..2 {
                let is_known = (pair + half) % 2 == 0;
                let email = if is_known { known(pair) } else { unknown(pair) };
                let number = 2 * pair + half;
                let body = fields(&email, number);
                // Not the networks of the flood, whose tries are counted.
                let headers = own_page(address, &network(NETWORKS + number));
                let asked = Instant::now();
                let answer = sent(&mut client, path, &headers, &body)?;
                let took = asked.elapsed().as_secs_f64() * 1e3;
                if answer.status != status {
                    bail!("{form}: {email} was answered {}: {}", answer.status, answer.text());
                }
                let times = if is_known { &mut known_ms } else { &mut unknown_ms };
                times.push(took);
            }
        }
        let (known_ms, unknown_ms) = (middle(known_ms), middle(unknown_ms));
        differences.push(Difference { form, per_cent: (known_ms / unknown_ms - 1.0) * 100.0, known_ms });
    }
    Ok(differences)
}

fn sent(client: &mut Client, path: &str, headers: &[(&'static str, String)], body: &str) -> Result<Answer> {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.post(path, &headers, body)
}

/// What stands in the form of the details once somebody has said that they are old enough; without name, address and password.
fn details(client: &mut Client, address: SocketAddr) -> Result<String> {
    let headers = own_page(address, &network(0));
    let answer = sent(client, "/join/age", &headers, &form_of(&[("born", "1974")]))?;
    let Some(step) = answer.header("location").map(ToOwned::to_owned) else {
        bail!("the year of birth was answered {}: {}", answer.status, answer.text());
    };
    let page = Html::parse_document(&client.get(&step, &[])?.text());
    let hidden =
        Selector::parse("form[action='/join'] input[type=hidden][name]").map_err(|_| anyhow::anyhow!("a selector"))?;
    let mut fields: Vec<(&str, &str)> = page
        .select(&hidden)
        .filter_map(|input| Some((input.value().attr("name")?, input.value().attr("value").unwrap_or_default())))
        .collect();
    if !fields.iter().any(|(name, _)| *name == "seal") {
        bail!("no details are asked for behind {step}");
    }
    fields.extend([("keep_handle", "yes"), ("country", "IE"), ("rules", "yes"), ("health", "yes")]);
    Ok(form_of(&fields))
}
