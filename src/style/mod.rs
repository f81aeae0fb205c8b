//! How a book looks: its stylesheets and the shape of its code.
//!
//! The functions `apply` are passes that [`finish`](crate::finish) puts into their order.

pub(crate) mod annotations;
pub(crate) mod breaks;
mod captions;
pub(crate) mod highlighting;
pub(crate) mod inline;
pub(crate) mod kindle;
pub(crate) mod line_names;
mod lines;
pub(crate) mod listings;
pub(crate) mod long_words;
pub(crate) mod names;
mod numbers;
pub(crate) mod quotes;
mod spans;
pub(crate) mod stylesheets;
pub(crate) mod tables;
mod tokens;
pub(crate) mod verse;

/// Who highlights the code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Highlighting {
    /// We do.
    #[default]
    Ours,
    /// pandoc did, in a style that the author chose.
    Pandoc,
    /// No one does, as the author wishes.
    Off,
}
