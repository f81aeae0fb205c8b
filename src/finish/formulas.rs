//! Beside each formula a picture of it, in editions for devices that show no MathML. The stylesheet
//! shows the picture; the formula stays for programs that read aloud.
//!
//! ````text
//! <math>…</math>   ─►   <span class="formula"><math>…</math><img alt="x^2" …/></span>
//! ````

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::pictures::grey_outlines;
use crate::epub::{ContentDocument, Document, NodeId, relative, resolve};
use crate::finding::{Code, Finding, Subject};
use crate::formulas::{self, FormulaImage};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The class of what holds a formula and its picture.
const CLASS: &str = "formula";

/// A drawn formula and the PNG of it.
type Made = Result<(FormulaImage, Vec<u8>), String>;

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    if options.presentation.edition.has_colors() {
        return;
    }
    let UnfinishedBook { epub, package, documents, .. } = book;
    let found: Vec<(usize, NodeId, String)> = documents
        .0
        .iter()
        .enumerate()
        .filter(|(_, document)| document.has("math"))
        .flat_map(|(number, document)| {
            let nodes = formulas(document).into_iter();
            nodes.map(move |node| (number, node, document.tree.xml_of(node)))
        })
        .collect();
    // A formula that stands in many places is drawn once.
    let texts: BTreeSet<&str> = found.iter().map(|(_, _, text)| &**text).collect();
    let made: BTreeMap<&str, Made> =
        texts.into_par_iter().map(|text| (text, draw(text))).collect();
    let base = epub.package_path().to_owned();
    for (number, node, text) in &found {
        let document = &mut documents.0[*number];
        match &made[&**text] {
            Ok((drawn, png)) => {
                let name =
                    format!("formula-{}", &blake3::hash(text.as_bytes()).to_hex()[..12]);
                let href = format!("media/{name}.png");
                let Some(path) = resolve(&base, &href) else { continue };
                if epub.get(&path).is_none() {
                    epub.put(&path, png.clone());
                    package.add_item(&name, &href, "image/png");
                }
                let src = relative(&document.path, &path);
                put_beside(document, *node, &src, drawn);
            }
            Err(why) => {
                let place = epub.place_at(&document.path, document.tree.offset(*node));
                let message = format!("a formula has no picture: {why}");
                let finding = Finding::new(Code::FormulaNotDrawn, place, message)
                    .about(Subject::Written(written(&document.tree, *node)));
                outcome.findings.push(finding.hint(
                    "Readers that know no MathML show its letters in a row; \
                     write it with simpler commands, or as a picture",
                ));
            }
        }
    }
}

/// The formulas of a document that have no picture yet.
fn formulas(document: &ContentDocument) -> Vec<NodeId> {
    let tree = &document.tree;
    let has_picture =
        |node| tree.parent(node).is_some_and(|parent| tree.has_class(parent, CLASS));
    tree.descendants(tree.root())
        .filter(|&node| tree.name(node) == Some("math") && !has_picture(node))
        .collect()
}

fn draw(text: &str) -> Made {
    let drawn = formulas::draw(text)?;
    let png = grey_outlines(drawn.svg.as_bytes());
    png.map(|png| (drawn, png)).ok_or_else(|| "its drawing is too large".to_owned())
}

/// Puts the picture behind its formula, and both into an element of their own.
fn put_beside(
    document: &mut ContentDocument,
    node: NodeId,
    src: &str,
    drawn: &FormulaImage,
) {
    let tree = &mut document.tree;
    let class = match tree.attr(node, "display") {
        Some("block") => format!("{CLASS} display"),
        _ => CLASS.to_owned(),
    };
    let style = format!(
        "width: {:.2}em; max-width: 100%; height: auto; vertical-align: {:.2}em",
        drawn.width, -drawn.depth
    );
    let alt = written(tree, node).split_whitespace().collect::<Vec<_>>().join(" ");
    let picture =
        tree.create_element("img", &[("src", src), ("alt", &alt), ("style", &style)]);
    let both = tree.create_element("span", &[("class", &class)]);
    tree.replace(node, both);
    tree.append(both, node);
    tree.append(both, picture);
    document.changed = true;
}

/// A formula as its author wrote it, else what it says.
fn written(tree: &Document, node: NodeId) -> String {
    let is_tex = |&one: &NodeId| tree.attr(one, "encoding") == Some("application/x-tex");
    let annotation = tree.descendants(node).find(is_tex).map(|one| tree.text(one));
    let said = annotation.or_else(|| tree.attr(node, "alttext").map(str::to_owned));
    said.unwrap_or_else(|| tree.text(node))
}
