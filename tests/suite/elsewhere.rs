//! What authors write for other tools — rustdoc and mdBook, pytest-markdown-docs, Quarto, doctest, cram —
//! is run as they mean it.

use crate::support::{TempBook, concbook, skip};
use serde_json::Value;
use std::path::Path;

/// A book of one chapter in `format`, whose blocks are all run.
fn book(format: &str, listings: &str, text: &str) -> TempBook {
    let yaml = format!(
        "from: {format}\ninput-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n  \
         concbook: {{listings: {listings}}}\n"
    );
    TempBook::new().file("book.yaml", yaml).file("a.md", text)
}

/// What came of each block: its line, and how it ended with the reason.
fn run(dir: &Path) -> (Vec<String>, String) {
    let args = ["listings", "run", "--no-cache", "--format", "json"].map(str::to_owned);
    let args = args.into_iter().chain([dir.display().to_string()]);
    let (_, stdout, said) = concbook(args);
    let results: Value = serde_json::from_str(&stdout)
        .unwrap_or_else(|error| panic!("{error}: {stdout}\n{said}"));
    let line = |one: &Value| {
        let reason = one["reason"].as_str().unwrap_or_default();
        let status = one["status"].as_str().unwrap_or_default();
        format!("{} {status} {reason}", one["line"]).trim_end().to_owned()
    };
    let mut all: Vec<&Value> = results["listings"].as_array().unwrap().iter().collect();
    all.sort_by_key(|one| one["line"].as_u64());
    (all.into_iter().map(line).collect(), said)
}

/// Blocks one below the other, and the line of each.
fn blocks(all: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (info, code) in all {
        text.extend(["```", info, "\n", code, "\n```\n\n"]);
    }
    text
}

/// Each block with what has to come of it, as `run` tells it.
fn expect(all: &[(&str, &str, &str)]) -> Vec<String> {
    let mut line = 1;
    let told = all.iter().filter_map(|(_, code, wanted)| {
        let own = line;
        line += code.lines().count() + 3;
        (!wanted.is_empty()).then(|| format!("{own} {wanted}"))
    });
    told.collect()
}

/// Runs blocks of which each has to end as it says.
#[track_caller]
fn judge(listings: &str, all: &[(&str, &str, &str)]) -> String {
    let pairs: Vec<(&str, &str)> = all.iter().map(|one| (one.0, one.1)).collect();
    let book = book("gfm", listings, &blocks(&pairs));
    let (told, said) = run(&book.path(""));
    assert_eq!(told, expect(all), "{said}");
    said
}

#[test]
fn words_behind_a_rust_fence_mean_what_they_mean_to_rustdoc() {
    if concbook::proc::find("rustc").is_none() {
        return skip("no rustc");
    }
    let said = judge(
        "{run: rust}",
        &[
            ("rust,ignore", "nonsense", "skipped ignore on its fence"),
            ("rust,no_run", "loop {}", "passed"),
            (
                "rust,no_run",
                "nonsense();",
                "failed did not compile, and had to be compiled (expect=compiles)",
            ),
            ("rust,should_panic", "let v: Vec<u8> = vec![];\nv[0];", "passed"),
            (
                "rust,should_panic",
                "let _v = 1;",
                "failed ended well, and had to end with another exit status (expect=exit:101)",
            ),
            ("rust,compile_fail,E0277", "let _ = 1i32 + 1.0;", "passed"),
            (
                "rust,compile_fail,E0308",
                "let _ = 1i32 + 1.0;",
                "failed did not compile, but its message does not match \"error\\[E0308\\]\"",
            ),
            ("rust,edition2015", "let async = 1;\nassert_eq!(async, 1);", "passed"),
            ("rust", "let async = 1;", "failed did not compile"),
            (
                "rust",
                "let x: u8 = \"1\".parse()?;\nassert_eq!(x, 1);\n# Ok::<(), std::num::ParseIntError>(())",
                "passed",
            ),
            (
                "rust",
                "# use std::fmt::Write;\n# fn main() {\nlet mut s = String::new();\n\
                 write!(s, \"{}\", 1).unwrap();\n# assert_eq!(s, \"1\");\n# }",
                "passed",
            ),
            // What fails is told at its line.
            (
                "rust",
                "# let a = 1;\nassert_eq!(a, 2);",
                "failed ended with exit status 101",
            ),
            (
                "rust",
                "println!(\"{}\", 1 + 1);\n//> 2\nlet x = 3;\nprintln!(\"{x}\");\n//> 4",
                "failed does not print what the book shows",
            ),
            ("text", "none of them", ""),
        ],
    );
    assert!(said.contains("a.md:64:1: error[listing-output]"), "{said}");
    assert!(said.contains("a.md:56:1: error[listing-failed]"), "{said}");
}

