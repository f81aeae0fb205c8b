//! `concbook pack`: ePubs as pandoc wrote them, rewritten as finished books.

use super::files;
use super::format::Format;
use super::limits::LimitArgs;
use super::source_date::source_date_epoch;
use super::strict::StrictArg;
use crate::check::wellformed;
use crate::epub::Epub;
use crate::finding::Finding;
use crate::finish::{self, Finished};
use crate::fonts::{self, UserFont};
use crate::outputs::{self, Output, Raw};
use crate::report::{count, size};
use crate::style::Highlighting;
use crate::{finding, fsx, report};
use clap::ValueEnum as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use concfilter::error::{Error, Place, Result};
use concfilter::settings::{Captions, Edition, Notes, Presentation, Style};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Puts stylesheet and fonts into ePubs that pandoc wrote
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// The ePubs that pandoc wrote
    #[arg(value_name = "IN.epub", required = true)]
    inputs: Vec<PathBuf>,
    /// The file to write, which may be the input; for several inputs the folder, in which each keeps its
    /// name
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// The families of text and headings
    #[arg(long, value_enum, default_value = "georgia")]
    style: Style,
    /// The devices the ePub is for
    #[arg(long, value_parser = edition(), default_value = "color")]
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
    strict: StrictArg,
    #[command(flatten)]
    limits: LimitArgs,
}

/// The editions that an ePub alone can become; a sample is cut by what the book's author says.
fn edition() -> impl TypedValueParser<Value = Edition> {
    let all = Edition::value_variants().iter().filter(|&&one| one != Edition::Sample);
    let names = all.filter_map(Edition::to_possible_value);
    PossibleValuesParser::new(names).try_map(|name| Edition::from_str(&name, false))
}

/// Opens, styles and writes the ePubs; whether nothing in them is wrong. One that cannot be read keeps none of
/// the others from being written.
///
/// # Errors
/// An input is no ePub, an output cannot be written, or `SOURCE_DATE_EPOCH` is no number of
/// seconds.
pub(super) fn run(args: &Args) -> Result<bool> {
    let options = options(args)?;
    let targets = targets(&args.inputs, &args.output)?;
    let work =
        |(input, target): (&PathBuf, PathBuf)| pack(args, &options, input, &target);
    let done = args.inputs.par_iter().zip(targets).map(work).collect();
    let done = files::readable(done)?;
    for PackedEpub { findings, notes } in &done {
        report::findings(findings);
        notes.iter().for_each(|note| report::note(note));
    }
    files::all_done(args.inputs.len(), done.len(), "packed")?;
    Ok(args.strict.passes(done.iter().flat_map(|one| &one.findings), Format::Text))
}

/// What there is to tell of an ePub that was written.
struct PackedEpub {
    findings: Vec<Finding>,
    notes: Vec<String>,
}

fn pack(
    args: &Args,
    options: &finish::FinishOptions,
    input: &Path,
    target: &Path,
) -> Result<PackedEpub> {
    fonts::unpack_beside();
    let epub = Epub::open(input, args.limits.into())?;
    let output = outputs::EpubOutput { style: args.style, edition: args.edition };
    let Finished { epub, package, documents, outcome } =
        output.finish(&Raw::new(epub, options.clone())?)?;
    let bytes = epub.to_bytes()?;
    fsx::write_output(target, &bytes)?;
    let mut findings = outcome.findings;
    wellformed::check(&epub, Some(&package), &documents, &mut findings);
    finding::sort(&mut findings);
    let mut notes = Vec::new();
    if !outcome.repairs.is_empty() {
        notes.push(format!("repaired: {}", outcome.repairs));
    }
    if outcome.savings.smaller > 0 {
        notes.push(outcome.savings.to_string());
    }
    notes.push(format!(
        "{}: {}, {}, {}",
        target.display(),
        count(outcome.fonts, "font"),
        count(outcome.stylesheets, "stylesheet"),
        size(bytes.len())
    ));
    // To give back the memory of a long book takes a while, and nobody has to wait for it.
    rayon::spawn(move || drop((epub, package, documents)));
    Ok(PackedEpub { findings, notes })
}

/// Where each input is written to.
fn targets(inputs: &[PathBuf], output: &Path) -> Result<Vec<PathBuf>> {
    let wrong = |message: String, path: &Path, hint: &str| {
        Err(Error::new(message).at(Place::path(path)).hint(hint))
    };
    if inputs.len() < 2 {
        return Ok(vec![output.to_owned()]);
    }
    if output.exists() && !output.is_dir() {
        let message = format!("{} ePubs cannot be written into one file", inputs.len());
        return wrong(message, output, "Name a folder, in which each keeps its name");
    }
    let mut names = BTreeSet::new();
    for input in inputs {
        let Some(name) = input.file_name() else {
            return wrong("this is no file".to_owned(), input, "Name an ePub");
        };
        if !names.insert(name) {
            let message = format!("two ePubs are called {}", name.display());
            return wrong(message, input, "Pack them one by one, or rename one");
        }
    }
    fsx::create_dir_all(output)?;
    let name = |input: &PathBuf| output.join(input.file_name().unwrap_or_default());
    Ok(inputs.iter().map(name).collect())
}

fn options(args: &Args) -> Result<finish::FinishOptions> {
    let presentation = Presentation {
        style: args.style,
        edition: args.edition,
        captions: if args.no_captions { Captions::Slugline } else { args.captions },
        notes: Notes::default(),
        cover: !args.no_cover,
        pictures: !args.keep_pictures,
    };
    let highlighting =
        if args.keep_highlighting { Highlighting::Pandoc } else { Highlighting::Ours };
    Ok(finish::FinishOptions {
        modified: source_date_epoch()?,
        presentation,
        highlighting,
        keep_identifier: args.keep_identifier,
        fonts: args
            .fonts
            .as_deref()
            .map_or_else(|| Ok(Vec::new()), UserFont::read_folder)?,
        obfuscate: args.obfuscate,
        ..finish::FinishOptions::default()
    })
}
