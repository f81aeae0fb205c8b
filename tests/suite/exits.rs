//! How commands end where the system is not as it should be: one table of exit codes and messages.

use crate::support::TempBook;
use crate::support::archive::{archive, good};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

const BOOK: &str = "metadata: {title: T, lang: en, concbook: {chapters: '*.md'}}\n";
const CHAPTER: &str = "# A\n\n```python\n# a.py\nprint('é')\n```\n";

/// Runs a line of a shell in a folder, where `$C` is concbook: exit code, what was said.
fn shell(dir: &Path, line: &str) -> (i32, String) {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(dir).env("C", env!("CARGO_BIN_EXE_concbook"));
    let done = command.output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn each_ends_with_its_code_and_a_message() {
    let book = TempBook::new()
        .file("b/book.yaml", BOOK)
        .file("b/a.md", CHAPTER)
        .file("a b\nc/book.yaml", BOOK)
        .file("a b\nc/d e\nf.md", CHAPTER)
        .file("bytes/book.yaml", BOOK)
        .file("bytes/a.md", b"# A\n\n\xff\n")
        .file("name/book.yaml", BOOK)
        .file("a.epub", archive(&good()))
        .file("old.epub", "the old file")
        .file("fixed.epub", "the old file");
    let odd = book.path("name").join(OsStr::from_bytes(b"\xff.md"));
    std::fs::write(odd, CHAPTER).unwrap();
    std::process::Command::new("chmod")
        .arg("444")
        .arg(book.path("fixed.epub"))
        .status()
        .unwrap();
    std::os::unix::fs::symlink("nowhere", book.path("link.epub")).unwrap();
    let json = "$C check --epubcheck never --format json a.epub";
    for (case, line, code, says) in [
        // The disk.
        (
            "a full disk behind standard output",
            "$C listings list b >/dev/full",
            2,
            "cannot write the listings: No space left",
        ),
        (
            "the same with JSON",
            &format!("{json} >/dev/full"),
            2,
            "cannot write the findings: No space left",
        ),
        (
            "a full disk behind standard error",
            "$C listings list b 2>/dev/full",
            0,
            "b/a.md:3",
        ),
        (
            "no room for a file",
            "trap '' XFSZ; ulimit -f 8; exec $C pack a.epub -o old.epub",
            2,
            "old.epub: error: cannot write: File too large",
        ),
        // What is written to.
        (
            "a file that may only be read",
            "$C pack a.epub -o fixed.epub",
            2,
            "fixed.epub: error: cannot write: it may only be read",
        ),
        (
            "a folder that is not there",
            "$C pack a.epub -o none/a.epub",
            2,
            "none/a.epub: error: cannot write: No such file",
        ),
        ("a folder", "$C pack a.epub -o b", 2, "b: error: cannot write: it is a folder"),
        (
            "a device",
            "$C pack a.epub -o /dev/full",
            2,
            "/dev/full: error: cannot write: it is a pipe or a device",
        ),
        (
            "a link that leads nowhere",
            "$C pack a.epub -o link.epub",
            2,
            "the link leads nowhere",
        ),
        ("nothing", "$C pack a.epub -o /dev/null", 0, "/dev/null: "),
        // Streams.
        ("no standard output", "$C listings list b >&-", 0, "1 program"),
        (
            "standard output that nobody reads",
            "($C listings list b; echo ended $? >&2) | true",
            0,
            "ended 0",
        ),
        (
            "JSON that nobody reads",
            &format!("({json}; echo ended $? >&2) | exec true"),
            0,
            "ended 0",
        ),
        (
            "help that nobody reads",
            "($C build --help; echo ended $? >&2) | true",
            0,
            "ended 0",
        ),
        ("no standard error", "$C listings list b 2>&-", 0, "b/a.md:3"),
        ("no standard input", "$C listings list b <&-", 0, "b/a.md:3"),
        // The environment.
        ("no HOME", "unset HOME; $C listings list b", 0, "b/a.md:3"),
        ("nothing in the environment", "exec env -i $C listings list b", 0, "b/a.md:3"),
        (
            "no room for temporary files",
            "TMPDIR=/none $C listings run b",
            2,
            "cannot make a temporary folder in",
        ),
        ("the locale C", "LC_ALL=C $C check --epubcheck never a.epub", 0, "a.epub: "),
        ("no pandoc", "$C build b --pandoc /none", 2, "cannot start /none"),
        // Names and bytes.
        ("blanks and line ends in names", "$C listings list 'a b\nc'", 0, "f.md:3"),
        ("a name that is no UTF-8", "$C listings list name", 0, "1 program"),
        (
            "a chapter that is no UTF-8",
            "$C listings list bytes",
            2,
            "bytes/a.md: error: not UTF-8 text (line 3)",
        ),
    ] {
        let (ended, said) = shell(&book.path(""), line);
        assert!(ended == code && said.contains(says), "{case}: {ended}: {said}");
        // A program that panics or is killed tells nobody why.
        assert!(!said.contains("panicked"), "{case}: {said}");
    }
    for old in ["old.epub", "fixed.epub"] {
        assert_eq!(std::fs::read(book.path(old)).unwrap(), b"the old file", "{old}");
    }
    let left = std::fs::read_dir(book.path("")).unwrap();
    let left = left.filter(|one| {
        one.as_ref().unwrap().file_name().as_bytes().starts_with(b".concbook")
    });
    assert_eq!(left.count(), 0, "a file that was not finished");
}

/// pandoc reads a line as a whole, and takes minutes for ten megabytes of it.
#[test]
fn a_line_without_end_is_told_before_pandoc_reads_it() {
    let line = "word ".repeat(2_000_000);
    let book =
        TempBook::new().file("book.yaml", BOOK).file("a.md", format!("# A\n\n{line}\n"));
    let project = concbook::project::Project::open(&book.path("")).unwrap();
    let error = project.judge((3, 9)).unwrap_err().to_string();
    assert!(error.contains("a.md:3:1: "), "{error}");
    assert!(error.contains("is too long for a chapter"), "{error}");
}
