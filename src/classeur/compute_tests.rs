use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::classeur::dossier::{Step, UnsentReason, Visit, Work};
use crate::classeur::figures::{Delays, HalfDays, Machine, Waits};
use crate::classeur::sample_tests as sample;
use crate::classeur::table::Cell;
use crate::classeur::{assemble, tables};
use crate::profile::Profile;

/// Compiled once.
static PROFILE: std::sync::LazyLock<Profile> = std::sync::LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fn year() -> Figures {
    Figures::of(&sample::dossier(), sample::year(), sample::today())
}

fn delays(done: u64, open: u64, halves: u64, quartiles: Option<(u64, u64)>, late: Option<u64>) -> Delays {
    let quartiles = quartiles.map(|(a, b)| (HalfDays(a), HalfDays(b)));
    Delays { done, open, median: Some(HalfDays(halves)), quartiles, late }
}

/// Of the fourteen, J was reported before, M after, and F is part of G: eleven. Sent: A B G H K I.
/// Refused C, redirected D, settled E, waiting N (its ticket came back) and L. Of the sent ones A B G
/// H are repaired, K is out of scope, I is open.
#[test]
fn the_small_year_is_counted_as_by_hand() {
    let f = year();
    let all = Counts {
        reported: 11,
        sent: 6,
        refused: 1,
        redirected: 1,
        settled: 1,
        waiting: 2,
        repaired: 4,
        out_of_scope: 1,
        open: 1,
    };
    assert_eq!(f.all, all);
    assert_eq!(f.merged, 1);
    // A was told twice, F's report counts with G, J and M were told outside the year.
    assert_eq!(f.reports, 13);
    assert_eq!(f.as_of, date(2028, 8, 31));
    // Open before: J. Reopened: G, H. Ended: A B C D E K once, G and H twice. Open: J I N L.
    assert_eq!(f.flow, Flow { before: 1, reported: 11, reopened: 2, ended: 10, merged: 0, open: 4 });
    let reported = |counts: &Counts| counts.reported;
    let places: Vec<_> = f.by_place.iter().map(|(p, c)| (p.as_ref().map_or("", |p| p.as_str()), reported(c))).collect();
    // B204: A B H L. A101: D E. CDI: C K. B205: N. The whole school: G. Nowhere: I.
    assert_eq!(places, [("B204", 4), ("A101", 2), ("CDI", 2), ("B205", 1), ("ETABLISSEMENT", 1), ("", 1)]);
    let months: Vec<u64> = f.by_month.iter().map(|(_, c)| reported(c)).collect();
    // September A, October B, November C (half past midnight), December D E G, February H, March K, May N, June I, July L.
    assert_eq!(months, [1, 1, 1, 3, 0, 1, 1, 0, 1, 1, 1, 0]);
    assert_eq!((f.lessons, f.urgent), (3, 2));
    assert_eq!((f.rooms.hit, f.rooms.known, f.rooms.elsewhere), (4, 5, 0));
    assert_eq!(f.unsent, [(UnsentReason::Stranger, 1)]);
    assert_eq!(f.lines.len(), 13, "everything of the year, F too, and J");
    assert_eq!((f.previous.is_none(), f.year_before.is_none()), (true, true), "the register is too young");
}

