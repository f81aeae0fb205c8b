//! The names of a book's listings: how often each stands there, what it is, and where it is made.
//!
//! ```text
//! class Door:
//!     def swing(self): …      Door: a class, swing: a method, made in this line of its chapter
//! ```

use super::scan::{ScannedListing, name};
use crate::grammars::{NameKind, Role, tree};
use crate::markdown::Lines;
use concfilter::error::Place;
use concfilter::names::lexical;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The names of all listings.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: BTreeMap<String, VocabularyEntry>,
    /// The languages of the listings.
    pub languages: BTreeSet<&'static str>,
}

/// A name in the listings.
#[derive(Debug, Default)]
pub(super) struct VocabularyEntry {
    /// How often it stands there.
    pub count: usize,
    /// The first place that makes it.
    pub defined: Option<Place>,
    /// Something calls it.
    pub called: bool,
    /// Something takes it for a value, or is done to it as a whole: it is an argument, or stands below a
    /// decorator.
    pub value: bool,
    /// The listings it stands in, each by its first line.
    pub listings: BTreeSet<Place>,
    /// How often it is made, imported or used as what.
    kinds: BTreeMap<(Role, NameKind), usize>,
}

/// A name at one place of a listing; the place only where it is made.
struct NameUse {
    name: String,
    kind: Option<(Role, NameKind)>,
    place: Option<Place>,
    called: bool,
    value: bool,
}

impl NameIndex {
    /// Reads the listings of a book.
    pub(super) fn read(listings: &[ScannedListing]) -> Self {
        let all: Vec<Vec<NameUse>> = listings.par_iter().map(read).collect();
        let mut listed = Self::default();
        listed.languages.extend(listings.iter().map(|listing| listing.language));
        listed.languages.remove("");
        let first = |listing: &ScannedListing| listing.lines.first().cloned();
        let each = listings.iter().zip(all).flat_map(|(listing, names)| {
            names.into_iter().map(move |name| (first(listing), name))
        });
        for (listing, NameUse { name: written, kind, place, called, value }) in each {
            let own = listed.names.entry(name(&written)).or_default();
            own.count += 1;
            own.called |= called;
            own.value |= value;
            own.listings.extend(listing);
            if own.defined.is_none() {
                own.defined = place;
            }
            if let Some(kind) = kind {
                *own.kinds.entry(kind).or_default() += 1;
            }
        }
        listed
    }

    /// Whether a listing has the name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// All names, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &VocabularyEntry)> {
        self.names.iter().map(|(name, found)| (&**name, found))
    }

    /// What a name is, and the place that makes it. Of a path it is the last name, where the
    /// listings have the first, too.
    pub(super) fn of(&self, name: &str) -> (Option<&'static str>, Option<&Place>) {
        if let Some(found) = self.names.get(name) {
            return (found.kind(), found.defined.as_ref());
        }
        let mut names = path(name);
        let (Some(first), Some(last)) = (names.next(), names.next_back()) else {
            return (None, None);
        };
        let owner = self.names.get(first);
        if owner.is_none() && !matches!(first, "self" | "this" | "cls") {
            return (None, None);
        }
        let Some(found) = self.names.get(last) else { return (None, None) };
        let is_module = owner.is_some_and(|owner| owner.kind() == Some("module"));
        match found.kind() {
            // Those are of a function, not of what stands before the dot.
            Some("parameter" | "variable" | "type" | "module") | None => (None, None),
            // Another module may have the same name.
            kind if is_module && !owner.is_some_and(VocabularyEntry::is_made) => {
                (kind.map(|kind| if kind == "method" { "function" } else { kind }), None)
            }
            kind => (kind, found.defined.as_ref()),
        }
    }

    /// How often a name stands in listings.
    pub(super) fn count(&self, name: &str) -> usize {
        self.names.get(name).map_or(0, |found| found.count)
    }

    /// Whether some listing takes a function for a value, and does not only call it.
    pub(super) fn is_value(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|found| found.value)
    }

    /// Whether a listing calls a name, or none has it.
    pub(super) fn may_be_called(&self, name: &str) -> bool {
        self.names.get(name).is_none_or(|found| found.called)
    }
}

