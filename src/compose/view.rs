//! How an incident is shown to people, in French: words for every fact, so that templates and web
//! pages only put them in place.

use serde::Serialize;

use super::french::{self, NBSP};
use super::redact::{names_of, redact};
use super::status::{feminine, redirect_word, state, state_short};
use super::{labels, place};
use crate::incident::{Incident, State};
use crate::profile::Profile;
use crate::report::{Equipment, Responsible};
use crate::school::School;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An incident in words. All of it is plain text on one line; nothing of it is trusted as markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentView {
    /// `2026-0042`.
    pub reference: String,
    /// `[SIG-2026-0042]`.
    pub tag: String,
    /// "Vidéoprojecteur – B204 : ne s'allume plus".
    pub title: String,
    /// "salle B204"; "lieu à préciser" where nobody said it.
    pub place: String,
    /// "B204".
    pub place_short: String,
    /// Is the place known?
    pub place_known: bool,
    /// Is the place known, or would it help to know it?
    pub place_matters: bool,
    /// The place behind the label "Lieu": "salle B204", "à préciser", "sans objet".
    pub place_row: String,
    /// "3 ordinateurs", "vidéoprojecteur", "réseau": with its number where things can be counted.
    pub equipment: String,
    /// "3 ordinateurs (postes 3, 7 et 12)".
    pub equipment_detail: String,
    /// "vidéoprojecteur": without a number, singular.
    pub equipment_name: String,
    /// Number of machines.
    pub count: u32,
    /// Does the number mean anything (not of a network)?
    pub counted: bool,
    /// "poste 7", "postes 3, 7 et 12"; `None` where no number was named.
    pub machines: Option<String>,
    /// "ne s'allume plus"; "en panne, sans autre précision" where nothing more is known.
    pub symptom: String,
    /// Asset labels; "non relevé" where none was read.
    pub labels: String,
    /// Serial numbers, if any was read.
    pub serials: Option<String>,
    /// Since when, in the teacher's words.
    pub since: Option<String>,
    /// Effect on lessons, in the teacher's words.
    pub effect: Option<String>,
    /// Lessons cannot take place.
    pub urgent: bool,
    /// Several rooms are hit.
    pub general: bool,
    /// "redémarrage, changement de câble": what the words say was tried.
    pub tests: Option<String>,
    /// What was not sure.
    pub doubts: Vec<String>,
    /// The first reporter's words, verbatim. For the referent only.
    pub words: String,
    /// The same without names, addresses and telephone numbers: what support may read.
    pub description: String,
    /// "la région (CESAME)".
    pub responsible: String,
    /// "à la région (CESAME)", "au rectorat".
    pub responsible_to: String,
    /// Is it the region's?
    pub is_region: bool,
    /// The word by which the referent redirects it: `ATTE`, `RECTORAT`, `ENT`, `ETABLISSEMENT`;
    /// `None` for the region.
    pub redirect_word: Option<&'static str>,
    /// "chez CESAME depuis le lundi 23 novembre".
    pub state: String,
    /// The same in the feminine, of "la panne": "prise en charge par CESAME".
    pub state_feminine: String,
    /// The state in at most 25 characters, for tables.
    pub state_short: String,
    /// `ticketed`: the state's name in JSON.
    pub state_name: &'static str,
    /// Why it was refused, without names.
    pub reason: Option<String>,
    /// "lundi 23 novembre à 7 h 55".
    pub opened: String,
    /// "lundi 23 novembre": the day on which the ticket was accepted.
    pub sent: Option<String>,
    /// Support's number.
    pub support_number: Option<String>,
    /// "mardi 24 novembre au matin".
    pub planned: Option<String>,
    /// "le mardi 24 novembre au matin", "la semaine du lundi 23 novembre".
    pub planned_on: Option<String>,
    /// What support said of the hours and of who is to open.
    pub planned_words: Option<String>,
    /// Day of its end.
    pub closed: Option<String>,
    /// Number of people who reported it.
    pub reporters: usize,
    /// Days since the first report.
    pub age_days: i64,
}

/// Shows `incident` to people of `school`, at `now`.
pub fn incident(incident: &Incident, school: &School, profile: &Profile, now: Timestamp) -> IncidentView {
    let mut view = without_words(incident, school, profile, now);
    let facts = &incident.facts;
    view.since = facts
        .since
        .as_deref()
        .map(since)
        .filter(|s| !s.is_empty())
        .map(|s| dated(s, incident.opened_at, now, &school.timezone));
    view.effect =
        facts.effect.as_deref().map(|s| french::one_line(&nameless(s, incident, &[]), 200)).filter(|s| !s.is_empty());
    view.doubts = facts.doubts.iter().map(|d| french::typography(&french::one_line(d, 200))).collect();
    view.words = french::one_line(&facts.words, 400);
    view.description = french::one_line(without_greeting(&nameless(&facts.words, incident, &[])), 400);
    view
}

