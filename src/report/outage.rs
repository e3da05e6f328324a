//! A whole floor, building or school at once: what its machines cannot do is what they share.

use super::Equipment;
use super::locate::Located;
use super::problem::{Assembler, networked};
use super::reading::{Fault, Reading};
use super::text::Text;
use super::vocabulary::{Cue, Symptom};

/// How words begin that speak of what goes through a network.
const THROUGH: &[&str] = &[
    "acce",
    "commun",
    "connec",
    "dehors",
    "dialog",
    "exterieur",
    "google",
    "intern",
    "isol",
    "monde",
    "navigu",
    "page",
    "reseau",
    "site",
    "surf",
    "toile",
    "web",
];

/// Rooms where what serves all others stands: a repair is made there, the fault shows elsewhere.
pub(super) fn machine_room(place: &str) -> bool {
    ["LOCAL", "SALLE SERVEUR", "BAIE"].iter().any(|w| place.starts_with(w))
}

/// A building, a floor or the whole school.
pub(super) fn area(place: &str) -> bool {
    place.starts_with("BATIMENT") || place.ends_with("ETAGE") || place.ends_with("RDC") || place == "ETABLISSEMENT"
}

/// "Le bâtiment C, rez-de-chaussée et étages", "tout le bâtiment C, RDC compris": the floor that stands
/// beside the building only says that all of it is meant.
pub(super) fn whole_of_floor(text: &Text<'_>, found: &mut [Located]) {
    for located in found {
        let Some(letter) = located.place.as_str().strip_suffix(" RDC").or_else(|| {
            located
                .place
                .as_str()
                .strip_suffix(" ETAGE")
                .and_then(|name| name.rsplit_once(' '))
                .map(|(letter, _)| letter)
        }) else {
            continue;
        };
        let here = |i: usize| text.same_sentence(i, located.start);
        let names_building = |i: usize| matches!(text.word(i), "bat" | "batiment" | "aile");
        let first = names_building(located.start);
        let whole = (located.start.saturating_sub(2)..located.start)
            .any(|i| here(i) && matches!(text.word(i), "tout" | "toute" | "entier" | "ensemble"));
        let others = (located.end..located.end + 5)
            .any(|i| here(i) && matches!(text.word(i), "etage" | "etages" | "compris" | "comprise"));
        if first && !letter.is_empty() && (whole || others) {
            located.place = super::Place::from_normalised(&format!("BATIMENT {letter}"));
        }
    }
}

impl Assembler<'_, '_> {
    /// "Le bâtiment B est isolé, aucun poste n'accède à quoi que ce soit", "de la A201 à la A215 pas un
    /// ordinateur ne communique": machines that cannot reach anything, all over an area, lack its network.
    pub(super) fn outage(
        &self,
        sentence: usize,
        fault: &Fault,
        symptom: &Symptom,
        equipment: Equipment,
    ) -> Option<Equipment> {
        let text = &self.reading.text;
        let machine =
            matches!(equipment, Equipment::Ordinateur | Equipment::Portable | Equipment::Tablette | Equipment::Autre);
        let shows = matches!(
            symptom.key.as_str(),
            "not_working" | "page_blank" | "freezes" | "error" | "not_recognised" | "disconnects"
        );
        if !machine || !shows {
            return None;
        }
        let words = |i: usize| text.same_sentence(i, fault.start);
        let wide = self
            .reading
            .places
            .found
            .iter()
            .any(|p| text.sentence_of(p.start) == sentence && area(p.place.as_str()) && !self.contrasted(p.start))
            || self.reading.sentence_has(Cue::ManyRooms, sentence)
            || self.reading.sentence_has(Cue::WholeSchool, sentence) && {
                (fault.start.saturating_sub(12)..fault.start + 2).filter(|i| words(*i)).any(|i| {
                    matches!(text.word(i), "aucun" | "aucune" | "pas" | "plus")
                        && matches!(
                            text.word(i + if text.word(i).starts_with("aucun") { 1 } else { 2 }),
                            "pc" | "poste" | "ordinateur" | "machine" | "appareil" | "tablette" | "portable"
                        )
                })
            };
        let through = (fault.start.saturating_sub(6)..fault.end + 8)
            .any(|i| words(i) && THROUGH.iter().any(|w| text.word(i).starts_with(w)));
        if !wide || !through {
            return None;
        }
        let wireless = (fault.start.saturating_sub(12)..fault.end + 8)
            .any(|i| words(i) && ["wifi", "borne", "tablette"].iter().any(|w| text.word(i).starts_with(w)));
        Some(if wireless { Equipment::Wifi } else { Equipment::Reseau })
    }

