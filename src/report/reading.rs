//! A message's words as the vocabulary understands them: things, faults, cues, places.

use super::Equipment;
use super::lexicon::Hit;
use super::locate::{Whereabouts, locate};
use super::place::Places;
use super::text::Text;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// A thing that the text names.
#[derive(Debug, Clone)]
pub struct Mention {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// What it is.
    pub equipment: Equipment,
    /// Named for want of a better word.
    pub weak: bool,
    /// The part that was named, where it was one.
    pub part: Option<usize>,
    /// A part whose owner the text names.
    pub owned: bool,
}

/// A fault that the text tells of.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// Index of the symptom.
    pub symptom: usize,
}

/// A cue found.
#[derive(Debug, Clone, Copy)]
pub struct CueHit {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// Which.
    pub cue: Cue,
}

/// Everything found in one text.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The words.
    pub text: Text<'a>,
    /// The vocabulary that was used.
    pub vocabulary: &'a Vocabulary,
    /// Things named, in order, without overlap.
    pub mentions: Vec<Mention>,
    /// Faults, in order, without overlap.
    pub faults: Vec<Fault>,
    /// Cues, in order.
    pub cues: Vec<CueHit>,
    /// Places.
    pub places: Whereabouts,
    /// Tokens of phrases that are never a fault, start and end.
    pub ignored: Vec<(usize, usize)>,
    /// Where things are named only to say how the lesson went on all the same.
    pub busy: Vec<usize>,
}

/// No mail has more of each; beyond it, time would grow with the square of a hostile text.
pub(super) const MOST: usize = 200;

/// Reads `source`.
pub fn read<'a>(source: &'a str, vocabulary: &'a Vocabulary, places: &Places) -> Reading<'a> {
    let text = Text::new(source);
    let hits = vocabulary.lexicon.find(&text);
    let hidden: Vec<Hit> =
        hits.iter().filter(|h| meaning(vocabulary, h) == Some(Meaning::Ignore)).take(MOST).copied().collect();
    // What is to be ignored hides the things and faults of the same words, but no longer cue.
    let hides = |h: &Hit, i: &Hit, least: usize| {
        i.start <= h.start && h.end <= i.end && i.end - i.start >= h.end - h.start + least
    };
    let visible = |h: &Hit| !hidden.iter().any(|i| hides(h, i, 0));
    let told = |h: &Hit| !hidden.iter().any(|i| hides(h, i, 1) || i.start < h.start && hides(h, i, 0));
    let mut places = locate(&text, &hits, vocabulary, places);
    places.found.truncate(MOST);
    let mut cues: Vec<CueHit> = Vec::new();
    for hit in hits.iter().filter(|h| told(h)) {
        if let Some(Meaning::Cue(cue)) = meaning(vocabulary, hit) {
            cues.push(CueHit { start: hit.start, end: hit.end, cue });
        }
    }
    cues.sort_by_key(|c| (c.start, c.end));
    cues.truncate(3 * MOST);
    let mut reading = Reading {
        text,
        vocabulary,
        mentions: Vec::new(),
        faults: Vec::new(),
        cues,
        places,
        ignored: Vec::new(),
        busy: Vec::new(),
    };
    reading.ignored = hidden.iter().map(|h| (h.start, h.end)).collect();
    reading.things(&hits, &visible);
    reading.cues_in_names();
    reading.dropped_apostrophe();
    reading.glued_numbers();
    reading.drive_letters();
    reading.programs();
    reading.general_words();
    reading.own_service();
    reading.note_done();
    reading.ages();
    reading.contrasts();
    reading.tell_faults(&hits, &visible);
    reading.restrictions();
    reading.consume_mentions();
    reading.quoted_words();
    reading.quiet_cues();
    reading.own_parts();
    reading.busy = reading.mentions.iter().map(|m| m.start).filter(|at| reading.makeshift(*at)).collect();
    reading
}

pub(super) fn meaning(vocabulary: &Vocabulary, hit: &Hit) -> Option<Meaning> {
    vocabulary.meanings.get(hit.phrase).copied()
}

