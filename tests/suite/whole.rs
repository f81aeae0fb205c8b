//! What one chapter says holds where it holds for pandoc, which reads all chapters as one text.

use crate::support::{self, TempBook};
use concbook::proc::Process;
use std::path::Path;

/// Runs a command in a book's folder: exit code, standard output and error together.
fn run(book: &TempBook, args: &[&str], pandoc: Option<&Path>) -> (i32, String) {
    let mut process =
        Process::new(env!("CARGO_BIN_EXE_concbook")).dir(book.path("")).args(args);
    if let Some(pandoc) = pandoc {
        process =
            process.args(["--epubcheck=never", "--output=out", "--pandoc"]).arg(pandoc);
    }
    let outcome = process.run().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    (outcome.status.code().unwrap_or(-1), said)
}

const BOOK: &str = "input-files: [a.md, meta.yaml, b.md]\nmetadata-files: [more.yaml]\n\
                    metadata: {title: T, lang: en, concbook: {listings: {width: 30}}}\n";

#[test]
fn settings_in_the_metadata_of_chapters_hold() {
    let wide = "```python\nx = \"some twenty columns\"\n```\n";
    let book = TempBook::new()
        .file("book.yaml", BOOK)
        .file("more.yaml", "concbook: {cover: true, style: georgia}\n")
        .file(
            "a.md",
            format!("---\nconcbook:\n  listings: {{width: 10}}\n---\n\n# A\n\n{wide}"),
        )
        .file("meta.yaml", "---\nconcbook: {cover: false, style: georgia}\n---\n")
        .file("b.md", "# B\n\nText.\n\n---\nconcbook: {style: reader}\n...\n");
    for (version, pandoc) in support::pandoc_versions() {
        let (code, said) = run(&book, &["build"], Some(&pandoc));
        assert_eq!(code, 0, "{version}: {said}");
        // book.yaml wins, then the last chapter, then the file of metadata.
        assert!(!said.contains("listing-wide") && !said.contains("deduce"), "{said}");
        let epub = std::fs::read(book.path("out/t.epub")).unwrap();
        let has = |name: &str| epub.windows(name.len()).any(|one| one == name.as_bytes());
        assert!(!has("concbook-cover.png") && !has("Gelasio"), "{version}");
    }
    // Commands that need no pandoc obey them, too.
    let narrow = BOOK.replace(", concbook: {listings: {width: 30}}", "");
    let book = book.file("book.yaml", &narrow);
    let (_, said) = run(&book, &["listings", "check"], None);
    assert!(said.contains("listing-wide") && said.contains("10"), "{said}");
    let book =
        book.file("b.md", "# B\n\n---\nconcbook:\n  listings:\n    with: 3\n---\n");
    for command in [&["listings", "check"][..], &["identifiers"], &["build"]] {
        let (code, said) = run(&book, command, None);
        assert!(code == 2 && said.contains("b.md:6:5"), "{command:?}: {said}");
    }
}

#[test]
fn what_a_chapter_is_handed_is_warned_of_where_it_stands() {
    let book = TempBook::new()
        .file(
            "book.yaml",
            "input-files: [one.md, two.md]\nmetadata: {title: T, lang: en}\n",
        )
        .file(
            "one.md",
            "# One\n\n\\newcommand{\\x}{X}\n\n(@a) x\n\n[dead]: gone.md\n\n[^n]: Two[^m].\n\n\
             [^m]: Three.\n",
        )
        .file(
            "two.md",
            "% Title\n\n# Two\n\n\\newcommand{\\x}{Y}\n\n(@b) $\\x$ @a\n\nSee [dead], [^n].\n\n\
             [twice]: a\n[twice]: b\n",
        );
    for (version, pandoc) in support::pandoc_versions() {
        let (_, said) = run(&book, &["build"], Some(&pandoc));
        let lines: Vec<_> = said.lines().filter(|line| line.contains(".md:")).collect();
        let [dead, twice] = &lines[..] else { panic!("{version}: {said}") };
        assert!(dead.starts_with("two.md:9:5: error[link-dead]"), "{version}: {said}");
        let wanted = "two.md:12:1: warning[pandoc-warning]";
        assert!(
            twice.starts_with(wanted) && twice.contains("at two.md line 12"),
            "{version}: {said}"
        );
    }
}

