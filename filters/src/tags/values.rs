//! Values of keys, from the text that the author wrote.

use super::{Tags, keys};
use crate::units;
use std::fmt;

/// How a listing has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// With exit code 0.
    Ok,
    /// With any other exit code.
    Error,
    /// Its compiler refuses it.
    CompileError,
    /// Its compiler takes it, and nobody starts it.
    Compiles,
    /// With this exit code.
    Exit(i32),
    /// It runs into its limit.
    Timeout,
}

/// How a listing's output is held against the one in the book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutputMatch {
    /// Exactly, where the book has one.
    #[default]
    Unsaid,
    /// Exactly, and the book has to have one.
    Exact,
    /// Not at all: it is different each time.
    Sample,
    /// There is none.
    None,
    /// Its first lines.
    First(usize),
    /// As many lines at the beginning as at the end.
    Ends(usize),
}

/// What is normalized before outputs are compared.
#[expect(clippy::struct_excessive_bools, reason = "each can be asked for by itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Norm {
    /// Addresses in memory.
    pub addr: bool,
    /// Dates and times.
    pub date: bool,
    /// Digits.
    pub digits: bool,
    /// The order of lines.
    pub sort: bool,
}

/// The oldest toolchain that can run a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The tool, as `lang` names its language.
    pub tool: String,
    /// The parts of its version.
    pub version: Vec<u32>,
}

impl OutputMatch {
    pub(super) fn is_unsaid(&self) -> bool {
        *self == Self::Unsaid
    }
}

impl Norm {
    /// Whether nothing is normalized.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Error => f.write_str("error"),
            Self::CompileError => f.write_str("compile-error"),
            Self::Compiles => f.write_str("compiles"),
            Self::Exit(code) => write!(f, "exit:{code}"),
            Self::Timeout => f.write_str("timeout"),
        }
    }
}

impl fmt::Display for OutputMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsaid => f.write_str("unsaid"),
            Self::Exact => f.write_str("exact"),
            Self::Sample => f.write_str("sample"),
            Self::None => f.write_str("none"),
            Self::First(lines) => write!(f, "first:{lines}"),
            Self::Ends(lines) => write!(f, "ends:{lines}"),
        }
    }
}

impl fmt::Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.addr, "addr"),
            (self.date, "date"),
            (self.digits, "digits"),
            (self.sort, "sort"),
        ];
        let set: Vec<&str> = all.iter().filter(|one| one.0).map(|one| one.1).collect();
        f.write_str(&set.join(" "))
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version: Vec<String> = self.version.iter().map(u32::to_string).collect();
        write!(f, "{}{}", self.tool, version.join("."))
    }
}

macro_rules! as_text {
    ($($type:ty)*) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )*};
}
as_text!(Expect OutputMatch Norm Since);

/// What is wrong with a value, and what it can be.
type WrongValue = (String, Option<String>);

/// Sets what a key says.
pub(super) fn set(tags: &mut Tags, key: &str, value: &str) -> Result<(), WrongValue> {
    let value = value.trim();
    let wrong = || {
        let can_be = keys::can_be(key);
        (format!("{key} is {value:?}"), Some(format!("It can be {can_be}")))
    };
    let text = || match value {
        "" => Err((format!("{key} is empty"), None)),
        _ => Ok(Some(value.to_owned())),
    };
    let yes = || match value {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(wrong()),
    };
    let path = || match value {
        _ if is_inside(value) => Ok(Some(value.to_owned())),
        _ => Err(wrong()),
    };
    let command = || {
        words(value)
            .ok_or_else(|| (format!("{key} has a quote that is never closed"), None))
    };
    match key {
        "file" => {
            // What cannot be a path is none for whoever goes on with it.
            tags.file = None;
            tags.file = path()?;
        }
        "continues" => tags.continues = path()?,
        "needs" => {
            let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
            tags.needs = parts.map(str::to_owned).collect();
            text()?;
        }
        "setup" => tags.setup = text()?,
        "norun" => tags.norun = yes()?,
        "reason" => tags.reason = text()?,
        "fragment" => tags.fragment = yes()?,
        // A slugline that says so is not gainsaid.
        "bad" => tags.bad = yes()? || tags.bad,
        "hidden" => tags.hidden = yes()?,
        "program" => tags.program = yes()?,
        "session" => tags.session = text()?,
        "edition" => {
            let known = ["2015", "2018", "2021", "2024"].contains(&value);
            tags.edition = Some(value.parse().ok().filter(|_| known).ok_or_else(wrong)?);
        }
        "fixtures" => tags.fixtures = command()?,
        "expect" => {
            let end = expect(value);
            tags.expect = Some(end.ok_or_else(wrong)?);
        }
        "match" => tags.matches = text()?,
        "run" => tags.run = command()?,
        "main" => tags.main = text()?,
        "args" => tags.args = command()?,
        "jvmargs" => tags.jvmargs = command()?,
        "timeout" => {
            let limit = units::duration(value);
            tags.timeout = Some(limit.ok_or_else(wrong)?);
        }
        "memory" => {
            let size = units::size(value);
            tags.memory = Some(size.ok_or_else(wrong)?);
        }
        "processes" => {
            let number = value.trim().parse().ok().filter(|number| *number > 0);
            tags.processes = Some(number.ok_or_else(wrong)?);
        }
        "stdin" => tags.stdin = text()?,
        "env" => {
            let pairs = environment(value);
            tags.env = pairs.ok_or_else(wrong)?;
        }
        "since" => {
            let since = since(value);
            tags.since = Some(since.ok_or_else(wrong)?);
        }
        "output" => {
            let output = output(value);
            tags.output = output.ok_or_else(wrong)?;
        }
        "norm" => {
            tags.norm = norm(value).ok_or_else(wrong)?;
        }
        "of" => tags.of = text()?,
        "cmd" => tags.cmd = command()?,
        "network" => tags.network = yes()?,
        "spawn" => match value {
            "fresh" => tags.fresh = true,
            _ => return Err(wrong()),
        },
        _ => {}
    }
    Ok(())
}

