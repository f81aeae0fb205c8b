//! What a book says of itself in its own language: what its contents and its notes are called, and its
//! date.

mod callouts;
mod contents;
mod dates;
mod reports;
mod sample;

use callouts::{CALLOUTS, KINDS};
use contents::CONTENTS;
use dates::{DATES, Dates};
use reports::REPORTS;
use sample::SAMPLES;
pub(crate) use sample::SampleWords;

/// What the table of contents is called in a language; `None` where nobody told us.
pub(super) fn contents(lang: &str) -> Option<&'static str> {
    let row = best(&with_script(lang), CONTENTS.iter().map(|(tag, _)| *tag))?;
    Some(CONTENTS[row].1)
}

/// What a callout is called in a language, by its kind in English: `note`, `tip`; `None` where nobody
/// told us.
pub(crate) fn callout(lang: &str, kind: &str) -> Option<&'static str> {
    let row = best(&with_script(lang), CALLOUTS.iter().map(|(tag, _)| *tag))?;
    let word = KINDS.iter().position(|one| *one == kind)?;
    Some(CALLOUTS[row].1[word])
}

/// What the link is called at which readers tell of an error, and the language it is in: empty for the
/// book's own, English where nobody told us.
pub(super) fn report(lang: &str) -> (&'static str, &'static str) {
    let row = |lang: &str| best(lang, REPORTS.iter().map(|(tag, _)| *tag));
    match row(&with_script(lang)) {
        Some(row) => (REPORTS[row].1, ""),
        None => (row("en").map_or("", |row| REPORTS[row].1), "en"),
    }
}

/// What a sample says of itself in a language; in English where nobody told us.
pub(super) fn sample(lang: &str) -> SampleWords {
    let row = |lang: &str| best(lang, SAMPLES.iter().map(|(tag, _)| *tag));
    let own = row(&with_script(lang));
    let english = row("en").unwrap_or_default();
    let [name, end, rest, link] = SAMPLES[own.unwrap_or(english)].1;
    SampleWords { lang: if own.is_none() { "en" } else { "" }, name, end, rest, link }
}

/// The tag of a language with its script, where that follows from the region.
fn with_script(lang: &str) -> String {
    match lang.to_ascii_lowercase().as_str() {
        "zh-tw" | "zh-hk" | "zh-mo" => "zh-Hant".to_owned(),
        "zh" | "zh-cn" | "zh-sg" => "zh-Hans".to_owned(),
        _ => lang.to_owned(),
    }
}

/// A date of the form `2026-11-28`, `2026-11` or `2026-11-28T10:00:00Z` in the words of a language;
/// `None` where it is none, or where nobody told us how dates are written there.
pub(super) fn date(lang: &str, written: &str) -> Option<String> {
    let (year, month, day) = parts(written)?;
    let dates = &DATES[best(lang, DATES.iter().map(|one| one.tag))?];
    let name = dates.months.split(' ').nth(month - 1)?;
    let pattern = match day {
        Some(1) if !dates.first.is_empty() => dates.first,
        Some(_) => dates.day,
        None => dates.month,
    };
    let text = pattern
        .replace("{y}", &year.to_string())
        .replace("{m}", name)
        .replace("{d}", &day.unwrap_or_default().to_string());
    (!text.is_empty()).then_some(text)
}

/// The number of an edition in the words of a language: `2` is "Edition 2", "2. Auflage". What is no
/// number is what the author wants to be read.
pub(super) fn edition(lang: &str, written: &str) -> String {
    let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
    let dates = best(lang, DATES.iter().map(|one| one.tag)).map(|row| &DATES[row]);
    let pattern = dates.map(|dates: &Dates| dates.edition).filter(|_| is_number);
    match pattern {
        Some(pattern) if !pattern.is_empty() => pattern.replace("{e}", written),
        _ => written.to_owned(),
    }
}

/// Year, month and day of a date as ISO 8601 has it.
fn parts(written: &str) -> Option<(u32, usize, Option<u32>)> {
    let date = written.trim().split('T').next()?;
    let mut parts = date.split('-');
    let number = |part: &str, digits: usize| {
        let is_number = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2).filter(|month| (1..=12).contains(month))?;
    let day = match parts.next() {
        Some(day) => Some(number(day, 2).filter(|day| (1..=31).contains(day))?),
        None => None,
    };
    parts.next().is_none().then_some((year, usize::try_from(month).ok()?, day))
}

/// The row for a language: that of the longest tag that it begins with.
fn best<'a>(lang: &str, tags: impl Iterator<Item = &'a str>) -> Option<usize> {
    let is_of = |tag: &str| {
        let start =
            lang.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
        start && matches!(lang.as_bytes().get(tag.len()), None | Some(b'-'))
    };
    let rows = tags.enumerate().filter(|(_, tag)| is_of(tag));
    rows.max_by_key(|(_, tag)| tag.len()).map(|(row, _)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_called_as_the_language_calls_them() {
        for (lang, name) in [
            ("en-GB", "Contents"),
            ("de", "Inhaltsverzeichnis"),
            ("DE-at", "Inhaltsverzeichnis"),
            ("zh-TW", "目錄"),
            ("zh", "目录"),
            ("sr-Latn-RS", "Sadržaj"),
        ] {
            assert_eq!(contents(lang), Some(name), "{lang}");
        }
        assert_eq!((contents("tlh"), contents("den"), contents("")), (None, None, None));
    }

    #[test]
    fn dates_are_written_as_the_language_writes_them() {
        for (lang, iso, text) in [
            ("en-GB", "2026-11-28", "28 November 2026"),
            ("en-US", "2026-11-28", "November 28, 2026"),
            ("de", "2026-11-28T10:00:00Z", "28. November 2026"),
            ("fr-CA", "2026-01-01", "1er janvier 2026"),
            ("es", "2026-11-28", "28 de noviembre de 2026"),
            ("ja", "2026-11-08", "2026年11月8日"),
            ("en", "2026-11", "November 2026"),
            ("pl", "2026-11-28", "28 listopada 2026"),
        ] {
            assert_eq!(date(lang, iso).as_deref(), Some(text), "{lang}");
        }
        for (lang, text) in [
            ("en", "2026"),
            ("en", "28 November 2026"),
            ("en", "2026-13-01"),
            ("en", "2026-1-1"),
            ("en", "2026-11-28-1"),
            ("pl", "2026-11"),
            ("tlh", "2026-11-28"),
        ] {
            assert_eq!(date(lang, text), None, "{text}");
        }
    }

    #[test]
    fn a_sample_is_called_so_in_the_language_of_the_book() {
        assert_eq!((sample("de-AT").name, sample("de").lang), ("Leseprobe", ""));
        assert_eq!(sample("zh-TW").end, "試讀結束");
        assert_eq!((sample("tlh").name, sample("tlh").lang), ("Sample", "en"));
    }

    #[test]
    fn every_language_has_twelve_months_and_all_its_places() {
        for one in DATES {
            assert_eq!(one.months.split(' ').count(), 12, "{}", one.tag);
            for place in ["{y}", "{m}", "{d}"] {
                assert!(one.day.contains(place), "{}", one.tag);
            }
        }
    }

    #[test]
    fn an_edition_is_a_number_or_what_the_author_says() {
        assert_eq!(edition("de", "2"), "2. Auflage");
        assert_eq!(edition("en-US", "2"), "Edition 2");
        assert_eq!(edition("en", "Second edition"), "Second edition");
        assert_eq!(edition("tlh", "2"), "2");
    }
}
