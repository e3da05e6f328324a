//! Which known incident a reminder, a detail or a "c'est réparé" speaks of: thread first, then place
//! and equipment, then the sender's own, then what is the only one of its kind.

use std::collections::BTreeSet;

use super::compare::{ALIKE, Telling};
use super::index::{Index, SHOWN};
use super::places::{contains, nearly};
use super::things::{self, Relation, TEACHER_SEAT, relate};
use super::words::Names;
use super::{Context, Known, same_equipment};
use crate::incident::IncidentId;
use crate::report::{Equipment, Report, Stance};

/// A known incident that a mention may mean.
#[derive(Debug)]
pub(super) struct Meant {
    pub(super) id: IncidentId,
    pub(super) score: f64,
    /// By the thread.
    pub(super) tied: bool,
    pub(super) reasons: Vec<String>,
}

impl Index {
    /// The incident that a mention speaks of, if anything ties it to one.
    pub(super) fn meant(&self, telling: &Telling<'_>, ctx: &Context<'_>) -> Option<Meant> {
        let report = telling.report;
        let mut found: Vec<Meant> = self
            .spoken_of_perhaps(report, true, ctx)
            .into_iter()
            .filter_map(|id| self.get(id))
            .filter_map(|known| self.weigh_mention(telling, known, ctx))
            .collect();
        // Among equals the later incident: people speak of what happened last.
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.id.cmp(&a.id)));
        let runner_up = found.get(1).map(|m| m.score);
        let best = found.into_iter().next()?;
        let clear = runner_up.is_none_or(|r| best.score - r >= 0.5);
        // A closing that could mean two faults must not end the wrong one.
        let needed = match report.stance {
            // A fresh telling that names no thing joins only on more than "something is open there".
            Stance::Broken if !best.tied => 5.0,
            Stance::Over if !clear || report.passing && !best.tied => 5.5,
            _ => 4.0,
        };
        (best.score >= needed).then_some(best)
    }

    /// The incident that words in passing speak of: they must name its thing, by kind, number or noun, and be
    /// about its place, in its thread or of its reporter; and no other incident may fit as well.
    pub(super) fn spoken_of(&self, telling: &Telling<'_>, ctx: &Context<'_>) -> Option<Meant> {
        let report = telling.report;
        let person = ctx.sender.filter(|sender| !super::judge::is_machine(sender));
        let names_kind = names_it(report);
        // Most candidates are judged by place, person, kind or number; only the noun needs this.
        let names = std::cell::OnceCell::new();
        let fits = |known: &&Known| {
            let facts = &known.facts;
            let kind = names_kind && facts.equipment == report.equipment;
            let here = report.place.is_some() && report.place == facts.place;
            let tied = ctx.thread.contains(&known.id);
            let ours = person.is_some_and(|sender| self.is_of_sender(known.id, sender));
            // A room's word on an outage that it lay in.
            let of_outage = !report.equipment_said
                && (facts.general || things::is_service(facts.equipment))
                && matches!((&facts.place, &report.place), (Some(k), Some(r)) if contains(k, r))
                && super::day_distance(
                    known.last_reported_at.max(known.over_at.unwrap_or(known.last_reported_at)),
                    ctx.at,
                ) <= 3;
            let shared = kind
                && report.stance == Stance::Over
                && things::is_service(facts.equipment)
                && facts.place.as_ref().is_none_or(|k| report.place.as_ref().is_none_or(|r| r == k || contains(k, r)));
            if known.refused || !(here || tied || ours || shared || of_outage) {
                return false;
            }
            let Some(derived) = self.derived(known.id) else { return false };
            let number = !telling.seats.is_empty() && !telling.seats.is_disjoint(&derived.seats);
            let other_number = !telling.seats.is_empty() && !number && !derived.seats.is_empty();
            let alive = known.is_open(ctx.at) || report.stance == Stance::Over && (here && kind || number || of_outage);
            if other_number || !alive {
                return false;
            }
            let same_noun = || {
                let names = names.get_or_init(|| Names::of(&report.span));
                names.meet(&derived.names)
            };
            // By another kind of thing the noun alone proves little: "les tablettes" have no wifi.
            let other_kind = names_kind && !kind;
            let noun = || same_noun() && (!other_kind || tied || ours && here);
            of_outage || (kind || number || noun()) && (here || tied || ours || shared)
        };
        // What is neither here nor theirs is meant by the end of an outage, or by a room's word on one.
        let anywhere = report.stance == Stance::Over || !report.equipment_said;
        let candidates = self.spoken_of_perhaps(report, anywhere, ctx);
        let candidates: Vec<&Known> = candidates.into_iter().filter_map(|id| self.get(id)).filter(fits).collect();
        let mut found: Vec<Meant> =
            candidates.into_iter().filter_map(|known| self.weigh_mention(telling, known, ctx)).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.id.cmp(&a.id)));
        let runner_up = found.get(1).map(|m| m.score);
        let best = found.into_iter().next()?;
        (runner_up.is_none_or(|r| best.score - r >= 0.5)).then_some(best)
    }

    /// The incidents that a mention may mean, by thread, person and place; `anywhere`: and by thing alone.
    fn spoken_of_perhaps(&self, report: &Report, anywhere: bool, ctx: &Context<'_>) -> BTreeSet<IncidentId> {
        let mut candidates: BTreeSet<IncidentId> = ctx.thread.iter().copied().collect();
        if let Some(sender) = ctx.sender {
            candidates.extend(self.of_sender(sender).map(|k| k.id));
        }
        if let Some(place) = &report.place {
            candidates.extend(self.at_place(place).map(|k| k.id));
            for wide in super::places::wider(place) {
                candidates.extend(self.at_spot(Some(&wide), report.equipment).map(|k| k.id));
            }
        }
        if anywhere && report.equipment != Equipment::Autre {
            candidates.extend(self.at_spot(None, report.equipment).map(|k| k.id));
            candidates.extend(self.open_of(report.equipment).map(|k| k.id));
            candidates.extend(things::kin(report.equipment).into_iter().flat_map(|e| self.open_of(e)).map(|k| k.id));
        }
        candidates
    }

    fn weigh_mention(&self, telling: &Telling<'_>, known: &Known, ctx: &Context<'_>) -> Option<Meant> {
        let report = telling.report;
        let facts = &known.facts;
        let mut score = 0.0;
        let mut reasons = Vec::new();
        let speaks_of_now = matches!(report.stance, Stance::Still | Stance::Broken);
        if speaks_of_now && !known.is_live(ctx.at, ctx.reopen_within) {
            return None;
        }
        let tied = ctx.thread.contains(&known.id);
        // "Le ficus va mieux": another thing of the same place.
        let other_thing = report.stance == Stance::Over
            && report.symptom.is_none()
            && report.equipment_said
            && report.equipment == Equipment::Autre
            && facts.equipment != Equipment::Autre;
        if other_thing && !tied && !self.named_alike(telling, known) {
            return None;
        }
        // The accounts of another system are other accounts.
        let accounts = facts.equipment == Equipment::Compte && report.equipment == Equipment::Compte;
        if accounts && !tied && !known.reported_by(ctx.sender) && report.responsible != facts.responsible {
            return None;
        }
        let ours = known.reported_by(ctx.sender);
        if tied {
            score += 4.0;
            reasons.push("même fil de messages".to_owned());
        }
        if ours {
            score += 2.0;
            reasons.push("même personne".to_owned());
        }
        // "Le PC marche", said in passing, speaks of the PC of this room or of the speaker, of no other.
        if report.passing && !tied && !ours && report.place.is_none() {
            return None;
        }
        if names_it(report) {
            // "Les inventaires des écrans : poste 4 …" may name the seat for the screen.
            let numbered = things::is_numbered(facts.equipment) && things::is_numbered(report.equipment);
            let alone_there = tied && report.place.is_some() && self.only_of_thread_at(known, report, ctx);
            // An account, and what it opens.
            let opens =
                |e: Equipment| matches!(e, Equipment::Messagerie | Equipment::Ent | Equipment::ApplicationAcademique);
            let account = (tied || ours && report.stance != Stance::Broken)
                && (facts.equipment == Equipment::Compte && opens(report.equipment)
                    || report.equipment == Equipment::Compte && opens(facts.equipment));
            // Many say "l'ordi" for their laptop.
            let computers = things::is_computer(facts.equipment) && things::is_computer(report.equipment);
            // "Les 3 du chariot ne chargent toujours pas": his own, by what is wrong with them.
            let symptoms = (report.symptom.as_deref(), facts.symptom.as_deref());
            let same_trouble = report.stance == Stance::Still
                && ours
                && things::is_numbered(facts.equipment)
                && things::is_numbered(report.equipment)
                && things::same_symptom(symptoms.0, symptoms.1);
            let related = report.passing && self.named_alike(telling, known)
                || alone_there
                || account
                || same_trouble
                || computers && (tied || ours)
                || things::kin(report.equipment) == Some(facts.equipment)
                    && self.derived(known.id).is_some_and(|d| relate(&telling.marks, &d.marks) == Relation::Same)
                || tied
                    && (facts.equipment == Equipment::Autre
                        || report.stance == Stance::Detail
                            && (numbered || report.machines.iter().any(|m| facts.machines.contains(m))));
            if report.equipment != facts.equipment && !related {
                return None;
            }
            if report.equipment == facts.equipment || things::kin(report.equipment) == Some(facts.equipment) {
                score += 2.0;
                reasons.push(same_equipment(facts.equipment).to_owned());
            }
        } else if report.equipment == facts.equipment && report.equipment != Equipment::Autre {
            // A guess proves little, and still more than none.
            score += 1.5;
        }
        match (&report.place, &facts.place) {
            (Some(r), Some(k)) if r == k => {
                score += 3.0;
                reasons.push(format!("même lieu ({k})"));
            }
            // "Le bâtiment B va bien" is about what a building shares, not about a keyboard in it.
            (Some(r), Some(k)) if contains(r, k) && !facts.general && !things::is_service(facts.equipment) => {
                return None;
            }
            (Some(r), Some(k)) if contains(k, r) || contains(r, k) => {
                score += 2.0;
                reasons.push(format!("lieu compris ({k})"));
            }
            (Some(r), Some(k)) if nearly(r, k) => score += 1.5,
            (Some(_), Some(_)) => return None,
            _ => {}
        }
        let derived = self.derived(known.id)?;
        let seats = &derived.seats;
        if things::is_numbered(facts.equipment) && !telling.seats.is_empty() && !seats.is_empty() {
            let numbered = seats.iter().any(|s| s != TEACHER_SEAT);
            if !telling.seats.is_disjoint(seats) {
                score += 2.0;
                reasons.push("même numéro de poste".to_owned());
            } else if ours && report.stance == Stance::Still && report.machines == [facts.count.to_string()] {
                // "Les 3 du chariot": as many as he told of.
                score += 1.0;
            } else if numbered {
                return None;
            }
        }
        match relate(&telling.marks, &derived.marks) {
            // A capital in an answer's words need not name another product than its thread's only one.
            Relation::Different if names_it(report) && !(tied && self.only_kind_of_thread(known, ctx)) => return None,
            Relation::Same => {
                score += 2.0;
                reasons.push("même nom".to_owned());
            }
            _ => {}
        }
        let alike = self.alike(telling, derived);
        score += if ours { 3.0 } else { 2.0 } * alike;
        if alike >= ALIKE {
            reasons.push("mots semblables".to_owned());
        }
        if alike >= ALIKE && facts.equipment == Equipment::Compte && report.responsible == facts.responsible {
            // Accounts of one system, told in like words: those of one class.
            score += 0.5;
        }
        let symptoms = (report.symptom.as_deref(), facts.symptom.as_deref());
        if things::same_symptom(symptoms.0, symptoms.1) {
            score += 1.0;
        } else if report.stance == Stance::Broken && things::other_symptom(symptoms.0, symptoms.1) {
            score -= 3.0;
        }
        if report.again {
            // What is broken "again" has been told before.
            score += 0.5;
        }
        if known.is_open(ctx.at) {
            score += 1.0;
        }
        if telling.taken.contains(&known.id) {
            score -= 0.6;
        }
        if score < 4.0 && self.only_one(telling, known, ctx) {
            score = 4.0;
            reasons.push("seul signalement ouvert de ce genre".to_owned());
        }
        Some(Meant { id: known.id, score, tied, reasons })
    }

    /// Does a telling name the thing of an incident by its number or by the same noun?
    fn named_alike(&self, telling: &Telling<'_>, known: &Known) -> bool {
        let Some(derived) = self.derived(known.id) else { return false };
        let names = Names::of(&telling.report.span);
        !telling.seats.is_disjoint(&derived.seats) || names.meet(&derived.names)
    }

    /// Is it the only incident of the thread at the place that the report names?
    fn only_of_thread_at(&self, known: &Known, report: &Report, ctx: &Context<'_>) -> bool {
        let there = |id: &&IncidentId| self.get(**id).is_some_and(|k| k.facts.place == report.place);
        ctx.thread.iter().filter(there).eq([&known.id])
    }

    /// Is it the only incident of its equipment in the thread?
    fn only_kind_of_thread(&self, known: &Known, ctx: &Context<'_>) -> bool {
        let like = |id: &&IncidentId| self.get(**id).is_some_and(|k| k.facts.equipment == known.facts.equipment);
        ctx.thread.iter().filter(like).eq([&known.id])
    }

    /// Is it the only open incident of its equipment, or the only open one of this sender?
    fn only_one(&self, telling: &Telling<'_>, known: &Known, ctx: &Context<'_>) -> bool {
        if !known.is_open(ctx.at) || telling.report.place.is_some() {
            return false;
        }
        if names_it(telling.report) {
            let mine = known.reported_by(ctx.sender);
            let unique = self.open_of(known.facts.equipment).take(2).count() == 1;
            // Accounts, laptops and machines are many; another's is hardly meant.
            let numbered = things::is_numbered(known.facts.equipment) && known.facts.equipment != Equipment::Telephonie;
            let common = numbered || known.facts.equipment == Equipment::Compte;
            return mine || (unique && !common);
        }
        // "C'est réparé, merci" is the sender's; a sentence with a subject of its own may be another's.
        if telling.report.stance == Stance::Over && telling.stems.len() > 4 {
            return false;
        }
        let Some(sender) = ctx.sender else { return false };
        let mut open = self.of_sender(sender).take(SHOWN).filter(|k| k.is_open(ctx.at));
        open.next().is_some_and(|first| first.id == known.id) && open.next().is_none()
    }
}

/// Do the words name an equipment that narrows the choice?
pub(super) fn names_it(report: &Report) -> bool {
    report.equipment_said && report.equipment != Equipment::Autre
}
