//! Names that source code uses, without a grammar.
//!
//! `lexical` reads any listing, and fast: on it stands the `vocabulary` that the filter asks. `known`
//! are the words of the languages.

pub mod known;
pub mod lexical;
mod own;
mod vocabulary;

pub use vocabulary::{NameUsage, Vocabulary};
