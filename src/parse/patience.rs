//! How long pandoc may read a text. Its reader of Markdown takes half as long again with each bracket that nothing
//! closes, so that a page of them would keep a book waiting for years.

use crate::proc::Process;
use crate::project::Chapter;
use concfilter::error::Error;
use std::time::Duration;

/// For a beginning, on a machine that has much else to do.
const LEAST: Duration = Duration::from_mins(1);

/// So many bytes it reads in a second at least: it does a hundred times as many.
const BYTES: usize = 10_000;

/// From so many open brackets on, they are what takes long.
const MANY: usize = 12;

/// Bounds how long a run of pandoc that reads a text of so many bytes may take. `CONCBOOK_PANDOC_SECONDS` names
/// another time.
pub(super) fn bound(job: Process, bytes: usize) -> Process {
    let asked = std::env::var("CONCBOOK_PANDOC_SECONDS").ok();
    let asked = asked.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    job.limit(asked.unwrap_or_else(|| limit(bytes)))
}

/// How long a text of so many bytes may take.
pub(super) fn limit(bytes: usize) -> Duration {
    LEAST + Duration::from_secs((bytes / BYTES) as u64)
}

/// Why a run that reads a chapter came to no end, where that is what is wrong: at the paragraph in which most brackets
/// are open.
pub(super) fn explained(error: Error, chapter: &Chapter) -> Error {
    if !error.message().contains("did not end within") {
        return error.at(chapter.whole());
    }
    let longer = "CONCBOOK_PANDOC_SECONDS=600 gives it longer";
    let (at, open) = most_open(&chapter.text);
    let error = Error::new(error.message().to_owned());
    if open < MANY {
        let hint = format!("Take parts out of the chapter to see which it is; {longer}");
        return error.at(chapter.whole()).hint(hint);
    }
    error.at(chapter.place(at)).hint(format!(
        "Of the brackets in this paragraph {open} are never closed, and each makes pandoc search for longer: \
         write \\[ for those that are text; {longer}"
    ))
}

/// The byte of the paragraph in which most brackets stay open, and how many do.
fn most_open(text: &str) -> (usize, usize) {
    let (mut most, mut start, mut at) = ((0, 0), 0, 0);
    let (mut open, mut escaped) = (0_usize, false);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            (start, open) = (at + line.len(), 0);
        }
        for c in line.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => open += 1,
                ']' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        at += line.len();
        if open > most.1 {
            most = (start, open);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn the_paragraph_that_takes_long_is_told() {
        let text = format!("# A\n\n\\[ [a] [b\n\nx\n{}\n\nend\n", "[a *b\n".repeat(20));
        let chapter = Chapter::of_text("a.md", &text, Dialect::Pandoc);
        let error = explained(Error::new("pandoc did not end within 60 s"), &chapter);
        assert_eq!(error.place().unwrap().to_string(), "a.md:5:1");
        assert!(error.hint_text().unwrap().contains("20 are never closed"), "{error:?}");
        let chapter = Chapter::of_text("a.md", "# A\n\n[\n", Dialect::Pandoc);
        let error = explained(Error::new("pandoc did not end within 60 s"), &chapter);
        assert_eq!(error.place().unwrap().to_string(), "a.md");
        assert!(error.hint_text().unwrap().contains("CONCBOOK_PANDOC_SECONDS"));
        let error = explained(Error::new("cannot start pandoc"), &chapter);
        assert_eq!(
            (error.hint_text(), error.place().unwrap().to_string()),
            (None, "a.md".to_owned())
        );
    }

    #[test]
    fn a_long_text_may_take_longer() {
        assert_eq!(limit(10), LEAST);
        assert_eq!(limit(1_000_000), LEAST + Duration::from_secs(100));
    }
}
