//! Everything an author can set under `concbook:`, read once into one record.
//!
//! The filter reads the key from the document's metadata as pandoc has them, concbook from
//! `book.yaml` itself; `ast::meta::plain` spells what pandoc took for Markdown as it was written, so
//! that the two agree. Passes see this record, never the raw metadata.

mod choice;
mod listings;
mod table;

pub use listings::{EDITIONS, LanguageSelection, Listings, Optional};
pub use table::{SETTINGS, Setting, ValueKind};

use crate::error::Error;
use crate::spelling::near;
use choice::choice;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// A setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The keys that lead to it, from `concbook` on.
    pub keys: Vec<String>,
    /// What is wrong with it, without a place.
    pub error: Error,
}

type Result<T> = std::result::Result<T, SettingError>;

impl From<SettingError> for Error {
    fn from(wrong: SettingError) -> Self {
        wrong.error
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for SettingError {}

/// The keys that lead to a setting; printed as `concbook.listings.width`.
#[derive(Debug, Clone)]
struct Keys(Vec<String>);

impl Keys {
    /// The top of all settings.
    fn top() -> Self {
        Self(vec!["concbook".to_owned()])
    }

    /// The keys that lead to one below.
    fn below(&self, key: &str) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.to_owned());
        Self(keys)
    }

    fn wrong(&self, message: String, hint: String) -> SettingError {
        SettingError { keys: self.0.clone(), error: Error::new(message).hint(hint) }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// The settings of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Globs of the chapter files, relative to the book's folder, used when `input-files` names
    /// none.
    pub chapters: Vec<String>,
    /// Folders outside the book's from which files may come into it, relative to it.
    pub resources: Vec<String>,
    /// Where the site lies that is made of the same chapters: a path, or an address.
    pub site: Option<String>,
    /// Whether pictures on the web are fetched when the book is built.
    pub fetch: bool,
    /// How identifiers in the prose are set.
    pub identifiers: Identifiers,
    /// How the finished ePub looks.
    pub presentation: Presentation,
    /// Whether the author's own fonts are made unreadable outside the book.
    pub obfuscate: bool,
    /// How many bytes the ePub for Kindle may have.
    pub kindle_limit: u64,
    /// What a sample of the book has.
    pub sample: Sample,
    /// Where the book's source is kept on the web.
    pub source: Source,
    /// What the author says of the book's accessibility.
    pub accessibility: Accessibility,
    /// What holds for the listings.
    pub listings: Listings,
}

/// What an author says of the book's accessibility, as only a person can judge it (EPUB
/// Accessibility 1.1, sections 2 and 4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accessibility {
    /// A summary for readers, in place of the one that follows from what the book holds.
    pub summary: Option<String>,
    /// The standard that the book conforms to, by its name.
    pub conforms_to: Option<String>,
    /// Who judged that.
    pub certified_by: Option<String>,
    /// Why the book need not conform: `eaa-microenterprise` and others.
    pub exemption: Option<String>,
}

/// Where the book's source is kept on the web.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The address of its repository.
    pub repository: Option<String>,
    /// The address of a listing's file, with `{path}`, in place of what follows from the repository.
    pub files: Option<String>,
    /// The address at which readers tell of an error, with `{title}` and `{body}`.
    pub report: Option<String>,
}

/// The largest ePub that Amazon takes (Kindle Publishing Guidelines, section 10.4.2).
pub const KINDLE_LIMIT: u64 = 650 << 20;

/// What a sample of the book has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// How many chapters, unless the author marks its end in one.
    pub chapters: usize,
    /// Where the whole book is to be had.
    pub link: Option<String>,
}

impl Default for Sample {
    fn default() -> Self {
        Self { chapters: 1, link: None }
    }
}

/// How an ePub looks, and for which devices it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation {
    /// Which families text and headings are set in.
    pub style: Style,
    /// The devices it is made for.
    pub edition: Edition,
    /// Where a listing's file name stands.
    pub captions: Captions,
    /// Through what notes are numbered.
    pub notes: Notes,
    /// Whether a cover is drawn where the author gives none.
    pub cover: bool,
    /// Whether pictures are packed and scaled to what readers show.
    pub pictures: bool,
}