/// Whether a path stays below the folder it is relative to.
pub fn is_inside(path: &str) -> bool {
    !path.starts_with('/')
        && !path.contains(['\\', ':', '\0', '\n'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn expect(text: &str) -> Option<Expect> {
    Some(match text {
        "ok" => Expect::Ok,
        "error" => Expect::Error,
        "compile-error" => Expect::CompileError,
        "compiles" => Expect::Compiles,
        "timeout" => Expect::Timeout,
        _ => Expect::Exit(text.strip_prefix("exit:")?.trim().parse().ok()?),
    })
}

fn output(text: &str) -> Option<OutputMatch> {
    let lines = |text: &str| text.trim().parse().ok().filter(|lines| *lines > 0);
    Some(match text {
        "exact" => OutputMatch::Exact,
        "sample" => OutputMatch::Sample,
        "none" => OutputMatch::None,
        _ => match text.split_once(':')? {
            ("first", number) => OutputMatch::First(lines(number)?),
            ("ends", number) => OutputMatch::Ends(lines(number)?),
            _ => return None,
        },
    })
}

fn norm(text: &str) -> Option<Norm> {
    let mut norm = Norm::default();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        match word {
            "addr" => norm.addr = true,
            "date" => norm.date = true,
            "digits" => norm.digits = true,
            "sort" => norm.sort = true,
            _ => return None,
        }
    }
    (!norm.is_empty()).then_some(norm)
}

/// `5s`, `500ms`, `2m`. A bare number could be either of two units, so it is none.
fn environment(text: &str) -> Option<Vec<(String, String)>> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let pair = |word: String| {
        let (name, value) = word.split_once('=')?;
        is_name(name).then(|| (name.to_owned(), value.to_owned()))
    };
    let pairs: Vec<_> = words(text)?.into_iter().map(pair).collect::<Option<_>>()?;
    (!pairs.is_empty()).then_some(pairs)
}

/// `python3.12`, `JDK 15`, `go 1.22`, `rust-1.80`.
fn since(text: &str) -> Option<Since> {
    let end = text.find(|c: char| c.is_ascii_digit())?;
    let (tool, version) = text.split_at(end);
    let tool = tool.trim().trim_end_matches(['-', ' ']).to_lowercase();
    let tool = match &*tool {
        "jdk" | "openjdk" => "java",
        "rustc" => "rust",
        other => crate::lang::canonical(other).unwrap_or(other),
    };
    if tool.is_empty() || !tool.chars().all(|c| c.is_alphanumeric() || "+#-".contains(c))
    {
        return None;
    }
    let version = version.trim().split('.').map(|part| part.parse().ok());
    Some(Since { tool: tool.to_owned(), version: version.collect::<Option<_>>()? })
}

/// The words of a command as a shell would part them, without any of a shell's other doings;
/// `None` when a quote is never closed.
pub fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}
