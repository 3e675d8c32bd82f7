//! What people change about their own account.

use super::agreements::{consent_key, version_of};
use super::texts::VersionLink;
use super::{Faults, is_ticked};
use crate::accounts::model::{
    Account, Colours, Consent, GivenConsent, HereAs, MARK_COLOURS, MARKS, Profile, TextSize, mark_from,
};
use crate::accounts::visit::{Look, Visit, own_path};
use crate::accounts::{self, health, store};
use crate::countries;
use crate::error::{Error, Result};
use crate::locale::Moment;
use crate::text::line;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Query};
use crate::web::page::parts::{Choice, Mark, country_choices};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, HeaderValue};
use chrono::NaiveDate;
use chrono_tz::{TZ_VARIANTS, Tz};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings", Admits::Members, show_settings),
        Endpoint::post("/settings/profile", Admits::Members, update_profile),
        Endpoint::post("/settings/reading", Admits::Members, update_reading),
        Endpoint::post("/settings/place", Admits::Members, update_place),
        Endpoint::post("/settings/letters", Admits::Members, update_letters),
        Endpoint::post("/settings/colours", Admits::Anyone, update_colours),
    ]
}

// -------------------------------------------------------------------------------------------------------- page

#[derive(Serialize)]
struct SettingsPage {
    faults: Vec<Fault>,
    /// What was just kept, in a sentence.
    kept: Option<String>,
    kept_for: String,
    person_href: String,
    handle: String,
    email_veiled: String,
    joined: Moment,
    profile: ProfileFields,
    here_as_options: Vec<Choice>,
    mark_options: Vec<MarkChoice>,
    mark_colour_options: Vec<MarkChoice>,
    about_max_chars: usize,
    reading: ReadingFields,
    colour_options: Vec<Choice>,
    text_options: Vec<Choice>,
    place: PlaceFields,
    /// The site's own zone: "Like this site (London)".
    site_zone: String,
    zones: Vec<ZoneGroup>,
    countries: Vec<Choice>,
    community_letters: bool,
    consents: Vec<ConsentRow>,
    /// There is a provider of sign-on.
    has_sign_on: bool,
}

impl Page for SettingsPage {
    const TEMPLATE: &'static str = "accounts/settings.html";
}

/// What stands in the form about oneself.
#[derive(Serialize, Default)]
#[allow(clippy::struct_excessive_bools)] // boxes of a form
struct ProfileFields {
    here_as: String,
    about: String,
    mark: String,
    mark_colour: String,
    shows_here_as: bool,
    shows_about: bool,
    shows_since: bool,
}

/// What stands in the form about reading.
#[derive(Serialize, Default)]
struct ReadingFields {
    colours: String,
    text: String,
    plain_titles: bool,
}

/// What stands in the form about place and time.
#[derive(Serialize, Default)]
struct PlaceFields {
    time_zone: String,
    country: String,
}

/// A drawn mark to choose, or a ground behind it.
#[derive(Serialize)]
struct MarkChoice {
    value: &'static str,
    label: String,
    mark: Mark,
}

/// The zones of one part of the world.
#[derive(Serialize)]
struct ZoneGroup {
    label: String,
    zones: Vec<Choice>,
}

/// Something that was agreed to.
#[derive(Serialize)]
struct ConsentRow {
    label: String,
    /// Where it is explained, taken back and given again.
    change_href: Option<&'static str>,
    /// The version of its text, if it has versions that people know.
    version: Option<VersionLink>,
    /// Nothing: never, or it was taken back.
    given: Option<Moment>,
    /// When it was taken back last, if none stands.
    withdrawn: Option<Moment>,
}

/// Values that a refused form brought, in the place of those that are kept.
#[derive(Default)]
struct Typed {
    profile: Option<ProfileFields>,
    place: Option<PlaceFields>,
}

fn look() -> Look {
    Look::at("settings")
}

