//! Taking in what a run prints, by a thread for each of its two pipes.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a run printed so far, to both pipes within one limit.
#[derive(Debug)]
pub(super) struct Capture {
    streams: [Arc<Mutex<Vec<u8>>>; 2],
    events: Receiver<Event>,
    open: usize,
    is_full: bool,
}

/// What a thread tells.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Its pipe has ended.
    Closed,
    /// The limit is reached.
    Full,
}

impl Capture {
    /// Begins to read; of both pipes together, `most` bytes are kept.
    pub(super) fn start(
        stdout: impl Read + Send + 'static,
        stderr: impl Read + Send + 'static,
        most: u64,
    ) -> Self {
        let (sender, events) = channel();
        let left = Arc::new(Mutex::new(most));
        let streams =
            [read(stdout, left.clone(), sender.clone()), read(stderr, left, sender)];
        Self { streams, events, open: 2, is_full: false }
    }

    /// Whether more was printed than is kept.
    pub(super) fn is_full(&mut self) -> bool {
        while let Ok(event) = self.events.try_recv() {
            self.take(event);
        }
        self.is_full
    }

    /// Waits until both pipes have ended, and no longer than `patience`: something that the run
    /// left behind may hold them open for ever.
    pub(super) fn rest(&mut self, patience: Duration) {
        let end = Instant::now() + patience;
        while self.open > 0 && !self.is_full {
            let wait = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(wait) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// What was printed to standard output and to standard error.
    pub(super) fn printed(self) -> [Vec<u8>; 2] {
        self.streams.map(|stream| {
            std::mem::take(&mut *stream.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Closed => self.open -= 1,
            Event::Full => self.is_full = true,
        }
    }
}

/// Starts the thread of one pipe. It is never waited for: it ends with its pipe, or with the
/// process.
fn read(
    mut pipe: impl Read + Send + 'static,
    left: Arc<Mutex<u64>>,
    events: Sender<Event>,
) -> Arc<Mutex<Vec<u8>>> {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let kept = bytes.clone();
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 1 << 14];
        let event = loop {
            match pipe.read(&mut buffer) {
                Ok(0) => break Event::Closed,
                Ok(count) => {
                    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = usize::try_from(*left).unwrap_or(usize::MAX).min(count);
                    *left -= room as u64;
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.extend_from_slice(&buffer[..room]);
                    if *left == 0 {
                        break Event::Full;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break Event::Closed,
            }
        };
        // Nobody may be waiting any more.
        let _ = events.send(event);
    });
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_pipes_are_kept_up_to_the_limit() {
        let mut capture = Capture::start(&b"out"[..], &b"error"[..], 100);
        capture.rest(Duration::from_secs(10));
        assert!(!capture.is_full());
        assert_eq!(capture.printed(), [b"out".to_vec(), b"error".to_vec()]);
        let mut capture = Capture::start(std::io::repeat(b'x'), &b""[..], 1 << 20);
        capture.rest(Duration::from_secs(10));
        assert!(capture.is_full());
        assert_eq!(capture.printed()[0].len(), 1 << 20);
    }
}
