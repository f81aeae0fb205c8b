//! The faces that concbook brings, each with the name by which stylesheets call its family.

use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider};

/// A face.
pub(super) struct Face {
    /// Its family in stylesheets.
    pub family: &'static str,
    pub bold: bool,
    pub italic: bool,
    /// Its file in the container; `styles/fonts.css` says the same.
    pub file: &'static str,
    pub data: &'static [u8],
    /// What its family is called within the font, and what the subset has to be called.
    pub renamed: Option<(&'static str, &'static str)>,
    /// Units of the em for which the subset says that its outlines are drawn, where they shall look
    /// smaller than they are.
    pub em: Option<u16>,
    /// Its licence's file in the container, and the text.
    pub licence: (&'static str, &'static [u8]),
}

/// Of code, in which every advance is half an em.
pub(super) const CODE: &str = "Ubuntu Mono";

/// What [`CODE`] lacks: DejaVu Sans Mono, whose advance is 1233 units. With 2466 of them to the em
/// it is half an em, as the other's is, so that columns and drawings of lines stay in step.
pub(super) const FALLBACK: &str = "Concbook Mono";

const EM: u16 = 2466;

macro_rules! face {
    ($family:literal, $bold:literal, $italic:literal, $folder:literal, $file:literal,
     $renamed:expr, $em:expr, $licence:literal, $text:literal) => {
        Face {
            family: $family,
            bold: $bold,
            italic: $italic,
            file: $file,
            data: include_bytes!(concat!("../../../fonts/", $folder, "/", $file)),
            renamed: $renamed,
            em: $em,
            licence: (
                $licence,
                include_bytes!(concat!("../../../fonts/", $folder, "/", $text)),
            ),
        }
    };
}

/// Four faces of a family: upright, slanted, bold, both.
macro_rules! family {
    ($family:literal, $folder:literal, $r:literal, $i:literal, $b:literal, $z:literal,
     $renamed:expr, $licence:literal, $text:literal) => {
        [
            face!($family, false, false, $folder, $r, $renamed, None, $licence, $text),
            face!($family, false, true, $folder, $i, $renamed, None, $licence, $text),
            face!($family, true, false, $folder, $b, $renamed, None, $licence, $text),
            face!($family, true, true, $folder, $z, $renamed, None, $licence, $text),
        ]
    };
}

/// The families that come in four faces.
static FAMILIES: [[Face; 4]; 3] = [
    family!(
        "DejaVu Sans",
        "dejavu-sans",
        "DejaVuSans.ttf",
        "DejaVuSans-Oblique.ttf",
        "DejaVuSans-Bold.ttf",
        "DejaVuSans-BoldOblique.ttf",
        None,
        "DejaVuSans-LICENSE.txt",
        "LICENSE.txt"
    ),
    family!(
        "Gelasio",
        "gelasio",
        "Gelasio-Regular.ttf",
        "Gelasio-Italic.ttf",
        "Gelasio-Bold.ttf",
        "Gelasio-BoldItalic.ttf",
        None,
        "Gelasio-OFL.txt",
        "OFL.txt"
    ),
    // The licence asks for this name of what is substantially changed (Ubuntu Font Licence 1.0).
    family!(
        "Ubuntu Mono",
        "ubuntu-mono",
        "UbuntuMono-Regular.ttf",
        "UbuntuMono-Italic.ttf",
        "UbuntuMono-Bold.ttf",
        "UbuntuMono-BoldItalic.ttf",
        Some(("Ubuntu Mono", "Ubuntu Mono derivative Concbook")),
        "UbuntuMono-LICENCE.txt",
        "LICENCE.txt"
    ),
];

/// The fallback's faces. The slanted ones lack ticks and stars; readers slant an upright one.
static FALLBACKS: [Face; 2] = [
    face!(
        "Concbook Mono",
        false,
        false,
        "dejavu-sans-mono",
        "DejaVuSansMono.ttf",
        Some(("DejaVu Sans Mono", "Concbook Mono")),
        Some(EM),
        "DejaVuSansMono-LICENSE.txt",
        "LICENSE.txt"
    ),
    face!(
        "Concbook Mono",
        true,
        false,
        "dejavu-sans-mono",
        "DejaVuSansMono-Bold.ttf",
        Some(("DejaVu Sans Mono", "Concbook Mono")),
        Some(EM),
        "DejaVuSansMono-LICENSE.txt",
        "LICENSE.txt"
    ),
];

/// A face with the characters that it has.
pub(super) struct Ready {
    pub face: &'static Face,
    pub font: FontRef<'static>,
    charmap: Charmap<'static>,
}

/// All faces; none that cannot be read is left out, which a test holds.
pub(super) fn all() -> Vec<Ready> {
    let ready = |face: &'static Face| {
        let font = FontRef::new(face.data).ok()?;
        Some(Ready { face, charmap: font.charmap(), font })
    };
    FAMILIES.iter().flatten().chain(&FALLBACKS).filter_map(ready).collect()
}

impl Ready {
    /// Whether it has a character.
    pub(super) fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_is_read() {
        assert_eq!(all().len(), 14);
        let lacking = |family: &str, text: &'static str| {
            let of = all().into_iter().filter(|one| one.face.family == family);
            of.flat_map(|one| text.chars().filter(move |&c| !one.has(c)))
                .collect::<String>()
        };
        assert_eq!(lacking(FALLBACK, "→✓✗≡∈∀●■▶╭╮╰╯─│"), "");
        assert!(lacking(CODE, "→✓✗≡∈∀●■▶╭╮╰╯").contains('╭'));
        assert_eq!(lacking("Gelasio", "aé–“”…"), "");
    }
}
