//! How the ePub looks: as the book asks, and as the plan overrules it.

use super::Plan;
use crate::project::Manifest;
use crate::style::Highlighting;
use concfilter::settings::{Edition, Presentation};
use serde_json::Value;

/// How the ePub looks.
pub(super) fn presentation(plan: &Plan, book: Presentation) -> Presentation {
    Presentation {
        style: plan.style.unwrap_or(book.style),
        edition: plan.editions.first().copied().unwrap_or(book.edition),
        cover: book.cover && !plan.no_cover,
        pictures: book.pictures && !plan.keep_pictures,
        ..book
    }
}

/// The editions that are made, each once.
pub(super) fn editions(plan: &Plan, book: Presentation) -> Vec<Edition> {
    let mut all = Vec::new();
    for &edition in &plan.editions {
        if !all.contains(&edition) {
            all.push(edition);
        }
    }
    if all.is_empty() { vec![book.edition] } else { all }
}

/// Who highlights code, and in which of pandoc's styles: the editions that have it the same way are made of
/// one raw ePub.
pub(super) fn by_highlighting<'m>(
    manifest: &'m Manifest,
    editions: &[Edition],
) -> Vec<(Highlighting, Option<&'m str>, Vec<Edition>)> {
    let mut groups: Vec<(Highlighting, Option<&str>, Vec<Edition>)> = Vec::new();
    for &edition in editions {
        let (who, theme) = highlighting(manifest, edition);
        match groups.iter_mut().find(|group| (group.0, group.1) == (who, theme)) {
            Some(group) => group.2.push(edition),
            None => groups.push((who, theme, vec![edition])),
        }
    }
    groups
}

/// Who highlights code in an edition, and in which of pandoc's styles.
fn highlighting(manifest: &Manifest, edition: Edition) -> (Highlighting, Option<&str>) {
    match wanted(manifest) {
        // A style of pandoc's lives by its colours.
        (Highlighting::Pandoc, _) if !edition.has_colors() => (Highlighting::Ours, None),
        wanted => wanted,
    }
}

/// How the author wants code highlighted: by us unless the book names a style of pandoc's, or
/// none. pandoc 3.8 and newer call the option `syntax-highlighting`.
fn wanted(manifest: &Manifest) -> (Highlighting, Option<&str>) {
    match manifest.options().get("highlight-style") {
        // YAML has `none` as a word and `null` as nothing; both say it.
        Some(Value::Null) => (Highlighting::Off, None),
        Some(Value::String(name)) => match &**name {
            "none" => (Highlighting::Off, None),
            "default" | "idiomatic" => (Highlighting::Ours, None),
            _ => (Highlighting::Pandoc, Some(name)),
        },
        _ => (Highlighting::Ours, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx;

    #[test]
    fn the_author_says_who_highlights() {
        let dir = fsx::temp_dir().unwrap();
        let theme = dir.path().join("my.theme").display().to_string();
        for (line, expected) in [
            ("title: x", (Highlighting::Ours, None)),
            ("highlight-style: tango", (Highlighting::Pandoc, Some("tango"))),
            ("highlight-style: ${.}/my.theme", (Highlighting::Pandoc, Some(&*theme))),
            ("highlight-style: null", (Highlighting::Off, None)),
            ("syntax-highlighting: none", (Highlighting::Off, None)),
            ("syntax-highlighting: default", (Highlighting::Ours, None)),
        ] {
            fsx::write_atomic(&dir.path().join("book.yaml"), line.as_bytes()).unwrap();
            let manifest = Manifest::read(dir.path()).unwrap();
            assert_eq!(wanted(&manifest), expected, "{line}");
        }
    }
}
