//! The names of a whole book's listings.

use super::lexical::{self, LexicalUse};
use super::own;
use foldhash::{HashMap, HashSet};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How a name is used anywhere in the book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NameUsage {
    /// How often it stands in listings.
    pub count: u32,
    /// How it is used in any of those places.
    pub used: LexicalUse,
}

/// The names that listings use; those in comments, strings and printed output are none.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    names: HashMap<String, NameUsage>,
    /// The words that names are made of, in small letters.
    parts: HashSet<String>,
    /// How many listings each language has.
    languages: HashMap<String, usize>,
    /// Names with more in them than letters, digits and `_`, and names of several words.
    special: HashSet<String>,
    /// The files that listings make, by their name without folders.
    files: HashSet<String>,
}

impl Vocabulary {
    /// Adds the names of a listing in a language (its canonical name).
    pub fn add(&mut self, language: Option<&str>, code: &str) {
        if let Some(language) = language {
            *self.languages.entry(language.to_owned()).or_default() += 1;
        }
        own::headers(language, code).for_each(|path| self.add_file(path));
        lexical::names(language, code, |name, usage| self.count(name, usage));
        own::names(language, code, |name| {
            if !self.special.contains(name) {
                self.special.insert(name.to_owned());
            }
        });
    }

    /// Whether a listing has a name that its language writes with more than letters: `make-instance`.
    pub fn has_own(&self, name: &str) -> bool {
        self.special.contains(name)
    }

    fn count(&mut self, name: &str, usage: LexicalUse) {
        // Most names come again: a lookup by reference spares their copy.
        if let Some(entry) = self.names.get_mut(name) {
            return entry.take(usage);
        }
        let mut entry = NameUsage::default();
        entry.take(usage);
        self.parts.extend(parts(name).map(str::to_lowercase));
        self.names.insert(name.to_owned(), entry);
    }

    /// Whether any listing has such a name.
    pub fn has_any_own(&self) -> bool {
        !self.special.is_empty()
    }

    /// Adds a file that a listing makes.
    pub fn add_file(&mut self, path: &str) {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.files.insert(name.to_owned());
    }

    /// Whether a name without folders is that of a file that some listing makes.
    pub fn has_file(&self, name: &str) -> bool {
        self.files.contains(name)
    }

    /// How a name is used; `None` for one that no listing has.
    pub fn get(&self, name: &str) -> Option<&NameUsage> {
        self.names.get(name)
    }

    /// Whether a listing has the name.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Whether a name is made of several words that names of the listings are made of, as
    /// `FileStore` is where listings have `FileReader` and `store`.
    pub fn is_compound(&self, name: &str) -> bool {
        let mut count = 0;
        let mut longest = 0;
        let mut shortest = usize::MAX;
        let known = parts(name).all(|part| {
            count += 1;
            longest = longest.max(part.len());
            shortest = shortest.min(part.len());
            self.parts.contains(&part.to_lowercase())
        });
        // Short words are in all names, and in those of products; a class is no participle.
        known
            && count > 1
            && longest > 3
            && shortest > 1
            && !name.ends_with("ed")
            && !name.ends_with("ing")
    }

    /// The language that most listings are in; the first by name of several.
    pub fn language(&self) -> Option<&str> {
        let most = self
            .languages
            .iter()
            .max_by(|one, other| (one.1, other.0).cmp(&(other.1, one.0)));
        most.map(|(language, _)| &**language)
    }

    /// The languages that listings are in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The same as JSON, in one order, so that two that say the same are the same text. How often a name stands
    /// anywhere is left out: nothing of the filter's depends on it.
    pub fn to_json(&self) -> Value {
        let sorted = |set: &HashSet<String>| {
            let mut all: Vec<&String> = set.iter().collect();
            all.sort_unstable();
            json!(all)
        };
        let names: BTreeMap<&String, u8> =
            self.names.iter().map(|(name, usage)| (name, usage.used.bits())).collect();
        let languages: BTreeMap<&String, usize> =
            self.languages.iter().map(|(name, count)| (name, *count)).collect();
        json!({
            "names": names,
            "languages": languages,
            "special": sorted(&self.special),
            "files": sorted(&self.files),
        })
    }

