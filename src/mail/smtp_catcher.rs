//! For tests: a mail server on this machine that takes every letter, or answers what it was told to answer. It stands on
//! the standard library alone, so that tests outside the crate can include the file too.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

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
    letters: Arc<Mutex<Vec<Caught>>>,
    heard: Arc<Mutex<Vec<String>>>,
    answers: Answers,
}

type Answers = Arc<Mutex<Vec<(String, String)>>>;

impl Catcher {
    /// Answers at those commands (`EHLO`, `MAIL`, `RCPT`, `DATA`, or `.` for the end of a letter) with those lines instead
    /// of taking what comes; an empty line hangs up.
    pub fn listen(answers: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let catcher = Self {
            address: listener.local_addr().unwrap(),
            letters: Arc::default(),
            heard: Arc::default(),
            answers: Arc::default(),
        };
        catcher.answer(answers);
        let (letters, heard, answers) =
            (Arc::clone(&catcher.letters), Arc::clone(&catcher.heard), Arc::clone(&catcher.answers));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that hangs up in the middle is what some tests are about.
                drop(converse(&stream, &letters, &heard, &answers));
            }
        });
        catcher
    }

    /// Answers differently from now on.
    pub fn answer(&self, answers: &[(&str, &str)]) {
        *self.answers.lock().unwrap() = answers.iter().map(|(at, line)| ((*at).to_owned(), (*line).to_owned())).collect();
    }

    /// For the setting `mail`.
    pub fn address(&self) -> String {
        format!("smtp-plain://{}", self.address)
    }

    /// What was taken so far.
    pub fn letters(&self) -> Vec<Caught> {
        self.letters.lock().unwrap().clone()
    }

    /// Every command that was said, in its order.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn converse(
    stream: &TcpStream,
    letters: &Mutex<Vec<Caught>>,
    heard: &Mutex<Vec<String>>,
    answers: &Answers,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut out = stream.try_clone()?;
    let mut letter = Caught { from: String::new(), to: Vec::new(), data: String::new() };
    let told = |at: &str| answers.lock().unwrap().iter().find(|(command, _)| command == at).map(|(_, line)| line.clone());
    write!(out, "220 catcher\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        heard.lock().unwrap().push(line.clone());
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        if let Some(answer) = told(&command) {
            if answer.is_empty() {
                return Ok(());
            }
            write!(out, "{answer}\r\n")?;
            continue;
        }
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match command.as_str() {
            "EHLO" => write!(out, "250-catcher\r\n250 8BITMIME\r\n")?,
            "MAIL" => {
                letter.from = address();
                write!(out, "250 go on\r\n")?;
            }
            "RCPT" => {
                letter.to.push(address());
                write!(out, "250 go on\r\n")?;
            }
            "DATA" => {
                write!(out, "354 go on\r\n")?;
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.data.push_str("\r\n");
                }
                let answer = told(".").unwrap_or_else(|| {
                    letters.lock().unwrap().push(letter.clone());
                    "250 taken".to_owned()
                });
                write!(out, "{answer}\r\n")?;
            }
            "QUIT" => {
                write!(out, "221 goodbye\r\n")?;
                return Ok(());
            }
            _ => write!(out, "500 what?\r\n")?,
        }
    }
    Ok(())
}
