//! Every setting under `concbook:`, once: what an unknown key's error lists, and what the guide's
//! table and a schema of `book.yaml` are made from.
//!
//! ```text
//! identifiers.plain.after    concbook: { identifiers: { plain: { after: 3 } } }
//! ```

use std::fmt;

/// A setting, as an author writes it in `book.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The keys that lead to it from `concbook:`, with dots between them.
    pub path: &'static str,
    /// What its value can be.
    pub kind: ValueKind,
    /// The value that holds where it is not set, as YAML; nothing where that is no value at all.
    pub default: Option<&'static str>,
    /// What it does, in one sentence of Markdown.
    pub meaning: &'static str,
}

/// What a setting's value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`.
    Boolean,
    /// A whole number from 0.
    Number,
    /// Text.
    Text,
    /// An address of the web.
    Address,
    /// A number of bytes with its unit.
    Size,
    /// A list of strings, called by this plural; one string is a list of one.
    List(&'static str),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A map whose keys the author chooses.
    Map {
        /// What its keys are, in the plural.
        keys: &'static str,
        /// What each value is.
        values: &'static ValueKind,
        /// What its values are called, in the plural.
        called: &'static str,
    },
    /// A value of the one kind or of the other.
    Either(&'static ValueKind, &'static ValueKind),
    /// A map of the settings whose paths begin with this one's.
    Settings,
}

impl fmt::Display for ValueKind {
    /// As the guide's table has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("`true` or `false`"),
            Self::Number => f.write_str("a number"),
            Self::Size => f.write_str("a size: `512MiB`, `8GiB`"),
            Self::Text => f.write_str("text"),
            Self::Address => f.write_str("an address: `https://…`"),
            Self::List(called) => write!(f, "a list of {called}"),
            Self::Choice(words) => {
                for (index, word) in words.iter().enumerate() {
                    let before = match index {
                        0 => "",
                        _ if index + 1 == words.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{before}`{word}`")?;
                }
                Ok(())
            }
            Self::Map { keys, called, .. } => write!(f, "a map from {keys} to {called}"),
            Self::Either(one, Self::Boolean) => write!(f, "{one}, or `true`"),
            Self::Either(one, other) => write!(f, "{one}, or {other}"),
            Self::Settings => f.write_str("a map"),
        }
    }
}

/// Languages of all blocks, or of those in some chapters.
const LANGUAGES_BY_CHAPTER: ValueKind = ValueKind::Either(
    &ValueKind::List("languages"),
    &ValueKind::Map {
        keys: "globs of chapters",
        values: &ValueKind::List("languages"),
        called: "lists of languages",
    },
);

