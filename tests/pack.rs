//! `concbook pack` as a user runs it, on what the installed pandoc writes.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const BOOK: &str = "---\ntitle: T\nlang: en\nidentifier: urn:x\n---\n# One\n\nText `x`.\n\n\
                    ```{.python startFrom=\"3\"}\ndef f():\n\n    return 1\n```\n\n# Two\n\nEnd.\n";
const OWN_CSS: &str = "p { color: red }\n";

/// Runs `judge` in one folder for each pandoc, with what it wrote as `raw.epub`.
fn each_pandoc(args: &[&str], judge: impl Fn(&Path)) {
    let pandocs = support::pandoc_versions();
    if pandocs.is_empty() {
        support::skip("no pandoc");
    }
    for (version, pandoc) in pandocs {
        eprintln!("pandoc {version}");
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("book.md"), BOOK).unwrap();
        fs::write(dir.path().join("own.css"), OWN_CSS).unwrap();
        let run = Command::new(pandoc)
            .args(["book.md", "-o", "raw.epub"])
            .args(args)
            .current_dir(dir.path())
            .status();
        assert!(run.unwrap().success());
        judge(dir.path());
    }
}

fn concbook(dir: &Path, input: &str, output: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concbook"));
    command.args(["pack", input, "-o", output]).current_dir(dir).stderr(Stdio::null());
    command
}

fn pack(dir: &Path, input: &str, output: &str) -> Vec<u8> {
    assert!(concbook(dir, input, output).status().unwrap().success());
    fs::read(dir.join(output)).unwrap()
}

/// The text of an entry.
fn entry(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn packing_again_changes_nothing() {
    each_pandoc(&[], |dir| {
        let first = pack(dir, "raw.epub", "a.epub");
        assert!(first == pack(dir, "raw.epub", "b.epub"), "the same input, other bytes");
        assert!(first == pack(dir, "a.epub", "c.epub"), "not idempotent");
    });
}

#[test]
fn mimetype_comes_first_and_stored() {
    each_pandoc(&[], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        // A local file header (APPNOTE 4.3.7): method at 8, name at 30, then the content.
        assert_eq!(&bytes[..4], b"PK\x03\x04");
        assert_eq!(&bytes[8..10], [0, 0]);
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    });
}

#[test]
fn pandocs_styles_go_and_every_document_links_ours() {
    each_pandoc(&[], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        let package = entry(&bytes, "EPUB/content.opf");
        assert!(!package.contains("stylesheet1.css"));
        assert_eq!(package.matches("media-type=\"font/ttf\"").count(), 12);
        for (name, href) in [
            ("nav.xhtml", "\"styles/concbook.css\""),
            ("text/title_page.xhtml", "\"../styles/concbook.css\""),
            ("text/ch001.xhtml", "\"../styles/concbook.css\""),
        ] {
            let text = entry(&bytes, &format!("EPUB/{name}"));
            assert!(text.contains(href), "{name}: {text}");
            assert_eq!(text.matches("<link").count(), 1, "{name}");
            assert!(
                !text.contains("<style") && !text.contains("data-startFrom"),
                "{name}"
            );
        }
    });
}

#[test]
fn the_authors_stylesheet_stays_and_comes_last() {
    each_pandoc(&["--css", "own.css"], |dir| {
        let bytes = pack(dir, "raw.epub", "a.epub");
        assert_eq!(entry(&bytes, "EPUB/styles/stylesheet1.css").trim(), OWN_CSS.trim());
        for name in ["nav.xhtml", "text/ch001.xhtml"] {
            let text = entry(&bytes, &format!("EPUB/{name}"));
            let at = |sheet: &str| text.find(sheet).unwrap();
            assert!(at("concbook.css") < at("stylesheet1.css"), "{name}: {text}");
        }
    });
}

#[test]
fn a_killed_run_leaves_the_old_file_or_the_new_one() {
    each_pandoc(&[], |dir| {
        let new = pack(dir, "raw.epub", "new.epub");
        let target = dir.join("out.epub");
        for round in 0..12_u64 {
            fs::write(&target, b"old").unwrap();
            let mut child = concbook(dir, "raw.epub", "out.epub").spawn().unwrap();
            std::thread::sleep(Duration::from_millis(round * round * 4));
            // SIGKILL on Unix; a run that has ended already is as good.
            let _ = child.kill();
            child.wait().unwrap();
            let now = fs::read(&target).unwrap();
            assert!(now == b"old" || now == new, "round {round}: {} bytes", now.len());
        }
    });
}
