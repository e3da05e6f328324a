//! CSV (RFC 4180): UTF-8 with a byte order mark, lines ended by CR LF. Pure.
//!
//! By default the comma parts the cells, as the standard has it, and decimals have a point. A French
//! Excel that opens the file by a double click expects the semicolon: with it decimals have a comma.
//! Dates are ISO 8601, which every spreadsheet takes for a date. A share becomes two columns, the
//! part and its whole, so that both can be calculated with.
//!
//! One file is one table, so that it can be filtered and pivoted: the annex unless another is asked
//! for. All tables may be had one below the other, each under its title, with an empty line between.
//!
//! Texts that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab, CR first) get an
//! apostrophe before them.

use super::Classeur;
use super::table::{Cell, Kind, Table};
use super::tables::ANNEX;

/// What is written, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options<'a> {
    /// Parts the cells.
    pub separator: Separator,
    /// Which table.
    pub table: Choice<'a>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { separator: Separator::Comma, table: Choice::Annex }
    }
}

/// What parts the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `;`, with decimal commas.
    Semicolon,
    /// `,`, with decimal points.
    Comma,
    /// A tab, with decimal points.
    Tab,
}

impl Separator {
    fn char(self) -> char {
        match self {
            Self::Semicolon => ';',
            Self::Comma => ',',
            Self::Tab => '\t',
        }
    }
}

/// Which tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<'a> {
    /// One line per incident; all others one below the other in a classeur without it.
    Annex,
    /// The one of this key.
    One(&'a str),
    /// All, one below the other.
    All,
}

/// A table that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no table `{key}`: the tables are {}", known.join(", "))]
pub struct NoSuchTable {
    /// What was asked for.
    pub key: String,
    /// Those that there are.
    pub known: Vec<&'static str>,
}

/// The bytes of one CSV file.
///
/// # Errors
/// Where there is no table of the key asked for.
pub fn render(classeur: &Classeur, options: &Options<'_>) -> Result<Vec<u8>, NoSuchTable> {
    let all = &classeur.tables;
    let annex = all.iter().find(|t| t.key == ANNEX);
    let chosen: Vec<&Table> = match (options.table, annex) {
        (Choice::Annex, Some(annex)) => vec![annex],
        (Choice::Annex, None) | (Choice::All, _) => all.iter().collect(),
        (Choice::One(key), _) => match all.iter().find(|t| t.key == key) {
            Some(table) => vec![table],
            None => {
                let known = all.iter().map(|t| t.key).collect();
                return Err(NoSuchTable { key: key.to_owned(), known });
            }
        },
    };
    let mut out = Writer { text: String::from("\u{feff}"), separator: options.separator };
    let several = chosen.len() > 1;
    for (n, table) in chosen.into_iter().enumerate() {
        if several {
            if n > 0 {
                out.text.push_str("\r\n");
            }
            out.line(vec![Value::Text(&table.title)]);
        }
        out.table(table);
    }
    Ok(out.text.into_bytes())
}

enum Value<'a> {
    Text(&'a str),
    Raw(String),
}

struct Writer {
    text: String,
    separator: Separator,
}

impl Writer {
    fn table(&mut self, table: &Table) {
        let mut heads = Vec::new();
        let second: Vec<String> = table.columns.iter().map(|c| format!("{} (sur)", c.title)).collect();
        for (column, of) in table.columns.iter().zip(&second) {
            heads.push(Value::Text(&column.title));
            if column.kind == Kind::Share {
                heads.push(Value::Text(of));
            }
        }
        self.line(heads);
        for row in table.rows.iter().chain(&table.total) {
            let mut values = Vec::new();
            for (column, cell) in table.columns.iter().zip(row) {
                self.cell(column.kind, cell, &mut values);
            }
            self.line(values);
        }
    }

    fn cell<'a>(&self, kind: Kind, cell: &'a Cell, values: &mut Vec<Value<'a>>) {
        match cell {
            Cell::Share { part, whole } if kind == Kind::Share => {
                values.push(Value::Raw(part.to_string()));
                values.push(Value::Raw(whole.to_string()));
                return;
            }
            // Not "7/12", which a spreadsheet takes for a day of July or December.
            Cell::Share { part, whole } => values.push(Value::Raw(format!("{part} sur {whole}"))),
            Cell::Text(text) => values.push(Value::Text(text)),
            Cell::Count(n) => values.push(Value::Raw(n.to_string())),
            Cell::Days(days) => values.push(Value::Raw(self.decimal(format!("{days}")))),
            Cell::Date(day) => values.push(Value::Raw(day.to_string())),
            Cell::Cents(cents) => {
                let (sign, all) = (if *cents < 0 { "-" } else { "" }, cents.unsigned_abs());
                values.push(Value::Raw(self.decimal(format!("{sign}{}.{:02}", all / 100, all % 100))));
            }
            Cell::Nothing => values.push(Value::Raw(String::new())),
        }
        if kind == Kind::Share {
            values.push(Value::Raw(String::new()));
        }
    }

    fn decimal(&self, number: String) -> String {
        if self.separator == Separator::Semicolon { number.replace('.', ",") } else { number }
    }

    fn line(&mut self, values: Vec<Value<'_>>) {
        let separator = self.separator.char();
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.text.push(separator);
            }
            match value {
                Value::Raw(text) if text.contains(separator) => self.quoted("", &text),
                Value::Raw(text) => self.text.push_str(&text),
                Value::Text(text) => {
                    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
                    let quotes = text.contains([separator, '"', '\r', '\n']) || text != text.trim();
                    if quotes {
                        self.quoted(guard, text);
                    } else {
                        self.text.push_str(guard);
                        self.text.push_str(text);
                    }
                }
            }
        }
        self.text.push_str("\r\n");
    }

    fn quoted(&mut self, guard: &str, text: &str) {
        self.text.push('"');
        self.text.push_str(guard);
        self.text.push_str(&text.replace('"', "\"\""));
        self.text.push('"');
    }
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
