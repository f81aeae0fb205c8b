//! What is set under `concbook: listings:`.

use super::{
    Captions, Keys, Presentation, Result, boolean, fields, number, one_of, strings,
    unknown, wrong,
};
use crate::lang;
use crate::units;
use serde_json::Value;

/// What holds for the listings of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listings {
    /// How many characters a line of code may have, where the author says so.
    pub width: Option<usize>,
    /// Folders of the tree: a path that begins with one is not relative to its chapter's.
    pub roots: Vec<String>,
    /// Folders of the book or of the tree that Python listings import from.
    pub paths: Vec<String>,
    /// Trees of Markdown beside the chapters: their name, and the globs of their files.
    pub trees: Vec<(String, Vec<String>)>,
    /// Text that is appended to extracted files.
    pub notice: Option<String>,
    /// Whether a build leaves an archive of the extracted files beside the ePub.
    pub archive: bool,
    /// Globs of extracted files, and the keys and values that hold for them.
    pub files: Vec<(String, Vec<(String, String)>)>,
    /// Which blocks are run that name no file.
    pub run: Vec<LanguageSelection>,
    /// Which of those are one program a chapter.
    pub session: Vec<LanguageSelection>,
    /// The edition of Rust that listings are written in which name none.
    pub edition: u32,
    /// Languages, and the sign that begins a line of theirs which the page leaves out.
    pub hidelines: Vec<(String, String)>,
    /// Languages, and the command that runs a file of theirs in place of ours.
    pub commands: Vec<(String, String)>,
    /// The languages whose listings are skipped where their toolchain is missing.
    pub optional: Optional,
    /// How many seconds a listing may run that says nothing of it.
    pub timeout: usize,
    /// How many bytes of memory a listing may take that says nothing of it.
    pub memory: u64,
    /// How many processes a listing may have that says nothing of it.
    pub processes: u32,
    /// How many bytes a listing may print.
    pub output: u64,
}

/// The languages for which something holds, in some chapters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageSelection {
    /// The chapters, by a glob of their paths; all of them where there is none.
    pub glob: Option<String>,
    /// The languages; `None` means every one.
    pub languages: Option<Vec<String>>,
}

impl LanguageSelection {
    /// Whether something holds for a language where `is_in` tells of a glob whether the chapter matches. Of
    /// several globs the longest is the closest.
    pub fn holds(all: &[Self], language: &str, is_in: impl Fn(&str) -> bool) -> bool {
        let is_meant = |one: &&Self| one.glob.as_deref().is_none_or(&is_in);
        let closest = all
            .iter()
            .filter(is_meant)
            .max_by_key(|one| one.glob.as_ref().map(String::len));
        closest.is_some_and(|one| match &one.languages {
            None => true,
            Some(languages) => languages.iter().any(|name| name == language),
        })
    }
}

/// The languages that not every machine that runs the listings has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Optional {
    /// All of them.
    All,
    /// These.
    These(Vec<String>),
}

impl Optional {
    /// Whether listings of a language may be skipped.
    pub fn has(&self, language: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(names) => names.iter().any(|name| name == language),
        }
    }
}

impl Listings {
    /// How many characters a line of code may have.
    pub fn width(&self) -> usize {
        /// What a page of an e-book reader shows without wrapping.
        const OURS: usize = 56;
        self.width.unwrap_or(OURS)
    }
}

impl Default for Listings {
    fn default() -> Self {
        Self {
            width: None,
            roots: Vec::new(),
            paths: Vec::new(),
            trees: Vec::new(),
            notice: None,
            archive: false,
            files: Vec::new(),
            run: Vec::new(),
            session: Vec::new(),
            edition: 2021,
            hidelines: Vec::new(),
            commands: Vec::new(),
            optional: Optional::These(Vec::new()),
            timeout: 60,
            memory: 2 << 30,
            processes: 256,
            output: 16 << 20,
        }
    }
}

