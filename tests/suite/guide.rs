//! The guide, `examples/guide`: it is built as any book, its examples work, and its reference tables
//! are those of the program.

use crate::support::documents::Markdown;
use crate::support::{TempBook, concbook, pandoc_versions, repo, skip};
use concbook::finding::Code;
use concfilter::settings::{SETTINGS, Setting};
use concfilter::tags::{ForeignWord, KEYS, TAGS, TagForm, WORDS};

/// All chapters, in the order of their names.
fn chapters() -> Vec<String> {
    let folder = "examples/guide/chapters";
    let files = concbook::fsx::files_below(&repo(folder)).unwrap();
    files.iter().map(|file| format!("{folder}/{}", file.display())).collect()
}

#[test]
fn it_is_built_without_a_finding() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let out = TempBook::new();
    let book = repo("examples/guide");
    let (code, _, said) = concbook([
        "build".as_ref(),
        book.as_os_str(),
        "-o".as_ref(),
        out.path("").as_os_str(),
        "--listings".as_ref(),
        "run".as_ref(),
        "--pandoc".as_ref(),
        pandoc.as_os_str(),
    ]);
    assert_eq!(code, 0, "{said}");
    assert!(said.trim_end().ends_with("0 errors, 0 warnings"), "{said}");
    assert!(!said.contains(": info["), "{said}");
}

#[test]
fn every_setting_is_in_its_table() {
    let rows: Vec<String> = SETTINGS
        .iter()
        .map(|setting| {
            let Setting { path, kind, default, meaning } = setting;
            let default =
                default.map_or_else(String::new, |text| format!("; default `{text}`"));
            format!("| `{path}` | {kind}{default} | {meaning} |")
        })
        .collect();
    let mut chapter = Markdown::open("examples/guide/chapters/09_settings.md");
    chapter.assert_table("| setting | value | meaning |", &rows);
}

#[test]
fn every_attribute_and_tag_is_in_its_table() {
    let mut chapter = Markdown::open("examples/guide/chapters/10_attributes.md");
    let keys: Vec<String> = KEYS
        .iter()
        .map(|key| match key.value {
            None => format!("| `.{}` | | {} |", key.name, key.meaning),
            Some(value) => {
                let written = attribute(key.name, key.example);
                // Pandoc would make curly quotes of straight ones.
                let value = value.replace('"', "\\\"");
                format!("| `{written}` | {value} | {} |", key.meaning)
            }
        })
        .collect();
    chapter.assert_table("| on the fence | value | meaning |", &keys);
    let tags: Vec<String> = TAGS
        .iter()
        .map(|&(name, form)| {
            let (written, same) = match form {
                TagForm::Alone(key, value) => {
                    (format!("{{{name}}}"), attribute(key, value))
                }
                TagForm::Value(key) => (format!("{{{name}: …}}"), format!("{key}=…")),
                TagForm::Reason(key) => {
                    (format!("{{{name}}} why"), format!(".{key} reason=\"why\""))
                }
                TagForm::Behind(key) => (format!("{{{name}}} …"), format!("{key}=…")),
            };
            format!("| `{written}` | `{same}` |")
        })
        .collect();
    chapter.assert_table("| in the listing | same as |", &tags);
}

#[test]
fn every_word_of_other_tools_is_in_its_table() {
    let row = |word: &ForeignWord| {
        let same = match word.value {
            "true" => format!(".{}", word.key),
            value => attribute(word.key, value),
        };
        format!("| `{}` | {} | `{same}` |", word.written, word.tool)
    };
    let rows: Vec<String> = WORDS.iter().map(row).collect();
    let mut chapter = Markdown::open("examples/guide/chapters/10_attributes.md");
    chapter.assert_table("| written | read by | same as |", &rows);
}

/// An attribute as it stands on a fence.
fn attribute(key: &str, value: &str) -> String {
    let quote = if value.contains([' ', '*', '=']) { "\"" } else { "" };
    format!("{key}={quote}{value}{quote}")
}

#[test]
fn every_finding_is_in_its_table() {
    let row = |code: &Code| {
        format!("| `{}` | {} | {} |", code.name(), code.severity(), code.meaning())
    };
    let rows: Vec<String> = Code::ALL.iter().map(row).collect();
    let mut chapter = Markdown::open("examples/guide/chapters/11_findings.md");
    chapter.assert_table("| code | severity | meaning |", &rows);
}

#[test]
fn examples_of_settings_are_read() {
    let mut count = 0;
    for chapter in chapters() {
        for block in Markdown::open(&chapter).blocks() {
            if block.language == "yaml" {
                // Listings are looked for in whatever chapters the example names.
                let book = TempBook::new()
                    .file("book.yaml", &block.code)
                    .file("chapters/01_start.md", "# One\n")
                    .file("chapters/02_pointers.md", "# Two\n")
                    .file("chapters/01_counting.md", "# One\n");
                let folder = book.path("");
                let more = folder.join("chapters/01_start.md");
                // A book with no chapters is read as far as its settings, by a chapter of it.
                let target =
                    if block.code.contains("input-files") { folder } else { more };
                let (code, _, said) =
                    concbook(["listings".as_ref(), "list".as_ref(), target.as_os_str()]);
                assert_eq!(code, 0, "{chapter}: {}\n{said}", block.code);
                count += 1;
            }
        }
    }
    assert!(count > 6, "only {count} examples");
}

#[test]
fn examples_of_chapters_run() {
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook:\n    \
                listings: {optional: true}\n";
    let mut count = 0;
    for chapter in chapters() {
        for block in Markdown::open(&chapter).blocks() {
            if block.language == "markdown" && block.code.contains("```") {
                let book =
                    TempBook::new().file("book.yaml", yaml).file("a.md", &block.code);
                let (code, _, said) = concbook([
                    "listings".as_ref(),
                    "run".as_ref(),
                    book.path("").as_os_str(),
                ]);
                assert_eq!(code, 0, "{chapter}: {}\n{said}", block.code);
                assert!(!said.contains("warning["), "{chapter}: {}\n{said}", block.code);
                count += 1;
            }
        }
    }
    assert!(count > 4, "only {count} examples");
}
