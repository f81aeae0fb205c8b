//! A sample of the book: its first chapters, or all up to the author's mark, then a page with the titles of
//! what is left out. It is a publication of its own (EPUB Previews 1.0): another identifier, and the
//! book's as its source.
//!
//! ````text
//! One  Two  Three  Four      becomes   One  Two  End of the sample
//!                                                   Three, Four: as words, without links
//! ````
//!
//! The book is cut before any document is worked on, so that no other pass knows of the rest: its links,
//! notes and pictures are gone, fonts hold what is left, and no finding is told twice.

mod closing;
mod cut;
mod files;
mod links;
mod metadata;

pub(super) use metadata::apply as metadata;

use super::outcome::FinishOutcome;
use super::outline;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::{NodeId, resolve};
use crate::finding::{Code, Finding, Subject};
use concfilter::settings::Edition;
use std::collections::BTreeSet;

/// The class of the section on the last page.
pub(super) const CLASS: &str = "sample-end";

/// Where a document of the book stands among the others, and a node in it.
type Position = (usize, NodeId);

/// Cuts the book, where its edition is a sample.
pub(super) fn cut(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    if options.presentation.edition != Edition::Sample {
        return;
    }
    let order = spine(book);
    outcome.findings.extend(cut::unknown(book));
    let end = match cut::marked(book, &order).ok_or_else(|| cut::chapters(book, &order)) {
        Ok(mark) => Some(mark),
        Err(chapters) if chapters.len() > options.sample.chapters => {
            Some(chapters[options.sample.chapters.saturating_sub(1)])
        }
        Err(_) => {
            let message = "no sample is made: it would have all chapters of the book";
            outcome.findings.push(whole(book, message));
            None
        }
    };
    let Some(end) = end else { return };
    // With its parts, whose titles stand in no document.
    outline::apply(book, options, outcome);
    let before = files::shown(book);
    let left_out = cut::behind(book, &order, end);
    if left_out.is_empty() {
        let message = "no sample is made: nothing stands behind its end";
        outcome.findings.push(whole(book, message));
        return;
    }
    files::remove(book, &before);
    closing::add(book, &options.sample, &left_out);
    links::apply(book, &left_out);
}

/// What a sample leaves out.
struct LeftOut {
    /// The paths of whole documents.
    documents: BTreeSet<String>,
    /// Identifiers that no document of the sample has any more.
    ids: BTreeSet<String>,
    /// Identifiers in documents that are there in part.
    cut: BTreeSet<(String, String)>,
}

impl LeftOut {
    fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.cut.is_empty()
    }

    /// Whether a reference of a document leads to what is left out.
    fn has(&self, from: &str, href: &str) -> bool {
        let Some(path) = resolve(from, href) else { return false };
        if self.documents.contains(&path) {
            return true;
        }
        let Some((_, fragment)) = href.split_once('#') else { return false };
        let id = crate::reference::percent_decode(fragment);
        // Of raw HTML, pandoc leads a link to the document that it stands in.
        self.cut.contains(&(path, id.clone())) || self.ids.contains(&id)
    }
}

fn whole(book: &UnfinishedBook, message: &str) -> Finding {
    Finding::new(Code::SampleWhole, book.epub.place(book.epub.package_path()), message)
        .about(Subject::Setting("concbook.sample.chapters".into()))
        .hint(
            "Set sample.chapters to fewer, or write <!-- concbook: sample ends --> where it ends",
        )
}

/// The documents in reading order, as places in the list of all.
fn spine(book: &UnfinishedBook) -> Vec<usize> {
    let items = book.package.items();
    let path = |id: &str| {
        let item = items.iter().find(|item| item.id == id)?;
        resolve(book.epub.package_path(), &item.href)
    };
    let at = |path: String| book.documents.0.iter().position(|one| one.path == path);
    book.package.spine().into_iter().filter_map(path).filter_map(at).collect()
}

#[cfg(test)]
mod tests;
