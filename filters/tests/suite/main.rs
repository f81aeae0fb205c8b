//! concfilter as pandoc runs it, and its passes over documents made at random.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "only tests come here"
)]

mod documents;
mod fidelity;
mod filter;
#[path = "../../../tests/suite/support/golden.rs"]
mod golden;
mod own;
#[path = "../../../tests/suite/support/pandocs.rs"]
mod pandocs;
mod text;
