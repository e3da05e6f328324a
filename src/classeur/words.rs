//! The sentences that matter, written from the figures, and how the figures were made. Pure.
//!
//! Every sentence is true for zero, one and many, and claims no more than what was counted.

use jiff::civil::Date;

use super::Period;
use super::dossier::Dossier;
use super::figures::{Figures, HalfDays};
use super::shown::count;
use super::table::Cell;
use crate::compose::{french, labels};
use crate::profile::{self, Profile};

/// Below this many delays a median says little and is not put into a sentence.
const SMALLEST_FOR_MEDIAN: u64 = 4;

/// Ten-thousandths of half a day: what is missing below it cannot be made up by any visit, and nobody
/// is blamed for it.
pub(super) const HALF_A_DAY: u64 = 5_000;

/// The five sentences: what was reported, how long repairs take, what is still open, visits and own
/// spending, lessons and faults that came back.
pub fn sentences(f: &Figures, contract: profile::Delays) -> Vec<String> {
    vec![reported(f), repairs(f, contract), open(f), visits(f), lessons(f)]
        .into_iter()
        .map(|s| french::typography(&s))
        .collect()
}

/// "1er octobre 2026".
pub fn long_date(day: Date) -> String {
    super::shown::long_date(day)
}

/// "octobre 2026", "du 1er au 15 octobre 2026", "le 12 octobre 2026": a period as a title names it.
pub fn period_name(period: Period) -> String {
    let (from, to) = (period.from(), period.to());
    if from == to {
        return format!("le {}", long_date(from));
    }
    if period.is_whole_months() && period.months().len() == 1 {
        return format!("{} {}", french::month(from.month()), from.year());
    }
    let (number, month) = french::month_day(from);
    if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("du {number} au {}", long_date(to))
    } else if from.year() == to.year() {
        format!("du {number}\u{a0}{month} au {}", long_date(to))
    } else {
        format!("du {} au {}", long_date(from), long_date(to))
    }
}

/// The period as a sentence begins with it, as far as it has passed.
fn beginning(f: &Figures) -> String {
    let seen = Period::new(f.period.from(), f.as_of, f.as_of).unwrap_or(f.period);
    let name = period_name(seen);
    if name.starts_with("du ") || name.starts_with("le ") { french::capital(&name) } else { format!("En {name}") }
}

/// A number of days in French: "3,5".
pub(super) fn decimal(ten_thousandths: u64) -> String {
    let (whole, rest) = (ten_thousandths / 10_000, ten_thousandths % 10_000);
    let decimals = format!("{rest:04}");
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { whole.to_string() } else { format!("{whole},{decimals}") }
}

/// "3,5 jours", "1,5 jour", "0 jour": French counts from two on.
fn days(ten_thousandths: u64) -> String {
    let noun = if ten_thousandths < 20_000 { "jour" } else { "jours" };
    format!("{}\u{a0}{noun}", decimal(ten_thousandths))
}

fn half_days(d: HalfDays) -> String {
    let noun = if d.0 < 4 { "jour ouvré" } else { "jours ouvrés" };
    format!("{}\u{a0}{noun}", decimal(d.0 * 5_000))
}

fn working_days(n: u64) -> String {
    format!("{}\u{a0}{}", count(n), if n < 2 { "jour ouvré" } else { "jours ouvrés" })
}

/// "1 234,50 €".
pub fn euros(cents: i64) -> String {
    super::shown::cents(cents)
}

/// " (82 %)" where the whole is large enough for one.
fn percent(part: u64, whole: u64) -> String {
    Cell::Share { part, whole }.percentage().map_or_else(String::new, |p| format!(" ({p}\u{a0}%)"))
}

fn reported(f: &Figures) -> String {
    let (all, sent) = (f.all.reported, f.all.sent);
    let when = beginning(f);
    let ticket = match (all, sent) {
        (0, _) => return format!("{when}, aucune panne n'a été signalée."),
        (1, 0) => "elle n'a pas donné lieu à un ticket".to_owned(),
        (1, _) => "elle a donné lieu à un ticket".to_owned(),
        (_, 0) => "aucune n'a donné lieu à un ticket".to_owned(),
        (_, 1) => "une seule a donné lieu à un ticket".to_owned(),
        (all, sent) if all == sent => "toutes ont donné lieu à un ticket".to_owned(),
        (all, sent) => format!("{}{} ont donné lieu à un ticket", count(sent), percent(sent, all)),
    };
    let told = match all {
        1 => "une panne a été signalée".to_owned(),
        n => format!("{} pannes ont été signalées", count(n)),
    };
    format!("{when}, {told} ; {ticket}.")
}

