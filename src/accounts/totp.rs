//! Codes that an app shows, by RFC 6238 with SHA-1, six figures and 30 seconds: what every app can do.
//!
//! A code of the 30 seconds before or after is taken too (people type slowly and clocks differ), each at most once: the store
//! keeps the step that was taken last.

use super::model::Member;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Result;
use crate::web::seal;
use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226, 4, R6).
const SECRET_BYTES: usize = 20;
/// Steps before and after the present one whose codes are taken.
const SKEW: u16 = 1;
const PURPOSE: &str = "totp";

/// What an app and the site both know.
pub struct AppSecret([u8; SECRET_BYTES]);

impl AppSecret {
    /// A new one.
    pub fn random() -> Result<Self> {
        let mut bytes = [0_u8; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(|cause| anyhow!("no random bytes: {cause}"))?;
        Ok(Self(bytes))
    }

    /// As the database keeps it: encrypted, and good for nobody else.
    pub fn hidden(&self, site_secret: &[u8], whose: Id<Member>) -> Result<Vec<u8>> {
        Ok(seal::hide(site_secret, PURPOSE, &whose.to_string(), &self.0)?)
    }

    /// Reads what [`AppSecret::hidden`] gave; nothing if it is not theirs.
    pub fn unhidden(site_secret: &[u8], whose: Id<Member>, hidden: &[u8]) -> Option<Self> {
        seal::unhide(site_secret, PURPOSE, &whose.to_string(), hidden)?.try_into().ok().map(Self)
    }

    /// [`AppSecret::hidden`] for a form: until the first code is right, nothing is kept.
    pub fn in_form(&self, site_secret: &[u8], whose: Id<Member>) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(self.hidden(site_secret, whose)?))
    }

    /// Reads what [`AppSecret::in_form`] gave.
    pub fn from_form(site_secret: &[u8], whose: Id<Member>, typed: &str) -> Option<Self> {
        Self::unhidden(site_secret, whose, &URL_SAFE_NO_PAD.decode(typed).ok()?)
    }

    /// The step of 30 seconds that this code belongs to, if it is one of now. White space within it does not matter.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Result<Option<i64>> {
        let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
        let Ok(seconds) = u64::try_from(now.micros().div_euclid(1_000_000)) else { return Ok(None) };
        let step = self.totp("", "")?.check(&code, seconds);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// The code of a moment: what the app shows. For tests and for whoever reads the log of a clock.
    pub fn code_at(&self, moment: Timestamp) -> Result<String> {
        let seconds = u64::try_from(moment.micros().div_euclid(1_000_000)).unwrap_or_default();
        Ok(self.totp("", "")?.generate(seconds).to_string())
    }

    /// To be typed where nothing can be photographed: base32 in groups of four.
    pub fn to_type(&self) -> String {
        let letters: Vec<char> = Secret::from(self.0).to_base32().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`AppSecret::to_type`] gave, as an app does.
    pub fn typed(letters: &str) -> Option<Self> {
        let letters: String = letters.chars().filter(|character| !character.is_whitespace()).collect();
        Secret::try_from_base32(letters).ok()?.as_ref().try_into().ok().map(Self)
    }

    /// The address in the QR code. It names the person by their name here and nothing else of them.
    pub fn address(&self, site_name: &str, handle: &str) -> Result<String> {
        // A colon would end the issuer.
        let issuer = site_name.replace(':', " ");
        let totp = self.totp(&issuer, handle)?;
        Ok(totp.to_url().map_err(|cause| anyhow!("the address of an app secret: {cause}"))?)
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30)
            .with_skew(SKEW)
            .with_secret(Secret::from(self.0))
            .with_account_name(account)
            .with_issuer(Some(issuer).filter(|issuer| !issuer.is_empty()));
        Ok(builder.build().map_err(|cause| anyhow!("an app secret: {cause}"))?)
    }
}

/// A QR code as an SVG path of unit squares, and the side of its square with the four quiet modules around it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct QrPath {
    /// For `d` of `<path>`.
    pub path: String,
    /// For `viewBox`.
    pub side: usize,
}

/// Draws an address.
pub fn draw(address: &str) -> Result<QrPath> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(address, EcLevel::M);
    let code = code.map_err(|cause| anyhow!("an address does not fit into a QR code: {cause}"))?;
    let width = code.width();
    let dark = code.into_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
    let path = dark.fold(String::new(), |mut path, (place, _)| {
        // Writing into a string cannot fail.
        let _ = write!(path, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
        path
    });
    Ok(QrPath { path, side: width + 2 * QUIET })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B, for SHA-1.
    const RFC: AppSecret = AppSecret(*b"12345678901234567890");

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six figures.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(RFC.code_at(at(seconds)).unwrap(), code);
            assert_eq!(RFC.step_of(code, at(seconds)).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_taken_half_a_minute_early_or_late_and_not_longer() {
        let code = "050471";
        let step = 1_111_111_111 / 30;
        for (seconds, found) in
            [(step * 30 - 31, None), (step * 30 - 30, Some(step)), (step * 30 + 59, Some(step)), (step * 30 + 60, None)]
        {
            assert_eq!(RFC.step_of(code, at(seconds)).unwrap(), found, "{seconds}");
        }
        assert_eq!(RFC.step_of(" 050 471 ", at(1_111_111_111)).unwrap(), Some(step));
        for wrong in ["", "050472", "50471", "0504711", "05047a", "٠٥٠٤٧١"] {
            assert_eq!(RFC.step_of(wrong, at(1_111_111_111)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_readable_for_its_owner_only_and_not_after_a_change() {
        let (site, ana, bo) = (b"a site secret".as_slice(), Id::new(1), Id::new(2));
        let hidden = RFC.hidden(site, ana).unwrap();
        assert_eq!(AppSecret::unhidden(site, ana, &hidden).unwrap().0, RFC.0);
        assert!(AppSecret::unhidden(site, bo, &hidden).is_none());
        assert!(AppSecret::unhidden(b"another", ana, &hidden).is_none());
        for place in 0..hidden.len() {
            let mut bent = hidden.clone();
            bent[place] ^= 1;
            assert!(AppSecret::unhidden(site, ana, &bent).is_none(), "{place}");
        }
        assert!(AppSecret::unhidden(site, ana, b"short").is_none());
        let form = RFC.in_form(site, ana).unwrap();
        assert_eq!(AppSecret::from_form(site, ana, &form).unwrap().0, RFC.0);
        assert!(AppSecret::from_form(site, ana, "no base64!").is_none());
    }

    #[test]
    fn an_app_reads_the_same_secret_from_letters_and_from_the_drawing() {
        assert_eq!(RFC.to_type(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(AppSecret::typed(&RFC.to_type()).unwrap().0, RFC.0);
        let address = RFC.address("Kettle: House", "tansy").unwrap();
        assert!(address.starts_with("otpauth://totp/") && address.contains("secret=GEZDGNBV"), "{address}");
        assert!(address.contains("tansy"), "{address}");
        let drawn = draw(&address).unwrap();
        assert!(drawn.side > 29 && drawn.path.starts_with("M4 4h1v1h-1z"), "{}", drawn.path);
        assert!(drawn.path.chars().all(|character| "Mhvz- ".contains(character) || character.is_ascii_digit()));
    }
}
