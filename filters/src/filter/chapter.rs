//! A book that is filtered chapter by chapter: what each tells of the whole, and what the whole tells each. So of a
//! chapter that did not change, in a book that tells it the same, nothing has to be filtered again.
//!
//! ````text
//! chapter ─► ChapterRecord ┐                              ┌► chapter, filtered
//! chapter ─► ChapterRecord ┴► FilteredBook ─ ChapterShare ┴► chapter, filtered
//! ````
//!
//! A chapter begins with a heading of level 1, where what is counted begins again; and what an author's marks teach
//! ([`Detect::Learned`](crate::settings::Detect::Learned)) is not asked for, since a passage may end behind its chapter.

use super::PassCounts;
use super::book::Book;
use super::identifiers;
use super::listings::{self, ListingIds};
use super::strongs::Strongs;
use crate::ast::raw::{Edits, RawDocument};
use crate::error::{Error, Result};
use crate::settings::Identifiers;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What one chapter tells of the whole book.
#[derive(Debug, Clone, Default)]
pub struct ChapterRecord {
    book: Book,
    /// How often each word stands in strong emphasis by itself.
    strongs: BTreeMap<String, usize>,
    /// The files of its listings that need an identifier, in their order.
    files: Vec<String>,
}

/// What the whole book tells one chapter, beside what it tells all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChapterShare {
    /// How its bold words were typed.
    strongs: Strongs,
    /// The identifiers of its listings that need one, in their order.
    ids: Vec<String>,
}

/// What is known of a whole book that is filtered chapter by chapter.
#[derive(Debug)]
pub struct FilteredBook {
    book: Book,
    /// What each chapter is told.
    pub shares: Vec<ChapterShare>,
}

impl ChapterRecord {
    /// That of a chapter, whose document is given as JSON.
    ///
    /// # Errors
    /// The JSON is no document that is understood.
    pub fn read(json: &[u8], settings: &Identifiers) -> Result<Self> {
        let document = RawDocument::parse(json)?;
        let mut names = ListingIds::default();
        listings::apply(&document, &mut names, &mut Edits::default());
        Ok(Self {
            book: Book::read(&document, settings),
            strongs: Strongs::words(&document),
            files: names.files,
        })
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        json!({"book": self.book.to_json(), "strongs": self.strongs, "files": self.files})
    }

    /// What [`Self::to_json`] wrote; nothing where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let strongs = value["strongs"].as_object()?.iter();
        let strongs = strongs.map(|(word, count)| {
            Some((word.clone(), usize::try_from(count.as_u64()?).ok()?))
        });
        let files = value["files"].as_array()?.iter();
        Some(Self {
            book: Book::from_json(&value["book"])?,
            strongs: strongs.collect::<Option<_>>()?,
            files: files
                .map(|file| Some(file.as_str()?.to_owned()))
                .collect::<Option<_>>()?,
        })
    }
}

impl ChapterShare {
    /// The identifiers of the chapter's listings that have none of their own.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }
}

impl FilteredBook {
    /// What the records of all chapters tell, in their order. `strongs` tells how the bold words of the book were
    /// typed.
    pub fn of(chapters: Vec<ChapterRecord>, strongs: &Strongs) -> Self {
        let strongs = strongs.of_chapters(chapters.iter().map(|one| &one.strongs));
        let mut names = ListingIds::default();
        let mut all = Self { book: Book::default(), shares: Vec::new() };
        for (chapter, strongs) in chapters.into_iter().zip(strongs) {
            let ids = chapter.files.iter().map(|file| names.of(file)).collect();
            all.book.merge(chapter.book);
            all.shares.push(ChapterShare { strongs, ids });
        }
        all
    }

    /// What all chapters are told, as a text that is the same where that is the same.
    pub fn fingerprint(&self) -> String {
        self.book.to_json().to_string()
    }

