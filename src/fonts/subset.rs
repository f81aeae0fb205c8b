//! A face cut down to the glyphs of some characters, and asked whether all is there that its text needs.

use super::faces::BundledFamily;
use super::layout::{self, WantedRules};
use super::loaded::{LoadedFace, Provider};
use super::scripts;
use harfrust::{ShapeOptions, ShaperData, UnicodeBuffer};
use skera::{Plan, SubsetFlags, subset_font};
use skrifa::MetadataProvider;
use skrifa::raw::collections::IntSet;
use skrifa::raw::types::{NameId, Tag};
use skrifa::raw::{FontRef, TableProvider};
use std::collections::BTreeSet;
use write_fonts::FontBuilder;
use write_fonts::tables::name::{Name, NameRecord};

/// Tables without which readers refuse a font.
const REQUIRED: &[&[u8; 4]] =
    &[b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"OS/2"];

/// Tables that no text of a book uses: of formulas, and an editor's notes.
const UNUSED: &[&[u8; 4]] = &[b"FFTM", b"MATH"];

/// Tables by which a glyph changes its neighbour's shape or place.
const LAYOUT: &[&[u8; 4]] = &[b"GSUB", b"GPOS", b"GDEF", b"kern"];

/// Copyright to PostScript name, trademark, licence, family and subfamily.
const NAMES: &[u16] = &[0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17];

/// The features that readers have switched on (CSS Fonts 4, section 7.1), and those that our stylesheet
/// asks for in tables: digits of one height and width.
const FEATURES: &[&[u8; 4]] = &[
    b"calt", b"ccmp", b"clig", b"kern", b"liga", b"lnum", b"locl", b"mark", b"mkmk",
    b"rlig", b"tnum",
];

/// The font of a face with the glyphs of these characters. The font is left whole where it may not be
/// subset, where something that its text needs would be missing, and where that saves nothing.
pub(super) fn subset(face: &LoadedFace<'_>, chars: &[char]) -> Vec<u8> {
    let subset = match face.provider {
        Provider::Bundled(family) => bundled(face, family, chars),
        // A font from anywhere may be built as skera does not expect.
        Provider::User { may_subset: true } => {
            let work = std::panic::AssertUnwindSafe(|| users(face, chars));
            std::panic::catch_unwind(work).ok().flatten()
        }
        Provider::User { may_subset: false } => None,
    };
    let subset = subset.filter(|subset| subset.len() < face.data.len());
    subset.unwrap_or_else(|| face.data.to_vec())
}

/// A subset of one of our faces, with the names that it must have.
fn bundled(
    face: &LoadedFace<'_>,
    family: &BundledFamily,
    chars: &[char],
) -> Option<Vec<u8>> {
    let chars = &with_parts(&face.font, chars)[..];
    let wanted = wanted(chars, family.keeps_layout);
    let mut drop = tags(UNUSED);
    if wanted.features.is_empty() {
        drop.extend(tags(LAYOUT).iter());
    }
    let subset =
        subset_font(&face.font, &plan(&face.font, chars, &drop, &wanted)).ok()?;
    let subset = FontRef::new(&subset).ok()?;
    let mut builder = FontBuilder::new();
    builder.add_table(&names(&face.font, family)?).ok()?;
    if let Some(units) = family.units_per_em {
        let head = subset.table_data(Tag::new(b"head"))?;
        let mut head = head.as_bytes().to_vec();
        // unitsPerEm (OpenType, `head`).
        head.get_mut(18..20)?.copy_from_slice(&units.to_be_bytes());
        builder.add_raw(Tag::new(b"head"), head);
    }
    builder.copy_missing_tables(subset);
    complete(builder.build(), &face.font, chars, &wanted)
}

