//! What stands around a build: options that say how much is told, what shells, manuals and editors read,
//! and the date of a book that is kept in git.

use crate::support::{TempBook, build, concbook, git, pandoc_versions, repo, skip};
use concbook::proc::{self, Process};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const BOOK: &str =
    "input-files: [a.md]\nmetadata: {title: T, lang: en, identifier: 'urn:x'}\n";

/// A book with a link that is a warning.
fn book_with_a_warning() -> TempBook {
    TempBook::new()
        .file("book.yaml", BOOK)
        .file("other.md", "# Other\n")
        .file("a.md", "# A\n\nSee [there](other.md).\n")
}

#[test]
fn a_build_says_as_much_as_it_is_asked_to() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let book = book_with_a_warning();
    let (dir, out) = (book.path(""), book.path("out"));
    let built = |more: &[&str]| {
        let args = [&["--epubcheck", "never", "--no-cover"], more].concat();
        build((&dir, &out), &pandoc, &args)
    };
    let (code, _, said) = built(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.trim_end().ends_with("0 errors, 1 warning"), "{said}");
    let (code, _, said) = built(&["--strict"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("--strict is given"), "{said}");
    let (code, stdout, said) = built(&["--quiet"]);
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert!(said.contains("a.md:3:5: warning") && !said.contains("1 chapter"), "{said}");
    let (code, stdout, said) = built(&["--format", "json", "--strict"]);
    assert_eq!((code, said.as_str()), (1, ""));
    let value: Value = serde_json::from_str(&stdout).unwrap();
    assert!(Path::new(value["files"][0]["file"].as_str().unwrap()).is_file());
    assert_eq!((&value["warnings"], &value["chapters"]), (&1.into(), &1.into()));
    assert_eq!(value["findings"][0]["line"], 3, "{stdout}");
}

#[test]
fn every_command_that_judges_can_be_strict_and_quiet() {
    let book = TempBook::new()
        .file("a.md", "# A\n\n```python\n# a.py\nif x:\n\ty = 1\n```\n")
        .file("a.epub", "no ePub");
    let dir = book.path("");
    for command in ["list", "check", "extract"] {
        let run = |more: &[&str]| {
            let file = book.path("a.md");
            let args = ["listings".as_ref(), command.as_ref(), file.as_os_str()];
            let out = ["-o".as_ref(), dir.as_os_str()];
            let out = out.into_iter().filter(|_| command == "extract");
            let more = more.iter().map(AsRef::as_ref);
            concbook(args.into_iter().chain(out).chain(more))
        };
        let judges = command == "check";
        let (code, _, loud) = run(&[]);
        assert_eq!((code, loud.contains("[listing-tabs]")), (0, judges), "{loud}");
        let (code, _, said) = run(&["--strict"]);
        assert_eq!((code == 1, said.contains("--strict is given")), (judges, judges));
        let (code, _, said) = run(&["-q"]);
        assert!(code == 0 && loud.starts_with(&said), "{command}: {said}");
        assert_eq!(said.lines().count(), loud.lines().count() - 1, "{command}: {said}");
    }
    // What goes wrong is told all the same.
    let file = book.path("a.epub");
    let (code, _, said) = concbook(["-q".as_ref(), "check".as_ref(), file.as_os_str()]);
    assert!(code == 2 && said.contains(": error: "), "{said}");
}

#[test]
fn findings_have_colours_where_they_are_wanted_alone() {
    let book = TempBook::new().file("b.md", "```python\nif x:\n\ty = 1\n```\n");
    let said = |more: &[(&str, &str)]| {
        let program = Process::new(env!("CARGO_BIN_EXE_concbook"));
        let program = program.args(["listings", "check"]).arg(book.path("b.md"));
        let set =
            more.iter().fold(program, |program, (name, value)| program.env(name, value));
        set.run().unwrap().stderr
    };
    let plain = said(&[]);
    assert!(plain.contains("b.md:3:1: warning[listing-tabs]: "), "{plain}");
    let forced = ("CLICOLOR_FORCE", "1");
    let coloured = said(&[forced]);
    assert!(
        coloured.contains("\u{1b}[33mwarning[listing-tabs]\u{1b}[0m: "),
        "{coloured:?}"
    );
    assert_eq!(said(&[forced, ("NO_COLOR", "1")]), plain);
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, said) = concbook(["completions", shell]);
        assert_eq!((code, said.as_str()), (0, ""));
        for word in ["build", "identifiers", "epubcheck"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        if shell == "bash" {
            let judged =
                Process::new("bash").arg("-n").stdin(script.into_bytes()).run().unwrap();
            assert!(judged.status.success(), "{}", judged.stderr);
        }
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = TempBook::new();
    let (code, _, said) = concbook(["man".as_ref(), folder.path("man").as_os_str()]);
    assert_eq!(code, 0, "{said}");
    let page = |name: &str| fs::read_to_string(folder.path("man").join(name)).unwrap();
    assert!(page("concbook.1").contains(r"concbook\-build(1)"));
    assert!(page("concbook-build.1").contains(".TH concbook-build 1"));
    assert!(page("concbook-listings-run.1").contains("junit"));
}

