use super::*;
use crate::markdown::Dialect;

fn chapter(path: &str, text: &str) -> Arc<Chapter> {
    Arc::new(Chapter::of_text(path, text, Dialect::Pandoc))
}

fn book(text: &str) -> ListingSet {
    let chapters = vec![chapter("01_a.md", text)];
    ListingSet::read(chapters, &Settings::default(), &Manifest::default()).unwrap()
}

/// Path and text of each program.
fn programs(book: &ListingSet) -> Vec<(&str, &str)> {
    let told = |one: &Program| assert_eq!(one.code.lines().count(), one.lines.len());
    book.programs.iter().for_each(told);
    book.programs.iter().map(|one| (&*one.path, &*one.code)).collect()
}

fn told(book: &ListingSet) -> Vec<String> {
    book.findings.iter().map(|one| format!("{} {}", one.place, one.code)).collect()
}

#[test]
fn sluglines_and_attributes_make_files() {
    let book = book(
        "```python\n# a.py\nx\n```\n\n```{.go file=b/c.go}\ny\n```\n\n```\nshown\n```\n\n\
         ```{.python .fragment}\n# d.py\n```\n\n```{.python .bad}\n# e.py\n```\n",
    );
    assert_eq!(programs(&book), [("01_a/a.py", "# a.py\nx\n"), ("01_a/b/c.go", "y\n")]);
    assert_eq!(told(&book), Vec::<String>::new());
    let kinds: Vec<_> = book.listings.iter().map(|one| one.kind.clone()).collect();
    let skipped = ListingKind::Skipped("it is unfinished".to_owned());
    assert_eq!(
        kinds,
        [
            ListingKind::File,
            ListingKind::File,
            ListingKind::Fragment,
            ListingKind::Fragment,
            skipped
        ]
    );
    assert_eq!(book.programs[0].language.as_deref(), Some("python"));
    let line = Origin { chapter: 0, line: 7, listing: 1, index: 0 };
    assert_eq!(book.programs[1].lines, [line]);
    assert_eq!(book.bytes(&line).map(|range| &book.chapters[0].text[range]), Some("y"));
}

#[test]
fn several_listings_make_one_file() {
    let written = book(
        "```python\n# a.py\nx\n```\n\n```{.python continues=a.py timeout=5s}\ny\n```\n",
    );
    assert_eq!(programs(&written), [("01_a/a.py", "# a.py\nx\ny\n")]);
    let lines: Vec<usize> =
        written.programs[0].lines.iter().map(|one| one.line).collect();
    assert_eq!(lines, [2, 3, 7]);
    assert_eq!(written.programs[0].tags.timeout.map(|limit| limit.as_secs()), Some(5));
    let eckel = book(
        "```java\n// A.java\nx\n// Continued ...\n```\n\n```\nan aside\n```\n\n\
         ```java\n// ... Continuing\ny\n```\n",
    );
    let text = "// A.java\nx\n// Continued ...\n// ... Continuing\ny\n";
    assert_eq!(programs(&eckel), [("01_a/A.java", text)]);
    assert_eq!(told(&eckel), Vec::<String>::new());
    assert_eq!(eckel.listings[2].kind, ListingKind::File);
}

#[test]
fn a_continuation_of_nothing_is_found() {
    let found = |text| told(&book(text));
    assert_eq!(
        found("```{.python continues=a.py}\ny\n```\n"),
        ["01_a.md:1:1 listing-continued"]
    );
    assert_eq!(
        found("\n```java\n// ... Continuing\ny\n```\n"),
        ["01_a.md:2:1 listing-continued"]
    );
    assert_eq!(
        found("```java\n// A.java\n// Continued ...\n```\n\n```java\n// B.java\n```\n"),
        ["01_a.md:1:1 listing-continued"]
    );
    assert_eq!(
        found("```java\n// A.java\n// Continued ...\n```\n"),
        ["01_a.md:1:1 listing-continued"]
    );
}

#[test]
fn one_path_has_one_text() {
    let same = book("```\n# a.py\nx\n```\n\n```\n# a.py\nx\n```\n");
    assert_eq!(programs(&same).len(), 1);
    assert_eq!(told(&same), Vec::<String>::new());
    assert_eq!(
        same.listings[1].kind,
        ListingKind::Skipped("the same as 01_a.md:1:1".to_owned())
    );
    let other = book("```\n# a.py\nx\n```\n\n```\n# a.py\ny\n```\n");
    assert_eq!(told(&other), ["01_a.md:6:1 listing-duplicate"]);
    let folder = book("```\n# a.py\nx\n```\n\n```{file=a.py/b.py}\ny\n```\n");
    assert_eq!(told(&folder), ["01_a.md:1:1 listing-duplicate"]);
}

#[test]
fn a_root_is_a_folder_of_the_tree() {
    let settings = Settings { roots: vec!["utils".to_owned()], ..Settings::default() };
    let text = "```\n# utils/a.py\nx\n```\n";
    let chapters = vec![chapter("a.md", text), chapter("b.md", text)];
    let book = ListingSet::read(chapters, &settings, &Manifest::default()).unwrap();
    assert_eq!(programs(&book), [("utils/a.py", "# utils/a.py\nx\n")]);
    assert_eq!(told(&book), Vec::<String>::new());
}

