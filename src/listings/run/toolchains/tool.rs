//! Where toolchains are on this machine, and which versions.

use super::{RunInput, Toolchain, of_language};
use crate::fsx;
use crate::proc::{self, Process};
use crate::sandbox::{self, Command, End, Isolation, RunLimits, visible};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A toolchain that is there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::listings::run) struct Tool {
    /// The program that is started.
    pub program: PathBuf,
    /// The parts of its version.
    pub version: Vec<u32>,
    /// Where it finds modules that are installed beside those it brings.
    pub paths: Vec<PathBuf>,
}

/// How a toolchain is found.
#[derive(Debug)]
pub(in crate::listings::run) struct Probe {
    /// The names of its program, the usual one first.
    pub names: &'static [&'static str],
    /// What the program is asked for its version by.
    pub args: &'static [&'static str],
    /// Programs that have to be there as well.
    pub also: &'static [&'static str],
    /// What an author installs.
    pub product: &'static str,
}

/// Variables that decide which toolchain is found.
const VARIABLES: &[&str] = &[
    "ASDF_DATA_DIR",
    "JAVA_HOME",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "RUSTUP_TOOLCHAIN",
    "VIRTUAL_ENV",
];

/// Files of version managers in a folder, which say what its programs are run by.
const BESIDE: &[&str] = &[
    ".nvmrc",
    ".python-version",
    ".sdkmanrc",
    ".tool-versions",
    "mise.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
];

/// Where programs are asked for their versions. What a book brings must not run outside of a sandbox for that:
/// neither a program in its folder, nor one that a file there leads a version manager to.
#[derive(Debug, Clone, Copy)]
pub(in crate::listings::run) struct Asking<'a> {
    /// The book's folder.
    pub dir: &'a Path,
    /// What the user lets listings see.
    pub allowed: &'a [PathBuf],
}

impl Asking<'_> {
    /// What a program answers, on both of its streams; `None` where it fails.
    pub(super) fn ask(&self, program: &Path, args: &[&str]) -> Option<String> {
        let dir = std::path::absolute(self.dir).ok()?;
        if program.starts_with(&dir) {
            return self.ask_shut_in(program, args, dir);
        }
        // One that is kept there may lead a version manager to a program of the book's.
        let leads_on = BESIDE.iter().any(|name| {
            fsx::read_text(&dir.join(name)).is_ok_and(|text| text.contains("path"))
        });
        let elsewhere = leads_on.then(fsx::temp_dir).transpose().ok()?;
        let dir = elsewhere.as_ref().map_or(&*dir, |folder| folder.path());
        let process = Process::new(program).args(args).dir(dir);
        let outcome = process.limit(Duration::from_mins(1)).run().ok()?;
        outcome.status.success().then(|| both(&outcome.stdout, outcome.stderr.as_bytes()))
    }

    /// The same in a sandbox.
    fn ask_shut_in(&self, program: &Path, args: &[&str], dir: PathBuf) -> Option<String> {
        let known = |name: &&str| Some(((*name).to_owned(), std::env::var(name).ok()?));
        let env: Vec<(String, String)> = VARIABLES.iter().filter_map(known).collect();
        let mut readable = visible::of_environment(&env);
        readable.push(dir.clone());
        readable.extend(self.allowed.iter().cloned());
        let chosen = sandbox::choose(Isolation::Auto);
        let run = chosen.sandbox.run(&Command {
            program: program.to_owned(),
            args: args.iter().map(OsString::from).collect(),
            env,
            dir,
            stdin: None,
            network: false,
            limits: RunLimits::default(),
            writable: Vec::new(),
            readable,
            bounded: Vec::new(),
        });
        let run = run.ok()?;
        (run.end == End::Exit(0)).then(|| both(&run.stdout, &run.stderr))
    }
}

/// What a program wrote to both of its streams, as text.
fn both(stdout: &[u8], stderr: &[u8]) -> String {
    String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()
}

