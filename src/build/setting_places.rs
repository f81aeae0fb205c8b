//! Findings about what `book.yaml` sets, which are made where the ePub shows them, get their line in
//! `book.yaml`; where the ePub shows them stays as what shows the finding.
//!
//! ````text
//! book.epub/EPUB/content.opf:7:5: warning[language-invalid]: …
//!     ─►  book.yaml:4:3: warning[language-invalid]: …
//!           | book.epub/EPUB/content.opf:7:5
//! ````

use crate::finding::{Code, Finding};
use crate::project::Manifest;
use concfilter::error::Place;

/// Gives findings about settings their places.
pub(super) fn apply(findings: &mut [Finding], manifest: &Manifest) {
    for finding in findings {
        if let Some(place) = place(&finding.code, manifest) {
            let before = std::mem::replace(&mut finding.place, place);
            finding.detail.get_or_insert(before.to_string());
        }
    }
}

/// Where `book.yaml` sets what a finding with this code is about.
fn place(code: &str, manifest: &Manifest) -> Option<Place> {
    const COVER: &str = "epub-cover-image";
    const OF_COVER: [Code; 4] =
        [Code::CoverBroken, Code::CoverMissing, Code::CoverProportions, Code::CoverSmall];
    if code == Code::LanguageInvalid.name() {
        return Some(manifest.metadata_place(&["lang"]));
    }
    let is_of_cover = OF_COVER.iter().any(|one| one.name() == code);
    let has_option = manifest.options().contains_key(COVER);
    is_of_cover.then(|| {
        if has_option {
            manifest.place(&[COVER])
        } else {
            manifest.metadata_place(&["cover-image"])
        }
    })
}
