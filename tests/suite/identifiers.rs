//! `concbook identifiers`: the table, each finding, and that it tells what the build does.

use crate::support::{TempBook, concbook, pandoc_versions, repo, skip};
use serde_json::Value;
use std::path::Path;

const CODE: &str = "\n\n```python\nclass TaskPool:\n    def start_worker(self):\n\
                    \x20       return self.queue\n\nTaskPool().start_worker()\n```\n";

/// A book of one chapter with a listing behind the text.
fn book(from: &str, prose: &str) -> TempBook {
    let yaml =
        format!("from: {from}\ninput-files: [a.md]\nmetadata: {{title: T, lang: en}}\n");
    let text = format!("# One\n\n{prose}{CODE}");
    TempBook::new().file("book.yaml", yaml).file("a.md", text)
}

fn json(dir: &Path, pandoc: &Path) -> Value {
    let (code, stdout, stderr) = concbook([
        "identifiers".as_ref(),
        dir.as_os_str(),
        "--format".as_ref(),
        "json".as_ref(),
        "--pandoc".as_ref(),
        pandoc.as_os_str(),
    ]);
    assert_eq!((code, &*stderr), (0, ""), "findings are no errors: {stdout}");
    serde_json::from_str(&stdout).unwrap()
}

/// Asserts the findings of a chapter, `line:column code` each, under every pandoc and both
/// dialects of Markdown.
#[track_caller]
fn assert_found(prose: &str, wanted: &[&str]) {
    let pandocs = pandoc_versions();
    if pandocs.is_empty() {
        return skip("no pandoc");
    }
    for (version, pandoc) in pandocs {
        for from in ["markdown", "gfm"] {
            let book = book(from, prose);
            let told = json(&book.path(""), &pandoc);
            let findings = told["findings"].as_array().unwrap();
            let found: Vec<_> = findings
                .iter()
                .map(|one| {
                    assert!(one["file"].as_str().unwrap().ends_with("a.md"), "{one}");
                    let code = one["code"].as_str().unwrap();
                    format!("{}:{} {code}", one["line"], one["col"])
                })
                .collect();
            assert_eq!(found, wanted, "pandoc {version}, {from}: {told:#}");
        }
    }
}

#[test]
fn a_clean_chapter_has_no_finding() {
    assert_found(
        "Some `TaskPool` with `start_worker()` and a `class`, but no task.",
        &[],
    );
}

#[test]
fn a_name_with_a_slip_in_it_is_found() {
    assert_found("Call\n`start_wroker()` now.", &["4:2 identifier-typo"]);
    // Words of the book are words, whatever a listing has that is like them.
    assert_found("The `quere` is a quere of the quere kind.", &[]);
}

#[test]
fn two_spellings_of_a_name_are_found() {
    assert_found("A `TaskPool` is a `Taskpool`.", &["3:20 identifier-spelling"]);
    assert_found("A `TaskPool` is a `taskPool`.", &[]);
}

#[test]
fn a_function_without_its_brackets_is_found() {
    let prose =
        "Call `start_worker()`, `start_worker()`, `start_worker()` or `start_worker`.";
    assert_found(prose, &["3:63 identifier-brackets"]);
    assert_found("Call `start_worker()`, `start_worker()` or `start_worker`.", &[]);
}

#[test]
fn the_function_itself_has_no_brackets() {
    let calls = "Call `start_worker()`, `start_worker()`, `start_worker()`";
    assert_found(&format!("{calls}. The `start_worker` method."), &[]);
    for code in ["pool.map(start_worker)", "@timed\ndef start_worker(): pass"] {
        let prose = format!("{calls} or `start_worker`.\n\n```python\n{code}\n```");
        assert_found(&prose, &[]);
    }
}

#[test]
fn a_slip_in_a_word_of_the_language_is_found() {
    assert_found("A `__cael__` and a `__call__`.", &["3:4 identifier-typo"]);
    let prose = "A `functoin`, a `function`.\n\n```javascript\nlet a = 1\n```";
    assert_found(prose, &["3:4 identifier-typo"]);
}

#[test]
fn a_figure_has_its_caption_once() {
    assert_found("![Call `start_wroker()` now](p.png)", &["3:9 identifier-typo"]);
    assert_found(
        "![Use TaskPool](p.png)\n\nA `TaskPool`, a `TaskPool`.",
        &["3:7 identifier-unmarked"],
    );
}

#[test]
fn names_of_several_texts_are_one() {
    let prose = "Use start_worker(a, b) and TaskPool, `TaskPool`.";
    assert_found(prose, &["3:28 identifier-unmarked"]);
}

#[test]
fn a_missing_mark_is_found() {
    let prose = "Use `TaskPool` or\n*TaskPools*, “TaskPool” and `TaskPool`.";
    assert_found(prose, &["4:15 identifier-unmarked"]);
    assert_found("Use `queue` and a queue.", &[]);
}

