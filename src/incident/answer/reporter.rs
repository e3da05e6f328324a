//! A reporter's answer to "est-ce réparé ?" or "dans quelle salle ?".

use super::reader::Reader;
use super::{ReporterAnswer, ReporterIntent};
use crate::report::Place;

/// Reads a reporter's subject and new text.
pub(super) fn read(reader: &Reader<'_>, subject: &str, new_text: &str) -> ReporterAnswer {
    let p = &reader.phrases;
    let folded = reader.fold(new_text);
    let topic = reader.topic(subject);
    let unclear = ReporterAnswer { intent: ReporterIntent::Unclear, place: None };
    if folded.text.is_empty() || reader.is_automatic(subject, &folded) {
        return unclear;
    }
    let spots = reader.spots(new_text, &folded);
    let mut right: Vec<_> = spots.iter().filter(|s| !s.negated).collect();
    // The code says more than the name; what is named last corrects what came first.
    let said_last = right.iter().rposition(|s| !s.named);
    if let Some(n) = said_last {
        right.swap(0, n);
    }
    let place: Option<Place> = right.first().map(|s| s.place.clone());
    let heading = reader.fold(subject);
    if p.says("reporter.asks_place", &heading.text) && place.is_some() {
        return ReporterAnswer { intent: ReporterIntent::Place, place };
    }
    let other_place = place.clone().filter(|p| !topic.spots.iter().any(|t| t.place == *p));
    let intent = repaired(reader, &folded);
    let bare = place.is_some() && intent == ReporterIntent::Unclear && folded.text.split_whitespace().count() <= 8;
    if bare && !heading.text.contains("repar") && !p.says("reporter.unsure", &folded.text) {
        return ReporterAnswer { intent: ReporterIntent::Place, place };
    }
    ReporterAnswer { intent, place: other_place }
}

/// Is it repaired? Every sentence must agree, or what comes last and firmest wins.
fn repaired(reader: &Reader<'_>, folded: &super::fold::Folded) -> ReporterIntent {
    let p = &reader.phrases;
    let (mut yes, mut no, mut unsure, mut part) = (false, false, false, false);
    for sentence in folded.sentences() {
        let text = &folded.text[sentence.range.clone()];
        if sentence.question {
            // "réparé ??? lol", "réglé ? non.": the question repeated is no answer.
            unsure |= p.says("reporter.unsure", text);
            continue;
        }
        let no_here: Vec<_> = p.set("reporter.no").find_iter(text).map(|m| m.range()).collect();
        let yes_here: Vec<_> = p
            .set("reporter.yes")
            .find_iter(text)
            .map(|m| m.range())
            .filter(|y| !no_here.iter().any(|n| n.start < y.end && y.start < n.end))
            .collect();
        // "plus aucun souci" is a yes made of negatives.
        let no_here: Vec<_> = no_here
            .into_iter()
            .filter(|n| !p.set("reporter.yes").find_iter(text).any(|m| m.start() <= n.start && n.end <= m.end()))
            .collect();
        let hedged = p.says("reporter.unsure", text);
        // "Oui mais …": whatever follows that is no mere remark leaves the yes in doubt.
        let objects = !yes_here.is_empty() && no_here.is_empty() && objection(reader, text);
        unsure |= hedged || objects;
        // "L'image oui, le son non": both about different things.
        let parts = !yes_here.is_empty()
            && !no_here.is_empty()
            && p.says("reporter.part", text)
            && (!begins_with_yes(text) || text.contains("oui pour"));
        part |= parts;
        yes |= !yes_here.is_empty();
        no |= !no_here.is_empty();
    }
    match (yes, no) {
        _ if part => ReporterIntent::Unclear,
        (_, true) if !unsure || begins_with_no(&folded.text) => ReporterIntent::No,
        (true, false) if !unsure => ReporterIntent::Yes,
        _ => ReporterIntent::Unclear,
    }
}

/// What stands behind "mais" or the like, where it is more than a remark.
fn objection(reader: &Reader<'_>, text: &str) -> bool {
    let p = &reader.phrases;
    [" mais ", " par contre ", " sauf ", " cependant ", " toutefois ", " en revanche ", " hormis ", " a part "]
        .iter()
        .filter_map(|word| text.find(word).map(|at| text[at + word.len()..].trim_start()))
        .any(|rest| {
            let harmless = p.set("reporter.harmless").find(rest).is_some_and(|m| m.start() == 0);
            let yes = p.set("reporter.yes").find(rest).is_some_and(|m| m.start() == 0);
            !harmless && !yes
        })
}

fn begins_with_yes(text: &str) -> bool {
    text.trim_start_matches("bonjour").trim_start_matches([' ', ',']).starts_with("oui")
}

fn begins_with_no(text: &str) -> bool {
    text.trim_start_matches("bonjour").trim_start_matches([' ', ',', '\n']).starts_with("non")
}
