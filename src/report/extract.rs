//! One message -> kind and reports.

use std::ops::Range;

use super::circumstance;
use super::labels;
use super::place::Places;
use super::problem::{Assembler, Draft, Setting, networked, single_of_room};
use super::reading::{self, Reading};
use super::stance;
use super::vocabulary::Cue;
use super::{Equipment, Kind, Place, Report, Stance};
use crate::message::Message;
use crate::message::automatic::{Origin, origin};
use crate::profile::Profile;

/// What one message tells, before it is held against the known incidents.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// First judgement of the kind; matching may change `Report` to `FollowUp` and back.
    pub kind: Kind,
    /// The problems told, in the order of the text.
    pub reports: Vec<Report>,
    /// Why, in words a person can read (English), for `explain`.
    pub reasons: Vec<String>,
    /// Nothing was recognised, yet a person seems to report a fault: the referent must see it.
    pub doubtful: bool,
    /// Every place the new text names, each once.
    pub places: Vec<Place>,
    /// Named places that the text puts beside a room code ("labo de langues (B301)").
    pub same_as: Vec<(Place, Place)>,
}

impl Extracted {
    fn of_kind(kind: Kind, reason: &str) -> Self {
        Self {
            kind,
            reports: Vec::new(),
            reasons: vec![reason.to_owned()],
            doubtful: false,
            places: Vec::new(),
            same_as: Vec::new(),
        }
    }
}

/// Reads `message`. Pure and total: any text gives a result.
pub fn extract(message: &Message, profile: &Profile, places: &Places) -> Extracted {
    match origin(message) {
        Origin::Person => {}
        Origin::AutoReply | Origin::Ours => {
            return Extracted::of_kind(Kind::Auto, "a machine answers on someone's behalf");
        }
        Origin::Bounce => return Extracted::of_kind(Kind::Bounce, "a delivery status notification"),
        Origin::Bulk => return Extracted::of_kind(Kind::Bulk, "advertising, a list, or worse"),
        // A notifier may wrap a colleague's words: judged by its text.
        Origin::Notifier => {}
    }
    let (subject, reply) = bare_subject(&message.subject);
    let mut source = String::with_capacity(subject.len() + message.body.new_text.len() + 4);
    source.push_str(subject);
    source.push_str("\n\n");
    let subject_end = source.len();
    source.push_str(&message.body.new_text);
    for forwarded in &message.body.forwarded {
        source.push_str("\n\n");
        source.push_str(&forwarded.text);
    }
    let forwarding = !message.body.forwarded.is_empty();
    let reply = !forwarding && (reply || !message.in_reply_to.is_empty());
    let address = address_place(message, profile, places);
    let reading = reading::read(&source, profile.vocabulary(), places);
    let subject_sentences = reading
        .text
        .sentences
        .iter()
        .filter(|s| reading.text.tokens.get(s.tokens.start).is_some_and(|t| t.start < subject_end));
    let setting = Setting { subject: subject_sentences.count(), reply, address: address.as_ref() };
    judge(&reading, setting)
}

/// Drafts, stances, kind.
fn judge(reading: &Reading<'_>, setting: Setting<'_>) -> Extracted {
    let mut reasons = Vec::new();
    let mut assembler = Assembler::new(reading, setting);
    for sentence in setting.subject..reading.text.sentences.len() {
        assembler.sentence(sentence);
    }
    subject_too(&mut assembler, reading, setting, &mut reasons);
    symptom_not_application(&mut assembler.drafts, reading);
    // A subject that asks for news makes what follows a reminder.
    let reminder = (0..setting.subject)
        .any(|s| reading.sentence_has(Cue::News, s) || reading.sentence_has(Cue::Still, s) && setting.reply);
    if reminder {
        for draft in assembler.drafts.iter_mut().filter(|d| d.stance == Stance::Broken) {
            draft.stance = Stance::Still;
        }
    }
    stance::detail(&mut assembler, reading, setting.subject, setting.reply);
    stance::over(&mut assembler, reading, setting.subject, setting.reply);
    stance::still(&mut assembler, reading, setting.subject, setting.reply);
    let mut doubtful = false;
    if assembler.drafts.iter().all(|d| d.passing) {
        doubtful = complaint(&mut assembler, reading, setting, &mut reasons);
    }
    let drafts = assembler.drafts;
    let kind = kind_of(&drafts);
    reasons.push(match kind {
        Kind::Report => "tells of a fault".to_owned(),
        Kind::FollowUp => "speaks of a known fault".to_owned(),
        Kind::Resolved => "says that a fault is over".to_owned(),
        _ => "tells of no fault".to_owned(),
    });
    let mut places: Vec<Place> = Vec::new();
    for located in &reading.places.found {
        if !places.contains(&located.place) {
            places.push(located.place.clone());
        }
    }
    let reports = reports(reading, setting, drafts);
    Extracted { kind, reports, reasons, doubtful, places, same_as: reading.places.same_as.clone() }
}

