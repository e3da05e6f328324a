//! The referent's answer on one incident. A ticket leaves only where every word of the answer is
//! understood and nothing in it doubts, delays, depends, asks or denies.

use std::sync::LazyLock;

use regex::Regex;

use super::changes::Change;
use super::fold::Folded;
use super::orders;
use super::reader::{REFERENCE, Reader, Topic, reference};
use super::shorthand::{self, Written};
use super::spot::Spot;
use super::{Order, Reference, Target, Verb};
use crate::report::{Place, Responsible};

/// Nobody's answer names more incidents, places, things or actors: whatever does decides nothing, and
/// costs no more than a look at each.
const MOST: usize = 100;

/// A text taken apart for one reading.
pub(super) struct Text<'s> {
    pub source: &'s str,
    pub folded: Folded,
    /// Sentences that assert something, as ranges of the folded text.
    pub asserted: Vec<std::ops::Range<usize>>,
    /// The text of those, one a line.
    pub said: String,
    /// A sentence asks something.
    pub asks: bool,
    /// A sentence ends with "ok ?" or the like.
    pub tagged: bool,
    pub spots: Vec<Spot>,
}

impl<'s> Text<'s> {
    pub fn of(reader: &Reader<'_>, source: &'s str) -> Self {
        let folded = reader.fold(source);
        let spots = reader.spots(source, &folded);
        let (mut asserted, mut said, mut asks, mut tagged) = (Vec::new(), String::new(), false, false);
        for sentence in folded.sentences() {
            let text = &folded.text[sentence.range.clone()];
            let mut range = sentence.range.clone();
            if sentence.question {
                let Some(without) = without_tag(reader, text) else {
                    asks |= reader.phrases.set("greeting").find(text).is_none_or(|m| m.len() != text.len());
                    continue;
                };
                tagged = true;
                range.end = range.start + without;
            } else if starts_question(reader, text) {
                asks = true;
                continue;
            }
            said.push_str(&folded.text[range.clone()]);
            said.push('\n');
            asserted.push(range);
        }
        Self { source, folded, asserted, said, asks, tagged, spots }
    }
}

/// "Corrigez ok ?": a question in form only. The length of the sentence without it.
fn without_tag(reader: &Reader<'_>, text: &str) -> Option<usize> {
    let tag = reader.phrases.set("referent.tag").find_iter(text).filter(|m| m.end() == text.len()).last()?;
    let before = text[..tag.start()].trim_end_matches([' ', ',']);
    // "vous pouvez m'envoyer la photo s'il vous plaît ?" asks all the same.
    let asks = reader.phrases.says("referent.question", before);
    (before.chars().any(char::is_alphanumeric) && !asks).then_some(before.len())
}

/// A question without its mark.
fn starts_question(reader: &Reader<'_>, text: &str) -> bool {
    reader.phrases.set("referent.question").find_iter(text).any(|m| {
        let before = text[..m.start()].trim_end();
        (before.is_empty() || ["ok mais", "oui mais", "mais", "ok", "oui"].contains(&before))
            && !text.starts_with("pourquoi pas")
    })
}

/// Reads the referent's new text.
pub(super) fn read(reader: &Reader<'_>, subject: &str, new_text: &str, shown: &[Reference]) -> Vec<Order> {
    let topic = reader.topic(subject);
    let blank =
        !new_text.chars().any(|c| c.is_alphanumeric() || reader.phrases.spelling.contains_key(c.to_string().as_str()));
    let source = if blank { topic.own.as_str() } else { new_text };
    let folded = reader.fold(source);
    if folded.text.is_empty() || reader.is_automatic(subject, &folded) {
        return vec![Order::new(Target::This, Verb::Unclear)];
    }
    if names_too_many(reader, &folded, &topic) {
        return vec![Order::new(Target::This, Verb::Unclear)];
    }
    // The subject of a new mail may hold a command; it never says yes.
    let replied = topic.own.len() < subject.trim().len();
    if let Some(commands) = orders::commands(reader, source, &folded, &topic) {
        return commands;
    }
    if blank && !replied {
        return vec![Order::new(Target::This, Verb::Unclear)];
    }
    if let Some(asked) = orders::asked(reader, source, &folded) {
        return asked;
    }
    match shorthand::write_out(reader, source, &folded, shown) {
        Written::Nothing => orders::split(reader, source, &folded, &topic),
        Written::Out(whole) => orders::split(reader, &whole, &reader.fold(&whole), &topic),
        Written::Unknown => vec![Order::new(Target::This, Verb::Unclear)],
    }
}

