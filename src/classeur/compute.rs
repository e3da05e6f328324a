//! The counting behind [`super::figures`]. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Period;
use super::delays::Sample;
use super::dossier::{Dossier, Life, What, passages};
use super::figures::{CameBack, Counts, Dates, Figures, Flow, Held, Line, Load, Month, Paid};
use super::life::{Spell, Stage, Standing, Window, standing};
use super::spots::Spots;
use super::workdays::WorkDays;
use crate::incident::{IncidentId, Reference};
use crate::report::{Equipment, Place, Responsible};

impl Figures {
    /// The figures of `period` as they stand on its last evening, or on that of `today`.
    pub fn of(dossier: &Dossier, period: Period, today: Date) -> Self {
        let mut figures = Round::new(dossier, period, today).figures(true);
        let beside = |other: Option<Period>| {
            let other = other.filter(|p| dossier.since.is_some_and(|since| since <= p.from()))?;
            Some(Box::new(Round::new(dossier, other, today).figures(false)))
        };
        figures.previous = beside(period.previous());
        figures.year_before = beside(period.year_before());
        figures
    }
}

/// One period's counting.
struct Round<'a> {
    dossier: &'a Dossier,
    period: Period,
    as_of: Date,
    window: Window,
    workdays: WorkDays,
    months: Vec<Month>,
}

/// What is summed up while the incidents pass.
#[derive(Default)]
struct Sums {
    places: HashMap<Option<Place>, Counts>,
    equipments: HashMap<Equipment, Counts>,
    responsibles: HashMap<Responsible, Counts>,
    months: HashMap<Month, Counts>,
    chased: HashMap<Month, u64>,
    acknowledgement: Sample,
    visit: Sample,
    repair: Sample,
    oldest: Option<u64>,
    spots: Spots,
}

/// The first moment of a day in a zone.
pub(super) fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

impl<'a> Round<'a> {
    fn new(dossier: &'a Dossier, period: Period, today: Date) -> Self {
        let as_of = period.to().min(today);
        let zone = &dossier.school.zone;
        let until = as_of.tomorrow().map_or(Timestamp::MAX, |next| midnight(next, zone));
        let window = Window { since: midnight(period.from(), zone), until, as_of };
        let earliest = dossier.lives.iter().map(|life| life.opened_at).min().map(|at| zone.to_datetime(at).date());
        let first = earliest.map_or(period.from(), |day| day.min(period.from()));
        let workdays = WorkDays::between_days(first, as_of, &dossier.school.closings);
        let months = period.months().into_iter().map(month_of).collect();
        Self { dossier, period, as_of, window, workdays, months }
    }

    fn day(&self, at: Timestamp) -> Date {
        self.dossier.school.zone.to_datetime(at).date()
    }

    fn holds(&self, day: Date) -> bool {
        self.period.from() <= day && day <= self.as_of
    }

    fn limit(&self, life: &Life) -> u64 {
        let delays = self.dossier.school.delays;
        u64::from(if life.urgent { delays.urgent } else { delays.normal })
    }

    fn figures(&self, with_lines: bool) -> Figures {
        let visits = self.visits_of_incidents();
        let references: HashMap<IncidentId, Reference> =
            if with_lines { self.dossier.lives.iter().map(|l| (l.id, l.reference)).collect() } else { HashMap::new() };
        let mut sums = Sums::default();
        let mut f = Figures::empty(self.period, self.as_of);
        for life in &self.dossier.lives {
            let told = |at: &&Timestamp| self.window.since <= **at && **at < self.window.until;
            f.reports += life.told.iter().filter(told).count() as u64;
            if life.opened_at >= self.window.until {
                continue;
            }
            let noted = visits.get(&life.id).map_or(&[][..], Vec::as_slice);
            let s = standing(life, self.window, noted, |at| self.day(at));
            self.chased(life, &mut sums);
            let fresh = life.opened_at >= self.window.since;
            self.flow(&mut f.flow, &s, fresh);
            if s.stage == Stage::Merged {
                f.merged += u64::from(fresh);
            }
            let (waited, late, counted) =
                if s.stage == Stage::Merged { (None, false, false) } else { self.waits(life, &s, &mut sums) };
            let returned = self.came_back(&mut f.came_back, &s);
            if fresh && s.stage != Stage::Merged {
                self.cohort(life, &s, waited.unwrap_or(0), &mut f, &mut sums);
            }
            if with_lines && (fresh || s.was_open || s.openings > 0 || counted || returned) {
                let merged_into = s.merged_into.and_then(|id| references.get(&id).copied());
                f.lines.push(self.line(life, s, merged_into, waited, late));
            }
        }
        f.lines.sort_by_key(|line| line.reference);
        self.finish(f, sums)
    }

