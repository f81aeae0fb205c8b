//! What the filter has no reason to change comes out as it came in, whatever a document holds and
//! however it is written.

use crate::documents::{self, Code, document, written_oddly};
use crate::text;
use concfilter::ast::Document;
use concfilter::ast::raw::RawDocument;
use concfilter::error::Error;
use concfilter::filter;
use concfilter::settings::{Detect, Settings};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Mutex;

/// Tries many values of a kind, the same ones on every run.
fn check<S: Strategy<Value: Debug + 'static> + 'static>(
    cases: u32,
    values: fn() -> S,
    test: fn(S::Value) -> TestCaseResult,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    // Nested values are made on the stack.
    let run = move || runner.run(&values(), test).unwrap();
    std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap();
}

fn filtered(json: &str) -> String {
    filtered_with(json, None)
}

fn filtered_with(json: &str, settings: Option<&Settings>) -> String {
    let mut out = Vec::new();
    filter::run(json.as_bytes(), "html", settings, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A document around blocks.
fn around(blocks: &str) -> String {
    format!(r#"{{"pandoc-api-version":[1,23,1],"meta":{{}},"blocks":{blocks}}}"#)
}

/// The document without the settings of fonts that the filter adds.
fn without_fonts(mut value: Value) -> Value {
    let meta = value["meta"].as_object_mut().unwrap();
    for key in ["mainfont", "sansfont", "monofont"] {
        meta.shift_remove(key);
    }
    value
}

#[test]
fn every_constructor_is_tried() {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    check(
        150,
        || document(Code::With),
        |json| {
            tags(&value(&json), &mut SEEN.lock().unwrap());
            Ok(())
        },
    );
    let seen = SEEN.lock().unwrap();
    let missing: Vec<_> = documents::CONSTRUCTORS
        .split_whitespace()
        .filter(|&tag| !seen.contains(tag))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn tags(value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| tags(item, seen)),
        Value::Object(map) => {
            if let Some(tag) = map.get("t").and_then(Value::as_str) {
                seen.insert(tag.to_owned());
            }
            map.values().for_each(|value| tags(value, seen));
        }
        _ => {}
    }
}

#[test]
fn a_document_without_code_stays_byte_for_byte() {
    check(
        150,
        || document(Code::Without),
        |json| {
            // What looks like an identifier is to stay, too.
            let mut settings = Settings::default();
            settings.identifiers.detect = Detect::Off;
            let out = filtered_with(&json, Some(&settings));
            prop_assert_eq!(without_fonts(value(&out)), without_fonts(value(&json)));
            // All that was added stands in one place, so the rest is the input's own bytes.
            let same = json.bytes().zip(out.bytes()).take_while(|(a, b)| a == b).count();
            let tail = json.len() - same;
            prop_assert_eq!(&json[same..], &out[out.len() - tail..]);
            Ok(())
        },
    );
}

#[test]
fn no_text_is_lost_or_changed() {
    check(
        150,
        || document(Code::With),
        |json| {
            let out = value(&filtered(&json));
            prop_assert_eq!(text::of(&out["blocks"]), text::of(&value(&json)["blocks"]));
            Ok(())
        },
    );
}

#[test]
fn a_document_is_filtered_alike_however_it_is_written() {
    check(
        100,
        || (document(Code::With), any::<u64>()),
        |(json, mut seed)| {
            let odd = written_oddly(&value(&json), &mut seed);
            prop_assert_eq!(value(&filtered(&odd)), value(&filtered(&json)));
            Ok(())
        },
    );
}

#[test]
fn what_was_filtered_is_a_document_that_pandocs_types_hold() {
    check(
        100,
        || document(Code::With),
        |json| {
            let out = filtered(&json);
            prop_assert!(
                serde_json::from_str::<pandoc_ast::Pandoc>(&out).is_ok(),
                "{}",
                out
            );
            Ok(())
        },
    );
}

#[test]
fn constructors_of_a_future_pandoc_pass_and_what_they_hold_is_filtered() {
    let code = r#"{"t":"Code","c":[["",[],[]],"run()"]}"#;
    let bold = r#"{"t":"Strong","c":[{"t":"Code","c":[["",[],[["class","identifier"]]],"run()"]}]}"#;
    let with = |code: &str| {
        around(&format!(
            r#"[{{"t":"Future","c":[[1.0e-7,null,{{"x":[{code}]}}],"y"],"more":[{code}]}},
                {{"t":"Sticker"}},{{"t":"Para","c":[{{"t":"New","c":{{"k":[{code}]}}}},{code}]}}]"#
        ))
    };
    let expected = value(&with(code).replacen(code, bold, 1));
    let out = value(&filtered(&with(code)));
    assert_eq!(out["blocks"][0], expected["blocks"][0], "only what its content holds");
    assert_eq!(out["blocks"][1], expected["blocks"][1]);
    assert_eq!(out["blocks"][2], value(&with(bold))["blocks"][2]);
}

#[test]
fn code_of_another_shape_stays() {
    for odd in [
        r#"{"t":"Code","c":"run()"}"#,
        r#"{"t":"Code","c":["run()"]}"#,
        r#"{"t":"Code","c":[]}"#,
        r#"{"t":"CodeBlock","c":[ ]}"#,
        r#"{"t":"Code","c":[["",[],[]]]}"#,
        r#"{"t":"Code","c":[["",[],[]],"run()","more"]}"#,
        r#"{"t":"Code","c":[["",[]],"run()"]}"#,
        r#"{"t":"Code","c":[["",[],[]],"run()"],"new":1}"#,
        r#"{"new":1,"t":"Code","c":[["",[],[]],"run()"]}"#,
        r#"{"t":"Code","c":[["",[],[]],"run()"],"t":"Para"}"#,
        r#"{"t":"Code","c":[["",[],[]],"run()"],"c":1}"#,
        r#"{"t":"CodeBlock","c":[["",[],[]],["run()"]]}"#,
        r#"{"t":"Code"}"#,
        r#"{"t":"New","c":{"t":"Str","c":"(run_all()"}}"#,
        r#"{"new":{"t":"Str","c":"(run_all()"}}"#,
        r#"{"c":[["",[],[]],"run()"]}"#,
    ] {
        let json = around(&format!(r#"[{{"t":"Para","c":[{odd}]}}]"#));
        assert!(filtered(&json).contains(odd), "{odd}");
    }
}

#[test]
fn nesting_takes_no_stack() {
    let depth = 20_000;
    let deep = move || {
        for (open, close) in [
            (r#"{"t":"BlockQuote","c":["#, "]}"),
            (r#"{"c":["#, r#"],"t":"BlockQuote"}"#),
            (r#"{"t":"Strong","c":["#, "]}"),
            (r#"{"t":"BulletList","c":[["#, "]]}"),
            (r#"{"citationId":["#, "]}"),
        ] {
            let code = r#"{"t":"Code","c":[["",[],[]],"run()"]}"#;
            let json =
                around(&format!("[{}{code}{}]", open.repeat(depth), close.repeat(depth)));
            let out = filtered(&json);
            assert!(out.contains(r#"[["class","identifier"]]],"run()"]"#), "{open}");
            // What is broken that deep is an error, too.
            let broken = &json[..json.len() - depth];
            let error = filter::run(broken.as_bytes(), "html", None, &mut Vec::new())
                .unwrap_err();
            assert!(error.message().contains("EOF while parsing"), "{error}");
        }
    };
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(deep)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn every_truncation_is_an_error() {
    let json = around(
        r#"[{"t":"Header","c":[1,["a",[],[]],[{"t":"Str","c":"é\u00e9\ud83d\ude00"}]]},
            {"t":"CodeBlock","c":[["",["py"],[["k","v"]]],"x = 1\n"]},{"t":"Null"},
            {"t":"Para","c":[{"t":"Strong","c":[{"t":"Str","c":"init"}]},{"t":"Space"},
            {"t":"Code","c":[["",[],[]],"run()"]}]},{"t":"X","c":[-1.5e3,true,false,null,{}]}]"#,
    );
    assert!(RawDocument::parse(json.as_bytes()).is_ok());
    for end in 0..json.len() {
        let cut = &json.as_bytes()[..end];
        let error = RawDocument::parse(cut).unwrap_err();
        // A cut within a character is told in other words.
        if std::str::from_utf8(cut).is_ok() {
            let place =
                |error: &Error| error.message().split(" at ").last().map(str::to_owned);
            let other = Document::parse(cut).unwrap_err();
            assert_eq!(place(&error), place(&other), "{error}");
            assert_eq!(error.hint_text(), other.hint_text());
        }
    }
}

#[test]
fn a_mutated_document_is_an_error_or_comes_out_whole() {
    let values = || {
        let change = (any::<prop::sample::Index>(), any::<u8>(), 0..5_u8);
        (document(Code::With), prop::collection::vec(change, 1..4))
    };
    check(1_000, values, |(json, changes)| {
        let mut bytes = json.into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes[at] = b"{}[]\",:\\tc0e. "[usize::from(byte) % 14],
                2 => bytes.insert(at, byte),
                3 => drop(bytes.remove(at)),
                _ => bytes.rotate_left(at),
            }
        }
        let mut out = Vec::new();
        let read = filter::run(&bytes, "html", None, &mut out);
        let other = Document::parse(&bytes);
        match (read, other) {
            (Ok(_), Ok(_)) => prop_assert!(serde_json::from_slice::<Value>(&out).is_ok()),
            (Err(_), Err(_)) => prop_assert!(out.is_empty()),
            // Settings that are wrong are told only by one of the two.
            (Err(error), Ok(_)) => prop_assert!(error.message().contains("concbook")),
            (Ok(_), Err(error)) => prop_assert!(false, "only one reads it: {}", error),
        }
        Ok(())
    });
}

#[test]
fn faults_that_one_token_holds_are_placed() {
    for fault in [r#""\ud800""#, "1e999", "\"a\u{1}\""] {
        let json = around(&format!("[{fault}]"));
        let error = RawDocument::parse(json.as_bytes()).unwrap_err();
        let column = error.message().rsplit(' ').next().unwrap();
        let end = json.find(fault).unwrap() + fault.len();
        let place = end - fault.len() + 1..=end + 1;
        assert!(place.contains(&column.parse().unwrap()), "{error}");
    }
    let mut bytes = around("[\"x\"]").into_bytes();
    let at = bytes.iter().position(|&byte| byte == b'x').unwrap();
    bytes[at] = 0xff;
    let error = RawDocument::parse(&bytes).unwrap_err();
    assert!(error.message().contains("line 1 column"), "{error}");
}

#[test]
fn metadata_get_fonts_and_keep_the_rest() {
    for (meta, rest) in [
        ("{}", json!({})),
        (
            r#"{"a":{"t":"MetaBool","c":true}}"#,
            json!({"a": {"t": "MetaBool", "c": true}}),
        ),
    ] {
        let json = around("[]").replace(r#""meta":{}"#, &format!(r#""meta":{meta}"#));
        let out = value(&filtered(&json));
        assert_eq!(out["meta"]["monofont"]["c"], "Ubuntu Mono");
        assert_eq!(without_fonts(out)["meta"], rest);
    }
    let own = r#"{"mainfont":{"t":"MetaString","c":"Own"}}"#;
    let json = around("[]").replace(r#""meta":{}"#, &format!(r#""meta":{own}"#));
    assert_eq!(value(&filtered(&json))["meta"]["mainfont"]["c"], "Own");
}
