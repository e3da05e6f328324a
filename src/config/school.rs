//! One `[[school]]` block, or a `school.toml`, which is such a block without its heading.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::read::{At, Findings, Found, Section, kind_of, texts_of};
use super::servers::{self, Context, Delivery, Intake};
use super::{Purpose, policy, value};
use crate::address::Address;
use crate::report::Equipment;
use crate::school::{School, SenderPattern};

/// One block, as far as it could be read.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) at: At,
    pub(super) school: School,
    pub(super) intake: Option<Intake>,
    pub(super) delivery: Option<Delivery>,
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .map_err(|_| format!("{} is not a mail address; write it as \"name@example.org\"", value::shown(text)))
}

fn line_of_text(text: &str) -> Result<String, String> {
    let t = text.trim();
    if t.contains(char::is_control) {
        return Err("must be one line without control characters".to_owned());
    }
    if t.chars().count() > 200 {
        return Err(format!("{}… is too long; 200 characters are the most", value::shown(t)));
    }
    Ok(t.to_owned())
}

fn sender_pattern(text: &str) -> Result<SenderPattern, String> {
    match text.trim().strip_prefix('@') {
        Some(domain) => value::domain(domain).map(SenderPattern::Domain),
        None if text.contains('@') => address(text).map(SenderPattern::Address),
        None => Err(format!(
            "{} is neither an address nor a domain; write \"name@example.org\", or \"@example.org\" for everybody there",
            value::shown(text)
        )),
    }
}

fn room(text: &str) -> Result<String, String> {
    let name = crate::report::place::of_list(text).filter(|_| text.chars().count() <= 60);
    name.map(|place| place.as_str().to_owned()).ok_or_else(|| format!("{} is not a room's name", value::shown(text)))
}

fn zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text.trim())
        .map_err(|_| format!("{} is not a time zone; write \"Europe/Paris\" or another IANA name", value::shown(text)))
}

fn profile_name(text: &str) -> Result<String, String> {
    let t = text.trim();
    if t.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') && t.len() <= 40 {
        return Ok(t.to_owned());
    }
    Err(format!("{} is not a profile's name; write \"ile-de-france\" or \"neutre\"", value::shown(t)))
}

fn aliases(section: Section<'_>, f: &mut Findings<'_>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut places: Vec<(At, String, String)> = Vec::new();
    for Found { value: (name, target), at } in section.free_keys() {
        let Some(target) = target.as_str() else {
            f.wrong(&at, format!("must name a room in quotes, as `\"B303\" = \"B305\"`, not {}", kind_of(target)));
            continue;
        };
        match (room(name), room(target)) {
            (Ok(from), Ok(to)) if from == to => {
                f.wrong(&at, "a room cannot be another name of itself; remove the line")
            }
            (Ok(from), Ok(to)) => {
                all.insert(from.clone(), to.clone());
                places.push((at, from, to));
            }
            (Err(what), _) | (_, Err(what)) => f.wrong(&at, what),
        }
    }
    for (at, from, to) in places {
        if let Some(end) = all.get(&to) {
            f.wrong(&at, format!("{to} is itself another name, of {end}; write `\"{from}\" = \"{end}\"`"));
        }
    }
    all
}

/// Words that the school teaches, by equipment or `place`.
fn words(section: Section<'_>, f: &mut Findings<'_>) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    let known: Vec<&str> = Equipment::ALL.iter().map(|e| e.as_str()).chain(["place"]).collect();
    for Found { value: (name, list), at } in section.free_keys() {
        if !known.contains(&name) {
            let near = known.iter().map(|k| (strsim::damerau_levenshtein(name, k), *k)).filter(|(d, _)| *d <= 3).min();
            let hint =
                near.map_or_else(|| format!("they are {}", known.join(", ")), |(_, k)| format!("did you mean `{k}`?"));
            f.wrong(&at, format!("{} is no category of words; {hint}", value::shown(name)));
            continue;
        }
        match texts_of(list) {
            Some(texts) => {
                let texts = texts.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
                all.insert(name.to_owned(), texts);
            }
            None => f.wrong(&at, format!("must be a list of words, as `{name} = [\"barco\"]`, not {}", kind_of(list))),
        }
    }
    all
}