async fn settings_page(visit: &Visit, faults: Vec<Fault>, kept: Option<String>, typed: Typed) -> Result<SettingsPage> {
    let id = visit.member()?.id;
    let (account, consents) = visit
        .site
        .db
        .read(move |connection| {
            Ok((store::account(connection, id)?.ok_or(Error::UNSEEN)?, store::consents_of(connection, id)?))
        })
        .await?;
    let member = &account.member;
    let profile = typed.profile.unwrap_or_else(|| profile_fields(&account));
    Ok(SettingsPage {
        faults,
        kept,
        kept_for: visit.kept_for(),
        person_href: member.href(),
        handle: member.handle.clone(),
        email_veiled: accounts::model::EmailAddress::parse(&account.email).map(|email| email.veiled()).unwrap_or_default(),
        joined: visit.day(member.joined_at),
        here_as_options: here_as_options(visit)?,
        mark_options: mark_options(visit, &profile.mark_colour)?,
        mark_colour_options: mark_colour_options(visit, &profile.mark)?,
        about_max_chars: Profile::ABOUT_MAX_CHARS,
        profile,
        reading: ReadingFields {
            colours: member.colours.map_or("device", Colours::word).to_owned(),
            text: member.text_size.map_or("standard", TextSize::word).to_owned(),
            plain_titles: member.plain_titles,
        },
        colour_options: options(
            visit,
            &[("device", "accounts-colours-device"), ("light", "accounts-colours-light"), ("dark", "accounts-colours-dark")],
        )?,
        text_options: options(
            visit,
            &[
                ("standard", "accounts-text-standard"),
                ("larger", "accounts-text-larger"),
                ("largest", "accounts-text-largest"),
            ],
        )?,
        place: typed.place.unwrap_or_else(|| PlaceFields {
            time_zone: member.time_zone.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            country: member.country.clone(),
        }),
        site_zone: visit.say_with("accounts-zone-site", &[("city", city_of(visit.site.config.time_zone).into())])?,
        zones: zone_groups(visit)?,
        countries: country_choices(),
        community_letters: account.community_letters,
        consents: consent_rows(visit, &consents)?,
        has_sign_on: !visit.site.config.sign_on.is_empty(),
    })
}

fn profile_fields(account: &Account) -> ProfileFields {
    let member = &account.member;
    ProfileFields {
        here_as: here_as_value(member.here_as).to_owned(),
        about: account.about.clone(),
        mark: member.mark.name.to_owned(),
        mark_colour: member.mark.colour.to_owned(),
        shows_here_as: account.shows_here_as,
        shows_about: account.shows_about,
        shows_since: account.shows_since,
    }
}

fn options(visit: &Visit, of: &[(&str, &str)]) -> Result<Vec<Choice>> {
    of.iter().map(|(value, key)| Ok(Choice::new(*value, visit.say(key)?))).collect()
}

/// The form's word: an empty value could not be told from none.
fn here_as_value(here_as: HereAs) -> &'static str {
    match here_as {
        HereAs::Unsaid => "unsaid",
        said => said.word(),
    }
}

fn here_as_options(visit: &Visit) -> Result<Vec<Choice>> {
    HereAs::ALL
        .iter()
        .map(|here_as| {
            let value = here_as_value(*here_as);
            Ok(Choice::new(value, visit.say(&format!("accounts-here-as-{value}"))?))
        })
        .collect()
}

fn mark_options(visit: &Visit, colour: &str) -> Result<Vec<MarkChoice>> {
    MARKS
        .iter()
        .map(|name| {
            Ok(MarkChoice {
                value: name,
                label: visit.say(&format!("accounts-mark-{name}"))?,
                mark: mark_from(name, colour),
            })
        })
        .collect()
}

fn mark_colour_options(visit: &Visit, mark: &str) -> Result<Vec<MarkChoice>> {
    MARK_COLOURS
        .iter()
        .map(|colour| {
            Ok(MarkChoice {
                value: colour,
                label: visit.say(&format!("accounts-mark-colour-{colour}"))?,
                mark: mark_from(mark, colour),
            })
        })
        .collect()
}

