//! A whole message held against what is known: where each report belongs, and the message's kind.

use std::collections::BTreeSet;

use super::compare::{Likeness, Telling, known_seats};
use super::index::Index;
use super::mention::names_it;
use super::places::{contains, is_wide, wider};
use super::things::{self, Relation, relate};
use super::words::{Verbs, fold, print};
use super::{Context, Judgement, Known, Matched, Verdict};
use crate::incident::IncidentId;
use crate::report::extract::Extracted;
use crate::report::{Equipment, Kind, Place, Report, Responsible, Stance};

/// Twins named in a proposal: more would hide the likely one.
const TWINS_NAMED: usize = 3;
/// Reports of one message that are judged; nobody tells of more faults in one mail.
const REPORTS_JUDGED: usize = 60;

impl Index {
    /// Holds what a message tells against the known incidents. Changes nothing.
    pub fn judge(&self, told: &Extracted, ctx: &Context<'_>) -> Judgement {
        if matches!(told.kind, Kind::Auto | Kind::Bounce | Kind::Bulk) {
            return Judgement { kind: told.kind, matched: Vec::new() };
        }
        let mut reports: Vec<Report> = told.reports.iter().take(REPORTS_JUDGED).cloned().collect();
        if reports.is_empty() && matches!(told.kind, Kind::FollowUp | Kind::Resolved) && !ctx.thread.is_empty() {
            reports.extend(bare_mention(told.kind, ctx));
        }
        drop_loose_ends(&mut reports);
        fold_asides(&mut reports);
        let alone = reports.len() == 1;
        let mut matched: Vec<Option<Matched>> = vec![None; reports.len()];
        let mut extra = Vec::new();
        // What says its place first: the rest of the message may mean the same place.
        let mut order: Vec<usize> = (0..reports.len()).collect();
        order.sort_by_key(|i| reports.get(*i).is_some_and(|r| r.place.is_none()));
        for i in order {
            let Some(mut report) = reports.get(i).cloned() else { continue };
            let taken = joined(&matched);
            let (mut verdict, mut swallows) = self.place_report(&report, alone, &taken, ctx, &mut extra);
            let unplaced = report.place.is_none() && !is_person_or_service(report.equipment);
            if unplaced
                && report.stance == Stance::Broken
                && matches!(&verdict, Some(Verdict::New { .. }))
                && let Some(place) = self.place_from_context(&matched, ctx)
            {
                report.place = Some(place);
                (verdict, swallows) = self.place_report(&report, alone, &taken, ctx, &mut extra);
            }
            if let Some(Verdict::Same { id, .. }) = &verdict {
                if report.place.is_none() {
                    report.place = self.get(*id).and_then(|k| k.facts.place.clone());
                }
                if report.stance == Stance::Broken && self.ended(*id, &report) {
                    report.stance = Stance::Over;
                }
            }
            if matches!(&verdict, Some(Verdict::New { .. }))
                && let Some(outage) = self.shown_outage(&report, ctx)
            {
                let reasons = vec!["même fil de messages".to_owned(), "panne générale".to_owned()];
                report.equipment = outage.facts.equipment;
                report.place.clone_from(&outage.facts.place);
                verdict = Some(Verdict::Same { id: outage.id, reasons });
            }
            if matches!(&verdict, Some(Verdict::New { .. })) && self.owned_by_school(&report) {
                report.responsible = Responsible::Etablissement;
            }
            if let Some(slot) = matched.get_mut(i) {
                *slot = verdict.map(|verdict| Matched { report, verdict, swallows });
            }
        }
        let mut matched: Vec<Matched> = matched.into_iter().flatten().chain(extra).collect();
        self.hear_asides(told, &mut matched, ctx);
        fold_repeats(&mut matched);
        let kind = self.kind_of(told, &matched, ctx);
        Judgement { kind, matched }
    }

