//! The author's own fonts, such as a licensed Georgia: embedded where the font itself allows it
//! (OpenType, `OS/2`, fsType).

use super::loaded::{LoadedFace, Provider};
use super::scripts::ShapedScript;
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::{Boundary, remedy};
use crate::typeset::{CharSet, TextByFont};
use concfilter::error::{Place, Result};
use skrifa::raw::TableProvider;
use skrifa::raw::tables::os2::SelectionFlags;
use skrifa::{FontRef, string::StringId};
use std::path::{Path, PathBuf};

/// A font file that the author gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFont {
    /// Where it came from, for messages; its last part is its name in the container.
    pub path: String,
    /// Its content.
    pub data: Vec<u8>,
}

impl UserFont {
    /// The font files (`.ttf`, `.otf`) of a folder, in order; none where the folder is not there.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>> {
        let files = Self::files(folder)?;
        files.into_iter().map(|path| Self::read(&path)).collect()
    }

    /// The same of a book's folder, without those that may not come into the book, which the findings tell.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn of_book(
        folder: &Path,
        boundary: &Boundary,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Self>> {
        let mut files = Self::files(folder)?;
        files.retain(|path| match boundary.refusal(path) {
            None => true,
            Some(why) => {
                let message = format!("the font {why}");
                findings.push(
                    Finding::new(Code::FileRefused, Place::path(path), message)
                        .hint(remedy(why, "Keep a copy in the book's folder")),
                );
                false
            }
        });
        files.into_iter().map(|path| Self::read(&path)).collect()
    }

    fn read(path: &Path) -> Result<Self> {
        Ok(Self { path: path.display().to_string(), data: fsx::read(path)? })
    }

    fn files(folder: &Path) -> Result<Vec<PathBuf>> {
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let is_font = |path: &Path| {
            let extension =
                path.extension().and_then(|one| one.to_str()).unwrap_or_default();
            ["ttf", "otf"].iter().any(|one| extension.eq_ignore_ascii_case(one))
        };
        let files = fsx::files_below(folder)?.into_iter();
        Ok(files.filter(|path| is_font(path)).map(|path| folder.join(path)).collect())
    }

    /// The face in it. A file from anywhere may be built as no reader of fonts expects.
    fn load(&self) -> std::result::Result<LoadedFace<'_>, String> {
        if self.data.len() > MOST_BYTES {
            let size = crate::report::size(self.data.len());
            let most = crate::report::size(MOST_BYTES);
            return Err(format!("the font has {size}; the most are {most}"));
        }
        std::panic::catch_unwind(|| self.open())
            .unwrap_or_else(|_| Err("the font cannot be read".to_owned()))
    }

    fn open(&self) -> std::result::Result<LoadedFace<'_>, String> {
        let broken =
            |error: skrifa::raw::ReadError| format!("the font cannot be read: {error}");
        let font = FontRef::new(&self.data).map_err(broken)?;
        let os2 = font.os2().map_err(broken)?;
        let names = font.name().map_err(broken)?;
        let name = |id: StringId| {
            let mut records = names.name_record().iter();
            let record = records.rfind(|record| record.name_id() == id)?;
            Some(record.string(names.string_data()).ok()?.chars().collect::<String>())
        };
        let family = name(StringId::TYPOGRAPHIC_FAMILY_NAME)
            .or_else(|| name(StringId::FAMILY_NAME))
            .ok_or("the font has no name")?;
        let bold = os2.us_weight_class() >= 600;
        let italic = os2
            .fs_selection()
            .intersects(SelectionFlags::ITALIC | SelectionFlags::OBLIQUE);
        let may_subset =
            os2.fs_type() & NO_SUBSETTING == 0 && !self.data.starts_with(b"OTTO");
        let provider = Provider::User { may_subset };
        let (style, file) = ((bold, italic), self.file_name());
        Ok(LoadedFace::new(family, style, file, &self.data, font, provider))
    }

    /// Its name in the container: `fonts/My Font.ttf` becomes `own-My-Font.ttf`.
    fn file_name(&self) -> String {
        let last = self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path);
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        format!("own-{}", last.chars().map(plain).collect::<String>())
    }
}

/// The most bytes of a font file: those of all of Chinese have half as many.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// fsType bit 8: the font may be embedded as a whole only.
const NO_SUBSETTING: u16 = 0x0100;

/// fsType bit 9: only bitmaps of the font may be embedded.
const BITMAPS_ONLY: u16 = 0x0200;

/// fsType bits 0 to 3: the level of embedding.
const LEVEL: u16 = 0x000f;

/// The level that forbids embedding.
const RESTRICTED: u16 = 0x0002;

