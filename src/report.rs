//! All that concbook says on standard error: findings, errors, notes and progress. Standard
//! output carries data only and is written by the commands themselves.

use crate::finding::{Finding, Severity};
use anstyle::{AnsiColor, Style};
use concfilter::error::Error;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether only errors and warnings are told.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Says whether only errors and warnings are told from now on: no notes, no progress.
pub fn set_quiet(quiet: bool) {
    IS_QUIET.store(quiet, Ordering::Relaxed);
}

fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Writes one line to standard error, in colours where a person reads it and wants them: `NO_COLOR`,
/// `CLICOLOR` and `TERM` are asked. A closed standard error is nobody's fault: ignored.
fn line(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints why the job could not be done, then the next step.
pub fn error(error: &Error) {
    line(&error.report());
}

/// Prints findings in the order given, each with what shows it and its hint.
pub fn findings(findings: &[Finding]) {
    let told =
        findings.iter().filter(|one| one.severity != Severity::Info || !is_quiet());
    for finding in told {
        let Finding { place, severity, code, message, .. } = finding;
        let style = style(*severity);
        line(&format!("{place}: {style}{severity}[{code}]{style:#}: {message}"));
        for text in finding.detail.iter().flat_map(|detail| detail.lines()) {
            line(format!("  | {text}").trim_end());
        }
        if let Some(hint) = &finding.hint {
            line(&format!("  hint: {hint}"));
        }
    }
}

/// How a severity looks on a terminal.
fn style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

/// A number and what it counts: `1 font`, `2 fonts`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Prints a line that is neither finding nor error, unless only those are told.
pub fn note(text: &str) {
    if !is_quiet() {
        line(text);
    }
}

/// Prints why a command fails though it did what it was asked.
pub fn reason(text: &str) {
    line(text);
}

/// Asks something of who runs the command.
pub fn question(text: &str) {
    line(text);
}

/// A progress bar over `steps` steps, drawn on a terminal only and gone at its end.
pub fn progress(what: &str, steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if is_quiet() || is_dumb() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template("{prefix:>10} {bar:30} {pos}/{len} {msg}")
    {
        bar.set_style(style);
    }
    bar.set_prefix(what.to_owned());
    bar
}

/// Whether the terminal says that it can draw nothing over what it has drawn.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// A size as people say it: `640 KB`, `1.4 MB`.
pub fn size(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths < 10 {
        format!("{} KB", bytes.div_ceil(1_000))
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!([size(640_000), size(1_400_000)], ["640 KB", "1.4 MB"]);
    }
}
