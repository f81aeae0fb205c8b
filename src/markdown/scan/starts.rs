//! How lines begin: their indentation, markers of lists, raw text.

/// A line of a container: where its text stands in the source, and how many spaces before it the source
/// has not, because a tab went over the container's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::markdown) struct ContainerLine {
    pub start: usize,
    pub end: usize,
    pub spaces: usize,
    /// The column of the source in which the text, with those spaces, begins.
    pub col: usize,
}

/// How many columns a tab goes to.
const TAB: usize = 4;

impl ContainerLine {
    /// The columns of its indentation.
    pub(super) fn indent(self, text: &str) -> usize {
        let mut col = self.col + self.spaces;
        for c in text.get(self.start..self.end).unwrap_or_default().chars() {
            match c {
                ' ' => col += 1,
                '\t' => col = (col / TAB + 1) * TAB,
                _ => break,
            }
        }
        col - self.col
    }

    /// The line behind so many columns of indentation, if it has them.
    pub(super) fn gobble(self, text: &str, columns: usize) -> Option<Self> {
        (self.indent(text) >= columns).then(|| self.gobble_at_most(text, columns))
    }

    /// The line behind as many columns of indentation as it has, up to this number.
    pub(super) fn gobble_at_most(self, text: &str, columns: usize) -> Self {
        let mut line = self;
        let wanted = self.col + columns;
        let taken = line.spaces.min(columns);
        line.spaces -= taken;
        line.col += taken;
        let rest = text.get(self.start..self.end).unwrap_or_default();
        for c in rest.chars() {
            if line.col >= wanted || line.spaces > 0 {
                break;
            }
            let next = match c {
                ' ' => line.col + 1,
                '\t' => (line.col / TAB + 1) * TAB,
                _ => break,
            };
            line.start += 1;
            line.spaces = next.saturating_sub(wanted);
            line.col = next - line.spaces;
        }
        line
    }

    /// The line without its indentation.
    pub(in crate::markdown) fn without_indent(self, text: &str) -> Self {
        self.gobble_at_most(text, self.indent(text))
    }

    /// The line behind so many bytes that are no tabs.
    pub(super) fn skip(self, text: &str, bytes: usize) -> Self {
        let end = (self.start + bytes).min(self.end);
        let columns =
            text.get(self.start..end).map_or(bytes, |text| text.chars().count());
        Self { start: end, col: self.col + self.spaces + columns, spaces: 0, ..self }
    }
}

/// The marker of a list's item that a text begins with.
pub(super) fn marker(text: &str) -> Option<&str> {
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    let word = &text[..end];
    let is_bullet = matches!(word, "-" | "*" | "+");
    if is_bullet && is_rule(text) {
        return None;
    }
    if is_bullet {
        return Some(word);
    }
    let (number, period) = match word.strip_prefix('(') {
        Some(rest) => (rest.strip_suffix(')')?, false),
        None => (word.strip_suffix(['.', ')'])?, word.ends_with('.')),
    };
    let is_roman =
        |digits: &str| !number.is_empty() && number.chars().all(|c| digits.contains(c));
    let is_letter =
        number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_number = number == "#"
        || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        || is_letter
        || is_roman("ivxlcdm")
        || is_roman("IVXLCDM")
        || number.strip_prefix('@').is_some_and(|label| {
            label.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
        });
    // `B. Russell` is a name.
    let is_initial =
        period && is_letter && number.bytes().all(|byte| byte.is_ascii_uppercase());
    let behind = &text[end..];
    let is_wide = behind.starts_with('\t') || behind.starts_with("  ");
    let is_page =
        word == "p." && behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    (is_number && (!is_initial || is_wide) && !is_page).then_some(word)
}

/// Whether a line is a rule: three and more of one sign.
fn is_rule(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    signs.len() >= 3
        && matches!(signs[0], '*' | '-' | '_')
        && signs.iter().all(|c| *c == signs[0])
}

/// The length of the backticks behind which a line's inline code is still open; `open` is that of code
/// which was open before the line.
pub(super) fn open_code(line: &str, mut open: Option<usize>) -> Option<usize> {
    for run in backticks(line) {
        match open {
            None => open = Some(run),
            Some(size) if size == run => open = None,
            Some(_) => {}
        }
    }
    open
}

/// Whether a line closes inline code between so many backticks.
pub(super) fn closes_code(line: &str, size: usize) -> bool {
    backticks(line).any(|run| run == size)
}

/// The lengths of the runs of backticks in a line.
fn backticks(line: &str) -> impl Iterator<Item = usize> {
    line.split(|c| c != '`').map(str::len).filter(|length| *length > 0)
}

/// What ends the raw text that begins with a line; `None` for any other text.
pub(super) fn raw_end(text: &str) -> Option<String> {
    if text.starts_with("<!--") {
        return Some("-->".to_owned());
    }
    if let Some(rest) = text.strip_prefix("\\begin{") {
        return rest
            .split_once('}')
            .map(|(name, _)| format!("\\end{{{}}}", name.to_lowercase()));
    }
    let lower = text.to_ascii_lowercase();
    let name = ["pre", "script", "style", "textarea"].into_iter().find(|name| {
        lower
            .strip_prefix('<')
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '>', '\t']))
    });
    name.map(|name| format!("</{name}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_pandocs() {
        for (text, wanted) in [
            ("- a", Some("-")),
            ("1. a", Some("1.")),
            ("#. a", Some("#.")),
            ("a. b", Some("a.")),
            ("i) b", Some("i)")),
            ("(1) b", Some("(1)")),
            ("(@) b", Some("(@)")),
            ("(@good) b", Some("(@good)")),
            ("B.  x", Some("B.")),
            ("B. Russell", None),
            ("p. 3", None),
            ("* * *", None),
            ("--- x", None),
            ("word. x", None),
            ("-x", None),
        ] {
            assert_eq!(marker(text), wanted, "{text}");
        }
    }

    #[test]
    fn tabs_are_taken_apart() {
        let text = "\tx";
        let line = ContainerLine { start: 0, end: 2, spaces: 0, col: 0 };
        assert_eq!(line.indent(text), 4);
        let part = line.gobble(text, 2).unwrap();
        assert_eq!((part.start, part.spaces, part.indent(text)), (1, 2, 2));
        assert_eq!(part.gobble(text, 2).unwrap().spaces, 0);
        assert_eq!(line.gobble(text, 5), None);
    }
}
