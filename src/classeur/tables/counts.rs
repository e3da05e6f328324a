//! Incidents counted by something.

use super::{column, equipment_name, month_name, place_name, summed, text, total};
use crate::classeur::dossier::UnsentReason;
use crate::classeur::figures::{Counts, Figures, Machine, Spot};
use crate::classeur::ledger::duration;
use crate::classeur::table::{Cell, Column, Kind, Plot, Table};
use crate::compose::{french, labels};
use crate::profile::Profile;

/// The columns of every count: reported = sent + refused + redirected + settled + waiting, and sent =
/// repaired + out of scope + open.
fn heads(first: &str) -> Vec<Column> {
    vec![
        column(first, Kind::Text),
        summed("Signalées", Kind::Count),
        summed("Tickets envoyés", Kind::Count),
        summed("Refusées", Kind::Count),
        summed("Confiées à d’autres", Kind::Count),
        summed("Disparues avant envoi", Kind::Count),
        summed("En attente d’envoi", Kind::Count),
        summed("Tickets : réparées", Kind::Count),
        summed("Tickets : hors périmètre", Kind::Count),
        summed("Tickets : ouverts", Kind::Count),
    ]
}

fn row(name: String, c: &Counts) -> Vec<Cell> {
    let mut row = vec![text(name)];
    row.extend(
        [c.reported, c.sent, c.refused, c.redirected, c.settled, c.waiting, c.repaired, c.out_of_scope, c.open]
            .map(Cell::Count),
    );
    row
}

fn counted(key: &'static str, title: &str, first: &str, note: Option<&str>, rows: Vec<Vec<Cell>>, plot: Plot) -> Table {
    let columns = heads(&first.replace(" :", "\u{a0}:"))
        .into_iter()
        .map(|c| Column { title: c.title.replace(" :", "\u{a0}:"), ..c })
        .collect::<Vec<_>>();
    let total = total(&columns, &rows);
    let plot = (!rows.is_empty()).then_some(plot);
    Table { key, title: title.to_owned(), note: note.map(str::to_owned), columns, rows, total, plot }
}

/// By month of the first report.
pub(super) fn months(f: &Figures) -> Table {
    let rows = f.by_month.iter().map(|(month, c)| row(month_name(*month), c)).collect();
    let note = "Chaque panne compte au mois de son premier signalement, avec ce qu’elle est devenue à la fin de la \
                période.";
    counted("mois", "Pannes par mois", "Mois", Some(note), rows, Plot::Months { first: 1, last: 2 })
}

/// By place.
pub(super) fn places(f: &Figures) -> Table {
    let rows = f.by_place.iter().map(|(place, c)| row(place_name(place.as_ref()), c)).collect();
    counted("lieux", "Pannes par lieu", "Lieu", None, rows, Plot::Bars { value: 1 })
}

/// By equipment.
pub(super) fn equipments(f: &Figures, profile: &Profile) -> Table {
    let rows = f.by_equipment.iter().map(|(e, c)| row(equipment_name(profile, *e), c)).collect();
    counted("materiels", "Pannes par matériel", "Matériel", None, rows, Plot::Bars { value: 1 })
}

/// By responsible.
pub(super) fn responsibles(f: &Figures, profile: &Profile) -> Table {
    let name = |r| french::capital(&labels::responsible(profile, r));
    let rows = f.by_responsible.iter().map(|(r, c)| row(name(*r), c)).collect();
    let note = "À qui la réparation revient, d’après le référent ou, à défaut, d’après le message.";
    counted("responsables", "Pannes par responsable", "Responsable", Some(note), rows, Plot::Bars { value: 1 })
}

fn spots(key: &'static str, title: &str, note: &str, heads: Vec<Column>, rows: Vec<Vec<Cell>>, value: usize) -> Table {
    let mut columns = heads;
    columns.extend([
        column("Pannes signalées", Kind::Count),
        column("Encore en attente ou ouvertes", Kind::Count),
        column("Ayant touché un cours", Kind::Count),
        column("Jours ouvrés d’attente, cumulés", Kind::Count),
    ]);
    let plot = (!rows.is_empty()).then_some(Plot::Bars { value });
    Table { key, title: title.to_owned(), note: Some(note.to_owned()), columns, rows, total: None, plot }
}

fn numbers(spot: &Spot) -> [Cell; 4] {
    [spot.reported, spot.open, spot.lessons, spot.waited].map(Cell::Count)
}

/// The ten rooms with most incidents.
pub(super) fn rooms(f: &Figures, _profile: &Profile) -> Table {
    let line = |s: &Spot| {
        let mut row = vec![text(place_name(s.place.as_ref()))];
        row.extend(numbers(s));
        row
    };
    let rows = f.worst_rooms.iter().map(line).collect();
    let note = "Les dix lieux où l’on a signalé le plus de pannes, deux au moins.";
    spots("salles", "Lieux les plus touchés", note, vec![column("Lieu", Kind::Text)], rows, 1)
}

