//! The filter `concfilter`, and what it shares with the command `concbook`: pandoc's AST, languages
//! and names as far as they are known without a grammar, tags of listings, and a book's settings.
//!
//! ARCHITECTURE.md tells which module holds what, and in which layer it stands.

pub mod ast;
pub mod error;
pub mod filter;
pub mod lang;
pub mod names;
pub mod settings;
pub mod spelling;
pub mod tags;
pub mod units;
