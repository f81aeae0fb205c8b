//! concbook from outside: what its commands read, write and say, judged by programs of others
//! where there are any.
//!
//! All tests are one program, so that the library is linked once. They run side by side on the
//! threads of one process: none sets an environment variable or the working directory.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "only tests come here"
)]

mod books;
mod build;
mod check;
mod chromium;
mod cli;
mod code;
mod containers;
mod editions;
mod elsewhere;
#[cfg(unix)]
mod exits;
mod fonts;
mod formulas;
mod fuzzed;
mod growth;
mod guide;
mod honest;
mod hostile;
mod identifiers;
mod included;
mod incremental;
mod interrupted;
mod killed;
mod layers;
mod leftovers;
mod listings;
mod markup;
mod names;
mod new;
mod options;
#[cfg(unix)]
mod outside;
mod pack;
mod page;
mod parity;
mod readers;
mod readme;
mod running;
mod same;
mod sandbox;
mod security;
mod shell;
mod support;
mod updating;
#[cfg(unix)]
mod watch;
mod whole;
