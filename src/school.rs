//! Who is who in a school: addresses, roles, rooms. Pure.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::address::Address;
use crate::incident::policy::Policy;

/// One school as configured and checked.
#[derive(Debug, Clone)]
pub struct School {
    /// "Lycée Jacques-Prévert".
    pub name: String,
    /// National code of the school (7 digits and a control letter), upper case.
    pub uai: String,
    /// "Créteil".
    pub city: String,
    /// The fixed address, From of all mail.
    pub mailbox: Address,
    /// Exact domains of colleagues, lower case.
    pub staff_domains: Vec<String>,
    /// The IT referents; never empty.
    pub referents: Vec<Address>,
    /// The union's contacts.
    pub correspondents: Vec<Address>,
    /// Where tickets go.
    pub support: Address,
    /// Who may answer for support; never empty.
    pub support_from: Vec<SenderPattern>,
    /// Name of the profile (folder of `templates/`).
    pub profile: String,
    /// Known rooms, normalised as by [`crate::report::place`]; empty where the school gave no list.
    pub rooms: Vec<String>,
    /// One room with two doors: other name -> name, both normalised.
    pub room_aliases: BTreeMap<String, String>,
    /// Words that the school taught: category (an equipment, or "place") -> words.
    pub words: BTreeMap<String, Vec<String>>,
    /// Number of PCs, for the visits that the contract owes.
    pub pcs: Option<u32>,
    /// Thousandths of a day of visit that the contract owes per fortnight of school time and started
    /// slice of 100 PCs.
    pub visit_thousandths: u32,
    /// Who receives the technician, as printed on tickets; `None`: the referent.
    pub contact: Option<String>,
    /// "8 h - 18 h".
    pub access_hours: Option<String>,
    /// Private addresses that count as staff.
    pub known_senders: Vec<Address>,
    /// Machines that report for people and are never answered.
    pub relay_senders: Vec<Address>,
    /// Zone of all dates shown.
    pub timezone: TimeZone,
    /// Rules and delays.
    pub policy: Policy,
}

/// A quarter of a day per fortnight, where a school says nothing else.
pub const VISIT_THOUSANDTHS: u32 = 250;

/// An address, or everybody of one exact domain (`@scc.test`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderPattern {
    /// Exactly this address.
    Address(Address),
    /// Any address of exactly this domain, lower case, without `@`.
    Domain(String),
}

/// What a sender is to the school. An address may fit several; [`School::role_of`] says which counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The fixed address itself.
    Ourselves,
    /// May confirm.
    Referent,
    /// Answers for support.
    Support,
    /// A machine that reports for people.
    Relay,
    /// A colleague (staff domain, or known sender). Correspondents without a staff address too.
    Staff,
    /// Anybody else.
    Stranger,
}

impl SenderPattern {
    /// Does `address` fit?
    pub fn matches(&self, address: &Address) -> bool {
        match self {
            Self::Address(a) => a == address,
            Self::Domain(d) => address.domain() == d,
        }
    }
}

