//! `concbook identifiers`: what a book calls by name, and how consistently.

use super::format::{self, Format};
use super::strict::StrictArg;
use crate::finding::Severity;
use crate::identifiers::{Identifier, IdentifierReport, Treatments, identifiers};
use crate::pandoc::Pandoc;
use crate::report::{self, count};
use concfilter::error::Result;
use std::path::PathBuf;

/// Lists a book's identifiers and where its author is not consistent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The book's folder, with its book.yaml
    #[arg(value_name = "BOOK", default_value = ".")]
    dir: PathBuf,
    /// How it is printed: a table with findings on standard error, or all as JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    strict: StrictArg,
    /// The pandoc to use, in place of the one on PATH
    #[arg(long, value_name = "FILE")]
    pandoc: Option<PathBuf>,
}

/// Runs the command; whether the book is free of errors.
///
/// # Errors
/// The book cannot be read.
pub(super) fn run(args: &Args) -> Result<bool> {
    let report = identifiers(&args.dir, &Pandoc::find(args.pandoc.as_deref())?)?;
    let number =
        |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    let text = match args.format {
        Format::Text => table(&report.identifiers),
        Format::Json => {
            let value = serde_json::json!({
                "book": args.dir,
                "identifiers": report.identifiers,
                "vocabulary": report.vocabulary,
                "findings": report.findings,
                "errors": number(Severity::Error),
                "warnings": number(Severity::Warning),
            });
            format!("{value:#}\n")
        }
    };
    format::write("the identifiers", &text)?;
    if args.format == Format::Text {
        report::findings(&report.findings);
        report::note(&summary(&args.dir.display().to_string(), &report));
    }
    Ok(args.strict.passes(&report.findings, args.format))
}

fn summary(book: &str, report: &IdentifierReport) -> String {
    format!(
        "{book}: {}, {}",
        count(report.identifiers.len(), "identifier"),
        count(report.findings.len(), "finding")
    )
}

/// The identifiers in columns, with a heading.
fn table(identifiers: &[Identifier]) -> String {
    let head = ["identifier", "kind", "marked", "unmarked", "filter", "defined"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(identifiers.iter().map(|one| {
        [
            one.name.clone(),
            one.kind.unwrap_or("-").to_owned(),
            one.marked.to_string(),
            one.unmarked.to_string(),
            done(one.filter),
            one.defined.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        ]
    }));
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width - cell.chars().count());
            let is_number = matches!(column, 2 | 3);
            let (before, after) = if is_number { (&*space, "") } else { ("", &*space) };
            line.extend([before, cell, after, "  "]);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What the filter does, in words: `bold code`, or `bold code 3, left 2`.
fn done(filter: Treatments) -> String {
    let all =
        [(filter.bold, "bold code"), (filter.plain, "plain"), (filter.left, "left")];
    let parts: Vec<_> = all.into_iter().filter(|(number, _)| *number > 0).collect();
    if let [(_, only)] = &parts[..] {
        return (*only).to_owned();
    }
    let part = |(number, what): &(usize, &str)| format!("{what} {number}");
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let one = Identifier {
            name: "run".to_owned(),
            kind: Some("function"),
            defined: None,
            listed: 1,
            marked: 12,
            unmarked: 3,
            filter: Treatments { bold: 12, plain: 0, left: 3 },
        };
        let wanted = "identifier  kind      marked  unmarked  filter                defined\n\
                      run         function      12         3  bold code 12, left 3  -\n";
        assert_eq!(table(&[one]), wanted);
        assert_eq!(done(Treatments { plain: 2, ..Treatments::default() }), "plain");
    }
}
