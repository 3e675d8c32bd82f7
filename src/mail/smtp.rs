//! The conversation with a mail server. Spoken step by step instead of by lettre's transport, because it matters who was
//! refused: a wrong password or sender is ours and may be mended, a recipient that does not exist is not.

use super::carrier::Outcome;
use anyhow::{Context as _, bail};
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;
use url::Url;

/// A mail server that does not even answer.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);
/// A whole conversation. Some servers think for a minute about whether they want a letter; the claim holds for five.
pub const LONGEST_DELIVERY: Duration = Duration::from_mins(2);

/// Where letters are handed over.
pub struct MailServer {
    pub host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// Begins in the open and must become TLS before anything is said.
    StartTls,
    /// TLS from the first byte.
    Wrapped,
    /// None: a catcher on the same machine.
    None,
}

impl MailServer {
    /// Reads `smtp://user:password@host:587`, `smtps://...` or `smtp-plain://host:25`.
    pub fn parse(address: &str) -> anyhow::Result<Self> {
        // Without the address itself in any error: it may hold a password.
        let url = Url::parse(address).context("it cannot be read")?;
        let (security, usual_port) = match url.scheme() {
            "smtp" => (Security::StartTls, 587),
            "smtps" => (Security::Wrapped, 465),
            "smtp-plain" => (Security::None, 25),
            _ => bail!("it must begin with smtp://, smtps:// or smtp-plain://"),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).context("it names no host")?;
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) => Some(Credentials::new(decoded(user), decoded(password))),
            (_, None) => bail!("it names a user without a password"),
        };
        if security == Security::None && credentials.is_some() {
            bail!("smtp-plain:// would send the password in the open");
        }
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(usual_port),
            security,
            credentials,
        })
    }

    /// Speaks TLS.
    pub fn is_encrypted(&self) -> bool {
        self.security != Security::None
    }
}

fn decoded(part: &str) -> String {
    let query = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Why it did not work.
enum Trouble {
    /// The recipient, or this letter for them, was refused for good.
    Recipient(String),
    /// Anything else.
    Other(String),
}

impl From<lettre::transport::smtp::Error> for Trouble {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Other(with_causes(&error))
    }
}

/// Hands a letter over. Ends within two minutes whatever the server does.
pub async fn send(server: &MailServer, tls: Option<TlsParameters>, message: &Message) -> Outcome {
    match tokio::time::timeout(LONGEST_DELIVERY, converse(server, tls, message)).await {
        Ok(Ok(())) => Outcome::Sent,
        Ok(Err(Trouble::Recipient(why))) => Outcome::Refused(why),
        Ok(Err(Trouble::Other(why))) => Outcome::Failed(why),
        Err(_) => Outcome::Failed("the mail server took too long".to_owned()),
    }
}

async fn converse(server: &MailServer, tls: Option<TlsParameters>, message: &Message) -> Result<(), Trouble> {
    let name = ClientId::default();
    let wrapping = tls.clone().filter(|_| server.security == Security::Wrapped);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1((server.host.as_str(), server.port), Some(CONNECT_LIMIT), &name, wrapping, None)
            .await?;
    if let (Security::StartTls, Some(tls)) = (server.security, tls) {
        // Fails if the server offers none: nothing is said in the open.
        connection.starttls(tls, &name).await?;
    }
    if let Some(credentials) = &server.credentials {
        connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
    }
    let handed_over = hand_over(&mut connection, message).await;
    // Polite, and without meaning for the letter: it is accepted or refused by now.
    connection.abort().await;
    handed_over
}

async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Trouble> {
    let envelope = message.envelope();
    let mut parameters = Vec::new();
    if envelope.to().iter().any(|to| !AsRef::<str>::as_ref(to).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Trouble::Recipient("the mail server takes no addresses beyond ASCII".to_owned()));
        }
        parameters = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
    }
    connection.command(Mail::new(envelope.from().cloned(), parameters)).await?;
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(of_recipient)?;
    }
    connection.command(Data).await?;
    connection.message(&message.formatted()).await.map_err(of_recipient)?;
    Ok(())
}

fn of_recipient(error: lettre::transport::smtp::Error) -> Trouble {
    if error.is_permanent() { Trouble::Recipient(with_causes(&error)) } else { error.into() }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}

