//! Records of what was typed at a prompt, and what came of it: run as doctest and cram run them.
//!
//! ````text
//! >>> 1 / 0                                 $ ls gone
//! Traceback (most recent call last):        ls: * (glob)
//!   ...                                     [2]
//! ZeroDivisionError: division by zero
//! ````
//!
//! `driver` makes a program of a record, which writes a token behind each example, and `compare` says
//! whether that wrote what the record shows.

mod compare;
mod driver;

pub(super) use compare::{equal, refusal, written};
pub(super) use driver::driver;

use super::outputs::{Chunk, Expected, Shape};
use super::set::{Listing, Program};
use super::wrap::width;
use concfilter::lang::{languages, record};

/// The language of records of Python's.
pub(super) const PYTHON: &str = "pycon";

/// The language of records of a shell's.
pub(super) const SHELL: &str = "console";

/// What was typed at one prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The line of the program, from 0, in which it begins.
    pub line: usize,
    /// What was typed, each line ended by `\n`.
    pub source: String,
    /// How what came of it is compared.
    pub options: ExampleOptions,
}

#[expect(clippy::struct_excessive_bools, reason = "each can be asked for by itself")]
/// How what came of an example is compared, as doctest and byexample name it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExampleOptions {
    /// It is a shell's.
    pub is_shell: bool,
    /// It is not run.
    pub skip: bool,
    /// It is run, and nothing is compared.
    pub pass: bool,
    /// `...` stands for any text.
    pub ellipsis: bool,
    /// Blanks and ends of lines are all the same.
    pub normalize_whitespace: bool,
    /// Of an exception only its type is compared.
    pub ignore_exception_detail: bool,
    /// `<BLANKLINE>` means itself.
    pub no_blankline: bool,
    /// `1` does not stand for `True`.
    pub no_true_for_1: bool,
    /// `<name>` stands for any text.
    pub captures: bool,
}

/// The language of a listing that is a record, by its first line; `None` for other listings.
pub(super) fn language(listing: &Listing) -> Option<&'static str> {
    let named = listing.language.as_deref().unwrap_or_default();
    let code = &listing.block.code;
    let first = code.lines().find(|line| !line.trim().is_empty())?;
    let known = languages::of_fence(named);
    // What is typed on a console first, or the language itself.
    let console = known.and_then(|one| one.record.first().copied());
    let own = console.or(known.map(|one| one.name));
    let takes = |language: &str| match own {
        Some(own) => own == language || own == "text",
        None => named.is_empty(),
    };
    if takes("python") && is_prompt(first.trim_start(), ">>>") {
        return Some(PYTHON);
    }
    let is_shell = takes("bash") && is_prompt(first, "$")
        // Elsewhere these are signs of comments and of operators.
        || console == Some("bash") && ShellPrompt::of(&mut code.lines()).is_some();
    is_shell.then_some(SHELL)
}

/// What stands before what is typed in a record of a shell's.
#[derive(Debug, Clone, Copy)]
enum ShellPrompt {
    /// A sign alone: a user's, root's, or another shell's.
    Sign(&'static str),
    /// A place and a sign: `me@host:~$ ls`.
    Placed,
}

impl ShellPrompt {
    /// The one of a record: `$` wherever it stands, another one where the record begins with it.
    fn of(lines: &mut dyn Iterator<Item = &str>) -> Option<Self> {
        let mut lines = lines.filter(|line| !line.trim().is_empty()).peekable();
        let first = *lines.peek()?;
        if lines.any(|line| is_prompt(line, "$")) {
            return Some(Self::Sign("$"));
        }
        if record::host(first).is_some() {
            return Some(Self::Placed);
        }
        let sign = ["#", "%"].into_iter().find(|sign| is_prompt(first, sign))?;
        Some(Self::Sign(sign))
    }

