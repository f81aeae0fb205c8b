//! Folders that a run may fill and that go away with it: `HOME` and `TMPDIR`.

use super::Command;
use super::temp_root::Folder;
use crate::fsx;
use concfilter::error::Result;
use std::path::{Path, PathBuf};

/// The scratch folders of one run.
#[derive(Debug)]
pub(super) struct Scratch {
    /// What they lie in; `None` where they are in memory, in a namespace that ends with the run.
    #[cfg_attr(
        not(all(target_os = "linux", not(feature = "portable"))),
        expect(dead_code, reason = "it is only held, for what it removes at the end")
    )]
    pub(super) folder: Option<Folder>,
    pub(super) home: PathBuf,
    pub(super) tmp: PathBuf,
}

impl Scratch {
    /// New ones on the disk.
    pub(super) fn on_disk() -> Result<Self> {
        let folder = Folder::new("scratch")?;
        let (home, tmp) = (folder.path().join("home"), folder.path().join("tmp"));
        fsx::create_dir_all(&home)?;
        fsx::create_dir_all(&tmp)?;
        Ok(Self { folder: Some(folder), home, tmp })
    }

    /// The environment of a command, with what it lacks: `PWD`, and these folders.
    pub(super) fn environment(&self, command: &Command) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let is_given = |wanted: &str| command.env.iter().any(|(name, _)| name == wanted);
        let mut env = command.env.clone();
        env.retain(|(name, _)| name != "PWD");
        env.push(("PWD".to_owned(), text(&command.dir)));
        for (name, path) in [("HOME", &self.home), ("TMPDIR", &self.tmp)] {
            if !is_given(name) {
                env.push((name.to_owned(), text(path)));
            }
        }
        env
    }
}
