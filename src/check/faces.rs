//! font-file-missing, font-file-wrong: every file of an `@font-face` rule is there and is the
//! font it claims to be (CSS Fonts 4, section 4; OpenType, `name` and `OS/2`).

use super::book::ParsedBook;
use crate::css::{FaceSource, FontFace};
use crate::epub::{encryption, resolve};
use crate::finding::{Code, Finding};
use crate::fonts::FontFormat;
use concfilter::error::Place;
use skrifa::raw::tables::os2::SelectionFlags;
use skrifa::raw::{FontRef, TableProvider};

/// A file that an `@font-face` rule names.
pub(super) struct FaceFile<'b> {
    face: &'b FontFace,
    source: &'b FaceSource,
    place: Place,
    /// Its path and content, when the container holds it.
    pub(super) found: Option<(String, &'b [u8])>,
    /// Whether it is obfuscated, and so looks like no font, and rightly so (EPUB 3.3, section 4.3).
    pub(super) obfuscated: bool,
}

/// All files that `@font-face` rules name; those within the stylesheet (`data:`) left out.
pub(super) fn files<'b>(book: &'b ParsedBook<'_>) -> Vec<FaceFile<'b>> {
    // A list that cannot be read names nothing; whoever opened the container was told of it.
    let text = book.epub.text(encryption::PATH).unwrap_or_default();
    let obfuscated = encryption::obfuscated(text).unwrap_or_default();
    let mut out = Vec::new();
    for (sheet, face) in book.faces() {
        for source in
            face.sources.iter().filter(|source| !source.url.starts_with("data:"))
        {
            let path = resolve(sheet.file, &source.url);
            let found = path.and_then(|path| {
                let data = book.epub.get(&path)?;
                Some((path, data))
            });
            let is_obfuscated = |(path, _): &(String, _)| obfuscated.contains(path);
            out.push(FaceFile {
                face,
                source,
                place: book.place(sheet, face),
                obfuscated: found.as_ref().is_some_and(is_obfuscated),
                found,
            });
        }
    }
    out
}

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    for file in files(book) {
        let url = &file.source.url;
        let Some((name, data)) = &file.found else {
            let message = format!("the font file {url} is not in the book");
            out.push(Finding::new(Code::FontFileMissing, file.place, message));
            continue;
        };
        if !file.obfuscated
            && let Err(message) = judge(file.face, file.source, name, data)
        {
            let message = format!("{url}: {message}");
            out.push(Finding::new(Code::FontFileWrong, file.place, message));
        }
    }
}

/// What is wrong with a font file.
fn judge(
    face: &FontFace,
    source: &FaceSource,
    name: &str,
    data: &[u8],
) -> Result<(), String> {
    let format = FontFormat::of(data).ok_or("the file is no font")?;
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = ["ttf", "otf", "ttc", "otc", "woff", "woff2"].contains(&&*extension);
    if known && !format.names().contains(&&*extension) {
        return Err(format!("the file is {format:?}, not .{extension}"));
    }
    if let Some(claimed) = &source.format
        && !format.names().contains(&claimed.trim_end_matches("-variations"))
    {
        return Err(format!("the file is {format:?}, not format({claimed})"));
    }
    // The tables of WOFF are packed, and only their format can be told here.
    if matches!(format, FontFormat::Woff | FontFormat::Woff2) {
        return Ok(());
    }
    let font = FontRef::from_index(data, 0)
        .map_err(|error| format!("the font cannot be read: {error}"))?;
    let os2 =
        font.os2().map_err(|error| format!("the font has no OS/2 table: {error}"))?;
    let selection = os2.fs_selection();
    let italic = selection.intersects(SelectionFlags::ITALIC | SelectionFlags::OBLIQUE);
    let variable = font.fvar().is_ok();
    if italic != face.italic && !variable {
        let [own, not] =
            if italic { ["italic", "upright"] } else { ["upright", "italic"] };
        return Err(format!("the font is {own}, not {not}"));
    }
    // Weights between are named differently by different founders; bold or not is plain.
    let bold = os2.us_weight_class() >= 600 || selection.contains(SelectionFlags::BOLD);
    if !variable && if bold { face.weight.1 < 600.0 } else { face.weight.0 >= 600.0 } {
        return Err(format!(
            "the font has the weight {}, not {}",
            os2.us_weight_class(),
            face.weight.0
        ));
    }
    Ok(())
}