/// The commands of a text that is nothing else, without the work of reading any other.
pub(super) fn commands(reader: &Reader<'_>, subject: &str, new_text: &str) -> Vec<Order> {
    let blank =
        !new_text.chars().any(|c| c.is_alphanumeric() || reader.phrases.spelling.contains_key(c.to_string().as_str()));
    let topic = reader.heading(subject);
    let source = if blank { topic.own.as_str() } else { new_text };
    let folded = reader.fold(source);
    if names_too_many(reader, &folded, &topic) {
        return Vec::new();
    }
    match orders::commands(reader, source, &folded, &topic) {
        Some(orders) if !reader.is_automatic(subject, &folded) => orders,
        _ => Vec::new(),
    }
}

fn names_too_many(reader: &Reader<'_>, folded: &Folded, topic: &Topic) -> bool {
    let year = topic.reference.map_or(reader.written_on.year(), |r| r.year);
    references(&folded.text, year).len() > MOST
}

/// More places, things or actors than an answer on one incident names.
fn is_crowded(reader: &Reader<'_>, text: &Text<'_>) -> bool {
    let folded = &text.folded.text;
    text.spots.len() > MOST
        || reader.equipment_in(folded).len() > MOST
        || reader.phrases.actors.iter().map(|(_, regex)| regex.find_iter(folded).count()).sum::<usize>() > MOST
}

/// What one piece of text wants done with its incident, and what it says beside that no ticket takes up.
pub(super) fn verb(reader: &Reader<'_>, source: &str, topic: &Topic) -> (Verb, String) {
    let text = Text::of(reader, source);
    if text.folded.text.is_empty() || is_crowded(reader, &text) {
        return (Verb::Unclear, String::new());
    }
    let mut left_out = String::new();
    let verb = wanted(reader, &text, topic, &mut left_out);
    let goes = matches!(verb, Verb::Confirm | Verb::Correct { .. });
    (verb, if goes { left_out } else { String::new() })
}

fn wanted(reader: &Reader<'_>, text: &Text<'_>, topic: &Topic, left_out: &mut String) -> Verb {
    let p = &reader.phrases;
    let hold = p.says("referent.hold", &text.said) || p.says("referent.hold", &text.folded.text);
    if let Some(duplicate) = duplicate(reader, text, topic) {
        return duplicate;
    }
    let over = p.says("referent.over", &text.said) && !p.says("referent.not_over", &text.said);
    if !over && let Some(to) = redirect(reader, text) {
        return Verb::Redirect { to };
    }
    let mut refused = p.says("referent.refuse", &text.said);
    let change = Change::find(reader, text, topic);
    // "Oui mais c'est la A106, Yves s'est trompé": what is wrong is corrected in the same breath.
    let corrected = change.corrects && !change.changes.is_empty() && starts_with_yes(reader, text);
    if refused && corrected {
        refused = !p.set("referent.refuse").find_iter(&text.said).all(|m| m.as_str().contains("tromp"));
    }
    let plain_no = starts_with_no(reader, text);
    // "si c'est réglé, annulez": nothing is decided yet.
    let depends = text.said.lines().any(|l| {
        l.starts_with("si ")
            || [" si c ", " si ca ", " si le ", " si la ", " si il ", " si elle "].iter().any(|w| l.contains(w))
    });
    // "il me semble que c'est réglé, à vérifier": a fault is not dropped on a guess.
    let guess = ["il me semble", "a verifier", "peut etre", "on dirait"].iter().any(|w| text.said.contains(w));
    let depends = depends || guess;
    let decisive = over || (refused && !hold);
    if decisive {
        if depends || text.tagged || (text.asks && !over) {
            return Verb::Unclear;
        }
        return Verb::Reject { reason: reason(reader, text) };
    }
    let approval = approves(reader, text, topic, &change);
    let yes = approval.is_yes()
        && !hold
        && !text.asks
        && !text.tagged
        && (!plain_no || approval.strong)
        && !refused
        && !over
        && !change.denied;
    *left_out = approval.left_out(text);
    if !change.changes.is_empty() {
        if text.asks && !change.corrects {
            return Verb::Question;
        }
        return Verb::Correct { changes: change.changes, confirms: yes };
    }
    if text.asks {
        return Verb::Question;
    }
    if yes {
        return Verb::Confirm;
    }
    if plain_no && !hold && !approval.doubtful {
        return Verb::Reject { reason: reason(reader, text) };
    }
    Verb::Unclear
}

