//! One fresh report against one incident: the same, perhaps the same, another one.

use std::collections::BTreeSet;

use super::index::{Derived, Index};
use super::places::{contains, is_wide, nearly};
use super::things::{self, Relation, TEACHER_SEAT, relate};
use super::words::{Stems, print};
use super::{Context, Known, day_distance, reported_when, same_equipment};
use crate::incident::IncidentId;
use crate::report::{Equipment, Place, Report, Responsible};

/// Likeness of words from which two tellings of one spot are taken for one.
pub(super) const ALIKE: f64 = 0.35;
/// Likeness from which words outweigh an unsaid seat number.
const VERY_ALIKE: f64 = 0.55;

/// A report with everything that comparing needs, made once.
#[derive(Debug)]
pub(super) struct Telling<'a> {
    pub(super) report: &'a Report,
    pub(super) marks: BTreeSet<String>,
    pub(super) seats: BTreeSet<String>,
    pub(super) stems: Stems,
    /// What the span says (see [`print()`]).
    pub(super) print: Option<u64>,
    /// Incidents that other reports of the message are already about: two sentences are rather about
    /// two faults than about one.
    pub(super) taken: BTreeSet<IncidentId>,
}

/// What comparing found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Likeness {
    /// One fault. The score ranks several.
    Same(u32, Vec<String>),
    /// Perhaps: the reason names what they share.
    Unsure(u32, String),
    /// The report is an outage that explains the incident, which came first.
    Swallowed,
    /// Another fault.
    Different,
}

impl<'a> Telling<'a> {
    pub(super) fn new(report: &'a Report, alone: bool, ctx: &Context<'_>) -> Self {
        let (marks, teacher) = marks(report, alone, ctx);
        let mut words = Stems::of(&report.span);
        if alone
            && !report.equipment_said
            && let Some(message) = ctx.message
        {
            words.add(Stems::of(&message.subject));
        }
        let seats = seats(&report.machines, teacher);
        Self { report, marks, seats, stems: words, print: print(&report.span), taken: BTreeSet::new() }
    }

    /// Can a report of this thing be about an incident of that one?
    pub(super) fn may_concern(&self, equipment: Equipment) -> bool {
        let own = self.report.equipment;
        // A computer's trouble may be its network's.
        let service = |e: Equipment| matches!(e, Equipment::Wifi | Equipment::Reseau);
        let computer = |e: Equipment| things::is_computer(e) || matches!(e, Equipment::Tablette | Equipment::Autre);
        own == equipment
            || things::kin(own) == Some(equipment)
            || computer(own) && service(equipment)
            || service(own) && computer(equipment)
    }
}

/// What a report says to tell its thing from like ones, and whether it means the teacher's own seat.
pub(super) fn marks(report: &Report, alone: bool, ctx: &Context<'_>) -> (BTreeSet<String>, bool) {
    let mut marks = things::marks(report.equipment, &report.span);
    let mut teacher = things::teacher_seat(&report.span);
    if alone && let Some(message) = ctx.message {
        // A message about one thing may name it anywhere: in the subject, a sentence earlier.
        let forwarded = message.body.forwarded.iter().map(|f| f.text.as_str());
        let texts = [message.subject.as_str(), message.body.new_text.as_str()];
        for text in texts.into_iter().chain(forwarded) {
            if !marks.is_empty() {
                break;
            }
            marks = things::marks(report.equipment, text);
            if report.equipment == Equipment::Logiciel {
                // Far from the fault's own words a capital marks people and places.
                marks.retain(|m| things::marks(Equipment::Logiciel, &m.to_lowercase()).contains(m));
            }
        }
        teacher = teacher || things::teacher_seat(&message.subject);
    }
    (marks, teacher)
}

/// Seat numbers, or the teacher's own where no number is said.
pub(super) fn seats(machines: &[String], teacher: bool) -> BTreeSet<String> {
    let mut seats: BTreeSet<String> = machines.iter().map(|m| seat(m)).filter(|m| !m.is_empty()).collect();
    if seats.is_empty() && teacher {
        seats.insert(TEACHER_SEAT.to_owned());
    }
    seats
}

/// "07", "n° 7" and "7" are one seat.
fn seat(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let bare = kept.trim_start_matches('N');
    let bare = if bare.is_empty() { kept.as_str() } else { bare };
    let short = bare.trim_start_matches('0');
    if short.is_empty() { bare.to_owned() } else { short.to_owned() }
}

/// Seats that an incident is about.
pub(super) fn known_seats(known: &Known) -> BTreeSet<String> {
    seats(&known.facts.machines, known.spans.iter().any(|s| things::teacher_seat(s)))
}

/// How the two places stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Equal,
    KnownWider,
    ReportWider,
    Near,
    Unsaid,
    Apart,
}

