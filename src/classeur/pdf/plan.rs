//! What the pages show of a classeur: the spreadsheet has every line of every table, paper what a
//! council reads. Pure.

use std::borrow::Cow;

use crate::classeur::plot::{self, Canvas};
use crate::classeur::shown::{self, TITLE_MOST};
use crate::classeur::tables::REFUSAL;
use crate::classeur::{Cell, Classeur, Plot, Table};

/// How much is shown. The first that keeps the text on [`super::PAGES_MOST`] pages is taken.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Lines of a table.
    pub lines: usize,
    /// Bars and quartiles above the tables that have them.
    bars: bool,
    /// Drawings of months over the whole width.
    wide: bool,
}

/// From the most to the least.
pub const MEASURES: [Measure; 6] = [
    Measure { lines: 10, bars: true, wide: true },
    Measure { lines: 10, bars: false, wide: true },
    Measure { lines: 10, bars: false, wide: false },
    Measure { lines: 8, bars: false, wide: false },
    Measure { lines: 6, bars: false, wide: false },
    Measure { lines: 3, bars: false, wide: false },
];

/// Indicators are few, and each is one that a reader looks for: never cut by an honest classeur.
const INDICATORS_MOST: usize = 40;

/// Which lines stand where there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// They are few, whatever the period, and none says what another does.
    All,
    /// The worst stand first.
    First,
    /// The latest stand last.
    Last,
    /// The latest months, a year at least.
    Months,
}

/// What stands of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Its drawing alone.
    Drawing,
    /// These of its columns; its bars above them where there is room.
    Columns(&'static [usize], Kept),
}

/// A table of the classeur on paper.
struct View {
    key: &'static str,
    /// Columns that the table has; one that has others is none that is known here.
    of: usize,
    part: Part,
}

const fn view(key: &'static str, of: usize, part: Part) -> View {
    View { key, of, part }
}

use Kept::{All, First, Last, Months};
use Part::{Columns, Drawing};

/// Beside the key figures.
const BESIDE: &[View] =
    &[view("mouvement", 2, Columns(&[0, 1], All)), view("sans-ticket", 3, Columns(&[0, 1, 2], All))];

/// Over the whole width.
const ACROSS: &[View] = &[
    view("delais", 8, Columns(&[0, 1, 2, 3, 4, 5, 6, 7], All)),
    view("ouverts", 8, Columns(&[0, 1, 2, 3, 4, 5, 6, 7], First)),
];

/// Months, over the whole width or side by side.
const DRAWN: &[View] = &[view("mois", 10, Drawing), view("visites", 7, Drawing)];

/// The places that were hit most, where one was hit twice; else the places.
const WORST: &[View] = &[view("salles", 5, Columns(&[0, 1, 3, 4], First))];
const PLACES: &[View] = &[view("lieux", 10, Columns(&[0, 1, 2, 9], First))];

/// Side by side, in this order.
const HALVES: &[View] = &[
    view("materiels", 10, Columns(&[0, 1, 2, 9], First)),
    view("repetees", 6, Columns(&[0, 1, 2, 5], First)),
    view("machines", 7, Columns(&[0, 1, 2, 3, 6], First)),
    view("responsables", 10, Columns(&[0, 1, 2, 9], First)),
    view("depenses-nature", 3, Columns(&[0, 1, 2], First)),
    view("visites", 7, Columns(&[0, 2, 4, 5, 6], Months)),
    view("passages", 6, Columns(&[0, 1, 3, 4, 5], Last)),
];

/// In the spreadsheet alone.
const ELSEWHERE: &[(&str, usize)] = &[(COMPARISON, 4), ("depenses-mois", 3), ("depenses", 5), ("referent", 5)];

/// Stands in place of the key figures where there is something to compare.
const COMPARISON: &str = "comparaison";

/// Something with a heading.
pub struct Block<'a> {
    /// The heading.
    pub title: String,
    /// Small print below it.
    pub note: Option<String>,
    /// The table whose drawing stands here.
    pub drawn: Option<Cow<'a, Table>>,
    /// The lines and columns that stand here.
    pub table: Option<Table>,
    /// What is said of the lines that do not.
    pub cut: Option<String>,
}

/// What stands side by side, or over the whole width.
pub enum Shelf<'a> {
    /// Over the whole width.
    Across(Box<Block<'a>>),
    /// One under the other to the left, and to the right.
    Beside(Vec<Block<'a>>, Vec<Block<'a>>),
}

