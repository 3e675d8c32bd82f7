//! Settings: the only reader of the environment and of `alongside.toml`.
//!
//! A later source wins: default < file < environment < command line. In the environment a setting is called
//! `ALONGSIDE_` and its name in capitals; `ALONGSIDE_..._FILE` names a file that holds the value, for secrets. The database
//! address is also read from `DATABASE_URL`. An unknown name stops the start, because a typo must not be a default. What
//! is wrong is told in one sentence that names the setting and where it came from, and never repeats a value.

mod sign_on;

pub use sign_on::{SignOnProvider, is_guarded};

use crate::db::DatabaseUrl;
use anyhow::{Context, anyhow, bail};
use std::collections::BTreeMap;
use std::fmt;
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
    setting(
        "public_address",
        "",
        "Where people reach the site, such as `https://forum.example`. Links in letters begin with it. Empty: `http://` and what `listen` says, which is enough on one machine only.",
    ),
    setting("site_name", "Alongside", "The name in the header, in titles and in letters."),
    setting("organisation", "", "Who runs the site, as a sentence in the footer."),
    setting("time_zone", "Europe/London", "Zone of all times for visitors and for members who chose none (an IANA name)."),
    setting("minimum_age", "18", "Age in years from which people may join. Asked as year of birth, never kept."),
    setting(
        "leave_address",
        "https://www.wikipedia.org/",
        "Where *Leave this site* leads: an ordinary page that means nothing.",
    ),
    secret(
        "secret",
        "",
        "32 bytes or more that sign links and hash network addresses. Empty: made once and kept in `secret.key` in the data folder.",
    ),
    secret(
        "mail",
        "files",
        "`smtp://user:password@host:587` (STARTTLS), `smtps://...` (TLS), `smtp-plain://host:25` (a mail catcher on the same machine), or `files`: letters are written to `letters/` in the data folder. The server’s certificate must be one that this machine trusts; where a hospital signs its own, the variable `SSL_CERT_FILE` names the file of that authority.",
    ),
    setting("mail_from", "letters@localhost", "Sender of letters."),
    setting(
        "sign_on",
        "",
        "Providers of single sign-on, as `[[sign_on]]` tables: see *Single sign-on*. Secrets stand apart, as `sign_on_secret_NAME`.",
    ),
    setting("trusted_proxies", "", "Network addresses of proxies, with commas, whose X-Forwarded-For is believed."),
    setting("workers", "0", "Threads that answer requests. 0: one for each core."),
    setting(
        "drain_seconds",
        "5",
        "How long a stopping server still takes new requests while `/readyz` already says 503, so that a proxy can turn away from it.",
    ),
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
    /// Providers of single sign-on, in the order of their buttons.
    pub sign_on: Vec<SignOnProvider>,
    /// Proxies whose word about the visitor's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that answer requests.
    pub workers: usize,
    /// Between being told to stop and taking no more requests.
    pub drain_seconds: u64,
    /// Filter of what is logged.
    pub log: String,
    /// True for one JSON object a line.
    pub log_json: bool,
    /// True for `alongside demo` only: shows letters on a page and lines that would be wrong on a real site.
    pub is_demo: bool,
}

/// The settings as a table for the README.
pub fn settings_table() -> String {
    let rows = SETTINGS.iter().map(|setting| {
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        format!("| `{}` | {default} | {} |\n", setting.name, setting.explanation)
    });
    std::iter::once("| Setting | Default | What it does |\n|---|---|---|\n".to_owned()).chain(rows).collect()
}

/// Values by name, each with where it came from. Shows no value, not even when it is debugged: some are secrets.
#[derive(Default)]
pub struct Sources {
    values: BTreeMap<String, (String, String)>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.values.iter().map(|(name, (_, from))| format!("{name} from {from}"))).finish()
    }
}

/// What flags are called where they are named as a source.
pub const COMMAND_LINE: &str = "the command line";

/// What the demo takes from file and environment. Everything else could lead it to a real site's data or people.
const SETTINGS_OF_DEMO: [&str; 3] = ["log", "log_format", "workers"];

