//! Support's answer. What is not plainly said is [`SupportIntent::Other`]: nothing is guessed into
//! `closed` or `resolved`.

use std::ops::Range;

use super::dates::{self, Day};
use super::fold::{Folded, Sentence};
use super::number;
use super::reader::Reader;
use super::{SupportAnswer, SupportIntent};

/// What the sentences of a mail say, together.
#[derive(Debug, Default)]
struct Said {
    status: Option<SupportIntent>,
    planned: Option<Day>,
    /// Which sentence names it.
    planned_in: usize,
    /// "La semaine du 12": some day of it.
    week: bool,
    /// Sentences about the hours of a visit, or about who is to open.
    access: Vec<usize>,
    /// That day stands in a sentence about what has happened ("s'est présenté mardi").
    planned_of_the_past: bool,
    cancelled: bool,
    refused: Option<usize>,
    resolved: bool,
    unresolved: bool,
    closed: bool,
    asks: Vec<usize>,
    /// Sentences that close the file.
    closes: Vec<usize>,
    /// A visit failed before a closed door, or for want of anybody to open it.
    barred: bool,
    /// The sentence that says that a visit came to nothing.
    failed: Option<usize>,
    in_progress: bool,
    acknowledged: bool,
    notice: bool,
    survey: bool,
}

/// Reads support's subject and new text.
pub(super) fn read(reader: &Reader<'_>, subject: &str, new_text: &str) -> SupportAnswer {
    let body = reader.fold(new_text);
    let topic = reader.topic(subject);
    let heading = reader.fold(subject);
    let exact = |r: std::ops::Range<usize>| body.original(new_text, r).to_owned();
    let in_subject = |r: std::ops::Range<usize>| heading.original(subject, r).to_owned();
    let reference = number::find(&body.text, &exact).or_else(|| number::find(&heading.text, &in_subject));
    let sentences = body.sentences();
    let mut said = Said { status: status(reader, &body.text), ..Said::default() };
    for (i, sentence) in sentences.iter().enumerate() {
        hear(reader, &body, sentence, i, &mut said);
    }
    if topic.reference.is_none() || sentences.is_empty() {
        said.notice |= reader.phrases.says("support.notice", &heading.text);
    }
    said.survey |= reader.phrases.says("support.survey", &heading.text);
    if sentences.is_empty() || reader.is_automatic(subject, &body) && !said.acknowledged {
        return SupportAnswer { reference, ..SupportAnswer::default() };
    }
    if said.planned_of_the_past && (said.barred || said.failed.is_some()) {
        said.planned = None;
    }
    let intent = judge(&said, topic.reference.is_some(), reference.is_some());
    let (date, half) = match (&said.planned, intent) {
        (Some(day), SupportIntent::Planned) => (Some(day.date), day.half),
        _ => (None, None),
    };
    let which: Vec<usize> = match intent {
        // That the file is closed all the same is for the referent to know.
        SupportIntent::NeedsInfo if said.barred || said.failed.is_some() => {
            let asks = said.asks.iter().copied().take(2);
            let mut which: Vec<usize> = asks.chain(said.failed).chain(said.closes.first().copied()).collect();
            which.sort_unstable();
            which.dedup();
            which
        }
        SupportIntent::NeedsInfo => said.asks.iter().copied().take(2).collect(),
        SupportIntent::Refused => said.refused.into_iter().collect(),
        _ => Vec::new(),
    };
    let words: Vec<String> =
        which.iter().filter_map(|i| sentences.get(*i)).map(|s| verbatim(new_text, &body, s)).collect();
    let barred = intent == SupportIntent::NeedsInfo && (said.barred || said.failed.is_some());
    let visit = if date.is_some() { visit(new_text, &body, &sentences, &said) } else { String::new() };
    let week = date.is_some() && said.week;
    SupportAnswer { intent, reference, date, half, week, visit, words: words.join(" "), barred }
}

/// What support says of a planned visit beside its day: empty where it says no more than that.
fn visit(source: &str, body: &Folded, sentences: &[Sentence], said: &Said) -> String {
    let names_more = |i: &usize| {
        let text = sentences.get(*i).and_then(|s| body.text.get(s.range.clone())).unwrap_or("");
        said.week || dates::names_hours(text) || is_about_access(text)
    };
    let mut which: Vec<usize> = Some(said.planned_in).filter(names_more).into_iter().collect();
    which.extend(said.access.iter().copied().filter(|i| *i != said.planned_in).take(2));
    which.sort_unstable();
    let words: Vec<String> =
        which.iter().filter_map(|i| sentences.get(*i)).map(|s| verbatim(source, body, s)).collect();
    words.join(" ")
}

/// Speaks of hours, or of somebody who is to be there and open.
fn is_about_access(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "prevoir", "l acces", " acces ", "ouvrir", "ouverte", "la cle", "les cles", "presence", "accueil", "liberer",
        "creneau",
    ];
    WORDS.iter().any(|w| text.contains(w))
}

