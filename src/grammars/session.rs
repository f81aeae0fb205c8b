//! The record of a console: which of its lines were typed, and in which language.

/// What was typed in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The language, as `lang` writes it.
    pub language: &'static str,
    /// The code without prompts and output.
    pub text: String,
    /// Where each of its lines came from: its start in `text`, and in the record, in bytes.
    pub lines: Vec<(usize, usize)>,
}

impl Typed {
    /// Where byte `offset` of `text` stands in the record.
    pub fn source(&self, offset: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        match after.checked_sub(1).and_then(|at| self.lines.get(at)) {
            Some((start, source)) => source + (offset - start),
            None => offset,
        }
    }

    fn push(&mut self, line: &str, source: usize) {
        self.lines.push((self.text.len(), source));
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// Languages in which a `%` or `$` behind a word is no operator but a prompt.
const RECORDS: &[&str] = &["", "bash", "text"];

/// What was typed in a listing that is the record of a console; `None` for other listings.
/// `language` is the canonical name on the fence, or empty.
pub fn typed(language: &str, code: &str) -> Option<Vec<Typed>> {
    let first = code.lines().find(|line| !line.trim().is_empty())?;
    let loose = RECORDS.contains(&language) || language == "python";
    let is_record = prompt(language, first).is_some()
        || (loose && code.lines().any(|line| prompt(language, line).is_some()));
    if !is_record {
        return None;
    }
    let mut all: Vec<Typed> = Vec::new();
    let mut open: Option<usize> = None;
    let mut offset = 0;
    let mut joined = false;
    for line in code.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let (at, skip) = if let Some((language, skip)) = prompt(language, line) {
            let known = all.iter().position(|typed| typed.language == language);
            let at = known.unwrap_or_else(|| {
                all.push(Typed { language, text: String::new(), lines: Vec::new() });
                all.len() - 1
            });
            (at, skip)
        } else if let Some(at) = open {
            let shell = all.get(at).is_some_and(|typed| typed.language == "bash");
            match continued(line, shell) {
                Some(skip) => (at, skip),
                None if joined => (at, 0),
                None => {
                    open = None;
                    joined = false;
                    continue;
                }
            }
        } else {
            continue;
        };
        joined = line.ends_with('\\');
        open = Some(at);
        if let (Some(typed), Some(text)) = (all.get_mut(at), line.get(skip..)) {
            typed.push(text, start + skip);
        }
    }
    Some(all)
}

/// Where in the record of a console, in bytes, something was typed that is no code of its
/// language: the first such place of each language.
pub fn faults(language: &str, code: &str) -> Vec<(&'static str, usize)> {
    let fault = |typed: Typed| {
        let row = super::fragment::first_error(typed.language, &typed.text)?;
        Some((typed.language, typed.lines.get(row)?.1))
    };
    typed(language, code).into_iter().flatten().filter_map(fault).collect()
}

/// The language of a line that begins with a prompt, and how long the prompt is.
fn prompt(language: &str, line: &str) -> Option<(&'static str, usize)> {
    let behind = |mark: &str| {
        let rest = line.strip_prefix(mark)?;
        match rest.strip_prefix(' ') {
            Some(_) => Some(mark.len() + 1),
            None => rest.is_empty().then_some(mark.len()),
        }
    };
    if let Some(skip) = behind(">>>") {
        return Some((if language == "kotlin" { "kotlin" } else { "python" }, skip));
    }
    if let Some(rest) = line.strip_prefix("In [") {
        let (number, _) = rest.split_once("]: ")?;
        let is_number = number.chars().all(|c| c.is_ascii_digit() || c == ' ');
        return is_number
            .then_some(("python", "In [".len() + number.len() + "]: ".len()));
    }
    if let Some(skip) = behind("$") {
        return Some(("bash", skip));
    }
    match language {
        "java" => return behind("jshell>").map(|skip| ("java", skip)),
        "javascript" => return behind(">").map(|skip| ("javascript", skip)),
        "typescript" => return behind(">").map(|skip| ("typescript", skip)),
        "ruby" => {
            let skip = match line.split_once("> ") {
                Some((irb, _)) if irb.starts_with("irb") && !irb.contains(' ') => {
                    Some(irb.len() + 2)
                }
                _ => behind(">>"),
            };
            return skip.map(|skip| ("ruby", skip));
        }
        _ if !RECORDS.contains(&language) => return None,
        _ => {}
    }
    // `host:~/dir$ ls`, `bash % ls`.
    let at = line.find(['$', '%'])?;
    let (head, rest) = line.split_at(at);
    let host = |c: char| c.is_alphanumeric() || "@:~/._-[]() ".contains(c);
    let words = head.split_whitespace().count();
    let named = head.starts_with(|c: char| c.is_alphabetic() || "~[(".contains(c));
    let spaced = line[at..].starts_with('%') == head.ends_with(' ');
    (rest[1..].starts_with(' ')
        && words == 1
        && named
        && head.chars().all(host)
        && spaced)
        .then_some(("bash", at + 2))
}

/// How long the mark of a continued line is.
fn continued(line: &str, shell: bool) -> Option<usize> {
    if shell {
        return line.starts_with("> ").then_some(2);
    }
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    for mark in ["...: ", "... "] {
        if bare.starts_with(mark) && (indent == 0 || mark == "...: ") {
            return Some(indent + mark.len());
        }
    }
    (bare == "..." || bare == "...:").then_some(line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(language: &str, code: &str) -> Vec<(&'static str, String)> {
        let all = typed(language, code).unwrap_or_default();
        all.into_iter().map(|typed| (typed.language, typed.text)).collect()
    }

    #[test]
    fn only_what_was_typed_is_code() {
        let code =
            ">>> def f():\n...     return g\n...\n>>> f()\nword word\n... not typed\n";
        let wanted = "def f():\n    return g\n\nf()\n".to_owned();
        assert_eq!(texts("python", code), [("python", wanted)]);
        let code = "In [1]: x = 1\n   ...: y = 2\nOut[1]: word\n";
        assert_eq!(texts("python", code), [("python", "x = 1\ny = 2\n".to_owned())]);
        let code = "# words\n$ run \\\n  more\noutput\nbash % two\nme@host:~/x$ three\n";
        let wanted = "run \\\n  more\ntwo\nthree\n".to_owned();
        assert_eq!(texts("bash", code), [("bash", wanted)]);
        let code = "$ python\nPython 3\n>>> x\n1\n";
        let both = [("bash", "python\n".to_owned()), ("python", "x\n".to_owned())];
        assert_eq!(texts("", code), both);
        assert_eq!(
            texts("ruby", "irb(main):001:0> x = 1\n=> 1\n"),
            [("ruby", "x = 1\n".to_owned())]
        );
        assert_eq!(
            texts("javascript", "> f()\nwords\n"),
            [("javascript", "f()\n".to_owned())]
        );
    }

    #[test]
    fn programs_are_no_records() {
        for (language, code) in [
            ("python", "x = 1\ny = x % 2\n"),
            ("bash", "echo $HOME\nprintf '%s' x\n"),
            ("java", "x\n  >>> 2;\n"),
            ("javascript", "a\n> b"),
            ("", "50 % of it"),
            ("", "It costs $ 5"),
            ("python", ""),
        ] {
            assert_eq!(typed(language, code), None, "{code}");
        }
    }

    #[test]
    fn what_is_no_code_is_found() {
        let code = ">>> a = 1\n>>> a = = 2\n>>> b\n";
        assert_eq!(faults("python", code), [("python", code.find("a = =").unwrap())]);
        for fine in [
            ">>> def f():\n...     return 1\n...\n>>> f()\n1 is = not = code\n",
            "$ ls | wc -l\n3\n",
            "x = = 1\n",
        ] {
            assert_eq!(faults("python", fine), [], "{fine}");
        }
    }

    #[test]
    fn offsets_lead_back() {
        let code = ">>> a\nout\n>>> bc\n";
        let typed = typed("python", code).unwrap_or_default().remove(0);
        let at = typed.text.find("bc").unwrap_or_default();
        assert_eq!(&code[typed.source(at)..], "bc\n");
    }
}
