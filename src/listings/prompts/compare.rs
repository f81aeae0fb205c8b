//! Whether an example came to what its record shows: by doctest's rules at Python's prompt, by cram's at a
//! shell's.

use super::{Example, ExampleOptions, driver::STATUS};
use crate::listings::compare::{apply_norm, normalize};
use concfilter::tags::Norm;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The first line of what was raised.
const HEADERS: [&str; 2] =
    ["Traceback (most recent call last):", "Traceback (innermost last):"];

/// What doctest writes for an empty line.
const BLANK: &str = "<BLANKLINE>";

/// Whether an example printed what its record shows.
pub(in crate::listings) fn equal(
    example: &Example,
    shown: &[String],
    printed: &str,
    norm: Norm,
) -> bool {
    if example.options.pass {
        return true;
    }
    let leveled = |lines: &[String]| -> Vec<String> {
        let line = |line: &String| apply_norm(norm, line.trim_end()).into_owned();
        let mut lines: Vec<String> = lines.iter().map(line).collect();
        if norm.sort {
            lines.sort();
        }
        lines
    };
    if example.options.is_shell {
        let got = of_shell(printed);
        shell(&leveled(shown), &leveled(&got), example.options)
    } else {
        python(&leveled(shown), &leveled(&normalize(printed)), example.options)
    }
}

/// What an example printed as the lines that a record shows of it, where it shows these now.
pub(in crate::listings) fn written(
    example: &Example,
    shown: &[String],
    printed: &str,
) -> Vec<String> {
    if example.options.is_shell {
        return of_shell(printed);
    }
    let line = |line: String| if line.is_empty() { BLANK.to_owned() } else { line };
    let lines = normalize(printed);
    match raised(&lines) {
        // What was printed before is not compared, nor are the lines of the stack, which stay as they are.
        Some(at) => {
            let kept = shown.get(..begin(shown).unwrap_or(0)).unwrap_or_default();
            let new = if kept.is_empty() { at } else { begin(&lines).unwrap_or(at) };
            kept.iter().cloned().chain(lines.into_iter().skip(new)).collect()
        }
        None => lines.into_iter().map(line).collect(),
    }
}

/// Why what was printed is not written over what a record shows: a clause in lower case, and the next step.
pub(in crate::listings) fn refusal(
    example: &Example,
    shown: &[String],
    printed: &str,
) -> Option<(&'static str, &'static str)> {
    let options = example.options;
    let is_loose = |line: &String| {
        options.is_shell && (line.ends_with(" (glob)") || line.ends_with(" (re)"))
            || options.ellipsis && line.contains("...")
            || options.captures && capture(line)
    };
    if shown.iter().any(is_loose) {
        return Some((
            "the author leaves out some of this output, and the rest has changed",
            "Write it by hand",
        ));
    }
    let fails = |lines: &[String]| {
        if options.is_shell {
            lines.last().is_some_and(|line| is_status(line))
        } else {
            raised(lines).is_some() || begin(lines).is_some()
        }
    };
    if fails(&written(example, &[], printed)) && !fails(shown) {
        return Some((
            "it fails, and the book does not show that it has to",
            "Mend it, or show by hand how it fails",
        ));
    }
    None
}

/// How a shell that runs a record begins a message of its own.
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\A(?:\S*/)?block_\d+\.console: (?:eval: )?(?:line \d+: )?")
        .expect("the expression is constant")
});

/// What a shell's command printed, and `[2]` where it did not end well.
fn of_shell(printed: &str) -> Vec<String> {
    let (text, rest) = printed.rsplit_once(STATUS.0).unwrap_or((printed, ""));
    let mut lines = normalize(text);
    if rest.is_empty() {
        return lines;
    }
    for line in &mut lines {
        // At a prompt a shell tells nothing of a script, nor of its lines.
        if let Cow::Owned(told) = SCRIPT.replace(line, "bash: ") {
            *line = told;
        }
    }
    let status = rest.split(STATUS.1).next().unwrap_or_default();
    if status != "0" {
        lines.push(format!("[{status}]"));
    }
    lines
}

fn is_status(line: &str) -> bool {
    let inside = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|text| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Compares line by line, as cram does.
fn shell(shown: &[String], got: &[String], options: ExampleOptions) -> bool {
    shown.len() == got.len()
        && shown.iter().zip(got).all(|(shown, got)| shell_line(shown, got, options))
}

fn shell_line(shown: &str, got: &str, options: ExampleOptions) -> bool {
    let shown = shown.strip_suffix(" (no-eol)").unwrap_or(shown);
    if shown == got {
        return true;
    }
    let pattern = if let Some(pattern) = shown.strip_suffix(" (re)") {
        pattern.to_owned()
    } else if let Some(glob) = shown.strip_suffix(" (glob)") {
        of_glob(glob)
    } else if options.captures && capture(shown) {
        return ellipsis(&without_captures(shown), got);
    } else {
        return false;
    };
    Regex::new(&format!(r"\A(?:{pattern})\z")).is_ok_and(|pattern| pattern.is_match(got))
}

/// A glob as a regular expression: `*`, `?` and a backslash before a sign that means itself.
fn of_glob(glob: &str) -> String {
    let mut pattern = String::new();
    let mut signs = glob.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            '\\' => {
                let own = signs.next().unwrap_or('\\');
                pattern.push_str(&regex::escape(&own.to_string()));
            }
            own => pattern.push_str(&regex::escape(&own.to_string())),
        }
    }
    pattern
}

