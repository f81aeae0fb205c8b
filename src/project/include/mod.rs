//! Files that chapters include as mdBook's do: what pandoc reads, and all else that looks at a chapter,
//! is the text with them in it.
//!
//! ````text
//! ```rust                             ```rust
//! {{#include ../code/a.rs:main}}  ─►  fn main() {}      from code/a.rs, line 12
//! ```                                 ```
//! ````
//!
//! Included text may include more. Paths lead from the file that they stand in. What cannot be included
//! stays as it is written, with a finding. In a book that is not mdBook's, inline code and fences of
//! Markdown show how a directive is written, and stay.

mod directive;
mod select;

use super::boundary::{Boundary, remedy};
use super::origins::{Assembly, Origins, SourceFile};
use super::{Manifest, cells, mkdocs};
use crate::finding::{Code, Finding, Severity};
use crate::fsx;
use crate::markdown::{Block, Dialect, Index};
use crate::reference::normal;
use concfilter::error::{Error, Result};
use concfilter::lang;
use concfilter::spelling::near;
use directive::{Directive, DirectiveKind, Selection, directives};
use select::{FileLines, SelectedLines, SelectionError, is_anchor, lines};
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// So deep may included files include others; as deep as in mdBook.
const DEEPEST: usize = 10;

/// So many times may a chapter include files, itself and by what it includes.
const MOST: usize = 10_000;

/// So many bytes may a chapter have with all that it includes.
const LARGEST: usize = 32 << 20;

/// Languages whose listings show directives.
const SHOWN_IN: &[&str] = &["markdown", "md", "handlebars", "hbs", "text", "html"];

/// The next step where a directive was not meant as one.
const ESCAPE: &str = "where it is meant as text, write \\{{#";

/// What including needs to know of a book.
#[derive(Debug)]
pub struct Includes {
    /// The book's folder.
    pub(super) dir: PathBuf,
    /// From where files may come.
    pub(super) boundary: Boundary,
    /// Whether mdBook reads the book, too: it knows no code.
    pub(super) is_mdbooks: bool,
    /// Whether the book's format is a Markdown; where none is named, a file's name tells.
    pub(super) is_markdown: Option<bool>,
}

impl Includes {
    /// That of a book in a folder.
    pub(super) fn of(dir: &Path, boundary: &Boundary, manifest: &Manifest) -> Self {
        let is_markdown = manifest.format().map(|format| {
            ["markdown", "gfm", "commonmark"].iter().any(|name| format.starts_with(name))
        });
        let is_mdbooks = |dir: &Path| dir.join("book.toml").is_file();
        Self {
            dir: dir.to_owned(),
            boundary: boundary.clone(),
            is_mdbooks: is_mdbooks(dir) || is_mdbooks(&dir.join("..")),
            is_markdown,
        }
    }

    /// Whether a file is read as Markdown.
    pub(super) fn is_for(&self, path: &Path) -> bool {
        const OTHER: &[&str] = &[
            "adoc", "docx", "htm", "html", "ipynb", "json", "org", "rst", "tex", "yaml",
        ];
        let extension = path.extension().and_then(|one| one.to_str()).unwrap_or_default();
        self.is_markdown.unwrap_or_else(|| !OTHER.contains(&extension))
    }
}

/// What reads a file; `None` where there is none.
pub type ReadFile<'a> = dyn Fn(&Path) -> Result<Option<String>> + Sync + 'a;

/// Reads a file that lies on the disk.
///
/// # Errors
/// It cannot be read, or is no text.
pub(super) fn on_disk(path: &Path) -> Result<Option<String>> {
    if !path.is_file() {
        return Ok(None);
    }
    // Before it is in memory.
    if fsx::size(path)? > LARGEST as u64 {
        return Err(Error::new("it is too large"));
    }
    fsx::read_text(path).map(Some)
}

/// A chapter's text with what it includes.
#[derive(Debug)]
pub(super) struct Expanded {
    pub text: String,
    pub origins: Origins,
    pub findings: Vec<Finding>,
}

