//! The scripts whose letters take their form from their neighbours, or whose marks a font has to place:
//! there, a glyph for each character is not enough (OpenType, "Script tags" and "Registered features").
//!
//! ```text
//! سلام  with init, medi, fina and rlig: one word
//! س ل ا م  without: four letters that stand alone, which nobody would write
//! ```

use skrifa::raw::collections::IntSet;
use skrifa::raw::types::Tag;
use skrifa::raw::{FontRef, TableProvider};

/// A script that needs shaping.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ShapedScript {
    /// What messages call it.
    pub name: &'static str,
    /// Its OpenType tags, the newest first.
    tags: &'static [&'static [u8; 4]],
    /// Its blocks (Unicode, `Blocks.txt`), both ends included.
    blocks: &'static [(u32, u32)],
    /// Whether it is written from right to left.
    pub is_rtl: bool,
    /// Features of which a font has to have one, or its letters are not those of the script; none
    /// where letters keep their form and only marks move.
    forms: &'static [&'static [u8; 4]],
}

/// Letters that join.
const JOINED: &[&[u8; 4]] = &[b"init", b"medi", b"fina", b"isol"];

/// Syllables whose parts move and merge.
const SYLLABLES: &[&[u8; 4]] = &[
    b"nukt", b"akhn", b"rphf", b"rkrf", b"pref", b"blwf", b"half", b"abvf", b"pstf",
    b"vatu", b"cjct", b"pres", b"abvs", b"blws", b"psts", b"haln",
];

/// What shaping may ask for beyond the features of all text, in any of these scripts.
pub(super) const FEATURES: &[&[u8; 4]] = &[
    b"init", b"medi", b"fina", b"isol", b"med2", b"fin2", b"fin3", b"mset", b"stch",
    b"curs", b"rclt", b"rtla", b"rtlm", b"nukt", b"akhn", b"rphf", b"rkrf", b"pref",
    b"blwf", b"half", b"abvf", b"pstf", b"cfar", b"vatu", b"cjct", b"pres", b"abvs",
    b"blws", b"psts", b"haln", b"dist", b"abvm", b"blwm", b"calt", b"ccmp", b"liga",
    b"locl", b"mark", b"mkmk", b"rlig",
];

macro_rules! script {
    ($name:literal, $tags:expr, $blocks:expr, $is_rtl:literal, $forms:expr) => {
        ShapedScript {
            name: $name,
            tags: $tags,
            blocks: $blocks,
            is_rtl: $is_rtl,
            forms: $forms,
        }
    };
}

#[rustfmt::skip]
static SCRIPTS: &[ShapedScript] = &[
    script!("Arabic", &[b"arab"], &[
        (0x0600, 0x06ff), (0x0750, 0x077f), (0x0870, 0x08ff), (0xfb50, 0xfdff), (0xfe70, 0xfefe),
        (0x10ec0, 0x10eff),
    ], true, JOINED),
    script!("Syriac", &[b"syrc"], &[(0x0700, 0x074f), (0x0860, 0x086f)], true, JOINED),
    script!("N’Ko", &[b"nko "], &[(0x07c0, 0x07ff)], true, JOINED),
    script!("Mandaic", &[b"mand"], &[(0x0840, 0x085f)], true, JOINED),
    script!("Adlam", &[b"adlm"], &[(0x1e900, 0x1e95f)], true, JOINED),
    script!("Rohingya", &[b"rohg"], &[(0x10d00, 0x10d3f)], true, JOINED),
    script!("Mongolian", &[b"mong"], &[(0x1800, 0x18af)], false, JOINED),
    script!("Phags-pa", &[b"phag"], &[(0xa840, 0xa87f)], false, JOINED),
    script!("Devanagari", &[b"dev3", b"dev2", b"deva"], &[(0x0900, 0x097f), (0xa8e0, 0xa8ff)], false, SYLLABLES),
    script!("Bengali", &[b"bng3", b"bng2", b"beng"], &[(0x0980, 0x09ff)], false, SYLLABLES),
    script!("Gurmukhi", &[b"gur3", b"gur2", b"guru"], &[(0x0a00, 0x0a7f)], false, SYLLABLES),
    script!("Gujarati", &[b"gjr3", b"gjr2", b"gujr"], &[(0x0a80, 0x0aff)], false, SYLLABLES),
    script!("Odia", &[b"ory3", b"ory2", b"orya"], &[(0x0b00, 0x0b7f)], false, SYLLABLES),
    script!("Tamil", &[b"tml3", b"tml2", b"taml"], &[(0x0b80, 0x0bff)], false, SYLLABLES),
    script!("Telugu", &[b"tel3", b"tel2", b"telu"], &[(0x0c00, 0x0c7f)], false, SYLLABLES),
    script!("Kannada", &[b"knd3", b"knd2", b"knda"], &[(0x0c80, 0x0cff)], false, SYLLABLES),
    script!("Malayalam", &[b"mlm3", b"mlm2", b"mlym"], &[(0x0d00, 0x0d7f)], false, SYLLABLES),
    script!("Sinhala", &[b"sinh"], &[(0x0d80, 0x0dff)], false, SYLLABLES),
    script!("Myanmar", &[b"mym2", b"mymr"], &[(0x1000, 0x109f), (0xa9e0, 0xa9ff), (0xaa60, 0xaa7f)], false, SYLLABLES),
    script!("Khmer", &[b"khmr"], &[(0x1780, 0x17ff)], false, SYLLABLES),
    script!("Balinese", &[b"bali"], &[(0x1b00, 0x1b7f)], false, SYLLABLES),
    script!("Javanese", &[b"java"], &[(0xa980, 0xa9df)], false, SYLLABLES),
    script!("Tibetan", &[b"tibt"], &[(0x0f00, 0x0fff)], false, &[b"ccmp", b"abvs", b"blws", b"liga"]),
    script!("Hebrew", &[b"hebr"], &[(0x0590, 0x05ff), (0xfb1d, 0xfb4f)], true, &[]),
    script!("Thaana", &[b"thaa"], &[(0x0780, 0x07bf)], true, &[]),
    script!("Thai", &[b"thai"], &[(0x0e00, 0x0e7f)], false, &[]),
    script!("Lao", &[b"lao "], &[(0x0e80, 0x0eff)], false, &[]),
];

