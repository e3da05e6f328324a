//! What stands on the pages, and what the file says of itself.

use super::paper::MARGIN;
use super::*;
use crate::classeur::look_tests::{crowded, many, one};
use crate::classeur::sample::{HOSTILE, classeur, hostile};
use crate::classeur::{Dossier, Kind, Period, sample_tests};
use jiff::civil::{Date, date};

/// All words in the order of reading, a line each.
fn words(classeur: &Classeur, annex: Annex) -> Vec<String> {
    let faces = Faces::new().unwrap();
    laid_out(classeur, annex, &faces).words()
}

/// The pages' number.
fn pages(classeur: &Classeur, annex: Annex) -> usize {
    let faces = Faces::new().unwrap();
    laid_out(classeur, annex, &faces).pages()
}

fn joined(classeur: &Classeur, annex: Annex) -> String {
    words(classeur, annex).concat().replace(face::SOFT_HYPHEN, "")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

#[test]
fn it_begins_with_school_period_and_sentences() {
    let classeur = classeur(120);
    let all = words(&classeur, Annex::Without);
    assert_eq!(all[0], "Classeur des pannes informatiques");
    assert_eq!(all[1], "Lycée Jacques-Prévert (0941234F), Créteil");
    assert_eq!(all[2], "Du 1er\u{a0}septembre au 31\u{a0}décembre\u{a0}2026");
    let joined = joined(&classeur, Annex::Without);
    for sentence in classeur.sentences.iter().chain(&classeur.method) {
        assert!(joined.contains(sentence), "{sentence}");
    }
}

/// A classeur as the program makes it.
fn made(dossier: &Dossier, from: Date, to: Date) -> Classeur {
    sample_tests::made(dossier, Period::new(from, to, sample_tests::today()).unwrap())
}

#[test]
fn no_period_has_more_than_four_pages_before_its_annex() {
    let (year, month) = ((date(2027, 9, 1), date(2028, 8, 31)), (date(2027, 10, 1), date(2027, 10, 31)));
    let compared = |dossier: Dossier| Dossier { since: Some(date(2020, 9, 1)), ..dossier };
    let all = [
        ("an empty month", made(&sample_tests::nothing(), month.0, month.1)),
        ("one incident", made(&one(false), month.0, month.1)),
        ("sixty in a month", made(&many(60), date(2027, 9, 1), date(2027, 9, 30))),
        ("the small year", made(&sample_tests::dossier(), year.0, year.1)),
        ("5,000 in a year", made(&many(5_000), year.0, year.1)),
        ("beside others", made(&compared(many(5_000)), year.0, year.1)),
        ("a crowded year", made(&crowded(), year.0, year.1)),
        ("five years", made(&many(5_000), date(2023, 9, 1), year.1)),
    ];
    for (name, classeur) in &all {
        let count = pages(classeur, Annex::Without);
        assert!((1..=PAGES_MOST).contains(&count), "{count} pages for {name}");
        let annexed = classeur.annex().is_some_and(|table| !table.rows.is_empty());
        assert_eq!(pages(classeur, Annex::With) > count, annexed, "{name}");
        let said = joined(classeur, Annex::Without);
        for sentence in classeur.sentences.iter().chain(&classeur.method) {
            assert!(said.contains(sentence.as_str()), "{name}: {sentence}");
        }
    }
    for n in [0, 1, 120, 5_000] {
        assert!(pages(&classeur(n), Annex::Without) <= PAGES_MOST, "{n}");
    }
}

#[test]
fn delays_are_never_cut_and_heads_are_read_to_their_end() {
    let classeur = made(&crowded(), date(2027, 9, 1), date(2028, 8, 31));
    let all = joined(&classeur, Annex::Without);
    for line in
        classeur.body().filter(|t| ["delais", "mouvement", "sans-ticket"].contains(&t.key)).flat_map(|t| &t.rows)
    {
        assert!(all.contains(shown::cell(shown::at(line, 0)).as_ref()), "{line:?}");
    }
    assert_eq!(all.matches("d’attente, cumulés").count(), 3, "places, repeated faults, machines");
}

#[test]
fn the_tables_of_a_real_classeur_are_those_that_the_pages_know() {
    // A column added to a table would let the pages fall back on all of them, over the whole width.
    let classeur = made(&sample_tests::dossier(), date(2027, 9, 1), date(2028, 8, 31));
    let words = words(&classeur, Annex::Without);
    for head in ["Pannes par lieu", "Charge du référent", "Dépenses sur le budget du lycée, une à une"] {
        assert!(!words.iter().any(|w| w == head), "{head} is for the spreadsheet");
    }
    let narrow = plan::shelves(&classeur, MEASURES[0]);
    let across = narrow.iter().filter_map(|s| match s {
        plan::Shelf::Across(block) => Some(block.title.as_str()),
        plan::Shelf::Beside(..) => None,
    });
    assert_eq!(
        across.collect::<Vec<_>>(),
        [
            "Délais, au regard du contrat",
            "Tickets encore ouverts, du plus ancien au plus récent",
            "Pannes par mois",
            "Passages du prestataire, tenus et dus"
        ]
    );
}

#[test]
fn the_annex_has_a_line_per_incident_or_is_left_out() {
    let classeur = classeur(120);
    let with = words(&classeur, Annex::With);
    let without = words(&classeur, Annex::Without);
    for n in 1..=120 {
        let reference = format!("P-{n:04}");
        assert_eq!(with.iter().filter(|w| **w == reference).count(), 1, "{reference}");
        assert!(!without.contains(&reference));
    }
}

#[test]
fn a_long_table_says_how_much_it_leaves_out() {
    let all = joined(&classeur(5_000), Annex::Without);
    assert!(all.contains("premières lignes sur 2"), "no word of the lines left out");
    assert!(all.contains("le total les compte toutes"));
    assert!(all.contains("Les tableaux complets sont dans le classeur .xlsx."));
}

#[test]
fn every_mark_stays_on_its_page() {
    for made in [classeur(0), classeur(1), classeur(120), hostile()] {
        let faces = Faces::new().unwrap();
        let paper = laid_out(&made, Annex::With, &faces);
        for (right, bottom, width, height, what) in paper.extents(&faces) {
            assert!(right <= width - MARGIN + 1.0, "{what} ends at {right} of {width}");
            assert!(bottom <= height - 50.0, "{what} at {bottom} of {height}");
        }
    }
}

#[test]
fn the_file_is_tagged_in_french_and_names_itself() {
    let bytes = render(&classeur(120), Annex::With).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    for needed in ["/StructTreeRoot", "/MarkInfo", "fr-FR", "pdfuaid", "<xmp:CreateDate>2027-01-04", "/Outlines"] {
        assert!(holds(&bytes, needed), "{needed}");
    }
    assert!(holds(&bytes, "Classeur des pannes – Lycée Jacques-Prévert"));
    assert!(holds(&bytes, "NotoSans"), "fonts are embedded");
}

#[test]
fn hostile_names_are_words_and_nothing_else() {
    let made = hostile();
    assert!(render(&made, Annex::With).is_ok());
    let all = joined(&made, Annex::With);
    for name in HOSTILE.iter().filter(|n| n.is_ascii() && !n.contains('\u{0}')) {
        assert!(all.contains(name), "{name}");
    }
    assert!(!all.contains('\u{202e}') && !all.contains('\u{0}'));
}

#[test]
fn the_same_classeur_gives_the_same_bytes() {
    assert!(render(&classeur(7), Annex::With).unwrap() == render(&classeur(7), Annex::With).unwrap());
}

#[test]
fn a_minus_is_drawn_as_one() {
    let faces = Faces::new().unwrap();
    for bold in [false, true] {
        let face = faces.of(bold);
        assert_eq!(face.glyphs("−").first().map(|g| g.glyph_id), face.glyphs("–").first().map(|g| g.glyph_id));
        assert_ne!(face.glyphs("−").first().map(|g| g.glyph_id), face.glyphs("?").first().map(|g| g.glyph_id));
    }
}

#[test]
fn indicators_are_all_there_and_the_annex_has_one_heading() {
    let mut classeur = classeur(3);
    let heads = |kind| crate::classeur::Column { title: "Valeur".into(), kind, summed: false };
    let text = |n: usize| crate::classeur::Cell::Text(format!("indicateur {n} fin"));
    let summary = classeur.tables.first_mut().unwrap();
    summary.columns = vec![heads(Kind::Text), heads(Kind::Mixed)];
    summary.rows = (0..21).map(|n| vec![text(n), crate::classeur::Cell::Count(1)]).collect();
    let all = joined(&classeur, Annex::With);
    assert!((0..21).all(|n| all.contains(&format!("indicateur {n} fin"))));
    assert!(!all.contains("Annexe – "));
}
