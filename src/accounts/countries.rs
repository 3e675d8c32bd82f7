//! The countries that people choose from for urgent help.

use crate::error::Result;
use crate::locale::Locale;
use crate::web::page::parts::Choice;

/// ISO 3166-1 codes of every country and territory that people live in.
pub const COUNTRIES: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE", "BF",
    "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG",
    "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ",
    "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH",
    "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GT", "GU", "GW", "GY", "HK", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM",
    "IN", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ",
    "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML",
    "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI",
    "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW",
    "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN",
    "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT",
    "TV", "TW", "TZ", "UA", "UG", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA",
    "ZM", "ZW",
];

/// True if people can choose it.
pub fn is_country(code: &str) -> bool {
    COUNTRIES.contains(&code)
}

/// Its name in that language; empty for none.
pub fn country_name(locale: &Locale, code: &str) -> Result<String> {
    if is_country(code) { locale.say(&format!("accounts-country-{code}")) } else { Ok(String::new()) }
}

/// All of them for `select_field`, in the order of their names.
pub fn country_choices(locale: &Locale) -> Result<Vec<Choice>> {
    let mut choices = Vec::with_capacity(COUNTRIES.len());
    for code in COUNTRIES {
        choices.push(Choice::new(*code, country_name(locale, code)?));
    }
    choices.sort_by_cached_key(|choice| plain_letters(&choice.label));
    Ok(choices)
}

/// Without accents and case, so that Åland stands with A.
fn plain_letters(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd().filter(char::is_ascii).collect::<String>().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::web::page::check;

    #[test]
    fn every_country_has_a_name_and_stands_where_people_look_for_it() {
        let choices = country_choices(check::locales().english()).unwrap();
        assert_eq!(choices.len(), COUNTRIES.len());
        assert!(choices.iter().all(|choice| !choice.label.is_empty()));
        let place = |name: &str| choices.iter().position(|choice| choice.label == name).unwrap();
        assert!(place("Afghanistan") < place("Åland Islands") && place("Åland Islands") < place("Albania"));
        assert!(place("Czechia") < place("Germany"));
    }
}