impl School {
    /// The role of `address`: the first that fits of ourselves, referent, relay, support, staff.
    /// Senders let in later are the store's knowledge, not ours.
    ///
    /// A `+detail` (RFC 5233) is looked through for the fixed address alone, where it is our token.
    /// Elsewhere `referent+x@` may belong to somebody else: nobody gains a right by it.
    pub fn role_of(&self, address: &Address) -> Role {
        if *address == self.mailbox || address.without_detail() == self.mailbox {
            Role::Ourselves
        } else if self.referents.contains(address) {
            Role::Referent
        } else if self.relay_senders.contains(address) {
            Role::Relay
        } else if *address == self.support || self.support_from.iter().any(|p| p.matches(address)) {
            Role::Support
        } else if self.known_senders.contains(address)
            || self.correspondents.contains(address)
            || self.staff_domains.iter().any(|d| d == address.domain())
        {
            Role::Staff
        } else {
            Role::Stranger
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn school() -> School {
        School {
            name: "Lycée Jean-Moulin".to_owned(),
            uai: "0941234F".to_owned(),
            city: "Torcy".to_owned(),
            mailbox: address("panne@lycee.test"),
            staff_domains: vec!["lycee.test".to_owned(), "ac.test".to_owned()],
            referents: vec![address("ref@lycee.test")],
            correspondents: vec![address("s1@union.test")],
            support: address("desk@region.test"),
            support_from: vec![
                SenderPattern::Domain("region.test".to_owned()),
                SenderPattern::Address(address("tech@contractor.test")),
            ],
            profile: "ile-de-france".to_owned(),
            rooms: Vec::new(),
            room_aliases: BTreeMap::new(),
            words: BTreeMap::new(),
            pcs: None,
            visit_thousandths: VISIT_THOUSANDTHS,
            contact: None,
            access_hours: None,
            known_senders: vec![address("prof@private.test")],
            relay_senders: vec![address("noreply@ent.test"), address("copier@lycee.test")],
            timezone: TimeZone::UTC,
            policy: Policy::default(),
        }
    }

    fn role(text: &str) -> Role {
        school().role_of(&address(text))
    }

    #[test]
    fn everybody_has_the_role_that_the_configuration_gives() {
        for (who, is) in [
            ("panne@lycee.test", Role::Ourselves),
            ("ref@lycee.test", Role::Referent),
            ("desk@region.test", Role::Support),
            ("anybody@region.test", Role::Support),
            ("tech@contractor.test", Role::Support),
            ("noreply@ent.test", Role::Relay),
            ("copier@lycee.test", Role::Relay),
            ("prof@lycee.test", Role::Staff),
            ("prof@ac.test", Role::Staff),
            ("prof@private.test", Role::Staff),
            ("s1@union.test", Role::Staff),
            ("x@union.test", Role::Stranger),
            ("other@contractor.test", Role::Stranger),
            ("other@ent.test", Role::Stranger),
        ] {
            assert_eq!(role(who), is, "{who}");
        }
    }

    #[test]
    fn case_never_changes_a_role() {
        assert_eq!(role("REF@Lycee.TEST"), Role::Referent);
        assert_eq!(role("Prof@PRIVATE.test"), Role::Staff);
        assert_eq!(role("Panne+TOK@lycee.test"), Role::Ourselves);
    }

    #[test]
    fn a_domain_is_exact() {
        for stranger in [
            "x@etu.lycee.test",
            "x@notlycee.test",
            "x@lycee.test.evil.test",
            "x@lycee.tes",
            "lycee.test@evil.test",
            "x@sub.region.test",
            "x@lyc\u{435}e.test",
            "x@xn--lycee-kva.test",
        ] {
            assert_eq!(role(stranger), Role::Stranger, "{stranger}");
        }
    }

    #[test]
    fn a_detail_gives_nobody_a_right() {
        assert_eq!(role("ref+x@lycee.test"), Role::Staff);
        assert_eq!(role("noreply+x@ent.test"), Role::Stranger);
        assert_eq!(role("prof+x@private.test"), Role::Stranger);
        assert_eq!(role("+panne@lycee.test"), Role::Staff);
    }

    #[test]
    fn a_fixed_address_that_has_a_detail_is_itself_only() {
        let mut school = school();
        school.mailbox = address("lycee+panne@host.test");
        school.known_senders.push(address("lycee@host.test"));
        assert_eq!(school.role_of(&address("lycee+panne@host.test")), Role::Ourselves);
        assert_eq!(school.role_of(&address("lycee@host.test")), Role::Staff);
        assert_eq!(school.role_of(&address("lycee+other@host.test")), Role::Stranger);
    }

    #[test]
    fn a_referent_at_the_desks_domain_stays_referent() {
        let mut school = school();
        school.referents.push(address("rtn@region.test"));
        assert_eq!(school.role_of(&address("rtn@region.test")), Role::Referent);
    }
}
