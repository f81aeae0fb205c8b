//! mdBook: `book.toml`, and a `SUMMARY.md` in the folder of its sources.

use super::{AdoptedBook, Chapters, below, missing};
use crate::fsx;
use concfilter::error::{Error, Place, Result};
use concfilter::lang;
use concfilter::settings::EDITIONS;
use serde_json::json;
use std::path::Path;
use toml::{Table, Value};

/// What mdBook runs over every book; concbook does the same itself.
const BUILT_IN: &[&str] = &["links", "index"];

/// What `book.toml` says.
pub(super) fn read(dir: &Path) -> Result<AdoptedBook> {
    let file = dir.join("book.toml");
    if !file.is_file() {
        return Err(missing(dir, "book.toml"));
    }
    let table: Table =
        fsx::read_text(&file)?.parse().map_err(|error: toml::de::Error| {
            Error::new(format!("it is no TOML: {}", error.message()))
                .at(Place::path(&file))
        })?;
    let book = table.get("book").and_then(Value::as_table).cloned().unwrap_or_default();
    let text = |key: &str| book.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut adopted = AdoptedBook {
        // Headings may have identifiers in braces.
        from: "gfm+attributes",
        title: text("title"),
        description: text("description"),
        lang: Some(text("language").unwrap_or_else(|| "en".to_owned())),
        authors: names(book.get("authors")),
        ..AdoptedBook::default()
    };
    let sources = text("src").unwrap_or_else(|| "src".to_owned());
    let summary = below(&sources, "SUMMARY.md");
    if !dir.join(&summary).is_file() {
        return Err(missing(&dir.join(&summary), "SUMMARY.md"));
    }
    adopted.chapters = Chapters::Summary(summary);
    html(&table, &mut adopted);
    listings(&table, &mut adopted);
    let preprocessors = table.get("preprocessor").and_then(Value::as_table);
    let others = preprocessors.into_iter().flat_map(Table::keys);
    let notes = others.filter(|name| !BUILT_IN.contains(&&***name)).map(|name| {
        format!("mdBook's preprocessor {name} does not run here; what it makes has to be made by a filter")
    });
    adopted.notes.extend(notes);
    Ok(adopted)
}

/// What is said of code: the edition of Rust, and which lines of a language are hidden.
fn listings(table: &Table, adopted: &mut AdoptedBook) {
    let at = |keys: &[&str]| {
        let mut all = keys.iter();
        let first = table.get(*all.next()?)?;
        all.try_fold(first, |value, key| value.get(key))
    };
    let edition = at(&["rust", "edition"]).and_then(Value::as_str);
    let known =
        |year: &&str| year.parse().is_ok_and(|year: u32| EDITIONS.contains(&year));
    if let Some(edition) = edition.filter(known) {
        adopted.listings.push(format!("edition: {edition}"));
    }
    let signs = at(&["output", "html", "code", "hidelines"]).and_then(Value::as_table);
    let signs: Vec<(&String, &str)> = signs
        .into_iter()
        .flatten()
        .filter_map(|(name, sign)| Some((name, sign.as_str()?)))
        .filter(|(name, sign)| !sign.is_empty() && lang::canonical(name).is_some())
        .collect();
    if !signs.is_empty() {
        adopted.listings.push("hidelines:".to_owned());
        let line = |(name, sign): &(&String, &str)| {
            format!("  {}: {}", json!(name), json!(sign))
        };
        adopted.listings.extend(signs.iter().map(line));
    }
}

/// The authors: a list of names.
fn names(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the settings of its web pages mean for the book.
fn html(table: &Table, adopted: &mut AdoptedBook) {
    let html = table.get("output").and_then(|output| output.get("html"));
    let Some(html) = html else { return };
    let on = |key: &str| html.get(key).and_then(Value::as_bool) == Some(true);
    adopted.site = html.get("site-url").and_then(Value::as_str).map(str::to_owned);
    if on("mathjax-support") {
        adopted.from = "gfm+attributes+tex_math_dollars";
        let note = "formulas between \\\\( and \\\\) have to be written between dollars";
        adopted.notes.push(note.to_owned());
    }
    if on("smart-punctuation") {
        adopted.from = if on("mathjax-support") {
            "gfm+attributes+tex_math_dollars+smart"
        } else {
            "gfm+attributes+smart"
        };
    }
    for key in ["additional-css", "additional-js", "theme"] {
        if html.get(key).is_some() {
            let note =
                format!("output.html.{key} is for the web; the book goes without it");
            adopted.notes.push(note);
        }
    }
}
