//! The command line of `concbook`: one file a sub-command, each with its arguments and `run`.

mod build;
mod check;
mod files;
mod format;
mod identifiers;
mod limits;
mod listings;
mod new;
mod pack;
mod shell;
mod source_date;

use crate::fsx;
use clap::{Parser, Subcommand};
use concfilter::error::Result;

/// Turns a programming book written in Pandoc Markdown into a finished, checked ePub3.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit code: 0 clean, 1 findings of severity error, 2 could not run."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Args),
    Build(build::Args),
    Pack(pack::Args),
    Check(check::Args),
    Identifiers(identifiers::Args),
    Listings(listings::Args),
    Completions(shell::Completions),
    Man(shell::Man),
    Schema(shell::Schema),
}

impl Cli {
    /// Runs the sub-command; gives whether the book has no finding of severity error.
    pub fn run(&self) -> Result<bool> {
        fsx::sweep_temp();
        match &self.command {
            Command::New(args) => new::run(args),
            Command::Build(args) => build::run(args),
            Command::Pack(args) => pack::run(args),
            Command::Check(args) => check::run(args),
            Command::Identifiers(args) => identifiers::run(args),
            Command::Listings(args) => listings::run(args),
            Command::Completions(args) => shell::completions(args),
            Command::Man(args) => shell::man(args),
            Command::Schema(args) => shell::schema(args),
        }
    }
}
