//! `concbook listings`: golden cases for what authors write, extraction, and that pandoc sees the
//! same blocks.
//!
//! A case is a folder under `tests/listings` with `good.md`, of which nothing is wrong, and
//! `wrong.md`, in which every block is; `good.txt` and `wrong.txt` tell what is read and what is
//! found.

use crate::support;
use crate::support::golden::{self, Case};
use crate::support::{TempBook, concbook, repo, skip};
use concbook::markdown::{BlockForm, Dialect, Index};
use concbook::proc::Process;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs `concbook listings` with a folder for the last argument.
fn listings(args: &[&str], dir: &Path) -> (i32, String, String) {
    let args = ["listings"].iter().chain(args).map(|&arg| arg.into());
    concbook(args.chain([dir.display().to_string()]))
}

/// A book of one chapter.
fn book(text: impl AsRef<[u8]>) -> TempBook {
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata: {title: T, lang: en}\n";
    TempBook::new().file("book.yaml", yaml).file("a.md", text)
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(repo("tests/listings")).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// A case's chapter as a book of its own, with its own settings or those of the case.
fn case_book(case: &mut Case, chapter: &str) -> TempBook {
    let own = case.optional_input(&format!("{chapter}.yaml"));
    let settings =
        own.or_else(|| case.optional_input("settings.yaml")).unwrap_or_default();
    let settings = settings.replace("listings:", "    listings:");
    let yaml = format!(
        "from: markdown\ninput-files: [{chapter}.md]\nmetadata:\n  title: T\n  concbook:\n    fetch: true\n{settings}"
    );
    let name = format!("{chapter}.md");
    TempBook::new().file("book.yaml", yaml).file(&name, case.input(&name))
}

/// The list of the good chapter, and all files it makes.
fn told(case: &mut Case) -> String {
    let book = case_book(case, "good");
    let dir = book.path("");
    let (code, list, said) = listings(&["list"], &dir);
    assert_eq!(code, 0, "{}: {said}", case.folder().display());
    let (code, _, said) = listings(&["check"], &dir);
    let clean = said.ends_with(", 0 errors, 0 warnings\n");
    assert!(
        code == 0 && clean,
        "{}: something is wrong with good.md: {said}",
        case.folder().display()
    );
    let (code, _, said) = listings(&["extract"], &dir);
    assert_eq!(code, 0, "{}: {said}", case.folder().display());
    let here = format!("{}/", dir.display().to_string().trim_end_matches('/'));
    let lines =
        list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut told: String = lines.map(|line| line.replace(&here, "") + "\n").collect();
    let code = dir.join("code");
    if !code.exists() {
        return told;
    }
    for file in concbook::fsx::files_below(&code).unwrap() {
        if file != Path::new(".concbook-listings") {
            let text = fs::read_to_string(code.join(&file)).unwrap();
            told.extend(["--- ", &*file.to_string_lossy(), "\n", &text]);
        }
    }
    told
}

/// What is found in the wrong chapter.
fn found(case: &mut Case) -> String {
    let book = case_book(case, "wrong");
    let dir = book.path("");
    let (_, _, said) = listings(&["check"], &dir);
    let here = format!("{}/", dir.display().to_string().trim_end_matches('/'));
    let lines = said.lines().filter(|line| line.contains("[listing-"));
    lines.map(|line| line.replace(&here, "") + "\n").collect()
}

#[test]
fn golden_cases() {
    golden::judge(&repo("tests/listings"), |case| {
        let findings = found(case);
        let name = case.folder().display();
        assert!(!findings.is_empty(), "{name}: nothing is wrong with wrong.md");
        case.expect("wrong.txt", &findings);
        let told = told(case);
        case.expect("good.txt", &told);
    });
}

/// The code blocks that pandoc sees, in the order of the text.
fn pandocs(pandoc: &Path, from: &str, text: &str) -> Vec<String> {
    let args = ["--from", from, "--to", "json"];
    let outcome =
        Process::new(pandoc).args(args).stdin(text.as_bytes().to_vec()).run().unwrap();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    let mut found = Vec::new();
    code_blocks(&serde_json::from_slice(&outcome.stdout).unwrap(), &mut found);
    found.sort();
    found
}

fn code_blocks(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) if map.get("t").is_some_and(|tag| tag == "CodeBlock") => {
            found.push(squeezed(value["c"][1].as_str().unwrap()));
        }
        Value::Object(map) => map.values().for_each(|value| code_blocks(value, found)),
        Value::Array(items) => items.iter().for_each(|item| code_blocks(item, found)),
        _ => {}
    }
}