/// All tables of the text, in the order of reading.
pub fn shelves(classeur: &Classeur, measure: Measure) -> Vec<Shelf<'_>> {
    let find = |view: &View| {
        let of_key = classeur.body().find(|t| t.key == view.key && t.columns.len() == view.of);
        of_key.filter(|t| !t.rows.is_empty())
    };
    let blocks = |views: &[View]| views.iter().filter_map(|v| block(find(v)?, v.part, measure)).collect::<Vec<_>>();
    let mut shelves = Vec::new();
    let beside = blocks(BESIDE);
    match (key_figures(classeur), compared(classeur)) {
        (_, Some(wide)) => {
            shelves.push(Shelf::Across(Box::new(wide)));
            side_by_side(&mut shelves, beside);
        }
        (Some(narrow), None) if narrow.table.as_ref().is_some_and(|t| t.columns.len() == 2) => {
            let (first, second) = halved(narrow);
            shelves.push(Shelf::Beside(vec![first], second.into_iter().collect()));
            side_by_side(&mut shelves, beside);
        }
        (figures, None) => {
            shelves.extend(figures.map(|figures| Shelf::Across(Box::new(figures))));
            side_by_side(&mut shelves, beside);
        }
    }
    shelves.extend(blocks(ACROSS).into_iter().map(|block| Shelf::Across(Box::new(block))));
    let drawn = blocks(DRAWN);
    if measure.wide {
        shelves.extend(drawn.into_iter().map(|block| Shelf::Across(Box::new(block))));
    } else {
        side_by_side(&mut shelves, drawn);
    }
    let mut halves = Vec::new();
    if WORST.iter().all(|view| find(view).is_none()) {
        halves.extend(blocks(PLACES));
    }
    halves.extend(blocks(WORST));
    halves.extend(blocks(HALVES));
    side_by_side(&mut shelves, halves);
    let known = |t: &Table| {
        let views = [BESIDE, ACROSS, DRAWN, WORST, PLACES, HALVES].into_iter().flatten().map(|v| (v.key, v.of));
        views.chain(ELSEWHERE.iter().copied()).any(|v| v == (t.key, t.columns.len()))
    };
    let others = classeur.body().filter(|t| !t.rows.is_empty() && !known(t));
    shelves.extend(others.map(|t| Shelf::Across(Box::new(whole(t, measure.lines)))));
    shelves
}

/// Two and two.
fn side_by_side<'a>(shelves: &mut Vec<Shelf<'a>>, blocks: Vec<Block<'a>>) {
    let mut blocks = blocks.into_iter();
    while let Some(left) = blocks.next() {
        shelves.push(Shelf::Beside(vec![left], blocks.next().into_iter().collect()));
    }
}

/// The key figures.
fn key_figures(classeur: &Classeur) -> Option<Block<'_>> {
    classeur.summary().map(|table| whole(table, INDICATORS_MOST))
}

/// A long narrow table in two, to stand side by side.
fn halved(mut block: Block<'_>) -> (Block<'_>, Option<Block<'_>>) {
    let second = block.table.as_mut().and_then(|table| {
        let rows = table.rows.split_off(table.rows.len().div_ceil(2));
        let second = Table { columns: table.columns.clone(), rows, total: table.total.take(), ..bare(table) };
        (!second.rows.is_empty()).then_some(second)
    });
    let title = format!("{} (suite)", block.title);
    let second =
        second.map(|table| Block { title, note: None, drawn: None, table: Some(table), cut: block.cut.take() });
    (block, second)
}

/// The key figures beside those of other periods, where there are any.
fn compared(classeur: &Classeur) -> Option<Block<'_>> {
    let table = classeur.body().find(|t| t.key == COMPARISON && !t.rows.is_empty())?;
    let title = classeur.summary().map_or(&table.title, |t| &t.title);
    let (rows, cut) = some(table, INDICATORS_MOST, Kept::First);
    // A period of which nothing is known has no column; the note says why.
    let known = |n: usize| rows.iter().any(|line| *shown::at(line, n) != Cell::Nothing);
    let table_known = columns_of(table, rows, known);
    let title = shown::clean(title, TITLE_MOST).into_owned();
    Some(Block { title, table: Some(table_known), cut, ..headed(table) })
}

