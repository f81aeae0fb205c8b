//! The pandoc on this machine: where it is, which version, and what it says on standard error.

pub mod defaults;
pub mod options;
pub mod user_data;

use crate::cache::{CacheKey, KeyMaker};
use crate::finding::{Code, Finding};
use crate::proc::{self, Outcome, Process, StartedProcess};
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An installed pandoc.
#[derive(Debug, Clone)]
pub struct Pandoc {
    program: PathBuf,
    version: (u32, u32),
    /// Whether it takes options of its runtime, of which one bounds its memory: it may be built without.
    has_runtime_options: bool,
    /// A run that was started ahead, and which program it is of; see [`Pandoc::keep`].
    ahead: Arc<Mutex<Option<(CacheKey, StartedProcess)>>>,
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
        let ask = |options: &[&str]| {
            Process::new(&program).args(options).arg("--version").run()
        };
        let mut asked =
            ask(&["+RTS", "-M1g", "-RTS"]).map_err(|error| error.hint(HINT))?;
        let has_runtime_options = asked.status.success();
        if !has_runtime_options {
            asked = ask(&[]).map_err(|error| error.hint(HINT))?;
        }
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
        Ok(Self { program, version, has_runtime_options, ahead: Arc::default() })
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

    /// Adds what tells this pandoc from another.
    pub fn note(&self, key: KeyMaker) -> KeyMaker {
        let file = proc::find(&self.program.to_string_lossy());
        key.with_file(file.as_deref().unwrap_or(&self.program))
            .with(format!("{:?}", self.version))
    }

    /// Keeps a run that was started ahead, for whoever takes it; one that was kept before is ended.
    pub fn keep(&self, run: StartedProcess) {
        *self.kept() = Some((self.own_key(), run));
    }

    /// The run that is kept, if any. One of a program that lies there no more is ended.
    pub fn take_kept(&self) -> Option<StartedProcess> {
        let (key, run) = self.kept().take()?;
        (key == self.own_key()).then_some(run)
    }

    /// Whether a run is kept.
    pub fn has_kept(&self) -> bool {
        self.kept().is_some()
    }

    fn kept(&self) -> MutexGuard<'_, Option<(CacheKey, StartedProcess)>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own_key(&self) -> CacheKey {
        self.note(KeyMaker::new("pandoc")).key()
    }

    /// A run of this pandoc, without arguments yet.
    pub fn job(&self) -> Process {
        Process::new(&self.program)
    }

    /// The same with so many megabytes of memory, where it can be told to take no more.
    pub fn job_within(&self, megabytes: usize) -> Process {
        if !self.has_runtime_options {
            return self.job();
        }
        self.job().args(["+RTS".to_owned(), format!("-M{megabytes}m"), "-RTS".to_owned()])
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
    let (stdout, messages) = finished(outcome, place)?;
    let findings = messages.iter().filter_map(|message| message.finding(place));
    Ok((stdout, findings.collect()))
}

/// The output of a run that succeeded, and all that it said.
///
/// # Errors
/// pandoc failed: with what it said, at `place`.
pub fn finished(outcome: Outcome, place: &Place) -> Result<(Vec<u8>, Vec<Message>)> {
    succeeded(&outcome, place)?;
    Ok((outcome.stdout, messages(&outcome.stderr)))
}

/// # Errors
/// pandoc failed: with what it said, at `place`.
pub fn succeeded(outcome: &Outcome, place: &Place) -> Result<()> {
    if !outcome.status.success() {
        let said = complaint(&outcome.stderr);
        let said = if said.is_empty() { "it said nothing" } else { &said };
        return Err(Error::new(format!("pandoc failed ({}): {said}", outcome.status))
            .at(place.clone()));
    }
    Ok(())
}

