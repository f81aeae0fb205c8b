//! font-size-absolute: text and code follow the size that the reader chose.

use super::book::ParsedBook;
use crate::css::{Size, Value};
use crate::finding::{Code, Finding};

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    for chosen in book.chosen() {
        let absolute =
            chosen.declarations.iter().find_map(|declaration| match &declaration.value {
                Value::Size(Size::Absolute(text, _)) => Some((declaration.offset, text)),
                _ => None,
            });
        if let Some((offset, text)) = absolute {
            let message = format!("the font size {text} is absolute");
            let finding =
                Finding::new(Code::FontSizeAbsolute, (chosen.place)(offset), message);
            out.push(finding.hint("Give it in em, rem or %"));
        }
    }
}