/// Parts of the world as the IANA list names them; what stands outside of these is an old name or no place.
const REGIONS: &[(&str, &str)] = &[
    ("Europe", "accounts-region-europe"),
    ("Africa", "accounts-region-africa"),
    ("America", "accounts-region-america"),
    ("Asia", "accounts-region-asia"),
    ("Atlantic", "accounts-region-atlantic"),
    ("Australia", "accounts-region-australia"),
    ("Indian", "accounts-region-indian"),
    ("Pacific", "accounts-region-pacific"),
    ("Antarctica", "accounts-region-antarctica"),
];

fn zone_groups(visit: &Visit) -> Result<Vec<ZoneGroup>> {
    REGIONS
        .iter()
        .map(|(region, key)| {
            let in_region = |zone: &&Tz| zone.name().split_once('/').is_some_and(|(of, _)| of == *region);
            let mut zones: Vec<Choice> =
                TZ_VARIANTS.iter().filter(in_region).map(|zone| Choice::new(zone.name(), city_of(*zone))).collect();
            zones.sort_by(|one, other| one.label.cmp(&other.label));
            Ok(ZoneGroup { label: visit.say(key)?, zones })
        })
        .collect()
}

/// `America/Argentina/Buenos_Aires` is `Argentina, Buenos Aires`.
fn city_of(zone: Tz) -> String {
    let name = zone.name();
    name.split_once('/').map_or(name, |(_, city)| city).replace('/', ", ").replace('_', " ")
}

fn consent_rows(visit: &Visit, given: &[GivenConsent]) -> Result<Vec<ConsentRow>> {
    Consent::ALL
        .iter()
        .map(|consent| {
            let mut newest_first = given.iter().rev().filter(|one| one.consent == *consent);
            let last_withdrawn = newest_first.clone().find_map(|one| one.withdrawn_at);
            let latest = newest_first.find(|one| one.withdrawn_at.is_none());
            (consent, latest, last_withdrawn)
        })
        // Not everybody is ever asked for these.
        .filter(|(consent, latest, _)| !matches!(consent, Consent::Privacy | Consent::Disclaimer) || latest.is_some())
        .map(|(consent, latest, last_withdrawn)| {
            Ok(ConsentRow {
                label: visit.say(consent_key(*consent))?,
                change_href: match consent {
                    Consent::Health => Some("/settings/health"),
                    Consent::Letters => Some("#letters"),
                    Consent::Rules | Consent::Privacy | Consent::Disclaimer => None,
                },
                version: latest.map(|one| version_of(visit, one)).transpose()?.flatten(),
                given: latest.map(|one| visit.day(one.given_at)),
                withdrawn: last_withdrawn.filter(|_| latest.is_none()).map(|at| visit.day(at)),
            })
        })
        .collect()
}

/// Versions from before they were counted are days: `2026-11-01`.
pub(super) fn day_of_version(visit: &Visit, version: &str) -> Option<Moment> {
    let noon = version.parse::<NaiveDate>().ok()?.and_hms_opt(12, 0, 0)?.and_utc();
    Some(visit.locale().day(crate::clock::Timestamp::from_utc(noon), Tz::UTC))
}

// ---------------------------------------------------------------------------------------------------- handlers

#[derive(Deserialize, Default)]
#[serde(default)]
struct SettingsQuery {
    kept: String,
}

