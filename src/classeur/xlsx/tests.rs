//! Workbooks read back as a spreadsheet does.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;

use super::*;
use crate::classeur::sample::{HOSTILE, classeur, hostile};
use crate::classeur::{Cell, Column, Kind, Table, sample_tests};

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(classeur: &Classeur) -> Book {
    Xlsx::new(Cursor::new(render(classeur).unwrap())).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Every cell of a sheet with its formula, by line.
fn lines(book: &mut Book, sheet: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn formulas(book: &mut Book, sheet: &str) -> Vec<String> {
    let range = book.worksheet_formula(sheet).unwrap();
    range.used_cells().map(|(_, _, f)| f.clone()).filter(|f| !f.is_empty()).collect()
}

/// A sheet's lines below its heads, which begin with `first`.
fn below(book: &mut Book, sheet: &str, first: &str) -> Vec<Vec<Data>> {
    let all = lines(book, sheet);
    let head = all.iter().position(|l| l[0] == Data::String(first.to_owned())).unwrap();
    all[head + 1..].to_vec()
}

#[test]
fn each_table_has_its_sheet_after_the_summary() {
    let names = book(&classeur(120)).sheet_names();
    assert_eq!(names[0], "Synthèse");
    assert!(names.iter().any(|n| n == "Incidents par lieu"), "{names:?}");
    assert_eq!(names[names.len() - 3..], ["Un incident par ligne", "Méthode", "Motion"]);
}

#[test]
fn the_summary_begins_with_school_period_and_sentences() {
    let classeur = classeur(120);
    let all = lines(&mut book(&classeur), "Synthèse");
    let first: Vec<String> = all.iter().map(|l| l[0].to_string()).collect();
    assert_eq!(first[0], "Classeur des pannes – Lycée Jacques-Prévert");
    assert_eq!(first[1], "Lycée Jacques-Prévert (0941234F), Créteil");
    assert_eq!(first[2], "Du 1er\u{a0}septembre au 31\u{a0}décembre\u{a0}2026");
    for sentence in &classeur.sentences {
        assert!(first.contains(sentence), "{sentence}");
    }
    assert!(first.contains(&"Incidents signalés".to_owned()));
}

#[test]
fn dates_are_dates_and_numbers_numbers() {
    let classeur = classeur(120);
    let rows = below(&mut book(&classeur), "Un incident par ligne", "Référence");
    let incidents = classeur.annex().unwrap();
    for (row, line) in rows.iter().zip(&incidents.rows) {
        for (data, cell) in row.iter().zip(line) {
            match cell {
                Cell::Text(words) if words.is_empty() => assert!(matches!(data, Data::Empty | Data::String(_))),
                Cell::Text(words) => assert_eq!(data, &Data::String(words.clone())),
                Cell::Count(n) => assert_eq!(data, &Data::Float(*n as f64)),
                Cell::Days(value) => assert_eq!(data, &Data::Float(*value)),
                Cell::Date(day) => {
                    let Data::DateTime(read) = data else { panic!("{data:?} is no date") };
                    let since = date(1899, 12, 30).duration_until(*day).as_hours() / 24;
                    assert_eq!(read.as_f64(), since as f64);
                }
                Cell::Nothing => assert_eq!(data, &Data::Empty),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn money_is_in_euros() {
    let classeur = classeur(120);
    let rows = below(&mut book(&classeur), "Dépenses sur les fonds du lycée", "Jour");
    assert_eq!(rows[0][3], Data::Float(1_234.50));
    let styles = part(&render(&classeur).unwrap(), "xl/styles.xml");
    assert!(styles.contains("[$€-40C]") && styles.contains("dd/mm/yyyy"), "{styles}");
}

#[test]
fn totals_are_formulas_that_hold_their_result() {
    let mut book = book(&classeur(120));
    let rows = below(&mut book, "Incidents par lieu", "Lieu");
    let (total, body) = rows.split_last().unwrap();
    assert_eq!(total[0], Data::String("Total".to_owned()));
    let sum: f64 = body.iter().map(|r| if let Data::Float(n) = r[1] { n } else { panic!("{r:?}") }).sum();
    assert_eq!(total[1], Data::Float(sum));
    let all = formulas(&mut book, "Incidents par lieu");
    let last = 4 + body.len();
    assert!(all.contains(&format!("SUBTOTAL(109,B5:B{last})")), "{all:?}");
}

#[test]
fn a_share_can_be_checked_and_is_a_percentage_only_when_it_is_large() {
    let share = |part, whole| vec![Cell::Text("x".to_owned()), Cell::Share { part, whole }];
    let mut classeur = classeur(1);
    let columns = [("Lieu", Kind::Text), ("Hors délai", Kind::Share)];
    let columns = columns.map(|(t, kind)| Column { title: t.to_owned(), kind, summed: false }).to_vec();
    let rows = vec![share(7, 12), share(30, 120)];
    let title = "Parts".to_owned();
    classeur.tables.insert(1, Table { key: "parts", title, note: None, columns, rows, total: None, plot: None });
    let mut book = book(&classeur);
    let rows = below(&mut book, "Parts", "Lieu");
    assert_eq!(rows[0][1..3], [Data::Float(7.0), Data::Float(12.0)]);
    assert_eq!(rows[0][3], Data::Empty);
    assert_eq!(rows[1][1..4], [Data::Float(30.0), Data::Float(120.0), Data::Float(0.25)]);
    assert_eq!(formulas(&mut book, "Parts"), ["IF(C6>=20,B6/C6,\"\")"]);
}

#[test]
fn a_sheet_is_ready_to_read_and_to_print() {
    let bytes = render(&classeur(120)).unwrap();
    let page = part(&bytes, "xl/worksheets/sheet10.xml");
    for needed in [
        "<autoFilter ref=\"A4:L124\"/>",
        "state=\"frozen\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "Page &amp;P / &amp;N",
    ] {
        assert!(page.contains(needed), "{needed} in {page:.900}");
    }
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("_xlnm.Print_Area"), "{book}");
    let core = part(&bytes, "docProps/core.xml");
    assert!(core.contains("Classeur des pannes – Lycée Jacques-Prévert") && core.contains("2027-01-04"), "{core}");
}

#[test]
fn charts_draw_the_cells_of_the_sheets() {
    let bytes = render(&classeur(120)).unwrap();
    let chart = part(&bytes, "xl/charts/chart1.xml");
    assert!(chart.contains("'Incidents par mois'!$B$5:$B$8"), "{chart}");
    assert!(part(&bytes, "xl/charts/chart4.xml").contains("<c:v>7.5</c:v>"), "values are stored beside the ranges");
}

#[test]
fn an_empty_period_has_no_empty_sheets_and_says_so() {
    let mut book = book(&classeur(0));
    assert_eq!(book.sheet_names(), ["Synthèse", "Un incident par ligne", "Méthode", "Motion"]);
    let first = lines(&mut book, "Synthèse");
    let said =
        |l: &Vec<Data>| l[0].to_string().starts_with("Rien à montrer pour cette période dans\u{a0}: «\u{a0}Incidents");
    assert!(first.iter().any(said), "{first:?}");
    for sheet in book.sheet_names() {
        assert!(!lines(&mut book, &sheet).is_empty(), "{sheet}");
    }
    let all = lines(&mut book, "Un incident par ligne");
    assert!(all.iter().any(|l| l[0] == "Aucune panne pendant la période."), "{all:?}");
    assert!(formulas(&mut book, "Un incident par ligne").is_empty());
}

#[test]
fn nothing_that_was_written_becomes_a_formula() {
    let mut book = book(&hostile());
    let mut words = String::new();
    for sheet in book.sheet_names() {
        for formula in formulas(&mut book, &sheet) {
            assert!(formula.starts_with("SUBTOTAL(109,") || formula.starts_with("IF("), "{formula}");
        }
        for cell in lines(&mut book, &sheet).iter().flatten() {
            words += &format!("{cell}\n");
        }
    }
    for name in HOSTILE.iter().filter(|n| n.is_ascii() && !n.contains('\u{0}')) {
        assert!(words.contains(name), "{name}");
    }
    assert!(!words.contains('\u{202e}') && !words.contains('\u{0}'));
}

#[test]
fn hostile_names_leave_every_part_well_formed_and_every_sheet_named() {
    let bytes = render(&hostile()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for index in 0..archive.len() {
        let mut text = String::new();
        archive.by_index(index).unwrap().read_to_string(&mut text).unwrap();
        let bad = text
            .chars()
            .find(|c| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}'));
        assert_eq!(bad, None, "part {index}");
    }
    for name in Xlsx::new(Cursor::new(bytes)).unwrap().sheet_names() {
        let bad =
            name.is_empty() || name.encode_utf16().count() > 31 || name.contains(['[', ']', ':', '*', '?', '/', '\\']);
        assert!(!bad, "{name}");
    }
}

#[test]
fn the_same_classeur_gives_the_same_bytes() {
    assert!(render(&classeur(7)).unwrap() == render(&classeur(7)).unwrap());
}

#[test]
fn a_sheet_put_together_on_the_disk_is_the_same_sheet() {
    let made = sample_tests::made(&sample_tests::dossier(), sample_tests::year());
    let (memory, disk) = (workbook(&made, usize::MAX).unwrap(), workbook(&made, 0).unwrap());
    let open = |bytes: &[u8]| Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let (mut one, mut other): (Book, Book) = (open(&memory), open(&disk));
    assert_eq!(one.sheet_names(), other.sheet_names());
    for sheet in one.sheet_names() {
        assert_eq!(lines(&mut one, &sheet), lines(&mut other, &sheet), "{sheet}");
        assert_eq!(formulas(&mut one, &sheet), formulas(&mut other, &sheet), "{sheet}");
    }
    // Looks are numbered in the order in which the sheets ask for them: what each cell refers to must be the same.
    let looks = |bytes: &[u8], sheet: usize| -> Vec<String> {
        let styles = part(bytes, "xl/styles.xml");
        let formats = styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
        let formats: Vec<&str> = formats.split("<xf ").skip(1).collect();
        let cells = part(bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        let look = |cell: &str| {
            let at = cell.split('"').nth(1).unwrap().to_owned();
            let style = cell.split(" s=\"").nth(1).and_then(|s| s.split('"').next()).unwrap_or("0");
            let format = formats[style.parse::<usize>().unwrap()];
            let number = format.split("numFmtId=\"").nth(1).unwrap().split('"').next().unwrap();
            let own = format!("<numFmt numFmtId=\"{number}\" formatCode=\"");
            let number = styles.split(&own).nth(1).map_or(number, |code| code.split('"').next().unwrap());
            format!("{at} {number} {}", format.contains("wrapText"))
        };
        cells.split("<c r=").skip(1).map(|c| look(c.split('>').next().unwrap())).collect()
    };
    for sheet in 1..=one.sheet_names().len() {
        assert_eq!(looks(&memory, sheet), looks(&disk, sheet), "sheet {sheet}");
    }
}

#[test]
fn more_lines_than_a_sheet_holds_are_refused_with_a_way_out() {
    let mut classeur = classeur(0);
    classeur.tables[1].rows = vec![Vec::new(); ROWS_MOST + 1];
    let error = render(&classeur).unwrap_err();
    assert!(error.to_string().contains("choose a shorter period"), "{error}");
}

#[test]
fn the_largest_share_fits_beside_the_key_figures() {
    let share = shown::cell(&Cell::Share { part: 100_000, whole: 100_000 }).chars().count();
    assert!(share < summary::FIGURES as usize, "{share}");
}

#[test]
fn every_total_of_a_real_classeur_is_a_formula_over_its_lines() {
    let made = sample_tests::made(&sample_tests::dossier(), sample_tests::year());
    let mut book = book(&made);
    let names = book.sheet_names();
    let tables: Vec<&Table> = made.body().filter(|t| !t.rows.is_empty()).chain(made.annex()).collect();
    assert_eq!(names.len(), tables.len() + 3, "{names:?}");
    let mut totals = 0;
    for (table, sheet) in tables.into_iter().zip(names.iter().skip(1)) {
        let placed = Placed::new(table, sheet.clone(), styles::HEAD_ROW);
        let rows = below(&mut book, sheet, &table.columns[0].title);
        let wanted: Vec<usize> = (0..table.columns.len())
            .filter(|n| table.total.is_some() && table.columns[*n].summed)
            .flat_map(|n| {
                let at = usize::from(placed.columns[n]);
                if table.columns[n].kind == Kind::Share { vec![at, at + 1] } else { vec![at] }
            })
            .collect();
        let formulas = formulas(&mut book, sheet);
        let sums = formulas.iter().filter(|f| f.starts_with("SUBTOTAL(109,")).count();
        assert_eq!(sums, wanted.len(), "{sheet}: {formulas:?}");
        for at in wanted {
            let number = |row: &Vec<Data>| if let Data::Float(n) = row[at] { n } else { 0.0 };
            let (total, lines) = rows.split_last().unwrap();
            let sum: f64 = lines.iter().map(number).sum();
            assert!((sum - number(total)).abs() < 1e-6, "{sheet} column {at}: {sum}");
            totals += 1;
        }
    }
    assert!(totals > 30, "{totals}");
}