fn kind_of(drafts: &[Draft]) -> Kind {
    let told: Vec<Stance> = drafts.iter().filter(|d| !d.passing).map(|d| d.stance).collect();
    if told.contains(&Stance::Broken) {
        Kind::Report
    } else if told.iter().any(|s| matches!(s, Stance::Still | Stance::Detail)) {
        Kind::FollowUp
    } else if told.contains(&Stance::Over) {
        Kind::Resolved
    } else {
        Kind::Other
    }
}

/// The subject tells a problem of its own where the body tells none of that thing.
fn subject_too(
    assembler: &mut Assembler<'_, '_>,
    reading: &Reading<'_>,
    setting: Setting<'_>,
    reasons: &mut Vec<String>,
) {
    if setting.reply {
        return;
    }
    let body = assembler.drafts.clone();
    for sentence in 0..setting.subject {
        assembler.sentence(sentence);
    }
    let told = assembler.drafts.split_off(body.len().min(assembler.drafts.len()));
    assembler.drafts = body;
    let empty = assembler.drafts.is_empty();
    for draft in told {
        let text = &reading.text;
        let word = draft.mention.and_then(|m| reading.mentions.get(m)).map_or("", |m| text.word(m.start));
        let named = (0..text.tokens.len()).any(|i| text.sentence_of(i) >= setting.subject && text.word(i) == word)
            || reading
                .mentions
                .iter()
                .any(|m| text.sentence_of(m.start) >= setting.subject && m.equipment == draft.equipment);
        if (empty && !body_is_over(reading, setting))
            || (!empty
                && draft.said
                && draft.mention.is_some()
                && !named
                && assembler.drafts.iter().all(|d| d.said && d.equipment != draft.equipment && d.mention.is_some()))
        {
            reasons.push("the subject tells it".to_owned());
            assembler.drafts.insert(0, draft);
        }
    }
}

/// Does the body say that all is well, or ask for news, so that the subject is only a title?
fn body_is_over(reading: &Reading<'_>, setting: Setting<'_>) -> bool {
    reading
        .cues
        .iter()
        .any(|c| matches!(c.cue, Cue::Repaired | Cue::News) && reading.text.sentence_of(c.start) >= setting.subject)
}

/// "Pronote ne s'ouvre pas … Google non plus": where nothing opens, the application is not at fault.
fn symptom_not_application(drafts: &mut Vec<Draft>, reading: &Reading<'_>) {
    let text = &reading.text;
    let networks: Vec<usize> = drafts
        .iter()
        .filter(|d| matches!(d.equipment, Equipment::Reseau | Equipment::Wifi) && d.stance == Stance::Broken)
        .map(|d| text.sentence_of(d.start))
        .collect();
    let seats: Vec<usize> = drafts
        .iter()
        .filter(|d| {
            matches!(d.equipment, Equipment::Ordinateur | Equipment::Portable) && !d.machines.numbers.is_empty()
        })
        .map(|d| text.sentence_of(d.start))
        .collect();
    drafts.retain(|d| {
        let symptom_of_seat = d.equipment == Equipment::Logiciel && seats.contains(&text.sentence_of(d.start));
        if symptom_of_seat {
            return false;
        }
        let application =
            matches!(d.equipment, Equipment::Ent | Equipment::Messagerie | Equipment::Logiciel | Equipment::Compte);
        let sentence = text.sentence_of(d.start);
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        !(application && !item && networks.iter().any(|n| n.abs_diff(sentence) <= 1))
    });
}

