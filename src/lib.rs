//! concbook turns a programming book written in Pandoc Markdown into a finished, checked ePub3.
//!
//! ARCHITECTURE.md tells which module holds what, and in which layer it stands.

pub mod build;
pub mod bundled;
pub mod cache;
pub mod check;
pub mod cli;
pub mod css;
pub mod elements;
pub mod epub;
pub mod finding;
pub mod finish;
pub mod fonts;
pub mod formulas;
pub mod fsx;
pub mod grammars;
pub mod identifiers;
pub mod interrupt;
pub mod listings;
pub mod markdown;
pub mod outputs;
pub mod pandoc;
pub mod parse;
pub mod preview;
pub mod proc;
pub mod project;
pub mod reference;
pub mod report;
pub mod sandbox;
pub mod style;
pub mod typeset;
