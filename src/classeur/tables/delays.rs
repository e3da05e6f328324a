//! How long people wait.

use super::{column, equipment_name, half_days, opt_date, place_name, text};
use crate::classeur::figures::{Delays, Figures, Line};
use crate::classeur::table::{Cell, Column, Kind, Plot, Table};
use crate::profile::{self, Profile};

/// Lines of the open tickets at most.
const OLDEST: usize = 10;

fn line(what: &str, contract: Option<u32>, d: &Delays) -> Vec<Cell> {
    let (lower, upper) = d.quartiles.unzip();
    let all = d.done + d.open;
    vec![
        text(what),
        contract.map_or(Cell::Nothing, |days| Cell::Count(u64::from(days))),
        Cell::Count(d.done),
        Cell::Count(d.open),
        half_days(lower),
        half_days(d.median),
        half_days(upper),
        d.late.map_or(Cell::Nothing, |part| Cell::Share { part, whole: all }),
    ]
}

/// Delays against the contract.
pub(super) fn delays(f: &Figures, contract: profile::Delays) -> Table {
    let columns: Vec<Column> = vec![
        column("Depuis l’envoi du ticket", Kind::Text),
        column("Contrat (jours ouvrés)", Kind::Count),
        column("Aboutis dans la période", Kind::Count),
        column("En cours", Kind::Count),
        column("Premier quartile", Kind::Days),
        column("Médiane", Kind::Days),
        column("Troisième quartile", Kind::Days),
        column("Hors délai", Kind::Share),
    ];
    let (urgent, normal) = (Some(contract.urgent), Some(contract.normal));
    let mut rows = vec![
        line("Première réponse", None, &f.to_acknowledgement.all),
        line("Passage, urgences", urgent, &f.to_visit.urgent),
        line("Passage, autres", normal, &f.to_visit.normal),
        line("Passage, ensemble", None, &f.to_visit.all),
        line("Réparation, urgences", urgent, &f.to_repair.urgent),
        line("Réparation, autres", normal, &f.to_repair.normal),
        line("Réparation, ensemble", None, &f.to_repair.all),
    ];
    // What no ticket was there for says nothing.
    rows.retain(|row| row.iter().skip(2).any(|cell| !cell.is_none_at_all()));
    let note = "En jours ouvrés du lycée. Les tickets en cours comptent avec leur âge à la fin de la période, pour que \
                l’attente ne disparaisse pas de la médiane. Quartiles à partir de quatre valeurs.";
    Table {
        key: "delais",
        title: "Délais, au regard du contrat".to_owned(),
        note: Some(note.to_owned()),
        columns,
        rows,
        total: None,
        plot: Some(Plot::Quartiles { low: 4, median: 5, high: 6 }),
    }
}

/// The oldest tickets that are still open.
pub(super) fn open(f: &Figures, profile: &Profile) -> Table {
    let columns = vec![
        column("Référence", Kind::Text),
        column("Lieu", Kind::Text),
        column("Matériel", Kind::Text),
        column("Signalée le", Kind::Date),
        column("Ticket envoyé le", Kind::Date),
        column("Passage annoncé pour le", Kind::Date),
        column("Âge (jours ouvrés)", Kind::Count),
        column("Hors délai", Kind::Text),
    ];
    let mut lines: Vec<&Line> = f.lines.iter().filter(|l| l.standing.stage.is_with_support()).collect();
    lines.sort_by_key(|l| (std::cmp::Reverse(l.waited), l.reference));
    let row = |l: &&Line| {
        vec![
            text(l.reference.to_string()),
            text(place_name(l.place.as_ref())),
            text(equipment_name(profile, l.equipment)),
            Cell::Date(l.opened_on),
            opt_date(l.days.sent_on),
            opt_date(l.days.planned_for),
            l.waited.map_or(Cell::Nothing, Cell::Count),
            text(if l.late { "oui" } else { "non" }),
        ]
    };
    let rows = lines.iter().take(OLDEST).map(row).collect();
    let note = match lines.len() {
        n if n > OLDEST => format!("Les {OLDEST} plus anciens, sur {n}."),
        _ => "Tous les tickets qui restent ouverts à la fin de la période.".to_owned(),
    };
    let title = "Tickets encore ouverts, du plus ancien au plus récent".to_owned();
    Table { key: "ouverts", title, note: Some(note), columns, rows, total: None, plot: None }
}