/// Nothing was recognised: does a person complain all the same? A lost report is the worst error.
fn complaint(
    assembler: &mut Assembler<'_, '_>,
    reading: &Reading<'_>,
    setting: Setting<'_>,
    reasons: &mut Vec<String>,
) -> bool {
    let text = &reading.text;
    let innocent = reading
        .cues
        .iter()
        .any(|c| matches!(c.cue, Cue::Wish | Cue::Reserve | Cue::Howto | Cue::Announce | Cue::Thanks | Cue::Condition));
    let complains = reading.cues.iter().find(|c| matches!(c.cue, Cue::Complaint | Cue::Urgent));
    let thing = reading.mentions.iter().position(|m| !m.weak);
    let words = text.tokens.len();
    let denies = (0..words).any(|i| {
        matches!(
            text.word(i),
            "plus" | "pas" | "rien" | "aucun" | "aucune" | "impossible" | "pu" | "sans" | "mal" | "trop"
        )
    });
    let passing_only = !assembler.drafts.is_empty();
    let well = reading.cues.iter().any(|c| matches!(c.cue, Cue::Works | Cue::Repaired | Cue::History));
    if innocent || (passing_only || well) && complains.is_none() {
        return false;
    }
    let short = words <= 30;
    let place = !reading.places.found.is_empty();
    let worth = complains.is_some() && (thing.is_some() || place)
        || thing.is_some() && (denies || short && !passing_only)
        || (complains.is_some() && short);
    if !worth {
        return false;
    }
    let sentence = thing
        .and_then(|t| reading.mentions.get(t))
        .map(|m| text.sentence_of(m.start))
        .filter(|s| *s >= setting.subject)
        .or_else(|| complains.map(|c| text.sentence_of(c.start)))
        .or_else(|| thing.and_then(|t| reading.mentions.get(t)).map(|m| text.sentence_of(m.start)))
        .unwrap_or(0);
    let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
    let mention = thing.and_then(|t| reading.mentions.get(t));
    let equipment = mention.map_or(Equipment::Autre, |m| m.equipment);
    let anchor = mention.map_or((range.start, range.end), |m| (m.start, m.end));
    let found = assembler.place_of(sentence, anchor, equipment);
    reasons.push("no fault was recognised, but somebody seems to report one".to_owned());
    let stance = if setting.reply { Stance::Still } else { Stance::Broken };
    let mut doubts = found.doubts;
    doubts.push("panne non reconnue dans le texte".to_owned());
    assembler.drafts.push(Draft {
        equipment,
        said: mention.is_some(),
        symptom: None,
        atte: false,
        start: range.start,
        end: range.end,
        mention: thing,
        places: found.places,
        place_said: found.said,
        general: found.general,
        machines: Default::default(),
        stance,
        passing: false,
        doubts,
    });
    true
}

