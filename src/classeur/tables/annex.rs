//! One line per incident.

use super::{ANNEX, REFUSAL, column, equipment_name, opt_date, place_name, text};
use crate::classeur::figures::{Figures, Line};
use crate::classeur::life::Stage;
use crate::classeur::table::{Cell, Kind, Table};
use crate::compose::{french, labels};
use crate::profile::Profile;

/// Where an incident stands, as the annex says it.
fn stage(line: &Line) -> String {
    match line.standing.stage {
        Stage::Waiting => "en attente du référent".to_owned(),
        Stage::Leaving => "confirmée, ticket non encore reçu".to_owned(),
        Stage::Sent => "ticket envoyé".to_owned(),
        Stage::Acknowledged => "prise en charge".to_owned(),
        Stage::Planned => "passage annoncé".to_owned(),
        Stage::Repaired => "dite réparée".to_owned(),
        Stage::Closed => "close".to_owned(),
        Stage::Settled => "disparue avant envoi".to_owned(),
        Stage::Refused => "refusée par le référent".to_owned(),
        Stage::OutOfScope => "refusée par le support".to_owned(),
        Stage::Redirected => "confiée à un autre service".to_owned(),
        Stage::Merged => match line.merged_into {
            Some(into) => format!("réunie à {into}"),
            None => "réunie à une autre".to_owned(),
        },
    }
}

/// The annex.
pub(super) fn annex(f: &Figures, profile: &Profile) -> Table {
    let columns = vec![
        column("Référence", Kind::Text),
        column("Lieu", Kind::Text),
        column("Matériel", Kind::Text),
        column("Panne", Kind::Text),
        column("Nombre", Kind::Count),
        column("Responsable", Kind::Text),
        column("Urgente", Kind::Text),
        column("Cours touché", Kind::Text),
        column("Signalements", Kind::Count),
        column("État", Kind::Text),
        column("Signalée le", Kind::Date),
        column("Confirmée le", Kind::Date),
        column("Ticket envoyé le", Kind::Date),
        column("Numéro du support", Kind::Text),
        column("Première réponse le", Kind::Date),
        column("Passage annoncé pour le", Kind::Date),
        column("Premier passage le", Kind::Date),
        column("Réparée le", Kind::Date),
        column("Terminée le", Kind::Date),
        column("Attente (jours ouvrés)", Kind::Count),
        column("Hors délai", Kind::Text),
        column("Retours", Kind::Count),
        column(REFUSAL, Kind::Text),
    ];
    let yes = |b: bool| text(if b { "oui" } else { "non" });
    let row = |l: &Line| {
        let symptom = l.symptom.as_deref().and_then(|key| labels::symptom(profile, key, l.equipment, l.count));
        vec![
            text(l.reference.to_string()),
            text(place_name(l.place.as_ref())),
            text(equipment_name(profile, l.equipment)),
            text(symptom.unwrap_or_default()),
            Cell::Count(u64::from(l.count)),
            text(french::capital(&labels::responsible(profile, l.responsible))),
            yes(l.urgent),
            yes(l.lessons),
            Cell::Count(l.reports),
            text(stage(l)),
            Cell::Date(l.opened_on),
            opt_date(l.days.confirmed_on),
            opt_date(l.days.sent_on),
            text(l.support_reference.clone().unwrap_or_default()),
            opt_date(l.days.acknowledged_on),
            opt_date(l.days.planned_for),
            opt_date(l.days.visited_on),
            opt_date(l.days.repaired_on),
            opt_date(l.days.ended_on),
            l.waited.map_or(Cell::Nothing, Cell::Count),
            yes(l.late),
            Cell::Count(l.standing.returns.len() as u64),
            text(l.refusal.clone().unwrap_or_default()),
        ]
    };
    let note = "Toute panne signalée dans la période, ou encore en cours à son début, telle qu’elle était au soir du \
                dernier jour. Celles qui sont réunies à une autre ne comptent qu’avec elle.";
    Table {
        key: ANNEX,
        title: "Annexe : une ligne par panne".replace(" :", "\u{a0}:"),
        note: Some(note.to_owned()),
        columns,
        rows: f.lines.iter().map(row).collect(),
        total: None,
        plot: None,
    }
}
