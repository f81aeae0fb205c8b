//! What the user lets listings do: on the command line, and in a file of the user's own.

use crate::fsx;
use crate::listings::run::Allowed;
use crate::project::user::{UserAllowance, allow_file};
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// What is allowed beyond what always is.
#[derive(Debug, clap::Args)]
pub(super) struct AllowArgs {
    /// Allows listings what a book cannot allow them: network, for those that say network=yes
    #[arg(long, value_enum, value_name = "WHAT")]
    allow: Vec<AllowArg>,
    /// Lets listings read a folder or file outside the book; may be given several times
    #[arg(long, value_name = "PATH")]
    allow_path: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AllowArg {
    Network,
}

impl AllowArgs {
    /// What they allow the book in a folder, together with what the user's file does.
    pub(super) fn allowed(&self, book: &Path) -> Result<Allowed> {
        let whole = |path: &PathBuf| {
            fsx::canonical(path).ok_or_else(|| {
                Error::new("--allow-path names nothing that is there")
                    .at(Place::path(path))
            })
        };
        let mut paths = self.allow_path.iter().map(whole).collect::<Result<Vec<_>>>()?;
        let file = allow_file().map(|file| UserAllowance::read(&file, book));
        let user = file.transpose()?.unwrap_or_default();
        paths.extend(user.paths);
        let network = self.allow.contains(&AllowArg::Network) || user.network;
        Ok(Allowed { network, paths })
    }
}