/// The same without what the reporters wrote: `words`, `description`, `since`, `effect` and `doubts`
/// are empty.
pub fn without_words(incident: &Incident, school: &School, profile: &Profile, now: Timestamp) -> IncidentView {
    let (facts, zone) = (&incident.facts, &school.timezone);
    let today = now.to_zoned(zone.clone()).date();
    let place = facts.place.as_ref();
    let symptom = facts.symptom.as_deref().and_then(|k| labels::symptom(profile, k, facts.equipment, facts.count));
    let (matters, vague) = (place.is_some() || place_matters(facts.equipment), vague(facts.equipment));
    let thing = equipment_text(profile, facts.equipment, facts.count);
    let machines = machines(facts.equipment, &facts.machines);
    let detail = machines.as_ref().map_or_else(|| thing.clone(), |m| format!("{thing} ({m})"));
    let place_in_title = if matters { format!(" – {}", place::short(place)) } else { String::new() };
    let shows = symptom.as_deref().unwrap_or(vague);
    let title = format!("{}{place_in_title}{NBSP}: {shows}", french::capital(&thing));
    let (planned, planned_on, planned_words) = match &incident.state {
        State::Planned { date, half, week, said, .. } => {
            let on = french::visit_on(*date, *half, *week, today);
            let words = french::one_line(said, 500);
            (Some(french::visit(*date, *half, today)), Some(on), (!words.is_empty()).then_some(words))
        }
        _ => (None, None, None),
    };
    let reason = match &incident.state {
        State::Refused { reason, .. } if !reason.trim().is_empty() => {
            Some(french::one_line(&nameless(reason, incident, &[]), 400))
        }
        _ => None,
    };
    let responsible = labels::responsible(profile, facts.responsible);
    let stands = state(incident, profile, school, now);
    let short = |text: &str, most| french::one_line(text, most);
    IncidentView {
        reference: incident.reference.to_string(),
        tag: format!("[SIG-{}]", incident.reference),
        title: short(&title, 120),
        place: place::long(place),
        place_short: place::short(place),
        place_known: place.is_some(),
        place_matters: matters,
        place_row: match place {
            Some(_) => place::long(place),
            None if matters => "à préciser".to_owned(),
            None => "sans objet".to_owned(),
        },
        equipment_detail: detail,
        equipment: thing,
        equipment_name: labels::equipment(profile, facts.equipment).0,
        count: facts.count,
        counted: labels::is_counted(facts.equipment),
        machines,
        symptom: symptom.unwrap_or_else(|| format!("{vague}, sans autre précision")),
        labels: if facts.labels.is_empty() { "non relevé".to_owned() } else { joined(&bare(&facts.labels)) },
        serials: (!facts.serials.is_empty()).then(|| joined(&facts.serials)),
        since: None,
        effect: None,
        urgent: facts.urgent,
        general: facts.general,
        tests: (!facts.tried.is_empty()).then(|| facts.tried.join(", ")),
        doubts: Vec::new(),
        words: String::new(),
        description: String::new(),
        responsible_to: french::to(&responsible),
        responsible,
        is_region: facts.responsible == Responsible::Region,
        redirect_word: redirect_word(facts.responsible),
        state_feminine: feminine(&stands),
        state: stands,
        state_short: state_short(incident, profile, school, now),
        state_name: incident.state.name(),
        reason,
        opened: french::moment(incident.opened_at, now, zone),
        sent: incident.ticket_sent_at.map(|at| french::day_of(at, now, zone)),
        support_number: incident.support_reference.as_deref().map(|s| short(s, 60)),
        planned,
        planned_on,
        planned_words,
        closed: incident.closed_at.map(|at| french::day_of(at, now, zone)),
        reporters: incident.reporters.len(),
        age_days: french::days_between(incident.opened_at, now, zone),
    }
}

