//! Where in the author's files something of the ePub comes from.
//!
//! pandoc's document has no places, and neither has the ePub. So before pandoc writes, headings, code
//! blocks and pictures get an attribute that names their chapter and the byte of its Markdown at
//! which they stand ([`mark`]). Afterwards it is cut out of the ePub again ([`SourceMap::take_off`]);
//! what is left is byte for byte what pandoc writes without it.
//!
//! ````text
//! ## Races                                        byte 1042 of the third chapter
//! <h2 id="races" data-concbook-place="2:1042">    as pandoc writes it
//! <h2 id="races">                                 in the ePub, and a mark: byte 1042 of chapter 2
//! ````
//!
//! A finding about a byte of a document belongs to the last mark before it. From there to the next
//! mark the Markdown is looked through for what the finding is about: raw HTML and rare characters
//! come through as they were written.

mod marks;

pub(super) use marks::{Pictures, mark};

use crate::epub::dom::OffsetMap;
use crate::epub::tags::tags;
use crate::epub::{Epub, resolve};
use crate::finding::{Finding, Subject};
use crate::project::Chapter;
use concfilter::error::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The attribute of a marked element: the chapter's number and, where it is known, the byte.
pub(super) const ATTRIBUTE: &str = "data-concbook-place";

/// The number of the chapter and, where it is known, the byte that a mark among an element's attributes
/// names.
pub(super) fn marked(attr: &Value) -> Option<(usize, Option<usize>)> {
    let mut pairs = attr[2].as_array()?.iter();
    pairs.find(|pair| pair[0] == ATTRIBUTE).and_then(|pair| read(pair[1].as_str()?))
}

/// The same, from the mark's value.
pub(super) fn read(value: &str) -> Option<(usize, Option<usize>)> {
    let (chapter, at) = value.split_once(':')?;
    Some((chapter.parse().ok()?, at.parse().ok()))
}

/// A chapter of the book.
#[derive(Debug, Clone)]
pub(super) struct SourceChapter {
    /// Its file.
    pub chapter: Arc<Chapter>,
    /// Its pictures that were marked.
    pub pictures: Pictures,
}

/// From here on a document is what stands there in a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChapterMark {
    /// The byte of the document.
    offset: usize,
    /// The number of the chapter.
    chapter: usize,
    /// The byte of the chapter's Markdown; `None` for a heading that only its metadata have.
    at: Option<usize>,
}

/// Which bytes of an ePub's documents come from where.
#[derive(Debug, Default)]
pub(super) struct SourceMap {
    sources: Vec<SourceChapter>,
    /// The documents in the container's order, each with its marks in their order.
    documents: Vec<(String, Vec<ChapterMark>)>,
    /// By their paths in the container: where pictures are shown first.
    pictures: BTreeMap<String, ChapterMark>,
}

impl SourceMap {
    /// Cuts the marks out of the ePub that pandoc wrote, and keeps them. `sources` are the chapters by
    /// their numbers.
    pub(super) fn take_off(epub: &mut Epub, sources: Vec<SourceChapter>) -> Self {
        let mut map = Self { sources, ..Self::default() };
        let names: Vec<String> =
            epub.entries().iter().map(|entry| entry.name.clone()).collect();
        for name in names {
            let extension = name.rsplit('.').next().unwrap_or_default();
            if !matches!(extension, "xhtml" | "html" | "ncx" | "opf") {
                continue;
            }
            let Some((text, marks)) =
                epub.text(&name).ok().map(|text| map.without_marks(&name, text))
            else {
                continue;
            };
            if !marks.is_empty() {
                epub.put(&name, text.into_bytes());
            }
            if extension == "xhtml" {
                map.documents.push((name, marks));
            }
        }
        map
    }

    /// A document's text without its marks, and the marks by the bytes of that text. Pictures among
    /// what is marked are noted.
    fn without_marks(&mut self, name: &str, text: &str) -> (String, Vec<ChapterMark>) {
        let begin = format!(" {ATTRIBUTE}=\"");
        let mut out = String::with_capacity(text.len());
        let mut marks = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(&begin) {
            let Some((value, behind)) = behind.split_once('"') else { break };
            out.push_str(before);
            rest = behind;
            let Some((chapter, at)) = value.split_once(':') else { continue };
            let Some(chapter) = chapter.parse().ok().filter(|&n| n < self.sources.len())
            else {
                continue;
            };
            let offset = out.rfind('<').unwrap_or(out.len());
            let mark = ChapterMark { offset, chapter, at: at.parse().ok() };
            marks.push(mark);
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            let element = format!("{}{}", &out[offset..], &rest[..end]);
            if let Some(path) = picture(name, &element) {
                self.pictures.entry(path).or_insert(mark);
            }
        }
        out.push_str(rest);
        (out, marks)
    }

