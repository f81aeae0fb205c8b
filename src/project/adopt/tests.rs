use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> fsx::TempDir {
    let dir = fsx::temp_dir().unwrap();
    for (name, text) in files {
        let file = dir.path().join(name);
        fsx::create_dir_all(file.parent().unwrap()).unwrap();
        fsx::write_atomic(&file, text.as_bytes()).unwrap();
    }
    dir
}

/// The `book.yaml` that is made of these files, and what is told.
fn adopted(tool: BookTool, files: &[(&str, &str)]) -> (String, Vec<String>) {
    let dir = folder(files);
    assert_eq!(tool_of(dir.path()), Some(tool));
    let adoption = adopt(dir.path(), tool).unwrap();
    (fsx::read_text(&adoption.file).unwrap(), adoption.notes)
}

#[test]
fn mdbook_says_most_of_it() {
    let (yaml, notes) = adopted(
        BookTool::Mdbook,
        &[
            (
                "book.toml",
                "[book]\ntitle = 'Boats: a \"log\"'\nauthors = ['A', 'B']\nsrc = 'text'\n[output.html]\nsite-url = '/boats/'\nadditional-css = ['x.css']\n[output.html.code.hidelines]\npython = '~'\n[rust]\nedition = '2018'\n[preprocessor.mermaid]\n[preprocessor.links]\n",
            ),
            ("text/SUMMARY.md", "- [One](one.md)\n"),
            ("text/one.md", "# One\n"),
        ],
    );
    assert_eq!(
        yaml,
        "from: gfm+attributes\nto: epub3\nmetadata:\n  title: \"Boats: a \\\"log\\\"\"\n  lang: \"en\"\n  author:\n    - \"A\"\n    - \"B\"\n  concbook:\n    chapters: text/SUMMARY.md\n    site: \"/boats/\"\n    listings:\n      edition: 2018\n      hidelines:\n        \"python\": \"~\"\n"
    );
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn chapters_of_quarto_come_from_parts_too() {
    let (yaml, notes) = adopted(
        BookTool::Quarto,
        &[
            (
                "_quarto.yml",
                "project: {type: book}\nbook:\n  title: T\n  date: today\n  author: [{name: A}, B]\n  chapters:\n    - index.qmd\n    - part: One\n      chapters: [{text: Ah, file: a.qmd}, gone.qmd]\n  appendices: [z.qmd]\nformat: {epub: {cover-image: c.png}}\nbibliography: r.bib\n",
            ),
            ("index.qmd", "# I\n"),
            ("a.qmd", "# A\n"),
            ("z.qmd", "# Z\n"),
        ],
    );
    assert!(
        yaml.contains("input-files:\n  - \"index.qmd\"\n  - \"a.qmd\"\n  - \"z.qmd\"\n"),
        "{yaml}"
    );
    assert!(
        yaml.contains("filters: [citeproc, concfilter]") && !yaml.contains("today"),
        "{yaml}"
    );
    assert!(yaml.contains("epub-cover-image: \"c.png\"\n"), "{yaml}");
    for text in ["\"One\"", "a.qmd is called", "appendices are", "gone.qmd"] {
        assert!(notes.iter().any(|one| one.contains(text)), "{text}: {notes:?}");
    }
}

#[test]
fn what_nobody_says_is_filled_in_and_told() {
    let (yaml, notes) = adopted(
        BookTool::Leanpub,
        &[
            ("manuscript/Book.txt", "frontmatter:\npreface.txt\nmainmatter:\none.md\n"),
            ("manuscript/preface.txt", "# Preface\n"),
            ("manuscript/one.md", "# One\n\nW> Mind the gap.\n"),
        ],
    );
    assert!(
        yaml.contains("  - manuscript/preface.txt\n  - manuscript/one.md\n"),
        "{yaml}"
    );
    assert!(notes[0].contains("`W> `") && notes[1].contains("title"), "{notes:?}");
}

#[test]
fn numbers_in_names_are_numbers() {
    let (yaml, _) = adopted(
        BookTool::Pandoc,
        &[
            ("metadata.yaml", "title: T\n"),
            ("chapters/10-end.md", "# End\n"),
            ("chapters/2-middle.md", "# Middle\n"),
            ("chapters/README.md", "# No chapter\n"),
        ],
    );
    assert_eq!(
        yaml,
        "from: markdown\nto: epub3\ninput-files:\n  - chapters/2-middle.md\n  - chapters/10-end.md\nmetadata-files:\n  - \"metadata.yaml\"\n"
    );
}

#[test]
fn a_book_that_is_there_stays() {
    let dir = folder(&[
        ("book.toml", "[book]\n"),
        ("book.yaml", "mine\n"),
        ("src/SUMMARY.md", ""),
    ]);
    assert!(
        adopt(dir.path(), BookTool::Mdbook).unwrap_err().to_string().contains("already")
    );
    assert_eq!(fsx::read_text(&dir.path().join("book.yaml")).unwrap(), "mine\n");
    let broken = folder(&[("book.toml", "[book\n"), ("src/SUMMARY.md", "")]);
    assert!(
        adopt(broken.path(), BookTool::Mdbook)
            .unwrap_err()
            .to_string()
            .contains("no TOML")
    );
}

#[test]
fn what_a_tool_reads_in_chapters_and_pandoc_does_not_is_told() {
    let (_, notes) = adopted(
        BookTool::Gitbook,
        &[
            (".gitbook.yaml", "root: ./docs/\n"),
            ("docs/SUMMARY.md", "* [One](one.md)\n* [Web](https://a.b/c)\n"),
            (
                "docs/one.md",
                "# One\n\n  {% hint style=\"info\" %}\n```\n{% tab %}\n```\n",
            ),
        ],
    );
    let has = |notes: &[String], text| notes.iter().any(|one| one.contains(text));
    assert!(has(&notes, "hints such as") && !has(&notes, "tabs such as"), "{notes:?}");
    let (_, notes) = adopted(
        BookTool::Quarto,
        &[
            (
                "_quarto.yml",
                "project: {type: book}\nbook: {title: T, chapters: [a.qmd]}\n",
            ),
            ("a.qmd", "# A\n\nAs @fig-x shows.\n"),
        ],
    );
    assert!(has(&notes, "cross-references such as"), "{notes:?}");
    let (_, notes) = adopted(
        BookTool::Leanpub,
        &[
            ("Book.txt", "a.md\n"),
            ("a.md", "# A\n\n<<(code/a.py)\n\n{title=x}\n~~~\n{pagebreak}\n~~~\n"),
        ],
    );
    assert!(has(&notes, "includes such as") && has(&notes, "attributes in a line"));
    assert!(!has(&notes, "directives such as"), "{notes:?}");
}

#[test]
fn pictures_of_leanpub_are_found_where_it_keeps_them() {
    let (yaml, notes) = adopted(
        BookTool::Leanpub,
        &[
            ("manuscript/Book.txt", "parts/one.md\n"),
            ("manuscript/parts/one.md", "{#one}\n# One\n\n<<[A](code/a.py)\n"),
            ("manuscript/resources/images/title_page.jpg", "x"),
        ],
    );
    assert!(
        yaml.contains(
            "resource-path:\n  - manuscript/resources\n  - \"manuscript\"\nepub-cover-image: manuscript/resources/images/title_page.jpg\n"
        ),
        "{yaml}"
    );
    let has = |text| notes.iter().any(|one| one.contains(text));
    assert!(has("names in a line above") && has("are links to pandoc"), "{notes:?}");
}

#[test]
fn chapters_below_folders_of_any_name_are_found() {
    let (yaml, notes) = adopted(
        BookTool::Pandoc,
        &[
            ("Makefile", "b.epub:\n\tpandoc --toc -o b.epub ch/*.md\n"),
            ("README.md", "# No chapter\n"),
            ("ch/10/a.md", "# Ten\n"),
            ("ch/2/b.md", "# Two\n"),
            ("ch/1.md", "# One\n"),
            ("node_modules/x/y.md", "# Foreign\n"),
            (".github/z.md", "# Hidden\n"),
        ],
    );
    assert!(
        yaml.contains("input-files:\n  - ch/1.md\n  - ch/2/b.md\n  - ch/10/a.md\nmeta"),
        "{yaml}"
    );
    assert!(notes.iter().any(|one| one.contains("Makefile")), "{notes:?}");
    let (yaml, _) = adopted(
        BookTool::Pandoc,
        &[("chapters/1.md", "# One\n"), ("chapters/2/a.md", "# Two\n")],
    );
    assert!(yaml.contains("  - chapters/1.md\n  - chapters/2/a.md\n"), "{yaml}");
    let empty = folder(&[("a.txt", "")]);
    let error = adopt(empty.path(), BookTool::Pandoc).unwrap_err();
    assert!(error.hint_text().is_some(), "{error}");
}
