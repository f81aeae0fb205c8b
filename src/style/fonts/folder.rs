//! The author's own font files, in a folder: `fonts/` of the book, or one given on the command line.

use super::OwnFont;
use crate::fsx;
use concfilter::error::Result;
use std::path::Path;

/// The font files of a folder, in order; none where it is not there.
///
/// # Errors
/// A file cannot be read.
pub fn own_fonts(folder: &Path) -> Result<Vec<OwnFont>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let is_font = |path: &Path| {
        let extension = path.extension().and_then(|one| one.to_str()).unwrap_or_default();
        ["ttf", "otf"].iter().any(|one| extension.eq_ignore_ascii_case(one))
    };
    fsx::files_below(folder)?
        .into_iter()
        .filter(|path| is_font(path))
        .map(|path| {
            let path = folder.join(path);
            let data = fsx::read(&path)?;
            Ok(OwnFont { path: path.display().to_string(), data })
        })
        .collect()
}
