//! One kept-alive connection, for looking at single answers before and between the windows that `wrk` drives.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer may take; only so that a run never hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a server on this machine.
pub struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body as it travelled, packed or not.
    pub body: Vec<u8>,
    /// Bytes of status line, headers and body together.
    pub bytes: usize,
}

impl Answer {
    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    /// Asks for a page with these headers.
    pub fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let request = head("GET", path, self.address, headers) + "\r\n";
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer().with_context(|| format!("GET {path}"))
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], form: &str) -> Result<Answer> {
        let request = format!("{}Content-Length: {}\r\n\r\n{form}", head("POST", path, self.address, headers), form.len());
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer().with_context(|| format!("POST {path}"))
    }

    fn answer(&mut self) -> Result<Answer> {
        let mut bytes = 0;
        let mut line = String::new();
        bytes += self.stream.read_line(&mut line)?;
        let status =
            line.split(' ').nth(1).and_then(|word| word.parse().ok()).with_context(|| format!("not an answer: {line:?}"))?;
        let mut headers = Vec::new();
        loop {
            line.clear();
            bytes += self.stream.read_line(&mut line)?;
            let trimmed = line.trim_end();
            if trimmed.is_empty() {
                break;
            }
            if let Some((name, value)) = trimmed.split_once(':') {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let mut answer = Answer { status, headers, body: Vec::new(), bytes };
        if status != 304 && status != 204 {
            // A page goes out whole: a chunked answer waits for the client's delayed acknowledgement.
            let Some(length) = answer.header("content-length") else { bail!("an answer without Content-Length") };
            answer.body = vec![0; length.parse()?];
            self.stream.read_exact(&mut answer.body)?;
            answer.bytes += answer.body.len();
        }
        Ok(answer)
    }
}

/// Request line and headers, without the empty line at the end.
pub fn head(method: &str, path: &str, address: SocketAddr, headers: &[(&str, &str)]) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    for (name, value) in headers {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head
}