choice! {
    /// Which families text and headings are set in; code is always set in Ubuntu Mono.
    pub enum Style {
        /// Georgia and Verdana.
        Georgia = "georgia",
        /// Those that the reader has chosen on the device.
        Reader = "reader",
    }
}

choice! {
    /// Where the name of a listing's file stands, which its author wrote as the slugline or on the fence.
    pub enum Captions {
        /// Above the listing, which is shown without its slugline.
        Caption = "caption",
        /// In the listing, where the slugline is; a title of the author's stands above all the same.
        Slugline = "slugline",
        /// Above the listing and in it.
        Both = "both",
    }
}

choice! {
    /// Through what notes are numbered.
    pub enum Notes {
        /// Each chapter begins with 1.
        Chapter = "chapter",
        /// The whole book.
        Book = "book",
    }
}

choice! {
    /// The devices an ePub is made for.
    pub enum Edition {
        /// Screens with colours, light and dark.
        Color = "color",
        /// Electronic paper: weight, slant and underline carry the highlighting.
        Eink = "eink",
        /// Kindle, which draws SVG unreliably.
        Kindle = "kindle",
        /// The beginning of the book, to give away.
        Sample = "sample",
    }
}

impl Edition {
    /// What it is called in settings, on the command line and in the names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Color => "color",
            Self::Eink => "eink",
            Self::Kindle => "kindle",
            Self::Sample => "sample",
        }
    }

    /// Whether it is for screens with colours.
    pub fn has_colors(self) -> bool {
        matches!(self, Self::Color | Self::Sample)
    }
}

impl Style {
    /// What the stylesheet of this style begins with, by which an ePub says how it is meant.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Georgia => "/* concbook: style georgia */",
            Self::Reader => "/* concbook: style reader */",
        }
    }
}

impl Default for Presentation {
    fn default() -> Self {
        Self {
            style: Style::default(),
            edition: Edition::default(),
            captions: Captions::default(),
            notes: Notes::default(),
            cover: true,
            pictures: true,
        }
    }
}

/// How identifiers in the prose are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifiers {
    /// Whether they are set in bold.
    pub bold: bool,
    /// Whether the reference document for docx and odt has a style for them, which alone says how they look.
    pub by_style: bool,
    /// Which are found where the author left the marks off.
    pub detect: Detect,
    /// Words that are identifiers wherever they stand.
    pub always: BTreeSet<String>,
    /// Words that are none, unless the author marks them.
    pub never: BTreeSet<String>,
    /// Which become ordinary text.
    pub plain: Plain,
}

/// Which unmarked words are taken for identifiers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detect {
    /// None.
    Off,
    /// Those that cannot be English.
    #[default]
    Distinctive,
    /// Those, and words that the author marks in most places.
    Learned,
}

/// Which identifiers become ordinary text, because bold would be tedious.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// These words.
    pub words: BTreeSet<String>,
    /// All keywords of the language that most of the book's listings are in.
    pub keywords: bool,
    /// Each word after that many uses in a chapter.
    pub after: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chapters: Vec::new(),
            resources: Vec::new(),
            site: None,
            fetch: true,
            identifiers: Identifiers {
                bold: true,
                by_style: false,
                detect: Detect::default(),
                always: BTreeSet::new(),
                never: BTreeSet::new(),
                plain: Plain::default(),
            },
            presentation: Presentation::default(),
            obfuscate: false,
            kindle_limit: KINDLE_LIMIT,
            sample: Sample::default(),
            source: Source::default(),
            accessibility: Accessibility::default(),
            listings: Listings::default(),
        }
    }
}

