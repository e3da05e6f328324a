//! An invented school and its incidents, for the sample letters.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::address::Address;
use crate::incident::policy::Policy;
use crate::incident::state::Half;
use crate::incident::{Facts, Incident, IncidentId, Reference, State};
use crate::report::{Equipment, Place, Responsible};
use crate::school::{School, SenderPattern};

/// Thursday 26 November 2026, 10:30 in Paris.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_685_400).unwrap_or_default()
}

/// `days` before now.
pub fn ago(days: i64) -> Timestamp {
    now().checked_sub(SignedDuration::from_hours(24 * days + 3)).unwrap_or_default()
}

/// An address of the samples.
#[allow(clippy::expect_used, reason = "literals, parsed by the tests of this module")]
pub fn address(text: &str) -> Address {
    Address::parse(text).expect("a literal address")
}

/// An invented school.
pub fn school() -> School {
    School {
        name: "Lycée Jacques-Prévert".into(),
        uai: "0941234F".into(),
        city: "Créteil".into(),
        mailbox: address("panne-info@lycee-prevert.test"),
        staff_domains: vec!["lycee-prevert.test".into()],
        referents: vec![address("referent@lycee-prevert.test")],
        correspondents: vec![address("s1@syndicat.test")],
        support: address("cesame@region.test"),
        support_from: vec![SenderPattern::Domain("region.test".into())],
        profile: "ile-de-france".into(),
        rooms: Vec::new(),
        room_aliases: BTreeMap::new(),
        words: BTreeMap::new(),
        pcs: Some(320),
        visit_thousandths: crate::school::VISIT_THOUSANDTHS,
        contact: Some("M. Petit, 01 02 03 04 05".into()),
        access_hours: Some("8 h - 18 h, sauf le mercredi après-midi".into()),
        known_senders: Vec::new(),
        relay_senders: Vec::new(),
        timezone: TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
        policy: Policy::default(),
    }
}

/// An incident of three days ago.
pub fn incident(number: u32, facts: Facts, state: State) -> Incident {
    Incident {
        id: IncidentId(i64::from(number)),
        reference: Reference { year: 2026, number },
        state,
        facts,
        opened_at: ago(3),
        last_reported_at: ago(3),
        ticket_sent_at: None,
        support_reference: None,
        support_heard_at: None,
        closed_at: None,
        reporters: vec![address("karim.benali@lycee-prevert.test")],
        fired: Vec::new(),
    }
}

/// Facts of which little is known.
pub fn facts(place: Option<&str>, equipment: Equipment, symptom: &str, words: &str) -> Facts {
    Facts {
        place: place.map(Place::from_normalised),
        equipment,
        responsible: Responsible::Region,
        symptom: Some(symptom.into()),
        count: 1,
        machines: Vec::new(),
        labels: Vec::new(),
        serials: Vec::new(),
        since: None,
        effect: None,
        tried: Vec::new(),
        urgent: false,
        general: false,
        doubts: Vec::new(),
        words: words.into(),
    }
}

/// A projector of which much is known.
pub fn projector(state: State) -> Incident {
    let words = "Bonjour, le vidéoproj de la B204 ne s'allume plus depuis lundi, j'ai redémarré et changé de câble avec Mme Roux, rien. K. Benali 06 12 34 56 78";
    let f = Facts {
        since: Some("depuis lundi".into()),
        effect: Some("je ne peux plus projeter mes cours de STS".into()),
        tried: vec!["redémarrage".into(), "changement de câble".into()],
        labels: vec!["RIDF-0123456".into()],
        serials: vec!["XK7J9203114L".into()],
        ..facts(Some("B204"), Equipment::Videoprojecteur, "no_power", words)
    };
    let mut i = incident(42, f, state);
    i.reporters.push(address("anne.le-bris@lycee-prevert.test"));
    i
}

/// Three computers of which little is known.
pub fn computers(state: State) -> Incident {
    let f = Facts {
        count: 3,
        machines: vec!["3".into(), "7".into(), "12".into()],
        urgent: true,
        doubts: vec!["le nombre de postes n'est pas sûr".into()],
        ..facts(
            Some("SALLE MULTIMEDIA 1"),
            Equipment::Ordinateur,
            "no_power",
            "Postes 3, 7 et 12 HS en salle multimédia 1",
        )
    };
    incident(43, f, state)
}

/// One without a place, and not the region's.
pub fn account(state: State) -> Incident {
    let f = Facts {
        responsible: Responsible::Rectorat,
        symptom: None,
        ..facts(
            None,
            Equipment::ApplicationAcademique,
            "",
            "impossible d'entrer dans {{ARENA}}\u{a0}: «\u{a0}erreur\u{a0}» & <b>clé OTP</b>",
        )
    };
    incident(44, f, state)
}

/// A printer of which nobody said where it stands.
pub fn printer(state: State) -> Incident {
    incident(46, facts(None, Equipment::Imprimante, "paper_jam", "et l'imprimante bourre encore"), state)
}

/// A general outage.
pub fn outage(state: State) -> Incident {
    let f = Facts {
        general: true,
        urgent: true,
        ..facts(Some("C 2E ETAGE"), Equipment::Reseau, "no_network", "plus d'internet à l'étage")
    };
    incident(45, f, state)
}

/// Waits for the referent.
pub fn waiting() -> State {
    State::AwaitingConfirmation { since: ago(2) }
}

/// The ticket has left.
pub fn ticketed(mut i: Incident) -> Incident {
    i.ticket_sent_at = Some(ago(2));
    i.state = State::Ticketed { at: ago(2) };
    i
}

/// Support has answered.
pub fn acknowledged(i: Incident) -> Incident {
    let mut i = ticketed(i);
    i.support_reference = Some("INC0098765".into());
    i.state = State::Acknowledged { at: ago(1) };
    i
}

/// A visit is dated.
pub fn planned(i: Incident) -> Incident {
    let mut i = acknowledged(i);
    i.state = State::Planned {
        at: ago(1),
        date: jiff::civil::date(2026, 12, 1),
        half: Some(Half::Morning),
        week: false,
        said: String::new(),
    };
    i
}

/// A visit is to come in the course of a week.
pub fn in_the_week(i: Incident) -> Incident {
    let mut i = planned(i);
    if let State::Planned { date, half, week, said, .. } = &mut i.state {
        (*date, *half, *week) = (jiff::civil::date(2026, 11, 30), None, true);
        *said = "Passage la semaine du 30/11, entre 10 h et 12 h, merci de prévoir l'accès à la salle.".into();
    }
    i
}

/// It is over.
pub fn ended(i: Incident, state: State) -> Incident {
    let mut i = acknowledged(i);
    i.closed_at = Some(ago(0));
    i.state = state;
    i
}
