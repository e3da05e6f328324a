//! The referent's ledger by mail: what is noted, withdrawn, corrected, listed; and the classeurs
//! that are asked for. Everything is written in the transaction of the mail that says it.

mod asked;
mod change;
mod note;

use anyhow::Result;
use jiff::civil::Date;

use super::Opened;
use super::reporter::subject_reference;
use crate::address::Address;
use crate::classeur::ledger::{Entry, refusal, told};
use crate::compose::{MailKind, french};
use crate::incident::answer::ledger::{LedgerOrder, LedgerReading, Which};
use crate::incident::answer::{self, AnswerContext};
use crate::incident::{Incident, IncidentId, Reference, State};
use crate::service::desk::{Cause, Desk};
use crate::store::OutboxRow;

pub(super) use asked::from_staff;

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
            LedgerOrder::Visit(_)
                | LedgerOrder::Expense(_)
                | LedgerOrder::Time(_)
                | LedgerOrder::Undo(_)
                | LedgerOrder::Correct(..)
        );
        if writes && self.again {
            self.refuse("ce message avait déjà été noté, rien n'est noté deux fois.");
            return Ok(());
        }
        match order {
            LedgerOrder::Visit(visit) => self.visit(visit).await,
            LedgerOrder::Expense(expense) => self.expense(expense).await,
            LedgerOrder::Time(time) => self.time(time).await,
            LedgerOrder::Undo(which) => self.undo(*which).await,
            LedgerOrder::Correct(name, change) => self.correct(*name, change).await,
            LedgerOrder::List { visits, expenses, times } => self.list(*visits, *expenses, *times).await,
            LedgerOrder::Binder { from, to } => {
                let said = asked::ask_for_binder(self.desk, self.one, self.by, (*from, *to)).await?;
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
}

fn told_of(entry: &Entry, incident: Option<&Incident>, today: Date) -> String {
    told(entry, incident.map(|i| i.reference), today)
}
