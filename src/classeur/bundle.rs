//! The files of a classeur: what each is called and how it is drawn. Pure.

use super::{Annex, Classeur, Period, csv, html, pdf, xlsx};

/// One file of a classeur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// "pdf": the ending of its name.
    pub ending: &'static str,
    /// MIME type.
    pub mime: &'static str,
    /// Its bytes, or why it could not be drawn.
    pub drawn: Result<Vec<u8>, String>,
}

/// What goes along with a mail.
pub fn for_mail(classeur: &Classeur) -> Vec<File> {
    vec![document(classeur), workbook(classeur)]
}

/// Every format.
pub fn all(classeur: &Classeur) -> Vec<File> {
    vec![document(classeur), workbook(classeur), page(classeur), table(classeur)]
}

fn document(classeur: &Classeur) -> File {
    let drawn = pdf::render(classeur, Annex::With).map_err(|e| e.to_string());
    File { ending: "pdf", mime: "application/pdf", drawn }
}

fn page(classeur: &Classeur) -> File {
    let drawn = html::render(classeur).map(String::into_bytes).map_err(|e| e.to_string());
    File { ending: "html", mime: "text/html; charset=utf-8", drawn }
}

fn workbook(classeur: &Classeur) -> File {
    let drawn = xlsx::render(classeur).map_err(|e| e.to_string());
    File { ending: "xlsx", mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", drawn }
}

fn table(classeur: &Classeur) -> File {
    let options = csv::Options { separator: csv::Separator::Semicolon, table: csv::Choice::All };
    let drawn = csv::render(classeur, &options).map_err(|e| e.to_string());
    File { ending: "csv", mime: "text/csv", drawn }
}

/// `classeur-2026-10` for a month, else with both days.
pub fn stem(period: Period) -> String {
    if period.is_whole_months() && period.months().len() == 1 {
        return format!("classeur-{:04}-{:02}", period.from().year(), period.from().month());
    }
    format!("classeur-{}-{}", period.from(), period.to())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classeur::{look_tests, sample_tests};
    use jiff::civil::date;

    #[test]
    fn every_format_is_drawn_for_nothing_for_one_and_for_five_thousand() {
        let (nothing, one, many) = (sample_tests::nothing(), look_tests::one(true), look_tests::many(5_000));
        for (dossier, lines) in [(nothing, 0), (one, 1), (many, 5_000)] {
            let classeur = sample_tests::made(&dossier, sample_tests::year());
            assert_eq!(classeur.annex().map(|t| t.rows.len()), Some(lines));
            for file in all(&classeur) {
                let bytes = file.drawn.unwrap();
                let begins: &[u8] = match file.ending {
                    "pdf" => b"%PDF-",
                    "xlsx" => b"PK",
                    "html" => b"<!DOCTYPE html>",
                    _ => b"\xef\xbb\xbf",
                };
                assert!(bytes.starts_with(begins), "{} of {lines}", file.ending);
            }
        }
    }

    #[test]
    fn a_month_has_a_short_file_name() {
        let today = date(2026, 11, 22);
        let of = |from, to| stem(Period::new(from, to, today).unwrap());
        assert_eq!(of(date(2026, 10, 1), date(2026, 10, 31)), "classeur-2026-10");
        assert_eq!(of(date(2026, 11, 1), today), "classeur-2026-11-01-2026-11-22");
    }
}