    /// Days of the visits that the ledger ties to an incident, or to one that is now part of it.
    fn visits_of_incidents(&self) -> HashMap<IncidentId, Vec<Date>> {
        let mut into: HashMap<IncidentId, IncidentId> = HashMap::new();
        for life in &self.dossier.lives {
            for step in life.steps.iter().filter(|step| step.at < self.window.until) {
                if let What::Merged(other) = step.what {
                    into.insert(life.id, other);
                }
            }
        }
        let mut found: HashMap<IncidentId, Vec<Date>> = HashMap::new();
        for visit in &self.dossier.visits {
            let Some(mut id) = visit.incident else { continue };
            for _ in 0..32 {
                let Some(next) = into.get(&id) else { break };
                id = *next;
            }
            found.entry(id).or_default().push(visit.on);
        }
        found
    }

    fn flow(&self, flow: &mut Flow, s: &Standing, fresh: bool) {
        let was_open = u64::from(s.was_open && !fresh);
        if s.stage == Stage::Merged {
            if !fresh {
                flow.before += was_open;
                flow.reopened += s.openings;
                flow.ended += s.endings;
                flow.merged += (was_open + s.openings).saturating_sub(s.endings);
            }
            return;
        }
        flow.before += was_open;
        flow.reported += u64::from(fresh);
        flow.reopened += s.openings;
        flow.ended += s.endings;
        flow.open += u64::from(s.stage.is_open());
    }

    fn chased(&self, life: &Life, sums: &mut Sums) {
        for step in life.steps.iter().filter(|step| step.what == What::Chased) {
            let day = self.day(step.at);
            if self.holds(day) {
                *sums.chased.entry(month_of(day)).or_default() += 1;
            }
        }
    }

    /// Adds its waits; gives the working days waited for a repair in all, whether one that counts in
    /// this period is late, and whether any counts.
    fn waits(&self, life: &Life, s: &Standing, sums: &mut Sums) -> (Option<u64>, bool, bool) {
        let Some(sent_at) = s.sent_at else { return (None, false, false) };
        let (sent_on, limit, with_support) = (self.day(sent_at), self.limit(life), s.stage.is_with_support());
        let mut counted = false;
        let mut one = |sample: &mut Sample, from: Date, to: Option<Date>, lasts: bool| -> bool {
            let (end, open) = match to {
                Some(to) if self.holds(to) => (to, false),
                None if lasts => (self.as_of, true),
                _ => return false,
            };
            counted = true;
            let days = self.workdays.between(from, end);
            sample.add(life.urgent, open, days);
            days > limit
        };
        let acknowledged = s.acknowledged_at.map(|at| self.day(at));
        one(&mut sums.acknowledgement, sent_on, acknowledged, with_support);
        one(&mut sums.visit, sent_on, s.visited_on, with_support);
        let mut late = false;
        for Spell { from, to } in &s.spells {
            late |= one(&mut sums.repair, self.day(*from), to.map(|to| self.day(to)), with_support);
        }
        if let (true, Some(Spell { from, to: None })) = (with_support, s.spells.last()) {
            sums.oldest = sums.oldest.max(Some(self.workdays.between(self.day(*from), self.as_of)));
        }
        let of_spell =
            |spell: &Spell| self.workdays.between(self.day(spell.from), spell.to.map_or(self.as_of, |to| self.day(to)));
        let waited = (!s.spells.is_empty()).then(|| s.spells.iter().map(of_spell).sum());
        (waited, late, counted)
    }