#[test]
fn words_of_tests_in_markdown_and_options_of_cells_are_read() {
    judge(
        "{run: python}",
        &[
            ("python notest", "nonsense(", "skipped notest on its fence"),
            ("python", "a = 1", "passed"),
            ("python continuation", "assert a == 1", ""),
            ("python", "a", "failed ended with exit status 1"),
            (
                "python",
                "#| label: x\n#| eval: false\na",
                "skipped eval: false at its head",
            ),
            ("python", "#| error: true\na", "passed"),
            ("python", "#| output: false\nprint(1)\n#: 2", "passed"),
        ],
    );
    judge(
        "{run: all, session: chapter}",
        &[
            ("python", "a = 1\nprint(a)\n#: 1", "passed"),
            ("python notest", "a = 5", "skipped notest on its fence"),
            ("python", "#| error: true\nraise ValueError(a)", "passed"),
            ("python", "assert a == 1\nprint(a + 1)\n#: 2", ""),
            ("js", "", ""),
        ][..4],
    );
}

#[test]
fn blocks_are_given_the_fixtures_of_pytest() {
    let has_pytest =
        concbook::proc::Process::new("python3").args(["-c", "import pytest"]).run();
    if !has_pytest.is_ok_and(|outcome| outcome.status.success()) {
        return skip("no pytest");
    }
    let all = [
        (
            "python fixture:word",
            "print(word)\n#: four\nassert word == \"four\"",
            "passed",
        ),
        (
            "{.python .program fixtures=\"word tmp_path\"}",
            "assert (tmp_path / word).exists()",
            "failed ended with exit status 1",
        ),
    ];
    let pairs: Vec<(&str, &str)> = all.iter().map(|one| (one.0, one.1)).collect();
    let conftest = "import pytest\n@pytest.fixture\ndef word():\n    return 'four'\n";
    let book = book("commonmark_x", "{run: python}", &blocks(&pairs))
        .file("conftest.py", conftest);
    let (told, said) = run(&book.path(""));
    assert_eq!(told, expect(&all), "{said}");
    assert!(said.contains("a.md:8:1: error[listing-failed]"), "{said}");
}

#[test]
fn cells_of_quarto_are_run_in_pandocs_markdown() {
    let all = [
        ("{python}", "#| label: one\nx = 1\nprint(x)\n#: 1", "passed"),
        ("{python, eval=FALSE}", "x(", "skipped eval=FALSE"),
        ("{python}", "#| error: true\nx + y", "passed"),
        ("{note}", "Words", ""),
    ];
    let pairs: Vec<(&str, &str)> = all.iter().map(|one| (one.0, one.1)).collect();
    let book = book("markdown", "{run: python, session: python}", &blocks(&pairs));
    let (told, said) = run(&book.path(""));
    assert_eq!(told, expect(&all), "{said}");
}

