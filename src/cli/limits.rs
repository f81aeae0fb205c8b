//! Options that `pack` and `check` share: how large a container may be.

use crate::epub;

/// How large a container may be.
#[expect(clippy::struct_field_names, reason = "the options are called so")]
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct LimitArgs {
    /// The most files a container may hold
    #[arg(long, value_name = "N", default_value_t = epub::Limits::default().entries)]
    max_entries: usize,
    /// The most bytes a container may unpack to
    #[arg(long, value_name = "BYTES", default_value_t = epub::Limits::default().unpacked)]
    max_size: u64,
    /// How many times its packed size a file may unpack to
    #[arg(long, value_name = "N", default_value_t = epub::Limits::default().ratio)]
    max_ratio: u64,
}

impl From<LimitArgs> for epub::Limits {
    fn from(limits: LimitArgs) -> Self {
        Self {
            entries: limits.max_entries,
            unpacked: limits.max_size,
            ratio: limits.max_ratio,
        }
    }
}