/// The incident to which the text says it belongs.
fn duplicate(reader: &Reader<'_>, text: &Text<'_>, topic: &Topic) -> Option<Verb> {
    let p = &reader.phrases;
    if p.says("referent.not_duplicate", &text.said) {
        return None;
    }
    let found: Vec<_> = p.set("referent.duplicate").find_iter(&text.said).collect();
    if found.is_empty() {
        return None;
    }
    let year = topic.reference.map_or(reader.written_on.year(), |r| r.year);
    let mut named = references(&text.said, year);
    named.extend(short_references(&text.said, year));
    let of = named.into_iter().find(|r| Some(*r) != topic.reference);
    let own = |s: &&Spot| topic.spots.iter().any(|t| t.place == s.place);
    let other: Option<Place> = text
        .spots
        .iter()
        .find(|s| !s.negated && !own(s))
        .or_else(|| text.spots.iter().find(|s| !s.negated))
        .map(|s| s.place.clone());
    // "le même", "idem", "voir": words of many meanings, they must name the other one.
    let vague = found.iter().all(|m| {
        [
            "le meme",
            "la meme",
            "les meme",
            "meme",
            "idem",
            "pareil",
            "identique",
            "c est",
            "voir",
            "vu",
            "cf",
            "fait partie",
        ]
        .iter()
        .any(|v| m.as_str().starts_with(v))
    });
    if vague && of.is_none() && other.is_none() {
        return None;
    }
    let of_place = if of.is_some() { None } else { other };
    Some(Verb::Duplicate { of, of_place })
}

/// References in the order of the text; "0061" takes `year`.
pub(super) fn references(text: &str, year: i16) -> Vec<super::Reference> {
    let mut found: Vec<(usize, super::Reference)> = Vec::new();
    for c in REFERENCE.captures_iter(text) {
        if let (Some(m), Some(r)) = (c.get(0), reference(&c[1], &c[2])) {
            found.push((m.start(), r));
        }
    }
    let taken: Vec<_> = REFERENCE.find_iter(text).map(|m| m.range()).collect();
    let mut at = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let number = bare.len() == 4 && bare.starts_with('0') && bare.bytes().all(|b| b.is_ascii_digit());
        if number
            && !taken.iter().any(|t| t.contains(&at))
            && let Some(r) = reference(&year.to_string(), bare)
        {
            found.push((at, r));
        }
        at += word.len();
    }
    found.sort_by_key(|f| f.0);
    found.into_iter().map(|f| f.1).collect()
}

#[allow(clippy::expect_used, reason = "a constant pattern, compiled by the first test")]
static SEE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:voir|cf|doublon|que|avec|deja)\.? (?:le |la |l |du |au |ticket |signalement |numero |no )+(\d{1,4})(?:$|[ ,;.)\n])(?P<next>\w*)")
        .expect("a constant pattern")
});

