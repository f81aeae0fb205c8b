//! What chapters of Markdown define for each other.

use super::divisions::Fences;
use super::hidden::HiddenBytes;
use super::macros::Macro;
use super::markdown::ChapterReferences;
use super::reader::{Notation, Reader};
use super::{Handover, ReadChapters, divisions, encoded, examples, macros, markdown};
use crate::project::Chapter;
use crate::reference::{is_remote, relative, resolve};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Bound;
use std::path::Path;

impl<'a> ReadChapters<'a> {
    /// Hands over what chapters of Markdown define for each other.
    pub(super) fn markdown(&self, all: &mut [Handover]) {
        let chapters: Vec<(usize, &Chapter)> = self.of(Reader::is_markdown).collect();
        let texts: BTreeMap<usize, SharedText<'a>> = chapters
            .into_par_iter()
            .map(|(number, chapter)| {
                (number, SharedText::of(chapter, self.readers[number]))
            })
            .collect();
        let known = KnownDefinitions::of(&texts, self.readers);
        self.divisions(&texts, all);
        for (&number, text) in &texts {
            let own = &mut all[number];
            macros_before(number, text, &texts, own);
            self.references(number, text, &known, own);
            examples_around(number, text, &texts, own);
        }
    }

    /// Hands over the divisions that go on from chapter to chapter.
    fn divisions(&self, texts: &BTreeMap<usize, SharedText<'_>>, all: &mut [Handover]) {
        let shows = |number: usize| {
            let index = &self.chapters[number].index;
            !index.prose.is_empty() || !index.blocks.is_empty()
        };
        let own: BTreeMap<usize, Fences> = texts
            .iter()
            .filter(|&(&number, text)| text.reader.divisions && shows(number))
            .map(|(&number, text)| (number, text.fences.clone()))
            .collect();
        for (number, (opened, closed)) in divisions::handed(&own) {
            all[number].opened = opened;
            all[number].closed = closed;
        }
    }

    /// Hands over the definitions of links, notes and headings.
    fn references(
        &self,
        number: usize,
        text: &SharedText<'_>,
        known: &KnownDefinitions<'_>,
        out: &mut Handover,
    ) {
        let own = &text.references;
        let mut has: BTreeSet<&str> = own.definitions.iter().map(|one| &*one.0).collect();
        has.extend(own.headings.iter().map(|one| &*one.0));
        let has: BTreeSet<String> = has.into_iter().map(str::to_owned).collect();
        let mut done = BTreeSet::new();
        let mut open: Vec<(String, usize)> =
            own.uses.iter().map(|(key, &at)| (key.clone(), at)).collect();
        open.reverse();
        while let Some((key, at)) = open.pop() {
            if has.contains(&key) || !done.insert(key.clone()) {
                continue;
            }
            if let Some(&(from, written)) = known.definitions.get(&*key) {
                let is_note = text.reader.notes && key.starts_with('^');
                let written = if is_note {
                    written.to_owned()
                } else {
                    self.moved(written, from, number, at, out)
                };
                // What a note refers to is needed, too.
                if let Some(label) = key.strip_prefix('^').filter(|_| is_note) {
                    out.notes.insert(label.to_owned());
                    open.extend(
                        markdown::uses(&written, None).into_keys().map(|key| (key, at)),
                    );
                }
                let _ = writeln!(out.behind, "{written}");
            } else if text.reader.headings
                && let Some(&(to, label, name)) = known.headings.get(&*key)
            {
                let target = self.path(number, to, name);
                let _ = writeln!(out.behind, "[{label}]: {target}\n");
                out.targets.push((target, at));
            }
        }
    }

    /// The definition of a link, its address as the chapter `to` has to write it.
    fn moved(
        &self,
        written: &str,
        from: usize,
        to: usize,
        at: usize,
        out: &mut Handover,
    ) -> String {
        let folder = |number: usize| self.chapters[number].path.parent();
        let Some((label, rest)) = written.split_once("]:") else {
            return written.to_owned();
        };
        let address = rest.trim_start();
        let (start, address) = match address.strip_prefix('<') {
            Some(inner) => ("<", inner.split('>').next().unwrap_or_default()),
            None => ("", address.split_whitespace().next().unwrap_or_default()),
        };
        let is_path = !is_remote(address)
            && !address.starts_with(['#', '/'])
            && !address.is_empty();
        let same = if self.rebases {
            folder(from) == Some(Path::new(""))
        } else {
            folder(from) == folder(to)
        };
        let own =
            folder(from).unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/");
        let address_here = if !is_path || same {
            address.to_owned()
        } else if self.rebases {
            format!("{own}/{address}")
        } else {
            let here = self.chapters[to].path.to_string_lossy().replace('\\', "/");
            let joined = resolve(&format!("{own}/x"), address);
            let place = address.find(['#', '?']).map_or("", |at| &address[at..]);
            joined.map_or_else(
                || address.to_owned(),
                |path| {
                    format!(
                        "{}{place}",
                        encoded(&relative(&here, path.trim_start_matches('/')))
                    )
                },
            )
        };
        out.targets.push((address_here.clone(), at));
        let rest = rest.replacen(
            &format!("{start}{address}"),
            &format!("{start}{address_here}"),
            1,
        );
        format!("{label}]:{rest}")
    }
}

