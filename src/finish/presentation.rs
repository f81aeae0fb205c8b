//! The passes of `style` that see the whole book, and what they tell of it.

use super::outcome::Outcome;
use super::pass::{Book, Options};
use crate::style::{Highlighting, fonts, stylesheets};

/// Puts our stylesheet into the book, with pandoc's rules for tokens where the author chose those.
pub(super) fn link_stylesheet(book: &mut Book, options: &Options, outcome: &mut Outcome) {
    let Book { epub, package, documents, pandoc_theme, .. } = book;
    let is_pandocs = options.highlighting == Highlighting::Pandoc;
    let theme = pandoc_theme.as_deref().filter(|_| is_pandocs);
    let counts =
        stylesheets::apply(epub, package, documents, options.presentation, theme);
    outcome.documents = counts.documents;
    outcome.stylesheets = counts.stylesheets;
}

/// Embeds the fonts of the book's texts.
pub(super) fn embed_fonts(book: &mut Book, options: &Options, outcome: &mut Outcome) {
    outcome.fonts = fonts::apply(
        &mut book.epub,
        &mut book.package,
        &book.documents,
        &options.fonts,
        options.obfuscate,
        &mut outcome.findings,
    );
}
