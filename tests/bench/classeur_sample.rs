//! Classeurs of any size to try the formats on: plausible, and the same each time.
//!
//! Their figures belong together only as far as a format can tell: totals are the sums of lines.

use jiff::civil::{Date, date};

use super::{Cell, Classeur, Column, Figures, Kind, Period, Plot, Table};
use super::{Delays, Dossier, SchoolCard};

const PLACES: &[&str] = &[
    "B204",
    "A101",
    "CDI",
    "Salle des professeurs",
    "C12",
    "Techno 2",
    "B305",
    "A003",
    "Vie scolaire",
    "Labo SVT 1",
    "Amphithéâtre Germaine-Tillion",
    "B110",
    "B111",
    "C07",
    "C08",
    "A210",
    "A211",
    "Atelier d’électrotechnique",
];
const EQUIPMENT: &[&str] =
    &["Vidéoprojecteur", "PC fixe", "Réseau", "Imprimante", "Tableau interactif", "PC portable", "Logiciel", "Autre"];
const RESPONSIBLE: &[&str] = &["Région", "Rectorat", "Lycée", "ENT"];
const STATES: &[&str] =
    &["Réparé", "Réparé", "Réparé", "En attente de la région", "Visite prévue", "Refusé", "Chez le référent"];
const SYMPTOMS: &[&str] =
    &["ne s’allume pas", "image floue ou sombre", "pas d’accès au réseau", "session qui ne s’ouvre pas", "bourrage"];
const MONTHS: &[&str] = &["sept. 2026", "oct. 2026", "nov. 2026", "déc. 2026"];

/// Formats show tables and sentences; the figures behind these need only be there.
fn nothing_counted() -> Figures {
    let school = SchoolCard {
        name: "Lycée Jacques-Prévert".to_owned(),
        uai: "0941234F".to_owned(),
        city: "Créteil".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        closings: Vec::new(),
        rooms: Vec::new(),
        pcs: None,
        visit_thousandths: 250,
        delays: Delays { normal: 5, urgent: 1 },
    };
    let dossier = Dossier {
        school,
        since: None,
        lives: Vec::new(),
        visits: Vec::new(),
        expenses: Vec::new(),
        work: Vec::new(),
        unsent: Vec::new(),
        acts: Vec::new(),
    };
    let period = Period::new(date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 4)).unwrap();
    Figures::of(&dossier, period, date(2027, 1, 4))
}

fn columns(all: &[(&str, Kind, bool)]) -> Vec<Column> {
    all.iter().map(|(t, kind, summed)| Column { title: (*t).to_owned(), kind: *kind, summed: *summed }).collect()
}

fn text(words: &str) -> Cell {
    Cell::Text(words.to_owned())
}

fn table(key: &'static str, title: &str, heads: &[(&str, Kind, bool)], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns(heads);
    let sum = |index: usize| {
        rows.iter().map(|r: &Vec<Cell>| &r[index]).fold(Cell::Nothing, |sum, cell| match (sum, cell) {
            (Cell::Count(a), Cell::Count(b)) => Cell::Count(a + b),
            (Cell::Cents(a), Cell::Cents(b)) => Cell::Cents(a + b),
            (Cell::Days(a), Cell::Days(b)) => Cell::Days(a + b),
            (Cell::Share { part: a, whole: c }, Cell::Share { part: b, whole: d }) => {
                Cell::Share { part: a + b, whole: c + d }
            }
            (Cell::Nothing, other) => other.clone(),
            (sum, _) => sum,
        })
    };
    let summed = columns.iter().any(|c| c.summed) && !rows.is_empty();
    let total = summed.then(|| {
        let cells = columns.iter().enumerate().map(|(i, c)| if c.summed { sum(i) } else { Cell::Nothing });
        let mut cells: Vec<Cell> = cells.collect();
        cells[0] = text("Total");
        cells
    });
    Table { key, title: title.to_owned(), note: None, columns, rows, total, plot: None }
}

/// Counts of `of` over incidents `0..n`, by the label that `pick` gives.
fn counted(n: usize, labels: &[&str], pick: impl Fn(usize) -> usize) -> Vec<Vec<Cell>> {
    let mut rows: Vec<(usize, [u64; 5])> = (0..labels.len()).map(|i| (i, [0; 5])).collect();
    for i in 0..n {
        let counts = &mut rows[pick(i) % labels.len()].1;
        counts[0] += 1;
        match STATES[i * 7 % STATES.len()] {
            "Refusé" => counts[2] += 1,
            "Chez le référent" => {}
            "Réparé" => {
                counts[1] += 1;
                counts[3] += 1;
            }
            _ => {
                counts[1] += 1;
                counts[4] += 1;
            }
        }
    }
    rows.retain(|(_, c)| c[0] > 0);
    rows.sort_by_key(|(i, c)| (std::cmp::Reverse(c[0]), *i));
    rows.into_iter()
        .map(|(i, [all, sent, refused, repaired, open])| {
            let late = sent / 3;
            vec![
                text(labels[i]),
                Cell::Count(all),
                Cell::Count(sent),
                Cell::Count(refused),
                Cell::Count(repaired),
                Cell::Count(open),
                Cell::Share { part: late, whole: sent },
            ]
        })
        .collect()
}

