//! Classeur -> XLSX: a summary with its drawings, a sheet per table, the method. Pure, but that the cells of
//! a very long sheet wait in a temporary file.
//!
//! Dates are dates and numbers numbers, so that a reader can sort, filter and calculate; what a
//! reader would want to check (a total, a share) is a formula, with its result stored beside it for
//! viewers that do not calculate. Words are always written as words, so that nothing that somebody
//! once wrote in a mail is ever taken for a formula.

mod charts;
mod fit;
mod names;
mod sheet;
mod styles;
mod summary;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use self::names::Names;
use self::sheet::Placed;
use self::styles::Styles;
use super::shown::{self, RenderError, TITLE_MOST};
use super::{Classeur, Table};

/// Most lines of a table: what a sheet can have, less those that stand above and below.
const ROWS_MOST: usize = 1_048_576 - 16;
/// Lines from which a sheet is put together on the disk: some 1.5 kB each otherwise.
const ROWS_IN_MEMORY: usize = 5_000;

/// Width of a sheet of paragraphs, in characters: an upright page holds no more of the widest usual fonts.
const WORDS: f64 = 72.0;

/// The classeur as a spreadsheet. The same classeur gives the same bytes.
///
/// # Errors
/// Where a table has more lines than a sheet can.
pub fn render(classeur: &Classeur) -> Result<Vec<u8>, RenderError> {
    for table in &classeur.tables {
        if table.rows.len() > ROWS_MOST {
            return Err(RenderError::TooManyRows { table: table.key, rows: table.rows.len() });
        }
    }
    workbook(classeur, ROWS_IN_MEMORY).map_err(|e| RenderError::Writer { format: "XLSX", problem: e.to_string() })
}

/// Sheets of more than `in_memory` lines are put together in temporary files, where such can be had.
fn workbook(classeur: &Classeur, in_memory: usize) -> Result<Vec<u8>, XlsxError> {
    let styles = Styles::new();
    let mut names = Names::default();
    let front = names.take("Synthèse");
    // A sheet without a line would be opened for nothing; the first sheet names what there is none of.
    let tables: Vec<&Table> = classeur.body().filter(|t| !t.rows.is_empty()).chain(classeur.annex()).collect();
    let places: Vec<Placed<'_>> =
        tables.iter().map(|table| Placed::new(table, names.take(&table.title), styles::HEAD_ROW)).collect();

    let mut book = Workbook::new();
    book.set_properties(&properties(classeur)?);
    summary::write(book.add_worksheet(), &front, classeur, &places, &styles)?;
    for place in &places {
        let long = place.table.rows.len() > in_memory;
        let on_disk = long.then(|| book.new_worksheet_with_low_memory().ok()).flatten();
        let mut page = on_disk.unwrap_or_default();
        page.set_name(&place.sheet)?;
        sheet::write(&mut page, place, classeur, &styles)?;
        book.push_worksheet(page);
    }
    let method = names.take("Méthode");
    words(book.add_worksheet(), &method, "Méthode et limites", &classeur.method, classeur, &styles)?;
    if !classeur.motion.trim().is_empty() {
        let name = names.take("Motion");
        let lines: Vec<String> = classeur.motion.lines().map(str::to_owned).collect();
        words(book.add_worksheet(), &name, "Projet de motion", &lines, classeur, &styles)?;
    }
    book.save_to_buffer()
}

/// Who made it, for whom, when: what a file manager shows.
fn properties(classeur: &Classeur) -> Result<DocProperties, XlsxError> {
    let day = classeur.made_on;
    let year = u16::try_from(day.year()).unwrap_or(1900).clamp(1900, 9999);
    let made = ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())?;
    Ok(DocProperties::new()
        .set_title(title(classeur))
        .set_subject(format!("Pannes informatiques {}", shown::period(classeur.period)))
        .set_author("Passerelle")
        .set_company(shown::clean(&classeur.school, TITLE_MOST))
        .set_creation_datetime(&made))
}

/// "Classeur des pannes – Lycée Jacques-Prévert".
fn title(classeur: &Classeur) -> String {
    format!("Classeur des pannes – {}", shown::clean(&classeur.school, TITLE_MOST))
}

/// A sheet of paragraphs, one a line.
fn words(
    page: &mut Worksheet,
    name: &str,
    title: &str,
    lines: &[String],
    classeur: &Classeur,
    styles: &Styles,
) -> Result<(), XlsxError> {
    page.set_name(name)?;
    page.set_column_width(0, WORDS)?;
    page.write_string_with_format(0, 0, title, &styles.title)?;
    for (row, line) in (2..).zip(lines.iter().take(1_000)) {
        let line = shown::clean(line, 4_000);
        page.set_row_height(row, fit::height(line.chars().count(), WORDS as usize))?;
        page.write_string_with_format(row, 0, line, &styles.words)?;
    }
    page.set_screen_gridlines(false);
    sheet::paper(page, classeur, sheet::Paper::Upright)?;
    Ok(())
}

#[cfg(test)]
mod tests;
