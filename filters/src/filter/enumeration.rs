//! Where a word stands in an enumeration with what the author marks: `` `a`, b and `c` ``. Who marks
//! the words on either side forgot the one between.

use super::neighbours::{between, is_spaced};
use crate::ast::raw::{LeafKind, RawDocument};

/// How far an enumeration is followed to either side.
const FAR: usize = 16;

/// What stands beside a word in its enumeration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MarkedNeighbours {
    /// A marked word just before it.
    pub left: bool,
    /// A marked word just behind it.
    pub right: bool,
    /// How many of all are marked.
    pub marks: usize,
}

impl MarkedNeighbours {
    /// The same for one word of a `Str`, of which `rest` stands behind it: punctuation ends an
    /// enumeration.
    pub(super) fn of(self, start: usize, rest: &str) -> Self {
        let left = self.left && start == 0;
        let right = self.right && matches!(rest, "" | ",");
        if left || right { Self { left, right, ..self } } else { Self::default() }
    }
}

/// What stands beside the `Str` at `index` in its enumeration.
pub(super) fn place(document: &RawDocument<'_>, index: usize) -> MarkedNeighbours {
    let walk = EnumerationWalk(document);
    let (before, behind) = (walk.before(index), walk.behind(index));
    let is_mark = |item: Option<usize>| {
        item.is_some_and(|at| walk.kind(at) == Some(LeafKind::Code))
    };
    let (left, right) = (is_mark(before), is_mark(behind));
    if !left && !right {
        return MarkedNeighbours::default();
    }
    let lefts = std::iter::successors(before, |at| walk.before(*at)).take(FAR);
    let rights = std::iter::successors(behind, |at| walk.behind(*at)).take(FAR);
    let marks = lefts.chain(rights).filter(|at| is_mark(Some(*at))).count();
    MarkedNeighbours { left, right, marks }
}

/// All items of the enumeration that the leaf at `index` stands in, in order; it alone where it stands in
/// none.
pub(super) fn items(document: &RawDocument<'_>, index: usize) -> Vec<usize> {
    let walk = EnumerationWalk(document);
    let mut items: Vec<_> =
        std::iter::successors(walk.before(index), |at| walk.before(*at))
            .take(FAR)
            .collect();
    items.reverse();
    items.push(index);
    items.extend(
        std::iter::successors(walk.behind(index), |at| walk.behind(*at)).take(FAR),
    );
    items
}

/// Whether the leaf at `at` is a word that stands before an enumeration's last item.
pub(super) fn is_conjunction(document: &RawDocument<'_>, at: usize) -> bool {
    const CONJUNCTIONS: &[&str] = &[
        "&", "and", "e", "eller", "et", "lub", "nor", "o", "och", "oder", "og", "or",
        "ou", "und", "y", "и", "или",
    ];
    let leaf = document.leaves().get(at).filter(|leaf| leaf.kind == LeafKind::Str);
    leaf.is_some_and(|leaf| CONJUNCTIONS.contains(&document.source(leaf.text_range())))
}

/// Steps from item to item: an item is inline code or one word, and a comma or conjunction stands
/// between two.
struct EnumerationWalk<'a, 'd>(&'a RawDocument<'d>);

impl EnumerationWalk<'_, '_> {
    /// The item before the one at `at`.
    fn before(&self, at: usize) -> Option<usize> {
        let mut last = at.checked_sub(1)?;
        let conjunction = self.is_conjunction(last);
        if !conjunction
            && !self.source(last).ends_with(',')
            && self.kind(last)? == LeafKind::Str
        {
            return None;
        }
        self.spaced(last)?;
        if conjunction {
            last = last.checked_sub(1)?;
            self.spaced(last)?;
        }
        match self.kind(last)? {
            LeafKind::Code => conjunction.then_some(last),
            LeafKind::Str if self.source(last) == "," => {
                let code = last.checked_sub(1)?;
                self.is_marked_before_comma(code).then_some(code)
            }
            LeafKind::Str => {
                let text = self.source(last);
                let item = is_item(text.strip_suffix(',').unwrap_or(text));
                (item && (conjunction || text.ends_with(','))).then_some(last)
            }
            _ => None,
        }
    }

