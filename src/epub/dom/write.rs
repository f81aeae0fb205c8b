//! The tree as text.

use super::{Document, Kind, NodeId, TextPart};
use quick_xml::escape::{minimal_escape, partial_escape};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Where nodes that were parsed stand in a text written of them: pairs of the byte in the written
/// text and the byte in the parsed one, in the order of the written text.
pub type OffsetMap = Vec<(u32, u32)>;

impl Document {
    /// The document as text.
    pub fn to_xml(&self) -> String {
        self.write(self.root(), |_, _, _| ())
    }

    /// A node, and all in it, as text.
    pub fn xml_of(&self, node: NodeId) -> String {
        self.write(node, |_, _, _| ())
    }

    /// The document as text, and how its nodes moved. From now on [`Document::offset`] tells where a
    /// node stands in this text, as if it had been parsed from it.
    pub fn rewrite(&mut self) -> (String, OffsetMap) {
        let mut places = Vec::new();
        let text =
            self.write(self.root(), |node, mark, at| places.push((node, mark, at)));
        let mut moves = OffsetMap::new();
        for (node, mark, at) in places {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let own = self.node_mut(node);
            let mark = mark.and_then(|mark| own.marks.as_mut()?.0.get_mut(mark as usize));
            let offset = mark.map_or(&mut own.offset, |mark| &mut mark.offset);
            if *offset > 0 {
                moves.push((at, *offset));
            }
            *offset = at;
        }
        (text, moves)
    }

    /// Writes a node and all in it; `begins` hears at which byte each node does, and each mark of a text by its
    /// number.
    fn write(
        &self,
        node: NodeId,
        mut begins: impl FnMut(NodeId, Option<u32>, usize),
    ) -> String {
        enum WriteStep {
            Open(NodeId),
            Close(NodeId),
        }
        let mut out = String::new();
        let mut steps = vec![WriteStep::Open(node)];
        while let Some(step) = steps.pop() {
            let node = match step {
                WriteStep::Close(node) => {
                    out.push_str("</");
                    out.push_str(self.name(node).expect("what is closed is an element"));
                    out.push('>');
                    continue;
                }
                WriteStep::Open(node) => node,
            };
            begins(node, None, out.len());
            match self.kind(node) {
                Kind::Document => {}
                Kind::Text(text) if self.in_raw_text(node) => {
                    out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                }
                Kind::Text(_) => {
                    let mut mark = 0;
                    for part in self.text_parts(node) {
                        match part {
                            TextPart::Text(text) => out.push_str(&partial_escape(text)),
                            TextPart::Mark(one) => {
                                begins(node, Some(mark), out.len());
                                one.kind.write(&mut out);
                                mark += 1;
                            }
                        }
                    }
                }
                Kind::Comment(text) => {
                    let _ = write!(out, "<!--{text}-->");
                }
                Kind::Verbatim(text) => out.push_str(text),
                Kind::Element { name, attrs } => {
                    out.push('<');
                    out.push_str(name);
                    for (key, value) in attrs {
                        out.push(' ');
                        out.push_str(key);
                        out.push_str("=\"");
                        out.push_str(&escape_attr(value));
                        out.push('"');
                    }
                    if self.children(node).is_empty() && is_void(name) {
                        out.push_str(" />");
                        continue;
                    }
                    out.push('>');
                    steps.push(WriteStep::Close(node));
                }
            }
            steps.extend(self.children(node).iter().rev().map(|&n| WriteStep::Open(n)));
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
fn escape_attr(value: &str) -> Cow<'_, str> {
    // Nearly all of a book.
    if !value.contains(['<', '&', '"', '\n', '\t', '\r']) {
        return Cow::Borrowed(value);
    }
    let escaped = minimal_escape(value).replace('"', "&quot;");
    Cow::Owned(
        escaped.replace('\n', "&#10;").replace('\t', "&#9;").replace('\r', "&#13;"),
    )
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
    crate::elements::is_void(name) || [EPUB, SVG].iter().any(|list| list.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_where_they_were_written() {
        let mut doc = Document::parse("<a><b>1</b><c/></a>").unwrap();
        let a = doc.root_element().unwrap();
        let (b, c) = (doc.children(a)[0], doc.children(a)[1]);
        let new = doc.create_element("new", &[]);
        doc.insert(a, 0, new);
        let (text, moves) = doc.rewrite();
        assert_eq!(text, "<a><new></new><b>1</b><c></c></a>");
        assert_eq!((doc.offset(new), doc.offset(b), doc.offset(c)), (3, 14, 22));
        // `<b>`, its text and `<c/>`; the root began at byte 0.
        assert_eq!(moves, [(14, 3), (17, 6), (22, 11)]);
    }
}
