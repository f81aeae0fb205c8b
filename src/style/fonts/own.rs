//! The author's own fonts, such as a licensed Georgia: embedded where the font itself allows it
//! (OpenType, "OS/2", fsType), and made unreadable outside the book where the author asks for that
//! (EPUB 3.3, section 4.3).

use super::used::{Chars, Used};
use crate::epub::encryption::{OBFUSCATIONS, PATH};
use crate::epub::{Epub, Package};
use crate::finding::{Code, Finding};
use concfilter::error::Place;
use skrifa::charmap::Charmap;
use skrifa::raw::TableProvider;
use skrifa::raw::tables::os2::SelectionFlags;
use skrifa::{FontRef, MetadataProvider};
use std::fmt::Write as _;

/// A font file that the author gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFont {
    /// Where it came from, for messages; its last part is its name in the container.
    pub path: String,
    /// Its content.
    pub data: Vec<u8>,
}

/// One of them, read.
pub(super) struct Own<'f> {
    pub font: FontRef<'f>,
    pub data: &'f [u8],
    pub family: String,
    pub bold: bool,
    pub italic: bool,
    /// Its name in the container.
    pub file: String,
    /// Whether it may be cut down.
    pub may_be_cut: bool,
    charmap: Charmap<'f>,
}

impl Own<'_> {
    pub(super) fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some()
    }

    /// Its media type (EPUB 3.3, section 3.2).
    pub(super) fn media_type(&self) -> &'static str {
        if self.data.starts_with(b"OTTO") { "font/otf" } else { "font/ttf" }
    }

    /// The rule that names it, relative to the stylesheet.
    pub(super) fn rule(&self) -> String {
        let family = self.family.replace(['"', '\\'], "");
        let weight = if self.bold { "bold" } else { "normal" };
        let style = if self.italic { "italic" } else { "normal" };
        format!(
            "@font-face {{\n  font-family: \"{family}\";\n  font-weight: {weight};\n  \
             font-style: {style};\n  src: url(\"../fonts/concbook/{}\");\n}}\n",
            self.file
        )
    }
}

/// Those that some text asks for and that may be embedded; the others are told of.
pub(super) fn read<'f>(
    given: &'f [OwnFont],
    used: &Used,
    findings: &mut Vec<Finding>,
) -> Vec<Own<'f>> {
    let mut found: Vec<Own<'f>> = Vec::new();
    for one in given {
        let place = || Place::file(&one.path);
        let own = match open(one) {
            Ok(own) => own,
            Err(message) => {
                findings.push(Finding::new(Code::FontFileWrong, place(), message));
                continue;
            }
        };
        let is_asked_for = used
            .keys()
            .any(|font| font.families.iter().any(|family| family.is_named(&own.family)));
        let is_there = found.iter().any(|other| {
            (&other.family, other.bold, other.italic)
                == (&own.family, own.bold, own.italic)
        });
        if !is_asked_for || is_there {
            continue;
        }
        match forbidden(&own.font) {
            Some(reason) => {
                let message = format!("{} is not embedded: {reason}", own.family);
                findings.push(
                    Finding::new(Code::FontForbidden, place(), message)
                        .hint("Ask its maker for a licence for electronic books"),
                );
            }
            None => found.push(own),
        }
    }
    found
}

fn open(one: &OwnFont) -> Result<Own<'_>, String> {
    let broken =
        |error: &dyn std::fmt::Display| format!("the font cannot be read: {error}");
    let font = FontRef::new(&one.data).map_err(|error| broken(&error))?;
    let os2 = font.os2().map_err(|error| broken(&error))?;
    let names = font.name().map_err(|error| broken(&error))?;
    let name = |id: u16| {
        let mut records = names.name_record().iter();
        let record = records.rfind(|record| record.name_id().to_u16() == id)?;
        Some(record.string(names.string_data()).ok()?.chars().collect::<String>())
    };
    let family = name(16).or_else(|| name(1)).ok_or("the font has no name")?;
    let selection = os2.fs_selection();
    let last = one.path.rsplit(['/', '\\']).next().unwrap_or(&one.path);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    Ok(Own {
        charmap: font.charmap(),
        family,
        bold: os2.us_weight_class() >= 600,
        italic: selection.intersects(SelectionFlags::ITALIC | SelectionFlags::OBLIQUE),
        file: format!("own-{}", last.chars().map(plain).collect::<String>()),
        may_be_cut: os2.fs_type() & 0x0100 == 0 && !one.data.starts_with(b"OTTO"),
        data: &one.data,
        font,
    })
}

