//! Drafts -> reports: spans, counts, responsible and circumstances.

use super::problem::{Draft, Setting, networked, single_of_room};
use super::reading::Reading;
use super::text::Text;
use super::vocabulary::Cue;
use super::{Place, Report, Stance, circumstance, labels};

/// Drafts -> reports, with everything that is said around them.
pub fn reports(reading: &Reading<'_>, setting: Setting<'_>, drafts: Vec<Draft>) -> Vec<Report> {
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
        // With one problem, whatever was tried was tried on it.
        let tried_in = if starts.len() == 1 { 0..text.tokens.len() } else { zone.0..zone.1 };
        let tried: Vec<String> = super::tried::tried(text, tried_in).into_iter().map(str::to_owned).collect();
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
            _ if wide => vec![Some(common(draft.places.iter()))],
            all => all.iter().cloned().map(Some).collect(),
        };
        for place in places {
            let office = circumstance::administration(reading, place.as_ref(), setting.address.or(setting.office));
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
                tried: tried.clone(),
                urgent,
                span: span.clone(),
                stance: draft.stance,
                general: draft.general || wide,
                again,
                doubts,
                equipment_said: draft.said,
                passing: draft.passing,
                place_said: draft.place_said,
                told_by: None,
            });
        }
    }
    reports
}

/// One place for many: the building that all rooms share, or the whole school.
pub(super) fn common<'p>(places: impl Iterator<Item = &'p Place>) -> Place {
    let mut heads: Vec<&str> = places
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
    // What another item of a list says is told of another thing.
    let listed = |s: usize| text.sentences.get(s).is_some_and(|s| s.item);
    let ahead = if listed(sentence) && listed(sentence + 1) { 0 } else { 3 };
    let last = text
        .sentences
        .get((sentence + ahead).min(text.sentences.len().saturating_sub(1)))
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
        && (text.clause_of(start - 1) == first_clause
            || alone && first_clause.saturating_sub(text.clause_of(start - 1)) <= 1)
    {
        start -= 1;
    }
    let mut end = draft.end.min(range.end);
    while end < ceiling
        && (text.clause_of(end) == last_clause || alone && text.clause_of(end).saturating_sub(last_clause) <= 1)
    {
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
    let whole = bracketed(text, start, end);
    if whole.chars().count() <= 200 {
        return whole;
    }
    let core = circumstance::written(text, draft.start, end).unwrap_or_default();
    shorten(&core, 200).to_owned()
}

/// The source from token `start` to token `end`; where that would cut a bracket in two, with all of it.
fn bracketed(text: &Text<'_>, mut start: usize, end: usize) -> String {
    let sentence = text.sentences.get(text.sentence_of(start)).map_or(start..end, |s| s.tokens.clone());
    let bounds = |start: usize, end: usize| {
        let from = text.tokens.get(start)?.start;
        Some((from, text.tokens.get(end.checked_sub(1)?)?.end))
    };
    let Some((mut from, mut to)) = bounds(start, end) else { return String::new() };
    let inside = |from: usize, to: usize| {
        let slice = text.source.get(from..to).unwrap_or("");
        (slice.matches('(').count(), slice.matches(')').count())
    };
    if inside(from, to).1 > inside(from, to).0 || opened_before(text, start, sentence.start) {
        let opens = (sentence.start..start).rev().find(|i| text.after(*i).contains('('));
        if let Some(opens) = opens {
            start = opens;
            let clause = text.clause_of(start);
            while start > sentence.start && text.clause_of(start - 1) == clause {
                start -= 1;
            }
            from = text.tokens.get(start).map_or(from, |t| t.start);
        }
    }
    if inside(from, to).0 > inside(from, to).1 {
        let last = text.tokens.get(sentence.end.saturating_sub(1)).map_or(to, |t| t.end);
        // The closing bracket may be the last sign of the sentence.
        let rest = text.source.get(to..).unwrap_or("");
        if let Some(closing) = rest.find(')').filter(|c| to + c <= last + 1) {
            to += closing + 1;
        }
    }
    text.source.get(from..to).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Does token `at` stand in a bracket that opens before it in its sentence?
fn opened_before(text: &Text<'_>, at: usize, first: usize) -> bool {
    let mut depth = 0_i32;
    for i in first..at {
        for c in text.after(i).chars() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth = depth.max(0);
        }
    }
    // A bracket that stands as a whole after other words is no part of what is cut.
    depth > 0 && text.after(at.saturating_sub(1)).contains('(')
}

/// At most `most` characters of `text`, cut at a word.
pub fn shorten(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let cut = text.get(..end).unwrap_or(text);
    cut.rsplit_once(' ').map_or(cut, |(head, _)| head)
}
