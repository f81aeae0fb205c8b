//! Puts the faces that the book's text is set in into the container: of each only the glyphs that stand
//! there, and the licences beside them.

use super::assign::assign_glyphs;
use super::loaded::{LoadedFace, Provider};
use super::subset::subset;
use super::user::{self, UserFont};
use super::{FOLDER, FontFormat, css};
use crate::cache::{BuildCache, KeyMaker};
use crate::epub::{Epub, Package, encryption, resolve};
use crate::finding::{Finding, RememberedFinding};
use crate::typeset::{CharSet, Font, TextByFont};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was embedded.
#[derive(Debug, Default)]
pub struct Embedded {
    /// The `@font-face` rules of the author's faces, for a stylesheet in a folder beside [`FOLDER`]'s
    /// parent.
    pub users_rules: String,
    /// The rules of concbook's own faces.
    pub bundled_rules: String,
    /// By the font of their text: the characters that none of the faces it asks for has a glyph for.
    pub missing: TextByFont,
}

/// The faces of a book, made ready.
#[derive(Debug, Default, Serialize, Deserialize)]
struct ReadyFaces {
    /// Subsets and licences, in the order of their names.
    files: Vec<ReadyFile>,
    users_rules: String,
    bundled_rules: String,
    missing: Vec<(Font, CharSet)>,
    findings: Vec<RememberedFinding>,
}

/// A file beside the others of the faces.
#[derive(Debug, Serialize, Deserialize)]
struct ReadyFile {
    name: String,
    media_type: String,
    /// Whether it is a face of the author's.
    is_users: bool,
    /// How many bytes it has.
    size: usize,
    #[serde(skip)]
    data: Vec<u8>,
}

impl ReadyFaces {
    /// What `text` needs of concbook's faces and of the author's.
    fn of(text: &TextByFont, fonts: &[UserFont]) -> Self {
        let mut findings = Vec::new();
        let mut faces: Vec<LoadedFace<'_>> = user::load(fonts, text, &mut findings);
        faces.extend(LoadedFace::all_bundled());
        let sets = assign_glyphs(&faces, text);
        // The author wants each face that the stylesheets name; of ours only those that show something.
        let used: Vec<(&LoadedFace<'_>, &CharSet)> = faces
            .iter()
            .zip(&sets.by_face)
            .filter(|(face, set)| face.is_users() || !set.is_empty())
            .collect();
        let subsets: Vec<Vec<u8>> = used
            .par_iter()
            .map(|(face, set)| subset(face, &with_spaces(face, set)))
            .collect();
        let (users, bundled): (Vec<_>, Vec<_>) =
            used.iter().map(|&(face, _)| face).partition(|face| face.is_users());
        let mut files: BTreeMap<&str, (&str, Vec<u8>)> = BTreeMap::new();
        for (&(face, _), data) in used.iter().zip(subsets) {
            files.insert(&face.file, (media_type(&data), data));
            if let Provider::Bundled(family) = face.provider {
                let licence = &family.licence;
                files.insert(licence.name, ("text/plain", licence.data().to_vec()));
            }
        }
        let file = |(name, (media_type, data)): (&str, (&str, Vec<u8>))| ReadyFile {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            is_users: users.iter().any(|face| face.file == name),
            size: data.len(),
            data,
        };
        Self {
            files: files.into_iter().map(file).collect(),
            users_rules: css::rules(users.iter().copied()),
            bundled_rules: css::rules(bundled),
            missing: sets.missing.into_iter().collect(),
            findings: findings.into_iter().map(Into::into).collect(),
        }
    }

    /// The same, remembered by all that it depends on.
    fn remembered(text: &TextByFont, fonts: &[UserFont], cache: &BuildCache) -> Self {
        let text_in_order: Vec<(&Font, &CharSet)> = text.iter().collect();
        let mut given = KeyMaker::new("text")
            .with(serde_json::to_vec(&text_in_order).unwrap_or_default());
        for font in fonts {
            given = given.with(&font.path).with(&font.data);
        }
        let make = || Ok::<_, ()>(Self::of(text, fonts).to_bytes());
        let bytes = cache.made("faces", given.key().bytes(), make).unwrap_or_default();
        Self::from_bytes(&bytes).unwrap_or_else(|| Self::of(text, fonts))
    }

    /// A line that tells of all, then what the files hold.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        self.files.iter().for_each(|file| bytes.extend_from_slice(&file.data));
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let mut faces: Self = serde_json::from_slice(&bytes[..end]).ok()?;
        let mut rest = &bytes[end + 1..];
        for file in &mut faces.files {
            let (data, behind) = rest.split_at_checked(file.size)?;
            file.data = data.to_vec();
            rest = behind;
        }
        Some(faces)
    }
}

