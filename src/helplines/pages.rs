//! How people meet urgent help, and how administrators keep it.

use super::model::{Helpline, HelplineDraft, Need};
use super::rules::{self, NAME_MAX_CHARS, TypedLine, WORDS_MAX_CHARS};
use super::{memory, store};
use crate::accounts::host::cookie_name;
use crate::accounts::visit::html_response;
use crate::accounts::{Look, Visit};
use crate::clock::Timestamp;
use crate::countries::{self, Country, Emergency, Is112, Reaches};
use crate::db::Id;
use crate::error::{Error, Refusal, Result, Sentence};
use crate::languages;
use crate::locale::Moment;
use crate::web::endpoint::{Admits, Endpoint};
use crate::web::form::{Form, Path};
use crate::web::page::parts::{Choice, country_choices};
use crate::web::page::{Fault, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let admits = Admits::Administrators;
    vec![
        // Not `Anyone`: to find out who asks, the host reads the database, and this page must stand when it does not
        // answer. It shows the same to everybody, so nothing is asked.
        Endpoint::get("/urgent-help", Admits::Machine, show_urgent_help),
        Endpoint::get("/admin/helplines", admits, list_lines),
        Endpoint::post("/admin/helplines", admits, create_line),
        Endpoint::get("/admin/helplines/new", admits, new_line),
        Endpoint::get("/admin/helplines/{helpline}", admits, edit_line),
        Endpoint::post("/admin/helplines/{helpline}", admits, update_line),
        Endpoint::post("/admin/helplines/{helpline}/checks", admits, create_check),
        Endpoint::post("/admin/helplines/{helpline}/place", admits, update_place),
        Endpoint::get("/admin/helplines/{helpline}/removal", admits, new_removal),
        Endpoint::post("/admin/helplines/{helpline}/removal", admits, create_removal),
    ]
}

// ------------------------------------------------------------------ for everybody

#[derive(Serialize)]
struct UrgentPage {
    /// Code of the chosen country; empty: none was chosen.
    country: String,
    country_name: String,
    countries: Vec<Choice>,
    numbers: Vec<NumberItem>,
    /// What else to know about 112.
    about_112: Option<String>,
    compared: Moment,
    talk: Vec<LineItem>,
    illness: Vec<LineItem>,
    has_samples: bool,
    /// Why there is no line here, if there is none.
    none_words: Option<String>,
    is_elsewhere: bool,
}

/// A number to ring in danger.
#[derive(Serialize)]
struct NumberItem {
    number: &'static str,
    words: String,
}

#[derive(Serialize)]
struct LineItem {
    name: String,
    about: String,
    lang: Option<String>,
    language_words: Option<String>,
    countries: String,
    voice: String,
    /// Nothing for a sample.
    voice_href: Option<String>,
    text: String,
    text_href: Option<String>,
    text_words: String,
    hours: String,
    cost: String,
    is_sample: bool,
    checked: Option<Moment>,
    is_overdue: bool,
}

impl Page for UrgentPage {
    const TEMPLATE: &'static str = "helplines/urgent_help.html";
}

async fn show_urgent_help(visit: Visit) -> Result<HttpResponse> {
    let lines = memory::shown(&visit.site).await;
    let page = urgent_page(&visit, chosen_country(visit.request().query_string()), lines.as_deref())?;
    let mut frame = visit.frame(Look { is_for_everybody: true, ..Look::at("urgent-help") })?;
    // Who asks is not known here. Somebody on a shared device must not be left signed in behind them: with a session in the
    // browser the way out leads through our own door, which ends it.
    if visit.request().cookie(cookie_name(visit.site.config.is_https())).is_some() {
        "/leave".clone_into(&mut frame.leave_href);
    }
    let html = visit.site.templates.render(visit.locale(), &frame, &page)?;
    Ok(html_response(visit.request(), StatusCode::OK, html))
}

