//! Embeds the faces that the book's texts are set in, with their licences beside them: of each
//! only the glyphs that stand there.
//!
//! They lie in a folder of their own, so that a face of the same name that the author embeds
//! stays the author's.

mod faces;
mod subset;
mod used;

use super::Counts;
use super::documents::Documents;
use super::stylesheets;
use crate::css::Family;
use crate::epub::{Epub, Package, resolve};
use crate::finding::{Code, Finding};
use crate::report::count;
use faces::{CODE, FALLBACK, Ready};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use used::{Chars, Used};

/// Where the faces go, relative to the package document; `styles/fonts.css` says the same.
const FOLDER: &str = "fonts/concbook";

pub(super) fn apply(
    epub: &mut Epub,
    package: &mut Package,
    documents: &Documents,
    counts: &mut Counts,
) {
    let faces = faces::all();
    let used = used::read(epub, documents);
    let (sets, lacking) = allot(&faces, &used);
    let wanted: Vec<(&Ready, Vec<char>)> = faces
        .iter()
        .zip(&sets)
        .filter(|(_, set)| set.iter().next().is_some())
        .map(|(ready, set)| (ready, with_spaces(ready, set)))
        .collect();
    let files: BTreeMap<&str, Vec<u8>> = wanted
        .par_iter()
        .map(|(ready, chars)| (ready.face.file, subset::subset(ready, chars)))
        .collect();
    let licences: BTreeMap<&str, &[u8]> =
        wanted.iter().map(|(ready, _)| ready.face.licence).collect();
    remove_others(epub, package, |name| {
        files.contains_key(name) || licences.contains_key(name)
    });
    stylesheets::keep_faces(epub, |name| files.contains_key(name));
    let fonts = files.into_iter().map(|(name, data)| (name, "font/ttf", data));
    let texts =
        licences.into_iter().map(|(name, text)| (name, "text/plain", text.to_vec()));
    for (name, media_type, data) in fonts.chain(texts) {
        let href = format!("{FOLDER}/{name}");
        let Some(path) = resolve(epub.package_path(), &href) else { continue };
        epub.put(&path, data);
        let id = format!("concbook-{name}").replace('.', "-");
        package.add_item(&id, &href, media_type);
    }
    counts.fonts =
        package.items().iter().filter(|item| is_font(&item.media_type)).count();
    report(epub, documents, &lacking, counts);
}

/// The core media types of fonts (EPUB 3.3, section 3.2).
fn is_font(media_type: &str) -> bool {
    media_type.starts_with("font/")
        || media_type.starts_with("application/font-")
        || media_type == "application/vnd.ms-opentype"
}

/// The lines and corners that drawings are made of, and blocks.
fn is_drawing(c: char) -> bool {
    ('\u{2500}'..='\u{259f}').contains(&c)
}

/// Which face sets which characters, and those that no face has. A family that is not ours comes
/// with the reader's device, or not: then the next in the list has to have the character.
fn allot(faces: &[Ready], used: &Used) -> (Vec<Chars>, BTreeSet<char>) {
    let mut sets = vec![Chars::default(); faces.len()];
    let mut lacking = BTreeSet::new();
    // A family without a slanted face is slanted by the reader.
    let of = |family: &Family, bold: bool, italic: bool| {
        let find = |slanted: bool| {
            faces.iter().position(|Ready { face, .. }| {
                family.is_named(face.family)
                    && face.bold == bold
                    && face.italic == slanted
            })
        };
        find(italic).or_else(|| find(false))
    };
    // Lines of two faces would not meet: either one draws them all, or the other does.
    let code = faces.iter().find(|one| one.face.family == CODE);
    let drawings_apart = code.is_some_and(|code| {
        let mut all = used.values().flat_map(Chars::iter);
        all.any(|c| is_drawing(c) && !code.has(c))
    });
    for (font, chars) in used {
        let (bold, italic) = (font.weight >= 600, font.italic);
        let own: Vec<usize> =
            font.families.iter().filter_map(|family| of(family, bold, italic)).collect();
        let has_fallback = own.iter().any(|&at| faces[at].face.family == FALLBACK);
        for c in chars.iter().filter(|c| !c.is_control()) {
            let found = own.iter().copied().find(|&at| {
                let is_apart = drawings_apart && has_fallback && is_drawing(c);
                faces[at].has(c) && !(is_apart && faces[at].face.family == CODE)
            });
            match found {
                Some(at) => sets[at].insert(c),
                None if own.is_empty() || is_invisible(c) => {}
                None => {
                    lacking.insert(c);
                }
            }
        }
    }
    (sets, lacking)
}

