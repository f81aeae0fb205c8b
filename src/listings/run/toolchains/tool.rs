//! Where toolchains are on this machine, and which versions.

use super::{RunInput, Toolchain, of_language};
use crate::fsx;
use crate::proc::{self, Process};
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

/// The toolchain of a language: the interpreter that the book names, else the one on `PATH`.
pub(in crate::listings::run) fn find(
    language: &str,
    input: RunInput<'_>,
) -> Option<Tool> {
    let toolchain = of_language(language)?;
    let probe = toolchain.probe()?;
    if let Some(name) = named(toolchain, input) {
        let beside = input.dir.join(name);
        let is_path = name.contains('/') && beside.is_file();
        let program =
            if is_path { std::path::absolute(beside).ok() } else { proc::find(name) };
        return toolchain.identify(&program?, input.dir);
    }
    if probe.also.iter().any(|name| proc::find(name).is_none()) {
        return None;
    }
    // What stands on PATH may be a link to nowhere, or want a version that is not there.
    let mut found = probe.names.iter().filter_map(|name| proc::find(name));
    found.find_map(|program| toolchain.identify(&program, input.dir))
}

/// The interpreter that the book names.
fn named<'a>(toolchain: &dyn Toolchain, input: RunInput<'a>) -> Option<&'a str> {
    let mut commands = input.settings.commands.iter();
    let (_, command) = commands.find(|(name, _)| name == toolchain.language())?;
    toolchain.is_interpreter(command).then_some(command)
}

/// A program with the first version that it tells when it is asked.
pub(super) fn identify(program: &Path, args: &[&str], dir: &Path) -> Option<Tool> {
    let answer = ask(program, args, dir)?;
    let version = answer.lines().find_map(version)?;
    Some(Tool { program: program.to_owned(), version, paths: Vec::new() })
}

/// What a program answers, on both of its streams; `None` where it fails.
pub(super) fn ask(program: &Path, args: &[&str], dir: &Path) -> Option<String> {
    let process = Process::new(program).args(args).dir(dir);
    let outcome = process.limit(Duration::from_mins(1)).run().ok()?;
    let answer = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    outcome.status.success().then_some(answer)
}

/// What decides which toolchain is found: when it is the same, the same one is.
pub(in crate::listings::run) fn signature(language: &str, input: RunInput<'_>) -> String {
    const VARIABLES: &[&str] = &[
        "ASDF_DATA_DIR",
        "JAVA_HOME",
        "PATH",
        "PYENV_ROOT",
        "PYENV_VERSION",
        "RUSTUP_TOOLCHAIN",
        "VIRTUAL_ENV",
    ];
    const BESIDE: &[&str] = &[
        ".nvmrc",
        ".python-version",
        ".sdkmanrc",
        ".tool-versions",
        "mise.toml",
        "rust-toolchain",
        "rust-toolchain.toml",
    ];
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
