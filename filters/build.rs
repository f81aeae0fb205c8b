//! Lists the languages: a file in `src/lang/languages` is one, with its names in the first line. So a name on
//! a fence is found by a search in a list that is sorted already, and no file is read before it is asked for.

#![expect(
    clippy::disallowed_methods,
    reason = "the package's own files, read when it is built"
)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What stands on a line of a language's file, behind its first word.
fn words<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let lines = text.lines().take_while(|line| *line != "example");
    let parts = lines.map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    let own = parts.filter(|parts| parts.first() == Some(&key));
    own.flat_map(|parts| parts.into_iter().skip(1)).collect()
}

/// A list of names, sorted, each with the number of its language.
#[derive(Default)]
struct List(BTreeMap<String, usize>);

impl List {
    fn add(&mut self, names: &[&str], at: usize, path: &Path) -> Result<(), String> {
        for name in names {
            if let Some(other) = self.0.insert((*name).to_owned(), at) {
                let path = path.display();
                return Err(format!("{path}: {name} is a name of language {other}, too"));
            }
        }
        Ok(())
    }

    fn write(&self, name: &str, doc: &str, code: &mut String) -> std::fmt::Result {
        writeln!(code, "/// {doc}\nstatic {name}: &[(&str, usize)] = &[")?;
        for (word, at) in &self.0 {
            writeln!(code, "    ({word:?}, {at}),")?;
        }
        writeln!(code, "];")
    }
}

/// What begins and ends the comments of a language, but for those whose marks are patterns.
fn comments(text: &str) -> Vec<(&str, &str)> {
    const FLAGS: [&str; 4] = ["apart", "first", "unescaped", "word"];
    let lines = text.lines().take_while(|line| *line != "example");
    let all = lines.flat_map(|line| {
        let parts: Vec<&str> = line.split_ascii_whitespace().collect();
        match *parts {
            ["block", open, close, ..] => vec![(open, close)],
            ["line", ..] => {
                let is_mark =
                    |part: &&&str| !FLAGS.contains(*part) && !part.contains("except=");
                parts[1..].iter().filter(is_mark).map(|mark| (*mark, "")).collect()
            }
            _ => Vec::new(),
        }
    });
    let is_pattern =
        |mark: &str| mark.len() > 2 && mark.contains('{') && mark.contains('}');
    all.filter(|(open, _)| !is_pattern(open)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = root.join("src/lang/languages");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    paths.sort();
    let (mut names, mut files, mut weak) =
        (List::default(), List::default(), List::default());
    let mut interpreted = List::default();
    let mut code = String::from(
        "/// The text of each language's file.\nstatic TEXTS: &[&str] = &[\n",
    );
    let mut marks = BTreeSet::new();
    for (at, path) in paths.iter().enumerate() {
        let text = fs::read_to_string(path)?;
        let own = words(&text, "names");
        if own.first().copied() != path.file_stem().and_then(|stem| stem.to_str()) {
            let path = path.display();
            return Err(
                format!("{path}: the first of its names is not the file's").into()
            );
        }
        marks.extend(comments(&text).into_iter().map(|(open, close)| {
            (Reverse(open.len()), open.to_owned(), close.to_owned())
        }));
        names.add(&own, at, path)?;
        files.add(&words(&text, "files"), at, path)?;
        if !words(&text, "run").is_empty() {
            interpreted.add(&own[..1], at, path)?;
        }
        let attributes = words(&text, "attributes");
        files.add(&attributes, at, path)?;
        weak.add(&attributes, at, path)?;
        writeln!(code, "    include_str!({:?}),", path.display().to_string())?;
    }
    code.push_str("];\n");
    names.write(
        "NAMES",
        "Names on fences, sorted, and the language of each.",
        &mut code,
    )?;
    files.write(
        "EXTENSIONS",
        "Extensions of files, sorted, and the language of each.",
        &mut code,
    )?;
    weak.write(
        "ATTRIBUTES",
        "Those of them that are names of attributes more often.",
        &mut code,
    )?;
    interpreted.write(
        "INTERPRETED",
        "Languages whose files an interpreter is given, sorted.",
        &mut code,
    )?;
    writeln!(code, "/// What begins and ends comments, the longest first.")?;
    writeln!(code, "static COMMENTS: &[(&str, &str)] = &[")?;
    for (_, open, close) in &marks {
        writeln!(code, "    ({open:?}, {close:?}),")?;
    }
    writeln!(code, "];")?;
    writeln!(code, "const COUNT: usize = {};", paths.len())?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("languages.rs"), code)?;
    Ok(())
}