/// What the address says, if it is a country. Whatever else stands there must not keep anybody from this page.
fn chosen_country(query: &str) -> Option<&'static Country> {
    let named = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "country")?.1;
    countries::find(&named.trim().to_uppercase())
}

fn urgent_page(visit: &Visit, country: Option<&'static Country>, lines: Option<&[Helpline]>) -> Result<UrgentPage> {
    let mine: Vec<&Helpline> = lines.unwrap_or_default().iter().filter(|line| rules::is_for(line, country)).collect();
    let of = |need: Need| {
        mine.iter().filter(|line| line.need == need).map(|line| line_item(visit, line)).collect::<Result<Vec<_>>>()
    };
    let none_words = match (lines, country) {
        _ if !mine.is_empty() => None,
        (None, _) => Some(visit.say("helplines-none-read")?),
        (Some([]), _) | (Some(_), None) => Some(visit.say("helplines-none-yet")?),
        (Some(_), Some(country)) => Some(visit.say_with("helplines-none-here", &[("country", country.name.into())])?),
    };
    Ok(UrgentPage {
        country: country.map(|country| country.code.to_owned()).unwrap_or_default(),
        country_name: country.map(|country| country.name.to_owned()).unwrap_or_default(),
        countries: country_choices(),
        numbers: numbers(visit, country)?,
        about_112: about_112(visit, country)?,
        compared: compared(visit),
        talk: of(Need::Talk)?,
        illness: of(Need::Illness)?,
        has_samples: mine.iter().any(|line| line.is_sample),
        is_elsewhere: mine.is_empty() && country.is_some() && lines.is_some_and(|lines| !lines.is_empty()),
        none_words,
    })
}

/// 112 first, then the country's own numbers. Where 112 does not answer every phone, the own numbers alone: nobody in
/// danger should try the wrong one first.
fn numbers(visit: &Visit, country: Option<&Country>) -> Result<Vec<NumberItem>> {
    let Some(country) = country else {
        return Ok(vec![NumberItem { number: "112", words: visit.say("helplines-112-many")? }]);
    };
    let named = |key: &str| visit.say_with(key, &[("country", country.name.into())]);
    let mut numbers = Vec::new();
    if country.is_112 == Is112::Everybodys {
        numbers.push(NumberItem { number: "112", words: named("helplines-112-here")? });
    } else if country.emergency.is_empty() {
        numbers.push(NumberItem { number: "112", words: named("helplines-112-perhaps")? });
    }
    for emergency in
        country.emergency.iter().filter(|emergency| country.is_112 == Is112::Uncertain || emergency.number != "112")
    {
        numbers.push(NumberItem { number: emergency.number, words: named(reaches_key(emergency))? });
    }
    Ok(numbers)
}

fn reaches_key(emergency: &Emergency) -> &'static str {
    match emergency.reaches {
        Reaches::All => "helplines-reaches-all",
        Reaches::Ambulance => "helplines-reaches-ambulance",
        Reaches::AmbulanceAndFire => "helplines-reaches-ambulance-and-fire",
        Reaches::Police => "helplines-reaches-police",
        Reaches::Fire => "helplines-reaches-fire",
    }
}

fn about_112(visit: &Visit, country: Option<&Country>) -> Result<Option<String>> {
    if country.is_none() {
        return visit.say("helplines-112-elsewhere").map(Some);
    }
    let is_worth_saying = |country: &&Country| {
        country.is_112 == Is112::Uncertain
            && !country.emergency.is_empty()
            && country.emergency.iter().all(|emergency| emergency.number != "112")
    };
    country
        .filter(is_worth_saying)
        .map(|country| visit.say_with("helplines-112-mobile", &[("country", country.name.into())]))
        .transpose()
}

/// The day on which the numbers that come with the program were compared.
fn compared(visit: &Visit) -> Moment {
    let (year, month, day) = countries::COMPARED_ON;
    let noon =
        chrono::NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.and_hms_opt(12, 0, 0)).unwrap_or_default();
    visit.locale().day(Timestamp::from_utc(noon.and_utc()), chrono_tz::UTC)
}

