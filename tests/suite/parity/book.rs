//! A book, built by pandoc alone and by concbook.

use super::chapters::Chapters;
use super::container::Container;
use super::expected::{Difference, differences};
use super::markup::Element;
use super::outline::{Document, Line, Names, outline};
use super::pictures::Pictures;
use super::rules::{RULES, Side, above_headings};
use crate::support;
use saphyr::{LoadableYamlNode, Yaml};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An address where nothing answers: what a book has on the web is out of reach for both.
const NO_PROXY: &str = "http://127.0.0.1:9";

/// The date of what has none, in seconds.
const DATE: &str = "1767225600";

/// A copy of a book, to be built.
pub(crate) struct Book {
    name: String,
    folder: tempfile::TempDir,
    chapters: Chapters,
    pictures: Pictures,
    /// Elements of the package document that the book leaves to chance.
    unset: Vec<&'static str>,
}

/// How often each rule was needed.
pub(crate) type Used = BTreeMap<&'static str, usize>;

impl Book {
    /// Copies a book; the `book.yaml` of another folder, where one is named, becomes its own.
    pub(crate) fn new(name: &str, from: &Path, yaml: &Path, pandoc: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        support::copy(from, &book);
        let text = std::fs::read_to_string(yaml).unwrap();
        std::fs::write(book.join("book.yaml"), &text).unwrap();
        let settings = Yaml::load_from_str(&text).unwrap().remove(0);
        let inputs = inputs(&settings, &book);
        std::fs::write(book.join("parity.yaml"), without_us(&text, &settings, &inputs))
            .unwrap();
        let format = text_at(&settings, "from")
            .or(text_at(&settings, "reader"))
            .unwrap_or("markdown");
        let metadata = settings.as_mapping_get("metadata");
        let is_unset = |key| !metadata.is_some_and(|yaml| yaml.contains_mapping_key(key));
        let unset = [("date", "dc:date"), ("identifier", "dc:identifier")];
        let unset = unset.into_iter().filter(|(key, _)| is_unset(key));
        let unset = unset.map(|(_, element)| element).collect();
        Self {
            name: name.to_owned(),
            chapters: Chapters::new(pandoc, &book, format, inputs),
            pictures: Pictures::of(&book),
            unset,
            folder,
        }
    }

