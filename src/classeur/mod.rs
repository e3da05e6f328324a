//! The classeur: the binder of evidence that a school's council can check to the last line. Pure.
//!
//! * [`dossier`]: what the store knows of a school, as plain facts without anybody's name
//! * [`life`]: one incident's steps -> where it stood on a given evening
//! * [`figures`]: dossier x period -> figures
//! * [`table`]: tables of typed cells, the one source of every format; [`tables`]: the figures so
//! * [`words`]: the sentences that matter and the method; [`motion`]: the council's motion
//! * [`assemble()`]: all of it; [`csv`]: the plainest format
//! * [`bundle`]: the files of a classeur, as mails and the demo give them out
//! * [`ledger`]: visits, expenses and time as the referent notes and withdraws them
//!
//! A format (XLSX, PDF, HTML, CSV) takes a [`Classeur`] and gives bytes; it computes nothing.

mod assemble;
pub mod bundle;
mod compute;
pub mod csv;
mod delays;
pub mod dossier;
pub mod figures;
pub mod html;
pub mod ledger;
pub mod life;
#[cfg(test)]
mod look_tests;
pub mod motion;
pub mod pdf;
pub mod period;
pub mod plot;
pub mod privacy;
#[cfg(test)]
mod sample_tests;
pub mod shown;
mod spots;
pub mod table;
pub mod tables;
pub mod words;
mod workdays;
pub mod xlsx;

#[cfg(test)]
#[path = "../../tests/bench/classeur_sample.rs"]
pub(crate) mod sample;
#[cfg(test)]
use {crate::profile::Delays, dossier::SchoolCard};

pub use assemble::assemble;
pub use dossier::Dossier;
pub use figures::Figures;
pub use period::Period;
pub use shown::{Annex, RenderError};
pub use table::{Cell, Column, Kind, Plot, Table};

/// Key of the table with one line per incident, the last one of a classeur.
pub const ANNEX: &str = "incidents";

/// A finished classeur: what every format shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Classeur {
    /// "Lycée Jacques-Prévert".
    pub school: String,
    /// National code.
    pub uai: String,
    /// "Créteil".
    pub city: String,
    /// The days that it covers.
    pub period: Period,
    /// The day on which it was made: open incidents are aged to the end of it, or of the period.
    pub made_on: jiff::civil::Date,
    /// The figures themselves.
    pub figures: Figures,
    /// The sentences that matter most, in French, most important first; true for zero and one too.
    pub sentences: Vec<String>,
    /// Summary first, then every table in the order of reading; the annex (`incidents`) last.
    pub tables: Vec<Table>,
    /// How the figures were made and what they do not say, in French, a paragraph each.
    pub method: Vec<String>,
    /// Draft of the council's motion, in French, plain text to be edited.
    pub motion: String,
}

impl Classeur {
    /// The table of key figures, which comes first.
    pub fn summary(&self) -> Option<&Table> {
        self.tables.first().filter(|t| t.key != ANNEX)
    }

    /// The tables between the key figures and the annex.
    pub fn body(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().skip(1).filter(|t| t.key != ANNEX)
    }

    /// Takes out of the annex what people wrote, even where it passed redaction.
    pub fn without_quotes(&mut self) {
        for table in self.tables.iter_mut().filter(|t| t.key == ANNEX) {
            table.drop_column(tables::REFUSAL);
        }
    }

    /// One line per incident.
    pub fn annex(&self) -> Option<&Table> {
        self.tables.iter().find(|t| t.key == ANNEX)
    }
}
