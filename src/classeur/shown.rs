//! What every format shows alike: a cell in French words, text made harmless, which lines fit. Pure.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{Cell, Kind, Period, Table};

/// Narrow space that never breaks a line: between thousands.
pub const NARROW: char = '\u{202f}';

/// Space that never breaks a line: before `%` and `€`, as in the sentences.
pub const SPACE: char = '\u{a0}';

/// Fewest lines that a drawing shows: a single bar compares nothing.
pub const DRAWN_LEAST: usize = 2;

/// Most characters of a text in a cell; what is beyond ends with "…". No honest label comes near,
/// and a page cannot hold more.
pub const CELL_TEXT_MOST: usize = 400;

/// Most characters of a title or head.
pub const TITLE_MOST: usize = 160;

/// Most bars that a drawing of a table holds: beyond, nobody can read them.
pub const BARS_MOST: usize = 15;

/// Most months that a drawing holds: the latest ones.
pub const MONTHS_MOST: usize = 24;

/// Why a format could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// More lines than a sheet can have.
    #[error("the table `{table}` has {rows} lines, more than a sheet holds: choose a shorter period")]
    TooManyRows {
        /// Its key.
        table: &'static str,
        /// How many it has.
        rows: usize,
    },
    /// The library that writes the format refused: a defect of ours.
    #[error("the {format} could not be written: {problem}")]
    Writer {
        /// "XLSX", "PDF", "HTML".
        format: &'static str,
        /// In its own words.
        problem: String,
    },
}

/// Whether the document ends with one line per incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annex {
    /// With it.
    With,
    /// Without it.
    Without,
}

/// `text` on one line, at most `most` characters: what no page and no sheet shows becomes a space
/// or nothing. Marks that turn the direction of writing are dropped, since they could make one cell
/// rewrite the look of another.
pub fn clean(text: &str, most: usize) -> Cow<'_, str> {
    let plain = |c: char| !c.is_control() && !is_hidden(c) && !matches!(c, '\u{2028}' | '\u{2029}');
    let mut before = ' ';
    let as_it_is = text.chars().all(|c| {
        let fine = plain(c) && !(c == ' ' && before == ' ');
        before = c;
        fine
    });
    if as_it_is && !text.ends_with(' ') && text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let visible: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    Cow::Owned(crate::compose::french::one_line(&visible, most))
}

/// Directional marks, noncharacters, private and tag characters: nothing that a reader can see.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
        || (u32::from(c) & 0xfffe) == 0xfffe
        || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// A paragraph made harmless: its lines are kept.
pub fn paragraph(text: &str) -> String {
    text.lines().map(|line| clean(line, 4_000)).collect::<Vec<_>>().join("\n")
}

/// "1 234 567", with narrow spaces.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(d);
    }
    out
}

/// "3", "3,5", "0,25": two decimals at most, none that say nothing; "—" for what is no number.
pub fn days(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let written = format!("{:.2}", value.abs());
    let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
    let decimals = decimals.trim_end_matches('0');
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), count);
    let sign = if value < 0.0 && written.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "−" } else { "" };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{decimals}") }
}

/// "1 234,50 €".
pub fn cents(value: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    let all = value.unsigned_abs();
    format!("{sign}{},{:02}{SPACE}€", count(all / 100), all % 100)
}

/// "12/10/2026".
pub fn date(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// "1er septembre 2026".
pub fn long_date(day: Date) -> String {
    let (number, month) = crate::compose::french::month_day(day);
    format!("{number}\u{a0}{month}\u{a0}{}", day.year())
}

/// "octobre 2026", "du 1er septembre au 31 décembre 2026", "le 3 mars 2026".
pub fn period(period: Period) -> String {
    super::words::period_name(period)
}

/// What stands where nothing is known.
pub const NOTHING: &str = "—";

/// A cell in French words.
pub fn cell(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => clean(text, CELL_TEXT_MOST),
        Cell::Count(n) => Cow::Owned(count(*n)),
        Cell::Days(value) => Cow::Owned(days(*value)),
        Cell::Date(day) => Cow::Owned(date(*day)),
        Cell::Cents(value) => Cow::Owned(cents(*value)),
        Cell::Share { whole: 0, .. } | Cell::Nothing => Cow::Borrowed(NOTHING),
        Cell::Share { part, whole } => Cow::Owned(match cell.percentage() {
            Some(percent) => format!("{} sur {} ({percent}{SPACE}%)", count(*part), count(*whole)),
            None => format!("{} sur {}", count(*part), count(*whole)),
        }),
    }
}

