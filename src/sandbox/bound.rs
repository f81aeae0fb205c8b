//! What a sandbox may hold or not.

use std::fmt;

/// Something that a program is kept from. Time and output are limited by every sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The memory of all its processes together.
    Memory,
    /// The number of its processes.
    Processes,
    /// The size of the files it writes.
    FileSize,
    /// The number of the files it holds open.
    OpenFiles,
    /// What it leaves running, out of its process group too.
    Descendants,
    /// The network.
    Network,
    /// Files of the system and of the user.
    System,
    /// Processes of the user's that are none of the run.
    Others,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "taking more memory together",
            Self::Processes => "starting more processes",
            Self::FileSize => "writing larger files",
            Self::OpenFiles => "opening more files",
            Self::Descendants => "leaving something running",
            Self::Network => "the network",
            Self::System => "files outside their folder",
            Self::Others => "your other processes",
        })
    }
}
