//! Noting a visit or an expense.

use anyhow::Result;
use jiff::civil::{Date, Weekday};

use super::{Hand, told_of};
use crate::classeur::dossier::{Expense, Visit};
use crate::classeur::ledger::{Entry, EntryKind, Noted, told, without_weekday};
use crate::compose::redact;
use crate::incident::Incident;
use crate::incident::answer::ledger::{ExpenseTold, VisitTold};
use crate::incident::calendar::is_public_holiday;

impl Hand<'_, '_, '_> {
    pub(super) async fn visit(&mut self, told: &VisitTold) -> Result<()> {
        let Some(incidents) = self.incidents(&told.refs).await? else { return Ok(()) };
        if !self.is_possible(told.on) {
            return Ok(());
        }
        let mut visit = Visit {
            on: told.on,
            half: told.half,
            minutes: told.minutes,
            by: told.by.clone(),
            incident: None,
            noted_at: self.desk.now,
        };
        let mut incidents: Vec<Option<Incident>> = incidents.into_iter().map(Some).collect();
        if let Some(day) = told.instead_of {
            let old = self.only(EntryKind::Visit, day).await?;
            let Some(Entry::Visit(was)) = old.first().map(|noted| noted.entry.clone()) else { return Ok(()) };
            for noted in &old {
                self.strike(noted).await?;
            }
            if visit.by.is_empty() {
                visit.by = was.by;
            }
            if !told.whole && visit.half.is_none() && visit.minutes.is_none() {
                (visit.half, visit.minutes) = (was.half, was.minutes);
            }
            if told.refs.is_empty() {
                let mut kept = Vec::new();
                for id in old.iter().filter_map(|noted| noted.entry.incident()) {
                    kept.push(Some(self.desk.standing(id).await?.incident));
                }
                if !kept.is_empty() {
                    incidents = kept;
                }
            }
        }
        if incidents.is_empty() {
            incidents.push(None);
        }
        for incident in incidents {
            let mut visit = visit.clone();
            visit.incident = incident.as_ref().map(|i| i.id);
            if let Some(known) = self.same_visit(&visit, &[]).await? {
                self.refuse_twice(&known, incident.as_ref());
                continue;
            }
            let vague = visit.half.is_none() && visit.minutes.is_none() && !told.whole;
            let mut remarks = Vec::new();
            if vague {
                remarks.push("elle compte pour une journée entière, faute de précision".to_owned());
            }
            if let Some(name) = &told.left_out {
                remarks.push(format!(
                    "« {name} » n'est pas gardé, le classeur ne nomme personne (pour une entreprise : « société {name} »)"
                ));
            }
            if self.is_closed(visit.on) {
                remarks.push("l'établissement était fermé ce jour-là".to_owned());
            }
            self.note(Entry::Visit(visit), incident, &remarks).await?;
        }
        Ok(())
    }

    /// Neither a Sunday nor a public holiday; else it is said.
    pub(super) fn is_possible(&mut self, day: Date) -> bool {
        let what = if day.weekday() == Weekday::Sunday {
            "un dimanche"
        } else if is_public_holiday(day) {
            "un jour férié"
        } else {
            return true;
        };
        let day = without_weekday(day, self.today);
        self.refuse(&format!("le {day} est {what} : la visite n'est pas notée ; quel jour est le bon ?"));
        false
    }

    pub(super) fn is_closed(&self, day: Date) -> bool {
        self.desk.office.school.policy.holidays.iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// The visit that says the same already, those that are about to be replaced left out.
    pub(super) async fn same_visit(&mut self, visit: &Visit, replaced: &[Noted]) -> Result<Option<Noted>> {
        let uai = self.uai();
        let known = self.desk.tx.ledger_entries(&uai, visit.on, visit.on).await?;
        Ok(known.into_iter().filter(|n| replaced.iter().all(|r| r.name != n.name)).find(|n| match &n.entry {
            Entry::Visit(v) => {
                let by = v.by.is_empty() || visit.by.is_empty() || v.by.eq_ignore_ascii_case(&visit.by);
                by && v.half == visit.half && v.minutes == visit.minutes && v.incident == visit.incident
            }
            Entry::Expense(_) => false,
        }))
    }

    pub(super) fn refuse_twice(&mut self, known: &Noted, incident: Option<&Incident>) {
        let what = told_of(&known.entry, incident, self.today);
        self.refuse(&format!("la {what} est déjà notée ({}).", known.name));
    }

    /// All entries of the visit that this entry is of: one for each incident named. The entry alone
    /// where it is no visit.
    pub(super) async fn with_twins(&mut self, noted: Noted) -> Result<Vec<Noted>> {
        let Entry::Visit(visit) = &noted.entry else { return Ok(vec![noted]) };
        let uai = self.uai();
        let mut all = self.desk.tx.ledger_entries(&uai, visit.on, visit.on).await?;
        all.retain(|n| match &n.entry {
            Entry::Visit(other) => n.name == noted.name || other.is_held_with(visit),
            Entry::Expense(_) => false,
        });
        Ok(all)
    }

    pub(super) async fn expense(&mut self, told: &ExpenseTold) -> Result<()> {
        let Some(incidents) = self.incidents(&told.refs).await? else { return Ok(()) };
        if incidents.len() > 1 {
            self.refuse("une dépense est pour un seul dossier : écrivez une ligne par dossier.");
            return Ok(());
        }
        let incident = incidents.into_iter().next();
        let what = redact::without_gaps(&redact::redact(&told.what, &[]));
        let mut remarks = Vec::new();
        if what != told.what {
            remarks.push("les noms de personnes ne sont pas gardés".to_owned());
        }
        let expense = Expense {
            on: told.on,
            cents: told.cents,
            what,
            place: told.place.clone(),
            incident: incident.as_ref().map(|i| i.id),
            noted_at: self.desk.now,
        };
        let uai = self.uai();
        let known = self.desk.tx.ledger_entries(&uai, expense.on, expense.on).await?;
        let twin = known.iter().find(|n| match &n.entry {
            Entry::Expense(e) => e.cents == expense.cents && e.what == expense.what && e.place == expense.place,
            Entry::Visit(_) => false,
        });
        if let Some(twin) = twin {
            remarks.push(format!("{} dit la même chose : si ce n'est qu'un achat, effacez l'une des deux", twin.name));
        }
        self.note(Entry::Expense(expense), incident, &remarks).await
    }

    pub(super) async fn note(&mut self, entry: Entry, incident: Option<Incident>, remarks: &[String]) -> Result<()> {
        let uai = self.uai();
        let name = self.desk.tx.note_entry(&uai, &entry, Some(self.one.waiting.id)).await?;
        let what = told_of(&entry, incident.as_ref(), self.today);
        if let Some(incident) = &incident {
            let event = match entry.kind() {
                EntryKind::Visit => "visit_noted",
                EntryKind::Expense => "expense_noted",
            };
            let detail = format!("{name}, {}", told(&entry, None, self.today));
            self.desk.note(incident.id, event, &detail, self.cause).await?;
            self.taken.touched.push(incident.id);
        }
        let mut said = format!("{name} est notée : {what}. Pour l'effacer, répondez ANNULER {name}.");
        for remark in remarks {
            said.push_str(&format!(" À savoir : {remark}."));
        }
        self.taken.done.push(said);
        Ok(())
    }
}