/// Working days, the first not counted: A 6 Sep (Mon) -> 8 Sep: 2; -> 14 Sep: 7 8 9 10 13 14 = 6;
/// -> 15 Sep: 7. B 21 Oct (Thu) -> 8 Nov: 22 Oct and 8 Nov = 2; -> 9 Nov: 3. G 8 Dec (Wed) -> itself:
/// 0; -> 14 Dec (10 Dec was denied): 9 10 13 14 = 4. H 29 Feb (Tue) -> 1 Mar: 1; -> 15 Mar: 1 2 3, 6-10,
/// 13 14 15 = 11; again 27 Mar -> 30 Mar: 3. K 6 Mar -> 9 Mar: 3. I 3 Jul (Mon) -> the summer: 4 5 6 7
/// = 4. J 15 Jun 2027 (Tue) -> 11 days of June, 1 2 5 6 July, then the year's 178 = 193.
#[test]
fn the_small_years_delays_are_as_by_hand() {
    let f = year();
    // 0 1 2 2 3 | 4 193.
    assert_eq!(f.to_acknowledgement.all, delays(5, 2, 4, Some((2, 8)), None));
    // 6 11 | 4 193: beyond five are A, H and J; nobody came for B, G and K, which are over.
    assert_eq!(f.to_visit.all, delays(2, 2, 17, Some((10, 204)), Some(3)));
    // 3 (B) 3 (H again) 4 (G) 4 (I, open) 7 (A) 11 (H) 193 (J, open).
    assert_eq!(f.to_repair.all, delays(5, 2, 8, Some((6, 22)), Some(5)));
    assert_eq!(f.to_repair.urgent, delays(2, 0, 7, None, Some(2)));
    assert_eq!(f.to_repair.normal, delays(3, 2, 14, Some((7, 204)), Some(3)));
    assert_eq!(f.oldest, Some(193));
    // Denied: G. Back: H. Of A B G H, which were said repaired.
    assert_eq!(f.came_back, CameBack { denied: 1, returned: 1, incidents: 2, of: 4 });
}

#[test]
fn the_small_years_worst_are_as_by_hand() {
    let f = year();
    let rooms: Vec<_> = f
        .worst_rooms
        .iter()
        .map(|s| (s.place.as_ref().unwrap().as_str(), s.reported, s.open, s.lessons, s.waited))
        .collect();
    // B204: A 7, B 3, H 11 + 3 days; open L; lessons A B.
    assert_eq!(rooms, [("B204", 4, 1, 2, 24), ("A101", 2, 0, 0, 0), ("CDI", 2, 0, 0, 0)]);
    let machine = &f.worst_machines[0];
    assert_eq!((machine.machine.clone(), machine.reported, machine.waited), (Some(Machine::Seat("7".into())), 2, 17));
    assert_eq!(f.worst_machines.len(), 1);
    assert_eq!(f.repeated.len(), 1, "computers in B204");
}

/// Working days of the months, by a calendar: September 22, October 16 (to the 22nd), November 16 (from
/// the 8th, without the 11th), December 13 (to the 17th), January 21, February 11 (4, 5, and the 28th and
/// 29th), March 23, April 10, May 20 (without 1, 8, 25), June 21 (without Whit Monday the 5th), July 5,
/// August 0: 178. Three slices of 0.25 day per ten: 178 x 0.075 = 13.35 days.
#[test]
fn the_small_years_visits_and_money_are_as_by_hand() {
    let f = year();
    let days: Vec<u64> = f.visits_by_month.iter().map(|(_, held)| held.working_days).collect();
    assert_eq!(days, [22, 16, 16, 13, 21, 11, 23, 10, 20, 21, 5, 0]);
    // A morning, a day, three quarters of an hour that count for nothing, two hours.
    let held = Held { visits: 4, halves: 4, working_days: 178, owed: Some(133_500) };
    assert_eq!((f.visits, f.visits.missing()), (held, Some(113_500)));
    assert_eq!(f.spending, Paid { purchases: 3, cents: 10_889 });
    let lamps = ("lampe".to_owned(), Paid { purchases: 2, cents: 9_590 });
    assert_eq!(f.spending_by_kind, [lamps, ("câble hdmi".to_owned(), Paid { purchases: 1, cents: 1_299 })]);
    assert_eq!(f.load, Load { messages: 3, confirmations: 2, chased: 1, minutes: 345 });
    let noted: Vec<u64> = f.load_by_month.iter().map(|(_, load)| load.minutes).collect();
    assert_eq!(noted, [150, 0, 0, 0, 135, 0, 0, 0, 0, 0, 0, 60]);
}

#[test]
fn the_year_before_stands_beside_it_where_the_store_reaches_back() {
    let mut dossier = sample::dossier();
    dossier.since = Some(date(2026, 1, 1));
    let f = Figures::of(&dossier, sample::year(), sample::today());
    let before = f.year_before.unwrap();
    assert_eq!((before.period.from(), before.as_of), (date(2026, 9, 1), date(2027, 8, 31)));
    // J, sent on 15 June: 15 working days old on the last evening of August.
    assert_eq!((before.all.reported, before.all.open, before.oldest), (1, 1, Some(15)));
    assert_eq!((before.visits.halves, before.lines.len()), (2, 0));
    assert_eq!(f.previous.map(|p| *p), Some(*before));
}

