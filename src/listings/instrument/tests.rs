use super::super::outputs::tests::book;
use super::*;

fn marked(language: &str, name: &str, code: &str) -> (String, Expected, Instrumented) {
    let sign = if ["python", "ruby", "bash"].contains(&language) { "#" } else { "//" };
    let text = format!("```{language}\n{sign} {name}\n{code}```\n");
    let book = book(&text);
    let program = &book.programs[0];
    let expected = Expected::of(&book, program);
    let done = instrument(program, &expected);
    assert_eq!(done.code.lines().count(), program.code.lines().count(), "{}", done.code);
    (program.code.clone(), expected, done)
}

/// The numbers of the chunks that have a token.
fn numbers(done: &Instrumented) -> Vec<usize> {
    let at = |(at, _): (usize, &str)| {
        let digits: String = done.code[at + "concbook:".len()..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap()
    };
    // C++ says it twice, to know its length.
    let mut all: Vec<usize> = done.code.match_indices("concbook:").map(at).collect();
    all.dedup();
    all
}

fn of(language: &str, name: &str, code: &str) -> Vec<usize> {
    let (before, _, done) = marked(language, name, code);
    let found = numbers(&done);
    assert_eq!(done.marked, !found.is_empty());
    assert!(done.marked || done.code == before);
    found
}

#[test]
fn every_language_has_a_statement() {
    let lines = "f();\n//> 1\nif (x) {\n  f();\n  //> 2\n}\n//> 3\nf();\n";
    let body = lines.replace('\n', "\n  ");
    for (language, name, code) in [
        ("javascript", "a.js", lines.to_owned()),
        ("typescript", "a.ts", lines.to_owned()),
        ("java", "A.java", format!("class A {{ void g() {{\n{body}}}\n}}\n")),
        ("kotlin", "a.kt", format!("fun main() {{\n{}}}\n", body.replace(';', ""))),
        ("cs", "a.cs", format!("class A {{ void G() {{\n{body}}}\n}}\n")),
        ("rust", "a.rs", format!("fn main() {{\n{}}}\n", body.replace("(x)", "x"))),
        (
            "go",
            "a.go",
            format!(
                "package main\nimport \"fmt\"\nfunc main() {{\n{}}}\n",
                body.replace("(x)", "x").replace(';', "")
            ),
        ),
        ("c", "a.c", format!("#include <stdio.h>\nint main() {{\n{body}}}\n")),
        ("cpp", "a.cpp", format!("#include <iostream>\nint main() {{\n{body}}}\n")),
    ] {
        // Kotlin's `if` has a value, which the last statement in it makes.
        let wanted: &[usize] = if language == "kotlin" { &[0, 2] } else { &[0, 1, 2] };
        assert_eq!(of(language, name, &code), wanted, "{language}: {code}");
    }
    let python = "f()\n#: 1\nif x:\n    f()\n    #: 2\n#: 3\nf()\n";
    assert_eq!(of("python", "a.py", python), [0, 1, 2]);
    assert_eq!(
        of("ruby", "a.rb", "f()\n#: 1\nif x\n  f()\n  #: 2\nend\n#: 3\nf()\n"),
        [0, 2]
    );
    assert_eq!(of("bash", "a.sh", "echo a\n#: a\necho b\n"), [0]);
}

#[test]
fn a_mark_stays_a_comment_where_no_statement_may_stand() {
    assert_eq!(of("python", "a.py", "x = [f(),\n#: 1\n1]\n"), [0; 0]);
    assert_eq!(of("python", "a.py", "if x:\n    f()\n#: 1\nelse:\n    g()\n"), [0; 0]);
    assert_eq!(
        of("python", "a.py", "if x:\n    f()\n#: 1\nelse:\n    g()\n#: 2\nf()\n"),
        [1]
    );
    assert_eq!(of("javascript", "a.js", "let x =\n//> 1\n5;\nf();\n//> 2\nf();\n"), [1]);
    assert_eq!(of("javascript", "a.js", "if (x)\n//> 1\n  f();\n"), [0; 0]);
    assert_eq!(of("javascript", "a.js", "a(b,\n//> 1\n  f());\n"), [0; 0]);
    assert_eq!(
        of("javascript", "a.js", "class A {\n  f() {}\n//> 1\n g() {}\n}\n"),
        [0; 0]
    );
    assert_eq!(
        of("java", "A.java", "class A {\n  int f() {}\n//> 1\n int g() {}\n}\n"),
        [0; 0]
    );
    let code = "class A { int f() {\n  return 1;\n  //> 1\n}\n}\n";
    assert_eq!(of("java", "A.java", code), [0; 0]);
    assert_eq!(of("rust", "a.rs", "fn f() -> i32 {\n  1\n  //> 1\n}\n"), [0; 0]);
    assert_eq!(of("c", "a.c", "int main() {\n  f();\n  //> 1\n  f();\n}\n"), [0; 0]);
    assert_eq!(of("kotlin", "a.kt", "val x = g {\n  f()\n  //> 1\n}\n"), [0; 0]);
    assert_eq!(of("text", "a.lua", "f()\n//> 1\nf()\n"), [0; 0]);
}

#[test]
fn what_is_printed_behind_the_last_mark_belongs_to_it() {
    assert_eq!(of("python", "a.py", "f()\n#: 1\n"), [0; 0]);
    assert_eq!(of("python", "a.py", "f()\n#: 1\ng()\n#: 2\n"), [0]);
    let (_, expected, _) = marked("python", "a.py", "f()\n#: 1\ng()\n#: 2\n");
    let parts = split("1\n\u{1}concbook:0\u{2}2\n3\n", &expected);
    let part = |chunks, text: &str| PrintedPart { chunks, text: text.to_owned() };
    assert_eq!(parts.parts, [part(0..1, "1\n"), part(1..2, "2\n3\n")]);
    assert_eq!(parts.rest, "");
}

#[test]
fn what_was_printed_is_parted_at_the_tokens() {
    let code = "f()\n#: 1\nf()\n#: 2\nf()\n#: 3\nf()\n";
    let (_, expected, _) = marked("python", "a.py", code);
    let told = |stdout: &str| {
        let stdout = stdout.replace('<', "\u{1}concbook:").replace('>', "\u{2}");
        let parts = split(&stdout, &expected);
        let told = |one: PrintedPart| (one.chunks, one.text);
        (parts.parts.into_iter().map(told).collect::<Vec<_>>(), parts.rest)
    };
    let text = |text: &str| text.to_owned();
    assert_eq!(
        told("a<0>b<1>c<2>d"),
        (vec![(0..1, text("a")), (1..2, text("b")), (2..3, text("c"))], text("d"))
    );
    assert_eq!(
        told("a<0>b<0>c<2>d"),
        (vec![(0..1, text("ab")), (1..3, text("c"))], text("d"))
    );
    assert_eq!(told("a<0>b"), (vec![(0..1, text("a")), (1..3, text("b"))], text("")));
    assert_eq!(told("a"), (vec![(0..3, text("a"))], text("")));
    assert_eq!(told("<x>a<7>"), (vec![(0..3, "\u{1}concbook:x\u{2}a".into())], text("")));
}
