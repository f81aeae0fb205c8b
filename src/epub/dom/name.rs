//! Names of elements and attributes.

use crate::elements::letters::LetterIndex;
use std::borrow::Cow;

/// Those that books are full of, sorted.
const KNOWN: &[&str] = &[
    "a",
    "alt",
    "aria-hidden",
    "aria-label",
    "aside",
    "blockquote",
    "body",
    "br",
    "class",
    "code",
    "col",
    "colgroup",
    "content",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "epub:type",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "href",
    "html",
    "id",
    "idref",
    "img",
    "item",
    "itemref",
    "lang",
    "li",
    "link",
    "media-type",
    "meta",
    "nav",
    "navLabel",
    "navPoint",
    "ol",
    "p",
    "playOrder",
    "pre",
    "rel",
    "role",
    "section",
    "span",
    "src",
    "strong",
    "style",
    "sub",
    "sup",
    "tabindex",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "type",
    "ul",
    "wbr",
    "xml:lang",
    "xmlns",
];

static INDEX: LetterIndex = LetterIndex::of(KNOWN);

/// The name of an element or an attribute. Names that books are full of take no memory of their
/// own; see [`name`].
pub type Name = Cow<'static, str>;

/// A name, in little memory where it is well known.
pub fn name(text: &str) -> Name {
    match INDEX.find(text) {
        Some(at) => Cow::Borrowed(KNOWN[at]),
        None => Cow::Owned(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_names_are_found() {
        assert!(KNOWN.is_sorted());
        for text in KNOWN.iter().chain(&["o:p", ""]) {
            assert_eq!(name(text), *text);
        }
        assert!(matches!(name("span"), Cow::Borrowed(_)));
    }
}
