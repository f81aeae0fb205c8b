//! The command `concbook`: parses, runs, reports, exits.

use clap::Parser;
use concbook::cli::Cli;
use concbook::{interrupt, report};
use std::process::ExitCode;

// A book is millions of small pieces, made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    interrupt::listen();
    match Cli::parse().run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            report::error(&error);
            ExitCode::from(2)
        }
    }
}