/// The line in which what was raised begins.
fn raised(lines: &[String]) -> Option<usize> {
    lines.iter().position(|line| HEADERS.contains(&line.trim_end()))
}

/// The message of what was raised.
fn message(lines: &[String]) -> Option<String> {
    Some(lines[begin(lines)?..].join("\n"))
}

/// The line in which the message of what was raised begins: behind the lines of the stack, which are indented.
/// Of code that it does not understand, Python shows no stack but the place alone.
fn begin(lines: &[String]) -> Option<usize> {
    let is_begin =
        |line: &String| line.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let message = |from: usize| Some(lines[from..].iter().position(is_begin)? + from);
    if let Some(at) = raised(lines) {
        return message(at + 1);
    }
    lines.first().filter(|line| line.starts_with("  File \""))?;
    let is_syntax = |line: &String| {
        ["SyntaxError", "IndentationError", "TabError"].contains(&kind(line))
    };
    message(1).filter(|at| is_syntax(&lines[*at]))
}

fn python(shown: &[String], got: &[String], options: ExampleOptions) -> bool {
    if let Some(raised) = message(got) {
        // A record that begins otherwise shows what was printed, and no exception.
        let Some(wanted) = message(shown).filter(|_| raised_first(shown)) else {
            return false;
        };
        return texts(&wanted, &raised, options)
            || options.ignore_exception_detail && kind(&wanted) == kind(&raised);
    }
    texts(&shown.join("\n"), &got.join("\n"), options)
}

fn raised_first(shown: &[String]) -> bool {
    raised(shown).is_none_or(|at| at == 0)
}

/// The type of an exception without its module.
fn kind(message: &str) -> &str {
    let name = message.split([':', '\n']).next().unwrap_or_default().trim();
    name.rsplit('.').next().unwrap_or_default()
}

fn texts(shown: &str, got: &str, options: ExampleOptions) -> bool {
    let mut shown = Cow::Borrowed(shown);
    if !options.no_true_for_1 && matches!((&*shown, got), ("1", "True") | ("0", "False"))
    {
        return true;
    }
    if !options.no_blankline && shown.contains(BLANK) {
        let line = |line| if line == BLANK { "" } else { line };
        shown = Cow::Owned(shown.lines().map(line).collect::<Vec<_>>().join("\n"));
    }
    let mut got = Cow::Borrowed(got);
    // Empty lines at the end are not shown.
    let mut shown = Cow::Owned(shown.trim_end_matches('\n').to_owned());
    if options.captures && capture(&shown) {
        shown = Cow::Owned(without_captures(&shown));
    }
    if options.normalize_whitespace {
        let one = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (shown, got) = (Cow::Owned(one(&shown)), Cow::Owned(one(&got)));
    }
    let is_loose = options.ellipsis || options.captures;
    shown == got || is_loose && ellipsis(&shown, &got)
}

/// Whether a text has a name of byexample's for any text: `<name>`, `<...>`.
fn capture(text: &str) -> bool {
    without_captures(text) != text
}

fn without_captures(text: &str) -> String {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"<(?:\.\.\.|[a-z][a-z0-9-]*)>").expect("the expression is constant")
    });
    NAME.replace_all(text, "...").into_owned()
}

