//! Every key of `book.yaml` judged before pandoc sees it: names that do not exist, values of another
//! kind, files that are not there, options that cannot hold. What would stop pandoc is an error at the
//! key's place; what it would pass over is a finding.
//!
//! ```text
//! filters: [none.lua]   there is no file none.lua, which `filters:` names
//! ```

use super::{Boundary, Manifest, Project, remedy};
use crate::finding::{Code, Finding};
use crate::pandoc::options::{self, OptionKey, OptionKind, PandocRuns};
use crate::reference::has_scheme;
use concfilter::error::{Error, Place, Result};
use concfilter::spelling::near;
use serde_json::Value;
use std::path::Path;

/// The newest pandoc whose options we know. A newer one may have others.
const NEWEST: (u32, u32) = (3, 9);

/// Keys of metadata that pandoc, its templates, citeproc or concbook read.
pub(super) const METADATA: &[&str] = &[
    "abstract",
    "abstract-title",
    "accessMode",
    "accessibilityFeature",
    "accessibilityHazard",
    "accessibilitySummary",
    "author",
    "belongs-to-collection",
    "bibliography",
    "citation-abbreviations",
    "citation-style",
    "colorlinks",
    "concbook",
    "contributor",
    "cover-image",
    "coverage",
    "creator",
    "date",
    "description",
    "document-css",
    "epub-cover-image",
    "footnotes",
    "group-position",
    "header-includes",
    "ibooks",
    "identifier",
    "include-after",
    "include-before",
    "institute",
    "keywords",
    "lang",
    "language",
    "license",
    "link-bibliography",
    "link-citations",
    "nocite",
    "notes-after-punctuation",
    "page-progression-direction",
    "pagetitle",
    "publisher",
    "reference-section-title",
    "references",
    "relation",
    "rights",
    "source",
    "stylesheet",
    "subject",
    "subtitle",
    "suppress-bibliography",
    "title",
    "title-prefix",
    "toc-title",
];

/// So many bytes may a line of a chapter have: a picture that stands in it as text has room.
const LONGEST: usize = 4 << 20;

/// Options whose value is a file that has to be there, with the folder below the author's own files in
/// which pandoc looks for it as well.
const FILES: &[(&str, &str)] = &[
    ("abbreviations", ""),
    ("css", ""),
    ("epub-cover-image", ""),
    ("epub-metadata", ""),
    ("include-after-body", ""),
    ("include-before-body", ""),
    ("include-in-header", ""),
    ("metadata-files", "metadata"),
    ("syntax-definitions", ""),
    ("template", "templates"),
];

/// Those of them whose text or pixels come into the book, and the fonts, of which pandoc tells when they are
/// not there.
const TAKEN_IN: &[&str] = &[
    "css",
    "epub-cover-image",
    "epub-fonts",
    "epub-metadata",
    "include-after-body",
    "include-before-body",
    "include-in-header",
];

/// The same for those that only citeproc reads.
const CITEPROC: &[(&str, &str)] =
    &[("bibliography", ""), ("citation-abbreviations", ""), ("csl", "csl")];

/// The same in metadata.
const METADATA_FILES: &[&str] = &["cover-image", "css", "stylesheet"];

impl Project {
    /// Judges the keys of `book.yaml` for a version of pandoc; gives what does not stop the book.
    ///
    /// # Errors
    /// pandoc would refuse the book, or a file that it needs is not there.
    pub fn judge(&self, version: (u32, u32)) -> Result<Vec<Finding>> {
        let mut findings = self.manifest.read.findings.clone();
        let own = self.manifest.data_dir();
        let boundary = self.boundary.clone().with([own.as_path()]);
        let judge = Judge { manifest: &self.manifest, findings: &mut findings, boundary };
        judge.all(version)?;
        self.lines()?;
        let read = self.chapters.iter().flat_map(|one| &one.findings);
        findings.extend(read.cloned());
        findings.extend(self.drafts.iter().cloned());
        findings.extend(self.manifest.idle_globs(&self.settings)?);
        Ok(findings)
    }