fn repairs(f: &Figures, contract: profile::Delays) -> String {
    let d = &f.to_repair.all;
    let (all, late) = (d.done + d.open, d.late.unwrap_or(0));
    let promise = format!(
        "le délai du contrat ({}, {} en cas d'urgence)",
        working_days(u64::from(contract.normal)),
        contract.urgent
    );
    let judged = match (all, late) {
        (0, _) => return "Aucun ticket n'attendait de réparation dans cette période.".to_owned(),
        (1, 0) => format!("Le seul ticket à réparer n'a pas dépassé {promise}"),
        (1, _) => format!("Le seul ticket à réparer a dépassé {promise}"),
        (all, 0) => format!("Sur {} tickets à réparer, aucun n'a dépassé {promise}", count(all)),
        (all, 1) => format!("Sur {} tickets à réparer, un seul a dépassé {promise}", count(all)),
        (all, late) if all == late => format!("Les {} tickets à réparer ont tous dépassé {promise}", count(all)),
        (all, late) => {
            format!("Sur {} tickets à réparer, {}{} ont dépassé {promise}", count(all), count(late), percent(late, all))
        }
    };
    match d.median {
        Some(median) if median.0 >= 2 && all >= SMALLEST_FOR_MEDIAN => {
            format!("{judged} ; la moitié au moins ont attendu, ou attendent encore, {} ou plus.", half_days(median))
        }
        _ => format!("{judged}."),
    }
}

fn open(f: &Figures) -> String {
    let when = format!("Au soir du {}", long_date(f.as_of));
    let age = |n: u64| working_days(n);
    match (f.to_repair.all.open, f.oldest.unwrap_or(0)) {
        (0, _) => format!("{when}, aucun ticket ne reste ouvert."),
        (1, 0) => format!("{when}, un ticket reste ouvert."),
        (1, oldest) => format!("{when}, un ticket reste ouvert ; il attend depuis {}.", age(oldest)),
        (n, 0) => format!("{when}, {} tickets restent ouverts.", count(n)),
        (n, oldest) => {
            format!("{when}, {} tickets restent ouverts ; le plus ancien attend depuis {}.", count(n), age(oldest))
        }
    }
}

fn visits(f: &Figures) -> String {
    let held = f.visits.held();
    let passages = match f.visits.visits {
        0 => "aucun passage du prestataire n'a été noté".to_owned(),
        1 => format!("un passage du prestataire a été noté, soit {}", days(held)),
        n => format!("{} passages du prestataire ont été notés, soit {}", count(n), days(held)),
    };
    let owed = match f.visits.owed {
        None => french::capital(&passages),
        Some(0) => format!("Aucun jour de passage n'était dû ; {passages}"),
        Some(owed) => {
            let missing = match f.visits.missing().unwrap_or(0) {
                0 => "le compte y est".to_owned(),
                missing if missing < HALF_A_DAY => "le compte y est, à moins d'une demi-journée près".to_owned(),
                missing => format!("il manque {}", days(missing)),
            };
            format!("Le contrat devait {} de passage ; {passages} : {missing}", days(owed))
        }
    };
    if f.spending.cents > 0 {
        format!("{owed} ; le lycée a payé {} sur son propre budget.", euros(f.spending.cents))
    } else {
        format!("{owed}.")
    }
}