/// The sentence in support's words, with its mark.
fn verbatim(source: &str, body: &Folded, sentence: &Sentence) -> String {
    let words: Vec<&str> = body.original(source, sentence.range.clone()).split_whitespace().collect();
    let mut text: String = words.join(" ").chars().take(400).collect();
    text.push_str(if sentence.question { " ?" } else { "." });
    text
}

/// "Statut : EN COURS", "a changé d'état : A -> B": the last state named counts.
fn status(reader: &Reader<'_>, text: &str) -> Option<SupportIntent> {
    let parts: Vec<&str> = text.lines().flat_map(|l| l.split_inclusive(". ")).collect();
    let line = parts.into_iter().rev().find_map(|l| {
        ["statut", "etat", "status", "nouvel etat", "nouveau statut"]
            .iter()
            .filter_map(|k| l.find(&format!("{k} :")).or_else(|| l.find(&format!("{k}:"))).map(|n| &l[n + k.len()..]))
            .next()
    })?;
    let value = line.rsplit(['>', '→']).next().unwrap_or(line).trim_matches(|c: char| !c.is_alphanumeric());
    let p = &reader.phrases;
    let short = value.split(['.', ',', ';']).next().unwrap_or(value);
    let asks = short.contains("utilisateur")
        || short.contains("demandeur")
        || short.contains("client")
        || short.contains("information")
        || short.contains("retour");
    if short.contains("attente") || short.contains("suspendu") {
        return Some(if asks { SupportIntent::NeedsInfo } else { SupportIntent::InProgress });
    }
    if p.says("support.refused", short) || short.starts_with("rejete") || short.starts_with("refuse") {
        return Some(SupportIntent::Refused);
    }
    if p.says("support.resolved", short) && !short.starts_with("non") && !p.says("support.not_resolved", short) {
        return Some(SupportIntent::Resolved);
    }
    if p.says("support.closed", short) {
        return Some(SupportIntent::Closed);
    }
    if p.says("support.in_progress", short) {
        return Some(SupportIntent::InProgress);
    }
    let new = ["nouveau", "ouvert", "enregistre", "cree", "recu", "pris en compte"];
    new.iter().any(|n| short.starts_with(n)).then_some(SupportIntent::Acknowledged)
}

/// Adds what one sentence says.
fn hear(reader: &Reader<'_>, body: &Folded, sentence: &Sentence, index: usize, said: &mut Said) {
    let p = &reader.phrases;
    let text = &body.text[sentence.range.clone()];
    let barred = barred(reader, text);
    let failed = p.says("support.failed_visit", text) && !p.says("support.conditional", text);
    said.survey |= p.says("support.survey", text);
    said.notice |= p.says("support.notice", text) && barred.is_empty();
    // The day on which nobody opened is not the day of the next visit.
    let plan = planned(reader, body, text)
        .filter(|day| (barred.is_empty() && !failed) || (day.date > reader.written_on && again(text)));
    if sentence.question {
        if !p.says("support.survey", text) {
            said.asks.push(index);
        }
        if let Some(day) = plan.filter(|_| !p.says("support.conditional", text))
            && said.planned.is_none()
        {
            said.planned_in = index;
            said.week = names_week(text, &day);
            said.planned = Some(day);
        }
        return;
    }
    let no_request = p.says("support.no_request", text);
    said.barred |= !barred.is_empty();
    if failed {
        said.failed.get_or_insert(index);
    }
    if !barred.is_empty() || (p.says("support.needs_info", text) && !no_request) {
        said.asks.push(index);
    }
    if is_about_access(text) || plan.is_none() && dates::names_hours(text) && p.says("support.visit", text) {
        said.access.push(index);
    }
    if let Some(day) = plan {
        said.planned_in = index;
        said.week = names_week(text, &day);
        said.planned_of_the_past = p.says("support.past", text) && !again(text);
        said.planned = Some(
            said.planned
                .take()
                .map_or(day.clone(), |old| if old.half.is_none() && old.date == day.date { day } else { old }),
        );
    }
    if p.says("support.cancelled", text) && p.says("support.visit", text) {
        said.cancelled = true;
    }
    // "Accès refusé à notre technicien" refuses no ticket.
    let refuses = p.set("support.refused").find_iter(text).any(|m| !overlaps(&barred, &m.range()));
    if refuses && !failed && !p.says("support.survey", text) {
        said.refused.get_or_insert(index);
    }
    said.unresolved |= p.says("support.not_resolved", text);
    // Statements about what has happened, clause by clause: "résolu" in a condition says nothing.
    for clause in clauses(text) {
        let conditional = p.says("support.conditional", clause);
        if !conditional && asserts(reader, "support.resolved", clause) {
            said.resolved = true;
        }
        let at = clause.as_ptr() as usize - text.as_ptr() as usize;
        let closes = p
            .set("support.closed")
            .find_iter(clause)
            .any(|m| !overlaps(&barred, &(at + m.start()..at + m.end())) && !negated(reader, clause, &m.range()));
        if !conditional && !no_request && closes {
            said.closed = true;
            said.closes.push(index);
        }
        if denies(reader, "support.resolved", clause) {
            said.unresolved = true;
        }
    }
    said.in_progress |= p.says("support.in_progress", text);
    said.acknowledged |= p.says("support.acknowledged", text);
}