    /// "Idem en T104, le PC tourne dans le vide": an answer to an outage's report that tells how it shows.
    fn shown_outage(&self, report: &Report, ctx: &Context<'_>) -> Option<&Known> {
        let span = fold(&report.span);
        let same = span.split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "idem" | "pareil" | "meme" | "itou"));
        let shows = report.equipment == Equipment::Ordinateur
            && matches!(report.symptom.as_deref(), Some("freezes" | "slow" | "page_blank" | "error" | "not_working"));
        if report.stance == Stance::Over || !same || !shows {
            return None;
        }
        let mut outages = ctx.thread.iter().filter_map(|id| self.get(*id)).filter(|k| {
            let around = match (&k.facts.place, &report.place) {
                (Some(wide), Some(room)) => contains(wide, room),
                _ => false,
            };
            around && things::is_service(k.facts.equipment) && k.is_live(ctx.at, ctx.reopen_within)
        });
        outages.next()
    }

    /// Did an earlier incident with the one such thing of this place tell that the school bought it?
    fn owned_by_school(&self, report: &Report) -> bool {
        let only_one = matches!(
            report.equipment,
            Equipment::Son | Equipment::Videoprojecteur | Equipment::TableauInteractif | Equipment::Imprimante
        );
        if !only_one || report.place.is_none() || report.responsible != Responsible::Region {
            return false;
        }
        let mut before = self.at_spot(report.place.as_ref(), report.equipment).peekable();
        before.peek().is_some() && before.all(|k| k.facts.responsible == Responsible::Etablissement)
    }

    /// Where one report belongs; `None`: it speaks of nothing known and tells of nothing new.
    fn place_report(
        &self,
        report: &Report,
        alone: bool,
        taken: &BTreeSet<IncidentId>,
        ctx: &Context<'_>,
        extra: &mut Vec<Matched>,
    ) -> (Option<Verdict>, Vec<IncidentId>) {
        if let Some(verdict) = self.by_tag(report, ctx) {
            return (Some(verdict), Vec::new());
        }
        let mut telling = Telling::new(report, alone, ctx);
        telling.taken.clone_from(taken);
        let speaks_of_known = match report.stance {
            _ if report.passing => true,
            Stance::Broken => !names_it(report),
            Stance::Still | Stance::Detail | Stance::Over => true,
        };
        if speaks_of_known {
            let bare = alone && !report.equipment_said && report.place.is_none() && report.machines.is_empty();
            if bare {
                self.rest_of_thread(report, &telling, ctx, extra);
            }
            if let Some(meant) = self.meant(&telling, ctx) {
                return (Some(Verdict::Same { id: meant.id, reasons: meant.reasons }), Vec::new());
            }
        }
        let tells_enough = match report.stance {
            _ if report.passing => false,
            Stance::Broken => true,
            Stance::Still => report.equipment_said || report.place.is_some(),
            Stance::Detail => names_it(report) && report.place.is_some(),
            Stance::Over => false,
        };
        if !tells_enough {
            return (None, Vec::new());
        }
        let (verdict, swallows) = self.fresh(&telling, ctx);
        (Some(verdict), swallows)
    }

    /// What the message says in passing of incidents that its reports are not about.
    fn hear_asides(&self, told: &Extracted, matched: &mut Vec<Matched>, ctx: &Context<'_>) {
        let passing = told.reports.iter().filter(|r| r.passing);
        for aside in told.asides.iter().chain(passing).take(REPORTS_JUDGED) {
            let telling = Telling::new(aside, false, ctx);
            let meant = self.spoken_of(&telling, ctx).or_else(|| {
                // The place spoken of before may be another's.
                let anywhere = Report { place: None, ..aside.clone() };
                let unsaid = aside.place.is_some() && !aside.place_said;
                unsaid.then(|| self.spoken_of(&Telling::new(&anywhere, false, ctx), ctx))?
            });
            let Some(meant) = meant else { continue };
            let about = |m: &Matched| matches!(&m.verdict, Verdict::Same { id, .. } if *id == meant.id);
            if matched.iter().any(about) {
                continue;
            }
            let place = self.get(meant.id).and_then(|k| k.facts.place.clone());
            let mut report = Report { place: aside.place.clone().or(place), ..aside.clone() };
            if report.stance == Stance::Still && (self.ended(meant.id, &report) || self.restored(meant.id, &report)) {
                report.stance = Stance::Over;
            }
            let verdict = Verdict::Same { id: meant.id, reasons: meant.reasons };
            matched.push(Matched { report, verdict, swallows: Vec::new() });
        }
    }

    /// Does a report say that what an open incident complained of happens no longer?
    fn ended(&self, id: IncidentId, report: &Report) -> bool {
        let verbs = Verbs::of(&report.span);
        self.derived(id).is_some_and(|d| d.told.iter().any(|t| verbs.end(&t.verbs)))
    }

    /// Does a report say of a thing what an open incident denied of it?
    fn restored(&self, id: IncidentId, report: &Report) -> bool {
        let verbs = Verbs::of(&report.span);
        self.derived(id).is_some_and(|d| d.told.iter().any(|t| verbs.restore(&t.verbs)))
    }

    /// A label or serial number names one machine for ever.
    fn by_tag(&self, report: &Report, ctx: &Context<'_>) -> Option<Verdict> {
        let tag = report.labels.iter().chain(&report.serials).find(|t| self.tagged(t).is_some())?;
        let known = self.tagged(tag)?;
        let fresh = report.stance == Stance::Broken;
        let fits = known.facts.equipment == report.equipment || !report.equipment_said;
        let lives = known.is_live(ctx.at, ctx.reopen_within) && !known.refused;
        (fits && (lives || !fresh)).then(|| Verdict::Same {
            id: known.id,
            reasons: vec![format!("même étiquette ou numéro de série ({tag})")],
        })
    }

    /// "Des nouvelles ?" in a thread about several faults speaks of all that are open.
    fn rest_of_thread(&self, report: &Report, telling: &Telling<'_>, ctx: &Context<'_>, extra: &mut Vec<Matched>) {
        let Some(best) = self.meant(telling, ctx) else { return };
        let words = telling.stems.len() > 2;
        for id in ctx.thread.iter().filter(|id| **id != best.id) {
            let Some(known) = self.get(*id).filter(|k| k.is_open(ctx.at)) else { continue };
            let other = Context { thread: std::slice::from_ref(id), ..*ctx };
            let near = self.meant(telling, &other).is_some_and(|m| m.id == *id && best.score - m.score < 0.5);
            if near || !words {
                let reasons = vec!["même fil de messages".to_owned()];
                let report = Report { place: known.facts.place.clone(), ..report.clone() };
                extra.push(Matched { report, verdict: Verdict::Same { id: *id, reasons }, swallows: Vec::new() });
            }
        }
    }

    /// A fresh telling: joins, or opens a new incident with its possible twins.
    fn fresh(&self, telling: &Telling<'_>, ctx: &Context<'_>) -> (Verdict, Vec<IncidentId>) {
        let report = telling.report;
        let equipment = report.equipment;
        // A busy colleague's other faults are of other things: they are not even looked at.
        let alike = |known: &&Known| telling.may_concern(known.facts.equipment);
        let mut candidates: Vec<&Known> = ctx.thread.iter().filter_map(|id| self.get(*id)).filter(alike).collect();
        candidates.extend(self.at_spot(report.place.as_ref(), equipment));
        candidates.extend(self.at_spot(None, equipment));
        let services = [Equipment::Wifi, Equipment::Reseau];
        let shown: Vec<Equipment> =
            services.into_iter().filter(|s| things::shows(equipment, &report.span, *s)).collect();
        for wide in report.place.iter().flat_map(wider) {
            candidates.extend(self.at_spot(Some(&wide), equipment));
            candidates.extend(shown.iter().flat_map(|e| self.at_spot(Some(&wide), *e)));
        }
        if things::is_service(equipment) && report.place.as_ref().is_some_and(is_wide) {
            let computers = [Equipment::Ordinateur, Equipment::Portable, Equipment::Tablette];
            candidates.extend(computers.into_iter().flat_map(|e| self.open_of(e)));
        }
        if let Some(sender) = ctx.sender {
            candidates.extend(self.of_sender(sender).filter(alike));
        }
        let spreads = report.place.as_ref().is_none_or(is_wide) || equipment == Equipment::Logiciel;
        if spreads {
            candidates.extend(self.open_of(equipment));
        }
        if let Some(kin) = things::kin(equipment).filter(|_| !telling.marks.is_empty()) {
            candidates.extend(self.open_of(kin));
        }
        candidates.sort_unstable_by_key(|k| k.id);
        candidates.dedup_by_key(|k| k.id);
        let mut best: Option<(u32, IncidentId, Vec<String>)> = None;
        let mut twins: Vec<(u32, IncidentId, String)> = Vec::new();
        let mut swallowed: Vec<&Known> = Vec::new();
        for known in candidates {
            match self.compare(telling, known, ctx) {
                Likeness::Same(score, reasons) => {
                    if best.as_ref().is_none_or(|(s, id, _)| (score, known.id) > (*s, *id)) {
                        best = Some((score, known.id, reasons));
                    }
                }
                Likeness::Unsure(score, reason) => twins.push((score, known.id, reason)),
                Likeness::Swallowed => swallowed.push(known),
                Likeness::Different => {}
            }
        }
        swallowed.sort_by_key(|k| (k.opened_at, k.id));
        if let Some((_, id, reasons)) = best {
            return (Verdict::Same { id, reasons }, swallowed.iter().map(|k| k.id).filter(|k| *k != id).collect());
        }
        if let Some((first, rest)) = swallowed.split_first() {
            // The first local report's incident becomes the outage's: its ticket may have left.
            let reasons = vec!["panne générale annoncée après un premier signalement local".to_owned()];
            return (Verdict::Same { id: first.id, reasons }, rest.iter().map(|k| k.id).collect());
        }
        twins.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
        let twins = twins.into_iter().take(TWINS_NAMED).map(|(_, id, reason)| (id, reason)).collect();
        (Verdict::New { twins }, Vec::new())
    }

    /// A place that the report itself does not say: that of the message's other reports, of the
    /// thread, of the sender's last report where the text says "la même salle".
    fn place_from_context(&self, matched: &[Option<Matched>], ctx: &Context<'_>) -> Option<Place> {
        let mut places: BTreeSet<Place> = matched.iter().flatten().filter_map(|m| m.report.place.clone()).collect();
        if places.is_empty() {
            places = ctx.thread.iter().filter_map(|id| self.get(*id)?.facts.place.clone()).collect();
        }
        if places.is_empty()
            && let (Some(message), Some(sender)) = (ctx.message, ctx.sender)
        {
            let text = fold(&message.body.new_text);
            if ["meme salle", "meme labo", "meme atelier", "salle habituelle", "meme endroit"]
                .iter()
                .any(|p| text.contains(p))
            {
                return self.of_sender(sender).find_map(|k| k.facts.place.clone());
            }
        }
        if places.len() == 1 { places.pop_first().filter(|p| !is_wide(p)) } else { None }
    }

    /// The kind, by the guide: anything new makes a report, anything still open a follow-up; what is
    /// left is resolved. A person's first word on a known fault is news too.
    fn kind_of(&self, told: &Extracted, matched: &[Matched], ctx: &Context<'_>) -> Kind {
        if matched.is_empty() {
            let only_over = !told.reports.is_empty() && told.reports.iter().all(|r| r.stance == Stance::Over);
            return if only_over { Kind::Other } else { told.kind };
        }
        let repairs = matched.iter().any(|m| m.report.stance == Stance::Over);
        let mut open = false;
        for m in matched {
            match &m.verdict {
                Verdict::New { .. } => return Kind::Report,
                Verdict::Same { id, .. } => {
                    let Some(known) = self.get(*id) else { continue };
                    if self.is_news(&m.report, known, repairs, ctx) {
                        return Kind::Report;
                    }
                    open |= match m.report.stance {
                        Stance::Over => is_partial(&m.report, known),
                        Stance::Detail => known.is_open(ctx.at),
                        Stance::Broken | Stance::Still => true,
                    };
                }
                Verdict::SameAsEarlier(_) => {}
            }
        }
        if open || !repairs { Kind::FollowUp } else { Kind::Resolved }
    }

    /// Is it news that a known fault is told of: by a person who had not, again after its end, or in
    /// the very words of the first telling (sent twice)?
    fn is_news(&self, report: &Report, known: &Known, repairs: bool, ctx: &Context<'_>) -> bool {
        if known.refused && report.stance == Stance::Broken {
            return true;
        }
        let back = !known.is_open(ctx.at);
        match report.stance {
            _ if report.passing => false,
            Stance::Over | Stance::Detail => false,
            Stance::Broken => {
                back || report.again
                    // Whoever answers a report by what was repaired is no reporter of the rest.
                    || !(known.reported_by(ctx.sender) || repairs && ctx.thread.contains(&known.id))
                    || self.says_again(report, known)
            }
            // Whoever repairs, or wrote through a machine before, is not new to it.
            Stance::Still => {
                let through_machine = known.reporters.iter().any(is_machine);
                let asks = asks_for_news(&report.span) || ctx.message.is_some_and(|m| asks_for_news(&m.body.new_text));
                back || (!asks && !known.reported_by(ctx.sender) && !repairs && !through_machine)
            }
        }
    }

    /// Does a report repeat one of the incident's tellings word for word?
    fn says_again(&self, report: &Report, known: &Known) -> bool {
        let Some(said) = print(&report.span) else { return false };
        self.derived(known.id).is_some_and(|d| d.told.iter().any(|t| t.print == Some(said)))
    }
}

