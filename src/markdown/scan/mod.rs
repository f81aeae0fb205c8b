//! Where pandoc's own Markdown has code blocks. Its lists, definitions, notes and tables hold blocks by
//! other rules than `CommonMark`'s, and a fence that `CommonMark` would end with its list item goes on:
//!
//! ````text
//! 1.  Step:
//!
//!     ```python      a fence in the item
//!     x = 1
//! ```                ends it: lines of a paragraph in a list need no indentation
//! ````
//!
//! It follows pandoc's reader, container by container: each is taken apart into lines, of which each
//! knows where it stands, and its lines are read as a text of their own.

mod grid;
mod starts;

use starts::ContainerLine;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A code block, by its lines.
#[derive(Debug)]
pub(super) struct FoundBlock {
    /// The line of its opening fence; none for an indented block.
    pub fence: Option<ContainerLine>,
    /// Its lines of code.
    pub code: Vec<ContainerLine>,
    /// The line of its closing fence.
    pub close: Option<ContainerLine>,
}

/// The code blocks of a text, in the order in which pandoc has them.
pub(super) fn code_blocks(text: &str) -> Vec<FoundBlock> {
    let mut start = 0;
    let lines: Vec<ContainerLine> = text
        .split_inclusive('\n')
        .map(|line| {
            let end = start + line.trim_end_matches(['\n', '\r']).len();
            let own = ContainerLine { start, end, spaces: 0, col: 0 };
            start += line.len();
            own
        })
        .collect();
    let mut scanner = MarkdownScanner { text, ..MarkdownScanner::default() };
    let first = scanner.metadata(&lines);
    scanner.blocks(&lines[first..], false);
    scanner.found
}

#[derive(Default)]
struct MarkdownScanner<'t> {
    text: &'t str,
    /// How many divisions are open.
    divisions: usize,
    /// How deep containers are nested.
    depth: usize,
    found: Vec<FoundBlock>,
    /// The number of the container that is read, and how many there were.
    container: usize,
    containers: usize,
    /// By container and sign: fences of this length and longer are never closed from here on, so that
    /// no text is searched for an end again and again.
    unclosed: RefCell<BTreeMap<(usize, char), usize>>,
}

/// Deeper than authors go; what is deeper is looked at no more.
const DEEPEST: usize = 64;

/// Over more lines no inline code goes.
const CODE_LINES: usize = 100;