impl Reading<'_> {
    pub(super) fn tell_faults(&mut self, hits: &[Hit], visible: &dyn Fn(&Hit) -> bool) {
        let mut candidates: Vec<(Hit, usize, u8)> = Vec::new();
        for hit in hits.iter().filter(|h| visible(h)) {
            if let Some(Meaning::Symptom(index)) = meaning(self.vocabulary, hit)
                && let Some(symptom) = self.vocabulary.symptoms.get(index)
            {
                let rank = match (symptom.own, symptom.weak, symptom.key.as_str()) {
                    (true, _, _) => 4,
                    (_, _, "not_working") => 0,
                    (_, _, "error" | "page_blank" | "freezes") => 1,
                    (_, true, _) => 2,
                    (_, false, _) => 3,
                };
                candidates.push((*hit, index, rank));
            }
        }
        candidates.sort_by_key(|(hit, _, rank)| (std::cmp::Reverse((*rank, hit.end - hit.start)), hit.start));
        let mut over: Vec<CueHit> = Vec::new();
        let spans: Vec<(usize, usize)> = candidates.iter().map(|(h, _, _)| (h.start, h.end)).take(4 * MOST).collect();
        // "plus de connexion au CDI": there the "plus" belongs to the words of the fault.
        let lacking = |hit: &Hit| {
            spans.iter().any(|(start, end)| {
                *start < hit.start && hit.start < *end && (*start..hit.start).any(|i| self.text.word(i) == "plus")
            })
        };
        for (hit, symptom, _) in &candidates {
            if self.no_longer(hit, *symptom) && over.len() < MOST {
                over.push(CueHit { start: hit.end.saturating_sub(2), end: hit.end + 1, cue: Cue::Repaired });
            }
        }
        // "Nouvelle lampe posée": what was done hides what it was done for.
        let done: Vec<(usize, usize)> = self
            .cues
            .iter()
            .filter(|c| c.cue == Cue::Repaired && !self.denied_inside(c))
            .map(|c| (c.start, c.end))
            .take(MOST)
            .collect();
        for (hit, symptom, _) in candidates {
            if done
                .iter()
                .any(|(start, end)| *start <= hit.start && hit.end <= *end && hit.end - hit.start < end - start)
            {
                continue;
            }
            let clear = self.faults.iter().all(|f| hit.end <= f.start || f.end <= hit.start)
                && over.iter().all(|c| hit.end <= c.start || c.end <= hit.start);
            if clear && !lacking(&hit) && self.gone(hit.start) {
                over.push(CueHit { start: hit.start.saturating_sub(1), end: hit.end, cue: Cue::Repaired });
                continue;
            }
            let negated = matches!(self.text.word(hit.start.wrapping_sub(1)), "ne" | "n")
                && matches!(self.text.word(hit.end), "pas" | "jamais");
            let told = !(negated
                || self.possessive(hit.start) && self.mentions.iter().any(|m| m.start == hit.start + 1)
                || self.supposed(hit.start, hit.end)
                || self.absent(hit.start, hit.end)
                || self.none_left(hit.start, lacking(&hit))
                || self.denies_itself(hit.start, hit.end)
                || self.to_come(hit.start, hit.end)
                || self.managed(hit.start)
                || self.done_by_writer(hit.start)
                || self.persons_doing(&hit, symptom)
                || self.at_home(hit.start)
                || self.counting(hit.start)
                || self.explained(hit.start, hit.end));
            let ent = hit.end == hit.start + 1
                && self.mentions.iter().any(|m| m.start == hit.start && m.equipment == Equipment::Ent);
            if ent {
                continue;
            }
            if self.faults.len() < MOST && clear && told && !self.excused(hit.start, hit.end) {
                self.faults.push(Fault { start: hit.start, end: hit.end, symptom });
            }
        }
        self.faults.sort_by_key(|f| f.start);
        self.cues.extend(over);
        self.cues.sort_by_key(|c| (c.start, c.end));
    }

    /// Are the words of a fault what somebody does, supposes or announces?
    fn persons_doing(&self, hit: &Hit, symptom: usize) -> bool {
        let Some(symptom) = self.vocabulary.symptoms.get(symptom) else { return false };
        self.own_doing(hit.start, &symptom.key)
            || !symptom.own && self.makeshift(hit.start)
            || self.in_case(hit.start, hit.end)
            || self.shares_future(hit.start)
            || self.without_trouble(hit.start, hit.end)
    }

    /// Does token `at` stand in an item of a list?
    pub(super) fn item(&self, at: usize) -> bool {
        self.text.sentences.get(self.text.sentence_of(at)).is_some_and(|s| s.item)
    }

    /// Is there a cue of this kind in the tokens `start..end`?
    pub fn has(&self, cue: Cue, start: usize, end: usize) -> bool {
        self.cues.iter().any(|c| c.cue == cue && start <= c.start && c.end <= end)
    }

    /// Is there a cue of this kind in sentence `sentence`?
    pub fn sentence_has(&self, cue: Cue, sentence: usize) -> bool {
        self.text.sentences.get(sentence).is_some_and(|s| self.has(cue, s.tokens.start, s.tokens.end))
    }
}