/// Text without the blanks on which pandoc has its own mind: it makes spaces of tabs.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn pandoc_sees_the_same_blocks() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return skip("no pandoc");
    };
    let mut texts: Vec<(PathBuf, &str)> =
        cases().into_iter().map(|case| (case.join("good.md"), "markdown")).collect();
    let folders = [
        (repo("examples/concurrency/Chapters"), "markdown"),
        (repo("../shared/corpora/books/learn-go-with-tests"), "gfm"),
        (repo("../shared/corpora/books/practical-python/Notes"), "gfm"),
    ];
    for (folder, from) in folders.iter().filter(|(folder, _)| folder.is_dir()) {
        for file in concbook::fsx::files_below(folder).unwrap() {
            if file.extension().is_some_and(|extension| extension == "md") {
                texts.push((folder.join(file), from));
            }
        }
    }
    let mut count = 0;
    for (file, from) in texts {
        let text = fs::read_to_string(&file).unwrap();
        let blocks = Index::read(&text, Dialect::of(from)).blocks;
        let is_code = |form| form != BlockForm::Raw;
        let ours =
            blocks.iter().filter(|block| block.fault.is_none() && is_code(block.form));
        let mut ours: Vec<String> = ours.map(|block| squeezed(&block.code)).collect();
        ours.sort();
        let theirs = pandocs(&pandoc, from, &text);
        assert_eq!(ours, theirs, "{}", file.display());
        count += ours.len();
    }
    assert!(count > 80, "only {count} blocks were compared");
}

#[test]
fn every_byte_of_a_line_is_where_it_is_said_to_be() {
    for case in cases() {
        for chapter in ["good.md", "wrong.md"] {
            let text = fs::read_to_string(case.join(chapter)).unwrap();
            for block in Index::read(&text, Dialect::Pandoc).blocks {
                let lines = block.lines.iter().map(|line| &text[line.clone()]);
                let code: Vec<&str> = block.code.lines().collect();
                assert_eq!(lines.collect::<Vec<_>>(), code, "{}", case.display());
            }
        }
    }
}

#[test]
fn a_format_without_attributes_is_said() {
    let text = "```{.python file=a.py}\nx = 1\n```\n";
    for (from, warned) in [("gfm", true), ("gfm+attributes", false), ("markdown", false)]
    {
        let yaml = format!("from: {from}\ninput-files: [a.md]\n");
        let book = book(text).file("book.yaml", yaml);
        let (code, _, said) = listings(&["check"], &book.path(""));
        assert_eq!(
            (code, said.contains("a.md:1:1: warning[listing-attributes]")),
            (0, warned),
            "{said}"
        );
        // What pandoc does not read does not count.
        let (_, list, _) = listings(&["list"], &book.path(""));
        assert_eq!(list.contains("a/a.py"), !warned, "{list}");
    }
}

#[test]
fn the_list_adds_up() {
    let dir = repo("examples/concurrency");
    let (code, stdout, said) = listings(&["list", "--format", "json"], &dir);
    assert_eq!((code, &*said), (0, ""));
    let told: Value = serde_json::from_str(&stdout).unwrap();
    let all = told["listings"].as_array().unwrap();
    let number = |kind: &str| all.iter().filter(|one| one["kind"] == kind).count();
    let totals = &told["totals"];
    assert_eq!(totals["blocks"], all.len());
    assert_eq!(totals["files"], number("file"));
    assert_eq!(totals["fragments"], number("fragment"));
    assert_eq!(totals["skipped"], number("skipped"));
    assert_eq!(number("file") + number("fragment") + number("skipped"), all.len());
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook: {listings: {run: [python]}}\n";
    let text = "```python\nprint(1)\n```\n\n```c\nint x;\n```\n";
    let book = TempBook::new().file("book.yaml", yaml).file("a.md", text);
    let (_, stdout, said) = listings(&["list", "--format", "json"], &book.path(""));
    let list: Value = serde_json::from_str(&stdout).unwrap();
    let kinds = [0, 1].map(|number| {
        let one = &list["listings"][number];
        (
            one["kind"].as_str().unwrap().to_owned(),
            one["path"].as_str().map(str::to_owned),
        )
    });
    let path = Some("a/block_1.py".to_owned());
    assert_eq!(kinds, [("unnamed".into(), path), ("fragment".into(), None)], "{said}");
    let (_, table, said) = listings(&["list"], &book.path(""));
    assert!(table.contains("unnamed   python    a/block_1.py"), "{table}");
    assert!(
        said.contains("1 fragment + 1 unnamed program block + 0 skipped; 1 program"),
        "{said}"
    );
    assert_eq!(told["findings"], serde_json::json!([]));
    let one = all.iter().find(|one| one["path"] == "03_races/interleave.py").unwrap();
    assert_eq!(
        (&one["line"], &one["language"]),
        (&Value::from(16), &Value::from("python"))
    );
    let (code, _, said) = listings(&["check"], &dir);
    assert!(code == 0 && said.contains("0 errors, 0 warnings"), "{said}");
}

