//! Pieces of work that have to do with what programs print, each by itself: a program that starts others cannot be
//! counted, so the executable of these tests is, while it does one piece of work and nothing else.

use super::{grows_too_fast, instructions};
use concbook::finding::{Code, Finding};
use concbook::listings::compare::{Printed, Verdict, compare};
use concbook::listings::instrument::instrument;
use concbook::listings::outputs::Expected;
use concbook::listings::run::{ListingResult, Report, Status, Target, junit};
use concbook::listings::{ListingSet, Program, update};
use concbook::markdown::Dialect;
use concbook::proc::{Process, find};
use concbook::project::{Chapter, Manifest};
use concfilter::error::Place;
use concfilter::settings::Settings;
use rayon::prelude::*;
use std::sync::Arc;

/// What is done with so many things.
type Work = fn(usize);

const UNITS: &[(&str, Work)] = &[
    ("lines of output", |n| {
        let output = many(n, |i| format!("#: {i}\n"));
        let printed = many(n, |i| format!("{}\n", if i % 9 == 0 { i * 3 } else { i }));
        written(&format!("print(1)\n{output}"), &printed, true);
    }),
    ("lines of output that are wrapped", |n| {
        let output = many(n, |i| {
            let (front, back) = ("word ".repeat(11), "word ".repeat(3));
            format!("#: {}\n#: {back}{i}\n", front.trim_end())
        });
        let printed = many(n, |i| format!("{}{i}\n", "word ".repeat(14)));
        written(&format!("print(1)\n{output}"), &printed, false);
    }),
    ("lines of output without marks", |n| {
        let output = many(n, |i| format!("{i}\n"));
        let printed = many(n, |i| format!("{}\n", i + 1));
        written(&format!("print(1)\n\"\"\"\nOutput:\n{output}\"\"\"\n"), &printed, true);
    }),
    ("statements that print", |n| {
        let code = many(n, |i| format!("print({i})\n#: old\n"));
        let printed = many(n, |i| format!("{i}\n\u{1}concbook:{i}\u{2}"));
        written(&code, &printed, true);
    }),
    ("statements that print and cannot be told apart", |n| {
        let code = many(n, |i| format!("print({i})\n#: {i}\n"));
        let printed = many(n, |i| format!("{}\n", if i == n / 2 { i + n } else { i }));
        written(&code, &printed, true);
    }),
    ("examples of a record", |n| {
        let record = many(n, |i| format!(">>> {i}\n{i}\n"));
        let set = set(&format!("```pycon\n{record}```\n"));
        let printed = many(n, |i| format!("{}\n\u{1}concbook:{i}\u{2}", i + 1));
        for program in &set.programs {
            update_with(&set, program, &printed);
        }
    }),
    ("programs that print", |n| {
        let one = |i| format!("```python\n# a{i}.py\nprint({i})\n#: old\n```\n\n");
        let set = set(&many(n, one));
        assert_eq!(set.programs.len(), n);
        let printed = Printed { stdout: "1\n".to_owned(), ..Printed::default() };
        let expected: Vec<Expected> =
            set.programs.iter().map(|program| Expected::of(&set, program)).collect();
        let programs: Vec<_> = set
            .programs
            .iter()
            .zip(&expected)
            .map(|(program, expected)| (program, expected, &printed))
            .collect();
        for (program, expected, printed) in &programs {
            let verdict = compare(expected, printed, &program.tags, 60);
            assert!(matches!(verdict, Verdict::Differs(_)));
        }
        let updates = update::splices(&set, &programs, 60);
        assert!(updates.iter().all(|update| update.splices.len() == 1));
    }),
    ("parts of a program that prints", |n| {
        let one =
            |i| format!("```{{.python continues=a.py}}\nprint({i})\n#: {i}\n```\n\n");
        let first = "```{.python file=a.py}\nx = 1\n```\n\n";
        let set = set(&(first.to_owned() + &many(n, one)));
        let printed = many(n, |i| format!("{}\n\u{1}concbook:{i}\u{2}", i + 1));
        update_with(&set, &set.programs[0], &printed);
    }),
    ("listings of a report", |n| {
        let entries = (0..n).map(entry).collect();
        junit(&Report { entries, ..Report::default() }).unwrap();
    }),
];