/// Reads the value of `listings:`.
pub(super) fn read(
    value: &Value,
    top: &Keys,
    presentation: &mut Presentation,
    read: &mut Listings,
) -> Result<()> {
    for (key, value) in fields(value, top)? {
        let path = top.below(key);
        match key {
            "captions" => presentation.captions = captions(value, &path)?,
            "width" => read.width = Some(number(value, &path)?),
            "roots" => {
                let bare = |root: String| root.trim_end_matches('/').to_owned();
                read.roots = strings(value, &path)?.into_iter().map(bare).collect();
            }
            "paths" => {
                let bare = |path: String| path.trim_end_matches('/').to_owned();
                read.paths = strings(value, &path)?.into_iter().map(bare).collect();
            }
            "notice" => {
                let Value::String(text) = value else {
                    return Err(wrong(&path, "text", value));
                };
                read.notice = Some(text.clone());
            }
            "archive" => read.archive = boolean(value, &path)?,
            "trees" => {
                for (name, globs) in fields(value, &path)? {
                    let globs = strings(globs, &path.below(name))?;
                    read.trees.push((name.to_owned(), globs));
                }
            }
            "files" => {
                for (glob, keys) in fields(value, &path)? {
                    let own = path.below(glob);
                    let mut said = Vec::new();
                    for (key, value) in fields(keys, &own)? {
                        let value = said_text(value, &own.below(key))?;
                        said.push((key.to_owned(), value));
                    }
                    read.files.push((glob.to_owned(), said));
                }
            }
            "run" => read.run = which(value, &path, ["all", "none"])?,
            "session" => read.session = which(value, &path, ["chapter", "block"])?,
            "edition" => {
                let year = u32::try_from(number(value, &path)?).ok();
                let year = year.filter(|year| EDITIONS.contains(year));
                read.edition =
                    year.ok_or_else(|| wrong(&path, "an edition of Rust", value))?;
            }
            "hidelines" => {
                for (name, sign) in fields(value, &path)? {
                    let own = path.below(name);
                    let Value::String(sign) = sign else {
                        return Err(wrong(&own, "a sign", sign));
                    };
                    if sign.is_empty() {
                        return Err(wrong(&own, "a sign", value));
                    }
                    read.hidelines.push((language(name, &own)?, sign.clone()));
                }
            }
            "commands" => {
                for (name, command) in fields(value, &path)? {
                    let own = path.below(name);
                    let Value::String(command) = command else {
                        return Err(wrong(&own, "a command", command));
                    };
                    read.commands.push((language(name, &own)?, command.clone()));
                }
            }
            "optional" => {
                read.optional = if *value == Value::Bool(true) {
                    Optional::All
                } else {
                    let names = strings(value, &path)?;
                    let names = names.iter().map(|name| language(name, &path));
                    Optional::These(names.collect::<Result<_>>()?)
                };
            }
            "timeout" => read.timeout = number(value, &path)?,
            "memory" => read.memory = size(value, &path)?,
            "output" => read.output = size(value, &path)?,
            "processes" => {
                let number = number(value, &path)?;
                let number = u32::try_from(number).ok().filter(|number| *number > 0);
                read.processes =
                    number.ok_or_else(|| wrong(&path, "a whole number from 1", value))?;
            }
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(())
}

/// The editions of Rust.
pub const EDITIONS: [u32; 4] = [2015, 2018, 2021, 2024];

/// Where the name of a listing's file stands. Books that said yes or no to a caption mean what they meant.
fn captions(value: &Value, path: &Keys) -> Result<Captions> {
    match boolean(value, path) {
        Ok(true) => Ok(Captions::Caption),
        Ok(false) => Ok(Captions::Slugline),
        Err(_) => one_of(value, path),
    }
}

/// A number of bytes, with its unit.
pub(super) fn size(value: &Value, path: &Keys) -> Result<u64> {
    let size = value.as_str().and_then(units::size);
    size.ok_or_else(|| wrong(path, "a size with its unit, as in 512MiB", value))
}

/// Languages, for all chapters or by globs of them; `words` are for every one and for none.
fn which(value: &Value, path: &Keys, words: [&str; 2]) -> Result<Vec<LanguageSelection>> {
    let [every, none] = words;
    let one = |glob: Option<&str>, value: &Value, path: &Keys| {
        let names = strings(value, path)?;
        let languages = match &names[..] {
            [name] if name == every => None,
            [name] if name == none => Some(Vec::new()),
            _ => Some(
                names.iter().map(|name| language(name, path)).collect::<Result<_>>()?,
            ),
        };
        Ok(LanguageSelection { glob: glob.map(str::to_owned), languages })
    };
    if !value.is_object() {
        return Ok(vec![one(None, value, path)?]);
    }
    let globs = fields(value, path)?;
    globs
        .into_iter()
        .map(|(glob, value)| one(Some(glob), value, &path.below(glob)))
        .collect()
}

/// A language by its usual name.
fn language(name: &str, path: &Keys) -> Result<String> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err(wrong(path, "the name of a language", &Value::from(name)));
    }
    Ok(lang::canonical(name).map_or_else(|| name.to_lowercase(), str::to_owned))
}