#[test]
fn a_period_under_way_is_seen_from_today() {
    // On 10 March H was announced for the 15th, and I, L, N were not yet there.
    let today = date(2028, 3, 10);
    let f = Figures::of(&sample::dossier(), sample::year(), today);
    assert_eq!(f.as_of, today);
    assert_eq!((f.all.reported, f.all.sent, f.all.repaired, f.all.open), (8, 5, 3, 1));
    // September to January 88, February 11, 1 2 3 and 6-10 March: 107.
    assert_eq!(f.visits.working_days, 107);
    let h = f.lines.iter().find(|l| l.reference.to_string() == "2028-0001").unwrap();
    assert_eq!((h.days.visited_on, h.days.planned_for), (None, Some(date(2028, 3, 15))));
}

#[test]
fn nothing_at_all_gives_zeros_and_no_share_of_nothing() {
    let f = Figures::of(&sample::nothing(), sample::year(), sample::today());
    assert_eq!((f.all, f.flow), (Counts::default(), Flow::default()));
    assert_eq!(f.to_repair.all.median, None);
    assert_eq!(f.visits.owed, Some(133_500));
    let made = assemble(&sample::nothing(), sample::year(), sample::today(), &PROFILE);
    let shares = made.tables.iter().flat_map(|t| t.rows.iter().flatten());
    assert!(!shares.into_iter().any(|c| matches!(c, Cell::Share { whole: 0, part } if *part > 0)));
}

fn any_life(merges: bool) -> impl Strategy<Value = Life> {
    let steps = prop_oneof![
        4 => Just(What::Confirmed),
        4 => Just(What::Sent),
        3 => Just(What::Heard),
        2 => (1_i8..28, 1_i8..12).prop_map(|(d, m)| What::Planned(date(2028, m, d))),
        4 => Just(What::SaidRepaired),
        2 => Just(What::SaidOver),
        3 => Just(What::Reopened),
        3 => Just(What::Closed),
        1 => Just(What::Refused),
        1 => Just(What::RefusedBySupport),
        1 => Just(What::Redirected),
        1 => Just(What::Chased),
        1 => Just(if merges { What::Merged(IncidentId(0)) } else { What::Heard }),
        1 => Just(if merges { What::Failed } else { What::Heard }),
    ];
    let when = (0_i64..150 * 24, proptest::collection::vec((0_i64..24 * 20, steps), 0..9));
    let room = proptest::sample::select(vec!["", "A101", "B204", "ETABLISSEMENT"]);
    let what = proptest::sample::select(Equipment::ALL.to_vec());
    let whose = proptest::sample::select(Responsible::ALL.to_vec());
    (when, room, what, whose, any::<bool>()).prop_map(|((opened, steps), room, equipment, responsible, urgent)| {
        let opened_at = sample::at("2028-01-01T00:00") + SignedDuration::from_hours(opened);
        let mut now = opened_at;
        let step = |(hours, what): (i64, What)| {
            now += SignedDuration::from_hours(hours);
            Step { at: now, what }
        };
        Life {
            place: (!room.is_empty()).then(|| Place::from_normalised(room)),
            equipment,
            responsible,
            urgent,
            opened_at,
            told: vec![opened_at],
            steps: steps.into_iter().map(step).collect(),
            ..sample::life(0, (2028, 1), "2028-01-01T00:00", &[])
        }
    })
}

