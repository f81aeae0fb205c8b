//! What a pass is, and what it gets to see.

use super::cover::DrawnCover;
use super::outcome::{DocumentOutcome, FinishOutcome};
use crate::cache::BuildCache;
use crate::epub::{ContentDocument, ContentDocuments, Epub, Package};
use crate::fonts::UserFont;
use crate::project::Repository;
use crate::style::Highlighting;
use concfilter::settings::{Accessibility, Presentation};

/// What the passes depend on besides the ePub.
#[derive(Debug, Clone, Default)]
pub struct FinishOptions {
    /// The time of the last change that the package document shall name, in seconds since 1970;
    /// `None` leaves the one that is there.
    pub modified: Option<u64>,
    /// How the ePub looks.
    pub presentation: Presentation,
    /// Whether the identifier stays although it is a random one, because the author chose it.
    pub keep_identifier: bool,
    /// Who highlights the code.
    pub highlighting: Highlighting,
    /// Fonts of the author's own.
    pub fonts: Vec<UserFont>,
    /// Whether those are made unreadable outside the book.
    pub obfuscate: bool,
    /// Which edition the book is, as the author says it: a number, or words.
    pub book_edition: Option<String>,
    /// What the author says of the book's accessibility.
    pub accessibility: Accessibility,
    /// Whether text runs from right to left where nothing else is said.
    pub rtl: bool,
    /// The lowest level of headings that the table of contents has to list; `None` where nobody
    /// knows.
    pub contents_depth: Option<u32>,
    /// Where chapters stand in the table of contents, in their order; nothing where their headings tell.
    pub outline: Vec<OutlineEntry>,
    /// What a sample of the book has.
    pub sample: SampleOptions,
    /// Where the book's source is kept.
    pub repository: Repository,
    /// What is remembered of earlier builds.
    pub cache: BuildCache,
}

/// What the passes over one document depend on besides the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DocumentOptions {
    /// How the ePub looks.
    pub presentation: Presentation,
    /// Who highlights the code.
    pub highlighting: Highlighting,
    /// Whether text runs from right to left where nothing else is said.
    pub rtl: bool,
}

impl FinishOptions {
    /// Those that the passes over one document see.
    pub fn of_documents(&self) -> DocumentOptions {
        let &Self { presentation, highlighting, rtl, .. } = self;
        DocumentOptions { presentation, highlighting, rtl }
    }
}

/// What a sample of the book has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// How many chapters, unless the author marks its end in one.
    pub chapters: usize,
    /// Where the whole book is to be had.
    pub link: Option<String>,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self { chapters: 1, link: None }
    }
}

/// Where a chapter stands in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// The identifier of its heading.
    pub id: String,
    /// In how many other chapters it stands.
    pub depth: usize,
    /// The number and the title of the part that it belongs to.
    pub part: Option<(usize, String)>,
}

/// A pass over one content document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentPass {
    /// What it is called.
    pub name: &'static str,
    /// Changes the document, and notes what it found.
    pub apply: fn(&mut ContentDocument, &DocumentContext<'_>, &mut DocumentOutcome),
}

/// A pass over the whole book.
#[derive(Debug, Clone, Copy)]
pub struct BookPass {
    /// What it is called.
    pub name: &'static str,
    /// Changes the book, and notes what it found.
    pub apply: fn(&mut UnfinishedBook, &FinishOptions, &mut FinishOutcome),
}

/// What a pass over one document may look at besides it: nothing of the other documents, so that
/// all can be worked on side by side.
#[derive(Debug, Clone, Copy)]
pub struct DocumentContext<'a> {
    /// The names of all files, as the passes over the container left them, and the text of stylesheets and of
    /// the document.
    pub epub: &'a Epub,
    /// What the passes depend on.
    pub options: DocumentOptions,
}

/// The book that is being finished.
#[derive(Debug, Clone)]
pub struct UnfinishedBook {
    /// The container.
    pub epub: Epub,
    /// Its package document.
    pub package: Package,
    /// Its content documents; none while [`CONTAINER_PASSES`](super::CONTAINER_PASSES) run.
    pub documents: ContentDocuments,
    /// The rules for tokens that pandoc wrote: those of the first document that has any.
    pub pandoc_theme: Option<String>,
    /// The cover, where it was drawn while documents were worked on.
    pub(super) cover: Option<DrawnCover>,
}

impl UnfinishedBook {
    /// A container and its package document, with no documents open.
    pub fn new(epub: Epub, package: Package) -> Self {
        Self {
            epub,
            package,
            documents: ContentDocuments::default(),
            pandoc_theme: None,
            cover: None,
        }
    }
}
