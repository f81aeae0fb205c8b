//! What a document holds, said in the manifest: vector images, formulas, scripts (EPUB 3.3, section
//! D.8).

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::resolve;

pub(super) fn apply(book: &mut UnfinishedBook, _: &FinishOptions, _: &mut FinishOutcome) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        let Some(document) = documents.get(&path) else { continue };
        let [svg, mathml, scripted] = document.fact("properties", "", |document| {
            let has = |name| document.find(name).is_some();
            [has("svg"), has("math"), has("script") || has("form")]
        });
        for (name, has) in [("svg", svg), ("mathml", mathml), ("scripted", scripted)] {
            package.set_property(item.node, name, has);
        }
    }
}