/// "Voir le 31": a number alone where the text says which ticket to look at; no day, no hour.
fn short_references(text: &str, year: i16) -> Vec<super::Reference> {
    let unit = |w: &str| matches!(w, "h" | "heure" | "heures" | "poste" | "postes" | "pc") || super::dates::is_month(w);
    SEE_NUMBER
        .captures_iter(text)
        .filter(|c| c.name("next").is_none_or(|n| !unit(n.as_str())))
        .filter_map(|c| reference(&year.to_string(), &format!("{:0>4}", &c[1])))
        .collect()
}

/// Somebody else's, and whose.
fn redirect(reader: &Reader<'_>, text: &Text<'_>) -> Option<Responsible> {
    let p = &reader.phrases;
    let not_support = p.says("referent.not_support", &text.said);
    for sentence in text.said.lines() {
        if p.says("referent.hold", sentence) || sentence.contains("peut etre") {
            continue;
        }
        let mut actors: Vec<(Responsible, std::ops::Range<usize>)> = Vec::new();
        for (who, regex) in &p.actors {
            actors.extend(regex.find_iter(sentence).map(|m| (*who, m.range())));
        }
        actors.sort_by_key(|(_, r)| (r.start, std::cmp::Reverse(r.len())));
        for (who, at) in actors {
            let before = &sentence[..at.start];
            let clause = before.rfind([',', ';', ':', '(']).map_or(0, |n| n + 1);
            let words: Vec<&str> = before[clause..].split_whitespace().collect();
            let near = &words[words.len().saturating_sub(4)..];
            if near.iter().any(|w| matches!(*w, "pas" | "ni" | "non" | "sans")) {
                continue;
            }
            // "C'est la Ricoh de la salle de travail" names the copier, not the firm that rents it.
            let device = p.set("referent.brand").is_match(&sentence[at.clone()])
                && words.last().is_some_and(|w| {
                    matches!(*w, "la" | "une" | "un" | "le" | "cette" | "ce" | "notre" | "imprimante" | "copieur")
                        || w.starts_with("photocop")
                });
            if device && p.set("referent.handles").find(&sentence[at.end..]).is_none_or(|m| m.start() > 20) {
                continue;
            }
            let alone = sentence.len() - at.len() <= 6 && before.trim_matches([' ', ':', '-']).len() <= 3;
            // "ATTE, c'est la cartouche": the command, and why.
            let command = before.trim().is_empty()
                && !text.asks
                && sentence[at.end..].trim_start().starts_with([',', ':', ';', '-', '–']);
            let cue_before = p.set("referent.redirect").find_iter(before).any(|m| {
                let gap = &before[m.end()..];
                gap.len() <= 28
                    && !gap.split_whitespace().any(|w| {
                        matches!(
                            w,
                            "ai" | "as"
                                | "a"
                                | "avons"
                                | "est"
                                | "en"
                                | "copie"
                                | "chez"
                                | "pc"
                                | "poste"
                                | "salle"
                                | "imprimante"
                        ) && !gap.trim().is_empty()
                            && w != "a"
                    })
            });
            let after = &sentence[at.end..];
            let cue_after = p.set("referent.handles").find(after).is_some_and(|m| m.start() <= 20)
                || p.set("referent.redirect").find(after).is_some_and(|m| {
                    m.start() <= 3 && m.as_str().starts_with(['s', 'g', 'p'])
                        || after.trim_start().starts_with("qui ") && m.start() < 8
                })
                || after.starts_with(" qui ");
            if alone || command || cue_before || cue_after || not_support {
                return Some(who);
            }
        }
        // "Thierry s'en charge, c'est juste une souris": the staff on site, by the kind of repair.
        if let Some(m) = p.set("referent.handles").find(sentence) {
            let before = sentence[..m.start()].trim_end();
            let subject = before.rsplit([' ', ',']).next().unwrap_or("");
            let own = matches!(
                subject,
                "" | "je"
                    | "j"
                    | "on"
                    | "nous"
                    | "ils"
                    | "tu"
                    | "vous"
                    | "qui"
                    | "eux"
                    | "cesame"
                    | "scc"
                    | "il"
                    | "elle"
            );
            if !own && p.says("referent.small_repair", &text.said) {
                return Some(Responsible::Atte);
            }
        }
    }
    None
}