    /// "Tout le bâtiment est coupé. Dans l'armoire le boîtier n'a plus une diode", "la ligne est coupée dans la
    /// rue": what was found of an outage just told is its cause. The outage's draft.
    pub(super) fn found_of_outage(&self, sentence: usize, fault: &Fault, equipment: Equipment) -> Option<usize> {
        let text = &self.reading.text;
        let around = fault.start.saturating_sub(40)..fault.start + 40;
        let range = text
            .sentences
            .get(sentence)
            .map_or(0..0, |s| s.tokens.start.max(around.start)..s.tokens.end.min(around.end));
        let cabinet = range.clone().any(|i| {
            [
                "armoire",
                "baie",
                "boitier",
                "brassage",
                "commutateur",
                "coffret",
                "disjoncteur",
                "fibre",
                "onduleur",
                "routeur",
                "switch",
                "diode",
            ]
            .iter()
            .any(|w| text.word(i).starts_with(w))
        }) || self
            .reading
            .places
            .found
            .iter()
            .any(|p| text.sentence_of(p.start) == sentence && machine_room(p.place.as_str()));
        let line = equipment == Equipment::Telephonie
            && (fault.start.saturating_sub(3)..fault.end).any(|i| text.word(i).starts_with("ligne"))
            && !range.into_iter().any(|i| ["standard", "combine", "appels", "tonalite"].contains(&text.word(i)));
        let numbered = matches!(equipment, Equipment::Autre | Equipment::Imprimante | Equipment::Reseau);
        if !(line || cabinet && numbered) {
            return None;
        }
        self.drafts.iter().rposition(|d| {
            let there = text.sentence_of(d.start);
            matches!(d.equipment, Equipment::Reseau | Equipment::Wifi | Equipment::Serveur)
                && d.general
                && there < sentence
                && sentence - there <= 2
        })
    }
}

impl Reading<'_> {
    /// "Le serveur ne répond plus, testé en B108, au CDI et en salle des profs": rooms listed where somebody
    /// made sure that what all share fails.
    pub(super) fn tried_in_many(&self, rooms: usize, sentence: usize, equipment: Equipment) -> bool {
        let text = &self.text;
        let shared = networked(equipment)
            && !matches!(equipment, Equipment::Compte | Equipment::Logiciel | Equipment::Telephonie);
        let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
        let tried = || {
            range.clone().take(80).any(|i| {
                ["teste", "essaye", "verifie", "constate", "controle"].iter().any(|w| text.word(i).starts_with(w))
            })
        };
        shared && (rooms > 2 || rooms > 1 && tried())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::message::Message;
    use crate::profile::Profile;
    use crate::report::extract::extract;
    use crate::report::place::Places;

    static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

    fn told(body: &str) -> Vec<(String, &'static str)> {
        let mut message = Message::default();
        message.body.new_text = body.to_owned();
        let read = extract(&message, &PROFILE, &Places::default());
        let place = |r: &crate::report::Report| r.place.as_ref().map_or_else(String::new, |p| p.as_str().to_owned());
        read.reports.iter().filter(|r| !r.passing).map(|r| (place(r), r.equipment.as_str())).collect()
    }

    #[test]
    fn machines_of_an_area_that_reach_nothing_lack_its_network() {
        let one = |place: &str, equipment| vec![(place.to_owned(), equipment)];
        assert_eq!(
            told("Au deuxième étage du bâtiment D aucun ordinateur ne communique avec l'extérieur."),
            one("D 2E ETAGE", "reseau")
        );
        assert_eq!(
            told("Dans tout le bâtiment D, rez-de-chaussée et étage, plus une borne wifi ne répond."),
            one("BATIMENT D", "wifi")
        );
        assert_eq!(
            told("Le serveur ne répond plus : testé en D104, au CDI et en salle des profs."),
            one("ETABLISSEMENT", "serveur")
        );
        // One room stays one room, and a machine that will not start no network.
        assert_eq!(
            told("Au deuxième étage du bâtiment D un ordinateur ne démarre plus."),
            one("D 2E ETAGE", "ordinateur")
        );
    }

    #[test]
    fn what_was_found_of_an_outage_is_no_second_fault() {
        let told = told(
            "Plus d'internet dans tout le bâtiment D. Au local technique, le boîtier du haut n'a plus aucune diode allumée.",
        );
        assert_eq!(told.len(), 1, "{told:?}");
    }
}