fn line_item(visit: &Visit, line: &Helpline) -> Result<LineItem> {
    let names: Vec<&str> =
        line.countries.iter().filter_map(|code| countries::find(code)).map(|country| country.name).collect();
    let lang =
        (languages::primary(&line.language) != languages::primary(visit.locale().lang())).then(|| line.language.clone());
    let href = |scheme: &str, number: &str| {
        (!line.is_sample && !number.is_empty()).then(|| format!("{scheme}:{}", rules::dialled(number)))
    };
    Ok(LineItem {
        name: line.name.clone(),
        about: line.about.clone(),
        language_words: lang.as_deref().and_then(languages::name).map(str::to_owned),
        lang,
        countries: if names.is_empty() { visit.say("helplines-everywhere")? } else { names.join(", ") },
        voice_href: href("tel", &line.voice_number),
        voice: line.voice_number.clone(),
        text_href: href("sms", &line.text_number),
        text: line.text_number.clone(),
        text_words: line.text_words.clone(),
        hours: line.hours.clone(),
        cost: line.cost.clone(),
        is_sample: line.is_sample,
        checked: line.checked_on.map(|at| visit.day(at)),
        is_overdue: line.checked_on.is_some_and(|at| rules::is_overdue(at, visit.now())),
    })
}

// ------------------------------------------------------------------ for administrators

#[derive(Serialize)]
struct LinesPage {
    lines: Vec<KeptItem>,
    has_checked: bool,
}

#[derive(Serialize)]
struct KeptItem {
    href: String,
    line: LineItem,
    need_words: String,
    is_first: bool,
    is_last: bool,
}

impl Page for LinesPage {
    const TEMPLATE: &'static str = "helplines/admin_list.html";
}

fn look(visit: &Visit) -> Result<Look> {
    Ok(Look::default().below("/admin", visit.say("shared-administration")?))
}

fn look_below(visit: &Visit) -> Result<Look> {
    Ok(look(visit)?.below("/admin/helplines", visit.say("helplines-admin-title")?))
}

fn admin_href(line: Id<Helpline>) -> String {
    format!("/admin/helplines/{line}")
}

async fn list_lines(visit: Visit) -> Result<HttpResponse> {
    let lines = visit.site.db.read(store::list).await?;
    let last = lines.len().saturating_sub(1);
    let items = lines.iter().enumerate().map(|(place, line)| {
        Ok(KeptItem {
            href: admin_href(line.id),
            line: line_item(&visit, line)?,
            need_words: visit.say(&format!("helplines-need-{}", line.need.word()))?,
            is_first: place == 0,
            is_last: place == last,
        })
    });
    let page =
        LinesPage { lines: items.collect::<Result<_>>()?, has_checked: lines.iter().any(|line| line.checked_on.is_some()) };
    visit.show(look(&visit)?, &page)
}

#[derive(Serialize)]
struct LinePage {
    faults: Vec<Fault>,
    /// It is there already.
    line: Option<i64>,
    title_name: String,
    action: String,
    version: i32,
    kept_for: String,
    name: String,
    name_max: i64,
    words_max: i64,
    about: String,
    needs: Vec<Choice>,
    need: String,
    countries: String,
    languages: Vec<Choice>,
    language: String,
    voice_number: String,
    text_number: String,
    text_words: String,
    hours: String,
    cost: String,
    is_sample: bool,
    checked: Option<Moment>,
    is_overdue: bool,
}

impl Page for LinePage {
    const TEMPLATE: &'static str = "helplines/edit.html";
}

#[derive(Deserialize, Default)]
struct LineForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    need: String,
    #[serde(default)]
    countries: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    voice_number: String,
    #[serde(default)]
    text_number: String,
    #[serde(default)]
    text_words: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    cost: String,
    #[serde(default)]
    is_sample: String,
    #[serde(default)]
    version: String,
}

