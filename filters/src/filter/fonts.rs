//! The fonts a book asks for where its author asked for none, as pandoc's own variables, so that
//! every writer that can carry fonts does.

use crate::ast::meta;
use crate::ast::raw::RawDocument;
use serde_json::{Value, json};

const FONTS: &[(&str, &str)] =
    &[("mainfont", "Georgia"), ("sansfont", "Verdana"), ("monofont", "Ubuntu Mono")];

/// Sets what is not set, for an output format.
pub(super) fn apply(document: &mut RawDocument<'_>, format: &str) {
    if is_markup(format) {
        return;
    }
    if matches!(format, "latex" | "beamer") {
        return for_latex(document);
    }
    for (key, family) in FONTS {
        document.add_meta(key, meta::string(family));
    }
    // Typst's template has another name for the font of code.
    if format == "typst" {
        let font = document.meta().get("monofont").cloned();
        document.add_meta("codefont", font.unwrap_or_else(|| meta::string(FONTS[2].1)));
    }
}

/// Whether a format is text for another program, whose front matter would show the variables.
fn is_markup(format: &str) -> bool {
    const MARKUP: &[&str] = &["commonmark", "gfm", "ipynb", "markdown", "markua"];
    MARKUP.iter().any(|one| format.starts_with(one))
}

/// A font that LaTeX lacks ends its run, so it is asked for each.
fn for_latex(document: &mut RawDocument<'_>) {
    let commands = [r"\setmainfont", r"\setsansfont", r"\setmonofont"];
    let lines: Vec<String> = FONTS
        .iter()
        .zip(commands)
        .filter(|((key, _), _)| !document.meta().contains_key(*key))
        .map(|((_, family), command)| {
            format!(r"\IfFontExistsTF{{{family}}}{{{command}{{{family}}}}}{{}}")
        })
        .collect();
    // pdfTeX has no such fonts; with a package for fonts of its own the author has chosen.
    if lines.is_empty() || document.meta().contains_key("fontfamily") {
        return;
    }
    let code = format!("\\ifdefined\\setmainfont\n{}\n\\fi", lines.join("\n"));
    let block = json!({"t": "RawBlock", "c": ["latex", code]});
    let own: Value = json!({"t": "MetaBlocks", "c": [block]});
    document.extend_meta("header-includes", own);
}