/// Characters that show nothing, and that readers need no glyph for.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || c.is_whitespace()
}

/// The characters, with the spaces that justification and line breaks ask for.
fn with_spaces(ready: &Ready, set: &Chars) -> Vec<char> {
    let mut set = set.clone();
    [' ', '\u{a0}'].into_iter().filter(|&c| ready.has(c)).for_each(|c| set.insert(c));
    set.iter().collect()
}

/// Takes out what an earlier run embedded and this one does not.
fn remove_others(
    epub: &mut Epub,
    package: &mut Package,
    is_wanted: impl Fn(&str) -> bool,
) {
    for item in package.items() {
        let Some(name) =
            item.href.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        if is_wanted(name) {
            continue;
        }
        if let Some(path) = resolve(epub.package_path(), &item.href) {
            epub.remove(&path);
        }
        package.remove_item(&item.href);
    }
}

/// Tells of characters that no face of the book has, each with the first place.
fn report(
    epub: &Epub,
    documents: &Documents,
    lacking: &BTreeSet<char>,
    counts: &mut Counts,
) {
    for &c in lacking {
        let (mut first, mut number) = (None, 0);
        for open in &documents.0 {
            let tree = &open.tree;
            for node in tree.descendants(tree.root()) {
                let crate::epub::dom::Kind::Text(text) = tree.kind(node) else {
                    continue;
                };
                let found = text.matches(c).count();
                if found > 0 {
                    first.get_or_insert((open, tree.parent(node).unwrap_or(node)));
                    number += found;
                }
            }
        }
        let Some((open, node)) = first else { continue };
        // What passes made has no place of its own.
        let known = std::iter::once(node).chain(open.tree.ancestors(node));
        let mut offsets = known.map(|node| open.tree.offset(node));
        let place = epub.place_at(&open.path, offsets.find(|&at| at > 0).unwrap_or(0));
        let times = count(number, "time");
        let message = format!(
            "{c} (U+{:04X}) is in no font of the book ({times}, first here)",
            u32::from(c)
        );
        counts.findings.push(Finding::new(Code::GlyphMissing, place, message).hint(
            "Readers show a font of their own, or a box; embed a font that has it",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::Font;

    fn sets(families: &[&str], text: &str) -> (Vec<(&'static str, String)>, String) {
        let families =
            families.iter().map(|name| Family::Named((*name).to_owned())).collect();
        let mut chars = Chars::default();
        text.chars().for_each(|c| chars.insert(c));
        let used = [(Font { families, weight: 700, italic: false }, chars)].into();
        let faces = faces::all();
        let (sets, lacking) = allot(&faces, &used);
        let named = faces
            .iter()
            .zip(sets)
            .map(|(one, set)| (one.face.file, set.iter().collect()));
        let named = named.filter(|(_, set): &(_, String)| !set.is_empty());
        (named.collect(), lacking.into_iter().collect())
    }

    #[test]
    fn a_character_is_set_in_the_first_face_that_has_it() {
        let code = ["Ubuntu Mono", "Concbook Mono"];
        assert_eq!(
            sets(&code, "a→\n漢"),
            (
                vec![
                    ("UbuntuMono-Bold.ttf", "a".to_owned()),
                    ("DejaVuSansMono-Bold.ttf", "→".to_owned())
                ],
                "漢".to_owned()
            )
        );
        assert_eq!(
            sets(&["Georgia", "Gelasio"], "a").0,
            [("Gelasio-Bold.ttf", "a".to_owned())]
        );
        // Without a font of ours nothing is said of what the reader's has.
        assert_eq!(sets(&["Futura"], "漢"), (vec![], String::new()));
    }

    #[test]
    fn lines_that_meet_come_from_one_face() {
        let code = ["Ubuntu Mono", "Concbook Mono"];
        let (both, _) = sets(&code, "─│");
        assert_eq!(both, [("UbuntuMono-Bold.ttf", "─│".to_owned())]);
        let (both, _) = sets(&code, "─│╭");
        assert_eq!(both, [("DejaVuSansMono-Bold.ttf", "─│╭".to_owned())]);
    }
}
