//! css-invalid: stylesheets keep to the grammar of CSS (CSS Syntax 3), and set no direction (EPUB 3.3,
//! section 6.3.1.1).

use super::book::ParsedBook;
use crate::elements::style::syntax_faults;
use crate::finding::{Code, Finding};

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let mut tell = |name: &str, start: usize, css: &str| {
        for (offset, fault) in syntax_faults(css) {
            let place = book.epub.place_at(name, start + offset);
            out.push(Finding::new(Code::CssInvalid, place, fault));
        }
    };
    for (name, item) in book.items {
        if item.media_type == "text/css"
            && let Ok(css) = book.epub.text(name)
        {
            tell(name, 0, css);
        }
    }
    for (page, _) in &book.pages {
        for (start, css) in page.style_elements() {
            tell(page.name, start, css);
        }
    }
}