impl LineForm {
    fn of(line: &Helpline) -> Self {
        let names: Vec<&str> =
            line.countries.iter().filter_map(|code| countries::find(code)).map(|country| country.name).collect();
        Self {
            name: line.name.clone(),
            about: line.about.clone(),
            need: line.need.word().to_owned(),
            countries: names.join(", "),
            language: line.language.clone(),
            voice_number: line.voice_number.clone(),
            text_number: line.text_number.clone(),
            text_words: line.text_words.clone(),
            hours: line.hours.clone(),
            cost: line.cost.clone(),
            is_sample: if line.is_sample { "yes".to_owned() } else { String::new() },
            version: line.version.to_string(),
        }
    }

    fn draft(&self) -> Result<HelplineDraft, Vec<rules::LineFault>> {
        rules::draft(&TypedLine {
            name: &self.name,
            about: &self.about,
            countries: &self.countries,
            language: &self.language,
            need: &self.need,
            voice_number: &self.voice_number,
            text_number: &self.text_number,
            text_words: &self.text_words,
            hours: &self.hours,
            cost: &self.cost,
            is_sample: !self.is_sample.is_empty(),
        })
    }
}

fn line_page(visit: &Visit, line: Option<&Helpline>, form: LineForm, faults: Vec<Fault>) -> Result<LinePage> {
    let most = |chars: usize| i64::try_from(chars).unwrap_or(i64::MAX);
    Ok(LinePage {
        faults,
        line: line.map(|line| line.id.number()),
        title_name: line.map(|line| line.name.clone()).unwrap_or_default(),
        action: line.map_or_else(|| "/admin/helplines".to_owned(), |line| admin_href(line.id)),
        version: line.map_or(0, |line| line.version),
        kept_for: visit.kept_for(),
        name: form.name,
        name_max: most(NAME_MAX_CHARS),
        words_max: most(WORDS_MAX_CHARS),
        about: form.about,
        needs: Need::ALL
            .iter()
            .map(|need| Ok(Choice::new(need.word(), visit.say(&format!("helplines-need-{}", need.word()))?)))
            .collect::<Result<_>>()?,
        need: form.need,
        countries: form.countries,
        languages: languages::ALL.iter().map(|(code, name)| Choice::new(*code, *name)).collect(),
        language: form.language,
        voice_number: form.voice_number,
        text_number: form.text_number,
        text_words: form.text_words,
        hours: form.hours,
        cost: form.cost,
        is_sample: !form.is_sample.is_empty(),
        checked: line.and_then(|line| line.checked_on).map(|at| visit.day(at)),
        is_overdue: line.and_then(|line| line.checked_on).is_some_and(|at| rules::is_overdue(at, visit.now())),
    })
}

async fn new_line(visit: Visit) -> Result<HttpResponse> {
    let language = languages::primary(visit.locale().lang()).to_owned();
    let page = line_page(
        &visit,
        None,
        LineForm { language, need: Need::Talk.word().to_owned(), ..LineForm::default() },
        Vec::new(),
    )?;
    visit.show(look_below(&visit)?, &page)
}

fn said(visit: &Visit, faults: Vec<rules::LineFault>) -> Result<Vec<Fault>> {
    faults.into_iter().map(|(field, key)| visit.fault(field, &Sentence::plain(key))).collect()
}

async fn create_line(visit: Visit, form: Form<LineForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    match form.draft() {
        Ok(draft) => {
            let by = Arc::clone(visit.member()?);
            let line = visit.site.db.write(move |tx| super::add(tx, &by, &draft)).await?;
            visit.go_to(&admin_href(line))
        }
        Err(faults) => {
            let page = line_page(&visit, None, form, said(&visit, faults)?)?;
            visit.show_again(look_below(&visit)?, &page)
        }
    }
}

async fn found(visit: &Visit, line: Id<Helpline>) -> Result<Helpline> {
    visit.site.db.read(move |connection| store::find(connection, line)).await?.ok_or(Error::UNSEEN)
}

