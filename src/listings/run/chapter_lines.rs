//! From the lines of extracted files, as tracebacks and compilers name them, to the lines of the
//! chapters that the author edits.

use super::super::set::Origin;
use super::super::{ListingSet, Program};
use concfilter::error::Place;
use regex::Regex;
use std::sync::LazyLock;

/// How messages name a line: `File "a.py", line 3`, `a.rs:3:5`, `(A.java:3)`, `a.ts(3,5)`.
static LINES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?P<file>[\w./+-]+\.\w+)(?P<between>", line |:|\()(?P<line>\d+)"#).ok()
});

/// The text with lines of chapters in place of those of files, and the place that it names last in
/// the program itself: where a traceback ends. `own` is the program that ran.
pub(super) fn in_chapters(
    text: &str,
    book: &ListingSet,
    own: &Program,
) -> (String, Option<Place>) {
    let Some(lines) = &*LINES else { return (text.to_owned(), None) };
    let mut out = String::new();
    let mut copied = 0;
    let mut last = None;
    for found in lines.captures_iter(text) {
        let (Some(file), Some(between), Some(line)) =
            (found.name("file"), found.name("between"), found.name("line"))
        else {
            continue;
        };
        let number = line.as_str().parse::<usize>().unwrap_or(0);
        let Some(program) = named(file.as_str(), book, own) else { continue };
        let origin = number.checked_sub(1).and_then(|at| program.lines.get(at));
        let Some(origin) = origin else { continue };
        let Some(place) = of_origin(book, origin) else { continue };
        out.push_str(text.get(copied..file.start()).unwrap_or_default());
        out.push_str(&place.file);
        out.push_str(between.as_str());
        out.push_str(&place.line.unwrap_or_default().to_string());
        copied = line.end();
        if program.path == own.path {
            last = Some(place);
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    (out, last)
}

/// The place of a program's line, from 1, in its chapter.
pub(super) fn place(book: &ListingSet, program: &Program, line: usize) -> Option<Place> {
    of_origin(book, program.lines.get(line.checked_sub(1)?)?)
}

fn of_origin(book: &ListingSet, origin: &Origin) -> Option<Place> {
    let listing = book.listings.get(origin.listing)?;
    Some(book.place(listing, origin.index))
}

/// The program that a message means by a path or a file's name.
fn named<'a>(file: &str, book: &'a ListingSet, own: &'a Program) -> Option<&'a Program> {
    let is_end = |path: &str| {
        let rest = path.strip_suffix(file.trim_start_matches("./"));
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    if is_end(&own.path) {
        return Some(own);
    }
    if let Some(found) = book.programs.iter().find(|one| one.path == file) {
        return Some(found);
    }
    let folder = own.path.rsplit_once('/').map_or("", |at| at.0);
    let beside = format!("{folder}/{}", file.trim_start_matches("./"));
    let beside = book.programs.iter().find(|one| one.path == beside);
    let mut ending = book.programs.iter().filter(|one| is_end(&one.path));
    beside.or_else(|| ending.next().filter(|_| ending.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use crate::project::{Chapter, Manifest};
    use concfilter::settings::Listings;
    use std::sync::Arc;

    #[test]
    fn lines_of_files_become_lines_of_chapters() {
        let text = "A\n\n```python\n# a.py\nraise ValueError\n```\n\n\
                    ```java\n// B.java\nclass B {}\n```\n";
        let chapter = Arc::new(Chapter::of_text("book/ch.md", text, Dialect::Pandoc));
        let settings = Listings::default();
        let book =
            ListingSet::read(vec![chapter], &settings, &Manifest::default()).unwrap();
        let own = &book.programs[0];
        let messages = "File \"ch/a.py\", line 2, in <module>\nFile \"/usr/lib/x.py\", line 2\n\
                    at B.main(B.java:2)\na.py:9\n";
        let (text, at) = in_chapters(messages, &book, own);
        assert_eq!(
            text,
            "File \"book/ch.md\", line 5, in <module>\nFile \"/usr/lib/x.py\", line 2\n\
             at B.main(book/ch.md:10)\na.py:9\n"
        );
        assert_eq!(at.and_then(|at| at.line), Some(5));
    }
}
