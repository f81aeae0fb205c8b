//! What a listing depends on, as short texts that differ when it does.

use super::{HEAD, installed};
use crate::fsx;
use crate::listings::run::equip::EquippedUnit;
use crate::listings::run::unit::Target;
use crate::listings::run::{RunInput, UnitResult};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The files of the tree, each with its content.
pub(in crate::listings::run) type Files = BTreeMap<String, Vec<u8>>;

/// A short checksum, against damage.
pub(super) fn checksum(text: &str) -> String {
    fingerprint(text.as_bytes())[..16].to_owned()
}

fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// What all listings depend on: this program's version and the lock files of the book.
pub(super) fn common(input: RunInput<'_>) -> String {
    const LOCKS: &[&str] = &[
        "Cargo.lock",
        "Gemfile.lock",
        "Pipfile.lock",
        "go.mod",
        "go.sum",
        "package-lock.json",
        "pdm.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "pom.xml",
        "requirements.txt",
        "uv.lock",
        "yarn.lock",
    ];
    let mut all = HEAD.to_owned();
    for name in LOCKS {
        let file = input.dir.join(name);
        if file.is_file() {
            let content = fsx::read(&file);
            // A lock that cannot be read is another than each that can.
            let content =
                content.map_or_else(|_| String::new(), |text| fingerprint(&text));
            all.extend([name, " ", &*content, "\n"]);
        }
    }
    all
}

/// The fingerprint of a unit: all that it depends on but for files of the tree.
pub(super) fn of_unit(unit: &EquippedUnit, input: RunInput<'_>, common: &str) -> String {
    let book = input.book;
    let EquippedUnit { unit, tool, .. } = unit;
    let text = match unit.target {
        Target::Program(number) => &book.programs[number].code,
        Target::Command(listing) => &book.listings[listing].block.code,
    };
    let prerequisites = unit.prerequisites.iter();
    let prerequisites: Vec<&str> =
        prerequisites.map(|number| &*book.programs[*number].code).collect();
    let parts = json!([
        common,
        unit.path,
        text,
        unit.tags,
        format!("{} {:?}", unit.toolchain.name(), unit.limit),
        unit.command,
        tool,
        prerequisites,
        input.settings.width,
        input.settings.roots,
        input.settings.paths,
        input.settings.edition,
    ]);
    fingerprint(parts.to_string().as_bytes())
}

/// What a unit read: files; `folder/` for all in a folder; `/` for all; `*language` for all files
/// of one; `@module` for one that is installed, `@*` for the names of all; `!program` for one on `PATH`.
pub(super) fn reads(
    unit: &EquippedUnit,
    result: &UnitResult,
    input: RunInput<'_>,
    files: &Files,
) -> BTreeSet<String> {
    let unit = &unit.unit;
    let mut names: BTreeSet<String> = if let Some(read) = &result.read {
        read.iter().cloned().collect()
    } else {
        let top = unit.path.split('/').next().unwrap_or_default();
        let mut names =
            BTreeSet::from([format!("{top}/"), format!("*{}", unit.language)]);
        if unit.language == "python" {
            names.insert("@*".to_owned());
            names.extend(installed::modules(unit.code(input)));
        }
        names.extend(installed::programs(unit.code(input)));
        names
    };
    let command = unit.command.iter().flatten();
    names.extend(command.flat_map(|word| installed::programs(word)));
    names.extend(unit.toolchain.unseen_reads(unit, unit.code(input), &names, files));
    names.insert(unit.path.clone());
    names
}

/// Fingerprints of files, folders and kinds of files.
pub(in crate::listings::run) struct Fingerprints<'a> {
    files: &'a Files,
    paths: Vec<PathBuf>,
    known: BTreeMap<String, String>,
}

impl<'a> Fingerprints<'a> {
    /// For these files of the tree, and modules that are installed below these paths.
    pub(in crate::listings::run) fn new(files: &'a Files, paths: Vec<PathBuf>) -> Self {
        Self { files, paths, known: BTreeMap::new() }
    }

    pub(super) fn files(&self) -> &'a Files {
        self.files
    }

    pub(super) fn of(&mut self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let found = if let Some(language) = name.strip_prefix('*') {
            self.all(|path| concfilter::lang::of_file(path) == Some(language))
        } else if let Some(module) = name.strip_prefix('@') {
            installed::module(module, &self.paths)
        } else if let Some(program) = name.strip_prefix('!') {
            installed::program(program)
        } else if name == "/" {
            self.all(|_| true)
        } else if name.ends_with('/') {
            self.all(|path| path.starts_with(name))
        } else if let Some(content) = self.files.get(name) {
            fingerprint(content)
        } else {
            // A folder that was listed; nothing, where nothing was found.
            let inside = format!("{name}/");
            self.all(|path| path.starts_with(&inside))
        };
        self.known.insert(name.to_owned(), found.clone());
        found
    }

    fn all(&self, is_one: impl Fn(&str) -> bool) -> String {
        let mut hash = blake3::Hasher::new();
        for (path, content) in self.files.iter().filter(|one| is_one(one.0)) {
            hash.update(path.as_bytes());
            hash.update(&[0]);
            hash.update(blake3::hash(content).as_bytes());
        }
        hash.finalize().to_hex().to_string()
    }
}
