//! `concbook listings run`: golden cases for what authors ask of a listing, and what runs of a whole
//! book tell.
//!
//! A case is a folder under `tests/running` with `good.md`, all of which is as the book says, and
//! `wrong.md`, where it is not; `good.txt` and `wrong.txt` tell what came of each listing.

use crate::support;
use crate::support::golden::{self, Case};
use crate::support::{TempBook, concbook, copy, git, repo, skip};
use concbook::proc::Process;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Runs the listings of a book; exit code, results, standard error.
fn run(dir: &Path, args: &[&str]) -> (i32, Value, String) {
    let all = ["listings", "run", "--format", "json"].iter().chain(args);
    let all = all.map(|&arg| arg.to_owned()).chain([dir.display().to_string()]);
    let (code, stdout, said) = concbook(all);
    let value = serde_json::from_str(&stdout);
    (code, value.unwrap_or_else(|_| panic!("no JSON: {stdout}\n{said}")), said)
}

/// A book of one chapter.
fn book(text: &str) -> TempBook {
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata: {title: T, lang: en}\n";
    TempBook::new().file("book.yaml", yaml).file("a.md", text)
}

/// The status of each listing, with its reason.
fn told(results: &Value) -> String {
    let mut all = String::new();
    for one in results["listings"].as_array().unwrap() {
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let reason = word("reason");
        let line = format!("{} {} {reason}", word("file"), word("status"));
        all.extend([line.trim_end(), "\n"]);
    }
    all
}

fn statuses(results: &Value) -> Vec<String> {
    let listings = results["listings"].as_array().unwrap();
    listings.iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect()
}

/// A case's chapter as a book of its own, with the case's settings and files.
fn case_book(case: &mut Case, chapter: &str) -> TempBook {
    let settings = case.optional_input("settings.yaml").unwrap_or_default();
    let settings: String = settings.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let yaml = format!(
        "from: markdown\ninput-files: [{chapter}.md]\nmetadata:\n  title: T\n  concbook:\n    fetch: true\n{settings}"
    );
    for data in ["good.md", "wrong.md", "words.txt", "data"] {
        case.given(data);
    }
    let book = TempBook::new().file("book.yaml", yaml);
    copy(case.folder(), &book.path(""));
    book
}

/// What a case needs that is not there.
fn missing(case: &mut Case) -> Option<&'static str> {
    let text = case.input("good.md");
    let needs = [
        ("```java", "javac"),
        ("```go", "go"),
        ("```kotlin", "kotlinc"),
        ("```typescript", "tsc"),
        ("```javascript", "node"),
    ];
    let lacks = |(fence, tool): &&(&str, &str)| {
        text.contains(fence) && concbook::proc::find(tool).is_none()
    };
    if let Some((_, tool)) = needs.iter().find(lacks) {
        return Some(tool);
    }
    let pytest = case.folder().ends_with("pytest") && !has_pytest();
    pytest.then_some("pytest")
}

fn has_pytest() -> bool {
    let job = concbook::proc::Process::new("python3").args(["-c", "import pytest"]);
    job.run().is_ok_and(|outcome| outcome.status.success())
}

#[test]
fn golden_cases() {
    let _apart = support::without_browser();
    golden::judge(&repo("tests/running"), |case| {
        if let Some(tool) = missing(case) {
            skip(&format!("{}: {tool}", case.folder().display()));
            return case.skip();
        }
        for (chapter, fails) in [("good", false), ("wrong", true)] {
            let book = case_book(case, chapter);
            let (code, results, said) = run(&book.path(""), &[]);
            let name = case.folder().display();
            assert_eq!(code == 1, fails, "{name} {chapter}: {said}");
            case.expect(&format!("{chapter}.txt"), &told(&results));
        }
    });
}

#[test]
fn what_makes_a_run_prove_nothing_is_an_error() {
    // No block names its file, so nothing could run.
    let (code, _, said) = run(&book("```python\nprint(1)\n```\n").path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("a.md:1:1: error[listings-none]"), "{said}");
    let (code, _, said) = run(&book("No code at all.\n").path(""), &[]);
    assert_eq!(code, 0, "{said}");
    let marked =
        "```{.python file=a.py setup=_s.py since=pythn3.9 output=exact}\npass\n```\n";
    let (code, _, said) = run(&book(marked).path(""), &[]);
    assert_eq!(code, 1, "{said}");
    for wanted in [
        "error[listing-missing]: setup=_s.py names no listing",
        "error[listing-no-output]",
        "error[listing-tag-wrong]: since=pythn3.9 names nothing that runs listings",
        "hint: Is python meant?",
    ] {
        assert!(said.contains(wanted), "no {wanted} in {said}");
    }
    // A slip of the finger keeps a listing from being one of its language; a book's own filter may know it.
    let slip = "```pyhton\nprint(1)\n```\n\n```{.python file=a.py}\npass\n```\n";
    let dir = book(slip);
    let wanted = "a.md:1:1: warning[listing-language]: no language is called pyhton";
    let (_, _, said) = run(&dir.path(""), &[]);
    assert!(said.contains(wanted), "{said}");
    let check =
        ["listings", "check", &dir.path("").display().to_string()].map(str::to_owned);
    let (_, _, said) = concbook(check);
    assert!(said.contains(wanted), "{said}");
    let dir = book("```python\nprint(1)\n```\n");
    let (code, _, said) = concbook([
        "build",
        &dir.path("").display().to_string(),
        "--listings",
        "run",
        "-o",
        &dir.path("out").display().to_string(),
    ]);
    assert_eq!(code, 1, "{said}");
}