/// What pandoc says at its end when it fails: without messages of what went before, and without the
/// calls in its own code that led there.
fn complaint(stderr: &str) -> String {
    let is_trace = |line: &&str| {
        line.starts_with("HasCallStack backtrace:") || line.starts_with("CallStack (from")
    };
    let mut lines = Vec::new();
    let mut inside = false;
    for line in stderr.lines().take_while(|line| !is_trace(line)) {
        inside = level(line).is_some() || inside && line.starts_with("  ");
        if !inside {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// How much a message of pandoc's matters to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Level {
    /// Something is probably wrong.
    Warning,
    /// What it did, among it what it left out.
    Info,
}

/// What pandoc said while it did its work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// How much it matters.
    pub level: Level,
    /// What it said, on one line.
    pub text: String,
}

impl Message {
    /// The message as a finding, where it is worth one: a warning, or that something was skipped. It is
    /// at the line that the message names, if any, of the file at `place`.
    pub fn finding(&self, place: &Place) -> Option<Finding> {
        let lost = ["Skipped ", "Parsing unescaped ", "Ignored element "];
        let is_lost = lost.iter().any(|start| self.text.starts_with(start));
        if self.level == Level::Info && !is_lost {
            return None;
        }
        let place = match self.position() {
            Some((line, col)) if place.line.is_none() => {
                Place::at(&*place.file, line, col)
            }
            _ => place.clone(),
        };
        let message = format!("pandoc: {}", self.text);
        Some(Finding::new(Code::PandocWarning, place, message))
    }

    /// The line and column that it names.
    fn position(&self) -> Option<(u32, u32)> {
        let (_, rest) = self.text.rsplit_once(" line ").or_else(|| {
            let rest = self.text.strip_prefix("line ")?;
            Some(("", rest))
        })?;
        let (line, rest) = rest.split_once(" column ")?;
        let col: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((line.parse().ok()?, col.parse().ok()?))
    }
}

/// The level that a line of standard error begins with, and the rest.
fn level(line: &str) -> Option<(Level, &str)> {
    let warning = line.strip_prefix("[WARNING] ").map(|rest| (Level::Warning, rest));
    warning.or_else(|| line.strip_prefix("[INFO] ").map(|rest| (Level::Info, rest)))
}

/// The messages in pandoc's standard error, each on one line.
pub fn messages(stderr: &str) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    let mut inside = false;
    for line in stderr.lines() {
        if let Some((level, text)) = level(line) {
            found.push(Message { level, text: text.to_owned() });
            inside = true;
        } else if inside && line.starts_with("  ") {
            if let Some(last) = found.last_mut() {
                last.text.push(' ');
                last.text.push_str(line.trim());
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
            Pandoc {
                program: PathBuf::new(),
                version,
                has_runtime_options: true,
                ahead: Arc::default(),
            }
            .highlighting(style)
        };
        assert_eq!(of((2, 17), None), ["--no-highlight"]);
        assert_eq!(of((3, 7), Some("tango")), ["--highlight-style=tango"]);
        assert_eq!(of((3, 8), None), ["--syntax-highlighting=none"]);
        assert_eq!(of((3, 9), Some("tango")), ["--syntax-highlighting=tango"]);
    }

    #[test]
    fn messages_are_joined() {
        let stderr = "[WARNING] one\n  more\n[INFO] yes\nelse\n[WARNING] two\n";
        let texts: Vec<_> = messages(stderr).into_iter().map(|one| one.text).collect();
        assert_eq!(texts, ["one more", "yes", "two"]);
    }

    #[test]
    fn a_message_is_at_the_line_that_it_names() {
        let of = |level, text: &str| {
            let message = Message { level, text: text.to_owned() };
            message.finding(&Place::file("a.md")).map(|found| found.place.to_string())
        };
        let place = Some("a.md:7:3".to_owned());
        assert_eq!(
            of(Level::Warning, "Duplicate note 'x' at a.md line 7 column 3"),
            place
        );
        assert_eq!(of(Level::Info, "Skipped '<b>' at line 7 column 3"), place);
        assert_eq!(of(Level::Info, "Loaded x at line 7 column 3"), None);
        assert_eq!(of(Level::Warning, "no line"), Some("a.md".to_owned()));
    }

    #[test]
    fn a_failure_is_told_without_the_calls_that_led_to_it() {
        let stderr = "[INFO] Running filter x\n  more\npandoc: x.css: does not exist\n\
                      HasCallStack backtrace:\n  collect, called at\n";
        assert_eq!(complaint(stderr), "pandoc: x.css: does not exist");
    }
}
