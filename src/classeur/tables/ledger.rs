//! What the referent noted: visits and expenses.

use std::collections::HashMap;

use super::{column, month_name, place_name, summed, text, total, visit_days};
use crate::classeur::dossier::{self, Dossier, Passage};
use crate::classeur::figures::{Figures, Held, Month, Paid};
use crate::classeur::table::{Cell, Column, Kind, Plot, Table};
use crate::compose::french;
use crate::incident::state::Half;
use crate::incident::{IncidentId, Reference};

/// Visits by month, against those owed.
pub(super) fn visits(f: &Figures) -> Table {
    let columns = vec![
        column("Mois", Kind::Text),
        summed("Jours ouvrés du lycée", Kind::Count),
        summed("Passages notés", Kind::Count),
        summed("Demi-journées tenues", Kind::Count),
        summed("Jours tenus", Kind::Days),
        summed("Jours dus", Kind::Days),
        column("Jours manquants", Kind::Days),
    ];
    let row = |name: String, held: &Held, missing: Option<u64>| {
        vec![
            text(name),
            Cell::Count(held.working_days),
            Cell::Count(held.visits),
            Cell::Count(held.halves),
            visit_days(held.held()),
            held.owed.map_or(Cell::Nothing, visit_days),
            missing.map_or(Cell::Nothing, visit_days),
        ]
    };
    let line = |(month, held): &(Month, Held)| row(month_name(*month), held, None);
    let rows: Vec<Vec<Cell>> = f.visits_by_month.iter().map(line).collect();
    let total = Some(row("Total".to_owned(), &f.visits, f.visits.missing()));
    let note = match f.visits.owed {
        Some(_) => {
            "Jours dus : au prorata des jours ouvrés du lycée (dix font une quinzaine de classe). Ce qui manque se \
                    juge sur toute la période, non mois par mois."
        }
        None => "Le nombre d’ordinateurs n’est pas renseigné : les jours dus ne peuvent pas être calculés.",
    };
    Table {
        key: "visites",
        title: "Passages du prestataire, tenus et dus".to_owned(),
        note: Some(note.replace(" :", "\u{a0}:")),
        columns,
        rows,
        total,
        plot: Some(Plot::Months { first: 4, last: if f.visits.owed.is_some() { 5 } else { 4 } }),
    }
}

fn references(dossier: &Dossier) -> HashMap<IncidentId, Reference> {
    dossier.lives.iter().map(|life| (life.id, life.reference)).collect()
}

/// One line per visit.
pub(super) fn passages(dossier: &Dossier, f: &Figures) -> Table {
    let columns = vec![
        column("Jour", Kind::Date),
        column("Moment", Kind::Text),
        column("Heures", Kind::Text),
        column("Qui", Kind::Text),
        column("Pannes", Kind::Text),
        summed("Demi-journées", Kind::Count),
    ];
    let known = references(dossier);
    let mut held = dossier::passages(&dossier.visits);
    held.retain(|p| f.period.from() <= p.visit.on && p.visit.on <= f.as_of);
    held.sort_by_key(|p| (p.visit.on, p.visit.half == Some(Half::Afternoon), p.visit.noted_at));
    let row = |p: &Passage<'_>| {
        let v = p.visit;
        let moment = match v.half {
            Some(Half::Morning) => "matin",
            Some(Half::Afternoon) => "après-midi",
            None if v.minutes.is_some() => "",
            None => "journée",
        };
        let hours = v.minutes.map_or_else(String::new, |m| match (m / 60, m % 60) {
            (0, m) => format!("{m}\u{a0}min"),
            (h, 0) => format!("{h}\u{a0}h"),
            (h, m) => format!("{h}\u{a0}h\u{a0}{m:02}"),
        });
        let named: Vec<String> = p.incidents.iter().filter_map(|id| known.get(id)).map(ToString::to_string).collect();
        let reference = named.join(", ");
        vec![Cell::Date(v.on), text(moment), text(hours), text(v.by.clone()), text(reference), Cell::Count(v.halves())]
    };
    let rows: Vec<Vec<Cell>> = held.iter().map(row).collect();
    let total = total(&columns, &rows);
    let note = "Tels que le référent les a notés. Moins d’une heure ne compte pas pour une demi-journée, cinq heures \
                comptent pour une journée.";
    Table {
        key: "passages",
        title: "Passages notés".to_owned(),
        note: Some(note.to_owned()),
        columns,
        rows,
        total,
        plot: None,
    }
}

fn paid(key: &'static str, title: &str, first: &str, lines: Vec<(String, Paid)>, plot: Plot) -> Table {
    let columns: Vec<Column> =
        vec![column(first, Kind::Text), summed("Achats", Kind::Count), summed("Montant", Kind::Cents)];
    let rows: Vec<Vec<Cell>> = lines
        .into_iter()
        .map(|(name, paid)| vec![text(name), Cell::Count(paid.purchases), Cell::Cents(paid.cents)])
        .collect();
    let total = total(&columns, &rows);
    let plot = (!rows.is_empty()).then_some(plot);
    Table { key, title: title.to_owned(), note: None, columns, rows, total, plot }
}

/// Own spending by month.
pub(super) fn spending_by_month(f: &Figures) -> Table {
    let lines = f.spending_by_month.iter().map(|(month, paid)| (month_name(*month), *paid)).collect();
    let title = "Dépenses sur le budget du lycée, par mois";
    paid("depenses-mois", title, "Mois", lines, Plot::Months { first: 2, last: 2 })
}

/// Own spending by what was bought.
pub(super) fn spending_by_kind(dossier: &Dossier, f: &Figures) -> Table {
    // As somebody wrote it first, since "HDMI" is no "hdmi".
    let spelt = |kind: &str| {
        let first = dossier.expenses.iter().map(|e| e.what.trim()).find(|what| what.to_lowercase() == kind);
        french::capital(first.unwrap_or(kind))
    };
    let lines = f.spending_by_kind.iter().map(|(kind, paid)| (spelt(kind), *paid)).collect();
    let title = "Dépenses sur le budget du lycée, par nature";
    paid("depenses-nature", title, "Nature", lines, Plot::Bars { value: 2 })
}

/// One line per purchase.
pub(super) fn expenses(dossier: &Dossier, f: &Figures) -> Table {
    let columns = vec![
        column("Jour", Kind::Date),
        column("Achat", Kind::Text),
        column("Lieu", Kind::Text),
        column("Panne", Kind::Text),
        summed("Montant", Kind::Cents),
    ];
    let known = references(dossier);
    let mut paid: Vec<_> = dossier.expenses.iter().filter(|e| f.period.from() <= e.on && e.on <= f.as_of).collect();
    paid.sort_by_key(|e| (e.on, e.noted_at));
    let row = |e: &&crate::classeur::dossier::Expense| {
        let reference = e.incident.and_then(|id| known.get(&id)).map_or_else(String::new, ToString::to_string);
        let place = e.place.as_ref().map_or_else(String::new, |p| place_name(Some(p)));
        vec![Cell::Date(e.on), text(french::capital(&e.what)), text(place), text(reference), Cell::Cents(e.cents)]
    };
    let rows: Vec<Vec<Cell>> = paid.iter().map(row).collect();
    let total = total(&columns, &rows);
    Table {
        key: "depenses",
        title: "Dépenses sur le budget du lycée, une à une".to_owned(),
        note: None,
        columns,
        rows,
        total,
        plot: None,
    }
}
