//! The command `concbook`: parses, runs, reports, exits.

use clap::Parser;
use concbook::cli::Cli;
use concbook::{interrupt, report};
use std::process::ExitCode;

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
