//! Pictures on the web, fetched by pandoc into a folder, and held to what they were before.

mod lock;

use super::survey::Survey;
use crate::finding::{Code, Finding, Severity};
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Pandoc};
use crate::project::Project;
use concfilter::ast::build::{Attr, div};
use concfilter::ast::{Document, visit};
use concfilter::error::{Place, Result};
use lock::Lock;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The local file of each picture, by its address.
pub(super) type Fetched = BTreeMap<String, PathBuf>;

/// The pictures on the web that the chapters show: the local file of each that there is. The others stay
/// out, and `resolve` reports them. `offline` takes only what an earlier build kept.
pub(super) fn fetch(
    project: &Project,
    (pandoc, offline): (&Pandoc, bool),
    surveys: &[Survey],
    temp: &Path,
    findings: &mut Vec<Finding>,
) -> Result<Fetched> {
    let wanted: BTreeSet<&String> =
        surveys.iter().flat_map(|survey| &survey.remote_pictures).collect();
    if wanted.is_empty() {
        return Ok(Fetched::new());
    }
    let mut lock = Lock::read(&project.dir, findings);
    let mut found = Fetched::new();
    if !offline {
        for (url, file) in from_the_web(project, pandoc, &wanted, temp)? {
            let file = lock.take(&url, file, findings);
            found.insert(url, file);
        }
        lock.write(&wanted, findings);
    }
    for &url in &wanted {
        if !found.contains_key(url) {
            found.extend(lock.kept(url).map(|file| (url.clone(), file)));
        }
    }
    Ok(found)
}

/// Makes errors of what is told of pictures that are not there, for a build without the web.
pub(super) fn offline(findings: &mut [Finding]) {
    let missing =
        findings.iter_mut().filter(|one| one.code == Code::ImageNotFetched.name());
    for finding in missing {
        finding.severity = Severity::Error;
        finding.hint = Some(
            "No earlier build kept it, and --offline is given: build once without".into(),
        );
    }
}

/// Lets pandoc fetch pictures, all in one run; the local file of each that came.
fn from_the_web(
    project: &Project,
    pandoc: &Pandoc,
    wanted: &BTreeSet<&String>,
    temp: &Path,
) -> Result<Fetched> {
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
    for (&target, block) in wanted.iter().zip(&answer.blocks) {
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