const COUNTED: &[(&str, Kind, bool)] = &[
    ("Lieu", Kind::Text, false),
    ("Signalés", Kind::Count, true),
    ("Envoyés", Kind::Count, true),
    ("Refusés", Kind::Count, true),
    ("Réparés", Kind::Count, true),
    ("Encore ouverts", Kind::Count, true),
    ("Hors délai", Kind::Share, true),
];

/// A label's index: the first ones often, the last ones seldom.
fn spread(i: usize, of: usize) -> usize {
    let (a, b) = (i * 7_919 % 997, i * 104_729 % 991);
    a.min(b) * of / 1_000
}

fn day(i: usize) -> Date {
    date(2026, 9, 1).checked_add(jiff::Span::new().days((i * 37 % 110) as i64)).unwrap()
}

fn life(i: usize) -> Vec<Cell> {
    let opened = day(i);
    let later = |days: i64| Cell::Date(opened.checked_add(jiff::Span::new().days(days)).unwrap());
    let state = STATES[i * 7 % STATES.len()];
    let sent = !matches!(state, "Refusé" | "Chez le référent");
    let when = |yes: bool, days: i64| if yes { later(days) } else { Cell::Nothing };
    vec![
        Cell::Text(format!("P-{:04}", i + 1)),
        text(PLACES[spread(i, PLACES.len())]),
        text(EQUIPMENT[spread(i / 3 + i, EQUIPMENT.len())]),
        text(SYMPTOMS[i * 3 % SYMPTOMS.len()]),
        Cell::Count((i % 4 + 1) as u64),
        text(state),
        later(0),
        when(sent, 1),
        when(sent && !i.is_multiple_of(3), 2),
        when(state == "Réparé", (i % 19 + 3) as i64),
        if state == "Réparé" { Cell::Days((i % 13) as f64 + 1.5) } else { Cell::Nothing },
        text(if i.is_multiple_of(9) { "Oui" } else { "" }),
    ]
}

/// What a hostile mail might have got into names.
#[allow(dead_code)]
pub const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "{=1+1}",
    "#eval(\"1+1\")",
    "{{school}} {{{motion}}} {{#each sections}}",
    "$x^2$ *gras* _souligné_ @ref <étiquette>",
    "\u{202e}tcartnoc\u{2066}\u{200f}",
    "a\u{0}b\u{7}c\u{1b}[31m\r\nd\u{2028}e",
    "]]>&amp;&#0;<!--",
    "]:[*?/\\'",
    "مدرسة 学校 \u{1f4bb}\u{fe0f}",
    "\u{fffe}\u{ffff}\u{fdd0}\u{e000}\u{10ffff}",
];

/// A classeur whose every name is hostile.
#[allow(dead_code)]
pub fn hostile() -> Classeur {
    let mut made = classeur(40);
    let long = "x".repeat(10_000);
    let names: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    let all = names.join(" ");
    made.school = all.clone();
    made.city = names[0].to_owned();
    made.uai = names[1].to_owned();
    made.sentences = names.iter().map(|n| (*n).to_owned()).collect();
    made.method = made.sentences.clone();
    made.motion = names.join("\n");
    for (i, table) in made.tables.iter_mut().enumerate() {
        table.title = names[i % names.len()].to_owned();
        table.note = Some(all.clone());
        table.columns[0].title = names[(i + 3) % names.len()].to_owned();
        for (k, line) in table.rows.iter_mut().enumerate() {
            line[0] = text(names[k % names.len()]);
        }
    }
    made
}

