//! The tree as text.

use super::{Document, Kind, NodeId};
use quick_xml::escape::{minimal_escape, partial_escape};
use std::fmt::Write as _;

impl Document {
    /// The document as text.
    pub fn to_xml(&self) -> String {
        enum Step {
            Open(NodeId),
            Close(NodeId),
        }
        let mut out = String::new();
        let mut steps = vec![Step::Open(self.root())];
        while let Some(step) = steps.pop() {
            match step {
                Step::Close(node) => {
                    let _ = write!(out, "</{}>", self.name(node).unwrap_or_default());
                }
                Step::Open(node) => match self.kind(node) {
                    Kind::Document => {
                        steps.extend(
                            self.children(node).iter().rev().map(|&n| Step::Open(n)),
                        );
                    }
                    Kind::Text(text) if self.in_raw_text(node) => {
                        out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                    }
                    Kind::Text(text) => out.push_str(&partial_escape(text.as_str())),
                    Kind::Comment(text) => {
                        let _ = write!(out, "<!--{text}-->");
                    }
                    Kind::Verbatim(text) => out.push_str(text),
                    Kind::Element { name, attrs } => {
                        let _ = write!(out, "<{name}");
                        for (key, value) in attrs {
                            let value = escape_attr(value);
                            let _ = write!(out, " {key}=\"{value}\"");
                        }
                        if self.children(node).is_empty() && is_void(name) {
                            out.push_str(" />");
                        } else {
                            out.push('>');
                            steps.push(Step::Close(node));
                            steps.extend(
                                self.children(node).iter().rev().map(|&n| Step::Open(n)),
                            );
                        }
                    }
                },
            }
        }
        out
    }

    /// Whether it stands in a stylesheet or script: a reader that takes XHTML for HTML resolves
    /// no references there, so `>` is written as it is.
    fn in_raw_text(&self, node: NodeId) -> bool {
        let parent = self.parent(node).and_then(|parent| self.local_name(parent));
        matches!(parent, Some("style" | "script"))
    }
}

/// Escapes an attribute's value for double quotes; line ends and tabs become references, so that
/// they survive the normalisation of attribute values (XML 1.0, section 3.3.3).
fn escape_attr(value: &str) -> String {
    let escaped = minimal_escape(value).replace('"', "&quot;");
    escaped.replace('\n', "&#10;").replace('\t', "&#9;").replace('\r', "&#13;")
}

/// Elements written `<br />` when empty: HTML's void ones, and those of the package and NCX
/// documents. All others are closed by a tag of their own, since a reader that takes XHTML for
/// HTML would else swallow what follows.
fn is_void(name: &str) -> bool {
    const EPUB: &[&str] = &["item", "itemref", "reference", "rootfile", "content"];
    const SVG: &[&str] = &[
        "image", "path", "rect", "circle", "line", "polyline", "polygon", "ellipse",
        "use",
    ];
    crate::epub::tags::is_void(name)
        || [EPUB, SVG].iter().any(|list| list.contains(&name))
}
