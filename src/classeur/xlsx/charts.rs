//! Native charts: they draw the cells of a table's sheet and follow what a reader changes there.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ColNum, Color,
    RowNum,
};

use super::sheet::Placed;
use super::styles::DARK;
use crate::classeur::shown::{self, BARS_MOST, DRAWN_LEAST, MONTHS_MOST, TITLE_MOST};
use crate::classeur::{Cell, Kind, Plot};

/// Fills told apart by their lightness alone, since many print in grey.
const FILLS: [u32; 4] = [DARK, 0xA9_C3DB, 0xF4_F7FA, 0x6E_8FAF];
/// Pixels of a chart beside another.
const WIDTH: u32 = 620;

/// The chart of a table, with its height in pixels; `None` where it has none, a single line or
/// nothing but zeros.
pub fn chart(placed: &Placed<'_>) -> Option<(Chart, u32)> {
    let (first, last) = (placed.first(), placed.last()?);
    let most = |n: usize| RowNum::try_from(n).unwrap_or(RowNum::MAX);
    let (mut chart, from, to, series) = match placed.table.plot? {
        Plot::Bars { value } => (Chart::new_bar(), first, last.min(first + most(BARS_MOST) - 1), vec![value]),
        Plot::Months { first: a, last: b } => {
            (Chart::new_column(), first.max((last + 1).saturating_sub(most(MONTHS_MOST))), last, (a..=b).collect())
        }
        Plot::Quartiles { low, median, high } => {
            (Chart::new_bar(), first, last.min(first + most(BARS_MOST) - 1), vec![low, median, high])
        }
    };
    let lines = to + 1 - from;
    // Medians alone are no distribution.
    let telling = match placed.table.plot? {
        Plot::Quartiles { high, .. } => vec![high],
        _ => series.clone(),
    };
    let drawn = |row: &Vec<Cell>| telling.iter().any(|i| shown::drawn(shown::at(row, *i)).is_some_and(|v| v > 0.0));
    if placed.table.rows.len() < DRAWN_LEAST || !placed.table.rows.iter().any(drawn) {
        return None;
    }
    let bars = !matches!(placed.table.plot, Some(Plot::Months { .. }));
    let series: Vec<usize> =
        series.into_iter().filter(|i| placed.columns.get(*i).is_some()).take(FILLS.len()).collect();
    let single = series.len() == 1;
    let kind = |index: usize| placed.table.columns.get(index).map(|c| c.kind);
    let counts = series.iter().all(|i| kind(*i) == Some(Kind::Count));
    let values = placed.table.rows.iter().flat_map(|row| series.iter().map(|i| shown::drawn(shown::at(row, *i))));
    let most = values.flatten().fold(0.0, f64::max);
    for (index, fill) in series.iter().zip(FILLS) {
        let at: ColNum = placed.columns.get(*index).copied()?;
        let sheet = placed.sheet.as_str();
        let one = chart.add_series();
        one.set_categories((sheet, from, 0, to, 0)).set_values((sheet, from, at, to, at));
        one.set_name((sheet, placed.head, at));
        one.set_format(
            ChartFormat::new()
                .set_solid_fill(ChartSolidFill::new().set_color(fill))
                .set_border(ChartLine::new().set_color(DARK).set_width(0.75)),
        );
        one.set_gap(if single { 45 } else { 60 });
        if single {
            let label = || ChartDataLabel::new().show_value().set_font(ChartFont::new().set_size(9)).clone();
            // A zero needs no number: there is no bar.
            one.set_data_label(label().set_num_format(match kind(*index) {
                Some(Kind::Cents) => "#,##0.00\\ [$€-40C];;",
                Some(Kind::Days) => "#,##0.##;;",
                _ => "#,##0;;",
            }));
        }
    }
    let title = shown::clean(&placed.table.title, TITLE_MOST).into_owned();
    // A title with "!" would be read as the address of a cell.
    let shown_title = title.replace(['!', '='], " ");
    chart.title().set_name(&shown_title).set_font(ChartFont::new().set_size(12).set_bold().set_color(DARK));
    if single {
        chart.legend().set_hidden();
    } else {
        chart.legend().set_position(ChartLegendPosition::Bottom);
    }
    let rule = ChartLine::new().set_color(Color::RGB(0xD5_DBE1)).set_width(0.5).clone();
    // Of a chart of bars the upright axis is the one of labels: turned, its first line is on top.
    if bars {
        chart.y_axis().set_reverse().set_major_gridlines(false);
        chart.x_axis().set_major_gridlines(true).set_major_gridlines_line(&rule).set_min(0);
    } else {
        chart.y_axis().set_major_gridlines_line(&rule).set_min(0);
    }
    // There is no half of a breakdown.
    if counts && most <= 10.0 {
        if bars { chart.x_axis() } else { chart.y_axis() }.set_major_unit(1.0);
    }
    let height = if bars { 110 + lines * if single { 22 } else { 52 } } else { 320 };
    chart.set_alt_text(format!(
        "Graphique\u{a0}: {title}. Les nombres sont sur la feuille «\u{a0}{}\u{a0}».",
        placed.sheet
    ));
    chart.set_width(WIDTH).set_height(height);
    Some((chart, height))
}
