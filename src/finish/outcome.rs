//! What the passes did, and what they could not do.

use super::pictures::ImageSavings;
use super::repairs::Repairs;
use crate::finding::{Finding, RememberedFinding};
use serde::{Deserialize, Serialize};

/// What came of finishing a book.
#[derive(Debug, Clone, Default)]
pub struct FinishOutcome {
    /// XHTML documents that link the stylesheet.
    pub documents: usize,
    /// Stylesheets in the container: ours and the author's.
    pub stylesheets: usize,
    /// Font files in the container: ours and the author's.
    pub fonts: usize,
    /// What was repaired.
    pub repairs: Repairs,
    /// What pictures became smaller by.
    pub savings: ImageSavings,
    /// What the author has to know of, in order.
    pub findings: Vec<Finding>,
}

/// What came of the passes over one document.
#[derive(Debug, Default)]
pub struct DocumentOutcome {
    /// What was repaired.
    pub repairs: Repairs,
    /// What the author has to know of.
    pub findings: Vec<Finding>,
    /// The rules for tokens that pandoc wrote into it.
    pub pandoc_theme: Option<String>,
}

/// The same as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RememberedOutcome {
    repairs: Repairs,
    findings: Vec<RememberedFinding>,
    pandoc_theme: Option<String>,
}

impl From<DocumentOutcome> for RememberedOutcome {
    fn from(outcome: DocumentOutcome) -> Self {
        let DocumentOutcome { repairs, findings, pandoc_theme } = outcome;
        let findings = findings.into_iter().map(Into::into).collect();
        Self { repairs, findings, pandoc_theme }
    }
}

impl From<RememberedOutcome> for DocumentOutcome {
    fn from(outcome: RememberedOutcome) -> Self {
        let RememberedOutcome { repairs, findings, pandoc_theme } = outcome;
        let findings = findings.into_iter().map(Into::into).collect();
        Self { repairs, findings, pandoc_theme }
    }
}