async fn edit_line(visit: Visit, line: Path<Id<Helpline>>) -> Result<HttpResponse> {
    let line = found(&visit, line.0).await?;
    let page = line_page(&visit, Some(&line), LineForm::of(&line), Vec::new())?;
    visit.show(look_below(&visit)?, &page)
}

async fn update_line(visit: Visit, line: Path<Id<Helpline>>, form: Form<LineForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let id = line.0;
    let faults = match form.draft() {
        Err(faults) => said(&visit, faults)?,
        Ok(draft) => {
            let by = Arc::clone(visit.member()?);
            let version = form.version.parse().unwrap_or(0);
            match visit.site.db.write(move |tx| super::change(tx, &by, id, version, &draft)).await {
                Ok(()) => {
                    memory::refresh(&visit.site).await;
                    return visit.go_to(&admin_href(id));
                }
                Err(Error::Refused(Refusal::Stale(sentence))) => vec![visit.fault("", &sentence)?],
                Err(error) => return Err(error),
            }
        }
    };
    let line = found(&visit, id).await?;
    let page = line_page(&visit, Some(&line), form, faults)?;
    visit.show_again(look_below(&visit)?, &page)
}

async fn create_check(visit: Visit, line: Path<Id<Helpline>>) -> Result<HttpResponse> {
    let (line, by) = (line.0, Arc::clone(visit.member()?));
    visit.site.db.write(move |tx| super::check(tx, &by, line)).await?;
    memory::refresh(&visit.site).await;
    visit.go_to("/admin/helplines")
}

#[derive(Deserialize)]
struct PlaceForm {
    #[serde(default)]
    direction: String,
}

async fn update_place(visit: Visit, line: Path<Id<Helpline>>, form: Form<PlaceForm>) -> Result<HttpResponse> {
    let form = form.fields()?;
    let (line, by) = (line.0, Arc::clone(visit.member()?));
    let is_up = match form.direction.as_str() {
        "up" => true,
        "down" => false,
        _ => return Err(Refusal::Unreadable(Sentence::plain("failure-not-a-form")).into()),
    };
    visit.site.db.write(move |tx| super::shift(tx, &by, line, is_up)).await?;
    memory::refresh(&visit.site).await;
    visit.go_to("/admin/helplines")
}

#[derive(Serialize)]
struct RemovalPage {
    action: String,
    back_href: String,
    name: String,
}

impl Page for RemovalPage {
    const TEMPLATE: &'static str = "helplines/removal.html";
}

async fn new_removal(visit: Visit, line: Path<Id<Helpline>>) -> Result<HttpResponse> {
    let line = found(&visit, line.0).await?;
    let page =
        RemovalPage { action: format!("{}/removal", admin_href(line.id)), back_href: admin_href(line.id), name: line.name };
    visit.show(look_below(&visit)?, &page)
}