    /// What [`Self::to_json`] wrote; nothing where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let set = |key: &str| -> Option<HashSet<String>> {
            value[key]
                .as_array()?
                .iter()
                .map(|one| Some(one.as_str()?.to_owned()))
                .collect()
        };
        let map = |key: &str| -> Option<&Map<String, Value>> { value[key].as_object() };
        let mut vocabulary =
            Self { special: set("special")?, files: set("files")?, ..Self::default() };
        for (language, count) in map("languages")? {
            let count = usize::try_from(count.as_u64()?).ok()?;
            vocabulary.languages.insert(language.clone(), count);
        }
        for (name, bits) in map("names")? {
            let bits = u8::try_from(bits.as_u64()?).ok()?;
            vocabulary.count(name, LexicalUse::of_bits(bits));
        }
        Some(vocabulary)
    }

    /// Adds all that another part of the book has.
    pub fn merge(&mut self, other: Self) {
        other.names.into_iter().for_each(|(name, entry)| {
            let own = self.names.entry(name).or_default();
            own.count += entry.count;
            own.used |= entry.used;
        });
        self.parts.extend(other.parts);
        self.files.extend(other.files);
        self.special.extend(other.special);
        other.languages.into_iter().for_each(|(language, count)| {
            *self.languages.entry(language).or_default() += count;
        });
    }
}

/// The words of a name: `HTTPServer` is made of `HTTP` and `Server`, `run_all2` of `run` and
/// `all2`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').filter(|part| !part.is_empty()).flat_map(|part| {
        let bytes = part.as_bytes();
        let begins = move |at: &usize| {
            let at = *at;
            let small = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
            bytes[at].is_ascii_uppercase() && (small(at - 1) || small(at + 1))
        };
        let mut starts = vec![0];
        starts.extend((1..bytes.len()).filter(begins));
        starts.push(part.len());
        let pairs: Vec<_> = starts.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.into_iter().filter_map(move |(from, to)| part.get(from..to))
    })
}

impl NameUsage {
    fn take(&mut self, usage: LexicalUse) {
        self.count = self.count.saturating_add(1);
        self.used |= usage;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_words() {
        let of = |name| parts(name).collect::<Vec<_>>();
        assert_eq!(of("HTTPServer"), ["HTTP", "Server"]);
        assert_eq!(of("run_all2"), ["run", "all2"]);
        assert_eq!(of("readLine"), ["read", "Line"]);
        assert_eq!(of("__x__"), ["x"]);
        let mut book = Vocabulary::default();
        book.add(Some("go"), "type FileReader struct { store Box }");
        assert!(book.is_compound("FileStore") && !book.is_compound("GitHub"));
        assert!(!book.is_compound("File"));
    }

    #[test]
    fn names_of_all_listings_come_together() {
        let mut one = Vocabulary::default();
        one.add(Some("python"), "import a\na.b()\n");
        let mut other = Vocabulary::default();
        other.add(Some("python"), "@b\ndef c(): pass\n");
        other.add(Some("text"), "d");
        one.merge(other);
        let b = one.get("b").unwrap();
        assert!(b.used.called && b.used.member && b.used.decorator && b.count == 2);
        assert!(!one.has("d") && one.get("a").unwrap().used.owner);
        assert_eq!(one.language(), Some("python"));
    }

    #[test]
    fn a_vocabulary_comes_back_from_json() {
        let mut book = Vocabulary::default();
        book.add(Some("go"), "type FileReader struct { store Box }\nx.run(a::b)");
        book.add(Some("clojure"), "(make-boat 1)");
        book.add_file("src/boat.go");
        let json = book.to_json();
        let read = Vocabulary::from_json(&json).unwrap();
        assert_eq!(read.to_json().to_string(), json.to_string());
        assert!(read.is_compound("FileStore") && read.has_file("boat.go"));
        assert!(read.has_own("make-boat"));
        assert_eq!(read.get("run").unwrap().used, book.get("run").unwrap().used);
        assert!(
            Vocabulary::from_json(&serde_json::json!({"names": {"a": "b"}})).is_none()
        );
        // How often a name stands makes no other book, a way in which it is used does.
        book.add(Some("go"), "x.run(a::b)");
        book.languages.insert("go".to_owned(), 1);
        assert_eq!(book.to_json(), json);
        book.add(Some("go"), "store(1)");
        book.languages.insert("go".to_owned(), 1);
        assert_ne!(book.to_json(), json);
    }
}
