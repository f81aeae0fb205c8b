//! Listings: the code blocks of Markdown source, the files they make, and what is wrong with them
//! before anything runs.

pub mod archive;
pub mod attributes;
pub mod check;
pub mod compare;
pub mod extract;
mod gather;
mod imports;
pub mod instrument;
mod notice;
pub mod outputs;
mod paths;
pub mod run;
pub mod scan;
pub mod set;
pub mod update;
mod wrap;

pub use set::{Chapter, Listing, ListingKind, ListingSet, Origin, Program};
