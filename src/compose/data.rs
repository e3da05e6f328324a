//! A letter as the data that its text reads. What a kind's reader must not see is not in it, so no
//! operator's text can show it.

use serde_json::{Map, Value, json};

use super::audience::{for_correspondents, for_reporters, for_support, open, shown};
use super::french::{self, capital, one_line, typography};
use super::letter::{Change, Content, FollowUpCause, Held, Letter, StrangerView, Trouble, Waits};
use super::view::{self, IncidentView, nameless};
use super::{MailKind, labels};
use crate::incident::{Incident, Reference};
use crate::profile::Profile;
use crate::school::School;
use jiff::Timestamp;

/// What the words of a letter depend on beside it.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Whose mail it is.
    pub school: &'a School,
    /// Its vocabulary.
    pub profile: &'a Profile,
    /// Dates are told as of this moment.
    pub now: Timestamp,
    /// Names to keep from support and correspondents.
    pub names: &'a [String],
}

/// Everything that the text of `letter` may name.
pub fn of(letter: &Letter, ctx: &Scene<'_>) -> Value {
    let mut data = common(letter, ctx);
    for (key, value) in content(&letter.content, ctx) {
        data.insert(key.to_owned(), value);
    }
    Value::Object(data)
}

/// "Re: [SIG-2026-0042] Panne en B204": mail clients that go by subject leave out the prefix and
/// the tag in brackets (RFC 5256, 2.1). Support's number is added where it is known and missing.
pub fn reply_subject(subject: &str, letter: &Letter) -> String {
    let mut base = one_line(subject, 160);
    while let Some(rest) =
        ["re:", "re :", "re\u{a0}:", "rép:", "rép :", "aw:"].iter().find_map(|p| strip_prefix(&base, p))
    {
        base = rest;
    }
    let incidents = letter.content.incidents();
    let [incident] = incidents.as_slice() else { return format!("Re: {base}") };
    let tag = format!("[SIG-{}]", incident.reference);
    let base = without_other_tags(&base, &tag);
    let number =
        incident.support_reference.as_deref().map(|n| one_line(n, 60)).filter(|n| {
            letter.content.kind() == MailKind::FollowUp && !base.to_lowercase().contains(&n.to_lowercase())
        });
    let tag = if base.contains(&tag) { String::new() } else { format!("{tag} ") };
    let number = number.map(|n| format!(" – dossier {n}")).unwrap_or_default();
    format!("Re: {tag}{base}{number}")
}

/// A subject that is answered without the tags of other incidents: one tag tells what a mail is about.
fn without_other_tags(subject: &str, own: &str) -> String {
    let mut rest = subject;
    let mut kept = String::new();
    while let Some(at) = rest.find("[SIG-") {
        let (before, tagged) = rest.split_at(at);
        let end = tagged.find(']').map_or(tagged.len(), |n| n + 1);
        let (tag, after) = tagged.split_at(end);
        kept.push_str(before);
        if tag == own {
            kept.push_str(tag);
            rest = after;
        } else {
            rest = after.trim_start();
        }
    }
    kept.push_str(rest);
    kept.trim().to_owned()
}

