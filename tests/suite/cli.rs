//! The command line: what goes to which stream, exit codes, and what is said when a job cannot
//! be done.

use crate::support;
use crate::support::{TempBook, concbook};
use concbook::proc::Process;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// An ePub as pandoc writes it, and the same one packed.
fn epubs(book: &TempBook, pandoc: &Path) -> (PathBuf, PathBuf) {
    let (raw, packed) = (book.path("raw.epub"), book.path("packed.epub"));
    write(&raw, pandoc, &[]);
    let (code, ..) =
        concbook(["pack".as_ref(), raw.as_os_str(), "-o".as_ref(), packed.as_ref()]);
    assert_eq!(code, 0);
    (raw, packed)
}

/// Has pandoc write an ePub.
fn write(epub: &Path, pandoc: &Path, args: &[&std::ffi::OsStr]) {
    let source =
        "---\ntitle: T\nlang: en\nidentifier: urn:x\n---\n\n# One\n\nText and `x`.\n";
    let job = Process::new(pandoc).args(["-f", "markdown", "-o"]).arg(epub).args(args);
    let outcome = job.stdin(source.as_bytes().to_vec()).run().unwrap();
    assert!(outcome.status.success(), "{}", outcome.stderr);
}

fn check(file: &Path, args: &[&str]) -> (i32, String, String) {
    let file = file.as_os_str();
    concbook(["check".as_ref(), file].into_iter().chain(args.iter().map(AsRef::as_ref)))
}

#[test]
fn check_prints_json_on_standard_output_and_nothing_else() {
    for (_, pandoc) in support::pandoc_versions() {
        let book = TempBook::new().file("own.css", "code { font-size: 12px }");
        let (_, packed) = epubs(&book, &pandoc);
        let (wrong, css) = (book.path("wrong.epub"), book.path("own.css"));
        write(&wrong, &pandoc, &["--css".as_ref(), css.as_os_str()]);
        let json = ["--format", "json", "--epubcheck", "never"];
        let (code, stdout, stderr) = check(&packed, &json);
        assert_eq!((code, stderr.as_str()), (0, ""));
        let value: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(value["findings"], serde_json::json!([]));
        let (code, stdout, _) = check(&wrong, &json);
        assert_eq!(code, 1);
        let value: Value = serde_json::from_str(&stdout).unwrap();
        let findings = value["findings"].as_array().unwrap();
        assert_eq!(value["errors"], findings.len());
        assert!(
            findings.iter().any(|one| one["code"] == "font-size-absolute"),
            "{stdout}"
        );
        for one in findings {
            assert!(one["file"].is_string() && one["message"].is_string(), "{one}");
        }
        let (code, stdout, stderr) = check(&wrong, &["--epubcheck", "never"]);
        assert_eq!((code, stdout.as_str()), (1, ""));
        assert!(stderr.contains(": error[font-size-absolute]: "), "{stderr}");
    }
}

#[test]
fn epubcheck_is_asked_where_it_is() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    let book = TempBook::new();
    let (_, packed) = epubs(&book, &pandoc);
    let asked = |program: &Path, when: &str| {
        let job = Process::new(env!("CARGO_BIN_EXE_concbook")).arg("check").arg(&packed);
        let outcome = job
            .args(["--epubcheck", when])
            .env("CONCBOOK_EPUBCHECK", program)
            .run()
            .unwrap();
        (outcome.status.code().unwrap(), outcome.stderr)
    };
    let gone = book.path("not-there");
    assert_eq!(asked(&gone, "auto").0, 0);
    let (code, said) = asked(&gone, "always");
    assert_eq!(code, 2);
    assert!(
        said.contains("EPUBCheck is not installed") && said.contains("hint: "),
        "{said}"
    );
    if concbook::proc::find("java").is_none() {
        return support::skip("no Java");
    }
    // A stand-in, to see its messages merged and its failures told.
    let program = book.path("judge");
    let report = r#"{"messages": [{"ID": "XYZ-001", "severity": "ERROR", "message": "a fault",
        "locations": [{"path": "EPUB/x.xhtml", "line": 3, "column": 4}]}]}"#;
    fs::write(&program, format!("#!/bin/sh\ncat > \"$3\" <<'END'\n{report}\nEND\n"))
        .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let (code, said) = asked(&program, "always");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("packed.epub/EPUB/x.xhtml:3:4: error[XYZ-001]: a fault"),
        "{said}"
    );
    fs::write(&program, "#!/bin/sh\necho no heap >&2\n").unwrap();
    let (code, said) = asked(&program, "auto");
    assert_eq!(code, 2);
    assert!(said.contains("EPUBCheck broke down: no heap"), "{said}");
}

#[test]
fn a_job_that_cannot_be_done_exits_with_2_and_one_message() {
    let book = TempBook::new().file("text.epub", "not a zip").file("folder/x", "");
    let text = book.path("text.epub").display().to_string();
    let gone = book.path("gone.epub").display().to_string();
    let out = book.path("no/such/folder/out.epub").display().to_string();
    for (args, says) in [
        (vec!["check", &gone], "gone.epub: error: "),
        (vec!["check", &text], "text.epub: error: not a zip archive"),
        (vec!["pack", &text, "-o", &out], "text.epub: error: not a zip archive"),
        (vec!["pack", &gone, "-o", &out], "gone.epub: error: "),
        (vec!["build", &gone], "there is no book.yaml"),
        (vec!["build", &gone, "-o", "-"], "not written to standard output"),
        (vec!["build", &gone, "--pandoc", "/no/such/pandoc"], "/no/such/pandoc"),
    ] {
        let (code, stdout, stderr) = concbook(&args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
        let errors = stderr.lines().filter(|line| line.contains("error")).count();
        assert_eq!(errors, 1, "{stderr}");
    }
}