    /// Refuses lines that pandoc would take minutes for: it reads a line as a whole.
    fn lines(&self) -> Result<()> {
        for chapter in &self.chapters {
            let mut at = 0;
            for line in chapter.text.split_inclusive('\n') {
                if line.len() > LONGEST {
                    let size = crate::report::size(line.len());
                    let message = format!("a line of {size} is too long for a chapter");
                    let hint = format!(
                        "The most are {}; break it, or keep what it holds in a file",
                        crate::report::size(LONGEST)
                    );
                    return Err(Error::new(message).at(chapter.place(at)).hint(hint));
                }
                at += line.len();
            }
        }
        Ok(())
    }

    /// Judges the files that the metadata of the whole book name, those of chapters among the rest;
    /// `value` gives a key's as text.
    ///
    /// # Errors
    /// One may not be read into the book.
    pub fn judge_metadata(&self, value: impl Fn(&str) -> Value) -> Result<()> {
        let mut none = Vec::new();
        let own = self.manifest.data_dir();
        let boundary = self.boundary.clone().with([own.as_path()]);
        let judge = Judge { manifest: &self.manifest, findings: &mut none, boundary };
        for key in METADATA_FILES {
            for name in texts(&value(key)) {
                let place = place_in_chapters(self, name);
                let place = place.unwrap_or_else(|| self.manifest.metadata_place(&[key]));
                judge.refuse_outside(key, name, place)?;
            }
        }
        Ok(())
    }
}

/// The place of a text in the first chapter that has it.
fn place_in_chapters(project: &Project, text: &str) -> Option<Place> {
    let mut all = project.chapters.iter();
    all.find_map(|chapter| Some(chapter.place(chapter.text.find(text)?)))
}

struct Judge<'a> {
    manifest: &'a Manifest,
    findings: &'a mut Vec<Finding>,
    /// From where files may come into the book: the author's own files for pandoc among the rest.
    boundary: Boundary,
}

