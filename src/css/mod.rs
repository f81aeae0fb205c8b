//! Stylesheets and the cascade: which font a piece of text is set in, and where that was said.
//!
//! Only what concerns fonts is kept of a stylesheet; [`file_references`] tells the files that one names. The module knows no container and no
//! document: whoever has elements implements [`Element`] and asks [`Cascade::computed`].

use crate::elements::local;
use std::borrow::Cow;

mod asked;
mod backgrounds;
mod cascade;
mod guard;
mod kindle;
mod kindle_values;
mod select;
mod sheet;
mod urls;
mod value;

pub use asked::Asked;
pub use backgrounds::{
    colours_links, has_inline_background, inline_dark_colour, inline_text_colour,
    link_colours, plain_link_colours, plain_text_colours, text_colours,
};
pub use cascade::{Cascade, Computed};
pub use kindle::{Dropped, behind_imports, for_kindle, kindle_shows};
pub use sheet::{FaceSource, FontFace, Import, Rule, Stylesheet, inline};
pub use urls::{FileReference, file_references, replaced};
pub use value::{CssWideKeyword, Declaration, Family, Property, Size, Value, Weight};

/// An element of a document, as selectors see it.
///
/// The reference that [`Element::name`] returns has to lead into the tree: its address is the
/// element's identity while selectors are matched.
pub trait Element: Clone + std::fmt::Debug {
    /// Its name as written, with its prefix; never empty.
    fn name(&self) -> &str;
    /// Its attributes: names as written, and values.
    fn attrs(&self) -> &[(Cow<'static, str>, String)];
    /// The element it stands in.
    fn parent(&self) -> Option<Self>;
    /// The element before it in the same parent.
    fn prev(&self) -> Option<Self>;
    /// The element after it in the same parent.
    fn next(&self) -> Option<Self>;
    /// Whether it holds neither elements nor characters.
    fn is_empty(&self) -> bool;

    /// The value of an attribute, by its name as written.
    fn attr(&self, name: &str) -> Option<&str> {
        self.attrs().iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Its name without a prefix.
    fn local_name(&self) -> &str {
        local(self.name())
    }
}
