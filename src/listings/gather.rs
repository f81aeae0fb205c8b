//! From the blocks of chapters to listings and programs: paths, continuations, repetitions.

use super::hidden::Hidden;
use super::set::{Listing, ListingKind, ListingSet, Origin, Program};
use super::unnamed::{self, Sessions, Unnamed};
use super::{check, paths};
use crate::finding::{Code, Finding};
use crate::markdown::{Block, BlockForm, FenceFault};
use crate::project::{Chapter, Manifest};
use concfilter::error::{Error, Result};
use concfilter::lang;
use concfilter::settings::Listings as Settings;
use concfilter::tags::{self, Carrier, Expect, Problem, Tags};
use globset::{GlobBuilder, GlobMatcher};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Reads the listings of chapters; the settings stand in the manifest.
pub(super) fn gather(
    chapters: Vec<Arc<Chapter>>,
    settings: &Settings,
    manifest: &Manifest,
) -> Result<ListingSet> {
    let globs = Globs::read(settings, manifest)?;
    let folders = paths::folders(&chapters);
    let place = |number: usize| {
        manifest.setting_place(&["listings", "paths", &number.to_string()])
    };
    let mut reader = ListingReader {
        book: ListingSet {
            chapters,
            folders: folders.clone(),
            import_places: (0..settings.paths.len()).map(place).collect(),
            ..ListingSet::default()
        },
        settings,
        globs,
        manifest,
        begun: BTreeMap::new(),
        named: BTreeSet::new(),
        unnamed: Unnamed::read(settings, manifest)?,
        sessions: Sessions::default(),
    };
    let read = |(chapter, folder): (usize, &String)| reader.read(chapter, folder);
    let read: Vec<Vec<ReadListing>> = folders.par_iter().enumerate().map(read).collect();
    for (chapter, listings) in read.into_iter().enumerate() {
        reader.chapter(chapter, listings);
    }
    reader.finish();
    Ok(reader.book)
}

/// What `book.yaml` says for the files that a glob matches.
struct Globs(Vec<Glob>);

struct Glob {
    /// As it is written.
    text: String,
    matcher: GlobMatcher,
    /// Keys and values.
    given: Vec<(String, String)>,
}

/// The keys that lead from `concbook:` to the globs.
const FILES: [&str; 2] = ["listings", "files"];

impl Globs {
    fn read(settings: &Settings, manifest: &Manifest) -> Result<Self> {
        let mut globs = Vec::new();
        for (text, given) in &settings.files {
            let glob = GlobBuilder::new(text).literal_separator(true).build();
            let glob = glob.map_err(|error| {
                let place = manifest.setting_place(&[&FILES[..], &[text]].concat());
                Error::new(error.to_string()).at(place)
            })?;
            let (text, given) = (text.clone(), given.clone());
            globs.push(Glob { text, matcher: glob.compile_matcher(), given });
        }
        Ok(Self(globs))
    }

    /// What holds for a path: globs, keys and values.
    fn of<'g>(
        &'g self,
        path: Option<&'g str>,
    ) -> impl Iterator<Item = (&'g str, &'g (String, String))> {
        let is_match =
            move |glob: &&Glob| path.is_some_and(|path| glob.matcher.is_match(path));
        let matching = self.0.iter().filter(is_match);
        matching.flat_map(|glob| glob.given.iter().map(|given| (&*glob.text, given)))
    }
}

struct ListingReader<'a> {
    book: ListingSet,
    settings: &'a Settings,
    globs: Globs,
    manifest: &'a Manifest,
    /// The program of each path.
    begun: BTreeMap<String, usize>,
    /// The paths in the tree that listings name.
    named: BTreeSet<String>,
    /// Which blocks are run that name no file.
    unnamed: Unnamed,
    /// The programs of several such blocks.
    sessions: Sessions,
}

/// A block, read by itself.
struct ReadListing {
    listing: Listing,
    findings: Vec<Finding>,
    /// The path in the tree that it names.
    named: Option<String>,
}

