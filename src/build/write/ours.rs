//! The pages that are written by ourselves ([`html`]), and whether the pandoc that is there writes them so.

use super::division::{Division, mark_links};
use super::html::{self, specimen};
use super::{Manner, assemble};
use crate::epub::Epub;
use crate::pandoc::user_data::user_data;
use concfilter::ast::deep;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Options that change nothing of what stands in a page's body, beside those that begin with `epub-`.
const HARMLESS: &[&str] = &[
    "css",
    "metadata",
    "resource-path",
    "split-level",
    "standalone",
    "tab-stop",
    "table-of-contents",
    "toc",
    "toc-depth",
    "variables",
];

/// Arguments with which pages are written as usual.
const PLAIN: &[&str] = &["--mathml", "--no-highlight", "--syntax-highlighting=none"];

/// What is written by ourselves, and what pandoc writes to compare.
pub(super) struct OurPages {
    /// The version of pandoc.
    version: (u32, u32),
    /// The body of each division; none where pandoc writes it.
    pub(super) bodies: Vec<Option<String>>,
    /// What stands in for each.
    pub(super) stand_ins: Vec<Vec<Value>>,
    /// Which of them has the specimen.
    specimen: Option<usize>,
}

impl OurPages {
    /// Writes the divisions that can be, and adds the specimen to what stands in for one of them. `version` is
    /// pandoc's, `manner` how it would write a division.
    pub(super) fn write(
        version: (u32, u32),
        manner: &Manner,
        divisions: &[Division],
        stand_ins: Vec<Vec<Value>>,
    ) -> Self {
        let bodies = vec![None; divisions.len()];
        let mut pages = Self { version, bodies, stand_ins, specimen: None };
        let is_ours =
            |blocks: &Vec<Value>| deep(|| html::body(blocks, version)).is_some();
        if !is_as_usual(manner) {
            return pages;
        }
        let Some(at) = pages.stand_ins.iter().rposition(is_ours) else { return pages };
        let body = |one: &Division| deep(|| html::body(&one.blocks, version));
        pages.bodies = divisions.par_iter().map(body).collect();
        let written =
            divisions.iter().zip(&pages.bodies).filter(|(_, body)| body.is_some());
        let keys: Vec<BTreeSet<String>> =
            written.map(|(one, _)| specimen::keys(&one.blocks)).collect();
        if !keys.is_empty() {
            let keys = keys.into_iter().flatten().collect();
            pages.stand_ins[at].extend(specimen::specimen(&keys));
            pages.specimen = Some(at);
        }
        pages
    }

    /// Whether pandoc writes what stands in for divisions, and the specimen among it, as we do. `paths` are those of
    /// the divisions in the ePub of what stands in for them, `links` the targets of links by their identifiers.
    pub(super) fn agree(
        &self,
        epub: &Epub,
        paths: &[String],
        links: &BTreeMap<String, String>,
    ) -> bool {
        let Some(specimen) = self.specimen else { return true };
        let agrees = |at: usize| {
            let mut blocks = self.stand_ins[at].clone();
            deep(|| mark_links(&mut blocks));
            match deep(|| html::body(&blocks, self.version)) {
                Some(body) => {
                    let page = assemble::framed(&body, epub, &paths[at], links);
                    page.is_some() && page.as_deref() == epub.text(&paths[at]).ok()
                }
                None => at != specimen,
            }
        };
        (0..paths.len()).into_par_iter().all(agrees)
    }
}

/// Whether pages are written in the way that [`html`] knows.
fn is_as_usual(manner: &Manner) -> bool {
    let is_known = |(key, value): (&String, &Value)| {
        HARMLESS.contains(&&**key)
            || key.starts_with("epub-")
            || value.as_array().is_some_and(Vec::is_empty)
    };
    let defaults = manner.defaults.as_object();
    defaults.is_some_and(|all| all.iter().all(is_known))
        && manner.args.iter().all(|arg| PLAIN.contains(&&**arg))
        && !user_data().exists()
}
