//! The slugline: a listing's first line that names its file, as a comment of its language.

/// What opens a comment that may hold a slugline or a tag, and what closes it: marks that begin no line
/// of code in any language.
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

/// What a slugline says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slugline<'a> {
    /// The path; `None` for `# _.py`, which stands for a file without a name.
    pub path: Option<&'a str>,
    /// Whether the author marked the listing as unfinished: `!!!`, or no name but an extension.
    pub unfinished: bool,
    /// The number of its line, from 0.
    pub line: usize,
    /// Whether it is a comment of HTML, which is taken off when the file is written: nothing but
    /// the declaration may begin an XML file.
    pub markup: bool,
}

/// The path a listing's slugline names: its first non-blank line, when that is a comment that
/// holds nothing but a relative path with an extension, or with `!!!` for an unfinished one.
pub fn slug(code: &str) -> Option<&str> {
    slugline(code)?.path
}

/// A listing's slugline.
pub fn slugline(code: &str) -> Option<Slugline<'_>> {
    let mut lines = code.lines().enumerate();
    let (line, text) = lines.find(|(_, line)| !line.trim().is_empty())?;
    let markup = text.trim_start().starts_with("<!--");
    // `%% a.mmd` is one with another mark than `% % a.mmd`.
    let all = [comment, rare_comment].into_iter();
    all.filter_map(|read| read(text)).find_map(|inside| {
        let path = inside.trim_start_matches("!!!").trim_end_matches("!!!").trim();
        let unfinished = path != inside;
        let found = Slugline { path: Some(path), unfinished, line, markup };
        if is_slug(path) {
            return Some(found);
        }
        let nameless = path.strip_prefix("_.").is_some_and(is_extension);
        nameless.then_some(Slugline { path: None, unfinished: true, ..found })
    })
}

/// A path where a slugline goes that no file below a folder can have: one with `..`, `//` or `/./` in it.
pub fn impossible(code: &str) -> Option<&str> {
    if slugline(code).is_some() {
        return None;
    }
    let path = comment(code.lines().find(|line| !line.trim().is_empty())?)?;
    let parts: Vec<&str> =
        path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let is_relative = !path.starts_with('/') && parts.len() < path.split('/').count();
    (is_relative && is_slug(&parts.join("/"))).then_some(path)
}

/// What stands in a line that is a comment and nothing else, in any language.
pub fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    let (open, close) = COMMENTS.iter().find(|(open, _)| line.starts_with(open))?;
    let inside = line.strip_prefix(open)?;
    // `/* Output:` opens a comment of several lines: that is none of these.
    Some(inside.strip_suffix(close)?.trim())
}

/// A line that is a comment in some languages and may be code in others: `! x.f90`, `' x.vb`. It names a
/// file only with a blank behind the mark, and an extension that files have.
fn rare_comment(line: &str) -> Option<&str> {
    let line = line.trim();
    // Most lines of code name no file, and there are many marks.
    let (first, rest) = line.split_once([' ', '\t'])?;
    if !rest.contains('.') {
        return None;
    }
    let inside = |(open, close): &(&str, &str)| {
        // Marks that are words count in any case, and all others are what they are.
        if !first.eq_ignore_ascii_case(open) {
            return None;
        }
        let inside = rest.strip_suffix(close)?.trim();
        let extension = inside.trim_end_matches("!!!").trim_end().rsplit_once('.')?.1;
        super::is_file_extension(extension).then_some(inside)
    };
    super::languages::comments().iter().find_map(inside)
}

/// A relative path of plain names, the last with an extension. `# e.g.` and `# 3.14` are none.
fn is_slug(path: &str) -> bool {
    let Some((stem, extension)) = path.rsplit_once('.') else { return false };
    let plain = |c: char| c.is_alphanumeric() || "_-./+".contains(c);
    !stem.is_empty()
        && !stem.ends_with('/')
        && !path.starts_with('/')
        && path.chars().all(plain)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && is_extension(extension)
        && stem.chars().any(char::is_alphabetic)
}

fn is_extension(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 10
        && text.chars().all(|c| c.is_ascii_alphanumeric())
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
        assert_eq!(slug("// IO/FILE.CPP\r\n"), Some("IO/FILE.CPP"));
    }

    #[test]
    fn comments_of_every_language_hold_a_slugline() {
        use super::super::languages;
        for language in languages::all() {
            let Some((open, close)) = language.comment() else { continue };
            let line = format!("{open} dir/file.txt {close}");
            assert_eq!(slug(&line), Some("dir/file.txt"), "{}", language.name);
        }
        for line in
            ["!x.f90", "{ a.b }", "! a b.py", "' it.is a sentence.", "!!! x", "\"a.py\""]
        {
            assert_eq!(slugline(line), None, "{line}");
        }
    }

    #[test]
    fn paths_that_no_file_can_have_are_told_from_other_lines() {
        for path in ["../x.py", "a//b.py", "a/./b.py", "./b.py"] {
            assert_eq!(impossible(&format!("# {path}\nx")), Some(path));
        }
        for line in
            ["# a/b.py", "# /etc/hosts.conf", "# a ../b", "// http://a.b/c.html", "# 1/2"]
        {
            assert_eq!(impossible(line), None, "{line}");
        }
    }

    #[test]
    fn other_first_lines_are_none() {
        for line in [
            "# A comment.",
            "#!/bin/sh",
            "# 3.14",
            "x = 1",
            "# ../up.py",
            "",
            "# a b.py",
            "# _",
            "# _.3",
            "/* a.c",
        ] {
            assert_eq!(slugline(line), None, "{line}");
        }
    }

    #[test]
    fn unfinished_listings_say_so() {
        let read = |code| slugline(code).map(|found| (found.path, found.unfinished));
        assert_eq!(read("# !!! a.py"), Some((Some("a.py"), true)));
        assert_eq!(read("// a/B.java !!!"), Some((Some("a/B.java"), true)));
        assert_eq!(read("# _.py"), Some((None, true)));
        assert_eq!(read("# _a.py"), Some((Some("_a.py"), false)));
        let markup = slugline("\n<!-- a.xml -->\n<a/>").map(|one| (one.markup, one.line));
        assert_eq!(markup, Some((true, 1)));
    }
}