/// All settings, in the order in which the guide tells of them.
pub const SETTINGS: &[Setting] = &[
    Setting {
        path: "chapters",
        kind: ValueKind::List("globs"),
        default: None,
        meaning: "The chapters of a book without `input-files`, sorted by path; or a `SUMMARY.md`, which has their order.",
    },
    Setting {
        path: "resources",
        kind: ValueKind::List("folders"),
        default: None,
        meaning: "Folders outside the book's folder and its repository from which pictures, stylesheets, included files and data may come. It holds in `book.yaml` alone, not in a chapter.",
    },
    Setting {
        path: "site",
        kind: ValueKind::Text,
        default: None,
        meaning: "Where the site lies that is made of the same chapters, such as `/guide/`: links to its pages lead to chapters.",
    },
    Setting {
        path: "identifiers.bold",
        kind: ValueKind::Boolean,
        default: Some("true"),
        meaning: "Whether identifiers are set in bold. Without, they get their class only.",
    },
    Setting {
        path: "identifiers.by-style",
        kind: ValueKind::Boolean,
        default: Some("false"),
        meaning: "Whether the reference document for docx or odt has a character style `Identifier`, which alone says how identifiers look there.",
    },
    Setting {
        path: "identifiers.detect",
        kind: ValueKind::Choice(&["off", "distinctive", "learned"]),
        default: Some("distinctive"),
        meaning: "Which words without backticks are identifiers all the same.",
    },
    Setting {
        path: "identifiers.always",
        kind: ValueKind::List("words"),
        default: None,
        meaning: "Words that are identifiers wherever they stand.",
    },
    Setting {
        path: "identifiers.never",
        kind: ValueKind::List("words"),
        default: None,
        meaning: "Words that are identifiers only in backticks.",
    },
    Setting {
        path: "identifiers.plain",
        kind: ValueKind::Either(&ValueKind::List("words"), &ValueKind::Settings),
        default: None,
        meaning: "Words in backticks that become ordinary text: a list, or the three settings below.",
    },
    Setting {
        path: "identifiers.plain.words",
        kind: ValueKind::List("words"),
        default: None,
        meaning: "The list, where one of the next two is set as well.",
    },
    Setting {
        path: "identifiers.plain.keywords",
        kind: ValueKind::Boolean,
        default: Some("false"),
        meaning: "Whether all keywords of the language of most listings become ordinary text.",
    },
    Setting {
        path: "identifiers.plain.after",
        kind: ValueKind::Number,
        default: None,
        meaning: "How often a word in a chapter is set as an identifier before it becomes ordinary text.",
    },
    Setting {
        path: "style",
        kind: ValueKind::Choice(&["georgia", "reader"]),
        default: Some("georgia"),
        meaning: "The families of text and headings: Georgia and Verdana, or what the reader chose on the device.",
    },
    Setting {
        path: "notes",
        kind: ValueKind::Choice(&["chapter", "book"]),
        default: Some("chapter"),
        meaning: "Through what notes are numbered: each chapter, or the whole book.",
    },
    Setting {
        path: "edition",
        kind: ValueKind::Choice(&["color", "eink", "kindle", "sample"]),
        default: Some("color"),
        meaning: "The devices that the ePub is made for.",
    },
    Setting {
        path: "kindle.limit",
        kind: ValueKind::Size,
        default: Some("650MB"),
        meaning: "How large the ePub for Kindle may be. Amazon takes none that is larger than 650 MB, and where readers pay most, it charges authors for each megabyte.",
    },
    Setting {
        path: "source",
        kind: ValueKind::Either(&ValueKind::Address, &ValueKind::Settings),
        default: None,
        meaning: "Where the book's source is kept: its repository on GitHub, GitLab, Codeberg or another Forgejo, or a folder in it. The name above a listing leads to its file there, and each chapter ends with a link by which readers report an error. Elsewhere, the settings below.",
    },
    Setting {
        path: "source.repository",
        kind: ValueKind::Address,
        default: None,
        meaning: "The repository, where one of the next two is set as well.",
    },
    Setting {
        path: "source.files",
        kind: ValueKind::Address,
        default: None,
        meaning: "The address of a listing's file, in which `{path}` stands for its path among the extracted files.",
    },
    Setting {
        path: "source.report",
        kind: ValueKind::Address,
        default: None,
        meaning: "The address at which readers report an error, in which `{title}` and `{body}` stand for the chapter, and for chapter, edition and version.",
    },
    Setting {
        path: "sample.chapters",
        kind: ValueKind::Number,
        default: Some("1"),
        meaning: "How many chapters a sample has, besides those without a number before them. Where one of your chapters has the comment `<!-- concbook: sample ends -->`, it ends there.",
    },
    Setting {
        path: "sample.link",
        kind: ValueKind::Address,
        default: None,
        meaning: "Where readers of a sample get the whole book; its last page leads there.",
    },
    Setting {
        path: "fonts.obfuscate",
        kind: ValueKind::Boolean,
        default: Some("false"),
        meaning: "Whether your own fonts are made unreadable outside the book.",
    },
    Setting {
        path: "cover",
        kind: ValueKind::Boolean,
        default: Some("true"),
        meaning: "Whether a cover is drawn where the book has none.",
    },
    Setting {
        path: "pictures",
        kind: ValueKind::Boolean,
        default: Some("true"),
        meaning: "Whether pictures are compressed and scaled.",
    },
    Setting {
        path: "fetch",
        kind: ValueKind::Boolean,
        default: Some("true"),
        meaning: "Whether pictures on the web are fetched.",
    },
    Setting {
        path: "listings.captions",
        kind: ValueKind::Choice(&["caption", "slugline", "both"]),
        default: Some("caption"),
        meaning: "Where a listing's file name stands: above the listing, in its slugline, or in both.",
    },
    Setting {
        path: "listings.width",
        kind: ValueKind::Number,
        default: None,
        meaning: "How many characters a line of code may have: 56 where nothing is said, or what most of the book's long listings keep to, up to 80.",
    },
    Setting {
        path: "listings.roots",
        kind: ValueKind::List("folders"),
        default: None,
        meaning: "A slugline that begins with one of them is relative to the folder of all listings, not to its chapter's.",
    },
    Setting {
        path: "listings.paths",
        kind: ValueKind::List("folders"),
        default: None,
        meaning: "Folders of the book, or of all listings, that Python listings import from, besides their own, the top and the roots.",
    },
    Setting {
        path: "listings.files",
        kind: ValueKind::Map {
            keys: "globs",
            values: &ValueKind::Map {
                keys: "keys",
                values: &ValueKind::Text,
                called: "values",
            },
            called: "attributes",
        },
        default: None,
        meaning: "Attributes that hold for all listings whose files a glob matches.",
    },
    Setting {
        path: "listings.trees",
        kind: ValueKind::Map {
            keys: "names",
            values: &ValueKind::List("globs"),
            called: "globs",
        },
        default: None,
        meaning: "More Markdown with listings, such as solutions; their files go to a folder of that name.",
    },
    Setting {
        path: "listings.run",
        kind: LANGUAGES_BY_CHAPTER,
        default: None,
        meaning: "Languages whose blocks are run though they name no file; `all` means every one that can be run, `none` none.",
    },
    Setting {
        path: "listings.session",
        kind: LANGUAGES_BY_CHAPTER,
        default: None,
        meaning: "Languages of which such blocks of one chapter are one program, in their order; `chapter` means every one, `block` none.",
    },
    Setting {
        path: "listings.edition",
        kind: ValueKind::Choice(&["2015", "2018", "2021", "2024"]),
        default: Some("2021"),
        meaning: "The edition of Rust that listings are written in which name none.",
    },
    Setting {
        path: "listings.hidelines",
        kind: ValueKind::Map {
            keys: "languages",
            values: &ValueKind::Text,
            called: "signs",
        },
        default: None,
        meaning: "The sign at the beginning of a line that the page leaves out and the program has, for a language whose fences name none.",
    },
    Setting {
        path: "listings.commands",
        kind: ValueKind::Map {
            keys: "languages",
            values: &ValueKind::Text,
            called: "commands",
        },
        default: None,
        meaning: "What runs a file of a language.",
    },
    Setting {
        path: "listings.optional",
        kind: ValueKind::Either(&ValueKind::List("languages"), &ValueKind::Boolean),
        default: None,
        meaning: "Languages whose listings are skipped where their toolchain is missing; `true` means all.",
    },
    Setting {
        path: "listings.timeout",
        kind: ValueKind::Number,
        default: Some("60"),
        meaning: "How many seconds a listing may run.",
    },
    Setting {
        path: "listings.memory",
        kind: ValueKind::Size,
        default: Some("2GiB"),
        meaning: "How much memory a listing and what it starts may take.",
    },
    Setting {
        path: "listings.processes",
        kind: ValueKind::Number,
        default: Some("256"),
        meaning: "How many processes a listing may have at one time.",
    },
    Setting {
        path: "listings.output",
        kind: ValueKind::Size,
        default: Some("16MiB"),
        meaning: "How much a listing may print.",
    },
    Setting {
        path: "listings.notice",
        kind: ValueKind::Text,
        default: None,
        meaning: "A comment at the end of each extracted file.",
    },
    Setting {
        path: "listings.archive",
        kind: ValueKind::Boolean,
        default: Some("false"),
        meaning: "Whether a build leaves a zip of all extracted files beside the ePub, for readers.",
    },
    Setting {
        path: "accessibility.summary",
        kind: ValueKind::Text,
        default: None,
        meaning: "Your own summary of how accessible the book is, in place of the one made from what it holds.",
    },
    Setting {
        path: "accessibility.conforms-to",
        kind: ValueKind::Text,
        default: None,
        meaning: "The standard that the book conforms to, as your own claim.",
    },
    Setting {
        path: "accessibility.certified-by",
        kind: ValueKind::Text,
        default: None,
        meaning: "Who makes that claim.",
    },
    Setting {
        path: "accessibility.exemption",
        kind: ValueKind::Text,
        default: None,
        meaning: "Why the book need not conform, such as `eaa-microenterprise`.",
    },
];