/// Includes what a chapter asks for, and reads what `MkDocs` and Quarto alone read; `None` where its text stays as it
/// is.
pub(super) fn expand(
    (file, label): (&Path, &str),
    text: &str,
    dialect: Dialect,
    includes: &Includes,
    read: &ReadFile<'_>,
) -> Option<Expanded> {
    let found = directives(text);
    // Included text may have what the chapter has not.
    if found.is_empty() && !mkdocs::may_have(text) && !cells::may_have(text) {
        return None;
    }
    let shown = if includes.is_mdbooks || found.is_empty() {
        Vec::new()
    } else {
        shown(&Index::read(text, dialect), &found)
    };
    let mut expander = Expander {
        includes,
        read,
        shown,
        made: Assembly::default(),
        lines: HashMap::new(),
        open: Vec::new(),
        escapes: Vec::new(),
        count: 0,
        findings: Vec::new(),
    };
    let own = SourceFile::new(file.to_owned(), label.to_owned(), text.to_owned());
    let own = expander.made.add_file(own);
    expander.add(own, 0..text.len(), "");
    let Expander { made, findings, escapes, .. } = expander;
    let made = unescaped(made, &escapes, dialect);
    let mut made = cells::read(made, dialect);
    if mkdocs::may_have(&made.text) {
        made = mkdocs::read(made, dialect);
    }
    let Assembly { text: made, origins } = made;
    (made != text || !findings.is_empty()).then_some(Expanded {
        text: made,
        origins,
        findings,
    })
}

/// A text without those of these backslashes that stand in code: elsewhere pandoc takes them off.
fn unescaped(made: Assembly, escapes: &[usize], dialect: Dialect) -> Assembly {
    if escapes.is_empty() {
        return made;
    }
    let index = Index::read(&made.text, dialect);
    let in_code = escapes.iter().filter(|&&at| is_code(&index, at));
    let edits: Vec<_> = in_code.map(|&at| (at..at + 1, String::new())).collect();
    made.replaced(&edits)
}

/// Whether a byte stands in code, or in text of another format.
fn is_code(index: &Index, at: usize) -> bool {
    code_at(index, at) || block_at(index, at).is_some()
}

/// Whether a byte stands in code within a line.
fn code_at(index: &Index, at: usize) -> bool {
    let next = index.codes.partition_point(|code| code.range.end <= at);
    index.codes.get(next).is_some_and(|code| code.range.contains(&at))
}

/// The block of code in which a byte stands.
fn block_at(index: &Index, at: usize) -> Option<&Block> {
    let next = index.blocks.partition_point(|block| block.range.end <= at);
    index.blocks.get(next).filter(|block| block.range.contains(&at))
}

/// The first bytes of the directives that are shown, and not meant.
fn shown(index: &Index, found: &[Directive]) -> Vec<usize> {
    let is_shown = |&at: &usize| {
        code_at(index, at)
            || block_at(index, at).is_some_and(|block| {
                let language = block.attr.1.first().map_or("", |class| class);
                SHOWN_IN.contains(&language)
            })
    };
    found.iter().map(|one| one.range.start).filter(is_shown).collect()
}

struct Expander<'a> {
    includes: &'a Includes,
    read: &'a ReadFile<'a>,
    /// Where the chapter has directives that are shown.
    shown: Vec<usize>,
    made: Assembly,
    /// The lines of each file, by its number.
    lines: HashMap<usize, FileLines>,
    /// What is being included: files and lines.
    open: Vec<(PathBuf, Selection)>,
    /// The backslashes before directives that are to be read as text.
    escapes: Vec<usize>,
    /// How many files were included.
    count: usize,
    findings: Vec<Finding>,
}

/// Where a directive stands.
struct DirectivePlace<'a> {
    file: usize,
    range: Range<usize>,
    /// What stands before each line.
    prefix: &'a str,
}

