//! What is taken off before outputs are compared.

use super::OutputLine;
use concfilter::tags::Norm;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The lines of a text as a book can show them: without the escapes that colour a terminal, without
/// blanks at their ends and empty lines at the end, and with `NUL` for the character.
pub(in crate::listings) fn normalize(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "NUL");
    let text = without_escapes(&text);
    let mut lines: Vec<String> =
        text.split('\n').map(|line| line.trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// A line of the book without the blanks at its end.
pub(super) fn line(line: OutputLine) -> OutputLine {
    OutputLine { text: line.text.trim_end(), ..line }
}

/// Takes out the escapes of ECMA-48: control sequences, strings up to their end, and others of one
/// character.
fn without_escapes(text: &str) -> Cow<'_, str> {
    static ESCAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        regex(concat!(
            r"\x1b(?:\[[0-?]*[ -/]*[@-~]",
            r"|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?",
            r"|[ -/]*[0-~])",
        ))
    });
    match &*ESCAPES {
        Some(escapes) if text.contains('\u{1b}') => escapes.replace_all(text, ""),
        _ => Cow::Borrowed(text),
    }
}

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// What is found and normalized.
struct Rules {
    addr: Option<Regex>,
    date: Option<Regex>,
    digits: Option<Regex>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    const DAY: &str = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?";
    const MONTH: &str = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?";
    const TIME: &str = concat!(
        r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp][Mm]\b)?",
        r"(?:\s?(?:(?:Z|UTC|GMT|CES?T|[ECMP][SD]T)\b|[+-]\d{2}:?\d{2}\b))?",
    );
    let dates = [
        format!(r"\b{DAY}{MONTH}\s+\d{{1,2}}\s+{TIME}\s+\d{{4}}\b"),
        format!(r"\b\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:(?:T|\s){TIME})?"),
        format!(r"\b{DAY}{MONTH}\s+\d{{1,2}},?\s+\d{{4}}(?:,?\s+{TIME})?"),
        format!(r"\b{DAY}\d{{1,2}}\s+{MONTH}\s+\d{{4}}(?:,?\s+{TIME})?"),
        format!(r"\b\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b(?:,?\s+{TIME})?"),
        format!(r"\b{TIME}"),
    ];
    Rules {
        addr: regex(r"\b0[xX][0-9a-fA-F]+\b|@[0-9a-f]{4,16}\b"),
        date: regex(&dates.join("|")),
        digits: regex(r"[ \t]*[0-9]+"),
    }
});

/// A line of which something is normalized. Numbers become `0`, whatever blanks align them.
pub(in crate::listings) fn apply(norm: Norm, line: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(line);
    let all = [
        (norm.addr, &RULES.addr, "ADDR"),
        (norm.date, &RULES.date, "DATE"),
        (norm.digits, &RULES.digits, "0"),
    ];
    for (_, rule, by) in all.into_iter().filter(|(is_wanted, ..)| *is_wanted) {
        let Some(rule) = rule else { continue };
        if let Cow::Owned(new) = rule.replace_all(&text, by) {
            text = Cow::Owned(new);
        }
    }
    text
}

/// What may be normalized beyond what is: the least first.
pub(in crate::listings) fn norms(now: Norm) -> impl Iterator<Item = Norm> {
    let with = move |set: u8| Norm {
        addr: now.addr || set & 1 > 0,
        date: now.date || set & 2 > 0,
        sort: now.sort || set & 4 > 0,
        digits: now.digits || set & 8 > 0,
    };
    let mut sets: Vec<u8> = (1..16).filter(|set| with(*set) != now).collect();
    sets.sort_by_key(|set| set.count_ones());
    sets.into_iter().map(with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_book_shows_is_off() {
        assert_eq!(normalize("a \r\nb\t\n\n\n"), ["a", "b"]);
        assert_eq!(normalize("\n\na"), ["", "", "a"]);
        assert_eq!(normalize(""), [""; 0]);
        assert_eq!(normalize("a\0b"), ["aNULb"]);
        let link = "\u{1b}[1;31mred\u{1b}[0m \u{1b}]8;;http://x\u{7}link";
        assert_eq!(normalize(link), ["red link"]);
        assert_eq!(normalize("\u{1b}(Bx\u{1b}7y"), ["xy"]);
        assert_eq!(normalize("10%\r20%\n"), ["10%", "20%"]);
    }

    fn normalized(norm: Norm, line: &str) -> String {
        apply(norm, line).into_owned()
    }

    #[test]
    fn addresses_are_normalized() {
        let norm = Norm { addr: true, ..Norm::default() };
        assert_eq!(normalized(norm, "A@1b6d3586 [I@7852e922;"), "AADDR [IADDR;");
        assert_eq!(normalized(norm, "<f at 0x7f3a>"), "<f at ADDR>");
        assert_eq!(normalized(norm, "me@home 12"), "me@home 12");
    }

    #[test]
    fn dates_and_times_are_normalized() {
        let norm = Norm { date: true, ..Norm::default() };
        for date in [
            "2026-11-24",
            "2026-11-24T14:51:59Z",
            "2026-11-24 14:51:59.123456+00:00",
            "14:51",
            "14:51:59",
            "11:55:52 AM",
            "Jul 22, 2016 11:55:52 AM",
            "Tue Nov 24 14:51:59 UTC 2026",
            "Tue, 24 Nov 2026 14:51:59 GMT",
            "24.11.2026",
            "11/24/26",
        ] {
            assert_eq!(
                normalized(norm, &format!("at {date}: x")),
                "at DATE: x",
                "{date}"
            );
        }
        assert_eq!(normalized(norm, "version 3.12, 1:2"), "version 3.12, 1:2");
    }

    #[test]
    fn numbers_are_normalized_with_what_aligns_them() {
        let norm = Norm { digits: true, ..Norm::default() };
        assert_eq!(normalized(norm, "took:  9.25 s"), "took:0.0 s");
        assert_eq!(normalized(norm, "took: 10.5 s"), "took:0.0 s");
        assert_eq!(normalized(norm, "none"), "none");
    }

    #[test]
    fn the_least_is_tried_first() {
        let names: Vec<String> =
            norms(Norm::default()).map(|one| one.to_string()).collect();
        assert_eq!(names[..5], ["addr", "date", "sort", "digits", "addr date"]);
        assert_eq!(names.len(), 15);
        let set = Norm { digits: true, ..Norm::default() };
        assert!(norms(set).all(|norm| norm.digits && norm != set));
    }
}
