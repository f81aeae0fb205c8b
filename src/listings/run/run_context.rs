//! What holds for all programs of a run.

use super::cache::Files;
use super::{Options, RunInput};
use crate::sandbox::{Isolation, Sandbox, visible};
use std::path::{Path, PathBuf};

/// What all workers share.
#[derive(Debug)]
pub(super) struct RunContext<'a> {
    pub input: RunInput<'a>,
    pub sandbox: &'a dyn Sandbox,
    /// Where compilers write.
    pub scratch: &'a Path,
    /// Variables that all programs have.
    pub env: Vec<(String, String)>,
    /// The files of the tree.
    pub files: &'a Files,
    /// Whether Python scripts may be run by a fork server.
    pub may_fork: bool,
    /// Folders that outlive the run, for what compilers keep.
    pub kept: Vec<PathBuf>,
    /// What listings see of folders that are not the system's.
    pub readable: Vec<PathBuf>,
    /// Whether those that want the network have it.
    pub network: bool,
}

impl<'a> RunContext<'a> {
    pub(super) fn new(
        input: RunInput<'a>,
        sandbox: &'a dyn Sandbox,
        options: &Options,
        scratch: &'a Path,
        files: &'a Files,
    ) -> Self {
        let go = options.cache.as_deref().unwrap_or(scratch).join("go-build");
        let go = std::path::absolute(&go).unwrap_or(go);
        let may_fork = !options.fresh && options.isolation == Isolation::Auto;
        let env = environment(&go);
        let class_path = std::env::var("CLASSPATH").ok();
        let class_path = class_path.map(|value| ("CLASSPATH".to_owned(), value));
        let named: Vec<_> = env.iter().cloned().chain(class_path).collect();
        let mut readable = visible::of_environment(&named);
        // What was compiled with others lies there.
        readable.push(scratch.canonicalize().unwrap_or_else(|_| scratch.to_owned()));
        readable.extend(options.allowed.paths.iter().cloned());
        Self {
            input,
            sandbox,
            scratch,
            env,
            files,
            may_fork,
            kept: vec![go],
            readable,
            network: options.allowed.network,
        }
    }
}

/// What every listing finds in its environment: the same on every machine, but for where its
/// toolchain is.
fn environment(go: &Path) -> Vec<(String, String)> {
    const KEPT: &[&str] = &[
        "PATH",
        "JAVA_HOME",
        "GOROOT",
        "RUSTUP_HOME",
        "CARGO_HOME",
        "RUSTUP_TOOLCHAIN",
        "VIRTUAL_ENV",
        "LD_LIBRARY_PATH",
        "NODE_PATH",
        "GEM_PATH",
        "SSL_CERT_FILE",
        // Without these no program starts on Windows.
        "SYSTEMROOT",
        "PATHEXT",
    ];
    const FIXED: &[(&str, &str)] = &[
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("TZ", "UTC"),
        ("LC_ALL", "C.UTF-8"),
        ("LANG", "C.UTF-8"),
        ("COLUMNS", "80"),
        ("LINES", "24"),
        ("TERM", "dumb"),
        ("NO_COLOR", "1"),
        ("PYTHON_COLORS", "0"),
        ("GOTOOLCHAIN", "local"),
        ("GOPROXY", "off"),
        ("GOFLAGS", "-mod=mod"),
    ];
    let mut all: Vec<(String, String)> = KEPT
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)))
        .collect();
    let mut set = |name: &str, value: &str| {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.to_owned(), value.to_owned()));
        }
    };
    for (name, value) in FIXED {
        set(name, value);
    }
    set("GOCACHE", &go.display().to_string());
    if let Some(home) = std::env::var("HOME").ok().filter(|home| !home.is_empty()) {
        set("PYTHONUSERBASE", &format!("{home}/.local"));
        set("GOPATH", &format!("{home}/go"));
        set("RUSTUP_HOME", &format!("{home}/.rustup"));
        set("CARGO_HOME", &format!("{home}/.cargo"));
    }
    all
}
