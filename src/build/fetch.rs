//! Pictures on the web, fetched by pandoc into a folder.

use super::survey::Survey;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Pandoc};
use crate::project::Project;
use concfilter::ast::build::{Attr, div};
use concfilter::ast::{Document, visit};
use concfilter::error::{Place, Result};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The local file of each picture, by its address.
pub(super) type Fetched = BTreeMap<String, PathBuf>;

/// Lets pandoc fetch the pictures on the web that the chapters show, all in one run; gives the local
/// file of each that came. The others stay out, and `resolve` reports them.
pub(super) fn fetch(
    project: &Project,
    pandoc: &Pandoc,
    surveys: &[Survey],
    temp: &Path,
) -> Result<Fetched> {
    let wanted: BTreeSet<&String> =
        surveys.iter().flat_map(|survey| &survey.remote_pictures).collect();
    if wanted.is_empty() {
        return Ok(Fetched::new());
    }
    // Each picture in a Div of its own, so that order tells which is which in the answer.
    let divs = wanted.iter().map(|target| {
        let image = json!({"t": "Image", "c": [["", [], []], [], [target, ""]]});
        div(&Attr::default(), vec![json!({"t": "Plain", "c": [image]})])
    });
    let empty = pandoc.job().args(["--from", "markdown", "--to", "json"]).run()?;
    let (json, _) = pandoc::outcome(empty, &Place::file("pandoc"))?;
    let mut document = Document::parse(&json)?;
    document.blocks = divs.collect();
    let defaults =
        DefaultsFile::write(&defaults::everywhere(project.manifest.options()))?;
    let job = pandoc
        .job()
        .dir(&project.dir)
        .arg("--defaults")
        .arg(defaults.path())
        .args(["--from", "json", "--to", "json", "--extract-media"])
        .arg(temp.join("fetched"))
        .stdin(document.to_json()?);
    // A picture that cannot be fetched is a warning here, and a finding later.
    let (json, _) = pandoc::outcome(job.run()?, &Place::file("pandoc"))?;
    let answer = Document::parse(&json)?;
    let mut fetched = Fetched::new();
    for (target, block) in wanted.into_iter().zip(&answer.blocks) {
        visit(std::slice::from_ref(block), &mut |tag, element| {
            if tag == "Image"
                && let Some(file) = element["c"][2][0].as_str()
                && Path::new(file).is_file()
            {
                fetched.insert(target.clone(), PathBuf::from(file));
            }
        });
    }
    Ok(fetched)
}
