//! The fonts a book asks for where its author asked for none, as pandoc's own variables, so that
//! every writer that can carry fonts does.

use crate::ast::meta;
use crate::ast::raw::Raw;

const FONTS: &[(&str, &str)] =
    &[("mainfont", "Georgia"), ("sansfont", "Verdana"), ("monofont", "Ubuntu Mono")];

/// Sets what is not set.
pub(super) fn apply(document: &mut Raw<'_>) {
    for (key, family) in FONTS {
        document.add_meta(key, meta::string(family));
    }
}