#[test]
fn single_files_have_the_settings_of_their_book() {
    let wide = format!("```python\n{}\n```\n", "x".repeat(60));
    let alone = TempBook::new().file("a.md", &wide);
    let (_, _, said) = listings(&["check"], &alone.path("a.md"));
    assert!(said.contains("listing-wide"), "{said}");
    let yaml = "metadata: {concbook: {chapters: 'x/*.md', listings: {width: 60}}}\n";
    let book = TempBook::new().file("x/a.md", &wide).file("book.yaml", yaml);
    let (code, _, said) = listings(&["check"], &book.path("x/a.md"));
    assert!(code == 0 && said.contains("0 warnings"), "{said}");
    let (code, _, said) = listings(&["check"], &book.path("x/b.md"));
    assert_eq!(code, 2, "{said}");
}

const TWO: &str = "```python\n# one.py\nx = 1\n```\n\n```java\n// Two.java\n```\n";

/// Extracts into a folder beside the book.
fn extract(book: &TempBook, args: &[&str]) -> (i32, String) {
    let out = book.path("out").display().to_string();
    let args = [&["extract", "-o", &out], args].concat();
    let (code, stdout, said) = listings(&args, &book.path(""));
    assert_eq!(stdout, "");
    (code, said)
}

#[test]
fn only_what_changed_is_written() {
    let book = book(TWO);
    let (code, said) = extract(&book, &["--check"]);
    assert_eq!(said.matches("[listing-drift]").count(), 2, "{said}");
    assert!(code == 1 && !book.path("out").exists());
    let (code, said) = extract(&book, &[]);
    assert!(code == 0 && said.contains("2 files, 2 written, 0 unchanged"), "{said}");
    let one = book.path("out/a/one.py");
    assert_eq!(fs::read_to_string(&one).unwrap(), "# one.py\nx = 1\n");
    let before = fs::metadata(&one).unwrap().modified().unwrap();
    assert_eq!(extract(&book, &["--check"]).0, 0);
    let book = book.file("a.md", TWO.replace("// Two.java", "// Two.java\nclass Two {}"));
    assert_eq!(extract(&book, &["--check"]).0, 1);
    let (code, said) = extract(&book, &[]);
    assert!(code == 0 && said.contains("1 written, 1 unchanged"), "{said}");
    assert_eq!(fs::metadata(&one).unwrap().modified().unwrap(), before);
}

#[test]
fn nobody_elses_files_are_touched() {
    let book = book(TWO).file("out/a/one.py", "mine\n").file("out/a/other.py", "mine\n");
    let (code, said) = extract(&book, &["--prune"]);
    assert!(code == 1 && said.contains("is none of ours"), "{said}");
    let text = |path: &str| fs::read_to_string(book.path(path)).unwrap();
    assert_eq!(
        (text("out/a/one.py"), text("out/a/other.py")),
        ("mine\n".to_owned(), "mine\n".to_owned())
    );
    // One of ours, edited since.
    let book = book.file("out/a/Two.java", "edited\n");
    let (code, said) = extract(&book, &[]);
    assert!(code == 1 && said.contains("changed since"), "{said}");
    assert_eq!(fs::read_to_string(book.path("out/a/Two.java")).unwrap(), "edited\n");
    // A link that leads away.
    fs::remove_dir_all(book.path("out")).unwrap();
    fs::create_dir_all(book.path("out")).unwrap();
    fs::create_dir_all(book.path("away")).unwrap();
    std::os::unix::fs::symlink(book.path("away"), book.path("out/a")).unwrap();
    let (code, said) = extract(&book, &[]);
    assert!(code == 1 && said.contains("is a link"), "{said}");
    assert_eq!(fs::read_dir(book.path("away")).unwrap().count(), 0);
}

#[test]
fn what_no_listing_makes_any_more_is_pruned() {
    let book = book(format!("{TWO}\n```python\n# b/three.py\n```\n"));
    assert_eq!(extract(&book, &[]).0, 0);
    let book = book.file("a.md", "# Nothing\n").file("out/a/one.py", "edited\n");
    let (code, said) = extract(&book, &["--check"]);
    assert!(code == 1 && said.contains("by no listing"), "{said}");
    assert_eq!(extract(&book, &[]).0, 0);
    assert!(book.path("out/a/b/three.py").exists(), "only --prune removes");
    let (code, said) = extract(&book, &["--prune"]);
    assert!(code == 1 && said.contains("2 removed"), "{said}");
    assert!(!book.path("out/a/b").exists() && !book.path("out/a/Two.java").exists());
    assert_eq!(fs::read_to_string(book.path("out/a/one.py")).unwrap(), "edited\n");
}

