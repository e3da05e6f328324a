//! Classeurs of every size in every format, written out to be looked at by eye:
//! `CLASSEUR_LOOK=FOLDER cargo test --lib classeur::look -- --ignored`.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::dossier::{Dossier, Expense, Life, Unsent, UnsentReason, Visit, What};
use super::{Period, assemble, bundle, sample_tests as sample};
use crate::profile::Profile;
use crate::report::{Equipment, Place, Responsible};

/// One ticket of October, repaired or not.
pub(super) fn one(repaired: bool) -> Dossier {
    let mut steps = vec![("2027-10-04", What::Confirmed), ("2027-10-04", What::Sent)];
    if repaired {
        steps.extend([("2027-10-05", What::SaidRepaired), ("2027-10-12", What::Closed)]);
    }
    let life = sample::life(1, (2027, 1), "2027-10-04T08:00", &steps);
    let place = Some(Place::from_normalised("B204"));
    let life = Life { place, equipment: Equipment::Videoprojecteur, symptom: Some("dead".to_owned()), ..life };
    Dossier { lives: vec![life], ..sample::nothing() }
}

/// A year of so many incidents, every state among them.
pub(super) fn many(n: u32) -> Dossier {
    let life = |k: u32| {
        let opened = date(2027, 9, 1) + i64::from(k % 300).days();
        let text = |d: u32| (opened + i64::from(d).days()).to_string();
        let (d1, d3, d9) = (text(k % 3), text(2 + k % 5), text(3 + k % 23));
        let sent = vec![(d1.as_str(), What::Confirmed), (d1.as_str(), What::Sent)];
        let steps = match k % 9 {
            0 => vec![(d1.as_str(), What::Refused)],
            1 => vec![(d1.as_str(), What::Redirected)],
            2 => Vec::new(),
            3 => sent,
            _ => [sent, vec![(&d3, What::Heard), (&d9, What::SaidRepaired), (&d9, What::Closed)]].concat(),
        };
        let mut life = sample::life(i64::from(k) + 1, (2027, k + 1), &format!("{opened}T08:00"), &steps);
        life.place = (!k.is_multiple_of(17))
            .then(|| Place::from_normalised(&format!("{}{:03}", ["A", "B", "C"][k as usize % 3], k % 97)));
        life.equipment = Equipment::ALL[k as usize % Equipment::ALL.len()];
        life.responsible = if k.is_multiple_of(11) { Responsible::Rectorat } else { Responsible::Region };
        life.support_reference = (k % 9 > 3).then(|| format!("I2709_{k:05}"));
        life.lessons_affected = k.is_multiple_of(4);
        life.urgent = k.is_multiple_of(12);
        life.seats = if k.is_multiple_of(5) { vec![(k % 19).to_string()] } else { Vec::new() };
        life.refusal = (k.is_multiple_of(27)).then(|| "Matériel personnel, la région ne le répare pas.".to_owned());
        life
    };
    Dossier { lives: (0..n).map(life).collect(), ..sample::dossier() }
}

/// A year in which every table of the text is as long as it can be.
pub(super) fn crowded() -> Dossier {
    let day = |n: i64| date(2027, 9, 1) + (n * 5).days();
    let noted_at = sample::at("2028-08-01T08:00");
    let mut dossier = Dossier { since: Some(date(2020, 9, 1)), ..many(5_000) };
    dossier.expenses = (0..70)
        .map(|n| Expense {
            on: day(n),
            cents: 1_000 + n,
            what: format!("remplacement numéro {n} du câble entre la baie de brassage et le vidéoprojecteur"),
            place: None,
            incident: None,
            noted_at,
        })
        .collect();
    let visit = |n| Visit { on: day(n), half: None, minutes: None, by: "SCC".into(), incident: None, noted_at };
    dossier.visits = (0..70).map(visit).collect();
    for life in &mut dossier.lives {
        life.place = life.place.take().map(|_| Place::from_normalised(&format!("LABORATOIRE DE {}", life.id.0 % 40)));
        life.seats = vec![(life.id.0 % 30).to_string()];
    }
    use UnsentReason::{Dropped, Other, Stranger, TooLarge, Unauthenticated};
    dossier.unsent = [Stranger, Unauthenticated, TooLarge, Dropped, Other]
        .map(|reason| Unsent { at: sample::at("2028-03-01T08:00"), reason })
        .to_vec();
    dossier.school.closings.clear();
    dossier
}

#[test]
#[ignore = "writes files to be looked at"]
fn classeurs_to_look_at() {
    let folder = std::env::var("CLASSEUR_LOOK").unwrap();
    let october = (date(2027, 10, 1), date(2027, 10, 31));
    let year = (date(2027, 9, 1), date(2028, 8, 31));
    let bare = {
        let mut dossier = sample::nothing();
        dossier.school.pcs = None;
        dossier.school.rooms.clear();
        dossier.school.closings.clear();
        Dossier { since: Some(date(2027, 10, 12)), ..dossier }
    };
    let profile = Profile::builtin("ile-de-france").unwrap();
    let all: [(&str, Dossier, (Date, Date)); 7] = [
        ("empty", sample::nothing(), october),
        ("bare", bare, october),
        ("open", one(false), october),
        ("repaired", one(true), october),
        ("year", sample::dossier(), year),
        ("many", many(5_000), year),
        ("crowded", crowded(), year),
    ];
    for (name, dossier, (from, to)) in all {
        let period = Period::new(from, to, sample::today()).unwrap();
        let classeur = assemble(&dossier, period, sample::today(), &profile);
        std::fs::write(format!("{folder}/{name}.txt"), &classeur.motion).unwrap();
        for file in bundle::all(&classeur) {
            std::fs::write(format!("{folder}/{name}.{}", file.ending), file.drawn.unwrap()).unwrap();
        }
    }
}