#[test]
fn a_division_that_goes_on_is_each_chapters() {
    let book = TempBook::new()
        .file(
            "book.yaml",
            "from: commonmark_x\ninput-files: [one.md, meta.md, two.md, three.md]\n\
             metadata: {title: T, lang: en}\n",
        )
        .file("one.md", "::: {.part #front}\n\n# One\n\nText.\n")
        .file("meta.md", "---\nkeywords: [a]\n---\n")
        .file("two.md", "---\nx: y\n---\n\n# Two\n\nText. [far](#front)\n")
        .file("three.md", "# Three\n\nText.\n\n:::\n");
    for (version, pandoc) in support::pandoc_versions() {
        let (code, said) = run(&book, &["build"], Some(&pandoc));
        assert!(code == 0 && !said.contains("warning["), "{version}: {said}");
        let file = std::fs::File::open(book.path("out/t.epub")).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        for number in 1..=3 {
            let name = format!("EPUB/text/ch{number:03}.xhtml");
            let text = std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap();
            assert!(text.contains("part") && !text.contains(":::"), "{version}: {text}");
            assert!(!text.contains("x: y"), "{version}: {text}");
        }
    }
}

#[test]
fn a_heading_that_the_contents_lack_is_told_at_its_line() {
    let book = TempBook::new()
        .file(
            "book.yaml",
            "input-files: [one.md, two.md]\ntoc-depth: 2\nmetadata:\n  lang: en\n  title:\n  \
             - {type: main, text: The Book}\n  - {type: subtitle, text: Of Two}\n",
        )
        .file("one.md", "::: {lang=de}\n# Eins\n\nText.\n:::\n")
        .file(
            "two.md",
            "::: frontmatter\n# Preface\n\nText.\n\n# Thanks {.unlisted}\n\nText.\n:::\n\n# Two\n\n\
             > ## Quoted\n\n### Deep\n\n- #### In a list\n",
        );
    for (version, pandoc) in support::pandoc_versions() {
        let (code, said) = run(&book, &["build"], Some(&pandoc));
        let all = said.lines().filter(|line| line.contains("heading-unlisted"));
        let places: Vec<_> = all.filter_map(|line| line.split(": ").next()).collect();
        // Before 3.0 pandoc lists the headings of any division.
        let division = if version.starts_with('2') { &[][..] } else { &["two.md:2:1"] };
        assert_eq!(places, [division, &["two.md:13:3"]].concat(), "{said}");
        assert!(
            code == 0 && said.contains("the-book.epub: 2 chapters"),
            "{version}: {said}"
        );
    }
}

#[test]
fn roles_of_sphinx_lead_where_they_mean() {
    let one = "One\n===\n\nSee :ref:`deep`, :ref:`there <deep>`, :doc:`sub/two` and :func:`~a.b.run`, \
               :py:class:`C`.\n\n:own:`x` :ref:`gone`\n";
    let book = TempBook::new()
        .file(
            "book.yaml",
            "input-files: [one.rst, sub/two.rst]\nmetadata: {title: T, lang: en}\n",
        )
        .file("one.rst", one)
        .file("sub/two.rst", "Two\n===\n\n.. _deep:\n\nDeep Down\n---------\n\nText.\n");
    for (version, pandoc) in support::pandoc_versions() {
        let (code, said) = run(&book, &["build"], Some(&pandoc));
        assert_eq!(code, 1, "{version}: {said}");
        for wanted in
            ["one.rst:6:1: warning[markup-literal]: nothing knows the role own", "#gone"]
        {
            assert!(said.contains(wanted), "{version}: {said}");
        }
        assert_eq!(said.matches("error[").count(), 1, "{version}: {said}");
        let file = std::fs::File::open(book.path("out/t.epub")).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let page = archive.by_name("EPUB/text/ch001.xhtml").unwrap();
        let page = std::io::read_to_string(page).unwrap();
        for wanted in
            ["#deep\">Deep Down</a>", "#deep\">there</a>", ">Two</a>", "run()", "gone"]
        {
            assert!(page.contains(wanted), "{version}: {wanted} in {page}");
        }
        for gone in ["role=\"ref", "role=\"func", "interpreted-text", ":py"] {
            assert!(!page.contains(gone), "{version}: {gone} in {page}");
        }
    }
}

#[test]
fn what_holds_for_no_listing_is_told_of_a_whole_book_alone() {
    let book = TempBook::new()
        .file(
            "book.yaml",
            "input-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n  concbook:\n    \
             listings: {files: {b/*.py: {norun: true}}}\n",
        )
        .file("a.md", "# A\n\n```python\n# a.py\nx = 1\n```\n");
    let (_, said) = run(&book, &["listings", "check"], None);
    assert!(said.contains("book.yaml:6:24: warning[glob-idle]"), "{said}");
    let (_, said) = run(&book, &["listings", "check", "a.md"], None);
    assert!(!said.contains("glob-idle"), "{said}");
}