impl Settings {
    /// Reads the value of `concbook:`, as plain JSON; null gives the defaults.
    ///
    /// # Errors
    /// A key that does not exist, or a value of the wrong type, named by its path.
    pub fn read(value: &Value) -> Result<Self> {
        let mut settings = Self::default();
        let top = Keys::top();
        for (key, value) in fields(value, &top)? {
            let keys = top.below(key);
            match key {
                "chapters" => settings.chapters = strings(value, &keys)?,
                "resources" => settings.resources = strings(value, &keys)?,
                "site" => settings.site = Some(text(value, &keys)?),
                "fonts" => settings.obfuscate = fonts(value, &keys)?,
                "fetch" => settings.fetch = boolean(value, &keys)?,
                "identifiers" => settings.identifiers = identifiers(value, &keys)?,
                "style" => settings.presentation.style = one_of(value, &keys)?,
                "cover" => settings.presentation.cover = boolean(value, &keys)?,
                "pictures" => {
                    settings.presentation.pictures = boolean(value, &keys)?;
                }
                "notes" => settings.presentation.notes = one_of(value, &keys)?,
                "edition" => settings.presentation.edition = one_of(value, &keys)?,
                "source" => settings.source = source(value, &keys)?,
                "kindle" => settings.kindle_limit = kindle(value, &keys)?,
                "sample" => settings.sample = sample(value, &keys)?,
                "accessibility" => settings.accessibility = accessibility(value, &keys)?,
                "listings" => {
                    listings::read(
                        value,
                        &keys,
                        &mut settings.presentation,
                        &mut settings.listings,
                    )?;
                }
                _ => return Err(unknown(&top, key)),
            }
        }
        Ok(settings)
    }
}