/// A value as it would stand on a fence.
fn said_text(value: &Value, path: &Keys) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(_) => Ok(strings(value, path)?.join(",")),
        _ => Err(wrong(path, "text, true or false", value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_holds_for_listings_is_read() {
        let said = json!({"listings": {
            "width": "60", "roots": ["utils/", "rust"], "paths": ["src/"],
            "notice": "See the book.", "archive": true,
            "trees": {"solutions": "solutions/*.md"},
            "commands": {"py": "python3.13", "Nim": "nim r {file}"},
            "optional": ["kt", "go"], "timeout": 10, "edition": "2018",
            "hidelines": {"py": "~"},
            "run": {"*": "all", "b/*": ["py", "go"], "c/*": "none"}, "session": "chapter",
            "memory": "4 GiB", "processes": "500", "output": "1M",
            "files": {"a/*.py": {"norun": true, "timeout": "5s", "needs": ["x", "y"]}},
        }});
        let read = Settings::read(&said).unwrap().listings;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let wanted = Listings {
            width: Some(60),
            roots: vec!["utils".to_owned(), "rust".to_owned()],
            paths: vec!["src".to_owned()],
            trees: vec![("solutions".to_owned(), vec!["solutions/*.md".to_owned()])],
            notice: Some("See the book.".to_owned()),
            archive: true,
            files: vec![(
                "a/*.py".to_owned(),
                vec![pair("norun", "true"), pair("timeout", "5s"), pair("needs", "x,y")],
            )],
            commands: vec![pair("python", "python3.13"), pair("nim", "nim r {file}")],
            optional: Optional::These(vec!["kotlin".to_owned(), "go".to_owned()]),
            run: vec![
                LanguageSelection { glob: Some("*".to_owned()), languages: None },
                LanguageSelection {
                    glob: Some("b/*".to_owned()),
                    languages: Some(vec!["python".to_owned(), "go".to_owned()]),
                },
                LanguageSelection {
                    glob: Some("c/*".to_owned()),
                    languages: Some(Vec::new()),
                },
            ],
            session: vec![LanguageSelection { glob: None, languages: None }],
            edition: 2018,
            hidelines: vec![pair("python", "~")],
            timeout: 10,
            memory: 4 << 30,
            processes: 500,
            output: 1 << 20,
        };
        let runs = |language: &str, chapter: &str| {
            LanguageSelection::holds(&read.run, language, |glob| {
                chapter.starts_with(glob.trim_end_matches('*'))
            })
        };
        assert!(
            runs("rust", "a.md") && runs("python", "b/a.md") && !runs("rust", "b/a.md")
        );
        assert!(
            !runs("python", "c/a.md") && !LanguageSelection::holds(&[], "go", |_| true)
        );
        assert_eq!(read, wanted);
        for wrong in [
            json!({"listings": {"widht": 3}}),
            json!({"listings": {"width": "wide"}}),
            json!({"listings": {"memory": "4"}}),
            json!({"listings": {"processes": 0}}),
            json!({"listings": {"files": {"*.py": "norun"}}}),
            json!({"listings": {"edition": 2019}}),
            json!({"listings": {"hidelines": {"python": ""}}}),
            json!({"listings": {"hidelines": {"python": 1}}}),
            json!({"listings": {"files": {"*.py": {"env": {"A": "1"}}}}}),
            json!({"listings": {"notice": ["x"]}}),
            json!({"listings": {"commands": {"python": 3}}}),
            json!({"listings": {"optional": {"go": true}}}),
        ] {
            assert!(Settings::read(&wrong).is_err(), "{wrong}");
        }
    }
}
