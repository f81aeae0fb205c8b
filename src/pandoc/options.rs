//! Every option of a pandoc defaults file, of all versions from 2.17 on: what its value is, how the
//! value of one file joins that of another, and in which runs of pandoc it holds. This is the one place
//! that decides it.
//!
//! The rules are those of `Text.Pandoc.App.Opt`: options are applied in the order of their names, one
//! of two names of the same option after the other; a list of files grows, all else is replaced.

use Merge::{Append, Prepend, Replace, Union};
use OptionKind::{
    Any, Filters, Flag, List, Map, Number, Path, PathList, Paths, Text, Texts,
};
use PandocRuns::{Everywhere, Ignored, Metadata, Ours, Reading, Refused, Writing};

/// An option of a defaults file.
#[derive(Debug)]
pub struct OptionKey {
    /// Its name, the longer one where it has two.
    pub name: &'static str,
    /// What its value is.
    pub kind: OptionKind,
    /// What comes of a value where a file read before has one.
    pub merge: Merge,
    /// Where it holds.
    pub usage: PandocRuns,
    /// The version of pandoc that it came with, where that is newer than the oldest we take.
    pub since: Option<(u32, u32)>,
}

/// What the value of an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// True or false.
    Flag,
    /// A whole number.
    Number,
    /// Text, or nothing.
    Text,
    /// The path of a file or folder, or nothing; `${.}` and environment variables hold in it.
    Path,
    /// A list of texts, or one of them.
    Texts,
    /// A list of texts, never one alone.
    List,
    /// A list of paths, or one of them.
    Paths,
    /// A list of paths, never one alone.
    PathList,
    /// A list of filters.
    Filters,
    /// A map.
    Map,
    /// What pandoc alone can judge.
    Any,
}

/// What comes of a value where a file read before has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The later value holds.
    Replace,
    /// The later list follows the earlier one.
    Append,
    /// The later list stands before the earlier one.
    Prepend,
    /// Each key of the later map holds in place of the earlier one's.
    Union,
}

