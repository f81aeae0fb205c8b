//! The `@font-face` rules of the faces that are embedded.
//!
//! ```text
//! LoadedFace { family: "Gelasio", bold: false, italic: true, file: "Gelasio-Italic.ttf", … }
//!
//! @font-face {
//!   font-family: "Gelasio";
//!   font-weight: normal;
//!   font-style: italic;
//!   src: url("../fonts/concbook/Gelasio-Italic.ttf");
//! }
//! ```

use super::{FOLDER, LoadedFace};
use std::fmt::Write as _;

/// The rules, in the order of the faces, with addresses that lead from a folder beside [`FOLDER`]'s.
pub(super) fn rules<'a>(faces: impl IntoIterator<Item = &'a LoadedFace<'a>>) -> String {
    let mut css = String::new();
    for face in faces {
        let family = face.family.replace(['"', '\\'], "");
        let weight = if face.bold { "bold" } else { "normal" };
        let style = if face.italic { "italic" } else { "normal" };
        let _ = write!(
            css,
            "@font-face {{\n  font-family: \"{family}\";\n  font-weight: {weight};\n  \
             font-style: {style};\n  src: url(\"../{FOLDER}/{}\");\n}}\n",
            face.file
        );
    }
    css
}
