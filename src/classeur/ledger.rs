//! The ledger: visits and expenses as the referent notes, lists and withdraws them. Pure.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dossier::{Expense, Visit};
use super::words::euros;
use crate::compose::french::{self, one_line};
use crate::incident::answer::ledger::{MOST_CENTS, Unusable};
pub use crate::incident::ledger::{EntryKind, EntryName};
use crate::incident::state::Half;
use crate::incident::{IncidentId, Reference};

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A technician came.
    Visit(Visit),
    /// The school paid something itself.
    Expense(Expense),
}

impl Entry {
    /// What it is.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Visit(_) => EntryKind::Visit,
            Self::Expense(_) => EntryKind::Expense,
        }
    }

    /// Its day.
    pub fn on(&self) -> Date {
        match self {
            Self::Visit(v) => v.on,
            Self::Expense(e) => e.on,
        }
    }

    /// The incident that it was for.
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Visit(v) => v.incident,
            Self::Expense(e) => e.incident,
        }
    }

    /// When it was noted.
    pub fn noted_at(&self) -> Timestamp {
        match self {
            Self::Visit(v) => v.noted_at,
            Self::Expense(e) => e.noted_at,
        }
    }
}

/// An entry of the ledger with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// `V3`.
    pub name: EntryName,
    /// What was noted.
    pub entry: Entry,
}

/// "visite du lundi 12 octobre, matin, par SCC, pour 2026-0012", "dépense de 45,90 € (lampe, B204), le
/// mardi 3 novembre": an entry as a sentence goes on with it.
pub fn told(entry: &Entry, incident: Option<Reference>, today: Date) -> String {
    let mut text = match entry {
        Entry::Visit(visit) => {
            let mut text = format!("visite {}", of_day(visit.on, today));
            text.push_str(match (visit.half, visit.minutes) {
                (Some(Half::Morning), _) => ", matin",
                (Some(Half::Afternoon), _) => ", après-midi",
                (None, None) => ", journée entière",
                (None, Some(_)) => "",
            });
            if let Some(minutes) = visit.minutes {
                text.push_str(&format!(", {}", duration(minutes)));
            }
            if !visit.by.is_empty() {
                text.push_str(&format!(", par {}", one_line(&visit.by, 60)));
            }
            text
        }
        Entry::Expense(expense) => {
            let what =
                if expense.what.is_empty() { "objet non précisé".to_owned() } else { one_line(&expense.what, 100) };
            let place = expense.place.as_ref().map(|place| format!(", {}", crate::compose::place::short(Some(place))));
            let (euros, place) = (euros(expense.cents), place.unwrap_or_default());
            format!("dépense de {euros} ({what}{place}), le {}", in_words(expense.on, today))
        }
    };
    if let Some(reference) = incident {
        text.push_str(&format!(", pour {reference}"));
    }
    text
}

/// Why a statement was not noted, and how to write it: "« VISITE 31/02 » : le 31/02 n'existe pas".
pub fn refusal(words: &str, why: &Unusable, today: Date) -> String {
    let day = |date: &Date| in_words(*date, today);
    let why = match why {
        Unusable::NoDay => "de quel jour ? Écrivez par exemple « VISITE 12/10 matin SCC »".to_owned(),
        Unusable::SeveralDays => "une ligne par jour, s'il vous plaît, par exemple « VISITE 12/10 matin »".to_owned(),
        Unusable::NoSuchDay(text) => format!("le jour « {} » n'existe pas", one_line(text, 40)),
        Unusable::Future(date) => format!("le {} n'est pas encore passé ; on ne note que ce qui a eu lieu", day(date)),
        Unusable::TooOld(date) => format!("le {} remonte à plus d'un an", day(date)),
        Unusable::OtherWeekday { date, said } => {
            let is = french::weekday(date.weekday());
            let day = without_weekday(*date, today);
            format!("le {day} est un {is}, non un {} ; quel jour est le bon ?", french::weekday(*said))
        }
        Unusable::TooLong => "cette durée n'est pas celle d'une visite".to_owned(),
        Unusable::NoAmount => "quel montant ? Écrivez par exemple « DEPENSE 45,90 lampe B204 »".to_owned(),
        Unusable::SeveralAmounts => "plusieurs montants : écrivez une ligne par dépense".to_owned(),
        Unusable::Negative => {
            "un montant est toujours positif ; pour effacer une dépense, répondez ANNULER et son numéro".to_owned()
        }
        Unusable::Zero => "le montant est nul".to_owned(),
        Unusable::TooMuch => format!("le montant dépasse {} ; est-ce une faute de frappe ?", euros(MOST_CENTS)),
        Unusable::UnclearAmount => "ce montant peut se lire de deux façons ; écrivez par exemple 1234,50".to_owned(),
        Unusable::NotDone => "on dirait que cela n'a pas eu lieu ; si c'est fait, redites-le sans plus".to_owned(),
        Unusable::NoPeriod => {
            "je n'ai pas compris la période ; écrivez par exemple « CLASSEUR octobre » ou « CLASSEUR 1/9 au 31/10 »"
                .to_owned()
        }
        Unusable::NothingToChange => {
            "que faut-il corriger ? Écrivez par exemple « CORRIGER V3 13/10 après-midi »".to_owned()
        }
    };
    format!("« {} » : {why}", one_line(words, 120))
}