/// The author's faces that some text asks for and that may be embedded; the findings tell of those that
/// may not, and of files that are no fonts. Of two faces for the same text the first is taken.
pub(super) fn load<'f>(
    fonts: &'f [UserFont],
    text: &TextByFont,
    findings: &mut Vec<Finding>,
) -> Vec<LoadedFace<'f>> {
    let mut faces: Vec<LoadedFace<'f>> = Vec::new();
    for font in fonts {
        let place = || Place::file(&font.path);
        let mut face = match font.load() {
            Ok(face) => face,
            Err(message) => {
                findings.push(Finding::new(Code::FontFileWrong, place(), message));
                continue;
            }
        };
        let is_asked_for = text
            .keys()
            .any(|font| font.families.iter().any(|family| family.is_named(&face.family)));
        let is_there = faces.iter().any(|other| {
            (&other.family, other.bold, other.italic)
                == (&face.family, face.bold, face.italic)
        });
        if !is_asked_for || is_there {
            continue;
        }
        if let Some(reason) = forbidden(&face.font) {
            let message = format!("{} is not embedded: {reason}", face.family);
            findings.push(
                Finding::new(Code::FontForbidden, place(), message)
                    .hint("Ask its maker for a licence for electronic books"),
            );
            continue;
        }
        face.left_out = unshaped(&face, text);
        findings.extend(face.left_out.iter().map(|script| {
            let (family, name) = (&face.family, script.name);
            let message = format!(
                "{family} has letters of {name} and no rules for their forms, so {name} is not \
                 shown in it"
            );
            Finding::new(Code::GlyphMissing, place(), message)
                .hint(format!("Give a font that is made for {name}"))
        }));
        faces.push(face);
    }
    faces
}

/// The author's faces that letters of a picture may be drawn with.
pub(super) fn drawable(fonts: &[UserFont]) -> Vec<LoadedFace<'_>> {
    let loaded = fonts.iter().filter_map(|font| font.load().ok());
    loaded.filter(|face| forbidden(&face.font).is_none()).collect()
}

