//! The referent's ledger by mail: what is noted, withdrawn, corrected, listed; and the classeurs
//! that are asked for. Everything is written in the transaction of the mail that says it.

use anyhow::Result;
use jiff::civil::{Date, Weekday};

use super::reporter::subject_reference;
use super::{Ending, Opened, authentic, told_at};
use crate::address::Address;
use crate::classeur::dossier::{Expense, Visit};
use crate::classeur::ledger::{Entry, EntryKind, EntryName, Noted, in_words, refusal, told};
use crate::classeur::period::{Period, PeriodError};
use crate::classeur::words::euros;
use crate::compose::letter::Content;
use crate::compose::{MailKind, french, redact};
use crate::incident::answer::ledger::{
    Correction, ExpenseTold, LedgerOrder, LedgerReading, Unusable, VisitTold, Which,
};
use crate::incident::answer::{self, AnswerContext};
use crate::incident::calendar::is_public_holiday;
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId, Reference, State};
use crate::service::desk::{Cause, Desk};
use crate::service::post::Outgoing;
use crate::store::OutboxRow;

/// Orders that one mail may hold.
const MOST_ORDERS: usize = 60;
/// Nobody's command is longer.
const LONGEST_COMMAND: usize = 120;
/// Entries that a list shows.
const MOST_LISTED: usize = 60;

/// What the ledger took of a mail, and what it has to say.
#[derive(Default)]
pub(super) struct Taken {
    /// What the mail says beside; `None`: nothing.
    pub rest: Option<Box<Opened>>,
    /// What was done, one sentence each.
    pub done: Vec<String>,
    /// What was not, and why.
    pub not_done: Vec<String>,
    /// What is noted, line by line, where it was asked for.
    pub lines: Vec<String>,
    /// Incidents for which something was noted.
    pub touched: Vec<IncidentId>,
    /// The mail that is answered asked a question, which these words do not answer.
    pub unanswered: Option<Incident>,
}

/// One mail's orders at work.
struct Hand<'a, 'd, 'o> {
    desk: &'a mut Desk<'d>,
    one: &'a Opened,
    cause: &'a Cause,
    by: &'a Address,
    today: Date,
    /// The incident that is meant where none is named.
    meant: Option<Incident>,
    /// This very mail has been read before.
    again: bool,
    taken: &'o mut Taken,
}

/// Takes out of a referent's mail what is for the ledger; `None`: nothing is.
pub(super) async fn take(
    desk: &mut Desk<'_>,
    one: &Opened,
    by: &Address,
    cause: &Cause,
    ctx: &AnswerContext<'_>,
    mail: Option<&OutboxRow>,
) -> Result<Option<Taken>> {
    let m = &one.message;
    let reading = answer::ledger(&m.subject, &m.body.new_text, &companies(desk), ctx);
    let question = mail.is_some_and(|row| {
        matches!(row.kind, MailKind::ResolutionCheck | MailKind::Acknowledgement | MailKind::Progress)
    });
    // Free words in answer to a question of ours are the answer; so is a bare "annuler" to a ticket.
    if reading.orders.is_empty() || reading.free && question || is_for_the_ticket(&reading, m, mail) {
        return Ok(None);
    }
    let mut taken = Taken::default();
    let meant = meant(desk, mail, &m.subject).await?;
    if reading.free && reading.rest.is_empty() {
        taken.unanswered = meant.clone().filter(|i| matches!(i.state, State::AwaitingConfirmation { .. }));
    }
    let earlier = match m.message_id.as_deref() {
        Some(id) => desk.tx.message_by_message_id(&desk.office.school.uai.clone(), id).await?,
        None => None,
    };
    let again = match earlier.filter(|e| e.id != one.waiting.id) {
        Some(earlier) => desk.tx.message_noted(earlier.id).await?,
        None => false,
    };
    let today = ctx.zone.to_datetime(ctx.date).date();
    let mut hand = Hand { desk, one, cause, by, today, meant, again, taken: &mut taken };
    for order in reading.orders.iter().take(MOST_ORDERS) {
        hand.carry_out(order).await?;
    }
    if reading.orders.len() > MOST_ORDERS {
        taken.not_done.push(format!("je ne note que {MOST_ORDERS} lignes par message ; envoyez les autres à part."));
    }
    if !reading.rest.is_empty() {
        let mut message = one.message.clone();
        message.body.new_text = reading.rest;
        taken.rest = Some(Box::new(Opened { waiting: one.waiting.clone(), message }));
    }
    Ok(Some(taken))
}