impl ListingReader<'_> {
    /// The blocks of a chapter, each by itself.
    fn read(&self, chapter: usize, folder: &str) -> Vec<ReadListing> {
        let blocks = self.book.chapters[chapter].index.blocks.iter().cloned();
        blocks.map(|block| self.listing(chapter, folder, block)).collect()
    }

    fn chapter(&mut self, chapter: usize, listings: Vec<ReadListing>) {
        // The listing that says a later one continues it.
        let mut open: Option<usize> = None;
        let own = Arc::clone(&self.book.chapters[chapter]);
        self.book.findings.extend(own.findings.iter().cloned());
        for ReadListing { listing, findings, named } in listings {
            let number = self.book.listings.len();
            self.book.findings.extend(findings);
            self.named.extend(named);
            self.book.listings.push(listing);
            self.put_in_tree(number, &mut open);
        }
        if let Some(open) = open {
            self.never_continued(open);
        }
    }

    fn listing(&self, chapter: usize, folder: &str, block: Block) -> ReadListing {
        let attr = &block.attr;
        let in_tree = |file: &str| paths::in_tree(file, folder, &self.settings.roots);
        let file = tags::file(attr, &block.code).or_else(|| attr.get("continues"));
        let named = file.map(in_tree);
        let (globs, given): (Vec<&str>, Vec<(String, String)>) = self
            .globs
            .of(named.as_deref())
            .map(|(glob, given)| (glob, given.clone()))
            .unzip();
        // Text in another format is none of our listings.
        let read = match block.form {
            BlockForm::Raw => tags::Read::default(),
            _ => Tags::read_block(attr, &block.info, &block.code, &given),
        };
        let path = read.tags.continues.as_deref().or(read.tags.file.as_deref());
        let path = path.map(in_tree);
        let language = language(&block, path.as_deref());
        let (tags, tag_lines) = (read.tags, read.lines);
        let kind = kind(&block, &tags);
        let path = path.filter(|_| kind == ListingKind::File);
        let hidden = Hidden::read(language.as_deref(), &block, &self.settings.hidelines);
        let mut listing =
            Listing { chapter, block, kind, language, path, tags, tag_lines, hidden };
        let key = |number: usize| Some([*globs.get(number)?, &*given.get(number)?.0]);
        let mut findings: Vec<_> = read
            .problems
            .into_iter()
            .map(|problem| self.problem(&listing, problem, key))
            .collect();
        if listing.path.as_deref().is_some_and(is_too_long) {
            findings.push(self.skip_too_long(&mut listing));
        }
        ReadListing { listing, findings, named }
    }

    /// `key` gives the glob and the key of what the settings say, by its number.
    fn problem<'k>(
        &self,
        listing: &Listing,
        problem: Problem,
        key: impl Fn(usize) -> Option<[&'k str; 2]>,
    ) -> Finding {
        let place = match problem.carrier {
            Carrier::Fence => self.book.fence(listing),
            Carrier::Line(line) => self.book.place(listing, line),
            Carrier::Book(number) => {
                let keys = key(number).expect("the number is of a key given");
                self.manifest.setting_place(&[FILES, keys].concat())
            }
        };
        let code =
            if problem.unknown { Code::ListingTagUnknown } else { Code::ListingTagWrong };
        let finding = Finding::new(code, place, problem.message);
        match problem.hint {
            Some(hint) => finding.hint(hint),
            None => finding,
        }
    }

    /// Makes no file of a listing whose path none can have; what is said of it.
    fn skip_too_long(&self, listing: &mut Listing) -> Finding {
        let tags = &listing.tags;
        let path = tags.file.as_deref().or(tags.continues.as_deref()).unwrap_or_default();
        let finding = check::no_file(self.book.fence(listing), path)
            .hint("Its parts may have 200 bytes each, and 1000 together");
        listing.path = None;
        listing.kind = ListingKind::Skipped("its path is too long".to_owned());
        finding
    }

    /// Makes a program of the listing with this number, or a part of one.
    fn put_in_tree(&mut self, number: usize, open: &mut Option<usize>) {
        let listing = &self.book.listings[number];
        if matches!(listing.kind, ListingKind::Skipped(_)) {
            return;
        }
        let (continued, continuing) = (listing.tags.continued, listing.tags.continuing);
        if continuing {
            match open.take() {
                Some(before) => self.go_on(number, before),
                None => self.nothing_to_continue(number, None),
            }
        } else if let Some(before) = open.take_if(|_| listing.kind == ListingKind::File) {
            self.never_continued(before);
        }
        let listing = &self.book.listings[number];
        if let (false, Some(path)) = (continuing, listing.path.clone()) {
            if listing.tags.continues.is_some() {
                match self.begun.get(&path).copied() {
                    Some(program) => self.append(program, number),
                    None => self.nothing_to_continue(number, Some(&path)),
                }
            } else {
                self.begin(number, path);
            }
        }
        if continued {
            *open = Some(number);
        }
        if !continued && !continuing {
            self.put_unnamed(number);
        }
    }

    /// Makes a program of a block that names no file, or a part of one, where it is to be run.
    fn put_unnamed(&mut self, number: usize) {
        let listing = &self.book.listings[number];
        let chapter = &self.book.chapters[listing.chapter];
        let Some(kind) = self.unnamed.kind(listing, &chapter.path) else { return };
        let tags = &listing.tags;
        let joins = tags.session.is_some()
            || self.unnamed.is_session(&kind.language, &chapter.path);
        let key = (listing.chapter, kind.language.clone());
        if !joins || tags.norun {
            self.begin_unnamed(number, &kind);
            return;
        }
        let name = match tags.session.as_deref() {
            Some("+") => self.sessions.last.get(&key).copied(),
            name => {
                self.sessions.named.get(&(key.clone(), name.map(str::to_owned))).copied()
            }
        };
        if name.is_none() && tags.session.as_deref() == Some("+") {
            let message =
                "no block before this one in its chapter is run, so it continues nothing";
            let place = self.book.fence(listing);
            self.book.findings.push(Finding::new(Code::ListingContinued, place, message));
            return;
        }
        let session = tags.session.clone().filter(|name| name != "+");
        // What has to fail is run behind a copy of what came before it: the others go on without it.
        let fails = !matches!(tags.expected(), Expect::Ok);
        let program = match name {
            Some(program) if fails => {
                let mut copy = self.book.programs[program].clone();
                copy.path =
                    kind.path(&self.book.folders[listing.chapter], &listing.block);
                copy.line = listing.block.line;
                copy.listings.clear();
                copy.tags = Tags::default();
                self.book.programs.push(copy);
                self.append(self.book.programs.len() - 1, number);
                return;
            }
            Some(program) => {
                self.append(program, number);
                program
            }
            None => self.begin_unnamed(number, &kind),
        };
        if !fails {
            self.sessions.last.insert(key.clone(), program);
            self.sessions.named.insert((key, session), program);
        }
    }

    /// Begins the program of a block that names no file.
    fn begin_unnamed(&mut self, number: usize, kind: &unnamed::UnnamedProgram) -> usize {
        let listing = &self.book.listings[number];
        let path = kind.path(&self.book.folders[listing.chapter], &listing.block);
        let mut program = self.program(listing, path);
        program.language = Some(kind.language.clone());
        program.unnamed = true;
        let key = (listing.chapter, kind.language.clone());
        self.book.programs.push(program);
        let program = self.book.programs.len() - 1;
        self.append(program, number);
        if !self.book.listings[number].tags.norun {
            self.sessions.last.insert(key, program);
        }
        program
    }

    /// A program that a listing begins.
    fn program(&self, listing: &Listing, path: String) -> Program {
        Program {
            path,
            chapter: listing.chapter,
            label: self.book.chapters[listing.chapter].label.clone(),
            line: listing.block.line,
            language: listing.language.clone(),
            code: String::new(),
            tags: Tags::default(),
            lines: Vec::new(),
            listings: Vec::new(),
            unnamed: false,
        }
    }

    /// Joins a listing to the one before, which said that it goes on.
    fn go_on(&mut self, number: usize, before: usize) {
        let before = &self.book.listings[before];
        let (kind, path) = (before.kind.clone(), before.path.clone());
        let program = path.as_ref().and_then(|path| self.begun.get(path)).copied();
        let listing = &mut self.book.listings[number];
        listing.kind = kind;
        listing.path = path;
        if let Some(program) = program {
            self.append(program, number);
        }
    }

    fn begin(&mut self, number: usize, path: String) {
        let listing = &self.book.listings[number];
        if let Some(&first) = self.begun.get(&path) {
            let first = self.book.programs[first].listings[0];
            let first = &self.book.listings[first];
            let place = self.book.fence(first);
            let reason = if first.block.code == listing.block.code {
                format!("the same as {place}")
            } else {
                let message = format!("{path} has another text at {place}");
                let finding = Finding::new(
                    Code::ListingDuplicate,
                    self.book.fence(listing),
                    message,
                )
                .hint(
                    "Give one of them another name, or `continues=` where it goes on. Where a \
                     book shows how a file grows, say `fragment: true` for it in book.yaml",
                );
                self.book.findings.push(finding);
                format!("{path} has another text at {place}")
            };
            self.book.listings[number].kind = ListingKind::Skipped(reason);
            return;
        }
        let program = self.program(listing, path.clone());
        self.begun.insert(path, self.book.programs.len());
        self.book.programs.push(program);
        self.append(self.book.programs.len() - 1, number);
    }

    /// Adds a listing's text to a program.
    fn append(&mut self, program: usize, number: usize) {
        let listing = &self.book.listings[number];
        let program = &mut self.book.programs[program];
        let slug = lang::slugline(&listing.block.code);
        // Nothing but its declaration may begin an XML file.
        let gone = slug.filter(|slug| slug.markup && program.listings.is_empty());
        let code =
            listing.hidden.as_ref().map_or(&listing.block.code, |own| &own.program);
        for (line, text) in code.split_inclusive('\n').enumerate() {
            if gone.is_none_or(|slug| slug.line != line) {
                program.code.push_str(text);
                program.lines.push(Origin {
                    chapter: listing.chapter,
                    line: listing.block.first + line,
                    listing: number,
                    index: line,
                });
            }
        }
        program.tags.add(&listing.tags);
        program.listings.push(number);
    }

    fn nothing_to_continue(&mut self, number: usize, path: Option<&str>) {
        let listing = &self.book.listings[number];
        let message = match path {
            Some(path) => format!("no listing before this one makes {path}"),
            None => "no listing before this one ends with `Continued ...`".to_owned(),
        };
        let place = self.book.fence(listing);
        let finding = Finding::new(Code::ListingContinued, place, &*message);
        self.book.findings.push(finding);
        self.book.listings[number].kind = ListingKind::Skipped(message);
    }

    fn never_continued(&mut self, number: usize) {
        let place = self.book.fence(&self.book.listings[number]);
        let message = "no listing behind this one begins with `... Continuing`";
        self.book.findings.push(Finding::new(Code::ListingContinued, place, message));
    }

    /// What can be told only when all is read.
    fn finish(&mut self) {
        for program in self.book.programs.iter_mut().filter(|program| program.unnamed) {
            unnamed::complete(program);
        }
        let book = &self.book;
        let mut found = Vec::new();
        // The first program below each folder.
        let mut below: BTreeMap<&str, &Program> = BTreeMap::new();
        for program in &book.programs {
            for (at, _) in program.path.match_indices('/') {
                below.entry(&program.path[..at]).or_insert(program);
            }
        }
        for program in &book.programs {
            if let Some(other) = below.get(&*program.path) {
                let place = book.fence(&book.listings[program.listings[0]]);
                let message = format!(
                    "{} is a file here and a folder in {}",
                    program.path, other.path
                );
                found.push(Finding::new(Code::ListingDuplicate, place, message));
            }
        }
        self.book.findings.append(&mut found);
        self.book.idle = self.idle();
    }

    /// The globs and the folders of the settings that no listing's file matches.
    fn idle(&self) -> Vec<Finding> {
        let globs = self.globs.0.iter().filter_map(|glob| {
            let is_match = |path: &String| glob.matcher.is_match(path);
            if self.named.iter().any(is_match) {
                return None;
            }
            let place =
                self.manifest.setting_place(&[&FILES[..], &[&glob.text]].concat());
            let message = format!("no listing's file matches {}", glob.text);
            let finding = Finding::new(Code::GlobIdle, place, message);
            Some(finding.hint(self.wider(&glob.text)))
        });
        let roots =
            self.settings.roots.iter().enumerate().filter_map(|(number, root)| {
                let is_below = |path: &String| Path::new(path).starts_with(root);
                if self.named.iter().any(is_below) {
                    return None;
                }
                let place = self.manifest.setting_place(&[
                    "listings",
                    "roots",
                    &number.to_string(),
                ]);
                let message = format!("no listing's file lies below {root}");
                let finding = Finding::new(Code::GlobIdle, place, message);
                Some(finding.hint(format!("A slugline such as `# {root}/a.py` would")))
            });
        globs.chain(roots).collect()
    }

    /// The next step for a glob that matches nothing.
    fn wider(&self, glob: &str) -> String {
        let wide = format!("**/{glob}");
        let matcher = GlobBuilder::new(&wide).literal_separator(true).build();
        let matches = matcher.is_ok_and(|wide| {
            let wide = wide.compile_matcher();
            self.named.iter().any(|path| wide.is_match(path))
        });
        if matches {
            format!("Is {wide} meant? Paths begin with the chapter's folder")
        } else {
            "`concbook listings list` shows the paths; they begin with the chapter's folder"
                .to_owned()
        }
    }
}