    /// What stands behind it in a line.
    fn typed(self, line: &str) -> Option<&str> {
        match self {
            Self::Sign(sign) => typed(line, sign),
            Self::Placed => line.get(record::host(line)?..),
        }
    }
}

fn is_prompt(line: &str, sign: &str) -> bool {
    line.strip_prefix(sign)
        .is_some_and(|rest| rest.starts_with(' ') && !rest.trim().is_empty())
}

/// What a program that is a record has to print; `None` for other programs.
pub(super) fn expected(program: &Program) -> Option<Expected> {
    let language = program.language.as_deref().filter(|_| program.unnamed)?;
    let lines: Vec<&str> = program.code.lines().collect();
    let read = match language {
        PYTHON => python(&lines),
        SHELL => shell(&lines),
        _ => return None,
    };
    let (chunks, examples) =
        read.into_iter().filter(|(_, one)| !one.options.skip).unzip();
    Some(Expected {
        shape: Shape::Prompts,
        chunks,
        examples,
        errors: None,
        enclosure: None,
        ends: true,
        widest: lines.iter().map(|line| width(line)).max().unwrap_or_default(),
    })
}

/// The output in some lines, behind this indentation.
fn chunk(lines: &[&str], range: std::ops::Range<usize>, indent: &str) -> Chunk {
    let own =
        |line: &&str| line.strip_prefix(indent).unwrap_or(line.trim_start()).to_owned();
    let text = lines[range.clone()].iter().map(own).collect();
    Chunk { lines: range, text, lead: indent.to_owned() }
}

/// The examples of a record of Python's, as doctest parts them: output ends with a blank line.
fn python(lines: &[&str]) -> Vec<(Chunk, Example)> {
    let has_captures = lines.iter().any(|line| line.contains("# byexample:"));
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let text = lines[at].trim_start();
        let indent = &lines[at][..lines[at].len() - text.len()];
        let Some(first) = typed(text, ">>>") else {
            at += 1;
            continue;
        };
        let start = at;
        let mut source = format!("{first}\n");
        at += 1;
        while let Some(next) =
            lines.get(at).and_then(|line| typed(line.trim_start(), "..."))
        {
            source.extend([next, "\n"]);
            at += 1;
        }
        let from = at;
        let is_output = |line: &&str| {
            !line.trim().is_empty() && typed(line.trim_start(), ">>>").is_none()
        };
        at += lines[at..].iter().take_while(|line| is_output(line)).count();
        let mut options = options(&source);
        options.captures = has_captures;
        let example = Example { line: start, source, options };
        found.push((chunk(lines, from..at, indent), example));
    }
    found
}

/// What stands behind a prompt.
fn typed<'l>(line: &'l str, prompt: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(prompt)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix(' ') }
}

/// The options that comments of an example name.
fn options(source: &str) -> ExampleOptions {
    let mut options = ExampleOptions::default();
    for line in source.lines() {
        for tool in ["doctest:", "byexample:"] {
            let Some((before, named)) = line.split_once(tool) else { continue };
            if !before.trim_end().ends_with('#') {
                continue;
            }
            for word in named.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
                set(&mut options, word);
            }
        }
    }
    options
}

fn set(options: &mut ExampleOptions, word: &str) {
    let is_on = !word.starts_with('-');
    match word.trim_start_matches(['+', '-']) {
        "SKIP" | "skip" => options.skip = is_on,
        "pass" => options.pass = is_on,
        "ELLIPSIS" => options.ellipsis = is_on,
        "NORMALIZE_WHITESPACE" | "norm-ws" => options.normalize_whitespace = is_on,
        "IGNORE_EXCEPTION_DETAIL" => options.ignore_exception_detail = is_on,
        "DONT_ACCEPT_BLANKLINE" => options.no_blankline = is_on,
        "DONT_ACCEPT_TRUE_FOR_1" => options.no_true_for_1 = is_on,
        _ => {}
    }
}

/// The examples of a record of a shell's, as cram parts them: all up to the next prompt is output.
fn shell(lines: &[&str]) -> Vec<(Chunk, Example)> {
    let prompt = ShellPrompt::of(&mut lines.iter().copied());
    let prompt = prompt.unwrap_or(ShellPrompt::Sign("$"));
    let has_captures = lines.iter().any(|line| line.contains("# byexample:"));
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(first) = prompt.typed(lines[at]) else {
            at += 1;
            continue;
        };
        let start = at;
        let mut source = format!("{first}\n");
        at += 1;
        // A line goes on behind a mark of its own, or behind a backslash.
        while let Some(line) = lines.get(at) {
            let is_open = source.ends_with("\\\n");
            let Some(next) = typed(line, ">").or_else(|| is_open.then_some(*line)) else {
                break;
            };
            source.extend([next, "\n"]);
            at += 1;
        }
        let from = at;
        at += lines[at..].iter().take_while(|line| prompt.typed(line).is_none()).count();
        // Blank lines before the next prompt part examples for readers.
        let mut to = at;
        while to > from && lines[to - 1].trim().is_empty() {
            to -= 1;
        }
        let mut options = options(&source);
        options.is_shell = true;
        options.captures = has_captures;
        found
            .push((chunk(lines, from..to, ""), Example { line: start, source, options }));
    }
    found
}

#[cfg(test)]
mod tests;