fn stand(report: Option<&Place>, known: Option<&Place>) -> Where {
    match (report, known) {
        (Some(r), Some(k)) if r == k => Where::Equal,
        (Some(r), Some(k)) if contains(k, r) => Where::KnownWider,
        (Some(r), Some(k)) if contains(r, k) => Where::ReportWider,
        (Some(r), Some(k)) if nearly(r, k) => Where::Near,
        (Some(_), Some(_)) => Where::Apart,
        _ => Where::Unsaid,
    }
}

/// An outage: a wide place and either a service that many rooms share or words that say "everywhere".
fn is_outage(place: Option<&Place>, equipment: Equipment, general: bool, responsible: Responsible) -> bool {
    place.is_some_and(is_wide) && (general || things::is_service(equipment)) && responsible != Responsible::Atte
}

impl Index {
    /// Holds a fresh report against one incident.
    pub(super) fn compare(&self, telling: &Telling<'_>, known: &Known, ctx: &Context<'_>) -> Likeness {
        let report = telling.report;
        let facts = &known.facts;
        // What costs least first: most incidents are told apart by it.
        if !telling.may_concern(facts.equipment) || !known.is_live(ctx.at, ctx.reopen_within) {
            return Likeness::Different;
        }
        let place = stand(report.place.as_ref(), facts.place.as_ref());
        if place == Where::Apart && !known.refused {
            return Likeness::Different;
        }
        let outage = is_outage(facts.place.as_ref(), facts.equipment, facts.general, facts.responsible);
        let announced = is_outage(report.place.as_ref(), report.equipment, report.general, report.responsible);
        let explained = match place {
            Where::KnownWider => outage,
            Where::ReportWider => announced,
            _ => true,
        };
        let Some(derived) = self.derived(known.id) else { return Likeness::Different };
        let marks = &derived.marks;
        let relation = relate(&telling.marks, marks);
        let kin = relation == Relation::Same && things::kin(report.equipment) == Some(facts.equipment);
        let explained = explained || kin && facts.place.as_ref().is_some_and(is_wide);
        // "Aucune tablette n'accroche le wifi", in a room where an outage has taken it.
        let through = match place {
            Where::KnownWider if outage && report.machines.is_empty() => {
                things::shows(report.equipment, &report.span, facts.equipment)
            }
            Where::ReportWider if announced && facts.machines.is_empty() => {
                known.spans.iter().any(|s| things::shows(facts.equipment, s, report.equipment))
            }
            _ => false,
        };
        if !explained || facts.equipment != report.equipment && !kin && !through {
            return Likeness::Different;
        }
        if relation == Relation::Different && !through {
            return Likeness::Different;
        }
        let mut score = score(place, relation, known, ctx);
        if known.refused {
            let mut reasons = self.reasons(place, known, ctx);
            reasons.push("refusé auparavant".to_owned());
            return Likeness::Unsure(score, reasons.join(", "));
        }
        let alike = self.alike(telling, derived);
        score += if alike >= VERY_ALIKE { 2 } else { u32::from(alike >= ALIKE) };
        if !telling.seats.is_disjoint(&derived.seats) {
            score += 3;
        }
        if telling.taken.contains(&known.id) {
            score = score.saturating_sub(1);
        }
        if through {
            score += 4;
        }
        let ours = known.reported_by(ctx.sender);
        let resent = ours && telling.print.is_some() && derived.told.iter().any(|t| t.print == telling.print);
        if resent && place != Where::Apart {
            let mut reasons = self.reasons(place, known, ctx);
            reasons.push("même texte, renvoyé".to_owned());
            return Likeness::Same(score + 10, reasons);
        }
        // A torn plug is no outage, and an outage no torn plug.
        let small = (report.responsible == Responsible::Atte) != (facts.responsible == Responsible::Atte);
        let symptoms = (report.symptom.as_deref(), facts.symptom.as_deref());
        let other_symptom = things::other_symptom(symptoms.0, symptoms.1);
        let same_symptom = things::same_symptom(symptoms.0, symptoms.1);
        let days = day_distance(known.last_reported_at, ctx.at);
        let verdict = match place {
            Where::KnownWider if report.responsible == Responsible::Atte => Verdict::Different,
            Where::KnownWider if (0..=1).contains(&days) => Verdict::Same,
            Where::KnownWider => Verdict::Unsure,
            Where::ReportWider if small || days.abs() > 1 || !known.is_open(ctx.at) => Verdict::Different,
            Where::ReportWider => return Likeness::Swallowed,
            Where::Equal => self.at_one_spot(
                telling,
                (known, derived),
                ctx,
                Hints { relation, alike, same_symptom, other_symptom, small },
            ),
            Where::Near if relation == Relation::Same || alike >= VERY_ALIKE => Verdict::Same,
            Where::Near => Verdict::Unsure,
            Where::Unsaid => self.somewhere(
                telling,
                (known, derived),
                ctx,
                Hints { relation, alike, same_symptom, other_symptom, small },
            ),
            Where::Apart => Verdict::Different,
        };
        if verdict == Verdict::Different {
            return Likeness::Different;
        }
        let mut reasons = self.reasons(place, known, ctx);
        if relation == Relation::Same {
            reasons.extend(telling.marks.intersection(marks).next().map(|m| format!("« {m} »")));
        }
        match verdict {
            Verdict::Same => {
                if alike >= ALIKE {
                    reasons.push("mots semblables".to_owned());
                }
                Likeness::Same(score, reasons)
            }
            Verdict::Unsure => Likeness::Unsure(score, reasons.join(", ")),
            Verdict::Different => Likeness::Different,
        }
    }

