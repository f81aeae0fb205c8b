//! Which face shows which characters.
//!
//! ```text
//! code in "Ubuntu Mono", "Concbook Mono", monospace:   a → b
//! UbuntuMono-Regular.ttf: a b          DejaVuSansMono.ttf: →
//! ```

use super::faces::{BundledFamily, CODE, CODE_FALLBACK};
use super::loaded::LoadedFace;
use super::scripts;
use crate::typeset::{CharSet, Font, TextByFont};

/// The characters of which each face needs the glyphs, and those that none of them has.
#[derive(Debug)]
pub(super) struct GlyphSets {
    /// A set a face, in the order of the faces.
    pub by_face: Vec<CharSet>,
    /// Characters of text that asks for one of the faces, and that none of those it asks for has.
    pub missing: TextByFont,
}

/// Assigns each character to the first face that has it among those that its text asks for. A family
/// that is not among the faces comes with the reader's device, or not: then the next in the list has to
/// have the character. Of two faces that fit alike the first is taken.
pub(super) fn assign_glyphs(faces: &[LoadedFace<'_>], text: &TextByFont) -> GlyphSets {
    let mut sets = GlyphSets {
        by_face: vec![CharSet::default(); faces.len()],
        missing: TextByFont::new(),
    };
    let has_all_boxes = code_has_all_boxes(faces, text);
    // Where text runs from right to left, readers draw a bracket with the glyph of its counterpart.
    let is_rtl = text
        .values()
        .flat_map(CharSet::iter)
        .any(|c| scripts::of(c).is_some_and(|script| script.is_rtl));
    for (font, chars) in text {
        let candidates = candidates(faces, font);
        let has_fallback = candidates.iter().any(|&at| is_of(&faces[at], &CODE_FALLBACK));
        // Lines of two faces would not meet: where the code's face lacks one of them, the fallback
        // draws them all.
        let skips_code = has_fallback && !has_all_boxes;
        for c in chars.iter().filter(|c| !c.is_control()) {
            let skips_code = skips_code && is_box_drawing(c);
            let found = candidates.iter().copied().find(|&at| {
                faces[at].shows(c) && !(skips_code && is_of(&faces[at], &CODE))
            });
            match found {
                Some(at) => {
                    sets.by_face[at].insert(c);
                    let mirrored = scripts::mirrored(c).filter(|_| is_rtl);
                    if let Some(other) = mirrored.filter(|&other| faces[at].has(other)) {
                        sets.by_face[at].insert(other);
                    }
                }
                None if candidates.is_empty() || is_invisible(c) => {}
                None => sets.missing.entry(font.clone()).or_default().insert(c),
            }
        }
    }
    made_oblique(faces, &mut sets);
    sets
}

/// Gives characters that the italic face of a family lacks to its upright one, where the italic one is
/// not embedded: readers make the upright one oblique then. DejaVu Sans has no oblique Arabic, for one.
fn made_oblique(faces: &[LoadedFace<'_>], sets: &mut GlyphSets) {
    let missing = std::mem::take(&mut sets.missing);
    for (font, chars) in missing {
        let upright = candidates(faces, &Font { italic: false, ..font.clone() });
        let stands_alone = |at: usize| {
            let italic = faces.iter().position(|face| {
                (&face.family, face.bold, face.italic)
                    == (&faces[at].family, faces[at].bold, true)
            });
            italic.is_none_or(|italic| {
                !faces[italic].is_users() && sets.by_face[italic].is_empty()
            })
        };
        let upright: Vec<usize> =
            upright.into_iter().filter(|&at| font.italic && stands_alone(at)).collect();
        for c in chars.iter() {
            match upright.iter().find(|&&at| faces[at].shows(c)) {
                Some(&at) => sets.by_face[at].insert(c),
                None => sets.missing.entry(font.clone()).or_default().insert(c),
            }
        }
    }
}

/// The faces that a font's families mean, in their order. Where a family has no italic face,
/// readers make its regular one oblique.
fn candidates(faces: &[LoadedFace<'_>], font: &Font) -> Vec<usize> {
    let bold = font.weight >= 600;
    let face_of = |family: &crate::css::Family| {
        let find = |italic: bool| {
            faces.iter().position(|face| {
                family.is_named(&face.family)
                    && (face.bold, face.italic) == (bold, italic)
            })
        };
        find(font.italic).or_else(|| find(false))
    };
    font.families.iter().filter_map(face_of).collect()
}

fn is_of(face: &LoadedFace<'_>, family: &BundledFamily) -> bool {
    !face.is_users() && face.family == family.name
}

/// Whether the family of code has all box drawings of the book.
fn code_has_all_boxes(faces: &[LoadedFace<'_>], text: &TextByFont) -> bool {
    faces.iter().find(|face| is_of(face, &CODE)).is_none_or(|code| {
        let mut chars = text.values().flat_map(CharSet::iter);
        chars.all(|c| !is_box_drawing(c) || code.has(c))
    })
}

/// Lines, corners and blocks (Unicode, Box Drawing and Block Elements).
fn is_box_drawing(c: char) -> bool {
    ('\u{2500}'..='\u{259f}').contains(&c)
}

/// Characters that show nothing, and that readers need no glyph for.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::Family;

    /// The characters of each face that shows any of a text in bold, and those that none has.
    fn assigned(families: &[&str], text: &str) -> (Vec<(String, String)>, String) {
        let families =
            families.iter().map(|name| Family::Named((*name).to_owned())).collect();
        let mut chars = CharSet::default();
        text.chars().for_each(|c| chars.insert(c));
        let text = [(Font { families, weight: 700, italic: false }, chars)].into();
        let faces = LoadedFace::all_bundled();
        let GlyphSets { by_face, missing } = assign_glyphs(&faces, &text);
        let named = faces
            .iter()
            .zip(by_face)
            .map(|(face, set)| (face.file.to_string(), set.iter().collect::<String>()));
        let named = named.filter(|(_, set)| !set.is_empty());
        (named.collect(), missing.values().flat_map(CharSet::iter).collect())
    }

    fn face(file: &str, chars: &str) -> (String, String) {
        (file.to_owned(), chars.to_owned())
    }

    #[test]
    fn a_character_is_set_in_the_first_face_that_has_it() {
        let code = ["Ubuntu Mono", "Concbook Mono"];
        assert_eq!(
            assigned(&code, "a→\n漢"),
            (
                vec![
                    face("UbuntuMono-Bold.ttf", "a"),
                    face("DejaVuSansMono-Bold.ttf", "→")
                ],
                "漢".to_owned()
            )
        );
        assert_eq!(
            assigned(&["Georgia", "Gelasio"], "a").0,
            [face("Gelasio-Bold.ttf", "a")]
        );
        // Without a font of ours nothing is said of what the reader's has.
        assert_eq!(assigned(&["Futura"], "漢"), (vec![], String::new()));
    }

    #[test]
    fn a_family_without_oblique_letters_is_made_oblique() {
        let faces = LoadedFace::all_bundled();
        let assigned = |text: &str| {
            let families = vec![Family::Named("DejaVu Sans".to_owned())];
            let mut chars = CharSet::default();
            text.chars().for_each(|c| chars.insert(c));
            let font = Font { families, weight: 400, italic: true };
            let sets = assign_glyphs(&faces, &[(font, chars)].into());
            let upright = faces.iter().position(|face| face.file == "DejaVuSans.ttf");
            (sets.by_face[upright.unwrap()].has('س'), sets.missing.is_empty())
        };
        assert_eq!(assigned("سلام"), (true, true));
        // With the oblique face in the book, readers look no further in its family.
        assert_eq!(assigned("سلام a"), (false, false));
    }

    #[test]
    fn brackets_have_their_counterparts_where_text_runs_from_right_to_left() {
        assert_eq!(assigned(&["Gelasio"], "a(").0, [face("Gelasio-Bold.ttf", "(a")]);
        let both = assigned(&["Gelasio", "DejaVu Sans"], "(ש").0;
        assert_eq!(
            both,
            [face("Gelasio-Bold.ttf", "()"), face("DejaVuSans-Bold.ttf", "ש")]
        );
    }

    #[test]
    fn lines_that_meet_come_from_one_face() {
        let code = ["Ubuntu Mono", "Concbook Mono"];
        let (both, _) = assigned(&code, "─│");
        assert_eq!(both, [face("UbuntuMono-Bold.ttf", "─│")]);
        let (both, _) = assigned(&code, "─│╭");
        assert_eq!(both, [face("DejaVuSansMono-Bold.ttf", "─│╭")]);
    }
}
