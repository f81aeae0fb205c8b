//! A face whose font is open: one of concbook's own, or one of the author's.

use super::faces::{BundledFace, BundledFamily, FAMILIES};
use super::scripts::{self, ShapedScript};
use rayon::prelude::*;
use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider};
use std::borrow::Cow;

/// A face that can be asked which characters it has.
pub struct LoadedFace<'f> {
    /// Its family in stylesheets.
    pub family: Cow<'f, str>,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is italic or oblique.
    pub italic: bool,
    /// The name of its file in the container.
    pub file: Cow<'f, str>,
    /// The file, whole.
    pub data: &'f [u8],
    /// The font in it.
    pub font: FontRef<'f>,
    /// Who gave it.
    pub provider: Provider,
    /// Scripts of the book of which it has letters and no rules for their forms, so that readers must
    /// not show them in it.
    pub(super) left_out: Vec<&'static ShapedScript>,
    charmap: Charmap<'f>,
}

/// Who gave a face.
#[derive(Debug, Clone, Copy)]
pub enum Provider {
    /// concbook: one of this family.
    Bundled(&'static BundledFamily),
    /// The author.
    User {
        /// Whether its licence lets it be subset, and we can.
        may_subset: bool,
    },
}

impl<'f> LoadedFace<'f> {
    /// A face around a font that was opened.
    pub(super) fn new(
        family: impl Into<Cow<'f, str>>,
        (bold, italic): (bool, bool),
        file: impl Into<Cow<'f, str>>,
        data: &'f [u8],
        font: FontRef<'f>,
        provider: Provider,
    ) -> Self {
        let (family, file, charmap) = (family.into(), file.into(), font.charmap());
        let left_out = Vec::new();
        Self { family, bold, italic, file, data, font, provider, left_out, charmap }
    }

    /// Whether it has a glyph for a character.
    pub fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some()
    }

    /// Whether it shows a character as it is written: where the script needs shaping, a glyph alone
    /// does not.
    pub fn shows(&self, c: char) -> bool {
        self.has(c) && self.unshaped(c).is_none()
    }

    /// The script of a character, where this face has no rules for its forms.
    pub(super) fn unshaped(&self, c: char) -> Option<&'static ShapedScript> {
        scripts::of(c).filter(|script| !script.is_shaped_by(&self.font))
    }

    /// Whether the author gave it.
    pub fn is_users(&self) -> bool {
        matches!(self.provider, Provider::User { .. })
    }
}

/// Unpacks the faces that concbook brings beside what else is done, for a command that will need them.
pub fn unpack_beside() {
    rayon::spawn(|| drop(LoadedFace::all_bundled()));
}

impl LoadedFace<'static> {
    /// One of the faces that concbook brings.
    pub(super) fn bundled(
        family: &'static BundledFamily,
        face: &'static BundledFace,
    ) -> Self {
        let font = FontRef::new(face.font.data())
            .expect("a test reads every font that the binary holds");
        Self::new(
            family.name,
            (face.bold, face.italic),
            face.font.name,
            face.font.data(),
            font,
            Provider::Bundled(family),
        )
    }

    /// All faces that concbook brings.
    pub(super) fn all_bundled() -> Vec<Self> {
        let faces = |family: &'static BundledFamily| {
            family.faces.iter().map(move |face| (family, face))
        };
        let all: Vec<_> = FAMILIES.into_iter().flat_map(faces).collect();
        // Side by side, for each is unpacked.
        all.into_par_iter().map(|(family, face)| Self::bundled(family, face)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::faces::{BODY, CODE, CODE_FALLBACK};
    use super::*;

    #[test]
    fn every_face_is_read() {
        let all = LoadedFace::all_bundled();
        assert_eq!(all.len(), 14);
        let lacking = |family: &BundledFamily, text: &'static str| {
            let faces = all.iter().filter(|face| face.family == family.name);
            faces
                .flat_map(|face| text.chars().filter(move |&c| !face.has(c)))
                .collect::<String>()
        };
        assert_eq!(lacking(&CODE_FALLBACK, "→✓✗≡∈∀●■▶╭╮╰╯─│"), "");
        assert!(lacking(&CODE, "→✓✗≡∈∀●■▶╭╮╰╯").contains('╭'));
        assert_eq!(lacking(&BODY, "aé–“”…"), "");
    }
}
