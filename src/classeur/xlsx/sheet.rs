//! One table on a sheet: heads, lines, totals, widths, paper.

use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, Formula, RowNum, Worksheet, XlsxError};

use super::fit::{self, LINE, column_decimals, decimals_of, lines_of, width_at};
use super::styles::{Looks, Styles};
use crate::classeur::shown::{self, CELL_TEXT_MOST, TITLE_MOST};
use crate::classeur::table::SMALLEST_WHOLE_FOR_PERCENT;
use crate::classeur::{ANNEX, Cell, Classeur, Kind, Table};

/// Width of a page's text in characters of the sheet's font, below which a sheet is not printed
/// larger than it is.
const PAGE_CHARACTERS: usize = 96;

/// A table and where it stands on a sheet.
pub struct Placed<'a> {
    /// What.
    pub table: &'a Table,
    /// The sheet's name.
    pub sheet: String,
    /// The line of heads.
    pub head: RowNum,
    /// Where each column of the table begins on the sheet: a share takes three.
    pub columns: Vec<ColNum>,
    /// Decimals of each column of days.
    decimals: Vec<usize>,
}

impl<'a> Placed<'a> {
    /// `table` on `sheet`, its heads in line `head`.
    pub fn new(table: &'a Table, sheet: String, head: RowNum) -> Self {
        let mut next: ColNum = 0;
        let mut columns = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            columns.push(next);
            next = next.saturating_add(if column.kind == Kind::Share { 3 } else { 1 });
        }
        let decimals = (0..table.columns.len()).map(|i| column_decimals(table, i)).collect();
        Self { table, sheet, head, columns, decimals }
    }

    /// Columns on the sheet.
    pub fn width(&self) -> ColNum {
        let last = self.table.columns.last().map_or(0, |c| if c.kind == Kind::Share { 3 } else { 1 });
        self.columns.last().map_or(1, |first| first + last)
    }

    /// The first line below the heads.
    pub fn first(&self) -> RowNum {
        self.head + 1
    }

    /// The last line of the table itself, totals apart; `None` where it is empty.
    pub fn last(&self) -> Option<RowNum> {
        let lines = RowNum::try_from(self.table.rows.len()).ok()?;
        (lines > 0).then(|| self.head + lines)
    }

    /// The last line of all that is written.
    pub fn end(&self) -> RowNum {
        self.last().unwrap_or(self.first()) + RowNum::from(self.table.total.is_some())
    }

    /// Heads, lines and totals, into columns of these widths in characters.
    pub fn write(&self, page: &mut Worksheet, widths: &[usize], styles: &Styles) -> Result<(), XlsxError> {
        self.heads(page, widths, styles)?;
        if self.table.rows.is_empty() {
            page.write_string_with_format(self.first(), 0, shown::no_lines(self.table), &styles.note)?;
        }
        for (row, line) in (self.first()..).zip(&self.table.rows) {
            let mut lines = 1;
            for (index, &at) in self.columns.iter().enumerate() {
                let cell = shown::at(line, index);
                self.cell(page, row, index, cell, &styles.line)?;
                if let Cell::Text(text) = cell {
                    lines = lines.max(lines_of(&shown::clean(text, CELL_TEXT_MOST), width_at(widths, at)));
                }
            }
            // Not every viewer finds the height of wrapped words by itself.
            if lines > 1 {
                page.set_row_height(row, lines as f64 * LINE)?;
            }
        }
        if let Some(total) = &self.table.total {
            self.totals(page, total, &styles.total)?;
        }
        Ok(())
    }

    fn heads(&self, page: &mut Worksheet, widths: &[usize], styles: &Styles) -> Result<(), XlsxError> {
        let mut lines = 1;
        for (column, &at) in self.table.columns.iter().zip(&self.columns) {
            let look = if shown::to_the_right(column.kind) { &styles.head_right } else { &styles.head };
            let title = shown::clean(&column.title, TITLE_MOST);
            let titles = match column.kind {
                Kind::Share => {
                    vec![title.to_string(), format!("{title}\u{a0}: sur"), format!("{title}\u{a0}: part")]
                }
                _ => vec![title.into_owned()],
            };
            for (at, title) in (at..).zip(titles) {
                // The filter's arrow takes some of the width.
                lines = lines.max(lines_of(&title, width_at(widths, at).saturating_sub(3)));
                page.write_string_with_format(self.head, at, title, look)?;
            }
        }
        page.set_row_height(self.head, lines as f64 * LINE + 4.0)?;
        Ok(())
    }

    fn cell(
        &self,
        page: &mut Worksheet,
        row: RowNum,
        index: usize,
        cell: &Cell,
        looks: &Looks,
    ) -> Result<(), XlsxError> {
        let at = self.columns.get(index).copied().unwrap_or(0);
        let decimals = self.decimals.get(index).copied().unwrap_or(0);
        match cell {
            Cell::Text(text) => {
                page.write_string_with_format(row, at, shown::clean(text, CELL_TEXT_MOST).as_ref(), &looks.text)?;
            }
            Cell::Count(n) => {
                page.write_number_with_format(row, at, *n as f64, &looks.count)?;
            }
            Cell::Days(value) if value.is_finite() => {
                page.write_number_with_format(row, at, *value, looks.days(decimals.max(decimals_of(*value))))?;
            }
            Cell::Date(day) => match serial(*day) {
                Some(serial) => {
                    page.write_datetime_with_format(row, at, &serial, &looks.date)?;
                }
                None => {
                    page.write_string_with_format(row, at, shown::date(*day), &looks.text)?;
                }
            },
            Cell::Cents(value) => {
                page.write_number_with_format(row, at, *value as f64 / 100.0, &looks.euros)?;
            }
            Cell::Share { part, whole } if self.is_share(index) => {
                page.write_number_with_format(row, at, *part as f64, &looks.count)?;
                page.write_number_with_format(row, at + 1, *whole as f64, &looks.count)?;
                if *whole >= SMALLEST_WHOLE_FOR_PERCENT {
                    page.write_formula_with_format(row, at + 2, share(row, at, *part, *whole), &looks.percent)?;
                }
            }
            Cell::Share { .. } => {
                page.write_string_with_format(row, at, shown::cell(cell).as_ref(), &looks.count)?;
            }
            Cell::Days(_) | Cell::Nothing => {}
        }
        Ok(())
    }

    /// The totals: a sum that follows the filter where the column is one, with the figure that the
    /// classeur holds as its result.
    fn totals(&self, page: &mut Worksheet, total: &[Cell], looks: &Looks) -> Result<(), XlsxError> {
        let row = self.end();
        for at in 0..self.width() {
            page.write_blank(row, at, &looks.text)?;
        }
        for (index, (column, &at)) in self.table.columns.iter().zip(&self.columns).enumerate() {
            let cell = shown::at(total, index);
            self.cell(page, row, index, cell, looks)?;
            let Some(last) = self.last().filter(|_| column.summed) else { continue };
            let decimals = self.decimals.get(index).copied().unwrap_or(0);
            let mut sum = |at: ColNum, result: String, look: &Format| -> Result<(), XlsxError> {
                let letter = letters(at);
                let (from, to) = (self.first() + 1, last + 1);
                let formula = Formula::new(format!("SUBTOTAL(109,{letter}{from}:{letter}{to})")).set_result(result);
                page.write_formula_with_format(row, at, formula, look)?;
                Ok(())
            };
            match cell {
                Cell::Count(n) => sum(at, n.to_string(), &looks.count)?,
                Cell::Days(value) if value.is_finite() => {
                    sum(at, value.to_string(), looks.days(decimals.max(decimals_of(*value))))?;
                }
                Cell::Cents(value) => sum(at, (*value as f64 / 100.0).to_string(), &looks.euros)?,
                Cell::Share { part, whole } if self.is_share(index) => {
                    sum(at, part.to_string(), &looks.count)?;
                    sum(at + 1, whole.to_string(), &looks.count)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_share(&self, index: usize) -> bool {
        self.table.columns.get(index).is_some_and(|c| c.kind == Kind::Share)
    }
}

/// A sheet of its own for a table: title, period, note, the table, what is needed to print it.
pub fn write(page: &mut Worksheet, placed: &Placed<'_>, classeur: &Classeur, styles: &Styles) -> Result<(), XlsxError> {
    let table = placed.table;
    let mut widths = fit::widths(table);
    for (at, width) in (0..).zip(&widths) {
        page.set_column_width(at, *width as f64)?;
    }
    // The title and the note run over the columns beside a narrow table.
    while widths.iter().sum::<usize>() < PAGE_CHARACTERS {
        widths.push(9);
    }
    let right = ColNum::try_from(widths.len()).unwrap_or(1).saturating_sub(1).max(1);
    page.write_string_with_format(0, 0, shown::clean(&table.title, TITLE_MOST).as_ref(), &styles.title)?;
    let whose = format!("{}, {}", shown::clean(&classeur.school, TITLE_MOST), shown::period(classeur.period));
    page.write_string_with_format(1, 0, whose, &styles.note)?;
    if let Some(note) = &table.note {
        let note = shown::clean(note, 1_000);
        page.merge_range(2, 0, 2, right, &note, &styles.note.clone().set_text_wrap())?;
        page.set_row_height(2, fit::height(note.chars().count(), widths.iter().sum()))?;
    }
    placed.write(page, &widths, styles)?;
    if let Some(last) = placed.last() {
        page.autofilter(placed.head, 0, last, placed.width() - 1)?;
    }
    page.set_freeze_panes(placed.first(), u16::from(placed.width() > 6))?;
    page.set_repeat_rows(placed.head, placed.head)?;
    page.set_print_area(0, 0, placed.end(), right)?;
    let characters = widths.iter().sum::<usize>();
    let wide = characters > PAGE_CHARACTERS + 12 || table.key == ANNEX;
    // Nobody reads two hundred characters on a line: the sheet is printed on pages side by side, each
    // with the first column.
    let wanted = if table.rows.is_empty() { 1 } else { characters.div_ceil(PAGE_CHARACTERS * 2).max(1) };
    let pages = u16::try_from(wanted).unwrap_or(1);
    if pages > 1 {
        page.set_repeat_columns(0, 0)?;
    }
    paper(page, classeur, if wide { Paper::Sideways(pages) } else { Paper::Upright })
}

/// How the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Portrait.
    Upright,
    /// Landscape, on so many pages side by side.
    Sideways(u16),
    /// Portrait at that percentage: breaks set by hand hold only where nothing is fitted.
    Scaled(u16),
}

/// A4, pages numbered.
pub fn paper(page: &mut Worksheet, classeur: &Classeur, paper: Paper) -> Result<(), XlsxError> {
    match paper {
        Paper::Upright => page.set_portrait().set_print_fit_to_pages(1, 0),
        Paper::Sideways(pages) => page.set_landscape().set_print_fit_to_pages(pages, 0),
        Paper::Scaled(percent) => page.set_portrait().set_print_scale(percent),
    };
    page.set_paper_size(9);
    page.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3);
    let whose = shown::clean(&classeur.school, 60).replace('&', "&&");
    // A digit right after the size would be read as part of it: hence the space.
    page.set_footer(format!("&L&8 {whose}, {}&R&8 Page &P / &N", shown::period(classeur.period)));
    Ok(())
}

/// `part / whole` as a formula, empty where a filter makes the whole too small for a percentage.
fn share(row: RowNum, at: ColNum, part: u64, whole: u64) -> Formula {
    let line = row + 1;
    let (part_at, whole_at) = (letters(at), letters(at + 1));
    let formula = format!("IF({whole_at}{line}>={SMALLEST_WHOLE_FOR_PERCENT},{part_at}{line}/{whole_at}{line},\"\")");
    Formula::new(formula).set_result((part as f64 / whole as f64).to_string())
}

/// "A", "Z", "AA".
fn letters(column: ColNum) -> String {
    rust_xlsxwriter::utility::column_number_to_name(column)
}

/// A day as a spreadsheet counts; `None` before 1900.
fn serial(day: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|y| *y >= 1900)?;
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs()).ok()
}