#[cfg(test)]
#[path = "smtp_catcher.rs"]
pub mod catcher;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::catcher::{AUTHORITY, Catcher, Speaks};
    use super::*;
    use crate::mail::message::tests::sheet;
    use crate::mail::message::{self, Sheet};
    use lettre::transport::smtp::client::Certificate;

    async fn sent_to(catcher: &Catcher, to: &str) -> Outcome {
        let message = message::build(&Sheet { to, text: "First\n.hidden dot\nLast\n", ..sheet() }).unwrap();
        send(&MailServer::parse(&catcher.address()).unwrap(), None, &message).await
    }

    #[tokio::test]
    async fn a_letter_arrives_whole_at_the_one_it_is_for() {
        let catcher = Catcher::listen(&[]);
        assert_eq!(sent_to(&catcher, "tansy@example.org").await, Outcome::Sent);
        let letters = catcher.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].from, "letters@forum.example");
        assert_eq!(letters[0].to, ["tansy@example.org"]);
        assert!(letters[0].data.contains("\r\nFirst\r\n.hidden dot\r\nLast\r\n"), "{}", letters[0].data);
    }

    #[tokio::test]
    async fn only_a_refused_recipient_or_letter_ends_the_tries() {
        for (at, answer, is_final) in [
            ("RCPT", "550 5.1.1 <tansy@example.org> no such user", true),
            (".", "554 5.7.1 not wanted", true),
            ("RCPT", "451 4.7.1 greylisted, come back", false),
            ("RCPT", "452 too many", false),
            (".", "451 full", false),
            ("MAIL", "550 5.1.8 we do not know you", false),
            ("EHLO", "554 go away", false),
            ("DATA", "421 closing", false),
        ] {
            let catcher = Catcher::listen(&[(at, answer)]);
            let outcome = sent_to(&catcher, "tansy@example.org").await;
            match (outcome, is_final) {
                (Outcome::Refused(why), true) | (Outcome::Failed(why), false) => {
                    assert!(why.contains(&answer[..3]), "{why}");
                }
                (other, _) => panic!("{at} {answer}: {other:?}"),
            }
            assert!(catcher.letters().is_empty());
        }
    }

    #[tokio::test]
    async fn a_server_that_hangs_up_or_is_not_there_costs_a_try_only() {
        let catcher = Catcher::listen(&[("RCPT", "")]);
        assert!(matches!(sent_to(&catcher, "tansy@example.org").await, Outcome::Failed(_)));
        let message = message::build(&sheet()).unwrap();
        let nobody = MailServer::parse("smtp-plain://127.0.0.1:1").unwrap();
        assert!(matches!(send(&nobody, None, &message).await, Outcome::Failed(_)));
    }

    #[tokio::test]
    async fn nothing_is_said_in_the_open_where_tls_was_asked_for() {
        let catcher = Catcher::listen(&[]);
        let server = MailServer::parse(&catcher.address().replace("smtp-plain", "smtp")).unwrap();
        let tls = TlsParameters::new("127.0.0.1".to_owned()).unwrap();
        let message = message::build(&sheet()).unwrap();
        assert!(matches!(send(&server, Some(tls), &message).await, Outcome::Failed(_)));
        assert!(
            !catcher.heard().iter().any(|line| line.starts_with("MAIL") || line.starts_with("AUTH")),
            "{:?}",
            catcher.heard()
        );
    }

    /// TLS to a server of that name, whose certificate the tests' authority signed.
    fn trusting(name: &str) -> TlsParameters {
        let authority = Certificate::from_pem(AUTHORITY).unwrap();
        TlsParameters::builder(name.to_owned()).add_root_certificate(authority).build().unwrap()
    }

    async fn sent_over_tls(catcher: &Catcher, tls: TlsParameters) -> Outcome {
        let message = message::build(&sheet()).unwrap();
        send(&MailServer::parse(&catcher.address()).unwrap(), Some(tls), &message).await
    }

    #[tokio::test]
    async fn a_letter_and_the_password_travel_over_tls_only() {
        for speaks in [Speaks::StartTls, Speaks::Tls] {
            let catcher = Catcher::listen_with_tls(speaks, false);
            assert_eq!(sent_over_tls(&catcher, trusting("localhost")).await, Outcome::Sent, "{speaks:?}");
            assert_eq!(catcher.letters().len(), 1);
            let heard = catcher.heard();
            let (secret, open): (Vec<_>, Vec<_>) = heard.iter().partition(|line| line.starts_with('🔒'));
            let said_openly: Vec<_> = open.iter().filter_map(|line| line.split(' ').next()).collect();
            assert_eq!(said_openly, if speaks == Speaks::Tls { vec![] } else { vec!["EHLO", "STARTTLS"] });
            let password = "🔒 AUTH PLAIN AHVzZXIAcGFzcyB3b3Jk"; // NUL user NUL pass word
            assert!(secret.iter().any(|line| *line == password), "{heard:#?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_cannot_show_who_it_is_learns_nothing() {
        for speaks in [Speaks::StartTls, Speaks::Tls] {
            for (what, catcher, tls) in [
                (
                    "signed by nobody we trust",
                    Catcher::listen_with_tls(speaks, false),
                    TlsParameters::new("localhost".to_owned()).unwrap(),
                ),
                ("somebody else's certificate", Catcher::listen_with_tls(speaks, true), trusting("localhost")),
            ] {
                let outcome = sent_over_tls(&catcher, tls).await;
                let Outcome::Failed(why) = outcome else { panic!("{speaks:?}, {what}: {outcome:?}") };
                assert!(why.contains("certificate"), "{why}");
                let heard = catcher.heard();
                assert!(heard.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{what}: {heard:?}");
                assert!(catcher.letters().is_empty());
            }
        }
    }

    #[test]
    fn addresses_of_mail_servers_are_read_and_typos_refused() {
        let server = MailServer::parse("smtp://us%40er:p+%3Aw&x@mail.example").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.security), ("mail.example", 587, Security::StartTls));
        assert!(server.credentials == Some(Credentials::new("us@er".into(), "p+:w&x".into())));
        assert_eq!(MailServer::parse("smtps://u:p@mail.example").unwrap().port, 465);
        assert_eq!(MailServer::parse("smtp-plain://[::1]:2525").unwrap().host, "::1");
        for bad in [
            "smtp://",
            "smtp:///x",
            "http://mail.example",
            "smtp://user@mail.example",
            "smtp-plain://u:p@mail.example",
            "smtp://mail.example:99999",
        ] {
            let error = MailServer::parse(bad).err().unwrap_or_else(|| panic!("{bad}"));
            assert!(!format!("{error:#}").contains(":p@"), "{error:#}");
        }
    }
}
