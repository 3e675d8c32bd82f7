//! Passkeys, by WebAuthn: a room of its own because it speaks the language of authenticators, and nothing else here does.
//!
//! - Which site a key is for is said by the setting `public_address` alone, never by a header.
//! - A key always asks its owner for a finger, a face or a PIN, and can name its owner by itself: so each key is both, a second
//!   step and the only one.
//! - A question to the browser waits in the database for [`super::rules::CHALLENGE_MINUTES`] and is answered once, right or wrong.

use super::model::Member;
use crate::config::Config;
use crate::db::Id;
use crate::error::Result;
use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// What a browser was asked, as the database keeps it until the answer comes.
#[derive(Serialize, Deserialize)]
pub(super) enum Question {
    /// To make a key.
    Make(PasskeyRegistration),
    /// To prove that there is one.
    Prove(DiscoverableAuthentication),
}

/// What a key says of itself, as the database keeps it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Credential(Passkey);

impl Credential {
    /// What it is found by: at most 1023 bytes.
    pub fn id(&self) -> &CredentialID {
        self.0.cred_id()
    }
}

/// What a browser answered to [`Question::Prove`], before anything of it is believed.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Answer(PublicKeyCredential);

impl Answer {
    /// Reads what the script of the page sent.
    pub fn parse(typed: &str) -> Option<Self> {
        serde_json::from_str(typed).ok()
    }

    /// Of the key that it says to be from.
    pub fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }

    /// True if the key names this person; `is_known`: they are known without that, and it need not.
    pub fn is_of(&self, member: Id<Member>, is_known: bool) -> bool {
        match self.0.get_user_unique_id() {
            Some(named) => named == user(member).as_bytes(),
            None => is_known,
        }
    }
}

/// What becomes of an answer.
pub(super) enum Proof {
    /// It is right; the key is kept like this from now on.
    Right(Box<Credential>),
    /// It is right, but the key has counted back: there are two of it.
    Copied,
    /// It is not.
    Wrong,
}

/// What a key knows its owner by: their number, which stands in the address of their page.
fn user(member: Id<Member>) -> Uuid {
    Uuid::from_u128(u128::from(member.number().unsigned_abs()))
}

/// This site, as browsers and keys know it.
pub(super) struct Party(Webauthn);

/// True if browsers know passkeys at the address of this site: it has a name, and TLS unless it is this very machine.
pub(super) fn are_offered(config: &Config) -> bool {
    let Ok(address) = Url::parse(&config.public_address) else { return false };
    address.domain().is_some_and(|name| config.is_https() || name == "localhost")
}

impl Party {
    /// Nothing where [`are_offered`] says no.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        if !are_offered(config) {
            return Ok(None);
        }
        let address = Url::parse(&config.public_address).map_err(anyhow::Error::from)?;
        let name = address.domain().unwrap_or_default();
        let party = WebauthnBuilder::new(name, &address).and_then(|builder| builder.rp_name(&config.site_name).build());
        Ok(Some(Self(party.map_err(broken)?)))
    }

    /// Asks for a new key, which none of those present may be. Gives what to ask the browser (the `publicKey` of
    /// `navigator.credentials.create`, bytes in base64), and what to keep.
    pub fn ask_to_make(&self, whose: &Member, present: Vec<CredentialID>) -> Result<(Value, Question)> {
        let begun = self.0.start_passkey_registration(user(whose.id), &whose.handle, &whose.handle, Some(present));
        let (asked, kept) = begun.map_err(broken)?;
        let mut options = serde_json::to_value(asked.public_key)?;
        // The crate leaves it to the key whether it can name its owner. Ours all can: then each signs in by itself.
        if let Some(Value::Object(selection)) = options.get_mut("authenticatorSelection") {
            selection.insert("residentKey".to_owned(), json!("required"));
            selection.insert("requireResidentKey".to_owned(), json!(true));
        }
        Ok((options, Question::Make(kept)))
    }

    /// The key that was made, if the answer is one to that question. Nothing of what it says of its maker is looked at.
    pub fn made(&self, question: &Question, typed: &str) -> Option<Credential> {
        let Question::Make(kept) = question else { return None };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(typed).ok()?;
        self.0.finish_passkey_registration(&answer, kept).ok().map(Credential)
    }

    /// Asks for a proof: by one of these keys, or (none) by whichever the person chooses. Gives what to ask the browser (the
    /// `publicKey` of `navigator.credentials.get`, bytes in base64), and what to keep.
    pub fn ask_to_prove(&self, by: &[CredentialID]) -> Result<(Value, Question)> {
        let (asked, kept) = self.0.start_discoverable_authentication().map_err(broken)?;
        let mut options = serde_json::to_value(asked.public_key)?;
        if let Value::Object(options) = &mut options {
            let allowed = by.iter().map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }));
            options.insert("allowCredentials".to_owned(), allowed.collect());
        }
        Ok((options, Question::Prove(kept)))
    }

    /// Whether the answer is right: for this question, this site and this key, signed, with its owner's finger, face or PIN.
    pub fn proof(&self, question: Question, answer: &Answer, mut by: Credential) -> Proof {
        let Question::Prove(kept) = question else { return Proof::Wrong };
        match self.0.finish_discoverable_authentication_v2(&answer.0, kept, &by.0) {
            Ok(result) => match by.0.update_credential(&result) {
                Some(_) => Proof::Right(Box::new(by)),
                None => Proof::Wrong,
            },
            Err(WebauthnError::CredentialPossibleCompromise) => Proof::Copied,
            Err(_) => Proof::Wrong,
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
fn broken(cause: WebauthnError) -> crate::error::Error {
    crate::error::Error::Broken(anyhow!("passkeys cannot be asked for: {cause:?}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn config(public_address: &str) -> Config {
        let mut sources = Sources::default();
        sources.set("data", std::env::temp_dir().display().to_string(), "the test");
        sources.set("secret", "a secret of a test, long enough.", "the test");
        sources.set("public_address", public_address, "the test");
        Config::from_sources(sources).unwrap()
    }

    #[test]
    fn passkeys_are_offered_where_browsers_know_them() {
        for (address, offered) in [
            ("https://forum.example", true),
            ("https://forum.example:8443", true),
            ("http://localhost:8080", true),
            ("http://forum.example", false),
            ("http://127.0.0.1:8080", false),
            ("https://127.0.0.1", false),
            ("https://[::1]:8080", false),
        ] {
            assert_eq!(are_offered(&config(address)), offered, "{address}");
            assert_eq!(Party::of(&config(address)).unwrap().is_some(), offered, "{address}");
        }
    }

    #[test]
    fn a_browser_is_asked_for_this_site_a_finger_and_a_key_that_names_its_owner() {
        let party = Party::of(&config("https://forum.example")).unwrap().unwrap();
        let (options, _) = party.ask_to_prove(&[vec![1, 2, 3]]).unwrap();
        assert_eq!(options.pointer("/rpId").unwrap(), "forum.example");
        assert_eq!(options.pointer("/userVerification").unwrap(), "required");
        assert_eq!(options.pointer("/allowCredentials/0/id").unwrap(), "AQID");
        let (options, _) = party.ask_to_prove(&[]).unwrap();
        assert_eq!(options.pointer("/allowCredentials").unwrap(), &json!([]));
    }
}