/// A classeur over `n` incidents.
pub fn classeur(n: usize) -> Classeur {
    let mut tables = vec![summary(n)];
    let mut months = table("mois", "Incidents par mois", COUNTED, vec![]);
    if n > 0 {
        let mut rows = counted(n, MONTHS, |i| usize::from(day(i).month().unsigned_abs()) - 9);
        rows.sort_by_key(|r| MONTHS.iter().position(|m| matches!(&r[0], Cell::Text(t) if t == m)));
        months = table("mois", "Incidents par mois", COUNTED, rows);
    }
    months.columns[0].title = "Mois".to_owned();
    months.plot = Some(Plot::Months { first: 1, last: 2 });
    tables.push(months);
    let many: Vec<String> = (0..240).map(|i| format!("{}{:03}", ["A", "B", "C", "D"][i % 4], 100 + i)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let places = if n > 1_000 { &many[..] } else { PLACES };
    let mut by_place = table("lieux", "Incidents par lieu", COUNTED, counted(n, places, |i| spread(i, places.len())));
    by_place.plot = Some(Plot::Bars { value: 1 });
    by_place.note = Some("Un incident est compté au lieu que son premier signalement nomme\u{a0}; sans lieu, il l’est à «\u{a0}Non précisé\u{a0}».".to_owned());
    tables.push(by_place);
    let mut by_equipment = table(
        "materiels",
        "Incidents par matériel",
        COUNTED,
        counted(n, EQUIPMENT, |i| spread(i / 3 + i, EQUIPMENT.len())),
    );
    by_equipment.columns[0].title = "Matériel".to_owned();
    by_equipment.plot = Some(Plot::Bars { value: 1 });
    tables.push(by_equipment);
    let mut by_responsible =
        table("responsables", "Incidents par responsable", COUNTED, counted(n, RESPONSIBLE, |i| i % 5 / 3));
    by_responsible.columns[0].title = "Responsable".to_owned();
    tables.push(by_responsible);
    tables.push(delays(n));
    tables.push(visits(n));
    tables.push(spending(n));
    let reasons = if n == 0 {
        vec![]
    } else {
        vec![
            vec![text("Expéditeur inconnu, écarté"), Cell::Count(4)],
            vec![text("Jugé sans objet par le référent"), Cell::Count(2)],
        ]
    };
    tables.push(table(
        "non-transmis",
        "Signalements jamais transmis, et pourquoi",
        &[("Raison", Kind::Text, false), ("Messages", Kind::Count, true)],
        reasons,
    ));
    tables.push(table("incidents", "Un incident par ligne", LIVES, (0..n).map(life).collect()));
    Classeur {
        school: "Lycée Jacques-Prévert".to_owned(),
        uai: "0941234F".to_owned(),
        city: "Créteil".to_owned(),
        period: Period::new(date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 4)).unwrap(),
        made_on: date(2027, 1, 4),
        figures: nothing_counted(),
        sentences: sentences(n),
        tables,
        method: METHOD.iter().map(|m| (*m).to_owned()).collect(),
        motion: MOTION.to_owned(),
    }
}

const LIVES: &[(&str, Kind, bool)] = &[
    ("Référence", Kind::Text, false),
    ("Lieu", Kind::Text, false),
    ("Matériel", Kind::Text, false),
    ("Panne", Kind::Text, false),
    ("Postes", Kind::Count, true),
    ("État", Kind::Text, false),
    ("Signalé le", Kind::Date, false),
    ("Envoyé le", Kind::Date, false),
    ("Pris en charge le", Kind::Date, false),
    ("Réparé le", Kind::Date, false),
    ("Jours ouvrés jusqu’à la réparation", Kind::Days, false),
    ("Cours touchés", Kind::Text, false),
];

fn summary(n: usize) -> Table {
    let n = n as u64;
    let line = |label: &str, now: Cell, before: Cell, year: Cell| vec![text(label), now, before, year];
    let rows = vec![
        line("Incidents signalés", Cell::Count(n), Cell::Count(n * 2 / 3), Cell::Nothing),
        line("Incidents envoyés à la région", Cell::Count(n * 5 / 7), Cell::Count(n / 2), Cell::Nothing),
        line(
            "Réparés",
            Cell::Share { part: n * 3 / 7, whole: n * 5 / 7 },
            Cell::Share { part: n / 3, whole: n / 2 },
            Cell::Nothing,
        ),
        line(
            "Délai médian jusqu’à la réparation, en jours ouvrés",
            if n == 0 { Cell::Nothing } else { Cell::Days(7.5) },
            Cell::Days(6.0),
            Cell::Nothing,
        ),
        line("Jours de visite tenus", Cell::Days(if n == 0 { 0.0 } else { 3.25 }), Cell::Days(2.5), Cell::Nothing),
        line("Dépensé par le lycée", Cell::Cents(n as i64 * 1_245), Cell::Cents(23_450), Cell::Nothing),
    ];
    let heads = [
        ("Chiffre", Kind::Text, false),
        ("Cette période", Kind::Count, false),
        ("Période précédente", Kind::Count, false),
        ("Mêmes mois un an plus tôt", Kind::Count, false),
    ];
    table("chiffres", "Les chiffres clés", &heads, rows)
}

