//! What a site made of the chapters calls its pages, as their front matter says (Jekyll, Hugo,
//! Docusaurus): links lead to these, too.
//!
//! ````text
//! ---
//! permalink: /guide/start/       guide/start
//! slug: begin                    the chapter's folder, then begin
//! ---
//! ````

use super::Chapter;
use super::yaml::YamlFile;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The names of a chapter's page, relative to the root of the site.
pub fn pages(chapter: &Chapter) -> Vec<PathBuf> {
    let Some(front) = front_matter(chapter) else { return Vec::new() };
    let mut pages = Vec::new();
    let folder = chapter.path.parent().unwrap_or(Path::new(""));
    for key in ["permalink", "url", "aliases", "redirect_from", "slug", "id"] {
        let value = &front.value[key];
        let items = match value {
            Value::Array(items) => &items[..],
            one => std::slice::from_ref(one),
        };
        for address in items.iter().filter_map(Value::as_str) {
            let page = page(address);
            let beside = matches!(key, "slug" | "id") && !address.starts_with('/');
            // Addresses that a generator puts together itself are unknown here.
            if !address.contains([':', '{']) || address.contains("://") {
                pages.push(if beside { folder.join(page) } else { page });
            }
        }
    }
    pages
}

/// An address as a path without host, slashes at its ends, and what a server leaves out.
fn page(address: &str) -> PathBuf {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let path = path.trim_matches('/');
    let short = path.strip_suffix("index.html").or_else(|| path.strip_suffix(".html"));
    PathBuf::from(short.unwrap_or(path).trim_matches('/'))
}

/// The front matter of a chapter: a block of YAML in its first line.
fn front_matter(chapter: &Chapter) -> Option<YamlFile> {
    let text = chapter.text.trim_start_matches('\u{feff}');
    let rest = text.strip_prefix("---")?;
    let (blank, rest) = rest.split_once('\n')?;
    if !blank.trim().is_empty() {
        return None;
    }
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return YamlFile::within(&rest[..length], Path::new(&chapter.label), 2).ok();
        }
        length += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn front_matter_names_the_page() {
        let of = |text: &str| {
            let chapter = Chapter::of_text("a/one.md", text, Dialect::Pandoc);
            let pages = pages(&chapter);
            pages.iter().map(|page| page.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of("---\npermalink: /guide/start/\n---\n"), ["guide/start"]);
        assert_eq!(of("---\npermalink: /x/index.html\nid: why\n---\n"), ["x", "a/why"]);
        assert_eq!(of("---\nslug: begin\n...\n"), ["a/begin"]);
        assert_eq!(of("---\nslug: /\naliases: [/b.html]\n---\n"), ["b", ""]);
        assert_eq!(of("---\nurl: https://x.org/a/b/\n---\n"), ["a/b"]);
        assert!(of("---\npermalink: /:year/:title\n---\n").is_empty());
        assert!(of("---\npermalink: /x\n\ntext\n").is_empty());
        assert!(of("text\n\n---\npermalink: /x\n---\n").is_empty());
    }
}