#[test]
fn a_notice_stands_at_the_end() {
    let text = format!(
        "{TWO}\n```json\n// data.json\n{{}}\n```\n\n```xml\n<!-- b.xml -->\n<a/>\n```\n"
    );
    let yaml = "input-files: [a.md]\nmetadata:\n  concbook:\n    listings:\n      notice: |\n        From a book.\n        See it --> there.\n";
    let book = book(text).file("book.yaml", yaml);
    let (code, said) = extract(&book, &[]);
    assert_eq!(code, 0, "{said}");
    let text = |path: &str| fs::read_to_string(book.path("out/a").join(path)).unwrap();
    assert_eq!(text("one.py"), "# one.py\nx = 1\n# From a book.\n# See it --> there.\n");
    assert_eq!(text("Two.java"), "// Two.java\n// From a book.\n// See it --> there.\n");
    assert_eq!(text("data.json"), "// data.json\n{}\n");
    assert_eq!(text("b.xml"), "<a/>\n<!-- From a book. -->\n<!-- See it   there. -->\n");
}

#[test]
fn the_archive_is_the_same_every_time() {
    let book = book(TWO).file("LICENSE.txt", "Take it.\n");
    let zip = |name: &str| {
        let file = book.path(name);
        let (code, said) = extract(&book, &["--archive", &file.display().to_string()]);
        assert_eq!(code, 0, "{said}");
        fs::read(file).unwrap()
    };
    let one = zip("one.zip");
    assert_eq!(one, zip("two.zip"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(one)).unwrap();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        names.push(archive.by_index(index).unwrap().name().unwrap().into_owned());
    }
    assert_eq!(names, ["LICENSE.txt", "README.md", "a/Two.java", "a/one.py"]);
}

#[test]
fn another_tree_has_folders_of_its_own() {
    let yaml = "input-files: [a.md]\nmetadata: {concbook: {listings: {trees: {solutions: 'sol/*.md'}}}}\n";
    let book = book(TWO).file("book.yaml", yaml).file("sol/a.md", TWO.replace('1', "2"));
    let (code, said) = extract(&book, &[]);
    assert!(code == 0 && said.contains("4 files"), "{said}");
    let text = fs::read_to_string(book.path("out/solutions/a/one.py")).unwrap();
    assert_eq!(text, "# one.py\nx = 2\n");
    let wrong = book.file("book.yaml", yaml.replace("sol/", "none/"));
    assert_eq!(extract(&wrong, &[]).0, 2);
}

proptest::proptest! {
    /// Whatever stands in a chapter, reading it ends, and lines stand where they are said to.
    #[test]
    fn any_text_is_read(parts in proptest::collection::vec(part(), 0..24)) {
        let text = parts.concat();
        for from in ["markdown", "gfm", "commonmark_x"] {
            for block in Index::read(&text, Dialect::of(from)).blocks {
                let code: Vec<&str> = block.code.split_terminator('\n').collect();
                assert_eq!(code.len(), block.lines.len(), "{text:?}");
                for (line, code) in block.lines.iter().zip(code) {
                    let written = text.get(line.clone()).unwrap();
                    assert!(code.ends_with(written), "{written:?} in {code:?} of {text:?}");
                }
                let above = &text[..block.lines.first().map_or(0, |line| line.start)];
                let lines = above.matches('\n').count() + 1;
                assert!(block.lines.is_empty() || lines == block.first, "{text:?}");
                concfilter::tags::Tags::read(&block.attr, &block.code, &[]);
            }
        }
    }
}

/// What Markdown with code is made of.
fn part() -> impl proptest::strategy::Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "```",
        "~~~",
        "````",
        "\n",
        "\n\n",
        "\r\n",
        "    ",
        "  ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "x",
        "# a.py",
        "// A.java",
        "{.python",
        " file=a.py",
        " k=\"",
        "}",
        "python",
        "{=html}",
        "<!--",
        "-->",
        "[^1]: ",
        "é",
        "---\n",
        "// {Tag: x}",
        "// Continued ...",
        "/* Output:",
        "(First 8 Lines)",
        "\"\"\"",
        "\u{0}",
        "\\",
        "&amp;",
        "{",
        "# extract: x",
        "$$",
        ":::",
    ])
}