fn starts_with_yes(reader: &Reader<'_>, text: &Text<'_>) -> bool {
    let p = &reader.phrases;
    text.said.lines().next().is_some_and(|first| {
        let first = first.trim_start();
        ["referent.yes", "referent.weak_yes"].iter().any(|k| p.set(k).find(first).is_some_and(|m| m.start() == 0))
    })
}

fn starts_with_no(reader: &Reader<'_>, text: &Text<'_>) -> bool {
    let p = &reader.phrases;
    text.said.lines().any(|sentence| {
        let mut rest = sentence.trim_start_matches([' ', ',', '-']);
        while let Some(m) = p.set("greeting").find(rest).filter(|m| m.start() == 0 && m.end() > 0) {
            rest = rest[m.end()..].trim_start_matches([' ', ',', '-', ':']);
        }
        for lead in ["ah ", "euh ", "ben ", "bah ", "merci mais ", "alors "] {
            rest = rest.strip_prefix(lead).unwrap_or(rest);
        }
        p.set("referent.no").find(rest).is_some_and(|m| m.start() == 0)
    })
}

/// Why it is refused, in the referent's own words: what follows the refusal, or all of it.
fn reason(reader: &Reader<'_>, text: &Text<'_>) -> String {
    let p = &reader.phrases;
    let mut start = None;
    for range in &text.asserted {
        let mut at = range.start;
        let sentence = &text.folded.text[range.clone()];
        // Clauses that only refuse or greet say nothing of the reason.
        for piece in sentence.split_inclusive([',', ':', ';', '(']) {
            let clause = piece.trim_matches([' ', ',', ':', ';', '(']);
            let refusing = (p.says("referent.refuse", clause)
                || p.set("referent.no").find(clause).is_some_and(|m| m.start() == 0))
                && clause.split_whitespace().count() <= 10;
            let greeting = p.set("greeting").find(clause).is_some_and(|m| m.start() == 0);
            let polite = orders::strip_politeness(reader, clause).is_empty();
            if !(polite || refusing || greeting || matches!(clause, "ok" | "oui")) {
                start = Some(at + (piece.len() - piece.trim_start().len()));
                break;
            }
            if refusing && clause.split_whitespace().count() > 2 {
                // "laisse tomber yvette s'est excusée": the reason follows without a comma.
                let end = p.set("referent.refuse").find(clause).filter(|m| m.start() == 0).map_or(0, |m| m.end());
                let rest = clause[end..].trim();
                // "pas de ticket svp" gives no reason.
                if orders::strip_politeness(reader, rest).is_empty() {
                    at += piece.len();
                    continue;
                }
                if end > 0 && rest.split_whitespace().count() > 2 && !rest.starts_with("pour ") {
                    start = Some(at + piece.find(rest).unwrap_or(0));
                    break;
                }
            }
            at += piece.len();
        }
        if start.is_some() {
            break;
        }
    }
    let end = text.asserted.iter().rev().find(|r| !is_name(reader, text, r)).map_or(0, |r| r.end);
    let Some(start) = start.filter(|s| *s < end) else {
        return String::new();
    };
    let words = text.folded.original(text.source, start..end);
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| matches!(c, ' ' | '(' | ')' | ',')).chars().take(300).collect()
}

