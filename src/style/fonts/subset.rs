//! A face cut down to some characters.

use super::faces::{Face, Ready};
use super::own::Own;
use skera::{Plan, SubsetFlags, subset_font};
use skrifa::raw::collections::IntSet;
use skrifa::raw::types::{NameId, Tag};
use skrifa::raw::{FontRef, TableProvider};
use write_fonts::FontBuilder;
use write_fonts::tables::name::{Name, NameRecord};

/// Tables without which readers refuse a font.
const NEEDED: &[&[u8; 4]] =
    &[b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"OS/2"];

/// What no reader of books asks for: tables for formulas, and an editor's notes.
const USELESS: &[&[u8; 4]] = &[b"FFTM", b"MATH"];

/// Of code no glyph may change its neighbour's shape or place, so that these are left out.
const LAYOUT: &[&[u8; 4]] = &[b"GSUB", b"GPOS", b"GDEF", b"kern"];

/// Copyright to PostScript name, trademark, licence, family and subfamily.
const NAMES: &[u16] = &[0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17];

/// What changes letters as readers have it on.
const FEATURES: &[&[u8; 4]] =
    &[b"calt", b"ccmp", b"clig", b"kern", b"liga", b"locl", b"mark", b"mkmk", b"rlig"];

/// The face with the glyphs of these characters; whole where the cut fails, which is better than
/// no font.
pub(super) fn subset(ready: &Ready, chars: &[char]) -> Vec<u8> {
    cut(&ready.font, ready.face, chars).unwrap_or_else(|| ready.face.data.to_vec())
}

/// The same for a face of the author's, whole where it may not be cut. A font from anywhere may be
/// built as the crate does not expect; then the whole of it is taken, too.
pub(super) fn subset_own(own: &Own<'_>, chars: &[char]) -> Vec<u8> {
    let cut = || {
        let plan = plan(&own.font, chars, &tags(USELESS));
        let cut = subset_font(&own.font, &plan).ok()?;
        let font = FontRef::new(&cut).ok()?;
        let mut builder = FontBuilder::new();
        // The names stay as they are.
        builder.add_raw(
            Tag::new(b"name"),
            own.font.table_data(Tag::new(b"name"))?.as_bytes(),
        );
        builder.copy_missing_tables(font);
        whole(builder.build())
    };
    let cut = if own.may_be_cut {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(cut)).ok().flatten()
    } else {
        None
    };
    cut.filter(|cut| cut.len() < own.data.len()).unwrap_or_else(|| own.data.to_vec())
}

fn tags(all: &[&[u8; 4]]) -> IntSet<Tag> {
    all.iter().map(|tag| Tag::new(tag)).collect()
}

/// What is to be kept.
fn plan(font: &FontRef<'_>, chars: &[char], drop: &IntSet<Tag>) -> Plan {
    Plan::new(
        &IntSet::empty(),
        &chars.iter().map(|&c| u32::from(c)).collect(),
        font,
        SubsetFlags::SUBSET_FLAGS_NO_HINTING | SubsetFlags::SUBSET_FLAGS_NOTDEF_OUTLINE,
        drop,
        &IntSet::all(),
        &tags(FEATURES),
        &NAMES.iter().map(|&id| NameId::new(id)).collect(),
        &IntSet::all(),
    )
}

/// A font that has every table that readers ask for.
fn whole(data: Vec<u8>) -> Option<Vec<u8>> {
    let written = FontRef::new(&data).ok()?;
    let has = |tag: &&[u8; 4]| written.table_data(Tag::new(tag)).is_some();
    NEEDED.iter().all(has).then_some(data)
}