    fn came_back(&self, sum: &mut CameBack, s: &Standing) -> bool {
        if s.stage == Stage::Merged {
            return false;
        }
        let inside = |at: Timestamp| self.window.since <= at && at < self.window.until;
        let denied = s.returns.iter().filter(|r| r.denied && inside(r.at)).count() as u64;
        let returned = s.returns.iter().filter(|r| !r.denied && inside(r.at)).count() as u64;
        let any = denied + returned > 0;
        sum.denied += denied;
        sum.returned += returned;
        sum.incidents += u64::from(any);
        sum.of += u64::from(any || s.repairs > 0);
        any
    }

    fn cohort(&self, life: &Life, s: &Standing, waited: u64, f: &mut Figures, sums: &mut Sums) {
        let one = counts_of(s);
        f.all.add(&one);
        sums.places.entry(life.place.clone()).or_default().add(&one);
        sums.equipments.entry(life.equipment).or_default().add(&one);
        sums.responsibles.entry(life.responsible).or_default().add(&one);
        sums.months.entry(month_of(self.day(life.opened_at))).or_default().add(&one);
        let lessons = life.lessons_affected || life.urgent;
        f.lessons += u64::from(lessons);
        f.urgent += u64::from(life.urgent);
        sums.spots.add(life, s.stage.is_open(), lessons, waited);
    }

    fn line(&self, life: &Life, s: Standing, merged_into: Option<Reference>, waited: Option<u64>, late: bool) -> Line {
        let reports = life.told.iter().filter(|at| **at < self.window.until).count() as u64;
        let refused = matches!(s.stage, Stage::Refused | Stage::OutOfScope);
        Line {
            reference: life.reference,
            place: life.place.clone(),
            equipment: life.equipment,
            symptom: life.symptom.clone(),
            responsible: life.responsible,
            count: life.count,
            urgent: life.urgent,
            lessons: life.lessons_affected || life.urgent,
            reports,
            support_reference: life.support_reference.clone(),
            refusal: life.refusal.clone().filter(|_| refused),
            opened_on: self.day(life.opened_at),
            days: Dates::of(&s, |at| self.day(at)),
            standing: s,
            merged_into,
            waited,
            late,
        }
    }

    fn finish(&self, mut f: Figures, sums: Sums) -> Figures {
        f.by_place = sorted(sums.places, |place| place.as_ref().map_or("~", |p| p.as_str()).to_owned());
        f.by_equipment = sorted(sums.equipments, |e| e.as_str().to_owned());
        f.by_responsible = sorted(sums.responsibles, |r| r.as_str().to_owned());
        f.by_month = self.months.iter().map(|m| (*m, sums.months.get(m).copied().unwrap_or_default())).collect();
        let limits = self.dossier.school.delays;
        f.to_acknowledgement = sums.acknowledgement.waits(None);
        f.to_visit = sums.visit.waits(Some(limits));
        f.to_repair = sums.repair.waits(Some(limits));
        f.oldest = sums.oldest;
        let known = &self.dossier.school.rooms;
        f.rooms = sums.spots.rooms(known);
        f.worst_rooms = sums.spots.worst_rooms();
        f.repeated = sums.spots.repeated();
        f.worst_machines = sums.spots.worst_machines();
        self.visits(&mut f);
        self.spending(&mut f);
        self.load(&mut f, &sums.chased);
        let mut unsent: HashMap<_, u64> = HashMap::new();
        for one in self.dossier.unsent.iter().filter(|u| self.holds(self.day(u.at))) {
            *unsent.entry(one.reason).or_default() += 1;
        }
        f.unsent = unsent.into_iter().collect();
        f.unsent.sort();
        f
    }

    /// The part of a month that lies in the period and has passed.
    fn part_of(&self, month: Month) -> Option<(Date, Date)> {
        let first = Date::new(month.year, month.month, 1).ok()?;
        let (from, to) = (first.max(self.period.from()), first.last_of_month().min(self.as_of));
        (from <= to).then_some((from, to))
    }

