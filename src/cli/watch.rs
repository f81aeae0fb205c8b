//! `concbook watch`: the book in a browser, built again whenever a file is saved.

use super::allow::AllowArgs;
use crate::build::{ListingsCheck, Plan, Remake, build};
use crate::check::epubcheck::When;
use crate::fsx;
use crate::pandoc::Pandoc;
use crate::parse;
use crate::preview::{
    self, BookBuilder, Editor, PreviewBuild, PreviewOptions, ServedBook, WatchRoot,
};
use crate::project::{BOOK_YAML, Project};
use concfilter::error::Result;
use concfilter::settings::{Edition, Style};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Shows a book in the browser, and builds it again when a file of it is saved.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The book's folder, with its book.yaml.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The port of 127.0.0.1 to serve it on; if not given, 4848, or a free one where that is taken.
    #[arg(long)]
    port: Option<u16>,
    /// Open the browser.
    #[arg(long)]
    open: bool,
    /// The families of text and headings, in place of the book's setting.
    #[arg(long, value_enum)]
    style: Option<Style>,
    /// The edition that is shown first; if not given, the book's.
    #[arg(long, value_enum)]
    edition: Option<Edition>,
    /// What is done with the listings: check judges them without running them, run runs them, too.
    #[arg(long, value_enum, default_value = "check")]
    listings: ListingsCheck,
    #[command(flatten)]
    allow: AllowArgs,
    /// What a finding opens: vscode, vscode-insiders, vscodium, cursor, zed, idea, sublime, textmate, macvim,
    /// or a URL with {file}, {line} and {col} in it; if not given, what VISUAL or EDITOR name, or vscode.
    #[arg(long, value_name = "EDITOR")]
    editor: Option<String>,
    /// The pandoc to use, in place of the one on PATH.
    #[arg(long, value_name = "FILE")]
    pandoc: Option<PathBuf>,
}

/// Shows the book until it is told to end, which is no failure.
pub(super) fn run(args: &Args) -> Result<bool> {
    let variables = ["VISUAL", "EDITOR"].map(|name| std::env::var(name).ok());
    let editor = Editor::of(args.editor.as_deref(), &variables)?;
    let edition = args.edition.map_or_else(|| own_edition(&args.dir), Ok)?;
    let options = PreviewOptions { port: args.port, opens: args.open, edition, editor };
    let pandoc = Pandoc::find(args.pandoc.as_deref())?;
    let book = PreviewedBook { args, pandoc, _temp: fsx::temp_dir()? };
    preview::watch(&options, &book).map(|()| true)
}

/// The edition that the book asks for. What is wrong with a book is told in the preview, and only a folder without
/// one before.
fn own_edition(dir: &Path) -> Result<Edition> {
    let is_book = dir.is_file() || dir.join(BOOK_YAML).is_file();
    match Project::open(dir) {
        Ok(project) => Ok(project.settings.presentation.edition),
        Err(_) if is_book => Ok(Edition::default()),
        Err(error) => Err(error),
    }
}

/// The book that is shown.
struct PreviewedBook<'a> {
    args: &'a Args,
    pandoc: Pandoc,
    /// The folder of this process for temporary ones is made once, and not for each build.
    _temp: fsx::TempDir,
}

impl BookBuilder for PreviewedBook<'_> {
    fn build(&self, editions: &[Edition]) -> Result<PreviewBuild> {
        let built = build(&Plan {
            dir: self.args.dir.clone(),
            output: None,
            pandoc: self.pandoc.clone(),
            epubcheck: When::Never,
            modified: super::source_date::source_date_epoch()?,
            style: self.args.style,
            editions: editions.to_vec(),
            no_cover: false,
            keep_pictures: false,
            listings: self.args.listings,
            offline: false,
            allowed: self.args.allow.allowed(&self.args.dir)?,
            verbose: false,
            in_memory: true,
            remake: Remake::Changed,
        })?;
        let books = built.epubs.into_iter().filter_map(|made| {
            made.kept.map(|epub| Ok((made.edition, ServedBook::of(epub)?)))
        });
        let books = books.collect::<Result<_>>()?;
        Ok(PreviewBuild { books, findings: built.findings })
    }

    fn prepare(&self) {
        parse::read_ahead(&self.pandoc);
    }

    fn roots(&self) -> BTreeSet<WatchRoot> {
        let dir = self.args.dir.clone();
        // One may name the book by its `book.yaml`.
        let dir =
            if dir.is_file() { dir.parent().unwrap_or(&dir).to_owned() } else { dir };
        let dir = if dir == Path::new("") { PathBuf::from(".") } else { dir };
        let mut roots: BTreeSet<WatchRoot> = elsewhere(&dir);
        roots.insert(WatchRoot { folder: dir, is_deep: true });
        roots
    }
}

/// The folders beside the book's that it takes something from: those that `book.yaml` opens to it, with all that
/// lies in them, and those of single files.
fn elsewhere(dir: &Path) -> BTreeSet<WatchRoot> {
    let (Ok(project), Some(own)) = (Project::open(dir), fsx::canonical(dir)) else {
        return BTreeSet::new();
    };
    let mut roots = BTreeSet::new();
    for folder in project.boundary.folders().filter(|folder| !own.starts_with(folder)) {
        roots.insert(WatchRoot { folder: folder.clone(), is_deep: true });
    }
    let mut files: Vec<PathBuf> = project.manifest.files().to_vec();
    for chapter in &project.chapters {
        files.extend(chapter.files().map(Path::to_owned));
        let folder = chapter.file.parent().unwrap_or(dir);
        let up = chapter.index.links.iter().filter(|link| link.target.starts_with("../"));
        files.extend(up.map(|link| folder.join(&link.target)));
    }
    for option in project.manifest.options().values() {
        paths(option, &mut |path| files.push(dir.join(path)));
    }
    for file in files.iter().filter(|file| file.is_file()) {
        let real = file.parent().and_then(fsx::canonical);
        let is_covered = |folder: &PathBuf| {
            let is_in =
                |root: &WatchRoot| root.is_deep && folder.starts_with(&root.folder);
            folder.starts_with(&own) || roots.iter().any(is_in)
        };
        if let Some(folder) = real.filter(|folder| !is_covered(folder)) {
            roots.insert(WatchRoot { folder, is_deep: false });
        }
    }
    roots
}

/// Calls `see` with each text in a value that may be a path.
fn paths<'v>(value: &'v Value, see: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(all) => all.iter().for_each(|one| paths(one, see)),
        Value::Object(all) => all.values().for_each(|one| paths(one, see)),
        _ => {}
    }
}