impl Judge<'_> {
    fn all(mut self, version: (u32, u32)) -> Result<()> {
        for (key, value, place) in &self.manifest.read.unknown {
            self.unknown(key, value, place, version)?;
        }
        for (key, value, place) in &self.manifest.read.named {
            if let Some(option) = options::option(key) {
                self.option(option, (key, value, place), version)?;
            }
        }
        self.output()?;
        self.files()?;
        self.metadata()
    }

    /// A name that is no option.
    fn unknown(
        &mut self,
        key: &str,
        value: &Value,
        place: &Place,
        version: (u32, u32),
    ) -> Result<()> {
        if version > NEWEST && near(key, options::names()).is_none() {
            let message = format!("concbook does not know the option {key}");
            self.findings.push(
                Finding::new(Code::OptionIgnored, place.clone(), message)
                    .hint("It is newer than this concbook, and does not hold"),
            );
            return Ok(());
        }
        let error = Error::new(format!("pandoc has no option {key:?}")).at(place.clone());
        let wrong_level = METADATA.contains(&key);
        let nearest = near(key, options::names().chain(METADATA.iter().copied()));
        Err(error.hint(match nearest {
            _ if wrong_level => {
                format!("`{key}:` stands among the metadata: `metadata: {{{key}: …}}`")
            }
            Some(name) if METADATA.contains(&name) => format!(
                "Is {name} meant? It stands among the metadata: `metadata: {{{name}: …}}`"
            ),
            Some(name) => format!("Is {name} meant?"),
            None if value.is_object() => {
                "What is not for pandoc stands among the metadata, under `metadata:`"
                    .to_owned()
            }
            None => {
                "pandoc's manual lists its options under \"Defaults files\"; what is \
                     not for pandoc stands under `metadata:`"
                    .to_owned()
            }
        }))
    }

    /// An option with the value it has in one file.
    fn option(
        &mut self,
        option: &OptionKey,
        (key, value, place): (&str, &Value, &Place),
        version: (u32, u32),
    ) -> Result<()> {
        if !option.is_known_to(version) {
            let (major, minor) = version;
            let since = match option.since {
                Some((major, minor)) => format!("it came with pandoc {major}.{minor}"),
                None => "newer versions have it no longer".to_owned(),
            };
            return Err(Error::new(format!(
                "pandoc {major}.{minor} has no {key}: {since}"
            ))
            .at(place.clone())
            .hint("Leave it out, or build with another pandoc: `--pandoc FILE`"));
        }
        let (wanted, is_right) = option.judge(key, value);
        if !is_right {
            let found = match value {
                Value::Null => "nothing",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                Value::String(_) => "text",
                Value::Array(_) if matches!(option.kind, OptionKind::Filters) => {
                    "a list with something else in it"
                }
                Value::Array(_) => "a list",
                Value::Object(_) => "a map",
            };
            let hint = match value {
                Value::Bool(_) => {
                    "To YAML, words such as yes, no, on, off are true or false; quotes make \
                     text of them"
                }
                Value::Number(_) => "Quotes make text of a number",
                _ => "pandoc's manual shows each option under \"Defaults files\"",
            };
            return Err(Error::new(format!("{key} has to be {wanted}, but is {found}"))
                .at(place.clone())
                .hint(hint));
        }
        let is_off = matches!(value, Value::Bool(false) | Value::Null) || value == "";
        match option.usage {
            PandocRuns::Refused(why) if !is_off => {
                Err(Error::new(format!("{key} cannot hold for a book: {why}"))
                    .at(place.clone())
                    .hint(format!("Leave `{key}:` out")))
            }
            PandocRuns::Ignored(why) if !is_off => {
                let message = format!("{key} does not hold: {why}");
                self.findings.push(
                    Finding::new(Code::OptionIgnored, place.clone(), message)
                        .hint(format!("Leave `{key}:` out")),
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The format and the file of the book.
    fn output(&self) -> Result<()> {
        let to = self.manifest.to();
        let base = to.split_once(['+', '-']).map_or(to, |(first, _)| first);
        if base != "epub" && base != "epub3" {
            return Err(Error::new(format!("concbook makes ePub 3, and `to:` is {to}"))
                .at(self.manifest.place(&["to"]))
                .hint(
                    "Write `to: epub3`, or leave it out; for another format, run \
                       pandoc with a defaults file that says so",
                ));
        }
        let file = self.manifest.output_file();
        let extension = file.and_then(Path::extension).unwrap_or_default();
        let is_epub = extension.to_string_lossy().to_lowercase().starts_with("epub");
        if file.is_some() && !is_epub && !self.manifest.options().contains_key("to") {
            let name = file.unwrap_or(Path::new("")).display();
            return Err(Error::new(format!("concbook makes ePub 3, and {name} is none"))
                .at(self.manifest.place(&["output-file"]))
                .hint("Let `output-file:` end in .epub, or leave it out"));
        }
        Ok(())
    }

    /// The files that pandoc reads beside the chapters.
    fn files(&self) -> Result<()> {
        for (key, own) in FILES {
            self.files_of(key, own)?;
        }
        let filters = self.manifest.options().get("filters").and_then(Value::as_array);
        let filters = filters.map_or(&[][..], |all| all);
        let is_citeproc = |filter: &Value| {
            filter.as_str() == Some("citeproc") || filter["type"] == "citeproc"
        };
        if filters.iter().any(is_citeproc) {
            for (key, own) in CITEPROC {
                self.files_of(key, own)?;
            }
        }
        for (number, filter) in filters.iter().enumerate() {
            self.filter(number, filter)?;
        }
        self.files_taken_in()?;
        for key in METADATA_FILES {
            for name in texts(&self.manifest.metadata(key)?) {
                let place = self.manifest.metadata_place(&[key]);
                if !self.is_there(name, "") {
                    return Err(missing(key, name, place));
                }
                self.refuse_outside(key, name, place)?;
            }
        }
        Ok(())
    }

    fn files_of(&self, key: &str, own: &str) -> Result<()> {
        let Some(value) = self.manifest.options().get(key) else { return Ok(()) };
        for (number, name) in texts(value).enumerate() {
            if !self.is_there(name, own) {
                let place = self.manifest.place(&[key, &number.to_string()]);
                return Err(missing(key, name, place));
            }
        }
        Ok(())
    }

    /// The files of options that come into the book.
    fn files_taken_in(&self) -> Result<()> {
        for key in TAKEN_IN {
            let value = self.manifest.options().get(*key);
            for (number, name) in value.into_iter().flat_map(texts).enumerate() {
                self.refuse_outside(
                    key,
                    name,
                    self.manifest.place(&[key, &number.to_string()]),
                )?;
            }
        }
        Ok(())
    }

    /// Refuses a file that may not be read into the book, before pandoc opens it.
    fn refuse_outside(&self, key: &str, name: &str, place: Place) -> Result<()> {
        let found = self.manifest.locate(name, &[""]);
        match found.and_then(|file| self.boundary.refusal(&file)) {
            Some(why) => Err(refused(key, name, why).at(place)),
            None => Ok(()),
        }
    }

    /// Whether a file is there, under its name or with the extension that pandoc adds to it.
    fn is_there(&self, name: &str, own: &str) -> bool {
        let to = self
            .manifest
            .to()
            .split(['+', '-'])
            .next()
            .expect("a split has a first part");
        let endings = ["", ".csl", ".yaml", ".xml", &format!(".{to}"), ".epub3", ".epub"];
        let is_remote = has_scheme(name) && name.contains("://");
        is_remote
            || endings.iter().any(|ending| {
                let name = format!("{name}{ending}");
                self.manifest.locate(&name, &[own, ""]).is_some()
            })
    }

    /// A filter's file; one that is a program may be on `PATH`.
    fn filter(&self, number: usize, filter: &Value) -> Result<()> {
        let name = filter.as_str().or_else(|| filter["path"].as_str());
        let Some(name) = name.filter(|name| *name != "citeproc") else { return Ok(()) };
        let path = Path::new(name);
        let is_lua = filter["type"] == "lua" || path.extension() == Some("lua".as_ref());
        let is_ours = path.file_stem() == Some("concfilter".as_ref());
        let on_path = !is_lua && crate::proc::find(name).is_some();
        if is_ours || on_path || self.manifest.locate(name, &["filters", ""]).is_some() {
            return Ok(());
        }
        let place = self.manifest.place(&["filters", &number.to_string()]);
        Err(missing("filters", name, place))
    }

    /// Keys of the metadata that are nearly ones that are known, and are not there.
    fn metadata(&mut self) -> Result<()> {
        for key in self.manifest.metadata_keys()? {
            if key == "header-includes" {
                self.header_includes(&key);
                continue;
            }
            let is_long = key.chars().count() > 4;
            if METADATA.contains(&&*key) || !is_long {
                continue;
            }
            let Some(name) = near(&key, METADATA.iter().copied()) else { continue };
            if !self.manifest.metadata(name)?.is_null() {
                continue;
            }
            let message = format!("the metadata have {key:?}, which nothing reads");
            self.findings.push(
                Finding::new(
                    Code::MetadataUnknown,
                    self.manifest.metadata_place(&[&key]),
                    message,
                )
                .hint(format!("Is {name} meant?")),
            );
        }
        Ok(())
    }

    /// pandoc has these lines on the title page of an ePub alone, as text.
    fn header_includes(&mut self, key: &str) {
        let place = self.manifest.metadata_place(&[key]);
        let message = "header-includes among the metadata reaches no chapter of an ePub";
        self.findings.push(Finding::new(Code::OptionIgnored, place, message).hint(
            "Set it under variables, or name a file of such lines under include-in-header",
        ));
    }
}

/// The texts of a list, or one alone.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => &items[..],
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Value::as_str)
}

fn refused(key: &str, name: &str, why: &str) -> Error {
    Error::new(format!("`{key}:` names {name}, which {why}"))
        .hint(remedy(why, "Keep a copy in the book's folder"))
}

fn missing(key: &str, name: &str, place: Place) -> Error {
    Error::new(format!("there is no file {name}, which `{key}:` names"))
        .at(place)
        .hint("Paths in book.yaml are relative to its folder")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx;

    #[test]
    fn what_reaches_no_chapter_is_a_finding() {
        let dir = fsx::temp_dir().unwrap();
        let judged = |yaml: &str| {
            let yaml = format!("input-files: [a.md]\n{yaml}");
            fsx::write_atomic(&dir.path().join("book.yaml"), yaml.as_bytes()).unwrap();
            fsx::write_atomic(&dir.path().join("a.md"), b"# A\n").unwrap();
            Project::open(dir.path()).unwrap().judge((3, 9)).unwrap()
        };
        let found = judged("metadata:\n  title: T\n  header-includes: <meta />\n");
        let [finding] = &found[..] else { panic!("{found:?}") };
        assert!(finding.to_string().contains("book.yaml:4:3: "), "{finding}");
        assert!(judged("variables: {header-includes: <meta />}\n").is_empty());
    }
}
