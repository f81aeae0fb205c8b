//! What other tools read behind a fence: a title, and lines to mark. pandoc's `CommonMark` takes the first
//! word and drops the rest.
//!
//! ````text
//! ```c [kernel.c] {4-5}                    class c, title kernel.c, lines 4-5
//! ```js{1,3} title="x.js"                  class js, title x.js, lines 1,3
//! ``` py hl_lines="2 3" filename="q.py"    class py, title q.py, lines 2 3
//! ````

/// What stands behind a fence, as other tools read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FenceInfo {
    /// The first word. Which part of it is the language, `concfilter::lang::fence` says: `rust` of `rust,ignore`.
    pub word: String,
    /// What stands above the listing.
    pub title: Option<String>,
    /// The numbers of the lines to mark, and ranges of them.
    pub marked: Option<String>,
    /// The number of the first line, where lines are numbered.
    pub numbered: Option<u32>,
    /// Whether all of it was understood.
    pub is_whole: bool,
}

/// The keys that other tools have for a title.
const TITLES: &[&str] = &["title", "filename", "file_name", "name", "caption", "label"];

/// The keys that other tools have for lines to mark.
const MARKED: &[&str] = &["hl_lines", "highlight", "emphasize-lines", "mark", "ln"];

/// The keys and words that other tools have for numbers of lines.
const NUMBERED: &[&str] = &[
    "linenums",
    "linenos",
    "showLineNumbers",
    "showlinenumbers",
    "line-numbers",
    "lineNumbers",
    "number-lines",
    "numberLines",
];

/// The keys that other tools have for the number of the first line.
const FIRST: &[&str] = &["startFrom", "startfrom", "linenostart", "start"];

impl FenceInfo {
    /// Reads what stands behind a fence; nothing where there is a word alone, or attributes of pandoc's.
    pub fn read(info: &str) -> Self {
        let end = info.find(|c: char| c.is_whitespace() || "{[".contains(c));
        let (word, mut rest) = info.split_at(end.unwrap_or(info.len()));
        let mut extra = Self { word: word.to_owned(), is_whole: true, ..Self::default() };
        if word.is_empty() && !info.is_empty() && ranges(info).is_none() {
            // Attributes of pandoc's.
            return Self::default();
        }
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return extra;
            }
            rest = extra.part(rest);
        }
    }

    /// Reads one part; what stands behind it.
    fn part<'a>(&mut self, text: &'a str) -> &'a str {
        let enclosed = |open: char, close: char| {
            text.strip_prefix(open).and_then(|rest| rest.split_once(close))
        };
        if let Some((lines, rest)) = enclosed('{', '}')
            && ranges(lines).is_some()
        {
            self.marked = Some(lines.to_owned());
            return rest;
        }
        if let Some((title, rest)) = enclosed('[', ']') {
            self.title.get_or_insert_with(|| title.trim().to_owned());
            return rest;
        }
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (key, value, rest) = match text[..end].split_once('=') {
            Some((key, _)) => {
                let (value, rest) = value(&text[key.len() + 1..]);
                (key, value, rest)
            }
            None => (&text[..end], "", &text[end..]),
        };
        if TITLES.contains(&key) && !value.is_empty() {
            self.title = Some(value.to_owned());
        } else if MARKED.contains(&key) && ranges(value).is_some() {
            self.marked = Some(value.trim_matches(['{', '}']).to_owned());
        } else if NUMBERED.contains(&key) {
            // MkDocs names the first number, where others say true or 1.
            let first = value.parse().ok().or(self.numbered).unwrap_or(1);
            let is_wanted = !["false", "no", "off", "0"].contains(&value);
            self.numbered = is_wanted.then_some(first);
        } else if FIRST.contains(&key)
            && let Ok(first) = value.parse()
        {
            self.numbered = Some(first);
        } else {
            self.is_whole = false;
        }
        rest
    }
}

/// A value, in quotes or braces or up to the next blank, and what stands behind it.
fn value(text: &str) -> (&str, &str) {
    for (open, close) in [('"', '"'), ('\'', '\''), ('{', '}')] {
        if let Some(rest) = text.strip_prefix(open)
            && let Some(found) = rest.split_once(close)
        {
            return found;
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// The lines that a text such as `4-5, 8` names, from 1; `None` where it names anything else.
pub fn ranges(text: &str) -> Option<Vec<std::ops::RangeInclusive<usize>>> {
    let separates = |c: char| c.is_whitespace() || ",;|[]{}".contains(c);
    let parts = text.split(separates).filter(|part| !part.is_empty());
    let range = |part: &str| {
        let (from, to) =
            match part.split_once("..").or_else(|| part.split_once(['-', ':'])) {
                Some((from, to)) => (from, to),
                None => (part, part),
            };
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (1 <= from && from <= to).then_some(from..=to)
    };
    let all: Vec<_> = parts.map(range).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_lines_of_other_tools_are_read() {
        for (info, word, title, marked) in [
            ("c [kernel.c] {4-5}", "c", "kernel.c", "4-5"),
            ("js{1,3} title=\"my x.js\"", "js", "my x.js", "1,3"),
            ("py hl_lines=\"2 3\" filename=q.py linenums=\"1\"", "py", "q.py", "2 3"),
            ("ts [a.ts]{2} showLineNumbers", "ts", "a.ts", "2"),
            ("rust mark={2..4}", "rust", "", "2..4"),
            ("rust,ignore", "rust,ignore", "", ""),
            ("{.py .x title=\"b\"}", "", "", ""),
        ] {
            let extra = FenceInfo::read(info);
            let found = (&*extra.word, extra.title.unwrap_or_default(), extra.marked);
            assert_eq!(
                (found.0, &*found.1, &*found.2.unwrap_or_default()),
                (word, title, marked),
                "{info}"
            );
        }
    }

    #[test]
    fn numbers_of_other_tools_are_read() {
        for (info, numbered) in [
            ("py linenums=\"1\"", Some(1)),
            ("py linenums=\"10\" hl_lines=\"2\"", Some(10)),
            ("ts showLineNumbers", Some(1)),
            ("ts showLineNumbers=false", None),
            ("go linenos=true linenostart=7", Some(7)),
            ("go {2}", None),
        ] {
            let extra = FenceInfo::read(info);
            assert_eq!((extra.numbered, extra.is_whole), (numbered, true), "{info}");
        }
    }

    #[test]
    fn lines_are_numbers_and_ranges() {
        assert_eq!(ranges("4-5, 8"), Some(vec![4..=5, 8..=8]));
        assert_eq!(ranges("1|2-3"), Some(vec![1..=1, 2..=3]));
        for other in ["", "true", ".py", "0", "3-1", "a-b", "1-"] {
            assert_eq!(ranges(other), None, "{other}");
        }
    }
}