#[test]
fn a_name_means_the_nearest_program() {
    let text = "```\n# a.py\n```\n\n```\n# x/b.py\n```\n";
    let only = format!("{text}\n```\n# c.py\n```\n");
    let chapters = vec![chapter("a.md", text), chapter("b.md", &only)];
    let read = ListingSet::read(chapters, &Settings::default(), &Manifest::default());
    let book = read.unwrap();
    let named = |chapter, name| book.named(chapter, name).map(|one| &*one.path);
    assert_eq!(named(0, "a.py"), Some("a/a.py"));
    assert_eq!(named(1, "a.py"), Some("b/a.py"));
    assert_eq!(named(0, "b/a.py"), Some("b/a.py"));
    assert_eq!(named(0, "c.py"), Some("b/c.py"));
    assert_eq!(named(0, "b.py"), None, "there are two");
    assert_eq!(named(0, "d.py"), None);
}

#[test]
fn globs_of_the_book_hold_for_files() {
    let said = vec![("norun".to_owned(), "true".to_owned())];
    let wrong = vec![("nurun".to_owned(), "true".to_owned())];
    let files = vec![("a/g*.py".to_owned(), said), ("a/x.py".to_owned(), wrong)];
    let settings = Settings { files, ..Settings::default() };
    let dir = crate::fsx::temp_dir().unwrap();
    let yaml = "metadata:\n  concbook:\n    listings:\n      files:\n        \
                a/x.py: {nurun: true}\n";
    crate::fsx::write_atomic(&dir.path().join("book.yaml"), yaml.as_bytes()).unwrap();
    let manifest = Manifest::read(dir.path()).unwrap();
    let text = "```\n# gui.py\n```\n\n```\n# b.py\n```\n\n```\n# x.py\n```\n";
    let read = ListingSet::read(vec![chapter("a.md", text)], &settings, &manifest);
    let book = read.unwrap();
    let norun: Vec<bool> = book.programs.iter().map(|one| one.tags.norun).collect();
    assert_eq!(norun, [true, false, false]);
    let place = dir.path().join("book.yaml:5:18").display().to_string();
    assert_eq!(told(&book), [format!("{place} listing-tag-unknown")]);
    let broken =
        Settings { files: vec![("[".to_owned(), vec![])], ..Settings::default() };
    assert!(ListingSet::read(vec![], &broken, &Manifest::default()).is_err());
}

#[test]
fn settings_that_hold_for_no_listing_are_told() {
    let said = vec![("norun".to_owned(), "true".to_owned())];
    let files = ["*.py", "a/*.py", "*.rb"].map(|glob| (glob.to_owned(), said.clone()));
    let roots = vec!["utils".to_owned(), "lib".to_owned()];
    let settings = Settings { files: files.into(), roots, ..Settings::default() };
    let dir = crate::fsx::temp_dir().unwrap();
    let yaml = "metadata:\n  concbook:\n    listings:\n      roots: [utils, lib]\n      files:\n        \
                '*.py': {norun: true}\n        a/*.py: {norun: true}\n        '*.rb': {norun: true}\n";
    crate::fsx::write_atomic(&dir.path().join("book.yaml"), yaml.as_bytes()).unwrap();
    let manifest = Manifest::read(dir.path()).unwrap();
    let text = "```\n# b.py\n```\n\n```{.python .fragment file=lib/c.py}\nx\n```\n";
    let chapters = vec![chapter("a.md", text)];
    let book = ListingSet::read(chapters, &settings, &manifest).unwrap();
    let idle: Vec<String> = book
        .idle
        .iter()
        .map(|one| {
            let file = one.place.to_string();
            let place = file.rsplit_once("book.yaml:").unwrap().1;
            let hint = one.hint.clone().unwrap_or_default();
            format!("{place} {} {}", one.message, hint.split('?').next().unwrap())
        })
        .collect();
    let shown =
        "`concbook listings list` shows the paths; they begin with the chapter's folder";
    assert_eq!(
        idle,
        [
            "6:9 no listing's file matches *.py Is **/*.py meant".to_owned(),
            format!("8:9 no listing's file matches *.rb {shown}"),
            "4:15 no listing's file lies below utils A slugline such as `# utils/a.py` would"
                .to_owned(),
        ]
    );
    assert_eq!(told(&book), Vec::<String>::new());
}

#[test]
fn a_comment_of_markup_is_left_out_of_the_file() {
    let book = book("```xml\n\n<!-- build.xml -->\n<?xml?>\n<a/>\n```\n");
    assert_eq!(programs(&book), [("01_a/build.xml", "\n<?xml?>\n<a/>\n")]);
    let lines: Vec<usize> = book.programs[0].lines.iter().map(|one| one.line).collect();
    assert_eq!(lines, [2, 4, 5]);
}

#[test]
fn problems_have_their_line() {
    let book = book(
        "- a\n\n  ```java\n  // A.java\n  // {ThrowsExeption}\n  ```\n\n```{.go tiemout=5s}\nx\n```\n",
    );
    assert_eq!(
        told(&book),
        ["01_a.md:5:3 listing-tag-unknown", "01_a.md:8:1 listing-tag-unknown"]
    );
}