/// The toolchain of a language: the interpreter that the book names, else the one on `PATH`.
pub(in crate::listings::run) fn find(
    language: &str,
    input: RunInput<'_>,
    allowed: &[PathBuf],
) -> Option<Tool> {
    let asking = Asking { dir: input.dir, allowed };
    let toolchain = of_language(language)?;
    let probe = toolchain.probe()?;
    if let Some(name) = named(toolchain, input) {
        let beside = input.dir.join(name);
        let is_path = name.contains('/') && beside.is_file();
        let program =
            if is_path { std::path::absolute(beside).ok() } else { proc::find(name) };
        return toolchain.identify(&program?, asking);
    }
    if probe.also.iter().any(|name| proc::find(name).is_none()) {
        return None;
    }
    // What stands on PATH may be a link to nowhere, or want a version that is not there.
    let mut found = probe.names.iter().filter_map(|name| proc::find(name));
    found.find_map(|program| toolchain.identify(&program, asking))
}

/// The interpreter that the book names.
fn named<'a>(toolchain: &dyn Toolchain, input: RunInput<'a>) -> Option<&'a str> {
    let mut commands = input.settings.commands.iter();
    let (_, command) = commands.find(|(name, _)| name == toolchain.language())?;
    toolchain.is_interpreter(command).then_some(command)
}

/// A program with the first version that it tells when it is asked.
pub(super) fn identify(
    program: &Path,
    args: &[&str],
    asking: Asking<'_>,
) -> Option<Tool> {
    let answer = asking.ask(program, args)?;
    let version = answer.lines().find_map(version)?;
    Some(Tool { program: program.to_owned(), version, paths: Vec::new() })
}

/// What decides which toolchain is found: when it is the same, the same one is.
pub(in crate::listings::run) fn signature(language: &str, input: RunInput<'_>) -> String {
    const AT_HOME: &[&str] =
        &[".pyenv/version", ".rustup/settings.toml", ".tool-versions"];
    let mut all = String::new();
    for name in VARIABLES {
        // A variable that is not set chooses nothing, as an empty one does.
        let value = std::env::var(name).unwrap_or_default();
        all.extend([name, "=", &*value, "\n"]);
    }
    // Where the current folder is gone, no file above it can be read.
    let dir = std::path::absolute(input.dir).unwrap_or_default();
    let above = dir.ancestors().flat_map(|dir| BESIDE.iter().map(|name| dir.join(name)));
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let at_home = home.iter().flat_map(|home| AT_HOME.iter().map(|name| home.join(name)));
    for file in above.chain(at_home).filter(|file| file.is_file()) {
        // A file that cannot be read tells the version manager nothing either.
        all.push_str(&fsx::read_text(&file).unwrap_or_default());
    }
    let own = input.settings.commands.iter().filter(|(name, _)| name == language);
    let own = own.map(|(_, command)| input.dir.join(command));
    let probe = of_language(language).and_then(|toolchain| toolchain.probe());
    let names = probe.into_iter().flat_map(|probe| probe.names.iter().chain(probe.also));
    for program in own.chain(names.filter_map(|name| proc::find(name))) {
        let changed = fsx::modified(&program).ok();
        let _ = writeln!(all, "{} {changed:?}", program.display());
    }
    all
}

/// The first version in a line.
pub(super) fn version(line: &str) -> Option<Vec<u32>> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    line.split(|c: char| !is_part(c)).find_map(|word| {
        let word = word.trim_matches('.');
        let parts: Option<Vec<u32>> =
            word.split('.').map(|part| part.parse().ok()).collect();
        parts.filter(|parts| parts.len() > 1 || word.len() > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_say() {
        for (line, wanted) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", Some(vec![1, 95, 0])),
            ("go version go1.19.8 linux/amd64", Some(vec![1, 19, 8])),
            ("openjdk version \"17.0.15\" 2025-04-15", Some(vec![17, 0, 15])),
            ("openjdk version \"21\" 2025-04-15", Some(vec![21])),
            ("info: kotlinc-jvm 1.3-SNAPSHOT (JRE 17)", Some(vec![1, 3])),
            ("v20.20.2", Some(vec![20, 20, 2])),
            ("cc (Debian 12.2.0-14) 12.2.0", Some(vec![12, 2, 0])),
            ("This is perl 5, version 36, subversion 0 (v5.36.0)", Some(vec![36])),
            ("no version", None),
        ] {
            assert_eq!(version(line), wanted, "{line}");
        }
    }
}
