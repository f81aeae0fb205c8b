//! `concbook pack`: an ePub as pandoc wrote it, rewritten as a finished book.

use super::limits::Limits;
use super::source_date::source_date_epoch;
use crate::epub::Epub;
use crate::finish::{self, Finished};
use crate::fonts::UserFont;
use crate::outputs::{self, Output, Raw};
use crate::report::{count, size};
use crate::style::Highlighting;
use crate::{finding, fsx, report};
use concfilter::error::Result;
use concfilter::settings::{Captions, Edition, Presentation, Style};
use std::path::PathBuf;

/// Puts stylesheet and fonts into an ePub that pandoc wrote
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// The ePub that pandoc wrote
    #[arg(value_name = "IN.epub")]
    input: PathBuf,
    /// The file to write; it may be the input
    #[arg(short, long, value_name = "OUT.epub")]
    output: PathBuf,
    /// The families of text and headings
    #[arg(long, value_enum, default_value = "georgia")]
    style: Style,
    /// The devices the ePub is for
    #[arg(long, value_enum, default_value = "color")]
    edition: Edition,
    /// Where the file names of listings stand
    #[arg(long, value_enum, default_value = "caption")]
    captions: Captions,
    /// The same as `--captions slugline`
    #[arg(long, hide = true, conflicts_with = "captions")]
    no_captions: bool,
    /// Draw no cover where there is none
    #[arg(long)]
    no_cover: bool,
    /// Leave pictures as they are
    #[arg(long)]
    keep_pictures: bool,
    /// A folder with your own fonts, embedded where they allow it
    #[arg(long, value_name = "DIR")]
    fonts: Option<PathBuf>,
    /// Make your own fonts unreadable outside the book
    #[arg(long, requires = "fonts")]
    obfuscate: bool,
    /// Keep the highlighting that pandoc wrote, with its colours
    #[arg(long)]
    keep_highlighting: bool,
    /// Keep a random identifier, in place of one that follows from title and authors
    #[arg(long)]
    keep_identifier: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Opens, styles and writes the ePub; whether nothing in it is wrong.
///
/// # Errors
/// The input is no ePub, the output cannot be written, or `SOURCE_DATE_EPOCH` is no number of
/// seconds.
pub(super) fn run(args: &Args) -> Result<bool> {
    let presentation = Presentation {
        style: args.style,
        edition: args.edition,
        captions: if args.no_captions { Captions::Slugline } else { args.captions },
        cover: !args.no_cover,
        pictures: !args.keep_pictures,
    };
    let highlighting =
        if args.keep_highlighting { Highlighting::Pandoc } else { Highlighting::Ours };
    let options = finish::Options {
        modified: source_date_epoch()?,
        presentation,
        highlighting,
        keep_identifier: args.keep_identifier,
        fonts: args
            .fonts
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), UserFont::read_folder)?,
        obfuscate: args.obfuscate,
        ..finish::Options::default()
    };
    let epub = Epub::open(&args.input, args.limits.into())?;
    let output = outputs::Epub { style: args.style, edition: args.edition };
    let Finished { epub, outcome, .. } = output.finish(&Raw::new(epub, options)?)?;
    let bytes = epub.to_bytes()?;
    fsx::write_output(&args.output, &bytes)?;
    report::findings(&outcome.findings);
    if !outcome.repairs.is_empty() {
        report::note(&format!("repaired: {}", outcome.repairs));
    }
    if outcome.savings.smaller > 0 {
        report::note(&outcome.savings.to_string());
    }
    report::note(&format!(
        "{}: {}, {}, {}",
        args.output.display(),
        count(outcome.fonts, "font"),
        count(outcome.stylesheets, "stylesheet"),
        size(bytes.len())
    ));
    Ok(!finding::any_error(&outcome.findings))
}