/// "Annuler", alone, in answer to a mail that shows a ticket.
fn is_for_the_ticket(reading: &LedgerReading, m: &crate::message::Message, mail: Option<&OutboxRow>) -> bool {
    let alone = matches!(reading.orders.as_slice(), [LedgerOrder::Undo(Which::Last)]);
    let shows = match mail {
        Some(row) => !row.shows.is_empty() || row.kind == MailKind::Stranger,
        None => subject_reference(&m.subject).is_some(),
    };
    alone && shows
}

/// Names of companies and services that may come, as the school knows them.
fn companies(desk: &Desk<'_>) -> Vec<String> {
    let school = &desk.office.school;
    let label = desk.office.profile.support_label();
    let label = ["le ", "la ", "les ", "l'", "l’"].iter().find_map(|a| label.strip_prefix(a)).unwrap_or(label);
    let mut names = vec![label.to_owned(), "région".to_owned(), "rectorat".to_owned()];
    let domains = school.support_from.iter().map(|p| match p {
        crate::school::SenderPattern::Address(a) => a.domain(),
        crate::school::SenderPattern::Domain(d) => d,
    });
    for domain in domains.chain([school.support.domain()]) {
        let first = domain.split('.').next().unwrap_or("");
        let short = first.chars().count() <= 5;
        let name = if short { first.to_uppercase() } else { french::capital(first) };
        if first.chars().count() >= 2 && !names.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    names
}

/// The one incident of the mail that is answered, or of the subject.
async fn meant(desk: &mut Desk<'_>, mail: Option<&OutboxRow>, subject: &str) -> Result<Option<Incident>> {
    if let Some(row) = mail {
        return Ok(match row.shows.as_slice() {
            [(id, _)] => Some(desk.standing(*id).await?.incident),
            _ => None,
        });
    }
    match subject_reference(subject) {
        Some(reference) => Ok(desk.by_reference(reference).await?.map(|row| row.incident)),
        None => Ok(None),
    }
}

impl Hand<'_, '_, '_> {
    async fn carry_out(&mut self, order: &LedgerOrder) -> Result<()> {
        let writes = matches!(
            order,
            LedgerOrder::Visit(_) | LedgerOrder::Expense(_) | LedgerOrder::Undo(_) | LedgerOrder::Correct(..)
        );
        if writes && self.again {
            self.refuse("ce message avait déjà été noté, rien n'est noté deux fois.");
            return Ok(());
        }
        match order {
            LedgerOrder::Visit(visit) => self.visit(visit).await,
            LedgerOrder::Expense(expense) => self.expense(expense).await,
            LedgerOrder::Undo(which) => self.undo(*which).await,
            LedgerOrder::Correct(name, change) => self.correct(*name, change).await,
            LedgerOrder::List { visits, expenses } => self.list(*visits, *expenses).await,
            LedgerOrder::Binder { from, to } => {
                let said = ask_for_binder(self.desk, self.one, self.by, (*from, *to)).await?;
                self.taken.not_done.extend(said);
                Ok(())
            }
            LedgerOrder::Unusable { words, why } => {
                self.refuse(&format!("{}.", refusal(words, why, self.today)));
                Ok(())
            }
        }
    }

    fn refuse(&mut self, why: &str) {
        self.taken.not_done.push(why.to_owned());
    }

    fn uai(&self) -> String {
        self.desk.office.school.uai.clone()
    }

    /// The incidents named, or the one that is meant; `None`: one of them is not known, and said so.
    async fn incidents(&mut self, refs: &[Reference]) -> Result<Option<Vec<Incident>>> {
        let mut found: Vec<Incident> = Vec::new();
        for reference in refs {
            match self.desk.by_reference(*reference).await? {
                Some(row) if !found.iter().any(|i| i.id == row.incident.id) => found.push(row.incident),
                Some(_) => {}
                None => {
                    self.refuse(&format!("{reference} : je ne connais pas cette référence ; rien n'est noté."));
                    return Ok(None);
                }
            }
        }
        if refs.is_empty() {
            found.extend(self.meant.clone());
        }
        Ok(Some(found))
    }

    async fn visit(&mut self, told: &VisitTold) -> Result<()> {
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
            let Some(old) = self.only(EntryKind::Visit, day).await? else { return Ok(()) };
            self.withdraw(&old).await?;
            if let Entry::Visit(was) = &old.entry {
                if visit.by.is_empty() {
                    visit.by.clone_from(&was.by);
                }
                if !told.whole && visit.half.is_none() && visit.minutes.is_none() {
                    (visit.half, visit.minutes) = (was.half, was.minutes);
                }
                if told.refs.is_empty()
                    && let Some(id) = was.incident
                {
                    incidents = vec![Some(self.desk.standing(id).await?.incident)];
                }
            }
        }
        if incidents.is_empty() {
            incidents.push(None);
        }
        for incident in incidents {
            let mut visit = visit.clone();
            visit.incident = incident.as_ref().map(|i| i.id);
            if let Some(known) = self.same_visit(&visit).await? {
                let what = told_of(&known.entry, incident.as_ref(), self.today);
                self.refuse(&format!("la {what} est déjà notée ({}).", known.name));
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
    fn is_possible(&mut self, day: Date) -> bool {
        let what = if day.weekday() == Weekday::Sunday {
            "un dimanche"
        } else if is_public_holiday(day) {
            "un jour férié"
        } else {
            return true;
        };
        let day = in_words(day, self.today);
        self.refuse(&format!("le {day} était {what} : la visite n'est pas notée ; quel jour est le bon ?"));
        false
    }

    fn is_closed(&self, day: Date) -> bool {
        self.desk.office.school.policy.holidays.iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// The visit that says the same already.
    async fn same_visit(&mut self, visit: &Visit) -> Result<Option<Noted>> {
        let uai = self.uai();
        let known = self.desk.tx.ledger_entries(&uai, visit.on, visit.on).await?;
        Ok(known.into_iter().find(|n| match &n.entry {
            Entry::Visit(v) => {
                let by = v.by.is_empty() || visit.by.is_empty() || v.by.eq_ignore_ascii_case(&visit.by);
                by && v.half == visit.half && v.minutes == visit.minutes && v.incident == visit.incident
            }
            Entry::Expense(_) => false,
        }))
    }

    async fn expense(&mut self, told: &ExpenseTold) -> Result<()> {
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

    async fn note(&mut self, entry: Entry, incident: Option<Incident>, remarks: &[String]) -> Result<()> {
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

    async fn undo(&mut self, which: Which) -> Result<()> {
        let uai = self.uai();
        let found = match which {
            Which::Last => self.desk.tx.last_ledger_entry(&uai).await?,
            Which::LastOf(kind) => {
                let all = self.desk.tx.ledger_entries(&uai, jiff::civil::date(1, 1, 1), Date::MAX).await?;
                all.into_iter().filter(|n| n.name.kind == kind).max_by_key(|n| n.name.number)
            }
            Which::Named(name) => match self.desk.tx.ledger_entry(&uai, name).await? {
                Some(noted) => Some(noted),
                None => {
                    self.refuse(&format!("{name} n'est pas notée, ou plus : rien n'a changé."));
                    return Ok(());
                }
            },
            Which::Of(kind, day) => match self.only(kind, day).await? {
                Some(noted) => Some(noted),
                None => return Ok(()),
            },
        };
        match found {
            Some(noted) => {
                self.withdraw(&noted).await?;
                let what = self.told(&noted).await?;
                self.taken.done.push(format!("{} est effacée : {what}.", noted.name));
            }
            None => self.refuse("rien n'est noté, il n'y a rien à effacer."),
        }
        Ok(())
    }

    /// The one entry of this kind and day; where there is none, or several, that is said.
    async fn only(&mut self, kind: EntryKind, day: Date) -> Result<Option<Noted>> {
        let uai = self.uai();
        let mut known = self.desk.tx.ledger_entries(&uai, day, day).await?;
        known.retain(|n| n.name.kind == kind);
        let what = if kind == EntryKind::Visit { "visite" } else { "dépense" };
        let in_day = in_words(day, self.today);
        if known.len() > 1 {
            let names: Vec<String> = known.iter().map(|n| n.name.to_string()).collect();
            self.refuse(&format!(
                "plusieurs {what}s sont notées pour le {in_day} ({}) : dites laquelle, par exemple « ANNULER {} ».",
                french::list(&names),
                names.first().map_or("", String::as_str)
            ));
            return Ok(None);
        }
        let found = known.pop();
        if found.is_none() {
            self.refuse(&format!("aucune {what} n'est notée pour le {in_day} : rien n'a changé."));
        }
        Ok(found)
    }

    async fn withdraw(&mut self, noted: &Noted) -> Result<()> {
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

    async fn told(&mut self, noted: &Noted) -> Result<String> {
        let incident = match noted.entry.incident() {
            Some(id) => Some(self.desk.standing(id).await?.incident),
            None => None,
        };
        Ok(told_of(&noted.entry, incident.as_ref(), self.today))
    }

    async fn correct(&mut self, name: EntryName, change: &Correction) -> Result<()> {
        let uai = self.uai();
        let Some(noted) = self.desk.tx.ledger_entry(&uai, name).await? else {
            self.refuse(&format!("{name} n'est pas notée, ou plus : rien n'a changé."));
            return Ok(());
        };
        let refs: Vec<Reference> = change.incident.into_iter().collect();
        let incident = if refs.is_empty() {
            match noted.entry.incident() {
                Some(id) => Some(self.desk.standing(id).await?.incident),
                None => None,
            }
        } else {
            match self.incidents(&refs).await? {
                Some(all) => all.into_iter().next(),
                None => return Ok(()),
            }
        };
        let mut entry = noted.entry.clone();
        match &mut entry {
            Entry::Visit(visit) => {
                if let Some(day) = change.on {
                    if !self.is_possible(day) {
                        return Ok(());
                    }
                    visit.on = day;
                }
                if let Some(half) = change.half {
                    visit.half = half;
                    visit.minutes = change.minutes;
                } else if change.minutes.is_some() {
                    visit.minutes = change.minutes;
                }
                if !change.by.is_empty() {
                    visit.by.clone_from(&change.by);
                }
                visit.incident = incident.as_ref().map(|i| i.id);
                visit.noted_at = self.desk.now;
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
                expense.incident = incident.as_ref().map(|i| i.id);
                expense.noted_at = self.desk.now;
            }
        }
        self.withdraw(&noted).await?;
        let was = self.told(&noted).await?;
        self.taken.done.push(format!("{name} est effacée : {was}."));
        self.note(entry, incident, &[]).await
    }

    /// What is noted since the school's year began.
    async fn list(&mut self, visits: bool, expenses: bool) -> Result<()> {
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
                    Entry::Visit(_) => 0,
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
        Ok(())
    }
}

fn told_of(entry: &Entry, incident: Option<&Incident>, today: Date) -> String {
    told(entry, incident.map(|i| i.reference), today)
}

/// A colleague's mail that is nothing but a command of the ledger's: a correspondent may ask for the
/// classeur; from anybody else nothing is done. `None`: it is to be read as any colleague's mail.
pub(super) async fn from_staff(desk: &mut Desk<'_>, one: &Opened) -> Result<Option<Ending>> {
    let m = &one.message;
    let Some(by) = m.from_address().cloned() else { return Ok(None) };
    let words = if m.body.new_text.trim().is_empty() { m.subject.trim() } else { m.body.new_text.trim() };
    if words.chars().count() > LONGEST_COMMAND || !m.body.forwarded.is_empty() {
        return Ok(None);
    }
    let (profile, zone) = (desk.office.profile.clone(), desk.office.school.timezone.clone());
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    let reading = answer::ledger(&m.subject, &m.body.new_text, &[], &ctx);
    if reading.orders.is_empty() || reading.free || !reading.rest.is_empty() {
        return Ok(None);
    }
    let cause = Cause { actor: Actor::Person(by.clone()), message: Some(one.waiting.id) };
    let about_binder = |o: &LedgerOrder| match o {
        LedgerOrder::Binder { .. } => true,
        LedgerOrder::Unusable { why, .. } => *why == Unusable::NoPeriod,
        _ => false,
    };
    let correspondent = desk.office.school.correspondents.contains(&by);
    if !correspondent || !reading.orders.iter().all(about_binder) {
        // "Annuler" and the like may answer something else; what names the ledger cannot.
        if !reading
            .orders
            .iter()
            .all(|o| about_binder(o) || matches!(o, LedgerOrder::Visit(_) | LedgerOrder::Expense(_)))
        {
            return Ok(None);
        }
        let content = Content::Help { not_understood: Some(words.to_owned()), for_referent: false };
        let out = Outgoing::new(by, content, &cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
        desk.post(out).await?;
        return Ok(Some(Ending::handled("a referent's command from somebody else")));
    }
    if !authentic(desk, m) {
        return Ok(Some(Ending::ignored("asks for the classeur under an address that was not authenticated")));
    }
    let today = zone.to_datetime(ctx.date).date();
    let mut not_done = Vec::new();
    for order in reading.orders.iter().take(MOST_ORDERS) {
        match order {
            LedgerOrder::Binder { from, to } => not_done.extend(ask_for_binder(desk, one, &by, (*from, *to)).await?),
            LedgerOrder::Unusable { words, why } => not_done.push(format!("{}.", refusal(words, why, today))),
            _ => {}
        }
    }
    if !not_done.is_empty() {
        let content = Content::Register { done: Vec::new(), not_done, lines: Vec::new() };
        let out = Outgoing::new(by, content, &cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
        desk.post(out).await?;
    }
    Ok(Some(Ending::handled("asked for the classeur")))
}

/// Notes that somebody wants the classeur of these days; gives why not, in French.
async fn ask_for_binder(desk: &mut Desk<'_>, one: &Opened, by: &Address, days: (Date, Date)) -> Result<Option<String>> {
    let today = desk.now.to_zoned(desk.office.school.timezone.clone()).date();
    match Period::new(days.0, days.1, today) {
        Err(PeriodError::Backwards { from, to }) => {
            let (from, to) = (in_words(from, today), in_words(to, today));
            return Ok(Some(format!("CLASSEUR : la période est à l'envers, du {from} au {to}.")));
        }
        Err(PeriodError::Future { from }) => {
            let from = in_words(from, today);
            return Ok(Some(format!("CLASSEUR : la période commence le {from}, il n'y a encore rien à montrer.")));
        }
        Ok(_) => {}
    }
    let mut counted: Vec<MailKind> = MailKind::ALL.iter().copied().filter(|k| k.is_capped()).collect();
    counted.push(MailKind::Binder);
    let uai = desk.office.school.uai.clone();
    let waiting = desk.tx.binder_requests(&uai).await?.iter().filter(|r| r.recipient == *by).count();
    let today = desk.mails_today(by, &counted).await?.saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX));
    if today >= desk.office.school.policy.max_mails_per_day {
        tracing::warn!("the day's limit for one address is reached; a classeur is left out");
        return Ok(Some("CLASSEUR : trop de messages aujourd'hui ; redemandez-le demain.".to_owned()));
    }
    let now = desk.now;
    desk.tx.ask_for_binder(&uai, by, days, one.waiting.id, now).await?;
    Ok(None)
}