/// The known incidents that a message's reports are about so far.
fn joined(matched: &[Option<Matched>]) -> BTreeSet<IncidentId> {
    let id = |m: &Matched| match &m.verdict {
        Verdict::Same { id, .. } => Some(*id),
        _ => None,
    };
    matched.iter().flatten().filter_map(id).collect()
}

/// Who asks where a thing stands knows of it, whoever told of it first.
fn asks_for_news(span: &str) -> bool {
    let span = fold(span);
    ["ou en est", "ou en sommes", "en est ou", "des nouvelles", "du nouveau"].iter().any(|n| span.contains(n))
}

/// Does the address belong to a notifier that writes for people?
pub(super) fn is_machine(address: &crate::address::Address) -> bool {
    let local = fold(address.local()).replace(['-', '_', '.'], "");
    ["nepasrepondre", "noreply", "donotreply", "notification"].iter().any(|m| local.starts_with(m))
}

/// "Le 2 est reparti" of the faulty 2, 5 and 9 ends nothing yet.
pub fn is_partial(report: &Report, known: &Known) -> bool {
    if report.stance != Stance::Over || report.machines.is_empty() {
        return false;
    }
    let seats = known_seats(known);
    let ended: BTreeSet<String> = report.machines.iter().cloned().collect();
    seats.len() > ended.len() && ended.is_subset(&seats)
}

