//! What pandoc said of a chapter, and how that is remembered.

use super::document::ChapterDocumentHead;
use crate::finding::Finding;
use crate::pandoc::messages;
use crate::proc::Outcome;
use concfilter::error::Place;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::path::Path;

/// What stands in what is remembered in place of a folder that has another name in each run. No author
/// writes it.
const FOLDER: &str = "concbookFolderOfThisRun";

/// What a run of pandoc that succeeded wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PandocOutput {
    /// The document, as JSON.
    pub(super) stdout: Vec<u8>,
    /// What it told while it did its work.
    pub(super) stderr: String,
}

impl PandocOutput {
    /// What a finished run wrote.
    pub(super) fn of(outcome: Outcome) -> Self {
        Self { stdout: outcome.stdout, stderr: outcome.stderr }
    }

    /// What it warned of, at `place` where it names no line.
    pub(super) fn findings(&self, place: &Place) -> Vec<Finding> {
        let messages = messages(&self.stderr);
        messages.iter().filter_map(|message| message.finding(place)).collect()
    }

    /// What the document begins with; nothing where it is none. Warnings are at `place` where they name no line.
    pub(super) fn head(&self, place: &Place) -> Option<ChapterDocumentHead> {
        #[derive(Deserialize)]
        struct Whole {
            meta: Map<String, Value>,
            blocks: Vec<IgnoredAny>,
        }
        let Whole { meta: metadata, blocks } =
            serde_json::from_slice(&self.stdout).ok()?;
        let (is_text, warnings) = (!blocks.is_empty(), self.findings(place));
        Some(ChapterDocumentHead { metadata, is_text, warnings })
    }

    /// The same without the name of a folder that is gone with this run.
    pub(super) fn apart_from(&self, folder: &Path) -> Self {
        self.replaced(&folder.to_string_lossy(), FOLDER)
    }

    /// The same with the name of such a folder.
    pub(super) fn at(&self, folder: &Path) -> Self {
        self.replaced(FOLDER, &folder.to_string_lossy())
    }

    fn replaced(&self, from: &str, to: &str) -> Self {
        let stdout = match std::str::from_utf8(&self.stdout) {
            Ok(text) if text.contains(from) => text.replace(from, to).into_bytes(),
            _ => self.stdout.clone(),
        };
        Self { stdout, stderr: self.stderr.replace(from, to) }
    }

    /// The bytes that are remembered: first how many of them are messages.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = (self.stderr.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(self.stderr.as_bytes());
        bytes.extend_from_slice(&self.stdout);
        bytes
    }

    /// The same from such bytes.
    pub(super) fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
        let end = 8 + usize::try_from(length).ok()?;
        let stderr = String::from_utf8(bytes.get(8..end)?.to_vec()).ok()?;
        bytes.drain(..end);
        Some(Self { stdout: bytes, stderr })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_document_is_read_without_its_blocks() {
        let json = |blocks: &str| {
            format!(
                r#"{{"pandoc-api-version":[1,23],"meta":{{"a":{{"t":"MetaBool","c":true}}}},"blocks":[{blocks}]}}"#
            )
        };
        let head = |json: String| {
            let (stdout, stderr) = (json.into_bytes(), "[WARNING] x\n".to_owned());
            PandocOutput { stdout, stderr }.head(&Place::file("a.md"))
        };
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let found = head(json(&deep)).unwrap();
        assert!(found.is_text && found.metadata["a"]["c"] == true);
        assert_eq!(found.warnings.len(), 1);
        assert!(!head(json("")).unwrap().is_text);
        assert!(head(json("")[1..].to_owned()).is_none());
    }

    #[test]
    fn what_is_remembered_is_what_was_said() {
        let said =
            PandocOutput { stdout: b"{}".to_vec(), stderr: "[INFO] é\n".to_owned() };
        assert_eq!(PandocOutput::from_bytes(said.to_bytes()), Some(said.clone()));
        assert_eq!(PandocOutput::from_bytes(said.to_bytes()[..12].to_vec()), None);
    }
}