fn lessons(f: &Figures) -> String {
    let prevented = match (f.lessons, f.urgent) {
        (_, 0) => String::new(),
        (1, _) => ", qu'elle a empêché".to_owned(),
        (_, 1) => ", dont une l'a empêché".to_owned(),
        (_, n) => format!(", dont {} l'ont empêché", count(n)),
    };
    let touched = match (f.all.reported, f.lessons) {
        (0, _) => "Aucun cours n'a été dit touché".to_owned(),
        (_, 0) => "Aucun message ne dit qu'un cours a été touché".to_owned(),
        (1, _) => format!("D'après le message, la panne a touché un cours{prevented}"),
        (all, 1) => format!("D'après les messages, une panne sur {} a touché un cours{prevented}", count(all)),
        (all, n) if n == all => {
            format!("D'après les messages, les {} pannes ont toutes touché un cours{prevented}", count(all))
        }
        (all, n) => {
            format!(
                "D'après les messages, {} pannes sur {}{} ont touché un cours{prevented}",
                count(n),
                count(all),
                percent(n, all)
            )
        }
    };
    let back = match f.came_back.incidents {
        0 => "aucune panne n'est revenue après avoir été dite réparée ou close".to_owned(),
        1 => "une panne est revenue après avoir été dite réparée ou close".to_owned(),
        n => format!("{} pannes sont revenues après avoir été dites réparées ou closes", count(n)),
    };
    format!("{touched} ; {back}.")
}

/// How the figures were made and what they do not say, a paragraph each.
pub(super) fn method(dossier: &Dossier, f: &Figures, profile: &Profile) -> Vec<String> {
    let school = &dossier.school;
    let mut said = vec![
        "Ces chiffres viennent du registre tenu par le programme : chaque message reçu, chaque ticket accepté par le \
         serveur du destinataire, chaque réponse y porte sa date. Aucun nom n'y figure."
            .to_owned(),
        format!(
            "Tout est vu du soir du {} : ce qui s'est passé ensuite n'y est pas. Une panne appartient à la période de \
             son premier signalement ; plusieurs messages peuvent parler d'une même panne, et une panne réunie à une \
             autre ne compte qu'avec elle.",
            long_date(f.as_of)
        ),
        format!(
            "Les délais sont en jours ouvrés du lycée (ni samedi, ni dimanche, ni jour férié, ni fermeture), le jour de \
             départ non compris. Ils portent sur tous les tickets en cours pendant la période, même envoyés avant : ceux \
             qui ont abouti comptent pour leur durée, ceux qui attendent encore pour leur âge. Une réparation démentie \
             n'en est pas une ; une panne revenue après sa clôture ouvre un nouveau délai. Le contrat promet {} {} \
             ({} en cas d'urgence), comptés ici en jours ouvrés, ce qui avantage le prestataire.",
            school.delays.normal,
            if school.delays.normal < 2 { "jour" } else { "jours" },
            school.delays.urgent
        ),
        format!(
            "Une panne est dite réparée quand {} ou un collègue l'écrit, ou quand le référent la clôt. Sans passage noté \
             par le référent, le premier jour annoncé et non déplacé est tenu pour un passage, ce qui avantage le \
             prestataire.",
            labels::desk(profile)
        ),
        "Un cours est dit touché quand un message le dit ; il est dit empêché quand la panne est signalée comme urgente. \
         Ce que personne n'a écrit n'est pas compté."
            .to_owned(),
        match school.pcs {
            Some(pcs) => format!(
                "Passages dus : {} par quinzaine de classe et par tranche entamée de 100 ordinateurs ({pcs} \
                 ordinateurs), dix jours ouvrés du lycée faisant une quinzaine.",
                days(u64::from(school.visit_thousandths) * 10)
            ),
            None => "Passages dus : le nombre d'ordinateurs n'est pas renseigné, ils ne sont pas calculés.".to_owned(),
        },
        "Une part est donnée avec ce dont elle est la part ; au-dessous de vingt, sans pourcentage.".to_owned(),
    ];
    if school.closings.is_empty() {
        said.push(
            "Les fermetures du lycée (vacances) ne sont pas renseignées : les délais et les passages dus les comptent \
             comme des jours de classe."
                .to_owned(),
        );
    }
    if let Some(since) = dossier.since.filter(|since| *since > f.period.from()) {
        said.push(format!(
            "Le registre ne commence que le {} : ce qui précède n'est pas nul, mais inconnu.",
            long_date(since)
        ));
    }
    if school.rooms.is_empty() {
        said.push(
            "La liste des salles n'est pas renseignée : la part des salles touchées ne peut pas être donnée."
                .to_owned(),
        );
    }
    match f.rooms.elsewhere {
        n if n == 0 || f.rooms.known == 0 => {}
        1 => said.push("En dehors des salles connues, un autre lieu a été nommé.".to_owned()),
        n => said.push(format!("En dehors des salles connues, {} autres lieux ont été nommés.", count(n))),
    }
    said.into_iter().map(|s| french::typography(&s)).collect()
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
