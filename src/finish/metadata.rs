//! What the package document says of the book itself, made stable and valid: its identifier and
//! its language.

use super::Repair;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::{ContentDocuments, Document, Epub, Package};
use crate::finding::{Code, Finding, Subject};
use oxilangtag::LanguageTag;
use rayon::prelude::*;
use uuid::{Uuid, Variant, Version};

/// The language of a book that names none: the one that most programming books are in.
const ASSUMED: &str = "en";

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    if !options.keep_identifier && epub.get("META-INF/encryption.xml").is_none() {
        identifier(package);
    }
    language(epub, package, documents, outcome);
}

/// Puts the UUID of title and authors (RFC 9562, section 5.5) in the place of a random one, which
/// pandoc makes on each run for a book without an identifier.
fn identifier(package: &mut Package) {
    let name = package
        .texts("title")
        .into_iter()
        .take(1)
        .chain(package.texts("creator"))
        .collect::<Vec<_>>()
        .join("\n");
    if name.is_empty() {
        return;
    }
    let stable = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).urn().to_string();
    for node in package.elements("identifier") {
        if is_random(&package.document().text(node)) {
            package.document_mut().set_text(node, &stable);
        }
    }
}

/// Whether an identifier is a random UUID, written as pandoc writes it.
fn is_random(identifier: &str) -> bool {
    let identifier = identifier.trim();
    Uuid::parse_str(identifier).is_ok_and(|uuid| {
        uuid.get_version() == Some(Version::Random)
            && uuid.get_variant() == Variant::RFC4122
            && identifier == uuid.urn().to_string()
    })
}

/// Repairs language tags: those of the package, then the same ones in the documents.
fn language(
    epub: &Epub,
    package: &mut Package,
    documents: &mut ContentDocuments,
    outcome: &mut FinishOutcome,
) {
    let nodes = package.elements("language");
    let named: Vec<String> =
        nodes.iter().map(|&node| package.document().text(node)).collect();
    let assumed =
        named.iter().find_map(|tag| valid(tag)).unwrap_or_else(|| ASSUMED.to_owned());
    for (node, tag) in nodes.into_iter().zip(&named) {
        let right = valid(tag);
        if right.as_deref() == Some(tag.as_str()) {
            continue;
        }
        if right.is_none() {
            let place =
                epub.place_at(epub.package_path(), package.document().offset(node));
            let message = format!(
                "the language is {:?}, which is no language tag; {assumed} is assumed",
                tag.trim()
            );
            outcome.findings.push(
                Finding::new(Code::LanguageInvalid, place, message)
                    .about(Subject::Setting("lang".into()))
                    .hint("Set it in the metadata: `lang: en-GB`"),
            );
        }
        package.document_mut().set_text(node, right.as_ref().unwrap_or(&assumed));
        outcome.repairs.add(Repair::Language, 1);
    }
    // pandoc 2 does not say in which language the metadata are.
    let tree = package.document_mut();
    if let Some(root) = tree.root_element()
        && tree.attr(root, "xml:lang").is_none()
    {
        tree.set_attr(root, "xml:lang", assumed.clone());
    }
    let in_documents: usize = documents
        .0
        .par_iter_mut()
        .map(|document| {
            let assumed = assumed.clone();
            document.change("languages", assumed.clone(), move |document| {
                let repaired = tags(&mut document.tree, &assumed);
                document.changed |= repaired > 0;
                repaired
            })
        })
        .sum();
    outcome.repairs.add(Repair::Language, in_documents);
    outcome.repairs.add(Repair::Language, tags(package.document_mut(), &assumed));
}

/// Repairs the language tags of a document; how many there were.
fn tags(tree: &mut Document, assumed: &str) -> usize {
    let mut wrong = Vec::new();
    for node in tree.descendants(tree.root()) {
        for name in ["lang", "xml:lang"] {
            let Some(tag) = tree.attr(node, name) else { continue };
            let right = valid(tag);
            // An empty tag states that the language is unknown (XML 1.0, section 2.12).
            if !tag.is_empty() && right.as_deref() != Some(tag) {
                wrong.push((node, name, right));
            }
        }
    }
    let repaired = wrong.len();
    for (node, name, right) in wrong {
        // Within a document what surrounds the element tells.
        let is_root = Some(node) == tree.root_element();
        match right.or_else(|| is_root.then(|| assumed.to_owned())) {
            Some(tag) => tree.set_attr(node, name, tag),
            None => tree.remove_attr(node, name),
        }
    }
    repaired
}

/// A language tag (BCP 47) as it should be written, `en-GB` for the locale `en_GB.UTF-8`; `None`
/// where no language can be read out of it.
fn valid(tag: &str) -> Option<String> {
    let tag = tag.trim();
    let tag = tag.split(['.', '@']).next().unwrap_or(tag).replace('_', "-");
    let parsed = LanguageTag::parse(tag).ok()?;
    // Longer ones are well-formed, but no language has one: `POSIX`.
    (parsed.primary_language().len() <= 3).then(|| parsed.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::ContentDocument;

    fn package(inside: &str) -> Package {
        Package::parse(&format!(
            "<package xml:lang=\"C\"><metadata>{inside}</metadata><manifest></manifest></package>"
        ))
        .unwrap()
    }

    #[test]
    fn a_random_identifier_becomes_a_stable_one() {
        let of = |id: &str| {
            let mut package = package(&format!(
                "<dc:title>T</dc:title><dc:creator>A</dc:creator><dc:identifier>{id}</dc:identifier>"
            ));
            identifier(&mut package);
            package.texts("identifier")
        };
        let one = of("urn:uuid:da5c89f3-bf37-4e28-a88d-8e076e7dc7f2");
        assert_eq!(one, of("urn:uuid:680ee7cb-d559-4f91-acb7-5a76e7fc79aa"));
        assert!(one[0].starts_with("urn:uuid:") && !is_random(&one[0]));
        for own in
            ["urn:isbn:9780000000002", "urn:uuid:680ee7cb-d559-1f91-acb7-5a76e7fc79aa"]
        {
            assert_eq!(of(own), [own]);
        }
    }

    #[test]
    fn tags_are_read_as_locales_too() {
        let right = |tag| valid(tag).unwrap_or_default();
        assert_eq!(right("en_GB.UTF-8"), "en-GB");
        assert_eq!(right("zh-Hant-TW"), "zh-Hant-TW");
        assert_eq!(["C", "POSIX", "", "e n"].map(right), [""; 4]);
    }

    #[test]
    fn what_is_no_language_is_said_and_repaired() {
        let mut package = package("<dc:language>C</dc:language>");
        let xml = "<html xml:lang=\"C\"><p lang=\"de_DE\"></p><p lang=\"?\"></p><p lang=\"\"></p></html>";
        let mut documents = ContentDocuments(vec![ContentDocument::of("a", xml).into()]);
        let mut outcome = FinishOutcome::default();
        let epub = Epub::empty("t.epub");
        language(&epub, &mut package, &mut documents, &mut outcome);
        assert_eq!(package.texts("language"), ["en"]);
        assert!(package.to_xml().contains("<package xml:lang=\"en\">"));
        assert_eq!(
            documents.0[0].tree.to_xml(),
            "<html xml:lang=\"en\"><p lang=\"de-DE\"></p><p></p><p lang=\"\"></p></html>"
        );
        assert_eq!(outcome.findings.len(), 1);
        assert_eq!(outcome.repairs.of(Repair::Language), 5);
    }
}
