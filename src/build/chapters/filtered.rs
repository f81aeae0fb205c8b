//! A chapter behind the filter, as the pages that it becomes.

use super::ChapterwiseBook;
use super::resolved::{ChapterResolver, ResolvedText};
use crate::build::write::{self, DivisionPage};
use crate::cache::KeyMaker;
use concfilter::ast::Document;
use concfilter::error::Result;
use concfilter::filter::FilteredBook;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What chapters are filtered with.
pub(super) struct ChapterFilter<'a> {
    book: &'a ChapterwiseBook<'a>,
    /// What the filter knows of the whole book.
    filtered: &'a FilteredBook,
    resolver: &'a ChapterResolver<'a>,
    /// The identifiers that links of the book lead to.
    targets: &'a BTreeSet<String>,
    /// The level of the headings at which pages begin.
    level: u64,
    /// What all entries depend on.
    basis: KeyMaker,
}

/// A chapter that was filtered.
#[derive(Serialize, Deserialize)]
pub(super) struct FilteredChapter {
    pub(super) listings: usize,
    pub(super) identifiers: usize,
    pub(super) pages: Vec<DivisionPage>,
}

impl<'a> ChapterFilter<'a> {
    pub(super) fn of(
        book: &'a ChapterwiseBook<'a>,
        (filtered, resolver): (&'a FilteredBook, &'a ChapterResolver<'a>),
        targets: &'a BTreeSet<String>,
        level: u64,
    ) -> Self {
        let basis = KeyMaker::of_program("filtered")
            .with(filtered.fingerprint())
            .with_debug(&(level, book.plan.pandoc.version()))
            .with_debug(&book.project.settings.identifiers);
        Self { book, filtered, resolver, targets, level, basis }
    }

    /// All chapters; nothing where one cannot be divided into pages.
    pub(super) fn all(
        &self,
        texts: &[ResolvedText],
    ) -> Result<Option<Vec<FilteredChapter>>> {
        let filtered: Vec<Option<FilteredChapter>> = texts
            .par_iter()
            .enumerate()
            .map(|(number, text)| self.filtered(number, text))
            .collect::<Result<_>>()?;
        Ok(filtered.into_iter().collect())
    }

    fn filtered(
        &self,
        number: usize,
        text: &ResolvedText,
    ) -> Result<Option<FilteredChapter>> {
        let cache = self.book.cache;
        let share = &self.filtered.shares[number];
        let ids = text.entry.ids.iter().chain(share.ids());
        let asked: BTreeSet<&String> =
            ids.filter(|id| self.targets.contains(*id)).collect();
        let key = self.basis.clone().with(&text.entry.fingerprint);
        let key = key.with_debug(&(share, asked)).key();
        if let Some(entry) = cache.get(key)
            && let Ok(chapter) = serde_json::from_slice(&entry)
        {
            return Ok(Some(chapter));
        }
        let settings = &self.book.project.settings.identifiers;
        let json = self.resolver.json(number, text)?;
        let (json, counts) = self.filtered.run(&json, "epub3", settings, share)?;
        let mut document = Document::parse(&json)?;
        let blocks = std::mem::take(&mut document.blocks);
        let version = self.book.plan.pandoc.version();
        let pages = write::pages(blocks, self.level, self.targets, version);
        // Links that nobody knew of would lead nowhere.
        let is_known = |page: &DivisionPage| page.targets.is_subset(self.targets);
        let Some(pages) = pages.filter(|pages| pages.iter().all(is_known)) else {
            return Ok(None);
        };
        let chapter = FilteredChapter {
            listings: counts.listings,
            identifiers: counts.identifiers,
            pages,
        };
        if let Ok(bytes) = concfilter::ast::deep(|| serde_json::to_vec(&chapter)) {
            cache.put(key, &bytes);
        }
        Ok(Some(chapter))
    }
}
