//! A small year with every odd case, for tests: Paris, 1 September 2027 to 31 August 2028.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::dossier::{Dossier, Expense, Life, ReferentAct, SchoolCard, Step, Unsent, UnsentReason, Visit, What};
use super::{Classeur, Period, assemble};
use crate::incident::state::Half;
use crate::incident::{IncidentId, Reference};
use crate::profile::{Delays, Profile};
use crate::report::{Equipment, Place, Responsible};

/// A local time of the school as a moment.
pub(super) fn at(local: &str) -> Timestamp {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    zone.to_timestamp(local.parse().unwrap()).unwrap()
}

/// The year.
pub(super) fn year() -> Period {
    Period::new(date(2027, 9, 1), date(2028, 8, 31), today()).unwrap()
}

/// The day on which its classeur is made.
pub(super) fn today() -> Date {
    date(2028, 9, 10)
}

/// A classeur as the program makes it.
pub(super) fn made(dossier: &Dossier, period: Period) -> Classeur {
    assemble(dossier, period, today(), &Profile::builtin("ile-de-france").unwrap())
}

/// A life of these steps, each at ten on its day.
pub(super) fn life(id: i64, reference: (i16, u32), opened: &str, steps: &[(&str, What)]) -> Life {
    let opened_at = at(opened);
    Life {
        id: IncidentId(id),
        reference: Reference { year: reference.0, number: reference.1 },
        place: None,
        equipment: Equipment::Ordinateur,
        symptom: None,
        responsible: Responsible::Region,
        count: 1,
        seats: Vec::new(),
        labels: Vec::new(),
        urgent: false,
        lessons_affected: false,
        told: vec![opened_at],
        opened_at,
        support_reference: None,
        refusal: None,
        steps: steps.iter().map(|(on, what)| Step { at: at(&format!("{on}T10:00")), what: *what }).collect(),
    }
}

fn in_room(room: &str, equipment: Equipment, life: Life) -> Life {
    Life { place: Some(Place::from_normalised(room)), equipment, ..life }
}

fn urgent(life: Life) -> Life {
    Life { urgent: true, lessons_affected: true, ..life }
}

/// The school, without anything that happened.
pub(super) fn school() -> SchoolCard {
    SchoolCard {
        name: "Lycée Jean-Moulin".into(),
        uai: "0941234F".into(),
        city: "Torcy".into(),
        zone: TimeZone::get("Europe/Paris").unwrap(),
        closings: vec![
            (date(2027, 7, 7), date(2027, 8, 31)),
            (date(2027, 10, 23), date(2027, 11, 7)),
            (date(2027, 12, 18), date(2028, 1, 2)),
            (date(2028, 2, 12), date(2028, 2, 27)),
            (date(2028, 4, 8), date(2028, 4, 23)),
            (date(2028, 7, 8), date(2028, 8, 31)),
        ],
        rooms: ["A101", "B204", "B205", "C301", "CDI"].map(Place::from_normalised).to_vec(),
        pcs: Some(230),
        visit_thousandths: 250,
        delays: Delays { normal: 5, urgent: 1 },
    }
}

/// Nothing happened at all.
pub(super) fn nothing() -> Dossier {
    Dossier {
        school: school(),
        since: Some(date(2027, 6, 1)),
        lives: Vec::new(),
        visits: Vec::new(),
        expenses: Vec::new(),
        unsent: Vec::new(),
        acts: Vec::new(),
    }
}