/// Embeds what `text` needs of concbook's faces and of the author's `fonts`; these are made unreadable
/// outside the book where `obfuscate` says so. What an earlier run embedded and this one does not is
/// taken out. Fonts that may not be embedded become findings.
pub fn embed(
    (epub, package): (&mut Epub, &mut Package),
    text: &TextByFont,
    (fonts, obfuscate): (&[UserFont], bool),
    cache: &BuildCache,
    findings: &mut Vec<Finding>,
) -> Embedded {
    let faces = ReadyFaces::remembered(text, fonts, cache);
    findings.extend(faces.findings.into_iter().map(Into::into));
    let names: BTreeSet<&str> = faces.files.iter().map(|file| &*file.name).collect();
    remove_others(epub, package, |name| names.contains(name));
    let mut obfuscated = Vec::new();
    for ReadyFile { name, media_type, is_users, data, .. } in faces.files {
        let href = format!("{FOLDER}/{name}");
        let Some(path) = resolve(epub.package_path(), &href) else { continue };
        epub.put(&path, data);
        let id = format!("concbook-{name}").replace('.', "-");
        package.add_item(&id, &href, &media_type);
        if is_users {
            obfuscated.push(path);
        }
    }
    if obfuscate && !obfuscated.is_empty() {
        encryption::obfuscate(epub, package, &obfuscated);
    }
    Embedded {
        users_rules: faces.users_rules,
        bundled_rules: faces.bundled_rules,
        missing: faces.missing.into_iter().collect(),
    }
}

/// The media type of a font's file, which was read as TrueType or OpenType before.
fn media_type(data: &[u8]) -> &'static str {
    FontFormat::of(data)
        .and_then(|format| format.media_types().first())
        .unwrap_or(&"font/ttf")
}

/// The characters, with the spaces that justification and line breaks ask for.
fn with_spaces(face: &LoadedFace<'_>, set: &CharSet) -> Vec<char> {
    let mut set = set.clone();
    [' ', '\u{a0}'].into_iter().filter(|&c| face.has(c)).for_each(|c| set.insert(c));
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
    let folder = resolve(epub.package_path(), FOLDER);
    let is_ours =
        |path: &String| folder.as_ref().is_some_and(|one| path.starts_with(one));
    if named.is_some_and(|paths| paths.iter().all(is_ours)) {
        epub.remove(encryption::PATH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::Family;
    use crate::typeset::Font;

    fn text(entries: &[(&[&str], &str)]) -> TextByFont {
        let font = |&(families, text): &(&[&str], &str)| {
            let named = |name: &&str| Family::Named((*name).to_owned());
            let families = families.iter().map(named).collect();
            let mut chars = CharSet::default();
            text.chars().for_each(|c| chars.insert(c));
            (Font { families, weight: 400, italic: false }, chars)
        };
        entries.iter().map(font).collect()
    }

    /// The files that a text's fonts leave in the container, and the rules for them.
    fn embedded(epub: &mut Epub, package: &mut Package, text: &TextByFont) -> Embedded {
        embed((epub, package), text, (&[], false), &BuildCache::none(), &mut Vec::new())
    }

    #[test]
    fn each_face_that_is_embedded_has_a_rule_and_no_other() {
        let mut epub = Epub::empty("a.epub");
        let mut package = Package::parse("<package><manifest/></package>").unwrap();
        let files = |package: &Package| {
            let hrefs = package.items().into_iter().map(|item| item.href);
            hrefs
                .map(|href| href.rsplit('/').next().unwrap_or(&href).to_owned())
                .collect::<Vec<_>>()
        };
        let code = text(&[(&["Ubuntu Mono", "Concbook Mono"], "a →")]);
        let Embedded { users_rules, bundled_rules, missing } =
            embedded(&mut epub, &mut package, &code);
        assert_eq!(
            files(&package),
            [
                "DejaVuSansMono-LICENSE.txt",
                "DejaVuSansMono.ttf",
                "UbuntuMono-LICENCE.txt",
                "UbuntuMono-Regular.ttf"
            ]
        );
        assert_eq!((&*users_rules, missing.len()), ("", 0));
        assert_eq!(
            bundled_rules,
            "@font-face {\n  font-family: \"Ubuntu Mono\";\n  font-weight: normal;\n  \
             font-style: normal;\n  \
             src: url(\"../fonts/concbook/UbuntuMono-Regular.ttf\");\n}\n\
             @font-face {\n  font-family: \"Concbook Mono\";\n  font-weight: normal;\n  \
             font-style: normal;\n  \
             src: url(\"../fonts/concbook/DejaVuSansMono.ttf\");\n}\n"
        );
        // A stylesheet of the author's asks for one of ours, too.
        let both = text(&[(&["Gelasio"], "b⟁"), (&["Ubuntu Mono"], "c")]);
        let Embedded { bundled_rules, missing, .. } =
            embedded(&mut epub, &mut package, &both);
        assert_eq!(
            files(&package),
            [
                "UbuntuMono-LICENCE.txt",
                "UbuntuMono-Regular.ttf",
                "Gelasio-OFL.txt",
                "Gelasio-Regular.ttf"
            ]
        );
        assert_eq!(bundled_rules.matches("@font-face").count(), 2);
        assert_eq!(missing.values().flat_map(CharSet::iter).collect::<String>(), "⟁");
    }
}