    /// Filters a chapter for an output format: its document, given as JSON, with all that is set in it. Its metadata
    /// stay as they are.
    ///
    /// # Errors
    /// The JSON is no document that is understood.
    pub fn run(
        &self,
        json: &[u8],
        format: &str,
        settings: &Identifiers,
        share: &ChapterShare,
    ) -> Result<(Vec<u8>, PassCounts)> {
        let document = RawDocument::parse(json)?;
        let (mut edits, mut more) = (Edits::default(), Edits::default());
        let mut names = ListingIds::given(&share.ids);
        let listings = listings::apply(&document, &mut names, &mut edits);
        let identifiers = identifiers::apply(
            &document,
            settings,
            &self.book,
            format,
            &share.strongs,
            &mut more,
        );
        edits.append(&more);
        let mut out = Vec::with_capacity(json.len() + json.len() / 8);
        document.write(edits, &mut out).map_err(|error| {
            Error::new(format!("cannot write the filtered document: {error}"))
        })?;
        Ok((out, PassCounts { listings, identifiers }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::run_with_source;
    use crate::settings::Settings;

    fn document(blocks: &str) -> String {
        format!(r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{blocks}]}}"#)
    }

    /// The blocks of a document as they stand in its JSON.
    fn blocks(json: &[u8]) -> String {
        let text = std::str::from_utf8(json).unwrap();
        let (_, blocks) = text.split_once(r#""blocks":["#).unwrap();
        blocks.strip_suffix("]}").unwrap().to_owned()
    }

    #[test]
    fn a_book_in_chapters_is_filtered_as_one_document_is() {
        let chapter = |code: &str, words: &str| {
            let heading =
                r#"{"t":"Header","c":[1,["",[],[]],[{"t":"Str","c":"walk_all"}]]}"#;
            let strong = r#"{"t":"Strong","c":[{"t":"Str","c":"init"}]}"#;
            let code = format!(
                r#"{{"t":"CodeBlock","c":[["",["python"],[["file","a.py"]]],"{code}"]}}"#
            );
            let words: Vec<String> = words
                .split(' ')
                .map(|word| format!(r#"{{"t":"Str","c":"{word}"}}"#))
                .collect();
            let words = words.join(r#",{"t":"Space"},"#);
            format!(r#"{heading},{code},{{"t":"Para","c":[{strong},{words}]}}"#)
        };
        let chapters = [
            chapter("def fetch_rows(): pass", "call fetch_rows or make_boats and Boats"),
            chapter(
                "def make_boats(): pass",
                "call make_boats make_boats make_boats, init",
            ),
        ];
        let mut settings = Settings::default();
        settings.identifiers.plain.after = Some(2);
        let mut strongs = Strongs::default();
        strongs.add("init", true);
        strongs.add("init", false);
        let mut whole = Vec::new();
        let json = document(&chapters.join(","));
        let counts = run_with_source(
            json.as_bytes(),
            "epub3",
            Some(&settings),
            &strongs,
            &mut whole,
        );
        let identifiers = &settings.identifiers;
        let records = chapters.iter().map(|one| {
            let record =
                ChapterRecord::read(document(one).as_bytes(), identifiers).unwrap();
            ChapterRecord::from_json(&record.to_json()).unwrap()
        });
        let book = FilteredBook::of(records.collect(), &strongs);
        assert_eq!(book.shares[1].ids(), ["listing-a-py_2"]);
        let parts: Vec<(Vec<u8>, PassCounts)> = chapters
            .iter()
            .zip(&book.shares)
            .map(|(one, share)| {
                book.run(document(one).as_bytes(), "epub3", identifiers, share).unwrap()
            })
            .collect();
        let texts: Vec<String> = parts.iter().map(|(json, _)| blocks(json)).collect();
        assert_eq!(texts.join(","), blocks(&whole));
        let sum =
            |of: fn(&PassCounts) -> usize| parts.iter().map(|(_, own)| of(own)).sum();
        let sums = PassCounts {
            listings: sum(|own| own.listings),
            identifiers: sum(|own| own.identifiers),
        };
        assert_eq!(sums, counts.unwrap());
        assert!(
            sums.identifiers > 3 && texts[1].contains("__init__"),
            "{sums:?} {texts:?}"
        );
    }

    #[test]
    fn a_name_that_is_used_once_more_makes_no_other_book() {
        let fingerprint = |code: &str| {
            let block =
                format!(r#"{{"t":"CodeBlock","c":[["",["python"],[]],"{code}"]}}"#);
            let settings = Settings::default().identifiers;
            let record = ChapterRecord::read(document(&block).as_bytes(), &settings);
            FilteredBook::of(vec![record.unwrap()], &Strongs::default()).fingerprint()
        };
        assert_eq!(fingerprint("a = b"), fingerprint("a = b\\na = b"));
        assert_ne!(fingerprint("a = b"), fingerprint("a = c"));
    }
}