/// A subset of one of the author's faces; its names stay as they are.
fn users(face: &LoadedFace<'_>, chars: &[char]) -> Option<Vec<u8>> {
    let chars = &with_parts(&face.font, chars)[..];
    let wanted = wanted(chars, true);
    // Apple's rules are not subset; where letters need them, the font stays whole.
    let is_apples = face.font.table_data(Tag::new(b"morx")).is_some()
        && !scripts::in_text(chars).is_empty();
    if is_apples {
        return None;
    }
    let plan = plan(&face.font, chars, &tags(UNUSED), &wanted);
    let subset = subset_font(&face.font, &plan).ok()?;
    let subset = FontRef::new(&subset).ok()?;
    let mut builder = FontBuilder::new();
    let name = Tag::new(b"name");
    builder.add_raw(name, face.font.table_data(name)?.as_bytes());
    builder.copy_missing_tables(subset);
    complete(builder.build(), &face.font, chars, &wanted)
}

/// The characters, with those that shapers look up in the place of one: Thai's U+0E33 is drawn as U+0E4D
/// and U+0E32, a vowel of Tamil that stands around its consonant as its halves.
fn with_parts(font: &FontRef<'_>, chars: &[char]) -> Vec<char> {
    let scripts = scripts::in_text(chars);
    if scripts.is_empty() {
        return chars.to_vec();
    }
    let data = ShaperData::new(font);
    let shaper = data.shaper(font).build();
    let mut drawn = BTreeSet::new();
    let mut buffer = UnicodeBuffer::new();
    for c in chars.iter().filter(|&&c| scripts::of(c).is_some()) {
        buffer.push_str(c.encode_utf8(&mut [0; 4]));
        buffer.guess_segment_properties();
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        drawn.extend(shaped.glyph_infos().iter().map(|glyph| glyph.glyph_id));
        buffer = shaped.clear();
    }
    let charmap = font.charmap();
    let is_drawn =
        |&c: &char| charmap.map(c).is_some_and(|id| drawn.contains(&id.to_u32()));
    let blocks = scripts.iter().flat_map(|script| script.blocks());
    // Forms that are characters of their own, for compatibility, are not looked up.
    let letters = blocks.filter(|block| block.0 < 0xfb00 || block.0 > 0xfeff);
    let letters =
        letters.flat_map(|(first, last)| first..=last).filter_map(char::from_u32);
    let all: BTreeSet<char> =
        letters.filter(is_drawn).chain(chars.iter().copied()).collect();
    all.into_iter().collect()
}

/// The layout that a text needs: what readers have switched on, and the rules of its scripts. Of a face
/// that keeps none, only the rules of those scripts that are unreadable without.
fn wanted(chars: &[char], keeps_layout: bool) -> WantedRules {
    let scripts = scripts::in_text(chars);
    let mut wanted = WantedRules { features: IntSet::empty(), scripts: IntSet::all() };
    if !scripts.is_empty() {
        wanted.features.extend(tags(scripts::FEATURES).iter());
    }
    if keeps_layout {
        wanted.features.extend(tags(FEATURES).iter());
    } else {
        wanted.scripts = scripts.iter().flat_map(|script| script.tags()).collect();
    }
    wanted
}

fn tags(all: &[&[u8; 4]]) -> IntSet<Tag> {
    all.iter().map(|tag| Tag::new(tag)).collect()
}

/// What skera is to keep and to drop.
fn plan(
    font: &FontRef<'_>,
    chars: &[char],
    drop: &IntSet<Tag>,
    wanted: &WantedRules,
) -> Plan {
    Plan::new(
        &IntSet::empty(),
        &chars.iter().map(|&c| u32::from(c)).collect(),
        font,
        SubsetFlags::SUBSET_FLAGS_NO_HINTING | SubsetFlags::SUBSET_FLAGS_NOTDEF_OUTLINE,
        drop,
        &wanted.scripts,
        &wanted.features,
        &NAMES.iter().map(|&id| NameId::new(id)).collect(),
        &IntSet::all(),
    )
}