/// Whether a text is another in which each `...` stands for any text.
fn ellipsis(shown: &str, got: &str) -> bool {
    let mut parts = shown.split("...");
    let Some(mut rest) = got.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(options: ExampleOptions, shown: &str, got: &str) -> bool {
        let lines: Vec<String> = shown.lines().map(str::to_owned).collect();
        let example = Example { line: 0, source: String::new(), options };
        equal(&example, &lines, got, Norm::default())
    }

    #[test]
    fn output_of_python_is_compared_as_doctest_compares_it() {
        let plain = ExampleOptions::default();
        let loose = ExampleOptions { ellipsis: true, ..plain };
        let spaced = ExampleOptions { normalize_whitespace: true, ..plain };
        for (options, shown, got, wanted) in [
            (plain, "1", "1\n", true),
            (plain, "", "1\n", false),
            (plain, "1", "", false),
            (plain, "1", "True\n", true),
            (ExampleOptions { no_true_for_1: true, ..plain }, "1", "True\n", false),
            (plain, "a\n<BLANKLINE>\nb", "a\n\nb\n", true),
            (plain, "a\n<BLANKLINE>", "a\n\n", true),
            (
                ExampleOptions { no_blankline: true, ..plain },
                "<BLANKLINE>",
                "<BLANKLINE>\n",
                true,
            ),
            (plain, "a ... c", "a b c\n", false),
            (loose, "a ... c", "a b\nb c\n", true),
            (loose, "a...c", "ac\n", true),
            (loose, "aa...aa", "aaa\n", false),
            (loose, "...", "", true),
            (plain, "[1,\n 2]", "[1, 2]\n", false),
            (spaced, "[1,\n 2]", "[1,  2]\n", true),
            (ExampleOptions { pass: true, ..plain }, "x", "y\n", true),
            (
                ExampleOptions { captures: true, ..plain },
                "at <time>.",
                "at 9:15.\n",
                true,
            ),
        ] {
            assert_eq!(is(options, shown, got), wanted, "{shown:?} and {got:?}");
        }
    }

    #[test]
    fn what_is_raised_is_compared_by_its_message() {
        let got =
            "printed\nTraceback (most recent call last):\n  ...\nValueError: no 7\n";
        let plain = ExampleOptions::default();
        let shown = "Traceback (most recent call last):\n  File \"x\", line 1\n    f()\nValueError: no ";
        assert!(is(plain, &format!("{shown}7"), got));
        assert!(!is(plain, &format!("{shown}8"), got));
        assert!(is(
            ExampleOptions { ignore_exception_detail: true, ..plain },
            &format!("{shown}8"),
            got
        ));
        assert!(is(
            ExampleOptions { ellipsis: true, ..plain },
            &format!("{shown}..."),
            got
        ));
        assert!(!is(plain, "printed", got));
        assert!(!is(plain, &format!("{shown}7"), "printed\n"));
        let own = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let example = Example { line: 0, source: String::new(), options: plain };
        assert_eq!(written(&example, &[], got)[0], "Traceback (most recent call last):");
        // The lines of the stack stay as the author has them.
        let wrong = own(&format!("{shown}8"));
        let right = own(&format!("{shown}7"));
        assert_eq!(written(&example, &wrong, got), right);
        // Of what it does not understand, Python shows the place alone.
        let syntax =
            "Traceback (most recent call last):\n  ...\nSyntaxError: invalid syntax\n";
        let place = "  File \"<stdin>\", line 1\n    1 +\n      ^\nSyntaxError: ";
        assert!(is(plain, &format!("{place}invalid syntax"), syntax));
        assert!(!is(plain, &format!("{place}another"), syntax));
        assert!(!is(plain, &place.replace("SyntaxError", "Error"), syntax));
        let [other, wanted] =
            ["another", "invalid syntax"].map(|end| own(&format!("{place}{end}")));
        assert_eq!(refusal(&example, &other, syntax), None);
        assert_eq!(written(&example, &other, syntax), wanted);
        assert!(refusal(&example, &own("1"), got).is_some());
        assert!(refusal(&example, &own(&format!("{shown}8")), got).is_none());
        assert_eq!(written(&example, &[], "a\n\nb\n"), ["a", "<BLANKLINE>", "b"]);
    }

    #[test]
    fn output_of_a_shell_is_compared_as_cram_compares_it() {
        let shell = ExampleOptions { is_shell: true, ..ExampleOptions::default() };
        let ended = |text: &str, status: u8| format!("{text}\u{1}status:{status}\u{2}");
        for (shown, text, status, wanted) in [
            ("a\nb", "a\nb\n", 0, true),
            ("a", "a", 0, true),
            ("a", "a\n", 1, false),
            ("a\n[1]", "a\n", 1, true),
            ("[1]", "", 1, true),
            ("[1]", "", 2, false),
            ("a* (glob)", "a b\n", 0, true),
            ("a? (glob)", "abc\n", 0, false),
            (r"a\* (glob)", "a*\n", 0, true),
            (r"\d+ ms (re)", "17 ms\n", 0, true),
            (r"\d+ ms (re)", "17 mss\n", 0, false),
            ("a\n\nb", "a\n\nb\n", 0, true),
        ] {
            assert_eq!(
                is(shell, shown, &ended(text, status)),
                wanted,
                "{shown:?} and {text:?}"
            );
        }
        let example = Example { line: 0, source: String::new(), options: shell };
        assert_eq!(written(&example, &[], &ended("a\n", 3)), ["a", "[3]"]);
        let missing = "a/block_3.console: line 2: x: command not found\n";
        assert!(is(shell, "bash: x: command not found\n[127]", &ended(missing, 127)));
        assert!(refusal(&example, &[], &ended("", 3)).is_some());
        assert!(refusal(&example, &["a* (glob)".to_owned()], &ended("b\n", 0)).is_some());
    }
}
