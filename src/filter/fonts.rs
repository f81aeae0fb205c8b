//! The fonts a book asks for where its author asked for none, as pandoc's own variables, so that
//! every writer that can carry fonts does.

use crate::ast::meta;
use serde_json::{Map, Value};

const FONTS: &[(&str, &str)] =
    &[("mainfont", "Georgia"), ("sansfont", "Verdana"), ("monofont", "Ubuntu Mono")];

/// Sets what is not set.
pub(super) fn apply(metadata: &mut Map<String, Value>) {
    for (key, family) in FONTS {
        if !metadata.contains_key(*key) {
            metadata.insert((*key).to_owned(), meta::string(family));
        }
    }
}
