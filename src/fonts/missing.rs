//! Tells of characters that no face of their text has, each with the first place where it lacks; where
//! the book writes in a script that the fonts are not made for, of the script.
//!
//! ```text
//! ⟁ (U+27C1) is in no font of its text (1 time, first here)
//! 5 characters of Chinese or Japanese (字日本漢語) are in no font of their text (6 times, first here)
//! ```

use crate::epub::{ContentDocuments, Epub};
use crate::finding::{Code, Finding, Subject};
use crate::report::count;
use crate::typeset::{TextByFont, visit_text};
use concfilter::error::Place;
use std::collections::BTreeMap;

/// How many missing characters of one script get a finding each; of more there is one finding for the script.
const FEW: usize = 3;

const HINT: &str = "Readers show a font of their own, or a box; embed a font that has it";

/// Where a character stands first in a font without it: the number of its document among all, and the byte at which
/// stands what holds it; and how often it stands so in the book.
type FirstPlaces = BTreeMap<char, (usize, usize, usize)>;

/// Makes findings of the characters of the documents that are `missing` in the fonts of their text.
pub fn report_missing_glyphs(
    epub: &Epub,
    documents: &ContentDocuments,
    missing: &TextByFont,
    findings: &mut Vec<Finding>,
) {
    let found = find(epub, documents, missing);
    let mut scripts: BTreeMap<&str, Vec<char>> = BTreeMap::new();
    for &c in found.keys() {
        scripts.entry(script(c).unwrap_or_default()).or_default().push(c);
    }
    for (script, chars) in scripts {
        if script.is_empty() || chars.len() <= FEW {
            for c in chars {
                let times = count(found[&c].2, "time");
                let message = format!(
                    "{c} (U+{:04X}) is in no font of its text ({times}, first here)",
                    u32::from(c)
                );
                let place = place(epub, documents, &found, c);
                let finding = Finding::new(Code::GlyphMissing, place, message);
                findings.push(finding.about(Subject::Glyphs(vec![c])).hint(HINT));
            }
            continue;
        }
        let times: usize = chars.iter().map(|c| found[c].2).sum();
        let some: String = chars.iter().take(8).collect();
        let more = if chars.len() > 8 { "…" } else { "" };
        let message = format!(
            "{} of {script} ({some}{more}) are in no font of their text ({}, first here)",
            count(chars.len(), "character"),
            count(times, "time")
        );
        let first = chars.iter().min_by_key(|c| (found[c].0, found[c].1));
        let Some(&first) = first else { continue };
        let place = place(epub, documents, &found, first);
        let finding = Finding::new(Code::GlyphMissing, place, message)
            .about(Subject::Glyphs(chars));
        findings.push(finding.hint(HINT.replace("has it", "has them")));
    }
}

fn find(epub: &Epub, documents: &ContentDocuments, missing: &TextByFont) -> FirstPlaces {
    let mut found = FirstPlaces::new();
    if missing.is_empty() {
        return found;
    }
    visit_text(epub, documents, |number, offset, font, text| {
        let Some(lacking) = missing.get(font) else { return };
        for c in text.chars().filter(|&c| lacking.has(c)) {
            found.entry(c).or_insert((number, offset, 0)).2 += 1;
        }
    });
    found
}

fn place(
    epub: &Epub,
    documents: &ContentDocuments,
    found: &FirstPlaces,
    c: char,
) -> Place {
    let (number, offset, _) = found[&c];
    epub.place_at(&documents.0[number].path, offset)
}

/// What a book may be full of although no font of ours is made for it (Unicode, Blocks).
fn script(c: char) -> Option<&'static str> {
    Some(match u32::from(c) {
        0x0590..=0x05ff | 0xfb1d..=0xfb4f => "Hebrew",
        0x0600..=0x06ff
        | 0x0750..=0x077f
        | 0x08a0..=0x08ff
        | 0xfb50..=0xfdff
        | 0xfe70..=0xfefe => "Arabic",
        0x0900..=0x0dff => "Indian scripts",
        0x0e00..=0x0e7f => "Thai",
        0x1100..=0x11ff | 0x3130..=0x318f | 0xa960..=0xa97f | 0xac00..=0xd7ff => "Korean",
        0x2e80..=0x312f
        | 0x3190..=0x9fff
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe4f
        | 0xff00..=0xffef
        | 0x20000..=0x3ffff => "Chinese or Japanese",
        0x1f000..=0x1faff => "pictographs",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::ContentDocument;
    use crate::typeset::{CharSet, Font};

    #[test]
    fn a_script_has_one_finding() {
        let xml = "<p>漢字日本語<b>漢⟁</b>שלום ab</p>";
        let document = ContentDocument::of("a.xhtml", xml);
        let mut epub = Epub::empty("a.epub");
        epub.put("a.xhtml", xml.into());
        let mut chars = CharSet::default();
        "漢字日本語⟁שלו".chars().for_each(|c| chars.insert(c));
        let font = |weight| Font { families: Vec::new(), weight, italic: false };
        let missing = [(font(400), chars.clone()), (font(700), chars)].into();
        let mut findings = Vec::new();
        report_missing_glyphs(
            &epub,
            &ContentDocuments(vec![document.into()]),
            &missing,
            &mut findings,
        );
        let said: Vec<_> = findings.iter().map(|one| &*one.message).collect();
        assert_eq!(
            said,
            [
                "⟁ (U+27C1) is in no font of its text (1 time, first here)",
                "5 characters of Chinese or Japanese (字日本漢語) are in no font of their text \
                 (6 times, first here)",
                "ו (U+05D5) is in no font of its text (1 time, first here)",
                "ל (U+05DC) is in no font of its text (1 time, first here)",
                "ש (U+05E9) is in no font of its text (1 time, first here)",
            ]
        );
    }

    #[test]
    fn the_place_is_where_the_face_lacks_it() {
        let xml = "<div><b>⟁</b>\n<p>⟁</p></div>";
        let document = ContentDocument::of("a.xhtml", xml);
        let mut epub = Epub::empty("a.epub");
        epub.put("a.xhtml", xml.into());
        let mut chars = CharSet::default();
        chars.insert('⟁');
        let regular = Font { families: Vec::new(), weight: 400, italic: false };
        let missing = [(regular, chars)].into();
        let documents = ContentDocuments(vec![document.into()]);
        let mut findings = Vec::new();
        report_missing_glyphs(&epub, &documents, &missing, &mut findings);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place, Place::at("a.epub/a.xhtml", 2, 1));
        assert!(findings[0].message.contains("1 time"), "{}", findings[0]);
    }
}
