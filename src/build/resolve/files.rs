//! Files that a chapter names elsewhere than in its pictures, and that pandoc leaves where they are:
//! they are put into the ePub beside pandoc's pictures.
//!
//! ```text
//! <object data="plan.svg">      becomes   <object data="../media/plan-4f1c9a02.svg">
//! ```

use super::ElementContext;
use super::context::{LinkContext, Named};
use crate::css::{file_references, replaced};
use crate::elements;
use crate::epub::tags::tags;
use crate::epub::{Epub, media_types};
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::{remedy, slug};
use concfilter::error::{Place, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Files of the book's folder with their names in the ePub.
#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize)]
pub(in crate::build) struct Packed {
    files: BTreeMap<PathBuf, String>,
    /// Vector images that pandoc takes in.
    drawings: BTreeSet<PathBuf>,
    /// Texts of files as they stand in the ePub, where they are led to others.
    texts: BTreeMap<PathBuf, String>,
}

impl Packed {
    /// Notes a file, relative to the book's folder; how a chapter's document refers to it.
    pub(in crate::build) fn add(&mut self, file: &Path) -> String {
        let name = self.files.entry(file.to_owned()).or_insert_with(|| name(file));
        format!("../media/{name}")
    }

    /// The files, relative to the book's folder.
    pub(in crate::build) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// Gives a file another text in the ePub.
    pub(in crate::build) fn set_text(&mut self, file: &Path, text: String) {
        self.texts.insert(file.to_owned(), text);
    }

    /// Notes a picture that pandoc takes in: a vector image may show others.
    pub(super) fn add_picture(&mut self, file: &Path) {
        if is_drawing(file) {
            self.drawings.insert(file.to_owned());
        }
    }

    /// Notes all that another noted.
    pub(in crate::build) fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.drawings.extend(other.drawings);
    }

    /// Puts the files into an ePub of pandoc's.
    ///
    /// # Errors
    /// One cannot be read any more.
    pub(in crate::build) fn put(
        &mut self,
        context: &LinkContext<'_>,
        epub: &mut Epub,
    ) -> Result<()> {
        self.follow_drawings(context, epub);
        if self.files.is_empty() {
            return Ok(());
        }
        let dir = context.dir;
        let mut package = epub.package()?;
        let path = epub.package_path().to_owned();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (file, name) in &self.files {
            let mut bytes = fsx::read(&dir.join(file))?;
            if let Some(text) = self.texts.get(file) {
                bytes = text.clone().into_bytes();
            } else if let Some(led) = self.led(context, file, &bytes) {
                bytes = led;
            }
            let href = format!("media/{name}");
            let inside = format!("{folder}/{href}");
            epub.put(inside.trim_start_matches('/'), bytes);
            let id = format!("file-{}", name.replace('.', "-"));
            let kind = media_types::of(name).unwrap_or("application/octet-stream");
            package.add_item(&id, &href, kind);
        }
        epub.put(&path, package.to_xml().into_bytes());
        Ok(())
    }
}

impl Packed {
    /// Notes the files that vector images show, and leads those images of pandoc's to them.
    fn follow_drawings(&mut self, context: &LinkContext<'_>, epub: &mut Epub) {
        let mut queue: Vec<PathBuf> = self.drawings.iter().cloned().collect();
        queue.extend(self.files.keys().filter(|file| is_drawing(file)).cloned());
        while let Some(file) = queue.pop() {
            let Ok(text) = fsx::read_text(&context.dir.join(&file)) else { continue };
            for (_, target) in shown(&text) {
                if let Named::File(inner) = context.file(&file, &target)
                    && !self.files.contains_key(&inner)
                {
                    self.add(&inner);
                    queue.extend(is_drawing(&inner).then_some(inner));
                }
            }
        }
        for file in &self.drawings {
            let Ok(bytes) = fsx::read(&context.dir.join(file)) else { continue };
            let Some(led) = self.led(context, file, &bytes) else { continue };
            let same = epub.entries().iter().filter(|entry| *entry.data == bytes);
            let names: Vec<String> = same.map(|entry| entry.name.clone()).collect();
            for name in names {
                epub.put(&name, led.clone());
            }
        }
    }