    fn visits(&self, f: &mut Figures) {
        let school = &self.dossier.school;
        // A started slice counts whole.
        let slices = school.pcs.map(|pcs| u64::from(pcs.div_ceil(100)));
        let mut months: HashMap<Month, Held> = HashMap::new();
        for visit in passages(&self.dossier.visits).iter().map(|p| p.visit).filter(|v| self.holds(v.on)) {
            let held = months.entry(month_of(visit.on)).or_default();
            held.visits += 1;
            held.halves += visit.halves();
        }
        for month in &self.months {
            let mut held = months.get(month).copied().unwrap_or_default();
            held.working_days = self.part_of(*month).map_or(0, |(from, to)| self.workdays.within(from, to));
            // Thousandths of a day per ten working days: ten-thousandths per working day.
            let per_day = |slices: u64| slices.saturating_mul(u64::from(school.visit_thousandths));
            held.owed = slices.map(|n| per_day(n).saturating_mul(held.working_days));
            f.visits.add(&held);
            f.visits_by_month.push((*month, held));
        }
        if slices.is_some() && f.visits.owed.is_none() {
            f.visits.owed = Some(0);
        }
    }

    fn spending(&self, f: &mut Figures) {
        let mut months: HashMap<Month, Paid> = HashMap::new();
        let mut kinds: HashMap<String, Paid> = HashMap::new();
        for expense in self.dossier.expenses.iter().filter(|e| self.holds(e.on)) {
            let kind = expense.what.trim().to_lowercase();
            for paid in
                [&mut f.spending, months.entry(month_of(expense.on)).or_default(), kinds.entry(kind).or_default()]
            {
                paid.purchases += 1;
                paid.cents = paid.cents.saturating_add(expense.cents);
            }
        }
        f.spending_by_month = self.months.iter().map(|m| (*m, months.get(m).copied().unwrap_or_default())).collect();
        f.spending_by_kind = kinds.into_iter().collect();
        f.spending_by_kind.sort_by(|a, b| b.1.cents.cmp(&a.1.cents).then_with(|| a.0.cmp(&b.0)));
    }

    fn load(&self, f: &mut Figures, chased: &HashMap<Month, u64>) {
        let mut months: HashMap<Month, Load> = HashMap::new();
        for act in &self.dossier.acts {
            let day = self.day(act.at);
            if self.holds(day) {
                let load = months.entry(month_of(day)).or_default();
                load.messages += 1;
                load.confirmations += u64::from(act.confirmed);
            }
        }
        for month in &self.months {
            let mut load = months.get(month).copied().unwrap_or_default();
            load.chased = chased.get(month).copied().unwrap_or_default();
            f.load.messages += load.messages;
            f.load.confirmations += load.confirmations;
            f.load.chased += load.chased;
            f.load_by_month.push((*month, load));
        }
    }
}

/// How one incident that is not merged counts.
fn counts_of(s: &Standing) -> Counts {
    let mut one = Counts { reported: 1, ..Counts::default() };
    if s.sent_at.is_some() {
        one.sent = 1;
        match s.stage {
            Stage::OutOfScope => one.out_of_scope = 1,
            stage if stage.is_open() => one.open = 1,
            _ => one.repaired = 1,
        }
        return one;
    }
    match s.stage {
        Stage::Refused => one.refused = 1,
        Stage::Redirected => one.redirected = 1,
        Stage::Settled => one.settled = 1,
        _ => one.waiting = 1,
    }
    one
}

fn month_of(day: Date) -> Month {
    Month { year: day.year(), month: day.month() }
}

/// Most reported first, then by name.
fn sorted<K: Eq + Hash>(counts: HashMap<K, Counts>, name: impl Fn(&K) -> String) -> Vec<(K, Counts)> {
    let mut all: Vec<(K, Counts)> = counts.into_iter().collect();
    all.sort_by_cached_key(|(key, counts)| (std::cmp::Reverse(counts.reported), name(key)));
    all
}

#[cfg(test)]
#[path = "compute_tests.rs"]
mod tests;