/// The scripts of a text of which a face has letters and not their forms.
fn unshaped(face: &LoadedFace<'_>, text: &TextByFont) -> Vec<&'static ShapedScript> {
    let mut scripts: Vec<&'static ShapedScript> = Vec::new();
    for c in text.values().flat_map(CharSet::iter).filter(|&c| face.has(c)) {
        scripts.extend(face.unshaped(c).filter(|script| !scripts.contains(script)));
    }
    scripts
}

/// Why a font may not be embedded. Of several levels, which old fonts have, the most lenient holds.
fn forbidden(font: &FontRef<'_>) -> Option<&'static str> {
    let bits = font.os2().map_or(0, |os2| os2.fs_type());
    if bits & LEVEL == RESTRICTED {
        return Some("its licence restricts embedding (fsType bit 1)");
    }
    (bits & BITMAPS_ONLY != 0)
        .then_some("only its bitmaps may be embedded (fsType bit 9)")
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::css;
    use super::super::faces::{BODY, HEADING};
    use super::*;
    use crate::css::Family;
    use crate::typeset::{CharSet, Font};
    use skrifa::MetadataProvider;
    use skrifa::raw::types::Tag;
    use write_fonts::FontBuilder;

    /// A face of ours with other embedding bits, as an author might have it.
    fn font(bits: u16) -> UserFont {
        let face = LoadedFace::bundled(&BODY, &BODY.faces[0]);
        let tag = Tag::new(b"OS/2");
        let mut os2 = face.font.table_data(tag).unwrap().as_bytes().to_vec();
        os2[8..10].copy_from_slice(&bits.to_be_bytes());
        let mut builder = FontBuilder::new();
        builder.add_raw(tag, os2);
        builder.copy_missing_tables(face.font.clone());
        UserFont { path: "fonts/My Font.ttf".to_owned(), data: builder.build() }
    }

    fn text(family: &str) -> TextByFont {
        let families = vec![Family::Named(family.to_owned())];
        let mut chars = CharSet::default();
        chars.insert('a');
        [(Font { families, weight: 400, italic: false }, chars)].into()
    }

    #[test]
    fn the_fonts_own_bits_decide() {
        for (bits, said) in [
            (0x0000, None),
            (0x0004, None),
            (0x0008, None),
            (0x0002, Some("restricts embedding")),
            (0x0006, None),
            (0x0200, Some("bitmaps")),
            (0x0100, None),
        ] {
            let fonts = [font(bits)];
            let mut findings = Vec::new();
            let faces = load(&fonts, &text("Gelasio"), &mut findings);
            assert_eq!(faces.len(), usize::from(said.is_none()), "{bits:#06x}");
            assert_eq!(findings.len(), usize::from(said.is_some()));
            if let Some(said) = said {
                assert!(findings[0].message.contains(said));
            } else {
                let Provider::User { may_subset } = faces[0].provider else { panic!() };
                assert_eq!(may_subset, bits & NO_SUBSETTING == 0);
                assert_eq!(faces[0].file, "own-My-Font.ttf");
                assert!(css::rules(&faces).contains("\"Gelasio\""));
            }
        }
    }

    #[test]
    fn letters_without_their_forms_are_not_claimed() {
        let face = LoadedFace::bundled(&HEADING, &HEADING.faces[0]);
        let built = |drop: &[u8; 4]| {
            let mut builder = FontBuilder::new();
            for record in face.font.table_directory().table_records() {
                let table = face.font.table_data(record.tag()).unwrap();
                if record.tag() != *drop {
                    builder.add_raw(record.tag(), table.as_bytes());
                }
            }
            UserFont { path: "fonts/Plain.ttf".to_owned(), data: builder.build() }
        };
        let mut text = text("DejaVu Sans");
        text.values_mut()
            .for_each(|chars| "سلام שלום".chars().for_each(|c| chars.insert(c)));
        for (drop, claims) in [(b"GSUB", false), (b"FFTM", true)] {
            let (fonts, mut findings) = ([built(drop)], Vec::new());
            let faces = load(&fonts, &text, &mut findings);
            assert_eq!((faces[0].shows('س'), faces[0].shows('ש')), (claims, true));
            let rule = css::rules(&faces);
            let range = "unicode-range: U+0-5FF, U+700-74F, U+780-86F, U+900-FB4F, \
                         U+FE00-FE6F, U+FEFF-10EBF, U+10F00-10FFFF;";
            assert_eq!(rule.contains(range), !claims, "{rule}");
            assert_eq!(findings.len(), usize::from(!claims), "{findings:?}");
            assert!(claims || findings[0].message.contains("letters of Arabic"));
        }
    }

    /// A font that was tampered with.
    fn tampered(change: impl FnOnce(&mut [u8])) -> UserFont {
        let mut data = BODY.faces[0].font.data().to_vec();
        change(&mut data);
        UserFont { path: "fonts/Odd.ttf".to_owned(), data }
    }

    /// Does with a font all that a book does with one of the author's.
    fn used(font: UserFont) {
        let fonts = [font];
        let (mut findings, text) = (Vec::new(), text("Gelasio"));
        for face in load(&fonts, &text, &mut findings) {
            super::super::subset::subset(&face, &['a', 'f', 'i', 'é', 'ä']);
        }
        let letters = || {
            let letters = crate::fonts::LetterOutlines::title(&fonts, false);
            letters.path("aé の", 100.0, 0.0, 0.0).len()
        };
        let _ = std::panic::catch_unwind(letters);
    }

    #[test]
    fn fonts_that_were_tampered_with_end_no_program() {
        let whole = LoadedFace::bundled(&BODY, &BODY.faces[0]);
        for seed in 1..20_usize {
            used(tampered(|data| {
                let length = data.len();
                for step in 1..30_usize {
                    // The directory stays, so that the tables are looked into.
                    let at = 300 + seed * 7919 * step * step % (length - 300);
                    data[at] =
                        data[at].wrapping_add(u8::try_from(seed * step % 251).unwrap());
                }
            }));
        }
        // A glyph that is made of itself.
        let gid = whole.font.charmap().map('é').expect("it has the letter").to_u32();
        let start = |tag: &[u8; 4]| {
            let records = whole.font.table_directory().table_records();
            let record = records.iter().find(|record| record.tag() == Tag::new(tag));
            record.expect("it is there").offset() as usize
        };
        let (loca, glyf) = (start(b"loca"), start(b"glyf"));
        let is_long = whole.font.head().expect("it is there").index_to_loc_format() == 1;
        used(tampered(|data| {
            let at = |from: usize| {
                u32::from_be_bytes(data[from..from + 4].try_into().unwrap())
            };
            let short = |from: usize| {
                u16::from_be_bytes(data[from..from + 2].try_into().unwrap())
            };
            let offset = if is_long {
                at(loca + 4 * gid as usize) as usize
            } else {
                usize::from(short(loca + 2 * gid as usize)) * 2
            };
            let own = u16::try_from(gid).unwrap().to_be_bytes();
            let glyph = [255, 255, 0, 0, 0, 0, 0, 9, 0, 9, 0, 2, own[0], own[1], 0, 0];
            data[glyf + offset..glyf + offset + 16].copy_from_slice(&glyph);
        }));
        let huge =
            UserFont { path: "huge.ttf".to_owned(), data: vec![0; MOST_BYTES + 1] };
        let mut findings = Vec::new();
        load(&[huge], &text("Gelasio"), &mut findings);
        assert!(findings[0].message.contains("the most are"), "{findings:?}");
    }

    #[test]
    fn what_no_text_asks_for_stays_out_and_what_is_broken_is_a_finding() {
        let (fonts, mut findings) = ([font(0)], Vec::new());
        assert!(load(&fonts, &text("Georgia"), &mut findings).is_empty());
        assert_eq!(findings, []);
        let fonts = [UserFont { path: "fonts/x.ttf".to_owned(), data: b"none".to_vec() }];
        load(&fonts, &text("Georgia"), &mut findings);
        assert_eq!(findings[0].code, "font-file-wrong");
    }
}