    /// Where both differ in what they say.
    pub(crate) fn differences(
        &self,
        (version, pandoc): &(String, PathBuf),
        used: &mut Used,
    ) -> Vec<Difference> {
        let alone = self.by_pandoc(pandoc);
        let ours = self.by_concbook(pandoc);
        let alone = self.outline(alone, Side::Pandoc, used);
        let ours = self.outline(ours, Side::Ours, used);
        if let Some(folder) = std::env::var_os("PARITY_OUTLINES") {
            let folder = PathBuf::from(folder).join(&self.name);
            std::fs::create_dir_all(&folder).unwrap();
            for (name, lines) in [("pandoc", &alone), ("ours", &ours)] {
                let lines: Vec<_> = lines.iter().map(|line| &*line.text).collect();
                let file = format!("{name}-{version}.txt");
                std::fs::write(folder.join(file), lines.join("\n") + "\n").unwrap();
            }
        }
        differences(&above_headings(alone, &ours), &ours)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What pandoc makes of the book, or why it makes nothing.
    fn by_pandoc(&self, pandoc: &Path) -> Result<Container, String> {
        let out = self.path("pandoc.epub");
        let ended = Command::new(pandoc)
            .args(["-d", "parity.yaml", "-o"])
            .arg(&out)
            .current_dir(self.path("book"))
            .env("http_proxy", NO_PROXY)
            .env("https_proxy", NO_PROXY)
            .env("SOURCE_DATE_EPOCH", DATE)
            .output()
            .unwrap();
        if !ended.status.success() {
            return Err(String::from_utf8_lossy(&ended.stderr).into_owned());
        }
        Ok(Container::open(&out))
    }

    fn by_concbook(&self, pandoc: &Path) -> Result<Container, String> {
        let out = self.path("ours");
        let ended = Command::new(program())
            .arg("build")
            .arg(self.path("book"))
            .arg("--output")
            .arg(&out)
            .arg("--pandoc")
            .arg(pandoc)
            .args(["--epubcheck=never", "--listings=off"])
            .env("SOURCE_DATE_EPOCH", DATE)
            .output()
            .unwrap();
        // One means findings: the book is there.
        if !matches!(ended.status.code(), Some(0 | 1)) {
            return Err(String::from_utf8_lossy(&ended.stderr).into_owned());
        }
        let mut made = std::fs::read_dir(&out).unwrap();
        Ok(Container::open(&made.next().unwrap().unwrap().path()))
    }

    fn outline(
        &self,
        made: Result<Container, String>,
        side: Side,
        used: &mut Used,
    ) -> Vec<Line> {
        let line = |text: String| Line { chapter: "the package".to_owned(), text };
        let container = match made {
            Ok(container) => container,
            Err(said) => {
                let said = said.replace(&*self.folder.path().to_string_lossy(), "");
                let said = said.lines().find(|line| !line.trim().is_empty());
                return vec![line(format!("no book: {}", said.unwrap_or_default()))];
            }
        };
        let mut lines: Vec<_> =
            package(&container.package, &self.unset).into_iter().map(line).collect();
        let mut documents = Vec::new();
        for name in container.spine.iter().chain(&container.nav) {
            if documents.iter().any(|one: &Document| one.name == *name) {
                continue;
            }
            let mut tree = container.document(name);
            let rules =
                RULES.iter().filter(|rule| rule.side.is_none_or(|one| one == side));
            for rule in rules {
                let count = (rule.apply)(&mut tree, &self.chapters);
                *used.entry(rule.name).or_default() += count;
            }
            if !tree.children.is_empty() {
                documents.push(Document { name: name.clone(), tree });
            }
        }
        let names = Names { pictures: &self.pictures, chapters: &self.chapters };
        lines.extend(outline(&container, &documents, &names));
        lines
    }
}

/// The program to judge: `CONCBOOK_BIN`, such as one of an older revision, else cargo's.
fn program() -> PathBuf {
    let other = std::env::var_os("CONCBOOK_BIN");
    other.map_or_else(|| env!("CARGO_BIN_EXE_concbook").into(), PathBuf::from)
}

/// What the package document says of the book.
fn package(package: &Element, unset: &[&str]) -> Vec<String> {
    const NAMES: &[&str] = &[
        "dc:title",
        "dc:creator",
        "dc:contributor",
        "dc:language",
        "dc:date",
        "dc:publisher",
        "dc:rights",
        "dc:subject",
        "dc:description",
        "dc:identifier",
    ];
    let mut metas = Vec::new();
    package.find_all("meta", &mut metas);
    let mut lines = Vec::new();
    for name in NAMES.iter().filter(|name| !unset.contains(name)) {
        let mut elements = Vec::new();
        package.find_all(name, &mut elements);
        for element in elements {
            let mut line = format!("{name} {}", element.text().trim());
            let id = format!("#{}", element.attribute("id").unwrap_or_default());
            for meta in metas.iter().filter(|meta| meta.attribute("refines") == Some(&id))
            {
                let property = meta.attribute("property").unwrap_or_default();
                let _ = write!(line, " {{{property} {}}}", meta.text().trim());
            }
            lines.push(line);
        }
    }
    let direction =
        package.find("spine").and_then(|one| one.attribute("page-progression-direction"));
    lines.extend(direction.map(|direction| format!("pages from {direction}")));
    lines
}

fn text_at<'a>(yaml: &'a Yaml<'_>, key: &str) -> Option<&'a str> {
    yaml.as_mapping_get(key)?.as_str()
}

/// The chapters of a book: what pandoc is told to read, or what concbook's patterns find.
fn inputs(yaml: &Yaml<'_>, folder: &Path) -> Vec<String> {
    let list = |yaml: &Yaml<'_>| -> Vec<String> {
        let items = yaml.as_vec().map_or(std::slice::from_ref(yaml), Vec::as_slice);
        items.iter().filter_map(Yaml::as_str).map(str::to_owned).collect()
    };
    for key in ["input-files", "input-file"] {
        if let Some(named) = yaml.as_mapping_get(key) {
            return list(named);
        }
    }
    let patterns = yaml
        .as_mapping_get("metadata")
        .and_then(|yaml| yaml.as_mapping_get("concbook"))
        .and_then(|yaml| yaml.as_mapping_get("chapters"))
        .map(list)
        .unwrap_or_default();
    let mut files = Vec::new();
    walk(folder, "", &mut files);
    let mut inputs: Vec<String> = Vec::new();
    for pattern in patterns {
        let glob = globset::GlobBuilder::new(&pattern).literal_separator(true).build();
        let matcher = glob.unwrap().compile_matcher();
        for file in &files {
            if matcher.is_match(file) && !inputs.contains(file) {
                inputs.push(file.clone());
            }
        }
    }
    inputs
}

/// The files of a folder, sorted by their paths.
fn walk(folder: &Path, above: &str, files: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut entries: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = format!("{above}{name}");
        if path.is_dir() {
            walk(&path, &format!("{name}/"), files);
        } else {
            files.push(name);
        }
    }
}

/// A `book.yaml` without our filter, and with the chapters that only concbook's settings name: a
/// key that stands twice counts as it stands last, so the first is made a comment.
fn without_us(text: &str, yaml: &Yaml<'_>, inputs: &[String]) -> String {
    let mut out = String::new();
    let mut in_filters = false;
    for line in text.lines() {
        if !line.starts_with([' ', '-', '#']) {
            in_filters = line.starts_with("filters:");
        }
        if !in_filters {
            out.push_str(line);
            out.push('\n');
        }
    }
    let filters = yaml.as_mapping_get("filters").and_then(Yaml::as_vec);
    let others: Vec<_> = filters
        .into_iter()
        .flatten()
        .filter(|filter| {
            let name = filter.as_str().or_else(|| text_at(filter, "path"));
            !name.is_some_and(|name| name.ends_with("concfilter"))
        })
        .collect();
    if !others.is_empty() {
        out.push_str("filters:\n");
    }
    for filter in others {
        match filter.as_str() {
            Some(name) => writeln!(out, "  - {name}").unwrap(),
            None => writeln!(
                out,
                "  - {{type: {}, path: {}}}",
                text_at(filter, "type").unwrap_or("json"),
                text_at(filter, "path").unwrap_or_default()
            )
            .unwrap(),
        }
    }
    // As we do by default, so that formulas can be compared.
    if !yaml.contains_mapping_key("html-math-method") {
        out.push_str("html-math-method: {method: mathml}\n");
    }
    let names_none =
        ["input-files", "input-file"].iter().all(|key| !yaml.contains_mapping_key(key));
    if names_none {
        writeln!(out, "input-files: {inputs:?}").unwrap();
    }
    out
}
