//! The record of a console: which of its lines were typed, and in which language.
//!
//! ```text
//! $ python            typed, in bash
//! Python 3.13         printed
//! >>> for x in y:     typed, in python
//! ...     print(x)    typed, its continuation
//! ```

use super::languages::{self, Language};

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

/// What is typed into which of the prompts that a listing may have.
#[derive(Debug, Clone, Copy)]
struct Prompts {
    /// The listing's language, or what is typed on its console first.
    language: Option<&'static Language>,
    /// Whether a `%` or `$` behind a word is no operator but a prompt.
    hosts: bool,
}

impl Prompts {
    fn of(language: &str) -> Self {
        let named = languages::of_fence(language);
        let own = match named {
            Some(one) => {
                one.record.first().map_or(Some(one), |it| languages::of_name(it))
            }
            None => None,
        };
        let hosts = language.is_empty()
            || own.is_some_and(|one| matches!(one.name, "bash" | "text"));
        Self { language: own, hosts }
    }

    /// Whether a record may begin with what no prompt stands before.
    fn are_loose(self) -> bool {
        self.hosts || self.language.is_some_and(|one| one.name == "python")
    }

    /// The language of a line that begins with a prompt, and how long the prompt is.
    fn find(self, line: &str) -> Option<(&'static str, usize)> {
        // Most lines begin with a letter or a blank, and no prompt does but a few.
        if line.is_empty() || line.starts_with([' ', '\t']) {
            return None;
        }
        let of = |language: &'static Language| {
            let mut lengths = language.prompts.iter().filter_map(|one| length(one, line));
            Some((language.name, lengths.next()?))
        };
        if let Some(found) = self.language.and_then(of) {
            return Some(found);
        }
        if let Some(found) = notebook(line) {
            return Some(("python", found));
        }
        let shared = ["python", "bash"].into_iter().filter_map(languages::of_name);
        shared.into_iter().find_map(of).or_else(|| {
            let found = self.hosts.then(|| host(line)).flatten();
            found.map(|length| ("bash", length))
        })
    }
}

