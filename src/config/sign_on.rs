//! The providers of single sign-on, as the settings name them: `[[sign_on]]` in the file, or a list in JSON in the
//! environment. Their secrets stand apart, as `sign_on_secret_NAME`.

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

/// Names of secrets begin so, and end with the name of a provider.
pub const SECRET_PREFIX: &str = "sign_on_secret_";

/// A provider of sign-on by OpenID Connect. Shows no secret: it has no `Debug`.
#[derive(Clone)]
pub struct SignOnProvider {
    /// Its name in our addresses: 1 to 20 small letters and figures.
    pub name: String,
    /// What people read on the button.
    pub label: String,
    /// Its address, exactly as it names itself.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// What proves it; none: a public client, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// Only verified addresses of these domains get in by it; none: every one.
    pub domains: Vec<String>,
    /// Its people may join whatever is set about joining.
    pub always_join: bool,
    /// A second step that it reports counts as the one at sign-in here.
    pub counts_second_step: bool,
    /// How long one answer of it may take in all.
    pub patience: std::time::Duration,
}

/// How long we wait for an answer of a provider.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    label: String,
    issuer: String,
    client_id: String,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    always_join: bool,
    #[serde(default)]
    counts_second_step: bool,
}

/// Reads the list. `secret` gives the secret of the provider with that name.
pub fn providers(list: &str, mut secret: impl FnMut(&str) -> Option<String>) -> anyhow::Result<Vec<SignOnProvider>> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    // Only where it is wrong: the parser's own words may repeat what stands there.
    let entries: Vec<Entry> = serde_json::from_str(list).map_err(|_| {
        anyhow!(
            "The setting sign_on must be a list of providers, each with name, label, issuer, client_id and perhaps domains, always_join, counts_second_step."
        )
    })?;
    let mut providers: Vec<SignOnProvider> = Vec::new();
    for entry in entries {
        let is_name = (1..=20).contains(&entry.name.len())
            && entry.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !is_name {
            bail!("The setting sign_on must give each provider a name of 1 to 20 small letters and figures.");
        }
        if providers.iter().any(|other| other.name == entry.name || other.issuer == entry.issuer) {
            bail!("The setting sign_on names a provider or an issuer twice.");
        }
        check_issuer(&entry.issuer)
            .with_context(|| format!("The setting sign_on must give {} an issuer that begins with https://.", entry.name))?;
        if entry.label.trim().is_empty() || entry.client_id.trim().is_empty() {
            bail!("The setting sign_on must give {} a label and a client_id.", entry.name);
        }
        providers.push(SignOnProvider {
            client_secret: secret(&entry.name).filter(|secret| !secret.is_empty()),
            name: entry.name,
            label: entry.label.trim().to_owned(),
            issuer: entry.issuer,
            client_id: entry.client_id,
            domains: entry.domains.iter().map(|domain| domain.trim().to_lowercase()).collect(),
            always_join: entry.always_join,
            counts_second_step: entry.counts_second_step,
            patience: PATIENCE,
        });
    }
    Ok(providers)
}

fn check_issuer(issuer: &str) -> Option<()> {
    let url = url::Url::parse(issuer).ok()?;
    (is_guarded(&url) && url.query().is_none() && url.fragment().is_none()).then_some(())
}

/// True if nobody can listen on the way to this address: TLS, or the same machine by its number.
pub fn is_guarded(url: &url::Url) -> bool {
    match url.scheme() {
        "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "http" => url.host_str() == Some("127.0.0.1"),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn refusal(list: &str) -> String {
        match providers(list, |_| None) {
            Ok(_) => panic!("taken: {list}"),
            Err(cause) => cause.to_string(),
        }
    }

    fn one(name: &str, issuer: &str) -> String {
        format!("{{\"name\":\"{name}\",\"label\":\"Northmoor\",\"issuer\":\"{issuer}\",\"client_id\":\"us\"}}")
    }

    #[test]
    fn providers_are_read_with_the_secret_that_stands_apart() {
        assert!(providers("", |_| None).unwrap().is_empty());
        let list = "[{\"name\":\"northmoor\",\"label\":\" Northmoor \",\"issuer\":\"https://login.northmoor.example/realm\",\
                     \"client_id\":\"us\",\"domains\":[\"Northmoor.example\"],\"always_join\":true}]";
        let read = providers(list, |name| Some(format!("secret of {name}"))).unwrap();
        let [provider] = read.as_slice() else { panic!("one provider") };
        assert_eq!(provider.client_secret.as_deref(), Some("secret of northmoor"));
        assert_eq!(
            (provider.label.as_str(), provider.domains.as_slice()),
            ("Northmoor", ["northmoor.example".to_owned()].as_slice())
        );
        assert!(provider.always_join && !provider.counts_second_step);
    }

    #[test]
    fn an_issuer_is_reached_by_tls_or_is_this_machine() {
        for issuer in ["https://login.example", "https://login.example:8443/realms/a", "http://127.0.0.1:4000"] {
            assert_eq!(providers(&format!("[{}]", one("a", issuer)), |_| None).unwrap().len(), 1, "{issuer}");
        }
        for issuer in [
            "http://login.example",
            "http://localhost:4000",
            "http://127.0.0.1.evil.example",
            "http://[::1]:4000",
            "ftp://login.example",
            "login.example",
            "https://login.example/?a=b",
            "https://login.example/#a",
            "",
        ] {
            assert!(refusal(&format!("[{}]", one("a", issuer))).contains("issuer"), "{issuer}");
        }
    }

    #[test]
    fn what_is_no_list_of_providers_is_told_without_repeating_it() {
        for list in [
            "hunter2".to_owned(),
            "[{\"name\":\"a\",\"client_secret\":\"hunter2\"}]".to_owned(),
            format!("[{}]", one("A Name", "https://login.example")),
            format!("[{}]", one("", "https://login.example")),
            format!("[{},{}]", one("a", "https://login.example"), one("a", "https://other.example")),
            format!("[{},{}]", one("a", "https://login.example"), one("b", "https://login.example")),
        ] {
            let told = refusal(&list);
            assert!(told.starts_with("The setting sign_on ") && told.ends_with('.') && !told.contains("hunter2"), "{told}");
        }
    }
}
