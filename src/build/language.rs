//! The language of a book and the direction of its text. Where a book names no language, pandoc takes
//! that of the machine it runs on, and so makes another book on another one; the direction it leaves to
//! the author.

use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::Manifest;
use concfilter::ast::meta;
use concfilter::error::Result;
use serde_json::{Map, Value};

/// The language assumed.
const ASSUMED: &str = "en-US";

/// The language to write the book in where neither its metadata, nor its variables, nor its file of
/// ePub metadata name one; that is a finding.
pub(super) fn assumed(
    manifest: &Manifest,
    metadata: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) -> Result<Option<&'static str>> {
    let options = manifest.options();
    let is_named = ["lang", "language"].iter().any(|&key| metadata.contains_key(key))
        || options.get("variables").is_some_and(|all| all["lang"].is_string());
    if is_named {
        return Ok(None);
    }
    if let Some(file) = options.get("epub-metadata").and_then(Value::as_str)
        && fsx::read_text(&manifest.dir().join(file))?.contains("<dc:language")
    {
        return Ok(None);
    }
    let place = manifest.place(&["metadata"]);
    let message = format!("the book names no language; {ASSUMED} is assumed");
    findings.push(
        Finding::new(Code::LanguageMissing, place, message)
            .hint("Name it in book.yaml: `metadata: {lang: en-GB}`"),
    );
    Ok(Some(ASSUMED))
}

/// Languages that are written from right to left.
const RTL: &[&str] = &[
    "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "nqo", "prs", "ps", "sd",
    "syr", "ug", "ur", "yi",
];

/// Scripts that are (ISO 15924).
const RTL_SCRIPTS: &[&str] = &[
    "adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa",
    "yezi",
];

/// The language that metadata name, in lower case; empty where they name none.
pub(super) fn of(metadata: &Map<String, Value>) -> String {
    let all = ["lang", "language"].map(|key| text(metadata, key));
    all.into_iter().find(|lang| !lang.is_empty()).unwrap_or_default()
}

fn text(metadata: &Map<String, Value>, key: &str) -> String {
    match metadata.get(key).map_or(Value::Null, meta::plain) {
        Value::String(text) => text.trim().to_lowercase(),
        _ => String::new(),
    }
}

/// Whether text runs from right to left: as `dir` says, else as the language is written.
pub(super) fn is_rtl(metadata: &Map<String, Value>) -> bool {
    match &*text(metadata, "dir") {
        "rtl" => return true,
        "ltr" => return false,
        _ => {}
    }
    let lang = of(metadata);
    let mut parts = lang.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    match parts.find(|part| part.len() == 4 && part.chars().all(char::is_alphabetic)) {
        Some(script) => RTL_SCRIPTS.contains(&script),
        None => RTL.contains(&language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_is_that_of_the_metadata_or_of_the_script() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs =
                pairs.iter().map(|(key, text)| ((*key).to_owned(), meta::string(text)));
            is_rtl(&pairs.collect())
        };
        for lang in ["ar", "he-IL", "fa", "ur-PK", "az-Arab", "az-Arab-IR", "AR"] {
            assert!(of(&[("lang", lang)]), "{lang}");
        }
        for lang in ["en", "az", "ar-Latn", "uz-Cyrl", "", "arn"] {
            assert!(!of(&[("lang", lang)]), "{lang}");
        }
        assert!(of(&[("dir", "rtl"), ("lang", "en")]));
        assert!(!of(&[("dir", "ltr"), ("lang", "ar")]));
    }
}
