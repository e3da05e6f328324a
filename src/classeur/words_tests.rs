use super::*;
use crate::classeur::figures::{Counts, Delays, Held};
use crate::classeur::{motion, sample_tests as sample};
use jiff::civil::date;

const CONTRACT: profile::Delays = profile::Delays { normal: 5, urgent: 1 };

fn october() -> Figures {
    let period = Period::new(date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2)).unwrap();
    Figures::empty(period, date(2026, 10, 31))
}

/// The sentences with plain spaces and apostrophes.
fn said(f: &Figures) -> Vec<String> {
    let plain = |s: String| s.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    sentences(f, CONTRACT).into_iter().map(plain).collect()
}

#[test]
fn zero_is_said_as_zero() {
    let mut f = october();
    f.visits.owed = Some(0);
    assert_eq!(
        said(&f),
        [
            "En octobre 2026, aucune panne n'a été signalée.",
            "Aucun ticket n'attendait de réparation dans cette période.",
            "Au soir du 31 octobre 2026, aucun ticket ne reste ouvert.",
            "Aucun jour de passage n'était dû ; aucun passage du prestataire n'a été noté.",
            "Aucun cours n'a été dit touché ; aucune panne n'est revenue après avoir été dite réparée ou close.",
        ]
    );
}

#[test]
fn one_is_said_in_the_singular() {
    let mut f = october();
    f.all = Counts { reported: 1, sent: 1, open: 1, ..Counts::default() };
    f.to_repair.all = Delays { done: 0, open: 1, median: Some(HalfDays(2)), quartiles: None, late: Some(1) };
    f.oldest = Some(1);
    f.visits.owed = Some(10_000);
    f.visits.visits = 1;
    f.visits.halves = 1;
    f.spending.cents = 4_590;
    f.lessons = 1;
    f.urgent = 1;
    f.came_back.incidents = 1;
    assert_eq!(
        said(&f),
        [
            "En octobre 2026, une panne a été signalée ; elle a donné lieu à un ticket.",
            "Le seul ticket à réparer a dépassé le délai du contrat (5 jours ouvrés, 1 en cas d'urgence).",
            "Au soir du 31 octobre 2026, un ticket reste ouvert ; il attend depuis 1 jour ouvré.",
            "Le contrat devait 1 jour de passage ; un passage du prestataire a été noté, soit 0,5 jour : il manque 0,5 \
             jour ; le lycée a payé 45,90 € sur son propre budget.",
            "D'après le message, la panne a touché un cours, qu'elle a empêché ; une panne est revenue après avoir été \
             dite réparée ou close.",
        ]
    );
}

#[test]
fn many_are_said_in_the_plural_with_their_percentage_where_there_are_enough() {
    let mut f = october();
    f.all = Counts { reported: 34, sent: 28, open: 9, ..Counts::default() };
    f.to_repair.all = Delays { done: 19, open: 9, median: Some(HalfDays(15)), quartiles: None, late: Some(12) };
    f.oldest = Some(31);
    f.visits.owed = Some(95_000);
    f.visits.visits = 4;
    f.visits.halves = 8;
    f.spending.cents = 123_450;
    f.lessons = 7;
    f.urgent = 2;
    f.came_back.incidents = 3;
    assert_eq!(
        said(&f),
        [
            "En octobre 2026, 34 pannes ont été signalées ; 28 (82 %) ont donné lieu à un ticket.",
            "Sur 28 tickets à réparer, 12 (43 %) ont dépassé le délai du contrat (5 jours ouvrés, 1 en cas d'urgence) ; \
             la moitié au moins ont attendu, ou attendent encore, 7,5 jours ouvrés ou plus.",
            "Au soir du 31 octobre 2026, 9 tickets restent ouverts ; le plus ancien attend depuis 31 jours ouvrés.",
            "Le contrat devait 9,5 jours de passage ; 4 passages du prestataire ont été notés, soit 4 jours : il manque \
             5,5 jours ; le lycée a payé 1 234,50 € sur son propre budget.",
            "D'après les messages, 7 pannes sur 34 (21 %) ont touché un cours, dont 2 l'ont empêché ; 3 pannes sont \
             revenues après avoir été dites réparées ou closes.",
        ]
    );
}

