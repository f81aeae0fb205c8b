//! A program that does what a record shows, example by example.

use super::Example;
use crate::listings::instrument::token_of;
use std::fmt::Write as _;

/// Around what a shell's command ended with.
pub(super) const STATUS: (&str, &str) = ("\u{1}status:", "\u{2}");

/// The program of a record; `name` is that of its file.
pub(in crate::listings) fn driver(examples: &[Example], name: &str) -> String {
    if examples.iter().any(|example| example.options.is_shell) {
        shell(examples)
    } else {
        python(examples, name)
    }
}

/// What is done with each example of Python's: as at a prompt, an expression is shown, and what is raised
/// is told without the lines of the stack, as doctest compares it.
const PYTHON: &str = r#"
def _concbook():
    import sys, traceback
    names = {"__name__": "__main__", "__doc__": None, "__package__": None}
    for line, source, token in EXAMPLES:
        try:
            exec(compile("\n" * line + source, NAME, "single", 0, True), names)
        except BaseException as error:
            told = traceback.format_exception_only(type(error), error)
            told = told[-1:] if isinstance(error, SyntaxError) else told
            sys.stdout.write("Traceback (most recent call last):\n  ...\n" + "".join(told))
        sys.stdout.write(token)
        sys.stdout.flush()
_concbook()
"#;

fn python(examples: &[Example], name: &str) -> String {
    // A string of JSON is one of Python's.
    let string = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut text = format!("NAME = {}\nEXAMPLES = [\n", string(name));
    for (number, example) in examples.iter().enumerate() {
        let token = string(&token_of(number));
        let _ =
            writeln!(text, "({}, {}, {token}),", example.line, string(&example.source));
    }
    text + "]\n" + PYTHON.trim_start()
}

/// A text as a shell reads it: what is wrong in one example is nothing to the next.
fn quoted(source: &str) -> String {
    format!("'{}'", source.trim_end_matches('\n').replace('\'', "'\\''"))
}

/// Commands run in one shell, which tells behind each how it ended.
fn shell(examples: &[Example]) -> String {
    let mut text = "exec 2>&1\n".to_owned();
    for (number, example) in examples.iter().enumerate() {
        let token = token_of(number);
        let _ = writeln!(
            text,
            "eval {}\n{{ _concbook=$?; printf '{}%d{}{token}' \"$_concbook\"; (exit \"$_concbook\"); }}",
            quoted(&example.source),
            STATUS.0,
            STATUS.1
        );
    }
    // How the last command ended is told above.
    text + "exit 0\n"
}
