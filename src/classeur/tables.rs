//! Figures -> tables in French. Pure.
//!
//! Their keys, in the order of reading: `resume`, `mois`, `mouvement`, `delais`, `ouverts`, `lieux`, `materiels`,
//! `responsables`, `salles`, `machines`, `repetees`, `visites`, `passages`, `depenses-mois`,
//! `depenses-nature`, `depenses`, `sans-ticket`, `referent`, `comparaison`, `incidents`. Every table is
//! there in every classeur, without lines where there is nothing to show.

mod annex;
mod counts;
mod delays;
mod ledger;
mod summary;

use jiff::civil::Date;

use super::dossier::Dossier;
use super::figures::{Figures, HalfDays, Month};
use super::table::{Cell, Column, Kind, Table};
use crate::compose::{french, labels, place};
use crate::profile::Profile;
use crate::report::{Equipment, Place};

/// Key of the annex: one line per incident.
pub const ANNEX: &str = "incidents";

/// Title of the annex's column of what people wrote.
pub const REFUSAL: &str = "Motif du refus";

/// Every table, the annex last.
pub(super) fn tables(dossier: &Dossier, f: &Figures, profile: &Profile) -> Vec<Table> {
    let mut all = vec![
        summary::summary(f),
        counts::months(f),
        summary::movement(f),
        delays::delays(f, dossier.school.delays),
        delays::open(f, profile),
        counts::places(f),
        counts::equipments(f, profile),
        counts::responsibles(f, profile),
        counts::rooms(f, profile),
        counts::machines(f, profile),
        counts::repeated(f, profile),
        ledger::visits(f),
        ledger::passages(dossier, f),
        ledger::spending_by_month(f),
        ledger::spending_by_kind(dossier, f),
        ledger::expenses(dossier, f),
        counts::without_ticket(f),
        counts::referent(f),
        summary::comparison(f),
        annex::annex(f, profile),
    ];
    for table in all.iter_mut().skip(1).filter(|table| nothing_but_zeros(table)) {
        table.rows.clear();
        table.total = None;
        table.plot = None;
    }
    all
}

/// Would a reader look for a figure in it in vain?
fn nothing_but_zeros(table: &Table) -> bool {
    table.rows.iter().all(|row| row.iter().skip(1).all(Cell::is_none_at_all))
}

fn text(words: impl Into<String>) -> Cell {
    Cell::Text(words.into())
}

fn column(title: &str, kind: Kind) -> Column {
    Column { title: title.to_owned(), kind, summed: false }
}

fn summed(title: &str, kind: Kind) -> Column {
    Column { title: title.to_owned(), kind, summed: true }
}

/// The line of totals of `rows`: the sums of the summed columns, shares by their parts, "Total" first.
fn total(columns: &[Column], rows: &[Vec<Cell>]) -> Option<Vec<Cell>> {
    if rows.is_empty() {
        return None;
    }
    let sum = |(at, column): (usize, &Column)| {
        if at == 0 {
            return text("Total");
        }
        if !column.summed {
            return Cell::Nothing;
        }
        rows.iter().filter_map(|row| row.get(at)).fold(Cell::Nothing, |sum, cell| match (sum, cell) {
            (Cell::Count(a), Cell::Count(b)) => Cell::Count(a + b),
            (Cell::Cents(a), Cell::Cents(b)) => Cell::Cents(a.saturating_add(*b)),
            (Cell::Share { part, whole }, Cell::Share { part: p, whole: w }) => {
                Cell::Share { part: part + p, whole: whole + w }
            }
            (Cell::Nothing, cell) => cell.clone(),
            (sum, _) => sum,
        })
    };
    Some(columns.iter().enumerate().map(sum).collect())
}

fn opt_date(day: Option<Date>) -> Cell {
    day.map_or(Cell::Nothing, Cell::Date)
}

fn half_days(days: Option<HalfDays>) -> Cell {
    days.map_or(Cell::Nothing, |d| Cell::Days(d.days()))
}

/// Ten-thousandths of a day as days.
#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn visit_days(ten_thousandths: u64) -> Cell {
    Cell::Days(ten_thousandths as f64 / 10_000.0)
}

/// "octobre 2026".
pub(super) fn month_name(month: Month) -> String {
    format!("{} {}", french::month(month.month), month.year)
}

/// A place as a table's line names it.
fn place_name(of: Option<&Place>) -> String {
    match of {
        None => "Lieu non précisé".to_owned(),
        Some(_) => french::capital(&place::short(of)),
    }
}

/// "Vidéoprojecteur".
fn equipment_name(profile: &Profile, equipment: Equipment) -> String {
    french::capital(&labels::equipment(profile, equipment).0)
}