/// What was typed in a listing that is the record of a console; `None` for other listings.
/// `language` is the name on the fence, or empty.
pub fn typed(language: &str, code: &str) -> Option<Vec<Typed>> {
    let prompts = Prompts::of(language);
    let first = code.lines().find(|line| !line.trim().is_empty())?;
    let is_record = prompts.find(first).is_some()
        || prompts.are_loose() && code.lines().any(|line| prompts.find(line).is_some());
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
        let (at, skip) = if let Some((language, skip)) = prompts.find(line) {
            let known = all.iter().position(|typed| typed.language == language);
            let at = known.unwrap_or_else(|| {
                all.push(Typed { language, text: String::new(), lines: Vec::new() });
                all.len() - 1
            });
            (at, skip)
        } else if let Some(at) = open {
            match all.get(at).and_then(|typed| continued(typed.language, line)) {
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

/// How long a prompt is that a line begins with, the blank behind it taken in.
fn length(prompt: &str, line: &str) -> Option<usize> {
    let end = if let Some((before, after)) = prompt.split_once('…') {
        // What an interpreter fills in: `irb(main):001:0>`, `PS C:\>`, `user=>`.
        let inside = line.strip_prefix(before)?;
        let skip = inside.len() - inside.strip_prefix(' ').unwrap_or(inside).len();
        let skip = if before.is_empty() { 0 } else { skip };
        let word =
            inside[skip..].split([' ', '\t']).next().expect("a split has a first part");
        let filled = word.strip_suffix(after)?;
        let is_prompt =
            filled.chars().all(|c| c.is_alphanumeric() || "_-.:/\\()[]*~".contains(c));
        (is_prompt && !(before.is_empty() && filled.is_empty()))
            .then_some(before.len() + skip + word.len())?
    } else if let Some(after) = prompt.strip_prefix('1') {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0 && line[digits..].starts_with(after))
            .then_some(digits + after.len())?
    } else {
        line.starts_with(prompt).then_some(prompt.len())?
    };
    match line.as_bytes().get(end) {
        None => Some(end),
        Some(b' ') => Some(end + 1),
        Some(_) => None,
    }
}

/// How long a prompt of a notebook is: `In [1]: `.
fn notebook(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("In [")?;
    let (number, _) = rest.split_once("]: ")?;
    let is_number = number.chars().all(|c| c.is_ascii_digit() || c == ' ');
    is_number.then_some("In [".len() + number.len() + "]: ".len())
}

/// How long a prompt is that names a place: `host:~/dir$ ls`, `bash % ls`.
pub fn host(line: &str) -> Option<usize> {
    let at = line.find(['$', '%'])?;
    let (head, rest) = line.split_at(at);
    let is_place = |c: char| c.is_alphanumeric() || "@:~/._-[]() ".contains(c);
    let words = head.split_whitespace().count();
    let is_named = head.starts_with(|c: char| c.is_alphabetic() || "~[(".contains(c));
    let is_spaced = rest.starts_with('%') == head.ends_with(' ');
    (rest[1..].starts_with(' ')
        && words == 1
        && is_named
        && head.chars().all(is_place)
        && is_spaced)
        .then_some(at + 2)
}

/// How long the mark of a continued line is.
fn continued(language: &str, line: &str) -> Option<usize> {
    let language = languages::of_name(language)?;
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    language.continuations.iter().find_map(|mark| {
        let skip = length(mark, bare)?;
        let is_whole = skip == mark.len() && bare.len() == skip;
        match *mark {
            // Less than these can be output.
            ">" => (indent == 0 && !is_whole).then_some(skip),
            "..." if indent > 0 && !is_whole => None,
            _ => Some(indent + skip),
        }
    })
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
        for name in ["bash", "console", "sh-session", "shellsession", "terminal", ""] {
            assert_eq!(texts(name, code), [("bash", wanted.clone())], "{name}");
        }
        let code = "$ python\nPython 3\n>>> x\n1\n";
        let both = [("bash", "python\n".to_owned()), ("python", "x\n".to_owned())];
        assert_eq!(texts("", code), both);
    }

    #[test]
    fn every_interpreter_has_its_prompt() {
        for (name, code, language, wanted) in [
            ("ruby", "irb(main):001:0> x = 1\n=> 1\n", "ruby", "x = 1\n"),
            ("javascript", "> f()\nwords\n", "javascript", "f()\n"),
            ("ts", "> f()\nwords\n", "typescript", "f()\n"),
            ("java", "jshell> f()\n$1 ==> 2\n", "java", "f()\n"),
            ("kotlin", ">>> f()\n2\n", "kotlin", "f()\n"),
            ("jshell", "jshell> if (x)\n   ...> f()\nwords\n", "java", "if (x)\nf()\n"),
            ("clojure", "user=> (f)\nwords\n", "clojure", "(f)\n"),
            ("elixir", "iex(1)> f\n...(1)> no\nwords\n", "elixir", "f\n"),
            ("erlang", "12> f().\nok\n", "erlang", "f().\n"),
            ("haskell", "ghci> f\n42\nPrelude Data.List> g\n", "haskell", "f\ng\n"),
            (
                "postgresql",
                "db=# SELECT 1\ndb-# FROM t;\n 1\n",
                "sqlpostgresql",
                "SELECT 1\nFROM t;\n",
            ),
            ("powershell", "PS C:\\> Get-Item\nwords\n", "powershell", "Get-Item\n"),
            ("r", "> f(x,\n+ y)\n[1] 2\n", "r", "f(x,\ny)\n"),
        ] {
            assert_eq!(texts(name, code), [(language, wanted.to_owned())], "{name}");
        }
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
            ("haskell", "f x\n  > y"),
            ("erlang", "1 > 2"),
        ] {
            assert_eq!(typed(language, code), None, "{code}");
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