/// What comes with the lines of a file that are included.
struct InclusionContext<'a> {
    /// Its other lines come along, hidden.
    hides: bool,
    /// They are a listing with these attributes.
    listing: Option<&'a [String]>,
}

/// Why something is not included.
struct IncludeRefusal {
    code: Code,
    message: String,
    hint: String,
}

impl Expander<'_> {
    /// Adds bytes of a file, with what they include; `prefix` stands before each line but the first.
    fn add(&mut self, number: usize, range: Range<usize>, prefix: &str) {
        let file = self.made.file(number);
        let mut at = range.start;
        for Directive { range: own, kind } in directives(&file.text[range.clone()]) {
            let own = own.start + range.start..own.end + range.start;
            if number == 0 && self.shown.binary_search(&own.start).is_ok() {
                continue;
            }
            self.copy(number, at..own.start, prefix);
            at = own.end;
            let place = DirectivePlace { file: number, range: own.clone(), prefix };
            match kind {
                DirectiveKind::Title => {}
                DirectiveKind::Escaped => {
                    self.escapes.push(self.made.text.len());
                    self.copy(number, own, prefix);
                }
                DirectiveKind::Include { path, selection, hides } => {
                    let hides = hides && is_in_rust(&self.made.text);
                    self.include(
                        &place,
                        &path,
                        selection,
                        InclusionContext { hides, listing: None },
                    );
                }
                DirectiveKind::Playground { path, attributes } => {
                    let context =
                        InclusionContext { hides: false, listing: Some(&attributes) };
                    self.include(&place, &path, Selection::ALL, context);
                }
            }
        }
        self.copy(number, at..range.end, prefix);
    }

    fn copy(&mut self, number: usize, range: Range<usize>, prefix: &str) {
        if prefix.is_empty() {
            return self.made.copy(number, range);
        }
        let file = self.made.file(number);
        let mut at = range.start;
        for line in file.text[range].split_inclusive('\n') {
            let end = at + line.len();
            self.made.copy(number, at..end);
            if line.ends_with('\n') {
                self.made.write(prefix, number, end);
            }
            at = end;
        }
    }

    /// Includes lines of a file.
    fn include(
        &mut self,
        place: &DirectivePlace<'_>,
        path: &str,
        selection: Selection,
        InclusionContext { hides, listing }: InclusionContext<'_>,
    ) {
        let source = self.made.file(place.file);
        let folder = source.file.parent().unwrap_or(Path::new(""));
        let file = normal(&folder.join(path));
        let read = self.load(path, &file, &selection);
        let (number, selected) = match read {
            Ok(read) => read,
            Err(refusal) => {
                self.refuse(place, refusal);
                return self.copy(place.file, place.range.clone(), place.prefix);
            }
        };
        if selected.is_open {
            self.never_closed(place, path, &selection);
        }
        let context = indent(&source.text, &place.range);
        let prefix = format!("{}{context}", place.prefix);
        let fence = listing.map(|attributes| {
            let fence = fence(&self.made.file(number).text);
            let words =
                std::iter::once("rust").chain(attributes.iter().map(|one| &**one));
            let info = words.collect::<Vec<_>>().join(",");
            let open = format!("{fence}{info}\n{prefix}");
            self.made.write(&open, place.file, place.range.start);
            fence
        });
        self.count += 1;
        let is_anchored = matches!(selection, Selection::Anchor(_));
        self.open.push((file, selection));
        if hides {
            self.add_with_hidden(number, &selected.ranges, is_anchored, &prefix);
        } else {
            for range in selected.ranges {
                self.add(number, range, &prefix);
            }
        }
        self.open.pop();
        if let Some(fence) = fence {
            let end = format!("\n{prefix}{fence}");
            self.made.write(&end, place.file, place.range.start);
        }
    }

    /// Adds all lines of a file, those that are not meant as hidden ones.
    fn add_with_hidden(
        &mut self,
        number: usize,
        meant: &[Range<usize>],
        is_anchored: bool,
        prefix: &str,
    ) {
        let file = self.made.file(number);
        let is_kept =
            |line: &Range<usize>| !(is_anchored && is_anchor(&file.text[line.clone()]));
        let mut all: Vec<Range<usize>> = lines(&file.text).filter(is_kept).collect();
        if let Some(last) = all.last_mut()
            && file.text[last.clone()].ends_with('\n')
        {
            last.end -= 1;
        }
        let is_large = self.made.text.len().saturating_add(file.text.len()) > LARGEST;
        for line in all {
            let is_meant = meant
                .iter()
                .any(|one| one.start <= line.start && line.start < one.end.max(1));
            if !is_meant && is_large {
                continue;
            }
            if !is_meant {
                self.made.write("# ", number, line.start);
            }
            self.add(number, line, prefix);
        }
    }

    /// The number of a file, and its lines that are meant.
    fn load(
        &mut self,
        path: &str,
        file: &Path,
        selection: &Selection,
    ) -> std::result::Result<(usize, SelectedLines), IncludeRefusal> {
        let refusal = |code, message: String, hint: &str| {
            Err(IncludeRefusal { code, message, hint: hint.to_owned() })
        };
        if self.open.iter().any(|(open, lines)| open == file && lines == selection) {
            let message = format!("{path} includes itself");
            return refusal(
                Code::IncludeMissing,
                message,
                "Take the directive out of it",
            );
        }
        if self.open.len() >= DEEPEST {
            let message = format!(
                "{path} would be included {DEEPEST} files deep, which is too deep"
            );
            return refusal(Code::IncludeMissing, message, "Include it from the chapter");
        }
        if self.count >= MOST {
            let message = format!("the chapter includes files more than {MOST} times");
            return refusal(Code::IncludeMissing, message, "Include fewer of them");
        }
        if let Some(why) = self.includes.boundary.refusal(file) {
            let hint = remedy(why, "Include a copy in the book's folder");
            return refusal(Code::FileRefused, format!("{path} {why}"), &hint);
        }
        let known = self.made.origins.files();
        let number = match known.iter().skip(1).position(|one| one.file == file) {
            Some(number) => number + 1,
            None => self.read(path, file)?,
        };
        let source = self.made.file(number);
        let lines = self.lines.entry(number);
        let lines = lines.or_insert_with(|| FileLines::read(&source.text));
        let selected = lines.select(&source.text, selection).map_err(|lacking| {
            let (message, hint) = lacks(path, selection, &lacking);
            IncludeRefusal { code: Code::IncludeMissing, message, hint }
        })?;
        let size: usize = selected.ranges.iter().map(Range::len).sum();
        if self.made.text.len().saturating_add(size) > LARGEST {
            let message = format!(
                "with {path} the chapter would have more than {} MiB",
                LARGEST >> 20
            );
            return refusal(Code::IncludeMissing, message, "Include less of it");
        }
        Ok((number, selected))
    }

    /// Reads a file that is not read yet.
    fn read(
        &mut self,
        path: &str,
        file: &Path,
    ) -> std::result::Result<usize, IncludeRefusal> {
        let refusal = |message: String, hint: String| IncludeRefusal {
            code: Code::IncludeMissing,
            message,
            hint,
        };
        let text = (self.read)(file).map_err(|error| {
            let hint = error.hint_text().unwrap_or("Include a file of text").to_owned();
            refusal(format!("{path} cannot be included: {}", error.message()), hint)
        })?;
        let Some(text) = text else {
            let hint = match self.nearest(path, file) {
                Some(near) => format!("Is {near} meant?"),
                None => format!(
                    "Paths are relative to the file that includes; {ESCAPE}include …}}}}"
                ),
            };
            return Err(refusal(format!("there is no file {path} to include"), hint));
        };
        let label = file.display().to_string();
        // Lines end as they do in mdBook, wherever the file was written.
        let text = text.replace("\r\n", "\n");
        Ok(self.made.add_file(SourceFile::new(file.to_owned(), label, text)))
    }

    /// The path that was probably meant: a file beside the place, else one of that name in the book.
    fn nearest(&self, path: &str, file: &Path) -> Option<String> {
        let name = file.file_name()?.to_str()?;
        let beside = fsx::list(file.parent()?).unwrap_or_default();
        let beside: Vec<String> =
            beside.into_iter().filter_map(|one| one.into_string().ok()).collect();
        if let Some(near) = near(name, beside.iter().map(|one| &**one)) {
            return Some(format!("{}{near}", path.strip_suffix(name)?));
        }
        let all = fsx::files_below(&self.includes.dir).unwrap_or_default();
        let mut same = all.iter().filter(|one| one.file_name() == file.file_name());
        let only = same.next().filter(|_| same.next().is_none())?;
        Some(self.includes.dir.join(only).display().to_string())
    }

    fn refuse(&mut self, place: &DirectivePlace<'_>, refusal: IncludeRefusal) {
        let place = self.made.file(place.file).place(place.range.start);
        let finding = Finding::new(refusal.code, place, refusal.message);
        self.findings.push(finding.hint(refusal.hint));
    }

    fn never_closed(
        &mut self,
        place: &DirectivePlace<'_>,
        path: &str,
        selection: &Selection,
    ) {
        let Selection::Anchor(name) = selection else { return };
        let message = format!("{path} never ends the anchor {name}");
        self.refuse(
            place,
            IncludeRefusal {
                code: Code::IncludeMissing,
                message,
                hint: format!("All behind it is included; write ANCHOR_END: {name}"),
            },
        );
        if let Some(finding) = self.findings.last_mut() {
            finding.severity = Severity::Warning;
        }
    }
}

