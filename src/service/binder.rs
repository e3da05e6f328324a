//! The classeur by mail: every month to correspondents and referents, and to whoever of them asks.
//!
//! It is read and drawn outside any transaction, on a thread of its own; only the mails and the note
//! that they have been queued share one.

use anyhow::Result;
use jiff::civil::{Date, Time, time};
use jiff::{Timestamp, ToSpan};

use super::Office;
use super::desk::{Cause, Desk};
use super::post::Outgoing;
use crate::address::Address;
use crate::classeur::words::period_name;
use crate::classeur::{Classeur, Dossier, Period, assemble, bundle, tables};
use crate::compose::letter::{Content, Enclosure};
use crate::incident::calendar::{is_public_holiday, is_working_day};
use crate::incident::policy::{Actor, Binder, Digest};
use crate::store::{BinderRequest, StoreError};

/// What the schedule calls it.
const SCHEDULE: &str = "binder";
/// Many hosts refuse larger mails.
const LARGEST: u64 = 10_000_000;
/// Its hour where there is no digest.
const HOUR: Time = time(7, 30, 0, 0);

const BY_ITSELF: Cause = Cause { actor: Actor::Passerelle, message: None };

/// Sends what is due.
pub(super) async fn due(office: &Office) -> Result<()> {
    monthly(office).await?;
    asked(office).await
}

/// Last month's classeur, once this month's first working day has come. After a standstill of
/// months, only the last one.
async fn monthly(office: &Office) -> Result<()> {
    let (uai, now) = (&office.school.uai, office.clock.now());
    if office.school.policy.binder == Binder::Never {
        return Ok(());
    }
    let Some(last) = office.store.last_sent(uai, SCHEDULE).await? else {
        // The first one tells of the month that begins to be known now.
        let mut desk = Desk::open(office).await?;
        desk.tx.note_sent(uai, SCHEDULE, now).await?;
        desk.commit().await?;
        return Ok(());
    };
    let today = office.school.timezone.to_datetime(now).date();
    let Some(slot) = slot(office, today).filter(|s| *s <= now && *s > last) else { return Ok(()) };
    let Ok(eve) = today.first_of_month().yesterday() else { return Ok(()) };
    let Ok(period) = Period::new(eve.first_of_month(), eve, today) else { return Ok(()) };
    let made = Box::pin(try_to_make(office, period, today)).await?;
    let mut desk = Desk::open(office).await?;
    if desk.tx.last_sent(uai, SCHEDULE).await?.is_some_and(|l| l >= slot) {
        return Ok(());
    }
    if let Some(made) = made.filter(|m| m.says_something) {
        let mut to: Vec<Address> = office.school.correspondents.clone();
        to.extend(office.school.referents.iter().filter(|r| !office.school.correspondents.contains(r)).cloned());
        for to in to {
            desk.post(made.letter(to, &BY_ITSELF)).await?;
        }
    }
    desk.tx.note_sent(uai, SCHEDULE, now).await?;
    desk.commit().await?;
    Ok(())
}

/// When the month's mail leaves: its first working day, at the digest's hour. A month that is
/// closed from end to end has its first weekday.
fn slot(office: &Office, today: Date) -> Option<Timestamp> {
    let policy = &office.school.policy;
    let at = match policy.digest {
        Digest::Weekdays(at) | Digest::Weekly(_, at) => at,
        Digest::Never => HOUR,
    };
    let first = today.first_of_month();
    let days = || (0..i64::from(first.days_in_month())).filter_map(|n| first.checked_add(n.days()).ok());
    let open = days().find(|d| is_working_day(*d, &policy.holidays));
    let day = open.or_else(|| days().find(|d| is_working_day(*d, &[]) && !is_public_holiday(*d)))?;
    office.school.timezone.to_timestamp(day.to_datetime(at)).ok()
}

/// The classeurs that were asked for by mail.
async fn asked(office: &Office) -> Result<()> {
    for request in office.store.binder_requests(&office.school.uai).await? {
        answer(office, &request).await?;
    }
    Ok(())
}

