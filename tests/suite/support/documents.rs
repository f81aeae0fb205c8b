//! Tables and code blocks of our own documents, held against the program.

use std::path::PathBuf;

/// A Markdown file of this repository.
pub(crate) struct Markdown {
    path: PathBuf,
    text: String,
}

/// A fenced code block.
pub(crate) struct Block {
    /// The first word behind the fence.
    pub language: String,
    pub code: String,
}

impl Markdown {
    pub(crate) fn open(path: &str) -> Self {
        let path = super::repo(path);
        let text = concbook::fsx::read_text(&path).unwrap();
        Self { path, text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// All code blocks; a fence in a longer fence is text of that block.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(usize, Block)> = None;
        for line in self.text.split_inclusive('\n') {
            let ticks = line.len() - line.trim_start_matches('`').len();
            match &mut open {
                None if ticks >= 3 => {
                    let language = line.trim_matches(['`', '\n']).to_owned();
                    open = Some((ticks, Block { language, code: String::new() }));
                }
                Some((opened, _))
                    if ticks >= *opened && line[ticks..].trim().is_empty() =>
                {
                    blocks.extend(open.take().map(|(_, block)| block));
                }
                Some((_, block)) => block.code.push_str(line),
                None => {}
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.path.display());
        blocks
    }

    /// Asserts that the table below a header has these rows, and no others.
    /// `UPDATE_GOLDEN=1` writes them.
    #[track_caller]
    pub(crate) fn assert_table(&mut self, header: &str, rows: &[String]) {
        let at = self.text.find(&format!("{header}\n|---"));
        let at =
            at.unwrap_or_else(|| panic!("{} has no table {header}", self.path.display()));
        let start = at + self.text[at..].match_indices('\n').nth(1).unwrap().0 + 1;
        let lines = self.text[start..].split_inclusive('\n');
        let length: usize =
            lines.take_while(|line| line.starts_with('|')).map(str::len).sum();
        let wanted: String = rows.iter().flat_map(|row| [row, "\n"]).collect();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            self.text.replace_range(start..start + length, &wanted);
            concbook::fsx::write_atomic(&self.path, self.text.as_bytes()).unwrap();
        } else {
            let found = &self.text[start..start + length];
            let missing =
                wanted.lines().find(|&row| !found.lines().any(|one| one == row));
            let path = self.path.display();
            assert_eq!(missing, None, "{path} lacks it; UPDATE_GOLDEN=1 writes it");
            assert_eq!(found, wanted, "{path}: UPDATE_GOLDEN=1 writes it");
        }
    }
}
