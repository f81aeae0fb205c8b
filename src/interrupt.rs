//! What is put right before the program goes when it is told to end: by Ctrl-C, by a closed
//! terminal, by a build server that has waited long enough.
//!
//! Whoever makes what must not stay (a temporary folder, a half-written file, a child process)
//! says with it how it is undone. After a signal all that is still there is undone, the newest
//! first, so that a process ends before the folder that it works in; then the program ends as the
//! signal would have ended it. A program that comes to its end undoes what is left, too.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How something is undone. What it cannot undo it leaves: there is nobody left to be told.
pub type Undo = Box<dyn FnOnce() + Send>;

/// What there is to undo, by the number of its making.
static OPEN: Mutex<OpenGuards> =
    Mutex::new(OpenGuards { undos: BTreeMap::new(), next: 0 });

struct OpenGuards {
    undos: BTreeMap<u64, Undo>,
    next: u64,
}

/// While it lives, what it was made for is undone when the program is told to end.
#[derive(Debug)]
pub struct Guard(u64);

impl Drop for Guard {
    fn drop(&mut self) {
        open().undos.remove(&self.0);
    }
}

fn open() -> MutexGuard<'static, OpenGuards> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes something and registers in the same step how it is undone, so that no signal comes
/// between. `make` has to be quick: all others wait for it.
///
/// # Errors
/// Those of `make`.
pub fn guarded<T, E>(
    make: impl FnOnce() -> Result<T, E>,
    undo: impl FnOnce(&T) -> Undo,
) -> Result<(T, Guard), E> {
    let mut open = open();
    let made = make()?;
    let number = open.next;
    open.next += 1;
    open.undos.insert(number, undo(&made));
    Ok((made, Guard(number)))
}

/// What a signal does first, where a command has a way to end by itself.
#[cfg(all(unix, not(feature = "portable-std")))]
static STOP: Mutex<Option<Undo>> = Mutex::new(None);

/// How long a command that ends by itself may take for it.
#[cfg(all(unix, not(feature = "portable-std")))]
const GRACE: std::time::Duration = std::time::Duration::from_millis(500);

/// For a command that runs until it is told to end: the signal is no failure. `stop` tells it to come to its end;
/// where it does not soon, as in the middle of its work, what is open is undone. The exit code is 0 either way.
#[cfg(all(unix, not(feature = "portable-std")))]
pub fn stop_by(stop: Undo) {
    *STOP.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
}

/// Nothing: without signals, nobody tells a command to end.
#[cfg(any(not(unix), feature = "portable-std"))]
pub fn stop_by(stop: Undo) {
    drop(stop);
}

/// Lets the command end by itself, where it has a way to.
#[cfg(all(unix, not(feature = "portable-std")))]
fn stop() {
    let stop = STOP.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(stop) = stop else { return };
    stop();
    std::thread::sleep(GRACE);
    undo_all();
    #[expect(
        clippy::exit,
        reason = "the command works on something and cannot be asked"
    )]
    std::process::exit(0);
}

/// From now on the signals that tell a program to end are obeyed by undoing what is open. One that
/// is ignored, as under `nohup`, stays ignored.
#[cfg(all(unix, not(feature = "portable-std")))]
pub fn listen() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    let wanted = [SIGHUP, SIGINT, SIGTERM].into_iter();
    let wanted = wanted.filter(|signal| ignored & (1 << (signal - 1)) == 0);
    // Where no handler can be had, a signal ends the program at once, as it did without.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            stop();
            undo_all();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}

/// Nothing: a system without signals ends its programs in ways of its own.
#[cfg(any(not(unix), feature = "portable-std"))]
pub fn listen() {}

/// Undoes what is open, and keeps everybody from making more: whoever tries waits for the end. So a program ends, too,
/// that has come to its end while something that it started has not.
pub fn undo_all() {
    let mut open = open();
    while let Some((_, undo)) = open.undos.pop_last() {
        undo();
    }
    std::mem::forget(open);
}

/// The signals that this process was told to ignore, a bit each; none where that cannot be seen.
#[cfg(all(unix, not(feature = "portable-std")))]
fn ignored() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "no file of an author's, and no error to tell"
    )]
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
