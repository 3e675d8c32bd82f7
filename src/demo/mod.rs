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
    let is_marked = db
        .outside_transaction(|connection: &mut Conn| Ok(store::is_marked(connection)?))
        .context("the database cannot be read")?;
    match (is_demo, is_marked) {
        (true, false) => bail!(
            "This data folder holds a real site, and the demo would open it to everybody: name another one with --data."
        ),
        (false, true) => {
            bail!("This data folder holds the demo, whose passwords are known to everybody: name another one with --data.")
        }
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
    let faces = FACES.map(|(what, handle)| format!("  {what:<18}{handle:<20}{}", email(handle))).join("\n");
    format!(
        "\nThe demo is open at {address}\n\nSign in as\n{faces}\neach with the password  {PASSWORD}\n\n\
         Letters that it would have sent: {address}/demo/letters\n\
         Everything in it is invented, and stays in {}. Delete that folder to begin anew. Ctrl-C stops it.",
        config.data.display()
    )
}

fn email(handle: &str) -> String {
    format!("{handle}@alongside.example")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{COMMAND_LINE, Sources};
    use crate::db::connection::Purpose;
    use crate::db::schema::{helplines, members, posts, threads};
    use diesel::dsl::{exists, max};
    use diesel::prelude::*;

    fn config_for(test: &str) -> Config {
        let mut sources = Sources::default();
        let folder = std::env::temp_dir().join(format!("alongside-demo-{test}-{}", std::process::id()));
        sources.set("data", folder.display().to_string(), COMMAND_LINE);
        Config::for_demo(sources).unwrap()
    }

    #[test]
    fn the_first_start_makes_the_community_and_the_second_finds_it() {
        let config = config_for("start");
        let DatabaseUrl::Sqlite(path) = &config.database else { unreachable!() };
        // What a start that was cut off left behind.
        std::fs::write(crate::data_folder::beside(path, ".filling"), b"half of it").unwrap();
        let filled = fill_if_new(&config).unwrap().unwrap();
        assert!(fill_if_new(&config).unwrap().is_none());
        let contents = backup::check(path).unwrap();
        assert_eq!(contents.rows.get("posts").copied(), i64::try_from(filled.posts).ok());
        assert_eq!(contents.rows.get("members").copied(), i64::try_from(filled.people).ok());

        let mut connection = Conn::open(&config.database, Purpose::Write).unwrap();
        let now = Clock::default().now();
        let youngest: Option<crate::clock::Timestamp> =
            posts::table.select(max(posts::posted_at)).first(&mut connection).unwrap();
        assert!(youngest.unwrap() < now);
        for (what, handle) in FACES {
            let address: String =
                members::table.filter(members::handle.eq(handle)).select(members::email).first(&mut connection).unwrap();
            assert_eq!(address, email(handle), "{what}");
        }
        for (what, is_there) in [
            (
                "a changed post",
                diesel::select(exists(posts::table.filter(posts::edited_at.is_not_null()))).get_result(&mut connection),
            ),
            (
                "a post taken back",
                diesel::select(exists(posts::table.filter(posts::withdrawn_at.is_not_null()))).get_result(&mut connection),
            ),
            (
                "a locked thread",
                diesel::select(exists(threads::table.filter(threads::locked_at.is_not_null()))).get_result(&mut connection),
            ),
            (
                "a pinned thread",
                diesel::select(exists(threads::table.filter(threads::pinned_at.is_not_null()))).get_result(&mut connection),
            ),
            (
                "a waiting thread",
                diesel::select(exists(threads::table.filter(threads::first_reply_at.is_null()))).get_result(&mut connection),
            ),
            (
                "a sample of a helpline",
                diesel::select(exists(helplines::table.filter(helplines::is_sample))).get_result(&mut connection),
            ),
        ] {
            assert_eq!(is_there, Ok(true), "{what}");
        }
        let is_real_line: bool = diesel::select(exists(helplines::table.filter(diesel::dsl::not(helplines::is_sample))))
            .get_result(&mut connection)
            .unwrap();
        assert!(!is_real_line, "the demo shows a number that somebody could ring");
        std::fs::remove_dir_all(&config.data).unwrap();
    }

    #[test]
    fn a_demo_is_not_opened_to_the_world_and_a_site_is_not_opened_as_a_demo() {
        let config = config_for("other");
        let db = Db::open(config.database.clone(), 1, Clock::default()).unwrap();
        db.outside_transaction(|connection| migrations::run(connection).map(drop)).unwrap();
        refuse_the_other(&db, false).unwrap();
        assert!(refuse_the_other(&db, true).unwrap_err().to_string().contains("real site"));
        db.write_now(store::mark).unwrap();
        refuse_the_other(&db, true).unwrap();
        assert!(refuse_the_other(&db, false).unwrap_err().to_string().contains("known to everybody"));
        std::fs::remove_dir_all(&config.data).unwrap();
    }
}
