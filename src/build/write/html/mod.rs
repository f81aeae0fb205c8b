//! The HTML of a division, written as pandoc writes it: to the byte, and without a run of pandoc, which takes most of
//! a build's time. What a division may hold here is what most hold: paragraphs, lists, listings, simple tables,
//! pictures, notes. Whatever else it holds (formulas, raw HTML, cells over two columns) is left to pandoc, and the
//! whole division with it.
//!
//! ````text
//! [{"t": "Header", "c": [1, ["one", [], []], …]},   ─►   <section id="one" class="level1">
//!  {"t": "Para", "c": …}]                                <h1>One</h1>
//!                                                        <p>Text</p>
//!                                                        </section>
//! ````
//!
//! That the two agree is asked in each build of the pandoc that is there ([`specimen`]): it writes the ePub of what
//! stands in for the divisions, and with it one of each kind of element.

mod attributes;
mod blocks;
mod inlines;
pub(super) mod specimen;
mod tables;

use crate::build::write::division::heading_level;
use concfilter::ast::deep;
use serde_json::Value;
use std::fmt::Write as _;

/// What a picture's `src` is until it is known what the file is called in the ePub. The names come in the order in
/// which pictures stand in the text, so it holds no name.
pub(super) const PICTURE: &str = "<img src=\"";

/// The version of pandoc from which on notes no longer lead back (measured: 3.5, 3.6 and 3.8 do).
const NOTES_LEAD_NOWHERE: (u32, u32) = (3, 9);

/// The text between the tags of a page's `<body>`, without the line ends beside them; nothing where pandoc has to
/// write it. `version` is pandoc's. A picture has no name yet ([`PICTURE`]).
pub(super) fn body(blocks: &[Value], version: (u32, u32)) -> Option<String> {
    let notes_lead_back = version < NOTES_LEAD_NOWHERE;
    let mut writer = BodyWriter { notes_lead_back, ..BodyWriter::default() };
    let mut out = String::new();
    writer.sections(&mut out, blocks)?;
    if !writer.notes.is_empty() {
        writer.notes_at_end(&mut out)?;
    }
    Some(out)
}

/// Writes a page's body.
#[derive(Debug, Default)]
struct BodyWriter {
    /// Whether a note begins with a link to where its sign stands.
    notes_lead_back: bool,
    /// What is written of each note so far.
    notes: Vec<String>,
    /// Whether a note is being written.
    is_in_note: bool,
    /// Whether a link is being written.
    is_in_link: bool,
}

impl BodyWriter {
    /// Writes blocks that may begin sections: a heading's goes on to the next of its level.
    fn sections(&mut self, out: &mut String, blocks: &[Value]) -> Option<()> {
        let mut open: Vec<u64> = Vec::new();
        for (at, block) in blocks.iter().enumerate() {
            let level = heading_level(block);
            if let Some(level) = level {
                while open.last().is_some_and(|own| *own >= level) {
                    out.push_str("\n</section>");
                    open.pop();
                }
                open.push(level);
            }
            if at > 0 {
                out.push('\n');
            }
            match level {
                Some(level) => self.section(out, level, &block["c"])?,
                None => deep(|| self.block(out, block))?,
            }
        }
        open.iter().for_each(|_| out.push_str("\n</section>"));
        Some(())
    }

