//! concbook turns a programming book written in Pandoc Markdown into a finished, checked ePub3.
//!
//! ARCHITECTURE.md tells which module holds what, and in which layer it stands.

pub mod ast;
pub mod epub;
pub mod error;
pub mod filter;
pub mod finding;
pub mod fsx;
pub mod lang;
pub mod proc;
pub mod report;
pub mod settings;