    /// How alike a telling is to the most alike of an incident's.
    pub(super) fn alike(&self, telling: &Telling<'_>, derived: &Derived) -> f64 {
        derived.told.iter().map(|t| self.rarity.likeness(&telling.stems, &t.stems)).fold(0.0, f64::max)
    }

    fn at_one_spot(
        &self,
        telling: &Telling<'_>,
        (known, derived): (&Known, &Derived),
        ctx: &Context<'_>,
        hints: Hints,
    ) -> Verdict {
        let report = telling.report;
        let ours = known.reported_by(ctx.sender);
        let said = hints.relation == Relation::Same;
        match report.equipment {
            Equipment::Compte => account(report, known, ours, hints),
            Equipment::Logiciel | Equipment::ApplicationAcademique => {
                if said || ours || hints.same_symptom || hints.alike >= ALIKE { Verdict::Same } else { Verdict::Unsure }
            }
            Equipment::Autre => {
                if ours || hints.same_symptom || hints.alike >= ALIKE {
                    Verdict::Same
                } else {
                    Verdict::Unsure
                }
            }
            // The region's printer and the rented copier stand in one room.
            Equipment::Imprimante
                if !said
                    && owners_differ(report.responsible, known.facts.responsible)
                    && hints.alike < ALIKE
                    && (!hints.same_symptom || !ours) =>
            {
                Verdict::Unsure
            }
            Equipment::Peripherique if !said && !ours && hints.alike < ALIKE && !hints.same_symptom => Verdict::Unsure,
            e if things::is_numbered(e) || e == Equipment::Reseau && has_seat(telling, known) => {
                let days = day_distance(known.last_reported_at, ctx.at);
                // Some days later, "un des PC" may be the next one.
                let another = telling.seats.is_empty()
                    && days.abs() > 2
                    && things::any_of_them(&report.span)
                    && !report.again
                    && hints.alike < VERY_ALIKE;
                match seats_verdict(telling, derived, ours, hints) {
                    Verdict::Same if another => Verdict::Unsure,
                    verdict => verdict,
                }
            }
            // One of a kind in its room; a lamp and a fault of the device are two repairs.
            _ if hints.small && hints.other_symptom && !ours => Verdict::Unsure,
            _ if things::other_repair(report.symptom.as_deref(), known.facts.symptom.as_deref()) => Verdict::Unsure,
            Equipment::Reseau if hints.small && !said => Verdict::Unsure,
            _ => Verdict::Same,
        }
    }

    /// One side, or both, does not say where.
    fn somewhere(
        &self,
        telling: &Telling<'_>,
        (known, derived): (&Known, &Derived),
        ctx: &Context<'_>,
        hints: Hints,
    ) -> Verdict {
        let report = telling.report;
        let ours = known.reported_by(ctx.sender);
        let tied = ctx.thread.contains(&known.id);
        if report.equipment == Equipment::Compte {
            return account(report, known, ours || tied, hints);
        }
        let days = day_distance(known.last_reported_at, ctx.at);
        let likely = hints.relation == Relation::Same || hints.same_symptom || hints.alike >= ALIKE;
        // The same person has other rooms: the longer ago, the more the words must say.
        let recent = if known.facts.place.is_none() { 3 } else { 14 };
        let placeless = report.place.is_none() && known.facts.place.is_none();
        if tied || (ours && (likely || placeless || days <= recent)) {
            return if things::is_numbered(report.equipment) {
                seats_verdict(telling, derived, true, hints)
            } else {
                Verdict::Same
            };
        }
        let service = things::is_service(report.equipment)
            || matches!(report.equipment, Equipment::Logiciel | Equipment::Telephonie);
        let whole_school = known.facts.place.as_ref().is_some_and(Place::is_whole_school)
            || report.place.as_ref().is_some_and(Place::is_whole_school);
        if service && whole_school && (0..=1).contains(&days) {
            return Verdict::Same;
        }
        // Nobody's ENT is down alone.
        if report.equipment == Equipment::Ent && hints.relation != Relation::Different && (0..=1).contains(&days) {
            return Verdict::Same;
        }
        match (service, placeless, likely || ours) {
            (true, true, true) => Verdict::Same,
            (true, true, false) | (_, _, true) => Verdict::Unsure,
            _ => Verdict::Different,
        }
    }

