//! Dossier x period -> figures. Pure.
//!
//! An incident belongs to the period in which its first report came, in the school's zone; merged
//! incidents are counted with the one that they were merged into. Delays are working days of the
//! school. What is still open at the end of the period counts with its age, so that silence does
//! not flatter a median.

/// A distribution of delays in working days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delays {
    /// How many have come to an end and are counted with their delay.
    pub done: u64,
    /// How many are still open and are counted with their age.
    pub open: u64,
    /// Median of all, open ones by their age; `None` where there is none.
    pub median: Option<f64>,
    /// Lower and upper quartile; `None` below four.
    pub quartiles: Option<(f64, f64)>,
    /// How many of all are beyond the contract's delay for their urgency.
    pub late: u64,
}

/// One line of a count by something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Reported.
    pub reported: u64,
    /// Sent as a ticket.
    pub sent: u64,
    /// Refused.
    pub refused: u64,
    /// Redirected.
    pub redirected: u64,
    /// Closed without having been sent (said repaired before).
    pub settled: u64,
    /// Waiting for the referent.
    pub waiting: u64,
    /// Of the sent ones: repaired or closed.
    pub repaired: u64,
    /// Of the sent ones: still open.
    pub open: u64,
}

/// The figures of one period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// All incidents.
    pub all: Counts,
    /// Ticket sent -> support's first answer.
    pub to_acknowledgement: Delays,
    /// Ticket sent -> first visit.
    pub to_visit: Delays,
    /// Ticket sent -> repaired.
    pub to_repair: Delays,
}
