//! Drives load with `wrk` (Debian and Ubuntu: `apt-get install wrk`), for a bounded time and against this machine only.

use crate::http;
use crate::processor::Family;
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Threads of the load itself.
const THREADS: u32 = 2;

/// One of the requests that a window draws from.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Path and query.
    pub path: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// For a POST: the fields that never change, and the name of the one that holds the words.
    pub form: Option<Form>,
}

/// A form to be sent again and again with a submission of its own and other words each time.
#[derive(Debug, Clone)]
pub struct Form {
    /// Everything but submission and words, encoded.
    pub fields: String,
    /// The name of the field for the words.
    pub words: String,
}

impl Ask {
    /// A page.
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), headers: Vec::new(), form: None }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Asks once, outside any window. A form is sent with these words.
    pub fn once(&self, client: &mut http::Client) -> Result<http::Answer> {
        let Some(form) = &self.form else { return client.get(&self.path, &self.headers()) };
        let words = format!("A%20first%20reply%20of%20this%20run%3A%20{}.", nanoseconds()?);
        let fields = format!("{}&submission_id={:032x}&{}={words}", form.fields, nanoseconds()?, form.words);
        client.post(&self.path, &self.headers(), &fields)
    }
}

/// How much load for how long.
#[derive(Debug, Clone, Copy)]
pub struct Pressure {
    /// Connections, all busy.
    pub connections: u32,
    /// Seconds.
    pub seconds: u32,
}

/// What one window showed.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Answers a second.
    pub per_second: f64,
    /// Processor time of the server for one answer, in milliseconds.
    pub processor_ms: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50_ms: f64,
    /// 99 in 100 did.
    pub p99_ms: f64,
    /// Mean size of an answer with its headers.
    pub bytes: f64,
    /// Forms that were answered 303.
    pub accepted: u64,
}

/// Says in one sentence what to do if `wrk` is missing.
pub fn is_installed() -> Result<()> {
    // It prints its version and ends with 1.
    match Command::new("wrk").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(_) => Ok(()),
        Err(_) => bail!("The load run needs wrk: apt-get install wrk (Debian, Ubuntu), brew install wrk (macOS)."),
    }
}

/// Load that is running.
pub struct Running<'a> {
    child: Child,
    family: &'a Family,
    before: std::time::Duration,
    is_posting: bool,
}

/// Drives one window and waits for its end.
pub fn window(folder: &Path, address: SocketAddr, family: &Family, asks: &[Ask], pressure: Pressure) -> Result<Window> {
    Running::start(folder, "window", address, family, asks, pressure)?.finish()
}

