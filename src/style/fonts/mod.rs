//! Embeds the faces that the book's texts are set in, with their licences beside them: of each
//! only the glyphs that stand there.
//!
//! They lie in a folder of their own, so that a face of the same name that the author embeds
//! stays the author's.

mod faces;
mod folder;
mod lacking;
mod letters;
mod own;
mod subset;
mod used;

use super::stylesheets;
use crate::css::Family;
use crate::epub::{ContentDocuments, Epub, Package, encryption, resolve};
use crate::finding::Finding;
use faces::{CODE, FALLBACK, Ready};
pub use folder::own_fonts;
pub(crate) use letters::Letters;
use own::Own;
pub use own::OwnFont;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use used::{Chars, Used};

/// Where the faces go, relative to the package document; `styles/fonts.css` says the same.
const FOLDER: &str = "fonts/concbook";

/// Embeds what the texts need of our faces and of the author's `fonts`, these made unreadable outside
/// the book where they are to be obfuscated. How many fonts the book has then.
pub(crate) fn apply(
    epub: &mut Epub,
    package: &mut Package,
    documents: &ContentDocuments,
    fonts: &[OwnFont],
    obfuscate: bool,
    findings: &mut Vec<Finding>,
) -> usize {
    let faces = faces::all();
    let used = used::read(epub, documents);
    let own = own::read(fonts, &used, findings);
    let sets = allot(&faces, &own, &used);
    let wanted: Vec<(&Ready, Vec<char>)> = faces
        .iter()
        .zip(&sets.ours)
        .filter(|(_, set)| set.iter().next().is_some())
        .map(|(ready, set)| (ready, with_spaces(ready, set)))
        .collect();
    let mut files: BTreeMap<&str, (&str, Vec<u8>)> = wanted
        .par_iter()
        .map(|(ready, chars)| {
            (ready.face.file, ("font/ttf", subset::subset(ready, chars)))
        })
        .collect();
    let authors: Vec<(&Own<'_>, Vec<u8>)> = own
        .par_iter()
        .zip(&sets.own)
        .map(|(own, set)| (own, subset::subset_own(own, &own::held(own, set))))
        .collect();
    let rules: String = authors.iter().map(|(own, _)| own.rule()).collect();
    for (own, data) in authors {
        files.insert(&own.file, (own.media_type(), data));
    }
    for ready in wanted.iter().map(|(ready, _)| ready) {
        let (name, text) = ready.face.licence;
        files.insert(name, ("text/plain", text.to_vec()));
    }
    remove_others(epub, package, |name| files.contains_key(name));
    stylesheets::keep_faces(epub, &rules, |name| files.contains_key(name));
    let mut obfuscated = Vec::new();
    for (name, (media_type, data)) in files {
        let href = format!("{FOLDER}/{name}");
        let Some(path) = resolve(epub.package_path(), &href) else { continue };
        epub.put(&path, data);
        let id = format!("concbook-{name}").replace('.', "-");
        package.add_item(&id, &href, media_type);
        if own.iter().any(|own| own.file == name) {
            obfuscated.push(path);
        }
    }
    if obfuscate && !obfuscated.is_empty() {
        own::obfuscate(epub, package, &obfuscated);
    }
    lacking::report(epub, documents, &sets.lacking, findings);
    package.items().iter().filter(|item| is_font(&item.media_type)).count()
}

/// What titles are drawn in: the stand-in for the headline font, bold.
pub(crate) fn title() -> Letters {
    letters::of("DejaVuSans-Bold.ttf")
}

/// What subtitles are drawn in: the stand-in for the body font, slanted.
pub(crate) fn subtitle() -> Letters {
    letters::of("Gelasio-Italic.ttf")
}

/// What authors' names are drawn in.
pub(crate) fn author() -> Letters {
    letters::of("DejaVuSans.ttf")
}

/// The files of all faces, to draw with.
pub(crate) fn files() -> impl Iterator<Item = &'static [u8]> {
    faces::all().into_iter().map(|ready| ready.face.data)
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

/// What each face sets, and what none has.
struct Sets {
    ours: Vec<Chars>,
    /// Of the author's faces.
    own: Vec<Chars>,
    lacking: BTreeSet<char>,
}

/// Where a character is set.
#[derive(Clone, Copy)]
enum At {
    Ours(usize),
    Own(usize),
}

/// Which face sets which characters. A family that is neither ours nor the author's comes with the
/// reader's device, or not: then the next in the list has to have the character.
fn allot(faces: &[Ready], own: &[Own<'_>], used: &Used) -> Sets {
    let mut sets = Sets {
        ours: vec![Chars::default(); faces.len()],
        own: vec![Chars::default(); own.len()],
        lacking: BTreeSet::new(),
    };
    // A family without a slanted face is slanted by the reader.
    let of = |family: &Family, bold: bool, italic: bool| {
        let find = |slanted: bool| {
            let ours = faces.iter().position(|Ready { face, .. }| {
                family.is_named(face.family)
                    && face.bold == bold
                    && face.italic == slanted
            });
            let authors = own::position(own, family.name(), bold, slanted);
            authors.map(At::Own).or(ours.map(At::Ours))
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
        let list: Vec<At> =
            font.families.iter().filter_map(|family| of(family, bold, italic)).collect();
        let is = |at: &At, family: &str| matches!(at, At::Ours(at) if faces[*at].face.family == family);
        let has_fallback = list.iter().any(|at| is(at, FALLBACK));
        for c in chars.iter().filter(|c| !c.is_control()) {
            let is_apart = drawings_apart && has_fallback && is_drawing(c);
            let found = list.iter().copied().find(|at| match at {
                At::Ours(number) => faces[*number].has(c) && !(is_apart && is(at, CODE)),
                At::Own(number) => own[*number].has(c),
            });
            match found {
                Some(At::Ours(at)) => sets.ours[at].insert(c),
                Some(At::Own(at)) => sets.own[at].insert(c),
                None if list.is_empty() || is_invisible(c) => {}
                None => {
                    sets.lacking.insert(c);
                }
            }
        }
    }
    sets
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

/// Takes out what an earlier run embedded and this one does not, and the note on what it made
/// unreadable, unless that names other files.
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
    let named = epub
        .text(encryption::PATH)
        .ok()
        .and_then(|text| encryption::obfuscated(text).ok());
    let folder = resolve(epub.package_path(), FOLDER).unwrap_or_default();
    if named.is_some_and(|paths| paths.iter().all(|path| path.starts_with(&folder))) {
        epub.remove(encryption::PATH);
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
        let Sets { ours, lacking, .. } = allot(&faces, &[], &used);
        let named = faces
            .iter()
            .zip(ours)
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
