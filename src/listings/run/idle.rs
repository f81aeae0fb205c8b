//! Whether processors have nothing to do: listings that sleep leave them to others.

use crate::fsx;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often it is looked whether processors have nothing to do.
const LOOK: Duration = Duration::from_millis(100);

/// How long listings are begun then, until it is looked again.
const TURN: Duration = Duration::from_millis(200);

/// Of a processor so much has to do nothing that one more worker begins a listing.
const SPARE: f64 = 0.7;

/// Where Linux counts what its processors did. Elsewhere nothing is known, and nobody is idle.
const COUNTS: &str = "/proc/stat";

/// What all processors did since the system started, in ticks of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ProcessorTicks {
    idle: u64,
    all: u64,
}

/// The times in which a worker runs listings that is there for idle processors only.
#[derive(Debug)]
pub(super) struct Gaps {
    over: Receiver<()>,
    /// The share of all processors that has to be idle.
    needed: f64,
    turn_ends: Option<Instant>,
}

impl Gaps {
    /// The times of the worker of this number, from 1, that comes to those that there is one of for each
    /// processor; and what ends its waiting when it is dropped.
    pub(super) fn new(number: usize, processors: usize) -> (Sender<()>, Self) {
        let float = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let needed = float(number) * SPARE / float(processors.max(1));
        let (end, over) = channel();
        (end, Self { over, needed, turn_ends: None })
    }

    /// Waits until processors have nothing to do, since the listings that run sleep; false where all is over
    /// before.
    pub(super) fn wait(&mut self) -> bool {
        let now = Instant::now();
        if self.turn_ends.is_some_and(|end| now < end) {
            return true;
        }
        let mut idle = Idle::default();
        idle.share();
        while let Err(RecvTimeoutError::Timeout) = self.over.recv_timeout(LOOK) {
            if idle.share() >= self.needed {
                self.turn_ends = Some(Instant::now() + TURN);
                return true;
            }
        }
        false
    }
}

/// Tells which share of the processors did nothing since it was asked before.
#[derive(Debug, Default)]
struct Idle {
    before: Option<ProcessorTicks>,
}

impl Idle {
    /// The share of all processors, from 0 to 1, that did nothing since the last time; 0 where that is not
    /// known.
    fn share(&mut self) -> f64 {
        let now = fsx::read_text(Path::new(COUNTS)).ok();
        self.share_of(now.as_deref().and_then(counts))
    }

    fn share_of(&mut self, now: Option<ProcessorTicks>) -> f64 {
        let before = std::mem::replace(&mut self.before, now);
        let (Some(before), Some(now)) = (before, now) else { return 0.0 };
        let idle = now.idle.saturating_sub(before.idle);
        let all = now.all.saturating_sub(before.all);
        match (u32::try_from(idle), u32::try_from(all)) {
            (Ok(idle), Ok(all)) if all > 0 => f64::from(idle) / f64::from(all),
            _ => 0.0,
        }
    }
}

/// The first line of `/proc/stat`: `cpu`, then ticks as user, nice, system, idle, waiting for a disk, for interrupts
/// twice, and stolen by a host; guests' are counted as the user's already.
fn counts(text: &str) -> Option<ProcessorTicks> {
    let mut words = text.lines().next()?.split_whitespace();
    let ticks: Vec<u64> = match words.next()? {
        "cpu" => words.take(8).map_while(|word| word.parse().ok()).collect(),
        _ => return None,
    };
    Some(ProcessorTicks { idle: *ticks.get(3)?, all: ticks.iter().sum() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_worker_waits_when_all_is_over() {
        let (end, mut gaps) = Gaps::new(1, 1);
        // More than all of them can never be idle.
        gaps.needed = 2.0;
        drop(end);
        assert!(!gaps.wait());
    }

    #[test]
    fn what_is_idle_is_a_share_of_what_passed() {
        let line = |user: u64, idle: u64| {
            counts(&format!("cpu  {user} 0 0 {idle} 0 0 0 0 9 9\ncpu0 1 2 3 4\n"))
        };
        let mut idle = Idle::default();
        let shares = [line(100, 50), line(130, 60), line(130, 60), None, line(200, 200)];
        let shares = shares.map(|counts| idle.share_of(counts));
        assert!(
            shares
                .iter()
                .zip([0.0, 0.25, 0.0, 0.0, 0.0])
                .all(|(one, two)| (one - two).abs() < 1e-9)
        );
        assert_eq!(
            (counts(""), counts("intr 1 2 3 4 5"), counts("cpu 1 2")),
            (None, None, None)
        );
    }
}
