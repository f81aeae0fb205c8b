//! family-not-embedded: a family that text is set in is embedded, or a generic family ends the
//! list (EPUB 3.3, section 6.3.1.3; CSS Fonts 4, section 2.1).

use super::book::ParsedBook;
use crate::css::{Family, Value};
use crate::finding::{Code, Finding};

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let embedded =
        |family: &Family| book.faces().any(|(_, face)| family.is_named(&face.family));
    for chosen in book.chosen() {
        for declaration in chosen.declarations {
            let Value::Families(families) = &declaration.value else { continue };
            if matches!(families.last(), Some(Family::Generic(_))) {
                continue;
            }
            let absent: Vec<&str> = families
                .iter()
                .filter(|family| matches!(family, Family::Named(_)) && !embedded(family))
                .map(Family::name)
                .collect();
            if !absent.is_empty() {
                let message = format!("the book holds no font {}", absent.join(", "));
                let place = (chosen.place)(declaration.offset);
                out.push(Finding::new(Code::FamilyNotEmbedded, place, message).hint(
                    "Embed it with @font-face, or end the list with serif, sans-serif or \
                     monospace",
                ));
            }
        }
    }
}
