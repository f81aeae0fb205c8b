use super::*;
use crate::markdown::Dialect;
use crate::project::{Chapter, Manifest};
use concfilter::settings::Settings;
use serde_json::json;
use std::sync::Arc;

/// The program of a chapter's one block, and what it has to print.
fn of(info: &str, code: &str) -> (Program, Option<Expected>) {
    let program = set(info, code).programs.remove(0);
    let found = expected(&program);
    (program, found)
}

/// The paths of the programs of a chapter's one block.
fn programs(info: &str, code: &str) -> Vec<String> {
    set(info, code).programs.into_iter().map(|one| one.path).collect()
}

fn set(info: &str, code: &str) -> crate::listings::ListingSet {
    let text = format!("```{info}\n{code}```\n");
    let dialect = Dialect::CommonMark { attributes: true };
    let chapter = Arc::new(Chapter::of_text("a.md", &text, dialect));
    let settings = json!({"listings": {"run": "all"}});
    let settings = Settings::read(&settings).unwrap().listings;
    crate::listings::ListingSet::read(vec![chapter], &settings, &Manifest::default())
        .unwrap()
}

/// The source and the output of each example.
fn examples(info: &str, code: &str) -> Vec<(String, Vec<String>)> {
    let (_, found) = of(info, code);
    let found = found.expect("it is a record");
    let pairs = found.examples.into_iter().zip(found.chunks);
    pairs.map(|(example, chunk)| (example.source, chunk.text)).collect()
}

fn one(source: &str, output: &[&str]) -> (String, Vec<String>) {
    (source.to_owned(), output.iter().map(|line| (*line).to_owned()).collect())
}

#[test]
fn records_of_python_are_parted_as_doctest_parts_them() {
    let code = ">>> def f():\n...     return 1\n...\n>>> f()\n1\nmore\n\nWords.\n  >>> g()\n  2\n\
                >>> h() # doctest: +SKIP\n3\n>>>\n";
    assert_eq!(
        examples("python", code),
        [
            one("def f():\n    return 1\n\n", &[]),
            one("f()\n", &["1", "more"]),
            one("g()\n", &["2"]),
            one("\n", &[]),
        ]
    );
    let (program, found) = of("pycon", code);
    assert_eq!(
        (&*program.path, program.language.as_deref()),
        ("a/block_1.pycon", Some(PYTHON))
    );
    let lines: Vec<usize> = found.unwrap().examples.iter().map(|one| one.line).collect();
    assert_eq!(lines, [0, 3, 8, 12]);
}

#[test]
fn records_of_a_shell_are_parted_as_cram_parts_them() {
    let code = "$ cat <<END\n> a\n> END\na\n\n$ ls \\\n  -l\n# not typed\n\nb\n$ true\n";
    assert_eq!(
        examples("console", code),
        [
            one("cat <<END\na\nEND\n", &["a"]),
            one("ls \\\n  -l\n", &["# not typed", "", "b"]),
            one("true\n", &[]),
        ]
    );
    assert_eq!(examples("sh-session", "# id -u\n0\n"), [one("id -u\n", &["0"])]);
    let placed = "me@host:~$ cd /\nme@host:/$ pwd\n/\n";
    let all = [one("cd /\n", &[]), one("pwd\n", &["/"])];
    assert_eq!(examples("sh-session", placed), all);
    assert_eq!(examples("console", "% pwd\n/\n"), [one("pwd\n", &["/"])]);
    // What has no prompt is no record, and is not run as one.
    for other in ["mysql> SELECT 1;\n1\n", "Compiling\n"] {
        assert_eq!(programs("console", other), [""; 0], "{other}");
    }
    assert_eq!(programs("{.console .program}", "ls\n"), ["a/block_1.sh"]);
    // A script with a comment is no record.
    assert_eq!(of("bash", "# id -u\nls\n").1, None);
    assert_eq!(of("python", "x = 1\n").1, None);
}

#[test]
fn options_stand_in_comments() {
    let all = options(
        "f(  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE\n) # byexample: +pass\n",
    );
    assert!(all.ellipsis && all.normalize_whitespace && all.pass && !all.skip);
    assert_eq!(options("'doctest: +SKIP'\n"), ExampleOptions::default());
}