/// A signature that was left: a short line of names or initials after something else.
fn is_name(reader: &Reader<'_>, text: &Text<'_>, range: &std::ops::Range<usize>) -> bool {
    let first = text.asserted.first().is_none_or(|f| f.start >= range.start);
    let line = text.folded.original(text.source, range.clone());
    let words: Vec<&str> = line.split([' ', '.', '-']).filter(|w| !w.is_empty()).collect();
    let folded = &text.folded.text[range.clone()];
    let known = ["referent.yes", "referent.weak_yes", "referent.no"]
        .iter()
        .any(|k| reader.phrases.set(k).find(folded).is_some_and(|m| m.start() == 0));
    !first
        && !known
        && (1..=4).contains(&words.len())
        && words.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase))
}

/// How far a text is a yes.
#[derive(Debug, Default)]
pub(super) struct Approval {
    /// In so many words.
    pub strong: bool,
    weak: bool,
    /// "Super": a yes where nothing else is said.
    praise: bool,
    /// Something was said to support or about the fault.
    tailed: bool,
    /// Something was said that was not understood.
    unknown: bool,
    /// What was not understood belongs to the yes itself ("je confirme que …"), or denies.
    broken: bool,
    /// It doubts, delays or depends.
    pub doubtful: bool,
    /// What stands in no ticket, as ranges of the folded text.
    left: Vec<std::ops::Range<usize>>,
}

impl Approval {
    fn is_yes(&self) -> bool {
        !self.doubtful
            && !self.broken
            && (self.strong || (self.weak && !self.unknown) || (self.praise && !self.unknown && !self.tailed))
    }

    /// What stands in no ticket, in the author's words.
    fn left_out(&self, text: &Text<'_>) -> String {
        let mut parts: Vec<String> = Vec::new();
        for range in &self.left {
            let words: Vec<&str> = text.folded.original(text.source, range.clone()).split_whitespace().collect();
            let words = words.join(" ");
            let words = words.trim_matches(|c: char| matches!(c, ' ' | ',' | ';' | ':' | '(' | ')' | '.' | '-'));
            if words.chars().any(char::is_alphanumeric) {
                parts.push(words.to_owned());
            }
        }
        parts.join(" ; ").chars().take(300).collect()
    }
}

