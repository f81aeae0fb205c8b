//! What came of a run, as the XML that continuous integration servers read.

use super::{Report, Status};
use concfilter::error::{Error, Result};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::BTreeMap;

/// A test suite a chapter, a test case a listing.
///
/// # Errors
/// The XML cannot be written.
pub fn junit(report: &Report) -> Result<Vec<u8>> {
    write(report).map_err(|error| Error::new(format!("cannot write JUnit XML: {error}")))
}

fn write(report: &Report) -> std::io::Result<Vec<u8>> {
    let mut chapters: BTreeMap<&str, Vec<&super::ListingResult>> = BTreeMap::new();
    for entry in &report.entries {
        chapters.entry(&entry.chapter).or_default().push(entry);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&super::ListingResult> = report.entries.iter().collect();
    writer.write_event(Event::Start(element("testsuites", &counts(&all))))?;
    for (chapter, entries) in &chapters {
        let mut own = vec![("name", (*chapter).to_owned())];
        own.extend(counts(entries));
        writer.write_event(Event::Start(element("testsuite", &own)))?;
        for entry in entries {
            case(&mut writer, entry)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn counts(entries: &[&super::ListingResult]) -> Vec<(&'static str, String)> {
    let number =
        |is: &[Status]| entries.iter().filter(|one| is.contains(&one.status)).count();
    let time: f64 = entries.iter().map(|one| one.seconds).sum();
    vec![
        ("tests", entries.len().to_string()),
        ("failures", number(&[Status::Failed, Status::Timeout]).to_string()),
        ("skipped", number(&[Status::Skipped]).to_string()),
        ("time", format!("{time:.3}")),
    ]
}

fn element(name: &'static str, attributes: &[(&str, String)]) -> BytesStart<'static> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, &*readable(value)));
    }
    element
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    entry: &super::ListingResult,
) -> std::io::Result<()> {
    let own = [
        ("classname", entry.chapter.clone()),
        ("name", entry.file.clone()),
        ("file", entry.chapter.clone()),
        ("line", entry.line.to_string()),
        ("time", format!("{:.3}", entry.seconds)),
    ];
    let case = element("testcase", &own);
    let name = match entry.status {
        Status::Passed => return writer.write_event(Event::Empty(case)),
        Status::Skipped => "skipped",
        Status::Failed | Status::Timeout => "failure",
    };
    let reason = entry.reason.clone().unwrap_or_default();
    let detail = entry.finding.as_ref().and_then(|one| one.detail.as_deref());
    let detail = readable(detail.unwrap_or_default());
    writer.write_event(Event::Start(case))?;
    writer.write_event(Event::Start(element(name, &[("message", reason)])))?;
    writer.write_event(Event::Text(BytesText::new(&detail)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Text without the characters that XML has no way to say (XML 1.0, 2.2).
fn readable(text: &str) -> String {
    let is_fine = |c: char| matches!(c, '\t' | '\n' | '\r') || c >= ' ';
    text.chars()
        .map(|c| {
            if is_fine(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') {
                c
            } else {
                '\u{fffd}'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Finding};
    use crate::listings::run::{ListingResult, Target};
    use concfilter::error::Place;

    #[test]
    fn failures_and_skips_are_told() {
        let entry = |file: &str, status, reason: Option<&str>| ListingResult {
            target: Target::Program(0),
            file: file.to_owned(),
            command: None,
            chapter: "a.md".to_owned(),
            line: 3,
            status,
            reason: reason.map(str::to_owned),
            seconds: 0.5,
            language: None,
            cached: false,
            tries: 1,
            finding: reason.map(|reason| {
                Finding::new(Code::ListingFailed, Place::at("a.md", 3, 1), reason)
                    .detail("<x> & \u{1b}")
            }),
            printed: None,
        };
        let entries = vec![
            entry("a.py", Status::Passed, None),
            entry("b.py", Status::Failed, Some("ended with \"1\"")),
            entry("c.py", Status::Skipped, Some("norun")),
        ];
        let report = Report { entries, ..Report::default() };
        let text = String::from_utf8(junit(&report).unwrap()).unwrap();
        assert!(
            text.contains("tests=\"3\" failures=\"1\" skipped=\"1\" time=\"1.500\""),
            "{text}"
        );
        assert!(text.contains("&lt;x&gt; &amp; \u{fffd}</failure>"), "{text}");
        assert!(text.contains("<skipped message=\"norun\">"), "{text}");
    }
}