#[test]
fn what_is_between_is_said_too() {
    let mut f = october();
    f.all = Counts { reported: 3, sent: 3, ..Counts::default() };
    f.to_repair.all = Delays { done: 3, open: 0, median: Some(HalfDays(2)), quartiles: None, late: Some(0) };
    f.visits.owed = Some(10_000);
    f.visits.halves = 2;
    f.visits.visits = 1;
    let said_now = said(&f);
    assert_eq!(said_now[0], "En octobre 2026, 3 pannes ont été signalées ; toutes ont donné lieu à un ticket.");
    assert_eq!(
        said_now[1],
        "Sur 3 tickets à réparer, aucun n'a dépassé le délai du contrat (5 jours ouvrés, 1 en cas d'urgence)."
    );
    assert!(said_now[3].ends_with("soit 1 jour : le compte y est."), "{}", said_now[3]);
    assert!(said_now[4].starts_with("Aucun message ne dit qu'un cours a été touché"));
    f.visits.owed = None;
    assert_eq!(said(&f)[3], "Un passage du prestataire a été noté, soit 1 jour.");
    f.all.sent = 0;
    assert!(said(&f)[0].ends_with("aucune n'a donné lieu à un ticket."));
    f.all = Counts { reported: 1, ..Counts::default() };
    assert!(said(&f)[0].ends_with("elle n'a pas donné lieu à un ticket."));
}

#[test]
fn a_period_is_named_as_one_would_say_it() {
    let name = |a: Date, b: Date| period_name(Period::new(a, b, date(2099, 1, 1)).unwrap()).replace('\u{a0}', " ");
    assert_eq!(name(date(2026, 10, 1), date(2026, 10, 31)), "octobre 2026");
    assert_eq!(name(date(2026, 10, 1), date(2026, 10, 15)), "du 1er au 15 octobre 2026");
    assert_eq!(name(date(2026, 9, 2), date(2026, 10, 15)), "du 2 septembre au 15 octobre 2026");
    assert_eq!(name(date(2026, 9, 1), date(2027, 8, 31)), "du 1er septembre 2026 au 31 août 2027");
    assert_eq!(name(date(2026, 10, 12), date(2026, 10, 12)), "le 12 octobre 2026");
}

#[test]
fn money_is_grouped_and_has_two_decimals() {
    assert_eq!(euros(5), "0,05\u{a0}€");
    assert_eq!(euros(123_456_789), "1\u{202f}234\u{202f}567,89\u{a0}€");
}

#[test]
fn a_motion_asks_only_for_what_the_figures_carry() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let plain = |f: &Figures| motion::draft(&sample::school(), f, &profile).replace('\u{a0}', " ").replace('’', "'");
    let mut f = october();
    let quiet = plain(&f);
    assert!(quiet.contains("- En octobre 2026, aucune panne n'a été signalée."), "{quiet}");
    assert!(quiet.contains("Il en prend acte"), "{quiet}");
    assert!(!quiet.contains("demande"), "{quiet}");
    // One ticket in time, one visit too few.
    f.to_repair.all = Delays { done: 0, open: 1, median: None, quartiles: None, late: Some(0) };
    f.visits = Held { visits: 0, halves: 0, working_days: 16, owed: Some(12_000) };
    let asked = plain(&f);
    assert!(asked.contains("- une date de réparation, par CESAME, pour le ticket encore ouvert ;\n"), "{asked}");
    assert!(asked.contains("- la tenue des passages dus et non assurés.\n"), "{asked}");
    assert!(!asked.contains("respect des délais") && !asked.contains("budget"), "{asked}");
}

#[test]
fn the_method_says_what_is_not_known() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut dossier = sample::nothing();
    dossier.school.pcs = None;
    dossier.school.closings.clear();
    dossier.school.rooms.clear();
    dossier.since = Some(date(2026, 10, 12));
    let told = method(&dossier, &october(), &profile).join("\n").replace('\u{a0}', " ").replace('’', "'");
    for part in [
        "le nombre d'ordinateurs n'est pas renseigné",
        "Les fermetures du lycée (vacances) ne sont pas renseignées",
        "Le registre ne commence que le 12 octobre 2026",
        "La liste des salles n'est pas renseignée",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let known = method(&sample::nothing(), &october(), &profile).join("\n").replace('\u{a0}', " ").replace('’', "'");
    assert!(
        known.contains("0,25 jour par quinzaine de classe et par tranche entamée de 100 ordinateurs (230"),
        "{known}"
    );
    assert!(!known.contains("renseigné"), "{known}");
}

#[test]
fn thousands_are_parted_and_less_than_half_a_day_is_not_missed() {
    let mut f = october();
    f.all = Counts { reported: 5_000, sent: 3_332, ..Counts::default() };
    f.visits = Held { visits: 2, halves: 2, working_days: 14, owed: Some(10_500) };
    let all = said(&f);
    assert_eq!(all[0], "En octobre 2026, 5 000 pannes ont été signalées ; 3 332 (67 %) ont donné lieu à un ticket.");
    assert_eq!(
        all[3],
        "Le contrat devait 1,05 jour de passage ; 2 passages du prestataire ont été notés, soit 1 jour : le compte y \
         est, à moins d'une demi-journée près."
    );
    let profile = Profile::builtin("ile-de-france").unwrap();
    assert!(!motion::draft(&sample::school(), &f, &profile).contains("passages dus"));
    f.visits.owed = Some(15_000);
    assert!(motion::draft(&sample::school(), &f, &profile).contains("passages dus"));
}