async fn answer(office: &Office, request: &BinderRequest) -> Result<()> {
    let today = office.school.timezone.to_datetime(office.clock.now()).date();
    let made = match Period::new(request.from, request.to, today) {
        Ok(period) => Box::pin(try_to_make(office, period, today)).await?,
        // It was checked when it was asked for; the clock may have been set back since.
        Err(_) => None,
    };
    let mut desk = Desk::open(office).await?;
    if desk.tx.binder_answered(request.id).await? {
        let cause = Cause { actor: Actor::Passerelle, message: request.message };
        let to = request.recipient.clone();
        let mut out = match &made {
            Some(made) => made.letter(to, &cause),
            None => {
                let why = "CLASSEUR : il n'a pas pu être fait ; l'exploitant en trouve la raison dans son journal.";
                let (done, lines) = (Vec::new(), Vec::new());
                Outgoing::new(to, Content::Register { done, not_done: vec![why.to_owned()], lines }, &cause)
            }
        };
        if let Some(id) = request.message
            && let Some(asking) = desk.tx.message(id).await?
        {
            // In the thread of the mail that asked, under a subject of its own.
            out = out.answering(asking.message_id.as_deref(), &[], "");
        }
        desk.post(out).await?;
    }
    desk.commit().await?;
    Ok(())
}

/// A classeur ready to be sent.
struct Made {
    month: String,
    sentences: Vec<String>,
    notes: Vec<String>,
    files: Vec<Enclosure>,
    /// Something happened in the period.
    says_something: bool,
}

impl Made {
    fn letter(&self, to: Address, cause: &Cause) -> Outgoing {
        let content =
            Content::Binder { month: self.month.clone(), sentences: self.sentences.clone(), notes: self.notes.clone() };
        let mut out = Outgoing::new(to, content, cause);
        out.letter.attachments.clone_from(&self.files);
        out
    }
}

/// As [`make`]; what cannot be made now or later is told once, and not tried every second.
async fn try_to_make(office: &Office, period: Period, today: Date) -> Result<Option<Made>> {
    match make(office, period, today).await {
        Ok(made) => Ok(Some(made)),
        Err(e) => match e.downcast::<StoreError>() {
            Ok(e @ StoreError::Other(_)) => {
                tracing::error!(error = %e, "a classeur could not be made");
                Ok(None)
            }
            Ok(e) => Err(e.into()),
            Err(e) => {
                tracing::error!(error = %format!("{e:#}"), "a classeur could not be made");
                Ok(None)
            }
        },
    }
}

async fn make(office: &Office, period: Period, today: Date) -> Result<Made> {
    let dossier = Box::pin(office.store.dossier(&office.school, &office.profile, period)).await?;
    let profile = office.profile.clone();
    let room = room(office.school.policy.max_message_size);
    let made = tokio::task::spawn_blocking(move || {
        let says_something = says_something(&dossier, period);
        let classeur = assemble(&dossier, period, today, &profile);
        let (files, notes) = enclose(&classeur, room);
        Made { month: period_name(period), sentences: classeur.sentences, notes, files, says_something }
    });
    Ok(made.await?)
}