    /// The asides at the end of a page.
    fn notes_at_end(&self, out: &mut String) -> Option<()> {
        out.push_str(
            "\n<section id=\"footnotes\" class=\"footnotes footnotes-end-of-document\" \
             epub:type=\"footnotes\">\n<hr />",
        );
        for (at, note) in self.notes.iter().enumerate() {
            let number = at + 1;
            write!(out, "\n<aside epub:type=\"footnote\" role=\"doc-footnote\" id=\"fn{number}\">\n{note}\n</aside>").ok()?;
        }
        out.push_str("\n</section>");
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;
    use std::slice::from_ref;

    #[test]
    fn each_kind_of_the_specimen_is_written() {
        let all = specimen::specimen(&BTreeSet::from(["key".to_owned()]));
        assert!(all.len() > 20);
        for block in all {
            assert!(body(from_ref(&block), (3, 9)).is_some(), "{block}");
        }
    }

    #[test]
    fn sections_nest_as_their_headings_do() {
        let heading = |level: u64, id: &str| {
            let text = json!([{"t": "Str", "c": id}]);
            json!({"t": "Header", "c": [level, [id, ["one"], []], text]})
        };
        let text = json!({"t": "Para", "c": [{"t": "Str", "c": "\"a\" & b"}]});
        let blocks = [text, heading(1, "a"), heading(3, "b"), heading(2, "2c")];
        let written = "<p>\"a\" &amp; b</p>\n\
            <section id=\"a\" class=\"level1 one\">\n<h1 class=\"one\">a</h1>\n\
            <section id=\"b\" class=\"level3 one\">\n<h3 class=\"one\">b</h3>\n</section>\n\
            <section id=\"id_2c\" class=\"level2 one\">\n<h2 class=\"one\">2c</h2>\n</section>\n\
            </section>";
        assert_eq!(body(&blocks, (3, 9)).as_deref(), Some(written));
    }

    #[test]
    fn notes_lead_back_in_older_versions() {
        let text = json!([{"t": "Str", "c": "x"}]);
        let para = |inlines: Value| json!({"t": "Para", "c": inlines});
        let with = |note: Value| para(json!([{"t": "Note", "c": [note]}]));
        let block = with(para(text.clone()));
        let note = |version| {
            let body = body(from_ref(&block), version)?;
            Some(body.lines().find(|line| line.ends_with("x</p>"))?.to_owned())
        };
        assert_eq!(note((3, 9)).as_deref(), Some("<p>x</p>"));
        let link =
            "<a href=\"#fnref1\" class=\"footnote-back\" role=\"doc-backlink\">1</a>";
        assert_eq!(note((3, 8)), Some(format!("<p>{link}. x</p>")));
        let code = with(json!({"t": "CodeBlock", "c": [["", [], []], "x"]}));
        assert!(body(from_ref(&code), (3, 9)).is_some());
        assert_eq!(body(from_ref(&code), (3, 8)), None);
    }

    #[test]
    fn what_is_not_known_is_left_to_pandoc() {
        let inline = |inline: Value| json!({"t": "Para", "c": [inline]});
        let note = |blocks: Value| json!({"t": "Note", "c": blocks});
        let image =
            |attr: Value, file: &str| json!({"t": "Image", "c": [attr, [], [file, ""]]});
        for block in [
            inline(json!({"t": "Math", "c": [{"t": "InlineMath"}, "x"]})),
            inline(json!({"t": "RawInline", "c": ["html", "<a href='x'>"]})),
            inline(json!({"t": "RawInline", "c": ["html", "<!-- a --> b -->"]})),
            inline(json!({"t": "RawInline", "c": ["latex", "x"]})),
            inline(json!({"t": "Str", "c": "a\u{1}"})),
            inline(json!({"t": "New", "c": []})),
            inline(note(json!([inline(note(json!([])))]))),
            inline(image(json!(["", [], []]), "film.mp4")),
            inline(image(json!(["", [], [["width", "3in"]]]), "a.png")),
            inline(image(json!(["", [], [["width", "0.01%"]]]), "a.png")),
            inline(json!({"t": "Span", "c": [["", [], [["a b", "c"]]], []]})),
            inline(json!({"t": "Span", "c": [["", [], [["a", "b"], ["a", "c"]]], []]})),
            json!({"t": "Para", "c": []}),
            json!({"t": "Header", "c": [7, ["a", [], []], []]}),
            json!({"t": "BlockQuote", "c": [{"t": "Header", "c": [2, ["a", [], []], []]}]}),
            json!({"t": "RawBlock", "c": ["html", "<div>"]}),
            json!({"t": "Div", "c": [["", ["section"], []], []]}),
            json!({"t": "New", "c": []}),
        ] {
            assert_eq!(body(from_ref(&block), (3, 9)), None, "{block}");
        }
    }
}