/// What concerns a person or is reached from everywhere has a place only where the text says it.
fn is_person_or_service(equipment: Equipment) -> bool {
    things::is_service(equipment) || equipment == Equipment::Compte || equipment == Equipment::Portable
}

/// The report that a "des nouvelles ?" amounts to where the extraction named none.
fn bare_mention(kind: Kind, ctx: &Context<'_>) -> Option<Report> {
    let text = ctx.message.map_or("", |m| m.body.new_text.as_str());
    let line = text.lines().map(str::trim).find(|l| l.chars().count() > 12).unwrap_or(text.trim());
    Some(Report {
        span: line.chars().take(200).collect(),
        stance: if kind == Kind::Resolved { Stance::Over } else { Stance::Still },
        ..Report::default()
    })
}

/// Takes out "c'est bon" and its like that name no thing, in a message that tells of something open at
/// the same place: what is meant is anybody's guess, and a wrong guess ends a fault that is not over.
fn drop_loose_ends(reports: &mut Vec<Report>) {
    let open: BTreeSet<Option<Place>> =
        reports.iter().filter(|r| r.stance != Stance::Over).map(|r| r.place.clone()).collect();
    reports.retain(|r| {
        let loose =
            r.stance == Stance::Over && !r.equipment_said && r.equipment == Equipment::Autre && r.machines.is_empty();
        !loose || open.is_empty() || !(r.place.is_none() || open.contains(&r.place))
    });
}

