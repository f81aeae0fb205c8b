//! Listings: the code blocks of Markdown source, the files they make, and what is wrong with them
//! before anything runs.
//!
//! The path of a listing: `gather` makes a [`ListingSet`] of the code blocks of all chapters, `check`
//! judges it, `extract` writes its files, `run` runs them, `update` writes what they print.

pub mod archive;
pub mod check;
pub mod compare;
mod diff;
pub mod extract;
mod gather;
pub mod hidden;
mod imports;
pub mod instrument;
mod notice;
pub mod outputs;
mod paths;
mod prompts;
mod revision;
pub mod run;
pub mod set;
mod unnamed;
pub mod update;
mod wrap;

pub use set::{Listing, ListingKind, ListingSet, Origin, Program};