/// The keys that a map of settings can have, sorted; `path` as in errors, `concbook.identifiers`.
pub(super) fn keys_of(path: &str) -> Vec<&'static str> {
    let below = |setting: &Setting| {
        let rest = match path.strip_prefix("concbook")? {
            "" => setting.path,
            deeper => setting.path.strip_prefix(&deeper[1..])?.strip_prefix('.')?,
        };
        rest.split('.').next()
    };
    let mut keys: Vec<&str> = SETTINGS.iter().filter_map(below).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::super::{Captions, Edition, Notes, Settings, Style};
    use super::*;
    use serde_json::{Value, json};

    /// A value at a path: `a.b` and 1 make `{"a": {"b": 1}}`.
    fn at(path: &str, value: Value) -> Value {
        path.rsplit('.').fold(value, |value, key| json!({ key: value }))
    }

    /// Values of a kind, each of which some setting may have as its default.
    fn samples(kind: ValueKind) -> Vec<Value> {
        match kind {
            ValueKind::Boolean => vec![json!(true), json!(false)],
            ValueKind::Number => vec![json!(7)],
            ValueKind::Text => vec![json!("x")],
            ValueKind::Address => vec![json!("https://x.org/y")],
            ValueKind::Size => vec![json!("7MiB")],
            ValueKind::List(_) => vec![json!(["x"]), json!("x")],
            ValueKind::Choice(words) => words.iter().map(|&word| json!(word)).collect(),
            ValueKind::Map { values, .. } => {
                samples(*values).into_iter().map(|value| json!({"x": value})).collect()
            }
            ValueKind::Either(one, ValueKind::Boolean) => {
                [samples(*one), vec![json!(true)]].concat()
            }
            ValueKind::Either(one, other) => [samples(*one), samples(*other)].concat(),
            ValueKind::Settings => Vec::new(),
        }
    }

    #[test]
    fn every_setting_is_read_and_has_its_default() {
        for setting in SETTINGS {
            let read = |value| Settings::read(&at(setting.path, value));
            let mut changed = 0;
            for sample in samples(setting.kind) {
                let settings = read(sample.clone());
                let settings = settings
                    .unwrap_or_else(|e| panic!("{} = {sample}: {e}", setting.path));
                let text =
                    sample.as_str().map_or_else(|| sample.to_string(), str::to_owned);
                let is_default = setting.default == Some(&*text);
                let same = settings == Settings::default();
                assert_eq!(same, is_default, "{} = {sample}", setting.path);
                changed += usize::from(!same);
            }
            assert!(changed > 0, "{} changes nothing", setting.path);
            let default = setting.default.map(|text| match setting.kind {
                ValueKind::Boolean | ValueKind::Number => text.parse().unwrap(),
                _ => json!(text),
            });
            if let Some(default) = default {
                assert_eq!(
                    read(default).unwrap(),
                    Settings::default(),
                    "{}",
                    setting.path
                );
            }
        }
    }

    /// The words that the command line takes.
    fn names<T: clap::ValueEnum>() -> Vec<String> {
        let all = T::value_variants().iter().filter_map(T::to_possible_value);
        all.map(|one| one.get_name().to_owned()).collect()
    }

    #[test]
    fn choices_are_those_of_the_command_line() {
        let words = |path: &str| {
            let setting = SETTINGS.iter().find(|setting| setting.path == path).unwrap();
            let ValueKind::Choice(words) = setting.kind else { panic!("{path}") };
            words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("style"), names::<Style>());
        assert_eq!(words("edition"), names::<Edition>());
        assert_eq!(words("notes"), names::<Notes>());
        assert_eq!(words("listings.captions"), names::<Captions>());
    }

    #[test]
    fn a_wrong_key_is_told_the_right_ones() {
        let hint = |value: Value| {
            Settings::read(&value).unwrap_err().error.hint_text().map(str::to_owned)
        };
        let known = |keys: &str| Some(format!("It has: {keys}"));
        assert_eq!(
            hint(json!({"x": 1})),
            known(
                "accessibility, chapters, cover, edition, fetch, fonts, identifiers, kindle, \
                   listings, notes, pictures, resources, sample, site, source, style"
            )
        );
        assert_eq!(hint(json!({"fonts": {"x": 1}})), known("obfuscate"));
        assert_eq!(
            hint(json!({"identifiers": {"plain": {"x": 1}}})),
            known("after, keywords, words")
        );
    }
}
