//! For tests: a mail server on this machine that takes every letter, or answers what it was told to answer, in the open or
//! over TLS. Its certificates stand beside this file; nobody but a test trusts the authority that signed them, whose key is
//! gone.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Who signed the catcher's certificates.
pub const AUTHORITY: &[u8] = include_bytes!("smtp_certificates/authority.pem");

/// How the catcher speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// For `smtp-plain://`.
    Openly,
    /// For `smtp://`: begins in the open and offers TLS.
    StartTls,
    /// For `smtps://`.
    Tls,
}

/// A letter that was taken.
#[derive(Debug, Clone)]
pub struct Caught {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Headers and body as they travelled, dots unstuffed.
    pub data: String,
}

/// A mail server that listens until the test ends.
pub struct Catcher {
    address: SocketAddr,
    speaks: Speaks,
    book: Arc<Book>,
}

/// What a catcher keeps.
#[derive(Default)]
struct Book {
    letters: Mutex<Vec<Caught>>,
    heard: Mutex<Vec<String>>,
    answers: Mutex<Vec<(String, String)>>,
}

impl Catcher {
    /// Answers at those commands (`EHLO`, `MAIL`, `RCPT`, `DATA`, or `.` for the end of a letter) with those lines instead
    /// of taking what comes; an empty line hangs up.
    pub fn listen(answers: &[(&str, &str)]) -> Self {
        let catcher = Self::start(Speaks::Openly, None);
        catcher.answer(answers);
        catcher
    }

    /// Speaks TLS as `localhost`, or with somebody else's certificate, and wants a password.
    pub fn listen_with_tls(speaks: Speaks, is_somebody_else: bool) -> Self {
        let certificate: &[u8] = if is_somebody_else {
            include_bytes!("smtp_certificates/elsewhere.pem")
        } else {
            include_bytes!("smtp_certificates/localhost.pem")
        };
        let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("smtp_certificates/key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = versions.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        Self::start(speaks, Some(Arc::new(config)))
    }

    fn start(speaks: Speaks, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let catcher = Self { address: listener.local_addr().unwrap(), speaks, book: Arc::default() };
        let book = Arc::clone(&catcher.book);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that hangs up in the middle is what some tests are about.
                drop(converse(stream, speaks, tls.as_ref(), &book));
            }
        });
        catcher
    }

    /// Answers differently from now on.
    pub fn answer(&self, answers: &[(&str, &str)]) {
        *self.book.answers.lock().unwrap() =
            answers.iter().map(|(at, line)| ((*at).to_owned(), (*line).to_owned())).collect();
    }

    /// For the setting `mail`.
    pub fn address(&self) -> String {
        let port = self.address.port();
        match self.speaks {
            Speaks::Openly => format!("smtp-plain://{}", self.address),
            Speaks::StartTls => format!("smtp://user:pass%20word@localhost:{port}"),
            Speaks::Tls => format!("smtps://user:pass%20word@localhost:{port}"),
        }
    }

    /// What was taken so far.
    pub fn letters(&self) -> Vec<Caught> {
        self.book.letters.lock().unwrap().clone()
    }

    /// Every command that was said, in its order. What was said over TLS stands behind a lock.
    pub fn heard(&self) -> Vec<String> {
        self.book.heard.lock().unwrap().clone()
    }
}

/// What is talked over.
enum Line {
    Open(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    fn secured(self, tls: &Arc<ServerConfig>) -> Self {
        match self {
            Self::Open(stream) => {
                Self::Tls(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream)))
            }
            Self::Tls(_) => self,
        }
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Open(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Line {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Open(stream) => stream.write(buffer),
            Self::Tls(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Open(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

/// Everything that is said in one go, so that TLS makes one record of it.
fn say(line: &mut BufReader<Line>, words: &str) -> std::io::Result<()> {
    line.get_mut().write_all(format!("{words}\r\n").as_bytes())?;
    line.get_mut().flush()
}

/// Nothing once the other end hung up.
fn hear(line: &mut BufReader<Line>) -> std::io::Result<Option<String>> {
    let mut words = String::new();
    let length = line.read_line(&mut words)?;
    Ok((length > 0).then(|| words.trim_end_matches(['\r', '\n']).to_owned()))
}

fn converse(stream: TcpStream, speaks: Speaks, tls: Option<&Arc<ServerConfig>>, book: &Book) -> std::io::Result<()> {
    let line = Line::Open(stream);
    let mut line = BufReader::new(match tls {
        Some(tls) if speaks == Speaks::Tls => line.secured(tls),
        _ => line,
    });
    let mut letter = Caught { from: String::new(), to: Vec::new(), data: String::new() };
    let told =
        |at: &str| book.answers.lock().unwrap().iter().find(|(command, _)| command == at).map(|(_, line)| line.clone());
    say(&mut line, "220 catcher")?;
    while let Some(words) = hear(&mut line)? {
        let is_secret = matches!(line.get_ref(), Line::Tls(_));
        book.heard.lock().unwrap().push(if is_secret { format!("🔒 {words}") } else { words.clone() });
        let command = words.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        if let Some(answer) = told(&command) {
            if answer.is_empty() {
                return Ok(());
            }
            say(&mut line, &answer)?;
            continue;
        }
        let address = || words.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match (command.as_str(), tls) {
            ("EHLO", Some(_)) if !is_secret => say(&mut line, "250-catcher\r\n250 STARTTLS")?,
            ("EHLO", Some(_)) => say(&mut line, "250-catcher\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")?,
            ("EHLO", None) => say(&mut line, "250-catcher\r\n250 8BITMIME")?,
            ("STARTTLS", Some(tls)) => {
                say(&mut line, "220 go on")?;
                line = BufReader::new(line.into_inner().secured(tls));
            }
            ("AUTH", Some(_)) => say(&mut line, "235 welcome")?,
            ("MAIL", _) => {
                letter.from = address();
                say(&mut line, "250 go on")?;
            }
            ("RCPT", _) => {
                letter.to.push(address());
                say(&mut line, "250 go on")?;
            }
            ("DATA", _) => {
                say(&mut line, "354 go on")?;
                while let Some(words) = hear(&mut line)?.filter(|words| words != ".") {
                    letter.data.push_str(words.strip_prefix('.').unwrap_or(&words));
                    letter.data.push_str("\r\n");
                }
                let answer = told(".").unwrap_or_else(|| {
                    book.letters.lock().unwrap().push(letter.clone());
                    "250 taken".to_owned()
                });
                say(&mut line, &answer)?;
            }
            ("QUIT", _) => {
                say(&mut line, "221 goodbye")?;
                return Ok(());
            }
            _ => say(&mut line, "500 what?")?,
        }
    }
    Ok(())
}
