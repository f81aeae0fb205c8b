//! The second stage: which of the units are run. Chapters, changed programs, a part of all.

use super::plan::{Planned, SkippedProgram};
use super::unit::RunUnit;
use super::{Options, RunInput};
use crate::listings::{ListingSet, Program};
use concfilter::error::{Error, Result};
use std::collections::BTreeSet;
use std::str::FromStr;

/// All units, and which of them are asked for. The others stay, for those may need them.
#[derive(Debug)]
pub(super) struct Selected {
    pub units: Vec<SelectedUnit>,
    pub skipped: Vec<SkippedProgram>,
}

/// A unit that is asked for or not.
#[derive(Debug)]
pub(super) struct SelectedUnit {
    pub unit: RunUnit,
    pub is_selected: bool,
}

/// The k-th of n parts of a book's listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("{text:?} is no part: write 1/3, 2/3 or 3/3");
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse().map_err(|_| wrong());
        let (part, of) = (number(part)?, number(of)?);
        if part == 0 || part > of { Err(wrong()) } else { Ok(Self { part, of }) }
    }
}

/// Finds what the options ask for.
pub(super) fn select(
    planned: Planned,
    input: RunInput<'_>,
    options: &Options,
) -> Selected {
    let book = input.book;
    let is_asked = |program: usize| {
        let program = &book.programs[program];
        let label = &book.chapters[program.chapter].label;
        let is_named = |name: &String| {
            label.contains(&**name) || book.folders[program.chapter] == **name
        };
        let chapters = &options.chapters;
        (chapters.is_empty() || chapters.iter().any(is_named))
            && options.only.as_ref().is_none_or(|only| only.contains(&program.path))
    };
    let select = |unit: RunUnit| {
        let is_selected = is_asked(unit.program);
        SelectedUnit { unit, is_selected }
    };
    let mut units: Vec<SelectedUnit> = planned.units.into_iter().map(select).collect();
    let mut skipped = planned.skipped;
    skipped.retain(|skipped| is_asked(skipped.program));
    if let Some(shard) = options.shard {
        // One after the other, so that the long ones of a chapter are spread.
        let selected = units.iter_mut().filter(|unit| unit.is_selected);
        for (number, unit) in selected.enumerate() {
            unit.is_selected = number % shard.of == shard.part - 1;
        }
        if shard.part > 1 {
            skipped.clear();
        }
    }
    Selected { units, skipped }
}

/// The chapters that `chapters` names have to be there.
///
/// # Errors
/// One of them is none of the book's.
pub fn known_chapters(book: &ListingSet, chapters: &[String]) -> Result<()> {
    let is_known = |name: &&String| {
        book.chapters.iter().any(|one| one.label.contains(&***name))
            || book.folders.contains(name)
    };
    match chapters.iter().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => Err(Error::new(format!("no chapter's path has {name:?} in it"))
            .hint("Name a chapter by its file, or by a part of its path")),
    }
}

/// The paths of the programs whose text, or what is said about them, differs between two states
/// of a book.
pub fn changed_since(before: &ListingSet, now: &ListingSet) -> BTreeSet<String> {
    let same = |path: &str| {
        let find = |book: &ListingSet| {
            let found = book.programs.iter().find(|one| one.path == path);
            found.map(|one| (one.code.clone(), one.tags.clone()))
        };
        find(before) == find(now)
    };
    let all = now.programs.iter().map(|one| &one.path);
    let mut changed: BTreeSet<String> = all.filter(|path| !same(path)).cloned().collect();
    // What needs a changed one may end in another way.
    loop {
        let needs = now.programs.iter().filter(|one| !changed.contains(&one.path));
        let more: Vec<String> = needs
            .filter(|one| {
                let named = one.tags.needs.iter().chain(&one.tags.setup);
                let mut named = named.filter_map(|name| now.named(one.chapter, name));
                named.any(|needed| changed.contains(&needed.path))
                    || mentions(one, &changed)
            })
            .map(|one| one.path.clone())
            .collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}

/// Whether a program has the name of a changed file in its text, as whoever imports it has.
fn mentions(program: &Program, changed: &BTreeSet<String>) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    changed.iter().any(|path| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |one| one.0);
        let is_word = |at: usize| {
            !program.code[..at].ends_with(is_part)
                && !program.code[at + stem.len()..].starts_with(is_part)
        };
        !stem.is_empty() && program.code.match_indices(stem).any(|one| is_word(one.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read() {
        assert_eq!("2/3".parse(), Ok(Shard { part: 2, of: 3 }));
        for wrong in ["0/3", "4/3", "1", "a/b", "", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