/// Takes out sentences that name no thing of their own and go on about the one before ("rien, juste
/// un voyant rouge"): its ticket carries their words' labels and numbers.
fn fold_asides(reports: &mut Vec<Report>) {
    let mut kept: Vec<Report> = Vec::with_capacity(reports.len());
    for report in reports.drain(..) {
        let aside = report.stance == Stance::Broken && !report.equipment_said && report.machines.is_empty();
        let about = kept.iter_mut().rev().find(|e| {
            let place = report.place.is_none() || report.place == e.place;
            let thing = report.equipment == Equipment::Autre
                || report.equipment == e.equipment
                || (report.symptom.is_some() && report.symptom == e.symptom);
            e.equipment_said && e.stance == Stance::Broken && place && thing
        });
        match about {
            Some(earlier) if aside => join_tags(earlier, &report),
            _ => kept.push(report),
        }
    }
    *reports = kept;
}

/// Marks what one message says twice.
fn fold_repeats(matched: &mut [Matched]) {
    for i in 1..matched.len() {
        let (before, rest) = matched.split_at_mut(i);
        let Some(current) = rest.first_mut() else { continue };
        let earlier = before.iter_mut().enumerate().find(|(_, e)| repeats(current, e));
        if let Some((j, e)) = earlier {
            let same_place = e.report.place == current.report.place;
            let wider_now = matches!((&current.report.place, &e.report.place), (Some(a), Some(b)) if contains(a, b));
            if wider_now {
                e.report.place.clone_from(&current.report.place);
                e.report.general |= current.report.general;
            } else if same_place && (e.report.stance == Stance::Over) == (current.report.stance == Stance::Over) {
                // "Le 4 remarche, le 11 est toujours noir": the two are not counted together.
                join_counts(&mut e.report, &current.report);
            }
            current.verdict = Verdict::SameAsEarlier(j);
            current.swallows.clear();
        }
    }
}