/// The subset, if it has every table that readers ask for, a glyph for every character, and the
/// features that change something between these characters in the whole font.
fn complete(
    subset: Vec<u8>,
    whole: &FontRef<'_>,
    chars: &[char],
    wanted: &WantedRules,
) -> Option<Vec<u8>> {
    let font = FontRef::new(&subset).ok()?;
    let has_tables = REQUIRED.iter().all(|tag| font.table_data(Tag::new(tag)).is_some());
    let charmap = font.charmap();
    let has_glyphs = chars.iter().all(|&c| charmap.map(c).is_some());
    let has_features =
        layout::needed(whole, chars, wanted).is_subset(&layout::present(&font));
    (has_tables && has_glyphs && has_features).then_some(subset)
}

/// The names, with the family's replaced where it has to be.
fn names(font: &FontRef<'_>, family: &BundledFamily) -> Option<Name> {
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
        let text = match (family.renamed, id.to_u16()) {
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
    use super::super::faces::{BODY, CODE, CODE_FALLBACK, HEADING};
    use super::*;
    use skrifa::instance::{LocationRef, Size};

    fn name(font: &FontRef<'_>, id: u16) -> String {
        let table = font.name().unwrap();
        let record = table.name_record().iter().find(|one| one.name_id().to_u16() == id);
        let text = record.unwrap().string(table.string_data()).unwrap();
        text.chars().collect()
    }

    fn family(face: &LoadedFace<'_>) -> &'static BundledFamily {
        let Provider::Bundled(family) = face.provider else { panic!() };
        family
    }

    #[test]
    fn each_face_has_what_was_asked_for_and_its_name() {
        for face in LoadedFace::all_bundled() {
            let family = family(&face);
            let chars: Vec<char> = "Abc→ 1".chars().filter(|&c| face.has(c)).collect();
            let data = bundled(&face, family, &chars).unwrap();
            assert!(data.len() * 8 < face.data.len(), "{}: {}", face.file, data.len());
            let font = FontRef::new(&data).unwrap();
            let mapped: Vec<u32> = font.charmap().mappings().map(|one| one.0).collect();
            let mut wanted: Vec<u32> = chars.iter().map(|&c| u32::from(c)).collect();
            wanted.sort_unstable();
            assert_eq!(mapped, wanted, "{}", face.file);
            let called = family.renamed.map_or(family.name, |(_, new)| new);
            let own = name(&font, 1);
            assert!(own.starts_with(called), "{own}");
            assert!(!name(&font, 6).contains(' '));
            assert!(!name(&font, 0).is_empty());
        }
    }

    #[test]
    fn the_fallback_keeps_the_grid() {
        for face in LoadedFace::all_bundled() {
            let family = family(&face);
            if ![CODE.name, CODE_FALLBACK.name].contains(&family.name) {
                continue;
            }
            let data = bundled(&face, family, &['─', 'a']).unwrap();
            let font = FontRef::new(&data).unwrap();
            let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
            for c in ['─', 'a'] {
                let advance = metrics.advance_width(font.charmap().map(c).unwrap());
                let off = advance.unwrap() - 500.0;
                assert!(off.abs() < 0.001, "{} {c}: {advance:?}", face.file);
            }
        }
    }

    #[test]
    fn text_keeps_its_features_and_code_has_none() {
        let all = wanted(&[], true);
        let of = |family: &'static BundledFamily, text: &str| {
            let face = LoadedFace::bundled(family, &family.faces[0]);
            let chars: Vec<char> = text.chars().collect();
            let needed = layout::needed(&face.font, &chars, &all);
            let data = bundled(&face, family, &chars).unwrap();
            let present = layout::present(&FontRef::new(&data).unwrap());
            let texts = |tags: BTreeSet<Tag>| {
                tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            };
            (texts(needed), texts(present))
        };
        let both = |text: &str| (text.to_owned(), text.to_owned());
        assert_eq!(of(&HEADING, "AVfi"), both("kern liga"));
        assert_eq!(of(&HEADING, "="), both(""));
        assert_eq!(of(&BODY, "fi"), both("ccmp liga locl"));
        assert_eq!(of(&CODE, "Abcş").1, "");
    }

    /// What a shaper makes of a text: each glyph's place and advance and, since a subset counts its glyphs
    /// anew, its outline's box.
    fn shaped(font: &FontRef<'_>, text: &str) -> Vec<String> {
        let data = ShaperData::new(font);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaper = data.shaper(font).build();
        let out = shaper.shape(buffer, ShapeOptions::new());
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let glyphs = out.glyph_infos().iter().zip(out.glyph_positions());
        glyphs
            .map(|(info, at)| {
                let id = skrifa::GlyphId::new(info.glyph_id);
                let bounds = metrics.bounds(id);
                format!("{} {} {} {bounds:?}", at.x_advance, at.x_offset, at.y_offset)
            })
            .collect()
    }

    #[test]
    fn scripts_that_need_shaping_look_as_in_the_whole_font() {
        for (family, text, joins) in [
            (&HEADING, "السلام عليكم لا مُحَمَّد", true),
            (&HEADING, "ߒߞߏ", true),
            (&HEADING, "שָׁלוֹם", false),
            // Its last vowel is drawn as two signs.
            (&HEADING, "ສະບາຍດີ ກໍ່ ນ້ຳ", false),
            (&CODE_FALLBACK, "سلام بِكُم", true),
        ] {
            let face = LoadedFace::bundled(family, &family.faces[0]);
            let mut chars: Vec<char> = text.chars().chain(['a', 'f', 'i']).collect();
            chars.sort_unstable();
            chars.dedup();
            let data = bundled(&face, family, &chars).expect(text);
            assert!(data.len() * 4 < face.data.len(), "{text}: {}", data.len());
            let font = FontRef::new(&data).unwrap();
            for word in text.split(' ') {
                let whole = shaped(&face.font, word);
                assert_eq!(shaped(&font, word), whole, "{word}");
                let alone: Vec<String> = word
                    .chars()
                    .rev()
                    .flat_map(|c| shaped(&face.font, &c.to_string()))
                    .collect();
                assert!(!joins || whole != alone, "{word} stands in single letters");
            }
            // Code has no ligatures all the same.
            if family.name == CODE_FALLBACK.name {
                assert_eq!(shaped(&font, "fi").len(), 2);
            }
        }
    }

    #[test]
    fn a_subset_that_lacks_a_table_a_glyph_or_a_feature_is_none() {
        let face = LoadedFace::bundled(&HEADING, &HEADING.faces[0]);
        let chars = ['A', 'V', 'f', 'i'];
        let wanted = wanted(&chars, true);
        let judge = |data: Vec<u8>| complete(data, &face.font, &chars, &wanted);
        let without = |tag: &[u8; 4]| {
            let mut builder = FontBuilder::new();
            let records = face.font.table_directory().table_records();
            for record in records.iter().filter(|record| record.tag() != *tag) {
                let table = face.font.table_data(record.tag()).unwrap();
                builder.add_raw(record.tag(), table.as_bytes());
            }
            builder.build()
        };
        assert!(judge(without(b"FFTM")).is_some());
        for tag in [b"name", b"cmap", b"OS/2", b"GSUB", b"GPOS"] {
            assert!(judge(without(tag)).is_none(), "{tag:?}");
        }
        let few = bundled(&face, &HEADING, &['A', 'V', 'f']).unwrap();
        assert!(judge(few).is_none());
    }

    #[test]
    fn the_same_characters_give_the_same_bytes() {
        let face = LoadedFace::bundled(&BODY, &BODY.faces[0]);
        let chars = ['a', 'f', 'i'];
        assert_eq!(subset(&face, &chars), subset(&face, &chars));
    }
}
