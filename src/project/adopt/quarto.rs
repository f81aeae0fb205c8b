//! Quarto: `_quarto.yml` with the chapters of a book under `book:`.

use super::{AdoptedBook, Chapters, ToolMarkup, missing, notes_of_marks};
use crate::project::yaml::YamlFile;
use concfilter::error::Result;
use serde_json::Value;
use std::path::Path;

/// What Quarto reads in chapters, and pandoc does not.
const MARKS: &[ToolMarkup] = &[(
    &["@sec-", "@fig-", "@tbl-", "@eq-", "@lst-"],
    "cross-references such as `@sec-intro` are citations to pandoc; pandoc-crossref reads `@sec:intro`, and \
     `[Introduction](#sec-intro)` is a link",
)];

/// What `_quarto.yml` says.
pub(super) fn read(dir: &Path) -> Result<AdoptedBook> {
    let names = ["_quarto.yml", "_quarto.yaml"];
    let Some(file) = names.iter().map(|name| dir.join(name)).find(|file| file.is_file())
    else {
        return Err(missing(dir, "_quarto.yml"));
    };
    let settings = YamlFile::read(&file)?.value;
    let book = &settings["book"];
    let text = |key: &str| {
        book[key].as_str().or_else(|| settings[key].as_str()).map(str::to_owned)
    };
    let mut adopted = AdoptedBook {
        from: "markdown",
        title: text("title"),
        subtitle: text("subtitle"),
        lang: Some(text("lang").unwrap_or_else(|| "en".to_owned())),
        // `today` and `last-modified` are commands.
        date: text("date").filter(|date| date.starts_with(|c: char| c.is_ascii_digit())),
        description: text("description").or_else(|| text("abstract")),
        cover: text("cover-image").or_else(|| {
            let epub = &settings["format"]["epub"];
            let keys = ["cover-image", "epub-cover-image"];
            keys.iter().find_map(|key| epub[*key].as_str()).map(str::to_owned)
        }),
        csl: text("csl"),
        authors: authors(&book["author"]),
        bibliography: texts(&settings["bibliography"]),
        number_sections: settings["format"]["epub"]["number-sections"] == true
            || settings["number-sections"] == true,
        ..AdoptedBook::default()
    };
    let mut files = Vec::new();
    chapters(&book["chapters"], &mut files, &mut adopted.notes);
    chapters(&book["appendices"], &mut files, &mut adopted.notes);
    if !book["appendices"].is_null() {
        let note = "appendices are chapters like others: no letter numbers them";
        adopted.notes.push(note.to_owned());
    }
    adopted.notes.extend(notes_of_marks(dir, &files, MARKS));
    adopted.chapters = Chapters::Files(files);
    if !settings["execute"].is_null() {
        let note =
            "execute: holds for Quarto alone; concbook runs listings that ask for it";
        adopted.notes.push(note.to_owned());
    }
    let filters = texts(&settings["filters"]);
    let notes = filters.iter().map(|name| {
        format!("Quarto's filter {name} is left out; under filters: it runs if it is one of pandoc's")
    });
    adopted.notes.extend(notes);
    Ok(adopted)
}

/// The files of chapters, and of those in parts.
fn chapters(value: &Value, files: &mut Vec<String>, notes: &mut Vec<String>) {
    for item in value.as_array().into_iter().flatten() {
        match item {
            Value::String(file) => files.push(file.clone()),
            Value::Object(map) => {
                match map.get("part").and_then(Value::as_str) {
                    Some(part) if is_text(part) => files.push(part.to_owned()),
                    Some(part) => notes.push(format!("the part \"{part}\" has no page of its own; a SUMMARY.md can name it")),
                    None => {}
                }
                let file = map.get("file").or_else(|| map.get("href"));
                let file = file.and_then(Value::as_str);
                if let (Some(file), Some(text)) = (file, map.get("text")) {
                    notes.push(format!(
                        "the chapter {file} is called by its own heading, not {text}"
                    ));
                }
                files.extend(file.map(str::to_owned));
                chapters(&map.get("chapters").cloned().unwrap_or_default(), files, notes);
            }
            _ => {}
        }
    }
}

/// Whether a part is named by the file of its page.
fn is_text(part: &str) -> bool {
    let extension = Path::new(part).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("qmd" | "md" | "ipynb"))
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// Authors: a name, a map with a name, or a list of these.
fn authors(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(authors).collect(),
        Value::Object(map) => map.get("name").map(authors).unwrap_or_default(),
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}
