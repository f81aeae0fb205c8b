//! The pages that are written by ourselves ([`html`]), and whether the pandoc that is there writes them so.

use super::division::mark_links;
use super::html::{self, specimen};
use super::page::DivisionPage;
use super::{Manner, assemble};
use crate::epub::Epub;
use crate::pandoc::user_data::user_data;
use concfilter::ast::deep;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

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
pub(super) struct OurPages<'a> {
    /// The version of pandoc.
    version: (u32, u32),
    /// The body of each division; none where pandoc writes it.
    pub(super) bodies: Vec<Option<&'a str>>,
    /// What stands in for each.
    pub(super) stand_ins: Vec<Vec<Value>>,
    /// Which of them has the specimen.
    specimen: Option<usize>,
}

impl<'a> OurPages<'a> {
    /// Those of the pages that can be, with the specimen in what stands in for one of them. `version` is pandoc's,
    /// `manner` how it would write a division.
    pub(super) fn of(
        version: (u32, u32),
        manner: &Manner,
        pages: &'a [DivisionPage],
    ) -> Self {
        let bodies = vec![None; pages.len()];
        let stand_ins = pages.iter().map(|page| page.stand_in.clone()).collect();
        let mut ours = Self { version, bodies, stand_ins, specimen: None };
        let is_ours =
            |blocks: &Vec<Value>| deep(|| html::body(blocks, version)).is_some();
        if !is_as_usual(manner) {
            return ours;
        }
        let Some(at) = ours.stand_ins.iter().rposition(is_ours) else { return ours };
        ours.bodies = pages.iter().map(|page| page.body.as_deref()).collect();
        if ours.bodies.iter().any(Option::is_some) {
            let keys = pages.iter().flat_map(|page| page.keys.iter().cloned()).collect();
            ours.stand_ins[at].extend(specimen::specimen(&keys));
            ours.specimen = Some(at);
        }
        ours
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
pub(super) fn is_as_usual(manner: &Manner) -> bool {
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
