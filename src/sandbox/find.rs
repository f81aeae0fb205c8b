//! Which kind of sandbox is to be had here.

use super::bwrap::{self, Can};
use super::{Command, Limits, processes, shell, unshare};
use crate::proc::{self, Process};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a sandbox shuts its programs in, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Namespaces, set up by bubblewrap.
    Bubblewrap,
    /// Namespaces, set up by `unshare` and `mount`.
    Namespaces,
    /// A process group and limits. The system can be written to and the network used.
    Process,
}

/// How strongly the user wants listings shut in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// As strongly as it can be done here.
    #[default]
    Auto,
    /// Without namespaces.
    Process,
}

/// A place to run programs in.
#[derive(Debug, Clone)]
pub struct Sandbox {
    pub(super) how: How,
    why_not: Option<String>,
    /// The user's threads when this was made; `None` for the one user whom no limit binds.
    pub(super) threads: Option<u32>,
}

/// A kind with what it needs.
#[derive(Debug, Clone)]
pub(super) enum How {
    Bubblewrap { program: PathBuf, can: Can },
    Namespaces { program: PathBuf },
    Process,
}

impl Sandbox {
    /// The strongest sandbox that is wanted and works: each is tried once with a program that
    /// does nothing, for what is installed may still be forbidden.
    pub fn find(isolation: Isolation) -> Self {
        let root = rustix::process::getuid().is_root();
        let threads = (!root).then(processes::threads_of_user);
        if isolation == Isolation::Process {
            return Self { how: How::Process, why_not: None, threads };
        }
        let mut why = Vec::new();
        for find in [bubblewrap, namespaces] {
            match find() {
                Ok(how) => return Self { how, why_not: None, threads },
                Err(reason) => why.push(reason),
            }
        }
        Self { how: How::Process, why_not: Some(why.join("; ")), threads }
    }

    /// A sandbox of one kind; `Err` tells why it is not to be had here.
    ///
    /// # Errors
    /// The kind does not work here.
    pub fn of(kind: Kind) -> Result<Self, String> {
        let how = match kind {
            Kind::Bubblewrap => bubblewrap()?,
            Kind::Namespaces => namespaces()?,
            Kind::Process => How::Process,
        };
        let root = rustix::process::getuid().is_root();
        Ok(Self { how, why_not: None, threads: (!root).then(processes::threads_of_user) })
    }

    /// How this sandbox shuts its programs in.
    pub fn kind(&self) -> Kind {
        match self.how {
            How::Bubblewrap { .. } => Kind::Bubblewrap,
            How::Namespaces { .. } => Kind::Namespaces,
            How::Process => Kind::Process,
        }
    }

    /// Why it is weaker than was wished, when it is.
    pub fn why_not(&self) -> Option<&str> {
        self.why_not.as_deref()
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
        limits: Limits::default(),
        writable: Vec::new(),
    }
}

fn bubblewrap() -> Result<How, String> {
    let program = proc::find("bwrap").ok_or("bubblewrap is not installed")?;
    let mut reason = String::new();
    for (proc, size) in [(true, true), (true, false), (false, true), (false, false)] {
        let can = Can { proc, size };
        match works(&program, &bwrap::args(&nothing(), can)) {
            Ok(()) => return Ok(How::Bubblewrap { program, can }),
            Err(said) if reason.is_empty() => reason = said,
            Err(_) => {}
        }
    }
    Err(format!("bubblewrap does not work here ({reason})"))
}

fn namespaces() -> Result<How, String> {
    let program = proc::find("unshare").ok_or("unshare is not installed")?;
    works(&program, &unshare::args(&nothing()))
        .map_err(|reason| format!("user namespaces do not work here ({reason})"))?;
    Ok(How::Namespaces { program })
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
    let said = outcome.stderr.lines().next().unwrap_or("no reason given");
    Err(said.trim_start_matches("bwrap: ").trim_start_matches("unshare: ").to_owned())
}
