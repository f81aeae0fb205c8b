//! The sandbox of Linux: namespaces that bubblewrap or `unshare` sets up, or else a process group
//! whose processes and memory are counted by what `/proc` tells.

mod bwrap;
mod fork_server;
mod group;
mod processes;
mod running;
mod unshare;
mod watch;

use super::scratch::Scratch;
use super::{
    Bound, Chosen, Command, FinishedRun, ForkServer, Isolation, RunLimits, Sandbox,
    SandboxKind, ServerSetup, shell,
};
use crate::proc::{self, Process};
use bwrap::Features;
use concfilter::error::Error;
use fork_server::PythonServer;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes that a process may ask for beyond what it may fill, for the stacks of its threads: what it fills
/// is looked at every few milliseconds.
const STACKS: u64 = 32 << 30;

/// A sandbox by one of the mechanisms.
#[derive(Debug, Clone)]
struct LinuxSandbox {
    mechanism: Mechanism,
    /// The user's threads when this was made; `None` for root, whom no limit binds.
    threads: Option<u32>,
}

/// What shuts programs in, with what it needs.
#[derive(Debug, Clone)]
enum Mechanism {
    Bubblewrap { program: PathBuf, features: Features },
    Namespaces { program: PathBuf, setpriv: PathBuf },
    ProcessGroup,
}

/// The strongest sandbox that is wanted and works: each is tried once with a program that does
/// nothing, for what is installed may still be forbidden.
pub(super) fn choose(isolation: Isolation) -> Chosen {
    let mut reasons = Vec::new();
    let wanted: &[fn() -> Result<Mechanism, String>] = match isolation {
        Isolation::Auto => &[bubblewrap, namespaces],
        Isolation::NoNamespaces | Isolation::Portable => &[],
    };
    for find in wanted {
        match find() {
            Ok(mechanism) => {
                let sandbox = Box::new(LinuxSandbox::new(mechanism));
                return Chosen { sandbox, note: None };
            }
            Err(reason) => reasons.push(reason),
        }
    }
    let sandbox = Box::new(LinuxSandbox::new(Mechanism::ProcessGroup));
    let note = Some(reasons.join("; ")).filter(|reasons| !reasons.is_empty());
    Chosen { sandbox, note }
}

/// How many threads of all runs could run just now, if they had a processor.
pub(super) fn runnable() -> u32 {
    processes::runnable(std::process::id())
}

/// A sandbox of one kind; `Err` tells why it is not to be had here.
pub(super) fn of_kind(kind: SandboxKind) -> Result<Box<dyn Sandbox>, String> {
    let mechanism = match kind {
        SandboxKind::Bubblewrap => bubblewrap()?,
        SandboxKind::Namespaces => namespaces()?,
        SandboxKind::ProcessGroup => Mechanism::ProcessGroup,
        SandboxKind::Portable => return Err("it is none of Linux's own".to_owned()),
    };
    Ok(Box::new(LinuxSandbox::new(mechanism)))
}

impl LinuxSandbox {
    fn new(mechanism: Mechanism) -> Self {
        let is_root = rustix::process::getuid().is_root();
        Self { mechanism, threads: (!is_root).then(processes::threads_of_user) }
    }

    /// Scratch folders for a run: in memory where a namespace has its own.
    fn scratch(&self) -> Result<Scratch, Error> {
        match self.mechanism {
            Mechanism::ProcessGroup => Scratch::on_disk(),
            Mechanism::Bubblewrap { .. } | Mechanism::Namespaces { .. } => Ok(Scratch {
                folder: None,
                home: bwrap::HOME.into(),
                tmp: bwrap::TMP.into(),
            }),
        }
    }
}

impl Sandbox for LinuxSandbox {
    fn kind(&self) -> SandboxKind {
        match self.mechanism {
            Mechanism::Bubblewrap { .. } => SandboxKind::Bubblewrap,
            Mechanism::Namespaces { .. } => SandboxKind::Namespaces,
            Mechanism::ProcessGroup => SandboxKind::ProcessGroup,
        }
    }

    fn unheld(&self) -> &'static [Bound] {
        match self.mechanism {
            Mechanism::Bubblewrap { .. } | Mechanism::Namespaces { .. } => &[],
            Mechanism::ProcessGroup => &[Bound::Network, Bound::System, Bound::Others],
        }
    }

    fn run(&self, command: &Command) -> Result<FinishedRun, Error> {
        self.run_to_end(command)
    }

    fn fork_server(
        &self,
        setup: &ServerSetup<'_>,
    ) -> Option<Result<Box<dyn ForkServer>, Error>> {
        let server = PythonServer::start(self, setup);
        Some(server.map(|server| Box::new(server) as Box<dyn ForkServer>))
    }
}

/// A program that does nothing.
fn nothing() -> Command {
    Command {
        program: shell::SH.into(),
        args: ["-c", ":"].map(OsString::from).into(),
        env: vec![("PATH".to_owned(), std::env::var("PATH").unwrap_or_default())],
        dir: "/".into(),
        stdin: None,
        network: false,
        limits: RunLimits::default(),
        writable: Vec::new(),
        readable: Vec::new(),
        bounded: Vec::new(),
    }
}

fn bubblewrap() -> Result<Mechanism, String> {
    let program = proc::find("bwrap").ok_or("bubblewrap is not installed")?;
    let mut reason = String::new();
    for (proc, size, sys) in [
        (true, true, true),
        (true, true, false),
        (true, false, true),
        (true, false, false),
        (false, true, false),
        (false, false, false),
    ] {
        let features = Features { proc, size, sys };
        match works(&program, &bwrap::args(&nothing(), features)) {
            Ok(()) => return Ok(Mechanism::Bubblewrap { program, features }),
            Err(message) if reason.is_empty() => reason = message,
            Err(_) => {}
        }
    }
    Err(format!("bubblewrap does not work here ({reason})"))
}

fn namespaces() -> Result<Mechanism, String> {
    let program = proc::find("unshare").ok_or("unshare is not installed")?;
    let setpriv = proc::find("setpriv").ok_or("setpriv is not installed")?;
    works(&program, &unshare::args(&nothing()))
        .map_err(|reason| format!("user namespaces do not work here ({reason})"))?;
    Ok(Mechanism::Namespaces { program, setpriv })
}

/// Whether a program that does nothing can be run by this command line.
fn works(program: &Path, before: &[OsString]) -> Result<(), String> {
    let command = nothing();
    let job = Process::new(program)
        .args(before)
        .arg(&command.program)
        .args(&command.args)
        .limit(Duration::from_secs(20));
    let outcome = job.run().map_err(|error| error.message().to_owned())?;
    if outcome.status.success() {
        return Ok(());
    }
    let message = outcome.stderr.lines().next().unwrap_or("no reason given");
    let message = message.trim_start_matches("bwrap: ").trim_start_matches("unshare: ");
    Err(message.to_owned())
}
