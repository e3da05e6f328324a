//! What a judgement changes: a dry run's bookkeeping, and how a report adds to an incident's facts.

use super::index::Index;
use super::judge::is_partial;
use super::places::contains;
use super::things;
use super::words::Stems;
use super::{Context, Judgement, Known, Matched, SPANS_KEPT, Verdict};
use crate::incident::{Facts, IncidentId};
use crate::report::{Equipment, Report, Stance};

/// Adds to an incident's facts what a report that belongs to it tells: the place where none was
/// known or a wider one (a general outage), seat numbers, labels, serial numbers, urgency.
pub fn absorb(facts: &mut Facts, report: &Report) {
    if report.stance == Stance::Over {
        return;
    }
    match (&facts.place, &report.place) {
        (None, Some(_)) => facts.place.clone_from(&report.place),
        (Some(known), Some(said)) if contains(said, known) && things::is_service(report.equipment) => {
            facts.place.clone_from(&report.place);
            facts.equipment = report.equipment;
            facts.responsible = report.responsible;
            facts.general = true;
        }
        _ => {}
    }
    if facts.equipment == report.equipment {
        let missing: Vec<String> = report.machines.iter().filter(|m| !facts.machines.contains(m)).cloned().collect();
        let had = facts.machines.len();
        if report.stance != Stance::Detail || had == 0 {
            facts.machines.extend(missing);
        }
        facts.count = facts.count.max(report.count);
        if had > 0 && facts.equipment != Equipment::Telephonie {
            facts.count = facts.count.max(u32::try_from(facts.machines.len()).unwrap_or(u32::MAX));
        }
        if facts.symptom.is_none() {
            facts.symptom.clone_from(&report.symptom);
        }
    }
    for (kept, told) in
        [(&mut facts.labels, &report.labels), (&mut facts.serials, &report.serials), (&mut facts.tried, &report.tried)]
    {
        let new: Vec<String> = told.iter().filter(|t| !kept.contains(t)).cloned().collect();
        kept.extend(new);
    }
    if facts.since.is_none() {
        facts.since.clone_from(&report.since);
    }
    if facts.effect.is_none() {
        facts.effect.clone_from(&report.effect);
    }
    facts.urgent |= report.urgent;
    facts.general |= report.general;
}

impl Index {
    /// Applies one judgement as a dry run does, giving new incidents keys from `next`; the service
    /// applies its own decisions through `put` and `remove` instead. Returns the key of each report.
    pub fn apply(&mut self, judgement: &Judgement, ctx: &Context<'_>, next: &mut i64) -> Vec<IncidentId> {
        self.forget_old(ctx.at);
        let alone = judgement.matched.len() == 1;
        let mut keys: Vec<IncidentId> = Vec::with_capacity(judgement.matched.len());
        for matched in &judgement.matched {
            let key = match &matched.verdict {
                Verdict::SameAsEarlier(j) => match keys.get(*j) {
                    Some(key) => *key,
                    None => self.open_new(matched, ctx, next),
                },
                Verdict::Same { id, .. } => {
                    let id = self.survivor(*id);
                    if self.get(id).is_some() {
                        self.join(id, matched, ctx);
                        id
                    } else {
                        self.open_new(matched, ctx, next)
                    }
                }
                Verdict::New { .. } => self.open_new(matched, ctx, next),
            };
            for swallowed in &matched.swallows {
                self.swallow(*swallowed, key);
            }
            self.note_telling(key, matched, alone, ctx);
            keys.push(key);
        }
        keys
    }

    /// Notes what a telling says to tell its thing from like ones ("la 3D", a product's name), once it
    /// is known to belong to `key`.
    pub fn note_telling(&mut self, key: IncidentId, matched: &Matched, alone: bool, ctx: &Context<'_>) {
        if self.get(key).is_some_and(|k| k.facts.equipment == matched.report.equipment) {
            let (marks, _) = super::compare::marks(&matched.report, alone, ctx);
            self.add_marks(key, marks);
        }
    }

    fn open_new(&mut self, matched: &Matched, ctx: &Context<'_>, next: &mut i64) -> IncidentId {
        let id = IncidentId(*next);
        *next = next.saturating_add(1);
        self.put(Known {
            id,
            reference: None,
            facts: Facts::of(&matched.report),
            opened_at: ctx.at,
            last_reported_at: ctx.at,
            over_at: None,
            refused: false,
            reporters: ctx.sender.cloned().into_iter().collect(),
            spans: vec![matched.report.span.clone()],
        });
        id
    }

    fn join(&mut self, id: IncidentId, matched: &Matched, ctx: &Context<'_>) {
        let Some(mut known) = self.get(id).cloned() else { return };
        let report = &matched.report;
        absorb(&mut known.facts, report);
        match report.stance {
            Stance::Over if is_partial(report, &known) => {
                known.facts.machines.retain(|m| !report.machines.contains(m));
                let left = u32::try_from(known.facts.machines.len()).unwrap_or(u32::MAX);
                known.facts.count = left.max(1);
            }
            Stance::Over => known.over_at = Some(known.over_at.map_or(ctx.at, |over| over.max(ctx.at))),
            Stance::Broken | Stance::Still => {
                // A telling dated before the end came late and reopens nothing.
                if known.over_at.is_some_and(|over| ctx.at >= over) {
                    known.over_at = None;
                }
                known.last_reported_at = known.last_reported_at.max(ctx.at);
            }
            Stance::Detail => {}
        }
        if report.stance != Stance::Over {
            if let Some(sender) = ctx.sender
                && !known.reporters.contains(sender)
            {
                known.reporters.push(sender.clone());
            }
            if known.spans.last() != Some(&report.span) {
                known.spans.push(report.span.clone());
                self.rarity.learn(&Stems::of(&report.span));
            }
            if known.spans.len() > SPANS_KEPT {
                // The first words stay: a mail that is sent again repeats them.
                known.spans.remove(1);
            }
        }
        self.put(known);
    }

    /// Merges a local incident into the outage that explains it.
    fn swallow(&mut self, local: IncidentId, into: IncidentId) {
        let local = self.survivor(local);
        if local == into {
            return;
        }
        let (Some(gone), Some(mut outage)) = (self.get(local).cloned(), self.get(into).cloned()) else { return };
        for reporter in gone.reporters {
            if !outage.reporters.contains(&reporter) {
                outage.reporters.push(reporter);
            }
        }
        outage.opened_at = outage.opened_at.min(gone.opened_at);
        let room = SPANS_KEPT.saturating_sub(outage.spans.len());
        outage.spans.extend(gone.spans.into_iter().take(room));
        self.remove(local);
        self.merged.insert(local, into);
        self.put(outage);
    }
}