    fn reasons(&self, place: Where, known: &Known, ctx: &Context<'_>) -> Vec<String> {
        let mut reasons = Vec::new();
        match (place, &known.facts.place) {
            (Where::Equal, Some(p)) => reasons.push(format!("même lieu ({p})")),
            (Where::KnownWider | Where::ReportWider, Some(p)) => reasons.push(format!("panne générale ({p})")),
            (Where::Near, Some(p)) => reasons.push(format!("lieu presque du même nom ({p})")),
            (Where::Unsaid, Some(p)) => reasons.push(format!("lieu non précisé, connu : {p}")),
            _ => {}
        }
        reasons.push(same_equipment(known.facts.equipment).to_owned());
        if ctx.thread.contains(&known.id) {
            reasons.push("même fil de messages".to_owned());
        }
        if known.reported_by(ctx.sender) {
            reasons.push("même personne".to_owned());
        }
        match known.over_at {
            Some(over) if over <= ctx.at => {
                let days = day_distance(over, ctx.at);
                let days = if days < 2 { format!("{days} jour") } else { format!("{days} jours") };
                reasons.push(format!("revenu {days} après la réparation"));
            }
            _ => reasons.push(reported_when(known, ctx.at)),
        }
        reasons
    }
}

/// What the words suggest beside place and equipment.
#[derive(Debug, Clone, Copy)]
struct Hints {
    relation: Relation,
    alike: f64,
    same_symptom: bool,
    other_symptom: bool,
    small: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Unsure,
    Different,
}

/// Bought by the region, and by the school.
fn owners_differ(a: Responsible, b: Responsible) -> bool {
    matches!(
        (a, b),
        (Responsible::Region, Responsible::Etablissement) | (Responsible::Etablissement, Responsible::Region)
    )
}

fn has_seat(telling: &Telling<'_>, known: &Known) -> bool {
    !telling.seats.is_empty() || !known.facts.machines.is_empty()
}

/// Of a numbered equipment, another number is another incident; no number is a doubt.
fn seats_verdict(telling: &Telling<'_>, derived: &Derived, ours: bool, hints: Hints) -> Verdict {
    let theirs = &derived.seats;
    let numbers = |seats: &BTreeSet<String>| seats.iter().any(|s| s != TEACHER_SEAT);
    match (telling.seats.is_empty(), theirs.is_empty()) {
        (false, false) if telling.seats.is_disjoint(theirs) => Verdict::Different,
        (false, false) => Verdict::Same,
        (true, true) if hints.same_symptom || ours || hints.alike >= ALIKE => Verdict::Same,
        (true, true) => Verdict::Unsure,
        // The one computer of a plain room is its teacher's.
        _ if !numbers(&telling.seats) && !numbers(theirs) && (hints.same_symptom || hints.alike >= ALIKE) => {
            Verdict::Same
        }
        // Theirs is the teacher's own: another seat of the room, told without a number, is not that one.
        (true, false) if !numbers(theirs) && !hints.same_symptom && hints.alike < ALIKE => Verdict::Unsure,
        _ if (ours && !hints.other_symptom) || hints.alike >= VERY_ALIKE => Verdict::Same,
        _ => Verdict::Unsure,
    }
}

/// Accounts are people's: another person's is another incident, unless a whole class is meant.
fn account(report: &Report, known: &Known, ours: bool, hints: Hints) -> Verdict {
    if report.responsible != known.facts.responsible {
        return Verdict::Different;
    }
    let many = report.count > 1 && known.facts.count > 1;
    let placed = report.place.is_some() && report.place == known.facts.place;
    match (ours, many, placed) {
        (true, _, _) => Verdict::Same,
        (_, true, true) => Verdict::Same,
        (_, _, true) if hints.alike >= ALIKE => Verdict::Unsure,
        (_, true, _) if hints.alike >= ALIKE => Verdict::Unsure,
        _ => Verdict::Different,
    }
}

/// Ranks candidates: nearer place, same thing, same thread, same person, still open.
fn score(place: Where, relation: Relation, known: &Known, ctx: &Context<'_>) -> u32 {
    let mut score = match place {
        Where::Equal => 8,
        Where::KnownWider | Where::ReportWider => 7,
        Where::Near => 5,
        Where::Unsaid => 3,
        Where::Apart => 0,
    };
    score += if relation == Relation::Same { 3 } else { 0 };
    score += if ctx.thread.contains(&known.id) { 4 } else { 0 };
    score += if known.reported_by(ctx.sender) { 2 } else { 0 };
    score + if known.is_open(ctx.at) { 1 } else { 0 }
}