    /// Leads findings about the ePub back to the author's files. `moves` tell how the nodes of its
    /// documents moved since the marks were taken off; `setting` tells where the book's settings
    /// stand. What the place in the ePub was stays as what shows the finding.
    pub(super) fn map_to_source<'m>(
        &self,
        findings: &mut [Finding],
        epub: &Epub,
        moves: &dyn Fn(&str) -> Option<&'m OffsetMap>,
        setting: &dyn Fn(&str) -> Place,
    ) {
        let container = epub.place("").file;
        for finding in findings {
            let Some(name) = finding.place.file.strip_prefix(&container) else {
                continue;
            };
            match &finding.subject {
                Some(Subject::Setting(key)) => finding.place = setting(key),
                Some(Subject::Picture(path)) => {
                    if let Some((place, target)) = self.picture(path) {
                        finding.place = place;
                        finding.detail.get_or_insert(target);
                    }
                }
                _ => {
                    let text = epub.text(name).unwrap_or_default();
                    let at = offset(text, &finding.place);
                    let parsed = at.map(|at| moves(name).map_or(at, |all| back(all, at)));
                    if let Some(place) = self.place(finding, name, parsed, text) {
                        let before = std::mem::replace(&mut finding.place, place);
                        finding.detail.get_or_insert(before.to_string());
                    }
                }
            }
        }
    }

    /// Where a picture of the container is shown, and what the author calls it there.
    fn picture(&self, path: &str) -> Option<(Place, String)> {
        let mark = self.pictures.get(path)?;
        let source = &self.sources[mark.chapter];
        let target = source.pictures.get(&mark.at?)?;
        Some((source.place(mark.at), target.clone()))
    }

    /// Where a finding about the document `name` comes from; `at` is the byte of what pandoc wrote.
    fn place(
        &self,
        finding: &Finding,
        name: &str,
        at: Option<usize>,
        text: &str,
    ) -> Option<Place> {
        let Some(mark) = self.mark(name, at) else {
            // A title stands in the table of contents, too.
            let mut all = self.sources.iter();
            return all.find_map(|source| {
                let at = source.find(
                    finding,
                    std::iter::once(0..source.chapter.text.len()),
                    &[],
                )?;
                Some(source.place(Some(at)))
            });
        };
        let source = &self.sources[mark.chapter];
        let from = mark.at.unwrap_or(0);
        let all = self.documents.iter().flat_map(|(_, marks)| marks);
        let own = all.filter(|one| one.chapter == mark.chapter);
        let next = own.filter_map(|one| one.at).filter(|&at| at > from).min();
        let end = source.chapter.text.len();
        let stretches = [from..next.unwrap_or(end), from..end, 0..end];
        let found =
            source.find(finding, stretches.into_iter(), &pieces(text, &finding.place));
        Some(source.place(found.or(mark.at.filter(|_| at.is_some()))))
    }

    /// The mark that a byte of a document belongs to: what stands before the first mark of a document
    /// is its own, and a document without marks goes on with the chapter of the one before.
    fn mark(&self, name: &str, at: Option<usize>) -> Option<ChapterMark> {
        let number = self.documents.iter().position(|(one, _)| one == name)?;
        let (before, own) = (&self.documents[..number], &self.documents[number].1);
        let at = at.unwrap_or(0);
        let last = own.partition_point(|mark| mark.offset <= at).saturating_sub(1);
        own.get(last)
            .or_else(|| before.iter().rev().find_map(|(_, marks)| marks.last()))
            .copied()
    }
}

impl SourceChapter {
    /// A byte of the file as a place, or the file alone.
    fn place(&self, at: Option<usize>) -> Place {
        at.map_or_else(|| self.chapter.whole(), |at| self.chapter.place(at))
    }

    /// The first byte in any of the stretches at which what a finding is about stands: one of its
    /// characters, or a piece of the document.
    fn find(
        &self,
        finding: &Finding,
        mut stretches: impl Iterator<Item = Range<usize>>,
        pieces: &[&str],
    ) -> Option<usize> {
        stretches.find_map(|stretch| {
            let text = self.chapter.text.get(stretch.clone())?;
            let found = match &finding.subject {
                Some(Subject::Glyphs(chars)) => text.find(&**chars),
                Some(Subject::Written(written)) => text.find(&**written),
                _ => pieces.iter().find_map(|piece| text.find(piece)),
            };
            Some(stretch.start + found?)
        })
    }
}

/// The picture that an element of the document `name` shows, as a path of the container.
fn picture(name: &str, element: &str) -> Option<String> {
    let tag = tags(element).into_iter().next().filter(|tag| tag.is("img"))?;
    resolve(name, &element[tag.value("src")?].replace("&amp;", "&"))
}

/// The byte of a text at a place's line and column; `None` for a place without a line.
fn offset(text: &str, place: &Place) -> Option<usize> {
    let line = place.line?.checked_sub(1)? as usize;
    let col = place.col.unwrap_or(1).saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let found = text[start..].split('\n').next()?;
    let inside = found.char_indices().nth(col).map_or(found.len(), |(at, _)| at);
    Some(start + inside)
}

/// The byte of the parsed text that the node at a byte of the written text began at.
fn back(moves: &[(u32, u32)], at: usize) -> usize {
    if moves.is_empty() {
        // What was not written anew stands where it stood.
        return at;
    }
    let last = moves.partition_point(|&(written, _)| written as usize <= at);
    last.checked_sub(1).map_or(0, |last| moves[last].1 as usize)
}

/// What a document has at a place that the Markdown may have, too: the line, and the tag.
fn pieces<'t>(text: &'t str, place: &Place) -> Vec<&'t str> {
    let Some(at) = offset(text, place) else { return Vec::new() };
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let at = (at - start).min(line.len());
    let open = line[..at].rfind('<').unwrap_or(0);
    let close = line[at..].find('>').map_or(line.len(), |end| at + end + 1);
    let pieces = [line.trim(), line[open..close].trim()];
    // Shorter ones stand anywhere.
    pieces.into_iter().filter(|piece| piece.len() > 3).collect()
}

#[cfg(test)]
mod tests;