/// The runs of pandoc that an option holds in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PandocRuns {
    /// Where chapters are read.
    Reading,
    /// In every run: filters are told of it, too.
    Everywhere,
    /// Where filters run and where the book is written.
    Writing,
    /// Where the metadata are read.
    Metadata,
    /// In none: concbook does itself what the option asks for, or it means nothing for a book.
    Ours,
    /// In none, and the author is told, for this reason.
    Ignored(&'static str),
    /// In none: a book that sets it (to anything but false) is refused, for this reason.
    Refused(&'static str),
}

const fn key(
    name: &'static str,
    kind: OptionKind,
    merge: Merge,
    usage: PandocRuns,
) -> OptionKey {
    OptionKey { name, kind, merge, usage, since: None }
}

const fn newer(
    name: &'static str,
    kind: OptionKind,
    merge: Merge,
    usage: PandocRuns,
    since: (u32, u32),
) -> OptionKey {
    OptionKey { name, kind, merge, usage, since: Some(since) }
}

const DEBUGGING: &str = "it is for whoever looks into pandoc itself";

/// All options, by name.
pub const OPTIONS: &[OptionKey] = &[
    key("abbreviations", Path, Replace, Everywhere),
    key("ascii", Flag, Replace, Writing),
    key("atx-headers", Flag, Replace, Ours),
    key("bibliography", Paths, Append, Metadata),
    newer("chunk-template", Text, Replace, Ours, (3, 0)),
    key("citation-abbreviations", Path, Replace, Metadata),
    key("cite-method", Any, Replace, Writing),
    key("columns", Number, Replace, Everywhere),
    key("csl", Path, Replace, Metadata),
    key("css", Paths, Append, Writing),
    key("data-dir", Path, Replace, Everywhere),
    key("default-image-extension", Text, Replace, Everywhere),
    key("defaults", Paths, Append, Ours),
    key("dpi", Number, Replace, Everywhere),
    key("dump-args", Flag, Replace, Ignored(DEBUGGING)),
    key("email-obfuscation", Any, Replace, Writing),
    newer("embed-resources", Flag, Replace, Ours, (2, 19)),
    key("eol", Any, Replace, Ours),
    key("epub-cover-image", Path, Replace, Writing),
    key("epub-fonts", PathList, Append, Writing),
    key("epub-metadata", Path, Replace, Writing),
    key("epub-subdirectory", Text, Replace, Writing),
    newer("epub-title-page", Flag, Replace, Writing, (3, 0)),
    key("extract-media", Path, Replace, Writing),
    key("fail-if-warnings", Flag, Replace, Ours),
    newer("figure-caption-position", Any, Replace, Writing, (3, 2)),
    key("file-scope", Flag, Replace, Ours),
    key("filters", Filters, Append, Ours),
    key("from", Text, Replace, Reading),
    key("highlight-style", Path, Replace, Ours),
    key("html-math-method", Any, Replace, Writing),
    key("html-q-tags", Flag, Replace, Writing),
    key(
        "identifier-prefix",
        Text,
        Replace,
        Ignored("pandoc leaves it out of the contents, whose links would lead nowhere"),
    ),
    key("ignore-args", Flag, Replace, Ignored(DEBUGGING)),
    key("include-after-body", Paths, Append, Writing),
    key("include-before-body", Paths, Append, Writing),
    key("include-in-header", Paths, Append, Writing),
    key("incremental", Flag, Replace, Writing),
    key("indented-code-classes", List, Replace, Everywhere),
    key("input-files", Paths, Append, Ours),
    key("ipynb-output", Any, Replace, Reading),
    newer("link-images", Flag, Replace, Ours, (3, 1)),
    newer("list-of-figures", Flag, Replace, Writing, (3, 7)),
    newer("list-of-tables", Flag, Replace, Writing, (3, 7)),
    newer("list-tables", Flag, Replace, Ours, (3, 1)),
    key("listings", Flag, Replace, Ours),
    key(
        "log-file",
        Path,
        Replace,
        Ignored("a book takes several runs of pandoc; what they say, concbook tells"),
    ),
    key("markdown-headings", Any, Replace, Writing),
    key("metadata", Map, Union, Metadata),
    key("metadata-files", Paths, Append, Metadata),
    key("no-check-certificate", Flag, Replace, Everywhere),
    key("number-offset", Any, Replace, Writing),
    key("number-sections", Flag, Replace, Writing),
    key("output-file", Path, Replace, Ours),
    key("pdf-engine", Path, Replace, Ours),
    key("pdf-engine-opts", Texts, Replace, Ours),
    key("preserve-tabs", Flag, Replace, Everywhere),
    key("reference-doc", Path, Replace, Ours),
    key("reference-links", Flag, Replace, Writing),
    key("reference-location", Any, Replace, Writing),
    key("request-headers", Any, Replace, Everywhere),
    key("resource-path", PathList, Prepend, Everywhere),
    key(
        "sandbox",
        Flag,
        Replace,
        Refused("pandoc's sandbox keeps pictures, stylesheets and filters out of a book"),
    ),
    key("section-divs", Flag, Replace, Writing),
    key("self-contained", Flag, Replace, Ours),
    key("shift-heading-level-by", Number, Replace, Reading),
    key("slide-level", Any, Replace, Ours),
    newer("split-level", Number, Replace, Writing, (3, 0)),
    key("standalone", Flag, Replace, Ours),
    key("strip-comments", Flag, Replace, Everywhere),
    key("strip-empty-paragraphs", Flag, Replace, Reading),
    key("syntax-definitions", Paths, Append, Writing),
    newer("table-caption-position", Any, Replace, Writing, (3, 2)),
    key("table-of-contents", Flag, Replace, Writing),
    key("tab-stop", Number, Replace, Everywhere),
    key("template", Path, Replace, Writing),
    key("title-prefix", Text, Replace, Writing),
    key("to", Text, Replace, Ours),
    key("toc-depth", Number, Replace, Writing),
    key("top-level-division", Any, Replace, Writing),
    key("trace", Flag, Replace, Ignored(DEBUGGING)),
    key("track-changes", Any, Replace, Everywhere),
    key("variables", Map, Union, Writing),
    key("verbosity", Any, Replace, Ours),
    key("wrap", Any, Replace, Writing),
];

/// Second names of options.
const ALIASES: &[(&str, &str)] = &[
    ("epub-chapter-level", "split-level"),
    ("input-file", "input-files"),
    ("metadata-file", "metadata-files"),
    ("pdf-engine-opt", "pdf-engine-opts"),
    ("reader", "from"),
    ("syntax-definition", "syntax-definitions"),
    ("syntax-highlighting", "highlight-style"),
    ("toc", "table-of-contents"),
    ("lof", "list-of-figures"),
    ("lot", "list-of-tables"),
    ("writer", "to"),
    // It puts citeproc before all filters.
    ("citeproc", "filters"),
];

/// The option with this name, under either of its names.
pub fn option(name: &str) -> Option<&'static OptionKey> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    OPTIONS.iter().find(|option| option.name == name)
}

