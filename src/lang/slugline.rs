//! The slugline: a listing's first line that names its file, as a comment of its language.

/// What opens a comment that may hold a slugline, and what closes it.
const COMMENTS: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("/*", "*/"),
    ("(*", "*)"),
    ("//", ""),
    ("--", ""),
    ("#", ""),
    (";", ""),
    ("%", ""),
];

/// The path a listing's slugline names: its first non-blank line, when that is a comment that
/// holds nothing but a relative path with an extension, or with `!!!` for an unfinished one.
pub fn slug(code: &str) -> Option<&str> {
    let line = code.lines().map(str::trim).find(|line| !line.is_empty())?;
    let (open, close) = COMMENTS.iter().find(|(open, _)| line.starts_with(open))?;
    let inside = line.strip_prefix(open)?.strip_suffix(close)?;
    let path = inside.trim().trim_start_matches("!!!").trim_end_matches("!!!").trim();
    is_slug(path).then_some(path)
}

/// A relative path of plain names, the last with an extension. `# e.g.` and `# 3.14` are none.
fn is_slug(path: &str) -> bool {
    let Some((stem, extension)) = path.rsplit_once('.') else { return false };
    let plain = |c: char| c.is_alphanumeric() || "_-./+".contains(c);
    !stem.is_empty()
        && !stem.ends_with('/')
        && !path.starts_with('/')
        && path.chars().all(plain)
        && path.split('/').all(|part| !part.is_empty() && part != "..")
        && extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.len() <= 10
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
        && stem.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sluglines_of_every_comment_are_read() {
        assert_eq!(slug("# dir/file.py\nx = 1"), Some("dir/file.py"));
        assert_eq!(slug("\n// Dir/File.java"), Some("Dir/File.java"));
        assert_eq!(slug("<!-- build.xml -->"), Some("build.xml"));
        assert_eq!(slug("-- query.sql"), Some("query.sql"));
        assert_eq!(slug("; x.lisp"), Some("x.lisp"));
        assert_eq!(slug("% x.erl"), Some("x.erl"));
        assert_eq!(slug("# Makefile.MK"), Some("Makefile.MK"));
    }

    #[test]
    fn other_first_lines_are_none() {
        for line in
            ["# A comment.", "#!/bin/sh", "# 3.14", "x = 1", "# ../up.py", "", "# a b.py"]
        {
            assert_eq!(slug(line), None, "{line}");
        }
    }
}
