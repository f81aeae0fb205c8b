//! The editions of a book: one file each, whether made at once or alone.

use crate::support::{TempBook, build, pandoc_versions, skip};
use std::fs;

#[test]
fn editions_made_at_once_are_those_made_alone() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    // A style of pandoc's is for screens alone, so that pandoc writes twice.
    for theme in ["", "highlight-style: tango\n"] {
        let yaml = format!(
            "{theme}input-files: [a.md]\nmetadata: {{title: T, lang: en, identifier: 'urn:x'}}\n"
        );
        let book = TempBook::new()
            .file("book.yaml", yaml)
            .file("a.md", "# A\n\n![](gone.png)\n\n```python\ndef f(): return 1\n```\n");
        let dir = book.path("");
        let made = |out: &str, edition: &str| {
            let out = book.path(out);
            let args = ["--epubcheck", "never", "--edition", edition];
            build((&dir, &out), &pandoc, &args)
        };
        let (_, _, said) = made("all", "all");
        assert_eq!(said.matches("[image-missing]").count(), 1, "{said}");
        assert_eq!(said.matches("1 chapter").count(), 3, "{said}");
        for edition in ["color", "eink", "kindle"] {
            made(edition, edition);
            let alone = fs::read(book.path(&format!("{edition}/t.epub"))).unwrap();
            let together = fs::read(book.path(&format!("all/t-{edition}.epub"))).unwrap();
            assert!(alone == together, "{theme}{edition}");
        }
        fs::remove_dir_all(book.path("all")).unwrap();
        made("all", "kindle,kindle");
        assert!(book.path("all/t.epub").is_file(), "one edition has the book's name");
    }
}

#[test]
fn the_code_lies_beside_the_book_for_readers() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let yaml = "input-files: [a.md]\nmetadata:\n  title: Small Boats\n  lang: en\n  edition: 2\n  identifier: 'urn:x'\n  concbook: {listings: {archive: true}}\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("LICENSE", "Mine.\n")
        .file("a.md", "# A\n\n```python\n# sail.py\nprint(1)\n#: 1\n```\n");
    let out = book.path("out");
    let args = ["--epubcheck", "never", "--edition", "all"];
    let (code, _, said) = build((&book.path(""), &out), &pandoc, &args);
    assert_eq!(code, 0, "{said}");
    let bytes = fs::read(out.join("small-boats-2-code.zip")).unwrap();
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> =
        archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["LICENSE", "README.md", "a/sail.py"]);
    assert!(said.contains("small-boats-2-code.zip: the listings"), "{said}");
}
