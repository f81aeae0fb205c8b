//! The fonts of a document's texts.
//!
//! A book has a hundred thousand elements and a few dozen fonts, so what the cascade says of an
//! element is remembered by the path of elements that leads to it, each as far as rules ask for it, as long
//! as no rule asks for more than that.
//!
//! ```text
//! body { font-family: A } b { font-weight: bold }   in <body>a<b>c</b>: a in A 400, c in A 700
//! ```

use super::TypesetElement;
use super::paths::PathNumbers;
use crate::css::{Asked, Cascade, Computed, Family};
use crate::epub::dom::{Document, Kind, MarkKind, NodeId, TextPart};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A font, as the choice of a face depends on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Font {
    /// Families in order of preference.
    pub families: Vec<Family>,
    /// From 1 to 1000.
    pub weight: u16,
    /// Whether it is italic or oblique.
    pub italic: bool,
}

/// Whether a node stands in a drawing or a formula, which have letters of their own.
pub fn in_picture(doc: &Document, node: NodeId) -> bool {
    let is = |node| matches!(doc.local_name(node), Some("svg" | "math"));
    is(node) || doc.ancestors(node).any(is)
}

/// The fonts that were met, each with a number.
#[derive(Debug, Default)]
pub struct Fonts {
    /// By their numbers.
    pub all: Vec<Font>,
    numbers: BTreeMap<Font, usize>,
}

/// What a walk meets.
#[derive(Debug, Clone, Copy)]
pub enum Typeset<'d> {
    /// An element.
    Element(NodeId),
    /// Characters in the text of this node, and the byte at which the mark that holds them stands; nothing where
    /// none does.
    Text(NodeId, &'d str, Option<usize>),
}

/// The document as it is for rules that ask so much: with elements for its marks where they look at what stands
/// beside an element, or in it.
pub fn for_rules<'d>(doc: &'d Document, asked: Option<&Asked>) -> Cow<'d, Document> {
    if asked.is_some() { Cow::Borrowed(doc) } else { doc.with_marks_opened() }
}

impl Fonts {
    /// Calls `visit` with each element and text below the document's root and the number of its font,
    /// in document order; heads, scripts and formulas are left out. The document is one [for the
    /// rules](for_rules).
    pub fn walk<'d>(
        &mut self,
        doc: &'d Document,
        cascade: &Cascade<'_, '_>,
        mut visit: impl FnMut(Typeset<'d>, usize),
    ) {
        let mut known =
            KnownFonts { paths: cascade.asked().map(PathNumbers::of), all: Vec::new() };
        let mut open: Vec<(NodeId, Option<usize>)> =
            doc.children(doc.root()).iter().rev().map(|&node| (node, None)).collect();
        while let Some((node, parent)) = open.pop() {
            let name = match doc.kind(node) {
                Kind::Text(_) => {
                    let Some(parent) = parent else { continue };
                    let around = doc.parent(node).unwrap_or(node);
                    let mut element = TypesetElement::new(doc, around);
                    // The paths of the marks that are open, and where they stand.
                    let mut marks: Vec<(usize, usize)> = Vec::new();
                    for part in doc.text_parts(node) {
                        let own = marks.last().map_or(parent, |&(own, _)| own);
                        let mark = match part {
                            TextPart::Text(text) => {
                                let at = marks.last().map(|&(_, at)| at);
                                let font = known.all[own].1;
                                visit(Typeset::Text(node, text, at), font);
                                continue;
                            }
                            TextPart::Mark(mark) => mark,
                        };
                        match mark.kind {
                            MarkKind::Open(class) => {
                                element.marks.push(class);
                                let own = known.path(self, cascade, &element, Some(own));
                                marks.push((own, mark.offset as usize));
                            }
                            MarkKind::Close => {
                                element.marks.pop();
                                marks.pop();
                            }
                            MarkKind::Break(_) => {}
                        }
                    }
                    continue;
                }
                Kind::Element { name, .. } => name,
                _ => continue,
            };
            if matches!(&**name, "head" | "script" | "style" | "math") {
                continue;
            }
            let element = TypesetElement::new(doc, node);
            let own = known.path(self, cascade, &element, parent);
            visit(Typeset::Element(node), known.all[own].1);
            open.extend(doc.children(node).iter().rev().map(|&child| (child, Some(own))));
        }
    }

