//! Countries, by the names that people here use, and the numbers to ring in danger.
//!
//! # Where the numbers come from
//!
//! Each number here stands in the table of emergency numbers that Android phones carry (`ecc/input/eccdata.txt` of AOSP's
//! `packages/services/Telephony`). Three that are missing there are generally known: 999 in Ireland, 110 (police) in
//! Germany, and 101 (police) in Belgium, which a telephone company's dialling reference lists too; so is that Korea's 119
//! sends ambulances. They were compared on [`COMPARED_ON`]; no authority was asked and no number was rung. To compare with
//! next: the authorities' own pages, the European Commission's page about 112, and ITU-T E.129. Fewer numbers are better
//! than doubtful ones: where lists disagree, or a number serves one region, it is left out. Lists that travellers' programs
//! copy from each other mix up ambulance and fire in a dozen countries; do not compare with those.

/// The day of the last comparison, as year, month, day.
pub const COMPARED_ON: (i32, u32, u32) = (2026, 11, 22);

/// A country or territory where people live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1, two capitals.
    pub code: &'static str,
    /// In English.
    pub name: &'static str,
    /// What 112 does there.
    pub is_112: Is112,
    /// Its own numbers, the most important first; empty where we have none that we trust.
    pub emergency: &'static [Emergency],
}

/// What 112 does in a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is112 {
    /// From every phone, for ambulance, fire and police, perhaps through another service.
    Everybodys,
    /// From many mobile phones, because their networks know it; not from every phone, or not for every service.
    Uncertain,
}

/// A number to ring in danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emergency {
    /// As it is dialled.
    pub number: &'static str,
    /// Who answers.
    pub reaches: Reaches,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaches {
    /// Ambulance, fire and police.
    All,
    /// Ambulance.
    Ambulance,
    /// Ambulance and fire.
    AmbulanceAndFire,
    /// Police.
    Police,
    /// Fire.
    Fire,
}

/// The country of a code, if there is one.
pub fn find(code: &str) -> Option<&'static Country> {
    ALL.iter().find(|country| country.code == code)
}

const fn country(code: &'static str, name: &'static str, is_112: Is112, emergency: &'static [Emergency]) -> Country {
    Country { code, name, is_112, emergency }
}

const fn number(number: &'static str, reaches: Reaches) -> Emergency {
    Emergency { number, reaches }
}

