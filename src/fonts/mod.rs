//! The path of a font, from the files that the binary holds to the finished book:
//!
//! ```text
//! fonts/ (files, licences) ─► faces (table) ─► assign (typeset says which characters) ─► subset
//!        author's fonts    ─► user          ─┘                                             │
//!                                            css (@font-face rules), embed (container) ◄───┘
//! ```
//!
//! A face that concbook brings stands in one place, the table in [`faces`]: to add one, put its file below `fonts/` and
//! a line into that table.

mod assign;
mod css;
mod embed;
pub mod faces;
mod format;
mod layout;
mod loaded;
mod missing;
mod outlines;
mod scripts;
mod subset;
mod user;

pub use embed::{Embedded, embed};
pub use format::{FontFormat, is_font};
pub use loaded::{LoadedFace, Provider, unpack_beside};
pub use missing::report_missing_glyphs;
pub use outlines::{LetterOutlines, runs_from_right};
pub use user::UserFont;

/// The folder of the container that embedded faces and their licences go to, relative to the package
/// document. It is ours alone, so that a face of the same name that the author embeds stays the author's.
pub const FOLDER: &str = "fonts/concbook";
