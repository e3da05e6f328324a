//! Withdrawing, correcting and listing what is noted.

use anyhow::Result;
use jiff::civil::Date;

use super::{Hand, MOST_LISTED, told_of};
use crate::classeur::ledger::{Entry, EntryKind, EntryName, Noted, agreed, duration, in_words, told};
use crate::classeur::words::euros;
use crate::compose::{french, redact};
use crate::incident::answer::ledger::{Correction, Which};
use crate::incident::{IncidentId, Reference};

impl Hand<'_, '_, '_> {
    pub(super) async fn undo(&mut self, which: Which) -> Result<()> {
        let uai = self.uai();
        let last = match which {
            Which::Last => self.desk.tx.last_ledger_entry(&uai).await?,
            Which::LastOf(kind) => {
                let all = self.desk.tx.ledger_entries(&uai, jiff::civil::date(1, 1, 1), Date::MAX).await?;
                all.into_iter().filter(|n| n.name.kind == kind).max_by_key(|n| n.name.number)
            }
            Which::Named(name) => return self.undo_named(name).await,
            Which::Of(kind, day) => {
                for noted in self.only(kind, day).await? {
                    self.strike(&noted).await?;
                }
                return Ok(());
            }
        };
        let Some(last) = last else {
            self.refuse("rien n'est noté, il n'y a rien à effacer.");
            return Ok(());
        };
        for noted in self.with_twins(last).await? {
            self.strike(&noted).await?;
        }
        Ok(())
    }

    /// The entry of this name alone; that the same visit stays noted for others is said.
    pub(super) async fn undo_named(&mut self, name: EntryName) -> Result<()> {
        let uai = self.uai();
        let Some(noted) = self.desk.tx.ledger_entry(&uai, name).await? else {
            self.refuse(&format!("{name} n'est pas {}, ou plus : rien n'a changé.", agreed(name.kind, "noté")));
            return Ok(());
        };
        let mut others = self.with_twins(noted.clone()).await?;
        others.retain(|n| n.name != name);
        self.strike(&noted).await?;
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|n| n.name.to_string()).collect();
            let stays = if others.len() == 1 { "reste notée" } else { "restent notées" };
            if let Some(said) = self.taken.done.last_mut() {
                said.push_str(&format!(" La même visite, pour autre chose, {stays} : {}.", french::list(&names)));
            }
        }
        Ok(())
    }

    /// The entries of this kind and day, where they are of one visit or one purchase; where there are
    /// none, or several, that is said.
    pub(super) async fn only(&mut self, kind: EntryKind, day: Date) -> Result<Vec<Noted>> {
        let uai = self.uai();
        let mut known = self.desk.tx.ledger_entries(&uai, day, day).await?;
        known.retain(|n| n.name.kind == kind);
        let what = match kind {
            EntryKind::Visit => "visite",
            EntryKind::Expense => "dépense",
            EntryKind::Time => "ligne de temps",
        };
        let in_day = in_words(day, self.today);
        let Some(first) = known.first().cloned() else {
            self.refuse(&format!("aucune {what} n'est notée pour le {in_day} : rien n'a changé."));
            return Ok(Vec::new());
        };
        let one = self.with_twins(first).await?;
        if one.len() == known.len() {
            return Ok(one);
        }
        let names: Vec<String> = known.iter().map(|n| n.name.to_string()).collect();
        let what = match kind {
            EntryKind::Visit => "visites",
            EntryKind::Expense => "dépenses",
            EntryKind::Time => "lignes de temps",
        };
        self.refuse(&format!(
            "plusieurs {what} sont notées pour le {in_day} ({}) : dites laquelle, par exemple « ANNULER {} ».",
            french::list(&names),
            names.first().map_or("", String::as_str)
        ));
        Ok(Vec::new())
    }

    /// Withdraws an entry, and says so.
    pub(super) async fn strike(&mut self, noted: &Noted) -> Result<()> {
        self.withdraw(noted).await?;
        let what = self.told(noted).await?;
        self.taken.done.push(format!("{} est {} : {what}.", noted.name, agreed(noted.name.kind, "effacé")));
        Ok(())
    }

    pub(super) async fn withdraw(&mut self, noted: &Noted) -> Result<()> {
        let (uai, now) = (self.uai(), self.desk.now);
        self.desk.tx.withdraw_entry(&uai, noted.name, now).await?;
        if let Some(id) = noted.entry.incident() {
            let incident = self.desk.standing(id).await?.incident;
            let detail = format!("{}, {}", noted.name, told(&noted.entry, None, self.today));
            self.desk.note(incident.id, "entry_withdrawn", &detail, self.cause).await?;
            self.taken.touched.push(incident.id);
        }
        Ok(())
    }

    pub(super) async fn told(&mut self, noted: &Noted) -> Result<String> {
        let incident = match noted.entry.incident() {
            Some(id) => Some(self.desk.standing(id).await?.incident),
            None => None,
        };
        Ok(told_of(&noted.entry, incident.as_ref(), self.today))
    }

    pub(super) async fn correct(&mut self, name: EntryName, change: &Correction) -> Result<()> {
        let uai = self.uai();
        let Some(noted) = self.desk.tx.ledger_entry(&uai, name).await? else {
            self.refuse(&format!("{name} n'est pas {}, ou plus : rien n'a changé.", agreed(name.kind, "noté")));
            return Ok(());
        };
        let refs: Vec<Reference> = change.incident.into_iter().collect();
        let named = if refs.is_empty() {
            None
        } else {
            match self.incidents(&refs).await? {
                Some(all) => all.into_iter().next(),
                None => return Ok(()),
            }
        };
        if noted.name.kind == EntryKind::Visit
            && let Some(day) = change.on
            && !self.is_possible(day)
        {
            return Ok(());
        }
        // The technician came once: what is said of the day, the hours or the company holds for every
        // entry of that visit; what it was for, for this one alone.
        let visit = change.on.is_some() || change.half.is_some() || change.minutes.is_some() || !change.by.is_empty();
        let old = if visit { self.with_twins(noted).await? } else { vec![noted] };
        let mut new = Vec::new();
        for was in &old {
            let incident = match (&named, was.entry.incident()) {
                (Some(incident), _) if was.name == name => Some(incident.clone()),
                (_, Some(id)) => Some(self.desk.standing(id).await?.incident),
                (_, None) => None,
            };
            let entry = corrected(&was.entry, change, incident.as_ref().map(|i| i.id));
            if let Entry::Visit(visit) = &entry
                && let Some(known) = self.same_visit(visit, &old).await?
            {
                self.refuse_twice(&known, incident.as_ref());
                return Ok(());
            }
            if let Entry::Time(work) = &entry
                && !self.fits(work, Some(name)).await?
            {
                return Ok(());
            }
            new.push((entry, incident));
        }
        for was in &old {
            self.strike(was).await?;
        }
        for (entry, incident) in new {
            self.note(entry, incident, &[]).await?;
        }
        Ok(())
    }

    /// What is noted since the school's year began.
    pub(super) async fn list(&mut self, visits: bool, expenses: bool, times: bool) -> Result<()> {
        let year = if self.today.month() >= 9 { self.today.year() } else { self.today.year().saturating_sub(1) };
        let since = Date::new(year, 9, 1).unwrap_or(self.today);
        let uai = self.uai();
        let all = self.desk.tx.ledger_entries(&uai, since, self.today).await?;
        let since = in_words(since, self.today);
        for (wanted, kind) in [(visits, EntryKind::Visit), (expenses, EntryKind::Expense)] {
            if !wanted {
                continue;
            }
            let of_kind: Vec<&Noted> = all.iter().filter(|n| n.name.kind == kind).collect();
            let name = if kind == EntryKind::Visit { "visite" } else { "dépense" };
            let mut head = match of_kind.len() {
                0 => format!("Aucune {name} n'est notée depuis le {since}."),
                1 => format!("1 {name} notée depuis le {since} :"),
                n => format!("{n} {name}s notées depuis le {since} :"),
            };
            let cents: i64 = of_kind
                .iter()
                .map(|n| match &n.entry {
                    Entry::Expense(e) => e.cents,
                    Entry::Visit(_) | Entry::Time(_) => 0,
                })
                .sum();
            if cents > 0 && of_kind.len() > 1 {
                head = head.replace(" :", &format!(", {} en tout :", euros(cents)));
            }
            self.taken.lines.push(head);
            let hidden = of_kind.len().saturating_sub(MOST_LISTED);
            if hidden > 0 {
                self.taken.lines.push(format!("(les {hidden} plus anciennes sont dans le classeur)"));
            }
            for noted in of_kind.into_iter().skip(hidden) {
                let what = self.told(noted).await?;
                self.taken.lines.push(format!("{} – {what}", noted.name));
            }
        }
        if times {
            self.list_times(&all, &since).await?;
        }
        Ok(())
    }

    async fn list_times(&mut self, all: &[Noted], since: &str) -> Result<()> {
        let minutes = |n: &Noted| match &n.entry {
            Entry::Time(work) => Some(u64::from(work.minutes)),
            Entry::Visit(_) | Entry::Expense(_) => None,
        };
        let times: Vec<&Noted> = all.iter().filter(|n| minutes(n).is_some()).collect();
        if times.is_empty() {
            self.taken.lines.push(format!("Aucun temps de référent n'est noté depuis le {since}."));
            return Ok(());
        }
        let sum = duration(all.iter().filter_map(minutes).sum());
        self.taken.lines.push(format!("Temps de référent noté depuis le {since}, {sum} en tout :"));
        let hidden = times.len().saturating_sub(MOST_LISTED);
        if hidden > 0 {
            self.taken.lines.push(format!("(les {hidden} lignes plus anciennes comptent, sans être montrées)"));
        }
        for noted in times.into_iter().skip(hidden) {
            let what = self.told(noted).await?;
            self.taken.lines.push(format!("{} – {what}", noted.name));
        }
        Ok(())
    }
}

/// An entry as a correction makes it. The time of noting stays: by it the entries of one visit are
/// known to be of one.
fn corrected(was: &Entry, change: &Correction, incident: Option<IncidentId>) -> Entry {
    let mut entry = was.clone();
    match &mut entry {
        Entry::Visit(visit) => {
            visit.on = change.on.unwrap_or(visit.on);
            if let Some(half) = change.half {
                visit.half = half;
                visit.minutes = change.minutes;
            } else if change.minutes.is_some() {
                visit.minutes = change.minutes;
            }
            if !change.by.is_empty() {
                visit.by.clone_from(&change.by);
            }
            visit.incident = incident;
        }
        Entry::Expense(expense) => {
            expense.on = change.on.unwrap_or(expense.on);
            expense.cents = change.cents.unwrap_or(expense.cents);
            if !change.what.is_empty() {
                expense.what = redact::without_gaps(&redact::redact(&change.what, &[]));
            }
            if change.place.is_some() {
                expense.place.clone_from(&change.place);
            }
            expense.incident = incident;
        }
        Entry::Time(work) => {
            work.on = change.on.unwrap_or(work.on);
            work.minutes = change.minutes.unwrap_or(work.minutes);
            work.incident = incident;
        }
    }
    entry
}