/// Why a font may not be embedded. Of several levels, which old fonts have, the most lenient holds.
fn forbidden(font: &FontRef<'_>) -> Option<&'static str> {
    let bits = font.os2().map_or(0, |os2| os2.fs_type());
    if bits & 0x000f == 0x0002 {
        return Some("its licence restricts embedding (fsType bit 1)");
    }
    (bits & 0x0200 != 0).then_some("only its bitmaps may be embedded (fsType bit 9)")
}

/// The number of the face that sets a character of a font, if one of the author's does.
pub(super) fn position(
    own: &[Own<'_>],
    family: &str,
    bold: bool,
    italic: bool,
) -> Option<usize> {
    own.iter().position(|one| {
        one.family.eq_ignore_ascii_case(family)
            && one.bold == bold
            && one.italic == italic
    })
}

/// The characters of a set that a face has.
pub(super) fn held(own: &Own<'_>, set: &Chars) -> Vec<char> {
    set.iter().chain([' ', '\u{a0}']).filter(|&c| own.has(c)).collect()
}

/// Makes files unreadable by themselves, and says which ones they are.
pub(super) fn obfuscate(epub: &mut Epub, package: &Package, paths: &[String]) {
    let tree = package.document();
    let id = tree.root_element().and_then(|root| tree.attr(root, "unique-identifier"));
    let identifier = package
        .elements("identifier")
        .into_iter()
        .find(|&node| tree.attr(node, "id") == id)
        .map(|node| tree.text(node))
        .unwrap_or_default();
    let identifier: String =
        identifier.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    let key = sha1_smol::Sha1::from(identifier).digest().bytes();
    let mut xml =
        "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" \
                   xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\">\n"
            .to_owned();
    for path in paths {
        let Some(data) = epub.get(path) else { continue };
        let mut data = data.to_vec();
        data.iter_mut()
            .take(1040)
            .zip(key.iter().cycle())
            .for_each(|(byte, key)| *byte ^= key);
        epub.put(path, data);
        let _ = write!(
            xml,
            "  <enc:EncryptedData>\n    <enc:EncryptionMethod Algorithm=\"{}\"/>\n    \
             <enc:CipherData><enc:CipherReference URI=\"{path}\"/></enc:CipherData>\n  \
             </enc:EncryptedData>\n",
            OBFUSCATIONS[0]
        );
    }
    xml.push_str("</encryption>\n");
    epub.put(PATH, xml.into_bytes());
}

#[cfg(test)]
mod tests {
    use super::super::faces::all;
    use super::*;
    use crate::css::Family;
    use crate::typeset::Font;
    use write_fonts::FontBuilder;

    /// A face of ours with other bits, as an author might have it.
    fn font(bits: u16) -> OwnFont {
        let face = all().swap_remove(4);
        let tag = skrifa::raw::types::Tag::new(b"OS/2");
        let mut os2 = face.font.table_data(tag).unwrap().as_bytes().to_vec();
        os2[8..10].copy_from_slice(&bits.to_be_bytes());
        let mut builder = FontBuilder::new();
        builder.add_raw(tag, os2);
        builder.copy_missing_tables(face.font.clone());
        OwnFont { path: "fonts/My Font.ttf".to_owned(), data: builder.build() }
    }

    fn used(family: &str) -> Used {
        let families = vec![Family::Named(family.to_owned())];
        let mut chars = Chars::default();
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
            let given = [font(bits)];
            let mut findings = Vec::new();
            let own = read(&given, &used("Gelasio"), &mut findings);
            assert_eq!(own.len(), usize::from(said.is_none()), "{bits:#06x}");
            assert_eq!(findings.len(), usize::from(said.is_some()));
            if let Some(said) = said {
                assert!(findings[0].message.contains(said));
            } else {
                assert_eq!(own[0].may_be_cut, bits & 0x0100 == 0);
                assert_eq!(own[0].file, "own-My-Font.ttf");
                assert!(own[0].rule().contains("\"Gelasio\""));
            }
        }
    }

    #[test]
    fn what_no_text_asks_for_stays_out_and_what_is_broken_is_told() {
        let (given, mut findings) = ([font(0)], Vec::new());
        assert!(read(&given, &used("Georgia"), &mut findings).is_empty());
        assert_eq!(findings, []);
        let given = [OwnFont { path: "fonts/x.ttf".to_owned(), data: b"none".to_vec() }];
        read(&given, &used("Georgia"), &mut findings);
        assert_eq!(findings[0].code, "font-file-wrong");
    }
}
