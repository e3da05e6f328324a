//! What every reading needs, and what a subject of ours tells.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use regex::Regex;

use super::fold::{Folded, fold};
use super::phrases::{self, Phrases};
use super::spot::{self, Spot};
use super::{AnswerContext, Reference};
use crate::profile::Profile;
use crate::report::Equipment;
use crate::report::place::Places;

/// Phrases, places and the day of writing.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    pub phrases: Arc<Phrases>,
    pub profile: &'a Profile,
    pub places: &'a Places,
    pub written_on: Date,
}

/// What the subject of the mail that is answered tells.
#[derive(Debug, Default)]
pub(super) struct Topic {
    pub reference: Option<Reference>,
    pub spots: Vec<Spot>,
    pub equipment: Option<Equipment>,
    /// What the author put in front of "Re:", or the whole where it is no reply.
    pub own: String,
}

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
pub(super) static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:sig ?-? ?)?(20\d\d) ?- ?(\d{1,6})\b").expect("a constant pattern"));

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static REPLY_MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?:\b(?:re|aw|tr|fwd?|rép|réf)\s*:|\[sig-)").expect("a constant pattern"));

impl<'a> Reader<'a> {
    /// `None` only where not even the built-in phrases compile, which a test rules out.
    pub fn of(ctx: &AnswerContext<'a>) -> Option<Self> {
        Self::new(ctx.profile, ctx.places, ctx.zone.to_datetime(ctx.date).date())
    }

    /// As [`Self::of`], with the day of writing already told.
    pub fn new(profile: &'a Profile, places: &'a Places, written_on: Date) -> Option<Self> {
        let phrases = phrases::of(profile.answers())?;
        Some(Self { phrases, profile, places, written_on })
    }

    pub fn fold(&self, text: &str) -> Folded {
        fold(text, &self.phrases.spelling)
    }

    pub fn spots(&self, source: &str, folded: &Folded) -> Vec<Spot> {
        spot::find(source, folded, self)
    }

    /// A machine's answer on somebody's behalf.
    pub fn is_automatic(&self, subject: &str, text: &Folded) -> bool {
        self.phrases.says("automatic", &self.fold(subject).text) || self.phrases.says("automatic", &text.text)
    }

    pub fn topic(&self, subject: &str) -> Topic {
        let rest = subject.split_once(']').map_or(subject, |(_, r)| r);
        // The subject's parts stand between dashes and colons: each is a text of its own.
        let parts = rest.replace([':', '–', '—'], "\n");
        let folded = self.fold(&parts);
        let equipment = self.equipment_in(&folded.text).into_iter().map(|e| e.0).next();
        Topic { spots: self.spots(&parts, &folded), equipment, ..self.heading(subject) }
    }

    /// As [`Self::topic`], without what it tells of place and equipment.
    pub fn heading(&self, subject: &str) -> Topic {
        let mark = REPLY_MARK.find(subject);
        let own = mark.map_or(subject, |m| &subject[..m.start()]).trim().to_owned();
        let reference = REFERENCE.captures(&self.fold(subject).text).and_then(|c| reference(&c[1], &c[2]));
        Topic { reference, own, ..Topic::default() }
    }

    /// Equipment named, with where it stands.
    pub fn equipment_in(&self, text: &str) -> Vec<(Equipment, std::ops::Range<usize>)> {
        let mut found: Vec<(Equipment, std::ops::Range<usize>)> = Vec::new();
        for (equipment, regex) in &self.phrases.equipment {
            found.extend(regex.find_iter(text).map(|m| (*equipment, m.range())));
        }
        // The longer name wins where two overlap ("écran interactif").
        found.sort_by_key(|(_, r)| (std::cmp::Reverse(r.len()), r.start));
        let mut kept: Vec<(Equipment, std::ops::Range<usize>)> = Vec::new();
        for (equipment, range) in found {
            if !kept.iter().any(|(_, k)| k.start < range.end && range.start < k.end) {
                kept.push((equipment, range));
            }
        }
        kept.sort_by_key(|(_, r)| r.start);
        kept
    }
}

pub(super) fn reference(year: &str, number: &str) -> Option<Reference> {
    let reference = Reference { year: year.parse().ok()?, number: number.parse().ok()? };
    (reference.number > 0).then_some(reference)
}
