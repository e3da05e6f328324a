//! The school of the benches.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use passerelle::address::Address;
use passerelle::compose::templates::Templates;
use passerelle::incident::policy::Policy;
use passerelle::profile::Profile;
use passerelle::school::{School, SenderPattern};

/// An address.
pub fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// The school.
pub fn school(policy: Policy) -> School {
    School {
        name: "Lycée Jacques-Prévert".into(),
        uai: "0941234F".into(),
        city: "Créteil".into(),
        mailbox: address("panne-info@lycee-prevert.test"),
        staff_domains: vec!["lycee-prevert.test".into(), "ac-creteil.test".into()],
        referents: vec![address("referent@lycee-prevert.test")],
        correspondents: vec![address("s1@syndicat.test")],
        support: address("cesame@region.test"),
        support_from: vec![SenderPattern::Domain("region.test".into())],
        profile: "ile-de-france".into(),
        rooms: Vec::new(),
        room_aliases: BTreeMap::new(),
        words: BTreeMap::new(),
        pcs: Some(320),
        visit_thousandths: passerelle::school::VISIT_THOUSANDTHS,
        contact: Some("M. Petit, 01 02 03 04 05".into()),
        access_hours: Some("8 h - 18 h".into()),
        known_senders: Vec::new(),
        relay_senders: Vec::new(),
        timezone: TimeZone::get("Europe/Paris").unwrap(),
        policy,
    }
}

/// Profile and texts of the school.
pub fn texts() -> (Profile, Templates) {
    (Profile::builtin("ile-de-france").unwrap(), Templates::builtin("ile-de-france").unwrap())
}
