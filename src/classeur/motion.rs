//! A draft of the council's motion, as text to be edited. Pure.
//!
//! It states what was counted, and asks only for what follows from it.

use super::dossier::SchoolCard;
use super::figures::Figures;
use super::shown::count;
use super::words::{HALF_A_DAY, long_date, period_name, sentences};
use crate::compose::{french, labels};
use crate::profile::Profile;

/// The draft: lines of plain text, each paragraph on one line.
pub fn draft(school: &SchoolCard, f: &Figures, profile: &Profile) -> String {
    let mut text = format!(
        "PROJET DE MOTION (à relire et à modifier)\n\nConseil d'administration : {} ({}, {})\nSéance du ……………\n\n",
        school.name, school.city, school.uai
    );
    let until = if f.as_of == f.period.to() { String::new() } else { format!(", arrêté au {}", long_date(f.as_of)) };
    text.push_str(&format!(
        "Le conseil d'administration, au vu du relevé des pannes informatiques ({}){until},\n\nconstate :\n\n",
        period_name(f.period),
    ));
    for sentence in sentences(f, school.delays) {
        text.push_str(&format!("- {sentence}\n"));
    }
    let asked = requests(f, profile);
    if asked.is_empty() {
        text.push_str("\nIl en prend acte et souhaite que ce relevé soit poursuivi.\n");
    } else {
        text.push_str("\nEn conséquence, il demande à la Région :\n\n");
        for request in asked {
            text.push_str(&format!("- {request}\n"));
        }
        text.push_str("\nLe relevé complet, panne par panne, est joint.\n");
    }
    text.push_str("\nVotes pour : ……   Votes contre : ……   Abstentions : ……\n");
    french::typography(&text)
}

/// What follows from the figures, and nothing else.
fn requests(f: &Figures, profile: &Profile) -> Vec<String> {
    let mut asked = Vec::new();
    match f.to_repair.all.open {
        0 => {}
        1 => {
            asked.push(format!("une date de réparation, par {}, pour le ticket encore ouvert ;", labels::desk(profile)))
        }
        n => asked.push(format!(
            "une date de réparation, par {}, pour chacun des {} tickets encore ouverts ;",
            labels::desk(profile),
            count(n)
        )),
    }
    if f.to_repair.all.late.is_some_and(|late| late > 0) {
        asked.push("le respect des délais d'intervention prévus par le contrat ;".to_owned());
    }
    if f.visits.missing().is_some_and(|missing| missing >= HALF_A_DAY) {
        asked.push("la tenue des passages dus et non assurés ;".to_owned());
    }
    if f.spending.cents > 0 {
        asked.push("la prise en charge de ce que le lycée a dû payer sur son propre budget ;".to_owned());
    }
    if let Some(last) = asked.last_mut() {
        last.truncate(last.trim_end_matches(" ;").len());
        last.push('.');
    }
    asked
}
