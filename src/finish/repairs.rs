//! What was repaired in an ePub, counted by kind, so that an author sees what pandoc or raw HTML left
//! behind.

use crate::report::count;
use std::collections::BTreeMap;
use std::fmt;

/// A kind of repair.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Repair {
    /// A package of the old version 2.
    Package,
    /// A document that was not well-formed.
    Document,
    /// A place with markup that an ePub may not hold.
    Markup,
    /// A link that led to the wrong document, or nowhere.
    Link,
    /// An identifier that XML does not allow, or that stood there twice.
    Identifier,
    /// A `data-` attribute with capitals.
    DataAttribute,
    /// A heading more than one level below the one it stands under.
    Heading,
    /// A tag that names no language.
    Language,
    /// A picture that was stored twice.
    Picture,
    /// A media type that was not that of the file.
    MediaType,
    /// The old table of contents, where it differed from the new one.
    Contents,
}

impl Repair {
    fn noun(self) -> &'static str {
        match self {
            Self::Package => "package raised to ePub 3",
            Self::Document => "document",
            Self::Markup => "place",
            Self::Link => "link",
            Self::Identifier => "identifier",
            Self::DataAttribute => "data attribute",
            Self::Heading => "heading level",
            Self::Language => "language",
            Self::Picture => "picture stored twice",
            Self::MediaType => "media type",
            Self::Contents => "table of contents",
        }
    }
}

/// How often each kind of repair was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Repairs(BTreeMap<Repair, usize>);

impl Repairs {
    /// Outcome `number` more of a kind.
    pub fn add(&mut self, kind: Repair, number: usize) {
        if number > 0 {
            *self.0.entry(kind).or_default() += number;
        }
    }

    /// Counts all that another counted.
    pub fn extend(&mut self, other: &Self) {
        for (&kind, &number) in &other.0 {
            self.add(kind, number);
        }
    }

    /// How often a kind of repair was made.
    pub fn of(&self, kind: Repair) -> usize {
        self.0.get(&kind).copied().unwrap_or_default()
    }

    /// Whether nothing had to be repaired.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Repairs {
    /// `2 links, 1 identifier`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(&kind, &number)| match (kind, number) {
                // English makes no plural of it by its end.
                (Repair::Contents, _) => kind.noun().to_owned(),
                (Repair::Picture, 2..) => format!("{number} pictures stored twice"),
                _ => count(number, kind.noun()),
            })
            .collect();
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_read_as_a_list() {
        let mut repairs = Repairs::default();
        assert!(repairs.is_empty());
        repairs.add(Repair::Identifier, 1);
        repairs.add(Repair::Link, 2);
        repairs.add(Repair::Markup, 0);
        assert_eq!(repairs.to_string(), "2 links, 1 identifier");
        assert_eq!((repairs.of(Repair::Link), repairs.of(Repair::Markup)), (2, 0));
    }
}