/// Reads `text` clause by clause; whatever `change` explains is understood.
fn approves(reader: &Reader<'_>, text: &Text<'_>, topic: &Topic, change: &Change) -> Approval {
    let p = &reader.phrases;
    let mut all = Approval::default();
    let phrase =
        |key: &str, rest: &str| p.set(key).captures(rest).and_then(|c| c.get(1)).map(|m| m.end()).filter(|e| *e > 0);
    for range in &text.asserted {
        if is_name(reader, text, range) {
            continue;
        }
        let mut at = range.start;
        let mut after_yes = false;
        // Behind "mais" and the like stands what changes the yes.
        let mut contrast = false;
        // Where a word of thanks ended, and where the ticket's own place or thing began.
        let (mut thanked, mut own) = (None, None);
        // "Ce n'est pas un mais quatre": the denial belongs to the correction that follows it.
        let sentence = &text.folded.text[range.clone()];
        let sure = change.corrects && !p.says("referent.hold", sentence) && !p.says("referent.doubt", sentence);
        let last_change = change.spans.iter().filter(|s| sure && range.contains(&s.start)).map(|s| s.start).max();
        // A plain no in front is weighed by the caller.
        while let Some(m) = p.set("referent.no").find(&text.folded.text[at..range.end]).filter(|m| m.start() == 0) {
            at += m.end();
            let rest = &text.folded.text[at..range.end];
            at += rest.len() - rest.trim_start_matches([' ', ',']).len();
        }
        while at < range.end {
            let rest = &text.folded.text[at..range.end];
            let trimmed = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
            if trimmed.len() < rest.len() {
                let skipped = &rest[..rest.len() - trimmed.len()];
                if skipped.contains([',', ';', ':', '(', '-', '!', '.']) {
                    (after_yes, thanked, own) = (false, None, None);
                }
                at += skipped.len();
                continue;
            }
            // "ok mais ça marche" speaks of the fault.
            let of_the_fault = contrast && (rest.starts_with("ca ") || rest.starts_with("cela "));
            if let Some(end) = change.spans.iter().find(|s| s.contains(&at)).map(|s| s.end) {
                (at, after_yes) = (end.max(at + 1), false);
            } else if phrase("referent.tail", rest).is_some() {
                all.broken |= alters(reader, text, topic, change, at..range.end, true);
                all.left.extend(unexplained(change, at..range.end));
                all.tailed = true;
                break;
            } else if let Some(n) = phrase("referent.yes", rest) {
                all.strong = true;
                (at, after_yes) = (at + n, true);
            } else if let Some(n) = phrase("referent.praise", rest) {
                all.praise = true;
                (at, after_yes) = (at + n, true);
            } else if let Some(n) = phrase("referent.weak_yes", rest).filter(|_| !of_the_fault) {
                all.weak = true;
                (at, after_yes) = (at + n, true);
            } else if let Some(m) = p.set("greeting").find(rest).filter(|m| m.start() == 0 && !m.is_empty()) {
                at += m.end();
            } else if let Some(n) =
                phrase("referent.filler", rest).filter(|_| !(after_yes && rest.starts_with("depuis ")))
            {
                if rest.starts_with("depuis ") {
                    all.left.push(at..at + n);
                }
                thanked = rest[..n].contains("merci").then_some(at + n);
                at += n;
            } else if let Some(n) = rest.strip_prefix("mais ").or_else(|| rest.strip_prefix("car ")) {
                contrast |= rest.starts_with("mais ");
                (at, after_yes) = (range.end - n.len(), false);
            } else if let Some(word) = EXCEPTIONS.iter().find(|w| rest.starts_with(**w)) {
                all.broken = true;
                at += word.len();
            } else if let Some(word) = CONTRASTS.iter().find(|w| rest.starts_with(**w)) {
                (at, after_yes, contrast) = (at + word.len(), false, true);
            } else if let Some(end) = own_topic(reader, text, topic, at, range.end) {
                own.get_or_insert(at);
                // A maker's name says more than the ticket does.
                if p.says("referent.brand", &text.folded.text[at..end]) {
                    all.left.push(at..end);
                }
                at = end;
            } else {
                let clause = rest.find([',', ';', ':', '(', '!', '.']).unwrap_or(rest.len());
                let mais = rest.find(" mais ").unwrap_or(rest.len());
                let end = clause.min(mais).max(1);
                let residue = &rest[..end];
                let first = residue.find(|c: char| !c.is_alphanumeric()).unwrap_or(residue.len());
                let name = thanked.is_some_and(|t| at <= t + 1)
                    && is_capitalised(text.folded.original(text.source, at..at + first.max(1)));
                if name {
                    // "Merci à Claire Dubois": the rest of a name.
                    (at, thanked) = (at + first, Some(at + first));
                    continue;
                }
                let denies = residue.split(|c: char| !c.is_alphanumeric()).any(|w| {
                    matches!(
                        w,
                        "pas" | "non" | "ne" | "n" | "ni" | "plus" | "jamais" | "rien" | "aucun" | "aucune" | "sans"
                    )
                });
                // "C'est le poste prof": says more of the ticket's own thing.
                let near = residue.split_whitespace().count() <= 2 && !denies && !after_yes;
                if own.is_some() && near && !alters(reader, text, topic, change, at..at + end, false) {
                    all.unknown = true;
                    all.doubtful |= p.says("referent.doubt", residue);
                    all.left.extend(unexplained(change, own.unwrap_or(at)..at + end));
                    at += end;
                    continue;
                }
                // "Merci de corriger la salle" asks for something before the ticket leaves.
                let request = thanked.is_some_and(|t| at <= t + 1)
                    || ["merci de ", "merci d "].iter().any(|w| residue.starts_with(w));
                all.unknown = true;
                let of_correction = last_change.is_some_and(|c| at + end <= c + 1 && !after_yes);
                let alters = alters(reader, text, topic, change, at..at + end, false);
                all.broken |= (after_yes || denies || contrast || request || alters) && !of_correction;
                all.doubtful |= p.says("referent.doubt", &residue.replace("quand meme", ""));
                all.left.extend(unexplained(change, own.unwrap_or(at)..at + end));
                at += end;
                after_yes = false;
            }
        }
    }
    all
}

