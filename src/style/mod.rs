//! Passes over an open ePub: what makes pandoc's container a finished book.
//!
//! Each pass is one file with one function `apply`; [`apply`] is their order. A pass changes
//! what it recognises as pandoc's and leaves what the author wrote; run a second time, it changes
//! nothing.

mod accessibility;
mod contents;
mod cover;
mod direction;
mod documents;
mod fonts;
mod headings;
mod highlighting;
mod images;
mod inline;
mod lines;
mod links;
mod listings;
mod manifest;
mod markup;
mod metadata;
mod modified;
mod pictures;
mod prefixes;
mod properties;
mod repairs;
mod semantics;
mod spans;
mod stylesheets;
mod tables;
mod tokens;

use crate::epub::Epub;
use crate::finding::{self, Finding};
use concfilter::error::Result;
use concfilter::settings::{Accessibility, Look};
use documents::Documents;
pub use fonts::OwnFont;
pub use pictures::Saved;
pub use repairs::{Repair, Repairs};

/// What the passes depend on besides the ePub.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The time of the last change that the package document shall name, in seconds since 1970;
    /// `None` leaves the one that is there.
    pub modified: Option<u64>,
    /// How the ePub looks.
    pub look: Look,
    /// Whether the identifier stays although it is a random one, because the author chose it.
    pub keep_identifier: bool,
    /// Who highlights the code.
    pub highlighting: Highlighting,
    /// Fonts of the author's own.
    pub fonts: Vec<OwnFont>,
    /// Whether those are made unreadable outside the book.
    pub obfuscate: bool,
    /// What the author says of the book's accessibility.
    pub accessibility: Accessibility,
}

/// Who highlights the code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Highlighting {
    /// We do.
    #[default]
    Ours,
    /// pandoc did, in a style that the author chose.
    Pandoc,
    /// No one does, as the author wishes.
    Off,
}

/// What the passes did, and what they could not do.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// XHTML documents that link the stylesheet.
    pub documents: usize,
    /// Stylesheets in the container: ours and the author's.
    pub stylesheets: usize,
    /// Font files in the container: ours and the author's.
    pub fonts: usize,
    /// What was mended.
    pub repairs: Repairs,
    /// What pictures became smaller by.
    pub saved: Saved,
    /// What the author has to know of, in order.
    pub findings: Vec<Finding>,
}

/// Runs all passes in their order.
///
/// # Errors
/// The package document cannot be read, or a document of the manifest is not UTF-8 text.
pub fn apply(epub: &mut Epub, options: &Options) -> Result<Counts> {
    // On one of the threads that do the work: what this one frees would be of no use to them.
    rayon::scope(|_| all(epub, options))
}

fn all(epub: &mut Epub, options: &Options) -> Result<Counts> {
    let mut package = epub.package()?;
    let mut counts = Counts::default();
    manifest::apply(epub, &mut package, &mut counts);
    cover::check(epub, &mut package, &mut counts);
    if options.look.pictures {
        pictures::shrink(epub, &package, &mut counts);
    }
    let mut documents = Documents::open(epub, &package, &mut counts)?;
    prefixes::apply(&mut documents, &mut counts);
    markup::apply(epub, &mut documents, &mut counts);
    links::apply(epub, &mut documents, &mut counts);
    images::apply(epub, &mut documents, &mut counts);
    properties::apply(epub, &mut package, &mut documents);
    let theme = highlighting::apply(&mut documents, &mut counts);
    let theme = theme.filter(|_| options.highlighting == Highlighting::Pandoc);
    listings::apply(&mut documents, options.look.captions, options.highlighting);
    inline::apply(&mut documents, options.highlighting);
    tables::apply(&mut documents);
    direction::apply(&mut documents);
    headings::apply(&mut documents, &mut counts);
    semantics::apply(epub, &package, &mut documents);
    metadata::apply(epub, &mut package, &mut documents, options, &mut counts);
    contents::apply(epub, &package, &mut documents, &mut counts);
    let look = options.look;
    cover::apply(epub, &mut package, &mut documents, look.cover, &mut counts);
    if look.pictures {
        let edition = look.edition;
        pictures::apply(epub, &mut package, &mut documents, edition, &mut counts);
    }
    accessibility::apply(epub, &mut package, &documents, &options.accessibility);
    stylesheets::apply(
        epub,
        &mut package,
        &mut documents,
        look,
        theme.as_deref(),
        &mut counts,
    );
    fonts::apply(epub, &mut package, &documents, options, &mut counts);
    modified::apply(&mut package, options);
    documents.close(epub);
    let path = epub.package_path().to_owned();
    epub.put(&path, package.to_xml().into_bytes());
    finding::sort(&mut counts.findings);
    Ok(counts)
}