/// Seats told apart by one sentence ("le 3 ne démarre pas, le 7 non plus") are counted together.
fn join_counts(into: &mut Report, from: &Report) {
    let before = into.machines.len();
    for machine in &from.machines {
        if !into.machines.contains(machine) {
            into.machines.push(machine.clone());
        }
    }
    let added = u32::try_from(into.machines.len() - before).unwrap_or(0);
    if before > 0 && added > 0 {
        into.count = into.count.saturating_add(added);
    } else {
        into.count = into.count.max(from.count);
    }
    join_tags(into, from);
}

fn join_tags(into: &mut Report, from: &Report) {
    into.urgent |= from.urgent;
    into.labels.extend(from.labels.iter().filter(|l| !into.labels.contains(l)).cloned().collect::<Vec<_>>());
    into.serials.extend(from.serials.iter().filter(|s| !into.serials.contains(s)).cloned().collect::<Vec<_>>());
}

fn repeats(later: &Matched, earlier: &Matched) -> bool {
    match (&later.verdict, &earlier.verdict) {
        (Verdict::Same { id: a, .. }, Verdict::Same { id: b, .. }) => a == b,
        (Verdict::New { .. }, Verdict::New { .. }) => {
            let (a, b) = (&later.report, &earlier.report);
            let wide = |w: &Report, r: &Report| matches!((&w.place, &r.place), (Some(p), Some(q)) if contains(p, q) && things::is_service(r.equipment));
            let spot = a.place == b.place || wide(a, b) || wide(b, a);
            if a.equipment != b.equipment || !spot {
                return false;
            }
            if things::other_repair(a.symptom.as_deref(), b.symptom.as_deref()) {
                return false;
            }
            let (x, y) = (things::marks(a.equipment, &a.span), things::marks(b.equipment, &b.span));
            if relate(&x, &y) == Relation::Different || (a.responsible != b.responsible && a.symptom != b.symptom) {
                return false;
            }
            let numbered = things::is_numbered(a.equipment)
                || matches!(a.equipment, Equipment::Autre | Equipment::Logiciel | Equipment::Compte);
            if numbered {
                // "N° 5 : batterie à zéro ; n° 9 : pas de disque": one told by number, both but "not working".
                let vague =
                    a.symptom.as_deref() == Some("not_working") && a.machines.is_empty() != b.machines.is_empty();
                let one_symptom = a.symptom.is_some() && a.symptom == b.symptom && !vague;
                let one_machine = !a.machines.is_empty() && a.machines == b.machines;
                one_machine || one_symptom
            } else {
                true
            }
        }
        _ => false,
    }
}
