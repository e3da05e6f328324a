//! The indicators: of this period, and beside others.

use super::{column, half_days, text, visit_days};
use crate::classeur::figures::Figures;
use crate::classeur::ledger::duration;
use crate::classeur::table::{Cell, Kind, Table};

/// The indicators of one period, each with its name.
fn indicators(f: &Figures) -> Vec<(&'static str, Cell)> {
    let c = &f.all;
    let share = |part, whole| if whole == 0 { Cell::Nothing } else { Cell::Share { part, whole } };
    let repair = &f.to_repair.all;
    let visit = &f.to_visit.all;
    let late = |late: Option<u64>, all| late.map_or(Cell::Nothing, |part| share(part, all));
    vec![
        ("Pannes signalées", Cell::Count(c.reported)),
        ("Signalements reçus, plusieurs pouvant dire la même panne", Cell::Count(f.reports)),
        ("Tickets envoyés, sur les pannes signalées", share(c.sent, c.reported)),
        ("Tickets réparés ou clos, sur les tickets envoyés", share(c.repaired, c.sent)),
        ("Tickets refusés comme hors périmètre, sur les tickets envoyés", share(c.out_of_scope, c.sent)),
        ("Tickets encore ouverts, sur les tickets envoyés", share(c.open, c.sent)),
        ("Tickets encore ouverts, anciens compris", Cell::Count(repair.open)),
        ("Pannes en cours au début de la période", Cell::Count(f.flow.before)),
        ("Pannes en cours à la fin de la période", Cell::Count(f.flow.open)),
        ("Délai médian jusqu’à la première réponse (jours ouvrés)", half_days(f.to_acknowledgement.all.median)),
        ("Délai médian jusqu’au premier passage (jours ouvrés)", half_days(visit.median)),
        ("Délai médian jusqu’à la réparation (jours ouvrés)", half_days(repair.median)),
        ("Premiers passages hors du délai du contrat", late(visit.late, visit.done + visit.open)),
        ("Réparations hors du délai du contrat", late(repair.late, repair.done + repair.open)),
        ("Pannes revenues, sur celles dites réparées ou closes", share(f.came_back.incidents, f.came_back.of)),
        ("Pannes ayant touché un cours, sur les pannes signalées", share(f.lessons, c.reported)),
        ("Salles touchées, sur les salles connues", share(f.rooms.hit, f.rooms.known)),
        ("Jours de passage tenus", visit_days(f.visits.held())),
        ("Jours de passage dus", f.visits.owed.map_or(Cell::Nothing, visit_days)),
        ("Dépenses sur le budget du lycée", Cell::Cents(f.spending.cents)),
        ("Messages traités par le référent", Cell::Count(f.load.messages)),
        ("Temps noté par le référent", noted(f.load.minutes)),
    ]
}

fn noted(minutes: u64) -> Cell {
    if minutes == 0 { Cell::Nothing } else { text(duration(minutes)) }
}

/// The summary.
pub(super) fn summary(f: &Figures) -> Table {
    let columns = vec![column("Indicateur", Kind::Text), column("Valeur", Kind::Mixed)];
    let known = indicators(f).into_iter().filter(|(_, cell)| *cell != Cell::Nothing);
    let rows = known.map(|(name, cell)| vec![text(name), cell]).collect();
    Table { key: "resume", title: "Chiffres clés".to_owned(), note: None, columns, rows, total: None, plot: None }
}

/// What was in hand at both ends, and what moved between.
pub(super) fn movement(f: &Figures) -> Table {
    let columns = vec![column("Mouvement", Kind::Text), column("Pannes", Kind::Count)];
    let flow = &f.flow;
    let rows = [
        ("En cours au début de la période", flow.before),
        ("Signalées (+)", flow.reported),
        ("Rouvertes ou revenues (+)", flow.reopened),
        ("Terminées\u{a0}: réparées, closes, refusées, confiées à d’autres (−)", flow.ended),
        ("Réunies à une autre (−)", flow.merged),
        ("En cours à la fin de la période (=)", flow.open),
    ];
    let rows = rows.into_iter().map(|(what, n)| vec![text(what), Cell::Count(n)]).collect();
    let note = "En cours\u{a0}: en attente du référent, ou ticket envoyé et non réparé. Une panne peut se terminer, \
                revenir et se terminer encore.";
    Table {
        key: "mouvement",
        title: "D’un bout à l’autre de la période".to_owned(),
        note: Some(note.to_owned()),
        columns,
        rows,
        total: None,
        plot: None,
    }
}

/// The period beside the one before and the same of the year before.
pub(super) fn comparison(f: &Figures) -> Table {
    let columns = vec![
        column("Indicateur", Kind::Text),
        column("Cette période", Kind::Mixed),
        column("Période précédente", Kind::Mixed),
        column("Un an plus tôt", Kind::Mixed),
    ];
    let of = |other: &Option<Box<Figures>>| other.as_deref().map(indicators);
    let (before, year) = (of(&f.previous), of(&f.year_before));
    let cell = |list: &Option<Vec<(&'static str, Cell)>>, n: usize| {
        list.as_ref().and_then(|l| l.get(n)).map_or(Cell::Nothing, |(_, cell)| cell.clone())
    };
    let mut rows: Vec<_> = indicators(f)
        .into_iter()
        .enumerate()
        .map(|(n, (name, now))| vec![text(name), now, cell(&before, n), cell(&year, n)])
        .collect();
    rows.retain(|row: &Vec<Cell>| row.iter().skip(1).any(|cell| *cell != Cell::Nothing));
    // Beside nothing, the indicators stand in the summary already.
    if before.is_none() && year.is_none() {
        rows.clear();
    }
    let days = |figures: &Option<Box<Figures>>| {
        figures.as_deref().map_or_else(
            || "sans données, le registre ne remonte pas si loin".to_owned(),
            |f| format!("du {} au {}", numeric(f.period.from()), numeric(f.period.to())),
        )
    };
    let note = format!(
        "Période précédente\u{a0}: {}. Un an plus tôt\u{a0}: {}. Chaque période est jugée au soir de son dernier jour.",
        days(&f.previous),
        days(&f.year_before)
    );
    Table {
        key: "comparaison",
        title: "Comparaison".to_owned(),
        note: Some(note),
        columns,
        rows,
        total: None,
        plot: None,
    }
}

fn numeric(day: jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}
