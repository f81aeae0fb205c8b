//! What shells, manuals and editors are told of the command line and of `book.yaml`.

use super::{Cli, format};
use crate::fsx;
use crate::project::schema;
use clap::CommandFactory;
use clap_complete::Shell;
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// Prints the completions of a shell
///
/// For example: concbook completions bash > ~/.local/share/bash-completion/completions/concbook
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell that they are for
    shell: Shell,
}

/// Writes the manual's pages, one a command
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// The folder they are written to, such as ~/.local/share/man/man1
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints a JSON Schema of book.yaml, by which editors complete and check it
///
/// For example: concbook schema > book.schema.json, and as the first line of book.yaml:
/// # yaml-language-server: $schema=book.schema.json
#[derive(Debug, clap::Args)]
pub(super) struct Schema {}

/// Prints the completions.
pub(super) fn completions(args: &Completions) -> Result<bool> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "concbook", &mut text);
    format::write("the completions", &String::from_utf8_lossy(&text))?;
    Ok(true)
}

/// Writes the manual's pages.
pub(super) fn man(args: &Man) -> Result<bool> {
    fsx::create_dir_all(&args.folder)?;
    let mut root = Cli::command();
    root.build();
    pages(&root, &args.folder)?;
    Ok(true)
}

/// Writes the page of a command, and those of the commands below it.
fn pages(command: &clap::Command, folder: &Path) -> Result<()> {
    let name =
        command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let file = folder.join(format!("{name}.1"));
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone().display_name(name))
        .render(&mut page)
        .map_err(|error| Error::new(error.to_string()).at(Place::path(&file)))?;
    fsx::write_atomic(&file, &page)?;
    let mut own = command.get_subcommands().filter(|one| one.get_name() != "help");
    own.try_for_each(|command| pages(command, folder))
}

/// Prints the schema.
pub(super) fn schema(_: &Schema) -> Result<bool> {
    format::write_json("the schema", &schema::book_yaml())?;
    Ok(true)
}
