//! How commands end where the system is not as it should be: one table of exit codes and messages.

use crate::support::TempBook;
use crate::support::archive::{archive, good};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
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

/// What stands where a command is to write: each of them by its name in a folder.
fn targets() -> (TempBook, bool) {
    let book = TempBook::new()
        .file("b/book.yaml", BOOK)
        .file("b/a.md", "# A\n\n```{.python file=a.py norun=true}\nprint(1)\n```\n")
        .file("a.epub", archive(&good()))
        .file("folder/x", "x")
        .file("real", "old\n");
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, book.path(name)).unwrap();
    };
    link("real", "link");
    link("nowhere", "dangling");
    let made = |line: &str| shell(&book.path(""), line).0 == 0;
    assert!(made("mkfifo pipe"));
    // With the numbers of /dev/null; only root may make one.
    let has_device = made("mknod device c 1 3");
    if !has_device {
        crate::support::skip("no right to make a device");
    }
    (book, has_device)
}

/// A target that is no file is refused, and is what it was; through a link its target is written, whole; what means
/// a stream is written to that.
#[test]
fn what_is_written_goes_where_it_is_meant_to_or_nowhere() {
    let (book, has_device) = targets();
    let dir = book.path("");
    for (command, begins) in [
        ("$C pack --no-cover a.epub -o TARGET", "PK"),
        ("$C listings run b --no-cache --junit TARGET", "<?xml"),
        ("$C listings extract b -o code --archive TARGET", "PK"),
    ] {
        for (target, code, says) in [
            ("device", 2, "device: error: cannot write: it is a pipe or a device"),
            ("pipe", 2, "pipe: error: cannot write: it is a pipe or a device"),
            ("folder", 2, "folder: error: cannot write: it is a folder"),
            ("dangling", 2, "dangling: error: cannot write: the link leads nowhere"),
            ("link", 0, ""),
            ("new", 0, ""),
            ("/dev/null", 0, ""),
            ("-", 0, begins),
            ("/dev/stdout", 0, begins),
            ("/dev/full", 2, "/dev/full: error: cannot write"),
        ] {
            if target == "device" && !has_device {
                continue;
            }
            let (ended, said) = shell(&dir, &command.replace("TARGET", target));
            let case = format!("{command}, {target}: {ended}: {said}");
            assert!(ended == code && said.contains(says), "{case}");
        }
        for name in ["real", "new"] {
            let written = std::fs::read(book.path(name)).unwrap();
            assert!(written.starts_with(begins.as_bytes()), "{command}: {name}");
            std::fs::write(book.path(name), "old\n").unwrap();
        }
        let kind =
            |name: &str| std::fs::symlink_metadata(book.path(name)).unwrap().file_type();
        assert!(kind("link").is_symlink() && kind("dangling").is_symlink(), "{command}");
        assert!(kind("pipe").is_fifo() && kind("folder").is_dir(), "{command}");
        assert!(!has_device || kind("device").is_char_device(), "{command}");
        assert!(kind("real").is_file() && !book.path("nowhere").exists(), "{command}");
    }
}

/// `update` writes what it has read: a chapter that is no file is refused, and through a link the chapter is written
/// that it leads to.
#[test]
fn an_update_writes_a_chapter_and_never_what_is_none() {
    let (book, has_device) = targets();
    let dir = book.path("");
    let chapter = "# B\n\n```python\n# b.py\nprint(40 + 2)\n#:\n```\n";
    std::fs::write(book.path("real"), chapter).unwrap();
    let run = |target: &str, code: i32, says: &str| {
        let made = format!(
            "rm -f b/*.md; mv {target} b/c.md && $C listings update b --no-cache; ended=$?; \
             mv b/c.md {target}; exit $ended"
        );
        let (ended, said) = shell(&dir, &made);
        assert!(ended == code && said.contains(says), "{target}: {ended}: {said}");
    };
    for target in
        ["device", "pipe"].into_iter().filter(|one| has_device || *one == "pipe")
    {
        run(target, 2, "b/c.md: error: the chapter is a pipe or a device");
    }
    std::fs::rename(book.path("real"), book.path("b/real")).unwrap();
    run("link", 0, "1 output written in 1 chapter");
    let kind = std::fs::symlink_metadata(book.path("link")).unwrap().file_type();
    assert!(kind.is_symlink());
    let written = std::fs::read_to_string(book.path("b/real")).unwrap();
    assert_eq!(written, chapter.replace("#:\n", "#: 42\n"));
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