fn block(table: &Table, part: Part, measure: Measure) -> Option<Block<'_>> {
    match part {
        Part::Drawing => can_be_drawn(table).then(|| Block { drawn: Some(Cow::Borrowed(table)), ..headed(table) }),
        // One month says what the key figures say.
        Part::Columns(_, Kept::Months) if table.rows.len() < shown::DRAWN_LEAST => None,
        Part::Columns(columns, kept) => {
            let (rows, cut) = some(table, measure.lines, kept);
            let narrow = columns_of(table, rows, |n| columns.contains(&n));
            let bars = measure.bars && !matches!(table.plot, Some(Plot::Months { .. })) && can_be_drawn(table);
            // The lines that stand below, and no others.
            let drawn = bars.then(|| {
                let (columns, rows) = (table.columns.clone(), rows.to_vec());
                Cow::Owned(Table { title: table.title.clone(), columns, rows, plot: table.plot, ..bare(table) })
            });
            Some(Block { drawn, table: Some(narrow), cut, ..headed(table) })
        }
    }
}

/// These columns of a table, with these lines and its totals.
fn columns_of(table: &Table, rows: &[Vec<Cell>], kept: impl Fn(usize) -> bool) -> Table {
    fn only<T: Clone>(line: &[T], kept: impl Fn(usize) -> bool) -> Vec<T> {
        line.iter().enumerate().filter(|(n, _)| kept(*n)).map(|(_, cell)| cell.clone()).collect()
    }
    Table {
        columns: only(&table.columns, &kept),
        rows: rows.iter().map(|line| only(line, &kept)).collect(),
        total: table.total.as_ref().map(|line| only(line, &kept)),
        ..bare(table)
    }
}

/// All columns of a table, its drawing above them.
fn whole(table: &Table, lines: usize) -> Block<'_> {
    let (rows, cut) = some(table, lines, Kept::First);
    let drawn = can_be_drawn(table).then_some(Cow::Borrowed(table));
    Block { drawn, table: Some(columns_of(table, rows, |_| true)), cut, ..headed(table) }
}

fn headed(table: &Table) -> Block<'_> {
    Block {
        title: shown::clean(&table.title, TITLE_MOST).into_owned(),
        note: table.note.as_deref().map(|n| shown::clean(n, 1_000).into_owned()),
        drawn: None,
        table: None,
        cut: None,
    }
}

/// What a table is called, and nothing of what it holds.
fn bare(table: &Table) -> Table {
    Table {
        key: table.key,
        title: String::new(),
        note: None,
        columns: Vec::new(),
        rows: Vec::new(),
        total: None,
        plot: None,
    }
}

/// Would a drawing show anything?
fn can_be_drawn(table: &Table) -> bool {
    plot::draw(table, &Canvas { width: 400.0, size: 8.0, measure: &|text| text.len() as f32 * 4.0 }).is_some()
}

/// So many lines of a table, and what is said of the others.
fn some(table: &Table, most: usize, kept: Kept) -> (&[Vec<Cell>], Option<String>) {
    let all = table.rows.len();
    let most = match kept {
        Kept::All => INDICATORS_MOST,
        Kept::Months => most.max(12),
        Kept::First | Kept::Last => most,
    };
    if all <= most {
        return (&table.rows, None);
    }
    let (range, which) = match kept {
        Kept::All | Kept::First => (0..most, "premières"),
        Kept::Last | Kept::Months => (all - most..all, "dernières"),
    };
    let counted = if table.total.is_some() { "\u{a0}; le total les compte toutes" } else { "" };
    let said = format!("Les {most} {which} lignes sur {}{counted}.", shown::count(all as u64));
    (table.rows.get(range).unwrap_or_default(), Some(said))
}

/// The annex without the columns for which a page has no room: what a council reads is where, what,
/// how it stands and when.
pub fn annexed(table: &Table) -> Table {
    const LEFT_OUT: &[&str] = &[
        "Nombre",
        "Responsable",
        "Urgente",
        "Signalements",
        "Confirmée le",
        "Passage annoncé pour le",
        "Terminée le",
        "Retours",
        REFUSAL,
    ];
    let kept = |n: usize| table.columns.get(n).is_some_and(|c| !LEFT_OUT.contains(&c.title.as_str()));
    columns_of(table, &table.rows, kept)
}
