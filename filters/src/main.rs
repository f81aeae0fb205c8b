//! The Pandoc filter: a document on standard input, the changed document on standard output.
//!
//! Thin on purpose: everything it does stands in the library's `filter`.

use clap::{Arg, Command};
use concfilter::error::{Error, Result};
use concfilter::filter;
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;

/// What the filter says of itself.
const ABOUT: &str = "Pandoc filter that sets identifiers in bold code and tags listings";

/// How it is run.
const USE: &str = "Run it as `pandoc --filter concfilter book.md -o book.epub`; pandoc hands it the document on \
                   standard input.";

/// The command line: the format that pandoc writes, which pandoc gives.
fn command() -> Command {
    let format = Arg::new("format").default_value("");
    Command::new("concfilter")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(format!("{ABOUT}.\n\n{USE}"))
        .arg(format.help("The format pandoc writes; pandoc gives it"))
}

fn main() -> ExitCode {
    let matches = command().get_matches();
    let format = matches.get_one::<String>("format").map_or("", String::as_str);
    match run(format) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error is nobody's fault.
            let _ = writeln!(std::io::stderr().lock(), "{}", error.report());
            ExitCode::from(2)
        }
    }
}

fn run(format: &str) -> Result<()> {
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        return Err(Error::new("concfilter reads a document from pandoc")
            .hint("Run `pandoc --filter concfilter book.md -o book.epub`"));
    }
    // Memory is taken only as it is written to; to grow by and by would move it each time.
    let mut json = Vec::with_capacity(32 << 20);
    input
        .read_to_end(&mut json)
        .map_err(|error| Error::new(format!("cannot read standard input: {error}")))?;
    let mut output = BufWriter::with_capacity(256 << 10, std::io::stdout().lock());
    filter::run(&json, format, None, &mut output)?;
    output
        .flush()
        .map_err(|error| Error::new(format!("cannot write standard output: {error}")))
}
