//! What pandoc's reader of a format knows of, as far as one part of a book can use what another
//! defines.

use std::path::Path;

/// A reader.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an extension of pandoc's by itself"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reader {
    pub kind: Notation,
    /// A heading is a definition of a link to it.
    pub headings: bool,
    /// There are footnotes.
    pub notes: bool,
    /// There are numbered examples.
    pub examples: bool,
    /// Macros of TeX are expanded.
    pub macros: bool,
    /// There are divisions between fences.
    pub divisions: bool,
}

/// How definitions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// pandoc's Markdown and its variants: the last of two definitions wins.
    Markdown,
    /// `CommonMark` and its relatives: the first of two definitions wins.
    CommonMark,
    Rst,
    Org,
    /// A format in which nothing is handed over.
    Other,
}

impl Reader {
    /// The reader of a file, whose format is named, or told by the file's name as pandoc does it.
    pub(super) fn of(format: Option<&str>, path: &Path) -> Self {
        let format = format.unwrap_or_else(|| by_name(path));
        let end = format.find(['+', '-']).unwrap_or(format.len());
        let (name, extensions) = format.split_at(end);
        let is_on = |extension: &str, formats: &[&str]| {
            let on = extensions.rfind(&format!("+{extension}"));
            let off = extensions.rfind(&format!("-{extension}"));
            match (on, off) {
                (None, None) => formats.contains(&name),
                (on, off) => on > off,
            }
        };
        let kind = match name {
            "markdown" | "markdown_mmd" | "markdown_phpextra" | "markdown_strict"
            | "markdown_github" => Notation::Markdown,
            "gfm" | "commonmark" | "commonmark_x" => Notation::CommonMark,
            "rst" => Notation::Rst,
            "org" => Notation::Org,
            _ => Notation::Other,
        };
        let noted =
            ["markdown", "markdown_mmd", "markdown_phpextra", "gfm", "commonmark_x"];
        let headed = ["markdown", "markdown_mmd", "commonmark_x"];
        Self {
            kind,
            headings: is_on("implicit_header_references", &headed),
            notes: is_on("footnotes", &noted),
            examples: is_on("example_lists", &["markdown"]),
            macros: is_on("latex_macros", &["markdown"]),
            divisions: is_on("fenced_divs", &["markdown", "commonmark_x"]),
        }
    }

    /// Whether the format is a Markdown.
    pub(super) fn is_markdown(self) -> bool {
        matches!(self.kind, Notation::Markdown | Notation::CommonMark)
    }
}

/// The format that pandoc takes a file for.
fn by_name(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|one| one.to_str()).unwrap_or_default();
    match &*extension.to_lowercase() {
        "rst" => "rst",
        "org" => "org",
        "" | "md" | "markdown" | "mkd" | "mkdn" | "mdwn" | "mdown" | "rmd" | "txt"
        | "text" => "markdown",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_those_of_the_format_and_of_its_name() {
        let of = |format: Option<&str>, path: &str| Reader::of(format, Path::new(path));
        let all = of(None, "a.md");
        assert!(all.headings && all.notes && all.examples && all.macros);
        let some = of(Some("markdown-example_lists+smart-latex_macros"), "a.rst");
        assert_eq!(some, Reader { examples: false, macros: false, ..all });
        assert!(of(Some("gfm+implicit_header_references"), "a.md").headings);
        assert!(!of(Some("gfm"), "a.md").headings);
        assert_eq!(of(None, "a.RST").kind, Notation::Rst);
        assert_eq!(of(None, "a.ipynb").kind, Notation::Other);
    }
}
