//! An incident's states. Each carries its facts; what is not a transition is not representable
//! through [`super::decide`].

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::IncidentId;
use crate::address::Address;
use crate::report::Responsible;

/// Half of a day, for visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
}

/// Where an incident stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The referent has been asked.
    AwaitingConfirmation {
        /// Since when.
        since: Timestamp,
    },
    /// The ticket may go; it has not been accepted by support's server yet.
    Confirmed {
        /// When.
        at: Timestamp,
        /// Which referent; `None`: the policy.
        by: Option<Address>,
    },
    /// Support's server accepted the ticket.
    Ticketed {
        /// When.
        at: Timestamp,
    },
    /// Support's number is known, or support has answered otherwise.
    Acknowledged {
        /// When.
        at: Timestamp,
    },
    /// A visit or delivery is dated.
    Planned {
        /// When it was said.
        at: Timestamp,
        /// The day of the visit.
        date: Date,
        /// Which half of it, if said.
        half: Option<Half>,
        /// Some day of the week of that day: no nearer one was said.
        #[serde(default)]
        week: bool,
        /// What support said of the hours and of who is to open, in its words; may be empty.
        #[serde(default)]
        said: String,
    },
    /// Support says that it is repaired; the reporters have been asked.
    Resolved {
        /// When.
        at: Timestamp,
    },
    /// Over.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// No ticket, or out of scope.
    Refused {
        /// When.
        at: Timestamp,
        /// By support (out of scope) rather than by the referent.
        by_support: bool,
        /// In the words of who refused.
        reason: String,
    },
    /// Somebody else's.
    Redirected {
        /// When.
        at: Timestamp,
        /// Whose.
        to: Responsible,
    },
    /// Part of another incident.
    Merged {
        /// When.
        at: Timestamp,
        /// Which.
        into: IncidentId,
    },
}

impl State {
    /// The name used in JSON, in the store and on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AwaitingConfirmation { .. } => "awaiting_confirmation",
            Self::Confirmed { .. } => "confirmed",
            Self::Ticketed { .. } => "ticketed",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Planned { .. } => "planned",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
            Self::Refused { .. } => "refused",
            Self::Redirected { .. } => "redirected",
            Self::Merged { .. } => "merged",
        }
    }

    /// Every name, in the order of an incident's life.
    pub const NAMES: [&'static str; 10] = [
        "awaiting_confirmation",
        "confirmed",
        "ticketed",
        "acknowledged",
        "planned",
        "resolved",
        "closed",
        "refused",
        "redirected",
        "merged",
    ];

    /// When this state was entered.
    pub fn since(&self) -> Timestamp {
        match self {
            Self::AwaitingConfirmation { since } => *since,
            Self::Confirmed { at, .. }
            | Self::Ticketed { at }
            | Self::Acknowledged { at }
            | Self::Planned { at, .. }
            | Self::Resolved { at }
            | Self::Closed { at }
            | Self::Refused { at, .. }
            | Self::Redirected { at, .. }
            | Self::Merged { at, .. } => *at,
        }
    }

    /// With support: a ticket has been accepted and the fault is not over.
    pub fn is_with_support(&self) -> bool {
        matches!(self, Self::Ticketed { .. } | Self::Acknowledged { .. } | Self::Planned { .. })
    }

    /// Still to be repaired by somebody, as far as anybody knows.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::AwaitingConfirmation { .. }
                | Self::Confirmed { .. }
                | Self::Ticketed { .. }
                | Self::Acknowledged { .. }
                | Self::Planned { .. }
                | Self::Redirected { .. }
        )
    }
}