impl Sources {
    /// Reads file and environment. A missing file is fine only if nobody named it.
    pub fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let mut sources = Self::default();
        let (path, is_named) = file.map_or((Path::new("alongside.toml"), false), |path| (path, true));
        if is_named || path.exists() {
            let text = std::fs::read_to_string(path)
                .map_err(|cause| anyhow!("The settings file {} cannot be read: {cause}.", path.display()))?;
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
        // Not the parser's own words as a whole: they repeat the line, and the line may hold a secret.
        let table: toml::Table = text.parse().map_err(|cause: toml::de::Error| {
            let line =
                cause.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
            anyhow!("The settings file {path} is not valid TOML: see its line {line}.")
        })?;
        for (name, value) in table {
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(_) | toml::Value::Boolean(_) | toml::Value::Float(_) => value.to_string(),
                // Tables with lines of their own go on as the JSON that stands for them in the environment.
                toml::Value::Array(items) if name == "sign_on" => serde_json::to_string(&items)?,
                toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(","),
                toml::Value::Table(_) | toml::Value::Datetime(_) => {
                    bail!("The setting {name} in {path} must be a text or a number.")
                }
            };
            self.set(&name, value, path);
        }
        Ok(())
    }

    fn take_environment(&mut self, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<()> {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (variable, value) in environment {
            let name = if variable == "DATABASE_URL" {
                "database_url".to_owned()
            } else {
                match variable.strip_prefix("ALONGSIDE_") {
                    Some(name) => name.to_ascii_lowercase(),
                    None => continue,
                }
            };
            let (name, value) = match name.strip_suffix("_file") {
                Some(name) => {
                    let text = std::fs::read_to_string(&value)
                        .map_err(|cause| anyhow!("The file that {variable} names cannot be read: {cause}."))?;
                    (name.to_owned(), text.trim_end().to_owned())
                }
                None => (name, value),
            };
            // The environment has no order, so that neither could win.
            if let Some(other) = seen.insert(name.clone(), variable.clone()) {
                bail!("{other} and {variable} both set {name}: keep one of them.");
            }
            self.set(&name, value, &variable);
        }
        Ok(())
    }

    fn take(&mut self, name: &'static str) -> anyhow::Result<(String, String)> {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).with_context(|| format!("no setting {name}"))?;
        Ok(self.values.remove(name).unwrap_or_else(|| (setting.default.to_owned(), "the default".to_owned())))
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, what: &str) -> anyhow::Result<T> {
        let (value, from) = self.take(name)?;
        value.trim().parse().map_err(|_| anyhow!("The setting {name} (from {from}) must be {what}."))
    }

    fn text(&mut self, name: &'static str) -> anyhow::Result<String> {
        Ok(self.take(name)?.0.trim().to_owned())
    }
}

impl Config {
    /// Settings of `alongside demo`: 127.0.0.1 only, its own folder, letters in memory. Of file and environment it takes
    /// only what changes nothing about data and people.
    pub fn for_demo(mut sources: Sources) -> anyhow::Result<Self> {
        sources.values.retain(|name, (_, from)| from == COMMAND_LINE || SETTINGS_OF_DEMO.contains(&name.as_str()));
        for (name, value) in [("data", "data/demo"), ("log", "warn")] {
            if !sources.values.contains_key(name) {
                sources.set(name, value, "the demo");
            }
        }
        sources.set("mail", "memory", "the demo");
        sources.set("organisation", "Northmoor Patients’ Association, a charity", "the demo");
        sources.set("drain_seconds", "0", "the demo");
        sources.set("public_address", "http://127.0.0.1", "the demo"); // follows below
        let mut config = Self { is_demo: true, ..Self::from_sources(sources)? };
        if config.listen.ip() != IpAddr::from([127, 0, 0, 1]) {
            bail!("The demo listens on 127.0.0.1 only: its passwords are known to everybody.");
        }
        config.public_address = format!("http://{}", config.listen);
        Ok(config)
    }

