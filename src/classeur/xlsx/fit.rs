//! How wide a column, how high a line, how many decimals.

use rust_xlsxwriter::ColNum;

use crate::classeur::shown::{self, TITLE_MOST};
use crate::classeur::{Cell, Kind, Table};

/// Widest that a column of words gets, in characters; longer words wrap.
const WIDEST: usize = 44;
/// Narrowest that a column gets: the arrow of the filter takes some.
const NARROWEST: usize = 9;
/// Lines looked at to find out a column's width.
const SAMPLED: usize = 2_000;

/// Width of each column of the sheet, in characters.
pub fn widths(table: &Table) -> Vec<usize> {
    let mut widths = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let head = shown::clean(&column.title, TITLE_MOST);
        let word = head.split(' ').map(|w| w.chars().count()).max().unwrap_or(0) + 4;
        let all = head.chars().count();
        let head = word.max(if all > 24 { all / 3 + 5 } else { all / 2 + 5 });
        if column.kind == Kind::Share {
            widths.extend([head.clamp(NARROWEST + 2, 16); 3]);
            continue;
        }
        let lines = table.rows.iter().take(SAMPLED).chain(&table.total);
        let cells = lines.map(|line| shown::cell(shown::at(line, index)).chars().count()).max().unwrap_or(0);
        widths.push((cells + 3).max(head).clamp(NARROWEST, WIDEST));
    }
    widths
}

/// Points of a line of words.
pub const LINE: f64 = 15.0;

/// The width of a column, in characters.
pub fn width_at(widths: &[usize], at: ColNum) -> usize {
    widths.get(usize::from(at)).copied().unwrap_or(NARROWEST)
}

/// On how many lines words stand in that many characters.
pub fn lines_of(text: &str, width: usize) -> usize {
    let width = width.saturating_sub(1).max(4);
    let mut lines = 1;
    let mut used = 0;
    for word in text.split(' ') {
        let long = word.chars().count();
        if used > 0 && used + 1 + long > width {
            lines += 1;
            used = 0;
        }
        used += long + usize::from(used > 0);
        lines += used.saturating_sub(1) / width;
        used = if used > width { used % width } else { used };
    }
    lines.min(27)
}

/// Height in points of a line with that many characters over that many columns of text.
pub fn height(characters: usize, width: usize) -> f64 {
    // Words do not fill a line to its end.
    let lines = characters.div_ceil((width * 9 / 10).max(1)).max(1);
    lines as f64 * LINE + 2.0
}

/// Decimals that a number of days needs: two at most.
pub fn decimals_of(value: f64) -> usize {
    let hundredths = (value * 100.0).round();
    if hundredths % 100.0 == 0.0 {
        0
    } else if hundredths % 10.0 == 0.0 {
        1
    } else {
        2
    }
}

/// Decimals that a column of days needs so that its commas stand one under the other.
pub fn column_decimals(table: &Table, index: usize) -> usize {
    if table.columns.get(index).is_none_or(|c| c.kind != Kind::Days) {
        return 0;
    }
    let lines = table.rows.iter().chain(&table.total);
    let needed = lines.filter_map(|line| match shown::at(line, index) {
        Cell::Days(value) if value.is_finite() => Some(decimals_of(*value)),
        _ => None,
    });
    needed.max().unwrap_or(0)
}