/// Drafts -> reports, with everything that is said around them.
fn reports(reading: &Reading<'_>, setting: Setting<'_>, drafts: Vec<Draft>) -> Vec<Report> {
    let text = &reading.text;
    let effect = circumstance::effect(reading, &drafts, setting.subject);
    let urgent = circumstance::urgent(reading);
    let mut reports = Vec::new();
    let starts: Vec<usize> = drafts.iter().map(|d| d.start).collect();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| starts.get(*i).copied().unwrap_or(0));
    for nth in order {
        let Some(draft) = drafts.get(nth) else { continue };
        let next = starts.iter().copied().filter(|s| *s > draft.start).min();
        let zone = zone(reading, draft, next);
        let span = span(reading, draft, &drafts);
        let (mut labels, mut serials) = labels::find(text, zone.0, zone.1);
        labels.dedup();
        serials.dedup();
        let counted = super::count::countable(draft.equipment);
        let count = if counted { draft.machines.count.unwrap_or(1).max(1) } else { 1 };
        let sentence = text.sentence_of(draft.start);
        let again = reading.sentence_has(Cue::Again, sentence) && draft.stance != Stance::Over
            || (sentence >= setting.subject
                && drafts.len() == 1
                && (0..setting.subject).any(|s| reading.sentence_has(Cue::Again, s)));
        let several = draft.places.len() > 1;
        let wide = several && networked(draft.equipment) && draft.places.len() > 2;
        let places: Vec<Option<Place>> = match draft.places.as_slice() {
            [] => vec![None],
            _ if wide => vec![Some(common(&draft.places))],
            all => all.iter().cloned().map(Some).collect(),
        };
        for place in places {
            let office = circumstance::administration(reading, place.as_ref(), setting.address);
            let mut doubts = draft.doubts.clone();
            if place.is_none() && (single_of_room(draft.equipment).is_some() || !networked(draft.equipment)) {
                doubts.push("lieu non précisé".to_owned());
            }
            reports.push(Report {
                responsible: circumstance::responsible(reading, draft, zone, office),
                place,
                equipment: draft.equipment,
                symptom: draft.symptom.and_then(|s| reading.vocabulary.symptoms.get(s)).map(|s| s.key.clone()),
                count,
                machines: draft.machines.numbers.clone(),
                labels: labels.clone(),
                serials: serials.clone(),
                since: circumstance::since(text, draft),
                effect: effect.clone(),
                urgent,
                span: span.clone(),
                stance: draft.stance,
                general: draft.general || wide,
                again,
                doubts,
                equipment_said: draft.said,
                passing: draft.passing,
            });
        }
    }
    reports
}

/// One place for many: the building that all rooms share, or the whole school.
fn common(places: &[Place]) -> Place {
    let mut heads: Vec<&str> = places
        .iter()
        .map(|p| if super::locate::is_code(p.as_str()) { super::locate::letters(p.as_str()) } else { "" })
        .collect();
    heads.dedup();
    match heads.as_slice() {
        [head] if !head.is_empty() => Place::from_normalised(&format!("BATIMENT {head}")),
        _ => Place::from_normalised(Place::WHOLE_SCHOOL),
    }
}

/// The tokens about `draft`: from its clause to the next problem, or two sentences on.
fn zone(reading: &Reading<'_>, draft: &Draft, next: Option<usize>) -> (usize, usize) {
    let text = &reading.text;
    let sentence = text.sentence_of(draft.start);
    let last = text
        .sentences
        .get((sentence + 3).min(text.sentences.len().saturating_sub(1)))
        .map_or(draft.end, |s| s.tokens.end);
    let end = next.unwrap_or(last).min(last).max(draft.end);
    let first = text.sentences.get(sentence).map_or(draft.start, |s| s.tokens.start);
    let start =
        (first..=draft.start).find(|i| text.clause_of(*i) == text.clause_of(draft.start)).unwrap_or(draft.start);
    (start, end)
}

/// The verbatim words: whole clauses around the problem, not those of another problem.
fn span(reading: &Reading<'_>, draft: &Draft, all: &[Draft]) -> String {
    let text = &reading.text;
    let sentence = text.sentence_of(draft.start);
    let Some(range) = text.sentences.get(sentence).map(|s| s.tokens.clone()) else { return String::new() };
    let same = |d: &&Draft| text.sentence_of(d.start) == sentence && (d.start, d.end) != (draft.start, draft.end);
    let floor = all
        .iter()
        .filter(same)
        .filter(|d| d.start < draft.start)
        .map(|d| d.end)
        .max()
        .unwrap_or(range.start)
        .min(draft.start)
        .max(range.start);
    let ceiling = all
        .iter()
        .filter(same)
        .filter(|d| d.start > draft.start)
        .map(|d| d.start)
        .min()
        .unwrap_or(range.end)
        .max(draft.end)
        .min(range.end);
    let alone = !all.iter().any(|d| same(&d));
    let first_clause = text.clause_of(draft.start);
    let last_clause = text.clause_of(draft.end.saturating_sub(1));
    let mut start = draft.start;
    while start > floor
        && (text.clause_of(start - 1) == first_clause || alone && first_clause - text.clause_of(start - 1) <= 1)
    {
        start -= 1;
    }
    let mut end = draft.end.min(range.end);
    while end < ceiling && (text.clause_of(end) == last_clause || alone && text.clause_of(end) - last_clause <= 1) {
        end += 1;
    }
    while end > draft.end
        && matches!(
            text.word(end - 1),
            "et" | "mais"
                | "puis"
                | "que"
                | "ni"
                | "l"
                | "le"
                | "la"
                | "les"
                | "un"
                | "une"
                | "en"
                | "au"
                | "d"
                | "de"
                | "du"
                | "des"
                | "mon"
                | "ma"
                | "mes"
        )
    {
        end -= 1;
    }
    let whole = circumstance::written(text, start, end).unwrap_or_default();
    if whole.chars().count() <= 200 {
        return whole;
    }
    let core = circumstance::written(text, draft.start, end).unwrap_or_default();
    shorten(&core, 200).to_owned()
}