fn identifiers(value: &Value, top: &Keys) -> Result<Identifiers> {
    let mut read = Settings::default().identifiers;
    for (key, value) in fields(value, top)? {
        let path = top.below(key);
        match key {
            "bold" => read.bold = boolean(value, &path)?,
            "by-style" => read.by_style = boolean(value, &path)?,
            "detect" => read.detect = detect(value, &path)?,
            "always" => read.always = strings(value, &path)?.into_iter().collect(),
            "never" => read.never = strings(value, &path)?.into_iter().collect(),
            "plain" => read.plain = plain(value, &path)?,
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(read)
}

fn fonts(value: &Value, top: &Keys) -> Result<bool> {
    let mut obfuscate = false;
    for (key, value) in fields(value, top)? {
        match key {
            "obfuscate" => obfuscate = boolean(value, &top.below(key))?,
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(obfuscate)
}

/// An address, or a map.
fn source(value: &Value, top: &Keys) -> Result<Source> {
    let mut read = Source::default();
    let Value::Object(_) = value else {
        read.repository = Some(address(value, top)?);
        return Ok(read);
    };
    for (key, value) in fields(value, top)? {
        let address = Some(address(value, &top.below(key))?);
        match key {
            "repository" => read.repository = address,
            "files" => read.files = address,
            "report" => read.report = address,
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(read)
}

/// How large the ePub for Kindle may be.
fn kindle(value: &Value, top: &Keys) -> Result<u64> {
    let mut limit = KINDLE_LIMIT;
    for (key, value) in fields(value, top)? {
        match key {
            "limit" => limit = listings::size(value, &top.below(key))?,
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(limit)
}

fn sample(value: &Value, top: &Keys) -> Result<Sample> {
    let mut read = Sample::default();
    for (key, value) in fields(value, top)? {
        let keys = top.below(key);
        match key {
            "chapters" => match number(value, &keys)? {
                0 => {
                    let message = format!("{keys} is 0");
                    return Err(keys.wrong(message, "It is at least 1".to_owned()));
                }
                number => read.chapters = number,
            },
            "link" => read.link = Some(address(value, &keys)?),
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(read)
}

/// An address of the web.
fn address(value: &Value, keys: &Keys) -> Result<String> {
    let text = text(value, keys)?;
    let host = ["https://", "http://"].iter().find_map(|start| text.strip_prefix(start));
    if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
        let message = format!("{keys} is {text:?}");
        return Err(keys.wrong(message, "It is an address: https://…".to_owned()));
    }
    Ok(text)
}

/// A text as it stands.
fn text(value: &Value, keys: &Keys) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(wrong(keys, "text", value)),
    }
}

fn accessibility(value: &Value, top: &Keys) -> Result<Accessibility> {
    let mut read = Accessibility::default();
    for (key, value) in fields(value, top)? {
        let text = Some(text(value, &top.below(key))?);
        match key {
            "summary" => read.summary = text,
            "conforms-to" => read.conforms_to = text,
            "certified-by" => read.certified_by = text,
            "exemption" => read.exemption = text,
            _ => return Err(unknown(top, key)),
        }
    }
    Ok(read)
}

/// One of a few words, the same that the command line takes.
fn one_of<T: clap::ValueEnum>(value: &Value, keys: &Keys) -> Result<T> {
    let names = || {
        let all = T::value_variants().iter().filter_map(T::to_possible_value);
        all.map(|one| one.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let Value::String(word) = value else {
        return Err(wrong(keys, &format!("one of {}", names()), value));
    };
    T::from_str(word, false).map_err(|_| {
        let message = format!("{keys} is {word:?}");
        keys.wrong(message, format!("It can be one of: {}", names()))
    })
}

fn detect(value: &Value, keys: &Keys) -> Result<Detect> {
    match value {
        // `off` is a boolean in some YAML, a word in other.
        Value::Bool(false) => Ok(Detect::Off),
        Value::String(word) => match &**word {
            "off" => Ok(Detect::Off),
            "distinctive" => Ok(Detect::Distinctive),
            "learned" => Ok(Detect::Learned),
            _ => Err(keys.wrong(
                format!("{keys} is {word:?}"),
                "It can be off, distinctive or learned".to_owned(),
            )),
        },
        _ => Err(wrong(keys, "off, distinctive or learned", value)),
    }
}

/// A list of words, or a map.
fn plain(value: &Value, keys: &Keys) -> Result<Plain> {
    let mut read = Plain::default();
    let Value::Object(_) = value else {
        read.words = strings(value, keys)?.into_iter().collect();
        return Ok(read);
    };
    for (key, value) in fields(value, keys)? {
        let own = keys.below(key);
        match key {
            "words" => read.words = strings(value, &own)?.into_iter().collect(),
            "keywords" => read.keywords = boolean(value, &own)?,
            "after" => read.after = Some(number(value, &own)?),
            _ => return Err(unknown(keys, key)),
        }
    }
    Ok(read)
}

/// A whole number from 0; in metadata it is text.
fn number(value: &Value, keys: &Keys) -> Result<usize> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|n| usize::try_from(n).ok()),
        _ => None,
    };
    number.ok_or_else(|| wrong(keys, "a whole number", value))
}

fn fields<'a>(value: &'a Value, keys: &Keys) -> Result<Vec<(&'a str, &'a Value)>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Object(map) => {
            Ok(map.iter().map(|(key, value)| (&**key, value)).collect())
        }
        _ => Err(wrong(keys, "a map", value)),
    }
}

/// True or false; YAML has other words for it, which mean the same to pandoc.
fn boolean(value: &Value, keys: &Keys) -> Result<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(word) => match &*word.to_lowercase() {
            "yes" | "on" | "y" => Ok(true),
            "no" | "off" | "n" => Ok(false),
            _ => Err(wrong(keys, "true or false", value)),
        },
        _ => Err(wrong(keys, "true or false", value)),
    }
}

/// A list of strings; one string is a list of one.
fn strings(value: &Value, keys: &Keys) -> Result<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(wrong(keys, "a list of words", value)),
    };
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

fn wrong(keys: &Keys, wanted: &str, value: &Value) -> SettingError {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    keys.wrong(
        format!("{keys} has to be {wanted}, but is {found}"),
        "Settings stand in the metadata, under concbook:".to_owned(),
    )
}

