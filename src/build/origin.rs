//! Where in the author's files something of the book comes from, as far as it can be told: the AST
//! has no places, and neither has the ePub.

use crate::epub::Epub;
use crate::finding::{Code, Finding};
use crate::project::Chapter;
use concfilter::error::line_col;
use std::collections::HashMap;
use std::sync::Arc;

/// A chapter's file, and how to know its text again in the ePub.
#[derive(Debug)]
pub(super) struct Origin {
    /// The file.
    pub source: Arc<Chapter>,
    /// The identifier that it begins with in the book.
    pub head: String,
}

/// Leads findings about the ePub's documents back to the chapters that these were made from. Where
/// the document said so stays as what shows the finding.
pub(super) fn lead_back(findings: &mut [Finding], epub: &Epub, origins: &[Origin]) {
    let container = epub.place("").file;
    let is_ours = |finding: &&mut Finding| finding.place.file.starts_with(&container);
    let mut ours = findings.iter_mut().filter(is_ours).peekable();
    if ours.peek().is_none() {
        return;
    }
    let chapters = Chapters::read(epub, origins);
    for finding in ours {
        let name = finding.place.file.strip_prefix(&container).unwrap_or_default();
        // A title stands in the table of contents, too.
        let by_glyph = || origins.iter().find(|one| glyph(finding, one).is_some());
        let Some(origin) = chapters.at(name, finding.place.line).or_else(by_glyph) else {
            continue;
        };
        let place = match offset(finding, origin, epub.text(name).unwrap_or_default()) {
            Some(offset) => origin.source.place(offset),
            None => origin.source.whole(),
        };
        let before = std::mem::replace(&mut finding.place, place);
        finding.detail.get_or_insert(before.to_string());
    }
}

/// Which chapter stands where in the ePub.
struct Chapters<'a> {
    /// The files in their order.
    documents: Vec<&'a str>,
    /// Where each chapter begins: the number of the document, and the line in it.
    starts: Vec<((usize, u32), &'a Origin)>,
}

impl<'a> Chapters<'a> {
    fn read(epub: &'a Epub, origins: &'a [Origin]) -> Self {
        let documents: Vec<_> =
            epub.entries().iter().map(|entry| entry.name.as_str()).collect();
        let headed = origins.iter().filter(|origin| !origin.head.is_empty());
        let heads: HashMap<&str, &Origin> =
            headed.map(|origin| (origin.head.as_str(), origin)).collect();
        let mut starts = Vec::new();
        for (number, name) in documents.iter().enumerate() {
            let text = epub.text(name).unwrap_or_default();
            for (at, before) in text.match_indices("id=\"") {
                let id = text[at + before.len()..].split('"').next();
                if let Some(origin) = id.and_then(|id| heads.get(id)) {
                    starts.push(((number, line_col(text, at).0), *origin));
                }
            }
        }
        starts.sort_by_key(|(start, _)| *start);
        Self { documents, starts }
    }

    /// The chapter that a line of a document belongs to.
    fn at(&self, document: &str, line: Option<u32>) -> Option<&'a Origin> {
        let number = self.documents.iter().position(|name| *name == document)?;
        // What stands before a chapter's heading in its document is its own.
        let mut here = self.starts.iter().filter(|((own, _), _)| *own == number);
        let first = here.next().map_or(0, |((_, line), _)| *line);
        let place = (number, line.unwrap_or(0).max(first));
        let before = self.starts.partition_point(|(start, _)| *start <= place);
        let (_, origin) = self.starts.get(before.checked_sub(1)?)?;
        Some(origin)
    }
}

/// Where in its chapter's text a finding about a document of the ePub comes from.
fn offset(finding: &Finding, origin: &Origin, document: &str) -> Option<usize> {
    if let Some(offset) = glyph(finding, origin) {
        return Some(offset);
    }
    // Raw HTML comes through as it was written.
    let line = document.lines().nth(finding.place.line?.checked_sub(1)? as usize)?;
    let col = finding.place.col.unwrap_or(1) as usize;
    let at = line.char_indices().nth(col.saturating_sub(1)).map_or(line.len(), |at| at.0);
    let start = line[..at].rfind('<').unwrap_or(0);
    let end = line[at..].find('>').map_or(line.len(), |end| at + end + 1);
    let pieces = [line.trim(), line[start..end].trim()];
    pieces
        .iter()
        .filter(|piece| piece.len() > 3)
        .find_map(|piece| origin.source.text.find(piece))
}

/// Where a chapter has a character that the finding says is in no font.
fn glyph(finding: &Finding, origin: &Origin) -> Option<usize> {
    let told = |c: char| !c.is_ascii() && c != '…' && finding.message.contains(c);
    let is_told = finding.code == Code::GlyphMissing.name();
    is_told.then(|| origin.source.text.find(told)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use concfilter::error::Place;

    #[test]
    fn findings_about_a_document_are_led_back_to_its_chapter() {
        let origin = |label: &str, text: &str, head: &str| Origin {
            source: Arc::new(Chapter::of_text(label, text, Dialect::Pandoc)),
            head: head.to_owned(),
        };
        let origins = [
            origin("a.md", "# A\n\n<!-- a -- b -->\n", "a"),
            origin("b.md", "# B\n\nA tree: 🌳\n", "b"),
        ];
        let mut epub = Epub::empty("x.epub");
        let put = |epub: &mut Epub, name: &str, text: &str| epub.put(name, text.into());
        put(&mut epub, "nav.xhtml", "<p>\n</p>");
        put(&mut epub, "ch1.xhtml", "<p>\n<h1 id=\"a\">\n<p>x<!-- a -- b --></p>\n</p>");
        put(&mut epub, "ch2.xhtml", "<p>more of a</p>");
        put(&mut epub, "ch3.xhtml", "<p>\n<h1 id=\"b\">\n<p>A tree:\n🌳</p>");
        let find = |code, place, message: &str| {
            let mut finding = [Finding::new(code, place, message)];
            lead_back(&mut finding, &epub, &origins);
            let [finding] = finding;
            (finding.place.to_string(), finding.detail.unwrap_or_default())
        };
        let said = |place: &str, detail: &str| (place.to_owned(), detail.to_owned());
        let (html, glyph) =
            ((Code::HtmlRepaired, "bad"), (Code::GlyphMissing, "🌳 is in no font"));
        for ((code, message), document, line, col, place) in [
            (html, "ch1.xhtml", 3, 12, "a.md:3:1"),
            (html, "ch2.xhtml", 1, 1, "a.md"),
            (glyph, "ch3.xhtml", 3, 1, "b.md:3:9"),
            (glyph, "nav.xhtml", 1, 1, "b.md:3:9"),
        ] {
            let at = Place::at(format!("x.epub/{document}"), line, col);
            let detail = at.to_string();
            assert_eq!(find(code, at, message), said(place, &detail));
        }
        // What no chapter was made into stays where it is.
        for file in ["x.epub/nav.xhtml", "x.epub/a.css", "c.md"] {
            assert_eq!(
                find(Code::HtmlRepaired, Place::file(file), "bad"),
                said(file, "")
            );
        }
    }
}
