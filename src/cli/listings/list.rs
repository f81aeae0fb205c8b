//! `concbook listings list`: every code block, what it is, and why.

use super::{BookArgs, OpenedListings};
use crate::cli::format::{self, Format};
use crate::cli::strict::StrictArg;
use crate::listings::{Listing, ListingKind, Program};
use crate::report::{self, count};
use concfilter::error::Result;
use concfilter::tags::Tags;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lists every code block: what it is, the file it makes, what is said about it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strict: StrictArg,
    /// How it is printed: a table with findings on standard error, or all as JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How many blocks there are of each kind; the kinds add up to all blocks.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
struct Totals {
    blocks: usize,
    files: usize,
    fragments: usize,
    /// Those that are run though they name no file.
    unnamed: usize,
    skipped: usize,
    /// The programs that the files and the blocks without a name make.
    programs: usize,
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    let text = match args.format {
        Format::Text => table(&read),
        Format::Json => format!("{:#}\n", as_json(&read)),
    };
    format::write("the listings", &text)?;
    if args.format == Format::Text {
        report::findings(&read.set.findings);
        let totals = totals(&read);
        let unnamed = match totals.unnamed {
            0 => String::new(),
            number => format!("{} + ", count(number, "unnamed program block")),
        };
        report::note(&format!(
            "{}: {} = {} + {} + {unnamed}{} skipped; {}",
            read.project.label,
            count(totals.blocks, "code block"),
            count(totals.files, "file listing"),
            count(totals.fragments, "fragment"),
            totals.skipped,
            count(totals.programs, "program"),
        ));
    }
    Ok(args.strict.passes(&read.set.findings, args.format))
}

fn totals(read: &OpenedListings) -> Totals {
    let mut totals = Totals {
        blocks: read.set.listings.len(),
        programs: read.set.programs.len(),
        ..Totals::default()
    };
    let unnamed = unnamed(read);
    for (number, listing) in read.set.listings.iter().enumerate() {
        match listing.kind {
            ListingKind::File => totals.files += 1,
            ListingKind::Fragment if unnamed.contains_key(&number) => {
                totals.unnamed += 1;
            }
            ListingKind::Fragment => totals.fragments += 1,
            ListingKind::Skipped(_) => totals.skipped += 1,
        }
    }
    totals
}

/// Listings without a name of a file, by their number, with the program that each is run as, or as a part of.
type RunAs<'a> = BTreeMap<usize, &'a Program>;

fn unnamed(read: &OpenedListings) -> RunAs<'_> {
    let programs = read.set.programs.iter().filter(|program| program.unnamed);
    programs
        .flat_map(|program| program.listings.iter().map(move |number| (*number, program)))
        .collect()
}

/// A listing's kind, and why it is passed over.
fn kind<'a>(
    read: &'a OpenedListings,
    unnamed: &RunAs<'_>,
    number: usize,
) -> (&'static str, Option<&'a str>) {
    match &read.set.listings[number].kind {
        ListingKind::File => ("file", None),
        ListingKind::Fragment if unnamed.contains_key(&number) => ("unnamed", None),
        ListingKind::Fragment => ("fragment", None),
        ListingKind::Skipped(reason) => ("skipped", Some(reason)),
    }
}

/// The path of the file that a listing makes, or that it is run as.
fn path<'a>(
    read: &'a OpenedListings,
    unnamed: &RunAs<'a>,
    number: usize,
) -> Option<&'a str> {
    let own = read.set.listings[number].path.as_deref();
    own.or_else(|| unnamed.get(&number).map(|program| &*program.path))
}

fn as_json(read: &OpenedListings) -> Value {
    let unnamed = unnamed(read);
    let one = |(number, listing): (usize, &Listing)| {
        let (kind, reason) = kind(read, &unnamed, number);
        let place = read.set.fence(listing);
        json!({
            "file": place.file,
            "line": place.line,
            "kind": kind,
            "language": listing.language,
            "path": path(read, &unnamed, number),
            "tags": listing.tags,
            "reason": reason.or(listing.tags.reason.as_deref()),
        })
    };
    json!({
        "book": read.project.label,
        "listings": read.set.listings.iter().enumerate().map(one).collect::<Vec<_>>(),
        "totals": totals(read),
        "findings": read.set.findings,
    })
}

/// The blocks in columns, with a heading.
fn table(read: &OpenedListings) -> String {
    let unnamed = unnamed(read);
    let head = ["place", "kind", "language", "path", "tags"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(read.set.listings.iter().enumerate().map(|(number, listing)| {
        let place = read.set.fence(listing);
        let (kind, reason) = kind(read, &unnamed, number);
        let mut tags = in_words(&listing.tags);
        tags.extend(reason.map(|reason| format!("({reason})")));
        [
            place.line.map_or_else(
                || place.file.clone(),
                |line| format!("{}:{line}", place.file),
            ),
            kind.to_owned(),
            listing.language.clone().unwrap_or_else(|| "-".to_owned()),
            path(read, &unnamed, number).unwrap_or("-").to_owned(),
            tags.join(" "),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> =
        (0..5).map(|column| width(column).unwrap_or_default()).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let space = " ".repeat(width - cell.chars().count() + 2);
            line.extend([&**cell, &space]);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What is said about a listing, as an author would write it.
fn in_words(tags: &Tags) -> Vec<String> {
    // What makes the path has a column of its own.
    let tags = Tags { file: None, ..tags.clone() };
    let Ok(Value::Object(fields)) = serde_json::to_value(&tags) else {
        return Vec::new();
    };
    let word = |(key, value): (String, Value)| match value {
        Value::Bool(_) => key,
        Value::String(text) => format!("{key}={text}"),
        Value::Array(items) => {
            let text = |item: &Value| match item {
                Value::String(text) => text.clone(),
                // A variable and its value.
                Value::Array(pair) => {
                    pair.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("=")
                }
                other => other.to_string(),
            };
            format!("{key}={}", items.iter().map(text).collect::<Vec<_>>().join(" "))
        }
        other => format!("{key}={other}"),
    };
    fields.into_iter().map(word).collect()
}
