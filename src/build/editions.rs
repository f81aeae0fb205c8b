//! Finishes, writes and judges the editions: an ePub each, of what pandoc wrote for all of them.

use super::resolve::context::LinkContext;
use super::source_map::SourceMap;
use super::target::{is_named, target};
use super::{BuiltEpub, Plan, Prose, Written, fetch, kindle, stylesheets};
use crate::check::{self, epubcheck};
use crate::epub::Epub;
use crate::finding::{Code, Finding};
use crate::fonts::UserFont;
use crate::fsx;
use crate::outputs::{self, Output, Raw};
use crate::project::{Project, Repository};
use crate::{finish, style};
use concfilter::error::{Place, Result};
use concfilter::settings::Edition;
use indicatif::ProgressBar;
use std::path::Path;

/// The editions as they were made.
#[derive(Default)]
pub(super) struct Editions {
    pub(super) epubs: Vec<BuiltEpub>,
    /// What was repaired in what all share.
    pub(super) repairs: finish::Repairs,
    /// What pictures became smaller by, told of the first one.
    pub(super) savings: finish::ImageSavings,
    /// What is wrong with them, and with the author's files that they are made of.
    pub(super) findings: Vec<Finding>,
    /// Whether stylesheets name files outside the book's folder.
    pub(super) asks_outside: bool,
}

/// What an edition is finished with.
struct Desk<'a> {
    plan: &'a Plan,
    project: &'a Project,
    prose: &'a Prose,
    /// Whether one edition is made, whose file has the book's name alone.
    is_one: bool,
    bar: &'a ProgressBar,
}

/// Makes all editions of a book.
pub(super) fn make(
    plan: &Plan,
    project: &Project,
    prose: &mut Prose,
    bar: &ProgressBar,
) -> Result<Editions> {
    let written = std::mem::take(&mut prose.written);
    let number: usize = written.iter().map(|one| one.editions.len()).sum();
    let unknown = source_unknown(project);
    let desk = Desk { plan, project, prose, is_one: number == 1, bar };
    let mut made = Editions::default();
    made.findings.extend(unknown);
    let folder = project.dir.join("fonts");
    let fonts = UserFont::of_book(&folder, &project.boundary, &mut made.findings)?;
    for written in written {
        let editions = written.editions.clone();
        let (raw, map) = desk.open(written, fonts.clone(), &mut made)?;
        for edition in editions {
            desk.edition(edition, &raw, &map, &mut made)?;
        }
    }
    Ok(made)
}

