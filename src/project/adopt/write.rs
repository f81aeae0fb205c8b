//! A `book.yaml` as an author would write it.

use super::{AdoptedBook, Chapters};
use serde_json::json;

/// The text of the file. What the other tool does not say and a book needs, such as a language, is filled in, with a note to the author.
pub(super) fn book_yaml(book: &mut AdoptedBook, name: &str) -> String {
    let mut lines = Vec::new();
    if !book.from.is_empty() {
        lines.push(format!("from: {}", book.from));
    }
    lines.push("to: epub3".to_owned());
    list(&mut lines, "", "defaults", &book.defaults);
    if let Chapters::Files(files) = &book.chapters {
        list(&mut lines, "", "input-files", files);
    }
    list(&mut lines, "", "metadata-files", &book.metadata_files);
    list(&mut lines, "", "resource-path", &book.resource_path);
    let images = book.cover.iter().map(|cover| ("epub-cover-image", cover));
    lines.extend(images.map(|(key, value)| format!("{key}: {}", quoted(value))));
    if book.number_sections {
        lines.push("number-sections: true".to_owned());
    }
    if !book.bibliography.is_empty() {
        lines.push("filters: [citeproc, concfilter]".to_owned());
    }
    // What stands in files of their own is not said again.
    let has_own = !book.metadata_files.is_empty() || !book.defaults.is_empty();
    let metadata = metadata(book, name, has_own);
    if !metadata.is_empty() {
        lines.push("metadata:".to_owned());
        lines.extend(metadata);
    }
    lines.join("\n") + "\n"
}

/// The lines below `metadata:`.
fn metadata(book: &mut AdoptedBook, name: &str, has_own: bool) -> Vec<String> {
    if book.title.is_none() && !has_own {
        book.notes.push(format!(
            "the book's title is not known; book.yaml calls it \"{name}\""
        ));
        book.title = Some(name.to_owned());
    }
    if book.lang.is_none() && !has_own {
        book.notes.push("the book's language is not known; book.yaml says en".to_owned());
        book.lang = Some("en".to_owned());
    }
    let mut lines = Vec::new();
    let texts = [
        ("title", &book.title),
        ("subtitle", &book.subtitle),
        ("lang", &book.lang),
        ("date", &book.date),
        ("description", &book.description),
        ("csl", &book.csl),
    ];
    for (key, value) in texts {
        lines.extend(value.iter().map(|value| format!("  {key}: {}", quoted(value))));
    }
    list(&mut lines, "  ", "author", &book.authors);
    list(&mut lines, "  ", "bibliography", &book.bibliography);
    let chapters = match &book.chapters {
        Chapters::Summary(path) => Some(("chapters", path)),
        Chapters::Files(_) => None,
    };
    let site = book.site.as_ref().map(|site| ("site", site));
    let settings: Vec<String> = chapters
        .into_iter()
        .chain(site)
        .map(|(key, value)| format!("    {key}: {}", quoted(value)))
        .collect();
    if !settings.is_empty() || !book.listings.is_empty() {
        lines.push("  concbook:".to_owned());
        lines.extend(settings);
    }
    if !book.listings.is_empty() {
        lines.push("    listings:".to_owned());
        lines.extend(book.listings.iter().map(|line| format!("      {line}")));
    }
    lines
}

/// A key with a list below it; nothing where the list is empty.
fn list(lines: &mut Vec<String>, indent: &str, key: &str, items: &[String]) {
    if !items.is_empty() {
        lines.push(format!("{indent}{key}:"));
        lines.extend(items.iter().map(|item| format!("{indent}  - {}", quoted(item))));
    }
}

/// A text in quotes where it needs some: JSON's are YAML's, too.
fn quoted(text: &str) -> String {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/_-.".contains(c);
    let is_plain =
        text.contains('/') && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_plain && text.chars().all(is_path) {
        text.to_owned()
    } else {
        json!(text).to_string()
    }
}
