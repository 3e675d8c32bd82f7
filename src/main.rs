//! The command line. Each command is a few lines: what it does lives in the library.
#![allow(clippy::print_stdout)] // this is what prints; the library does not

use alongside::accounts::{self, CommandLine, Role};
use alongside::clock::Clock;
use alongside::config::{COMMAND_LINE, Config, Sources};
use alongside::db::{DatabaseUrl, Db, Tx};
use alongside::error::Error;
use alongside::fill::{self, Amount};
use alongside::routes::ROLE_TAKEN;
use alongside::site::Site;
use alongside::{backup, data_folder, demo, log, mail, server};
use anyhow::{Context, anyhow};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// A self-hosted community where patients talk to patients.
#[derive(Parser)]
#[command(name = "alongside", version, about, after_help = "Every setting is explained in the README.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The settings file [default: alongside.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Folder for the data [default: data, or data/demo for the demo]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the site (what happens without a command)
    Serve,
    /// Run an invented community on this machine, to look around in
    Demo,
    /// Bring the database up to date and stop
    Migrate,
    /// Help from outside: administrators, roles, lost second steps. Each use is written down and told to every administrator
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Copy the embedded database into a new file and check the copy
    Backup {
        /// The new file; an existing one is refused
        file: PathBuf,
    },
    /// Put a backup in the place of the embedded database; the old one is kept
    Restore {
        /// A file that `backup` made
        file: PathBuf,
    },
    /// Write invented data for load tests
    Fill(FillArguments),
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Print a one-time link where an administrator account is made
    Create,
    /// Give somebody a role
    Grant {
        /// Their name on the site
        handle: String,
        /// mentor, moderator, clinician, representative or administrator
        #[arg(value_parser = role)]
        role: Role,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Take a role back from somebody, and with it what it allowed
    #[command(alias = "revoke")]
    Take {
        /// Their name on the site
        handle: String,
        /// mentor, moderator, clinician, representative or administrator
        #[arg(value_parser = role)]
        role: Role,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Turn the second step at sign-in off for somebody who has lost it; their password stays
    ResetSecondStep {
        /// Their name on the site
        handle: String,
    },
    /// List everybody: number, name, standing, roles, and the day of their last sign-in
    List {
        /// Their e-mail addresses, too
        #[arg(long)]
        addresses: bool,
    },
}

#[derive(Args)]
struct FillArguments {
    /// Boards
    #[arg(long, default_value_t = 20)]
    boards: usize,
    /// Threads
    #[arg(long, default_value_t = 2000)]
    threads: usize,
    /// Posts of each thread
    #[arg(long, default_value_t = 20)]
    posts: usize,
    /// One more thread, of so many posts
    #[arg(long, default_value_t = 0, value_name = "POSTS")]
    thread_of: usize,
    /// The same seed makes the same data
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let is_demo = matches!(arguments.command, Some(Command::Demo));
    let config = match settings(&arguments, is_demo) {
        Ok(config) => config,
        Err(cause) => {
            eprintln!("{cause:#}");
            return ExitCode::from(2);
        }
    };
    match log::begin(&config).and_then(|()| run(arguments.command.unwrap_or(Command::Serve), config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("{cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn settings(arguments: &Arguments, is_demo: bool) -> anyhow::Result<Config> {
    let mut sources = Sources::read(arguments.config.as_deref(), std::env::vars())?;
    for (name, value) in [("listen", &arguments.listen), ("data", &arguments.data)] {
        if let Some(value) = value {
            sources.set(name, value, COMMAND_LINE);
        }
    }
    if is_demo { Config::for_demo(sources) } else { Config::from_sources(sources) }
}

fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve(config),
        Command::Demo => run_demo(config),
        Command::Migrate => migrate(&config),
        Command::Admin(command) => administer(config, &command),
        Command::Backup { file } => {
            let contents = backup::backup(&config.database, &file)?;
            println!("{} is a checked copy: {contents}.", file.display());
            Ok(())
        }
        Command::Restore { file } => restore(&config, &file),
        Command::Fill(amount) => fill(&config, &amount),
    }
}

fn serve(config: Config) -> anyhow::Result<()> {
    mail::check_settings(&config)?;
    let _hold = data_folder::share(&config.database)?;
    let site = Site::open(config, Clock::default())?;
    bring_up_to_date(&site.db)?;
    demo::refuse_the_other(&site.db, false)?;
    if let Some(link) = first_setup_link(&site)? {
        println!(
            "Nobody administers this site yet. Make the first administrator here, once, within 24 hours:\n\n  {link}\n"
        );
    }
    listen_and_serve(&site, |site| server::listen(site, site.config.listen, site.config.workers))
}

fn run_demo(mut config: Config) -> anyhow::Result<()> {
    let listener = server::bind(config.listen)?;
    config.listen = listener.local_addr()?;
    config.public_address = format!("http://{}", config.listen);
    let _hold = data_folder::share(&config.database)?;
    let started = Instant::now();
    if let Some(filled) = demo::fill_if_new(&config)? {
        println!("Filled the demo: {filled}, in {:.1} seconds.", started.elapsed().as_secs_f64());
    }
    let site = Site::open(config, Clock::default())?;
    site.db.outside_transaction(|connection| demo::refuse_newer(connection, &site.config))?;
    bring_up_to_date(&site.db)?;
    demo::refuse_the_other(&site.db, true)?;
    println!("{}", demo::welcome(&site.config));
    listen_and_serve(&site, |site| server::listen_on(site, listener, site.config.workers))
}

fn listen_and_serve(site: &Site, listen: impl FnOnce(&Site) -> anyhow::Result<server::Listening>) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let listening = listen(site)?;
        tracing::info!(address = %listening.address, "listening");
        server::run(site, listening).await
    })
}

