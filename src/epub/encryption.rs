//! What `META-INF/encryption.xml` says: which files are not as they stand (EPUB 3.3, section
//! 4.2.6.3.3).

use super::dom::Document;
use concfilter::error::{Error, Result};

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
