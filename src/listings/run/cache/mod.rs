//! What earlier runs proved: a listing whose text, tags, toolchain and files are the same is not
//! run again. What is remembered wrongly would let a mistake pass, so a line that is not whole, or a
//! file of another version, is thrown away with all the rest.

mod fingerprint;
mod installed;
mod recall;

pub(super) use fingerprint::{Files, Fingerprints};
pub(super) use recall::{Recalled, RecalledUnit, module_paths, proven};

use super::toolchains::Tool;
use super::unit::KnownFailure;
use crate::fsx;
use crate::report;
use concfilter::error::Result;
use fingerprint::checksum;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the file begins with; another version's is not read.
const HEAD: &str = concat!("concbook listings 3 ", env!("CARGO_PKG_VERSION"));

/// The name of the file in its folder.
const FILE: &str = "listings";

/// What is remembered.
#[derive(Debug, Default)]
pub(super) struct Cache {
    dir: Option<PathBuf>,
    tools: BTreeMap<String, (String, Tool)>,
    /// By what is run.
    proven: BTreeMap<String, Proven>,
    changed: bool,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Proven {
    /// The fingerprint of the listing and its surroundings; none where what came of it may be another each time.
    key: Option<String>,
    /// Of each file, folder or kind that it read, the fingerprint.
    read: BTreeMap<String, String>,
    seconds: f64,
    /// How it failed; nothing where it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<KnownFailure>,
}

impl Cache {
    /// Reads what is remembered in a folder; nothing where there is none.
    pub(super) fn open(dir: Option<&Path>) -> Self {
        let mut cache = Self { dir: dir.map(Path::to_owned), ..Self::default() };
        let Some(file) = dir.map(|dir| dir.join(FILE)).filter(|file| file.is_file())
        else {
            return cache;
        };
        let text = fsx::read_text(&file).ok();
        if let Some((tools, proven)) = text.and_then(|text| parse(&text)) {
            (cache.tools, cache.proven) = (tools, proven);
        } else {
            report::note(&format!(
                "{}: damaged, or of another version: all listings run again",
                file.display()
            ));
            cache.changed = true;
        }
        cache
    }

    /// The toolchain of a language: as remembered where the signature is the same, else as found.
    pub(super) fn tool(
        &mut self,
        language: &str,
        signature: &str,
        find: impl FnOnce() -> Option<Tool>,
    ) -> Option<Tool> {
        if let Some((known, tool)) = self.tools.get(language)
            && known == signature
        {
            return Some(tool.clone());
        }
        let tool = find()?;
        self.tools.insert(language.to_owned(), (signature.to_owned(), tool.clone()));
        self.changed = true;
        Some(tool)
    }

    /// Keeps in mind what came of a unit.
    pub(super) fn keep(&mut self, (unit, proven): (String, Proven)) {
        self.proven.insert(unit, proven);
        self.changed = true;
    }

    /// Writes the file. What cannot be remembered is done again the next time.
    pub(super) fn write(&self) {
        self.write_by(fsx::write_atomic);
    }

    /// Writes it while the program is told to end, when nothing more is undone; whether there is a file.
    pub(super) fn write_last(&self) -> bool {
        self.write_by(fsx::write_last);
        self.dir.is_some()
    }

    fn write_by(&self, write: impl Fn(&Path, &[u8]) -> Result<()>) {
        let Some(dir) = self.dir.as_ref().filter(|_| self.changed) else { return };
        let mut text = format!("{HEAD}\n");
        let tools = self.tools.iter();
        let tools = tools.map(|(name, one)| json!({"tool": name, "is": one}));
        let proven =
            self.proven.iter().map(|(name, one)| json!({"ran": name, "is": one}));
        for value in tools.chain(proven) {
            let line = value.to_string();
            text.extend([&*checksum(&line), " ", &line, "\n"]);
        }
        let ignored = dir.join(".gitignore");
        let written = fsx::create_dir_all(dir).and_then(|()| {
            if !ignored.exists() {
                write(&ignored, b"*\n")?;
            }
            write(&dir.join(FILE), text.as_bytes())
        });
        if let Err(error) = written {
            report::note(&format!("nothing is remembered: {error}"));
        }
    }
}

type Stored = (BTreeMap<String, (String, Tool)>, BTreeMap<String, Proven>);

/// All lines of a cache; `None` where one is not what was written.
fn parse(text: &str) -> Option<Stored> {
    let mut lines = text.lines();
    if lines.next()? != HEAD || !text.ends_with('\n') {
        return None;
    }
    let (mut tools, mut proven) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        let (own, line) = line.split_once(' ')?;
        if checksum(line) != own {
            return None;
        }
        let mut value: Value = serde_json::from_str(line).ok()?;
        let is = value["is"].take();
        if let Some(name) = value["tool"].as_str() {
            tools.insert(name.to_owned(), serde_json::from_value(is).ok()?);
        } else {
            let name = value["ran"].as_str()?;
            proven.insert(name.to_owned(), serde_json::from_value(is).ok()?);
        }
    }
    Some((tools, proven))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(dir: &Path) -> Cache {
        let mut cache = Cache::open(Some(dir));
        let tool = Tool {
            program: "/usr/bin/x".into(),
            version: vec![3, 11],
            paths: Vec::new(),
        };
        assert_eq!(cache.tool("python", "s", || Some(tool.clone())), Some(tool));
        let read = BTreeMap::from([("a.py".to_owned(), "-".to_owned())]);
        let key = Some("k".to_owned());
        let proven = Proven { key, read, seconds: 0.25, failed: None };
        cache.proven.insert("a.py".to_owned(), proven);
        cache.write();
        cache
    }

    #[test]
    fn what_was_remembered_is_read_again() {
        let dir = fsx::temp_dir().unwrap();
        let cache = filled(dir.path());
        let again = Cache::open(Some(dir.path()));
        assert_eq!((again.tools, again.proven), (cache.tools, cache.proven));
    }

    #[test]
    fn a_cache_that_is_damaged_or_of_another_version_is_not_believed() {
        let dir = fsx::temp_dir().unwrap();
        filled(dir.path());
        let file = dir.path().join(FILE);
        let text = fsx::read_text(&file).unwrap();
        let wrong = [
            text.replace("0.25", "0.26"),
            text.replace("listings 3", "listings 0"),
            text[..text.len() - 9].to_owned(),
            text.trim_end().to_owned(),
            String::new(),
            format!("{text}x\n"),
        ];
        for wrong in wrong {
            fsx::write_atomic(&file, wrong.as_bytes()).unwrap();
            let cache = Cache::open(Some(dir.path()));
            assert!(cache.proven.is_empty() && cache.tools.is_empty(), "{wrong}");
            assert!(cache.changed);
        }
        fsx::write_atomic(&file, b"\xff\xfe").unwrap();
        assert!(Cache::open(Some(dir.path())).proven.is_empty());
    }
}
