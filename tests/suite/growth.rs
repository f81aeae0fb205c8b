//! What grows with the number of things: one table of kinds of things, each in two, four and eight times as many.
//!
//! Counted are the instructions that the program executes, by valgrind, so that a busy machine changes nothing.
//! A quadratic step shows in how much each doubling adds: the next one may add little more than twice as much.
//!
//! What a parser of XML compares with all others, the prefixes that an element binds, is not among them: that has a
//! limit (`hostile::attributes_and_namespaces_without_end_are_told`).
//!
//! Each run takes a second, all of them minutes: every time, some kinds are tried that were quadratic once, and all by
//! `cargo test --test suite growth:: -- --ignored`. `CONCBOOK_GROWTH=1000` names how many things there are at first,
//! `CONCBOOK_GROWTH_KINDS=links,notes` which kinds are tried, `CONCBOOK_BIN` another executable, such as an optimised
//! one.

mod books;
mod epubs;
mod mended;
mod units;

use crate::support::{TempBook, pandoc_versions, skip};
use concbook::proc::{Process, find};
use rayon::prelude::*;
use std::path::Path;

/// A kind of thing: its name, and what a folder holds with that many of it.
struct Kind {
    name: &'static str,
    /// The commands that read it, with `.` for the folder and `a.epub` for the ePub.
    commands: &'static [&'static str],
    files: fn(usize) -> Files,
}

/// Files by their paths.
type Files = Vec<(String, Vec<u8>)>;

/// What each doubling may add in comparison with the one before. For n log n from 60 things on it is below 2.3; the
/// rest is for tables that grow in steps.
const MOST: f64 = 2.5;

/// The instructions of a command with that many things, in millions; what it said where it could not do its work.
fn counted(kind: &Kind, command: &str, number: usize) -> Result<f64, String> {
    let mut book = TempBook::new();
    for (path, content) in (kind.files)(number) {
        book = book.file(&path, content);
    }
    let program = std::env::var_os("CONCBOOK_BIN");
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_concbook").into());
    let log = book.path("valgrind.log");
    let mut args = vec![
        "--tool=cachegrind".into(),
        "--cache-sim=no".into(),
        "--cachegrind-out-file=/dev/null".into(),
        "--child-silent-after-fork=yes".into(),
        format!("--log-file={}", log.display()).into(),
        program,
    ];
    args.extend(command.split(' ').map(Into::into));
    let (_, pandoc) = pandoc_versions().remove(0);
    if command.starts_with("build") {
        args.extend(["--pandoc".into(), pandoc.into_os_string()]);
    }
    let mut process = Process::new("valgrind").args(args).dir(book.path(""));
    // Threads that wait for work would be counted, too.
    process = process.env("RAYON_NUM_THREADS", "1");
    let outcome = process.run().unwrap();
    let code = outcome.status.code();
    if matches!(code, Some(0 | 1)) {
        Ok(instructions(&log))
    } else {
        Err(format!("{} ({command}), {number}: {}", kind.name, outcome.stderr))
    }
}

fn instructions(log: &Path) -> f64 {
    let said = std::fs::read_to_string(log).unwrap();
    let line = said.lines().find_map(|line| line.split_once("I   refs:"));
    let digits: String = line.unwrap().1.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<f64>().unwrap() / 1e6
}

/// What is wrong with how a command grows, if anything.
fn judge(kind: &Kind, command: &str, first: usize) -> Option<String> {
    let counts = [1, 2, 4, 8].map(|times| counted(kind, command, first * times));
    if let Some(failed) = counts.iter().find_map(|count| count.as_ref().err()) {
        return Some(failed.clone());
    }
    let name = format!("{} ({command})", kind.name);
    grows_too_fast(&name, first, counts.map(Result::unwrap_or_default))
}

/// What is wrong with how these counts grow, of twice as many things each, if anything.
fn grows_too_fast(name: &str, first: usize, counts: [f64; 4]) -> Option<String> {
    let added: Vec<f64> = counts.windows(2).map(|two| two[1] - two[0]).collect();
    let ratio = added[2] / added[1];
    let line = format!(
        "{name}: {first} to {}: {:.0} {:.0} {:.0} {:.0} million, the last doubling adds {ratio:.2} times as much",
        first * 8,
        counts[0],
        counts[1],
        counts[2],
        counts[3],
    );
    if std::env::var_os("CONCBOOK_GROWTH").is_some() {
        eprintln!("{line}");
    }
    // What adds next to nothing says nothing.
    let counts_at_all = added[2] > 0.02 * counts[0];
    (counts_at_all && ratio > MOST).then_some(line)
}

fn judge_all(first: usize, work: Vec<(&Kind, &str)>) {
    if find("valgrind").is_none() {
        return skip("no valgrind");
    }
    let wrong: Vec<String> = work
        .into_par_iter()
        .filter_map(|(kind, command)| judge(kind, command, first))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Kinds that were quadratic once, each in another way, by the first of their commands.
#[test]
fn what_grew_too_fast_once_does_so_no_more() {
    let names = [
        "addresses in a stylesheet",
        "attributes of an own prefix",
        "captions of a figure",
        "chapters",
        "elements that are none",
        "includes",
        "keys of the metadata",
        "types",
    ];
    let all = epubs::KINDS.iter().chain(mended::KINDS).chain(books::KINDS);
    let once: Vec<_> = all.filter(|kind| names.contains(&kind.name)).collect();
    assert_eq!(once.len(), names.len());
    judge_all(100, once.into_iter().map(|kind| (kind, kind.commands[0])).collect());
}

#[test]
#[ignore = "takes minutes"]
fn every_kind_of_thing_grows_as_its_number_does() {
    let first = std::env::var("CONCBOOK_GROWTH").ok();
    let first = first.map_or(200, |first| first.parse().unwrap());
    let only = std::env::var("CONCBOOK_GROWTH_KINDS").ok();
    let is_asked = |kind: &&Kind| {
        only.as_ref().is_none_or(|only| only.split(',').any(|name| name == kind.name))
    };
    let kinds =
        epubs::KINDS.iter().chain(mended::KINDS).chain(books::KINDS).filter(is_asked);
    let work =
        kinds.flat_map(|kind| kind.commands.iter().map(move |&command| (kind, command)));
    judge_all(first, work.collect());
}