/// The number that a drawing shows for a cell; `None` where there is none.
pub fn drawn(cell: &Cell) -> Option<f64> {
    let value = match cell {
        Cell::Count(n) => *n as f64,
        Cell::Days(value) => *value,
        Cell::Cents(value) => *value as f64 / 100.0,
        Cell::Share { part, .. } => *part as f64,
        Cell::Text(_) | Cell::Date(_) | Cell::Nothing => return None,
    };
    (value.is_finite() && value >= 0.0).then_some(value)
}

/// Is a column of this kind set to the right?
pub fn to_the_right(kind: Kind) -> bool {
    !matches!(kind, Kind::Text | Kind::Date)
}

/// The cell of a line at a column; nothing where the line is short.
pub fn at(line: &[Cell], column: usize) -> &Cell {
    line.get(column).unwrap_or(&Cell::Nothing)
}

/// The tables of the body that have no line, named in one sentence: ten headings over nothing would
/// hide what there is. That there is no other period to compare with is no lack of this one.
pub fn without_lines(classeur: &super::Classeur) -> Option<String> {
    let titles: Vec<String> = classeur
        .body()
        .filter(|table| table.rows.is_empty() && table.key != "comparaison")
        .map(|table| format!("«\u{a0}{}\u{a0}»", clean(&table.title, TITLE_MOST)))
        .collect();
    (!titles.is_empty()).then(|| format!("Rien à montrer pour cette période dans\u{a0}: {}.", titles.join(", ")))
}

/// What stands instead of the lines of a table that has none.
pub fn no_lines(table: &Table) -> &'static str {
    match table.key {
        super::ANNEX => "Aucune panne pendant la période.",
        "comparaison" => "Aucune période à mettre à côté de celle-ci.",
        _ => "Rien pendant la période.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn numbers_are_written_as_french_does() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(days(3.0), "3");
        assert_eq!(days(3.5), "3,5");
        assert_eq!(days(0.25), "0,25");
        assert_eq!(days(1234.5), "1\u{202f}234,5");
        assert_eq!(days(-0.001), "0");
        assert_eq!(days(f64::NAN), "—");
        assert_eq!(cents(4_590), "45,90\u{a0}€");
        assert_eq!(cents(-123_405), "−1\u{202f}234,05\u{a0}€");
        assert_eq!(cents(i64::MIN).chars().filter(char::is_ascii_digit).count(), 19);
    }

    #[test]
    fn a_share_keeps_its_whole_and_gets_a_percentage_only_when_it_is_large() {
        assert_eq!(cell(&Cell::Share { part: 7, whole: 12 }), "7 sur 12");
        assert_eq!(cell(&Cell::Share { part: 7, whole: 120 }), "7 sur 120 (6\u{a0}%)");
    }

    #[test]
    fn a_period_names_its_year_once_where_one_is_enough() {
        let today = day(2027, 8, 1);
        let over = |from, to| period(Period::new(from, to, today).unwrap());
        let one = over(day(2026, 9, 1), day(2026, 12, 31));
        assert_eq!(one, "du 1er\u{a0}septembre au 31\u{a0}décembre\u{a0}2026");
        assert!(over(day(2026, 9, 2), day(2027, 7, 5)).starts_with("du 2\u{a0}septembre\u{a0}2026 au"));
        assert_eq!(over(day(2027, 3, 3), day(2027, 3, 3)), "le 3\u{a0}mars\u{a0}2027");
    }

    #[test]
    fn text_that_is_fine_is_left_alone_and_the_rest_made_harmless() {
        assert!(matches!(clean("Salle B204 – étage\u{a0}2", 50), Cow::Borrowed(_)));
        assert_eq!(clean("a\u{202e}b\u{0}c\r\nd\u{200b}", 50), "ab c d");
        assert_eq!(clean(&"é".repeat(1_000), 10), "éééééééééé…");
        assert_eq!(clean("  x  ", 9), "x");
        assert_eq!(clean("\u{ffff}\u{fdd0}x\u{1f600}", 9), "x\u{1f600}");
    }
}
