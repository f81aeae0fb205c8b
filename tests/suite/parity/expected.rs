//! The known differences of a book, in its file `expect.differences`:
//!
//! ```text
//! # Words for the reader.
//!
//! fault: Example lists begin anew in each chapter; pandoc counts through the book.
//! pandoc: 3.
//! in: Lists
//! - 4. A fourth example.
//! + 1. A fourth example.
//! ```
//!
//! `fault` says what is wrong with ours, `better` why ours is the better one. `pandoc` names the
//! beginning of the versions that it is told of, where it is not all. After `in`, the heading of
//! the chapter, come the lines of pandoc's outline, then those of ours, long ones without most of
//! what they have in common (`⋯`); an entry may have more than one `in`. A difference that no longer occurs fails the test, so the list can only shrink.

use super::outline::Line;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::fmt::Write;
use std::path::Path;

/// What pandoc has in a chapter, and what we have in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub chapter: String,
    pub pandoc: Vec<String>,
    pub ours: Vec<String>,
}

impl Difference {
    /// As it is written in the file.
    pub(crate) fn written(&self) -> String {
        let mut text = format!("in: {}\n", self.chapter);
        for (sign, lines) in [('-', &self.pandoc), ('+', &self.ours)] {
            for line in lines {
                let _ = writeln!(text, "{}", format!("{sign} {line}").trim_end());
            }
        }
        text
    }
}

/// Where two outlines differ.
pub(crate) fn differences(pandoc: &[Line], ours: &[Line]) -> Vec<Difference> {
    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| &*line.text).collect()
    }
    let mut found = Vec::new();
    let difference = |pandoc_lines: &[Line], our_lines: &[Line], at: usize| {
        // A line of pandoc's at the place names the chapter, also where pandoc has none.
        let place = pandoc_lines.first().or(pandoc.get(at.saturating_sub(1)));
        Difference {
            chapter: place.map(|line| line.chapter.clone()).unwrap_or_default(),
            pandoc: texts(pandoc_lines).into_iter().map(str::to_owned).collect(),
            ours: texts(our_lines).into_iter().map(str::to_owned).collect(),
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, &texts(pandoc), &texts(ours)) {
        match op {
            DiffOp::Equal { .. } => {}
            // Lines that were changed one by one are told one by one.
            DiffOp::Replace { old_index, old_len, new_index, new_len }
                if old_len == new_len =>
            {
                for nth in 0..old_len {
                    let (old, new) = (old_index + nth, new_index + nth);
                    let mut one = difference(&pandoc[old..=old], &ours[new..=new], old);
                    let (left, right) = focused(&one.pandoc[0], &one.ours[0]);
                    (one.pandoc, one.ours) = (vec![left], vec![right]);
                    found.push(one);
                }
            }
            op => {
                let (old, new) = (op.old_range(), op.new_range());
                let at = old.start;
                found.push(difference(&pandoc[old], &ours[new], at));
            }
        }
    }
    found
}

/// Two lines without most of what they begin and end with alike; `⋯` stands where that was.
fn focused(one: &str, other: &str) -> (String, String) {
    /// So many characters stay beside what differs, and so many are worth leaving out.
    const CONTEXT: usize = 24;
    let (one, other): (Vec<char>, Vec<char>) =
        (one.chars().collect(), other.chars().collect());
    let shorter = one.len().min(other.len());
    let is_same = |(a, b): &(&char, &char)| a == b;
    let start = one.iter().zip(&other).take_while(is_same).count();
    let end = one.iter().rev().zip(other.iter().rev()).take_while(is_same).count();
    let end = end.min(shorter - start);
    let cut = |count: usize| if count > 2 * CONTEXT { count - CONTEXT } else { 0 };
    let (start, end) = (cut(start), cut(end));
    let written = |line: &[char]| {
        let middle: String = line[start..line.len() - end].iter().collect();
        let mark = |cut: usize| if cut > 0 { "⋯" } else { "" };
        format!("{}{middle}{}", mark(start), mark(end))
    };
    (written(&one), written(&other))
}

/// An entry of the file.
struct Entry {
    /// The lines before its first `in`.
    head: Vec<String>,
    /// The beginning of the versions of pandoc that it is told of.
    pandoc: String,
    differences: Vec<Difference>,
}

/// The known differences of a book.
pub(crate) struct Expected {
    entries: Vec<Entry>,
}

impl Expected {
    /// Reads the file; where there is none, nothing is known.
    pub(crate) fn read(path: &Path) -> Self {
        let text = if path.exists() {
            std::fs::read_to_string(path).unwrap()
        } else {
            String::new()
        };
        let mut entries = Vec::new();
        let mut entry = Entry::empty();
        for line in text.lines().chain([""]) {
            if line.is_empty() {
                if !entry.head.is_empty() || !entry.differences.is_empty() {
                    entries.push(std::mem::replace(&mut entry, Entry::empty()));
                }
            } else if let Some(chapter) = line.strip_prefix("in: ") {
                entry.differences.push(Difference {
                    chapter: chapter.to_owned(),
                    pandoc: Vec::new(),
                    ours: Vec::new(),
                });
            } else if let Some(last) = entry.differences.last_mut() {
                let (sign, line) = line.split_at(1);
                let line = line.strip_prefix(' ').unwrap_or(line).to_owned();
                match sign {
                    "-" => last.pandoc.push(line),
                    "+" => last.ours.push(line),
                    _ => panic!("{}: a line begins with neither - nor +", path.display()),
                }
            } else {
                if let Some(version) = line.strip_prefix("pandoc: ") {
                    version.clone_into(&mut entry.pandoc);
                }
                entry.head.push(line.to_owned());
            }
        }
        for entry in &entries {
            let says_why = entry
                .head
                .iter()
                .any(|line| line.starts_with("fault: ") || line.starts_with("better: "));
            assert!(
                entry.differences.is_empty() || says_why,
                "{}: an entry says neither fault nor better: {:?}",
                path.display(),
                entry.differences
            );
        }
        Self { entries }
    }

    /// Whether a version of pandoc can read the book.
    pub(crate) fn is_for(&self, version: &str) -> bool {
        let heads = self.entries.iter().flat_map(|entry| &entry.head);
        heads
            .filter_map(|line| line.strip_prefix("only: "))
            .all(|beginning| version.starts_with(beginning))
    }

    /// What is told in neither list nor book: differences that are new, and those that are listed
    /// and do not occur, each as it is written in the file.
    pub(crate) fn judge(
        &self,
        version: &str,
        mut found: Vec<Difference>,
    ) -> (Vec<Difference>, Vec<Difference>) {
        let mut gone = Vec::new();
        let told = self.entries.iter().filter(|one| version.starts_with(&one.pandoc));
        for listed in told.flat_map(|entry| &entry.differences) {
            match found.iter().position(|one| one == listed) {
                Some(at) => {
                    found.remove(at);
                }
                None => gone.push(listed.clone()),
            }
        }
        (found, gone)
    }
}

impl Entry {
    fn empty() -> Self {
        Self { head: Vec::new(), pandoc: String::new(), differences: Vec::new() }
    }
}