/// Every country, by name.
#[rustfmt::skip] // one country a line, so that a changed number shows as one changed line
pub const ALL: &[Country] = &[
    country("AF", "Afghanistan", Is112::Uncertain, &[]),
    country("AX", "Åland Islands", Is112::Everybodys, &[]),
    country("AL", "Albania", Is112::Uncertain, &[number("127", Reaches::Ambulance), number("129", Reaches::Police), number("128", Reaches::Fire)]),
    country("DZ", "Algeria", Is112::Uncertain, &[]),
    country("AS", "American Samoa", Is112::Uncertain, &[]),
    country("AD", "Andorra", Is112::Uncertain, &[]),
    country("AO", "Angola", Is112::Uncertain, &[]),
    country("AI", "Anguilla", Is112::Uncertain, &[]),
    country("AG", "Antigua and Barbuda", Is112::Uncertain, &[]),
    country("AR", "Argentina", Is112::Uncertain, &[number("911", Reaches::All), number("107", Reaches::Ambulance)]),
    country("AM", "Armenia", Is112::Uncertain, &[]),
    country("AW", "Aruba", Is112::Uncertain, &[]),
    country("AU", "Australia", Is112::Uncertain, &[number("000", Reaches::All)]),
    country("AT", "Austria", Is112::Everybodys, &[number("144", Reaches::Ambulance), number("133", Reaches::Police), number("122", Reaches::Fire)]),
    country("AZ", "Azerbaijan", Is112::Uncertain, &[]),
    country("BS", "Bahamas", Is112::Uncertain, &[]),
    country("BH", "Bahrain", Is112::Uncertain, &[]),
    country("BD", "Bangladesh", Is112::Uncertain, &[number("999", Reaches::All)]),
    country("BB", "Barbados", Is112::Uncertain, &[]),
    country("BY", "Belarus", Is112::Uncertain, &[]),
    country("BE", "Belgium", Is112::Everybodys, &[number("101", Reaches::Police)]),
    country("BZ", "Belize", Is112::Uncertain, &[]),
    country("BJ", "Benin", Is112::Uncertain, &[]),
    country("BM", "Bermuda", Is112::Uncertain, &[]),
    country("BT", "Bhutan", Is112::Uncertain, &[]),
    country("BO", "Bolivia", Is112::Uncertain, &[]),
    country("BA", "Bosnia and Herzegovina", Is112::Uncertain, &[number("124", Reaches::Ambulance), number("122", Reaches::Police), number("123", Reaches::Fire)]),
    country("BW", "Botswana", Is112::Uncertain, &[]),
    country("BR", "Brazil", Is112::Uncertain, &[number("192", Reaches::Ambulance), number("190", Reaches::Police), number("193", Reaches::Fire)]),
    country("IO", "British Indian Ocean Territory", Is112::Uncertain, &[]),
    country("VG", "British Virgin Islands", Is112::Uncertain, &[]),
    country("BN", "Brunei", Is112::Uncertain, &[]),
    country("BG", "Bulgaria", Is112::Everybodys, &[]),
    country("BF", "Burkina Faso", Is112::Uncertain, &[]),
    country("BI", "Burundi", Is112::Uncertain, &[]),
    country("KH", "Cambodia", Is112::Uncertain, &[]),
    country("CM", "Cameroon", Is112::Uncertain, &[]),
    country("CA", "Canada", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("CV", "Cape Verde", Is112::Uncertain, &[]),
    country("BQ", "Caribbean Netherlands", Is112::Uncertain, &[]),
    country("KY", "Cayman Islands", Is112::Uncertain, &[]),
    country("CF", "Central African Republic", Is112::Uncertain, &[]),
    country("TD", "Chad", Is112::Uncertain, &[]),
    country("CL", "Chile", Is112::Uncertain, &[number("131", Reaches::Ambulance), number("133", Reaches::Police), number("132", Reaches::Fire)]),
    country("CN", "China", Is112::Uncertain, &[number("120", Reaches::Ambulance), number("110", Reaches::Police), number("119", Reaches::Fire)]),
    country("CX", "Christmas Island", Is112::Uncertain, &[]),
    country("CC", "Cocos (Keeling) Islands", Is112::Uncertain, &[]),
    country("CO", "Colombia", Is112::Uncertain, &[number("123", Reaches::All)]),
    country("KM", "Comoros", Is112::Uncertain, &[]),
    country("CG", "Congo (Brazzaville)", Is112::Uncertain, &[]),
    country("CD", "Congo (Kinshasa)", Is112::Uncertain, &[]),
    country("CK", "Cook Islands", Is112::Uncertain, &[]),
    country("CR", "Costa Rica", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("CI", "Côte d’Ivoire", Is112::Uncertain, &[]),
    country("HR", "Croatia", Is112::Everybodys, &[]),
    country("CU", "Cuba", Is112::Uncertain, &[]),
    country("CW", "Curaçao", Is112::Uncertain, &[]),
    country("CY", "Cyprus", Is112::Everybodys, &[]),
    country("CZ", "Czechia", Is112::Everybodys, &[]),
    country("DK", "Denmark", Is112::Everybodys, &[]),
    country("DJ", "Djibouti", Is112::Uncertain, &[]),
    country("DM", "Dominica", Is112::Uncertain, &[]),
    country("DO", "Dominican Republic", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("EC", "Ecuador", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("EG", "Egypt", Is112::Uncertain, &[number("123", Reaches::Ambulance), number("122", Reaches::Police), number("180", Reaches::Fire)]),
    country("SV", "El Salvador", Is112::Uncertain, &[]),
    country("GQ", "Equatorial Guinea", Is112::Uncertain, &[]),
    country("ER", "Eritrea", Is112::Uncertain, &[]),
    country("EE", "Estonia", Is112::Everybodys, &[]),
    country("SZ", "Eswatini", Is112::Uncertain, &[]),
    country("ET", "Ethiopia", Is112::Uncertain, &[]),
    country("FK", "Falkland Islands", Is112::Uncertain, &[]),
    country("FO", "Faroe Islands", Is112::Everybodys, &[]),
    country("FJ", "Fiji", Is112::Uncertain, &[]),
    country("FI", "Finland", Is112::Everybodys, &[]),
    country("FR", "France", Is112::Everybodys, &[number("15", Reaches::Ambulance), number("17", Reaches::Police), number("18", Reaches::Fire)]),
    country("GF", "French Guiana", Is112::Uncertain, &[]),
    country("PF", "French Polynesia", Is112::Uncertain, &[]),
    country("GA", "Gabon", Is112::Uncertain, &[]),
    country("GM", "Gambia", Is112::Uncertain, &[]),
    country("GE", "Georgia", Is112::Everybodys, &[]),
    country("DE", "Germany", Is112::Everybodys, &[number("110", Reaches::Police)]),
    country("GH", "Ghana", Is112::Uncertain, &[]),
    country("GI", "Gibraltar", Is112::Uncertain, &[]),
    country("GR", "Greece", Is112::Everybodys, &[]),
    country("GL", "Greenland", Is112::Everybodys, &[]),
    country("GD", "Grenada", Is112::Uncertain, &[]),
    country("GP", "Guadeloupe", Is112::Uncertain, &[]),
    country("GU", "Guam", Is112::Uncertain, &[]),
    country("GT", "Guatemala", Is112::Uncertain, &[]),
    country("GG", "Guernsey", Is112::Uncertain, &[]),
    country("GN", "Guinea", Is112::Uncertain, &[]),
    country("GW", "Guinea-Bissau", Is112::Uncertain, &[]),
    country("GY", "Guyana", Is112::Uncertain, &[]),
    country("HT", "Haiti", Is112::Uncertain, &[]),
    country("HN", "Honduras", Is112::Uncertain, &[]),
    country("HK", "Hong Kong", Is112::Uncertain, &[number("999", Reaches::All)]),
    country("HU", "Hungary", Is112::Everybodys, &[]),
    country("IS", "Iceland", Is112::Everybodys, &[]),
    country("IN", "India", Is112::Everybodys, &[]),
    country("ID", "Indonesia", Is112::Uncertain, &[]),
    country("IR", "Iran", Is112::Uncertain, &[]),
    country("IQ", "Iraq", Is112::Uncertain, &[]),
    country("IE", "Ireland", Is112::Everybodys, &[number("999", Reaches::All)]),
    country("IM", "Isle of Man", Is112::Uncertain, &[]),
    country("IL", "Israel", Is112::Uncertain, &[number("101", Reaches::Ambulance), number("100", Reaches::Police), number("102", Reaches::Fire)]),
    country("IT", "Italy", Is112::Everybodys, &[number("118", Reaches::Ambulance)]),
    country("JM", "Jamaica", Is112::Uncertain, &[]),
    country("JP", "Japan", Is112::Uncertain, &[number("119", Reaches::AmbulanceAndFire), number("110", Reaches::Police)]),
    country("JE", "Jersey", Is112::Uncertain, &[]),
    country("JO", "Jordan", Is112::Uncertain, &[]),
    country("KZ", "Kazakhstan", Is112::Uncertain, &[]),
    country("KE", "Kenya", Is112::Uncertain, &[number("999", Reaches::All)]),
    country("KI", "Kiribati", Is112::Uncertain, &[]),
    country("KW", "Kuwait", Is112::Uncertain, &[]),
    country("KG", "Kyrgyzstan", Is112::Uncertain, &[]),
    country("LA", "Laos", Is112::Uncertain, &[]),
    country("LV", "Latvia", Is112::Everybodys, &[]),
    country("LB", "Lebanon", Is112::Uncertain, &[]),
    country("LS", "Lesotho", Is112::Uncertain, &[]),
    country("LR", "Liberia", Is112::Uncertain, &[]),
    country("LY", "Libya", Is112::Uncertain, &[]),
    country("LI", "Liechtenstein", Is112::Everybodys, &[]),
    country("LT", "Lithuania", Is112::Everybodys, &[]),
    country("LU", "Luxembourg", Is112::Everybodys, &[]),
    country("MO", "Macau", Is112::Uncertain, &[number("999", Reaches::All)]),
    country("MG", "Madagascar", Is112::Uncertain, &[]),
    country("MW", "Malawi", Is112::Uncertain, &[]),
    country("MY", "Malaysia", Is112::Uncertain, &[number("999", Reaches::All)]),
    country("MV", "Maldives", Is112::Uncertain, &[]),
    country("ML", "Mali", Is112::Uncertain, &[]),
    country("MT", "Malta", Is112::Everybodys, &[]),
    country("MH", "Marshall Islands", Is112::Uncertain, &[]),
    country("MQ", "Martinique", Is112::Uncertain, &[]),
    country("MR", "Mauritania", Is112::Uncertain, &[]),
    country("MU", "Mauritius", Is112::Uncertain, &[]),
    country("YT", "Mayotte", Is112::Uncertain, &[]),
    country("MX", "Mexico", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("FM", "Micronesia", Is112::Uncertain, &[]),
    country("MD", "Moldova", Is112::Uncertain, &[]),
    country("MC", "Monaco", Is112::Everybodys, &[]),
    country("MN", "Mongolia", Is112::Uncertain, &[]),
    country("ME", "Montenegro", Is112::Uncertain, &[number("124", Reaches::Ambulance), number("122", Reaches::Police), number("123", Reaches::Fire)]),
    country("MS", "Montserrat", Is112::Uncertain, &[]),
    country("MA", "Morocco", Is112::Uncertain, &[]),
    country("MZ", "Mozambique", Is112::Uncertain, &[]),
    country("MM", "Myanmar", Is112::Uncertain, &[]),
    country("NA", "Namibia", Is112::Uncertain, &[]),
    country("NR", "Nauru", Is112::Uncertain, &[]),
    country("NP", "Nepal", Is112::Uncertain, &[number("102", Reaches::Ambulance), number("100", Reaches::Police), number("101", Reaches::Fire)]),
    country("NL", "Netherlands", Is112::Everybodys, &[]),
    country("NC", "New Caledonia", Is112::Uncertain, &[]),
    country("NZ", "New Zealand", Is112::Uncertain, &[number("111", Reaches::All)]),
    country("NI", "Nicaragua", Is112::Uncertain, &[]),
    country("NE", "Niger", Is112::Uncertain, &[]),
    country("NG", "Nigeria", Is112::Uncertain, &[]),
    country("NU", "Niue", Is112::Uncertain, &[]),
    country("NF", "Norfolk Island", Is112::Uncertain, &[]),
    country("KP", "North Korea", Is112::Uncertain, &[]),
    country("MK", "North Macedonia", Is112::Uncertain, &[number("194", Reaches::Ambulance), number("192", Reaches::Police), number("193", Reaches::Fire)]),
    country("MP", "Northern Mariana Islands", Is112::Uncertain, &[]),
    country("NO", "Norway", Is112::Everybodys, &[number("113", Reaches::Ambulance), number("112", Reaches::Police), number("110", Reaches::Fire)]),
    country("OM", "Oman", Is112::Uncertain, &[]),
    country("PK", "Pakistan", Is112::Uncertain, &[]),
    country("PW", "Palau", Is112::Uncertain, &[]),
    country("PS", "Palestine", Is112::Uncertain, &[number("101", Reaches::Ambulance), number("100", Reaches::Police), number("102", Reaches::Fire)]),
    country("PA", "Panama", Is112::Uncertain, &[]),
    country("PG", "Papua New Guinea", Is112::Uncertain, &[]),
    country("PY", "Paraguay", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("PE", "Peru", Is112::Uncertain, &[]),
    country("PH", "Philippines", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("PN", "Pitcairn Islands", Is112::Uncertain, &[]),
    country("PL", "Poland", Is112::Everybodys, &[]),
    country("PT", "Portugal", Is112::Everybodys, &[]),
    country("PR", "Puerto Rico", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("QA", "Qatar", Is112::Uncertain, &[]),
    country("RE", "Réunion", Is112::Uncertain, &[]),
    country("RO", "Romania", Is112::Everybodys, &[]),
    country("RU", "Russia", Is112::Everybodys, &[number("103", Reaches::Ambulance), number("102", Reaches::Police), number("101", Reaches::Fire)]),
    country("RW", "Rwanda", Is112::Uncertain, &[]),
    country("BL", "Saint Barthélemy", Is112::Uncertain, &[]),
    country("SH", "Saint Helena", Is112::Uncertain, &[]),
    country("KN", "Saint Kitts and Nevis", Is112::Uncertain, &[]),
    country("LC", "Saint Lucia", Is112::Uncertain, &[]),
    country("MF", "Saint Martin (French part)", Is112::Uncertain, &[]),
    country("PM", "Saint Pierre and Miquelon", Is112::Uncertain, &[]),
    country("VC", "Saint Vincent and the Grenadines", Is112::Uncertain, &[]),
    country("WS", "Samoa", Is112::Uncertain, &[]),
    country("SM", "San Marino", Is112::Uncertain, &[]),
    country("ST", "São Tomé and Príncipe", Is112::Uncertain, &[]),
    country("SA", "Saudi Arabia", Is112::Uncertain, &[]),
    country("SN", "Senegal", Is112::Uncertain, &[]),
    country("RS", "Serbia", Is112::Uncertain, &[number("194", Reaches::Ambulance), number("192", Reaches::Police), number("193", Reaches::Fire)]),
    country("SC", "Seychelles", Is112::Uncertain, &[]),
    country("SL", "Sierra Leone", Is112::Uncertain, &[]),
    country("SG", "Singapore", Is112::Uncertain, &[number("995", Reaches::AmbulanceAndFire), number("999", Reaches::Police)]),
    country("SX", "Sint Maarten (Dutch part)", Is112::Uncertain, &[]),
    country("SK", "Slovakia", Is112::Everybodys, &[]),
    country("SI", "Slovenia", Is112::Everybodys, &[]),
    country("SB", "Solomon Islands", Is112::Uncertain, &[]),
    country("SO", "Somalia", Is112::Uncertain, &[]),
    country("ZA", "South Africa", Is112::Uncertain, &[]),
    country("KR", "South Korea", Is112::Uncertain, &[number("119", Reaches::AmbulanceAndFire), number("112", Reaches::Police)]),
    country("SS", "South Sudan", Is112::Uncertain, &[]),
    country("ES", "Spain", Is112::Everybodys, &[]),
    country("LK", "Sri Lanka", Is112::Uncertain, &[]),
    country("SD", "Sudan", Is112::Uncertain, &[]),
    country("SR", "Suriname", Is112::Uncertain, &[]),
    country("SJ", "Svalbard and Jan Mayen", Is112::Uncertain, &[]),
    country("SE", "Sweden", Is112::Everybodys, &[]),
    country("CH", "Switzerland", Is112::Everybodys, &[number("144", Reaches::Ambulance), number("117", Reaches::Police), number("118", Reaches::Fire)]),
    country("SY", "Syria", Is112::Uncertain, &[]),
    country("TW", "Taiwan", Is112::Uncertain, &[number("119", Reaches::AmbulanceAndFire), number("110", Reaches::Police)]),
    country("TJ", "Tajikistan", Is112::Uncertain, &[]),
    country("TZ", "Tanzania", Is112::Uncertain, &[]),
    country("TH", "Thailand", Is112::Uncertain, &[number("1669", Reaches::Ambulance), number("191", Reaches::Police), number("199", Reaches::Fire)]),
    country("TL", "Timor-Leste", Is112::Uncertain, &[]),
    country("TG", "Togo", Is112::Uncertain, &[]),
    country("TK", "Tokelau", Is112::Uncertain, &[]),
    country("TO", "Tonga", Is112::Uncertain, &[]),
    country("TT", "Trinidad and Tobago", Is112::Uncertain, &[]),
    country("TN", "Tunisia", Is112::Uncertain, &[number("190", Reaches::Ambulance), number("197", Reaches::Police), number("198", Reaches::Fire)]),
    country("TR", "Türkiye", Is112::Uncertain, &[]),
    country("TM", "Turkmenistan", Is112::Uncertain, &[]),
    country("TC", "Turks and Caicos Islands", Is112::Uncertain, &[]),
    country("TV", "Tuvalu", Is112::Uncertain, &[]),
    country("UG", "Uganda", Is112::Uncertain, &[]),
    country("UA", "Ukraine", Is112::Uncertain, &[number("103", Reaches::Ambulance), number("102", Reaches::Police), number("101", Reaches::Fire)]),
    country("AE", "United Arab Emirates", Is112::Uncertain, &[number("998", Reaches::Ambulance), number("999", Reaches::Police), number("997", Reaches::Fire)]),
    country("GB", "United Kingdom", Is112::Everybodys, &[number("999", Reaches::All)]),
    country("US", "United States", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("UY", "Uruguay", Is112::Uncertain, &[number("911", Reaches::All)]),
    country("VI", "US Virgin Islands", Is112::Uncertain, &[]),
    country("UZ", "Uzbekistan", Is112::Uncertain, &[]),
    country("VU", "Vanuatu", Is112::Uncertain, &[]),
    country("VA", "Vatican City", Is112::Uncertain, &[]),
    country("VE", "Venezuela", Is112::Uncertain, &[]),
    country("VN", "Vietnam", Is112::Uncertain, &[number("115", Reaches::Ambulance), number("113", Reaches::Police), number("114", Reaches::Fire)]),
    country("WF", "Wallis and Futuna", Is112::Uncertain, &[]),
    country("EH", "Western Sahara", Is112::Uncertain, &[]),
    country("YE", "Yemen", Is112::Uncertain, &[]),
    country("ZM", "Zambia", Is112::Uncertain, &[]),
    country("ZW", "Zimbabwe", Is112::Uncertain, &[]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_there_once_and_every_number_can_be_dialled() {
        let codes: HashSet<&str> = ALL.iter().map(|country| country.code).collect();
        assert_eq!(codes.len(), ALL.len());
        for country in ALL {
            assert!(country.code.len() == 2 && country.code.bytes().all(|byte| byte.is_ascii_uppercase()), "{country:?}");
            for emergency in country.emergency {
                assert!(
                    (2..=5).contains(&emergency.number.len()) && emergency.number.bytes().all(|byte| byte.is_ascii_digit()),
                    "{country:?}"
                );
            }
        }
    }

    /// Without accents and case, so that Åland stands with A.
    fn plain_letters(name: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        name.nfd().filter(char::is_ascii).collect::<String>().to_lowercase()
    }

    #[test]
    fn every_country_has_a_name_and_stands_where_people_look_for_it() {
        let names: Vec<String> = ALL.iter().map(|country| plain_letters(country.name)).collect();
        assert!(names.iter().all(|name| !name.is_empty()));
        assert!(names.is_sorted(), "{names:?}");
        let once: HashSet<&String> = names.iter().collect();
        assert_eq!(once.len(), names.len());
    }

    #[test]
    fn the_countries_of_the_union_and_its_neighbours_ring_112() {
        let union = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH GB";
        for code in union.split(' ') {
            assert_eq!(find(code).map(|country| country.is_112), Some(Is112::Everybodys), "{code}");
        }
    }

    #[test]
    fn where_112_is_uncertain_its_own_number_is_known_for_the_countries_that_people_ask_for_most() {
        for (code, expected) in [("US", "911"), ("CA", "911"), ("AU", "000"), ("NZ", "111"), ("JP", "119"), ("GB", "999")] {
            let numbers = find(code).map(|country| country.emergency).unwrap_or_default();
            assert_eq!(numbers.first().map(|emergency| emergency.number), Some(expected), "{code}");
        }
        assert!(find("XX").is_none());
    }
}