fn migrate(config: &Config) -> anyhow::Result<()> {
    let _hold = data_folder::share(&config.database)?;
    let applied = bring_up_to_date(&open(config)?)?;
    if applied.is_empty() {
        println!("The database was up to date.");
    }
    for version in applied {
        println!("Applied {version}.");
    }
    Ok(())
}

fn administer(config: Config, command: &AdminCommand) -> anyhow::Result<()> {
    let _hold = data_folder::share(&config.database)?;
    // The whole site, because people are told by letters with links.
    let site = Site::open(config, Clock::default())?;
    bring_up_to_date(&site.db)?;
    let line = CommandLine { site: &site, user: user() };
    match command {
        AdminCommand::Create => {
            let token = used(&site, |tx| line.make_setup_link(tx))?;
            let link = site.link(&format!("/setup/{}", token.reveal()));
            println!("An administrator account can be made here, once, within 24 hours:\n\n  {link}\n");
        }
        AdminCommand::Grant { handle, role, reason } => {
            let known = used(&site, |tx| line.grant(tx, handle, *role, reason))?;
            println!("{} is {} now.", known.with_context(|| nobody(handle))?, role.word());
        }
        AdminCommand::Take { handle, role, reason } => {
            let known = used(&site, |tx| line.take(tx, handle, *role, reason, ROLE_TAKEN))?;
            println!("{} is {} no longer.", known.with_context(|| nobody(handle))?, role.word());
        }
        AdminCommand::ResetSecondStep { handle } => {
            match used(&site, |tx| line.reset_second_step(tx, handle))?.with_context(|| nobody(handle))? {
                (true, handle) => println!("{handle} signs in with the password alone now. A letter tells them."),
                (false, handle) => println!("{handle} had no second step."),
            }
        }
        AdminCommand::List { addresses } => {
            for (person, address) in used(&site, |tx| line.list(tx, *addresses))? {
                let roles: Vec<&str> = person.roles.all().map(Role::word).collect();
                let seen = person.last_seen_at.map_or("never".to_owned(), |at| at.utc().format("%Y-%m-%d").to_string());
                let roles = if roles.is_empty() { "-".to_owned() } else { roles.join(",") };
                print!("{}\t{}\t{}\t{roles}\t{seen}", person.id, person.handle, person.standing.word());
                println!("{}", address.map(|address| format!("\t{address}")).unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// Does one thing in one transaction.
fn used<T>(site: &Site, work: impl FnOnce(&mut Tx<'_>) -> alongside::error::Result<T>) -> anyhow::Result<T> {
    site.db.write_now(work).map_err(plain)
}

fn nobody(handle: &str) -> String {
    format!("Nobody is called {handle}.")
}

/// Who uses the command line, as far as the machine says; whoever became root by `sudo` by their own name.
fn user() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    named.map(|name| name.chars().filter(|sign| !sign.is_control()).take(64).collect()).unwrap_or_default()
}

fn restore(config: &Config, file: &std::path::Path) -> anyhow::Result<()> {
    let restored = backup::restore(&config.database, file, Clock::default().now())?;
    println!("Restored {}: {}.", file.display(), restored.contents);
    if let Some(kept) = restored.kept {
        println!("What stood there before is kept in {}.", kept.display());
    }
    Ok(())
}

fn fill(config: &Config, arguments: &FillArguments) -> anyhow::Result<()> {
    let _alone = match &config.database {
        DatabaseUrl::Sqlite(path) => Some(data_folder::take_alone(path)?),
        DatabaseUrl::Postgres(_) => None,
    };
    let db = open(config)?;
    bring_up_to_date(&db)?;
    let FillArguments { boards, threads, posts, thread_of, seed } = *arguments;
    println!("{}", fill::fill(&db, Amount { boards, threads, posts, thread_of, seed })?);
    Ok(())
}

fn open(config: &Config) -> anyhow::Result<Db> {
    Db::open(config.database.clone(), config.database_connections, Clock::default())
}

/// Brings the schema up to date, and says where the database is kept as it was before.
fn bring_up_to_date(db: &Db) -> anyhow::Result<Vec<String>> {
    let done = backup::bring_up_to_date(db, Clock::default().now())?;
    if let Some(kept) = done.kept {
        println!("Before the database was brought up to date, it was copied to {}.", kept.display());
    }
    Ok(done.applied)
}

/// A link for the first administrator; none if there is one already.
fn first_setup_link(site: &Site) -> anyhow::Result<Option<String>> {
    let token = used(site, |tx| {
        if accounts::administrators_exist(tx.conn())? { Ok(None) } else { accounts::make_setup_link(tx).map(Some) }
    })?;
    Ok(token.map(|token| site.link(&format!("/setup/{}", token.reveal()))))
}

fn plain(error: Error) -> anyhow::Error {
    match error {
        Error::Broken(cause) => cause,
        refused @ Error::Refused(_) => anyhow!("{refused}"),
    }
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word)
        .ok_or_else(|| format!("one of {}", Role::ALL.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")))
}
