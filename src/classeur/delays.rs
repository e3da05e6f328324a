//! Delays gathered, and what is said of them. Pure.

use super::figures::{Delays, HalfDays, Waits};
use crate::profile;

/// Waits in working days, by urgency.
#[derive(Debug, Default)]
pub(super) struct Sample {
    urgent: Gathered,
    normal: Gathered,
}

#[derive(Debug, Default)]
struct Gathered {
    done: u64,
    open: u64,
    days: Vec<u32>,
}

impl Sample {
    /// Adds one wait.
    pub(super) fn add(&mut self, urgent: bool, open: bool, days: u64) {
        let sample = if urgent { &mut self.urgent } else { &mut self.normal };
        sample.done += u64::from(!open);
        sample.open += u64::from(open);
        sample.days.push(u32::try_from(days).unwrap_or(u32::MAX));
    }

    /// What is said of them, against the contract where it promises something.
    pub(super) fn waits(self, limits: Option<profile::Delays>) -> Waits {
        let Self { mut urgent, mut normal } = self;
        let of = |sample: &mut Gathered, limit: Option<u32>| {
            sample.days.sort_unstable();
            let late = |limit: u32| sample.days.iter().filter(|days| **days > limit).count() as u64;
            Delays {
                done: sample.done,
                open: sample.open,
                median: median(&sample.days),
                quartiles: quartiles(&sample.days),
                late: limit.map(late),
            }
        };
        let of_urgent = of(&mut urgent, limits.map(|l| l.urgent));
        let of_normal = of(&mut normal, limits.map(|l| l.normal));
        let mut all = Gathered { done: urgent.done + normal.done, open: urgent.open + normal.open, days: urgent.days };
        all.days.append(&mut normal.days);
        let mut of_all = of(&mut all, None);
        of_all.late = of_urgent.late.zip(of_normal.late).map(|(a, b)| a + b);
        Waits { urgent: of_urgent, normal: of_normal, all: of_all }
    }
}

/// The middle one, or halfway between the two in the middle.
fn median(sorted: &[u32]) -> Option<HalfDays> {
    let n = sorted.len();
    let upper = u64::from(*sorted.get(n / 2)?);
    let lower = if n.is_multiple_of(2) { u64::from(*sorted.get((n / 2).checked_sub(1)?)?) } else { upper };
    Some(HalfDays(lower + upper))
}

/// The medians of the lower and the upper half; the middle one of an odd number is in neither.
fn quartiles(sorted: &[u32]) -> Option<(HalfDays, HalfDays)> {
    let n = sorted.len();
    if n < 4 {
        return None;
    }
    Some((median(sorted.get(..n / 2)?)?, median(sorted.get(n.div_ceil(2)..)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quartiles_are_exact() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3]), Some(HalfDays(6)));
        assert_eq!(median(&[3, 4]), Some(HalfDays(7)));
        assert_eq!(quartiles(&[1, 2, 3]), None);
        // Halves 1 2 and 3 9: 1.5 and 6.
        assert_eq!(quartiles(&[1, 2, 3, 9]), Some((HalfDays(3), HalfDays(12))));
        // 1 2 | 5 | 6 9: 1.5 and 7.5.
        assert_eq!(quartiles(&[1, 2, 5, 6, 9]), Some((HalfDays(3), HalfDays(15))));
    }

    #[test]
    fn lateness_is_judged_by_urgency() {
        let mut sample = Sample::default();
        for (urgent, open, days) in [(true, false, 1), (true, false, 2), (false, false, 5), (false, true, 6)] {
            sample.add(urgent, open, days);
        }
        let waits = sample.waits(Some(profile::Delays { normal: 5, urgent: 1 }));
        assert_eq!((waits.urgent.late, waits.normal.late, waits.all.late), (Some(1), Some(1), Some(2)));
        assert_eq!((waits.all.done, waits.all.open), (3, 1));
        // 1 2 5 6: 3.5 days.
        assert_eq!(waits.all.median, Some(HalfDays(7)));
    }
}