    /// The item behind the one at `at`.
    fn behind(&self, at: usize) -> Option<usize> {
        let mut last = at;
        let mut comma = self.source(at).ends_with(',');
        if self.kind(at)? == LeafKind::Code {
            comma = self.is_marked_before_comma(at);
            last += usize::from(comma);
        }
        let mut next = last + 1;
        let conjunction = self.is_conjunction(next);
        if !comma && !conjunction {
            return None;
        }
        self.spaced(last)?;
        if conjunction {
            self.spaced(next)?;
            next += 1;
        }
        match self.kind(next)? {
            LeafKind::Code => Some(next),
            LeafKind::Str => {
                let text = self.source(next);
                is_item(text.strip_suffix([',', '.']).unwrap_or(text)).then_some(next)
            }
            _ => None,
        }
    }

    fn kind(&self, at: usize) -> Option<LeafKind> {
        self.0.leaves().get(at).map(|leaf| leaf.kind)
    }

    /// The text of a `Str` as it is written in JSON; empty for all else.
    fn source(&self, at: usize) -> &str {
        let leaf = self.0.leaves().get(at).filter(|leaf| leaf.kind == LeafKind::Str);
        leaf.map_or("", |leaf| self.0.source(leaf.text_range()))
    }

    fn is_conjunction(&self, at: usize) -> bool {
        is_conjunction(self.0, at)
    }

    /// Whether a space stands behind a leaf, and then the next of the same paragraph.
    fn spaced(&self, at: usize) -> Option<()> {
        self.between(at).filter(|between| is_spaced(between)).map(|_| ())
    }

    /// Whether inline code stands at `at`, and a comma right behind it.
    fn is_marked_before_comma(&self, at: usize) -> bool {
        self.kind(at) == Some(LeafKind::Code)
            && self.source(at + 1) == ","
            && self.between(at).is_some_and(|between| !is_spaced(between))
    }

    /// What stands between a leaf and the next of the same paragraph.
    fn between(&self, at: usize) -> Option<&str> {
        let pair = self.0.leaves().get(at..at + 2)?;
        between(self.0, pair)
    }
}

/// Whether a text is one word, or a name.
fn is_item(text: &str) -> bool {
    let text = text.strip_suffix("()").unwrap_or(text);
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands beside `x`; spaces part the leaves, and `` ` `` begins inline code.
    fn beside(text: &str) -> (bool, bool, usize) {
        let mut inlines = Vec::new();
        for word in text.split(' ') {
            if let Some(code) = word.strip_prefix('`') {
                let (code, comma) = match code.strip_suffix(',') {
                    Some(code) => (code, r#",{"t":"Str","c":","}"#),
                    None => (code, ""),
                };
                let json = format!(r#"{{"t":"Code","c":[["",[],[]],"{code}"]}}{comma}"#);
                inlines.push(json);
            } else {
                inlines.push(format!(r#"{{"t":"Str","c":"{word}"}}"#));
            }
        }
        let inlines = inlines.join(r#",{"t":"Space"},"#);
        let json = format!(
            r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Para","c":[{inlines}]}}]}}"#
        );
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        let at = document
            .leaves()
            .iter()
            .position(|leaf| document.text(leaf).starts_with('x'))
            .unwrap();
        let listed = place(&document, at);
        (listed.left, listed.right, listed.marks)
    }

    #[test]
    fn an_enumeration_has_marks_on_either_side() {
        assert_eq!(beside("`a, x, `b"), (true, true, 2));
        assert_eq!(beside("`a, x and `b,"), (true, true, 2));
        assert_eq!(beside("`a, `b, and x."), (true, false, 2));
        assert_eq!(beside("`a and x"), (true, false, 1));
        assert_eq!(beside("x, y, `b und `c"), (false, false, 0));
        assert_eq!(beside("`a, y, x, `b, `c"), (false, true, 3));
    }

    #[test]
    fn words_beside_a_mark_are_no_enumeration() {
        for text in [
            "`a x `b",
            "the x",
            "x",
            "`a. x, y",
            "x, y and `b",
            "x and so `b",
            "`a, y-z, x",
        ] {
            assert_eq!(beside(text), (false, false, 0), "{text}");
        }
        // What is no word ends the enumeration, and is not passed over.
        assert_eq!(beside("`a, y-z, `b, x"), (true, false, 1));
    }
}
