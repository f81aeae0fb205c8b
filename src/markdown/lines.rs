//! The lines of a text.

/// Where each line of a text starts; lines are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    /// The length of the text.
    end: usize,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn read(text: &str) -> Self {
        let behind = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(behind).collect(), end: text.len() }
    }

    /// How many lines there are; behind the last line feed there is one more.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of the line in which a byte stands.
    pub fn number(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// Where a line starts; the end of the text for one that is not there.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.end)
    }

    /// A line of the text, without its end.
    pub fn line<'t>(&self, text: &'t str, line: usize) -> &'t str {
        let text = text.get(self.start(line)..self.start(line + 1)).unwrap_or_default();
        text.strip_suffix('\n')
            .map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_number_and_by_byte() {
        let text = "a\r\n\nbc";
        let lines = Lines::read(text);
        assert_eq!((lines.count(), lines.number(3), lines.number(9)), (3, 1, 2));
        let all: Vec<_> = (0..4).map(|line| lines.line(text, line)).collect();
        assert_eq!(all, ["a", "", "bc", ""]);
    }
}
