//! A notice at the end of a file, in a comment of its language.

use super::Program;
use concfilter::lang;

/// The program's text with the notice behind it, so that no line moves; the text alone where its
/// language has no comments.
pub(super) fn with_notice(program: &Program, notice: Option<&str>) -> String {
    let mut text = program.code.clone();
    let by_file = lang::of_file(&program.path);
    let language = by_file.or(program.language.as_deref()).unwrap_or_default();
    let Some((notice, (open, close))) = notice.zip(comment(language)) else {
        return text;
    };
    for line in notice.lines() {
        // What would end the comment is taken apart.
        let line = match close {
            "" => line.to_owned(),
            _ => line.replace(close.trim(), " "),
        };
        text.push_str(format!("{open}{line}").trim_end());
        text.push_str(close);
        text.push('\n');
    }
    text
}

/// What begins and ends a comment of one line.
fn comment(language: &str) -> Option<(&'static str, &'static str)> {
    Some(match language {
        "bash" | "dockerfile" | "elixir" | "makefile" | "perl" | "powershell"
        | "python" | "r" | "ruby" | "toml" | "yaml" => ("# ", ""),
        "c" | "cpp" | "cs" | "go" | "java" | "javascript" | "kotlin" | "php" | "rust"
        | "scala" | "swift" | "typescript" => ("// ", ""),
        "css" => ("/* ", " */"),
        "html" | "xml" => ("<!-- ", " -->"),
        "haskell" | "lua" | "sql" => ("-- ", ""),
        "clojure" | "ini" => ("; ", ""),
        "erlang" => ("% ", ""),
        _ => return None,
    })
}