    /// A vector image that shows files, with references to where they stand beside it in the ePub.
    fn led(
        &self,
        context: &LinkContext<'_>,
        file: &Path,
        bytes: &[u8],
    ) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(bytes).ok().filter(|_| is_drawing(file))?;
        let place = |(range, target): (Range<usize>, String)| {
            let Named::File(inner) = context.file(file, &target) else { return None };
            Some((range, self.files.get(&inner)?.clone()))
        };
        let out = replaced(text, shown(text).into_iter().filter_map(place).collect());
        (out != text).then(|| out.into_bytes())
    }
}

fn is_drawing(file: &Path) -> bool {
    media_types::of(&file.to_string_lossy()) == Some("image/svg+xml")
}

/// The files that a vector image shows, each with the bytes of its reference.
fn shown(svg: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for tag in tags(svg) {
        let local = elements::local(tag.name);
        if !matches!(local, "image" | "use" | "feImage") {
            continue;
        }
        for key in ["href", "xlink:href"] {
            let value =
                tag.value(key).filter(|value| !svg[value.clone()].starts_with('#'));
            found.extend(value.map(|value| (value.clone(), svg[value].to_owned())));
        }
    }
    found
}

/// The name of a file in the ePub: one for each path.
fn name(file: &Path) -> String {
    let part = |part: Option<&std::ffi::OsStr>| {
        part.map_or_else(String::new, |part| part.to_string_lossy().into_owned())
    };
    let hash = blake3::hash(file.to_string_lossy().replace('\\', "/").as_bytes());
    let hash = hash.to_hex();
    let stem: String =
        slug(&part(file.file_stem())).chars().filter(char::is_ascii).collect();
    let extension = part(file.extension()).to_ascii_lowercase();
    format!("{stem}-{}.{extension}", &hash[..8])
}

/// The reference of a document to a file that a chapter names; `None`, with a finding, where readers
/// do without it. `what` is what names it.
pub(super) fn reference(
    target: &str,
    what: &str,
    own: &mut ElementContext<'_>,
) -> Option<String> {
    match own.context.file(&own.chapter.path, target) {
        Named::Itself => Some(target.to_owned()),
        Named::File(file) => Some(own.packed.add(&file)),
        named => {
            let place = own.places.next(target);
            own.findings.push(finding(&named, target, what, place));
            None
        }
    }
}

/// What is wrong with a file that is not there, or may not be read.
pub(in crate::build) fn finding(
    named: &Named,
    target: &str,
    what: &str,
    place: Place,
) -> Finding {
    match named {
        Named::Remote => {
            let message = format!("{what} shows {target}, which lies on the web");
            Finding::new(Code::FileRemote, place, message)
                .hint("Readers do without it; keep a copy beside the chapter")
        }
        Named::Refused(why) => {
            let message = format!("{what} shows {target}, which {why}");
            Finding::new(Code::FileRefused, place, message)
                .hint(remedy(why, "Keep a copy in the book's folder"))
        }
        _ => {
            let message = format!("{what} shows {target}, which does not exist");
            Finding::new(Code::FileMissing, place, message).hint(
                "Paths are relative to the chapter's or the stylesheet's file, or to the \
                 book's folder",
            )
        }
    }
}

/// The candidates of a `srcset` that are there, as a document refers to them (HTML, section 4.8.4.2.1).
pub(super) fn srcset(value: &str, what: &str, own: &mut ElementContext<'_>) -> String {
    let mut kept = Vec::new();
    for candidate in value.split(", ").flat_map(split_unless_data) {
        let mut words = candidate.split_whitespace();
        let Some(target) = words.next() else { continue };
        let Some(mut one) = reference(target, what, own) else { continue };
        for word in words {
            let _ = write!(one, " {word}");
        }
        kept.push(one);
    }
    kept.join(", ")
}

/// A comma may stand in an address; one behind a descriptor, or before another candidate, parts two.
fn split_unless_data(part: &str) -> Vec<&str> {
    if part.trim_start().starts_with("data:") {
        vec![part]
    } else {
        part.split(',').collect()
    }
}

/// CSS with references to where its files stand in the ePub. What readers do without is `none`.
pub(super) fn css(css: &str, what: &str, own: &mut ElementContext<'_>) -> String {
    let mut parts = Vec::new();
    for one in file_references(css).into_iter().rev() {
        match (reference(&one.url, what, own), one.import) {
            (Some(to), None) if to == one.url => {}
            (Some(to), _) => parts.push((one.range, format!("url('{to}')"))),
            (None, Some(statement)) => parts.push((statement, String::new())),
            (None, None) => parts.push((one.range, "none".to_owned())),
        }
    }
    replaced(css, parts)
}
