//! One incident's steps -> where it stood on a given evening. Pure.
//!
//! The history says what was done and said; what that changed follows from where the incident stood,
//! by the rules of [`crate::incident::decide`], which this module repeats. A test drives the machine
//! at random and compares.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dossier::{Life, What};
use crate::incident::IncidentId;

/// Where an incident stands, as the classeur tells stages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waits for the referent.
    Waiting,
    /// Confirmed; support's server has not accepted the ticket.
    Leaving,
    /// With support.
    Sent,
    /// Support has answered.
    Acknowledged,
    /// Support has announced a visit.
    Planned,
    /// Said repaired; may still be denied.
    Repaired,
    /// Over, with a ticket.
    Closed,
    /// Over before there was a ticket.
    Settled,
    /// Refused by the referent.
    Refused,
    /// Refused by support.
    OutOfScope,
    /// Somebody else's, over or not.
    Redirected,
    /// Part of another.
    Merged,
}

impl Stage {
    /// With support, and not repaired.
    pub fn is_with_support(self) -> bool {
        matches!(self, Self::Sent | Self::Acknowledged | Self::Planned)
    }

    /// Waits for the referent, for the server, or for support.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Leaving) || self.is_with_support()
    }
}

/// One wait for a repair: from the ticket, or from the fault's coming back after it was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// Since when.
    pub from: Timestamp,
    /// Said repaired (and not denied since), or closed. `None`: it lasts.
    pub to: Option<Timestamp>,
}

/// A fault that was over and is there again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// When.
    pub at: Timestamp,
    /// The repair was announced and denied, rather than the fault coming back after it was closed.
    pub denied: bool,
}

/// Where an incident stood at a moment, and every date until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub stage: Stage,
    /// Let go, the last time.
    pub confirmed_at: Option<Timestamp>,
    /// The ticket was accepted.
    pub sent_at: Option<Timestamp>,
    /// Support first wrote about it.
    pub acknowledged_at: Option<Timestamp>,
    /// The visit announced last.
    pub planned_for: Option<Date>,
    /// The first visit: noted in the ledger, else the first day that was announced and not moved
    /// before it came.
    pub visited_on: Option<Date>,
    /// Said repaired, and not denied since.
    pub repaired_at: Option<Timestamp>,
    /// Closed, refused, redirected or merged.
    pub ended_at: Option<Timestamp>,
    /// Waits for a repair, in order; support's refusal and a merge take the last one away.
    pub spells: Vec<Spell>,
    /// Each time that it was there again.
    pub returns: Vec<Return>,
    /// Which one it is part of.
    pub merged_into: Option<IncidentId>,
    /// How often support was reminded since the moment asked for.
    pub chased: u64,
    /// How often a ticket's fault was said repaired, or closed without a word, since then.
    pub repairs: u64,
    /// How often it went from open to over since the moment asked for.
    pub endings: u64,
    /// How often it went from over to open since then.
    pub openings: u64,
    /// It was open just before that moment.
    pub was_open: bool,
}

/// Half-open: from `since` on, before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Transitions are counted from here on.
    pub since: Timestamp,
    /// What happened from here on has not happened yet.
    pub until: Timestamp,
    /// The day before which `until` begins: visits of that day have been held.
    pub as_of: Date,
}

/// Where `life` stood before `window.until`. `visits`: days of the visits that the ledger ties to it.
pub fn standing(life: &Life, window: Window, visits: &[Date], day: impl Fn(Timestamp) -> Date) -> Standing {
    let mut s = Standing {
        stage: Stage::Waiting,
        confirmed_at: None,
        sent_at: None,
        acknowledged_at: None,
        planned_for: None,
        visited_on: None,
        repaired_at: None,
        ended_at: None,
        spells: Vec::new(),
        returns: Vec::new(),
        merged_into: None,
        chased: 0,
        repairs: 0,
        endings: 0,
        openings: 0,
        was_open: life.opened_at < window.since,
    };
    // Days announced, each with the moment of the announcement.
    let mut plans: Vec<(Timestamp, Date)> = Vec::new();
    for step in life.steps.iter().take_while(|step| step.at < window.until) {
        let stage = s.stage;
        let before = stage.is_open();
        take(&mut s, step.at, step.what, &mut plans);
        let after = s.stage.is_open();
        if step.at < window.since {
            s.was_open = after;
        } else {
            s.chased += u64::from(step.what == What::Chased);
            s.endings += u64::from(before && !after && s.stage != Stage::Merged);
            s.openings += u64::from(!before && after);
            let over = matches!(s.stage, Stage::Repaired | Stage::Closed);
            s.repairs += u64::from(stage.is_with_support() && over);
        }
    }
    s.planned_for = plans.last().map(|(_, on)| *on);
    s.visited_on = visited(&s, window.as_of, visits, &plans, day);
    s
}