/// Reads the keys of one school. `None` where something essential is wrong; `f` says what.
pub(super) fn read(mut s: Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<Block> {
    let at = s.at();
    let name = s.parsed(f, "name", "Lycée Jacques-Prévert", line_of_text);
    let uai = s.parsed(f, "uai", "0941234F", value::uai);
    let city = s.parsed(f, "city", "Créteil", line_of_text);
    let mailbox = s.parsed(f, "mailbox", "panne-info@lycee.example.org", address);
    let domains = s.list(f, "staff_domains", "ac-creteil.fr", value::domain);
    let referents = s.list(f, "referent", "referent@lycee.example.org", address);
    let correspondents = s.list(f, "correspondents", "s1@example.org", address);
    let support = s.parsed(f, "support", "cesame@example.org", address);
    let support_from = s.list(f, "support_from", "@example.org", sender_pattern);
    let profile = s.parsed(f, "profile", "ile-de-france", profile_name);
    let rooms = s.list(f, "rooms", "B204", room);
    let room_aliases = s.section(f, "room_aliases").map(|t| aliases(t, f)).unwrap_or_default();
    let pcs = s.integer(f, "pcs", 1..=100_000);
    let visit_thousandths = s.thousandths(f, "visit_days_per_fortnight", "0.25", 10_000);
    let contact = s.parsed(f, "contact", "M. Petit, 01 02 03 04 05", line_of_text);
    let access_hours = s.parsed(f, "access_hours", "8 h - 18 h", line_of_text);
    let known_senders = s.list(f, "known_senders", "prof@example.org", address);
    let relay_senders = s.list(f, "relay_senders", "noreply@ent.example.org", address);
    let timezone = s.parsed(f, "timezone", "Europe/Paris", zone);
    let words = s.section(f, "words").map(|t| words(t, f)).unwrap_or_default();
    let policy = s.section(f, "policy").map(|t| policy::read(t, f)).unwrap_or_default();
    let (has_intake, has_delivery) = (s.has("intake"), s.has("delivery"));
    let intake = s.section(f, "intake").and_then(|t| servers::intake(t, f, cx));
    let delivery = s.section(f, "delivery").and_then(|t| servers::delivery(t, f, cx));

    s.demand(f, "name", "Lycée Jacques-Prévert", "the school's name, as on letters");
    s.demand(f, "uai", "0941234F", "the school's national code");
    s.demand(f, "city", "Créteil", "the school's town");
    s.demand(f, "mailbox", "panne-info@lycee.example.org", "the fixed address that colleagues write to");
    s.demand(f, "staff_domains", "ac-creteil.fr", "the domains of colleagues' addresses");
    s.demand(f, "referent", "referent@lycee.example.org", "who confirms tickets");
    s.demand(f, "support", "cesame@example.org", "where tickets go");
    if cx.purpose == Purpose::Service {
        let prefix = if at.key.is_empty() { String::new() } else { format!("{}.", at.key) };
        if !has_intake {
            f.wrong(&at, format!("has no `[{prefix}intake.imap]` table (or `[{prefix}intake]` with `maildir`); add one: from where mail comes"));
        }
        if !has_delivery {
            f.wrong(&at, format!("has no `[{prefix}delivery.smtp]` table (or `[{prefix}delivery]` with `maildir`); add one: how mail leaves"));
        }
    }
    for (list, key) in [
        (domains.as_ref().map(|d| (d.value.len(), &d.at)), "staff_domains"),
        (referents.as_ref().map(|r| (r.value.len(), &r.at)), "referent"),
    ] {
        if let Some((0, at)) = list
            && !f.problems.iter().any(|p| p.key == at.key)
        {
            f.wrong(at, format!("is an empty list; `{key}` needs at least one entry"));
        }
    }
    s.finish(f);

    let support_at = support.as_ref().map(|x| x.at.clone());
    let (mailbox, support) = (mailbox?, support?);
    let (domains, referents) = (domains?.value, referents?);
    let explicit = support_from.map(|found| found.value).filter(|v| !v.is_empty());
    let in_staff = domains.iter().any(|d| d == support.value.domain());
    if in_staff && explicit.is_none() {
        let at = support_at.unwrap_or(support.at);
        f.odd(
            &at,
            "is of a staff domain, so only this very address counts as support's; name others in `support_from`",
        );
    }
    let default_from = if in_staff {
        SenderPattern::Address(support.value.clone())
    } else {
        SenderPattern::Domain(support.value.domain().to_owned())
    };
    let school = School {
        name: name?.value,
        uai: uai?.value,
        city: city?.value,
        mailbox: mailbox.value,
        staff_domains: domains,
        referents: without_repeats(referents.value),
        correspondents: without_repeats(correspondents.map(|c| c.value).unwrap_or_default()),
        support: support.value,
        support_from: explicit.unwrap_or_else(|| vec![default_from]),
        profile: profile.map_or_else(|| "ile-de-france".to_owned(), |p| p.value),
        rooms: without_repeats(rooms.map(|r| r.value).unwrap_or_default()),
        room_aliases,
        words,
        pcs,
        visit_thousandths: visit_thousandths.unwrap_or(crate::school::VISIT_THOUSANDTHS),
        contact: contact.map(|c| c.value),
        access_hours: access_hours.map(|a| a.value),
        known_senders: known_senders.map(|k| k.value).unwrap_or_default(),
        relay_senders: relay_senders.map(|r| r.value).unwrap_or_default(),
        timezone: match timezone {
            Some(found) => found.value,
            None => TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
        },
        policy,
    };
    judge(&school, &mailbox.at, f);
    Some(Block { at, school, intake, delivery })
}

fn without_repeats<T: PartialEq>(list: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for item in list {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// Finds addresses whose roles exclude one another, or are odd together.
fn judge(school: &School, mailbox: &At, f: &mut Findings<'_>) {
    let beside = |key: &str| At { line: mailbox.line, key: mailbox.key.replace("mailbox", key) };
    if school.referents.contains(&school.mailbox) {
        f.wrong(
            &beside("referent"),
            "is the fixed address itself, whose mail is ours and never confirms; name a person's address",
        );
    }
    if school.support == school.mailbox {
        f.wrong(&beside("support"), "is the fixed address itself; tickets would come back to us");
    }
    if school.correspondents.contains(&school.mailbox) {
        f.wrong(&beside("correspondents"), "names the fixed address itself; copies would come back to us");
    }
    for r in school.referents.iter().filter(|r| school.relay_senders.contains(r)) {
        f.odd(&beside("relay_senders"), format!("names the referent {r}, who still counts as referent"));
    }
    for r in school.referents.iter().filter(|r| school.correspondents.contains(r)) {
        f.odd(&beside("correspondents"), format!("names the referent {r} too, who will have each ticket twice"));
    }
    for p in &school.support_from {
        if let SenderPattern::Domain(d) = p
            && school.staff_domains.contains(d)
        {
            f.odd(
                &beside("support_from"),
                format!("covers the staff domain {d}: colleagues there count as support, not as reporters"),
            );
        }
    }
    for (from, to) in &school.room_aliases {
        if !school.rooms.is_empty() && !school.rooms.contains(to) {
            f.odd(&beside("room_aliases"), format!("{from} leads to {to}, which is not in `rooms`"));
        }
    }
}
