//! concbook turns a programming book written in Pandoc Markdown into a finished, checked ePub3.
//!
//! ARCHITECTURE.md tells which module holds what, and in which layer it stands.

pub mod ast;
pub mod build;
pub mod check;
pub mod cli;
pub mod css;
pub mod epub;
pub mod error;
pub mod filter;
pub mod finding;
pub mod fsx;
pub mod identifiers;
pub mod lang;
pub mod listings;
pub mod markdown;
pub mod names;
pub mod pandoc;
pub mod proc;
pub mod reference;
pub mod report;
pub mod sandbox;
pub mod settings;
pub mod style;
pub mod tags;
pub mod typeset;
