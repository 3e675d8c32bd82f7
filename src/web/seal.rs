//! Tokens and seals: random numbers that open something, marks that prove we made a text, and what only we can read.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A random 256-bit number that opens something once or for a while. Only its hash is stored.
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn random() -> anyhow::Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The same again for the same words; nobody without the secret can make it.
    pub fn derived(secret: &[u8], purpose: &str, words: &str) -> Self {
        Self(seal(secret, purpose, words))
    }

    /// As it stands in a link or a cookie: 43 characters that need no escaping.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps: SHA-256 of what [`Token::reveal`] gives, 32 bytes.
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// What the database keeps of a token that somebody brought.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A mark that only we can make: for this purpose and these words. 43 characters.
pub fn seal(secret: &[u8], purpose: &str, words: &str) -> String {
    URL_SAFE_NO_PAD.encode(mac(secret, purpose, words).finalize().into_bytes())
}

/// True if we made that mark for that purpose and those words. Takes the same time whatever is wrong.
pub fn is_sealed(secret: &[u8], purpose: &str, words: &str, seal: &str) -> bool {
    URL_SAFE_NO_PAD.decode(seal).is_ok_and(|bytes| mac(secret, purpose, words).verify_slice(&bytes).is_ok())
}

const NONCE_BYTES: usize = 12;

/// Encrypts what the database keeps and we must read again: AES-256-GCM under a key for this purpose, bound to `whose`. A
/// random nonce of 12 bytes stands before the text and its tag of 16.
pub fn hide(secret: &[u8], purpose: &str, whose: &str, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let payload = Payload { msg: plain, aad: whose.as_bytes() };
    let hidden = cipher(secret, purpose).encrypt(&Nonce::from(nonce), payload);
    let hidden = hidden.map_err(|_| anyhow!("a text could not be encrypted for {purpose}"))?;
    Ok([nonce.as_slice(), &hidden].concat())
}

/// What [`hide`] encrypted for the same purpose and person; nothing if it was altered, is somebody else's, or if the site has
/// another secret now.
pub fn unhide(secret: &[u8], purpose: &str, whose: &str, hidden: &[u8]) -> Option<Vec<u8>> {
    let (nonce, hidden) = hidden.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: hidden, aad: whose.as_bytes() };
    cipher(secret, purpose).decrypt(&Nonce::from(*nonce), payload).ok()
}

fn cipher(secret: &[u8], purpose: &str) -> Aes256Gcm {
    let key: [u8; 32] = mac(secret, "key", purpose).finalize().into_bytes().into();
    Aes256Gcm::new(&key.into())
}

fn mac(secret: &[u8], purpose: &str, words: &str) -> Hmac<Sha256> {
    match Hmac::<Sha256>::new_from_slice(secret) {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        Ok(mac) => mac.chain_update((purpose.len() as u64).to_be_bytes()).chain_update(purpose).chain_update(words),
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_purpose_its_words_and_its_key_only() {
        let made = seal(b"key", "join", "old enough");
        assert!(is_sealed(b"key", "join", "old enough", &made));
        assert!(!is_sealed(b"key", "join", "old enoug", &made));
        assert!(!is_sealed(b"key", "joinold", " enough", &made));
        assert!(!is_sealed(b"other", "join", "old enough", &made));
        assert!(!is_sealed(b"key", "join", "old enough", "nonsense!"));
    }

    #[test]
    fn what_is_hidden_is_read_with_its_key_for_its_purpose_and_its_owner_only() {
        let hidden = hide(b"key", "app", "31", b"a secret").unwrap();
        assert_eq!(unhide(b"key", "app", "31", &hidden).unwrap(), b"a secret");
        assert_eq!(unhide(b"key", "app", "32", &hidden), None);
        assert_eq!(unhide(b"key", "evidence", "31", &hidden), None);
        assert_eq!(unhide(b"other", "app", "31", &hidden), None);
        assert_eq!(unhide(b"key", "app", "31", hidden.get(..20).unwrap()), None);
        assert_ne!(hidden, hide(b"key", "app", "31", b"a secret").unwrap());
    }

    #[test]
    fn a_token_is_long_and_never_the_same() {
        let (first, second) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(first.reveal(), second.reveal());
        assert_eq!(first.reveal().len(), 43);
        assert_eq!(first.hash(), hash(first.reveal()));
    }
}
