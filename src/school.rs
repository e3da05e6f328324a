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

/// An address, or everybody of one exact domain (`@scc.test`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderPattern {
    /// Exactly this address.
    Address(Address),
    /// Any address of exactly this domain, lower case, without `@`.
    Domain(String),
}

/// What a sender is to the school. The first that fits, in the order of the variants' listing in
/// [`School::role_of`].
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
    /// The role of `address`. Senders let in later are the store's knowledge, not ours.
    pub fn role_of(&self, address: &Address) -> Role {
        let plain = address.without_detail();
        if plain == self.mailbox {
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