fn delays(n: usize) -> Table {
    let rows = if n == 0 {
        vec![]
    } else {
        let few = n < 4;
        let quartile = |days: f64| if few { Cell::Nothing } else { Cell::Days(days) };
        let line = |label: &str, q1, m, q3, late| {
            let whole = n as u64 * 5 / 7;
            let part = (whole as f64 * late) as u64;
            vec![
                text(label),
                Cell::Count(whole),
                quartile(q1),
                Cell::Days(m),
                quartile(q3),
                Cell::Share { part, whole },
            ]
        };
        vec![
            line("Jusqu’à la prise en charge", 1.0, 2.0, 4.5, 0.2),
            line("Jusqu’à la première visite", 3.5, 6.0, 11.0, 0.55),
            line("Jusqu’à la réparation", 4.0, 7.5, 16.25, 0.61),
        ]
    };
    let heads = [
        ("Délai depuis l’envoi, en jours ouvrés", Kind::Text, false),
        ("Comptés", Kind::Count, false),
        ("Quart le plus rapide", Kind::Days, false),
        ("Médiane", Kind::Days, false),
        ("Quart le plus lent", Kind::Days, false),
        ("Hors délai", Kind::Share, false),
    ];
    let mut delays = table("delais", "Délais, en jours ouvrés", &heads, rows);
    delays.plot = Some(Plot::Quartiles { low: 2, median: 3, high: 4 });
    delays.note = Some("Un incident encore ouvert compte avec son âge.".to_owned());
    delays
}

fn visits(n: usize) -> Table {
    let rows = (0..n.min(5)).map(|i| {
        let half = if i % 2 == 0 { "Matin" } else { "Journée" };
        vec![Cell::Date(day(i * 11 + 3)), text(half), Cell::Days(if i % 2 == 0 { 0.5 } else { 1.0 }), text("SCC")]
    });
    let heads = [
        ("Jour", Kind::Date, false),
        ("Moment", Kind::Text, false),
        ("Jours", Kind::Days, true),
        ("Qui", Kind::Text, false),
    ];
    let mut visits = table("visites", "Visites tenues", &heads, rows.collect());
    if let Some(total) = &mut visits.total {
        total[0] = text("Total");
    }
    visits
}

fn spending(n: usize) -> Table {
    let rows = (0..n.min(6)).map(|i| {
        vec![
            Cell::Date(day(i * 17)),
            text(["Lampe", "Câble HDMI", "Souris"][i % 3]),
            text(PLACES[i]),
            Cell::Cents(123_450 / (i as i64 * i as i64 * 3 + 1)),
        ]
    });
    let heads = [
        ("Jour", Kind::Date, false),
        ("Achat", Kind::Text, false),
        ("Lieu", Kind::Text, false),
        ("Montant", Kind::Cents, true),
    ];
    table("depenses", "Dépenses sur les fonds du lycée", &heads, rows.collect())
}

fn sentences(n: usize) -> Vec<String> {
    let all: &[&str] = match n {
        0 => &["Aucun incident n’a été signalé pendant la période."],
        1 => &["Un seul incident a été signalé\u{a0}; il a été réparé en 7,5 jours ouvrés."],
        _ => &[
            "De septembre à décembre, 120 incidents ont été signalés, soit un par jour de classe et demi\u{a0}; 86 ont été envoyés à la région.",
            "La moitié des pannes envoyées ont attendu leur réparation plus de 7,5 jours ouvrés, alors que le marché en prévoit 5\u{a0}; 52 sur 86 (60\u{202f}%) dépassent ce délai.",
            "Le prestataire est venu 3,25 jours, là où il en devait 8\u{a0}: il manque 4,75 jours de visite.",
            "Onze pannes sont revenues après avoir été dites réparées\u{a0}; la salle B204 a été touchée 14 fois.",
            "Le lycée a dépensé 1\u{202f}494,00\u{202f}€ sur ses fonds propres pour du matériel qui n’est pas à sa charge.",
        ],
    };
    all.iter().map(|s| (*s).to_owned()).collect()
}

const METHOD: &[&str] = &[
    "Un incident est rattaché au jour de son premier signalement. Plusieurs signalements d’une même panne forment un seul incident.",
    "Les délais se comptent en jours ouvrés du lycée\u{a0}: sans les fins de semaine, les jours fériés ni les vacances. Une panne encore ouverte à la fin de la période compte avec son âge, pour que le silence n’embellisse pas la médiane.",
    "Ce que le classeur ne dit pas\u{a0}: les pannes que personne n’a signalées, et les réparations dont personne n’a parlé.",
    "Aucun nom de personne n’y figure.",
];

const MOTION: &str = "Le conseil d’administration du lycée Jacques-Prévert, réuni le …,\n\nconsidérant les 120 incidents informatiques signalés de septembre à décembre 2026,\n\ndemande à la région de faire respecter les délais prévus au marché.";