fn any_dossier(merges: bool) -> impl Strategy<Value = Dossier> {
    let visit = (0_i64..200, any::<bool>()).prop_map(|(n, half)| Visit {
        on: date(2028, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap(),
        half: half.then_some(crate::incident::state::Half::Morning),
        minutes: None,
        by: String::new(),
        incident: None,
        noted_at: sample::at("2028-12-01T00:00"),
    });
    let work = (0_i64..200, 1_u32..600).prop_map(|(n, minutes)| Work {
        on: date(2028, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap(),
        minutes,
        incident: None,
        noted_at: sample::at("2028-12-01T00:00"),
    });
    let lives = proptest::collection::vec(any_life(merges), 0..25);
    (lives, proptest::collection::vec(visit, 0..6), proptest::collection::vec(work, 0..6)).prop_map(
        |(mut lives, visits, work)| {
            for (n, life) in (1_u32..).zip(&mut lives) {
                life.id = IncidentId(i64::from(n));
                life.reference.number = n;
            }
            Dossier { lives, visits, work, since: None, ..sample::nothing() }
        },
    )
}

fn part(from: Date, to: Date) -> Period {
    Period::new(from, to, date(2030, 1, 1)).unwrap()
}

fn sums_of(counts: impl Iterator<Item = Counts>) -> Counts {
    counts.fold(Counts::default(), |mut sum, c| {
        sum.add(&c);
        sum
    })
}

/// Numbers of a wait that must add up.
fn waits(w: &Waits) -> bool {
    w.all.done == w.urgent.done + w.normal.done
        && w.all.open == w.urgent.open + w.normal.open
        && w.all.late.unwrap_or(0) <= w.all.done + w.all.open
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn parts_sum_to_wholes_and_nobody_is_counted_twice_or_lost(dossier in any_dossier(true), cut in 1_i8..28) {
        let today = date(2029, 1, 1);
        let period = part(date(2028, 2, cut), date(2028, 4, cut));
        let f = Figures::of(&dossier, period, today);
        let c = f.all;
        prop_assert_eq!(c.reported, c.sent + c.refused + c.redirected + c.settled + c.waiting);
        prop_assert_eq!(c.sent, c.repaired + c.out_of_scope + c.open);
        prop_assert_eq!(sums_of(f.by_place.iter().map(|x| x.1)), c);
        prop_assert_eq!(sums_of(f.by_equipment.iter().map(|x| x.1)), c);
        prop_assert_eq!(sums_of(f.by_responsible.iter().map(|x| x.1)), c);
        prop_assert_eq!(sums_of(f.by_month.iter().map(|x| x.1)), c);
        prop_assert_eq!(f.flow.before + f.flow.reported + f.flow.reopened, f.flow.open + f.flow.ended + f.flow.merged);
        prop_assert_eq!(f.flow.reported, c.reported);
        prop_assert!(waits(&f.to_acknowledgement) && waits(&f.to_visit) && waits(&f.to_repair));
        prop_assert_eq!(f.to_repair.all.open, f.lines.iter().filter(|l| l.standing.stage.is_with_support()).count() as u64);
        // Each line once; every incident of the period has its line.
        let mut seen: Vec<_> = f.lines.iter().map(|l| l.reference).collect();
        seen.dedup();
        prop_assert_eq!(seen.len(), f.lines.len());
        let inside = |l: &&Life| period.contains(l.opened_at.to_zoned(dossier.school.zone.clone()).date());
        let reported = dossier.lives.iter().filter(inside).count() as u64;
        prop_assert_eq!(reported, c.reported + f.merged);
        prop_assert_eq!(f.lines.iter().filter(|l| period.contains(l.opened_on)).count() as u64, reported);
    }

    #[test]
    fn every_tables_total_is_the_sum_of_its_lines(dossier in any_dossier(true)) {
        let period = part(date(2028, 1, 15), date(2028, 4, 20));
        let made = assemble(&dossier, period, date(2029, 1, 1), &PROFILE);
        prop_assert_eq!(made.tables.last().map(|t| t.key), Some(tables::ANNEX));
        for table in &made.tables {
            for row in table.rows.iter().chain(&table.total) {
                prop_assert_eq!(row.len(), table.columns.len(), "{}", table.key);
            }
            let Some(total) = &table.total else { continue };
            for (at, column) in table.columns.iter().enumerate().filter(|(_, c)| c.summed) {
                let count = |cell: &Cell| match cell {
                    Cell::Count(n) => *n as i64,
                    Cell::Cents(n) => *n,
                    _ => 0,
                };
                let sum: i64 = table.rows.iter().map(|row| count(&row[at])).sum();
                prop_assert_eq!(sum, count(&total[at]), "{} {}", table.key, column.title);
            }
        }
    }

    #[test]
    fn consecutive_periods_add_up(dossier in any_dossier(false), cut in 2_i8..28) {
        let today = date(2029, 1, 1);
        let (from, to) = (date(2028, 2, 1), date(2028, 5, 20));
        let middle = date(2028, 3, cut);
        let first = Figures::of(&dossier, part(from, middle.yesterday().unwrap()), today);
        let second = Figures::of(&dossier, part(middle, to), today);
        let whole = Figures::of(&dossier, part(from, to), today);
        prop_assert_eq!(first.flow.open, second.flow.before);
        prop_assert_eq!(first.flow.before, whole.flow.before);
        prop_assert_eq!(second.flow.open, whole.flow.open);
        let both = |get: fn(&Figures) -> u64| (get(&first) + get(&second), get(&whole));
        for get in [
            (|f: &Figures| f.all.reported) as fn(&Figures) -> u64,
            |f| f.reports,
            |f| f.flow.ended,
            |f| f.flow.reopened,
            |f| f.lessons,
            |f| f.came_back.denied,
            |f| f.came_back.returned,
            |f| f.to_acknowledgement.all.done,
            |f| f.visits.visits,
            |f| f.visits.halves,
            |f| f.visits.working_days,
            |f| f.visits.owed.unwrap_or(0),
            |f| f.load.chased,
            |f| f.load.minutes,
        ] {
            let (parts, all) = both(get);
            prop_assert_eq!(parts, all);
        }
        prop_assert_eq!(second.to_repair.all.open, whole.to_repair.all.open);
    }
}

#[test]
fn time_that_nobody_noted_is_unknown_and_not_zero() {
    let shown = |dossier: &Dossier| {
        let figures = Figures::of(dossier, sample::year(), sample::today());
        let tables = tables::tables(dossier, &figures, &PROFILE);
        let of = |key: &str| tables.iter().find(|t| t.key == key).unwrap().clone();
        (of("referent"), of("resume"))
    };
    let mut dossier = sample::dossier();
    let (load, summary) = shown(&dossier);
    let column: Vec<&Cell> = load.rows.iter().chain(&load.total).map(|row| row.last().unwrap()).collect();
    assert_eq!((column[0], column[1], column[12]), (&Cell::Count(150), &Cell::Nothing, &Cell::Count(345)));
    let note = load.note.unwrap();
    assert!(note.contains("5\u{a0}h\u{a0}45 notées par le référent"), "{note}");
    let line = summary.rows.iter().find(|row| row[0] == Cell::Text("Temps noté par le référent".into())).unwrap();
    assert_eq!(line[1], Cell::Text("5\u{a0}h\u{a0}45".into()));

    dossier.work.clear();
    let (load, summary) = shown(&dossier);
    assert!(load.rows.iter().chain(&load.total).all(|row| row.last() == Some(&Cell::Nothing)));
    assert!(load.note.is_some_and(|note| note.contains("Le temps passé n’est pas connu")));
    assert!(summary.rows.iter().all(|row| row[0] != Cell::Text("Temps noté par le référent".into())));
}

#[test]
fn a_visit_that_names_two_incidents_is_held_once() {
    let mut dossier = sample::dossier();
    let before = Figures::of(&dossier, sample::year(), sample::today()).visits;
    let mut second = dossier.visits[1].clone();
    second.incident = Some(IncidentId(3));
    dossier.visits.push(second.clone());
    let figures = Figures::of(&dossier, sample::year(), sample::today());
    assert_eq!(figures.visits, before);
    let tables = tables::tables(&dossier, &figures, &PROFILE);
    let passages = tables.iter().find(|t| t.key == "passages").unwrap();
    assert_eq!(passages.rows.len() as u64, before.visits);
    assert!(passages.rows.iter().any(|r| r.contains(&Cell::Text("2027-0002, 2027-0003".into()))));
    // Noted in another mail it is another visit.
    second.noted_at = sample::at("2028-08-02T08:00");
    dossier.visits.push(second);
    assert_eq!(Figures::of(&dossier, sample::year(), sample::today()).visits.visits, before.visits + 1);
}
