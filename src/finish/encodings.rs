//! What documents say of their own encoding: whatever they were made in, they are UTF-8 here, and a parser that
//! believes another word stops at it.
//!
//! ```text
//! <?xml version="1.0" encoding="cp1252"?>   becomes   <?xml version="1.0" encoding="UTF-8"?>
//! ```

use super::outcome::FinishOutcome;
use super::repairs::Repair;
use crate::epub::{Entry, Epub};
use crate::finding::{Code, Finding};
use std::ops::Range;

const UTF8: &str = "UTF-8";

/// Sets the encoding that the declaration of each file names, whether the manifest knows it or not: the container's
/// own files are read by the same parsers. No other files have declarations.
pub(super) fn apply(epub: &mut Epub, outcome: &mut FinishOutcome) {
    let wrong = |entry: &Entry| {
        let text = std::str::from_utf8(&entry.data).ok()?;
        let range = encoding(text)?;
        let is_right = text[range.clone()].eq_ignore_ascii_case(UTF8);
        (!is_right).then(|| (entry.name.clone(), text.to_owned(), range))
    };
    let wrong: Vec<_> = epub
        .entries()
        .iter()
        .filter(|entry| has_declaration(&entry.data))
        .filter_map(wrong)
        .collect();
    outcome.repairs.add(Repair::Document, wrong.len());
    for (name, mut text, range) in wrong {
        let mut place = epub.place(&name);
        place.line = Some(1);
        let message = format!(
            "the XML declaration names the encoding {:?}; it names UTF-8 now, as which the file is read",
            &text[range.clone()]
        );
        outcome.findings.push(Finding::new(Code::HtmlModernised, place, message));
        text.replace_range(range, UTF8);
        epub.put(&name, text.into_bytes());
    }
}

/// Whether a file begins as XML with a declaration does, behind a mark of its byte order.
fn has_declaration(bytes: &[u8]) -> bool {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).starts_with(b"<?xml")
}

/// Where the encoding stands that a declaration at the beginning names, without its quotes.
fn encoding(text: &str) -> Option<Range<usize>> {
    let end = text.find("?>")?;
    let declaration = &text[..end];
    let name = declaration.find("encoding")?;
    // `<?xml-stylesheet encoding="x"?>` is another.
    let start = declaration.find("<?xml")? + "<?xml".len();
    // What stands there may be the end of a longer letter.
    let is_apart = |at: usize| text.as_bytes()[at].is_ascii_whitespace();
    if !is_apart(start) || !is_apart(name - 1) {
        return None;
    }
    let rest = declaration[name + "encoding".len()..].trim_start().strip_prefix('=')?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let from = end - rest.len() + 1;
    Some(from..from + rest[1..].find(quote)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_stands_between_its_quotes() {
        let named = |text: &str| encoding(text).map(|range| text[range].to_owned());
        let same = [
            ("<?xml version=\"1.0\" encoding=\"cp1252\"?><a/>", Some("cp1252")),
            (
                "\u{feff}<?xml version='1.0'\n encoding = 'é' standalone='no'?><a/>",
                Some("é"),
            ),
            ("<?xml version=\"1.0\" encoding=\"\"?><a/>", Some("")),
            ("<?xml version=\"1.0\"?><?x encoding=\"y\"?><a/>", None),
            ("<?xml-stylesheet encoding=\"x\"?><a/>", None),
            ("<?xml version=\"1.0\" xencoding=\"x\"?><a/>", None),
            ("<?xml version=\"1.0\" éencoding=\"x\"?><a/>", None),
            ("<?xmlé encoding=\"x\"?><a/>", None),
            ("<?xml version=\"1.0\" encoding=x?><a b=\"\"/>", None),
            ("<?xml version=\"1.0\" encoding=\"x?><a b=\"\"/>", None),
            ("encoding=\"x\"?>", None),
        ];
        for (text, expected) in same {
            assert_eq!(named(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_utf8_says_so_and_what_is_not_stays() {
        let mut epub = Epub::empty("a.epub");
        let text = |name: &str| {
            format!("<?xml version='1.0' encoding='{name}'?><a/>").into_bytes()
        };
        let latin = b"<?xml version='1.0' encoding='latin1'?><a>\xe9</a>".to_vec();
        for (name, data) in [
            ("META-INF/container.xml", text("UTF-16")),
            ("a.svg", text("utf-8")),
            ("b.svg", text("utf-9")),
            ("c.svg", latin.clone()),
        ] {
            epub.put(name, data);
        }
        let mut outcome = FinishOutcome::default();
        apply(&mut epub, &mut outcome);
        assert_eq!(epub.get("META-INF/container.xml"), Some(&*text("UTF-8")));
        assert_eq!(epub.get("a.svg"), Some(&*text("utf-8")));
        assert_eq!(epub.get("b.svg"), Some(&*text("UTF-8")));
        assert_eq!(epub.get("c.svg"), Some(&*latin));
        let told: Vec<_> =
            outcome.findings.iter().map(|one| one.place.to_string()).collect();
        assert_eq!(told, ["a.epub/META-INF/container.xml:1", "a.epub/b.svg:1"]);
        assert_eq!(outcome.repairs.of(Repair::Document), 2);
    }
}
