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
use crate::css::{Cascade, Computed, Family};
use crate::epub::dom::{Document, Kind, NodeId};
use serde::{Deserialize, Serialize};
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

impl Fonts {
    /// Calls `visit` with each element and text below the document's root and the number of its font,
    /// in document order; heads, scripts and formulas are left out.
    pub fn walk(
        &mut self,
        doc: &Document,
        cascade: &Cascade<'_, '_>,
        mut visit: impl FnMut(NodeId, usize),
    ) {
        let mut paths = cascade.asked().map(PathNumbers::of);
        let mut known: Vec<(Computed, usize)> = Vec::new();
        let mut open: Vec<(NodeId, Option<usize>)> =
            doc.children(doc.root()).iter().rev().map(|&node| (node, None)).collect();
        while let Some((node, parent)) = open.pop() {
            let name = match doc.kind(node) {
                Kind::Text(_) => {
                    if let Some((_, font)) = parent.and_then(|parent| known.get(parent)) {
                        visit(node, *font);
                    }
                    continue;
                }
                Kind::Element { name, .. } => name,
                _ => continue,
            };
            if matches!(&**name, "head" | "script" | "style" | "math") {
                continue;
            }
            let element = TypesetElement { doc, id: node };
            // The paths are numbered from 1 on, and what is known of each stands in their order.
            let own = paths.as_mut().map_or(known.len(), |paths| {
                paths.number(parent.map_or(0, |parent| parent + 1), &element) - 1
            });
            if own == known.len() {
                let above = parent.and_then(|parent| known.get(parent));
                let computed = cascade.computed(&element, above.map(|one| &one.0));
                let font = self.number(&computed);
                known.push((computed, font));
            }
            visit(node, known[own].1);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::Stylesheet;

    fn fonts(css: &str, xml: &str) -> Vec<String> {
        let sheet = Stylesheet::parse(css);
        let doc = Document::parse(xml).unwrap();
        let mut fonts = Fonts::default();
        let mut found = Vec::new();
        fonts.walk(&doc, &Cascade::new([&sheet]), |node, font| {
            if let Kind::Text(text) = doc.kind(node) {
                found.push((text.clone(), font));
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
}