/// Constructs of pandoc's Markdown that hold code blocks, or seem to.
const CONTAINERS: &[&str] = &[
    "1.  Step:\n\n    ```python\n    x = 1\n```\n\nText.\n\n```c\ny\n```\n",
    "- a\n\n  ```c\n  x\n  ```\n- b\n\n      indented\n",
    "a. one\n\n   ```c\n   x\n   ```\n\nb. two\n\n       code\n",
    "i) one\n\n   ```c\n   x\n   ```\n\nii) two\n",
    "(1) one\n\n    ```c\n    x\n    ```\n",
    "#. one\n\n   ~~~ {.c}\n   x\n   ~~~\n",
    "(@) one\n\n    ```c\n    x\n    ```\n\n(@good) two\n\n        indented\n",
    "B. Russell\n\n    code\n",
    "Term\n\n:   Says\n\n    ```c\n    x\n    ```\n\n        indented\n\n~   More\n",
    "Term\n:   ```c\n    x\n    ```\n",
    "Term 1\n\n  ~ Definition 1\n\n        { code }\n\n    Third.\n",
    "A[^1]\n\n[^1]: Note\n\n    ```c\n    x\n    ```\n\n        { code }\n\n    End.\n\n    not it\n",
    "> Quote\n>\n> ```c\n> x\n> ```\n>\n>     code\n>\n> > ~~~\n> > y\n> > ~~~\n",
    "> lazy\nline\n```c\nx\n```\n",
    "+-------+-------+\n| ```c  | text  |\n| x     |       |\n| ```   | - a   |\n+-------+-------+\n\
     | a     |     b |\n+-------+-------+\n",
    "+-------+\n| A     |\n+=======+\n| - x   |\n|       |\n|       |\n|   ``` |\n|   y   |\n|   ``` |\n+-------+\n",
    "| line\n| block\n    ```c\n\n```c\nx\n```\n",
    "::: note\nText\n```c\nx\n```\n:::\n\n::: {.a}\n- b\n\n  ```c\n  y\n  ```\n:::\n",
    "<div>\n```c\nx\n```\n</div>\n\n<pre>\n```c\nx\n```\n</pre>\n\n<!--\n```c\nx\n```\n-->\n",
    "\\begin{verbatim}\n```c\nx\n```\n\\end{verbatim}\n",
    "Text\n```c\nx\n```\nmore\n\n    code\n\n    goes on\n\nText\n    not\n",
    "- one\n    - two\n\n        ```c\n        x\n        ```\n\n- three\n",
    "- one\n\n\t```c\n\tx\n\t\ty\n\t```\n",
    "* a\n\n      code\n\n  text\n\n*     code at once\n",
    "1. a\n   ```c\n   x\n   ```\n2. b\n",
    "1. a\n    ```c\n    x\n    ```\n2. b\n",
    "10. a\n\n    text\n\n        code\n",
    "# H\n    code\n\n***\n\n    code\n",
    "---\na: |\n    x\n...\n\n    code\n",
    "````\n```\nx\n```\n````\n\n~~~\n```\n~~~\n",
    "```c\nnever closed\n\n    code\n\ntext\n",
    "- a\n\n  > b\n  >\n  > ```c\n  > x\n  > ```\n\n- > ```c\n  > y\n  > ```\n",
    "Text ```c\nx\n``` more\n\n```c\ny\n```\n",
    "[x]: y.md\n    \"title\"\n\n    code\n",
    "```c\nx\n```\n```d\ny\n```\n    z\n",
];

#[test]
fn the_scanner_sees_each_block_that_pandoc_sees_and_no_other() {
    for (version, pandoc) in support::pandoc_versions() {
        for text in CONTAINERS {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("a.md");
            std::fs::write(&file, text).unwrap();
            let run = concbook::proc::Process::new(&pandoc)
                .args(["-f", "markdown", "-t", "json"])
                .arg(&file)
                .run()
                .unwrap();
            let document = concfilter::ast::Document::parse(&run.stdout).unwrap();
            let plain =
                |code: &str| code.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut wanted = Vec::new();
            concfilter::ast::visit(&document.blocks, &mut |tag, element| {
                if tag == "CodeBlock" {
                    wanted.push(plain(element["c"][1].as_str().unwrap()));
                }
            });
            let index = Index::read(text, Dialect::Pandoc);
            let blocks = index.blocks.iter().filter(|block| block.fault.is_none());
            let mut found: Vec<_> = blocks.map(|block| plain(&block.code)).collect();
            wanted.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, wanted, "pandoc {version}: {text}");
        }
    }
}
