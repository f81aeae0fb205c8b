//! How long pandoc may read a text, and with how much memory. Its reader of Markdown takes half as long again with
//! each bracket that nothing closes, so that a page of them would keep a book waiting for years.

use crate::pandoc::Pandoc;
use crate::proc::Process;
use crate::project::Chapter;
use concfilter::error::Error;
use std::time::Duration;

/// For a beginning, on a machine that has much else to do.
const LEAST: Duration = Duration::from_mins(1);

/// So many bytes it reads in a second at least: it does a hundred times as many.
const BYTES: usize = 10_000;

/// Megabytes for a beginning, and bytes of text for each one more: it takes a third of that.
const MEGABYTES: usize = 512;
const BYTES_OF_ONE: usize = 2000;

/// From so many open brackets on, they are what takes long.
const MANY: usize = 12;

/// A run of pandoc that reads a text of so many bytes, with bounds. `CONCBOOK_PANDOC_SECONDS` and `CONCBOOK_PANDOC_MB`
/// name others.
pub(super) fn job(pandoc: &Pandoc, bytes: usize) -> Process {
    let megabytes =
        asked("CONCBOOK_PANDOC_MB").unwrap_or(MEGABYTES + bytes / BYTES_OF_ONE);
    pandoc.job_within(megabytes).limit(limit(bytes))
}

/// How long a run may take that reads a text of so many bytes.
pub(super) fn limit(bytes: usize) -> Duration {
    let seconds = asked("CONCBOOK_PANDOC_SECONDS");
    seconds.map_or_else(|| time(bytes), |one| Duration::from_secs(one as u64))
}

/// The number that a variable of the environment has.
pub(super) fn asked(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

fn time(bytes: usize) -> Duration {
    LEAST + Duration::from_secs((bytes / BYTES) as u64)
}

/// Why a run that reads a chapter failed; where it came to no end, at the paragraph in which most brackets are open.
pub(super) fn explained(error: Error, chapter: &Chapter) -> Error {
    let message = error.message();
    let (message, more) = if message.contains("did not end within") {
        (message.to_owned(), "CONCBOOK_PANDOC_SECONDS=600 gives it longer")
    } else if let Some((_, size)) = message.split_once("Current maximum heap size is") {
        let size = size.split(['(', ')']).nth(1).unwrap_or("it may have");
        let message = format!("pandoc needs more memory than {size} to read this");
        (message, "CONCBOOK_PANDOC_MB=4000 gives it more")
    } else {
        return error.at(chapter.whole());
    };
    let (at, open) = most_open(&chapter.text);
    let error = Error::new(message);
    if open < MANY {
        let hint = format!("Take parts out of the chapter to see which it is; {more}");
        return error.at(chapter.whole()).hint(hint);
    }
    error.at(chapter.place(at)).hint(format!(
        "Of the brackets in this paragraph {open} are never closed, and each makes pandoc search for longer: \
         write \\[ for those that are text; {more}"
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
        let heap = "pandoc failed (exit status: 251): pandoc: Heap exhausted;\n\
                    pandoc: Current maximum heap size is 134217728 bytes (128 MB).\n";
        let error = explained(Error::new(heap), &chapter);
        assert_eq!(error.message(), "pandoc needs more memory than 128 MB to read this");
        assert!(error.hint_text().unwrap().contains("CONCBOOK_PANDOC_MB"));
        let error = explained(Error::new("cannot start pandoc"), &chapter);
        assert_eq!(
            (error.hint_text(), error.place().unwrap().to_string()),
            (None, "a.md".to_owned())
        );
    }

    #[test]
    fn a_long_text_may_take_longer() {
        assert_eq!(time(10), LEAST);
        assert_eq!(time(1_000_000), LEAST + Duration::from_secs(100));
    }
}
