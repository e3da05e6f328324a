use super::*;
use crate::classeur::period::Period;
use crate::classeur::table::Column;
use jiff::civil::date;

fn classeur(tables: Vec<Table>) -> Classeur {
    let period = Period::new(date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2)).unwrap();
    Classeur {
        school: "Lycée".into(),
        uai: "0941234F".into(),
        city: "Créteil".into(),
        period,
        made_on: date(2026, 11, 2),
        figures: crate::classeur::Figures::empty(period, date(2026, 10, 31)),
        sentences: Vec::new(),
        tables,
        method: Vec::new(),
        motion: String::new(),
    }
}

fn table(key: &'static str, kinds: &[Kind], row: Vec<Cell>) -> Table {
    let columns = kinds.iter().map(|k| Column { title: format!("{k:?}"), kind: *k, summed: false }).collect();
    Table { key, title: "Titre".into(), note: None, columns, rows: vec![row], total: None, plot: None }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_kind_of_cell_is_written_as_french_excel_reads_it() {
    let kinds = [Kind::Text, Kind::Count, Kind::Days, Kind::Date, Kind::Cents, Kind::Share, Kind::Mixed, Kind::Share];
    let row = vec![
        Cell::Text("été".into()),
        Cell::Count(3),
        Cell::Days(2.5),
        Cell::Date(date(2028, 2, 29)),
        Cell::Cents(4590),
        Cell::Share { part: 7, whole: 12 },
        Cell::Share { part: 7, whole: 12 },
        Cell::Nothing,
    ];
    let classeur = classeur(vec![table("incidents", &kinds, row)]);
    let french = Options { separator: Separator::Semicolon, ..Options::default() };
    let written = text(render(&classeur, &french).unwrap());
    assert_eq!(
        written,
        "\u{feff}Text;Count;Days;Date;Cents;Share;Share (sur);Mixed;Share;Share (sur)\r\n\
         été;3;2,5;2028-02-29;45,90;7;12;7 sur 12;;\r\n"
    );
    let standard = Options { table: Choice::One("incidents"), ..Options::default() };
    assert!(text(render(&classeur, &standard).unwrap()).ends_with("été,3,2.5,2028-02-29,45.90,7,12,7 sur 12,,\r\n"));
}

#[test]
fn no_text_becomes_a_formula_or_leaves_its_cell() {
    let hostile = ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "a,b", "say \"x\"", "a\r\nb", " blank"];
    let row = hostile.iter().map(|t| Cell::Text((*t).into())).collect();
    let classeur = classeur(vec![table("incidents", &[Kind::Text; 9], row)]);
    let written = text(render(&classeur, &Options::default()).unwrap());
    let line = written.split_once("\r\n").unwrap().1;
    assert_eq!(line, "'=1+1,'+33,'-2,'@SUM(A1),\"'\t=1\",\"a,b\",\"say \"\"x\"\"\",\"a\r\nb\",\" blank\"\r\n");
}

#[test]
fn one_file_is_one_table_unless_all_are_asked_for() {
    let one = |key| table(key, &[Kind::Count], vec![Cell::Count(1)]);
    let full = classeur(vec![one("mois"), one("incidents")]);
    let all = Options { table: Choice::All, ..Options::default() };
    assert_eq!(text(render(&full, &all).unwrap()), "\u{feff}Titre\r\nCount\r\n1\r\n\r\nTitre\r\nCount\r\n1\r\n");
    let wrong = Options { table: Choice::One("moi"), ..Options::default() };
    assert_eq!(render(&full, &wrong).unwrap_err().to_string(), "no table `moi`: the tables are mois, incidents");
    let short = classeur(vec![one("mois"), one("lieux")]);
    assert_eq!(text(render(&short, &Options::default()).unwrap()).matches("Titre").count(), 2);
}