/// What is said of lines that are not there, and the next step.
fn lacks(
    path: &str,
    selection: &Selection,
    lacking: &SelectionError,
) -> (String, String) {
    match (lacking, selection) {
        (SelectionError::Lines(count), _) => (
            format!("{path} has only {count} lines"),
            "Count its lines anew, or include by an anchor, which stays where it is"
                .to_owned(),
        ),
        (SelectionError::Anchor(known), Selection::Anchor(name)) => {
            let nearest = near(name, known.iter().map(|one| &**one));
            let hint = match (nearest, &known[..]) {
                (Some(near), _) => format!("Is {near} meant?"),
                (None, []) => {
                    format!(
                        "Write ANCHOR: {name} and ANCHOR_END: {name} in comments of it"
                    )
                }
                (None, known) => format!("It has {}", known.join(", ")),
            };
            (format!("{path} has no anchor {name}"), hint)
        }
        (SelectionError::Anchor(_), Selection::Lines(..)) => {
            (String::new(), String::new())
        }
    }
}

/// What a line has before a directive that is alone in it: blanks, and the marks of quotes.
fn indent<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..range.start];
    let behind = text[range.end..].lines().next().unwrap_or_default();
    let is_alone =
        before.chars().all(|c| matches!(c, ' ' | '\t' | '>')) && behind.trim().is_empty();
    if is_alone { before } else { "" }
}

/// Whether a text ends within a block of Rust.
fn is_in_rust(text: &str) -> bool {
    /// No listing is longer.
    const MOST: usize = 5000;
    let info = text.lines().rev().take(MOST).find_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '>', '-', '*']);
        let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark))?;
        Some(line.trim_start_matches(&mark[..1]).trim())
    });
    let word = info.and_then(|info| {
        info.split([',', ' ', '{', '}', '.']).find(|word| !word.is_empty())
    });
    word.and_then(lang::canonical) == Some("rust")
}

/// A fence that a text does not hold.
fn fence(text: &str) -> String {
    let runs = text.lines().map(|line| {
        let line = line.trim_start();
        line.len() - line.trim_start_matches('`').len()
    });
    "`".repeat(runs.max().unwrap_or_default().max(2) + 1)
}

#[cfg(test)]
mod tests;
