//! The command line of `concbook`: one file a sub-command, each with its arguments and `run`.

mod allow;
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
mod strict;
mod watch;

use crate::{fsx, report};
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
    command: CliCommand,
    /// Tell errors and warnings only
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    New(new::Args),
    Build(build::Args),
    Watch(watch::Args),
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
        report::set_quiet(self.quiet);
        fsx::sweep_temp();
        match &self.command {
            CliCommand::New(args) => new::run(args),
            CliCommand::Build(args) => build::run(args),
            CliCommand::Watch(args) => watch::run(args),
            CliCommand::Pack(args) => pack::run(args),
            CliCommand::Check(args) => check::run(args),
            CliCommand::Identifiers(args) => identifiers::run(args),
            CliCommand::Listings(args) => listings::run(args),
            CliCommand::Completions(args) => shell::completions(args),
            CliCommand::Man(args) => shell::man(args),
            CliCommand::Schema(args) => shell::schema(args),
        }
    }
}
