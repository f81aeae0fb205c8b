//! What the passes did, and what they could not do.

use super::pictures::ImageSavings;
use super::repairs::Repairs;
use crate::epub::NodeId;
use crate::finding::Finding;

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
    /// The figures that its code blocks became.
    pub listings: Vec<NodeId>,
}