async fn create_removal(visit: Visit, line: Path<Id<Helpline>>) -> Result<HttpResponse> {
    let (line, by) = (line.0, Arc::clone(visit.member()?));
    visit.site.db.write(move |tx| super::remove(tx, &by, line)).await?;
    memory::refresh(&visit.site).await;
    visit.go_to("/admin/helplines")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::check::check_page;

    fn moment() -> Moment {
        Moment { machine: "2026-05-04".into(), words: "4 May 2026".into() }
    }

    fn item() -> LineItem {
        LineItem {
            name: "Night line".into(),
            about: "Whatever it is about.".into(),
            lang: Some("de".into()),
            language_words: Some("Deutsch".into()),
            countries: "Germany, Austria".into(),
            voice: "01632 960 101".into(),
            voice_href: Some("tel:01632960101".into()),
            text: "07700 900101".into(),
            text_href: Some("sms:07700900101".into()),
            text_words: "HELLO".into(),
            hours: "Day and night".into(),
            cost: "Free".into(),
            is_sample: false,
            checked: Some(moment()),
            is_overdue: true,
        }
    }

    fn urgent() -> UrgentPage {
        UrgentPage {
            country: "DE".into(),
            country_name: "Germany".into(),
            countries: vec![Choice::new("DE", "Germany")],
            numbers: vec![
                NumberItem { number: "112", words: "Free".into() },
                NumberItem { number: "110", words: "Police".into() },
            ],
            about_112: Some("112 works from many mobile phones.".into()),
            compared: moment(),
            talk: vec![item()],
            illness: vec![LineItem { is_sample: true, voice_href: None, text_href: None, is_overdue: false, ..item() }],
            has_samples: true,
            none_words: None,
            is_elsewhere: false,
        }
    }

    #[test]
    fn every_number_stands_there_as_text_and_a_sample_is_no_link() {
        let html = check_page(&urgent());
        assert!(html.contains("href=\"tel:112\"") && html.contains("href=\"tel:110\""), "{html}");
        assert_eq!(html.matches("01632 960 101").count(), 2);
        assert_eq!(html.matches("href=\"tel:01632960101\"").count(), 1);
        assert_eq!(html.matches("href=\"sms:07700900101\"").count(), 1);
        assert_eq!(html.matches("class=\"fault\"").count(), 1, "one line is overdue");
        assert!(html.contains("<option value=\"DE\" selected>Germany</option>"));
    }

    #[test]
    fn a_fresh_site_says_honestly_that_it_has_no_lines_and_still_shows_112() {
        let page = UrgentPage {
            talk: vec![],
            illness: vec![],
            has_samples: false,
            none_words: Some("Nobody has checked a line yet.".into()),
            is_elsewhere: true,
            country: String::new(),
            country_name: String::new(),
            about_112: None,
            ..urgent()
        };
        let html = check_page(&page);
        assert!(html.contains("Nobody has checked a line yet.") && html.contains("tel:112"));
        assert!(!html.contains(" selected"), "nothing is chosen for anybody");
    }

    #[test]
    fn an_address_chooses_a_country_or_nothing() {
        assert_eq!(chosen_country("country=de").map(|country| country.code), Some("DE"));
        for nothing in ["", "country=", "country=Atlantis", "country=%FF%FE", "other=DE", "country=%00"] {
            assert!(chosen_country(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn the_pages_of_administrators_hold_what_they_promise() {
        let kept = |checked: Option<Moment>| KeptItem {
            href: "/admin/helplines/3".into(),
            line: LineItem { checked, ..item() },
            need_words: "To talk".into(),
            is_first: false,
            is_last: false,
        };
        check_page(&LinesPage { lines: vec![kept(Some(moment())), kept(None)], has_checked: true });
        check_page(&LinesPage { lines: vec![], has_checked: false });
        let page = LinePage {
            faults: vec![Fault::new("voice_number", "Give a number."), Fault::new("", "Somebody changed it.")],
            line: Some(3),
            title_name: "Night line".into(),
            action: "/admin/helplines/3".into(),
            version: 2,
            kept_for: "seal".into(),
            name: "Night line".into(),
            name_max: 120,
            words_max: 200,
            about: "About".into(),
            needs: vec![Choice::new("talk", "To talk")],
            need: "talk".into(),
            countries: "Germany".into(),
            languages: vec![Choice::new("en", "English")],
            language: "en".into(),
            voice_number: "1".into(),
            text_number: "2".into(),
            text_words: "HELLO".into(),
            hours: "Always".into(),
            cost: "Free".into(),
            is_sample: true,
            checked: Some(moment()),
            is_overdue: true,
        };
        let html = check_page(&page);
        assert!(html.contains("I rang and checked it today"));
        check_page(&LinePage { line: None, checked: None, faults: vec![], ..page });
        check_page(&RemovalPage { action: "/x".into(), back_href: "/y".into(), name: "Night line".into() });
    }
}