/// At most `most` characters of `text`, cut at a word.
pub fn shorten(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let cut = text.get(..end).unwrap_or(text);
    cut.rsplit_once(' ').map_or(cut, |(head, _)| head)
}

/// The subject without reply and forward marks, and whether it was a reply's.
fn bare_subject(subject: &str) -> (&str, bool) {
    let mut rest = subject.trim();
    let mut reply = false;
    loop {
        let lower = rest.get(..rest.len().min(5)).map(str::to_lowercase).unwrap_or_default();
        let mark = ["re:", "re :", "rép:", "tr:", "tr :", "fw:", "fwd:", "fwd :", "re\u{a0}:", "tr\u{a0}:"]
            .iter()
            .find(|m| lower.starts_with(**m));
        if let Some(mark) = mark {
            reply |= lower.starts_with('r');
            rest = rest.get(mark.len()..).unwrap_or("").trim_start();
        } else if let Some(tag) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            rest = tag.1.trim_start();
        } else {
            let bare = rest.get(..3).is_some_and(|w| w.eq_ignore_ascii_case("re "));
            return (if bare { rest.get(3..).unwrap_or("") } else { rest }, reply || bare);
        }
    }
}

/// The place that the sender's functional address tells (`cdi@…`).
fn address_place(message: &Message, profile: &Profile, places: &Places) -> Option<Place> {
    let address = message.from_address()?.to_string();
    let local = address.split('@').next()?.to_lowercase();
    let name = profile.vocabulary().addresses.get(&local)?;
    Some(places.resolve(&Place::from_normalised(name)))
}

/// What a piece of text names, without any judgement: for reading answers and corrections.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Places and where they stand (byte ranges of the text), in order.
    pub places: Vec<(Place, Range<usize>)>,
    /// Equipment and where it stands, in order.
    pub equipment: Vec<(Equipment, Range<usize>)>,
    /// Numbers of machines ("trois postes"), in order.
    pub counts: Vec<(u32, Range<usize>)>,
    /// Asset labels, as written.
    pub labels: Vec<String>,
    /// Serial numbers, as written.
    pub serials: Vec<String>,
}

/// What `text` names. Pure and total.
pub fn mentions(text: &str, profile: &Profile, places: &Places) -> Mentions {
    let reading = reading::read(text, profile.vocabulary(), places);
    let bytes = |start: usize, end: usize| {
        let from = reading.text.tokens.get(start).map_or(0, |t| t.start);
        let to = end.checked_sub(1).and_then(|e| reading.text.tokens.get(e)).map_or(from, |t| t.end);
        from..to
    };
    let (labels, serials) = labels::find(&reading.text, 0, reading.text.tokens.len());
    Mentions {
        places: reading.places.found.iter().map(|p| (p.place.clone(), bytes(p.start, p.end))).collect(),
        equipment: reading.mentions.iter().filter(|m| !m.weak).map(|m| (m.equipment, bytes(m.start, m.end))).collect(),
        counts: reading
            .mentions
            .iter()
            .filter_map(|m| {
                let numbers = super::count::numbers_from(&reading.text, m.end);
                let count = super::count::before(&reading, m).or(numbers.count)?;
                Some((count, bytes(m.start, m.end)))
            })
            .collect(),
        labels,
        serials,
    }
}
