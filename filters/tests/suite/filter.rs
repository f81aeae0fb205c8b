//! concfilter as pandoc runs it: golden cases for both API versions, every output format, and
//! what it says when it cannot work.
//!
//! A case is a folder under `filters/tests/cases` with `input.md` and `expect.native`, where a pandoc 2
//! prints otherwise also `expect-2.native`.

use crate::golden;
use crate::pandocs::{pandoc_versions, skip};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FILTER: &str = env!("CARGO_BIN_EXE_concfilter");

/// Runs a program to its end, with text on its standard input.
fn run(command: &mut Command, stdin: &[u8]) -> Output {
    let piped =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A program that stops before it has read everything is judged by what it says.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

/// What a pandoc writes for a file through the filter.
fn filtered(pandoc: &Path, dir: &Path, args: &[&str]) -> Vec<u8> {
    let beside = Path::new(FILTER).parent().unwrap();
    let path =
        format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let outcome =
        run(Command::new(pandoc).current_dir(dir).env("PATH", path).args(args), b"");
    let said = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{}: {said}", dir.display());
    outcome.stdout
}

/// A folder of this repository or a file in it.
fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn golden_cases() {
    let pandocs = pandoc_versions();
    if pandocs.is_empty() {
        return skip("no pandoc");
    }
    let args = ["--filter", "concfilter", "-s", "-t", "native", "input.md"];
    golden::judge(&repo("filters/tests/cases"), |case| {
        case.given("input.md");
        // The newest comes first, so that the older needs a file of its own only where it differs.
        for (version, pandoc) in pandocs.iter().rev() {
            let got = filtered(pandoc, case.folder(), &args);
            let got = String::from_utf8(got).unwrap();
            if version.starts_with("2.") {
                case.expect_variant("expect-2.native", "expect.native", &got);
            } else {
                case.expect("expect.native", &got);
            }
        }
        if pandocs.len() < 2 {
            // The other pandoc's file has no reader here.
            case.skip();
        }
    });
}

#[test]
fn word_gets_a_character_style() {
    for (version, pandoc) in pandoc_versions() {
        let out = tempfile::tempdir().unwrap();
        fs::write(
            out.path().join("a.md"),
            "Call `run<T>` or run_all().\n\n# A `run` in a heading\n",
        )
        .unwrap();
        filtered(
            &pandoc,
            out.path(),
            &["--filter", "concfilter", "a.md", "-o", "a.docx"],
        );
        let bytes = fs::read(out.path().join("a.docx")).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut part =
            |name| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
        let text = part("word/document.xml");
        assert_eq!(
            text.matches("<w:rStyle w:val=\"Identifier\"/>").count(),
            3,
            "{version}: {text}"
        );
        // The face is that of other code, by whose style this is so.
        let styles = part("word/styles.xml");
        let (_, code) = styles.split_once("w:styleId=\"VerbatimChar\"").unwrap();
        let code = code.split("</w:style>").next().unwrap();
        let squeezed = |text: &str| text.replace(" />", "/>");
        let code = squeezed(code);
        assert!(code.contains("w:ascii=\"Consolas\""), "{code}");
        assert!(code.contains("<w:sz w:val=\"22\"/>"), "{code}");
        assert_eq!(text.matches("w:ascii=\"Consolas\"").count(), 3);
        assert_eq!(text.matches("<w:b/><w:sz w:val=\"22\"/>").count(), 2, "{text}");
        assert!(
            text.contains(">run&lt;T&gt;</w:t>") && text.contains(">run_all()</w:t>")
        );
        assert!(styles.contains("w:styleId=\"Identifier\""), "{version}");
    }
}

/// pandoc's own reference document for a format, with a style added before a text of one of its files.
fn reference(
    pandoc: &Path,
    name: &str,
    part: &str,
    before: &str,
    style: &str,
) -> Vec<u8> {
    let printed = Command::new(pandoc).args(["--print-default-data-file", name]).output();
    let given = std::io::Cursor::new(printed.unwrap().stdout);
    let mut given = zip::ZipArchive::new(given).unwrap();
    let mut made = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..given.len() {
        let mut file = given.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        if name == part {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(before), "{name}");
            bytes = text.replacen(before, &format!("{style}{before}"), 1).into_bytes();
        }
        made.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut made, &bytes).unwrap();
    }
    made.finish().unwrap().into_inner()
}

