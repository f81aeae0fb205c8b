//! The passes that see the whole book and give it its looks, and what they tell of it.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::fonts::{embed, is_font, report_missing_glyphs};
use crate::style::{Highlighting, stylesheets};
use crate::typeset::text_by_font;

/// Puts our stylesheet into the book, with pandoc's rules for tokens where the author chose those.
pub(super) fn link_stylesheet(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, pandoc_theme, .. } = book;
    if pandoc_theme.is_none() {
        *pandoc_theme = stylesheets::kept_theme(epub);
    }
    let theme = chosen(pandoc_theme.as_deref(), options);
    let counts =
        stylesheets::apply(epub, package, documents, options.presentation, theme);
    outcome.documents = counts.documents;
    outcome.stylesheets = counts.stylesheets;
}

/// Embeds the faces that the book's text is set in, writes their rules into our stylesheet, and tells of
/// characters that none of them has.
pub(super) fn embed_fonts(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, pandoc_theme, .. } = book;
    let text = text_by_font(epub, documents);
    let FinishOptions { fonts, obfuscate, cache, .. } = options;
    let fonts = (&**fonts, *obfuscate);
    let embedded = embed((epub, package), &text, fonts, cache, &mut outcome.findings);
    let theme = chosen(pandoc_theme.as_deref(), options);
    let is_rtl = stylesheets::has_rtl(documents);
    stylesheets::write(epub, options.presentation, theme, is_rtl, &embedded);
    report_missing_glyphs(epub, documents, &embedded.missing, &mut outcome.findings);
    outcome.fonts =
        package.items().iter().filter(|item| is_font(&item.media_type)).count();
}

/// Pandoc's rules for tokens, where the author chose them.
fn chosen<'t>(theme: Option<&'t str>, options: &FinishOptions) -> Option<&'t str> {
    theme.filter(|_| options.highlighting == Highlighting::Pandoc)
}
