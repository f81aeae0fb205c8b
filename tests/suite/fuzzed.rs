//! The cases of the fuzzer, with what chance makes of the files of our own books: as many as a test has time for.
//!
//! `CONCBOOK_FUZZ=1000` names how many of each kind are tried, `CONCBOOK_FUZZ_SECONDS=600` for how long each is,
//! `CONCBOOK_FUZZ_KINDS=css,svg` which ones, `CONCBOOK_FUZZ_SEEDS` a folder with more files to begin with. Then each
//! try is written to `fuzzed-KIND` in the folder for temporary files before it is made, for whoever looks why it
//! ended the program, and the figures are printed. One that panics is kept beside it, the first of each message, and
//! the others go on. `CONCBOOK_FUZZ_INPUT=fuzzed-css.0` tries such a file again, with its kind in
//! `CONCBOOK_FUZZ_KINDS`.

#[path = "../../fuzz/cases.rs"]
mod cases;

use crate::support::repo;
use cases::CASES;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Numbers that look like chance and are the same each time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    /// Bytes with some cut, doubled, flipped, or taken from elsewhere in them.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.below(4) {
            if out.is_empty() {
                break;
            }
            let (one, other) = (self.below(out.len()), self.below(out.len()));
            let (from, to) = (one.min(other), one.max(other));
            let near = to.min(from + 64);
            match self.below(6) {
                0 => out.truncate(from),
                1 => drop(out.drain(from..near)),
                2 => out[from] ^= 1 << self.below(8),
                3 => out[from] = b"<>&\"'{}`:#\n\\\0\xff"[self.below(14)],
                4 => {
                    let part = out[from..near].to_vec();
                    let at = self.below(out.len());
                    out.splice(at..at, part);
                }
                _ => {
                    let part = out[from..near].repeat(3);
                    out.splice(to..to, part);
                }
            }
        }
        out
    }
}

/// Small files of our own books, and of the folder that the environment names, whose names end so.
fn seeds(ending: &str) -> Vec<Vec<u8>> {
    let own =
        ["examples", "tests/books", "tests/check", "tests/parity", "fonts", "styles"];
    let mut found = below(&own.map(repo), ending);
    found.truncate(40);
    let more: Vec<PathBuf> =
        std::env::var_os("CONCBOOK_FUZZ_SEEDS").into_iter().map(PathBuf::from).collect();
    found.extend(below(&more, ending).into_iter().take(400));
    if found.is_empty() { vec![cases::seed(ending)] } else { found }
}

/// The files in folders that are small and whose names end so.
fn below(folders: &[PathBuf], ending: &str) -> Vec<Vec<u8>> {
    let small = |path: &Path| path.metadata().is_ok_and(|meta| meta.len() < 100_000);
    let mut found = Vec::new();
    for folder in folders {
        let files = concbook::fsx::files_below(folder).unwrap_or_default().into_iter();
        let files =
            files.filter(|file| file.extension().is_some_and(|own| own == ending));
        let paths = files.map(|file| folder.join(file)).filter(|path| small(path));
        found.extend(paths.map(|path| std::fs::read(path).unwrap()));
    }
    found
}

/// A number that the environment names.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

#[test]
fn no_file_that_chance_makes_ends_the_program() {
    let tries = asked("CONCBOOK_FUZZ");
    let time = asked("CONCBOOK_FUZZ_SECONDS").map(Duration::from_secs);
    let only = std::env::var("CONCBOOK_FUZZ_KINDS").ok();
    let is_asked = |name: &str| {
        only.as_ref().is_none_or(|only| only.split(',').any(|one| one == name))
    };
    let again = std::env::var_os("CONCBOOK_FUZZ_INPUT").map(std::fs::read);
    let mut found = 0;
    for (number, (name, run)) in CASES.iter().enumerate() {
        if !is_asked(name) {
            continue;
        }
        if let Some(input) = &again {
            run(input.as_ref().unwrap());
            continue;
        }
        // What finishes a book takes a hundred times as long as what reads a text.
        let few =
            if matches!(*name, "md" | "yaml" | "tags" | "printed") { 40 } else { 4 };
        let chance = Chance(3 + number as u64);
        match time {
            Some(time) => found += fuzz_for(time, name, *run, chance),
            None => fuzz(name, *run, chance, tries.unwrap_or(few)),
        }
    }
    assert_eq!(found, 0, "kinds of panics");
}

/// Tries a case so often.
fn fuzz(name: &str, run: fn(&[u8]), mut chance: Chance, tries: u64) {
    let seeds = seeds(name);
    for _ in 0..tries {
        let seed = &seeds[chance.below(seeds.len())];
        run(&chance.spoil(seed));
    }
}

/// Tries a case for so long, and keeps what it panics at; how many kinds of panics there were.
fn fuzz_for(time: Duration, name: &str, run: fn(&[u8]), mut chance: Chance) -> usize {
    let (seeds, start) = (seeds(name), Instant::now());
    let last = std::env::temp_dir().join(format!("fuzzed-{name}"));
    let (mut made, mut slowest) = (0, Duration::ZERO);
    let mut panics = BTreeMap::new();
    while start.elapsed() < time {
        let seed = &seeds[chance.below(seeds.len())];
        let input = chance.spoil(seed);
        std::fs::write(&last, &input).unwrap();
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&input)));
        made += 1;
        if begun.elapsed() > slowest {
            slowest = begun.elapsed();
            std::fs::write(last.with_extension("slowest"), &input).unwrap();
        }
        if let Err(panic) = outcome {
            let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            let kind: String = said.chars().take(80).collect();
            let kept = last.with_extension(panics.len().to_string());
            let number = panics.entry(kind).or_insert(0);
            if *number == 0 {
                std::fs::write(kept, &input).unwrap();
            }
            *number += 1;
        }
    }
    let from = seeds.len();
    eprintln!(
        "{name}: {made} tries from {from} files, at most {slowest:.1?}; {panics:?}"
    );
    panics.len()
}