/// What came of some listings with how often each was run; a listing is a language, a file, its text.
fn tried(listings: &[(&str, &str, &str)]) -> Vec<String> {
    let fence = |(language, file, code): &(&str, &str, &str)| {
        format!("```{language}\n// {file}\n{code}\n```\n\n")
    };
    let text: String = listings.iter().map(fence).collect();
    let yaml = "from: markdown\ninput-files: [a.md]\nmetadata: {title: T, lang: en}\n";
    let book = TempBook::new().file("book.yaml", yaml).file("a.md", &text);
    let (_, stdout, said) = concbook([
        "listings",
        "run",
        "--format",
        "json",
        &book.path("").display().to_string(),
    ]);
    let results: Value = serde_json::from_str(&stdout).expect(&said);
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let told = |one: &Value| {
        let all = [
            word(one, "file"),
            word(one, "status"),
            word(one, "reason"),
            one["tries"].to_string(),
        ];
        all.join(" ").replace("  ", " ")
    };
    results["listings"].as_array().unwrap().iter().map(told).collect()
}

#[test]
fn programs_of_c_are_compiled_together_and_judged_alone() {
    if concbook::proc::find("cc").is_none() || concbook::proc::find("c++").is_none() {
        return skip("no C compiler");
    }
    let c = |body: &str| {
        format!("#include <stdio.h>\nint main(int n, char **all)\n{{\n{body}\n}}")
    };
    // The name that it is started by is another where it was compiled with others.
    let name = "char *at = *all; for (char *c = at; *c; c++) if (*c == '/') at = c + 1;\n puts(at);";
    let (fine, named, refused, fails) = (
        c("puts(\"1\");\n//> 1"),
        c(&format!("{name}\n//> program")),
        c("return x;"),
        c("puts(\"1\");\n//> 1\nreturn 3;"),
    );
    assert_eq!(
        tried(&[
            ("c", "fine.c", &fine),
            ("c", "named.c", &named),
            ("c", "refused.c", &refused),
            ("c", "fails.c", &fails),
            ("cpp", "one.cpp", &fine),
            ("cpp", "again.cpp", &fine),
            ("c", "within.c", "#include \"fine.c\"\n/* Output:\n1\n*/"),
        ]),
        [
            "a/fine.c passed 1",
            "a/named.c passed 2",
            "a/refused.c failed did not compile 1",
            "a/fails.c failed ended with exit status 3 2",
            "a/one.cpp passed 1",
            "a/again.cpp passed 1",
            "a/within.c failed has no `main`: it is compiled, and nothing prints what the book shows 1",
        ]
    );
}

#[test]
fn programs_of_kotlin_are_compiled_together_and_judged_alone() {
    if concbook::proc::find("kotlinc").is_none() {
        return skip("no kotlinc");
    }
    let fine = "fun one() = 1\nfun main(args: Array<String>) {\n  println(one())\n}\n/* Output:\n1\n*/";
    let named =
        "class A\nfun main() {\n  println(A::class.java.name)\n}\n/* Output:\nA\n*/";
    assert_eq!(
        tried(&[
            ("kotlin", "fine.kt", fine),
            ("kotlin", "again.kt", fine),
            ("kotlin", "named.kt", named),
            ("kotlin", "refused.kt", "fun main() {\n  println(x)\n}"),
        ]),
        [
            "a/fine.kt passed 1",
            "a/again.kt passed 1",
            "a/named.kt passed 2",
            "a/refused.kt failed did not compile 1",
        ]
    );
}

#[test]
fn programs_of_go_are_built_together_and_judged_alone() {
    if concbook::proc::find("go").is_none() {
        return skip("no go");
    }
    let main = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\t";
    let (good, marked, refused, panics) = (
        format!("{main}fmt.Println(1)\n}}"),
        format!("{main}fmt.Println(1)\n\t//> 1\n\tfmt.Println(2)\n\t//> 3\n}}"),
        format!("{main}x := 1\n}}"),
        format!("{main}fmt.Println([]int{{}}[len(\"x\")])\n}}"),
    );
    let said = judge(
        "{run: all}",
        &[
            ("go", &good, "passed"),
            ("go", &marked, "failed does not print what the book shows"),
            ("go", &refused, "failed did not compile"),
            ("go", &panics, "failed ended with exit status 2"),
            ("go", "package other\n\nfunc F() int { return 1 }", "passed"),
        ],
    );
    assert!(said.contains("a.md:20:1: error[listing-output]"), "{said}");
    assert!(said.contains("a.md:30:") && said.contains("a.md:40:"), "{said}");
}