/// "lundi 12 octobre", with the year where it is another.
pub fn in_words(date: Date, today: Date) -> String {
    let day = french::day(date, today);
    let year = date.year().to_string();
    if date.year() == today.year() || day.ends_with(&year) { day } else { format!("{day} {year}") }
}

/// "12 octobre": where the sentence says which weekday it is.
pub fn without_weekday(date: Date, today: Date) -> String {
    let day = in_words(date, today);
    day.split_once(' ').map_or_else(|| day.clone(), |(_, rest)| rest.to_owned())
}

fn of_day(date: Date, today: Date) -> String {
    format!("du {}", in_words(date, today))
}

/// "2 h", "45 min", "2 h 30".
fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m}\u{a0}min"),
        (h, 0) => format!("{h}\u{a0}h"),
        (h, m) => format!("{h}\u{a0}h\u{a0}{m:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn visit(half: Option<Half>, minutes: Option<u32>, by: &str) -> Entry {
        let noted_at = Timestamp::UNIX_EPOCH;
        Entry::Visit(Visit { on: date(2026, 10, 12), half, minutes, by: by.to_owned(), incident: None, noted_at })
    }

    #[test]
    fn an_entry_is_told_as_people_say_it() {
        let reference = Some(Reference { year: 2026, number: 12 });
        for (entry, text) in [
            (visit(Some(Half::Morning), None, "SCC"), "visite du lundi 12 octobre, matin, par SCC, pour 2026-0012"),
            (visit(None, Some(150), ""), "visite du lundi 12 octobre, 2 h 30, pour 2026-0012"),
            (visit(None, None, ""), "visite du lundi 12 octobre, journée entière, pour 2026-0012"),
        ] {
            assert_eq!(told(&entry, reference, TODAY).replace('\u{a0}', " "), text);
        }
        let expense = Entry::Expense(Expense {
            on: date(2025, 12, 1),
            cents: 123_450,
            what: "vidéoprojecteur".to_owned(),
            place: Some(crate::report::Place::from_normalised("B204")),
            incident: None,
            noted_at: Timestamp::UNIX_EPOCH,
        });
        let text = told(&expense, None, TODAY).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(text, "dépense de 1 234,50 € (vidéoprojecteur, B204), le lundi 1er décembre 2025");
    }

    #[test]
    fn a_refusal_says_what_was_read_and_why() {
        let text = refusal("VISITE 31/02", &Unusable::NoSuchDay("31/02".into()), TODAY);
        assert_eq!(text, "« VISITE 31/02 » : le jour « 31/02 » n'existe pas");
        assert_eq!(without_weekday(date(2026, 3, 1), TODAY).replace('\u{a0}', " "), "1er mars");
        assert_eq!(without_weekday(date(2025, 12, 25), TODAY).replace('\u{a0}', " "), "25 décembre 2025");
    }
}
