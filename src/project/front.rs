//! The metadata blocks of a chapter that hold settings.
//!
//! ````text
//! ---
//! title: Sorting
//! concbook: {detect: off}      a setting at line 3 of the chapter
//! ---
//! ````

use super::Chapter;
use super::yaml::YamlFile;
use crate::markdown::Dialect;
use concfilter::error::Result;
use std::path::Path;

/// The blocks of metadata in a chapter that have the key `concbook`, in their order.
///
/// # Errors
/// One of them is no YAML.
pub(super) fn settings(chapter: &Chapter) -> Result<Vec<YamlFile>> {
    let Chapter { text, index, .. } = chapter;
    if !text.contains("concbook") {
        return Ok(Vec::new());
    }
    let is_code = |at: usize| index.blocks.iter().any(|block| block.range.contains(&at));
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut number = 0;
    while let Some(block) = next(&lines, number) {
        let first = block.start;
        number = block.end;
        // pandoc reads the others as text.
        let may_stand = first == 1 || index.dialect == Dialect::Pandoc;
        let yaml = &lines[first..block.end - 1];
        let has_settings = yaml.iter().any(|line| is_key(line));
        if may_stand && has_settings && !is_code(index.lines.start(first - 1)) {
            let place = chapter.place(index.lines.start(first));
            let number = place.line.map_or(1, |line| line as usize);
            let path = Path::new(&place.file);
            found.push(YamlFile::within(&yaml.join("\n"), path, number)?);
        }
    }
    Ok(found)
}

/// The next block of metadata from a line on: the number of its first line of YAML, and of the line
/// behind the block. It begins behind a blank line, and not with one (pandoc's manual,
/// `yaml_metadata_block`).
fn next(lines: &[&str], from: usize) -> Option<std::ops::Range<usize>> {
    let is_blank = |number: usize| {
        lines.get(number).is_none_or(|line: &&str| line.trim().is_empty())
    };
    let begin = (from..lines.len()).find(|&number| {
        lines[number].trim_end() == "---"
            && (number == 0 || is_blank(number - 1))
            && !is_blank(number + 1)
    })?;
    let is_end = |line: &&str| matches!(line.trim_end(), "---" | "...");
    let count = lines[begin + 1..].iter().position(is_end)?;
    Some(begin + 1..begin + count + 2)
}

/// Whether a line of YAML has the key of the settings.
fn is_key(line: &str) -> bool {
    let name = line.trim_start_matches(['"', '\'']);
    let rest = name.strip_prefix("concbook").unwrap_or_default();
    rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(text: &str, dialect: Dialect) -> Vec<(serde_json::Value, String)> {
        let chapter = Chapter::of_text("a.md", text, dialect);
        let found = settings(&chapter).unwrap();
        let of = |file: &YamlFile| {
            let place = file.place(&["concbook", "x"]).to_string();
            (file.get(&["concbook"]).cloned().unwrap_or_default(), place)
        };
        found.iter().map(of).collect()
    }

    #[test]
    fn settings_stand_in_the_metadata_of_chapters() {
        let text = "---\ntitle: T\nconcbook:\n  x: 1\n---\n\ntext\n\n---\nother: 1\n...\n\n\
                    ---\n\"concbook\": {x: 2}\n...\n\n```\n---\nconcbook: {x: 3}\n---\n```\n\n\
                    text\n---\nconcbook: {x: 4}\n---\n";
        let at = |place: &str| format!("a.md:{place}");
        let wanted = [(json!({"x": 1}), at("4:3")), (json!({"x": 2}), at("14:14"))];
        assert_eq!(of(text, Dialect::Pandoc), wanted);
        let gfm = Dialect::CommonMark { attributes: false };
        assert_eq!(of(text, gfm), wanted[..1]);
    }
}