impl Desk<'_> {
    /// What all editions that are made of one raw ePub share, and where its parts were written.
    fn open(
        &self,
        written: Written,
        fonts: Vec<UserFont>,
        made: &mut Editions,
    ) -> Result<(Raw, SourceMap)> {
        let (project, prose) = (self.project, self.prose);
        let options = self.options(written.highlighting, fonts);
        let label = target(self.plan, project, &prose.title, None).display().to_string();
        let mut epub = written.raw;
        epub.label = label;
        let map = SourceMap::take_off(&mut epub, prose.sources.clone());
        let context = LinkContext::of(project, fetch::Fetched::new());
        let mut packed = prose.packed.clone();
        let told = stylesheets::apply(project, &context, &mut epub, &mut packed);
        made.findings.extend(told);
        made.asks_outside |= context.asked().is_outside();
        packed.put(&context, &mut epub)?;
        Ok((Raw::new(epub, options)?, map))
    }

    fn options(
        &self,
        highlighting: style::Highlighting,
        fonts: Vec<UserFont>,
    ) -> finish::FinishOptions {
        let (project, prose) = (self.project, self.prose);
        finish::FinishOptions {
            modified: Some(prose.modified),
            presentation: prose.presentation,
            keep_identifier: prose.has_identifier,
            highlighting,
            fonts,
            obfuscate: project.settings.obfuscate,
            book_edition: prose.edition.clone(),
            accessibility: project.settings.accessibility.clone(),
            rtl: prose.rtl,
            contents_depth: Some(contents_depth(project)),
            outline: prose.outline.clone(),
            repository: Repository::of(&project.settings.source),
            cache: self.plan.cache(),
            sample: finish::SampleOptions {
                chapters: project.settings.sample.chapters,
                link: project.settings.sample.link.clone(),
            },
        }
    }

    /// Finishes, writes and judges one of them.
    fn edition(
        &self,
        edition: Edition,
        raw: &Raw,
        map: &SourceMap,
        made: &mut Editions,
    ) -> Result<()> {
        let Self { plan, project, prose, is_one, bar } = *self;
        bar.set_message(format!("finishing {}", edition.name()));
        let style = prose.presentation.style;
        let finish::Finished { mut epub, package, documents, mut outcome } =
            outputs::EpubOutput { style, edition }.finish(raw)?;
        let setting = |key: &str| setting_place(project, key);
        if outcome.findings.iter().any(|one| one.code == Code::SampleWhole.name()) {
            outcome.findings.retain(|one| one.code == Code::SampleWhole.name());
            map.map_to_source(&mut outcome.findings, raw.epub(), &|_| None, &setting);
            made.findings.append(&mut outcome.findings);
            return Ok(());
        }
        // Their places are in what pandoc wrote.
        map.map_to_source(&mut outcome.findings, raw.epub(), &|_| None, &setting);
        // A sample never lies where its book is looked for, unless its author says so.
        let may_be_the_book = edition != Edition::Sample || is_named(plan);
        let is_alone = is_one && may_be_the_book;
        let file = target(plan, project, &prose.title, (!is_alone).then_some(edition));
        epub.label = file.display().to_string();
        let families = check::Families::of(&epub);
        let mut judged = check::check_open(&epub, &package, &documents, &families);
        let (size, ()) = rayon::join(
            || if plan.in_memory { Ok(0) } else { write(plan, &epub, &file) },
            || documents.remember(),
        );
        let size = size?;
        bar.inc(1);
        bar.set_message(format!("checking {}", edition.name()));
        if !plan.in_memory {
            judged.extend(epubcheck::run(&file, plan.epubcheck)?.unwrap_or_default());
            // That EPUBCheck judges a sample as a preview is no news of the book.
            judged.retain(|one| one.code != "OPF-064");
        }
        if edition == Edition::Kindle {
            let limit = project.settings.kindle_limit;
            let place = Place::path(&file);
            made.findings.extend(kindle::too_large(&epub, size, limit, place));
            made.findings.extend(kindle::dropped_styles(project));
        }
        let moves = |name: &str| documents.get(name).map(|document| &document.moves);
        map.map_to_source(&mut judged, &epub, &moves, &setting);
        bar.inc(1);
        if made.epubs.is_empty() {
            (made.repairs, made.savings) = (outcome.repairs, outcome.savings);
        }
        made.findings.append(&mut outcome.findings);
        made.findings.append(&mut judged);
        let kept = plan.in_memory.then_some(epub);
        made.epubs.push(BuiltEpub { edition, file, size, kept });
        Ok(())
    }
}

/// Writes an ePub to its file; its size in bytes.
fn write(plan: &Plan, epub: &Epub, file: &Path) -> Result<usize> {
    let bytes = epub.to_bytes_with(&plan.cache())?;
    if let Some(folder) = file.parent() {
        fsx::create_dir_all(folder)?;
    }
    fsx::write_atomic(file, &bytes)?;
    Ok(bytes.len())
}

/// What is wrong where the author says where the book's source is kept, and nothing follows from it.
fn source_unknown(project: &Project) -> Option<Finding> {
    let source = &project.settings.source;
    let address = source.repository.as_deref()?;
    if !Repository::of(source).is_unknown() {
        return None;
    }
    let place = project.manifest.setting_place(&["source"]);
    let message = format!("{address} is no repository of a host that is known");
    let hint = "Set source.files to the address of a listing's file, with {path} in it, and source.report \
                to where readers report an error, with {title} and {body}";
    Some(Finding::new(Code::SourceUnknown, place, message).hint(hint))
}

/// How deep the table of contents goes; pandoc's own depth where the book does not say.
fn contents_depth(project: &Project) -> u32 {
    let said = project.manifest.options().get("toc-depth");
    let number = said.and_then(|value| match value {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    });
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or(3)
}

/// Where the author sets what a finding is about: an option of pandoc's, else a value of the metadata.
fn setting_place(project: &Project, key: &str) -> Place {
    let manifest = &project.manifest;
    if let Some(own) = key.strip_prefix("concbook.") {
        return manifest.setting_place(&own.split('.').collect::<Vec<_>>());
    }
    if manifest.options().get(key).is_some_and(|value| !value.is_null()) {
        return manifest.place(&[key]);
    }
    match key {
        // Among the metadata the cover has a name of its own.
        "epub-cover-image" => manifest.metadata_place(&["cover-image"]),
        _ => manifest.metadata_place(&[key]),
    }
}
