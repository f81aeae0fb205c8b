//! What chapters are handed, without pandoc.

use super::*;
use crate::markdown::Dialect;
use crate::project::Manifest;
use serde_json::json;
use std::sync::Arc;

/// What chapters with these paths and texts are handed.
fn handed(chapters: &[(&str, &str)]) -> Vec<Handover> {
    let chapters = chapters
        .iter()
        .map(|(path, text)| Arc::new(Chapter::of_text(path, text, Dialect::Pandoc)));
    handovers(&Project {
        label: String::new(),
        dir: ".".into(),
        manifest: Manifest::default(),
        settings: concfilter::settings::Settings::default(),
        chapters: chapters.collect(),
        outline: Vec::new(),
        drafts: Vec::new(),
        boundary: crate::project::Boundary::default(),
        is_book: true,
        is_whole: true,
    })
}

#[test]
fn a_chapter_is_handed_what_it_refers_to_and_does_not_define() {
    let one = "# One\n\n\\newcommand{\\set}{S}\n\n(@good) x\n\n[ref]: b/a.png \"T\"\n[own]: one\n";
    let two =
        "# Two {#t}\n\n$\\set$, @good, [text][ref], [One], [own], [Two]\n\n[own]: two\n";
    let [first, second] = &handed(&[("a/one.md", one), ("two.md", two)])[..] else {
        panic!("two chapters")
    };
    assert!(first.is_empty(), "{first:?}");
    assert_eq!(
        second.before,
        format!("\\newcommand{{\\set}}{{S}}\n\n(@good) x\n\n{BEGIN}\n\n")
    );
    assert_eq!(
        second.behind,
        format!("\n{END}\n\n[One]: a/one.md#One\n\n[ref]: a/b/a.png \"T\"\n\n")
    );
    let at = two.find("[ref]").unwrap();
    assert!(second.targets.contains(&("a/b/a.png".to_owned(), at)));
}

#[test]
fn what_a_chapter_is_handed_is_taken_off_again() {
    let para = |text: &str| json!({"t": "Para", "c": [{"t": "Str", "c": text}]});
    let one = Handover { before: "x".into(), behind: "y".into(), ..Handover::default() };
    let blocks = vec![para("x"), para(BEGIN), para("own"), para(END), para("y")];
    assert_eq!(one.taken_off(blocks), Some(vec![para("own")]));
    assert_eq!(one.taken_off(vec![para(BEGIN), para("own")]), None);
    let open = |blocks: Value| json!({"t": "Div", "c": [["", [], []], blocks]});
    let blocks = vec![para(BEGIN), open(json!([para("own"), para(END), para("y")]))];
    assert_eq!(one.taken_off(blocks), Some(vec![open(json!([para("own")]))]));
}

#[test]
fn other_formats_have_definitions_too() {
    let one = "One\n===\n\n.. _link: http://x\n\n|s| two_\n";
    let two = "Two\n===\n\nOne_ link_\n\n.. |s| replace:: S\n";
    let all = handed(&[("one.rst", one), ("two.rst", two)]);
    assert!(all[0].behind.contains(".. |s| replace:: S\n"));
    assert!(all[0].behind.contains(".. _`Two`: two.rst#Two\n"));
    assert!(all[1].behind.contains(".. _link: http://x\n"));
    let one = "#+MACRO: hi Hello\n* One\n<<place>>\n";
    let two = "* Two\n{{{hi}}} [[place]]\n";
    let all = handed(&[("one.org", one), ("two.org", two)]);
    assert_eq!(all[1].before, format!("#+MACRO: hi Hello\n\n{BEGIN}\n\n"));
    assert_eq!(all[1].behind, format!("\n{END}\n\n<<place>>\n\n"));
}
