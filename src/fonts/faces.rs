//! The table of the faces that concbook brings: all else that has to know a family, a file or a
//! licence asks here, so that nothing about a face is written twice.

use crate::bundled::{BundledFile, bundled_file};

/// A family of faces whose files the binary holds.
#[derive(Debug)]
pub struct BundledFamily {
    /// Its name in stylesheets.
    pub name: &'static str,
    /// The family that stylesheets ask for first, which has the same widths but may not be given away:
    /// the reader's device has it, or shows this one.
    pub stands_in_for: Option<&'static str>,
    /// What the fonts call the family, and what subsets of them have to be called, where that is not
    /// the same.
    pub renamed: Option<(&'static str, &'static str)>,
    /// The units per em that subsets declare, where the outlines are to look smaller than they are.
    pub units_per_em: Option<u16>,
    /// Whether subsets keep ligatures and kerning. Of code no glyph may change its neighbour's shape
    /// or place.
    pub keeps_layout: bool,
    /// The licence.
    pub licence: BundledFile,
    /// Its faces.
    pub faces: &'static [BundledFace],
}

/// One face of such a family.
#[derive(Debug)]
pub struct BundledFace {
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is italic or oblique.
    pub italic: bool,
    /// The font, whole.
    pub font: BundledFile,
}

/// `file!("folder/of/fonts/", "name")` is called in the container as it is there; a third argument is
/// the file's name below the folder where that is another.
macro_rules! file {
    ($folder:literal, $name:literal) => {
        file!($folder, $name, $name)
    };
    ($folder:literal, $name:literal, $source:literal) => {
        bundled_file!(concat!($folder, "/", $source), $name)
    };
}

/// `faces!("folder", regular, italic, bold, bold italic)`, or the regular and the bold one only.
macro_rules! faces {
    ($folder:literal, $regular:literal, $italic:literal, $bold:literal, $both:literal) => {{
        static FACES: [BundledFace; 4] = [
            BundledFace { bold: false, italic: false, font: file!($folder, $regular) },
            BundledFace { bold: false, italic: true, font: file!($folder, $italic) },
            BundledFace { bold: true, italic: false, font: file!($folder, $bold) },
            BundledFace { bold: true, italic: true, font: file!($folder, $both) },
        ];
        &FACES
    }};
    ($folder:literal, $regular:literal, $bold:literal) => {{
        static FACES: [BundledFace; 2] = [
            BundledFace { bold: false, italic: false, font: file!($folder, $regular) },
            BundledFace { bold: true, italic: false, font: file!($folder, $bold) },
        ];
        &FACES
    }};
}

/// Running text.
pub static BODY: BundledFamily = BundledFamily {
    name: "Gelasio",
    stands_in_for: Some("Georgia"),
    renamed: None,
    units_per_em: None,
    keeps_layout: true,
    licence: file!("gelasio", "Gelasio-OFL.txt", "OFL.txt"),
    faces: faces!(
        "gelasio",
        "Gelasio-Regular.ttf",
        "Gelasio-Italic.ttf",
        "Gelasio-Bold.ttf",
        "Gelasio-BoldItalic.ttf"
    ),
};

/// Headings.
pub static HEADING: BundledFamily = BundledFamily {
    name: "DejaVu Sans",
    stands_in_for: Some("Verdana"),
    renamed: None,
    units_per_em: None,
    keeps_layout: true,
    licence: file!("dejavu-sans", "DejaVuSans-LICENSE.txt", "LICENSE.txt"),
    faces: faces!(
        "dejavu-sans",
        "DejaVuSans.ttf",
        "DejaVuSans-Oblique.ttf",
        "DejaVuSans-Bold.ttf",
        "DejaVuSans-BoldOblique.ttf"
    ),
};

/// Code; every advance is half an em. The licence asks for the other name of what is substantially
/// changed (Ubuntu Font Licence 1.0).
pub static CODE: BundledFamily = BundledFamily {
    name: "Ubuntu Mono",
    stands_in_for: None,
    renamed: Some(("Ubuntu Mono", "Ubuntu Mono derivative Concbook")),
    units_per_em: None,
    keeps_layout: false,
    licence: file!("ubuntu-mono", "UbuntuMono-LICENCE.txt", "LICENCE.txt"),
    faces: faces!(
        "ubuntu-mono",
        "UbuntuMono-Regular.ttf",
        "UbuntuMono-Italic.ttf",
        "UbuntuMono-Bold.ttf",
        "UbuntuMono-BoldItalic.ttf"
    ),
};

/// The characters that [`CODE`] lacks: DejaVu Sans Mono, whose advance is 1233 units. With 2466 of them
/// to the em it is half an em, as the other's is, so that columns and box drawings stay in step. Its
/// oblique faces lack ticks and stars, so readers make these two oblique.
pub static CODE_FALLBACK: BundledFamily = BundledFamily {
    name: "Concbook Mono",
    stands_in_for: None,
    renamed: Some(("DejaVu Sans Mono", "Concbook Mono")),
    units_per_em: Some(2466),
    keeps_layout: false,
    licence: file!("dejavu-sans-mono", "DejaVuSansMono-LICENSE.txt", "LICENSE.txt"),
    faces: faces!("dejavu-sans-mono", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
};

/// All families, in the order of their rules.
pub static FAMILIES: [&BundledFamily; 4] = [&BODY, &HEADING, &CODE, &CODE_FALLBACK];

impl BundledFamily {
    /// The name that stylesheets ask for first.
    pub fn asked_for_as(&self) -> &'static str {
        self.stands_in_for.unwrap_or(self.name)
    }
}
