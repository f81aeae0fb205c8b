//! `--strict`: warnings fail a command as errors do.

use super::format::Format;
use crate::finding::{Finding, Severity};
use crate::report;

/// Whether warnings fail a command.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct StrictArg {
    /// Let warnings fail the command as errors do
    #[arg(long)]
    strict: bool,
}

impl StrictArg {
    /// Whether a command with these findings ends well. Where it does not for a warning's sake, people are told
    /// that; programs read it in the code that the command ends with.
    pub(super) fn passes<'f>(
        self,
        findings: impl IntoIterator<Item = &'f Finding>,
        format: Format,
    ) -> bool {
        let worst = findings.into_iter().map(|one| one.severity).min();
        self.reason(worst, false, format).is_none()
    }

    /// Why a command whose worst finding is of this severity fails; `is_set` says whether the book wants warnings
    /// to fail its build.
    pub(super) fn reason(
        self,
        worst: Option<Severity>,
        is_set: bool,
        format: Format,
    ) -> Option<&'static str> {
        let reason = match worst? {
            Severity::Error => return Some("there are errors"),
            Severity::Warning if self.strict => {
                "--strict is given, and there are warnings"
            }
            Severity::Warning if is_set => {
                "fail-if-warnings is set in book.yaml, and there are warnings"
            }
            _ => return None,
        };
        if format == Format::Text {
            report::reason(reason);
        }
        Some(reason)
    }
}
