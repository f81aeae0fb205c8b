//! The names that source code uses.

pub mod known;
pub mod lexical;
mod syntax;
mod vocabulary;

pub use vocabulary::{Entry, Vocabulary};