fn cut(font: &FontRef<'_>, face: &Face, chars: &[char]) -> Option<Vec<u8>> {
    let is_mono = face.renamed.is_some();
    let mut drop: IntSet<Tag> = tags(USELESS);
    if is_mono {
        drop.extend(LAYOUT.iter().map(|tag| Tag::new(tag)));
    }
    let cut = subset_font(font, &plan(font, chars, &drop)).ok()?;
    let cut = FontRef::new(&cut).ok()?;
    let mut builder = FontBuilder::new();
    builder.add_table(&names(font, face)?).ok()?;
    if let Some(em) = face.em {
        let head = cut.table_data(Tag::new(b"head"))?;
        let mut head = head.as_bytes().to_vec();
        // unitsPerEm (OpenType, "head").
        head.get_mut(18..20)?.copy_from_slice(&em.to_be_bytes());
        builder.add_raw(Tag::new(b"head"), head);
    }
    builder.copy_missing_tables(cut);
    whole(builder.build())
}

/// The names, with the family's replaced where it has to be.
fn names(font: &FontRef<'_>, face: &Face) -> Option<Name> {
    let table = font.name().ok()?;
    let mut records = Vec::new();
    for record in table.name_record() {
        let id = record.name_id();
        // Windows, Unicode, American English, which all of ours have.
        let is_wanted = record.platform_id() == 3
            && record.encoding_id() == 1
            && record.language_id() == 0x409
            && NAMES.contains(&id.to_u16());
        if !is_wanted {
            continue;
        }
        let text: String = record.string(table.string_data()).ok()?.chars().collect();
        let text = match (face.renamed, id.to_u16()) {
            (Some((old, new)), 1 | 3 | 4 | 16) => text.replacen(old, new, 1),
            // A PostScript name has no spaces.
            (Some((old, new)), 6) => {
                text.replacen(&old.replace(' ', ""), &new.replace(' ', ""), 1)
            }
            _ => text,
        };
        records.push(NameRecord::new(3, 1, 0x409, id, text.into()));
    }
    Some(Name::new(records))
}

#[cfg(test)]
mod tests {
    use super::super::faces::{CODE, FALLBACK, all};
    use super::*;
    use skrifa::MetadataProvider;
    use skrifa::instance::{LocationRef, Size};

    fn name(font: &FontRef<'_>, id: u16) -> String {
        let table = font.name().unwrap();
        let record = table.name_record().iter().find(|one| one.name_id().to_u16() == id);
        let text = record.unwrap().string(table.string_data()).unwrap();
        text.chars().collect()
    }

    #[test]
    fn each_face_has_what_was_asked_for_and_its_name() {
        for ready in all() {
            let face = ready.face;
            let chars: Vec<char> = "Abc→ 1".chars().filter(|&c| ready.has(c)).collect();
            let data = cut(&ready.font, face, &chars).unwrap();
            assert!(data.len() * 8 < face.data.len(), "{}: {}", face.file, data.len());
            let font = FontRef::new(&data).unwrap();
            let own: Vec<u32> = font.charmap().mappings().map(|one| one.0).collect();
            let mut wanted: Vec<u32> = chars.iter().map(|&c| u32::from(c)).collect();
            wanted.sort_unstable();
            assert_eq!(own, wanted, "{}", face.file);
            let family = name(&font, 1);
            let called = face.renamed.map_or(face.family, |(_, new)| new);
            assert!(family.starts_with(called), "{family}");
            assert!(!name(&font, 6).contains(' '));
            assert!(!name(&font, 0).is_empty());
        }
    }

    #[test]
    fn the_fallback_keeps_the_grid() {
        for ready in all() {
            if ![CODE, FALLBACK].contains(&ready.face.family) {
                continue;
            }
            let data = cut(&ready.font, ready.face, &['─', 'a']).unwrap();
            let font = FontRef::new(&data).unwrap();
            let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
            for c in ['─', 'a'] {
                let advance = metrics.advance_width(font.charmap().map(c).unwrap());
                let off = advance.unwrap() - 500.0;
                assert!(off.abs() < 0.001, "{} {c}: {advance:?}", ready.face.file);
            }
        }
    }

    #[test]
    fn the_same_characters_give_the_same_bytes() {
        let faces = all();
        let chars = ['a', 'f', 'i'];
        assert_eq!(subset(&faces[4], &chars), subset(&faces[4], &chars));
    }
}