/// `text` without `prefix`, compared without case, and without the white space behind it.
fn strip_prefix(text: &str, prefix: &str) -> Option<String> {
    let mut rest = text.chars();
    for p in prefix.chars() {
        let t = rest.next()?;
        if !t.to_lowercase().eq(p.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str().trim_start().to_owned())
}

fn common(letter: &Letter, ctx: &Scene<'_>) -> Map<String, Value> {
    let (school, desk) = (ctx.school, labels::desk(ctx.profile));
    let kind = letter.content.kind();
    // Correspondents learn nobody's name, and neither do colleagues need the contact's.
    let shows_contact = matches!(kind, MailKind::Ticket | MailKind::FollowUp | MailKind::Proposal);
    let referent = school.referents.first().map(ToString::to_string);
    let contact = school.contact.clone().or(referent).filter(|_| shows_contact);
    let value = json!({
        "kind": kind.as_str(),
        "school": {
            "name": one_line(&school.name, 120),
            "city": one_line(&school.city, 80),
            "full": full_name(&school.name, &school.city),
            "uai": school.uai,
            "mailbox": school.mailbox.as_str(),
            "contact": contact.map(|c| one_line(&c, 200)),
            "access_hours": school.access_hours.as_deref().filter(|_| shows_contact).map(|h| one_line(h, 200)),
        },
        "desk": {
            "name": desk,
            "upper": desk.to_uppercase(),
            "to": french::to(desk),
            "of": french::of(desk),
        },
        "today": french::day_of(ctx.now, ctx.now, &school.timezone),
        "tag": sole_reference(letter).map(|r| format!("[SIG-{r}]")),
        "photos": letter.attachments.len(),
        "incident": Value::Null,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The reference that the letter concerns, if it is exactly one.
pub fn sole_reference(letter: &Letter) -> Option<Reference> {
    let mut references: Vec<Reference> = letter.content.incidents().iter().map(|i| i.reference).collect();
    references.sort();
    references.dedup();
    match references.as_slice() {
        [] => letter.concerns,
        [one] => Some(*one),
        _ => None,
    }
}

/// "Lycée Jacques-Prévert, Créteil", the town once.
fn full_name(name: &str, city: &str) -> String {
    let (name, city) = (one_line(name, 120), one_line(city, 80));
    if city.is_empty() || name.contains(&city) { name } else { format!("{name}, {city}") }
}

type Fields = Vec<(&'static str, Value)>;

fn content(content: &Content, ctx: &Scene<'_>) -> Fields {
    match content {
        Content::Acknowledgement { items } => {
            let single = items.len() == 1;
            let items: Vec<Value> = items
                .iter()
                .map(|i| {
                    json!({
                        "incident": for_reporters(&i.incident, ctx),
                        "words": one_line(view::without_greeting(&i.words), 200),
                        "told_by": i.told_by.as_deref().map(|who| one_line(who, 120)),
                        "already_known": i.already_known,
                        "ask_place": i.ask_place && view::place_matters(i.incident.facts.equipment),
                    })
                })
                .collect();
            let first = items.first().and_then(|i| i.get("incident")).cloned().unwrap_or_default();
            vec![("single", json!(single)), ("incident", first), ("items", Value::Array(items))]
        }
        Content::Proposal { incident, reports, twins, changed, own_report, photos } => {
            let reports: Vec<Value> = reports
                .iter()
                .map(|r| json!({ "who": one_line(&r.who, 120), "at": moment(r.at, ctx), "words": one_line(view::without_greeting(&r.words), 600) }))
                .collect();
            let twins: Vec<Value> = twins
                .iter()
                .map(|t| json!({ "incident": open(&t.incident, ctx), "reason": typography(&one_line(&t.reason, 300)) }))
                .collect();
            vec![
                ("incident", open(incident, ctx)),
                ("reports", json!(reports)),
                ("twins", json!(twins)),
                ("changed", json!(changed.as_deref().map(|c| typography(&one_line(c, 300))))),
                ("own_report", json!(own_report)),
                ("photos", json!(photos)),
            ]
        }
        Content::Ticket { incident, photos_left_out } => {
            vec![("incident", for_support(incident, ctx)), ("photos_left_out", json!(photos_left_out))]
        }
        Content::TicketCopy { incident } | Content::OutcomeCopy { incident } => {
            vec![("incident", for_correspondents(incident, ctx))]
        }
        Content::FollowUp { incident, cause, words } => {
            follow_up(for_support(incident, ctx), *cause, words, incident, ctx)
        }
        Content::FollowUpCopy { incident, cause, words } => {
            follow_up(for_correspondents(incident, ctx), *cause, words, incident, ctx)
        }
        Content::Progress { incident, change } => progress(incident, change, ctx),
        Content::ResolutionCheck { incident, by_colleague } => {
            vec![("incident", for_reporters(incident, ctx)), ("by_colleague", json!(by_colleague))]
        }
        Content::Reminder { incident, waits, since, words } => {
            let chase = matches!(waits, Waits::Support | Waits::Contract | Waits::Planned);
            vec![
                ("incident", open(incident, ctx)),
                ("waits", json!(waits)),
                ("since", json!(moment(*since, ctx))),
                ("words", json!(words.chars().take(2_000).collect::<String>())),
                ("chase", json!(chase)),
                ("cause", json!(FollowUpCause::Overdue)),
            ]
        }
        Content::Digest { proposals, with_support, ended, strangers, undelivered, quarantined, noted } => {
            let undelivered: Vec<Value> = undelivered
                .iter()
                .map(|(address, why)| json!({ "address": one_line(address, 254), "why": one_line(why, 300) }))
                .collect();
            let quarantined: Vec<Value> =
                quarantined.iter().map(|(n, why)| json!({ "message": n, "why": one_line(why, 300) })).collect();
            vec![
                ("noted", json!(noted.iter().map(|n| typography(&one_line(n, 900))).collect::<Vec<_>>())),
                ("proposals", all(proposals, ctx)),
                ("with_support", all(with_support, ctx)),
                ("ended", all(ended, ctx)),
                ("strangers", strangers.iter().map(stranger).collect()),
                ("undelivered", json!(undelivered)),
                ("quarantined", json!(quarantined)),
            ]
        }
        Content::Binder { month, sentences, notes } => {
            let lines = |all: &[String]| -> Vec<String> { all.iter().map(|s| typography(&one_line(s, 600))).collect() };
            let month = one_line(month, 80);
            // "d'octobre 2026", but "du 1er au 15 octobre 2026" as it is.
            let days = month.starts_with("du ");
            let month_of = if days { month.clone() } else { french::of(&month) };
            vec![
                ("month", json!(month)),
                ("month_of", json!(month_of)),
                ("sentences", json!(lines(sentences))),
                ("notes", json!(lines(notes))),
            ]
        }
        Content::Answer { done, not_done, list, history, question } => {
            let answered = Answered {
                done,
                not_done,
                list: list.as_deref(),
                history: history.as_ref(),
                question: question.as_deref(),
                ..Answered::default()
            };
            answer(&answered, ctx)
        }
        Content::News { lines, open, about } => {
            let list = (!open.is_empty()).then_some(open.as_slice());
            let mut fields = answer(&Answered { news: lines, list, ..Answered::default() }, ctx);
            fields.push(("topic", json!(about.as_deref().map(|i| shown(i, ctx).title))));
            fields
        }
        Content::Register { done, not_done, lines } => {
            answer(&Answered { done, not_done, register: lines, ..Answered::default() }, ctx)
        }
        Content::Stranger { stranger: who, text } => {
            vec![("stranger", stranger(who)), ("text", json!(text.chars().take(2_000).collect::<String>()))]
        }
        Content::Help { not_understood, for_referent } => {
            let line = not_understood.as_deref().map(|l| l.chars().take(500).collect::<String>());
            vec![("not_understood", json!(line)), ("for_referent", json!(for_referent))]
        }
        Content::Alert { trouble } => alert(trouble, ctx),
    }
}

fn follow_up(shown: Value, cause: FollowUpCause, words: &str, incident: &Incident, ctx: &Scene<'_>) -> Fields {
    vec![("incident", shown), ("cause", json!(cause)), ("words", json!(nameless(words, incident, ctx.names)))]
}

fn progress(incident: &Incident, change: &Change, ctx: &Scene<'_>) -> Fields {
    let (what, words, was) = match change {
        Change::Acknowledged => ("acknowledged", "", ""),
        Change::Planned => ("planned", "", ""),
        Change::Question { words } => ("question", words.as_str(), ""),
        Change::RefusedBySupport { words } => ("refused_by_support", words.as_str(), ""),
        Change::Refused { reason } => ("refused", reason.as_str(), ""),
        Change::Closed => ("closed", "", ""),
        Change::Redirected => ("redirected", "", ""),
        Change::Merged { was } => ("merged", "", was.as_str()),
        Change::Split { was } => ("split", "", was.as_str()),
    };
    vec![
        ("incident", for_reporters(incident, ctx)),
        ("change", json!(what)),
        ("words", json!(one_line(words, 1_000))),
        ("was", json!(one_line(was, 40))),
    ]
}

/// What an answer's text reads of a letter.
#[derive(Default)]
struct Answered<'a> {
    done: &'a [String],
    not_done: &'a [String],
    news: &'a [String],
    register: &'a [String],
    list: Option<&'a [Incident]>,
    history: Option<&'a (Box<Incident>, Vec<super::letter::HistoryLine>)>,
    question: Option<&'a Incident>,
}

fn answer(a: &Answered<'_>, ctx: &Scene<'_>) -> Fields {
    let sentences = |all: &[String]| -> Vec<String> { all.iter().map(|s| typography(&one_line(s, 600))).collect() };
    let table: Vec<String> = a.list.iter().flat_map(|l| l.iter()).map(|i| table_line(&shown(i, ctx))).collect();
    let lines: Vec<Value> = a
        .history
        .iter()
        .flat_map(|(_, lines)| lines.iter())
        .map(|l| json!({ "at": moment(l.at, ctx), "who": one_line(&l.who, 120), "what": typography(&one_line(&l.what, 600)) }))
        .collect();
    let incident = a.question.or(a.history.map(|(i, _)| i.as_ref())).map(|i| open(i, ctx));
    vec![
        ("done", json!(sentences(a.done))),
        ("not_done", json!(sentences(a.not_done))),
        ("news", json!(sentences(a.news))),
        ("register", json!(sentences(a.register))),
        ("listed", json!(a.list.is_some())),
        ("table", json!(table)),
        ("history", json!(lines)),
        ("question", json!(a.question.is_some())),
        ("incident", json!(incident)),
    ]
}

/// One line of `LISTE`: reference, what and where, state; at most 72 columns.
fn table_line(view: &IncidentView) -> String {
    let place = if view.place_matters { format!(" – {}", view.place_short) } else { String::new() };
    let what = cut(&format!("{}{place}", capital(&view.equipment)), 34);
    let pad = " ".repeat(34_usize.saturating_sub(what.chars().count()));
    format!("{}  {what}{pad}  {}", view.reference, cut(&view.state_short, 25))
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { one_line(text, most.saturating_sub(1)) }
}

fn alert(trouble: &Trouble, ctx: &Scene<'_>) -> Fields {
    let (name, incident, kind, recipient, why, since) = match trouble {
        Trouble::Undeliverable { incident, kind, recipient, why } => {
            ("undeliverable", incident.as_deref(), Some(*kind), Some(recipient), why.as_str(), None)
        }
        Trouble::PerhapsTwice { incident, kind } => {
            ("perhaps_twice", Some(incident.as_ref()), Some(*kind), None, "", None)
        }
        Trouble::Intake { why, since } => ("intake", None, None, None, why.as_str(), Some(*since)),
        Trouble::DeliveryStalled { why, since } => ("delivery_stalled", None, None, None, why.as_str(), Some(*since)),
    };
    vec![
        ("trouble", json!(name)),
        ("incident", json!(incident.map(|i| open(i, ctx)))),
        ("what", json!(kind.map_or("", mail_name))),
        ("is_ticket", json!(kind == Some(MailKind::Ticket))),
        ("recipient", json!(recipient.map(ToString::to_string))),
        ("why", json!(one_line(&why.replacen(GIVEN_UP, GIVEN_UP_READ, 1), 600))),
        ("remedy", json!(remedy(why))),
        ("since", json!(since.map(|s| moment(s, ctx)))),
    ]
}

/// How delivery begins the words of what it gave up, and how the referent reads them.
const GIVEN_UP: &str = "given up after five days";
const GIVEN_UP_READ: &str = "abandonné après cinq jours d’essais\u{a0}";

/// What helps, by the enhanced status code (RFC 3463) that stands in the server's words: another
/// address is no cure for a full mailbox.
fn remedy(why: &str) -> &'static str {
    let codes = why.split(|c: char| !c.is_ascii_digit() && c != '.');
    let mut code = codes.filter_map(|w| {
        let mut parts = w.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("4" | "5"), Some(subject), Some(detail), None) => Some((subject, detail)),
            _ => None,
        }
    });
    match code.next_back() {
        Some(("2", "2")) => "full",
        Some(("2", "3") | ("3", "4")) => "too_large",
        _ if why.starts_with(GIVEN_UP) => "late",
        Some(("7", _)) => "refused",
        _ => "address",
    }
}

/// What people call a kind of mail, masculine or not, with article.
fn mail_name(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Acknowledgement => "l’accusé de réception",
        MailKind::Proposal => "le ticket à valider",
        MailKind::Ticket => "le ticket",
        MailKind::TicketCopy => "le double du ticket",
        MailKind::FollowUp => "le message de relance",
        MailKind::FollowUpCopy => "le double de la relance",
        MailKind::OutcomeCopy => "l’avis de fin de dossier",
        MailKind::Binder => "le classeur du mois",
        MailKind::Digest => "le point régulier",
        _ => "un message",
    }
}