async fn show_settings(visit: Visit, query: Query<SettingsQuery>) -> Result<HttpResponse> {
    let kept = match query.0.kept.as_str() {
        "profile" => Some(visit.say("accounts-kept-profile")?),
        "reading" => Some(visit.say("accounts-kept-reading")?),
        "place" => Some(visit.say("accounts-kept-place")?),
        "password" => Some(visit.say("accounts-kept-password")?),
        "letters" => Some(visit.say("accounts-kept-letters")?),
        _ => None,
    };
    let page = settings_page(&visit, Vec::new(), kept, Typed::default()).await?;
    visit.show(look(), &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProfileForm {
    here_as: String,
    about: String,
    mark: String,
    mark_colour: String,
    shows_here_as: String,
    shows_about: String,
    shows_since: String,
}

async fn update_profile(visit: Visit, form: Form<ProfileForm>) -> Result<HttpResponse> {
    let member = Arc::clone(visit.member()?);
    let form = form.fields()?;
    let here_as = if form.here_as == "unsaid" { Some(HereAs::Unsaid) } else { HereAs::from_word(&form.here_as) };
    let about = line::clean(&form.about);
    let mut faults = Faults::new(&visit);
    if here_as.is_none() {
        faults.say("here_as", "accounts-choose-one")?;
    }
    if about.chars().count() > Profile::ABOUT_MAX_CHARS {
        faults.say("about", "accounts-about-too-long")?;
    }
    if !MARKS.contains(&form.mark.as_str()) {
        faults.say("mark", "accounts-choose-one")?;
    }
    if !MARK_COLOURS.contains(&form.mark_colour.as_str()) {
        faults.say("mark_colour", "accounts-choose-one")?;
    }
    let (shows_here_as, shows_about, shows_since) =
        (is_ticked(&form.shows_here_as), is_ticked(&form.shows_about), is_ticked(&form.shows_since));
    if let (Some(here_as), true) = (here_as, faults.list.is_empty()) {
        let mark = mark_from(&form.mark, &form.mark_colour);
        let profile = Profile { here_as, about, mark, shows_here_as, shows_about, shows_since };
        match visit.site.db.write(move |tx| health::describe(tx, &member, &profile)).await? {
            Ok(()) => return visit.go_to("/settings?kept=profile"),
            Err(first) => faults.say("about", first.key())?,
        }
    }
    let faults = faults.list;
    let profile = ProfileFields {
        here_as: form.here_as,
        about: form.about,
        mark: form.mark,
        mark_colour: form.mark_colour,
        shows_here_as,
        shows_about,
        shows_since,
    };
    let page = settings_page(&visit, faults, None, Typed { profile: Some(profile), ..Typed::default() }).await?;
    visit.show_again(look(), &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ReadingForm {
    colours: String,
    text: String,
    plain_titles: String,
}

/// What is neither of the words means "like my device" and "standard": nothing here can be wrong.
async fn update_reading(visit: Visit, form: Form<ReadingForm>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let form = form.fields()?;
    let (colours, text_size) = (Colours::from_word(&form.colours), TextSize::from_word(&form.text));
    let plain_titles = is_ticked(&form.plain_titles);
    visit.site.db.write(move |tx| store::update_reading(tx, id, colours, text_size, plain_titles)).await?;
    visit.go_to("/settings?kept=reading")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PlaceForm {
    time_zone: String,
    country: String,
}

async fn update_place(visit: Visit, form: Form<PlaceForm>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let form = form.fields()?;
    let mut faults = Faults::new(&visit);
    if !form.time_zone.is_empty() && form.time_zone.parse::<Tz>().is_err() {
        faults.say("time_zone", "accounts-zone-none")?;
    }
    if !form.country.is_empty() && countries::find(&form.country).is_none() {
        faults.say("country", "accounts-country-none")?;
    }
    if !faults.list.is_empty() {
        let faults = faults.list;
        let place = PlaceFields { time_zone: form.time_zone, country: form.country };
        let page = settings_page(&visit, faults, None, Typed { place: Some(place), ..Typed::default() }).await?;
        return visit.show_again(look(), &page);
    }
    visit.site.db.write(move |tx| store::update_place(tx, id, &form.time_zone, &form.country)).await?;
    visit.go_to("/settings?kept=place")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct LettersForm {
    community_letters: String,
}

async fn update_letters(visit: Visit, form: Form<LettersForm>) -> Result<HttpResponse> {
    let id = visit.member()?.id;
    let wanted = is_ticked(&form.fields()?.community_letters);
    visit.site.db.write(move |tx| accounts::set_community_letters(tx, id, wanted)).await?;
    visit.go_to("/settings?kept=letters")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ColoursForm {
    colours: String,
    return_to: String,
}

/// The footer of every page: kept with the account, for a visitor in a cookie of this one word.
async fn update_colours(visit: Visit, form: Form<ColoursForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let colours = Colours::from_word(&form.colours);
    let mut response = visit.go_to(own_path(&form.return_to))?;
    if let Some(member) = visit.signed_in() {
        let id = member.id;
        visit.site.db.write(move |tx| store::update_colours(tx, id, colours)).await?;
    }
    // A member's own choice stands before the cookie; taken back, it must not come to light again from there.
    if visit.signed_in().is_none() || visit.colours_cookie().is_some() {
        let cookie = colours_cookie(colours, visit.site.config.is_https());
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

fn colours_cookie(colours: Option<Colours>, is_https: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build("colours", colours.map_or("", Colours::word))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https)
        .finish();
    let days = if colours.is_some() { 365 } else { 0 };
    cookie.set_max_age(actix_web::cookie::time::Duration::days(days));
    cookie
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;
    use crate::web::page::check::check_page;

    #[test]
    fn the_settings_show_what_they_hold() {
        let moment = || Moment { machine: "2026-05-09".into(), words: "9 May 2026".into() };
        let mark = Mark { name: "hill", colour: "straw" };
        let page = check_page(&SettingsPage {
            faults: faults(&["here_as", "about", "mark", "mark_colour", "time_zone", "country"]),
            kept: Some("Kept.".into()),
            kept_for: "seal".into(),
            person_href: "/people/31".into(),
            handle: "tansy".into(),
            email_veiled: "t…y@post.example".into(),
            joined: moment(),
            profile: ProfileFields {
                here_as: "living".into(),
                about: "Gardener & singer".into(),
                mark: "hill".into(),
                mark_colour: "straw".into(),
                shows_here_as: true,
                ..ProfileFields::default()
            },
            here_as_options: vec![Choice::new("unsaid", "I would rather not say"), Choice::new("living", "I live with it")],
            mark_options: vec![MarkChoice { value: "hill", label: "Hill".into(), mark }],
            mark_colour_options: vec![MarkChoice { value: "straw", label: "Straw".into(), mark }],
            about_max_chars: 300,
            reading: ReadingFields { colours: "dark".into(), text: "larger".into(), plain_titles: true },
            colour_options: vec![Choice::new("dark", "Dark")],
            text_options: vec![Choice::new("larger", "Larger")],
            place: PlaceFields { time_zone: "Europe/Dublin".into(), country: "IE".into() },
            site_zone: "Like this site (London)".into(),
            zones: vec![ZoneGroup { label: "Europe".into(), zones: vec![Choice::new("Europe/Dublin", "Dublin")] }],
            countries: vec![Choice::new("IE", "Ireland")],
            community_letters: true,
            consents: vec![
                ConsentRow {
                    label: "House rules".into(),
                    change_href: None,
                    version: Some(VersionLink { href: "/rules/3".into(), words: "Version 3".into() }),
                    given: Some(moment()),
                    withdrawn: None,
                },
                ConsentRow {
                    label: "Keeping".into(),
                    change_href: Some("/settings/health"),
                    version: None,
                    given: None,
                    withdrawn: None,
                },
                ConsentRow {
                    label: "Letters".into(),
                    change_href: None,
                    version: None,
                    given: None,
                    withdrawn: Some(moment()),
                },
            ],
            has_sign_on: true,
        });
        for part in [
            "<option value=\"Europe/Dublin\" selected>",
            "<option value=\"IE\" selected>",
            "Gardener &amp; singer",
            "optgroup label=\"Europe\"",
            "href=\"/settings/health\"",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn every_zone_of_the_lists_is_one_and_is_said_by_its_city() {
        assert_eq!(city_of(Tz::America__Argentina__Buenos_Aires), "Argentina, Buenos Aires");
        assert_eq!(city_of(Tz::Europe__London), "London");
        assert_eq!(city_of(Tz::UTC), "UTC");
    }
}