fn overlaps(ranges: &[Range<usize>], one: &Range<usize>) -> bool {
    ranges.iter().any(|r| r.start < one.end && one.start < r.end)
}

/// Where a sentence says that whoever came found a closed door, nobody, or was not let in.
fn barred(reader: &Reader<'_>, text: &str) -> Vec<Range<usize>> {
    let p = &reader.phrases;
    // "Merci de prévoir une personne sur place", "si la salle est fermée": nothing has happened yet.
    let outlook =
        ["si ", "merci de prevoir", "veuillez prevoir", "merci de laisser", "afin que", "afin d eviter", "pour eviter"];
    let state = ["ferm", "clos", "occup", "verrou"];
    p.set("support.barred")
        .find_iter(text)
        .map(|m| m.range())
        .filter(|m| {
            let start = text[..m.start].rfind([',', ';', ':', '(']).map_or(0, |n| n + 1);
            let before = text[start..m.start].trim_start();
            let here = &text[m.clone()];
            let ahead = outlook.iter().any(|o| before.contains(o) && !before.contains("comme si "))
                || [" sera ", " seront ", " serait ", " soit "].iter().any(|w| text[start..m.end].contains(w));
            let somebody = here.starts_with("personne")
                && ["une", "la", "cette", "toute", "autre", "seule"].iter().any(|w| before.trim_end().ends_with(w));
            // "Le dossier de la salle B204 est fermé" closes the dossier.
            let file = ["ticket", "dossier", "demande", "incident", "fiche", "appel"];
            let said = &text[start..m.end];
            let of_a_file = state.iter().any(|w| here.contains(w))
                && file.iter().filter_map(|f| said.rfind(f)).max().is_some_and(|at| {
                    let between = &said[at..];
                    ![" etait", "trouv", "present", "devant", "constat", "heurt"].iter().any(|w| between.contains(w))
                });
            !ahead && !somebody && !of_a_file
        })
        .collect()
}

/// Speaks of another visit, still to come.
fn again(text: &str) -> bool {
    let ahead = [
        "report",
        "repouss",
        "decal",
        "reprogramm",
        "replanif",
        "nouve",
        "repasser",
        "reviend",
        "viendra",
        "viendrons",
        "interviendr",
        "passera",
        "passerons",
        "prochain",
        "sera ",
    ];
    ahead.iter().any(|w| text.contains(w))
}

fn clauses(text: &str) -> Vec<&str> {
    // A condition governs its whole sentence: "si le problème est résolu, …".
    let trimmed = text.trim_start();
    if trimmed.starts_with("si ")
        || trimmed.starts_with("sans ")
        || trimmed.starts_with("une fois ")
        || trimmed.starts_with("lorsque ")
        || trimmed.starts_with("des que ")
    {
        let past = [" a ete ", " avons ", " est clos", " procedons ", " cloturons ", " fermons ", " archivons "]
            .iter()
            .any(|w| text.contains(w))
            && trimmed.starts_with("sans ");
        return if past { text.split(',').skip(1).collect() } else { Vec::new() };
    }
    text.split([';', ':', '(']).flat_map(|c| c.split(" mais ")).flat_map(|c| c.split(", ")).collect()
}

/// Says it, and does not deny it in the words before.
fn asserts(reader: &Reader<'_>, key: &str, clause: &str) -> bool {
    reader.phrases.set(key).find_iter(clause).any(|m| !negated(reader, clause, &m.range()))
}

fn denies(reader: &Reader<'_>, key: &str, clause: &str) -> bool {
    reader.phrases.set(key).find_iter(clause).any(|m| negated(reader, clause, &m.range()))
}

fn negated(reader: &Reader<'_>, clause: &str, found: &Range<usize>) -> bool {
    let at = found.start;
    // "Intervention non effectuée", "n'avons pas changé": the denial stands within.
    if clause[found.clone()].split(' ').any(|w| matches!(w, "pas" | "non" | "jamais")) {
        return true;
    }
    let before = clause[..at].trim_end();
    reader.phrases.set("support.negated").find_iter(&clause[..at]).any(|m| m.end() >= before.len())
        || before.ends_with(" pas")
        || before.ends_with(" pas ete")
        || before.ends_with(" pas encore")
        || before.ends_with(" non")
        || before.ends_with(" a")
            && clause[at..].starts_with(|c: char| c.is_alphabetic())
            && ["reste a", "est a", "sont a"].iter().any(|w| before.ends_with(w))
        || clause[at..].split_whitespace().take(3).any(|w| w == "pas" || w == "plus") && clause[..at].ends_with("ne ")
}