/// `text` without the names that the reporters' addresses tell, and without those of `others`.
pub fn nameless(text: &str, incident: &Incident, others: &[String]) -> String {
    let known: Vec<String> = incident.reporters.iter().flat_map(names_of).chain(others.iter().cloned()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    redact(text, &known)
}

/// "3 ordinateurs", "vidéoprojecteur", "réseau".
fn equipment_text(profile: &Profile, equipment: Equipment, count: u32) -> String {
    let (one, many) = labels::equipment(profile, equipment);
    if count > 1 && one != many { format!("{count}{NBSP}{many}") } else { one }
}

/// Is "where?" a question for such a thing? Accounts and remote services are everywhere.
pub fn place_matters(equipment: Equipment) -> bool {
    !matches!(equipment, Equipment::Compte | Equipment::Ent | Equipment::Messagerie | Equipment::ApplicationAcademique)
}

/// What a title says where no symptom is known.
fn vague(equipment: Equipment) -> &'static str {
    match equipment {
        Equipment::Son
        | Equipment::Reseau
        | Equipment::Wifi
        | Equipment::Compte
        | Equipment::Logiciel
        | Equipment::Ent
        | Equipment::Messagerie
        | Equipment::ApplicationAcademique
        | Equipment::Autre => "problème signalé",
        _ => "en panne",
    }
}

/// "poste 7", "postes 3, 7 et 12".
fn machines(equipment: Equipment, numbers: &[String]) -> Option<String> {
    let numbers: Vec<String> = numbers.iter().take(40).map(|n| french::one_line(n, 12)).collect();
    let (one, many) = match equipment {
        Equipment::Ordinateur | Equipment::Ecran | Equipment::Peripherique | Equipment::Reseau => ("poste", "postes"),
        _ => ("n°", "n°"),
    };
    match numbers.len() {
        0 => None,
        1 => Some(format!("{one}{NBSP}{}", french::list(&numbers))),
        _ => Some(format!("{many}{NBSP}{}", french::list(&numbers))),
    }
}

fn joined(items: &[String]) -> String {
    let items: Vec<String> = items.iter().take(40).map(|i| french::one_line(i, 60)).collect();
    items.join(", ")
}

/// A text without the greeting that it begins with.
pub fn without_greeting(text: &str) -> &str {
    let text = text.trim_start();
    for greeting in ["Bonjour", "bonjour", "Bonsoir", "bonsoir", "Salut", "salut"] {
        if let Some(rest) =
            text.strip_prefix(greeting).filter(|r| r.starts_with([',', '!', '.', ' ', '\n', '\r', '\u{a0}']))
        {
            let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '!' | '.'));
            return if rest.starts_with("à tous") { text } else { rest };
        }
    }
    text
}

/// Asset labels behind the words "Étiquette RIDF".
fn bare(labels: &[String]) -> Vec<String> {
    labels.iter().map(|l| l.strip_prefix("RIDF ").unwrap_or(l).to_owned()).collect()
}

/// "depuis lundi" behind the label "Depuis": "lundi".
/// "ce matin" is another morning two days later: then the day is added on which it was said.
fn dated(words: String, said: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    const FLEETING: [&str; 8] =
        ["ce matin", "ce midi", "cet apr", "ce soir", "hier", "aujourd", "tout à l", "cette semaine"];
    /// Within the week they name one day only.
    const WEEKDAYS: [&str; 5] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi"];
    let lower = words.to_lowercase();
    let days = french::days_between(said, now, zone);
    let fleeting = lower.starts_with(|c: char| c.is_ascii_digit()) || FLEETING.iter().any(|f| lower.contains(f));
    let weekday = days > 5 && WEEKDAYS.contains(&lower.trim());
    if days == 0 || !(fleeting || weekday) {
        return words;
    }
    format!("{words} (dit le {})", french::day_of(said, now, zone))
}

fn since(words: &str) -> String {
    let words = french::one_line(words, 80);
    let cut = words.get(..7).is_some_and(|w| w.eq_ignore_ascii_case("depuis "));
    if cut { words.get(7..).unwrap_or("").trim().to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depuis_is_not_said_twice() {
        assert_eq!(since("Depuis lundi"), "lundi");
        assert_eq!(since("ce matin"), "ce matin");
        assert_eq!(since("depuisé"), "depuisé");
    }

    #[test]
    fn numbers_of_seats_agree() {
        assert_eq!(machines(Equipment::Ordinateur, &["7".into()]).as_deref(), Some("poste\u{a0}7"));
        assert_eq!(machines(Equipment::Ordinateur, &["3".into(), "7".into()]).as_deref(), Some("postes\u{a0}3 et 7"));
        assert_eq!(machines(Equipment::Tablette, &[]), None);
    }
}