impl<'a> Running<'a> {
    /// Begins a window. `name` keeps the files of two windows at the same time apart.
    pub fn start(
        folder: &Path,
        name: &str,
        address: SocketAddr,
        family: &'a Family,
        asks: &[Ask],
        pressure: Pressure,
    ) -> Result<Self> {
        let is_posting = asks.iter().any(|ask| ask.form.is_some());
        let requests = folder.join(format!("{name}.requests"));
        let script = folder.join(format!("{name}.lua"));
        let text: Vec<String> = asks.iter().map(|ask| written(ask, address)).collect();
        fs::write(&requests, text.join("\u{1}"))?;
        fs::write(&script, lua(&requests, is_posting, nanoseconds()? % 1_000_000_000)?)?;
        let before = family.spent()?;
        let threads = THREADS.min(pressure.connections);
        let child = Command::new("wrk")
            .arg(format!("-t{threads}"))
            .arg(format!("-c{}", pressure.connections))
            .arg(format!("-d{}s", pressure.seconds))
            .arg("-s")
            .arg(&script)
            .arg(format!("http://{address}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("wrk")?;
        Ok(Self { child, family, before, is_posting })
    }

    /// Waits for its end. A request that failed is an error.
    pub fn finish(self) -> Result<Window> {
        let output = self.child.wait_with_output()?;
        let spent = self.family.spent()?.saturating_sub(self.before);
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
        let line = line.with_context(|| format!("wrk: {text} {}", String::from_utf8_lossy(&output.stderr)))?;
        let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>().context("wrk's result")?;
        let [micros, answers, bytes, connect, read, write, status, timeout, p50, p99, accepted, refused, last_refusal] =
            numbers[..]
        else {
            bail!("wrk's result has {} numbers", numbers.len());
        };
        if answers == 0 {
            bail!("nothing was answered");
        }
        if connect + read + write + status + timeout > 0 {
            bail!(
                "{connect} failed connections, {read} failed reads, {write} failed writes, {status} answers from 400 on, {timeout} late answers"
            );
        }
        if refused > 0 || (self.is_posting && accepted == 0) {
            bail!("{refused} of {} forms were refused, the last with {last_refusal}", accepted + refused);
        }
        let seconds = micros as f64 / 1e6;
        Ok(Window {
            per_second: answers as f64 / seconds,
            processor_ms: spent.as_secs_f64() * 1e3 / answers as f64,
            p50_ms: p50 as f64 / 1e3,
            p99_ms: p99 as f64 / 1e3,
            bytes: bytes as f64 / answers as f64,
            accepted,
        })
    }
}

/// Never the same in two runs.
fn nanoseconds() -> Result<u128> {
    Ok(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos())
}

fn written(ask: &Ask, address: SocketAddr) -> String {
    match &ask.form {
        None => http::head("GET", &ask.path, address, &ask.headers()) + "\r\n",
        Some(form) => format!(
            "{}\u{2}{}&submission_id=\u{2}&{}=",
            http::head("POST", &ask.path, address, &ask.headers()),
            form.fields,
            form.words
        ),
    }
}

/// The requests are made whole before the window begins, so that the load costs little beside what it measures.
fn lua(requests: &Path, is_posting: bool, once: u128) -> Result<String> {
    let file = serde_json::to_string(requests.to_str().context("the folder's name is not UTF-8")?)?;
    let common = format!(
        r#"
local threads = {{}}
function setup(thread) table.insert(threads, thread); thread:set("number", #threads) end
function init()
  asks, accepted, refused, last_refusal, sent = {{}}, 0, 0, 0, 0
  local file = assert(io.open({file}, "rb"))
  for ask in string.gmatch(file:read("*a"), "[^\1]+") do asks[#asks + 1] = ask end
  file:close()
  math.randomseed({once} + number * 7919)
  prepare()
end
function done(summary, latency)
  local accepted, refused, last_refusal = 0, 0, 0
  for _, thread in ipairs(threads) do
    accepted = accepted + thread:get("accepted")
    refused = refused + thread:get("refused")
    last_refusal = math.max(last_refusal, thread:get("last_refusal"))
  end
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d %d %d %d %d %d\n", summary.duration, summary.requests, summary.bytes,
    e.connect, e.read, e.write, e.status, e.timeout, latency:percentile(50), latency:percentile(99), accepted, refused, last_refusal))
end
"#
    );
    let kind = if is_posting { POSTING.replace("ONCE", &once.to_string()) } else { READING.to_owned() };
    Ok(common + &kind)
}

const READING: &str = "
function prepare() end
function request() return asks[math.random(#asks)] end
";

/// About 650 characters of Markdown a post, different in every post.
const POSTING: &str = r#"
local sentences = {
  "The%20third%20week%20was%20%2A%2Aharder%2A%2A%20than%20the%20first%2C%20and%20nobody%20had%20said%20so.%20",
  "I%20keep%20a%20small%20list%20by%20the%20kettle%20and%20tick%20what%20went%20well.%20",
  "My%20team%20changed%20the%20time%20of%20day%2C%20%2Anot%2A%20the%20dose%2C%20and%20sleep%20came%20back.%20",
  "Ask%20for%20the%20letter%20in%20writing%3B%20it%20helps%20on%20the%20days%20when%20nothing%20stays%20in%20the%20head.%20",
  "What%20helped%20most%20was%20that%20somebody%20here%20answered%20at%20night.%20",
  "Walking%20to%20the%20corner%20counts.%20Some%20days%20it%20is%20the%20whole%20day.%20",
  "%0A%0A-%20rest%20before%20you%20need%20it%0A-%20water%20beside%20the%20bed%0A-%20one%20visitor%20at%20a%20time%0A%0A",
  "You%20are%20not%20slow%2C%20you%20are%20healing%3B%20that%20takes%20the%20time%20it%20takes.%20",
}
function prepare()
  for i, ask in ipairs(asks) do
    local head, fields, after = string.match(ask, "^([^\2]*)\2([^\2]*)\2([^\2]*)$")
    asks[i] = { head = head, fields = fields, after = after }
  end
end
function request()
  sent = sent + 1
  local ask = asks[math.random(#asks)]
  local words = "Reply%20" .. number .. "-" .. sent .. "-" .. "ONCE" .. ".%20"
  for _ = 1, 9 do words = words .. sentences[math.random(#sentences)] end
  local submission = string.format("%08x%08x%08x%08x", math.random(0, 2^31 - 1), math.random(0, 2^31 - 1), number * 2^24 + sent, math.random(0, 2^31 - 1))
  local body = ask.fields .. submission .. ask.after .. words
  return ask.head .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end
function response(status)
  if status == 303 then accepted = accepted + 1 else refused = refused + 1; last_refusal = status end
end
"#;