/// The names in a path of names.
pub(super) fn path(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(['.', ':', '#', '-', '>']).filter(|part| !part.is_empty())
}

impl VocabularyEntry {
    /// Whether a listing makes it.
    fn is_made(&self) -> bool {
        self.kinds.keys().any(|(role, _)| *role == Role::Defined)
    }

    /// What it is most often: where it is made, else where it is imported, else where it is used.
    pub(super) fn kind(&self) -> Option<&'static str> {
        let most = |role: Role| {
            let kinds = self.kinds.iter().filter(|((own, _), _)| *own == role);
            // The first kind of several, which is the larger thing.
            kinds.rev().max_by_key(|(_, count)| **count).map(|((_, kind), _)| *kind)
        };
        let roles = [Role::Defined, Role::Imported, Role::Called, Role::Used];
        let kind = roles.into_iter().find_map(most);
        Some(match kind? {
            NameKind::Class => "class",
            NameKind::Type => "type",
            NameKind::Function => "function",
            NameKind::Method => "method",
            NameKind::Macro => "macro",
            NameKind::Module => "module",
            NameKind::Constant => "constant",
            NameKind::Field => "field",
            NameKind::Parameter => "parameter",
            NameKind::Variable => "variable",
        })
    }
}

/// The names of a listing: by its grammar, else by its words.
fn read(listing: &ScannedListing) -> Vec<NameUse> {
    let Some(reading) = tree::read(listing.language, &listing.code) else {
        let mut found = Vec::new();
        let language = Some(listing.language).filter(|language| !language.is_empty());
        lexical::names(language, &listing.code, |name, usage| {
            let called = usage.called || usage.bang;
            let name = name.to_owned();
            found.push(NameUse { name, kind: None, place: None, called, value: false });
        });
        return found;
    };
    let lines = Lines::read(&listing.code);
    let place = |offset: usize| {
        let line = lines.number(offset);
        let start = lines.start(line);
        let mut place = listing.lines.get(line)?.clone();
        let indent = listing.code[start..].find(|c: char| !c.is_whitespace());
        let from = start + indent.unwrap_or(0);
        let further = listing.code.get(from..offset)?.chars().count();
        place.col = place.col.map(|col| col + u32::try_from(further).unwrap_or(0));
        Some(place)
    };
    let one = |occurrence: crate::grammars::Occurrence| {
        let (role, kind) = (occurrence.role, occurrence.kind);
        let place = (role == Role::Defined).then(|| place(occurrence.offset)).flatten();
        let value = role == Role::Used
            || role == Role::Defined && is_decorated(&listing.code, occurrence.offset);
        let (name, kind) = (occurrence.name, Some((role, kind)));
        NameUse { name, kind, place, called: role == Role::Called, value }
    };
    reading.into_iter().map(one).collect()
}

/// Whether the line above the one with this byte is a decorator's.
fn is_decorated(code: &str, offset: usize) -> bool {
    let before = code.get(..offset).unwrap_or_default();
    let above = before.rfind('\n').map_or("", |at| &before[..at]);
    above.lines().next_back().is_some_and(|line| line.trim_start().starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_place_where_they_are_made() {
        let at = |line| Place::at("a.md", line, 3);
        let listing = |language, code: &str, line| ScannedListing {
            language,
            code: code.to_owned(),
            lines: (line..).take(code.lines().count()).map(at).collect(),
        };
        let listed = NameIndex::read(&[
            listing("python", "swing(door)\n", 1),
            listing("python", "class Door:\n    def swing(self): pass\n", 5),
            listing("haskell", "other x", 9),
        ]);
        let made = Place::at("a.md", 6, 7);
        assert_eq!((listed.count("swing"), listed.may_be_called("swing")), (2, true));
        assert_eq!(listed.of("swing"), (Some("method"), Some(&made)));
        assert_eq!(listed.of("Door.swing"), (Some("method"), Some(&made)));
        assert_eq!(listed.of("Gate.swing"), (None, None));
        assert_eq!(listed.of("door.door"), (None, None));
        assert_eq!(listed.of("other"), (None, None));
        assert_eq!(
            listed.languages.iter().copied().collect::<Vec<_>>(),
            ["haskell", "python"]
        );
    }
}