    /// Checks every value. The error is one plain sentence that names the setting.
    pub fn from_sources(mut sources: Sources) -> anyhow::Result<Self> {
        let data = PathBuf::from(sources.text("data")?);
        let url = sources.text("database_url")?;
        let database =
            if url.is_empty() { Ok(DatabaseUrl::Sqlite(data.join("alongside.sqlite"))) } else { DatabaseUrl::parse(&url) }
                .map_err(|cause| anyhow!("The setting database_url is wrong: {cause}."))?;
        let listen: SocketAddr = sources.parsed("listen", "an address and a port, such as 127.0.0.1:8080")?;
        let (address, from) = sources.take("public_address")?;
        let list = sources.text("sign_on")?;
        let sign_on = sign_on::providers(&list, |name| {
            sources.values.remove(&format!("{}{name}", sign_on::SECRET_PREFIX)).map(|(secret, _)| secret.trim().to_owned())
        })?;
        let config = Self {
            listen,
            database,
            database_connections: sources.parsed("database_connections", "a number")?,
            public_address: match address.trim() {
                "" if listen.ip().is_loopback() => format!("http://{listen}"),
                "" => bail!("The setting public_address must say where people reach the site, because listen is not an address of this machine alone."),
                address => public_address(address)
                    .with_context(|| format!("The setting public_address (from {from}) must be an address such as https://forum.example, without a path."))?,
            },
            site_name: sources.text("site_name")?,
            organisation: sources.text("organisation")?,
            time_zone: sources.parsed("time_zone", "a zone of the IANA list, such as Europe/London")?,
            minimum_age: sources.parsed("minimum_age", "a number of years")?,
            leave_address: sources.text("leave_address")?,
            secret: secret_bytes(&sources.text("secret")?, &data)?,
            mail: mail_route(&sources.text("mail")?, &data)?,
            mail_from: sources.text("mail_from")?,
            sign_on,
            trusted_proxies: addresses(&sources.text("trusted_proxies")?)?,
            workers: sources.parsed("workers", "a number of threads, or 0")?,
            drain_seconds: sources.parsed("drain_seconds", "a number of seconds")?,
            log: log_filter(sources.text("log")?)?,
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

    /// What this site is called and who runs it: words that a password must not be made of.
    pub fn names(&self) -> [&str; 2] {
        [&self.site_name, &self.organisation]
    }

    /// True if browsers reach the site by TLS, so that cookies can be `Secure` and `__Host-`.
    pub fn is_https(&self) -> bool {
        self.public_address.starts_with("https://")
    }
}

fn public_address(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let is_fit =
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.path() == "/" && url.query().is_none();
    is_fit.then(|| url.origin().ascii_serialization())
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
        Err(cause) => bail!("The key {} cannot be read: {cause}.", path.display()),
    }
    std::fs::create_dir_all(data).map_err(|cause| anyhow!("The data folder {} cannot be made: {cause}.", data.display()))?;
    let mut bytes = vec![0_u8; 32];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    write_private(&path, &bytes).map_err(|cause| anyhow!("The key {} cannot be written: {cause}.", path.display()))?;
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
        url if ["smtp://", "smtps://", "smtp-plain://"].iter().any(|scheme| url.starts_with(scheme)) => {
            Ok(MailRoute::Smtp(url.to_owned()))
        }
        _ => bail!("The setting mail must be files or an address that begins with smtp://, smtps:// or smtp-plain://."),
    }
}

fn log_filter(filter: String) -> anyhow::Result<String> {
    match tracing_subscriber::EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(_) => bail!("The setting log must be a filter such as info or alongside=debug."),
    }
}

