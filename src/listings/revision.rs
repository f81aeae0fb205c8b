//! Listings as they were in a state that git knows.

use super::ListingSet;
use crate::proc::Process;
use crate::project::{Chapter, Project};
use concfilter::error::{Error, Place, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long git may take to show a chapter.
const GIT: Duration = Duration::from_mins(1);

impl ListingSet {
    /// The listings of the same chapters in a commit, branch or tag; a chapter that was not there
    /// then is empty.
    ///
    /// # Errors
    /// There is no git, no such state, or the chapters are in none of its folders.
    pub fn at_revision(&self, project: &Project, revision: &str) -> Result<Self> {
        let git = |args: &[&str], dir: &Path| {
            Process::new("git").args(["-C"]).arg(dir).args(args).limit(GIT).run()
        };
        let commit = format!("{revision}^{{commit}}");
        let known = git(&["rev-parse", "--verify", "--quiet", &commit], &project.dir)?;
        if !known.status.success() {
            return Err(Error::new(format!("git knows no state {revision:?} here"))
                .at(Place::path(&project.dir))
                .hint("Put the book under git, and name a commit, a branch or a tag"));
        }
        let shown = |file: &Path| -> Result<Option<String>> {
            let folder = file.parent().filter(|one| !one.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            // What lay in a folder that is gone cannot be asked for from there.
            if !folder.is_dir() {
                return Ok(None);
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let object = format!("{revision}:./{name}");
            let shown = git(&["show", &object], folder)?;
            let text = String::from_utf8_lossy(&shown.stdout).into_owned();
            Ok(shown.status.success().then_some(text))
        };
        let includes = project.includes();
        let old = |chapter: &Arc<Chapter>| {
            let text = shown(&chapter.file)?.unwrap_or_default();
            Ok(Arc::new(chapter.with_text(text, &includes, &|file| shown(file))))
        };
        let chapters = self.chapters.iter().map(old).collect::<Result<Vec<_>>>()?;
        Self::read(chapters, &project.settings.listings, &project.manifest)
    }
}