/// A chapter of Markdown, read for what it shares with others.
struct SharedText<'a> {
    source: &'a str,
    reader: Reader,
    references: ChapterReferences,
    macros: Vec<Macro>,
    /// The labels of its examples.
    examples: Vec<String>,
    fences: Fences,
}

impl<'a> SharedText<'a> {
    fn of(chapter: &'a Chapter, reader: Reader) -> Self {
        let hidden = HiddenBytes::of(chapter);
        let text = &*chapter.text;
        let macros =
            if reader.macros { macros::definitions(text, &hidden) } else { Vec::new() };
        let examples =
            if reader.examples { examples::labels(text, &hidden) } else { Vec::new() };
        let fences = divisions::fences(text, &hidden);
        let references = markdown::references(chapter, reader, &hidden);
        Self { source: text, reader, references, macros, examples, fences }
    }
}

/// Which definition a key means, of those of all chapters.
struct KnownDefinitions<'a> {
    /// The chapter, and how it is written.
    definitions: BTreeMap<&'a str, (usize, &'a str)>,
    /// The chapter, the label, and what the heading is called.
    headings: BTreeMap<&'a str, (usize, &'a str, &'a str)>,
}

impl<'a> KnownDefinitions<'a> {
    fn of(texts: &'a BTreeMap<usize, SharedText<'_>>, readers: &[Reader]) -> Self {
        let mut known = Self { definitions: BTreeMap::new(), headings: BTreeMap::new() };
        for (&number, text) in texts {
            for (key, written) in &text.references.definitions {
                let one = (number, &**written);
                // As pandoc has it where a text defines something twice.
                if readers[number].kind == Notation::Markdown {
                    known.definitions.insert(key, one);
                } else {
                    known.definitions.entry(key).or_insert(one);
                }
            }
            for (key, label, name) in &text.references.headings {
                known.headings.entry(key).or_insert((number, label, name));
            }
        }
        known
    }
}

/// Hands over the macros of the chapters before this one, where it uses any of them. A macro that the
/// chapter defines itself is left out where pandoc would keep the older one.
fn macros_before(
    number: usize,
    text: &SharedText<'_>,
    texts: &BTreeMap<usize, SharedText<'_>>,
    out: &mut Handover,
) {
    if !text.reader.macros {
        return;
    }
    let own: BTreeSet<&str> =
        text.macros.iter().filter(|one| one.yields).map(|one| &*one.name).collect();
    let before = texts.range(..number).flat_map(|(_, text)| {
        text.macros.iter().map(|one| (&*one.name, &text.source[one.range.clone()]))
    });
    let before: Vec<_> = before.filter(|(name, _)| !own.contains(name)).collect();
    let uses = macros::uses(text.source);
    if before.iter().any(|(name, _)| uses.contains(name)) {
        for (_, written) in before {
            let _ = writeln!(out.before, "{written}\n");
        }
    }
}

/// Hands over the examples of the other chapters, where this one has examples or refers to one.
fn examples_around(
    number: usize,
    text: &SharedText<'_>,
    texts: &BTreeMap<usize, SharedText<'_>>,
    out: &mut Handover,
) {
    let labels = |range: (Bound<usize>, Bound<usize>)| {
        texts.range(range).flat_map(|(_, text)| text.examples.iter().map(String::as_str))
    };
    let before = || labels((Bound::Unbounded, Bound::Excluded(number)));
    let behind = || labels((Bound::Excluded(number), Bound::Unbounded));
    let own: BTreeSet<&str> = text.examples.iter().map(String::as_str).collect();
    let uses = examples::uses(text.source);
    let refers = |label: &str| !own.contains(label) && uses.contains(label);
    let to_later = behind().any(refers);
    if !text.reader.examples || own.is_empty() && !to_later && !before().any(refers) {
        return;
    }
    out.before.push_str(&examples::written(before()));
    if to_later {
        let of = |label| if own.contains(label) { "" } else { label };
        out.behind.push_str(&examples::written(behind().map(of)));
    }
}
