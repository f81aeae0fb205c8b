//! The filter on any bytes: it refuses them or writes JSON that holds the same text. It never
//! panics, and what it reads another reader reads too.

#![no_main]

#[path = "../../filters/tests/suite/text.rs"]
mod text;

use concfilter::ast::Document;
use concfilter::filter;
use concfilter::settings::Plain;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    filtered(data);
    // The same as blocks of a document, so that most of the time goes into the blocks.
    let mut document = br#"{"pandoc-api-version":[1,23,1],"meta":{},"blocks":["#.to_vec();
    document.extend_from_slice(data);
    document.extend_from_slice(b"]}");
    filtered(&document);
});

fn filtered(json: &[u8]) {
    let mut out = Vec::new();
    let read = filter::run(json, "html", None, &mut out);
    let document = Document::parse(json);
    match (read, document) {
        (Ok(_), Ok(document)) => {
            let before: Value = serde_json::from_slice(json).expect("it was read");
            let after: Value = serde_json::from_slice(&out).expect("valid JSON");
            // A word set as ordinary text in Strong could be read as `__word__`.
            let settings = filter::settings(document.meta()).expect("they were read");
            if settings.identifiers.plain == Plain::default() {
                assert_eq!(text::of(&before["blocks"]), text::of(&after["blocks"]));
            }
        }
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => assert!(error.message().contains("concbook"), "{error}"),
        (Ok(_), Err(error)) => panic!("only the filter reads it: {error}"),
    }
}
