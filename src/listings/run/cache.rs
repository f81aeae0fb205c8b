//! What earlier runs proved: a listing whose text, tags, toolchain and files are the same is not
//! run again. What is remembered wrongly would let a mistake pass, so a line that is not whole, or a
//! file of another version, is thrown away with all the rest.

use super::plan::{Done, Job, Plan, Runner};
use super::tools::Tool;
use super::{Source, Status};
use crate::fsx;
use crate::listings::imports;
use crate::listings::run::Target;
use crate::report;
use concfilter::tags::Output;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the file begins with; another version's is not read.
const HEAD: &str = concat!("concbook listings 1 ", env!("CARGO_PKG_VERSION"));

/// The name of the file in its folder.
const FILE: &str = "listings";

/// The files of the tree, each with its content.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

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
struct Proven {
    /// The fingerprint of the listing and its surroundings; none where it was not proven.
    key: Option<String>,
    /// Of each file, folder or kind that it read, the fingerprint.
    read: BTreeMap<String, String>,
    seconds: f64,
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
        if let Some((tools, proven)) = text.and_then(|text| read(&text)) {
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

    /// Gives the jobs that are proven their result; the fingerprint of each job.
    pub(super) fn recall(
        &self,
        plan: &mut Plan,
        source: Source<'_>,
        files: &Files,
    ) -> Vec<String> {
        let common = common(source);
        let mut prints = Prints::new(files);
        let mut keys = Vec::new();
        for job in &mut plan.jobs {
            let key = key(job, source, &common);
            if let Some(proven) = self.proven.get(&id(job)) {
                let took =
                    Duration::try_from_secs_f64(proven.seconds).unwrap_or_default();
                job.took = Some(took);
                let mut read = proven.read.iter();
                if job.result.is_none()
                    && proven.key.as_ref() == Some(&key)
                    && read.all(|(name, print)| prints.of(name) == *print)
                {
                    job.result = Some(Done {
                        status: Some(Status::Passed),
                        elapsed: took,
                        cached: true,
                        ..Done::default()
                    });
                }
            }
            keys.push(key);
        }
        keys
    }

    /// Writes down what came of the jobs. Only what passed is proven, and no output that may be
    /// another each time.
    pub(super) fn remember(
        &mut self,
        plan: &Plan,
        source: Source<'_>,
        keys: &[String],
        files: &Files,
    ) {
        let mut prints = Prints::new(files);
        for (job, key) in plan.jobs.iter().zip(keys) {
            let Some(done) = job.result.as_ref().filter(|done| !done.cached) else {
                continue;
            };
            if done.status == Some(Status::Skipped) {
                continue;
            }
            let passed = done.status == Some(Status::Passed);
            let is_sample = job.tags.output == Output::Sample || job.tags.network;
            let is_timeout = job.tags.expected() == concfilter::tags::Expect::Timeout;
            let proven = passed && !is_sample && !is_timeout;
            let names =
                if proven { reads(job, done, source, files) } else { BTreeSet::new() };
            let read = names.into_iter().map(|name| (name.clone(), prints.of(&name)));
            let entry = Proven {
                key: proven.then(|| key.clone()),
                read: read.collect(),
                seconds: done.elapsed.as_secs_f64(),
            };
            self.proven.insert(id(job), entry);
            self.changed = true;
        }
        self.write();
    }

    /// Writes the file. What cannot be remembered is done again the next time.
    fn write(&self) {
        let Some(dir) = self.dir.as_ref().filter(|_| self.changed) else { return };
        let mut text = format!("{HEAD}\n");
        let tools = self.tools.iter();
        let tools = tools.map(|(name, one)| json!({"tool": name, "is": one}));
        let proven =
            self.proven.iter().map(|(name, one)| json!({"ran": name, "is": one}));
        for value in tools.chain(proven) {
            let line = value.to_string();
            text.extend([&*sum(&line), " ", &line, "\n"]);
        }
        let ignored = dir.join(".gitignore");
        let written = fsx::create_dir_all(dir).and_then(|()| {
            if !ignored.exists() {
                fsx::write_atomic(&ignored, b"*\n")?;
            }
            fsx::write_atomic(&dir.join(FILE), text.as_bytes())
        });
        if let Err(error) = written {
            report::note(&format!("nothing is remembered: {error}"));
        }
    }
}

type Read = (BTreeMap<String, (String, Tool)>, BTreeMap<String, Proven>);

/// All lines of a cache; `None` where one is not what was written.
fn read(text: &str) -> Option<Read> {
    let mut lines = text.lines();
    if lines.next()? != HEAD || !text.ends_with('\n') {
        return None;
    }
    let (mut tools, mut proven) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        let (own, line) = line.split_once(' ')?;
        if sum(line) != own {
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

fn sum(text: &str) -> String {
    print(text.as_bytes())[..16].to_owned()
}

fn print(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// By what name a job is remembered.
fn id(job: &Job) -> String {
    match job.target {
        Target::Program(_) => job.path.clone(),
        Target::Command(_) => {
            format!("{} {}", job.path, job.command.clone().unwrap_or_default().join(" "))
        }
    }
}

/// What all listings depend on: this program's version and the lock files of the book.
fn common(source: Source<'_>) -> String {
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
        let file = source.dir.join(name);
        if file.is_file() {
            let content = fsx::read(&file).unwrap_or_default();
            all.extend([name, " ", &*print(&content), "\n"]);
        }
    }
    all
}

/// The fingerprint of a job: all that it depends on but for files of the tree.
fn key(job: &Job, source: Source<'_>, common: &str) -> String {
    let book = source.book;
    let text = match job.target {
        Target::Program(number) => &book.programs[number].code,
        Target::Command(listing) => &book.listings[listing].block.code,
    };
    let before: Vec<&str> =
        job.before.iter().map(|number| &*book.programs[*number].code).collect();
    let parts = json!([
        common,
        job.path,
        text,
        job.tags,
        format!("{:?} {:?}", job.runner, job.limit),
        job.command,
        job.tool,
        before,
        source.settings.width,
        source.settings.roots,
    ]);
    print(parts.to_string().as_bytes())
}

/// What a job read: files; `folder/` for all below a folder; `/` for all; `*language` for all files
/// of one.
fn reads(job: &Job, done: &Done, source: Source<'_>, files: &Files) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = if let Some(read) = &done.read {
        read.iter().cloned().collect()
    } else {
        let top = job.path.split('/').next().unwrap_or_default();
        BTreeSet::from([format!("{top}/"), format!("*{}", job.language)])
    };
    // A module that was imported beforehand leaves no trace, and a listing of its name would take
    // its place.
    if matches!(job.runner, Runner::Python | Runner::Pytest) {
        let code = &source.book.programs[job.program].code;
        names.extend(imports::candidates(job.folder(), code));
        // Python tells who opens or lists, and not who only asks whether a file is there.
        let is_read = |name: &String| files.get(name);
        let modules = names.iter().filter_map(is_read).map(|file| &file[..]);
        let asks = [code.as_bytes()].into_iter().chain(modules).any(asks_for_files);
        if asks {
            names.insert("/".to_owned());
        }
    }
    names.insert(job.path.clone());
    names
}

/// Whether a Python text may ask for a file's being or size.
fn asks_for_files(code: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "access", "exists", "getmtime", "getsize", "is_dir", "is_file", "isdir",
        "isfile", "islink", "samefile", "stat(",
    ];
    let code = String::from_utf8_lossy(code);
    WORDS.iter().any(|word| code.contains(word))
}

/// Fingerprints of files, folders and kinds of files.
struct Prints<'a> {
    files: &'a Files,
    known: BTreeMap<String, String>,
}

impl<'a> Prints<'a> {
    fn new(files: &'a Files) -> Self {
        Self { files, known: BTreeMap::new() }
    }

    fn of(&mut self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let print = if let Some(language) = name.strip_prefix('*') {
            self.all(|path| concfilter::lang::of_file(path) == Some(language))
        } else if name == "/" {
            self.all(|_| true)
        } else if name.ends_with('/') {
            self.all(|path| path.starts_with(name))
        } else if let Some(content) = self.files.get(name) {
            print(content)
        } else {
            // A folder that was listed; nothing, where nothing was found.
            let below = format!("{name}/");
            self.all(|path| path.starts_with(&below))
        };
        self.known.insert(name.to_owned(), print.clone());
        print
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

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(dir: &Path) -> Cache {
        let mut cache = Cache::open(Some(dir));
        let tool = Tool { program: "/usr/bin/x".into(), version: vec![3, 11] };
        assert_eq!(cache.tool("python", "s", || Some(tool.clone())), Some(tool));
        let read = BTreeMap::from([("a.py".to_owned(), "-".to_owned())]);
        let proven = Proven { key: Some("k".to_owned()), read, seconds: 0.25 };
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
            text.replace("listings 1", "listings 0"),
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
