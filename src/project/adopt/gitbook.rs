//! `GitBook`: a `SUMMARY.md`, with `book.json` as its first versions have it, or `.gitbook.yaml`.

use super::{AdoptedBook, Chapters, ToolMarkup, below, missing, notes_of_marks};
use crate::fsx;
use crate::project::yaml::YamlFile;
use concfilter::error::{Error, Place, Result};
use serde_json::Value;
use std::path::Path;

/// What `GitBook` reads in chapters, and pandoc does not.
const MARKS: &[ToolMarkup] = &[
    (
        &["{% hint"],
        "hints such as `{% hint style=\"info\" %}` stay text; `> [!NOTE]` is GitHub's",
    ),
    (
        &["{% tab"],
        "tabs such as `{% tab title=\"Go\" %}` stay text; headings can stand for them",
    ),
    (
        &["{% code", "{% embed", "{% file", "{% content-ref", "{% swagger"],
        "blocks such as `{% code %}` and `{% embed %}` stay text",
    ),
];

/// The files that a `SUMMARY.md` links.
fn linked(summary: &str) -> impl Iterator<Item = String> {
    let behind = summary.split("](").skip(1);
    let targets = behind.filter_map(|rest| rest.split([')', '#']).next());
    let is_text = |one: &&str| Path::new(one).extension().is_some_and(|one| one == "md");
    targets.filter(is_text).map(|one| one.trim_start_matches("./").to_owned())
}

/// What its files say.
pub(super) fn read(dir: &Path) -> Result<AdoptedBook> {
    let settings = settings(dir)?;
    let text = |keys: &[&str]| {
        let value = keys.iter().try_fold(&settings, |value, key| value.get(key));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let summary =
        text(&["structure", "summary"]).unwrap_or_else(|| "SUMMARY.md".to_owned());
    let root = text(&["root"]).unwrap_or_default();
    let summary = below(&root, summary.trim_start_matches("./"));
    if !dir.join(&summary).is_file() {
        return Err(missing(&dir.join(&summary), "SUMMARY.md"));
    }
    let mut adopted = AdoptedBook {
        from: "gfm",
        chapters: Chapters::Summary(summary.clone()),
        title: text(&["title"]),
        description: text(&["description"]),
        lang: text(&["language"]),
        authors: text(&["author"]).into_iter().collect(),
        ..AdoptedBook::default()
    };
    let plugins = settings.get("plugins").and_then(Value::as_array).into_iter().flatten();
    let notes = plugins.filter_map(Value::as_str).filter(|name| !name.starts_with('-'));
    adopted.notes.extend(notes.map(|name| {
        format!("GitBook's plugin {name} does not run here; what it makes is missing")
    }));
    let text_of_summary = fsx::read_text(&dir.join(&summary))?;
    let files: Vec<String> =
        linked(&text_of_summary).map(|file| below(&root, &file)).collect();
    adopted.notes.extend(notes_of_marks(dir, &files, MARKS));
    if settings.get("variables").is_some() {
        let note = "variables, as in {{ book.name }}, stay as they are written";
        adopted.notes.push(note.to_owned());
    }
    Ok(adopted)
}

/// What `book.json` or `.gitbook.yaml` holds.
fn settings(dir: &Path) -> Result<Value> {
    let json = dir.join("book.json");
    if json.is_file() {
        return serde_json::from_str(&fsx::read_text(&json)?).map_err(|error| {
            let place = Place::path(&json);
            Error::new(format!("it is no JSON: {error}")).at(place)
        });
    }
    let yaml = dir.join(".gitbook.yaml");
    if yaml.is_file() {
        return Ok(YamlFile::read(&yaml)?.value);
    }
    Ok(Value::Null)
}