/// "La semaine du 12", "semaine du lundi 12/10": the week of that day.
fn names_week(text: &str, day: &Day) -> bool {
    let before = text.get(..day.range.start).unwrap_or("").trim_end();
    let named = text.get(day.range.clone()).unwrap_or("");
    let before = if named.starts_with("du ") { before } else { before.strip_suffix("du").unwrap_or("").trim_end() };
    before.ends_with("semaine")
}

/// The day of a visit or delivery that this sentence plans.
fn planned(reader: &Reader<'_>, body: &Folded, text: &str) -> Option<Day> {
    let p = &reader.phrases;
    let mut days = dates::find(text, reader.written_on);
    if days.is_empty() {
        return None;
    }
    let labelled = ["debut", "date", "rdv", "rendez vous", "creneau"].iter().any(|l| text.trim_start().starts_with(l));
    if !p.says("support.visit", text) && !labelled {
        return None;
    }
    if p.says("support.notice", text) {
        return None;
    }
    // "repoussée du 4 au 11", "initialement prévue le 4": the day after the word counts.
    let moved = p.set("support.moved").find(text);
    if let Some(moved) = moved {
        let later: Vec<Day> = days.iter().filter(|d| d.range.start >= moved.end()).cloned().collect();
        let old = moved.as_str().starts_with("initialement")
            || moved.as_str().starts_with("au lieu")
            || moved.as_str().starts_with("et non");
        if old {
            let n = days.iter().position(|d| d.range.start >= moved.end());
            if let Some(n) = n.filter(|_| days.len() > 1) {
                days.remove(n);
            }
        } else if let Some(last) = later.last() {
            // "repoussée du 4 au 11"
            days = vec![last.clone()];
        }
    } else if let Some(cancelled) = p.set("support.cancelled").find_iter(text).last() {
        // "Le passage du 12 est annulé, je viendrai le 17": what comes after counts.
        if !p.says("support.visit", &text[cancelled.end()..]) {
            return None;
        }
        days.retain(|d| d.range.start >= cancelled.end());
    }
    let past = p.says("support.past", text)
        || body.text.contains("compte rendu")
        || body.text.contains("rapport d intervention");
    days.into_iter().find(|d| d.date > reader.written_on || (d.date == reader.written_on && !past))
}

/// From what was said to what it means. A statement of fact beats an outlook, a date beats a question.
fn judge(said: &Said, ours: bool, numbered: bool) -> SupportIntent {
    let fact = said.resolved && !said.unresolved;
    if (said.survey || said.notice) && !fact && !said.closed && said.refused.is_none() {
        let about_us = ours && (said.planned.is_some() || said.acknowledged) && !said.survey;
        if !about_us {
            return SupportIntent::Other;
        }
    }
    if said.survey && !ours && said.status.is_none() {
        return SupportIntent::Other;
    }
    if let Some(status) = said.status {
        if status == SupportIntent::InProgress && said.planned.is_some() {
            return SupportIntent::Planned;
        }
        if status == SupportIntent::Closed && fact {
            return SupportIntent::Resolved;
        }
        let idle = matches!(status, SupportIntent::Closed | SupportIntent::InProgress | SupportIntent::Acknowledged);
        if idle && (said.barred || (said.failed.is_some() && status == SupportIntent::Closed)) {
            return if said.planned.is_some() { SupportIntent::Planned } else { SupportIntent::NeedsInfo };
        }
        return status;
    }
    if said.refused.is_some() && !(fact && said.planned.is_none() && !said.closed) {
        return SupportIntent::Refused;
    }
    if said.planned.is_some() && !(fact && said.closed) {
        return SupportIntent::Planned;
    }
    if fact {
        return SupportIntent::Resolved;
    }
    // Nobody could work: whatever is said of the file, the fault stays and somebody must open the door.
    if said.barred || (said.failed.is_some() && said.closed) {
        return SupportIntent::NeedsInfo;
    }
    if said.closed {
        return SupportIntent::Closed;
    }
    if !said.asks.is_empty() {
        return SupportIntent::NeedsInfo;
    }
    if said.acknowledged && (numbered || !said.in_progress) {
        return SupportIntent::Acknowledged;
    }
    if said.in_progress && !said.cancelled {
        return SupportIntent::InProgress;
    }
    if said.failed.is_some() && !said.acknowledged {
        return SupportIntent::NeedsInfo;
    }
    SupportIntent::Other
}