const RECORDS: &[(&str, &str, &str)] = &[
    (
        "python",
        ">>> a = [1, 2]\n>>> a\n[1, 2]\n>>> print(\"x\\n\\ny\")\nx\n<BLANKLINE>\ny",
        "passed",
    ),
    (
        "pycon",
        ">>> {}[\"x\"]\nTraceback (most recent call last):\n  ...\nKeyError: 'x'\n\
         >>> object() # doctest: +ELLIPSIS\n<object object at ...>\n\
         >>> nonsense() # doctest: +SKIP\n>>> for i in range(2):\n...     print(i)\n...\n0\n1",
        "passed",
    ),
    (
        "pycon",
        ">>> a\nTraceback (most recent call last):\n    ...\nNameError: name 'a' is not defined",
        "passed",
    ),
    ("pycon", ">>> 1\n1\n>>> 1 + 1\n3", "failed does not print what the book shows"),
    ("pycon", ">>> 1 / 0\n1", "failed does not print what the book shows"),
    (
        "console",
        "$ echo one two | wc -w\n2\n$ mkdir d && cd d\n$ pwd\n.*/d (re)\n$ ls gone\nls: * (glob)\n[2]\n\
         $ cat <<END\n> a\n>  b\n> END\na\n b\n$ false\n[1]\n$ printf no-end\nno-end",
        "passed",
    ),
    ("console", "$ false\n$ echo 1\n1", "failed does not print what the book shows"),
    ("shell-session", "# echo root\nroot", "passed"),
];

#[test]
fn records_of_prompts_are_run_and_compared() {
    let said = judge("{run: all}", RECORDS);
    for line in ["a.md:36:1", "a.md:41:1", "a.md:67:1"] {
        assert!(
            said.contains(&format!("{line}: error[listing-output]")),
            "{line}: {said}"
        );
    }
    // By block, by language, and not at all.
    let mine = judge(
        "{run: pycon}",
        &[
            ("pycon", ">>> 1\n1", "passed"),
            ("console", "$ nonsense", ""),
            ("python", "x(", ""),
        ],
    );
    assert!(mine.contains("1 passed"), "{mine}");
    // What came before in a chapter is known, where the book asks for that.
    judge(
        "{run: all, session: chapter}",
        &[("pycon", ">>> a = 1", "passed"), ("pycon", ">>> a\n1", "")],
    );
}

#[test]
fn records_of_prompts_are_filled_in_and_failures_are_not() {
    let before = "> ```pycon\n> >>> 1 + 1\n> >>> print(\"a\\n\\nb\")\n> old\n> >>> 2\n> 3\n> ```\n\n\
        ```console\n$ echo a; false\nb\n[1]\n\n$ true\ngone\n```\n\n\
        ```pycon\n>>> 1 / 0\n1\n```\n\n```console\n$ echo x; false\nx\n```\n\n\
        ```python\n>>> f(\nTraceback (most recent call last):\n  ...\nValueError: x\n```\n";
    let after = "> ```pycon\n> >>> 1 + 1\n> 2\n> >>> print(\"a\\n\\nb\")\n> a\n> <BLANKLINE>\n> b\n> >>> 2\n> 2\n> ```\n\n\
        ```console\n$ echo a; false\na\n[1]\n\n$ true\n```\n\n";
    let book = book("gfm", "{run: all}", before);
    let args = ["listings", "update", "--no-cache"].map(str::to_owned);
    let args = args.into_iter().chain([book.path("").display().to_string()]);
    let (_, _, said) = concbook(args);
    let made = std::fs::read_to_string(book.path("a.md")).unwrap();
    assert!(made.starts_with(after), "{made}\n{said}");
    assert!(
        made.contains(">>> 1 / 0\n1\n") && made.contains("$ echo x; false\nx\n```"),
        "{made}"
    );
    assert_eq!(said.matches("error[listing-output-refused]").count(), 2, "{said}");
    assert!(made.contains("SyntaxError: "), "{made}");
}
