//! Settings: the only reader of the environment and of `alongside.toml`.
//!
//! A later source wins: default < file < environment < command line. In the environment a setting is called
//! `ALONGSIDE_` and its name in capitals; `ALONGSIDE_..._FILE` names a file that holds the value, for secrets. The database
//! address is also read from `DATABASE_URL`. An unknown name stops the start, because a typo must not be a default.

use crate::db::DatabaseUrl;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// One setting as it is explained to whoever runs the site.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// What holds if nobody says otherwise.
    pub default: &'static str,
    /// True if its value is never printed.
    pub is_secret: bool,
    /// What it does, in a sentence.
    pub explanation: &'static str,
}

const fn setting(name: &'static str, default: &'static str, explanation: &'static str) -> Setting {
    Setting { name, default, is_secret: false, explanation }
}

const fn secret(name: &'static str, default: &'static str, explanation: &'static str) -> Setting {
    Setting { name, default, is_secret: true, explanation }
}

/// Every setting, in the order of the README.
pub const SETTINGS: &[Setting] = &[
    setting("listen", "127.0.0.1:8080", "Address and port to listen on. Put a proxy with TLS before anything but loopback."),
    setting("data", "data", "Folder for the embedded database, the key and, without a mail server, the letters."),
    secret("database_url", "", "`sqlite:PATH` or `postgres://...`. Empty: `alongside.sqlite` in the data folder."),
    setting("database_connections", "10", "Connections to PostgreSQL. SQLite writes through one and reads beside it."),
    setting("public_address", "http://127.0.0.1:8080", "Where people reach the site. Links in letters begin with it."),
    setting("site_name", "Alongside", "The name in the header, in titles and in letters."),
    setting("organisation", "", "Who runs the site, as a sentence in the footer."),
    setting("time_zone", "Europe/London", "Zone of all times for visitors and for members who chose none (an IANA name)."),
    setting("minimum_age", "18", "Age in years from which people may join. Asked as year of birth, never kept."),
    setting("leave_address", "https://www.wikipedia.org/", "Where *Leave this site* leads: an ordinary page that means nothing."),
    secret("secret", "", "32 bytes or more that sign links and hash network addresses. Empty: made once and kept in `secret.key` in the data folder."),
    secret("mail", "files", "`smtp://user:password@host:587` (STARTTLS), `smtps://...` (TLS), `smtp-plain://host:25` (a mail catcher on the same machine), or `files`: letters are written to `letters/` in the data folder."),
    setting("mail_from", "letters@localhost", "Sender of letters."),
    setting("trusted_proxies", "", "Network addresses of proxies, with commas, whose X-Forwarded-For is believed."),
    setting("workers", "0", "Threads that answer requests. 0: one for each core."),
    setting("log", "info", "What is logged, as a `tracing` filter."),
    setting("log_format", "text", "`text` or `json`."),
];

/// Where letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// A mail server, as a URL with its credentials. Never logged.
    Smtp(String),
    /// Files in a folder.
    Files(PathBuf),
    /// A box in memory: tests and the demo.
    Memory,
}

/// All settings, checked.
#[derive(Clone)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder for everything that is kept beside a database server.
    pub data: PathBuf,
    /// Which database.
    pub database: DatabaseUrl,
    /// Connections to PostgreSQL.
    pub database_connections: usize,
    /// Scheme, host and port of the site, without a slash at the end.
    pub public_address: String,
    /// Name of the site.
    pub site_name: String,
    /// Who runs it.
    pub organisation: String,
    /// The site's own zone.
    pub time_zone: chrono_tz::Tz,
    /// Years.
    pub minimum_age: i32,
    /// Where the quick exit leads.
    pub leave_address: String,
    /// Signs and hashes; at least 32 bytes.
    pub secret: Vec<u8>,
    /// Where letters go.
    pub mail: MailRoute,
    /// Sender of letters.
    pub mail_from: String,
    /// Proxies whose word about the visitor's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that answer requests.
    pub workers: usize,
    /// Filter of what is logged.
    pub log: String,
    /// True for one JSON object a line.
    pub log_json: bool,
    /// True for `alongside demo` only: shows letters on a page and lines that would be wrong on a real site.
    pub is_demo: bool,
}

/// Values by name, each with where it came from.
#[derive(Debug, Default)]
pub struct Sources {
    values: BTreeMap<String, (String, String)>,
}