#[test]
fn a_language_that_nothing_runs_proves_nothing() {
    let haskell = "```haskell\n-- a.hs\nmain = print 1\n";
    let fine = "```python\n# a.py\nprint(1)\n#: 1\n```\n\n";
    let shown =
        format!("{fine}{haskell}--: 2\n```\n\n```sql\n-- a.sql\nSELECT 1;\n--: 2\n```\n");
    let (code, results, said) = run(&book(&shown).path(""), &[]);
    assert_eq!((code, &*statuses(&results)[0]), (1, "passed"), "{said}");
    for wanted in [
        "a.md:7:1: error[listing-toolchain]: nothing runs haskell, and the book shows what a listing",
        "a.md:13:1: error[listing-toolchain]: nothing runs sql, and the book shows what a listing",
        "hint: Name what runs a file of it under listings: commands:",
    ] {
        assert!(said.contains(wanted), "no {wanted} in {said}");
    }
    // Where there is nothing else to run, nothing is proven, whatever the book shows.
    let (code, _, said) = run(&book(&format!("{haskell}```\n")).path(""), &[]);
    assert!(code == 1 && said.contains("so that no listing is run"), "{said}");
    for fine in [
        format!("{fine}{haskell}```\n"),
        "```yaml\n# a.yaml\na: 1\n```\n".to_owned(),
        "```haskell\n-- a.hs\n-- extract: no-run, it is of another chapter\nmain = print 1\n--: 2\n```\n"
            .to_owned(),
    ] {
        let (code, _, said) = run(&book(&fine).path(""), &[]);
        assert_eq!(code, 0, "{fine}{said}");
    }
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook:\n    \
                listings: {optional: [haskell, sql]}\n";
    let dir = TempBook::new().file("book.yaml", yaml).file("a.md", &shown);
    let (code, _, said) = run(&dir.path(""), &[]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn what_ends_in_another_way_is_told_with_the_word_for_that() {
    let text = "```{.python file=a.py expect=error}\nprint(\n```\n\n\
                ```{.python file=b.py expect=compile-error}\n1 / 0\n```\n";
    let (_, results, said) = run(&book(text).path(""), &[]);
    assert_eq!(statuses(&results), ["failed", "failed"]);
    for word in ["compile-error", "error"] {
        let wanted = format!("hint: Where that is right, say expect={word}\n");
        assert!(said.contains(&wanted), "{said}");
    }
}

#[test]
fn a_test_of_go_is_compiled_with_its_own_package() {
    if concbook::proc::find("go").is_none() {
        return skip("no go");
    }
    let listing = |name: &str, code: &str| format!("```go\n// {name}\n{code}```\n\n");
    let main = "package main\n\nfunc main() {}\n";
    let text = [
        listing("a.go", main),
        listing("b.go", &format!("{main}\nfunc two() int {{ return 2 }}\n")),
        listing("c.go", "package other\n"),
        listing(
            "b_test.go",
            "package main\n\nimport \"testing\"\n\nfunc TestTwo(t *testing.T) {\n\tif two() != 2 {\n\t\tt.Fatal()\n\t}\n}\n",
        ),
    ];
    let (code, results, said) = run(&book(&text.concat()).path(""), &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(statuses(&results), ["passed"; 4], "{said}");
}

#[test]
fn what_is_in_another_file_is_told_where_it_is_linked() {
    let text = "```c\n// part.c\nint part(void) { return 4; }\n```\n\n\
        ```c\n// whole.c\nint part(void);\nint main(void) { return part(); }\n```\n";
    let (_, results, said) = run(&book(text).path(""), &[]);
    assert_eq!(statuses(&results), ["passed", "failed"], "{said}");
    assert!(said.contains("cannot be linked") && said.contains("needs=…"), "{said}");
    let needs = text
        .replace("```c\n// whole.c", "```{.c file=whole.c needs=part.c expect=exit:4}");
    let (code, _, said) = run(&book(&needs).path(""), &[]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_path_that_no_file_can_have_is_told_and_stops_nothing() {
    let long = "a".repeat(300);
    let listing = |path: &str| format!("```python\n# {path}\nprint(1)\n#: 1\n```\n\n");
    let paths = ["../x.py", "a//b.py", "./c.py", &*format!("{long}.py"), "good.py"];
    let book = book(&paths.map(listing).concat());
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(told(&results), "a/good.py passed\n", "{said}");
    for line in [1, 7, 13, 19] {
        assert!(said.contains(&format!("a.md:{line}:1: error[listing-path]")), "{said}");
    }
    let out = book.path("out");
    let extract = ["listings", "extract", "-o"].map(str::to_owned);
    let paths = [out.display().to_string(), book.path("").display().to_string()];
    let (_, _, said) = concbook(extract.into_iter().chain(paths));
    assert!(out.join("a/good.py").is_file(), "{said}");
    assert!(out.join(".concbook-listings").is_file(), "{said}");
}

#[test]
fn a_difference_is_told_with_its_cause() {
    let listing =
        |name: &str, code: &str| format!("```{{.python file={name}}}\n{code}\n```\n\n");
    let book = book(
        &[
            listing(
                "errors.py",
                "import sys\nprint(1)\nprint(2, file=sys.stderr)\n#: 1\n#: 2",
            ),
            listing("dots.py", "for i in range(500):\n    print(i)\n#: ..."),
            // The same each time, and not what the book has: a slip, and no address that differs.
            listing("address.py", "print(\"at 0x7f12\")\n#: at 0x7f13"),
            listing("time.py", "import time\nprint(time.time_ns())\n#: 1"),
        ]
        .concat(),
    );
    let (code, _, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1);
    assert!(
        said.contains(
            "errors.py does not print what the book shows: that goes to standard error"
        ),
        "{said}"
    );
    assert!(
        said.contains("hint: For what the book leaves out say output=first:N"),
        "{said}"
    );
    assert!(said.contains("⋮ 431 lines more") && said.lines().count() < 120, "{said}");
    assert!(
        !said.contains("norm=\"addr\"") && said.contains("norm=\"digits\""),
        "{said}"
    );
}

#[test]
fn limits_are_the_authors() {
    let threads = "import threading\nwait = threading.Event()\n\
        all = [threading.Thread(target=wait.wait) for _ in range(3000)]\n\
        [one.start() for one in all]\nwait.set()\n[one.join() for one in all]\nprint(len(all))\n#: 3000\n";
    let large = "print(len(bytearray(300 << 20)))\n#: 314572800\n";
    let text = format!(
        "```{{.python file=threads.py}}\n{threads}```\n\n\
         ```{{.python file=large.py}}\n{large}```\n\n\
         ```{{.python file=larger.py memory=1GiB}}\n{large}```\n"
    );
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n  \
        concbook:\n    listings: {memory: 200MiB}\n";
    let book = TempBook::new().file("book.yaml", yaml).file("a.md", &text);
    let (_, results, said) = run(&book.path(""), &[]);
    assert_eq!(statuses(&results), ["passed", "failed", "passed"], "{said}");
    assert!(said.contains("took more than 209.8 MB"), "{said}");
}

#[test]
fn the_sample_book_is_proven() {
    let sample = TempBook::new();
    copy(&repo("examples/concurrency"), &sample.path(""));
    let (code, results, said) = run(&sample.path(""), &[]);
    assert_eq!(code, 0, "{said}");
    let passed = results["totals"]["passed"].as_u64().unwrap();
    assert!(passed > 30, "only {passed} passed");
    let failing = results["listings"].as_array().unwrap().iter();
    let failing: Vec<&Value> = failing
        .filter(|one| one["file"].as_str().unwrap().ends_with("bad_order.py"))
        .collect();
    assert_eq!(failing[0]["status"], "passed", "it fails as it is said to");
    // The same listing with the wrong message.
    let chapter = sample.path("Chapters/03_races.md");
    let text = fs::read_to_string(&chapter).unwrap();
    assert!(text.contains("match=\"LockOrderError: "));
    fs::write(&chapter, text.replace("match=\"LockOrderError: ", "match=\"KeyError: "))
        .unwrap();
    let (code, _, said) = run(&sample.path(""), &["--chapter", "03_races"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("its message does not match \"KeyError: rope"), "{said}");
}

const THREE: &str = "\
```python
# base.py
LIMIT = 1
```

```python
# uses.py
from base import LIMIT
print(LIMIT)
#: 1
```

```python
# alone.py
print(2)
#: 2
```
";

/// The files that were run, and not only remembered.
fn ran(results: &Value) -> Vec<String> {
    let listings = results["listings"].as_array().unwrap().iter();
    let ran = listings.filter(|one| one["cached"] == false && one["status"] != "skipped");
    ran.map(|one| one["file"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_proven_is_not_run_again_until_something_changes() {
    let book = book(THREE);
    let dir = book.path("");
    let (_, results, said) = run(&dir, &[]);
    assert_eq!(ran(&results).len(), 3, "{said}");
    let (_, results, _) = run(&dir, &[]);
    assert_eq!(ran(&results), [""; 0]);
    let change = |from: &str, to: &str| {
        let text = fs::read_to_string(book.path("a.md")).unwrap();
        assert!(text.contains(from));
        fs::write(book.path("a.md"), text.replace(from, to)).unwrap();
    };
    // Its own text.
    change("print(2)", "print(1 + 1)");
    assert_eq!(ran(&run(&dir, &[]).1), ["a/alone.py"]);
    // What it imports: the importer fails now, and is never remembered.
    change("LIMIT = 1", "LIMIT = 3");
    let (code, results, _) = run(&dir, &[]);
    assert_eq!((code, ran(&results)), (1, vec!["a/base.py".into(), "a/uses.py".into()]));
    let (code, results, _) = run(&dir, &[]);
    assert_eq!((code, ran(&results)), (1, vec!["a/uses.py".into()]));
    change("LIMIT = 3", "LIMIT = 1");
    assert_eq!(run(&dir, &[]).0, 0);
    // A tag; a lock file; nothing remembered.
    change("```python\n# alone.py", "```{.python timeout=9s}\n# alone.py");
    assert_eq!(ran(&run(&dir, &[]).1), ["a/alone.py"]);
    fs::write(book.path("uv.lock"), "x").unwrap();
    assert_eq!(ran(&run(&dir, &[]).1).len(), 3);
    assert_eq!(ran(&run(&dir, &["--no-cache"]).1).len(), 3);
    // A damaged cache is rebuilt.
    let cache = book.path(".concbook/listings");
    let text = fs::read_to_string(&cache).unwrap();
    fs::write(&cache, &text[..text.len() / 2]).unwrap();
    let (_, results, said) = run(&dir, &[]);
    assert_eq!(ran(&results).len(), 3);
    assert!(said.contains("damaged"), "{said}");
    assert_eq!(ran(&run(&dir, &[]).1), [""; 0]);
}

#[test]
fn a_failure_costs_two_runs_and_one_when_it_is_known() {
    let listing =
        |name: &str, code: &str| format!("```python\n# {name}\n{code}\n```\n\n");
    let book = book(
        &[
            listing("raises.py", "print(1)\n#: 1\n1 / 0"),
            listing("prints.py", "print(1)\n#: 2"),
            listing("refused.py", "print(1)\n#: 1\nx = = 1"),
            listing("plain.py", "import sys\nsys.exit(3)"),
            listing("volatile.py", "import uuid\nprint(uuid.uuid4())\n#: 0f"),
            listing("fine.py", "print(1)\n#: 1"),
        ]
        .concat(),
    );
    let tries = || {
        let (code, results, said) = run(&book.path(""), &[]);
        assert_eq!(code, 1, "{said}");
        let all = results["listings"].as_array().unwrap().clone();
        let tries: Vec<u64> =
            all.iter().map(|one| one["tries"].as_u64().unwrap()).collect();
        (tries, told(&results), said)
    };
    let (cold, first, said) = tries();
    assert!(cold.iter().all(|tries| (1..=2).contains(tries)), "{cold:?} {said}");
    let (warm, again, said_again) = tries();
    assert_eq!(first, again);
    assert_eq!(warm[..4], [1, 1, 1, 1], "{said_again}");
    // What it prints is another each time, so that nothing is known of it; what passed is.
    assert!(warm[4] <= 2 && warm[5] == 0, "{warm:?}");
    let findings = |said: &str| {
        let lines = said.lines().filter(|line| line.contains("error["));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(findings(&said), findings(&said_again));
    assert_eq!(findings(&said).len(), 5, "{said}");
}

#[test]
fn a_listing_that_takes_a_modules_place_is_noticed() {
    let text = "```python\n# uses.py\nimport queue\nprint(queue.Queue.__name__)\n#: Queue\n```\n";
    let book = book(text);
    assert_eq!(run(&book.path(""), &[]).0, 0);
    let more = format!(
        "{text}\n```python\n# queue.py\nclass Queue:\n    pass\nQueue.__name__ = 'Ours'\n```\n"
    );
    fs::write(book.path("a.md"), more).unwrap();
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(ran(&results).contains(&"a/uses.py".to_owned()));
}

#[test]
fn a_listing_that_asks_whether_a_file_is_there_is_run_again() {
    let asks = "```python\n# asks.py\nimport os\nprint(os.path.exists('made.txt'))\n#: False\n```\n";
    let book = book(asks);
    let (code, _, said) = run(&book.path(""), &[]);
    assert_eq!(code, 0, "{said}");
    let more = format!("{asks}\n```{{.text file=made.txt}}\nhere\n```\n");
    fs::write(book.path("a.md"), more).unwrap();
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!((code, ran(&results)), (1, vec!["a/asks.py".to_owned()]), "{said}");
}

#[test]
fn a_listing_finds_what_those_it_needs_have_made() {
    // By the fork server, in a fresh process, and without the marks that it fails with.
    for (tags, more) in [("", ""), (" spawn=fresh", ""), ("", "import sys; sys.exit(0)")]
    {
        let book = book(&format!(
            "```python\n# makes.py\nopen('made.txt', 'w').write('yes')\n```\n\n\
             ```{{.python needs=makes.py{tags}}}\n# reads.py\nprint(open('made.txt').read())\n#: yes\n{more}\n```\n"
        ));
        let (code, _, said) = run(&book.path(""), &[]);
        assert_eq!(code, 0, "{said}");
    }
}

#[test]
fn failures_name_the_chapters_lines() {
    let book = book(
        "# A\n\n```python\n# deep.py\ndef fail():\n    raise ValueError('here')\n\nfail()\n```\n\n\
         ```python\n# prints.py\nprint(1)\n#: 2\n```\n",
    );
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1);
    assert_eq!(statuses(&results), ["failed", "failed"]);
    let place = |line: usize, col: usize| {
        format!("{}:{line}:{col}: error", book.path("a.md").display())
    };
    assert!(said.contains(&place(6, 1)), "{said}");
    assert!(
        said.contains(&format!("{}\", line 8", book.path("a.md").display())),
        "{said}"
    );
    assert!(said.contains("ValueError: here"), "{said}");
    assert!(said.contains(&place(14, 1)), "{said}");
    assert!(said.contains("concbook listings update"), "{said}");
}

#[test]
fn compilers_name_the_chapters_lines() {
    if concbook::proc::find("javac").is_none() {
        return skip("javac");
    }
    let book = book(
        "# A\n\n```java\n// Hi.java\nclass Hi {\n  int x = \"\";\n}\n```\n\n\
         ```rust\n// a.rs\nfn main() {\n    panic!(\"a\");\n}\n```\n\n\
         ```rust\n// b.rs\nfn main() {\n    panic!(\"b\");\n}\n```\n",
    );
    let (code, _, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1);
    let chapter = book.path("a.md").display().to_string();
    for line in [6, 13, 20] {
        let place = format!("{chapter}:{line}:1: error[listing-failed]");
        assert!(said.contains(&place), "{place} in {said}");
    }
    assert!(!said.contains("tree-"), "{said}");
}

#[test]
fn parts_chapters_and_baselines_choose_what_is_run() {
    let yaml =
        "from: markdown\ninput-files: [a.md, b.md]\nmetadata: {title: T, lang: en}\n";
    let wrong = "```python\n# wrong.py\nraise ValueError\n```\n";
    let book =
        TempBook::new().file("book.yaml", yaml).file("a.md", THREE).file("b.md", wrong);
    let dir = book.path("");
    let (code, results, _) = run(&dir, &["--chapter", "a.md", "--no-cache"]);
    assert_eq!((code, statuses(&results).len()), (0, 3));
    let (code, _, said) =
        concbook(["listings", "run", "--chapter", "c.md", &*dir.display().to_string()]);
    assert!(code == 2 && said.contains("no chapter's path has \"c.md\""), "{said}");
    let parts: usize = ["1/3", "2/3", "3/3"]
        .iter()
        .map(|part| statuses(&run(&dir, &["--shard", part, "--no-cache"]).1).len())
        .sum();
    assert_eq!(parts, 4);
    // A known failure does not fail the run; a new one does.
    let (code, results, _) = run(&dir, &[]);
    assert_eq!(code, 1);
    let known = book.path("known.json");
    fs::write(&known, results.to_string()).unwrap();
    let known = known.display().to_string();
    let (code, results, said) = run(&dir, &["--baseline", &known]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(results["totals"]["failed"], 1);
    assert!(said.contains("(as known)"), "{said}");
    fs::write(book.path("a.md"), THREE.replace("print(2)", "raise KeyError")).unwrap();
    assert_eq!(run(&dir, &["--baseline", &known]).0, 1);
    let (code, _, said) = concbook([
        "listings",
        "run",
        "--baseline",
        "nowhere",
        &*dir.display().to_string(),
    ]);
    assert!(code == 2 && said.contains("there is no baseline"), "{said}");
}

#[test]
fn a_baseline_knows_the_failures_of_a_program_from_those_of_commands_on_it() {
    let text = |shown: &str| {
        format!(
            "```python\n# a.py\nraise ValueError\n```\n\n\
             ```{{.text of=a.py cmd=\"echo one\"}}\n{shown}\n```\n\n\
             ```{{.text of=a.py cmd=\"echo two\"}}\nother\n```\n"
        )
    };
    let book = book(&text("one"));
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!((code, statuses(&results)), (1, owned(&["failed", "passed", "failed"])));
    assert_eq!(results["listings"][0].get("command"), None, "{said}");
    assert_eq!(results["listings"][2]["command"], "echo two");
    let known = book.path("known.json").display().to_string();
    fs::write(&known, results.to_string()).unwrap();
    let again = |text: String| {
        fs::write(book.path("a.md"), text).unwrap();
        run(&book.path(""), &["--baseline", &known])
    };
    assert_eq!(again(text("one")).0, 0);
    // A command that fails newly is none of the known failures, though its program is.
    let (code, _, said) = again(text("not one"));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("error[listing-output]: `echo one` on a/a.py"), "{said}");
    assert!(said.contains("`echo two` on a/a.py does not print"), "{said}");
    assert_eq!(said.matches("(as known)").count(), 2, "{said}");
}

fn owned(statuses: &[&str]) -> Vec<String> {
    statuses.iter().map(|&status| status.to_owned()).collect()
}

#[test]
fn the_portable_sandbox_runs_a_book_and_says_what_it_does_not_hold() {
    let book = book(
        "```python\n# marks.py\nprint(1)\n#: 1\nprint(2)\n#: 2\n```\n\n\
         ```{.python expect=error match=\"ValueError: no\"}\n# fails.py\nraise ValueError('no')\n```\n\n\
         ```{.python expect=timeout timeout=1s}\n# goes_on.py\nimport time\ntime.sleep(60)\n```\n\n\
         ```{.text file=in.txt}\nread\n```\n\n\
         ```{.bash stdin=in.txt}\n# reads.sh\ncat\n```\n\n\
         ```{.python needs=marks.py}\n# wrong.py\nimport marks\n#: 1\n#: 2\nprint(3)\n#: 4\n```\n",
    );
    let project = concbook::project::Project::find(&[book.path("")]).unwrap();
    let input = concbook::listings::run::RunInput {
        book: &concbook::listings::ListingSet::of(&project).unwrap(),
        settings: &project.settings.listings,
        dir: &project.dir,
        boundary: &project.boundary,
    };
    let options = concbook::listings::run::Options {
        isolation: concbook::sandbox::Isolation::Portable,
        ..Default::default()
    };
    let report = concbook::listings::run::run(input, &options).unwrap();
    let entries = report.entries.iter();
    let entries = entries.map(|one| format!("{} {:?}", one.file, one.status));
    assert_eq!(
        entries.collect::<Vec<_>>(),
        [
            "a/marks.py Passed",
            "a/fails.py Passed",
            "a/goes_on.py Passed",
            "a/in.txt Skipped",
            "a/reads.sh Passed",
            "a/wrong.py Failed"
        ],
        "{:?}",
        report.findings
    );
    let note = report.isolation_note.unwrap();
    assert!(note.contains("the network") && note.contains("files outside"), "{note}");
    let printed = report.entries[4].printed.as_ref().unwrap();
    assert_eq!(printed.stdout.split_whitespace().next(), Some("read"));
}

/// Python is forked where nobody says otherwise, and what is forked has the words of the one that it was forked from.
#[test]
fn a_process_for_each_listing_is_one_where_it_is_asked_for() {
    use concbook::sandbox::{SandboxKind, of_kind};
    let kinds = [SandboxKind::Bubblewrap, SandboxKind::Namespaces];
    if concbook::proc::find("python3").is_none()
        || kinds.into_iter().all(|kind| of_kind(kind).is_err())
    {
        return skip("no python3, or no namespaces");
    }
    let listing = |name: &str| {
        format!(
            "```python\n# {name}.py\nwords = open('/proc/self/cmdline').read()\n\
             print('own' if '{name}.py' in words else 'forked')\n#: forked\n```\n\n"
        )
    };
    let book = book(&(listing("one") + &listing("two")));
    for (isolation, status) in
        [("auto", "passed"), ("process", "failed"), ("none", "failed")]
    {
        let args = ["--no-cache", "--isolation", isolation];
        let (_, results, said) = run(&book.path(""), &args);
        assert_eq!(statuses(&results), [status; 2], "{isolation}: {said}");
        assert_eq!(
            said.contains("nothing holds listings back"),
            isolation == "none",
            "{said}"
        );
    }
}

#[test]
fn a_book_opens_nothing_that_its_reader_has_not_allowed() {
    if concbook::proc::find("python3").is_none() {
        return skip("no python3");
    }
    let outside = TempBook::new().file("data", "forty-two\n");
    let path = outside.path("data").display().to_string();
    let folder = outside.path("").display().to_string();
    let text = format!(
        "```{{.python network=yes}}\n# net.py\nprint(1)\n#: 1\n```\n\n\
         ```{{.python env=\"DATA={path}\"}}\n# env.py\nimport os\n\
         print(open(os.environ['DATA']).read())\n#: forty-two\n```\n\n\
         ```{{.python args=\"--data={path}\"}}\n# args.py\nimport sys\n\
         print(open(sys.argv[1][7:]).read())\n#: forty-two\n```\n\n\
         ```python\n# hides.py\ntry: print(open({path:?}).read())\n\
         except OSError: print('none')\n#: none\n```\n"
    );
    let book = book(&text);
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(statuses(&results), ["failed", "failed", "failed", "passed"], "{said}");
    assert!(said.contains("--allow network"), "{said}");
    assert!(said.contains(&format!("--allow-path {path}")), "{said}");
    let (_, results, said) =
        run(&book.path(""), &["--allow", "network", "--allow-path", &folder]);
    // What it hides from is allowed now, and what was proven without is not proven with it.
    assert_eq!(statuses(&results), ["passed", "passed", "passed", "failed"], "{said}");
    let (_, results, _) = run(&book.path(""), &[]);
    assert_eq!(statuses(&results)[..3], ["failed"; 3]);
    for _ in 0..2 {
        let (_, _, said) = run(&book.path(""), &["--isolation", "none"]);
        let note = "nothing holds listings back from the network, files outside";
        assert!(said.contains(note) && said.contains("other processes"), "{said}");
        assert!(said.find(note) < said.find("--allow network"), "{said}");
    }
    let named = book.path("").display().to_string();
    let args = ["listings", "run", &named, "--allow-path", "no/such"];
    let (code, _, said) = concbook(args);
    assert!(code == 2 && said.contains("names nothing"), "{said}");
}

/// For `run`, and for a build that runs listings.
#[test]
fn what_the_users_own_file_allows_a_book_is_allowed() {
    if concbook::proc::find("python3").is_none() {
        return skip("no python3");
    }
    let book = book("```{.python network=yes}\n# net.py\nprint(1)\n#: 1\n```\n");
    let config = TempBook::new().file("concbook/allow.yaml", "");
    let says =
        |text: String| fs::write(config.path("concbook/allow.yaml"), text).unwrap();
    let refused = "wants the network, which you have not allowed";
    let (_, pandoc) = crate::support::pandoc_versions().remove(0);
    let ends = |args: &[&str]| {
        let job = Process::new(env!("CARGO_BIN_EXE_concbook"))
            .env("XDG_CONFIG_HOME", config.path(""))
            .args(args)
            .arg(book.path(""));
        let ran = job.run().unwrap();
        (ran.status.code(), ran.stderr.contains(refused), ran.stderr)
    };
    let pandoc = pandoc.display().to_string();
    let made = config.path("made").display().to_string();
    let build = [
        "build",
        "--listings=run",
        "--epubcheck=never",
        "--no-cover",
        "--pandoc",
        &pandoc,
        "-o",
        &made,
    ];
    let run = ["listings", "run"];
    let (code, is_refused, said) = ends(&build);
    assert!(code == Some(1) && is_refused, "{said}");
    let (code, is_refused, said) = ends(&[&build[..], &["--allow=network"]].concat());
    assert!(code == Some(0) && !is_refused, "{said}");
    let folder = book.path("").display().to_string();
    says(format!("{folder}: {{network: true}}\n"));
    for args in [&build[..], &run] {
        let (code, is_refused, said) = ends(args);
        assert!(code == Some(0) && !is_refused, "{said}");
    }
    says(format!("{folder}: {{net: true}}\n"));
    let (code, _, said) = ends(&run);
    assert!(code == Some(2) && said.contains("allow.yaml:1:"), "{said}");
    says("/elsewhere: {network: true}\n".to_owned());
    let (code, is_refused, said) = ends(&run);
    assert!(code == Some(1) && is_refused, "{said}");
}

#[test]
fn what_is_installed_beside_a_book_is_what_a_listing_depends_on() {
    let Some(python) = concbook::proc::find("python3") else { return skip("no python3") };
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook:\n    \
                listings:\n      commands: {python: .venv/bin/python}\n";
    let text = "```python\n# a.py\nimport installed\nprint(installed.VALUE)\n#: 1\n```\n\n\
                ```python\n# b.py\nimport json\nprint(1)\n#: 1\n```\n\n\
                ```{.bash}\n# c.sh\nconcbook-test-tool\n#: 1\n```\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("a.md", text)
        .file("bin/concbook-test-tool", "#!/bin/sh\necho 1\n");
    concbook::fsx::permit(&book.path("bin/concbook-test-tool"), 0o755).unwrap();
    let venv = Process::new(python).args(["-m", "venv", "--without-pip"]);
    if !venv.arg(book.path(".venv")).run().unwrap().status.success() {
        return skip("no venv");
    }
    let lib = fs::read_dir(book.path(".venv/lib")).unwrap().next().unwrap().unwrap();
    let module = lib.path().join("site-packages/installed.py");
    fs::write(&module, "from other import VALUE\n").unwrap();
    let other = module.with_file_name("other.py");
    fs::write(&other, "VALUE = 1\n").unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", book.path("bin").display());
    let run = || {
        let job = Process::new(env!("CARGO_BIN_EXE_concbook")).env("PATH", &path);
        let ran = job.args(["listings", "run", "--format", "json"]).arg(book.path(""));
        let ran = ran.run().unwrap();
        let results: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let word = |one: &Value| {
            let cached = if one["cached"] == true { "cached " } else { "" };
            format!("{cached}{}", one["status"].as_str().unwrap())
        };
        let all: Vec<_> =
            results["listings"].as_array().unwrap().iter().map(word).collect();
        (all.join(", "), ran.stderr)
    };
    let (first, said) = run();
    assert_eq!(first, "passed, passed, passed", "{said}");
    assert_eq!(run().0, "cached passed, cached passed, cached passed");
    fs::write(&other, "VALUE = 1  # as before\n").unwrap();
    assert_eq!(run().0, "passed, cached passed, cached passed");
    fs::remove_file(&other).unwrap();
    assert_eq!(run().0, "failed, cached passed, cached passed");
    fs::write(&other, "VALUE = 1\n").unwrap();
    fs::remove_file(book.path("bin/concbook-test-tool")).unwrap();
    assert_eq!(run().0, "passed, cached passed, failed");
}

/// To find a toolchain and its version, nothing that a book brings is run outside of a sandbox.
#[cfg(target_os = "linux")]
#[test]
fn to_ask_for_a_version_runs_nothing_of_a_book() {
    let text = "```python\n# a.py\nprint(1)\n#: 1\n```\n";
    let book = TempBook::new()
        .file("a.md", text)
        .file("sysconfig.py", "open('imported', 'w')\n")
        .file("tool/python", "#!/bin/sh\n: > started\necho Python 3.12.1\n");
    concbook::fsx::permit(&book.path("tool/python"), 0o755).unwrap();
    for commands in ["", ", concbook: {listings: {commands: {python: tool/python}}}"] {
        let yaml = format!("input-files: [a.md]\nmetadata: {{title: T{commands}}}\n");
        fs::write(book.path("book.yaml"), yaml).unwrap();
        let dir = book.path("").display().to_string();
        let (code, _, said) = concbook(["listings", "run", "--no-cache", &dir]);
        assert_eq!(code == 0, commands.is_empty(), "{said}");
        for marker in ["imported", "started"] {
            assert!(!book.path(marker).exists(), "{marker}: {said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_stopped_keeps_what_passed() {
    let slow = "import time\ntime.sleep(60)\n";
    let book = book(&format!(
        "```python\n# a.py\nprint(1)\n#: 1\n```\n\n```python\n# b.py\nprint(2)\n#: 3\n```\n\n\
         ```python\n# c.py\n{slow}```\n"
    ));
    let stopped_after = |seconds: u64| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_concbook"))
            .args(["listings", "run", "-j", "1"])
            .arg(book.path(""))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_secs(seconds));
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let mut said = String::new();
        let mut pipe = child.stderr.take().unwrap();
        std::io::Read::read_to_string(&mut pipe, &mut said).unwrap();
        child.wait().unwrap();
        said
    };
    // Both short ones are done when the long one runs, which takes its time on a busy machine.
    let mut said = [2, 8, 30].into_iter().map(stopped_after);
    let said = said.find(|said| said.contains("stopped: 2 of 3 ")).unwrap();
    assert!(
        said.contains("stopped: 2 of 3 listings ran, 1 passed; what passed is"),
        "{said}"
    );
    assert!(said.contains("a.md:10:1: error[listing-output]"), "{said}");
    let text = fs::read_to_string(book.path("a.md")).unwrap().replace(slow, "print(3)\n");
    fs::write(book.path("a.md"), text).unwrap();
    let (_, results, said) = run(&book.path(""), &[]);
    assert_eq!(results["totals"]["cached"], 1, "{said}");
}

#[test]
fn python_imports_from_the_folders_that_the_book_names() {
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook:\n    \
                listings:\n      roots: [utils]\n      paths: [src, lib/, nowhere, ../out]\n";
    let text = "```python\n# utils/tools.py\nVALUE = 1\n```\n\n\
                ```python\n# a.py\nimport tools, ours, theirs\n\
                print(tools.VALUE, ours.VALUE, theirs.VALUE)\n#: 1 2 3\n```\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("a.md", text)
        .file("src/ours.py", "VALUE = 2\n")
        .file("lib/theirs/__init__.py", "VALUE = 3\n");
    let (code, results, said) = run(&book.path(""), &[]);
    assert_eq!(statuses(&results), ["passed", "passed"], "{said}");
    assert!(code == 1 && said.contains("there is no folder nowhere to import"), "{said}");
    assert!(said.contains("book.yaml:8:26: error[listing-missing]"), "{said}");
    assert!(said.contains("../out leads out of the book's folder"), "{said}");
    // What a listing imported is what it depends on.
    fs::write(book.path("src/ours.py"), "VALUE = 4\n").unwrap();
    let (_, results, said) = run(&book.path(""), &[]);
    assert_eq!(statuses(&results), ["passed", "failed"], "{said}");
}

#[test]
fn only_what_changed_since_a_commit_is_run() {
    if concbook::proc::find("git").is_none() {
        return skip("git");
    }
    let book = book(THREE);
    let dir = book.path("");
    git(&dir, &["init", "-q"]);
    git(&dir, &["add", "a.md", "book.yaml"]);
    git(&dir, &["commit", "-q", "-m", "a"]);
    let (_, results, _) = run(&dir, &["--changed", "--no-cache"]);
    assert_eq!(statuses(&results), [""; 0]);
    fs::write(book.path("a.md"), THREE.replace("LIMIT = 1", "LIMIT = 0 + 1")).unwrap();
    let (code, results, said) = run(&dir, &["--changed", "--no-cache"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(ran(&results), ["a/base.py", "a/uses.py"]);
    let (code, _, said) =
        concbook(["listings", "run", "--changed=nowhere", &*dir.display().to_string()]);
    assert!(code == 2 && said.contains("git knows no state"), "{said}");
}

#[test]
fn results_are_told_in_junit_xml_and_a_table() {
    let book = book(THREE);
    let file = book.path("results.xml");
    let dir = book.path("").display().to_string();
    let (code, table, said) =
        concbook(["listings", "run", "--junit", &*file.display().to_string(), &dir]);
    assert_eq!(code, 0, "{said}");
    let last = table.lines().last().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(last[..3], ["all", "3", "-"], "{table}");
    let xml = fs::read_to_string(&file).unwrap();
    assert!(
        xml.contains("<testsuites tests=\"3\" failures=\"0\" skipped=\"0\""),
        "{xml}"
    );
    assert!(said.contains("3 listings: 3 passed"), "{said}");
}

#[test]
fn a_missing_toolchain_is_an_error_unless_the_book_says_otherwise() {
    let text = "```python\n# a.py\nprint(1)\n```\n";
    let yaml = |more: &str| {
        format!(
            "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  concbook:\n    listings: {more}\n"
        )
    };
    let run_with = |more: &str| {
        let book = TempBook::new().file("book.yaml", yaml(more)).file("a.md", text);
        run(&book.path(""), &[])
    };
    let (code, results, said) = run_with("{commands: {python: no-such-python}}");
    assert_eq!((code, statuses(&results)), (1, vec!["skipped".to_owned()]), "{said}");
    assert!(
        said.contains("error[listing-toolchain]: Python 3 is not installed"),
        "{said}"
    );
    let (code, results, said) =
        run_with("{commands: {python: no-such-python}, optional: [python]}");
    assert_eq!((code, statuses(&results)), (0, vec!["skipped".to_owned()]), "{said}");
}

#[test]
fn a_build_runs_listings_where_it_is_told_to() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return skip("no pandoc");
    };
    let book = book("# A\n\n```python\n# a.py\nprint(1)\n#: 2\n```\n");
    let build = |how: &str| {
        let out = book.path("build").display().to_string();
        let pandoc = pandoc.display().to_string();
        concbook([
            "build",
            &*book.path("").display().to_string(),
            "-o",
            &out,
            "--pandoc",
            &pandoc,
            "--epubcheck",
            "never",
            "--listings",
            how,
        ])
    };
    assert_eq!(build("check").0, 0);
    let (code, _, said) = build("run");
    assert!(code == 1 && said.contains("error[listing-output]"), "{said}");
}
