//! Which option of `book.yaml` pandoc cannot take, when it does not say where it stands.

use crate::pandoc::Pandoc;
use crate::pandoc::defaults::DefaultsFile;
use crate::project::Project;
use concfilter::error::Error;
use serde_json::{Value, json};

/// An error of a run with these options, at the option that pandoc cannot read: the one that it refuses
/// when it gets it alone.
pub fn blame(error: Error, project: &Project, pandoc: &Pandoc, options: &Value) -> Error {
    // pandoc's own words for what is wrong with `from:` and what is added to it.
    let of_format = ["Unknown input format", "extension", "not a recognized reader"];
    let stands_in_chapter = error.place().is_some_and(|place| place.line.is_some());
    if project.manifest.format().is_some()
        && !stands_in_chapter
        && of_format.iter().any(|text| error.message().contains(text))
    {
        return Error::new(error.message().to_owned())
            .at(project.manifest.place(&["from"]))
            .hint("`pandoc --list-input-formats` and `pandoc --list-extensions=FORMAT` list \
                   what there is");
    }
    let unreadable = ["Aeson exception", "Error parsing", "Unknown option"];
    if !unreadable.iter().any(|text| error.message().contains(text)) {
        return error;
    }
    let Some(options) = options.as_object() else { return error };
    let refused = options.iter().find_map(|(key, value)| {
        // It has to say no more than whether it can be read.
        let file = DefaultsFile::write(&json!({ key: value })).ok()?;
        let job = pandoc.job().dir(&project.dir).arg("--defaults").arg(file.path());
        let outcome = job.args(["--from", "markdown", "--to", "native"]).run().ok()?;
        let is_it = !outcome.status.success()
            && unreadable.iter().any(|text| outcome.stderr.contains(text));
        let why = outcome.stderr.lines().find(|line| line.starts_with("Error in "));
        is_it.then(|| (key, why.unwrap_or_default().to_owned()))
    });
    match refused {
        Some((key, why)) => {
            let why = why.split_once(": ").map_or(&*why, |(_, why)| why);
            Error::new(format!("pandoc cannot read the value of {key}: {why}"))
                .at(project.manifest.place(&[key]))
                .hint("pandoc's manual tells under \"Defaults files\" what it can be")
        }
        None => error,
    }
}
