//! `concbook new`: what it begins builds at the first try, and so does what other tools built.

use crate::support::{TempBook, build, concbook, pandoc_versions, repo, skip};
use std::fs;
use std::path::Path;

#[test]
fn a_new_book_is_clean_and_the_one_of_the_examples() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let folder = TempBook::new();
    let dir = folder.path("deep/small-boats");
    let (code, stdout, said) = concbook(["new".as_ref(), dir.as_os_str()]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{said}");
    let example = repo("examples/starter");
    for file in concbook::fsx::files_below(&example).unwrap() {
        let text = fs::read_to_string(example.join(&file)).unwrap();
        let own = fs::read_to_string(dir.join(&file)).unwrap();
        assert_eq!(own, text.replace("My Book", "Small boats"), "{}", file.display());
    }
    let out = dir.join("build");
    let (code, _, said) =
        build((&dir, &out), &pandoc, &["--listings", "run", "--strict"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 passed, 0 failed"), "{said}");
    assert!(said.trim_end().ends_with("0 errors, 0 warnings"), "{said}");
    let (code, _, said) = concbook(["new".as_ref(), dir.as_os_str()]);
    assert!(code == 2 && said.contains("files already"), "{said}");
}

type Layout =
    (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// Books as other tools have them: the tool, its files, and texts that the ePub has in this order.
const LAYOUTS: &[Layout] = &[
    (
        "mdbook",
        &[
            (
                "book.toml",
                "[book]\ntitle = \"Boats\"\nauthors = [\"A\"]\nlanguage = \"en\"\n",
            ),
            (
                "src/SUMMARY.md",
                "# Summary\n\n[Hello](hello.md)\n\n# Part\n\n- [Hull](hull.md)\n",
            ),
            ("src/hello.md", "# Hello\n\nSee [hull](hull.md).\n"),
            ("src/hull.md", "# The Hull {#hull}\n\n```rust,ignore\nfn main() {}\n```\n"),
        ],
        &["Hello", "The Hull"],
    ),
    (
        "gitbook",
        &[
            (
                "book.json",
                "{\"title\": \"Boats\", \"author\": \"A\", \"language\": \"en\", \"root\": \"./docs\"}",
            ),
            ("docs/SUMMARY.md", "# Summary\n\n* [Hello](README.md)\n* [Hull](hull.md)\n"),
            ("docs/README.md", "# Hello\n\nText.\n"),
            ("docs/hull.md", "# The Hull\n\nSee [hello](README.md).\n"),
        ],
        &["Hello", "The Hull"],
    ),
    (
        "quarto",
        &[
            (
                "_quarto.yml",
                "project:\n  type: book\nbook:\n  title: Boats\n  author: A\n  chapters:\n    - index.qmd\n    - hull.qmd\n",
            ),
            ("index.qmd", "# Hello {.unnumbered}\n\nText.\n"),
            ("hull.qmd", "# The Hull\n\n::: {.callout-note}\nWood.\n:::\n"),
        ],
        &["Hello", "The Hull"],
    ),
    (
        "leanpub",
        &[
            ("manuscript/Book.txt", "mainmatter:\nhull.txt\nsails.md\n"),
            ("manuscript/hull.txt", "# The Hull\n\nText.\n"),
            ("manuscript/sails.md", "# Sails\n\nText.\n"),
        ],
        &["The Hull", "Sails"],
    ),
    (
        "pandoc",
        &[
            ("metadata.yaml", "title: Boats\nauthor: A\nlang: en\n"),
            ("chapters/2.md", "# The Hull\n\nText.\n"),
            ("chapters/10.md", "# Sails\n\nText.\n"),
        ],
        &["The Hull", "Sails"],
    ),
];

#[test]
fn books_of_other_tools_build_at_the_first_try() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    for (tool, files, texts) in LAYOUTS {
        let book = files
            .iter()
            .fold(TempBook::new(), |book, (path, text)| book.file(path, text));
        let dir = book.path("");
        let (code, _, said) = concbook(["new".as_ref(), dir.as_os_str()]);
        assert!(code == 2 && said.contains(&format!("--from {tool}")), "{tool}: {said}");
        let from = ["new".as_ref(), dir.as_os_str(), "--from".as_ref(), tool.as_ref()];
        let (code, _, said) = concbook(from);
        assert_eq!(code, 0, "{tool}: {said}");
        let out = book.path("out/book.epub");
        let (code, _, said) = build((&dir, &out), &pandoc, &["--epubcheck", "never"]);
        assert_eq!(code, 0, "{tool}: {said}");
        assert!(said.contains("2 chapters"), "{tool}: {said}");
        let nav = nav(&out);
        let places: Vec<_> = texts.iter().map(|text| nav.find(text)).collect();
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{tool}: {nav}"
        );
    }
}

/// The contents of an ePub.
fn nav(file: &Path) -> String {
    let epub =
        concbook::epub::Epub::from_bytes("book", &fs::read(file).unwrap()).unwrap();
    epub.text("EPUB/nav.xhtml").unwrap().to_owned()
}
