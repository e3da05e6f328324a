//! The first sheet: what matters, the key figures, the drawings, the way to the other sheets.

use rust_xlsxwriter::{ColNum, RowNum, Url, Worksheet, XlsxError};

use super::fit;
use super::sheet::{self, Paper, Placed};
use super::styles::Styles;
use super::{charts, title};
use crate::classeur::shown::{self, TITLE_MOST};
use crate::classeur::{Classeur, Table};

/// Columns of the sheet in characters: labels, then figures ("100 000 sur 100 000 (100 %)").
const LABELS: f64 = 64.0;
pub(super) const FIGURES: f64 = 28.0;
/// Last column over which sentences run.
const RIGHT: ColNum = 1;
/// Pixels of a line of the sheet.
const LINE: u32 = 20;
/// Characters that an upright page holds side by side with the widest of the usual fonts, and pixels
/// one under the other at the scale that follows.
const PAGE: usize = 74;
const PAGE_PIXELS: u32 = 1_180;

/// Writes it.
pub fn write(
    page: &mut Worksheet,
    name: &str,
    classeur: &Classeur,
    places: &[Placed<'_>],
    styles: &Styles,
) -> Result<(), XlsxError> {
    page.set_name(name)?;
    page.set_screen_gridlines(false);
    let summary = classeur.summary().map(|table| Placed::new(table, name.to_owned(), 0));
    let right = summary.as_ref().map_or(RIGHT, |s| s.width().saturating_sub(1).max(RIGHT));
    page.set_column_width(0, LABELS)?;
    page.set_column_range_width(1, right, FIGURES)?;
    let width = LABELS as usize + usize::from(right) * FIGURES as usize;

    page.write_string_with_format(0, 0, title(classeur), &styles.title)?;
    let whose = format!(
        "{} ({}), {}",
        shown::clean(&classeur.school, TITLE_MOST),
        shown::clean(&classeur.uai, 20),
        shown::clean(&classeur.city, TITLE_MOST)
    );
    page.write_string_with_format(1, 0, whose, &styles.lead)?;
    let when = crate::compose::french::capital(&shown::period(classeur.period));
    page.write_string_with_format(2, 0, when, &styles.lead)?;
    page.write_string_with_format(3, 0, format!("Établi le {}", shown::long_date(classeur.made_on)), &styles.note)?;

    let mut row: RowNum = 5;
    page.write_string_with_format(row, 0, "L’essentiel", &styles.heading)?;
    row += 1;
    for sentence in classeur.sentences.iter().take(40) {
        let sentence = shown::clean(sentence, 1_000);
        page.merge_range(row, 0, row, right, &sentence, &styles.words)?;
        page.set_row_height(row, fit::height(sentence.chars().count(), width))?;
        row += 1;
    }
    if let Some(table) = classeur.summary() {
        row = figures(page, table, name, row + 1, right, styles)?;
    }
    row = contents(page, places, row + 1, styles)?;
    if let Some(nothing) = shown::without_lines(classeur) {
        row += 1;
        page.merge_range(row, 0, row, right, &nothing, &styles.note.clone().set_text_wrap())?;
        page.set_row_height(row, fit::height(nothing.chars().count(), width))?;
    }
    row = drawings(page, places, row + 2, styles)?;
    page.set_print_area(0, 0, row, right)?;
    let percent = u16::try_from(PAGE * 100 / (width + 2)).unwrap_or(100).clamp(10, 100);
    sheet::paper(page, classeur, Paper::Scaled(percent))
}

/// The key figures from line `row` on; gives the line below them.
fn figures(
    page: &mut Worksheet,
    table: &Table,
    name: &str,
    row: RowNum,
    right: ColNum,
    styles: &Styles,
) -> Result<RowNum, XlsxError> {
    page.write_string_with_format(row, 0, shown::clean(&table.title, TITLE_MOST).as_ref(), &styles.heading)?;
    let mut head = row + 1;
    if let Some(note) = &table.note {
        let note = shown::clean(note, 1_000);
        page.merge_range(head, 0, head, right, &note, &styles.note.clone().set_text_wrap())?;
        page.set_row_height(
            head,
            fit::height(note.chars().count(), LABELS as usize + usize::from(right) * FIGURES as usize),
        )?;
        head += 1;
    }
    let placed = Placed::new(table, name.to_owned(), head);
    let mut widths = vec![FIGURES as usize; usize::from(right) + 1];
    if let Some(labels) = widths.first_mut() {
        *labels = LABELS as usize;
    }
    placed.write(page, &widths, styles)?;
    Ok(placed.end() + 1)
}

/// The drawings one under the other from line `row` on; gives the line below them.
fn drawings(
    page: &mut Worksheet,
    places: &[Placed<'_>],
    mut row: RowNum,
    styles: &Styles,
) -> Result<RowNum, XlsxError> {
    let charts: Vec<_> = places.iter().filter_map(charts::chart).collect();
    if charts.is_empty() {
        return Ok(row);
    }
    // No drawing is cut by a page's end.
    let mut breaks = vec![row];
    page.write_string_with_format(row, 0, "En images", &styles.heading)?;
    row += 1;
    let mut used = LINE;
    for (chart, height) in charts {
        let lines = height.div_ceil(LINE) + 1;
        if used + lines * LINE > PAGE_PIXELS {
            breaks.push(row);
            used = 0;
        }
        // A little lower: its upper edge would be drawn at the foot of the page before.
        page.insert_chart_with_offset(row, 0, &chart, 0, 6)?;
        row += lines;
        used += lines * LINE;
    }
    page.set_page_breaks(&breaks)?;
    Ok(row)
}

/// Links to every sheet; gives the last line written.
fn contents(
    page: &mut Worksheet,
    places: &[Placed<'_>],
    mut row: RowNum,
    styles: &Styles,
) -> Result<RowNum, XlsxError> {
    page.write_string_with_format(row, 0, "Les feuilles de ce classeur", &styles.heading)?;
    for placed in places {
        row += 1;
        let link = Url::new(format!("internal:'{}'!A1", placed.sheet.replace('\'', "''")));
        let link = link.set_text(shown::clean(&placed.table.title, TITLE_MOST));
        page.write_url_with_format(row, 0, link, &styles.link)?;
    }
    Ok(row)
}