impl MarkdownScanner<'_> {
    fn str(&self, line: ContainerLine) -> &str {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    fn is_blank(&self, line: ContainerLine) -> bool {
        self.str(line).trim().is_empty()
    }

    fn indent(&self, line: ContainerLine) -> usize {
        line.indent(self.text)
    }

    fn gobble(&self, line: ContainerLine, columns: usize) -> Option<ContainerLine> {
        line.gobble(self.text, columns)
    }

    /// A line without its indentation, where that is not an indented block's.
    fn flush(&self, line: ContainerLine) -> Option<&str> {
        (self.indent(line) < 4).then(|| self.str(line).trim_start())
    }

    /// How many of the first lines are metadata.
    fn metadata(&self, lines: &[ContainerLine]) -> usize {
        self.metadata_end(lines, 0).unwrap_or(0)
    }

    /// The line behind a block of metadata that begins here.
    fn metadata_end(&self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let is = |line: &ContainerLine, mark: &str| self.str(*line).trim_end() == mark;
        if !is(lines.get(at)?, "---") || self.is_blank(*lines.get(at + 1)?) {
            return None;
        }
        let rest = lines[at + 1..].iter();
        let mut ends =
            rest.enumerate().filter(|(_, line)| is(line, "---") || is(line, "..."));
        ends.next().map(|(count, _)| at + count + 2)
    }

    /// Reads the blocks of some lines.
    fn blocks(&mut self, lines: &[ContainerLine], in_list: bool) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        self.containers += 1;
        let outer = std::mem::replace(&mut self.container, self.containers);
        let mut at = 0;
        while at < lines.len() {
            at = self.block(lines, at, in_list).max(at + 1);
        }
        self.depth -= 1;
        self.container = outer;
    }

    /// Reads a block; the line behind it.
    fn block(&mut self, lines: &[ContainerLine], at: usize, in_list: bool) -> usize {
        let line = lines[at];
        if self.is_blank(line) {
            return at + 1;
        }
        if self.indent(line) >= 4 {
            return self.indented(lines, at);
        }
        if self.fence(line).is_some() {
            return self.fenced(lines, at, in_list);
        }
        if let Some(end) = self.metadata_end(lines, at).filter(|_| self.depth == 1) {
            return end;
        }
        if let Some(end) = self.skipped(lines, at) {
            return end;
        }
        if self.depth < DEEPEST {
            let containers = [
                Self::list_item,
                Self::quote,
                Self::note,
                Self::grid_table,
                Self::definition,
            ];
            for container in containers {
                if let Some(end) = container(self, lines, at) {
                    return end;
                }
            }
        }
        self.paragraph(lines, at, in_list)
    }

    /// The character and the length of the fence that a line begins with.
    fn fence(&self, line: ContainerLine) -> Option<(char, usize)> {
        let text = self.flush(line)?;
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let size = text.len() - text.trim_start_matches(mark).len();
        let info = &text[size..];
        (size >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, size))
    }

    /// Whether a line begins with a fence and no space before it.
    fn is_flush_fence(&self, line: ContainerLine) -> bool {
        self.indent(line) == 0 && self.fence(line).is_some()
    }

    /// The line that closes the fence which begins at a line.
    fn closing(&self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let (mark, size) = self.fence(*lines.get(at)?)?;
        let key = (self.container, mark);
        if self.unclosed.borrow().get(&key).is_some_and(|least| size >= *least) {
            return None;
        }
        let closes = |line: &ContainerLine| {
            self.flush(*line).is_some_and(|text| {
                let text = text.trim_end();
                text.len() >= size && text.chars().all(|c| c == mark)
            })
        };
        let rest = lines[at + 1..].iter();
        let found = rest.enumerate().find(|(_, line)| closes(line));
        if found.is_none() {
            self.unclosed.borrow_mut().insert(key, size);
        }
        found.map(|(count, _)| at + 1 + count)
    }

    fn fenced(&mut self, lines: &[ContainerLine], at: usize, in_list: bool) -> usize {
        let fence = lines[at];
        let indent = self.indent(fence);
        let close = self.closing(lines, at);
        // A fence without an end is the text of a paragraph.
        let end = close.unwrap_or_else(|| self.paragraph(lines, at, in_list));
        let inside = lines[at + 1..end.max(at + 1)].iter();
        let code = inside.map(|line| line.gobble_at_most(self.text, indent)).collect();
        self.found.push(FoundBlock {
            fence: Some(fence.without_indent(self.text)),
            code,
            close: close.map(|close| lines[close]),
        });
        close.map_or(end, |close| close + 1)
    }

    fn indented(&mut self, lines: &[ContainerLine], at: usize) -> usize {
        let mut end = at;
        for (number, line) in lines.iter().enumerate().skip(at) {
            if self.is_blank(*line) {
                continue;
            }
            if self.indent(*line) < 4 {
                break;
            }
            end = number + 1;
        }
        let code =
            lines[at..end].iter().map(|line| line.gobble_at_most(self.text, 4)).collect();
        self.found.push(FoundBlock { fence: None, code, close: None });
        end
    }

    /// What holds no blocks: headings, fences of divisions, raw text; the line behind it.
    fn skipped(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let text = self.flush(lines[at])?.to_owned();
        if let Some(rest) = text.strip_prefix(":::") {
            if rest.trim_start_matches(':').trim().is_empty() {
                self.divisions = self.divisions.saturating_sub(1);
            } else {
                self.divisions += 1;
            }
            return Some(at + 1);
        }
        if text.starts_with('#') && text.trim_start_matches('#').starts_with(' ') {
            return Some(at + 1);
        }
        let end = starts::raw_end(&text)?;
        let rest = lines[at..].iter();
        let is_end = |(number, line): &(usize, &ContainerLine)| {
            let text = self.str(**line);
            let text =
                if *number == 0 { text.get(4..).unwrap_or_default() } else { text };
            text.to_ascii_lowercase().contains(&end)
        };
        rest.enumerate().find(is_end).map(|(count, _)| at + count + 1)
    }

    /// Whether a line ends the division that is open.
    fn ends_division(&self, line: ContainerLine) -> bool {
        self.divisions > 0
            && self.flush(line).is_some_and(|text| {
                let text = text.trim_end();
                text.len() >= 3 && text.bytes().all(|byte| byte == b':')
            })
    }

    /// Reads a paragraph; the line behind it.
    fn paragraph(&mut self, lines: &[ContainerLine], at: usize, in_list: bool) -> usize {
        let mut end = self.code_end(lines, at) + 1;
        while let Some(&line) = lines.get(end) {
            if self.is_blank(line)
                || self.ends_division(line)
                || self.closing(lines, end).is_some()
                || in_list && self.starts_item(line).is_some()
            {
                break;
            }
            let last = self.code_end(lines, end);
            if last > end && self.fence(line).is_some() {
                // Inline code to pandoc, and hardly to its author.
                let code = lines[end + 1..=last].to_vec();
                let fence = Some(line.without_indent(self.text));
                self.found.push(FoundBlock { fence, code, close: None });
            }
            end = last + 1;
        }
        end
    }

    /// The line in which the inline code ends that begins in a line of a paragraph and goes on; else
    /// the line itself.
    fn code_end(&self, lines: &[ContainerLine], at: usize) -> usize {
        let Some(mut open) = starts::open_code(self.str(lines[at]), None) else {
            return at;
        };
        let mut last = at;
        for (number, &line) in lines.iter().enumerate().skip(at + 1) {
            if self.is_blank(line) || number > at + CODE_LINES {
                break;
            }
            let text = self.str(line);
            if !starts::closes_code(text, open) {
                continue;
            }
            last = number;
            match starts::open_code(text, Some(open)) {
                Some(next) => open = next,
                None => break,
            }
        }
        last
    }

    /// Where the text of an item begins, and by how many columns what belongs to it is indented.
    fn starts_item(&self, line: ContainerLine) -> Option<(ContainerLine, usize)> {
        let text = self.flush(line)?;
        let marker = starts::marker(text)?;
        let indent = self.indent(line);
        let behind = line.without_indent(self.text).skip(self.text, marker.len());
        let space = self.indent(behind);
        // Five spaces are one, and the beginning of an indented block.
        let space = if self.is_blank(behind) {
            0
        } else if space > 4 {
            1
        } else {
            space
        };
        let content = behind.gobble_at_most(self.text, space.max(1));
        let columns =
            if marker.contains('@') { 4 } else { indent + marker.len() + space.max(1) };
        Some((content, columns))
    }

    fn list_item(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let (first, columns) = self.starts_item(lines[at])?;
        let mut inside = vec![first];
        let mut end = at + 1;
        let own = |scanner: &Self, line: ContainerLine| scanner.gobble(line, columns);
        while let Some(&line) = lines.get(end) {
            let nested = own(self, line).is_some_and(|line| {
                self.starts_item(line.without_indent(self.text)).is_some()
            });
            if self.is_blank(line)
                || self.starts_item(line).is_some()
                || nested
                || own(self, line).is_some_and(|line| self.is_flush_fence(line))
                || self.ends_division(line)
                || self.closing(lines, end).is_some()
            {
                break;
            }
            inside.push(own(self, line).unwrap_or(line));
            // Inline code is taken as it is, with its indentation.
            let last = self.code_end(lines, end);
            inside.extend_from_slice(&lines[end + 1..=last]);
            end = last + 1;
        }
        loop {
            end = self.blanks(lines, end, &mut inside);
            let Some(line) = lines.get(end).and_then(|&line| own(self, line)) else {
                break;
            };
            inside.push(line);
            end += 1;
            while let Some(&line) = lines.get(end) {
                let belongs = own(self, line);
                if self.is_blank(line)
                    || self.ends_division(line)
                    || belongs.is_none() && self.starts_item(line).is_some()
                {
                    break;
                }
                inside.push(belongs.unwrap_or(line));
                end += 1;
            }
        }
        self.blocks(&inside, true);
        Some(end)
    }

    /// Takes blank lines in; the line behind them.
    fn blanks(
        &self,
        lines: &[ContainerLine],
        mut at: usize,
        inside: &mut Vec<ContainerLine>,
    ) -> usize {
        while let Some(&line) = lines.get(at).filter(|line| self.is_blank(**line)) {
            inside.push(line);
            at += 1;
        }
        at
    }

    fn quote(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let stripped = |scanner: &Self, line: ContainerLine| {
            let text = scanner.flush(line)?;
            text.starts_with('>').then(|| {
                let behind = line.without_indent(scanner.text).skip(scanner.text, 1);
                behind.gobble_at_most(scanner.text, 1)
            })
        };
        let mut inside = vec![stripped(self, lines[at])?];
        let mut end = at + 1;
        while let Some(&line) = lines.get(end) {
            match stripped(self, line) {
                Some(line) => inside.push(line),
                // The lines of a paragraph need no mark.
                None if self.is_blank(line)
                    || self.ends_division(line)
                    || self.closing(lines, end).is_some() =>
                {
                    break;
                }
                None => inside.push(line),
            }
            end += 1;
        }
        self.blocks(&inside, false);
        Some(end)
    }

    fn note(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let text = self.flush(lines[at])?;
        let name = text.strip_prefix("[^").and_then(|text| text.find("]:"))?;
        let behind = lines[at].without_indent(self.text).skip(self.text, name + 4);
        let mut inside = vec![behind.gobble_at_most(self.text, 4)];
        let is_note = |line: ContainerLine| {
            self.flush(line).is_some_and(|text| text.starts_with("[^"))
        };
        let end = self.rest(lines, at + 1, &mut inside, is_note);
        self.blocks(&inside, false);
        Some(end)
    }

    /// Takes in what belongs to a note or a definition: the lines up to a blank one, and behind blank
    /// lines what is indented; the line behind it. `stops` tells of a line where another one begins.
    fn rest(
        &self,
        lines: &[ContainerLine],
        at: usize,
        inside: &mut Vec<ContainerLine>,
        stops: impl Fn(ContainerLine) -> bool,
    ) -> usize {
        let mut end = at;
        loop {
            while let Some(&line) = lines.get(end) {
                let own = self.gobble(line, 4);
                if self.is_blank(line)
                    || self.ends_division(line)
                    || own.is_none() && stops(line)
                {
                    break;
                }
                inside.push(own.unwrap_or(line));
                end += 1;
            }
            let mut blank = Vec::new();
            let next = self.blanks(lines, end, &mut blank);
            if blank.is_empty()
                || lines.get(next).is_none_or(|line| self.indent(*line) < 4)
            {
                return end;
            }
            inside.append(&mut blank);
            end = next;
        }
    }

    fn grid_table(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let is_part =
            |line: &ContainerLine| self.str(*line).trim_start().starts_with(['+', '|']);
        let count = lines[at..].iter().take_while(|line| is_part(line)).count();
        let cells = grid::cells(self.text, &lines[at..at + count])?;
        for cell in cells {
            self.blocks(&cell, false);
        }
        Some(at + count)
    }

    /// The line behind the mark of a definition.
    fn defines(&self, line: ContainerLine) -> Option<ContainerLine> {
        let text = self.flush(line)?;
        let rest = text.strip_prefix([':', '~'])?;
        if !rest.starts_with([' ', '\t']) {
            return None;
        }
        let columns = 3_usize.saturating_sub(self.indent(line));
        Some(
            line.without_indent(self.text)
                .skip(self.text, 1)
                .gobble_at_most(self.text, columns),
        )
    }

    /// The line of the next definition, at this line or behind one that is blank, and its text.
    fn next_definition(
        &self,
        lines: &[ContainerLine],
        at: usize,
    ) -> Option<(usize, ContainerLine)> {
        let is_blank = lines.get(at).is_some_and(|line| self.is_blank(*line));
        let at = at + usize::from(is_blank);
        lines.get(at).and_then(|line| self.defines(*line)).map(|text| (at, text))
    }

    fn definition(&mut self, lines: &[ContainerLine], at: usize) -> Option<usize> {
        let mut next = Some(self.next_definition(lines, at + 1)?);
        let mut end = at + 1;
        while let Some((line, first)) = next {
            let mut inside = vec![first];
            let defines = |line: ContainerLine| self.defines(line).is_some();
            end = self.rest(lines, line + 1, &mut inside, defines);
            self.blocks(&inside, false);
            next = self.next_definition(lines, end);
        }
        Some(end)
    }
}
