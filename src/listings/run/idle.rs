//! Whether more listings may be begun than there are processors: those that sleep leave theirs to others. What else the
//! machine does is no matter: a listing that waits for a processor does not sleep.

use crate::sandbox;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The least time between two looks at what the listings do, and how many times as long as a look itself it is.
const LOOK: Duration = Duration::from_millis(20);
const REST_OF_LOOK: u32 = 20;

/// So many looks tell whether there is room for one more.
const LOOKS: usize = 4;

/// Of a processor so much has to be left.
const SPARE: f64 = 0.7;

/// How long listings are begun then, until it is looked again.
const TURN: Duration = Duration::from_millis(100);

/// What all listings that run together want of the processors, seen by whoever waits for room.
#[derive(Debug)]
pub(super) struct Load {
    processors: usize,
    /// How many threads could run, at the last looks.
    seen: Vec<u32>,
    next: Instant,
}

/// The times in which a worker runs listings that comes to those that there is one of for each processor.
#[derive(Debug)]
pub(super) struct Gaps {
    over: Receiver<()>,
    load: Arc<Mutex<Load>>,
    turn_ends: Option<Instant>,
}

impl Load {
    pub(super) fn new(processors: usize) -> Arc<Mutex<Self>> {
        let next = Instant::now() + LOOK;
        Arc::new(Mutex::new(Self { processors, seen: Vec::new(), next }))
    }

    /// Whether there is room for one more, by a look where it is time for one.
    fn has_room(&mut self) -> bool {
        let start = Instant::now();
        if start < self.next {
            return false;
        }
        let runnable = sandbox::runnable();
        self.next = Instant::now() + LOOK.max(start.elapsed() * REST_OF_LOOK);
        self.leaves_room(runnable)
    }

    /// The same, by how many threads could run now. Who is told that there is room takes it, so that the next one is
    /// told so by what is seen from then on.
    fn leaves_room(&mut self, runnable: Option<u32>) -> bool {
        let Some(runnable) = runnable else { return false };
        self.seen.push(runnable);
        if self.seen.len() < LOOKS {
            return false;
        }
        let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let sum: u32 = self.seen.iter().fold(0, |sum, one| sum.saturating_add(*one));
        let has_room = f64::from(sum) / float(LOOKS) <= float(self.processors) - SPARE;
        if has_room {
            self.seen.clear();
        } else {
            self.seen.remove(0);
        }
        has_room
    }
}

impl Gaps {
    /// The times of one such worker; and what ends its waiting when it is dropped.
    pub(super) fn new(load: &Arc<Mutex<Load>>) -> (Sender<()>, Self) {
        let (end, over) = channel();
        (end, Self { over, load: Arc::clone(load), turn_ends: None })
    }

    /// Waits until there is room, since the listings that run sleep; false where all is over before.
    pub(super) fn wait(&mut self) -> bool {
        let now = Instant::now();
        if self.turn_ends.is_some_and(|end| now < end) {
            return true;
        }
        while let Err(RecvTimeoutError::Timeout) = self.over.recv_timeout(LOOK) {
            let mut load = self.load.lock().unwrap_or_else(PoisonError::into_inner);
            if load.has_room() {
                self.turn_ends = Some(Instant::now() + TURN);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_worker_waits_when_all_is_over() {
        let load = Load::new(0);
        let (end, mut gaps) = Gaps::new(&load);
        drop(end);
        assert!(!gaps.wait());
    }

    #[test]
    fn room_is_what_the_listings_leave_of_the_processors() {
        let load = Load::new(2);
        let mut load = load.lock().unwrap();
        let mut told = |seen: &[u32]| -> Vec<bool> {
            seen.iter().map(|one| load.leaves_room(Some(*one))).collect()
        };
        // Two that run, then one that sleeps now and then, then two that do.
        assert_eq!(told(&[2, 2, 2, 2, 2]), [false; 5]);
        assert_eq!(told(&[1, 1, 1]), [false, false, true]);
        // Who was told so is looked at as well before the next is.
        assert_eq!(told(&[1, 1, 1, 1]), [false, false, false, true]);
        assert_eq!(told(&[0, 0, 3, 3, 0]), [false, false, false, false, false]);
        assert!(!load.leaves_room(None), "elsewhere nothing is known");
    }
}