fn many(number: usize, one: impl Fn(usize) -> String) -> String {
    (0..number).map(one).collect()
}

fn set(text: &str) -> ListingSet {
    let text = format!("# A\n\n{text}");
    let chapter = Arc::new(Chapter::of_text("a.md", &text, Dialect::Pandoc));
    let settings = Settings::default().listings;
    ListingSet::read(vec![chapter], &settings, &Manifest::default()).unwrap()
}

/// Compares what a program shows with what it printed, and writes it into its chapter.
fn written(code: &str, printed: &str, differs: bool) {
    let set = set(&format!("```python\n# a.py\n{code}```\n"));
    let changed = update_with(&set, &set.programs[0], printed);
    assert_eq!(changed, differs, "{code}");
}

/// The same, for a program of a book; whether it differs.
fn update_with(set: &ListingSet, program: &Program, printed: &str) -> bool {
    let expected = Expected::of(set, program);
    instrument(program, &expected);
    let printed = Printed { stdout: printed.to_owned(), stderr: printed.to_owned() };
    let verdict = compare(&expected, &printed, &program.tags, 60);
    let update = update::splices(set, &[(program, &expected, &printed)], 60).remove(0);
    assert!(verdict != Verdict::NotCompared, "{}", program.code);
    let differs = verdict != Verdict::Same;
    assert_eq!(differs, !update.splices.is_empty() || !update.findings.is_empty());
    differs
}

fn entry(number: usize) -> ListingResult {
    let failed = number.is_multiple_of(2);
    let place = Place::at("a.md", 1, 1);
    ListingResult {
        target: Target::Program(number),
        file: format!("a{number}.py"),
        command: None,
        chapter: format!("{}.md", number % 10),
        line: number + 1,
        status: if failed { Status::Failed } else { Status::Passed },
        reason: failed.then(|| "it ended with 1".to_owned()),
        seconds: 0.1,
        language: Some("python".to_owned()),
        cached: false,
        tries: 1,
        finding: failed.then(|| {
            Finding::new(Code::ListingFailed, place, "it failed").detail("- 1\n+ 2\n")
        }),
        printed: None,
    }
}

/// Does the piece of work that the environment names.
#[test]
#[ignore = "is counted by the others"]
fn one_piece_of_work() {
    let Ok(asked) = std::env::var("CONCBOOK_GROWTH_UNIT") else {
        return crate::support::skip("no piece of work is named");
    };
    let (name, number) = asked.split_once(':').unwrap();
    let (_, work) = UNITS.iter().find(|(own, _)| *own == name).unwrap();
    work(number.parse().unwrap());
}

/// The instructions of a piece of work with so many things, in millions.
fn counted(name: &str, number: usize) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("valgrind.log");
    let mut process = Process::new("valgrind").args([
        "--tool=cachegrind".into(),
        "--cache-sim=no".into(),
        "--cachegrind-out-file=/dev/null".into(),
        format!("--log-file={}", log.display()).into(),
        std::env::current_exe().unwrap().into_os_string(),
        "growth::units::one_piece_of_work".into(),
        "--exact".into(),
        "--ignored".into(),
    ]);
    process = process.env("CONCBOOK_GROWTH_UNIT", format!("{name}:{number}"));
    let outcome = process.env("RAYON_NUM_THREADS", "1").run().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(outcome.status.success(), "{name}, {number}: {said}{}", outcome.stderr);
    instructions(&log)
}

fn judge(first: usize, names: &[&str]) {
    if find("valgrind").is_none() {
        return crate::support::skip("no valgrind");
    }
    let judged = names.par_iter().filter_map(|name| {
        grows_too_fast(
            name,
            first,
            [1, 2, 4, 8].map(|times| counted(name, first * times)),
        )
    });
    let wrong: Vec<String> = judged.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_statements_print_grows_as_their_number_does() {
    judge(25, &["statements that print", "programs that print"]);
}

#[test]
#[ignore = "takes minutes"]
fn what_programs_print_grows_as_its_number_does() {
    let first = std::env::var("CONCBOOK_GROWTH").ok();
    let first = first.map_or(100, |first| first.parse().unwrap());
    let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
    judge(first, &names);
}
