//! `concbook pack`: an ePub as pandoc wrote it, rewritten as a finished book.

use super::limits::Limits;
use crate::epub::Epub;
use crate::error::{Error, Result};
use crate::report::count;
use crate::{finding, fsx, report, style};
use std::path::PathBuf;

/// Puts stylesheet and fonts into an ePub that pandoc wrote
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The ePub that pandoc wrote
    #[arg(value_name = "IN.epub")]
    input: PathBuf,
    /// The file to write; it may be the input
    #[arg(short, long, value_name = "OUT.epub")]
    output: PathBuf,
    /// Leave out the file names above listings
    #[arg(long)]
    no_captions: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Opens, styles and writes the ePub; whether nothing in it is wrong.
///
/// # Errors
/// The input is no ePub, the output cannot be written, or `SOURCE_DATE_EPOCH` is no number of
/// seconds.
pub(super) fn run(args: &Args) -> Result<bool> {
    let options =
        style::Options { modified: source_date_epoch()?, captions: !args.no_captions };
    let mut epub = Epub::open(&args.input, args.limits.into())?;
    let counts = style::apply(&mut epub, &options)?;
    let bytes = epub.to_bytes()?;
    fsx::write_atomic(&args.output, &bytes)?;
    report::findings(&counts.findings);
    report::note(&format!(
        "{}: {}, {}, {}",
        args.output.display(),
        count(counts.fonts, "font"),
        count(counts.stylesheets, "stylesheet"),
        size(bytes.len())
    ));
    Ok(!finding::any_error(&counts.findings))
}

/// The time that reproducible builds set (reproducible-builds.org/specs/source-date-epoch).
fn source_date_epoch() -> Result<Option<u64>> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    // The year 9999 is the last one that a date in the package document can name.
    const LAST: u64 = 253_402_300_799;
    let Some(value) = std::env::var_os(NAME) else { return Ok(None) };
    let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
    seconds.filter(|&seconds| seconds <= LAST).map(Some).ok_or_else(|| {
        Error::new(format!("{NAME} is {}, not a number of seconds", value.display()))
            .hint(format!("Set {NAME} to seconds since 1970, or unset it"))
    })
}

/// A size as people say it: `640 KB`, `1.4 MB`.
fn size(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths < 10 {
        format!("{} KB", bytes.div_ceil(1_000))
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!([size(640_000), size(1_400_000)], ["640 KB", "1.4 MB"]);
    }
}