impl Sources {
    /// Reads file and environment. A missing file is fine only if nobody named it.
    pub fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let mut sources = Self::default();
        let (path, is_named) = file.map_or((Path::new("alongside.toml"), false), |path| (path, true));
        if is_named || path.exists() {
            let text = std::fs::read_to_string(path).with_context(|| format!("The settings file {} cannot be read", path.display()))?;
            sources.take_file(&text, &path.display().to_string())?;
        }
        sources.take_environment(environment)?;
        Ok(sources)
    }

    /// Sets one value, over whatever was there.
    pub fn set(&mut self, name: &str, value: impl Into<String>, from: &str) {
        self.values.insert(name.to_owned(), (value.into(), from.to_owned()));
    }

    fn take_file(&mut self, text: &str, path: &str) -> anyhow::Result<()> {
        let table: toml::Table = text.parse().with_context(|| format!("The settings file {path} is not valid TOML"))?;
        for (name, value) in table {
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(_) | toml::Value::Boolean(_) | toml::Value::Float(_) => value.to_string(),
                toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(","),
                toml::Value::Table(_) | toml::Value::Datetime(_) => bail!("The setting {name} in {path} must be a text or a number."),
            };
            self.set(&name, value, path);
        }
        Ok(())
    }

    fn take_environment(&mut self, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<()> {
        for (variable, value) in environment {
            let name = if variable == "DATABASE_URL" { "database_url".to_owned() } else {
                match variable.strip_prefix("ALONGSIDE_") {
                    Some(name) => name.to_ascii_lowercase(),
                    None => continue,
                }
            };
            match name.strip_suffix("_file") {
                Some(name) => {
                    let text = std::fs::read_to_string(&value).with_context(|| format!("The file that {variable} names cannot be read"))?;
                    self.set(name, text.trim_end(), &variable);
                }
                None => self.set(&name, value, &variable),
            }
        }
        Ok(())
    }

    fn take(&mut self, name: &'static str) -> anyhow::Result<(String, String)> {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).with_context(|| format!("no setting {name}"))?;
        Ok(self.values.remove(name).unwrap_or_else(|| (setting.default.to_owned(), "the default".to_owned())))
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, what: &str) -> anyhow::Result<T> {
        let (value, from) = self.take(name)?;
        value.trim().parse().map_err(|_| anyhow::anyhow!("The setting {name} (from {from}) must be {what}."))
    }

    fn text(&mut self, name: &'static str) -> anyhow::Result<String> {
        Ok(self.take(name)?.0.trim().to_owned())
    }
}

impl Config {
    /// Checks every value. The error is one plain sentence that names the setting.
    pub fn from_sources(mut sources: Sources) -> anyhow::Result<Self> {
        let data = PathBuf::from(sources.text("data")?);
        let url = sources.text("database_url")?;
        let database = if url.is_empty() { Ok(DatabaseUrl::Sqlite(data.join("alongside.sqlite"))) } else { DatabaseUrl::parse(&url) }
            .map_err(|cause| anyhow::anyhow!("The setting database_url is wrong: {cause}."))?;
        let (address, from) = sources.take("public_address")?;
        let config = Self {
            listen: sources.parsed("listen", "an address and a port, such as 127.0.0.1:8080")?,
            database,
            database_connections: sources.parsed("database_connections", "a number")?,
            public_address: public_address(&address).with_context(|| format!("The setting public_address (from {from}) must be an address such as https://forum.example"))?,
            site_name: sources.text("site_name")?,
            organisation: sources.text("organisation")?,
            time_zone: sources.parsed("time_zone", "a zone of the IANA list, such as Europe/London")?,
            minimum_age: sources.parsed("minimum_age", "a number of years")?,
            leave_address: sources.text("leave_address")?,
            secret: secret_bytes(&sources.text("secret")?, &data)?,
            mail: mail_route(&sources.text("mail")?, &data)?,
            mail_from: sources.text("mail_from")?,
            trusted_proxies: addresses(&sources.text("trusted_proxies")?)?,
            workers: sources.parsed("workers", "a number of threads, or 0")?,
            log: sources.text("log")?,
            log_json: match sources.text("log_format")?.as_str() {
                "text" => false,
                "json" => true,
                _ => bail!("The setting log_format must be text or json."),
            },
            data,
            is_demo: false,
        };
        if let Some((name, (_, from))) = sources.values.into_iter().next() {
            bail!("There is no setting {name} (from {from}).");
        }
        if !(0..=120).contains(&config.minimum_age) {
            bail!("The setting minimum_age must be between 0 and 120.");
        }
        Ok(config)
    }

    /// True if browsers reach the site by TLS, so that cookies can be `Secure` and `__Host-`.
    pub fn is_https(&self) -> bool {
        self.public_address.starts_with("https://")
    }
}

fn public_address(address: &str) -> anyhow::Result<String> {
    let url = url::Url::parse(address.trim())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || url.path() != "/" {
        bail!("not an http address without a path");
    }
    Ok(url.origin().ascii_serialization())
}

/// The key that signs; made and kept (readable by its owner only) when none is set.
fn secret_bytes(setting: &str, data: &Path) -> anyhow::Result<Vec<u8>> {
    if !setting.is_empty() {
        if setting.len() < 32 {
            bail!("The setting secret must be 32 characters or more.");
        }
        return Ok(setting.as_bytes().to_vec());
    }
    let path = data.join("secret.key");
    match std::fs::read(&path) {
        Ok(bytes) if bytes.len() >= 32 => return Ok(bytes),
        Ok(_) => bail!("The file {} is too short to be a key.", path.display()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
        Err(cause) => return Err(cause).with_context(|| format!("The key {} cannot be read", path.display())),
    }
    std::fs::create_dir_all(data).with_context(|| format!("The data folder {} cannot be made", data.display()))?;
    let mut bytes = vec![0_u8; 32];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    write_private(&path, &bytes).with_context(|| format!("The key {} cannot be written", path.display()))?;
    Ok(bytes)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

fn mail_route(setting: &str, data: &Path) -> anyhow::Result<MailRoute> {
    match setting {
        "files" => Ok(MailRoute::Files(data.join("letters"))),
        "memory" => Ok(MailRoute::Memory),
        url if ["smtp://", "smtps://", "smtp-plain://"].iter().any(|scheme| url.starts_with(scheme)) => Ok(MailRoute::Smtp(url.to_owned())),
        _ => bail!("The setting mail must be files or an address that begins with smtp://, smtps:// or smtp-plain://."),
    }
}

fn addresses(list: &str) -> anyhow::Result<Vec<IpAddr>> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| item.parse().map_err(|_| anyhow::anyhow!("The setting trusted_proxies must hold network addresses with commas between them.")))
        .collect()
}