#[test]
fn the_style_of_a_reference_document_alone_says_how_identifiers_look() {
    const WORD: &str = "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"Identifier\">\
        <w:name w:val=\"Identifier\"/><w:basedOn w:val=\"VerbatimChar\"/><w:rPr><w:b/></w:rPr></w:style>";
    for (version, pandoc) in pandoc_versions() {
        let out = tempfile::tempdir().unwrap();
        let text = "---\nconcbook:\n  identifiers: {by-style: true}\n---\n\n\
                    Call `run<T>` or run_all(), not `a + b`.\n\n# A `run` in a heading\n";
        fs::write(out.path().join("a.md"), text).unwrap();
        let docx =
            reference(&pandoc, "reference.docx", "word/styles.xml", "</w:styles>", WORD);
        fs::write(out.path().join("own.docx"), docx).unwrap();
        let args = ["--filter", "concfilter", "--reference-doc", "own.docx", "a.md"];
        filtered(&pandoc, out.path(), &[&args[..], &["-o", "a.docx"]].concat());
        let bytes = fs::read(out.path().join("a.docx")).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut part =
            |name| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
        let text = part("word/document.xml");
        let alone = "<w:rPr><w:rStyle w:val=\"Identifier\"/></w:rPr>";
        assert_eq!(text.matches(alone).count(), 3, "{version}: {text}");
        assert!(!text.contains("w:rFonts"), "{version}: {text}");
        let styles = part("word/styles.xml");
        assert_eq!(styles.matches("w:styleId=\"Identifier\"").count(), 1, "{version}");
        let odt = filtered(
            &pandoc,
            out.path(),
            &["--filter", "concfilter", "-t", "opendocument", "a.md"],
        );
        let odt = String::from_utf8(odt).unwrap();
        assert_eq!(odt.matches("<text:span text:style-name=\"Identifier\">").count(), 3);
        assert_eq!(odt.matches("\"Source_Text\"").count(), 1, "{version}: {odt}");
        assert!(!odt.contains("Strong_20_Emphasis"), "{version}: {odt}");
    }
}

#[test]
fn each_format_gets_fonts_and_bold_in_its_way() {
    for (version, pandoc) in pandoc_versions() {
        let out = tempfile::tempdir().unwrap();
        let text = "---\ntitle: T\nheader-includes: |\n  \\newcommand{\\own}{}\n---\n\nCall `run` or run_all().\n";
        fs::write(out.path().join("a.md"), text).unwrap();
        let written = |format: &str| {
            let args = ["--filter", "concfilter", "-s", "-t", format, "a.md"];
            String::from_utf8(filtered(&pandoc, out.path(), &args)).unwrap()
        };
        let latex = written("latex");
        let fonts = r"\IfFontExistsTF{Georgia}{\setmainfont{Georgia}}{}";
        assert!(
            latex.contains(fonts) && latex.contains(r"\newcommand{\own}{}"),
            "{version}: {latex}"
        );
        assert!(!latex.contains(r"\setmainfont[]{Georgia}"), "{version}: {latex}");
        for format in ["gfm", "markdown", "commonmark_x"] {
            let markup = written(format);
            assert!(!markup.contains("Georgia"), "{format} with {version}: {markup}");
        }
        let odt = written("opendocument");
        let bold = "<text:span text:style-name=\"Strong_20_Emphasis\"><text:span text:style-name=\"Source_Text\"><text:span text:style-name=\"Identifier\">run";
        assert_eq!(odt.matches(bold).count(), 2, "{version}: {odt}");
        if !version.starts_with("2.") {
            let typst = written("typst");
            assert!(typst.contains("codefont: (\"Ubuntu Mono\",)"), "{version}: {typst}");
        }
    }
}

#[test]
fn every_output_format() {
    // The newest pandoc alone knows typst; it came with 3.0.
    for (version, pandoc) in pandoc_versions() {
        let out = tempfile::tempdir().unwrap();
        let book = repo("examples/concurrency");
        for format in ["html5", "epub3", "docx", "latex", "typst", "plain", "gfm"] {
            if format == "typst" && version.starts_with("2.") {
                continue;
            }
            let file = out.path().join(format);
            let file = file.to_str().unwrap();
            filtered(&pandoc, &book, &["-d", "book.yaml", "-t", format, "-o", file]);
            assert!(
                fs::metadata(file).unwrap().len() > 10_000,
                "{format} with {version}"
            );
        }
    }
}

#[test]
fn what_cannot_be_filtered_is_said_in_one_message() {
    let document = |version: &str, meta: &str| {
        format!(r#"{{"pandoc-api-version":{version},"meta":{{{meta}}},"blocks":[]}}"#)
    };
    let wrong_type = r#""concbook":{"t":"MetaMap","c":{"identifiers":{"t":"MetaMap","c":
        {"plain":{"t":"MetaBool","c":true}}}}}"#;
    for (input, says) in [
        ("{\"pandoc-api-version\": [1, 23".to_owned(), "not a pandoc document"),
        (String::new(), "not a pandoc document"),
        ("[1, 2]".to_owned(), "not a pandoc document"),
        (document("[1,20]", ""), "1.20 is not supported"),
        (document("[2,0]", ""), "2.0 is not supported"),
        (document("[1,23]", wrong_type), "concbook.identifiers.plain has to be"),
        (
            document(
                "[1,23]",
                r#""concbook":{"t":"MetaInlines","c":[{"t":"Str","c":"x"}]}"#,
            ),
            "concbook has to be a map",
        ),
    ] {
        let outcome = run(Command::new(FILTER).arg("epub3"), input.as_bytes());
        let said = String::from_utf8(outcome.stderr).unwrap();
        assert_eq!(outcome.status.code(), Some(2), "{input}");
        assert_eq!(outcome.stdout, b"", "{input}");
        assert!(said.contains(says), "{input}: {said}");
        let errors = said.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, 1, "{said}");
    }
}
