//! Running what a book's author wrote, so that nothing of it reaches the machine or the next run.
//!
//! A [`Sandbox`] runs one program: without network, on a read-only system, with limits on time,
//! memory, processes and output, and with everything it started ended when it ends. A [`Tree`] is
//! the folder it works in, put back to what it was after each run. [`Warm`] is a Python that is
//! started once and forked for each script.
//!
//! What is run, what it has to print and how it has to end is not known here.

mod bwrap;
mod exec;
mod find;
mod group;
mod outcome;
mod processes;
mod root;
mod scratch;
mod shell;
mod trash;
mod tree;
mod unshare;
mod warm;
mod watch;

pub use find::{Isolation, Kind, Sandbox};
pub use outcome::{End, Ran};
pub use tree::Tree;
pub use warm::{Script, Warm};

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// How much a run may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// From its start to its end.
    pub time: Duration,
    /// Bytes of memory, of all its processes together.
    pub memory: u64,
    /// Processes at one time. Threads do not count, unless there are very many.
    pub processes: u32,
    /// Bytes of standard output and standard error together.
    pub output: u64,
    /// Bytes of the largest file it may write.
    pub file: u64,
    /// Files that each of its processes may hold open.
    pub files: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_mins(1),
            memory: 2 << 30,
            processes: 256,
            output: 16 << 20,
            file: 256 << 20,
            files: 1024,
        }
    }
}

/// A program to run in a sandbox.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program's path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its whole environment. `HOME` and `TMPDIR` are added where they are lacking: folders that
    /// are empty and go away. `PWD` is set to `dir`.
    pub env: Vec<(String, String)>,
    /// The folder it runs in.
    pub dir: PathBuf,
    /// What it reads from standard input; nothing when `None`.
    pub stdin: Option<Vec<u8>>,
    /// Whether it may use the network.
    pub network: bool,
    /// How much it may take.
    pub limits: Limits,
    /// The folders it may write to; all else is read-only where the kind of sandbox allows that.
    pub writable: Vec<PathBuf>,
}