fn addresses(list: &str) -> anyhow::Result<Vec<IpAddr>> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            item.parse()
                .map_err(|_| anyhow!("The setting trusted_proxies must hold network addresses with commas between them."))
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn variables(list: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into_iter()
    }

    /// A folder of this test's own, with a settings file of these words in it.
    fn folder_with(test: &str, settings: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("alongside-config-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("alongside.toml");
        std::fs::write(&file, settings).unwrap();
        (folder, file)
    }

    fn read(test: &str, settings: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> anyhow::Result<Config> {
        let (folder, file) = folder_with(test, settings);
        let result = Sources::read(Some(&file), variables(environment)).and_then(|mut sources| {
            if !sources.values.contains_key("data") {
                sources.set("data", folder.join("data").display().to_string(), "the test");
            }
            for (name, value) in flags {
                sources.set(name, *value, COMMAND_LINE);
            }
            Config::from_sources(sources)
        });
        std::fs::remove_dir_all(folder).unwrap();
        result
    }

    fn refusal(result: anyhow::Result<Config>) -> String {
        match result {
            Ok(_) => panic!("these settings were taken"),
            Err(cause) => format!("{cause:#}"),
        }
    }

    #[test]
    fn a_file_wins_over_defaults_the_environment_over_the_file_and_a_flag_over_all() {
        let file = "site_name = 'From the file'\nlisten = '127.0.0.1:1001'\nminimum_age = 16\n";
        let config = read("order", file, &[("ALONGSIDE_LISTEN", "127.0.0.1:1002"), ("HOME", "/root")], &[]).unwrap();
        assert_eq!((config.site_name.as_str(), config.listen.port(), config.minimum_age), ("From the file", 1002, 16));
        assert_eq!(config.drain_seconds, 5, "what nobody says is the default");
        let config =
            read("order", file, &[("ALONGSIDE_LISTEN", "127.0.0.1:1002")], &[("listen", "127.0.0.1:1003")]).unwrap();
        assert_eq!(config.listen.port(), 1003);
    }

    #[test]
    fn the_public_address_follows_listen_on_this_machine_and_must_be_said_beyond_it() {
        assert_eq!(
            read("address", "", &[("ALONGSIDE_LISTEN", "127.0.0.1:90")], &[]).unwrap().public_address,
            "http://127.0.0.1:90"
        );
        assert!(refusal(read("address", "listen = '0.0.0.0:8080'", &[], &[])).contains("public_address"));
        let config =
            read("address", "listen = '0.0.0.0:8080'\npublic_address = 'https://forum.example/'", &[], &[]).unwrap();
        assert_eq!(config.public_address, "https://forum.example");
        assert!(config.is_https());
    }

    #[test]
    fn a_secret_may_stand_in_a_file_of_its_own() {
        let key = std::env::temp_dir().join(format!("alongside-config-secret-{}", std::process::id()));
        std::fs::write(&key, "0123456789abcdef0123456789abcdef\n").unwrap();
        let config = read("key", "", &[("ALONGSIDE_SECRET_FILE", key.to_str().unwrap())], &[]).unwrap();
        assert_eq!(config.secret, b"0123456789abcdef0123456789abcdef");
        let both =
            [("ALONGSIDE_SECRET_FILE", key.to_str().unwrap()), ("ALONGSIDE_SECRET", "0123456789abcdef0123456789abcdef")];
        let told = refusal(read("key", "", &both, &[]));
        assert!(told.contains("ALONGSIDE_SECRET_FILE") && told.contains("keep one"), "{told}");
        std::fs::remove_file(&key).unwrap();
        let told = refusal(read("key", "", &both[..1], &[]));
        assert!(told.contains("ALONGSIDE_SECRET_FILE"), "{told}");
    }

    #[test]
    fn providers_of_sign_on_stand_in_tables_and_their_secrets_apart() {
        let file = "[[sign_on]]\nname = 'northmoor'\nlabel = 'Northmoor'\nissuer = 'https://login.example'\nclient_id = 'us'\n\
                    domains = ['northmoor.example']\n";
        let secret = [("ALONGSIDE_SIGN_ON_SECRET_NORTHMOOR", "hunter2-hunter2")];
        let config = read("sign-on", file, &secret, &[]).unwrap();
        let [provider] = config.sign_on.as_slice() else { panic!("one provider") };
        assert_eq!(provider.client_secret.as_deref(), Some("hunter2-hunter2"));
        // A secret of nobody is a typing error.
        let told = refusal(read("sign-on", "", &secret, &[]));
        assert!(told.contains("sign_on_secret_northmoor") && !told.contains("hunter2"), "{told}");
        let told = refusal(read("sign-on", &format!("{file}client_secret = 'hunter2'\n"), &secret, &[]));
        assert!(told.contains("sign_on") && !told.contains("hunter2"), "{told}");
    }

    #[test]
    fn a_name_that_is_no_setting_stops_the_start_wherever_it_stands() {
        let told = refusal(read("unknown", "sitename = 'x'", &[], &[]));
        assert!(told.contains("sitename") && told.contains("alongside.toml"), "{told}");
        let told = refusal(read("unknown", "", &[("ALONGSIDE_LISTN", "x")], &[]));
        assert_eq!(told, "There is no setting listn (from ALONGSIDE_LISTN).");
        let told = refusal(read("unknown", "[mail]\nfrom = 'x'", &[], &[]));
        assert!(told.contains("mail"), "{told}");
    }

    #[test]
    fn a_wrong_value_is_told_in_one_sentence_that_names_the_setting() {
        for (name, value) in [
            ("listen", "8080"),
            ("database_url", "/srv/forum.sqlite"),
            ("database_connections", "many"),
            ("public_address", "forum.example"),
            ("time_zone", "London"),
            ("minimum_age", "500"),
            ("mail", "sendmail"),
            ("trusted_proxies", "proxy"),
            ("workers", "-1"),
            ("drain_seconds", "soon"),
            ("log_format", "xml"),
            ("log", "alongside=shouting"),
            ("secret", "too short"),
        ] {
            let told = refusal(read("wrong", "", &[], &[(name, value)]));
            assert!(told.starts_with("The setting ") && told.contains(name) && told.ends_with('.'), "{told}");
            assert!(!told.contains('\n'), "{told}");
        }
    }

    #[test]
    fn no_secret_is_ever_repeated() {
        const SECRET: &str = "hunter2-hunter2";
        for name in SETTINGS.iter().filter(|setting| setting.is_secret).map(|setting| setting.name) {
            let told = refusal(read("secret", "", &[], &[(name, SECRET)]));
            assert!(told.contains(name) && !told.contains(SECRET), "{told}");
        }
        let told = refusal(read("secret", &format!("site_name = 'x'\nsecret = '{SECRET}\n"), &[], &[]));
        assert!(told.contains("line 2") && !told.contains(SECRET), "{told}");
        let mut sources = Sources::default();
        sources.set("mail", SECRET, "the test");
        assert!(!format!("{sources:?}").contains(SECRET));
    }

    #[test]
    fn the_demo_touches_no_real_site() {
        let folder = std::env::temp_dir().join(format!("alongside-config-demo-{}", std::process::id()));
        let (_, file) = folder_with(
            "demo",
            "listen = '0.0.0.0:80'\npublic_address = 'https://forum.example'\ndata = '/srv/forum'\nlog = 'debug'",
        );
        let demo = |flags: &[(&str, &str)]| {
            let mut sources = Sources::read(Some(&file), variables(&[("DATABASE_URL", "postgres://forum")]))?;
            sources.set("data", folder.display().to_string(), COMMAND_LINE);
            for (name, value) in flags {
                sources.set(name, *value, COMMAND_LINE);
            }
            Config::for_demo(sources)
        };
        let config = demo(&[]).unwrap();
        assert_eq!(config.database, DatabaseUrl::Sqlite(folder.join("alongside.sqlite")));
        assert_eq!(
            (config.listen.to_string().as_str(), config.public_address.as_str()),
            ("127.0.0.1:8080", "http://127.0.0.1:8080")
        );
        assert_eq!((config.mail, config.log.as_str(), config.is_demo), (MailRoute::Memory, "debug", true));
        assert!(refusal(demo(&[("listen", "0.0.0.0:8080")])).contains("127.0.0.1 only"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_readme_explains_every_setting_as_it_is() {
        let readme = include_str!("../README.md");
        assert!(readme.contains(&settings_table()), "the README's table should read:\n\n{}", settings_table());
    }
}