/// Bytes of files that fit into one mail: base64 makes four of three, with line ends a little more.
fn room(limit: u64) -> usize {
    let bytes = limit.min(LARGEST).saturating_sub(50_000) / 100 * 72;
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Did anything happen on the period's days?
fn says_something(dossier: &Dossier, period: Period) -> bool {
    let on = |at: Timestamp| period.contains(dossier.school.zone.to_datetime(at).date());
    dossier.lives.iter().any(|l| on(l.opened_at) || l.told.iter().any(|t| on(*t)) || l.steps.iter().any(|s| on(s.at)))
        || dossier.visits.iter().any(|v| period.contains(v.on))
        || dossier.expenses.iter().any(|e| period.contains(e.on))
}

/// The files that go along, and what is to be said of those that do not.
fn enclose(classeur: &Classeur, room: usize) -> (Vec<Enclosure>, Vec<String>) {
    let mut notes = Vec::new();
    let fits = |files: &[Enclosure]| files.iter().map(|f| f.data.len()).sum::<usize>() <= room;
    let whole = draw(classeur, &mut notes);
    if fits(&whole) {
        return (whole, notes);
    }
    let mut short = classeur.clone();
    short.tables.retain(|t| t.key != tables::ANNEX);
    let files = draw(&short, &mut Vec::new());
    if fits(&files) {
        notes.push("L'annexe, une ligne par dossier, n'est pas jointe : le message serait trop lourd.".to_owned());
        return (files, notes);
    }
    for (ending, which) in [(".xlsx", "le tableur"), (".pdf", "le PDF")] {
        let alone: Vec<Enclosure> = files.iter().filter(|f| f.name.ends_with(ending)).cloned().collect();
        if !alone.is_empty() && fits(&alone) {
            notes.push(format!("Seul {which} est joint, sans l'annexe : le message serait trop lourd."));
            return (alone, notes);
        }
    }
    notes.push("Rien n'est joint : le message serait trop lourd. Demandez une période plus courte.".to_owned());
    (Vec::new(), notes)
}

/// Every format that goes by mail. One that cannot be drawn is left out, and said so.
fn draw(classeur: &Classeur, notes: &mut Vec<String>) -> Vec<Enclosure> {
    let stem = bundle::stem(classeur.period);
    let mut files = Vec::new();
    for file in bundle::for_mail(classeur) {
        match file.drawn {
            Ok(data) => {
                let name = format!("{stem}.{}", file.ending);
                files.push(Enclosure { name, mime: file.mime.to_owned(), data });
            }
            Err(why) => {
                tracing::error!(format = file.ending, error = %why, "a classeur could not be drawn");
                notes.push(format!("Le fichier {} n'a pas pu être fait.", file.ending.to_uppercase()));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classeur::sample::classeur;

    /// The names of what goes along where that many bytes have room, and what is said of it.
    fn enclosed(classeur: &Classeur, room: usize) -> (Vec<String>, String) {
        let (files, notes) = enclose(classeur, room);
        assert!(files.iter().map(|f| f.data.len()).sum::<usize>() <= room, "{room}");
        let endings = files.iter().filter_map(|f| f.name.rsplit_once('.')).map(|(_, ending)| ending.to_owned());
        (endings.collect(), notes.join("\n"))
    }

    #[test]
    fn what_is_too_heavy_is_left_out_step_by_step_and_said() {
        let whole = classeur(400);
        let mut short = whole.clone();
        short.tables.retain(|t| t.key != tables::ANNEX);
        let sizes = |of: &Classeur| draw(of, &mut Vec::new()).iter().map(|f| f.data.len()).collect::<Vec<_>>();
        let (all, less): (usize, Vec<usize>) = (sizes(&whole).iter().sum(), sizes(&short));
        let [pdf, xlsx] = less.as_slice() else { panic!("{less:?}") };
        assert!(pdf + xlsx < all);
        assert_eq!(enclosed(&whole, all), (vec!["pdf".to_owned(), "xlsx".to_owned()], String::new()));
        let (files, said) = enclosed(&whole, all - 1);
        assert_eq!(files, ["pdf", "xlsx"]);
        assert!(said.starts_with("L'annexe, une ligne par dossier, n'est pas jointe"), "{said}");
        let (files, said) = enclosed(&whole, pdf + xlsx - 1);
        assert_eq!(files, ["xlsx"]);
        assert!(said.starts_with("Seul le tableur est joint"), "{said}");
        let (files, said) = enclosed(&whole, xlsx.min(pdf) - 1);
        assert_eq!(files.len(), 0);
        assert!(said.starts_with("Rien n'est joint"), "{said}");
        if pdf < xlsx {
            assert_eq!(enclosed(&whole, xlsx - 1).0, ["pdf"]);
        }
    }

    #[test]
    fn what_fits_into_a_mail_leaves_room_for_its_encoding() {
        assert!(room(25_000_000) * 4 / 3 * 78 / 76 < 10_000_000);
        assert_eq!(room(1_000), 0);
    }
}