/// "Dubois", but neither "DE" nor "de".
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Words that turn a yes like "mais".
const CONTRASTS: &[&str] = &["par contre ", "en revanche ", "cependant ", "toutefois ", "attention "];
/// Words that take a part out of a yes.
const EXCEPTIONS: &[&str] = &["sauf ", "hormis ", "excepte ", "seulement ", "uniquement ", "a part "];

/// The part of a range that no correction explains.
fn unexplained(change: &Change, range: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let end = change.spans.iter().map(|s| s.start).filter(|s| range.contains(s)).min().unwrap_or(range.end);
    (end > range.start).then_some(range.start..end)
}

/// Does what is not understood beside a yes ask for another ticket than the one shown? A remark for
/// support names no other room; anything else names no other thing either.
fn alters(
    reader: &Reader<'_>,
    text: &Text<'_>,
    topic: &Topic,
    change: &Change,
    range: std::ops::Range<usize>,
    remark: bool,
) -> bool {
    let explained = |at: usize| change.spans.iter().any(|s| s.contains(&at));
    let other_room = text.spots.iter().any(|s| {
        range.contains(&s.range.start)
            && (!remark || !s.named)
            && !explained(s.range.start)
            && !topic.spots.iter().any(|t| t.place == s.place)
    });
    if other_room || remark {
        return other_room;
    }
    let said = &text.folded.text[range.clone()];
    // "Pour son cours": no loudspeaker.
    let possessive = |at: usize| !["le ", "du ", "de ", "un "].iter().any(|w| said[..at].ends_with(w));
    let other_thing = reader.equipment_in(said).iter().any(|(e, r)| {
        let pronoun = &said[r.clone()] == "son" && possessive(r.start);
        topic.equipment.is_some_and(|t| t != *e) && !pronoun && !explained(range.start + r.start)
    });
    // "Faute de frappe de ma part" beside the right room says why, and no more.
    let why = |word: &str| ["faut", "erreur", "faux", "faus", "mauvais"].iter().any(|w| word.starts_with(w));
    other_thing
        || reader.phrases.set("referent.alters").find_iter(said).any(|m| change.changes.is_empty() || !why(m.as_str()))
}

/// "pour la B204", "le vidéoprojecteur": the ticket's own place or equipment.
fn own_topic(reader: &Reader<'_>, text: &Text<'_>, topic: &Topic, at: usize, until: usize) -> Option<usize> {
    let mut here = at;
    for word in text.folded.text[at..until].split_inclusive(' ').take(6) {
        let spot = text.spots.iter().find(|s| s.range.start <= here && here < s.range.end);
        if let Some(spot) = spot {
            return topic.spots.iter().any(|t| t.place == spot.place).then_some(spot.range.end.max(here + 1));
        }
        let thing = reader.equipment_in(&text.folded.text[here..until]).into_iter().find(|(_, r)| r.start == 0);
        if let Some((equipment, range)) = thing {
            return (topic.equipment == Some(equipment)).then_some(here + range.end);
        }
        if !matches!(
            word.trim(),
            "pour"
                | "la"
                | "le"
                | "l"
                | "les"
                | "de"
                | "en"
                | "au"
                | "salle"
                | "du"
                | "a"
                | "dans"
                | "c"
                | "est"
                | "bien"
        ) {
            return None;
        }
        here += word.len();
    }
    None
}