/// The script of a character, where it needs shaping.
pub(super) fn of(c: char) -> Option<&'static ShapedScript> {
    let code = u32::from(c);
    // Latin, Greek, Cyrillic and Armenian stand before all of them.
    if code < 0x0590 {
        return None;
    }
    let has = |script: &&ShapedScript| {
        script.blocks.iter().any(|&(first, last)| (first..=last).contains(&code))
    };
    SCRIPTS.iter().find(has)
}

/// The scripts of a text that need shaping, in the order of the table.
pub(super) fn in_text(chars: &[char]) -> Vec<&'static ShapedScript> {
    let found: Vec<_> = chars.iter().filter_map(|&c| of(c)).collect();
    SCRIPTS.iter().filter(|script| found.contains(script)).collect()
}

impl ShapedScript {
    /// The tags that a font may have its rules under.
    pub(super) fn tags(&self) -> impl Iterator<Item = Tag> {
        self.tags.iter().map(|tag| Tag::new(tag))
    }

    /// Its blocks, as `unicode-range` has them (CSS Fonts 4, section 4.5).
    pub(super) fn blocks(&self) -> impl Iterator<Item = (u32, u32)> {
        self.blocks.iter().copied()
    }

    /// Whether a font gives its letters their forms, and not only one glyph each.
    pub(super) fn is_shaped_by(&self, font: &FontRef<'_>) -> bool {
        // Apple's own tables of rules, which the shapers of browsers read as well.
        self.forms.is_empty()
            || font.table_data(Tag::new(b"morx")).is_some()
            || self.has_forms(font).unwrap_or(false)
    }

    /// Where a font has none of the script's tags, shapers take its default rules.
    fn has_forms(&self, font: &FontRef<'_>) -> Result<bool, skrifa::raw::ReadError> {
        let gsub = font.gsub()?;
        let forms: IntSet<Tag> = self.forms.iter().map(|tag| Tag::new(tag)).collect();
        let list = gsub.script_list()?;
        let mut own: IntSet<Tag> = self.tags().collect();
        if !list.script_records().iter().any(|record| own.contains(record.script_tag())) {
            own = [b"DFLT", b"dflt"].into_iter().map(Tag::new).collect();
        }
        Ok(!gsub.collect_features(&own, &IntSet::all(), &forms)?.is_empty())
    }
}

/// The character that a shaper puts in a bracket's place where text runs from right to left (Unicode,
/// `BidiMirroring.txt`; the pairs that prose and code are written with).
pub(super) fn mirrored(c: char) -> Option<char> {
    const PAIRS: [(char, char); 9] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('≤', '≥'),
        ('⟨', '⟩'),
        ('「', '」'),
    ];
    PAIRS.iter().find_map(|&(open, close)| {
        [(open, close), (close, open)]
            .into_iter()
            .find_map(|(a, b)| (a == c).then_some(b))
    })
}

#[cfg(test)]
mod tests {
    use super::super::faces::{BODY, CODE_FALLBACK, HEADING};
    use super::super::loaded::LoadedFace;
    use super::*;

    #[test]
    fn scripts_are_known_by_their_blocks() {
        let names = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            in_text(&chars).iter().map(|script| script.name).collect::<Vec<_>>()
        };
        assert_eq!(names("Käse, Ёж, Δ, 漢字 → “a”"), [""; 0]);
        assert_eq!(names("שלום سلام नमस्ते a"), ["Arabic", "Devanagari", "Hebrew"]);
        for (at, script) in SCRIPTS.iter().enumerate() {
            for &(first, last) in script.blocks {
                assert!(first < last && first >= 0x590, "{}", script.name);
                let others = SCRIPTS[at + 1..].iter().flat_map(|one| one.blocks);
                for &(start, end) in others {
                    assert!(last < start || end < first, "{}", script.name);
                }
            }
        }
        assert_eq!(
            (mirrored('('), mirrored('»'), mirrored('a')),
            (Some(')'), Some('«'), None)
        );
    }

    #[test]
    fn a_face_has_a_script_where_it_has_its_forms() {
        let shaped =
            |face: &LoadedFace<'_>, c: char| of(c).unwrap().is_shaped_by(&face.font);
        let [heading, oblique, ..] = HEADING.faces else { panic!() };
        let upright = LoadedFace::bundled(&HEADING, heading);
        assert!(shaped(&upright, 'س') && shaped(&upright, 'ߒ') && shaped(&upright, 'ש'));
        assert!(!shaped(&upright, 'न'));
        assert!(!shaped(&LoadedFace::bundled(&HEADING, oblique), 'س'));
        assert!(shaped(
            &LoadedFace::bundled(&CODE_FALLBACK, &CODE_FALLBACK.faces[0]),
            'س'
        ));
        // Its features stand under DFLT, and none of them is one of these.
        assert!(!shaped(&LoadedFace::bundled(&BODY, &BODY.faces[0]), 'س'));
    }
}
