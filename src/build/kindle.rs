//! What an author has to know of the edition for Kindle: that it is too large to be sold, and what Kindle
//! drops of a stylesheet.

use super::stylesheets;
use crate::css::for_kindle;
use crate::epub::Epub;
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::Project;
use concfilter::error::Place;
use concfilter::settings::KINDLE_LIMIT;
use std::path::Path;

/// How many files of a book that is too large are named, and properties that Kindle drops.
const NAMED: usize = 5;

/// The finding where an ePub of `size` bytes is larger than it may be.
pub(super) fn too_large(
    epub: &Epub,
    size: usize,
    limit: u64,
    place: Place,
) -> Option<Finding> {
    if size as u64 <= limit {
        return None;
    }
    let who = if limit >= KINDLE_LIMIT { "Amazon takes" } else { "kindle.limit allows" };
    let message = format!(
        "the ePub for Kindle has {}, and {who} at most {}",
        megabytes(size as u64),
        megabytes(limit)
    );
    let mut files: Vec<(usize, &str)> =
        epub.entries().iter().map(|one| (one.data.len(), &*one.name)).collect();
    files.sort_unstable_by(|one, other| other.cmp(one));
    let largest: Vec<String> = files
        .iter()
        .take(NAMED)
        .map(|(size, name)| format!("{name} ({})", megabytes(*size as u64)))
        .collect();
    let hint =
        "Make its largest files smaller: photographs as JPEG, at most 2000 pixels wide";
    Some(
        Finding::new(Code::KindleLarge, place, message)
            .detail(format!("largest: {}\n", largest.join(", ")))
            .hint(hint),
    )
}

/// Megabytes as the settings have them, of 1024 kilobytes.
fn megabytes(bytes: u64) -> String {
    let hundredths = bytes.saturating_mul(100).div_ceil(1 << 20);
    format!("{}.{:02} MB", hundredths / 100, hundredths % 100)
}

/// What Kindle drops of the author's stylesheets, one finding each.
pub(super) fn dropped_styles(project: &Project) -> Vec<Finding> {
    let sheets = stylesheets::named(project);
    sheets.iter().filter_map(|file| dropped_style(&project.dir.join(file))).collect()
}

fn dropped_style(file: &Path) -> Option<Finding> {
    let text = fsx::read_text(file).ok()?;
    let (_, dropped) = for_kindle(&text);
    let first = dropped.iter().map(|one| one.offset).min()?;
    let mut names: Vec<&str> = Vec::new();
    for one in &dropped {
        if !names.contains(&&*one.what) {
            names.push(&one.what);
        }
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let list = names.join(", ");
    let list = if more > 0 { format!("{list} and {more} more") } else { list };
    let place = Place::in_text(file.display().to_string(), &text, first);
    let message = format!("Kindle drops a part of this stylesheet: {list}");
    let hint =
        "Look at the book without it: what has to be seen on Kindle needs plainer CSS";
    Some(Finding::new(Code::KindleStyle, place, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_that_is_too_large_names_its_largest_files() {
        let mut epub = Epub::empty("a.epub");
        epub.put("small.png", vec![0; 10]);
        epub.put("large.png", vec![0; 2 << 20]);
        let told =
            |size, limit| too_large(&epub, size, limit, Place::path(Path::new("a.epub")));
        assert_eq!(told(100, 100), None);
        let finding = told(3 << 20, 1 << 20).unwrap();
        let message =
            "the ePub for Kindle has 3.00 MB, and kindle.limit allows at most 1.00 MB";
        assert_eq!(finding.message, message);
        let detail = finding.detail.unwrap();
        assert!(
            detail.starts_with("largest: large.png (2.00 MB), small.png"),
            "{detail}"
        );
        let message = told(usize::MAX, KINDLE_LIMIT).unwrap().message;
        assert!(message.contains("Amazon takes at most 650.00 MB"), "{message}");
    }
}