/// Judges files of YAML by the schema, in another implementation: what is wrong with each.
fn judged(schema: &str, files: &[PathBuf]) -> Option<Vec<Value>> {
    let packages = std::env::var_os("CONCBOOK_NODE_MODULES")?;
    let script = "
        const {default: Ajv} = require('ajv'), yaml = require('js-yaml'), fs = require('fs');
        const judge = new Ajv({allErrors: true, strict: true, allowUnionTypes: true})
          .compile(JSON.parse(fs.readFileSync(0)));
        console.log(JSON.stringify(process.argv.slice(1).map(file =>
          judge(yaml.load(fs.readFileSync(file, 'utf8'))) ? [] : judge.errors)));
    ";
    let outcome = Process::new("node")
        .args(["-e", script])
        .args(files)
        .env("NODE_PATH", packages)
        .stdin(schema.as_bytes().to_vec())
        .run()
        .unwrap();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    Some(serde_json::from_slice(&outcome.stdout).unwrap())
}

/// Every `book.yaml` in a folder of this repository.
fn manifests(folder: &str) -> Vec<PathBuf> {
    let files = concbook::fsx::files_below(&repo(folder)).unwrap();
    let is_book = |file: &&PathBuf| file.ends_with("book.yaml");
    files.iter().filter(is_book).map(|file| repo(folder).join(file)).collect()
}

#[test]
fn an_editor_accepts_what_we_accept_and_marks_what_is_wrong() {
    let (code, schema, said) = concbook(["schema"]);
    assert_eq!((code, said.as_str()), (0, ""));
    let mut right = manifests("examples");
    right.extend(manifests("tests/books"));
    right.extend(manifests("tests/parity"));
    assert!(right.len() > 5, "{right:?}");
    let wrong = [
        "number-sectoins: true",
        "toc-depth: '3'",
        "metadata: {concbook: {listings: {widht: 60}}}",
        "metadata: {concbook: {edition: colour}}",
        "metadata: {concbook: {identifiers: {plain: {after: many}}}}",
    ];
    let book = wrong.iter().enumerate().fold(TempBook::new(), |book, (number, text)| {
        book.file(&format!("{number}.yaml"), text)
    });
    let files = (0..wrong.len()).map(|number| book.path(&format!("{number}.yaml")));
    let all: Vec<PathBuf> = right.iter().cloned().chain(files).collect();
    let Some(judged) = judged(&schema, &all) else { return skip("no packages of Node") };
    let (of_right, of_wrong) = judged.split_at(right.len());
    for (file, errors) in right.iter().zip(of_right) {
        assert_eq!(errors, &Value::Array(Vec::new()), "{}", file.display());
    }
    for (text, errors) in wrong.iter().zip(of_wrong) {
        assert_ne!(errors, &Value::Array(Vec::new()), "{text}");
    }
}

#[test]
fn two_clones_make_the_same_bytes() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    if proc::find("git").is_none() {
        return skip("git");
    }
    let book = book_with_a_warning();
    let dir = book.path("");
    git(&dir, &["init", "-q"]);
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "a", "--date", "2001-02-03T04:05:06Z"]);
    let clones = TempBook::new();
    let made: Vec<Vec<u8>> = ["one", "two"]
        .into_iter()
        .map(|name| {
            let clone = clones.path(name);
            git(&dir, &["clone", "-q", ".", &clone.display().to_string()]);
            // A file's own time tells when it was copied.
            let file = fs::File::open(clone.join("a.md")).unwrap();
            let seconds = if name == "one" { 1_000_000_000 } else { 1_500_000_000 };
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.set_modified(time).unwrap();
            let out = clone.join("out/t.epub");
            let args = ["--epubcheck", "never", "--no-cover"];
            let (code, _, said) = build((&clone, &out), &pandoc, &args);
            assert_eq!(code, 0, "{said}");
            fs::read(out).unwrap()
        })
        .collect();
    assert!(made[0] == made[1], "two clones differ");
}
