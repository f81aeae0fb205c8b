//! Files that chapters include as mdBook's do: they are in the book, and findings name them.

use crate::support::{self, TempBook};
use concbook::proc::Process;
use std::path::Path;

/// Runs a command in the folder `book`: exit code, standard output and error together.
fn run(book: &TempBook, args: &[&str], pandoc: Option<&Path>) -> (i32, String) {
    let mut process =
        Process::new(env!("CARGO_BIN_EXE_concbook")).dir(book.path("book")).args(args);
    if let Some(pandoc) = pandoc {
        process =
            process.args(["--epubcheck=never", "--output=out", "--pandoc"]).arg(pandoc);
    }
    let outcome = process.run().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    (outcome.status.code().unwrap_or(-1), said)
}

/// The text of a document of the book that was built.
fn document(book: &TempBook, name: &str) -> String {
    let epub = std::fs::read(book.path("book/out/t.epub")).unwrap();
    let epub = concbook::epub::Epub::from_bytes("t.epub".to_owned(), &epub).unwrap();
    let entry = epub.entries().iter().find(|one| one.name.ends_with(name)).unwrap();
    epub.text(&entry.name.clone()).unwrap().to_owned()
}

const YAML: &str = "input-files: [text/one.md, text/two.md, text/three.md]\n\
                    metadata: {title: T, lang: en}\n";

const ONE: &str = "# One

```rust,ignore
{{#rustdoc_include ../code/a.rs:main}}
```

{{#include ../parts/prose.md}}

> {{#playground ../code/b.rs editable}}

- A list:

  ```rust
  {{#include ../code/a.rs:2}}
  ```

```rust
# let unseen = 1;
let seen = 2;
```

Version {{#include ../code/version}}, written \\{{#include file}}.

![A dot](dot.png)
";

const PROSE: &str = "Included *prose* with a [link](gone.md) and [^none].\n\n\
                     {{#include ../code/nested.md:2:}}\n";

fn book(from: &str) -> TempBook {
    let missing = "# Two\n\n{{#include ../../secret.rs}}\n\n```rust\n\
                   {{#include ../code/a.rs:mian}}\n{{#include ../code/c.rs}}\n```\n\n\
                   See [One](one.md#one), [the note][ref].\n\n[ref]: https://example.org\n";
    TempBook::new()
        .file("secret.rs", "fn secret() {}\n")
        .file("book/book.yaml", format!("from: {from}\n{YAML}"))
        .file("book/text/one.md", ONE)
        .file("book/text/two.md", missing)
        // It is read from a copy, too, since its title has to come before what it is handed.
        .file(
            "book/text/three.md",
            "% Three\n\n# Three\n\n![A dot](dot.png), [the note][ref].\n",
        )
        .file("book/text/dot.png", include_bytes!("../build/dot.png"))
        .file("book/parts/prose.md", PROSE)
        .file(
            "book/code/a.rs",
            "use std::fs;\nconst TWO: u8 = 2;\n// ANCHOR: main\nfn main() {\n    \
             // ANCHOR: in\n    f();\n    // ANCHOR_END: in\n}\n// ANCHOR_END: main\n",
        )
        .file("book/code/b.rs", "fn b() {}\n")
        .file("book/code/version", "7.8\n")
        .file(
            "book/code/nested.md",
            "no\n## Nested\n\nDeep.\n\n[ref]: https://other.org\n",
        )
}

#[test]
fn what_chapters_include_is_in_the_book_and_in_findings() {
    for (version, pandoc) in support::pandoc_versions() {
        for from in ["markdown+rebase_relative_paths", "gfm"] {
            let book = book(from);
            let (code, said) = run(&book, &["build"], Some(&pandoc));
            assert_eq!(code, 1, "{version}: {said}");
            for wanted in [
                "parts/prose.md:1:25: error[link-dead]",
                "parts/prose.md:1:45: warning[markup-literal]: [^none]",
                "text/two.md:3:1: error[file-refused]: ../../secret.rs lies outside",
                "text/two.md:6:1: error[include-missing]: ../code/a.rs has no anchor mian",
                "hint: Is main meant?",
                "text/two.md:7:1: error[include-missing]: there is no file ../code/c.rs",
            ] {
                assert!(said.contains(wanted), "{version}, {from}: {wanted} in {said}");
            }
            let told = said.matches("error[").count() + said.matches("warning[").count();
            assert_eq!(told, 5, "{version}, {from}: {said}");
            let text = document(&book, "ch001.xhtml");
            for wanted in [
                "main",
                "TWO",
                "<em>prose</em>",
                "Nested</h2>",
                "Deep.",
                "seen",
                "Version 7.8,",
                "written {{#include file}}.",
                "<img",
            ] {
                assert!(text.contains(wanted), "{version}, {from}: {wanted} in {text}");
            }
            for gone in ["ANCHOR", "std", ">no", "{{#title", "rust,", "unseen"] {
                assert!(!text.contains(gone), "{version}, {from}: {gone} in {text}");
            }
            assert!(!document(&book, "ch002.xhtml").contains("secret()"));
        }
    }
}

#[test]
fn listings_that_are_included_are_run_and_never_rewritten() {
    let one = "# One\n\n```python\n{{#include ../code/a.py}}\n```\n\n\
               ```python\n# own.py\n{{#include ../code/f.py:f}}\nprint(f())\n#: old\n```\n\n\
               ```python\n# fails.py\nx = 1\n{{#include ../code/f.py:fail}}\n```\n\n\
               === \"A tab\"\n\n    ```python\n    # tab.py\n    print(\"a\\nb\")\n    \
               #: former\n    ```\n\n\
               1. One\n\n    ??? note \"Deep\"\n        Text.\n\n        !!! tip\n\n            \
               ```python\n            # deep.py\n            print(\"a\\n\\nb\")\n            \
               \"\"\"\n            Output:\n            old\n\n            \"\"\"\n            ```\n";
    let book = TempBook::new()
        .file(
            "book/book.yaml",
            "input-files: [text/one.md]\nmetadata: {title: T, lang: en}\n",
        )
        .file("book/text/one.md", one)
        .file("book/code/a.py", "# a.py\nprint(1)\n#: 2\n")
        .file(
            "book/code/f.py",
            "# ANCHOR: f\ndef f():\n    return 3\n# ANCHOR_END: f\n# ANCHOR: fail\n\
             raise ValueError(x)\n# ANCHOR_END: fail\n",
        );
    let (_, said) = run(&book, &["listings", "update", "--no-cache"], None);
    let refused = "code/a.py:3:1: error[listing-output-refused]";
    assert!(said.contains(refused), "{said}");
    let read = |path: &str| std::fs::read_to_string(book.path(path)).unwrap();
    // New lines are indented as a tab's and a callout's text has to be.
    let indent = " ".repeat(12);
    let wanted = one
        .replace("#: old", "#: 3")
        .replace("    #: former", "    #: a\n    #: b")
        .replace(&format!("{indent}old\n"), &format!("{indent}a\n\n{indent}b\n"));
    let made = read("book/text/one.md");
    assert_eq!(made.replace("b\n\n", "b\n"), wanted.replace("b\n\n", "b\n"));
    assert_eq!(read("book/code/a.py"), "# a.py\nprint(1)\n#: 2\n");
    let (_, said) = run(&book, &["listings", "run", "--no-cache"], None);
    assert!(said.contains("code/a.py:3:1: error[listing-output]"), "{said}");
    assert!(said.contains("code/f.py:6:1: error[listing-failed]"), "{said}");
    assert!(said.contains("File \"code/f.py\", line 6"), "{said}");
}
