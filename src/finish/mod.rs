//! Makes pandoc's ePub a finished book: the ordered lists of passes.
//!
//! A pass changes what it recognises as pandoc's and leaves what the author wrote; run a second
//! time, it changes nothing. Each is a file of its own with one function `apply`, or a function of
//! [`style`](crate::style) or the fonts. The lists run one after the other:
//!
//! 1. [`CONTAINER_PASSES`] need no document, and run before any is parsed: the pixels of a picture
//!    and the trees of a book together would take twice the memory. What they make is the same in
//!    every edition, and is made once.
//! 2. [`OPENED_PASSES`] see the whole book before anything is done to its documents.
//! 3. [`DOCUMENT_PASSES`] see one content document at a time, all documents side by side.
//! 4. [`BOOK_PASSES`] see the whole book.

mod accessibility;
mod contents;
mod contents_title;
mod cover;
mod data_attributes;
mod direction;
mod encodings;
mod epub2;
mod files;
mod formulas;
mod headings;
mod identifiers;
mod images;
mod landmarks;
mod links;
mod manifest;
mod markup;
mod math;
mod metadata;
mod modified;
mod namespaces;
mod nested_links;
mod nesting;
mod notes;
mod outcome;
mod outline;
mod pass;
mod pictures;
mod prefixes;
mod presentation;
mod properties;
mod repairs;
mod reports;
mod run;
mod sample;
mod semantics;
mod text_colours;
mod title_page;
mod unlisted;
pub(crate) mod words;

pub use modified::timestamp;
pub use outcome::FinishOutcome;
pub use pass::{
    BookPass, DocumentOptions, DocumentPass, FinishOptions, OutlineEntry, SampleOptions,
};
pub use pictures::ImageSavings;
pub use repairs::{Repair, Repairs};
pub use run::{Finished, Prepared, finish, prepare};

use crate::style;
use concfilter::settings::Edition;

/// The mark of raw HTML that was told of where it stands in its chapter. pandoc fetches nothing that
/// has this attribute (its manual, "Linked media").
pub const TOLD: &str = "data-external=\"concbook\"";

/// What needs no content document.
pub const CONTAINER_PASSES: &[BookPass] = &[
    BookPass { name: "epub2", apply: epub2::apply },
    BookPass { name: "manifest", apply: manifest::apply },
    BookPass { name: "files", apply: files::apply },
    BookPass { name: "cover-file", apply: cover::check },
    BookPass { name: "picture-files", apply: pictures::shrink },
];

/// What decides which documents the book has.
pub const OPENED_PASSES: &[BookPass] = &[BookPass { name: "sample", apply: sample::cut }];

/// What is done to each content document by itself.
pub const DOCUMENT_PASSES: &[DocumentPass] = &[
    DocumentPass { name: "prefixes", apply: prefixes::apply },
    DocumentPass { name: "markup", apply: markup::apply },
    DocumentPass { name: "nested-links", apply: nested_links::apply },
    DocumentPass { name: "identifiers", apply: identifiers::apply },
    DocumentPass { name: "images", apply: images::apply },
    DocumentPass { name: "files", apply: files::in_document },
    DocumentPass { name: "math", apply: math::apply },
    DocumentPass { name: "namespaces", apply: namespaces::apply },
    DocumentPass {
        name: "highlighting",
        apply: |document, _, outcome| {
            outcome.pandoc_theme = style::highlighting::apply(document);
        },
    },
    DocumentPass { name: "data-attributes", apply: data_attributes::apply },
    DocumentPass { name: "nesting", apply: nesting::apply },
    DocumentPass {
        name: "texts",
        // What was taken out of a text leaves it in pieces, which would be one when the book is read again.
        apply: |document, _, _| {
            if document.changed {
                document.tree.merge_texts();
            }
        },
    },
    DocumentPass {
        name: "listings",
        apply: |document, context, _| {
            let captions = context.options.presentation.captions;
            let highlighting = context.options.highlighting;
            document.listings = style::listings::apply(document, captions, highlighting);
        },
    },
    DocumentPass {
        name: "annotations",
        apply: |document, _, _| style::annotations::apply(document),
    },
    DocumentPass {
        name: "inline-code",
        apply: |document, context, _| {
            style::inline::apply(document, context.options.highlighting);
        },
    },
    DocumentPass {
        name: "breaks",
        apply: |document, _, _| style::breaks::apply(document),
    },
    DocumentPass { name: "names", apply: |document, _, _| style::names::apply(document) },
    DocumentPass {
        name: "tables",
        apply: |document, context, _| style::tables::apply(document, context.epub),
    },
    DocumentPass { name: "verse", apply: |document, _, _| style::verse::apply(document) },
    DocumentPass {
        name: "quotes",
        apply: |document, _, _| style::quotes::apply(document),
    },
    DocumentPass { name: "notes", apply: notes::apply },
    DocumentPass { name: "direction", apply: direction::apply },
    DocumentPass { name: "headings", apply: headings::apply },
    DocumentPass { name: "semantics", apply: semantics::apply },
    DocumentPass {
        name: "kindle",
        apply: |document, context, _| {
            if context.options.presentation.edition == Edition::Kindle {
                style::kindle::apply(document);
            }
        },
    },
];

/// What is done to the book as a whole.
pub const BOOK_PASSES: &[BookPass] = &[
    BookPass { name: "links", apply: links::apply },
    BookPass {
        name: "line-names",
        apply: |book, _, _| {
            style::line_names::apply(&mut book.documents);
        },
    },
    BookPass { name: "notes-of-book", apply: notes::through_book },
    BookPass { name: "properties", apply: properties::apply },
    BookPass { name: "landmarks", apply: landmarks::apply },
    BookPass { name: "metadata", apply: metadata::apply },
    BookPass { name: "sample-metadata", apply: sample::metadata },
    BookPass { name: "outline", apply: outline::apply },
    BookPass { name: "contents", apply: contents::apply },
    BookPass { name: "contents-title", apply: contents_title::apply },
    BookPass { name: "title-page", apply: title_page::apply },
    BookPass {
        name: "long-words",
        apply: |book, _, _| style::long_words::apply(&mut book.documents),
    },
    BookPass { name: "unlisted", apply: unlisted::apply },
    BookPass { name: "reports", apply: reports::apply },
    BookPass { name: "cover", apply: cover::apply },
    BookPass { name: "formulas", apply: formulas::apply },
    BookPass { name: "picture-names", apply: pictures::rename },
    BookPass { name: "pictures", apply: pictures::apply },
    BookPass { name: "dark-drawings", apply: pictures::ink::apply },
    BookPass { name: "text-colours", apply: text_colours::apply },
    BookPass { name: "accessibility", apply: accessibility::apply },
    BookPass { name: "stylesheets", apply: presentation::link_stylesheet },
    BookPass { name: "fonts", apply: presentation::embed_fonts },
    BookPass { name: "modified", apply: modified::apply },
];