/// Every odd case; what each is for stands beside it.
pub(super) fn dossier() -> Dossier {
    use Equipment::{Ent, Imprimante, Ordinateur, Peripherique, Reseau, Tablette, Videoprojecteur};
    use What::{
        Chased, Closed, Confirmed, Failed, Heard, Merged, Planned, Redirected, Refused, RefusedBySupport, Reopened,
        SaidOver, SaidRepaired, Sent,
    };
    let mut lives = vec![
        // J: open at both ends of the year.
        in_room(
            "A101",
            Videoprojecteur,
            life(
                1,
                (2027, 1),
                "2027-06-14T09:00",
                &[("2027-06-15", Confirmed), ("2027-06-15", Sent), ("2027-10-04", Chased)],
            ),
        ),
        // A: the plain way, with a visit noted on a half day.
        in_room(
            "B204",
            Videoprojecteur,
            life(
                2,
                (2027, 2),
                "2027-09-06T08:00",
                &[
                    ("2027-09-06", Confirmed),
                    ("2027-09-06", Sent),
                    ("2027-09-08", Heard),
                    ("2027-09-08", Planned(date(2027, 9, 14))),
                    ("2027-09-15", SaidRepaired),
                    ("2027-09-22", Closed),
                ],
            ),
        ),
        // B: urgent, over the holidays and the end of summer time, no visit.
        urgent(in_room(
            "B204",
            Ordinateur,
            life(
                3,
                (2027, 3),
                "2027-10-21T08:00",
                &[
                    ("2027-10-21", Confirmed),
                    ("2027-10-21", Sent),
                    ("2027-11-08", Heard),
                    ("2027-11-09", SaidRepaired),
                    ("2027-11-16", Closed),
                ],
            ),
        )),
        // C: half past midnight of 1 November, still 31 October in Greenwich; refused.
        in_room("CDI", Ent, life(4, (2027, 4), "2027-11-01T00:30", &[("2027-11-08", Refused)])),
        // D: redirected, and over there.
        in_room(
            "A101",
            Peripherique,
            life(5, (2027, 5), "2027-12-01T08:00", &[("2027-12-01", Redirected), ("2027-12-10", Closed)]),
        ),
        // E: gone before anybody confirmed.
        in_room(
            "A101",
            Ordinateur,
            life(6, (2027, 6), "2027-12-02T08:00", &[("2027-12-03", SaidOver), ("2027-12-03", Closed)]),
        ),
        // F: part of G.
        in_room("B205", Reseau, life(7, (2027, 7), "2027-12-06T08:00", &[("2027-12-08", Merged(IncidentId(8)))])),
        // G: the general outage; the repair announced first was none.
        urgent(in_room(
            "ETABLISSEMENT",
            Reseau,
            life(
                8,
                (2027, 8),
                "2027-12-08T08:00",
                &[
                    ("2027-12-08", Confirmed),
                    ("2027-12-08", Sent),
                    ("2027-12-08", Heard),
                    ("2027-12-10", SaidRepaired),
                    ("2027-12-13", Reopened),
                    ("2027-12-14", SaidRepaired),
                    ("2027-12-20", Closed),
                ],
            ),
        )),
        // H: sent on the leap day, a visit moved; back on the Monday after summer time began.
        in_room(
            "B204",
            Ordinateur,
            life(
                9,
                (2028, 1),
                "2028-02-28T08:00",
                &[
                    ("2028-02-29", Confirmed),
                    ("2028-02-29", Sent),
                    ("2028-03-01", Planned(date(2028, 3, 8))),
                    ("2028-03-07", Planned(date(2028, 3, 15))),
                    ("2028-03-15", SaidRepaired),
                    ("2028-03-22", Closed),
                    ("2028-03-27", Reopened),
                    ("2028-03-30", SaidRepaired),
                    ("2028-04-06", Closed),
                ],
            ),
        ),
        // K: out of scope, says support.
        in_room(
            "CDI",
            Imprimante,
            life(
                10,
                (2028, 2),
                "2028-03-06T08:00",
                &[("2028-03-06", Confirmed), ("2028-03-06", Sent), ("2028-03-09", RefusedBySupport)],
            ),
        ),
        // N: the ticket came back.
        in_room(
            "B205",
            Ordinateur,
            life(
                11,
                (2028, 3),
                "2028-05-09T08:00",
                &[("2028-05-09", Confirmed), ("2028-05-09", Sent), ("2028-05-10", Failed)],
            ),
        ),
        // I: sent just before the summer, nobody answers, and no place.
        Life {
            equipment: Imprimante,
            ..life(12, (2028, 4), "2028-06-30T08:00", &[("2028-07-03", Confirmed), ("2028-07-03", Sent)])
        },
        // L: waits for the referent.
        in_room("B204", Tablette, life(13, (2028, 5), "2028-07-05T08:00", &[])),
        // M: of the next year.
        in_room("B204", Tablette, life(14, (2028, 6), "2028-09-02T08:00", &[])),
    ];
    for life in &mut lives {
        match life.reference.number {
            2 if life.reference.year == 2027 => {
                life.lessons_affected = true;
                life.told.push(at("2027-09-07T08:00"));
            }
            // F's report moved to G with the merge.
            7 => life.told.clear(),
            8 => life.told.insert(0, at("2027-12-06T08:00")),
            _ => {}
        }
        if matches!(life.id, IncidentId(3 | 9)) {
            life.seats = vec!["7".into()];
        }
    }
    let visit = |on, half, minutes, incident| Visit {
        on,
        half,
        minutes,
        by: "SCC".into(),
        incident,
        noted_at: at("2028-08-01T08:00"),
    };
    let expense = |on, cents, what: &str| Expense {
        on,
        cents,
        what: what.into(),
        place: None,
        incident: None,
        noted_at: at("2028-08-01T08:00"),
    };
    let act = |on: &str, confirmed| ReferentAct { at: at(on), confirmed };
    let unsent = |on: &str| Unsent { at: at(on), reason: UnsentReason::Stranger };
    Dossier {
        lives,
        visits: vec![
            visit(date(2027, 6, 21), None, None, None),
            visit(date(2027, 9, 14), Some(Half::Morning), None, Some(IncidentId(2))),
            visit(date(2028, 1, 12), None, None, None),
            visit(date(2028, 3, 21), None, Some(45), None),
            visit(date(2028, 5, 10), None, Some(120), None),
        ],
        expenses: vec![
            expense(date(2027, 10, 5), 4590, "lampe"),
            expense(date(2028, 5, 11), 1299, "câble HDMI"),
            expense(date(2028, 5, 12), 5000, "Lampe"),
        ],
        unsent: vec![unsent("2027-10-05T08:00"), unsent("2027-08-05T08:00")],
        acts: vec![
            act("2027-09-06T09:00", true),
            act("2027-10-04T09:00", false),
            act("2028-08-31T23:59", true),
            act("2028-09-01T00:00", true),
        ],
        ..nothing()
    }
}
