//! What lies outside a book's folder is in no book unless `book.yaml` opens its folder, whatever names it:
//! chapters, tags, stylesheets, `book.yaml` itself, links on the disk. Pipes and devices are never opened.

use crate::support::{TempBook, concbook, pandoc_versions};
use std::os::unix::fs::symlink;
use std::path::Path;

const DOT: &[u8] = include_bytes!("../build/dot.png");

const SETTINGS: &str = "metadata:\n  title: T\n  lang: en\n  concbook: {cover: false";

const CHAPTER: &str = "# One

![up](../shared/dot.png)

![link](out.png)

![pipe](pipe.png)

![device](device.png)

<img src=\"../shared/dot.png\" alt=\"raw\">

<p style=\"background: url(../shared/dot.png)\">styled</p>

![host](FILE:///etc/passwd)

{{#include ../shared/part.md}}

```{.python needs=secret.txt}
# a.py
print(1)
```

```{.python needs=folder}
# b.py
print(2)
```
";

/// A folder with a book, a folder beside it, and links from the one into the other.
fn book(settings: &str) -> TempBook {
    let book = TempBook::new()
        .file("shared/dot.png", DOT)
        .file("shared/part.md", "Shared words.\n")
        .file("shared/secret.txt", "root:x\n")
        .file("shared/font.ttf", "no font")
        .file("shared/css.css", "p { margin: 0 }\n")
        .file("book/own.css", "p { background: url(../shared/dot.png) }\n")
        .file("book/fonts/readme.txt", "x")
        .file("book/folder/own.txt", "x")
        .file("book/one.md", CHAPTER)
        .file("book/book.yaml", settings);
    for (from, to) in [
        ("shared/dot.png", "book/out.png"),
        ("shared/secret.txt", "book/secret.txt"),
        ("shared/secret.txt", "book/folder/inner.txt"),
        ("shared/secret.txt", "book/LICENSE"),
        ("shared/font.ttf", "book/fonts/a.ttf"),
    ] {
        symlink(book.path(from), book.path(to)).unwrap();
    }
    symlink("/dev/zero", book.path("book/device.png")).unwrap();
    let pipe = book.path("book/pipe.png");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    book
}

fn build(book: &TempBook) -> (i32, String) {
    let Some((_, pandoc)) = pandoc_versions().into_iter().next() else {
        return (0, String::new());
    };
    let (book, out) = (book.path("book"), book.path("out.epub"));
    let more = ["--epubcheck", "never", "--listings", "off"];
    let (code, _, said) = crate::support::build((&book, &out), &pandoc, &more);
    (code, said)
}

/// The texts and the bytes of a book, one behind the other.
fn content(file: &Path) -> Vec<u8> {
    let epub = concbook::epub::Epub::from_bytes("a.epub", &std::fs::read(file).unwrap())
        .unwrap();
    epub.entries().iter().flat_map(|entry| entry.data.to_vec()).collect()
}

#[test]
fn nothing_from_outside_comes_into_a_book_that_does_not_open_it() {
    let closed = format!("input-files: [one.md]\ncss: own.css\n{SETTINGS}}}\n");
    let book = book(&closed);
    let (code, said) = build(&book);
    if said.is_empty() {
        return;
    }
    assert_eq!(code, 1, "{said}");
    for line in [
        "one.md:3:1: error[file-refused]: the picture ../shared/dot.png lies outside",
        "one.md:5:1: error[file-refused]: the picture out.png lies outside",
        "one.md:7:1: error[file-refused]: the picture pipe.png is a pipe or a device",
        "pipe.png is a pipe or a device\n  hint: Name a file: ",
        "one.md:9:1: error[file-refused]: the picture device.png lies outside",
        "one.md:11:11: error[file-refused]: the picture ../shared/dot.png lies outside",
        "error[file-refused]: a <p> shows ../shared/dot.png, which lies outside",
        "one.md:15:1: error[file-refused]: the picture FILE:///etc/passwd is a path of this",
        "one.md:17:1: error[file-refused]: ../shared/part.md lies outside",
        "own.css:1:17: error[file-refused]: the stylesheet shows ../shared/dot.png, which lies",
        "fonts/a.ttf: error[file-refused]: the font lies outside the book's folder",
        "`metadata: {concbook: {resources: [../shared]}}`",
    ] {
        assert!(said.contains(line), "no {line:?}: {said}");
    }
    let made = content(&book.path("out.epub"));
    let has = |what: &[u8]| made.windows(what.len()).any(|part| part == what);
    assert!(!has(DOT) && !has(b"Shared words") && !has(b"root:x"), "{said}");
}

#[test]
fn what_book_yaml_opens_comes_along() {
    let open = format!(
        "input-files: [one.md]\ncss: [own.css, ../shared/css.css]\n\
         epub-cover-image: ../shared/dot.png\n{SETTINGS}, resources: [../shared]}}\n"
    );
    let book = book(&open);
    let (_, said) = build(&book);
    if said.is_empty() {
        return;
    }
    let refused: Vec<&str> =
        said.lines().filter(|line| line.contains("[file-refused]")).collect();
    assert!(refused.iter().all(|line| !line.contains("shared")), "{said}");
    assert_eq!(refused.len(), 3, "a pipe, a device and a path of the machine: {said}");
    let made = content(&book.path("out.epub"));
    let has = |what: &[u8]| made.windows(what.len()).any(|part| part == what);
    assert!(has(b"Shared words"), "{said}");
}

#[test]
fn book_yaml_names_nothing_outside_the_folders_it_opens() {
    for (option, key) in [
        ("css: [../shared/css.css]", "css"),
        ("epub-cover-image: ../shared/dot.png", "epub-cover-image"),
        ("epub-fonts: [fonts/a.ttf]", "epub-fonts"),
        ("include-before-body: pipe.png", "include-before-body"),
        ("metadata-files: [more.yaml]", "cover-image"),
        ("input-files: [one.md, front.md]", "cover-image"),
    ] {
        let input =
            if option.starts_with("input") { "" } else { "input-files: [one.md]\n" };
        let book = book(&format!("{input}{option}\n{SETTINGS}}}\n"))
            .file("book/more.yaml", "cover-image: out.png\n")
            .file("book/front.md", "---\ncover-image: ../shared/dot.png\n---\n");
        let (code, said) = build(&book);
        if said.is_empty() {
            return;
        }
        assert_eq!(code, 2, "{option}: {said}");
        assert!(said.contains(&format!("error: `{key}:` names ")), "{option}: {said}");
        let hint = if option.ends_with("pipe.png") {
            "hint: Name a file"
        } else {
            "resources: [../shared]"
        };
        assert!(said.contains(hint), "{option}: {said}");
        assert!(!book.path("out.epub").exists(), "{option}: {said}");
    }
}

#[test]
fn a_chapter_may_not_lie_behind_a_link_that_leads_out() {
    let closed = format!("input-files: [one.md, two.md]\n{SETTINGS}}}\n");
    let book = book(&closed);
    symlink(book.path("shared/part.md"), book.path("book/two.md")).unwrap();
    let dir = book.path("book");
    let (code, _, said) =
        concbook(["listings".as_ref(), "list".as_ref(), dir.as_os_str()]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("two.md: error: the chapter lies outside"), "{said}");
    assert!(said.contains("hint: Keep it in the book's folder, or"), "{said}");
    std::fs::remove_file(dir.join("two.md")).unwrap();
    std::fs::rename(dir.join("pipe.png"), dir.join("two.md")).unwrap();
    let (code, _, said) =
        concbook(["listings".as_ref(), "list".as_ref(), dir.as_os_str()]);
    let told = "two.md: error: the chapter is a pipe or a device\n  hint: Name a file: ";
    assert!(code == 2 && said.contains(told), "{said}");
    // What book.yaml names by a path that leads out is the author's word.
    std::fs::write(
        dir.join("book.yaml"),
        format!("input-files: [../shared/part.md]\n{SETTINGS}}}\n"),
    )
    .unwrap();
    let (code, _, said) =
        concbook(["listings".as_ref(), "list".as_ref(), dir.as_os_str()]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn listings_get_no_file_from_outside_and_an_archive_has_none() {
    let closed = format!("input-files: [one.md]\n{SETTINGS}}}\n");
    let book = book(&closed);
    let dir = book.path("book");
    let (code, _, said) =
        concbook(["listings".as_ref(), "run".as_ref(), dir.as_os_str()]);
    assert_eq!(code, 1, "{said}");
    for name in ["secret.txt", "inner.txt"] {
        let line = format!("{name} lies outside the book's folder");
        assert!(said.contains(&line), "no {line:?}: {said}");
    }
    let (zip, out) = (book.path("a.zip"), book.path("code"));
    let mut args = vec!["listings".as_ref(), "extract".as_ref(), dir.as_os_str()];
    args.extend(["-o".as_ref(), out.as_os_str(), "--archive".as_ref(), zip.as_os_str()]);
    let (code, _, said) = concbook(args);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("LICENSE: error[file-refused]: the licence lies"), "{said}");
    let bytes = std::fs::read(zip).unwrap();
    assert!(!bytes.windows(7).any(|part| part == b"LICENSE"), "{said}");
}
