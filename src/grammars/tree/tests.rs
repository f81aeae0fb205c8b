use super::*;
use proptest::prelude::*;

mod languages;

/// The names of a reading, a word each: `name:kind:role`.
fn names_of(language: &str, code: &str) -> Vec<String> {
    let as_word = |one: Occurrence| {
        format!("{}:{:?}:{:?}", one.name, one.kind, one.role).to_lowercase()
    };
    read(language, code).unwrap_or_default().into_iter().map(as_word).collect()
}

/// Asserts what a listing's names are: each of them, nothing else, each where it stands.
#[track_caller]
fn assert_names(language: &str, code: &str, wanted: &str) {
    assert_eq!(names_of(language, code), wanted.split_whitespace().collect::<Vec<_>>());
    assert_placed(language, code);
}

/// Every name stands at its offset, in order, and not as a part of a longer word.
#[track_caller]
fn assert_placed(language: &str, code: &str) {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut last = 0;
    for one in read(language, code).unwrap_or_default() {
        assert!(one.offset >= last, "{} stands in order", one.name);
        last = one.offset;
        let (before, rest) = code.split_at(one.offset);
        assert!(rest.starts_with(&one.name), "{} at {}", one.name, one.offset);
        assert!(!before.ends_with(word), "{} has something before it", one.name);
        assert!(!rest[one.name.len()..].starts_with(word), "{} goes on", one.name);
    }
}

#[test]
fn fragments_are_read() {
    for (language, code, wanted) in [
        (
            "java",
            "int open;\n\nShop(int w) { open = w; }\n...\n",
            "open:field:defined shop:class:defined w:parameter:defined open:variable:used w:parameter:used",
        ),
        (
            "java",
            "for (Door d : doors) { d.open(); }",
            "door:class:used d:variable:defined doors:variable:used d:variable:used open:method:called",
        ),
        (
            "kotlin",
            "val x = 1\nconstructor(w: Int) : this()\n",
            "x:field:defined w:parameter:defined int:class:used",
        ),
        (
            "cs",
            "public Shop(int w) : base(w) { }",
            "shop:class:defined w:parameter:defined w:parameter:used",
        ),
        (
            "javascript",
            "serve(guest) { return guest; }\nopen = 2;",
            "serve:method:defined guest:parameter:defined guest:parameter:used open:field:defined",
        ),
        ("typescript", "private open: Door;", "open:field:defined door:class:used"),
        (
            "go",
            "Open bool\nDoors []Door",
            "open:field:defined bool:class:used doors:field:defined door:class:used",
        ),
        (
            "go",
            "d.open()\nx := 1",
            "d:variable:used open:method:called x:variable:defined",
        ),
        (
            "rust",
            "open: bool,\ndoors: Vec<Door>,",
            "open:field:defined doors:field:defined vec:class:used door:class:used",
        ),
        (
            "rust",
            "Some(x) => x,\nNone => stop(),",
            "some:class:used x:variable:defined x:variable:used none:class:used stop:function:called",
        ),
        ("rust", "fn open(&self) {}", "open:method:defined"),
        (
            "c",
            "while (x) step(&x);",
            "x:variable:used step:function:called x:variable:used",
        ),
        (
            "cpp",
            "friend class Gate;\nint open() const;",
            "gate:class:used open:method:defined",
        ),
        (
            "python",
            "    def open(self):\n        pass\n",
            "open:method:defined self:parameter:defined",
        ),
        ("python", "else:\n    stop()\n", "stop:function:called"),
        (
            "python",
            "except Full as full:\n    stop()\n",
            "full:class:used full:variable:defined stop:function:called",
        ),
    ] {
        assert_eq!(names_of(language, code).join(" "), wanted, "{code}");
        assert_placed(language, code);
    }
}

#[test]
fn of_a_session_only_what_was_typed_counts() {
    let code = ">>> door = Door(3)\n>>> for d in [door]:\n...     d.swing()\n...\nTypeError: hidden\n\
        >>> door\n<Door hidden>\n";
    assert_names(
        "python",
        code,
        "door:variable:defined door:class:called d:variable:defined door:variable:used \
         d:variable:used swing:method:called door:variable:used",
    );
    let code = "$ serve door\nhidden words\n$ python3\n>>> open()\nhidden\n";
    assert_names(
        "bash",
        code,
        "serve:function:called python3:function:called open:function:called",
    );
    assert_names(
        "",
        code,
        "serve:function:called python3:function:called open:function:called",
    );
}

#[test]
fn what_is_no_program_is_not_read() {
    for (language, code) in [
        ("haskell", "x = 1"),
        ("", "x = 1"),
        ("python", ""),
        ("python", "  \n"),
        ("python", "This is the output of the program, which is no code at all."),
        ("java", "Exception in thread \"main\" at line 3: nothing to see here"),
        ("rust", "error[E0382]: borrow of moved value: `x`\n --> src/main.rs:4:20\n"),
    ] {
        assert_eq!(read(language, code), None, "{code}");
    }
}

const LANGUAGES: [&str; 13] = [
    "",
    "bash",
    "c",
    "cpp",
    "cs",
    "go",
    "java",
    "javascript",
    "kotlin",
    "python",
    "ruby",
    "rust",
    "typescript",
];

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    })]

    #[test]
    fn any_text_is_borne(text in "\\PC{0,80}(\n\\PC{0,40}){0,6}") {
        for language in LANGUAGES {
            assert_placed(language, &text);
        }
    }

    #[test]
    fn pieces_of_code_are_borne(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("class "), Just("def f(self):\n  "), Just("fn "), Just("{"), Just("}"),
                Just("("), Just(")"), Just("\""), Just("'"), Just("`${"), Just("$"), Just("\n"),
                Just("x.y"), Just("r#type"), Just("@x"), Just(">>> "), Just("... "), Just("ä€"),
                Just("import \"a/b/v2\"\n"), Just("f'{x}'"), Just("=> "), Just(":"), Just("<"),
                Just("\u{2028}"), Just("…\n"), Just("\r\n"), Just("#"), Just("In [1]: "),
            ],
            0..24,
        ),
    ) {
        let text = pieces.concat();
        for language in LANGUAGES {
            assert_placed(language, &text);
        }
    }
}