/// All names of options.
pub fn names() -> impl Iterator<Item = &'static str> {
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    OPTIONS.iter().map(|option| option.name).chain(aliases)
}

impl OptionKey {
    /// What it takes, in the author's words, and whether this value is that.
    pub fn judge(&self, alias: &str, value: &serde_json::Value) -> (&'static str, bool) {
        use serde_json::Value;
        let texts = |value: &Value, one: bool| match value {
            Value::Array(items) => items.iter().all(Value::is_string),
            value => one && value.is_string(),
        };
        let of_text = value.is_string() || value.is_null();
        match self.kind {
            _ if alias == "citeproc" => ("true or false", value.is_boolean()),
            Flag => ("true or false", value.is_boolean()),
            Number => {
                let is_whole = value.as_f64().is_some_and(|number| number.fract() == 0.0);
                ("a whole number", is_whole)
            }
            Text => ("text", of_text),
            Path => ("a path", of_text),
            Texts => ("text, or a list of texts", texts(value, true)),
            List => ("a list of texts", texts(value, false)),
            // Only some take one path that is no list, and only under one of their names.
            Paths if Self::takes_a_list_alone(alias) => {
                let is_unset = self.name == "input-files" && value.is_null();
                ("a list of paths", is_unset || texts(value, false))
            }
            Paths => ("a path, or a list of paths", texts(value, true)),
            PathList => ("a list of paths", texts(value, false)),
            Filters => ("a list of filters", is_filters(value)),
            Map => ("a map", value.is_object() || self.name == "metadata"),
            Any => ("what pandoc takes", true),
        }
    }

    /// Whether an option of this name takes a list of paths, never one alone.
    pub fn takes_a_list_alone(name: &str) -> bool {
        name.ends_with("-files") || name == "syntax-definitions"
    }

    /// Whether variables such as `${.}` hold in its value.
    pub fn has_paths(&self) -> bool {
        matches!(self.kind, Path | Paths | PathList | Filters)
    }

    /// Whether this version of pandoc has it, or needs no telling of it.
    pub fn is_known_to(&self, version: (u32, u32)) -> bool {
        let is_passed_on =
            matches!(self.usage, Reading | Everywhere | Writing | Metadata);
        let is_translated = self.name == "split-level";
        let is_gone = self.name == "strip-empty-paragraphs" && version >= (3, 0);
        let is_there = self.since.is_none_or(|since| since <= version) && !is_gone;
        !is_passed_on || is_translated || is_there
    }
}

/// Filters are paths, or maps with a type.
fn is_filters(value: &serde_json::Value) -> bool {
    let is_filter =
        |filter: &serde_json::Value| filter.is_string() || filter["type"].is_string();
    value.as_array().is_some_and(|all| all.iter().all(is_filter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_name_leads_to_an_option() {
        for name in names() {
            assert!(option(name).is_some(), "{name}");
        }
        let mut own: Vec<_> = names().collect();
        own.sort_unstable();
        own.dedup();
        assert_eq!(own.len(), names().count(), "a name is there twice");
        assert!(option("number-sectoins").is_none());
    }

    #[test]
    fn values_are_judged_by_kind() {
        let of = |name: &str, value| option(name).unwrap().judge(name, &value).1;
        assert!(of("toc", json!(true)) && !of("toc", json!("true")));
        assert!(of("toc-depth", json!(3)) && !of("toc-depth", json!("3")));
        assert!(of("css", json!("a.css")) && of("css", json!(["a.css"])));
        assert!(of("metadata-file", json!("a")) && !of("metadata-files", json!("a")));
        assert!(!of("epub-fonts", json!("a.ttf")) && !of("resource-path", json!(".")));
        assert!(of("filters", json!(["a", {"type": "citeproc"}])));
        assert!(!of("filters", json!("a")) && of("citeproc", json!(true)));
    }
}