#[test]
fn the_table_tells_what_the_filter_does() {
    for (_, pandoc) in pandoc_versions() {
        let prose = "A `TaskPool`, TaskPool, a `class`, a class, `x + 1`; `queue`.";
        let book = book("markdown", prose);
        let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n  \
                    concbook: {identifiers: {plain: [class]}}\n";
        let book = book.file("book.yaml", yaml);
        let told = json(&book.path(""), &pandoc);
        // Every name of the listings is there, with its kind and the listings it stands in.
        let vocabulary = told["vocabulary"].as_array().unwrap();
        assert!(!vocabulary.is_empty());
        for name in vocabulary {
            assert!(
                name["name"].is_string() && name["listings"][0]["line"].is_u64(),
                "{name}"
            );
        }
        let row = |name: &str,
                   kind: &str,
                   counts: [u32; 5],
                   defined: Option<(u32, u32)>| {
            let [marked, unmarked, bold, plain, left] = counts;
            let rows = told["identifiers"].as_array().unwrap();
            let row = rows.iter().find(|row| row["name"] == name).unwrap();
            let found = (&row["kind"], &row["marked"], &row["unmarked"]);
            assert_eq!(found, (&kind.into(), &marked.into(), &unmarked.into()), "{row}");
            let done = serde_json::json!({"bold": bold, "plain": plain, "left": left});
            assert_eq!(row["filter"], done, "{row}");
            let place = defined.map(|(line, col)| (Value::from(line), Value::from(col)));
            let (line, col) =
                (row["defined"]["line"].clone(), row["defined"]["col"].clone());
            assert_eq!((line, col), place.unwrap_or_default(), "{row}");
        };
        row("TaskPool", "class", [1, 1, 2, 0, 0], Some((6, 7)));
        row("class", "keyword", [1, 1, 0, 1, 1], None);
        row("queue", "field", [1, 0, 1, 0, 0], None);
        assert_eq!(told["identifiers"].as_array().unwrap().len(), 3, "{told:#}");
    }
}

#[test]
fn the_table_is_the_default() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let book = book("markdown", "A `TaskPool`, a `queue`.");
    let (code, stdout, stderr) = concbook([
        "identifiers".as_ref(),
        book.path("").as_os_str(),
        "--pandoc".as_ref(),
        pandoc.as_os_str(),
    ]);
    assert_eq!(code, 0, "{stderr}");
    let lines: Vec<Vec<&str>> =
        stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines[0],
        ["identifier", "kind", "marked", "unmarked", "filter", "defined"]
    );
    assert_eq!(lines[1], ["queue", "field", "1", "0", "bold", "code", "-"]);
    assert!(stderr.ends_with(": 2 identifiers, 0 findings\n"), "{stderr}");
}

/// The build says how many identifiers it set; the table has to have them all.
#[test]
fn the_table_agrees_with_the_build() {
    for (_, pandoc) in pandoc_versions() {
        let book = repo("examples/concurrency");
        let out = TempBook::new();
        let (_, _, stderr) = concbook([
            "build".as_ref(),
            book.as_os_str(),
            "--epubcheck".as_ref(),
            "never".as_ref(),
            "--pandoc".as_ref(),
            pandoc.as_os_str(),
            "--output".as_ref(),
            out.path("").as_os_str(),
        ]);
        let words: Vec<_> = stderr.split_whitespace().collect();
        let at = words.iter().position(|word| *word == "identifiers,").unwrap();
        let told = json(&book, &pandoc);
        let rows = told["identifiers"].as_array().unwrap();
        let bold = |row: &Value| row["filter"]["bold"].as_u64().unwrap();
        assert_eq!(words[at - 1], rows.iter().map(bold).sum::<u64>().to_string());
        let placed = |row: &&Value| row["defined"]["line"].is_u64();
        assert!(rows.iter().filter(placed).count() > 10);
    }
}

#[test]
fn what_is_typed_bold_is_no_name_between_underscores() {
    for (version, pandoc) in pandoc_versions() {
        let book = book(
            "markdown",
            "A **init** and __init__(), x.run() then **init**, __init__.",
        );
        let told = json(&book.path(""), &pandoc);
        let rows = told["identifiers"].as_array().unwrap();
        let run = rows.iter().find(|row| row["name"] == "x.run");
        assert!(run.is_some_and(|row| row["filter"]["bold"] == 1), "{rows:?}");
        let row = rows.iter().find(|row| row["name"] == "__init__").unwrap();
        assert_eq!((&row["unmarked"], &row["filter"]["bold"]), (&2.into(), &2.into()));
        let book = book.file("a.md", "# One\n\nA **init**.\n");
        let told = json(&book.path(""), &pandoc);
        assert_eq!(told["identifiers"].as_array().unwrap().len(), 0, "pandoc {version}");
    }
}
