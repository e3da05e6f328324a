//! One message -> kind and reports.

use super::aside;
use super::assemble::reports;
use super::doubt::{complaint, contrasted, denied};
use super::learned::Sample;
pub use super::mentions::{Mentions, mentions};
use super::opinion;
use super::over::over;
use super::place::Places;
use super::problem::{Assembler, Draft, Setting};
use super::reading::{self, Reading};
use super::services::symptom_not_application;
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
    /// What is said of things without telling a fault or a repair: each counts only where it fits a known
    /// incident.
    pub asides: Vec<Report>,
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
            asides: Vec::new(),
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
    with_reading(message, profile, places, judge)
}

/// A message as the learned weights see it, to learn from; `None` of a mail that a machine sent.
pub fn sample(message: &Message, profile: &Profile, places: &Places) -> Option<Sample> {
    matches!(origin(message), Origin::Person | Origin::Notifier)
        .then(|| with_reading(message, profile, places, Sample::of))
}

/// Reads subject and body as one text, and hands it on.
fn with_reading<R>(
    message: &Message,
    profile: &Profile,
    places: &Places,
    then: impl FnOnce(&Reading<'_>, Setting<'_>) -> R,
) -> R {
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
    let office = office(message, profile);
    let reading = reading::read(&source, profile.vocabulary(), places);
    let subject_sentences = reading
        .text
        .sentences
        .iter()
        .filter(|s| reading.text.tokens.get(s.tokens.start).is_some_and(|t| t.start < subject_end));
    let setting =
        Setting { subject: subject_sentences.count(), reply, address: address.as_ref(), office: office.as_ref() };
    then(&reading, setting)
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
    // So does a question for news, for the sentence before it and the one after.
    let text = &reading.text;
    let asked: Vec<usize> = reading
        .cues
        .iter()
        .filter(|c| c.cue == Cue::News)
        .map(|c| text.sentence_of(c.start))
        .filter(|s| *s >= setting.subject && text.sentences.get(*s).is_some_and(|s| s.question))
        .collect();
    for draft in assembler.drafts.iter_mut().filter(|d| d.stance == Stance::Broken) {
        let sentence = text.sentence_of(draft.start);
        let near = asked.iter().any(|s| s.abs_diff(sentence) <= 1)
            && !reading.sentence_has(Cue::Another, sentence)
            && !reading.sentence_has(Cue::Again, sentence)
            && text.sentences.get(sentence).is_some_and(|s| !s.item);
        if reminder || near {
            draft.stance = Stance::Still;
        }
    }
    denied(&mut assembler, reading, setting);
    stance::detail(&mut assembler, reading, setting.subject, setting.reply);
    over(&mut assembler, reading, setting.subject, setting.reply);
    stance::still(&mut assembler, reading, setting.subject, setting.reply);
    // "Ravenne, toujours", and then "elle nous a offert derechef …": a relapse is told afresh.
    if !setting.reply {
        for draft in assembler.drafts.iter_mut().filter(|d| d.stance == Stance::Still && d.place_said) {
            let told = text.sentence_of(draft.start);
            if told >= setting.subject && reading.sentence_has(Cue::Again, told) {
                draft.stance = Stance::Broken;
            }
        }
    }
    // What works beside what does not is told in passing.
    if let Some(sentence) = contrasted(text) {
        for draft in &mut assembler.drafts {
            draft.passing |= draft.stance == Stance::Over && text.sentence_of(draft.start) == sentence;
        }
    }
    // "Poisson d'avril !": nothing of it is true.
    let joke = reading.cues.iter().find(|c| c.cue == Cue::Joke).map(|c| c.start);
    let joking = joke.is_some_and(|at| {
        !(at.saturating_sub(5)..at)
            .any(|i| text.same_sentence(i, at) && matches!(text.word(i), "pas" | "rien" | "non" | "n" | "sans" | "ni"))
    });
    if joking {
        assembler.drafts.clear();
    }
    let mut doubtful = false;
    if !joking && assembler.drafts.iter().all(|d| d.passing) {
        doubtful = complaint(&mut assembler, reading, setting, &mut reasons);
    }
    let toned = super::tone::toned(&assembler, reading, setting.subject, setting.reply);
    assembler.drafts.extend(toned.filter(|_| !joking));
    if !joking {
        opinion::second(&mut assembler, reading, setting, &mut reasons);
    }
    let asides = aside::asides(&assembler, reading, setting.subject, setting.reply);
    let drafts = assembler.drafts;
    // "Re : recensement des pannes — rien à signaler": an answer to a call, about no incident.
    let called = (0..setting.subject).any(|s| reading.sentence_has(Cue::Call, s));
    let drafts = if called && drafts.iter().all(|d| d.stance != Stance::Broken) {
        drafts
            .into_iter()
            .filter(|d| {
                d.said
                    && d.mention.is_some_and(|m| {
                        reading.mentions.get(m).is_some_and(|m| text.sentence_of(m.start) >= setting.subject)
                    })
                    || d.place_said
            })
            .collect()
    } else {
        drafts
    };
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
    let asides = reports(reading, setting, asides);
    let reports = reports(reading, setting, drafts);
    Extracted { kind, reports, asides, reasons, doubtful, places, same_as: reading.places.same_as.clone() }
}

pub(super) fn kind_of(drafts: &[Draft]) -> Kind {
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
        // "problème de connexion" is a title, not another fault than the one that the body explains.
        let vague_title = !empty
            && draft.equipment == Equipment::Reseau
            && assembler.drafts.iter().any(|d| {
                matches!(d.equipment, Equipment::Ordinateur | Equipment::Compte | Equipment::Portable | Equipment::Wifi)
            });
        if vague_title {
            continue;
        }
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
        } else if let Some(tag) = rest.strip_prefix('[').and_then(|r| r.split_once(']')).filter(|t| is_label(t.0)) {
            rest = tag.1.trim_start();
        } else {
            let bare = rest.get(..3).is_some_and(|w| w.eq_ignore_ascii_case("re "));
            return (if bare { rest.get(3..).unwrap_or("") } else { rest }, reply || bare);
        }
    }
}

/// Is `tag` a reference or a list's name, not a room (`[B204]`, `[213]`, `[CDI]`)?
fn is_label(tag: &str) -> bool {
    tag.len() > 12 || tag.contains(['-', '#', '_', '@']) && tag.bytes().filter(u8::is_ascii_digit).count() != 3
}

/// The place that the sender's functional address tells (`cdi@…`).
fn address_place(message: &Message, profile: &Profile, places: &Places) -> Option<Place> {
    let address = message.from_address()?.to_string();
    let local = address.split('@').next()?.to_lowercase();
    let name = profile.vocabulary().addresses.get(&local)?;
    Some(places.resolve(&Place::from_normalised(name)))
}

/// The service that the sender's address names beside a school or a number (`gestion.0919877s@…`): it
/// tells who writes, not where the thing stands.
fn office(message: &Message, profile: &Profile) -> Option<Place> {
    let address = message.from_address()?.to_string();
    let local = address.split('@').next()?.to_lowercase();
    let name = local.split(['.', '-', '_']).take(4).find_map(|part| profile.vocabulary().addresses.get(part))?;
    Some(Place::from_normalised(name))
}