/// The ten machines with most incidents.
pub(super) fn machines(f: &Figures, profile: &Profile) -> Table {
    let line = |s: &Spot| {
        let name = match &s.machine {
            Some(Machine::Label(label)) => format!("étiquette {label}"),
            Some(Machine::Seat(seat)) => format!("nº\u{a0}{seat}"),
            None => String::new(),
        };
        let what = s.equipment.map_or_else(String::new, |e| equipment_name(profile, e));
        let mut row = vec![text(name), text(what), text(place_name(s.place.as_ref()))];
        row.extend(numbers(s));
        row
    };
    let rows = f.worst_machines.iter().map(line).collect();
    let heads = vec![column("Machine", Kind::Text), column("Matériel", Kind::Text), column("Lieu", Kind::Text)];
    let note = "Les dix machines, connues par leur étiquette ou leur numéro de poste, qui sont tombées le plus souvent \
                en panne, deux fois au moins.";
    spots("machines", "Machines les plus touchées", note, heads, rows, 3)
}

/// The same sort of thing at the same place, again.
pub(super) fn repeated(f: &Figures, profile: &Profile) -> Table {
    let line = |s: &Spot| {
        let what = s.equipment.map_or_else(String::new, |e| equipment_name(profile, e));
        let mut row = vec![text(place_name(s.place.as_ref())), text(what)];
        row.extend(numbers(s));
        row
    };
    let rows = f.repeated.iter().map(line).collect();
    let heads = vec![column("Lieu", Kind::Text), column("Matériel", Kind::Text)];
    let note = "Le même matériel, au même endroit, signalé par plusieurs pannes distinctes au cours de la période.";
    spots("repetees", "Pannes répétées", note, heads, rows, 2)
}

/// What never became a ticket, and why.
pub(super) fn without_ticket(f: &Figures) -> Table {
    let columns = vec![column("Motif", Kind::Text), summed("Pannes", Kind::Count), summed("Messages", Kind::Count)];
    let incidents = [
        ("Refusées par le référent", f.all.refused),
        ("Confiées à un autre service (rectorat, ENT, agents, lycée)", f.all.redirected),
        ("Disparues avant l’envoi du ticket", f.all.settled),
        ("En attente d’envoi à la fin de la période", f.all.waiting),
    ];
    let mut rows: Vec<Vec<Cell>> = incidents
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(why, n)| vec![text(*why), Cell::Count(*n), Cell::Count(0)])
        .collect();
    for (reason, n) in &f.unsent {
        let why = match reason {
            UnsentReason::Stranger => "Message d’une adresse étrangère au lycée, en attente d’un accord",
            UnsentReason::Unauthenticated => "Message dont l’expéditeur n’a pas pu être vérifié",
            UnsentReason::TooLarge => "Message trop volumineux",
            UnsentReason::Dropped => "Message écarté par le référent ou l’exploitant",
            UnsentReason::Other => "Message mis de côté pour une autre raison",
        };
        rows.push(vec![text(why), Cell::Count(0), Cell::Count(*n)]);
    }
    let total = total(&columns, &rows);
    let note = "Une panne signalée peut ne pas donner lieu à un ticket ; un message mis de côté n’est pas \
                nécessairement un signalement."
        .replace(" ;", "\u{a0};");
    let title = "Signalements sans ticket".to_owned();
    Table { key: "sans-ticket", title, note: Some(note), columns, rows, total, plot: None }
}

/// The referent's load.
pub(super) fn referent(f: &Figures) -> Table {
    let columns = vec![
        column("Mois", Kind::Text),
        summed("Messages traités", Kind::Count),
        summed("dont confirmations", Kind::Count),
        summed("Relances du support", Kind::Count),
        summed("Temps noté (min)", Kind::Count),
    ];
    let line = |(month, load): &(_, crate::classeur::figures::Load)| {
        vec![
            text(month_name(*month)),
            Cell::Count(load.messages),
            Cell::Count(load.confirmations),
            Cell::Count(load.chased),
            // What nobody noted is not zero but unknown.
            if load.minutes == 0 { Cell::Nothing } else { Cell::Count(load.minutes) },
        ]
    };
    let rows: Vec<Vec<Cell>> = f.load_by_month.iter().map(line).collect();
    let total = total(&columns, &rows);
    let time = match f.load.minutes {
        0 => "Le temps passé n’est pas connu\u{a0}: le référent n’en a pas noté.".to_owned(),
        minutes => {
            // "1 h 30 notée", "45 min notées".
            let noted = if minutes == 1 || (60..120).contains(&minutes) { "notée" } else { "notées" };
            format!("{} {noted} par le référent\u{a0}; ce qu’il n’a pas noté n’est pas connu.", duration(minutes))
        }
    };
    let note = format!("Messages par lesquels le référent a confirmé, corrigé, refusé ou commandé. {time}");
    Table {
        key: "referent",
        title: "Charge du référent".to_owned(),
        note: Some(note),
        columns,
        rows,
        total,
        plot: Some(Plot::Months { first: 1, last: 2 }),
    }
}
