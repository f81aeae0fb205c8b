use super::*;
use std::collections::BTreeMap;

/// Includes in a chapter `b/src/a.md` what files in memory hold; findings as they are printed.
fn of(text: &str, files: &[(&str, &str)], is_mdbooks: bool) -> (Expanded, Vec<String>) {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let read = |path: &Path| Ok(files.get(path.to_str().unwrap()).map(|&t| t.to_owned()));
    let includes = Includes {
        dir: PathBuf::from("b/none"),
        boundary: Boundary::of(Path::new("b/none")),
        is_mdbooks,
        is_markdown: None,
    };
    let chapter = (Path::new("b/src/a.md"), "b/src/a.md");
    let made = expand(chapter, text, Dialect::Pandoc, &includes, &read).unwrap();
    let findings = made.findings.iter().map(|one| {
        format!(
            "{}: {} ({})",
            one.place,
            one.message,
            one.hint.clone().unwrap_or_default()
        )
    });
    let findings = findings.collect();
    (made, findings)
}

#[test]
fn files_are_included_in_prose_and_listings_and_in_one_another() {
    let text = "# A\n\n{{#title no}}\n{{#include ../two.md}}\n\n- x\n\n  ```rust\n  \
                {{#rustdoc_include code/a.rs:f}}\n  ```\n\n> {{#playground code/a.rs ignore}}\n\n\
                v{{#include version:1}} \\{{#include x}}\n";
    let files = [
        ("b/two.md", "Two.\n\n{{#include src/version}} {{#include part/three.md:2}}"),
        ("b/src/version", "1.2\r\n"),
        ("b/part/three.md", "no\nthree\n"),
        ("b/src/code/a.rs", "// ANCHOR: f\nfn f() {\n}\n// ANCHOR_END: f\n"),
    ];
    let (made, findings) = of(text, &files, false);
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        made.text,
        "# A\n\n\nTwo.\n\n1.2 three\n\n- x\n\n  ```rust\n  fn f() {\n  }\n  ```\n\n> \
         ```rust,ignore\n> // ANCHOR: f\n> fn f() {\n> }\n> // ANCHOR_END: f\n> ```\n\nv1.2 \
         \\{{#include x}}\n"
    );
    let place =
        |what: &str| made.origins.place(made.text.find(what).unwrap()).to_string();
    assert_eq!(place("Two."), "b/two.md:1:1");
    assert_eq!(place("three"), "b/part/three.md:2:1");
    assert_eq!(place("}\n  ```"), "b/src/code/a.rs:3:1");
    assert_eq!(place("```rust,ignore"), "b/src/a.md:12:3");
    assert_eq!(place("{{#include x}}"), "b/src/a.md:14:26");
}

#[test]
fn lines_around_those_that_are_meant_come_along_hidden() {
    let text = "- x\n\n  ```rust,no_run\n  {{#rustdoc_include a.rs:f}}\n  ```\n\n\
                ```rust\n{{#rustdoc_include a.rs:5}}\n```\n\n\
                ```c\n{{#rustdoc_include a.rs:1:2}}\n```\n";
    let file = "use x;\n// ANCHOR: f\nf();\n// ANCHOR_END: f\nfn f() {\n\n}\n";
    let (made, findings) = of(text, &[("b/src/a.rs", file)], false);
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        made.text,
        "- x\n\n  ```rust,no_run\n  # use x;\n  f();\n  # fn f() {\n  # \n  # }\n  ```\n\n\
         ```rust\n# use x;\n# // ANCHOR: f\n# f();\n# // ANCHOR_END: f\nfn f() {\n# \n# }\n```\n\n\
         ```c\nuse x;\n// ANCHOR: f\n```\n"
    );
    let place =
        |what: &str| made.origins.place(made.text.find(what).unwrap()).to_string();
    assert_eq!(place("use x;"), "b/src/a.rs:1:1");
    assert_eq!(place("f();"), "b/src/a.rs:3:1");
}

#[test]
fn what_cannot_be_included_stays_and_is_told() {
    let text = "{{#include no.rs}}\n{{#include a.rs:man}}\n{{#include a.rs:9}}\n\
                {{#include a.rs:open}}\n{{#include loop.md}}\n";
    let files = [
        ("b/src/a.rs", "// ANCHOR: main\nx\n// ANCHOR_END: main\n// ANCHOR: open\ny\n"),
        ("b/src/loop.md", "L\n{{#include loop.md}}\n"),
    ];
    let (made, findings) = of(text, &files, false);
    assert_eq!(
        made.text,
        "{{#include no.rs}}\n{{#include a.rs:man}}\n{{#include a.rs:9}}\ny\nL\n{{#include loop.md}}\n"
    );
    assert_eq!(
        findings,
        [
            "b/src/a.md:1:1: there is no file no.rs to include (Paths are relative to the file \
             that includes; where it is meant as text, write \\{{#include …}})",
            "b/src/a.md:2:1: a.rs has no anchor man (It has main, open)",
            "b/src/a.md:3:1: a.rs has only 5 lines (Count its lines anew, or include by an \
             anchor, which stays where it is)",
            "b/src/a.md:4:1: a.rs never ends the anchor open (All behind it is included; write \
             ANCHOR_END: open)",
            "b/src/loop.md:2:1: loop.md includes itself (Take the directive out of it)",
        ]
    );
}

#[test]
fn inclusion_ends_where_it_would_not_end_by_itself() {
    let deep: Vec<(String, String)> = (0..12)
        .map(|n| (format!("b/src/{n}"), format!("{{{{#include {}}}}}", n + 1)))
        .collect();
    let files: Vec<_> = deep.iter().map(|(name, text)| (&**name, &**text)).collect();
    let (_, findings) = of("{{#include 0}}", &files, false);
    assert!(findings[0].starts_with("b/src/9:1:1: 10 would be included 10 files deep"));
    let times = |count: usize, name: u8| format!("{{{{#include {name}}}}}").repeat(count);
    let (first, second, end) = (times(60, 1), times(60, 2), "x".repeat(10_000));
    let files = [("b/src/0", &*first), ("b/src/1", &second), ("b/src/2", &end)];
    let (made, findings) = of("{{#include 0}}", &files, false);
    assert!(made.text.len() < LARGEST + 10_000);
    assert!(findings[0].contains("would have more than 32 MiB"), "{}", findings[0]);
    let (first, second) = (times(150, 1), times(150, 2));
    let files = [("b/src/0", &*first), ("b/src/1", &second), ("b/src/2", "")];
    let (_, findings) = of("{{#include 0}}", &files, false);
    assert!(findings[0].contains("more than 10000 times"), "{}", findings[0]);
}

#[test]
fn code_shows_directives_unless_mdbook_reads_the_book() {
    let escaped = "`\\{{#include x}}` \\{{#include x}}\n\n```c\n\\{{#include x}}\n```\n";
    let (made, _) = of(escaped, &[], true);
    // What pandoc takes off itself stays.
    let wanted = "`{{#include x}}` \\{{#include x}}\n\n```c\n{{#include x}}\n```\n";
    assert_eq!(made.text, wanted);
    let text = "`{{#include x}}`\n\n```md\n{{#include x}}\n```\n\n{{#include x}}\n";
    let (made, _) = of(text, &[("b/src/x", "X")], false);
    assert_eq!(made.text, "`{{#include x}}`\n\n```md\n{{#include x}}\n```\n\nX\n");
    let (made, _) = of(text, &[("b/src/x", "X")], true);
    assert_eq!(made.text, "`X`\n\n```md\nX\n```\n\nX\n");
}
