//! How a run ended, and what it left.

use crate::proc;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal. The codes from 129 to 159 are told as signals too: most sandboxes know a
    /// signal only as the code that shells make of it, and all are to say the same.
    Signal(i32),
    /// It was ended: its time was over.
    Timeout,
    /// It was ended: it printed too much.
    Output,
    /// It was ended: it filled the memory that it may have.
    Memory,
    /// It was ended: it had too many processes.
    Processes,
    /// It was ended: it wrote too much, or too many files.
    Disk,
}

impl End {
    /// The end that a shell tells by this code.
    pub fn of_code(code: i32) -> Self {
        if (129..160).contains(&code) {
            Self::Signal(code - 128)
        } else {
            Self::Exit(code)
        }
    }

    /// The code by which a shell tells this end; `None` when the sandbox ended the run.
    pub fn code(self) -> Option<i32> {
        match self {
            Self::Exit(code) => Some(code),
            Self::Signal(signal) => Some(128 + signal),
            Self::Timeout
            | Self::Output
            | Self::Memory
            | Self::Processes
            | Self::Disk => None,
        }
    }

    /// The end of a process.
    pub(super) fn of_status(status: ExitStatus) -> Self {
        match (status.code(), proc::signal(status)) {
            (Some(code), _) => Self::of_code(code),
            (None, signal) => Self::Signal(signal.unwrap_or(0)),
        }
    }
}

/// A run that is over.
#[derive(Debug, Clone)]
pub struct FinishedRun {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error, up to the limit.
    pub stderr: Vec<u8>,
    /// How long it took.
    pub elapsed: Duration,
    /// The files of the tree that it opened, listed, imported or looked for, as whole paths,
    /// whether they are there or not; `None` when that is not known.
    pub read: Option<Vec<PathBuf>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_tells_a_signal_is_one() {
        assert_eq!(End::of_code(0), End::Exit(0));
        assert_eq!(End::of_code(139), End::Signal(11));
        assert_eq!(End::of_code(255), End::Exit(255));
        assert_eq!(End::Signal(11).code(), Some(139));
        assert_eq!(End::Timeout.code(), None);
    }
}