fn stranger(view: &StrangerView) -> Value {
    json!({
        "number": format!("n°\u{a0}{}", view.message),
        "message": view.message,
        "outside": view.held == Held::Outside,
        "unauthenticated": view.held == Held::Unauthenticated,
        "too_large": view.held == Held::TooLarge,
        "from": one_line(&view.from, 160),
        "subject": if view.subject.trim().is_empty() { "(sans objet)".to_owned() } else { one_line(&view.subject, 120) },
    })
}

fn all(incidents: &[Incident], ctx: &Scene<'_>) -> Value {
    incidents
        .iter()
        .map(|i| {
            let mut value = open(i, ctx);
            let days = french::days_between(i.state.since(), ctx.now, &ctx.school.timezone);
            if let Value::Object(map) = &mut value {
                map.insert("age".into(), json!(french::age(days)));
            }
            value
        })
        .collect()
}

fn moment(at: Timestamp, ctx: &Scene<'_>) -> String {
    french::moment(at, ctx.now, &ctx.school.timezone)
}

#[cfg(test)]
mod tests {
    use super::{remedy, without_other_tags};

    #[test]
    fn a_subject_bears_one_tag() {
        let own = "[SIG-2026-0014]";
        let other = "[SIG-2026-0002] Intervention prévue";
        assert_eq!(without_other_tags(other, own), "Intervention prévue");
        assert_eq!(without_other_tags(&format!("{own} {other}"), own), "[SIG-2026-0014] Intervention prévue");
        assert_eq!(without_other_tags("[SIG-2026-0014] Panne", own), "[SIG-2026-0014] Panne");
        assert_eq!(without_other_tags("[SIG-2026", own), "");
        assert_eq!(without_other_tags("Panne", own), "Panne");
    }

    #[test]
    fn another_address_is_advised_only_where_the_address_is_wrong() {
        assert_eq!(remedy("550 5.1.1 <cesame@region.test>: Recipient address rejected"), "address");
        assert_eq!(remedy("revenu non distribué (boîte aux lettres pleine, 5.2.2)"), "full");
        assert_eq!(remedy("552 5.2.2 Mailbox full"), "full");
        assert_eq!(remedy("552 5.3.4 Message too big"), "too_large");
        assert_eq!(remedy("554 5.7.1 blocked by 192.0.2.5.1"), "refused");
        assert_eq!(remedy("given up after five days: 451 4.7.1 later"), "late");
        assert_eq!(remedy("given up after five days: 452 4.2.2 full"), "full");
        assert_eq!(remedy("user unknown"), "address");
    }
}
