//! `concbook listings`: the programs in a book's code blocks. One file a sub-command.

mod check;
mod extract;
mod list;
mod run;
mod update;

pub(super) use run::summary;

use crate::finding::Finding;
use crate::listings::check::language;
use crate::listings::{ListingSet, run as run_listings};
use crate::pandoc::defaults;
use crate::project::Project;
use clap::Subcommand;
use concfilter::error::Result;
use std::path::PathBuf;

/// Lists, checks, extracts, runs and updates the programs in a book's code blocks
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: ListingsCommand,
}

#[derive(Debug, Subcommand)]
enum ListingsCommand {
    List(list::Args),
    Check(check::Args),
    Extract(extract::Args),
    Run(run::Args),
    Update(update::Args),
}

/// What all of them read.
#[derive(Debug, clap::Args)]
struct BookArgs {
    /// The book's folder, with its book.yaml, or Markdown files
    #[arg(value_name = "BOOK|FILES", default_value = ".")]
    paths: Vec<PathBuf>,
}

impl BookArgs {
    fn open(&self) -> Result<OpenedListings> {
        let project = Project::find(&self.paths)?;
        Ok(OpenedListings { set: ListingSet::of(&project)?, project })
    }
}

/// A book, or files, and the listings in them.
struct OpenedListings {
    project: Project,
    set: ListingSet,
}

impl OpenedListings {
    /// The languages of fences that nobody knows. Where the book has filters of its own, a build alone
    /// tells them: what filters make listings of, or pictures, is known behind them.
    fn unknown_languages(&self) -> Vec<Finding> {
        if defaults::has_own_filters(self.project.manifest.options()) {
            return Vec::new();
        }
        language::of_book(&self.set)
    }

    /// What running the listings needs to know.
    fn run_input(&self) -> run_listings::RunInput<'_> {
        run_listings::RunInput {
            book: &self.set,
            settings: &self.project.settings.listings,
            dir: &self.project.dir,
            boundary: &self.project.boundary,
        }
    }
}

/// Runs the command; whether there is no finding of severity error.
///
/// # Errors
/// The book cannot be read, or files cannot be written.
pub(super) fn run(args: &Args) -> Result<bool> {
    match &args.command {
        ListingsCommand::List(args) => list::run(args),
        ListingsCommand::Check(args) => check::run(args),
        ListingsCommand::Extract(args) => extract::run(args),
        ListingsCommand::Run(args) => run::run(args),
        ListingsCommand::Update(args) => update::run(args),
    }
}
