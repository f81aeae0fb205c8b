//! Faults that are known. The list can only become shorter: a fault beyond it fails the test, and so does
//! an entry that no fault answers to any more.

use super::{Fault, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many texts of a book have a fault of a kind, at most, and why they have it.
type Known = (&'static str, &'static str, usize, &'static str);

const KNOWN: &[Known] = &[
    ("learn-go-with-tests, whole", "split", 21, RUNS),
    ("practical-python, whole", "split", 7, RUNS),
];

const RUNS: &str = "in type of 300 %, what has no sign that a line may end behind: `...interface{}`, `\\n\"MSFT\",`";

/// How many words in the tables of a book are cut on a phone, at most, for want of room.
const CUT: &[(&str, u64)] = &[("torture", 1)];

/// What was not to be expected of a book.
pub(super) fn unexpected(book: &str, verdict: &Verdict) -> String {
    let mut kinds: BTreeMap<&str, Vec<(&Fault, &Vec<String>)>> = BTreeMap::new();
    for (fault, seen) in &verdict.faults {
        kinds.entry(&fault.kind).or_default().push((fault, seen));
    }
    let mut wrong = String::new();
    for (kind, faults) in &kinds {
        let known = KNOWN.iter().find(|known| (known.0, known.1) == (book, *kind));
        let most = known.map_or(0, |known| known.2);
        if faults.len() > most {
            writeln!(wrong, "{kind}: {} texts, not {most}:", faults.len()).unwrap();
            faults.iter().for_each(|fault| wrong.push_str(&super::line(fault)));
        } else if faults.len() < most {
            eprintln!("{book}: {kind}: only {} of {most} are left", faults.len());
        }
    }
    for (_, kind, ..) in KNOWN.iter().filter(|known| known.0 == book) {
        if !kinds.contains_key(kind) {
            writeln!(wrong, "{kind}: none is left; take it from the list").unwrap();
        }
    }
    let cut = CUT.iter().find(|(name, _)| *name == book).map_or(0, |(_, most)| *most);
    if verdict.cut > cut {
        writeln!(wrong, "{} words are cut in tables, not {cut}", verdict.cut).unwrap();
    } else if verdict.cut < cut {
        eprintln!("{book}: only {} of {cut} words are cut in tables", verdict.cut);
    }
    wrong
}
