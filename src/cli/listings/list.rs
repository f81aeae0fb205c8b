//! `concbook listings list`: every code block, what it is, and why.

use super::{BookArgs, OpenedListings};
use crate::cli::format::{self, Format};
use crate::finding::any_error;
use crate::listings::{Listing, ListingKind};
use crate::report::{self, count};
use concfilter::error::Result;
use concfilter::tags::Tags;
use serde_json::{Value, json};

/// Lists every code block: what it is, the file it makes, what is said about it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
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
    skipped: usize,
    /// The programs that the files make.
    programs: usize,
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    let text = match args.format {
        Format::Text => table(&read),
        Format::Json => format!("{:#}\n", told(&read)),
    };
    format::write("the listings", &text)?;
    if args.format == Format::Text {
        report::findings(&read.set.findings);
        let totals = totals(&read);
        report::note(&format!(
            "{}: {} = {} + {} + {} skipped; {}",
            read.project.label,
            count(totals.blocks, "code block"),
            count(totals.files, "file listing"),
            count(totals.fragments, "fragment"),
            totals.skipped,
            count(totals.programs, "program"),
        ));
    }
    Ok(!any_error(&read.set.findings))
}

fn totals(read: &OpenedListings) -> Totals {
    let mut totals = Totals {
        blocks: read.set.listings.len(),
        programs: read.set.programs.len(),
        ..Totals::default()
    };
    for listing in &read.set.listings {
        match listing.kind {
            ListingKind::File => totals.files += 1,
            ListingKind::Fragment => totals.fragments += 1,
            ListingKind::Skipped(_) => totals.skipped += 1,
        }
    }
    totals
}

/// A listing's kind, and why it is passed over.
fn kind(listing: &Listing) -> (&'static str, Option<&str>) {
    match &listing.kind {
        ListingKind::File => ("file", None),
        ListingKind::Fragment => ("fragment", None),
        ListingKind::Skipped(reason) => ("skipped", Some(reason)),
    }
}

fn told(read: &OpenedListings) -> Value {
    let one = |listing: &Listing| {
        let (kind, reason) = kind(listing);
        let place = read.set.fence(listing);
        json!({
            "file": place.file,
            "line": place.line,
            "kind": kind,
            "language": listing.language,
            "path": listing.path,
            "tags": listing.tags,
            "reason": reason.or(listing.tags.reason.as_deref()),
        })
    };
    json!({
        "book": read.project.label,
        "listings": read.set.listings.iter().map(one).collect::<Vec<_>>(),
        "totals": totals(read),
        "findings": read.set.findings,
    })
}

/// The blocks in columns, with a heading.
fn table(read: &OpenedListings) -> String {
    let head = ["place", "kind", "language", "path", "tags"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(read.set.listings.iter().map(|listing| {
        let place = read.set.fence(listing);
        let (kind, reason) = kind(listing);
        let mut tags = in_words(&listing.tags);
        tags.extend(reason.map(|reason| format!("({reason})")));
        [
            place.line.map_or_else(
                || place.file.clone(),
                |line| format!("{}:{line}", place.file),
            ),
            kind.to_owned(),
            listing.language.clone().unwrap_or_else(|| "-".to_owned()),
            listing.path.clone().unwrap_or_else(|| "-".to_owned()),
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
