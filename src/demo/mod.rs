//! `alongside demo`: an invented community on this machine, to look around in.
//!
//! It is filled through the same doors that people use, with the clock moved back, so that everything in it was said when it
//! says. Everybody's password is known, so it listens on 127.0.0.1 only, sends no letters, and its database carries a mark:
//! `serve` refuses to open it to the world, and the demo refuses to open a real site.

mod script;
mod seed;
mod store;
mod timeline;

use crate::backup;
use crate::config::Config;
use crate::db::{Conn, DatabaseUrl, Db, migrations};
use anyhow::{Context, bail};
use std::fmt;

/// Everybody's password.
pub const PASSWORD: &str = "the-kettle-is-on-again";
/// Whom one can be, by handle.
const FACES: [(&str, &str); 5] = [
    ("a patient", "tansy"),
    ("a mentor", "northbank"),
    ("a moderator", "fennel-moderates"),
    ("a clinician", "ottoline-karsh"),
    ("an administrator", "site-keeper"),
];

/// What was made when the demo was filled.
#[derive(Debug, Clone, Copy)]
pub struct Filled {
    /// People.
    pub people: usize,
    /// Boards.
    pub boards: usize,
    /// Threads.
    pub threads: usize,
    /// Posts.
    pub posts: usize,
}

impl fmt::Display for Filled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} people, {} boards, {} threads, {} posts", self.people, self.boards, self.threads, self.posts)
    }
}

/// Fills the demo if it is not there yet. All of it or nothing: a start that was cut off leaves nothing behind that would be
/// taken for the demo.
pub fn fill_if_new(config: &Config) -> anyhow::Result<Option<Filled>> {
    let DatabaseUrl::Sqlite(path) = &config.database else { bail!("The demo keeps its data in an embedded database only.") };
    if path.exists() {
        return Ok(None);
    }
    let unfinished = crate::data_folder::beside(path, ".filling");
    backup::remove_database(&unfinished)?;
    let url = DatabaseUrl::Sqlite(unfinished.clone());
    let filled = seed::fill(Config { database: url.clone(), ..config.clone() })?;
    // A copy, and not a new name: SQLite may still hold the other file, and a copy is checked.
    backup::backup(&url, path)?;
    backup::remove_database(&unfinished)?;
    Ok(Some(filled))
}

/// Refuses a database that is not what the command is for: a real site in the demo, or the demo on a real site.
pub fn refuse_the_other(db: &Db, is_demo: bool) -> anyhow::Result<()> {
    let is_marked = db.outside_transaction(|connection: &mut Conn| Ok(store::is_marked(connection)?)).context("the database cannot be read")?;
    match (is_demo, is_marked) {
        (true, false) => bail!("This data folder holds a real site, and the demo would open it to everybody: name another one with --data."),
        (false, true) => bail!("This data folder holds the demo, whose passwords are known to everybody: name another one with --data."),
        _ => Ok(()),
    }
}

/// True if a newer program wrote the demo, in words that say what helps.
pub fn refuse_newer(connection: &mut Conn, config: &Config) -> anyhow::Result<()> {
    if migrations::unknown(connection)?.is_empty() {
        return Ok(());
    }
    bail!("The demo in {} was made by a newer program: delete that folder, and it is made anew.", config.data.display())
}

/// What to print: where it is, who one can be, how to stop it.
pub fn welcome(config: &Config) -> String {
    let address = &config.public_address;
    let faces = FACES.iter().map(|(what, handle)| format!("  {what:<18}{handle:<20}{}\n", email(handle))).collect::<String>();
    format!(
        "\nThe demo is open at {address}\n\nSign in as\n{faces}each with the password  {PASSWORD}\n\n\
         Letters that it would have sent: {address}/demo/letters\n\
         Everything in it is invented, and stays in {}. Delete that folder to begin anew. Ctrl-C stops it.",
        config.data.display()
    )
}

fn email(handle: &str) -> String {
    format!("{handle}@alongside.example")
}
