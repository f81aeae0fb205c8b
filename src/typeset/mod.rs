//! Which characters a book sets in which font: the documents of the container, seen by the
//! cascade. Embedding asks what a face has to hold, and checking whether it does.

mod node;
mod paths;
mod sheets;
mod text;
mod walk;

pub use node::{OpenMarks, TypesetElement};
pub use paths::Paths;
pub use sheets::{NamedSheet, Sheet, Sheets, named_sheets};
pub use text::{CharSet, TextByFont, text_by_font, visit_text};
pub use walk::{Font, Fonts, Typeset, for_rules, in_picture};
