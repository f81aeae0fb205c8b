//! Embeds the faces that the stylesheet names, with their licences beside them.
//!
//! They lie in a folder of their own, so that a face of the same name that the author embeds
//! stays the author's.

use super::Counts;
use crate::epub::{Epub, Package, resolve};

/// Where the faces go, relative to the package document; `styles/fonts.css` says the same.
const FOLDER: &str = "fonts/concbook";

/// A file to embed: its name in the container, its media type, its content.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! face {
    ($folder:literal, $name:literal) => {
        ($name, "font/ttf", include_bytes!(concat!("../../fonts/", $folder, "/", $name)))
    };
}

const FILES: &[File] = &[
    face!("dejavu-sans", "DejaVuSans.ttf"),
    face!("dejavu-sans", "DejaVuSans-Oblique.ttf"),
    face!("dejavu-sans", "DejaVuSans-Bold.ttf"),
    face!("dejavu-sans", "DejaVuSans-BoldOblique.ttf"),
    face!("gelasio", "Gelasio-Regular.ttf"),
    face!("gelasio", "Gelasio-Italic.ttf"),
    face!("gelasio", "Gelasio-Bold.ttf"),
    face!("gelasio", "Gelasio-BoldItalic.ttf"),
    face!("ubuntu-mono", "UbuntuMono-Regular.ttf"),
    face!("ubuntu-mono", "UbuntuMono-Italic.ttf"),
    face!("ubuntu-mono", "UbuntuMono-Bold.ttf"),
    face!("ubuntu-mono", "UbuntuMono-BoldItalic.ttf"),
    (
        "DejaVuSans-LICENSE.txt",
        "text/plain",
        include_bytes!("../../fonts/dejavu-sans/LICENSE.txt"),
    ),
    ("Gelasio-OFL.txt", "text/plain", include_bytes!("../../fonts/gelasio/OFL.txt")),
    (
        "UbuntuMono-LICENCE.txt",
        "text/plain",
        include_bytes!("../../fonts/ubuntu-mono/LICENCE.txt"),
    ),
];

pub(super) fn apply(epub: &mut Epub, package: &mut Package, counts: &mut Counts) {
    for &(name, media_type, data) in FILES {
        let href = format!("{FOLDER}/{name}");
        let Some(path) = resolve(epub.package_path(), &href) else { continue };
        epub.put(&path, data.to_vec());
        let id = format!("concbook-{name}").replace('.', "-");
        package.add_item(&id, &href, media_type);
    }
    counts.fonts =
        package.items().iter().filter(|item| is_font(&item.media_type)).count();
}

/// The core media types of fonts (EPUB 3.3, section 3.2).
fn is_font(media_type: &str) -> bool {
    media_type.starts_with("font/")
        || media_type.starts_with("application/font-")
        || media_type == "application/vnd.ms-opentype"
}
