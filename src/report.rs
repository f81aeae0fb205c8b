//! All that concbook says on standard error: findings, errors, notes and progress. Standard
//! output carries data only and is written by the commands themselves.

use crate::finding::Finding;
use concfilter::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;

/// Writes one line to standard error. A closed standard error is nobody's fault: ignored.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints why the job could not be done, then the next step.
pub fn error(error: &Error) {
    line(&error.report());
}

/// Prints findings in the order given, each with what shows it and its hint.
pub fn findings(findings: &[Finding]) {
    for finding in findings {
        line(&finding.to_string());
        for text in finding.detail.iter().flat_map(|detail| detail.lines()) {
            line(format!("  | {text}").trim_end());
        }
        if let Some(hint) = &finding.hint {
            line(&format!("  hint: {hint}"));
        }
    }
}

/// A number and what it counts: `1 font`, `2 fonts`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Prints a line that is neither finding nor error.
pub fn note(text: &str) {
    line(text);
}

/// A progress bar over `steps` steps, drawn on a terminal only and gone at its end.
pub fn progress(what: &str, steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{prefix:>10} {bar:30} {pos}/{len} {msg}")
    {
        bar.set_style(style);
    }
    bar.set_prefix(what.to_owned());
    bar
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
