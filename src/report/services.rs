//! Which of several problems is only how another one shows: an account where the service is down.

use super::problem::Draft;
use super::reading::Reading;
use super::{Equipment, Stance};

/// "Pronote ne s'ouvre pas … Google non plus": where nothing opens, the application is not at fault.
pub(super) fn symptom_not_application(drafts: &mut Vec<Draft>, reading: &Reading<'_>) {
    let text = &reading.text;
    let down = |things: &[Equipment]| -> Vec<usize> {
        let told = drafts.iter().filter(|d| things.contains(&d.equipment) && d.stance == Stance::Broken);
        told.map(|d| text.sentence_of(d.start)).collect()
    };
    let networks = down(&[Equipment::Reseau, Equipment::Wifi]);
    let servers = down(&[Equipment::Serveur]);
    let key = |d: &Draft| d.symptom.and_then(|s| reading.vocabulary.symptoms.get(s)).map_or("", |s| s.key.as_str());
    // A PC that left the domain refuses every account.
    let outside_domain = drafts.iter().any(|d| key(d) == "domain");
    let accounts: Vec<usize> =
        drafts.iter().filter(|d| d.equipment == Equipment::Compte).map(|d| text.sentence_of(d.start)).collect();
    let service =
        |d: &Draft| matches!(d.equipment, Equipment::Ent | Equipment::ApplicationAcademique | Equipment::Messagerie);
    // "Impossible de me connecter à SIECLE, erreur 503": the service is down, the account is well.
    let unserved: Vec<usize> = drafts
        .iter()
        .filter(|d| service(d) && matches!(key(d), "page_blank" | "error"))
        .map(|d| text.sentence_of(d.start))
        .filter(|s| outage_told(reading, *s))
        .collect();
    let unlicensed: Vec<usize> = drafts
        .iter()
        .filter(|d| d.equipment == Equipment::Logiciel && matches!(key(d), "licence" | "error"))
        .map(|d| text.sentence_of(d.start))
        .collect();
    // A torn cord is why a PC has no network: one fault, of the network, for the staff on site.
    let cords: Vec<usize> = drafts
        .iter()
        .filter(|d| key(d) == "cable" && d.atte && !d.equipment.eq(&Equipment::Reseau))
        .map(|d| text.sentence_of(d.start))
        .filter(|s| networks.contains(s))
        .collect();
    for draft in drafts.iter_mut().filter(|d| d.equipment == Equipment::Reseau) {
        draft.atte |= cords.contains(&text.sentence_of(draft.start));
    }
    let seats: Vec<usize> = drafts
        .iter()
        .filter(|d| {
            matches!(d.equipment, Equipment::Ordinateur | Equipment::Portable) && !d.machines.numbers.is_empty()
        })
        .map(|d| text.sentence_of(d.start))
        .collect();
    drafts.retain(|d| {
        let here = text.sentence_of(d.start);
        let listed = text.sentences.get(here).is_some_and(|s| s.item);
        let folded = outside_domain && d.equipment == Equipment::Compte
            || cords.contains(&here) && key(d) == "cable" && d.equipment != Equipment::Reseau
            || d.equipment == Equipment::Compte && unserved.contains(&here)
            || service(d) && accounts.contains(&here) && !unserved.contains(&here)
            || d.equipment == Equipment::Messagerie
                && !listed
                && accounts.contains(&(here + 1))
                && own_access(reading, here)
            || d.equipment == Equipment::Serveur
                && networks.contains(&here)
                && !matches!(key(d), "server_down" | "drive_missing")
            || listed
                && unlicensed.contains(&here)
                && d.machines.numbers.is_empty()
                && matches!(d.equipment, Equipment::Autre | Equipment::Ordinateur);
        if folded {
            return false;
        }
        let symptom_of_seat = d.equipment == Equipment::Logiciel && seats.contains(&text.sentence_of(d.start));
        if symptom_of_seat {
            return false;
        }
        let application =
            matches!(d.equipment, Equipment::Ent | Equipment::Messagerie | Equipment::Logiciel | Equipment::Compte);
        let sentence = text.sentence_of(d.start);
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let down = networks.iter().chain(servers.iter().filter(|_| d.equipment == Equipment::Compte));
        // "Par ailleurs …" tells another problem, whatever it is.
        let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
        let apart = range.start.min(d.start)..d.end;
        let apart =
            apart.into_iter().any(|i| matches!(text.word(i), "ailleurs" | "sinon" | "egalement" | "aussi" | "autre"));
        let explained = application && down.into_iter().any(|n| n.abs_diff(sentence) <= 1);
        item || apart || !explained
    });
}

/// Does `sentence` quote a server's own error ("erreur 503", "bad gateway", "page blanche")?
pub(super) fn outage_told(reading: &Reading<'_>, sentence: usize) -> bool {
    let text = &reading.text;
    text.sentences.get(sentence).is_some_and(|s| {
        s.tokens.clone().any(|i| {
            matches!(
                text.word(i),
                "gateway"
                    | "unavailable"
                    | "maintenance"
                    | "indisponible"
                    | "blanche"
                    | "timeout"
                    | "500"
                    | "501"
                    | "502"
                    | "503"
                    | "504"
                    | "404"
            )
        })
    })
}

/// "Je ne peux plus entrer dans ma boîte": one person's way in, which the sentence after explains.
fn own_access(reading: &Reading<'_>, sentence: usize) -> bool {
    let text = &reading.text;
    text.sentences.get(sentence).is_some_and(|s| {
        s.tokens.clone().any(|i| {
            matches!(text.word(i), "entrer" | "connecter" | "acceder" | "ouvrir" | "accede" | "entre" | "consulter")
        })
    })
}