/// The first visit after the ticket: noted, else announced and not moved before its day.
fn visited(
    s: &Standing,
    as_of: Date,
    noted: &[Date],
    plans: &[(Timestamp, Date)],
    day: impl Fn(Timestamp) -> Date,
) -> Option<Date> {
    let sent_on = day(s.sent_at?);
    if let Some(first) = noted.iter().copied().filter(|on| sent_on <= *on && *on <= as_of).min() {
        return Some(first);
    }
    let over_on = s.repaired_at.or(s.ended_at).map(&day);
    plans.iter().enumerate().find_map(|(n, (_, on))| {
        let moved = plans.get(n + 1).is_some_and(|(at, _)| day(*at) <= *on);
        let needless = over_on.is_some_and(|over| over < *on);
        (!moved && !needless && *on <= as_of).then_some(*on)
    })
}

fn take(s: &mut Standing, at: Timestamp, what: What, plans: &mut Vec<(Timestamp, Date)>) {
    let unsent = matches!(s.stage, Stage::Waiting | Stage::Leaving);
    let live = s.stage.is_with_support() || s.stage == Stage::Repaired;
    match what {
        What::Confirmed if unsent => {
            s.stage = Stage::Leaving;
            s.confirmed_at = Some(at);
        }
        What::Sent if unsent => {
            s.stage = Stage::Sent;
            s.sent_at = Some(at);
            s.spells.push(Spell { from: at, to: None });
        }
        What::Failed => failed(s),
        What::Heard if live => {
            s.acknowledged_at.get_or_insert(at);
            if s.stage == Stage::Sent {
                s.stage = Stage::Acknowledged;
            }
        }
        What::Planned(on) if live => {
            s.acknowledged_at.get_or_insert(at);
            again(s);
            s.stage = Stage::Planned;
            plans.push((at, on));
        }
        What::SaidRepaired if live => {
            s.acknowledged_at.get_or_insert(at);
            repaired(s, at);
        }
        What::SaidOver if s.stage.is_with_support() => repaired(s, at),
        What::Reopened => reopened(s, at),
        What::Closed => closed(s, at),
        What::Refused if unsent => end(s, Stage::Refused, at),
        What::RefusedBySupport if live => {
            s.acknowledged_at.get_or_insert(at);
            again(s);
            s.spells.pop();
            end(s, Stage::OutOfScope, at);
        }
        What::Redirected if unsent => end(s, Stage::Redirected, at),
        What::Merged(into) if s.stage != Stage::Merged => {
            if live {
                s.spells.pop();
            }
            s.merged_into = Some(into);
            end(s, Stage::Merged, at);
        }
        _ => {}
    }
}

/// A ticket that came back was never sent, whatever the first server said; even one that is over.
fn failed(s: &mut Standing) {
    s.stage = match s.stage {
        Stage::Leaving | Stage::Sent | Stage::Acknowledged | Stage::Planned => Stage::Leaving,
        Stage::Closed => Stage::Settled,
        Stage::OutOfScope => Stage::Refused,
        _ => return,
    };
    s.sent_at = None;
    s.acknowledged_at = None;
    s.spells.clear();
}

fn end(s: &mut Standing, stage: Stage, at: Timestamp) {
    s.stage = stage;
    s.ended_at = Some(at);
}

/// What was said repaired was not.
fn again(s: &mut Standing) {
    s.repaired_at = None;
    if let Some(spell) = s.spells.last_mut() {
        spell.to = None;
    }
}

fn repaired(s: &mut Standing, at: Timestamp) {
    if s.stage == Stage::Repaired {
        return;
    }
    s.stage = Stage::Repaired;
    s.repaired_at = Some(at);
    if let Some(spell) = s.spells.last_mut() {
        spell.to = Some(at);
    }
}

fn reopened(s: &mut Standing, at: Timestamp) {
    match s.stage {
        Stage::Repaired => {
            s.returns.push(Return { at, denied: true });
            again(s);
        }
        Stage::Closed => {
            s.returns.push(Return { at, denied: false });
            s.repaired_at = None;
            s.spells.push(Spell { from: at, to: None });
        }
        Stage::Settled => s.returns.push(Return { at, denied: false }),
        Stage::OutOfScope => s.spells.push(Spell { from: at, to: None }),
        Stage::Refused | Stage::Redirected => {}
        _ => return,
    }
    s.ended_at = None;
    s.stage = if s.sent_at.is_some() { Stage::Sent } else { Stage::Waiting };
}

fn closed(s: &mut Standing, at: Timestamp) {
    match s.stage {
        Stage::Waiting | Stage::Leaving => end(s, Stage::Settled, at),
        Stage::Sent | Stage::Acknowledged | Stage::Planned => {
            if let Some(spell) = s.spells.last_mut() {
                spell.to = Some(at);
            }
            end(s, Stage::Closed, at);
        }
        Stage::Repaired => end(s, Stage::Closed, at),
        // Whoever took it over is done with it; it stays somebody else's.
        Stage::Redirected | Stage::Closed | Stage::Settled | Stage::Refused | Stage::OutOfScope | Stage::Merged => {}
    }
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
