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
        let range = face.left_out.iter().flat_map(|script| script.blocks());
        let range = without(range.collect());
        let _ = write!(
            css,
            "@font-face {{\n  font-family: \"{family}\";\n  font-weight: {weight};\n  \
             font-style: {style};\n  src: url(\"../{FOLDER}/{}\");\n{range}}}\n",
            face.file
        );
    }
    css
}

/// The `unicode-range` of all characters but those of some blocks; nothing where there are none.
fn without(mut blocks: Vec<(u32, u32)>) -> String {
    const LAST: u32 = 0x10_ffff;
    if blocks.is_empty() {
        return String::new();
    }
    blocks.sort_unstable();
    let (mut ranges, mut next) = (Vec::new(), 0);
    for (first, last) in blocks {
        if next < first {
            ranges.push(format!("U+{next:X}-{:X}", first - 1));
        }
        next = next.max(last + 1);
    }
    ranges.extend((next <= LAST).then(|| format!("U+{next:X}-{LAST:X}")));
    format!("  unicode-range: {};\n", ranges.join(", "))
}
