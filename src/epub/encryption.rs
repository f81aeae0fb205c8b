//! Files that are not as they stand, and `META-INF/encryption.xml` that tells which (EPUB 3.3, sections
//! 4.2.6.3.3 and 4.3).

use super::dom::Document;
use super::{Epub, Package};
use crate::reference::percent_encode;
use concfilter::error::{Error, Result};
use std::fmt::Write as _;

/// The file that names them.
pub const PATH: &str = "META-INF/encryption.xml";

/// The ways to make a font file unreadable by itself, which is no copy protection: that of the
/// standard, and Adobe's.
pub const OBFUSCATIONS: &[&str] =
    &["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// The paths of obfuscated files.
///
/// # Errors
/// A file is encrypted in another way, or the text cannot be read.
pub fn obfuscated(text: &str) -> Result<Vec<String>> {
    let tree = Document::parse(text).map_err(|error| Error::new(error.to_string()))?;
    let mut found = Vec::new();
    for node in tree.descendants(tree.root()) {
        if tree.local_name(node) != Some("EncryptedData") {
            continue;
        }
        let of = |name: &str, attr: &str| {
            let mut inside = tree.descendants(node);
            let one = inside.find(|&one| tree.local_name(one) == Some(name))?;
            tree.attr(one, attr)
        };
        let path =
            super::percent_decode(of("CipherReference", "URI").unwrap_or_default());
        let method = of("EncryptionMethod", "Algorithm").unwrap_or_default();
        if !OBFUSCATIONS.contains(&method) {
            return Err(Error::new(format!("the entry {path:?} is encrypted"))
                .hint("A book with copy protection cannot be packed or checked"));
        }
        found.push(path);
    }
    Ok(found)
}

/// How much of a font is obfuscated, in bytes (EPUB 3.3, section 4.3.3).
const OBFUSCATED_BYTES: usize = 1040;

/// Obfuscates fonts of the container by the standard's algorithm, with the key that is made of the book's
/// identifier, and writes the file that names them.
pub fn obfuscate(epub: &mut Epub, package: &Package, paths: &[String]) {
    let key = sha1_smol::Sha1::from(unique_identifier(package)).digest().bytes();
    let mut xml =
        "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" \
                   xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\">\n"
            .to_owned();
    for path in paths {
        let Some(data) = epub.get(path) else { continue };
        let mut data = data.to_vec();
        let bytes = data.iter_mut().take(OBFUSCATED_BYTES);
        bytes.zip(key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        epub.put(path, data);
        let _ = write!(
            xml,
            "  <enc:EncryptedData>\n    <enc:EncryptionMethod Algorithm=\"{}\"/>\n    \
             <enc:CipherData><enc:CipherReference URI=\"{}\"/></enc:CipherData>\n  \
             </enc:EncryptedData>\n",
            OBFUSCATIONS[0],
            percent_encode(path)
        );
    }
    xml.push_str("</encryption>\n");
    epub.put(PATH, xml.into_bytes());
}

/// The identifier that `unique-identifier` names, without white space.
fn unique_identifier(package: &Package) -> String {
    let tree = package.document();
    let id = tree.root_element().and_then(|root| tree.attr(root, "unique-identifier"));
    let mut identifiers = package.elements("identifier").into_iter();
    let identifier = identifiers
        .find(|&node| tree.attr(node, "id") == id)
        // The standard's key of a book without identifier is that of nothing.
        .map_or_else(String::new, |node| tree.text(node));
    identifier.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_obfuscated_is_named_and_comes_back_by_doing_it_again() {
        let opf = "<package unique-identifier=\"id\"><metadata><dc:identifier id=\"id\"> a b\n\
                   </dc:identifier></metadata><manifest/></package>";
        let mut epub = Epub::empty("a.epub");
        let package = Package::parse(opf).unwrap();
        let path = "E & B/\"fönt\" 1.ttf".to_owned();
        let font: Vec<u8> = (0..=u8::MAX).cycle().take(1100).collect();
        epub.put(&path, font.clone());
        obfuscate(&mut epub, &package, std::slice::from_ref(&path));
        let hidden = epub.get(&path).unwrap();
        assert_ne!(hidden[..20], font[..20]);
        assert_eq!(hidden[OBFUSCATED_BYTES..], font[OBFUSCATED_BYTES..]);
        let paths = obfuscated(epub.text(PATH).unwrap()).unwrap();
        assert_eq!(paths, [&*path]);
        obfuscate(&mut epub, &package, &paths);
        assert_eq!(epub.get(&path).unwrap(), font);
    }
}
