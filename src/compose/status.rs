//! Where an incident stands, in French: for sentences and for the narrow column of a table.

use jiff::Timestamp;

use super::french::{self, NBSP};
use super::labels;
use crate::incident::{Incident, State};
use crate::profile::Profile;
use crate::report::Responsible;
use crate::school::School;

/// The word by which a referent gives an incident to somebody else than support.
pub fn redirect_word(responsible: Responsible) -> Option<&'static str> {
    match responsible {
        Responsible::Region => None,
        Responsible::Atte => Some("ATTE"),
        Responsible::Rectorat => Some("RECTORAT"),
        Responsible::Ent => Some("ENT"),
        Responsible::Etablissement => Some("ETABLISSEMENT"),
    }
}

/// Where it stands, as part of a sentence.
pub fn state(incident: &Incident, profile: &Profile, school: &School, now: Timestamp) -> String {
    let desk = labels::desk(profile);
    let day = |at: Timestamp| french::day_of(at, now, &school.timezone);
    let today = now.to_zoned(school.timezone.clone()).date();
    let number = incident.support_reference.as_deref().map(|n| format!(" (n°{NBSP}{})", french::one_line(n, 60)));
    let number = number.unwrap_or_default();
    match &incident.state {
        State::AwaitingConfirmation { .. } => "en attente de l’accord du référent".to_owned(),
        State::Confirmed { .. } => format!("validé, envoi {} en cours", french::to(desk)),
        State::Ticketed { at } => {
            format!("chez {desk} depuis le {}{number}", day(incident.ticket_sent_at.unwrap_or(*at)))
        }
        State::Acknowledged { .. } => format!("pris en charge par {desk}{number}"),
        State::Planned { date, week: true, .. } => {
            format!("en attente de l’intervention de la semaine du {}{number}", french::day(*date, today))
        }
        State::Planned { date, half, .. } => {
            format!("en attente de l’intervention du {}{number}", french::visit(*date, *half, today))
        }
        State::Resolved { .. } => "annoncé réparé, à vérifier".to_owned(),
        State::Closed { at } => format!("clos depuis le {}", day(*at)),
        State::Refused { by_support: true, .. } => format!("refusé par {desk}"),
        State::Refused { .. } => "sans suite, par décision du référent".to_owned(),
        State::Redirected { to, .. } => format!("du ressort {}", french::of(&labels::responsible(profile, *to))),
        State::Merged { .. } => "regroupé avec un autre incident".to_owned(),
    }
}

/// A state of "le dossier" said of "la panne".
pub fn feminine(state: &str) -> String {
    const ENDINGS: &[(&str, &str)] = &[
        ("validé", "validée"),
        ("pris ", "prise "),
        ("annoncé réparé,", "annoncée réparée,"),
        ("clos ", "close "),
        ("refusé ", "refusée "),
        ("regroupé ", "regroupée "),
    ];
    ENDINGS
        .iter()
        .find_map(|(m, f)| state.strip_prefix(m).map(|rest| format!("{f}{rest}")))
        .unwrap_or_else(|| state.to_owned())
}

/// Where it stands, for a table's narrow column.
pub fn state_short(incident: &Incident, profile: &Profile, school: &School, now: Timestamp) -> String {
    let days = french::days_between(incident.state.since(), now, &school.timezone);
    let age = if days == 0 { String::new() } else { format!(" ({days}{NBSP}j)") };
    let desk = labels::desk_short(profile);
    match &incident.state {
        State::AwaitingConfirmation { .. } => format!("attend votre OK{age}"),
        State::Confirmed { .. } => "envoi en cours".to_owned(),
        State::Ticketed { .. } => format!("envoyé à {desk}{age}"),
        State::Acknowledged { .. } => format!("pris en charge{age}"),
        State::Planned { date, week: true, .. } => format!("visite sem. du {}", french::short_visit(*date, None)),
        State::Planned { date, half, .. } => format!("visite {}", french::short_visit(*date, *half)),
        State::Resolved { .. } => format!("réparé{NBSP}? à vérifier"),
        State::Closed { .. } => "clos".to_owned(),
        State::Refused { by_support: true, .. } => format!("refusé par {desk}"),
        State::Refused { .. } => "sans suite".to_owned(),
        State::Redirected { to, .. } => {
            let to = match to {
                Responsible::Region => "pour la région",
                Responsible::Atte => "pour les agents",
                Responsible::Rectorat => "pour le rectorat",
                Responsible::Ent => "pour l’ENT",
                Responsible::Etablissement => "pour le lycée",
            };
            format!("{to}{age}")
        }
        State::Merged { .. } => "regroupé".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_agrees_with_the_fault() {
        assert_eq!(feminine("pris en charge par CESAME"), "prise en charge par CESAME");
        assert_eq!(feminine("annoncé réparé, à vérifier"), "annoncée réparée, à vérifier");
        assert_eq!(feminine("clos le lundi"), "close le lundi");
        assert_eq!(feminine("en attente"), "en attente");
    }
}
