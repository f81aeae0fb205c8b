//! The pandoc on this machine: where it is, which version, and what it says on standard error.

pub mod defaults;

use crate::finding::{Code, Finding};
use crate::proc::{self, Outcome, Process};
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// An installed pandoc.
#[derive(Debug, Clone)]
pub struct Pandoc {
    program: PathBuf,
    version: (u32, u32),
}

impl Pandoc {
    /// The oldest version supported: that of Debian 12.
    pub const OLDEST: (u32, u32) = (2, 17);

    /// The pandoc given, or that of the variable `CONCBOOK_PANDOC`, or the one on `PATH`.
    ///
    /// # Errors
    /// There is none, or it is too old.
    pub fn find(given: Option<&Path>) -> Result<Self> {
        const HINT: &str = "Install pandoc 2.17 or newer, for example with \
                            `pip install pypandoc_binary` or your system's package `pandoc`";
        let program = given
            .map(Path::to_owned)
            .or_else(|| std::env::var_os("CONCBOOK_PANDOC").map(PathBuf::from))
            .or_else(|| proc::find("pandoc"))
            .ok_or_else(|| Error::new("there is no pandoc on PATH").hint(HINT))?;
        // It runs in the book's folder, where a relative path means another file.
        let program = match program.to_str() {
            Some(name) if name.contains('/') => {
                std::path::absolute(&program).unwrap_or(program)
            }
            _ => program,
        };
        let asked = Process::new(&program).arg("--version").run();
        let asked = asked.map_err(|error| error.hint(HINT))?;
        let text = String::from_utf8_lossy(&asked.stdout).into_owned();
        let version = parse_version(&text).ok_or_else(|| {
            Error::new(format!("{} does not say which version it is", program.display()))
        })?;
        if version < Self::OLDEST {
            let (major, minor) = version;
            return Err(
                Error::new(format!("pandoc {major}.{minor} is too old")).hint(HINT)
            );
        }
        Ok(Self { program, version })
    }

    /// Major and minor version.
    pub fn version(&self) -> (u32, u32) {
        self.version
    }

    /// The arguments that have code highlighted in a style, or not at all. From 3.8 on pandoc
    /// warns of the older ones.
    pub fn highlighting(&self, style: Option<&str>) -> Vec<String> {
        match (self.version >= (3, 8), style) {
            (true, style) => {
                vec![format!("--syntax-highlighting={}", style.unwrap_or("none"))]
            }
            (false, Some(style)) => vec![format!("--highlight-style={style}")],
            (false, None) => vec!["--no-highlight".to_owned()],
        }
    }

    /// A run of this pandoc, without arguments yet.
    pub fn job(&self) -> Process {
        Process::new(&self.program)
    }
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let number = text.lines().next()?.split_whitespace().nth(1)?;
    let mut parts = number.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// The output of a run that succeeded, and its warnings as findings at `place`.
///
/// # Errors
/// pandoc failed: with what it said.
pub fn outcome(outcome: Outcome, place: &Place) -> Result<(Vec<u8>, Vec<Finding>)> {
    if !outcome.status.success() {
        let said = outcome.stderr.trim();
        let said = if said.is_empty() { "it said nothing" } else { said };
        return Err(Error::new(format!("pandoc failed ({}): {said}", outcome.status))
            .at(place.clone()));
    }
    let warning = |text: &str| {
        Finding::new(Code::PandocWarning, place.clone(), format!("pandoc: {text}"))
    };
    Ok((
        outcome.stdout,
        warnings(&outcome.stderr).iter().map(|text| warning(text)).collect(),
    ))
}

/// The warnings in pandoc's standard error, each on one line.
fn warnings(stderr: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in stderr.lines() {
        if let Some(text) = line.strip_prefix("[WARNING] ") {
            found.push(text.to_owned());
            inside = true;
        } else if inside && line.starts_with("  ") {
            if let Some(last) = found.last_mut() {
                last.push(' ');
                last.push_str(line.trim());
            }
        } else {
            inside = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_version("pandoc 2.17.1.1\nCompiled"), Some((2, 17)));
        assert_eq!(parse_version("pandoc 3.9"), Some((3, 9)));
        assert_eq!(parse_version(""), None);
    }

    #[test]
    fn each_version_is_told_in_its_own_words() {
        let of = |version, style| {
            Pandoc { program: PathBuf::new(), version }.highlighting(style)
        };
        assert_eq!(of((2, 17), None), ["--no-highlight"]);
        assert_eq!(of((3, 7), Some("tango")), ["--highlight-style=tango"]);
        assert_eq!(of((3, 8), None), ["--syntax-highlighting=none"]);
        assert_eq!(of((3, 9), Some("tango")), ["--syntax-highlighting=tango"]);
    }

    #[test]
    fn warnings_are_joined() {
        let stderr = "[WARNING] one\n  more\n[INFO] no\n[WARNING] two\n";
        assert_eq!(warnings(stderr), ["one more", "two"]);
    }
}
