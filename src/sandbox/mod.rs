//! Running what a book's author wrote, so that nothing of it reaches the machine or the next run.
//!
//! A [`Sandbox`] runs one program within [`RunLimits`], and ends everything that the program started
//! when it ends. A [`Tree`] is the folder that programs work in, put back to what it was after each
//! run. A [`ForkServer`] is a Python that is started once and forked for each script.
//!
//! There are two implementations of [`Sandbox`]: `linux` has namespaces, or at least counts what a
//! process group takes; `portable` needs the standard library only, and tells by [`Bound`] what it
//! does not hold. [`choose`] takes the strongest that works.
//!
//! What is run, what it has to print and how it has to end is not known here.

mod bound;
mod capture;
mod choose;
mod disk;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod linux;
mod outcome;
mod portable;
mod scratch;
#[cfg(all(unix, not(feature = "portable-std")))]
mod shell;
mod temp_root;
mod tree;
pub mod visible;

pub use bound::Bound;
pub use choose::{Chosen, Isolation, choose, of_kind};
pub use outcome::{End, FinishedRun};
pub use tree::Tree;

use concfilter::error::{Error, Place, Result};
use std::ffi::OsString;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What runs programs so that they can do little harm.
pub trait Sandbox: Debug + Send + Sync {
    /// How it keeps programs from the rest of the machine.
    fn kind(&self) -> SandboxKind;

    /// What it does not hold.
    fn unheld(&self) -> &'static [Bound];

    /// Runs a program to its end, or to one of its limits. When this returns, nothing that the
    /// program started is left, as far as [`Bound::Descendants`] is held.
    ///
    /// # Errors
    /// The program cannot be started. How it ends is never an error.
    fn run(&self, command: &Command) -> Result<FinishedRun>;

    /// Starts a Python that is forked for each script, without network; `None` where this sandbox
    /// has no such server.
    ///
    /// # Errors
    /// It cannot be started: then each script has to be run in a process of its own.
    fn fork_server(&self, setup: &ServerSetup<'_>)
    -> Option<Result<Box<dyn ForkServer>>>;
}

/// A Python that runs scripts, one after the other. Each is finished, and all that it started
/// ended, before the next begins.
///
/// It has to be used by the thread that started it, or by one that does not outlive that: the
/// system ends what a thread started in a sandbox together with the thread.
pub trait ForkServer: Debug {
    /// Runs a script to its end, or to one of its limits. A server that was ended with the script
    /// before is started again.
    ///
    /// # Errors
    /// The script cannot be run here, or the server ended: then the script has to be run in a
    /// process of its own, which tells how it ends.
    fn run(&mut self, script: &Script) -> Result<FinishedRun>;
}

/// How many threads of all that runs could run just now, if they had a processor: what sleeps could not. `None` where
/// the system does not tell.
pub fn runnable() -> Option<u32> {
    #[cfg(all(target_os = "linux", not(feature = "portable")))]
    return Some(linux::runnable());
    #[cfg(not(all(target_os = "linux", not(feature = "portable"))))]
    None
}

/// How a sandbox keeps its programs from the rest of the machine, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxKind {
    /// Namespaces, set up by bubblewrap.
    Bubblewrap,
    /// Namespaces, set up by `unshare` and `mount`.
    Namespaces,
    /// A process group whose processes and memory are counted.
    ProcessGroup,
    /// A process with limits on time and output.
    Portable,
}

/// How much a run may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLimits {
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
    /// Bytes on the disk of all that lies in the folders it may write to.
    pub disk: u64,
    /// Files and folders in these.
    pub entries: u64,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            time: Duration::from_mins(1),
            memory: 2 << 30,
            processes: 256,
            output: 16 << 20,
            file: 256 << 20,
            files: 1024,
            disk: 1 << 30,
            entries: 100_000,
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
    pub limits: RunLimits,
    /// The folders it may write to; all else is read-only where [`Bound::System`] is held.
    pub writable: Vec<PathBuf>,
    /// What it sees of folders that are not the system's, besides its program and what it may write to.
    pub readable: Vec<PathBuf>,
    /// Of the folders it may write to, those that [`RunLimits::disk`] holds for.
    pub bounded: Vec<PathBuf>,
}

impl Command {
    /// Whether its folder and its program are there at all.
    fn check(&self) -> Result<()> {
        if !self.dir.is_dir() {
            return Err(Error::new("there is no such folder to run a program in")
                .at(Place::path(&self.dir)));
        }
        if self.program.is_absolute() && !self.program.is_file() {
            return Err(
                Error::new("there is no such program").at(Place::path(&self.program))
            );
        }
        Ok(())
    }
}

/// What a fork server is started with.
#[derive(Debug, Clone, Copy)]
pub struct ServerSetup<'a> {
    /// The interpreter.
    pub python: &'a Path,
    /// The folder that scripts lie in.
    pub tree: &'a Path,
    /// Its environment, which scripts have too.
    pub env: &'a [(String, String)],
    /// Modules that it loads before any script, as far as they are there.
    pub preload: &'a [String],
    /// The folders that scripts may write to.
    pub writable: &'a [PathBuf],
    /// What they see of folders that are not the system's.
    pub readable: &'a [PathBuf],
}

/// A Python script for a fork server.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its path in the tree. It runs in the folder it lies in, as `python3 NAME` does.
    pub path: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables that are added to the environment which the server was started with.
    pub env: Vec<(String, String)>,
    /// What it reads from standard input; nothing when `None`.
    pub stdin: Option<Vec<u8>>,
    /// How much it may take.
    pub limits: RunLimits,
}
