//! The cases of the fuzzer, with what chance makes of the files of our own books: as many as a test has time for.
//! `CONCBOOK_FUZZ` names how many of each kind are tried; the fuzzer itself goes on for as long as one likes.

#[path = "../../fuzz/cases.rs"]
mod cases;

use crate::support::repo;
use cases::CASES;
use std::path::Path;

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

/// Small files of our own books whose names end so.
fn seeds(ending: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in
        ["examples", "tests/books", "tests/check", "tests/parity", "fonts", "styles"]
    {
        let folder = repo(folder);
        for file in concbook::fsx::files_below(&folder).unwrap_or_default() {
            let small =
                |path: &Path| path.metadata().is_ok_and(|meta| meta.len() < 100_000);
            let path = folder.join(&file);
            if file.extension().is_some_and(|own| own == ending) && small(&path) {
                found.push(std::fs::read(path).unwrap());
            }
        }
    }
    found.truncate(40);
    found
}

#[test]
fn no_file_that_chance_makes_ends_the_program() {
    let tries =
        std::env::var("CONCBOOK_FUZZ").ok().and_then(|number| number.parse().ok());
    let mut chance = Chance(3);
    for (name, run) in CASES {
        let mut seeds = seeds(name);
        if seeds.is_empty() {
            seeds.push(cases::seed(name).to_vec());
        }
        // What finishes a book takes a hundred times as long as what reads a text.
        let few =
            if matches!(*name, "md" | "yaml" | "tags" | "printed") { 40 } else { 4 };
        for _ in 0..tries.unwrap_or(few) {
            let seed = &seeds[chance.below(seeds.len())];
            run(&chance.spoil(seed));
        }
    }
}
