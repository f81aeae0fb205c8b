//! Folders that a run may fill and that go away with it: `HOME` and `TMPDIR`.

use super::root::Folder;
use super::{Kind, bwrap};
use crate::fsx;
use concfilter::error::Result;
use std::path::{Path, PathBuf};

/// The scratch folders of one run.
#[derive(Debug)]
pub(super) struct Scratch {
    /// What they lie in; `None` where they are in memory, in a namespace that ends with the run.
    folder: Option<Folder>,
    pub(super) home: PathBuf,
    pub(super) tmp: PathBuf,
}

impl Scratch {
    /// New ones, for this kind of sandbox.
    pub(super) fn new(kind: Kind) -> Result<Self> {
        if kind != Kind::Process {
            return Ok(Self {
                folder: None,
                home: bwrap::HOME.into(),
                tmp: bwrap::TMP.into(),
            });
        }
        let folder = Folder::new("scratch")?;
        let (home, tmp) = (folder.path().join("home"), folder.path().join("tmp"));
        fsx::create_dir_all(&home)?;
        fsx::create_dir_all(&tmp)?;
        Ok(Self { folder: Some(folder), home, tmp })
    }

    /// The folder they lie in, where it is on the disk.
    pub(super) fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// All folders that a run may leave something in, but for those it was given.
    pub(super) fn all(&self) -> Vec<&Path> {
        let mut all = vec![self.home.as_path(), self.tmp.as_path()];
        if self.folder.is_none() {
            let hidden =
                bwrap::hidden(false).into_iter().filter(|folder| *folder != bwrap::TMP);
            all.extend(hidden.chain(["/dev/shm"]).map(Path::new));
        }
        all
    }
}