/// Whether a path has more bytes than a file's may have below any folder: systems allow 255 a part, and
/// some 4,000 in all, of which a temporary folder takes its share.
fn is_too_long(path: &str) -> bool {
    path.len() > 1000 || path.split('/').any(|part| part.len() > 200)
}

/// What a block is, by itself.
fn kind(block: &Block, tags: &Tags) -> ListingKind {
    let skipped = |why: &str| ListingKind::Skipped(why.to_owned());
    match (block.fault, block.form) {
        (Some(FenceFault::Unclosed), _) => return skipped("its fence is never closed"),
        (Some(FenceFault::Inline | FenceFault::InlineDeep), _) => {
            return skipped("pandoc reads it as inline code");
        }
        (_, BlockForm::Raw) => return skipped("it is text of another format"),
        _ => {}
    }
    if tags.bad {
        return skipped("it is unfinished");
    }
    if let Some(of) = &tags.of {
        return ListingKind::Skipped(format!("it is an output of {of}"));
    }
    let has_path = tags.file.is_some() || tags.continues.is_some();
    if has_path && !tags.fragment { ListingKind::File } else { ListingKind::Fragment }
}

/// The language of a block: what its fence names first, else what its file's extension tells.
fn language(block: &Block, path: Option<&str>) -> Option<String> {
    let classes = &block.attr.1;
    let known =
        classes.iter().find_map(|class| lang::canonical(class)).map(str::to_owned);
    let by_file = || path.and_then(lang::of_file).map(str::to_owned);
    let is_name = |class: &&String| {
        !matches!(&***class, "bad" | "fragment" | "hidden" | "norun" | "program")
    };
    known.or_else(by_file).or_else(|| classes.iter().find(is_name).cloned())
}