fn unknown(keys: &Keys, key: &str) -> SettingError {
    let message = format!("{keys} has no setting {key:?}");
    let known = table::keys_of(&keys.to_string());
    let all = format!("It has: {}", known.join(", "));
    let hint = match near(key, known) {
        Some(name) => format!("Is {name} meant? {all}"),
        None => all,
    };
    keys.below(key).wrong(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_settings_are_read() {
        let read = Settings::read(&json!({
            "chapters": "a/*.md", "fetch": false,
            "identifiers": {
                "bold": false, "detect": "learned", "always": "x", "never": ["y"],
                "plain": ["class", "def"],
            },
        }));
        let settings = read.unwrap();
        assert_eq!(settings.identifiers.detect, Detect::Learned);
        assert!(settings.identifiers.always.contains("x"));
        assert!(settings.identifiers.never.contains("y"));
        assert_eq!(settings.chapters, ["a/*.md"]);
        assert!(!settings.fetch && !settings.identifiers.bold);
        assert!(settings.identifiers.plain.words.contains("def"));
        let plain = json!({"identifiers": {"plain": {"keywords": true, "after": "3"}, "detect": false}});
        let read = Settings::read(&plain).unwrap().identifiers;
        assert_eq!((read.plain.keywords, read.plain.after), (true, Some(3)));
        assert_eq!(read.detect, Detect::Off);
        assert_eq!(Settings::read(&Value::Null).unwrap(), Settings::default());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        let message = |value| Settings::read(&value).unwrap_err().to_string();
        assert_eq!(
            message(json!({"identifiers": {"plain": true}})),
            "concbook.identifiers.plain has to be a list of words, but is true or false"
        );
        assert_eq!(message(json!([])), "concbook has to be a map, but is a list");
        assert_eq!(
            message(json!({"identifiers": {"plain": {"after": "few"}}})),
            "concbook.identifiers.plain.after has to be a whole number, but is text"
        );
        assert!(
            message(json!({"identifiers": {"detect": "all"}})).contains("is \"all\"")
        );
        assert!(
            message(json!({"fetch": "never"})).contains("true or false, but is text")
        );
        assert!(message(json!({"chapter": "x"})).contains("no setting \"chapter\""));
        assert_eq!(message(json!({"edition": "paper"})), "concbook.edition is \"paper\"");
    }

    #[test]
    fn the_keys_lead_to_what_is_wrong() {
        let keys = |value| Settings::read(&value).unwrap_err().keys.join(" ");
        assert_eq!(keys(json!([])), "concbook");
        assert_eq!(keys(json!({"chapter": "x"})), "concbook chapter");
        let glob = json!({"listings": {"files": {"a.b/*": {"norun": {}}}}});
        assert_eq!(keys(glob), "concbook listings files a.b/* norun");
        let plain = json!({"identifiers": {"plain": {"after": "few"}}});
        assert_eq!(keys(plain), "concbook identifiers plain after");
    }

    #[test]
    fn what_is_said_of_accessibility_is_read() {
        let said = json!({"accessibility": {"conforms-to": "x", "certified-by": "y"}});
        let read = Settings::read(&said).unwrap().accessibility;
        assert_eq!((read.conforms_to.as_deref(), read.summary), (Some("x"), None));
        assert!(Settings::read(&json!({"accessibility": {"conform": "x"}})).is_err());
    }

    #[test]
    fn the_presentation_is_read() {
        let value = json!({
            "style": "reader", "edition": "eink", "listings": {"captions": "both"},
            "notes": "book", "cover": false, "pictures": false, "fonts": {"obfuscate": true},
        });
        let read = Settings::read(&value).unwrap().presentation;
        let wanted = Presentation {
            style: Style::Reader,
            edition: Edition::Eink,
            captions: Captions::Both,
            notes: Notes::Book,
            cover: false,
            pictures: false,
        };
        assert_eq!(read, wanted);
        for (said, wanted) in [
            (json!(false), Captions::Slugline),
            (json!("no"), Captions::Slugline),
            (json!(true), Captions::Caption),
        ] {
            let read = Settings::read(&json!({"listings": {"captions": said}})).unwrap();
            assert_eq!(read.presentation.captions, wanted);
        }
        let wrong = Settings::read(&json!({"listings": {"captions": "above"}}));
        assert_eq!(
            wrong.unwrap_err().error.hint_text(),
            Some("It can be one of: caption, slugline, both")
        );
    }
}