    fn number(&mut self, computed: &Computed) -> usize {
        // Weights are whole numbers of three digits.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let weight = computed.weight.clamp(1.0, 1000.0) as u16;
        let families = computed.families.clone();
        let font = Font { families, weight, italic: computed.italic };
        let next = self.all.len();
        let number = *self.numbers.entry(font.clone()).or_insert(next);
        if number == next {
            self.all.push(font);
        }
        number
    }
}

/// What the cascade said of the paths of a document.
struct KnownFonts {
    /// Nothing where a rule asks for more than the path.
    paths: Option<PathNumbers>,
    /// Of each path what was computed, and the number of the font.
    all: Vec<(Computed, usize)>,
}

impl KnownFonts {
    /// Where among all the font of an element stands, by where that of its parent does.
    fn path(
        &mut self,
        fonts: &mut Fonts,
        cascade: &Cascade<'_, '_>,
        element: &TypesetElement<'_>,
        parent: Option<usize>,
    ) -> usize {
        // The paths are numbered from 1 on, and what is known of each stands in their order.
        let own = self.paths.as_mut().map_or(self.all.len(), |paths| {
            paths.number(parent.map_or(0, |parent| parent + 1), element) - 1
        });
        if own == self.all.len() {
            let above = parent.and_then(|parent| self.all.get(parent));
            let computed = cascade.computed(element, above.map(|one| &one.0));
            let font = fonts.number(&computed);
            self.all.push((computed, font));
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::Stylesheet;

    fn fonts(css: &str, xml: &str) -> Vec<String> {
        let sheet = Stylesheet::parse(css);
        let doc = Document::parse(xml).unwrap();
        let mut fonts = Fonts::default();
        let mut found = Vec::new();
        let cascade = Cascade::new([&sheet]);
        fonts.walk(&for_rules(&doc, cascade.asked().as_ref()), &cascade, |met, font| {
            if let Typeset::Text(_, text, _) = met {
                found.push((text.to_owned(), font));
            }
        });
        found
            .into_iter()
            .map(|(text, font)| {
                let font = &fonts.all[font];
                let family = font.families.first().map(ToString::to_string);
                let italic = if font.italic { "i" } else { "" };
                format!("{text} {} {}{italic}", family.unwrap_or_default(), font.weight)
            })
            .collect()
    }

    #[test]
    fn every_text_has_its_font() {
        let xml = "<html><head><title>t</title></head><body>a<p class=\"x\">b<b>c</b></p>\
                   <p>d<em><code>e</code></em></p><p style=\"font-weight: 300\">f</p>\
                   <p class=\"x\">g</p></body></html>";
        let css = "body { font-family: A } .x { font-family: B } code { font-family: C }";
        let plain = [
            "a A 400", "b B 400", "c B 700", "d A 400", "e C 400i", "f A 300", "g B 400",
        ];
        assert_eq!(fonts(css, xml), plain);
        // What stands in links, languages and quotations of others is told by the path, too.
        let more =
            format!("{css} :lang(ar) b, :where(q) > i, a:link {{ font-style: italic }}");
        assert_eq!(fonts(&more, xml), plain);
        // With a rule that asks for more, nothing is remembered.
        let css = format!("{css} p:last-child {{ font-style: italic }}");
        let mut italic = plain.map(str::to_owned);
        italic[6] = "g B 400i".to_owned();
        assert_eq!(fonts(&css, xml), italic);
    }

    #[test]
    fn tokens_have_fonts_of_their_own() {
        let xml = "<body><pre><code><span>a<span class=\"kw\">b</span><span class=\"nobr\">-\
                   <span class=\"kw\">c</span></span><wbr />d</span></code></pre></body>";
        let css = ".kw { font-weight: bold } .nobr { font-style: italic }";
        let plain = [
            "a monospace 400",
            "b monospace 700",
            "- monospace 400i",
            "c monospace 700i",
            "d monospace 400",
        ];
        assert_eq!(fonts(css, xml), plain);
        let css = format!("{css} .kw:first-child {{ font-weight: 300 }}");
        let light = ["b monospace 300", "c monospace 300i"];
        let found = fonts(&css, xml);
        assert_eq!([&*found[1], &*found[3]], light);
        let css = "wbr { font-family: A } span > wbr + .kw, .kw + .nobr > .kw { font-family: B }";
        assert_eq!(fonts(css, xml)[3], "c B 400");
    }
}
